"""The vocabulary: how surface forms are written, and what is found in a text. Rows: text -> what is named."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.models import CorpusError
from ingest.vocabulary import (
    ENGLISH,
    GAP_WORDS,
    INFLECTION_LETTERS,
    Vocabulary,
    expand,
    read_tables,
    tokenize,
)

WRITTEN = [
    ("kvinner", {("kvinner",)}),
    ("gikk til arbeid", {("gikk", "til", "arbeid")}),
    ("(fra|frå) Syria", {("fra", "Syria"), ("frå", "Syria")}),
    ("(kun )?menn", {("kun", "menn"), ("menn",)}),
    ("(a|b) (c|d)", {("a", "c"), ("a", "d"), ("b", "c"), ("b", "d")}),
    ("ny(e|tt)?", {("nye",), ("nytt",), ("ny",)}),
    ("fra * til", {("fra", "*", "til")}),
    ("kvinneandel~", {("kvinneandel~",)}),
    ("aust-agder", {("aust-agder",)}),
    ("og/eller", {("og", "/", "eller")}),
]


def entry(dimension: str, code: str, *synonyms: str, **more: Any) -> dict[str, Any]:
    return {"dimension": dimension, "code": code, "synonyms": list(synonyms), **more}


def vocabulary(*entries: dict[str, Any], **tables: Any) -> Vocabulary:
    return Vocabulary({"made": {"entry": list(entries)}, **tables})


def found(words: Vocabulary, text: str) -> list[tuple[str, str]]:
    return [(mention.code, mention.surface) for mention in words.find(text)]


@pytest.mark.parametrize(("surface", "sequences"), WRITTEN, ids=[row[0] for row in WRITTEN])
def test_a_surface_form_stands_for_all_its_word_sequences(
    surface: str, sequences: set[tuple[str, ...]]
) -> None:
    assert set(expand(surface)) == sequences


def test_tokens_are_in_lower_case_with_offsets_into_the_text() -> None:
    text = "Kvinner og/eller «menn» fra Aust-Agder: 17,5"
    tokens = tokenize(text)
    assert [token.word for token in tokens[:5]] == ["kvinner", "og", "/", "eller", "menn"]
    assert all(text[token.start : token.end].lower() == token.word for token in tokens)
    assert "aust-agder" in [token.word for token in tokens]


# ---- gaps and inflections


def test_a_gap_holds_at_most_so_many_words() -> None:
    words = vocabulary(entry("measure", "vei", "fra * til"))
    for between in range(GAP_WORDS + 1):
        assert found(words, " ".join(["fra", *["x"] * between, "til"])), between
    assert not found(words, " ".join(["fra", *["x"] * (GAP_WORDS + 1), "til"]))


def test_a_gap_at_the_end_of_a_text_matches_nothing() -> None:
    assert not found(vocabulary(entry("measure", "vei", "fra * til")), "fra her og")


def test_a_word_with_a_tilde_takes_a_short_inflection_only() -> None:
    words = vocabulary(entry("sex", "kvinner", "kvinneandel~"))
    assert found(words, "Kvinneandel")
    assert found(words, "kvinneandel" + "e" * INFLECTION_LETTERS)
    assert not found(words, "kvinneandel" + "e" * (INFLECTION_LETTERS + 1))


def test_a_word_without_a_tilde_is_matched_whole() -> None:
    words = vocabulary(entry("sex", "menn", "menn"))
    assert not found(words, "mennesker og kvinnemenn")


# ---- which mention wins


def test_the_longest_match_wins_where_two_overlap() -> None:
    words = vocabulary(
        entry("measure", "arbeid", "til arbeid"),
        entry("measure", "begge", "til arbeid eller utdanning"),
        entry("measure", "utdanning", "utdanning"),
    )
    assert found(words, "gikk til arbeid eller utdanning") == [("begge", "til arbeid eller utdanning")]
    assert found(words, "til arbeid, utdanning") == [("arbeid", "til arbeid"), ("utdanning", "utdanning")]


def test_letters_in_a_gap_do_not_make_a_match_longer() -> None:
    words = vocabulary(entry("measure", "hull", "fra * til"), entry("measure", "hel", "introduksjonsprogram"))
    assert found(words, "fra introduksjonsprogram til") == [("hel", "introduksjonsprogram")]


def test_one_stretch_may_name_two_dimensions_but_not_two_codes_of_one() -> None:
    words = vocabulary(
        entry("sex", "kvinner", "kvinneandel"),
        entry("measure", "andel", "kvinneandel"),
        entry("measure", "annen", weak=["kvinneandel"]),
    )
    assert sorted(code for code, _ in found(words, "kvinneandel")) == ["andel", "kvinner"]


def test_a_weak_form_yields_to_a_strong_one_of_the_same_words() -> None:
    words = vocabulary(entry("measure", "svak", weak=["deltakere"]), entry("measure", "sterk", "deltakere"))
    assert found(words, "deltakere") == [("sterk", "deltakere")]
    [mention] = vocabulary(entry("measure", "svak", weak=["deltakere"])).find("deltakere")
    assert mention.weak


def test_mentions_come_in_the_order_of_the_text() -> None:
    words = vocabulary(entry("origin", "syria", "syria"), entry("sex", "kvinner", "kvinner"))
    assert [code for code, _ in found(words, "Kvinner, Syria, kvinner")] == ["kvinner", "syria", "kvinner"]


def test_two_outcomes_joined_by_or_are_their_union() -> None:
    words = vocabulary(
        entry("measure", "arbeid", "jobb"),
        entry("measure", "utdanning", "utdanning"),
        entry("measure", "begge", "begge deler", union=["arbeid", "utdanning"]),
        grammar={"boundary": {"union": ["eller"]}},
    )
    assert found(words, "fikk jobb eller tok utdanning") == [("begge", "jobb eller tok utdanning")]
    assert [code for code, _ in found(words, "fikk jobb og tok utdanning")] == ["arbeid", "utdanning"]
    assert [code for code, _ in found(words, "jobb 25 eller utdanning")] == ["arbeid", "utdanning"]


# ---- words run together


@pytest.mark.parametrize(
    ("text", "surfaces"),
    [("kvinnerstartet", ["kvinner", "startet"]), ("Kvinner-startet", ["Kvinner", "startet"])],
)
def test_two_known_words_run_together_are_taken_apart(text: str, surfaces: list[str]) -> None:
    words = vocabulary(entry("sex", "kvinner", "kvinner"), entry("measure", "startet", "startet"))
    assert [surface for _, surface in found(words, text)] == surfaces


def test_a_known_word_is_never_taken_apart() -> None:
    words = vocabulary(
        entry("sex", "kvinner", "kvinner"),
        entry("measure", "startet", "startet"),
        entry("term", "hel", "kvinnerstartet"),
    )
    assert found(words, "kvinnerstartet") == [("hel", "kvinnerstartet")]


def test_chance_letters_of_another_word_are_not_taken_apart() -> None:
    words = vocabulary(entry("sex", "menn", "menn"), entry("measure", "startet", "startet"))
    assert not found(words, "xmennstartet")


# ---- languages


def test_a_form_under_english_is_marked_as_holding_in_english_only() -> None:
    words = vocabulary(entry("sex", "menn", "menn", english=["men"]))
    assert [mention.dimension for mention in words.find("men og menn")] == ["sex" + ENGLISH, "sex"]


def test_a_text_missing_in_a_language_is_given_in_bokmaal() -> None:
    words = vocabulary(entry("sex", "menn", label={"nb": "menn", "en": "men"}))
    assert words.entry("sex", "menn").text("label", "en") == "men"
    assert words.entry("sex", "menn").text("label", "nn") == "menn"
    assert words.entry("sex", "menn").forms("noun", "nb") == ()


def test_a_code_without_an_entry_has_an_entry_without_data() -> None:
    assert not vocabulary().entry("age", "19-24").data


# ---- reading the files


def test_two_entries_of_one_code_are_refused() -> None:
    with pytest.raises(CorpusError, match="stands twice"):
        vocabulary(entry("sex", "menn", "menn"), entry("sex", "menn", "gutter"))


@pytest.mark.parametrize("broken", [{"code": "x"}, {"dimension": "sex"}])
def test_an_entry_without_code_or_dimension_is_refused(broken: dict[str, Any]) -> None:
    with pytest.raises(CorpusError, match="lacks its dimension or code"):
        vocabulary(broken)


def test_a_file_that_is_not_toml_is_named(tmp_path: Path) -> None:
    (tmp_path / "ord.toml").write_text("[[entry]\n", encoding="utf-8")
    with pytest.raises(CorpusError, match=r"ord\.toml is not valid TOML"):
        read_tables(tmp_path)


def test_a_folder_without_a_vocabulary_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="no vocabulary"):
        read_tables(tmp_path)


@settings(max_examples=100, deadline=None, derandomize=True)
@given(
    st.lists(
        st.sampled_from("til arbeid eller jobb utdanning kvinner x 25 , - \u00ad".split(" ")), max_size=25
    )
)
def test_mentions_of_one_dimension_never_overlap_and_stand_where_they_say(parts: list[str]) -> None:
    words = vocabulary(
        entry("measure", "arbeid", "til * arbeid", "jobb"),
        entry("measure", "utdanning", "utdanning"),
        entry("measure", "begge", "til arbeid eller utdanning", union=["arbeid", "utdanning"]),
        entry("sex", "kvinner", "kvinner"),
        grammar={"boundary": {"union": ["eller"]}},
    )
    text = " ".join(parts)
    mentions = words.find(text)
    assert all(text[m.start : m.end] == m.surface for m in mentions)
    assert all(a.end <= b.start for a, b in pairwise(mentions))


def test_a_form_of_countless_sequences_is_unfolded_only_where_a_text_leads() -> None:
    surface = "(a|b|c|d|e|f)? " * 30 + "slutt"
    tables = {"t": {"dimension": "term", "entry": [{"code": "lang", "synonyms": [surface]}]}}
    vocabulary = Vocabulary(tables)
    assert [m.surface for m in vocabulary.find("f a slutt")] == ["f a slutt"]
    assert vocabulary.words == {"a", "b", "c", "d", "e", "f", "slutt"}
