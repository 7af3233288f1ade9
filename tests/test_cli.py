"""The command line: what is printed, what fails, and what is never imported."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import subprocess
import sys
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType

import pytest
from made_answers import QUOTE, FakeAssistant, make_abstention, make_answer
from typer.testing import CliRunner

import ui.cli
from ingest.models import CorpusError, IngestSummary, Kind, Observation, Paragraph, Quantity, Report
from rag.models import Hit, Intent, Query, Status
from rag.plain import to_plain

HEAVY = (
    *("torch", "sentence_transformers", "chromadb", "streamlit", "langchain_core", "numpy", "pandas", "mcp"),
    *("mcp_types", "pydantic", "starlette"),
)
REPORT = Report(
    id="rapport",
    title="Nøkkeltall",
    publisher="IMDi",
    year=2023,
    updated=dt.date(2024, 6, 24),
    url="https://example.org/rapport",
    language="nb",
    licence="",
    sha256="",
    path="rapport.txt",
)


class FakeShelf(FakeAssistant):
    """An assistant with a store of one report."""

    def __init__(self) -> None:
        super().__init__([make_answer()])
        self.store = FakeStore()

    def search(self, query: str, k: int = 10) -> list[Hit]:
        return [Hit(PARAGRAPH, 0.91)][:k]


class FakeStore:
    reports = (REPORT,)

    def observations(
        self, measure: str | None = None, period: str | None = None, report_id: str | None = None
    ) -> list[Observation]:
        wanted = measure in (None, "startet") and period in (None, "2023") and report_id in (None, "rapport")
        return [OBSERVATION] if wanted else []

    def paragraphs(self, report_id: str | None = None) -> list[Paragraph]:
        return [PARAGRAPH]


PARAGRAPH = Paragraph("rapport-1", "rapport", 1, ("Hovedfunn",), QUOTE, 12, 12 + len(QUOTE))
OBSERVATION = Observation(
    id="o1",
    report_id="rapport",
    paragraph_id="rapport-1",
    measure="startet",
    dimensions={"sex": "kvinner", "age": "19-24"},
    period="2023",
    kind=Kind.LEVEL,
    quantity=Quantity(
        Decimal(17699), "personer", Decimal(17699), Decimal(17699), None, "17\u00a0699", 24, 30
    ),
)


@pytest.fixture
def shelf(monkeypatch: pytest.MonkeyPatch) -> FakeShelf:
    shelf = FakeShelf()
    monkeypatch.setattr(ui.cli, "_open", lambda store: shelf)
    return shelf


def run(*arguments: str) -> str:
    return CliRunner().invoke(ui.cli.app, arguments, catch_exceptions=False).output


def test_ask_prints_the_answer_then_its_sources(shelf: FakeShelf) -> None:
    output = run("ask", "Hvor", "mange", "startet?")
    assert shelf.asked[0][0] == "Hvor mange startet?"
    lines = output.splitlines()
    assert lines[0] == "17\u00a0699 startet i 2023 [1]."
    assert "«I 2023 startet til sammen 17 699 nye" in output
    assert "Nøkkeltall › Hovedfunn (IMDi, oppdatert 24. juni 2024)" in output
    assert "https://example.org/rapport" in output


def test_an_answer_without_sources_has_no_source_list(shelf: FakeShelf) -> None:
    shelf.answers = [make_abstention()]
    assert "Kilder" not in run("ask", "Hvem?")


def test_a_source_says_its_page_and_its_cell(shelf: FakeShelf) -> None:
    citation = replace(make_answer().citations[0], page=12, cell="rad Oslo")
    shelf.answers = [make_answer(citations=(citation,))]
    assert "Hovedfunn › side 12, rad Oslo (IMDi" in run("ask", "Hvor mange?")


def test_what_is_said_of_a_report_is_passed_on(monkeypatch: pytest.MonkeyPatch) -> None:
    import ingest

    seen: list[object] = []
    summary = IngestSummary("1", True, ("a",), 3, 2, 1, 0.5, (("b.pdf", "b.pdf: it is encrypted."),), ("a",))

    def take_in(sources: object, *rest: object, **said: object) -> IngestSummary:
        seen.append((sources, said))
        return summary

    monkeypatch.setattr(ingest, "ingest", take_in)
    output = run("ingest", "https://x.no/a", "b.pdf", "--year", "2019", "--publisher", "Kommunen")
    assert seen == [(["https://x.no/a", "b.pdf"], {"year": 2019, "title": None, "publisher": "Kommunen"})]
    assert output.startswith("Lest inn på 0,5 s.\nTatt inn: a\n")
    assert "I lageret: én rapport, 3 avsnitt, 2 tall, ett av dem usikkert." in output
    assert "imdi numbers --review" in output
    assert "Hoppet over:\n  b.pdf: it is encrypted.\n" in output
    assert "oppgi én fil om gangen" in run("ingest", "a.pdf", "b.pdf", "--title", "Felles")


def test_progress_is_shown_at_a_terminal_only(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from ui.terminal import CLEAR, show_progress

    show_progress("embed", 16, 64)
    assert capsys.readouterr().err == ""
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    for done in (16, 64):
        show_progress("embed", done, 64)
    show_progress("embed", 0, 0)
    assert capsys.readouterr().err == f"{CLEAR}Gjør teksten søkbar: 16 av 64 (25 %){CLEAR}"


def test_explain_shows_how_the_question_was_read(shelf: FakeShelf) -> None:
    query = Query("?", "nb", Intent.FIGURE, measures=("startet",), dimensions={"sex": ("kvinner",)})
    shelf.answers = [make_answer(query=query, trace=("Ett tall passet.",))]
    output = run("ask", "--explain", "Hvor mange?")
    assert "mål: startet" in output
    assert "grupper: sex=kvinner" in output
    assert "Ett tall passet." in output


def test_json_holds_the_whole_answer(shelf: FakeShelf) -> None:
    answer = json.loads(run("ask", "--json", "Hvor mange?"))
    assert answer["status"] == "answered"
    assert answer["citations"][0]["quote"] == QUOTE
    assert answer["query"]["intent"] == "figure"


def test_search_prints_the_paragraphs_as_published(shelf: FakeShelf) -> None:
    assert " ".join(QUOTE.split()) in run("search", "nye flyktninger")
    assert json.loads(run("search", "--json", "nye"))[0]["paragraph"]["text"] == QUOTE


def test_reports_say_when_no_licence_is_stated(shelf: FakeShelf) -> None:
    assert "ikke oppgitt i rapporten" in run("reports")
    (report,) = json.loads(run("reports", "--json"))
    assert (report["updated"], report["paragraphs"], report["observations"]) == ("2024-06-24", 1, 1)


def test_numbers_as_csv_keep_every_field(shelf: FakeShelf) -> None:
    (row,) = csv.DictReader(io.StringIO(run("numbers", "--csv")))
    assert row["value"] == "17699"
    assert row["dimensions"] == "age=19-24;sex=kvinner"
    assert row["surface"] == "17\u00a0699"


def test_numbers_are_chosen_by_measure_and_period(shelf: FakeShelf) -> None:
    assert "startet" in run("numbers", "--measure", "startet", "--period", "2023")
    assert len(run("numbers", "--period", "2017").splitlines()) == 1


def test_what_cannot_be_taken_in_is_told_in_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(store: Path | None) -> None:
        raise CorpusError("rapport.pdf: dette er ingen tekst")

    monkeypatch.setattr(ui.cli, "_open", refuse)
    monkeypatch.setattr(sys, "argv", ["imdi", "ask", "Hva?"])
    with pytest.raises(SystemExit) as stopped:
        ui.cli.main()
    assert stopped.value.code == ui.cli.INPUT_ERROR
    assert capsys.readouterr().err == "Feil: rapport.pdf: dette er ingen tekst\n"


def test_a_baseline_is_of_every_question() -> None:
    assert "utelat --split" in run("eval", "--gate", "--split", "dev")
    assert "er ikke dev, test" in run("eval", "--split", "nope")


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys; sys.argv = ['imdi', '--help']\n"
        "from ui.cli import main\n"
        "try: main()\n"
        f"except SystemExit: print([name for name in {HEAVY!r} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_plain_data_loses_nothing() -> None:
    value = {"a": (Decimal("1.50"), Status.PARTIAL), "b": MappingProxyType({"c": dt.date(2024, 6, 24)})}
    assert to_plain(value) == {"a": ["1.50", "partial"], "b": {"c": "2024-06-24"}}
    with pytest.raises(TypeError, match="bytes"):
        to_plain(b"x")


# ---- feedback


def told(*arguments: str) -> str:
    result = CliRunner().invoke(ui.cli.app, ["feedback", *arguments])
    assert result.exit_code == 0, result.output
    return result.output


def test_feedback_is_listed_and_written_as_data_and_as_candidates() -> None:
    from ui.feedback import change_feedback, store_feedback
    from ui.settings import load_settings

    path = load_settings().feedback
    assert told() == ""
    row = store_feedback(path, make_answer(), (), False, "000001-x")
    change_feedback(path, row, False, "=Feil år")
    assert "nei  Hvor mange startet i 2023?\n    «=Feil år»" in told()
    assert json.loads(told("--json"))[0]["helpful"] is False
    (line,) = csv.DictReader(io.StringIO(told("--csv")))
    assert line["comment"] == "'=Feil år"
    assert "[[pair]]" in told("--candidates")


# ---- fetch


def test_the_catalogue_is_listed_with_what_is_here() -> None:
    listed = run("fetch", "--list")
    assert "introduksjonsprogram-2023  (følger med)" in listed
    assert "introduksjonsprogram-2021  (ikke hentet)" in listed
    assert "ssb-12268  (ikke hentet)" in listed
    assert "Statistisk sentralbyrå (SSB), 2015–2019, tabell i statistikkbanken" in listed
    assert "Adressen er kjent siden 22. november 2026, men ikke sjekket." in listed


def test_what_is_to_be_fetched_must_be_said_and_be_known() -> None:
    assert "--year eller --all" in run("fetch")
    told = " ".join(run("fetch", "introduksjonsprogram-2012").split())
    assert "ingen side som heter «introduksjonsprogram-2012»" in told
    assert "Mente du introduksjonsprogram-20" in told
    assert "ingen sider om 2014. Mente du 2015" in " ".join(run("fetch", "--year", "2014").split())


def test_a_report_that_comes_with_the_product_needs_no_network(tmp_path: Path) -> None:
    told = run("fetch", "--year", "2023", "--store", str(tmp_path / "lager"))
    assert "introduksjonsprogram-2023: følger med IMDi-svar og hentes ikke." in told
    assert "I alt 1: 1 følger med." in told


def test_what_became_of_each_page_is_told_and_the_status_says_whether_all_is_well(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    import ingest
    from ingest.cache import Kept
    from ingest.catalogue import load_entries
    from ingest.fetching import FetchSummary, Outcome, Result
    from ingest.web import Trouble, WebError

    entry = next(entry for entry in load_entries() if entry.id == "introduksjonsprogram-2021")
    kept = Kept(entry.id, "a.html", "", "", entry.address, "2026-11-20T08:00:00+00:00", "")
    good = Outcome(entry, Result.NEW, kept, size=12_345)
    bad = Outcome(entry, Result.FAILED, kept, WebError("borte", Trouble.MISSING, 404))
    taken_in = IngestSummary("1", True, ("a",), 3, 2, 1, 0.5)
    asked: list[dict[str, object]] = []
    outcomes = [good]

    def fetch(ids: object, store: object, **options: object) -> FetchSummary:
        asked.append({"ids": ids, **options})
        for outcome in outcomes:
            options["tell"](outcome)  # type: ignore[operator]
        return FetchSummary(tuple(outcomes), Path("mappe"), taken_in)

    monkeypatch.setattr(ingest, "fetch", fetch)
    result = CliRunner().invoke(ui.cli.app, ["fetch", entry.id])
    assert result.exit_code == 0
    assert f"{entry.id}: hentet (12 kB)." in result.output
    assert "I alt 1: 1 hentet." in result.output
    assert "3 avsnitt, 2 tall, ett av dem usikkert" in result.output
    outcomes.append(bad)
    result = CliRunner().invoke(ui.cli.app, ["fetch", "--year", "2021", "--download-only", "--again"])
    assert result.exit_code == 1
    assert "det er ingenting på adressen lenger." in result.output
    assert "Det som ble hentet 20. november 2026, brukes fortsatt." in result.output
    assert "I alt 2: 1 hentet, 1 feilet." in result.output
    assert (asked[0]["ids"], asked[0]["take_in"], asked[0]["again"]) == ([entry.id], True, False)
    assert (asked[1]["year"], asked[1]["take_in"], asked[1]["again"]) == (2021, False, True)


def test_every_trouble_has_its_sentence() -> None:
    from ingest.catalogue import load_entries
    from ingest.fetching import Outcome, Result
    from ingest.web import Trouble, WebError
    from ui.fetch import outcome_lines

    entry = load_entries()[0]
    for trouble in Trouble:
        outcome = Outcome(
            entry, Result.FAILED, error=WebError("x: y.", trouble, 500, "180", "https://x.no/y")
        )
        first, second, third = outcome_lines(outcome)
        assert first.startswith(f"{entry.id}: ")
        assert first[-1] in ".?"
        assert "{" not in first
        assert (second.strip(), third.strip()) == (entry.address, "Den fører nå til https://x.no/y")
