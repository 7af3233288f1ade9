"""Misspelt words of a question put right against every word that is known of the domain."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from itertools import pairwise

from ingest.lemmas import load_word_rules
from ingest.vocabulary import Token, Vocabulary

# Edits that may lie between a word and what was meant: none in short words, where every edit is another word.
ONE_EDIT_LETTERS = 5
TWO_EDIT_LETTERS = 9
# A word may lack up to this many of its last letters ("arbe"), if it has at least so many.
CUT_LETTERS = 4
CUT_OFF = 2
# A short word that is none slips from one that says nothing: two letters swapped, or vowels left out.
SHORT_LETTERS = 3
# Two forms of one word share a stem of so many letters and differ in so many of the ending.
STEM_LETTERS = 6
ENDING_LETTERS = 3


class Speller:
    """Puts words right.

    Args:
        vocabulary: what is known of the domain's words.
        in_reports: whether a lower-case word stands in a report.
        is_word: whether it stands in a dictionary, and so is no misspelling.
    """

    def __init__(
        self, vocabulary: Vocabulary, in_reports: Callable[[str], bool], is_word: Callable[[str], bool]
    ) -> None:
        self.vocabulary, self.in_reports, self.is_word = vocabulary, in_reports, is_word

    def spelled(self, text: str) -> str:
        """A text with words put right that neither the vocabulary nor a report has."""
        text = self._joined(text)
        tokens = self.vocabulary.tokens(text)
        unknown = {token.word for token in tokens if self._is_unknown(token.word)}
        return self.replaced(text, tokens, unknown)

    def _is_unknown(self, word: str) -> bool:
        return not self.vocabulary.knows(word) and not self.in_reports(word)

    def _joined(self, text: str) -> str:
        """A text with the parts of a compound together again: "introduksjons programet", "lønns tilskudd"."""
        tokens = self.vocabulary.tokens(text)
        apart: set[int] = set()
        for at in range(len(tokens)):
            parts = next((n for n in (3, 2) if self._is_parted(text, tokens[at : at + n], n)), 1)
            apart.update(token.end for token in tokens[at : at + parts - 1])
        return "".join(char for at, char in enumerate(text) if at not in apart)

    def _is_parted(self, text: str, tokens: Sequence[Token], length: int) -> bool:
        """Whether so many words are one that is known, the first of them none by itself."""
        first, *others = tokens
        beside = all(text[a.end : b.start] == " " for a, b in pairwise(tokens))
        letters = all(token.word.isalpha() for token in tokens)
        if not (beside and letters and len(others) + 1 == length) or len(first.word) < CUT_LETTERS:
            return False
        whole = "".join(token.word for token in tokens)
        if not self._is_unknown(first.word) or len(whole) < TWO_EDIT_LETTERS:
            return False
        if not self._is_unknown(whole):
            return True
        meant = None if self.is_word(first.word) else self.nearest(whole)
        return meant is not None and not self._is_unknown(meant)

    def replaced(self, text: str, tokens: Collection[Token], words: Collection[str]) -> str:
        """A text with those of `words` put right that are near a known word."""
        pieces: list[str] = []
        position = 0
        for before, token in zip((None, *tokens), tokens, strict=False):
            right = self.nearest(token.word) if token.word in words else None
            if right is None and before is not None and self._is_home(before.word):
                right = self._country(token.word)
            if right is not None:
                pieces.append(text[position : token.start] + right)
                position = token.end
        return "".join(pieces) + text[position:]

    def nearest(self, word: str) -> str | None:
        """The known word that a word most likely misspells: one edit, two in a long word, or cut short."""
        if SHORT_LETTERS <= len(word) < ONE_EDIT_LETTERS and (meant := self._slip(word)):
            return meant
        if len(word) < CUT_LETTERS or not word.isalpha():
            return None
        single = _single(word)
        alike = _by_sound(self.vocabulary).get(single, word)
        if alike != word:
            return None if self._means_more(word, alike) else alike
        if single != word and len(single) >= CUT_LETTERS and self._is_known(single):
            return None if self._means_more(word, single) else single
        allowed = 0 if len(word) < ONE_EDIT_LETTERS else 1 if len(word) < TWO_EDIT_LETTERS else 2
        found = [
            (distance, known)
            for known in _alike(word, allowed, _by_start(self.vocabulary))
            if known != word and (distance := _distance(word, known, allowed)) is not None
        ]
        best = min(found, default=None)
        if best is None and allowed and not self.is_word(word):
            best = self._alike_by_sound(single, allowed)
        if best is None or not (self._inflects(word, best[1]) or not self.is_word(word)):
            return None
        return best[1]

    def _alike_by_sound(self, single: str, allowed: int) -> tuple[int, str] | None:
        """The word that one letter more parts from this, doubled letters aside: "progamet" (programmet)."""
        forms = _by_sound(self.vocabulary)
        alike = [f for f in forms if f[0] == single[0] and abs(len(f) - len(single)) <= min(1, allowed)]
        near = {forms[form] for form in alike if _edits()(single, form, score_cutoff=1) <= 1}
        return (1, near.pop()) if len(near) == 1 and len(single) > ONE_EDIT_LETTERS else None

    def _is_home(self, word: str) -> bool:
        """Whether a word says where someone comes from ("fra")."""
        return word in self.vocabulary.word_list("language", "questions", "from_home")

    def _country(self, word: str) -> str | None:
        """The country that a word after "fra" misspells, though a dictionary may have it ("syra")."""
        if len(word) < CUT_LETTERS or self.vocabulary.knows(word) or self.in_reports(word):
            return None
        names = _countries(self.vocabulary)
        found = {name for name in names if name[0] == word[0] and _edits()(word, name, score_cutoff=1) <= 1}
        return found.pop() if len(found) == 1 else None

    def _slip(self, word: str) -> str | None:
        """The one word of the frame that a short one is a slip of: "teh" (the), "mny" (many)."""
        if not word.isalpha() or self.is_word(word):
            return None
        swapped = {w for w in _swapped(word) if w in self.vocabulary.words}
        if len(swapped) == 1:
            return swapped.pop()  # "ugne"
        found = {
            known
            for known in frame_words(self.vocabulary)
            if known[0] == word[0]
            and len(known) >= SHORT_LETTERS
            and (sorted(known) == sorted(word) or (len(known) > len(word) and _bones(known) == _bones(word)))
        }
        return found.pop() if len(found) == 1 else None

    def _means_more(self, word: str, known: str) -> bool:
        """Whether a word of its own ("leger") would be lost in one that says nothing ("legger")."""
        says_nothing = known in frame_words(self.vocabulary) and known not in load_word_rules().stopwords
        return says_nothing and self.is_word(word)

    def _is_known(self, word: str) -> bool:
        return self.vocabulary.knows(word) or word in frame_words(self.vocabulary)

    def _inflects(self, word: str, known: str) -> bool:
        """Whether two words are forms of one ("avsluttede", "avsluttet"), neither made of the other."""
        deriving = self.vocabulary.word_list("language", "spelling", "deriving")
        naming = self.vocabulary.word_list("language", "spelling", "naming")
        derived = known.endswith(deriving) and not word.endswith(deriving)
        derived = derived or word.endswith(naming) != known.endswith(naming)
        return not derived and _share_stem(word, known)


def _alike(word: str, allowed: int, known: Mapping[tuple[str, int], Sequence[str]]) -> Iterator[str]:
    """The known words that begin as a word does, its first two letters swapped or not, and are as long."""
    for first in {word[0], word[1]}:
        for length in range(len(word) - allowed, len(word) + max(allowed, CUT_OFF) + 1):
            yield from known.get((first, length), ())


def _distance(word: str, known: str, allowed: int) -> int | None:
    """Edits between two words, None where they are too many or begin with different letters."""
    if known.startswith(word) and len(known) - len(word) <= CUT_OFF:
        return 1
    if abs(len(known) - len(word)) > allowed or len(known) < ONE_EDIT_LETTERS - 1:
        return None
    if known[0] != word[0] and known[:2] != word[1::-1]:
        return None
    distance = _edits()(word, known, score_cutoff=allowed)
    return distance if distance <= allowed else None


@cache
def _edits() -> Callable[..., int]:
    from rapidfuzz.distance import OSA  # most questions have no misspelling, and it takes long to import

    return OSA.distance


@lru_cache(maxsize=4)
def _by_start(vocabulary: Vocabulary) -> dict[tuple[str, int], list[str]]:
    """The known words by their first letter and their length."""
    found: dict[tuple[str, int], list[str]] = {}
    for word in vocabulary.words | frame_words(vocabulary):
        found.setdefault((word[0], len(word)), []).append(word)
    return found


def _swapped(word: str) -> Iterator[str]:
    """A word with two letters beside each other in turn, the first left where it is."""
    return (word[:at] + word[at + 1] + word[at] + word[at + 2 :] for at in range(1, len(word) - 1))


def _bones(word: str) -> str:
    """A word without its vowels, but for the one that it ends in."""
    return re.sub(r"[aeiouyæøå](?!$)", "", word)


def _single(word: str) -> str:
    """A word with its doubled letters single, as they are most often misspelt ("kvinene", "eler")."""
    return re.sub(r"(.)\1", r"\1", word)


@lru_cache(maxsize=4)
def _by_sound(vocabulary: Vocabulary) -> dict[str, str]:
    """The known words that have doubled letters, by their form without; not those that more than one has."""
    known: dict[str, set[str]] = {}
    for word in vocabulary.words | frame_words(vocabulary):
        known.setdefault(_single(word), set()).add(word)
    return {
        form: next(iter(words))
        for form, words in known.items()
        if len(words) == 1 and form not in words and len(form) >= CUT_LETTERS
    }


@lru_cache(maxsize=4)
def _countries(vocabulary: Vocabulary) -> frozenset[str]:
    """The names of the places that people come from, in one word."""
    labels = (entry.data.get("label", {}).get("nb", "").lower() for entry in vocabulary.of("origin"))
    last = (label.split()[-1] for label in labels if label)
    return frozenset(name for name in last if name.isalpha())


def _share_stem(word: str, known: str) -> bool:
    """Whether two words differ in their endings only."""
    shared = next(
        (i for i, (a, b) in enumerate(zip(word, known, strict=False)) if a != b), min(len(word), len(known))
    )
    return shared >= STEM_LETTERS and max(len(word), len(known)) - shared <= ENDING_LETTERS


@lru_cache(maxsize=4)
def frame_words(vocabulary: Vocabulary) -> frozenset[str]:
    """Words that a question may hold without asking for anything by them."""
    words = set(vocabulary.word_list("grammar", "people", "nouns"))
    for language in ("nb", "nn", "en"):
        words.update(
            word for surface in vocabulary.word_list("frame", "words", language) for word in surface.split()
        )
    return frozenset(words)
