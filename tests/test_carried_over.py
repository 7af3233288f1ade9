"""What a figure takes over from the words around it, and when that leaves it uncertain."""

from __future__ import annotations

import pytest

from ingest.models import Direction, Kind, Observation
from ingest.observations import find_observations
from ingest.reports import ReportMeta, read_report
from ingest.vocabulary import load_vocabulary


def read(text: str, year: int = 2018) -> list[Observation]:
    source = f"# Introduksjonsprogrammet {year}\n\n{text}\n".encode()
    found = read_report(source, ReportMeta(id="rapport", year=year), name="rapport.md")
    return find_observations(found.report, found.paragraphs, load_vocabulary())


@pytest.mark.parametrize(
    ("text", "surface", "direction"),
    [
        ("I 2018 startet 6 000 nye deltakere, mot 8 000 i 2017. Nedgangen er på 2 000.", "2 000", "down"),
        (
            "I 2018 startet 8 800 nye deltakere, mot 8 000 i 2017. Det er 10 prosent flere.",
            "10 prosent",
            "up",
        ),
        ("8 000 startet i 2018, dobbelt så mange som i 2017 (4 000).", "dobbelt så mange", "up"),
        ("Deltakerne kom fra 90 land, fire flere enn i 2017.", "fire", "up"),
    ],
)
def test_a_change_is_told_by_a_noun_a_verb_or_a_comparison(text: str, surface: str, direction: str) -> None:
    change = next(o for o in read(text) if o.quantity.surface == surface)
    assert (change.kind, change.direction, change.reference_period) == (
        Kind.CHANGE,
        Direction(direction),
        "2017",
    )


def test_a_year_before_a_bracket_is_that_of_the_figure_in_it() -> None:
    periods = {o.quantity.surface: o.period for o in read("8 000 startet, mot færre i 2017 (4 000).")}
    assert periods["4 000"] == "2017"


def test_a_figure_said_again_in_people_is_of_the_same_group() -> None:
    found = read("Av dem som avsluttet i 2018, var 60 prosent kvinner, i alt 3 000.")
    assert [(o.measure, dict(o.dimensions)) for o in found] == [("avsluttet", {"sex": "kvinner"})] * 2


def test_items_of_a_list_that_are_a_label_and_a_figure_go_on_about_the_list() -> None:
    text = "- Menn: 55 prosent gikk til arbeid.\n- Kvinner: 35 prosent.\n- Kvinner i Oslo hadde 30 prosent."
    men, women, oslo = read(text)
    assert (men.measure, women.measure, women.certain) == ("overgang_arbeid", "overgang_arbeid", True)
    assert not oslo.certain


def test_what_adds_up_two_outcomes_is_of_both() -> None:
    found = read("25 prosent gikk til arbeid og 20 prosent til utdanning, til sammen 45 prosent.")
    assert found[-1].measure == "overgang_arbeid_utdanning"


def test_a_column_that_adds_up_two_others_is_of_both() -> None:
    rows = "| Oslo | 25 | 20 | 45 |\n| Agder | 22 | 19 | 41 |"
    header = "| Fylke | Til arbeid (prosent) | Til utdanning (prosent) | Samlet (prosent) |"
    table = f"{header}\n|--|--|--|--|\n{rows}"
    assert [o.measure for o in read(table)][2::3] == ["overgang_arbeid_utdanning"] * 2
    assert "overgang_arbeid_utdanning" not in {o.measure for o in read(table.replace("41", "51"))}


def test_people_looked_at_later_are_not_placed() -> None:
    later = read("## Lavere andel to år etter\n\n58 prosent av deltakerne var i arbeid.")
    assert all(o.measure == "annet" and not o.certain for o in later)


def test_a_length_on_average_is_one_of_the_programme_in_its_year() -> None:
    [length] = read("I snitt varte programmet i 20 måneder.")
    assert (length.measure, length.period) == ("programtid", "2018")


def test_what_is_taken_over_is_no_surer_than_where_it_stood() -> None:
    found = read("I november 2018 var 74 prosent i arbeid i Bodø. Tromsø hadde 52 prosent.")
    assert not any(o.certain for o in found)
