"""Tables -> observations: each cell with a figure, with what its row, column, band and title say of it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property
from itertools import pairwise

from ingest.ages import span
from ingest.cell_figures import CellFigure
from ingest.followed import cohort_year, followed_whole, later_year, says_followed, says_left, tells_followed
from ingest.grid import Cell, Grid, Row, find_tables, read_grid
from ingest.label_forms import Label, merge, plain
from ingest.labels import LabelReader
from ingest.models import Direction, Kind, Observation, Paragraph, ParagraphKind, Report
from ingest.numerals import HUNDRED
from ingest.places import existed
from ingest.readings import GROUPS, PEOPLE, PERCENT, UNPLACED
from ingest.sentences import find_sentences
from ingest.table_cells import Around, Meaning, Places
from ingest.table_sums import settle
from ingest.table_unions import find_unions
from ingest.table_units import Line, adding_up, columns_of_shares, impossible_shares, proved_counts
from ingest.vocabulary import Vocabulary

OLDEST = 120
ANNOUNCING = 2  # words at the head of a sentence among which stands the table that it is about
# Names of these are told by themselves, whatever the header above them says.
PLAIN_NAMES = frozenset({"area", "sex", "origin"})
VALUE, NAMES, IGNORED, MIXED = "value", "names", "ignored", "any"
_YEAR = re.compile(r"(?:19|20)\d\d")


def find_table_observations(
    report: Report, paragraphs: Sequence[Paragraph], vocabulary: Vocabulary
) -> list[Observation]:
    """Every figure that the tables of a report state, as observations, in the order of the text."""
    reader = LabelReader(vocabulary, report.year)
    above = {after.id: before for before, after in pairwise(paragraphs) if before.section == after.section}
    found: list[Observation] = []
    for parts in find_tables(paragraphs):
        found += _Table(report, parts, reader, _announced(above.get(parts[0].id), reader)).read()
    return found


def _announced(paragraph: Paragraph | None, reader: LabelReader) -> str:
    """The sentence above a table that says what it shows ("Tabellen viser andelen som gikk til …")."""
    if paragraph is None or paragraph.kind is ParagraphKind.TABLE:
        return ""
    texts = [paragraph.text[start:end] for start, end in find_sentences(paragraph.text)]
    words = reader.words("labels", "announcing")
    told = [t for t in texts if words & {token.word for token in reader.vocabulary.tokens(t)[:ANNOUNCING]}]
    return told[-1] if told else ""


@dataclass(frozen=True, slots=True)
class _Read:
    """A figure with its cell, its column and what it is a figure of."""

    cell: Cell
    figure: CellFigure
    column: int
    row: int
    meaning: Meaning


class _Table:
    """One table of one report."""

    def __init__(
        self, report: Report, parts: Sequence[Paragraph], reader: LabelReader, announced: str = ""
    ) -> None:
        self.report, self.reader, self.vocabulary = report, reader, reader.vocabulary
        self.grid: Grid = read_grid(parts)
        section = (*parts[0].section, *self.grid.titles)
        self.title = reader.title(section[-1]) if section else Label()
        told = reader.title(announced) if announced else Label()
        if told.named and not self.title.named:
            # A table without a title of its own stands below a heading, and below who says what it shows.
            section, self.title = (*section, announced), replace(told, unit=told.unit or self.title.unit)
        self.headings = tuple(self._heading(text) for text in reversed(section[:-1]))
        self.missing = reader.words("marks", "missing")
        self.roles = [self._role(at) for at in range(len(self.grid.columns))]
        self.columns = self._column_labels()
        self._counting: dict[int, bool] = {}
        self.rows = [self._row_labels(row) for row in self._filled_down()]
        self.bands = [
            self._band(row.band, labels) for row, labels in zip(self.grid.rows, self.rows, strict=True)
        ]

    def _heading(self, text: str) -> Label:
        """A heading above a table; one that only tells who were most ("Syrerne flest") narrows no figure."""
        label = self.reader.title(text)
        chosen = self.reader.words("labels", "chosen")
        most = any(token.word in chosen for token in self.vocabulary.tokens(text))
        return replace(label, dimensions={}) if most else label

    def read(self) -> list[Observation]:
        """The observations of the table."""
        read = [found for number in range(len(self.rows)) for found in self._read_row(number)]
        read = self._with_units(read)
        found = [self._observation(one) for one in read]
        meanings = [one.meaning for one in read]
        places = [(one.row, one.column) for one in read]
        # A unit in brackets says nothing of what is counted: "Samlet (prosent)".
        bare = [[name.split("(")[0].strip() for name in names] for names in self.grid.columns]
        totals = [at for at, names in enumerate(bare) if any(map(self.reader.is_total, names))]
        unions = {
            frozenset(entry.data["union"]): (entry.code, entry.denominator)
            for entry in self.vocabulary.of("measure") if entry.data.get("union")
        }  # fmt: skip
        for i, (measure, base, sure) in find_unions(found, places, totals, unions).items():
            found[i] = replace(found[i], measure=measure, denominator=base, certain=sure)
            # That the row adds up has shown what it is; no other proof is asked for.
            meanings[i] = replace(meanings[i], part=False, carried=False)
        found = settle(found, meanings, places, self._overlap)
        return [self._left_open(o) for o in found] if self._followed else found

    @cached_property
    def _followed(self) -> bool:
        """Whether the table is of people looked at again later: "I arbeid i november 2021, etter kjønn"."""
        texts = [self.title.text, *(label.text for label in self.headings[:1])]
        texts += self._column_names
        told = [text for text in texts if tells_followed(self.vocabulary, text)]
        told += [self.report.title] if says_followed(self.vocabulary, self.report.title) else []
        return bool(told) and not any(says_left(self.vocabulary, text) for text in texts)

    def _left_open(self, o: Observation) -> Observation:
        """A figure of where people are later, which no measure is of; a stage is as it was."""
        titled = later_year(self.vocabulary, self.title.text)
        if self.vocabulary.measure(o.measure).stage and o.quantity.unit == PEOPLE:
            cohort = cohort_year(self.vocabulary, self.title.text) if titled and o.period == titled else None
            return replace(o, period=cohort or o.period)
        # Columns of a month of several years each are of their own.
        months = {y for text in self._column_names if (y := later_year(self.vocabulary, text))}
        month = titled or (next(iter(months)) if len(months) == 1 else None)
        share = o.quantity.unit == PERCENT and o.kind is Kind.LEVEL
        base = followed_whole(self.vocabulary) if share else None
        return replace(o, measure=UNPLACED, denominator=base, certain=False, period=month or o.period)

    @property
    def _column_names(self) -> list[str]:
        return [text for names in self.grid.columns for text in names]

    def _overlap(self, dimension: str, codes: Sequence[str]) -> bool:
        """Whether groups of a dimension may share people: places in places, ages in ages."""
        if dimension == "area":
            return len({self.vocabulary.entry(dimension, code).data.get("level") for code in codes}) > 1
        if dimension == "age":
            spans = sorted(span(code, OLDEST) for code in codes)
            return any(after[0] < before[1] for before, after in pairwise(spans))
        return dimension == "education"

    # ---- what the columns are

    def _texts(self, at: int) -> list[str]:
        return [row.cells[at].text for row in self.grid.rows if row.cells[at].text]

    def _role(self, at: int) -> str:
        """What a column holds: figures, labels of a dimension, labels of several, or nothing that is read."""
        named = self.reader.column(self.grid.column(at)) if self.grid.columns[at] else None
        texts = [text for text in self._texts(at) if text.lower() not in self.missing]
        figures = sum(self.reader.cells.has_figure(text) for text in texts)
        if named == IGNORED:
            return IGNORED
        if named == VALUE:
            return VALUE
        years = bool(texts) and all(_YEAR.fullmatch(plain(text)) for text in texts)
        if years and (named == "period" or (at == 0 and not named)):
            return "period"
        if figures * 2 > len(texts) or (not texts and at):
            # Most groups of "Kvinner | Menn | 18–24 år | 25–34 år | …" have figures in their names.
            aged = at == 0 and named == MIXED and self.reader.infer(texts) is not None
            return named if at == 0 and named in ("age", "area") else NAMES if aged else VALUE
        if named and named != MIXED:
            return named
        return self.reader.infer(texts) or (NAMES if at == 0 or not self._after_figures(at) else IGNORED)

    @cached_property
    def _odd(self) -> frozenset[int]:
        """The columns of labels whose header says something that no list knows ("Varighet")."""
        headers = {
            at: self.grid.column(at) for at, role in enumerate(self.roles) if role not in (VALUE, IGNORED)
        }
        return frozenset(
            at for at, text in headers.items()
            if text and self.reader.column(text) is None and not self.reader.read(text).strict
        )  # fmt: skip

    def _after_figures(self, at: int) -> bool:
        """Whether a column of figures stands before a column, so that its texts are remarks."""
        return any(
            sum(map(self.reader.cells.has_figure, texts)) * 2 > len(texts) > 0
            for texts in map(self._texts, range(1, at))
        )

    def _column_labels(self) -> list[Label]:
        """What the header says of each column."""
        lines = [names for at, names in enumerate(self.grid.columns) if self.roles[at] == VALUE]
        depth = max((len(names) for names in lines), default=0)
        hints = [self.reader.infer([n[i] for n in lines if len(n) > i]) for i in range(depth)]
        return [
            self._column_label(names, hints) if role == VALUE else Label()
            for names, role in zip(self.grid.columns, self.roles, strict=True)
        ]

    def _column_label(self, names: Sequence[str], hints: Sequence[str | None]) -> Label:
        """The lines above a column: each by itself where all are understood, else as one text that wraps."""
        names = [name for name in names if self.reader.column(name) != VALUE]
        single = [self._label(name, hint) for name, hint in zip(names, hints, strict=False)]
        merged = merge(single)
        if not merged.known and len(names) > 1:
            whole = self.reader.read(" ".join(names))
            merged = whole if whole.known else merged
        topic = self.reader.column(" ".join(names)) if names else None
        if topic in GROUPS and not merged.named and not merged.dimensions:
            return replace(merged, known=False)
        return merged

    def _label(self, text: str, hint: str | None, county: str = "") -> Label:
        if hint and hint not in (NAMES, "measure", "unit"):
            label = self.reader.within(text, hint, county)
            if label.known:
                return label
            other = self.reader.read(text)
            named = hint in other.dimensions or other.named
            return label if named and not self._counts_stage(other) else other
        return self.reader.read(text)

    def _counts_stage(self, label: Label) -> bool:
        """Whether a row among groups says itself whom it counts: "Nye deltakere" below "Kvinner", "Menn"."""
        stages = [code for code in label.measures if self.vocabulary.measure(code).stage]
        return label.known and len(stages) == len(label.measures) == 1 and not label.dimensions

    # ---- what the rows are

    def _filled_down(self) -> list[Row]:
        """The rows; a label left out because it is that of the row above is put back."""
        labelled = [at for at, role in enumerate(self.roles) if role not in (VALUE, IGNORED)]
        found: list[Row] = []
        for row in self.grid.rows:
            cells = list(row.cells)
            given = [at for at in labelled if cells[at].text]
            for at in labelled[:-1]:
                if not cells[at].text and given and at < given[-1] and found and found[-1].band == row.band:
                    cells[at] = replace(cells[at], text=found[-1].cells[at].text)
            found.append(Row(tuple(cells), row.band))
        return found

    def _row_labels(self, row: Row) -> tuple[Label, ...]:
        """The labels of a row; of a place within another, the inner one."""
        county = self._county(row.band)
        # The official number tells places of one name apart.
        number = next((c.text for c, r in zip(row.cells, self.roles, strict=True) if r == IGNORED), "")
        labels: list[Label] = []
        areas: list[Label] = []
        for at, (cell, role) in enumerate(zip(row.cells, self.roles, strict=True)):
            if role in (VALUE, IGNORED) or not cell.text:
                continue
            label = self._alone(self._group(at, cell.text, role, county), role)
            if role == "area" and not label.known and number:
                label = self._label(f"{number} {cell.text}", role, county)
            if at in self._odd and role not in PLAIN_NAMES:
                label = replace(label, known=False)
            if "area" in label.dimensions:
                areas.append(label)
                county = label.dimensions["area"]
            else:
                labels.append(label)
        labels += areas[-1:]
        unnamed = not labels and any(role not in (VALUE, IGNORED) for role in self.roles)
        return (*labels, Label(known=False)) if unnamed else tuple(labels)

    def _group(self, at: int, text: str, role: str, county: str) -> Label:
        """The label of a row; under a header like "Gruppe" a level of education is no place to go to."""
        label = self._label(text, role, county)
        if label.total and (count := self.reader.counted(text)) is not None and self._tells_counts(at):
            return count
        if label.named and not label.dimensions and self.reader.column(self.grid.column(at)) == MIXED:
            for dimension in GROUPS:
                group = self.reader.within(text, dimension)
                label = group if group.known and group.dimensions else label
        return label

    def _tells_counts(self, at: int) -> bool:
        """Whether all rows but those of totals are of measures: "Nye deltakere", "Avsluttet program"."""
        if at not in self._counting:
            labels = [self.reader.read(text) for text in self._texts(at)]
            others = [label for label in labels if not label.total]
            told = bool(others) and all(label.named and not label.dimensions for label in others)
            self._counting[at] = told
        return self._counting[at]

    def _county(self, text: str) -> str:
        places = self.reader.gazetteer.find(text) if text else ()
        return places[0] if len(places) == 1 else ""

    def _alone(self, label: Label, role: str) -> Label:
        """The label, unknown where it is the rest of another group that is not the only one in its column."""
        for dimension, code in label.dimensions.items():
            entry = self.vocabulary.entry(dimension, code)
            if dimension == "area" and not existed(entry.data, self.report.year) and not label.period:
                continue
            if other := entry.data.get("complement"):
                at = self.roles.index(role) if role in self.roles else 0
                codes = {c for text in self._texts(at) for c in self._label(text, role).dimensions.values()}
                if codes - {code, other}:
                    return replace(label, known=False)
        return label

    def _band(self, text: str, rows: Sequence[Label]) -> Label:
        """What a band says of its rows; nothing where it only is a row of the same kind without figures."""
        if not text:
            return Label()
        label = self.reader.read(text)
        if not label.known and (place := self._county(text)):
            label = Label(text, {"area": place})
        same = any(set(label.dimensions) & set(row.dimensions) for row in rows)
        return Label() if same else label

    # ---- what holds for the whole table

    @cached_property
    def _labels(self) -> list[Label]:
        return [*self.columns, *self.bands, *(label for row in self.rows for label in row)]

    @cached_property
    def _splits(self) -> frozenset[str]:
        """The dimensions that the table splits by."""
        roles = {role for role in self.roles if role in GROUPS}
        return frozenset(roles | {d for label in self._labels for d in label.dimensions})

    @cached_property
    def _stages(self) -> frozenset[str]:
        """Stages of the programme that labels of the table name."""
        named = {code for label in self._labels for code in label.measures}
        return frozenset(code for code in named if self.vocabulary.measure(code).stage)

    @cached_property
    def _column_measures(self) -> frozenset[str]:
        return frozenset(code for label in self.columns for code in label.named)

    @cached_property
    def _supported(self) -> bool:
        """Whether the table is of where people went: its title, a heading or another label says so."""
        if any(label.measures for label in (self.title, *self.headings, *self._labels)):
            return True
        texts = [self.title.text, *(h.text for h in self.headings), *map(" ".join, self.grid.columns)]
        words = {token.word for text in texts for token in self.vocabulary.tokens(text)}
        return bool(words & self.reader.words("labels", "outcomes"))

    @cached_property
    def _above(self) -> list[Label]:
        """For each row that names no measure, the label of the nearest row above that does."""
        found: list[Label] = []
        last = Label()
        for labels in self.rows:
            own = next((label for label in labels if label.named), None)
            found.append(Label() if own else last)
            last = own or last
        return found

    # ---- cells

    @cached_property
    def _beside(self) -> list[tuple[tuple[str, ...], str | None]]:
        """For each column that says its unit only, measures and year of the nearest column before with any.

        So too for shares of groups beside one of all: "I arbeid, prosent | Menn, prosent | Kvinner, prosent".
        """
        found: list[tuple[tuple[str, ...], str | None]] = []
        last, unit = Label(), None
        for label in self.columns:
            shares = label.unit == unit == PERCENT and not any(self._is_stage(code) for code in last.named)
            bare = not label.named and label.unit is not None and (shares or not label.dimensions)
            found.append((last.named, last.period if label.dimensions else None) if bare else ((), None))
            last, unit = (label, label.unit) if label.named else (last, unit)
        return found

    def _is_stage(self, code: str) -> bool:
        return bool(self.vocabulary.measure(code).stage)

    @cached_property
    def _years(self) -> tuple[str, ...]:
        return tuple(sorted({label.period for label in self.columns if label.period and not label.change}))

    def _around(self, number: int, at: int) -> Around:
        return Around(
            self.columns[at],
            self.rows[number],
            self.bands[number],
            self.title,
            self.headings,
            str(self.report.year),
            self._splits,
            self._supported,
            self._stages,
            *self._beside[at],
            self._years,
            self._above[number].named,
            self._above[number].unit,
            self._column_measures,
            self.grid.sure[at],
        )

    def _read_row(self, number: int) -> list[_Read]:
        found = []
        for at, cell in enumerate(self.grid.rows[number].cells):
            if self.roles[at] != VALUE or not cell.text or cell.text.lower() in self.missing:
                continue
            places = Places(self.vocabulary, self._around(number, at))
            meaning = places.meaning()
            for figure in self.reader.cells.find(cell.paragraph.text, cell.start, cell.end, meaning.unit):
                unit = figure.quantity.unit
                own = meaning if unit == meaning.unit or unit is None else places.meaning(unit)
                if own.unit == PERCENT and figure.quantity.value > HUNDRED and self._counts(at):
                    # The title says "… og andel i arbeid", this column the people.
                    own = replace(places.meaning(PEOPLE), certain=False)
                    figure = replace(figure, quantity=replace(figure.quantity, unit=PEOPLE))
                found.append(_Read(cell, figure, at, number, own))
        return found

    def _counts(self, at: int) -> bool:
        """Whether a column is of the people at a stage, by its own header."""
        label = self.columns[at]
        stages = [code for code in label.measures if self.vocabulary.measure(code).stage]
        return bool(stages) and label.unit is None and not label.change

    def _with_units(self, read: Sequence[_Read]) -> list[_Read]:
        """The figures; where no label says their unit, it is told from the figures of the same measure."""
        groups: dict[tuple[str, int], list[_Read]] = defaultdict(list)
        for one in read:
            if one.meaning.unit is None:
                by_row = any(label.named for label in self.rows[one.row])
                groups[one.meaning.measure, -1 - one.row if by_row else one.column].append(one)
        units = {id(one): self._told(group) for group in groups.values() for one in group}
        shared = self._shares(read)
        units |= {
            id(one): PERCENT for one in read if one.column in shared and one.figure.quantity.value <= HUNDRED
        }
        counted = self._proved_counts(read, units)
        units |= {
            id(one): PEOPLE
            for one in read
            if one.meaning.unit is None and one.meaning.measure in counted and one.column not in shared
        }
        result = []
        for one in read:
            unit = units.get(id(one))
            if unit is None:
                result.append(one)
                continue
            meaning = Places(self.vocabulary, self._around(one.row, one.column)).meaning(unit)
            again = self.reader.cells.find(one.cell.paragraph.text, one.cell.start, one.cell.end, unit)
            result.append(replace(one, meaning=meaning, figure=again[0] if again else one.figure))
        return result

    def _shares(self, read: Sequence[_Read]) -> frozenset[int]:
        """The columns that no label gives a unit, and whose figures are parts of a hundred in every row."""
        rows: dict[int, dict[int, Decimal]] = defaultdict(dict)
        for one in read:
            if self.columns[one.column].unit is None and one.figure.quantity.unit is None:
                rows[one.row][one.column] = one.figure.quantity.value
        return columns_of_shares([*rows.values()])

    def _proved_counts(self, read: Sequence[_Read], units: Mapping[int, str | None]) -> frozenset[str]:
        """The measures without a unit of which the shares beside them show that people are counted."""
        wholes = {
            e.code: (e.denominator, (*e.data.get("union", ()),) or (e.code,))
            for e in self.vocabulary.of("measure") if e.denominator
        }  # fmt: skip
        rows: dict[int, Line] = defaultdict(dict)
        columns: dict[int, Line] = defaultdict(dict)
        for one in read:
            told = (one.meaning.measure, one.meaning.unit or units.get(id(one)))
            rows[one.row].setdefault(told, one.figure.quantity.value)
            columns[one.column].setdefault(told, one.figure.quantity.value)
        by_row = proved_counts([*rows.values()], wholes) | impossible_shares([*rows.values()], wholes)
        stages = {e.code for e in self.vocabulary.of("measure") if e.stage}
        return by_row | adding_up(columns.values(), stages)

    def _told(self, group: Sequence[_Read]) -> str | None:
        """The unit of figures that have none: people above a hundred, shares where they have decimals."""
        units = self.vocabulary.measure(group[0].meaning.measure).units
        values = [one.figure.quantity.value for one in group]
        stage = self.vocabulary.measure(group[0].meaning.measure).stage
        whole = all(value == value.to_integral_value() for value in values)
        if PEOPLE in units and whole and (stage or max(values) > HUNDRED):
            return PEOPLE
        parts = PERCENT in units and not whole and max(values) <= HUNDRED
        return PERCENT if parts else None

    def _observation(self, one: _Read) -> Observation:
        meaning, figure = one.meaning, one.figure
        quantity = figure.quantity
        change = meaning.kind is Kind.CHANGE
        direction = figure.sign or meaning.direction or Direction.UP if change else None
        if change and quantity.value == 0:
            direction = Direction.SAME
        negative = figure.sign is Direction.DOWN and not change
        settled = meaning.unit is not None and not negative and not meaning.average
        return Observation(
            id=f"{one.cell.paragraph.id}@{quantity.start}",
            report_id=self.report.id,
            paragraph_id=one.cell.paragraph.id,
            measure=meaning.measure,
            dimensions=meaning.dimensions,
            period=meaning.period,
            kind=meaning.kind,
            quantity=replace(quantity, unit=quantity.unit or meaning.unit),
            direction=direction,
            reference_period=meaning.reference,
            denominator=meaning.denominator,
            certain=meaning.certain and figure.certain and settled,
        )
