"""Figures beside figures: parts of wholes, pairs, sums, changes told again. Rows are made up, of 2022."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from ingest.models import Kind, Observation, Paragraph, ParagraphKind, Report
from ingest.observations import find_observations
from ingest.reports import read_report
from ingest.sentences import find_sentences

YEAR = 2022
WORK, SCHOOL, BOTH = "overgang_arbeid", "overgang_utdanning", "overgang_arbeid_utdanning"


def read(
    text: str, *, title: str = "Resultater", kind: ParagraphKind = ParagraphKind.TEXT, heading: str = ""
) -> list[Observation]:
    """The observations of a report of one paragraph."""
    report = Report("r", title, "IMDi", YEAR, None, "", "nb", "", "", "")
    section = (heading,) if heading else ()
    header = text.split("\n")[0] if kind is ParagraphKind.TABLE else ""
    return find_observations(
        report, [Paragraph("r-1", "r", 1, section, text, 0, len(text), kind, header=header)]
    )


PARTS = [
    ("I Oslo gikk 42 prosent av de 389 som avsluttet, videre til arbeid.", [WORK, "avsluttet"]),
    ("Mer enn halvparten av de 17 208 flyktningene som avsluttet, gikk til arbeid.", [WORK, "avsluttet"]),
    ("Ni av de tolv kvinnene gikk til arbeid.", [WORK, "avsluttet"]),
    ("312 av 840 som avsluttet programmet i 2022 gikk til utdanning.", [SCHOOL, "avsluttet"]),
    ("2 848 av de 4 987 som avsluttet i 2022, var menn.", ["avsluttet", "avsluttet"]),
]


@pytest.mark.parametrize(("text", "measures"), PARTS, ids=[text for text, _ in PARTS])
def test_a_part_and_its_whole_are_told_apart(text: str, measures: Sequence[str]) -> None:
    assert [o.measure for o in read(text)] == list(measures)


def test_what_is_said_of_a_part_is_not_said_of_its_whole() -> None:
    part, whole = read("2 848 av de 4 987 som avsluttet i 2022, var menn.")
    assert (dict(part.dimensions), dict(whole.dimensions)) == ({"sex": "menn"}, {})
    part, whole = read("I Oslo gikk 42 prosent av de 389 som avsluttet, videre til arbeid.")
    assert part.dimensions == whole.dimensions == {"area": "oslo"}


def test_two_figures_after_mot_go_in_the_order_of_the_two_before() -> None:
    found = read("725 gikk til arbeid og 531 til utdanning. Det utgjør henholdsvis 30 og 22 prosent "
                 "av dem som avsluttet, mot 28 og 21 prosent året før.")  # fmt: skip
    assert [(o.measure, o.period) for o in found[2:]] == [
        (WORK, "2022"), (SCHOOL, "2022"), (WORK, "2021"), (SCHOOL, "2021"),
    ]  # fmt: skip


def test_the_result_taken_together_is_that_of_the_parts_told_before() -> None:
    found = read(
        "30 prosent gikk til arbeid og 22 prosent til utdanning. Det samlede resultatet er 52 prosent."
    )
    assert found[-1].measure == BOTH


def test_a_year_after_those_who_started_is_that_of_the_figure() -> None:
    found = read("5 214 startet i 2022, mot 6 873 som startet året før.")
    assert [(o.measure, o.period) for o in found] == [("startet", "2022"), ("startet", "2021")]


def test_an_increase_from_the_year_before_is_of_nobody_from_before() -> None:
    *_, found = read("Andelen som gikk til arbeid, økte med 4 prosentpoeng fra året før.")
    assert (found.measure, found.kind) == (WORK, Kind.CHANGE)


CHANGES = [
    ("Det er en nedgang på 5 048 deltakere, omtrent en femdel, fra 2021.", 2),
    ("1 126 personer deltok. Året før var det 968, så økningen er på 158 personer, eller vel 16 prosent.", 2),
    ("Kommunen fikk 52 millioner kroner meir enn i 2021.", 1),
]


@pytest.mark.parametrize(("text", "changes"), CHANGES, ids=[text for text, _ in CHANGES])
def test_a_change_told_within_a_sentence_or_again_is_a_change(text: str, changes: int) -> None:
    assert [o.kind for o in read(text)][-changes:] == [Kind.CHANGE] * changes


def test_numbers_in_words_before_a_verb_count_people() -> None:
    found = read("Tolv av disse begynte på grunnskole, ni gikk til tiltak, og ti sluttet av andre årsaker.")
    assert [int(o.quantity.value) for o in found] == [12, 9, 10]
    assert {o.quantity.unit for o in found} == {"personer"}


def test_a_group_named_for_its_own_figure_is_not_everyone() -> None:
    found = read("Syrere utgjorde 42 prosent av deltakerne og eritreere 22 prosent.")
    assert [o.dimensions["origin"] for o in found] == ["syria", "eritrea"]


def test_they_are_the_group_told_of_before() -> None:
    *_, found = read(
        "Av alle som gikk til arbeid, var fire av ti kvinner. De utgjorde 55 prosent av dem som avsluttet."
    )
    assert (found.measure, dict(found.dimensions)) == ("avsluttet", {"sex": "kvinner"})


def test_the_share_among_participants_is_of_those_who_took_part() -> None:
    *_, found = read("96 personer startet i programmet. Kvinneandelen blant deltakerne var 42 prosent.")
    assert (found.measure, found.certain) == ("deltok", False)


def test_hours_that_the_programme_demands_are_of_no_year() -> None:
    assert [o.period for o in read("Programmet er på full tid, 37,5 timer i uken.")] == [None]


def test_a_target_is_a_share_of_those_whose_result_it_is() -> None:
    (found,) = read("Målet vårt var at 60 prosent skulle gå til arbeid.")
    assert (found.measure, found.denominator, found.period) == ("annet", "avsluttet", str(YEAR))


def test_what_has_no_measure_is_a_share_of_no_known_people() -> None:
    (found,) = read("60 prosent av timene var norskundervisning.")
    assert (found.measure, found.denominator, found.period) == ("annet", None, str(YEAR))


def test_a_mark_of_a_note_after_a_full_stop_ends_the_sentence() -> None:
    assert len(find_sentences("64 avsluttet.[^1] 33 av dem gikk til arbeid.[2] Resten sluttet.")) == 3


TABLE = "Alder | Kvinner | Menn\n18–24 år | 59,7 | 74,6"


def test_a_table_of_where_people_are_later_is_of_no_direct_transition() -> None:
    later = "I arbeid eller utdanning i november 2022 blant dem som avsluttet programmet i 2021. Prosent"
    found = read(TABLE, heading=later, kind=ParagraphKind.TABLE)
    assert [(o.measure, o.certain) for o in found] == [("annet", False)] * 2
    directly = "Overgang til arbeid eller utdanning blant dem som avsluttet programmet i 2022. Prosent"
    assert [o.measure for o in read(TABLE, heading=directly, kind=ParagraphKind.TABLE)] == [BOTH] * 2


def test_those_whose_result_fell_back_have_not_left() -> None:
    found = read("Nedgangen var størst for kvinner (3,5 prosentpoeng). Menn gikk tilbake 1,3 prosentpoeng.",
                 title="Tidligere deltakere i introduksjonsprogrammet")  # fmt: skip
    assert not any(o.certain for o in found)


def test_a_share_of_participants_in_activities_is_of_the_participants() -> None:
    (found,) = read("62 prosent av deltakerne hadde arbeidsrettede tiltak i programmet.")
    assert (found.measure, found.denominator) == ("tiltak_arbeid", "deltok")


INSIDE = [
    "9 prosent hadde verken arbeid eller utdanning som tiltak.",
    "41 prosent var i arbeid mens de deltok i programmet.",
    "Målet vårt var at 60 prosent skulle gå til arbeid.",
]


@pytest.mark.parametrize("text", INSIDE)
def test_what_people_do_in_the_programme_or_should_do_is_no_certain_result(text: str) -> None:
    assert not any(o.certain for o in read(text))


ONE_MEASURE = [
    ("Av disse var 41 allerede i gang ved inngangen til året.", "fra_for"),
    ("8 186 fortsatte i et program de hadde begynt på tidligere.", "fra_for"),
    ("22 prosent av deltakerne fikk fag på grunnskolenivå.", "tiltak_utdanning"),
    ("6 prosent hadde verken arbeidsrettede tiltak eller fag.", "tiltak_ingen"),
    ("38 prosent av deltakerne fikk forlenget program.", "forlengelse"),
    ("Deltakerne brukte i snitt 23 måneder på å fullføre programmet.", "programtid"),
    ("Tolv gikk videre til tiltak i NAV.", "overgang_tiltak"),
    ("Fire flyttet fra kommunen.", "overgang_andre_arsaker"),
    ("Kommunen bosatte 31 flyktninger.", "annet"),
    ("Vi har sagt ja til å ta imot 450 flyktninger.", "annet"),
    ("Deltakere per rådgiver: 33", "annet"),
    ("Hver rådgiver hadde ansvar for om lag 21 deltakere.", "annet"),
    ("Forumet har satt 55 prosent som mål for overgang til arbeid.", "annet"),
    ("I snitt ventet de fire måneder på oppstart.", "annet"),
]


@pytest.mark.parametrize(("text", "measure"), ONE_MEASURE, ids=[text for text, _ in ONE_MEASURE])
def test_what_a_programme_holds_and_what_it_does_not_is_told_apart(text: str, measure: str) -> None:
    assert [o.measure for o in read(text)] == [measure]


def test_lengths_of_a_rule_are_of_the_programme_and_of_no_year() -> None:
    found = read("Loven gir rett til program i inntil to år, og tiden kan utvides til tre år.")
    assert (found[0].measure, found[0].period) == ("programtid", None)


def test_an_average_goes_on_to_the_next_sentence_with_its_year() -> None:
    found = read("Median programtid var 13 måneder. For ukrainerne var den 11 måneder.")
    assert [(o.measure, o.period, o.certain) for o in found] == [("programtid", "2022", False)] * 2


def test_some_of_them_are_not_all_of_them() -> None:
    (found,) = read("19 prosent begynte på videregående skole, og de fleste av dem er under 25 år.")
    assert not found.dimensions
    (found,) = read("54 prosent gikk til arbeid eller utdanning, men kvinner med små barn venter lenge.")
    assert not found.dimensions


def test_a_part_goes_on_from_a_part() -> None:
    found = read("Sju av de ti mennene kom i arbeid, mot bare fire av de ni kvinnene.")
    assert [o.measure for o in found] == [WORK, "avsluttet", WORK, "avsluttet"]


def test_a_share_said_again_after_a_comma_is_of_the_same() -> None:
    count, share = read("38 av deltakerne var kvinner, eller 59 prosent.")
    assert count.measure == share.measure
    assert count.dimensions == share.dimensions == {"sex": "kvinner"}


def test_a_hedge_of_three_words_is_no_place_to_cut() -> None:
    found = read("I alderen 18–25 år var 77 prosent i arbeid, i gruppen over 45 år ikke mer enn 39 prosent.")
    assert [o.dimensions.get("age") for o in found] == ["18-25", "45-"]
    assert found[1].quantity.hedge == "kun"


def test_from_and_to_between_two_years_are_of_these() -> None:
    found = read("Andelen som gikk til grunnskole, økte fra 9 til 11 prosent mellom 2020 og 2021.")
    assert [o.period for o in found] == ["2020", "2021"]


LEAD = [
    "I 2022 deltok 387 flyktninger i introduksjonsprogrammet i Sandefjord.",
    "Kommunen har aldri hatt flere. 61 avsluttet programmet.",
    "Det er mer enn snittet for hele landet, som var 53 prosent.",
    "I Sandefjord gikk 59 prosent til arbeid, i Larvik 62 prosent.",
    "Flere tall fra Sandefjord kommer.",
]


def test_a_report_that_tells_of_one_place_has_its_figures_though_its_title_names_none() -> None:
    report = Report("r", "Klasserommene er fulle", "Avisen", YEAR, None, "", "nb", "", "", "")
    parts = [Paragraph(f"r-{n}", "r", n, (), text, 0, len(text)) for n, text in enumerate(LEAD)]
    areas = [o.dimensions.get("area") for o in find_observations(report, parts)]
    assert areas == ["sandefjord", "sandefjord", None, "sandefjord", "larvik"]
    elsewhere = [p for p in parts if "Flere" not in p.text]
    assert find_observations(report, elsewhere)[1].dimensions.get("area") is None


def test_an_address_holds_no_figures() -> None:
    assert read("Flyktningtjenesten, Hafstadvegen 211, 6800 Førde.") == []


MORE_MEASURES = [
    ("I 2022 hadde 85 personer introduksjonsprogram hos oss.", ["deltok"]),
    ("71 av dem hang med fra 2021, og 25 var nye.", ["fra_for", "startet"]),
    ("10 624 hadde startet før årsskiftet.", ["fra_for"]),
    ("15 prosent ble skrevet ut til kvalifiseringstiltak i regi av Aetat.", ["overgang_tiltak"]),
    ("757 sluttet på grunn av flytting.", ["overgang_andre_arsaker"]),
    ("Fem har flyttet eller blitt syke.", ["overgang_andre_arsaker"]),
    ("For 9 prosent mangler det opplysninger om hvorfor programmet ble avsluttet.",
     ["uten_avslutningsarsak"]),
    ("107 personer ble ansatt med lønnstilskudd.", ["overgang_lonnstilskudd"]),
    ("Videre heldt fire fram på grunnskole.", ["overgang_grunnskole"]),
    ("De som sluttet, hadde i snitt vært med i 22 måneder, mot 25 måneder året før.", ["programtid"] * 2),
    ("26 av de 44 som avsluttet, gikk til arbeid. Det tilsvarer 59 prosent og er det beste til nå.",
     [WORK, "avsluttet", WORK]),
    ("34 prosent gikk til arbeid. 18 prosent gikk til utdanning. Samlet gir det 52 prosent.",
     [WORK, SCHOOL, BOTH]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "measures"), MORE_MEASURES, ids=[text for text, _ in MORE_MEASURES])
def test_other_words_for_the_same_measures(text: str, measures: Sequence[str]) -> None:
    assert [o.measure for o in read(text)] == list(measures)


def test_a_share_for_a_group_is_not_how_large_the_group_is() -> None:
    found = read("Andelen som gikk til arbeid, er 66 prosent for menn og 63 prosent for kvinner.")
    assert [(o.measure, o.dimensions["sex"]) for o in found] == [(WORK, "menn"), (WORK, "kvinner")]
    *_, found_last = read("51 prosent gikk til arbeid, og 36 prosent av dem som bare hadde grunnskole.")
    assert found_last.measure == WORK


def test_what_a_later_figure_takes_up_is_not_taken_up_for_the_first() -> None:
    found = read("Blant dem over 45 år gikk 24 prosent til arbeid. Utdanning betyr mye: 56 prosent av "
                 "deltakerne med høyere utdanning gikk til arbeid, 49 prosent av dem med skole.")  # fmt: skip
    assert "age" not in found[1].dimensions


def test_a_later_year_than_that_of_leaving_is_no_direct_transition() -> None:
    (found,) = read("Av dem som avsluttet i 2009, var 58 prosent i arbeid i 2014.")
    assert (found.measure, found.period, found.certain) == ("annet", "2014", False)


def test_a_direct_transition_without_a_year_is_uncertain_in_a_report_of_later_situations() -> None:
    (found,) = read("Da programmet tok slutt, gikk 46 prosent direkte til arbeid.",
                    title="Tidligere deltakere i introduksjonsprogrammet")  # fmt: skip
    assert (found.measure, found.certain) == (WORK, False)


def test_not_longer_than_is_a_ceiling() -> None:
    (found,) = read("Etter loven kan ingen ha program lenger enn fire år.")
    assert found.quantity.hedge == "inntil"


def test_a_file_named_by_the_year_it_came_out_is_of_the_year_before() -> None:
    text = "# Flere lykkes\n\nI 2019 deltok 96. I 2019 avsluttet 44. I 2019 startet 25. Vi sparer i 2020.\n"
    assert read_report(text.encode(), name="avisen-2020.md").report.year == 2019
    assert read_report(text.replace("2019", "2018").encode(), name="avisen-2020.md").report.year == 2020


def test_a_heading_that_tells_who_were_most_narrows_no_table() -> None:
    table = "År | Deltakere | Avsluttet\n2021 | 142 | 36"
    report = Report("r", "Tall", "IMDi", YEAR, None, "", "nb", "", "", "")
    part = Paragraph("r-1", "r", 1, ("Syrerne flest", "Slik har det gått"), table, 0, len(table),
                     ParagraphKind.TABLE, header=table.split("\n")[0])  # fmt: skip
    assert [dict(o.dimensions) for o in find_observations(report, [part])] == [{}, {}]
