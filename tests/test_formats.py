"""One report in every format: the same title, headings, list, table and offsets come out of each."""

from __future__ import annotations

import datetime as dt

import documents
import pytest
from documents import BULLETS, CAPTION, NOTE, SENTENCE, TABLE, TITLE

from ingest.formats import kinds
from ingest.models import CorpusError, Paragraph, ParagraphKind
from ingest.reports import ReportMeta, ReportText, read_report

MADE = {
    "rapport-2019.html": documents.page(),
    "rapport-2019.pdf": documents.pdf(),
    "rapport-2019.docx": documents.word(),
}


def read(data: bytes, name: str, meta: ReportMeta | None = None) -> ReportText:
    report = read_report(data, meta, name=name)
    for paragraph in report.paragraphs:
        assert report.source[paragraph.start : paragraph.end] == paragraph.text
        assert paragraph.text.strip() == paragraph.text != ""
    assert len({p.id for p in report.paragraphs}) == len(report.paragraphs)
    return report


def of_kind(report: ReportText, kind: ParagraphKind) -> list[Paragraph]:
    return [p for p in report.paragraphs if p.kind is kind]


@pytest.fixture(scope="module", params=sorted(MADE))
def report(request: pytest.FixtureRequest) -> ReportText:
    """The report in each format that has headings."""
    return read(MADE[request.param], request.param)


def test_title_and_year_are_found(report: ReportText) -> None:
    assert (report.report.title, report.report.year) == (TITLE, 2019)


def test_headings_lists_and_prose_are_kept(report: ReportText) -> None:
    (first, *_) = of_kind(report, ParagraphKind.TEXT)
    assert first.text.startswith(SENTENCE)
    assert [p.text for p in of_kind(report, ParagraphKind.BULLET)] == list(BULLETS)
    assert all(p.section[0] == "Fylkene" for p in of_kind(report, ParagraphKind.BULLET))


def test_a_table_is_rows_of_cells_under_its_caption_with_its_header(report: ReportText) -> None:
    (table,) = of_kind(report, ParagraphKind.TABLE)
    assert table.text.replace("\u00a0", " ") == TABLE
    assert table.header == "\n".join(TABLE.split("\n")[:2])
    assert table.section[-1] == CAPTION
    assert table.section[0] == "Fylkene"
    assert [p.text for p in of_kind(report, ParagraphKind.CAPTION)] == [CAPTION]


def test_nothing_that_stands_around_a_report_is_in_it(report: ReportText) -> None:
    for word in (
        "Forsiden",
        "Godta",
        "24 16 88 00",
        "post@imdi.no",
        "TOPPTEKST",
        "IMDi-rapport 2019",
        "Side 1",
    ):
        assert word not in report.source


def test_pages_are_counted_in_pdf_alone(report: ReportText) -> None:
    pages = {p.page for p in report.paragraphs}
    assert pages == ({1, 2, 3} if report.report.path.endswith("pdf") else {None})


def test_a_page_says_its_date_and_its_notes() -> None:
    report = read(MADE["rapport-2019.html"], "rapport-2019.html")
    assert report.report.updated == dt.date(2020, 6, 24)
    assert report.report.language == "nb"
    assert [p.text for p in of_kind(report, ParagraphKind.NOTE)] == [NOTE]
    assert [p.text for p in of_kind(report, ParagraphKind.DATE)] == ["Sist oppdatert: 24. juni 2020"]
    assert of_kind(report, ParagraphKind.TEXT)[0].text == f"{SENTENCE}[1]"


def test_a_workbook_is_read_as_it_is_shown() -> None:
    report = read(documents.excel(), "rapport.xlsx")
    (table,) = of_kind(report, ParagraphKind.TABLE)
    assert table.text.replace("\u00a0", " ") == TABLE
    assert table.section == ("Fylkene", f"{CAPTION}, 2019")
    assert [p.text for p in of_kind(report, ParagraphKind.NOTE)] == ["Foreløpige tall"]
    assert (report.report.title, report.report.year) == (f"{CAPTION}, 2019", 2019)


def test_csv_is_a_table_whatever_its_delimiter_and_encoding() -> None:
    report = read(documents.CSV, "rapport.csv")
    (table,) = of_kind(report, ParagraphKind.TABLE)
    assert table.text == "fylke | 2018 | 2019\nOslo | 120 | 45,3\nMøre og Romsdal | 1 200 | .."
    assert (table.header, table.section) == ("fylke | 2018 | 2019", (f"{CAPTION} og år",))
    assert [p.text for p in of_kind(report, ParagraphKind.NOTE)] == ["Kilde: Registeret"]
    for delimiter, encoding in (("\t", "utf-16"), (",", "utf-8-sig"), ("|", "utf-8")):
        text = documents.CSV.decode("cp1252").replace("45,3", "45.3").replace(";", delimiter)
        other = read(text.encode(encoding), "rapport.csv")
        assert of_kind(other, ParagraphKind.TABLE)[0].text == table.text.replace("45,3", "45.3")


def test_quoted_cells_keep_their_delimiters_and_line_breaks() -> None:
    report = read(b'"Fylke","Andel, 2019"\n"Oslo","45,3"\n"M\xc3\xb8re og\nRomsdal","5|2"\n', "rapport.csv")
    (table,) = of_kind(report, ParagraphKind.TABLE)
    assert table.text == "Fylke | Andel, 2019\nOslo | 45,3\nMøre og Romsdal | 5/2"


def test_json_stat_is_a_table_with_its_measures_and_years_in_the_header() -> None:
    report = read(documents.json_stat(), "13000.json")
    (table,) = of_kind(report, ParagraphKind.TABLE)
    assert table.text.split("\n") == [
        "region | kjønn | Deltakere (personer) | Deltakere (personer) | Andel i arbeid (prosent)"
        " | Andel i arbeid (prosent)",
        "region | kjønn | 2018 | 2019 | 2018 | 2019",
        "Oslo | Menn | 100 | 110 | 40,5 | 41,0",
        "Oslo | Kvinner | 90 | 95 | 30,1 | ..",
        "Vestland | Menn | 50 | 51 | 45,0 | 46,0",
        "Vestland | Kvinner | 52 | 53 | 47,0 | 48,0",
    ]
    assert table.header.count("\n") == 1
    about = report.report
    assert (about.publisher, about.updated, about.year) == (
        "Statistisk sentralbyrå (SSB)",
        dt.date(2020, 6, 24),
        2019,
    )


def test_json_stat_values_may_be_sparse_and_sets_may_be_collected() -> None:
    values = {str(i): value for i, value in enumerate(documents.DATASET["value"]) if value is not None}
    plain = read(documents.json_stat(), "13000.json")
    assert read(documents.json_stat(value=values), "13000.json").source == plain.source
    item = dict(documents.DATASET)
    collection = documents.json_stat(**{"class": "collection", "link": {"item": [item]}})
    assert read(collection, "13000.json").source == plain.source


ENCODED = [
    ("utf-8", "utf-8"),
    ("iso-8859-1", "latin-1"),
    ("windows-1252", "cp1252"),
    ("utf-16", "utf-16"),
    ("", "cp1252"),
    ("iso-8859-1", "utf-8"),
    ("finnes-ikke", "utf-8"),
]


@pytest.mark.parametrize(("declared", "encoding"), ENCODED)
def test_a_page_is_read_in_the_encoding_it_is_in(declared: str, encoding: str) -> None:
    text = documents.page().decode().replace('charset="utf-8"', f'charset="{declared}"').replace("↩", "")
    assert SENTENCE in read(text.encode(encoding), "rapport.html").source


def test_the_server_s_word_on_the_encoding_counts_before_the_page_s() -> None:
    data = documents.page().decode().replace("↩", "").replace("utf-8", "ascii").encode("cp865")
    assert SENTENCE in read(data, "rapport.html", ReportMeta(charset="cp865")).source


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_its_mark_is_read(encoding: str) -> None:
    text = f"{TITLE}\n\n{SENTENCE}\n"
    assert SENTENCE in read(text.encode(encoding), "rapport.txt").source


def test_letters_are_composed_in_every_format() -> None:
    apart = SENTENCE.replace("å", "a\u030a")
    assert SENTENCE in read(f"{TITLE}\n\n{apart}".encode(), "rapport.txt").source
    assert (
        SENTENCE in read(documents.page().decode().replace(SENTENCE, apart).encode(), "rapport.html").source
    )
    changed = documents.word(lambda document: document.add_paragraph(apart + " Igjen."))
    assert f"{SENTENCE} Igjen." in read(changed, "rapport.docx").source


WRONG = [
    ("rapport.txt", documents.page(), r"it is a web page, though its name ends in \.txt\. Give it .* \.html"),
    ("rapport.txt", documents.pdf(pages=1), r"it is a PDF, though its name ends in \.txt"),
    ("rapport.pdf", documents.page(), r"it is a web page, though its name ends in \.pdf"),
    ("rapport.pdf", b"Resultater for 2019", "it is no PDF"),
    ("rapport.docx", documents.excel(), r"it is an XLSX file, though its name ends in \.docx"),
    ("rapport.xlsx", documents.word(), "it is a DOCX file"),
    ("rapport.html", b"Resultater for 2019. Det gikk bra.", "it is no web page"),
    ("rapport.json", b"{ Resultater", "it is no JSON"),
    ("rapport.json", b'{"a": 1}', "no JSON-stat 2 data set"),
    ("rapport.csv", documents.json_stat(), r"it is JSON, though its name ends in \.csv"),
    ("rapport.csv", b"Resultater for 2019\nDet gikk bra.\n", "Save it as .txt"),
    (
        "rapport.docx",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
        "encrypted",
    ),
    ("rapport.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 Word", "old Office file"),
    ("rapport.txt", b"\x89PNG\r\n\x1a\n", "a picture"),
    ("rapport.exe", b"MZ", "cannot be read"),
    ("rapport", b"Resultater", "'none' cannot be read"),
]


@pytest.mark.parametrize(("name", "data", "problem"), WRONG)
def test_a_file_that_is_not_what_its_name_says_is_refused(name: str, data: bytes, problem: str) -> None:
    with pytest.raises(CorpusError, match=problem) as caught:
        read_report(data, name=name)
    assert str(caught.value).startswith(f"{name}: ")


def test_a_year_that_cannot_be_found_can_be_given() -> None:
    data = b"Resultater\n\nDet gikk bra med de fleste."
    with pytest.raises(CorpusError, match=r"`imdi ingest rapport\.txt --year 2019`"):
        read_report(data, name="rapport.txt")
    assert read_report(data, ReportMeta(year=2011), name="rapport.txt").report.year == 2011


def test_every_ending_has_a_format_and_a_name() -> None:
    assert set(kinds.ENDINGS.values()) == set(kinds.CANONICAL_ENDINGS) == set(kinds.FORMAT_NAMES)
