"""A report in full as HTML, with every number that was read marked where it stands."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from html import escape
from itertools import groupby

from ingest.models import Observation, Paragraph, ParagraphKind, Report
from rag.phrases import Phrases
from ui.answer import figure_class
from ui.texts import say
from ui.words import kind_text, measure_text

_TOP = 2  # the level of a report's title: above it is the page's own


def report_html(
    report: Report,
    source: str,
    paragraphs: Sequence[Paragraph],
    observations: Iterable[Observation],
    phrases: Phrases,
) -> str:
    """The whole text in its order; what is no paragraph (headings, lines around the text) is kept.

    A line that dates the report looks like the other lines around the text.

    Args:
        report: the report.
        source: the text that the paragraphs' offsets count in.
        paragraphs: in the order of the text.
        observations: those of the report.
        phrases: the words for what a number was read as.
    """
    by_paragraph: dict[str, list[Observation]] = defaultdict(list)
    for observation in observations:
        by_paragraph[observation.paragraph_id].append(observation)
    parts: list[tuple[str, str]] = []
    at = 0
    for paragraph in paragraphs:
        parts += _between(source[at : paragraph.start], paragraph.section, report.title)
        parts.append(_paragraph(paragraph, by_paragraph[paragraph.id], phrases))
        at = max(at, paragraph.end)
    parts += _between(source[at:], (), report.title)
    return (
        f'<article class="report-text" lang="{escape(report.language)}">{"".join(_listed(parts))}</article>'
    )


def reading_text(observation: Observation, phrases: Phrases) -> str:
    """What a number was read as: "60 prosent, måloppnåelse, menn, 2023"."""
    words = (
        phrases.value(observation.quantity),
        measure_text(observation.measure, phrases),
        phrases.labels(observation.dimensions),
        observation.period or say("numbers.no_year"),
        kind_text(observation),
        "" if observation.certain else say("numbers.uncertain"),
    )
    return ", ".join(filter(None, words))


def _between(text: str, section: Sequence[str], title: str) -> Iterator[tuple[str, str]]:
    """The lines that are no paragraph; the title and those that the heading path names are headings."""
    for line in text.splitlines():
        words = " ".join(line.replace("\u00a0", " ").split()).strip("•–—*· ")
        if not words or re.fullmatch(r"\[\d+\]", words):
            continue
        heading = re.sub(r"^#+\s*", "", words)
        if heading == title:
            yield "heading", f'<h{_TOP} class="report-title">{escape(heading)}</h{_TOP}>'
        elif heading in section:
            level = min(_TOP + 1 + list(section).index(heading), 6)
            yield "heading", f"<h{level}>{escape(heading)}</h{level}>"
        else:
            yield "line", f'<p class="report-line">{escape(words)}</p>'


def _paragraph(
    paragraph: Paragraph, observations: Sequence[Observation], phrases: Phrases
) -> tuple[str, str]:
    if paragraph.kind is ParagraphKind.DATE:  # a line around the text, with an id for the citations of it
        return "line", f'<p class="report-line" id="{escape(paragraph.id)}">{escape(paragraph.text)}</p>'
    body = _marked(paragraph.text, observations, phrases)
    if paragraph.kind is ParagraphKind.BULLET:
        return "item", f'<li id="{escape(paragraph.id)}">{body}</li>'
    kind = paragraph.kind.value
    return kind, f'<p class="paragraph paragraph--{escape(kind)}" id="{escape(paragraph.id)}">{body}</p>'


def _marked(text: str, observations: Sequence[Observation], phrases: Phrases) -> str:
    """The text with each span marked once, however many readings it has; spans that overlap are joined."""
    readings: dict[tuple[int, int], list[Observation]] = {}
    for observation in sorted(observations, key=lambda o: (o.quantity.start, -o.quantity.end)):
        start, end = observation.quantity.start, observation.quantity.end
        last = next(reversed(readings), None)
        if last is not None and start < last[1]:
            readings[last].append(observation)
        elif 0 <= start < end <= len(text):
            readings[start, end] = [observation]
    parts: list[str] = []
    at = 0
    for (start, end), read in readings.items():
        parts += [escape(text[at:start]), _mark(text[start:end], read, phrases)]
        at = end
    return "".join([*parts, escape(text[at:])])


def _mark(surface: str, read: Sequence[Observation], phrases: Phrases) -> str:
    """A number with what it was read as: in a title to point at, and in words for whoever cannot."""
    told = "; ".join(dict.fromkeys(reading_text(observation, phrases) for observation in read))
    doubt = "" if all(observation.certain for observation in read) else " read-number--uncertain"
    told = say("reports.read_as", reading=told)
    css = figure_class("read-number", surface) + doubt
    return (
        f'<mark class="{css}" title="{escape(told)}">{escape(surface)}</mark>'
        f'<span class="reading" lang="nb"> ({escape(told)})</span>'
    )


def _listed(parts: Sequence[tuple[str, str]]) -> Iterator[str]:
    """Bullets that follow each other as one list."""
    for kind, group in groupby(parts, key=lambda part: part[0]):
        html = "".join(body for _, body in group)
        yield f"<ul>{html}</ul>" if kind == "item" else html
