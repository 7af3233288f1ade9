"""What a report tells of another place, year or unit than its own, and how it says so."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from ingest.models import Observation
from ingest.observations import find_observations
from ingest.places import county_of, dateline_end
from ingest.reports import ReportMeta, read_report
from ingest.table_units import columns_of_shares
from ingest.vocabulary import load_vocabulary

STORY = """Færre rett fra introduksjonsprogrammet til jobb

Oslo, 3. juni 2009 (Nordisk Nyhetsbyrå): 52 prosent av flyktningene som avsluttet programmet i \
2008, gikk direkte til jobb eller utdanning.

2 480 personer avsluttet programmet i fjor, 285 flere enn i 2007. Blant mennene gikk 61 prosent til jobb.

Oslo faller

I Oslo avsluttet 412 personer programmet i 2008. Bergen (57 prosent) ligger over landssnittet.
"""
PAPER = """# 61 prosent av introdeltakerne i Sunnfjord kom i mål

I fjor avsluttet 124 deltakere introduksjonsprogrammet i Sunnfjord i 2024. 76 av dem gikk til arbeid.

Av Kari Nordmann, Bygdebladet, 14. mars 2025

## {heading}

I hele Vestland var 4 820 flyktninger med i introduksjonsprogrammet i 2024. 46 prosent gikk til arbeid.

- Av ukrainerne gikk 51 prosent til arbeid.
"""


def read(text: str, name: str = "story.txt") -> list[Observation]:
    """The observations of a made-up report."""
    found = read_report(text.encode(), ReportMeta(id="r"), name=name)
    return find_observations(found.report, found.paragraphs)


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("Oslo, 3. juni 2009 (Nordisk Nyhetsbyrå): Vel halvparten gikk", "Vel halvparten gikk"),
        ("BERGEN (NTB): Vel halvparten", "Vel halvparten"),
        ("Mo i Rana: 54 prosent gikk", "Mo i Rana: 54 prosent gikk"),
        ("FØRDE: Flere enn før", "Flere enn før"),
        ("Trondheim, 4. mai – Andelen", "Andelen"),
        ("Drammen: 54 prosent", "Drammen: 54 prosent"),
        ("OSLO – 54 prosent", "OSLO – 54 prosent"),
        ("Oslo (49 prosent): lavest", "Oslo (49 prosent): lavest"),
    ],
)
def test_where_a_story_was_filed_is_told_apart_from_what_it_is_about(text: str, rest: str) -> None:
    assert text[dateline_end(text) :].lstrip() == rest


def test_a_story_filed_in_a_town_is_of_the_country_and_of_the_year_before_it_was_written() -> None:
    story = read_report(STORY.encode(), ReportMeta(id="r"), name="story.txt")
    assert story.report.updated == dt.date(2009, 6, 3)
    placed = {o.quantity.surface: (o.dimensions.get("area"), o.period) for o in read(STORY)}
    assert placed["52 prosent"] == placed["2 480"] == placed["61 prosent"] == (None, "2008")
    assert placed["412"] == ("oslo", "2008")


@pytest.mark.parametrize(
    ("heading", "area"), [("Færre deltakere i fylket", "vestland"), ("Foran fylket", "sunnfjord")]
)
def test_what_stands_under_the_county_is_not_the_municipality_s(heading: str, area: str) -> None:
    placed = {
        o.quantity.surface: o.dimensions.get("area") for o in read(PAPER.format(heading=heading), "p.md")
    }
    assert placed["124"] == placed["76"] == "sunnfjord"
    assert placed["4 820"] == "vestland"
    assert placed["51 prosent"] == area


def test_a_municipality_lies_in_the_county_of_the_year() -> None:
    counties = [county_of("drammen", year, load_vocabulary()) for year in (2019, 2022, 2024)]
    assert counties == ["buskerud", "viken", "buskerud"]


@pytest.mark.parametrize(
    ("rows", "columns"),
    [
        ([(2750, 36, 9, 13, 16, 26), (1430, 44, 10, 12, 17, 17)], {1, 2, 3, 4, 5}),
        ([(36, 9, 13, 16, 26), (44, 10, 12, 17, 30)], set()),
        ([(36, 9, 13, 16, 26)], set()),
        ([(50, 50), (40, 60)], set()),
        ([(20, 30, 50), (20, 30, 50)], set()),
    ],
)
def test_figures_that_make_a_hundred_in_every_row_are_shares(
    rows: list[tuple[int, ...]], columns: set[int]
) -> None:
    assert (
        columns_of_shares([{at: Decimal(value) for at, value in enumerate(row)} for row in rows]) == columns
    )


def test_a_later_look_counts_those_who_left_in_the_year_they_left() -> None:
    table = """# Tidligere deltakere i november 2011

Tabell 1. Personer som avsluttet programmet i 2010, etter status i november 2011. Antall og prosent

| | Personer i alt | Arbeid | Utdanning | Ledig eller på tiltak | Annen situasjon |
|---|---|---|---|---|---|
| Menn | 1 430 | 44 | 22 | 17 | 17 |
| Kvinner | 1 320 | 27 | 22 | 15 | 36 |
"""
    cells = {o.quantity.surface: (o.quantity.unit, o.period) for o in read(table, "t.md")}
    assert cells["1 430"] == ("personer", "2010")
    assert cells["44"] == cells["36"] == ("prosent", "2011")


def test_a_year_told_for_comparison_does_not_last() -> None:
    text = (
        "Resultater 2022\n\n19 prosent gikk videre til utdanning i 2022. I 2021 var andelen 20 prosent. "
        "De fleste av dem begynte på videregående opplæring (16 prosent av alle som avsluttet).\n\n"
        "I 2022 deltok 4 310 personer fra 61 land i introduksjonsprogrammet. Det er 405 flere enn i 2021.\n"
    )
    found = {o.quantity.surface: (o.period, o.quantity.unit, o.reference_period) for o in read(text)}
    assert found["16 prosent"] == ("2022", "prosent", None)
    assert found["405"] == ("2022", "personer", "2021")


SLUG = """BYGDEPOSTEN

FLORA: Fleire flyktningar enn før går rett i jobb eller skule.

48 personar avslutta introduksjonsprogrammet i Flora i 2017. 27 av dei gjekk til arbeid.

I 2017 deltok 118 i programmet i Flora. Som i Flora er det langt mellom kjønna i Sogn og Fjordane.

Sogn og Fjordane hevdar seg godt. I Sogn og Fjordane avslutta 506 programmet i 2017.
"""
ISSUED = """# Statusrapport 2019

## Om rapporten

Introduksjonssenteret, Tromsø kommune.

## Året i korte trekk

412 deltakere var med i programmet i 2019.
"""


def test_a_local_story_is_of_the_place_that_it_begins_with() -> None:
    of = {o.quantity.surface: o.dimensions.get("area") for o in read(SLUG)}
    assert (of["27"], of["118"], of["506"]) == ("flora", "flora", "sogn_og_fjordane")


def test_a_line_that_only_names_who_issued_a_report_says_where_it_is_of() -> None:
    assert [o.dimensions.get("area") for o in read(ISSUED, "status.md")] == ["tromso"]
