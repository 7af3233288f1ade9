"""How a sentence with several figures is cut into segments of one statement each."""

from __future__ import annotations

from itertools import pairwise

import pytest

from ingest.clauses import governed_by, read_sentence
from ingest.vocabulary import load_vocabulary, starts_any

VOCABULARY = load_vocabulary()


def segments(text: str) -> list[str]:
    """The figures of each segment, joined by "+" where one segment has two."""
    return ["+".join(i.quantity.surface for i in s.items) for s in read_sentence(text, VOCABULARY).segments]


APART = [
    ("25 prosent gikk til arbeid og 23 prosent til utdanning.", ["25 prosent", "23 prosent"]),
    ("44 prosent av mennene, mens 21 prosent av kvinnene.", ["44 prosent", "21 prosent"]),
    ("I 2022 var det 300, mot 500 i 2021.", ["300", "500"]),
    ("Syria (3 715), Kongo (1 272) og Eritrea (1 070).", ["3 715", "1 272", "1 070"]),
    ("24 prosent (27 prosent i 2019) gikk til arbeid.", ["24 prosent", "27 prosent"]),
    ("14 prosent (396 i 2022) gikk til arbeid.", ["14 prosent", "396"]),
]
TOGETHER = [
    "66 prosent (3 844 deltakere) gikk til tiltak.",
    "3 844 deltakere (66 prosent) gikk til tiltak.",
    "71 prosent, eller 6 614 personer, gikk til tiltak.",
    "To av tre som fullførte i 2022 (2 400 personer), var kvinner.",
    "En tredel av dem (om lag 1 500) gikk til tiltak.",
]


@pytest.mark.parametrize(("text", "figures"), APART)
def test_each_statement_has_a_segment_of_its_own(text: str, figures: list[str]) -> None:
    assert segments(text) == figures


@pytest.mark.parametrize("text", TOGETHER)
def test_a_share_and_the_count_that_says_it_again_are_one_segment(text: str) -> None:
    assert len(segments(text)) == 1


def test_segments_cover_the_sentence_without_overlap() -> None:
    text = "30 prosent av kvinnene, 52 prosent av mennene og 41 prosent i alt gikk til arbeid."
    spans = [(s.start, s.end) for s in read_sentence(text, VOCABULARY).segments]
    assert spans[0][0] == 0
    assert spans[-1][1] == len(text)
    assert all(left[1] == right[0] for left, right in pairwise(spans))


AGES = [
    ("Blant deltakere i alderen 19-24 år lyktes 63 prosent.", ["19-24"]),
    ("Bare 12 prosent av dem over 50 år gikk til arbeid.", ["50-"]),
    ("44 prosent var under 30 år.", ["-30"]),
    ("51 prosent (26–35 år) og 43 prosent (36–45 år).", ["26-35", "36-45"]),
]
NO_AGES = ["Flyktninger mellom 18 og 55 år har rett og plikt.", "30 prosent brukte over 2 år på programmet."]


@pytest.mark.parametrize(("text", "ages"), AGES)
def test_an_age_beside_a_figure_names_a_group(text: str, ages: list[str]) -> None:
    assert [code for _, code in read_sentence(text, VOCABULARY).ages] == ages


@pytest.mark.parametrize("text", NO_AGES)
def test_an_age_alone_and_a_few_years_are_figures_of_their_own(text: str) -> None:
    assert read_sentence(text, VOCABULARY).ages == ()


SAME = [
    ("Kvinner hadde samme måloppnåelse som året før.", "samme måloppnåelse"),
    ("Andelen er uendret fra 2021.", "uendret"),
    ("Andelen var det samme som i 2021.", "det samme"),
    ("Resultatet ligger på om lag samme nivå som tidligere år.", "samme nivå"),
]


@pytest.mark.parametrize(("text", "surface"), SAME)
def test_sameness_with_an_earlier_year_is_a_figure(text: str, surface: str) -> None:
    assert segments(text) == [surface]


@pytest.mark.parametrize("text", ["Kvinner hadde samme resultat som menn.", "Det samme gjelder familier."])
def test_sameness_with_a_group_is_no_figure(text: str) -> None:
    assert segments(text) == []


def test_words_govern_what_stands_straight_after_them_filler_words_aside() -> None:
    tokens = VOCABULARY.tokens("flere enn i 2021")
    than = frozenset({("enn",)})
    assert governed_by(tokens, 12, than, ("i",))
    assert not governed_by(tokens, 12, than)


def test_the_first_place_of_a_phrase_is_found() -> None:
    tokens = VOCABULARY.tokens("dette er av disse som gikk")
    assert starts_any(tokens, frozenset({("av", "disse")})) == 2
    assert starts_any(tokens, frozenset({("av", "dem")})) is None
