from __future__ import annotations

import datetime as dt
import time
import tomllib
import unicodedata
from decimal import Decimal

import pytest
from babel.dates import format_date
from babel.numbers import format_decimal
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.models import Quantity
from ingest.numbers import VOCABULARY, find_periods, find_quantities, format_number, parse_number
from ingest.vocabulary import load_vocabulary
from rag.phrases import Phrases

# One row: a text, and for each quantity in it "surface | value | unit | hedge" (empty = none).
Row = tuple[str, list[str]]

DEVELOPED_ON: list[Row] = [
    ("Nesten halvparten av deltakerne i introduksjonsprogrammet gikk ut", ["halvparten|50|prosent|nesten"]),
    (
        "Mens over 5 av 10 av alle menn gikk direkte ut i arbeid, gjorde kun 3 av 10 kvinner det samme.",
        ["5 av 10|50|prosent|over", "3 av 10|30|prosent|kun"],
    ),
    ("– Når kun 3 av 10 deltakere fra Somalia går over i arbeid", ["3 av 10|30|prosent|kun"]),
    (
        "Kun 38 prosent av tiltakene er rettet mot arbeidslivet og 26 prosent av tiltakene mot utdanning.",
        ["38 prosent|38|prosent|kun", "26 prosent|26|prosent|"],
    ),
    (
        "Resultatene har holdt seg stabile de siste 7 år. Det var 6391 deltakere som avsluttet i 2017. "
        "25 prosent av deltakerne gikk direkte over i arbeid og 23 prosent til utdanning.",
        ["7 år|7|år|", "6391|6391|personer|", "25 prosent|25|prosent|", "23 prosent|23|prosent|"],
    ),
    ("Det er også i 2017 store forskjeller mellom kommunens resultater.", []),
    ("og færre enn 2 av 10 somaliske kvinner gjorde det samme.", ["2 av 10|20|prosent|under"]),
    ("Mens under 1 av 10 kvinner, som kommer som analfabeter", ["1 av 10|10|prosent|under"]),
    ("Flere enn 4 av 10 somaliske menn gikk direkte over", ["4 av 10|40|prosent|over"]),
    (
        "følges opp av SSB 1 år etter avsluttet program, og deretter 2, 3, 4, 5 år osv. SSB publiserer",
        ["1 år|1|år|", "2|2|år|", "3|3|år|", "4|4|år|", "5 år|5|år|"],
    ),
    ("Om lag 32 500 flyktninger deltok i løpet av 2023.", ["32 500|32500|personer|om lag"]),
    ("Det er 15 000 flere deltakere enn året før.", ["15 000|15000|personer|"]),
    ("flyktninger fra 90 land i introduksjonsprogram", ["90 land|90|land|"]),
    (
        "med i overkant av 23 000 deltakere, etterfulgt av flyktninger fra Syria (3 715), Kongo (1 272), "
        "Eritrea (1 070), og Afghanistan (795).",
        [
            "23 000|23000|personer|i overkant av",
            "3 715|3715||",
            "1 272|1272||",
            "1 070|1070||",
            "795|795||",
        ],
    ),
    ("I 2023 startet til sammen 17 699 nye flyktninger i programmet.", ["17 699|17699|personer|"]),
    ("Om lag 11 400 flyktningeravsluttet introduksjonsprogram i 2023.", ["11 400|11400|personer|om lag"]),
    ("Det var om lag 9\u00a0100 personer med kollektiv beskyttelse", ["9\u00a0100|9100|personer|om lag"]),
    ("I 2022 var det kun 130 fordrevne flyktninger fra Ukraina", ["130|130|personer|kun"]),
    ("45 prosent av de fordrevne fra Ukraina gikk direkte over", ["45 prosent|45|prosent|"]),
    ("Illustrasjon nr. 1 viser andel deltakere i perioden 2016-2023.", []),
    ("Illustrasjon 1.png", []),
    ("Halvparten (49 prosent) av de som avsluttet i 2023, gikk", ["Halvparten (49 prosent)|49|prosent|"]),
    (
        "Andelen økte med 17 prosentpoeng i 2023 sammenlignet med 2022.",
        ["17 prosentpoeng|17|prosentpoeng|"],
    ),
    ("Blant de som avsluttet program i 2023 var om lag 7 av 10 kvinner.", ["7 av 10|70|prosent|om lag"]),
    (
        "menn høyere måloppnåelse (60 prosent) enn kvinner (44 prosent).",
        ["60 prosent|60|prosent|", "44 prosent|44|prosent|"],
    ),
    (
        "Blant yngre deltakere i alderen 19-24 år, lykkes 63 prosent",
        ["19-24 år|19|år|", "63 prosent|63|prosent|"],
    ),
    (
        "fra nivået i 2022, da andelen var 14 prosent (396 deltakere).",
        ["14 prosent|14|prosent|", "396|396|personer|"],
    ),
    (
        "Av disse gikk 66 prosent (3 844 deltakere) over til tiltak",
        ["66 prosent|66|prosent|", "3 844|3844|personer|"],
    ),
    (
        "I 2022 avsluttet 2757 deltakere programmet, og i 2021 avsluttet 3 295 deltakere.",
        ["2757|2757|personer|", "3 295|3295|personer|"],
    ),
    ("Overføringsflyktninger og asylsøkere mellom 18-55 år som får", ["18-55 år|18|år|"]),
    ("Programmet kan vare fra 3 måneder til 4 år", ["3 måneder|3|måneder|", "4 år|4|år|"]),
    ("kan få fra 3 til 6 måneders programtid", ["3|3|måneder|", "6 måneders|6|måneder|"]),
    ("forlengelse på inntil ytterligere 6 måneder.", ["6 måneder|6|måneder|inntil"]),
    ("[1] Det er 905 deltakere som av ulike grunner", ["905|905|personer|"]),
    ("[3]Inklusivt deltakere med overgang til arbeid", []),
    ("Sist oppdatert: 24. oktober 2018", []),
]

OTHER_YEARS: list[Row] = [
    ("41,5 prosent gikk til arbeid", ["41,5 prosent|41.5|prosent|"]),
    ("46,5 % og 3 pst. av deltakerne", ["46,5 %|46.5|prosent|", "3 pst.|3|prosent|"]),
    ("redusert med 2,3 %-poeng", ["2,3 %-poeng|2.3|prosentpoeng|"]),
    ("en økning på 3 prosent-poeng", ["3 prosent-poeng|3|prosentpoeng|"]),
    ("11.381 deltakere", ["11.381|11381|personer|"]),
    ("1.234.567 personer", ["1.234.567|1234567|personer|"]),
    ("1\u202f234 og 5\u2009678 deltakere", ["1\u202f234|1234|personer|", "5\u2009678|5678|personer|"]),
    ("1,2 millioner kroner", ["1,2 millioner kroner|1200000|kroner|"]),
    ("1,125 millioner kroner", ["1,125 millioner kroner|1125000|kroner|"]),
    ("om lag 9 tusen deltakere", ["9 tusen|9000|personer|om lag"]),
    ("3,5 mill. kr er brukt", ["3,5 mill. kr|3500000|kroner|"]),
    ("tilskuddet er kr 250 000 i året", ["kr 250 000|250000|kroner|"]),
    ("i 2022 2757 deltakere", ["2757|2757|personer|"]),
    ("I 2023 32 500 deltakere", ["32 500|32500|personer|"]),
    ("2017 deltakere avsluttet programmet", ["2017|2017|personer|"]),
    ("2 017 avsluttet programmet", ["2 017|2017||"]),
    ("over 2000 gikk til arbeid", ["2000|2000||over"]),
    ("sju av ti kvinner", ["sju av ti|70|prosent|"]),
    (
        "én av ti, 1 av 2 og to av tre",
        ["én av ti|10|prosent|", "1 av 2|50|prosent|", "to av tre|66.6667|prosent|"],
    ),
    ("3 av 4 kommuner", ["3 av 4|75|prosent|"]),
    ("2 av 100 deltakere", ["2 av 100|2|prosent|"]),
    ("Hver tredje deltaker (33 prosent) gikk", ["Hver tredje deltaker (33 prosent)|33|prosent|"]),
    ("Om lag 7 av 10 (71 prosent) var kvinner", ["7 av 10 (71 prosent)|71|prosent|om lag"]),
    ("Om lag 1 av 2 (49 prosent)", ["1 av 2 (49 prosent)|49|prosent|om lag"]),
    ("Halvparten (om lag 49 prosent)", ["Halvparten (om lag 49 prosent)|49|prosent|om lag"]),
    ("halvparten av deltakerne (49 prosent)", ["halvparten av deltakerne (49 prosent)|49|prosent|"]),
    ("halvparten (905 deltakere)", ["halvparten|50|prosent|", "905|905|personer|"]),
    ("hver femte og annenhver deltaker", ["hver femte|20|prosent|", "annenhver|50|prosent|"]),
    (
        "en tredel, to tredeler og tre firedeler",
        [
            "en tredel|33.3333|prosent|",
            "to tredeler|66.6667|prosent|",
            "tre firedeler|75|prosent|",
        ],
    ),
    ("drøyt en fjerdedel", ["en fjerdedel|25|prosent|i overkant av"]),
    ("litt over en tredjedel", ["en tredjedel|33.3333|prosent|i overkant av"]),
    ("ca. 300 deltakere, cirka 40 prosent", ["300|300|personer|om lag", "40 prosent|40|prosent|om lag"]),
    (
        "rundt 300, omtrent 400 og omkring 500 personer",
        [
            "300|300|personer|om lag",
            "400|400|personer|om lag",
            "500|500|personer|om lag",
        ],
    ),
    ("knapt 40 prosent", ["40 prosent|40|prosent|i underkant av"]),
    ("i underkant av 3 000 personer", ["3 000|3000|personer|i underkant av"]),
    ("opptil 6 måneder, maks 2 år", ["6 måneder|6|måneder|inntil", "2 år|2|år|inntil"]),
    ("kun om lag 3 prosent", ["3 prosent|3|prosent|om lag"]),
    ("minst 15 timer per uke", ["15 timer|15|timer|over"]),
    ("til sammen 300 deltakere", ["300|300|personer|"]),
    ("bare 12 ukrainere", ["12|12|personer|kun"]),
    ("fra 29 til 8 prosent", ["29|29|prosent|", "8 prosent|8|prosent|"]),
    ("henholdsvis 41, 24 og 25 prosent", ["41|41|prosent|", "24|24|prosent|", "25 prosent|25|prosent|"]),
    (
        "fra om lag 2 800 til om lag 11 400 flyktninger",
        [
            "2 800|2800|personer|om lag",
            "11 400|11400|personer|om lag",
        ],
    ),
    ("fra 905 til 41 prosent", ["905|905||", "41 prosent|41|prosent|"]),
    ("Det var 905, og 41 prosent gikk til arbeid", ["905|905||", "41 prosent|41|prosent|"]),
    ("19–24 år", ["19–24 år|19|år|"]),
    ("18 til 25 år", ["18 til 25 år|18|år|"]),
    ("mellom 18 og 55 år", ["18 og 55 år|18|år|"]),
    ("mellom 200 og 300 deltakere", ["200 og 300|200|personer|"]),
    ("om lag 10–15 prosent", ["10–15 prosent|10|prosent|om lag"]),
    ("to til tre år", ["to til tre år|2|år|"]),
    ("ett år og én måned", ["ett år|1|år|", "én måned|1|måneder|"]),
    ("tjuefem deltakere og femogtyve land", ["tjuefem|25|personer|", "femogtyve land|25|land|"]),
    ("tre tusen sju hundre og femten deltakere", ["tre tusen sju hundre og femten|3715|personer|"]),
    ("trehundre personer", ["trehundre|300|personer|"]),
    ("hundre prosent", ["hundre prosent|100|prosent|"]),
    ("de tre kommunene", ["tre kommunene|3|kommuner|"]),
    ("dobbelt så mange som året før", ["dobbelt så mange|2|ganger|"]),
    ("mer enn dobbelt så mange", ["dobbelt så mange|2|ganger|over"]),
    ("tre ganger så mange", ["tre ganger|3|ganger|"]),
    ("antallet er tredoblet, andelen halvert", ["tredoblet|3|ganger|", "halvert|0.5|ganger|"]),
    ("et 6-måneders program", ["6-måneders|6|måneder|"]),
    ("90 ulike land", ["90|90|land|"]),
    ("12 000 av alle deltakere", ["12 000|12000|personer|"]),
    ("300 overføringsflyktninger", ["300|300|personer|"]),
    ("41 prosent. 24 prosent til utdanning", ["41 prosent|41|prosent|", "24 prosent|24|prosent|"]),
    ("antallet var 795. I 2022 var det færre", ["795|795||"]),
    ("De 10 største kommunene", ["10|10|kommuner|"]),
    ("10prosent av 2757deltakere", ["10prosent|10|prosent|", "2757|2757|personer|"]),
    ("12 av 100 gikk, av i alt 905 men", ["12 av 100|12|prosent|", "905|905||"]),
    ("av 905 personer, men 41 prosent", ["905|905|personer|", "41 prosent|41|prosent|"]),
    ("KUN 38 PROSENT", ["38 PROSENT|38|prosent|kun"]),
    ("5 837 deltakerne", ["5 837|5837|personer|"]),
]

NEGATIVES: list[str] = [
    "i 2023",
    "2016-2023",
    "fra 2016 til 2023",
    "perioden 2016–2023",
    "I 2023 kvinner med høyere utdanning",
    "Hovedfunn for 2023\nKvinner hadde samme måloppnåelse",
    "24.10.2018",
    "den 24. oktober",
    "3. mai og 4. mai",
    "2018-10-24",
    "skoleåret 2022/23",
    "nr. 1 og nr 2",
    "tabell 2, figur 3, kapittel 4, § 4 og side 5",
    "tabell 2 og 3",
    "figur 1–3",
    "[1]",
    "[1, 2]",
    "1. Innledning",
    "2) Bakgrunn",
    "på 3. plass",
    "1.png",
    "kl. 12.30",
    "kl 9",
    "12:30",
    "telefon 22 00 88 00",
    "+47 22 00 88 00",
    "LOV-2020-11-06-127",
    "A4, B1 og covid-19",
    "19-åringer og 20-årene",
    "7/10",
    "https://www.imdi.no/arkiv/2018/12-prosent",
    "punkt 4.2.1",
    "en deltaker, et år og ei kvinne",
    "én kvinne",
    "få, noen, flere, alle, par",
    "to ganget, tre, fire",
    "tusen takk",
    "flere hundre tusen deltakere, noen tusen kvinner og millioner kroner",
    "19åringer",
    "programmet.2 Dette",
    "tallene for 2023 men ikke",
    "oktober 2018 deltakere",
    "hver tredje måned",
    "hvert tredje år",
    "annenhver uke",
    "første halvdel av 2023",
    "halvparten av året",
    "verdens største og tidligere tiltak",
    "2023-tallene",
    "'23",
    "123456789012345678",
    "",
    " \n",
]

NYNORSK: list[Row] = [
    ("Halvdelen av deltakarane", ["Halvdelen|50|prosent|"]),
    ("ein tredel av kvinnene", ["ein tredel|33.3333|prosent|"]),
    ("kvar tredje deltakar", ["kvar tredje|33.3333|prosent|"]),
    ("auka med 17 prosenteiningar", ["17 prosenteiningar|17|prosentpoeng|"]),
    ("berre 130 fordrivne flyktningar", ["130|130|personer|kun"]),
    ("frå 3 til 6 månader", ["3|3|måneder|", "6 månader|6|måneder|"]),
    ("meir enn 5 av 10 menn", ["5 av 10|50|prosent|over"]),
    ("sju av ti deltakarar", ["sju av ti|70|prosent|"]),
    ("3 715 deltakarar i 90 kommunar", ["3 715|3715|personer|", "90 kommunar|90|kommuner|"]),
    ("tre gonger så mange", ["tre gonger|3|ganger|"]),
]

ENGLISH: list[Row] = [
    ("11,381 participants completed the programme", ["11,381|11381|personer|"]),
    ("46.5 percent of the women", ["46.5 percent|46.5|prosent|"]),
    (
        "45 per cent and 3 percentage points",
        ["45 per cent|45|prosent|", "3 percentage points|3|prosentpoeng|"],
    ),
    ("7 out of 10 women and 3 in 10 men", ["7 out of 10|70|prosent|", "3 in 10|30|prosent|"]),
    ("seven in ten of the participants", ["seven in ten|70|prosent|"]),
    ("one third of the participants", ["one third|33.3333|prosent|"]),
    ("two-thirds of the men", ["two-thirds|66.6667|prosent|"]),
    ("nearly half of the participants", ["half|50|prosent|nesten"]),
    ("Half (49 percent) of the participants", ["Half (49 percent)|49|prosent|"]),
    ("about 32,500 refugees from 90 countries", ["32,500|32500|personer|om lag", "90 countries|90|land|"]),
    ("more than 5 out of 10", ["5 out of 10|50|prosent|over"]),
    ("just over 23,000 participants", ["23,000|23000|personer|i overkant av"]),
    ("fewer than 20 percent", ["20 percent|20|prosent|under"]),
    ("from 3 months to 4 years", ["3 months|3|måneder|", "4 years|4|år|"]),
    ("between 18 and 55 years", ["18 and 55 years|18|år|"]),
    ("18 to 55 years", ["18 to 55 years|18|år|"]),
    ("twenty-five people", ["twenty-five|25|personer|"]),
    ("twice as many women", ["twice as many|2|ganger|"]),
    ("How many went to work in 2023?", []),
    ("They want to land a job in the fire service", []),
    ("On October 24, 2018 and May 3", []),
]


def _shown(quantity: Quantity) -> str:
    value = format(quantity.value.normalize(), "f")
    return f"{quantity.surface}|{value}|{quantity.unit or ''}|{quantity.hedge or ''}"


@pytest.mark.parametrize(("text", "wanted"), DEVELOPED_ON)
def test_figures_of_the_two_reports(text: str, wanted: list[str]) -> None:
    assert [_shown(quantity) for quantity in find_quantities(text)] == wanted


@pytest.mark.parametrize(("text", "wanted"), OTHER_YEARS)
def test_wordings_of_other_years(text: str, wanted: list[str]) -> None:
    assert [_shown(quantity) for quantity in find_quantities(text)] == wanted


@pytest.mark.parametrize("text", NEGATIVES)
def test_what_is_no_quantity(text: str) -> None:
    assert find_quantities(text) == []


@pytest.mark.parametrize(("text", "wanted"), NYNORSK)
def test_nynorsk(text: str, wanted: list[str]) -> None:
    assert [_shown(quantity) for quantity in find_quantities(text)] == wanted


@pytest.mark.parametrize(("text", "wanted"), ENGLISH)
def test_english(text: str, wanted: list[str]) -> None:
    assert [_shown(quantity) for quantity in find_quantities(text)] == wanted


BOUNDS: list[tuple[str, str, str]] = [
    ("6391 deltakere", "6391", "6391"),
    ("kun 130 deltakere", "130", "130"),
    ("inntil 6 måneder", "6", "6"),
    ("45 prosent", "44.5", "45.5"),
    ("41,5 prosent", "41.45", "41.55"),
    ("17 prosentpoeng", "16.5", "17.5"),
    ("om lag 11 400 deltakere", "11350", "11450"),
    ("om lag 32 500 deltakere", "32450", "32550"),
    ("om lag 40 prosent", "35", "45"),
    ("om lag 3 prosent", "2.5", "3.5"),
    ("i overkant av 23 000 deltakere", "23000", "24000"),
    ("over 40 prosent", "40", "50"),
    ("nesten 9 000 deltakere", "8000", "9000"),
    ("7 av 10", "65", "75"),
    ("over 5 av 10", "50", "60"),
    ("under 1 av 10", "0", "10"),
    ("færre enn 2 av 10", "10", "20"),
    ("halvparten", "45", "55"),
    ("to av tre", "61.6667", "71.6667"),
    ("over en tredel", "33.3333", "43.3333"),
    ("Nesten halvparten (49 prosent)", "48.5", "49.5"),
    ("mellom 18-55 år", "18", "55"),
    ("mellom 200 og 300 deltakere", "200", "300"),
    ("1,2 millioner kroner", "1150000", "1250000"),
    ("0 prosent", "0", "0.5"),
]


@pytest.mark.parametrize(("text", "lower", "upper"), BOUNDS)
def test_bounds_hold_rounding_and_hedge(text: str, lower: str, upper: str) -> None:
    (quantity,) = find_quantities(text)
    assert (quantity.lower, quantity.upper) == (Decimal(lower), Decimal(upper))


def test_a_fraction_is_marked_unless_its_figure_is_given() -> None:
    assert find_quantities("7 av 10 kvinner")[0].fraction
    assert find_quantities("halvparten")[0].fraction
    assert not find_quantities("Halvparten (49 prosent)")[0].fraction
    assert not find_quantities("49 prosent")[0].fraction


def test_percentage_points_are_not_percent() -> None:
    points, percent = find_quantities("3 prosentpoeng og 3 prosent")
    assert (points.unit, percent.unit) == ("prosentpoeng", "prosent")


# One row: a text, and for each period "code | surface", with "~" before a code that is not exact.
PERIODS: list[Row] = [
    ("i 2023", ["2023|2023"]),
    ("I 2023 kvinner", ["2023|2023"]),
    ("2757 deltakere i 2022, og i 2021 avsluttet 3 295", ["2022|2022", "2021|2021"]),
    ("2017 deltakere", []),
    ("2016-2023", ["2016-2023|2016-2023"]),
    ("perioden 2016–2023", ["2016-2023|2016–2023"]),
    ("2016-23", ["2016-2023|2016-23"]),
    ("fra 2016 til 2023", ["2016-2023|fra 2016 til 2023"]),
    ("2016 til 2023", ["2016-2023|2016 til 2023"]),
    ("2022 og 2023", ["2022|2022", "2023|2023"]),
    ("fra 2023 til 2022", ["2023|2023", "2022|2022"]),
    ("flere enn året før.", ["-1|året før"]),
    ("året i forveien, i fjor og foregående år", ["-1|året i forveien", "-1|i fjor", "-1|foregående år"]),
    ("the year before", ["-1|the year before"]),
    ("året før det", ["-1|året før det"]),
    ("samme år", ["0|samme år"]),
    ("dette året og i år", ["0|dette året", "0|i år"]),
    ("som tidligere år", ["tidligere|tidligere år"]),
    ("enn tidligere", ["tidligere|tidligere"]),
    ("fra og med høsten 2015", ["~2015|høsten 2015"]),
    ("første halvår 2015", ["~2015|første halvår 2015"]),
    ("Sist oppdatert: 24. oktober 2018", ["~2018|24. oktober 2018"]),
    ("24.10.2018 og 2018-10-24", ["~2018|24.10.2018", "~2018|2018-10-24"]),
    ("i juni 2024", ["~2024|juni 2024"]),
    ("3. kvartal 2018", ["~2018|3. kvartal 2018"]),
    ("et fall i 2023", ["2023|2023"]),
    ("ved utgangen av 2023", ["~2023|utgangen av 2023"]),
    ("October 24, 2018", ["~2018|October 24, 2018"]),
    ("skoleåret 2022/2023", ["~2022-2023|2022/2023"]),
    ("tjuetjuetre", ["2023|tjuetjuetre"]),
    ("i tjue tjuetre", ["2023|tjue tjuetre"]),
    ("totusenogsytten", ["2017|totusenogsytten"]),
    ("to tusen og sytten", ["2017|to tusen og sytten"]),
    ("nittenåttini", ["1989|nittenåttini"]),
    ("twenty twenty-three", ["2023|twenty twenty-three"]),
    ("to tusen og sytten deltakere", []),
    ("om lag to tusen", []),
    ("tallene for '23", ["2023|'23"]),
    ("2023-tallene", ["2023|2023"]),
    ("2k23", []),
    ("2010-tallet", []),
    ("2 023 deltakere", []),
    ("kr 2000", []),
    ("Hovedfunn for 2023\nKvinner", ["2023|2023"]),
    ("første halvår", []),
]


@pytest.mark.parametrize(("text", "wanted"), PERIODS)
def test_periods(text: str, wanted: list[str]) -> None:
    shown = [f"{'' if period.exact else '~'}{period.code}|{period.surface}" for period in find_periods(text)]
    assert shown == wanted


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("32 500", "32500"),
        ("32\u00a0500", "32500"),
        ("11.381", "11381"),
        ("11,381", "11381"),
        ("46,5", "46.5"),
        ("46.5", "46.5"),
        ("-3", "-3"),
        ("−3,5", "-3.5"),
        ("2023", "2023"),
        ("1,2 millioner", "1200000"),
        ("sju", "7"),
        ("tre tusen sju hundre og femten", "3715"),
        (" 7 ", "7"),
    ],
)
def test_parse_number(text: str, value: str) -> None:
    assert parse_number(text) == Decimal(value)


@pytest.mark.parametrize(
    "text", ["", "en", "tekst", "7 av 10", "45 prosent", "1.2.3", "og", "tre og", "2k23"]
)
def test_what_is_no_bare_number(text: str) -> None:
    assert parse_number(text) is None


@pytest.mark.parametrize(
    ("value", "language", "text"),
    [
        ("11381", "nb", "11\u00a0381"),
        ("6391", "nb", "6\u00a0391"),
        ("6391", "nn", "6\u00a0391"),
        ("46.5", "nb", "46,5"),
        ("795", "nb", "795"),
        ("11381", "en", "11,381"),
        ("46.5", "en", "46.5"),
        ("1234567.5", "nb", "1\u00a0234\u00a0567,5"),
        ("1.1E+4", "nb", "11\u00a0000"),
        ("50.0", "nb", "50"),
    ],
)
def test_format_number(value: str, language: str, text: str) -> None:
    assert format_number(Decimal(value), language) == text


def test_an_unknown_language_is_named_in_the_error() -> None:
    with pytest.raises(ValueError, match="'de'"):
        format_number(Decimal(1), "de")


@given(st.decimals(-(10**12), 10**12, places=3), st.sampled_from(["nb_NO", "nn_NO", "en_GB"]))
def test_numbers_are_written_as_the_locale_data_say(value: Decimal, locale: str) -> None:
    told = format_decimal(value, locale=locale, decimal_quantization=False).replace("-", "−")
    assert format_number(value, locale[:2]) == told


@settings(deadline=None)
@given(st.dates(), st.sampled_from(["nb_NO", "nn_NO", "en_GB"]))
def test_days_are_written_as_the_locale_data_say(date: dt.date, locale: str) -> None:
    assert Phrases(load_vocabulary(), locale[:2]).day(date) == format_date(date, "long", locale=locale)


@given(st.decimals(-(10**12), 10**12, places=2), st.sampled_from(["nb", "nn", "en"]))
def test_a_formatted_number_reads_back(value: Decimal, language: str) -> None:
    assert parse_number(format_number(value, language)) == value


_data = tomllib.loads(VOCABULARY.read_text(encoding="utf-8"))
_pieces = st.one_of(
    st.sampled_from(
        [word for words in _data["units"].values() for word in words]
        + [word for words in _data["hedges"]["surfaces"].values() for word in words]
        + [*_data["numbers"]["values"], *_data["people"]["nouns"], *_data["periods"]["months"]]
        + [*_data["shares"]["parts"], *_data["shares"]["halves"], *_data["people"]["adjectives"]]
        + [
            "hver",
            "tredje",
            "av",
            "av 10",
            "(",
            ")",
            ",",
            ".",
            "-",
            "–",
            "/",
            "fra",
            "til",
            "mellom",
            "'",
            "\n",
        ]
    ),
    st.integers(0, 10**7).map(str),
    st.sampled_from(["2016", "2023", "11 381", "1.234", "46,5", "24.10.2018", "[1]", "0047", "1,2,3"]),
)
_texts = st.one_of(
    st.text(), st.lists(_pieces, max_size=12).map(" ".join), st.lists(_pieces, max_size=12).map("".join)
)


@given(_texts)
def test_quantities_are_ordered_spans_of_the_text(text: str) -> None:
    at = 0
    for quantity in find_quantities(text):
        assert at <= quantity.start < quantity.end <= len(text)
        assert text[quantity.start : quantity.end] == quantity.surface
        assert quantity.lower <= quantity.value <= quantity.upper
        at = quantity.end


@given(_texts)
def test_periods_are_ordered_spans_of_the_text(text: str) -> None:
    at = 0
    for period in find_periods(text):
        assert at <= period.start < period.end <= len(text)
        assert text[period.start : period.end] == period.surface
        at = period.end


@given(_texts)
def test_no_text_is_both_a_quantity_and_a_period(text: str) -> None:
    taken = [(quantity.start, quantity.end) for quantity in find_quantities(text)]
    for period in find_periods(text):
        assert all(period.end <= start or end <= period.start for start, end in taken)


@given(_texts)
def test_no_hedge_lies_outside_the_list(text: str) -> None:
    assert {quantity.hedge for quantity in find_quantities(text)} <= {None, *_data["hedges"]["effects"]}


@given(st.text())
def test_parse_number_never_raises(text: str) -> None:
    parse_number(text)


@pytest.mark.parametrize("text", [text for text, _ in DEVELOPED_ON + OTHER_YEARS])
def test_decomposed_letters_read_the_same(text: str) -> None:
    composed = [(quantity.value, quantity.unit) for quantity in find_quantities(text)]
    decomposed = find_quantities(unicodedata.normalize("NFD", text))
    assert [(quantity.value, quantity.unit) for quantity in decomposed] == composed


@pytest.mark.parametrize(
    "text", ["1 " * 50_000, "1" * 100_000, "111 " * 25_000, "1, " * 33_000, "7 av 10 " * 12_500]
)
def test_a_hundred_kilobytes_of_digits_take_linear_time(text: str) -> None:
    def seconds(part: str) -> float:
        start = time.process_time()
        find_quantities(part)
        return time.process_time() - start

    seconds("1")
    assert seconds(text) < 10 * (seconds(text[: len(text) // 4]) + 0.1)
