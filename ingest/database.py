"""A PostgreSQL database, through SQLAlchemy: connections, transactions and what goes wrong with them.

SQLAlchemy takes 0.3 s to import, so it is imported when a database is opened and not before: a store in a
folder never does. Statements are written as for SQLite, with `?` for a value; here they become the driver's.

No message holds an address, a password or a value: a server's own words are left out, for they may quote any.
"""

from __future__ import annotations

import re
import threading
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from ingest.models import CorpusError, UnreachableError
from ingest.settings import Servers

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

CONNECT_SECONDS = 5  # a server that is there answers in milliseconds
READ_SECONDS = 20  # the longest that a reader waits for one statement
HANGING_SECONDS = 15  # without an answer from the network before a connection is given up
POOLED = 4  # connections kept for each open generation; as many again while many ask
REMEMBERED = 4_096  # answers of a sealed table that are kept: some megabytes
FEW_FOUND = 8  # rows of an answer, at most, for it to be kept: a paragraph or a word has one
FEW_ROWS = 50  # below which INSERT is no slower than COPY

_INSERT = re.compile(r"INSERT INTO (?P<table>[\w.]+) VALUES \([?, ]+\)")
# SQLSTATE: the password or the user is wrong; the database does not exist; no right to it
_REFUSED = {
    "28P01": "user or password is wrong",
    "28000": "user or password is wrong",
    "3D000": "there is no such database",
    "42501": "this user has no right to it",
}
_MISSING = ("42P01", "3F000")  # no such table, no such schema
_LOCK_WAITED = "55P03"


class MissingError(CorpusError):
    """A table or schema is not there."""


class BusyError(CorpusError):
    """A lock was not to be had in time."""


class Found(list[Any]):
    """The rows that a statement found."""

    def fetchone(self) -> Any:
        """The first row, or None; for statements that find one."""
        return self[0] if self else None


class Database:
    """A database opened for reading; may be used from several threads.

    It is connected to when it is first used, and again after the server was away.

    Args:
        place: its address.
        schema: where names without a schema are looked up.
        patient: whether a statement may take long, as in building.
    """

    def __init__(self, place: Servers, schema: str = "imdi", *, patient: bool = False) -> None:
        self.name = place.name
        self.schema = schema
        limit = 0 if patient else READ_SECONDS * 1_000
        self._engine = _engine(place, f"-c search_path={schema} -c statement_timeout={limit}")

    def execute(self, statement: str, values: Sequence[Any] = (), /) -> Found:
        """What a statement finds, in a transaction of its own.

        Raises:
            UnreachableError: the server does not answer.
            CorpusError: it refuses, or something is not there.
        """
        with self._told(), self._engine.connect() as connection:
            connection = connection.execution_options(isolation_level="AUTOCOMMIT")
            return _run(connection, statement, values)

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """A transaction: all of it holds, or nothing. Raises as `execute` does."""
        with self._told(), self._engine.begin() as connection:
            yield Transaction(connection)

    @contextmanager
    def session(self) -> Iterator[Session]:
        """One connection to keep, for locks and for transactions that need them. Raises as `execute` does."""
        with self._told(), self._engine.connect() as connection:
            try:
                yield Session(self, connection)
            finally:
                with suppress(Exception):
                    connection.invalidate()  # closed, not pooled: whatever it held is let go

    def close(self) -> None:
        """Let go of every connection."""
        self._engine.dispose()

    @contextmanager
    def _told(self) -> Iterator[None]:
        """The driver's errors as ours."""
        from sqlalchemy.exc import DBAPIError, SQLAlchemyError

        try:
            yield
        except DBAPIError as error:
            raise self._reason(error) from None
        except SQLAlchemyError as error:  # the pool had none to give in time
            raise UnreachableError(
                f"{self.name}: the database does not answer ({type(error).__name__})."
            ) from None

    def _reason(self, error: Any) -> CorpusError:
        state = getattr(error.orig, "sqlstate", None)
        if state is None and not error.connection_invalidated:
            state = _state_in(str(error.orig))
        if state in _REFUSED:
            return UnreachableError(
                f"{self.name}: the database refuses ({_REFUSED[state]}). Check IMDI_STORE."
            )
        if state in _MISSING:
            return MissingError(f"{self.name}: a table is missing in the database.")
        if state == _LOCK_WAITED:
            return BusyError(f"{self.name}: a lock was not to be had.")
        if state is None or state[:2] in ("08", "53", "57"):
            return UnreachableError(
                f"{self.name}: the database does not answer ({state or 'no connection'})."
            )
        return CorpusError(f"{self.name}: the database cannot do it ({type(error.orig).__name__}, {state}).")


class SealedTables(Database):
    """Tables into which nothing is written any more: what a statement found once, it finds always.

    An answer looks some twenty paragraphs and words up, each half a millisecond away; questions share them.
    """

    def __init__(self, place: Servers, schema: str) -> None:
        super().__init__(place, schema)
        self._known: OrderedDict[tuple[str, tuple[Any, ...]], Found] = OrderedDict()
        self._lock = threading.Lock()

    def execute(self, statement: str, values: Sequence[Any] = (), /) -> Found:
        """See `Database.execute`."""
        key = statement, tuple(values)
        with self._lock:
            if key in self._known:
                self._known.move_to_end(key)
                return self._known[key]
        found = super().execute(statement, values)
        if len(found) <= FEW_FOUND:
            with self._lock:
                self._known[key] = found
                if len(self._known) > REMEMBERED:
                    self._known.popitem(last=False)
        return found


class Transaction:
    """A transaction that is open. Statements as for SQLite."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def execute(self, statement: str, values: Sequence[Any] = (), /) -> Found:
        """What a statement finds."""
        return _run(self._connection, statement.replace(" WITHOUT ROWID", ""), values)

    def executemany(self, statement: str, rows: Iterable[Sequence[Any]], /) -> None:
        """Run a statement once for each row; many rows of an INSERT are copied in."""
        listed = list(rows)
        found = _INSERT.fullmatch(statement)
        cursor = self._connection.connection.cursor()
        try:
            if found is None or len(listed) < FEW_ROWS:
                if listed:
                    cursor.executemany(_driver(statement), listed)
                return
            with cursor.copy(f"COPY {found['table']} FROM STDIN") as copy:
                for row in listed:
                    copy.write_row(row)
        finally:
            cursor.close()


class Session:
    """A connection that is kept."""

    def __init__(self, database: Database, connection: Connection) -> None:
        self._database = database
        self._connection = connection

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """A transaction on this very connection."""
        with self._database._told(), self._connection.begin():
            yield Transaction(self._connection)


def _engine(place: Servers, options: str) -> Engine:
    try:
        from sqlalchemy import create_engine, make_url
    except ImportError:
        raise CorpusError(
            "IMDI_STORE: a store on servers needs SQLAlchemy and psycopg. Install 'imdi-svar[server]'."
        ) from None
    try:
        return create_engine(
            make_url(place.database).set(drivername="postgresql+psycopg"),
            pool_size=POOLED,
            max_overflow=POOLED,
            pool_pre_ping=True,  # a connection that the server has closed is replaced, not met
            pool_timeout=CONNECT_SECONDS,
            hide_parameters=True,
            connect_args={
                "connect_timeout": CONNECT_SECONDS,
                "options": options,
                "application_name": "imdi-svar",
                "keepalives_idle": HANGING_SECONDS,
                "keepalives_interval": 5,
                "keepalives_count": 3,
                "tcp_user_timeout": HANGING_SECONDS * 1_000,
            },
        )
    except ImportError:
        raise CorpusError(
            "IMDI_STORE: a store on servers needs SQLAlchemy and psycopg. Install 'imdi-svar[server]'."
        ) from None
    except Exception:  # what it says may hold the address
        raise CorpusError(f"{place.name}: the address of the database cannot be used.") from None


def _run(connection: Connection, statement: str, values: Sequence[Any]) -> Found:
    result = connection.exec_driver_sql(_driver(statement), tuple(values))
    return Found(map(tuple, result)) if result.returns_rows else Found()


def _driver(statement: str) -> str:
    """A statement with the driver's marks for values."""
    return statement.replace("%", "%%").replace("?", "%s")


def _state_in(message: str) -> str | None:
    """What a server that lets nobody in says, where the driver gives no code with it."""
    if "password authentication failed" in message or "no password supplied" in message:
        return "28P01"
    if re.search(r'role ".*" does not exist|no pg_hba.conf entry', message):
        return "28000"
    if re.search(r'database ".*" does not exist', message):
        return "3D000"
    return None
