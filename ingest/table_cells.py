"""What one cell of a table is a figure of, put together from the labels around it.

The nearest label wins: that of the column and of the row, then the band that the row stands under, then the
title, then the headings, and for the year the report. What two labels say differently, and what no label
accounts for, leaves the figure uncertain.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from ingest.label_forms import Label
from ingest.models import Direction, Kind
from ingest.periods import YEAR_DIGITS
from ingest.readings import PEOPLE, PERCENT, POINTS, UNPLACED
from ingest.vocabulary import Entry, Vocabulary


@dataclass(frozen=True, slots=True)
class Around:
    """The labels around a cell, and what holds for all of its table.

    `splits` are the dimensions that the table splits by, `supported` says that it is of where people went, so
    that a bare "Arbeid" is. `beside` are the measures of the column before, where this one says a unit only.
    `beside_period` is the year of that column. `years` are the years of the other columns, for a change
    between two of them. `carried` is the measure of the nearest row above that names one, for a row that does
    not. `columns` are the measures that the columns name.
    """

    column: Label
    row: tuple[Label, ...]
    band: Label
    title: Label
    headings: tuple[Label, ...]
    report_year: str
    splits: frozenset[str] = frozenset()
    supported: bool = False
    stages: frozenset[str] = frozenset()
    beside: tuple[str, ...] = ()
    beside_period: str | None = None
    years: tuple[str, ...] = ()
    carried: tuple[str, ...] = ()
    carried_unit: str | None = None
    columns: frozenset[str] = frozenset()
    sure: bool = True

    def near(self) -> Iterator[Label]:
        """The labels in the table, the nearest first."""
        yield self.column
        yield from self.row
        yield self.band


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a cell is a figure of.

    `part`: it is a share of a stage, which only counts or adding up can show to be a part of its people.
    `carried`: its measure is that of a row above, which only adding up can show. `average`: of groups, not of
    people.
    """

    measure: str
    dimensions: Mapping[str, str] = field(default_factory=dict)
    period: str | None = None
    reference: str | None = None
    unit: str | None = None
    denominator: str | None = None
    kind: Kind = Kind.LEVEL
    direction: Direction | None = None
    certain: bool = True
    part: bool = False
    carried: bool = False
    average: bool = False


class Places:
    """The rules. Each gives what it found and whether that is certain."""

    def __init__(self, vocabulary: Vocabulary, around: Around) -> None:
        self.vocabulary, self.around = vocabulary, around

    def entry(self, code: str) -> Entry:
        """The vocabulary entry of a measure."""
        return self.vocabulary.measure(code)

    def meaning(self, unit: str | None = None) -> Meaning:
        """What the cell is a figure of; `unit` where it was told from the figures themselves."""
        around = self.around
        change = any(label.change for label in around.near())
        dimensions, sure_who = self._dimensions()
        period, reference, sure_when = self._period(change)
        unit = unit or self._unit(change)
        measure, denominator, sure_what, part = self._measure(unit, dimensions, change)
        known = around.sure and all(label.known for label in (*around.near(), around.title))
        entry = self.entry(measure)
        fits = unit in entry.units or (change and unit in (POINTS, PERCENT, PEOPLE)) or unit is None
        average = any(label.average for label in around.near())
        return Meaning(
            measure,
            dict(sorted(dimensions.items())),
            None if entry.data.get("timeless") else period,
            reference if change else None,
            unit,
            denominator if unit == PERCENT and not change else None,
            Kind.CHANGE if change else Kind.LEVEL,
            next((label.direction for label in around.near() if label.direction), None),
            certain=known and sure_who and sure_when and sure_what and fits and measure != UNPLACED,
            part=part,
            carried=not any(label.named for label in around.near()) and bool(around.carried),
            average=average and unit != PERCENT,
        )

    # ---- who

    def _dimensions(self) -> tuple[dict[str, str], bool]:
        around = self.around
        found: dict[str, str] = {}
        sure = True
        for label in (around.column, *around.row):
            for dimension, code in label.dimensions.items():
                sure = sure and found.get(dimension, code) == code
                found.setdefault(dimension, code)
        if not set(around.band.dimensions) & set(found):
            found |= around.band.dimensions
        for dimension, code in around.title.dimensions.items():
            if dimension not in found and dimension not in around.splits:
                found[dimension] = code
                sure = sure and around.title.strict
        for heading in around.headings:
            for dimension, code in heading.dimensions.items():
                if dimension in found or dimension in around.splits:
                    continue
                if heading.strict and not heading.named:
                    found[dimension] = code
                else:
                    sure = False
        return found, sure

    # ---- when

    def _period(self, change: bool) -> tuple[str, str | None, bool]:
        """(Year, year compared with, whether both are certain)."""
        around = self.around
        own = [label for label in around.near() if label.period]
        sure = len({label.period for label in own}) <= 1
        if around.beside_period and not around.column.period:
            period, sure = around.beside_period, False
        elif own:
            period = own[0].period or around.report_year
        elif around.title.years:
            # "Måloppnåelse 2018–2020" over rows and columns without a year is of these years together.
            period = around.title.period or around.title.span or around.report_year
            sure = around.title.period is not None
            first, _, last = (around.title.span or "").partition("-")
            if change and last and not around.years:
                return last, first, sure  # "Endring i måloppnåelse 2018–2020"
        else:
            period = next((h.period for h in around.headings if h.period), around.report_year)
        sure = sure and period[:YEAR_DIGITS] <= around.report_year
        if not change:
            return period, None, sure
        reference = next((label.reference for label in around.near() if label.reference), None)
        if reference is None and len(around.years) > 1 and not own:
            return around.years[-1], around.years[0], len(around.years) == 2
        if reference is None:
            return period, str(int(period) - 1) if period.isdigit() else None, False
        return period, reference, sure

    # ---- how it is measured

    def _unit(self, change: bool) -> str | None:
        around = self.around
        unit = next((label.unit for label in around.near() if label.unit), None)
        unit = unit or around.carried_unit or around.title.unit
        if change and unit == PERCENT and not around.column.unit and around.column.change:
            unit = POINTS  # what the shares of a row, "… (prosent)", have changed by
        named = [self.entry(code) for label in around.near() for code in label.measures]
        if unit in (None, PEOPLE) and not change and len(named) == 1 and len(named[0].units) == 1:
            return named[0].units[0]  # "Antall land" counts countries
        return unit

    # ---- what

    def _measure(
        self, unit: str | None, dimensions: Mapping[str, str], change: bool
    ) -> tuple[str, str | None, bool, bool]:
        """(Measure, denominator, whether it is certain, whether it is a part of a whole)."""
        outcomes, sure = self._outcomes()
        if outcomes:
            code = outcomes[0]
            of = next((label.of for label in (*self.around.near(), self.around.title) if label.of), None)
            base = self._base() or of or self._parted(code)
            return code, base or self.entry(code).denominator, sure and len(set(outcomes)) == 1, False
        if change and unit == POINTS and (moved := self._moved()):
            return moved[0], None, len(moved) == 1, False
        stages, sure = self._stages()
        titled = [c for c in self.around.title.measures if not self.entry(c).stage]
        base = next((label.of for label in self.around.near() if label.of), None)
        apart = set(titled) & self.around.columns  # "Måloppnåelse" has a column of its own
        if base and unit == PERCENT and len(titled) == 1 and set(stages) <= {base} and not apart:
            # "Prosent av dem som avsluttet" below "Direkte overgang til arbeid …" is of those who left.
            return titled[0], base, True, False
        if self.around.beside and self.around.column.dimensions:
            code = self.around.beside[0]  # a group's share of what the column before is of, most likely
            return code, self.entry(code).denominator, False, False
        if not stages and len(titled) == 1:
            if unit == PEOPLE and (beside := self._titled_stages()):
                return beside[0], None, self.around.title.joined and len(beside) == 1, False
            return titled[0], self.entry(titled[0]).denominator, True, False
        if not stages:
            stages, sure = self._stages_around(bool(titled))
        if not stages:
            return self._carried(unit, titled)
        code = stages[0]
        sure = sure and len(set(stages)) == 1
        if unit != PERCENT or change:
            return code, None, sure, False
        # A share of a stage is a part of its people: of one group, or what the column adds up to.
        named = any(label.unit == PERCENT and label.dimensions for label in self.around.near())
        one = len(dimensions) == 1
        return code, code, sure and one and not titled, not named

    def _outcomes(self) -> tuple[list[str], bool]:
        """Where people went, as the labels in the table name it; the strong names before the bare words."""
        near = list(self.around.near())
        strong = [c for label in near for c in label.measures if not self.entry(c).stage]
        weak = [c for label in near for c in label.weak if not self.entry(c).stage]
        if strong:
            broader = {self.entry(c).broader for c in strong}
            spare = [c for c in weak if c not in strong and c not in broader]
            return strong, not spare
        return weak, self.around.supported

    def _moved(self) -> list[str]:
        """What "Endring (prosentpoeng)" is a change of: the shares beside it, the nearest first; no count."""
        told = [c for c in self.around.beside if not self.entry(c).stage]
        others = [c for c in self.around.columns if not self.entry(c).stage and c not in told]
        return [*told, *others] if told else []

    def _titled_stages(self) -> list[str]:
        return [c for c in self.around.title.measures if self.entry(c).stage]

    def _stages(self) -> tuple[list[str], bool]:
        """The stage whose people are counted, as the labels in the table name it."""
        near = list(self.around.near())
        strong = [c for label in near for c in label.measures if self.entry(c).stage]
        own = [c for label in near if label.measures for c in label.measures[-1:] if c in strong]
        titled = self._titled_stages()
        aside = len(titled) == 1 and titled[0] not in own and titled[0] not in self.around.stages
        return own or strong, not aside

    def _stages_around(self, titled: bool) -> tuple[list[str], bool]:
        """The stage that the title names, else that of a plain word for participants."""
        weak = [c for label in self.around.near() for c in label.weak if self.entry(c).stage]
        if stages := self._titled_stages():
            # Below "Deltakere og avsluttede" a column of its own counts those who ended.
            apart = bool(set(stages) & self.around.columns)
            return [c for c in weak if apart or c in stages] or stages, bool(weak) or not apart
        if weak or titled:
            return weak, bool(self.around.stages)
        return [c for c in self.around.title.weak if self.entry(c).stage], True

    def _base(self) -> str | None:
        """The stage that a label says a share is of ("Andel av deltakerne som …")."""
        for label in self.around.near():
            stages = [c for c in label.named if self.entry(c).stage]
            outcomes = [c for c in label.named if not self.entry(c).stage]
            if stages and outcomes and label.unit == PERCENT and stages[0] in label.measures:
                return stages[0]
        return None

    def _parted(self, code: str) -> str | None:
        """Whom a title parts by where they went: "Deltakere som verken …, etter hva de gikk til"."""
        parted = [c for c in self.around.title.measures if self.entry(c).complement and c != code]
        apart = [
            c for c in parted if code not in self.entry(self.entry(c).complement or c).data.get("union", ())
        ]
        return apart[0] if len(parted) == 1 and apart else None

    def _carried(self, unit: str | None, titled: list[str]) -> tuple[str, str | None, bool, bool]:
        """What a column that says its unit only takes from the one before it, a row from those above."""
        for codes in (self.around.beside, self.around.carried):
            sure = codes is self.around.beside or unit == PEOPLE
            if len(set(codes)) == 1:
                entry = self.entry(codes[0])
                if entry.stage and unit == PERCENT:
                    return entry.code, entry.code, sure and not titled, True
                return entry.code, entry.denominator if unit == PERCENT else None, sure, False
        if titled:
            return titled[0], self.entry(titled[0]).denominator, False, False
        return UNPLACED, None, False, False
