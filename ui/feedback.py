"""What readers thought of an answer, in SQLite: the question, the answer, yes or no, and a comment.

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
from pathlib import Path

from evals import candidates
from rag.models import Answer

MAX_COMMENT = 2_000  # characters
_SCHEMA = """
CREATE TABLE IF NOT EXISTS feedback (
  id INTEGER PRIMARY KEY,
  at TEXT NOT NULL,
  generation TEXT NOT NULL,
  turns TEXT NOT NULL,
  language TEXT NOT NULL,
  status TEXT NOT NULL,
  reason TEXT NOT NULL,
  text TEXT NOT NULL,
  figure TEXT NOT NULL,
  quotes TEXT NOT NULL,
  helpful INTEGER NOT NULL,
  comment TEXT NOT NULL DEFAULT ''
)
"""


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


def store_feedback(path: Path, answer: Answer, earlier: Sequence[str], helpful: bool, generation: str) -> int:
    """Keep a reader's view.

    Args:
        path: the SQLite file; made when there is none.
        answer: what was answered.
        earlier: the questions before it in the conversation.
        helpful: yes or no.
        generation: name of the store generation that answered.

    Returns:
        The row's id, for a comment that may follow.

    Raises:
        sqlite3.Error: the file cannot be written.
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
    with _opened(path) as connection:
        return int(
            connection.execute(f"INSERT INTO feedback ({columns}) VALUES ({marks})", row).lastrowid or 0
        )


def change_feedback(path: Path, row: int, helpful: bool, comment: str = "") -> None:
    """Change a row's yes or no, and its comment. Raises ValueError for a comment that is too long."""
    if len(comment) > MAX_COMMENT:
        raise ValueError(f"a comment has at most {MAX_COMMENT} characters")
    with _opened(path) as connection:
        connection.execute(
            "UPDATE feedback SET helpful = ?, comment = ? WHERE id = ?", (int(helpful), comment.strip(), row)
        )


def read_feedback(path: Path) -> list[Feedback]:
    """Every row, the oldest first; none where there is no file."""
    if not path.exists():
        return []
    with _opened(path) as connection:
        rows = connection.execute("SELECT * FROM feedback ORDER BY id").fetchall()
    return [
        Feedback(
            **{
                **dict(row),
                "turns": tuple(json.loads(row["turns"])),
                "quotes": tuple(json.loads(row["quotes"])),
                "helpful": bool(row["helpful"]),
            }
        )
        for row in rows
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


@contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    """The file, its table made, for one transaction. Several sessions may write: each waits its turn."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(path, timeout=10)) as connection:
        connection.row_factory = sqlite3.Row
        with connection:
            connection.execute(_SCHEMA)
            yield connection
