"""`make bench`: speed and memory, ours beside the plain pipeline, measured in one run on one machine.

Everything that is timed as a whole runs in a process of its own; what is printed is the median.
"""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from evals.data import load_pairs
from evals.report import Rows, as_markdown, as_text
from evals.runner import percentile
from evals.serving import as_rows, measure_served

COLD_RUNS = 5
QUESTION = "Hvor stor andel av kvinnene gikk til arbeid eller utdanning i 2023?"
# One line each, so that the whole of both programs can be read here.
_OURS_INGEST = (
    "import sys; from ingest import ingest; from pathlib import Path; ingest((), store=Path(sys.argv[1]))"
)
_PLAIN_INGEST = (
    "import sys; from pathlib import Path; from evals.baseline import PlainPipeline;"
    " PlainPipeline(Path(sys.argv[1])).add({Path(f).stem: Path(f).read_text('utf-8') for f in sys.argv[2:]})"
)


@dataclass(frozen=True, slots=True)
class Cost:
    """Wall time in seconds and peak resident memory in MiB of one process."""

    seconds: float
    mebibytes: float


@dataclass(frozen=True, slots=True)
class Measured:
    """What one of the two costs."""

    ingest: Cost
    cold: Cost
    p50: float
    p95: float


def run_process(arguments: Sequence[str]) -> Cost:
    """Run a Python command line to its end. Raises RuntimeError, with its last lines, where it fails."""
    with tempfile.TemporaryFile() as output:
        started = time.perf_counter()
        process = subprocess.Popen([sys.executable, *arguments], stdout=output, stderr=subprocess.STDOUT)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        text = output.read().decode("utf-8", "replace")
    if process.returncode:
        raise RuntimeError(f"{' '.join(arguments)[:80]} failed: {text[-2000:]}")
    per_mebibyte = 1024 * 1024 if sys.platform == "darwin" else 1024
    return Cost(seconds, usage.ru_maxrss / per_mebibyte)


def median_cost(costs: Sequence[Cost]) -> Cost:
    """The median time and the highest memory."""
    return Cost(statistics.median(c.seconds for c in costs), max(c.mebibytes for c in costs))


def measure_warm(ask: Callable[[str], object], questions: Sequence[str]) -> tuple[float, float]:
    """The 50th and 95th percentile of milliseconds a question, after one that is not counted."""
    ask(QUESTION)
    milliseconds: list[float] = []
    for question in questions:
        started = time.perf_counter()
        ask(question)
        milliseconds.append((time.perf_counter() - started) * 1000)
    milliseconds.sort()
    return percentile(milliseconds, 50), percentile(milliseconds, 95)


def measure_ours(folder: Path, questions: Sequence[str]) -> Measured:
    """Our assistant: `imdi ask` as a whole process, and a warm Assistant."""
    from rag import Assistant

    ingested = run_process(["-c", _OURS_INGEST, str(folder)])
    command = ["-m", "ui.cli", "ask", "--store", str(folder), QUESTION]
    cold = median_cost([run_process(command) for _ in range(COLD_RUNS)])
    return Measured(ingested, cold, *measure_warm(Assistant.open(folder).ask, questions))


def measure_plain(folder: Path, files: Sequence[Path], questions: Sequence[str]) -> Measured:
    """The plain pipeline over the same reports."""
    from evals.baseline import PlainPipeline

    ingested = run_process(["-c", _PLAIN_INGEST, str(folder), *map(str, files)])
    command = ["-m", "evals.baseline", str(folder), QUESTION]
    cold = median_cost([run_process(command) for _ in range(COLD_RUNS)])
    return Measured(ingested, cold, *measure_warm(PlainPipeline(folder).ask, questions))


def table(ours: Measured, plain: Measured) -> Rows:
    """Both with the ratio plain / ours: above 1 where ours costs less."""
    lines = [
        ("ingest of the corpus, s", ours.ingest.seconds, plain.ingest.seconds, 1),
        ("ingest, peak memory, MiB", ours.ingest.mebibytes, plain.ingest.mebibytes, 0),
        ("cold start to first answer, s", ours.cold.seconds, plain.cold.seconds, 2),
        ("cold start, peak memory, MiB", ours.cold.mebibytes, plain.cold.mebibytes, 0),
        ("warm answer, p50, ms", ours.p50, plain.p50, 1),
        ("warm answer, p95, ms", ours.p95, plain.p95, 1),
    ]
    rows: Rows = [("", "IMDi-svar", "plain LangChain + Chroma", "plain / ours")]
    for name, mine, theirs, decimals in lines:
        rows.append((name, f"{mine:.{decimals}f}", f"{theirs:.{decimals}f}", f"{theirs / mine:.2f}"))
    return rows


def main() -> None:
    """Measure, print, and write only where `--write` says so."""
    parser = argparse.ArgumentParser(prog="python -m evals.bench", description=__doc__)
    parser.add_argument("--write", type=Path, metavar="FILE", help="also write the table as Markdown")
    arguments = parser.parse_args()
    questions = [pair.turns[0].question for pair in load_pairs(("dev",))]
    with tempfile.TemporaryDirectory(prefix="imdi-bench-", ignore_cleanup_errors=True) as folder:
        # Our store keeps each report's text; the plain pipeline is given the very same.
        ours = measure_ours(Path(folder, "ours"), questions)
        files = _write_sources(Path(folder, "ours"), Path(folder, "texts"))
        plain = measure_plain(Path(folder, "plain"), files, questions)
        served = as_rows(measure_served(Path(folder, "ours"), questions))
    rows = table(ours, plain)
    print(as_text(rows), f"\n{_machine(len(questions))}\n\n{as_text(served)}")
    if arguments.write:
        tables = "\n\n".join((as_markdown(rows), as_markdown(served)))
        text = f"# Benchmarks\n\n`make bench`. {_machine(len(questions))}\n\n{tables}\n"
        arguments.write.write_text(text, encoding="utf-8")


def _write_sources(store: Path, folder: Path) -> list[Path]:
    from rag import Assistant

    folder.mkdir()
    opened = Assistant.open(store).store
    files = [folder / f"{report.id}.txt" for report in opened.reports]
    for file in files:
        file.write_text(opened.source(file.stem), encoding="utf-8")
    return files


def _machine(questions: int) -> str:
    versions = f"Python {platform.python_version()}, {platform.system()} {platform.machine()}"
    return (
        f"{versions}, {os.cpu_count()} cores. Cold: median of {COLD_RUNS} whole processes."
        f" Warm: {questions} questions in one process."
    )


if __name__ == "__main__":
    main()
