"""Two reports that give different figures for one cell: both are kept, the newer is said first."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import IDS, FakeEncoder

from ingest.pipeline import Making, ingest_reports
from ingest.store import Store
from rag import Assistant
from rag.models import Answer, Role

QUESTION = "Hvor stor andel av deltakerne gikk til arbeid eller utdanning i 2019?"
SENTENCE = (
    "I {} gikk {} prosent av deltakerne som avsluttet introduksjonsprogrammet,"
    " direkte over til arbeid eller utdanning."
)


def report(folder: Path, name: str, title: str, *figures: tuple[int, str]) -> Path:
    file = folder / f"{name}.txt"
    body = " ".join(SENTENCE.format(year, figure) for year, figure in figures)
    file.write_text(f"{title}\n\n{body}\n", encoding="utf-8")
    return file


def answer_from(store_path: Path, *files: Path) -> Answer:
    ingest_reports(files, store_path, making=Making(encoder=FakeEncoder()))
    with Store.open(store_path, encoder=FakeEncoder()) as store:
        return Assistant(store).ask(QUESTION)


@pytest.mark.parametrize("older", ["46", "46,4"])  # the newer is followed even where the older is more exact
def test_newer_report_is_said_first_and_the_other_is_named_with_its_source(
    tmp_path: Path, store_path: Path, older: str
) -> None:
    new = report(tmp_path, "z-ny", "Resultater for 2020, hefte 7", (2019, "48"), (2020, "50"))
    old = report(tmp_path, "a-gammel", "Resultater for 2019", (2019, older))
    answer = answer_from(store_path, old, new)
    lead, other = (next(s for s in answer.statements if s.role is role) for role in (Role.LEAD, Role.CAVEAT))
    assert lead.text.startswith("48 prosent")
    assert other.text == (
        f"«Resultater for 2019» oppgir noe annet: {older} prosent. Svaret følger den nyeste rapporten."
    )
    sources = {citation.number: citation.report_id for citation in answer.citations}
    assert [sources[number] for number in other.citations] == ["a-gammel"]
    with Store.open(store_path) as store:
        kept = {o.report_id for o in store.observations(period="2019") if o.certain}
    assert kept == {"a-gammel", "z-ny"}


def test_a_date_says_which_report_is_newer(tmp_path: Path, store_path: Path) -> None:
    old = report(tmp_path, "gammel", "Resultater for 2020", (2019, "48"))
    new = report(tmp_path, "ny", "Resultater for 2019\n\nSist oppdatert 1. mars 2023", (2019, "46"))
    assert answer_from(store_path, old, new).statements[0].text.startswith("46 prosent")


def test_a_title_that_holds_a_number_is_no_figure(tmp_path: Path, store_path: Path) -> None:
    new = report(tmp_path, "ny", "Resultater for 2020", (2019, "48"))
    old = report(tmp_path, "gammel", "Rapport 77 om 2019", (2019, "46"))
    assert "«Rapport 77 om 2019» oppgir noe annet" in answer_from(store_path, old, new).text


def test_reports_that_agree_after_rounding_are_not_set_against_each_other(
    tmp_path: Path, store_path: Path
) -> None:
    new = report(tmp_path, "ny", "Resultater for 2020", (2019, "46"))
    old = report(tmp_path, "gammel", "Resultater for 2019", (2019, "46,3"))
    answer = answer_from(store_path, old, new)
    assert answer.statements[0].text.startswith("46,3 prosent")
    assert "oppgir noe annet" not in answer.text


def test_a_changed_report_replaces_its_earlier_self(tmp_path: Path, store_path: Path) -> None:
    first = answer_from(store_path, report(tmp_path, "rapport", "Resultater for 2019", (2019, "46")))
    again = answer_from(store_path, report(tmp_path, "rapport", "Resultater for 2019", (2019, "48")))
    assert (first.statements[0].text[:10], again.statements[0].text[:10]) == ("46 prosent", "48 prosent")
    assert "oppgir noe annet" not in again.text
    with Store.open(store_path) as store:
        assert [report.id for report in store.reports] == [IDS[0], "rapport", IDS[1]]
        assert {o.quantity.surface for o in store.observations(report_id="rapport")} == {"48 prosent"}
