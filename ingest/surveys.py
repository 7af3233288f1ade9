"""The year of what no measure is of: what a report of several years asked people, and what it advises."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from ingest.models import Observation, Paragraph, ParagraphKind
from ingest.numbers import find_periods
from ingest.periods import YEAR_DIGITS
from ingest.readings import POINTS, UNPLACED
from ingest.sentences import find_statements, statement_at
from ingest.vocabulary import Vocabulary


def date_surveys(
    found: Iterable[Observation], paragraphs: Sequence[Paragraph], usual: str, vocabulary: Vocabulary
) -> list[Observation]:
    """The figures, with the year of those that no measure is of and that say none.

    A report of several years together asks people in one of them; a distance may be that of all of them.
    """
    if len(usual) <= YEAR_DIGITS:
        return list(found)
    placed = {paragraph.id: paragraph for paragraph in paragraphs}
    year = _asked_in(paragraphs, vocabulary) or usual[-YEAR_DIGITS:]
    return [
        replace(o, period=year)
        if o.period == usual and o.quantity.unit != POINTS and _is_undated(o, placed[o.paragraph_id])
        else o
        for o in found
    ]


def undate_advice(
    found: Iterable[Observation], paragraphs: Sequence[Paragraph], vocabulary: Vocabulary
) -> list[Observation]:
    """The figures, without the year of what is advised: "En rådgiver bør ha ansvar for 20 deltakere"."""
    placed = {paragraph.id: paragraph for paragraph in paragraphs}
    advising = vocabulary.word_list("grammar", "target", "advising")
    observations = []
    for o in found:
        paragraph = placed[o.paragraph_id]
        if _is_undated(o, paragraph):
            start, _ = statement_at(paragraph, o.quantity.start)
            before = vocabulary.tokens(paragraph.text[start : o.quantity.start])
            advised = any(token.word in advising for token in before)
            observations.append(replace(o, period=None) if advised else o)
        else:
            observations.append(o)
    return observations


def _is_undated(o: Observation, paragraph: Paragraph) -> bool:
    """Whether a figure of the prose that no measure is of has no year beside it."""
    if o.measure != UNPLACED or paragraph.kind is ParagraphKind.TABLE:
        return False
    start, end = statement_at(paragraph, o.quantity.start)
    return not find_periods(paragraph.text[start:end])


def _asked_in(paragraphs: Iterable[Paragraph], vocabulary: Vocabulary) -> str:
    """The year in which a report says that it asked people: "Spørreundersøkelsen ble gjort høsten 2013"."""
    surveys = vocabulary.word_list("grammar", "doubt", "surveys")
    for paragraph in (p for p in paragraphs if p.kind is not ParagraphKind.TABLE):
        for start, end in find_statements(paragraph):
            text = paragraph.text[start:end]
            years = {p.code for p in find_periods(text) if p.code.isdigit()}
            asked = any(word in t.word for t in vocabulary.tokens(text) for word in surveys)
            if asked and len(years) == 1:
                return next(iter(years))
    return ""
