"""The measurements of growth, each in a process of its own, as a part of the benchmarks page."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import asdict
from pathlib import Path
from typing import Any

from evals.growth.encoders import STAND_IN
from evals.growth.report import compose
from evals.section import Section

SIZES = (100, 1_000, 10_000, 100_000)
QUESTIONS = 240


def measure(
    sizes: Sequence[int] = SIZES,
    *,
    questions: int = QUESTIONS,
    encoder: str = STAND_IN,
    folder: Path | None = None,
) -> Section:
    """Build a store of each size, ask it, and set out what that took.

    Args:
        sizes: paragraphs of each store.
        questions: asked of each, a third of them for figures that no report states.
        encoder: a model as `ingest.embed.open_encoder` takes it, or the stand-in's name.
        folder: where the stores are kept; one that is there already is not built again. By default they are
            removed afterwards.
    """
    with nullcontext(folder) if folder else tempfile.TemporaryDirectory(prefix="imdi-growth-") as root:
        found = [_of_size(size, Path(root or "."), questions, encoder) for size in sizes]
    return compose(found, encoder)


def _of_size(size: int, root: Path, questions: int, encoder: str) -> dict[str, Any]:
    place = root / f"{size}-{''.join(c for c in encoder if c.isalnum())}"
    place.mkdir(parents=True, exist_ok=True)
    told = place / "built.json"
    if not told.exists():
        told.write_text(json.dumps(_child("build", str(size), str(place), encoder)), encoding="utf-8")
    built = json.loads(told.read_text(encoding="utf-8"))
    asked = place / "questions.pickle"
    _child("ask", str(size), str(asked), str(questions))
    answered = _child("answer", str(size), str(place / "store"), str(asked), encoder)
    return {"size": size, "built": built, "answered": answered}


def _child(*words: str) -> Any:
    """What a step found, run in a process of its own so that its memory is its own."""
    done = subprocess.run(
        [sys.executable, "-m", "evals.growth", *words], stdout=subprocess.PIPE, check=True, text=True
    )
    return json.loads(done.stdout.splitlines()[-1])


def run_step(words: Sequence[str]) -> None:
    """Run one step in this process and print what it found as JSON."""
    from evals.growth.answering import answer_all, write_questions
    from evals.growth.building import build, peak_memory

    step, size, path, *rest = words
    found: dict[str, Any]
    if step == "build":
        found = asdict(build(int(size), Path(path), rest[0]))
        found["memory"] = peak_memory()
    elif step == "ask":
        found = {}
        write_questions(int(size), Path(path), int(rest[0]))
    else:
        found = asdict(answer_all(Path(rest[0]), Path(path), rest[1]))
    print(json.dumps(found))
