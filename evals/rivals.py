"""`make bench-peers`: plain pipelines of other frameworks beside ours: the same lines, the same vectors.

Each is a script in `evals/peers/`, put together as its own documentation does, and runs in an environment of
their own (`.venv/peers`). They retrieve: what they would answer with is the unit that they put first.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from evals.data import Turn, load_pairs
from evals.report import Rows, as_markdown
from evals.runner import percentile
from evals.section import Section
from evals.text import holds, normalise

if TYPE_CHECKING:
    from evals.bench import Cost, Setup

FOLDER = Path(__file__).resolve().parent / "peers"
PYTHON = Path(sys.prefix) / "peers" / "bin" / "python"
SPLIT = "dev"
PEERS = {
    "LangChain": "with_langchain.py",
    "LlamaIndex": "with_llamaindex.py",
    "Haystack": "with_haystack.py",
    "txtai": "with_txtai.py",
}
COLD_RUNS = 3


@dataclass(frozen=True, slots=True)
class Run:
    """What one pipeline did.

    `hits` are the texts that it put first for each question, `answers` what it would answer, `rate` units
    taken in a second, `cold` a whole process to the answer, `milliseconds` each question in one process.
    """

    rate: float
    cold: Cost
    mebibytes: float
    milliseconds: Sequence[float]
    hits: Sequence[Sequence[str]]
    answers: Sequence[str]


@dataclass(frozen=True, slots=True)
class Found:
    """How many questions, of how many, had the right paragraph first, among five, and the right figure."""

    first: int
    among: int
    cited: int
    figures: int
    asked: int


def measure(setup: Setup) -> Section:
    """Every pipeline over the lines of the reports. Raises RuntimeError without environment or model."""
    if not PYTHON.exists() or setup.model is None:
        raise RuntimeError("peers need their environment and --model FOLDER: make bench-peers MODEL=FOLDER")
    turns = [pair.turns[0] for pair in load_pairs((SPLIT,)) if len(pair.turns) == 1]
    units = _units(setup)
    runs = {"IMDi-svar": _ours(setup, turns)}
    for name, script in PEERS.items():
        runs[name] = _peer(setup, FOLDER / script, units, turns)
    text = (
        f"{len(units)} lines of the two reports for the peers, the same lines as paragraphs for ours;"
        f" multilingual-e5-small with the bundled weights everywhere. Cold: median of {COLD_RUNS} whole"
        " processes. Ingest leaves out loading the model; ours also reads every number. Right paragraph: it"
        " holds a quote that the question's pair wants cited. Right figure: the answer has all the wanted"
        " ones and none of the unwanted; a peer's answer is what it puts first, with nothing to word it."
    )
    return Section("Plain pipelines of other frameworks", f"{text}\n\n{as_markdown(table(runs, turns))}")


def find(run: Run, turns: Sequence[Turn]) -> Found:
    """What of a run is right."""
    first = among = figures = 0
    cited = [n for n, turn in enumerate(turns) if turn.cite]
    for n in cited:
        right = [_is_cited(hit, turns[n]) for hit in run.hits[n]]
        first += any(right[:1])
        among += any(right[:5])
    asked = [n for n, turn in enumerate(turns) if any(map(_has_digit, _wanted(turn)))]
    for n in asked:
        figures += _is_right(run.answers[n], turns[n])
    return Found(first, among, len(cited), figures, len(asked))


def table(runs: dict[str, Run], turns: Sequence[Turn]) -> Rows:
    """A row for what is measured, a column a pipeline."""
    found = {name: find(run, turns) for name, run in runs.items()}
    lines: list[tuple[str, Callable[[Run, Found], str]]] = [
        ("cold process to first answer, s", lambda run, _: f"{run.cold.seconds:.2f}"),
        ("ingest, paragraphs a second", lambda run, _: f"{run.rate:.1f}"),
        ("warm, p50, ms", lambda run, _: f"{percentile(sorted(run.milliseconds), 50):.1f}"),
        ("warm, p95, ms", lambda run, _: f"{percentile(sorted(run.milliseconds), 95):.1f}"),
        ("memory after the questions, peak, MiB", lambda run, _: f"{run.mebibytes:.0f}"),
        ("right paragraph first", lambda _, one: f"{one.first} of {one.cited}"),
        ("right paragraph among five", lambda _, one: f"{one.among} of {one.cited}"),
        ("right figure in the answer", lambda _, one: f"{one.figures} of {one.asked}"),
    ]
    rows: Rows = [("", *runs)]
    for name, value in lines:
        rows.append((name, *(value(run, found[who]) for who, run in runs.items())))
    return rows


def _wanted(turn: Turn) -> list[str]:
    return [wanted for group in turn.want for wanted in group]


def _has_digit(text: str) -> bool:
    return any(character.isdigit() for character in text)


def _is_cited(text: str, turn: Turn) -> bool:
    shown = normalise(text)
    return any(holds(shown, normalise(quote)) for quote in turn.cite)


def _is_right(text: str, turn: Turn) -> bool:
    shown = normalise(text, turn.language)
    has = all(any(holds(shown, normalise(wanted)) for wanted in group) for group in turn.want)
    return has and not any(holds(shown, normalise(avoided)) for avoided in turn.avoid)


def _units(setup: Setup) -> list[dict[str, str]]:
    """The lines of the reports that are not empty."""
    from evals.baseline import split

    return [
        {"id": f"{file.stem}:{document.metadata['start']}", "text": document.page_content}
        for file in setup.texts
        for document in split(file.stem, file.read_text(encoding="utf-8"))
    ]


def _peer(setup: Setup, script: Path, units: list[dict[str, str]], turns: Sequence[Turn]) -> Run:
    from evals.bench import QUESTION, median_cost

    folder = setup.folder / script.stem

    def run(action: str, told: object) -> tuple[Any, Cost]:
        return _run([str(script), action, str(folder), str(setup.model)], told, str(PYTHON))

    taken, _ = run("ingest", units)
    cold = median_cost([run("ask", [QUESTION])[1] for _ in range(COLD_RUNS)])
    asked, cost = run("ask", [QUESTION, *(turn.question for turn in turns)])
    texts = {unit["id"]: unit["text"] for unit in units}
    hits = [[texts[hit] for hit in found] for found in asked["hits"][1:]]
    answers = [found[0] if found else "" for found in hits]
    rate = taken["count"] / taken["seconds"]
    return Run(rate, cold, cost.mebibytes, asked["milliseconds"][1:], hits, answers)


# Ours in a process of its own, told and telling as the scripts of the others.
_OURS = """
import json, sys, time
from pathlib import Path
action, folder = sys.argv[1:]
if action == "ingest":
    from ingest import ingest
    from ingest.embed import open_encoder
    open_encoder().encode_query("?")
    summary = ingest((), store=Path(folder))
    print(json.dumps({"count": summary.paragraphs, "seconds": summary.seconds}))
else:
    from rag import Assistant
    assistant = Assistant.open(Path(folder))
    milliseconds, answers, hits = [], [], []
    for question in json.load(sys.stdin):
        started = time.perf_counter()
        answers.append(assistant.ask(question).text)
        milliseconds.append((time.perf_counter() - started) * 1000)
        hits.append([hit.text for hit in assistant.search(question, k=5)])
    print(json.dumps({"answers": answers, "milliseconds": milliseconds, "hits": hits}))
"""


def _ours(setup: Setup, turns: Sequence[Turn]) -> Run:
    from evals.bench import QUESTION, cold_command, median_cost, run_process

    folder = str(setup.folder / "beside-peers")
    taken, _ = _run(["-c", _OURS, "ingest", folder], None)
    cold = median_cost([run_process(cold_command(Path(folder))) for _ in range(COLD_RUNS)])
    asked, cost = _run(["-c", _OURS, "ask", folder], [QUESTION, *(turn.question for turn in turns)])
    rate = taken["count"] / taken["seconds"]
    return Run(rate, cold, cost.mebibytes, asked["milliseconds"][1:], asked["hits"][1:], asked["answers"][1:])


def _run(arguments: Sequence[str], told: object, python: str = sys.executable) -> tuple[Any, Cost]:
    """What a process prints last, as data, and what it cost."""
    from evals.bench import run_process

    said: list[str] = []
    cost = run_process(arguments, python=python, told=json.dumps(told).encode(), said=said)
    return json.loads(said[0].strip().splitlines()[-1]), cost
