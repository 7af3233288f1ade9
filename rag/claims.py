"""Answers to claims: figures that a question states, and what it takes for granted."""

from __future__ import annotations

from dataclasses import replace

from ingest.models import Direction, Kind, Observation, Quantity
from rag.calculate import PEOPLE, PERCENT, POINTS
from rag.comparisons import Comparisons
from rag.figures import combinations
from rag.models import Draft, Line, Query, Reason, Role, Status
from rag.rankings import Rankings

UP = "up"


class Claims:
    """Checks what a question says against the table."""

    def __init__(self, comparisons: Comparisons, rankings: Rankings) -> None:
        self.comparisons, self.rankings, self.figures = comparisons, rankings, comparisons.figures
        self.table, self.phrases = self.figures.table, self.figures.phrases

    # ---- measures against each other, claims

    def verify(self, query: Query) -> Draft | None:
        """Whether a figure that the question states is the published one."""
        if not query.quantities:
            return None
        claimed = [q for q in query.quantities if q.unit != "år" or not query.measures]
        if not claimed:
            return None
        if not query.measures:
            return self.with_value(claimed[0])
        change_wanted = claimed[0].unit == POINTS or "change" in query.cues
        unit = claimed[0].unit if claimed[0].unit in (PERCENT, PEOPLE) else query.unit
        draft = self.comparisons.change(query) if change_wanted else None
        if draft is None:
            draft = self.figures.figure(replace(query, unit=unit, quantities=()))
        if draft is None or draft.status is not Status.ANSWERED or not draft.observations:
            return draft
        return self._on_another_base(draft, claimed[0]) or self._verdict(draft, claimed[0], query)

    def _on_another_base(self, draft: Draft, claimed: Quantity) -> Draft | None:
        """The claimed share where it is published of another whole than the usual one."""
        first = draft.observations[0]
        if claimed.unit != PERCENT or self._same(claimed, first):
            return None
        for o in self.table.levels(first.measure, first.dimensions, first.period):
            if o.denominator not in (None, first.denominator) and self._same(claimed, o):
                found = self.with_value(claimed)
                if found is not None and found.observations[0].measure == first.measure:
                    return found
        return None

    def _verdict(self, draft: Draft, claimed: Quantity, query: Query) -> Draft:
        lead = next(line for line in draft.lines if line.role is Role.LEAD)
        wanted = [o for o in draft.observations if not query.periods or o.period in query.periods]
        true = any(self._same(claimed, o) for o in wanted or draft.observations[:1]) or any(
            c.lower <= claimed.value <= c.upper for c in draft.calculations if c.unit == claimed.unit
        )
        if query.direction and wanted and wanted[0].kind is Kind.CHANGE:
            true = true and (wanted[0].direction is Direction.UP) == (query.direction == UP)
        key = "yes_figure" if true else "no_figure"
        sentence = (
            lead.text[:1].lower() + lead.text[1:]
            if lead.text[:1].isupper() and not lead.text[1:2].isupper()
            else lead.text
        )
        said = replace(lead, text=self.phrases.say(key, sentence=sentence))
        lines = tuple(said if line is lead else line for line in draft.lines)
        if not true and (meant := self._meant(claimed)) is not None:
            value = self.phrases.measured(claimed.value, claimed.unit)
            text = self.phrases.say("claimed_is", value=value, sentence=self.phrases.level(meant))
            lines = (*lines, Line(Role.OTHER, text, self.figures.sourcing([meant])))
            draft = replace(draft, observations=(*draft.observations, meant))
        return replace(draft, lines=lines, reason=draft.reason if true else Reason.FALSE_PREMISE)

    def _meant(self, claimed: Quantity) -> Observation | None:
        """The one cell that a wrongly used count is the published figure of."""
        if claimed.unit != PEOPLE or claimed.fraction:
            return None
        found = [o for o in self.table.with_value(claimed.value, PEOPLE) if o.kind is Kind.LEVEL]
        return found[0] if len({o.key for o in found}) == 1 else None

    @staticmethod
    def _same(claimed: Quantity, o: Observation) -> bool:
        same_unit = claimed.unit is None or claimed.unit == o.quantity.unit
        if not same_unit:
            return False
        if claimed.fraction or o.quantity.fraction or claimed.hedge or o.quantity.hedge:
            return claimed.lower <= o.quantity.upper and o.quantity.lower <= claimed.upper
        return claimed.value == o.quantity.value

    def with_value(self, quantity: Quantity) -> Draft | None:
        """Everything published about one figure: one count may be two shares of two wholes."""
        found = self.table.with_value(quantity.value, quantity.unit)
        levels = [o for o in found if o.kind is Kind.LEVEL]
        if not levels and found:
            sources = self.figures.sourcing(found[:1])
            text = self.comparisons.change_sentence(found[0], found[0].period or "")
            said = (Line(Role.LEAD, text, sources), Line(Role.QUOTE, "", sources))
            return Draft(Status.ANSWERED, Reason.STATED, said, tuple(found[:1]))
        if not levels:
            return None
        first = levels[0]
        shares = [
            o
            for o in self.table.of(first.measure)
            if o.kind is Kind.LEVEL
            and o.period == first.period
            and dict(o.dimensions) == dict(first.dimensions)
            and o.quantity.unit == PERCENT
        ]
        lead = self.phrases.level(first)
        lines = [
            Line(Role.LEAD, lead, self.figures.sourcing([first])),
            Line(Role.QUOTE, "", self.figures.sourcing([first])),
        ]
        observations = [first]
        for share in {o.denominator: o for o in reversed(shares)}.values():
            whole = self.table._count(share.denominator or "", share.dimensions, share.period or "")
            text = self.phrases.level(share)
            seen = [share]
            if whole is not None:
                did, people = (
                    self.phrases.who(whole.measure),
                    self.phrases.people(whole.dimensions, definite=False),
                )
                text += " " + self.phrases.say(
                    "denominator_is", value=self.phrases.value(whole.quantity), people=people, did=did
                )
                seen.append(whole)
            lines.append(Line(Role.OTHER, text, self.figures.sourcing(seen)))
            observations += seen
        unique = tuple({o.id: o for o in observations}.values())
        return Draft(Status.ANSWERED, Reason.STATED, tuple(lines), unique)

    def premise(self, query: Query) -> Draft | None:
        """A correction where the question takes for granted what the figures deny; None where they do not."""
        if "rank" in query.cues and len(query.dimensions.get("origin", ())) == 1:
            return self._size_premise(query)
        if query.direction is None:
            return None
        split = next((d for d, codes in query.dimensions.items() if len(codes) > 1), None)
        if split is not None:
            return self._group_premise(query, split)
        for measure in query.measures:
            for dimensions in combinations(query.dimensions):
                draft = self.comparisons._change(measure, dimensions, query, check=False)
                change = draft.observations[0] if draft and draft.observations else None
                if draft is None or change is None:
                    continue
                rose = self._rose(draft, change)
                same = change.kind is Kind.CHANGE and change.direction is Direction.SAME
                if not same and (rose is None or rose == (query.direction == UP)):
                    continue
                return self._corrected(draft, change, query)
        return None

    def _rose(self, draft: Draft, change: Observation) -> bool | None:
        if change.kind is Kind.CHANGE:
            return None if change.direction is Direction.SAME else change.direction is Direction.UP
        worked = draft.calculations[-1] if draft.calculations else None
        if worked is None or worked.lower <= 0 <= worked.upper:
            return None
        return worked.value > 0

    def _corrected(self, draft: Draft, change: Observation, query: Query) -> Draft:
        lead = next(line for line in draft.lines if line.role is Role.LEAD)
        if change.kind is Kind.CHANGE and change.direction is not Direction.SAME:
            subject = self.phrases.subject(change.measure, change.dimensions, change.quantity.unit).rstrip(
                ","
            )
            key = "premise_up" if change.direction is Direction.UP else "premise_down"
            text = self.phrases.say(
                key, subject=subject + self.phrases.part("subject_comma"),
                value=self.phrases.value(change.quantity), before=change.reference_period, year=change.period,
            )  # fmt: skip
        else:
            text = self.phrases.say("no_figure", sentence=lead.text)
        lines = tuple(replace(line, text=text) if line is lead else line for line in draft.lines)
        return replace(draft, lines=lines, reason=Reason.FALSE_PREMISE)

    def _size_premise(self, query: Query) -> Draft | None:
        """To "Hvorfor var Somalia den største gruppen?": which group was the largest."""
        [code] = query.dimensions["origin"]
        wide = replace(query, dimensions={}, cues=tuple(sorted({*query.cues, "by_origin"})))
        draft = self.rankings.rank(wide)
        top = draft.observations[0].dimensions.get("origin") if draft and draft.observations else None
        if draft is None or top == code:
            return None
        lead = next(line for line in draft.lines if line.role is Role.LEAD)
        text = self.phrases.say("no_figure", sentence=lead.text)
        lines = tuple(replace(line, text=text) if line is lead else line for line in draft.lines)
        return replace(draft, lines=lines, reason=Reason.FALSE_PREMISE)

    def _group_premise(self, query: Query, split: str) -> Draft | None:
        draft = self.comparisons.groups(query)
        if draft is None or not draft.observations:
            return None
        first = query.dimensions[split][0]
        highest = draft.observations[0].dimensions.get(split)
        claims_high = query.direction == UP
        if (highest == first) == claims_high:
            return None
        lead = next(line for line in draft.lines if line.role is Role.LEAD)
        text = self.phrases.say("premise_groups", sentence=lead.text)
        lines = tuple(replace(line, text=text) if line is lead else line for line in draft.lines)
        return replace(draft, lines=lines, reason=Reason.FALSE_PREMISE)
