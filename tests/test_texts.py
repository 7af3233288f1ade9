"""The page's words are data: each is used, each that is used is there, and none is English."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ui import texts

UI = Path(texts.__file__).parent
TABLE = tomllib.loads((UI / "texts.toml").read_text(encoding="utf-8"))
ASKING = ("say", "items", "entries", "table", "counted")
TABLES = ("about.section", "pictures.")  # read as a whole
SOURCES = {path.name: path.read_text(encoding="utf-8") for path in UI.glob("*.py") if path.name != "texts.py"}


def keys(table: dict[str, Any], prefix: str = "") -> Iterator[str]:
    for name, value in table.items():
        if isinstance(value, dict):
            yield from keys(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}"


def named() -> Iterator[tuple[str, bool]]:
    """What the code asks for: whole keys, and the beginnings of keys that it puts together."""
    for source in SOURCES.values():
        for node in ast.walk(ast.parse(source)):
            if not isinstance(node, ast.Call) or getattr(node.func, "id", "") not in ASKING or not node.args:
                continue
            key = node.args[0]
            if isinstance(key, ast.Constant):
                yield str(key.value), True
                if node.func.id == "counted":  # type: ignore[attr-defined]
                    yield from ((f"{key.value!s}_{form}", True) for form in ("one", "many"))
            else:
                start = next(part for part in ast.walk(key) if isinstance(part, ast.Constant))
                yield str(start.value), False


def test_every_text_that_is_named_exists() -> None:
    known = set(keys(TABLE))
    for key, whole in named():
        found = key in known or any(name.startswith(key if not whole else f"{key}.") for name in known)
        assert found or f"{key}_one" in known, key


def test_every_text_is_used() -> None:
    whole = {key for key, is_whole in named() if is_whole}
    begun = tuple(key for key, is_whole in named() if not is_whole) + TABLES
    assert [key for key in keys(TABLE) if key not in whole and not key.startswith(begun)] == []


@pytest.mark.parametrize("name", sorted(SOURCES))
def test_pages_say_nothing_of_their_own(name: str) -> None:
    if name in ("cli.py", "table.py", "app.py"):
        return  # the terminal's words
    tree = ast.parse(SOURCES[name])
    docstrings = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
            assert not re.search("[æøåÆØÅ]", node.value), f"line {node.lineno}: {node.value}"


def test_a_count_of_one_has_its_own_words() -> None:
    assert texts.counted("numbers.found", 1) == "Ett tall"
    assert texts.counted("numbers.found", 1_234) == "1\u00a0234 tall"


def test_unknown_text_is_an_error() -> None:
    with pytest.raises(KeyError):
        texts.say("chat.nothing")
