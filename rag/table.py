"""Look-ups in the numbers table: what is stated, for which years and groups, and what follows from it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache
from heapq import nsmallest

from ingest.models import Direction, Kind, Observation, Report
from ingest.outline import NOBODY, Outline
from ingest.vocabulary import Entry, Vocabulary
from rag import calculate
from rag.calculate import PEOPLE, PERCENT, POINTS, Number, Term
from rag.models import Calculation

# A change in people that ends in so many noughts is taken to be rounded.
ROUND_CHANGE = Decimal(1000)
Dimensions = Mapping[str, str]
# Cells kept, with a figure or none: a question looks up tens, in a large table some hundreds. 20 MB at most.
KEPT_CELLS = 8_192
# Groups that a group falls into; more are no answer.
MOST_PARTS = 100
# Cells that are found besides those wanted, since some of them may not fit.
SPARE_CELLS = 12


@dataclass(frozen=True, slots=True)
class Level:
    """A level, stated or worked out. `observations` are what it rests on; the first is its own if stated."""

    measure: str
    dimensions: Dimensions
    period: str | None
    unit: str
    value: Decimal
    lower: Decimal
    upper: Decimal
    observations: tuple[Observation, ...]
    calculation: Calculation | None = None
    denominator: str | None = None

    @property
    def stated(self) -> bool:
        """Whether a report states this level."""
        return self.calculation is None


def disagree(o: Observation, other: Observation) -> bool:
    """Whether two reports give levels of one cell that cannot both be true."""
    if o.period is None or o.period != other.period or o.report_id == other.report_id:
        return False
    same = (*o.key, o.quantity.unit, o.denominator) == (*other.key, other.quantity.unit, other.denominator)
    levels = o.kind is other.kind is Kind.LEVEL
    return same and levels and not calculate.agrees(o.quantity, other.quantity.lower, other.quantity.upper)


def _published(report: Report) -> tuple[dt.date, int, str]:
    """When a report came out: its own date, else the end of the year that it is about."""
    return report.updated or dt.date(report.year, 12, 31), report.year, report.id


def distance(
    o: Observation, dimensions: Mapping[str, Sequence[str]], periods: Sequence[str] = ()
) -> tuple[int, bool, int]:
    """How far a cell is from the groups and years asked about; of those as near, the newest is first."""
    wanted = {(dimension, code) for dimension, codes in dimensions.items() for code in codes}
    year = int(o.period[:4]) if o.period and o.period[:4].isdigit() else 0
    return len(wanted ^ set(o.dimensions.items())), bool(periods) and o.period not in periods, -year


@dataclass(frozen=True, slots=True)
class _Cell:
    """A level that is to be worked out. `number` writes a number into the arithmetic."""

    measure: str
    dimensions: Dimensions
    period: str
    unit: str
    number: Number

    def worked(
        self,
        calculation: Calculation,
        observations: tuple[Observation, ...],
        denominator: str | None = None,
    ) -> Level:
        """The level that a calculation gives."""
        return Level(
            self.measure, self.dimensions, self.period, calculation.unit, calculation.value,
            calculation.lower, calculation.upper, observations, calculation, denominator,
        )  # fmt: skip


class Table:
    """The numbers table of a store, read a cell at a time.

    Args:
        outline: look-ups in the figures.
        reports: those that the observations are from; of two that disagree the newer one is followed.
    """

    def __init__(self, outline: Outline, vocabulary: Vocabulary, reports: Iterable[Report] = ()) -> None:
        newest = sorted(reports, key=_published, reverse=True)
        self._age = {report.id: age for age, report in enumerate(newest)}
        self._titles = {report.id: report.title for report in newest}
        self.vocabulary, self.outline = vocabulary, outline
        self._order = {entry.code: place for place, entry in enumerate(vocabulary.of("measure"))}
        # One question looks the same cells up many times, and the store never changes.
        self._cell = lru_cache(KEPT_CELLS)(lambda measure, group: tuple(outline.cell(measure, dict(group))))
        self._periods = lru_cache(KEPT_CELLS)(outline.periods)
        self._codes = lru_cache(KEPT_CELLS)(self._find_codes)

    def cell(self, measure: str, dimensions: Dimensions) -> tuple[Observation, ...]:
        """Certain observations of exactly this group, in reading order."""
        found: tuple[Observation, ...] = self._cell(measure, tuple(sorted(dimensions.items())))
        return found

    def of(self, measure: str) -> list[Observation]:
        """Certain observations of a measure. Reads all of them: no question may need it."""
        return self.outline.of(measure)

    def everything(self) -> list[Observation]:
        """All certain observations. Reads all of them: no question may need it."""
        return [o for measure in self._order for o in self.of(measure)]

    def nearest(
        self,
        measures: Iterable[str],
        dimensions: Mapping[str, Sequence[str]],
        periods: Sequence[str] = (),
        *,
        most: int,
        fits: Callable[[Observation], bool] = lambda o: True,
    ) -> list[Observation]:
        """The `most` levels of measures that are nearest to the groups and years asked about."""
        found = [
            o for measure in measures
            for o in self.outline.nearest(measure, dimensions, periods, most + SPARE_CELLS) if fits(o)
        ]  # fmt: skip
        return nsmallest(most, found, key=lambda o: distance(o, dimensions, periods))

    def doubtful(
        self,
        measures: Sequence[str],
        dimensions: Dimensions,
        periods: Sequence[str],
        kind: Kind,
        *,
        most: int,
    ) -> list[Observation]:
        """The first `most` figures of exactly this group that could not be placed with certainty."""
        return self.outline.doubtful(measures, dimensions, periods, kind, most)

    def entry(self, measure: str) -> Entry:
        """The vocabulary entry of a measure."""
        return self.vocabulary.measure(measure)

    def stages(self) -> tuple[str, ...]:
        """The measures that count people at a stage of the programme, the widest first."""
        return tuple(e.code for e in self.vocabulary.of("measure") if e.stage)

    def main_outcome(self) -> tuple[str, ...]:
        """The measure that "results" means where a question names none."""
        return tuple(e.code for e in self.vocabulary.of("measure") if e.data.get("main_outcome"))

    def ended(self) -> tuple[str, ...]:
        """The stage whose people the outcomes are shares of."""
        return tuple(d for code in self.main_outcome() if (d := self.entry(code).denominator))

    def wider(self, measure: str) -> tuple[str, ...]:
        """The measures that hold this one, the nearest first."""
        found: list[str] = []
        code = self.entry(measure).broader
        while code:
            found.append(code)
            code = self.entry(code).broader
        return tuple(found)

    # ---- what is stated

    def levels(self, measure: str, dimensions: Dimensions, period: str | None = None) -> list[Observation]:
        """Stated levels of exactly this group, the best first.

        Exact before rounded, but of reports that disagree the newer before the older.
        """
        found = [
            o
            for o in self.cell(measure, dimensions)
            if o.kind is Kind.LEVEL and (period is None or o.period == period)
        ]
        at_odds = {o.id for o in found if any(disagree(o, other) for other in found)}
        return sorted(
            found, key=lambda o: (*self.quality(o)[:2], self._followed(o, at_odds), self.quality(o))
        )

    def prefers(self, o: Observation, other: Observation) -> bool:
        """Whether the first of two levels of a cell is the better one to give."""
        at_odds = {o.id, other.id} if disagree(o, other) else set()
        return (self._followed(o, at_odds), self.quality(o)) < (
            self._followed(other, at_odds), self.quality(other)
        )  # fmt: skip

    def _followed(self, o: Observation, at_odds: Collection[str]) -> int:
        """How many reports are newer than that of a figure which another report contradicts."""
        return self._age.get(o.report_id, 0) if o.id in at_odds else 0

    def title(self, report_id: str) -> str:
        """The title of a report, its id where it is not known."""
        return self._titles.get(report_id, report_id)

    def quality(self, o: Observation) -> tuple[object, ...]:
        """How good an observation is as the figure of its cell; the lowest is the best."""
        quantity = o.quantity
        own = o.denominator in (None, self.entry(o.measure).denominator)
        width = quantity.upper - quantity.lower
        hedged = quantity.spoken_hedge not in (None, "kun")
        year = int(o.period[:4]) if o.period and o.period[:4].isdigit() else 0
        age = self._age.get(o.report_id, 0)
        return (-year, not own, quantity.fraction, hedged, width, age, o.report_id, o.quantity.start)

    def change(
        self, measure: str, dimensions: Dimensions, period: str | None = None, before: str | None = None
    ) -> Observation | None:
        """The newest stated change of this group, of a year and from a year where these are given."""
        found = [
            o
            for o in self.cell(measure, dimensions)
            if o.kind is Kind.CHANGE
            and (period is None or o.period == period)
            and (before is None or o.reference_period == before)
            and o.quantity.unit in (POINTS, PEOPLE)
            and o.direction is not None
        ]
        return max(found, key=lambda o: (o.period or "", o.reference_period or ""), default=None)

    def periods(self, measure: str, dimensions: Dimensions) -> list[str]:
        """Years with a stated level of this group, the newest first."""
        found = {o.period for o in self.levels(measure, dimensions) if o.period}
        return sorted(found, reverse=True)

    def parts_of_group(
        self, measure: str, dimensions: Dimensions, periods: Sequence[str] = ()
    ) -> list[Observation]:
        """Stated levels of the groups that a group falls into by one more dimension, of the newest year."""
        best: dict[tuple[object, ...], Observation] = {}
        for o in self.outline.parts(measure, dimensions, periods, MOST_PARTS):
            best.setdefault(o.key, o)
        found = list(best.values())
        added = {next(iter(set(o.dimensions) - set(dimensions))) for o in found}
        return found if len(added) == 1 else []

    def any_periods(self, measure: str) -> list[str]:
        """Years with a stated level of this measure, its complement or its parts, the newest first."""
        both = [code for code in (measure, self.entry(measure).complement) if code]
        found = {period for code in both for period in self._years(code)}
        if not found:
            made_of = [self.entry(code).data for code in both]
            parts = [part for data in made_of for part in (*data.get("union", ()), *data.get("less", ()))]
            found = set.intersection(*(self._years(part) for part in parts)) if parts else set()
        return sorted(found, reverse=True)

    def _years(self, measure: str) -> set[str]:
        found: set[str] = self._periods(NOBODY, measure, Kind.LEVEL)
        return found

    def told_periods(self, measure: str) -> list[str]:
        """Years with a stated level of this measure, or that a change is told from, the newest first."""
        return sorted({*self.any_periods(measure), *self.outline.reference_periods(measure)}, reverse=True)

    def all_periods(self) -> set[str]:
        """Years with any figure."""
        found: set[str] = self._periods()
        return found

    def denominators(self) -> set[str]:
        """The measures that a figure is a share of."""
        return self.outline.denominators()

    def codes(self, dimension: str, measure: str | None = None, periods: Sequence[str] = ()) -> list[str]:
        """Groups of a dimension that have a figure (of a measure, in one of some years)."""
        return list(self._codes(dimension, measure or "", tuple(periods)))

    def _find_codes(self, dimension: str, measure: str, periods: Sequence[str]) -> tuple[str, ...]:
        known = [pair for pair in self.outline.codes(dimension, measure, periods) if pair[0] in self._order]
        return tuple(dict.fromkeys(code for _, code in sorted(known, key=lambda pair: self._order[pair[0]])))

    def years_of(self, dimension: str, code: str) -> list[str]:
        """Years with any figure for a group."""
        return sorted(self._periods((dimension, code)))

    def known(self, dimension: str, code: str, periods: Sequence[str]) -> bool:
        """Whether a group has any figure in one of the years, in any year where none is given."""
        years = self.years_of(dimension, code)
        return bool(years) and (not periods or any(period in years for period in periods))

    def with_value(self, value: Decimal, unit: str | None) -> list[Observation]:
        """Observations of exactly this figure."""
        found = [o for o in self.outline.with_value(value) if unit is None or o.quantity.unit == unit]
        return sorted((o for o in found if o.measure in self._order), key=lambda o: self._order[o.measure])

    def wholes_of(self, measure: str) -> list[str]:
        """What the shares of a measure are of unless a report says otherwise, and what that is a share of."""
        found: list[str] = []
        while (whole := self.entry(measure).denominator) and whole not in found:
            found.append(whole)
            measure = whole
        return found

    # ---- what follows from it

    def level(
        self, measure: str, dimensions: Dimensions, period: str, unit: str | None, number: Number
    ) -> Level | None:
        """The level of exactly this group in this year, stated or worked out, in `unit` if one is given."""
        unit = unit or self.usual_unit(measure)
        units = self.entry(measure).units
        if unit not in units and units:
            unit = units[0]
        stated = [o for o in self.levels(measure, dimensions, period) if o.quantity.unit == unit]
        if stated:
            return self.stated(stated[0])
        cell = _Cell(measure, dimensions, period, unit, number)
        ways = (
            self._by_change, self._by_rest, self._by_total, self._by_counts, self._by_share,
            self._by_parts, self._by_complement, self._by_difference,
        )  # fmt: skip
        return next((level for find in ways if (level := find(cell)) is not None), None)

    def any_level(self, measure: str, dimensions: Dimensions, period: str, number: Number) -> Level | None:
        """The level in whichever unit it can be had, the measure's usual unit first."""
        usual = self.usual_unit(measure)
        others = [unit for unit in self.entry(measure).units if unit != usual]
        stated = self.levels(measure, dimensions, period)
        if stated and not any(o.quantity.unit == usual for o in stated):
            return self.stated(stated[0])
        for unit in (usual, *others):
            found = self.level(measure, dimensions, period, unit, number)
            if found is not None:
                return found
        return None

    def usual_unit(self, measure: str) -> str:
        """The unit that a measure is given in where a question names none."""
        return PEOPLE if self.entry(measure).stage else PERCENT

    def stated(self, o: Observation) -> Level:
        """A published level."""
        q = o.quantity
        return Level(
            o.measure, o.dimensions, o.period, q.unit or "", q.value, q.lower, q.upper, (o,),
            denominator=o.denominator,
        )  # fmt: skip

    def _by_change(self, cell: _Cell) -> Level | None:
        """The year before a stated change: the later level less the change."""
        for change in self.cell(cell.measure, cell.dimensions):
            fits = (
                change.kind is Kind.CHANGE
                and change.reference_period == cell.period
                and change.quantity.unit == (POINTS if cell.unit == PERCENT else cell.unit)
                and change.direction is not None
            )
            later = fits and [
                o
                for o in self.levels(cell.measure, cell.dimensions, change.period)
                if o.quantity.unit == cell.unit
            ]
            if not later:
                continue
            rose = change.direction is not Direction.DOWN
            calculation = calculate.earlier_level(
                self.term(later[0], cell.number), self.term(change, cell.number), rose=rose,
                number=cell.number,
            )  # fmt: skip
            return cell.worked(calculation, (later[0], change), later[0].denominator)
        return None

    def _by_rest(self, cell: _Cell) -> Level | None:
        """A group's part of the whole from the part of the only other group."""
        if cell.unit != PERCENT or not self.entry(cell.measure).stage or len(cell.dimensions) != 1:
            return None
        [(dimension, code)] = cell.dimensions.items()
        rest = self.vocabulary.entry(dimension, code).complement
        others = [rest] if rest else [e.code for e in self.vocabulary.of(dimension) if e.code != code]
        if len(others) != 1:
            return None
        group = {dimension: others[0]}
        stated = [o for o in self.levels(cell.measure, group, cell.period) if o.quantity.unit == PERCENT]
        other = self.stated(stated[0]) if stated else self._by_counts(replace(cell, dimensions=group))
        if other is None:
            return None
        calculation = calculate.rest(self.level_term(other, cell.number), cell.number)
        return cell.worked(calculation, other.observations, other.denominator)

    def _by_total(self, cell: _Cell) -> Level | None:
        """People of everyone less those of the group that a group is the rest of."""
        if cell.unit != PEOPLE or not self.entry(cell.measure).stage or len(cell.dimensions) != 1:
            return None
        [(dimension, code)] = cell.dimensions.items()
        other = self.vocabulary.entry(dimension, code).complement
        part = self.count(cell.measure, {dimension: other}, cell.period) if other else None
        whole = self.count(cell.measure, {}, cell.period)
        if part is None or whole is None:
            return None
        calculation = calculate.difference(
            self.term(whole, cell.number), self.term(part, cell.number), cell.number
        )
        return cell.worked(calculation, (whole, part))

    def part_of(
        self, measure: str, dimensions: Dimensions, period: str, base: str, number: Number
    ) -> Level | None:
        """A stage's people as a share of another stage's, from two stated counts; None where one lacks."""
        cell = _Cell(measure, dimensions, period, PERCENT, number)
        part, whole = self.count(measure, dimensions, period), self.count(base, {}, period)
        if part is None or whole is None:
            return None
        calculation = calculate.share_of(self.term(part, number), self.term(whole, number), number)
        return cell.worked(calculation, (part, whole), base) if calculation else None

    def _by_counts(self, cell: _Cell) -> Level | None:
        """A share from two stated counts."""
        if cell.unit != PERCENT:
            return None
        whole_measure = self.entry(cell.measure).denominator
        whole_dimensions: Dimensions = {} if self.entry(cell.measure).stage else cell.dimensions
        if whole_measure is None or (whole_measure == cell.measure and not cell.dimensions):
            return None
        part = self.count(cell.measure, cell.dimensions, cell.period)
        whole = self.count(whole_measure, whole_dimensions, cell.period)
        if part is None or whole is None:
            return None
        calculation = calculate.share_of(
            self.term(part, cell.number), self.term(whole, cell.number), cell.number
        )
        return cell.worked(calculation, (part, whole), whole_measure) if calculation else None

    def _by_share(self, cell: _Cell) -> Level | None:
        """People from a share of a count."""
        if cell.unit != PEOPLE or PERCENT not in self.entry(cell.measure).units:
            return None
        share = self.level(cell.measure, cell.dimensions, cell.period, PERCENT, cell.number)
        if share is not None and share.stated and share.observations[0].quantity.fraction:
            # "nesten halvparten" is less exact than what its parts add up to.
            share = self._by_parts(replace(cell, unit=PERCENT)) or share
        base = self.base(share, cell.number) if share is not None else None
        if share is None or base is None:
            return None
        counts, observations = base
        factors = [*counts[1:], self.level_term(share, cell.number)]
        calculation = calculate.people_of(counts[0], factors, cell.number)
        return cell.worked(calculation, (*observations, *share.observations), share.denominator)

    def _by_parts(self, cell: _Cell) -> Level | None:
        """A share of those with one outcome or another, from the stated shares of each."""
        parts = self.entry(cell.measure).data.get("union", ())
        if cell.unit != PERCENT or not parts:
            return None
        stated = [
            next(
                (o for o in self.levels(part, cell.dimensions, cell.period) if o.quantity.unit == PERCENT),
                None,
            )
            for part in parts
        ]
        known = tuple(o for o in stated if o is not None)
        if len(known) < len(parts) or len({o.denominator for o in known}) > 1:
            return None
        calculation = calculate.total([self.term(o, cell.number) for o in known], cell.number)
        return cell.worked(calculation, known, known[0].denominator)

    def _by_complement(self, cell: _Cell) -> Level | None:
        """The share that did not, from the share that did."""
        other = self.entry(cell.measure).complement
        if other is None or cell.unit != PERCENT:
            return None
        stated = [o for o in self.levels(other, cell.dimensions, cell.period) if o.quantity.unit == PERCENT]
        whole = replace(cell, measure=other)
        share = self.stated(stated[0]) if stated else None
        if share is None or stated[0].quantity.fraction:
            # "nesten halvparten" is less exact than what its parts add up to.
            share = self._by_parts(whole) or share or self._by_change(whole)
        if share is None:
            return None
        calculation = calculate.rest(self.level_term(share, cell.number), cell.number)
        return cell.worked(calculation, share.observations, share.denominator)

    def _by_difference(self, cell: _Cell) -> Level | None:
        """People of one stage less those of another ("med fra før": those who took part and were not new)."""
        codes = self.entry(cell.measure).data.get("less", ())
        if cell.unit != PEOPLE or not codes:
            return None
        counts = [self.count(code, cell.dimensions, cell.period) for code in codes]
        known = tuple(o for o in counts if o is not None)
        if len(known) < len(codes):
            return None
        whole, part = (self.term(o, cell.number) for o in known)
        return cell.worked(calculate.difference(whole, part, cell.number), known)

    def base(self, share: Level, number: Number) -> tuple[list[Term], tuple[Observation, ...]] | None:
        """The people that a share is a share of: a stated count, or a part of one."""
        stage = share.denominator or self.entry(share.measure).denominator
        if stage is None or share.period is None:
            return None
        of_all = self.entry(share.measure).stage
        wanted: Dimensions = {} if of_all else share.dimensions
        count = self.count(stage, wanted, share.period)
        if count is not None:
            return [self.term(count, number)], (count,)
        whole = self.count(stage, {}, share.period)
        part = self.level(stage, wanted, share.period, PERCENT, number) if self.entry(stage).stage else None
        if whole is None or part is None:
            return None
        return [self.term(whole, number), self.level_term(part, number)], (whole, *part.observations)

    def count(self, measure: str, dimensions: Dimensions, period: str) -> Observation | None:
        """The best published head count of a cell."""
        found = [o for o in self.levels(measure, dimensions, period) if o.quantity.unit == PEOPLE]
        return found[0] if found else None

    def term(self, o: Observation, number: Number) -> Term:
        """An observation as an input to a calculation, shown as the report gives it."""
        q = o.quantity
        unit = q.unit or ""
        lower, upper = q.lower, q.upper
        if o.kind is Kind.CHANGE and unit == PEOPLE and q.hedge is None and q.value % ROUND_CHANGE == 0:
            # "15 000 flere" is rounded, whatever it says: it carries half of its own last digit.
            half = Decimal(10) ** int(q.value.normalize().as_tuple().exponent) / 2
            lower, upper = q.value - half, q.value + half
        shown = q.surface.lower() if q.fraction else number(q.value) + ("" if unit == PEOPLE else f" {unit}")
        return Term(shown, q.value, lower, upper, unit, (o.id,))

    def level_term(self, level: Level, number: Number) -> Term:
        """A level as an input to a calculation."""
        if level.calculation is not None:
            return calculate.term_of(level.calculation)
        return self.term(level.observations[0], number)
