"""A store of made-up reports, built as any other, with what that took."""

from __future__ import annotations

import resource
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

from evals.growth.corpus import make_corpus, write_corpus
from evals.growth.encoders import make_encoder
from ingest import generation
from ingest.pipeline import Making, ingest_reports

PARTS = {"vectors.npy": "vectors", "numbers.sqlite": "tables", "chroma": "Chroma", "bm25": "words"}


@dataclass(frozen=True, slots=True)
class Built:
    """What building a store took: seconds by stage, bytes by part."""

    paragraphs: int
    observations: int
    uncertain: int
    reports: int
    seconds: dict[str, float]
    bytes: dict[str, int]


@dataclass(slots=True)
class _Clock:
    """Seconds of each stage; a stage lasts until the next one is told of."""

    seconds: dict[str, float] = field(default_factory=dict)
    stage: str = "read"
    since: float = field(default_factory=time.perf_counter)

    def __call__(self, stage: str, done: int, total: int) -> None:
        now = time.perf_counter()
        self.seconds[self.stage] = self.seconds.get(self.stage, 0.0) + now - self.since
        # What follows the last paragraph of a stage belongs to the next one.
        self.stage, self.since = "index" if stage == "embed" and done == total else stage, now


def build(paragraphs: int, folder: Path, encoder: str) -> Built:
    """Write the reports of a corpus and take them in, as `imdi ingest` does."""
    write_corpus(make_corpus(paragraphs), folder / "reports")
    corpus = folder / "corpus"
    corpus.mkdir(exist_ok=True)  # without a vocabulary: the product's own holds
    (corpus / "reports.toml").write_text("", encoding="utf-8")
    clock, store = _Clock(), folder / "store"
    making = Making(corpus=corpus, encoder=make_encoder(encoder))
    summary = ingest_reports([folder / "reports"], store, clock, making)
    clock("end", 0, 0)
    whole = generation.generation_folder(store, summary.generation)
    sizes: dict[str, int] = {}
    for file in (path for path in whole.rglob("*") if path.is_file()):
        part = PARTS.get(file.relative_to(whole).parts[0], "texts")
        sizes[part] = sizes.get(part, 0) + file.stat().st_size
    return Built(
        summary.paragraphs,
        summary.observations,
        summary.uncertain,
        len(summary.reports),
        clock.seconds,
        sizes,
    )


def peak_memory() -> float:
    """The most memory that this process has had, in MB."""
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6
