"""Answers that set groups against each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ingest.models import Observation
from ingest.vocabulary import holds
from rag import calculate
from rag.calculate import PEOPLE, PERCENT, Term
from rag.cues import HEADS, MEAN, QUALITY
from rag.drafts import combinations, groups_of, merge, nearest, unique
from rag.figures import Figures
from rag.models import Calculation, Draft, Figure, Line, Query, Reason, Role, Status
from rag.phrases import capital
from rag.table import Dimensions, Level

# So many groups are listed, unless something sets them against each other.
FEWEST_LISTED = 3
# Groups of which one is given the share of the other.
PAIR = 2
SETTING_APART = {
    "compare",
    "change",
    "gap",
    "points",
    "times",
    "rank",
    "lowest",
    "average",
    "verify",
    MEAN,
    QUALITY,
}


class Comparisons:
    """Composes answers in which groups are compared."""

    def __init__(self, figures: Figures) -> None:
        self.figures, self.levels = figures, figures.levels
        self.table, self.phrases = figures.table, figures.phrases

    def groups(self, query: Query) -> Draft | None:
        """Two or more groups of one dimension compared in one year (or each year, newest first)."""
        if not query.sets_apart:
            return None
        measures = query.measures or self._compared_measures(query)
        drafts = [draft for measure in measures if (draft := self._groups(measure, query))]
        stages = [measure for measure in query.measures if self.table.entry(measure).stage]
        outcomes = len(stages) < len(query.measures)
        if not drafts and query.measures and (outcomes or self._counts_heads(query)):
            return self._instead(query)
        if not drafts and not query.unit and len(stages) == len(query.measures):
            # "i programmet" names a stage in passing; what is compared is how it went.
            others = self._compared_measures(query)
            drafts = [draft for measure in others if (draft := self._groups(measure, query))]
        return merge(drafts) if drafts else None

    @staticmethod
    def _counts_heads(query: Query) -> bool:
        return query.unit == PEOPLE or (query.unit is None and HEADS in query.cues)

    def _compared_measures(self, query: Query) -> tuple[str, ...]:
        """The measure with figures for all groups, where the question names none."""
        if self._counts_heads(query):
            return next(((stage,) for stage in self.table.stages() if self._groups(stage, query)), ())
        for entry in self.table.vocabulary.of("measure"):
            if not entry.stage and all(
                self.table.levels(entry.code, dimensions) for dimensions in groups_of(query)
            ):
                return (entry.code,)
        return self._sized_stage(query)

    def _sized_stage(self, query: Query) -> tuple[str, ...]:
        """The stage that has a head count of all groups, where one is asked to be larger than another."""
        vocabulary = self.table.vocabulary
        words = {token.word for token in vocabulary.tokens(query.text)}
        if not words & set(vocabulary.word_list("language", "questions", "sizes")):
            return ()
        return next(((stage,) for stage in self.table.stages() if self._groups(stage, query)), ())

    def measures(self, query: Query) -> Draft | None:
        """Two measures of one year set against each other ("startet flere enn det avsluttet?").

        None where they are not two of a kind, or have no figures in one unit.
        """
        cells = combinations(query.dimensions)
        if len(query.measures) != 2 or len(cells) != 1 or len(query.periods) > 1:
            return None
        first, second = (self.table.entry(measure) for measure in query.measures)
        if first.stage != second.stage or (not first.stage and first.denominator != second.denominator):
            return None
        for unit in (PEOPLE,) if first.stage else dict.fromkeys((query.unit or PERCENT, PERCENT, PEOPLE)):
            asked = replace(query, unit=unit)
            for period in query.periods or self.table.any_periods(first.code):
                found = [self.levels.find(m, cells[0], period, asked) for m in query.measures]
                known = self._of_one_whole([one for one in found if one is not None and one.unit == unit])
                if len(known) == len(query.measures):
                    return self.apart(known, times="times" in query.cues)
        return None

    def _of_one_whole(self, levels: Sequence[Level]) -> list[Level]:
        """Levels that can be set against each other: of shares those of the same people, if they are told.

        66 percent of those who found neither work nor education are fewer than 41 percent of all who ended.
        """
        if len({level.denominator for level in levels if level.unit == PERCENT}) <= 1:
            return list(levels)
        told = [
            {
                o.denominator: self.table.stated(o)
                for o in self.table.levels(level.measure, level.dimensions, level.period)
                if o.quantity.unit == PERCENT
            }
            for level in levels
        ]
        shared = [whole for whole in told[0] if all(whole in shares for shares in told)]
        return [shares[shared[0]] for shares in told] if shared else []

    def apart(self, levels: Sequence[Level], *, times: bool = False) -> Draft:
        """Levels of two measures, and what is between them; how many `times` the one goes into the other."""
        ranked = sorted(levels, key=lambda level: level.value, reverse=True)
        number = self.phrases.number
        high, low = (self.table.level_term(level, number) for level in ranked)
        worked = calculate.difference(high, low, number)
        sources = self.levels.sourcing([o for level in ranked for o in level.observations])
        who = [self.phrases.people(level.dimensions, definite=False) for level in ranked if level.dimensions]
        names = [", ".join([capital(self.phrases.name(level.measure)), *who[:1]]) for level in ranked]
        shown = [self.levels.shown(level) for level in ranked]
        text = self.phrases.say(
            "gap_measures", a=names[0], x=shown[0], b=names[1], y=shown[1], year=ranked[0].period,
            value=self.levels.result(worked),
        )  # fmt: skip
        ratio = self.figures.ratio(*ranked) if times else None
        extra = [c for c in (ratio, *(level.calculation for level in ranked)) if c]
        lines = [Line(Role.LEAD, text, sources), *self.levels.whole(ranked[0])]
        lines += [Line(Role.QUOTE, "", (source,)) for source in sources]
        lines += [Line(Role.CALCULATION, self.levels.arithmetic(c), sources) for c in (worked, *extra)]
        for level in ranked:
            lines += [n for n in self.levels.notes(level.measure, [level.period or ""]) if n not in lines]
        observations = unique(o for level in ranked for o in level.observations)
        return Draft(
            Status.ANSWERED, Reason.DERIVED, tuple(lines), observations, (worked, *extra),
            self.levels.headline(ranked[0]),
        )  # fmt: skip

    def as_often(self, query: Query) -> Draft | None:
        """How many more or fewer of one group there would be with the share of another.

        "Hvis kvinnene hadde lyktes like ofte som mennene, hvor mange flere …?" None where it supposes nothing
        of two groups.
        """
        vocabulary, number = self.table.vocabulary, self.phrases.number
        tokens = vocabulary.tokens(query.text)
        supposing = vocabulary.sequences("language", "questions", "as_often")
        named = [m.code for m in vocabulary.find(query.text)]
        groups = sorted(groups_of(query), key=lambda g: [named.index(c) for c in g.values() if c in named])
        if len(groups) != PAIR or not holds(tokens, supposing) or not self._counts_heads(query):
            return None
        asked = replace(query, unit=PERCENT)
        for measure in query.measures or self.table.main_outcome():
            for period in query.periods or self.table.any_periods(measure)[:1]:
                found = [self.levels.find(measure, group, period, asked) for group in groups]
                known = self._of_one_whole([one for one in found if one is not None and one.unit == PERCENT])
                base = self.table.base(known[0], number) if len(known) == PAIR else None
                if base is not None:
                    return self._with_share_of(known, base)
        return None

    def _with_share_of(
        self, levels: Sequence[Level], base: tuple[Sequence[Term], Sequence[Observation]]
    ) -> Draft | None:
        """What the first group would gain or lose with the share of the second; `base` is how many it is."""
        (own, other), (heads, counted) = levels, base
        number = self.phrases.number
        more = other.value > own.value
        high, low = (self.table.level_term(one, number) for one in ((other, own) if more else (own, other)))
        gap = calculate.difference(high, low, number)
        if gap.lower <= 0:
            return None  # rounding leaves open which share is the higher
        worked = calculate.people_of(heads[0], [*heads[1:], calculate.term_of(gap)], number)
        observations = unique([*own.observations, *other.observations, *counted])
        sources = self.levels.sourcing(observations)
        text = self.phrases.say(
            "as_often" if more else "as_seldom", a=self._name(own), b=self._name(other),
            x=self.levels.shown(own), y=self.levels.shown(other), value=self.levels.result(worked),
            year=own.period, name=self.phrases.name(own.measure),
        )  # fmt: skip
        lines = [Line(Role.LEAD, capital(text), sources)]
        lines += [Line(Role.QUOTE, "", (source,)) for source in sources]
        lines.append(Line(Role.CALCULATION, self.levels.arithmetic(worked), sources))
        lines += self.levels.notes(own.measure, [own.period or ""])
        return Draft(Status.ANSWERED, Reason.DERIVED, tuple(lines), observations, (worked,))

    def with_average(self, query: Query) -> Draft | None:
        """A group against everyone: "bedre enn gjennomsnittet"; somali men against men."""
        [group] = combinations(query.dimensions)[:1]
        identity = {d: code for d, code in group.items() if d != "sex"}
        everyone = {d: code for d, code in group.items() if d == "sex"} if identity else {}
        for measure in query.measures or self.table.main_outcome():
            own = combinations(self.levels.with_ages(measure, {d: (c,) for d, c in group.items()}))[0]
            periods = query.periods or tuple(self.table.periods(measure, own)[:1])
            for period in periods:
                levels = self._comparable(measure, [own, everyone], period, query)
                if levels:
                    draft = self._gap(levels, query)
                    return replace(draft, lines=(*draft.lines, *self.levels.notes(measure, [period])))
        return None

    def gap_over_time(self, query: Query) -> Draft | None:
        """How far apart two groups were in one year and in another, and what that changed by."""
        cells = combinations(query.dimensions)
        for measure in query.measures or self.table.main_outcome():
            known = [p for p in self.table.any_periods(measure) if self._comparable(measure, cells, p, query)]
            years = sorted(query.periods or known[:2])
            if len(years) == 1 and "since" in query.cues:
                years = sorted({years[0], *known[:1]})
            elif len(years) == 1:
                # How a gap has moved by a year is told by an earlier one, not by what came after.
                years = sorted({years[0], *[year for year in known if year < years[0]][:1]})
            pairs = [self._comparable(measure, cells, year, query) for year in years]
            if len(cells) == 2 and len(years) == 2 and all(pairs):
                return self._gaps(pairs, query)
        return None

    def _gaps(self, pairs: Sequence[Sequence[Level]], query: Query) -> Draft:
        drafts = [self._gap(levels, query) for levels in pairs]
        old, new = (draft.calculations[0] for draft in drafts)
        worked = calculate.difference(calculate.term_of(new), calculate.term_of(old), self.phrases.number)
        before, year = (levels[0].period or "" for levels in pairs)
        said = self.levels.between_years(
            worked, self.levels.result(new), self.levels.result(old), year, before
        )
        groups = [self.phrases.people(level.dimensions, definite=False) for level in pairs[0]]
        subject = self.phrases.say(
            "gap_subject", groups=self.phrases.join(groups), name=self.phrases.name(pairs[0][0].measure)
        )
        observations = unique(o for draft in drafts[::-1] for o in draft.observations)
        sources = self.levels.sourcing(observations)
        calculations = (worked, *(c for draft in drafts[::-1] for c in draft.calculations))
        lines = [Line(Role.LEAD, f"{subject}: {said}", sources)]
        lines += [
            replace(line, role=Role.OTHER) for d in drafts[::-1] for line in d.lines if line.role is Role.LEAD
        ]
        lines += [Line(Role.QUOTE, "", (source,)) for source in sources]
        lines.append(Line(Role.CALCULATION, self.levels.arithmetic(worked), sources))
        lines += self.levels.notes(pairs[0][0].measure, [before, year])
        return Draft(Status.ANSWERED, Reason.DERIVED, tuple(lines), observations, calculations)

    def _instead(self, query: Query) -> Draft | None:
        """The groups compared by the nearest measure that has figures for them all."""
        asked_measure = query.measures[0]
        near = (
            self.table.stages() if self.table.entry(asked_measure).stage else self.table.wider(asked_measure)
        )
        for measure in near:
            draft = self._groups(measure, query)
            if draft is None:
                continue
            unit = PEOPLE if self._counts_heads(query) else PERCENT
            asked = self.phrases.asked(asked_measure, {}, unit, next(iter(query.periods), None))
            split = [self.phrases.people(cell, definite=False) for cell in groups_of(query)]
            text = self.phrases.say("nearest_split", asked=asked, groups=self.phrases.join(split))
            return nearest(draft, Line(Role.SCOPE, text))
        return None

    def _groups(self, measure: str, query: Query) -> Draft | None:
        aged = self.levels.with_ages
        told = [combinations(aged(measure, {d: (c,) for d, c in group.items()}))[0] for group in query.groups]
        cells = told or combinations(aged(measure, query.dimensions))
        years = query.periods or tuple(
            p for p in self.table.any_periods(measure)
            if self._comparable(measure, cells, p, query)
        )  # fmt: skip
        drafts = []
        for period in years:
            known = self._comparable(measure, cells, period, query)
            if not known:
                return None
            drafts.append(self._gap(known, query))
        if not drafts:
            return None
        first, *others = drafts
        for other in others:
            lines = tuple(
                replace(line, role=Role.OTHER) if line.role is Role.LEAD else line
                for line in other.lines if line.role in (Role.LEAD, Role.CALCULATION)
            )  # fmt: skip
            first = merge([first, replace(other, lines=lines)])
        return replace(first, lines=(*first.lines, *self.levels.notes(measure, list(years[:1]))))

    def _comparable(
        self, measure: str, cells: Sequence[Dimensions], period: str, query: Query
    ) -> list[Level]:
        """The levels of all cells in one unit, published ones before worked out; none where one lacks."""
        found: list[Level] = []
        units = (query.unit,) if query.unit else (None, PERCENT)
        for unit in units:
            asked = replace(query, unit=unit)
            levels = [self.levels.find(measure, cell, period, asked) for cell in cells]
            known = [level for level in levels if level is not None]
            wholes = {level.denominator for level in known if level.unit == PERCENT}
            if len(known) < len(cells) or len({level.unit for level in known}) > 1 or len(wholes) > 1:
                continue
            if any(level.stated for level in known):
                return known
            found = found or known
        return found

    def _name(self, level: Level) -> str:
        """Who a level is of; everyone where it is of no group in particular."""
        if not level.dimensions:
            return self.phrases.part("everyone")
        return self.phrases.people(level.dimensions, definite=False)

    def _listed(self, levels: Sequence[Level]) -> Draft:
        """Levels of several groups that nothing sets against each other, in the order that they are named."""
        say, first = self.phrases.say, levels[0]
        items = [
            self.phrases.part("list_item", label=self._name(one), value=self.levels.shown(one))
            for one in levels
        ]
        text = say(
            "list_lead", name=self.phrases.name(first.measure), year=first.period,
            items=self.phrases.join(items),
        )  # fmt: skip
        observations = unique(o for level in levels for o in level.observations)
        sources = self.levels.sourcing(observations)
        worked = tuple(level.calculation for level in levels if level.calculation)
        lines = [Line(Role.LEAD, capital(text), sources)]
        lines += [Line(Role.QUOTE, "", (source,)) for source in sources]
        lines += [Line(Role.CALCULATION, self.levels.arithmetic(c), sources) for c in worked]
        reason = Reason.DERIVED if worked else Reason.STATED
        return Draft(Status.ANSWERED, reason, tuple(lines), observations, worked)

    def _gap(self, levels: Sequence[Level], query: Query) -> Draft:
        if len(levels) >= FEWEST_LISTED and not SETTING_APART & set(query.cues):
            return self._listed(levels)
        number, phrases = self.phrases.number, self.phrases
        ranked = sorted(levels, key=lambda level: level.value, reverse=True)
        high, low = ranked[0], ranked[-1]
        names = {id(level): self._name(level) for level in levels}
        sources = self.levels.sourcing([o for level in levels for o in level.observations])
        worked = calculate.difference(
            self.table.level_term(high, number), self.table.level_term(low, number), number
        )
        value = self.levels.result(worked)
        x, y = self.levels.shown(high), self.levels.shown(low)
        subject = capital(phrases.name(high.measure))
        if high.value == low.value:
            text = phrases.say("equal_groups", a=names[id(high)], b=names[id(low)], x=x, year=high.period)
        else:
            text = phrases.say(
                "gap_groups", value=value, a=names[id(high)], x=x, b=names[id(low)], y=y, year=high.period,
                high=names[id(high)],
            )  # fmt: skip
        middle = [f"{names[id(level)]}: {self.levels.shown(level)}" for level in ranked[1:-1]]
        lines = [Line(Role.LEAD, f"{subject}: {text}", sources)]
        if middle:
            lines.append(Line(Role.OTHER, capital("; ".join(middle)) + ".", sources))
        lines += [Line(Role.QUOTE, "", (source,)) for source in sources]
        lines.append(Line(Role.CALCULATION, self.levels.arithmetic(worked), sources))
        ratio = self.figures.ratio(high, low) if "times" in query.cues else None
        extra = [c for c in (ratio, *(level.calculation for level in levels)) if c]
        lines += [Line(Role.CALCULATION, self.levels.arithmetic(c), sources) for c in extra]
        return Draft(
            Status.ANSWERED,
            Reason.DERIVED if worked.value else Reason.STATED,
            tuple(lines),
            unique(o for level in ranked for o in level.observations),
            (worked, *extra),
            self._between(high, low, ratio or worked),
        )

    def _between(self, high: Level, low: Level, worked: Calculation) -> Figure:
        """What is between two groups as the lead figure; what each has where they lie level."""
        if high.value == low.value:
            return self.levels.headline(high)
        both = self.phrases.join([self._name(high), self._name(low)])
        label = " · ".join(filter(None, (both, self.levels.short(high), high.period)))
        return Figure(self.levels.result(worked), label, calculated=True)
