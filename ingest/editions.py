"""Earlier editions of a report, kept so that a citation of one can still be looked up.

An edition is a source text. When a report is given again with other words, or a parser reads other words out
of the same file, the text before and its paragraphs move here; the paragraph ids of citations stay good.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from ingest import table
from ingest.models import Paragraph
from ingest.reports import ReportText

KEPT_EDITIONS = 10  # of a report; older ones go


@dataclass(frozen=True, slots=True)
class Earlier:
    """Earlier sources as (report id, edition, text), oldest first, and paragraphs as (edition, paragraph)."""

    sources: tuple[tuple[str, str, str], ...] = ()
    paragraphs: tuple[tuple[str, Paragraph], ...] = ()


def edition_of(source: str) -> str:
    """The name of an edition: sixteen hexadecimal digits of its text."""
    return hashlib.sha256(source.encode("utf-8", "replace")).hexdigest()[:16]


def read_earlier(connection: table.Connection, reports: Sequence[ReportText]) -> Earlier:
    """What the generation behind `connection` has of these reports that they no longer hold themselves."""
    sources: list[tuple[str, str, str]] = []
    paragraphs: list[tuple[str, Paragraph]] = []
    for read in reports:
        report_id, now = read.report.id, edition_of(read.source)
        held = {paragraph.id for paragraph in read.paragraphs}
        editions = table.read_earlier_sources(connection, report_id)
        old = table.read_paragraphs(connection, report_id)
        before = [(edition, p) for edition, p in table.read_earlier_paragraphs(connection, report_id)]
        source = table.read_source(connection, report_id)
        if source is not None:
            editions.append((edition_of(source), source))
            before += [(edition_of(source), paragraph) for paragraph in old]
        kept = [(edition, text) for edition, text in editions if edition != now][-KEPT_EDITIONS:]
        names = {edition for edition, _ in kept} | {now}
        sources += [(report_id, edition, text) for edition, text in kept]
        paragraphs += [
            (edition, p) for edition, p in before if edition in names and (edition != now or p.id not in held)
        ]
    return Earlier(tuple(sources), tuple(dict.fromkeys(paragraphs)))
