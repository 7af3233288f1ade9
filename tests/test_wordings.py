"""Sentences as other authors would write them (tests/data/wordings.toml): every field of every figure."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from ingest.models import Kind, Observation, Paragraph, Report
from ingest.observations import find_observations

ROWS = tomllib.loads((Path(__file__).parent / "data" / "wordings.toml").read_text(encoding="utf-8"))
YEAR = 2022
UNSURE = "?"


def read(text: str) -> list[Observation]:
    """The observations of a report of one paragraph."""
    report = Report("r", "Resultater", "IMDi", YEAR, None, "", "nb", "", "", "")
    return find_observations(report, [Paragraph("r-1", "r", 1, (), text, 0, len(text))])


def written(o: Observation) -> str:
    """An observation as a row gives it."""
    if not o.certain:
        return f"{UNSURE} {o.quantity.surface}"
    change = [o.kind.value, o.direction and o.direction.value, f"from {o.reference_period}"]
    fields = (
        o.measure,
        " ".join(f"{dimension}={code}" for dimension, code in o.dimensions.items()),
        o.period,
        " ".join(filter(None, change)) if o.kind is Kind.CHANGE else "",
        f"of {o.denominator}" if o.denominator else "",
        o.quantity.hedge,
    )
    return f"{o.quantity.surface}: {', '.join(filter(None, fields))}"


@pytest.mark.parametrize("kind", sorted(ROWS))
def test_other_wordings_are_read_in_every_field(kind: str) -> None:
    found = {row["text"]: [written(o) for o in read(row["text"])] for row in ROWS[kind]}
    assert found == {row["text"]: row["figures"] for row in ROWS[kind]}
