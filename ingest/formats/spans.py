"""Cells that span rows and columns -> rows of equal length. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

MAX_COLUMNS = 200  # of a table; SSB's widest have about 60
MAX_ROWS = 50_000  # of a table; a row for each municipality and year of three decades is 11 000
MAX_SPAN = 50  # columns of one cell; a cell that claims more is taken to mean "all columns"
MAX_REPEATED = 200  # characters; a longer text that spans cells is written once: it is prose, or a bomb


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell, and how many columns and rows it spans."""

    text: str
    columns: int = 1
    rows: int = 1


def fill(rows: Sequence[Sequence[Cell]]) -> tuple[tuple[str, ...], ...]:
    """Rows of equal length, the text of a cell that spans several places in each of them.

    A table that says it is larger than it is stays as large as it is: a cell spans no more rows than there
    are, and one that claims more than `MAX_SPAN` columns spans its own row. What lies beyond
    `MAX_COLUMNS` or `MAX_ROWS` is left out.
    """
    kept = rows[:MAX_ROWS]
    width = _width(kept)
    held: dict[
        int, tuple[str, int]
    ] = {}  # column -> the text that reaches down into it, and for how many rows
    filled: list[tuple[str, ...]] = []
    for row in kept:
        texts = {column: text for column, (text, _) in held.items()}
        held = {column: (text, left - 1) for column, (text, left) in held.items() if left > 1}
        column = 0
        for cell in row:
            while column in texts:
                column += 1
            span = cell.columns if 1 <= cell.columns <= MAX_SPAN else width
            for place in range(column, min(column + span, width)):
                if place in texts:
                    break
                texts[place] = cell.text if place == column or len(cell.text) <= MAX_REPEATED else ""
                if cell.rows > 1 and cell.columns <= MAX_SPAN:
                    held[place] = (cell.text if len(cell.text) <= MAX_REPEATED else "", cell.rows - 1)
        filled.append(tuple(texts.get(place, "") for place in range(width)))
    return tuple(filled)


def _width(rows: Sequence[Sequence[Cell]]) -> int:
    """How many columns the widest row has, cells that reach down from above counted in."""
    widest = 0
    reaching: list[tuple[int, int]] = []  # (rows left, columns)
    for row in rows:
        own = [(c.rows, max(c.columns, 1)) if c.columns <= MAX_SPAN else (1, 1) for c in row]
        width = sum(columns for _, columns in (*own, *reaching))
        if width >= MAX_COLUMNS:
            return MAX_COLUMNS
        widest = max(widest, width)
        reaching = [(left - 1, columns) for left, columns in (*reaching, *own) if left > 1]
    return widest
