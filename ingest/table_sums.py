"""Whether the figures of a table hold together: shares within a hundred, parts that make up their whole."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from ingest.models import Kind, Observation
from ingest.numerals import HUNDRED
from ingest.readings import PEOPLE, PERCENT
from ingest.table_cells import Meaning

# Published counts may each be rounded to a multiple of this, to keep single people from being known.
ROUNDED_TO = Decimal(5)
# Dimensions of which a table with a whole gives every part.
WHOLE = ("sex",)
Place = tuple[int, int]
Group = tuple[tuple[str, str], ...]
Overlap = Callable[[str, Sequence[str]], bool]


def settle(
    found: Sequence[Observation], meanings: Sequence[Meaning], places: Sequence[Place], overlap: Overlap
) -> list[Observation]:
    """The observations of one table, uncertain where they do not hold together.

    Args:
        found: the observations.
        meanings: what each was read from.
        places: of each, its row and column.
        overlap: whether groups of a dimension may share people, so that they need not add up.
    """
    found = _of_one_whole(found, places)
    doubtful = _above_hundred(found, places)
    doubtful |= _no_parts(found, {i for i, meaning in enumerate(meanings) if meaning.part})
    doubtful |= _not_adding_up(found, {i for i, meaning in enumerate(meanings) if meaning.carried}, overlap)
    return [replace(o, certain=False) if i in doubtful else o for i, o in enumerate(found)]


def _of_one_whole(found: Sequence[Observation], places: Sequence[Place]) -> list[Observation]:
    """The observations; outcomes that make up a hundred in a row or a column are of the same people."""
    lines: dict[tuple[object, ...], list[int]] = defaultdict(list)
    for i, o in enumerate(found):
        if o.quantity.unit == PERCENT and o.kind is Kind.LEVEL:
            for axis, place in enumerate(places[i]):
                lines[axis, place, o.period, _group(o)].append(i)
    result = list(found)
    for line in lines.values():
        bases = Counter(found[i].denominator for i in line).most_common()
        outcomes = len({found[i].measure for i in line}) == len(line)
        if (
            len(bases) > 1
            and outcomes
            and bases[0][1] > bases[1][1]
            and _makes_hundred([found[i] for i in line])
        ):
            for i in line:
                result[i] = replace(found[i], denominator=bases[0][0])
    return result


def _above_hundred(found: Sequence[Observation], places: Sequence[Place]) -> set[int]:
    """All of a column of shares of which one is above a hundred: they are no shares of people."""
    shares = [i for i, o in enumerate(found) if o.quantity.unit == PERCENT and o.kind is Kind.LEVEL]
    columns = {(places[i][1], found[i].measure) for i in shares if found[i].quantity.value > HUNDRED}
    return {i for i in shares if (places[i][1], found[i].measure) in columns}


def _counts(found: Sequence[Observation]) -> dict[tuple[str, str | None], dict[Group, int]]:
    """The certain counts of people by measure and year, then by group."""
    cells: dict[tuple[str, str | None], dict[Group, int]] = defaultdict(dict)
    for i, o in enumerate(found):
        if o.quantity.unit == PEOPLE and o.kind is Kind.LEVEL and o.certain:
            cells[o.measure, o.period].setdefault(_group(o), i)
    return cells


def _group(o: Observation) -> Group:
    return tuple(sorted(o.dimensions.items()))


def _not_adding_up(found: Sequence[Observation], carried: set[int], overlap: Overlap) -> set[int]:
    """Counts whose parts make more than their whole, or of which all parts are there and make less.

    A count whose measure was carried from a row above is doubtful unless it adds up to that row with others.
    """
    doubtful: set[int] = set()
    proved: set[int] = set()
    for groups in _counts(found).values():
        for (whole, dimension), split in _splits(groups).items():
            codes = [dict(group)[dimension] for group in split]
            if whole not in groups or len(split) < 2 or overlap(dimension, codes):
                continue
            members = [groups[group] for group in split]
            total = found[groups[whole]].quantity.value
            summed = sum((found[i].quantity.value for i in members), Decimal(0))
            slack = ROUNDED_TO * (len(split) + 1) / 2
            if summed > total + slack or (dimension in WHOLE and summed < total - slack):
                doubtful |= {groups[whole], *members}
            elif summed >= total - slack:
                proved.update(members)
    return doubtful | (carried - proved)


def _splits(groups: Iterable[Group]) -> dict[tuple[Group, str], list[Group]]:
    """The groups by the group that each is a part of, and the dimension that parts it."""
    found: dict[tuple[Group, str], list[Group]] = defaultdict(list)
    for group in groups:
        for dimension, _ in group:
            found[tuple(pair for pair in group if pair[0] != dimension), dimension].append(group)
    return found


def _no_parts(found: Sequence[Observation], parts: set[int]) -> set[int]:
    """Shares of a stage that neither make up a hundred with the others nor are what the counts make."""
    counts = _counts(found)
    lines: dict[tuple[object, ...], list[int]] = defaultdict(list)
    for i in parts:
        o = found[i]
        lines[o.measure, o.period, tuple(sorted(o.dimensions))].append(i)
    whole = {
        i
        for line in lines.values()
        if len(line) > 1 and _makes_hundred([found[i] for i in line])
        for i in line
    }
    return {i for i in parts - whole if not _is_counted(found, i, counts)}


def _makes_hundred(shares: Sequence[Observation]) -> bool:
    lower = sum((o.quantity.lower for o in shares), Decimal(0))
    upper = sum((o.quantity.upper for o in shares), Decimal(0))
    return lower <= HUNDRED <= upper


def _is_counted(
    found: Sequence[Observation], i: int, counts: Mapping[tuple[str, str | None], Mapping[Group, int]]
) -> bool:
    """Whether a share is what the counts of the same group and of everyone make."""
    o = found[i]
    groups = counts.get((o.measure, o.period), {})
    part, whole = groups.get(_group(o)), groups.get(())
    if part is None or whole is None or not found[whole].quantity.value:
        return False
    share = found[part].quantity.value * HUNDRED / found[whole].quantity.value
    return o.quantity.lower <= share <= o.quantity.upper
