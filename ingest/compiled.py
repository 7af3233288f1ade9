"""The vocabulary made ready once, and kept in the user's cache for the processes after it.

Reading half a megabyte of TOML and unfolding the first words of all surface forms takes 0.3 s of processor
time, more than all else that one question costs. What comes of it is kept as JSON, named by a hash of the
files and of the code that reads them: what is not of exactly these is never looked at, and what was damaged
is made anew. Without a cache that can be written everything works as before, only slower.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from ingest.files import write_whole
from ingest.models import CorpusError
from ingest.settings import CORPUS, load_settings

FORMAT = 1
KEPT = 8  # files of other vocabularies or versions that stay; a store of one's own may need an older one
# What the content of a file depends on besides the vocabulary.
_CODE = ("compiled.py", "places.py", "surfaces.py", "vocabulary.py")
Tables = dict[str, dict[str, Any]]
# The forms, by their places in a list, that each word may begin.
Firsts = dict[str, list[int]]


@dataclass(frozen=True, slots=True)
class Compiled:
    """What a vocabulary works out of its tables: sets of words, and the first words of its tries."""

    words: Mapping[str, frozenset[str]]
    firsts: Sequence[Firsts]


def read_tables(folder: Path = CORPUS / "vocabulary") -> Tables:
    """All TOML files of a vocabulary folder by name. Raises `CorpusError` for a file that is not TOML."""
    return _read(folder)[0]


def read_compiled(folder: Path) -> tuple[Tables, Compiled | None, Callable[[Compiled], None]]:
    """The tables of a folder, what was made of them before, and what keeps it where nothing was."""
    tables, compiled, key = _read(folder)
    return tables, compiled, lambda made: _keep(key, tables, made)


@lru_cache(maxsize=4)
def _read(folder: Path) -> tuple[Tables, Compiled | None, str]:
    files = {file.stem: file.read_bytes() for file in sorted(folder.glob("*.toml"))}
    if not files:
        raise CorpusError(f"no vocabulary in {folder.name}/: expected *.toml files")
    digest = hashlib.sha256(f"{FORMAT}".encode())
    for name in _CODE:
        digest.update(Path(__file__).with_name(name).read_bytes())
    for name, data in files.items():
        digest.update(f"\n{name} {len(data)}\n".encode() + data)
    key = digest.hexdigest()
    kept = _find(key)
    return (*kept, key) if kept else (_parse(files), None, key)


def _parse(files: Mapping[str, bytes]) -> Tables:
    import tomllib  # with what it imports it costs as much as a question's look-up

    tables: Tables = {}
    for name, data in files.items():
        try:
            tables[name] = tomllib.loads(data.decode("utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise CorpusError(f"{name}.toml is not valid TOML: {error}; mend the file") from error
    return tables


def _path(key: str) -> Path:
    return load_settings().cache / f"vocabulary-{key[:32]}.json"


def _find(key: str) -> tuple[Tables, Compiled] | None:
    """What is kept under a key; None where nothing whole is."""
    try:
        head, _, body = _path(key).read_bytes().partition(b"\n")
        if head.decode("ascii") != _seal(key, body):
            return None
        data = json.loads(body)
    except (OSError, ValueError):
        return None
    words = {name: frozenset(text.split()) for name, text in data["words"].items()}
    return data["tables"], Compiled(words, data["firsts"])


def _keep(key: str, tables: Tables, made: Compiled) -> None:
    """Keep what was made, if it can be said in JSON and the cache can be written."""
    words = {name: " ".join(sorted(found)) for name, found in made.words.items()}
    with suppress(OSError, TypeError, ValueError):
        body = json.dumps({"tables": tables, "words": words, "firsts": made.firsts}, ensure_ascii=False)
        if json.loads(body)["tables"] != tables:
            return
        path = _path(key)
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, f"{_seal(key, body.encode())}\n{body}".encode())
        others = sorted(path.parent.glob("vocabulary-*.json"), key=os.path.getmtime, reverse=True)
        for other in others[KEPT:]:
            other.unlink(missing_ok=True)


def _seal(key: str, body: bytes) -> str:
    return hashlib.sha256(key.encode() + body).hexdigest()
