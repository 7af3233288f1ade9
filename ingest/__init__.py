"""Text -> data: reports in, a store of paragraphs, observations and search indexes out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ingest.fetching import FetchSummary, Outcome
    from ingest.models import IngestSummary, Observation, Paragraph
    from ingest.settings import Place
    from ingest.store import Store

__all__ = ["add_correction", "ensure_store", "fetch", "ingest", "remove", "write_numbers"]

# The functions load what they need when they are called: `from ingest.models import …` anywhere runs this
# file, and the command line has half a second to print its help.


def ingest(
    sources: Iterable[str | Path] | str | Path,
    store: Place | None = None,
    progress: Callable[[str, int, int], None] | None = None,
    *,
    year: int | None = None,
    title: str | None = None,
    publisher: str | None = None,
) -> IngestSummary:
    """Take reports in; build the store, or extend the one that is there.

    The store holds the reports of the corpus and those that were added before. One of the corpus that was
    removed comes back when it is given, or when nothing is. A report given
    again under the same name replaces its earlier self, whose text is kept so that citations of it can still
    be looked up; the same bytes under another name are left out.
    Nothing is built when nothing has changed.

    Args:
        sources: files, folders of files, and http or https addresses; none: the corpus. Formats: plain
            text, Markdown, HTML, PDF, DOCX, XLSX, CSV and JSON-stat 2.
        store: where the store is; by default the user's own (`IMDI_STORE`).
        progress: called with a stage ("read", "numbers", "embed", "index"), what is done and the total.
        year: the reporting year of the sources, where it cannot be found in them or is found wrongly.
        title: their title.
        publisher: their publisher.

    Returns:
        What was done. `skipped` names each file, part of a file and correction that was left out, with the
        reason.

    Raises:
        CorpusError: none of the sources can be read, or the store cannot be written. The store is then as
            it was.
    """
    from ingest.pipeline import ingest_reports

    said = {"year": year, "title": title, "publisher": publisher}
    given = {name: value for name, value in said.items() if value is not None}
    return ingest_reports(sources, store, progress, given=given)


def remove(
    report_ids: Iterable[str] | str,
    store: Place | None = None,
    progress: Callable[[str, int, int], None] | None = None,
) -> IngestSummary:
    """Take reports out of the store: their text, figures and earlier editions.

    The store changes as with `ingest`: readers see all of it or nothing. A report of the corpus stays out
    until it is ingested again. Corrections of a removed report are kept, and hold should it come back.

    Args:
        report_ids: ids as `Store.reports` has them.
        store: where the store is; by default the user's own (`IMDI_STORE`).
        progress: as for `ingest`.

    Raises:
        UnknownReportError: the store has no such report; nothing is removed.
        CorpusError: no report would be left, or the store cannot be written. It is then as it was.
    """
    from ingest.pipeline import remove_reports

    return remove_reports(report_ids, store, progress)


def fetch(
    ids: Iterable[str] = (),
    store: Place | None = None,
    *,
    year: int | None = None,
    everything: bool = False,
    take_in: bool = True,
    again: bool = False,
    tell: Callable[[Outcome], None] | None = None,
    progress: Callable[[str, int, int], None] | None = None,
) -> FetchSummary:
    """Download published pages and tables of the catalogue, and take them in.

    Each site is asked as its robots.txt allows, one address at a time with a pause between, and only for
    what is not here or has changed. The files are kept beside the store; one that cannot be fetched leaves
    what was there before. Reports that are in the corpus are not fetched.

    Args:
        ids: entries of `corpus/catalogue.toml`.
        store: where the store is; by default the user's own (`IMDI_STORE`).
        year: also every entry whose figures are about this year.
        everything: also all other entries.
        take_in: whether the files become reports of the store.
        again: ask also for what was asked for within the last 24 hours.
        tell: called with what became of each entry, as soon as it is known.
        progress: as for `ingest`.

    Raises:
        UnknownEntryError: there is no such entry, or none about the year.
        CorpusError: the catalogue cannot be read, another fetch is running, or the files cannot be written.
    """
    from ingest.catalogue import find_entries, load_entries
    from ingest.fetching import fetch_entries

    entries = find_entries(load_entries(), ids, year, everything)
    return fetch_entries(entries, store, take_in=take_in, again=again, tell=tell, progress=progress)


def ensure_store(
    path: Place | None = None,
    progress: Callable[[str, int, int], None] | None = None,
    *,
    exact: bool = False,
) -> Store:
    """Open the store; build it from the corpus on first use, or anew when corpus, code or model changed.

    One on servers is only opened: many may read it, and `ingest` builds it.

    Args:
        path: where the store is; by default the user's own (`IMDI_STORE`).
        progress: as for `ingest`.
        exact: as for `Store.open`.

    Raises:
        CorpusError: there is no store and none can be built.
    """
    from ingest.pipeline import open_store

    return open_store(path, progress, exact=exact)


def write_numbers(observations: Iterable[Observation], paragraphs: Sequence[Paragraph], path: Path) -> None:
    """Write the numbers table as CSV: one row per observation, in reading order."""
    from ingest import listing

    listing.write_numbers(observations, paragraphs, path)


def add_correction(row: Mapping[str, str]) -> None:
    """Put a figure of the corpus right, for good: one more row in its corrections, by column.

    Raises:
        CorpusError: the row cannot be understood. Nothing is then written.
    """
    from ingest import corrections

    corrections.add_correction(row)
