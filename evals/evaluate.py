"""`imdi eval`: questions and annotations in, tables and a verdict out."""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from evals import gate, report
from evals.data import (
    ANNOTATIONS,
    FOLDER,
    QUESTIONS,
    SPLITS,
    Annotation,
    Pair,
    find_reports,
    load_annotations,
    load_pairs,
)
from evals.extraction import ExtractionScore, score_extraction, sum_scores
from evals.runner import PairOutcome, Sources, run_pairs
from evals.slots import SlotScore, load_readings, score_slots
from ingest import ingest
from ingest.store import Store
from rag import Assistant
from rag.chain import STRICT
from rag.plain import Plain, to_plain

RESULTS = FOLDER / "results"
FAILED = 1


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What one run found. `plain` is empty where the plain pipeline was not run."""

    ours: tuple[PairOutcome, ...]
    plain: tuple[PairOutcome, ...]
    extraction: ExtractionScore
    slots: SlotScore | None = None
    by_report: Mapping[str, ExtractionScore] = field(default_factory=dict)

    def tables(self) -> list[report.Rows]:
        """The answers, how the questions were read, and the numbers, as rows."""
        found = [report.score_rows(self.ours, self.plain)]
        if self.slots and self.slots.turns:
            found.append(report.slot_rows(self.slots))
        if self.by_report:
            found.append(report.report_rows(self.by_report))
        return [*found, report.extraction_rows(self.extraction)]

    def faults(self) -> list[str]:
        """Everything that went wrong, in words."""
        read = self.slots.faults if self.slots else ()
        return [*report.failure_lines(self.ours), "", *read, "", *self.extraction.faults]

    def data(self) -> Plain:
        """Everything, as plain data."""
        return {
            "ours": report.as_data(self.ours),
            "plain": report.as_data(self.plain),
            "slots": to_plain(self.slots),
            "extraction": to_plain(self.extraction),
        }


def evaluate(splits: Sequence[str] = SPLITS, *, plain: bool = True, served: bool = False) -> Evaluation:
    """Build a store of the corpus, ask everything, and compare the numbers table with the annotations.

    `served`: ask the user's own store instead, as it is, be it a folder or on servers.
    """
    pairs, annotations = load_pairs(splits, QUESTIONS), load_annotations(ANNOTATIONS)
    with tempfile.TemporaryDirectory(prefix="imdi-eval-", ignore_cleanup_errors=True) as folder:
        return _evaluate(None, Path(folder), pairs, annotations, plain, served)


def evaluate_folder(folder: Path) -> Evaluation:
    """The same for reports outside the corpus, each taken in beside it.

    `folder` holds reports of any format with their annotations (`evals.data.find_reports`) and
    questions.toml, whose pairs say which report they ask of. Reports go by their file's name without ending.
    """
    pairs = load_pairs(("questions",), folder)
    found: dict[str, Evaluation] = {}
    for path, annotated in find_reports(folder).items():
        with tempfile.TemporaryDirectory(prefix="imdi-eval-", ignore_cleanup_errors=True) as store:
            mine = [replace(pair, split=path.stem) for pair in pairs if pair.report == path.stem]
            found[path.stem] = _evaluate(path, Path(store), mine, load_annotations(annotated), plain=False)
    return Evaluation(
        ours=tuple(outcome for one in found.values() for outcome in one.ours),
        plain=(),
        extraction=sum_scores(one.extraction for one in found.values()),
        by_report={name: one.extraction for name, one in found.items()},
    )


def run(
    splits: Sequence[str] = SPLITS,
    *,
    folder: Path | None = None,
    served: bool = False,
    check: bool = False,
    update: bool = False,
    lower: bool = False,
    show_failures: bool = False,
    json_file: Path | None = None,
    markdown_file: Path | None = None,
) -> int:
    """Evaluate, print, save, and return the exit status: 0, or 1 where the gate (`check`) is not passed."""
    found = (
        evaluate_folder(folder) if folder else evaluate(splits, plain=not (check or update), served=served)
    )
    tables = found.tables()
    print(*map(report.as_text, tables), sep="\n\n")
    if show_failures:
        print(*found.faults(), sep="\n")
    _save(found, json_file or RESULTS / "latest.json")
    if markdown_file:
        text = "\n\n".join(map(report.as_markdown, tables))
        markdown_file.write_text(text + "\n", encoding="utf-8")
    if folder or not (check or update):
        return 0
    return _hold(gate.measure(found.ours, found.extraction, found.slots), update, lower)


def find_sources(store: Store) -> Sources:
    """What the answers from a store are checked against."""
    years = {str(report.year) for report in store.reports} | {o.period for o in store.observations()}
    return Sources(
        years=frozenset(int(year) for year in years if year and year.isdigit()),
        texts={report.id: store.source(report.id) for report in store.reports},
        dates=frozenset(report.updated for report in store.reports if report.updated),
        ages=frozenset(age for o in store.observations() if (age := o.dimensions.get("age"))),
    )


def _evaluate(
    added: Path | None,
    folder: Path,
    pairs: Sequence[Pair],
    annotations: Sequence[Annotation],
    plain: bool,
    served: bool = False,
) -> Evaluation:
    # An answer that grounding rejects is to be seen here, not replaced by a safe one.
    os.environ[STRICT] = "1"
    if served:
        assistant = Assistant.open().without_model()
    else:
        ingest([added] if added else (), store=folder / "ours")
        assistant = Assistant.open(folder / "ours").without_model()
    store = assistant.store
    own = _find_id(store, added) if added else None
    sources = find_sources(store)
    if pairs:
        # The first answer loads the model: that is for the bench to time.
        assistant.ask(pairs[0].turns[0].question)
    ours = run_pairs(assistant, pairs, sources, progress=_show_progress)
    theirs = _run_plain(folder / "plain", pairs, sources) if plain else ()
    observations = store.observations(report_id=own)
    if own:
        annotations = [replace(row, report=own) for row in annotations]
    paragraphs = {paragraph.id: paragraph for paragraph in store.paragraphs()}
    slots = score_slots(ours, assistant, load_readings())
    return Evaluation(ours, theirs, score_extraction(observations, paragraphs, annotations), slots)


def _find_id(store: Store, added: Path) -> str:
    """The id of the report that a file became."""
    return next(report.id for report in store.reports if report.path == added.name)


def _run_plain(folder: Path, pairs: Sequence[Pair], sources: Sources) -> tuple[PairOutcome, ...]:
    # Imported here: a gate run needs neither the plain pipeline nor the time to load it.
    from evals.baseline import PlainPipeline

    pipeline = PlainPipeline(folder)
    pipeline.add(sources.texts)
    return run_pairs(pipeline, pairs, sources, lenient=True)


def _show_progress(outcome: PairOutcome) -> None:
    if sys.stderr.isatty():
        print(f"\r{outcome.pair.id:<12}", end="", file=sys.stderr, flush=True)


def _save(found: Evaluation, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(found.data(), ensure_ascii=False, indent=1), encoding="utf-8")


def _hold(reached: gate.Limits, update: bool, lower: bool) -> int:
    if update:
        if laxer := gate.save_limits(reached, lower=lower):
            print(
                "\nThe baseline stays, for it would be lowered. Say --lower if that is meant:",
                *laxer,
                sep="\n  ",
            )
            return FAILED
        print(f"\nThe baseline is now {gate.BASELINE.name}: {dict(reached.floors)}")
        return 0
    required = gate.load_limits()
    if required is None:
        print("\nThere is no baseline yet: run imdi eval --update-baseline.")
        return FAILED
    fallen = gate.breaches(reached, required)
    print("\nThe gate is passed." if not fallen else "\nThe gate is not passed:", *fallen, sep="\n  ")
    return FAILED if fallen else 0
