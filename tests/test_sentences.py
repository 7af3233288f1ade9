"""Where a sentence ends."""

from __future__ import annotations

import pytest

from ingest.sentences import LONGEST, find_sentences

SPLIT = [
    ("Vi teller. De går.", ["Vi teller.", "De går."]),
    ("Hvem gikk? Alle!  Ingen ble igjen", ["Hvem gikk?", "Alle!", "Ingen ble igjen"]),
    ("«Det går.» Hun smilte.", ["«Det går.»", "Hun smilte."]),
    ("Tallet er 45. 12 prosent gikk.", ["Tallet er 45.", "12 prosent gikk."]),
    ("Alt er klart. – Vi er glade.", ["Alt er klart.", "– Vi er glade."]),
]
WHOLE = [
    "Det var ca. 400 deltakere.",
    "Se tabell nr. 3 for tall pr. kommune.",
    "Rapporten kom 24. juni 2021.",
    "Han tok 10. klasse på ett år.",
    "Sagt av A. Hansen i går.",
    "Andelen var 4.5 prosent.",
]


@pytest.mark.parametrize(("text", "sentences"), SPLIT)
def test_a_sentence_ends_at_its_mark_before_a_capital_a_figure_or_a_quote(
    text: str, sentences: list[str]
) -> None:
    assert [text[start:end] for start, end in find_sentences(text)] == sentences


@pytest.mark.parametrize("text", WHOLE)
def test_the_full_stop_of_an_abbreviation_a_date_or_an_initial_ends_no_sentence(text: str) -> None:
    assert find_sentences(text) == [(0, len(text))]


@pytest.mark.parametrize("text", ["", "  ", "\n"])
def test_white_space_is_no_sentence(text: str) -> None:
    assert find_sentences(text) == []


def test_spans_leave_out_the_white_space_around() -> None:
    assert find_sentences("  Ja.  Nei. ") == [(2, 5), (7, 11)]


@pytest.mark.parametrize("text", ["ord " * LONGEST, "x" * (3 * LONGEST)])
def test_no_sentence_is_longer_than_the_longest_and_no_letter_is_lost(text: str) -> None:
    spans = find_sentences(text)
    assert max(end - start for start, end in spans) <= LONGEST
    assert "".join(text[start:end] for start, end in spans).replace(" ", "") == text.replace(" ", "")
