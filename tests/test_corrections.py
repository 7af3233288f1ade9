"""What a person has put right wins, survives, and is never lost without a word."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import IDS, Build

from ingest.corrections import COLUMNS, load_corrections
from ingest.models import CorpusError, Observation, Source
from ingest.settings import CORPUS
from ingest.store import Store


def row(**cells: str) -> str:
    return ",".join(cells.get(column, "") for column in COLUMNS)


@pytest.fixture
def figure(build: Build, store_path: Path) -> dict[str, str]:
    """Where one figure of the 2017 report stands."""
    build()
    with Store.open(store_path) as store:
        first = store.observations(report_id=IDS[1])[0]
    quantity = first.quantity
    return {
        "report": first.report_id,
        "paragraph_id": first.paragraph_id,
        "start": str(quantity.start),
        "surface": quantity.surface,
    }


def correct(corpus: Path, *rows: str) -> None:
    text = "\n".join([",".join(COLUMNS), *rows]) + "\n"
    (corpus / "corrections.csv").write_text(text, encoding="utf-8")


def at(store: Store, figure: dict[str, str]) -> list[Observation]:
    observations = store.observations(report_id=figure["report"])
    here = (figure["paragraph_id"], int(figure["start"]))
    return [o for o in observations if (o.paragraph_id, o.quantity.start) == here]


def test_a_correction_wins_and_survives_another_ingest(
    build: Build, store_path: Path, corpus: Path, report_2019: Path, figure: dict[str, str]
) -> None:
    correct(corpus, row(**figure, action="correct", measure="arbeid", dimensions="sex=menn", period="2016"))
    assert build().built
    build(report_2019)
    with Store.open(store_path) as store:
        (observation,) = at(store, figure)
    assert (observation.measure, observation.dimensions, observation.period) == (
        "arbeid",
        {"sex": "menn"},
        "2016",
    )
    assert observation.source is Source.CORRECTED
    assert observation.quantity.surface == figure["surface"]


def test_a_figure_can_be_suppressed_and_another_added(
    build: Build, store_path: Path, corpus: Path, figure: dict[str, str]
) -> None:
    added = row(**figure, action="add", measure="ny", value="38", unit="prosent", period="-")
    correct(corpus, row(**figure, action="suppress"), added)
    build()
    with Store.open(store_path) as store:
        (observation,) = at(store, figure)
    assert (observation.measure, observation.source, observation.period) == ("ny", Source.ADDED, None)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"paragraph_id": "borte"}, "there is no paragraph"),
        ({"surface": "99 prosent"}, "does not stand at"),
        ({"report": IDS[0]}, "there is no paragraph"),
    ],
)
def test_a_correction_that_points_at_nothing_is_named_in_the_summary(
    build: Build, corpus: Path, figure: dict[str, str], change: dict[str, str], reason: str
) -> None:
    correct(corpus, row(**{**figure, "action": "suppress", **change}))
    summary = build()
    assert summary.built
    assert [(name, reason in why) for name, why in summary.skipped] == [("corrections.csv row 2", True)]


@pytest.mark.parametrize(
    "change",
    [
        {"action": "slett"},
        {"start": "x"},
        {"surface": ""},
        {"action": "add"},
        {"value": "mange"},
        {"value": "NaN"},
        {"dimensions": "kvinner"},
        {"kind": "annet"},
        {"direction": "bort"},
        {"measure": "-"},
    ],
)
def test_a_correction_that_cannot_be_understood_is_an_error_with_its_row(
    build: Build, corpus: Path, figure: dict[str, str], change: dict[str, str]
) -> None:
    correct(corpus, row(**{**figure, "action": "correct", **change}))
    with pytest.raises(CorpusError, match=r"corrections\.csv row 2"):
        build()


def test_the_corrections_of_the_corpus_can_be_read() -> None:
    load_corrections(CORPUS / "corrections.csv")


def test_corrections_saved_by_a_norwegian_spreadsheet_are_read(tmp_path: Path) -> None:
    file = tmp_path / "corrections.csv"
    cells = {"report": "r", "paragraph_id": "p", "start": "0", "surface": "4,5 prosent", "action": "correct"}
    line = ";".join({**cells, "value": "4,6"}.get(column, "") for column in COLUMNS)
    file.write_text("\ufeff" + ";".join(COLUMNS) + "\r\n" + line + "\r\n", encoding="utf-8")
    (correction,) = load_corrections(file)
    assert (correction.surface, correction.cells) == ("4,5 prosent", {"value": "4,6"})
