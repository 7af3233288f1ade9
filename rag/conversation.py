"""A question of one or several parts, and the turns before it -> queries.

A turn that leaves a slot open takes it from the turn before, slot by slot; what was taken is named in
`Query.carried`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ingest.numbers import find_quantities
from ingest.places import AREA
from ingest.vocabulary import Token, Vocabulary, ending, holds, starts_with
from rag.asides import aside_words, is_scorn, without_asides
from rag.calculate import LANDS, PEOPLE, PERCENT
from rag.models import TOLD, Intent, Operation, Query, Sign
from rag.negation import only_negates, opposite
from rag.operations import Operations, clause_openers
from rag.parts import second_alternative, split_parts
from rag.question import EVER, HEADS, LAPSE, PAIR, POLAR, SPEAKING, Reader
from rag.wording import Understanding, clean, joined_by

# A turn of so few words leans on the one before.
SHORT_TURN = 6
# So many words of nynorsk outweigh a spelling of dialects.
CLEAR_MARKS = 2
# What is told in these is another's words.
QUOTATION_MARKS = '«»“”„"'
# Words after "jeg er" or "I work" that say what someone is or does.
SELF_REACH = 1
# A part of so few words that names nothing goes on with the question before it.
FRAGMENT = 2
# A question of so few words that names no group and no year is about those of the turn before.
LEANING_TURN = 7
PLACELESS = (Intent.TEXT, Intent.ABOUT, Intent.GREETING)
# Dimensions that say who someone is: a turn that names one leaves those of the turn before.
IDENTITY = ("origin", "status", "age", "education")
# What may be asked of a claim that stands before the question.
_OF_CLAIMS = frozenset(
    {Intent.TEXT, Intent.FIGURE, Intent.LIST, Intent.CHANGE, Intent.EXPLAIN, Intent.VERIFY}
)
_OF_CLAIMS |= {Intent.COMPARE, Intent.RANK}
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
    operations = Operations(vocabulary, known, language)
    stated: Query | None = None
    for part in _without_scorn(split_parts(text, vocabulary), vocabulary):
        if queries and _sets_aside(part, vocabulary):
            continue
        reader, own = _read_part(part, language, vocabulary, known, earlier)
        own = _without_own_work(own, reader, vocabulary)
        own, of_whom = _with_told_measure(own, vocabulary, known)
        query = carry(own, reader.tokens, earlier, vocabulary, vague=reader.vague)
        query = _of_stated(query, stated, reader.tokens, vocabulary)
        query = _of_told_speaker(query, queries[-1:], reader.tokens, vocabulary)
        found = operations.find(part) or operations.find(_with_antecedent(part, earlier, vocabulary))
        query = _worked_out(query, found)
        if query.operations:
            queries.append(query)
            earlier = [*earlier, query]
            continue
        if queries and _of_speaker(query, queries[-1], reader.tokens, vocabulary):
            continue
        if queries and (words := _unknown_of(query, queries[-1], reader.tokens, vocabulary)):
            query = replace(query, unmatched=words)
        if queries and (again := _again(query, queries[-1], reader.tokens, vocabulary)):
            queries[-1] = again
            continue
        if queries:
            query = _of_claim(query, queries[-1], reader, vocabulary)
        after = bool(queries) and queries[-1].intent is not Intent.GREETING
        if after and (
            (_adds_nothing(query, queries[-1]) and not _asks_after_statement(own, queries[-1], vocabulary))
            or (not reader.mentions and _asks_for_style(query, reader.tokens, vocabulary))
        ):
            continue
        queries.append(query)
        if _is_set_scene(query, vocabulary):
            stated = query
        elif query.measures or query.dimensions or query.terms or _counts(query, earlier):
            # Those whom a figure counts are meant by what goes on from it, and by no other question.
            told = replace(query, dimensions=query.dimensions or of_whom)
            earlier = [*earlier, _as_topic(told, vocabulary)]
    return _questions(queries, vocabulary)


def _worked_out(query: Query, found: tuple[Operation, ...]) -> Query:
    """A part with the ways to read it as two figures added up or taken from each other."""
    if not found:
        return query
    # "… er vel 21?" tells a result, not the year 2021.
    periods = () if any(operation.claimed for operation in found) else query.periods
    return replace(query, operations=found, periods=periods)


def _again(query: Query, before: Query, tokens: list[Token], vocabulary: Vocabulary) -> Query | None:
    """The part before as this one, which names nothing itself, wants it; None where it is one of its own."""
    wished = _wished_of(query, before) or _listed(query, before, vocabulary)
    if wished or (wished := _told_of(query, before, tokens, vocabulary)):
        return wished
    if (
        _bare_verdict(query)
        or _orders_check(query, tokens, vocabulary)
        or _asks_what_is_published(query, before, tokens, vocabulary)
    ):
        # "… stort sett menn. Faktasjekk for 2023": the year is that of what is claimed.
        return _put_to_test(replace(before, periods=before.periods or query.periods), vocabulary)
    return None


def _is_set_scene(query: Query, vocabulary: Vocabulary) -> bool:
    """Whether a part tells only what the question after it need not be about ("Jeg skriver oppgave.")."""
    told = query.measures or query.dimensions or vocabulary.marks(query.terms, "person")
    return bool(query.terms) and not (told or _is_question(query, vocabulary))


def _counts(query: Query, earlier: Sequence[Query]) -> bool:
    """Whether a part tells a figure, or a year where nothing was told before ("2022 var et dårlig år.")."""
    return bool(query.quantities and not query.unmatched) or bool(query.periods and not earlier)


def _questions(queries: list[Query], vocabulary: Vocabulary) -> list[Query]:
    """Of the parts of a message those that ask, with the places, groups and years that others tell."""
    queries = _shared_subjects(queries, vocabulary)
    queries = _shared_groups(_shared_places(queries, vocabulary), vocabulary)
    queries = _shared_extension(queries, vocabulary)
    asking = [q for q in queries if _asks(q, vocabulary) or _requests(q, vocabulary)]
    years = {query.periods for query in queries if query.periods and "periods" not in query.carried}
    queries = _shared_years(asking or queries[:1], years)
    asked = any("?" in query.text for query in queries)
    questions = [q for q in queries if _is_question(q, vocabulary, marked=asked) or _is_order(q)]
    if any(_opens(query, vocabulary) and not query.unmatched for query in questions):
        # "TI ÅR PÅ KURS ELLER HVA??" before a question is a cry.
        questions = [q for q in questions if _opens(q, vocabulary) or not q.unmatched]
    if any(query.measures or query.operations for query in questions):
        # "Funker dette i det hele tatt?" before a question for a figure names nothing to answer.
        questions = [query for query in questions if _names_something(query)]
    requests = [query for query in queries if _requests(query, vocabulary)]
    return questions or [query for query in queries if query.measures] or requests or queries


def _requests(query: Query, vocabulary: Vocabulary) -> bool:
    """Whether a part orders something that was not understood ("Gi meg navnene på de 905")."""
    orders = vocabulary.sequences("language", "questions", "requests")
    return "writing" in query.cues or bool(
        query.unmatched and starts_with(vocabulary.tokens(query.text), 0, orders)
    )


def _without_scorn(parts: list[str], vocabulary: Vocabulary) -> list[str]:
    """The parts of a question without those that only scorn ("Er du dum?"); all where nothing is left."""
    return [part for part in parts if not is_scorn(part, vocabulary)] or parts


def _with_antecedent(part: str, earlier: Sequence[Query], vocabulary: Vocabulary) -> str:
    """A part with the words of the count before it for the pronoun in an "if" ("om de legges til, …")."""
    tokens = vocabulary.tokens(part)
    begins = clause_openers(vocabulary)
    opened = next((at for at in range(len(tokens)) if starts_with(tokens, at, begins)), None)
    pronouns = vocabulary.word_list("language", "questions", "pronouns")
    counted = [q for q in earlier[-1:] if q.quantities and not q.unmatched]
    if opened is None or opened + 1 >= len(tokens) or not counted or tokens[opened + 1].word not in pronouns:
        return ""
    pronoun = tokens[opened + 1]
    return f"{part[: pronoun.start]}{counted[0].text.rstrip(' .!?')}{part[pronoun.end :]}"


def _as_topic(query: Query, vocabulary: Vocabulary) -> Query:
    """A statement of a measure, of which a question may ask ("Vi er uenige om tallet. Hva er det?")."""
    figures = query.measures and not any(vocabulary.measure(c).data.get("timeless") for c in query.measures)
    quoted = any(mark in query.text for mark in QUOTATION_MARKS)
    states = query.intent is Intent.TEXT and not (query.terms or quoted or _is_question(query, vocabulary))
    return replace(query, intent=Intent.FIGURE) if figures and states else query


def _with_told_measure(
    query: Query, vocabulary: Vocabulary, known: Understanding
) -> tuple[Query, dict[str, tuple[str, ...]]]:
    """A statement with the measure of the figure it tells, and whom that counts.

    "44 prosent er lite. Hva fikk mennene til?"
    """
    told = [q for q in query.quantities if q.unit in (PEOPLE, PERCENT)]
    plain = query.intent in (Intent.FIGURE, Intent.TEXT, Intent.COMPARE) and not (
        query.measures or query.terms
    )
    if not plain or len(told) != len(query.quantities) or len(told) != 1 or "?" in query.text:
        return query, {}
    counted = (
        None if _is_question(query, vocabulary, marked=True) else known.counted_by(told[0], query.periods)
    )
    if counted is None:
        return query, {}
    measure, groups = counted
    return replace(query, measures=(measure,)), {d: (code,) for d, code in groups.items()}


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
        again = Reader(other, language, vocabulary, known, earlier)
        read = again.read()
        told = read.intent is Intent.TEXT and any(again.is_subject(m) for m in again.mentions)
        return (again, replace(read, text=part)) if told and not read.unmatched else (reader, query)
    if plain == part:
        return reader, query
    again = Reader(plain, language, vocabulary, known, earlier)
    read = again.read()
    return (again, read) if len(read.unmatched) < len(query.unmatched) else (reader, query)


def _asks(query: Query, vocabulary: Vocabulary) -> bool:
    if query.intent is Intent.GREETING:
        return False
    named = query.measures or query.dimensions or query.terms or _is_order(query)
    return bool(named) or _is_question(query, vocabulary)


def _names_something(query: Query) -> bool:
    named = query.measures or query.dimensions or query.terms or query.quantities or query.periods
    return bool(named or query.unmatched) or query.intent in (Intent.EXPLAIN, Intent.VERIFY, Intent.ABOUT)


def _is_question(query: Query, vocabulary: Vocabulary, *, marked: bool = False) -> bool:
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


def _opens(query: Query, vocabulary: Vocabulary) -> bool:
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


def _only_claims(query: Query, vocabulary: Vocabulary) -> bool:
    """Whether a part tells a claim that was not understood, and wants nothing checked."""
    claims = query.intent is Intent.VERIFY and bool(query.unmatched)
    return claims and not _has_checked(query, vocabulary)


def _is_order(query: Query) -> bool:
    """Whether a part has something worked out ("Trekk 5 837 fra 11 381."), and tells no result itself."""
    named = any(operation.first for operation in query.operations)
    return named and not any(operation.claimed for operation in query.operations)


def _unknown_of(
    query: Query, before: Query, tokens: Sequence[Token], vocabulary: Vocabulary
) -> tuple[str, ...]:
    """The words of the part before that were not understood, and say whom this one is of."""
    of_unknown = _of_unknown(query, before, tokens, vocabulary)
    return before.unmatched if of_unknown else _of_narrowed(query, before, tokens, vocabulary)


def _of_unknown(query: Query, before: Query, tokens: Sequence[Token], vocabulary: Vocabulary) -> bool:
    """Whether a part asks of people whom the part before names in words that were not understood."""
    people = vocabulary.word_list("language", "questions", "people_pronouns")
    named = query.dimensions or query.unmatched
    own = {slot for slot in ("measures", "dimensions", "terms", "periods") if getattr(query, slot)}
    plain = query.intent in (Intent.TEXT, Intent.FIGURE, Intent.LIST) and len(tokens) <= FRAGMENT
    if plain and before.unmatched and own and own <= set(query.carried):
        # "Hva tjener direktøren? Én million? To?"
        return _is_question(before, vocabulary)
    if (
        before.unmatched
        and _is_question(before, vocabulary)
        and _adds_nothing(replace(query, context=""), before)
    ):
        # "Hvor mange muslimer …? Tør dere si det?"
        return True
    if holds(tokens, vocabulary.sequences("grammar", "anaphora", "of_those")):
        # "Av dem som ble ferdige" says itself who they are.
        return False
    if before.dimensions and not _is_question(before, vocabulary):
        # "Vi har en familie fra Syria som ikke orker. Er det plikt for dem?" means the family.
        return False
    return bool(before.unmatched) and not named and any(token.word in people for token in tokens)


def _of_narrowed(
    query: Query, before: Query, tokens: Sequence[Token], vocabulary: Vocabulary
) -> tuple[str, ...]:
    """The words not understood that say which of a group is meant by a "them" in a question for a figure.

    "Syrere som er leger sliter. Hvor mange av dem deltok?" is not of all; "ukrainerne er late" is.
    """
    people = vocabulary.word_list("language", "questions", "pronouns")
    leans = "dimensions" in query.carried and any(token.word in people for token in tokens)
    if query.intent is not Intent.FIGURE or not leans or _is_question(before, vocabulary):
        return ()
    said = vocabulary.tokens(before.text)
    groups = [m for m in vocabulary.find(before.text) if m.dimension in (*IDENTITY, "sex")]
    which = vocabulary.sequences("language", "questions", "being_which")
    home = vocabulary.word_list("language", "questions", "from_home")
    narrowing: list[str] = []
    for at, token in enumerate(said):
        after = ending(said[:at], which) and any(m.end < token.start for m in groups)
        origin = said[at + 2].start if at + 2 < len(said) and said[at + 1].word in home else -1
        if after or any(m.start <= origin < m.end for m in groups):
            narrowing.append(before.text[token.start : token.end])
    return tuple(word for word in narrowing if word in before.unmatched)


def _of_speaker(query: Query, before: Query, tokens: list[Token], vocabulary: Vocabulary) -> bool:
    """Whether a part asks who they are whose words the part before asks for, or what they meant by them.

    The quotation tells both.
    """
    titles, meaning = (
        vocabulary.sequences("language", "questions", key) for key in ("titles", "speaker_meant")
    )
    own = query.quantities or query.dimensions or query.terms
    named = (query.measures and "measures" not in query.carried) or own
    if before.intent is not Intent.WHO_SAID or not _names_person(tokens, vocabulary) or named:
        return False
    known = {word for sequence in (*titles, *meaning) for word in sequence}
    left = [word for word in query.unmatched if word.lower() not in known and word not in before.unmatched]
    return not left and (holds(tokens, titles) or holds(tokens, meaning))


def _of_stated(query: Query, stated: Query | None, tokens: list[Token], vocabulary: Vocabulary) -> Query:
    """What someone said of "dem", or the reason for it, that a statement before a question tells of.

    "Kommunene gir blaffen. Sa ikke sjefen noe om dem?"
    """
    people = vocabulary.word_list("language", "questions", "people_pronouns")
    if stated is None or query.dimensions or query.measures:
        return query
    terms = tuple(dict.fromkeys((*query.terms, *stated.terms)))
    carried = (*query.carried, "terms")
    said = query.intent is Intent.WHO_SAID and not query.terms and _leans(tokens, vocabulary)
    if said or (query.intent is Intent.WHO_SAID and any(token.word in people for token in tokens)):
        # "Tittelen er «Et paradoks». Hvem sa det?"
        return replace(query, terms=terms, carried=carried, context=stated.text)
    if query.intent is Intent.EXPLAIN and not (query.terms or query.quantities or query.unmatched):
        # "905 er ikke med i tallene. Hvorfor?"
        return replace(query, terms=terms, quantities=stated.quantities, carried=carried, context=stated.text)
    return query


def _of_told_speaker(
    query: Query, before: Sequence[Query], tokens: Sequence[Token], vocabulary: Vocabulary
) -> Query:
    """Words of someone whom the statement before names ("Vi trenger noe fra ministeren. Har dere sitat?")."""
    told = [q for q in before if not _is_question(q, vocabulary)]
    people = tuple(c for q in told for c in q.terms if vocabulary.marks((c,), "person"))
    who = starts_with(tokens, 0, vocabulary.sequences("language", "questions", "who"))
    if query.intent is not Intent.WHO_SAID or query.terms or who:
        return query
    return replace(query, terms=people, carried=(*query.carried, "terms")) if people else query


def _of_claim(query: Query, before: Query, reader: Reader, vocabulary: Vocabulary) -> Query:
    """A question that names nothing itself, with what the statement before it says that no report has.

    "Mange ukrainere flytter hjem etterpå. Finnes det tall på det?" asks of those who move, not of all.
    """
    stages = any(vocabulary.measure(code).stage for code in query.measures)
    bare = reader.vague and not stages  # "Hvor mange gjør det?"
    slots = ("dimensions", "terms", "quantities", *(() if bare else ("measures",)))
    own = query.unmatched or any(getattr(query, slot) for slot in slots if slot not in query.carried)
    told = query.intent in _OF_CLAIMS and not (before.operations or _is_question(before, vocabulary))
    told = told and _is_question(query, vocabulary)
    if own or not told or not (query.carried or _leans(reader.tokens, vocabulary)):
        return query
    counted = _is_counted(before, vocabulary) and not _says_of_them(before, vocabulary)
    compared = query.intent is Intent.EXPLAIN and {"change", "compare"} & set(before.cues)
    # "Syrerne var vel flest, horder av dem. Hvor mange var det?"
    ranked = "rank" in before.cues and before.dimensions
    if counted or compared or ranked or vocabulary.marks(before.terms, "person"):
        # What a statement counts can be looked up, and what someone said quoted, whatever else is told.
        return query
    subjects = tuple(code for code in before.terms if not vocabulary.are_aside((code,)))
    terms = query.terms if before.measures else tuple(dict.fromkeys((*query.terms, *subjects)))
    return replace(query, unmatched=_claimed_in(before, vocabulary), terms=terms)


def _is_counted(query: Query, vocabulary: Vocabulary) -> bool:
    """Whether a statement is of what its measures count, and names no stage in passing only."""
    named = [m for m in vocabulary.find(query.text) if m.dimension == "measure" and m.code in query.measures]
    passing = all(m.weak and vocabulary.measure(m.code).stage for m in named)
    return bool(query.measures) and not (named and passing and query.unmatched)


def _claimed_in(query: Query, vocabulary: Vocabulary) -> tuple[str, ...]:
    """What was not understood of a statement, but for what is said of any figure ("Høres mye ut.")."""
    idle = {*aside_words(vocabulary, "verbs"), *vocabulary.word_list("language", "questions", "negating")}
    return tuple(word for word in query.unmatched if word.lower() not in idle)


def _says_of_them(query: Query, vocabulary: Vocabulary) -> bool:
    """Whether what is counted only names those of whom more is told ("De som fikk jobb, mistet den.")."""
    who = vocabulary.word_list("grammar", "doubt", "relative")
    tokens = vocabulary.tokens(query.text)
    clause = next((token.end for token in tokens if token.word in who), None)
    counted = [m for m in vocabulary.find(query.text) if m.code in query.measures]
    if clause is None or not counted or counted[0].start < clause:
        return False
    unknown = {word.lower() for word in query.unmatched}
    return any(token.word in unknown and token.start >= counted[-1].end for token in tokens)


def _told_of(query: Query, before: Query, tokens: list[Token], vocabulary: Vocabulary) -> Query | None:
    """The part before, of the year that this one says it is about ("Har lest det om 2017.").

    So says one that tells how the answer is to be put ("Må ha det ordrett, 2017-saken").
    """
    reading, words = (vocabulary.sequences("language", "questions", key) for key in ("reading", "verbatim"))
    slots = {slot for slot in ("measures", "terms") if getattr(query, slot)} - set(query.carried)
    if "?" in query.text or query.unmatched or query.quantities or slots:
        return None
    openers = vocabulary.sequences("language", "questions", "openers")
    as_told = holds(tokens, words) and not starts_with(tokens, 0, openers)
    if not starts_with(tokens, 0, reading) and not as_told:
        return None
    return before if before.periods else replace(before, periods=query.periods)


def _orders_check(query: Query, tokens: Sequence[Token], vocabulary: Vocabulary) -> bool:
    """Whether a part has what was just told checked, in whatever way ("Bekreft dette uten forbehold.")."""
    formal = vocabulary.word_list("language", "questions", "formal")
    wishes = vocabulary.find_intents(query.text, vocabulary.tokens(query.text))
    first = any(wish.code == Intent.VERIFY.value and not wish.start for wish in wishes)
    named = query.measures or query.quantities or query.terms or "?" in query.text
    return first and len(tokens) > 1 and tokens[1].word in formal and not named


def _bare_verdict(query: Query) -> bool:
    """Whether a part only wants what stands before it checked ("Stemmer det?")."""
    own = query.quantities or query.terms or query.unmatched
    return (
        query.intent is Intent.VERIFY
        and not own
        and len(query.carried) + (not query.measures) > 0
        and (not query.measures or "measures" in query.carried)
    )


def _asks_what_is_published(
    query: Query, before: Query, tokens: Sequence[Token], vocabulary: Vocabulary
) -> bool:
    """Whether a part asks what the reports say of the figure told before it, and names nothing itself.

    "Kjetil skriver at den falt med 25 prosentpoeng. Hva sier IMDi?"
    """
    slots = {slot for slot in ("dimensions", "periods", "measures") if getattr(query, slot)}
    named = bool(slots - set(query.carried) or query.terms or query.unmatched or query.quantities)
    says = query.intent in (Intent.WHO_SAID, Intent.OVERVIEW) and not _names_person(list(tokens), vocabulary)
    who = starts_with(tokens, 0, vocabulary.sequences("language", "questions", "who"))
    claimed = before.measures and before.quantities and not _is_question(before, vocabulary, marked=True)
    return bool(says and claimed) and not (named or who)


def _wished_of(query: Query, before: Query) -> Query | None:
    """The part before as this one wants it ("Andelen i 2017 og 2023. Og differansen mellom dem.")."""
    own = query.terms or query.unmatched or query.quantities or query.base
    carries = "measures" in query.carried or not query.measures
    if own or not carries or not {"compare", "gap"} & set(query.cues) or not before.measures:
        return None
    if len(before.periods) > 1 and query.periods in ((), before.periods):
        times = {"times"} & set(query.cues)  # "Hvor mange flere, og hvor mange ganger så mange?"
        return replace(before, intent=Intent.CHANGE, cues=tuple(sorted({*before.cues, "change", *times})))
    return None


def _listed(query: Query, before: Query, vocabulary: Vocabulary) -> Query | None:
    """The number of countries before, as this part wants it: one by one ("90 land?! List dem opp.")."""
    own = query.terms or query.unmatched or query.quantities or query.dimensions
    lands = any(LANDS in vocabulary.measure(code).units for code in before.measures)
    listed = "list" in query.cues and "rank" not in query.cues  # "… og hvilke fem grupper var størst?"
    if own or not listed or not lands or before.dimensions or before.unmatched:
        return None
    cues = tuple(sorted({*before.cues, "list", "by_origin"}))
    return replace(before, intent=Intent.LIST, measures=(), cues=cues)


def _adds_nothing(query: Query, before: Query) -> bool:
    """Whether a part says the question before it over again ("Gi meg alle andelene.")."""
    own = query.terms or query.unmatched or query.quantities or query.context or query.direction or query.base
    if _is_order(before) and not (query.measures or query.dimensions or query.terms or query.unmatched):
        # "Trekk 5 837 fra 11 381. Hva får du?"
        return not query.quantities or "quantities" in query.carried
    told = before.unit or next((q.unit for q in before.quantities), None)
    if query.unit and told and query.unit != told:
        # "45 prosent kom i jobb. Hvor mange er det?"
        return False
    if "times" in query.cues and "times" not in before.cues:
        # "Hvor mange flere ble det, og hvor mange ganger så mange?"
        return False
    asks = query.intent in (Intent.FIGURE, Intent.TEXT, Intent.LIST)
    another = "dimensions" not in query.carried and dict(query.dimensions) not in (
        {},
        dict(before.dimensions),
    )
    return (
        asks
        and not another
        and not own
        and {"measures", "dimensions"} & set(query.carried) != set()
        and (not query.measures or "measures" in query.carried)
        and (not query.periods or "periods" in query.carried)
    )


def _asks_after_statement(own: Query, before: Query, vocabulary: Vocabulary) -> bool:
    """Whether a question names a measure of its own after a statement, which it is then asked instead of.

    "Så de kan gå der i ti år på vår regning. Hvor lenge er maks?"
    """
    return bool(own.measures) and _is_question(own, vocabulary) and not _is_question(before, vocabulary)


def _asks_for_style(query: Query, tokens: Sequence[Token], vocabulary: Vocabulary) -> bool:
    """Whether a part only says how the answer is to be put ("Kan du si det kort?")."""
    styles = vocabulary.sequences("language", "questions", "styles")
    named = query.unmatched or query.quantities or query.periods or query.intent is Intent.EXPLAIN
    return holds(tokens, styles) and not named


def _put_to_test(query: Query, vocabulary: Vocabulary) -> Query:
    """The claim, or the question, before a bare verdict, now to be checked."""
    cues = tuple(sorted({*query.cues, "verify"}))
    if query.quantities or query.direction:
        claim = query.intent in (Intent.FIGURE, Intent.TEXT, Intent.WHO_SAID, Intent.VERIFY)
        intent = Intent.VERIFY if claim else query.intent
        # What is said of those who went to work may hold words of no bearing; other words are the claim.
        unmatched = () if query.measures else query.unmatched
        return replace(
            query, intent=intent, cues=cues, unmatched=unmatched, terms=() if claim else query.terms
        )
    # "Hver krone gir to tilbake. Er det belegg for det?" is asked, though no report has the words.
    claims = query.intent is Intent.TEXT and _claimed_in(query, vocabulary)
    intent = Intent.VERIFY if claims else query.intent
    return replace(query, intent=intent, cues=cues)


def _shared_groups(queries: list[Query], vocabulary: Vocabulary) -> list[Query]:
    """Who is told of holds for the question ("Jeg har fullført videregående. Hvor lang tid får jeg?")."""
    result: list[Query] = []
    told: dict[str, tuple[str, ...]] = {}
    heading: dict[str, tuple[str, ...]] = {}
    for query in queries:
        if not _is_question(query, vocabulary) or _only_claims(query, vocabulary):
            told.update({} if "dimensions" in query.carried else query.dimensions)
            heading = dict(query.dimensions) if _is_heading(query) else {}
        elif heading and not set(heading) & set(query.dimensions):
            # "Analfabetene i 2017. Hvor mange av kvinnene …?"
            query = replace(query, dimensions={**heading, **query.dimensions}, carried=(*query.carried, TOLD))
        elif told and not query.dimensions and "everyone" not in query.cues:
            query = replace(
                query, dimensions=_rest_of(told, query, vocabulary), carried=(*query.carried, TOLD)
            )
        result.append(query)
    return result


def _shared_subjects(queries: list[Query], vocabulary: Vocabulary) -> list[Query]:
    """What is told is what a question asks of that names nothing itself, and cannot be answered.

    "Ukrainerne har plikt til å delta. Hva er sanksjonen?": what is said of the duty may be told.
    """
    result: list[Query] = []
    for query in queries:
        told = next((q for q in reversed(result) if not _is_question(q, vocabulary)), None)
        bare = not (query.terms or query.measures or query.quantities) and query.unmatched
        if told and bare and _is_question(query, vocabulary) and not told.unmatched:
            subjects = tuple(c for c in told.terms if not vocabulary.are_aside((c,)))
            people = vocabulary.marks(subjects, "person")
            query = query if people else replace(query, terms=subjects)
        result.append(query)
    return result


def _is_heading(query: Query) -> bool:
    """Whether a part only names whom what follows is about, and perhaps when ("Analfabetene i 2017.")."""
    said = query.measures or query.quantities or query.terms or query.unmatched or query.cues
    return bool(query.dimensions) and not said and "dimensions" not in query.carried


def _rest_of(
    told: dict[str, tuple[str, ...]], query: Query, vocabulary: Vocabulary
) -> dict[str, tuple[str, ...]]:
    """Who is told of; or all others, where a part asks of the rest ("Alle er ukrainere. Og resten?")."""
    rest = vocabulary.word_list("language", "questions", "rest")
    if not set(rest) & {token.word for token in vocabulary.tokens(query.text)}:
        return dict(told)
    others = {
        d: tuple(filter(None, (opposite(d, c, vocabulary) for c in codes))) for d, codes in told.items()
    }
    return others if all(others.values()) else dict(told)


def _shared_places(queries: list[Query], vocabulary: Vocabulary) -> list[Query]:
    """One place holds for all ("Hvor mange kvinner og hvor mange menn avsluttet i Oslo?").

    Not one of a part that goes on from another ("Hvor mange fikk jobb, og hvor mange av dem bor i Oslo?").
    """
    placed = [query for query in queries if AREA in query.dimensions]
    places = {query.dimensions[AREA] for query in placed}
    goes_on = any(_of_them(vocabulary.tokens(query.text), vocabulary) or query.carried for query in placed)
    if len(queries) < 2 or len(places) != 1 or goes_on:
        return queries
    [place] = places
    return [
        query
        if AREA in query.dimensions or "everyone" in query.cues or query.intent in PLACELESS
        else replace(query, dimensions={**query.dimensions, AREA: place})
        for query in queries
    ]


def _shared_extension(queries: list[Query], vocabulary: Vocabulary) -> list[Query]:
    """What comes on top, told in one part, for the length that another asks for.

    "Deltakeren får full forlengelse. Hvor lang blir programtiden til sammen?"
    """
    told = {
        whole: code
        for query in queries
        for code in query.measures
        if not _is_question(query, vocabulary) and (whole := vocabulary.measure(code).data.get("extends"))
    }
    added = [(query, tuple(told.get(code, code) for code in query.measures)) for query in queries]
    return [
        replace(q, measures=m) if _is_question(q, vocabulary) and m != q.measures else q for q, m in added
    ]


def _shared_years(queries: list[Query], told: set[tuple[str, ...]]) -> list[Query]:
    """One year that is told holds for all ("Hvor mange startet, og hvor mange deltok i 2023?")."""
    if len(told) != 1:
        return queries
    [years] = told
    return [
        query if query.periods or query.intent is Intent.TEXT else replace(query, periods=years)
        for query in queries
    ]


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
    taken = _dated_of_another(query, tokens, history[-1], vocabulary)
    taken = taken or _of_other_outcomes(query, tokens, history, vocabulary)
    if taken := taken or _part_of_other(query, _topic(history), tokens, vocabulary):
        return taken
    leans = _leans(tokens, vocabulary)
    query = _of_same(_of_that_year(query, tokens, vocabulary), history[-1], vocabulary)
    words = [token for token in tokens if token.word.isalpha()]
    if vague and history[-1].measures and (leans or len(words) <= SHORT_TURN):
        query = replace(query, measures=())
    opener = vocabulary.sequences("language", "questions", "elliptic_openers")
    goes_on = leans or (starts_with(tokens, 0, opener) and not _asks_who(query, tokens, vocabulary))
    if (not query.measures or query.intent is Intent.TEXT) and goes_on:
        names = query.dimensions or (query.terms and query.intent is Intent.WHO_SAID)
        before = history[-1].spoke if names and _names_person(tokens, vocabulary) else ""
        query = replace(query, context=before or _said_before(history[-1], vocabulary))
        if _of_them(tokens, vocabulary) and not query.periods:
            # Those of the turn before are those of its year.
            query = replace(query, periods=_topic(history).periods)
    query = _of_person(query, history[-1], tokens, vocabulary)
    if starts_with(tokens, 0, opener) and _asks_of_another(query, history[-1]):
        # "Hvem uttaler seg fra IMDi? Og fra regjeringen?"
        return replace(query, intent=Intent.WHO_SAID, periods=query.periods or history[-1].periods,
                       cues=history[-1].cues, context=history[-1].text)  # fmt: skip
    if query.intent is Intent.WHO_SAID and leans and not query.dimensions:
        # "Hva sa direktøren om det?" is about those of the turn before.
        query = replace(query, dimensions=_topic(history).dimensions)
    if (asked := _of_quoted(query, history[-1].spoke, tokens, vocabulary)) is not None:
        return asked
    if query.intent is Intent.DEFINE and leans and not query.measures and not query.terms:
        # "Hva mener du med det?" asks what the measure of the turn before means.
        return replace(query, measures=_topic(history).measures, unmatched=())
    query = _of_both_groups(query, tokens, history, vocabulary)
    last = _topic(history)
    query = _with_told_cause(query, last, tokens, vocabulary)
    if (part := _part_of_stage(query, last, tokens, vocabulary)) is not None:
        return part
    if leans and (of_ages := _of_told_ages(query, last, vocabulary)):
        return of_ages
    if (parted := _parted(query, last, history)) is not None:
        return parted
    if not _is_elliptic(query, tokens, vocabulary):
        return query
    return _go_on(query, last, tokens, history, vocabulary)


def _of_quoted(query: Query, who: str, tokens: list[Token], vocabulary: Vocabulary) -> Query | None:
    """A turn about whoever was quoted in the one before: "Hvilken stilling har hun?"."""
    own = query.measures or query.terms or query.dimensions
    if own or not who or not _names_person(tokens, vocabulary):
        return None
    terms = tuple(sorted(vocabulary.find_terms(who)))
    return replace(query, terms=terms, intent=Intent.TEXT, context=who, carried=("terms",))


def _of_other_outcomes(
    query: Query, tokens: Sequence[Token], history: Sequence[Query], vocabulary: Vocabulary
) -> Query | None:
    """ "Og resten?" after the share of everyone that had one outcome asks what became of all of them."""
    last = next((q for q in reversed(history) if q.measures), None)
    rest = vocabulary.sequences("language", "questions", "rest_of")
    asks = len(tokens) <= SHORT_TURN and holds(tokens, rest)
    own = bool(query.measures or query.dimensions or query.quantities or query.unmatched)
    own = own or bool(set(query.cues) - {"average", "yes_no"})
    if last is None or own or not asks or not vocabulary.are_aside(query.terms):
        return None
    plain = last.intent is Intent.FIGURE and len(last.measures) == 1 and not (last.dimensions or last.base)
    entry = vocabulary.measure(last.measures[0])
    whole = entry.denominator if plain and last.unit == PERCENT else None
    if whole is None or not vocabulary.measure(whole).stage:
        return None
    # Of those who had none of several outcomes, where that was told of, and else of all.
    none = opposite("measure", entry.code, vocabulary) if "union" in entry.data else None
    measures = (*filter(None, [none]), whole)
    return replace(query, intent=Intent.TEXT, measures=measures, terms=(), cues=("fate",), unit=None,
                   periods=query.periods or last.periods, carried=("periods",))  # fmt: skip


def _dated_of_another(
    query: Query, tokens: Sequence[Token], last: Query, vocabulary: Vocabulary
) -> Query | None:
    """ "Og den om 2017?" after "Når ble siden om 2023-tallene oppdatert?" asks that of the other report."""
    own = bool(query.dimensions or query.terms or query.quantities or query.unmatched)
    own = own or bool(set(query.cues) - {*last.cues, "since"})
    opener = vocabulary.sequences("language", "questions", "elliptic_openers")
    outcome = any(not vocabulary.measure(code).data.get("main_outcome") for code in query.measures)
    asks = last.intent is Intent.ABOUT and query.periods and not (own or outcome)
    if not asks or not starts_with(tokens, 0, opener):
        return None
    return replace(query, intent=Intent.ABOUT, measures=last.measures, cues=last.cues,
                   context=last.text)  # fmt: skip


def _of_both_groups(
    query: Query, tokens: list[Token], history: Sequence[Query], vocabulary: Vocabulary
) -> Query:
    """ "Og utdanning, begge gruppene?" is of the two groups that the turns before were about."""
    both = vocabulary.sequences("language", "questions", "both_groups")
    if len(history) < 2 or query.dimensions or not holds(tokens, both):
        return query
    groups = _groups_of_two(history)
    if groups is None or len(groups) != 1:
        return query
    intent = Intent.FIGURE if query.intent is Intent.TEXT and query.measures else query.intent
    return replace(query, dimensions=groups, intent=intent, carried=(*query.carried, "dimensions"))


def _groups_of_two(history: Sequence[Query]) -> dict[str, tuple[str, ...]] | None:
    """The groups of the last two turns, where they are of the same dimensions and not the same."""
    first, last = (dict(turn.dimensions) for turn in history[-2:])
    if first.keys() != last.keys() or first == last:
        return None
    return {d: tuple(dict.fromkeys((*codes, *last[d]))) for d, codes in first.items()}


def _part_of_other(query: Query, last: Query, tokens: list[Token], vocabulary: Vocabulary) -> Query | None:
    """The share of the turn before of another stage's people ("enn av deltakerne totalt?")."""
    stages = [vocabulary.measure(code).stage for code in (*query.measures, *last.measures)]
    own = query.dimensions or query.terms or query.quantities or query.unmatched
    opener = vocabulary.sequences("language", "questions", "elliptic_openers")
    of = vocabulary.word_list("language", "questions", "of")
    length = starts_with(tokens, 0, opener)
    asks = bool(length) and any(token.word in of for token in tokens[length : length + 1])
    other = len(stages) == 2 and all(stages) and query.measures != last.measures
    if own or not asks or not other or last.unit != "prosent" or not last.dimensions or last.base:
        return None
    return replace(query, intent=Intent.FIGURE, dimensions=dict(last.dimensions), unit="prosent",
                   periods=query.periods or last.periods, cues=last.cues,
                   carried=("dimensions", "periods"))  # fmt: skip


def _with_told_cause(query: Query, last: Query, tokens: list[Token], vocabulary: Vocabulary) -> Query:
    """ "Er utdanningsnivået hele forklaringen?" is of those who were told of."""
    cause = vocabulary.sequences("language", "questions", "the_cause")
    people = {d: codes for d, codes in last.dimensions.items() if d in IDENTITY}
    explains = query.intent is Intent.EXPLAIN and query.terms and holds(tokens, cause)
    if not explains or query.dimensions or not people:
        return query
    return replace(query, dimensions=people, carried=(*query.carried, "dimensions"))


def _asks_who(query: Query, tokens: Sequence[Token], vocabulary: Vocabulary) -> bool:
    """Whether a turn asks who someone is whom it names itself ("og hvem er ministeren?")."""
    who = vocabulary.sequences("language", "questions", "who")
    return bool(starts_with(tokens, 1, who)) and vocabulary.marks(query.terms, "person")


def _of_that_year(query: Query, tokens: list[Token], vocabulary: Vocabulary) -> Query:
    """ "Enn i 2023?" asks for that year's figure, and compares nothing."""
    than = vocabulary.word_list("grammar", "change", "than")
    if query.intent is not Intent.COMPARE or not tokens or tokens[0].word not in than:
        return query
    if len(query.periods) > 1:
        return query
    intent = Intent.FIGURE if query.measures else Intent.TEXT
    return replace(query, intent=intent, cues=tuple(cue for cue in query.cues if cue != "compare"))


def _go_on(
    query: Query, last: Query, tokens: list[Token], history: Sequence[Query], vocabulary: Vocabulary
) -> Query:
    """A turn that goes on from the one before, with what it compares or leaves out."""
    query = replace(query, measures=_likened(query.measures, last.measures, vocabulary))
    asked_of = query.dimensions or query.periods
    counts_on = {HEADS, "count"} <= set(query.cues) and not query.measures
    grown = query.intent is Intent.CHANGE and not query.measures and _of_two_years(history)
    if len(history) > 1 and _adds_up(tokens, vocabulary):
        # "Syria?", "Kongo?", "Sammen?"
        if both := _both_measures(history):
            query = replace(query, measures=both)
        cues = tuple(sorted({*query.cues, "sum"} - {POLAR}))
        return _both_turns(replace(query, intent=Intent.FIGURE, cues=cues), history)
    if "sum" in query.cues and not query.measures and not asked_of and (both := _both_measures(history)):
        query = replace(query, measures=both, intent=Intent.FIGURE)
    if (weighed := _weighed(query, tokens, history, vocabulary)) is not None:
        return weighed
    if (apart := _claimed_apart(query, tokens, history, vocabulary)) is not None:
        return apart
    one_of = len(history) > 1 and len(query.dimensions) == 1 and not query.periods
    one_of = one_of and any(dict(query.dimensions) == dict(turn.dimensions) for turn in history[-2:])
    if counts_on and one_of and history[-2].measures == history[-1].measures:
        # "Kor mange fleire er det frå Kongo då?" after Kongo and Afghanistan.
        return _both_turns(replace(query, intent=Intent.COMPARE, dimensions={}), history)
    if (query.intent is Intent.COMPARE or counts_on or grown) and len(history) > 1 and not asked_of:
        return _both_turns(replace(query, intent=Intent.CHANGE if grown else Intent.COMPARE), history)
    if set_beside := _set_beside(query, last, tokens, vocabulary):
        return set_beside
    of_all = vocabulary.sequences("language", "questions", "of_all")
    if "everyone" in query.cues and not holds(tokens, of_all):
        last = replace(last, dimensions=query.dimensions)
    against = _compares(query, tokens)
    wished = _carry_wish(query, last, vocabulary)
    return _as_claim(_carry_slots(wished, last, tokens, vocabulary, against=against))


def _adds_up(tokens: list[Token], vocabulary: Vocabulary) -> bool:
    """Whether a turn only says that what was told is to be added up ("Sammen?", "blir sammenlagt?")."""
    idle = {
        word
        for key in ("becoming", "formal", "joining", "makes")
        for word in vocabulary.word_list("language", "questions", key)
    }
    said = [token for token in tokens if token.word not in idle]
    together = vocabulary.sequences("language", "questions", "together")
    return bool(said) and starts_with(said, 0, together) == len(said)


def _weighed(
    query: Query, tokens: list[Token], history: Sequence[Query], vocabulary: Vocabulary
) -> Query | None:
    """A turn that asks which of the groups of the two before is first or last ("hvem av dem …?")."""
    if len(history) < 2 or "rank" not in query.cues or query.dimensions or not query.measures:
        return None
    first, last = history[-2:]
    both = _groups_of_two(history)
    if both is None or first.measures != last.measures or not _of_them(tokens, vocabulary):
        return None
    return replace(query, intent=Intent.COMPARE, dimensions=both, periods=query.periods or last.periods,
                   carried=("dimensions", "periods"))  # fmt: skip


def _claimed_apart(
    query: Query, tokens: Sequence[Token], history: Sequence[Query], vocabulary: Vocabulary
) -> Query | None:
    """A turn that claims by how many one of the two before is more than the other ("altså 6 318 flere?")."""
    more = {w for key in ("more", "fewer") for w in vocabulary.word_list("language", "questions", key)}
    claimed = [q for q in query.quantities if q.unit in (None, "personer")]
    own = query.measures or query.dimensions or query.periods
    if len(claimed) != 1 or own or len(history) < 2 or not more & {token.word for token in tokens}:
        return None
    first, second = history[-2:]
    if first.measures == second.measures or not (first.measures and second.measures):
        return None
    counts = [replace(turn, unit="personer", operations=()) for turn in (first, second)]
    operation = Operation(Sign.APART, counts[0], counts[1], None, claimed[0])
    return replace(query, operations=(operation,), quantities=(), unmatched=())


def _as_claim(query: Query) -> Query:
    """A turn that is but a figure and a question mark, of what was told before ("Ca 1600 personer da?").

    So is one that asks whether it is more or less than a part ("Er det over halvparten?").
    """
    told = [q for q in query.quantities if q.unit == "personer" or (q.fraction and POLAR in query.cues)]
    bare = len(told) == 1 and "measures" in query.carried and not (query.unmatched or query.terms)
    if not bare or query.intent not in (Intent.FIGURE, Intent.TEXT) or not query.text.rstrip().endswith("?"):
        return query
    return replace(query, intent=Intent.VERIFY, unit=told[0].unit)


def _asks_of_another(query: Query, last: Query) -> bool:
    """Whether a turn after one that asks who speaks names but someone else, or another year."""
    plain = SPEAKING in last.cues and query.intent in (Intent.TEXT, Intent.FIGURE)
    return plain and not (query.measures or query.dimensions or query.quantities or query.unmatched)


def _of_person(query: Query, last: Query, tokens: list[Token], vocabulary: Vocabulary) -> Query:
    """A turn whose "han" or "hun" is someone whom the one before names."""
    people = tuple(c for c in last.terms if vocabulary.marks((c,), "person"))
    named = vocabulary.marks(query.terms, "person")
    if not people or named or not _names_person(tokens, vocabulary):
        return query
    if query.intent is Intent.WHO_SAID:
        # "Sanner lovte mye. Hva sa han om kvinnene?"
        return replace(query, terms=(*query.terms, *people), carried=(*query.carried, "terms"))
    if any(vocabulary.measure(code).data.get("ages") for code in query.measures):
        # "Sanner er statsråd. Hvor gammel er han?" asks for no age of participants.
        old = vocabulary.word_list("language", "questions", "old")
        return replace(query, measures=(), unmatched=tuple(t.word for t in tokens if t.word in old))
    return query


def _parted(query: Query, last: Query, history: Sequence[Query]) -> Query | None:
    """A turn that asks how far apart, or how many together, what was told before is; None for any other."""
    own = query.dimensions or query.unmatched or query.terms
    if not own and (weighed := _two_measures_apart(query, history)) is not None:
        return weighed
    if own or not last.measures or query.measures not in ((), last.measures):
        return None
    taken = replace(query, measures=last.measures, dimensions=dict(last.dimensions),
                    carried=("measures", "dimensions", "periods"))  # fmt: skip
    apart = last.sets_apart or ("average" in last.cues and last.dimensions)
    compared = last.intent is Intent.COMPARE and apart and not query.periods
    if compared and {"compare", "gap", "points"} & set(query.cues):
        # "19–24 år mot alle, 2023. Differanse?" asks for what lies between those.
        cues = tuple(sorted({*query.cues, *last.cues}))
        return replace(taken, intent=Intent.COMPARE, periods=last.periods, groups=last.groups, cues=cues)
    if "sum" in query.cues and last.beside and not query.measures and not query.periods:
        # "Hva blir de to til sammen?" after two measures that were asked for in one turn.
        return replace(taken, intent=Intent.FIGURE, measures=(*last.measures, *last.beside),
                       periods=last.periods, unit=query.unit or last.unit)  # fmt: skip
    if "points" in query.cues and {"average", "everyone"} & set(query.cues) and last.dimensions:
        # "Hvor mange prosentpoeng over snittet er det?"
        cues = tuple(sorted({*query.cues, "average"}))
        return replace(taken, intent=Intent.COMPARE, periods=query.periods or last.periods, cues=cues)
    counts = {HEADS, "count"} <= set(query.cues) or "points" in query.cues
    if counts and len(last.periods) > 1 and set(query.periods) <= set(last.periods):
        # "Avsluttet 2017 mot avsluttet 2023. Hvor mange flere i 2023?"
        return replace(taken, intent=Intent.CHANGE, periods=last.periods)
    if counts and len(query.periods) == len(last.periods) == 1 and query.periods != last.periods:
        # "6 391 avsluttet i 2017. Hvor mange prosent flere var det i 2023?"
        return replace(taken, intent=Intent.CHANGE, periods=(*last.periods, *query.periods))
    if query.measures or query.periods or len(history) < 2:
        return None
    first = history[-2]
    alike = first.measures == last.measures and first.periods == last.periods and "change" not in query.cues
    if "share" in query.cues and alike and first.dimensions and not last.dimensions:
        # "Hvor mange ukrainere avsluttet?", "Av hvor mange?", "Hvor mange prosent er det?"
        return replace(taken, intent=Intent.FIGURE, dimensions=dict(first.dimensions),
                       periods=last.periods, unit="prosent")  # fmt: skip
    if "points" in query.cues:
        years = _of_two_years(history)
        return _both_turns(replace(query, intent=Intent.CHANGE if years else Intent.COMPARE), history)
    if "sum" in query.cues and history[-2].measures == last.measures and history[-2].periods == last.periods:
        return _both_turns(replace(query, intent=Intent.FIGURE, unit=last.unit), history)
    return None


def _two_measures_apart(query: Query, history: Sequence[Query]) -> Query | None:
    """A turn that asks how far apart two measures are that were told before, of the same people in one year.

    "Antall nye i 2023 mot antall som avsluttet. Hvor mange flere?"
    """
    last = history[-1]
    both, years = (*last.measures, *last.beside), {last.periods}
    if len(both) != PAIR and len(history) > 1 and not last.sets_apart:
        # "How many started and how many left in 2023, and what is the difference?"
        years = {turn.periods for turn in history[-2:] if turn.periods}
        both = _both_measures([replace(turn, periods=()) for turn in history[-2:]])
    [periods] = years if len(years) == 1 else [()]
    weighs = {"compare", "gap"} & set(query.cues) or {HEADS, "count"} <= set(query.cues)
    apart = len(both) == PAIR and len(periods) == 1 and "change" not in query.cues
    own = query.periods or query.quantities or not set(query.measures) <= set(both)
    if own or not (weighs and apart):
        return None
    return replace(query, intent=Intent.COMPARE, measures=both, dimensions=dict(last.dimensions),
                   periods=periods, cues=tuple(sorted({*query.cues, "compare"})),
                   carried=("measures", "dimensions", "periods"))  # fmt: skip


def _of_told_ages(query: Query, last: Query, vocabulary: Vocabulary) -> Query | None:
    """ "Hvilken alder gjelder det?" of a group told by its age asks for that group's ages."""
    ages = any(vocabulary.measure(code).data.get("ages") for code in query.measures)
    told = [code.partition("-") for code in last.dimensions.get("age", ())]
    own = all(low and low == high for low, _, high in told)
    if not ages or own or query.dimensions:
        # "Pappa er 57. Er han innenfor aldersgrensa?" asks for no age of his.
        return None
    return replace(last, text=query.text, language=query.language, carried=("measures", "dimensions"))


def _set_beside(query: Query, last: Query, tokens: list[Token], vocabulary: Vocabulary) -> Query | None:
    """ "Var det flere enn dem som sluttet?" sets that stage against the one of the turn before."""
    own = [vocabulary.measure(code) for code in (*last.measures, *query.measures)]
    stages = len(own) == 2 and all(entry.stage for entry in own) and own[0].code != own[1].code
    than = set(vocabulary.word_list("grammar", "change", "than"))
    told = query.dimensions or query.periods or query.quantities or query.unmatched
    if not stages or told or not than & {token.word for token in tokens}:
        return None
    return replace(
        query, measures=(*last.measures, *query.measures), dimensions=dict(last.dimensions),
        periods=last.periods[:1], carried=("measures", "dimensions", "periods"),
    )  # fmt: skip


def _names_person(tokens: list[Token], vocabulary: Vocabulary) -> bool:
    """Whether a pronoun stands for one person."""
    pronouns = vocabulary.word_list("language", "questions", "person_pronouns")
    return any(token.word in pronouns for token in tokens)


def _of_same(query: Query, last: Query, vocabulary: Vocabulary) -> Query:
    """ "Og mennene med like mye utdanning?" after those of one education names it again, and no subject."""
    again = {code for code in query.terms if vocabulary.entry("term", code).data.get("of") in last.dimensions}
    if not again or not query.dimensions or query.measures:
        return query
    return replace(query, terms=tuple(code for code in query.terms if code not in again))


def _said_before(last: Query, vocabulary: Vocabulary) -> str:
    """The turn before in words, with what it took from the one before it."""
    names = [vocabulary.measure(code).text("name", "nb") for code in last.measures]
    return " ".join([last.text, *filter(None, names)]) if "measures" in last.carried else last.text


def _part_of_stage(query: Query, last: Query, tokens: list[Token], vocabulary: Vocabulary) -> Query | None:
    """What share those of the turn before are of a stage ("hvor mange prosent av alle er det?")."""
    own = [vocabulary.measure(code) for code in query.measures]
    if len(own) == 1 and own[0].stage and query.unit == "prosent" and _leans(tokens, vocabulary):
        plain = not (query.dimensions or query.terms or query.unmatched)
        if plain and "everyone" in query.cues and last.dimensions and last.measures in ((), query.measures):
            return replace(query, dimensions=dict(last.dimensions), periods=query.periods or last.periods,
                           carried=("dimensions", "periods"))  # fmt: skip
    entries = [vocabulary.measure(code) for code in last.measures]
    wholes = {whole for e in entries for whole in (e.denominator, *e.data.get("within", ()))}
    if len(last.measures) > 1 and (parts := tuple(code for code in last.measures if code not in wholes)):
        # "Tiltak took 66 % of those with no transition" tells of the part and names its whole.
        last = replace(last, measures=parts)
    counted = own and own[0].stage and query.unit == "prosent" and _leans(tokens, vocabulary)
    if counted and last.quantities and not (last.measures or last.dimensions or query.quantities):
        # "17 699 nye. Hvor stor andel er det av alle som deltok?"
        return replace(query, quantities=last.quantities, carried=("quantities",))
    of_other = len(last.measures) == 1 and last.measures != query.measures
    if of_other and vocabulary.measure(last.measures[0]).stage and last.dimensions:
        # "Ukrainernes andel av deltakerne, og deres andel av de som avsluttet" are two shares.
        of_other = False
    among = {token.word for token in tokens} & set(vocabulary.word_list("language", "questions", "of"))
    among |= {token.word for token in tokens} & set(vocabulary.word_list("language", "questions", "all"))
    if len(own) != 1 or not own[0].stage or not of_other or query.unit != "prosent" or not among:
        return None
    that = holds(tokens, vocabulary.sequences("language", "questions", "is_that"))
    told = "everyone" in query.cues or that or _leans(tokens, vocabulary)
    if query.dimensions or query.terms or query.unmatched or not told:
        return None
    periods = query.periods or last.periods
    dimensions = dict(last.dimensions)
    return replace(query, measures=last.measures, base=own[0].code, dimensions=dimensions, periods=periods,
                   carried=("measures", "dimensions", "periods"))  # fmt: skip


def _carry_wish(query: Query, last: Query, vocabulary: Vocabulary) -> Query:
    """What the turn before wanted, where this one only says of whom or of when."""
    if "points" in last.cues and "count" in query.cues and HEADS not in query.cues and not query.measures:
        # "Hvor mange prosentpoeng i 2017, og hvor mange i 2023?"
        gaps = set(last.cues) & {"points", "gap", "both_sexes", "change"}
        cues = tuple(sorted({*query.cues, *gaps}))
        return replace(query, intent=last.intent, unit=last.unit, cues=cues)
    if query.intent is Intent.CHANGE and last.sets_apart and "gap" in last.cues and not query.measures:
        # "Kjønnsgapet i 2017? Er det blitt mindre?" is of the gap still.
        return query if query.dimensions else replace(query, cues=tuple(sorted({*query.cues, "gap"})))
    rest = vocabulary.word_list("language", "questions", "rest")
    if (
        "fate" in last.cues
        and not query.measures
        and set(rest) & {t.word for t in vocabulary.tokens(query.text)}
    ):
        # "Hvor gikk de fleste av dem? Og resten?": what became of the others is told with it.
        return replace(query, intent=last.intent, cues=tuple(sorted({*query.cues, "fate"})))
    splits = set(last.cues) & _SPLITS
    if {"rank", "list"} & set(query.cues) and splits and not set(query.cues) & _SPLITS:
        return replace(query, cues=tuple(sorted({*query.cues, *splits})), intent=Intent.RANK)
    plain = query.intent in (Intent.TEXT, Intent.FIGURE, Intent.LIST) and not query.measures
    if not plain or {"count", "share"} & set(query.cues) or query.direction:
        return query
    named = any(f"by_{dimension}" in last.cues for dimension in query.dimensions)
    if last.intent in (Intent.RANK, Intent.LIST):
        if named:
            # "Og Somalia?" after a ranking of countries asks for that one's figure.
            return replace(query, intent=Intent.FIGURE)
        kept = set(last.cues) & {"rank", "list", "lowest", EVER, *_SPLITS}
        return replace(query, intent=last.intent, cues=tuple(sorted({*query.cues, *kept})))
    subjects = last.terms or tuple(sorted(vocabulary.find_terms(f"{last.context} {last.text}")))
    if subjects and not last.measures:
        wish = Intent.TEXT if last.intent is Intent.FIGURE else last.intent
        cues = tuple(sorted({*query.cues, *last.cues}))
        context = f"{last.context} {last.text}".strip() if "terms" in last.carried else last.text
        return replace(
            query, terms=subjects, intent=wish, cues=cues, context=context, carried=("terms",)
        )  # fmt: skip
    applies = set(vocabulary.word_list("language", "questions", "applies"))
    if (
        last.intent is Intent.TEXT
        and query.dimensions
        and applies & {t.word for t in vocabulary.tokens(query.text)}
    ):
        # "Gjelder det ukrainere også?" asks whether what was said in words holds for them.
        return replace(query, intent=Intent.TEXT, context=last.text)
    return query


def _carry_slots(
    query: Query, last: Query, tokens: list[Token], vocabulary: Vocabulary, *, against: bool
) -> Query:
    """Measures, groups, years and unit of the turn before; its year too where one is set `against` it."""
    query = _of_the_others(query, last, vocabulary)
    carried = list(query.carried)
    measures = _carried_measures(query, last, vocabulary)
    if measures:
        # A time after the programme is still the one that is asked about ("to år etterpå. I prosent?").
        cues = tuple(sorted({*query.cues, *({LAPSE} & set(last.cues))}))
        query = replace(query, measures=measures, unmatched=(), cues=cues)
        carried.append("measures")
    if query.intent is Intent.EXPLAIN and not (query.terms or query.measures) and last.terms:
        # "905 er ikke med i tallene. Hvorfor?"
        query = replace(query, terms=last.terms, context=last.text)
        carried.append("terms")
    things = last.terms if {"count", "share"} & set(last.cues) else ()
    if things and last.measures and query.measures and not query.terms and "measures" not in carried:
        # "Hvor mange av tiltakene er rettet mot arbeid? Og utdanning?" goes on about the measures.
        query = replace(query, terms=things, context=_said_before(last, vocabulary))
    if last.quantities and not (last.measures or query.measures or query.dimensions or query.quantities):
        # "5 837 står det et sted. Hvem er de?"
        query = replace(query, quantities=last.quantities)
        carried.append("quantities")
    kept = dict(last.dimensions) if _of_them(tokens, vocabulary) else _kept_groups(query, last)
    kept = _rest_of(kept, query, vocabulary)
    if set(kept) - set(query.dimensions):
        query = replace(query, dimensions={**kept, **query.dimensions})
        carried.append("dimensions")
    if not query.periods and last.periods:
        query = replace(query, periods=last.periods)
        carried.append("periods")
    elif len(query.periods) == 1 and last.periods and against:
        query = replace(query, periods=tuple(dict.fromkeys((*query.periods, max(last.periods)))))
        carried.append("periods")
    if query.unit is None and query.intent in (Intent.FIGURE, Intent.TEXT):
        units = {unit for code in query.measures for unit in vocabulary.measure(code).units}
        # "Antall nye, og antall land?": countries are no people.
        query = replace(query, unit=last.unit if not units or last.unit in units else None)
    if query.intent is Intent.TEXT and last.intent is not Intent.TEXT and "measures" in carried:
        query = replace(query, intent=_kept_intent(query, last))
    if (
        query.intent is Intent.TEXT
        and last.intent is Intent.OVERVIEW
        and query.dimensions
        and not query.terms
    ):
        # "How did men with higher education do? And men who arrived illiterate?"
        query = replace(query, intent=Intent.OVERVIEW)
    return replace(query, carried=tuple(carried))


def _kept_intent(query: Query, last: Query) -> Intent:
    """What the turn before wanted, as far as one that carries its measure wants it too."""
    if last.intent is Intent.DEFINE and Intent.WHO_SAID.value in query.cues:
        # "Er det definert likt? Hva sier 2017-saken om det?"
        return Intent.DEFINE
    if last.intent is Intent.CHANGE and last.quantities and len(query.periods) == 1:
        # "Andelen gikk opp 17 prosentpoeng i 2023. Hva var den i 2022?"
        return Intent.FIGURE
    return Intent.FIGURE if last.intent in (Intent.EXPLAIN, Intent.DEFINE) else last.intent


def _of_the_others(query: Query, last: Query, vocabulary: Vocabulary) -> Query:
    """ "So how many were not?" after those of one group asks of all the others."""
    negated = bool(query.unmatched) and only_negates(query.unmatched, vocabulary)
    if not negated or query.dimensions or query.measures or len(last.dimensions) != 1:
        return query
    [(dimension, codes)] = last.dimensions.items()
    other = opposite(dimension, codes[0], vocabulary) if len(codes) == 1 else None
    if other is None or dimension in last.carried:
        return query
    return replace(query, dimensions={dimension: (other,)}, unmatched=())


def _of_them(tokens: list[Token], vocabulary: Vocabulary) -> bool:
    """Whether it asks of a part of those of the turn before ("hvor mange av dem …?")."""
    of_them = vocabulary.sequences("language", "questions", "of_them")
    return holds(tokens, of_them)


def _kept_groups(query: Query, last: Query) -> dict[str, tuple[str, ...]]:
    """The groups of the turn before that still hold: who someone is gives way to who is named now."""
    named_anew = set(query.dimensions) & set(IDENTITY)
    return {d: codes for d, codes in last.dimensions.items() if not (named_anew and d in IDENTITY)}


def _topic(history: Sequence[Query]) -> Query:
    """The turn that is gone on from: the last that was not an aside (what a word means, thanks)."""
    asides = (Intent.DEFINE, Intent.ABOUT, Intent.GREETING)
    return next((q for q in reversed(history) if q.intent not in asides), history[-1])


def _likened(own: tuple[str, ...], last: tuple[str, ...], vocabulary: Vocabulary) -> tuple[str, ...]:
    """ "Og utdanning?" after a question about activities: those aimed at it, not those who went there."""
    entries = [vocabulary.measure(code) for code in last]
    if len(own) != 1 or len(entries) != 1 or "toward" not in entries[0].data:
        return own
    alike = (
        e.code
        for e in vocabulary.of("measure")
        if e.data.get("toward") == own[0] and e.denominator == entries[0].denominator
    )
    return (next(alike, own[0]),)


def _carried_measures(query: Query, last: Query, vocabulary: Vocabulary) -> tuple[str, ...]:
    """The measures of the turn before, where they can be given as asked; turned round by a "not" of this one.

    None are carried where this turn has its own, or where one has nothing that a "not" could make of it.
    """
    if query.measures:
        return ()
    units = {unit for code in last.measures for unit in vocabulary.measure(code).units}
    if query.unit and query.unit not in units:
        return ()
    if last.intent is Intent.OVERVIEW and all(vocabulary.measure(code).stage for code in last.measures):
        # "How did participants from Somalia do?" names a stage in passing.
        return ()
    if not query.unmatched:
        return last.measures
    turned = [opposite("measure", code, vocabulary) for code in last.measures]
    return tuple(code for code in turned if code) if all(turned) else ()


def _of_two_years(history: Sequence[Query]) -> bool:
    """Whether the two turns before asked the same of two years ("… i 2017?", "og i 2023?")."""
    if len(history) < 2:
        return False
    first, last = history[-2], history[-1]
    alike = first.measures == last.measures and dict(first.dimensions) == dict(last.dimensions)
    return alike and bool(first.periods) and bool(last.periods) and first.periods != last.periods


def _both_measures(history: Sequence[Query]) -> tuple[str, ...]:
    """The measures of the two turns before, one each, of the same people in the same year; else none."""
    turns = history[-2:]
    alike = len(turns) == 2 and dict(turns[0].dimensions) == dict(turns[1].dimensions)
    if not alike or any(len(q.measures) != 1 for q in turns) or len({q.periods for q in turns}) > 1:
        return ()
    return tuple(dict.fromkeys(q.measures[0] for q in turns))


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
    if query.terms or not only_negates(query.unmatched, vocabulary):
        return False
    if query.unmatched and query.measures:
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
        return not holds(tokens, of_those)
    if not query.measures:
        # "Må ein med kollektivt vern delta, etter det IMDi skriv?" says whom and what it is about.
        whole = query.intent is Intent.TEXT and query.dimensions and len(tokens) > LEANING_TURN
        return not (whole and any(m.dimension == "measure" for m in vocabulary.find(query.text)))
    # A short question that names what but not whom or when goes on with the group it has talked about.
    bare = not query.dimensions and not query.periods and "everyone" not in query.cues
    return bare and len(tokens) <= LEANING_TURN and query.intent is Intent.FIGURE
