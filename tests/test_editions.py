"""A report given again: no duplicate, its earlier self replaced, and old citations still looked up."""

from __future__ import annotations

from pathlib import Path

import documents
import pytest
from conftest import IDS, Build

from ingest import editions
from ingest.editions import edition_of
from ingest.models import CorpusError
from ingest.pipeline import Given, Making, ingest_reports
from ingest.store import Store
from rag.citations import cite
from rag.models import Citation, Draft, Intent, Line, Query, Reason, Role, Source, Status

FIRST = "Resultater for 2019\n\nI 2019 gikk 46 prosent til arbeid.\n\nDette avsnittet blir stående.\n"
SECOND = FIRST.replace("\n\nI 2019 gikk 46", "\n\nEt nytt avsnitt.\n\nI 2019 gikk 47")


def citation(store: Store, text: str) -> Citation:
    paragraph = next(p for p in store.paragraphs("rapport") if text in p.text)
    line = Line(Role.LEAD, "Svar.", (Source(paragraph.id, 0, len(paragraph.text)),))
    draft = Draft(Status.ANSWERED, Reason.STATED, (line,))
    return cite(draft, "?", Query("?", "nb", Intent.FIGURE), store, ()).citations[0]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "rapport.txt"
    path.write_text(FIRST, encoding="utf-8")
    return path


def test_a_citation_of_an_earlier_edition_still_resolves(build: Build, store_path: Path, file: Path) -> None:
    build(file)
    with Store.open(store_path) as store:
        old = [citation(store, "46 prosent"), citation(store, "blir stående")]
    file.write_text(SECOND, encoding="utf-8")
    build(file)
    build(file.with_name("rapport.txt"))
    with Store.open(store_path) as store:
        assert "46 prosent" not in store.source("rapport")
        for one in old:
            assert store.source(one.report_id, one.edition)[one.start : one.end] == one.quote
            assert one.quote in store.paragraph(one.paragraph_id).text
        new = citation(store, "47 prosent")
        assert new.edition == store.edition("rapport") != old[0].edition
        assert store.source("rapport", new.edition)[new.start : new.end] == new.quote


def test_an_earlier_edition_is_in_no_search_and_no_count(build: Build, store_path: Path, file: Path) -> None:
    build(file)
    file.write_text(SECOND, encoding="utf-8")
    summary = build(file)
    with Store.open(store_path) as store:
        assert len(store.paragraphs("rapport")) == 3
        assert summary.paragraphs == 54 + 3
        assert not [o for o in store.observations(report_id="rapport") if "46" in o.quantity.surface]


def test_editions_live_on_through_builds_that_do_not_touch_them(
    build: Build, store_path: Path, file: Path, report_2019: Path
) -> None:
    build(file)
    with Store.open(store_path) as store:
        old = citation(store, "46 prosent")
    file.write_text(SECOND, encoding="utf-8")
    build(file)
    for number in range(4):
        report_2019.write_text(f"Resultater for 2020\n\nUtgave {number} her.\n", encoding="utf-8")
        build(report_2019)
    with Store.open(store_path) as store:
        assert store.source(old.report_id, old.edition)[old.start : old.end] == old.quote
        assert store.paragraph(old.paragraph_id).text == old.quote


def test_the_newest_editions_are_kept(
    build: Build, store_path: Path, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert editions.KEPT_EDITIONS >= 10
    monkeypatch.setattr(editions, "KEPT_EDITIONS", 2)
    texts = [FIRST.replace("46", str(number)) for number in range(30, 34)]
    for text in texts:
        file.write_text(text, encoding="utf-8")
        build(file)
    with Store.open(store_path) as store:
        for text in texts[1:]:
            assert store.source("rapport", edition_of(text)) == text
        with pytest.raises(KeyError):
            store.source("rapport", edition_of(texts[0]))


def test_a_report_put_back_is_its_own_edition_again(build: Build, store_path: Path, file: Path) -> None:
    for text in (FIRST, SECOND, FIRST):
        file.write_text(text, encoding="utf-8")
        build(file)
    with Store.open(store_path) as store:
        assert store.source("rapport") == FIRST
        assert store.source("rapport", edition_of(SECOND)) == SECOND
        assert store.source("rapport", edition_of(FIRST)) == FIRST


# What is said of a report -----------------------------------------------------------------------------------


def test_what_is_said_of_a_report_is_remembered(
    store_path: Path, making: Making, file: Path, report_2019: Path
) -> None:
    file.write_text("Resultater\n\nDet gikk bra med de fleste.\n", encoding="utf-8")
    with pytest.raises(CorpusError, match=r"imdi ingest rapport\.txt --year 2019"):
        ingest_reports(file, store_path, making=making)
    assert not store_path.exists()
    said: Given = {"year": 2011, "title": "Gamle resultater", "publisher": "Kommunen"}
    ingest_reports(file, store_path, making=making, given=said)
    ingest_reports(report_2019, store_path, making=making)
    with Store.open(store_path) as store:
        report = store.report("rapport")
        assert (report.year, report.title, report.publisher) == (2011, "Gamle resultater", "Kommunen")


def test_the_public_call_takes_what_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    import ingest
    from ingest import pipeline

    seen: list[object] = []
    monkeypatch.setattr(pipeline, "ingest_reports", lambda *args, **named: seen.append((args, named)))
    ingest.ingest(["a.txt"], tmp_path, year=2019)
    ingest.ingest("b.txt")
    assert seen == [
        ((["a.txt"], tmp_path, None), {"given": {"year": 2019}}),
        (("b.txt", None, None), {"given": {}}),
    ]


# Reading again ----------------------------------------------------------------------------------------------


def test_a_kept_report_is_not_parsed_again(
    build: Build, store_path: Path, report_2019: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from ingest import pipeline, reports

    file = tmp_path / "rapport.html"
    file.write_bytes(documents.page())
    build(file)
    with Store.open(store_path) as store:
        before = store.paragraphs("rapport")
    read: list[str] = []
    real = reports.read_report

    def counted(*args: object, name: str = "") -> object:
        read.append(name)
        return real(*args, name=name)  # type: ignore[arg-type]

    monkeypatch.setattr(pipeline, "read_report", counted)
    build(report_2019)
    assert read == ["resultater-2019.txt"]
    with Store.open(store_path) as store:
        assert store.paragraphs("rapport") == before
        assert store.published("rapport") == documents.page()
        assert {report.id for report in store.reports} == {*IDS, "rapport", "resultater-2019"}


def test_what_was_left_out_of_a_file_is_told(build: Build, tmp_path: Path) -> None:
    def hide(book: object) -> None:
        book.create_sheet("Skjult").sheet_state = "hidden"  # type: ignore[attr-defined]

    file = tmp_path / "rapport.xlsx"
    file.write_bytes(documents.excel(hide))
    assert build(file).skipped == (("rapport.xlsx", "1 hidden sheets are left out"),)


def test_a_folder_of_every_format_is_taken_in_and_its_bad_files_are_told(
    build: Build, store_path: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "rapporter"
    folder.mkdir()
    made = {
        "a.html": documents.page(),
        "b.pdf": documents.pdf(pages=1),
        "c.docx": documents.word(),
        "d.xlsx": documents.excel(),
        "e.csv": documents.CSV,
        "f.json": documents.json_stat(),
        "g.pdf": b"%PDF-1.4 cut",
        "h.png": b"\x89PNG",
    }
    for name, data in made.items():
        (folder / name).write_bytes(data)
    summary = build(folder)
    assert {*summary.reports} == {*IDS, *"abcdef"}
    assert [name for name, _ in summary.skipped] == ["g.pdf", "h.png"]
    with Store.open(store_path) as store:
        for name, data in made.items():
            if name[0] in "abcdef":
                assert store.published(name[0]) == data
                source = store.source(name[0])
                assert all(source[p.start : p.end] == p.text for p in store.paragraphs(name[0]))
        assert {p.page for p in store.paragraphs("b")} == {1}


def test_a_store_is_read_without_any_parser(build: Build, store_path: Path, tmp_path: Path) -> None:
    import subprocess
    import sys

    file = tmp_path / "rapport.html"
    file.write_bytes(documents.page())
    build(file)
    script = (
        "import sys; from pathlib import Path; from ingest.store import Store\n"
        "store = Store.open(Path(sys.argv[1])); store.source('rapport'); store.paragraphs()\n"
        "print(sorted({'lxml', 'trafilatura', 'pdfplumber', 'docx', 'openpyxl'} & set(sys.modules)))"
    )
    command = [sys.executable, "-c", script, str(store_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
