"""The numbers table for the terminal."""

from __future__ import annotations

from collections.abc import Iterable

from ingest.models import Observation

COLUMNS = ("rapport", "mål", "grupper", "år", "slag", "tall")


def numbers_table(observations: Iterable[Observation]) -> str:
    """The telling columns, a line a number; those that were not read with certainty end in "?"."""
    lines = [COLUMNS, *map(_row, observations)]
    widths = [max(len(line[i]) for line in lines) for i in range(len(COLUMNS))]
    return "\n".join(
        "  ".join(cell.ljust(widths[i]) for i, cell in enumerate(line)).rstrip() for line in lines
    )


def _row(observation: Observation) -> tuple[str, ...]:
    quantity = observation.quantity
    groups = " ".join(code for _, code in sorted(observation.dimensions.items()))
    figure = " ".join(filter(None, (quantity.hedge, " ".join(quantity.surface.split()))))
    doubt = "" if observation.certain else "?"
    period = observation.period or ""
    return (
        observation.report_id,
        observation.measure,
        groups,
        period,
        observation.kind.value,
        figure + doubt,
    )
