"""Reports taken out of a store, listed, and what the commands say of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from conftest import IDS, Build
from typer.testing import CliRunner, Result

import ingest
import ui.cli
from ingest import generation
from ingest.corrections import add_correction, load_corrections
from ingest.models import CorpusError, UnknownReportError
from ingest.pipeline import Making, ingest_reports, open_store, remove_reports
from ingest.store import Store

Command = Callable[..., Result]


def held(store_path: Path) -> set[str]:
    with Store.open(store_path) as store:
        return {report.id for report in store.reports}


@pytest.fixture
def remove(store_path: Path, making: Making) -> Callable[..., object]:
    return lambda *ids: remove_reports(ids, store_path, making=making)


@pytest.fixture
def command(store_path: Path, making: Making, monkeypatch: pytest.MonkeyPatch) -> Command:
    """The commands over the test's store."""
    corrections = making.corpus / "corrections.csv"
    monkeypatch.setattr(ingest, "remove", lambda ids, path, told: remove_reports(ids, path, told, making))
    monkeypatch.setattr(ingest, "ensure_store", partial(open_store, making=making))
    monkeypatch.setattr(
        "ingest.corrections.load_corrections", lambda path=corrections: load_corrections(path)
    )

    def run(*arguments: str, typed: str = "") -> Result:
        return CliRunner().invoke(ui.cli.app, [*arguments, "--store", str(store_path)], input=typed)

    return run


# The store --------------------------------------------------------------------------------------------------


def test_removed_report_goes_with_its_text_figures_and_editions(
    build: Build, store_path: Path, report_2019: Path, remove: Callable[..., object]
) -> None:
    build(report_2019)
    with Store.open(store_path) as store:
        edition = store.edition("resultater-2019")
        (paragraph, *_) = store.paragraphs("resultater-2019")
    report_2019.write_text("Resultater for 2019\n\nI 2019 gikk 47 prosent av kvinnene.\n", encoding="utf-8")
    build(report_2019)
    remove("resultater-2019")
    assert held(store_path) == {*IDS}
    with Store.open(store_path) as store:
        assert not store.observations(report_id="resultater-2019")
        for missing in (
            lambda: store.source("resultater-2019", edition),
            lambda: store.paragraph(paragraph.id),
        ):
            with pytest.raises(KeyError):
                missing()
        assert "resultater-2019" not in {name for name, _ in store.search_lexical("kvinnene til arbeid", 5)}


def test_reader_keeps_what_it_opened_until_it_opens_again(
    build: Build, store_path: Path, report_2019: Path, remove: Callable[..., object]
) -> None:
    build(report_2019)
    with Store.open(store_path) as before:
        remove("resultater-2019")
        assert not before.is_current()
        assert before.source("resultater-2019")
        assert before.search_lexical("kvinnene", 3)


def test_report_of_the_corpus_stays_out_until_it_is_asked_for(
    build: Build, store_path: Path, making: Making, report_2019: Path, remove: Callable[..., object]
) -> None:
    build()
    remove(IDS[1])
    with open_store(store_path, making=making) as store:
        assert [report.id for report in store.reports] == [IDS[0]]
    build(report_2019)
    ingest_reports((), store_path, making=making, upkeep=True)
    with open_store(store_path, making=replace(making, reader=lambda report, paragraphs: [])) as store:
        assert {report.id for report in store.reports} == {IDS[0], "resultater-2019"}
    assert build().built
    assert held(store_path) == {*IDS, "resultater-2019"}


def test_report_of_the_corpus_comes_back_when_its_file_is_given(
    build: Build, store_path: Path, corpus: Path, remove: Callable[..., object]
) -> None:
    build()
    remove(IDS[1])
    assert build(corpus / "reports" / f"{IDS[1]}.txt").added == (IDS[1],)
    assert held(store_path) == {*IDS}
    with Store.open(store_path) as store:
        assert store.shipped == {*IDS}


def test_report_that_replaces_one_of_the_corpus_takes_it_along(
    build: Build, store_path: Path, tmp_path: Path, remove: Callable[..., object]
) -> None:
    mine = tmp_path / f"{IDS[1]}.txt"
    mine.write_text("Resultater for 2017\n\nI 2017 gikk 1 prosent til arbeid.\n", encoding="utf-8")
    build(mine)
    remove(IDS[1])
    assert held(store_path) == {IDS[0]}


def test_nothing_is_removed_when_one_id_is_unknown(
    build: Build, store_path: Path, remove: Callable[..., object]
) -> None:
    build()
    with pytest.raises(UnknownReportError) as error:
        remove(IDS[0], "finnes-ikke")
    assert error.value.unknown == ("finnes-ikke",)
    assert held(store_path) == {*IDS}


def test_last_report_stays(build: Build, store_path: Path, remove: Callable[..., object]) -> None:
    build()
    before = generation.read_pointer(store_path)
    with pytest.raises(CorpusError, match="none would be left"):
        remove(*IDS)
    assert generation.read_pointer(store_path) == before
    remove(IDS[0])
    with pytest.raises(CorpusError, match="none would be left"):
        remove(IDS[1])
    assert held(store_path) == {IDS[1]}


def test_corrections_of_a_removed_report_wait_for_it(
    build: Build, store_path: Path, corpus: Path, report_2019: Path, remove: Callable[..., object]
) -> None:
    build(report_2019)
    correct(store_path, corpus)
    remove("resultater-2019")
    assert held(store_path) == {*IDS}
    build(report_2019)
    with Store.open(store_path) as store:
        assert [o.measure for o in store.observations(report_id="resultater-2019")] == ["arbeid"]


def correct(store_path: Path, corpus: Path) -> None:
    with Store.open(store_path) as store:
        (figure,) = store.observations(report_id="resultater-2019")
    row = {
        "report": figure.report_id,
        "paragraph_id": figure.paragraph_id,
        "start": str(figure.quantity.start),
        "surface": figure.quantity.surface,
        "action": "correct",
        "measure": "arbeid",
    }
    add_correction(row, corpus / "corrections.csv")


# The commands -----------------------------------------------------------------------------------------------


def test_unknown_report_is_told_with_those_that_are_near(build: Build, command: Command) -> None:
    build()
    result = command("remove", "introduksjonsprogram-2032", "--yes")
    assert result.exit_code == ui.cli.INPUT_ERROR
    assert "ingen rapport med denne id-en. Mente du introduksjonsprogram-2023" in result.stderr
    assert "Alle står i: imdi reports" in command("remove", "xyz", "--yes").stderr
    assert "ingen rapport med denne id-en" in command("numbers", "--report", "xyz").stderr


def test_removal_is_asked_about_at_a_terminal_and_needs_yes_elsewhere(
    build: Build, command: Command, store_path: Path, report_2019: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build(report_2019)
    assert "legg til --yes" in command("remove", "resultater-2019").stderr
    monkeypatch.setattr(ui.cli, "_at_terminal", lambda: True)
    result = command("remove", "resultater-2019", typed="n\n")
    assert "Ingenting er tatt ut." in result.output
    assert "resultater-2019" in held(store_path)
    result = command("remove", "resultater-2019", typed="y\n")
    assert "Tatt ut: resultater-2019" in result.output
    assert "I lageret: 2 rapporter" in result.output
    assert held(store_path) == {*IDS}


def test_consequences_of_a_removal_are_told(
    build: Build, command: Command, store_path: Path, corpus: Path, report_2019: Path
) -> None:
    build(report_2019)
    correct(store_path, corpus)
    output = command("remove", "resultater-2019", IDS[1], "--yes").output
    assert f"{IDS[1]} følger med programmet" in output
    assert "Rettelsene av resultater-2019 i corrections.csv er beholdt" in output
    assert "corrections.csv row 2: report resultater-2019 is not in the store" in output
    refused = command("remove", IDS[0], "--yes")
    assert refused.exit_code == ui.cli.INPUT_ERROR
    assert "minst én rapport" in refused.stderr


def test_reports_are_listed_with_how_much_was_read(build: Build, command: Command, report_2019: Path) -> None:
    build(report_2019)
    lines = command("reports").output.split("\n\n")
    (mine,) = [line for line in lines if line.startswith("resultater-2019")]
    assert "Resultater for 2019" in mine
    assert "tall for 2019" in mine
    assert "ett avsnitt, ett tall, 0 av dem usikre" in mine
    rows = {row["id"]: row for row in json.loads(command("reports", "--json").stdout)}
    assert (rows["resultater-2019"]["paragraphs"], rows["resultater-2019"]["uncertain"]) == (1, 0)
    assert rows[IDS[0]]["updated"] == "2024-06-24"
