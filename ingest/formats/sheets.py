"""The rows of a sheet -> pieces: the tables on it, and the lines above, between and below them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import takewhile

from ingest.cells import find_header
from ingest.formats.pieces import Piece, Role
from ingest.layout import MAX_TITLE, SENTENCE_END
from ingest.patterns import load_patterns

MAX_LINES = 3  # lines of text above a table among which its title stands

Row = Sequence[str]


def find_tables(rows: Sequence[Row]) -> list[Piece]:
    """The pieces of a sheet.

    Blank rows part tables. What follows a blank row without a header of its own goes on with the table above
    it. Lines of one cell are text; the one right above a table is its title.
    """
    pieces: list[Piece] = []
    grown: dict[int, list[tuple[str, ...]]] = {}  # rows of the table at a place in `pieces`
    for group in _groups(rows):
        width = max(len(row) for row in group)
        table = [(*row, *[""] * (width - len(row))) for row in group]
        lead = next((i for i, row in enumerate(table) if _filled(row) > 1), len(table))
        last = len(pieces) - 1
        if lead == len(table):
            pieces += [Piece(Role.TEXT, _text(row)) for row in table]
        elif last in grown and _goes_on(table[lead:], len(grown[last][0])):
            grown[last] += table
        else:
            title = _title([_text(row) for row in table[:lead]], pieces)
            grown[len(pieces)] = table[lead:]
            pieces.append(Piece(Role.TABLE, title, header=_header(table[lead:])))
    return [replace(piece, rows=tuple(grown.get(at, ()))) for at, piece in enumerate(pieces)]


def _groups(rows: Sequence[Row]) -> Iterator[list[Row]]:
    """Rows that stand below each other without a blank one between."""
    group: list[Row] = []
    for row in rows:
        if _filled(row):
            group.append(row)
        elif group:
            yield group
            group = []
    if group:
        yield group


def _filled(row: Row) -> int:
    """How many different texts a row has: a merged title counts once."""
    return len({cell for cell in row if cell.strip()})


def _text(row: Row) -> str:
    return next((cell for cell in row if cell.strip()), "")


def _goes_on(rows: Sequence[Row], width: int) -> bool:
    """Whether rows have no header of their own and fit a table of `width` columns above them."""
    return max(map(len, rows), default=0) <= width and _header(rows) == 0


def _header(rows: Sequence[Row]) -> int:
    return find_header([[cell.strip() for cell in row] for row in rows])


def _title(own: Sequence[str], pieces: list[Piece]) -> str:
    """A table's title: the lines in its first rows, else the line above it, which is taken back for it."""
    # A line that is numbered as a table is its title, whatever stands below it ("Oppdatert 31.05.2023").
    captions = load_patterns().captions
    if own:
        at = next((i for i, line in enumerate(own) if captions.match(line)), len(own) - 1)
        pieces += [Piece(Role.TEXT, line) for i, line in enumerate(own) if i != at]
        return own[at]
    lines = list(takewhile(lambda piece: piece.role is Role.TEXT, reversed(pieces)))[:MAX_LINES]
    at = next((i for i, piece in enumerate(lines, 1) if captions.match(piece.text)), min(1, len(lines)))
    above = pieces[-at] if at else None
    if above and len(above.text) <= MAX_TITLE and not SENTENCE_END.search(above.text):
        del pieces[-at]
        return above.text
    return ""
