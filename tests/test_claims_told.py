"""What is told before a question: claims, figures of someone, sums and counts that are supposed."""

from __future__ import annotations

import pytest
from conftest import Row, ask_in_turns

from rag.chain import Assistant
from rag.models import Reason, Status

pytestmark = pytest.mark.usefixtures("strict")

# Whom a claim is of may stand before its "that".
OF_WHOM = [
    Row("svigerfar sier ukrainerne er latsabber, at bare 3 prosent gikk rett i arbeid i 2023. Stemmer det?",
        ("Nei", "45 prosent")),
    Row("Det sies om kvinnene at 60 prosent nådde målet i 2023. Rett?", ("Nei", "44 prosent")),
    Row("Only 3 per cent of Ukrainians went to work in 2023. Correct?", ("No", "45 percent")),
    Row("INGEN av ukrainerne gidder jobbe, de kom hit for NAV og ferdig med det!!! bevis noe annet for 2023",
        ("Nei", "45 prosent")),
    Row("Har notert at 63 prosent kom rett i jobb eller utdanning i 2023. Gjelder det alle, eller hvem?",
        ("49 prosent", "19–24")),
    Row("60 % nådde målet i 2023. Hvilken gruppe er det?", ("60 prosent av mennene",)),
    Row("49 % nådde målet i 2023. Gjelder det alle?", ("Ja", "49 prosent")),
    Row("5 837 gikk verken til jobb eller skole i 2023. Hvor stor andel er det av alle som avsluttet?",
        ("51,3 prosent",)),
    Row("Kvinner gjør det bedre enn menn i 2023, sier sjefen. Men ligger ikke mennene over?",
        ("60 prosent", "44 prosent")),
    Row("Det var flere afghanere enn kongolesere i 2023, ikke sant?", ("Nei", "1 272", "795")),
]  # fmt: skip
# A verdict is wanted, in whatever words.
JUDGED = [
    Row("Ein kollega seier ukrainarane har plikt til å delta, eg meiner dei berre har rett. "
        "Kven av oss to har det riktig?", ("ikke plikt",), lacks=("48 prosent",)),
    Row("Vi skriver at 905 personer droppet ut i 2023. Kan det stå?", ("registrert avslutningsårsak",)),
    Row("Tittelforslag: «Halvparten rett ut i jobb i 2023». "
        "Holder det, eller er det jobb og skole til sammen?",
        ("Nei", "41 prosent")),
    Row("Ett sted går utdanning fra 29 til 8 prosent, et annet sted står det 20 prosentpoeng ned. "
        "Jeg får 21. Er det meg som regner feil?", ("20 prosentpoeng", "henger sammen")),
    Row("Leser i et notat at resultatene ble jevnt bedre år for år fram mot 2017. Riktig?",
        ("stabile i 7 år",)),
    Row("Sto det ikke i 2017-saken at resultatene hadde vært stabile, og i hvor mange år?", ("7 år",)),
    Row("Det var vel Sylvi Listhaug som sa at programmet måtte fornyes?", ("Jan Tore Sanner",)),
    Row("Et sitat sier at kommuner kan bli «mer ambisiøse». Statsråden eller direktøren?", ("Rieber-Mohn",)),
    Row("Det var vel Sylvi Listhaug som sa at ukrainerne er late?", (), Status.ABSTAINED),
]  # fmt: skip
# Counts that are added up, or supposed to come on top.
ADDED = [
    Row("Hvis 905 til hadde avsluttet, hvor mange ville det vært?", ("12 286",)),
    Row("Hvor mange ville ha avsluttet i 2023 om vi tok med de 905 uten årsak?", ("12 286",)),
    Row("If 905 more had completed in 2023, what would the total be?", ("12,286",)),
    Row("Hvis de 905 regnes med, hvor mange deltok i 2023?", (), Status.PARTIAL, ("33 410",)),
    Row("Om de 905 ikke er med, hvor mange avsluttet?", ("11 381",), lacks=("12 286",)),
    Row("Hvis 286 av dem gikk til grunnskole, hvor mange gikk til tiltak?", ("3 844",), lacks=("4 130",)),
    Row("Legger jeg sammen Syria, Kongo, Eritrea og Afghanistan for 2023 får jeg under 7000, kan det stemme?",
        ("Ja", "6 852")),
    Row("Er Syria og Kongo til sammen 4 987 deltakere i 2023?", ("Ja", "4 987")),
    Row("Syria og Kongo til sammen er over 5000 i 2023, stemmer det?", ("Nei", "4 987")),
    Row("Men legger jeg sammen arbeid og utdanning i 2023 for ukrainerne og de andre, hvem ligger høyest?",
        ("48 prosent", "51 prosent")),
]  # fmt: skip
# Whom or what is asked of.
ASKED = [
    Row("Gapet mellom menn og kvinner: større eller mindre i 2023 enn i 2017?",
        ("21 prosentpoeng", "16 prosentpoeng")),
    Row("Hvor mange av dem som fikk jobb deltok i tiltak?", ("ikke dem som gikk",), Status.ABSTAINED,
        ("66 prosent",)),
    Row("How many individuals were in the 19-24 group in 2023?", ("not given",), Status.PARTIAL),
    Row("Klarer unge seg bedre enn de gamle?", ("63 prosent", "eldre"), Status.PARTIAL),
    Row("Eg er rådgjevar i Stad. Finst det tal for vår kommune i desse to sakene?", (), Status.ABSTAINED),
    Row("Kva er aldersgrensa for rett og plikt, var det 18 til 55 eller 16 til 55?", ("18-55",)),
    Row("De sitter fire år på skolebenken alle sammen, eller hva?", ("3 måneder",)),
    Row("Gender composition of those who left the programme in 2023?", ("7 out of 10",)),
]  # fmt: skip
# A share that is claimed of work is one of work or education, and what is in it may be asked.
TAKEN_IN = [
    Row("Stemmer det at 49 prosent fikk jobb, eller er utdanning med?",
        ("Nei", "41 prosent", "49 prosent er noe annet", "og/eller utdanning")),
    Row("Is it true that 49 per cent got jobs, or does that include education?",
        ("No", "41 percent", "49 percent is something else")),
    Row("Er utdanning med i de 49 prosentene?", ("Ja", "og/eller utdanning")),
    Row("Er dei som gjekk til arbeid med i dei 49 prosentane?", ("Ja", "og/eller utdanning")),
]  # fmt: skip
# How many a group is may follow from how many the rest of it are.
COUNTED = [
    Row("Hvor mange menn var det i 2023?", ("3 400", "Mente du heller")),
    Row("hvor mange sto uten noe etter kurset, antall og prosent", ("5 837", "51,3 prosent")),
    Row("how many were left with nothing afterwards in 2023?", ("5,837",)),
]  # fmt: skip
# Shares of different wholes are not set against each other: 66 percent of some are fewer than 41 of all.
WHOLES = [
    Row("Var det flere som gikk til arbeid enn til tiltak i 2023?", ("Ja", "4 670", "3 844"),
        lacks=("25 prosentpoeng",)),
    Row("Var det flere i tiltak enn på grunnskole etter programmet?", ("Ja", "61 prosentpoeng", "5 837"),
        lacks=("63 prosentpoeng",)),
    Row("Gikk flere til utdanning enn til grunnskole i 2023?", ("Ja", "5 prosentpoeng")),
]  # fmt: skip
# Of whom a share is claimed; the heads behind one; what is left where one group is taken away.
SHARES = [
    Row("Stemmer det at 66 prosent av dem som avsluttet i 2023 gikk til tiltak?", ("Nei", "verken")),
    Row("Stemmer det at 66 prosent gikk til tiltak?", ("Ja", "verken")),
    Row("Stemmer det at 5 prosent av dem som avsluttet gikk til grunnskole?", ("Nei", "3 prosent")),
    Row("Hvor mange ligger bak de 63 prosentene?", ("19–24",)),
    Row("Kor mange folk gøymer seg bak dei 49 prosentane i 2023?", ("5 580",)),
    Row("De 41 prosentene som gikk til jobb i 2023, hva er det i hodetall?", ("4 670",)),
    Row("Strip the Ukrainians out of the 2023 leavers. What headcount are we left with?", ("2,280",)),
    Row("How many ended in 2023? >> And twelve months earlier?", ("2,757",)),
    Row("How many people left the programme in 2022? >> And the year before? >> Those two together, please.",
        ("6,052",)),
    Row("Legg sammen Syria, Kongo, Eritrea og Afghanistan i 2023 for meg, kalkulatoren er tom for batteri.",
        ("6 852",)),
    Row("Bestefar held på at eritrearane var den største gruppa i 2023. Har han rett?", ("Nei", "Ukraina")),
]  # fmt: skip
# One group is supposed to do as well as another.
SUPPOSED = [
    Row("Hvis kvinnene i 2023 hadde lyktes like ofte som mennene, hvor mange flere fikk jobb eller skole?",
        ("1 300 flere kvinner", "60 prosent", "44 prosent")),
    Row("If women had succeeded as often as men in 2023, how many more would have reached the goal?",
        ("1,300 more women",)),
    Row("Hvis mennene hadde lyktes like ofte som kvinnene i 2023, hvor mange færre?", ("500 færre menn",)),
    Row("Er det like mange kvinner som menn i 2023?", ("8 000", "3 400")),
]  # fmt: skip
# Where figures are from, what lies behind a change, and where the people of a count went.
SOURCED = [
    Row("Hvor har dere egentlig disse 2023-tallene fra?", ("register",)),
    Row("Kilden bak 2023-tallene, er det en spørreundersøkelse eller et register?", ("register",)),
    Row("Kva ligg bak rekordtalet på deltakarar i 2023?", ("Ukraina",)),
    Row("so what's driving the jump in people going straight to work in 2023", ("Ukraina",)),
    Row("Hvor ble de 5 837 av i 2023?", ("3 844", "286", "1 707")),
]  # fmt: skip
# An outcome that is denied of those at a stage is what is asked for, not how many they are.
DENIED = [
    Row("Hvor mange av dem som avsluttet fikk ikke jobb?", ("6 710",)),
    Row("Kor mange av dei som avslutta fekk ikkje jobb i 2017?", ("4 790",)),
    Row("Hvor mange av ukrainerne som avsluttet fikk IKKE jobb?", ("5 010",)),
    Row("How many finished without a job in 2023?", ("6,710",)),
]  # fmt: skip
# A work place, an occupation or a dwelling narrows whom a figure is of, whatever stands around questions.
NARROWED = [
    Row("How many got a job as a hairdresser in 2023?", ("hairdresser",), Status.ABSTAINED, ("41 percent",)),
    Row("How many got a job in a pub in 2023?", ("pub",), Status.ABSTAINED, ("41 percent",)),
    Row("How many people found a flat and a job in 2023?", (), Status.ABSTAINED, ("41 percent",)),
    Row("Hvor mange fikk jobb i kantina?", ("kantina",), Status.ABSTAINED, ("41 prosent",)),
    Row("Hvor mange fikk jobb på kontoret i 2023?", ("kontoret",), Status.ABSTAINED, ("41 prosent",)),
    Row("Hvor mange av deltakerne er levende?", ("levende",), Status.ABSTAINED, ("32 500",)),
    Row("Hvor mange av deltakerne hadde mobilen med?", ("mobilen",), Status.ABSTAINED, ("32 500",)),
]  # fmt: skip
# What is right of another year is said to be of that year; a told share may be wanted in heads.
TOLD_OTHERWISE = [
    Row("Stemmer det at 14 prosent gikk til grunnskole i 2023?", ("Nei", "3 prosent", "14 prosent", "2022")),
    Row("Når dere sier at 45 prosent av ukrainerne gikk rett i jobb, hvor mange er det?", ("4 100",)),
    Row("Hvis 60 prosent av mennene nådde målet i 2023, hva var tallet for menn i 2022?", ("63 prosent",)),
    Row("Syrere var størst i 2023. Det kan da ikke være riktig?", ("Nei", "Ukraina", "23 000")),
    # The verb of one outcome before what unites two is no claim of that one.
    Row("What share landed in work or education in 2023?", ("49 percent",), Status.ANSWERED, ("41 percent",)),
    Row("Hvor mange gikk ut døra i 2023?", ("11 381",)),
    # Who is enrolled for the first time is new.
    Row("Newcomers who were enrolled for the first time during 2023, exact headcount please", ("17,699",)),
]  # fmt: skip
# A greeting is answered in kind.
GREETED = [
    Row("Takk skal du ha", ("Bare hyggelig",)),
    Row("Thanks a lot!", ("You are welcome",)),
    Row("ha det bra", ("Ha det bra!",)),
    Row("Hei på deg!", ("Hei!",)),
]


@pytest.mark.parametrize(
    "row",
    [
        *OF_WHOM,
        *JUDGED,
        *ADDED,
        *ASKED,
        *TAKEN_IN,
        *COUNTED,
        *WHOLES,
        *SHARES,
        *SUPPOSED,
        *SOURCED,
        *DENIED,
        *TOLD_OTHERWISE,
        *GREETED,
    ],
    ids=lambda row: row.turns,
)
def test_what_is_told_is_checked_as_it_is_meant(assistant: Assistant, row: Row) -> None:
    row.check(assistant)


def test_a_sum_of_groups_that_is_wrong_is_a_false_premise(assistant: Assistant) -> None:
    answer = ask_in_turns(assistant, "Stemmer det at Syria og Kongo til sammen hadde 4 900 deltakere i 2023?")
    assert answer.reason is Reason.FALSE_PREMISE
