"""PDF: paragraphs over lines and pages, columns, raised marks, notes, and tables with and without rules."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from ingest.models import ParagraphKind
from ingest.reports import ReportText, read_report

LONG = (
    "I 2019 gikk 46 prosent av deltakerne som avsluttet introduksjonsprogrammet, direkte over til arbeid"
    " eller utdanning. Det er om lag like mange som året før, og andelen har vært stabil i flere år. "
)


def made(*pages: Callable[[Any], None]) -> ReportText:
    """A PDF of pages, read."""
    from fpdf import FPDF

    paper = FPDF()
    for write in pages:
        paper.add_page()
        paper.set_font("helvetica", "B", 20)
        if paper.page == 1:
            paper.cell(0, 12, "Resultater for programmet 2019", new_x="LMARGIN", new_y="NEXT")
        paper.set_font("helvetica", size=11)
        write(paper)
    report = read_report(bytes(paper.output()), name="rapport.pdf")
    assert all(report.source[p.start : p.end] == p.text for p in report.paragraphs)
    return report


def prose(text: str) -> Callable[[Any], None]:
    return lambda paper: paper.multi_cell(0, 6, text, new_x="LMARGIN", new_y="NEXT")


def lines(paper: Any, texts: Sequence[str]) -> None:
    for text in texts:
        paper.cell(0, 6, text, new_x="LMARGIN", new_y="NEXT")


def texts(report: ReportText, kind: ParagraphKind = ParagraphKind.TEXT) -> list[str]:
    return [p.text for p in report.paragraphs if p.kind is kind]


def test_lines_of_a_paragraph_are_joined() -> None:
    assert texts(made(prose(LONG * 2))) == [(LONG * 2).strip()]


def test_space_parts_paragraphs() -> None:
    def two(paper: Any) -> None:
        prose(LONG)(paper)
        paper.ln(5)
        prose("Et annet avsnitt her.")(paper)

    assert texts(made(two)) == [LONG.strip(), "Et annet avsnitt her."]


@pytest.mark.parametrize(
    ("first", "second", "joined"),
    [
        ("Dette er introduksjons-", "programmet for alle.", "Dette er introduksjonsprogrammet for alle."),
        (
            "Dette er introduksjons-",
            "og norskopplæring her.",
            "Dette er introduksjons- og norskopplæring her.",
        ),
        ("Dette er en IMDI-", "rapport om programmet.", "Dette er en IMDI-rapport om programmet."),
        ("Tallene er for 2018-", "2019 i alle fylker.", "Tallene er for 2018-2019 i alle fylker."),
        ("Tallene er uten deling", "av ord i teksten.", "Tallene er uten deling av ord i teksten."),
    ],
)
def test_a_word_parted_at_a_line_s_end_is_whole(first: str, second: str, joined: str) -> None:
    assert texts(made(lambda paper: lines(paper, (first, second)))) == [joined]


def test_a_paragraph_goes_on_over_a_page() -> None:
    report = made(
        prose("Andelen som gikk til arbeid, var"), prose("høyere enn året før.\n\nEt nytt avsnitt.")
    )
    assert [(p.page, p.text) for p in report.paragraphs] == [
        (1, "Andelen som gikk til arbeid, var høyere enn året før."),
        (2, "Et nytt avsnitt."),
    ]


def test_a_raised_mark_is_no_part_of_a_figure() -> None:
    def marked(paper: Any) -> None:
        paper.write(6, "I alt avsluttet 11 381")
        paper.char_vpos = "SUP"
        paper.write(6, "1")
        paper.char_vpos = "LINE"
        paper.write(6, " deltakere på 20 m")
        paper.char_vpos = "SUP"
        paper.write(6, "2")
        paper.char_vpos = "LINE"
        paper.write(6, ".")
        paper.ln(30)
        paper.set_font("helvetica", size=8)
        paper.cell(0, 5, "1 Inkludert dem som flyttet.", new_x="LMARGIN", new_y="NEXT")

    report = made(marked)
    assert texts(report) == ["I alt avsluttet 11 381[1] deltakere på 20 m2."]
    assert texts(report, ParagraphKind.NOTE) == ["Inkludert dem som flyttet."]


def test_headings_are_told_by_size_and_weight() -> None:
    def parts(paper: Any) -> None:
        for size, style, text in (
            (15, "B", "Arbeid"),
            (11, "B", "Kvinner"),
            (11, "", LONG),
            (15, "B", "Skole"),
            (11, "", LONG),
        ):
            paper.set_font("helvetica", style, size)
            paper.multi_cell(0, 6, text, new_x="LMARGIN", new_y="NEXT")
            paper.ln(3)

    report = made(parts)
    assert report.report.title == "Resultater for programmet 2019"
    assert [p.section for p in report.paragraphs] == [("Arbeid", "Kvinner"), ("Skole",)]


def test_a_table_without_rules_is_found_by_its_columns() -> None:
    def table(paper: Any) -> None:
        prose(LONG)(paper)
        paper.ln(5)
        rows = (
            ("Alder", "2018", "2019"),
            ("18-24 år", "34", "35,5"),
            ("25-34 år", "", "41"),
            ("35 år", "28", "29"),
        )
        for row in rows:
            paper.cell(60, 6, row[0])
            paper.cell(30, 6, row[1], align="R")
            paper.cell(30, 6, row[2], align="R", new_x="LMARGIN", new_y="NEXT")

    report = made(table)
    assert texts(report, ParagraphKind.TABLE) == [
        "Alder | 2018 | 2019\n18-24 år | 34 | 35,5\n25-34 år |  | 41\n35 år | 28 | 29"
    ]
    assert report.paragraphs[-1].page == 1


def test_two_columns_are_read_one_after_the_other() -> None:
    def columns(paper: Any) -> None:
        with paper.text_columns(ncols=2, gutter=8) as both:
            for number in range(7):
                both.write(f"Avsnitt {number} om året 2019. " + LONG * 2 + "\n\n")

    report = made(columns)
    found = [int(text.split()[1]) for text in texts(report) if text.startswith("Avsnitt")]
    assert found == sorted(found)
    assert len(found) == 7
    assert all(text.rstrip().endswith(".") for text in texts(report))


def test_lists_are_kept_apart() -> None:
    report = made(
        lambda paper: lines(paper, ("Slik gikk det:", "- Kvinner: 38 prosent", "- Menn: 54 prosent"))
    )
    assert texts(report, ParagraphKind.BULLET) == ["Kvinner: 38 prosent", "Menn: 54 prosent"]


def test_a_page_cites_its_number_and_opens_there() -> None:
    from rag.citations import address

    paragraph = made(prose("Ett."), prose("På side to.")).paragraphs[-1]
    assert paragraph.page == 2
    assert address("https://x.no/r.pdf#topp", paragraph, paragraph.text) == "https://x.no/r.pdf#page=2"
    assert address("", paragraph, paragraph.text) == ""


def test_a_list_of_contents_and_roman_page_numbers_are_left_out() -> None:
    def contents(paper: Any) -> None:
        lines(paper, ("Arbeid ......................... 3", "Skole . . . . . . . . . . . . . . . iv"))
        paper.ln(10)
        prose(LONG)(paper)
        paper.text(100, 290, "ii")

    assert texts(made(contents)) == [LONG.strip()]


def test_a_title_that_is_repeated_as_running_head_is_still_the_title() -> None:
    def headed(text: str) -> Callable[[Any], None]:
        def write(paper: Any) -> None:
            paper.set_font("helvetica", size=8)
            paper.text(20, 8, "Resultater for programmet 2019")
            paper.set_font("helvetica", size=11)
            prose(text)(paper)

        return write

    told = ["Først om arbeid.", "Så om skole.", "Deretter om norsk.", "Til slutt om fylkene."]
    report = made(*map(headed, told))
    assert report.report.title == "Resultater for programmet 2019"
    assert texts(report) == told


def test_a_heading_at_a_page_s_end_and_one_at_the_next_are_two() -> None:
    def ending(paper: Any) -> None:
        prose(LONG)(paper)
        paper.set_font("helvetica", "B", 15)
        paper.text(10, 280, "Arbeid")

    def opening(paper: Any) -> None:
        paper.set_font("helvetica", "B", 15)
        paper.multi_cell(0, 6, "Kvinner", new_x="LMARGIN", new_y="NEXT")
        paper.set_font("helvetica", size=11)
        prose("Det er flere.")(paper)

    assert made(ending, opening).paragraphs[-1].section == ("Kvinner",)
