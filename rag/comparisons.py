"""Answers that set figures against each other: changes, comparisons, claims, rankings, overviews."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ingest.models import Direction, Observation
from rag import calculate
from rag.calculate import PEOPLE, PERCENT
from rag.figures import Figures, combinations, merge
from rag.models import Calculation, Draft, Figure, Line, Query, Reason, Role, Status
from rag.phrases import capital
from rag.table import Dimensions, Level


class Comparisons:
    """Composes answers in which more than one figure of the table takes part."""

    def __init__(self, figures: Figures) -> None:
        self.figures = figures
        self.table, self.phrases = figures.table, figures.phrases

    # ---- a change from one year to another

    def change(self, query: Query, *, check: bool = False) -> Draft | None:
        """How a figure changed: as published, and worked out from the levels where both are known."""
        drafts = []
        for measure in query.measures:
            for dimensions in combinations(self.figures._with_ages(measure, query.dimensions)):
                draft = self._change(measure, dimensions, query, check=check)
                if draft is None:
                    return None
                drafts.append(draft)
        return merge(drafts) if drafts else None

    def _change(self, measure: str, dimensions: Dimensions, query: Query, *, check: bool) -> Draft | None:
        years = self.years(measure, dimensions, query)
        if years is None:
            return None
        before, after = years
        stated = self._stated_change(measure, dimensions, before, after)
        levels = self._pair(measure, dimensions, before, after, query)
        if stated is None and levels is None:
            return None
        lines: list[Line] = []
        calculations: list[Calculation] = []
        observations: list[Observation] = []
        figure: Figure | None = None
        if stated is not None:
            sources = self.figures.sourcing([stated])
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
        lines += self.figures.notes(measure, [before, after])
        reason = Reason.STATED if stated is not None else Reason.DERIVED
        unique = tuple({o.id: o for o in observations}.values())
        return Draft(
            Status.ANSWERED, reason, tuple(lines), unique, tuple(dict.fromkeys(calculations)), figure
        )

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

    def _stated_change(
        self, measure: str, dimensions: Dimensions, before: str, after: str
    ) -> Observation | None:
        return self.table.change(measure, dimensions, after, before)

    def _pair(
        self, measure: str, dimensions: Dimensions, before: str, after: str, query: Query
    ) -> tuple[Level, Level] | None:
        if not (before.isdigit() and after.isdigit()):
            return None
        entry = self.table.entry(measure)
        unit = PEOPLE if entry.stage else PERCENT
        if entry.stage and query.unit == PERCENT and dimensions:
            unit = PERCENT
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
        phrases, number = self.phrases, self.phrases.number
        sources = self.figures.sourcing([*new.observations, *old.observations])
        worked = calculate.difference(
            self.table.level_term(new, number), self.table.level_term(old, number), number
        )
        value = f"{number(abs(worked.value))} {phrases.unit(worked.unit)}".strip()
        slots = {
            "x": self.figures.shown(new),
            "y": self.figures.shown(old),
            "year": new.period,
            "before": old.period,
        }
        key = (
            "gap_years_same"
            if worked.value == 0
            else ("gap_years_up" if worked.value > 0 else "gap_years_down")
        )
        if worked.lower < 0 < worked.upper:
            key = "gap_years_unsure"
        lines: list[Line] = []
        calculations: list[Calculation] = [c for c in (old.calculation, new.calculation) if c]
        both_stated = old.stated and new.stated
        if stated is None:
            lead = phrases.say(key, **slots, value=value)
            subject = capital(phrases.name(new.measure))
            group = phrases.labels(new.dimensions)
            lines.append(Line(Role.LEAD, f"{subject}{f' ({group})' if group else ''}: {lead}", sources))
            lines += [Line(Role.QUOTE, "", (source,)) for source in sources]
            calculations.append(worked)
            lines += [Line(Role.CALCULATION, self.figures.arithmetic(c), sources) for c in calculations]
        elif both_stated:
            text = phrases.say(
                "levels",
                year=new.period,
                value=self.figures.shown(new),
                before=old.period,
                other=self.figures.shown(old),
            )
            lines.append(Line(Role.OTHER, text, sources))
            positive = abs(worked.value)
            if check or positive != stated.quantity.value:
                lines.append(self._consistency(levels, stated, worked, sources))
                calculations.append(self._positive(levels))
        else:
            lines += self._levels_worked(levels, sources)
        if query.unit == PEOPLE and not self.table.entry(new.measure).stage:
            lines, calculations = self._in_people(levels, lines, calculations)
        observations = (*new.observations, *old.observations)
        figure = self._gap_figure(levels, worked, value)
        return Draft(Status.ANSWERED, Reason.DERIVED, tuple(lines), observations, tuple(calculations), figure)

    def _gap_figure(self, levels: tuple[Level, Level], worked: Calculation, value: str) -> Figure | None:
        if worked.value == 0 or worked.lower < 0 < worked.upper:
            return None
        old, new = levels
        group, name = self.phrases.labels(new.dimensions), self.phrases.name(new.measure)
        label = " · ".join(part for part in (group, name, f"{old.period}–{new.period}") if part)
        return Figure(("+" if worked.value > 0 else "−") + value, label, calculated=True)

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
        worked: Calculation,
        sources: tuple[object, ...],
    ) -> Line:
        difference = self._positive(levels)
        number = self.phrases.number
        term = self.table.term(stated, number)
        if calculate.agrees(term, difference.lower, difference.upper):
            exact = difference.lower == difference.upper
            interval = "" if exact else self.phrases.part(
                "interval", lower=number(difference.lower), upper=number(difference.upper)
            )  # fmt: skip
            text = self.phrases.say(
                "consistent", expression=self.phrases.translated(difference.expression), interval=interval,
                stated=self.phrases.value(stated.quantity),
            )  # fmt: skip
            return Line(Role.CALCULATION, text, sources)  # type: ignore[arg-type]
        text = self.phrases.say(
            "conflict",
            a=self.phrases.value(stated.quantity),
            b=self.phrases.translated(difference.expression),
        )
        return Line(Role.CALCULATION, text, sources)  # type: ignore[arg-type]

    def _levels_worked(self, levels: tuple[Level, Level], sources: tuple[object, ...]) -> list[Line]:
        lines = []
        for level in levels:
            text = f"{level.period}: {self.figures.shown(level)}"
            if level.calculation is None:
                lines.append(Line(Role.OTHER, text + ".", self.figures.sourcing(level.observations)))
            else:
                arithmetic = self.figures.arithmetic(level.calculation)
                lines.append(Line(Role.CALCULATION, f"{level.period}: {arithmetic}", sources))  # type: ignore[arg-type]
        return lines

    def _in_people(
        self, levels: tuple[Level, Level], lines: list[Line], calculations: list[Calculation]
    ) -> tuple[list[Line], list[Calculation]]:
        """The difference in people, worked out from the shares."""
        number = self.phrases.number
        people = [
            self.table.level(level.measure, level.dimensions, level.period or "", PEOPLE, number)
            for level in levels
        ]
        old, new = people
        if old is None or new is None:
            return lines, calculations
        worked = calculate.difference(
            self.table.level_term(new, number), self.table.level_term(old, number), number
        )
        sources = self.figures.sourcing([*new.observations, *old.observations])
        extra = Line(Role.CALCULATION, self.figures.arithmetic(worked), sources)
        return [*lines, extra], [*calculations, worked]

    # ---- groups against each other

    def groups(self, query: Query) -> Draft | None:
        """Two or more groups of one dimension compared in one year (or each year, newest first)."""
        split = next((d for d, codes in query.dimensions.items() if len(codes) > 1), None)
        if split is None:
            return None
        measures = query.measures or self._compared_measures(query, split)
        drafts = [draft for measure in measures if (draft := self._groups(measure, split, query))]
        if not drafts and not query.unit:
            # "i programmet" names a stage in passing; what is compared is how it went.
            others = self._compared_measures(query, split)
            drafts = [draft for measure in others if (draft := self._groups(measure, split, query))]
        return merge(drafts) if drafts else None

    def _compared_measures(self, query: Query, split: str) -> tuple[str, ...]:
        """The measure with figures for all groups, where the question names none."""
        for entry in self.table.vocabulary.of("measure"):
            if not entry.stage and all(
                self.table.levels(entry.code, dimensions) for dimensions in combinations(query.dimensions)
            ):
                return (entry.code,)
        return ()

    def _groups(self, measure: str, split: str, query: Query) -> Draft | None:
        cells = combinations(self.figures._with_ages(measure, query.dimensions))
        years = query.periods or tuple(
            p for p in self.table.any_periods(measure)
            if all(self.table.levels(measure, cell, p) for cell in cells)
        )  # fmt: skip
        drafts = []
        for period in years:
            levels = [self.figures._level(measure, cell, period, query) for cell in cells]
            known = [level for level in levels if level is not None]
            if len(known) < len(cells) or len({level.unit for level in known}) > 1:
                return None
            drafts.append(self._gap(known, split))
        if not drafts:
            return None
        first, *others = drafts
        for other in others:
            lines = tuple(
                replace(line, role=Role.OTHER) if line.role is Role.LEAD else line
                for line in other.lines if line.role in (Role.LEAD, Role.CALCULATION)
            )  # fmt: skip
            first = merge([first, replace(other, lines=lines)])
        return replace(first, lines=(*first.lines, *self.figures.notes(measure, list(years[:1]))))

    def _gap(self, levels: Sequence[Level], split: str) -> Draft:
        number, phrases = self.phrases.number, self.phrases
        ranked = sorted(levels, key=lambda level: level.value, reverse=True)
        high, low = ranked[0], ranked[-1]
        names = {id(level): phrases.people(level.dimensions, definite=False) for level in levels}
        sources = self.figures.sourcing([o for level in levels for o in level.observations])
        worked = calculate.difference(
            self.table.level_term(high, number), self.table.level_term(low, number), number
        )
        value = self.figures.result(worked)
        x, y = self.figures.shown(high), self.figures.shown(low)
        subject = capital(phrases.name(high.measure))
        if high.value == low.value:
            text = phrases.say("equal_groups", a=names[id(high)], b=names[id(low)], x=x, year=high.period)
        else:
            text = phrases.say(
                "gap_groups", value=value, a=names[id(high)], x=x, b=names[id(low)], y=y, year=high.period,
                high=names[id(high)],
            )  # fmt: skip
        middle = [f"{names[id(level)]}: {self.figures.shown(level)}" for level in ranked[1:-1]]
        lines = [Line(Role.LEAD, f"{subject}: {text}", sources)]
        if middle:
            lines.append(Line(Role.OTHER, capital("; ".join(middle)) + ".", sources))
        lines += [Line(Role.QUOTE, "", (source,)) for source in sources]
        lines.append(Line(Role.CALCULATION, self.figures.arithmetic(worked), sources))
        extra = [level.calculation for level in levels if level.calculation]
        lines += [Line(Role.CALCULATION, self.figures.arithmetic(c), sources) for c in extra]
        return Draft(
            Status.ANSWERED,
            Reason.DERIVED if worked.value else Reason.STATED,
            tuple(lines),
            tuple({o.id: o for level in ranked for o in level.observations}.values()),
            (worked, *extra),
            self.figures.headline(high),
        )
