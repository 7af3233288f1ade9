"""How well the numbers table agrees with the annotations, field by field."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from evals.data import DIMENSIONS, Annotation
from evals.places import find_places
from evals.text import normalise
from ingest.models import Observation, Paragraph
from ingest.numerals import load_words
from ingest.readings import PERCENT, TIMES

FIELDS = (
    *("value", "unit", "measure"),
    *DIMENSIONS,
    *("period", "kind", "direction", "reference_period", "denominator", "hedge"),
)
NO_CODE = ("ny_", "other")  # begin an annotated measure, or whole, that the vocabulary has no code for
HUNDRED = Decimal(100)
NO_EFFECT = "none"  # of a hedge that judges a figure without moving it
UNPLACED = "annet"  # what the reader calls such a measure


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
    `certain` counts the numbers read without being marked uncertain, `misleading` those of them that are not
    right in every field. `faults` tells, one line each, what was missed, read without being a statistic, or
    read wrongly, and whether the reader was certain.
    """

    found: FieldScore
    whole: FieldScore
    certain: int
    misleading: int
    fields: Mapping[str, FieldScore]
    faults: tuple[str, ...]


def score_extraction(
    observations: Iterable[Observation],
    paragraphs: Mapping[str, Paragraph],
    annotations: Iterable[Annotation],
) -> ExtractionScore:
    """Match each observation with the annotation of the same number, and compare their fields.

    Two match when they stand in the same paragraph, or under the same labels of a table, with the same
    surface; where one is within the other ("49 prosent", "Halvparten (49 prosent)"), and in cells, the
    value decides. `paragraphs` go by their ids.

    Hedges are compared by what they do to the bounds (`[hedges] effects` in numerals.toml): "nesten" and
    "i underkant av" both put a figure below what is said, "over" and "i overkant av" above. One that does
    neither ("kun", "inntil") equals only itself, and none at all is no hedge. In "drøyt halvparten (53
    prosent)" it is of the word, so that the figure may be annotated with it or without.
    """
    read, annotated = tuple(observations), tuple(annotations)
    places = find_places(read, paragraphs, annotated)
    return _score(_match(read, annotated, places))


def sum_scores(scores: Iterable[ExtractionScore]) -> ExtractionScore:
    """Several reports' scores as one."""
    scores = tuple(scores)
    return ExtractionScore(
        found=_sum(score.found for score in scores),
        whole=_sum(score.whole for score in scores),
        certain=sum(score.certain for score in scores),
        misleading=sum(score.misleading for score in scores),
        fields={name: _sum(score.fields[name] for score in scores) for name in FIELDS},
        faults=tuple(fault for score in scores for fault in score.faults),
    )


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
    if fields["denominator"].startswith(NO_CODE):
        fields["denominator"] = ""
    return fields


def _plain(value: Decimal) -> str:
    # One decimal, which is what an annotation gives of a share in words ("to av tre": 66.7).
    return format(round(abs(value), 1).normalize(), "f")


def _match(
    observations: Sequence[Observation],
    annotations: Sequence[Annotation],
    places: Sequence[Iterable[int]],
) -> list[tuple[Observation | None, Annotation | None]]:
    candidates = [
        (_closeness(observations[i], annotation), i, j)
        for j, annotation in enumerate(annotations)
        for i in places[j]
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
    fields, wanted = _compared(observation, annotation)
    agreeing = sum(fields[name] == wanted[name] for name in FIELDS)
    if ours == theirs:
        return 100 + agreeing
    # The value of a cell as a spreadsheet holds it ("44.0") is one of numbers, not of texts.
    figures = [text.replace(" ", "").replace(",", ".") for text in (ours, theirs)]
    both = all(figure.replace(".", "", 1).isdigit() for figure in figures)
    within = both or figures[0] in figures[1] or figures[1] in figures[0]
    return 1 + agreeing if within and fields["value"] == wanted["value"] else 0


def _compared(observation: Observation, annotation: Annotation) -> tuple[dict[str, str], dict[str, str]]:
    """The fields of both, with what is only another way to write the same made equal."""
    ours, theirs = observation_fields(observation), _annotation_fields(annotation)
    if observation.quantity.fraction and round(observation.quantity.value) == annotation.value:
        ours["value"] = theirs["value"]  # "to av tre" may be written 66.7 or 67
    if ours["unit"] == TIMES and theirs["unit"] == PERCENT:
        # "dobbelt så mange" may be written as 2 times or as 100 percent more
        ours |= {"value": _plain((observation.quantity.value - 1) * HUNDRED), "unit": PERCENT}
    theirs["area"] = theirs["area"].replace("-", "_")
    theirs["age"] = theirs["age"].replace("+", "-")  # "45+" is another way to write "45-"
    if ours["hedge"] and _effect(ours["hedge"]) == _effect(theirs["hedge"]):
        theirs["hedge"] = ours["hedge"]
    if not theirs["hedge"]:
        ours["hedge"] = observation.quantity.spoken_hedge or ""
    return ours, theirs


def _effect(hedge: str) -> str:
    """What a hedge does to the bounds of its figure; one that leaves them is known by its own name."""
    effect = load_words().effects.get(hedge, NO_EFFECT)
    return hedge if effect == NO_EFFECT else effect


def _score(pairs: list[tuple[Observation | None, Annotation | None]]) -> ExtractionScore:
    compared = [_compared(o, a) if o and a else None for o, a in pairs]
    read = [_compared(o, a)[0] if o and a else observation_fields(o) if o else None for o, a in pairs]
    wanted = [_compared(o, a)[1] if o and a else _annotation_fields(a) if a else None for o, a in pairs]
    n_read, n_wanted = sum(map(bool, read)), sum(map(bool, wanted))
    right = [both is not None and both[0] == both[1] for both in compared]
    fields = {
        name: FieldScore(
            right=sum(bool(both and both[0][name] and both[0][name] == both[1][name]) for both in compared),
            read=sum(bool(r and r[name]) for r in read),
            annotated=sum(bool(w and w[name]) for w in wanted),
        )
        for name in FIELDS
    }
    certain = [o is not None and o.certain for o, _ in pairs]
    return ExtractionScore(
        found=FieldScore(sum(map(bool, compared)), n_read, n_wanted),
        whole=FieldScore(sum(right), n_read, n_wanted),
        certain=sum(certain),
        misleading=sum(sure and not good for sure, good in zip(certain, right, strict=True)),
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
    mark = ", certain" if observation and observation.certain else ""
    if annotation is None:
        if observation is None:
            return ""
        fields = {name: value for name, value in observation_fields(observation).items() if value}
        place, surface = observation.paragraph_id, observation.quantity.surface
        return f"not annotated{mark}: {place} «{surface}» {fields}"
    name = f"{annotation.report} «{annotation.paragraph[:30]}…» «{annotation.surface}»"
    if observation is None:
        return f"missed: {name}"
    ours, theirs = _compared(observation, annotation)
    wrong = [f"{key} {ours[key]!r}, not {theirs[key]!r}" for key in FIELDS if ours[key] != theirs[key]]
    return f"wrong{mark}: {name}: {'; '.join(wrong)}" if wrong else ""
