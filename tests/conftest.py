"""What tests share: an encoder that needs no model, and stores built with it."""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import re
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

os.environ["HF_HUB_OFFLINE"] = "1"
os.environ.setdefault("ANONYMIZED_TELEMETRY", "False")
# Not the user's own; what is in it is named by its content, so that it may be kept from run to run.
os.environ["IMDI_CACHE"] = str(Path(__file__).parent.parent / ".pytest_cache" / "imdi")

import numpy as np
import pytest
from filelock import FileLock
from numpy.typing import NDArray
from websites import Site, serve

from ingest import store as store_module
from ingest.lemmas import dictionary_lemma, words
from ingest.models import IngestSummary, Kind, Observation, Paragraph, Quantity, Report
from ingest.pipeline import Making, ingest_reports
from ingest.settings import CORPUS
from ingest.store import Store
from rag.chain import STRICT, Assistant
from rag.models import Answer, Status

Vectors = NDArray[np.float32]
Build = Callable[..., IngestSummary]

ROOT = CORPUS.parent
IDS = ("introduksjonsprogram-2023", "introduksjonsprogram-2017")
TODAY = dt.date(2024, 11, 1)
REPORT_2019 = "Resultater for 2019\n\nI 2019 gikk 46 prosent av kvinnene til arbeid.\n"


class FakeEncoder:
    """Hashes words into 32 directions: texts that share words are near each other. Deterministic."""

    dimension = 32

    def __init__(self, model: str = "fake 1") -> None:
        self.model = model
        self.encoded: list[str] = []

    def encode_paragraphs(self, texts: Sequence[str]) -> Vectors:
        self.encoded += texts
        return np.stack([self._vector(text) for text in texts])

    def encode_query(self, text: str) -> Vectors:
        return self._vector(text)

    def _vector(self, text: str) -> Vectors:
        vector = np.zeros(self.dimension, dtype=np.float32)
        for word in re.findall(r"\w+", text.lower()):
            digest = hashlib.sha256(word.encode("utf-8", "replace")).digest()
            vector[digest[0] % self.dimension] += 1.0 if digest[1] % 2 else -1.0
        vector[-1] += 0.01
        unit: Vectors = (vector / np.linalg.norm(vector)).astype(np.float32)
        return unit


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what tests say they cost (`record_property("cost", …)`), whichever process they ran in."""
    reports = [*terminalreporter.getreports("passed"), *terminalreporter.getreports("failed")]
    costs = [str(value) for report in reports for key, value in report.user_properties if key == "cost"]
    if costs:
        terminalreporter.section("time and memory")
        for cost in sorted(costs):
            terminalreporter.write_line(cost)


def read_percentages(report: Report, paragraphs: Sequence[Paragraph]) -> list[Observation]:
    """A reader for tests of the store: every "n prosent" is an observation of one measure."""
    return [
        Observation(
            id=f"{paragraph.id}-{match.start()}",
            report_id=report.id,
            paragraph_id=paragraph.id,
            measure="andel",
            dimensions={"sex": "kvinner"} if "kvinner" in paragraph.text.lower() else {},
            period=str(report.year),
            kind=Kind.LEVEL,
            quantity=_quantity(match),
        )
        for paragraph in paragraphs
        for match in re.finditer(r"(\d+) prosent\b", paragraph.text)
    ]


def _quantity(match: re.Match[str]) -> Quantity:
    value, half = Decimal(match.group(1)), Decimal("0.5")
    return Quantity(
        value, "prosent", value - half, value + half, None, match.group(), match.start(), match.end()
    )


@pytest.fixture(autouse=True)
def _own_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No test reads or writes the user's own store, or asks a language model of theirs."""
    monkeypatch.delenv("IMDI_MODEL", raising=False)
    monkeypatch.setenv("IMDI_STORE", str(tmp_path / "user-store"))
    monkeypatch.setenv("IMDI_CACHE", str(tmp_path / "user-cache"))
    monkeypatch.delenv("IMDI_EMBEDDING_MODEL", raising=False)


@pytest.fixture
def encoder() -> FakeEncoder:
    """An encoder that needs no model and keeps a list of what it encoded."""
    return FakeEncoder()


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """A copy of the corpus that a test may change."""
    return Path(shutil.copytree(CORPUS, tmp_path / "corpus"))


@pytest.fixture
def making(corpus: Path, encoder: FakeEncoder) -> Making:
    """What to build a store with: a corpus of one's own, the fake encoder and a reader of percentages."""
    return Making(corpus=corpus, encoder=encoder, reader=read_percentages)


@pytest.fixture
def store_path(tmp_path: Path) -> Path:
    """Where a test's store is."""
    return tmp_path / "store"


@pytest.fixture
def build(store_path: Path, making: Making, monkeypatch: pytest.MonkeyPatch) -> Build:
    """Ingest into the test's store; word forms without the second that reading the dictionaries takes."""

    def used_forms(texts: Iterable[str]) -> dict[str, str]:
        return {word: dictionary_lemma(word) for text in texts for word in words(text)}

    monkeypatch.setattr(store_module, "find_forms", used_forms)

    def run(*sources: Path, **changes: Any) -> IngestSummary:
        return ingest_reports(sources, store_path, making=replace(making, **changes))

    return run


@pytest.fixture
def report_2019(tmp_path: Path) -> Path:
    """A third report."""
    file = tmp_path / "resultater-2019.txt"
    file.write_text(REPORT_2019, encoding="utf-8")
    return file


@pytest.fixture
def site() -> Iterator[Site]:
    """A web server on this machine, running."""
    with serve() as running:
        yield running


@pytest.fixture(scope="session")
def corpus_store_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a store of the corpus: the real observations, the fake encoder's vectors."""
    return made_once(
        tmp_path_factory, "store", lambda path: ingest_reports((), path, making=Making(encoder=FakeEncoder()))
    )


def made_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], object]) -> Path:
    """A folder that all processes of a test run share: the first that needs it makes it."""
    run = factory.getbasetemp()
    path = (run.parent if "PYTEST_XDIST_WORKER" in os.environ else run) / name
    done = path.with_suffix(".made")
    with FileLock(path.with_suffix(".lock")):
        if not done.exists():
            make(path)
            done.touch()
    return path


@pytest.fixture(scope="session")
def corpus_store(corpus_store_path: Path) -> Iterator[Store]:
    """A store of the corpus, opened: the real observations, the fake encoder's vectors."""
    with Store.open(corpus_store_path, encoder=FakeEncoder()) as store:
        yield store


@pytest.fixture
def strict(monkeypatch: pytest.MonkeyPatch) -> None:
    """An answer that cannot be proved is an error here, where a user would get the quotes alone."""
    monkeypatch.setenv(STRICT, "1")


@pytest.fixture(scope="module")
def assistant(corpus_store: Store) -> Assistant:
    """The real reports without embeddings, searched by words, asked on a day of 2024."""
    return Assistant(corpus_store, today=TODAY)


def ask_in_turns(assistant: Assistant, turns: str) -> Answer:
    """The answer to the last of several turns, with " >> " between them."""
    answers: list[Answer] = []
    for question in turns.split(" >> "):
        answers.append(assistant.ask(question, answers))
    return answers[-1]


@dataclass(frozen=True)
class Row:
    """A conversation, turns parted by " >> ", and what its last answer must and must not hold."""

    turns: str
    has: tuple[str, ...] = ()
    status: Status = Status.ANSWERED
    lacks: tuple[str, ...] = ()

    def check(self, assistant: Assistant) -> None:
        """Fail where the last answer is another than this says."""
        answer = ask_in_turns(assistant, self.turns)
        text = answer.text.replace("\N{NO-BREAK SPACE}", " ")
        assert answer.status is self.status, text
        assert not [part for part in self.has if part not in text], text
        assert not [part for part in self.lacks if part in text], text
