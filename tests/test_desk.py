"""Limits, queue, the one assistant and the log."""

from __future__ import annotations

import gc
import io
import json
import logging
import os
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from conftest import ROOT
from made_answers import make_answer

from evals.data import load_pairs
from rag.models import Answer
from ui import desk as desk_module
from ui import logs
from ui.desk import Desk
from ui.limits import REMEMBERED, Limiter, Queue, QueueFullError, TooManyError
from ui.settings import Settings, load_settings


class OneGeneration:
    """An assistant whose store may be said to have been replaced."""

    companion = None

    def __init__(self, name: str = "1") -> None:
        self.current = True
        self.closed = threading.Event()
        manifest = SimpleNamespace(name=name)
        self.store = SimpleNamespace(
            reports=(), manifest=manifest, is_current=lambda: self.current, close=self.closed.set
        )

    def search(self, query: str, k: int = 10) -> list[object]:
        return []

    def ask(self, question: str, history: Sequence[Answer] = ()) -> Answer:
        return make_answer(question=question)


def a_desk(*opened: Any, **settings: Any) -> Desk:
    waiting = list(opened)
    return Desk(Settings(Path("unused"), **settings), lambda: waiting.pop(0))


def test_a_visitor_may_ask_as_often_as_is_set_and_again_when_time_has_passed() -> None:
    now = [0.0]
    limiter = Limiter(3, clock=lambda: now[0])
    for _ in range(3):
        limiter.take("a")
    with pytest.raises(TooManyError) as declined:
        limiter.take("a")
    assert declined.value.seconds == pytest.approx(20)
    limiter.take("b")
    now[0] = 20.1
    limiter.take("a")


def test_limiter_does_not_grow_with_its_visitors() -> None:
    limiter = Limiter(1)
    for number in range(REMEMBERED + 10):
        limiter.take(f"visitor {number}")
    assert len(limiter._left) == REMEMBERED


def test_queue_turns_away_who_finds_no_room_and_who_waits_too_long() -> None:
    queue = Queue(at_once=1, waiting=1, patience=0.05)
    with queue.turn():
        assert turned_away(queue)
        with ThreadPoolExecutor(1) as pool:
            assert pool.submit(turned_away, queue).result()
    with queue.turn():
        pass


def test_who_waits_is_told_and_may_go_away_and_gives_up_the_place_in_the_queue() -> None:
    queue = Queue(at_once=1, waiting=1, patience=60)
    told: list[str] = []

    def go_away() -> None:
        told.append("waiting")
        raise InterruptedError

    with queue.turn(go_away):  # there is a place: nobody waits
        assert told == []
        with pytest.raises(InterruptedError), queue.turn(go_away):
            raise AssertionError("there was no place")
        assert told == ["waiting"]
        with pytest.raises(InterruptedError), queue.turn(go_away):
            pass
    with queue.turn(go_away):
        assert len(told) == 2


def turned_away(queue: Queue) -> bool:
    try:
        with queue.turn():
            return False
    except QueueFullError:
        return True


def test_reports_are_opened_once_however_many_ask() -> None:
    opened: list[OneGeneration] = []

    def opening() -> Any:
        opened.append(OneGeneration())
        return opened[-1]

    one = Desk(Settings(Path("unused")), opening)
    threads = [threading.Thread(target=one.assistant) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(opened) == 1


def test_new_generation_is_taken_over_without_a_restart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desk_module, "LOOK_AGAIN", -1.0)
    first, second = OneGeneration("1"), OneGeneration("2")
    one = a_desk(first, second)
    assert one.assistant().store.manifest.name == "1"
    first.current = False
    assert one.assistant().store.manifest.name == "2"
    assert not first.closed.is_set()  # somebody may still be using it
    closed = first.closed
    del first
    gc.collect()
    assert closed.is_set()


def test_generation_that_cannot_be_opened_leaves_the_old_one_serving(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desk_module, "LOOK_AGAIN", -1.0)
    first = OneGeneration("1")
    one = a_desk(first)  # a second cannot be opened
    one.assistant()
    first.current = False
    assert one.assistant().store.manifest.name == "1"


def test_limit_holds_for_each_visitor_apart() -> None:
    one = a_desk(OneGeneration(), per_minute=1)
    one.ask("a?", visitor="a")
    with pytest.raises(TooManyError):
        one.ask("a?", visitor="a")
    one.ask("a?", visitor="b")


@pytest.mark.parametrize("told", [False, True])
def test_log_holds_the_question_only_where_that_is_set(told: bool) -> None:
    out = io.StringIO()
    logs.set_up(out)
    a_desk(OneGeneration(), log_questions=told).ask("hemmelig?", visitor="en hemmelig besøkende")
    line = json.loads(out.getvalue().splitlines()[-1])
    assert line["event"] == "answered"
    assert line["status"] == "answered"
    assert ("hemmelig?" in out.getvalue()) is told
    assert "besøkende" not in out.getvalue()
    logging.getLogger("imdi-svar").handlers.clear()


def test_failure_is_logged_by_type_and_place_without_its_words() -> None:
    out = io.StringIO()
    logs.set_up(out)
    try:
        raise ValueError("hemmelig spørsmål")
    except ValueError as error:
        logs.log_failure("ask", error)
    line = json.loads(out.getvalue())
    assert line["error"] == "ValueError"
    assert line["at"][0].startswith("test_desk.py:")
    assert "hemmelig" not in out.getvalue()
    logging.getLogger("imdi-svar").handlers.clear()


def test_settings_are_read_from_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("IMDI_STORE", str(tmp_path / "store"))
    monkeypatch.setenv("IMDI_REVIEW", "ja")
    monkeypatch.setenv("IMDI_QUESTIONS_PER_MINUTE", "mange")
    settings = load_settings()
    assert settings.feedback == tmp_path / "store-feedback.sqlite"
    assert settings.review
    assert not settings.log_questions
    assert settings.per_minute == 30


LATER = """
import sys
from pathlib import Path
from conftest import FakeEncoder
from simplemma.strategies.dictionaries.dictionary_factory import DEFAULT_DICTIONARY_FACTORY as dictionaries
from ingest.store import Store
from rag import Assistant
from ui.desk import Desk
from ui.settings import Settings

store = Store.open(Path(sys.argv[1]), encoder=FakeEncoder())
desk = Desk(Settings(Path("unused"), per_minute=1_000), lambda: Assistant(store))
desk.assistant()
loaded, read = set(sys.modules), dictionaries._get_dictionary.cache_info().misses
for question in sys.argv[2:]:
    desk.ask(question, visitor="a")
print(*sorted(set(sys.modules) - loaded), dictionaries._get_dictionary.cache_info().misses - read)
"""


def test_nothing_is_left_to_be_loaded_while_a_visitor_waits(corpus_store_path: Path) -> None:
    questions = [pair.turns[0].question for pair in load_pairs(("dev",))]
    done = subprocess.run(
        [sys.executable, "-c", LATER, str(corpus_store_path), *questions, "how mny womn strated?"],
        env=os.environ | {"PYTHONPATH": os.pathsep.join((str(ROOT), str(ROOT / "tests")))},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == ["0"]


def test_a_model_is_asked_outside_the_queue_and_only_where_it_is_wanted() -> None:
    one, shown = OneGeneration(), []

    def finish(answer: Answer) -> Iterator[Answer]:
        yield replace(answer, text="halv")
        yield replace(answer, text="hel")

    one.companion, one.compose, one.finish = object(), one.ask, finish  # type: ignore[attr-defined, assignment]
    desk = a_desk(one, at_once=1)
    assert desk.ask("a?", visitor="a", show=lambda answer: shown.append(answer.text)).text == "hel"
    assert shown == ["halv", "hel"]
    assert desk.ask("a?", visitor="a", model=False).text not in ("halv", "hel")
