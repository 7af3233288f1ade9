"""DOCX and XLSX: what styles, notes, merged cells, formats and formulas mean."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import documents
import pytest

from ingest.models import ParagraphKind
from ingest.reports import ReportText, read_report


def word(change: Callable[[Any], None]) -> ReportText:
    return checked(read_report(documents.word(change), name="rapport.docx"))


def excel(change: Callable[[Any], None]) -> ReportText:
    return checked(read_report(documents.excel(change), name="rapport.xlsx"))


def checked(report: ReportText) -> ReportText:
    assert all(report.source[p.start : p.end] == p.text for p in report.paragraphs)
    return report


def tables(report: ReportText) -> list[str]:
    return [p.text.replace("\u00a0", " ") for p in report.paragraphs if p.kind is ParagraphKind.TABLE]


def last(report: ReportText) -> tuple[str, str]:
    return report.paragraphs[-1].kind.value, report.paragraphs[-1].text


# DOCX -----------------------------------------------------------------------------------------------------

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
FOOTNOTES = f"""<?xml version="1.0"?><w:footnotes {W}>
<w:footnote w:type="separator" w:id="-1"><w:p/></w:footnote>
<w:footnote w:id="1"><w:p><w:r><w:t>Uten dem som flyttet.</w:t></w:r></w:p></w:footnote></w:footnotes>"""


def with_footnote(document: Any) -> None:
    from docx.opc.constants import RELATIONSHIP_TYPE
    from docx.opc.packuri import PackURI
    from docx.opc.part import Part
    from docx.oxml import parse_xml

    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
    part = Part(PackURI("/word/footnotes.xml"), kind, FOOTNOTES.encode(), document.part.package)
    document.part.relate_to(part, RELATIONSHIP_TYPE.FOOTNOTES)
    paragraph = document.add_paragraph("I alt avsluttet 120")
    paragraph._p.append(parse_xml(f'<w:r {W}><w:footnoteReference w:id="1"/></w:r>'))
    paragraph.add_run(" i 2019.")
    document.add_heading("Neste", 1)
    document.add_paragraph("Slutt.")


def test_footnotes_become_notes_under_the_heading_they_are_cited_under() -> None:
    report = word(with_footnote)
    assert [(p.kind.value, p.text, p.section) for p in report.paragraphs[-3:]] == [
        ("text", "I alt avsluttet 120[1] i 2019.", ("Fylkene",)),
        ("note", "Uten dem som flyttet.", ("Fylkene",)),
        ("text", "Slutt.", ("Neste",)),
    ]


def test_a_short_line_in_bold_heads_what_follows() -> None:
    def change(document: Any) -> None:
        document.add_paragraph().add_run("Kvinner og menn").bold = True
        document.add_paragraph("Det er forskjeller.")

    assert word(change).paragraphs[-1].section == ("Fylkene", "Kvinner og menn")


def test_a_list_of_contents_is_left_out() -> None:
    def change(document: Any) -> None:
        style = document.styles.add_style("toc 1", 1)
        document.add_paragraph("Arbeid ........ 3", style=style)
        document.add_paragraph("Slutt.")

    assert "....." not in word(change).source


def test_text_in_a_box_and_in_a_control_is_read_once() -> None:
    from docx.oxml import parse_xml

    box = f"""<w:p {W} xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"><w:r>
    <mc:AlternateContent><mc:Choice Requires="wps"><w:txbxContent><w:p><w:r><w:t>I ramme.</w:t></w:r></w:p>
    </w:txbxContent></mc:Choice><mc:Fallback><w:txbxContent><w:p><w:r><w:t>I ramme.</w:t></w:r></w:p>
    </w:txbxContent></mc:Fallback></mc:AlternateContent></w:r></w:p>"""
    control = f"<w:sdt {W}><w:sdtContent><w:p><w:r><w:t>I felt.</w:t></w:r></w:p></w:sdtContent></w:sdt>"

    def change(document: Any) -> None:
        body = document.element.body
        for xml in (box, control):
            body.insert(len(body) - 1, parse_xml(xml))

    source = word(change).source
    assert source.count("I ramme.") == 1
    assert source.count("I felt.") == 1


def test_a_cell_that_says_it_spans_a_million_columns_spans_the_table() -> None:
    def change(document: Any) -> None:
        table = document.add_table(rows=3, cols=2)
        for row, (left, right) in zip(
            table.rows, (("Fylke", "Tall"), ("Oslo", "12"), ("Agder", "13")), strict=True
        ):
            row.cells[0].text, row.cells[1].text = left, right
        cell = table.rows[1].cells[1]._tc.get_or_add_tcPr()
        cell.get_or_add_gridSpan().val = 1_000_000

    assert tables(word(change))[-1] == "Fylke | Tall\nOslo | 12\nAgder | 13"


# XLSX -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "number_format", "shown"),
    [
        (1234, "General", "1234"),
        (1234, "#,##0", "1 234"),
        (1234567.891, "#,##0.0", "1 234 567,9"),
        (0.4531, "0.0%", "45,3 %"),
        (0.45, "0%", "45 %"),
        (45.30000001, "0.00", "45,30"),
        (12.5, "General", "12,5"),
        (12.0, "General", "12"),
        (-3, "0;-0;;@", "-3"),
        ("1 200*", "General", "1 200*"),
        ("#DIV/0!", "General", "x"),
    ],
)
def test_a_cell_is_read_as_it_is_shown(value: object, number_format: str, shown: str) -> None:
    def change(book: Any) -> None:
        sheet = book.create_sheet("Ny")
        for row in (("Fylke", "Tall", "Mer"), ("Oslo", value, "x"), ("Agder", 1, "x")):
            sheet.append(row)
        sheet["B2"].number_format = number_format

    cell = tables(excel(change))[-1].split("\n")[1].split(" | ")[1]
    assert cell == ("" if shown == "x" else shown)


def test_formulas_are_read_by_their_kept_values() -> None:
    def change(before: bytes) -> bytes:
        return re.sub(
            rb"<c r=\"B6\"([^>]*)><f>[^<]*</f><v ?/?>(?:</v>)?", rb'<c r="B6"\1><f>1+1</f><v>77</v>', before
        )

    data = documents.excel(lambda book: book.active.__setitem__("B6", "=1+1"))
    kept = documents.with_part(data, "xl/worksheets/sheet1.xml", change)
    assert tables(checked(read_report(kept, name="rapport.xlsx")))[0].endswith(
        "Møre og Romsdal | 77 | 340 | 52,0 %"
    )


def test_each_sheet_is_a_section_and_tables_are_parted_by_blank_rows() -> None:
    def change(book: Any) -> None:
        sheet = book.create_sheet("Alder")
        for row in (
            ("Avsluttet etter alder",),
            (),
            ("Alder", 2018, 2019),
            ("18-24", 12, 13),
            (),
            ("25-34", 22, 23),
            (),
            ("Kjønn", "Antall", "Andel"),
            ("Kvinner", 5, 6),
            (),
            ("Kilde: Registeret",),
        ):
            sheet.append(row)

    report = excel(change)
    assert tables(report)[1:] == [
        "Alder | 2018 | 2019\n18-24 | 12 | 13\n25-34 | 22 | 23",
        "Kjønn | Antall | Andel\nKvinner | 5 | 6",
    ]
    sections = [p.section for p in report.paragraphs if p.kind is ParagraphKind.TABLE]
    assert sections[1:] == [("Alder", "Avsluttet etter alder"), ("Alder",)]
    assert last(report) == ("note", "Kilde: Registeret")


def test_a_sheet_with_a_table_far_from_its_corner_is_read() -> None:
    def change(book: Any) -> None:
        sheet = book.create_sheet("Langt")
        for i, row in enumerate((("Fylke", "Tall"), ("Oslo", 12))):
            for j, value in enumerate(row):
                sheet.cell(900_000 + i, 300 + j, value)

    assert tables(excel(change))[1:] == ["Fylke | Tall\nOslo | 12"]
