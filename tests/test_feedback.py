"""What readers thought: kept, changed, listed, and made into candidates for the evals."""

from __future__ import annotations

import tomllib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from made_answers import make_abstention, make_answer

from evals.candidates import Judged, as_pairs
from evals.data import load_pairs
from ui.feedback import MAX_COMMENT, change_feedback, read_feedback, store_feedback


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "folder" / "feedback.sqlite"


def test_nothing_is_read_where_nobody_has_said_anything(file: Path) -> None:
    assert read_feedback(file) == []
    assert not file.exists()


def test_row_holds_question_answer_and_verdict_and_can_be_changed(file: Path) -> None:
    row = store_feedback(file, make_answer(), ["Hvor mange deltok?"], True, "000001-x")
    change_feedback(file, row, False, "  Feil \u00e5r\n")
    (one,) = read_feedback(file)
    assert one.turns == ("Hvor mange deltok?", "Hvor mange startet i 2023?")
    assert (one.helpful, one.comment, one.figure) == (False, "Feil år", "17\u00a0699")
    assert one.quotes == (make_answer().citations[0].quote,)


def test_comment_has_an_end(file: Path) -> None:
    with pytest.raises(ValueError, match="2000"):
        change_feedback(file, 1, True, "a" * (MAX_COMMENT + 1))


def test_many_may_write_at_once(file: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        rows = list(pool.map(lambda _: store_feedback(file, make_answer(), (), True, "x"), range(40)))
    assert len(set(rows)) == len(read_feedback(file)) == 40


def judged(**changes: object) -> Judged:
    answer = make_answer()
    quotes = tuple(citation.quote for citation in answer.citations)
    given = {
        "turns": (answer.question,),
        "language": "nb",
        "status": "answered",
        "figure": "17\u00a0699",
        "quotes": quotes,
        "helpful": True,
        "comment": "",
    }
    return Judged(**{**given, **changes})  # type: ignore[arg-type]


def test_candidates_are_pairs_that_the_evals_can_read(tmp_path: Path) -> None:
    text = as_pairs(
        [
            judged(),
            judged(turns=("Hva?",), helpful=False, comment='Feil: "2022"\nog \\ mer'),
            judged(turns=("Hvor mange?", "og menn?"), language="nn"),
            judged(turns=("Hvem er konge?",), status="abstained", figure="", quotes=()),
        ]
    )
    (tmp_path / "dev.toml").write_text(text, encoding="utf-8")
    pairs = load_pairs(("dev",), tmp_path)
    assert [len(pair.turns) for pair in pairs] == [1, 1, 2, 1]
    assert pairs[0].turns[0].want == (("17 699",),)
    assert pairs[1].turns[0].want == (("?",),)
    assert pairs[3].turns[0].want == ()
    assert 'Feil: \\"2022\\"' in text


def test_a_conversation_is_a_candidate_once_and_counts_as_last_judged() -> None:
    pairs = tomllib.loads(as_pairs([judged(helpful=False), judged()]))["pair"]
    assert [pair["want"] for pair in pairs] == [[["17 699"]]]


def test_what_was_declined_rightly_wants_nothing() -> None:
    declined = make_abstention()
    (pair,) = tomllib.loads(as_pairs([judged(turns=(declined.question,), status="abstained", figure="")]))[
        "pair"
    ]
    assert (pair["status"], pair["want"]) == (["abstained"], [])
