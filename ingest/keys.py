"""What a text is found by, the vocabulary's codes and the lemmas in it, and how many texts have each.

How telling a key is depends on how few paragraphs have it. Counting takes a look at every paragraph, so it is
done once, when a store is built.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable

from ingest.models import Paragraph, ParagraphKind
from ingest.sentences import is_table_of_figures
from ingest.vocabulary import Vocabulary


def find_codes(text: str, vocabulary: Vocabulary) -> set[str]:
    """The vocabulary's codes that a text names, with their dimension ("sex:kvinner"), and wider measures."""
    mentions = vocabulary.find(text)
    found = {f"{m.dimension}:{m.code}" for m in mentions if m.dimension not in ("frame",)}
    for m in mentions:
        if m.dimension == "measure" and (broader := vocabulary.measure(m.code).broader):
            found.add(f"measure:{broader}")
    found.update(f"term:{code}" for code in vocabulary.find_terms(text))
    return found


def count_keys(
    paragraphs: Iterable[Paragraph], find: Callable[[str], Iterable[str]]
) -> tuple[Counter[str], int]:
    """How many paragraphs have each key that `find` finds in a text, and how many were looked at.

    Tables of figures are left out: what they are of is for the numbers table to say. So are dates of reports.
    """
    counts: Counter[str] = Counter()
    total = 0
    for paragraph in paragraphs:
        if paragraph.kind is not ParagraphKind.DATE and not is_table_of_figures(paragraph):
            counts.update(find(paragraph.text))
            total += 1
    return counts, total


def find_words(paragraphs: Iterable[Paragraph], vocabulary: Vocabulary) -> set[str]:
    """Every lower-case word of some paragraphs; those of a report's date say nothing of what it tells."""
    told = (paragraph.text for paragraph in paragraphs if paragraph.kind is not ParagraphKind.DATE)
    return {token.word for text in told for token in vocabulary.tokens(text)}
