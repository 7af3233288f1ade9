"""Published figures that bear on each other, checked with the intervals that their rounding allows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from ingest.models import Direction, Kind, Observation
from rag import calculate
from rag.calculate import PEOPLE, PERCENT, POINTS, Number, Term
from rag.models import Calculation
from rag.table import Table

# A hedge that says the figure as rounded; of the others only one side is known for certain.
ROUNDING = (None, "kun", "om lag")


class Agreement(StrEnum):
    """Whether a published figure and what others give can both be true."""

    CONSISTENT = "consistent"
    CONFLICT = "conflict"
    UNDECIDED = "undecided"


@dataclass(frozen=True, slots=True)
class Check:
    """A published figure, the same worked out from other published ones, and whether they agree."""

    stated: Observation
    calculation: Calculation
    inputs: tuple[Observation, ...]
    agreement: Agreement


def find_checks(table: Table, number: Number) -> list[Check]:
    """Every published share, change and whole that other published figures also give.

    Shares are set against their counts, changes against the levels of both years, a whole against its parts
    (`union` in the vocabulary) and two published figures of one cell against each other.
    """
    finders = (_shares, _changes, _unions, _twice)
    return [check for find in finders for check in find(table, number)]


def agreement(stated: Observation, calculation: Calculation, inputs: tuple[Observation, ...]) -> Agreement:
    """Conflict where the intervals lie apart; undecided where a hedge leaves one of them open."""
    if not calculate.agrees(stated.quantity, calculation.lower, calculation.upper):
        return Agreement.CONFLICT
    hedges = {o.quantity.spoken_hedge for o in (stated, *inputs)}
    return Agreement.CONSISTENT if hedges <= set(ROUNDING) else Agreement.UNDECIDED


def _check(stated: Observation, calculation: Calculation, inputs: tuple[Observation, ...]) -> Check:
    return Check(stated, calculation, inputs, agreement(stated, calculation, inputs))


def _shares(table: Table, number: Number) -> Iterator[Check]:
    for share in table.everything():
        if share.kind is not Kind.LEVEL or share.quantity.unit != PERCENT or not share.period:
            continue
        group = {} if table.entry(share.measure).stage else share.dimensions
        part = table.count(share.measure, share.dimensions, share.period)
        whole = table.count(share.denominator or "", group, share.period)
        if part is None or whole is None:
            continue
        calculation = calculate.share_of(table.term(part, number), table.term(whole, number), number)
        if calculation is not None:
            yield _check(share, calculation, (part, whole))


def _changes(table: Table, number: Number) -> Iterator[Check]:
    for change in table.everything():
        if change.kind is not Kind.CHANGE or change.quantity.unit not in (POINTS, PEOPLE):
            continue
        unit = PERCENT if change.quantity.unit == POINTS else PEOPLE
        periods = (change.period or "", change.reference_period or "")
        levels = [
            next(
                (o for o in table.levels(change.measure, change.dimensions, p) if o.quantity.unit == unit),
                None,
            )
            for p in periods
        ]
        pair = [o for o in levels if o is not None]
        if len(pair) < len(periods):
            continue
        fell = change.direction is Direction.DOWN
        high, low = (table.term(o, number) for o in (reversed(pair) if fell else pair))
        yield _check(change, calculate.difference(high, low, number), tuple(pair))


def _unions(table: Table, number: Number) -> Iterator[Check]:
    for entry in table.vocabulary.of("measure"):
        for whole in table.of(entry.code) if entry.data.get("union") else ():
            if whole.kind is not Kind.LEVEL or not whole.period:
                continue
            parts: list[Observation] = []
            for code in entry.data["union"]:
                found = table.levels(code, whole.dimensions, whole.period)
                parts += [o for o in found if o.quantity.unit == whole.quantity.unit][:1]
            if len(parts) == len(entry.data["union"]):
                terms = [table.term(o, number) for o in parts]
                yield _check(whole, calculate.total(terms, number), tuple(parts))


def _twice(table: Table, number: Number) -> Iterator[Check]:
    first: dict[tuple[object, ...], Observation] = {}
    for o in table.everything():
        if o.kind is not Kind.LEVEL or not o.period:
            continue
        cell = (*o.key, o.quantity.unit, o.denominator)
        other = first.setdefault(cell, o)
        if other is not o and o.quantity.value != other.quantity.value:
            yield _check(o, _as_stated(table.term(other, number)), (other,))


def _as_stated(term: Term) -> Calculation:
    """A published figure in the place of one worked out."""
    return Calculation(
        term.shown, term.shown, term.value, term.unit, term.lower, term.upper, term.shown, term.inputs
    )
