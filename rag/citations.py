"""Draft -> answer: numbered citations, verbatim quotes, the text, and addresses that open the passage."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Protocol
from urllib.parse import quote as percent_encode

from ingest.grid import name_cell
from ingest.models import Paragraph, ParagraphKind, Report
from ingest.vocabulary import load_vocabulary
from rag.models import Answer, Citation, Draft, Line, Query, Role, Source, Statement, Status
from rag.phrases import Phrases

# A text fragment names a long passage by this many words at each end.
FRAGMENT_WORDS = 6
# What stands between the names of a cell.
NAMES = ", "


class Sources(Protocol):
    """What citing needs of a store."""

    def paragraph(self, paragraph_id: str) -> Paragraph:
        """The paragraph of an id."""

    def report(self, report_id: str) -> Report:
        """The report of an id."""

    def edition(self, report_id: str) -> str:
        """Which edition of a report serves."""


def cite(draft: Draft, question: str, query: Query, store: Sources, trace: tuple[str, ...]) -> Answer:
    """Number the sources in the order they are first used and write the answer's text."""
    numbers: dict[tuple[str, int, int], int] = {}
    marks: dict[tuple[str, int, int], set[tuple[int, int]]] = {}
    for line in draft.lines:
        for source in line.sources:
            key = (source.paragraph_id, source.start, source.end)
            numbers.setdefault(key, len(numbers) + 1)
            marks.setdefault(key, set()).update(source.highlights)
    citations = tuple(
        _citation(number, key, tuple(sorted(marks[key])), store, query.language)
        for key, number in numbers.items()
    )
    statements = tuple(_statement(line, numbers, store) for line in draft.lines)
    return Answer(
        question=question,
        query=query,
        text="\n".join(_with_marks(statement) for statement in statements),
        status=draft.status,
        reason=draft.reason,
        statements=statements,
        citations=citations,
        observations=draft.observations,
        calculations=draft.calculations,
        figure=draft.figure,
        follow_ups=draft.follow_ups,
        trace=trace,
    )


def only_quotes(answer: Answer, text: str) -> Answer:
    """The safe form of an answer whose numbers could not be proved: the quotes and nothing else."""
    lead = Statement(Role.SCOPE, text)
    quotes = tuple(Statement(Role.QUOTE, f"«{c.quote}»", (c.number,)) for c in answer.citations)
    return replace(
        restated(answer, (lead, *quotes)),
        status=Status.PARTIAL if quotes else Status.ABSTAINED,
        observations=(),
        calculations=(),
        figure=None,
    )


def restated(answer: Answer, statements: tuple[Statement, ...]) -> Answer:
    """An answer that says other statements; they cite what it cites."""
    return replace(
        answer, text="\n".join(_with_marks(statement) for statement in statements), statements=statements
    )


def _statement(line: Line, numbers: dict[tuple[str, int, int], int], store: Sources) -> Statement:
    used = tuple(
        dict.fromkeys(numbers[source.paragraph_id, source.start, source.end] for source in line.sources)
    )
    text = line.text
    quotes = " ".join(_quote(source, store) for source in line.sources)
    if not text:
        text = f"«{quotes}»"
    elif "{quote}" in text:
        text = text.replace("{quote}", f"«{quotes}»")
    return Statement(line.role, text, used)


def _quote(source: Source, store: Sources) -> str:
    return store.paragraph(source.paragraph_id).text[source.start : source.end]


def _with_marks(statement: Statement) -> str:
    marks = "".join(f"[{number}]" for number in statement.citations)
    return f"{statement.text} {marks}".strip()


def _citation(
    number: int,
    key: tuple[str, int, int],
    highlights: tuple[tuple[int, int], ...],
    store: Sources,
    language: str,
) -> Citation:
    paragraph_id, start, end = key
    paragraph = store.paragraph(paragraph_id)
    report = store.report(paragraph.report_id)
    text = paragraph.text[start:end]
    return Citation(
        number=number,
        report_id=report.id,
        title=report.title,
        publisher=report.publisher,
        updated=report.updated.isoformat() if report.updated else "",
        url=address(report.url, paragraph, text),
        paragraph_id=paragraph.id,
        section=paragraph.section,
        quote=text,
        start=paragraph.start + start,
        end=paragraph.start + end,
        paragraph_text=paragraph.text,
        quote_start=start,
        quote_end=end,
        highlights=highlights,
        page=paragraph.page,
        cell=_cell(paragraph, highlights, language),
        table=_header(paragraph),
        edition=store.edition(report.id),
    )


def _header(paragraph: Paragraph) -> str | None:
    """The header of a table whose own lines have none; None for what is no table."""
    if paragraph.kind is not ParagraphKind.TABLE:
        return None
    return "" if paragraph.text.startswith(paragraph.header) else paragraph.header


def _cell(paragraph: Paragraph, highlights: tuple[tuple[int, int], ...], language: str) -> str:
    """The cells of a table that figures stand in, by the names of their row and columns."""
    if paragraph.kind is not ParagraphKind.TABLE or not highlights:
        return ""
    places = [name_cell(paragraph, start) for start, _ in highlights]
    rows = dict.fromkeys(row for row, _ in places if row)
    columns = dict.fromkeys(column for _, column in places if column)
    vocabulary = load_vocabulary()
    words, join = vocabulary.tables["tables"], Phrases(vocabulary, language).join
    key = "cell" if rows and columns else "cell_row" if rows else "cell_column"
    slots = {"row": join(list(rows)), "column": join(list(columns))}
    return str(words[key][language]).format(**slots) if rows or columns else ""


def address(url: str, paragraph: Paragraph, text: str) -> str:
    """The address that opens nearest to the quote. A table's row runs over cells: no browser finds it."""
    if paragraph.page is not None:
        return f"{url.partition('#')[0]}#page={paragraph.page}" if url else ""
    return url if paragraph.kind is ParagraphKind.TABLE else with_fragment(url, text)


def with_fragment(url: str, text: str) -> str:
    """The address with a text fragment that opens the page at `text` (WICG scroll-to-text-fragment)."""
    if not url.startswith(("http://", "https://")):
        return url
    words = text.split()
    if len(words) <= 2 * FRAGMENT_WORDS:
        parts = [" ".join(words)]
    else:
        parts = [" ".join(words[:FRAGMENT_WORDS]), " ".join(words[-FRAGMENT_WORDS:])]
    # A hyphen and a comma have a meaning of their own in a fragment.
    encoded = ",".join(percent_encode(part, safe="").replace("-", "%2D") for part in parts)
    return f"{url.partition('#')[0]}#:~:text={encoded}"


def find_names(answer: Answer) -> list[str]:
    """What an answer puts in quotation marks whose numbers are no figures of its own.

    The title, the rows and the columns of a cited table, and the question that it was taken to be, which
    may hold no other numbers than the one that was asked.
    """
    tables = [c for c in answer.citations if c.table is not None]
    published = " ".join(" ".join((*c.section, c.table or "", c.paragraph_text)) for c in tables)
    asked = set(re.findall(r"\d+", answer.question))
    return [
        name
        for name in re.findall(r"[«“][^«»“”]+[»”]", answer.text)
        if (tables and all(part in published for part in name[1:-1].split(NAMES)))
        or (name[-2] == "?" and set(re.findall(r"\d+", name)) <= asked)
    ]
