"""What a label of a table says, as data, and its text without the marks around it. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from ingest.models import Direction

_SUPERSCRIPTS = re.compile(r"[¹²³⁰⁴-⁹]+|\*{1,3}|\[\w{1,2}\]")
_NOTE = re.compile(r"(?<=[^\W\d_])\d\)|\s\d{1,2}\)(?=[\s.,;:]|$)")


@dataclass(frozen=True, slots=True)
class Label:
    """What a label says.

    `measures` are named by themselves, `weak` only as a bare word ("Arbeid"). `reference` is the year that a
    change is measured from. `total`: of everyone; `average`: of everyone if it is of shares. `years` counts
    the years named: a title may name more than one; `span` are those that it names as one range. `joined`: it
    is of a stage and of where people went, each by itself. `strict`: every word of it is accounted for, which
    of a title need not be for it to be `known`. `of` is the stage that a share is said to be of.
    """

    text: str = ""
    dimensions: Mapping[str, str] = field(default_factory=dict)
    period: str | None = None
    reference: str | None = None
    measures: tuple[str, ...] = ()
    weak: tuple[str, ...] = ()
    unit: str | None = None
    total: bool = False
    average: bool = False
    change: bool = False
    direction: Direction | None = None
    years: int = 0
    span: str | None = None
    joined: bool = False
    known: bool = True
    strict: bool = True
    of: str | None = None

    @property
    def named(self) -> tuple[str, ...]:
        """Every measure named, the strong ones first."""
        return (*self.measures, *self.weak)


def plain(text: str) -> str:
    """A label for comparing: without footnote marks, outer marks and case."""
    text = _SUPERSCRIPTS.sub("", unicodedata.normalize("NFC", text)).strip(" :;,\t\u00a0")
    if text.count(")") > text.count("("):
        text = _NOTE.sub("", text)
    return " ".join(text.split()).lower()


def unmarked(text: str) -> str:
    """A label as it stands, without its footnote marks."""
    text = _SUPERSCRIPTS.sub(" ", unicodedata.normalize("NFC", text)).strip(" :\t\u00a0")
    return _NOTE.sub("", text) if text.count(")") > text.count("(") else text


def merge(labels: Iterable[Label]) -> Label:
    """Several labels of one column as one; unknown where two say different things."""
    found = Label()
    for label in labels:
        clash = any(found.dimensions.get(d, c) != c for d, c in label.dimensions.items())
        clash = clash or bool(found.period and label.period and found.period != label.period)
        clash = clash or bool(found.unit and label.unit and found.unit != label.unit)
        clash = clash or bool(found.named and label.named and set(found.named) != set(label.named))
        found = Label(
            " ".join(filter(None, (found.text, label.text))),
            {**found.dimensions, **label.dimensions},
            found.period or label.period,
            found.reference or label.reference,
            (*found.measures, *(c for c in label.measures if c not in found.measures)),
            (*found.weak, *(c for c in label.weak if c not in found.weak)),
            found.unit or label.unit,
            total=found.total or label.total,
            average=found.average or label.average,
            change=found.change or label.change,
            direction=found.direction or label.direction,
            years=max(found.years, label.years),
            known=found.known and label.known and not clash,
            strict=found.strict and label.strict and not clash,
            of=found.of or label.of,
        )
    return found
