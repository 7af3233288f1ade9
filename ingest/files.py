"""Files that several processes may use: locks, and writing that leaves the old or the new whole."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from ingest.models import CorpusError

NEW = ".new"  # at the end of the name of a file that is not yet whole


@contextmanager
def hold(path: Path, seconds: float, *, busy: str, unwritable: str) -> Iterator[None]:
    """Hold a lock; its folder is made if need be.

    Args:
        path: the file that is locked.
        seconds: how long to wait for whoever holds it.
        busy: what to say when it is still held then.
        unwritable: what to say when it cannot be made, with "{reason}" where the system's reason goes.

    Raises:
        CorpusError: one of the two.
    """
    from filelock import FileLock, Timeout

    lock = FileLock(path, timeout=seconds)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        lock.acquire()
    except Timeout as error:
        raise CorpusError(busy) from error
    except OSError as error:
        raise CorpusError(unwritable.replace("{reason}", str(error.strerror))) from error
    try:
        yield
    finally:
        lock.release()


def write_whole(path: Path, data: bytes) -> None:
    """Write a file so that whoever reads it, or a stop half-way, finds the old one or the new one whole.

    A file that a link leads to is written where it is, and keeps its permissions. Raises OSError.
    """
    target = path.resolve()
    fresh = target.with_name(f".{target.name}{NEW}")
    try:
        with fresh.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if target.exists():
            shutil.copymode(target, fresh)
        fresh.replace(target)
    finally:
        with suppress(OSError):
            fresh.unlink(missing_ok=True)


def flush(path: Path) -> None:
    """Force a file or folder to disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
