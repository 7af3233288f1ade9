"""What is said of a figure besides its measure: a predicate that no list knows, a "not", a thing aside."""

from __future__ import annotations

from itertools import pairwise

from ingest.readings import GROUPS, PERCENT, Reading, Scope
from ingest.vocabulary import Token, holds, starts_with
from ingest.wholes import is_counted_whole

# A word this long that no list knows may be a predicate of its own ("bestod norskprøven").
PREDICATE_LETTERS = 5
NOT_REACH = 5  # words before an outcome among which a "not" denies it
HOURS = "timer"
RATE_WORDS = 3  # words after hours among which "i uken" stands
PREDICATE_WORDS = 4  # words after a verb among which the group stands that people are said to be


def is_aside(scope: Scope, at: int, said: str | None) -> bool:
    """Whether a figure is of something in the programme that no measure is of: "118 var ute i praksis"."""
    reading, before = scope.readings[at], scope.before(at)
    if _is_answer(scope, reading):
        return True
    if said is not None and not scope.entry(said).stage:
        # "83 prosent var i jobb før de flyktet"
        return holds(reading.segment.tokens, scope.vocabulary.sequences("predicates", "arrival", "before"))
    words = tuple(scope.vocabulary.word_list("predicates", "aside", "words"))
    tokens = [t for t in reading.segment.tokens if not _is_named(scope, t)]
    # A compound may be told apart into its parts: "svar|prosenten".
    parted = [a.word + b.word for a, b in pairwise(tokens) if a.end == b.start]
    if any(w.startswith(words) for w in (*(t.word for t in tokens), *parted)) or _is_settled(scope, reading):
        return True
    taken = scope.says(reading.segment.tokens, "anaphora", "people")
    # "31 000 ble bosatt. 18 500 av dem deltok i programmet."
    taken = taken and not any(m.code == said for m in scope.stages(reading.segment.mentions))
    if before is not None:
        return before.aside and (taken or said is None)
    return taken and bool(scope.context.last) and all(r.aside for r in scope.context.last)


def _is_answer(scope: Scope, reading: Reading) -> bool:
    """Whether those counted think or answer something: "hver fjerde [rådgiver] pekte på lønnstilskudd"."""
    after, nouns = scope.tokens_after(reading.item.end), scope.words("people", "nouns")
    while after and after[0].word in nouns:
        after = after[1:]
    answered = scope.vocabulary.sequences("predicates", "answered", "verbs")
    return not is_counted_whole(scope, reading) and bool(starts_with(after, 0, answered))


def _is_settled(scope: Scope, reading: Reading) -> bool:
    """Whether people are said to have been given a place to live: "Kommunen bosatte 143 flyktninger"."""

    def words(key: str) -> set[str]:
        return set(scope.vocabulary.word_list("predicates", "settled", key))

    tokens, nouns = reading.segment.tokens, scope.words("people", "nouns")
    received = scope.vocabulary.sequences("predicates", "settled", "received")
    if holds(tokens, received):
        return True
    for place, token in enumerate(tokens):
        after = tokens[place + 1].word if place + 1 < len(tokens) else ""
        before = {t.word for t in tokens[:place]}
        counted = token.end <= reading.item.start and after not in nouns
        if token.word in words("verbs") and counted:
            return True
        if token.word in words("passive") and before & words("auxiliaries") and after not in nouns:
            return True
    return False


def _is_named(scope: Scope, token: Token) -> bool:
    """Whether a word is part of a measure or a group, and so is understood."""
    return any(m.start <= token.start < m.end and not m.weak for m in scope.sentence.mentions)


def is_rule(scope: Scope, reading: Reading) -> bool:
    """Whether hours are what the programme demands, which are of no year: "full tid, 37,5 timer i uken"."""
    weekly = scope.says(scope.tokens_after(reading.item.end)[:RATE_WORDS], "average", "weekly")
    told = reading.own_period or scope.says(scope.sentence.tokens, "average", "cues")
    return weekly and reading.unit == HOURS and not (told or reading.change)


def is_denied(scope: Scope, reading: Reading) -> bool:
    """Whether a "not" stands before the outcome that a figure was given."""
    negating = frozenset(scope.vocabulary.word_list("language", "questions", "negating"))
    if reading.taken and _denies_told(scope, reading, negating):
        return True
    negating |= scope.words("boundary", "neither")
    for m in scope.measures(reading.segment.mentions):
        if m.code != reading.measure or scope.entry(m.code).stage:
            continue
        start = reading.item.end if m.start >= reading.item.end else reading.segment.start
        before = [t for t in scope.tokens_before(m.start) if t.start >= start][-NOT_REACH:]
        inside = [o for o in scope.sentence.mentions if o.dimension in GROUPS]  # "uten skolegang"
        if any(t.word in negating and not any(o.start <= t.start < o.end for o in inside) for t in before):
            return True
    return False


def _denies_told(scope: Scope, reading: Reading, negating: frozenset[str]) -> bool:
    """Whether all that follows a figure is that it is not so: "…, mens 35 prosent ikke var det"."""
    after = [t.word for t in scope.tokens_after(reading.item.end) if t.start < reading.segment.end]
    subjects = {words[0] for words in scope.sequences("anaphora", "subject")}
    verbs = scope.words("anaphora", "copulas") | scope.words("anaphora", "moving")
    told = bool(negating & {*after}) and bool(subjects & {*after}) and bool(verbs & {*after})
    return told and {*after} <= negating | subjects | verbs


def says_anew(scope: Scope, reading: Reading, code: str) -> bool:
    """Whether a segment says something of its own of its figure, in other words than the measure's."""
    tokens = reading.segment.tokens
    if goes_on(scope, reading):
        return True
    if any(t.word in scope.words("anaphora", "taking") for t in tokens):
        return True
    verbs = scope.words("anaphora", "verbs")
    if reading.unit == PERCENT and any(t.word in verbs for t in tokens if t.start >= reading.item.end):
        return not reading.composition
    others = [m for m in scope.measures(reading.segment.mentions, weak=True) if m.code != code]
    return any(not scope.entry(m.code).stage and m.code != scope.entry(code).broader for m in others)


def goes_on(scope: Scope, reading: Reading) -> bool:
    """Whether a figure has a verb of its own straight after it: "… og 11 prosent flyttet"."""
    nouns = scope.words("people", "nouns")
    after = [t for t in scope.tokens_after(reading.item.end) if t.start < reading.segment.end]
    while after and after[0].word in nouns:
        after = after[1:]
    if not after or reading.change:
        return False
    if set(scope.sentence.text[reading.item.end : after[0].start]) & set(",;:()–"):
        return False
    kinds = ("measure", *GROUPS)
    named = any(m.dimension in kinds and m.start <= after[0].start < m.end for m in reading.segment.mentions)
    dated = any(p.start <= after[0].start < p.end for p in reading.segment.periods)
    return not (named or dated or after[0].word in scope.words("people", "after_bare"))


def takes(scope: Scope, reading: Reading) -> bool:
    """Whether people counted are said to have got or taken something that no list knows."""
    after = [t for t in reading.segment.tokens if t.start >= reading.item.end]
    return any(token.word in scope.words("anaphora", "verbs") for token in after)


def predicates_anew(scope: Scope, reading: Reading, code: str) -> bool:
    """Whether a share has a predicate that is in no list, or one that is not the measure taken over."""
    unknown = scope.unknown(reading.segment.tokens, PREDICATE_LETTERS)
    return unknown or says_anew(scope, reading, code)


def is_predicated(scope: Scope, reading: Reading) -> bool:
    """Whether something is said of people counted that no list knows: "180 deltakere ble henvist til …"."""
    words = scope.words("anaphora", "copulas")
    after = [t for t in scope.tokens_after(reading.item.end) if t.start < reading.segment.end]
    while after and after[0].word in scope.words("people", "nouns"):
        after = after[1:]
    stem = [t for t in scope.stem(reading.item) if t.start >= reading.segment.start]
    groups = [m for m in reading.segment.mentions if m.dimension in GROUPS and not m.weak]
    if after and after[0].word in words:
        reach = after[1 : 1 + PREDICATE_WORDS]
        return bool(reach) and not any(m.start <= t.start < m.end for m in groups for t in reach)
    verbs = scope.words("anaphora", "moving")
    return bool(stem) and not groups and stem[-1].word in verbs
