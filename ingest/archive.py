"""Where the generations of a store are kept: in a folder, or on servers. What both can do, and the way in.

A generation is written once and then only read. Whoever reads sees the one that serves, whole; the next one
serves from the moment when the pointer to it moves.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from ingest import generation, index, table
from ingest.generation import Manifest
from ingest.models import CorpusError
from ingest.settings import Place, Servers

if TYPE_CHECKING:
    from ingest.embed import Vectors

CHROMA = "chroma"
WORDS = "bm25"
Progress = Callable[[int, int], None]
Finder = Callable[[str], Path | None]


class Dense(Protocol):
    """Paragraph vectors, opened for search."""

    def search(
        self, vector: Vectors, k: int, report_ids: Collection[str] | None = None
    ) -> list[tuple[str, float]]:
        """The k nearest paragraphs with their cosine, best first, of all reports or of some."""

    def close(self) -> None:
        """Let go of them."""


class Draft(Protocol):
    """A generation that is being written: each part once, then `publish`."""

    def write_vectors(
        self,
        ids: Sequence[str],
        vectors: Vectors,
        metadatas: Sequence[Mapping[str, Any]],
        progress: Progress,
    ) -> None:
        """Write the vectors and the index over them; row i is of the paragraph `ids[i]`."""

    def write_words(self, lemmas: Sequence[list[str]]) -> None:
        """Write the word index over the lemmas of each paragraph."""

    def write_table(self, write: Callable[[table.Filling], None]) -> None:
        """Let `write` fill the tables."""

    def write_file(self, path: str, data: bytes) -> None:
        """Keep a file."""

    def publish(self, body: Mapping[str, Any]) -> Manifest:
        """Seal it and let it serve."""


class Archive(Protocol):
    """The generations of a store."""

    @property
    def parallel(self) -> bool:
        """Whether its tables and vectors may be read from several threads at once."""

    @property
    def builds_itself(self) -> bool:
        """Whether whoever opens the store builds what is out of date."""

    def pointer(self) -> str | None:
        """Name of the generation that serves, or None if there is none."""

    def find_whole(self) -> tuple[Manifest, list[str]]:
        """The newest whole generation, the one that serves first, and what is wrong with those before it.

        Raises:
            CorpusError: there is no whole generation.
        """

    def serving(self) -> Manifest | None:
        """The generation that serves, if it is whole."""

    def readable_manifests(self) -> list[Manifest]:
        """The manifests that can be read, that of the serving one first; what they list is unchecked."""

    @property
    def workspace(self) -> Path:
        """A folder on this machine for what an ingest keeps until it is done."""

    def file_finder(self, manifests: Sequence[Manifest], verified: str) -> Finder:
        """Finds the whole file of a SHA-256 in generations, on this machine; None if none is left.

        The files of the generation `verified` were all found whole just now.
        """

    def lock(self) -> AbstractContextManager[None]:
        """Hold the store, so that two ingests take turns.

        Raises:
            CorpusError: another ingest has held it for too long, or nothing can be written there.
        """

    def new(self, identity: str) -> AbstractContextManager[Draft]:
        """A generation to write, gone again unless it was published. For the holder of the lock.

        What earlier, killed builds left behind is swept away first.
        """

    def prune(self) -> None:
        """Remove all but the newest generations; never the one that serves."""

    def open_table(self, manifest: Manifest) -> table.Connection:
        """The tables of a whole generation."""

    def read_vectors(self, manifest: Manifest, ids: Sequence[str]) -> Vectors:
        """The vectors of a whole generation; row i is of the paragraph `ids[i]`, as the table lists them."""

    def open_dense(self, manifest: Manifest, exact: bool, rows: Callable[[], Rows]) -> Dense:
        """Search over the vectors. `rows` gives the paragraph and the report of each."""

    def open_words(self, manifest: Manifest, rows: Callable[[], Rows]) -> index.WordIndex:
        """Search over the words."""

    def read_file(self, manifest: Manifest, path: str) -> bytes:
        """A file that was kept. Raises CorpusError if it is damaged."""

    def copy_to(self, folder: Path) -> None:
        """Copy what serves into a folder, as a store that can be read and extended there.

        Raises:
            CorpusError, OSError: that cannot be done.
        """


Rows = tuple[list[str], list[str]]


def open_archive(place: Place) -> Archive:
    """The generations at a place."""
    if isinstance(place, Servers):
        from ingest.server_archive import ServerArchive

        return ServerArchive(place)
    return FolderArchive(place)


class FolderArchive:
    """Generations in a folder; see `ingest.generation`."""

    parallel = False
    builds_itself = True

    def __init__(self, root: Path) -> None:
        self.root = root

    @property
    def name(self) -> str:
        """The folder's name."""
        return self.root.name

    def pointer(self) -> str | None:
        """See `Archive`."""
        return generation.read_pointer(self.root)

    def find_whole(self) -> tuple[Manifest, list[str]]:
        """See `Archive`."""
        return generation.find_whole(self.root)

    def serving(self) -> Manifest | None:
        """See `Archive`."""
        name = generation.read_pointer(self.root)
        if name is None:
            return None
        try:
            manifest = generation.read_manifest(self.root, name)
            generation.verify(self.root, manifest)
        except CorpusError:
            return None
        return manifest

    def readable_manifests(self) -> list[Manifest]:
        """See `Archive`."""
        return generation.readable_manifests(self.root)

    @property
    def workspace(self) -> Path:
        """See `Archive`."""
        return self.root

    def file_finder(self, manifests: Sequence[Manifest], verified: str) -> Finder:
        """See `Archive`."""
        return generation.Files(self.root, manifests, verified).find

    def lock(self) -> AbstractContextManager[None]:
        """See `Archive`."""
        return generation.ingest_lock(self.root)

    @contextmanager
    def new(self, identity: str) -> Iterator[FolderDraft]:
        """See `Archive`. Raises CorpusError where the folder cannot be written."""
        try:
            with generation.new_generation(self.root, identity) as (name, folder):
                yield FolderDraft(self.root, name, folder)
        except OSError as error:
            kept = "What was there before goes on serving." if self.pointer() else ""
            raise CorpusError(
                f"{self.name}: the store cannot be written ({error.strerror}). {kept}"
            ) from error

    def prune(self) -> None:
        """See `Archive`."""
        generation.prune(self.root)

    def open_table(self, manifest: Manifest) -> table.Connection:
        """See `Archive`."""
        return table.connect(self._folder(manifest) / table.FILE)

    def read_vectors(self, manifest: Manifest, ids: Sequence[str]) -> Vectors:
        """See `Archive`."""
        return index.read_vectors(self._folder(manifest) / index.VECTORS)

    def open_dense(self, manifest: Manifest, exact: bool, rows: Callable[[], Rows]) -> Dense:
        """See `Archive`."""
        if exact:
            return index.ExactIndex(index.read_vectors(self._folder(manifest) / index.VECTORS), *rows())
        return index.ChromaIndex(self._folder(manifest) / CHROMA)

    def open_words(self, manifest: Manifest, rows: Callable[[], Rows]) -> index.WordIndex:
        """See `Archive`."""
        return index.WordIndex(self._folder(manifest) / WORDS, *rows())

    def read_file(self, manifest: Manifest, path: str) -> bytes:
        """See `Archive`."""
        return (self._folder(manifest) / path).read_bytes()

    def copy_to(self, folder: Path) -> None:
        """See `Archive`."""
        unneeded = shutil.ignore_patterns("*.lock", "building-*")
        shutil.copytree(self.root, folder, ignore=unneeded, dirs_exist_ok=True)

    def _folder(self, manifest: Manifest) -> Path:
        return generation.generation_folder(self.root, manifest.name)


class FolderDraft:
    """A generation that is being written into a folder."""

    def __init__(self, root: Path, name: str, folder: Path) -> None:
        self._root, self._name, self._folder = root, name, folder

    def write_vectors(
        self,
        ids: Sequence[str],
        vectors: Vectors,
        metadatas: Sequence[Mapping[str, Any]],
        progress: Progress,
    ) -> None:
        """See `Draft`."""
        index.write_vectors(self._folder / index.VECTORS, vectors)
        index.write_chroma(self._folder / CHROMA, ids, vectors, metadatas, progress)

    def write_words(self, lemmas: Sequence[list[str]]) -> None:
        """See `Draft`."""
        index.write_words(self._folder / WORDS, lemmas)

    def write_table(self, write: Callable[[table.Filling], None]) -> None:
        """See `Draft`."""
        with table.new_file(self._folder / table.FILE) as connection:
            write(connection)

    def write_file(self, path: str, data: bytes) -> None:
        """See `Draft`."""
        file = self._folder / path
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(data)

    def publish(self, body: Mapping[str, Any]) -> Manifest:
        """See `Draft`."""
        return generation.publish(self._root, self._name, self._folder, body)
