"""Files -> Report and Paragraphs: offsets, kinds, headings, ids, encodings, refusals."""

from __future__ import annotations

import datetime as dt
import time
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.formats import read_format
from ingest.layout import MAX_BLOCK
from ingest.models import CorpusError, ParagraphKind
from ingest.patterns import load_patterns, states_figure
from ingest.reports import ReportMeta, ReportText, find_meta, load_catalogue, read_report, slug
from ingest.settings import CORPUS

TEXT, BULLET, SPEECH = ParagraphKind.TEXT, ParagraphKind.BULLET, ParagraphKind.SPEECH
CAPTION, NOTE, DATE = ParagraphKind.CAPTION, ParagraphKind.NOTE, ParagraphKind.DATE

TRANSITION = "Overgang til arbeid og utdanning"
UKRAINE = "Fordrevne fra Ukraina har høy overgang til arbeid"
REDUCTION = "Reduksjon i overgang til utdanning etter avsluttet introduksjonsprogram"
WHAT = "Hva er introduksjonsprogrammet?"
GENDER = "Store forskjeller i resultater mellom kvinner og menn"
GROUPS = "Variasjoner mellom grupper"
PLACES = "Stor variasjon i kommunenes resultater"

EXPECTED = {
    "introduksjonsprogram-2017": [
        (TEXT, "", "Nesten halvparten av deltakerne i introduksjonsprogrammet gikk"),
        (DATE, "", "Sist oppdatert: 24. oktober 2018"),
        (TEXT, "", "Integrerings- og mangfoldsdirektoratet (IMDi) publiserer i dag"),
        (SPEECH, "", "Nesten halvparten av deltakerne"),
        (TEXT, GENDER, "Mens over 5 av 10 av alle menn"),
        (SPEECH, GENDER, "Disse resultatene viser at"),
        (TEXT, GROUPS, "De største nasjonalitetsgruppene"),
        (SPEECH, GROUPS, "Når kun 3 av 10 deltakere"),
        (TEXT, PLACES, "Som tidligere undersøkelser viser"),
        (SPEECH, PLACES, "Dette er et paradoks."),
        (BULLET, "Hovedfunn", "Resultatene har holdt seg stabile"),
        (BULLET, "Hovedfunn", "Menn hadde en måloppnåelse"),
        (BULLET, "Hovedfunn", "Som tidligere undersøkelser viser"),
        (BULLET, "Hovedfunn", "For få flykninger deltar"),
        (BULLET, "Hovedfunn", "Kvinner deltar i mindre grad"),
        (BULLET, "Hovedfunn", "Kjønn, alder og utdanningsnivå"),
        (BULLET, "Hovedfunn", "Flyktningene er en sammensatt gruppe"),
        (BULLET, "Hovedfunn", "Kun 3 av 10 somaliere"),
        (BULLET, "Hovedfunn", "Både somaliske menn og kvinner"),
        (BULLET, "Hovedfunn", "Deltagere som kommer fra Somalia"),
        (BULLET, "Hovedfunn", "12 prosent av deltakere"),
        (BULLET, "Hovedfunn", "Flyktninger som avslutter"),
    ],
    "introduksjonsprogram-2023": [
        (TEXT, "", "Rekordhøyt antall deltakere i introduksjonsprogram."),
        (DATE, "", "Sist oppdatert: 24. juni 2024"),
        (BULLET, "", "Om lag 32 500 flyktninger"),
        (BULLET, "", "Samtidig var det et høyt antall"),
        (TEXT, "", "I 2023 deltok flyktninger fra 90 land"),
        (TEXT, "", "I 2023 startet til sammen 17 699"),
        (TEXT, TRANSITION, "Om lag 11 400 flyktningeravsluttet"),
        (TEXT, TRANSITION, "Formålet med introduksjonsprogrammet"),
        (TEXT, UKRAINE, "Det var om lag 9\u00a0100 personer"),
        (TEXT, UKRAINE, "45 prosent av de fordrevne"),
        (TEXT, REDUCTION, "8 prosent av alle deltakere"),
        (TEXT, REDUCTION, "Reduksjonen kan forklares"),
        (TEXT, REDUCTION, "Blant fordrevne fra Ukraina"),
        (CAPTION, REDUCTION, "Illustrasjon nr. 1 viser"),
        (CAPTION, REDUCTION, "Illustrasjon nr. 2 viser"),
        (NOTE, REDUCTION, "Utdanning på videregående nivå eller høyere"),
        (BULLET, "Hovedfunn for 2023", "Halvparten (49 prosent)"),
        (BULLET, "Hovedfunn for 2023", "41 prosent gikk til arbeid."),
        (BULLET, "Hovedfunn for 2023", "8 prosent av de som"),
        (BULLET, "Hovedfunn for 2023", "Andelen som startet utdanning"),
        (BULLET, "Hovedfunn for 2023", "Kvinner hadde samme måloppnåelse"),
        (BULLET, "Hovedfunn for 2023", "Blant de som avsluttet program"),
        (BULLET, "Hovedfunn for 2023", "Deltakere med høyere utdanning"),
        (BULLET, "Hovedfunn for 2023", "Blant yngre deltakere"),
        (BULLET, "Hovedfunn for 2023", "I 2023 gikk 3 prosent"),
        (BULLET, "Hovedfunn for 2023", "Blant deltakere som avsluttet"),
        (BULLET, "Hovedfunn for 2023", "11 381 deltakere avsluttet"),
        (TEXT, WHAT, "Introduksjonsprogrammet er et opplæringsprogram"),
        (TEXT, WHAT, "Gjennom introduksjonsprogrammet lærer"),
        (TEXT, WHAT, "Programmet kan vare fra 3 måneder"),
        (TEXT, WHAT, "Kommunene har ansvar for"),
        (NOTE, "Referanseliste", "Det er 905 deltakere"),
        (NOTE, "Referanseliste", "Inklusivt deltakere med overgang til arbeid"),
        (NOTE, "Referanseliste", "Inklusivt deltakere med overgang til arbeid"),
    ],
}


def read(text: str, name: str = "rapport-2019.txt") -> ReportText:
    return read_report(text.encode(), name=name)


def kinds(text: str, name: str = "rapport-2019.txt") -> list[tuple[ParagraphKind, str]]:
    """Kind and text of each paragraph below a title line."""
    return [(p.kind, p.text) for p in read("Resultater for 2019\n\n" + text, name).paragraphs]


def holds(report: ReportText) -> None:
    for paragraph in report.paragraphs:
        assert report.source[paragraph.start : paragraph.end] == paragraph.text
        assert paragraph.text == paragraph.text.strip() != ""
    assert len({p.id for p in report.paragraphs}) == len(report.paragraphs)
    assert [p.number for p in report.paragraphs] == list(range(1, len(report.paragraphs) + 1))


@pytest.fixture(params=sorted(EXPECTED))
def published(request: pytest.FixtureRequest) -> ReportText:
    """Each of the two reports of the corpus."""
    meta = next(meta for meta in load_catalogue() if meta.id == request.param)
    return read_report(CORPUS / "reports" / meta.file, meta)


def test_every_paragraph_stands_at_its_offsets(published: ReportText) -> None:
    holds(published)


def test_paragraphs_kinds_and_headings_of_the_published_reports(published: ReportText) -> None:
    wanted = EXPECTED[published.report.id]
    assert len(published.paragraphs) == len(wanted)
    for paragraph, (kind, heading, beginning) in zip(published.paragraphs, wanted, strict=True):
        assert (paragraph.kind, paragraph.section) == (kind, (heading,) if heading else ()), paragraph.text
        assert paragraph.text.startswith(beginning)


def test_no_boilerplate_is_a_paragraph(published: ReportText) -> None:
    text = "\n".join(paragraph.text for paragraph in published.paragraphs)
    for line in ("Fant du det", "Sjekk resultater", "Se resultater fra", ".png"):
        assert line not in text


def test_what_the_catalogue_says_is_also_found_in_the_text(published: ReportText) -> None:
    path = CORPUS / "reports" / published.report.path
    found = read_report(path).report
    listed = published.report
    assert (found.title, found.year, found.updated, found.publisher, found.sha256) == (
        listed.title,
        listed.year,
        listed.updated,
        listed.publisher,
        listed.sha256,
    )
    assert (found.id, found.url, found.licence) == (slug(path.stem), "", "")


def test_catalogue_names_the_bytes_that_are_in_the_corpus() -> None:
    catalogue = load_catalogue()
    for meta in catalogue:
        data = (CORPUS / "reports" / meta.file).read_bytes()
        assert find_meta(catalogue, data, "another name.txt") == meta
    assert {meta.file for meta in catalogue} == {path.name for path in (CORPUS / "reports").iterdir()}


def test_licence_is_empty_because_no_report_states_one(published: ReportText) -> None:
    assert published.report.licence == ""


def test_an_id_does_not_move_when_another_paragraph_changes() -> None:
    before = read("Resultater for 2019\n\nFørste avsnitt er her.\n\nAndre avsnitt er her.")
    after = read("Resultater for 2019\n\nEt nytt avsnitt.\n\nFørste er endret.\n\nAndre avsnitt er her.")
    assert before.paragraphs[1].id == after.paragraphs[2].id
    assert before.paragraphs[0].id != after.paragraphs[1].id


def test_an_id_does_not_move_when_white_space_or_letter_composition_changes() -> None:
    one = read("Resultater for 2019\n\nAndelen gikk  ned på nytt.")
    two = read("Resultater for 2019\n\n •  Andelen gikk ned pa\u030a nytt.")
    assert one.paragraphs[0].id == two.paragraphs[0].id


def test_repeated_paragraphs_get_ids_of_their_own() -> None:
    report = read("Resultater for 2019\n\nDet samme igjen.\n\nDet samme igjen.\n\nDet samme igjen.")
    first = report.paragraphs[0].id
    assert [p.id for p in report.paragraphs] == [first, f"{first}-2", f"{first}-3"]


HARD_WRAPPED = """Introduksjonsprogrammet: resultater for 2019

Av dem som avsluttet programmet i 2019, gikk 46 prosent direkte over til
arbeid eller utdanning. Det er om lag like mange som året før, og
andelen har vært stabil i flere år.

Kvinner og menn

Blant kvinnene var andelen 38 prosent og blant mennene 54 prosent, ifølge
tall fra registeret.
 • Av kvinnene gikk 15 prosent til arbeid, og det var flere enn i
   2018.
 • Av mennene gikk 30 prosent til arbeid.

[1] Deltakere uten registrert årsak er ikke regnet
med.
"""


def test_lines_of_a_hard_wrapped_file_are_joined() -> None:
    report = read(HARD_WRAPPED)
    holds(report)
    assert [(p.kind, p.section, " ".join(p.text.split())[:24]) for p in report.paragraphs] == [
        (TEXT, (), "Av dem som avsluttet pro"),
        (TEXT, ("Kvinner og menn",), "Blant kvinnene var andel"),
        (BULLET, ("Kvinner og menn",), "Av kvinnene gikk 15 pros"),
        (BULLET, ("Kvinner og menn",), "Av mennene gikk 30 prose"),
        (NOTE, ("Kvinner og menn",), "Deltakere uten registrer"),
    ]
    assert report.paragraphs[0].text.count("\n") == 2


def test_a_heading_right_above_wrapped_text_is_a_heading() -> None:
    text = HARD_WRAPPED.replace("Kvinner og menn\n\n", "Kvinner og menn\n")
    assert [p.section for p in read(text).paragraphs][1] == ("Kvinner og menn",)


def test_one_line_is_one_paragraph_in_other_files() -> None:
    long = "Andelen som gikk til arbeid, var høyere enn året før i de fleste fylker og kommuner. " * 3
    assert [text for _, text in kinds(f"{long}\n{long}")] == [long.strip(), long.strip()]


KINDS = [
    ("• Kvinner: 34 prosent", BULLET, "Kvinner: 34 prosent"),
    ("- kvinner deltar mindre enn menn", BULLET, "kvinner deltar mindre enn menn"),
    ("– Vi må lykkes bedre.", SPEECH, "Vi må lykkes bedre."),
    ("– Vi må lykkes bedre, sier Kari Nordmann", SPEECH, "Vi må lykkes bedre, sier Kari Nordmann"),
    ("- Vi må lykkes, sier direktør Kari Nordmann.", SPEECH, "Vi må lykkes, sier direktør Kari Nordmann."),
    ("-5 prosent er en nedgang.", TEXT, "-5 prosent er en nedgang."),
    ("* Grunnskole er ikke regnet med", NOTE, "Grunnskole er ikke regnet med"),
    ("** Tallene er foreløpige", NOTE, "Tallene er foreløpige"),
    ("[2]Inklusivt lønnstilskudd", NOTE, "Inklusivt lønnstilskudd"),
    ("¹ Inklusivt lønnstilskudd", NOTE, "Inklusivt lønnstilskudd"),
    ("Kilde: NIR", NOTE, "Kilde: NIR"),
    ("Figur 2: Andel i arbeid", CAPTION, "Figur 2: Andel i arbeid"),
    ("Tabell 3 viser andelen i arbeid.", CAPTION, "Tabell 3 viser andelen i arbeid."),
    ("1. Andelen gikk opp.", BULLET, "Andelen gikk opp."),
    ("Rekordhøyt antall deltakere.", TEXT, "Rekordhøyt antall deltakere."),
    ("Dette viser tallene:", TEXT, "Dette viser tallene:"),
    ("Kvinnene gikk oftere til utdanning i 2019.[1]", TEXT, "Kvinnene gikk oftere til utdanning i 2019.[1]"),
    ("Mennene gikk til arbeid.*", TEXT, "Mennene gikk til arbeid.*"),
    ("24. juni ble tallene publisert.", TEXT, "24. juni ble tallene publisert."),
]


@pytest.mark.parametrize(("line", "kind", "text"), KINDS)
def test_the_kind_of_a_line(line: str, kind: ParagraphKind, text: str) -> None:
    assert kinds(f"{line}\n\nSå følger et avsnitt.")[0] == (kind, text)


def test_a_run_of_stars_or_dashes_is_a_list() -> None:
    assert kinds("* Første\n* Andre\n\n– Ett punkt.\n– Et annet punkt.") == [
        (BULLET, "Første"),
        (BULLET, "Andre"),
        (BULLET, "Ett punkt."),
        (BULLET, "Et annet punkt."),
    ]


def test_short_lines_in_a_row_are_a_list_and_not_headings() -> None:
    assert [text for _, text in kinds("Syria\nEritrea\nSomalia\n\nSå følger et avsnitt.")][:3] == [
        "Syria",
        "Eritrea",
        "Somalia",
    ]


def test_a_heading_that_states_a_figure_is_a_paragraph_too() -> None:
    report = read("Resultater for 2019\n\n46 prosent gikk til arbeid\n\nSå følger et avsnitt.")
    assert [(p.text, p.section) for p in report.paragraphs] == [
        ("46 prosent gikk til arbeid", ("46 prosent gikk til arbeid",)),
        ("Så følger et avsnitt.", ("46 prosent gikk til arbeid",)),
    ]


@pytest.mark.parametrize(
    ("heading", "stated"),
    [
        ("Hovedfunn for 2023", False),
        ("2. Overgang til arbeid 2016–2023", False),
        ("Sju av ti kvinner deltok", True),
        ("Over halvparten i jobb", True),
        ("12 000 nye deltakere i 2022", True),
    ],
)
def test_years_and_numbering_are_not_figures(heading: str, stated: bool) -> None:
    assert states_figure(heading) is stated


def test_a_line_that_announces_a_list_heads_the_list_alone() -> None:
    report = read(
        "Resultater for 2019\n\nArbeid\n\nAndelen som nådde målet:\n- kvinner: 38 prosent\n"
        "- menn: 54 prosent\n\nSå følger et avsnitt."
    )
    assert [(p.text, p.section) for p in report.paragraphs] == [
        ("Andelen som nådde målet:", ("Arbeid",)),
        ("kvinner: 38 prosent", ("Arbeid", "Andelen som nådde målet")),
        ("menn: 54 prosent", ("Arbeid", "Andelen som nådde målet")),
        ("Så følger et avsnitt.", ("Arbeid",)),
    ]


def test_numbered_headings_make_a_path() -> None:
    text = "Resultater for 2019\n\n1. Arbeid\n\n1.1 Kvinner\n\nEt avsnitt.\n\n2. Skole\n\nEt annet.\n"
    assert [p.section for p in read(text).paragraphs] == [("1. Arbeid", "1.1 Kvinner"), ("2. Skole",)]


def test_markdown_front_matter_quotes_and_emphasis_are_not_text() -> None:
    text = (
        "---\ntitle: x\ndate: 2022-06-01\n---\n# Resultater for 2021\n\n*Sist oppdatert: 1. juni 2022*\n\n"
        "> – Dette er bra, sier statsråd Kari Nordmann.\n"
    )
    report = read(text, "rapport.md")
    holds(report)
    assert (report.report.title, report.report.updated) == ("Resultater for 2021", dt.date(2022, 6, 1))
    assert [(p.kind, p.text) for p in report.paragraphs] == [
        (DATE, "Sist oppdatert: 1. juni 2022"),
        (SPEECH, "Dette er bra, sier statsråd Kari Nordmann."),
    ]


def test_markdown_headings_make_a_path() -> None:
    text = (
        "# Resultater for 2020\n\nInnledning her.\n\n## Arbeid\n\n### Kvinner\n\nAvsnitt om kvinner.\n\n"
        "## Utdanning\n\nAvsnitt om utdanning.\n"
    )
    report = read(text, "rapport.md")
    holds(report)
    assert report.report.title == "Resultater for 2020"
    assert [p.section for p in report.paragraphs] == [(), ("Arbeid", "Kvinner"), ("Utdanning",)]


ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "utf-32", "cp1252"]


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_any_usual_encoding_and_line_end_reads_the_same(encoding: str, line_end: str) -> None:
    text = "Resultater for 2019\n\nBlå bær på øya – ærlig talt.\n\n• Ett punkt\n• To punkt"
    plain = read(text)
    other = read_report(text.replace("\n", line_end).encode(encoding), name="rapport-2019.txt")
    holds(other)
    assert other.source == plain.source
    assert other.paragraphs == plain.paragraphs


REFUSED = [
    ("empty", b"", "empty"),
    ("white space", b" \n\t\n", "empty"),
    ("only figures", b"12 34", "no words"),
    ("NUL", b"Resultater\x00 for 2019", "binary"),
    ("binary", bytes(range(256)) * 4, "text"),
    ("control characters", b"Resultater 2019\n\n" + b"\x01\x02 a" * 50, "binary"),
    ("PDF", b"%PDF-1.7 Resultater for 2019", "PDF"),
    ("zip", b"PK\x03\x04Resultater for 2019", "zip"),
    ("web page", b"<!DOCTYPE html><html>Resultater for 2019", "web page"),
    ("damaged UTF-8", "Blå bær på øya, ærlig talt 2019. ".encode() + b"\xff slutt", "damaged"),
    ("odd UTF-16", b"\xff\xfeR\x00e", "not text"),
    ("title alone", b"Resultater for 2019", "no paragraph"),
    ("no year", b"Resultater\n\nDet gikk bra med de fleste.", "year"),
]


@pytest.mark.parametrize(("data", "word"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED])
def test_a_bad_file_is_refused_by_name_with_problem_and_cure(data: bytes, word: str) -> None:
    with pytest.raises(CorpusError, match=word) as caught:
        read_report(data, name="rapport.txt")
    assert str(caught.value).startswith("rapport.txt: ")
    assert str(caught.value).count(". ") >= 1


def test_a_missing_file_a_folder_and_an_unknown_type_are_refused(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="no such file"):
        read_report(tmp_path / "borte.txt")
    with pytest.raises(CorpusError, match="no such file"):
        read_report(tmp_path)
    with pytest.raises(CorpusError, match=r"\.md, \.pdf, \.text, \.tsv, \.txt"):
        read_report(b"tekst", name="rapport.odt")


def test_year_is_taken_from_title_then_file_name_then_text() -> None:
    body = "\n\nI 2015 og 2016 gikk det bra. Også i 2016 og 2017."
    assert read("Resultater for 2019" + body, "rapport-2018.txt").report.year == 2019
    assert read("Resultater" + body, "rapport_2018.txt").report.year == 2018
    assert read("Resultater" + body, "rapport.txt").report.year == 2016


def test_title_of_the_first_table_does_not_narrow_a_file_of_several_years() -> None:
    body = "\n\nI 2016 gikk 41 prosent til arbeid, i 2015 var det 39 prosent."
    assert read("Tall for 2015" + body, "tall-2014-2016.txt").report.year == 2016
    assert read("Tall for 2015" + body, "tall-2016.txt").report.year == 2015
    assert read("Tall for 2015" + body, "tall-2014-2018.txt").report.year == 2015


def test_what_the_catalogue_says_wins_over_what_is_found() -> None:
    meta = ReportMeta(id="x", title="Annen tittel", publisher="", year=2001, url="https://example.org")
    report = read_report(b"Resultater for 2019\n\nDet gikk bra.", meta, name="rapport.txt").report
    assert (report.id, report.title, report.publisher, report.year) == ("x", "Annen tittel", "", 2001)


@pytest.mark.parametrize(
    ("line", "date"),
    [
        ("Sist oppdatert: 24. oktober 2018", dt.date(2018, 10, 24)),
        ("Sist oppdatert 2018-10-24", dt.date(2018, 10, 24)),
        ("Sist oppdatert: 24.10.2018", dt.date(2018, 10, 24)),
        ("Publisert: 1. mai 2018", dt.date(2018, 5, 1)),
        ("Publisert 01.05.2018, sist oppdatert 3. juni 2018", dt.date(2018, 6, 3)),
        ("24. oktober 2018", dt.date(2018, 10, 24)),
        ("Sist oppdatert: 31. februar 2018", None),
    ],
)
def test_date_of_update_is_a_paragraph_of_its_own_kind(line: str, date: dt.date | None) -> None:
    report = read(f"Resultater for 2019\n\n{line}\n\nDet gikk bra.")
    assert report.report.updated == date
    assert [p.text for p in report.paragraphs if p.kind is DATE] == ([line] if date else [])
    assert (date is None) or [(p.kind, p.text) for p in report.paragraphs[1:]] == [(TEXT, "Det gikk bra.")]


def test_dates_alone_are_no_report() -> None:
    with pytest.raises(CorpusError, match="no paragraph of text"):
        read("Resultater for 2019\n\nSist oppdatert: 24. oktober 2020")


def test_a_paragraph_too_long_to_read_is_parted_at_sentence_ends() -> None:
    sentence = "Andelen som gikk til arbeid, gikk opp med 3 prosentpoeng. "
    report = read("Resultater for 2019\n\n" + sentence * 400)
    holds(report)
    assert all(len(p.text) <= MAX_BLOCK and p.text.endswith("prosentpoeng.") for p in report.paragraphs)
    assert sum(len(p.text) + 1 for p in report.paragraphs) == len(sentence) * 400


@pytest.mark.parametrize("table", ["boilerplate", "captions", "notes", "speech", "figures"])
def test_line_patterns_hold_to_their_examples(table: str) -> None:
    path = CORPUS / "vocabulary" / "boilerplate.toml"
    data = tomllib.loads(path.read_text(encoding="utf-8"))[table]
    pattern = getattr(load_patterns(), table)
    match = {"boilerplate": pattern.fullmatch, "captions": pattern.match, "notes": pattern.match}
    found = match.get(table, pattern.search)
    assert [text for text in data["examples"] if not found(text)] == []
    assert [text for text in data["counterexamples"] if found(text)] == []


LINES = st.lists(
    st.sampled_from(
        [
            *(
                "",
                " ",
                "\u00a0",
                "Hovedfunn",
                "• Punkt en",
                "– Tale her, sier Ola.",
                "* note",
                "[1]",
                "# Tittel",
            ),
            *("---", "**", "-", "I 2019 gikk 45 prosent til arbeid.", "går videre her", "1. Et punkt"),
            *("Figur 1: x", "**46 prosent**", "Sist oppdatert: 1. mai 2019"),
        ]
    )
    | st.text(max_size=40)
)


@given(LINES, st.sampled_from(["r-2019.txt", "r-2019.md"]))
def test_offsets_hold_for_any_text(lines: list[str], name: str) -> None:
    try:
        report = read_report("\n".join(lines).encode("utf-8", "replace"), name=name)
    except CorpusError:
        return
    holds(report)


@pytest.mark.parametrize(
    "piece", ["-", ".", "* ", "'", "sier a ", "a\n", "1. A\n", "|:-", "\u00a0", "[1", "(a "]
)
def test_hostile_repetition_is_read_in_linear_time(piece: str) -> None:
    text = "Resultater for 2019\n\nDet gikk bra i året.\n\n" + piece * (400_000 // len(piece)) + "x"
    began = time.perf_counter()
    read_format(text.encode(), "rapport.txt")
    assert time.perf_counter() - began < 5
