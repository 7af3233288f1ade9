"""What the commands that take reports in, list them and take them out print. Pure but for `show_progress`."""

from __future__ import annotations

import sys
import time
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
RATE_SECONDS = 2.0  # how long a stage has gone on before its rate is trusted
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
    from ingest.models import count_paragraphs

    found = []
    for report in store.reports:
        figures = store.observations(report_id=report.id)
        doubtful = sum(not figure.certain for figure in figures)
        found.append(Held(report, count_paragraphs(store.paragraphs(report.id)), len(figures), doubtful))
    return found


class _Clock:
    """Since when a stage has gone on, and from where; what comes before its first step is not counted."""

    stage = ""
    began = 0.0
    first = 0

    def left(self, stage: str, done: int, total: int) -> float | None:
        """Seconds that the stage will yet take, at the rate it has had; None until that is known."""
        now = time.monotonic()
        if stage != self.stage or not done or done < self.first:
            self.stage, self.began, self.first = stage if done else "", now, done
        passed = now - self.began
        if passed < RATE_SECONDS or done <= self.first:
            return None
        return passed / (done - self.first) * (total - done)


_clock = _Clock()


def show_progress(stage: str, done: int, total: int) -> None:
    """How far long work has come and how long it will yet take, on a line that goes when the stage is done.

    A terminal only.
    """
    if not (sys.stderr.isatty() and total):
        return
    text = ""
    left = _clock.left(stage, done, total)
    if done < total:
        name = say(f"reports.stage_{stage}") if stage in STAGES else stage
        percent = 100 * done // total
        text = say("terminal.progress", stage=name, done=done, total=total, percent=percent)
        text += "" if left is None else say("terminal.time_left", time=duration(left))
    typer.echo(CLEAR + text, err=True, nl=False)


def duration(seconds: float) -> str:
    """A rough time in words: seconds to a minute and a half, minutes to an hour and a half, then hours."""
    for unit, length in (("seconds", 1), ("minutes", 60)):
        if seconds < 90 * length:
            return say(f"terminal.{unit}", count=max(1, round(seconds / length)))
    return say("terminal.hours", hours=int(seconds // 3600), minutes=int(seconds % 3600 // 60))


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
