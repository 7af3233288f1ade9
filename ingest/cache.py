"""What was fetched, kept beside the store: the files, and an index of when and with which marks they came.

    <store>-fetched/<id>.html       the bytes as they came
    <store>-fetched/index.json      address, date, hash and the server's marks of each file

A file is written under another name, flushed and renamed, and so is the index, after it. What the index does
not vouch for with its hash is not there: it is fetched again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from ingest.files import NEW, hold, write_whole
from ingest.models import CorpusError
from ingest.settings import Place, Servers, user_folder

_FORMAT = 1


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


def cache_folder(store: Place) -> Path:
    """Where the files fetched for a store are: beside its folder; on this machine, if it is on servers."""
    folder = user_folder() if isinstance(store, Servers) else store
    return folder.with_name(f"{folder.name}-fetched")


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
        with hold(
            self.folder / "fetch.lock",
            0,
            busy=f"{self.folder.name}: another fetch is running. Wait until it is done.",
            unwritable=f"{self.folder.name}: it cannot be written ({{reason}}).",
        ):
            for leftover in self.folder.glob(f"*{NEW}"):
                leftover.unlink(missing_ok=True)
            yield

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
                write_whole(self.path(kept), data)
            everything = {id: asdict(one) for id, one in sorted({**index, kept.id: kept}.items())}
            text = json.dumps({"format": _FORMAT, "files": everything}, ensure_ascii=False, indent=1)
            write_whole(self.folder / "index.json", text.encode())
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
