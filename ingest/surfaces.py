"""Surface forms: patterns that stand for word sequences, and a trie that finds these in a text.

A surface form is a sequence of words; "(a|b)" are alternatives, "(a|b)?" may be left out, "*" stands for up
to four words and "word~" for the word with an inflection of up to six letters. Pure.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter

GAP_WORDS = 4
INFLECTION_LETTERS = 6
# What a surface form names: dimension, code, and whether it is weak.
Name = tuple[str, str, bool]

_TOKEN = re.compile(r"\w+(?:['’\-\u2010\u2011]\w+)*|/")
_SURFACE_WORD = re.compile(r"\w+(?:['\-]\w+)*~?|[/*%]")
_ALTERNATIVES = re.compile(r"\(([^()]*)\)(\??)")
_UNFOLDING = threading.Lock()


@dataclass(frozen=True, slots=True)
class Token:
    """A word of a text in lower case, with its offsets."""

    word: str
    start: int
    end: int


def tokenize(text: str) -> list[Token]:
    """Words of `text` in lower case with their offsets; a slash is a word of its own."""
    return [
        Token(match.group().lower().replace("’", "'"), match.start(), match.end())
        for match in _TOKEN.finditer(text)
    ]


@dataclass(frozen=True, slots=True)
class Form:
    """A surface form, or what is left of one: text that may go on, then the choices of each part after it."""

    text: str
    parts: tuple[tuple[str, ...], ...]

    def steps(self) -> Iterator[tuple[str | None, Form]]:
        """Every word that may come first, with what is left after it; None where the form may end here."""
        match = _SURFACE_WORD.search(self.text)
        if match and (not self.parts or _is_whole(self.text, match.end())):
            yield match.group(), Form(self.text[match.end() :], self.parts)
        elif self.parts:
            for choice in self.parts[0]:
                yield from Form(self.text + choice, self.parts[1:]).steps()
        else:
            yield None, self


def _is_whole(text: str, end: int) -> bool:
    """Whether a word that ends there cannot go on with what follows the text."""
    return end < len(text) and not (text[end] in "'-" and end + 1 == len(text))


def parse(surface: str) -> Form:
    """A surface form of the files as its parts."""
    parts: list[tuple[str, ...]] = []
    position = 0
    for match in _ALTERNATIVES.finditer(surface):
        choices = (*match.group(1).split("|"), *([""] if match.group(2) else []))
        parts += [(surface[position : match.start()],), choices]
        position = match.end()
    return Form("", (*parts, (surface[position:],)))


def words_of(forms: Iterable[Form]) -> frozenset[str]:
    """Every word of surface forms, gaps left out; an open ending keeps its "~"."""
    words: set[str] = set()
    for form in forms:
        seen, left = {form}, [form]
        while left:
            for word, rest in left.pop().steps():
                if word is None:
                    continue
                words.add(word)
                if rest not in seen:
                    seen.add(rest)
                    left.append(rest)
    return frozenset(words - {"*"})


def expand(surface: str) -> list[tuple[str, ...]]:
    """All word sequences that a surface form of the files stands for."""

    def follow(form: Form) -> Iterator[tuple[str, ...]]:
        for word, rest in form.steps():
            if word is None:
                yield ()
            else:
                yield from ((word, *words) for words in follow(rest))

    return [words for words in follow(parse(surface)) if words]


def beginnings(word: str) -> Iterator[str]:
    """Every beginning of a word that the word may be an inflection of, the word itself included."""
    for length in range(max(1, len(word) - INFLECTION_LETTERS), len(word) + 1):
        yield word[:length]


class Trie:
    """Word sequences with what they name; a child may be a word, a word beginning or a gap.

    Forms are unfolded a word at a time, when a text first leads to them: some stand for thousands of
    sequences, of which a text meets a handful.
    """

    __slots__ = ("_children", "_folded", "_gap", "_names", "_prefixes")

    def __init__(self, gap: Trie | None = None) -> None:
        self._children: dict[str, Trie] = {}
        self._prefixes: dict[str, tuple[int, Trie]] = {}  # with their place in the order they came in
        self._gap = gap
        self._names: list[Name] = []
        self._folded: dict[tuple[Form, Name], None] = {}

    def add(self, form: Form, name: Name) -> None:
        """Put a surface form in, with what it names."""
        self._folded[form, name] = None

    def _unfold(self) -> None:
        # A vocabulary serves many threads; whoever sees nothing folded must find all of it unfolded.
        with _UNFOLDING:
            for form, name in self._folded:
                for word, rest in form.steps():
                    if word is not None:
                        self._child(word).add(rest, name)
                    elif name not in self._names:
                        self._names.append(name)
            self._folded = {}

    def _child(self, word: str) -> Trie:
        if word == "*":
            self._gap = self._gap or Trie()
            return self._gap
        if word.endswith("~"):
            return self._prefixes.setdefault(word[:-1], (len(self._prefixes), Trie()))[1]
        return self._children.setdefault(word, Trie())

    def walk(
        self, tokens: list[Token], at: int, barred: frozenset[str] = frozenset(), matched: int = 0
    ) -> Iterator[tuple[int, int, Name]]:
        """(index after the match, letters matched outside gaps, name) of every sequence beginning at `at`.

        No gap holds a word of `barred`; `matched` letters were matched before.
        """
        if self._folded:
            self._unfold()
        for name in self._names:
            yield at, matched, name
        if self._gap is not None:
            for skip in range(GAP_WORDS + 1):
                if at + skip >= len(tokens) or (skip and tokens[at + skip - 1].word in barred):
                    break
                for end, count, name in self._gap.walk(tokens, at + skip, barred, matched):
                    if count > matched:
                        yield end, count, name
        if at >= len(tokens):
            return
        word = tokens[at].word
        child = self._children.get(word)
        if child is not None:
            yield from child.walk(tokens, at + 1, barred, matched + len(word))
        if self._prefixes:
            begun = [self._prefixes[start] for start in beginnings(word) if start in self._prefixes]
            for _, node in sorted(begun, key=itemgetter(0)):
                yield from node.walk(tokens, at + 1, barred, matched + len(word))


def first_words(forms: Iterable[tuple[str, Name]]) -> dict[str, list[int]]:
    """Which of some surface forms, by their places, each word may begin."""
    firsts: dict[str, list[int]] = {}
    for place, (surface, _) in enumerate(forms):
        for word in dict.fromkeys(word for word, _ in parse(surface).steps()):
            if word is not None:
                firsts.setdefault(word, []).append(place)
    return firsts


class Forms:
    """Surface forms with what they name, found in a text by the words that they may begin with.

    Args:
        forms: the surface forms, each with what it names.
        firsts: what `first_words` gives for them; a form is only parsed when a text has such a word.
    """

    def __init__(self, forms: Sequence[tuple[str, Name]], firsts: Mapping[str, Sequence[int]]) -> None:
        self._forms, self._firsts = forms, firsts
        self._order = {word[:-1]: n for n, word in enumerate(firsts) if word.endswith("~")}
        self._rests: dict[str, Trie] = {}

    def walk(
        self, tokens: list[Token], at: int, barred: frozenset[str] = frozenset()
    ) -> Iterator[tuple[int, int, Name]]:
        """See `Trie.walk`."""
        if "*" in self._firsts:
            yield from Trie(gap=self._after("*")).walk(tokens, at, barred)
        word = tokens[at].word
        if word in self._firsts:
            yield from self._after(word).walk(tokens, at + 1, barred, len(word))
        begun = [(self._order[start], start) for start in beginnings(word) if start in self._order]
        for _, start in sorted(begun):
            yield from self._after(f"{start}~").walk(tokens, at + 1, barred, len(word))

    def _after(self, word: str) -> Trie:
        """What may come after a first word."""
        if (known := self._rests.get(word)) is not None:
            return known
        rests = Trie()
        for place in self._firsts[word]:
            surface, name = self._forms[place]
            for first, rest in parse(surface).steps():
                if first == word:
                    rests.add(rest, name)
        self._rests[word] = rests  # two threads at once make the same
        return rests
