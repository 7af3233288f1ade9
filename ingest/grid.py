"""A table as rows and columns: its parts put together, its header filled, bands and titles told apart.

A long table is several paragraphs; they are one table here. A row of one text is a band: it speaks of the
rows below it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from ingest.cells import find_cells, is_figure, is_rule
from ingest.models import Paragraph, ParagraphKind

# A text across the top of a table longer than the name of a column is its title.
LONGEST_NAME = 40
_YEAR = re.compile(r"(?:19|20)\d\d")


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table's body. `start` and `end` are offsets into the text of `paragraph`."""

    text: str
    paragraph: Paragraph
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the body; `band` is the text of the band that it stands under, "" where there is none."""

    cells: tuple[Cell, ...]
    band: str = ""


@dataclass(frozen=True, slots=True)
class Grid:
    """A table. `columns` holds, for each column, the texts above it from the top down, each once.

    `titles` are texts that stand across the whole table, above its header. `sure` is False for the columns
    whose upper header cells had to be guessed.
    """

    columns: tuple[tuple[str, ...], ...]
    rows: tuple[Row, ...]
    titles: tuple[str, ...] = ()
    sure: tuple[bool, ...] = ()

    def column(self, at: int) -> str:
        """The name of a column as one text."""
        return " ".join(self.columns[at])


def find_tables(paragraphs: Sequence[Paragraph]) -> list[list[Paragraph]]:
    """The tables among paragraphs, each with all its parts."""
    tables: list[list[Paragraph]] = []
    last: Paragraph | None = None
    for paragraph in paragraphs:
        if paragraph.kind is ParagraphKind.TABLE:
            goes_on = (
                last is not None
                and paragraph.header
                and (paragraph.header, paragraph.section) == (last.header, last.section)
                and not paragraph.text.startswith(paragraph.header)
            )
            if goes_on:
                tables[-1].append(paragraph)
            else:
                tables.append([paragraph])
        last = paragraph if paragraph.kind is ParagraphKind.TABLE else None
    return tables


def read_grid(parts: Sequence[Paragraph]) -> Grid:
    """The grid of a table from its paragraphs."""
    header, body = _lines(parts)
    width = max((len(row) for row in (*header, *([c.text for c in row] for row in body))), default=0)
    header = [[*row, *[""] * (width - len(row))] for row in header]
    titles: list[str] = []
    while header and _is_title(header[0], alone=len(header) == 1):
        titles.append(next(text for text in header.pop(0) if text))
    bands = [i for i, row in enumerate(header) if i and _one_text(row) and row[0]]
    band = ""
    if bands and bands[-1] == len(header) - 1:
        band = header.pop()[0]
    header, sure = _filled(header, width)
    columns = [tuple(dict.fromkeys(row[at] for row in header if row[at])) for at in range(width)]
    return Grid(tuple(columns), tuple(_rows(body, width, band)), tuple(titles), tuple(sure))


def name_cell(paragraph: Paragraph, at: int) -> tuple[str, str]:
    """(Row, column) of the cell of a table's paragraph at an offset; "" for what has no name."""
    grid = read_grid([paragraph])
    for row in grid.rows:
        for number, cell in enumerate(row.cells):
            if cell.start <= at < cell.end:
                names = [c.text for c in row.cells if c.text and not is_figure(c.text)]
                first = row.cells[0].text if number else ""
                named = dict.fromkeys(filter(None, (row.band, first, *(n for n in names if n != cell.text))))
                return ", ".join(named), ", ".join(grid.columns[number])
    return "", ""


def _lines(parts: Sequence[Paragraph]) -> tuple[list[list[str]], list[list[Cell]]]:
    """The header's cells as texts, and the body's cells."""
    header: list[list[str]] = []
    body: list[list[Cell]] = []
    for paragraph in parts:
        above = paragraph.header
        own = bool(above) and paragraph.text.startswith(above)
        rows = find_cells(paragraph.text, "" if own else above)
        cells = [[Cell(paragraph.text[s:e], paragraph, s, e) for s, e in row] for row in rows]
        count = sum(1 for line in above.split("\n") if line.strip() and not is_rule(line)) if own else 0
        if not header and own:
            header = [[cell.text for cell in row] for row in cells[:count]]
        elif not header and above:
            header = [[above[s:e] for s, e in row] for row in find_cells(above)]
        body += cells[count:]
    while body and header and _goes_on(body[0]):
        header.append([cell.text for cell in body.pop(0)])
    return header, body


def _goes_on(row: Sequence[Cell]) -> bool:
    """Whether a row below the header names columns too: several texts, none of them over the labels."""
    texts = [cell.text for cell in row]
    return not texts[0] and len([t for t in texts if t]) > 1 and not any(is_figure(t) for t in texts if t)


def _one_text(row: Sequence[str]) -> bool:
    return len({text for text in row if text}) == 1


def _is_title(row: Sequence[str], *, alone: bool) -> bool:
    """Whether the first line of a header is a text across the table rather than names of columns."""
    if not _one_text(row) or alone:
        return False
    text = next(text for text in row if text)
    return all(row) or (bool(row[0]) and len(text) > LONGEST_NAME)


def _filled(header: Sequence[Sequence[str]], width: int) -> tuple[list[list[str]], list[bool]]:
    """Upper header lines with the cells that a text spans filled in, and the columns where that is sure."""
    sure = [True] * width
    found: list[list[str]] = []
    for number, row in enumerate(header):
        below = header[number + 1 :]
        gaps = [at for at in range(1, width) if not row[at] and any(lower[at] for lower in below)]
        if not below or not gaps:
            found.append(list(row))
            continue
        filled, regular = _spread(row, width)
        found.append([filled[at] if at in gaps else row[at] for at in range(width)])
        for at in gaps:
            sure[at] = sure[at] and regular
    return found, sure


def _spread(row: Sequence[str], width: int) -> tuple[list[str], bool]:
    """Each text of an upper line over its columns: even blocks where they fit, else up to the next text."""
    named = [at for at in range(1, width) if row[at]]
    result = list(row)
    if not named:
        return result, True
    for first in range(1, named[0] + 1):
        block, rest = divmod(width - first, len(named))
        if not rest and all(first + i * block <= at < first + (i + 1) * block for i, at in enumerate(named)):
            for i, at in enumerate(named):
                result[first + i * block : first + (i + 1) * block] = [row[at]] * block
            return result, True
    for at in range(named[0] + 1, width):
        result[at] = row[at] or result[at - 1]
    return result, False


def _rows(body: Iterable[Sequence[Cell]], width: int, band: str) -> list[Row]:
    """The rows with figures or marks, each under its band."""
    found: list[Row] = []
    for cells in body:
        texts = {cell.text for cell in cells if cell.text}
        if not texts:
            continue
        named = not is_figure(cells[0].text) or _YEAR.fullmatch(cells[0].text)
        if len(texts) == 1 and cells[0].text and named and width > 1:
            band = cells[0].text
            continue
        last = cells[-1]
        empty = replace(last, text="", start=last.end)
        found.append(Row((*cells, *[empty] * (width - len(cells))), band))
    return found
