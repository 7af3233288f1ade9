"""A conversation to take away, with every source: Markdown, and DOCX."""

from __future__ import annotations

import datetime as dt
import io
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from rag.models import Answer, Citation, Role, Statement
from rag.series import Series
from ui import charts, sheets
from ui.answer import date_text, source_text, web_address
from ui.texts import say

if TYPE_CHECKING:
    from docx.document import Document


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question, its answer or the words for why there is none, and the answer's comparable figures."""

    question: str
    answer: Answer | None
    problem: str = ""
    series: Series | None = None


def to_markdown(exchanges: Sequence[Exchange], own: frozenset[str]) -> bytes:
    """The conversation as Markdown, UTF-8. What comes from a question or a report stays text."""
    lines = [f"# {_title()}", "", _made(), ""]
    for exchange in exchanges:
        lines += [f"## {_marked(exchange.question)}", ""]
        if exchange.answer is None:
            lines += [_marked(exchange.problem or say("export.unanswered")), ""]
            continue
        for statement in exchange.answer.statements:
            quoted = statement.role is Role.QUOTE
            lines += [("> " if quoted else "") + _marked(_with_marks(statement)), ""]
        lines += list(_markdown_table(exchange.series)) if exchange.series else []
        if exchange.answer.citations:
            lines += [f"### {say('export.sources')}", ""]
            lines += [f"- {_marked(_source(citation, own))}" for citation in exchange.answer.citations] + [""]
    return "\n".join(lines).encode("utf-8")


def to_docx(exchanges: Sequence[Exchange], own: frozenset[str]) -> bytes:
    """The conversation as a Word document, with headings, tables and links that Word knows as such."""
    import docx

    document = docx.Document()
    document.core_properties.title = _title()
    document.core_properties.author = say("name")
    document.core_properties.language = "nb-NO"
    document.add_heading(_title(), 0)
    document.add_paragraph(_made())
    for exchange in exchanges:
        document.add_heading(_clean(exchange.question), 1)
        if exchange.answer is None:
            document.add_paragraph(_clean(exchange.problem or say("export.unanswered")))
            continue
        for statement in exchange.answer.statements:
            style = "Intense Quote" if statement.role is Role.QUOTE else None
            document.add_paragraph(_clean(_with_marks(statement)), style)
        if exchange.series:
            _add_table(document, exchange.series)
        if exchange.answer.citations:
            document.add_heading(say("export.sources"), 2)
            for citation in exchange.answer.citations:
                document.add_paragraph(_clean(_source(citation, own)))
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _title() -> str:
    return say("export.title", name=say("name"))


def _made() -> str:
    return say("export.made", date=date_text(dt.date.today()))


def _with_marks(statement: Statement) -> str:
    """The statement with the numbers of its sources after it, where it does not hold them itself."""
    text = statement.text
    missing = [f"[{number}]" for number in statement.citations if f"[{number}]" not in text]
    return " ".join([text, "".join(missing)]).strip()


def _source(citation: Citation, own: frozenset[str]) -> str:
    if citation.report_id in own:
        quote = " ".join(citation.quote.split())
        return f"[{citation.number}] «{quote}» {citation.title} ({say('picture.own_file')})."
    return source_text(citation)


def _marked(text: str) -> str:
    """Text that Markdown shows as it is: its signs escaped, HTML too, line breaks as spaces."""
    flat = " ".join(text.split())
    addresses = re.split(r"(https?://\S+)", flat)
    return "".join(
        f"<{escape(part)}>"
        if i % 2 and web_address(part)
        else re.sub(r"([\\`*_{}\[\]<>#|!~&])", r"\\\1", part)
        for i, part in enumerate(addresses)
    )


def _clean(text: str) -> str:
    """What XML can hold."""
    return "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs", "Cn"))


def _rows(series: Series) -> Iterable[tuple[str, str, str]]:
    yield charts.point_heading(series), say("picture.figure"), say("picture.standing")
    for point in series.points:
        yield charts.point_name(point, series), point.text, sheets.standing(point)


def _markdown_table(series: Series) -> Iterator[str]:
    yield f"**{_marked(series.title)}**"
    yield ""
    for number, row in enumerate(_rows(series)):
        yield f"| {' | '.join(map(_marked, row))} |"
        if not number:
            yield "|---|---:|---|"
    yield ""


def _add_table(document: Document, series: Series) -> None:
    rows = list(_rows(series))
    document.add_paragraph(_clean(series.title), "Caption")
    table = document.add_table(rows=0, cols=3, style="Light Grid Accent 1")
    for row in rows:
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = _clean(text)
