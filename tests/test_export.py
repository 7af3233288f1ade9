"""A conversation to take away."""

from __future__ import annotations

import io
import re
from dataclasses import replace

import docx
from made_answers import make_answer, make_citation
from test_series import GROUPS, YEARS

from rag.models import Role, Statement
from ui.export import Exchange, to_docx, to_markdown

HOSTILE = "<img src=x onerror=alert(1)> ![a](https://evil.example/y.png) [b](javascript:c) # d | e"


def exchanges() -> list[Exchange]:
    answer = replace(
        make_answer(),
        statements=(
            Statement(Role.LEAD, "17\u00a0699 startet [1].", (1,)),
            Statement(Role.QUOTE, "«Sitatet.»", (1,)),
        ),
    )
    return [
        Exchange(answer.question, answer, series=GROUPS),
        Exchange(HOSTILE, None, "Stoppet før svaret var klart."),
    ]


def paragraphs(made: bytes) -> list[str]:
    return [paragraph.text for paragraph in docx.Document(io.BytesIO(made)).paragraphs]


def test_markdown_has_questions_answers_figures_and_sources() -> None:
    text = to_markdown(exchanges(), frozenset()).decode("utf-8")
    assert "## Hvor mange startet i 2023?" in text
    assert "> «Sitatet.» \\[1\\]" in text
    assert "| menn | 60 prosent | publisert |" in text
    assert "<https://example.org/rapport>" in text
    assert "Stoppet før svaret var klart." in text


def test_markdown_leaves_nothing_to_be_run_or_fetched() -> None:
    text = to_markdown(exchanges(), frozenset()).decode("utf-8")
    assert "<img" not in text.replace("\\<img", "")
    assert "![a]" not in text
    assert not re.search(r"(?<!\\)\]\(", text)


def test_table_of_years_is_headed_as_one() -> None:
    exchange = [replace(exchanges()[0], series=YEARS)]
    assert "| År | Tall |" in to_markdown(exchange, frozenset()).decode("utf-8")
    table = docx.Document(io.BytesIO(to_docx(exchange, frozenset()))).tables[0]
    assert [row.cells[0].text for row in table.rows] == ["År", "2017", "2023"]


def test_word_document_has_the_same() -> None:
    made = to_docx(exchanges(), frozenset())
    text = paragraphs(made)
    assert "Hvor mange startet i 2023?" in text
    assert any(line.startswith("[1] «I 2023 startet") for line in text)
    document = docx.Document(io.BytesIO(made))
    assert [cell.text for cell in document.tables[0].rows[1].cells] == ["menn", "60 prosent", "publisert"]
    assert document.core_properties.language == "nb-NO"


def test_signs_that_word_cannot_hold_are_left_out() -> None:
    assert "ab" in paragraphs(to_docx([Exchange("a\x00\x0b\ud800b", None, "")], frozenset()))


def test_a_visitors_own_file_is_named_as_such() -> None:
    text = to_markdown(exchanges(), frozenset({make_citation().report_id})).decode("utf-8")
    assert "(din fil)" in text
    assert "example.org" not in text
