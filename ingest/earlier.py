"""What the generation before still has and the next one need not make again: texts, readings and vectors."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ingest import generation, index, table
from ingest.editions import Earlier, read_earlier
from ingest.embed import Encoder
from ingest.generation import Manifest
from ingest.models import CorpusError
from ingest.reports import ReportText, report_from

if TYPE_CHECKING:
    from ingest.embed import Vectors


def earlier_editions(root: Path, reports: Sequence[ReportText]) -> Earlier:
    """What the newest whole generation has of these reports and they no longer hold; nothing if none is."""
    try:
        manifest, _ = generation.find_whole(root)
    except CorpusError:
        return Earlier()
    connection = table.connect(generation.generation_folder(root, manifest.name) / table.FILE)
    try:
        return read_earlier(connection, reports)
    finally:
        connection.close()


def read_again(root: Path, manifest: Manifest) -> dict[str, ReportText]:
    """The reports of a verified generation as they were read, by what they were read from (`key`)."""
    connection = table.connect(generation.generation_folder(root, manifest.name) / table.FILE)
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


def earlier_vectors(root: Path, encoder: Encoder) -> dict[str, Vectors]:
    """Vectors of the generation that serves, by content hash; none if it is damaged or of another model."""
    name = generation.read_pointer(root)
    if name is None:
        return {}
    try:
        manifest = generation.read_manifest(root, name)
        if manifest.body["model"]["identity"] != encoder.model:
            return {}
        generation.verify(root, manifest)
    except CorpusError:
        return {}
    folder = generation.generation_folder(root, name)
    connection = table.connect(folder / table.FILE)
    try:
        rows = table.read_rows(connection)
    finally:
        connection.close()
    vectors = index.read_vectors(folder / index.VECTORS)
    return {content: vectors[i] for i, (_, _, content) in enumerate(rows)}
