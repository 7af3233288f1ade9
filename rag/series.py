"""Which figures can stand in one picture: levels of one measure, or of sibling measures of one group."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum

from ingest.models import Kind, Observation
from rag.models import Calculation
from rag.phrases import Phrases, capital

MAX_POINTS = 40  # more do not fit in a picture that can be read
MAX_LINES = 4  # more lines than this cross too often to be told apart
MIN_YEARS = 3  # of two years for several groups, bars side by side say more than lines

Dimensions = frozenset[tuple[str, str]]


class Shape(StrEnum):
    """How a series is drawn: years along a line, or groups as bars."""

    YEARS = "years"
    GROUPS = "groups"


@dataclass(frozen=True, slots=True)
class Point:
    """One figure of a series.

    `group` is the words that tell it from the others ("" where nothing but the year does), `text` the
    figure as it is worded. `hedged`: the report rounds it or gives it as a fraction; `calculated`: worked
    out, not published; in both cases what it can mean lies between `lower` and `upper`.
    """

    group: str
    period: str
    value: Decimal
    lower: Decimal
    upper: Decimal
    text: str
    hedged: bool
    calculated: bool
    report_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Series:
    """Two or more comparable figures. `title` says what they have in common, `unit` is that of all."""

    shape: Shape
    title: str
    unit: str
    points: tuple[Point, ...]

    @property
    def groups(self) -> tuple[str, ...]:
        """The groups in the order in which they came."""
        return tuple(dict.fromkeys(point.group for point in self.points))

    @property
    def periods(self) -> tuple[str, ...]:
        """The years that have a figure, the earliest first."""
        return tuple(sorted({point.period for point in self.points}))


@dataclass(frozen=True, slots=True)
class _Cell:
    """A figure with its place in the numbers table."""

    measure: str
    dimensions: Dimensions
    unit: str
    denominator: str | None
    point: Point
    apart: str = ""

    @property
    def place(self) -> tuple[object, ...]:
        return self.measure, self.dimensions, self.point.period, self.unit, self.denominator, self.apart


def find_series(
    observations: Iterable[Observation],
    calculations: Sequence[Calculation] = (),
    *,
    phrases: Phrases,
    apart: Mapping[str, str] | None = None,
) -> Series | None:
    """The series that the first observation which has its like belongs to; None if none has.

    Args:
        observations: what to choose from, the most important first.
        calculations: of these, the levels that rest on a level and its change are taken along.
        phrases: the words for groups, measures and figures.
        apart: words for reports (by id) whose figures are kept apart from all others', such as a reader's own
            file; the words are said with each of them.
    """
    known = list(observations)
    read = [*_published(known, phrases), *_calculated(known, calculations, phrases)]
    words = apart or {}
    cells = _best([replace(cell, apart=_words_apart(cell.point, words)) for cell in read])
    for cell in cells:
        alike = [c for c in cells if _is_same_measure(c, cell)]
        if 2 <= len(alike) <= MAX_POINTS:
            return _series(alike, phrases)
    for cell in cells:
        alike = [c for c in cells if _is_same_group(c, cell)]
        if 2 <= len(alike) <= MAX_POINTS:
            return _of_measures(alike, phrases)
    return None


def _published(observations: Iterable[Observation], phrases: Phrases) -> list[_Cell]:
    return [
        _Cell(
            observation.measure,
            frozenset(observation.dimensions.items()),
            observation.quantity.unit or "",
            observation.denominator,
            Point(
                group="",
                period=observation.period or "",
                value=observation.quantity.value,
                lower=observation.quantity.lower,
                upper=observation.quantity.upper,
                text=phrases.value(observation.quantity),
                hedged=bool(phrases.hedge(observation.quantity.spoken_hedge))
                or observation.quantity.fraction,
                calculated=False,
                report_ids=(observation.report_id,),
            ),
        )
        for observation in observations
        if observation.kind is Kind.LEVEL
        and observation.certain
        and observation.quantity.unit
        and (observation.period or "").isdecimal()
    ]


def _calculated(
    observations: Sequence[Observation], calculations: Iterable[Calculation], phrases: Phrases
) -> list[_Cell]:
    """The levels of another year that follow from a level and the change to it."""
    by_id = {observation.id: observation for observation in observations}
    cells: list[_Cell] = []
    for calculation in calculations:
        inputs = [by_id[i] for i in calculation.inputs if i in by_id]
        level = next((o for o in inputs if o.kind is Kind.LEVEL), None)
        change = next((o for o in inputs if o.kind is Kind.CHANGE), None)
        if level is None or change is None or len(calculation.inputs) != 2:
            continue
        year = change.reference_period or ""
        same = (level.measure, dict(level.dimensions), level.period)
        if same != (change.measure, dict(change.dimensions), change.period) or not year.isdecimal():
            continue
        if calculation.unit == level.quantity.unit:
            point = Point(
                group="",
                period=year,
                value=calculation.value,
                lower=calculation.lower,
                upper=calculation.upper,
                text=f"{calculation.display} {phrases.unit(calculation.unit)}".strip(),
                hedged=False,
                calculated=True,
                report_ids=tuple(dict.fromkeys(o.report_id for o in inputs)),
            )
            dimensions = frozenset(level.dimensions.items())
            cells.append(_Cell(level.measure, dimensions, calculation.unit, level.denominator, point))
    return cells


def _best(cells: Iterable[_Cell]) -> list[_Cell]:
    """One cell a place: published before calculated, then the one that says most exactly what it is."""
    chosen: dict[tuple[object, ...], _Cell] = {}
    for cell in cells:
        held = chosen.get(cell.place)
        if held is None or _vagueness(cell) < _vagueness(held):
            chosen[cell.place] = cell
    return list(chosen.values())


def _vagueness(cell: _Cell) -> tuple[bool, bool, Decimal]:
    return cell.point.calculated, cell.point.hedged, cell.point.upper - cell.point.lower


def _is_same_measure(one: _Cell, other: _Cell) -> bool:
    return (one.measure, one.unit, one.denominator) == (other.measure, other.unit, other.denominator)


def _is_same_group(one: _Cell, other: _Cell) -> bool:
    """Shares of the same people in the same year, or counts of them, may stand beside each other."""
    return (one.dimensions, one.point.period, one.unit, one.denominator) == (
        other.dimensions,
        other.point.period,
        other.unit,
        other.denominator,
    )


def _series(cells: Sequence[_Cell], phrases: Phrases) -> Series:
    common = frozenset.intersection(*(cell.dimensions for cell in cells))
    periods = {cell.point.period for cell in cells}
    groups = {(cell.dimensions, cell.apart) for cell in cells}
    along = len(periods) > 1 and (
        len(groups) == 1 or (len(groups) <= MAX_LINES and len(periods) >= MIN_YEARS)
    )
    title = [capital(phrases.name(cells[0].measure)), phrases.labels(dict(sorted(common)))]
    title += periods if len(periods) == 1 else []
    points = [_named(cell, phrases.labels(dict(sorted(cell.dimensions - common)))) for cell in cells]
    if along:
        points.sort(key=lambda point: point.period)
    elif len(periods) > 1:
        points.sort(key=lambda point: point.period, reverse=True)
    return Series(
        Shape.YEARS if along else Shape.GROUPS,
        ", ".join(filter(None, title)),
        cells[0].unit,
        tuple(points),
    )


def _of_measures(cells: Sequence[_Cell], phrases: Phrases) -> Series:
    first = cells[0]
    group = phrases.labels(dict(sorted(first.dimensions)))
    return Series(
        Shape.GROUPS,
        ", ".join(filter(None, (capital(group), first.point.period))),
        first.unit,
        tuple(_named(cell, phrases.name(cell.measure)) for cell in cells),
    )


def _named(cell: _Cell, group: str) -> Point:
    return replace(cell.point, group=f"{group} ({cell.apart})".strip() if cell.apart else group)


def _words_apart(point: Point, words: Mapping[str, str]) -> str:
    return next((words[report_id] for report_id in point.report_ids if report_id in words), "")
