"""How much of what is said about a figure was understood; where something was not, the figure is uncertain.

The rules of `ingest.doubts` know single wordings that mislead. These do not: each asks whether a word, a name
or a second reading is left over once the measure, the group, the year and the unit have been given. What a
figure takes over from elsewhere must be all that can be meant, so there every word has to be accounted for.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from ingest.clauses import MIDDLE, STRONG
from ingest.readings import GROUPS, PEOPLE, PERCENT, POINTS, TIME_UNITS, UNPLACED, Reading, Scope
from ingest.vocabulary import Token, Vocabulary, tokenize

COUNTED = (PERCENT, POINTS, PEOPLE)  # lengths of time and places have measures of their own
LETTERS = 3  # shorter words say nothing of their own
WORD_LETTERS = 5  # a word that no list knows is telling from so many on
PART_LETTERS = 4  # and so is one that is joined to an outcome
JOINED_WORDS = 3  # words after a joining word among which the other part stands
BEFORE = 3  # words before a figure and its measure that may still say what they are of
COMPOUND = 2  # parts of a noun that is told apart into words
OPENING = 4  # words at the head of a sentence among which a noun of change stands
# Sections of grammar.toml whose words say how clauses hang together, and keys of them that say more.
_LINKING = (
    "boundary", "reference", "change", "anaphora", "composition", "age", "people", "gap", "doubt", "place",
)  # fmt: skip
_TELLING = ("moving", "elsewhere", "taking", "withheld")
_BRACKETS = re.compile(r"\([^()]*\)")
_ENDS = (".", ",", ";", ")", "!", "?")  # a clause ends before these
_OPENS = (":", ".", "«", '"', "”", "“", "–", "•", "*", "(", "]", "!", "?")  # a capital after these is none


def is_unclear(scope: Scope, at: int) -> bool:
    """Whether something in the words about a figure was not accounted for by how it was read."""
    reading = scope.readings[at]
    if reading.measure in (None, UNPLACED):
        return False
    if reading.unit not in COUNTED:
        reading.unclear = reading.unclear or _is_told_later(scope, at) or _is_added(scope, reading)
        reading.unclear = reading.unclear or _lasts_of_its_own(scope, reading)
        return reading.unclear
    taken = reading.taken and (
        _has_rest(scope, reading)
        or _takes_from_unclear(scope, at)
        or _is_one_of_several(scope, at)
        or _has_whole_of_its_own(scope, reading)
        or _is_level_of_change(scope, reading)
    )
    reading.unclear = (
        taken
        or bool(_unknown(scope, _statement(scope, reading), WORD_LETTERS))
        or _names_unknown(scope, reading)
        or _is_joined(scope, reading)
        or _has_object(scope, reading)
        or _is_share_of_stage(scope, reading)
        or _is_within_programme(scope, reading)
        or _takes_up_other_people(scope, at)
        or _is_of_itself(scope, reading)
    )
    return reading.unclear or _borrows_unit(scope, reading)


def outcomes_named(scope: Scope) -> frozenset[str]:
    """The outcomes that a sentence names, its whole alone where it goes on to the parts of it."""
    codes = {m.code for m in scope.sentence.mentions if m.dimension == "measure"}
    codes = {code for code in codes if not scope.entry(code).stage and PERCENT in scope.entry(code).units}
    unions = [c for c in codes if (parts := scope.entry(c).data.get("union")) and codes <= {c, *parts}]
    return frozenset(unions or codes)


@lru_cache(maxsize=4)
def _linking(vocabulary: Vocabulary) -> frozenset[str]:
    """Every word that says nothing of its own about a figure."""
    grammar, numerals = vocabulary.tables.get("grammar", {}), vocabulary.tables.get("numerals", {})
    texts = [
        text
        for section in _LINKING
        for key, listed in grammar.get(section, {}).items()
        if key not in _TELLING
        for text in listed
        if " " not in text  # "slik utdanning" takes up a group, its words alone do not
    ]
    hedges = numerals.get("hedges", {})
    texts += [text for forms in hedges.get("surfaces", {}).values() for text in forms]
    texts += [*hedges.get("fillers", ()), *hedges.get("verbs", ()), *hedges.get("emphases", ())]
    texts += [*vocabulary.word_list("predicates", "plain", "words")]
    texts += [*vocabulary.tables.get("lexical", {}).get("stopwords", ())]
    return frozenset(token.word for text in texts for token in tokenize(text))


def _counted_spans(scope: Scope) -> list[tuple[int, int]]:
    """Where years, ages and figures stand."""
    sentence = scope.sentence
    found = [(p.start, p.end) for p in sentence.periods] + [(q.start, q.end) for q, _ in sentence.ages]
    return found + [(item.start, item.end) for s in sentence.segments for item in s.items]


def _spans(scope: Scope) -> list[tuple[int, int]]:
    """Where something was understood: mentions, years, ages and figures."""
    return [(m.start, m.end) for m in scope.sentence.mentions] + _counted_spans(scope)


def _left(scope: Scope, tokens: Iterable[Token]) -> list[Token]:
    """`tokens` outside all that was understood."""
    spans = _spans(scope)
    return [t for t in tokens if not any(start <= t.start < end for start, end in spans)]


def _has_rest(scope: Scope, reading: Reading) -> bool:
    """Whether a figure whose measure was taken over has a word beside it that may say another."""
    linking = _linking(scope.vocabulary)
    return any(
        len(t.word) >= LETTERS and t.word not in linking and not any(c.isdigit() for c in t.word)
        for t in _left(scope, reading.segment.tokens)
    )


def says_something(scope: Scope, reading: Reading) -> bool:
    """Whether a segment has a word beside its figure that links, judges or places nothing."""
    return _has_rest(scope, reading)


def _unknown(scope: Scope, tokens: Iterable[Token], least: int) -> list[Token]:
    """The words of at least `least` letters that are in no list at all."""
    linking = _linking(scope.vocabulary)
    return [
        t
        for t in _left(scope, tokens)
        if len(t.word) >= least
        and t.word not in linking
        and not any(c.isdigit() for c in t.word)
        and not scope.vocabulary.knows(t.word)
    ]


def _statement(scope: Scope, reading: Reading) -> list[Token]:
    """The words of a segment about its figure and its measure: a few before both, and up to a comma after."""
    spans = [(m.start, m.end) for m in scope.measures(reading.segment.mentions) if m.code == reading.measure]
    spans.append((reading.item.start, reading.item.end))
    first, last = min(start for start, _ in spans), max(end for _, end in spans)
    before = [t for t in scope.tokens_before(first) if t.start >= reading.segment.start][-BEFORE:]
    text = scope.sentence.text
    colon = max(text.rfind(mark, reading.segment.start, first) for mark in ":;")
    comma = text.find(",", last, reading.segment.end)
    end = comma if comma >= 0 else reading.segment.end
    after = [t for t in scope.tokens_after(first) if t.start < end]
    return [t for t in before if t.start > colon] + after


def _names_unknown(scope: Scope, reading: Reading) -> bool:
    """Whether a name stands beside a figure that no list knows: "medan Årdal låg lågast", "Jobbklubben"."""
    text, linking = scope.sentence.text, _linking(scope.vocabulary)
    segments = scope.sentence.segments if reading.taken or reading.composition else (reading.segment,)
    tokens = [t for segment in segments for t in segment.tokens]
    for token in _left(scope, tokens):
        before = text[: token.start].rstrip()
        named = text[token.start].isupper() and not text[token.start : token.end].isupper()
        named = named and token.word not in linking and token.word not in scope.vocabulary.words
        if named and before and not before.endswith(_OPENS) and not before[-1].isdigit():
            return True
    return False


def _takes_from_unclear(scope: Scope, at: int) -> bool:
    """Whether the figure that a measure was taken over from was not understood itself."""
    code = scope.readings[at].measure
    sources = [r for r in scope.readings[:at] if r.measure == code]
    if not sources and not any(m.code == code for m in scope.sentence.mentions if m.dimension == "measure"):
        sources = [r for r in scope.context.last if r.measure == code]
    return bool(sources) and all(r.unclear or r.unsure for r in sources)


def _is_one_of_several(scope: Scope, at: int) -> bool:
    """Whether another outcome stands nearer, or beside the one that was taken over, and may be meant."""
    reading = scope.readings[at]
    if scope.entry(reading.measure or UNPLACED).stage or reading.model:
        return False
    if any(m.code == reading.measure for m in scope.measures(reading.segment.mentions, weak=True)):
        return False  # "kvinnenes resultat" names what it is the result in
    if any(r.measure == reading.measure for r in scope.readings[:at]):
        return False
    here = outcomes_named(scope)
    if reading.measure in here:
        nearer = [m for m in scope.sentence.mentions if m.end <= reading.item.start]
        return any(m.code in here and m.code != reading.measure for m in nearer)
    said = scope.context.outcomes
    return bool(said) and said != {reading.measure}


def _has_whole_of_its_own(scope: Scope, reading: Reading) -> bool:
    """In "47 prosent av dem som avsluttet programmet, kvinner" nothing says that they went to work."""
    if scope.entry(reading.measure or UNPLACED).stage or any(
        r.measure == reading.measure and not r.taken for r in scope.readings
    ):
        return False
    if scope.says(scope.sentence.tokens[:2], "anaphora", "subject"):
        return False  # "Det utgjør 20 prosent av dem som avsluttet."
    return reading.unit == PERCENT and bool(scope.stages(reading.segment.mentions))


def _is_level_of_change(scope: Scope, reading: Reading) -> bool:
    """Whether a sentence is about a change, and its figure was read as none: "Økningen er 7 prosent"."""
    if reading.change or reading.moved:
        return False
    stem = scope.stem(reading.item)
    if stem and stem[-1].word in scope.words("change", "to") | scope.words("change", "from"):
        return False
    nouns = scope.words("change", "noun")
    opening = scope.sentence.tokens[:OPENING]
    return any(t.word in nouns for t in opening) and not reading.own_period


def _is_share_of_stage(scope: Scope, reading: Reading) -> bool:
    """Whether a share is said to be of those at a stage, and no group is named that it is a part of."""
    stage = scope.entry(reading.measure or UNPLACED).stage
    return stage and reading.unit == PERCENT and not reading.change and not reading.dimensions


def _is_of_itself(scope: Scope, reading: Reading) -> bool:
    """In "Blant dem som gikk til arbeid, fikk 88 prosent ordinært arbeid" it is another kind of work."""
    whole = reading.unit == PERCENT and reading.denominator == reading.measure
    return whole and not scope.entry(reading.measure or UNPLACED).stage and not reading.dimensions


def _is_within_programme(scope: Scope, reading: Reading) -> bool:
    """In "9 prosent hadde verken arbeid eller utdanning som tiltak" nobody has left."""
    if scope.entry(reading.measure or UNPLACED).stage:
        return False
    return scope.says(reading.segment.tokens, "understood", "within_programme")


def _takes_up_other_people(scope: Scope, at: int) -> bool:
    """In "Av disse gikk 28 prosent til tiltak" the share is of those told of before, not of everyone."""
    reading, told = scope.readings[at], scope.context.measure
    if reading.unit != PERCENT or reading.change or told in (None, UNPLACED) or reading.dimensions:
        return False
    opening = scope.sentence.tokens[:2]
    if len(opening) < 2 or opening[1].word not in scope.words("understood", "them"):
        return False
    base = {told, scope.context.base, *(r.measure for r in scope.readings[:at])}
    return not scope.entry(told or UNPLACED).stage and reading.denominator not in base


def _lasts_of_its_own(scope: Scope, reading: Reading) -> bool:
    """In "En praksisperiode varer i tre måneder" it is not the programme that lasts."""
    if not scope.entry(reading.measure or UNPLACED).data.get("length_of_programme"):
        return False
    before = [t for t in scope.tokens_before(reading.item.start) if t.start >= reading.segment.start]
    articles, programme = scope.words("understood", "articles"), scope.words("average", "programme")
    said = [m.start for m in scope.measures(reading.segment.mentions) if m.code == reading.measure]
    for at in (n for n, verb in enumerate(before) if verb.start in said and verb.word not in programme):
        parted = at > 1 and before[at - COMPOUND].end == before[at - 1].start  # "praksis|periode"
        first = at - COMPOUND if parted else at - 1
        own = first > 0 and before[first - 1].word in articles
        if own and not any(t.word in programme for t in before[first:at]):
            return True
    return False


def _is_told_later(scope: Scope, at: int) -> bool:
    """In "Programmet går over to år, men kan utvides med ett" the two years are not that of what follows."""
    reading = scope.readings[at]
    after = scope.readings[at + 1 : at + 2]
    earlier = any(m.code == reading.measure and m.start < reading.item.end for m in scope.sentence.mentions)
    parted = bool(after) and after[0].segment.boundary in (STRONG, MIDDLE)
    later = [m for m in scope.sentence.mentions if parted and m.start >= after[0].segment.start]
    return reading.taken and not earlier and any(m.code == reading.measure for m in later)


def _is_added(scope: Scope, reading: Reading) -> bool:
    """In "varer i to år, og kommunen kan innvilge ett år til" the one year is on top of the two."""
    after = [t for t in scope.tokens_after(reading.item.end) if t.start < reading.segment.end]
    added = len(after) == 1 and after[0].word in scope.words("understood", "added")
    end = scope.sentence.text[after[0].end :].lstrip()[:1] if added else ""
    return added and end in ("", *_ENDS) and reading.taken and reading.unit in TIME_UNITS


def _is_joined(scope: Scope, reading: Reading) -> bool:
    """Whether an outcome is one part of more: "videregående opplæring, fagskole eller høyere utdanning"."""
    joins = scope.words("boundary", "union")
    text = scope.sentence.text
    for m in reading.segment.mentions:
        if m.dimension != "measure" or m.code != reading.measure or scope.entry(m.code).stage:
            continue
        after = [t for t in scope.tokens_after(m.end) if t.start < reading.segment.end]
        before = [t for t in scope.tokens_before(m.start) if t.start >= reading.segment.start]
        if after and after[0].word in joins and _adds(scope, reading, after[1 : 1 + JOINED_WORDS]):
            return True
        if before and before[-1].word in joins and _adds(scope, reading, before[-JOINED_WORDS:-1]):
            return True
        if text[m.end :].lstrip(" ").startswith(",") and any(t.word in joins for t in after[1:JOINED_WORDS]):
            return True
        rest = _BRACKETS.sub("", text[m.end :]).split()
        if text[m.end :].lstrip(" ").startswith("(") and rest and rest[0] in joins:
            return True  # "gikk til arbeid (25 personer) eller utdanning (22 personer)"
    return False


def _adds(scope: Scope, reading: Reading, tokens: Iterable[Token]) -> bool:
    """Whether words beside "eller" name something else than the measure, a group, a year or a figure."""
    mentions = [
        m
        for m in scope.sentence.mentions
        if m.dimension in GROUPS or reading.measure in (m.code, scope.entry(m.code).broader)
    ]
    spans = [(m.start, m.end) for m in mentions] + _counted_spans(scope)
    linking = _linking(scope.vocabulary)
    return any(
        len(t.word) >= PART_LETTERS
        and t.word not in linking
        and not any(start <= t.start < end for start, end in spans)
        for t in tokens
    )


def _has_object(scope: Scope, reading: Reading) -> bool:
    """Whether a verb of a stage has something else for its object: "gjennomførte 17 kvinner et jobbkurs"."""
    if reading.change or not scope.entry(reading.measure or UNPLACED).stage:
        return False
    after = [t for t in scope.tokens_after(reading.item.end) if t.start < reading.segment.end]
    articles, moves = scope.words("understood", "articles"), scope.words("change", "noun")
    left = {t.start for t in _left(scope, after)}
    linking = _linking(scope.vocabulary)
    for place, token in enumerate(after):
        if token.word not in articles or token.start not in left:
            continue
        phrase = after[place + 1 : place + 1 + JOINED_WORDS]
        if (
            phrase
            and phrase[0].word not in moves
            and any(t.start in left and t.word not in linking for t in phrase)
        ):
            return True
    return False


def _borrows_unit(scope: Scope, reading: Reading) -> bool:
    """In "29 prosent gikk til tiltak, mens 11 gikk til grunnskole" the 11 may be people."""
    if reading.item.quantity.unit is not None or reading.unit not in (PERCENT, POINTS) or reading.model:
        return False
    after: Sequence[Token] = [
        t for t in scope.tokens_after(reading.item.end) if t.start < reading.segment.end
    ]
    verb = bool(after) and after[0].word in scope.words("anaphora", "moving")
    bare = scope.words("people", "after_bare")
    named = scope.measures(reading.segment.mentions)  # "og 30 avsluttet av andre årsaker"
    verb = verb or any(m.start == after[0].start and after[0].word not in bare for m in named if after)
    return verb
