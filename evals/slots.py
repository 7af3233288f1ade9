"""How well questions are read, slot by slot, against hand-made readings (evals/slots/*.csv)."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from evals.data import DIMENSIONS, FOLDER, DataError
from evals.extraction import FieldScore
from evals.runner import PairOutcome
from rag.models import Answer, Query

READINGS = FOLDER / "slots"
SLOTS = ("intent", "measure", *(d for d in DIMENSIONS if d != "status"), "period", "unit")
WHOLE = "every slot right"

Codes = frozenset[str]
Reading = Mapping[str, Codes]


class Reader(Protocol):
    """What reads questions."""

    def read(self, question: str, history: Sequence[Answer] = ()) -> tuple[Query, ...]:
        """The queries of a question, given the answers before it."""
        ...


@dataclass(frozen=True, slots=True)
class Expected:
    """How a person reads one turn: for each slot the sets of codes that are right, one as good as another."""

    pair_id: str
    turn: int
    slots: Mapping[str, tuple[Codes, ...]]


@dataclass(frozen=True, slots=True)
class SlotScore:
    """Agreement of the questions read with the hand-made readings; `faults` a line each."""

    turns: int
    slots: Mapping[str, FieldScore]
    whole: FieldScore
    faults: tuple[str, ...]


def load_readings(folder: Path = READINGS) -> dict[tuple[str, int], Expected]:
    """The hand-made readings by pair and turn. In a cell "|" parts alternatives and "+" joins codes.

    Raises:
        DataError: a column is missing or a turn stands twice.
    """
    found: dict[tuple[str, int], Expected] = {}
    for path in sorted(folder.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            rows = csv.DictReader(file)
            if missing := {"id", "turn", *SLOTS} - set(rows.fieldnames or ()):
                raise DataError(f"{path.name}: no column {', '.join(sorted(missing))}")
            for row in rows:
                key = row["id"], int(row["turn"])
                if key in found:
                    raise DataError(f"{path.name}: {key[0]} turn {key[1]} stands twice")
                found[key] = Expected(*key, {slot: _alternatives(row[slot]) for slot in SLOTS})
    return found


def score_slots(
    outcomes: Iterable[PairOutcome], reader: Reader, readings: Mapping[tuple[str, int], Expected]
) -> SlotScore:
    """Read every turn that has a hand-made reading again, after the answers that it was asked after."""
    counts = {slot: [0, 0, 0] for slot in SLOTS}
    right = turns = 0
    faults: list[str] = []
    for outcome in outcomes:
        answers = [turn.answer for turn in outcome.turns if turn.answer]
        for number, turn in enumerate(outcome.turns, start=1):
            expected = readings.get((outcome.pair.id, number))
            if expected is None:
                continue
            turns += 1
            read = as_reading(reader.read(turn.question, answers[: number - 1]))
            wrong = [slot for slot in SLOTS if read[slot] not in expected.slots[slot]]
            right += not wrong
            for slot in SLOTS:
                _count(counts[slot], read[slot], expected.slots[slot])
            faults += [_fault(outcome.pair.id, turn.question, slot, read, expected) for slot in wrong]
    scores = {slot: FieldScore(*numbers) for slot, numbers in counts.items()}
    return SlotScore(turns, scores, FieldScore(right, turns, turns), tuple(faults))


def as_reading(queries: Sequence[Query]) -> Reading:
    """The codes of each slot, over all the parts of a question."""
    read: dict[str, Codes] = {
        "intent": frozenset(query.intent.value for query in queries),
        "measure": frozenset(code for query in queries for code in query.measures),
        "period": frozenset(code for query in queries for code in query.periods),
        "unit": frozenset(query.unit for query in queries if query.unit),
    }
    for dimension in SLOTS:
        if dimension not in read:
            codes = [code for query in queries for code in query.dimensions.get(dimension, ())]
            read[dimension] = frozenset(codes)
    return read


def _alternatives(cell: str) -> tuple[Codes, ...]:
    return tuple(frozenset(filter(None, part.strip().split("+"))) for part in cell.split("|"))


def _count(numbers: list[int], read: Codes, alternatives: tuple[Codes, ...]) -> None:
    """Add to (right, read, annotated) by the alternative that the reading is nearest to."""
    best = min(alternatives, key=lambda codes: len(codes ^ read))
    numbers[0] += len(best & read)
    numbers[1] += len(read)
    numbers[2] += len(best)


def _fault(pair_id: str, question: str, slot: str, read: Reading, expected: Expected) -> str:
    wanted = " | ".join("+".join(sorted(codes)) or "none" for codes in expected.slots[slot])
    got = "+".join(sorted(read[slot])) or "none"
    return f"{pair_id}.{expected.turn} {slot}: {got}, not {wanted} ({question})"
