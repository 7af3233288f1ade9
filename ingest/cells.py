"""The cells of a table's text: lines with " | " between cells, with tabs, or aligned by spaces. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

Span = tuple[int, int]

SEPARATOR = " | "
_YEAR = re.compile(r"(?:19|20)\d\d(?:\s?[-–/]\s?(?:(?:19|20)?\d\d))?\*{0,3}")
# A cell that holds a figure or one of the marks that statistics put in its place (SSB: "." ".." ":" "-").
_FIGURE = re.compile(
    r"[<>≤≥]?\s?[−–+-]?\s?\d[\d\s.,\u00a0\u202f]*(?:%|prosent|pst\.?)?(?:\s?\(\d[\d\s.,]*%?\))?"
    r"(?:\s?(?:\*{1,3}|\b\d{1,2}\)|[¹²³⁰⁴-⁹]+))*|\.{1,3}|:|[-–—]"
)
_GAP = re.compile(r"\t[ \t]*| {2,}\t*[ \t]*")
MAX_HEADER_ROWS = 5  # more rows than this without a figure are a table of words
_RULED = frozenset(" \t|:+=-_–—")


def find_cells(text: str, header: str = "") -> list[list[Span]]:
    """The cells of each row: (start, end) in `text`, without the white space around; start == end is empty.

    Args:
        text: a table's lines, or some of them.
        header: the table's header lines where they are not part of `text`; columns that are aligned by
            spaces are told from all lines together.

    Every row of a table that is parted by "|" or by single tabs has its cells in place. In one that is
    aligned by spaces, a row with fewer pieces than there are columns is laid out by where its pieces stand.
    Lines that only draw a rule ("|---|") and blank lines are no rows.
    """
    lines = [span for span in _lines(text) if not is_rule(text[span[0] : span[1]])]
    above = [line for line in header.split("\n") if line.strip() and not is_rule(line)]
    rows = [*above, *(text[start:end] for start, end in lines)]
    if any("|" in row for row in rows):
        framed = [line for line in map(str.strip, rows) if "|" in line]
        opened = all(line.startswith("|") for line in framed)
        closed = all(line.endswith("|") and len(line) > 1 for line in framed)
        return [_split(text, _unframed(text, line, opened, closed), "|") for line in lines]
    if _tabbed(rows):
        return [_split(text, line, "\t") for line in lines]
    return _aligned(text, lines, above)


def is_rule(line: str) -> bool:
    """Whether a line only draws a rule between rows ("|---|:--:|", "-----  ----", "+===+")."""
    return set(line) <= _RULED and re.search(r"[-=_–—]{2}", line) is not None


def is_figure(cell: str) -> bool:
    """Whether a cell holds a figure and nothing else, or a mark that statistics put in a figure's place."""
    return _FIGURE.fullmatch(cell) is not None


def find_pieces(line: str) -> list[Span]:
    """The pieces of a line that tabs, or two spaces and more, part from each other."""
    spans: list[Span] = []
    start = 0
    for gap in _GAP.finditer(line):
        spans.append((start, gap.start()))
        start = gap.end()
    spans.append((start, len(line)))
    return [span for span in (_trim(line, *span) for span in spans) if span[0] < span[1]]


def _lines(text: str) -> list[Span]:
    return [match.span() for match in re.finditer(r"[^\n]*\S[^\n]*", text)]


def _unframed(text: str, line: Span, opened: bool, closed: bool) -> Span:
    """A row without the "|" that every row of its table begins with, and ends with."""
    start, end = _trim(text, *line)
    start += opened and text[start] == "|"
    end -= closed and end > start and text[end - 1] == "|"
    return start, end


def _split(text: str, line: Span, separator: str) -> list[Span]:
    """The cells between separators."""
    start, end = line
    places = [start + match.start() for match in re.finditer(re.escape(separator), text[start:end])]
    edges = [start, *(edge for at in places for edge in (at, at + 1)), end]
    return [_trim(text, edges[i], edges[i + 1]) for i in range(0, len(edges), 2)]


def _tabbed(lines: Sequence[str]) -> bool:
    """Whether single tabs part the cells: every line has as many of them, and no column is aligned."""
    counts = {line.count("\t") for line in lines}
    return len(counts) == 1 and counts != {0} and not any(re.search(r" {2,}\S", line) for line in lines)


def _aligned(text: str, lines: Sequence[Span], above: Sequence[str]) -> list[list[Span]]:
    rows = [
        [(start + left, start + right) for left, right in find_pieces(text[start:end])]
        for start, end in lines
    ]
    others = [find_pieces(line) for line in above]
    width = max((len(row) for row in (*rows, *others)), default=0)
    if all(len(row) == width for row in rows):
        return rows
    placed = [[(a - start, b - start) for a, b in row] for row, (start, _) in zip(rows, lines, strict=True)]
    full = [row for row in (*placed, *others) if len(row) == width]
    columns = [(min(row[i][0] for row in full), max(row[i][1] for row in full)) for i in range(width)]
    return [
        row if len(row) == width else _laid_out(row, at, columns, start)
        for row, at, (start, _) in zip(rows, placed, lines, strict=True)
    ]


def _laid_out(row: list[Span], at: list[Span], columns: Sequence[Span], line: int) -> list[Span]:
    """A short row's pieces put in the columns that they stand under; the cells between are empty."""
    cells: list[Span] = []
    for span, (left, right) in zip(row, at, strict=True):
        free = range(len(cells), len(columns) - (len(row) - row.index(span) - 1))
        best = min(free, key=lambda i: (_apart((left, right), columns[i]), i))
        cells += [(span[0], span[0])] * (best - len(cells))
        cells.append(span)
    return cells + [(row[-1][1], row[-1][1])] * (len(columns) - len(cells))


def _apart(one: Span, other: Span) -> int:
    """How far two stretches are apart; negative by how much they overlap."""
    return max(one[0], other[0]) - min(one[1], other[1])


def _trim(text: str, start: int, end: int) -> Span:
    piece = text[start:end]
    return start + len(piece) - len(piece.lstrip()), end - (len(piece) - len(piece.rstrip()))


def find_header(rows: Sequence[Sequence[str]]) -> int:
    """How many rows at the top of a table name its columns.

    They are those before the first row that has a figure beyond its first cell; years are names of columns
    there. A table without any figure has one such row, a table that opens with figures none.
    """
    for count, row in enumerate(rows):
        if any(is_figure(cell) and not _YEAR.fullmatch(cell) for cell in row[1:]):
            return count if count <= MAX_HEADER_ROWS else 1
    return 1 if len(rows) > 1 else 0
