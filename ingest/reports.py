"""Files -> Report, source text and Paragraphs.

The source text of a report is its decoded text without byte order mark and with every line end as one
line feed. All offsets are into that text, so that `source[start:end] == paragraph.text` holds whatever
the file's encoding and line ends were. The bytes themselves are kept by the store.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
import tomllib
import unicodedata
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ingest.layout import Layout, parse_layout
from ingest.models import CorpusError, Paragraph, Report
from ingest.patterns import load_patterns
from ingest.settings import CORPUS

MAX_BYTES = 20_000_000  # of one report; the two published ones have 6 and 7 kB
MAX_CONTROL_SHARE = 0.01  # of the characters; more control characters than this is not text
FIRST_YEAR, LAST_YEAR = 1990, 2100
_YEAR = re.compile(r"(?<!\d)(?:19[9]\d|20\d\d|2100)(?!\d)")
_FRONT_MATTER = re.compile(r"---\n(?:[^\n]*\n){0,50}?---\n")
_ASCII = str.maketrans({"æ": "ae", "ø": "o", "å": "a", "ä": "a", "ö": "o", "ü": "u", "ð": "d", "þ": "th"})
_OTHER_TYPES = (
    (b"%PDF", "a PDF"),
    (b"PK\x03\x04", "a zip, DOCX or XLSX file"),
    (b"\xd0\xcf\x11\xe0", "an old Office file"),
    (b"{\\rtf", "an RTF file"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"\x1f\x8b", "a gzip file"),
)


@dataclass(frozen=True, slots=True)
class ReportMeta:
    """What is known of a report beforehand. None (or "") means: find it in the text."""

    id: str = ""
    title: str = ""
    publisher: str | None = None
    year: int | None = None
    updated: dt.date | None = None
    url: str = ""
    language: str = "nb"
    licence: str = ""
    file: str = ""
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class ReportText:
    """A report as read: what it is, its decoded text, and the paragraphs cut out of that text."""

    report: Report
    source: str
    paragraphs: tuple[Paragraph, ...]


def read_report(source: Path | bytes, meta: ReportMeta | None = None, *, name: str = "") -> ReportText:
    """Read one report.

    Args:
        source: a file, or the bytes of one.
        meta: what is known of it; what is not is found in the text.
        name: the file name that bytes came under (its ending says the format).

    Raises:
        CorpusError: the file cannot be read, is not text, is empty, or no reporting year can be found.
    """
    data = read_bytes(source) if isinstance(source, Path) else source
    name = name or (source.name if isinstance(source, Path) else (meta.file if meta else "")) or "report.txt"
    suffix = Path(name).suffix.lower()
    if suffix not in READERS:
        known = ", ".join(sorted(READERS))
        raise CorpusError(f"{name}: files of type '{suffix or 'none'}' cannot be read. Give one of: {known}.")
    text, layout = READERS[suffix](data, name)
    report = _describe(meta or ReportMeta(), data, text, layout, name)
    paragraphs = _paragraphs(report.id, text, layout)
    if not paragraphs:
        raise CorpusError(
            f"{name}: there is no paragraph of text in it. Check that the file holds the report."
        )
    return ReportText(report, text, paragraphs)


def load_catalogue(path: Path = CORPUS / "reports.toml") -> tuple[ReportMeta, ...]:
    """The reports that are known beforehand, with their metadata.

    Raises:
        CorpusError: the file is missing, is not TOML, or an entry lacks a field or has one of a wrong type.
    """
    try:
        entries = tomllib.loads(path.read_text(encoding="utf-8")).get("report", [])
        metas = tuple(ReportMeta(**entry) for entry in entries)
    except (OSError, TypeError, ValueError, AttributeError) as error:
        raise CorpusError(f"{path.name}: cannot be read ({error}). Restore or correct it.") from error
    for meta in metas:
        if not (
            meta.id and meta.title and meta.file and len(meta.sha256) == 64 and isinstance(meta.year, int)
        ):
            raise CorpusError(
                f"{path.name}: '{meta.id or meta.file}' needs id, title, year, file and sha256."
            )
    return metas


def find_meta(catalogue: tuple[ReportMeta, ...], data: bytes, name: str) -> ReportMeta | None:
    """The catalogue's entry for a file: the one with its hash, else the one with its name, else None."""
    digest = hashlib.sha256(data).hexdigest()
    same = [meta for meta in catalogue if meta.sha256 == digest]
    return next(iter(same + [meta for meta in catalogue if meta.file == name]), None)


def decode(data: bytes, name: str) -> str:
    """Bytes to text: UTF-8, UTF-16 or UTF-32 with a byte order mark, else Windows-1252.

    The byte order mark is left out and every line end becomes one line feed.

    Raises:
        CorpusError: empty, too large, another file type, binary, or UTF-8 that has been damaged.
    """
    if len(data) > MAX_BYTES:
        raise CorpusError(f"{name}: {len(data)} bytes is more than {MAX_BYTES}. Split the report.")
    for magic, what in _OTHER_TYPES:
        if data.startswith(magic):
            raise CorpusError(f"{name}: it is {what}, not text. Save the report as plain text in UTF-8.")
    text = _decode(data, name)
    if "\0" in text or _control_share(text) > MAX_CONTROL_SHARE:
        raise CorpusError(f"{name}: it holds binary data, not text. Save the report as plain text in UTF-8.")
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    if not any(map(str.isalpha, text)):
        raise CorpusError(f"{name}: it is empty or has no words. Check that the file holds the report.")
    if re.match(r"\s*<(?:!doctype|html|\?xml)\b", text, re.IGNORECASE):
        raise CorpusError(f"{name}: it is a web page or XML, not text. Save its text as plain text in UTF-8.")
    return text


def slug(text: str) -> str:
    """An ASCII identifier of a name: "Nøkkeltall 2023" -> "nokkeltall-2023"."""
    plain = unicodedata.normalize("NFC", text).lower().translate(_ASCII)
    plain = unicodedata.normalize("NFKD", plain).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:80].strip("-")


def read_bytes(path: Path) -> bytes:
    """The bytes of a file.

    Raises:
        CorpusError: no such file, too large, or not readable.
    """
    try:
        if not path.is_file():
            raise CorpusError(f"{path.name or path}: there is no such file. Check the name.")
        if (size := path.stat().st_size) > MAX_BYTES:
            raise CorpusError(f"{path.name}: {size} bytes is more than {MAX_BYTES}. Split the report.")
        return path.read_bytes()
    except OSError as error:
        raise CorpusError(
            f"{path.name}: cannot be opened ({error.strerror}). Check that you may read it."
        ) from error


def _decode(data: bytes, name: str) -> str:
    for mark, encoding in ((b"\xff\xfe\0\0", "utf-32"), (b"\0\0\xfe\xff", "utf-32")):
        if data.startswith(mark):
            return _strict(data, encoding, name)
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _strict(data, "utf-16", name)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        broken = error
    whole = sum(1 for char in data.decode("utf-8", "ignore") if ord(char) > 127)
    bad = data.decode("utf-8", "replace").count("\ufffd")
    if whole > bad:  # most letters outside ASCII are whole UTF-8: read as Windows-1252 they would be garbled
        raise CorpusError(
            f"{name}: its UTF-8 is damaged at byte {broken.start}. Save or fetch the file again."
        )
    return _strict(data, "cp1252", name)


def _strict(data: bytes, encoding: str, name: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise CorpusError(
            f"{name}: it is not text, in UTF-8 or {encoding}. Save the report as UTF-8."
        ) from error


def _control_share(text: str) -> float:
    controls = sum(1 for char in text if char < " " and char not in "\t\n\r\f\v")
    return controls / max(len(text), 1)


def _read_text(data: bytes, name: str) -> tuple[str, Layout]:
    text = decode(data, name)
    return text, parse_layout(text)


def _read_markdown(data: bytes, name: str) -> tuple[str, Layout]:
    text = decode(data, name)
    front = _FRONT_MATTER.match(text)
    return text, parse_layout(text, front.end() if front else 0, markdown=True)


READERS: Mapping[str, Callable[[bytes, str], tuple[str, Layout]]] = {
    ".txt": _read_text,
    ".md": _read_markdown,
}


def _describe(meta: ReportMeta, data: bytes, text: str, layout: Layout, name: str) -> Report:
    stem = Path(name).stem
    title = meta.title or layout.title or re.sub(r"[-_\s]+", " ", stem).strip()
    report_id = meta.id or slug(stem)
    if not report_id:
        raise CorpusError(
            f"{name}: no identifier can be made of its name. Give the file a name with letters."
        )
    return Report(
        id=report_id,
        title=title,
        publisher=_find_publisher(text) if meta.publisher is None else meta.publisher,
        year=meta.year or _find_year(title, stem, text, name),
        updated=meta.updated or layout.updated,
        url=meta.url,
        language=meta.language,
        licence=meta.licence,
        sha256=hashlib.sha256(data).hexdigest(),
        path=name,
    )


def _find_publisher(text: str) -> str:
    """The publisher that the text names most often; "" when it names none."""
    named: list[tuple[int, str]] = []
    for name, pattern in load_patterns().publishers:
        named.append((len(pattern.findall(text)), name))
    count, name = max(named, default=(0, ""))
    return name if count else ""


def _find_year(title: str, stem: str, text: str, name: str) -> int:
    """The reporting year: of the title, else of the file name, else the one named most often in the text."""
    counts = Counter(_years(text))
    for place in (title, stem):
        if years := _years(place):
            return max(years, key=lambda year: (counts[year], year))
    if not counts:
        raise CorpusError(f"{name}: no reporting year found. Put the year in the title or the file name.")
    return max(counts, key=lambda year: (counts[year], year))


def _years(text: str) -> list[int]:
    return [year for year in map(int, _YEAR.findall(text)) if FIRST_YEAR <= year <= LAST_YEAR]


def _paragraphs(report_id: str, source: str, layout: Layout) -> tuple[Paragraph, ...]:
    seen: Counter[str] = Counter()
    paragraphs: list[Paragraph] = []
    for number, block in enumerate(layout.blocks, start=1):
        text = source[block.start : block.end]
        base = f"{report_id}-{_fingerprint(text)}"
        seen[base] += 1
        paragraphs.append(
            Paragraph(
                id=base if seen[base] == 1 else f"{base}-{seen[base]}",
                report_id=report_id,
                number=number,
                section=block.section,
                text=text,
                start=block.start,
                end=block.end,
                kind=block.kind,
                header=block.header,
                page=block.page,
            )
        )
    return tuple(paragraphs)


def _fingerprint(text: str) -> str:
    """Eight hexadecimal digits of the words alone, so that a re-wrapped paragraph keeps its id."""
    words = " ".join(unicodedata.normalize("NFC", text).split())
    return hashlib.sha256(words.encode("utf-8", "replace")).hexdigest()[:8]


def as_dict(report: Report) -> dict[str, Any]:
    """A report as plain values, for JSON; `report_from` reads it back."""
    return {
        "id": report.id,
        "title": report.title,
        "publisher": report.publisher,
        "year": report.year,
        "updated": report.updated.isoformat() if report.updated else None,
        "url": report.url,
        "language": report.language,
        "licence": report.licence,
        "sha256": report.sha256,
        "path": report.path,
    }


def report_from(values: Mapping[str, Any]) -> Report:
    """The report of a mapping that `as_dict` made."""
    updated = values["updated"]
    return Report(**{**values, "updated": dt.date.fromisoformat(updated) if updated else None})
