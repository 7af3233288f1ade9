"""A clause whose measure no list names -> the measure of the example clauses that it is nearest to, or None.

The examples are vocabulary (`corpus/vocabulary/clauses.toml`): how authors tell of a measure without naming
it, and how they tell of what no measure is of. They are embedded when the first clause asks, once per
process. Vectors of so short texts all point the same way; less the mean of the examples they tell more.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from ingest.readings import GROUPS, PEOPLE, PERCENT, Reading, Scope
from ingest.understanding import says_something
from ingest.vocabulary import Vocabulary

if TYPE_CHECKING:
    from ingest.embed import Encoder, Vectors

NONE = "none"  # what clauses.toml calls that which no measure is of
NEAREST = 2  # examples of a measure whose mean cosine says how near it is
# By so much, in cosines less the mean, the nearest measure has to lead. Of 135 examples, each left out in
# turn, 27 are then placed at a measure, 24 of them at their own; at 0.09 it is 29 of 40.
MARGIN = 0.12
UNITS = (PERCENT, PEOPLE)


class Examples:
    """The example clauses of a vocabulary.

    Args:
        vocabulary: whose clauses.toml holds them.
        open_encoder: gives the model that embeds them; called only when there is a clause to place.
    """

    def __init__(self, vocabulary: Vocabulary, open_encoder: Callable[[], Encoder]) -> None:
        table = vocabulary.tables.get("clauses", {})
        listed = table.get("clauses", {})
        self._subject = str(table.get("subject", ""))
        self.clauses = [(str(code), str(text)) for code, texts in listed.items() for text in texts]
        self._open = open_encoder
        self._placed: dict[str, str | None] = {}

    def place(self, clause: str) -> str | None:
        """The code of the measure that a clause most likely tells of; None where that is open."""
        if not self.clauses:
            return None
        if clause not in self._placed:
            self._placed[clause] = self._nearest(clause)
        return self._placed[clause]

    @cached_property
    def _encoder(self) -> Encoder:
        return self._open()

    def _embed(self, clause: str) -> Vectors:
        return self._encoder.encode_query(f"{self._subject} {clause}")

    @cached_property
    def _vectors(self) -> tuple[Vectors, Vectors]:
        """The mean of the examples' vectors, and the examples less that mean, each of length 1."""
        import numpy as np

        rows = np.stack([self._embed(text) for _, text in self.clauses])
        mean = rows.mean(axis=0)
        return mean, _unit(rows - mean)

    def _nearest(self, clause: str) -> str | None:
        mean, examples = self._vectors
        cosines = examples @ _unit(self._embed(clause) - mean)
        found: dict[str, list[float]] = {}
        for (code, _), cosine in zip(self.clauses, cosines, strict=True):
            found.setdefault(code, []).append(float(cosine))
        near = {code: sum(sorted(all_)[-NEAREST:]) / NEAREST for code, all_ in found.items()}
        first, second = sorted(near, key=lambda code: -near[code])[:2]
        return first if first != NONE and near[first] - near[second] >= MARGIN else None


def open_examples(vocabulary: Vocabulary, model: str, encoder: Encoder | None = None) -> Examples:
    """The examples of a vocabulary, embedded with a model of this name, or with `encoder`."""
    return Examples(vocabulary, lambda: encoder) if encoder is not None else _keep(vocabulary, model)


@lru_cache(maxsize=2)
def _keep(vocabulary: Vocabulary, model: str) -> Examples:
    from ingest.embed import open_encoder

    return Examples(vocabulary, lambda: open_encoder(model))


def _unit(vectors: Vectors) -> Vectors:
    import numpy as np

    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    unit: Vectors = vectors / np.maximum(lengths, np.finfo(np.float32).tiny)
    return unit


def place_by_examples(scope: Scope, reading: Reading, examples: Examples) -> str | None:
    """The measure of a figure of which nothing known is said; None where the examples leave it open."""
    if reading.unit not in UNITS or reading.change or not says_something(scope, reading):
        return None
    code = examples.place(_clause(scope, reading))
    return code if code and reading.unit in scope.entry(code).units else None


def _clause(scope: Scope, reading: Reading) -> str:
    """What a segment says of its figure: its words without figures, years, groups and people."""
    names = [(m.start, m.end) for m in reading.segment.mentions if m.dimension in GROUPS]
    names += [(p.start, p.end) for p in reading.segment.periods]
    names += [(item.start, item.end) for item in reading.segment.items]
    hedged = len(scope.tokens_before(reading.item.start)) - len(scope.stem(reading.item))
    hedge = scope.tokens_before(reading.item.start)[-hedged:] if hedged else []
    names += [(token.start, token.end) for token in hedge]
    people = (
        scope.words("people", "nouns") | scope.words("boundary", "strong") | scope.words("boundary", "weak")
    )
    kept: Sequence[str] = [
        t.word
        for t in reading.segment.tokens
        if t.word not in people and not any(start <= t.start < end for start, end in names)
    ]
    return " ".join(kept)
