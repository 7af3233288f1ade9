"""The review of uncertain figures: why each is uncertain, what is decided, and the walk in the terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from conftest import FakeEncoder
from typer.testing import CliRunner

import ui.cli
from ingest.corrections import load_corrections
from ingest.models import CorpusError, Observation, Source
from ingest.pipeline import Making, ingest_reports
from ingest.review import CORRECT, SUPPRESS, Doubt, Review, UnknownWordError
from ingest.store import Store
from rag import Assistant

TEXT = """Resultater for 2019

I 2019 gikk 46 prosent av deltakerne som avsluttet introduksjonsprogrammet, \
direkte over til arbeid eller utdanning.

Om lag 331 kommuner bosatte flyktninger i 2019. Av kvinnene bestod 62 prosent trafikkopplæringen.
"""
UNPLACED, PLACED = "62 prosent", "46 prosent"
Walk = Callable[..., str]


@pytest.fixture
def making(corpus: Path) -> Making:
    return Making(corpus=corpus, encoder=FakeEncoder())


@pytest.fixture
def store(store_path: Path, making: Making, tmp_path: Path) -> Iterator[Store]:
    file = tmp_path / "resultater-2019.txt"
    file.write_text(TEXT, encoding="utf-8")
    ingest_reports(file, store_path, making=making)
    with Store.open(store_path, encoder=FakeEncoder()) as opened:
        yield opened


@pytest.fixture
def review(store: Store, making: Making) -> Review:
    return Review(store, making=making)


@pytest.fixture
def walk(store: Store, making: Making, monkeypatch: pytest.MonkeyPatch) -> Walk:
    """`imdi numbers --review` over the test's store, with lines as they are typed."""
    monkeypatch.setattr(ui.cli, "_open", lambda path: Assistant(store))
    monkeypatch.setattr("ingest.review.Review", partial(Review, making=making))

    def run(*typed: str, options: tuple[str, ...] = ()) -> str:
        arguments = ["numbers", "--review", *options]
        text = "".join(f"{line}\n" for line in typed)
        return CliRunner().invoke(ui.cli.app, arguments, input=text, catch_exceptions=False).output

    return run


def figure(review: Review, surface: str) -> Observation:
    return next(
        o for o in review.store.observations(report_id="resultater-2019") if surface in o.quantity.surface
    )


def rows(making: Making) -> list[tuple[str, str]]:
    return [(c.action, c.surface) for c in load_corrections(making.corpus / "corrections.csv")]


def as_now_read(store: Store, surface: str) -> Observation | None:
    with Store.open(store.path) as fresh:
        found = fresh.observations(report_id="resultater-2019")
    return next((o for o in found if surface in o.quantity.surface), None)


# Deciding ---------------------------------------------------------------------------------------------------


def test_a_figure_is_put_right_in_codes_or_in_words(review: Review, making: Making) -> None:
    said = {"measure": "direkte overgang til utdanning", "dimensions": "kvinner fra Syria, 19–24 år"}
    review.decide(figure(review, UNPLACED), CORRECT, said, "Rettet", "Kari")
    assert review.reread().built
    observation = as_now_read(review.store, UNPLACED)
    assert observation is not None
    assert (observation.measure, observation.certain, observation.source) == (
        "overgang_utdanning",
        True,
        Source.CORRECTED,
    )
    assert observation.dimensions == {"sex": "kvinner", "origin": "syria", "age": "19-24"}
    assert observation.denominator == "avsluttet"


def test_what_is_right_is_written_down_in_full(review: Review, making: Making) -> None:
    observation = figure(review, PLACED)
    review.decide(observation, CORRECT, {}, "", "Kari")
    (row,) = load_corrections(making.corpus / "corrections.csv")
    assert row.cells["measure"] == observation.measure
    assert row.cells["period"] == "2019"
    assert row.cells["dimensions"] == "-"


@pytest.mark.parametrize(
    ("said", "field", "near"),
    [
        ({"measure": "overgang_arbied"}, "measure", "overgang_arbeid"),
        ({"measure": "trafikkopplæring"}, "measure", ""),
        ({"measure": "annet"}, "measure", ""),
        ({"dimensions": "sex=kvinne"}, "dimensions", "sex=kvinner"),
        ({"dimensions": "folk fra Mars"}, "dimensions", ""),
        ({"dimensions": "kjonn=menn"}, "dimensions", ""),
        ({"dimensions": "menn, kvinner="}, "dimensions", ""),
        ({"period": "i fjor"}, "period", ""),
        ({"period": "1066"}, "period", ""),
        ({"unit": "prosnt"}, "unit", "prosent"),
        ({"unit": "kommuner"}, "unit", "prosent"),
        ({"kind": "annet"}, "kind", ""),
        ({"value": "mange"}, "value", ""),
    ],
)
def test_what_is_not_in_the_vocabulary_is_not_written(
    review: Review, making: Making, said: dict[str, str], field: str, near: str
) -> None:
    with pytest.raises(UnknownWordError) as error:
        review.decide(figure(review, PLACED), CORRECT, said, "x", "Kari")
    assert error.value.field == field
    assert near in ("", *error.value.near)
    assert rows(making) == []


def test_an_unplaced_figure_cannot_be_confirmed_as_it_is(review: Review) -> None:
    with pytest.raises(UnknownWordError):
        review.decide(figure(review, UNPLACED), CORRECT, {}, "", "Kari")


def test_suppressed_figure_is_gone(review: Review) -> None:
    review.decide(figure(review, UNPLACED), SUPPRESS, {}, "Gjelder noe annet", "Kari")
    review.reread()
    assert as_now_read(review.store, UNPLACED) is None


def test_decision_that_cannot_be_written_leaves_the_file_as_it_was(
    review: Review, making: Making, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = making.corpus / "corrections.csv"
    before = file.read_bytes()

    def full(path: Path, target: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(CorpusError, match=r"corrections\.csv: cannot be written"):
        review.decide(figure(review, UNPLACED), SUPPRESS, {}, "", "Kari")
    assert file.read_bytes() == before


def test_reasons_are_given_for_doubt(review: Review) -> None:
    doubts = dict(review.doubts(figure(review, UNPLACED)))
    assert Doubt.MEASURE in doubts
    assert "trafikkopplæringen" in doubts[Doubt.WORDS]


# The walk ---------------------------------------------------------------------------------------------------


def test_walk_shows_the_figure_in_its_sentence_and_why_it_is_uncertain(walk: Walk, making: Making) -> None:
    output = walk("h", "a", options=("--report", "resultater-2019"))
    assert "Resultater for 2019" in output
    assert "[62 prosent] trafikkopplæringen." in output
    assert "mål: annet [annet]" in output
    assert "det er ikke klart hva tallet måler" in output
    assert "Ingenting er endret." in output
    assert rows(making) == []


def test_walk_changes_what_is_answered(walk: Walk, store: Store, making: Making, store_path: Path) -> None:
    question = "Hvor stor andel av kvinnene gikk til utdanning i 2019?"
    assert "62 prosent" not in Assistant(store).ask(question).text
    mend = ("o", "", "utvikling", "overgang_utdanning", "kvinner", "", "", "", "Sett etter")
    output = walk(*to_unplaced(store), mend[0], "Kari", *mend[1:])
    assert "Mål: «utvikling» er ikke kjent." in output
    assert "Én avgjørelse er lagret" in output
    assert rows(making) == [("correct", "62 prosent")]
    with Store.open(store_path, encoder=FakeEncoder()) as fresh:
        assert Assistant(fresh).ask(question).text.startswith("62 prosent")


def to_unplaced(store: Store) -> list[str]:
    """Skips up to the unplaced figure."""
    uncertain = [o.quantity.surface for o in store.observations() if not o.certain]
    return ["h"] * uncertain.index(UNPLACED)


def test_walk_suppresses_and_stops_at_the_end_of_its_input(walk: Walk, store: Store, making: Making) -> None:
    output = walk(*to_unplaced(store), "x", "r", "i", "Kari", "")
    assert (
        output.count("Svar med en av bokstavene.") == 2
    )  # "r" is not offered for a figure without a measure
    assert rows(making) == [("suppress", "62 prosent")]
    assert "Tallene er lest på nytt." in output


def test_walk_is_over_a_selection(walk: Walk) -> None:
    assert "Ingen tall er usikre." in walk(options=("--measure", "startet"))
    assert "--review kan ikke brukes sammen med" in walk(options=("--csv",))
