"""Read numbers, shares, ranges and years in Norwegian (bokmål, nynorsk) and English text.

The text is cut into tokens once; small named rules then read it from left to right. Offsets are into the
text as given; words are compared in NFC and lower case, so decomposed letters are read too. All words,
units and hedges stand in `corpus/vocabulary/numerals.toml`. Every look-ahead is bounded: time is linear.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache, lru_cache
from typing import Any, Final, Generic, NamedTuple, TypeVar

from babel.numbers import format_decimal

from ingest.models import Quantity
from ingest.settings import CORPUS

VOCABULARY: Final = CORPUS / "vocabulary" / "numerals.toml"
LOCALES: Final = {"nb": "nb_NO", "nn": "nn_NO", "en": "en_GB"}
YEARS: Final = range(1900, 2100)
PIVOT: Final = 50  # '49 is 2049, '50 is 1950
HUNDRED, THOUSAND, AND = 100, 1000, -1
MAX_DIGITS: Final = 15  # longer digit strings are identifiers, not statistics
MAX_WORD: Final = 40  # no numeral in use is written in a longer single word
MAX_SPOKEN: Final = 12  # tokens in one spoken number
COMPOUND: Final = 5  # letters of a noun that may end a compound ("overføringsflyktninger")
HEDGE_REACH: Final = 3  # hedges and fillers looked at before a number
ADJECTIVES: Final = 2  # words between a number and its noun
INSIDE: Final = 4  # words between a share and its exact figure in parentheses
MARGIN: Final = 8  # tokens that a rule may look past either end
FOUR_PLACES: Final = Decimal("0.0001")  # thirds are kept to four places

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


@dataclass(frozen=True, slots=True)
class Period:
    """A year, a range of years or a relative year, as it stands in a text.

    `code` is "2023", "2016-2023", "-1" (the year before), "0" (the same year) or "tidligere" (earlier
    years). `exact` is False where only a part of the year is meant: a date, a season, a half-year.
    Invariant: `text[start:end] == surface`.
    """

    code: str
    start: int
    end: int
    surface: str
    exact: bool = True


# Words and tokens


class _Token(NamedTuple):
    """A piece of text; `key` is what it is compared by, `glued` says that no space stands before it."""

    kind: str
    key: str
    start: int
    end: int
    glued: bool


@dataclass(frozen=True, slots=True)
class _Phrases(Generic[T]):
    """Phrases of one or more tokens, each with what it means."""

    entries: Mapping[tuple[str, ...], T]
    firsts: frozenset[str]
    lasts: frozenset[str]
    longest: int

    @classmethod
    def of(cls, pairs: Iterable[tuple[str, T]]) -> _Phrases[T]:
        """Phrases from (surface, meaning) pairs."""
        entries = {tuple(token.key for token in _tokens(phrase)): meaning for phrase, meaning in pairs}
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
class _Words:
    """The word lists of numerals.toml, ready for look-up.

    `sets` holds every plain list by its path ("joins.to"), `phrases` those that may be several words.
    """

    sets: Mapping[str, frozenset[str]]
    phrases: Mapping[str, _Phrases[str]]
    maps: Mapping[str, Mapping[str, int]]
    effects: Mapping[str, str]
    endings: tuple[str, ...]
    people: str
    times: str
    percent: str
    bases: frozenset[int]
    open_shares: _Phrases[int]
    ratios: _Phrases[Decimal]


_PHRASE_LISTS: Final = (
    "people.nouns people.adjectives hedges.fillers shares.links shares.halves shares.alternate periods.parts"
)


@cache
def _data() -> dict[str, Any]:
    return tomllib.loads(VOCABULARY.read_text(encoding="utf-8"))


def _pairs(table: Mapping[str, list[str]]) -> list[tuple[str, str]]:
    return [(surface, code) for code, surfaces in table.items() for surface in surfaces]


@cache
def _words() -> _Words:
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
    return _Words(
        sets={name: frozenset(map(str, words)) for name, words in lists.items()},
        phrases={name: _Phrases.of(pairs) for name, pairs in phrases.items()},
        maps={name: table for name, table in shares.items() if isinstance(table, dict)}
        | {"atoms": atoms, "scales": numbers["scales"]},
        effects=data["hedges"]["effects"],
        endings=tuple(people["adjective_endings"]),
        people=people["unit"],
        times=data["ratios"]["unit"],
        percent=shares["unit"],
        bases=frozenset(shares["bases"]),
        open_shares=_Phrases.of(shares["open"].items()),
        ratios=_Phrases.of((word, Decimal(code)) for word, code in _pairs(data["ratios"]["values"])),
    )


def _tokens(text: str) -> list[_Token]:
    """Cut a text into tokens; white space is in none of them."""
    dotted = _data()["abbreviations"]["dotted"]
    tokens: list[_Token] = []
    at = 0
    while match := _TOKEN.search(text, at):
        kind, key, end = match.lastgroup or "", match.group(), match.end()
        if kind == "word":
            key = unicodedata.normalize("NFC", key).lower()
            if text[end : end + 1] == "." and key in dotted:
                key, end = key + ".", end + 1
        glued = bool(tokens) and match.start() == at
        tokens.append(_Token(_KINDS.get(kind, kind), key, match.start(), end, glued))
        at = end
    return tokens


@lru_cache(maxsize=4096)
def _names_people(word: str) -> bool:
    """True for a compound ending in a noun of people, or one run together with the word after it."""
    sets = _words().sets
    return any(
        (len(noun) >= COMPOUND and word.endswith(noun))
        or (word.startswith(noun) and word[len(noun) :] in sets["people.run_on"])
        for noun in sets["people.nouns"]
    )


# Numbers in digits and words


class _Numeral(NamedTuple):
    """A number and its tokens, `first` up to, not including, `after`; `place` is that of its last digit."""

    value: Decimal
    place: Decimal
    first: int
    after: int
    spelled: bool = False
    scale: int = 1


@lru_cache(maxsize=4096)
def _decimal(raw: str, *, fine: bool) -> tuple[Decimal, Decimal] | None:
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
def _atoms(word: str) -> tuple[int, ...] | None:
    """Cut one word into number atoms: "totusenogsytten" is 2, 1000, and, 17."""
    known = _words().maps["atoms"]
    if word in known:
        return (known[word],)
    if len(word) > MAX_WORD:
        return None
    for cut in range(len(word) - 1, 1, -1):
        if word[:cut] in known and (rest := _atoms(word[cut:])):
            return (known[word[:cut]], *rest)
    return None


def _compose(atoms: tuple[int, ...]) -> int | None:
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


def _compose_year(atoms: tuple[int, ...]) -> int | None:
    """A year said whole ("to tusen og sytten") or in two halves ("tjue tjuetre")."""
    whole = _compose(atoms)
    if whole is not None and whole in YEARS:
        return whole
    halves = len(atoms) > 1 and atoms[0] in (19, 20) and atoms[1] != AND
    rest = _compose(atoms[1:]) if halves else None
    return atoms[0] * HUNDRED + rest if rest is not None and 10 <= rest < HUNDRED else None


def _coarse(value: Decimal) -> Decimal:
    """The place of the last digit that is not zero: 100 for 11 400."""
    exponent = value.normalize().as_tuple().exponent
    return Decimal(1).scaleb(exponent) if value and isinstance(exponent, int) else Decimal(1)


def _bounds(value: Decimal, step: Decimal, effect: str | None, *, rounded: bool) -> tuple[Decimal, Decimal]:
    """What a value can stand for, given the step it is rounded to and what its hedge does."""
    if effect == "above":
        return value, value + step
    if effect == "below":
        return max(value - step, Decimal(0)), value
    if effect == "around" or rounded:
        return max(value - step / 2, Decimal(0)), value + step / 2
    return value, value


# What stands around a number


class _Text:
    """The tokens of one text, and what each is in its place; all positions are token indices."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.words = _words()
        self.tokens = _tokens(text)
        # Empty keys at the end answer for what stands before the first token (index -1) and after the last.
        self.keys = [token.key for token in self.tokens] + [""] * MARGIN
        self.kinds = [token.kind for token in self.tokens] + [""] * MARGIN
        english, norwegian = self.words.sets["language.english"], self.words.sets["language.norwegian"]
        self.english = sum((key in english) - (key in norwegian) for key in self.keys) > 0
        self.floor = 0
        self._figures: dict[int, _Numeral | None] = {}
        self._units: dict[int, tuple[str, int] | None] = {}
        self.labels: set[int] = set()
        for at, token in enumerate(self.tokens):
            if token.kind == "number" and self._is_label(at):
                self.labels.add(at)

    def key(self, at: int) -> str:
        """What a token is compared by; empty before the first and after the last."""
        return self.keys[at]

    def kind(self, at: int) -> str:
        """One of "number", "word", "mark", "date" or "junk"."""
        return self.kinds[at]

    def has(self, at: int, name: str) -> bool:
        """True if a token stands in a word list."""
        return self.keys[at] in self.words.sets[name]

    def glued(self, *places: int) -> bool:
        """True if none of these tokens has a space before it."""
        return all(0 <= at < len(self.tokens) and self.tokens[at].glued for at in places)

    def phrase(self, name: str, at: int) -> tuple[str, int] | None:
        """What the longest listed phrase from a token on means, and the token after it."""
        return self.words.phrases[name].at(self.keys, at)

    def dash(self, at: int) -> bool:
        """True of a hyphen or dash."""
        return self.has(at, "joins.range_marks")

    def tight_dash(self, at: int) -> bool:
        """True of a dash with no space on either side."""
        return self.dash(at) and self.glued(at, at + 1)

    def lines(self, at: int) -> int:
        """Line breaks before a token; the first token counts as starting a line."""
        return self.text.count("\n", self.tokens[at - 1].end, self.tokens[at].start) if at else 1

    def digits(self, at: int, length: int) -> bool:
        """True of a number of exactly so many digits, without marks."""
        return len(self.key(at)) == length and self.key(at).isdecimal()

    # Nouns and units

    def noun(self, at: int) -> int | None:
        """The token after a noun of people."""
        if hit := self.phrase("people.nouns", at):
            return hit[1] if self.english or not self.has(at, "language.only_english") else None
        return at + 1 if self.kind(at) == "word" and _names_people(self.key(at)) else None

    def adjective(self, at: int) -> int | None:
        """The token after a word that may stand between a number and its noun."""
        if hit := self.phrase("people.adjectives", at):
            return hit[1]
        return at + 1 if self.key(at).endswith(self.words.endings) else None

    def unit(self, at: int) -> tuple[str, int] | None:
        """The unit of a number that ends before a token, and where its surface then ends."""
        if at not in self._units:
            self._units[at] = self._read_unit(at)
        return self._units[at]

    def _read_unit(self, at: int) -> tuple[str, int] | None:
        if at >= len(self.tokens) or self.lines(at) > 1:
            return None
        hyphen = self.tight_dash(at) and self.has(at + 1, "unit_classes.hyphenated")
        if hit := self.phrase("units", at + hyphen):
            return hit
        noun: int | None = at
        for _ in range(ADJECTIVES + 1):
            if noun is None:
                return None
            if self.noun(noun):
                return self.words.people, at
            if hit := self.phrase("units", noun):
                return hit[0], at
            noun = self.adjective(noun)
        return None

    def unit_is(self, at: int, name: str) -> bool:
        """True if the unit before a token is of a class in the word lists."""
        unit = self.unit(at)
        return unit is not None and unit[0] in self.words.sets[name]

    # Numbers that are quantities, and numbers that are not

    def numeral(self, first: int, *, article: bool = False) -> _Numeral | None:
        """The number that starts at a token, in digits or words; `article` also takes a lone "en"."""
        if self.kind(first) == "word":
            return self.spoken(first, _compose, article=article)
        if first not in self._figures:
            self._figures[first] = self._read_figure(first) if self.kind(first) == "number" else None
        return self._figures[first]

    def _read_figure(self, first: int) -> _Numeral | None:
        unit = self.phrase("units", first + 1)
        scale = self.words.maps["scales"].get(self.key(first + 1), 1)
        fine = scale > 1 or (unit is not None and unit[0] in self.words.sets["unit_classes.rounded"])
        read = _decimal(self.key(first), fine=fine)
        if read is None:
            return None
        value, place = read if scale == 1 else (read[0] * scale, read[1] * scale)
        return _Numeral(value, place, first, first + 1 + (scale > 1), scale=scale)

    def spoken(
        self, first: int, compose: Callable[[tuple[int, ...]], int | None], *, article: bool = False
    ) -> _Numeral | None:
        """The longest number in words that starts at a token."""
        atoms: tuple[int, ...] = ()
        best: _Numeral | None = None
        for at in range(first, min(first + MAX_SPOKEN, len(self.tokens))):
            if atoms and self.key(at) == "-" and self.glued(at, at + 1):
                continue
            foreign = self.english and self.has(at, "numbers.norwegian_only")
            piece = None if foreign or self.kind(at) != "word" else _atoms(self.key(at))
            if piece is None:
                break
            atoms += piece
            if (value := compose(atoms)) is not None:
                best = _Numeral(Decimal(value), Decimal(1), first, at + 1, spelled=True)
        alone = best is not None and best.after == first + 1
        lone_article = alone and not article and self.has(first, "numbers.articles")
        return None if lone_article or (alone and self.has(first, "numbers.never_alone")) else best

    def figure(self, first: int) -> _Numeral | None:
        """A number that can be a quantity: not a label, not a year, not in a date."""
        if first in self.labels or self.year(first) is not None:
            return None
        numeral = self.numeral(first)
        if numeral is not None and numeral.spelled and self._is_vague(first):
            return None
        dotted = numeral is not None and numeral.place < 1 and "." in self.key(first)
        return None if dotted and not self.english and not self.unit(first + 1) else numeral

    def _is_vague(self, first: int) -> bool:
        """True inside "flere hundre tusen", where no number is said."""
        word = first > self.floor and self.kind(first - 1) == "word"
        before = _atoms(self.key(first - 1)) if word else None
        return self.has(first - 1, "numbers.vague") or (before is not None and before[-1] >= HUNDRED)

    def _is_label(self, at: int) -> bool:
        """True for a number that names a thing: "nr. 1", "covid-19", "24. oktober", "7/10", "007"."""
        if self.has(at - 1, "frames.references") or re.match("0[0-9]", self.key(at)):
            return True
        if (self.key(at - 1) == "/" and self.glued(at)) or (self.key(at + 1) == "/" and self.glued(at + 1)):
            return True
        if self.tight_dash(at - 1) and (self.kind(at - 2) == "word" or self.year(at - 2) is not None):
            return True
        unit = self.unit(at + 1)
        noted = self.key(at - 1) == "." and self.glued(at - 1, at) and self.kind(at - 2) == "word"
        run_on = self.glued(at + 1) and self.kind(at + 1) == "word"
        if noted or (run_on and not unit):
            return True
        if self.has(at - 1, "frames.apostrophes") and self.glued(at) and self.digits(at, 2) and not unit:
            return True
        if self.has(at - 1, "frames.reference_joins") and at - 2 in self.labels and not unit:
            return self.has(at - 3, "frames.references") or at - 4 in self.labels
        return self._is_ordinal(at) or self.date(at) is not None

    def _is_ordinal(self, at: int) -> bool:
        """True before a full stop in a sentence, a file ending or a hyphenated word; true of list marks."""
        if not self.glued(at + 1) or at + 2 >= len(self.tokens):
            return False
        follows = self.tokens[at + 2]
        if self.dash(at + 1):
            return (
                follows.glued and follows.kind == "word" and not (self.unit(at + 1) or self.numeral(at + 2))
            )
        opening = self.lines(at) or (self.key(at - 1) == "(" and self.lines(at - 1))
        if opening and self.key(at + 1) in (".", ")") and len(self.key(at)) < 3:
            return True
        if self.key(at + 1) != "." or self.lines(at + 2):
            return False
        return self.text[follows.start].islower() or (follows.glued and self.dash(at + 2))

    def date(self, first: int) -> int | None:
        """The token after the month of a date such as "24. oktober" or "October 24"."""
        if not (self.digits(first, 1) or self.digits(first, 2)) or not 1 <= int(self.key(first)) <= 31:
            return None
        at = first + 1 + (self.key(first + 1) == ".")
        if self.month(at):
            return at + 1
        alone = self.english and not self.unit(first + 1)
        dated = self.key(first + 1) == "," and self.year(first + 2) is not None
        return first + 1 if self.month(first - 1) and (alone or dated) else None

    def month(self, at: int) -> bool:
        """True of the name of a month, which English writes with a capital."""
        named = self.has(at, "periods.months")
        return named and (not self.english or self.text[self.tokens[at].start].isupper())

    def year(self, at: int) -> int | None:
        """A year in four digits. A unit after it or a price before makes it a count; so does "over 2000"."""
        if self.kind(at) != "number" or not self.digits(at, 4) or int(self.key(at)) not in YEARS:
            return None
        year, unit = int(self.key(at)), self.unit(at + 1)
        hedge = self.words.phrases["hedges"].before(self.keys, at, 0)
        if self.has(at - 1, "unit_classes.prefixed") or (hedge and year % HUNDRED == 0):
            return None
        if unit is None or self.lines(at + 1):
            return year
        part = self.words.phrases["periods.parts"].before(self.keys, at, 0)
        opened = part or self.month(at - 1) or self.has(at - 1, "frames.year_openers")
        return year if opened and unit[1] == at + 1 else None

    def hedge(self, first: int) -> str | None:
        """The hedge before a number; one that moves the bounds wins over one that does not."""
        found: str | None = None
        for _ in range(HEDGE_REACH):
            hit = self.words.phrases["hedges"].before(self.keys, first, self.floor)
            if hit and self.words.effects[hit[0]] != "none":
                return hit[0]
            found = found or (hit[0] if hit else None)
            hit = hit or self.words.phrases["hedges.fillers"].before(self.keys, first, self.floor)
            if hit is None:
                break
            first = hit[1]
        return found

    def past_hedges(self, at: int) -> int:
        """The first token from here on that opens no hedge."""
        for _ in range(HEDGE_REACH):
            hit = self.phrase("hedges", at)
            at = hit[1] if hit else at
        return at


# Quantities


class _QuantityReader(_Text):
    """The rules for quantities. Each gives what it found at a token and the token after it, or None."""

    def read(self) -> list[Quantity]:
        """Every quantity, from left to right; the first rule that fits at a token takes it."""
        found: list[Quantity] = []
        at = 0
        while at < len(self.tokens):
            if hit := self.share(at) or self.range(at) or self.ratio(at) or self.amounts(at):
                found += hit[0]
                at = self.floor = hit[1]
            else:
                at += 1
        return found

    def made(
        self, value: Decimal, unit: str | None, bounds: tuple[Decimal, Decimal], first: int, after: int
    ) -> Quantity:
        start, end = self.tokens[first].start, self.tokens[after - 1].end
        return Quantity(value, unit, *bounds, self.hedge(first), self.text[start:end], start, end)

    def quantity(self, numeral: _Numeral, unit: tuple[str, int] | None) -> Quantity:
        """A counted or measured number with its hedge and bounds."""
        code, after = unit or (None, numeral.after)
        first = numeral.first
        effect = self.words.effects.get(self.hedge(first) or "", "none")
        rounded = code in self.words.sets["unit_classes.rounded"] or numeral.scale > 1
        fine = numeral.place < 1 or effect == "none"
        step = numeral.place if fine else max(numeral.place, _coarse(numeral.value))
        bounds = _bounds(numeral.value, step, effect, rounded=rounded)
        if unit is None and first > self.floor and self.has(first - 1, "unit_classes.prefixed"):
            code, first = self.words.phrases["units"].entries[(self.key(first - 1),)], first - 1
        return self.made(numeral.value, code, bounds, first, after)

    def amounts(self, first: int) -> tuple[list[Quantity], int] | None:
        """One number, or a list of numbers whose last one names the unit of all ("41, 24 og 25 prosent")."""
        members: list[tuple[_Numeral, tuple[str, int] | None]] = []
        at, joined = first, False
        while (numeral := self.figure(at)) and (at == first or not (self.proportion(at) or self.range(at))):
            members.append((numeral, self.unit(numeral.after)))
            comma = self.key(numeral.after) == ","
            linked = self.has(numeral.after + comma, "joins.list")
            if members[-1][1] or not (comma or linked):
                break
            joined = joined or (linked and not comma)
            at = self.past_hedges(numeral.after + comma + linked)
        if not members:
            return None
        tail = members[-1][1]
        shared = tail[0] if tail and (joined or len(members) > 2) else None
        found = []
        for numeral, own in members:
            too_high = numeral.value > HUNDRED and shared in self.words.sets["unit_classes.of_hundred"]
            unit = own or ((shared, numeral.after) if shared and not too_high else None)
            if not numeral.spelled or (unit and (numeral.value != 1 or unit[0] != self.words.people)):
                found.append(self.quantity(numeral, unit))
        return found, tail[1] if tail else members[-1][0].after

    def range(self, first: int) -> tuple[list[Quantity], int] | None:
        """A range with one unit: "19-24 år", "mellom 18 og 55 år". "fra A til B" is two numbers."""
        low = self.figure(first)
        if low is None or self.has(first - 1, "joins.from"):
            return None
        at = low.after
        between = self.has(first - 1, "joins.between")
        if not (self.dash(at) or self.has(at, "joins.to") or (between and self.has(at, "joins.and"))):
            return None
        high = self.figure(at + 1)
        if high is None or self.proportion(at + 1) or self.tight_dash(high.after):
            return None
        unit = self.unit(high.after)
        value = low.value * (high.scale if low.scale == 1 else 1)
        bare = (self.tight_dash(at) or between) and not (low.spelled or high.spelled)
        if value >= high.value or not (unit or bare):
            return None
        code, after = unit or (None, high.after)
        return [self.made(value, code, (value, high.value), first, after)], after

    def ratio(self, first: int) -> tuple[list[Quantity], int] | None:
        """A ratio in one word or phrase: "dobbelt så mange" is 2 times, "halvert" 0.5."""
        hit = self.words.ratios.at(self.keys, first)
        if hit is None:
            return None
        numeral = _Numeral(hit[0], _coarse(hit[0]), first, hit[1])
        return [self.quantity(numeral, (self.words.times, hit[1]))], hit[1]

    def proportion(self, first: int) -> tuple[int, int, int] | None:
        """A share said as a fraction: so many parts, of how many, and the token after it."""
        return self._named_share(first) or self._counted_share(first)

    def _named_share(self, first: int) -> tuple[int, int, int] | None:
        """A share with a name: "halvparten", "half of", "hver tredje" (but not "hver tredje måned")."""
        if half := self.phrase("shares.halves", first):
            link = self.phrase("shares.links", half[1])
            of_time = link and (self.unit_is(link[1], "unit_classes.recurring") or self.said_time(link[1]))
            hit = None if of_time else (1, 2, half[1])
        elif half_of := self.words.open_shares.at(self.keys, first):
            base, after = half_of
            hedged = self.hedge(first) and not self.has(after, "numbers.articles")
            followed = hedged or self.has(after, "shares.open_followers") or self._in_parentheses(after)
            hit = (1, base, after) if followed else None
        elif other := self.phrase("shares.alternate", first):
            hit = 1, 2, other[1]
        else:
            part = self.words.maps["ordinals"].get(self.key(first + 1))
            hit = (1, part, first + 2) if part and self.has(first, "shares.every") else None
        return None if hit and self.unit_is(hit[2], "unit_classes.recurring") else hit

    def said_time(self, at: int) -> bool:
        return self.year(at) is not None or self.has(at, "shares.times")

    def _counted_share(self, first: int) -> tuple[int, int, int] | None:
        """A share with a count of parts: "7 av 10", "sju av ti", "to tredeler", "one third"."""
        count = None if first in self.labels else self.numeral(first, article=True)
        if count is None or count.value % 1 or count.scale > 1:
            return None
        at = count.after + self.tight_dash(count.after)
        single = self.has(first, "numbers.stressed") and self.words.maps["single_parts"].get(self.key(at))
        base = self.words.maps["parts"].get(self.key(at)) or single
        if base and count.value <= base:
            return int(count.value), base, at + 1
        link = self.phrase("shares.links", count.after)
        whole = self.numeral(link[1]) if link else None
        if link is None or whole is None or whole.value not in self.words.bases or count.value > whole.value:
            return None
        other = "unit_classes.recurring" if link[0] in self.words.sets["shares.weak_links"] else None
        if whole.scale > 1 or self.unit_is(whole.after, other or "unit_classes.rounded"):
            return None
        return int(count.value), int(whole.value), whole.after

    def share(self, first: int) -> tuple[list[Quantity], int] | None:
        """A share; an exact figure in parentheses after it gives its value ("Halvparten (49 prosent)")."""
        hit = self.proportion(first)
        if hit is None:
            return None
        parts, base, after = hit
        if inside := self._in_parentheses(after):
            exact, after = inside
            whole = self.made(exact.value, exact.unit, (exact.lower, exact.upper), first, after)
            return [replace(whole, hedge=whole.hedge or exact.hedge)], after
        effect = self.words.effects.get(self.hedge(first) or "")
        value, step = Decimal(HUNDRED * parts) / base, Decimal(HUNDRED) / base
        lower, upper = _bounds(value, step, effect, rounded=True)
        bounds = _plain(lower), _plain(min(upper, Decimal(HUNDRED)))
        found = self.made(_plain(value), self.words.percent, bounds, first, after)
        return [replace(found, fraction=True)], after

    def _in_parentheses(self, at: int) -> tuple[Quantity, int] | None:
        """The percentage that alone fills the parentheses after a share, and the token after them."""
        for _ in range(INSIDE):
            named = self.phrase("units", at)
            after = self.noun(at) or self.adjective(at) or (named[1] if named else None)
            if after is None and not self.has(at, "shares.inside"):
                break
            at = after or at + 1
        figure = self.figure(self.past_hedges(at + 1)) if self.key(at) == "(" else None
        unit = self.unit(figure.after) if figure else None
        if figure is None or unit is None or unit[0] != self.words.percent or self.key(unit[1]) != ")":
            return None
        return self.quantity(figure, unit), unit[1] + 1


def _plain(value: Decimal) -> Decimal:
    """The value to four places, without trailing zeros or exponent."""
    value = value.quantize(FOUR_PLACES)
    return value.quantize(Decimal(1)) if value == value.to_integral_value() else value.normalize()


# Periods


class _PeriodReader(_Text):
    """The rules for periods. Each gives a code, whether it is exact, and the token after it, or None."""

    def read(self) -> list[Period]:
        """Every period, from left to right."""
        found: list[Period] = []
        at = 0
        while at < len(self.tokens):
            hit = self.part(at) or self.years(at) or self.relative(at)
            if hit:
                start, end = self.tokens[at].start, self.tokens[hit[2] - 1].end
                found.append(Period(hit[0], start, end, self.text[start:end], hit[1]))
            at = hit[2] if hit else at + 1
        return found

    def said_year(self, at: int) -> tuple[int, int] | None:
        """A single year in digits, in words or as "'23", and the token after it."""
        if (year := self.year(at)) is not None:
            decade = self.tight_dash(at + 1) and self.has(at + 2, "frames.decades")
            return None if decade or self.has(at - 1, "frames.references") else (year, at + 1)
        if self.has(at, "frames.apostrophes") and at + 1 in self.labels and self.digits(at + 1, 2):
            short = int(self.key(at + 1))
            inside = self.kind(at - 1) == "word" and self.glued(at)
            return None if inside or not self.glued(at + 1) else (_century(short), at + 2)
        said = self.spoken(at, _compose_year) if self.kind(at) == "word" else None
        if said is None or self.unit(said.after):
            return None
        round_number = said.value % THOUSAND == 0 and not self.has(at - 1, "frames.year_openers")
        return None if round_number else (int(said.value), said.after)

    def part(self, first: int) -> tuple[str, bool, int] | None:
        """A part of a year: "24. oktober 2018", "24.10.2018", "oktober 2018", "høsten 2015"."""
        if self.kind(first) == "date":
            numbers = [int(number) for number in re.split(r"[-./]", self.key(first))]
            full = max(numbers)
            return str(full if full in YEARS else _century(numbers[-1] % HUNDRED)), False, first + 1
        after = self.date(first) if self.kind(first) == "number" else None
        if after is None and self.month(first):
            after = first + 1
            if self.date(after):
                after += 1 + (self.key(after + 1) == ",")
        if after is None and (named := self.phrase("periods.parts", first)):
            after = named[1] + self.has(named[1], "periods.part_links")
        said = self.said_year(after) if after is not None else None
        return (str(said[0]), False, said[1]) if said else None

    def years(self, first: int) -> tuple[str, bool, int] | None:
        """A year, or a range of years with the word that opens it."""
        opened = self.has(first, "joins.from")
        low = self.said_year(first + opened)
        if low is None:
            return None
        year, at = low
        slash = self.key(at) == "/"
        if slash or self.dash(at) or self.has(at, "joins.to"):
            high = self._last_year(year, at + 1)
            if high and high[0] > year:
                return f"{year}-{high[0]}", not slash, high[1]
        return None if opened else (str(year), True, at)

    def _last_year(self, year: int, at: int) -> tuple[int, int] | None:
        """The second year of a range, in full or, right after a mark, in two digits."""
        if self.glued(at - 1, at) and self.digits(at, 2):
            return year // HUNDRED * HUNDRED + int(self.key(at)), at + 1
        return self.said_year(at)

    def relative(self, first: int) -> tuple[str, bool, int] | None:
        """A year told from another one: "året før", "samme år", "tidligere år"."""
        hit = self.phrase("relative", first)
        return (hit[0], True, hit[1]) if hit else None


def _century(short: int) -> int:
    return (2000 if short < PIVOT else 1900) + short


def find_quantities(text: str) -> list[Quantity]:
    """Every quantity in a text, sorted and non-overlapping; years, dates and labels are left out.

    The sign of a number is not read: a direction stands in the words around it.
    """
    return _QuantityReader(text).read()


def find_periods(text: str) -> list[Period]:
    """Every year, range of years and relative year in a text, sorted and non-overlapping."""
    return _PeriodReader(text).read()


def parse_number(text: str) -> Decimal | None:
    """The value of a text that is one number and nothing else, in digits or words; None otherwise.

    A lone dot or comma before exactly three digits parts thousands: "11.381" and "11,381" are 11381.
    """
    reader = _Text(text.strip())
    signed = reader.has(0, "frames.minus") and reader.glued(1)
    numeral = reader.numeral(int(signed))
    if numeral is None or numeral.after != len(reader.tokens):
        return None
    return -numeral.value if signed else numeral.value


def format_number(value: Decimal, language: str) -> str:
    """A number as the language writes it: "11 381" with U+00A0 and "46,5" in nb and nn, "11,381" in en.

    Not for years, which are never grouped. Raises ValueError for a language other than nb, nn and en.
    """
    if language not in LOCALES:
        raise ValueError(f"no number format for language {language!r}: use {', '.join(LOCALES)}")
    return format_decimal(value, locale=LOCALES[language], decimal_quantization=False)
