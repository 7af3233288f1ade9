"""Tokens, word lists and numbers in words: what the number reader stands on."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, lru_cache
from typing import Any, Final, Generic, NamedTuple, TypeVar

from ingest.compiled import read_tables
from ingest.settings import CORPUS

VOCABULARY: Final = CORPUS / "vocabulary" / "numerals.toml"
YEARS: Final = range(1900, 2100)
HUNDRED, THOUSAND, AND = 100, 1000, -1
MAX_DIGITS: Final = 15  # longer digit strings are identifiers, not statistics
MAX_WORD: Final = 40  # no numeral in use is written in a longer single word
COMPOUND: Final = 5  # letters of a noun that may end a compound ("overføringsflyktninger")

_TOKEN: Final = re.compile(
    r"""
    (?P<date>(?:0?[1-9]|[12][0-9]|3[01])(?P<dot>[./])(?:0?[1-9]|1[0-2])(?P=dot)
        (?:[0-9]{4}|[0-9]{2})(?!\w|[./][0-9]) | [0-9]{4}-[0-9]{2}-[0-9]{2}(?![\w-]))
    | (?P<junk>(?:https?://|www\.)\S++ | [0-9]{4}-[0-9]{2}-[0-9]{2}(?:-[0-9]++)++ | \[[0-9][0-9 ,–-]{0,20}\]
        | [0-9]{1,2}:[0-9]{2}(?!\w) | \+[0-9]{2}(?:[ ]?[0-9]){8}(?!\w) | [0-9]{2}(?:[ ][0-9]{2}){3}(?!\w)
        | [0-9]{3}[ ][0-9]{2}[ ][0-9]{3}(?!\w))
    | (?P<grouped>[1-9][0-9]{0,2}(?P<sep>[ \u00a0\u2007\u2009\u202f.,])[0-9]{3}(?:(?P=sep)[0-9]{3}){0,3}
        (?![0-9])(?:[.,][0-9]{1,6}(?![0-9]))?(?![.,][0-9])(?:(?!\w)|(?=[^\W\d_]{5})))
    | (?P<dotted>[0-9]++(?:\.[0-9]++){2,}+)
    | (?P<number>[0-9]++(?:[.,][0-9]{1,6}(?![0-9]|[.,][0-9]))?(?:(?!\w)|(?=[^\W\d_]{5})))
    | (?P<word>[^\W_](?:\w|[\u0300-\u036f])*+)
    | (?P<mark>\S)
    """,
    re.VERBOSE,
)
_KINDS: Final = {"grouped": "number", "dotted": "junk"}
T = TypeVar("T")


class Token(NamedTuple):
    """A piece of text; `key` is what it is compared by, `glued` says that no space stands before it."""

    kind: str
    key: str
    start: int
    end: int
    glued: bool


@dataclass(frozen=True, slots=True)
class Phrases(Generic[T]):
    """Phrases of one or more tokens, each with what it means."""

    entries: Mapping[tuple[str, ...], T]
    firsts: frozenset[str]
    lasts: frozenset[str]
    longest: int

    @classmethod
    def of(cls, pairs: Iterable[tuple[str, T]]) -> Phrases[T]:
        """Phrases from (surface, meaning) pairs."""
        entries = {tuple(token.key for token in tokenize(phrase)): meaning for phrase, meaning in pairs}
        firsts, lasts = (frozenset(keys[end] for keys in entries) for end in (0, -1))
        return cls(entries, firsts, lasts, max(map(len, entries)))

    def at(self, keys: Sequence[str], first: int) -> tuple[T, int] | None:
        """The longest phrase that starts at a token: its meaning and the token after it."""
        if first < len(keys) and keys[first] in self.firsts:
            for after in range(min(first + self.longest, len(keys)), first, -1):
                if (phrase := tuple(keys[first:after])) in self.entries:
                    return self.entries[phrase], after
        return None

    def before(self, keys: Sequence[str], after: int, floor: int) -> tuple[T, int] | None:
        """The longest phrase that ends just before a token: its meaning and its first token."""
        if after > floor and keys[after - 1] in self.lasts:
            for first in range(max(floor, after - self.longest), after):
                if (phrase := tuple(keys[first:after])) in self.entries:
                    return self.entries[phrase], first
        return None


@dataclass(frozen=True, slots=True)
class Words:
    """The word lists of numerals.toml, ready for look-up.

    `sets` holds every plain list by its path ("joins.to"), `phrases` those that may be several words, `marks`
    what parts thousands and what parts decimals in a number of each language.
    """

    sets: Mapping[str, frozenset[str]]
    phrases: Mapping[str, Phrases[str]]
    maps: Mapping[str, Mapping[str, int]]
    effects: Mapping[str, str]
    endings: tuple[str, ...]
    marks: Mapping[str, tuple[str, str]]
    people: str
    times: str
    percent: str
    bases: frozenset[int]
    open_shares: Phrases[int]
    ratios: Phrases[Decimal]


_PHRASE_LISTS: Final = (
    "people.nouns people.adjectives people.those hedges.fillers hedges.verbs hedges.spans "
    "shares.links shares.halves shares.alternate periods.parts"
)


@cache
def _data() -> dict[str, Any]:
    return read_tables(VOCABULARY.parent)[VOCABULARY.stem]


def _pairs(table: Mapping[str, list[str]]) -> list[tuple[str, str]]:
    return [(surface, code) for code, surfaces in table.items() for surface in surfaces]


@cache
def load_words() -> Words:
    """The word lists, read once."""
    data = _data()
    numbers, shares, people = data["numbers"], data["shares"], data["people"]
    lists = {
        f"{room}.{name}": words
        for room, table in data.items()
        for name, words in table.items()
        if isinstance(words, list)
    }
    phrases = {name: [(word, word) for word in lists[name]] for name in _PHRASE_LISTS.split()}
    phrases["units"] = _pairs(data["units"])
    phrases["hedges"] = _pairs(data["hedges"]["surfaces"])
    phrases["relative"] = _pairs(data["periods"]["relative"])
    ones = dict.fromkeys(numbers["articles"] + numbers["stressed"], 1)
    atoms = {**ones, **dict.fromkeys(numbers["and"], AND), **numbers["values"]}
    return Words(
        sets={name: frozenset(map(str, words)) for name, words in lists.items()},
        phrases={name: Phrases.of(pairs) for name, pairs in phrases.items()},
        maps={name: table for name, table in shares.items() if isinstance(table, dict)}
        | {"atoms": atoms, "scales": numbers["scales"]},
        effects=data["hedges"]["effects"],
        endings=tuple(people["adjective_endings"]),
        marks={language: (thousands, point) for language, (thousands, point) in data["written"].items()},
        people=people["unit"],
        times=data["ratios"]["unit"],
        percent=shares["unit"],
        bases=frozenset(shares["bases"]),
        open_shares=Phrases.of(shares["open"].items()),
        ratios=Phrases.of((word, Decimal(code)) for word, code in _pairs(data["ratios"]["values"])),
    )


def tokenize(text: str) -> list[Token]:
    """Cut a text into tokens; white space is in none of them."""
    dotted = _data()["abbreviations"]["dotted"]
    tokens: list[Token] = []
    at = 0
    while match := _TOKEN.search(text, at):
        kind, key, end = match.lastgroup or "", match.group(), match.end()
        if kind == "word":
            key = unicodedata.normalize("NFC", key).lower()
            if text[end : end + 1] == "." and key in dotted:
                key, end = key + ".", end + 1
        glued = bool(tokens) and match.start() == at
        tokens.append(Token(_KINDS.get(kind, kind), key, match.start(), end, glued))
        at = end
    return tokens


@lru_cache(maxsize=4096)
def names_people(word: str) -> bool:
    """True for a compound ending in a noun of people, or one run together with the word after it."""
    sets = load_words().sets
    return any(
        (len(noun) >= COMPOUND and word.endswith(noun))
        or (word.startswith(noun) and word[len(noun) :] in sets["people.run_on"])
        for noun in sets["people.nouns"]
    )


# Numbers in digits and words


class Numeral(NamedTuple):
    """A number and its tokens, `first` up to, not including, `after`; `place` is that of its last digit."""

    value: Decimal
    place: Decimal
    first: int
    after: int
    spelled: bool = False
    scale: int = 1


@lru_cache(maxsize=4096)
def parse_figure(raw: str, *, fine: bool) -> tuple[Decimal, Decimal] | None:
    """A figure's value and the place of its last digit; `fine` reads "1,125" and "1.125" as decimal."""
    figure = re.sub(r"[^0-9.,]", "", raw)
    marks = re.findall(r"[.,]", figure)
    if len(figure) - len(marks) > MAX_DIGITS:
        return None
    head, tail = figure.rsplit(marks[-1], 1) if marks else (figure, "")
    lone = len(marks) == 1 and len(tail) == 3 and figure == raw and head != "0" and len(head) <= 3
    if (marks and marks.count(marks[-1]) > 1) or (lone and not fine):
        head, tail = head + tail, ""
    whole = re.sub(r"[.,]", "", head)
    return Decimal(f"{whole}.{tail}" if tail else whole), Decimal(1).scaleb(-len(tail))


@lru_cache(maxsize=4096)
def cut_numeral(word: str) -> tuple[int, ...] | None:
    """Cut one word into number atoms: "totusenogsytten" is 2, 1000, and, 17."""
    known = load_words().maps["atoms"]
    if word in known:
        return (known[word],)
    if len(word) > MAX_WORD:
        return None
    for cut in range(len(word) - 1, 1, -1):
        if word[:cut] in known and (rest := cut_numeral(word[cut:])):
            return (known[word[:cut]], *rest)
    return None


def compose(atoms: tuple[int, ...]) -> int | None:
    """The number that atoms say together, or None if they do not make one."""
    total, current, scale, joined = 0, 0, 10**12, False
    for place, atom in enumerate(atoms):
        small = current % HUNDRED
        if atom == AND:
            allowed = place > 0 and not joined
        elif atom >= THOUSAND:
            allowed = atom < scale and not joined and (current > 0 or place == 0)
            total, current, scale = total + (current or 1) * atom, 0, atom
        elif atom == HUNDRED:
            allowed = current < 20 and not (joined and current)
            current = (current or 1) * HUNDRED
        elif atom >= 10:
            allowed = small == 0 or (joined and small < 10 and atom >= 20)
            current += atom
        else:
            allowed = small == 0 or (small % 10 == 0 and small > 10 and not joined)
            current += atom
        if not allowed:
            return None
        joined = atom == AND
    return None if joined else total + current


def compose_year(atoms: tuple[int, ...]) -> int | None:
    """A year said whole ("to tusen og sytten") or in two halves ("tjue tjuetre")."""
    whole = compose(atoms)
    if whole is not None and whole in YEARS:
        return whole
    halves = len(atoms) > 1 and atoms[0] in (19, 20) and atoms[1] != AND
    rest = compose(atoms[1:]) if halves else None
    return atoms[0] * HUNDRED + rest if rest is not None and 10 <= rest < HUNDRED else None
