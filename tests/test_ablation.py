"""The ablation: parts of search can be taken away one at a time, and what that costs is counted right."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import fields, replace
from pathlib import Path

import pytest
from conftest import FakeEncoder
from typer.testing import CliRunner

import ui.cli
from evals import ablation
from evals.ablation import Section, Sought, find_sought, measure_reports, measure_squad, merge_sections
from evals.data import DataError, Pair, Turn
from evals.memory_index import Collection, IndexOptions, Lead, MemoryIndex, Vectorizer
from evals.report import Rows
from evals.squad import load_squad
from evals.variants import ANSWERS, FULL, SEARCHES, Variant, WholeWords
from ingest.models import Paragraph, ParagraphKind, Report
from ingest.store import Store
from ingest.vocabulary import load_vocabulary
from rag import Assistant
from rag.chain import STRICT
from rag.models import Intent, Query, Status
from rag.retrieve import DENSE_WEIGHT, POOL, RANK_CONSTANT, RetrievalOptions, Retriever, fuse_ranks

QUESTIONS = (
    "Hvor mange kvinner gikk til arbeid i 2023?",
    "Hvem har plikt til å delta?",
    "deltakernes landbakgrunn",
)
TEXTS = (
    "Kommunen bygger en ny barnehage.",
    "Barn og unge leker i hagene sine.",
    "Det er ikke til å komme fra at det er slik.",
    "Norskopplæringa varte i to år.",
    "Opplæring i norsk krever gode lærere.",
)
REPORT = Report("r", "Flyktninger", "IMDi", 2023, None, "", "nb", "", "", "r.txt")
BM25 = RetrievalOptions(dense=False)


def paragraph(number: int, text: str, section: tuple[str, ...] = ()) -> Paragraph:
    return Paragraph(f"p{number}", "r", number, section, text, 0, len(text))


PARAGRAPHS = tuple(paragraph(number, text, ("Hovedfunn",)) for number, text in enumerate(TEXTS))
COLLECTION = Collection(PARAGRAPHS, {"r": REPORT})


def index(**options: object) -> MemoryIndex:
    return MemoryIndex(COLLECTION, Vectorizer(FakeEncoder()), IndexOptions(**options))  # type: ignore[arg-type]


def found(words: str, **options: object) -> set[str]:
    return {name for name, _ in index(**options).search_lexical(words, 10)}


def shelf_of(store: Store) -> MemoryIndex:
    reports = {report.id: report for report in store.reports}
    collection = Collection(tuple(store.paragraphs()), reports)
    return MemoryIndex(collection, Vectorizer(FakeEncoder()), IndexOptions())


def retriever_of(store: Store, **options: object) -> Retriever:
    years = {report.id: report.year for report in store.reports}
    return Retriever(store, load_vocabulary(), years, RetrievalOptions(**options))  # type: ignore[arg-type]


# ---- the parts of an index


@pytest.mark.parametrize("question", QUESTIONS)
def test_the_index_in_memory_ranks_as_the_store_does(corpus_store: Store, question: str) -> None:
    memory = shelf_of(corpus_store)
    assert memory.lemmas(question) == corpus_store.lemmas(question)
    assert memory.search_lexical(question, POOL) == corpus_store.search_lexical(question, POOL)
    ours, theirs = memory.search_dense(question, 5), corpus_store.search_dense(question, 5)
    assert [score for _, score in ours] == pytest.approx([score for _, score in theirs], abs=1e-5)
    assert memory.paragraphs() == corpus_store.paragraphs()


def test_without_lemmas_another_form_is_not_found() -> None:
    assert found("hage") >= {"p1"}
    assert "p1" not in found("hage", lemmas=False)


def test_without_endings_an_unknown_form_is_not_found() -> None:
    assert "p3" in found("norskopplæringas")
    assert found("norskopplæringas", endings=False) == set()


def test_without_the_list_a_stop_word_is_searched_for() -> None:
    assert found("ikke") == set()
    assert found("ikke", stopwords=False) == {"p2"}


def test_with_compounds_parted_a_part_finds_the_whole() -> None:
    assert found("norsk") == {"p4"}
    assert found("norsk", compounds=True) == {"p3", "p4"}


def test_a_compound_used_more_than_its_parts_stays_whole() -> None:
    often = tuple(paragraph(number, "Ny barnehage.") for number in range(5))
    words = MemoryIndex(
        Collection(often, {}), Vectorizer(FakeEncoder()), IndexOptions(compounds=True)
    ).lemmas("barnehage")
    assert words == ["barnehage"]


@pytest.mark.parametrize(
    ("lead", "title", "heading"),
    [
        (Lead.ALL, True, True),
        (Lead.REPORT, True, False),
        (Lead.HEADINGS, False, True),
        (Lead.NOTHING, False, False),
    ],
)
def test_what_stands_in_front_is_indexed_and_nothing_else(lead: Lead, title: bool, heading: bool) -> None:
    assert bool(found("flyktninger", indexed=lead)) is title
    assert bool(found("hovedfunn", indexed=lead)) is heading
    assert found("unge", indexed=lead) == {"p1"}


def test_what_stands_in_front_is_embedded_apart_from_what_is_indexed() -> None:
    encoder = FakeEncoder()
    MemoryIndex(COLLECTION, Vectorizer(encoder), IndexOptions(embedded=Lead.NOTHING))
    assert encoder.encoded == list(TEXTS)


def test_no_text_is_embedded_twice() -> None:
    encoder = FakeEncoder()
    vectorizer = Vectorizer(encoder)
    for options in (IndexOptions(), IndexOptions(lemmas=False)):
        MemoryIndex(COLLECTION, vectorizer, options)
    assert len(encoder.encoded) == len(TEXTS)


# ---- the parts of retrieval


@pytest.mark.parametrize("question", QUESTIONS)
def test_options_not_given_are_the_usual_ones(corpus_store: Store, question: str) -> None:
    years = {report.id: report.year for report in corpus_store.reports}
    plain, given = Retriever(corpus_store, load_vocabulary(), years), retriever_of(corpus_store)
    query = Query(text=question, language="nb", intent=Intent.TEXT)
    assert plain.search(question) == given.search(question)
    assert plain.find_passages(query, question) == given.find_passages(query, question)
    assert given.options.dense_weight == DENSE_WEIGHT
    assert given.options.pool == POOL


@pytest.mark.parametrize("question", QUESTIONS)
def test_one_search_alone_keeps_its_own_order(corpus_store: Store, question: str) -> None:
    words = [hit.score for hit in retriever_of(corpus_store, dense=False).search(question, 10)]
    ids = {hit.paragraph_id for hit in retriever_of(corpus_store, dense=False).search(question, 5)}
    best = corpus_store.search_lexical(question, 10)
    assert words == sorted(words, reverse=True)
    assert {name for name, score in best if score > best[4][1]} <= ids
    near = {hit.paragraph_id for hit in retriever_of(corpus_store, lexical=False).search(question, POOL)}
    dates = {paragraph.id for paragraph in corpus_store.paragraphs(kind=ParagraphKind.DATE)}
    ranked = [name for name, _ in corpus_store.search_dense(question, len(corpus_store.paragraphs()))]
    assert near == set([name for name in ranked if name not in dates][:POOL])


def test_a_dense_weight_of_nothing_is_the_order_of_the_words(corpus_store: Store) -> None:
    question = QUESTIONS[0]
    none = retriever_of(corpus_store, dense_weight=0.0).search(question, 3)
    words = retriever_of(corpus_store, dense=False).search(question, 3)
    assert [hit.score for hit in none] == pytest.approx([hit.score / (1 - DENSE_WEIGHT) for hit in words])


def test_a_smaller_pool_has_fewer_paragraphs(corpus_store: Store) -> None:
    names = {hit.paragraph_id for hit in retriever_of(corpus_store, pool=1).search(QUESTIONS[0], 10)}
    assert names == {
        *(name for name, _ in corpus_store.search_dense(QUESTIONS[0], 1)),
        *(name for name, _ in corpus_store.search_lexical(QUESTIONS[0], 1)),
    }


def test_a_search_by_rank_is_scored_by_rank(corpus_store: Store) -> None:
    hits = retriever_of(corpus_store, by_rank=True).search(QUESTIONS[0], POOL)
    assert all(0 < hit.score <= 2 / (RANK_CONSTANT + 1) for hit in hits)


def test_reciprocal_ranks_count_places_not_scores() -> None:
    fused = fuse_ranks({"a": 0.9, "b": 0.1}, {"b": 100.0, "c": 1.0})
    assert fused["b"] == pytest.approx(1 / (RANK_CONSTANT + 2) + 1 / (RANK_CONSTANT + 1))
    assert sorted(fused, key=lambda name: -fused[name]) == ["b", "a", "c"]


def test_without_codes_sentences_are_rated_by_words_alone(corpus_store: Store) -> None:
    query = Query(text=QUESTIONS[1], language="nb", intent=Intent.TEXT)
    usual, bare = retriever_of(corpus_store), retriever_of(corpus_store, codes=False)
    assert any(":" in key for key in usual.question_keys(query, query.text))
    keys = bare.question_keys(query, query.text)
    assert set(keys) == set(corpus_store.lemmas(query.text))
    assert not any(":" in key for p in corpus_store.paragraphs() for key in bare.keys(p.text))
    assert bare.find_passages(query, query.text)


@pytest.mark.parametrize(
    ("part", "value"),
    [
        ("context_weight", 1.0),
        ("cue_bonus", 0.0),
        ("dense_bonus", 0.0),
        ("year_bonus", 0.0),
        ("frame_weight", 1.0),
    ],
)
def test_each_weight_changes_the_scores_of_sentences(corpus_store: Store, part: str, value: float) -> None:
    text = "Hva betyr måloppnåelse i introduksjonsprogrammet?"
    query = Query(text=text, language="nb", intent=Intent.DEFINE)
    usual = retriever_of(corpus_store).find_passages(query, text, k=1000)
    other = retriever_of(corpus_store, **{part: value}).find_passages(query, text, k=1000)
    assert sorted(p.score for p in usual) != pytest.approx(sorted(p.score for p in other))


def test_without_cues_no_sentence_is_cued(corpus_store: Store) -> None:
    text = "Hvorfor gikk overgangen til arbeid ned?"
    query = Query(text=text, language="nb", intent=Intent.EXPLAIN)
    assert any(p.cued for p in retriever_of(corpus_store).find_passages(query, text, k=1000))
    assert not any(
        p.cued for p in retriever_of(corpus_store, cue_bonus=0.0).find_passages(query, text, k=1000)
    )


def test_an_assistant_answers_with_the_retriever_it_is_given(corpus_store: Store) -> None:
    blind = Assistant(corpus_store, retriever=retriever_of(corpus_store, dense=False, lexical=False))
    assert blind.search(QUESTIONS[0]) == []
    assert Assistant(corpus_store).search(QUESTIONS[0])


# ---- the variants


def parts(variant: Variant) -> set[str]:
    differing = {
        field.name
        for one, usual in ((variant.retrieval, FULL.retrieval), (variant.index, FULL.index))
        for field in fields(one)
        if getattr(one, field.name) != getattr(usual, field.name)
    }
    return differing if variant.parted else {*differing, "parted"}


def test_every_part_is_taken_away_or_changed_by_a_variant() -> None:
    every = {field.name for field in (*fields(RetrievalOptions), *fields(IndexOptions))}
    assert set[str]().union(*map(parts, (*SEARCHES, *ANSWERS))) == {*every, "parted"}


def test_each_list_begins_with_the_product_and_names_no_variant_twice() -> None:
    for variants in (SEARCHES, ANSWERS):
        assert variants[0] is FULL
        assert parts(FULL) == set()
        assert all(parts(variant) for variant in variants[1:])
        assert len({variant.name for variant in variants}) == len(variants)


def test_whole_words_are_not_parted() -> None:
    usual = load_vocabulary()
    text = "flyktningeravsluttet"  # as published: two words run together
    assert len(usual.tokens(text)) == 2
    assert [token.word for token in WholeWords(usual.tables).tokens(text)] == [text]


# ---- counting


def a_pair(question: str, *cites: str, split: str = "dev") -> Pair:
    turn = Turn(question, frozenset({Status.ANSWERED}), frozenset(), (("1",),), (), cites, "nb")
    return Pair(question, split, "figure", (turn,))


def test_right_is_what_holds_the_most_of_what_must_be_quoted() -> None:
    texts = {"a": "8 prosent og 9 prosent", "b": "9 %", "c": "18 prosent"}
    pairs = [
        a_pair("both", "8 prosent", "9 prosent"),
        a_pair("one", "9 prosent", split="test"),
        a_pair("neither", "7 prosent"),
        a_pair("nothing to quote"),
    ]
    assert find_sought(pairs, texts) == [
        Sought("both", "dev", frozenset({"a"})),
        Sought("one", "test", frozenset({"a", "b"})),
    ]


def test_shares_and_what_is_won_and_lost_are_counted_per_group() -> None:
    other = replace(FULL, name="other", retrieval=BM25)
    ranks: dict[Variant, ablation.Ranks] = {FULL: (1, 1, 3, None), other: (1, 2, 1, 1)}
    groups = {"dev": [0, 1, 2], "test": [3]}
    rows = ablation.rank_rows(ranks, groups, (1, 5))
    assert rows == [
        ("", "dev: first", "won / lost", "in 5", "test: first", "won / lost", "in 5"),
        ("full", "66.7", "0 / 0", "100.0", "0.0", "0 / 0", "0.0"),
        ("other", "66.7", "1 / 1", "100.0", "100.0", "1 / 0", "100.0"),
    ]


def test_the_reports_are_measured_in_paragraphs_sentences_and_answers(
    corpus_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(STRICT, "1")  # put back afterwards
    pairs = [
        a_pair("Hvor mange deltok i introduksjonsprogrammet i 2023?", "32 500"),
        a_pair("Hvem vant Tippeligaen i 2023?", "Rosenborg", split="test"),
    ]
    variants = (FULL, replace(FULL, name="words", retrieval=BM25))
    sections = list(measure_reports(corpus_store, FakeEncoder(), pairs, variants, variants))
    assert [section.heading for section in sections] == [
        "Paragraphs of the reports",
        "Sentences of the reports",
        "Answers",
    ]
    for section in sections:
        assert [row[0] for row in section.rows] == ["", "full", "words"]
    assert sections[0].made.startswith("1 dev questions")
    assert sections[2].made.startswith("1 dev, 1 test questions")


# ---- the results file


def a_section(heading: str, cell: str) -> Section:
    rows: Rows = [("", "first"), ("full", cell)]
    return Section(heading, "2 questions.", rows)


def test_what_is_not_measured_again_stays_in_the_results() -> None:
    first = merge_sections("", [a_section("A", "1.0"), a_section("B", "2.0")])
    second = merge_sections(first, [a_section("B", "3.0")])
    assert second == merge_sections("", [a_section("A", "1.0"), a_section("B", "3.0")])
    assert "| full | 1.0 |" in second
    assert "2.0" not in second


# ---- SQuAD


def a_squad(path: Path, contexts: Sequence[str], questions: Sequence[tuple[int, str, int | None]]) -> Path:
    paragraphs = [
        {
            "context": context,
            "qas": [
                {
                    "question": question,
                    "is_impossible": start is None,
                    "answers": [] if start is None else [{"text": "", "answer_start": start}],
                }
                for number, question, start in questions
                if number == at
            ],
        }
        for at, context in enumerate(contexts)
    ]
    path.write_text(json.dumps({"data": [{"paragraphs": paragraphs}]}), encoding="utf-8")
    return path


ARTICLE = "Ny barnehage\n\n  Kommunen bygger en barnehage i Moss.\nDen åpner i august.\n"


def test_each_line_of_a_context_is_a_paragraph(tmp_path: Path) -> None:
    asked = [(0, "Hvor?", ARTICLE.index("Moss")), (0, "Når?", ARTICLE.index("august")), (0, "Hva?", 0)]
    read = load_squad(a_squad(tmp_path / "no.json", [ARTICLE], asked))
    texts = {paragraph.id: paragraph.text for paragraph in read.paragraphs}
    assert [ARTICLE[p.start : p.end] for p in read.paragraphs] == [p.text for p in read.paragraphs]
    assert [texts[question.paragraph_id] for question in read.questions] == [
        "Kommunen bygger en barnehage i Moss.",
        "Den åpner i august.",
        "Ny barnehage",
    ]


def test_a_context_that_stands_twice_is_taken_in_once(tmp_path: Path) -> None:
    file = a_squad(tmp_path / "no.json", [ARTICLE, ARTICLE], [(0, "Hva?", 0), (1, "Hva da?", 0)])
    read = load_squad(file)
    assert len(read.paragraphs) == 3
    assert read.questions[0].paragraph_id == read.questions[1].paragraph_id


def test_a_question_without_an_answer_is_not_asked(tmp_path: Path) -> None:
    file = a_squad(tmp_path / "no.json", [ARTICLE], [(0, "Hvem?", None), (0, "Hva?", 0)])
    assert [question.text for question in load_squad(file).questions] == ["Hva?"]
    with pytest.raises(DataError, match="no question"):
        load_squad(a_squad(tmp_path / "none.json", [ARTICLE], [(0, "Hvem?", None)]))


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"data": [{}]}', '{"data": 1}', "\ud800"])
def test_a_file_of_another_format_is_told_by_its_name(tmp_path: Path, text: str) -> None:
    file = tmp_path / "other.json"
    file.write_bytes(text.encode("utf-8", "surrogatepass"))
    with pytest.raises(DataError, match=r"other\.json"):
        load_squad(file)


def test_paragraph_search_is_measured_on_a_squad_file(tmp_path: Path) -> None:
    contexts = ["\n".join(TEXTS)]
    start = contexts[0].index("Norskopplæringa")
    file = a_squad(tmp_path / "no.json", contexts, [(0, "norskopplæringa varte", start)])
    section = measure_squad(load_squad(file), FakeEncoder())
    assert section.heading == "Paragraphs of no"
    assert [row[0] for row in section.rows[1:]] == [v.name for v in SEARCHES if not v.leads]
    by_name = {row[0]: row[1:] for row in section.rows}
    assert by_name["without dense (BM25 only)"][0] == "100.0"


# ---- the command


def test_the_command_takes_squad_files_and_where_to_write(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    calls: list[tuple[Sequence[Path], Path | None]] = []

    def run(squad: Sequence[Path] = (), *, markdown_file: Path | None = None) -> None:
        calls.append((squad, markdown_file))

    monkeypatch.setattr(ablation, "run", run)
    arguments = ["eval", "--ablation", "--squad", "a.json", "--squad", "b.json", "--markdown", "c.md"]
    assert CliRunner().invoke(ui.cli.app, arguments).exit_code == 0
    assert calls == [([Path("a.json"), Path("b.json")], Path("c.md"))]


def test_a_squad_file_without_ablation_is_refused() -> None:
    result = CliRunner().invoke(ui.cli.app, ["eval", "--squad", "a.json"])
    assert result.exit_code == ui.cli.INPUT_ERROR
    assert "--ablation" in result.output


def test_a_squad_file_that_is_not_there_is_told_before_anything_is_measured(tmp_path: Path) -> None:
    arguments = [
        "eval",
        "--ablation",
        "--squad",
        str(tmp_path / "missing.json"),
        "--markdown",
        str(tmp_path / "x.md"),
    ]
    result = CliRunner().invoke(ui.cli.app, arguments)
    assert result.exit_code == ui.cli.INPUT_ERROR
    assert "missing.json" in result.output
    assert not (tmp_path / "x.md").exists()
