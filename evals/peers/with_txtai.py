"""txtai: its embeddings database with content, saved to a folder."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from protocol import PASSAGE, QUERY, K, Peer, main
from txtai import Embeddings


class Txtai(Peer):
    """See `protocol.Peer`."""

    def __init__(self, folder: str, model: str) -> None:
        self._folder = folder
        if Path(folder).exists():
            self._embeddings = Embeddings()
            self._embeddings.load(folder)  # what it was made with stands in its configuration
            return
        self._embeddings = Embeddings(
            path=model, method="sentence-transformers", content=True,
            instructions={"query": QUERY, "data": PASSAGE},
        )  # fmt: skip

    def add(self, units: Sequence[Mapping[str, str]]) -> None:
        """Take units in."""
        self._embeddings.index((u["id"], u["text"], None) for u in units)
        self._embeddings.save(self._folder)

    def search(self, question: str) -> list[str]:
        """The nearest units."""
        return [str(found["id"]) for found in self._embeddings.search(question, K)]


if __name__ == "__main__":
    main(Txtai)
