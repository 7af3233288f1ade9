"""The calculator: every interval holds, and no digit is shown that the interval does not support."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import TypeAlias

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from ingest.numbers import find_quantities, format_number
from rag import calculate
from rag.calculate import PEOPLE, PERCENT, POINTS, Term
from rag.models import Calculation

Exact: TypeAlias = Callable[[Sequence[Decimal]], Decimal]
Case: TypeAlias = tuple[Calculation, Exact, Sequence[Term]]
HUNDRED = Decimal(100)


def number(value: Decimal) -> str:
    return format_number(value, "nb").replace("\u00a0", " ")


def term(text: str, name: str = "o") -> Term:
    """A published figure with the bounds that the reader gives it."""
    [quantity] = find_quantities(text)
    return Term(text, quantity.value, quantity.lower, quantity.upper, quantity.unit or PEOPLE, (name,))


# ---- rows: what a calculation shows


def test_the_level_before_a_rise_is_the_level_less_the_rise() -> None:
    before = calculate.earlier_level(term("41 prosent"), term("17 prosentpoeng"), rose=True, number=number)
    assert before.expression == "41 prosent − 17 prosentpoeng = 24 prosent"
    assert before.value == 24
    assert (before.unit, before.display) == (PERCENT, "24")
    assert before.lower < 24 < before.upper


def test_the_level_before_a_fall_is_the_level_and_the_fall() -> None:
    before = calculate.earlier_level(term("41 prosent"), term("3 prosentpoeng"), rose=False, number=number)
    assert before.value == 44
    assert before.arithmetic == "41 prosent + 3 prosentpoeng"


def test_a_share_of_a_share_of_a_count_is_people_with_the_rounding_of_all_three() -> None:
    shares = [term("7 av 10"), term("44 prosent")]
    people = calculate.people_of(term("11 381 deltakere"), shares, number)
    assert [people.lower, people.value, people.upper] == list(map(Decimal, (3200, 3500, 3800)))
    assert (people.unit, people.display) == (PEOPLE, "3 500")
    assert people.expression == "11 381 deltakere × 7 av 10 × 44 prosent ≈ 3 500"


def test_a_difference_between_shares_is_in_percentage_points() -> None:
    gap = calculate.difference(term("60 prosent"), term("44 prosent"), number)
    assert (gap.unit, gap.expression) == (POINTS, "60 prosent − 44 prosent = 16 prosentpoeng")
    assert [gap.lower, gap.value, gap.upper] == list(map(Decimal, (15, 16, 17)))


def test_exact_counts_have_an_exact_difference_and_sum() -> None:
    many, few = term("17 699 deltakere"), term("11 381 deltakere")
    gap, both = calculate.difference(many, few, number), calculate.total([many, few], number)
    assert gap.lower == gap.value == gap.upper == 6318
    assert both.lower == both.value == both.upper == 29080
    assert gap.expression.endswith("= 6 318")


def test_the_rest_of_a_share_is_of_the_whole() -> None:
    rest = calculate.rest(term("49 prosent"), number)
    assert rest.expression == "100 prosent − 49 prosent = 51 prosent"
    assert rest.lower < 51 < rest.upper


def test_a_share_of_two_counts_is_shown_with_one_decimal() -> None:
    share = calculate.share_of(term("286 deltakere"), term("11 381 deltakere"), number)
    assert share is not None
    assert (share.value, share.unit, share.display) == (Decimal("2.5"), PERCENT, "2,5")


@pytest.mark.parametrize("lower", [Decimal(0), Decimal(-1)])
def test_there_is_no_share_of_a_whole_that_may_be_nothing(lower: Decimal) -> None:
    whole = Term("0", Decimal(0), lower, Decimal(5), PEOPLE)
    assert calculate.share_of(term("3 deltakere"), whole, number) is None


def test_a_calculation_names_each_figure_it_rests_on_once() -> None:
    one, two = term("41 prosent", "a"), term("17 prosent", "b")
    first = calculate.difference(one, two, number)
    again = calculate.difference(calculate.term_of(first), one, number)
    assert again.inputs == ("a", "b")
    assert again.arithmetic == f"({first.arithmetic}) − {one.shown}"


def test_intervals_that_touch_agree_and_others_do_not() -> None:
    assert calculate.agrees(term("15 000 deltakere"), Decimal(14000), Decimal(15000))
    assert not calculate.agrees(term("15 000 deltakere"), Decimal(14000), Decimal(14999))


# ---- properties


def terms(unit: str, low: int, high: int, places: int) -> st.SearchStrategy[Term]:
    """Figures as published: a value and how far its rounding may reach to each side."""
    values = st.decimals(low, high, places=places)
    reach = st.sampled_from([Decimal(0), Decimal("0.05"), Decimal("0.5"), Decimal(5), Decimal(50)])
    return st.builds(
        lambda value, down, up: Term(f"{value:f}", value, max(Decimal(0), value - down), value + up, unit),
        values, reach, reach,
    )  # fmt: skip


COUNTS = terms(PEOPLE, 0, 60000, 0)
SHARES = terms(PERCENT, 0, 100, 1)


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """A calculation, the same arithmetic done exactly, and its inputs."""
    pick = draw(st.integers(0, 5))
    if pick == 0:
        pair = draw(st.tuples(COUNTS, COUNTS) | st.tuples(SHARES, SHARES))
        return calculate.difference(*pair, number), lambda v: v[0] - v[1], pair
    if pick == 1:
        several = draw(st.lists(COUNTS, min_size=1, max_size=4))
        return calculate.total(several, number), lambda v: sum(v, Decimal(0)), several
    if pick == 2:
        count, shares = draw(COUNTS), draw(st.lists(SHARES, min_size=1, max_size=2))
        result = calculate.people_of(count, shares, number)
        return (
            result,
            lambda v: v[0] * v[1] / HUNDRED * (v[2] / HUNDRED if len(v) > 2 else 1),
            [count, *shares],
        )
    if pick == 3:
        part, whole = draw(COUNTS), draw(COUNTS)
        share = calculate.share_of(part, whole, number)
        assume(share is not None and part.value <= whole.value)
        assert share is not None
        return share, lambda v: v[0] / v[1] * HUNDRED, [part, whole]
    if pick == 4:
        level, change, rose = draw(SHARES), draw(SHARES), draw(st.booleans())
        result = calculate.earlier_level(level, change, rose=rose, number=number)
        return result, lambda v: v[0] - v[1] if rose else v[0] + v[1], [level, change]
    rest = draw(SHARES)
    return calculate.rest(rest, number), lambda v: HUNDRED - v[0], [rest]


def inside(term: Term, parts: int) -> Decimal:
    return term.lower + (term.upper - term.lower) * parts / 7


@settings(max_examples=300, deadline=None, derandomize=True)
@given(cases(), st.lists(st.integers(0, 7), min_size=4, max_size=4))
def test_the_interval_contains_the_result_of_every_combination_of_inputs(
    case: Case, parts: list[int]
) -> None:
    result, exact, inputs = case
    chosen = [inside(one, part) for one, part in zip(inputs, parts, strict=False)]
    assert result.lower <= exact(chosen) <= result.upper
    assert result.lower <= result.value <= result.upper


@settings(max_examples=300, deadline=None, derandomize=True)
@given(cases())
def test_no_more_digits_are_shown_than_the_interval_supports(case: Case) -> None:
    result, exact, inputs = case
    corners = [exact(corner) for corner in itertools.product(*((t.lower, t.upper) for t in inputs))]
    half = (max(corners) - min(corners)) / 2
    if half > 0:
        # A digit is supported where the result may be off by less than ten of it.
        finest = Decimal(10) ** half.adjusted()
        assert (result.value / finest) % 1 == 0
    assert result.display == number(result.value)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(cases())
def test_an_interval_is_no_wider_than_rounding_outwards_makes_it(case: Case) -> None:
    result, exact, inputs = case
    corners = [exact(corner) for corner in itertools.product(*((t.lower, t.upper) for t in inputs))]
    width = max(corners) - min(corners)
    step = max(Decimal(1), Decimal(10) ** (width / 2).adjusted() if width else Decimal(1))
    assert min(corners) - result.lower <= step
    assert result.upper - max(corners) <= step


@settings(max_examples=100, deadline=None, derandomize=True)
@given(cases(), SHARES)
def test_a_result_taken_on_keeps_its_interval(case: Case, share: Term) -> None:
    result, exact, inputs = case
    assume(result.unit in (PERCENT, POINTS))
    again = calculate.difference(calculate.term_of(result), share, number)
    assert again.lower <= exact([t.value for t in inputs]) - share.value <= again.upper
