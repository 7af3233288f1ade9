"""Figures as files: right in a spreadsheet, with their source, and never a formula."""

from __future__ import annotations

import io
import zipfile
from decimal import Decimal

from test_series import observed, series_of

from ingest.store import Store
from ingest.vocabulary import load_vocabulary
from rag.phrases import Phrases
from ui import sheets

PHRASES = Phrases(load_vocabulary(), "nb")


def of_store(store: Store, own: frozenset[str] = frozenset()) -> sheets.Sheet:
    paragraphs = {paragraph.id: paragraph for paragraph in store.paragraphs()}
    reports = {report.id: report for report in store.reports}
    return sheets.observations_sheet(store.observations(), paragraphs, reports, own, PHRASES)


def test_every_figure_has_its_paragraph_source_and_licence(corpus_store: Store) -> None:
    head, rows = of_store(corpus_store)
    assert len(rows) == len(corpus_store.observations())
    row = dict(zip(head, rows[0], strict=True))
    assert row["Lisens"] == "ikke oppgitt i rapporten"
    assert all((row["Adresse"], row["Avsnitt"]))
    assert all(len(cells) == len(head) for cells in rows)


def found(store: Store, **cells: str) -> dict[str, sheets.Cell]:
    """The only row with those cells."""
    head, rows = of_store(store)
    named = [dict(zip(head, row, strict=True)) for row in rows]
    (row,) = [row for row in named if all(row[name] == value for name, value in cells.items())]
    return row


def test_series_of_a_group_is_not_said_to_be_of_everyone() -> None:
    women = series_of(*(observed(n, y, {"sex": "kvinner"}) for n, y in (("34", "2017"), ("44", "2023"))))
    head, rows = sheets.series_sheet(women, {}, frozenset())
    named = [dict(zip(head, row, strict=True)) for row in rows]
    assert all(str(row["Tittel"]).endswith("kvinner") for row in named)
    assert "alle" not in {cell for row in rows for cell in row}


def test_series_of_groups_tells_everyone_from_them() -> None:
    both = series_of(observed("49"), observed("44", dimensions={"sex": "kvinner"}))
    head, rows = sheets.series_sheet(both, {}, frozenset())
    assert [row[head.index("Gruppe eller mål")] for row in rows] == ["alle", "kvinner"]


def test_change_says_which_way_it_goes(corpus_store: Store) -> None:
    fall = found(corpus_store, Tall="20 prosentpoeng")
    assert (fall["Slag"], fall["Retning"]) == ("nedgang fra 2022", "ned")
    rise = found(corpus_store, Tall="17 prosentpoeng")
    assert (rise["Slag"], rise["Retning"]) == ("økning fra 2022", "opp")
    level = found(corpus_store, Tall="41 prosent")
    assert (level["Slag"], level["Retning"]) == ("nivå", "")


def test_share_says_whose_part_it_is(corpus_store: Store) -> None:
    school = PHRASES.name("overgang_grunnskole")
    of_all = found(corpus_store, Mål=school, Tall="3 prosent")["Andel av"]
    of_some = found(corpus_store, Mål=school, Tall="5 prosent")["Andel av"]
    assert (of_all, of_some) == (PHRASES.name("avsluttet"), PHRASES.name("overgang_ingen"))
    assert found(corpus_store, Tall="286")["Andel av"] == ""


def test_figure_that_no_report_prints_is_not_called_published(corpus_store: Store) -> None:
    standing = "Hvordan tallet er kjent"
    assert found(corpus_store, Slag="uendret fra tidligere")[standing] == "lest av ordene «samme nivå»"
    assert found(corpus_store, Tall="i overkant av 23\u00a0000")[standing] == "publisert, omtrentlig"
    assert found(corpus_store, Tall="41 prosent")[standing] == "publisert"


def test_bounds_are_named_for_what_they_are(corpus_store: Store) -> None:
    row = found(corpus_store, Tall="41 prosent")
    bounds = [row[f"{side} grense med avrunding"] for side in ("Nedre", "Øvre")]
    assert bounds == [Decimal("40.5"), Decimal("41.5")]


def test_a_visitors_own_file_is_called_that_and_not_by_its_publisher(corpus_store: Store) -> None:
    head, rows = of_store(corpus_store, frozenset(report.id for report in corpus_store.reports))
    assert {dict(zip(head, row, strict=True))["Utgiver"] for row in rows} == {"din fil"}


def test_csv_opens_right_in_a_norwegian_spreadsheet() -> None:
    made = sheets.to_csv((("Navn", "Verdi"), [["måloppnåelse", Decimal("12.5")]]))
    assert made == "\ufeffNavn;Verdi\r\nmåloppnåelse;12,5\r\n".encode()


def test_no_cell_is_taken_for_a_formula() -> None:
    rows: list[list[sheets.Cell]] = [["=1+1"], ["+47"], ["-x"], ["@a"], ["ren"], [Decimal(-3)]]
    lines = sheets.to_csv((("A",), rows)).decode("utf-8-sig").split("\r\n")
    assert lines[1:7] == ["'=1+1", "'+47", "'-x", "'@a", "ren", "-3"]
    with zipfile.ZipFile(io.BytesIO(sheets.to_xlsx((("A",), rows)))) as book:
        page = book.read("xl/worksheets/sheet1.xml").decode()
        assert "<f>" not in page
        assert "=1+1" in book.read("xl/sharedStrings.xml").decode()
        assert "<v>-3</v>" in page
