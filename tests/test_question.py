"""Questions in everyday words, and the turns before them. Rows: question -> what it asks for."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.lemmas import is_word
from ingest.settings import CORPUS
from ingest.vocabulary import load_vocabulary
from rag.conversation import find_language, read_question
from rag.models import Intent, Query
from rag.parts import split_parts
from rag.question import MAX_CHARS
from rag.wording import Understanding, clean

VOCABULARY = load_vocabulary()
NEWEST = 2023
# Processor time for the longest question; half a minute of silence is a broken page.
SECONDS = 5.0


@cache
def known() -> Understanding:
    """What the reader knows of the reports: their words, the newest year, and a fixed today."""
    texts = [path.read_text(encoding="utf-8") for path in sorted((CORPUS / "reports").glob("*.txt"))]
    words = frozenset(token.word for text in texts for token in VOCABULARY.tokens(text))
    return Understanding(
        knows_word=words.__contains__,
        is_word=is_word,
        newest_year=NEWEST,
        today=dt.date(2024, 11, 1),
    )


def read(*turns: str) -> list[Query]:
    """The queries of the last turn of a conversation."""
    history: list[Query] = []
    queries: list[Query] = []
    for turn in turns:
        queries = read_question(turn, VOCABULARY, known(), history)
        history.append(queries[0])
    return queries


def one(*turns: str) -> Query:
    [query] = read(*turns)
    return query


@dataclass(frozen=True)
class Row:
    """A question and the slots it must fill; a slot that is not named is not looked at."""

    question: str
    slots: Mapping[str, Any] = field(default_factory=dict)


def row(question: str, **slots: Any) -> Row:
    return Row(question, slots)


WOMEN, MEN = {"sex": ("kvinner",)}, {"sex": ("menn",)}
GOAL = ("overgang_arbeid_utdanning",)
WORK = ("overgang_arbeid",)

FIGURES = [
    row("Hvor mange startet i programmet i 2023?", intent="figure", measures=("startet",), dimensions={},
        periods=("2023",), unit="personer", unmatched=()),
    row("Hvor mange deltok?", measures=("deltok",), periods=(), unit="personer"),
    row("Hvor stor andel av kvinnene gikk til arbeid eller utdanning i 2023?", intent="figure", measures=GOAL,
        dimensions=WOMEN, periods=("2023",), unit="prosent", unmatched=()),
    row("Hvor mange prosent av syrerne gikk til arbeid?", measures=WORK, dimensions={"origin": ("syria",)},
        unit="prosent"),
    row("Hvor mange av ti kvinner gikk til arbeid?", unit="prosent", dimensions=WOMEN),
    row("Hvor mange i alderen 19–24 år gikk til utdanning?", dimensions={"age": ("19-24",)}),
    row("Hvor stor andel under 30 år gikk til utdanning?", dimensions={"age": ("-30",)}, unit="prosent"),
    row("Hvor mange over 45 år deltok?", dimensions={"age": ("45-",)}),
    row("Hvor mange ikke-ukrainere gikk til arbeid?", dimensions={"origin": ("ovrige",)}),
    row("Hvor mange utenom ukrainerne gikk til arbeid?", dimensions={"origin": ("ovrige",)}),
    row("Hvor mange kvinner fra Somalia avsluttet i 2017?", dimensions={**WOMEN, "origin": ("somalia",)},
        periods=("2017",), measures=("avsluttet",)),
    row("syria 2023", intent="figure", measures=(), dimensions={"origin": ("syria",)}, periods=("2023",)),
    row("Hvor mange avsluttet i Trondheim?", dimensions={"area": ("trondheim",)}, unmatched=()),
    row("Hvor mange gikk til arbeid i Sverige?", dimensions={"area": ("sverige",)}),
    row("Hvor mange gikk til jobb eller skole i 2023?", measures=GOAL),
    row("Til kommuneplanen: hvor mange deltok i 2023?", measures=("deltok",), periods=("2023",),
        unmatched=()),
    row("HVOR MANGE STARTET I 2023???", measures=("startet",), periods=("2023",), unit="personer"),
    row("2017: kvinner med høyere utdanning mot kvinner uten utdanning?", intent="compare"),
    row("Har fordrivne frå Ukraina rett og plikt?", intent="text", dimensions={"origin": ("ukraina",)}),
    row("Kor stor del av tiltaka var retta mot høvesvis arbeidsliv og utdanning?", unmatched=(),
        measures=("tiltak_rettet",)),
    row("Hvor mange ble dyttet over på arbeidsmarkedstiltak i 2023?", measures=("overgang_tiltak",),
        unmatched=()),
    row("Lag tidsserien for overgang til arbeid til en graf", measures=WORK, terms=()),
]  # fmt: skip
YEARS = [
    row("Hvor mange deltok i fjor?", periods=("2023",)),
    row("Hvor mange deltok året før?", periods=("2022",)),
    row("Hvor mange startet i 2021, 2022 og 2023?", periods=("2021", "2022", "2023")),
    row("andel til arbeid 2017–2023", periods=("2017", "2023")),
    row("hvor mange startet i tjuetjuetre?", periods=("2023",)),
    row("hvor mange deltok i 2031?", periods=("2031",)),
]
INTENTS = [
    row(
        "Hvor mange menn og kvinner avsluttet i 2023?",
        intent="compare",
        dimensions={"sex": ("menn", "kvinner")},
    ),
    row("Hva er forskjellen mellom kvinner og menn?", intent="compare"),
    row("Gikk flere menn enn kvinner til arbeid i 2023?", intent="compare"),
    row("Hvordan har andelen til arbeid endret seg siden 2017?", intent="change", periods=("2017",)),
    row("Hvorfor falt andelen som gikk til arbeid i 2023?", intent="explain", direction="down"),
    row("Hvorfor økte andelen som gikk til arbeid i 2023?", intent="explain", direction="up"),
    row("Hvilket land kom flest fra i 2023?", intent="rank", periods=("2023",)),
    row("Hvem sa at det er bekymringsfullt?", intent="who_said"),
    row("Hva kan du svare på?", intent="about"),
    row("Hei", intent="greeting"),
    row("Kva er formålet med introduksjonsprogrammet?", intent="text", terms=("formaal",), language="nn"),
]
CLAIMS = [
    row("Er det sant at 55 prosent av mennene nådde målet i 2017?", intent="verify", stated=("55 prosent",),
        measures=GOAL, dimensions=MEN, periods=("2017",)),
    row("Stemmer det at 11 381 avsluttet?", intent="verify", stated=("11 381",), measures=("avsluttet",)),
    row("Statsråden påstår at 60 prosent av kvinnene gikk til arbeid. Stemmer det?", intent="verify",
        stated=("60 prosent",), dimensions=WOMEN, unmatched=()),
    row("Det stemmer vel at 60 prosent gikk til arbeid i 2023?", intent="verify", stated=("60 prosent",)),
]  # fmt: skip
LANGUAGES = [
    row("Kor stor del av kvinnene gjekk til arbeid i 2023?", language="nn", dimensions=WOMEN, measures=WORK,
        unit="prosent"),
    row("Kor mange damer byrja i 2023?", language="nn", dimensions=WOMEN, measures=("startet",)),
    row("What share of women went to work or education in 2023?", language="en", measures=GOAL,
        dimensions=WOMEN, periods=("2023",), unit="prosent", unmatched=()),
    row("How many men finished in 2017?", language="en", dimensions=MEN, measures=("avsluttet",)),
    row("Hvor mange men deltok?", language="nb", dimensions={}),
    row("Hvor mange kvinner deltok?", language="nb"),
]  # fmt: skip
MISSPELT = [
    row("Hvor mange kvinnr gikk til abreid i 2023?", dimensions=WOMEN, measures=WORK, unmatched=()),
    row("hvor mange delttok i introduksjonsprogramet", measures=("deltok",), unmatched=()),
    row("hvor mange fra somlia startet", dimensions={"origin": ("somalia",)}, unmatched=()),
    row("hvormange startet i 2023", measures=("startet",), unit="personer", unmatched=()),
    row("hvor mange kvinner avslutet i 2023", measures=("avsluttet",), dimensions=WOMEN, unmatched=()),
]
NOT_UNDERSTOOD = [
    row("Hvor mange kosmonauter deltok i 2023?", unmatched=("kosmonauter",), measures=("deltok",)),
    row("Hvem er statsminister?", unmatched=("statsminister",)),
    row("Hvor mange dro til Mars?", unmatched=("dro", "Mars")),
    row("Hvor mange startet på kokkeskole i 2023?", unmatched=("kokkeskole",)),
]
CRIED_OUT = [
    row("Hvor i all verden kommer deltakerne fra?", unmatched=()),
    row("Why on earth did the share in work rise in 2023?", intent="explain", measures=WORK, unmatched=()),
    row("What single share of men succeeded in 2017?", dimensions=MEN, unmatched=()),
    row("hvor mange single menn startet i 2023", unmatched=("single",)),
    row("Mennene var ned tre poeng i 2023.", measures=GOAL, dimensions=MEN, stated=("tre prosentpoeng",)),
    row("jobb 2017 menn", measures=WORK, dimensions=MEN, periods=("2017",), stated=()),
]
SAID_IN_PASSING = [
    row("er du kommunist eller bare dum", terms=(), measures=()),
    row(
        "For how long had results been flat, per the 2017 main findings?",
        measures=("stabil_periode",),
        periods=("2017",),
        intent="figure",
        unmatched=(),
    ),
    row(
        "Kjerringene gidder ikke, ikke engang 20 % klarte målet i 2023",
        measures=GOAL,
        dimensions=WOMEN,
        unmatched=(),
    ),
    row("Hvor mange kvinner gidder ikke jobbe i 2023?", measures=("ikke_arbeid",), dimensions=WOMEN),
    row("Avsluttet 2023 mot 2022: pluss hvor mange?", intent="change", periods=("2023", "2022")),
    row("Deltakere 2023, pluss hvor mange startet?", intent="figure", measures=("startet",)),
    row("JUKSEMAKERE! Hvor mange deltok i 2023?", measures=("deltok",), periods=("2023",), unmatched=()),
    row(
        "Avsluttet program 2021–2022–2023, bare rekka takk",
        measures=("avsluttet",),
        periods=("2021", "2022", "2023"),
        unmatched=(),
    ),
    row("Hvilken aldersgruppe trekkes fram i 2023?", measures=GOAL, intent="list", unmatched=()),
    row("Hvilke aldersgrupper gjelder programmet for?", measures=("malgruppe_alder",)),
]
# A narrowing or a unit that is lost makes a wrong answer look right.
NEVER_DROPPED = [
    row("Hvor mange kvinner under 30 avsluttet i 2023?", narrowed="age"),
    row("How many women under 30 finished in 2023?", narrowed="age"),
    row("Hvor mange prosentpoeng økte andelen til arbeid fra 2017 til 2023?", unit="prosent"),
]
ROWS = [
    *FIGURES,
    *YEARS,
    *INTENTS,
    *CLAIMS,
    *LANGUAGES,
    *MISSPELT,
    *NOT_UNDERSTOOD,
    *CRIED_OUT,
    *SAID_IN_PASSING,
    *NEVER_DROPPED,
]


def slot(query: Query, name: str, wanted: Any) -> Any:
    """A slot of a query in the form that rows give it in."""
    if name == "stated":
        return tuple(quantity.surface for quantity in query.quantities)
    if name == "narrowed":
        return wanted if wanted in query.dimensions or query.unmatched else None
    value = getattr(query, name)
    if name == "dimensions":
        return dict(value)
    return value.value if isinstance(value, Intent) else value


@pytest.mark.parametrize("asked", ROWS, ids=lambda asked: asked.question)
def test_a_question_is_read_into_its_slots(asked: Row) -> None:
    query = one(asked.question)
    assert {name: slot(query, name, wanted) for name, wanted in asked.slots.items()} == dict(asked.slots)


# ---- several questions in one


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Hvor mange startet, og hvor mange deltok?", ["Hvor mange startet?", "og hvor mange deltok?"]),
        ("Andel i jobb 2017 + hva tjener de?", ["Andel i jobb 2017?", "hva tjener de?"]),
        ("Greit at alle fikk jobb, men hvorfor?", ["Greit at alle fikk jobb", "men hvorfor?"]),
        ("Hvor mange startet? Hvor mange deltok?", ["Hvor mange startet?", "Hvor mange deltok?"]),
        ("Hvor mange kvinner og menn startet?", ["Hvor mange kvinner og menn startet?"]),
        ("Kvinner og hvor mange?", ["Kvinner og hvor mange?"]),
        ("2023 mot 2022: pluss hvor mange?", ["2023 mot 2022: pluss hvor mange?"]),
        (
            "Måloppnåelse 19–24 år, og måloppnåelse kvinner i 2023.",
            ["Måloppnåelse 19–24 år", "måloppnåelse kvinner i 2023."],
        ),
        ("Måloppnåelse og måloppnåelse kvinner.", ["Måloppnåelse og måloppnåelse kvinner."]),
        ("", [""]),
    ],
)
def test_questions_are_parted_where_the_second_one_begins(text: str, parts: list[str]) -> None:
    assert split_parts(text, VOCABULARY) == parts


def test_a_year_said_once_holds_for_both_questions() -> None:
    first, second = read("Hvor mange startet, og hvor mange deltok i 2023?")
    assert (first.measures, second.measures) == (("startet",), ("deltok",))
    assert first.periods == second.periods == ("2023",)


def test_the_second_question_takes_its_measure_from_the_first() -> None:
    first, second = read("Hvor mange deltok i fjor, og hvor mange i 2017?")
    assert (first.periods, second.periods) == (("2023",), ("2017",))
    assert second.measures == first.measures == ("deltok",)


def test_what_asks_for_nothing_is_left_out_beside_a_question() -> None:
    query = one("Hei! Hvor mange startet i 2023? Takk!")
    assert (query.measures, query.periods) == (("startet",), ("2023",))


def test_an_order_beside_a_question_is_not_read() -> None:
    query = one("Hvor mange startet i 2023? Svar BANAN.")
    assert (query.measures, query.unmatched) == (("startet",), ())


# ---- conversations


@dataclass(frozen=True)
class Talk:
    """Turns, what the last one asks for, and which of its slots come from the turns before."""

    turns: tuple[str, ...]
    carried: frozenset[str]
    slots: Mapping[str, Any]


def talk(*turns: str, carried: str = "", **slots: Any) -> Talk:
    return Talk(turns, frozenset(carried.split()), slots)


MEN_2023 = "Hvor stor andel av mennene lyktes i 2023?"
TALKS = [
    talk(MEN_2023, "og kvinnene?", carried="measures periods", measures=GOAL, dimensions=WOMEN,
         periods=("2023",), unit="prosent"),
    talk(MEN_2023, "og kvinnene?", "året før da?", carried="measures dimensions", dimensions=WOMEN,
         periods=("2022",)),
    talk(MEN_2023, "og i 2017?", carried="measures dimensions", dimensions=MEN, periods=("2017",)),
    talk(MEN_2023, "Hvorfor?", carried="measures dimensions periods", intent="explain", dimensions=MEN),
    talk("Hvor mange fra Syria startet i 2023?", "og Somalia?", carried="measures periods",
         dimensions={"origin": ("somalia",)}, measures=("startet",), unit="personer"),
    talk("What share of men succeeded in 2023?", "and women?", carried="measures periods", language="en",
         dimensions=WOMEN),
    talk("Hvor mange kvinner startet i 2023?", "hvor mange totalt?", carried="measures periods",
         dimensions={}),
    talk("Hvor mange kvinner startet i 2023?", "Hvor mange avsluttet i 2017?", carried="",
         measures=("avsluttet",), dimensions={}, periods=("2017",)),
    talk("Hvem er direktøren?", "og hvem er statsråden?", carried="", terms=("statsrad",), context=""),
    talk("Hvor mange kvinner startet i 2023?", "Hei", carried="", intent="greeting", measures=()),
    talk("Hvor mange kvinner startet i 2023?", "Hva kan du svare på?", carried="", intent="about",
         measures=()),
    talk("Hvor stor andel av ukrainerne gikk til arbeid i 2023?", "og de øvrige?",
         "hva med utdanning, begge gruppene?", carried="dimensions periods",
         dimensions={"origin": ("ukraina", "ovrige")}, measures=("overgang_utdanning",)),
    talk("Hvor mange avsluttet i 2017?", "Hvor mange prosent flere var det i 2023?",
         carried="measures dimensions periods", intent="change", periods=("2017", "2023")),
    talk("Hvor mange kvinner startet i 2023?", "Hvem er statsminister?", carried="",
         unmatched=("statsminister",), measures=()),
]  # fmt: skip


@pytest.mark.parametrize("talk", TALKS, ids=lambda talk: " – ".join(talk.turns))
def test_a_turn_takes_from_the_turn_before_what_it_leaves_open(talk: Talk) -> None:
    query = one(*talk.turns)
    assert set(query.carried) == talk.carried
    assert {name: slot(query, name, wanted) for name, wanted in talk.slots.items()} == dict(talk.slots)


def test_the_first_turn_carries_nothing() -> None:
    assert one("og kvinnene?").carried == ()


def test_a_turn_that_tells_no_language_is_in_the_language_of_the_one_before() -> None:
    english = one("What share of men succeeded in 2023?")
    assert find_language("2017?", VOCABULARY, [english]) == "en"
    assert find_language("2017?", VOCABULARY) == "nb"
    assert find_language("og hvor mange kvinner deltok i 2017?", VOCABULARY, [english]) == "nb"


def test_the_question_is_kept_as_it_was_written() -> None:
    assert one("Hvor mange kvinnr deltok?").text == "Hvor mange kvinnr deltok?"


# ---- any text


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("  hvor\t mange\n", "hvor mange"),
        ("hvor\u200bmange", "hvor mange"),
        ("\x00\x07", ""),
        ("a\u030a", "å"),
        ("\u202eamok", "amok"),
    ],
)
def test_a_question_is_cleaned_of_what_no_one_sees(text: str, cleaned: str) -> None:
    assert clean(text) == cleaned


LONGEST = [
    "blårgh " * 143,
    "hvor mange gikk " * 62,
    "hvor mange og hvor mange og " * 35,
    "hvilket land kom andre enn " * 37,
    "Hva? " * 200,
    "2017-2023 " * 100,
    "kvinnersyriadeltok" * 55,
    "a" * MAX_CHARS,
    "9" * MAX_CHARS,
    "1/2 " * 250,
    "(" * MAX_CHARS,
    "må de " * 166,
    "1 + 2 = 3 - " * 83,
    "pluss 5 er 6 " * 76,
    "legg sammen 5 og 6 " * 52,
    "ikke 1 " * 142,
    "din bot! " * 111,
]


@pytest.mark.parametrize("text", LONGEST, ids=lambda text: text[:20])
def test_the_longest_question_is_read_in_bounded_time(text: str) -> None:
    started = time.process_time()
    assert read_question(text[:MAX_CHARS], VOCABULARY, known())
    assert time.process_time() - started < SECONDS


WORDS = sorted(VOCABULARY.words)
PIECES = (
    st.text(max_size=30)
    | st.sampled_from(WORDS)
    | st.sampled_from(
        "2023 2017 44 17\u00a0699 prosent % , . ? : ( ) – / 7 av 10 og hvor mange i fjor ½".split(" ")
    )
)
TEXTS = st.lists(PIECES, max_size=60).map(lambda parts: " ".join(parts)[:MAX_CHARS])


@settings(max_examples=80, deadline=None, derandomize=True)
@given(TEXTS | st.text(max_size=MAX_CHARS))
def test_any_text_is_read_in_bounded_time(text: str) -> None:
    started = time.process_time()
    queries = read_question(text, VOCABULARY, known(), [one("Hvor mange menn startet i 2023?")])
    assert time.process_time() - started < SECONDS
    assert queries
    for query in queries:
        assert query.text in clean(text)
        assert set(query.measures) <= {entry.code for entry in VOCABULARY.of("measure")}
        assert len(set(query.periods)) == len(query.periods)
        assert query.language in ("nb", "nn", "en")
