"""How well the numbers table agrees with the annotations, field by field."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from evals.data import DIMENSIONS, Annotation
from evals.text import normalise
from ingest.models import Observation, Paragraph

FIELDS = (
    *("value", "unit", "measure"),
    *DIMENSIONS,
    *("period", "kind", "direction", "reference_period", "denominator", "hedge"),
)
PREFIX = 50  # characters; an annotation gives 60, of which a bullet mark may have taken some
NO_CODE = "ny_"  # begins an annotated measure that the vocabulary has no code for
UNPLACED = "annet"  # what the reader calls such a measure
_BULLETS = "•-–—*· \t"


@dataclass(frozen=True, slots=True)
class FieldScore:
    """How often one field was right, of the numbers read with it and of those annotated with it."""

    right: int
    read: int
    annotated: int

    @property
    def precision(self) -> float:
        """Right of those read; 1 where none was."""
        return self.right / self.read if self.read else 1.0

    @property
    def recall(self) -> float:
        """Right of those annotated; 1 where none was."""
        return self.right / self.annotated if self.annotated else 1.0


@dataclass(frozen=True, slots=True)
class ExtractionScore:
    """Agreement of the numbers read with the numbers annotated.

    `found` counts a number as right when it was read at all, `whole` only when every field agrees.
    `faults` tells, one line each, what was missed, read without being a statistic, or read wrongly.
    """

    found: FieldScore
    whole: FieldScore
    fields: Mapping[str, FieldScore]
    faults: tuple[str, ...]


def score_extraction(
    observations: Iterable[Observation],
    paragraphs: Mapping[str, Paragraph],
    annotations: Iterable[Annotation],
) -> ExtractionScore:
    """Match each observation with the annotation of the same number, and compare their fields.

    Two match when they stand in the same paragraph with the same surface; where one surface is within the
    other ("49 prosent", "Halvparten (49 prosent)"), the value decides. `paragraphs` go by their ids.
    """
    read: dict[tuple[str, str], list[Observation]] = defaultdict(list)
    for observation in observations:
        place = observation.report_id, paragraph_key(paragraphs[observation.paragraph_id].text)
        read[place].append(observation)
    keys = sorted({(p.report_id, paragraph_key(p.text)) for p in paragraphs.values()})
    annotated: dict[tuple[str, str], list[Annotation]] = defaultdict(list)
    for annotation in annotations:
        report, key = annotation.report, paragraph_key(annotation.paragraph)
        # An annotation of a hard-wrapped report has the first line only, which may be shorter.
        place = next((k for k in keys if k[0] == report and k[1].startswith(key)), (report, key))
        annotated[place].append(annotation)

    pairs: list[tuple[Observation | None, Annotation | None]] = []
    for place in sorted(read.keys() | annotated.keys()):
        pairs += _match(read[place], annotated[place])
    return _score(pairs)


def sum_scores(scores: Iterable[ExtractionScore]) -> ExtractionScore:
    """Several reports' scores as one."""
    scores = tuple(scores)
    return ExtractionScore(
        found=_sum(score.found for score in scores),
        whole=_sum(score.whole for score in scores),
        fields={name: _sum(score.fields[name] for score in scores) for name in FIELDS},
        faults=tuple(fault for score in scores for fault in score.faults),
    )


def paragraph_key(text: str) -> str:
    """The start of a paragraph, without bullet and case: what an annotation names it by."""
    # Cut before normalising: both sides hold the same characters up to there, whatever is joined later.
    return normalise(text.strip().lstrip(_BULLETS)[:PREFIX])


def observation_fields(observation: Observation) -> dict[str, str]:
    """The fields of an observation as an annotation writes them; "" where it has none."""
    quantity = observation.quantity
    return {
        "value": _plain(quantity.value),
        "unit": quantity.unit or "",
        "measure": observation.measure,
        **{name: observation.dimensions.get(name, "") for name in DIMENSIONS},
        "period": observation.period or "",
        "kind": observation.kind.value,
        "direction": observation.direction.value if observation.direction else "",
        "reference_period": observation.reference_period or "",
        "denominator": observation.denominator or "",
        "hedge": quantity.hedge or "",
    }


def _annotation_fields(annotation: Annotation) -> dict[str, str]:
    fields = {"value": _plain(annotation.value), **annotation.fields}
    if fields["measure"].startswith(NO_CODE):
        fields["measure"] = UNPLACED
    return fields


def _plain(value: Decimal) -> str:
    # One decimal, which is what an annotation gives of a share in words ("to av tre": 66.7).
    return format(round(abs(value), 1).normalize(), "f")


def _match(
    observations: list[Observation], annotations: list[Annotation]
) -> list[tuple[Observation | None, Annotation | None]]:
    candidates = [
        (_closeness(observation, annotation), i, j)
        for i, observation in enumerate(observations)
        for j, annotation in enumerate(annotations)
    ]
    pairs: list[tuple[Observation | None, Annotation | None]] = []
    left, right = set(range(len(observations))), set(range(len(annotations)))
    for closeness, i, j in sorted(candidates, key=lambda item: (-item[0], item[1], item[2])):
        if closeness and i in left and j in right:
            pairs.append((observations[i], annotations[j]))
            left.discard(i)
            right.discard(j)
    pairs += [(observations[i], None) for i in sorted(left)]
    return pairs + [(None, annotations[j]) for j in sorted(right)]


def _closeness(observation: Observation, annotation: Annotation) -> int:
    """0 where they cannot be of one number; else more where more fields agree."""
    ours, theirs = normalise(observation.quantity.surface), normalise(annotation.surface)
    fields, wanted = observation_fields(observation), _annotation_fields(annotation)
    agreeing = sum(fields[name] == wanted[name] for name in FIELDS)
    if ours == theirs:
        return 100 + agreeing
    within = ours in theirs or theirs in ours
    return 1 + agreeing if within and fields["value"] == wanted["value"] else 0


def _score(pairs: list[tuple[Observation | None, Annotation | None]]) -> ExtractionScore:
    read = [(observation_fields(o) if o else None) for o, _ in pairs]
    wanted = [(_annotation_fields(a) if a else None) for _, a in pairs]
    n_read, n_wanted = sum(map(bool, read)), sum(map(bool, wanted))
    both = [(r, w) for r, w in zip(read, wanted, strict=True) if r and w]
    whole = sum(all(r[name] == w[name] for name in FIELDS) for r, w in both)
    fields = {
        name: FieldScore(
            right=sum(bool(r[name]) and r[name] == w[name] for r, w in both),
            read=sum(bool(r and r[name]) for r in read),
            annotated=sum(bool(w and w[name]) for w in wanted),
        )
        for name in FIELDS
    }
    return ExtractionScore(
        found=FieldScore(len(both), n_read, n_wanted),
        whole=FieldScore(whole, n_read, n_wanted),
        fields=fields,
        faults=tuple(
            fault for observation, annotation in pairs if (fault := _fault(observation, annotation))
        ),
    )


def _sum(scores: Iterable[FieldScore]) -> FieldScore:
    scores = tuple(scores)
    return FieldScore(
        right=sum(score.right for score in scores),
        read=sum(score.read for score in scores),
        annotated=sum(score.annotated for score in scores),
    )


def _fault(observation: Observation | None, annotation: Annotation | None) -> str:
    if annotation is None:
        if observation is None:
            return ""
        fields = {name: value for name, value in observation_fields(observation).items() if value}
        return f"not annotated: {observation.paragraph_id} «{observation.quantity.surface}» {fields}"
    name = f"{annotation.report} «{annotation.paragraph[:30]}…» «{annotation.surface}»"
    if observation is None:
        return f"missed: {name}"
    ours, theirs = observation_fields(observation), _annotation_fields(annotation)
    wrong = [f"{key} {ours[key]!r}, not {theirs[key]!r}" for key in FIELDS if ours[key] != theirs[key]]
    return f"wrong: {name}: {'; '.join(wrong)}" if wrong else ""
