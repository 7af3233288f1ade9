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

if TYPE_CHECKING:
    from ingest.catalogue import Entry, UnknownEntryError
    from ingest.fetching import FetchSummary, Outcome
    from ingest.web import WebError

_RESULTS = {
    "new": "hentet",
    "changed": "hentet, siden er endret siden sist",
    "same": "ikke endret siden sist",
    "recent": "hentet det siste døgnet, ikke spurt igjen",
    "bundled": "følger med IMDi-svar og hentes ikke",
}
_TROUBLES = {
    "address": "adressen kan ikke brukes.",
    "unknown host": "finner ikke {host}. Er maskinen på nett?",
    "unreachable": "får ikke kontakt med {host}. Er maskinen på nett?",
    "not public": "{host} er ikke en maskin på det åpne nettet.",
    "insecure": "forbindelsen til {host} er ikke sikker.",
    "login": "{host} gir ikke lov til å lese siden{status}.",
    "missing": "det er ingenting på adressen lenger.",
    "busy": "{host} er opptatt. Prøv igjen {later}.",
    "status": "{host} svarer med en feil{status}. Prøv igjen senere.",
    "slow": "{host} svarer ikke i tide. Prøv igjen senere.",
    "broken": "forbindelsen ble brutt før alt var kommet. Prøv igjen.",
    "size": "siden er for stor.",
    "moved": "adressen er endret og fører til en annen side.",
    "robots": "nettstedet ber programmer holde seg unna siden (robots.txt).",
    "kind": "det som kom, er noe annet enn ventet.",
}
_KINDS = {"page": "nettside", "pdf": "PDF", "px-api": "tabell i statistikkbanken"}
_SUMS = {
    "new": "hentet",
    "changed": "endret",
    "same": "uendret",
    "recent": "allerede hentet",
    "bundled": "følger med",
    "failed": "feilet",
}


def list_lines(store: Path | None) -> Iterator[str]:
    """The catalogue, entry by entry, with what of it has been fetched for a store."""
    cache = Cache(cache_folder(store or load_settings().store))
    for entry in load_entries():
        years = _years(entry.years)
        kept = cache.find(entry.id)
        state = "følger med" if entry.bundled else "ikke hentet"
        if kept is not None:
            state = f"hentet {date_text(kept.fetched[:10])}"
        yield f"{entry.id}  ({state})"
        yield f"   {entry.title}"
        yield f"   {', '.join(filter(None, (entry.publisher, years, _KINDS[entry.kind])))}"
        yield f"   {entry.address}"
        if entry.note:
            yield f"   {entry.note}"
        checked = f"sjekket {date_text(entry.checked)}" if entry.checked else "ikke sjekket"
        yield f"   Adressen er {checked}, kjent siden {date_text(entry.known_on)}.\n"


def outcome_lines(outcome: Outcome) -> Iterator[str]:
    """What became of an entry."""
    entry, error = outcome.entry, outcome.error
    if error is not None:
        yield f"{entry.id}: {_trouble(error, entry)}"
        yield f"   {entry.address}"
        if error.leads_to:
            yield f"   Den fører nå til {error.leads_to}"
        if outcome.kept:
            yield f"   Det som ble hentet {date_text(outcome.kept.fetched[:10])}, brukes fortsatt."
        return
    size = f" ({_size(outcome.size)})" if outcome.size else ""
    yield f"{entry.id}: {_RESULTS[outcome.result]}{size}."
    if outcome.moved_to:
        yield f"   Siden er flyttet til {outcome.moved_to}"


def summary_lines(summary: FetchSummary) -> Iterator[str]:
    """The sum of a fetch."""
    counts = Counter(outcome.result.value for outcome in summary.outcomes)
    parts = [f"{counts[name]} {text}" for name, text in _SUMS.items() if counts[name]]
    yield f"\nI alt {len(summary.outcomes)}: {', '.join(parts)}."
    yield f"Filene ligger i {summary.folder}"


def unknown_text(error: UnknownEntryError) -> str:
    """What to say of an id or a year that is not in the catalogue."""
    what = (
        f"ingen sider om {error.wanted}"
        if error.wanted.isdecimal()
        else f"ingen side som heter «{error.wanted}»"
    )
    meant = f" Mente du {' eller '.join(error.close)}?" if error.close else ""
    return f"Katalogen har {what}.{meant} «imdi fetch --list» viser hva som finnes."


def _trouble(error: WebError, entry: Entry) -> str:
    status = f" ({error.status})" if error.status else ""
    seconds = int(error.retry_after) if error.retry_after.strip().isdecimal() else 0
    later = f"om {max(1, round(seconds / 60))} minutter" if seconds >= 60 else "senere"
    host = urlsplit(entry.address).hostname
    return _TROUBLES[error.trouble].format(host=host, status=status, later=later)


def _years(years: Sequence[int]) -> str:
    if not years:
        return "nyeste år"
    whole = len(years) > 2 and list(years) == list(range(years[0], years[-1] + 1))
    return f"{years[0]}–{years[-1]}" if whole else ", ".join(map(str, years))


def _size(size: int) -> str:
    return (
        f"{size / 1_000_000:.1f} MB".replace(".", ",") if size >= 1_000_000 else f"{max(1, size // 1000)} kB"
    )
