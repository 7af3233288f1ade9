"""The vectors of a generation on a Chroma server: one collection each, never changed once it is whole.

The client has no timeouts of its own, and tells of a server that is away with whatever its many layers raise:
here every call ends in time, and in one of two errors.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from ingest.index import Ranking, hnsw_settings
from ingest.models import CorpusError, UnreachableError
from ingest.settings import chroma_parts

if TYPE_CHECKING:
    from ingest.embed import Vectors

BATCH = 1_000  # rows in one request: about 2 MB of vectors, where a server may refuse 40
PERSISTED = 5_000  # rows between two writes of the whole index to the server's disk
IDS_AT_ONCE = 20_000  # ids alone
PROBES = 8  # rows of a collection that are looked for when it is opened
CLOSE = 1e-3  # of cosine: what a server gives back is the vector, but for the last bits
ASK_SECONDS = 10.0  # for an answer to a question; a warm server takes milliseconds
BUILD_SECONDS = 300.0  # for a request that adds rows or reads them back
CONNECT_SECONDS = 5.0


class VectorServer:
    """A Chroma server. `address` is that of `Servers.chroma`; it is never shown.

    Raises:
        UnreachableError: no server answers there, or it lets nobody in.
    """

    def __init__(self, address: str, *, patient: bool = False) -> None:
        parts = chroma_parts(address)
        self.name = parts["host"]
        seconds = BUILD_SECONDS if patient else ASK_SECONDS
        with self._told():
            self._client = _connect(parts, seconds)

    def close(self) -> None:
        """Let go of its connections."""
        with suppress(Exception):
            self._client.close()

    def names(self, prefix: str) -> list[str]:
        """The collections whose names begin so."""
        found: list[str] = []
        with self._told():
            while page := self._client.list_collections(limit=BATCH, offset=len(found)):
                found += [collection.name for collection in page]
        return [name for name in found if name.startswith(prefix)]

    def drop(self, name: str) -> None:
        """Remove a collection, if it is there."""
        from chromadb.errors import NotFoundError

        with self._told(), suppress(NotFoundError):
            self._client.delete_collection(name)

    def write(
        self,
        name: str,
        ids: Sequence[str],
        vectors: Vectors,
        metadatas: Sequence[Mapping[str, Any]],
        progress: Callable[[int, int], None],
    ) -> dict[str, Any]:
        """Write a collection, read all of it back, and return what `check` needs to know it again.

        Raises:
            CorpusError: what came back is not what was written.
        """
        with self._told():
            collection = self._client.create_collection(
                name,
                embedding_function=None,
                configuration={"hnsw": hnsw_settings(min(PERSISTED, len(ids)), len(ids))},
            )
            size = min(BATCH, self._client.get_max_batch_size())
            for start in range(0, len(ids), size):
                rows = slice(start, start + size)
                collection.add(
                    ids=list(ids[rows]),
                    embeddings=vectors[rows],
                    metadatas=[dict(metadata) for metadata in metadatas[rows]],
                )
                progress(min(start + size, len(ids)), len(ids))
        if abs(self.vectors(name, ids) - vectors).max(initial=0.0) > CLOSE:
            raise CorpusError(f"{self.name}: Chroma gave back other vectors than it was given. Try again.")
        picked = range(0, len(ids), max(1, len(ids) // PROBES))[:PROBES]
        return {
            "name": name,
            "rows": len(ids),
            "ids": _digest(ids),
            "probes": {ids[i]: base64.b64encode(vectors[i].tobytes()).decode("ascii") for i in picked},
        }

    def check(self, written: Mapping[str, Any]) -> None:
        """Check that a collection holds the rows that it should and finds them.

        Every id is compared. Vectors are looked for by some rows' own: reading 10,000 of them back would take
        two seconds, which `write` spends once.

        Raises:
            CorpusError: a row is missing, or one more is there, or the index does not find what it holds.
        """
        import numpy as np

        name, rows = str(written["name"]), int(written["rows"])
        with self._told(name):
            collection = self._client.get_collection(name, embedding_function=None)
            found: list[str] = []
            while page := collection.get(include=[], limit=IDS_AT_ONCE, offset=len(found))["ids"]:
                found += page
        if len(found) != rows or _digest(found) != written["ids"]:
            raise CorpusError(f"{name}: the vectors on the Chroma server are damaged.")
        probes = [
            np.frombuffer(base64.b64decode(vector), dtype=np.float32) for vector in written["probes"].values()
        ]
        with self._told(name):
            nearest = collection.query(query_embeddings=probes, n_results=1, include=["distances"])
        if any(not row or abs(row[0]) > CLOSE for row in nearest["distances"] or [[]]):
            raise CorpusError(f"{name}: the vectors on the Chroma server are damaged.")

    def vectors(self, name: str, ids: Sequence[str]) -> Vectors:
        """The vectors of these rows.

        Raises:
            CorpusError: one of them is not there.
        """
        import numpy as np

        held: dict[str, Any] = {}
        with self._told(name):
            collection = self._client.get_collection(name, embedding_function=None)
            for start in range(0, len(ids), BATCH):
                got = collection.get(ids=list(ids[start : start + BATCH]), include=["embeddings"])
                held.update(zip(got["ids"], got["embeddings"], strict=True))
        if any(identifier not in held for identifier in ids):
            raise CorpusError(f"{name}: the vectors on the Chroma server are damaged.")
        rows: Vectors = np.asarray([held[identifier] for identifier in ids], dtype=np.float32)
        return rows

    @contextmanager
    def _told(self, collection: str = "") -> Iterator[None]:
        """The client's errors as ours."""
        import httpx
        from chromadb.errors import ChromaAuthError, ChromaError, NotFoundError

        try:
            yield
        except CorpusError:
            raise
        except NotFoundError:
            if not collection:
                raise
            raise CorpusError(f"{collection}: the vectors are missing on the Chroma server.") from None
        except (ChromaAuthError, httpx.InvalidURL):
            raise UnreachableError(
                f"{self.name}: the Chroma server lets nobody in. Check IMDI_CHROMA."
            ) from None
        except ChromaError as error:
            raise CorpusError(f"{self.name}: the Chroma server cannot do it ({error.name()}).") from None
        except Exception as error:  # httpx's, and plain ones for a proxy's pages and lost connections
            raise UnreachableError(
                f"{self.name}: the Chroma server does not answer ({type(error).__name__})."
            ) from None


class ServerIndex:
    """A collection opened for search. May be asked from several threads at once."""

    def __init__(self, address: str, name: str, rows: int) -> None:
        self._server = VectorServer(address)
        self._rows = rows
        self._name = name
        try:
            with self._server._told(name):
                self._collection = self._server._client.get_collection(name, embedding_function=None)
        except BaseException:
            self._server.close()
            raise

    def search(self, vector: Vectors, k: int, report_ids: Collection[str] | None = None) -> Ranking:
        """The k nearest paragraphs with their cosine, best first, of all reports or of some.

        Raises:
            UnreachableError: the server does not answer.
            CorpusError: the collection is gone.
        """
        where: Any = {"report_id": {"$in": sorted(report_ids)}} if report_ids is not None else None
        k = min(k, self._rows)
        if k < 1 or (report_ids is not None and not report_ids):
            return []
        with self._server._told(self._name):
            found = self._collection.query(
                query_embeddings=[vector], n_results=k, where=where, include=["distances"]
            )
        distances = (found["distances"] or [[]])[0]
        return [(str(i), 1.0 - float(d)) for i, d in zip(found["ids"][0], distances, strict=True)]

    def close(self) -> None:
        """Let go of its connections."""
        self._server.close()


def _connect(parts: Mapping[str, str], seconds: float) -> Any:
    import httpx
    from chromadb.errors import ChromaAuthError

    host = f"{parts['scheme']}://{parts['host']}"
    port = int(parts["port"] or (443 if parts["scheme"] == "https" else 8000))
    headers = {"x-chroma-token": parts["token"]} if parts["token"] else {}
    timeout = httpx.Timeout(seconds, connect=CONNECT_SECONDS)
    # The client's own first requests would wait for ever for a server that hangs.
    asked = httpx.get(f"{host}:{port}/api/v2/heartbeat", headers=headers, timeout=timeout)
    if asked.status_code in (401, 403):
        raise ChromaAuthError
    asked.raise_for_status()
    import chromadb
    from chromadb.config import Settings

    client = chromadb.HttpClient(
        parts["host"],
        port,
        ssl=parts["scheme"] == "https",
        headers=headers,
        settings=Settings(anonymized_telemetry=False),
        tenant=parts["tenant"] or "default_tenant",
        database=parts["database"] or "default_database",
    )
    client._server._session.timeout = timeout  # type: ignore[attr-defined]
    return client


def _digest(ids: Sequence[str]) -> str:
    """A hash of a set of ids, in whatever order they come."""
    return hashlib.sha256("\n".join(sorted(ids)).encode()).hexdigest()
