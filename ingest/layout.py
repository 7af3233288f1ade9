"""Decoded text -> title, date and blocks: what each line of a report is, and under which heading.

Works on lines. A line is a block of its own, except in hard-wrapped files, where lines that run on are
joined. What counts as boilerplate, caption, note or speech is data: corpus/vocabulary/boilerplate.toml.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from ingest.models import ParagraphKind
from ingest.patterns import (
    DATE,
    ENDS_IN_DATE,
    FIRST_LINES,
    NUMBERING,
    Patterns,
    load_patterns,
    parse_date,
    states_figure,
)
from ingest.places import dateline_end
from ingest.plain_tables import find_plain_tables, part_rows

MAX_HEADING = 100  # characters; the longest heading of the two reports has 66
MAX_TITLE = 200
MAX_BOILERPLATE = 300
MAX_BLOCK = 5_000  # characters; a longer paragraph is parted at a sentence end, so that no reader has to cope
LEAD_IN = 9  # level of a line that announces a list; below every heading's
WRAP_WIDTH = 120  # a file with longer lines than this is not hard-wrapped
WRAPPED_SHARE = 0.15  # of the line breaks inside blocks, those that go on in lower case
BREAK_SLACK = 12  # a line this much shorter than it could be was broken on purpose

# White space as `str.strip` has it, and characters without width that web pages leave behind.
_BLANK = "".join(char for char in map(chr, range(0x3001)) if char.isspace()) + "\u200b\u00ad\ufeff"
BULLET = re.compile(r"([•●▪▫◦‣⁃∙■□○*+\-–—·])\s*")
_ORDERED = re.compile(r"(?:\d{1,2}[.)]|[a-zA-Z]\))\s+(?=[A-ZÆØÅ«\"“])")
NOTE = re.compile(r"\[\^?\d{1,3}\]:?\s*|\*{1,3}\s*(?=\S)|[¹²³⁰⁴-⁹]+\s*")
_HASHES = re.compile(r"(#{1,6})\s+")
_MARKS = r"(?:\s?\[\^?\d{1,3}\]|[¹²³⁰⁴-⁹]|\*){0,4}$"  # of footnotes, after a sentence
_TERMINAL = re.compile(r"(?:[.:;!,…]|[.!?]['\"»”)])" + _MARKS)
SENTENCE_END = re.compile(r"[.!?…]['\"»”)]{0,3}" + _MARKS)


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph in the making. `source[start:end]` is its text, marks and outer whitespace left out."""

    start: int
    end: int
    kind: ParagraphKind
    section: tuple[str, ...]
    header: str = ""
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Layout:
    """What a text is made of. `title` is empty where no line can be one."""

    title: str
    updated: dt.date | None
    blocks: tuple[Block, ...]


@dataclass(slots=True)
class _Item:
    """Lines that belong together. `last` is where the last line begins; `gap`: a blank line stands before.

    `header_end` is where a table's header ends, None for what is no table.
    """

    start: int
    end: int
    last: int
    lines: int
    gap: bool
    header_end: int | None = None


def last_told(blocks: Sequence[Block]) -> Block | None:
    """The last block that is more than a date of the report."""
    return next((block for block in reversed(blocks) if block.kind is not ParagraphKind.DATE), None)


def parse_layout(source: str, begin: int = 0, *, markdown: bool = False) -> Layout:
    """Part a text, from `begin` on, into title, date of update and blocks."""
    return _Reader(source, begin, markdown, load_patterns()).read()


class _Reader:
    """One pass over one text. Holds the heading path while the blocks go by."""

    def __init__(self, source: str, begin: int, markdown: bool, patterns: Patterns) -> None:
        self.source = source
        self.markdown = markdown
        self.patterns = patterns
        self.title = ""
        self.updated: dt.date | None = None
        self.published: dt.date | None = None
        self.path: list[tuple[int, str]] = []
        self.blocks: list[Block] = []
        self.items = self._items(begin)

    def read(self) -> Layout:
        first = True
        for index, item in enumerate(self.items):
            text = self.source[item.start : item.end]
            if item.header_end is not None:
                first = False
                self._add_table(item)
                continue
            if self._is_furniture(text):
                continue
            if self._is_date(dated := text.strip("*_ "), index):
                start = item.start + text.index(dated)
                self._add(start, start + len(dated), ParagraphKind.DATE)
                continue
            if first and not (first := self._is_masthead(index, text)) and self._take_title(item, text):
                continue
            self._take(index, item, text)
        return Layout(self.title, self.updated or self.published, tuple(self.blocks))

    def _is_furniture(self, text: str) -> bool:
        """Boilerplate, or a line that only draws a rule."""
        drawn = len(text) > 2 and not text.strip(" \t:|-=*_–—")
        return drawn or (
            len(text) <= MAX_BOILERPLATE and self.patterns.boilerplate.fullmatch(text) is not None
        )

    def _is_masthead(self, index: int, text: str) -> bool:
        """Whether the first line is the name of a paper ("FJORDBLADET"), which stands over the title."""
        following = self.items[index + 1 : index + 2]
        below = [self.source[item.start : item.end] for item in following if item.lines == 1]
        titled = [t for t in below if self._is_plain(t) and not SENTENCE_END.search(t) and len(t.split()) > 1]
        return text.isalpha() and text.isupper() and any(len(t) <= MAX_TITLE for t in titled)

    def _take_title(self, item: _Item, text: str) -> bool:
        """Take the first line as title, unless it reads as a paragraph."""
        plain = _HASHES.sub("", text, count=1)
        if (
            len(plain) > MAX_TITLE
            or item.lines > 2
            or SENTENCE_END.search(plain)
            or not self._is_plain(plain)
        ):
            return False
        self.title = " ".join(plain.strip("*").split())
        if states_figure(plain):
            self._add(item.end - len(plain), item.end, ParagraphKind.TEXT)
        return True

    def _is_plain(self, text: str) -> bool:
        """Whether a line carries no mark that makes it something other than a heading."""
        marked = BULLET.match(text) or NOTE.match(text) or self.patterns.captions.match(text)
        marked = marked or self.patterns.notes.match(text)
        return not marked and "|" not in text and "\t" not in text and any(map(str.isalpha, text))

    def _is_date(self, text: str, index: int) -> bool:
        """Take in a line that only says when the text was published or changed."""
        if index < FIRST_LINES and not self.published and (line := dateline_end(text)):
            self.published = parse_date(text[:line], self.patterns.months)
        if len(text) > MAX_HEADING or (date := parse_date(text, self.patterns.months)) is None:
            return False
        if match := self.patterns.updated.search(text):
            self.updated = self.updated or parse_date(text[match.end() :], self.patterns.months) or date
            return bool(self.patterns.updated.match(text) or self.patterns.published.match(text))
        if self.patterns.published.match(text) or (index < FIRST_LINES and DATE.fullmatch(text.lower())):
            self.published = self.published or date
            return True
        if index < FIRST_LINES and not self.published:
            # A byline: "Av Kari Nordmann, Fjordbladet, 3. mars 2023", "Publisert 3. mars 2023, kl. 06.30"
            said = self.patterns.published.search(text)
            dated = parse_date(text[said.end() :], self.patterns.months) if said else None
            self.published = dated or (date if ENDS_IN_DATE.search(text.lower()) else None)
        return False

    def _take(self, index: int, item: _Item, text: str) -> None:
        if self.path and self.path[-1][0] == LEAD_IN and not BULLET.match(text) and not _ORDERED.match(text):
            self.path.pop()
        if self.markdown and (hashes := _HASHES.match(text)):
            self._take_heading(item.start + hashes.end(), item.end, len(hashes.group(1)))
            return
        if self.markdown and self._is_underlined(index):
            self._take_heading(item.start, item.end, 2)
            return
        quoted = len(text) - len(text.lstrip("> ")) if self.markdown else 0
        kind, mark = self._kind(index, item, text[quoted:])
        if kind is None:
            numbering = NUMBERING.match(text)
            self._take_heading(item.start, item.end, 2 + (numbering.group(1).count(".") if numbering else 0))
        elif mark + quoted < len(text):
            self._add(item.start + quoted + mark, item.end, kind)
            if self._is_lead_in(index, item, text):
                self.path.append((LEAD_IN, " ".join(text.rstrip(":").split())))

    def _is_underlined(self, index: int) -> bool:
        if index + 1 >= len(self.items) or self.items[index + 1].gap:
            return False
        under = self.items[index + 1]
        return re.fullmatch(r"=+|-+", self.source[under.start : under.end]) is not None

    def _take_heading(self, start: int, end: int, level: int) -> None:
        heading = " ".join(self.source[start:end].strip("*# ").split())
        if not heading or heading == self.title:
            return
        while self.path and self.path[-1][0] >= level:
            self.path.pop()
        self.path.append((level, heading))
        if states_figure(heading):
            self._add(start, end, ParagraphKind.TEXT)

    def _kind(self, index: int, item: _Item, text: str) -> tuple[ParagraphKind | None, int]:
        """Kind of a block and the length of the mark before its text; kind None is a heading."""
        if self.patterns.captions.match(text):
            return ParagraphKind.CAPTION, 0
        if self.patterns.notes.match(text):
            return ParagraphKind.NOTE, 0
        if bullet := BULLET.match(text):
            return self._dashed(index, text, bullet)
        if note := NOTE.match(text):
            return ParagraphKind.NOTE, note.end()
        listed = SENTENCE_END.search(text) or self._has_neighbour(index, _ORDERED)
        if listed and (ordered := _ORDERED.match(text)):
            return ParagraphKind.BULLET, ordered.end()
        if self._is_heading(index, item, text):
            return None, 0
        return ParagraphKind.TEXT, 0

    def _dashed(self, index: int, text: str, bullet: re.Match[str]) -> tuple[ParagraphKind | None, int]:
        """Tell a bullet from a speech ("– Dette …, sier X") and from a note ("* Utdanning på …")."""
        mark, rest = bullet.group(1), text[bullet.end() :]
        if mark == "*":
            if (
                self.markdown
                and (bold := re.fullmatch(r"\*\*(.+)\*\*", text))
                and not _TERMINAL.search(bold.group(1))
            ):
                return None, 0
            if not text.startswith("**") and self._has_neighbour(index, re.compile(r"\*(?!\*)")):
                return ParagraphKind.BULLET, bullet.end()
            note = NOTE.match(text)
            return ParagraphKind.NOTE, note.end() if note else bullet.end()
        if mark in "-–—":
            if self.patterns.speech.search(rest):
                return ParagraphKind.SPEECH, bullet.end()
            if bullet.end() == 1:  # "-5 prosent": a sign, not a mark
                return ParagraphKind.TEXT, 0
            sentence = rest[:1].isupper() and SENTENCE_END.search(rest)
            if mark != "-" and sentence and not self._has_neighbour(index, re.compile(re.escape(mark))):
                return ParagraphKind.SPEECH, bullet.end()
        return ParagraphKind.BULLET, bullet.end()

    def _is_lead_in(self, index: int, item: _Item, text: str) -> bool:
        """Whether a line announces the list below it ("Andelen i arbeid:"): a heading for the list alone."""
        short = text.endswith(":") and item.lines == 1 and len(text) <= MAX_HEADING
        if not short or BULLET.match(text) or index + 1 >= len(self.items):
            return False
        after = self.items[index + 1]
        below = self.source[after.start : after.end]
        return bool(BULLET.match(below) or _ORDERED.match(below))

    def _has_neighbour(self, index: int, pattern: re.Pattern[str]) -> bool:
        """Whether the block right before or after, without a blank line between, begins in the same way."""
        near = [index - 1] if index and not self.items[index].gap else []
        near += [index + 1] if index + 1 < len(self.items) and not self.items[index + 1].gap else []
        return any(pattern.match(self.source, self.items[i].start, self.items[i].end) for i in near)

    def _is_heading(self, index: int, item: _Item, text: str) -> bool:
        """A short line of its own without a sentence's end. Two in a row are a list, not headings."""
        if not self._is_short(item, text):
            return False
        near = [index - 1] if index > 1 and not item.gap else []
        near += [index + 1] if index + 1 < len(self.items) and not self.items[index + 1].gap else []
        for i in near:
            other = self.items[i]
            if self._is_short(other, self.source[other.start : other.end]):
                return False
        return True

    def _is_short(self, item: _Item, text: str) -> bool:
        starts = text[:1].isupper() or text[:1] in '«"“' or text[:1].isdigit()
        short = item.lines == 1 and len(text) <= MAX_HEADING and starts and not _TERMINAL.search(text)
        return short and self._is_plain(text) and not self.patterns.notes.match(text)

    def _add(self, start: int, end: int, kind: ParagraphKind) -> None:
        section = tuple(heading for _, heading in self.path)
        for first, last in part_text(self.source, start, end):
            self.blocks.append(Block(first, last, kind, section))

    def _add_table(self, item: _Item) -> None:
        """A table, under its heading and the caption or the announcement right above it."""
        if self.path and self.path[-1][0] == LEAD_IN:
            self.path.pop()
        section = tuple(heading for _, heading in self.path)
        above = last_told(self.blocks)
        if above and above.section == section and not self.source[above.end : item.start].strip(_BLANK):
            title = " ".join(self.source[above.start : above.end].split()).rstrip(":")
            announced = above.kind is ParagraphKind.CAPTION or self.source[above.end - 1] == ":"
            section += (title,) if announced and len(title) <= MAX_TITLE else ()
        header = self.source[item.start : item.header_end]
        for start, end in part_rows(self.source, item.start, item.end, MAX_BLOCK):
            self.blocks.append(Block(start, end, ParagraphKind.TABLE, section, header))

    def _items(self, begin: int) -> list[_Item]:
        """Lines joined to blocks."""
        lines = [line for line in _lines(self.source) if line is None or line[0] >= begin]
        tables = {table.first: table for table in find_plain_tables(self.source, lines)}
        rows = {number for table in tables.values() for number in range(table.first, table.last)}
        prose = [None if number in rows else line for number, line in enumerate(lines)]
        filled = [line for line in prose if line is not None]
        wrapped, width = _wrapping([self.source[start:end] for start, end in filled], self._breaks(prose))
        items: list[_Item] = []
        gap = True
        for number, line in enumerate(lines):
            if table := tables.get(number):
                count = table.last - table.first
                items.append(_Item(table.start, table.end, table.start, count, gap, table.header_end))
            if line is None or number in rows:
                gap = line is None or number in rows
                continue
            start, end = line
            if wrapped and not gap and self._runs_on(items[-1], start, end, width):
                before = items[-1]
                before.end, before.last, before.lines = end, start, before.lines + 1
            else:
                items.append(_Item(start, end, start, 1, gap))
            gap = False
        return items

    def _breaks(self, lines: list[tuple[int, int] | None]) -> list[bool]:
        """For each line break inside a block, whether the text goes on in lower case."""
        return [self.source[after[0]].islower() for before, after in pairwise(lines) if before and after]

    def _runs_on(self, before: _Item, start: int, end: int, width: int) -> bool:
        """Whether a line of a hard-wrapped file goes on with the block before it."""
        text, last = self.source[start:end], self.source[before.last : before.end]
        opening = self.source[before.start : before.start + 8]
        if self.markdown and (_HASHES.match(text) or _HASHES.match(opening) or self._is_furniture(text)):
            return False
        if self.patterns.updated.match(last) and DATE.search(last.lower()):
            return False
        if (dash := BULLET.match(text)) and dash.end() > 1:
            mid_sentence = text[dash.end() : dash.end() + 1].islower() and not _TERMINAL.search(last)
            return mid_sentence and not BULLET.match(opening)
        marks = (BULLET, NOTE, _ORDERED, self.patterns.captions, self.patterns.notes, self.patterns.updated)
        if any(pattern.match(text) for pattern in marks):
            return False
        if text[:1].islower() or not (before.lines == 1 or _TERMINAL.search(last)):
            return True
        return len(last) + 1 + len(text.split(maxsplit=1)[0]) + BREAK_SLACK > width


def _lines(source: str) -> list[tuple[int, int] | None]:
    """Start and end of each line without its outer whitespace; None for a blank line."""
    lines: list[tuple[int, int] | None] = []
    start = 0
    for line in source.split("\n"):
        text = line.strip(_BLANK)
        first = start + len(line) - len(line.lstrip(_BLANK))
        lines.append((first, first + len(text)) if text else None)
        start += len(line) + 1
    return lines


def _wrapping(lines: Sequence[str], breaks: Sequence[bool]) -> tuple[bool, int]:
    """Whether a file is hard-wrapped, and at which width."""
    if not breaks:
        return False, 0
    long = sum(len(line) > WRAP_WIDTH for line in lines)
    width = max((len(line) for line in lines if len(line) <= WRAP_WIDTH), default=0)
    return long <= 0.02 * len(lines) and sum(breaks) >= WRAPPED_SHARE * len(breaks), width


def part_text(source: str, start: int, end: int) -> list[tuple[int, int]]:
    """A stretch of a text, cut at sentence ends (else at a space) where it is longer than `MAX_BLOCK`."""
    parts: list[tuple[int, int]] = []
    while end - start > MAX_BLOCK:
        window = source[start : start + MAX_BLOCK]
        cut = max(window.rfind(mark) for mark in (". ", "! ", "? ", ".\n")) + 1
        cut = cut or window.rfind(" ") + 1 or MAX_BLOCK
        parts.append((start, start + len(window[:cut].rstrip())))
        start += cut
        start += len(source[start:end]) - len(source[start:end].lstrip())
    return [*parts, (start, end)] if start < end else parts
