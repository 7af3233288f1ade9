"""Counts of a table that say no unit, told from the shares beside them: 41 left, 13 and 11 are 59 percent."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from decimal import Decimal

from ingest.numerals import HUNDRED
from ingest.readings import PEOPLE, PERCENT

# A share is rounded to a whole, so that the counts may miss it by this.
SLACK = Decimal(1)
LEAST_ROWS = 2  # that a single row fits may be by chance
LEAST_PARTS = 3  # so do two figures
Line = dict[tuple[str, str | None], Decimal]


def proved_counts(rows: Sequence[Line], shares: Mapping[str, tuple[str, tuple[str, ...]]]) -> frozenset[str]:
    """The measures whose figures are counts of people.

    Args:
        rows: of each row the figures by measure and unit, None where nothing says the unit.
        shares: of each measure the stage whose people it is a share of, and the measures that make it up.

    Every row that has them all must fit, and not fit as well where the figures are read as shares.
    """
    found: set[str] = set()
    for code, (stage, union) in shares.items():
        for parts in {union, (code,)}:
            told = [_line(row, code, stage, parts) for row in rows]
            lines = [line for line in told if line is not None]
            if len(lines) >= LEAST_ROWS and all(_is_share(*line) for line in lines):
                found.update(parts)
    return frozenset(found)


def adding_up(columns: Iterable[Line], stages: Container[str]) -> frozenset[str]:
    """The measures without a unit that in each column add up to the one count of people: 13 + 11 + 17 = 41.

    Args:
        columns: of each column the figures by measure and unit, None where nothing says the unit.
        stages: the measures that count all of whom the others are parts.
    """
    found: set[str] = set()
    for column in columns:
        wholes = [v for (code, unit), v in column.items() if code in stages and unit == PEOPLE]
        parts = {key: v for key, v in column.items() if key[0] not in stages and key[1] in (None, PEOPLE)}
        if len(wholes) != 1 or len(parts) + 1 != len(column) or len(parts) < LEAST_ROWS:
            continue
        if sum(parts.values()) != wholes[0]:
            return frozenset()
        found.update(code for code, _ in parts)
    return frozenset(found)


def columns_of_shares(rows: Sequence[Mapping[int, Decimal]]) -> frozenset[int]:
    """The columns whose figures add up to a hundred in every row: 36 + 9 + 13 + 16 + 26.

    Args:
        rows: of each row the figures of the columns that name no unit.
    """
    small = [{at: value for at, value in row.items() if value <= HUNDRED} for row in rows]
    columns = {frozenset(row) for row in small}
    if len(columns) != 1 or len(small) < LEAST_ROWS or len(small[0]) < LEAST_PARTS:
        return frozenset()
    rounded = max(SLACK, Decimal(len(small[0])) / 2)
    whole = all(abs(sum(row.values(), Decimal(0)) - HUNDRED) < rounded for row in small)
    # Rows that are alike prove nothing that one of them does not.
    apart = len({tuple(sorted(row.items())) for row in small}) >= LEAST_ROWS
    return frozenset(small[0]) if whole and apart else frozenset()


def impossible_shares(
    rows: Sequence[Line], shares: Mapping[str, tuple[str, tuple[str, ...]]]
) -> frozenset[str]:
    """The measures whose figures, with no unit and beside no share, can only be counts of the people counted.

    No number of nine people is 7 percent of them. Every row must fit as a count, some as nothing else.
    """
    found: set[str] = set()
    fitting: dict[str, str] = {}
    if any(unit == PERCENT for row in rows for _, unit in row):
        return frozenset()  # the shares told must prove it
    for code, (stage, _) in shares.items():
        told = [(row.get((code, None)), row.get((stage, PEOPLE))) for row in rows]
        lines = [(part, whole) for part, whole in told if part is not None and whole]
        odd = [1 for part, whole in lines if not _can_be_share(part, whole)]
        if all(part <= whole for part, whole in lines) and lines:
            fitting[code] = stage
            if len(odd) >= LEAST_ROWS:
                found.add(code)
    # What stands beside a column of counts, and fits as one, is no share either.
    counted = {shares[code][0] for code in found}
    return frozenset(code for code, stage in fitting.items() if stage in counted)


def _can_be_share(share: Decimal, whole: Decimal) -> bool:
    """Whether a number of so many people is this share of them, give or take the rounding."""
    nearest = (share * whole / HUNDRED).to_integral_value()
    return abs(nearest * HUNDRED / whole - share) <= SLACK


def _line(row: Line, code: str, stage: str, parts: Sequence[str]) -> tuple[Decimal, Decimal, Decimal] | None:
    """(The sum of the parts, the people they are of, the share), where a row has all of them."""
    values = [row.get((part, None)) for part in parts]
    whole, share = row.get((stage, PEOPLE)), row.get((code, PERCENT))
    if whole is None or not whole or share is None or any(value is None for value in values):
        return None
    return sum((value for value in values if value is not None), Decimal(0)), whole, share


def _is_share(total: Decimal, whole: Decimal, share: Decimal) -> bool:
    return total <= whole and abs(total * HUNDRED / whole - share) <= SLACK < abs(total - share)
