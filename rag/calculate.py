"""The one calculator: differences, sums, products and shares, each with its arithmetic and its interval.

Inputs are published figures with the bounds their rounding allows; the bounds are propagated, and a result
is shown with no more digits than its interval supports. Pure.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal
from typing import Protocol

from rag.models import Calculation

HUNDRED = Decimal(100)
# Shares worked out from counts are shown with at most one decimal, as the reports do.
FINEST_SHARE = Decimal("0.1")
PERCENT, POINTS, PEOPLE, TIMES = "prosent", "prosentpoeng", "personer", "ganger"
LANDS, YEARS = "land", "år"
# Units of figures that stand for something by themselves; "5 år" is said of many things.
COUNTED = (PEOPLE, PERCENT, POINTS)


class Bounded(Protocol):
    """A figure with the bounds that its rounding allows."""

    @property
    def lower(self) -> Decimal:
        """The least that it can be."""

    @property
    def upper(self) -> Decimal:
        """The most that it can be."""


@dataclass(frozen=True, slots=True)
class Term:
    """A figure that goes into a calculation: how it is shown, its bounds and the observations behind it."""

    shown: str
    value: Decimal
    lower: Decimal
    upper: Decimal
    unit: str
    inputs: tuple[str, ...] = ()


Number = Callable[[Decimal], str]


def difference(a: Term, b: Term, number: Number) -> Calculation:
    """`a − b`: prosentpoeng for shares, else in the unit of `a`."""
    unit = POINTS if a.unit in (PERCENT, POINTS) else a.unit
    return _result(
        f"{a.shown} − {b.shown}",
        a.value - b.value,
        a.lower - b.upper,
        a.upper - b.lower,
        unit,
        (a, b),
        number,
    )


def total(terms: Sequence[Term], number: Number) -> Calculation:
    """The sum of terms in one unit."""
    expression = " + ".join(term.shown for term in terms)
    value = sum((t.value for t in terms), Decimal(0))
    lower = sum((t.lower for t in terms), Decimal(0))
    upper = sum((t.upper for t in terms), Decimal(0))
    return _result(expression, value, lower, upper, terms[0].unit, terms, number)


def people_of(count: Term, shares: Sequence[Term], number: Number) -> Calculation:
    """How many people one share, or a share of a share, of a count is."""
    value, lower, upper = count.value, count.lower, count.upper
    for share in shares:
        value, lower, upper = (
            value * share.value / HUNDRED,
            lower * share.lower / HUNDRED,
            upper * share.upper / HUNDRED,
        )
    expression = " × ".join(term.shown for term in (count, *shares))
    return _result(expression, value, lower, upper, PEOPLE, (count, *shares), number)


def share_of(part: Term, whole: Term, number: Number) -> Calculation | None:
    """What share `part` is of `whole`, in prosent; None where the whole may be nothing."""
    if whole.lower <= 0:
        return None
    value = part.value / whole.value * HUNDRED
    lower, upper = part.lower / whole.upper * HUNDRED, part.upper / whole.lower * HUNDRED
    return _result(f"{part.shown} / {whole.shown}", value, lower, upper, PERCENT, (part, whole), number)


def ratio(a: Term, b: Term, number: Number) -> Calculation | None:
    """How many times `b` goes into `a`; None where `b` may be nothing."""
    if b.lower <= 0:
        return None
    lower, upper = a.lower / b.upper, a.upper / b.lower
    return _result(f"{a.shown} / {b.shown}", a.value / b.value, lower, upper, TIMES, (a, b), number)


def growth(new: Term, old: Term, number: Number) -> Calculation | None:
    """The change from `old` to `new` in percent of `old`; None where `old` may be nothing."""
    if old.lower <= 0:
        return None
    lower, upper = new.lower / old.upper, new.upper / old.lower
    expression = f"({new.shown} − {old.shown}) / {old.shown}"
    value, low, high = ((part - 1) * HUNDRED for part in (new.value / old.value, lower, upper))
    return _result(expression, value, low, high, PERCENT, (new, old), number)


def earlier_level(level: Term, change: Term, *, rose: bool, number: Number) -> Calculation:
    """The level before a change: 41 − 17 = 24."""
    if rose:
        value, lower, upper = (
            level.value - change.value,
            level.lower - change.upper,
            level.upper - change.lower,
        )
    else:
        value, lower, upper = (
            level.value + change.value,
            level.lower + change.lower,
            level.upper + change.upper,
        )
    sign = "−" if rose else "+"
    return _result(
        f"{level.shown} {sign} {change.shown}", value, lower, upper, level.unit, (level, change), number
    )


def rest(share: Term, number: Number) -> Calculation:
    """What is left of the whole: 100 − share."""
    whole = f"{number(HUNDRED)} {PERCENT}"
    return _result(
        f"{whole} − {share.shown}",
        HUNDRED - share.value,
        HUNDRED - share.upper,
        HUNDRED - share.lower,
        PERCENT,
        (share,),
        number,
    )


def term_of(calculation: Calculation) -> Term:
    """A result as an input to the next calculation; its own arithmetic takes its place in brackets."""
    shown = f"({calculation.arithmetic})"
    return Term(
        shown, calculation.value, calculation.lower, calculation.upper, calculation.unit, calculation.inputs
    )


def agrees(stated: Bounded, lower: Decimal, upper: Decimal) -> bool:
    """Whether a stated figure and an interval can both be true."""
    return stated.lower <= upper and lower <= stated.upper


def rounded(value: Decimal, step: Decimal, rounding: str = ROUND_HALF_UP) -> Decimal:
    """`value` to a multiple of `step`."""
    return (value / step).quantize(Decimal(1), rounding=rounding) * step


def step_of(lower: Decimal, upper: Decimal, unit: str) -> Decimal:
    """The finest decimal place that an interval supports: the power of ten within half its width."""
    width = (upper - lower) / 2
    finest = FINEST_SHARE if unit in (PERCENT, POINTS, TIMES) else Decimal(1)
    if width <= 0:
        return finest if unit in (PERCENT, TIMES) else Decimal(0)
    return max(Decimal(10) ** width.adjusted(), finest)


def _result(
    expression: str,
    value: Decimal,
    lower: Decimal,
    upper: Decimal,
    unit: str,
    terms: Sequence[Term],
    number: Number,
) -> Calculation:
    step = step_of(lower, upper, unit)
    shown = rounded(value, step) if step else value
    low = rounded(lower, step, ROUND_FLOOR) if step else lower
    high = rounded(upper, step, ROUND_CEILING) if step else upper
    if lower == upper:
        # Of exact figures only the result is rounded; there is no interval to tell.
        low = high = shown
    display = number(shown)
    relation = "≈" if shown != value or (unit == PEOPLE and low != high) else "="
    result = display if unit == PEOPLE else f"{display} {unit}"
    return Calculation(
        arithmetic=expression,
        expression=f"{expression} {relation} {result}",
        value=shown.normalize() if shown == shown.to_integral_value() else shown,
        unit=unit,
        lower=low,
        upper=high,
        display=display,
        inputs=tuple(dict.fromkeys(i for term in terms for i in term.inputs)),
    )
