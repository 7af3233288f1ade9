"""What the bench says of the served page, without a server and without a clock."""

from __future__ import annotations

import threading
from collections.abc import Sequence

from evals.serving import SESSIONS, TURNS, Served, as_rows, compare_sessions

QUESTIONS = [f"spørsmål {number}" for number in range(SESSIONS * TURNS)]


def test_same_answers_at_once_as_one_after_another_are_no_difference() -> None:
    asked: list[tuple[str, int]] = []

    def ask(question: str, history: Sequence[str]) -> str:
        asked.append((question, len(history)))
        return question.upper()

    assert compare_sessions(ask, QUESTIONS)[2] == 0
    assert len(asked) == 2 * SESSIONS * TURNS
    assert {length for _, length in asked} == {0, 2}


def test_answer_that_another_session_spoils_is_counted() -> None:
    main = threading.get_ident()

    def ask(question: str, history: Sequence[str]) -> str:
        return question if threading.get_ident() == main or question != QUESTIONS[7] else "en annens svar"

    assert compare_sessions(ask, QUESTIONS)[2] == 1


def test_figures_of_a_browser_are_left_out_where_there_is_none() -> None:
    without = as_rows(Served((), 1.0, 1.0, 0, (1.0, 1.0, 1.0)))
    assert not any("browser" in row[0] for row in without)
    assert any("browser" in row[0] for row in as_rows(Served((80.0,), 1.0, 1.0, 0, (1.0, 1.0, 1.0))))
