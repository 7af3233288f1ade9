"""Surface forms: words of a text, patterns made into word sequences, and a trie that finds these in a text.

A surface form is a sequence of words; "(a|b)" are alternatives, "(a|b)?" may be left out, "*" stands for up
to four words and "word~" for the word with an inflection of up to six letters. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

GAP_WORDS = 4
INFLECTION_LETTERS = 6
Name = tuple[str, str, bool]

_TOKEN = re.compile(r"\w+(?:['’\-\u2010\u2011]\w+)*|/")
_SURFACE_WORD = re.compile(r"\w+(?:['\-]\w+)*~?|[/*%]")
_ALTERNATIVES = re.compile(r"\(([^()]*)\)(\??)")


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


def expand(surface: str) -> list[tuple[str, ...]]:
    """All word sequences that a surface form of the files stands for."""
    variants = [""]
    position = 0
    for match in _ALTERNATIVES.finditer(surface):
        choices = match.group(1).split("|") + ([""] if match.group(2) else [])
        fixed = surface[position : match.start()]
        variants = [variant + fixed + choice for variant in variants for choice in choices]
        position = match.end()
    variants = [variant + surface[position:] for variant in variants]
    return [words for variant in variants if (words := tuple(_SURFACE_WORD.findall(variant)))]


class Trie:
    """Word sequences with what they name; a child may be a word, a word beginning or a gap."""

    __slots__ = ("children", "gap", "names", "prefixes")

    def __init__(self) -> None:
        self.children: dict[str, Trie] = {}
        self.prefixes: dict[str, Trie] = {}
        self.gap: Trie | None = None
        self.names: list[Name] = []

    def add(self, words: tuple[str, ...], name: Name) -> None:
        """Put a word sequence in, with what it names: its dimension, its code, and whether it is weak."""
        node = self
        for word in words:
            if word == "*":
                node.gap = node.gap or Trie()
                node = node.gap
            elif word.endswith("~"):
                node = node.prefixes.setdefault(word[:-1], Trie())
            else:
                node = node.children.setdefault(word, Trie())
        if name not in node.names:
            node.names.append(name)

    def walk(self, tokens: list[Token], at: int) -> Iterator[tuple[int, int, Name]]:
        """(index after the match, letters matched outside gaps, name) of every sequence beginning at `at`."""
        yield from self._walk(tokens, at, 0)

    def _walk(self, tokens: list[Token], at: int, matched: int) -> Iterator[tuple[int, int, Name]]:
        for name in self.names:
            yield at, matched, name
        if self.gap is not None:
            for skip in range(GAP_WORDS + 1):
                if at + skip >= len(tokens):
                    break
                for end, count, name in self.gap._walk(tokens, at + skip, matched):
                    if count > matched:
                        yield end, count, name
        if at >= len(tokens):
            return
        word = tokens[at].word
        child = self.children.get(word)
        if child is not None:
            yield from child._walk(tokens, at + 1, matched + len(word))
        for prefix, node in self.prefixes.items():
            if word.startswith(prefix) and len(word) - len(prefix) <= INFLECTION_LETTERS:
                yield from node._walk(tokens, at + 1, matched + len(word))
