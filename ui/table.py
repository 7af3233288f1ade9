"""The numbers table for the terminal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ingest.models import Observation
from rag.consistency import Check

AGREEMENTS = {"consistent": "stemmer", "conflict": "STEMMER IKKE", "undecided": "kan ikke avgjøres"}
CHECKS = ("", "mål", "grupper", "år", "publisert", "regnet ut")
COLUMNS = ("rapport", "mål", "grupper", "år", "slag", "tall")


def numbers_table(observations: Iterable[Observation]) -> str:
    """The telling columns, a line a number; those that were not read with certainty end in "?"."""
    return _aligned([COLUMNS, *map(_row, observations)])


def checks_table(checks: Iterable[Check]) -> str:
    """Published figures beside the same worked out from others, a line each; conflicts first."""
    ranked = sorted(checks, key=lambda check: list(AGREEMENTS).index(check.agreement) != 1)
    return _aligned([CHECKS, *map(_check_row, ranked)])


def _aligned(lines: Sequence[tuple[str, ...]]) -> str:
    widths = [max(len(line[i]) for line in lines) for i in range(len(lines[0]))]
    return "\n".join(
        "  ".join(cell.ljust(widths[i]) for i, cell in enumerate(line)).rstrip() for line in lines
    )


def _check_row(check: Check) -> tuple[str, ...]:
    _, measure, groups, period, _, figure = _row(check.stated)
    return AGREEMENTS[check.agreement], measure, groups, period, figure, check.calculation.expression


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
