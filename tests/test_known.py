"""Known questions: how a question that the rules cannot read is taken for one that they can."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from conftest import made_once
from numpy.typing import NDArray

from evals import known as maker
from evals.data import QUESTIONS, load_pairs
from ingest import ingest
from ingest.embed import open_encoder
from ingest.settings import DEFAULT_MODEL
from rag.chain import Assistant
from rag.known import (
    ANSWERED,
    FOLDER,
    NEAR,
    NEIGHBOURS,
    Known,
    KnownQuestions,
    agree,
    answered_near,
    with_age,
)
from rag.models import Intent, Query, Status


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    """Over a store with the vectors of the bundled model."""
    store = made_once(tmp_path_factory, "bundled", lambda path: ingest((), store=path))
    return Assistant.open(str(store), exact=True)


def query(text: str, **slots: object) -> Query:
    return Query(text, "nb", Intent.TEXT, **slots)  # type: ignore[arg-type]


def test_the_file_holds_seen_questions_and_none_of_the_test_split() -> None:
    kept = {
        line.partition("\t")[2] for line in (FOLDER / "known.tsv").read_text(encoding="utf-8").splitlines()
    }
    seen = maker.questions(load_pairs(maker.SEEN, QUESTIONS))
    unseen = maker.questions(load_pairs(("test",), QUESTIONS))
    assert len(kept) > 2_000
    assert kept <= set(seen)
    assert not kept & set(unseen) - set(seen)


def test_the_vectors_are_those_of_the_default_model() -> None:
    encoder = open_encoder(DEFAULT_MODEL)
    lines = (FOLDER / "known.tsv").read_text(encoding="utf-8").splitlines()
    for line in lines[:: len(lines) // 5]:
        text = line.partition("\t")[2]
        near = KnownQuestions().near(f"{text} ", encoder.model, encoder.encode_query)
        assert near[0].text == text
        assert near[0].cosine > 0.99
        assert near[0].answered == line.startswith(ANSWERED)


def not_asked(text: str) -> NDArray[np.float32]:
    raise AssertionError(text)


def test_vectors_of_another_model_find_nothing() -> None:
    assert KnownQuestions().near("Hva er NIR?", "another model", not_asked) == []


def test_vectors_of_other_questions_find_nothing(tmp_path: Path) -> None:
    maker.write(load_pairs(("shared",), QUESTIONS), tmp_path)
    encoder = open_encoder(DEFAULT_MODEL)
    assert KnownQuestions(tmp_path).near("Hva er målet?", encoder.model, encoder.encode_query)
    (tmp_path / "known.tsv").write_text("+\tHva er dette?\n", encoding="utf-8")
    assert KnownQuestions(tmp_path).near("Hva er målet?", encoder.model, not_asked) == []


def test_the_same_question_is_kept_once() -> None:
    vectors = np.array([[1, 0], [1, 0], [0, 1], [1, 0]], np.float32)
    assert list(maker.distinct(vectors, [True, True, True, False])) == [0, 2, 3]


def test_one_unanswered_neighbour_is_enough_to_leave_a_question_alone() -> None:
    near = [Known(str(n), True, 0.99 - n / 100) for n in range(NEIGHBOURS)]
    assert answered_near(near) == near
    assert answered_near([*near[:-1], Known("?", False, NEAR)]) == []
    assert answered_near([Known("far", True, NEAR - 0.01)] * NEIGHBOURS) == []


@pytest.mark.parametrize(
    ("asked", "known"),
    [
        ({"periods": ("2017",)}, {"periods": ("2023",)}),
        ({}, {"dimensions": {"sex": ("menn",)}}),
        ({"measures": ("deltok",)}, {"measures": ("startet",)}),
        ({"direction": "up"}, {"direction": "down"}),
        ({"cues": ("when",)}, {}),
        ({"unmatched": ("ferie",)}, {}),
    ],
)
def test_questions_that_name_something_else_do_not_agree(
    asked: dict[str, object], known: dict[str, object]
) -> None:
    assert agree(query("a"), query("b"))
    assert not agree(query("a", **asked), query("b", **known))


def test_the_age_of_whoever_asks_may_differ() -> None:
    first, second = (query("a", dimensions={"age": (age,)}) for age in ("58-58", "60-60"))
    assert agree(first, second)
    assert not agree(first, query("a", dimensions={"age": ("19-24",)}))
    assert with_age("Jeg er 60 år.", second, first) == "Jeg er 58 år."
    assert with_age("Jeg er gammel.", query("a"), first) == "Jeg er gammel."


def test_a_question_in_other_words_is_answered_and_says_how_it_was_read(assistant: Assistant) -> None:
    answer = assistant.ask("Hvem hos IMDi kommenterer 2017-tallene?")
    assert answer.status is Status.ANSWERED
    assert "Rieber-Mohn" in answer.text
    assert answer.text.startswith("Jeg leser spørsmålet som «")
    assert any("Lest som et kjent spørsmål" in line for line in answer.trace)


@pytest.mark.parametrize(
    "question",
    [
        "How many people dropped out of the programme in 2023?",
        "Kor mange lærarar jobba i introduksjonsprogrammet i 2023?",
        "Når ble introduksjonsprogrammet lagt ned?",
        "Hvor mange ansatte har IMDi?",
        "Kan jeg ta ferie mens jeg går i introduksjonsprogrammet?",
    ],
)
def test_what_lies_near_in_meaning_is_not_taken_for_what_is_asked(
    assistant: Assistant, question: str
) -> None:
    assert assistant.ask(question).status is Status.ABSTAINED
