"""Answers to questions for figures: which cells a query means, and what is said of each."""

from __future__ import annotations

from dataclasses import replace

from rag import calculate
from rag.absences import Absences
from rag.calculate import PEOPLE, PERCENT
from rag.cues import COMPOSITION, EITHER_YEAR
from rag.drafts import combinations, merge
from rag.levels import Levels
from rag.models import Calculation, Draft, Line, Query, Role
from rag.table import Dimensions, Level


class Figures:
    """Composes answers to questions for figures.

    Args:
        levels: finds and says levels.
        absences: says why there is none.
    """

    def __init__(self, levels: Levels, absences: Absences) -> None:
        self.levels, self.absences = levels, absences
        self.table, self.phrases = levels.table, levels.phrases

    def figure(self, query: Query) -> Draft | None:
        """One figure, or one for each of several measures and groups; None where no measure is known."""
        measures = query.measures or self._usual_measures(query)
        if not measures:
            return None
        drafts = [
            self.cell(measure, dimensions, query)
            for measure in measures
            for dimensions in combinations(self.levels.with_ages(measure, query.dimensions))
        ]
        draft = merge(drafts)
        return draft if query.measures else self._with_other_reading(draft, query)

    def _with_other_reading(self, draft: Draft, query: Query) -> Draft:
        """A head count without a word of what was counted, and whether another stage was meant."""
        lead = next((o for o in draft.observations if o.period), None)
        if lead is None or query.unit == PERCENT or not self.table.entry(lead.measure).stage:
            return draft
        for stage in self.table.stages():
            others = self.table.levels(stage, lead.dimensions, lead.period)
            if stage == lead.measure or not others or others[0].quantity.unit != PEOPLE:
                continue
            asked = self.phrases.asked(stage, lead.dimensions, PEOPLE, lead.period)
            line = Line(Role.SCOPE, self.phrases.say("clarify", asked=asked))
            question = self.phrases.question(stage, lead.dimensions, PEOPLE, lead.period)
            return replace(draft, lines=(*draft.lines, line), follow_ups=(question,))
        return draft

    def part_of_stage(self, query: Query) -> Draft | None:
        """What share the people of one stage are of those of another ("andel nye av alle deltakere")."""
        [measure] = query.measures
        for group in combinations(query.dimensions):
            for period in query.periods or tuple(self.table.any_periods(measure)):
                level = self.table.part_of(measure, group, period, query.base or "", self.phrases.number)
                if level is not None:
                    return self.levels.found([level], query)
        return None

    def ratio(self, a: Level, b: Level) -> Calculation | None:
        """How many times the lower of two levels goes into the higher."""
        number = self.phrases.number
        high, low = sorted((a, b), key=lambda level: level.value, reverse=True)
        return calculate.ratio(
            self.table.level_term(high, number), self.table.level_term(low, number), number
        )

    def _usual_measures(self, query: Query) -> tuple[str, ...]:
        """The measures that have a figure for just these groups, where the question names none."""
        if not query.dimensions:
            return ()
        period = query.periods[0] if query.periods else None
        if query.unit == PERCENT:
            parts, outcome = self.compositions(query), self._main_outcome_of(query)
            other_year = query.periods and not self._in_years(parts, query)
            # "2017-tallene for kvinner, prosent" wants what is published of them for that year.
            return outcome if outcome and other_year and COMPOSITION not in query.cues else parts or outcome
        found = []
        for entry in self.table.vocabulary.of("measure"):
            if query.unit and query.unit not in entry.units:
                continue
            for dimensions in combinations(query.dimensions):
                if self.table.levels(entry.code, dimensions, period) and entry.code not in found:
                    found.append(entry.code)
        stages = [code for code in found if self.table.entry(code).stage]
        if query.unit == PEOPLE:
            # Of men no stage may have a figure, where that of women tells how many they are.
            parts = () if stages else self.compositions(query)
            known = parts if not query.periods or self._in_years(parts, query) else ()
            return tuple(stages[:1]) or known or tuple(found[:1]) or self.table.stages()[:1]
        return tuple(found[:3]) or self.table.stages()[:1]

    def _in_years(self, stages: tuple[str, ...], query: Query) -> bool:
        """Whether a group's part of a stage is known in one of the years asked about."""
        number = self.phrases.number
        cells = combinations(query.dimensions)
        return any(
            self.table.level(stage, cell, period, PERCENT, number)
            for stage in stages
            for cell in cells
            for period in query.periods
        )

    def _main_outcome_of(self, query: Query) -> tuple[str, ...]:
        """The outcome that a share of a group is usually of, if it is published for just that group."""
        period = query.periods[0] if query.periods else None
        [group, *others] = combinations(query.dimensions)
        outcome = self.table.main_outcome()
        known = not others and any(self.table.levels(measure, group, period) for measure in outcome)
        return outcome if known else ()

    def compositions(self, query: Query) -> tuple[str, ...]:
        """The stage of which a group's part is known: "hvor mange prosent var menn?"."""
        cells = combinations(query.dimensions)
        number = self.phrases.number
        for asked in (query.periods, ()):
            for stage in self.table.stages():
                periods = asked or self.table.any_periods(stage)[:1]
                if any(self.table.level(stage, cell, p, PERCENT, number) for cell in cells for p in periods):
                    return (stage,)
        return ()

    def _including(self, dimensions: Dimensions) -> Dimensions:
        """The group that takes in a group ("videregående nivå eller høyere"): its rules hold."""
        vocabulary = self.table.vocabulary
        wider = dict(dimensions)
        for dimension, code in dimensions.items():
            for entry in vocabulary.of(dimension):
                if code in entry.data.get("includes", ()):
                    wider[dimension] = entry.code
        return wider if wider != dict(dimensions) else {}

    def cell(self, measure: str, dimensions: Dimensions, query: Query) -> Draft:
        """The answer for one measure and one group."""
        periods = list(query.periods)
        if not periods:
            periods = self.table.periods(measure, dimensions)
            if not periods and not self.table.levels(measure, dimensions):
                derived = [
                    p
                    for p in self.table.any_periods(measure)
                    if self.levels.find(measure, dimensions, p, query)
                ]
                periods = derived
            if not periods and self.table.levels(measure, dimensions):
                return self.levels.rules(measure, dimensions)
            wider = self._including(dimensions)
            if not periods and wider and self.table.levels(measure, wider):
                return self.levels.rules(measure, wider)
        found = [level for p in periods if (level := self.levels.find(measure, dimensions, p, query))]
        if not found:
            return self.absences.without(measure, dimensions, query)
        missing = [p for p in query.periods if p not in {level.period for level in found}]
        draft = self.levels.found(found, query)
        # "Is that in the 2017 text or the 2023 text?" is answered by the one that has it.
        for period in missing if EITHER_YEAR not in query.cues else ():
            draft = merge(
                [draft, self.absences.without(measure, dimensions, replace(query, periods=(period,)))]
            )
        return draft
