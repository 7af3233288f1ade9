"""Prompts from `prompts.toml`. What reports and readers say goes beside them as JSON, never into them."""

from __future__ import annotations

import copy
import json
import tomllib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from rag.llm.client import Fault, Messages, Schema

FILE = Path(__file__).with_name("prompts.toml")
LANGUAGES = ("nb", "nn", "en")


@lru_cache(maxsize=1)
def load_prompts() -> Mapping[str, Any]:
    """The file of prompts."""
    return tomllib.loads(FILE.read_text(encoding="utf-8"))


def messages(task: str, asked: Mapping[str, object]) -> Messages:
    """The prompt of a task with its examples, and what is asked as the last message."""
    prompt = load_prompts()[task]
    listed = [("system", str(prompt["system"]))]
    for example in prompt.get("examples", ()):
        listed += [("user", _json(example["asked"])), ("assistant", _json(example["reply"]))]
    return [*listed, ("user", _json(asked))]


def answer_schema(ids: list[str]) -> Schema:
    """The form of a worded answer that may cite `ids`."""
    schema: dict[str, Any] = copy.deepcopy(load_prompts()["writing"]["schema"])
    schema["properties"]["sentences"]["items"]["properties"]["cites"]["items"]["enum"] = ids
    return schema


def slots_schema(task: str, slots: Mapping[str, list[str]]) -> Schema:
    """The form of a reading: for each slot one of its codes or "none", and the words that tell it."""
    schema: dict[str, Any] = copy.deepcopy(load_prompts()[task]["schema"])
    words = {slot: {"type": "string", "maxLength": 120} for slot in slots}
    schema["properties"] = {
        **{slot: {"type": "string", "enum": ["none", *codes]} for slot, codes in slots.items()},
        "words": {
            "type": "object",
            "additionalProperties": False,
            "properties": words,
            "required": list(slots),
        },
    }
    schema["required"] = [*slots, "words"]
    return schema


def note(key: str, language: str, **slots: str) -> str:
    """What a reader is told of the model."""
    return str(_of(load_prompts()["notes"], language)[key]).format(**slots)


def fault_note(fault: Fault, language: str) -> str:
    """What a reader is told of a failure."""
    reason = str(_of(load_prompts()["faults"], language)[fault.value])
    return note("unavailable", language, fault=reason)


@lru_cache(maxsize=8)
def word_list(name: str, language: str) -> frozenset[str]:
    """A list of words of a language: `connecting` or `negations`."""
    return frozenset(str(_of(load_prompts()[name], language)).split())


def _of(table: Mapping[str, Any], language: str) -> Any:
    return table[language if language in LANGUAGES else "nb"]


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
