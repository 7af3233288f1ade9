"""The numbers table as CSV, for people: corpus/numbers.csv, where every change of a rule shows as a diff."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from ingest.corrections import format_dimensions
from ingest.models import Observation, Paragraph

NUMBERS_COLUMNS = (
    "report",
    "paragraph_id",
    "start",
    "surface",
    "value",
    "unit",
    "lower",
    "upper",
    "hedge",
    "measure",
    "dimensions",
    "period",
    "kind",
    "direction",
    "reference_period",
    "denominator",
    "certain",
    "source",
)


def write_numbers(observations: Iterable[Observation], paragraphs: Sequence[Paragraph], path: Path) -> None:
    """Write the numbers table as CSV (UTF-8, line feeds): one row per observation, in reading order."""
    numbers = {paragraph.id: paragraph.number for paragraph in paragraphs}
    rows = [(_place(observation, numbers), _row(observation)) for observation in observations]
    rows.sort()
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(NUMBERS_COLUMNS)
        writer.writerows(row for _, row in rows)


def _place(observation: Observation, numbers: Mapping[str, int]) -> tuple[str, int, int, str, str]:
    number = numbers.get(observation.paragraph_id, 0)
    dimensions = format_dimensions(observation.dimensions)
    return observation.report_id, number, observation.quantity.start, observation.measure, dimensions


def _row(observation: Observation) -> tuple[str, ...]:
    quantity = observation.quantity
    return (
        observation.report_id,
        observation.paragraph_id,
        str(quantity.start),
        quantity.surface,
        format(quantity.value, "f"),
        quantity.unit or "",
        format(quantity.lower, "f"),
        format(quantity.upper, "f"),
        quantity.hedge or "",
        observation.measure,
        format_dimensions(observation.dimensions),
        observation.period or "",
        observation.kind.value,
        observation.direction.value if observation.direction else "",
        observation.reference_period or "",
        observation.denominator or "",
        "yes" if observation.certain else "no",
        observation.source.value,
    )
