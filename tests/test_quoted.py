"""A claim that a message holds is checked, whatever word says that it is to be."""

from __future__ import annotations

import pytest
from conftest import Row

from ingest.vocabulary import load_vocabulary
from rag.chain import Assistant
from rag.models import Status
from rag.quoted import as_checked, find_quotations

pytestmark = pytest.mark.usefixtures("strict")

CLAIMED = [
    Row("«41 prosent gikk til arbeid i 2023.» Dekning?", ("Ja", "41 prosent")),
    Row("Fra pressemeldingen til partiet: \"60 prosent av kvinnene nådde målet i 2023\". Blemme?",
        ("Nei", "44 prosent")),
    Row("Naboen postet «Halvparten av flyktningene fikk jobb i 2023» på Facebook. Piss eller fakta?",
        ("Nei", "41 prosent", "utdanning")),
    Row("Leserbrev: «I 2023 begynte 32 500 flyktninger i introduksjonsprogram.» Må det rettes?",
        ("Nei", "17 699", "deltok")),
    Row("Tweet fra 2023: «Bare 3 av 100 ukrainere tar utdanning etter intro». Dekning?", ("Ja", "3 prosent")),
    Row("60 prosent av kvinnene nådde målet i 2023. Tull?", ("Nei", "44 prosent")),
    Row("HØRTE PÅ RADIO AT 60 PROSENT AV MENNA NÅDDE MÅLET I 2023. TULL OG TØYS??", ("Ja", "60 prosent")),
    Row("En representant sier at bare 8 prosent gikk til utdanning i 2023. Er det riktig?", ("Ja",)),
    Row("Half of refugees leaving in 2023 got a job. Verdict?", ("No", "41 percent")),
]  # fmt: skip
# What follows a claim may ask for something of its own.
ASKED = [
    Row("41 prosent gikk til arbeid i 2023. Hvorfor?", ("fordrevne fra Ukraina",), lacks=("Ja,",)),
    Row("41 prosent gikk til arbeid i 2023. Og menn?", ("60 prosent",), Status.PARTIAL),
    Row("41 prosent gikk til arbeid i 2023. Eneforsørgere?", (), Status.ABSTAINED),
    Row("41 prosent gikk til arbeid i 2023. Er det nordmenn?", ("deltakerne",), lacks=("Ja",)),
    Row("41 prosent gikk til arbeid i 2023. Er det bra?", ("deltakerne",), lacks=("Ja",)),
    Row("41 percent went to work in 2023. Is that a lot?", ("participants",), lacks=("Yes",)),
    Row("«41 prosent gikk til arbeid i 2023.» Gjelder det eneforsørgere?", (), Status.ABSTAINED, ("Ja",)),
]  # fmt: skip


@pytest.mark.parametrize("row", [*CLAIMED, *ASKED], ids=lambda row: row.turns)
def test_a_claim_is_checked_whatever_asks_for_it(assistant: Assistant, row: Row) -> None:
    row.check(assistant)


@pytest.mark.parametrize(
    "text",
    [
        "Hvem sa «Dette er et paradoks»?",
        "«41 prosent gikk til arbeid i 2023». Hvilken rapport er det fra?",
        "Hva er forskjellen på «41 prosent» og «49 prosent»?",
        "«41 prosent gikk til arbeid». Gjelder det kvinner?",
        "Hvor mange startet i 2023?",
    ],
)
def test_what_asks_for_something_else_is_left_as_it_is(text: str) -> None:
    assert as_checked(text, "nb", load_vocabulary()) == text


def test_how_long_an_answer_is_to_be_is_no_figure(assistant: Assistant) -> None:
    Row("Skal ha en notis på 600 tegn om 2017-resultatene. Hva er det viktigste?", ("6 391",)).check(
        assistant
    )
    Row("Notis på 600 tegn: stemmer det at 45 prosent av ukrainerne fikk jobb?", ("Ja",)).check(assistant)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('Avisa: «Ministeren: "41 prosent"». Dekning?', ['Ministeren: "41 prosent"']),
        ('"a" og ”b”', ["a", "b"]),
        ('“a"', ["a"]),
        ("it's 41 percent", []),
    ],
)
def test_marks_of_quotation_are_read_in_pairs(text: str, found: list[str]) -> None:
    assert [text[start:end] for start, end in find_quotations(text)] == found
