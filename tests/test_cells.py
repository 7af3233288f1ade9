"""The cells of a table's text."""

from __future__ import annotations

import pytest

from ingest.cells import find_cells, find_header, is_rule
from ingest.models import Paragraph, ParagraphKind
from ingest.sentences import find_statements


def cells(text: str, header: str = "") -> list[list[str]]:
    return [[text[start:end] for start, end in row] for row in find_cells(text, header)]


FYLKER = [["Fylke", "Antall", "Andel"], ["Oslo", "1 200", "45 %"], ["Møre og Romsdal", "310", "52 %"]]

TABLES = {
    "bars": "Fylke | Antall | Andel\nOslo | 1 200 | 45 %\nMøre og Romsdal | 310 | 52 %",
    "framed bars": "| Fylke | Antall | Andel |\n|---|--:|:-:|\n| Oslo | 1 200 | 45 % |\n"
    "| Møre og Romsdal | 310 | 52 % |",
    "tabs": "Fylke\tAntall\tAndel\nOslo\t1 200\t45 %\nMøre og Romsdal\t310\t52 %",
    "aligned": "Fylke              Antall   Andel\nOslo                1 200    45 %\n"
    "Møre og Romsdal       310    52 %",
    "ruled": "Fylke            Antall  Andel\n---------------  ------  -----\n"
    "Oslo              1 200   45 %\nMøre og Romsdal     310   52 %",
}


@pytest.mark.parametrize("name", TABLES)
def test_cells_are_the_same_however_a_table_is_drawn(name: str) -> None:
    assert cells(TABLES[name]) == FYLKER


def test_an_empty_cell_keeps_its_place() -> None:
    assert cells("| 2019 | 2020\nKvinner | 34 |\nMenn |  | 55") == [
        ["", "2019", "2020"],
        ["Kvinner", "34", ""],
        ["Menn", "", "55"],
    ]
    aligned = "Fylke     2019   2020   2021\nOslo        34            36\nViken              40     41"
    assert cells(aligned)[1:] == [["Oslo", "34", "", "36"], ["Viken", "", "40", "41"]]


def test_a_part_of_a_table_is_laid_out_by_its_header() -> None:
    header = "Fylke     2019   2020   2021"
    assert cells("Viken              40     41", header) == [["Viken", "", "40", "41"]]
    assert cells("| Oslo | 12 |", "| Fylke | Antall |") == [["Oslo", "12"]]
    assert cells("| 12 |", "Fylke | Antall | Andel") == [["", "12", ""]]


@pytest.mark.parametrize(("line", "rule"), [("|---|:-:|", True), ("----  ---", True), ("- | 3", False)])
def test_a_line_that_only_draws_is_no_row(line: str, rule: bool) -> None:
    assert is_rule(line) is rule


@pytest.mark.parametrize(
    ("rows", "count"),
    [
        ([["Fylke", "2019", "2020"], ["Oslo", "34", "35"]], 1),
        ([["", "Kvinner", "Kvinner"], ["", "2019", "2020"], ["Oslo", "34 %", ".."]], 2),
        ([["Oslo", "34", "35"], ["Viken", "40", "41"]], 0),
        ([["Ord", "Forklaring"], ["Deltaker", "En som deltar"]], 1),
        ([["Ord", "Forklaring"]], 0),
    ],
)
def test_the_header_is_the_rows_above_the_first_figure(rows: list[list[str]], count: int) -> None:
    assert find_header(rows) == count


def test_a_row_of_a_table_is_cited_as_one() -> None:
    text = "Fylke | Antall\nOslo | 12. Av disse 3\n| 4"
    table = Paragraph("a-1", "a", 1, (), text, 0, len(text), ParagraphKind.TABLE)
    assert [text[start:end] for start, end in find_statements(table)] == text.split("\n")
