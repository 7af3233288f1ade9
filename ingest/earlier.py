"""What the generation before still has and the next one need not make again: texts, readings and vectors."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ingest import table
from ingest.archive import Archive
from ingest.editions import Earlier, read_earlier
from ingest.embed import Encoder
from ingest.generation import Manifest
from ingest.models import CorpusError
from ingest.reports import ReportText, report_from

if TYPE_CHECKING:
    from ingest.embed import Vectors


def earlier_editions(archive: Archive, reports: Sequence[ReportText]) -> Earlier:
    """What the newest whole generation has of these reports and they no longer hold; nothing if none is."""
    try:
        manifest, _ = archive.find_whole()
    except CorpusError:
        return Earlier()
    connection = archive.open_table(manifest)
    try:
        return read_earlier(connection, reports)
    finally:
        connection.close()


def read_again(archive: Archive, manifest: Manifest) -> dict[str, ReportText]:
    """The reports of a verified generation as they were read, by what they were read from (`key`)."""
    connection = archive.open_table(manifest)
    try:
        keys = {entry["id"]: entry.get("key", "") for entry in manifest.body["files_of_reports"]}
        found: dict[str, ReportText] = {}
        for report in map(report_from, manifest.body["reports"]):
            source = table.read_source(connection, report.id)
            paragraphs = tuple(table.read_paragraphs(connection, report.id))
            if keys.get(report.id) and source is not None:
                found[keys[report.id]] = ReportText(report, source, paragraphs)
        return found
    finally:
        connection.close()


def earlier_vectors(archive: Archive, encoder: Encoder) -> dict[str, Vectors]:
    """Vectors of the generation that serves, by content hash; none if it is damaged or of another model."""
    manifest = archive.serving()
    if manifest is None or manifest.body["model"]["identity"] != encoder.model:
        return {}
    connection = archive.open_table(manifest)
    try:
        rows = table.read_rows(connection)
    finally:
        connection.close()
    vectors = archive.read_vectors(manifest, [row[0] for row in rows])
    return {content: vectors[i] for i, (_, _, content) in enumerate(rows)}
