"""What each number in a sentence is a number of. Rows are made-up sentences; the report's year is 2022."""

from __future__ import annotations

import time
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

import pytest

from evals.data import load_annotations
from evals.extraction import score_extraction
from ingest.models import Direction, Kind, Observation, Paragraph, ParagraphKind, Report
from ingest.observations import find_observations
from ingest.reports import read_report
from ingest.settings import CORPUS

YEAR = 2022
UNSEEN = Path(__file__).parent / "data" / "unseen"
WORK, SCHOOL, BOTH, NEITHER = (
    "overgang_arbeid",
    "overgang_utdanning",
    "overgang_arbeid_utdanning",
    "overgang_ingen",
)
OTHER = "annet"


def read(text: str, *, heading: Sequence[str] = (), title: str = "Resultater") -> list[Observation]:
    """The observations of a report of one paragraph."""
    report = Report("r", title, "IMDi", YEAR, None, "", "nb", "", "", "")
    return find_observations(report, [Paragraph("r-1", "r", 1, tuple(heading), text, 0, len(text))])


def ids(rows: Sequence[tuple[str, object]]) -> list[str]:
    return [text[:40] for text, _ in rows]


def all_certain(found: Sequence[Observation]) -> bool:
    return all(o.certain for o in found)


def test_no_figure_is_read_from_a_line_that_dates_a_report() -> None:
    report = Report("r", "Resultater", "IMDi", YEAR, None, "", "nb", "", "", "")
    text = "Sist oppdatert 24. oktober 2018: 46 prosent gikk til arbeid."
    told, dated = (
        find_observations(report, [Paragraph("r-1", "r", 1, (), text, 0, len(text), kind)])
        for kind in (ParagraphKind.TEXT, ParagraphKind.DATE)
    )
    assert [o.quantity.surface for o in told] == ["46 prosent"]
    assert dated == []


# ---- what is measured

MEASURES = [
    ("18 500 personer deltok i programmet.", ["deltok"]),
    ("4 100 nye deltakere startet i programmet.", ["startet"]),
    ("5 210 gjorde seg ferdige med programmet.", ["avsluttet"]),
    ("I 2022 gikk 5 210 ut av programmet.", ["avsluttet"]),
    ("33 prosent gikk til arbeid og 21 prosent til utdanning.", [WORK, SCHOOL]),
    ("Annenhver deltaker kom i jobb eller begynte på studier.", [BOTH]),
    ("44 prosent fikk seg jobb eller hadde begynt på utdanning.", [BOTH]),
    ("16 prosent begynte på videregående opplæring eller høyere utdanning.", [SCHOOL]),
    ("10 prosent gikk til høyere utdanning.", ["overgang_hoyere_utdanning"]),
    ("3 110 personer gikk verken til arbeid eller utdanning.", [NEITHER]),
    ("9 prosent begynte i grunnskole.", ["overgang_grunnskole"]),
    ("30 prosent av dem fikk plass på arbeidsmarkedstiltak.", ["overgang_tiltak"]),
    ("Deltakerne kom fra 81 land.", ["antall_land"]),
    ("Blant syrere fikk 30 prosent jobb, blant eritreere 33 prosent.", [WORK, WORK]),
]


@pytest.mark.parametrize(("text", "measures"), MEASURES, ids=ids(MEASURES))
def test_a_figure_has_the_measure_that_its_own_words_name(text: str, measures: list[str]) -> None:
    found = read(text)
    assert [o.measure for o in found] == measures
    assert all_certain(found)


COMPOSITIONS = [
    ("Av dem som fullførte, var 7 av 10 kvinner.", "avsluttet", {"sex": "kvinner"}),
    ("Kvinner utgjorde 56 prosent av alle som startet.", "startet", {"sex": "kvinner"}),
    ("Seks av ti nye deltakere var menn.", "startet", {"sex": "menn"}),
    ("Andelen kvinner blant de nye deltakerne var 56 prosent.", "startet", {"sex": "kvinner"}),
    ("To av tre som fullførte i 2022 (2 400 personer), var kvinner.", "avsluttet", {"sex": "kvinner"}),
    ("Deltakerne under 30 år utgjør 44 prosent av alle som startet.", "startet", {"age": "-30"}),
]


@pytest.mark.parametrize(("text", "stage", "group"), COMPOSITIONS, ids=[c[0][:40] for c in COMPOSITIONS])
def test_a_part_of_the_people_is_a_share_of_their_stage(text: str, stage: str, group: dict[str, str]) -> None:
    share = read(text)[0]
    assert (share.measure, share.denominator, dict(share.dimensions)) == (stage, stage, group)
    assert share.certain


UNPLACED = [
    "45 prosent av deltakerne fikk opplæring på kveldstid.",
    "78 prosent er fornøyde med programmet.",
    "Av deltakerne som tok norskprøven, bestod 61 prosent på nivå A2.",
    "Nesten 9 av 10 kommuner tilbyr språkpraksis.",
    "Kommunene fikk 1,2 milliarder kroner i tilskudd.",
]


@pytest.mark.parametrize("text", UNPLACED)
def test_a_measure_that_no_list_knows_is_never_forced_into_a_known_one(text: str) -> None:
    found = read(text)
    assert found
    assert {(o.measure, o.certain) for o in found} == {(OTHER, False)}


def test_a_second_predicate_does_not_take_over_the_measure_of_the_first() -> None:
    found = read("Av disse fikk 31 prosent jobb, mens 8 prosent flyttet til utlandet.")
    assert [o.certain for o in found] == [True, False]


def test_a_figure_that_is_aimed_at_is_not_a_result() -> None:
    (target,) = read("Målet er at 70 prosent av deltakerne skal gå til arbeid.")
    assert (target.measure, target.period, target.certain) == (OTHER, str(YEAR), False)


def test_people_looked_at_again_later_did_not_go_there_directly() -> None:
    found = read("Ett år etter programmet var 62 prosent i arbeid eller utdanning.")
    assert not any(o.certain for o in found)


FOLLOWED = [
    "Av dem som avsluttet i 2021, var 61,4 prosent i arbeid eller under utdanning i november 2022.",
    "I november året etter var 43 prosent av dem i arbeid.",
    "I Troms var 34 prosent av de tidligere deltakerne i arbeid.",
]


@pytest.mark.parametrize("text", FOLLOWED)
def test_the_situation_in_a_later_month_is_no_direct_transition(text: str) -> None:
    (found,) = read(text)
    assert (found.measure, found.certain) == (OTHER, False)


def test_what_goes_on_about_people_looked_at_later_is_no_direct_transition() -> None:
    found = read("Av de 58 var 36 i arbeid i november 2022. Det tilsvarer 62 prosent.")
    assert not any(o.certain for o in found[1:])


def test_a_report_about_former_participants_tells_direct_transition_only_where_it_says_so() -> None:
    title = "Færre tidligere deltakere i arbeid"
    (later,) = read("Blant syrerne var andelen i arbeid 57 prosent.", title=title)
    (direct,) = read("I 2021 gikk 52 prosent direkte til arbeid.", title=title)
    assert (later.measure, later.certain) == (OTHER, False)
    assert (direct.measure, direct.certain) == ("overgang_arbeid", True)


def test_a_share_beside_the_people_of_a_stage_is_not_the_stage() -> None:
    first = "52 prosent gikk til arbeid eller utdanning. "
    found = read(first + "Oslo, som hadde 1 874 avslutninger, endte på 47 prosent.")
    assert [o.measure for o in found[1:]] == ["avsluttet", "overgang_arbeid_utdanning"]
    found = read(first + "Blant de 27 kvinnene gjaldt det 11, altså 41 prosent.")
    assert {o.measure for o in found[2:]} == {"overgang_arbeid_utdanning"}


def test_a_count_of_those_told_of_before_is_theirs_and_the_shares_after_it_are_of_them() -> None:
    found = read(
        "45 prosent gikk verken til arbeid eller utdanning. Av disse 743 gikk 62 prosent til tiltak."
    )
    assert [o.measure for o in found] == ["overgang_ingen", "overgang_ingen", "overgang_tiltak"]
    assert found[2].denominator == "overgang_ingen"


def test_the_rest_of_people_counted_is_a_share_of_them() -> None:
    text = "Av de 176 som verken gikk til arbeid eller utdanning, gikk 69 til grunnskole og 47 til tiltak. "
    *_, rest = read(text + "Resten, 34 prosent, sluttet av andre årsaker.")
    assert rest.denominator == "overgang_ingen"


def test_those_who_are_named_anew_are_not_those_told_of_before() -> None:
    text = "204 kvinner fikk jobb. Blant dem som avsluttet programmet, var det 1 135 kvinner (47 prosent)."
    assert read(text)[-1].denominator == "avsluttet"


def test_a_length_of_time_added_to_another_is_not_the_length_of_the_programme() -> None:
    found = read("Programmet varer i to år, og kommunen kan innvilge ett år til.")
    assert [o.certain for o in found] == [True, False]
    assert read("Programmet varer i to år og kan forlengjast med eitt år.")[-1].measure == "forlengelse"


# ---- units

UNITS = [
    ("Bare 4 120 startet i 2022, mot 5 260 året før.", ["personer", "personer"]),
    ("20 prosent gikk til arbeid og 16 til utdanning.", ["prosent", "prosent"]),
    ("14 prosent (85) begynte i grunnskole.", ["prosent", "personer"]),
    ("71 prosent, eller 6 614 personer, gikk til arbeid.", ["prosent", "personer"]),
    ("Måloppnåelsen steg med 4 prosentpoeng for menn og 6 for kvinner.", ["prosentpoeng", "prosentpoeng"]),
]


@pytest.mark.parametrize(("text", "units"), UNITS, ids=ids(UNITS))
def test_a_bare_number_takes_its_unit_from_the_figure_beside_it_or_its_measure(
    text: str, units: list[str]
) -> None:
    assert [o.quantity.unit for o in read(text)] == units


def test_percentage_points_are_not_percent() -> None:
    share, change = read("37 prosent gikk til arbeid, opp 4 prosentpoeng fra året før.")
    assert (share.quantity.unit, share.kind) == ("prosent", Kind.LEVEL)
    assert (change.quantity.unit, change.kind) == ("prosentpoeng", Kind.CHANGE)


IN_BRACKETS: list[tuple[str, str, str, str | None]] = [
    ("Knapt halvparten (46 prosent) gikk til arbeid.", "46", "i underkant av", None),
    ("I overkant av en tredel (35 prosent) av kvinnene kom i jobb.", "35", "i overkant av", None),
    ("Godt over hver fjerde (27 prosent) begynte på skole.", "27", "over", None),
    ("Snaut to av fem (38 prosent) gikk til arbeid.", "38", "i underkant av", None),
    ("Rundt en av fem (19 prosent) gikk til utdanning.", "19", "om lag", None),
    ("Drøyt seks av ti av dem (62 prosent) gikk til tiltak.", "62", "i overkant av", None),
    ("Bare hver tredje deltaker (33 prosent) gikk til arbeid.", "33", "kun", "kun"),
    ("Knapt 46 prosent gikk til arbeid.", "46", "i underkant av", "i underkant av"),
]


@pytest.mark.parametrize(
    ("text", "value", "hedge", "said"), IN_BRACKETS, ids=[r[0][:40] for r in IN_BRACKETS]
)
def test_a_hedge_before_words_is_kept_but_not_said_of_the_exact_figure_in_brackets(
    text: str, value: str, hedge: str, said: str | None
) -> None:
    (found,) = read(text)
    quantity = found.quantity
    assert (quantity.value, quantity.hedge, quantity.spoken_hedge) == (Decimal(value), hedge, said)


# ---- who

GROUPS: list[tuple[str, list[dict[str, str]]]] = [
    (
        "30 prosent av kvinnene og 52 prosent av mennene gikk til arbeid.",
        [{"sex": "kvinner"}, {"sex": "menn"}],
    ),
    (
        "Deltakere fra Kongo (51 prosent) og Eritrea (55 prosent) hadde høyest måloppnåelse.",
        [{"origin": "kongo"}, {"origin": "eritrea"}],
    ),
    (
        "Måloppnåelsen er høyest i Rogaland (58 prosent) og lavest i Østfold (36 prosent).",
        [{"area": "rogaland"}, {"area": "ostfold"}],
    ),
    (
        "Bare 12 prosent av dem over 50 år gikk til arbeid, mot 35 prosent av dem mellom 30 og 39 år.",
        [{"age": "50-"}, {"age": "30-39"}],
    ),
    (
        "Kvinner med høyere utdanning har 52 prosent måloppnåelse, mens kvinner uten utdanning har 11.",
        [{"sex": "kvinner", "education": "hoyere"}, {"sex": "kvinner", "education": "ingen"}],
    ),
    (
        "45 prosent av ukrainerne gikk til arbeid. For øvrige deltakere var andelen 23 prosent.",
        [{"origin": "ukraina"}, {"origin": "ovrige"}],
    ),
    (
        "I Oslo avsluttet 620 deltakere programmet, og 38 prosent av dem gikk til arbeid.",
        [{"area": "oslo"}, {"area": "oslo"}],
    ),
]


@pytest.mark.parametrize(("text", "groups"), GROUPS, ids=ids(GROUPS))
def test_each_figure_is_of_the_group_named_with_it(text: str, groups: list[dict[str, str]]) -> None:
    found = read(text)
    assert [dict(o.dimensions) for o in found] == groups
    assert all_certain(found)


LISTS: list[tuple[str, list[tuple[str, str, dict[str, str]]]]] = [
    (
        "For kvinner og menn var måloppnåelsen henholdsvis 40 og 58 prosent.",
        [("40", BOTH, {"sex": "kvinner"}), ("58", BOTH, {"sex": "menn"})],
    ),
    (
        "De yngste (18–25 år) gjør det bedre enn de eldste (46–55 år): 62 mot 29 prosent nådde målet.",
        [("62", BOTH, {"age": "18-25"}), ("29", BOTH, {"age": "46-55"})],
    ),
    (
        "Av mennene gikk 46 prosent til arbeid og 12 til utdanning; for kvinner var tallene 20 og 18.",
        [
            ("46", WORK, {"sex": "menn"}),
            ("12", SCHOOL, {"sex": "menn"}),
            ("20", WORK, {"sex": "kvinner"}),
            ("18", SCHOOL, {"sex": "kvinner"}),
        ],
    ),
]


@pytest.mark.parametrize(("text", "wanted"), LISTS, ids=ids(LISTS))
def test_figures_in_a_list_go_in_the_order_of_what_was_named(
    text: str, wanted: list[tuple[str, str, dict[str, str]]]
) -> None:
    found = read(text)
    assert [(str(o.quantity.value), o.measure, dict(o.dimensions)) for o in found] == wanted
    assert all_certain(found)


def test_a_group_beside_the_plain_word_for_people_does_not_narrow_it() -> None:
    (found,) = read("I 2022 deltok 18 240 flyktninger og familiegjenforente i programmet.")
    assert dict(found.dimensions) == {}


def test_the_rest_is_a_group_only_beside_one_that_was_named() -> None:
    found = read("5 100 gikk verken til arbeid eller utdanning. De øvrige 1 695 sluttet av andre grunner.")
    assert [dict(o.dimensions) for o in found] == [{}, {}]


def test_det_takes_up_the_group_of_the_sentence_before() -> None:
    _, change = read("I Tromsø gikk 51 prosent til arbeid. Det er 7 prosentpoeng mer enn året før.")
    assert dict(change.dimensions) == {"area": "tromso"}


AMBIGUOUS = [
    "Somalierne hadde lavest måloppnåelse. Bare 26 prosent nådde målet.",
    "Deltakere fra Afghanistan og Iran hadde en måloppnåelse på 50 prosent.",
]


@pytest.mark.parametrize("text", AMBIGUOUS)
def test_a_figure_that_may_be_of_a_group_not_named_with_it_is_uncertain(text: str) -> None:
    assert not any(o.certain for o in read(text))


# ---- when

PERIODS = [
    ("37 prosent gikk til arbeid i 2022, sammenlignet med 33 prosent i 2021.", ["2022", "2021"]),
    ("37 prosent gikk til arbeid, mot 33 prosent året før.", ["2022", "2021"]),
    ("I 2021 gikk 30 prosent til arbeid. I 2022 var andelen 33 prosent.", ["2021", "2022"]),
    ("12 000 deltok i 2022, 11 500 i 2021 og 13 200 i 2020.", ["2022", "2021", "2020"]),
    ("Det er 620 flere deltakere enn i 2021, da tallet var 7 430.", ["2022", "2021"]),
    ("Andelen i arbeid steg fra 33 prosent i 2021 til 37 prosent i 2022.", ["2021", "2022"]),
    ("Fra 2021 til 2022 steg andelen i arbeid med 4 prosentpoeng, til 37 prosent.", ["2022", "2022"]),
]


@pytest.mark.parametrize(("text", "periods"), PERIODS, ids=ids(PERIODS))
def test_each_figure_has_its_own_year(text: str, periods: list[str]) -> None:
    assert [o.period for o in read(text)] == periods


def test_the_year_after_enn_is_what_the_figure_is_compared_with() -> None:
    (found,) = read("Det er 340 færre deltakere enn i 2020.")
    assert (found.period, found.reference_period) == ("2022", "2020")


def test_a_rule_of_the_programme_has_no_year() -> None:
    found = read("Programmet kan vare fra 3 måneder til 4 år, og kan forlenges med inntil 6 måneder.")
    assert [(o.measure, o.period) for o in found] == [
        ("programtid", None),
        ("programtid", None),
        ("forlengelse", None),
    ]


def test_from_without_years_is_placed_in_the_year_before_but_uncertain() -> None:
    first, second = read("Kvinnenes måloppnåelse falt fra 44 til 42 prosent.")
    assert (first.period, first.certain) == ("2021", False)
    assert (second.period, second.certain) == ("2022", True)


# ---- change or level

UP, DOWN, SAME = Direction.UP, Direction.DOWN, Direction.SAME
CHANGES: list[tuple[str, str, Direction, str]] = [
    ("Deltakertallet gikk ned med 2 476 fra 2021.", "deltok", DOWN, "2021"),
    ("Måloppnåelsen økte med 4 prosentpoeng sammenliknet med 2020.", BOTH, UP, "2020"),
    ("Antallet som fullførte, sank med nesten 40 prosent fra 2021.", "avsluttet", DOWN, "2021"),
    ("Måloppnåelsen er uendret fra 2021.", BOTH, SAME, "2021"),
    ("Måloppnåelsen for menn var det samme som i 2021.", BOTH, SAME, "2021"),
    ("Det startet dobbelt så mange nye deltakere som i 2021.", "startet", UP, "2021"),
]


@pytest.mark.parametrize(
    ("text", "measure", "direction", "reference"), CHANGES, ids=[c[0][:40] for c in CHANGES]
)
def test_a_change_has_a_direction_and_the_year_it_is_measured_from(
    text: str, measure: str, direction: Direction, reference: str
) -> None:
    (found,) = read(text)
    assert (found.kind, found.measure) == (Kind.CHANGE, measure)
    assert found.reference_period == reference
    assert found.direction == direction or found.quantity.unit == "ganger"


GAPS = [
    "Menn har 15 prosentpoeng høyere måloppnåelse enn kvinner.",
    "Forskjellen mellom menn og kvinner i måloppnåelse er 15 prosentpoeng.",
    "Andelen som gikk til utdanning, lå 4 prosentpoeng høyere enn snittet.",
]


@pytest.mark.parametrize("text", GAPS)
def test_a_gap_between_groups_is_not_a_change_over_time(text: str) -> None:
    (found,) = read(text)
    assert (found.measure, found.kind, found.certain) == (OTHER, Kind.LEVEL, False)


# ---- shares of what

DENOMINATORS = [
    ("33 prosent gikk til arbeid.", ["avsluttet"]),
    ("Av de 3 069 som ikke gikk til arbeid eller utdanning, gikk 30 prosent til tiltak.", [None, NEITHER]),
    ("Av de som gikk til arbeid, hadde 12 prosent lønnstilskudd.", [WORK]),
    ("9 prosent begynte i grunnskole.", ["avsluttet"]),
    ("41 prosent av tiltakene var rettet mot arbeidslivet.", ["tiltak"]),
    (
        "2 000 gikk verken til arbeid eller utdanning. Av disse gikk 40 prosent til tiltak. "
        "5 prosent (100) begynte i grunnskole.",
        [None, NEITHER, NEITHER, None],
    ),
]


@pytest.mark.parametrize(("text", "denominators"), DENOMINATORS, ids=ids(DENOMINATORS))
def test_a_share_is_of_the_people_it_is_said_of(text: str, denominators: list[str | None]) -> None:
    assert [o.denominator for o in read(text)] == denominators


# ---- what leaves a figure uncertain

DOUBTFUL = [
    "Deltakere som bodde i de største kommunene, hadde en måloppnåelse på 44 prosent.",
    "Kvinner med barn hadde en måloppnåelse på 29 prosent.",
    "38 prosent av timene i programmet brukes på arbeid eller utdanning.",
    "Deltakere med språkpraksis gikk oftere til arbeid (45 prosent) enn andre (28 prosent).",
    "Våren 2022 startet 3 200 nye deltakere.",
    "Siden 2004 har 100 000 personer deltatt i introduksjonsprogrammet.",
    "IMDi anslår at 8 000 nye deltakere starter i 2023.",
    "I fjor fullførte 4 210 personer programmet.",
    "I fjor fullførte 4 210 menn og 2 110 kvinner programmet.",
    "I fjor gikk 53 prosent av mennene til arbeid, og 36 prosent av kvinnene.",
]


@pytest.mark.parametrize("text", DOUBTFUL)
def test_a_whole_a_restriction_or_a_time_that_no_list_knows_leaves_the_figure_uncertain(text: str) -> None:
    found = read(text)
    assert found
    assert not any(o.certain for o in found)


def test_two_figures_for_the_same_thing_are_both_uncertain() -> None:
    found = read("33 prosent gikk til arbeid. Andelen som gikk til arbeid, var 45 prosent.")
    assert [o.certain for o in found] == [False, False]


def test_a_rounded_figure_does_not_contradict_the_exact_one() -> None:
    assert all_certain(read("Om lag 11 400 fullførte programmet. I alt var det 11 381 som fullførte."))


# ---- whole reports


@pytest.mark.parametrize("report_id", ["introduksjonsprogram-2017", "introduksjonsprogram-2023"])
def test_every_number_of_the_two_reports_is_read_as_annotated(report_id: str) -> None:
    text = read_report(CORPUS / "reports" / f"{report_id}.txt")
    annotations = [
        a for a in load_annotations(CORPUS.parent / "evals" / "annotations") if a.report == report_id
    ]
    found = find_observations(text.report, text.paragraphs)
    score = score_extraction(found, {p.id: p for p in text.paragraphs}, annotations)
    assert score.faults == ()
    assert all_certain(found)


@pytest.mark.parametrize("year", [2019, 2021, 2024])
def test_every_surface_stands_at_its_span(year: int) -> None:
    text = read_report(UNSEEN / f"rapport-{year}.txt")
    by_id = {p.id: p for p in text.paragraphs}
    for o in find_observations(text.report, text.paragraphs):
        paragraph = by_id[o.paragraph_id]
        assert paragraph.text[o.quantity.start : o.quantity.end] == o.quantity.surface


@pytest.mark.parametrize("unit", ["12 prosent av kvinnene og ", "fra 12 til 14 prosent, ", "deltakere som "])
def test_hostile_repetition_is_read_in_bounded_time(unit: str) -> None:
    begun = time.perf_counter()
    read(unit * (20_000 // len(unit)))
    assert time.perf_counter() - begun < 20


def test_a_report_about_one_place_has_figures_of_that_place_but_for_those_of_the_country() -> None:
    text = (
        "I 2021 hadde kommunen 386 deltakere. På landsbasis var det 12 400 deltakere. "
        "I Asker deltok 211 personer. Programmet kan vare i inntil 4 år."
    )
    areas = [o.dimensions.get("area") for o in read(text, title="Introduksjonsprogrammet i Drammen 2021")]
    assert areas == ["drammen", None, "asker", None]
    assert [o.dimensions.get("area") for o in read(text)] == [None, None, "asker", None]
