"""What readers thought of an answer: the question, the answer, yes or no, and a comment.

In a file of SQLite, or in the database that the store is in, where every replica of the page writes.
Nothing tells who they were. The rows can be listed, and made into candidates for the evals.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import astuple, dataclass, fields
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from evals import candidates
from ingest.settings import Place, Servers
from rag.models import Answer

if TYPE_CHECKING:
    from ingest.database import Database
    from ingest.table import Statements

MAX_COMMENT = 2_000  # characters
_LOCK = 0x66656564  # "feed": so that two replicas do not make the table at once
_COLUMNS = (
    "at TEXT NOT NULL, generation TEXT NOT NULL, turns TEXT NOT NULL, language TEXT NOT NULL,"
    " status TEXT NOT NULL, reason TEXT NOT NULL, text TEXT NOT NULL, figure TEXT NOT NULL,"
    " quotes TEXT NOT NULL, helpful INTEGER NOT NULL, comment TEXT NOT NULL DEFAULT ''"
)
_NUMBERED = {"sqlite": "INTEGER PRIMARY KEY", "postgresql": "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY"}


@dataclass(frozen=True, slots=True)
class Feedback:
    """One reader's view of one answer.

    `turns` are the questions of the conversation up to and with the one that was answered, `text` the
    answer, `figure` its lead figure or "", `quotes` what it cited, `generation` the store it came from,
    `at` the time (UTC).
    """

    id: int
    at: str
    generation: str
    turns: tuple[str, ...]
    language: str
    status: str
    reason: str
    text: str
    figure: str
    quotes: tuple[str, ...]
    helpful: bool
    comment: str


def store_feedback(
    place: Place, answer: Answer, earlier: Sequence[str], helpful: bool, generation: str
) -> int:
    """Keep a reader's view.

    Args:
        place: the SQLite file, or the database; the table is made when there is none.
        answer: what was answered.
        earlier: the questions before it in the conversation.
        helpful: yes or no.
        generation: name of the store generation that answered.

    Returns:
        The row's id, for a comment that may follow.

    Raises:
        sqlite3.Error, CorpusError: it cannot be written.
    """
    row = (
        dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        generation,
        _json([*earlier, answer.question]),
        answer.query.language,
        answer.status.value,
        answer.reason.value,
        answer.text,
        answer.figure.text if answer.figure else "",
        _json([citation.quote for citation in answer.citations]),
        int(helpful),
    )
    columns = "at, generation, turns, language, status, reason, text, figure, quotes, helpful"
    marks = ", ".join("?" * len(row))
    statement = f"INSERT INTO feedback ({columns}) VALUES ({marks}) RETURNING id"
    with _opened(place) as connection:
        return int(connection.execute(statement, [_kept(value) for value in row]).fetchone()[0])


def change_feedback(place: Place, row: int, helpful: bool, comment: str = "") -> None:
    """Change a row's yes or no, and its comment. Raises ValueError for a comment that is too long."""
    if len(comment) > MAX_COMMENT:
        raise ValueError(f"a comment has at most {MAX_COMMENT} characters")
    with _opened(place) as connection:
        connection.execute(
            "UPDATE feedback SET helpful = ?, comment = ? WHERE id = ?",
            (int(helpful), _kept(comment.strip()), row),
        )


def read_feedback(place: Place) -> list[Feedback]:
    """Every row, the oldest first; none where there is no file."""
    if isinstance(place, Path) and not place.exists():
        return []
    names = [field.name for field in fields(Feedback)]
    with _opened(place) as connection:
        rows = list(connection.execute(f"SELECT {', '.join(names)} FROM feedback ORDER BY id"))
    found = [dict(zip(names, row, strict=True)) for row in rows]
    return [
        Feedback(
            **{
                **row,
                "turns": tuple(json.loads(row["turns"])),
                "quotes": tuple(json.loads(row["quotes"])),
                "helpful": bool(row["helpful"]),
            }
        )
        for row in found
    ]


def as_csv(rows: Iterable[Feedback]) -> str:
    """The rows as CSV; no cell is taken for a formula by a spreadsheet."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([field.name for field in fields(Feedback)])
    for row in rows:
        cells = [" | ".join(cell) if isinstance(cell, tuple) else str(cell) for cell in astuple(row)]
        writer.writerow([f"'{cell}" if cell.startswith(("=", "+", "-", "@")) else cell for cell in cells])
    return out.getvalue()


def as_pairs(rows: Iterable[Feedback]) -> str:
    """The rows as candidates for the evals, in TOML."""
    return candidates.as_pairs(
        candidates.Judged(
            row.turns, row.language, row.status, row.figure, row.quotes, row.helpful, row.comment
        )
        for row in rows
    )


def _json(values: Sequence[str]) -> str:
    return json.dumps(values, ensure_ascii=False)


def _kept(value: str | int) -> str | int:
    """A value that either database takes: PostgreSQL's texts hold no NUL."""
    return value.replace("\0", "") if isinstance(value, str) else value


@contextmanager
def _opened(place: Place) -> Iterator[Statements]:
    """The table, made if need be, for one transaction. Several sessions may write: each waits its turn."""
    if isinstance(place, Servers):
        with _database(place).transaction() as transaction:
            # Asked first: whoever only reads and writes rows may not be allowed to make tables.
            if transaction.execute("SELECT to_regclass('imdi.feedback')").fetchone()[0] is None:
                transaction.execute("SELECT pg_advisory_xact_lock(?)", (_LOCK,))
                transaction.execute("CREATE SCHEMA IF NOT EXISTS imdi")
                transaction.execute(_create("postgresql"))
            yield transaction
        return
    place.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(place, timeout=10)) as connection, connection:
        connection.execute(_create("sqlite"))
        yield connection


def _create(kind: str) -> str:
    return f"CREATE TABLE IF NOT EXISTS feedback (id {_NUMBERED[kind]}, {_COLUMNS})"


@cache
def _database(place: Servers) -> Database:
    """The database, connected to once in this process."""
    from ingest.database import Database

    return Database(place)
