"""Measures whose words stand on both sides of a figure: "I 2022 ble 1 240 deltakere ferdige". Pure.

In Norwegian the verb comes second, so that the figure parts it from its particle or object. The figure with
its hedge and the people it counts is taken out, and what is left is read once more.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from ingest.models import Quantity
from ingest.vocabulary import Mention, Token, Vocabulary, ends_with

BEFORE, AFTER = 3, 7  # words around a figure that a measure parted by it may reach over
MEASURE = "measure"
TOPICS = ("subject", "term")  # what a text is about, which is no people


def with_bridged(
    text: str,
    tokens: Sequence[Token],
    quantities: Sequence[Quantity],
    mentions: Sequence[Mention],
    vocabulary: Vocabulary,
) -> list[Mention]:
    """`mentions`, with the measures that a figure parts in place of what stands inside their words."""
    found = list(mentions)
    edges = [0, *(q.end for q in quantities)]
    nexts = [*(q.start for q in quantities[1:]), len(text)]
    for quantity, start, end in zip(quantities, edges, nexts, strict=False):
        left = [t for t in tokens if start <= t.start and t.end <= quantity.start]
        left = _own_clause(without_hedge(left, quantity, vocabulary)[-BEFORE:], mentions, vocabulary)
        right = _without_people([t for t in tokens if quantity.end <= t.start < end], mentions, vocabulary)
        left, right = _after_mark(text, left, quantity.start), _before_mark(text, right)[:AFTER]
        named = _named_first(right, mentions)
        for m in vocabulary.find_in(text, [*left, *right], cased=True) if left and right else ():
            parted = (
                m.dimension == MEASURE and not m.weak and m.start < quantity.start and m.end > quantity.end
            )
            if parted and not _is_compared(m, vocabulary) and (named is None or named.end <= m.end):
                found = [
                    o for o in found if not (m.start <= o.start and o.end <= m.end and o.dimension == MEASURE)
                ]
                found.append(m)
    return sorted(found, key=lambda m: m.start)


def _is_compared(mention: Mention, vocabulary: Vocabulary) -> bool:
    """Whether the words may compare: "økte med 4 prosentpoeng fra året før" is of nobody from before."""
    return bool(vocabulary.measure(mention.code).data.get("less"))


def without_hedge(tokens: list[Token], quantity: Quantity, vocabulary: Vocabulary) -> list[Token]:
    """The words before a figure, `tokens`, without its hedge as the text words it."""
    hedges = vocabulary.tables.get("numerals", {}).get("hedges", {})
    forms = [*hedges.get("surfaces", {}).get(quantity.hedge, ()), *hedges.get("emphases", ())]
    forms += hedges.get("fillers", ())
    sequences = frozenset(tuple(form.split()) for form in forms)
    while tokens and (
        length := max((len(s) for s in sequences if ends_with(tokens, frozenset([s]))), default=0)
    ):
        tokens = tokens[:-length]
    return tokens


def _without_people(tokens: list[Token], mentions: Sequence[Mention], vocabulary: Vocabulary) -> list[Token]:
    """The words after a figure without those whom it counts: "deltakere", "av kvinnene", "av dem"."""
    nouns = set(vocabulary.word_list("grammar", "people", "nouns"))
    opened = nouns | set(vocabulary.word_list("grammar", "doubt", "of"))
    inside = nouns | {
        word for key in ("determiners", "wholes") for word in vocabulary.word_list("grammar", "people", key)
    }
    inside -= set(vocabulary.word_list("grammar", "doubt", "relative"))
    groups = [(m.start, m.end) for m in mentions if m.dimension not in (MEASURE, *TOPICS)]
    rest = tokens
    if rest and (rest[0].word in opened or _within(rest[0], groups)):
        rest = rest[1:]
        while rest and (rest[0].word in inside or _within(rest[0], groups)):
            rest = rest[1:]
    return rest


def _own_clause(tokens: list[Token], mentions: Sequence[Mention], vocabulary: Vocabulary) -> list[Token]:
    """The words after the last joining word or measure: in "gikk til arbeid og 22 til …" none."""
    joins = {
        w for key in ("strong", "middle", "weak") for w in vocabulary.word_list("grammar", "boundary", key)
    }
    named = [(m.start, m.end) for m in mentions if m.dimension == MEASURE and not m.weak]
    for at in range(len(tokens) - 1, -1, -1):
        if tokens[at].word in joins or _within(tokens[at], named):
            return tokens[at + 1 :]
    return tokens


def _within(token: Token, spans: Sequence[tuple[int, int]]) -> bool:
    return any(start <= token.start < end for start, end in spans)


def _named_first(tokens: Sequence[Token], mentions: Sequence[Mention]) -> Mention | None:
    """The first measure that stands among these words by itself."""
    strong = [m for m in mentions if m.dimension == MEASURE and not m.weak]
    return next((m for m in strong if any(m.start <= token.start < m.end for token in tokens)), None)


def _after_mark(text: str, tokens: list[Token], end: int) -> list[Token]:
    """The words after the last comma, colon or bracket."""
    for at in range(len(tokens) - 1, -1, -1):
        stop = tokens[at + 1].start if at + 1 < len(tokens) else end
        if set(text[tokens[at].end : stop]) & set(",;:()–"):
            return tokens[at + 1 :]
    return tokens


def _before_mark(text: str, tokens: list[Token]) -> list[Token]:
    """The words up to the first comma, colon or bracket."""
    for at, (left, right) in enumerate(pairwise(tokens), start=1):
        if set(text[left.end : right.start]) & set(",;:()–"):
            return tokens[:at]
    return tokens
