"""Why there is no such figure, what there is instead, and the nearest published one."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import replace

from ingest.places import foremost
from rag.calculate import PEOPLE, PERCENT
from rag.drafts import refusal, unique
from rag.levels import MAX_OTHERS, Levels
from rag.models import Draft, Line, Query, Reason, Role, Source, Status
from rag.phrases import capital
from rag.table import Dimensions, Level
from rag.wording import OLDEST

# More figures that are all as near as the nearest would bury it.
MAX_AS_NEAR = 2
# Groups that are someone in particular: where the year has no figure for them, everyone's is no help.
IDENTITY_DIMENSIONS = ("origin", "status", "age")


class Absences:
    """Composes answers to questions for figures that the reports do not have.

    Args:
        levels: says the nearest figure.
        in_figure: the captions of pictures that alone have a measure in a year.
    """

    def __init__(self, levels: Levels, in_figure: Callable[[str, str], Sequence[Source]]) -> None:
        self.levels, self.in_figure = levels, in_figure
        self.table, self.phrases = levels.table, levels.phrases

    def without(self, measure: str, dimensions: Dimensions, query: Query) -> Draft:
        """Why there is no such figure, and the nearest one where that helps."""
        unknown = [d for d, code in dimensions.items() if code not in self.table.codes(d)]
        if "area" in dimensions and "area" in unknown:
            return self.no_place(measure, dimensions)
        closer = {d: c for d, c in dimensions.items() if d not in unknown}
        strangers = [
            d for d in dimensions
            if d in IDENTITY_DIMENSIONS and not (d == "age" and self._near_ages(measure, dimensions))
            and (d in unknown or not self.table.known(d, dimensions[d], query.periods))
        ]  # fmt: skip
        if strangers:
            return self._no_group(measure, strangers[0], dimensions[strangers[0]], query.periods)
        nearest = self._nearest(measure, dimensions, query)
        if nearest is not None:
            return nearest
        if query.periods:
            return self._no_year(measure, closer, query)
        return (
            self._no_group(measure, *next(iter(dimensions.items())))
            if dimensions
            else self._nothing(measure, query)
        )

    def no_place(self, measure: str, dimensions: Dimensions) -> Draft:
        """That there are no figures for a place, and for which there are."""
        places = self.table.codes("area", measure)
        places = foremost(places, lambda code: self.table.vocabulary.entry("area", code).data, MAX_OTHERS)
        group = self.table.vocabulary.entry("area", dimensions["area"]).text("with", self.phrases.language)
        if not group:
            place = self.phrases.label("origin", dimensions["area"])
            group = self.phrases.part("in_place", place=place)
        if places:
            labels = self.phrases.join([self.phrases.label("area", code) for code in places])
            asked = self.phrases.asked(measure, {}, None)
            text = self.phrases.say("another_place", group=group, asked=asked, groups=labels)
            return refusal(Reason.ANOTHER_PLACE, text)
        return refusal(Reason.OUTSIDE_REPORTS, self.phrases.say("no_places", group=group))

    def _no_group(self, measure: str, dimension: str, code: str, periods: Sequence[str] = ()) -> Draft:
        group = self.phrases.people({dimension: code}, definite=False)
        known = self.table.years_of(dimension, code)
        if periods and known:
            years = self.phrases.years(known)
            text = self.phrases.say("another_group_year", group=group, year=periods[0], years=years)
            return refusal(Reason.ANOTHER_YEAR, text)
        there = self.table.codes(dimension, measure)
        if not there and self.table.known(dimension, code, ()):
            asked = self.phrases.asked(measure, {dimension: code}, None)
            text = self.phrases.say("not_given", asked=asked)
            return refusal(Reason.ANOTHER_GROUP, text)
        if not there:
            return refusal(Reason.ANOTHER_GROUP, self.phrases.say("another_group_none", group=group))
        groups = self.phrases.join([self.phrases.label(dimension, c) for c in there])
        asked = self.phrases.asked(measure, {}, None)
        text = self.phrases.say("another_group", group=group, asked=asked, groups=groups)
        return refusal(Reason.ANOTHER_GROUP, text)

    def _no_year(self, measure: str, dimensions: Dimensions, query: Query) -> Draft:
        period = query.periods[0]
        given = self.table.periods(measure, dimensions)
        pictured = self.in_figure(measure, period) if not dimensions else ()
        if pictured and given:
            years = self.phrases.years(given)
            asked = self.phrases.asked(measure, dimensions, query.unit)
            text = self.phrases.say("only_in_figure", year=period, asked=asked, years=years)
            return refusal(Reason.ONLY_IN_FIGURE, text)
        asked = self.phrases.asked(measure, dimensions, query.unit, period)
        if given:
            text = self.phrases.say("another_year", asked=asked, years=self.phrases.years(given))
        else:
            text = self.phrases.say("another_year_none", asked=asked)
        return refusal(Reason.ANOTHER_YEAR, text)

    def _nothing(self, measure: str, query: Query) -> Draft:
        text = self.phrases.say("not_given", asked=self.phrases.asked(measure, {}, query.unit))
        return refusal(Reason.OUTSIDE_REPORTS, text)

    # ---- the nearest published figure

    def _nearest(self, measure: str, dimensions: Dimensions, query: Query) -> Draft | None:
        """The nearest cell: a broader measure first, then fewer dimensions, never another year or place."""
        candidates = list(dict.fromkeys(
            (code, tuple(sorted(fewer.items()))) for code, fewer in self._relaxed(measure, dimensions)
        ))  # fmt: skip
        if query.unit == PERCENT and self.table.entry(measure).stage:
            # Without the group, its part of all is the whole.
            candidates = [(code, group) for code, group in candidates if dict(group) == dict(dimensions)]
        if dimensions and (parts := self._parts_of_group(measure, dimensions, query)):
            return parts
        for at, (code, group) in enumerate(candidates):
            levels = self._levels_near(code, dict(group), query)
            if not levels:
                continue
            draft = self._near(measure, dimensions, levels, query)
            equally = [
                (other, cell)
                for other, cell in candidates[at + 1 :]
                if (len(cell) == len(group) and other == code)
                or (other == measure and self.table.entry(measure).stage and not cell and code != measure)
            ]
            return self._with_others(draft, equally, query)
        return None

    def _parts_of_group(self, measure: str, dimensions: Dimensions, query: Query) -> Draft | None:
        """The figures of the groups that a group falls into ("med høyere utdanning": of each sex)."""
        parts = self.table.parts_of_group(measure, dimensions, query.periods)
        if not 0 < len(parts) <= MAX_OTHERS:
            return None
        period = next(iter(query.periods), None)
        text = self.phrases.say(
            "nearest_parts", asked=self.phrases.asked(measure, dimensions, query.unit, period)
        )
        lines = [Line(Role.SCOPE, text)]
        for o in parts:
            role = Role.OTHER if len(lines) > 1 else Role.LEAD
            lines.append(Line(role, self.phrases.level(o), self.levels.sourcing([o])))
        lines += [Line(Role.QUOTE, "", (source,)) for source in self.levels.sourcing(parts)]
        lines += self.levels.notes(measure, [parts[0].period or ""])
        return Draft(Status.PARTIAL, Reason.NEAREST, tuple(lines), tuple(parts))

    def _levels_near(self, measure: str, dimensions: Dimensions, query: Query) -> list[Level]:
        # A part of a stage is kept as a part; an outcome is given as it is published.
        asked = query if self.table.entry(measure).stage else replace(query, unit=None)
        left_over = self.table.entry(measure).complement is not None
        known = self.table.any_periods(measure) if left_over else self.table.periods(measure, dimensions)
        found = [
            level
            for period in query.periods or tuple(known)
            if (level := self.levels.find(measure, dimensions, period, asked))
        ]
        return [level for level in found if level.stated or left_over or query.periods]

    def _with_others(
        self, draft: Draft, cells: Sequence[tuple[str, tuple[tuple[str, str], ...]]], query: Query
    ) -> Draft:
        """A draft with the figures of other cells that are as near, a line each."""
        lines, observations = list(draft.lines), list(draft.observations)
        for measure, group in cells:
            stated = [level for level in self._levels_near(measure, dict(group), query) if level.stated]
            for level in stated[:1] if len(lines) - len(draft.lines) < MAX_AS_NEAR else ():
                own = level.observations[0]
                lines.append(Line(Role.OTHER, self.phrases.level(own), self.levels.sourcing([own])))
                observations.append(own)
        return replace(draft, lines=tuple(lines), observations=unique(observations))

    def _relaxed(self, measure: str, dimensions: Dimensions) -> list[tuple[str, Dimensions]]:
        broader = self.table.wider(measure)
        fewer = [
            {d: c for d, c in dimensions.items() if d not in dropped}
            for size in range(1, len(dimensions) + 1)
            for dropped in itertools.combinations(dimensions, size)
            if "area" not in dropped
        ]
        entry = self.table.entry(measure)
        beside = [e.code for e in self.table.vocabulary.of("measure") if e.stage and e.code != measure]
        candidates: list[tuple[str, Dimensions]] = []
        for age in self._near_ages(measure, dimensions):
            candidates += [(code, {**dimensions, "age": age}) for code in (measure, *broader)]
            candidates += [(code, {"age": age}) for code in (measure, *broader)]
        candidates += [(code, dimensions) for code in broader]
        candidates += [(code, dimensions) for code in beside if entry.stage]
        candidates += [(measure, fewer_) for fewer_ in fewer]
        return candidates + [(code, fewer_) for fewer_ in fewer for code in broader]

    def _near_ages(self, measure: str, dimensions: Dimensions) -> list[str]:
        """Published age groups that overlap the one asked about."""
        asked = _span(dimensions.get("age", ""))
        if asked is None:
            return []
        ages = self.table.codes("age")
        spans = {age: span for age in ages if (span := _span(age)) is not None and age != dimensions["age"]}
        return [age for age, span in spans.items() if span[0] <= asked[1] and asked[0] <= span[1]]

    def _near(self, measure: str, dimensions: Dimensions, levels: Sequence[Level], query: Query) -> Draft:
        asked = self.phrases.asked(measure, dimensions, query.unit, next(iter(query.periods), None))
        lead = levels[0]
        found = self.levels.found(levels, query)
        other = self.table.entry(lead.measure).stage and lead.measure != measure
        key = "nearest_stage" if other else "nearest" if lead.stated else "nearest_worked"
        intro = Line(Role.SCOPE, self.phrases.say(key, asked=asked))
        lines = [intro, *found.lines]
        calculations = list(found.calculations)
        same_group = dict(lead.dimensions) == dict(dimensions)
        if query.unit == PEOPLE and lead.unit == PERCENT and same_group:
            people = self.table.level(
                lead.measure, lead.dimensions, lead.period or "", PEOPLE, self.phrases.number
            )
            if people is not None and people.calculation is not None:
                at = next((i for i, line in enumerate(lines) if line.role is Role.CAVEAT), len(lines))
                label = ", ".join(
                    filter(None, (self.phrases.labels(lead.dimensions), self.levels.short(lead)))
                )
                text = f"{capital(label)}: {self.levels.arithmetic(people.calculation)}"
                lines.insert(at, Line(Role.CALCULATION, text, self.levels.sourcing(people.observations)))
                calculations.append(people.calculation)
                levels = [*levels, people]
        return replace(
            found,
            status=Status.PARTIAL,
            reason=Reason.NEAREST,
            lines=tuple(lines),
            calculations=tuple(calculations),
            observations=unique(o for level in levels for o in level.observations),
        )


def _span(age: str) -> tuple[int, int] | None:
    """The years of an age code, None where it is not a range."""
    low, dash, high = age.partition("-")
    if not dash or not (low + high).isdigit():
        return None
    return int(low or 0), int(high or OLDEST)
