"""The notes of the reports: what each bears on, and whose figures it is of."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from ingest.models import Paragraph, ParagraphKind
from ingest.places import home_of
from ingest.sentences import find_sentences
from ingest.store import Store
from ingest.vocabulary import Vocabulary

KEPT_YEARS = 64


@dataclass(frozen=True, slots=True)
class Note:
    """A note, the measures that it bears on, and the one place that its report is about ("" for none)."""

    paragraph: Paragraph
    measures: frozenset[str]
    home: str


class Notebook:
    """The notes of a store's reports, read once for each year.

    Args:
        store: where the notes are.
        vocabulary: the vocabulary that the store was built with.

    `years` are those of the reports, in their order.
    """

    def __init__(self, store: Store, vocabulary: Vocabulary) -> None:
        self._store, self._vocabulary = store, vocabulary
        self.years = tuple(dict.fromkeys(report.year for report in store.reports))
        self.of = lru_cache(KEPT_YEARS)(self._of)
        self._bearing = lru_cache(KEPT_YEARS * 16)(self._find_measures)

    def _of(self, year: int) -> tuple[Note, ...]:
        """The notes of the reports about a year that bear on a measure, each once for a place."""
        found: dict[tuple[str, str], Note] = {}
        for report in self._store.reports:
            notes = self._store.paragraphs(report.id, ParagraphKind.NOTE) if report.year == year else ()
            bearing = [(note, measures) for note in notes if (measures := self._bearing(note.text))]
            home = home_of(report.title, self._vocabulary) if bearing else ""
            for note, measures in bearing:
                found.setdefault((note.text, home), Note(note, measures, home))
        return tuple(found.values())

    def _find_measures(self, text: str) -> frozenset[str]:
        """The measures that a note is about; of a stage, only where it says who is counted there."""
        found: set[str] = set()
        for start, end in find_sentences(text):
            mentions = self._vocabulary.find(text[start:end])
            counted = any(self._vocabulary.entry(m.dimension, m.code).data.get("counting") for m in mentions)
            measures = [m for m in mentions if m.dimension == "measure"]
            strong = [m for m in measures if not m.weak]
            for mention in strong or (measures if counted else []):
                if self._vocabulary.measure(mention.code).stage and not counted:
                    continue
                code: str | None = mention.code
                while code:
                    found.add(code)
                    code = self._vocabulary.measure(code).broader
        return frozenset(found)
