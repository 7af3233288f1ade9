"""A question of one or several parts, and the turns before it -> queries.

A turn that leaves a slot open takes it from the turn before, slot by slot; what was taken is named in
`Query.carried`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ingest.sentences import find_sentences
from ingest.vocabulary import Token, Vocabulary, starts_with
from rag.models import Intent, Query
from rag.question import Reader, Understanding, clean

# A turn of so few words leans on the one before.
SHORT_TURN = 6
_SPLITS = frozenset({"by_origin", "by_age", "by_education", "both_sexes", "by_year"})
_SPLITS |= {"by_county", "by_municipality"}


def read_question(
    text: str, vocabulary: Vocabulary, known: Understanding, history: Sequence[Query] = ()
) -> list[Query]:
    """Read a question, of one or several parts, into queries; the earlier turns fill what it leaves out.

    Returns at least one query. A part that asks for nothing ("hei", an order, an insult) is dropped where
    another part asks for something.
    """
    text = clean(text)
    language = find_language(text, vocabulary, history)
    queries: list[Query] = []
    earlier = list(history)
    for part in split_parts(text, vocabulary):
        reader = Reader(part, language, vocabulary, known, earlier)
        query = carry(reader.read(), reader.tokens, earlier, vocabulary, vague=reader.vague)
        if queries and _bare_verdict(query):
            queries[-1] = _put_to_test(queries[-1])
            continue
        if queries and _adds_nothing(query):
            continue
        queries.append(query)
        if query.measures or query.dimensions or query.terms:
            earlier = [*earlier, query]
    queries = _shared_groups(queries, vocabulary)
    queries = _shared_years([query for query in queries if _asks(query, vocabulary)] or queries[:1])
    asked = any("?" in query.text for query in queries)
    questions = [query for query in queries if _is_question(query, vocabulary, marked=asked)]
    return questions or [query for query in queries if query.measures] or queries


def _asks(query: Query, vocabulary: Vocabulary) -> bool:
    if query.intent is Intent.GREETING:
        return False
    return bool(query.measures or query.dimensions or query.terms) or _is_question(query, vocabulary)


def _is_question(query: Query, vocabulary: Vocabulary, *, marked: bool = False) -> bool:
    """Whether a part asks, rather than states something around the question that is `marked` with "?"."""
    if "?" in query.text or query.intent is Intent.VERIFY:
        return True
    if not marked and {"count", "share"} & set(query.cues):
        return True
    openers = vocabulary.sequences("language", "questions", "openers")
    return bool(starts_with(vocabulary.tokens(query.text), 0, openers)) or query.intent is Intent.ABOUT


def _bare_verdict(query: Query) -> bool:
    """Whether a part only wants what stands before it checked ("Stemmer det?")."""
    own = query.quantities or query.terms or query.unmatched
    return (
        query.intent is Intent.VERIFY
        and not own
        and len(query.carried) + (not query.measures) > 0
        and (not query.measures or "measures" in query.carried)
    )


def _adds_nothing(query: Query) -> bool:
    """Whether a part says the question before it over again ("Gi meg alle andelene.")."""
    own = query.terms or query.unmatched or query.quantities or query.context or query.direction
    asks = query.intent in (Intent.FIGURE, Intent.TEXT, Intent.LIST)
    return (
        asks
        and not own
        and {"measures", "dimensions"} & set(query.carried) != set()
        and "periods" in query.carried
    )


def _put_to_test(query: Query) -> Query:
    """The claim, or the question, before a bare verdict, now to be checked."""
    cues = tuple(sorted({*query.cues, "verify"}))
    if query.quantities or query.direction:
        claim = query.intent in (Intent.FIGURE, Intent.TEXT, Intent.WHO_SAID, Intent.VERIFY)
        intent = Intent.VERIFY if claim else query.intent
        return replace(query, intent=intent, cues=cues, unmatched=(), terms=() if claim else query.terms)
    return replace(query, cues=cues)


def _shared_groups(queries: list[Query], vocabulary: Vocabulary) -> list[Query]:
    """Who is told of holds for the question ("Jeg har fullført videregående. Hvor lang tid får jeg?")."""
    result: list[Query] = []
    told: dict[str, tuple[str, ...]] = {}
    for query in queries:
        if not _is_question(query, vocabulary):
            told.update(query.dimensions)
        elif told and not query.dimensions:
            query = replace(query, dimensions=dict(told))
        result.append(query)
    return result


def _shared_years(queries: list[Query]) -> list[Query]:
    """One year holds for all: "Hvor mange startet, og hvor mange deltok i 2023?"."""
    years = [query.periods for query in queries if query.periods and "periods" not in query.carried]
    if len(queries) < 2 or len(set(years)) != 1:
        return queries
    return [
        query if query.periods or query.intent is Intent.TEXT else replace(query, periods=years[0])
        for query in queries
    ]


def split_parts(text: str, vocabulary: Vocabulary) -> list[str]:
    """The questions in a text: one after another, or joined by "og" before a question word."""
    parts: list[str] = []
    text = _without_preamble(text, vocabulary)
    openers = vocabulary.sequences("language", "questions", "openers")
    for start, end in find_sentences(text):
        sentence = text[start:end]
        tokens = vocabulary.tokens(sentence)
        begin = 0
        for at, token in enumerate(tokens):
            joins = token.word in ("og", "and", "samt") and starts_with(tokens, at + 1, openers)
            if joins and at > 1 and any(starts_with(tokens, k, openers) for k in range(at)):
                parts.append(sentence[begin : token.start].strip(" ,"))
                begin = token.start
        parts.append(sentence[begin:].strip())
    return [part for part in parts if part] or [text]


def _without_preamble(text: str, vocabulary: Vocabulary) -> str:
    """The question after "Til kommuneplanen: …", where what stands before the colon says nothing here."""
    tokens = vocabulary.tokens(text)
    asking = vocabulary.sequences("language", "questions", "asking")
    openers = vocabulary.sequences("language", "questions", "openers")
    for at in range(len(tokens)):
        length = starts_with(tokens, at, asking)
        if length and starts_with(tokens, at + length, openers):
            return text[tokens[at + length].start :]
    before, colon, after = text.partition(": ")
    if not colon or not after or any(m.dimension not in ("frame", "term") for m in vocabulary.find(before)):
        return text
    return after if len(after) > len(before) / 2 else text


def find_language(text: str, vocabulary: Vocabulary, history: Sequence[Query] = ()) -> str:
    """The language, by the words that only one has: nb, nn or en; the earlier turn's where none tells."""
    words = [token.word for token in vocabulary.tokens(text)]
    marks = {code: set(vocabulary.word_list("language", "marks", code)) for code in ("nb", "nn", "en")}
    count = {code: sum(word in marks[code] for word in words) for code in marks}
    dialect = any(word in vocabulary.word_list("language", "marks", "dialect") for word in words)
    if not dialect and any(word in vocabulary.word_list("language", "marks", "strong_nn") for word in words):
        return "nn"
    if count["en"] > count["nb"]:
        return "en"
    if history and len(words) <= 4 and count["nb"] <= 1:
        return history[-1].language
    return "nb"


def carry(
    query: Query,
    tokens: list[Token],
    history: Sequence[Query],
    vocabulary: Vocabulary,
    *,
    vague: bool = False,
) -> Query:
    """Fill the slots that this turn leaves open from the turn before, slot by slot."""
    if not history or query.intent in (Intent.ABOUT, Intent.GREETING):
        return query
    if vague and history[-1].measures and (_leans(tokens, vocabulary) or len(tokens) <= SHORT_TURN):
        query = replace(query, measures=())
    opener = vocabulary.sequences("language", "questions", "elliptic_openers")
    if (not query.measures or query.intent is Intent.TEXT) and (
        _leans(tokens, vocabulary) or starts_with(tokens, 0, opener)
    ):
        query = replace(query, context=history[-1].text)
    if not _is_elliptic(query, tokens, vocabulary):
        return query
    last = history[-1]
    carried: list[str] = []
    if query.intent is Intent.COMPARE and len(history) > 1 and not query.dimensions and not query.periods:
        return _both_turns(query, history)
    if not query.measures and last.measures:
        query = replace(query, measures=last.measures)
        carried.append("measures")
    if "everyone" in query.cues:
        kept = {} if not query.dimensions else query.dimensions
        last = replace(last, dimensions=kept)
    if {"rank", "list"} & set(query.cues) and set(last.cues) & _SPLITS and not set(query.cues) & _SPLITS:
        cues = tuple(sorted({*query.cues, *(set(last.cues) & _SPLITS)}))
        query = replace(query, cues=cues, intent=Intent.RANK)
    if set(last.dimensions) - set(query.dimensions):
        query = replace(query, dimensions={**last.dimensions, **query.dimensions})
        carried.append("dimensions")
    if not query.periods and last.periods:
        query = replace(query, periods=last.periods)
        carried.append("periods")
    elif query.periods and last.periods and _compares(query, tokens):
        query = replace(query, periods=tuple(dict.fromkeys((*query.periods, *last.periods))))
        carried.append("periods")
    if query.unit is None and last.unit is not None and query.intent in (Intent.FIGURE, Intent.TEXT):
        query = replace(query, unit=last.unit)
    if query.intent is Intent.TEXT and last.intent is not Intent.TEXT and "measures" in carried:
        keeps = last.intent if last.intent not in (Intent.EXPLAIN, Intent.DEFINE) else Intent.FIGURE
        query = replace(query, intent=keeps)
    return replace(query, carried=tuple(carried))


def _both_turns(query: Query, history: Sequence[Query]) -> Query:
    """What differs between the two turns before is what is compared ("Hvor stor er forskjellen?")."""
    first, last = history[-2], history[-1]
    names = dict.fromkeys((*first.dimensions, *last.dimensions))
    dimensions = {
        name: tuple(dict.fromkeys((*first.dimensions.get(name, ()), *last.dimensions.get(name, ()))))
        for name in names
    }
    periods = tuple(dict.fromkeys((*first.periods, *last.periods)))
    same = not query.measures and first.measures == last.measures
    if not same:
        dimensions, periods = dict(last.dimensions), last.periods
    return replace(
        query,
        measures=query.measures or last.measures,
        dimensions=dimensions,
        periods=periods,
        carried=("measures", "dimensions", "periods"),
    )


def _leans(tokens: list[Token], vocabulary: Vocabulary) -> bool:
    """Whether a pronoun stands for what the turn before was about."""
    pronouns = vocabulary.word_list("language", "questions", "pronouns")
    return any(token.word in pronouns for token in tokens)


def _compares(query: Query, tokens: list[Token]) -> bool:
    """Whether it compares with the figure before ("er det mer enn i 2017?"); "enn i 2017?" asks for 2017."""
    return query.intent in (Intent.COMPARE, Intent.CHANGE) and len(tokens) > 3


def _is_elliptic(query: Query, tokens: list[Token], vocabulary: Vocabulary) -> bool:
    if query.unmatched or query.terms:
        return False
    opener = vocabulary.sequences("language", "questions", "elliptic_openers")
    if starts_with(tokens, 0, opener):
        return True
    demonstratives = vocabulary.word_list("language", "questions", "demonstratives")
    if any(token.word in demonstratives for token in tokens[1:]):
        return True
    people = vocabulary.word_list("language", "questions", "people_pronouns")
    if not query.dimensions and any(token.word in people for token in tokens[1:]):
        of_those = vocabulary.sequences("grammar", "anaphora", "of_those")
        return not any(starts_with(tokens, at, of_those) for at in range(len(tokens)))
    return not query.measures
