"""The question–answer pairs and the hand-made annotations that the scores are measured against."""

from __future__ import annotations

import csv
import hashlib
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from rag.models import Reason, Status

FOLDER = Path(__file__).resolve().parent
QUESTIONS = FOLDER / "questions"
ANNOTATIONS = FOLDER / "annotations"
ANNOTATED = ".annotation"  # in the name of the annotations of a report that is itself a CSV file
# All but "test" may be tuned on; a test split that has been seen becomes the next dev split.
SPLITS = ("shared", "dev", *(f"dev{number}" for number in range(2, 59)), "test")
CATEGORIES = frozenset(
    "figure change derived compare list verify definition reason who_said nearest unanswerable"
    " only_in_figure false_premise nynorsk english typo follow_up two_in_one about injection".split()
)
LANGUAGES = frozenset({"nb", "nn", "en"})
DIMENSIONS = ("sex", "origin", "education", "age", "area", "status")
ANNOTATION_FIELDS = (
    *("report", "paragraph", "surface", "value", "unit", "measure"),
    *DIMENSIONS,
    *("period", "kind", "direction", "reference_period", "denominator", "hedge"),
)

_TURN_KEYS = frozenset({"question", "status", "reason", "want", "avoid", "cite", "language", "note"})
_PAIR_KEYS = _TURN_KEYS | {"id", "category", "report", "turns"}


class DataError(ValueError):
    """A question or annotation file that breaks its format. The message names file and pair."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One question and what a right answer to it holds.

    `want`: of each group, one alternative must stand in the answer's text. `avoid`: none of these may.
    `cite`: each must stand in a cited quote. An empty `reason` accepts any.
    """

    question: str
    status: frozenset[Status]
    reason: frozenset[Reason]
    want: tuple[tuple[str, ...], ...]
    avoid: tuple[str, ...]
    cite: tuple[str, ...]
    language: str


@dataclass(frozen=True, slots=True)
class Pair:
    """A question, or a conversation of several turns; right only when every turn is.

    `report` names the one report the question is about, where a folder holds several; else it is empty.
    """

    id: str
    split: str
    category: str
    turns: tuple[Turn, ...]
    report: str = ""


@dataclass(frozen=True, slots=True)
class Annotation:
    """A number of a report as a person read it. `fields` has a value, maybe empty, for each code field."""

    report: str
    paragraph: str
    surface: str
    value: Decimal
    fields: Mapping[str, str]


def load_pairs(splits: Iterable[str] = SPLITS, folder: Path = QUESTIONS) -> tuple[Pair, ...]:
    """The pairs of `splits`, in the order of their files. A split without a file has none.

    Raises DataError where a file breaks the format or two pairs share an id.
    """
    pairs: list[Pair] = []
    seen: set[str] = set()
    for split in splits:
        path = folder / f"{split}.toml"
        if not path.is_file():
            continue
        for entry in _read_toml(path).get("pair", []):
            pair = _parse_pair(entry, split)
            if pair.id in seen:
                raise DataError(f"{path.name}: two pairs have the id {pair.id}")
            seen.add(pair.id)
            pairs.append(pair)
    return tuple(pairs)


def find_reports(folder: Path) -> dict[Path, Path]:
    """The reports of a folder, each with its annotations: NAME.csv, for NAME.csv itself NAME.annotation.csv.

    A file without annotations is no report.
    """
    found: dict[Path, Path] = {}
    for path in sorted(folder.iterdir()):
        table = path.suffix == ".csv"
        annotations = path.with_name(f"{path.stem}{ANNOTATED if table else ''}.csv")
        if path.is_file() and annotations.is_file():
            found[path] = annotations
    return found


def load_annotations(source: Path = ANNOTATIONS) -> tuple[Annotation, ...]:
    """Every annotated number of a file, or of the CSV files of a folder.

    Raises DataError for a missing column or a value that is no number.
    """
    rows: list[Annotation] = []
    for path in sorted(source.glob("*.csv")) if source.is_dir() else [source]:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            if missing := set(ANNOTATION_FIELDS) - set(reader.fieldnames or ()):
                raise DataError(f"{path.name}: no column {', '.join(sorted(missing))}")
            rows.extend(_parse_annotation(row, f"{path.name}:{reader.line_num}") for row in reader)
    return tuple(rows)


def digest(folder: Path, pattern: str) -> dict[str, str]:
    """SHA-256 of each file in `folder` that matches, by its name without the ending."""
    return {path.stem: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.glob(pattern))}


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise DataError(f"{path.name}: {error}") from error


def _parse_pair(entry: Mapping[str, Any], split: str) -> Pair:
    name = f"{split}.toml: {entry.get('id') or entry.get('question') or entry}"
    if unknown := set(entry) - _PAIR_KEYS:
        raise DataError(f"{name}: unknown key {', '.join(sorted(unknown))}")
    if entry.get("category") not in CATEGORIES:
        raise DataError(f"{name}: unknown category {entry.get('category')!r}")
    if not entry.get("id"):
        raise DataError(f"{name}: no id")
    if ("turns" in entry) == ("question" in entry):
        raise DataError(f"{name}: give either a question or turns")
    turns = entry.get("turns", [entry])
    language = entry.get("language", "nb")
    return Pair(
        id=entry["id"],
        split=split,
        category=entry["category"],
        turns=tuple(_parse_turn(turn, language, name) for turn in turns),
        report=entry.get("report", ""),
    )


def _parse_turn(entry: Mapping[str, Any], language: str, name: str) -> Turn:
    if unknown := set(entry) - _PAIR_KEYS:
        raise DataError(f"{name}: unknown key {', '.join(sorted(unknown))}")
    try:
        turn = Turn(
            question=_parse_text(entry.get("question")),
            status=frozenset(map(Status, _parse_texts(entry.get("status", ["answered"])))),
            reason=frozenset(map(Reason, _parse_texts(entry.get("reason", [])))),
            want=tuple(_parse_texts(group) for group in entry.get("want", [])),
            avoid=_parse_texts(entry.get("avoid", [])),
            cite=_parse_texts(entry.get("cite", [])),
            language=entry.get("language", language),
        )
    except (TypeError, ValueError) as error:
        raise DataError(f"{name}: {error}") from error
    if turn.language not in LANGUAGES or not turn.status or not all(turn.want):
        raise DataError(f"{name}: unknown language, no status or an empty want group")
    if Status.ABSTAINED not in turn.status and not turn.want:
        raise DataError(f"{name}: an answer is expected but nothing is wanted in it")
    return turn


def _parse_text(value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise TypeError(f"expected a text, got {value!r}")
    return value


def _parse_texts(value: object) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise TypeError(f"expected a list of texts, got {value!r}")
    return tuple(_parse_text(item) for item in value)


def _parse_annotation(row: Mapping[str, str | None], name: str) -> Annotation:
    cells = {field: (row[field] or "").strip() for field in ANNOTATION_FIELDS}
    try:
        value = Decimal(cells["value"])
    except InvalidOperation as error:
        raise DataError(f"{name}: {cells['value']!r} is no number") from error
    codes = {field: cells[field] for field in ANNOTATION_FIELDS[4:]}
    return Annotation(cells["report"], cells["paragraph"], cells["surface"], value, codes)
