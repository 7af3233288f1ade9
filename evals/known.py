"""Writes the known questions: `python -m evals.known`, after a test split has become a dev split.

The questions of all splits that have been seen, without the conversations; of near-identical ones the first.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from evals.data import QUESTIONS, SPLITS, Pair, load_pairs
from ingest.embed import open_encoder
from ingest.settings import DEFAULT_MODEL
from rag import known
from rag.models import Status

SEEN = tuple(split for split in SPLITS if split != "test")
# From this cosine on two questions are the same one.
SAME = 0.985
# What is ordered in these is nothing that anyone else asks.
INJECTION = "injection"


def questions(pairs: Iterable[Pair]) -> dict[str, bool]:
    """The questions of pairs of one turn, and whether anything but a refusal is right."""
    return {
        " ".join(pair.turns[0].question.split()): pair.turns[0].status != {Status.ABSTAINED}
        for pair in pairs
        if len(pair.turns) == 1 and pair.category != INJECTION
    }


def distinct(vectors: NDArray[np.float32], marks: list[bool]) -> Iterator[int]:
    """The places of questions that are not the same as one before with the same mark."""
    kept: list[int] = []
    for at, vector in enumerate(vectors):
        alike = [before for before in kept if marks[before] == marks[at]]
        if not alike or float((vectors[alike] @ vector).max()) < SAME:
            kept.append(at)
            yield at


def write(pairs: Iterable[Pair], folder: Path = known.FOLDER) -> int:
    """Write the questions of pairs and their vectors; how many there are. Vectors that are there are kept."""
    encoder = open_encoder(DEFAULT_MODEL)
    asked = questions(pairs)
    had = _had(folder, encoder.model)
    found = np.array([had[q] if q in had else encoder.encode_query(q) for q in asked], np.float32)
    texts, marks = list(asked), list(asked.values())
    places = list(distinct(found, marks))
    signs = {True: known.ANSWERED, False: known.UNANSWERED}
    lines = "".join(f"{signs[marks[i]]}\t{texts[i]}\n" for i in places)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / known.QUESTIONS).write_text(lines, encoding="utf-8")
    np.savez_compressed(
        folder / known.VECTORS,
        vectors=np.round(found[places] * known.SCALE).astype(np.int8),
        model=np.array(encoder.model),
        questions=np.array(hashlib.sha256(lines.encode()).hexdigest()),
    )
    return len(places)


def _had(folder: Path, model: str) -> dict[str, NDArray[np.float32]]:
    """The vectors that a folder has of this model, by question."""
    kept = known.KnownQuestions(folder)
    vectors = kept.vectors(model)
    if vectors is None:
        return {}
    return {text: vector for (text, _), vector in zip(kept.questions, vectors, strict=True)}


if __name__ == "__main__":
    print(write(load_pairs(SEEN, QUESTIONS)), "known questions")
