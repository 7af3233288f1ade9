"""What a message tells before its question, and how little of that question needs its own words.

Over the real reports, searched by words. Rows: turns, what the last answer holds, its status, what it lacks.
"""

from __future__ import annotations

import pytest
from conftest import Row

from rag.chain import Assistant
from rag.models import Status

pytestmark = pytest.mark.usefixtures("strict")
ANSWERED, PARTIAL, ABSTAINED = Status.ANSWERED, Status.PARTIAL, Status.ABSTAINED
Told = tuple[str, tuple[str, ...], Status, tuple[str, ...]]

# Words that are not understood in a statement decline no question; whom it names is whom the question means.
STATED: list[Told] = [
    (
        "Alle ukrainere sitter hjemme og får penger for ingenting. Hva er det EKTE tallet for hvor mange som "
        "gikk til jobb i 2023??",
        ("45 prosent", "fordrevne fra Ukraina"),
        ANSWERED,
        (),
    ),
    ("Så de kan gå der i 10 år på vår regning. Hvor lenge er maks egentlig", ("4 år",), ANSWERED, ()),
    ("So they can freeload for a decade. What's the maximum length?", ("4 år",), ANSWERED, ()),
    (
        "Vi har eit ektepar frå Ukraina som ikkje vil møte. Er det plikt for dei?",
        ("rett, men ikke plikt",),
        ANSWERED,
        (),
    ),
    ("Alle veit at somaliarane ikkje gidd. Kva er det reelle talet for 2017?", ("3 av 10",), ANSWERED, ()),
    (
        "Naboen påstår at kurset varer evig og koster skjorta. Hvor lenge kan det egentlig vare?",
        ("4 år",),
        ANSWERED,
        (),
    ),
    ("Ingen av mine deltakere har fått jobb. Hva er tallet for 2023?", ("41 prosent",), ANSWERED, ("Nei",)),
    ("Kollegaen er uenig med meg om tallet for menn i 2017. Hva er det?", ("55 prosent",), ANSWERED, ()),
    ("Trenger noe fra ministeren om tallene for 2023. Har dere sitat?", (), ABSTAINED, ("«",)),
    ("hvor mange ekte flyktninger deltok i 2023?", (), ABSTAINED, ("32 500",)),
    (
        "Svigerfar mener at ukrainerne er late. Hvor stor andel av dem fikk jobb?",
        ("45 prosent",),
        ANSWERED,
        (),
    ),
    ("Syrere som er leger sliter. Hvor mange av dem deltok i 2023?", (), ABSTAINED, ("3 715",)),
    ("Kokkene fra Kongo er mange. Hvor mange er de?", (), ABSTAINED, ("1 272",)),
    ("2022 var et dårlig år. Hvor mange avsluttet året etter?", ("11 381",), ANSWERED, ("2 757",)),
]
# A figure that is told names what is asked of, unless whoever asks tells but of themselves.
FIGURES: list[Told] = [
    (
        "kvinnfolka gidder vel ikke jobbe. 44 prosent i 2023 er jo bånn i bøtta, hva fikk gubbene til",
        ("60 prosent", "mennene"),
        ANSWERED,
        ("44 prosent av",),
    ),
    (
        "45 prosent er latterlig lite. Hva fikk de andre til i 2023?",
        ("23 prosent",),
        ANSWERED,
        ("41 prosent",),
    ),
    ("49 prosent i 2023 er bra, hva var det i 2017?", ("esten halvparten", "2017"), ANSWERED, ()),
    ("I'm a PhD student in Leeds. What is the denominator behind 49 per cent?", ("11,381",), ANSWERED, ()),
    ("Onkel Roger sier det er 50 000 i programmet. Hvor mange var det i 2023?", ("32 500",), ANSWERED, ()),
    ("50 000, sier han. Hvor mange var det i 2023?", (), ABSTAINED, ("11 381",)),
    ("Hvorfor kom det 15 000 ekstra inn på ett år?", ("Ukraina",), ANSWERED, ()),
    ("Er det 40 prosent, eller er det 49 i 2023?", ("49 prosent",), ANSWERED, ("Somalia",)),
]
# "What does IMDi say?" after a claim has it checked, whoever made it.
CLAIMS: list[Told] = [
    (
        "Kjetil har skrevet at andelen til utdanning falt med 25 prosentpoeng fra 2022 til 2023. Det lukter "
        "feil. Hva sier IMDi?",
        ("20 prosentpoeng",),
        ANSWERED,
        (),
    ),
    ("Avisa skreiv at 15 000 deltok i 2023. Kva seier rapporten?", ("Nei", "32 500"), ANSWERED, ()),
    ("A colleague wrote that 60 percent of women made it in 2023. What does IMDi say?",
     ("No", "44 percent"), ANSWERED, ()),
    ("feministene sier damene knuser gutta i 2023. sant?", ("60 prosent", "44 prosent"), ANSWERED, ()),
    ("Tittelen er «Et paradoks». Hvem sa det, og hva begrunnet vedkommende det med?",
     ("Rieber-Mohn",), ANSWERED, ()),
]  # fmt: skip
# What one part of a question, or one turn, leaves to the one before it.
JOINED: list[Told] = [
    ("hvor mange flere avsluttet i 2023 enn i 2022, og hvor mange færre i 2022 enn i 2021?",
     ("8 624", "538"), ANSWERED, ("8 086",)),
    ("2023: andel til jobb, andel til utdanning, andel totalt", ("41", "8 prosent", "49"), ANSWERED, ()),
    ("2017, share to work, share to education and overall", ("25 percent", "23 percent", "half"),
     ANSWERED, ()),
    ("Gjorde somaliske menn det bedre enn kvinner generelt i 2017?", ("34 prosent", "Ja"), ANSWERED,
     ("2 av 10)",)),
    ("90 LAND!!?? List opp hvert eneste ett, nå", ("3 715",), PARTIAL, ()),
    ("Vi vil skrive i ingressen hvor stor del av dem som avsluttet i 2023 som var fra Ukraina. Finner ingen "
     "prosent. Kan du regne?", ("80 prosent",), ANSWERED, ("Finland",)),
    ("Er dei avskrivne for godt, eller kan dei telje med i seinare målingar?", ("målinger",), ANSWERED, ()),
    ("Når ble siden om 2023-tallene sist oppdatert? >> og den om 2017?", ("24. oktober 2018",), ANSWERED, ()),
    ("Kva er føremålet med programmet? >> Og kva for innhald må det ha?", ("innhold",), ANSWERED, ()),
    ("Har gapet krympet?", ("16 prosentpoeng", "21 prosentpoeng", "kvinner og menn"), ANSWERED, ("15 000",)),
    ("HVORFOR JOBBER INGEN FRA SOMALIA??? NULL PROSENT!!", ("3 av 10",), PARTIAL, ()),
    ("De som ikke gikk til jobb eller utdanning i 2023, hvor havnet de?", ("3 844", "286", "1 707"),
     ANSWERED, ()),
    ("andel rett i jobb i 2017? >> 25 er jo ikke «nesten halvparten»! hvor kommer resten fra?",
     ("23 prosent", "utdanning"), ANSWERED, ("23 000",)),
    ("Damer gjør det dårligere enn menn. Er utdanning hele forklaringen?", ("samme utdanningsnivå",),
     ANSWERED, ("20 prosentpoeng",)),
]  # fmt: skip


@pytest.mark.parametrize(
    ("turns", "has", "status", "lacks"), [*STATED, *FIGURES, *CLAIMS, *JOINED], ids=lambda v: str(v)[:50]
)
def test_what_is_told_before_a_question_neither_declines_nor_changes_it(
    assistant: Assistant, turns: str, has: tuple[str, ...], status: Status, lacks: tuple[str, ...]
) -> None:
    Row(turns, has, status, lacks).check(assistant)
