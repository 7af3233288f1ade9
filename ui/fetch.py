"""What `imdi fetch` prints: the catalogue, what became of each entry, and the sum of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from ingest.cache import Cache, cache_folder
from ingest.catalogue import load_entries
from ingest.settings import load_settings
from ui.answer import date_text
from ui.texts import counted, say

if TYPE_CHECKING:
    from ingest.catalogue import Entry, UnknownEntryError
    from ingest.fetching import FetchSummary, Outcome
    from ingest.web import WebError

_INDENT = "   "


def list_lines(store: Path | None) -> Iterator[str]:
    """The catalogue, entry by entry, with what of it has been fetched for a store."""
    cache = Cache(cache_folder(store or load_settings().store))
    for entry in load_entries():
        kept = cache.find(entry.id)
        state = say("fetch.bundled") if entry.bundled else say("fetch.not_here")
        if kept is not None:
            state = say("fetch.here", date=date_text(kept.fetched[:10]))
        known = date_text(entry.known_on)
        checked = say("fetch.unchecked", known=known)
        if entry.checked:
            checked = say("fetch.checked", known=known, date=date_text(entry.checked))
        what = ", ".join((entry.publisher, _years(entry.years), say(f"fetch.kinds.{entry.kind}")))
        yield f"{entry.id}  ({state})"
        yield from (
            _INDENT + line for line in (entry.title, what, entry.address, entry.note, checked) if line
        )
        yield ""


def outcome_lines(outcome: Outcome) -> Iterator[str]:
    """What became of an entry."""
    entry, error = outcome.entry, outcome.error
    if error is None:
        size = f" ({_size(outcome.size)})" if outcome.size else ""
        yield f"{entry.id}: {say(f'fetch.results.{outcome.result}')}{size}."
        if outcome.moved_to:
            yield _INDENT + say("fetch.moved", address=outcome.moved_to)
        return
    yield f"{entry.id}: {_trouble(error, entry)}"
    yield _INDENT + entry.address
    if error.leads_to:
        yield _INDENT + say("fetch.leads_to", address=error.leads_to)
    if outcome.kept:
        yield _INDENT + say("fetch.still_used", date=date_text(outcome.kept.fetched[:10]))


def summary_lines(summary: FetchSummary) -> Iterator[str]:
    """The sum of a fetch."""
    counts = Counter(outcome.result for outcome in summary.outcomes)
    parts = [f"{count} {say(f'fetch.sums.{result}')}" for result, count in counts.most_common()]
    yield ""
    yield say("fetch.sum", count=len(summary.outcomes), parts=", ".join(parts))
    yield say("fetch.folder", folder=summary.folder)


def unknown_text(error: UnknownEntryError) -> str:
    """What to say of an id or a year that is not in the catalogue."""
    unknown = say("fetch.no_entry", wanted=error.wanted)
    if error.wanted.isdecimal():
        unknown = say("fetch.no_year", wanted=error.wanted)
    meant = say("fetch.meant", close=say("review.or").join(error.close)) if error.close else ""
    return " ".join(filter(None, (unknown, meant, say("fetch.see_list"))))


def _trouble(error: WebError, entry: Entry) -> str:
    seconds = int(error.retry_after) if error.retry_after.strip().isdecimal() else 0
    return say(
        f"fetch.troubles.{error.trouble}",
        host=urlsplit(entry.address).hostname,
        status=f" ({error.status})" if error.status else "",
        later=counted("fetch.minutes", round(seconds / 60)) if seconds >= 60 else say("fetch.later"),
    )


def _years(years: Sequence[int]) -> str:
    if not years:
        return say("fetch.newest")
    whole = len(years) > 2 and list(years) == list(range(years[0], years[-1] + 1))
    return f"{years[0]}–{years[-1]}" if whole else ", ".join(map(str, years))


def _size(size: int) -> str:
    if size >= 1_000_000:
        return f"{size / 1_000_000:.1f} MB".replace(".", ",")
    return f"{max(1, size // 1000)} kB"
