"""Lines and tables of pages -> pieces: running heads out, hyphenated words and paragraphs joined again."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from ingest.cells import find_cells
from ingest.formats.page_rules import load_page_rules
from ingest.formats.pieces import Piece, Role, plain
from ingest.layout import BULLET, MAX_HEADING, MAX_TITLE, SENTENCE_END
from ingest.plain_tables import find_plain_tables

EDGE = 0.12  # of a page's height, at its top and its foot, is where running heads and page numbers stand
MIN_REPEATS = 3  # pages with the same head
REPEATED = 0.2  # of the pages; left and right pages may have heads of their own, and so may chapters
LARGER = 1.15  # times the size of running text: a heading
SMALLER = 0.92  # times the size of running text: a note
RAISED = 0.8  # times the size of the line: a mark that is raised
WIDE_GAP = 1.2  # times the size: the space between two columns of a table, or of a page
JOINED = 0.12  # times the size: less space than between words; the parts are of one word
LEADING = 0.7  # times the size: more space than this beyond the usual between two lines parts paragraphs
BOLD_LEVEL = 7
MIN_COLUMN_LINES = 8  # lines side by side before a page has two columns
MIN_COLUMN_TEXT = 20  # characters of a line in a column; fewer is a column of a table
_PAGE_NUMBER = re.compile(
    r"\W*(?:(?:side|page)\s*)?(?:\d{1,4}(?:\s*(?:av|of|/|\|)\s*\d{1,4})?|[ivxl]{1,6})\W*", re.IGNORECASE
)
_LEADERS = re.compile(r"(?:\.\s?){4,}\s*(?:\d{1,4}|[ivxl]{1,6})$")  # of a list of contents
_UNMAPPED = re.compile(r"\(cid:\d+\)")
_NOTE_NUMBER = re.compile(r"(?:\[?\d{1,2}\]?|\*{1,3})\s*(?=[A-ZÆØÅ«])")


@dataclass(frozen=True, slots=True)
class Word:
    """A word, or a part of one in another font, in points from the page's upper left corner."""

    text: str
    x0: float
    x1: float
    top: float
    bottom: float
    size: float
    bold: bool


@dataclass(frozen=True)
class Line:
    """Words side by side, from left to right."""

    words: tuple[Word, ...]

    @cached_property
    def size(self) -> float:
        """The size of most of its letters."""
        sizes: Counter[float] = Counter()
        for word in self.words:
            sizes[round(word.size * 2) / 2] += len(word.text)
        return sizes.most_common(1)[0][0]

    @cached_property
    def bold(self) -> bool:
        """Whether all of it is bold."""
        return all(word.bold for word in self.words if any(map(str.isalnum, word.text)))

    @cached_property
    def top(self) -> float:
        """Upper edge of its largest words."""
        return min(word.top for word in self.words)

    @cached_property
    def bottom(self) -> float:
        """Lower edge."""
        return max(word.bottom for word in self.words)

    @property
    def x0(self) -> float:
        """Left edge."""
        return self.words[0].x0

    @property
    def x1(self) -> float:
        """Right edge."""
        return max(word.x1 for word in self.words)

    @cached_property
    def text(self) -> str:
        """Its text; a raised figure after a word becomes a mark "[1]"."""
        parts: list[str] = []
        before: Word | None = None
        for word in self.words:
            gap = before is None or word.x0 - before.x1 > JOINED * min(word.size, before.size)
            parts.append(" " if before and gap else "")
            parts.append(self._marked(word, before, gap))
            before = word
        return _UNMAPPED.sub("", "".join(parts)).strip()

    def _marked(self, word: Word, before: Word | None, gap: bool) -> str:
        raised = word.size <= RAISED * self.size and word.bottom < self.bottom - 0.15 * self.size
        is_mark = (
            raised and before is not None and not gap and re.fullmatch(r"\d{1,2}(?:,\d{1,2})?", word.text)
        )
        if not is_mark or (before and re.search(r"(?:^|\d|\b[kcdm]?)m$", before.text)):
            return word.text
        return f"[{word.text}]"

    def split(self) -> list[Line]:
        """Its pieces where wide gaps part it."""
        pieces: list[list[Word]] = []
        for word in self.words:
            if pieces and word.x0 - pieces[-1][-1].x1 <= WIDE_GAP * self.size:
                pieces[-1].append(word)
            else:
                pieces.append([word])
        return [Line(tuple(piece)) for piece in pieces]


@dataclass(frozen=True, slots=True)
class Table:
    """A ruled table: where it stands, and its rows."""

    box: tuple[float, ...]
    rows: tuple[tuple[str, ...], ...]

    def holds(self, word: Word) -> bool:
        """Whether a word stands in it."""
        x, y = (word.x0 + word.x1) / 2, (word.top + word.bottom) / 2
        return self.box[0] <= x <= self.box[2] and self.box[1] <= y <= self.box[3]


@dataclass(frozen=True, slots=True)
class Page:
    """What stands on a page."""

    number: int
    width: float
    height: float
    lines: list[Line]
    tables: list[Table]


def to_pieces(pages: Sequence[Page]) -> tuple[str, list[Piece]]:
    """The title of a document ("" where no line can be one), and its pieces in reading order."""
    heads = _running_heads(pages)
    kept = [[line for line in page.lines if not _is_head(line, page, heads)] for page in pages]
    sizes: Counter[float] = Counter()
    for line in (line for lines in kept for line in lines):
        sizes[line.size] += len(line.text)
    if not sizes:
        return "", [_table_piece(table, page) for page in pages for table in page.tables]
    body = sizes.most_common(1)[0][0]
    writer = _Writer(body, sorted((size for size in sizes if size >= LARGER * body), reverse=True))
    for page, lines in zip(pages, kept, strict=True):
        for part in _in_order(page, lines):
            writer.take(part, page)
    writer.end()
    return writer.title(), writer.pieces


def _running_heads(pages: Sequence[Page]) -> set[str]:
    """What repeats at the head or the foot of pages, figures aside."""
    seen: Counter[str] = Counter()
    numbered: Counter[tuple[str, int]] = Counter()
    for number, page in enumerate(pages, start=1):
        edges = [line for line in page.lines if _at_edge(line, page)]
        seen.update({_key(line) for line in edges})
        # With the page's own number two pages tell: "Kontoret for levekår 1", "Kontoret for levekår 2", or in
        # what was taken from a longer text "… 5", "… 6".
        ends = [(line, line.text.split()[-1]) for line in edges if line.text.split()]
        numbered.update({(_key(line), int(end) - number) for line, end in ends if end.isdigit()})
    needed = max(MIN_REPEATS, REPEATED * len(pages))
    told = {key for (key, _), count in numbered.items() if count > 1}
    return told | {key for key, count in seen.items() if count >= needed}


def _key(line: Line) -> str:
    """What of a line repeats: its size, and its words without figures. A title is larger than its copies."""
    return f"{line.size} {re.sub('[0-9]+', '#', ' '.join(line.text.lower().split()))}"


def _at_edge(line: Line, page: Page) -> bool:
    return line.bottom < EDGE * page.height or line.top > (1 - EDGE) * page.height


def _is_head(line: Line, page: Page, heads: set[str]) -> bool:
    """Whether a line is a running head, a page number, or one of a list of contents."""
    if _LEADERS.search(line.text):
        return True
    numbered = _PAGE_NUMBER.fullmatch(line.text) is not None
    return _at_edge(line, page) and (numbered or _key(line) in heads)


def _in_order(page: Page, lines: Sequence[Line]) -> Iterator[Line | Table | Piece]:
    """Lines and tables from above to below; a column of the page is read to its end before the next."""
    gutter = _gutter(page, lines)
    rest: list[Line | Table] = sorted([*lines, *page.tables], key=_top)
    if gutter is None:
        yield from _with_aligned(rest, page)
        return
    left: list[Line | Table] = []
    right: list[Line | Table] = []
    for thing in rest:
        parts = thing.split() if isinstance(thing, Line) else []
        if isinstance(thing, Table) or any(part.x0 < gutter < part.x1 for part in parts):
            yield from (*left, *right, thing)
            left, right = [], []
            continue
        for words, column in (
            ([p for p in parts if p.x1 <= gutter], left),
            ([p for p in parts if p.x0 >= gutter], right),
        ):
            if words:
                column.append(Line(tuple(word for part in words for word in part.words)))
    yield from (*left, *right)


def _top(thing: Line | Table) -> float:
    return thing.top if isinstance(thing, Line) else thing.box[1]


def _gutter(page: Page, lines: Sequence[Line]) -> float | None:
    """The middle of the space between two columns of running text; None where a page has one."""
    middle = range(int(0.35 * page.width), int(0.65 * page.width), 3)
    best, most = None, 0
    split = [(line, line.split()) for line in lines]
    for x in middle:
        beside = crossing = 0
        for _, parts in split:
            if any(part.x0 < x < part.x1 for part in parts):
                crossing += 1
            elif len(parts) == 2 and parts[0].x1 <= x <= parts[1].x0:
                beside += all(len(part.text) >= MIN_COLUMN_TEXT for part in parts)
        if beside > most and beside >= MIN_COLUMN_LINES and crossing <= 0.5 * beside:
            best, most = float(x), beside
    return best


def _with_aligned(things: Sequence[Line | Table], page: Page) -> Iterator[Line | Table | Piece]:
    """Tables without rules are found as in plain text: the lines are drawn with letters of one width."""
    lines = [thing for thing in things if isinstance(thing, Line)]
    drawn = [_drawn(line) for line in lines]
    source = "\n".join(drawn)
    spans: list[tuple[int, int] | None] = []
    at = 0
    for text in drawn:
        start = at + len(text) - len(text.lstrip())
        spans.append((start, at + len(text)) if text.strip() else None)
        at += len(text) + 1
    rows: dict[int, Piece | None] = {}
    for table in find_plain_tables(source, spans):
        text = source[table.start : table.end]
        cells = tuple(tuple(text[a:b] for a, b in row) for row in find_cells(text))
        rows.update(dict.fromkeys(range(table.first, table.last)))
        rows[table.first] = Piece(Role.TABLE, rows=cells, page=page.number)
    number = -1
    for thing in things:
        number += isinstance(thing, Line)
        if isinstance(thing, Table) or number not in rows:
            yield thing
        elif (piece := rows[number]) is not None:
            yield piece


def _drawn(line: Line) -> str:
    """A line in letters of one width, half as wide as they are high."""
    text = ""
    for piece in line.split():
        column = round(piece.x0 / (0.5 * max(line.size, 1.0)))
        text += " " * max(column - len(text), 2 if text else 0) + piece.text
    return text[:2000]


def _table_piece(table: Table, page: Page) -> Piece:
    return Piece(Role.TABLE, rows=table.rows, page=page.number)


class _Writer:
    """Joins lines to paragraphs. `sizes` are the sizes of headings, the largest first."""

    def __init__(self, body: float, sizes: Sequence[float]) -> None:
        self.body = body
        self.sizes = list(sizes)
        self.hanging = load_page_rules().hanging
        self.pieces: list[Piece] = []
        self._lines: list[Line] = []
        self._level: int | None = None
        self._page = 0

    def take(self, part: Line | Table | Piece, page: Page) -> None:
        """Take what comes next on a page."""
        if not isinstance(part, Line):
            self.end()
            self.pieces.append(part if isinstance(part, Piece) else _table_piece(part, page))
            return
        level = self._heading_level(part)
        if level is None and self._is_text_after_all(part, page):
            self._level = None
        if self._lines and (level != self._level or not self._goes_on(part, page)):
            self.end()
        if not self._lines:
            self._page = page.number
        self._level = level
        self._lines.append(part)

    def title(self) -> str:
        """The largest heading of the first page, taken out of the pieces."""
        first = [piece for piece in self.pieces if piece.role is Role.HEADING and piece.page == 1]
        worded = [p for p in first if re.search(r"[^\W\d_]{4,}", p.text) and not re.search("@|://", p.text)]
        if not worded:
            return ""
        best = min(worded, key=lambda piece: piece.level)
        self.pieces.remove(best)
        return best.text[:MAX_TITLE]

    def end(self) -> None:
        """End the paragraph that is being read."""
        lines, level = self._lines, self._level
        self._lines = []
        if not lines:
            return
        text = lines[0].text
        for line in lines[1:]:
            text = self.joined(text, line.text)
        text = plain(text)
        if level is not None:
            self.pieces.append(Piece(Role.HEADING, text, level, self._page))
        elif lines[0].size <= SMALLER * self.body and (mark := _NOTE_NUMBER.match(text)):
            self.pieces.append(Piece(Role.NOTE, text[mark.end() :], page=self._page))
        elif (before := self._broken_off(text)) is not None:
            self.pieces[-1] = Piece(Role.TEXT, self.joined(before.text, text), page=before.page)
        else:
            self.pieces.append(Piece(Role.TEXT, text, page=self._page))

    def joined(self, before: str, after: str) -> str:
        """Two lines of one paragraph; a word that was parted at the line's end is whole again."""
        head = re.search(r"(\w)[-\u00ad\u2010]$", before)
        if head is None or not after[:1].islower():
            whole = before.endswith("-") and before[-2:-1].isdigit() and after[:1].isdigit()
            return before + after if whole else f"{before} {after}"
        if re.split(r"\W", after, maxsplit=1)[0] in self.hanging:
            return f"{before} {after}"
        keeps = head.group(1).isupper() or head.group(1).isdigit()
        return (before if keeps else before[:-1]) + after

    def _heading_level(self, line: Line) -> int | None:
        text = line.text
        lettered = len(re.findall(r"[^\W\d_]", text)) > 2
        if not lettered or len(text) > MAX_TITLE or BULLET.match(text):
            return None
        if line.size in self.sizes and not (SENTENCE_END.search(text) and len(text) > MAX_HEADING):
            return 1 + min(self.sizes.index(line.size), BOLD_LEVEL - 2)
        bold = line.bold and line.size >= SMALLER * self.body and len(text) <= MAX_HEADING
        return BOLD_LEVEL if bold and not re.search(r"[.:;,!]$", text) else None

    def _is_text_after_all(self, line: Line, page: Page) -> bool:
        """Whether what looked like a heading is the first line of a lead in bold, whose sentence goes on."""
        if not self._lines or self._level is None:
            return False
        last = self._lines[-1]
        alike = line.bold == last.bold and line.size == last.size
        return alike and line.text[:1].islower() and self._goes_on(line, page)

    def _goes_on(self, line: Line, page: Page) -> bool:
        """Whether a line goes on with the paragraph above it."""
        last = self._lines[-1]
        if page.number != self._page or abs(line.size - last.size) > 0.5 or line.top < last.top - 2:
            return False
        if line.top - last.bottom > LEADING * line.size:
            return False
        mark = BULLET.match(line.text)
        if (mark and mark.end() > 1) or (_NOTE_NUMBER.match(line.text) and line.size <= SMALLER * self.body):
            return False
        ended = SENTENCE_END.search(last.text) is not None
        indented = line.x0 > last.x0 + line.size and not BULLET.match(self._lines[0].text)
        short = last.x1 < max(seen.x1 for seen in (*self._lines, line)) - 0.25 * page.width
        return not (ended and (indented or short))

    def _broken_off(self, text: str) -> Piece | None:
        """The paragraph of the page before that this one goes on with."""
        before = self.pieces[-1] if self.pieces else None
        if before is None or before.role is not Role.TEXT or before.page is None:
            return None
        follows = before.page < self._page and text[:1].islower()
        return before if follows and not re.search(r"[.!?:]\W*$", before.text) else None
