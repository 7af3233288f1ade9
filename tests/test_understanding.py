"""A figure is certain only where all that is said about it was understood."""

from __future__ import annotations

import pytest

from ingest.models import Observation, Paragraph, Report
from ingest.observations import find_observations

YEAR = 2022

# (text, how many figures of it, from the last, are uncertain)
UNCLEAR = [
    # a word that may say another measure, beside a figure whose own words name none
    ("45 prosent av kvinnene gikk til arbeid, og for mennene nevnes penger av 51 prosent.", 1),
    # a name that no list knows
    ("I Oslo gikk 61 prosent til arbeid, og på Ørn 38 prosent.", 1),
    # two outcomes that may be meant
    ("30 prosent gikk til arbeid og 20 prosent til utdanning. I Oslo var andelen 45 prosent.", 1),
    # a whole of its own, and nothing said of it but the group
    ("44 prosent gikk til arbeid. Av dem som avsluttet, var 47 prosent rundt førti.", 1),
    # a level in a sentence about a change
    ("18 500 deltok i 2022. Økningen ligger dermed nær 7 prosent.", 1),
    # one part of an outcome that has more
    ("1 802 gikk til videregående opplæring, klosterskole eller høyere utdanning.", 1),
    ("45 prosent gikk til arbeid eller penger.", 1),
    # the object of a verb that else tells of the programme
    ("I fjorårets rapport gjennomførte 17 kvinner et eget spireløp i 2022.", 1),
    # a share, and then perhaps people
    ("Av dem som avsluttet, gikk 29 prosent til tiltak, mens 11 gikk til grunnskole.", 1),
]

CLEAR = [
    "Blant kvinner gikk 45 prosent til arbeid, mens mennene lå klart høyere med 52 prosent.",
    "45 prosent gikk til arbeid. For kvinnene var andelen likevel bare 38 prosent.",
    "I Oslo avsluttet 620 deltakere programmet, og i Bergen 410.",
    "Andelen som gikk til arbeid, økte fra 41 prosent i 2021 til 45 prosent i 2022.",
    "40 prosent gikk til arbeid, 20 til utdanning og 5 prosent til grunnskole.",
    "24 deltakere avsluttet av andre årsaker, som flytting, sykdom eller permisjon.",
]


def read(text: str, title: str = "Resultater") -> list[Observation]:
    """The observations of a report of one paragraph."""
    report = Report("r", title, "IMDi", YEAR, None, "", "nb", "", "", "")
    return find_observations(report, [Paragraph("r-1", "r", 1, (), text, 0, len(text))])


@pytest.mark.parametrize(("text", "unclear"), UNCLEAR)
def test_what_was_not_understood_leaves_the_figure_uncertain(text: str, unclear: int) -> None:
    assert [o.certain for o in read(text)[-unclear:]] == [False] * unclear


@pytest.mark.parametrize("text", CLEAR)
def test_words_that_only_judge_or_place_a_figure_leave_it_certain(text: str) -> None:
    found = read(text)
    assert found
    assert all(o.certain for o in found), [o.quantity.surface for o in found if not o.certain]


def test_a_year_that_a_report_hardly_says_is_not_taken_for_that_of_its_figures() -> None:
    said = "I 2021 gikk 45 prosent til arbeid. " * 7
    late = "44 prosent av kvinnene gikk til utdanning."
    (found,) = (o for o in read(f"{late} {said}") if o.period == str(YEAR))
    assert not found.certain
    assert all(o.certain for o in read(late))
