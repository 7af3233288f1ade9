"""The ways of searching that `evals.ablation` compares: each leaves out or changes one part of the usual."""

from __future__ import annotations

from dataclasses import dataclass, field

from evals.memory_index import IndexOptions, Lead
from ingest.vocabulary import Token, Vocabulary, load_vocabulary, tokenize
from rag.retrieve import DENSE_WEIGHT, RetrievalOptions


@dataclass(frozen=True, slots=True)
class Variant:
    """One way of searching. Without `parted`, the vocabulary sees a compound as one word."""

    name: str
    retrieval: RetrievalOptions = field(default_factory=RetrievalOptions)
    index: IndexOptions = field(default_factory=IndexOptions)
    parted: bool = True

    @property
    def leads(self) -> bool:
        """Whether it differs only where paragraphs have a report or headings to put in front."""
        return (self.index.embedded, self.index.indexed) != (Lead.ALL, Lead.ALL)

    def vocabulary(self) -> Vocabulary:
        """The vocabulary to read paragraphs and questions with."""
        usual = load_vocabulary()
        return usual if self.parted else WholeWords(usual.tables)


class WholeWords(Vocabulary):
    """The vocabulary without the parting of compounds and of words run together."""

    def tokens(self, text: str) -> list[Token]:
        """The words of `text` as they stand."""
        return tokenize(text)


FULL = Variant("full")
_PARAGRAPHS = (
    FULL,
    Variant("without dense (BM25 only)", RetrievalOptions(dense=False)),
    Variant("without BM25 (dense only)", RetrievalOptions(lexical=False)),
    *(
        Variant(f"dense weight {w}", RetrievalOptions(dense_weight=w))
        for w in (0.3, 0.5, 0.6, 0.8, 0.9)
        if w != DENSE_WEIGHT
    ),
    Variant("reciprocal rank fusion", RetrievalOptions(by_rank=True)),
    Variant("10 paragraphs of each search", RetrievalOptions(pool=10)),
    Variant("100 paragraphs of each search", RetrievalOptions(pool=100)),
    Variant("without lemmas (word forms)", index=IndexOptions(lemmas=False)),
    Variant("without endings of unknown forms", index=IndexOptions(endings=False)),
    Variant("without the list of stop words", index=IndexOptions(stopwords=False)),
    Variant("with compounds parted in BM25", index=IndexOptions(compounds=True)),
    Variant(
        "nothing in front of a paragraph", index=IndexOptions(embedded=Lead.NOTHING, indexed=Lead.NOTHING)
    ),
    Variant("without headings in front", index=IndexOptions(embedded=Lead.REPORT, indexed=Lead.REPORT)),
    Variant(
        "without report and year in front", index=IndexOptions(embedded=Lead.HEADINGS, indexed=Lead.HEADINGS)
    ),
    Variant("nothing in front for the vectors", index=IndexOptions(embedded=Lead.NOTHING)),
    Variant("nothing in front for BM25", index=IndexOptions(indexed=Lead.NOTHING)),
)
# Beside the vectors the words decide little; by themselves they show what their parts are worth.
_WORDS = tuple(
    Variant(f"BM25 only, {name}", RetrievalOptions(dense=False), options)
    for name, options in (
        ("without lemmas", IndexOptions(lemmas=False)),
        ("without endings", IndexOptions(endings=False)),
        ("without the list of stop words", IndexOptions(stopwords=False)),
        ("compounds parted", IndexOptions(compounds=True)),
    )
)
_SENTENCES = (
    Variant("without codes (lemmas only)", RetrievalOptions(codes=False)),
    Variant("without parting of compounds", parted=False),
    *(Variant(f"context weight {w}", RetrievalOptions(context_weight=w)) for w in (0.0, 0.3, 0.8, 1.0)),
    Variant("without cues", RetrievalOptions(cue_bonus=0.0, direction_bonus=0.0)),
    *(Variant(f"cue bonus {w}", RetrievalOptions(cue_bonus=w)) for w in (0.15, 0.6)),
    Variant("without direction bonus", RetrievalOptions(direction_bonus=0.0)),
    Variant("without dense bonus", RetrievalOptions(dense_bonus=0.0)),
    *(Variant(f"dense bonus {w}", RetrievalOptions(dense_bonus=w)) for w in (0.3, 0.6)),
    Variant("without year bonus", RetrievalOptions(year_bonus=0.0)),
    *(
        Variant(f"weight of general words {w}", RetrievalOptions(frame_weight=w))
        for w in (0.0, 0.1, 0.5, 1.0)
    ),
)
# What changes the order of paragraphs.
SEARCHES = (*_PARAGRAPHS, *_WORDS)
# What changes the order of sentences, and with it the answers.
ANSWERS = (*_PARAGRAPHS, *_SENTENCES)
