"""The page's words. They stand in `texts.toml`; the code only names them."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

_FILE = Path(__file__).with_name("texts.toml")


@cache
def _texts() -> Mapping[str, Any]:
    return tomllib.loads(_FILE.read_text(encoding="utf-8"))


def _at(key: str) -> Any:
    value: Any = _texts()
    for part in key.split("."):
        value = value[part]
    return value


def say(key: str, **slots: object) -> str:
    """The text of a key like "chat.stopped", its {slots} filled. Raises KeyError for an unknown key."""
    text = str(_at(key))
    return text.format(**slots) if slots else text


def items(key: str) -> tuple[str, ...]:
    """The texts of a key that holds a list."""
    return tuple(map(str, _at(key)))


def entries(key: str) -> tuple[Mapping[str, Any], ...]:
    """The tables of a key that holds a list of them."""
    return tuple(_at(key))


def table(key: str) -> Mapping[str, str]:
    """The texts of a key that holds a table."""
    return {name: str(text) for name, text in _at(key).items()}


def counted(key: str, count: int) -> str:
    """The text for one, or for any other number."""
    return say(f"{key}_one") if count == 1 else say(f"{key}_many", count=grouped(count))


def grouped(number: int) -> str:
    """A number with its thousands parted by a no-break space; not for years."""
    return f"{number:,}".replace(",", "\u00a0")
