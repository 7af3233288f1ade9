"""What was fetched, kept beside the store: the files, and an index of when and with which marks they came.

    <store>-fetched/<id>.html       the bytes as they came
    <store>-fetched/index.json      address, date, hash and the server's marks of each file

A file is written under another name, flushed and renamed, and so is the index, after it. What the index does
not vouch for with its hash is not there: it is fetched again.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from ingest.models import CorpusError

_FORMAT = 1
_NEW = ".new"


@dataclass(frozen=True, slots=True)
class Kept:
    """A file that was fetched.

    `request` is a hash of what was asked (address and query), `address` where it was in the end found,
    `fetched` and `checked` are when these bytes came and when they were last known to be the newest
    (ISO 8601, UTC).
    """

    id: str
    file: str
    sha256: str
    request: str
    address: str
    fetched: str
    checked: str
    etag: str = ""
    modified: str = ""
    charset: str = ""


def cache_folder(store: Path) -> Path:
    """Where the files fetched for a store are."""
    return store.with_name(f"{store.name}-fetched")


class Cache:
    """The fetched files of a store."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Hold the cache, so that nothing is fetched twice at a time; sweep up what a killed fetch left.

        Raises:
            CorpusError: the folder cannot be written, or another fetch is running.
        """
        from filelock import FileLock, Timeout

        lock = FileLock(self.folder / "fetch.lock", timeout=0)
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            lock.acquire()
        except Timeout as error:
            raise CorpusError(
                f"{self.folder.name}: another fetch is running. Wait until it is done."
            ) from error
        except OSError as error:
            raise CorpusError(f"{self.folder.name}: it cannot be written ({error.strerror}).") from error
        try:
            for leftover in self.folder.glob(f"*{_NEW}"):
                leftover.unlink(missing_ok=True)
            yield
        finally:
            lock.release()

    def path(self, kept: Kept) -> Path:
        """Where a file is."""
        return self.folder / kept.file

    def find(self, id: str) -> Kept | None:
        """What is kept of an entry, if it is whole."""
        kept = self._index().get(id)
        if kept is None:
            return None
        try:
            whole = hashlib.sha256(self.path(kept).read_bytes()).hexdigest() == kept.sha256
        except OSError:
            return None
        return kept if whole else None

    def keep(self, kept: Kept, data: bytes | None = None) -> None:
        """Keep a file, or new marks of one that is there.

        Raises:
            CorpusError: the folder cannot be written. What was there then still is.
        """
        index = self._index()
        before = index.get(kept.id)
        try:
            if data is not None:
                self._write(kept.file, data)
            everything = {id: asdict(one) for id, one in sorted({**index, kept.id: kept}.items())}
            text = json.dumps({"format": _FORMAT, "files": everything}, ensure_ascii=False, indent=1)
            self._write("index.json", text.encode())
            if before is not None and before.file != kept.file:
                self.path(before).unlink(missing_ok=True)
        except OSError as error:
            raise CorpusError(
                f"{kept.file}: it cannot be written ({error.strerror}). Make room for it."
            ) from error

    def _index(self) -> dict[str, Kept]:
        """What the index says; nothing where it is missing, damaged or of another format."""
        try:
            said = json.loads((self.folder / "index.json").read_text(encoding="utf-8"))
            kept = [Kept(**one) for one in said["files"].values()] if said["format"] == _FORMAT else []
            return {one.id: one for one in kept if Path(one.file).name == one.file}
        except (OSError, ValueError, TypeError, KeyError, AttributeError):
            return {}

    def _write(self, name: str, data: bytes) -> None:
        fresh = self.folder / f"{name}{_NEW}"
        try:
            with fresh.open("wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            fresh.replace(self.folder / name)
        finally:
            with suppress(OSError):
                fresh.unlink(missing_ok=True)
