"""Paragraphs -> observations: what each number in the prose is a number of.

A sentence is cut into segments of one statement each (`ingest.clauses`). What a segment does not say for
itself it takes, in this order, from the segments beside it, from the sentences before it in the paragraph,
from the heading, and for the year from the report. A figure that could not be placed with certainty keeps
`certain=False` and never leads an answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from ingest.clauses import BARE, WEAK, Item, Segment, Sentence, governed_by, read_sentence
from ingest.models import Direction, Kind, Observation, Paragraph, Quantity, Report
from ingest.numbers import Period
from ingest.sentences import find_sentences
from ingest.vocabulary import Entry, Mention, Token, Vocabulary, load_vocabulary, starts_with

UNPLACED = "annet"
PEOPLE_UNITS = ("personer", "prosent")
TIME_UNITS = ("år", "måneder", "uker", "dager")
POPULATION_DIMENSIONS = ("sex", "origin", "education", "age", "area", "status")
# A word this long that no list knows may be a predicate of its own ("bestod norskprøven").
PREDICATE_LETTERS = 5


@dataclass(slots=True)
class _Context:
    """What the sentences so far have said, for the ones that follow."""

    period: str
    measure: str | None = None
    stage: str | None = None
    base: str | None = None
    base_dimensions: dict[str, str] = field(default_factory=dict)
    denominator: str | None = None


@dataclass(slots=True)
class _Reading:
    """A segment's attributes as they are worked out."""

    segment: Segment
    dimensions: dict[str, str] = field(default_factory=dict)
    period: str | None = None
    own_period: bool = False
    measure: str | None = None
    denominator: str | None = None
    certain: bool = True


def find_observations(
    report: Report, paragraphs: Sequence[Paragraph], vocabulary: Vocabulary | None = None
) -> list[Observation]:
    """Every number that the prose of a report states, as observations, in the order of the text."""
    words = vocabulary or load_vocabulary()
    return [found for paragraph in paragraphs for found in _Reader(report, words).read(paragraph)]


class _Reader:
    def __init__(self, report: Report, vocabulary: Vocabulary) -> None:
        self.report = report
        self.vocabulary = vocabulary

    def read(self, paragraph: Paragraph) -> list[Observation]:
        text = paragraph.text.replace("\n", " ")
        context = _Context(period=str(self.report.year))
        heading = self._heading_measures(paragraph)
        observations: list[Observation] = []
        for start, end in find_sentences(text):
            sentence = read_sentence(text[start:end], self.vocabulary)
            readings = self._read_segments(sentence, context, heading)
            for reading in readings:
                for item in reading.segment.items:
                    observations.append(self._observation(paragraph, start, sentence, reading, item, context))
            self._remember(sentence, readings, context)
        return observations

    def _heading_measures(self, paragraph: Paragraph) -> list[str]:
        mentions = self.vocabulary.find(" ".join(paragraph.section[-1:]))
        return [m.code for m in mentions if m.dimension == "measure"]

    # ---- segments

    def _read_segments(self, sentence: Sentence, context: _Context, heading: list[str]) -> list[_Reading]:
        readings = [_Reading(segment) for segment in sentence.segments]
        for at, reading in enumerate(readings):
            before = readings[at - 1] if at else None
            self._place_people(sentence, reading, before, context)
            self._place_period(sentence, reading, before, context)
        for reading, after in zip(readings, readings[1:], strict=False):
            self._share_period(reading, after)
        for at, reading in enumerate(readings):
            self._place_measure(sentence, readings, at, context, heading)
            reading.denominator = self._denominator(sentence, readings, at, context)
        return readings

    def _place_people(
        self, sentence: Sentence, reading: _Reading, before: _Reading | None, context: _Context
    ) -> None:
        segment = reading.segment
        item = segment.items[0]
        own: dict[str, str] = {}
        for dimension in POPULATION_DIMENSIONS:
            mentions = [m for m in segment.mentions if m.dimension == dimension and not m.weak]
            codes = {m.code for m in mentions}
            if not codes:
                continue
            if len(codes) > 1 and self._enumerated(sentence, mentions):
                reading.certain = False
                continue
            own[dimension] = self._nearest(mentions, item).code
        for quantity, code in sentence.ages:
            if segment.start <= quantity.start < segment.end:
                own["age"] = code
        everyone = self._says(segment.tokens, "anaphora", "all") and not own
        if before is not None and not everyone and (not own or set(own) & set(before.dimensions)):
            own = {**before.dimensions, **own}
        elif before is None and not own and self._says(sentence.tokens, "anaphora", "people"):
            own = dict(context.base_dimensions)
        reading.dimensions = own

    def _enumerated(self, sentence: Sentence, mentions: Sequence[Mention]) -> bool:
        """Whether groups are named side by side ("Eritrea og Syria"), so that one figure covers both."""
        for left, right in zip(mentions, mentions[1:], strict=False):
            between = sentence.text[left.end : right.start].strip(" ,")
            if left.code != right.code and between in {"", "og", "eller", "and", "samt"}:
                return True
        return False

    @staticmethod
    def _nearest(mentions: Sequence[Mention], item: Item) -> Mention:
        """The mention nearest before the figure, else the nearest after; in brackets only the one before."""

        def distance(mention: Mention) -> int:
            return item.start - mention.end if mention.end <= item.start else mention.start - item.end + 2

        return min(mentions, key=distance)

    def _place_period(
        self, sentence: Sentence, reading: _Reading, before: _Reading | None, context: _Context
    ) -> None:
        segment, item = reading.segment, reading.segment.items[0]
        base = before.period if before is not None and before.period else context.period
        own = [p for p in segment.periods if p.exact and self._is_own(sentence, p, item)]
        own = [p for p in own if p.code != "tidligere"]
        if own:
            nearest = min(own, key=lambda p: abs(p.start - item.start))
            reading.period, reading.own_period = _resolve(nearest.code, base), nearest.code[0] not in "-0"
            return
        reading.period = before.period if before is not None else context.period

    def _is_own(self, sentence: Sentence, period: Period, item: Item) -> bool:
        """Whether a year is the figure's own rather than the one it is compared with."""
        reference = governed_by(
            sentence.tokens,
            period.start,
            self.vocabulary.sequences("grammar", "reference", "before_year"),
            ("i", "in", "for", "de", "året"),
        )
        between = sentence.text[period.end : item.start] if period.end <= item.start else "-"
        if between.strip() in {"(", ", ("}:
            return True
        relative = {w for s in self.vocabulary.sequences("grammar", "reference", "relative") for w in s[-1:]}
        if any(t.word in relative for t in sentence.tokens if period.end <= t.start < item.start):
            return True
        if period.code[0] in "-0":
            return not reference and not self._is_change(sentence, item)
        if len(period.code) > len("2023") and self._is_change(sentence, item):
            return True
        return not reference

    def _share_period(self, reading: _Reading, after: _Reading) -> None:
        """ "25 prosent gikk til arbeid og 23 prosent til utdanning i 2017": the year belongs to both."""
        if reading.own_period or not after.own_period or after.segment.boundary not in (WEAK, BARE):
            return
        item = after.segment.items[0]
        trailing = all(p.start > item.start for p in after.segment.periods)
        contrast = any(m.dimension in ("measure", *POPULATION_DIMENSIONS) for m in after.segment.mentions)
        if trailing and contrast:
            reading.period, reading.own_period = after.period, True

    # ---- measures

    def _place_measure(
        self,
        sentence: Sentence,
        readings: Sequence[_Reading],
        at: int,
        context: _Context,
        heading: list[str],
    ) -> None:
        reading = readings[at]
        item = reading.segment.items[0]
        quantity = item.quantity
        strong = self._fitting(reading.segment.mentions, quantity, weak=False)
        outcomes = [m for m in strong if not self._entry(m.code).stage]
        stages = [m for m in strong if self._entry(m.code).stage]
        if quantity.unit == "prosent" and not outcomes:
            stage = self._composition(sentence, reading, context)
            if stage:
                reading.measure = reading.denominator = stage
                return
        if outcomes:
            reading.measure = self._predicate(sentence, reading, outcomes, item)
            return
        if self._says(reading.segment.tokens, "anaphora", "pro_verb"):
            reading.measure = (readings[at - 1].measure if at else None) or context.measure
            if reading.measure:
                return
        if stages and quantity.unit != "prosent":
            reading.measure = self._nearest(stages, item).code
            return
        reading.measure = self._inherited(sentence, readings, at, context, heading)

    def _predicate(
        self, sentence: Sentence, reading: _Reading, outcomes: Sequence[Mention], item: Item
    ) -> str:
        """The outcome said of the figure; in "20 prosent av de som gikk til arbeid …" that is not it."""
        after = [t for t in reading.segment.tokens if t.start >= item.end]
        of_those = starts_with(after, 0, self.vocabulary.sequences("grammar", "anaphora", "of_those"))
        if of_those and len(outcomes) > 1 and outcomes[0].start > item.end:
            reading.denominator = outcomes[0].code
            return outcomes[-1].code
        if of_those and self._unknown_after(reading.segment.tokens, outcomes[0].end):
            reading.certain = False
        return self._nearest(outcomes, item).code

    def _inherited(
        self,
        sentence: Sentence,
        readings: Sequence[_Reading],
        at: int,
        context: _Context,
        heading: list[str],
    ) -> str:
        reading, quantity = readings[at], readings[at].segment.items[0].quantity
        around = [r.measure for r in reversed(readings[:at])]
        around += [self._own_outcome(r, quantity) for r in readings[at + 1 :]]
        for code in around:
            if code and code != UNPLACED and self._fits(code, quantity):
                return code
        weak = [m.code for m in self._fitting(reading.segment.mentions, quantity, weak=True)]
        if quantity.unit not in (*PEOPLE_UNITS, "prosentpoeng", None):
            return self._by_unit(sentence, reading, weak, context, heading)
        carried = [context.measure, context.stage]
        if quantity.unit == "prosent":
            carried = [c for c in carried if c and not self._entry(c).stage]
        for code in [*carried, *weak]:
            if code and self._fits(code, quantity):
                self._doubt(reading)
                return code
        for code in heading:
            if self._fits(code, quantity) and not (quantity.unit == "prosent" and self._entry(code).stage):
                if not self._says(sentence.tokens, "anaphora", "measure"):
                    reading.certain = False
                self._doubt(reading)
                return code
        reading.certain = False
        return UNPLACED

    def _own_outcome(self, reading: _Reading, quantity: Quantity) -> str | None:
        found = self._fitting(reading.segment.mentions, quantity, weak=False)
        if quantity.unit == "prosent":
            found = [m for m in found if not self._entry(m.code).stage]
        return found[0].code if found else None

    def _by_unit(
        self,
        sentence: Sentence,
        reading: _Reading,
        weak: list[str],
        context: _Context,
        heading: list[str],
    ) -> str:
        """A measure for units that few measures have (land, år, måneder)."""
        unit = reading.segment.items[0].quantity.unit
        only = [e.code for e in self.vocabulary.of("measure") if e.units == (unit,)]
        if len(only) == 1 and unit not in TIME_UNITS:
            return only[0]
        named = [m.code for m in sentence.mentions if m.dimension == "measure"]
        for code in [*weak, *named, *([context.measure] if context.measure else []), *heading]:
            if unit in self._entry(code).units and code != UNPLACED:
                return code
        reading.certain = False
        return UNPLACED

    def _doubt(self, reading: _Reading) -> None:
        """A carried measure is doubtful where the segment has a content word that no list knows."""
        item = reading.segment.items[0]
        if item.quantity.unit is None and not self._closed(reading.segment, item):
            reading.certain = False
        if self._unknown_after(reading.segment.tokens, reading.segment.start):
            reading.certain = False

    @staticmethod
    def _closed(segment: Segment, item: Item) -> bool:
        """Whether a bare number ends its phrase: no noun follows that could be its unit."""
        after = [t for t in segment.tokens if t.start >= item.end]
        return not after or after[0].start - item.end > 1

    def _unknown_after(self, tokens: Sequence[Token], start: int) -> bool:
        return any(
            token.start >= start
            and len(token.word) >= PREDICATE_LETTERS
            and not any(c.isdigit() for c in token.word)
            and not self.vocabulary.knows(token.word)
            for token in tokens
        )

    def _composition(self, sentence: Sentence, reading: _Reading, context: _Context) -> str | None:
        """The stage whose people a group is a part of: "om lag 7 av 10 [av dem] var kvinner"."""
        segment, item = reading.segment, reading.segment.items[0]
        groups = [m for m in segment.mentions if m.dimension in POPULATION_DIMENSIONS and not m.weak]
        if not groups:
            return None
        copulas = self.vocabulary.sequences("grammar", "composition", "copula")
        share_of = self.vocabulary.sequences("grammar", "composition", "share_of")
        hedge_words = 3
        before = [t for t in sentence.tokens if t.end <= item.start]
        after = [t for t in sentence.tokens if t.start >= item.end]
        copula_before = any(starts_with(before, len(before) - k - 1, copulas) for k in range(hedge_words))
        follows = [m for m in groups if m.start >= item.end and m.start - item.end <= len(" av dem var ")]
        precedes = [m for m in groups if m.end <= item.start]
        joined = follows and not starts_with(after, 0, frozenset({("av",), ("of",)}))
        if copula_before and joined:
            return self._stage(sentence, context)
        tail = [t for t in after if groups[-1].start > t.start]
        if groups[-1].start >= item.end and any(starts_with(tail, k, copulas) for k in range(len(tail))):
            return self._stage(sentence, context)
        makes_up = [t.word for t in before if t.word in {s[0] for s in copulas if len(s[0]) > len("were")}]
        if precedes and makes_up:
            return self._stage(sentence, context)
        for at, token in enumerate(before):
            length = starts_with(before, at, share_of)
            if length and any(0 <= m.start - token.end <= 2 for m in precedes):
                return self._stage(sentence, context)
        return None

    def _stage(self, sentence: Sentence, context: _Context) -> str | None:
        for mention in sentence.mentions:
            if mention.dimension == "measure" and not mention.weak and self._entry(mention.code).stage:
                return mention.code
        return context.stage

    def _denominator(
        self, sentence: Sentence, readings: Sequence[_Reading], at: int, context: _Context
    ) -> str | None:
        reading = readings[at]
        if reading.denominator or reading.measure is None:
            return reading.denominator
        if self._says(sentence.tokens, "anaphora", "remainder") and context.denominator:
            return context.denominator
        if self._says(sentence.tokens, "anaphora", "people") and context.base not in (None, reading.measure):
            return context.base
        for mention in sentence.mentions:
            stage = mention.dimension == "measure" and self._entry(mention.code).stage and not mention.weak
            if stage and not self._entry(reading.measure).stage:
                return mention.code
        return self._entry(reading.measure).denominator

    # ---- observations

    def _observation(
        self,
        paragraph: Paragraph,
        offset: int,
        sentence: Sentence,
        reading: _Reading,
        item: Item,
        context: _Context,
    ) -> Observation:
        measure = reading.measure or UNPLACED
        entry = self._entry(measure)
        quantity = self._with_unit(sentence, reading, item, entry)
        change = item.same or self._is_change(sentence, item)
        certain = (reading.certain or bool(entry.data.get("timeless"))) and measure != UNPLACED and quantity.unit is not None
        direction = reference = None
        if change:
            direction, reference = self._change(sentence, reading, item)
            certain = certain and quantity.unit != "ganger" and not self._is_gap(reading)
        share = quantity.unit == "prosent" and not change
        start = offset + quantity.start
        return Observation(
            id=f"{paragraph.id}@{start}",
            report_id=self.report.id,
            paragraph_id=paragraph.id,
            measure=measure,
            dimensions=dict(sorted(reading.dimensions.items())),
            period=None if entry.data.get("timeless") else reading.period,
            kind=Kind.CHANGE if change else Kind.LEVEL,
            quantity=replace(
                quantity,
                start=start,
                end=offset + quantity.end,
                surface=paragraph.text[start : offset + quantity.end],
            ),
            direction=direction,
            reference_period=reference,
            denominator=reading.denominator if share else None,
            certain=certain,
        )

    def _with_unit(self, sentence: Sentence, reading: _Reading, item: Item, entry: Entry) -> Quantity:
        """The quantity with the unit that its neighbours or its measure give it."""
        quantity = item.quantity
        if item.same and entry.stage:
            return replace(quantity, unit="personer")
        if quantity.unit is not None:
            return quantity
        if not self._closed(reading.segment, item):
            return quantity
        before = [
            i.quantity.unit
            for s in sentence.segments
            for i in s.items
            if i.start < item.start and i.quantity.unit
        ]
        candidates = [unit for unit in reversed(before) if unit in entry.units]
        if candidates and (candidates[0] != "prosent" or quantity.value <= 100):
            return replace(quantity, unit=candidates[0])
        if "personer" in entry.units and quantity.value == quantity.value.to_integral_value():
            return replace(quantity, unit="personer")
        return quantity

    def _is_change(self, sentence: Sentence, item: Item) -> bool:
        if item.quantity.unit in ("prosentpoeng", "ganger"):
            return True
        list_ = self.vocabulary.list
        ups = {*list_("grammar", "change", "up"), *list_("grammar", "change", "down")}
        hedge = len(item.quantity.hedge.split()) if item.quantity.hedge else 0
        before = [t.word for t in sentence.tokens if t.end <= item.start]
        stem = before[: len(before) - hedge] if hedge else before
        by = set(list_("grammar", "change", "by"))
        if stem and stem[-1] in by and any(word in ups for word in stem[-6:]):
            return stem[-1] in ("med", "by") or (len(stem) > 1 and stem[-2] in ups)
        after = [t.word for t in sentence.tokens if t.start >= item.end]
        nouns = set(list_("grammar", "people", "nouns"))
        while after and after[0] in nouns:
            after = after[1:]
        than = self.vocabulary.sequences("grammar", "change", "than")
        if not after or after[0] not in list_("grammar", "change", "more"):
            return False
        rest = [t for t in sentence.tokens if t.start >= item.end]
        return any(starts_with(rest, k, than) for k in range(len(rest)))

    def _change(
        self, sentence: Sentence, reading: _Reading, item: Item
    ) -> tuple[Direction | None, str | None]:
        return (
            Direction.SAME if item.same else self._direction(sentence, reading, item),
            self._reference(sentence, reading),
        )

    def _direction(self, sentence: Sentence, reading: _Reading, item: Item) -> Direction | None:
        ups = set(self.vocabulary.list("grammar", "change", "up"))
        downs = set(self.vocabulary.list("grammar", "change", "down"))
        for tokens in (reading.segment.tokens, sentence.tokens):
            cues = [t for t in tokens if t.word in ups or t.word in downs]
            if cues:
                nearest = min(cues, key=lambda t: abs(t.start - item.start))
                return Direction.UP if nearest.word in ups else Direction.DOWN
        return None

    def _reference(self, sentence: Sentence, reading: _Reading) -> str | None:
        own = reading.period or str(self.report.year)
        for periods in (reading.segment.periods, sentence.periods):
            for period in periods:
                if len(period.code) > len("2023") and period.code[:4].isdigit():
                    return period.code[:4]
                if period.code == own or not period.exact:
                    continue
                return "tidligere" if period.code == "tidligere" else _resolve(period.code, own)
        return None

    def _is_gap(self, reading: _Reading) -> bool:
        """A difference between two groups is not a change from another year."""
        for dimension in POPULATION_DIMENSIONS:
            if len({m.code for m in reading.segment.mentions if m.dimension == dimension}) > 1:
                return True
        return False

    # ---- context

    def _remember(self, sentence: Sentence, readings: Sequence[_Reading], context: _Context) -> None:
        strong = [m for m in sentence.mentions if m.dimension == "measure" and not m.weak]
        stages = [m.code for m in strong if self._entry(m.code).stage]
        outcomes = [m.code for m in strong if not self._entry(m.code).stage]
        context.stage = stages[-1] if stages else context.stage
        used = [r.measure for r in readings if r.measure and r.measure != UNPLACED and r.certain]
        context.measure = (used or outcomes or stages or [context.measure])[-1]
        if outcomes and used and self._entry(used[-1]).stage:
            context.measure = outcomes[-1]
        for reading in readings:
            units = {item.quantity.unit for item in reading.segment.items}
            if reading.measure and "prosent" not in units and units & {"personer", None}:
                context.base, context.base_dimensions = reading.measure, dict(reading.dimensions)
            elif reading.measure and "prosent" in units:
                context.denominator = reading.denominator
        own = {r.period for r in readings if r.own_period}
        if not readings:
            own = {p.code for p in sentence.periods if p.exact and p.code.isdigit() and self._fronted(sentence, p)}
        if len(own) == 1:
            context.period = next(iter(own)) or context.period
        elif own:
            context.period = str(self.report.year)

    def _fronted(self, sentence: Sentence, period: Period) -> bool:
        return not governed_by(
            sentence.tokens,
            period.start,
            self.vocabulary.sequences("grammar", "reference", "before_year"),
            ("i", "in", "for", "de"),
        )

    # ---- small helpers

    def _entry(self, code: str) -> Entry:
        return self.vocabulary.measure(code)

    def _fits(self, code: str, quantity: Quantity) -> bool:
        units = self._entry(code).units
        if quantity.unit in (None, "prosentpoeng", "ganger"):
            return bool({"personer", "prosent"} & set(units))
        return quantity.unit in units

    def _fitting(self, mentions: Iterable[Mention], quantity: Quantity, *, weak: bool) -> list[Mention]:
        return [
            m
            for m in mentions
            if m.dimension == "measure" and m.weak == weak and self._fits(m.code, quantity)
        ]

    def _says(self, tokens: Sequence[Token], section: str, key: str) -> bool:
        sequences = self.vocabulary.sequences("grammar", section, key)
        listed = list(tokens)
        return any(starts_with(listed, at, sequences) for at in range(len(listed)))


def _resolve(code: str, base: str | None) -> str | None:
    """A year code, relative ones ("-1", "0") against `base`."""
    if code in ("-1", "0"):
        return str(int(base[:4]) + int(code)) if base and base[:4].isdigit() else None
    return code
