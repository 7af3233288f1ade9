"""The zip files that DOCX and XLSX are: looked through before anything in them is parsed."""

from __future__ import annotations

import io
import zipfile
import zlib

from ingest.models import CorpusError

MAX_ENTRIES = 2_000  # files in one; a report of 200 pictures has about 250
MAX_LISTING = 500_000  # bytes of the list of files; zipfile reads the whole of it, whatever the count says
MAX_UNPACKED = 100_000_000  # bytes of all files in it; a workbook of 200 000 cells has about 10 million
MAX_RATIO = 200  # unpacked to packed, of a file over `SMALL`; XML packs 10 to 50 times
SMALL = 5_000_000
_CHUNK = 1 << 20


def list_names(data: bytes, name: str) -> set[str]:
    """The names of the files in a zip file, its sizes checked.

    Raises:
        CorpusError: damaged, encrypted, or larger inside than a report can be.
    """
    _check_listing(data, name)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise CorpusError(_damaged(name)) from error
    if any(entry.flag_bits & 1 for entry in entries):
        raise CorpusError(f"{name}: it is encrypted. Save a copy without a password.")
    unpacked = sum(entry.file_size for entry in entries)
    bomb = any(e.file_size > SMALL and e.file_size > MAX_RATIO * e.compress_size for e in entries)
    if len(entries) > MAX_ENTRIES or unpacked > MAX_UNPACKED or bomb:
        raise CorpusError(
            f"{name}: it unpacks to {unpacked} bytes in {len(entries)} files; the most is {MAX_UNPACKED}"
            f" bytes in {MAX_ENTRIES} files, packed {MAX_RATIO} times. Split the report."
        )
    return {entry.filename for entry in entries}


def check_markup(data: bytes, name: str) -> None:
    """Refuse Office files whose XML defines entities: the standard forbids it, and bombs are made of it.

    Raises:
        CorpusError: a file in it has a document type, or is damaged.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for entry in archive.infolist():
                if entry.filename.lower().endswith((".xml", ".rels", ".vml")):
                    with archive.open(entry) as file:
                        tail = b""
                        while chunk := file.read(_CHUNK):
                            if b"<!DOCTYPE" in (tail + chunk.replace(b"\0", b"")).upper():
                                raise CorpusError(
                                    f"{name}: its XML defines entities, which no Office program writes."
                                    " Save the report anew from the program it was made in."
                                )
                            tail = chunk[-16:]
    except (zipfile.BadZipFile, EOFError, OSError, NotImplementedError, zlib.error) as error:
        raise CorpusError(_damaged(name)) from error


def _damaged(name: str) -> str:
    return f"{name}: it is a DOCX, XLSX or zip file that is cut short or damaged. Save or fetch it again."


def _check_listing(data: bytes, name: str) -> None:
    end = data.rfind(b"PK\x05\x06")
    size = int.from_bytes(data[end + 12 : end + 16], "little") if end >= 0 else 0
    if size > MAX_LISTING:
        raise CorpusError(f"{name}: it lists more files than a report has. Save the report anew.")
