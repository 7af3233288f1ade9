"""The figures in one cell of a table: "1 234", "38,5 %", "620 (38,5 %)", "<5", ":".

A cell is not prose: it says little more than a number, in the hand of whoever made the table. A lone comma
or full stop before three digits parts thousands where people are counted, and decimals where shares stand.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from ingest.cells import is_figure
from ingest.models import Direction, Quantity
from ingest.numbers import find_quantities
from ingest.readings import PEOPLE, PERCENT, POINTS

HALF = Decimal("0.5")
UNITS = (POINTS, PERCENT, PEOPLE)
BELOW, ABOVE = "under", "over"
MAX_DIGITS = 12  # a longer string of digits is an identifier

_STARTS = frozenset("0123456789<>≤≥+-−–")
_DIGITS = r"\d{1,3}(?:[ \u00a0\u2007\u2009\u202f.'’]\d{3})+(?:[.,]\d+)?(?!\d)|\d+(?:[.,]\d+)?"
_NOTES = r"(?:\s?(?:\*{1,3}|[¹²³⁰⁴-⁹]+|\[\w{1,2}\]|\(?\b[\da-z]\)))*"


@dataclass(frozen=True, slots=True)
class CellFigure:
    """A figure of a cell; `sign` is which way it goes where the cell has a sign before it."""

    quantity: Quantity
    sign: Direction | None = None
    certain: bool = True


class CellReader:
    """Reads the figures of cells.

    Args:
        words: the words of each unit and each hedge, by its code: the section "cells" of tables.toml.
    """

    def __init__(self, words: Mapping[str, Sequence[str]]) -> None:
        self._units = {word: code for code in UNITS for word in words.get(code, ())}
        self._hedges = {word: code for code in words if code not in UNITS for word in words[code]}
        unit, hedge = _either(self._units), _either(self._hedges)
        self._cell = re.compile(
            rf"(?P<hedge>{hedge})?\s?(?P<sign>[-−–+])?\s?(?P<number>{_DIGITS})\s?(?P<unit>{unit})?"
            rf"(?:\s?[(/]\s?(?P<second>{_DIGITS})\s?(?P<second_unit>{unit})\s?\)?)?{_NOTES}",
            re.IGNORECASE,
        )

    def find(self, text: str, start: int, end: int, unit: str | None) -> list[CellFigure]:
        """The figures of the cell `text[start:end]`, offsets into `text`; none in one that has none.

        `unit` is what the labels around the cell say; the cell's own wins.
        """
        cell = text[start:end]
        match = self._cell.fullmatch(cell)
        if match is None:
            return _loose(cell, start)
        own = self._units.get((match["unit"] or "").lower())
        first = _figure(text, start, match, "number", own or unit)
        if first is None:
            return []
        sign = {"+": Direction.UP}.get(match["sign"] or "", Direction.DOWN if match["sign"] else None)
        agrees = own is None or unit is None or own == unit or {own, unit} == {PERCENT, POINTS}
        hedge = self._hedges.get((match["hedge"] or "").lower())
        found = [CellFigure(_hedged(first, hedge), sign, agrees)]
        if match["second"]:
            if own is None and unit != PERCENT:
                found = [replace(found[0], quantity=replace(first, unit=PEOPLE))]
            second = self._units.get(match["second_unit"].lower())
            other = _figure(text, start, match, "second", second)
            found += [CellFigure(other)] if other else []
        return found

    def has_figure(self, text: str) -> bool:
        """Whether a cell holds a figure, perhaps with a note, a unit or a second figure."""
        return is_figure(text) or (text[:1] in _STARTS and bool(self.find(text, 0, len(text), None)))


def _either(words: Iterable[str]) -> str:
    return "(?:" + ("|".join(map(re.escape, sorted(words, key=len, reverse=True))) or "(?!)") + ")"


def _figure(text: str, start: int, match: re.Match[str], name: str, unit: str | None) -> Quantity | None:
    raw = match[name]
    if sum(c.isdigit() for c in raw) > MAX_DIGITS:
        return None
    value, places = _value(raw, unit)
    first, last = start + match.start(name), start + match.end(name)
    unit_group = "unit" if name == "number" else "second_unit"
    if match[unit_group]:
        last = start + match.end(unit_group)
    half = Decimal(1).scaleb(-places) * HALF if unit in (PERCENT, POINTS) or places else Decimal(0)
    whole = value == value.to_integral_value()
    if unit not in (PERCENT, POINTS) and whole:
        value, half = value.quantize(Decimal(1)), Decimal(0)
    return Quantity(
        value, unit, max(value - half, Decimal(0)), value + half, None, text[first:last], first, last
    )


def _value(raw: str, unit: str | None) -> tuple[Decimal, int]:
    """The value of a number as written, and its decimal places."""
    figure = re.sub(r"[ \u00a0\u2007\u2009\u202f'’]", "", raw)
    marks = re.findall(r"[.,]", figure)
    head, tail = figure.rsplit(marks[-1], 1) if marks else (figure, "")
    grouped = len(tail) == 3 and head not in ("", "0")
    if marks and (marks.count(marks[-1]) > 1 or (len(marks) == 1 and grouped and _parts(marks[0], unit))):
        head, tail = head + tail, ""
    head = re.sub(r"[.,]", "", head)
    return Decimal(f"{head}.{tail}" if tail else head), len(tail)


def _parts(mark: str, unit: str | None) -> bool:
    """Whether a lone mark before three digits parts thousands."""
    return unit not in (PERCENT, POINTS) if mark == "." else unit == PEOPLE


def _hedged(quantity: Quantity, hedge: str | None) -> Quantity:
    value = quantity.value
    if hedge == BELOW:
        return replace(quantity, hedge=hedge, lower=Decimal(0), upper=value)
    if hedge == ABOVE:
        step = max(quantity.upper - quantity.lower, Decimal(1))
        return replace(quantity, hedge=hedge, lower=value, upper=value + step)
    if hedge is None:
        return quantity
    exponent = value.normalize().as_tuple().exponent
    half = Decimal(1).scaleb(int(exponent)) * HALF  # of the last digit that is not zero
    return replace(quantity, hedge=hedge, lower=value - half, upper=value + half)


def _loose(cell: str, start: int) -> list[CellFigure]:
    """The figures of a cell that says more than a number: read like prose, and uncertain."""
    if not any(c.isdigit() for c in cell):
        return []
    return [
        CellFigure(replace(q, start=start + q.start, end=start + q.end), certain=False)
        for q in find_quantities(cell)
    ]
