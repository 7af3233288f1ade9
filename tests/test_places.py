"""Places: the official names in every year, and which text names one."""

from __future__ import annotations

import pytest

from ingest.places import Gazetteer, existed, spans
from ingest.vocabulary import Entry, load_vocabulary

VOCABULARY = load_vocabulary()
AREAS = VOCABULARY.of("area")
MUNICIPALITIES = [e for e in AREAS if e.data.get("level") == "municipality"]
COUNTIES = [e for e in AREAS if "county" in (e.data.get("level"), e.data.get("also"))]
GAZETTEER = Gazetteer(((e.code, e.data) for e in AREAS), ["kommune", "fylke", "bydel"])


def places(text: str, *, cased: bool = False) -> list[str]:
    """Codes of the places that a text names."""
    found = VOCABULARY.find_in(text, VOCABULARY.tokens(text), cased=cased)
    return [m.code for m in found if m.dimension == "area"]


def in_force(entries: list[Entry], year: int) -> list[Entry]:
    return [e for e in entries if existed(e.data, year)]


# ---- the lists are whole

COUNTS = [
    (2013, 428, 19),
    (2017, 426, 19),
    (2018, 422, 18),
    (2019, 422, 18),
    (2020, 356, 11),
    (2024, 357, 15),
]


@pytest.mark.parametrize(("year", "municipalities", "counties"), COUNTS)
def test_every_municipality_and_county_of_a_year_is_there(
    year: int, municipalities: int, counties: int
) -> None:
    assert len(in_force(MUNICIPALITIES, year)) == municipalities
    assert len(in_force(COUNTIES, year)) == counties


def test_a_place_that_ended_says_what_it_became() -> None:
    codes = {e.code for e in AREAS}
    for entry in AREAS:
        became = entry.data.get("became", "").split()
        assert set(became) <= codes, entry.code
        assert became or spans(entry.data.get("years", ""))[-1][1] == 9999, entry.code


def test_an_official_number_is_that_of_one_place() -> None:
    numbers = [n for e in AREAS if e.data.get("level") != "county" for n in e.data.get("numbers", "").split()]
    assert len(numbers) == len(set(numbers))


CHANGES = [
    ("viken", 2019, False), ("viken", 2020, True), ("viken", 2023, True), ("viken", 2024, False),
    ("akershus", 2019, True), ("akershus", 2021, False), ("akershus", 2024, True),
    ("trondelag", 2017, False), ("trondelag", 2018, True), ("sor_trondelag", 2018, False),
    ("haram", 2019, True), ("haram", 2022, False), ("haram", 2024, True), ("oslo", 1999, True),
]  # fmt: skip


@pytest.mark.parametrize(("code", "year", "there"), CHANGES)
def test_a_place_is_known_in_the_years_in_which_it_existed(code: str, year: int, there: bool) -> None:
    assert existed(VOCABULARY.entry("area", code).data, year) is there


# ---- running text

NAMED = [
    ("Hvor mange gikk til arbeid i Oslo kommune?", ["oslo"]),
    ("i viken fylke", ["viken"]),
    ("Nordlands resultater", ["nordland"]),
    ("i Møre og Romsdal fylkeskommune", ["more_og_romsdal"]),
    ("hvor mange i lund?", ["lund"]),
    ("Nes kommune og Hole kommune", ["nes", "hole"]),
    ("how many in Tromso", ["tromso"]),
    ("i Guovdageaidnu", ["kautokeino"]),
    ("i Våler i Østfold", ["valer_ostfold"]),
    ("bydel Alna", ["bydel_alna"]),
    ("Introduksjonsprogrammet på Stord", ["stord"]),
    ("på Røst", ["rost"]),
    ("går på ski", []),
]


@pytest.mark.parametrize(("text", "codes"), NAMED)
def test_a_place_is_named_with_or_without_the_word_for_what_it_is(text: str, codes: list[str]) -> None:
    assert places(text) == codes


NOT_NAMED = [
    "Lund sier at dette er viktig",
    "etter en time",
    "de fleste på et nes",
    "Berg og Vik mener det samme",
    "jeg spurte i stad",
    "han lå i sola",
    "to timer i hole",
]


@pytest.mark.parametrize("text", NOT_NAMED)
def test_a_word_that_is_also_a_place_is_none_in_running_text(text: str) -> None:
    assert places(text, cased=True) == []


def test_a_report_writes_places_with_capitals_and_a_question_need_not() -> None:
    assert places("kvinner i strand", cased=True) == []
    assert places("kvinner i Strand", cased=True) == ["strand"]
    assert places("kvinner i strand") == ["strand"]


def test_no_word_is_put_right_to_a_name_that_is_also_a_word() -> None:
    assert not {"lund", "berg", "hole", "nes"} & VOCABULARY.words
    assert all(VOCABULARY.knows(word) for word in ("lund", "berg", "hole", "nes"))


# ---- labels of tables

LABELS: list[tuple[str, int | None, str, tuple[str, ...]]] = [
    ("Oslo", None, "", ("oslo",)),
    ("0301 Oslo", None, "", ("oslo",)),
    ("K-0301", None, "", ("oslo",)),
    ("3001 Halden", None, "", ("halden",)),
    ("Lund", None, "", ("lund",)),
    ("Hole kommune", None, "", ("hole",)),
    ("Bydel Frogner", None, "", ("bydel_frogner",)),
    ("Troms og Finnmark - Romsa ja Finnmárku", None, "", ("troms_og_finnmark",)),
    ("Nordland – Nordlánnda", None, "", ("nordland",)),
    ("Viken (2020-2023)", None, "", ("viken",)),
    ("Sør-Trøndelag (-2017)", None, "", ("sor_trondelag",)),
    ("Våler", 2022, "", ("valer_innlandet", "valer_ostfold")),
    ("Våler", 2022, "innlandet", ("valer_innlandet",)),
    ("Våler (Østfold)", 2022, "", ("valer_ostfold",)),
    ("Bø", 2018, "", ("bo_nordland", "bo_telemark")),
    ("Bø", 2021, "", ("bo_nordland",)),
    ("Nes", 2021, "", ("nes_akershus",)),
    ("I alt", None, "", ()),
    ("Utlandet", None, "", ()),
    ("620", None, "", ()),
]


@pytest.mark.parametrize(("label", "year", "county", "codes"), LABELS)
def test_a_label_names_a_place_by_name_number_county_and_year(
    label: str, year: int | None, county: str, codes: tuple[str, ...]
) -> None:
    assert GAZETTEER.find(label, year, county) == codes


@pytest.mark.parametrize("entry", [*MUNICIPALITIES, *COUNTIES], ids=lambda e: e.code)
def test_every_place_is_found_by_each_of_its_names(entry: Entry) -> None:
    for name in (entry.text("label", "nb"), *entry.data.get("names", ())):
        assert entry.code in GAZETTEER.find(name)
