"""What was learnt from evaluations, newspapers and follow-ups: years together, places, things counted."""

from __future__ import annotations

from ingest.models import Kind, Observation
from ingest.observations import find_observations
from ingest.reports import ReportMeta, read_report

YEAR = 2022


def read(text: str, name: str = "rapport.md") -> list[Observation]:
    found = read_report(text.encode(), ReportMeta(id="r"), name=name)
    return find_observations(found.report, found.paragraphs)


def prose(text: str) -> list[Observation]:
    return read(f"# Resultater {YEAR}\n\n{text}\n")


EVALUATION = """# Evaluering av programmet i Agder 2018–2020

Rapporten handler om de 1 142 personene som avsluttet programmet i årene 2018 til 2020.

Samlet gikk 51 prosent av deltakerne til arbeid eller utdanning.

Andelen økte fra 47 til 56 prosent.

Våren 2021 var det 32 programrådgivere.

Tabell 1. Avsluttet program 2018–2020

| Kommune | Avsluttet |
|---|---|
| Arendal | 204 |
| Grimstad | 112 |
"""


def test_a_report_of_several_years_together_is_of_these_years_and_never_certainly() -> None:
    periods = {o.quantity.surface: o.period for o in read(EVALUATION)}
    assert periods["51 prosent"] == periods["204"] == "2018-2020"
    assert (periods["47"], periods["56 prosent"], periods["32"]) == ("2018", "2020", "2021")
    assert all(not o.certain for o in read(EVALUATION) if o.quantity.surface in ("51 prosent", "47", "204"))


def test_a_title_with_several_years_of_which_the_text_tells_each_leaves_the_last() -> None:
    (found,) = read("# Resultater i Agder 2018–2020\n\n51 prosent gikk til arbeid.\n")
    assert found.period == "2020"


def test_the_years_of_a_report_may_stand_in_the_line_below_its_title() -> None:
    told = read(
        "# Med jobb som mål\n\n## Evaluering av programmet i Buskerud 2013–2015. Sammendrag\n\n"
        "Vi har data om 1 186 personer som avsluttet programmet i årene 2013–2015.\n\n"
        "Deltakere fra Eritrea fikk det best til: 54 prosent gikk til arbeid.\n"
    )
    periods = {o.quantity.surface: o.period for o in told}
    assert periods["54 prosent"] == "2013-2015"


NEWSPAPER = """FJORDBLADET

Flere flyktninger i Nordland går rett ut i jobb

Av Kari Nordmann. Publisert 21. april 2023, kl. 06.30

I fjor avsluttet 164 deltakere programmet. 54 prosent av dem gikk til arbeid eller utdanning.

I Narvik var det annerledes. Der gikk 38 prosent til arbeid eller utdanning. 21 personer avsluttet der.

– Sju deltakere gikk over i grunnskole, sier lederen.

Andelen lå over landsgjennomsnittet, som var 52 prosent i 2022.

 • Vefsn: 60 prosent gikk til arbeid
 • Rana: 59 prosent gikk til arbeid
"""


def test_the_name_of_a_paper_is_no_title_and_its_report_is_of_the_place_that_the_title_names() -> None:
    found = {o.quantity.surface: o for o in read(NEWSPAPER, "nordland-2022.txt")}
    areas = {surface: o.dimensions.get("area") for surface, o in found.items()}
    assert areas["164"] == areas["54 prosent"] == "nordland"
    assert areas["38 prosent"] == areas["21"] == "narvik"
    assert (areas["60 prosent"], areas["59 prosent"]) == ("vefsn", "rana")
    assert (found["164"].period, found["164"].certain) == ("2022", True)
    assert not found["Sju"].certain
    assert areas["52 prosent"] is None


LEVELS = """# Resultater 2022

Andelen som gikk til arbeid eller utdanning, etter utdanning:

- Høyere utdanning: 61 prosent
- Grunnskole: 46 prosent
"""


def test_labels_of_a_list_told_by_education_are_levels_and_no_places_to_go() -> None:
    assert [(o.measure, o.dimensions.get("education"), o.certain) for o in read(LEVELS)] == [
        ("overgang_arbeid_utdanning", "hoyere", True),
        ("overgang_arbeid_utdanning", "grunnskole", True),
    ]


def test_labels_that_may_be_levels_or_places_to_go_are_uncertain() -> None:
    either = LEVELS.replace(", etter utdanning", "").replace("61", "6").replace("46", "13")
    assert [o.certain for o in read(either)] == [False, False]


def test_labels_beside_another_outcome_are_no_levels() -> None:
    outcomes = LEVELS.replace(", etter utdanning", "").replace("- Høyere", "- Arbeid: 61 prosent\n- Høyere")
    assert all("education" not in o.dimensions for o in read(outcomes))


GROUPS = """# Resultater 2022

Tabell 1. Overgang til arbeid eller utdanning. Prosent

| Gruppe | 2021 | 2022 |
|---|---|---|
| Menn | 58 | 62 |
| 18–25 år | 60 | 64 |
| 26–35 år | 52 | 55 |
| Høyere utdanning | 65 | 66 |
"""


def test_under_a_header_of_groups_ages_are_labels_and_education_is_what_people_brought() -> None:
    found = read(GROUPS)
    assert [dict(o.dimensions) for o in found[::2]] == [
        {"sex": "menn"}, {"age": "18-25"}, {"age": "26-35"}, {"education": "hoyere"},
    ]  # fmt: skip
    assert {o.measure for o in found} == {"overgang_arbeid_utdanning"}


COUNTS = """# Resultater 2022

| Kommune | Avsluttet | Til arbeid | Til utdanning | Måloppnåelse, prosent |
|---|---|---|---|---|
| Hamar | 41 | 13 | 11 | {share} |
| Gjøvik | 38 | 10 | 9 | 50 |
"""


def test_counts_without_a_unit_are_told_from_the_shares_that_they_make() -> None:
    assert [o.quantity.unit for o in read(COUNTS.format(share=59))[1:3]] == ["personer", "personer"]


def test_counts_that_do_not_make_the_shares_are_not_told() -> None:
    assert [o.quantity.unit for o in read(COUNTS.format(share=24))[1:3]] == [None, None]


BESIDE = """# Tidligere deltakere 2021

| Avsluttet år | Antall avsluttet | I arbeid eller utdanning 2021, prosent | Menn, prosent |
|---|---|---|---|
| 2019 | 9 640 | 64 | 72 |
| 2020 | 6 212 | 62 | 70 |
"""


def test_shares_of_groups_beside_one_of_all_are_of_the_same_and_uncertain() -> None:
    shares = [o for o in read(BESIDE) if o.quantity.unit == "prosent"]
    assert {(o.measure, o.period, o.denominator, o.certain) for o in shares} == {
        ("annet", "2021", "avsluttet", False)
    }
    assert [o.dimensions.get("sex") for o in shares] == [None, "menn", None, "menn"]


def test_the_change_of_a_row_of_shares_is_in_points() -> None:
    rows = "| | 2021 | 2022 | Endring |\n|---|---|---|---|\n| Til arbeid (prosent) | 47 | 59 | +12 |\n"
    found = read(f"# Resultater 2022\n\n{rows}")
    assert (found[-1].kind, found[-1].quantity.unit) == (Kind.CHANGE, "prosentpoeng")


def test_people_looked_at_again_are_all_who_left_but_not_parts_of_them() -> None:
    found = prose(
        "I november 2022 var 62 prosent av mennene i arbeid. Hver fjerde av de sysselsatte jobbet i helse."
    )
    assert [o.denominator for o in found] == ["avsluttet", None]


def test_what_is_counted_goes_on_over_a_sentence() -> None:
    units = [o.quantity.unit for o in prose("58 bedrifter hadde avtale. Året før var det 33.")]
    assert units == ["bedrifter", "bedrifter"]
    units = [o.quantity.unit for o in prose("Deltakerne brukte i snitt 25 måneder, kvinnene 28.")]
    assert units == ["måneder", "måneder"]
    units = [o.quantity.unit for o in prose("19 av fylkets 21 kommuner hadde deltakere.")]
    assert units == ["kommuner", "kommuner"]
    assert [o.quantity.unit for o in prose("Svarprosenten var på 60.")] == ["prosent"]
    units = [o.quantity.unit for o in prose("37 bedrifter hadde avtale. 118 gikk til arbeid.")]
    assert units == ["bedrifter", "personer"]


def test_the_number_of_an_item_and_how_long_ago_are_no_figures() -> None:
    found = prose("1. Sett et mål på 55 prosent. For to år siden var andelen 51 prosent.")
    assert [o.quantity.surface for o in found] == ["55 prosent", "51 prosent"]
