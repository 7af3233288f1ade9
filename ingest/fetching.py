"""Entries of the catalogue -> files in the cache -> reports in the store."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from ingest.cache import Cache, Kept, cache_folder
from ingest.catalogue import Entry, PageKind
from ingest.formats.kinds import CANONICAL_ENDINGS, HTML, JSON_STAT, PDF, sniff
from ingest.models import CorpusError, IngestSummary
from ingest.pipeline import Given, Making, ingest_reports
from ingest.settings import Place, load_settings
from ingest.store import Progress
from ingest.visitor import Clock, Visitor
from ingest.web import NETWORK, Fetched, Request, Trouble, WebError

RECENT = dt.timedelta(hours=24)  # what was asked for within it is not asked for again
_FORMATS = {PageKind.PAGE: HTML, PageKind.PDF: PDF, PageKind.PX_API: JSON_STAT}


class Result(StrEnum):
    """What became of an entry."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"  # the server says so, or sent the same bytes
    RECENT = "recent"  # it was here and not asked for again
    BUNDLED = "bundled"  # it is in the corpus and not asked for at all
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of an entry that was asked for: what is kept of it, and what went wrong.

    A failed entry of which an earlier edition is kept has both.
    """

    entry: Entry
    result: Result
    kept: Kept | None = None
    error: WebError | None = None
    size: int = 0

    @property
    def moved_to(self) -> str:
        """The address that the entry's leads to, where it is another."""
        found = self.kept.address if self.kept and not self.error else ""
        return found if found.rstrip("/") != self.entry.address.rstrip("/") else ""


@dataclass(frozen=True, slots=True)
class FetchSummary:
    """What one fetch did. `folder` holds the files.

    `taken_in` is None where there was nothing to take in, or where it could not be: `problem` says why.
    """

    outcomes: tuple[Outcome, ...]
    folder: Path
    taken_in: IngestSummary | None = None
    problem: str = ""

    @property
    def failed(self) -> bool:
        """Whether anything could not be fetched, or nothing of it could be taken in."""
        return bool(self.problem) or any(outcome.error for outcome in self.outcomes)


def fetch_entries(
    entries: Sequence[Entry],
    store: Place | None = None,
    *,
    take_in: bool = True,
    again: bool = False,
    tell: Callable[[Outcome], None] | None = None,
    progress: Progress | None = None,
    making: Making | None = None,
    clock: Clock | None = None,
) -> FetchSummary:
    """See `ingest.fetch`. `making` and `clock` are for tests."""
    making = making or Making()
    root = store or load_settings().store
    cache = Cache(cache_folder(root))
    visitor = Visitor(making.network or NETWORK, clock)
    outcomes: list[Outcome] = []
    with cache.lock():
        for entry in entries:
            outcome = _fetch(entry, cache, visitor, again)
            outcomes.append(outcome)
            if tell:
                tell(outcome)
        summary = FetchSummary(tuple(outcomes), cache.folder)
        given = {
            cache.path(outcome.kept): _given(outcome.entry, outcome.kept)
            for outcome in outcomes
            if outcome.kept
        }
        if not take_in or not given:
            return summary
        try:
            return replace(summary, taken_in=ingest_reports(list(given), root, progress, making, said=given))
        except CorpusError as error:
            return replace(summary, problem=str(error))


def _fetch(entry: Entry, cache: Cache, visitor: Visitor, again: bool) -> Outcome:
    if entry.bundled:
        return Outcome(entry, Result.BUNDLED)
    asked = hashlib.sha256(f"{entry.kind} {entry.address}\n{entry.query}".encode()).hexdigest()
    kept = cache.find(entry.id)
    if kept is not None and kept.request != asked:  # the catalogue has since said something else of it
        kept = None
    if kept is not None and not again and _now() - _time(kept.checked) < RECENT:
        return Outcome(entry, Result.RECENT, kept)
    if entry.query:
        request = Request(body=entry.query.encode())
    else:
        request = Request(etag=kept.etag, modified=kept.modified) if kept else Request()
    try:
        found = visitor.visit(entry.address, request)
        _check_kind(entry, found)
    except WebError as error:
        return Outcome(entry, Result.FAILED, kept, error)
    return _keep(entry, cache, asked, kept, found)


def _keep(entry: Entry, cache: Cache, asked: str, kept: Kept | None, found: Fetched) -> Outcome:
    """Keep what came, or that what is here is still the newest."""
    now = _now().isoformat(timespec="seconds")
    digest = hashlib.sha256(found.data).hexdigest()
    if kept is not None and (found.unchanged or kept.sha256 == digest):
        marks = {"etag": found.etag or kept.etag, "modified": found.modified or kept.modified}
        kept = replace(kept, checked=now, address=found.address, **marks)
        cache.keep(kept)
        return Outcome(entry, Result.SAME, kept)
    new = Kept(
        id=entry.id,
        file=entry.id + CANONICAL_ENDINGS[_FORMATS[entry.kind]],
        sha256=digest,
        request=asked,
        address=found.address,
        fetched=now,
        checked=now,
        etag=found.etag,
        modified=found.modified,
        charset=found.charset,
    )
    cache.keep(new, found.data)
    return Outcome(entry, Result.CHANGED if kept else Result.NEW, new, size=len(found.data))


def _check_kind(entry: Entry, found: Fetched) -> None:
    """Refuse what is not of the kind that was to come: a page in a table's place is no edition of it."""
    if found.unchanged:
        return
    try:
        kind = sniff(found.data, entry.address)
    except CorpusError as error:
        raise WebError(str(error), Trouble.KIND) from error
    if kind != _FORMATS[entry.kind]:
        raise WebError(f"{entry.address}: what came is no {entry.kind}. Look at the address.", Trouble.KIND)


def _given(entry: Entry, kept: Kept) -> Given:
    """What is known of a fetched file beside what stands in it; the rest is found there."""
    url = entry.cite or kept.address
    year = entry.years[0] if len(entry.years) == 1 else None
    said = {"url": url, "publisher": entry.publisher, "licence": entry.licence, "charset": kept.charset}
    return {name: value for name, value in {**said, "year": year}.items() if value}


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def _time(text: str) -> dt.datetime:
    """A time of the index; long ago where it is none."""
    try:
        at = dt.datetime.fromisoformat(text)
    except (TypeError, ValueError):
        return dt.datetime.min.replace(tzinfo=dt.UTC)
    return at if at.tzinfo else at.replace(tzinfo=dt.UTC)
