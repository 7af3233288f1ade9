"""What the commands that take reports in, list them and take them out print. Pure but for `show_progress`."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import typer

from ui.reasons import reason_text
from ui.texts import counted, say

if TYPE_CHECKING:
    from ingest.models import IngestSummary, Report
    from ingest.store import Store

CLEAR = "\r\x1b[K"
STAGES = ("read", "numbers", "embed", "index")


@dataclass(frozen=True, slots=True)
class Held:
    """A report of a store, with how much there is of it."""

    report: Report
    paragraphs: int
    observations: int
    uncertain: int

    @property
    def counts(self) -> tuple[str, str, str]:
        """Its paragraphs, figures and uncertain figures in words."""
        return _counts(self.paragraphs, self.observations, self.uncertain)


def find_held(store: Store) -> list[Held]:
    """The reports of a store, in its order."""
    found = []
    for report in store.reports:
        figures = store.observations(report_id=report.id)
        doubtful = sum(not figure.certain for figure in figures)
        found.append(Held(report, len(store.paragraphs(report.id)), len(figures), doubtful))
    return found


def show_progress(stage: str, done: int, total: int) -> None:
    """How far long work has come, on a line of its own that goes when the stage is done; a terminal only."""
    if not (sys.stderr.isatty() and total):
        return
    text = ""
    if done < total:
        name = say(f"reports.stage_{stage}") if stage in STAGES else stage
        percent = 100 * done // total
        text = say("terminal.progress", stage=name, done=done, total=total, percent=percent)
    typer.echo(CLEAR + text, err=True, nl=False)


def summary_lines(summary: IngestSummary) -> Iterator[str]:
    """What an ingest did, and what the store holds now."""
    if summary.built:
        yield say("terminal.built", seconds=f"{summary.seconds:.1f}".replace(".", ","))
    else:
        yield say("terminal.unchanged")
    if summary.added:
        yield say("terminal.added", reports=", ".join(summary.added))
    yield from holding_lines(summary)


def holding_lines(summary: IngestSummary) -> Iterator[str]:
    """What the store holds, how much of it is uncertain, and what was left out and why."""
    paragraphs, figures, uncertain = _counts(summary.paragraphs, summary.observations, summary.uncertain)
    reports = counted("terminal.reports", len(summary.reports))
    yield say("terminal.holds", reports=reports, paragraphs=paragraphs, figures=figures, uncertain=uncertain)
    if summary.uncertain:
        yield say("terminal.review")
    if summary.skipped:
        yield counted("terminal.skipped", len(summary.skipped))
    for name, reason in summary.skipped:
        yield say("terminal.skipped_line", name=name, reason=reason_text(reason.removeprefix(f"{name}: ")))


def held_lines(held: Held) -> Iterator[str]:
    """A report of the store as it is listed."""
    report = held.report
    updated = say("terminal.updated", date=report.updated) if report.updated else ""
    publisher = f"{report.publisher}, " if report.publisher else ""
    yield report.id
    yield f"   {report.title}"
    yield "   " + say("terminal.about", publisher=publisher, year=report.year, updated=updated)
    yield "   " + ", ".join(held.counts)
    if report.url:
        yield f"   {report.url}"
    licence = say("terminal.licence", licence=report.licence) if report.licence else ""
    yield f"   {licence or say('terminal.no_licence')}"


def unknown_lines(unknown: Iterable[str], reports: Sequence[Report]) -> Iterator[str]:
    """Ids that the store does not have, each with those that may be meant."""
    from ingest.nearest import find_nearest

    names: Mapping[str, Sequence[str]] = {report.id: (report.title, report.path) for report in reports}
    for name in unknown:
        near = say("review.or").join(find_nearest(name, names))
        if near:
            yield say("terminal.no_report_near", name=name, near=near)
        else:
            yield say("terminal.no_report", name=name)


def _counts(paragraphs: int, figures: int, uncertain: int) -> tuple[str, str, str]:
    return (
        counted("terminal.paragraphs", paragraphs),
        counted("terminal.figures", figures),
        counted("terminal.uncertain", uncertain),
    )
