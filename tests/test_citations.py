"""A citation is verbatim, numbered in the order of use, and opens the page at the very passage."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from urllib.parse import unquote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.models import Paragraph, Report
from rag.citations import FRAGMENT_WORDS, cite, only_quotes, with_fragment
from rag.models import Answer, Draft, Figure, Intent, Line, Query, Reason, Role, Source, Status

URL = "https://example.org/rapport"
DIRECTIVE = "#:~:text="
FIRST = "I 2023 startet 17\u00a0699 flyktninger. Av disse var 44 prosent kvinner."
SECOND = "Arbeids- og inkluderingsministeren & IMDi, begge."
TEXT = f"Nøkkeltall\n\n{FIRST}\n\n{SECOND}\n"
REPORT = Report("r", "Nøkkeltall", "IMDi", 2023, dt.date(2024, 6, 24), URL, "nb", "", "0" * 64, "r.txt")
START = FIRST.index("Av disse")


class FakeSources:
    """Two paragraphs of one report."""

    def __init__(self, report: Report = REPORT) -> None:
        self._report = report
        self._paragraphs = {
            name: Paragraph(name, report.id, number, ("Hovedfunn",), text, at, at + len(text))
            for number, (name, text) in enumerate([("p1", FIRST), ("p2", SECOND)])
            for at in [TEXT.index(text)]
        }

    def paragraph(self, paragraph_id: str) -> Paragraph:
        return self._paragraphs[paragraph_id]

    def edition(self, report_id: str) -> str:
        return "utgave"

    def report(self, report_id: str) -> Report:
        assert report_id == self._report.id
        return self._report


SENTENCE = Source("p1", 0, START - 1, ((15, 21),))
OTHER = Source("p1", START, len(FIRST))
WHOLE = Source("p2", 0, len(SECOND))


def answer(*lines: Line, sources: FakeSources | None = None) -> Answer:
    draft = Draft(Status.ANSWERED, Reason.STATED, lines, figure=Figure("17\u00a0699", "startet"))
    return cite(draft, "?", Query("?", "nb", Intent.FIGURE), sources or FakeSources(), ("spor",))


# ---- quotes


def test_a_quote_stands_in_the_source_and_in_its_paragraph_at_its_offsets() -> None:
    found = answer(Line(Role.LEAD, "a", (OTHER, WHOLE)), Line(Role.OTHER, "b", (SENTENCE,)))
    for citation in found.citations:
        assert TEXT[citation.start : citation.end] == citation.quote
        assert citation.paragraph_text[citation.quote_start : citation.quote_end] == citation.quote
    assert [c.quote for c in found.citations] == [FIRST[START:], SECOND, FIRST[: START - 1]]


def test_a_citation_carries_what_a_reader_needs_to_find_it() -> None:
    [citation] = answer(Line(Role.LEAD, "a", (WHOLE,))).citations
    assert (citation.title, citation.publisher, citation.updated) == ("Nøkkeltall", "IMDi", "2024-06-24")
    assert (citation.section, citation.paragraph_id, citation.report_id) == (("Hovedfunn",), "p2", "r")


def test_a_report_without_a_date_is_cited_without_one() -> None:
    sources = FakeSources(replace(REPORT, updated=None))
    [citation] = answer(Line(Role.LEAD, "a", (WHOLE,)), sources=sources).citations
    assert citation.updated == ""


@settings(max_examples=100, deadline=None, derandomize=True)
@given(st.lists(st.integers(0, len(FIRST)), min_size=2, max_size=2, unique=True).map(sorted))
def test_any_stretch_of_a_paragraph_is_quoted_verbatim(span: list[int]) -> None:
    start, end = span
    found = answer(Line(Role.QUOTE, "", (Source("p1", start, end),)))
    [citation] = found.citations
    assert citation.quote == FIRST[start:end] == TEXT[citation.start : citation.end]
    assert f"«{citation.quote}»" in found.text


# ---- numbers


def test_sources_are_numbered_in_the_order_they_are_first_used() -> None:
    found = answer(
        Line(Role.LEAD, "a", (WHOLE,)), Line(Role.OTHER, "b", (SENTENCE, WHOLE)), Line(Role.SCOPE, "c")
    )
    assert [c.number for c in found.citations] == [1, 2]
    assert [s.citations for s in found.statements] == [(1,), (2, 1), ()]
    assert found.text == "a [1]\nb [2][1]\nc"


def test_the_same_sentence_is_one_citation_with_all_its_figures_marked() -> None:
    marked = replace(SENTENCE, highlights=((2, 6),))
    found = answer(Line(Role.LEAD, "a", (SENTENCE, marked)), Line(Role.OTHER, "b", (marked,)))
    [citation] = found.citations
    assert citation.highlights == ((2, 6), (15, 21))
    assert found.statements[0].citations == (1,)


def test_a_line_without_words_of_its_own_is_the_quote() -> None:
    found = answer(Line(Role.QUOTE, "", (WHOLE,)), Line(Role.CAVEAT, "Merk: {quote}", (OTHER,)))
    assert found.text == f"«{SECOND}» [1]\nMerk: «{FIRST[START:]}» [2]"


def test_the_safe_form_of_an_answer_holds_quotes_and_no_figure() -> None:
    safe = only_quotes(answer(Line(Role.LEAD, "99 prosent", (WHOLE,))), "Les selv:")
    assert safe.text == f"Les selv:\n«{SECOND}» [1]"
    assert (safe.status, safe.figure, safe.calculations, safe.observations) == (Status.PARTIAL, None, (), ())


def test_the_safe_form_of_an_answer_without_sources_declines() -> None:
    assert only_quotes(answer(Line(Role.LEAD, "99 prosent")), "Beklager.").status is Status.ABSTAINED


# ---- addresses


@pytest.mark.parametrize(
    ("text", "encoded"),
    [
        ("17\u00a0699 startet", "17%20699%20startet"),
        ("menn, kvinner", "menn%2C%20kvinner"),
        ("arbeids- og velferd", "arbeids%2D%20og%20velferd"),
        ("IMDi & NAV", "IMDi%20%26%20NAV"),
        ("høyere", "h%C3%B8yere"),
        ("og/eller 5 %", "og%2Feller%205%20%25"),
        ("a#b?c=d+e", "a%23b%3Fc%3Dd%2Be"),
        ("to\nlinjer  her", "to%20linjer%20her"),
    ],
)
def test_what_has_a_meaning_of_its_own_in_a_fragment_is_encoded(text: str, encoded: str) -> None:
    assert with_fragment(URL, text) == f"{URL}{DIRECTIVE}{encoded}"


def test_a_long_quote_is_named_by_its_beginning_and_its_end() -> None:
    words = [f"ord{n}," for n in range(40)]
    address = with_fragment(URL, " ".join(words))
    beginning, end = address.removeprefix(URL + DIRECTIVE).split(",")
    assert unquote(beginning).split() == words[:FRAGMENT_WORDS]
    assert unquote(end).split() == words[-FRAGMENT_WORDS:]


def test_a_quote_that_fits_is_named_whole() -> None:
    words = [f"ord{n}" for n in range(2 * FRAGMENT_WORDS)]
    assert unquote(with_fragment(URL, " ".join(words))) == f"{URL}{DIRECTIVE}{' '.join(words)}"


@pytest.mark.parametrize("url", ["", "rapport.txt", "file:///rapport.txt", "ftp://example.org/a"])
def test_an_address_that_is_no_web_page_stays_as_it_is(url: str) -> None:
    assert with_fragment(url, "17\u00a0699 startet") == url


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.text(st.characters(codec="utf-8"), min_size=1, max_size=200).filter(str.strip))
def test_a_fragment_is_ascii_and_tells_the_quote_back(text: str) -> None:
    fragment = with_fragment(URL, text).removeprefix(URL + DIRECTIVE)
    assert fragment.isascii()
    assert not set(fragment) & set(" -&#?\n")
    beginning, *rest = [unquote(part).split() for part in fragment.split(",")]
    assert len(rest) <= 1
    words = text.split()
    assert words[: len(beginning)] == beginning
    assert not rest or words[-len(rest[0]) :] == rest[0]
