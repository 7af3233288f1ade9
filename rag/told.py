"""Figures that a question tells: of which measure and year they make it ("17 699 nye. Hvor stor andel …?").

A published count names those whom it counts, a published change the figure that changed. What they are is
looked up, so that a question need not say it in words.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ingest.models import Kind, Observation, Quantity
from ingest.vocabulary import holds
from rag.calculate import PEOPLE, PERCENT, POINTS
from rag.drafts import combinations
from rag.models import Intent, Query
from rag.table import Table

# A part and its whole.
PAIR = 2


class Told:
    """Reads questions by the figures that they tell.

    Args:
        table: where figures are looked up.
    """

    def __init__(self, table: Table) -> None:
        self.table = table

    def asks_what_it_is(self, query: Query) -> bool:
        """Whether it asks what a published figure that it names is ("905, hva slags folk er det?")."""
        wants = {"count", "share", "points", "sum", "fate"} & set(query.cues)
        named = (
            [m for m in query.measures if not self.table.entry(m).stage] or query.dimensions or query.terms
        )
        what = self.table.vocabulary.sequences("language", "questions", "what_is_it")
        several = self.table.vocabulary.sequences("language", "questions", "which_is_which")
        told = len(query.quantities)
        apart = told > 1 and holds(self.table.vocabulary.tokens(query.text), several)
        plain = query.intent in (Intent.TEXT, Intent.DEFINE, Intent.FIGURE, Intent.COMPARE) and (
            told == 1 or apart
        )
        return (
            plain
            and not (wants or named or query.unmatched)
            and (apart or holds(self.table.vocabulary.tokens(query.text), what))
        )

    def dated(self, query: Query) -> Query:
        """ "av de 6 391": a published count that the question names tells which year it is about."""
        if query.periods or not query.measures or "change" in query.cues:
            return query
        named = {o.period for o in self._counts(query) if o.period}
        return replace(query, periods=tuple(named)) if len(named) == 1 else query

    def of_change(self, query: Query) -> Query:
        """A question about a change that it tells by its figure ("økningen på 15 000, i prosent?").

        Where it sets that beside the figures of the years themselves, whether these agree is asked.
        """
        if query.dimensions or query.intent not in (Intent.CHANGE, Intent.VERIFY, Intent.COMPARE):
            return query
        told = [q for q in query.quantities if q.unit in (None, PEOPLE, POINTS)]
        apart = query.intent in (Intent.CHANGE, Intent.COMPARE) or "times" in query.cues
        if not query.measures and apart:
            counted = self._counts_of_all(query)
            measures = tuple({o.measure for o in counted})
            years = tuple(dict.fromkeys(o.period for o in counted if o.period))
            if len(measures) == 1 and PAIR in (len(years), len(query.periods)):
                # "2017: 6 391 ut. 2023: 11 381 ut. Økning i prosent?"
                years = years if len(years) == PAIR else query.periods
                return replace(query, measures=measures, periods=years, intent=Intent.CHANGE, quantities=())
        changes = {
            o.key: o
            for q in told
            for o in self.table.with_value(q.value, POINTS if q.unit == POINTS or query.measures else PEOPLE)
            if o.kind is Kind.CHANGE and o.reference_period and not o.dimensions
            and query.measures in ((), (o.measure,))
        }  # fmt: skip
        if len(changes) != 1 or (query.measures and len(query.quantities) == 1):
            return query
        [change] = changes.values()
        periods = (change.reference_period or "", change.period or "")
        levels = {o.quantity.value for p in periods for o in self.table.levels(change.measure, {}, p)}
        levels |= {abs(a - b) for a in levels for b in levels}
        others = {q.value for q in query.quantities} - {change.quantity.value}
        if not others <= levels or (query.periods and not set(query.periods) <= set(periods)):
            return query
        cues = tuple(sorted({*query.cues, "verify"})) if others else query.cues
        return replace(
            query, measures=(change.measure,), periods=periods, intent=Intent.CHANGE, cues=cues, quantities=()
        )

    def of_reason(self, query: Query) -> Query:
        """A question for the reason of a change that it tells by its figure ("hvorfor 15 000 ekstra?")."""
        if query.intent is not Intent.EXPLAIN or query.terms or query.dimensions:
            return query
        told = [q for q in query.quantities if q.unit in (None, PEOPLE, PERCENT, POINTS)]
        if len(told) != 1 or "quantities" in query.carried:
            return query
        changes = {
            o.key: o
            for q in told
            for o in self.table.with_value(q.value, q.unit or PEOPLE)
            if o.kind is Kind.CHANGE
            and query.measures in ((), (o.measure,))
            and o.direction
            and query.direction in (None, str(o.direction))
        }
        if len(changes) != 1:
            return query
        [change] = changes.values()
        # The name of an outcome is among the words to search with; a stage is named in any sentence.
        named = query.measures or self.table.entry(change.measure).stage
        carried = query.carried if named else (*query.carried, "measures")
        return replace(query, measures=(change.measure,), direction=str(change.direction), carried=carried)

    def of_outcome(self, query: Query) -> Query:
        """ "Av dem som verken fikk jobb eller utdanning, hvor mange gikk til grunnskole?" asks for the last.

        Where nothing is published of those who are told of, both are asked for if they unite the other.
        """
        if query.base is None or query.base not in query.measures:
            return query
        asked = tuple(measure for measure in query.measures if measure != query.base)
        if len(asked) != 1:
            return replace(query, base=None)
        if not self.shares_of(replace(query, measures=asked)):
            within = asked[0] in self.table.entry(query.base).data.get("union", ())
            return replace(query, base=None) if within else replace(query, measures=asked)
        return replace(query, measures=asked, base=query.base if query.unit == PERCENT else None)

    def shares_of(self, query: Query) -> list[Observation]:
        """The published shares of a measure that are of the people the query has for its base."""
        groups = combinations(query.dimensions)
        periods = query.periods or self.table.any_periods(query.measures[0])
        return [
            o
            for period in periods
            for o in self.table.levels(query.measures[0], groups[0], period)
            if len(groups) == 1 and o.denominator == query.base and o.quantity.unit == PERCENT
        ]

    def on_count(self, query: Query) -> Query:
        """A question of those whom a published count tells.

        "Hvor mange prosent av de 11 381 …?" asks for a share of them, "hvor mange av de 905 var ukrainere?"
        for a group among them, whether or not there is a figure of it.
        """
        named = self._counts_of_all(query)
        if query.dimensions and not named and "quantities" in query.carried:
            # "50 000 i 2023. Hvor mange av dem var ukrainere?": what nobody published counts nobody.
            query = replace(query, quantities=())
        if not query.measures and query.dimensions and {"count", "share", "list"} & set(query.cues):
            if len({o.key for o in named}) != 1:
                return query
            periods = query.periods or tuple(filter(None, [named[0].period]))
            unit = query.unit or (None if "share" in query.cues else PEOPLE)
            return replace(query, measures=(named[0].measure,), periods=periods, unit=unit, quantities=())
        other_year = query.periods and named and named[0].period not in query.periods
        if other_year and not (query.measures or query.dimensions) and len({o.key for o in named}) == 1:
            # "32 500 i 2023. Hvor mange var det året før?"
            return replace(query, measures=(named[0].measure,), quantities=())
        if query.base or query.unit != PERCENT:
            return query
        if (part := self._named_part(query, named)) is not None:
            return part
        if len(query.measures) != 1:
            return query
        [measure] = query.measures
        wholes = () if self.table.entry(measure).stage else self.table.wholes_of(measure)
        named = [o for o in named if o.measure in wholes]
        return replace(query, base=named[0].measure) if len({o.key for o in named}) == 1 else query

    def _counts(self, query: Query) -> list[Observation]:
        """The published head counts that a question tells."""
        told = [q for q in query.quantities if q.unit in (None, PEOPLE)]
        return [o for q in told for o in self.table.with_value(q.value, PEOPLE)]

    def _counts_of_all(self, query: Query) -> list[Observation]:
        """Those of everyone, and not of what changed."""
        return [o for o in self._counts(query) if o.kind is Kind.LEVEL and not o.dimensions]

    def _named_part(self, query: Query, named: Sequence[Observation]) -> Query | None:
        """A question of what share one published count is of another, or of those of a stage."""
        stages = [m for m in query.measures if self.table.entry(m).stage]
        if query.dimensions or len(stages) < len(query.measures) or len(stages) > 1:
            return None
        counts = sorted({o.measure: o for o in named}.values(), key=lambda o: o.quantity.value)
        wholes = stages or [o.measure for o in counts[1:]]
        if len(wholes) != 1 or len(counts) + len(stages) != PAIR or counts[0].measure in wholes:
            return None
        periods = query.periods or tuple(filter(None, [counts[0].period]))
        return replace(query, measures=(counts[0].measure,), base=wholes[0], periods=periods, quantities=())

    def narrows(self, quantity: Quantity) -> bool:
        """A bare number of the question that is no published figure narrows it in a way that was not read."""
        return quantity.unit is None and not self.table.with_value(quantity.value, None)

    def is_of(self, quantity: Quantity, years: Sequence[str]) -> bool:
        """Whether a figure is published for one of some years ("40 prosent, eller 49 i 2023?")."""
        return any(o.period in years for o in self.table.with_value(quantity.value, quantity.unit))

    def is_change(self, quantity: Quantity) -> bool:
        """Whether a bare number is published only as what something changed by."""
        published = self.table.with_value(quantity.value, None)
        return quantity.unit is None and bool(published) and all(o.kind is Kind.CHANGE for o in published)

    @staticmethod
    def is_part(query: Query) -> bool:
        """Whether the heads of a share of a group are asked: "hvor mange er 37 prosent av ukrainerne?".

        The number of the whole group would be no answer.
        """
        shares = any(q.unit == PERCENT and not q.fraction for q in query.quantities)
        return shares and query.unit == PEOPLE and bool(query.dimensions) and not query.measures
