"""Answers from the numbers table: a level, its nearest relative, or why there is none."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from ingest.models import Kind, Observation
from ingest.places import foremost
from rag.calculate import PEOPLE, PERCENT
from rag.models import Calculation, Draft, Figure, Line, Query, Reason, Role, Source, Status
from rag.phrases import Phrases, capital
from rag.table import Dimensions, Level, Table

Sourcing = Callable[[Sequence[Observation]], tuple[Source, ...]]
# More other years or groups than this are not an answer but a table.
MAX_OTHERS = 8
OLDEST = 120
MISSING = {PEOPLE: "count_missing", PERCENT: "share_missing"}
# Groups that are someone in particular: where the year has no figure for them, everyone's is no help.
IDENTITY_DIMENSIONS = ("origin", "status", "age")


class Figures:
    """Composes answers to questions for figures.

    Args:
        table: the numbers table.
        phrases: templates of the answer's language.
        sourcing: the sentences that observations stand in.
        notes: the reports' notes that bear on a measure in a year, as lines.
        in_figure: whether a year of a measure stands only in a picture.
    """

    def __init__(
        self,
        table: Table,
        phrases: Phrases,
        sourcing: Sourcing,
        notes: Callable[[str, Sequence[str]], list[Line]],
        in_figure: Callable[[str, str], Sequence[Source]],
    ) -> None:
        self.table, self.phrases, self.sourcing = table, phrases, sourcing
        self.notes, self.in_figure = notes, in_figure

    # ---- a figure

    def figure(self, query: Query) -> Draft | None:
        """One figure, or one for each of several measures and groups; None where no measure is known."""
        measures = query.measures or self._usual_measures(query)
        if not measures:
            return None
        drafts = [
            self.cell(measure, dimensions, query)
            for measure in measures
            for dimensions in combinations(self._with_ages(measure, query.dimensions))
        ]
        return merge(drafts)

    def _usual_measures(self, query: Query) -> tuple[str, ...]:
        """The measures that have a figure for just these groups, where the question names none."""
        if not query.dimensions:
            return ()
        period = query.periods[0] if query.periods else None
        if query.unit == PERCENT:
            return self._compositions(query)
        found = []
        for entry in self.table.vocabulary.of("measure"):
            if query.unit and query.unit not in entry.units:
                continue
            for dimensions in combinations(query.dimensions):
                if self.table.levels(entry.code, dimensions, period) and entry.code not in found:
                    found.append(entry.code)
        stages = [code for code in found if self.table.entry(code).stage]
        if query.unit == PEOPLE:
            return tuple(stages[:1] or found[:1]) or self._stage_default()
        return tuple(found[:3]) or self._stage_default()

    def _compositions(self, query: Query) -> tuple[str, ...]:
        """Stages of which a group's part is known: "hvor mange prosent var menn?"."""
        cells = combinations(query.dimensions)
        number = self.phrases.number
        return tuple(
            entry.code
            for entry in self.table.vocabulary.of("measure")
            if entry.stage
            and any(
                self.table.level(entry.code, cell, period, PERCENT, number)
                for cell in cells
                for period in query.periods or self.table.any_periods(entry.code)[:1]
            )
        )[:1]

    def main_outcome(self) -> tuple[str, ...]:
        """The measure that "results" means where a question names none."""
        return tuple(e.code for e in self.table.vocabulary.of("measure") if e.data.get("main_outcome"))

    def ended(self) -> tuple[str, ...]:
        """The stage whose people the outcomes are shares of."""
        return tuple(
            d
            for e in self.table.vocabulary.of("measure")
            if e.data.get("main_outcome") and (d := e.denominator)
        )

    def _stage_default(self) -> tuple[str, ...]:
        return tuple(e.code for e in self.table.vocabulary.of("measure") if e.stage)[:1]

    def _with_ages(
        self, measure: str, dimensions: Mapping[str, tuple[str, ...]]
    ) -> dict[str, tuple[str, ...]]:
        """Dimensions with "unge" as the age group that the reports have for the measure."""
        found = dict(dimensions)
        for code in dimensions.get("age", ()):
            span = self.table.vocabulary.entry("age", code).data.get("range")
            if not span:
                continue
            for age in self.table.codes("age", measure) or self.table.codes("age"):
                low, _, high = age.partition("-")
                if int(low or 0) >= span[0] and int(high or span[1]) <= span[1]:
                    found["age"] = (age,)
        return found

    def cell(self, measure: str, dimensions: Dimensions, query: Query) -> Draft:
        """The answer for one measure and one group."""
        periods = list(query.periods)
        if not periods:
            periods = self.table.periods(measure, dimensions)
            if not periods and not self.table.levels(measure, dimensions):
                derived = [
                    p for p in self.table.any_periods(measure) if self._level(measure, dimensions, p, query)
                ]
                periods = derived
            if not periods and self.table.levels(measure, dimensions):
                return self._rules(measure, dimensions)
        found = [level for p in periods if (level := self._level(measure, dimensions, p, query))]
        if not found:
            return self._without(measure, dimensions, query)
        missing = [p for p in query.periods if p not in {level.period for level in found}]
        draft = self._found(found, query)
        for period in missing:
            draft = merge([draft, self._without(measure, dimensions, replace(query, periods=(period,)))])
        return draft

    def _level(self, measure: str, dimensions: Dimensions, period: str, query: Query) -> Level | None:
        number = self.phrases.number
        if query.unit is not None:
            level = self.table.level(measure, dimensions, period, query.unit, number)
            if level is not None:
                return level
        return self.table.any_level(measure, dimensions, period, number)

    def _rules(self, measure: str, dimensions: Dimensions) -> Draft:
        """Figures without a year (how long, how old): the report's own sentences."""
        observations = self.table.levels(measure, dimensions)
        lines = [Line(Role.QUOTE, "", (source,)) for source in self.sourcing(observations)]
        return Draft(Status.ANSWERED, Reason.STATED, tuple(lines), tuple(observations))

    def _found(self, levels: Sequence[Level], query: Query) -> Draft:
        lead = levels[0]
        lines, calculations = self._lead(lead)
        others = [level for level in levels[1:] if level.period != lead.period][:MAX_OTHERS]
        if others:
            for level in others:
                text = self.phrases.say("other_year", year=level.period, value=self.shown(level))
                lines.append(Line(Role.OTHER, text, self.sourcing(level.observations)))
            calculations += [level.calculation for level in others if level.calculation]
        if query.unit in (PEOPLE, PERCENT) and lead.stated and lead.unit != query.unit:
            lines.append(Line(Role.SCOPE, self.phrases.say(MISSING[query.unit])))
        lines += self.notes(lead.measure, [lead.period] if lead.period else [])
        return Draft(
            status=Status.ANSWERED,
            reason=Reason.STATED if lead.stated else Reason.DERIVED,
            lines=tuple(lines),
            observations=_observations(levels),
            calculations=tuple(calculations),
            figure=self.headline(lead),
        )

    def _lead(self, level: Level) -> tuple[list[Line], list[Calculation]]:
        sources = self.sourcing(level.observations)
        if level.calculation is None:
            lead = [Line(Role.LEAD, self.phrases.level(level.observations[0]), sources)]
            lines = [*lead, *(Line(Role.QUOTE, "", (source,)) for source in sources[:1])]
            return [*lines, *self._whole(level), *self._conflict(level)], []
        share = next((o for o in level.observations if self._is_own(o, level)), None)
        lines = []
        if share is not None:
            text = self.phrases.level(share)
            own = self.sourcing([share])
            lines.append(Line(Role.LEAD, text, own))
            lines += [Line(Role.QUOTE, "", own)]
        else:
            text = self.calculated_sentence(level)
            lines.append(Line(Role.LEAD, text, sources))
            lines += [Line(Role.QUOTE, "", (source,)) for source in sources]
        lines.append(Line(Role.CALCULATION, self.arithmetic(level.calculation), sources))
        return lines, [level.calculation]

    def _is_own(self, o: Observation, level: Level) -> bool:
        """Whether a published figure is of the same cell in another unit (a share beside a head count)."""
        return (
            o.kind is Kind.LEVEL
            and o.measure == level.measure
            and dict(o.dimensions) == dict(level.dimensions)
            and o.period == level.period
        )

    def _whole(self, level: Level) -> list[Line]:
        """How many the people are that a share is a share of, where that is not everyone at a stage."""
        code = level.denominator
        if level.unit != PERCENT or code is None or self.table.entry(code).stage:
            return []
        whole = [
            o for o in self.table.levels(code, level.dimensions, level.period) if o.quantity.unit == PEOPLE
        ]
        if not whole:
            return []
        people, did = self.phrases.people(level.dimensions, definite=False), self.phrases.who(code)
        value = self.phrases.value(whole[0].quantity)
        text = self.phrases.say("denominator_is", value=value, people=people, did=did)
        return [Line(Role.OTHER, text, self.sourcing(whole[:1]))]

    def _conflict(self, level: Level) -> list[Line]:
        """Other published figures of the same cell that cannot be true together with this one."""
        own = level.observations[0]
        for other in self.table.levels(level.measure, level.dimensions, level.period):
            same = other.quantity.unit == own.quantity.unit and other.denominator == own.denominator
            apart = other.quantity.lower > own.quantity.upper or own.quantity.lower > other.quantity.upper
            if same and apart:
                a, b = self.phrases.value(own.quantity), self.phrases.value(other.quantity)
                text = self.phrases.say("conflict", a=a, b=b)
                return [Line(Role.CAVEAT, text, self.sourcing([own, other]))]
        return []

    # ---- saying it

    def shown(self, level: Level) -> str:
        """The figure of a level in words."""
        if level.calculation is None:
            return self.phrases.value(level.observations[0].quantity)
        return self.result(level.calculation)

    def result(self, calculation: Calculation) -> str:
        """A calculated figure in words: "om lag 3 400", "24 prosent"."""
        value = f"{calculation.display} {self.phrases.unit(calculation.unit)}".strip()
        exact = calculation.lower == calculation.upper
        wide = calculation.unit == PEOPLE or calculation.upper - calculation.lower > 2
        return value if exact or not wide else self.phrases.part("about", value=value)

    def arithmetic(self, calculation: Calculation) -> str:
        """The sentence that shows a calculation with its interval."""
        number = self.phrases.number
        exact = calculation.lower == calculation.upper
        interval = "" if exact else self.phrases.part(
            "interval", lower=number(calculation.lower), upper=number(calculation.upper)
        )  # fmt: skip
        expression = self.phrases.translated(calculation.expression)
        return self.phrases.say("calculated", expression=expression, interval=interval)

    def calculated_sentence(self, level: Level) -> str:
        """A worked-out level as a sentence that says it is not published."""
        value = self.shown(level)
        sentence = self.phrases.level_of(
            level.measure, level.dimensions, level.period, value, level.unit, level.denominator
        )
        return sentence.rstrip(".") + self.phrases.part("marked_calculated")

    def headline(self, level: Level) -> Figure:
        """The lead figure for the page."""
        parts = [self.phrases.labels(level.dimensions), self._short(level), level.period or ""]
        label = " · ".join(part for part in parts if part)
        return Figure(self.shown(level), label, calculated=level.calculation is not None)

    def _short(self, level: Level) -> str:
        entry = self.table.entry(level.measure)
        return entry.text("short", self.phrases.language) or entry.text("name", self.phrases.language)

    # ---- when there is no such figure

    def _without(self, measure: str, dimensions: Dimensions, query: Query) -> Draft:
        """Why there is no such figure, and the nearest one where that helps."""
        unknown = [d for d, code in dimensions.items() if code not in self.table.codes(d)]
        if "area" in dimensions and "area" in unknown:
            return self._no_place(measure, dimensions)
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

    def _whom(self, dimensions: Dimensions) -> str:
        """ " for kvinnene", nothing for everyone."""
        if not dimensions:
            return ""
        return self.phrases.part("whom", people=self.phrases.people(dimensions))

    def _no_place(self, measure: str, dimensions: Dimensions) -> Draft:
        places = self.table.codes("area", measure)
        places = foremost(places, lambda code: self.table.vocabulary.entry("area", code).data, MAX_OTHERS)
        group = self.table.vocabulary.entry("area", dimensions["area"]).text("with", self.phrases.language)
        if not group:
            place = self.phrases.label("origin", dimensions["area"])
            group = self.phrases.part("in_place", place=place)
        if places:
            labels = self.phrases.join([self.phrases.label("area", code) for code in places])
            text = self.phrases.say(
                "another_place", group=group, name=self.phrases.name(measure), groups=labels
            )
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
            whom = self._whom({dimension: code})
            text = self.phrases.say("not_given", name=self.phrases.name(measure), whom=whom)
            return refusal(Reason.ANOTHER_GROUP, text)
        if not there:
            return refusal(Reason.ANOTHER_GROUP, self.phrases.say("another_group_none", group=group))
        groups = self.phrases.join([self.phrases.label(dimension, c) for c in there])
        text = self.phrases.say("another_group", group=group, name=self.phrases.name(measure), groups=groups)
        return refusal(Reason.ANOTHER_GROUP, text)

    def _no_year(self, measure: str, dimensions: Dimensions, query: Query) -> Draft:
        period = query.periods[0]
        name, whom = self.phrases.name(measure), self._whom(dimensions)
        given = self.table.periods(measure, dimensions)
        pictured = self.in_figure(measure, period) if not dimensions else ()
        if pictured and given:
            years = self.phrases.years(given)
            text = self.phrases.say("only_in_figure", year=period, name=name, years=years)
            return refusal(Reason.ONLY_IN_FIGURE, text)
        if given:
            text = self.phrases.say(
                "another_year", name=name, whom=whom, year=period, years=self.phrases.years(given)
            )
        else:
            text = self.phrases.say("another_year_none", name=name, whom=whom, year=period)
        return refusal(Reason.ANOTHER_YEAR, text)

    def _nothing(self, measure: str, query: Query) -> Draft:
        text = self.phrases.say("not_given", name=self.phrases.name(measure), whom="")
        return refusal(Reason.OUTSIDE_REPORTS, text)

    # ---- the nearest published figure

    def _nearest(self, measure: str, dimensions: Dimensions, query: Query) -> Draft | None:
        """The nearest cell: a broader measure first, then fewer dimensions, never another year or place."""
        for candidate, fewer in self._relaxed(measure, dimensions):
            # A part of a stage is kept as a part; an outcome is given as it is published.
            asked = query if self.table.entry(candidate).stage else replace(query, unit=None)
            wanted = query.periods or tuple(self.table.periods(candidate, fewer))
            levels = [level for period in wanted if (level := self._level(candidate, fewer, period, asked))]
            levels = [level for level in levels if level.stated or query.periods]
            if levels:
                return self._near(measure, dimensions, levels, query)
        return None

    def _relaxed(self, measure: str, dimensions: Dimensions) -> list[tuple[str, Dimensions]]:
        broader: list[str] = []
        code: str | None = self.table.entry(measure).broader
        while code:
            broader.append(code)
            code = self.table.entry(code).broader
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
        asked = self.phrases.part(
            "asked_measure", name=self.phrases.name(measure), whom=self._whom(dimensions)
        )
        if query.periods:
            asked += " " + self.phrases.part("in_year", year=query.periods[0])
        lead = levels[0]
        found = self._found(levels, query)
        other = self.table.entry(lead.measure).stage and lead.measure != measure
        intro = Line(Role.SCOPE, self.phrases.say("nearest_stage" if other else "nearest", asked=asked))
        lines = [intro, *found.lines]
        calculations = list(found.calculations)
        same_group = dict(lead.dimensions) == dict(dimensions)
        if query.unit == PEOPLE and lead.unit == PERCENT and lead.stated and same_group:
            people = self.table.level(
                lead.measure, lead.dimensions, lead.period or "", PEOPLE, self.phrases.number
            )
            if people is not None and people.calculation is not None:
                at = next((i for i, line in enumerate(lines) if line.role is Role.CAVEAT), len(lines))
                label = ", ".join(filter(None, (self.phrases.labels(lead.dimensions), self._short(lead))))
                text = f"{capital(label)}: {self.arithmetic(people.calculation)}"
                lines.insert(at, Line(Role.CALCULATION, text, self.sourcing(people.observations)))
                calculations.append(people.calculation)
                levels = [*levels, people]
        return replace(
            found,
            status=Status.PARTIAL,
            reason=Reason.NEAREST,
            lines=tuple(lines),
            calculations=tuple(calculations),
            observations=_observations(levels),
        )


def _span(age: str) -> tuple[int, int] | None:
    """The years of an age code, None where it is not a range."""
    low, dash, high = age.partition("-")
    if not dash or not (low + high).isdigit():
        return None
    return int(low or 0), int(high or OLDEST)


def _observations(levels: Sequence[Level]) -> tuple[Observation, ...]:
    found: dict[str, Observation] = {}
    for level in levels:
        for observation in level.observations:
            found.setdefault(observation.id, observation)
    return tuple(found.values())


def combinations(dimensions: Mapping[str, tuple[str, ...]]) -> list[dict[str, str]]:
    """Every group that a query's dimensions name, one code a dimension."""
    names = list(dimensions)
    return [
        dict(zip(names, codes, strict=True))
        for codes in itertools.product(*(dimensions[name] for name in names))
    ]


def refusal(reason: Reason, text: str) -> Draft:
    """An answer that says what is missing, without a figure."""
    return Draft(Status.ABSTAINED, reason, (Line(Role.LEAD, text),))


def merge(drafts: Sequence[Draft]) -> Draft:
    """Several answers as one: answered if all are, abstained if all are, else partial."""
    if len(drafts) == 1:
        return drafts[0]
    answered = [draft for draft in drafts if draft.status is not Status.ABSTAINED]
    first = (answered or list(drafts))[0]
    statuses = {draft.status for draft in drafts}
    lines: list[Line] = []
    for draft in drafts:
        lines += [line for line in draft.lines if line not in lines]
    return Draft(
        status=statuses.pop() if len(statuses) == 1 else Status.PARTIAL,
        reason=first.reason,
        lines=tuple(lines),
        observations=tuple({o.id: o for draft in drafts for o in draft.observations}.values()),
        calculations=tuple(dict.fromkeys(c for draft in drafts for c in draft.calculations)),
        figure=first.figure,
        follow_ups=tuple(dict.fromkeys(f for draft in drafts for f in draft.follow_ups)),
    )
