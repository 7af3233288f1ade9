"""The place of figures that name none: the one their paragraph goes on about, or that of the report."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from ingest.models import Kind, Observation, Paragraph, ParagraphKind, Report
from ingest.periods import YEAR_DIGITS
from ingest.places import AREA, county_of, home_of, home_told, levels
from ingest.readings import POINTS
from ingest.sentences import statement_at
from ingest.vocabulary import Token, Vocabulary, holds

NAMED_AFTER = 3  # words after an amount among which its name stands
MOST_FOR_ONE = 1_000_000  # kroner; more is no benefit of one person
STATUTORY_UNITS = ("kroner", "ganger")  # of amounts, and of how many times another they are


def find_home(report: Report, paragraphs: Sequence[Paragraph], vocabulary: Vocabulary) -> str:
    """The one place that a report is about; "" where it is about none, or about several."""
    return home_of(report.title, vocabulary) or home_told(paragraphs, vocabulary)


def place_at_home(
    found: Iterable[Observation], home: str, paragraphs: Sequence[Paragraph], vocabulary: Vocabulary
) -> list[Observation]:
    """The figures, with the place that the report is about where they name none."""
    observations = list(found)
    placed = {paragraph.id: paragraph for paragraph in paragraphs}
    beside: dict[str, list[Observation]] = defaultdict(list)
    for o in observations:
        beside[o.paragraph_id].append(o)
    return [
        _at_home(o, home, placed[o.paragraph_id], beside[o.paragraph_id], vocabulary) for o in observations
    ]


def _at_home(
    o: Observation, home: str, paragraph: Paragraph, found: Sequence[Observation], vocabulary: Vocabulary
) -> Observation:
    """A figure that names no place: of the one that its paragraph goes on about, or of the report's.

    Unless it is said to be of the country.
    """
    if AREA in o.dimensions or o.period is None:
        return o
    wide = not home or "county" in levels(vocabulary.entry(AREA, home).data)
    before = _told_of(o, found) if paragraph.kind is not ParagraphKind.TABLE else ""
    told = before if wide else ""
    if not (home or told) or _is_national(o, paragraph, found, vocabulary):
        return o
    if _is_statutory(o, paragraph, vocabulary):
        return o
    if not wide and (county := county_of(home, int(o.period[-YEAR_DIGITS:]), vocabulary)):
        if _is_of_county(o, county, paragraph, vocabulary):
            return replace(o, dimensions={**o.dimensions, AREA: county})
        told = before if before == county else ""
    # Who speaks in a report about a county may speak of a town: "– Sju av de 21 gikk over i grunnskole"; one
    # from elsewhere ("… hos oss …, sier Siv Aspelund i Fredrikstad") speaks of that place.
    spoken = paragraph.kind is ParagraphKind.SPEECH and bool(home)
    inner = (spoken and _speakers_place(paragraph, vocabulary)) or told
    sure = o.certain and not (spoken and wide) and (not inner or inner == home)
    return replace(o, dimensions={**o.dimensions, AREA: inner or home}, certain=sure)


def _is_of_county(o: Observation, county: str, paragraph: Paragraph, vocabulary: Vocabulary) -> bool:
    """Whether a figure of a municipality's report is of its county, as its heading or its sentence says.

    "Færre deltakere i fylket" above it, or "For fylket under ett var andelen 55 prosent".
    """
    start, _ = statement_at(paragraph, o.quantity.start)
    counties = set(vocabulary.word_list("grammar", "place", "county"))
    here = {word for form in vocabulary.sequences("grammar", "place", "home") for word in form} - counties
    said = [vocabulary.tokens(t) for t in (paragraph.text[start : o.quantity.start], *paragraph.section[-1:])]
    named = any(_is_in(counties, tokens, vocabulary) for tokens in said)
    at_home = any(token.word in here for tokens in said for token in tokens)
    if not named or at_home or paragraph.kind is ParagraphKind.SPEECH:
        return False
    text = paragraph.text[: o.quantity.start]
    before = vocabulary.find_in(text, vocabulary.tokens(text), cased=True)
    return {m.code for m in before if m.dimension == AREA} <= {county}


def _is_in(words: Collection[str], tokens: Sequence[Token], vocabulary: Vocabulary) -> bool:
    """Whether one of some words for a place opens a text or stands after "i" or "for": not "foran fylket"."""
    within = {*vocabulary.word_list("grammar", "people", "places")}
    within |= {*vocabulary.word_list("grammar", "place", "whose")}
    return any(t.word in words and (not at or tokens[at - 1].word in within) for at, t in enumerate(tokens))


def _speakers_place(paragraph: Paragraph, vocabulary: Vocabulary) -> str:
    """Where the one who speaks is from: "…, sier Terje Hoel, som er leder i Kristiansund kommune"."""
    tokens = vocabulary.tokens(paragraph.text)
    verbs = vocabulary.word_list("grammar", "speech", "verbs")
    said = next((t for t in reversed(tokens) if t.word in verbs), None)
    after = [t for t in tokens if said is not None and t.start > said.start]
    named = vocabulary.find_in(paragraph.text, after, cased=True) if after else []
    codes = {m.code for m in named if m.dimension == AREA}
    return next(iter(codes)) if len(codes) == 1 else ""


def _told_of(o: Observation, found: Sequence[Observation]) -> str:
    """The one place that the figures before in a paragraph are all of."""
    before = {f.dimensions.get(AREA, "") for f in found if f.quantity.start < o.quantity.start}
    return next(iter(before)) if len(before) == 1 else ""


def _is_national(
    o: Observation, paragraph: Paragraph, found: Sequence[Observation], vocabulary: Vocabulary
) -> bool:
    """Whether a figure is of the country: "… 6 prosentpoeng over snittet i landet, som var 53 prosent".

    What is said of the country stands between the figure before and the one after it, or was said of the one
    before. A distance from the country is no figure of it.
    """
    start, end = statement_at(paragraph, o.quantity.start)
    national = vocabulary.sequences("grammar", "place", "national")
    away = o.quantity.unit == POINTS and o.kind is not Kind.CHANGE
    if away or not holds(vocabulary.tokens(paragraph.text[start:end]), national):
        return False
    before = [f.quantity for f in found if start <= f.quantity.start < o.quantity.start]
    after = [f.quantity.start for f in found if o.quantity.start < f.quantity.start < end]
    since = max((q.end for q in before), default=start)
    last = min(after, default=end)
    if o.quantity.unit == POINTS:  # "For landet falt den med 1 prosentpoeng", but not "6 … over landet"
        last = o.quantity.start
    around = vocabulary.tokens(paragraph.text[since:last])
    if holds(_without_arrivals(around, vocabulary), national):
        return True
    at_home = holds(around, vocabulary.sequences("grammar", "place", "home"))
    told = holds(vocabulary.tokens(paragraph.text[start:since]), national)
    told_first = bool(before) and holds(vocabulary.tokens(paragraph.text[start : before[0].start]), national)
    distance = bool(before) and before[-1].unit == POINTS and not told_first
    return bool(before) and not distance and told and not at_home


def _is_statutory(o: Observation, paragraph: Paragraph, vocabulary: Vocabulary) -> bool:
    """Whether an amount is set by law for everyone: "Introduksjonsstønaden var 176 740 kroner"."""
    start, _ = statement_at(paragraph, o.quantity.start)
    before = vocabulary.tokens(paragraph.text[start : o.quantity.start])
    after = vocabulary.tokens(paragraph.text[o.quantity.end :])[:NAMED_AFTER]
    forms = vocabulary.sequences("grammar", "place", "statutory")
    named = holds(_without_arrivals(before, vocabulary), forms)
    # "Deltakerne fikk 185 152 kroner i introduksjonsstønad", but not what all of them together cost
    named = named or (holds(after, forms) and o.quantity.value < MOST_FOR_ONE)
    earlier = any(c.isdigit() for token in before for c in token.word)
    return o.quantity.unit in STATUTORY_UNITS and named and not earlier


def _without_arrivals(tokens: Sequence[Token], vocabulary: Vocabulary) -> list[Token]:
    """`tokens` without the country that people came to: "hadde høyere utdanning med seg til landet"."""
    to = vocabulary.word_list("grammar", "place", "arrivals")
    return [t for at, t in enumerate(tokens) if not at or tokens[at - 1].word not in to]
