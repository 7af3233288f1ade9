"""Answers that set figures against each other: changes, comparisons, claims, rankings, overviews."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from ingest.models import Direction, Kind, Observation, Quantity
from rag import calculate
from rag.calculate import PEOPLE, PERCENT, POINTS
from rag.figures import Figures, combinations, merge
from rag.models import Calculation, Draft, Figure, Line, Query, Reason, Role, Status
from rag.phrases import capital
from rag.table import Dimensions, Level

MAX_LISTED = 12
UP, DOWN = "up", "down"
# The dimension that a cue asks to have split.
BY = {"both_sexes": "sex", "by_origin": "origin", "by_age": "age", "by_education": "education", "by_area": "area"}


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
            lines += [Line(Role.LEAD, self.change_sentence(stated, after), sources), Line(Role.QUOTE, "", sources)]
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
        return Draft(Status.ANSWERED, reason, tuple(lines), unique, tuple(dict.fromkeys(calculations)), figure)

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
        worked = calculate.difference(self.table.level_term(new, number), self.table.level_term(old, number), number)
        value = f"{number(abs(worked.value))} {phrases.unit(worked.unit)}".strip()
        slots = {"x": self.figures.shown(new), "y": self.figures.shown(old), "year": new.period, "before": old.period}
        key = "gap_years_same" if worked.value == 0 else ("gap_years_up" if worked.value > 0 else "gap_years_down")
        lines: list[Line] = []
        calculations: list[Calculation] = [c for c in (old.calculation, new.calculation) if c]
        both_stated = old.stated and new.stated
        if stated is None:
            lead = phrases.say(key, **slots, value=value)
            subject = capital(phrases.name(new.measure))
            group = phrases.labels(new.dimensions)
            lines.append(Line(Role.LEAD, f"{subject}{f' ({group})' if group else ''}: {lead}", sources))
            lines += [Line(Role.QUOTE, "", (source,)) for source in sources]
            lines += [
                Line(Role.CALCULATION, self.figures.arithmetic(level.calculation), sources)
                for level in levels if level.calculation
            ]  # fmt: skip
            lines.append(Line(Role.CALCULATION, self.figures.arithmetic(worked), sources))
            calculations.append(worked)
        elif both_stated:
            text = phrases.say("levels", year=new.period, value=self.figures.shown(new), before=old.period, other=self.figures.shown(old))
            lines.append(Line(Role.OTHER, text, sources))
            positive = abs(worked.value)
            if check or positive != stated.quantity.value:
                lines.append(self._consistency(levels, stated, worked, sources))
                calculations.append(self._positive(levels))
        else:
            lines += self._levels_worked(levels, sources)
        if query.unit == PEOPLE and not self.table.entry(new.measure).stage:
            lines, calculations = self._in_people(levels, lines, calculations)
        figure = None if worked.value == 0 else Figure(
            ("+" if worked.value > 0 else "−") + value,
            " · ".join(p for p in (phrases.labels(new.dimensions), phrases.name(new.measure), f"{old.period}–{new.period}") if p),
            calculated=True,
        )  # fmt: skip
        observations = (*new.observations, *old.observations)
        return Draft(Status.ANSWERED, Reason.DERIVED, tuple(lines), observations, tuple(calculations), figure)

    def _positive(self, levels: tuple[Level, Level]) -> Calculation:
        """The difference as the larger less the smaller."""
        number = self.phrases.number
        high, low = sorted(levels, key=lambda level: level.value, reverse=True)
        return calculate.difference(self.table.level_term(high, number), self.table.level_term(low, number), number)

    def _consistency(
        self, levels: tuple[Level, Level], stated: Observation, worked: Calculation, sources: tuple[object, ...]
    ) -> Line:
        difference = self._positive(levels)
        number = self.phrases.number
        term = self.table.term(stated, number)
        if stated.quantity.hedge is None and stated.quantity.unit == PEOPLE:
            # A rounded change ("15 000 flere") carries the rounding of its own last digit.
            step = Decimal(10) ** (stated.quantity.value.normalize().as_tuple().exponent)  # type: ignore[operator]
            term = replace(term, lower=term.value - step / 2, upper=term.value + step / 2)
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
        text = self.phrases.say("conflict", a=self.phrases.value(stated.quantity), b=self.phrases.translated(difference.expression))
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
        worked = calculate.difference(self.table.level_term(new, number), self.table.level_term(old, number), number)
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
        worked = calculate.difference(self.table.level_term(high, number), self.table.level_term(low, number), number)
        value = f"{worked.display} {phrases.unit(worked.unit)}".strip()
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
        draft = self.change(query) if change_wanted else None
        if draft is None:
            draft = self.figures.figure(replace(query, unit=unit, quantities=()))
        if draft is None or draft.status is not Status.ANSWERED or not draft.observations:
            return draft
        return self._verdict(draft, claimed[0], query)

    def _verdict(self, draft: Draft, claimed: Quantity, query: Query) -> Draft:
        lead = next(line for line in draft.lines if line.role is Role.LEAD)
        wanted = [o for o in draft.observations if not query.periods or o.period in query.periods]
        true = any(self._same(claimed, o) for o in wanted or draft.observations[:1]) or any(
            c.lower <= claimed.value <= c.upper for c in draft.calculations if c.unit == claimed.unit
        )
        if query.direction and wanted and wanted[0].kind is Kind.CHANGE:
            true = true and (wanted[0].direction is Direction.UP) == (query.direction == UP)
        key = "yes_figure" if true else "no_figure"
        sentence = lead.text[:1].lower() + lead.text[1:] if lead.text[:1].isupper() and not lead.text[1:2].isupper() else lead.text
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
        if not found:
            return None
        first = found[0]
        shares = [
            o
            for o in self.table.of(first.measure)
            if o.kind is Kind.LEVEL
            and o.period == first.period
            and dict(o.dimensions) == dict(first.dimensions)
            and o.quantity.unit == PERCENT
        ]
        lead = self.phrases.level(first)
        lines = [Line(Role.LEAD, lead, self.figures.sourcing([first])), Line(Role.QUOTE, "", self.figures.sourcing([first]))]
        observations = [first]
        for share in {o.denominator: o for o in reversed(shares)}.values():
            whole = self.table._count(share.denominator or "", {}, share.period or "")
            text = self.phrases.level(share)
            seen = [share]
            if whole is not None:
                did, people = self.phrases.did(whole.measure), self.phrases.people(whole.dimensions, definite=False)
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
                draft = self._change(measure, dimensions, query, check=False)
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
        worked = draft.calculations[-1].value if draft.calculations else Decimal(0)
        return None if worked == 0 else worked > 0

    def _corrected(self, draft: Draft, change: Observation, query: Query) -> Draft:
        lead = next(line for line in draft.lines if line.role is Role.LEAD)
        if change.kind is Kind.CHANGE and change.direction is not Direction.SAME:
            subject = self.phrases.subject(change.measure, change.dimensions, change.quantity.unit).rstrip(",")
            key = "premise_up" if change.direction is Direction.UP else "premise_down"
            text = self.phrases.say(
                key, subject=subject + ("," if "," in self.phrases.part("subject_share", people="", did="") else ""),
                value=self.phrases.value(change.quantity), before=change.reference_period, year=change.period,
            )  # fmt: skip
        else:
            text = self.phrases.say("no_figure", sentence=lead.text)
        lines = tuple(replace(line, text=text) if line is lead else line for line in draft.lines)
        return replace(draft, lines=lines, reason=Reason.FALSE_PREMISE)

    def _size_premise(self, query: Query) -> Draft | None:
        """ "Hvorfor var Somalia den største gruppen?" where another group was."""
        [code] = query.dimensions["origin"]
        wide = replace(query, dimensions={}, cues=tuple(sorted({*query.cues, "by_origin"})))
        draft = self.rank(wide)
        top = draft.observations[0].dimensions.get("origin") if draft and draft.observations else None
        if draft is None or top == code:
            return None
        lead = next(line for line in draft.lines if line.role is Role.LEAD)
        text = self.phrases.say("no_figure", sentence=lead.text)
        lines = tuple(replace(line, text=text) if line is lead else line for line in draft.lines)
        return replace(draft, lines=lines, reason=Reason.FALSE_PREMISE)

    def _group_premise(self, query: Query, split: str) -> Draft | None:
        draft = self.groups(query)
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

    # ---- lists and rankings

    def rank(self, query: Query) -> Draft | None:
        """The groups of a dimension, or the years, in order of size."""
        measures = [m for m in query.measures if self.table.entry(m).units != ("land",)]
        measure = measures[0] if measures else self.figures._stage_default()[0]
        lowest = "lowest" in query.cues
        if "by_year" in query.cues:
            return self._rank_years(measure, query, lowest=lowest)
        dimension = next((BY[cue] for cue in query.cues if cue in BY), None)
        periods = query.periods or tuple(self.table.any_periods(measure))
        fixed = {d: codes[0] for d, codes in query.dimensions.items() if d != dimension and len(codes) == 1}
        for period in periods:
            cells = self._cells(measure, period, dimension, fixed, query)
            if len(cells) > 1:
                return self._ranked(measure, period, cells, query, lowest=lowest)
        return None

    def _cells(
        self, measure: str, period: str, dimension: str | None, fixed: Dimensions, query: Query
    ) -> list[Observation]:
        unit = query.unit or (PEOPLE if self.table.entry(measure).stage else PERCENT)
        best: dict[tuple[tuple[str, str], ...], Observation] = {}
        for o in self.table.of(measure):
            extra = set(o.dimensions) - set(fixed)
            fits = (
                o.kind is Kind.LEVEL
                and o.period == period
                and o.quantity.unit == unit
                and all(o.dimensions.get(d) == c for d, c in fixed.items())
                and (extra == {dimension} if dimension else len(extra) >= 1)
            )
            key = tuple(sorted(o.dimensions.items()))
            if fits and (key not in best or self.table._quality(o) < self.table._quality(best[key])):
                best[key] = o
        return sorted(best.values(), key=lambda o: o.quantity.value, reverse=True)

    def _ranked(
        self, measure: str, period: str, cells: list[Observation], query: Query, *, lowest: bool
    ) -> Draft:
        phrases = self.phrases
        if lowest:
            cells = cells[::-1]
        cells = cells[:MAX_LISTED]
        sources = self.figures.sourcing(cells)
        labels = [phrases.people(o.dimensions, definite=False) for o in cells]
        items = [phrases.part("list_item", label=label, value=phrases.value(o.quantity)) for label, o in zip(labels, cells, strict=True)]
        lines = []
        if "rank" in query.cues:
            key = "rank_low" if lowest else "rank_high"
            text = phrases.say(key, top=labels[0], value=phrases.value(cells[0].quantity), year=period)
            lines.append(Line(Role.LEAD, f"{capital(phrases.name(measure))}: {text}", sources[:1]))
            items = items[1:]
        if items:
            text = phrases.say("list_lead", name=phrases.name(measure), year=period, items=phrases.join(items))
            role = Role.OTHER if lines else Role.LEAD
            lines.append(Line(role, text, sources))
        lines += [Line(Role.QUOTE, "", (source,)) for source in sources[:1]]
        lines += self.figures.notes(measure, [period])
        top = cells[0]
        level = self.table._stated(top)
        return Draft(Status.ANSWERED, Reason.STATED, tuple(lines), tuple(cells), figure=self.figures.headline(level))

    def _rank_years(self, measure: str, query: Query, *, lowest: bool) -> Draft | None:
        drafts = []
        for dimensions in combinations(query.dimensions):
            years = [self.table.any_level(measure, dimensions, p, self.phrases.number) for p in self.table.periods(measure, dimensions)]
            levels = [level for level in years if level is not None and level.stated]
            if len(levels) < 2:  # noqa: PLR2004
                return None
            levels.sort(key=lambda level: level.value, reverse=not lowest)
            key = "rank_year_low" if lowest else "rank_year_high"
            text = self.phrases.say(key, year=levels[0].period, value=self.figures.shown(levels[0]))
            sources = self.figures.sourcing([o for level in levels for o in level.observations])
            subject = capital(self.phrases.name(measure))
            others = "; ".join(f"{level.period}: {self.figures.shown(level)}" for level in levels[1:])
            lines = [
                Line(Role.LEAD, f"{subject}: {text}", sources[:1]),
                Line(Role.QUOTE, "", sources[:1]),
                Line(Role.OTHER, self.phrases.say("other_years", items=others), sources),
                *self.figures.notes(measure, [level.period or "" for level in levels]),
            ]
            observations = tuple(o for level in levels for o in level.observations)
            drafts.append(Draft(Status.ANSWERED, Reason.STATED, tuple(lines), observations, figure=self.figures.headline(levels[0])))
        return merge(drafts) if drafts else None

    def fate(self, query: Query) -> Draft | None:
        """What became of the people of a measure: the figures that are shares of them."""
        wholes = {o.denominator for o in self.table.everything()}
        if query.measures and not any(m in wholes or self.table.entry(m).stage for m in query.measures):
            return None
        measure = next((m for m in (*query.measures, *self.figures.ended()) if m in wholes), "")
        of_these = [
            o
            for entry in self.table.vocabulary.of("measure")
            for o in self.table.of(entry.code)
            if o.denominator == measure and o.measure != measure and (not query.periods or o.period in query.periods)
        ]
        if not of_these:
            return None
        period = max(o.period or "" for o in of_these)
        shares = {o.measure: o for o in reversed(of_these) if o.period == period and not o.dimensions}
        lines: list[Line] = []
        found: list[Observation] = []
        whole = self.table.levels(measure, {}, period)
        if whole:
            lines.append(Line(Role.LEAD, self.phrases.level(whole[0]), self.figures.sourcing(whole[:1])))
            found.append(whole[0])
        for share in shares.values():
            counts = [o for o in self.table.levels(share.measure, {}, period) if o.quantity.unit == PEOPLE]
            value = self.phrases.value(share.quantity)
            number = f" ({self.phrases.value(counts[0].quantity)})" if counts else ""
            seen = [share, *counts[:1]]
            text = f"{capital(value)}{number} {self.phrases.did(share.measure)}."
            lines.append(Line(Role.OTHER if lines else Role.LEAD, text, self.figures.sourcing(seen)))
            found += seen
        lines += [Line(Role.QUOTE, "", (source,)) for source in self.figures.sourcing(list(shares.values()))]
        return Draft(Status.ANSWERED, Reason.STATED, tuple(lines), tuple(found))

    def total(self, query: Query) -> Draft | None:
        """The sum of the levels that a question names: of several years, or of several measures."""
        number = self.phrases.number
        levels: list[Level] = []
        for measure in query.measures:
            for dimensions in combinations(query.dimensions):
                periods = query.periods or tuple(self.table.periods(measure, dimensions)[:1])
                found = [self.figures._level(measure, dimensions, p, query) for p in periods]
                if any(level is None for level in found):
                    return None
                levels += [level for level in found if level is not None]
        if len(levels) < 2 or len({level.unit for level in levels}) > 1:  # noqa: PLR2004
            return None
        worked = calculate.total([self.table.level_term(level, number) for level in levels], number)
        observations = {o.id: o for level in levels for o in level.observations}
        sources = self.figures.sourcing(list(observations.values()))
        lead = self.phrases.say("sum", value=self.figures.result(worked))
        lines = [Line(Role.LEAD, lead, sources)]
        lines += [Line(Role.OTHER, f"{level.period}: {self.figures.shown(level)}.", self.figures.sourcing(level.observations)) for level in levels]
        lines.append(Line(Role.CALCULATION, self.figures.arithmetic(worked), sources))
        extra = tuple(level.calculation for level in levels if level.calculation)
        figure = Figure(self.figures.result(worked), self.phrases.name(levels[0].measure), calculated=True)
        return Draft(Status.ANSWERED, Reason.DERIVED, tuple(lines), tuple(observations.values()), (worked, *extra), figure)

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
        if not found:
            return None
        lines = [Line(Role.LEAD, self.phrases.say("overview_lead", people=self.phrases.people(dimensions)))]
        for o in found[:MAX_LISTED]:
            text = self.change_sentence(o, o.period or "") if o.kind is Kind.CHANGE else self.phrases.level(o)
            lines.append(Line(Role.OTHER, text, self.figures.sourcing([o])))
        return Draft(Status.ANSWERED, Reason.STATED, tuple(lines), tuple(found[:MAX_LISTED]))

    def _newest(self, measures: Sequence[str], dimensions: Dimensions) -> tuple[str, ...]:
        years = {p for m in measures for p in self.table.periods(m, dimensions)}
        return tuple(sorted(years, reverse=True))
