"""What every parser gives: a document as pieces; and pieces -> the text that is kept, with its blocks.

A parser says what a file's own marks say (a heading, an item of a list, a table). What only the words tell
(a caption, a note, a speech, a date, boilerplate) is told here, with the patterns that plain text is read by.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from ingest.cells import SEPARATOR, find_header
from ingest.formats import MAX_TEXT
from ingest.layout import (
    BULLET,
    LEAD_IN,
    MAX_BLOCK,
    MAX_BOILERPLATE,
    MAX_HEADING,
    MAX_TITLE,
    NOTE,
    SENTENCE_END,
    Block,
    Layout,
    last_told,
    part_text,
)
from ingest.models import CorpusError, ParagraphKind
from ingest.patterns import ENDS_IN_DATE, FIRST_LINES, Patterns, load_patterns, parse_date, states_figure
from ingest.plain_tables import part_rows
from ingest.sentences import find_sentences

_GAP = "\n\n"  # between two paragraphs of the text
MAX_LABEL = 300  # characters of a row that is a table's title or note rather than a row

# Characters that carry no text: controls, marks of direction, soft hyphens, and what has no width.
_SILENT = re.compile(
    "[\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb\x00-\x08\x0e-\x1f\x7f-\x9f]"
)
_BANK_NUMBER = re.compile(r"\d{4,6}:\s+(?=\D)")
_SPACES = re.compile(r"[ \t\r\n\f\v]+")
_LETTERS = re.compile(r"[^\W\d_]")


class Role(StrEnum):
    """What a file's own marks say a piece is."""

    HEADING = "heading"
    TEXT = "text"
    BULLET = "bullet"
    CAPTION = "caption"
    NOTE = "note"
    TABLE = "table"


@dataclass(frozen=True, slots=True)
class Piece:
    """One heading, paragraph or table of a document.

    `level` orders headings (1 is the highest). `rows` are a table's cells, every row of the same length,
    `header` how many of them name the columns (None: not marked). `page` counts from 1.
    """

    role: Role
    text: str = ""
    level: int = 2
    page: int | None = None
    rows: tuple[tuple[str, ...], ...] = ()
    header: int | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """What a parser read. Dates are ISO dates or empty; `remarks` say what was left out, and why."""

    pieces: tuple[Piece, ...]
    title: str = ""
    publisher: str = ""
    published: str = ""
    updated: str = ""
    language: str = ""
    remarks: tuple[str, ...] = field(default=())


def plain(text: str) -> str:
    """A piece's text on one line: composed letters, single spaces, no silent characters."""
    whole = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    silent = _SILENT.sub("", unicodedata.normalize("NFC", whole))
    return _SPACES.sub(" ", silent).strip()


def shortened(title: str) -> str:
    """A title; of one that goes on at length ("… etter kommune. Kilde: …") the first sentence, or the words.

    A word that is cut may be another one: "få del" of "få deltakere".
    """
    if len(title) <= MAX_TITLE:
        return title
    start, end = next(iter(find_sentences(title)))
    first = title[start:end].rstrip(".")
    return first if len(first) <= MAX_TITLE else first[:MAX_TITLE].rpartition(" ")[0]


def unnumbered(title: str) -> str:
    """A table's title without the number that a statistics bank gives it: "13000: Deltakere, …"."""
    return _BANK_NUMBER.sub("", title)


def lay_out(document: Document, name: str) -> tuple[str, Layout]:
    """The text of a document, a piece a paragraph, and what is where in it.

    Raises:
        CorpusError: there is no text in it, or more than `MAX_TEXT` characters.
    """
    layer = _Layer(document, load_patterns(), name)
    for number, piece in enumerate(document.pieces):
        layer.take(piece, document.pieces[number + 1 :][:1])
    text = _GAP.join(layer.texts)
    if not _LETTERS.search(text):
        raise CorpusError(
            f"{name}: there is no text in it. Give a version whose text can be marked and copied."
        )
    # What the report itself says in words counts before what its file carries along.
    updated = layer.updated or layer.published or _iso(document.updated) or _iso(document.published)
    return text, Layout(layer.title, updated, tuple(layer.blocks))


class _Layer:
    """One pass over the pieces: writes the text and keeps the heading path."""

    def __init__(self, document: Document, patterns: Patterns, name: str) -> None:
        self.patterns = patterns
        self.name = name
        self.texts: list[str] = []
        self.length = 0
        self.blocks: list[Block] = []
        self.path: list[tuple[int, str]] = []
        self.updated: dt.date | None = None
        self.published: dt.date | None = None
        self.title = shortened(plain(document.title))
        if self.title:
            start = self._write(self.title)
            captions = {
                unnumbered(plain(piece.text)) for piece in document.pieces if piece.role is Role.TABLE
            }
            if states_figure(self.title) and unnumbered(self.title) not in captions:
                self._block(start, self.title, ParagraphKind.TEXT, None)

    def take(self, piece: Piece, after: Sequence[Piece]) -> None:
        """Write one piece. `after` is the piece that follows, if there is one."""
        if self.path and self.path[-1][0] == LEAD_IN and piece.role not in (Role.BULLET, Role.TABLE):
            self.path.pop()
        if piece.role is Role.TABLE:
            self._take_table(piece)
            return
        text = plain(piece.text)
        if not text or not any(map(str.isalnum, text)):
            return
        if piece.role is Role.HEADING and len(text) <= MAX_TITLE:
            self._take_heading(text, piece)
            return
        if self._is_boilerplate(text):
            return
        if self._is_date(text):
            self._block(self._write(text), text, ParagraphKind.DATE, piece.page)
            return
        kind, mark = self._kind(piece.role, text)
        if text := text[mark:].lstrip():
            self._block(self._write(text), text, kind, piece.page)
            listed = bool(after) and after[0].role in (Role.BULLET, Role.TABLE)
            if listed and piece.role is Role.TEXT and text.endswith(":") and len(text) <= MAX_HEADING:
                self.path.append((LEAD_IN, text.rstrip(":")))

    def _kind(self, role: Role, text: str) -> tuple[ParagraphKind, int]:
        """Kind of a paragraph, and the length of the mark before its text."""
        if role is Role.CAPTION or self.patterns.captions.match(text):
            return ParagraphKind.CAPTION, 0
        note = NOTE.match(text)
        if role is Role.NOTE or note or self.patterns.notes.match(text):
            return ParagraphKind.NOTE, note.end() if note else 0
        if (mark := BULLET.match(text)) and mark.end() > 1:
            rest = text[mark.end() :]
            spoken = self.patterns.speech.search(rest) or (
                mark.group(1) in "–—" and SENTENCE_END.search(rest)
            )
            dashed = mark.group(1) in "-–—"
            if dashed and spoken and role is Role.TEXT:
                return ParagraphKind.SPEECH, mark.end()
            return ParagraphKind.BULLET, mark.end()
        return (ParagraphKind.BULLET if role is Role.BULLET else ParagraphKind.TEXT), 0

    def _is_boilerplate(self, text: str) -> bool:
        return len(text) <= MAX_BOILERPLATE and self.patterns.boilerplate.fullmatch(text) is not None

    def _is_date(self, text: str) -> bool:
        """Take in a line that only says when the text was published or changed."""
        if len(text) > MAX_HEADING or (date := parse_date(text, self.patterns.months)) is None:
            return False
        if match := self.patterns.updated.search(text):
            self.updated = self.updated or parse_date(text[match.end() :], self.patterns.months) or date
            return bool(self.patterns.updated.match(text) or self.patterns.published.match(text))
        if self.patterns.published.match(text):
            self.published = self.published or date
            return True
        if len(self.texts) < FIRST_LINES and not self.published:
            # "Kari Holm · Publisert 14. juni 2016 kl. 06.15" names who wrote it, too
            said = next((m for m in self.patterns.published.finditer(text) if _is_word(text, m)), None)
            dated = parse_date(text[said.end() :], self.patterns.months) if said else None
            if dated or ENDS_IN_DATE.search(text.lower()):
                self.published = dated or date
        return False

    def _take_heading(self, text: str, piece: Piece) -> None:
        if text == self.title or self._is_boilerplate(text):
            return
        while self.path and self.path[-1][0] >= piece.level:
            self.path.pop()
        self.path.append((piece.level, text))
        start = self._write(text)
        if states_figure(text):
            self._block(start, text, ParagraphKind.TEXT, piece.page)

    def _take_table(self, piece: Piece) -> None:
        rows = _tidy(piece.rows)
        above, rows, below = _set_apart(rows, piece.header is None)
        titles = [unnumbered(text) for text in (plain(piece.text), *above) if text]
        if rows and (len(rows) == 1 or len(rows[0]) == 1):
            below = [cell for row in rows for cell in row if cell] + below
            rows = []
        last = last_told(self.blocks)
        listed = last is not None and last.kind is ParagraphKind.BULLET
        if self.path and self.path[-1][0] == LEAD_IN and (listed or not rows):
            self.path.pop()
        section = self._section()
        if not titles and (caption := self._caption_above()):
            section += (caption,)
        for title in titles:
            self._block(self._write(title), title, ParagraphKind.CAPTION, piece.page)
        if rows:
            self._write_table(piece, rows, section + tuple(map(shortened, titles[:1])))
        if self.path and self.path[-1][0] == LEAD_IN:
            self.path.pop()
        for text in below:
            self.take(Piece(Role.TEXT, text, page=piece.page), ())

    def _caption_above(self) -> str:
        """The caption right above, or above a line that only dates the report; "" if there is none."""
        end = self.length
        for above, block in enumerate(reversed(self.blocks), start=1):
            if block.end != end or block.kind not in (ParagraphKind.CAPTION, ParagraphKind.DATE):
                break
            if block.kind is ParagraphKind.CAPTION:
                return self.texts[-above] if len(self.texts[-above]) <= MAX_TITLE else ""
            end = block.start - len(_GAP)
        return ""

    def _write_table(self, piece: Piece, rows: Sequence[Sequence[str]], section: tuple[str, ...]) -> None:
        lines = [SEPARATOR.join(row).strip() for row in rows]
        count = find_header(rows) if piece.header is None else min(piece.header, len(rows) - 1)
        header = "\n".join(lines[:count])
        text = "\n".join(lines)
        start = self._write(text)
        for first, last in part_rows(text, 0, len(text), MAX_BLOCK):
            span = start + first, start + last
            self.blocks.append(Block(*span, ParagraphKind.TABLE, section, header, piece.page))

    def _section(self) -> tuple[str, ...]:
        return tuple(heading for _, heading in self.path)

    def _write(self, text: str) -> int:
        """Write a paragraph; where it starts."""
        start = self.length + len(_GAP) * bool(self.texts)
        self.texts.append(text)
        self.length = start + len(text)
        if self.length > MAX_TEXT:
            raise CorpusError(
                f"{self.name}: it has more than {MAX_TEXT} characters of text. Split the report."
            )
        return start

    def _block(self, start: int, text: str, kind: ParagraphKind, page: int | None) -> None:
        section = self._section()
        for first, last in part_text(text, 0, len(text)):
            self.blocks.append(Block(start + first, start + last, kind, section, page=page))


def _is_word(text: str, match: re.Match[str]) -> bool:
    """Whether a match is a word of its own, no part of a longer one."""
    around = text[match.start() - 1 : match.start()] + text[match.end() : match.end() + 1]
    return not any(map(str.isalnum, around))


def _tidy(rows: Sequence[Sequence[str]]) -> list[list[str]]:
    """Cells on one line without "|"; rows and columns that are empty throughout are left out."""
    cells = [[plain(cell).replace("|", "/") for cell in row] for row in rows]
    cells = [row for row in cells if any(row)]
    width = max((len(row) for row in cells), default=0)
    filled = [any(row[i] for row in cells if i < len(row)) for i in range(width)]
    return [[row[i] if i < len(row) else "" for i in range(width) if filled[i]] for row in cells]


def _set_apart(rows: list[list[str]], may_hold_title: bool) -> tuple[list[str], list[list[str]], list[str]]:
    """The rows above a table that are its titles, the table, and the rows below it that are notes.

    Such a row has one cell that is filled, or one text in all of its cells.
    """
    first, last = 0, len(rows)
    while may_hold_title and first < last - 1 and _single(rows[first]):
        first += 1
    while last > first + 1 and _single(rows[last - 1]) and rows[last - 1][0]:
        last -= 1
    table = rows[first:last]
    above, below = [_single(row) for row in rows[:first]], [_single(row) for row in rows[last:]]
    return above, _tidy(table), below


def _single(row: Sequence[str]) -> str:
    """The one text of a row that is no row of cells; "" for any other row."""
    texts = {cell for cell in row if cell}
    if len(row) < 2 or len(texts) != 1 or sum(map(bool, row)) not in (1, len(row)):
        return ""
    (text,) = texts
    return text if len(text) <= MAX_LABEL and _LETTERS.search(text) else ""


def _iso(date: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(date[:10]) if date else None
    except ValueError:
        return None
