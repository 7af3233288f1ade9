"""Lists whose labels are levels of education: "Høyere utdanning: 61 prosent", "Grunnskole: 46 prosent".

Such a label may as well be where people went. It is what they brought where the list is said to be told by
education, where a label beside it can be nothing else ("Ingen utdanning"), or where the shares of the labels
make more than all: where people went they went once.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from itertools import groupby

from ingest.models import Paragraph, ParagraphKind
from ingest.numerals import HUNDRED
from ingest.vocabulary import Mention, Vocabulary, starts_with

EDUCATION, MEASURE = "education", "measure"
LEAST = 2  # labels that make a list of levels
_LABEL = re.compile(r"([^.:;!?\d]{3,80}):\s+(?:\D{0,20}?)(\d+(?:,\d+)?)\s*(?:prosent\b|%)")


def find_listed_levels(paragraphs: Sequence[Paragraph], vocabulary: Vocabulary) -> dict[str, bool]:
    """By the ids of items of lists whose labels may be levels of education, whether they are."""
    found: dict[str, bool] = {}
    for (listed, section), group in groupby(paragraphs, key=lambda p: (_is_item(p), p.section)):
        items = [(p, match) for p in group if (match := _LABEL.match(p.text))] if listed else []
        labels = [(p, match) for p, match in items if level_of(match[1], vocabulary)]
        others = [match for p, match in items if not level_of(match[1], vocabulary)]
        if len(labels) < LEAST or any(_outcomes(match[1], vocabulary) for match in others):
            continue  # beside "Arbeid: 27 prosent" the levels are where people went, too
        total = sum(Decimal(match[2].replace(",", ".")) for _, match in labels)
        alone = not all(_outcomes(match[1], vocabulary) for _, match in labels)
        told = total > HUNDRED or alone or _is_split(" ".join(section[-1:]), vocabulary)
        found |= {p.id: told for p, _ in labels}
    return found


def _is_item(paragraph: Paragraph) -> bool:
    return paragraph.kind is ParagraphKind.BULLET


def level_of(label: str, vocabulary: Vocabulary) -> str | None:
    """The level of education that a label names, with "fullført" before it and "ved ankomst" after."""
    tokens = vocabulary.tokens(label)
    best: tuple[int, str] | None = None
    for entry in vocabulary.of(EDUCATION):
        forms = frozenset(tuple(str(form).split()) for form in entry.data.get("labels", ()))
        for at in range(len(tokens)):
            length = starts_with(tokens, at, forms)
            if length and (best is None or length > best[0]):
                best = (length, entry.code)
    if best is None:
        named = [m for m in vocabulary.find_in(label, tokens, cased=True) if m.dimension == EDUCATION]
        return named[0].code if len({m.code for m in named}) == 1 else None
    return best[1]


def _outcomes(label: str, vocabulary: Vocabulary) -> list[str]:
    """The measures of where people went that the words of a label may name."""
    to = min(vocabulary.word_list("grammar", "change", "to"))  # "til høyere utdanning"
    codes = []
    for text in (label, f"{to} {label.strip()}"):
        found = vocabulary.find_in(text, vocabulary.tokens(text), cased=True)
        codes += [m.code for m in found if m.dimension == MEASURE and not m.weak]
    return [code for code in codes if not vocabulary.measure(code).stage]


def _is_split(text: str, vocabulary: Vocabulary) -> bool:
    """Whether a heading says that a list is told by education: "…, etter utdanning ved ankomst"."""
    tokens = vocabulary.tokens(text)
    split = vocabulary.sequences("tables", "labels", "split")
    names = set(vocabulary.word_list("tables", "columns", EDUCATION))
    for at in range(len(tokens)):
        length = starts_with(tokens, at, split)
        if length and any(token.word in names for token in tokens[at + length : at + length + 1]):
            return True
    return False


def as_level(mentions: Sequence[Mention], text: str, vocabulary: Vocabulary) -> list[Mention]:
    """`mentions` of an item of such a list: its label is a level of education and nothing else."""
    colon = text.find(":")
    code = level_of(text[:colon], vocabulary) if colon > 0 else None
    if code is None:
        return list(mentions)
    rest = [m for m in mentions if m.start > colon]
    kept = [m for m in mentions if m.end <= colon and m.dimension not in (EDUCATION, MEASURE)]
    return [*kept, Mention(EDUCATION, code, 0, colon, text[:colon]), *rest]
