"""Every number of an answer stands in a quote or in a shown calculation, or is found out."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from made_answers import make_citation

from ingest.numbers import find_quantities
from rag.grounding import GroundingError, check, find_unsupported, numbers_in
from rag.models import Answer, Calculation, Intent, Query, Reason, Role, Statement, Status

QUOTE = "I 2023 startet til sammen 17\u00a0699 nye flyktninger, og 44,5 prosent var over 18 år."
SUM = Calculation(
    arithmetic="41 prosent − 17 prosentpoeng",
    expression="41 prosent − 17 prosentpoeng = 24 prosent",
    value=Decimal(24),
    unit="prosent",
    lower=Decimal(23),
    upper=Decimal(25),
    display="24",
    inputs=("a", "b"),
)

# What an answer may say of QUOTE and SUM, whatever way it is written.
GROUNDED = [
    "17\u00a0699 startet",
    "17 699 startet",
    "17\u202f699 startet",
    "17.699 startet",
    "17,699 started",
    "17699 startet",
    "44,5 prosent",
    "44.5 percent",
    "over 18 år",
    "I 2023 og 2017",
    "2017–2023",
    "2017-2023",
    "Halvparten av kvinnene",
    "[1][2] og [34]",
    "24 prosent (mellom 23 og 25)",
    "41 prosent − 17 prosentpoeng = 24 prosent",
    "18–24 prosent",
    "",
]
# What it may not, and the numbers that are found out.
INVENTED = [
    ("17 700 startet", ["17 700"]),
    ("17\u00a0698 startet", ["17\u00a0698"]),
    ("1 769 startet", ["1 769"]),
    ("699 startet", ["699"]),
    ("45 prosent", ["45"]),
    ("44,6 prosent", ["44,6"]),
    ("4,45 prosent", ["4,45"]),  # not 44,5 with its comma moved
    ("445 prosent", ["445"]),
    ("45.5 percent", ["45.5"]),
    ("17,700 started", ["17,700"]),
    ("i 2019", ["2019"]),
    ("2017–2022", ["2022"]),
    ("26 prosent (mellom 23 og 27)", ["26", "27"]),
    ("1 av 3", ["1", "3"]),
    ("24 og 99 prosent [99]", ["99"]),
    ("99999999999999999999999999999999999", ["99999999999999999999999999999999999"]),
]


def answer(text: str, role: Role = Role.LEAD, query: Query | None = None) -> Answer:
    query = query or Query("?", "nb", Intent.FIGURE)
    return Answer(
        question="?",
        query=query,
        text=text,
        status=Status.ANSWERED,
        reason=Reason.STATED,
        statements=(Statement(role, text, (1,)),),
        citations=(make_citation(quote=QUOTE),),
        calculations=(SUM,),
    )


@pytest.mark.parametrize("text", GROUNDED)
def test_a_number_of_a_quote_a_calculation_or_a_year_of_the_reports_is_grounded(text: str) -> None:
    assert find_unsupported(answer(text), years=["2017"]) == []


@pytest.mark.parametrize(("text", "found"), INVENTED, ids=[row[0] for row in INVENTED])
def test_an_invented_number_is_found(text: str, found: list[str]) -> None:
    assert find_unsupported(answer(text), years=["2017"]) == found


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.QUOTE])
def test_an_invented_number_is_found_in_every_kind_of_statement(role: Role) -> None:
    assert find_unsupported(answer("99 prosent", role), years=()) == ["99"]


def test_the_check_raises_and_names_the_number_and_the_question() -> None:
    with pytest.raises(GroundingError, match=r"'\?'.*'99'"):
        check(answer("99 prosent"), years=())
    check(answer("24 prosent"), years=())


def test_a_count_that_is_quoted_in_words_may_be_said_in_figures() -> None:
    quoted = "Elleve personer gikk til arbeid, om lag en tredel. Det er fire prosentpoeng lavere."
    said = replace(
        answer("11 deltakere, 4 lavere, ikke 12 og ikke 33"), citations=(make_citation(quote=quoted),)
    )
    assert find_unsupported(said, years=()) == ["12", "33"]


def test_a_quote_needs_no_other_proof() -> None:
    assert find_unsupported(answer("«Note 99: se 88.»", Role.QUOTE), years=()) == []


def test_the_year_that_a_question_asks_for_may_be_named() -> None:
    asked = Query("?", "nb", Intent.FIGURE, periods=("2019",))
    assert find_unsupported(answer("Ingen tall for 2019.", query=asked), years=()) == []
    assert find_unsupported(answer("Ingen tall for 2020.", query=asked), years=()) == ["2020"]


def test_the_age_that_a_question_asks_for_may_be_named() -> None:
    asked = Query("?", "nb", Intent.FIGURE, dimensions={"age": ("30-39",)})
    assert find_unsupported(answer("Ingen tall for 30–39 år.", query=asked), (), ["30–39 år"]) == []
    assert find_unsupported(answer("Ingen tall for 30–40 år.", query=asked), (), ["30–39 år"]) == ["30", "40"]


def test_a_figure_that_the_question_states_is_not_grounded_by_being_asked() -> None:
    [quantity] = find_quantities("60 prosent")
    asked = Query("Stemmer 60 prosent?", "nb", Intent.VERIFY, quantities=(quantity,))
    assert find_unsupported(answer("Ja, 60 prosent.", query=asked), years=()) == ["60"]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("11 381", 11381),
        ("11,381", 11381),
        ("11.381", 11381),
        ("1 234 567", 1234567),
        ("2,5", Decimal("2.5")),
    ],
)
def test_a_number_is_read_whatever_parts_its_thousands(text: str, wanted: Decimal | int) -> None:
    assert Decimal(wanted) in numbers_in(text)


def test_two_numbers_beside_each_other_are_not_one() -> None:
    assert numbers_in("2023 699") == {Decimal(2023), Decimal(699)}
    assert Decimal(17699) not in numbers_in("17 6990")
    assert Decimal(23381) not in numbers_in("23 [1] 381")
