"""A visitor's own files: a store of their own, in a folder of their own, gone with the session.

The store starts as a copy of the published one, so that only the files are read and embedded. Each file is
given a name that no published report has: one that is called the same must never take its place.
"""

from __future__ import annotations

import hashlib
import shutil
import tempfile
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ingest.archive import open_archive
from ingest.models import CorpusError, IngestSummary, count_paragraphs
from ingest.reports import slug
from ingest.settings import Place
from ui.limits import QueueFullError

if TYPE_CHECKING:
    from rag import Assistant

PREFIX = "din-fil"  # of every file's id: no published report is called so
MAX_FILES = 3  # a visitor may have at a time
READ_AT_ONCE = 1  # taking a file in keeps a whole core busy; two cores also have to answer
PATIENCE = 30.0  # seconds to wait for that

_reading = threading.BoundedSemaphore(READ_AT_ONCE)


class SameReportError(ValueError):
    """The file is one that the store has already."""


@dataclass(frozen=True, slots=True)
class OwnFile:
    """A file as it was taken in: its own name, the report it became, and what was found in it."""

    name: str
    report_id: str
    title: str
    year: int
    paragraphs: int
    observations: int
    uncertain: int
    path: Path


class OwnFiles:
    """The files of one session and the assistant over them. Nothing of it is shared or cached.

    Args:
        published: where the published store is.
    """

    def __init__(self, published: Place) -> None:
        self._published = published
        # Removed with this object, and that goes with the session's state; at the latest with the process.
        self._folder = tempfile.TemporaryDirectory(prefix="imdi-own-", ignore_cleanup_errors=True)
        self._count = 0
        self.files: tuple[OwnFile, ...] = ()
        self.assistant: Assistant | None = None

    @property
    def report_ids(self) -> frozenset[str]:
        """The ids of the reports that the files became."""
        return frozenset(file.report_id for file in self.files)

    def add(self, name: str, data: bytes, progress: Callable[[str, int, int], None]) -> OwnFile:
        """Take a file in.

        Args:
            name: what its owner calls it.
            data: its bytes.
            progress: told of each stage, as by `ingest`.

        Raises:
            CorpusError: it cannot be read. What was there before goes on serving.
            SameReportError: it is one of the reports already there.
            QueueFullError: others are reading files in.
        """
        self._count += 1
        place = Path(self._folder.name, "files")
        place.mkdir(exist_ok=True)
        own = Path(name.replace("\\", "/")).name
        # Its own name is kept behind ours: the year may stand in it.
        path = place / f"{PREFIX}-{self._count}-{slug(Path(own).stem)[:60]}".rstrip("-")
        path = path.with_name(path.name + Path(own).suffix.lower())
        path.write_bytes(data)
        try:
            return self._rebuild((*self.files, OwnFile(own, path.stem, "", 0, 0, 0, 0, path)), progress)[-1]
        except BaseException:
            path.unlink(missing_ok=True)
            raise

    def remove(self, report_id: str) -> None:
        """Undo: the file and everything read from it are gone."""
        gone = [file for file in self.files if file.report_id == report_id]
        kept = tuple(file for file in self.files if file.report_id != report_id)
        if kept:
            self._rebuild(kept, lambda stage, done, total: None)
        else:
            self._change_to(None)
            self.files = ()
        for file in gone:
            file.path.unlink(missing_ok=True)

    def close(self) -> None:
        """Remove everything."""
        self._change_to(None)
        self.files = ()
        self._folder.cleanup()

    def _rebuild(
        self, files: tuple[OwnFile, ...], progress: Callable[[str, int, int], None]
    ) -> tuple[OwnFile, ...]:
        """A new store with these files; the old one serves until it stands."""
        from ingest import ingest
        from rag import Assistant

        if not _reading.acquire(timeout=PATIENCE):
            raise QueueFullError(PATIENCE)
        store = Path(tempfile.mkdtemp(prefix="store-", dir=self._folder.name))
        try:
            self._seed(store)
            summary = ingest([file.path for file in files], store=store, progress=progress)
            # A small store: Chroma would only take memory. A visitor's file is not for a model of others.
            assistant = Assistant.open(store, exact=True).without_model()
            fresh = tuple(_read_back(file, assistant, summary) for file in files)
        except BaseException:
            shutil.rmtree(store, ignore_errors=True)
            raise
        finally:
            _reading.release()
        self._change_to(assistant)
        self.files = fresh
        return fresh

    def _seed(self, store: Path) -> None:
        """Copy the published store. Where that fails (it may just be changing), all is read anew."""
        try:
            open_archive(self._published).copy_to(store)
        except (OSError, shutil.Error, CorpusError):
            shutil.rmtree(store, ignore_errors=True)
            store.mkdir()

    def _change_to(self, assistant: Assistant | None) -> None:
        old, self.assistant = self.assistant, assistant
        if old is not None:
            with suppress(OSError):
                old.store.close()
            shutil.rmtree(str(old.store.path), ignore_errors=True)


def _read_back(file: OwnFile, assistant: Assistant, summary: IngestSummary) -> OwnFile:
    """The file with what was found in it."""
    store = assistant.store
    report = next((report for report in store.reports if report.id == file.report_id), None)
    if report is None:
        digest = hashlib.sha256(file.path.read_bytes()).hexdigest()
        if digest in {report.sha256 for report in store.reports}:
            raise SameReportError(file.name)
        raise CorpusError(dict(summary.skipped).get(file.path.name, f"{file.name}: it was not taken in."))
    found = store.observations(report_id=report.id)
    return OwnFile(
        name=file.name,
        report_id=report.id,
        title=report.title,
        year=report.year,
        paragraphs=count_paragraphs(store.paragraphs(report.id)),
        observations=len(found),
        uncertain=sum(not observation.certain for observation in found),
        path=file.path,
    )
