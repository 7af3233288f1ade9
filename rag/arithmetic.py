"""Answers to sums and differences of two figures that a question names, each looked up for itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ingest.models import Kind, Observation, Quantity
from rag import calculate
from rag.calculate import PEOPLE, PERCENT
from rag.comparisons import Comparisons
from rag.drafts import combinations, merge, nearest, unique
from rag.models import Calculation, Draft, Figure, Line, Operation, Query, Reason, Role, Sign, Status
from rag.phrases import capital, lowered
from rag.rankings import Rankings
from rag.table import Dimensions, Level


@dataclass(frozen=True, slots=True)
class _Cell:
    """A cell that words name: of which measure, group and year, and the figure if they say it."""

    measure: str
    dimensions: Dimensions
    period: str | None
    stated: Observation | None = None


class Arithmetic:
    """Composes answers to operations on two figures."""

    def __init__(self, comparisons: Comparisons, rankings: Rankings) -> None:
        self.comparisons, self.rankings = comparisons, rankings
        self.figures, self.levels = rankings.figures, rankings.levels
        self.table, self.phrases = rankings.table, rankings.phrases

    def draft(self, query: Query) -> Draft | None:
        """The answer to the operation of a question; None where it is not one that the figures can tell."""
        groups = dict.fromkeys(len(_each_group(operation)) for operation in query.operations)
        if len(groups) != 1:
            return None
        # "Adding work and education, what was it for women and for men?" asks for two sums.
        by_group = zip(*map(_each_group, query.operations), strict=True)
        drafts = [self._of_group(operations, query) for operations in by_group]
        known = [draft for draft in drafts if draft is not None]
        return merge(known) if len(known) == len(drafts) else None

    def _of_group(self, operations: Sequence[Operation], query: Query) -> Draft | None:
        found: list[tuple[Operation, tuple[_Cell, _Cell]]] = []
        for operation in operations:
            cells = self._cells(operation, query)
            if cells is not None and not any(_alike(cells, known) for _, known in found):
                found.append((operation, cells))
        if len(found) != 1:
            return None
        [(operation, cells)] = found
        if len(_left_untold(operation, query)) > 1:
            # "Arbeid og utdanning, 45 + 3 mot 23 + 28": two sums are set against each other.
            return None
        if operation.sign is Sign.APART and cells[0].measure == cells[1].measure:
            # Groups and years of one measure are set against each other elsewhere.
            return None
        return self._composed(operation, cells, query)

    def unresolved(self, draft: Draft, query: Query) -> Draft:
        """An answer to a question that also has figures added up or taken away, which could not be done.

        What the question says besides is then only the nearest; groups and measures that it names beside each
        other are added up elsewhere.
        """
        operands = [o for operation in query.operations for o in (operation.first, operation.second) if o]
        years = {operand.periods for operand in operands if operand.periods}
        explicit = any(operand.quantities for operand in operands) or len(years) > 1
        told = {q.value for operand in operands for q in operand.quantities}
        if not explicit or draft.status is not Status.ANSWERED:
            return draft
        if draft.calculations and told and told <= {o.quantity.value for o in draft.observations}:
            # "11 381 og 2 757, hva er forskjellen?" is told as what changed between two years.
            return draft
        return nearest(draft, Line(Role.SCOPE, self.phrases.say("not_worked_out")))

    # ---- which figures

    def _cells(self, operation: Operation, query: Query) -> tuple[_Cell, _Cell] | None:
        """The cells of both figures; None where one is unknown, or the question asks for something else."""
        told = [operation.first, operation.second]
        others = (*told[::-1], operation.wish, query)
        stated = [self._stated(operand, others[i:]) if operand else None for i, operand in enumerate(told)]
        if any(operand and operand.quantities and not o for operand, o in zip(told, stated, strict=True)):
            return None
        period = self._year(operation, stated, query)
        if operation.first and _is_total(operation.second):
            # "If the 905 were added to the 2023 total" takes that of whom they are a part.
            operation = replace(operation, first=operation.second, second=operation.first)
            stated = stated[::-1]
        operation = _of_stated_years(operation, stated)
        second = self._cell(operation.second, operation, stated[1], period, operation.first)
        if second is None:
            return None
        if operation.first is None or _is_total(operation.first):
            first = self._whole(operation, second)
        else:
            first = self._cell(operation.first, operation, stated[0], period, operation.second)
        if first is None or first == second or not self._fits(operation, first, second):
            return None
        return first, second

    def _stated(self, operand: Query, others: Sequence[Query | None]) -> Observation | None:
        """The published level that an operand names by its figure.

        One that stands for several is that of the measure which the words around it name.
        """
        quantities = [q for q in operand.quantities if q.unit in (None, PEOPLE, PERCENT) and not q.fraction]
        if len(quantities) != 1 or len(operand.quantities) != 1:
            return None
        levels = [o for o in self._published(quantities[0]) if self._agrees(o, operand)]
        if len({(o.key, o.period) for o in levels}) > 1:
            beside = (other for other in others if other is not None and other is not operand)
            near = ([o for o in levels if o.measure in other.measures] for other in beside)
            levels = next((found for found in near if found), [])
        return levels[0] if len({(o.key, o.period) for o in levels}) == 1 else None

    def _published(self, quantity: Quantity) -> list[Observation]:
        found = self.table.with_value(quantity.value, quantity.unit)
        return [
            o for o in found if o.kind is Kind.LEVEL and o.period and o.quantity.unit in (PEOPLE, PERCENT)
        ]

    @staticmethod
    def _agrees(o: Observation, operand: Query) -> bool:
        """Whether a published figure is of all that the words beside it say."""
        groups = combinations(operand.dimensions)
        of_measure = not operand.measures or o.measure in operand.measures
        of_group = not operand.dimensions or (len(groups) == 1 and dict(o.dimensions) == groups[0])
        return of_measure and of_group and (not operand.periods or o.period in operand.periods)

    def _year(self, operation: Operation, stated: Sequence[Observation | None], query: Query) -> str | None:
        """The one year that is meant where an operand names none."""
        operands = [operand for operand in (operation.first, operation.second) if operand]
        told = operation.wish.periods if operation.wish else ()
        told = told or tuple(dict.fromkeys(p for operand in operands for p in operand.periods))
        told = told or tuple(dict.fromkeys(o.period for o in stated if o and o.period))
        told = told or query.periods
        return told[0] if len(told) == 1 else None

    def _cell(
        self,
        operand: Query,
        operation: Operation,
        stated: Observation | None,
        period: str | None,
        other: Query | None,
    ) -> _Cell | None:
        wish = operation.wish
        if stated is not None:
            outside = wish and wish.periods and stated.period not in wish.periods
            return None if outside else _Cell(stated.measure, stated.dimensions, stated.period, stated)
        beside = [m for q in (other, wish) if q and q.measures for m in q.measures[:1]]
        measures = operand.measures or tuple(beside[:1])
        shared = other.dimensions if other and self._are_outcomes((*measures, *beside)) else {}
        dimensions = {**(wish.dimensions if wish else {}), **(operand.dimensions or shared)}
        groups = combinations(self.levels.with_ages(measures[0], dimensions)) if measures else []
        periods = operand.periods or ((period,) if period else ())
        if len(measures) != 1 or len(groups) != 1 or len(periods) > 1:
            return None
        return _Cell(measures[0], groups[0], periods[0] if periods else None)

    def _are_outcomes(self, measures: Sequence[str]) -> bool:
        """Whether all are outcomes: their shares are of one group ("arbeid og utdanning for kvinner")."""
        return all(not self.table.entry(measure).stage for measure in measures)

    def _whole(self, operation: Operation, part: _Cell) -> _Cell | None:
        """What a part is taken from where only the part is named: those whom it is a part of."""
        wish = operation.wish
        stages = [m for m in (wish.measures if wish else ()) if self.table.entry(m).stage]
        whole = next(iter(stages), None) or self.table.entry(part.measure).denominator
        if whole is None:
            return None
        return _Cell(whole, {} if part.measure == whole else part.dimensions, part.period)

    def _fits(self, operation: Operation, first: _Cell, second: _Cell) -> bool:
        """Whether what the question wants to know is what the operation gives."""
        wanted = set(operation.wish.measures) if operation.wish else set()
        given = {first.measure, second.measure}
        if operation.sign is Sign.PLUS and not (first.stated and second.stated):
            # Those who took part take in everyone else who is counted.
            wholes = {entry.data.get("part_of") for entry in self.table.vocabulary.of("measure")}
            if first.measure != second.measure and wholes & given:
                return False
        if operation.sign is Sign.PLUS:
            given |= {m for m in wanted if set(self.table.entry(m).data.get("union", ())) == given}
        if operation.sign is Sign.MINUS and (rest := self._rest(first, second)):
            given.add(rest)
            if first.stated is None and operation.first is None:
                return wanted <= {rest, first.measure}
        return wanted <= given

    def _rest(self, whole: _Cell, part: _Cell) -> str | None:
        """The measure of those who are left of a stage when those of its part are taken away."""
        entry = self.table.entry(part.measure)
        of_stage = entry.denominator == whole.measure and dict(whole.dimensions) == dict(part.dimensions)
        return entry.complement if of_stage and whole.period == part.period else None

    # ---- what they give

    def _composed(self, operation: Operation, cells: tuple[_Cell, _Cell], query: Query) -> Draft | None:
        asked = replace(query, unit=self._unit(operation, cells, query), quantities=(), operations=())
        years = [cell.period for cell in cells]
        if None in years:
            common = [self._newest(cell) for cell in cells]
            cells = tuple(replace(c, period=c.period or min(common)) for c in cells)  # type: ignore[assignment]
        found = [self._level(cell, asked) for cell in cells]
        levels = [level for level in found if level is not None]
        if len(levels) < len(cells):
            drafts = [
                self.levels.found([level], asked)
                if level
                else self.figures.cell(
                    cell.measure, cell.dimensions, replace(asked, periods=(cell.period or "",))
                )
                for cell, level in zip(cells, found, strict=True)
            ]
            return merge(drafts)
        if not self._one_kind(operation.sign, levels):
            told = merge([self.levels.found([level], asked) for level in levels])
            return nearest(told, Line(Role.SCOPE, self.phrases.say("not_one_kind")))
        if operation.sign is Sign.APART:
            return self.comparisons.apart(levels)
        return self._worked(operation, levels, self._rest(*cells))

    def _newest(self, cell: _Cell) -> str:
        known = self.table.periods(cell.measure, cell.dimensions) or self.table.any_periods(cell.measure)
        return cell.period or next(iter(known), "")

    def _unit(self, operation: Operation, cells: Sequence[_Cell], query: Query) -> str:
        """The unit of the figures: that of one which is named, else heads for stages."""
        stated = [c.stated.quantity.unit for c in cells if c.stated]
        wished = operation.wish.unit if operation.wish else query.unit
        stages = any(self.table.entry(cell.measure).stage for cell in cells)
        return (stated[0] if stated else None) or wished or (PEOPLE if stages else PERCENT)

    def _level(self, cell: _Cell, asked: Query) -> Level | None:
        if cell.stated is not None:
            return self.table.stated(cell.stated)
        return self.levels.find(cell.measure, cell.dimensions, cell.period or "", asked)

    @staticmethod
    def _one_kind(sign: Sign, levels: Sequence[Level]) -> bool:
        """Whether figures may be reckoned together: one unit, one year unless of one measure, one whole."""
        first, second = levels
        if first.unit != second.unit or first.unit not in (PEOPLE, PERCENT):
            return False
        if first.period != second.period and first.measure != second.measure:
            return False
        if first.unit == PEOPLE or sign is not Sign.PLUS:
            return first.unit == PEOPLE or first.denominator == second.denominator
        # Shares add up where they are parts of the same people.
        same_whole = first.denominator == second.denominator and first.period == second.period
        return same_whole and dict(first.dimensions) == dict(second.dimensions)

    def _worked(self, operation: Operation, levels: Sequence[Level], rest: str | None) -> Draft:
        number, sign = self.phrases.number, operation.sign
        first, second = (self.table.level_term(level, number) for level in levels)
        if sign is Sign.PLUS:
            worked = calculate.total([first, second], number)
        else:
            worked = calculate.difference(first, second, number)
        told = self._published_too(sign, levels, worked)
        observations = unique([*(o for level in levels for o in level.observations), *told])
        sources = self.levels.sourcing(observations)
        lead = self._verdict(operation, worked) + self._lead(sign, worked, levels, rest)
        lines = [Line(Role.LEAD, lead, sources)]
        lines += self.rankings.one_by_one(levels)
        lines += [Line(Role.QUOTE, "", (source,)) for source in sources]
        extra = tuple(level.calculation for level in levels if level.calculation)
        lines += [Line(Role.CALCULATION, self.levels.arithmetic(c), sources) for c in (worked, *extra)]
        lines += [self.levels.checked(worked, o, sources) for o in told]
        for level in levels:
            notes = self.levels.notes(level.measure, [level.period or ""])
            lines += [note for note in notes if note not in lines]
        name = self.phrases.name(rest or levels[0].measure)
        figure = Figure(self.levels.result(worked), name, calculated=True)
        return Draft(Status.ANSWERED, Reason.DERIVED, tuple(lines), observations, (worked, *extra), figure)

    def _published_too(self, sign: Sign, levels: Sequence[Level], worked: Calculation) -> list[Observation]:
        """What a report itself says of the result: the whole of two parts, or a change between two years."""
        first, second = levels
        if sign is Sign.PLUS:
            measures = self.rankings.united([first.measure, second.measure])
            found = [o for m in measures for o in self.table.levels(m, first.dimensions, first.period)]
        else:
            years = sorted([first.period or "", second.period or ""])
            one = first.measure == second.measure and dict(first.dimensions) == dict(second.dimensions)
            change = self.table.change(first.measure, first.dimensions, years[1], years[0]) if one else None
            found = [change] if change and worked.value > 0 else []
        return [o for o in found if o.quantity.unit == worked.unit][:1]

    def _verdict(self, operation: Operation, worked: Calculation) -> str:
        """Yes or no to a result that the question tells; nothing where only rounding keeps them apart."""
        claimed = operation.claimed
        if claimed is None or claimed.unit not in (None, worked.unit, PERCENT):
            return ""
        if claimed.value == worked.value:
            return f"{self.phrases.say('yes')} "
        within = worked.lower <= claimed.value <= worked.upper
        return "" if within else f"{self.phrases.say('no')} "

    def _lead(self, sign: Sign, worked: Calculation, levels: Sequence[Level], rest: str | None) -> str:
        whole = levels[0]
        if sign is Sign.MINUS and rest is not None and worked.unit == whole.unit:
            left = replace(
                whole, measure=rest, value=worked.value, lower=worked.lower, upper=worked.upper,
                calculation=worked,
            )  # fmt: skip
            return self.levels.calculated_sentence(left)
        said = self.phrases.say("sum" if sign is Sign.PLUS else "left_over", value=self.levels.result(worked))
        if not whole.dimensions or any(level.dimensions != whole.dimensions for level in levels):
            return said
        return f"{capital(self.phrases.people(whole.dimensions, definite=False))}: {lowered(said)}"


def _of_stated_years(operation: Operation, stated: Sequence[Observation | None]) -> Operation:
    """The operation without the year of the question around it, where one of two figures told is of another.

    "Ned 20 poeng i 2023, men 29 minus 8 er 21?": the 29 percent are those of the year before.
    """
    wish, years = operation.wish, {o.period for o in stated if o}
    if wish is None or len(stated) != len(years) or not years & set(wish.periods):
        return operation
    return replace(operation, wish=replace(wish, periods=()))


def _left_untold(operation: Operation, query: Query) -> list[Quantity]:
    """The figures of a question that an operation has no use for."""
    operands = [operand for operand in (operation.first, operation.second) if operand]
    used = [q.value for operand in operands for q in operand.quantities]
    used += [operation.claimed.value] if operation.claimed else []
    return [q for q in query.quantities if q.value not in used]


def _is_total(operand: Query) -> bool:
    """Whether an operand names but a total, and not of what."""
    return not (operand.measures or operand.dimensions or operand.quantities)


def _each_group(operation: Operation) -> list[Operation]:
    """An operation for each of the groups that the question wants it for."""
    wish = operation.wish
    if wish is None:
        return [operation]
    return [
        replace(operation, wish=replace(wish, dimensions={d: (code,) for d, code in group.items()}))
        for group in combinations(wish.dimensions)
    ]


def _alike(cells: Sequence[_Cell], others: Sequence[_Cell]) -> bool:
    """Whether two ways to read a question mean the same figures, whether or not both name them."""
    pairs = zip(cells, others, strict=True)
    return all(replace(cell, stated=None) == replace(other, stated=None) for cell, other in pairs)
