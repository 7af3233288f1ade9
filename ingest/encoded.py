"""Vectors that have been made and are in no generation yet: a stopped ingest goes on where it was.

    <store>/encoded/<hash of the model>.vectors

One file, written to its end only: a head (format, model, length of a vector, when it was begun), then a row
for each vector: content hash, numbers, CRC-32. A row that is torn or damaged ends the file; what follows
it is cut off and made again. Only the holder of the store's lock uses it. It is an aid: where it cannot be
written, the ingest goes on without it.
"""

from __future__ import annotations

import hashlib
import json
import logging
import shutil
import time
import zlib
from collections.abc import Collection, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]

FOLDER = "encoded"
# How long vectors wait for their ingest once something else has been published.
KEPT_SECONDS = 7 * 24 * 3600.0
_FORMAT = 1
_HEAD = 512  # bytes

_log = logging.getLogger(__name__)


class EncodedVectors:
    """The vectors of one model that wait for a generation. Call `close` when done.

    Args:
        root: the store's folder.
        model: identity of the model; vectors of another are removed.
        dimension: length of a vector.
    """

    def __init__(self, root: Path, model: str, dimension: int) -> None:
        import numpy as np

        self._row = np.dtype([("content", "V16"), ("vector", "<f4", (dimension,)), ("crc", "<u4")])
        self._head = {"format": _FORMAT, "model": model, "dimension": dimension}
        folder = root / FOLDER
        self._path = folder / f"{hashlib.sha256(model.encode()).hexdigest()[:16]}.vectors"
        self._file: BinaryIO | None = None
        self._broken = self._waiting = False
        with suppress(OSError):
            for other in folder.iterdir():
                if other != self._path:
                    other.unlink()

    def read(self, contents: Collection[str]) -> dict[str, Vectors]:
        """The vectors that are there of these contents; what follows the first damaged row is cut off."""
        wanted = set(contents)
        found = self._read()
        self._waiting = any(content not in wanted for content in found)
        return {content: vector for content, vector in found.items() if content in wanted}

    def add(self, contents: Sequence[str], vectors: Vectors) -> None:
        """Write vectors at the end. A file that cannot be written is given up, its room with it."""
        import numpy as np

        if self._broken or not len(contents):
            return
        rows = np.zeros(len(contents), self._row)
        rows["vector"] = vectors
        for row, content in zip(rows, contents, strict=True):
            row["content"] = np.void(bytes.fromhex(content))
            row["crc"] = _crc(row)
        try:
            if self._file is None:
                self._file = self._open()
            self._file.write(rows.tobytes())
            self._file.flush()
        except OSError as error:
            _log.warning("vectors cannot be kept (%s); an ingest that is stopped would begin anew", error)
            self._broken = True
            self.close()
            shutil.rmtree(self._path.parent, ignore_errors=True)

    def close(self) -> None:
        """Let go of the file."""
        if self._file is not None:
            with suppress(OSError):
                self._file.close()
            self._file = None

    def settle(self) -> None:
        """After a generation with what was read for: remove the file, unless it holds vectors for another.

        Those are kept for `KEPT_SECONDS`, since a small ingest may come between a large one and its going on.
        """
        self.close()
        begun = (self._said() or {}).get("begun", 0.0)
        if not (self._waiting and 0 <= time.time() - begun < KEPT_SECONDS):
            shutil.rmtree(self._path.parent, ignore_errors=True)

    def _read(self) -> dict[str, Vectors]:
        try:
            size = self._path.stat().st_size
            if self._said() is None:
                self._path.unlink()
                return {}
            rows = self._whole_rows((size - _HEAD) // self._row.itemsize)
            if size > (end := _HEAD + len(rows) * self._row.itemsize):
                with self._path.open("r+b") as file:
                    file.truncate(end)
        except OSError:
            return {}
        return {bytes(row["content"]).hex(): row["vector"] for row in rows}

    def _open(self) -> BinaryIO:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        if self._said() is not None:
            return self._path.open("ab")
        file = self._path.open("wb")
        file.write(json.dumps({**self._head, "begun": time.time()}).encode().ljust(_HEAD))
        return file

    def _said(self) -> dict[str, Any] | None:
        """What the head says, if it is of this format and model."""
        try:
            with self._path.open("rb") as file:
                said = json.loads(file.read(_HEAD))
            return said if said == {**self._head, "begun": said["begun"]} else None
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def _whole_rows(self, count: int) -> NDArray[Any]:
        import numpy as np

        if count < 1:
            return np.zeros(0, self._row)
        rows = np.memmap(self._path, self._row, mode="r", offset=_HEAD, shape=(count,))
        for number, row in enumerate(rows):
            if _crc(row) != row["crc"]:
                return rows[:number]
        return rows


def _crc(row: Any) -> int:
    return zlib.crc32(row.tobytes()[:-4])
