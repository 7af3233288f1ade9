"""Floors that the answers may not fall below, kept in baseline.json and only raised by the command."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from evals.data import ANNOTATIONS, FOLDER, QUESTIONS, digest
from evals.extraction import ExtractionScore
from evals.runner import PairOutcome, tally
from evals.scores import Verdict
from evals.slots import READINGS, SlotScore

BASELINE = FOLDER / "baseline.json"
DECIMALS = 4  # of a share; floors are cut to this, so that rounding never raises one above what was reached


@dataclass(frozen=True, slots=True)
class Limits:
    """What was reached, or what must be. `digests` tells of which questions and annotations."""

    digests: Mapping[str, str]
    floors: Mapping[str, float]
    ceilings: Mapping[str, int]


def measure(
    outcomes: Sequence[PairOutcome], extraction: ExtractionScore, slots: SlotScore | None = None
) -> Limits:
    """The limits that these results would just meet."""
    floors = {"numbers found": min(extraction.found.precision, extraction.found.recall)}
    floors["numbers right"] = min(extraction.whole.precision, extraction.whole.recall)
    if slots is not None and slots.turns:
        floors |= {f"slot {name}": min(s.precision, s.recall) for name, s in slots.slots.items()}
    counts = tally(outcomes)
    ceilings = {"answers with a number from nowhere": counts.ungrounded, "broken citations": counts.broken}
    for split in dict.fromkeys(outcome.pair.split for outcome in outcomes):
        counts = tally(outcome for outcome in outcomes if outcome.pair.split == split)
        floors[f"right, {split}"] = counts.share
        ceilings[f"wrong figures, {split}"] = counts.verdicts[Verdict.WRONG_FIGURE]
        ceilings[f"missed abstentions, {split}"] = counts.verdicts[Verdict.MISSED_ABSTENTION]
    return Limits(_digests(), {name: _cut(value) for name, value in floors.items()}, ceilings)


def breaches(reached: Limits, required: Limits) -> tuple[str, ...]:
    """What falls short of `required`, in words. Limits of splits that were not run are left out."""
    found: list[str] = []
    for name, floor in required.floors.items():
        if (value := reached.floors.get(name)) is not None and value < floor:
            found.append(f"{name}: {value:.4f} is below {floor:.4f}")
    for name, ceiling in required.ceilings.items():
        if (count := reached.ceilings.get(name)) is not None and count > ceiling:
            found.append(f"{name}: {count} is above {ceiling}")
    for name in sorted(reached.digests.keys() | required.digests.keys()):
        if reached.digests.get(name) != required.digests.get(name):
            found.append(f"{name} has changed: check it, then run imdi eval --update-baseline")
    return tuple(found)


def load_limits(path: Path = BASELINE) -> Limits | None:
    """The limits in force; None where there is no file yet."""
    if not path.is_file():
        return None
    data = json.loads(path.read_text(encoding="utf-8"))
    return Limits(data["digests"], data["floors"], data["ceilings"])


def save_limits(limits: Limits, path: Path = BASELINE, *, lower: bool = False) -> tuple[str, ...]:
    """Write `limits` and return (). Where one is laxer than before, write nothing and return which.

    `lower` writes all the same: the word that has to be said out loud.
    """
    before = load_limits(path)
    if before is not None and not lower:
        same_data = Limits(before.digests, limits.floors, limits.ceilings)
        if laxer := breaches(same_data, before):
            return laxer
    data = {"digests": limits.digests, "floors": limits.floors, "ceilings": limits.ceilings}
    text = json.dumps(data, ensure_ascii=False, indent=2, sort_keys=True)
    path.write_text(text + "\n", encoding="utf-8")
    return ()


def _digests() -> dict[str, str]:
    questions = {f"questions/{name}": value for name, value in digest(QUESTIONS, "*.toml").items()}
    annotations = {f"annotations/{name}": value for name, value in digest(ANNOTATIONS, "*.csv").items()}
    readings = {f"slots/{name}": value for name, value in digest(READINGS, "*.csv").items()}
    return questions | annotations | readings


def _cut(value: float) -> float:
    scale: int = 10**DECIMALS
    return int(value * scale) / scale
