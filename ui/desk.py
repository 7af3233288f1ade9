"""Where every question is handed in: one assistant for all, kept current, with limits, a queue and a log."""

from __future__ import annotations

import threading
import time
import weakref
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from ingest.lemmas import is_word
from ui.limits import Limiter, Queue
from ui.logs import log, log_failure
from ui.settings import Settings, load_settings
from ui.texts import items

if TYPE_CHECKING:
    from rag import Assistant
    from rag.models import Answer

WAITING = 64  # questions that may wait; an answer takes a tenth of a second, so the last waits some seconds
PATIENCE = 20.0  # seconds; whoever has waited longer than this has gone
LOOK_AGAIN = 1.0  # seconds between two looks at whether the store has a new generation
WRITTEN_IN = ("nb", "en")  # languages of questions; the dictionaries of the first hold nynorsk too
_NO_WORD = "qzx"  # stands in no dictionary, so that all of a language's are looked in


class Desk:
    """Opens the published reports once, and answers from them for every session and program.

    Args:
        settings: the limits.
        open_assistant: makes an assistant over the published reports.
    """

    def __init__(
        self, settings: Settings | None = None, open_assistant: Callable[[], Assistant] | None = None
    ) -> None:
        self.settings = settings or load_settings()
        self._open = open_assistant or _open_published
        self._limiter = Limiter(self.settings.per_minute)
        self._queue = Queue(self.settings.at_once, WAITING, PATIENCE)
        self._assistant: Assistant | None = None
        self._looked = 0.0
        self._behind = False
        self._first = threading.Lock()
        self._renewal = threading.Lock()

    @property
    def is_ready(self) -> bool:
        """Whether the reports are open; until then a question has to wait for them."""
        return self._assistant is not None

    @property
    def is_behind(self) -> bool:
        """Whether the last look at the store failed: what is open goes on serving, however old."""
        return self._behind

    def assistant(self) -> Assistant:
        """The assistant over the published reports, of the generation that serves.

        It holds nothing of any user's. Raises what opening the store raises if none has ever been opened.
        """
        if self._assistant is None:
            with self._first:
                if self._assistant is None:
                    self._assistant = self._opened()
        elif time.monotonic() - self._looked > LOOK_AGAIN and self._renewal.acquire(blocking=False):
            try:
                self._renew(self._assistant)
            finally:
                self._renewal.release()
        return self._assistant

    def ask(
        self,
        question: str,
        history: Sequence[Answer] = (),
        *,
        visitor: str,
        place: str = "page",
        assistant: Assistant | None = None,
        waiting: Callable[[], None] | None = None,
        model: bool = True,
        show: Callable[[Answer], object] | None = None,
    ) -> Answer:
        """Answer a question when its turn has come.

        Args:
            question: as it was typed.
            history: the answers of the conversation so far.
            visitor: who asks; a session or an address. Only counted, never written down.
            place: where it was asked, for the log.
            assistant: one over a visitor's own files; by default the one over the published reports.
            waiting: called over and over until its turn has come; what it raises ends the wait.
            model: False leaves the language model out, where there is one.
            show: is given the answer as it grows, if a language model words it; all of it has been checked.

        Raises:
            DeclinedError: too many questions from this visitor, or too many waiting.
        """
        self._limiter.take(visitor)
        came = time.perf_counter()
        with self._queue.turn(waiting):
            began = time.perf_counter()
            asked = assistant or self.assistant()
            answer = _by_rules(asked, question, history)
        # A model is waited for, not computed: that takes nobody's turn.
        if model and asked.companion is not None:
            for grown in asked.finish(answer):
                answer = grown
                if show:
                    show(grown)
        details: dict[str, object] = {
            "place": place,
            "own_file": assistant is not None,
            "status": answer.status.value,
            "reason": answer.reason.value,
            "turn": len(history) + 1,
            "characters": len(question),
            "waited_ms": round((began - came) * 1_000),
            "answered_ms": round((time.perf_counter() - began) * 1_000),
        }
        if self.settings.log_questions:
            details["question"] = question
        log("answered", **details)
        return answer

    @contextmanager
    def turn(self, *, visitor: str, place: str) -> Iterator[Assistant]:
        """Wait for a turn as a question does, and hold it: for searches and look-ups.

        Args:
            visitor: as for `ask`.
            place: as for `ask`.

        Raises:
            DeclinedError: too many from this visitor, or too many waiting.
        """
        self._limiter.take(visitor)
        came = time.perf_counter()
        with self._queue.turn():
            yield self.assistant()
        log("looked up", place=place, took_ms=round((time.perf_counter() - came) * 1_000))

    def _opened(self) -> Assistant:
        """An assistant that has been through everything that is slow the first time."""
        began = time.perf_counter()
        assistant = self._open()
        _warm_up(assistant)
        self._looked = time.monotonic()
        log(
            "reports opened",
            reports=len(assistant.store.reports),
            seconds=round(time.perf_counter() - began, 1),
        )
        return assistant

    def _renew(self, old: Assistant) -> None:
        """Change over to a new generation if there is one; whoever uses the old one still may."""
        self._looked = time.monotonic()
        try:
            if old.store.is_current():
                self._behind = False
                return
            self._assistant = self._opened()
        except Exception as error:
            log_failure("renew", error)  # what is open goes on serving
            self._behind = True
            return
        self._behind = False
        weakref.finalize(old, old.store.close)


def _warm_up(assistant: Assistant) -> None:
    """Load what is loaded when it is first used: the search indexes, their model and the dictionaries.

    Asking alone does not do it: which questions come as far as the search is for the reader to decide.
    """
    for language in WRITTEN_IN:
        is_word(_NO_WORD, language)
    for question in items("start.warm_up"):
        assistant.search(question, k=1)
        _by_rules(assistant, question, ())


def _by_rules(assistant: Assistant, question: str, history: Sequence[Answer]) -> Answer:
    if assistant.companion is None:
        return assistant.ask(question, history=history)
    return assistant.compose(question, history=history)


def _open_published() -> Assistant:
    from rag import Assistant  # heavy: loaded with the reports, not with the page

    return Assistant.open()


_desk: Desk | None = None
_made = threading.Lock()


def the_desk() -> Desk:
    """The one desk of this process."""
    global _desk
    with _made:
        if _desk is None:
            _desk = Desk()
        return _desk


def replace_desk(desk: Desk | None) -> None:
    """Put another desk in its place; None: a new one when it is next asked for."""
    global _desk
    with _made:
        _desk = desk
