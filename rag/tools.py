"""The assistant as others' tools: a LangChain retriever and tool, and what an agent is handed over MCP.

What an agent gets is described by pydantic models, the form in which LangChain and MCP publish schemas. Each
has `as_text`, for a model that reads text only; the data and the text say the same.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from typing import Annotated, Any, Literal

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from langchain_core.tools import BaseTool, StructuredTool
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, SkipValidation

from ingest.corrections import parse_dimensions
from ingest.models import Observation, UnknownReportError
from ingest.review import Review
from ingest.vocabulary import load_vocabulary
from rag.chain import Assistant
from rag.citations import address
from rag.models import MAX_HISTORY, Answer, Hit
from rag.phrases import Phrases
from rag.table import distance

TOOL = "ask_imdi_reports"
ASK = (
    "Ask IMDi's published reports on Norway's introduction programme for refugees: participants, results"
    " (work, education), groups, municipalities, years, rules. The question may be in Norwegian or English"
    " and is answered in its language. Every number in the answer stands in a quote that it cites or in a"
    " calculation that it shows. Status `abstained` means that the reports do not say it, `partial` that"
    " something near was found: tell which, and give no figure of your own instead."
)
MAX_HITS = 100  # as on the command line
MAX_FIGURES = 200  # more than this is a table to download, not something to read

Language = Literal["nb", "nn", "en"]
Exact = Annotated[
    str, BeforeValidator(lambda value: format(value, "f") if isinstance(value, Decimal) else value)
]


class _Data(BaseModel):
    """Read from our dataclasses by the names of their fields; a Decimal is a string: no digit is lost."""

    model_config = ConfigDict(frozen=True, extra="forbid", from_attributes=True)

    def as_data(self) -> dict[str, Any]:
        """As what JSON can hold."""
        return self.model_dump(mode="json")


class Source(_Data):
    """Where something stands: `quote` is verbatim, `source[start:end] == quote` in the report's text."""

    number: int = Field(description="The mark in the answer's text: 1 for [1].")
    quote: str = Field(description="The report's own words.")
    report_id: str
    title: str = Field(description="The report's title.")
    publisher: str
    updated: str = Field(description="The publisher's date, ISO 8601, or empty.")
    url: str = Field(description="Address that opens the report at the quote, or empty.")
    paragraph_id: str
    section: tuple[str, ...] = Field(description="The headings that it stands under.")
    page: int | None = Field(description="Page of a PDF.")
    cell: str = Field(description="The cell of a table, by the names of its row and column, or empty.")
    start: int
    end: int
    edition: str = Field(description="Which text of the report the offsets count in.")


class Figure(_Data):
    """A number that a report states, and what it is a number of."""

    id: str
    text: str = Field(description="The figure in words, with its hedge and unit.")
    surface: str = Field(description="The number as it stands in the report.")
    measure: str = Field(description="Code of what is measured.")
    measure_name: str
    groups: dict[str, str] = Field(description="Dimension to code; empty means everyone.")
    groups_name: str = Field(description="The groups in words, empty for everyone.")
    period: str | None = Field(description="The year that the figure is of.")
    kind: str = Field(description="level, change or rank.")
    direction: str | None = Field(description="Of a change: up, down or same.")
    reference_period: str | None = Field(description="Of a change: the year that it is measured from.")
    denominator: str | None = Field(
        description="Of a share: code of the measure whose people it is a share of."
    )
    value: Exact = Field(description="A decimal number.")
    unit: str | None
    lower: Exact = Field(description="The least that the wording can mean, rounding and hedge included.")
    upper: Exact = Field(description="The most that it can mean.")
    certain: bool = Field(description="False where it was not certain what the number is of.")
    report_id: str
    paragraph_id: str


class CitedFigure(Figure):
    """A figure with the sentence, or the row of a table, that it stands in."""

    quote: str = Field(description="The report's own words.")
    title: str = Field(description="The report's title.")
    url: str = Field(description="Address that opens the report at the quote, or empty.")
    page: int | None = Field(description="Page of a PDF.")
    start: int = Field(description="Of the quote in the report's text.")
    end: int


class Worked(_Data):
    """A figure that was worked out. No report states it; say so, and show the arithmetic."""

    expression: str = Field(description="The whole calculation as it is shown.")
    display: str = Field(description="The result as it is shown.")
    value: Exact
    unit: str
    lower: Exact = Field(description="The least that the rounding of what it rests on allows.")
    upper: Exact = Field(description="The most that it allows.")
    inputs: tuple[str, ...] = Field(description="Ids of the observations that it rests on.")


class Reply(_Data):
    """An answer with its proof."""

    question: str
    language: str = Field(description="That of the question and the answer: nb, nn or en.")
    status: str = Field(description="answered, partial or abstained (the reports do not say it).")
    reason: str = Field(description="Why it has that status.")
    text: str = Field(description="The answer, with marks such as [1] for the citations.")
    citations: tuple[Source, ...]
    observations: tuple[Figure, ...] = Field(description="The published figures that the answer rests on.")
    calculations: tuple[Worked, ...] = Field(description="What was worked out from them.")
    follow_ups: tuple[str, ...] = Field(description="Questions that may be asked next.")

    def as_text(self) -> str:
        """Status, answer and sources."""
        lines = [f"status: {self.status} ({self.reason})", "", self.text, ""]
        for source in self.citations:
            place = " › ".join(filter(None, (source.title, *source.section, source.cell)))
            lines.append(f"[{source.number}] «{_one_line(source.quote)}»\n    {place}  {source.url}".rstrip())
        return "\n".join(lines).strip()


class Found(_Data):
    """A paragraph of a report, verbatim."""

    text: str = Field(description="The paragraph as published.")
    score: float = Field(description="Higher is nearer; comparable within one search only.")
    report_id: str
    title: str = Field(description="The report's title.")
    publisher: str
    year: int = Field(description="The year that the report is about.")
    paragraph_id: str
    section: tuple[str, ...] = Field(description="The headings that it stands under.")
    url: str = Field(description="Address that opens the report at the paragraph, or empty.")
    page: int | None = Field(description="Page of a PDF.")
    start: int = Field(description="Of the paragraph in the report's text.")
    end: int
    edition: str = Field(description="Which text of the report the offsets count in.")


class Hits(_Data):
    """The paragraphs nearest to a query, best first. That they are near does not say that they answer it."""

    hits: tuple[Found, ...]

    def as_text(self) -> str:
        """The paragraphs with where they stand."""
        blocks = (
            f"{' › '.join((hit.title, *hit.section))}  {hit.url}\n{hit.text}".strip() for hit in self.hits
        )
        return "\n\n".join(f"{rank}. {block}" for rank, block in enumerate(blocks, start=1))


class Figures(_Data):
    """Figures of the numbers table, those nearest to what was asked for first, then the newest."""

    total: int = Field(description="How many figures fit; `observations` may hold fewer.")
    measures: dict[str, int] = Field(
        description="How many figures each measure has for these groups, this year and this report."
    )
    observations: tuple[CitedFigure, ...]

    def as_text(self) -> str:
        """A line a figure with its quote, after how many there are."""
        counts = ", ".join(f"{code} {count}" for code, count in self.measures.items())
        lines = [f"{len(self.observations)} of {self.total}; by measure: {counts or 'none'}"]
        for one in self.observations:
            since = f"since {one.reference_period}" if one.reference_period else ""
            kind = " ".join(filter(None, (one.kind, one.direction, since)))
            doubt = "" if one.certain else "uncertain"
            names = (one.measure_name or one.measure, one.groups_name, one.period, kind, doubt)
            label = " · ".join(filter(None, names))
            lines.append(f"{label}: {one.text}\n    «{_one_line(one.quote)}» {one.title}  {one.url}".rstrip())
        return "\n".join(lines)


def as_reply(answer: Answer) -> Reply:
    """An answer as an agent gets it; every number in its text is grounded, as in the answer itself."""
    phrases = Phrases(load_vocabulary(), answer.query.language)
    return Reply(
        question=answer.question,
        language=answer.query.language,
        status=answer.status.value,
        reason=answer.reason.value,
        text=answer.text,
        citations=tuple(map(Source.model_validate, answer.citations)),
        observations=tuple(Figure(**_figure(o, phrases)) for o in answer.observations),
        calculations=tuple(map(Worked.model_validate, answer.calculations)),
        follow_ups=answer.follow_ups,
    )


def find_paragraphs(assistant: Assistant, query: str, k: int) -> Hits:
    """The k paragraphs nearest to a query, with where they stand."""
    return Hits(hits=tuple(_found(assistant, hit) for hit in assistant.search(query, k)))


def find_figures(
    assistant: Assistant,
    *,
    measure: str = "",
    groups: Sequence[str] = (),
    period: str = "",
    report_id: str = "",
    uncertain: bool = False,
    language: Language = "nb",
    k: int = 20,
) -> Figures:
    """Look figures up in the numbers table.

    Args:
        assistant: whose store is looked in.
        measure: a code or the vocabulary's own words for it; "" for all. The wider measures that it is a
            part of are not looked in.
        groups: codes (`sex=kvinner`) or words ("kvinner", "Somalia"); a figure must be of all of them.
        period: a year.
        report_id: the report; "" for all.
        uncertain: also those of which it is not certain what they are of.
        language: of the names.
        k: how many are given at most.

    Raises:
        UnknownWordError: a word that is not in the vocabulary, with those near to it.
        UnknownReportError: there is no such report.
    """
    store = assistant.store
    known = [report.id for report in store.reports]
    if report_id and report_id not in known:
        raise UnknownReportError([report_id], known)
    review = Review(store)
    code = review.checked("measure", measure.strip())
    year = review.checked("period", period.strip())
    wanted: dict[str, str] = {}
    for group in groups:
        wanted |= parse_dimensions(review.checked("dimensions", group.strip()))
    of_all = [
        o
        for o in store.observations(period=year or None, report_id=report_id or None)
        if (uncertain or o.certain) and wanted.items() <= o.dimensions.items()
    ]
    fitting = [o for o in of_all if code in ("", o.measure)]
    fitting.sort(key=lambda o: distance(o, {name: (value,) for name, value in wanted.items()}))
    phrases = Phrases(assistant.vocabulary, language)
    return Figures(
        total=len(fitting),
        measures=dict(Counter(o.measure for o in of_all).most_common()),
        observations=tuple(_cited(o, review, phrases) for o in fitting[:k]),
    )


class ReportRetriever(BaseRetriever):
    """The assistant's search as a LangChain retriever: verbatim paragraphs, the best first."""

    assistant: SkipValidation[Assistant]
    k: int = Field(default=5, ge=1, le=MAX_HITS)

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun
    ) -> list[Document]:
        return [
            Document(id=hit.paragraph_id, page_content=hit.text, metadata=hit.model_dump(exclude={"text"}))
            for hit in find_paragraphs(self.assistant, query, self.k).hits
        ]


class Asked(BaseModel):
    """What the tool is called with."""

    question: str = Field(description="The question, in Norwegian or English.")
    history: list[str] = Field(
        default_factory=list,
        max_length=MAX_HISTORY,
        description="Earlier questions that this one leans on (“and men?”), the first first.",
    )


def make_tool(assistant: Assistant) -> BaseTool:
    """The assistant as a LangChain tool: the answer as text and, as the artifact, the data of a `Reply`.

    Args:
        assistant: who answers; may be used by several agents at a time.
    """

    def ask(question: str, history: Sequence[str] = ()) -> tuple[str, dict[str, Any]]:
        answers: list[Answer] = []
        for asked in (*history, question):
            answers.append(assistant.ask(asked, history=tuple(answers)))
        reply = as_reply(answers[-1])
        return reply.as_text(), reply.as_data()

    return StructuredTool.from_function(
        ask, name=TOOL, description=ASK, args_schema=Asked, response_format="content_and_artifact"
    )


def _found(assistant: Assistant, hit: Hit) -> Found:
    paragraph = hit.paragraph
    report = assistant.store.report(paragraph.report_id)
    return Found(
        text=paragraph.text,
        score=float(hit.score),
        report_id=report.id,
        title=report.title,
        publisher=report.publisher,
        year=report.year,
        paragraph_id=paragraph.id,
        section=paragraph.section,
        url=address(report.url, paragraph, paragraph.text),
        page=paragraph.page,
        start=paragraph.start,
        end=paragraph.end,
        edition=assistant.store.edition(report.id),
    )


def _figure(observation: Observation, phrases: Phrases) -> dict[str, Any]:
    quantity = observation.quantity
    return {
        "id": observation.id,
        "text": phrases.value(quantity),
        "surface": quantity.surface,
        "measure": observation.measure,
        "measure_name": phrases.name(observation.measure),
        "groups": dict(observation.dimensions),
        "groups_name": phrases.labels(observation.dimensions),
        "period": observation.period,
        "kind": observation.kind.value,
        "direction": observation.direction.value if observation.direction else None,
        "reference_period": observation.reference_period,
        "denominator": observation.denominator,
        "value": quantity.value,
        "unit": quantity.unit,
        "lower": quantity.lower,
        "upper": quantity.upper,
        "certain": observation.certain,
        "report_id": observation.report_id,
        "paragraph_id": observation.paragraph_id,
    }


def _cited(observation: Observation, review: Review, phrases: Phrases) -> CitedFigure:
    paragraph = review.store.paragraph(observation.paragraph_id)
    report = review.store.report(observation.report_id)
    start, end = review.statement(observation)
    quote = paragraph.text[start:end]
    return CitedFigure(
        **_figure(observation, phrases),
        quote=quote,
        title=report.title,
        url=address(report.url, paragraph, quote),
        page=paragraph.page,
        start=paragraph.start + start,
        end=paragraph.start + end,
    )


def _one_line(text: str) -> str:
    return " ".join(text.split())
