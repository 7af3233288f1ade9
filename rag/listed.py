"""A question that lists groups of different kinds -> one question for each kind.

"Måloppnåelse for menn, kvinner, menn med høyere utdanning og kvinner med høyere utdanning" asks of two sexes,
and of two sexes of one education; "overall and among those with higher education" of everyone and of a group.
Read as one question, what tells some of them apart would hold for all.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.numbers import find_quantities
from ingest.vocabulary import ENGLISH, Token, Vocabulary, ending, starts_with
from rag.calculate import YEARS
from rag.wording import OLDEST, YOUNGEST, joined_ages, unabbreviated

# What says of whom a figure is.
_WHOM = ("sex", "origin", "education", "age", "status")
# Signs between the items of a list.
_SIGNS = ",;+"
# Words between two items, and between the words of one.
MOST_BETWEEN, MOST_WITHIN = 4, 2
# Items of kinds of which none is a part of the other ("women, men and Syrians").
FEWEST_ITEMS = 3
# Wishes that set groups against each other: only "overall" beside them is a question of its own.
_AGAINST = frozenset({"compare", "gap", "change", "points"})


@dataclass(frozen=True, slots=True)
class _Item:
    """One of those listed, with the words before it that belong to it; `groups` are (dimension, code)."""

    start: int
    end: int
    groups: frozenset[tuple[str, str]]

    @property
    def kind(self) -> frozenset[str]:
        """Its dimensions; none for everyone."""
        return frozenset(dimension for dimension, _ in self.groups)


def one_of_each_kind(text: str, vocabulary: Vocabulary) -> list[str]:
    """The questions of a text that lists groups of different kinds, in the order of their first ones."""
    plain = joined_ages(unabbreviated(text, vocabulary))
    tokens = vocabulary.tokens(plain)
    items = _items(plain, tokens, vocabulary)
    kinds = list(dict.fromkeys(item.kind for item in items))
    if len(kinds) < 2 or not _is_list(plain, tokens, items, kinds, vocabulary):
        return [text]
    before, after = plain[: items[0].start], plain[items[-1].end :]
    joint = f" {_joint(plain, tokens, items, vocabulary)} "
    asked = []
    for kind in kinds:
        named = joint.join(plain[item.start : item.end].strip() for item in items if item.kind == kind)
        head = before if kind else _without_lead(before, vocabulary)
        asked.append(f"{head}{named if kind else ''}{after}".strip(" ,"))
    return asked


def _is_list(
    text: str, tokens: Sequence[Token], items: Sequence[_Item], kinds: Sequence[frozenset[str]],
    vocabulary: Vocabulary,
) -> bool:  # fmt: skip
    """Whether groups are listed, each to be answered for, and not set against each other."""
    wishes = {m.code for m in vocabulary.find_intents(text, vocabulary.tokens(text))}
    overall = frozenset() in kinds
    before = [token for token in tokens if token.end <= items[0].start]
    between = vocabulary.word_list("language", "questions", "between")
    if before and set(between) & {token.word for token in before[-2:]}:
        return False
    if wishes & _AGAINST and not overall:
        return False
    if overall:
        return True
    # "Menn og kvinner med høyere utdanning" are of one education, "kvinner og kvinner med …" are not.
    nested = any(a.groups < b.groups for a, b in itertools.permutations(items, 2))
    apart = not any(a < b for a, b in itertools.permutations(kinds, 2))
    return nested or (apart and len(items) >= FEWEST_ITEMS)


def _items(text: str, tokens: Sequence[Token], vocabulary: Vocabulary) -> list[_Item]:
    """The items of the last list of groups in a text; none where nothing is listed."""
    whom = [(m, m.dimension.removesuffix(ENGLISH)) for m in vocabulary.find(text)]
    told = [(m.start, m.end, frozenset({(d, m.code)})) for m, d in whom if d in _WHOM]
    told += _ages(text, tokens, vocabulary)
    everyone = vocabulary.sequences("language", "questions", "overall")
    for at, token in enumerate(tokens):
        if length := starts_with(tokens, at, everyone):
            told.append((token.start, tokens[at + length - 1].end, frozenset()))
    lists: list[list[_Item]] = []
    for start, end, group in sorted(told, key=lambda item: item[0]):
        last = lists[-1][-1] if lists else None
        if last is not None and start < last.end:
            continue
        gap = [t for t in tokens if last and last.end <= t.start and t.end <= start]
        item = _Item(start, end, group)
        if last is not None and _makes_one(last, item, gap, text, vocabulary):
            lists[-1][-1] = _Item(last.start, end, last.groups | group)
        elif last is not None and (own := _next(gap, text[last.end : start], item, vocabulary)) is not None:
            lists[-1].append(_Item(gap[own].start if own < len(gap) else start, end, group))
        else:
            lists.append([item])
    return max(lists, key=len, default=[])


def _ages(
    text: str, tokens: Sequence[Token], vocabulary: Vocabulary
) -> list[tuple[int, int, frozenset[tuple[str, str]]]]:
    """Where ranges of ages stand in a text, with the words for "old" after them."""
    old = {w for key in ("old", "olds") for w in vocabulary.word_list("language", "questions", key)}
    found = []
    for q in find_quantities(text):
        bare = q.unit is None and q.lower >= YOUNGEST and q.upper <= OLDEST
        if q.lower == q.upper or not (q.unit == YEARS or bare):
            continue
        after = itertools.takewhile(lambda t: t.word in old, (t for t in tokens if t.start >= q.end))
        end = max((t.end for t in after), default=q.end)
        found.append((q.start, end, frozenset({("age", q.surface)})))
    return found


def _makes_one(
    first: _Item, second: _Item, gap: Sequence[Token], text: str, vocabulary: Vocabulary
) -> bool:  # fmt: skip
    """Whether two groups, with the words between them, name one ("menn med høyere utdanning")."""
    if not (first.kind and second.kind) or first.kind & second.kind or len(gap) > MOST_WITHIN:
        return False
    of = vocabulary.word_list("language", "questions", "holding")
    signs = set(text[first.end : second.start]) & set(_SIGNS)
    return not signs and all(token.word in of or not token.word.isalpha() for token in gap)


def _next(gap: Sequence[Token], between: str, second: _Item, vocabulary: Vocabulary) -> int | None:
    """Where among the words between two groups those of the second begin; None where they list nothing.

    After a comma alone "overall" begins a list, and ends none ("did men outperform women, overall and …").
    """
    joining = vocabulary.word_list("language", "questions", "joining")
    lead = {*vocabulary.word_list("language", "questions", "before_item"), *joining}
    joined = [at for at, token in enumerate(gap) if token.word in joining]
    listed = joined or (second.kind and set(between) & set(_SIGNS))
    if not listed or len(gap) > MOST_BETWEEN or any(token.word not in lead for token in gap):
        return None
    return joined[-1] + 1 if joined else 0


def _joint(text: str, tokens: Sequence[Token], items: Sequence[_Item], vocabulary: Vocabulary) -> str:
    """The word that joins the items of a list."""
    joining = vocabulary.word_list("language", "questions", "joining")
    inside = (t.word for t in tokens if items[0].end <= t.start < items[-1].start)
    return next((word for word in inside if word in joining), joining[0])


def _without_lead(text: str, vocabulary: Vocabulary) -> str:
    """A text without the words at its end that lead on to an item ("i 2023, både for")."""
    lead = {(word,) for word in vocabulary.word_list("language", "questions", "before_item")}
    tokens = vocabulary.tokens(text)
    while tokens and ending(tokens, frozenset(lead)) and not text[tokens[-1].end :].strip(" ,"):
        text = text[: tokens[-1].start]
        tokens = tokens[:-1]
    return text.rstrip(" ,")
