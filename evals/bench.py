"""`make bench`: speed and memory, ours beside plain pipelines, measured in one run on one machine.

Everything that is timed as a whole runs in a process of its own; what is told is the median. `--write` puts
what was measured on docs/benchmarks.md; what was not stays there as it was.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import IO, TYPE_CHECKING

from evals.data import load_pairs
from evals.page import describe_machine, write_page
from evals.report import Rows, as_markdown
from evals.runner import percentile
from evals.section import Section
from evals.serving import as_rows, measure_served

if TYPE_CHECKING:
    from rag import Assistant
    from rag.models import Answer

COLD_RUNS = 5
QUESTION = "Hvor stor andel av kvinnene gikk til arbeid eller utdanning i 2023?"
OURS, PLAIN, SENTENCE = "IMDi-svar", "LangChain, same engine", "LangChain, sentence-transformers"
# One line each, so that the whole of all programs can be read here.
_OURS_INGEST = (
    "import sys; from ingest import ingest; from pathlib import Path; ingest((), store=Path(sys.argv[1]))"
)
_PLAIN_INGEST = (
    "import sys; from pathlib import Path; from evals.baseline import PlainPipeline;"
    " folder, model, *files = map(Path, sys.argv[1:]);"
    " PlainPipeline(folder, model if model.is_dir() else None)"
    ".add({f.stem: f.read_text('utf-8') for f in files})"
)
_NO_MODEL = "no-model"
# A process is charged with the memory of whoever starts it, until it is a program of its own. So a small one
# starts it, and notes what it cost: seconds, peak memory, exit code.
_LAUNCH = """
import json, os, subprocess, sys, time
started = time.perf_counter()
process = subprocess.Popen(sys.argv[2:])
_, status, usage = os.wait4(process.pid, 0)
cost = [time.perf_counter() - started, usage.ru_maxrss, os.waitstatus_to_exitcode(status)]
with open(sys.argv[1], "w", encoding="utf-8") as file:
    json.dump(cost, file)
"""


@dataclass(frozen=True, slots=True)
class Cost:
    """Wall time in seconds and peak resident memory in MiB of one process."""

    seconds: float
    mebibytes: float


@dataclass(frozen=True, slots=True)
class Measured:
    """What one of the pipelines costs."""

    ingest: Cost
    cold: Cost
    p50: float
    p95: float


@dataclass(frozen=True)
class Setup:
    """What everything is measured with: a folder to work in, and perhaps a sentence-transformers model."""

    folder: Path
    model: Path | None = None

    @cached_property
    def questions(self) -> list[str]:
        """What is asked."""
        return [pair.turns[0].question for pair in load_pairs(("dev",))]

    @cached_property
    def store(self) -> Path:
        """Our store, built once."""
        run_process(["-c", _OURS_INGEST, str(self.folder / "ours")])
        return self.folder / "ours"

    @cached_property
    def texts(self) -> list[Path]:
        """The text of each report: our store keeps it, and the plain pipelines are given the very same."""
        from rag import Assistant

        (self.folder / "texts").mkdir()
        opened = Assistant.open(self.store).store
        files = [self.folder / "texts" / f"{report.id}.txt" for report in opened.reports]
        for file in files:
            file.write_text(opened.source(file.stem), encoding="utf-8")
        return files


def run_process(
    arguments: Sequence[str],
    *,
    python: str = sys.executable,
    told: bytes = b"",
    said: list[str] | None = None,
) -> Cost:
    """Run a Python command line to its end. Raises RuntimeError, with its last lines, where it fails.

    Args:
        arguments: what follows `python`.
        python: which one, ours if not given.
        told: its standard input.
        said: what it printed is appended here.
    """
    # An installed program has its bytecode, whatever this shell says of writing it.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as given, _notes() as notes:
        given.write(told)
        given.seek(0)
        command = [sys.executable, "-I", "-S", "-c", _LAUNCH, notes.name, python, *arguments]
        subprocess.run(command, stdin=given, stdout=output, stderr=subprocess.STDOUT, env=environment)
        seconds, peak, code = json.load(notes)
        output.seek(0)
        text = output.read().decode("utf-8", "replace")
    if code:
        raise RuntimeError(f"{' '.join(arguments)[:80]} failed: {text[-2000:]}")
    if said is not None:
        said.append(text)
    per_mebibyte = 1024 * 1024 if sys.platform == "darwin" else 1024
    return Cost(seconds, peak / per_mebibyte)


def _notes() -> IO[str]:
    return tempfile.NamedTemporaryFile("r", encoding="utf-8", suffix=".json")


def median_cost(costs: Sequence[Cost]) -> Cost:
    """The median time and the highest memory."""
    return Cost(statistics.median(c.seconds for c in costs), max(c.mebibytes for c in costs))


def time_each(ask: Callable[[str], object], questions: Sequence[str]) -> list[float]:
    """Milliseconds of each question, after one that is not counted."""
    ask(QUESTION)
    milliseconds: list[float] = []
    for question in questions:
        started = time.perf_counter()
        ask(question)
        milliseconds.append((time.perf_counter() - started) * 1000)
    return milliseconds


def measure_warm(ask: Callable[[str], object], questions: Sequence[str]) -> tuple[float, float]:
    """The 50th and 95th percentile of milliseconds a question, after one that is not counted."""
    milliseconds = sorted(time_each(ask, questions))
    return percentile(milliseconds, 50), percentile(milliseconds, 95)


def cold_command(store: Path) -> list[str]:
    """Our command line, from nothing to the answer."""
    return ["-m", "ui.cli", "ask", "--store", str(store), QUESTION]


def measure_ours(setup: Setup) -> Measured:
    """Our assistant: `imdi ask` as a whole process, and a warm Assistant."""
    from rag import Assistant

    ingested = run_process(["-c", _OURS_INGEST, str(setup.folder / "again")])
    cold = median_cost([run_process(cold_command(setup.store)) for _ in range(COLD_RUNS)])
    return Measured(ingested, cold, *measure_warm(Assistant.open(setup.store).ask, setup.questions))


def measure_plain(setup: Setup, model: Path | None = None) -> Measured:
    """The plain pipeline over the same reports."""
    from evals.baseline import PlainPipeline

    folder = setup.folder / ("sentence" if model else "plain")
    ingested = run_process(
        ["-c", _PLAIN_INGEST, str(folder), str(model or _NO_MODEL), *map(str, setup.texts)]
    )
    command = ["-m", "evals.baseline", str(folder), QUESTION, *([str(model)] if model else [])]
    cold = median_cost([run_process(command) for _ in range(COLD_RUNS)])
    return Measured(ingested, cold, *measure_warm(PlainPipeline(folder, model).ask, setup.questions))


def table(measured: Mapping[str, Measured]) -> Rows:
    """All of them, and what each but the first costs of the first: above 1 where that costs less."""
    first, *others = measured
    rows: Rows = [("", *measured, *(f"{name} / {first}" for name in others))]
    lines: list[tuple[str, Callable[[Measured], float], int]] = [
        ("ingest of the corpus, s", lambda one: one.ingest.seconds, 1),
        ("ingest, peak memory, MiB", lambda one: one.ingest.mebibytes, 0),
        ("cold process to first answer, s", lambda one: one.cold.seconds, 2),
        ("cold process, peak memory, MiB", lambda one: one.cold.mebibytes, 0),
        ("warm answer, p50, ms", lambda one: one.p50, 1),
        ("warm answer, p95, ms", lambda one: one.p95, 1),
    ]
    for name, value, decimals in lines:
        values = [value(one) for one in measured.values()]
        ratios = [f"{other / values[0]:.2f}" for other in values[1:]]
        rows.append((name, *(f"{one:.{decimals}f}" for one in values), *ratios))
    return rows


def pipelines(setup: Setup) -> Section:
    """Ours and the plain pipelines."""
    measured = {OURS: measure_ours(setup), PLAIN: measure_plain(setup)}
    if setup.model:
        measured[SENTENCE] = measure_plain(setup, setup.model)
    text = (
        f"The same {len(setup.questions)} questions (dev) over the two reports. A cold process is the median"
        f" of {COLD_RUNS}, with bytecode and, for ours, the vocabulary of an earlier process in the cache;"
        " warm is in one process. The plain pipelines answer with the nearest line; ours reads every number"
        " when it ingests."
    )
    return Section("Two reports, one machine", f"{text}\n\n{as_markdown(table(measured))}")


def by_intent(setup: Setup) -> Section:
    """A warm question by what it wants, beside the embedding of a question."""
    from ingest.embed import open_encoder
    from rag import Assistant

    assistant = Assistant.open(setup.store)
    answers: list[Answer] = []
    milliseconds = time_each(lambda question: answers.append(assistant.ask(question)), setup.questions)
    taken: dict[str, list[float]] = {}
    for answer, one in zip(answers[1:], milliseconds, strict=True):
        taken.setdefault(answer.query.intent.value, []).append(one)
    embedding = sorted(time_each(open_encoder().encode_query, setup.questions))
    rows: Rows = [("intent", "questions", "p50, ms", "p95, ms", "p50 / one embedding")]
    whole = statistics.median(embedding)
    named = [*sorted(taken.items(), key=lambda item: -len(item[1])), ("all", milliseconds)]
    for name, values in named:
        half, most = percentile(sorted(values), 50), percentile(sorted(values), 95)
        rows.append((name, str(len(values)), f"{half:.1f}", f"{most:.1f}", f"{half / whole:.2f}"))
    rows.append(
        ("one embedding", str(len(embedding)), f"{whole:.1f}", f"{percentile(embedding, 95):.1f}", "1.00")
    )
    text = (
        "Questions of figures are answered from the table and need no embedding. Each question is new to the"
        f" process. A warm figure allocates {_allocated(assistant):.0f} KiB at its peak."
    )
    return Section("A warm question by intent", f"{text}\n\n{as_markdown(rows)}")


def _allocated(assistant: Assistant) -> float:
    """KiB that a warm figure question allocates at its peak; the median of some."""
    peaks: list[float] = []
    gc.collect()
    tracemalloc.start()
    try:
        for _ in range(COLD_RUNS + 1):
            tracemalloc.reset_peak()
            before, _ = tracemalloc.get_traced_memory()
            assistant.ask(QUESTION)
            peaks.append((tracemalloc.get_traced_memory()[1] - before) / 1024)
    finally:
        tracemalloc.stop()
    return statistics.median(peaks[1:])


def served(setup: Setup) -> Section:
    """The page and its API under load."""
    return Section("The served page", as_markdown(as_rows(measure_served(setup.store, setup.questions))))


def peers(setup: Setup) -> Section:
    """Plain pipelines of other frameworks; needs their environment and a sentence-transformers model."""
    from evals.rivals import measure

    return measure(setup)


# What can be measured, in the order of the page. Those of `LONG` are measured only where they are named.
MEASURES: dict[str, Callable[[Setup], Section]] = {
    "pipelines": pipelines,
    "intents": by_intent,
    "served": served,
    "peers": peers,
}
LONG = frozenset({"peers"})


def main() -> None:
    """Measure, print, and write only where `--write` says so."""
    parser = argparse.ArgumentParser(prog="python -m evals.bench", description=__doc__)
    parser.add_argument("--write", type=Path, metavar="FILE", help="write what was measured to this page")
    parser.add_argument(
        "--model", type=Path, metavar="FOLDER", help="a sentence-transformers model with the bundled weights"
    )
    usual = [name for name in MEASURES if name not in LONG]
    parser.add_argument("--only", nargs="+", choices=list(MEASURES), default=usual, metavar="NAME",
                        help=f"of {', '.join(MEASURES)}; usually {', '.join(usual)}")  # fmt: skip
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="imdi-bench-", ignore_cleanup_errors=True) as folder:
        os.environ["IMDI_CACHE"] = str(Path(folder, "cache"))
        setup = Setup(Path(folder), arguments.model)
        sections = []
        for name in arguments.only:
            sections.append(MEASURES[name](setup))
            print(f"## {sections[-1].title}\n\n{sections[-1].text}\n", flush=True)
            if arguments.write:  # what was measured stays measured, should the next one fail
                write_page(arguments.write, sections[-1:])
    print(describe_machine())


if __name__ == "__main__":
    main()
