"""corpus/catalogue.toml: the published pages and tables that are known, and which of them are meant."""

from __future__ import annotations

import datetime as dt
import json
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from urllib.parse import urlsplit

from ingest.models import CorpusError
from ingest.nearest import find_nearest
from ingest.reports import load_catalogue, slug
from ingest.settings import CORPUS


class PageKind(StrEnum):
    """What stands at an address."""

    PAGE = "page"
    PDF = "pdf"
    PX_API = "px-api"


@dataclass(frozen=True, slots=True)
class Entry:
    """A page or a table that is known, with where its address is known from.

    `years` are those that the figures are about; none where the page is brought up to date. `query` is the
    JSON that is posted. `bundled`: it is a report of the corpus, which need not be fetched.
    """

    id: str
    title: str
    publisher: str
    years: tuple[int, ...]
    kind: PageKind
    address: str
    known_from: str
    known_on: dt.date
    checked: dt.date | None = None
    licence: str = ""
    note: str = ""
    cite: str = ""
    query: str = ""
    bundled: bool = False


class UnknownEntryError(CorpusError):
    """Something was asked for that is not in the catalogue; `close` is what may have been meant."""

    def __init__(self, wanted: str, close: Sequence[str]) -> None:
        meant = f" Did you mean {' or '.join(close)}?" if close else ""
        super().__init__(f"{wanted}: it is not in the catalogue.{meant}")
        self.wanted = wanted
        self.close = tuple(close)


def load_entries(corpus: Path = CORPUS) -> tuple[Entry, ...]:
    """The entries of the catalogue, in its order.

    Raises:
        CorpusError: the file is missing or is not TOML, or an entry lacks a field, has one of a wrong type,
            an address that is not http or https, or an id that is another's or no identifier of a report.
    """
    path = corpus / "catalogue.toml"
    published = {meta.url for meta in load_catalogue(corpus / "reports.toml") if meta.url}
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8")).get("entry", [])
        entries = [_entry(value) for value in values]
    except (OSError, KeyError, TypeError, ValueError, AttributeError) as error:
        raise CorpusError(f"{path.name}: cannot be read ({error}). Restore or correct it.") from error
    ids = [entry.id for entry in entries]
    for entry in entries:
        if not (entry.title and entry.id) or slug(entry.id) != entry.id or ids.count(entry.id) > 1:
            raise CorpusError(f"{path.name}: '{entry.id}' needs a title and an id of its own.")
    return tuple(replace(entry, bundled=entry.address in published) for entry in entries)


def _entry(value: dict[str, object]) -> Entry:
    entry = Entry(**value)  # type: ignore[arg-type]
    query = entry.query.strip()
    for address in filter(None, (entry.address, entry.cite)):
        parts = urlsplit(address)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError(f"'{entry.id}': {address} is no http or https address")
    if not (entry.address and entry.known_from):
        raise ValueError(f"'{entry.id}' needs an address, and where it is known from")
    if query:
        json.loads(query)
    return replace(
        entry,
        years=tuple(int(year) for year in entry.years),
        kind=PageKind(entry.kind),
        checked=entry.checked if isinstance(entry.checked, dt.date) else None,
        query=query,
    )


def find_entries(
    entries: Sequence[Entry], ids: Iterable[str] = (), year: int | None = None, everything: bool = False
) -> tuple[Entry, ...]:
    """The entries that are asked for by id, by year, or all of them; in the catalogue's order.

    Raises:
        UnknownEntryError: no entry has an id, or none is about the year.
    """
    wanted, names = set(ids), {entry.id: (entry.title,) for entry in entries}
    for id in sorted(wanted):
        if id not in names:
            raise UnknownEntryError(id, find_nearest(id, names))
    if year is not None and not any(year in entry.years for entry in entries):
        every = {year for entry in entries for year in entry.years}
        near = sorted(sorted(every, key=lambda other: abs(other - year))[:3])
        raise UnknownEntryError(str(year), [str(other) for other in near])
    return tuple(entry for entry in entries if everything or entry.id in wanted or year in entry.years)
