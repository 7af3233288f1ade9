"""An answer as HTML.

Pure functions: no Streamlit, no choice of what to say. Reports may be added by anyone and questions come
from anyone, so every word that is not ours goes through `html.escape`.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from html import escape
from itertools import groupby, pairwise
from urllib.parse import quote, urlsplit

from babel.dates import format_date
from babel.numbers import format_decimal

from rag.models import Answer, Calculation, Citation, Figure, Reason, Role, Statement, Status

LOCALE = "nb_NO"

STATUS_LABELS = {
    Status.PARTIAL: "Nærmeste tall",
    Status.ABSTAINED: "Står ikke i rapportene",
}
REASON_LABELS = {
    Reason.ONLY_IN_FIGURE: "Står bare i en figur",
    Reason.UNREADABLE: "Ikke forstått",
}
CALCULATED_LABEL = "Regnet ut, ikke publisert"

_MARK = re.compile(r"[ \u00a0]?\[(\d{1,2})\]")
_END_MARKS = re.compile(r"(?:[ \u00a0]?\[\d{1,2}\])+$")
_FIGURE_PARTS = re.compile(r"(?P<number>.*\d)(?P<unit>[ \u00a0]\D+)?", re.DOTALL)


def question_html(question: str, turn: int) -> str:
    """The question as the heading of its turn."""
    return (
        f'<h2 class="question" id="turn-{turn}" tabindex="-1">'
        f'<span class="for-ears">Spørsmål: </span>{escape(question)}</h2>'
    )


def answer_html(answer: Answer, turn: int, languages: Mapping[str, str] | None = None) -> str:
    """The whole answer with its sources.

    Args:
        answer: what to show.
        turn: the answer's number in the conversation; keeps the ids on the page apart.
        languages: the language of each report, by report id; quotes are marked with it.
    """
    languages = languages or {}
    parts = [
        _label_html(answer),
        _figure_html(answer.figure),
        *_statements_html(answer, turn, languages),
        _sources_html(answer, turn, languages),
        _trace_html(answer.trace),
        _tools_html(answer),
    ]
    language = escape(answer.query.language or "nb")
    status = escape(answer.status.value)
    body = "".join(part for part in parts if part)
    return f'<article class="answer answer--{status}" data-answer-language="{language}">{body}</article>'


def announcement(answer: Answer) -> str:
    """What a screen reader is told when the answer has come."""
    label = _status_label(answer)
    lead = next((s.text for s in answer.statements if s.role is Role.LEAD), answer.text)
    sources = len(answer.citations)
    counted = "Ingen kilder." if not sources else "Én kilde." if sources == 1 else f"{sources} kilder."
    return " ".join(filter(None, (f"{label}." if label else "Svar.", _MARK.sub("", lead), counted)))


def markdown_text(text: str) -> str:
    """Text for a Streamlit label: labels are Markdown, and this one must stay text."""
    return re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", " ".join(text.split()))


def date_text(date: dt.date | str | None) -> str:
    """A date as Norwegians write it; what is no ISO date is returned as it is."""
    if isinstance(date, str):
        try:
            date = dt.date.fromisoformat(date)
        except ValueError:
            return str(date)
    return format_date(date, "d. MMMM y", locale=LOCALE) if date else ""


def web_address(url: str) -> str:
    """The address if it is one a browser may follow, else an empty string."""
    parts = urlsplit(url)
    return url if parts.scheme in {"http", "https"} and parts.hostname else ""


def link_html(url: str, text: str) -> str:
    """A link that opens in a new tab, and says so."""
    return (
        f'<a href="{escape(url)}" target="_blank" rel="noopener noreferrer">{escape(text)}'
        '<span class="for-ears"> (åpnes i ny fane)</span></a>'
    )


def paragraph_html(citation: Citation) -> str:
    """The cited paragraph, whole, with the quote marked and the figures in it marked strongly.

    Offsets that do not lie in the paragraph are cut to it, so that the text itself is always shown.
    """
    text = citation.paragraph_text
    start, end = _clip((citation.quote_start, citation.quote_end), len(text))
    before, quoted, after = (
        _figures_marked(text, citation.highlights, *span)
        for span in ((0, start), (start, end), (end, len(text)))
    )
    return f'{before}<mark class="cited-quote">{quoted}</mark>{after}' if quoted else before + after


def _figures_marked(text: str, figures: Iterable[tuple[int, int]], start: int, end: int) -> str:
    """`text[start:end]` with the figures that stand wholly or partly in it marked."""
    spans = [_clip(span, len(text)) for span in figures]
    inner = {edge for span in spans for edge in span if start < edge < end}
    return "".join(
        f'<strong class="cited-figure">{escape(text[left:right])}</strong>'
        if any(span[0] <= left and right <= span[1] for span in spans)
        else escape(text[left:right])
        for left, right in pairwise(sorted({start, end} | inner))
    )


def _clip(span: tuple[int, int], length: int) -> tuple[int, int]:
    start = min(max(span[0], 0), length)
    return start, min(max(span[1], start), length)


def _status_label(answer: Answer) -> str:
    if answer.status is Status.ANSWERED:
        return ""
    return REASON_LABELS.get(answer.reason) or STATUS_LABELS[answer.status]


def _label_html(answer: Answer) -> str:
    label = _status_label(answer)
    return f'<p class="label label--{escape(answer.status.value)}">{escape(label)}</p>' if label else ""


def _figure_html(figure: Figure | None) -> str:
    if figure is None:
        return ""
    parts = _FIGURE_PARTS.fullmatch(figure.text)
    number, unit = (parts["number"], parts["unit"] or "") if parts else (figure.text, "")
    small = f'<span class="figure-unit">{escape(unit)}</span>' if unit else ""
    calculated = f'<p class="label label--calculated">{CALCULATED_LABEL}</p>' if figure.calculated else ""
    return (
        f'<div class="figure"><p class="figure-number">{escape(number)}{small}</p>'
        f'<p class="figure-label">{escape(figure.label)}</p>{calculated}</div>'
    )


def _statements_html(answer: Answer, turn: int, languages: Mapping[str, str]) -> Iterator[str]:
    known = {citation.number: citation for citation in answer.citations}
    roles = {statement.role for statement in answer.statements}
    for role, group in groupby(answer.statements, key=lambda statement: statement.role):
        statements = list(group)
        if role is Role.QUOTE:
            for statement in statements:
                cited = [known[number] for number in statement.citations if number in known]
                language = languages.get(cited[0].report_id, "nb") if cited else "nb"
                yield _block("blockquote", "quote", _quote(statement, cited, turn), language)
        elif role is Role.CALCULATION:
            yield _calculation_html(statements, answer, known, turn)
        elif role is Role.OTHER and len(statements) > 1:
            items = "".join(f"<li>{_prose(statement, known, turn)}</li>" for statement in statements)
            yield _block("ul", "other", items, answer.query.language)
        else:
            for statement in statements:
                yield _block("p", role.value, _prose(statement, known, turn), answer.query.language)
    if answer.calculations and Role.CALCULATION not in roles:
        yield _calculation_html((), answer, known, turn)


def _block(tag: str, css_class: str, body: str, language: str) -> str:
    return f'<{tag} class="{css_class}" lang="{escape(language or "nb")}">{body}</{tag}>'


def _prose(statement: Statement, known: Collection[int], turn: int) -> str:
    """The statement with its citation marks as links; marks that it lacks are put at its end."""
    if not _MARK.search(statement.text):
        return escape(statement.text) + _marks_html(statement.citations, known, turn)

    def link(match: re.Match[str]) -> str:
        number = int(match[1])
        return _mark_html(number, turn) if number in known else match[0]

    return _MARK.sub(link, escape(statement.text))


def _quote(statement: Statement, cited: Sequence[Citation], turn: int) -> str:
    """The report's words, their figures marked. A report's own "[1]" stays as it was published."""
    numbers = [citation.number for citation in cited]
    text = statement.text
    if cited and all(citation.quote != text for citation in cited):
        text = _END_MARKS.sub("", text)
    body = escape(text)
    for citation in cited:
        if citation.quote in text:
            start, end = citation.quote_start, citation.quote_end
            marked = _figures_marked(citation.paragraph_text, citation.highlights, start, end)
            body = body.replace(escape(citation.quote), marked, 1)
            break
    return body + _marks_html(numbers, numbers, turn)


def _marks_html(numbers: Iterable[int], known: Collection[int], turn: int) -> str:
    return "".join(_mark_html(number, turn) for number in numbers if number in known)


def _mark_html(number: int, turn: int) -> str:
    target = f"source-{turn}-{number}"
    return (
        f'<sup class="mark"><a href="#{target}" data-source="{target}" aria-label="Kilde {number}">'
        f"{number}</a></sup>"
    )


def _calculation_html(
    statements: Iterable[Statement], answer: Answer, known: Collection[int], turn: int
) -> str:
    texts = "".join(f"<p>{_prose(statement, known, turn)}</p>" for statement in statements)
    sums = "".join(_arithmetic_html(calculation) for calculation in answer.calculations)
    return _details("calculation", "Slik er det regnet", texts + sums)


def _arithmetic_html(calculation: Calculation) -> str:
    interval = ""
    if calculation.lower != calculation.upper:
        lower, upper = _number(calculation.lower), _number(calculation.upper)
        interval = (
            '<p class="interval">Tallene i rapportene er avrundet. Det nøyaktige svaret ligger mellom '
            f"{lower} og {upper} {escape(calculation.unit)}.</p>"
        )
    return f'<p class="arithmetic">{escape(calculation.expression)}</p>{interval}'


def _number(value: Decimal) -> str:
    return escape(format_decimal(value, format="#,##0.##", locale=LOCALE))


def _details(css_class: str, summary: str, body: str) -> str:
    return f'<details class="{css_class}"><summary>{summary}</summary>{body}</details>'


def _sources_html(answer: Answer, turn: int, languages: Mapping[str, str]) -> str:
    if not answer.citations:
        return ""
    items = "".join(
        _source_html(citation, turn, languages.get(citation.report_id, "nb")) for citation in answer.citations
    )
    return f'<section class="sources"><h3>Kilder</h3><ol>{items}</ol></section>'


def _source_html(citation: Citation, turn: int, language: str) -> str:
    section = f'<span class="source-section">{escape(" › ".join(citation.section))}</span>'
    updated = date_text(citation.updated)
    provenance = ", ".join(filter(None, (citation.publisher, f"oppdatert {updated}" if updated else "")))
    summary = (
        f'<span class="source-number"><span class="for-ears">Kilde </span>{citation.number}</span>'
        f'<span class="source-heading"><span class="source-title">{escape(citation.title)}</span>'
        f"{section if citation.section else ''}"
        f'<span class="source-provenance">{escape(provenance)}</span></span>'
    )
    body = (
        f'<div class="source-body" id="source-{turn}-{citation.number}" tabindex="-1">'
        f'<p class="paragraph" lang="{escape(language)}">{paragraph_html(citation)}</p>'
        f'<p class="source-link">{_origin_html(citation.url)}</p></div>'
    )
    return f"<li>{_details('source', summary, body)}</li>"


def _origin_html(url: str) -> str:
    address = web_address(url)
    if not address:
        return "Egen fil"
    host = (urlsplit(address).hostname or "").removeprefix("www.")
    return link_html(address, f"Åpne hos {'IMDi' if host == 'imdi.no' else host}")


def _trace_html(trace: Iterable[str]) -> str:
    steps = "".join(f"<li>{escape(step)}</li>" for step in trace)
    return _details("trace", "Slik fant jeg svaret", f"<ol>{steps}</ol>") if steps else ""


def _tools_html(answer: Answer) -> str:
    """Copy and share. A question that leans on the turn before it means nothing alone: no link to it."""
    copy = f'<button type="button" data-copy="{escape(_copy_text(answer))}">Kopier svar med kilder</button>'
    link = "" if answer.query.carried else _share_link(answer.question)
    return f'<p class="tools">{copy}{link}</p>'


def _share_link(question: str) -> str:
    return f'<a href="?q={escape(quote(question))}" data-share>Kopier lenke til svaret</a>'


def _copy_text(answer: Answer) -> str:
    lines = [answer.question, "", answer.text]
    if answer.citations:
        lines += ["", "Kilder"]
    for citation in answer.citations:
        place = ", ".join(filter(None, (citation.title, citation.publisher, date_text(citation.updated))))
        lines += [
            f"[{citation.number}] «{' '.join(citation.quote.split())}» {place}. {citation.url}".rstrip()
        ]
    return "\n".join(lines)
