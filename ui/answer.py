"""An answer as HTML.

Pure functions: no Streamlit, no choice of what to say. Reports may be added by anyone and questions come
from anyone, so every word that is not ours goes through `html.escape`.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from html import escape
from itertools import groupby, pairwise
from textwrap import shorten
from urllib.parse import quote, urlsplit

from ingest.numbers import format_number
from ingest.vocabulary import load_vocabulary
from rag.models import Answer, Calculation, Citation, Reason, Role, Statement, Status
from rag.phrases import Phrases
from ui.how import how_found
from ui.source_table import table_html
from ui.texts import counted, say

BEGINNING = 90  # letters of a quote that tell it from others: about two lines on a phone
ON_ONE_LINE = 24  # letters that fit beside each other on the narrowest screen

_MARK = re.compile(r"[ \u00a0]?\[(\d{1,2})\]")
_END_MARKS = re.compile(r"(?:[ \u00a0]?\[\d{1,2}\])+$")
_FIGURE_PARTS = re.compile(r"(?P<hedge>[^\d+−-]*)(?P<number>.*\d)(?P<unit>\D*)", re.DOTALL)


def question_html(question: str, turn: int, serial: int = 0) -> str:
    """The question as the heading of its turn; `serial` tells one that was asked anew from the one before."""
    return (
        f'<h2 class="question" id="turn-{turn}" data-asked="{serial}" tabindex="-1">'
        f'<span class="for-ears">{escape(say("answer.question"))}: </span>{escape(question)}</h2>'
    )


def answer_html(
    answer: Answer,
    turn: int,
    languages: Mapping[str, str] | None = None,
    own: frozenset[str] = frozenset(),
) -> tuple[str, str]:
    """The answer in two parts: what it says, and what stands behind it (a picture may come between).

    Args:
        answer: what to show.
        turn: the answer's number in the conversation; keeps the ids on the page apart.
        languages: the language of each report, by report id; quotes are marked with it.
        own: ids of reports that are the visitor's own files; what rests on them says so.
    """
    page = _Page(answer, turn, languages or {}, own)
    return page.said(), page.behind()


def announcement(answer: Answer) -> str:
    """What a screen reader is told when the answer has come."""
    label = _status_label(answer)
    lead = next((s.text for s in answer.statements if s.role is Role.LEAD), answer.text)
    lead = _MARK.sub("", lead)
    sources = len(answer.citations)
    told = counted("answer.sources", sources) if sources else say("answer.sources_none")
    parts = (label or say("answer.answer"), *_figure_told(answer, lead))
    return " ".join(filter(None, (*(f"{part}." for part in parts), lead, told)))


def _figure_told(answer: Answer, lead: str) -> list[str]:
    """What the figure says that the statement after it does not."""
    figure = answer.figure
    if figure is None:
        return []
    told = [] if _spaced(figure.text).lower() in _spaced(lead).lower() else [figure.text]
    return [*told, say("answer.calculated")] if figure.calculated else told


def _spaced(text: str) -> str:
    return " ".join(text.split())


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
    return Phrases(load_vocabulary(), "nb").day(date) if date else ""


def place_text(citation: Citation) -> str:
    """Where in its report a quote stands, beyond the heading: "side 12", a table's cell, or nothing."""
    page = say("places.page", page=citation.page) if citation.page else ""
    cell = say("places.cell", cell=citation.cell) if citation.cell else ""
    return ", ".join(filter(None, (page, cell)))


def web_address(url: str) -> str:
    """The address if it is one a browser may follow, else an empty string."""
    parts = urlsplit(url)
    return url if parts.scheme in {"http", "https"} and parts.hostname else ""


def link_html(url: str, text: str) -> str:
    """A link that opens in a new tab, and says so."""
    return (
        f'<a href="{escape(url)}" target="_blank" rel="noopener noreferrer">{escape(text)}'
        f'<span class="for-ears"> {escape(say("answer.new_tab"))}</span></a>'
    )


def paragraph_html(citation: Citation) -> str:
    """The cited paragraph, whole, with the quote marked and the figures in it marked strongly.

    Offsets that do not lie in the paragraph are cut to it, so that the text itself is always shown.
    """
    text = citation.paragraph_text
    start, end = _clip((citation.quote_start, citation.quote_end), len(text))
    before, quoted, after = (
        figures_marked(text, citation.highlights, *span)
        for span in ((0, start), (start, end), (end, len(text)))
    )
    return f'{before}<mark class="cited-quote">{quoted}</mark>{after}' if quoted else before + after


def figures_marked(
    text: str, figures: Iterable[tuple[int, int]], start: int = 0, end: int | None = None
) -> str:
    """`text[start:end]` with the figures that stand wholly or partly in it marked."""
    end = len(text) if end is None else end
    spans = [_clip(span, len(text)) for span in figures]
    inner = {edge for span in spans for edge in span if start < edge < end}
    pieces = [(text[left:right], left, right) for left, right in pairwise(sorted({start, end} | inner))]
    return "".join(
        f'<strong class="{figure_class("cited-figure", piece)}">{escape(piece)}</strong>'
        if any(span[0] <= left and right <= span[1] for span in spans)
        else escape(piece)
        for piece, left, right in pieces
    )


def figure_class(name: str, surface: str) -> str:
    """The class of a marked figure: a short one is kept on one line."""
    return name if len(surface) <= ON_ONE_LINE else f"{name} {name}--long"


def _clip(span: tuple[int, int], length: int) -> tuple[int, int]:
    start = min(max(span[0], 0), length)
    return start, min(max(span[1], start), length)


def _status_label(answer: Answer) -> str:
    if answer.status is Status.ANSWERED:
        return ""
    if answer.reason in (Reason.ONLY_IN_FIGURE, Reason.UNREADABLE):
        return say(f"answer.{answer.reason.value}")
    if answer.status is Status.PARTIAL and answer.reason is not Reason.NEAREST and answer.figure:
        # Of two questions in one, one has its answer.
        return say("answer.in_part")
    return say(f"answer.{answer.status.value}")


def _label_html(answer: Answer) -> str:
    label = _status_label(answer)
    return f'<p class="label label--{escape(answer.status.value)}">{escape(label)}</p>' if label else ""


@dataclass(frozen=True, slots=True)
class _Page:
    """One answer at its place in the conversation."""

    answer: Answer
    turn: int
    report_languages: Mapping[str, str]
    own: frozenset[str]

    def said(self) -> str:
        """What limits the answer stands before its figure, everything else in the order it was composed."""
        answer = self.answer
        first = next((i for i, said in enumerate(answer.statements) if said.role is not Role.SCOPE), 0)
        return self._part(
            _label_html(answer),
            self._own_label(),
            *self._statements(answer.statements[:first]),
            self._figure(),
            *self._statements(answer.statements[first:]),
            self._unstated_calculations(),
        )

    def behind(self) -> str:
        """Sources, how the answer was found, and what can be done with it."""
        return self._part(self._sources(), _trace_html(self.answer), self._tools())

    def _part(self, *parts: str) -> str:
        return f'<div class="answer answer--{self.answer.status.value}">{"".join(parts)}</div>'

    def _own_label(self) -> str:
        """Said before anything else: the answer rests on a file that nobody has published."""
        if not any(citation.report_id in self.own for citation in self.answer.citations):
            return ""
        return f'<p class="label label--own">{escape(say("answer.own_file"))}</p>'

    @property
    def _lang(self) -> str:
        """The attribute that says which language the answer is in; our labels around it are Norwegian."""
        return f'lang="{escape(self.answer.query.language or "nb")}"'

    def _quoted_lang(self, cited: Sequence[Citation]) -> str:
        language = self.report_languages.get(cited[0].report_id, "nb") if cited else "nb"
        return f'lang="{escape(language)}"'

    def _cited(self, statement: Statement) -> list[Citation]:
        return [citation for citation in self.answer.citations if citation.number in statement.citations]

    def _figure(self) -> str:
        figure = self.answer.figure
        if figure is None:
            return ""
        parts = _FIGURE_PARTS.fullmatch(figure.text)
        hedge, number, unit = parts.groups() if parts else ("", figure.text, "")
        calculated = (
            f'<p class="label label--calculated">{escape(say("answer.calculated"))}</p>'
            if figure.calculated
            else ""
        )
        return (
            f'<div class="figure"{self._points(self._led_by())}><div {self._lang}>'
            f'<p class="figure-number">{_small(hedge)}{escape(number)}{_small(unit)}</p>'
            f'<p class="figure-label">{escape(figure.label)}</p></div>{calculated}</div>'
        )

    def _statements(self, statements: Iterable[Statement]) -> Iterator[str]:
        for role, group in groupby(statements, key=lambda statement: statement.role):
            alike = list(group)
            if role is Role.CALCULATION:
                yield self._calculation([self._prose(statement) for statement in alike])
            elif role is Role.OTHER and len(alike) > 1:
                items = "".join(f"<li>{self._prose(statement)}</li>" for statement in alike)
                yield f'<ul class="other" {self._lang}>{items}</ul>'
            else:
                yield from map(self._statement, alike)

    def _statement(self, statement: Statement) -> str:
        """A quote if the statement is the report's words and nothing else, or else a paragraph of ours."""
        cited = self._cited(statement)
        said = _END_MARKS.sub("", statement.text).strip("«»")
        if statement.role is Role.QUOTE or any(said == citation.quote for citation in cited):
            body = self._quote(statement, cited)
            attributes = f'class="quote" {self._quoted_lang(cited)}{self._points(cited)}'
            return f"<blockquote {attributes}>{body}</blockquote>"
        attributes = f'class="{statement.role.value}" {self._lang}{self._points(cited)}'
        return f"<p {attributes}>{self._prose(statement)}</p>"

    def _prose(self, statement: Statement) -> str:
        """The statement with its citation marks as links; marks that it lacks are put at its end."""
        if not _MARK.search(statement.text):
            return escape(statement.text) + self._marks(self._cited(statement))
        known = {citation.number for citation in self.answer.citations}

        def link(match: re.Match[str]) -> str:
            number = int(match[1])
            return self._mark(number) if number in known else match[0]

        return _MARK.sub(link, escape(statement.text))

    def _quote(self, statement: Statement, cited: Sequence[Citation]) -> str:
        """The report's words, their figures marked. A report's own "[1]" stays as it was published."""
        text = statement.text
        if cited and all(citation.quote != text for citation in cited):
            text = _END_MARKS.sub("", text)
        body = escape(text)
        source = next((citation for citation in cited if citation.quote in text), None)
        if source:
            span = source.quote_start, source.quote_end
            marked = figures_marked(source.paragraph_text, source.highlights, *span)
            body = body.replace(escape(source.quote), marked, 1)
        return body + self._marks(cited)

    def _marks(self, cited: Iterable[Citation]) -> str:
        return "".join(self._mark(citation.number) for citation in cited)

    def _points(self, cited: Sequence[Citation]) -> str:
        """The attribute by which shell.js shows the source of what is pointed at, where there is just one."""
        return f' data-points="{self._target(cited[0].number)}"' if len(cited) == 1 else ""

    def _led_by(self) -> list[Citation]:
        """What the statement with the lead figure cites."""
        return next((self._cited(s) for s in self.answer.statements if s.role is Role.LEAD), [])

    def _target(self, number: int) -> str:
        return f"source-{self.turn}-{number}"

    def _mark(self, number: int) -> str:
        target, label = self._target(number), escape(say("answer.source", number=number))
        return (
            f'<sup class="mark"><a href="#{target}" data-source="{target}" aria-label="{label}">'
            f"{number}</a></sup>"
        )

    def _calculation(self, texts: Iterable[str]) -> str:
        """The arithmetic behind one click; an estimate of what was asked for can be seen without it."""
        summary = escape(say("answer.arithmetic"))
        if self.answer.status is Status.PARTIAL and len(self.answer.calculations) == 1:
            result = f"≈ {_result(self.answer.calculations[0])}"
            summary = (
                f"<span>{escape(say('answer.calculated'))}:</span><span {self._lang}>{escape(result)}</span>"
            )
        body = "".join(f"<p {self._lang}>{text}</p>" for text in texts)
        return details_html("calculation", summary, body)

    def _unstated_calculations(self) -> str:
        """The calculations, if no statement tells of them."""
        if any(statement.role is Role.CALCULATION for statement in self.answer.statements):
            return ""
        texts = [escape(_arithmetic(calculation)) for calculation in self.answer.calculations]
        return self._calculation(texts) if texts else ""

    def _sources(self) -> str:
        if not self.answer.citations:
            return ""
        places = Counter(map(_place_path, self.answer.citations))
        items = "".join(
            f"<li>{self._source(citation, places[_place_path(citation)] > 1)}</li>"
            for citation in self.answer.citations
        )
        return f'<section class="sources"><h3>{escape(say("answer.sources"))}</h3><ol>{items}</ol></section>'

    def _source(self, citation: Citation, has_twin: bool) -> str:
        """A source to open; one that stands in the same place as another is told apart by its first words."""
        path = _place_path(citation)[1]
        begins = shorten(citation.quote, BEGINNING, placeholder=" …") if has_twin else ""
        beginning = f'<span class="source-begins" {self._quoted_lang([citation])}>«{escape(begins)}»</span>'
        section = f'<span class="source-section">{escape(path)}</span>'
        is_own = citation.report_id in self.own
        updated = "" if is_own else date_text(citation.updated)
        whose = say("picture.own_file") if is_own else citation.publisher
        provenance = ", ".join(filter(None, (whose, say("answer.updated", date=updated) if updated else "")))
        summary = (
            f'<span class="source-number"><span class="for-ears">{escape(say("answer.source_word"))} </span>'
            f"{citation.number}</span>"
            f'<span class="source-heading"><span class="source-title">{escape(citation.title)}</span>'
            f"{section if path else ''}{beginning if begins else ''}"
            f'<span class="source-provenance">{escape(provenance)}</span></span>'
        )
        url = "" if is_own else citation.url
        printed = escape(web_address(url).partition("#")[0])  # on paper nobody follows a link to the words
        body = (
            f'<div class="source-body" id="{self._target(citation.number)}" tabindex="-1">'
            f"{self._paragraph(citation)}"
            f'<p class="source-link" data-address="{printed}">{origin_html(url)}</p></div>'
        )
        return details_html("source", summary, body)

    def _paragraph(self, citation: Citation) -> str:
        language = self._quoted_lang([citation])
        if citation.table is not None:
            return f'<div class="paragraph" {language}>{table_html(citation)}</div>'
        return f'<p class="paragraph" {language}>{paragraph_html(citation)}</p>'

    def _tools(self) -> str:
        """Copy and share. A question that leans on the turn before it means nothing alone: no link to it."""
        text = escape(_copy_text(self.answer))
        label = say("answer.copy" if self.answer.citations else "answer.copy_alone")
        copy = f'<button type="button" data-copy="{text}">{escape(label)}</button>'
        link = "" if self.answer.query.carried else _share_link(self.answer.question)
        return f'<p class="tools">{copy}{link}</p>'


def _place_path(citation: Citation) -> tuple[str, str]:
    """The report, and where in it: headings, page, cell."""
    return citation.report_id, " › ".join(filter(None, (*citation.section, place_text(citation))))


def _small(words: str) -> str:
    return f'<span class="figure-unit">{escape(words)}</span>' if words else ""


def _result(calculation: Calculation) -> str:
    return f"{calculation.display} {calculation.unit}"


def _arithmetic(calculation: Calculation) -> str:
    text = calculation.expression
    if calculation.lower != calculation.upper:
        lower, upper = _number(calculation.lower), _number(calculation.upper)
        text += f" ({say('answer.interval', lower=lower, upper=upper)})"
    return f"{text}."


def _number(value: Decimal) -> str:
    return format_number(round(value, 2), "nb")


def details_html(css_class: str, summary: str, body: str) -> str:
    """What opens at a press: a summary and its body, both as HTML."""
    return f'<details class="{css_class}"><summary>{summary}</summary>{body}</details>'


def origin_html(url: str) -> str:
    """A link to the publisher's page, named by who it is; without an address it is the visitor's own file."""
    address = web_address(url)
    if not address:
        return escape(say("answer.no_address"))
    host = (urlsplit(address).hostname or "").removeprefix("www.")
    return link_html(
        address, say("answer.open", host=say("answer.imdi") if host == say("answer.imdi_host") else host)
    )


def _trace_html(answer: Answer) -> str:
    """How the answer was found in a few sentences, and every step of it for who wants to know."""
    steps = "".join(f"<li>{escape(step)}</li>" for step in answer.trace)
    if not steps:
        return ""
    told = "".join(f"<p>{escape(sentence)}</p>" for sentence in how_found(answer))
    every = details_html("trace", escape(say("how.details")), f"<ol>{steps}</ol>")
    return details_html("trace", escape(say("answer.trace")), told + every)


def _share_link(question: str) -> str:
    return f'<a href="?q={escape(quote(question))}" data-share>{escape(say("answer.share"))}</a>'


def _copy_text(answer: Answer) -> str:
    lines = [answer.question, "", answer.text]
    if answer.citations:
        lines += ["", say("answer.sources")]
    return "\n".join([*lines, *(source_text(citation) for citation in answer.citations)])


def source_text(citation: Citation) -> str:
    """A citation on one line: number, quote, report, publisher, date and address."""
    date = date_text(citation.updated)
    place = ", ".join(filter(None, (citation.title, place_text(citation), citation.publisher, date)))
    return f"[{citation.number}] «{' '.join(citation.quote.split())}» {place}. {citation.url}".rstrip()
