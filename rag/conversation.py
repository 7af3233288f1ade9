"""A question of one or several parts, and the turns before it -> queries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ingest.vocabulary import Token, Vocabulary, holds, starts_with
from rag.asides import is_scorn, without_asides
from rag.asking import asks, is_order, is_question, names_something, opens, requests
from rag.models import Intent, Operation, Query
from rag.operations import Operations
from rag.parts import second_alternative, split_parts
from rag.question import Reader
from rag.quoted import as_checked
from rag.statements import (
    adds_nothing,
    again,
    as_topic,
    of_claim,
    of_compared,
    of_speaker,
    of_stated,
    of_told_speaker,
    shared,
    shared_years,
    unknown_of,
    with_antecedent,
    with_told_measure,
    without_headings,
)
from rag.turns import SHORT_TURN, carry
from rag.wording import Understanding, clean

# So many words of nynorsk outweigh a spelling of dialects.
CLEAR_MARKS = 2
# Words after "jeg er" or "I work" that say what someone is or does.
SELF_REACH = 1


def read_question(
    text: str, vocabulary: Vocabulary, known: Understanding, history: Sequence[Query] = ()
) -> list[Query]:
    """Read a question, of one or several parts, into queries; the earlier turns fill what it leaves out.

    Returns at least one query. A part that asks for nothing ("hei", an order, an insult) is dropped where
    another part asks for something.
    """
    text = clean(text)
    language = find_language(text, vocabulary, history)
    text = as_checked(text, language, vocabulary)
    queries: list[Query] = []
    earlier = list(history)
    operations = Operations(vocabulary, known, language)
    stated: Query | None = None
    for part in _without_scorn(split_parts(text, vocabulary), vocabulary):
        if queries and _sets_aside(part, vocabulary):
            continue
        reader, own = _read_part(part, language, vocabulary, known, earlier)
        own = _without_own_work(own, reader, vocabulary)
        own, of_whom = with_told_measure(own, vocabulary, known)
        query = carry(own, reader.tokens, earlier, vocabulary, vague=reader.vague)
        query = of_stated(query, stated, reader.tokens, vocabulary)
        query = of_told_speaker(query, queries[-1:], reader.tokens, vocabulary)
        query = of_compared(query, queries[-1:], vocabulary)
        found = operations.find(part) or operations.find(with_antecedent(part, earlier, vocabulary))
        query = _worked_out(query, found)
        if query.operations:
            queries.append(query)
            earlier = [*earlier, query]
            continue
        if queries and of_speaker(query, queries[-1], reader.tokens, vocabulary):
            continue
        if queries and (words := unknown_of(query, queries[-1], reader.tokens, vocabulary)):
            query = replace(query, unmatched=words)
        if queries and (told := again(query, queries[-1], reader.tokens, vocabulary)):
            queries[-1] = told
            continue
        if queries:
            query = of_claim(query, queries[-1], reader, vocabulary)
        after = bool(queries) and queries[-1].intent is not Intent.GREETING
        if after and (
            (adds_nothing(query, queries[-1]) and not _asks_after_statement(own, queries[-1], vocabulary))
            or (not reader.mentions and _asks_for_style(query, reader.tokens, vocabulary))
        ):
            continue
        queries.append(query)
        if _is_set_scene(query, vocabulary):
            stated = query
        elif query.measures or query.dimensions or query.terms or _counts(query, earlier):
            # Those whom a figure counts are meant by what goes on from it, and by no other question.
            told = replace(query, dimensions=query.dimensions or of_whom)
            earlier = [*earlier, as_topic(told, vocabulary)]
    return _questions(queries, vocabulary)


def _worked_out(query: Query, found: tuple[Operation, ...]) -> Query:
    """A part with the ways to read it as two figures added up or taken from each other."""
    if not found:
        return query
    # "… er vel 21?" tells a result, not the year 2021.
    periods = () if any(operation.claimed for operation in found) else query.periods
    # "Strip the Ukrainians out of …": the word that takes away is understood where its figures are.
    parts = [part for operation in found for part in (operation.first, operation.second) if part]
    unmatched = query.unmatched if any(part.unmatched for part in parts) else ()
    return replace(query, operations=found, periods=periods, unmatched=unmatched)


def _is_set_scene(query: Query, vocabulary: Vocabulary) -> bool:
    """Whether a part tells only what the question after it need not be about ("Jeg skriver oppgave.")."""
    told = query.measures or query.dimensions or vocabulary.marks(query.terms, "person")
    return bool(query.terms) and not (told or is_question(query, vocabulary))


def _counts(query: Query, earlier: Sequence[Query]) -> bool:
    """Whether a part tells a figure, or a year where nothing was told before ("2022 var et dårlig år.")."""
    return bool(query.quantities and not query.unmatched) or bool(query.periods and not earlier)


def _questions(queries: list[Query], vocabulary: Vocabulary) -> list[Query]:
    """Of the parts of a message those that ask, with the places, groups and years that others tell."""
    queries = without_headings(shared(queries, vocabulary))
    asking = [q for q in queries if asks(q, vocabulary) or requests(q, vocabulary)]
    years = {query.periods for query in queries if query.periods and "periods" not in query.carried}
    queries = shared_years(asking or queries[:1], years)
    asked = any("?" in query.text for query in queries)
    questions = [q for q in queries if is_question(q, vocabulary, marked=asked) or is_order(q)]
    if any(opens(query, vocabulary) and not query.unmatched for query in questions):
        # "TI ÅR PÅ KURS ELLER HVA??" before a question is a cry.
        questions = [q for q in questions if opens(q, vocabulary) or not q.unmatched]
    if any(query.measures or query.operations for query in questions):
        # "Funker dette i det hele tatt?" before a question for a figure names nothing to answer.
        questions = [query for query in questions if names_something(query)]
    orders = [query for query in queries if requests(query, vocabulary)]
    return questions or [query for query in queries if query.measures] or orders or queries


def _without_scorn(parts: list[str], vocabulary: Vocabulary) -> list[str]:
    """The parts of a question without those that only scorn ("Er du dum?"); all where nothing is left."""
    return [part for part in parts if not is_scorn(part, vocabulary)] or parts


def _without_own_work(query: Query, reader: Reader, vocabulary: Vocabulary) -> Query:
    """What whoever asks tells of themselves names no outcome ("Jeg er student", "I teach at a college")."""
    own = vocabulary.sequences("language", "questions", "of_self")
    length = starts_with(reader.tokens, 0, own)
    told = query.quantities or query.periods or "?" in query.text
    if not length or told or not query.measures:
        return query
    near = reader.tokens[: length + SELF_REACH][-1].end
    named = [m for m in reader.mentions if m.code in query.measures]
    return query if any(m.start > near and not m.weak for m in named) else replace(query, measures=())


def _sets_aside(part: str, vocabulary: Vocabulary) -> bool:
    """Whether a part only says what is not asked ("…, not how many joined")."""
    tokens = vocabulary.tokens(part)
    openers = vocabulary.sequences("language", "questions", "openers")
    negated = bool(tokens) and tokens[0].word in vocabulary.word_list("language", "questions", "negating")
    return negated and bool(starts_with(tokens, 1, openers))


def _read_part(
    part: str, language: str, vocabulary: Vocabulary, known: Understanding, earlier: Sequence[Query]
) -> tuple[Reader, Query]:
    """A part with its own slots; without the remarks around it where they hold what was not understood."""
    reader = Reader(part, language, vocabulary, known, earlier)
    query = reader.read()
    plain = without_asides(part, language, vocabulary) if query.unmatched else part
    if query.unmatched and plain == part and (other := second_alternative(part, vocabulary)):
        # "Er de avskrevet, eller kan de telle senere?": what holds of the one settles the other.
        second = Reader(other, language, vocabulary, known, earlier)
        read = second.read()
        told = read.intent is Intent.TEXT and any(second.is_subject(m) for m in second.mentions)
        return (second, replace(read, text=part)) if told and not read.unmatched else (reader, query)
    if plain == part:
        return reader, query
    second = Reader(plain, language, vocabulary, known, earlier)
    read = second.read()
    return (second, read) if len(read.unmatched) < len(query.unmatched) else (reader, query)


def _asks_after_statement(own: Query, before: Query, vocabulary: Vocabulary) -> bool:
    """Whether a question names a measure of its own after a statement, which it is then asked instead of.

    "Så de kan gå der i ti år på vår regning. Hvor lenge er maks?"
    """
    return bool(own.measures) and is_question(own, vocabulary) and not is_question(before, vocabulary)


def _asks_for_style(query: Query, tokens: Sequence[Token], vocabulary: Vocabulary) -> bool:
    """Whether a part only says how the answer is to be put ("Kan du si det kort?")."""
    styles = vocabulary.sequences("language", "questions", "styles")
    named = query.unmatched or query.quantities or query.periods or query.intent is Intent.EXPLAIN
    return holds(tokens, styles) and not named


def find_language(text: str, vocabulary: Vocabulary, history: Sequence[Query] = ()) -> str:
    """The language, by the words that only one has: nb, nn or en; the earlier turn's where none tells."""
    words = [token.word for token in vocabulary.tokens(text)]
    marks = {code: set(vocabulary.word_list("language", "marks", code)) for code in ("nb", "nn", "en")}
    count = {code: sum(word in marks[code] for word in words) for code in marks}
    dialect = any(word in vocabulary.word_list("language", "marks", "dialect") for word in words)
    strong = {code: vocabulary.word_list("language", "marks", f"strong_{code}") for code in ("nb", "nn")}
    marked = {code: set(words) & set(strong[code]) for code in strong}
    if len(words) > SHORT_TURN:
        marked["nn"] |= set(words) & set(vocabulary.word_list("language", "marks", "shared_nn"))
    clear = len(marked["nn"]) >= CLEAR_MARKS
    if len(marked["nn"]) > len(marked["nb"]) and (clear or not dialect):
        return "nn"
    if count["en"] > count["nb"] or (count["en"] == count["nb"] > 0 and not marked["nb"] and not dialect):
        return "en"
    leans = history and len(words) <= SHORT_TURN and not marked["nb"] and not dialect
    if leans and (history[-1].language == "nn" or count["nb"] <= 1):
        return history[-1].language
    return "nb"
