"""A clause whose measure no list names is placed by the examples it is nearest to, and is then uncertain."""

from __future__ import annotations

import pytest

from ingest.embed import Encoder, open_encoder
from ingest.examples import NONE, Examples
from ingest.models import Observation, Paragraph, Report, Source
from ingest.observations import find_observations
from ingest.readings import UNPLACED
from ingest.settings import DEFAULT_MODEL
from ingest.vocabulary import Vocabulary, load_vocabulary

WORDS = load_vocabulary()
OUTCOME = "overgang_arbeid"


@pytest.fixture(scope="module")
def examples() -> Examples:
    return Examples(WORDS, lambda: open_encoder(DEFAULT_MODEL))


def read(text: str, examples: Examples | None) -> list[Observation]:
    """The observations of a report of one paragraph."""
    report = Report("r", "Resultater", "IMDi", 2022, None, "", "nb", "", "", "")
    return find_observations(report, [Paragraph("r-1", "r", 1, (), text, 0, len(text))], WORDS, examples)


def refuse() -> Encoder:
    raise AssertionError("no clause needs an example here")


def test_every_example_is_of_a_measure_or_of_none() -> None:
    codes = set(WORDS.tables["clauses"]["clauses"])
    assert codes - {NONE} <= {entry.code for entry in WORDS.of("measure")}
    assert NONE in codes


@pytest.mark.parametrize(
    ("text", "measure"),
    [
        ("38 prosent tegnet arbeidsavtale med en bedrift.", OUTCOME),
        ("38 prosent forsørget seg med egen inntekt.", OUTCOME),
        ("17 prosent leste videre ved et universitet.", "overgang_utdanning"),
        ("9 prosent avbrøt fordi de reiste fra landet.", "overgang_andre_arsaker"),
        ("30 prosent ble henvist til oppfølging fra etaten.", "overgang_tiltak"),
    ],
)
def test_a_clause_in_unknown_words_is_placed_by_its_examples(
    text: str, measure: str, examples: Examples
) -> None:
    (unplaced,) = read(text, None)
    (found,) = read(text, examples)
    assert (unplaced.measure, unplaced.source) == (UNPLACED, Source.READ)
    assert (found.measure, found.certain, found.source) == (measure, False, Source.PLACED)


@pytest.mark.parametrize(
    "text",
    [
        "Staten brukte 1,2 milliarder kroner på stønad.",
        "212 kommuner svarte på spørreskjemaet.",
        "63 prosent besto den muntlige norskprøven.",
        "44 prosent eide en sykkel.",
        "31 prosent hadde fått seg norske venner.",
        "Om lag 70 prosent sier at de er fornøyde med lærerne.",
        "51 prosent.",
    ],
)
def test_what_no_measure_is_of_stays_unplaced(text: str, examples: Examples) -> None:
    assert {o.measure for o in read(text, examples)} == {UNPLACED}


def test_the_model_is_not_opened_where_every_measure_is_named() -> None:
    text = "45 prosent gikk til arbeid i 2022, mot 41 prosent i 2021. For kvinner var andelen 38 prosent."
    assert all(o.certain for o in read(text, Examples(WORDS, refuse)))


def test_without_examples_nothing_is_placed() -> None:
    tables = {**WORDS.tables, "clauses": {}}
    assert Examples(Vocabulary(tables), refuse).place("skrev under på en kontrakt") is None
