"""Levels said in words: a figure with its source, its arithmetic, its whole and what it is at odds with."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from ingest.ages import span
from ingest.models import Kind, Observation
from rag import calculate
from rag.calculate import PEOPLE, PERCENT
from rag.drafts import unique
from rag.models import Calculation, Draft, Figure, Line, Query, Reason, Role, Source, Status
from rag.phrases import Phrases
from rag.table import Dimensions, Level, Table, disagree
from rag.wording import OLDEST

Sourcing = Callable[[Sequence[Observation]], tuple[Source, ...]]
# More other years or groups than this are not an answer but a table.
MAX_OTHERS = 8
MISSING = {PEOPLE: "count_missing", PERCENT: "share_missing"}


class Levels:
    """Finds levels for a query and composes the lines that say them.

    Args:
        table: the numbers table.
        phrases: templates of the answer's language.
        sourcing: the sentences that observations stand in.
        notes: the reports' notes that bear on a measure in a year, as lines.
    """

    def __init__(
        self,
        table: Table,
        phrases: Phrases,
        sourcing: Sourcing,
        notes: Callable[[str, Sequence[str]], list[Line]],
    ) -> None:
        self.table, self.phrases, self.sourcing, self.notes = table, phrases, sourcing, notes

    def find(self, measure: str, dimensions: Dimensions, period: str, query: Query) -> Level | None:
        """The level of a cell in the unit that a query asks for, or else in the one it can be had in."""
        number = self.phrases.number
        if query.unit is not None:
            level = self.table.level(measure, dimensions, period, query.unit, number)
            if level is not None:
                return level
        return self.table.any_level(measure, dimensions, period, number)

    def with_ages(
        self, measure: str, dimensions: Mapping[str, tuple[str, ...]]
    ) -> dict[str, tuple[str, ...]]:
        """Dimensions with "unge" as the age group that the reports have for the measure."""
        if "age" not in dimensions:
            return dict(dimensions)
        return {**dimensions, "age": tuple(self._age(measure, code) for code in dimensions["age"])}

    def _age(self, measure: str, code: str) -> str:
        """The age group of the reports that lies within a wide one ("unge") or has an age; else the code."""
        low, _, high = code.partition("-")
        own = int(low) if low == high else None
        within = self.table.vocabulary.entry("age", code).data.get("range")
        if within is None and own is None:
            return code
        for age in self.table.codes("age", measure) or self.table.codes("age"):
            youngest, oldest = span(age, OLDEST)
            if own is not None and youngest <= own <= oldest:
                return age
            if within is not None and youngest >= within[0] and oldest <= within[1]:
                return age
        return code

    def rules(self, measure: str, dimensions: Dimensions) -> Draft:
        """Figures without a year (how long, how old): the report's own sentences."""
        observations = self.table.levels(measure, dimensions)
        lines = [Line(Role.QUOTE, "", (source,)) for source in self.sourcing(observations)]
        return Draft(Status.ANSWERED, Reason.STATED, tuple(lines), tuple(observations))

    def found(self, levels: Sequence[Level], query: Query) -> Draft:
        """An answer that says levels of one cell: the first leads, other years follow."""
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
            observations=unique(o for level in levels for o in level.observations),
            calculations=tuple(calculations),
            figure=self.headline(lead),
        )

    def _lead(self, level: Level) -> tuple[list[Line], list[Calculation]]:
        sources = self.sourcing(level.observations)
        if level.calculation is None:
            lead = [Line(Role.LEAD, self.phrases.level(level.observations[0]), sources)]
            lines = [*lead, *(Line(Role.QUOTE, "", (source,)) for source in sources[:1])]
            return [
                *lines,
                *self.whole(level),
                *self.of_wholes(self.other_shares(level)),
                *self._conflict(level),
            ], []
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

    def whole(self, level: Level) -> list[Line]:
        """How many the people are that a share is a share of, where that is not everyone at a stage."""
        code = level.denominator
        if level.unit != PERCENT or code is None or self.table.entry(code).stage:
            return []
        whole = self.table.count(code, level.dimensions, level.period or "")
        return [Line(Role.OTHER, self._of(whole), self.sourcing([whole]))] if whole else []

    def _of(self, whole: Observation) -> str:
        """The sentence that says whom a share is a share of."""
        people = self.phrases.people(whole.dimensions, definite=False)
        value, did = self.phrases.value(whole.quantity), self.phrases.who(whole.measure)
        return self.phrases.say("denominator_is", value=value, people=people, did=did)

    def other_shares(self, level: Level) -> list[tuple[Observation, Observation | None]]:
        """A published cell's shares of other wholes than the one it is given of, each with its whole."""
        own = level.observations[0]
        others: dict[str | None, Observation] = {}
        for o in self.table.levels(level.measure, level.dimensions, level.period):
            if o.quantity.unit == PERCENT and o.denominator != own.denominator:
                others.setdefault(o.denominator, o)
        return [
            (share, self.table.count(share.denominator or "", share.dimensions, share.period or ""))
            for share in others.values()
        ]

    def of_wholes(self, shares: Sequence[tuple[Observation, Observation | None]]) -> list[Line]:
        """Shares with the wholes that they are shares of, a line each."""
        lines = []
        for share, whole in shares:
            text = " ".join([self.phrases.level(share), *([self._of(whole)] if whole else [])])
            lines.append(Line(Role.OTHER, text, self.sourcing([share, *([whole] if whole else [])])))
        return lines

    def _conflict(self, level: Level) -> list[Line]:
        """What other reports say of the same cell that cannot be true together with this figure."""
        own = level.observations[0]
        lines: list[Line] = []
        said: set[str] = set()
        for other in self.table.levels(level.measure, level.dimensions, level.period):
            if other.report_id in said or not disagree(own, other):
                continue
            said.add(other.report_id)
            value = self.phrases.value(other.quantity)
            text = self.phrases.say("other_report", title=self.table.title(other.report_id), value=value)
            lines.append(Line(Role.CAVEAT, text, self.sourcing([other])))
        return lines[:MAX_OTHERS]

    def checked(self, worked: Calculation, stated: Observation, sources: tuple[Source, ...]) -> Line:
        """Whether a published figure and one worked out from others agree after rounding, in words."""
        number = self.phrases.number
        expression = self.phrases.translated(worked.expression)
        if self.agrees(worked, stated):
            exact = worked.lower == worked.upper
            interval = "" if exact else self.phrases.part(
                "interval", lower=number(worked.lower), upper=number(worked.upper)
            )  # fmt: skip
            text = self.phrases.say(
                "consistent", expression=expression, interval=interval,
                stated=self.phrases.value(stated.quantity),
            )  # fmt: skip
        else:
            text = self.phrases.say("conflict", a=self.phrases.value(stated.quantity), b=expression)
        return Line(Role.CALCULATION, text, sources)

    def agrees(self, worked: Calculation, stated: Observation) -> bool:
        """Whether a published figure and one worked out from others can both be true."""
        return calculate.agrees(self.table.term(stated, self.phrases.number), worked.lower, worked.upper)

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
        if exact or not wide:
            return value
        bounds = {calculation.lower: "at_least", calculation.upper: "at_most"}
        return self.phrases.part(bounds.get(calculation.value, "about"), value=value)

    def moved(self, worked: Calculation) -> str:
        """How far apart two figures are, without a sign."""
        return f"{self.phrases.number(abs(worked.value))} {self.phrases.unit(worked.unit)}".strip()

    def between_years(self, worked: Calculation, new: str, old: str, year: str, before: str) -> str:
        """Two figures of different years, in words, and what lies between them."""
        key = "gap_years_up" if worked.value > 0 else "gap_years_down"
        if worked.value == 0:
            key = "gap_years_same"
        if worked.lower < 0 < worked.upper:
            key = "gap_years_unsure"
        value = self.moved(worked)
        return self.phrases.say(key, x=new, y=old, year=year, before=before, value=value)

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
        parts = [self.phrases.labels(level.dimensions), self.short(level), level.period or ""]
        label = " · ".join(part for part in parts if part)
        return Figure(self.shown(level), label, calculated=level.calculation is not None)

    def short(self, level: Level) -> str:
        """The short name of a level's measure."""
        entry = self.table.entry(level.measure)
        return entry.text("short", self.phrases.language) or entry.text("name", self.phrases.language)
