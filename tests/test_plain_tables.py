"""Tables in plain text and Markdown become paragraphs of their own."""

from __future__ import annotations

import time

import pytest

from ingest.cells import find_cells
from ingest.formats import read_format
from ingest.layout import MAX_BLOCK
from ingest.models import Paragraph, ParagraphKind
from ingest.reports import ReportText, read_report

TITLE = "Resultater for 2019\n\nDet gikk bra i 2019.\n\n"

TABLES = {
    "bars": "Fylke | Antall | Andel\nOslo | 1 200 | 45 %\nViken | 310 | 52 %",
    "Markdown": "| Fylke | Antall | Andel |\n|:--|--:|--:|\n| Oslo | 1 200 | 45 % |\n| Viken | 310 | 52 % |",
    "tabs": "Fylke\tAntall\tAndel\nOslo\t1 200\t45 %\nViken\t310\t52 %",
    "aligned": "Fylke   Antall   Andel\nOslo     1 200    45 %\nViken      310    52 %",
    "indented": "          Antall   Andel\n  Oslo     1 200    45 %\n  Viken      310    52 %",
}


def read(text: str, name: str = "rapport.txt") -> ReportText:
    report = read_report(text.encode(), name=name)
    assert all(report.source[p.start : p.end] == p.text for p in report.paragraphs)
    return report


def tables(text: str, name: str = "rapport.txt") -> list[Paragraph]:
    return [p for p in read(text, name).paragraphs if p.kind is ParagraphKind.TABLE]


@pytest.mark.parametrize("name", ["rapport.txt", "rapport.md"])
@pytest.mark.parametrize("drawn", TABLES)
def test_a_table_is_one_paragraph_with_its_header(drawn: str, name: str) -> None:
    (table,) = tables(f"{TITLE}{TABLES[drawn]}\n\nSå følger et avsnitt.", name)
    assert table.text == TABLES[drawn]
    assert table.header == table.text.split("\n")[0]
    rows = [[table.text[start:end] for start, end in row] for row in find_cells(table.text)]
    assert rows[0] == ["" if drawn == "indented" else "Fylke", "Antall", "Andel"]
    assert rows[1:] == [["Oslo", "1 200", "45 %"], ["Viken", "310", "52 %"]]


@pytest.mark.parametrize(
    "prose",
    [
        "Deltakere | tall for 2019.",
        "Valget arbeid | utdanning er viktig.\nOgså valget kommune | fylke teller.",
        "Det gikk bra.  Flere kom i arbeid.\nDet var i 2019.  Flere kom i skole.\nSlutt.  Takk.",
        "1.  Kvinner\n2.  Menn\n3.  Barn",
        "Forside | Om oss | Kontakt\nHjem | Søk | Meny",
    ],
)
def test_prose_with_a_bar_or_wide_spaces_is_no_table(prose: str) -> None:
    assert tables(f"{TITLE}{prose}\n\nSå følger et avsnitt.") == []


@pytest.mark.parametrize("title", ["Tabell 1: Avsluttet etter fylke", "Avsluttet etter fylke:"])
@pytest.mark.parametrize("gap", ["\n", "\n\n"])
def test_a_table_stands_under_its_heading_and_its_title(title: str, gap: str) -> None:
    (table,) = tables(f"{TITLE}Fylkene\n\n{title}{gap}{TABLES['bars']}\n\n* Foreløpige tall")
    assert table.section == ("Fylkene", title.rstrip(":"))


def test_the_lines_around_a_table_keep_their_kinds() -> None:
    report = read(f"{TITLE}Fylkene\n\nSlik gikk det.\n{TABLES['aligned']}\n* Foreløpige tall\n\nEt avsnitt.")
    assert [(p.kind.value, p.text.split("\n")[0]) for p in report.paragraphs][1:] == [
        ("text", "Slik gikk det."),
        ("table", "Fylke   Antall   Andel"),
        ("note", "Foreløpige tall"),
        ("text", "Et avsnitt."),
    ]


def test_the_name_of_a_group_of_rows_belongs_to_the_table() -> None:
    text = "           2019   2020\nKvinner\n  Oslo       34     35\nMenn\n  Oslo       54     55"
    (table,) = tables(TITLE + text)
    rows = [[table.text[start:end] for start, end in row] for row in find_cells(table.text)]
    assert rows[1] == ["Kvinner", "", ""]
    assert rows[0] == ["", "2019", "2020"]


def test_a_long_table_is_parted_between_rows_and_every_part_has_the_header() -> None:
    rows = "\n".join(f"Kommune nummer {number} | {number} | 45 %" for number in range(1000))
    parts = tables(f"{TITLE}Kommune | Antall | Andel\n{rows}")
    assert len(parts) > 1
    assert {part.header for part in parts} == {"Kommune | Antall | Andel"}
    assert all(len(part.text) <= MAX_BLOCK for part in parts)
    assert "\n".join(part.text for part in parts) == f"Kommune | Antall | Andel\n{rows}"


@pytest.mark.parametrize("line", ["a  b", "a | b", "a | 1", "a  1", "a\t1", "Navn", "|", "a |", " - | - "])
def test_a_hundred_thousand_lines_are_looked_through_in_seconds(line: str) -> None:
    began = time.perf_counter()
    read_format((TITLE + f"{line}\n" * 100_000).encode(), "rapport.txt")
    assert time.perf_counter() - began < 10
