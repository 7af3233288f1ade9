"""The column of a table that adds up the two beside it: "Arbeid | Utdanning | Samlet"."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from ingest.models import Kind, Observation
from ingest.readings import PERCENT
from ingest.table_sums import Place

# Three shares that are each rounded to a whole may miss each other by this.
SLACK = Decimal("1.5")
Unions = Mapping[frozenset[str], tuple[str, str | None]]


def find_unions(
    found: Sequence[Observation], places: Sequence[Place], totals: Sequence[int], unions: Unions
) -> dict[int, tuple[str, str | None, bool]]:
    """The figures of a column of totals: (measure, denominator, whether it is certain), by their number.

    Args:
        found: the observations of a table.
        places: of each, its row and column.
        totals: the columns whose name is that of a total.
        unions: the measure that two make together, and its denominator.

    Every row must add up; where one does not, the column says something else and nothing is found.
    """
    read = {place: i for i, place in enumerate(places) if _is_share(found[i])}
    settled: dict[int, tuple[str, str | None, bool]] = {}
    for column in totals:
        rows = [row for row, at in read if at == column]
        column_found = {}
        for row in rows:
            total = read[row, column]
            parts = [found[i] for (r, at), i in read.items() if r == row and at not in totals]
            parts = [part for part in parts if part.period == found[total].period]
            union = unions.get(frozenset(part.measure for part in parts))
            summed = sum((part.quantity.value for part in parts), Decimal(0))
            if union is None or len(parts) != 2 or abs(summed - found[total].quantity.value) > SLACK:
                break
            column_found[total] = (*union, all(part.certain for part in parts))
        else:
            settled |= column_found
    return settled


def _is_share(o: Observation) -> bool:
    return o.quantity.unit == PERCENT and o.kind is Kind.LEVEL
