"""Files -> Report, source text and Paragraphs.

The source text of a report is what `ingest.formats` reads out of its file: of a plain text the decoded text,
of any other format its headings, paragraphs and tables one below the other. All offsets are into that text,
so that `source[start:end] == paragraph.text` holds. The store keeps it, and the bytes of the file too.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ingest.formats import MAX_FILE, Extract, read_format
from ingest.models import CorpusError, Paragraph, Report, count_paragraphs
from ingest.patterns import DATE, load_patterns
from ingest.settings import CORPUS

MAX_PARAGRAPHS = 20_000  # of one report; to embed them takes a quarter of an hour. A yearbook has 3 000.
FIRST_YEAR, LAST_YEAR = 1990, 2100
LANGUAGES = ("nb", "nn", "en")  # that answers are given in; "no" and what is not said mean the first
_YEAR = re.compile(r"(?<!\d)(?:19[9]\d|20\d\d|2100)(?!\d)")
_ASCII = str.maketrans({"æ": "ae", "ø": "o", "å": "a", "ä": "a", "ö": "o", "ü": "u", "ð": "d", "þ": "th"})


@dataclass(frozen=True, slots=True)
class ReportMeta:
    """What is known of a report beforehand. None (or "") means: find it in the text.

    `charset` is the encoding that the server said, where the report came from an address.
    """

    id: str = ""
    title: str = ""
    publisher: str | None = None
    year: int | None = None
    updated: dt.date | None = None
    url: str = ""
    language: str = ""
    licence: str = ""
    file: str = ""
    sha256: str = ""
    charset: str = ""


@dataclass(frozen=True, slots=True)
class ReportText:
    """A report as read: what it is, its source text, and the paragraphs cut out of that text.

    `remarks` tell what of the file was left out, and why.
    """

    report: Report
    source: str
    paragraphs: tuple[Paragraph, ...]
    remarks: tuple[str, ...] = ()


def read_report(source: Path | bytes, meta: ReportMeta | None = None, *, name: str = "") -> ReportText:
    """Read one report.

    Args:
        source: a file, or the bytes of one.
        meta: what is known of it; what is not is found in the text.
        name: the file name that bytes came under (its ending says the format).

    Raises:
        CorpusError: the file cannot be read (see `ingest.formats.read_format`), or no reporting year can be
            found in it.
    """
    data = read_bytes(source) if isinstance(source, Path) else source
    name = name or (source.name if isinstance(source, Path) else (meta.file if meta else "")) or "report.txt"
    meta = meta or ReportMeta()
    extract = read_format(data, name, meta.charset)
    report = _describe(meta, data, extract, name)
    paragraphs = _paragraphs(report.id, extract, name)
    if not count_paragraphs(paragraphs):
        raise CorpusError(
            f"{name}: there is no paragraph of text in it. Check that the file holds the report."
        )
    return ReportText(report, extract.text, paragraphs, extract.remarks)


def load_catalogue(path: Path = CORPUS / "reports.toml") -> tuple[ReportMeta, ...]:
    """The reports that are known beforehand, with their metadata.

    Raises:
        CorpusError: the file is missing, is not TOML, or an entry lacks a field or has one of a wrong type.
    """
    import tomllib

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
        if (size := path.stat().st_size) > MAX_FILE:
            raise CorpusError(f"{path.name}: {size} bytes is more than {MAX_FILE}. Split the report.")
        return path.read_bytes()
    except OSError as error:
        raise CorpusError(
            f"{path.name}: cannot be opened ({error.strerror}). Check that you may read it."
        ) from error


def _describe(meta: ReportMeta, data: bytes, extract: Extract, name: str) -> Report:
    text, layout = extract.text, extract.layout
    stem = Path(name).stem
    title = meta.title or layout.title or re.sub(r"[-_\s]+", " ", stem).strip()
    report_id = meta.id or slug(stem)
    if not report_id:
        raise CorpusError(
            f"{name}: no identifier can be made of its name. Give the file a name with letters."
        )
    named = _find_publisher(extract.publisher) or extract.publisher or _find_publisher(text)
    publisher = named if meta.publisher is None else meta.publisher
    return Report(
        id=report_id,
        title=title,
        publisher=publisher,
        year=meta.year or _find_year(title, stem, text, name, meta.updated or layout.updated),
        updated=meta.updated or layout.updated,
        url=meta.url,
        language=meta.language or _language(extract.language),
        licence=meta.licence,
        sha256=hashlib.sha256(data).hexdigest(),
        path=name,
    )


def _language(said: str) -> str:
    """The language that a file says it is in, where it is one that answers are given in; else bokmål."""
    return said if said in LANGUAGES else LANGUAGES[0]


def _find_publisher(text: str) -> str:
    """The publisher that the text names most often; "" when it names none."""
    named: list[tuple[int, str]] = []
    for name, pattern in load_patterns().publishers:
        named.append((len(pattern.findall(text)), name))
    count, name = max(named, default=(0, ""))
    return name if count else ""


# Times as often as the year of a file's name the year before is said, where the figures are of that.
MUCH_MORE = 3


def _find_year(title: str, stem: str, text: str, name: str, updated: dt.date | None) -> int:
    """The reporting year: of the title, else of the file name, else the one named most often in the text.

    A title that is only that of the first table ("… 2015") does not narrow a file of several years
    ("…-2014-2016"): its last year is the reporting year, so that no row of it is one still to come. Nor is
    a year that came after the report itself did: an aim ("60 prosent innen 2021"). What others are compared
    with ("fleire enn i 2014") is not what a report is of.
    """
    own = load_patterns().compared.sub(" ", text)
    counts = Counter(_years(own)) or Counter(_years(text))
    out = {year: count for year, count in counts.items() if updated is None or year <= updated.year}
    counts = Counter(out or counts)
    titled, filed = _years(title), _years(stem)
    if len(titled) == 1 and len(filed) > 1 and min(filed) <= titled[0] < max(filed) and counts[max(filed)]:
        return max(filed)
    for place in (title, stem):
        if years := _years(place):
            named = max(years, key=lambda year: (counts[year], year))
            # A file is often named by the year in which it came out, and tells of the year before.
            told = place is stem and counts[named - 1] >= MUCH_MORE * max(counts[named], 1)
            return named - 1 if told else named
    if not counts:
        raise CorpusError(
            f"{name}: no reporting year found in it. Give it: `imdi ingest {name} --year 2019`"
            " (in Python: year=2019)."
        )
    # A report compares its year with those before, and one of these may be said as often.
    happened = {int(year) for year in load_patterns().told.findall(own)} & set(counts)
    often = [year for year in happened if counts[year] * 2 >= max(counts.values())]
    before = [year for year in often if updated is None or year < updated.year] or often
    return max(before, default=max(counts, key=lambda year: (counts[year], year)))


def _years(text: str) -> list[int]:
    # The day on which it came out is of the year after, as a rule.
    return [year for year in map(int, _YEAR.findall(DATE.sub(" ", text))) if FIRST_YEAR <= year <= LAST_YEAR]


def _paragraphs(report_id: str, extract: Extract, name: str) -> tuple[Paragraph, ...]:
    if (count := len(extract.layout.blocks)) > MAX_PARAGRAPHS:
        raise CorpusError(
            f"{name}: it falls into {count} paragraphs, more than {MAX_PARAGRAPHS}. Split the report."
        )
    seen: Counter[str] = Counter()
    paragraphs: list[Paragraph] = []
    for number, block in enumerate(extract.layout.blocks, start=1):
        text = extract.text[block.start : block.end]
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
