"""Read numbers, shares, ranges and years in Norwegian (bokmål, nynorsk) and English text.

The text is cut into tokens once; small named rules then read it from left to right. Offsets are into the
text as given; words are compared in NFC and lower case, so decomposed letters are read too. All words,
units and hedges stand in `corpus/vocabulary/numerals.toml`. Every look-ahead is bounded: time is linear.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

from ingest.models import Quantity
from ingest.number_context import TextReader
from ingest.numerals import HUNDRED, THOUSAND, VOCABULARY, YEARS, Numeral, compose_year, load_words

__all__ = ["VOCABULARY", "Period", "find_periods", "find_quantities", "format_number", "parse_number"]

# "halvparten" is said of 45 to 55 prosent, not of 25 to 75: no share in words is read with a wider step.
COARSEST_SHARE: Final = Decimal(10)
PIVOT: Final = 50  # '49 is 2049, '50 is 1950
YEARS_OLD: Final = "år"
LEAST_AGE: Final = 15  # fewer years are a duration
INSIDE: Final = 4  # words between a share and its exact figure in parentheses
FOUR_PLACES: Final = Decimal("0.0001")  # thirds are kept to four places


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


# Quantities


class _QuantityReader(TextReader):
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

    def quantity(self, numeral: Numeral, unit: tuple[str, int] | None) -> Quantity:
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
        members: list[tuple[Numeral, tuple[str, int] | None]] = []
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
            compared = self.has(numeral.after, "numbers.compared") and numeral.value != 1
            known = unit and (numeral.value != 1 or unit[0] != self.words.people)
            known = known or (numeral.value > 1 and self._counts_people(numeral))
            one = self.has(numeral.first, "numbers.stressed") and self.has(numeral.after, "people.came")
            # "landet under ett" is all of it
            one = one and not self.has(numeral.first - 1, "numbers.together")
            known = known or (one and not self.has(numeral.after, "joins.list"))
            if not numeral.spelled or known or compared:
                found.append(self.quantity(numeral, unit))
        return found, tail[1] if tail else members[-1][0].after

    def _counts_people(self, numeral: Numeral) -> bool:
        """True of a number in words that stands for people: "Sju av dem som …", "Til arbeid gikk åtte."."""
        at = numeral.after
        of = self.phrase("people.those", at)
        # "Ni av de tolv", "ni av tolv"
        whole = at + 1 + self.has(at + 1, "people.determiners")
        part = self.has(at, "shares.links") and self.numeral(whole) is not None
        ends = self.key(at) in ("", ".", ",") and self.kind(at) != "number"
        # "… og ti sluttet av andre årsaker"
        acted = self.has(at, "people.acted")
        # "Vidare held fire fram med grunnskule"
        parted = self.has(numeral.first - 1, "people.came") and self.has(at, "people.particles")
        # "og åtte (28 prosent) tok til på utdanning"
        shared = self.key(at) == "(" and self._in_parentheses(at) is not None
        came = ends and self.has(numeral.first - 1, "people.came")
        return of is not None or parted or part or acted or shared or came

    def range(self, first: int) -> tuple[list[Quantity], int] | None:
        """A range with one unit: "19-24 år", "mellom 18 og 55 år". "fra A til B" is two numbers."""
        low = self.figure(first)
        if low is None or (self.has(first - 1, "joins.from") and not self._is_age_range(low)):
            return None
        at = low.after
        between = self.has(first - 1, "joins.between")
        if not (self.dash(at) or self.has(at, "joins.to") or (between and self.has(at, "joins.and"))):
            return None
        high = self.figure(at + 1)
        if high is None or self.proportion(at + 1):
            return None
        unit = (YEARS_OLD, high.after + 2) if self.aged(high.after) else None
        if unit is None and self.tight_dash(high.after):
            return None
        unit = unit or self.unit(high.after)
        value = low.value * (high.scale if low.scale == 1 else 1)
        bare = (self.tight_dash(at) or between) and not (low.spelled or high.spelled)
        if value >= high.value or not (unit or bare):
            return None
        code, after = unit or (None, high.after)
        return [self.made(value, code, (value, high.value), first, after)], after

    def _is_age_range(self, low: Numeral) -> bool:
        """True of "fra 18 til 55 år": so many years are ages, which name one group."""
        high = self.figure(low.after + 1) if self.has(low.after, "joins.to") else None
        unit = self.unit(high.after) if high else None
        aged = unit is not None and unit[0] in self.words.sets["unit_classes.ages"]
        return aged and low.value >= LEAST_AGE and low.place == 1

    def ratio(self, first: int) -> tuple[list[Quantity], int] | None:
        """A ratio in one word or phrase: "dobbelt så mange" is 2 times, "halvert" 0.5."""
        hit = self.words.ratios.at(self.keys, first)
        if hit is None:
            return None
        numeral = Numeral(hit[0], _coarse(hit[0]), first, hit[1])
        return [self.quantity(numeral, (self.words.times, hit[1]))], hit[1]

    def proportion(self, first: int) -> tuple[int, int, int] | None:
        """A share said as a fraction: so many parts, of how many, and the token after it."""
        return self._named_share(first) or self._counted_share(first)

    def _named_share(self, first: int) -> tuple[int, int, int] | None:
        """A share with a name: "halvparten", "half of", "hver tredje" (but not "hver tredje måned")."""
        if half := self.phrase("shares.halves", first):
            link = self.phrase("shares.links", half[1])
            of_time = link and (self.unit_is(link[1], "unit_classes.recurring") or self.said_time(link[1]))
            # "halvparten så høy" is a ratio.
            hit = None if of_time or self.words.ratios.at(self.keys, first) else (1, 2, half[1])
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
        value, step = Decimal(HUNDRED * parts) / base, min(Decimal(HUNDRED) / base, COARSEST_SHARE)
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


class _PeriodReader(TextReader):
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
        said = self.spoken(at, compose_year) if self.kind(at) == "word" else None
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
    reader = TextReader(text.strip())
    signed = reader.has(0, "frames.minus") and reader.glued(1)
    numeral = reader.numeral(int(signed))
    if numeral is None or numeral.after != len(reader.tokens):
        return None
    return -numeral.value if signed else numeral.value


def format_number(value: Decimal, language: str) -> str:
    """A number as the language writes it: "11 381" with U+00A0 and "46,5" in nb and nn, "11,381" in en.

    Not for years, which are never grouped. Raises ValueError for a language other than nb, nn and en.
    """
    marks = load_words().marks
    if language not in marks:
        raise ValueError(f"no number format for language {language!r}: use {', '.join(marks)}")
    thousands, point = marks[language]
    whole, _, decimals = f"{value:,f}".partition(".")
    decimals = decimals.rstrip("0")
    written = whole.replace(",", thousands) + (point + decimals if decimals else "")
    return written.replace("-", "−") if value else "0"
