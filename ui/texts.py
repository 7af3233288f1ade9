"""The page's texts that depend on what the reports are about; they stand in `texts.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

_FILE = Path(__file__).with_name("texts.toml")


@dataclass(frozen=True, slots=True)
class Texts:
    """`intro` says what the page is, `questions` are offered at the start, `pictures` are asked for docs/."""

    intro: str
    questions: tuple[str, ...]
    pictures: Mapping[str, str]


def load_texts() -> Texts:
    """Read `texts.toml`."""
    table = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    return Texts(table["intro"], tuple(table["questions"]), table["pictures"])
