"""What a figure takes from the ones beside it: counts of a whole, gaps, years gone back to, tables."""

from __future__ import annotations

import pytest

from ingest.models import Kind, Observation
from ingest.observations import find_observations
from ingest.reports import ReportMeta, read_report

TABLE = "# Tall for 2022\n\n## Resultater\n\n{above}\n\n| {head} |\n|---|---|---|\n| {one} |\n| {two} |\n"


def read(text: str) -> list[Observation]:
    """The observations of a report of 2022 with this text."""
    found = read_report(f"# Tall for 2022\n\n{text}\n".encode(), ReportMeta(id="r"), name="r.md")
    return find_observations(found.report, found.paragraphs)


def table(above: str, head: str, one: str, two: str) -> list[Observation]:
    """The observations of a report of 2022 with a table of three columns below a sentence."""
    text = TABLE.format(above=above, head=head, one=one, two=two)
    found = read_report(text.encode(), ReportMeta(id="r"), name="r.md")
    return find_observations(found.report, found.paragraphs)


def test_a_share_of_a_count_of_a_count_is_what_the_first_count_is() -> None:
    part, whole, share = read("I 2022 gikk 18 av 30 menn rett til arbeid eller utdanning, altså 60 prosent.")
    assert (part.measure, whole.measure) == ("overgang_arbeid_utdanning", "avsluttet")
    assert (share.measure, share.denominator) == (part.measure, whole.measure)
    assert share.dimensions == part.dimensions


def test_the_verb_after_a_counted_whole_is_said_of_its_part() -> None:
    text = "I 2022 gikk 18 av 30 menn rett til arbeid eller utdanning. Av de 26 kvinnene lyktes 10."
    whole, part = read(text)[2:]
    assert (whole.measure, whole.certain, part.measure) == ("avsluttet", False, "overgang_arbeid_utdanning")


def test_what_goes_on_after_parts_of_a_sum_is_of_all() -> None:
    found = read(
        "I alt 84 deltok i programmet, 47 kvinner og 37 menn. Det er 12 færre enn i 2021, da 96 deltok."
    )
    assert [o.dimensions for o in found[3:]] == [{}, {}]


def test_counts_of_both_sexes_that_add_up_to_people_told_are_of_them() -> None:
    text = (
        "I alt 142 deltok i programmet. 48 av dem var nye. Kjønnsfordelingen er jevn: {} kvinner og 71 menn."
    )
    assert [o.measure for o in read(text.format(71))[2:]] == ["deltok", "deltok"]
    assert not any(o.certain for o in read(text.format(70))[2:])


def test_shares_of_groups_counted_before_are_of_the_same_people() -> None:
    text = "5 400 avsluttet programmet. Av disse var 2 916 menn og 2 484 kvinner, det vil si 54 prosent menn."
    share = read(text)[-1]
    assert (share.measure, share.denominator, share.dimensions) == ("avsluttet", "avsluttet", {"sex": "menn"})


@pytest.mark.parametrize(
    ("text", "reference"),
    [
        ("I 2022 nådde 62 prosent målet, opp 8 prosentpoeng siden oppstarten i 2019.", "2019"),
        ("I 2019 gikk 45 prosent til arbeid. I 2022 var andelen 54. Økningen er på 9 prosentpoeng.", "2019"),
        ("62 prosent nådde målet i 2022. Det er 8 prosentpoeng mer enn før satsingen kom i 2019.", "2019"),
        ("I 2022 gikk 62 prosent til arbeid, 8 prosentpoeng mer enn for kullet før.", "2021"),
    ],
)  # fmt: skip
def test_a_change_goes_back_to_the_year_that_is_told(text: str, reference: str) -> None:
    change = read(text)[-1]
    assert (change.kind, change.reference_period, change.period) == (Kind.CHANGE, reference, "2022")


def test_the_next_change_of_a_report_goes_back_to_the_same_year() -> None:
    text = (
        "I 2019 gikk 45 prosent til arbeid. I 2022 var andelen 54 prosent. Økningen er på 9 prosentpoeng.\n\n"
        "Overgangen til utdanning er redusert med 2 prosentpoeng."
    )
    change = read(text)[-1]
    assert (change.reference_period, change.certain) == ("2019", False)


@pytest.mark.parametrize(
    "text",
    [
        "62 prosent av mennene gikk til arbeid. Det er 15 prosentpoeng høyere enn for kvinnene.",
        "Gapet mellom kvinner og menn var 18 prosentpoeng, mens det i 2021 var 15 prosentpoeng.",
        "Tre ganger så mange menn som kvinner gikk til arbeid i 2022.",
        "60 prosent av mennene gikk til arbeid. 38 prosent av kvinnene gjorde det. Gapet er 22 prosentpoeng.",
    ],
)
def test_a_gap_is_a_level_of_neither_group(text: str) -> None:
    gap = read(text)[-1]
    assert (gap.kind, gap.dimensions, gap.certain) == (Kind.LEVEL, {}, False)


def test_groups_after_a_colon_are_those_of_the_figures_that_follow() -> None:
    text = "I 2022 gikk 58 prosent til arbeid: blant mennene 63 prosent, blant kvinnene 53 prosent."
    assert [o.dimensions.get("sex") for o in read(text)] == [None, "menn", "kvinner"]


def test_a_share_of_a_year_to_come_is_no_result() -> None:
    text = "Målet er at 65 prosent skal gå til arbeid i 2023, og 70 prosent i 2025."
    assert [(o.measure, o.certain) for o in read(text)] == [("annet", False), ("annet", False)]


def test_some_that_are_told_of_after_a_share_are_people() -> None:
    text = "Hver tredje deltaker har høyere utdanning. Det er 15 som har videregående skole."
    assert read(text)[-1].quantity.unit == "personer"


def test_who_follows_what_a_sentence_counts_is_a_share_of_them() -> None:
    text = (
        "Av i alt 250 deltakere var 140 kvinner. 90 avsluttet, og av dem gikk 52 ut i jobb, altså 58 prosent."
    )
    assert read(text)[-1].denominator == "avsluttet"


def test_a_sentence_above_a_table_says_what_it_shows() -> None:
    above = "Tabellen viser hvor stor andel i hver aldersgruppe som gikk til arbeid, i prosent."
    found = table(above, "Alder | 2021 | 2022", "18–25 år | 33 | 36", "26–35 år | 30 | 33")
    assert {(o.measure, o.quantity.unit) for o in found} == {("overgang_arbeid", "prosent")}
    assert [o.period for o in found] == ["2021", "2022"] * 2
    other = table(
        "De yngste lykkes oftest.", "Alder | 2021 | 2022", "18–25 år | 33 | 36", "26–35 år | 30 | 33"
    )
    assert not any(o.certain for o in other)


def test_a_share_of_a_stage_below_a_title_with_an_outcome_is_of_the_outcome() -> None:
    above = "Tabellen viser overgangen til arbeid eller utdanning i 2022."
    found = table(
        above, "Land | Antall deltakere | Prosent av dem som avsluttet", "Syria | 90 | 61", "Irak | 80 | 55"
    )
    shares = [o for o in found if o.quantity.unit == "prosent"]
    assert [(o.measure, o.denominator) for o in shares] == [("overgang_arbeid_utdanning", "avsluttet")] * 2


def test_counts_that_can_be_no_shares_of_so_few_are_people() -> None:
    head = "Alder | Avsluttet programmet | Til arbeid eller utdanning"
    found = table("Resultatene var gode.", head, "18–25 år | 9 | 7", "26–39 år | 15 | 10")
    assert [o.quantity.unit for o in found] == ["personer"] * 4
    # Each of these may be a share as well.
    found = table("Resultatene var gode.", head, "18–25 år | 100 | 47", "26–39 år | 100 | 51")
    assert [o.quantity.unit for o in found if o.measure != "avsluttet"] == [None, None]


@pytest.mark.parametrize(("last", "bases"), [(14, {"avsluttet"}), (40, {"avsluttet", "overgang_ingen"})])
def test_outcomes_that_make_up_a_hundred_are_of_the_same_people(last: int, bases: set[str]) -> None:
    rows = (
        ("Arbeid", 29),
        ("Utdanning", 26),
        ("Grunnskole", 14),
        ("Arbeidsmarkedstiltak", 17),
        ("Andre årsaker", last),
    )
    body = "\n".join(f"| {name} | {share} |" for name, share in rows)
    found = read(f"| Avslutningsårsak | Andel i prosent |\n|---|---|\n{body}")
    assert {o.denominator for o in found} == bases


def test_a_table_numbered_by_a_letter_has_a_caption() -> None:
    text = "Tabell S.1 Andel direkte til arbeid eller utdanning i 2022. Prosent"
    found = table(text, "Skolegang | Kvinner | Menn", "Grunnskole | 39 | 59", "Videregående skole | 52 | 68")
    assert {(o.measure, o.quantity.unit) for o in found} == {("overgang_arbeid_utdanning", "prosent")}
