"""Paragraphs and sentences for a question: fused search, then sentences ranked by what they cover.

A question's keys are the vocabulary codes and lemmas of its words, each weighed by how few paragraphs have
it. A sentence covers a key itself, or with less weight through its heading or its paragraph. What the
reports never mention weighs most and is never covered, which is how a question outside them is known.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

from ingest.models import Paragraph, ParagraphKind
from ingest.sentences import find_statements, is_table_of_figures
from ingest.vocabulary import Vocabulary, starts_with
from rag.models import Hit, Intent, Query

Ranking = Sequence[tuple[str, float]]

# Weight of the dense score in the fusion of standardised scores; measured on NorQuAD paragraphs.
DENSE_WEIGHT = 0.7
POOL = 30
# A key that only the paragraph or its heading has counts for this much of a key in the sentence itself.
CONTEXT_WEIGHT = 0.55
CUE_BONUS = 0.3
DIRECTION_BONUS = 0.15
DENSE_BONUS = 0.15
YEAR_BONUS = 0.03
# A general word of the question ("programmet") tells little.
FRAME_WEIGHT = 0.25
# What only the turn before said counts for less than the words of this one.
CARRIED_WEIGHT = 0.5
POPULATION = ("sex", "origin", "education", "age", "area", "status")


class Index(Protocol):
    """What retrieval needs of a store."""

    def paragraph(self, paragraph_id: str) -> Paragraph:
        """The paragraph of an id."""

    def paragraphs(self, report_id: str | None = None) -> list[Paragraph]:
        """The paragraphs of a report, or of all."""

    def lemmas(self, text: str) -> list[str]:
        """The lemmas of a text's words, stop words left out."""

    def search_dense(self, text: str, k: int) -> Ranking:
        """The k paragraphs whose vectors are nearest, best first."""

    def search_lexical(self, text: str, k: int) -> Ranking:
        """The k paragraphs that share the most telling words, best first."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A sentence of a paragraph as evidence; `coverage` is the weighed part of the question it covers."""

    paragraph: Paragraph
    start: int
    end: int
    score: float
    coverage: float
    missing: tuple[str, ...]
    cued: bool = False

    @property
    def text(self) -> str:
        """The sentence as published."""
        return self.paragraph.text[self.start : self.end]


class Retriever:
    """Search over a store's paragraphs and their sentences."""

    def __init__(self, index: Index, vocabulary: Vocabulary, years: Mapping[str, int]) -> None:
        self.index, self.vocabulary, self.years = index, vocabulary, years
        self._keys: dict[tuple[str, int], frozenset[str]] = {}

    # ---- paragraphs

    def search(self, text: str, k: int = 10) -> list[Hit]:
        """The k best paragraphs by fused search, best first."""
        if not text.strip():
            return []
        dense = dict(self.index.search_dense(text, POOL))
        words = dict(self.index.search_lexical(text, POOL))
        fused = fuse(dense, words)
        ranked = sorted(fused.items(), key=lambda item: (-item[1], item[0]))[:k]
        return [Hit(self.index.paragraph(paragraph_id), score) for paragraph_id, score in ranked]

    # ---- sentences

    @cached_property
    def _frequencies(self) -> tuple[Counter[str], int]:
        counts: Counter[str] = Counter()
        paragraphs = [p for p in self.index.paragraphs() if not is_table_of_figures(p)]
        for paragraph in paragraphs:
            counts.update(self.keys(paragraph.text, (paragraph.id, -1)))
            self._headings(paragraph)
        return counts, len(paragraphs)

    @cached_property
    def words(self) -> frozenset[str]:
        """Every lower-case word of the reports."""
        return frozenset(
            token.word for p in self.index.paragraphs() for token in self.vocabulary.tokens(p.text)
        )

    @cached_property
    def _pictures(self) -> frozenset[str]:
        """Keys of the terms that ask what a picture shows."""
        return frozenset(f"term:{e.code}" for e in self.vocabulary.of("term") if e.data.get("picture"))

    def _headings(self, paragraph: Paragraph) -> frozenset[str]:
        return self.keys(" ".join(paragraph.section), (" ".join(paragraph.section), -2))

    def keys(self, text: str, name: tuple[str, int] | None = None) -> frozenset[str]:
        """Vocabulary codes and lemmas of a text."""
        if name is not None and name in self._keys:
            return self._keys[name]
        mentions = self.vocabulary.find(text)
        found = {f"{m.dimension}:{m.code}" for m in mentions if m.dimension not in ("frame",)}
        for m in mentions:
            if m.dimension == "measure" and (broader := self.vocabulary.measure(m.code).broader):
                found.add(f"measure:{broader}")
        found.update(f"term:{code}" for code in self.vocabulary.find_terms(text))
        found.update(self.index.lemmas(text))
        keys = frozenset(found)
        if name is not None:
            self._keys[name] = keys
        return keys

    def weight(self, key: str) -> float:
        """How telling a key is: the logarithm of how few paragraphs have it."""
        counts, total = self._frequencies
        return math.log(1 + total / (0.5 + counts[key]))

    def question_keys(self, query: Query, spelled: str) -> dict[str, float]:
        """The keys of a question with their weights."""
        keys: dict[str, float] = {}
        mentions = self.vocabulary.find(spelled)
        for mention in mentions:
            if mention.dimension in ("frame", *POPULATION) or mention.dimension.endswith("@en"):
                continue
            key = f"{mention.dimension}:{mention.code}"
            keys[key] = self.weight(key) * (FRAME_WEIGHT if mention.weak else 1.0)
        for code in self.vocabulary.find_terms(spelled):
            keys.setdefault(f"term:{code}", self.weight(f"term:{code}"))
        for dimension, codes in query.dimensions.items():
            for code in codes:
                keys.setdefault(f"{dimension}:{code}", self.weight(f"{dimension}:{code}"))
        for measure in query.measures:
            keys.setdefault(f"measure:{measure}", self.weight(f"measure:{measure}") * FRAME_WEIGHT)
        if query.context:
            shared = self.keys(query.context)
            keys = {key: weight * (CARRIED_WEIGHT if key in shared else 1.0) for key, weight in keys.items()}
        for word in query.unmatched:
            lemmas = self.index.lemmas(word) or [word.lower()]
            for lemma in lemmas:
                keys[lemma] = self.weight(lemma)
        named = {token.word for m in mentions for token in self.vocabulary.tokens(m.surface)}
        for token in self.vocabulary.tokens(spelled):
            if token.word in named:
                continue
            for lemma in self.index.lemmas(token.word):
                if self._frequencies[0][lemma]:
                    part = 1.0 if lemma.isdigit() else FRAME_WEIGHT
                    keys.setdefault(lemma, self.weight(lemma) * part)
        return keys

    def find_passages(self, query: Query, spelled: str, k: int = 8) -> list[Passage]:
        """The sentences that best cover a question, best first; a year asked for is a hard filter."""
        keys = self.question_keys(query, spelled)
        total = sum(keys.values())
        if not total:
            return []
        named = self._named(query)
        telling = {
            k: w
            for k, w in keys.items()
            if ":" in k or k in named or (k.isdigit() and k not in query.periods)
        }
        if not any(":" in key for key in telling):
            return []
        hits = self.search(spelled, POOL)
        pool = {hit.paragraph_id: hit for hit in hits}
        top = max((hit.score for hit in hits), default=0.0)
        low = min((hit.score for hit in hits), default=0.0)
        passages: list[Passage] = []
        for paragraph in (hit.paragraph for hit in pool.values()):
            if paragraph.kind is ParagraphKind.CAPTION and not keys.keys() & self._pictures:
                continue
            if is_table_of_figures(paragraph):
                continue
            near = (pool[paragraph.id].score - low) / (top - low) if top > low else 0.0
            passages += self._rate(paragraph, query, keys, telling, near)
        passages.sort(key=lambda p: (-p.score, p.paragraph.report_id, p.paragraph.number, p.start))
        return passages[:k]

    def _rate(
        self,
        paragraph: Paragraph,
        query: Query,
        keys: Mapping[str, float],
        telling: Mapping[str, float],
        near: float,
    ) -> list[Passage]:
        whole = self.keys(paragraph.text, (paragraph.id, -1)) | self._headings(paragraph)
        passages = []
        for number, (start, end) in enumerate(find_statements(paragraph)):
            sentence = paragraph.text[start:end]
            if not self._in_year(paragraph, sentence, query):
                continue
            own = self.keys(sentence, (paragraph.id, number)) | self._speaker(paragraph)
            coverage = _covered(telling, own, whole)
            missing = tuple(key for key in telling if key not in whole)
            cue = self._cue(paragraph, sentence, query)
            score = _covered(keys, own, whole) + DENSE_BONUS * near + cue
            score += YEAR_BONUS * (self.years.get(paragraph.report_id, 0) == max(self.years.values()))
            passages.append(Passage(paragraph, start, end, score, coverage, missing, cue >= CUE_BONUS))
        return passages

    def _named(self, query: Query) -> set[str]:
        """Lemmas of the words that only this question's own text can account for."""
        return {lemma for word in query.unmatched for lemma in self.index.lemmas(word) or [word.lower()]}

    def _speaker(self, paragraph: Paragraph) -> frozenset[str]:
        """Who says what a paragraph of speech says, which holds for each of its sentences."""
        if paragraph.kind is not ParagraphKind.SPEECH:
            return frozenset()
        tokens = self.vocabulary.tokens(paragraph.text)
        says = self.vocabulary.sequences("cues", "who_said", "words")
        at = next(
            (t.start for i, t in reversed(list(enumerate(tokens))) if starts_with(tokens, i, says)), None
        )
        if at is None:
            return frozenset()
        return self.keys(paragraph.text[at:], (paragraph.id, -3))

    def _in_year(self, paragraph: Paragraph, sentence: str, query: Query) -> bool:
        if not query.periods:
            return True
        year = str(self.years.get(paragraph.report_id, ""))
        return any(period == year or period in sentence for period in query.periods)

    def _cue(self, paragraph: Paragraph, sentence: str, query: Query) -> float:
        """A bonus for a sentence of the kind that the question wants."""
        tokens = self.vocabulary.tokens(sentence)
        plain = (
            query.intent is Intent.TEXT and not query.terms and not query.measures and not query.dimensions
        )
        # A reason must be said to be one; what else the question holds is no sign of it.
        others = (
            ()
            if query.intent is Intent.EXPLAIN
            else (*query.cues, *((Intent.DEFINE.value,) if plain else ()))
        )
        bonus = 0.0
        for name in (query.intent.value, *others):
            sequences = self.vocabulary.sequences("cues", name, "words")
            if sequences and any(starts_with(tokens, at, sequences) for at in range(len(tokens))):
                bonus = CUE_BONUS
        if query.direction:
            moved = set(self.vocabulary.word_list("grammar", "change", query.direction))
            bonus += DIRECTION_BONUS * any(token.word in moved for token in tokens)
        if query.intent is Intent.WHO_SAID:
            bonus += CUE_BONUS if paragraph.kind is ParagraphKind.SPEECH else -CUE_BONUS
        elif paragraph.kind is ParagraphKind.SPEECH:
            bonus -= CUE_BONUS / 6
        return bonus


def _covered(keys: Mapping[str, float], own: frozenset[str], whole: frozenset[str]) -> float:
    """The weighed part of the keys that a sentence covers, its paragraph and heading counted for less."""
    total = sum(keys.values())
    here = sum(weight for key, weight in keys.items() if key in own)
    around = sum(weight for key, weight in keys.items() if key in whole and key not in own)
    return (here + CONTEXT_WEIGHT * around) / total if total else 0.0


def fuse(dense: Mapping[str, float], words: Mapping[str, float]) -> dict[str, float]:
    """Weighed sum of standardised scores; a paragraph that one search missed gets that search's lowest."""
    a, b = _standardised(dense), _standardised(words)
    low_a, low_b = min(a.values(), default=0.0), min(b.values(), default=0.0)
    return {
        name: DENSE_WEIGHT * a.get(name, low_a) + (1 - DENSE_WEIGHT) * b.get(name, low_b)
        for name in {*dense, *words}
    }


def _standardised(scores: Mapping[str, float]) -> dict[str, float]:
    if not scores:
        return {}
    mean = sum(scores.values()) / len(scores)
    deviation = math.sqrt(sum((s - mean) ** 2 for s in scores.values()) / len(scores)) or 1.0
    return {name: (score - mean) / deviation for name, score in scores.items()}
