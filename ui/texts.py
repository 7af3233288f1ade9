"""The page's texts that depend on what the reports are about; they stand in `texts.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

_FILE = Path(__file__).with_name("texts.toml")


@dataclass(frozen=True, slots=True)
class Texts:
    """`intro` says what the page is, `questions` are offered at the start, `pictures` are asked for docs/.

    `places` words where in a report a quote stands: "page" and "cell".
    """

    intro: str
    questions: tuple[str, ...]
    pictures: Mapping[str, str]
    places: Mapping[str, str]


@lru_cache(maxsize=1)
def load_texts() -> Texts:
    """Read `texts.toml`."""
    table = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    return Texts(table["intro"], tuple(table["questions"]), table["pictures"], table["places"])
