"""The tables of a generation: source texts, paragraphs, observations and word forms.

In a file of SQLite, or in a schema of PostgreSQL (`ingest.database`): every statement here is one for both,
with `?` for a value and values that are texts, integers or None.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any, Protocol

from ingest.models import Direction, Kind, Observation, Paragraph, ParagraphKind, Quantity, Source

MAPPED = 2**30  # bytes
FILE = "numbers.sqlite"  # in a generation's folder

_SCHEMA = """
CREATE TABLE sources (report_id TEXT PRIMARY KEY, text TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE paragraphs (
    row INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, report_id TEXT NOT NULL, number INTEGER NOT NULL,
    section TEXT NOT NULL, text TEXT NOT NULL, start INTEGER NOT NULL, "end" INTEGER NOT NULL,
    kind TEXT NOT NULL, header TEXT NOT NULL, page INTEGER, content TEXT NOT NULL);
CREATE INDEX paragraphs_report ON paragraphs (report_id, number);
CREATE TABLE earlier_sources (
    row INTEGER PRIMARY KEY, report_id TEXT NOT NULL, edition TEXT NOT NULL, text TEXT NOT NULL,
    UNIQUE (report_id, edition));
CREATE TABLE earlier_paragraphs (
    row INTEGER PRIMARY KEY, id TEXT NOT NULL, report_id TEXT NOT NULL, number INTEGER NOT NULL,
    section TEXT NOT NULL, text TEXT NOT NULL, start INTEGER NOT NULL, "end" INTEGER NOT NULL,
    kind TEXT NOT NULL, header TEXT NOT NULL, page INTEGER, edition TEXT NOT NULL);
CREATE INDEX earlier_paragraphs_id ON earlier_paragraphs (id);
CREATE INDEX earlier_paragraphs_report ON earlier_paragraphs (report_id);
CREATE TABLE observations (
    row INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, report_id TEXT NOT NULL, paragraph_id TEXT NOT NULL,
    measure TEXT NOT NULL, dimensions TEXT NOT NULL, period TEXT, kind TEXT NOT NULL, value TEXT NOT NULL,
    unit TEXT, lower TEXT NOT NULL, upper TEXT NOT NULL, hedge TEXT, surface TEXT NOT NULL,
    start INTEGER NOT NULL, "end" INTEGER NOT NULL, fraction INTEGER NOT NULL, direction TEXT,
    reference_period TEXT, denominator TEXT, certain INTEGER NOT NULL, source TEXT NOT NULL);
CREATE INDEX observations_measure ON observations (measure, period);
CREATE INDEX observations_report ON observations (report_id);
CREATE INDEX observations_cell ON observations (measure, dimensions);
CREATE INDEX observations_order ON observations (measure, row);
CREATE INDEX observations_change ON observations (measure, kind, reference_period);
CREATE INDEX paragraphs_kind ON paragraphs (kind, report_id);
CREATE TABLE memberships (
    dimension TEXT NOT NULL, code TEXT NOT NULL, measure TEXT NOT NULL, size INTEGER NOT NULL,
    period TEXT NOT NULL, row INTEGER NOT NULL,
    PRIMARY KEY (dimension, code, measure, size, period, row)) WITHOUT ROWID;
CREATE INDEX memberships_split ON memberships (measure, dimension, size, period, row);
CREATE TABLE outline (
    dimension TEXT NOT NULL, code TEXT NOT NULL, measure TEXT NOT NULL, kind TEXT NOT NULL,
    period TEXT NOT NULL, size INTEGER NOT NULL, first INTEGER NOT NULL,
    PRIMARY KEY (dimension, code, measure, kind, period, size)) WITHOUT ROWID;
CREATE TABLE amounts (
    amount TEXT NOT NULL, row INTEGER NOT NULL, PRIMARY KEY (amount, row)) WITHOUT ROWID;
CREATE TABLE keys (key TEXT PRIMARY KEY, paragraphs INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE words (word TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE forms (form TEXT PRIMARY KEY, lemma TEXT NOT NULL) WITHOUT ROWID;
"""
TABLES = tuple(line.split()[2] for line in _SCHEMA.splitlines() if line.startswith("CREATE TABLE"))
_FIELDS = 'id, report_id, number, section, text, start, "end", kind, header, page'
_PARAGRAPH = f"SELECT {_FIELDS} FROM paragraphs"
_OBSERVATION = (
    "SELECT id, report_id, paragraph_id, measure, dimensions, period, kind, value, unit, lower, upper, hedge,"
    ' surface, start, "end", fraction, direction, reference_period, denominator, certain, source'
    " FROM observations"
)


class Rows(Protocol):
    """What a statement found."""

    def __iter__(self) -> Iterator[Any]: ...

    def fetchone(self) -> Any:
        """The first row that was not yet taken, or None."""


class Statements(Protocol):
    """What statements can be given to: `sqlite3.Connection` is one, and so is the next."""

    def execute(self, statement: str, values: Sequence[Any] = ..., /) -> Rows:
        """What a statement finds."""


class Connection(Statements, Protocol):
    """The tables, opened."""

    def close(self) -> None:
        """Let go of them."""


class Filling(Protocol):
    """Tables that are being written."""

    def execute(self, statement: str, /) -> object:
        """Run a statement."""

    def executemany(self, statement: str, rows: Iterable[Sequence[Any]], /) -> object:
        """Run a statement once for each row."""


@contextmanager
def new_file(path: Path) -> Iterator[sqlite3.Connection]:
    """A new file of SQLite, for `fill`."""
    with closing(sqlite3.connect(path)) as connection, connection:
        yield connection


def fill(
    connection: Filling,
    sources: Mapping[str, str],
    paragraphs: Sequence[Paragraph],
    contents: Sequence[str],
    observations: Iterable[Observation],
    forms: Mapping[str, str],
    earlier_sources: Iterable[tuple[str, str, str]] = (),
    earlier_paragraphs: Iterable[tuple[str, Paragraph]] = (),
    more: Iterable[tuple[str, int, Iterable[Sequence[Any]]]] = (),
) -> None:
    """Make the tables. Row i of `paragraphs` is row i of the vectors; `contents[i]` is its content hash.

    Earlier sources are (report id, edition, text), earlier paragraphs (edition, paragraph). `more` are other
    tables: the name, how many columns it has, and the rows.
    """
    for statement in filter(str.strip, _SCHEMA.split(";")):
        connection.execute(statement)
    connection.executemany("INSERT INTO sources VALUES (?, ?)", sources.items())
    rows = (_paragraph_row(i, paragraph, contents[i]) for i, paragraph in enumerate(paragraphs))
    connection.executemany(f"INSERT INTO paragraphs VALUES ({_marks(12)})", rows)
    records = (_observation_row(i, observation) for i, observation in enumerate(observations))
    connection.executemany(f"INSERT INTO observations VALUES ({_marks(22)})", records)
    connection.executemany("INSERT INTO forms VALUES (?, ?)", forms.items())
    editions = ((i, *source) for i, source in enumerate(earlier_sources))
    connection.executemany("INSERT INTO earlier_sources VALUES (?, ?, ?, ?)", editions)
    before = (_paragraph_row(i, p, edition) for i, (edition, p) in enumerate(earlier_paragraphs))
    connection.executemany(f"INSERT INTO earlier_paragraphs VALUES ({_marks(12)})", before)
    for name, columns, added in more:
        connection.executemany(f"INSERT INTO {name} VALUES ({_marks(columns)})", added)


def copy_rows(source: Connection, target: Path) -> None:
    """Write a file of SQLite with the rows of other tables."""
    with new_file(target) as connection:
        for statement in filter(str.strip, _SCHEMA.split(";")):
            connection.execute(statement)
        for name in TABLES:
            rows = list(source.execute(f"SELECT * FROM {name}"))
            if rows:
                connection.executemany(f"INSERT INTO {name} VALUES ({_marks(len(rows[0]))})", rows)


def connect(path: Path) -> sqlite3.Connection:
    """Open the file for reading. `immutable`: no lock or journal file is ever made beside it."""
    uri = path.resolve().as_uri() + "?mode=ro&immutable=1"
    connection = sqlite3.connect(uri, uri=True, check_same_thread=False)
    # The file's pages are read where the system has them, not copied into each process.
    connection.execute(f"PRAGMA mmap_size = {MAPPED}")
    return connection


def read_source(connection: Connection, report_id: str) -> str | None:
    """The decoded text of a report."""
    row = connection.execute("SELECT text FROM sources WHERE report_id = ?", (report_id,)).fetchone()
    return None if row is None else str(row[0])


def read_earlier_sources(connection: Connection, report_id: str) -> list[tuple[str, str]]:
    """(edition, text) of a report's earlier editions, oldest first."""
    query = "SELECT edition, text FROM earlier_sources WHERE report_id = ? ORDER BY row"
    return [(str(edition), str(text)) for edition, text in connection.execute(query, (report_id,))]


def read_earlier_paragraphs(connection: Connection, report_id: str) -> list[tuple[str, Paragraph]]:
    """(edition, paragraph) of a report's earlier editions, oldest first."""
    query = f"SELECT {_FIELDS}, edition FROM earlier_paragraphs WHERE report_id = ? ORDER BY row"
    rows = connection.execute(query, (report_id,))
    return [(str(row[-1]), _paragraph(row[:-1])) for row in rows]


def read_paragraph(connection: Connection, paragraph_id: str) -> Paragraph | None:
    """The paragraph of an id; where no report holds it any more, that of its latest edition."""
    earlier = f"SELECT {_FIELDS} FROM earlier_paragraphs WHERE id = ? ORDER BY row DESC LIMIT 1"
    for query in (f"{_PARAGRAPH} WHERE id = ?", earlier):
        if (row := connection.execute(query, (paragraph_id,)).fetchone()) is not None:
            return _paragraph(row)
    return None


def read_paragraphs(
    connection: Connection, report_id: str | None, kind: ParagraphKind | None = None
) -> list[Paragraph]:
    """The paragraphs of one report and kind, or of all, in the order of the reports and of their texts."""
    wanted = {"report_id": report_id, "kind": kind and kind.value}
    filters = {column: value for column, value in wanted.items() if value}
    where = " AND ".join(f"{column} = ?" for column in filters)
    query = f"{_PARAGRAPH}{' WHERE ' + where if where else ''} ORDER BY row"
    return [_paragraph(row) for row in connection.execute(query, tuple(filters.values()))]


def read_observations(connection: Connection, **wanted: str | None) -> list[Observation]:
    """The observations whose columns have the wanted values; None means any. In reading order."""
    filters = {column: value for column, value in wanted.items() if value is not None}
    where = " AND ".join(f"{column} = ?" for column in filters)
    query = f"{_OBSERVATION}{' WHERE ' + where if where else ''} ORDER BY row"
    return [_observation(row) for row in connection.execute(query, tuple(filters.values()))]


def find_observations(connection: Connection, tail: str, values: Sequence[Any]) -> list[Observation]:
    """The observations that the end of a statement (`WHERE …`) leaves."""
    return [_observation(row) for row in connection.execute(f"{_OBSERVATION} {tail}", tuple(values))]


def read_rows(connection: Connection) -> list[tuple[str, str, str]]:
    """(paragraph id, report id, content hash) of each row of the vectors."""
    return list(connection.execute("SELECT id, report_id, content FROM paragraphs ORDER BY row"))


def read_lemma(connection: Connection, form: str) -> str | None:
    """The lemma of a word form, None where the form is not known."""
    row = connection.execute("SELECT lemma FROM forms WHERE form = ?", (form,)).fetchone()
    return None if row is None else str(row[0])


def read_frequency(connection: Connection, key: str) -> int:
    """How many paragraphs have a key."""
    row = connection.execute("SELECT paragraphs FROM keys WHERE key = ?", (key,)).fetchone()
    return 0 if row is None else int(row[0])


def has_word(connection: Connection, word: str) -> bool:
    """Whether a word stands in a paragraph."""
    return connection.execute("SELECT 1 FROM words WHERE word = ?", (word,)).fetchone() is not None


def _marks(count: int) -> str:
    return ", ".join("?" * count)


def _paragraph_row(row: int, paragraph: Paragraph, last: str) -> tuple[Any, ...]:
    section = json.dumps(paragraph.section, ensure_ascii=False)
    where = (paragraph.start, paragraph.end, paragraph.kind.value, paragraph.header, paragraph.page)
    return (
        row,
        paragraph.id,
        paragraph.report_id,
        paragraph.number,
        section,
        paragraph.text,
        *where,
        last,
    )


def _paragraph(row: Sequence[Any]) -> Paragraph:
    identifier, report_id, number, section, text, start, end, kind, header, page = row
    path = tuple(json.loads(section))
    return Paragraph(identifier, report_id, number, path, text, start, end, ParagraphKind(kind), header, page)


def _observation_row(row: int, observation: Observation) -> tuple[Any, ...]:
    quantity = observation.quantity
    return (
        row,
        observation.id,
        observation.report_id,
        observation.paragraph_id,
        observation.measure,
        json.dumps(dict(observation.dimensions), ensure_ascii=False, sort_keys=True),
        observation.period,
        observation.kind.value,
        str(quantity.value),
        quantity.unit,
        str(quantity.lower),
        str(quantity.upper),
        quantity.hedge,
        quantity.surface,
        quantity.start,
        quantity.end,
        int(quantity.fraction),
        observation.direction and observation.direction.value,
        observation.reference_period,
        observation.denominator,
        int(observation.certain),
        observation.source.value,
    )


def _observation(row: Sequence[Any]) -> Observation:
    fields: Iterator[Any] = iter(row)
    identifier, report_id, paragraph_id, measure, dimensions, period, kind = (next(fields) for _ in range(7))
    value, unit, lower, upper, hedge, surface, start, end, fraction = (next(fields) for _ in range(9))
    direction, reference_period, denominator, certain, source = fields
    return Observation(
        id=identifier,
        report_id=report_id,
        paragraph_id=paragraph_id,
        measure=measure,
        dimensions=json.loads(dimensions),
        period=period,
        kind=Kind(kind),
        quantity=Quantity(
            Decimal(value), unit, Decimal(lower), Decimal(upper), hedge, surface, start, end, bool(fraction)
        ),
        direction=Direction(direction) if direction else None,
        reference_period=reference_period,
        denominator=denominator,
        certain=bool(certain),
        source=Source(source),
    )
