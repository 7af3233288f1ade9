"""The year of what no measure is of: what a report of several years asked people, and what it advises."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from ingest.models import Observation, Paragraph, ParagraphKind
from ingest.numbers import find_periods
from ingest.periods import YEAR_DIGITS
from ingest.readings import POINTS, UNPLACED
from ingest.sentences import find_statements
from ingest.vocabulary import Vocabulary


def date_surveys(
    found: Iterable[Observation], paragraphs: Sequence[Paragraph], usual: str, vocabulary: Vocabulary
) -> list[Observation]:
    """The figures, with the year of those that no measure is of and that say none.

    A report of several years together asks people in one of them; a distance may be that of all of them.
    """
    if len(usual) <= YEAR_DIGITS:
        return list(found)
    undated = _Undated(paragraphs, vocabulary)
    year = _asked_in(paragraphs, vocabulary) or usual[-YEAR_DIGITS:]
    return [
        replace(o, period=year)
        if o.period == usual and o.quantity.unit != POINTS and undated.statement(o) is not None
        else o
        for o in found
    ]


def undate_advice(
    found: Iterable[Observation], paragraphs: Sequence[Paragraph], vocabulary: Vocabulary
) -> list[Observation]:
    """The figures, without the year of what is advised: "En rådgiver bør ha ansvar for 20 deltakere"."""
    undated = _Undated(paragraphs, vocabulary)
    return [replace(o, period=None) if undated.is_advised(o) else o for o in found]


class _Undated:
    """The statements of the prose that say no year; each is looked at once, however many figures it has."""

    def __init__(self, paragraphs: Iterable[Paragraph], vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self._placed = {p.id: p for p in paragraphs if p.kind is not ParagraphKind.TABLE}
        self._seen: dict[str, list[tuple[int, int, int | None]]] = {}

    def statement(self, o: Observation) -> tuple[int, int, int | None] | None:
        """Start, end and where advice begins of the statement of a figure that no measure is of."""
        if o.measure != UNPLACED or o.paragraph_id not in self._placed:
            return None
        at = o.quantity.start
        return next((s for s in self._statements(o.paragraph_id) if s[0] <= at < s[1]), None)

    def is_advised(self, o: Observation) -> bool:
        """Whether a figure stands after a "bør"."""
        statement = self.statement(o)
        return statement is not None and statement[2] is not None and statement[2] < o.quantity.start

    def _statements(self, paragraph_id: str) -> list[tuple[int, int, int | None]]:
        if paragraph_id not in self._seen:
            paragraph, found = self._placed[paragraph_id], []
            advising = self.vocabulary.word_list("grammar", "target", "advising")
            for start, end in find_statements(paragraph):
                text = paragraph.text[start:end]
                if not find_periods(text):
                    advised = (t.start for t in self.vocabulary.tokens(text) if t.word in advising)
                    first = next(advised, None)
                    found.append((start, end, None if first is None else start + first))
            self._seen[paragraph_id] = found
        return self._seen[paragraph_id]


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
