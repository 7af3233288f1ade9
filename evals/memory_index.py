"""The index of a store without the store: paragraphs, vectors and words in memory, each part switchable.

Ranks as `ingest.store.Store` does, by the same two searches. `evals.ablation` builds one for each way of
indexing that it compares, over the reports or over any other paragraphs.
"""

from __future__ import annotations

import math
import tempfile
import unicodedata
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from ingest.embed import Encoder, embedding_text
from ingest.index import ExactIndex, Ranking, WordIndex, write_words
from ingest.lemmas import dictionary_lemma, find_forms, find_lemmas, is_word, load_word_rules
from ingest.models import Paragraph, ParagraphKind, Report

if TYPE_CHECKING:
    from ingest.embed import Vectors

MIN_PART = 4  # letters of a part of a compound; shorter dictionary words stand in nearly any word
LINKS = ("", "s", "e")  # what may stand between the parts: "arbeid|s|marked", "barn|e|hage"


class Lead(Enum):
    """What stands in front of a paragraph's own words."""

    ALL = "report, year and headings"
    REPORT = "report and year"
    HEADINGS = "headings"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class IndexOptions:
    """The parts of an index; the defaults are what a store is built with.

    `embedded` and `indexed` say what is put in front of a paragraph before its vector is made and before
    its words are indexed. `endings` are the inflections tried for a form that no dictionary has.
    """

    lemmas: bool = True
    endings: bool = True
    stopwords: bool = True
    compounds: bool = False
    embedded: Lead = Lead.ALL
    indexed: Lead = Lead.ALL


@dataclass(frozen=True, slots=True)
class Collection:
    """Paragraphs to search, in reading order. One whose `report_id` is in no report has no lead."""

    paragraphs: tuple[Paragraph, ...]
    reports: Mapping[str, Report]

    def texts(self, lead: Lead) -> list[str]:
        """Each paragraph's text with `lead` in front."""
        return [self._text(paragraph, lead) for paragraph in self.paragraphs]

    def _text(self, paragraph: Paragraph, lead: Lead) -> str:
        report = self.reports.get(paragraph.report_id)
        if report is not None and lead in (Lead.ALL, Lead.REPORT):
            kept = paragraph if lead is Lead.ALL else replace(paragraph, section=())
            return embedding_text(report, kept)
        headings = paragraph.section if lead in (Lead.ALL, Lead.HEADINGS) else ()
        return unicodedata.normalize("NFC", ". ".join((*headings, " ".join(paragraph.text.split()))))


class Vectorizer:
    """An encoder that remembers: many indexes share paragraphs, and all are asked the same questions."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self._paragraphs: dict[str, Vectors] = {}
        self._questions: dict[str, Vectors] = {}

    def paragraphs(self, texts: Sequence[str]) -> Vectors:
        """Vectors of paragraphs, one a row."""
        import numpy as np

        fresh = [text for text in dict.fromkeys(texts) if text not in self._paragraphs]
        if fresh:
            self._paragraphs.update(zip(fresh, self._encoder.encode_paragraphs(fresh), strict=True))
        return np.stack([self._paragraphs[text] for text in texts])

    def question(self, text: str) -> Vectors:
        """The vector of a question."""
        if text not in self._questions:
            self._questions[text] = self._encoder.encode_query(text)
        return self._questions[text]


class MemoryIndex:
    """See `rag.retrieve.Index`."""

    def __init__(self, collection: Collection, vectorizer: Vectorizer, options: IndexOptions) -> None:
        self._paragraphs = {paragraph.id: paragraph for paragraph in collection.paragraphs}
        ids = list(self._paragraphs)
        reports = [paragraph.report_id for paragraph in collection.paragraphs]
        self._vectorizer = vectorizer
        vectors = vectorizer.paragraphs(collection.texts(options.embedded))
        self._dense = ExactIndex(vectors, ids, reports)
        texts = collection.texts(options.indexed)
        self._words_of = _word_reader(texts, options)
        with tempfile.TemporaryDirectory(prefix="imdi-words-", ignore_cleanup_errors=True) as folder:
            words = [
                [] if paragraph.kind is ParagraphKind.DATE else self._words_of(text)
                for paragraph, text in zip(collection.paragraphs, texts, strict=True)
            ]
            write_words(Path(folder), words)
            self._words = WordIndex(Path(folder), ids, reports)

    def paragraph(self, paragraph_id: str) -> Paragraph:
        """The paragraph of an id. Raises KeyError where there is none."""
        return self._paragraphs[paragraph_id]

    def paragraphs(self, report_id: str | None = None, kind: ParagraphKind | None = None) -> list[Paragraph]:
        """The paragraphs of one report and kind, or of all, in reading order."""
        return [
            p
            for p in self._paragraphs.values()
            if report_id in (None, p.report_id) and kind in (None, p.kind)
        ]

    def lemmas(self, text: str) -> list[str]:
        """The words of a text as the word index has them."""
        return self._words_of(text)

    def search_dense(self, text: str, k: int) -> Ranking:
        """The k paragraphs whose vectors are nearest: (paragraph id, cosine), best first."""
        return self._dense.search(self._vectorizer.question(text), k)

    def search_lexical(self, text: str, k: int) -> Ranking:
        """The k paragraphs that share the most telling words: (paragraph id, BM25 score), best first."""
        return self._words.search(self.lemmas(text), k)


def _word_reader(texts: Sequence[str], options: IndexOptions) -> Callable[[str], list[str]]:
    """How a text becomes words. A form's lemma comes of the words of `texts`, as it does in a store."""
    rules = load_word_rules()
    rules = replace(
        rules,
        stopwords=rules.stopwords if options.stopwords else frozenset(),
        endings=rules.endings if options.endings else (),
    )
    # Where no form has a lemma, every word stands for itself.
    forms = find_forms(texts, rules) if options.lemmas else {}

    def read(text: str) -> list[str]:
        return find_lemmas(text, forms.get, rules)

    if not options.compounds:
        return read
    counts = Counter(lemma for text in texts for lemma in read(text))

    @cache
    def parts(lemma: str) -> tuple[str, ...]:
        return _parts(lemma, counts)

    def read_parts(text: str) -> list[str]:
        return [part for lemma in read(text) for part in (lemma, *parts(lemma))]

    return read_parts


def _parts(lemma: str, counts: Mapping[str, int]) -> tuple[str, ...]:
    """The lemmas of the two parts of a compound; () for a word that is none.

    After Koehn and Knight, "Empirical Methods for Compound Splitting" (EACL 2003): of all ways to part a
    word into two of the dictionary, the one whose parts are used most (the geometric mean of their counts),
    unless the word itself is used more.
    """
    best: tuple[float, tuple[str, ...]] = (float(counts[lemma]), ())
    for at in range(MIN_PART, len(lemma) - MIN_PART + 1):
        for link in LINKS:
            first, last = lemma[:at].removesuffix(link), lemma[at:]
            linked = len(first) == at - len(link) >= MIN_PART
            if linked and is_word(first, "nb") and is_word(last, "nb"):
                pair = (dictionary_lemma(first), dictionary_lemma(last))
                best = max(best, (math.sqrt((1 + counts[pair[0]]) * (1 + counts[pair[1]])), pair))
    return best[1]
