"""What a figure takes from its report: the place and year it is about, numbers told before, who speaks."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from ingest.models import Kind, Observation, Paragraph, ParagraphKind, Report
from ingest.numbers import find_quantities
from ingest.observations import find_observations
from ingest.reports import ReportMeta, read_report

YEAR = 2022


def read(*texts: str, title: str = "Resultater", **kinds: ParagraphKind) -> list[Observation]:
    """The observations of a report of these paragraphs; `kinds` are those of the ones named p0, p1 …"""
    report = Report("r", title, "", YEAR, None, "", "nb", "", "", "")
    parts = [
        Paragraph(f"r-{n}", "r", n, (), text, 0, len(text), kind=kinds.get(f"p{n}", ParagraphKind.TEXT))
        for n, text in enumerate(texts)
    ]
    return find_observations(report, parts)


def areas(*texts: str, **kinds: ParagraphKind) -> list[str | None]:
    return [o.dimensions.get("area") for o in read(*texts, **kinds)]


@pytest.mark.parametrize(
    ("opening", "area"),
    [
        ("Evaluering av introduksjonsordningen i Telemark. Sammendrag ved Kari Lunde.", "telemark"),
        ("Notat til kommunestyret i Nordre Land.", "nordre_land"),
        ("Introduksjonsordningen i Telemark hadde 40 deltakere i fjor, og den i Agder 30.", None),
    ],
)
def test_the_opening_of_a_report_tells_its_place_as_a_title_does(opening: str, area: str | None) -> None:
    assert areas(opening, "61 avsluttet programmet.")[-1] == area


LEAD = "Møre og Romsdal gjør det bedre enn landet ellers. I Volda gikk fire av fem til arbeid."


def test_the_county_named_first_is_the_place_though_a_town_is_named_oftener() -> None:
    told = ("I fylket avsluttet 243 programmet.", "I fylket deltok 742.", "I Volda avsluttet 19, i Volda!")
    assert areas(LEAD, *told, "87 gikk verken til arbeid eller utdanning.")[-1] == "more_og_romsdal"
    other = "Volda er best i Møre og Romsdal. Volda har 96 deltakere, og Volda vil ha flere."
    assert areas(other, *told, "87 gikk verken til arbeid eller utdanning.")[-1] != "more_og_romsdal"


def test_who_speaks_in_a_county_speaks_of_the_town_that_they_are_from() -> None:
    said = "Bare 30 prosent av deltakerne har vært i bedrift, sier Per Li, leder i Kristiansund kommune."
    found = read(said, title="Introduksjonsordningen i Møre og Romsdal", p0=ParagraphKind.SPEECH)
    assert [(o.dimensions["area"], o.certain) for o in found] == [("kristiansund", False)]


def test_what_the_law_sets_is_of_no_place() -> None:
    texts = (
        "Introduksjonsstønaden var 176 740 kroner.",
        "Utgiftene til introduksjonsstønad var 9 millioner kroner.",
    )
    found = read(*texts, title="Introduksjonsordningen i Agder")
    assert [o.dimensions.get("area") for o in found] == [None, "agder"]


def test_a_number_told_before_names_whom_it_counts() -> None:
    found = read(
        "1 535 gikk verken til arbeid eller utdanning.",
        "Av de 1 535 begynte 460, eller 30 prosent, på grunnskole.",
    )
    assert [(o.measure, o.denominator) for o in found[1:]] == [
        ("overgang_ingen", None),
        ("overgang_grunnskole", None),
        ("overgang_grunnskole", "overgang_ingen"),
    ]


def test_the_first_shares_tell_whether_people_are_looked_at_again() -> None:
    lead = "Av dem som avsluttet programmet i 2021, var 63 prosent i arbeid eller utdanning i november 2022."
    found = read(lead, "Blant menn var andelen 71 prosent i arbeid eller utdanning.")
    assert not any(o.certain or o.measure == "overgang_arbeid_utdanning" for o in found)
    direct = read(
        "63 prosent gikk til arbeid eller utdanning.", "I Oslo var 71 prosent i arbeid eller utdanning."
    )
    assert direct[-1].measure == "overgang_arbeid_utdanning"


def test_what_no_measure_is_of_in_a_report_of_several_years_is_of_the_year_in_which_people_were_asked() -> (
    None
):
    opening = "Evalueringen gjelder dem som avsluttet 2018–2021. Spørreundersøkelsen ble gjort våren 2022."
    title = "Evaluering 2018–2022"
    found = read(f"{opening} Perioden 2018–2022.", "81 prosent av kommunene er fornøyd.", title=title)
    assert found[-1].period == "2022"
    advice = read("Hver rådgiver bør ha ansvar for 20 deltakere.")
    assert [o.period for o in advice] == [None]


def test_what_stands_below_a_table_may_go_on_about_its_one_outcome() -> None:
    report = Report("r", "Resultater 2022", "", YEAR, None, "", "nb", "", "", "")
    head = "Kommune | Til arbeid eller utdanning 2021 (prosent) | Til arbeid eller utdanning 2022 (prosent)"
    text = f"{head}\nMolde | 55 | 62\nUlstein | 64 | 75"
    table = Paragraph("r-1", "r", 1, ("Kommuner",), text, 0, len(text), ParagraphKind.TABLE, head)
    below = "Molde gikk fram 7 prosentpoeng fra 2021 til 2022."
    said = Paragraph("r-2", "r", 2, ("Kommuner",), below, 0, len(below))
    last = find_observations(report, [table, said])[-1]
    assert (last.measure, last.kind, last.certain) == ("overgang_arbeid_utdanning", Kind.CHANGE, False)


def test_a_report_is_of_no_year_that_it_compares_with_or_that_came_after_it() -> None:
    body = "# Tall for introduksjonsprogrammet\n\n{date}612 deltok i 2018, flere enn i 2017. {rest}"
    compared = "Det er flere enn i 2017, og målet er 60 prosent innen 2021."
    ahead = "Målet er 60 prosent i 2021, i 2021 og i 2021."
    for date, rest in (("", compared), ("Kari Dahl · Publisert 3. mai 2019\n\n", ahead)):
        found = read_report(body.format(date=date, rest=rest).encode(), ReportMeta(id="r"), name="r.md")
        assert found.report.year == 2018


def test_a_byline_dates_the_report() -> None:
    text = "# Nyheter\n\nKari Holm · Publisert 14. juni 2016 kl. 06.15\n\nI 2015 avsluttet 84 programmet."
    assert read_report(text.encode(), ReportMeta(id="r"), name="r.md").report.updated == dt.date(2016, 6, 14)


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("52 prosent for 36–45-åringene", ["52", "36"]),
        ("som høyeste fullførte nivå 48 prosent", ["48"]),
        ("på nivå 2", []),
        ("Fafo-notat 2018:12", []),
    ],
)
def test_ages_levels_and_numbers_of_publications(text: str, values: list[str]) -> None:
    assert [q.value for q in find_quantities(text)] == [Decimal(v) for v in values]
