"""Which model is used and within which limits is said by the environment; the key is never told."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path

import pytest
from chat_models import KEY

from rag.llm import is_chosen
from rag.llm.budget import Budget
from rag.llm.settings import TIMEOUT, ModelSettings, Reading, load_model_settings


def chosen(monkeypatch: pytest.MonkeyPatch, **variables: str) -> ModelSettings:
    monkeypatch.setenv("IMDI_MODEL", "openai:modell")
    for name, value in variables.items():
        monkeypatch.setenv(f"IMDI_MODEL_{name}", value)
    return load_model_settings()


def test_one_setting_chooses_a_model(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not is_chosen()
    settings = chosen(monkeypatch)
    assert is_chosen()
    assert (settings.provider, settings.name, settings.mistakes) == ("openai", "modell", ())
    assert settings.reading is Reading.SUGGEST


def test_a_name_may_hold_colons(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IMDI_MODEL", "ollama:llama3.2:1b")
    assert load_model_settings().name == "llama3.2:1b"


def test_an_answer_with_a_model_is_due_within_twenty_seconds() -> None:
    assert TIMEOUT + 2 < 20


def test_limits_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = chosen(
        monkeypatch, TEMPERATURE="0.5", TIMEOUT="7", RETRIES="0", MAX_TOKENS="90", TOKENS_PER_DAY="1000",
        COST_PER_DAY="2.5", PRICES="0.25/2", READING="answer", URL="http://127.0.0.1:1/v1",
    )  # fmt: skip
    assert (settings.temperature, settings.timeout, settings.retries, settings.max_tokens) == (0.5, 7, 0, 90)
    assert (settings.tokens_per_day, settings.cost_per_day) == (1000, Decimal("2.5"))
    assert settings.prices == (Decimal("0.25"), Decimal(2))
    assert settings.reading is Reading.ANSWER


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TIMEOUT", "lenge"),
        ("TIMEOUT", "-1"),
        ("RETRIES", "NaN"),
        ("COST_PER_DAY", "mye"),
        ("PRICES", "a/b"),
        ("READING", "kanskje"),
        ("KEY_FILE", "/finnes/ikke"),
    ],
)
def test_a_value_that_cannot_be_read_is_named(name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert chosen(monkeypatch, **{name: value}).mistakes == (f"IMDI_MODEL_{name}",)


def test_a_limit_of_cost_needs_prices(monkeypatch: pytest.MonkeyPatch) -> None:
    assert chosen(monkeypatch, COST_PER_DAY="1").mistakes == ("IMDI_MODEL_PRICES",)


@pytest.mark.parametrize("value", ["", "modell", ":modell", "openai:"])
def test_a_model_needs_a_provider_and_a_name(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IMDI_MODEL", value)
    assert load_model_settings().mistakes == ("IMDI_MODEL",)


def test_the_key_comes_from_a_file_of_secrets_and_is_not_shown(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "key"
    file.write_text(f"{KEY}\n", encoding="utf-8")
    settings = chosen(monkeypatch, KEY="en annen", KEY_FILE=str(file))
    assert settings.key == KEY
    assert KEY not in repr(settings)


def test_a_day_starts_with_a_whole_budget() -> None:
    days = [dt.date(2026, 1, 1)]
    budget = Budget(
        ModelSettings("a", "b", tokens_per_day=100, cost_per_day=Decimal(1), prices=(Decimal(1), Decimal(1))),
        lambda: days[-1],
    )
    assert budget.take(60, 30)
    assert not budget.take(10, 10)
    budget.settle((60, 30), (20, 10))
    assert budget.take(10, 10)
    days.append(dt.date(2026, 1, 2))
    assert budget.take(60, 30)
    assert budget.tokens == 90
