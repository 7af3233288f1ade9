"""Paragraphs -> observations: what each number in the prose is a number of. Tables have `ingest.tables`.

A sentence is cut into segments of one statement each (`ingest.clauses`). What a segment does not say for
itself it takes, in this order, from the segments beside it, from the sentences before it in the paragraph,
from the heading, and for the year from the report. The rules stand in `ingest.groups` (who), `periods`
(when), `changes` (level or change), `measures` (what) and `wholes` (of whom). A figure that could not be
placed with certainty keeps `certain=False` and never leads an answer.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from ingest.changes import is_target, place_change
from ingest.clauses import WITHIN, Sentence, read_sentence
from ingest.doubts import is_doubtful, is_odd_year, unsettle_contradictions
from ingest.examples import Examples
from ingest.followed import is_asked_again, says_followed, says_left
from ingest.groups import forget_compared, is_bare, pair_lists, place_group
from ingest.home import find_home, place_at_home
from ingest.listed_levels import find_listed_levels
from ingest.measures import place_measure, says_later
from ingest.models import Kind, Observation, Paragraph, ParagraphKind, Report, Source
from ingest.periods import (
    find_reference,
    governs_context,
    is_proved_change,
    only_span,
    pair_from_to,
    place_period,
    put_in_order,
    share_period,
    usual_period,
)
from ingest.readings import GROUPS, PEOPLE, PERCENT, UNPLACED, Context, Reading, Scope
from ingest.sentences import find_sentences
from ingest.surveys import date_surveys, undate_advice
from ingest.tables import find_table_observations
from ingest.understanding import is_unclear, outcomes_named
from ingest.units import finish_units, inherit_unit
from ingest.vocabulary import Vocabulary, holds, load_vocabulary, starts_with
from ingest.wholes import (
    denominator,
    is_counted_whole,
    people_said,
    settle_sum,
    share_rest,
    whole_of_part,
)

# A label, a colon and a figure, maybe one in words ("1 av 5").
_LABELLED = re.compile(r"[^.:;!?]{3,80}:\s+(?:\w+\s+){0,2}?\d")

# Figures of fewer people than this are held back, whoever publishes.
MOST_WITHHELD = 20

OPENED = 6  # words at the head of a paragraph that may take up those counted before
TELLING = 100  # so large a number is told of one kind of people only, as a rule
LONGEST_LEAD = 3_000  # characters of a paragraph that is read to see what the others tell
OPENING = 6  # paragraphs that tell what a report is about
MOST_TOLD = 6  # readings among which a sum finds its parts

# The mark of a note that has lost its brackets: "1 I tillegg står …".
_MARK = re.compile(r"\d{1,2}\s+[A-ZÆØÅ]")


# The number of an item in a list: "1. Sett et felles mål".
_ORDERED = re.compile(r"\d{1,2}[.)]\s+[A-ZÆØÅ]")


@dataclass(frozen=True, slots=True)
class Tabled:
    """The table that a paragraph stands below, and may go on about: "Molde gikk fram 7 prosentpoeng"."""

    section: Sequence[str] = ()
    found: Sequence[Observation] = ()

    def measure(self, paragraph: Paragraph, vocabulary: Vocabulary) -> str | None:
        """The one outcome that the table gives shares of, where the paragraph is in the same section."""
        shares = {o.measure for o in self.found if o.quantity.unit == PERCENT and o.measure != UNPLACED}
        outcomes = [code for code in shares if not vocabulary.measure(code).stage]
        here = self.section[: len(paragraph.section)] == paragraph.section
        return outcomes[0] if here and len(outcomes) == 1 else None


def find_observations(
    report: Report,
    paragraphs: Sequence[Paragraph],
    vocabulary: Vocabulary | None = None,
    examples: Examples | None = None,
) -> list[Observation]:
    """Every number that the prose and the tables of a report state, as observations, in their order.

    `examples` place figures of which nothing known is said; without them these stay unplaced.
    """
    words = vocabulary or load_vocabulary()
    paragraphs = [paragraph for paragraph in paragraphs if paragraph.kind is not ParagraphKind.DATE]
    in_tables: dict[str, list[Observation]] = defaultdict(list)
    for observation in find_table_observations(report, paragraphs, words):
        in_tables[observation.paragraph_id].append(observation)
    found: list[Observation] = []
    levelled = find_listed_levels(paragraphs, words)
    opening = [
        p.text for p in paragraphs[:OPENING] if p.kind is not ParagraphKind.TABLE and p.text != report.title
    ]
    usual = usual_period(report.title, opening, report.year)
    last = before = Context(period=usual)
    section: tuple[str, ...] | None = None
    looked = ""
    tabled = Tabled()
    known: dict[int, str] = {}
    compared: dict[str, str | None] = {}
    home = find_home(report, paragraphs, words)
    followed = _looks_again(report, paragraphs, words, usual)
    span = only_span(p.text for p in paragraphs if p.kind is not ParagraphKind.TABLE)
    for paragraph in paragraphs:
        if paragraph.kind is ParagraphKind.TABLE:
            found += in_tables[paragraph.id]
            tabled = Tabled(paragraph.section, in_tables[paragraph.id])
            continue
        context = _context(usual, paragraph, last, words)
        if paragraph.section == section and _takes_up(paragraph, words):
            _hand_down(before, context)
        context.known, context.followed, context.home = known, followed, home
        context.compared, context.span, context.looked = compared, span, looked
        if context.measure is None and (code := tabled.measure(paragraph, words)):
            context.measure, context.doubtful = code, True
        found += _read_paragraph(
            report, paragraph, words, context, examples, levelled=levelled.get(paragraph.id, False)
        )
        looked = context.looked
        last = context if _goes_on(paragraph) else Context(period=usual)
        before, section = context, paragraph.section
    found = [replace(o, certain=o.certain and levelled.get(o.paragraph_id, True)) for o in found]
    found = place_at_home(date_surveys(found, paragraphs, usual, words), home, paragraphs, words)
    found = undate_advice(found, paragraphs, words)
    if is_odd_year(report, paragraphs):
        year = str(report.year)
        found = [replace(o, certain=o.certain and o.period != year) for o in found]
    return unsettle_contradictions(found)


def _looks_again(report: Report, paragraphs: Sequence[Paragraph], vocabulary: Vocabulary, usual: str) -> bool:
    """Whether the first shares below the title are of people looked at later, as the others then are too."""
    told = [p for p in paragraphs if p.kind is not ParagraphKind.TABLE and p.text != report.title]
    for paragraph in (p for p in told[:OPENING] if len(p.text) <= LONGEST_LEAD):
        context = Context(period=usual)
        found = _read_paragraph(report, paragraph, vocabulary, context, None, levelled=False)
        shares = [o for o in found if o.quantity.unit == PERCENT]
        if (
            shares
        ):  # "54 prosent gikk rett over i arbeid. To år senere var andelen 65": as they left, and later
            return context.later and not (shares[0].certain and shares[0].kind is Kind.LEVEL)
    return False


def _goes_on(paragraph: Paragraph) -> bool:
    """Whether the items of a list may go on about what a paragraph says."""
    return paragraph.kind is ParagraphKind.BULLET or paragraph.text.rstrip().endswith(":")


def _context(usual: str, paragraph: Paragraph, last: Context, vocabulary: Vocabulary) -> Context:
    """A new context; for an item that is a label and figures ("25–34 år: 57 prosent"), that of the list."""
    context = Context(period=usual)
    if paragraph.kind is ParagraphKind.BULLET:
        if not _LABELLED.match(paragraph.text):
            # "• Deltakere med høyere utdanning lyktes oftest: 57 prosent …", "• Blant de uten var det 14."
            staged = last.measure is None or vocabulary.measure(last.measure).stage
            context.measure, context.doubtful = (None if staged else last.measure), True
            _hand_down(last, context)
            return context
        context.measure, context.within = last.measure, last.within
        context.stage, context.people = last.stage, last.people
        _hand_down(last, context)
    return context


def _takes_up(paragraph: Paragraph, vocabulary: Vocabulary) -> bool:
    """Whether a paragraph opens with those whom the one before counted: "Av disse gikk 41 prosent …"."""
    tokens = vocabulary.tokens(paragraph.text)[:OPENED]
    length = starts_with(tokens, 0, vocabulary.sequences("grammar", "anaphora", "people"))
    relative = vocabulary.word_list("grammar", "doubt", "relative")
    return bool(length) and not any(t.word in relative for t in tokens[length : length + 1])


def _hand_down(before: Context, context: Context) -> None:
    """Keep whom the paragraph before counted, and how many they were."""
    context.base, context.bases, context.sure = before.base, dict(before.bases), set(before.sure)


@lru_cache(maxsize=1_024)
def _read_heading(text: str, vocabulary: Vocabulary) -> tuple[tuple[str, ...], bool]:
    """The measures that a heading names, and whether it is of people looked at again later.

    It stands over many paragraphs, and reading it takes as long as reading one of them.
    """
    named = tuple(m.code for m in vocabulary.find(text) if m.dimension == "measure")
    columns = vocabulary.tables.get("tables", {}).get("columns", {})
    groups = {word for key in GROUPS for word in columns.get(key, ()) if key != "education"}
    if any(token.word in groups for token in vocabulary.tokens(text)):
        named = ()  # "Kjønn, alder og utdanning" says by what people are parted
    return named, says_later(vocabulary, read_sentence(text, vocabulary))


def _read_paragraph(
    report: Report,
    paragraph: Paragraph,
    vocabulary: Vocabulary,
    context: Context,
    examples: Examples | None,
    *,
    levelled: bool,
) -> list[Observation]:
    text = paragraph.text.replace("\n", " ")
    heading, later = _read_heading(" ".join(paragraph.section[-1:]), vocabulary)
    written = report.updated.year if report.updated else None
    headings = " ".join(paragraph.section[-1:])
    told = says_followed(vocabulary, headings) or says_followed(vocabulary, report.title)
    context.later = (told or context.followed) and not says_left(vocabulary, headings)
    follows = says_followed(vocabulary, report.title)
    observations: list[Observation] = []
    for start, end in find_sentences(text):
        sentence = read_sentence(text[start:end], vocabulary, levelled=levelled)
        if _withholds(sentence, vocabulary):
            continue
        readings = [Reading(s, [item.quantity.unit for item in s.items]) for s in sentence.segments]
        scope = Scope(
            vocabulary,
            sentence,
            readings,
            context,
            heading,
            str(report.year),
            later,
            written,
            examples,
            follows,
        )
        _resolve(scope)
        for reading in readings:
            observations += _observe(paragraph, start, scope, reading)
        _remember(scope)
    return observations


def _withholds(sentence: Sentence, vocabulary: Vocabulary) -> bool:
    """Whether a sentence only says how few people a figure is not published for."""
    items = [item.quantity for s in sentence.segments for item in s.items]
    return all(q.value <= MOST_WITHHELD for q in items) and holds(
        sentence.tokens, vocabulary.sequences("grammar", "doubt", "withheld")
    )


def _resolve(scope: Scope) -> None:
    """Work out the attributes of every segment of a sentence."""
    places = range(len(scope.readings))
    for at in places:
        place_group(scope, at)
        inherit_unit(scope, at)
    pair_lists(scope)
    for at in places:
        place_change(scope, at)
        place_period(scope, at)
    for at in places[1:]:
        share_period(scope, at - 1, listed=is_bare(scope, at))
    pair_from_to(scope)
    for at in places:
        place_change(scope, at)
        place_measure(scope, at)
        forget_compared(scope, at)
        finish_units(scope, scope.readings[at])
        if scope.readings[at].change:
            find_reference(scope, at)
            put_in_order(scope.readings[at])
        else:
            scope.readings[at].denominator = denominator(scope, at)
            settle_sum(scope, at)
            scope.readings[at].people = people_said(scope, at)
        if is_doubtful(scope, at) or is_unclear(scope, at):
            scope.readings[at].certain = False
        if is_proved_change(scope, at):
            scope.readings[at].certain, scope.readings[at].unclear = True, False
    share_rest(scope)


def _observe(paragraph: Paragraph, offset: int, scope: Scope, reading: Reading) -> list[Observation]:
    """The observations of a segment, one for each of its figures."""
    measure = reading.measure or UNPLACED
    timeless = bool(scope.entry(measure).data.get("timeless")) and reading.unit not in (PEOPLE, PERCENT)
    found = []
    for item, unit in zip(reading.segment.items, reading.units, strict=True):
        start, end = offset + item.start, offset + item.end
        marked = paragraph.kind is ParagraphKind.NOTE and _MARK.match(paragraph.text)
        if not start and (marked or _ORDERED.match(paragraph.text)):
            continue
        if is_asked_again(scope, item):
            continue
        quantity = replace(
            item.quantity,
            unit=unit,
            start=start,
            end=end,
            surface=paragraph.text[start:end],
        )
        share, placed = unit == PERCENT and not reading.change, measure != UNPLACED
        found.append(
            Observation(
                id=f"{paragraph.id}@{start}",
                report_id=paragraph.report_id,
                paragraph_id=paragraph.id,
                measure=measure,
                dimensions=dict(sorted(reading.dimensions.items())),
                period=None if timeless and not (reading.change or reading.average) else reading.period,
                kind=Kind.CHANGE if reading.change else Kind.LEVEL,
                quantity=quantity,
                direction=reading.direction,
                reference_period=reading.reference if reading.change else None,
                denominator=reading.denominator
                if share and (placed or reading.followed or reading.aimed)
                else (reading.people if share else None),
                certain=(reading.certain or (timeless and not reading.average))
                and not reading.unclear
                and placed
                and unit is not None,
                source=Source.PLACED if reading.placed and placed else Source.READ,
            )
        )
    return found


def _remember(scope: Scope) -> None:
    """Keep what the sentences that follow may take up."""
    context, sentence, readings = scope.context, scope.sentence, scope.readings
    stages = [m.code for m in scope.stages(sentence.mentions)]
    people = [m.code for m in scope.stages(sentence.mentions, weak=True)]
    whole = whole_of_part(scope)
    outcomes = [m.code for m in scope.measures(sentence.mentions) if m.code not in stages]
    context.stage = stages[-1] if stages else context.stage
    context.people = people[0] if people else context.people
    parts = [r for r in readings if r.segment.boundary != WITHIN]
    used = [r.measure for r in parts if r.measure and r.measure != UNPLACED and r.certain]
    if outcomes or used:
        context.doubtful = bool(readings) and not used
    context.measure = next(iter([*used[-1:], *outcomes[-1:], *stages[-1:]]), context.measure)
    if outcomes and used and scope.entry(used[-1]).stage:
        context.measure = outcomes[-1]
    context.measure = _union_told(scope, used) or context.measure
    if used and not stages and scope.entry(used[-1]).stage and not any(r.change for r in readings):
        context.stage = used[-1]  # "61 var nye. I 2017 var det 405 deltakere. De største gruppene er …"
    if whole and not outcomes:
        context.stage = context.measure = whole  # "61 av deltakerne var nye. De største gruppene er …"
    context.outcomes = outcomes_named(scope) or context.outcomes
    if not outcomes and not used and any(is_target(scope, r) for r in readings):
        # "Målet vårt var 55 prosent": the results told next are those that the aim is for.
        context.measure, context.doubtful = scope.main_outcome, True
    _remember_people(scope)
    years = {r.period for r in readings if r.period and not r.change}
    if len(years) > 1 and len({r.measure for r in readings}) == 1:
        context.reference = min(years)  # "2 130 ble ferdige i 2025, mot 2 533 året før"
    moved = [r.period for r in readings if r.moved]
    context.reference = moved[0] if moved else context.reference
    if not readings and scope.says(sentence.tokens, "anaphora", "people"):
        context.within = context.base  # "I denne gruppen fordeler utfallene seg slik:"
    parted = next((r.measure for r in readings if is_counted_whole(scope, r)), None)
    if parted not in (None, UNPLACED) and len(readings) > 1:
        context.denominator = parted  # "Av de 176 tok 69 … og 47 …. Resten, 34 prosent, …"
    context.later = (context.later or any(r.followed for r in readings)) and not says_left(
        scope.vocabulary, sentence.text
    )
    context.topic = _topic(scope)
    context.narrowed = _narrowed(scope)
    context.last = readings or context.last
    context.told = [*context.told, *readings][-MOST_TOLD:]
    _remember_period(scope)


def _remember_people(scope: Scope) -> None:
    """Keep who were counted, how many they were, and of whom shares were told."""
    context = scope.context
    counted: dict[str, Reading] = {}
    for reading in (r for r in scope.readings if not r.placed):
        counts = [
            i.quantity for i, u in zip(reading.segment.items, reading.units, strict=True) if u == PEOPLE
        ]
        if reading.measure and reading.measure != UNPLACED and counts and not reading.change:
            context.base = reading.measure
            _know(scope, reading, int(counts[0].value))
            if not _is_narrower(reading, counted.get(reading.measure)):
                context.bases[reading.measure] = int(counts[0].value)
                (context.sure.add if reading.certain else context.sure.discard)(reading.measure)
                counted[reading.measure] = reading
        if reading.measure and (PERCENT in reading.units or reading.whole):
            context.denominator = reading.denominator or reading.whole
        if reading.reference or reading.moved:
            context.reference = reading.reference or context.reference
        if reading.change and reading.reference and reading.period:
            compared = context.compared.setdefault(reading.period, reading.reference)
            context.compared[reading.period] = compared if compared == reading.reference else None


def _know(scope: Scope, reading: Reading, count: int) -> None:
    """Keep whom a number counts, for "Av de 1 535 …" further on; nobody where it counted others before."""
    alone = (
        count >= TELLING
        and reading.certain
        and not reading.dimensions
        and not is_counted_whole(scope, reading)
    )
    if alone and reading.measure:
        known = scope.context.known
        known[count] = reading.measure if known.get(count, reading.measure) == reading.measure else UNPLACED


def _is_narrower(reading: Reading, told: Reading | None) -> bool:
    """Whether a count is of an earlier year, or of some of those, that the sentence counted before."""
    if told is None:
        return False
    earlier = bool(reading.period and told.period and reading.period < told.period)
    return earlier or len(reading.dimensions) > len(told.dimensions)


def _union_told(scope: Scope, used: Sequence[str]) -> str | None:
    """What a sentence is about that goes on to the parts: "47 prosent nådde målet: 28 til arbeid …"."""
    wholes = [
        code for code in used if (parts := scope.entry(code).data.get("union")) and set(parts) <= set(used)
    ]
    return wholes[0] if wholes else None


def _topic(scope: Scope) -> dict[str, str]:
    """The group that a sentence speaks of: that of all its figures, or the one that it names."""
    if scope.readings:
        first, *others = (r.dimensions for r in scope.readings)
        return {k: v for k, v in first.items() if all(o.get(k) == v for o in others)}
    topic = {}
    for dimension in GROUPS:
        named = {m.code for m in scope.sentence.mentions if m.dimension == dimension and not m.weak}
        codes = {c for c in named if not scope.vocabulary.entry(dimension, c).data.get("vague")} or named
        if len(codes) == 1:
            topic[dimension] = next(iter(codes))
    return topic or scope.context.topic


def _narrowed(scope: Scope) -> dict[str, str]:
    """The one group that later sentences may still be about without naming it."""
    if scope.says(scope.sentence.tokens, "anaphora", "all") or any(r.composition for r in scope.readings):
        return {}
    named = {m.dimension for m in scope.sentence.mentions if m.dimension in GROUPS and not m.weak}
    if not named:
        return scope.context.narrowed
    # What is said next in a report about one place is of it in any case.
    apart = {k: v for k, v in scope.context.topic.items() if k in named}
    return {k: v for k, v in apart.items() if v != scope.context.home}


def _is_again(context: Context, reading: Reading, year: str) -> bool:
    """Whether a figure is what was told of a later year: "73 fra Syria. I 2012 var det bare 9 syrere"."""
    told = [r for r in context.told if r is not reading and r.period == year]
    key = (reading.measure, reading.dimensions, reading.unit, reading.change)
    return not (reading.change or reading.gap) and any(
        (r.measure, r.dimensions, r.unit, r.change) == key for r in told
    )


def _remember_period(scope: Scope) -> None:
    if scope.says(scope.sentence.tokens[:2], "change", "aside"):
        return
    own = {r.period for r in scope.readings if r.own_period}
    if own and not all(r.own_period or r.period in own for r in scope.readings):
        return  # "3 295 ble ferdige, mot 4 863 i 2020" goes on about its own year
    if not scope.readings:
        own = {
            p.code
            for p in scope.sentence.periods
            if p.exact and p.code.isdigit() and governs_context(scope, p)
        }
    context = scope.context
    if not own and context.aside and context.newer and any(r.period == context.newer for r in scope.readings):
        context.period, context.newer, context.aside = context.newer, None, False
    if len(own) == 1:
        earlier = context.period
        context.period = next(iter(own)) or context.period
        context.newer = earlier if earlier > context.period else None
        context.aside = context.newer is not None and all(
            _is_again(context, r, earlier) for r in scope.readings
        )
    elif own:
        scope.context.period = scope.year
