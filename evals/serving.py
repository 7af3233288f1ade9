"""The served page under load: how soon the first text stands, whether many at once get what one gets, memory.

The server is a process of its own, asked over HTTP as anyone would, and the page in a real browser where
there is one.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import statistics
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

from evals.report import Rows
from evals.runner import percentile

SESSIONS, TURNS = 8, 20
QUESTIONS_FOR_MEMORY = 1_000
BROWSER_TURNS = 20
ANSWERS = ".answer, .problem"  # what an answer's first text stands in
HISTORY = 2  # earlier questions that a follow-up brings along
START_SECONDS = 120
BROWSERS = ("chromium", "chromium-browser", "google-chrome")

Ask = Callable[[str, Sequence[str]], Any]


@dataclass(frozen=True, slots=True)
class Served:
    """What was measured.

    `first_text` are milliseconds from the key press to the answer on the page, none without a browser;
    `alone` and `at_once` the seconds that all sessions took, `different` how many answers were not the
    same; `memory` the server's MiB when warm, half-way and at the end; `started` the seconds from the
    command that serves to the first answer.
    """

    first_text: tuple[float, ...]
    alone: float
    at_once: float
    different: int
    memory: tuple[float, float, float]
    started: float = 0.0


def measure_served(store: Path, questions: Sequence[str]) -> Served:
    """Serve the store and measure.

    Args:
        store: a store's folder.
        questions: what is asked, over and over.
    """
    began = time.perf_counter()
    with serving(store) as (url, process):
        ask_over_http(url, questions[0])
        started = time.perf_counter() - began

        def ask(question: str, history: Sequence[str]) -> Any:
            return ask_over_http(url, question, history)

        first_text = measure_first_text(url, questions[:BROWSER_TURNS])
        readings = [resident_mebibytes(process.pid)]
        alone, at_once, different = compare_sessions(ask, questions)
        half = QUESTIONS_FOR_MEMORY // 2
        for _ in range(2):
            for number in range(half):
                ask(questions[number % len(questions)], ())
            readings.append(resident_mebibytes(process.pid))
    return Served(
        tuple(first_text), alone, at_once, different, (readings[0], readings[1], readings[2]), started
    )


def compare_sessions(ask: Ask, questions: Sequence[str]) -> tuple[float, float, int]:
    """The same conversations one after another and all at once.

    Returns:
        Seconds one after another, seconds at once, and how many answers differed.
    """
    sessions = [
        [questions[(session * TURNS + turn) % len(questions)] for turn in range(TURNS)]
        for session in range(SESSIONS)
    ]

    def converse(session: Sequence[str]) -> list[Any]:
        # Every third question leans on those before it.
        return [
            ask(question, session[max(0, turn - HISTORY) : turn] if turn % 3 == 2 else ())
            for turn, question in enumerate(session)
        ]

    started = time.perf_counter()
    one_by_one = [converse(session) for session in sessions]
    alone = time.perf_counter() - started
    started = time.perf_counter()
    with ThreadPoolExecutor(SESSIONS) as pool:
        together = list(pool.map(converse, sessions))
    at_once = time.perf_counter() - started
    pairs = zip(chain(*one_by_one), chain(*together), strict=True)
    return alone, at_once, sum(one != other for one, other in pairs)


def as_rows(served: Served) -> Rows:
    """What was measured as a table."""
    warm, half, end = served.memory
    rows: Rows = [("the served page", "")]
    if served.first_text:
        ordered = sorted(served.first_text)
        rows += [
            ("question to first text in a browser, p50, ms", f"{statistics.median(ordered):.0f}"),
            ("question to first text in a browser, p95, ms", f"{percentile(ordered, 95):.0f}"),
            ("question to first text in a browser, slowest, ms", f"{ordered[-1]:.0f}"),
        ]
    return [
        *rows,
        ("server start to first answer, s", f"{served.started:.1f}"),
        (f"{SESSIONS} sessions × {TURNS} questions one after another, s", f"{served.alone:.1f}"),
        (f"{SESSIONS} sessions × {TURNS} questions at once, s", f"{served.at_once:.1f}"),
        ("answers that were not the same", f"{served.different}"),
        ("server's memory when warm, MiB", f"{warm:.0f}"),
        (f"… after {QUESTIONS_FOR_MEMORY // 2} questions, MiB", f"{half:.0f}"),
        (f"… after {QUESTIONS_FOR_MEMORY} questions, MiB", f"{end:.0f}"),
    ]


@contextmanager
def serving(store: Path) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """The page on a free port, without a limit on how often one may ask.

    Raises:
        RuntimeError: it did not come up within `START_SECONDS`.
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "ui.cli", "chat", "--headless", "--port", str(port)],
        env=os.environ | {"IMDI_STORE": str(store), "IMDI_QUESTIONS_PER_MINUTE": "1000000"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    url = f"http://127.0.0.1:{port}"
    try:
        _wait_until_ready(url, process)
        yield url, process
    finally:
        process.terminate()
        process.wait(timeout=30)


def ask_over_http(url: str, question: str, history: Sequence[str] = ()) -> Any:
    """The answer of `/api/ask` as data."""
    body = json.dumps({"question": question, "history": list(history)}).encode()
    request = urllib.request.Request(f"{url}/api/ask", body, {"content-type": "application/json"})
    with urllib.request.urlopen(request, timeout=60) as response:
        return json.load(response)


def measure_first_text(url: str, questions: Sequence[str]) -> list[float]:
    """Milliseconds from the key press to the answer's text, for each question; none without a browser."""
    path = next(filter(None, map(shutil.which, BROWSERS)), None)
    if path is None:
        return []
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        return []
    taken: list[float] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page()
        page.goto(url)
        for question in questions:
            page.wait_for_selector(".stApp[data-test-script-state=notRunning]")
            before = page.locator(ANSWERS).count()
            page.fill("[data-testid=stChatInput] textarea", question)
            started = time.perf_counter()
            page.keyboard.press("Enter")
            page.wait_for_function(
                "([answers, before]) => document.querySelectorAll(answers).length > before",
                arg=[ANSWERS, before],
                polling=10,
            )
            taken.append((time.perf_counter() - started) * 1_000)
        browser.close()
    return taken


def resident_mebibytes(pid: int) -> float:
    """A process's resident memory."""
    told = subprocess.run(["ps", "-o", "rss=", "-p", str(pid)], capture_output=True, text=True, check=True)
    return int(told.stdout) / 1024


def _wait_until_ready(url: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{url}/healthz", timeout=2):
                return
        except OSError:
            time.sleep(0.2)
    raise RuntimeError(f"the page was not ready within {START_SECONDS} s")
