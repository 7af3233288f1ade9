"""A cited table on the page: a real table, its cell marked, every word of it escaped."""

from __future__ import annotations

import re
from html import unescape

from made_answers import make_answer, make_citation

from rag.models import Citation
from ui.answer import answer_html
from ui.source_table import table_html

TEXT = "Fylke | Antall avsluttet | Andel til arbeid\nOslo | 1 120 | 38,5\nViken | <5 | :"
ROW = "Oslo | 1 120 | 38,5"


def a_table(text: str = TEXT, row: str = ROW, figure: str = "38,5", header: str = "") -> Citation:
    """A citation of one cell."""
    start, at = text.index(row), text.index(figure)
    return make_citation(
        quote=row, paragraph_text=text, quote_start=start, quote_end=start + len(row),
        highlights=((at, at + len(figure)),), table=header, cell="rad Oslo, kolonne Andel til arbeid",
    )  # fmt: skip


def test_a_cited_table_has_its_header_and_its_row_names() -> None:
    html = table_html(a_table())
    assert '<th scope="col">Andel til arbeid</th>' in html
    assert html.count('<th scope="row">') == 2
    assert html.count("<tr") == 3


def test_the_cited_cell_and_its_row_are_marked_and_no_other() -> None:
    html = table_html(a_table())
    assert re.findall(r'cited-figure">([^<]*)<', html) == ["38,5"]
    assert html.count("cited-row") == 1
    assert '<tr class="cited-row"><th scope="row">Oslo</th>' in html


def test_a_later_part_of_a_table_has_the_header_above_it() -> None:
    html = table_html(
        a_table(text=f"{ROW}\nViken | 2 | 3", header="Fylke | Antall avsluttet | Andel til arbeid")
    )
    assert html.index("Antall avsluttet") < html.index("1 120")
    assert html.count("<tr") == 3


def test_every_word_of_a_table_is_escaped() -> None:
    html = table_html(a_table(text=f"<b>Fylke</b> | A | B\n{ROW}\n<script> | 1 | <5"))
    assert "<b>" not in html
    assert "<script>" not in html
    assert "&lt;5" in html


def test_all_of_the_text_is_shown() -> None:
    shown = unescape(re.sub(r"<[^>]+>", " ", table_html(a_table())))
    assert shown.split() == TEXT.replace("|", " ").split()


def test_the_page_shows_a_table_for_a_table_and_names_the_cell() -> None:
    _, html = answer_html(make_answer(citations=(a_table(),)), 0)
    assert "<table>" in html
    assert "rad Oslo, kolonne Andel til arbeid" in html
    assert "<table>" not in "".join(answer_html(make_answer(), 0))
