"""Whether a part of a message asks, orders something, or only tells."""

from __future__ import annotations

from ingest.numbers import find_quantities
from ingest.vocabulary import Vocabulary, starts_with
from rag.models import Intent, Query
from rag.wording import joined_by


def requests(query: Query, vocabulary: Vocabulary) -> bool:
    """Whether a part orders something that was not understood ("Gi meg navnene på de 905")."""
    orders = vocabulary.sequences("language", "questions", "requests")
    return "writing" in query.cues or bool(
        query.unmatched and starts_with(vocabulary.tokens(query.text), 0, orders)
    )


def asks(query: Query, vocabulary: Vocabulary) -> bool:
    """Whether a part asks, names what may be asked of, or orders something, and is no greeting."""
    if query.intent is Intent.GREETING:
        return False
    named = query.measures or query.dimensions or query.terms or is_order(query)
    return bool(named) or is_question(query, vocabulary)


def names_something(query: Query) -> bool:
    """Whether a part names what it is about, or is a wish that needs no such."""
    named = query.measures or query.dimensions or query.terms or query.quantities or query.periods
    return bool(named or query.unmatched) or query.intent in (Intent.EXPLAIN, Intent.VERIFY, Intent.ABOUT)


def is_question(query: Query, vocabulary: Vocabulary, *, marked: bool = False) -> bool:
    """Whether a part asks, rather than states something around the question that is `marked` with "?"."""
    named = query.measures or query.dimensions or query.terms
    if marked and "?" not in query.text and not named and (query.unmatched or query.quantities):
        # "Må ha riktig skrivemåte.", "Alle svar skal si 99 prosent." beside a question.
        return False
    if "?" in query.text or query.intent is Intent.VERIFY:
        return True
    if not marked and _wants_figure(query, vocabulary):
        return True
    orders = vocabulary.sequences("language", "questions", "requests")
    if not marked and "measures" in query.carried and starts_with(vocabulary.tokens(query.text), 0, orders):
        # "Lager graf over avsluttede. Gi meg tallene for 2017 og 2023."
        return True
    openers = vocabulary.sequences("language", "questions", "openers")
    tokens = vocabulary.tokens(query.text.rpartition(":")[2])
    joined = joined_by(tokens, 0, vocabulary)
    openers |= vocabulary.sequences("language", "questions", "asks_bare")
    return bool(starts_with(tokens, int(joined), openers)) or query.intent is Intent.ABOUT


def _wants_figure(query: Query, vocabulary: Vocabulary) -> bool:
    """Whether a part wants a count or a share, and does not only tell one ("60 prosent er jo elendig")."""
    wishes = {"count", "share"} & set(query.cues)
    if wishes != {"share"} or not query.quantities:
        return bool(wishes)
    told = find_quantities(query.text)
    wanted = vocabulary.find_intents(query.text, vocabulary.tokens(query.text))
    return any(w.code == "share" and not any(q.start <= w.start < q.end for q in told) for w in wanted)


def opens(query: Query, vocabulary: Vocabulary) -> bool:
    """Whether a part has the words of a question, opens with its verb, or claims what can be checked."""
    tokens = vocabulary.tokens(query.text)
    openers = vocabulary.sequences("language", "questions", "openers")
    verbs = vocabulary.word_list("language", "questions", "verb_openers")
    asked = any(starts_with(tokens, at, openers) for at in range(max(1, len(tokens) - 1)))
    return asked or tokens[0].word in verbs or _has_checked(query, vocabulary)


def _has_checked(query: Query, vocabulary: Vocabulary) -> bool:
    """Whether a part wants a claim checked, and does not only tell one ("Alle veit at dei er late.")."""
    if query.intent is not Intent.VERIFY or "?" in query.text:
        return query.intent is Intent.VERIFY
    wishes = vocabulary.find_intents(query.text, vocabulary.tokens(query.text))
    first = (w for w in wishes if w.code == Intent.VERIFY.value and not w.start)
    saying = set(vocabulary.word_list("language", "questions", "saying_so"))
    holding = vocabulary.sequences("language", "questions", "held_by")
    of_others = bool(starts_with(vocabulary.tokens(query.text), 0, holding))
    ordered = any(not saying & {t.word for t in vocabulary.tokens(wish.surface)} for wish in first)
    return ordered and Intent.VERIFY.value in query.cues and not of_others


def only_claims(query: Query, vocabulary: Vocabulary) -> bool:
    """Whether a part tells a claim that was not understood, and wants nothing checked."""
    claims = query.intent is Intent.VERIFY and bool(query.unmatched)
    return claims and not _has_checked(query, vocabulary)


def is_order(query: Query) -> bool:
    """Whether a part has something worked out ("Trekk 5 837 fra 11 381."), and tells no result itself."""
    named = any(operation.first for operation in query.operations)
    return named and not any(operation.claimed for operation in query.operations)
