"""Which model, and within which limits: read from the environment, the key also from a file of secrets."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from pathlib import Path

from rag.llm import MODEL

TIMEOUT = 15.0  # seconds for all that a model is asked of one question; an answer is due within 20
LONGEST = 600.0  # a small model on a slow machine may be given more, where nobody waits at a page
RETRIES = 1
MAX_TOKENS = 500  # of one reply; six sentences with their ids take 300
AT_ONCE = 4


class Reading(StrEnum):
    """What a reading that a model proposes may do where the rules found no answer."""

    OFF = "off"
    SUGGEST = "suggest"
    ANSWER = "answer"


@dataclass(frozen=True, slots=True)
class ModelSettings:
    """Settings in force.

    `provider` and `name` are the halves of `IMDI_MODEL` ("openai:gpt-5-mini", "ollama:llama3.2"), `url` the
    server's address (`IMDI_MODEL_URL`), `key` what it wants to be shown (`IMDI_MODEL_KEY`, or the contents of
    the file that `IMDI_MODEL_KEY_FILE` names; without either the provider's own variable counts). `timeout`
    bounds a question in seconds (`IMDI_MODEL_TIMEOUT`), `retries` how often a failed request is sent again
    (`IMDI_MODEL_RETRIES`), `max_tokens` one reply (`IMDI_MODEL_MAX_TOKENS`). `tokens_per_day` and
    `cost_per_day` bound a day of this process (`IMDI_MODEL_TOKENS_PER_DAY`, `IMDI_MODEL_COST_PER_DAY`);
    `prices` are for a million tokens in and out (`IMDI_MODEL_PRICES="0.25/2"`). `reading` is
    `IMDI_MODEL_READING`. `mistakes` names variables that could not be read.
    """

    provider: str
    name: str
    url: str = ""
    key: str = field(default="", repr=False)
    temperature: float = 0.0
    timeout: float = TIMEOUT
    retries: int = RETRIES
    max_tokens: int = MAX_TOKENS
    tokens_per_day: int | None = None
    cost_per_day: Decimal | None = None
    prices: tuple[Decimal, Decimal] = (Decimal(0), Decimal(0))
    reading: Reading = Reading.SUGGEST
    mistakes: tuple[str, ...] = ()

    @property
    def shown(self) -> str:
        """How the page names the model."""
        return f"{self.provider}:{self.name}"


def load_model_settings() -> ModelSettings:
    """The settings of this process. A value that cannot be read is left out and named in `mistakes`."""
    read = _Variables()
    provider, _, name = read.text(MODEL).partition(":")
    if not (provider.strip() and name.strip()):
        read.mistakes.append(MODEL)
    prices = read.text("IMDI_MODEL_PRICES").partition("/")
    cost = read.number("IMDI_MODEL_COST_PER_DAY", None)
    price_in, price_out = (read.decimal("IMDI_MODEL_PRICES", part) for part in (prices[0], prices[2]))
    if cost is not None and not (price_in or price_out):
        read.mistakes.append("IMDI_MODEL_PRICES")  # a limit that nothing counts towards is none
    tokens = read.number("IMDI_MODEL_TOKENS_PER_DAY", None)
    return ModelSettings(
        provider=provider.strip(),
        name=name.strip(),
        url=read.text("IMDI_MODEL_URL"),
        key=read.key(),
        temperature=float(read.number("IMDI_MODEL_TEMPERATURE", Decimal(0), most=Decimal(2)) or 0),
        timeout=float(read.number("IMDI_MODEL_TIMEOUT", Decimal(TIMEOUT), most=Decimal(LONGEST)) or TIMEOUT),
        retries=int(read.number("IMDI_MODEL_RETRIES", Decimal(RETRIES), most=Decimal(3)) or 0),
        max_tokens=int(read.number("IMDI_MODEL_MAX_TOKENS", Decimal(MAX_TOKENS), most=Decimal(4000)) or 1),
        tokens_per_day=None if tokens is None else int(tokens),
        cost_per_day=cost,
        prices=(price_in, price_out),
        reading=read.reading(),
        mistakes=tuple(dict.fromkeys(read.mistakes)),
    )


class _Variables:
    """The environment, with a list of what could not be read."""

    def __init__(self) -> None:
        self.mistakes: list[str] = []

    def text(self, name: str) -> str:
        return os.environ.get(name, "").strip()

    def decimal(self, name: str, text: str) -> Decimal:
        try:
            value = Decimal(text.strip() or "0")
        except InvalidOperation:
            value = Decimal(-1)
        if not value.is_finite() or value < 0:
            self.mistakes.append(name)
            return Decimal(0)
        return value

    def number(self, name: str, default: Decimal | None, most: Decimal | None = None) -> Decimal | None:
        text = self.text(name)
        if not text:
            return default
        before = len(self.mistakes)
        value = self.decimal(name, text)
        if len(self.mistakes) > before:
            return default
        return min(value, most) if most is not None else value

    def key(self) -> str:
        file = self.text("IMDI_MODEL_KEY_FILE")
        if not file:
            return self.text("IMDI_MODEL_KEY")
        try:
            return Path(file).expanduser().read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError):
            self.mistakes.append("IMDI_MODEL_KEY_FILE")
            return ""

    def reading(self) -> Reading:
        text = self.text("IMDI_MODEL_READING").lower()
        try:
            return Reading(text) if text else Reading.SUGGEST
        except ValueError:
            self.mistakes.append("IMDI_MODEL_READING")
            return Reading.SUGGEST
