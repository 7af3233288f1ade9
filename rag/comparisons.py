"""Answers that set groups against each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from rag import calculate
from rag.calculate import PEOPLE, PERCENT
from rag.drafts import combinations, merge
from rag.figures import Figures
from rag.models import Draft, Line, Query, Reason, Role, Status
from rag.phrases import capital
from rag.question import HEADS
from rag.table import Dimensions, Level


class Comparisons:
    """Composes answers in which groups are compared."""

    def __init__(self, figures: Figures) -> None:
        self.figures, self.levels = figures, figures.levels
        self.table, self.phrases = figures.table, figures.phrases

    def groups(self, query: Query) -> Draft | None:
        """Two or more groups of one dimension compared in one year (or each year, newest first)."""
        split = next((d for d, codes in query.dimensions.items() if len(codes) > 1), None)
        if split is None:
            return None
        measures = query.measures or self._compared_measures(query)
        drafts = [draft for measure in measures if (draft := self._groups(measure, query))]
        stages = [measure for measure in query.measures if self.table.entry(measure).stage]
        outcomes = len(stages) < len(query.measures)
        if not drafts and query.measures and (outcomes or self._counts_heads(query)):
            return self._instead(query)
        if not drafts and not query.unit and len(stages) == len(query.measures):
            # "i programmet" names a stage in passing; what is compared is how it went.
            others = self._compared_measures(query)
            drafts = [draft for measure in others if (draft := self._groups(measure, query))]
        return merge(drafts) if drafts else None

    @staticmethod
    def _counts_heads(query: Query) -> bool:
        return query.unit == PEOPLE or (query.unit is None and HEADS in query.cues)

    def _compared_measures(self, query: Query) -> tuple[str, ...]:
        """The measure with figures for all groups, where the question names none."""
        if self._counts_heads(query):
            return next(((stage,) for stage in self.table.stages() if self._groups(stage, query)), ())
        for entry in self.table.vocabulary.of("measure"):
            if not entry.stage and all(
                self.table.levels(entry.code, dimensions) for dimensions in combinations(query.dimensions)
            ):
                return (entry.code,)
        return ()

    def _instead(self, query: Query) -> Draft | None:
        """The groups compared by the nearest measure that has figures for them all."""
        asked_measure = query.measures[0]
        near = (
            self.table.stages() if self.table.entry(asked_measure).stage else self.table.wider(asked_measure)
        )
        for measure in near:
            draft = self._groups(measure, query)
            if draft is None:
                continue
            unit = PEOPLE if self._counts_heads(query) else PERCENT
            asked = self.phrases.asked(asked_measure, {}, unit, next(iter(query.periods), None))
            split = [self.phrases.people(cell, definite=False) for cell in combinations(query.dimensions)]
            text = self.phrases.say("nearest_split", asked=asked, groups=self.phrases.join(split))
            lines = (Line(Role.SCOPE, text), *draft.lines)
            return replace(draft, status=Status.PARTIAL, reason=Reason.NEAREST, lines=lines)
        return None

    def _groups(self, measure: str, query: Query) -> Draft | None:
        cells = combinations(self.levels.with_ages(measure, query.dimensions))
        years = query.periods or tuple(
            p for p in self.table.any_periods(measure)
            if self._comparable(measure, cells, p, query)
        )  # fmt: skip
        drafts = []
        for period in years:
            known = self._comparable(measure, cells, period, query)
            if not known:
                return None
            drafts.append(self._gap(known, query))
        if not drafts:
            return None
        first, *others = drafts
        for other in others:
            lines = tuple(
                replace(line, role=Role.OTHER) if line.role is Role.LEAD else line
                for line in other.lines if line.role in (Role.LEAD, Role.CALCULATION)
            )  # fmt: skip
            first = merge([first, replace(other, lines=lines)])
        return replace(first, lines=(*first.lines, *self.levels.notes(measure, list(years[:1]))))

    def _comparable(
        self, measure: str, cells: Sequence[Dimensions], period: str, query: Query
    ) -> list[Level]:
        """The levels of all cells in one unit, published ones before worked out; none where one lacks."""
        found: list[Level] = []
        units = (query.unit,) if query.unit else (None, PERCENT)
        for unit in units:
            asked = replace(query, unit=unit)
            levels = [self.levels.find(measure, cell, period, asked) for cell in cells]
            known = [level for level in levels if level is not None]
            if len(known) < len(cells) or len({level.unit for level in known}) > 1:
                continue
            if any(level.stated for level in known):
                return known
            found = found or known
        return found

    def _gap(self, levels: Sequence[Level], query: Query) -> Draft:
        number, phrases = self.phrases.number, self.phrases
        ranked = sorted(levels, key=lambda level: level.value, reverse=True)
        high, low = ranked[0], ranked[-1]
        names = {id(level): phrases.people(level.dimensions, definite=False) for level in levels}
        sources = self.levels.sourcing([o for level in levels for o in level.observations])
        worked = calculate.difference(
            self.table.level_term(high, number), self.table.level_term(low, number), number
        )
        value = self.levels.result(worked)
        x, y = self.levels.shown(high), self.levels.shown(low)
        subject = capital(phrases.name(high.measure))
        if high.value == low.value:
            text = phrases.say("equal_groups", a=names[id(high)], b=names[id(low)], x=x, year=high.period)
        else:
            text = phrases.say(
                "gap_groups", value=value, a=names[id(high)], x=x, b=names[id(low)], y=y, year=high.period,
                high=names[id(high)],
            )  # fmt: skip
        middle = [f"{names[id(level)]}: {self.levels.shown(level)}" for level in ranked[1:-1]]
        lines = [Line(Role.LEAD, f"{subject}: {text}", sources)]
        if middle:
            lines.append(Line(Role.OTHER, capital("; ".join(middle)) + ".", sources))
        lines += [Line(Role.QUOTE, "", (source,)) for source in sources]
        lines.append(Line(Role.CALCULATION, self.levels.arithmetic(worked), sources))
        ratio = self.figures.ratio(high, low) if "times" in query.cues else None
        extra = [c for c in (ratio, *(level.calculation for level in levels)) if c]
        lines += [Line(Role.CALCULATION, self.levels.arithmetic(c), sources) for c in extra]
        return Draft(
            Status.ANSWERED,
            Reason.DERIVED if worked.value else Reason.STATED,
            tuple(lines),
            tuple({o.id: o for level in ranked for o in level.observations}.values()),
            (worked, *extra),
            self.levels.headline(high),
        )
