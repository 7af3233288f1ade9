"""Answers to claims: figures that a question states, and what it takes for granted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from ingest.models import Direction, Kind, Observation, Quantity
from ingest.vocabulary import ends_with, holds
from rag.calculate import COUNTED, HUNDRED, PEOPLE, PERCENT, POINTS, TIMES, agrees
from rag.changes import Changes
from rag.comparisons import Comparisons
from rag.consistency import find_checks
from rag.cues import COMPOSITION, EVER, HEADS, POLAR, QUALITY
from rag.drafts import combinations, groups_of, lead_of, led_by, merge, nearest, refusal, unique
from rag.models import Draft, Intent, Line, Query, Reason, Role, Status, names_groups
from rag.phrases import lowered
from rag.rankings import Rankings

UP = "up"
OVER, UNDER = "over", "under"
# A share of up to so many percent may be called "hardly any", and of all but so many "nearly all".
FEW = 20
# Words between "was" and the group that all are said to be ("was a young man").
BE_REACH = 3
# A lower number in a question is seldom the figure of a report.
NAMEABLE = 100


class Claims:
    """Checks what a question says against the table."""

    def __init__(self, changes: Changes, comparisons: Comparisons, rankings: Rankings) -> None:
        self.changes, self.comparisons, self.rankings = changes, comparisons, rankings
        self.figures, self.levels = changes.figures, changes.levels
        self.table, self.phrases = changes.table, changes.phrases

    # ---- measures against each other, claims

    def verify(self, query: Query) -> Draft | None:
        """Whether a figure that the question states is the published one."""
        if not query.quantities:
            return None
        claimed = [q for q in query.quantities if q.unit != "år" or not query.measures]
        if not claimed:
            return None
        if (apart := self._apart(query, claimed[0])) is not None:
            return apart
        if not query.measures and (both := self.measure_of_both(claimed, query)):
            query = replace(query, measures=(both,))
        if not query.measures:
            share = claimed[0].unit in (None, PERCENT) and claimed[0].value <= HUNDRED
            if not self._claims_outcome(claimed[0], query):
                found = self.with_value(claimed[0], query.periods, query.dimensions)
                if found is not None and (moved := self._told_moved(found, query)):
                    return moved
                of_year = found is not None and (
                    not query.periods or found.observations[0].period in query.periods
                )
                if of_year or not (share and query.dimensions):
                    return found
            query = replace(query, measures=self.table.main_outcome())
        if claimed[0].unit is None and claimed[0].value > HUNDRED:
            # "286 gikk til grunnskole": more than any share can be are heads.
            claimed[0] = replace(claimed[0], unit=PEOPLE)
        grew = claimed[0].unit == TIMES and not names_groups(query.dimensions)
        change_wanted = claimed[0].unit == POINTS or grew or "change" in query.cues
        unit = claimed[0].unit if claimed[0].unit in (PERCENT, PEOPLE) else query.unit
        draft = self.changes.change(query) if change_wanted else None
        if draft is None:
            draft = self.figures.figure(replace(query, unit=unit, quantities=()))
        if (
            draft is not None
            and draft.status is Status.ABSTAINED
            and (wider := self._of_wider_group(draft, query))
        ):
            return wider
        if draft is None or draft.status is not Status.ANSWERED or not draft.observations:
            return self._of_another_year(draft, claimed[0], query) if draft else None
        if all(line.role is not Role.LEAD for line in draft.lines):
            # Rules ("fra 3 måneder til 4 år") are quoted: whether a claim fits them is for the reader to see.
            return draft
        if not change_wanted and not self._is_comparable(claimed[0], draft):
            return None
        return self._on_another_base(draft, claimed[0], query) or self._verdict(draft, claimed[0], query)

    def _of_wider_group(self, missing: Draft, query: Query) -> Draft | None:
        """What part of all a wider group is, where nothing is published of the age that is claimed of."""
        wider = {d: codes for d, codes in query.dimensions.items() if d != "age"}
        stages = bool(query.measures) and all(self.table.entry(m).stage for m in query.measures)
        if not stages or not wider or len(wider) == len(query.dimensions):
            return None
        found = self.figures.figure(replace(query, dimensions=wider, unit=PERCENT, quantities=()))
        if found is None or found.status is Status.ABSTAINED:
            return None
        return nearest(found, Line(Role.SCOPE, lead_of(missing).text))

    def _told_moved(self, found: Draft, query: Query) -> Draft | None:
        """To "49 prosent er jo kollaps mot årene før": that what the figure is of did not go that way."""
        if "change" not in query.cues or query.direction is None or not found.observations:
            return None
        return self.premise(replace(query, measures=(found.observations[0].measure,), quantities=()))

    def checked(self, query: Query) -> Draft | None:
        """A claim that is verified; and where it asks whether figures agree, what others make of them."""
        agreeing = self._said(query, "agreeing")
        if agreeing and (beside := self._whole_beside(query)):
            return beside
        draft = self.verify(query)
        if draft is None or not agreeing:
            return draft
        told = {o.id for o in draft.observations if o.quantity.unit == PERCENT}
        checks = [
            check
            for check in find_checks(self.table, self.phrases.number)
            if check.stated.id in told and any(o.quantity.unit == PEOPLE for o in check.inputs)
        ]
        for check in checks:
            sources = self.levels.sourcing([check.stated, *check.inputs])
            line = self.levels.checked(check.calculation, check.stated, sources)
            draft = replace(
                draft, lines=(*draft.lines, line), calculations=(*draft.calculations, check.calculation),
                observations=unique([*draft.observations, *check.inputs]),
            )  # fmt: skip
        return draft

    def of_sum(self, query: Query) -> Draft | None:
        """What groups are together, with a yes or a no to the sum that a question tells.

        "Legger jeg sammen Syria og Kongo, får jeg 4 987, stemmer det?"
        """
        stages = all(self.table.entry(m).stage for m in query.measures)
        plain = stages and names_groups(query.dimensions) and not query.unmatched
        told = [q for q in query.quantities if q.unit in (None, PEOPLE)]
        if "sum" not in query.cues or not plain or len(told) != 1 or len(told) < len(query.quantities):
            return None
        [claimed] = told
        before = self.table.vocabulary.tokens(query.text[: claimed.start])
        is_that = self.table.vocabulary.sequences("language", "questions", "is_that")
        if query.intent is not Intent.VERIFY and not ends_with(before, is_that):
            return None
        draft = self.rankings.total(replace(query, quantities=(), unit=PEOPLE, intent=Intent.FIGURE))
        worked = draft.calculations[0] if draft and draft.calculations else None
        if draft is None or worked is None or claimed.value < NAMEABLE:
            return draft
        if claimed.hedge == OVER:
            return self._answered(draft, worked.value > claimed.value)
        if claimed.hedge == UNDER:
            return self._answered(draft, worked.value < claimed.value)
        return self._answered(draft, agrees(claimed, worked.lower, worked.upper))

    def _whole_beside(self, query: Query) -> Draft | None:
        """The figures of everyone and of groups that a question sets beside each other, where it has all."""
        if len(query.quantities) < 2 or not names_groups(query.dimensions):
            return None
        measures = query.measures or self.table.main_outcome()
        asked = replace(query, measures=measures, quantities=(), unit=PERCENT, intent=Intent.FIGURE)
        cells: list[dict[str, str]] = [{}, *(dict(group) for group in combinations(query.dimensions))]
        periods = query.periods or self.table.any_periods(measures[0])
        for period in periods:
            levels = [self.levels.find(measures[0], cell, period, asked) for cell in cells]
            known = [level for level in levels if level is not None]
            if len(known) == len(cells) and {q.value for q in query.quantities} <= {k.value for k in known}:
                whole, shown = self.levels.found(known[:1], asked), self.rankings.one_by_one(known[1:])
                told = [o for level in known for o in level.observations]
                return replace(whole, lines=(*whole.lines, *shown), observations=unique(told))
        return None

    def _apart(self, query: Query, claimed: Quantity) -> Draft | None:
        """How far apart two groups are, where that is what is claimed ("gapet var 26 prosentpoeng")."""
        if claimed.unit != POINTS or "change" in query.cues or len(query.periods) > 1:
            return None
        if not names_groups(query.dimensions):
            return None
        measures = query.measures or self.table.main_outcome()
        asked = replace(query, measures=measures, terms=(), quantities=(), unit=PERCENT)
        draft = self.comparisons.groups(asked)
        worked = draft.calculations[0] if draft and draft.calculations else None
        if draft is None or worked is None or worked.unit != POINTS:
            return None
        if claimed.lower <= worked.value <= claimed.upper:
            return self._answered(draft, holds=True)
        # Rounding may leave open whether it is a point more or less.
        return draft if worked.lower <= claimed.value <= worked.upper else self._answered(draft, holds=False)

    def measure_of_both(self, claimed: Sequence[Quantity], query: Query) -> str | None:
        """The one measure that two claimed figures of a group are both published of ("fra 130 til 9 100")."""
        claimed = [q for q in claimed if q.unit in (None, PEOPLE, PERCENT)]
        if len(claimed) != 2 or "change" not in query.cues:
            return None
        groups = combinations(query.dimensions)
        first, second = (
            {
                o.measure
                for measure in (entry.code for entry in self.table.vocabulary.of("measure"))
                for group in groups
                for o in self.table.levels(measure, group)
                if self._same(quantity, o)
            }
            for quantity in claimed
        )
        return next(iter(first & second)) if len(first & second) == 1 else None

    def unmoved(self, query: Query) -> Draft | None:
        """How a figure changed, with a yes or a no where it is claimed to have stood still."""
        draft = self.changes.change(query)
        steady = self.table.vocabulary.sequences("language", "questions", "steady")
        if draft is None or not draft.observations:
            return draft
        if not holds(self.table.vocabulary.tokens(query.text), steady):
            return draft
        first = draft.observations[0]
        if first.kind is Kind.CHANGE:
            return self._answered(draft, first.direction is Direction.SAME)
        worked = draft.calculations[-1] if draft.calculations else None
        if worked is None or worked.lower <= 0 <= worked.upper:
            return draft
        return self._answered(draft, holds=False)

    def whole_of(self, query: Query) -> Draft | None:
        """Who a published share is a share of, by the figure that names it ("49 prosent av hvor mange?")."""
        shares = [q for q in query.quantities if q.unit == PERCENT]
        published = [
            o
            for q in shares[:1]
            for o in self.table.with_value(q.value, PERCENT)
            if o.kind is Kind.LEVEL and o.denominator
            and (not query.measures or o.measure in query.measures or o.denominator in query.measures)
            and (not query.periods or o.period in query.periods)
        ]  # fmt: skip
        if not published:
            return None
        share = published[0]
        wholes = self.table.levels(share.denominator or "", share.dimensions, share.period)
        counts = [o for o in wholes if o.quantity.unit == PEOPLE]
        if not counts:
            return None
        found = [counts[0], share]
        sources = self.levels.sourcing(found)
        lines = [
            Line(Role.LEAD, self.phrases.say(
                "whole_of", value=self.phrases.value(share.quantity), sentence=self.phrases.level(counts[0])
            ), sources),
            Line(Role.OTHER, self.phrases.level(share), self.levels.sourcing([share])),
            *(Line(Role.QUOTE, "", (source,)) for source in sources),
        ]  # fmt: skip
        lines += self.levels.notes(counts[0].measure, [share.period or ""])
        figure = self.levels.headline(self.table.stated(counts[0]))
        return Draft(Status.ANSWERED, Reason.STATED, tuple(lines), tuple(found), figure=figure)

    @staticmethod
    def _is_comparable(claimed: Quantity, draft: Draft) -> bool:
        """Whether an answer has a figure in the unit of what is claimed."""
        units = {o.quantity.unit for o in draft.observations} | {c.unit for c in draft.calculations}
        return claimed.unit not in (PERCENT, PEOPLE) or claimed.unit in units

    def _said(self, query: Query, *keys: str) -> list[str]:
        """Which of some word lists about how questions are put a question has words of."""
        vocabulary = self.table.vocabulary
        tokens = vocabulary.tokens(query.text)
        return [key for key in keys if holds(tokens, vocabulary.sequences("language", "questions", key))]

    def _compares(self, query: Query) -> bool:
        """Whether one thing is set against another ("enn")."""
        vocabulary = self.table.vocabulary
        words = {token.word for token in vocabulary.tokens(query.text)}
        return bool(words & set(vocabulary.word_list("grammar", "change", "than")))

    def _denied(self, draft: Draft, sentence: str) -> Draft:
        """A draft led by a "no, that is not so"."""
        text = self.phrases.say("no_figure", sentence=sentence)
        return replace(led_by(draft, text), reason=Reason.FALSE_PREMISE)

    def _answered(self, draft: Draft, holds: bool) -> Draft:
        """A comparison led by a yes or a no."""
        said = led_by(draft, f"{self.phrases.say('yes' if holds else 'no')} {lead_of(draft).text}")
        return said if holds else replace(said, reason=Reason.FALSE_PREMISE)

    def _nearly(self, query: Query) -> bool:
        """Whether "nearly none" or "almost all" is claimed, which a low or a high share may bear out."""
        nearly = self.table.vocabulary.sequences("language", "questions", "nearly")
        return holds(self.table.vocabulary.tokens(query.text), nearly)

    def of_all_or_none(self, query: Query) -> Draft | None:
        """To "ingen ukrainere fikk jobb" and "alle fikk jobb": no, where a published share is neither."""
        claimed = self._said(query, "none", "all")
        if len(claimed) != 1 or not query.measures:
            return None
        draft = self.figures.figure(replace(query, unit=PERCENT))
        own = [o for o in draft.observations if o.quantity.unit == PERCENT] if draft else []
        if draft is None or draft.status is not Status.ANSWERED or not own:
            return None
        if not own[0].quantity.lower > 0 or not own[0].quantity.upper < HUNDRED:
            return None
        share = own[0].quantity
        if self._nearly(query) and (share.lower < FEW if "none" in claimed else share.upper > HUNDRED - FEW):
            return draft
        return self._denied(draft, lowered(lead_of(draft).text))

    def _claims_outcome(self, claimed: Quantity, query: Query) -> bool:
        """Whether a share is claimed of a group without a word of what it is a share of."""
        split = names_groups(query.dimensions)
        if claimed.unit != PERCENT or not query.dimensions or split or COMPOSITION in query.cues:
            return False
        [group] = combinations(query.dimensions)
        return any(self.table.levels(m, group) for m in self.table.main_outcome())

    def measures_apart(self, query: Query) -> Draft | None:
        """To "Gikk flere til utdanning enn til arbeid?": the figures, with a yes or a no if it is asked."""
        ways = self._said(query, "more", "fewer")
        if not self._compares(query) or len(ways) != 1 or query.quantities:
            return None
        draft = self.comparisons.measures(query)
        if draft is None or not ({POLAR, "verify"} & set(query.cues)):
            return draft
        if draft.calculations[0].lower <= 0:
            # Rounding leaves open which of them is the higher.
            return draft
        # A count worked out rests on its whole first.
        highest = next(o.measure for o in draft.observations if o.measure in query.measures)
        return self._answered(draft, highest == query.measures[0 if ways == ["more"] else 1])

    def polar(self, draft: Draft, query: Query) -> Draft:
        """To "Er det flere fra Syria enn fra Eritrea?": yes or no, then the comparison."""
        groups = groups_of(query)
        if POLAR not in query.cues or len(groups) != 2 or not self._compares(query) or not draft.observations:
            return draft
        shares = draft.observations[0].quantity.unit == PERCENT
        if shares and HEADS in query.cues and query.measures:
            # The higher share is not the larger number where the groups differ in size.
            return draft
        ways = self._said(query, "more", "fewer")
        if len(ways) != 1:
            return draft
        highest = draft.observations[0].dimensions
        wanted = groups[0 if ways == ["more"] else 1]
        return self._answered(draft, all(highest.get(d) == code for d, code in wanted.items()))

    def on_base(self, draft: Draft, query: Query) -> Draft:
        """An outcome asked of people at another stage than its shares are of ("av de 32 500 …")."""
        if draft.status is Status.ABSTAINED or not query.measures:
            return draft
        measure = self.table.entry(query.measures[0])
        base = measure.denominator
        worked = any(o.measure == query.base for o in draft.observations)
        within = (worked or query.unit == PEOPLE) and query.base in self.table.wholes_of(query.measures[0])
        own = any(o.denominator == query.base for o in draft.observations)
        if query.base and base not in (None, query.base) and not (measure.stage or within or own):
            text = self.phrases.say(
                "other_stage", stage=self.phrases.who(base), asked=self.phrases.who(query.base)
            )
            cells = self.table.cell(query.measures[0], {})
            wholes = {o.denominator for o in cells if o.denominator and o.quantity.unit == PERCENT}
            if wholes and not any(self.table.entry(whole).stage for whole in wholes - {query.base}):
                # "Av dem som fikk jobb, hvor mange gikk til tiltak?": the shares are of those who got none.
                return refusal(Reason.ANOTHER_GROUP, text)
            return nearest(draft, Line(Role.SCOPE, text))
        for quantity in query.quantities:
            if quantity.unit not in (None, PEOPLE):
                continue
            named = [
                o
                for o in self.table.with_value(quantity.value, PEOPLE)
                if o.kind is Kind.LEVEL and self.table.entry(o.measure).stage and o.measure != base
            ]
            if not named or not base or query.measures[0] == named[0].measure:
                continue
            if named[0].id in {o.id for o in draft.observations}:
                # "17 699 var nye og 32 500 deltok: hvor mange var med fra før?" is worked out from it.
                continue
            text = self.phrases.say(
                "other_base", value=self.phrases.number(quantity.value), stage=self.phrases.who(base),
                sentence=self.phrases.level(named[0]),
            )  # fmt: skip
            line = Line(Role.SCOPE, text, self.levels.sourcing(named[:1]))
            return nearest(replace(draft, observations=(*draft.observations, named[0])), line)
        return draft

    def _on_another_base(self, draft: Draft, claimed: Quantity, query: Query) -> Draft | None:
        """The claimed share where it is published of another whole than the usual one."""
        first = draft.observations[0]
        if claimed.unit != PERCENT or self._same(claimed, first):
            return None
        for o in self.table.levels(first.measure, first.dimensions, first.period):
            apart = o.denominator not in (None, first.denominator) and self._same(claimed, o)
            if apart and not self._claims_of_more(claimed, o, query):
                found = self.with_value(claimed)
                if found is not None and found.observations[0].measure == first.measure:
                    return found
        return None

    def _verdict(self, draft: Draft, claimed: Quantity, query: Query) -> Draft:
        lead = lead_of(draft).text
        # What a figure was worked out from is not the figure.
        asked = [o for o in draft.observations if o.measure in query.measures] or draft.observations[:1]
        wanted = [o for o in asked if not query.periods or o.period in query.periods]
        true = self._from_to(draft, query) if len(query.quantities) > 1 else None
        if claimed.unit == TIMES:
            true = self._grew_as(claimed, draft)
            if true is None:
                return draft
        if true is None:
            # A figure worked out for the year is what is claimed, not those of other years that it is from.
            found = wanted or ([] if draft.calculations and query.periods else asked[:1])
            worked = [c for c in draft.calculations if claimed.unit in (None, c.unit)]
            if claimed.unit is None:
                worked = [c for c in worked if c.unit == (PERCENT if claimed.value <= HUNDRED else PEOPLE)]
            loose = claimed.fraction or claimed.hedge
            true = any(self._same(claimed, o) for o in found) or any(
                agrees(claimed, c.lower, c.upper) if loose else c.lower <= claimed.value <= c.upper
                for c in worked
            )
        if query.direction and wanted and wanted[0].kind is Kind.CHANGE:
            true = true and (wanted[0].direction is Direction.UP) == (query.direction == UP)
        if true and self._leaves_claims(draft, query):
            # Of several figures that are claimed one is right: no word on the others.
            return draft
        true = true and not self._claims_of_more(claimed, draft.observations[0], query)
        key = "yes_figure" if true else "no_figure"
        draft = led_by(draft, self.phrases.say(key, sentence=lowered(lead)))
        if true:
            return draft
        draft = replace(draft, reason=Reason.FALSE_PREMISE)
        first = draft.observations[0]
        meant = (
            self._meant(claimed) or self._in_another_year(claimed, first)
            or self._narrower(claimed, first) or self._united(claimed, first)
        )  # fmt: skip
        return self._with_meant(draft, claimed, meant) if meant else draft

    def _claims_of_more(self, claimed: Quantity, found: Observation, query: Query) -> bool:
        """Whether a share of some is claimed "of" all ("66 prosent av deltakerne gikk til tiltak")."""
        whole = found.denominator
        if claimed.unit != PERCENT or whole is None or self.table.entry(whole).stage:
            return False
        vocabulary = self.table.vocabulary
        after = [t.word for t in vocabulary.tokens(query.text) if t.start >= claimed.end][:1]
        named = {m.code for m in vocabulary.find(query.text) if m.dimension == "measure"}
        of = vocabulary.word_list("language", "questions", "of")
        stages = any(self.table.entry(code).stage for code in named)
        return bool(after) and after[0] in of and stages and whole not in named

    def _narrower(self, claimed: Quantity, first: Observation) -> Observation | None:
        """The one group among those asked about of whom a claimed share is published in that year."""
        found = [
            o
            for o in self.table.with_value(claimed.value, PERCENT)
            if o.kind is Kind.LEVEL and (o.measure, o.period) == (first.measure, first.period)
            and dict(first.dimensions).items() < dict(o.dimensions).items()
        ] if claimed.unit == PERCENT else []  # fmt: skip
        return found[0] if len({o.key for o in found}) == 1 else None

    def _united(self, claimed: Quantity, first: Observation) -> Observation | None:
        """What a claimed share is published as, of an outcome that takes in the one of a figure."""
        same = self._uniting(claimed, first.measure)
        found = [o for o in same if (o.dimensions, o.period) == (first.dimensions, first.period)]
        return found[0] if len({o.key for o in found}) == 1 else None

    def _uniting(self, claimed: Quantity, measure: str) -> list[Observation]:
        """The levels of a claimed share that are of an outcome which takes in another."""
        return [
            o
            for o in self.table.with_value(claimed.value, PERCENT)
            if o.kind is Kind.LEVEL and measure in self.table.entry(o.measure).data.get("union", ())
        ] if claimed.unit == PERCENT else []  # fmt: skip

    def taken_in(self, query: Query) -> Draft | None:
        """To "er utdanning med i de 49 prosentene?": what the share is of, if it takes the outcome in."""
        tokens = self.table.vocabulary.tokens(query.text)
        within = self.table.vocabulary.sequences("language", "questions", "within_count")
        asks = {POLAR, "verify"} & set(query.cues) and holds(tokens, within)
        if len(query.quantities) != 1 or len(query.measures) != 1 or not asks or query.unmatched:
            return None
        found = self._uniting(query.quantities[0], query.measures[0])
        groups = combinations(query.dimensions)
        meant = [o for o in found if dict(o.dimensions) in groups]
        meant = [o for o in meant if not query.periods or o.period in query.periods]
        if len({o.key for o in meant}) != 1:
            return None
        draft = self.levels.found([self.table.stated(meant[0])], query)
        return self._answered(draft, holds=True)

    def _with_meant(self, draft: Draft, claimed: Quantity, meant: Observation) -> Draft:
        """A draft that also tells what a claimed figure is published as."""
        share = meant.quantity.unit == PERCENT
        value = (
            self.phrases.value(meant.quantity)
            if share
            else self.phrases.measured(claimed.value, claimed.unit)
        )
        text = self.phrases.say("claimed_is", value=value, sentence=self.phrases.level(meant))
        sources = self.levels.sourcing([meant])
        lines = [Line(Role.OTHER, text, sources)]
        if share:
            lines.append(Line(Role.QUOTE, "", sources))
        return replace(draft, lines=(*draft.lines, *lines), observations=(*draft.observations, meant))

    def _of_another_year(self, draft: Draft, claimed: Quantity, query: Query) -> Draft:
        """That there is no figure; and of which year the one claimed is ("17 699 startet i 2022")."""
        meant = self._meant(claimed)
        if meant is None or meant.measure not in query.measures or meant.period in query.periods:
            return draft
        return self._with_meant(replace(draft, status=Status.PARTIAL, reason=Reason.NEAREST), claimed, meant)

    def _leaves_claims(self, draft: Draft, query: Query) -> bool:
        """Whether a question tells figures that an answer neither has nor works out."""
        told = [q for q in query.quantities if q.unit in (None, *COUNTED)]
        worked = [(c.lower, c.upper) for c in draft.calculations]
        return len(told) > 1 and not all(
            any(o.quantity.value == q.value for o in draft.observations)
            or any(low <= q.value <= high for low, high in worked)
            for q in told
        )

    @staticmethod
    def _grew_as(claimed: Quantity, draft: Draft) -> bool | None:
        """Whether a figure grew or shrank by a claimed factor; None if it is not known, or went further."""
        levels = sorted((o for o in draft.observations if o.kind is Kind.LEVEL), key=lambda o: o.period or "")
        changes = [o.direction for o in draft.observations if o.kind is Kind.CHANGE]
        factors = [worked.value for worked in draft.calculations if worked.unit == TIMES]
        if not factors or not (changes or len(levels) > 1):
            return None
        rose = changes[0] is Direction.UP if changes else levels[-1].quantity.value > levels[0].quantity.value
        if rose != (claimed.value > 1):
            return False
        if claimed.hedge == OVER:
            return factors[-1] > max(claimed.value, 1 / claimed.value)
        bounds = sorted((claimed.lower, claimed.upper) if rose else (1 / claimed.lower, 1 / claimed.upper))
        return None if factors[-1] > bounds[1] else factors[-1] >= bounds[0]

    def _from_to(self, draft: Draft, query: Query) -> bool | None:
        """Whether two claimed levels ("fra 29 til 8 prosent") are those of the answer; None if none are."""
        levels = [o for o in draft.observations if o.kind is Kind.LEVEL]
        claimed = [q for q in query.quantities if q.unit in (None, PERCENT, PEOPLE)]
        if len(claimed) != 2 or len(levels) < 2:
            return None
        units = {q.unit for q in claimed if q.unit}
        return all(any(self._same(q, o) and units <= {o.quantity.unit} for o in levels) for q in claimed)

    def _meant(self, claimed: Quantity, kind: Kind = Kind.LEVEL) -> Observation | None:
        """The one cell that a wrongly used count is the published figure of."""
        if claimed.unit != PEOPLE or claimed.fraction:
            return None
        found = [o for o in self.table.with_value(claimed.value, PEOPLE) if o.kind is kind]
        return found[0] if len({o.key for o in found}) == 1 else None

    def _in_another_year(self, claimed: Quantity, first: Observation) -> Observation | None:
        """The same people's share that is claimed of one year, where it is published of just one other."""
        if claimed.unit != PERCENT or claimed.fraction:
            return None
        found = [
            o
            for o in self.table.levels(first.measure, first.dimensions)
            if o.period != first.period and o.quantity.unit == PERCENT and o.quantity.value == claimed.value
        ]
        return found[0] if len({o.period for o in found}) == 1 else None

    @staticmethod
    def _same(claimed: Quantity, o: Observation) -> bool:
        same_unit = claimed.unit is None or claimed.unit == o.quantity.unit
        if not same_unit:
            return False
        if claimed.fraction or o.quantity.fraction or claimed.hedge or o.quantity.spoken_hedge:
            return claimed.lower <= o.quantity.upper and o.quantity.lower <= claimed.upper
        return claimed.value == o.quantity.value

    def with_value(
        self,
        quantity: Quantity,
        periods: Sequence[str] = (),
        dimensions: Mapping[str, Sequence[str]] | None = None,
    ) -> Draft | None:
        """Everything published about one figure: one count may be two shares of two wholes.

        That of `periods` comes before that of other years; only that of the groups of `dimensions`.
        """
        found = [
            o
            for o in self.table.with_value(quantity.value, quantity.unit)
            if o.period is not None or (o.quantity.unit == quantity.unit and quantity.unit in COUNTED)
        ]
        # Of ages there are but those that a report sets off.
        named = combinations({d: tuple(codes) for d, codes in (dimensions or {}).items() if d != "age"})
        found = [o for o in found if any(group.items() <= o.dimensions.items() for group in named)]
        found = [o for o in found if o.period in periods] or found
        levels = [o for o in found if o.kind is Kind.LEVEL]
        if not levels and found:
            sources = self.levels.sourcing(found[:1])
            text = self.changes.change_sentence(found[0], found[0].period or "")
            said = (Line(Role.LEAD, text, sources), Line(Role.QUOTE, "", sources))
            return Draft(Status.ANSWERED, Reason.STATED, said, tuple(found[:1]))
        if not levels:
            return None
        first = levels[0]
        sources = self.levels.sourcing([first])
        lines = [Line(Role.LEAD, self.phrases.level(first), sources), Line(Role.QUOTE, "", sources)]
        level = self.table.stated(first)
        beside = self.levels.other_shares(level)
        lines += self.levels.of_wholes(beside)
        lines += self.levels.notes(first.measure, [first.period or ""])
        wholes = [whole for _, whole in beside if whole]
        observations = unique([first, *(share for share, _ in beside), *wholes])
        return Draft(
            Status.ANSWERED, Reason.STATED, tuple(lines), observations, figure=self.levels.headline(level)
        )

    def premise(self, query: Query) -> Draft | None:
        """A correction where the question takes for granted what the figures deny; None where they do not."""
        if query.measures and any(self._is_claimed(q, query) for q in query.quantities):
            checked = self.verify(query)
            return checked if checked and checked.reason is Reason.FALSE_PREMISE else None
        part = self.majority(query)
        if part is not None and part.reason is Reason.FALSE_PREMISE:
            return part
        if none := self._none_premise(query):
            return none
        if "rank" in query.cues and len(query.dimensions.get("origin", ())) == 1:
            return self._standing_premise(query) if QUALITY in query.cues else self._size_premise(query)
        if not self.table.vocabulary.are_aside(query.terms):
            return None
        if names_groups(query.dimensions) and (apart := self._vanished_premise(query)):
            return apart
        if query.direction is None:
            return None
        split = next((d for d, codes in query.dimensions.items() if len(codes) > 1), None)
        if split is not None:
            return self._group_premise(query, split)
        outcome = self.table.main_outcome() if query.dimensions and not query.terms else ()
        for measure in query.measures or outcome:
            for dimensions in combinations(query.dimensions):
                draft = self.changes.change_of(measure, dimensions, query, check=False)
                change = draft.observations[0] if draft and draft.observations else None
                if draft is None or change is None:
                    continue
                rose = self._rose(draft, change)
                same = change.kind is Kind.CHANGE and change.direction is Direction.SAME
                two_years = len(query.periods) > 1 or "since" in query.cues
                if rose is None and not same and two_years and query.intent is Intent.EXPLAIN:
                    # Rounding leaves open whether it moved at all.
                    return draft
                if not same and (rose is None or rose == (query.direction == UP)):
                    continue
                return self._corrected(draft, change)
        return None

    def _rose(self, draft: Draft, change: Observation) -> bool | None:
        if change.kind is Kind.CHANGE:
            return None if change.direction is Direction.SAME else change.direction is Direction.UP
        worked = draft.calculations[-1] if draft.calculations else None
        if worked is None or worked.lower <= 0 <= worked.upper:
            return None
        return worked.value > 0

    def _corrected(self, draft: Draft, change: Observation) -> Draft:
        if change.kind is Kind.CHANGE and change.direction is not Direction.SAME:
            subject = self.phrases.subject(change.measure, change.dimensions, change.quantity.unit).rstrip(
                ","
            )
            key = "premise_up" if change.direction is Direction.UP else "premise_down"
            text = self.phrases.say(
                key, subject=subject + self.phrases.part("subject_comma"),
                value=self.phrases.value(change.quantity), before=change.reference_period, year=change.period,
            )  # fmt: skip
            return replace(led_by(draft, text), reason=Reason.FALSE_PREMISE)
        denied = self._denied(draft, lead_of(draft).text)
        levels = self.table.levels(change.measure, change.dimensions, change.period)[:1]
        told = {o.id for o in draft.observations} & {o.id for o in levels}
        if change.kind is not Kind.CHANGE or told:
            return denied
        lines = [Line(Role.OTHER, self.phrases.level(o), self.levels.sourcing([o])) for o in levels]
        at = next(i for i, line in enumerate(denied.lines) if line.role is Role.LEAD) + 1
        shown = (*denied.lines[:at], *lines, *denied.lines[at:])
        return replace(denied, lines=shown, observations=unique([*denied.observations, *levels]))

    def _is_claimed(self, quantity: Quantity, query: Query) -> bool:
        """Whether a figure is said of what is asked about; a published count of something else names that."""
        if quantity.unit not in (None, PEOPLE, PERCENT):
            return False
        published = self.table.with_value(quantity.value, quantity.unit)
        return not any(o.quantity.unit == PEOPLE or o.measure in query.measures for o in published)

    def of_share(self, query: Query) -> Draft | None:
        """The heads of a published share that is named by its figure ("41 prosent av dem som sluttet").

        None where it names no share of a stage or a group, or one that is not published of just one outcome.
        """
        shares = [q for q in query.quantities if q.unit == PERCENT and not q.fraction]
        groups = combinations(query.dimensions)
        # "Hvor mange ligger bak de 49 prosentene?" names nothing else, and sets nothing apart.
        named = bool(query.measures or query.dimensions)
        heads = query.unit == PEOPLE and query.intent in (Intent.FIGURE, Intent.COMPARE)
        # "Når dere sier at 45 prosent gikk rett i jobb, hvor mange er det?" has nothing checked.
        turned = (
            query.intent is Intent.VERIFY and query.unit == PEOPLE and bool(self._said(query, "how_much"))
        )
        wanted = query.intent is Intent.FIGURE or turned if named else heads
        if len(shares) != 1 or len(groups) != 1 or len(query.measures) > 1 or not wanted:
            return None
        stage = next(iter(query.measures), None)
        found = [
            o
            for o in self.table.with_value(shares[0].value, PERCENT)
            if o.kind is Kind.LEVEL and (not named or dict(o.dimensions) == groups[0])
            and ((turned and stage == o.measure)
                 or stage in (None, o.denominator, self.table.entry(o.measure).denominator))
            and (not query.periods or o.period in query.periods)
        ]  # fmt: skip
        if len({o.key for o in found}) != 1:
            return None
        first = found[0]
        asked = replace(query, measures=(first.measure,), unit=PEOPLE, periods=(first.period or "",),
                        dimensions={d: (code,) for d, code in first.dimensions.items()})  # fmt: skip
        return self.figures.figure(asked)

    def names_figure(self, query: Query) -> Draft | None:
        """What a published head count that a question names is, where the question has no answer."""
        for quantity in query.quantities:
            if quantity.unit not in (None, PEOPLE) or quantity.value < NAMEABLE or quantity.fraction:
                continue
            count = replace(quantity, unit=PEOPLE)
            level, change = self._meant(count), self._meant(count, Kind.CHANGE)
            meant = level or change
            if meant is None:
                continue
            said = (
                self.phrases.level(level)
                if level
                else self.changes.change_sentence(meant, meant.period or "")
            )
            text = self.phrases.say("named_is", value=self.phrases.number(quantity.value), sentence=said)
            sources = self.levels.sourcing([meant])
            notes = self.levels.notes(meant.measure, [meant.period or ""])
            lines = (Line(Role.LEAD, text, sources), Line(Role.QUOTE, "", sources), *notes)
            return Draft(Status.PARTIAL, Reason.NEAREST, lines, (meant,))
        return None

    def record(self, query: Query) -> Draft | None:
        """To "Var 2023 det verste resultatet noensinne?": the year's figure, set against those before it."""
        outcomes = [m for m in query.measures if not self.table.entry(m).stage]
        plain = not (query.dimensions or query.unmatched or query.quantities) and len(query.periods) < 2
        ranked = {"rank", QUALITY, "lowest"} & set(query.cues)
        if EVER not in query.cues or not ranked or not plain or outcomes != list(query.measures[:1]):
            return None
        asked = replace(query, intent=Intent.FIGURE, terms=(), unit=PERCENT)
        level = self.figures.figure(replace(asked, periods=query.periods or self._newest(outcomes[0])))
        if level is None or level.status is not Status.ANSWERED:
            return None
        moved = self.changes.change(replace(asked, unit=None))
        change = moved.observations[0] if moved and moved.observations else None
        if moved is None or change is None or change.kind is not Kind.CHANGE:
            return nearest(level, Line(Role.SCOPE, self.phrases.say("record_untold")))
        steady = change.direction is Direction.SAME
        draft = self._denied(moved, lowered(lead_of(moved).text)) if steady else moved
        return merge([draft, level])

    def _newest(self, measure: str) -> tuple[str, ...]:
        return tuple(self.table.any_periods(measure)[:1])

    def _all_are(self, query: Query) -> bool:
        """Whether all at a stage are said to be of a group ("nesten alle som avsluttet, var menn")."""
        vocabulary = self.table.vocabulary
        everyone, are = (vocabulary.word_list("language", "questions", key) for key in ("all", "being"))
        tokens = vocabulary.tokens(query.text)
        found = [m for m in vocabulary.find(query.text) if m.dimension in query.dimensions]
        first = min((m.start for m in found), default=0)
        words = [token.word for token in tokens if token.end <= first]
        verb = next((n for n, word in enumerate(reversed(words)) if word in are), None)
        said = verb is not None and verb < BE_REACH and set(words[: len(words) - verb - 1]) & set(everyone)
        return bool(said and query.measures and all(self.table.entry(m).stage for m in query.measures))

    def mostly(self, query: Query) -> Draft | None:
        """To "alle som avsluttet, var unge menn": what part of all one of the groups is, if it is less."""
        alone = all(len(codes) == 1 for codes in query.dimensions.values())
        plain = not (query.terms or query.unmatched or query.quantities)
        counted = {"count", "share", "points"} & set(query.cues)
        if not query.dimensions or not alone or not plain or counted or not self._all_are(query):
            return None
        for dimension, codes in query.dimensions.items():
            asked = replace(query, dimensions={dimension: codes}, unit=PERCENT)
            for measure in self.figures.compositions(asked):
                periods = query.periods or self._newest(measure)
                levels = [self.levels.find(measure, {dimension: codes[0]}, p, asked) for p in periods[:1]]
                share = next((level for level in levels if level is not None), None)
                if share is None or share.unit != PERCENT or share.upper >= HUNDRED - FEW:
                    continue
                draft = self.levels.found([share], asked)
                return self._denied(draft, lowered(lead_of(draft).text))
        return None

    def majority(self, query: Query) -> Draft | None:
        """To "Er de fleste menn?" and "Er det bare menn?": yes or no, by what part of all they are."""
        claims = self._said(query, "many", "few", "only")
        outcomes = [m for m in query.measures if not self.table.entry(m).stage]
        alone = [d for d, codes in query.dimensions.items() if len(codes) == 1]
        if len(claims) != 1 or outcomes or query.terms or query.quantities or alone != list(query.dimensions):
            return None
        asked = replace(query, unit=PERCENT, measures=self.figures.compositions(query))
        [group] = combinations(query.dimensions)
        periods = query.periods or [p for m in asked.measures for p in self.table.any_periods(m)]
        found = (self.levels.find(m, group, p, asked) for m in asked.measures for p in periods)
        share = next((level for level in found if level is not None), None)
        if share is None or share.unit != PERCENT:
            return None
        least, most = HUNDRED / 2, HUNDRED / 2
        if claims == ["only"]:
            least, most = HUNDRED, HUNDRED
        holds, denied = share.lower >= least, share.upper < most
        if claims == ["few"]:
            holds, denied = share.upper < most, share.lower > least
        if holds == denied:
            return None
        draft = self.levels.found([share], asked)
        text = self.phrases.say("yes_figure" if holds else "no_figure", sentence=lowered(lead_of(draft).text))
        return replace(led_by(draft, text), reason=draft.reason if holds else Reason.FALSE_PREMISE)

    def _none_premise(self, query: Query) -> Draft | None:
        """To "Hvorfor var ingen fra Syria med?": how many were."""
        aside = self.table.vocabulary.are_aside(query.terms)
        if not self._said(query, "none") or self._nearly(query) or not query.dimensions or not aside:
            return None
        if query.measures and not all(self.table.entry(m).stage for m in query.measures):
            return self.of_all_or_none(query)
        asked = replace(query, measures=query.measures or self.table.stages()[:1], unit=PEOPLE)
        draft = self.figures.figure(asked)
        counted = [o for o in draft.observations if o.quantity.unit == PEOPLE] if draft else []
        if draft is None or draft.status is not Status.ANSWERED or not counted:
            return None
        return self._denied(draft, lowered(lead_of(draft).text))

    def _standing_premise(self, query: Query) -> Draft | None:
        """To "Hvorfor gjorde somalierne det best?": where the group stands, if it is below everyone."""
        asked = replace(query, measures=query.measures or self.table.main_outcome())
        draft = self.comparisons.with_average(asked)
        if draft is None or len(draft.observations) < 2:
            return None
        [code] = query.dimensions["origin"]
        leads = draft.observations[0].dimensions.get("origin") == code
        if leads != ("lowest" in query.cues):
            return None
        own = next(o for o in draft.observations if o.dimensions.get("origin") == code)
        level = self.levels.find(own.measure, own.dimensions, own.period or "", replace(query, unit=None))
        figure = self.levels.headline(level) if level else None
        return replace(self._denied(draft, lead_of(draft).text), figure=figure)

    def _size_premise(self, query: Query) -> Draft | None:
        """To "Hvorfor var Somalia den største gruppen?": which group was the largest."""
        [code] = query.dimensions["origin"]
        wide = replace(query, dimensions={}, cues=tuple(sorted({*query.cues, "by_origin"})))
        draft = self.rankings.rank(wide)
        top = draft.observations[0].dimensions.get("origin") if draft and draft.observations else None
        if draft is None or top == code:
            return None
        return self._denied(draft, lead_of(draft).text)

    def largest(self, query: Query) -> Draft | None:
        """Whether one group is the largest, or the smallest, as is claimed; None where nothing is ranked."""
        if "rank" not in query.cues or list(query.dimensions) != ["origin"]:
            return None
        [code, *others] = query.dimensions["origin"]
        wide = replace(query, dimensions={}, cues=tuple(sorted({*query.cues, "by_origin"})))
        draft = None if others else self.rankings.rank(wide)
        place = next((n for n, key in enumerate(("second", "third"), 1) if self._said(query, key)), 0)
        if draft is None or draft.status is not Status.ANSWERED or len(draft.observations) <= place:
            return None
        falling = "lowest" not in query.cues
        ranked = sorted(draft.observations, key=lambda o: o.quantity.value, reverse=falling)
        return self._answered(draft, ranked[place].dimensions.get("origin") == code)

    def _vanished_premise(self, query: Query) -> Draft | None:
        """To "Hvorfor forsvant forskjellen mellom kjønnene?": how far apart they are."""
        if "gap" not in query.cues or not self._said(query, "vanished"):
            return None
        draft = self.comparisons.groups(replace(query, measures=query.measures or self.table.main_outcome()))
        if draft is None or not draft.calculations or draft.calculations[0].lower <= 0:
            return None
        return self._denied(draft, lead_of(draft).text)

    def _group_premise(self, query: Query, split: str) -> Draft | None:
        draft = self.comparisons.groups(query)
        if draft is None or not draft.observations:
            return None
        first = query.dimensions[split][0]
        highest = draft.observations[0].dimensions.get(split)
        claims_high = query.direction == UP
        if (highest == first) == claims_high:
            return None
        text = self.phrases.say("premise_groups", sentence=lead_of(draft).text)
        return replace(led_by(draft, text), reason=Reason.FALSE_PREMISE)
