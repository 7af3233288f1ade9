"""A fast stand-in for an embedding model, for measuring what grows with the number of paragraphs."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

from ingest.embed import Encoder, open_encoder

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from ingest.embed import Vectors

DIMENSION = 384  # as multilingual-e5-small
SPREAD = 8  # numbers of a vector that a word changes
STAND_IN = "hashed n-grams"


class StandInEncoder:
    """Vectors of hashed words and pairs of words, projected to 384 numbers: no model, 30 times as fast.

    Texts that share words are near each other, and nothing more is known of them: what is found with it says
    how an index fares, not how a model does.
    """

    model = f"{STAND_IN} (stand-in, {DIMENSION})"
    dimension = DIMENSION

    def encode_paragraphs(self, texts: Sequence[str]) -> Vectors:
        """See `ingest.embed.Encoder`."""
        import numpy as np

        vectors = np.zeros((len(texts), DIMENSION), dtype=np.float32)
        for row, text in enumerate(texts):
            words = text.lower().split()
            grams = (*words, *map(" ".join, pairwise(words)))
            places = np.concatenate([_places(gram) for gram in grams or ("",)])
            vectors[row] = np.bincount(places, minlength=2 * DIMENSION).reshape(2, DIMENSION).T @ (1, -1)
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        unit: Vectors = (vectors / np.maximum(lengths, 1e-9)).astype(np.float32)
        return unit

    def encode_query(self, text: str) -> Vectors:
        """See `ingest.embed.Encoder`."""
        first: Vectors = self.encode_paragraphs([text])[0]
        return first


@lru_cache(maxsize=200_000)
def _places(gram: str) -> NDArray[np.int64]:
    """Where a gram adds to a vector, and from `DIMENSION` on where it takes away."""
    import numpy as np

    digest = hashlib.blake2b(gram.encode("utf-8", "replace"), digest_size=2 * SPREAD).digest()
    return np.frombuffer(digest, dtype=np.uint16).astype(np.int64) % (2 * DIMENSION)


def make_encoder(name: str) -> Encoder:
    """The stand-in by its name; any other name is that of a model."""
    return StandInEncoder() if name == STAND_IN else open_encoder(name)
