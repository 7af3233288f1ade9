"""Judging one answer against what was wanted, and against its own citations."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from evals.data import Turn
from evals.text import holds, normalise, numbers, numbers_in_words
from rag.models import Answer, Status

_YEAR = re.compile(r"(?:19|20)\d{2}")
_DATE = re.compile(r"\b(\d{1,2})\.? [a-zA-Z]+ ((?:19|20)\d{2})\b")
_DIGIT = re.compile(r"\d")
_POINT = re.compile(r"(?<=\d)\.(?=\d)")
# Words that only one of the three languages has; enough to tell an answer's language, not a text's.
_TELLTALES = {
    "nb": frozenset(
        "ikke jeg fra noen hvor hva mye gikk deltakere deltakerne ble rapportene tallene".split()
    ),
    "nn": frozenset(
        "ikkje eg frå nokon kor kva mykje gjekk deltakarar deltakarane vart rapportane tala".split()
    ),
    "en": frozenset("the of and not from who women participants share was were did reports".split()),
}


class Verdict(StrEnum):
    """What is right or wrong with an answer; the first that applies, in this order of gravity."""

    ERROR = "error"
    NEEDLESS_ABSTENTION = "needless_abstention"
    MISSED_ABSTENTION = "missed_abstention"
    WRONG_FIGURE = "wrong_figure"
    WRONG_TEXT = "wrong_text"
    WRONG_STATUS = "wrong_status"
    WRONG_CITATION = "wrong_citation"
    WRONG_LANGUAGE = "wrong_language"
    RIGHT = "right"


@dataclass(frozen=True, slots=True)
class Judgement:
    """A verdict with what it rests on, in words."""

    verdict: Verdict
    detail: str = ""


RIGHT = Judgement(Verdict.RIGHT)


def judge(turn: Turn, answer: Answer, *, lenient: bool = False) -> Judgement:
    """Judge `answer` to `turn`.

    `lenient` is for a system without statuses, reasons or a language of its own: it may answer where a
    partial answer is wanted, and only its figures, words and citations count.
    """
    return (
        _judge_abstention(turn, answer)
        or _judge_content(turn, answer)
        or (None if lenient else _judge_status(turn, answer))
        or _judge_citations(turn, answer)
        or (None if lenient else _judge_language(turn, answer))
        or RIGHT
    )


def _judge_abstention(turn: Turn, answer: Answer) -> Judgement | None:
    if answer.status in turn.status:
        return None
    if answer.status is Status.ABSTAINED:
        return Judgement(Verdict.NEEDLESS_ABSTENTION, str(answer.reason))
    if turn.status == {Status.ABSTAINED}:
        return Judgement(Verdict.MISSED_ABSTENTION, f"{answer.status}, {answer.reason}")
    return None


def _judge_content(turn: Turn, answer: Answer) -> Judgement | None:
    text = normalise(answer.text, turn.language)
    for group in turn.want:
        if not any(holds(text, normalise(wanted)) for wanted in group):
            claims_figure = answer.status is not Status.ABSTAINED and bool(_DIGIT.search(text))
            is_figure = any(map(_DIGIT.search, group)) and claims_figure
            verdict = Verdict.WRONG_FIGURE if is_figure else Verdict.WRONG_TEXT
            return Judgement(verdict, f"lacks {' | '.join(group)}")
    for avoided in turn.avoid:
        if holds(text, normalise(avoided)):
            verdict = Verdict.WRONG_FIGURE if _DIGIT.search(avoided) else Verdict.WRONG_TEXT
            return Judgement(verdict, f"has {avoided}")
    return None


def _judge_status(turn: Turn, answer: Answer) -> Judgement | None:
    if answer.status not in turn.status:
        return Judgement(Verdict.WRONG_STATUS, f"{answer.status}, not {'/'.join(sorted(turn.status))}")
    if turn.reason and answer.reason not in turn.reason:
        return Judgement(Verdict.WRONG_STATUS, f"{answer.reason}, not {'/'.join(sorted(turn.reason))}")
    return None


def _judge_citations(turn: Turn, answer: Answer) -> Judgement | None:
    quotes = [normalise(citation.quote) for citation in answer.citations]
    for wanted in turn.cite:
        # Data files write 47.1 where the text that is read out of them has 47,1.
        shown = _POINT.sub(",", normalise(wanted))
        if not any(holds(quote, form) for quote in quotes for form in (normalise(wanted), shown)):
            return Judgement(Verdict.WRONG_CITATION, f"no quote has {wanted}")
    if answer.status is Status.ABSTAINED or answer.figure is None or answer.figure.calculated:
        return None
    quoted = [citation.quote for citation in answer.citations]
    cited = frozenset[str]().union(*(numbers(quote) | numbers_in_words(quote) for quote in quoted))
    if missing := numbers(answer.figure.text, turn.language) - cited:
        return Judgement(Verdict.WRONG_CITATION, f"no quote has the lead figure {', '.join(sorted(missing))}")
    return None


def _judge_language(turn: Turn, answer: Answer) -> Judgement | None:
    # Quotes stay in the report's language, so only our own sentences tell.
    own = normalise(answer.text)
    for quote in sorted((normalise(citation.quote) for citation in answer.citations), key=len, reverse=True):
        own = own.replace(quote, " ")
    words = set(re.findall(r"[a-zæøå]+", own))
    found = {language: len(words & telltales) for language, telltales in _TELLTALES.items()}
    best = max(found.values())
    if best and found[turn.language] < best:
        language = max(found, key=lambda name: found[name])
        return Judgement(Verdict.WRONG_LANGUAGE, f"{language}, not {turn.language}")
    return None


def ungrounded_numbers(
    answer: Answer, years: Iterable[int], dates: Iterable[dt.date] = (), ages: Iterable[str] = ()
) -> frozenset[str]:
    """Numbers in the answer's text that stand nowhere: the check of rag.grounding, made independently.

    A number may stand in a cited quote or in a calculation, be a year that the reports have figures of
    (`years`), be part of a date on which a report was updated (`dates`) or of the name of an age group that
    has figures (`ages`), or be a year or an age that the question itself names.
    """
    language = answer.query.language
    grounded = {str(year) for year in years}
    grounded.update(_YEAR.findall(answer.question))
    for codes in (answer.query.periods, *answer.query.dimensions.values()):
        grounded.update(*(numbers(code) for code in codes))
    for citation in answer.citations:
        grounded |= numbers(citation.quote) | numbers_in_words(citation.quote)
        if citation.table is not None:  # the names of a table's cells are no figures of ours
            grounded |= numbers(" ".join((*citation.section, citation.table)))
    for calculation in answer.calculations:
        shown = f"{calculation.expression} ; {calculation.display}"
        grounded |= numbers(shown, language) | numbers(shown)
        for value in (calculation.value, calculation.lower, calculation.upper):
            grounded |= numbers(format(value.normalize(), "f").replace(".", ","))
    grounded.update(*(numbers(age) for age in ages))
    known = {(str(date.day), str(date.year)) for date in dates}
    text = _DATE.sub(lambda date: " " if date.groups() in known else date[0], answer.text)
    return numbers(text, language) - grounded


def broken_citations(answer: Answer, sources: Mapping[str, str]) -> tuple[str, ...]:
    """Citations that do not resolve, in words. `sources` holds each report's text by its id."""
    broken: list[str] = []
    for citation in answer.citations:
        name = f"[{citation.number}] {citation.paragraph_id}"
        source = sources.get(citation.report_id)
        if source is None:
            broken.append(f"{name}: no report {citation.report_id}")
        elif source[citation.start : citation.end] != citation.quote:
            broken.append(f"{name}: the quote does not stand at its offsets")
        elif citation.paragraph_text[citation.quote_start : citation.quote_end] != citation.quote:
            broken.append(f"{name}: the quote does not stand in its paragraph")
    own = answer.text  # a quoted footnote has a "[1]" of its own
    for citation in answer.citations:
        own = own.replace(citation.quote, "")
    marks = set(re.findall(r"\[(\d+)\]", own)) - {str(c.number) for c in answer.citations}
    return (*broken, *(f"[{mark}] marks no citation" for mark in sorted(marks)))
