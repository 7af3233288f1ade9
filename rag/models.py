"""The data that questions and answers are made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from ingest.models import Observation, Paragraph, Quantity


class Status(StrEnum):
    """Whether the question was answered, answered in part, or declined."""

    ANSWERED = "answered"
    PARTIAL = "partial"
    ABSTAINED = "abstained"


class Reason(StrEnum):
    """Why the answer has its status."""

    STATED = "stated"
    DERIVED = "derived"
    FALSE_PREMISE = "false_premise"
    NEAREST = "nearest"
    ONLY_IN_FIGURE = "only_in_figure"
    ANOTHER_YEAR = "another_year"
    ANOTHER_PLACE = "another_place"
    ANOTHER_GROUP = "another_group"
    OUTSIDE_REPORTS = "outside_reports"
    ABOUT = "about"
    UNREADABLE = "unreadable"


class Intent(StrEnum):
    """What the question wants."""

    FIGURE = "figure"
    LIST = "list"
    RANK = "rank"
    COMPARE = "compare"
    CHANGE = "change"
    VERIFY = "verify"
    EXPLAIN = "explain"
    WHO_SAID = "who_said"
    DEFINE = "define"
    TEXT = "text"
    OVERVIEW = "overview"
    ABOUT = "about"
    GREETING = "greeting"


class Role(StrEnum):
    """What a statement does in an answer."""

    LEAD = "lead"
    QUOTE = "quote"
    OTHER = "other"
    CALCULATION = "calculation"
    CAVEAT = "caveat"
    SCOPE = "scope"
    NOTE = "note"


MAX_HISTORY = 5  # earlier questions that a program may send along; each has to be answered again
# Named in `Query.carried` where who is asked of was told beside the question ("Jeg er fra Syria. Må jeg …?").
TOLD = "told"


@dataclass(frozen=True, slots=True)
class Query:
    """A question read into slots. `unmatched` holds content words that were not understood.

    `dimensions` maps a dimension to one or more codes (more than one: a comparison or a list).
    `unit` is "personer", "prosent" or another unit code when the question asks for one.
    `quantities` are figures that the question itself states (to be verified, never repeated as true).
    `carried` names the slots that were inherited from an earlier turn, `cues` every sign of what is wanted.
    `context` is the earlier turn's text where this one leans on it by a pronoun.
    `spoke` names who was quoted in the answer to it, where it is an earlier turn.
    `base` is the stage of whose people is asked, where it is another than the measure's own.
    `groups` are two groups set against each other that more than one dimension tells apart ("unge enn menn").
    `beside` are the measures that other parts of an earlier turn asked for.
    `operations` are the ways to read it as two figures added up or taken from each other.
    """

    text: str
    language: str
    intent: Intent
    measures: tuple[str, ...] = ()
    dimensions: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    periods: tuple[str, ...] = ()
    unit: str | None = None
    unmatched: tuple[str, ...] = ()
    terms: tuple[str, ...] = ()
    quantities: tuple[Quantity, ...] = ()
    direction: str | None = None
    carried: tuple[str, ...] = ()
    cues: tuple[str, ...] = ()
    context: str = ""
    base: str | None = None
    spoke: str = ""
    groups: tuple[Mapping[str, str], ...] = ()
    beside: tuple[str, ...] = ()
    operations: tuple[Operation, ...] = ()

    @property
    def sets_apart(self) -> bool:
        """Whether groups are named beside each other."""
        return bool(self.groups) or names_groups(self.dimensions)


class Sign(StrEnum):
    """What an operation does with two figures."""

    PLUS = "plus"
    MINUS = "minus"
    APART = "apart"


@dataclass(frozen=True, slots=True)
class Operation:
    """Two figures that a question names, each read for itself, and what is to be done with them.

    `first` is None where only what is to be taken away is named. `wish` is what the question says besides,
    None where it says nothing; `claimed` is what it says that comes out. `APART` takes the lower from the
    higher.
    """

    sign: Sign
    first: Query | None
    second: Query
    wish: Query | None = None
    claimed: Quantity | None = None


def names_groups(dimensions: Mapping[str, Sequence[str]]) -> bool:
    """Whether groups of one dimension are named beside each other ("kvinner og menn")."""
    return any(len(codes) > 1 for codes in dimensions.values())


@dataclass(frozen=True, slots=True)
class Hit:
    """A paragraph found for a query; a higher score is better."""

    paragraph: Paragraph
    score: float

    @property
    def text(self) -> str:
        """The paragraph as published."""
        return self.paragraph.text

    @property
    def paragraph_id(self) -> str:
        """The paragraph's stable id."""
        return self.paragraph.id

    @property
    def report_id(self) -> str:
        """The id of the report that the paragraph stands in."""
        return self.paragraph.report_id


@dataclass(frozen=True, slots=True)
class Calculation:
    """A figure we worked out. Never published by the report; shown with its arithmetic.

    `arithmetic` is its left side ("41 prosent − 17 prosentpoeng"), `expression` the whole as shown ("… = 24
    prosent"), `lower` and `upper` bound the result given the rounding of the inputs, `inputs` are ids of
    the observations it rests on.
    """

    arithmetic: str
    expression: str
    value: Decimal
    unit: str
    lower: Decimal
    upper: Decimal
    display: str
    inputs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Citation:
    """Where a statement stands. `quote` is verbatim: `source[start:end] == quote`.

    `highlights` are (start, end) offsets into `paragraph_text` of the figures that the answer rests on;
    `quote_start` and `quote_end` are the quote's offsets into `paragraph_text`. `page` is a PDF's page
    number, `cell` names the cell of a table that the figure stands in, by its row and its column; `table`
    holds the header of such a table where it is not part of `paragraph_text` (None for what is no table).
    `edition` names the text that the offsets count in: `store.source(report_id, edition)` has it even after
    the report has changed.
    """

    number: int
    report_id: str
    title: str
    publisher: str
    updated: str
    url: str
    paragraph_id: str
    section: tuple[str, ...]
    quote: str
    start: int
    end: int
    paragraph_text: str
    quote_start: int
    quote_end: int
    highlights: tuple[tuple[int, int], ...] = ()
    page: int | None = None
    cell: str = ""
    table: str | None = None
    edition: str = ""


@dataclass(frozen=True, slots=True)
class Statement:
    """One sentence or block of an answer, with the numbers of the citations it rests on."""

    role: Role
    text: str
    citations: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Figure:
    """The lead figure: `text` ("44 prosent") and what it is a figure of ("kvinner · 2023 · …")."""

    text: str
    label: str
    calculated: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer with its proof. Every number in `text` is grounded in a citation or a calculation.

    `text` is the statements joined, with citation marks like "[1]". `trace` explains how the question
    was read and what competed.
    """

    question: str
    query: Query
    text: str
    status: Status
    reason: Reason
    statements: tuple[Statement, ...] = ()
    citations: tuple[Citation, ...] = ()
    observations: tuple[Observation, ...] = ()
    calculations: tuple[Calculation, ...] = ()
    figure: Figure | None = None
    follow_ups: tuple[str, ...] = ()
    trace: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Source:
    """A stretch of a paragraph that a statement rests on; offsets are into the paragraph's text."""

    paragraph_id: str
    start: int
    end: int
    highlights: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """A statement before its citations are numbered."""

    role: Role
    text: str
    sources: tuple[Source, ...] = ()


@dataclass(frozen=True, slots=True)
class Draft:
    """An answer before citations, grounding and follow-ups."""

    status: Status
    reason: Reason
    lines: tuple[Line, ...]
    observations: tuple[Observation, ...] = ()
    calculations: tuple[Calculation, ...] = ()
    figure: Figure | None = None
    follow_ups: tuple[str, ...] = ()
