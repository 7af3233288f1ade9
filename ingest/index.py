"""The search indexes of a generation: paragraph vectors (Chroma, and an array beside it) and words (bm25s).

What Chroma 1.5.9 does to its folder, and what follows from it. Every opening writes a row into its SQLite
file (`acquire_write`), and an index that was not persisted is written again; it cannot open a read-only
folder. A generation is immutable and hashed, so Chroma never opens it: `open_chroma` gives it a working
folder in the system's temporary directory, with a copy of the (small) SQLite file and links to the index
files, which it only reads. Building makes sure that the index is persisted, so that they stay untouched.
"""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
import weakref
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from ingest.embed import Vectors

COLLECTION = "paragraphs"
VECTORS = "vectors.npy"  # in a generation's folder
# How many neighbours Chroma looks at. With 200 it found 0.97 of the nearest ten of 20,000 paragraphs that
# differ in little, and 0.91 of 100,000; with 1,000 it finds 0.98 of the latter, in 5 ms.
EF_SEARCH = 200
MAX_BATCH = 5_000  # Chroma takes at most 5,461 rows at a time
Ranking = list[tuple[str, float]]


def write_vectors(path: Path, vectors: Vectors) -> None:
    """Keep the vectors as an array: for exact search, and to spare unchanged paragraphs a second encoding."""
    import numpy as np

    np.save(path, vectors, allow_pickle=False)


def read_vectors(path: Path) -> Vectors:
    """The array that `write_vectors` kept, mapped into memory."""
    import numpy as np

    vectors: Vectors = np.load(path, mmap_mode="r", allow_pickle=False)
    return vectors


def write_chroma(
    folder: Path,
    ids: Sequence[str],
    vectors: Vectors,
    metadatas: Sequence[Mapping[str, Any]],
    progress: Callable[[int, int], None],
) -> None:
    """Write a Chroma collection and close it. `folder` is made."""
    folder.mkdir()
    client = _client(folder)
    try:
        batches = -(-len(ids) // MAX_BATCH)
        # Equal batches, each of them long enough to be persisted at once.
        sizes = [len(ids) // batches + (i < len(ids) % batches) for i in range(batches)]
        collection = client.create_collection(
            COLLECTION, embedding_function=None, configuration={"hnsw": hnsw_settings(min(sizes), len(ids))}
        )
        start = 0
        for size in sizes:
            rows = slice(start, start + size)
            collection.add(
                ids=list(ids[rows]), embeddings=vectors[rows], metadatas=[dict(m) for m in metadatas[rows]]
            )
            start += size
            progress(start, len(ids))
    finally:
        _close(client)
    with closing(sqlite3.connect(folder / "chroma.sqlite3")) as connection:
        connection.execute("VACUUM")  # the write-ahead queue leaves most of the file empty


def hnsw_settings(smallest: int, count: int) -> dict[str, Any]:
    """How Chroma is to index `count` rows: `smallest`, or more, are added at a time and persisted at once."""
    threshold = max(2, smallest)
    return {
        "space": "cosine",
        "ef_search": min(max(EF_SEARCH, count // 100), 5 * EF_SEARCH),
        "sync_threshold": threshold,
        "batch_size": min(100, threshold),
    }


class ChromaIndex:
    """A closed collection opened for search, in a working folder of its own."""

    def __init__(self, folder: Path) -> None:
        work = Path(tempfile.mkdtemp(prefix="imdi-chroma-"))
        # Also when the process ends, or this is forgotten, without `close`.
        self._remove = weakref.finalize(self, shutil.rmtree, work, ignore_errors=True)
        try:
            _lay_out(folder, work)
            self._client = _client(work)
            self._collection = self._client.get_collection(COLLECTION, embedding_function=None)
        except BaseException:
            self._remove()
            raise

    def search(self, vector: Vectors, k: int, report_ids: Collection[str] | None = None) -> Ranking:
        """The k nearest paragraphs with their cosine, best first, of all reports or of some."""
        where: Any = {"report_id": {"$in": sorted(report_ids)}} if report_ids is not None else None
        k = min(k, self._collection.count())
        if k < 1 or (report_ids is not None and not report_ids):
            return []
        found = self._collection.query(
            query_embeddings=[vector], n_results=k, where=where, include=["distances"]
        )
        distances = (found["distances"] or [[]])[0]
        return [(str(i), 1.0 - float(d)) for i, d in zip(found["ids"][0], distances, strict=True)]

    def close(self) -> None:
        """Let go of the collection and remove the working folder."""
        _close(self._client)
        self._remove()


class ExactIndex:
    """The same search by comparing with every vector: never misses, and needs no Chroma."""

    def __init__(self, vectors: Vectors, ids: Sequence[str], reports: Sequence[str]) -> None:
        self._vectors = vectors
        self._ids = ids
        self._reports = reports

    def search(self, vector: Vectors, k: int, report_ids: Collection[str] | None = None) -> Ranking:
        """See `ChromaIndex.search`."""
        if report_ids is None:
            return _best(self._vectors @ vector, k, self._ids, range(len(self._ids)))
        rows = _rows_of(self._reports, report_ids)
        return _best(self._vectors[rows] @ vector, k, self._ids, rows)

    def close(self) -> None:
        """Nothing to let go of."""


def write_words(folder: Path, lemmas: Sequence[list[str]]) -> None:
    """Write a bm25s index over the lemmas of each paragraph."""
    import bm25s

    retriever = bm25s.BM25(backend="numpy")
    retriever.index([words or [""] for words in lemmas], show_progress=False)
    retriever.save(folder, show_progress=False)


class WordIndex:
    """A bm25s index opened for search."""

    def __init__(self, folder: Path, ids: Sequence[str], reports: Sequence[str]) -> None:
        import bm25s

        # Mapped into memory: a question reads the parts of its own words.
        self._retriever = bm25s.BM25.load(folder, show_progress=False, mmap=True)
        self._ids = ids
        self._reports = reports

    def search(self, lemmas: list[str], k: int, report_ids: Collection[str] | None = None) -> Ranking:
        """The k best paragraphs that share a word with the question, best first, with their BM25 score."""
        known = self._retriever.get_tokens_ids(lemmas)
        if not known:
            return []
        scores = self._retriever.get_scores_from_ids(known)
        rows: Sequence[int] = range(len(self._ids))
        if report_ids is not None:
            rows = _rows_of(self._reports, report_ids)
            scores = scores[rows]
        return [hit for hit in _best(scores, k, self._ids, rows) if hit[1] > 0]


def _rows_of(reports: Sequence[str], wanted: Collection[str]) -> list[int]:
    """The rows of some reports, in order."""
    named = set(wanted)
    return [row for row, report in enumerate(reports) if report in named]


def _best(scores: NDArray[np.float32], k: int, ids: Sequence[str], rows: Sequence[int]) -> Ranking:
    """The paragraph ids of the k highest scores, each that of a row; equal ones in reading order."""
    import numpy as np

    if k < 1 or not len(rows):
        return []
    places = np.arange(len(rows))
    if k < len(rows):
        floor = np.partition(scores, len(rows) - k)[len(rows) - k]
        places = np.flatnonzero(scores >= floor)
    order = places[np.argsort(-scores[places], kind="stable")[:k]]
    return [(ids[rows[i]], float(scores[i])) for i in order]


def _client(folder: Path) -> Any:
    import chromadb
    from chromadb.config import Settings

    return chromadb.PersistentClient(str(folder), settings=Settings(anonymized_telemetry=False))


def _close(client: Any) -> None:
    """Stop Chroma for this folder and drop it from Chroma's cache, which `close` does since 1.5.

    `clear_system_cache` would forget every other store that this process has open.
    """
    client.close()


def _lay_out(folder: Path, work: Path) -> None:
    """Copy the SQLite file and link the persisted index folders (copy them where links cannot be made)."""
    for entry in folder.iterdir():
        target = work / entry.name
        if entry.is_dir() and (entry / "index_metadata.pickle").exists():
            try:
                target.symlink_to(entry.resolve(), target_is_directory=True)
            except OSError:
                shutil.copytree(entry, target)
        elif entry.is_dir():
            shutil.copytree(entry, target)
        else:
            shutil.copyfile(entry, target)
