"""What each figure in a table is a figure of. The tables stand in data/tables, cell by cell."""

from __future__ import annotations

import time
import tomllib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from conftest import FakeEncoder
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.grid import name_cell, read_grid
from ingest.models import IngestSummary, Kind, Observation, Paragraph, ParagraphKind
from ingest.observations import find_observations
from ingest.reports import ReportMeta, ReportText, read_report
from ingest.store import Store
from rag import Assistant
from rag.models import Reason, Status

TABLES = Path(__file__).parent / "data" / "tables"
COUNTIES = {"Oslo": "oslo", "Agder": "agder", "Nordland": "nordland", "Møre og Romsdal": "more_og_romsdal"}
WORK, SCHOOL = "overgang_arbeid", "overgang_utdanning"
UNSURE = "?"


def report(text: str, year: int) -> ReportText:
    """A report in plain text."""
    return read_report(text.encode(), ReportMeta(year=year), name="rapport.txt")


def read(text: str, year: int = 2021, title: str = "") -> list[Observation]:
    """The observations of the tables of a report that is one table and the title above it."""
    head = (
        f"Introduksjonsprogrammet {year}\n\n{title}\n\n" if title else f"Introduksjonsprogrammet {year}\n\n"
    )
    found = report(f"{head}{text.strip(chr(10))}\n\nKilde: IMDi.\n", year)
    tables = [p for p in found.paragraphs if p.kind is ParagraphKind.TABLE]
    assert tables, "no table was found"
    observations = find_observations(found.report, tables)
    by_id = {p.id: p.text for p in tables}
    for o in observations:
        assert by_id[o.paragraph_id][o.quantity.start : o.quantity.end] == o.quantity.surface
        assert o.quantity.lower <= o.quantity.value <= o.quantity.upper
    return observations


def as_line(o: Observation) -> str:
    """An observation as a line of the data files."""
    dimensions = ";".join(f"{name}={code}" for name, code in sorted(o.dimensions.items()))
    fields = [o.quantity.surface, o.measure, dimensions, str(o.period), str(o.quantity.unit)]
    if o.kind is Kind.CHANGE:
        fields.append(f"change {o.direction} {o.reference_period}")
    elif o.denominator not in (None, "avsluttet"):
        fields.append(f"of {o.denominator}")
    return normal(" | ".join(fields))


def normal(line: str) -> str:
    return " ".join(line.split())


def tables(name: str) -> list[Any]:
    data = tomllib.loads((TABLES / f"{name}.toml").read_text(encoding="utf-8"))["table"]
    return [pytest.param(table, id=table["name"]) for table in data]


# ---- every cell


def check(table: dict[str, Any]) -> None:
    found = read(table["text"], table["year"], table["title"])
    wanted = [normal(line) for line in table["cells"].strip().splitlines()]
    read_as = [as_line(o) if o.certain else f"{UNSURE}{normal(o.quantity.surface)}" for o in found]
    assert read_as == wanted


@pytest.mark.parametrize("table", tables("developed"))
def test_each_cell_is_read_from_the_labels_around_it(table: dict[str, Any]) -> None:
    check(table)


@pytest.mark.parametrize("table", tables("first"))
def test_each_cell_of_tables_written_beforehand_is_read(table: dict[str, Any]) -> None:
    check(table)


@pytest.mark.parametrize("table", tables("second"))
def test_each_cell_of_a_second_set_is_read(table: dict[str, Any]) -> None:
    check(table)


# ---- single cells

CELLS = [
    ("1 234", "1234", "personer"),
    ("1\u00a0234", "1234", "personer"),
    ("1.234", "1234", "personer"),
    ("1234", "1234", "personer"),
    ("1234.0", "1234", "personer"),
    ("620*", "620", "personer"),
    ("620 1)", "620", "personer"),
    ("620²", "620", "personer"),
    ("0", "0", "personer"),
]


@pytest.mark.parametrize(("cell", "value", "unit"), CELLS)
def test_a_count_is_read_however_it_is_written(cell: str, value: str, unit: str) -> None:
    (found,) = read(f"Fylke | Antall avsluttet\nOslo | {cell}\nAgder | :")
    assert (str(found.quantity.value), found.quantity.unit, found.certain) == (value, unit, True)
    assert found.quantity.lower == found.quantity.upper


SHARES = [
    ("38,5", "38.45", "38.55"),
    ("38.5", "38.45", "38.55"),
    ("38", "37.5", "38.5"),
    ("38 %", "37.5", "38.5"),
]


@pytest.mark.parametrize(("cell", "lower", "upper"), SHARES)
def test_a_share_has_the_bounds_of_its_last_digit(cell: str, lower: str, upper: str) -> None:
    (found,) = read(f"Fylke | Andel til arbeid\nOslo | {cell}\nAgder | ..")
    assert (str(found.quantity.lower), str(found.quantity.upper)) == (lower, upper)
    assert found.certain


@pytest.mark.parametrize("mark", [":", "..", ".", "-", "–", "*", "", "n/a", "x"])
def test_a_mark_in_place_of_a_figure_is_no_figure(mark: str) -> None:
    rows = f"| Oslo | {mark} | 30 |\n| Agder | 12 | 41 |"
    found = read(f"| Fylke | Antall avsluttet | Til arbeid (%) |\n{rows}")
    assert [o.quantity.surface for o in found] == ["30", "12", "41"]


def test_fewer_than_five_is_a_bound() -> None:
    found = read("Fylke | Antall avsluttet\nOslo | <5\nAgder | 40")
    few = found[0].quantity
    assert (few.hedge, int(few.lower), int(few.upper)) == ("under", 0, 5)


NO_RESULT = [
    "Mål for andel til arbeid", "Andel til arbeid ett år etter", "Forventet andel til arbeid",
    "Andel i lønnet arbeid over 20 timer", "Andel med bestått norskprøve", "Anslag andel til arbeid",
    "Andel til arbeid, foreløpig", "Andel til arbeid 1. halvår", "Andel kommuner", "Andel ikke til arbeid",
    "Relativ andel til arbeid", "Andel til arbeid for foreldre",
]  # fmt: skip


@pytest.mark.parametrize("header", NO_RESULT)
def test_a_column_with_a_word_that_nothing_accounts_for_is_uncertain(header: str) -> None:
    found = read(f"Fylke | {header} (prosent)\nOslo | 30\nAgder | 41")
    assert len(found) == 2
    assert not any(o.certain for o in found)


@pytest.mark.parametrize(
    "label", ["Andre fylker", "Ukjent", "Utlandet", "De ti største", "Øvrige", "Region øst"]
)
def test_a_row_that_is_of_no_known_group_is_uncertain_and_not_of_everyone(label: str) -> None:
    found = read(f"Fylke | Antall avsluttet\nOslo | 30\n{label} | 41")
    assert [o.certain for o in found] == [True, False]


@pytest.mark.parametrize(
    "label", ["I alt", "Totalt", "Hele landet", "Sum", "Norge", "Alle", "Landet", "Totalt*"]
)
def test_a_total_is_of_everyone(label: str) -> None:
    found = read(f"Fylke | Antall avsluttet\nOslo | 30\n{label} | 41")
    assert dict(found[1].dimensions) == {}
    assert found[1].certain


def test_an_average_of_shares_is_of_everyone_and_one_of_counts_is_not() -> None:
    shares = read("Fylke | Andel til arbeid (prosent)\nOslo | 30\nLandsgjennomsnitt | 41")
    counts = read("Fylke | Antall avsluttet\nOslo | 30\nGjennomsnitt | 41")
    assert shares[1].certain
    assert not counts[1].certain


def test_a_figure_beside_a_contrary_one_in_the_prose_is_uncertain() -> None:
    table = "Gruppe | Andel til arbeid\nAlle | 45 %\nMenn | 50 %"
    found = report(f"Resultater 2021\n\nI 2021 gikk 33 prosent til arbeid.\n\n{table}\n", 2021)
    observations = find_observations(found.report, found.paragraphs)
    assert [(o.quantity.surface, o.certain) for o in observations] == [
        ("33 prosent", False), ("45 %", False), ("50 %", True),
    ]  # fmt: skip


# ---- the names of cells


def test_a_cell_is_named_by_its_row_and_column() -> None:
    text = " | 2016 | 2017\n | Antall | Antall\nOslo | 620 | 640"
    paragraph = Paragraph("p", "r", 1, (), text, 0, len(text), ParagraphKind.TABLE, header=text[:33])
    assert name_cell(paragraph, text.index("640")) == ("Oslo", "2017, Antall")


def test_a_later_part_of_a_table_takes_its_column_names_from_the_header() -> None:
    part = Paragraph("p", "r", 1, (), "Oslo | 620", 0, 10, ParagraphKind.TABLE, header="Fylke | Antall")
    assert name_cell(part, 7) == ("Oslo", "Antall")


def test_a_long_table_is_read_as_one() -> None:
    rows = "\n".join(f"{name} | {n} | {n % 60}" for n in range(200) for name in COUNTIES)
    found = report(
        f"Resultater 2021\n\nFylke | Antall avsluttet | Andel til arbeid (prosent)\n{rows}\n\nSlutt.\n", 2021
    )
    parts = [p for p in found.paragraphs if p.kind is ParagraphKind.TABLE]
    assert len(parts) > 1
    assert len(read_grid(parts).rows) == 200 * len(COUNTIES)
    assert {o.measure for o in find_observations(found.report, parts)} == {"avsluttet", WORK}


# ---- whatever the figures

FIGURES = st.integers(0, 99)


def drawn(rows: Sequence[Sequence[str]], style: str) -> str:
    """Rows as a table in plain text."""
    if style == "aligned":
        widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
        lines = [
            "   ".join(
                cell.ljust(w) if i == 0 else cell.rjust(w)
                for i, (cell, w) in enumerate(zip(row, widths, strict=True))
            )
            for row in rows
        ]
        return "\n".join(line.rstrip() for line in lines)
    return "\n".join(("\t" if style == "tabs" else " | ").join(row) for row in rows)


@settings(max_examples=40, deadline=None)
@given(
    figures=st.lists(st.tuples(FIGURES, FIGURES), min_size=4, max_size=4),
    order=st.permutations(sorted(COUNTIES)),
    style=st.sampled_from(["bars", "tabs", "aligned"]),
)
def test_a_cell_is_read_the_same_whatever_its_figure_its_row_and_how_the_table_is_drawn(
    figures: list[tuple[int, int]], order: list[str], style: str
) -> None:
    header = ["Fylke", "Andel til arbeid (prosent)", "Andel til utdanning (prosent)"]
    rows = [[name, str(a), str(b)] for name, (a, b) in zip(order, figures, strict=True)]
    found = read(drawn([header, *rows], style))
    wanted = [
        (measure, {"area": COUNTIES[name]}, value)
        for name, pair in zip(order, figures, strict=True)
        for measure, value in zip((WORK, SCHOOL), pair, strict=True)
    ]
    assert [(o.measure, dict(o.dimensions), int(o.quantity.value)) for o in found] == wanted
    assert all(o.certain for o in found)


@settings(max_examples=60, deadline=None)
@given(text=st.text(alphabet="Oslo |\t\n12345,.%:-–()*ÅæÆ¹år", max_size=300))
def test_no_text_with_bars_is_too_odd_to_read(text: str) -> None:
    paragraph = Paragraph(
        "p", "r", 1, (), text, 0, len(text), ParagraphKind.TABLE, header=text.split("\n")[0]
    )
    found = report("Resultater 2021\n\nTekst.\n", 2021)
    for o in find_observations(found.report, [paragraph]):
        assert text[o.quantity.start : o.quantity.end] == o.quantity.surface
        assert name_cell(paragraph, o.quantity.start)


@pytest.mark.parametrize(
    "text", ["a | " * 3000 + "\n" + "1 | " * 3000, "x | y | 1\n" * 5000, "1 | 1\n" * 5000]
)
def test_hostile_tables_are_read_in_bounded_time(text: str) -> None:
    begun = time.perf_counter()
    report_text = report(f"Resultater 2021\n\n{text}\n", 2021)
    find_observations(report_text.report, report_text.paragraphs)
    assert time.perf_counter() - begun < 20


# ---- from a file to an answer

REPORT_2016 = """Introduksjonsprogrammet i fylkene 2016

Tabellen viser resultatene for fylkene.

Tabell 1. Avsluttet introduksjonsprogram og overgang til arbeid etter fylke, 2016

Fylke | Antall avsluttet | Antall til arbeid | Andel til arbeid (prosent)
Oslo | 1 120 | 431 | 38,5
Akershus | 700 | 231 | 33,0
Nordland | : | : | 25,0
Hele landet | 6 000 | 1 830 | 30,5

Tabell 2. Måloppnåelse etter kommune, 2016. Prosent

Kommune | Måloppnåelse
Bergen | 47
Lund | 62
Våler (Østfold) | 40
"""


@pytest.fixture
def assistant(
    tmp_path: Path, build: Callable[..., IngestSummary], store_path: Path, encoder: FakeEncoder
) -> Assistant:
    file = tmp_path / "fylker-2016.txt"
    file.write_text(REPORT_2016, encoding="utf-8")
    summary = build(file, reader=None)
    assert "fylker-2016" in summary.reports
    return Assistant(Store.open(store_path, encoder=encoder))


def test_a_question_for_a_place_is_answered_from_its_cell(assistant: Assistant) -> None:
    answer = assistant.ask("hvor stor andel gikk til arbeid i Nordland i 2016?")
    assert answer.status is Status.ANSWERED
    assert "25 prosent av deltakerne i Nordland" in answer.text
    citation = answer.citations[0]
    assert citation.quote == "Nordland | : | : | 25,0"
    assert citation.cell == "rad Nordland, kolonne Andel til arbeid (prosent)"
    assert [citation.paragraph_text[start:end] for start, end in citation.highlights] == ["25,0"]
    source = assistant.store.source("fylker-2016")
    assert source[citation.start : citation.end] == citation.quote


ASKED = [
    ("hvor mange gikk til arbeid i Oslo i 2016?", "431 deltakere i Oslo"),
    ("hvor stor andel gikk til arbeid i Oslo fylke i 2016?", "38,5 prosent"),
    ("hvor mange avsluttet i akershus i 2016?", "700 deltakere i Akershus"),
    ("hvilket fylke hadde høyest andel til arbeid i 2016?", "Høyest i 2016: deltakere i Oslo, 38,5 prosent"),
    (
        "hvilket fylke hadde lavest andel til arbeid i 2016?",
        "Lavest i 2016: deltakere i Nordland, 25 prosent",
    ),
    ("hvilket fylke hadde høyest andel i 2016?", "deltakere i Oslo, 38,5 prosent"),
    ("hvilken kommune hadde høyest måloppnåelse i 2016?", "deltakere i Lund, 62 prosent"),
    ("hva var måloppnåelsen i lund i 2016?", "62 prosent av deltakerne i Lund"),
    ("hva var måloppnåelsen i Våler i 2016?", "40 prosent av deltakerne i Våler (Østfold)"),
    ("sammenlign andelen til arbeid i Oslo og Akershus i 2016", "5,5 prosentpoeng"),
]


@pytest.mark.parametrize(("question", "said"), ASKED)
def test_questions_for_places_are_answered(assistant: Assistant, question: str, said: str) -> None:
    answer = assistant.ask(question)
    assert answer.status is Status.ANSWERED
    assert said in answer.text.replace("\u00a0", " ")


DECLINED = [
    ("hvor mange gikk til arbeid i Hordaland i 2016?", "Oslo, Akershus og Nordland"),
    ("hvor mange gikk til arbeid i Viken i 2016?", "Viken fantes ikke i 2016. Området var da"),
    ("hvor mange gikk til arbeid i kommunen min?", "Rapportene har ikke tall"),
    ("hvilket fylke hadde høyest andel til arbeid i 2017?", "Rapportene har ikke tall"),
]


@pytest.mark.parametrize(("question", "said"), DECLINED)
def test_a_place_without_figures_is_declined_with_what_there_is(
    assistant: Assistant, question: str, said: str
) -> None:
    answer = assistant.ask(question)
    assert (answer.status, answer.reason) == (Status.ABSTAINED, Reason.ANOTHER_PLACE)
    assert said in answer.text


@pytest.mark.parametrize("question", ["hvorfor gikk det slik i Nordland?", "hvem sa noe om Nordland?"])
def test_a_row_of_figures_is_no_answer_in_words(assistant: Assistant, question: str) -> None:
    answer = assistant.ask(question)
    assert not any(citation.quote.startswith("Nordland |") for citation in answer.citations)


def test_a_place_named_once_holds_for_all_that_is_asked(assistant: Assistant) -> None:
    answer = assistant.ask("Hvor mange startet og hvor mange gikk til arbeid i Nordland i 2016?")
    assert all(o.dimensions.get("area") == "nordland" for o in answer.observations)
