"""The data that reports become: reports, paragraphs, quantities and observations.

All types are frozen: a value is read once from the text and never edited in place.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

ONLY = "kun"  # the hedge that judges a figure and does not move it


class CorpusError(ValueError):
    """Input that cannot be taken in. The message names the thing, the problem and the cure."""


class UnreachableError(CorpusError):
    """A server of the store does not answer, or lets nobody in; nothing is wrong with what was asked."""


class EngineError(CorpusError):
    """An engine for embedding cannot be used; where there is another, that one is taken."""


class UnknownReportError(CorpusError):
    """Reports that a store does not have: `unknown` the ids asked for, `held` those that it has."""

    def __init__(self, unknown: Sequence[str], held: Sequence[str]) -> None:
        super().__init__(f"{', '.join(unknown)}: not in the store. `imdi reports` lists what is.")
        self.unknown, self.held = tuple(unknown), tuple(held)


class ParagraphKind(StrEnum):
    """What role a paragraph plays in its report."""

    TEXT = "text"
    BULLET = "bullet"
    SPEECH = "speech"
    CAPTION = "caption"
    NOTE = "note"
    TABLE = "table"
    DATE = "date"  # only says when the report came out or was changed: cited for that, and for nothing else


class Kind(StrEnum):
    """What an observation states: a level, a change from another period, or a rank."""

    LEVEL = "level"
    CHANGE = "change"
    RANK = "rank"


class Direction(StrEnum):
    """Which way a change goes."""

    UP = "up"
    DOWN = "down"
    SAME = "same"


class Source(StrEnum):
    """How an observation came into the numbers table; one is `PLACED` by the examples it is nearest to."""

    READ = "read"
    CORRECTED = "corrected"
    ADDED = "added"
    PROPOSED = "proposed"
    PLACED = "placed"


@dataclass(frozen=True, slots=True)
class Report:
    """One published report.

    `year` is the reporting year (the year the figures are about), `updated` the publisher's date.
    `licence` is empty when the report states none.
    """

    id: str
    title: str
    publisher: str
    year: int
    updated: dt.date | None
    url: str
    language: str
    licence: str
    sha256: str
    path: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph, bullet, caption or note of a report, as published.

    Invariant: `source[start:end] == text`, where `source` is the text that was read out of the report's
    file. `id` depends on the report and the paragraph's own words only. `section` is the heading path; that
    of a table ends with the table's title.

    A table's text has one line a row; `ingest.cells.find_cells` parts it into cells. `header` holds the
    header's lines as they stand in the source: the first lines of the table's first paragraph, repeated with
    each of the others where a long table is parted between rows. `page` is a PDF's page number, from 1.
    """

    id: str
    report_id: str
    number: int
    section: tuple[str, ...]
    text: str
    start: int
    end: int
    kind: ParagraphKind = ParagraphKind.TEXT
    header: str = ""
    page: int | None = None


def count_paragraphs(paragraphs: Iterable[Paragraph]) -> int:
    """How many paragraphs a reader is told of: a line that only dates the report is none to read."""
    return sum(paragraph.kind is not ParagraphKind.DATE for paragraph in paragraphs)


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number as it stands in a text.

    `value` is in `unit`; `lower` and `upper` bound what the wording can mean (rounding and hedge
    included). A share said in words or as a fraction ("halvparten", "7 av 10") has unit "prosent"
    and `fraction=True`; it is always shown by its `surface`. Invariant: `text[start:end] == surface`.
    """

    value: Decimal
    unit: str | None
    lower: Decimal
    upper: Decimal
    hedge: str | None
    surface: str
    start: int
    end: int
    fraction: bool = False

    @property
    def spoken_hedge(self) -> str | None:
        """The hedge that the value itself is said with.

        In "knapt halvparten (48 prosent)" the hedge is of the word: the figure in brackets is exact.
        """
        return None if self.surface.endswith(")") and self.hedge != ONLY else self.hedge


@dataclass(frozen=True, slots=True)
class Observation:
    """One cell of the numbers table: what a number in a report is a number of.

    `dimensions` maps a dimension ("sex", "origin", "education", "age", "area", …) to a vocabulary code;
    a dimension that is absent means "all". `period` is the year ("2023") the figure is about, None for
    a rule without a year. `reference_period` is the year a change is measured from. `denominator` names
    the measure whose people a share is a share of. Offsets in `quantity` are into the paragraph's text.
    `certain` is False where the reader could not place the figure; such a figure never leads an answer.
    """

    id: str
    report_id: str
    paragraph_id: str
    measure: str
    dimensions: Mapping[str, str]
    period: str | None
    kind: Kind
    quantity: Quantity
    direction: Direction | None = None
    reference_period: str | None = None
    denominator: str | None = None
    certain: bool = True
    source: Source = Source.READ

    @property
    def key(self) -> tuple[str, tuple[tuple[str, str], ...], str | None]:
        """Measure, sorted dimensions and period: what must agree for two figures to be of one thing."""
        return self.measure, tuple(sorted(self.dimensions.items())), self.period


@dataclass(frozen=True, slots=True)
class IngestSummary:
    """What one `ingest` or `remove` call did, and what the store holds now.

    `skipped` holds (name, reason) pairs, `added` the ids of the reports that were given and taken in.
    """

    generation: str
    built: bool
    reports: tuple[str, ...]
    paragraphs: int
    observations: int
    uncertain: int
    seconds: float
    skipped: tuple[tuple[str, str], ...] = field(default=())
    added: tuple[str, ...] = ()
