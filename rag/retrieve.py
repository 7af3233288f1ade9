"""Paragraphs and sentences for a question: fused search, then sentences ranked by what they cover.

A question's keys are the vocabulary codes and lemmas of its words, each weighed by how few paragraphs have
it. A sentence covers a key itself, or with less weight through its heading or its paragraph. What the
reports never mention weighs most and is never covered, which is how a question outside them is known.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Protocol, runtime_checkable

from ingest.keys import count_keys, find_codes, find_words
from ingest.models import Paragraph, ParagraphKind
from ingest.sentences import find_statements, is_table_of_figures
from ingest.vocabulary import Mention, Vocabulary, holds, starts_with
from rag.models import Hit, Intent, Query

Ranking = Sequence[tuple[str, float]]

# Weight of the dense score in the fusion of standardised scores; measured on NorQuAD paragraphs.
DENSE_WEIGHT = 0.7
# Paragraphs taken of each search.
POOL = 30
# Of reciprocal rank fusion, as in Cormack, Clarke and Büttcher (SIGIR 2009).
RANK_CONSTANT = 60
# A key that only the paragraph or its heading has counts for this much of a key in the sentence itself.
CONTEXT_WEIGHT = 0.55
CUE_BONUS = 0.3
DIRECTION_BONUS = 0.15
DENSE_BONUS = 0.15
YEAR_BONUS = 0.03
# Paragraphs among which one may stand out by its meaning, and which of them it is set against.
CROWD, RIVAL = 60, 5
# How far above the crowd it must lie, in standard deviations, and that with its lead in cosine over the rival
# counted in at `LEAD_WEIGHT`; of 75 questions that only this answers and 136 that nothing does, of sets long
# since seen, 12 and 0 lie above when those that ask for figures and places are left out.
OUTLYING, LEAD_WEIGHT, STANDS_OUT = 3.3, 50, 5.15
# A general word of the question ("programmet") tells little.
FRAME_WEIGHT = 0.25
# What only the turn before said counts for less than the words of this one.
CARRIED_WEIGHT = 0.5
POPULATION = ("sex", "origin", "education", "age", "area", "status")


@dataclass(frozen=True, slots=True)
class RetrievalOptions:
    """The parts of retrieval and their weights; the defaults are what answers are made with.

    `by_rank` fuses the two searches by reciprocal ranks, not by weighed scores. Without `codes`, sentences
    are rated by the lemmas of the question alone. `evals.ablation` measures what each part is worth.
    """

    dense: bool = True
    lexical: bool = True
    dense_weight: float = DENSE_WEIGHT
    by_rank: bool = False
    pool: int = POOL
    codes: bool = True
    context_weight: float = CONTEXT_WEIGHT
    cue_bonus: float = CUE_BONUS
    direction_bonus: float = DIRECTION_BONUS
    dense_bonus: float = DENSE_BONUS
    year_bonus: float = YEAR_BONUS
    frame_weight: float = FRAME_WEIGHT


# Sentences and paragraphs whose keys are kept, for near questions are asked of the same ones: 20 MB at most.
KEPT_KEYS = 20_000
# Sentences whose words are remembered: those that many questions come upon take 4 MB.
SENTENCES_KEPT = 2_000
# Sentences that are looked at as evidence; of reasons more, for only those that give one are kept.
MAX_PASSAGES = 8


class Index(Protocol):
    """What retrieval needs of a store."""

    def paragraph(self, paragraph_id: str) -> Paragraph:
        """The paragraph of an id."""

    def paragraphs(self, report_id: str | None = None, kind: ParagraphKind | None = None) -> list[Paragraph]:
        """The paragraphs of a report and a kind, or of all."""

    def lemmas(self, text: str) -> list[str]:
        """The lemmas of a text's words, stop words left out."""

    def search_dense(self, text: str, k: int) -> Ranking:
        """The k paragraphs whose vectors are nearest, best first."""

    def search_lexical(self, text: str, k: int) -> Ranking:
        """The k paragraphs that share the most telling words, best first."""


@runtime_checkable
class Counted(Protocol):
    """An index that was counted when it was built, so that no question has to look at every paragraph."""

    @property
    def counted(self) -> int:
        """How many paragraphs were counted."""

    def frequency(self, key: str) -> int:
        """How many of them have a code of the vocabulary with its dimension, or a lemma."""

    def has_word(self, word: str) -> bool:
        """Whether a lower-case word stands in a paragraph."""


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
    """Search over a store's paragraphs and their sentences.

    Args:
        index: the two searches and the paragraphs.
        vocabulary: the vocabulary that the index was built with.
        years: the reporting year of each report, by its id.
        options: the parts and their weights.
        published: the year each report was published, by its id, where that is known.
    """

    def __init__(
        self,
        index: Index,
        vocabulary: Vocabulary,
        years: Mapping[str, int],
        options: RetrievalOptions | None = None,
        published: Mapping[str, int] | None = None,
    ) -> None:
        self.index, self.vocabulary, self.years = index, vocabulary, years
        self._published = published or {}
        self.options = options or RetrievalOptions()
        self._newest = max(years.values(), default=0)
        self._known_keys = lru_cache(KEPT_KEYS)(self._find_keys)
        self._known_speakers = lru_cache(SENTENCES_KEPT)(self._find_speaker)
        self._tokens = lru_cache(maxsize=SENTENCES_KEPT)(vocabulary.tokens)

    # ---- paragraphs

    def search(self, text: str, k: int = 10) -> list[Hit]:
        """The k best paragraphs by fused search, best first."""
        if not text.strip():
            return []
        use = self.options
        dense = dict(self._nearest(text, use.pool)) if use.dense else {}
        words = dict(self.index.search_lexical(text, use.pool)) if use.lexical else {}
        fused = fuse_ranks(dense, words) if use.by_rank else fuse(dense, words, use.dense_weight)
        ranked = sorted(fused.items(), key=lambda item: (-item[1], item[0]))[:k]
        return [Hit(self.index.paragraph(paragraph_id), score) for paragraph_id, score in ranked]

    def _nearest(self, text: str, k: int) -> Ranking:
        """The k paragraphs whose vectors are nearest, best first, but for those that only date a report.

        These have vectors too, but no words that the other search could find them by.
        """
        size = k + min(len(self._dates), k)
        while True:
            found = self.index.search_dense(text, size)
            kept = [hit for hit in found if hit[0] not in self._dates][:k]
            if len(kept) == k or len(found) < size:
                return kept
            size *= 2

    @cached_property
    def _dates(self) -> frozenset[str]:
        return frozenset(paragraph.id for paragraph in self.index.paragraphs(kind=ParagraphKind.DATE))

    # ---- sentences

    @cached_property
    def _counts(self) -> tuple[Callable[[str], int], int]:
        """How many paragraphs have a key, and how many there are: as the index knows it, else counted now."""
        if isinstance(self.index, Counted):
            return self.index.frequency, self.index.counted
        counts, total = count_keys(self.index.paragraphs(), self.keys)
        return counts.__getitem__, total

    def has_word(self, word: str) -> bool:
        """Whether a lower-case word stands in a report."""
        if isinstance(self.index, Counted):
            return self.index.has_word(word)
        return word in self._words

    @cached_property
    def _words(self) -> set[str]:
        return find_words(self.index.paragraphs(), self.vocabulary)

    @cached_property
    def _pictures(self) -> frozenset[str]:
        """Keys of the terms that ask what a picture shows."""
        return frozenset(f"term:{e.code}" for e in self.vocabulary.of("term") if e.data.get("picture"))

    def _headings(self, paragraph: Paragraph) -> frozenset[str]:
        return self.keys(" ".join(paragraph.section))

    def keys(self, text: str) -> frozenset[str]:
        """Vocabulary codes and lemmas of a text."""
        return self._known_keys(text)

    def _find_keys(self, text: str) -> frozenset[str]:
        codes = find_codes(text, self.vocabulary) if self.options.codes else set()
        return frozenset(codes.union(self.index.lemmas(text)))

    def weight(self, key: str) -> float:
        """How telling a key is: the logarithm of how few paragraphs have it."""
        count, total = self._counts
        return math.log(1 + total / (0.5 + count(key)))

    def question_keys(self, query: Query, spelled: str) -> dict[str, float]:
        """The keys of a question with their weights."""
        mentions = self.vocabulary.find(spelled) if self.options.codes else []
        keys = self._code_keys(query, spelled, mentions) if self.options.codes else {}
        for word in query.unmatched:
            lemmas = self.index.lemmas(word) or [word.lower()]
            for lemma in lemmas:
                keys[lemma] = self.weight(lemma)
        named = {token.word for m in mentions for token in self.vocabulary.tokens(m.surface)}
        # Whose task it is says more than that it is a task ("IMDis oppgave").
        tasks = {t.word for m in mentions if m.dimension == "term" for t in self.vocabulary.tokens(m.surface)}
        bodies = tasks & set(self.vocabulary.word_list("language", "questions", "bodies"))
        general = self.options.frame_weight if self.options.codes else 1.0
        for token in self.vocabulary.tokens(spelled):
            if token.word in named and token.word not in bodies:
                continue
            for lemma in self.index.lemmas(token.word):
                if self._counts[0](lemma):
                    part = 1.0 if lemma.isdigit() or token.word in bodies else general
                    keys.setdefault(lemma, self.weight(lemma) * part)
        return keys

    def _code_keys(self, query: Query, spelled: str, mentions: Sequence[Mention]) -> dict[str, float]:
        """The codes of a question with their weights."""
        keys: dict[str, float] = {}
        general = self.options.frame_weight
        for mention in mentions:
            if mention.dimension in ("frame", *POPULATION) or mention.dimension.endswith("@en"):
                continue
            if mention.dimension == "term" and self._set_aside(mention.code, query):
                continue
            key = f"{mention.dimension}:{mention.code}"
            keys[key] = self.weight(key) * (general if mention.weak else 1.0)
        for code in self.vocabulary.find_terms(spelled):
            if self._set_aside(code, query) or self._is_within(code, query):
                continue
            keys.setdefault(f"term:{code}", self.weight(f"term:{code}"))
        if "terms" not in query.carried:
            # A subject that was put right from a misspelling stands in no word of the question.
            for code in query.terms:
                keys.setdefault(f"term:{code}", self.weight(f"term:{code}"))
        for dimension, codes in query.dimensions.items():
            for code in codes:
                keys.setdefault(f"{dimension}:{code}", self.weight(f"{dimension}:{code}"))
        for measure in query.measures:
            keys.setdefault(f"measure:{measure}", self.weight(f"measure:{measure}") * general)
        if query.context:
            shared = self.keys(query.context)
            keys = {key: weight * (CARRIED_WEIGHT if key in shared else 1.0) for key, weight in keys.items()}
        return keys

    def _set_aside(self, code: str, query: Query) -> bool:
        """Whether a subject only says which way something went, the reason for which is asked ("rekord")."""
        return code not in query.terms and bool(self.vocabulary.entry("term", code).data.get("gone"))

    def _is_within(self, code: str, query: Query) -> bool:
        """Whether a subject is but a word in the name of another ("obligatorisk innhold" is of no duty)."""
        named = (self.vocabulary.entry("term", other) for other in query.terms)
        return code not in query.terms and any(code in entry.data.get("holds", ()) for entry in named)

    def find_passages(self, query: Query, spelled: str, k: int | None = None) -> list[Passage]:
        """The k sentences that best cover a question, best first; a year asked for is a hard filter."""
        keys = self.question_keys(query, spelled)
        total = sum(keys.values())
        if not total:
            return []
        telling = self._telling(keys, query)
        if not telling:
            return []
        hits = self.search(self._searched(query, spelled), self.options.pool)
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
        usual = self.options.pool if query.intent is Intent.EXPLAIN else MAX_PASSAGES
        return passages[: k or usual]

    def _searched(self, query: Query, spelled: str) -> str:
        """The words to search with: of an English question also what its subjects are called in Norwegian."""
        if query.language != "en":
            return spelled
        entry = self.vocabulary.entry
        names = (entry("term", code).data["synonyms"][0].rstrip("~") for code in query.terms)
        return " ".join([spelled, *(name for name in names if name.isalpha())])

    def find_standing_out(self, query: Query, spelled: str) -> Passage | None:
        """The sentence that covers most of a question in the one paragraph far nearer than the rest.

        None where no paragraph does, as among many near-identical ones.
        """
        ranked = self._nearest(spelled, CROWD)
        if len(ranked) <= RIVAL:
            return None
        cosines = [cosine for _, cosine in ranked]
        above = max(_standardised(dict(ranked)).values())
        if above < OUTLYING or above + LEAD_WEIGHT * (cosines[0] - cosines[RIVAL]) < STANDS_OUT:
            return None
        keys = self.question_keys(query, spelled)
        paragraph = self.index.paragraph(ranked[0][0])
        if paragraph.kind is ParagraphKind.CAPTION or is_table_of_figures(paragraph):
            return None
        rated = self._rate(paragraph, query, keys, keys, 1.0)
        return max(rated, key=lambda passage: passage.score, default=None)

    def _telling(self, keys: Mapping[str, float], query: Query) -> dict[str, float]:
        """The keys that a sentence is to cover if it is evidence; none where nothing was understood."""
        if not self.options.codes:
            return {k: w for k, w in keys.items() if k not in query.periods}
        if not any(":" in k for k in keys):
            return {}
        named = self._named(query)
        stated = {token.word for token in self.vocabulary.tokens(query.text)}
        # "23" may be how the question writes 2023.
        stated -= {word for word in stated if any(period.endswith(word) for period in query.periods)}
        return {k: w for k, w in keys.items() if ":" in k or k in named or (k.isdigit() and k in stated)}

    def _rate(
        self,
        paragraph: Paragraph,
        query: Query,
        keys: Mapping[str, float],
        telling: Mapping[str, float],
        near: float,
    ) -> list[Passage]:
        whole = self.keys(paragraph.text) | self._headings(paragraph)
        use = self.options
        passages = []
        for start, end in find_statements(paragraph):
            sentence = paragraph.text[start:end]
            if not self._in_year(paragraph, sentence, query):
                continue
            own = self.keys(sentence) | self._speaker(paragraph)
            coverage = _covered(telling, own, whole, use.context_weight)
            missing = tuple(key for key in telling if key not in whole)
            cue = self._cue(paragraph, sentence, query)
            score = _covered(keys, own, whole, use.context_weight) + use.dense_bonus * near + cue
            score += use.year_bonus * (self.years.get(paragraph.report_id, 0) == self._newest)
            cued = cue >= use.cue_bonus > 0
            passages.append(Passage(paragraph, start, end, score, coverage, missing, cued))
        return passages

    def _named(self, query: Query) -> set[str]:
        """Lemmas of the words that only this question's own text can account for."""
        return {lemma for word in query.unmatched for lemma in self.index.lemmas(word) or [word.lower()]}

    def _speaker(self, paragraph: Paragraph) -> frozenset[str]:
        """Who says what a paragraph of speech says, which holds for each of its sentences."""
        if paragraph.kind is not ParagraphKind.SPEECH:
            return frozenset()
        return self._known_speakers(paragraph.text)

    def _find_speaker(self, text: str) -> frozenset[str]:
        said = self._byline(text)
        return self.keys(said) if said else frozenset()

    def _byline(self, text: str) -> str:
        """The words of a quotation that tell who speaks ("sier X, direktør i Y"); "" where it has none."""
        tokens = self.vocabulary.tokens(text)
        says = self.vocabulary.sequences("cues", "who_said", "words")
        starts = (t.start for i, t in reversed(list(enumerate(tokens))) if starts_with(tokens, i, says))
        at = next(starts, None)
        return "" if at is None else text[at:]

    def speeches(self, query: Query | None = None) -> list[tuple[Paragraph, str]]:
        """The quotations of the reports, of a question's years, each with the words that tell who speaks."""
        spoken = self.index.paragraphs(kind=ParagraphKind.SPEECH)
        told = ((p, self._byline(p.text)) for p in spoken if query is None or self._in_year(p, p.text, query))
        return [(paragraph, who) for paragraph, who in told if who]

    def _in_year(self, paragraph: Paragraph, sentence: str, query: Query) -> bool:
        if not query.periods:
            return True
        years = {str(self.years.get(paragraph.report_id, ""))}
        if paragraph.kind is ParagraphKind.SPEECH:
            # What was said of the figures was said when they were published.
            years.add(str(self._published.get(paragraph.report_id, "")))
        return any(period in years or period in sentence for period in query.periods)

    def _cue(self, paragraph: Paragraph, sentence: str, query: Query) -> float:
        """A bonus for a sentence of the kind that the question wants."""
        tokens = self._tokens(sentence)
        plain = (
            query.intent is Intent.TEXT and not query.terms and not query.measures and not query.dimensions
        )
        # A reason must be said to be one; what else the question holds is no sign of it.
        others = (
            ()
            if query.intent is Intent.EXPLAIN
            else (*query.cues, *((Intent.DEFINE.value,) if plain else ()))
        )
        bonus, cue_bonus = 0.0, self.options.cue_bonus
        for name in (query.intent.value, *others):
            sequences = self.vocabulary.sequences("cues", name, "words")
            if sequences and holds(tokens, sequences):
                bonus = cue_bonus
        if query.direction:
            moved = set(self.vocabulary.word_list("grammar", "change", query.direction))
            bonus += self.options.direction_bonus * any(token.word in moved for token in tokens)
        if query.intent is Intent.WHO_SAID:
            bonus += cue_bonus if paragraph.kind is ParagraphKind.SPEECH else -cue_bonus
        elif paragraph.kind is ParagraphKind.SPEECH:
            bonus -= cue_bonus / 6
        return bonus


def _covered(
    keys: Mapping[str, float], own: frozenset[str], whole: frozenset[str], context_weight: float
) -> float:
    """The weighed part of the keys that a sentence covers, its paragraph and heading counted for less."""
    total = sum(keys.values())
    here = sum(weight for key, weight in keys.items() if key in own)
    around = sum(weight for key, weight in keys.items() if key in whole and key not in own)
    return (here + context_weight * around) / total if total else 0.0


def fuse(
    dense: Mapping[str, float], words: Mapping[str, float], dense_weight: float = DENSE_WEIGHT
) -> dict[str, float]:
    """Weighed sum of standardised scores; a paragraph that one search missed gets that search's lowest."""
    a, b = _standardised(dense), _standardised(words)
    low_a, low_b = min(a.values(), default=0.0), min(b.values(), default=0.0)
    return {
        name: dense_weight * a.get(name, low_a) + (1 - dense_weight) * b.get(name, low_b)
        for name in {*dense, *words}
    }


def fuse_ranks(dense: Mapping[str, float], words: Mapping[str, float]) -> dict[str, float]:
    """Reciprocal rank fusion: the sum of 1 / (RANK_CONSTANT + rank) over the searches that found it."""
    fused: dict[str, float] = {}
    for scores in (dense, words):
        for rank, name in enumerate(sorted(scores, key=lambda name: -scores[name]), start=1):
            fused[name] = fused.get(name, 0.0) + 1 / (RANK_CONSTANT + rank)
    return fused


def _standardised(scores: Mapping[str, float]) -> dict[str, float]:
    if not scores:
        return {}
    mean = sum(scores.values()) / len(scores)
    deviation = math.sqrt(sum((s - mean) ** 2 for s in scores.values()) / len(scores)) or 1.0
    return {name: (score - mean) / deviation for name, score in scores.items()}
