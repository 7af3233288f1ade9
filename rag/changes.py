"""Answers about change: one figure in one year set against the same figure in another."""

from __future__ import annotations

from dataclasses import replace

from ingest.models import Direction, Observation
from rag import calculate
from rag.calculate import PEOPLE, PERCENT
from rag.cues import BOTH_UNITS, COMPOSITION
from rag.drafts import combinations, merge, unique
from rag.figures import Figures
from rag.models import Calculation, Draft, Figure, Line, Query, Reason, Role, Source, Status
from rag.phrases import capital
from rag.table import Dimensions, Level


class Changes:
    """Composes answers about how a figure changed."""

    def __init__(self, figures: Figures) -> None:
        self.figures = figures
        self.levels = figures.levels
        self.table, self.phrases = figures.table, figures.phrases

    def change(self, query: Query, *, check: bool = False) -> Draft | None:
        """How a figure changed: as published, and worked out from the levels where both are known."""
        drafts = []
        for measure in query.measures:
            for dimensions in combinations(self.levels.with_ages(measure, query.dimensions)):
                draft = self.change_of(measure, dimensions, query, check=check)
                if draft is None:
                    return None
                drafts.append(draft)
        return merge(drafts) if drafts else None

    def known(self, query: Query) -> Draft | None:
        """The years of a change that have a figure, and why the others have none; None where none has."""
        for measure in query.measures:
            for dimensions in combinations(self.levels.with_ages(measure, query.dimensions)):
                newest = self.table.any_periods(measure)[:1]
                asked = tuple(dict.fromkeys((*newest, *query.periods)))
                draft = self.figures.cell(measure, dimensions, replace(query, periods=asked))
                return draft if draft.observations and len(asked) > 1 else None
        return None

    def change_of(self, measure: str, dimensions: Dimensions, query: Query, *, check: bool) -> Draft | None:
        """How the figure of one cell changed; None where too little is known of it."""
        years = self.years(measure, dimensions, query)
        if years is None:
            return None
        before, after = years
        stated = self.table.change(measure, dimensions, after, before)
        levels = self._pair(measure, dimensions, before, after, query)
        if stated is None and levels is None:
            return None
        lines: list[Line] = []
        calculations: list[Calculation] = []
        observations: list[Observation] = []
        figure: Figure | None = None
        if stated is not None:
            sources = self.levels.sourcing([stated])
            lines += [
                Line(Role.LEAD, self.change_sentence(stated, after), sources),
                Line(Role.QUOTE, "", sources),
            ]
            observations.append(stated)
            figure = self._change_figure(stated)
        if levels is not None:
            more = self._difference(levels, stated, query, check=check)
            lines += more.lines if stated is None else [
                line if line.role is not Role.LEAD else replace(line, role=Role.OTHER) for line in more.lines
            ]  # fmt: skip
            calculations += more.calculations
            observations += more.observations
            figure = figure or more.figure
        lines += self.levels.notes(measure, [before, after])
        reason = Reason.STATED if stated is not None else Reason.DERIVED
        return Draft(
            Status.ANSWERED, reason, tuple(lines), unique(observations),
            tuple(dict.fromkeys(calculations)), figure,
        )  # fmt: skip

    def years(self, measure: str, dimensions: Dimensions, query: Query) -> tuple[str, str] | None:
        """The (earlier, later) years that a question about a change is about."""
        given = sorted(query.periods)
        if len(given) > 1:
            return given[0], given[-1]
        known = self.table.periods(measure, dimensions)
        if given:
            change = self.table.change(measure, dimensions, given[0])
            if change is not None and change.reference_period:
                return change.reference_period, given[0]
            newer = [year for year in known if year > given[0]]
            older = [year for year in known if year < given[0]]
            if newer and "since" in query.cues:
                return given[0], newer[0]
            return (older[0], given[0]) if older else None
        change = self.table.change(measure, dimensions)
        if change is not None and change.period and change.reference_period:
            return change.reference_period, change.period
        return (known[1], known[0]) if len(known) > 1 else None

    def _pair(
        self, measure: str, dimensions: Dimensions, before: str, after: str, query: Query
    ) -> tuple[Level, Level] | None:
        if not (before.isdigit() and after.isdigit()):
            return None
        part = query.unit == PERCENT and COMPOSITION in query.cues
        unit = PERCENT if part else self.table.usual_unit(measure)
        number = self.phrases.number
        old = self.table.level(measure, dimensions, before, unit, number)
        new = self.table.level(measure, dimensions, after, unit, number)
        return (old, new) if old is not None and new is not None else None

    def change_sentence(self, change: Observation, period: str) -> str:
        """A published change as a sentence."""
        subject = self.phrases.subject(change.measure, change.dimensions, change.quantity.unit)
        before = change.reference_period or ""
        if change.direction is Direction.SAME:
            if not before.isdigit():
                key = "change_same_earlier"
            else:
                key = "change_about_same" if change.quantity.hedge else "change_same"
            return self.phrases.say(key, subject=subject, year=period, before=before)
        key = "change_up" if change.direction is Direction.UP else "change_down"
        value = self.phrases.value(change.quantity)
        return self.phrases.say(key, subject=subject, value=value, before=before, year=period)

    def _change_figure(self, change: Observation) -> Figure | None:
        if change.direction is Direction.SAME:
            return None
        sign = "+" if change.direction is Direction.UP else "−"
        parts = [self.phrases.labels(change.dimensions), self.phrases.name(change.measure)]
        label = " · ".join(p for p in parts if p) + f" · {change.reference_period}–{change.period}"
        return Figure(f"{sign}{self.phrases.value(change.quantity)}", label)

    def _difference(
        self, levels: tuple[Level, Level], stated: Observation | None, query: Query, *, check: bool
    ) -> Draft:
        old, new = levels
        number = self.phrases.number
        sources = self.levels.sourcing([*new.observations, *old.observations])
        worked = calculate.difference(
            self.table.level_term(new, number), self.table.level_term(old, number), number
        )
        calculations: list[Calculation] = [c for c in (old.calculation, new.calculation) if c]
        if stated is None:
            lines = self._lead(levels, worked, sources)
            calculations.append(worked)
            lines += [Line(Role.CALCULATION, self.levels.arithmetic(c), sources) for c in calculations]
        elif old.stated and new.stated:
            lines = [self._both(levels, sources)]
            if check or abs(worked.value) != stated.quantity.value:
                lines.append(self._consistency(levels, stated, sources))
                calculations.append(self._positive(levels))
        else:
            lines = self._levels_worked(levels, sources)
        for extra in self._also(levels, query):
            lines.append(Line(Role.CALCULATION, self.levels.arithmetic(extra), sources))
            calculations.append(extra)
        observations = (*new.observations, *old.observations)
        figure = self._gap_figure(levels, worked)
        return Draft(Status.ANSWERED, Reason.DERIVED, tuple(lines), observations, tuple(calculations), figure)

    def _lead(
        self, levels: tuple[Level, Level], worked: Calculation, sources: tuple[Source, ...]
    ) -> list[Line]:
        """The two levels and what lies between them, with where they stand."""
        old, new = levels
        said = self.levels.between_years(
            worked, self.levels.shown(new), self.levels.shown(old), new.period or "", old.period or ""
        )
        group = self.phrases.labels(new.dimensions)
        subject = capital(self.phrases.name(new.measure)) + (f" ({group})" if group else "")
        lead = Line(Role.LEAD, f"{subject}: {said}", sources)
        return [lead, *(Line(Role.QUOTE, "", (source,)) for source in sources)]

    def _both(self, levels: tuple[Level, Level], sources: tuple[Source, ...]) -> Line:
        old, new = levels
        text = self.phrases.say(
            "levels", year=new.period, value=self.levels.shown(new), before=old.period,
            other=self.levels.shown(old),
        )  # fmt: skip
        return Line(Role.OTHER, text, sources)

    def _also(self, levels: tuple[Level, Level], query: Query) -> list[Calculation]:
        """The same change in people, in percent of the earlier level, or as a ratio, where that is asked."""
        number = self.phrases.number
        counted = levels[0].unit == PEOPLE
        asks_share = query.unit == PERCENT or BOTH_UNITS in query.cues
        relative = "relative" in query.cues or (counted and asks_share)
        if "times" in query.cues:
            return [r for r in [self.figures.ratio(levels[1], levels[0])] if r]
        if relative:
            new, old = (self.table.level_term(level, number) for level in levels[::-1])
            return [g for g in [calculate.growth(new, old, number)] if g]
        if counted or query.unit != PEOPLE or self.table.entry(levels[0].measure).stage:
            return []
        people = [
            self.table.level(level.measure, level.dimensions, level.period or "", PEOPLE, number)
            for level in levels
        ]
        terms = [self.table.level_term(level, number) for level in people if level is not None]
        return [calculate.difference(terms[1], terms[0], number)] if len(terms) > 1 else []

    def _gap_figure(self, levels: tuple[Level, Level], worked: Calculation) -> Figure | None:
        if worked.value == 0 or worked.lower < 0 < worked.upper:
            return None
        old, new = levels
        group, name = self.phrases.labels(new.dimensions), self.phrases.name(new.measure)
        label = " · ".join(part for part in (group, name, f"{old.period}–{new.period}") if part)
        return Figure(("+" if worked.value > 0 else "−") + self.levels.moved(worked), label, calculated=True)

    def _positive(self, levels: tuple[Level, Level]) -> Calculation:
        """The difference as the larger less the smaller."""
        number = self.phrases.number
        high, low = sorted(levels, key=lambda level: level.value, reverse=True)
        return calculate.difference(
            self.table.level_term(high, number), self.table.level_term(low, number), number
        )

    def _consistency(
        self,
        levels: tuple[Level, Level],
        stated: Observation,
        sources: tuple[Source, ...],
    ) -> Line:
        return self.levels.checked(self._positive(levels), stated, sources)

    def _levels_worked(self, levels: tuple[Level, Level], sources: tuple[Source, ...]) -> list[Line]:
        lines = []
        for level in levels:
            text = f"{level.period}: {self.levels.shown(level)}"
            if level.calculation is None:
                lines.append(Line(Role.OTHER, text + ".", self.levels.sourcing(level.observations)))
            else:
                arithmetic = self.levels.arithmetic(level.calculation)
                lines.append(Line(Role.CALCULATION, f"{level.period}: {arithmetic}", sources))
        return lines
