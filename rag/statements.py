"""What one part of a message tells of the others: whom, when and what the question beside it is about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ingest.places import AREA
from ingest.vocabulary import Token, Vocabulary, ending, holds, starts_with
from rag.asides import aside_words
from rag.asking import is_order, is_question, only_claims
from rag.calculate import LANDS, PEOPLE, PERCENT
from rag.models import TOLD, Intent, Query
from rag.operations import clause_openers
from rag.question import Reader
from rag.turns import IDENTITY, leans, names_person, of_them, rest_of
from rag.wording import Understanding

# What is told in these is another's words.
QUOTATION_MARKS = '«»“”„"'
# A part of so few words that names nothing goes on with the question before it.
FRAGMENT = 2
PLACELESS = (Intent.TEXT, Intent.ABOUT, Intent.GREETING)
# What may be asked of a claim that stands before the question.
_OF_CLAIMS = frozenset(
    {Intent.TEXT, Intent.FIGURE, Intent.LIST, Intent.CHANGE, Intent.EXPLAIN, Intent.VERIFY}
)
_OF_CLAIMS |= {Intent.COMPARE, Intent.RANK}


def again(query: Query, before: Query, tokens: list[Token], vocabulary: Vocabulary) -> Query | None:
    """The part before as this one, which names nothing itself, wants it; None where it is one of its own."""
    wished = _wished_of(query, before) or _listed(query, before, vocabulary)
    if wished or (wished := _told_of(query, before, tokens, vocabulary)):
        return wished
    if (
        _bare_verdict(query)
        or _orders_check(query, tokens, vocabulary)
        or _asks_what_is_published(query, before, tokens, vocabulary)
        or _asks_leave(query, before, tokens, vocabulary)
        or _asks_whom(query, before, tokens, vocabulary)
        or _verdict_or_else(query, before, vocabulary)
    ):
        # "… stort sett menn. Faktasjekk for 2023": the year is that of what is claimed.
        return _put_to_test(replace(before, periods=before.periods or query.periods), vocabulary)
    return None


def shared(queries: list[Query], vocabulary: Vocabulary) -> list[Query]:
    """The parts of a message, each with the subject, places, groups and lengths that the others tell."""
    queries = _shared_subjects(queries, vocabulary)
    queries = _shared_groups(_shared_places(queries, vocabulary), vocabulary)
    return _shared_extension(queries, vocabulary)


def with_antecedent(part: str, earlier: Sequence[Query], vocabulary: Vocabulary) -> str:
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


def as_topic(query: Query, vocabulary: Vocabulary) -> Query:
    """A statement of a measure, of which a question may ask ("Vi er uenige om tallet. Hva er det?")."""
    figures = query.measures and not any(vocabulary.measure(c).data.get("timeless") for c in query.measures)
    quoted = any(mark in query.text for mark in QUOTATION_MARKS)
    states = query.intent is Intent.TEXT and not (query.terms or quoted or is_question(query, vocabulary))
    return replace(query, intent=Intent.FIGURE) if figures and states else query


def with_told_measure(
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
        None if is_question(query, vocabulary, marked=True) else known.counted_by(told[0], query.periods)
    )
    if counted is None:
        return query, {}
    measure, groups = counted
    return replace(query, measures=(measure,)), {d: (code,) for d, code in groups.items()}


def unknown_of(
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
        return is_question(before, vocabulary)
    if (
        before.unmatched
        and is_question(before, vocabulary)
        and adds_nothing(replace(query, context=""), before)
    ):
        # "Hvor mange muslimer …? Tør dere si det?"
        return True
    if holds(tokens, vocabulary.sequences("grammar", "anaphora", "of_those")):
        # "Av dem som ble ferdige" says itself who they are.
        return False
    if before.dimensions and not is_question(before, vocabulary):
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
    leaning = "dimensions" in query.carried and any(token.word in people for token in tokens)
    if query.intent is not Intent.FIGURE or not leaning or is_question(before, vocabulary):
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


def of_speaker(query: Query, before: Query, tokens: list[Token], vocabulary: Vocabulary) -> bool:
    """Whether a part asks who they are whose words the part before asks for, or what they meant by them.

    The quotation tells both.
    """
    titles, meaning = (
        vocabulary.sequences("language", "questions", key) for key in ("titles", "speaker_meant")
    )
    own = query.quantities or query.dimensions or query.terms
    named = (query.measures and "measures" not in query.carried) or own
    if before.intent is not Intent.WHO_SAID or not names_person(tokens, vocabulary) or named:
        return False
    known = {word for sequence in (*titles, *meaning) for word in sequence}
    left = [word for word in query.unmatched if word.lower() not in known and word not in before.unmatched]
    return not left and (holds(tokens, titles) or holds(tokens, meaning))


def of_stated(query: Query, stated: Query | None, tokens: list[Token], vocabulary: Vocabulary) -> Query:
    """What someone said of "dem", or the reason for it, that a statement before a question tells of.

    "Kommunene gir blaffen. Sa ikke sjefen noe om dem?"
    """
    people = vocabulary.word_list("language", "questions", "people_pronouns")
    if stated is None or query.dimensions or query.measures:
        return query
    terms = tuple(dict.fromkeys((*query.terms, *stated.terms)))
    carried = (*query.carried, "terms")
    said = query.intent is Intent.WHO_SAID and not query.terms and leans(tokens, vocabulary)
    if said or (query.intent is Intent.WHO_SAID and any(token.word in people for token in tokens)):
        # "Tittelen er «Et paradoks». Hvem sa det?"
        return replace(query, terms=terms, carried=carried, context=stated.text)
    own = query.terms or query.quantities or query.unmatched
    if query.intent is Intent.TEXT and stated.quantities and not own:
        asks = vocabulary.sequences("language", "questions", "what_is_it")
        if holds(tokens, asks):
            # "905 forsvant ut av statistikken. Hva er det egentlig snakk om?"
            return replace(query, quantities=stated.quantities, carried=(*query.carried, "quantities"))
    if query.intent is Intent.EXPLAIN and not own:
        # "905 er ikke med i tallene. Hvorfor?"
        return replace(query, terms=terms, quantities=stated.quantities, carried=carried, context=stated.text)
    return query


def of_compared(query: Query, before: Sequence[Query], vocabulary: Vocabulary) -> Query:
    """Where a group stands that a statement before sets against another.

    "Sjefen sier kvinner gjør det bedre enn menn. Men ligger ikke mennene over?"
    """
    told = before[-1] if before else None
    words = {token.word for token in vocabulary.tokens(query.text)}
    standing = words & set(vocabulary.word_list("language", "questions", "standing"))
    if told is None or is_question(told, vocabulary) or told.groups or len(query.dimensions) != 1:
        return query
    [(dimension, codes)] = query.dimensions.items()
    others = told.dimensions.get(dimension, ())
    one_of = len(codes) == 1 and len(others) > 1 and set(codes) < set(others) and len(told.dimensions) == 1
    plain = query.intent in (Intent.FIGURE, Intent.TEXT, Intent.COMPARE, Intent.RANK)
    if not (one_of and standing and plain and is_question(query, vocabulary)):
        return query
    # The one that is asked of stands first.
    both = (*codes, *(code for code in others if code not in codes))
    cues = tuple(sorted({*query.cues, Intent.COMPARE.value}))
    periods = query.periods or told.periods
    return replace(query, intent=Intent.COMPARE, dimensions={dimension: both}, cues=cues, periods=periods)


def of_told_speaker(
    query: Query, before: Sequence[Query], tokens: Sequence[Token], vocabulary: Vocabulary
) -> Query:
    """Words of someone whom the statement before names ("Vi trenger noe fra ministeren. Har dere sitat?")."""
    told = [q for q in before if not is_question(q, vocabulary)]
    people = tuple(c for q in told for c in q.terms if vocabulary.marks((c,), "person"))
    who = starts_with(tokens, 0, vocabulary.sequences("language", "questions", "who"))
    if query.intent is not Intent.WHO_SAID or query.terms or who:
        return query
    return replace(query, terms=people, carried=(*query.carried, "terms")) if people else query


def of_claim(query: Query, before: Query, reader: Reader, vocabulary: Vocabulary) -> Query:
    """A question that names nothing itself, with what the statement before it says that no report has.

    "Mange ukrainere flytter hjem etterpå. Finnes det tall på det?" asks of those who move, not of all.
    """
    stages = any(vocabulary.measure(code).stage for code in query.measures)
    bare = reader.vague and not stages  # "Hvor mange gjør det?"
    slots = ("dimensions", "terms", "quantities", *(() if bare else ("measures",)))
    own = query.unmatched or _fills(query, *slots)
    own = own or (query.intent is Intent.TEXT and "quantities" in query.carried)
    told = query.intent in _OF_CLAIMS and not (before.operations or is_question(before, vocabulary))
    told = told and is_question(query, vocabulary)
    if own or not told or not (query.carried or leans(reader.tokens, vocabulary)):
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
    if "?" in query.text or query.unmatched or query.quantities or _fills(query, "measures", "terms"):
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


def _asks_leave(query: Query, before: Query, tokens: Sequence[Token], vocabulary: Vocabulary) -> bool:
    """Whether a part only asks if what was told may be told on ("Sier det på lufta nå, ok?")."""
    telling, leave = (vocabulary.word_list("language", "questions", key) for key in ("passing_on", "leave"))
    own = _fills(query, "measures", "dimensions", "periods", "quantities", "terms")
    tells = any(token.word in telling for token in tokens[:FRAGMENT])
    last = tokens[-1].word in leave and query.text[: tokens[-1].start].rstrip().endswith(",")
    return tells and last and "?" in query.text and not (own or is_question(before, vocabulary, marked=True))


def _fills(query: Query, *slots: str) -> bool:
    """Whether a part fills one of some slots itself, and takes it from no other."""
    return any(getattr(query, slot) for slot in slots if slot not in query.carried)


def _names_itself(query: Query) -> bool:
    """Whether a part names what, whom or when it is about."""
    said = query.terms or query.unmatched or query.quantities
    return bool(said) or _fills(query, "dimensions", "periods", "measures")


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
    named = _names_itself(query)
    says = query.intent in (Intent.WHO_SAID, Intent.OVERVIEW) and not names_person(list(tokens), vocabulary)
    who = starts_with(tokens, 0, vocabulary.sequences("language", "questions", "who"))
    claimed = before.measures and before.quantities and not is_question(before, vocabulary, marked=True)
    return bool(says and claimed) and not (named or who)


def _verdict_or_else(query: Query, before: Query, vocabulary: Vocabulary) -> bool:
    """Whether a part wants the figure told before it checked, and says what it may be instead.

    "«Halvparten rett ut i jobb». Holder det, eller er det jobb og skole til sammen?"
    """
    either = {(word,) for word in vocabulary.word_list("grammar", "boundary", "union")}
    wishes = vocabulary.find_intents(query.text, vocabulary.tokens(query.text))
    ends = [wish.end for wish in wishes if wish.code == Intent.VERIFY.value and not wish.start]
    rest = query.text[max(ends) :] if ends else ""
    told = before.measures and before.quantities and not is_question(before, vocabulary, marked=True)
    own = query.quantities or "measures" in query.carried
    return bool(told and not own and starts_with(vocabulary.tokens(rest), 0, frozenset(either)))


def _asks_whom(query: Query, before: Query, tokens: Sequence[Token], vocabulary: Vocabulary) -> bool:
    """Whether a part asks of whom the figure is that was told before it ("63 prosent … Gjelder det alle?").

    The figure is then looked for among all and among the groups.
    """
    named = _names_itself(query)
    told = [q for q in before.quantities if q.unit in (None, PEOPLE, PERCENT)]
    claimed = len(told) == len(before.quantities) == 1 and before.measures and not before.dimensions
    asked = is_question(before, vocabulary, marked=True) or "?" not in query.text
    asked = asked or bool({"count", "share"} & set(query.cues))  # "Hvor stor del er det av alle?"
    whom = vocabulary.sequences("language", "questions", "of_whom_told")
    return bool(claimed) and not (named or asked) and holds(list(tokens), whom)


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


def adds_nothing(query: Query, before: Query) -> bool:
    """Whether a part says the question before it over again ("Gi meg alle andelene.")."""
    own = query.terms or query.unmatched or query.quantities or query.context or query.direction or query.base
    if is_order(before) and not (query.measures or query.dimensions or query.terms or query.unmatched):
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
        if not is_question(query, vocabulary) or only_claims(query, vocabulary):
            told.update({} if "dimensions" in query.carried else query.dimensions)
            heading = dict(query.dimensions) if _is_heading(query) else {}
        elif heading and not set(heading) & set(query.dimensions):
            # "Analfabetene i 2017. Hvor mange av kvinnene …?"
            query = replace(query, dimensions={**heading, **query.dimensions}, carried=(*query.carried, TOLD))
        elif told and not query.dimensions and "everyone" not in query.cues:
            query = replace(
                query, dimensions=rest_of(told, query, vocabulary), carried=(*query.carried, TOLD)
            )
        result.append(query)
    return result


def without_headings(queries: Sequence[Query]) -> list[Query]:
    """The parts without one that only names whom the part after it says something of, and names itself.

    "Analfabetene da?? I 2017 kom vel hver eneste analfabetkvinne i jobb."
    """
    after = [*queries[1:], None]
    return [
        query
        for query, part in zip(queries, after, strict=True)
        if not (
            part
            and _is_heading(query)
            and part.measures
            and "measures" not in part.carried
            and set(query.dimensions.items()) <= set(part.dimensions.items())
            and not set(query.dimensions) & set(part.carried)
        )
    ]


def _shared_subjects(queries: list[Query], vocabulary: Vocabulary) -> list[Query]:
    """What is told is what a question asks of that names nothing itself, and cannot be answered.

    "Ukrainerne har plikt til å delta. Hva er sanksjonen?": what is said of the duty may be told.
    """
    result: list[Query] = []
    for query in queries:
        told = next((q for q in reversed(result) if not is_question(q, vocabulary)), None)
        bare = not (query.terms or query.measures or query.quantities) and query.unmatched
        if told and bare and is_question(query, vocabulary) and not told.unmatched:
            subjects = tuple(c for c in told.terms if not vocabulary.are_aside((c,)))
            people = vocabulary.marks(subjects, "person")
            query = query if people else replace(query, terms=subjects)
        result.append(query)
    return result


def _is_heading(query: Query) -> bool:
    """Whether a part only names whom what follows is about, and perhaps when ("Analfabetene i 2017.")."""
    said = query.measures or query.quantities or query.terms or query.unmatched or query.cues
    return bool(query.dimensions) and not said and "dimensions" not in query.carried


def _shared_places(queries: list[Query], vocabulary: Vocabulary) -> list[Query]:
    """One place holds for all ("Hvor mange kvinner og hvor mange menn avsluttet i Oslo?").

    Not one of a part that goes on from another ("Hvor mange fikk jobb, og hvor mange av dem bor i Oslo?").
    """
    placed = [query for query in queries if AREA in query.dimensions]
    places = {query.dimensions[AREA] for query in placed}
    goes_on = any(of_them(vocabulary.tokens(query.text), vocabulary) or query.carried for query in placed)
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
        if not is_question(query, vocabulary) and (whole := vocabulary.measure(code).data.get("extends"))
    }
    added = [(query, tuple(told.get(code, code) for code in query.measures)) for query in queries]
    return [replace(q, measures=m) if is_question(q, vocabulary) and m != q.measures else q for q, m in added]


def shared_years(queries: list[Query], told: set[tuple[str, ...]]) -> list[Query]:
    """One year that is told holds for all ("Hvor mange startet, og hvor mange deltok i 2023?")."""
    if len(told) != 1:
        return queries
    [years] = told
    first = next((at for at, query in enumerate(queries) if query.periods == years), 0)
    return [
        # "Hvor mye økte andelen, og hva var den i 2022?": the rise is not the one up to that year.
        query
        if query.periods or query.intent is Intent.TEXT or (query.intent is Intent.CHANGE and at < first)
        else replace(query, periods=years)
        for at, query in enumerate(queries)
    ]
