"""What stands around a number: its unit, its hedge, and whether it is a quantity, a year or a label."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Final

from ingest.numerals import (
    HUNDRED,
    YEARS,
    Numeral,
    compose,
    cut_numeral,
    load_words,
    names_people,
    parse_figure,
    tokenize,
)

_COMPACT_DATE: Final = re.compile(r"(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])")
MAX_SPOKEN: Final = 12  # tokens in one spoken number
DENIED: Final = 5  # tokens before a hedge among which a "not" stands
HEDGE_REACH: Final = 3  # hedges and fillers looked at before a number
ADJECTIVES: Final = 2  # words between a number and its noun
MARGIN: Final = 8  # tokens that a rule may look past either end


class TextReader:
    """The tokens of one text, and what each is in its place; all positions are token indices."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.words = load_words()
        self.tokens = tokenize(text)
        # Empty keys at the end answer for what stands before the first token (index -1) and after the last.
        self.keys = [token.key for token in self.tokens] + [""] * MARGIN
        self.kinds = [token.kind for token in self.tokens] + [""] * MARGIN
        english, norwegian = self.words.sets["language.english"], self.words.sets["language.norwegian"]
        self.english = sum((key in english) - (key in norwegian) for key in self.keys) > 0
        self.floor = 0
        self._figures: dict[int, Numeral | None] = {}
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

    def aged(self, at: int) -> bool:
        """True of what makes people of an age of it: "26–35[-åringene]"."""
        return self.tight_dash(at) and self.has(at + 1, "frames.aged")

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
        return at + 1 if self.kind(at) == "word" and names_people(self.key(at)) else None

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

    def numeral(self, first: int, *, article: bool = False) -> Numeral | None:
        """The number that starts at a token, in digits or words; `article` also takes a lone "en"."""
        if self.kind(first) == "word":
            return self.spoken(first, compose, article=article)
        if first not in self._figures:
            self._figures[first] = self._read_figure(first) if self.kind(first) == "number" else None
        return self._figures[first]

    def _read_figure(self, first: int) -> Numeral | None:
        unit = self.phrase("units", first + 1)
        scale = self.words.maps["scales"].get(self.key(first + 1), 1)
        fine = scale > 1 or (unit is not None and unit[0] in self.words.sets["unit_classes.rounded"])
        read = parse_figure(self.key(first), fine=fine)
        if read is None:
            return None
        value, place = read if scale == 1 else (read[0] * scale, read[1] * scale)
        return Numeral(value, place, first, first + 1 + (scale > 1), scale=scale)

    def spoken(
        self, first: int, compose: Callable[[tuple[int, ...]], int | None], *, article: bool = False
    ) -> Numeral | None:
        """The longest number in words that starts at a token."""
        atoms: tuple[int, ...] = ()
        best: Numeral | None = None
        for at in range(first, min(first + MAX_SPOKEN, len(self.tokens))):
            if atoms and self.key(at) == "-" and self.glued(at, at + 1):
                continue
            foreign = self.english and self.has(at, "numbers.norwegian_only")
            piece = None if foreign or self.kind(at) != "word" else cut_numeral(self.key(at))
            if piece is None:
                break
            atoms += piece
            if (value := compose(atoms)) is not None:
                best = Numeral(Decimal(value), Decimal(1), first, at + 1, spelled=True)
        alone = best is not None and best.after == first + 1
        lone_article = alone and not article and self.has(first, "numbers.articles")
        return None if lone_article or (alone and self.has(first, "numbers.never_alone")) else best

    def figure(self, first: int) -> Numeral | None:
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
        before = cut_numeral(self.key(first - 1)) if word else None
        return self.has(first - 1, "numbers.vague") or (before is not None and before[-1] >= HUNDRED)

    def _is_label(self, at: int) -> bool:
        """True for a number that names a thing: "nr. 1", "covid-19", "24. oktober", "7/10", "007"."""
        named = self.has(at - 1, "frames.references")
        counted = self.has(at - 1, "frames.nouns_too") and self.unit(at + 1) is not None
        if (named and not counted) or re.match("0[0-9]", self.key(at)):
            return True
        if self.tight_dash(at - 1) and self.kind(at - 2) == "number" and self.aged(at + 1):
            return False
        if self._is_address(at) or self._is_issue(at):
            return True
        if _COMPACT_DATE.fullmatch(self.key(at)) or (self.key(at - 1) == "^" and self.key(at + 1) == "]"):
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

    def _is_issue(self, at: int) -> bool:
        """True in "notat 2018:12": the number of a publication of that year."""
        colon = self.key(at - 1) == ":" and self.glued(at - 1, at)
        return colon and self.kind(at - 2) == "number" and self.year(at - 2) is not None

    def _is_address(self, at: int) -> bool:
        """True in "Hafstadvegen 211, 6800 Førde": after the name of a street, and of a postal code next."""
        before = self.tokens[at - 1] if at else None
        named = before is not None and before.kind == "word" and self.text[before.start].isupper()
        if named and self.key(at - 1).endswith(tuple(self.words.sets["frames.streets"])):
            return True
        return (
            self.digits(at, 4)
            and self.key(at - 1) == ","
            and at - 2 in self.labels
            and self.kind(at + 1) == "word"
        )

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
                alone = first - hit[1] == 1 and self.words.effects[hit[0]] == "above"
                spans = self.words.phrases["hedges.spans"].before(self.keys, hit[1], self.floor)
                if hit[0] == "over" and self._is_denied(hit[1]):
                    return "inntil"
                return (
                    None if alone and spans and self.unit_is(first + 1, "unit_classes.recurring") else hit[0]
                )
            found = found or (hit[0] if hit else None)
            hit = hit or self.words.phrases["hedges.fillers"].before(self.keys, first, self.floor)
            if hit is None:
                break
            first = hit[1]
        return found or self._hedge_of_verb(first)

    def _is_denied(self, at: int) -> bool:
        """True where a "not" stands before a hedge: "kan ikke vare lenger enn fire år"."""
        words = range(max(self.floor, at - DENIED), at)
        # "kan ikke være fornøyd når mer enn halvparten …" denies another clause
        opened = max((before for before in words if self.has(before, "hedges.clauses")), default=-1)
        return any(self.has(before, "hedges.denying") for before in words if before > opened)

    def _hedge_of_verb(self, first: int) -> str | None:
        """The hedge before the verb of a number, where it moves no bound: "det bare gjaldt 5 prosent"."""
        verb = self.words.phrases["hedges.verbs"].before(self.keys, first, self.floor)
        hit = self.words.phrases["hedges"].before(self.keys, verb[1], self.floor) if verb else None
        return hit[0] if hit and self.words.effects[hit[0]] == "none" else None

    def past_hedges(self, at: int) -> int:
        """The first token from here on that opens no hedge."""
        for _ in range(HEDGE_REACH):
            hit = self.phrase("hedges", at)
            at = hit[1] if hit else at
        return at
