"""Answers that set out several figures: rankings, lists, sums, what became of a group, overviews."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ingest.models import Kind, Observation
from ingest.places import AREA
from ingest.vocabulary import holds
from rag import calculate
from rag.calculate import LANDS, PEOPLE, PERCENT
from rag.changes import Changes
from rag.cues import PARTS, POLAR, QUALITY, SINGLED
from rag.drafts import combinations, merge, nearest, unique
from rag.models import Draft, Figure, Intent, Line, Query, Reason, Role, Status
from rag.phrases import capital
from rag.places import BY_PLACE, is_asked, ranked
from rag.table import Dimensions, Level

MAX_LISTED = 12
# Dimensions of which a report may give one group alone.
SPARSE = ("age", "education")
# How the first, the second and the third place are said, from the top and from the bottom.
PLACES = (
    ("rank_high", "rank_low"),
    ("rank_second_high", "rank_second_low"),
    ("rank_third_high", "rank_third_low"),
)
# The dimension that a cue asks to have split.
BY = {"both_sexes": "sex", "by_origin": "origin", "by_age": "age", "by_education": "education"}
BY |= dict.fromkeys(BY_PLACE, AREA)


class Rankings:
    """Composes answers that list figures of the table."""

    def __init__(self, changes: Changes) -> None:
        self.changes, self.figures, self.levels = changes, changes.figures, changes.levels
        self.table, self.phrases = changes.table, changes.phrases

    # ---- lists and rankings

    def rank(self, query: Query) -> Draft | None:
        """The groups of a dimension, or the years, in order of size."""
        measures = [m for m in query.measures if self.table.entry(m).units != (LANDS,)]
        best = self.table.main_outcome() if QUALITY in query.cues else ()
        measure = [*measures, *best, ranked(query, self.table) or self.table.stages()[0]][0]
        lowest = "lowest" in query.cues
        if PARTS in query.cues:
            return self._rank_parts(measure, query, lowest=lowest)
        if "by_year" in query.cues:
            return self._rank_years(measure, query, lowest=lowest)
        dimension = next((BY[cue] for cue in query.cues if cue in BY), None)
        periods = query.periods or tuple(self.table.any_periods(measure))
        fixed = {d: codes[0] for d, codes in query.dimensions.items() if d != dimension and len(codes) == 1}
        left_out = self._left_out(query)
        fixed = {d: code for d, code in fixed.items() if d not in left_out}
        for period in periods:
            cells = [
                o
                for o in self._cells(measure, period, dimension, fixed, query)
                if all(o.dimensions.get(d) not in codes for d, codes in left_out.items())
            ]
            if len(cells) > 1:
                draft = self._ranked(measure, period, cells, query, lowest=lowest)
                return self._of_all(draft, period, len(cells), query)
            if cells and dimension in SPARSE:
                found = self.levels.found([self.table.stated(cells[0])], query)
                if SINGLED in query.cues:
                    # The only one that has figures is the one that is set off.
                    return found
                return nearest(found, Line(Role.SCOPE, self.phrases.say("rank_alone")))
        return None

    def _of_all(self, draft: Draft, period: str, listed: int, query: Query) -> Draft:
        """A list of some countries where all were asked for: said to be those that have a figure."""
        words = {token.word for token in self.table.vocabulary.tokens(query.text)}
        asked = words & set(self.table.vocabulary.word_list("language", "questions", "all"))
        asked_all = asked or any(q.unit == LANDS for q in query.quantities)
        if not asked_all or query.intent is not Intent.LIST or "by_origin" not in query.cues:
            return draft
        codes = [e.code for e in self.table.vocabulary.of("measure") if LANDS in e.units]
        known = [o for code in codes for o in self.table.levels(code, {}, period)]
        if not known or known[0].quantity.value <= listed:
            return draft
        text = self.phrases.say("list_short", value=self.phrases.value(known[0].quantity))
        line = Line(Role.SCOPE, text, self.levels.sourcing(known[:1]))
        return nearest(replace(draft, observations=(*draft.observations, known[0])), line)

    def _left_out(self, query: Query) -> dict[str, set[str]]:
        """The groups that a ranking leaves out: "den største utenom Ukraina" names all the others."""
        entry = self.table.vocabulary.entry
        named = {d: codes[0] for d, codes in query.dimensions.items() if len(codes) == 1}
        return {
            d: {code, rest} for d, code in named.items() if (rest := entry(d, code).complement)
            and not self.table.levels(self.table.stages()[0], {d: code})
        }  # fmt: skip

    def _cells(
        self, measure: str, period: str, dimension: str | None, fixed: Dimensions, query: Query
    ) -> list[Observation]:
        unit = query.unit or (PEOPLE if self.table.entry(measure).stage else PERCENT)
        best: dict[tuple[tuple[str, str], ...], Observation] = {}
        found = (
            self.table.outline.split(measure, dimension, fixed.items(), len(fixed) + 1, period)
            if dimension
            else self.table.outline.in_period(measure, period, unit)
        )
        for o in found:
            extra = set(o.dimensions) - set(fixed)
            fits = (
                o.kind is Kind.LEVEL
                and o.period == period
                and o.quantity.unit == unit
                and all(o.dimensions.get(d) == c for d, c in fixed.items())
                and (extra == {dimension} if dimension else len(extra) >= 1)
                and is_asked(o.dimensions, query, self.table)
            )
            key = tuple(sorted(o.dimensions.items()))
            if fits and (key not in best or self.table.prefers(o, best[key])):
                best[key] = o
        return sorted(best.values(), key=lambda o: o.quantity.value, reverse=True)

    def _ranked(
        self, measure: str, period: str, cells: list[Observation], query: Query, *, lowest: bool
    ) -> Draft:
        phrases = self.phrases
        if lowest:
            cells = cells[::-1]
        cells = cells[:MAX_LISTED]
        sources = self.levels.sourcing(cells)
        labels = [phrases.people(o.dimensions, definite=False) for o in cells]
        items = [
            phrases.part("list_item", label=label, value=phrases.value(o.quantity))
            for label, o in zip(labels, cells, strict=True)
        ]
        lines = []
        place = self._place(query, len(cells))
        if "rank" in query.cues:
            top = cells[place]
            key = PLACES[place][lowest]
            text = phrases.say(key, top=labels[place], value=phrases.value(top.quantity), year=period)
            lines.append(
                Line(Role.LEAD, f"{capital(phrases.name(measure))}: {text}", self.levels.sourcing([top]))
            )
            del items[place]
        if items:
            text = phrases.say(
                "list_lead", name=phrases.name(measure), year=period, items=phrases.join(items)
            )
            role = Role.OTHER if lines else Role.LEAD
            lines.append(Line(role, text, sources))
        lines += [Line(Role.QUOTE, "", (source,)) for source in sources[:1]]
        lines += self.levels.notes(measure, [period])
        # Of a list no single figure is the answer.
        level = self.table.stated(cells[place])
        figure = self.levels.headline(level) if "rank" in query.cues else None
        return Draft(Status.ANSWERED, Reason.STATED, tuple(lines), tuple(cells), figure=figure)

    def _place(self, query: Query, cells: int) -> int:
        """Which place of a ranking is asked for ("nest flest"), from 0."""
        vocabulary = self.table.vocabulary
        tokens = vocabulary.tokens(query.text)
        for place, key in enumerate(("second", "third"), start=1):
            if place < cells and holds(tokens, vocabulary.sequences("language", "questions", key)):
                return place
        return 0

    def _rank_parts(self, measure: str, query: Query, *, lowest: bool) -> Draft | None:
        """The outcomes that a measure unites, in order of size."""
        for group in combinations(query.dimensions):
            for period in query.periods or tuple(self.table.any_periods(measure)):
                parts = [
                    self.levels.find(part, group, period, query)
                    for part in self.table.entry(measure).data["union"]
                ]
                levels = [level for level in parts if level is not None]
                if len(levels) == len(parts) and len({level.unit for level in levels}) == 1:
                    return self._ordered(levels, lowest=lowest)
        return None

    def _ordered(self, levels: list[Level], *, lowest: bool) -> Draft:
        levels = sorted(levels, key=lambda level: level.value, reverse=not lowest)
        first, *others = levels
        name, key = self.phrases.name(first.measure), "rank_low" if lowest else "rank_high"
        text = self.phrases.say(key, top=name, value=self.levels.shown(first), year=first.period)
        observations = unique(o for level in levels for o in level.observations)
        sources = self.levels.sourcing(observations)
        lines = [Line(Role.LEAD, capital(text), sources)]
        lines += self.one_by_one(others)
        lines += [Line(Role.QUOTE, "", (source,)) for source in sources]
        lines += self.levels.notes(first.measure, [first.period or ""])
        worked = tuple(level.calculation for level in levels if level.calculation)
        reason = Reason.DERIVED if worked else Reason.STATED
        return Draft(Status.ANSWERED, reason, tuple(lines), observations, worked, self.levels.headline(first))

    def _rank_years(self, measure: str, query: Query, *, lowest: bool) -> Draft | None:
        """The years with a figure, published or worked out, in order of size where they lie apart."""
        drafts = []
        for dimensions in combinations(query.dimensions):
            first, last = min(query.periods, default=""), max(query.periods, default="9999")
            years = {p for p in self.table.told_periods(measure) if first <= p <= last}
            found = [self.levels.find(measure, dimensions, p, query) for p in sorted(years, reverse=True)]
            levels = [level for level in found if level is not None]
            if len(levels) < 2 or len({level.unit for level in levels}) > 1:
                return None
            ordered = sorted(levels, key=lambda level: level.value, reverse=not lowest)
            top, *others = ordered
            if any(level.lower <= top.upper and top.lower <= level.upper for level in others):
                drafts.append(self._too_close(levels, query))
                continue
            key = "rank_year_low" if lowest else "rank_year_high"
            text = self.phrases.say(key, year=top.period, value=self.levels.shown(top))
            told = self.levels.found(ordered, query)
            lead = Line(Role.LEAD, f"{capital(self.phrases.name(measure))}: {text}", told.lines[0].sources)
            lines = (lead, *told.lines[1:], *self._arithmetic(others))
            drafts.append(replace(told, lines=lines))
        return merge(drafts) if drafts else None

    def _too_close(self, levels: Sequence[Level], query: Query) -> Draft:
        """The figures of years whose order rounding leaves open."""
        told = self.levels.found(levels, query)
        worked = replace(told, lines=(*told.lines, *self._arithmetic(levels[1:])))
        return nearest(worked, Line(Role.SCOPE, self.phrases.say("rank_open")))

    def _arithmetic(self, levels: Sequence[Level]) -> list[Line]:
        return [
            Line(Role.CALCULATION, self.levels.arithmetic(c), self.levels.sourcing(level.observations))
            for level in levels
            if (c := level.calculation)
        ]

    def _shares_of(self, whole: str, group: Dimensions, periods: Sequence[str]) -> list[Observation]:
        """The shares of the people of a measure, in some years or in any."""
        return [
            o
            for entry in self.table.vocabulary.of("measure")
            for o in self.table.cell(entry.code, group)
            if o.denominator == whole and o.measure != whole and (not periods or o.period in periods)
        ]

    def fate(self, query: Query) -> Draft | None:
        """What became of the people of a measure: the figures that are shares of them."""
        wholes = self.table.denominators()
        named = [o.measure for q in query.quantities for o in self.table.with_value(q.value, q.unit)]
        if named_whole := next((m for m in named if m in wholes), None):
            query = replace(query, measures=(named_whole,))
        if query.measures and not any(m in wholes or self.table.entry(m).stage for m in query.measures):
            return None
        groups = combinations(query.dimensions)
        if len(groups) > 1:
            return None
        [group] = groups
        named = [m for m in query.measures if m in wholes] or [m for m in self.table.ended() if m in wholes][
            :1
        ]
        parted = ((m, self._shares_of(m, group, query.periods)) for m in named)
        measure, of_these = next(((m, shares) for m, shares in parted if shares), ("", []))
        if not of_these:
            return None
        period = max(o.period or "" for o in of_these)
        shares = {o.measure: o for o in reversed(of_these) if o.period == period}
        lines: list[Line] = []
        found: list[Observation] = []
        whole = self.table.levels(measure, group, period)
        if whole:
            lines.append(Line(Role.LEAD, self.phrases.level(whole[0]), self.levels.sourcing(whole[:1])))
            found.append(whole[0])
        for share in shares.values():
            counts = [o for o in self.table.levels(share.measure, group, period) if o.quantity.unit == PEOPLE]
            value = self.phrases.value(share.quantity)
            number = f" ({self.phrases.value(counts[0].quantity)})" if counts else ""
            seen = [share, *counts[:1]]
            text = f"{capital(value)}{number} {self.phrases.did(share.measure)}."
            lines.append(Line(Role.OTHER if lines else Role.LEAD, text, self.levels.sourcing(seen)))
            found += seen
        lines += [Line(Role.QUOTE, "", (source,)) for source in self.levels.sourcing(list(shares.values()))]
        return Draft(Status.ANSWERED, Reason.STATED, tuple(lines), tuple(found))

    def _named(self, level: Level) -> str:
        """What a level is a level of, in short."""
        labels = self.phrases.labels(level.dimensions)
        return capital(", ".join(filter(None, (labels, self.levels.short(level), level.period))))

    def one_by_one(self, levels: Sequence[Level]) -> list[Line]:
        """Levels with what each is of, a line each."""
        return [
            Line(
                Role.OTHER,
                f"{self._named(level)}: {self.levels.shown(level)}.",
                self.levels.sourcing(level.observations),
            )
            for level in levels
        ]

    def _parts(self, query: Query) -> tuple[str, ...]:
        """The measures to add up: those named, the parts of one, or for groups alone the widest stage."""
        if not query.measures and query.dimensions:
            return self.table.stages()[:1]
        if len(query.measures) != 1 or len(query.periods) > 1 or len(combinations(query.dimensions)) > 1:
            return query.measures
        [measure] = query.measures
        [group] = combinations(query.dimensions)
        union = self.table.entry(measure).data.get("union")
        published = self.table.levels(measure, group, *query.periods)
        # "nesten halvparten" is no sum: where the parts are given in figures, they are added up.
        checked = {POLAR, "verify"} & set(query.cues)
        in_parts = checked or all(o.quantity.fraction for o in published)
        return tuple(union) if union and in_parts else query.measures

    def total(self, query: Query) -> Draft | None:
        """The sum of the levels that a question names: of several years, or of several measures."""
        groups = combinations(query.dimensions)
        if len(groups) > 1 and not all(self.table.entry(m).stage for m in self._parts(query)):
            # Shares of women and of men are no parts of one whole: each group has a sum of its own.
            alone = [{d: (code,) for d, code in group.items()} for group in groups]
            sums = [self.total(replace(query, dimensions=group)) for group in alone]
            known = [draft for draft in sums if draft is not None]
            return merge(known) if len(known) == len(sums) else None
        levels: list[Level] = []
        parts = self._parts(query)
        for measure in parts:
            for dimensions in combinations(query.dimensions):
                periods = query.periods or tuple(self.table.periods(measure, dimensions)[:1])
                found = [self.levels.find(measure, dimensions, p, query) for p in periods]
                if any(level is None for level in found):
                    return None
                levels += [level for level in found if level is not None]
        group = levels[0].dimensions if levels else {}
        whole = [*(m for m in query.measures if m not in parts), *self.united(parts)]
        told = [o for m in whole for o in self.table.levels(m, group, levels[0].period)][:1] if levels else []
        return self._added_up(levels, told, query)

    def united(self, parts: Sequence[str]) -> list[str]:
        """The measure that unites just these, where it is not named itself."""
        entries = self.table.vocabulary.of("measure")
        return [e.code for e in entries if len(parts) > 1 and set(e.data.get("union", ())) == set(parts)]

    def parts_of_whole(self, query: Query) -> Draft | None:
        """Whether the groups that a published head count falls into add up to it."""
        vocabulary = self.table.vocabulary
        if not holds(
            vocabulary.tokens(query.text), vocabulary.sequences("language", "questions", "portions")
        ):
            return None
        wholes = self.table.denominators()
        named = [
            o.measure for q in query.quantities if q.unit in (None, PEOPLE)
            for o in self.table.with_value(q.value, PEOPLE)
        ]  # fmt: skip
        measure = next((m for m in (*named, *query.measures) if m in wholes), None)
        group = combinations(query.dimensions)
        if measure is None or len(group) > 1:
            return None
        for period in query.periods or tuple(self.table.periods(measure, group[0])):
            whole = self.table.count(measure, group[0], period)
            parts = [
                count
                for entry in vocabulary.of("measure")
                if entry.code != measure
                and any(o.denominator == measure for o in self.table.levels(entry.code, group[0], period))
                and (count := self.table.count(entry.code, group[0], period))
            ]
            if whole is not None and len(parts) > 1:
                return self._added_up([self.table.stated(o) for o in parts], [whole], query)
        return None

    def _added_up(self, levels: Sequence[Level], told: Sequence[Observation], query: Query) -> Draft | None:
        """Levels and their sum, and whether it agrees with what is told of the whole."""
        if len(levels) < 2 or len({level.unit for level in levels}) > 1:
            return None
        number = self.phrases.number
        worked = calculate.total([self.table.level_term(level, number) for level in levels], number)
        observations = unique([*(o for level in levels for o in level.observations), *told])
        sources = self.levels.sourcing(observations)
        lead = self.phrases.say("sum", value=self.levels.result(worked))
        agreeing = [self.levels.agrees(worked, o) for o in told if o.quantity.unit == worked.unit]
        if {POLAR, "verify"} & set(query.cues) and agreeing:
            lead = f"{self.phrases.say('yes' if all(agreeing) else 'no')} {lead}"
        lines = [Line(Role.LEAD, lead, sources)]
        lines += self.one_by_one(levels)
        lines += [Line(Role.OTHER, self.phrases.level(o), self.levels.sourcing([o])) for o in told]
        lines.append(Line(Role.CALCULATION, self.levels.arithmetic(worked), sources))
        lines += [self.levels.checked(worked, o, sources) for o in told if o.quantity.unit == worked.unit]
        extra = tuple(level.calculation for level in levels if level.calculation)
        figure = Figure(self.levels.result(worked), self.phrases.name(levels[0].measure), calculated=True)
        return Draft(
            Status.ANSWERED,
            Reason.DERIVED,
            tuple(lines),
            observations,
            (worked, *extra),
            figure,
        )

    def extended(self, query: Query) -> Draft | None:
        """The longest that a measure gives with what may come on top ("når forlengelsen regnes med")."""
        vocabulary = self.table.vocabulary
        if len(query.measures) != 1 or query.quantities or query.unmatched or query.periods:
            return None
        whole = self.table.entry(query.measures[0]).data.get("extends")
        tokens = vocabulary.tokens(query.text)
        if not whole or not holds(tokens, vocabulary.sequences("language", "questions", "at_most")):
            return None
        groups = combinations(query.dimensions) if query.dimensions else [{}]
        every = groups == [{}]
        added = [o for o in self.table.of(query.measures[0]) if every or self._takes_in(o, groups)]
        if len(added) != 1:
            return None
        levels = [o for o in self.table.of(whole) if o.dimensions == added[0].dimensions]
        levels = [o for o in levels if o.quantity.unit == added[0].quantity.unit]
        if not levels:
            return None
        number = self.phrases.number
        parts = [max(levels, key=lambda o: o.quantity.upper), added[0]]
        worked = calculate.total([self.table.term(o, number) for o in parts], number)
        sources = self.levels.sourcing(parts)
        who = self.phrases.people(added[0].dimensions, definite=False)
        lead = self.phrases.say("extended_to", value=self.levels.result(worked), who=who)
        lines = (Line(Role.LEAD, lead, sources), Line(Role.QUOTE, "", sources),
                 Line(Role.CALCULATION, self.levels.arithmetic(worked), sources))  # fmt: skip
        return Draft(Status.ANSWERED, Reason.DERIVED, lines, tuple(parts), (worked,))

    def _takes_in(self, observation: Observation, groups: Sequence[Dimensions]) -> bool:
        """Whether a figure is of a group, or of one that takes it in ("videregående nivå eller høyere")."""
        entry, own = self.table.vocabulary.entry, observation.dimensions
        return any(
            group.keys() == own.keys()
            and all(code in (own[d], *entry(d, own[d]).data.get("includes", ())) for d, code in group.items())
            for group in groups
        )

    # ---- overview

    def overview(self, query: Query) -> Draft | None:
        """The main figures of a group or of everyone, in the newest year or the one asked for."""
        dimensions = combinations(query.dimensions)[0] if query.dimensions else {}
        found: list[Observation] = []
        wanted = [
            e.code for e in self.table.vocabulary.of("measure") if set(e.units) & {PEOPLE, PERCENT}
        ]  # fmt: skip
        years = query.periods or self._newest(wanted, dimensions)
        for period in years[:1]:
            for code in wanted:
                levels = self.table.levels(code, dimensions, period)
                if levels:
                    found.append(levels[0])
                change = self.table.change(code, dimensions, period)
                if change is not None and change.reference_period and change.reference_period.isdigit():
                    found.append(change)
        if not found and dimensions:
            found = [o for code in wanted for o in self.table.parts_of_group(code, dimensions, query.periods)]
        found += self._earlier_outcomes(dimensions, found) if not query.periods else []
        if not found:
            return None
        lines = [Line(Role.LEAD, self.phrases.say("overview_lead", people=self.phrases.people(dimensions)))]
        for o in found[:MAX_LISTED]:
            text = (
                self.changes.change_sentence(o, o.period or "")
                if o.kind is Kind.CHANGE
                else self.phrases.level(o)
            )
            lines.append(Line(Role.OTHER, text, self.levels.sourcing([o])))
        return Draft(Status.ANSWERED, Reason.STATED, tuple(lines), tuple(found[:MAX_LISTED]))

    def _earlier_outcomes(self, dimensions: Dimensions, told: Sequence[Observation]) -> list[Observation]:
        """What became of a group in the years before the one that is told of."""
        years = {o.period for o in told}
        found = []
        for measure in self.table.main_outcome():
            for year in self.table.periods(measure, dimensions):
                if year not in years:
                    found += self.table.levels(measure, dimensions, year)[:1]
        return found

    def _newest(self, measures: Sequence[str], dimensions: Dimensions) -> tuple[str, ...]:
        years = {p for m in measures for p in self.table.periods(m, dimensions)}
        return tuple(sorted(years, reverse=True))
