"""The turns before a question -> what it leaves out.

A turn that leaves a slot open takes it from the turn before, slot by slot; what was taken is named in
`Query.carried`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ingest.vocabulary import Token, Vocabulary, holds, starts_with
from rag.accounted import PAIR
from rag.calculate import PEOPLE, PERCENT
from rag.cues import EVER, HEADS, LAPSE, POLAR, SPEAKING
from rag.models import Intent, Operation, Query, Sign
from rag.negation import only_negates, opposite
from rag.wording import joined_by

# A turn of so few words leans on the one before.
SHORT_TURN = 6
# A question of so few words that names no group and no year is about those of the turn before.
LEANING_TURN = 7
# Dimensions that say who someone is: a turn that names one leaves those of the turn before.
IDENTITY = ("origin", "status", "age", "education")
_SPLITS = frozenset({"by_origin", "by_age", "by_education", "both_sexes", "by_year"})
_SPLITS |= {"by_county", "by_municipality"}


def rest_of(
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
    query = _of_length(query, _topic(history), vocabulary)
    taken = _dated_of_another(query, tokens, history[-1], vocabulary)
    taken = taken or _of_other_outcomes(query, tokens, history, vocabulary)
    if taken := taken or _part_of_other(query, _topic(history), tokens, vocabulary):
        return taken
    leaning = leans(tokens, vocabulary)
    query = _of_same(_of_that_year(query, tokens, vocabulary), history[-1], vocabulary)
    words = [token for token in tokens if token.word.isalpha()]
    if vague and history[-1].measures and (leaning or len(words) <= SHORT_TURN):
        query = replace(query, measures=())
    opener = vocabulary.sequences("language", "questions", "elliptic_openers")
    goes_on = leaning or (starts_with(tokens, 0, opener) and not _asks_who(query, tokens, vocabulary))
    if (not query.measures or query.intent is Intent.TEXT) and goes_on:
        names = query.dimensions or (query.terms and query.intent is Intent.WHO_SAID)
        before = history[-1].spoke if names and names_person(tokens, vocabulary) else ""
        query = replace(query, context=before or _said_before(history[-1], vocabulary))
        if of_them(tokens, vocabulary) and not query.periods:
            # Those of the turn before are those of its year.
            query = replace(query, periods=_topic(history).periods)
    query = _of_person(query, history[-1], tokens, vocabulary)
    if starts_with(tokens, 0, opener) and _asks_of_another(query, history[-1]):
        # "Hvem uttaler seg fra IMDi? Og fra regjeringen?"
        return replace(query, intent=Intent.WHO_SAID, periods=query.periods or history[-1].periods,
                       cues=history[-1].cues, context=history[-1].text)  # fmt: skip
    if query.intent is Intent.WHO_SAID and leaning and not query.dimensions:
        # "Hva sa direktøren om det?" is about those of the turn before.
        query = replace(query, dimensions=_topic(history).dimensions)
    if (asked := _of_quoted(query, history[-1].spoke, tokens, vocabulary)) is not None:
        return asked
    if query.intent is Intent.DEFINE and leaning and not query.measures and not query.terms:
        # "Hva mener du med det?" asks what the measure of the turn before means.
        return replace(query, measures=_topic(history).measures, unmatched=())
    query = _of_both_groups(query, tokens, history, vocabulary)
    last = _topic(history)
    query = _with_told_cause(query, last, tokens, vocabulary)
    if (part := _part_of_stage(query, last, tokens, vocabulary)) is not None:
        return part
    if leaning and (of_ages := _of_told_ages(query, last, vocabulary)):
        return of_ages
    if (parted := _parted(query, last, history, vocabulary)) is not None:
        return parted
    if not _is_elliptic(query, tokens, vocabulary):
        return query
    return _go_on(query, last, tokens, history, vocabulary)


def _of_length(query: Query, last: Query, vocabulary: Vocabulary) -> Query:
    """ "Hva blir tiden da?" after "Hvor lenge varer programmet?" names that length."""
    words = vocabulary.word_list("language", "questions", "the_length")
    long = any(vocabulary.measure(code).data.get("length_of_programme") for code in last.measures)
    named = query.unmatched and all(word.lower() in words for word in query.unmatched)
    return replace(query, unmatched=()) if long and named and not query.measures else query


def _of_quoted(query: Query, who: str, tokens: list[Token], vocabulary: Vocabulary) -> Query | None:
    """A turn about whoever was quoted in the one before: "Hvilken stilling har hun?"."""
    own = query.measures or query.terms or query.dimensions
    if own or not who or not names_person(tokens, vocabulary):
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
    if last is None or own or not asks or not vocabulary.are_aside((*query.terms, *last.terms)):
        return None
    if last.unmatched:
        return None  # "Hvor stor andel av tiltakene var skoleretta, og hva var resten?" is of no people
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
        for key in ("becoming", "formal", "joining", "makes", "polite")
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
    if both is None or first.measures != last.measures or not of_them(tokens, vocabulary):
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
    if not people or named or not names_person(tokens, vocabulary):
        return query
    if query.intent is Intent.WHO_SAID:
        # "Sanner lovte mye. Hva sa han om kvinnene?"
        return replace(query, terms=(*query.terms, *people), carried=(*query.carried, "terms"))
    if any(vocabulary.measure(code).data.get("ages") for code in query.measures):
        # "Sanner er statsråd. Hvor gammel er han?" asks for no age of participants.
        old = vocabulary.word_list("language", "questions", "old")
        return replace(query, measures=(), unmatched=tuple(t.word for t in tokens if t.word in old))
    return query


def _parted(query: Query, last: Query, history: Sequence[Query], vocabulary: Vocabulary) -> Query | None:
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
    if "share" in query.cues and last.intent in (Intent.CHANGE, Intent.COMPARE) and not query.quantities:
        # "Hvor mange flere avsluttet i 2023 enn i 2022? Gjør om til prosent."
        counts = counts or all(vocabulary.measure(code).stage for code in last.measures)
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


def names_person(tokens: list[Token], vocabulary: Vocabulary) -> bool:
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
    if len(own) == 1 and own[0].stage and query.unit == "prosent" and leans(tokens, vocabulary):
        plain = not (query.dimensions or query.terms or query.unmatched)
        if plain and "everyone" in query.cues and last.dimensions and last.measures in ((), query.measures):
            return replace(query, dimensions=dict(last.dimensions), periods=query.periods or last.periods,
                           carried=("dimensions", "periods"))  # fmt: skip
    entries = [vocabulary.measure(code) for code in last.measures]
    wholes = {whole for e in entries for whole in (e.denominator, *e.data.get("within", ()))}
    if len(last.measures) > 1 and (parts := tuple(code for code in last.measures if code not in wholes)):
        # "Tiltak took 66 % of those with no transition" tells of the part and names its whole.
        last = replace(last, measures=parts)
    counted = own and own[0].stage and query.unit == "prosent" and leans(tokens, vocabulary)
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
    told = "everyone" in query.cues or that or leans(tokens, vocabulary)
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
    counted = of_them(tokens, vocabulary) and all(q.unit in (None, PEOPLE) for q in last.quantities)
    whom = () if counted else query.dimensions
    if last.quantities and not (last.measures or query.measures or whom or query.quantities):
        # "5 837 står det et sted. Hvem er de?", "11 381 i 2023. Hvor mange av dem var ukrainere?"
        query = replace(query, quantities=last.quantities)
        carried.append("quantities")
    kept = dict(last.dimensions) if of_them(tokens, vocabulary) else _kept_groups(query, last)
    kept = rest_of(kept, query, vocabulary)
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
        what = vocabulary.sequences("language", "questions", "what_openers")
        asks_what = starts_with(tokens, int(joined_by(tokens, 0, vocabulary)), what)
        query = replace(query, intent=_kept_intent(query, last, asks_what=bool(asks_what)))
    if (
        query.intent is Intent.TEXT
        and last.intent is Intent.OVERVIEW
        and query.dimensions
        and not query.terms
    ):
        # "How did men with higher education do? And men who arrived illiterate?"
        query = replace(query, intent=Intent.OVERVIEW)
    return replace(query, carried=tuple(carried))


def _kept_intent(query: Query, last: Query, *, asks_what: bool) -> Intent:
    """What the turn before wanted, as far as one that carries its measure wants it too."""
    if last.intent is Intent.DEFINE and Intent.WHO_SAID.value in query.cues:
        # "Er det definert likt? Hva sier 2017-saken om det?"
        return Intent.DEFINE
    of_year = last.quantities or asks_what
    if last.intent is Intent.CHANGE and of_year and len(query.periods) == 1:
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


def of_them(tokens: list[Token], vocabulary: Vocabulary) -> bool:
    """Whether it asks of a part of those of the turn before ("hvor mange av dem …?")."""
    return holds(tokens, vocabulary.sequences("language", "questions", "of_them"))


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


def leans(tokens: list[Token], vocabulary: Vocabulary) -> bool:
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
