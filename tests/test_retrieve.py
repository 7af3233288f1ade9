"""Search: two rankings made one, a year is kept to, and what the reports never mention is not covered."""

from __future__ import annotations

import pytest
from conftest import FakeEncoder
from hypothesis import given, settings
from hypothesis import strategies as st

from evals.memory_index import Collection, IndexOptions, MemoryIndex, Vectorizer
from ingest.models import Paragraph, ParagraphKind
from ingest.sentences import find_sentences
from ingest.store import Store
from ingest.vocabulary import load_vocabulary
from rag.models import Intent, Query
from rag.retrieve import POOL, Passage, Retriever, fuse

UNKNOWN = [
    ("Hva koster astronauttreningen?", ("koster", "astronauttreningen")),
    ("Hvem vant Tippeligaen?", ("vant", "Tippeligaen")),
    ("xyzzy", ("xyzzy",)),
]
QUESTIONS = [
    "Hvem har plikt til å delta?",
    "Hva er formålet med programmet?",
    "Hvem har ansvaret for programmet?",
]
SCORES = st.dictionaries(st.sampled_from("abcdefgh"), st.floats(-1e6, 1e6), max_size=8)


@pytest.fixture(scope="module")
def retriever(corpus_store: Store) -> Retriever:
    years = {report.id: report.year for report in corpus_store.reports}
    return Retriever(corpus_store, load_vocabulary(), years)


def find(retriever: Retriever, text: str, **slots: object) -> list[Passage]:
    query = Query(text=text, language="nb", intent=Intent.TEXT, **slots)  # type: ignore[arg-type]
    return retriever.find_passages(query, text, k=1000)


# ---- two rankings made one


def test_what_both_searches_rank_high_is_first() -> None:
    fused = fuse({"a": 0.9, "b": 0.8, "c": 0.1}, {"a": 12.0, "c": 3.0, "d": 1.0})
    assert max(fused, key=lambda name: fused[name]) == "a"
    assert set(fused) == {"a", "b", "c", "d"}


def test_what_one_search_missed_is_no_better_than_its_last() -> None:
    fused = fuse({"a": 0.9, "b": 0.1}, {"a": 2.0, "b": 1.0, "c": 2.0})
    assert fused["c"] < fused["a"]
    assert (
        fuse({"a": 1.0, "b": 1.0}, {"a": 2.0, "c": 1.0})["b"]
        == fuse({"a": 1.0, "b": 1.0}, {"a": 2.0, "c": 1.0})["c"]
    )


def test_the_scale_of_a_search_does_not_matter() -> None:
    words = {"a": 1.0, "b": 3.0}
    small, large = fuse({"a": 0.2, "b": 0.1, "c": 0.4}, words), fuse({"a": 20, "b": 10, "c": 40}, words)
    assert small == pytest.approx(large)


@pytest.mark.parametrize("scores", [{}, {"a": 1.0}, {"a": 2.0, "b": 2.0}])
def test_a_search_that_tells_nothing_apart_leaves_the_other_to_rank(scores: dict[str, float]) -> None:
    fused = fuse(scores, {"a": 1.0, "b": 2.0})
    assert fused["b"] > fused["a"]


@settings(max_examples=100, deadline=None, derandomize=True)
@given(SCORES, SCORES)
def test_whatever_either_search_found_is_ranked(dense: dict[str, float], words: dict[str, float]) -> None:
    fused = fuse(dense, words)
    assert set(fused) == {*dense, *words}
    assert all(value == value and abs(value) < 1e3 for value in fused.values())


# ---- paragraphs


@pytest.mark.parametrize("k", [1, 3, 10])
def test_hits_are_paragraphs_of_the_reports_best_first(retriever: Retriever, k: int) -> None:
    hits = retriever.search("kvinner som gikk til arbeid", k)
    assert len(hits) == k
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert len({hit.paragraph_id for hit in hits}) == k
    assert all(retriever.index.paragraph(hit.paragraph_id).text == hit.text for hit in hits)


@pytest.mark.parametrize("text", ["", "  ", "\n"])
def test_nothing_is_found_for_nothing(retriever: Retriever, text: str) -> None:
    assert retriever.search(text) == []


def test_a_search_is_the_same_each_time(retriever: Retriever) -> None:
    assert retriever.search("overgang til utdanning") == retriever.search("overgang til utdanning")


# ---- dates of reports


@pytest.mark.parametrize(
    "text", ["Sist oppdatert: 24. oktober 2018", "Når ble siden sist oppdatert?", "juni"]
)
def test_a_line_that_dates_a_report_is_never_a_hit(retriever: Retriever, text: str) -> None:
    told = [p.id for p in retriever.index.paragraphs() if p.kind is not ParagraphKind.DATE]
    found = retriever.search(text, 100)
    assert len(found) >= min(POOL, len(told))
    assert {hit.paragraph_id for hit in found} <= set(told)
    query = Query(text=text, language="nb", intent=Intent.TEXT)
    outstanding = retriever.find_standing_out(query, text)
    passages = [*find(retriever, text), *filter(None, [outstanding])]
    assert {passage.paragraph.id for passage in passages} <= set(told)


def test_however_many_dates_are_nearer_the_paragraphs_are_found() -> None:
    texts = ["Flere kom i arbeid.", "Kvinner deltar i mindre grad.", "Programmet varer i to år."]
    line = "Sist oppdatert: 24. oktober 2018"
    rows = [(line, ParagraphKind.DATE)] * 5 * POOL + [(text, ParagraphKind.TEXT) for text in texts]
    paragraphs = [
        Paragraph(f"p{number}", "r", number, (), text, 0, len(text), kind)
        for number, (text, kind) in enumerate(rows, start=1)
    ]
    index = MemoryIndex(Collection(tuple(paragraphs), {}), Vectorizer(FakeEncoder()), IndexOptions())
    found = Retriever(index, load_vocabulary(), {}).search(line)
    assert {hit.text for hit in found} == set(texts)


def test_the_words_of_a_line_that_dates_a_report_are_not_counted(corpus_store: Store) -> None:
    assert "oktober" in corpus_store.source("introduksjonsprogram-2017")
    assert not corpus_store.has_word("oktober")
    assert corpus_store.frequency("oktober") == 0
    assert corpus_store.search_lexical("oktober", 10) == []


# ---- sentences


@pytest.mark.parametrize("text", QUESTIONS)
@pytest.mark.parametrize("year", ["2017", "2023"])
def test_a_year_asked_for_is_a_hard_filter(retriever: Retriever, text: str, year: str) -> None:
    free = find(retriever, text)
    kept = find(retriever, f"{text} {year}", periods=(year,))
    assert {retriever.years[p.paragraph.report_id] for p in free} == {2017, 2023}
    assert kept
    assert all(retriever.years[p.paragraph.report_id] == int(year) or year in p.text for p in kept)


def test_a_year_that_no_report_is_about_leaves_only_sentences_that_name_it(retriever: Retriever) -> None:
    found = find(retriever, "Hvem har plikt til å delta i 1871?", periods=("1871",))
    assert found == []


@pytest.mark.parametrize(("text", "unmatched"), UNKNOWN, ids=[row[0] for row in UNKNOWN])
def test_what_the_reports_never_mention_is_not_covered(
    retriever: Retriever, text: str, unmatched: tuple[str, ...]
) -> None:
    assert [p.coverage for p in find(retriever, text, unmatched=unmatched) if p.coverage] == []


def test_a_word_that_no_report_has_weighs_more_than_any_that_one_has(retriever: Retriever) -> None:
    told = (p for p in retriever.index.paragraphs() if p.kind is not ParagraphKind.DATE)
    seen = {key for p in told for key in retriever.keys(p.text)}
    assert retriever.weight("astronaut") > max(map(retriever.weight, seen))


def test_an_unknown_word_lowers_the_coverage_of_a_question(retriever: Retriever) -> None:
    text = "Hvem har plikt til å delta"
    known = max(p.coverage for p in find(retriever, text))
    more = find(retriever, f"{text} på astronauttrening", unmatched=("astronauttrening",))
    assert 0 < max(p.coverage for p in more) < known
    assert all(any("astronaut" in key for key in p.missing) for p in more)


@pytest.mark.parametrize("text", QUESTIONS)
def test_sentences_are_verbatim_and_best_first(retriever: Retriever, text: str) -> None:
    found = find(retriever, text)
    assert [p.score for p in found] == sorted((p.score for p in found), reverse=True)
    assert all((p.start, p.end) in find_sentences(p.paragraph.text) for p in found)
    assert all(0 <= p.coverage <= 1 + 1e-9 for p in found)
    assert len({p.paragraph.id for p in found}) <= POOL


def test_a_caption_is_evidence_only_where_a_figure_is_asked_for(retriever: Retriever) -> None:
    subject = "fordelingen av andel deltakere med overgang til arbeid"
    plain, pictured = (
        find(retriever, f"Hva viser {subject}?"),
        find(retriever, f"Hva viser figuren av {subject}?"),
    )
    assert plain
    assert all(p.paragraph.kind is not ParagraphKind.CAPTION for p in plain)
    assert any(p.paragraph.kind is ParagraphKind.CAPTION for p in pictured)
