"""Generations on servers: tables and files in PostgreSQL, vectors on a Chroma server.

    schema imdi                      the pointer, the manifests, and what readers thought of answers
    schema imdi_<number>_<hash>      the tables of one generation, and its files in parts
    collection imdi-<store>-<name>   its vectors

A generation is written under its own names, which nobody reads yet. Then one transaction adds its manifest
and moves the pointer, on the very connection that holds the store's lock: a build that lost the lock cannot
publish. What a killed build leaves behind has no manifest, and the next build sweeps it away. Nothing writes
into a finished generation, so rows that are not those of its manifest are damage.
"""

from __future__ import annotations

import hashlib
import secrets
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ingest import generation, index, table
from ingest.archive import WORDS, Dense, Finder, Progress, Rows
from ingest.database import BusyError, Database, MissingError, SealedTables, Session
from ingest.files import write_whole
from ingest.generation import FORMAT, KEPT, LOCK_SECONDS, Manifest
from ingest.models import CorpusError, UnreachableError
from ingest.server_index import ServerIndex, VectorServer
from ingest.settings import Servers

if TYPE_CHECKING:
    from ingest.embed import Vectors

LOCK = 0x696D6469  # "imdi": the number of the advisory lock
PART = 8 * 2**20  # bytes of a file in one row; a value may have 1 GB, and is in memory twice
SWEEP_SECONDS = 10  # to wait for a reader before a generation that nobody should read is dropped
_NAME = r"^imdi_[0-9]{6,}_[0-9a-f]{12}$"

_CONTROL = (
    "CREATE SCHEMA IF NOT EXISTS imdi",
    "CREATE TABLE IF NOT EXISTS imdi.generations (name TEXT PRIMARY KEY, manifest TEXT NOT NULL,"
    " sealed TIMESTAMPTZ NOT NULL DEFAULT now())",
    "CREATE TABLE IF NOT EXISTS imdi.store (one BOOLEAN PRIMARY KEY DEFAULT true CHECK (one),"
    " id TEXT NOT NULL, current TEXT REFERENCES imdi.generations (name))",
)
_FILES = (
    "CREATE TABLE files (path TEXT NOT NULL, part INTEGER NOT NULL, data BYTEA NOT NULL,"
    " PRIMARY KEY (path, part))"
)


class ServerArchive:
    """The generations of a store on servers; see `ingest.archive.Archive`."""

    parallel = True
    builds_itself = False

    def __init__(self, place: Servers) -> None:
        self.place = place
        self._control = Database(place, "imdi")
        self._held: Session | None = None

    @property
    def name(self) -> str:
        """Host and database."""
        return self.place.name

    def pointer(self) -> str | None:
        """See `Archive`. Raises UnreachableError."""
        try:
            row = self._control.execute("SELECT current FROM imdi.store").fetchone()
        except MissingError:
            return None
        return None if row is None else row[0]

    def find_whole(self) -> tuple[Manifest, list[str]]:
        """See `Archive`. Raises UnreachableError too: a server that is away is no damage."""
        faults: list[str] = []
        for name in self._names():
            try:
                manifest = self._manifest(name, (FORMAT,))
                self._verify(manifest)
            except UnreachableError:
                raise
            except CorpusError as error:
                faults.append(str(error))
                continue
            return manifest, faults
        if not faults:
            raise CorpusError(f"{self.name}: there is no store here. Build one with `imdi ingest`.")
        raise CorpusError(
            f"{self.name}: no whole generation is left. {faults[0]} Run `imdi ingest` to build anew."
        )

    def serving(self) -> Manifest | None:
        """See `Archive`. Raises UnreachableError."""
        name = self.pointer()
        if name is None:
            return None
        try:
            manifest = self._manifest(name, (FORMAT,))
            self._verify(manifest)
        except UnreachableError:
            raise
        except CorpusError:
            return None
        return manifest

    def readable_manifests(self) -> list[Manifest]:
        """See `Archive`."""
        found: list[Manifest] = []
        for name in self._names():
            try:
                found.append(self._manifest(name, range(1, FORMAT + 1)))
            except UnreachableError:
                raise
            except CorpusError:
                continue
        return found

    @property
    def workspace(self) -> Path:
        """See `Archive`."""
        return self.place.cache

    def file_finder(self, manifests: Sequence[Manifest], verified: str) -> Finder:
        """See `Archive`: copies on this machine, fetched if need be."""
        return lambda digest: self._find_file(manifests, digest)

    def _find_file(self, manifests: Sequence[Manifest], digest: str) -> Path | None:
        for manifest in manifests:
            for path, listed in manifest.files.items():
                if listed != digest:
                    continue
                try:
                    return self._fetch(manifest, path)
                except UnreachableError:
                    raise
                except CorpusError:
                    continue
        return None

    @contextmanager
    def lock(self) -> Iterator[None]:
        """See `Archive`: an advisory lock, which goes with the connection of whoever held it."""
        self._prepare()
        database = Database(self.place, "imdi", patient=True)
        try:
            with database.session() as session:
                try:
                    with session.transaction() as transaction:
                        transaction.execute(f"SET LOCAL lock_timeout = '{LOCK_SECONDS:.0f}s'")
                        transaction.execute("SELECT pg_advisory_lock(?)", (LOCK,))
                except BusyError:
                    raise CorpusError(
                        f"{self.name}: another ingest has been running for {LOCK_SECONDS:.0f} s."
                    ) from None
                self._held = session
                try:
                    yield
                finally:
                    self._held = None
        finally:
            database.close()

    @contextmanager
    def new(self, identity: str) -> Iterator[ServerDraft]:
        """See `Archive`."""
        if self._held is None:
            raise RuntimeError("only the holder of the lock may write a generation")
        vectors = VectorServer(self.place.chroma, patient=True)
        try:
            self._sweep(vectors)
            newest = max((int(name.split("-")[0]) for name in self._names()), default=0)
            name = f"{newest + 1:06d}-{identity[:12]}"
            draft = ServerDraft(self, name, vectors, self._held)
            try:
                yield draft
            finally:
                draft.close()
                if not draft.is_published:
                    with suppress(CorpusError):  # what is left now is swept by the next build
                        self._drop(name, vectors)
        finally:
            vectors.close()

    def prune(self) -> None:
        """See `Archive`. The manifest goes first: what is left after a stop is swept by the next build."""
        current = self.pointer()
        numbered = sorted(self._names(), key=lambda name: int(name.split("-")[0]), reverse=True)
        old = [name for name in numbered[KEPT:] if name != current]
        if not old:
            return
        with suppress(CorpusError):  # the next build tries again
            vectors = VectorServer(self.place.chroma, patient=True)
            try:
                for name in old:
                    self._control.execute("DELETE FROM imdi.generations WHERE name = ?", (name,))
                    self._drop(name, vectors)
            finally:
                vectors.close()

    def open_table(self, manifest: Manifest) -> table.Connection:
        """See `Archive`."""
        return SealedTables(self.place, _schema(manifest.name))

    def read_vectors(self, manifest: Manifest, ids: Sequence[str]) -> Vectors:
        """See `Archive`."""
        server = VectorServer(self.place.chroma, patient=True)
        try:
            return server.vectors(manifest.body["vectors"]["name"], ids)
        finally:
            server.close()

    def open_dense(self, manifest: Manifest, exact: bool, rows: Callable[[], Rows]) -> Dense:
        """See `Archive`. The server searches, also where exact search was asked for."""
        written = manifest.body["vectors"]
        return ServerIndex(self.place.chroma, written["name"], written["rows"])

    def open_words(self, manifest: Manifest, rows: Callable[[], Rows]) -> index.WordIndex:
        """See `Archive`: from a copy on this machine."""
        paths = [path for path in manifest.files if path.startswith(f"{WORDS}/")]
        for path in paths:
            self._fetch(manifest, path)
        return index.WordIndex(self._folder(manifest) / WORDS, *rows())

    def read_file(self, manifest: Manifest, path: str) -> bytes:
        """See `Archive`."""
        return self._fetch(manifest, path).read_bytes()

    def copy_to(self, folder: Path) -> None:
        """See `Archive`. Chroma's own index is left out: what is small enough to copy is searched exactly."""
        manifest, _ = self.find_whole()
        part = folder / "generations" / f"building-{manifest.name}"
        part.mkdir(parents=True)
        opened = self.open_table(manifest)
        try:
            table.copy_rows(opened, part / table.FILE)
            ids = [row[0] for row in table.read_rows(opened)]
        finally:
            opened.close()
        index.write_vectors(part / index.VECTORS, self.read_vectors(manifest, ids))
        for path in manifest.files:
            (part / path).parent.mkdir(exist_ok=True)
            shutil.copyfile(self._fetch(manifest, path), part / path)
        body = {
            key: value for key, value in manifest.body.items() if key not in ("tables", "vectors", "files")
        }
        generation.publish(folder, manifest.name, part, body)

    # ---- what is there

    def _names(self) -> list[str]:
        """Names of the finished generations, the one that serves first, then newest first."""
        try:
            rows = self._control.execute(
                "SELECT name, name = current FROM imdi.generations LEFT JOIN imdi.store ON true"
            )
        except MissingError:
            return []
        numbered = sorted(rows, key=lambda row: (bool(row[1]), int(row[0].split("-")[0])), reverse=True)
        return [str(row[0]) for row in numbered]

    def _manifest(self, name: str, formats: Sequence[int] | range) -> Manifest:
        row = self._control.execute(
            "SELECT manifest FROM imdi.generations WHERE name = ?", (name,)
        ).fetchone()
        if row is None:
            raise CorpusError(f"store generation {name}: its manifest is missing.")
        return generation.parse_manifest(name, row[0], formats)

    def _verify(self, manifest: Manifest) -> None:
        """Check every table against its hash, every file's length, and the vectors.

        A file's bytes are checked when they are fetched.
        """
        opened = Database(self.place, _schema(manifest.name), patient=True)
        try:
            for name, written in manifest.body["tables"].items():
                if _fingerprint(opened, name) != written:
                    raise CorpusError(f"store generation {manifest.name}: the table {name} is damaged.")
        except MissingError:
            raise CorpusError(f"store generation {manifest.name}: a table is missing.") from None
        finally:
            opened.close()
        server = VectorServer(self.place.chroma)
        try:
            server.check(manifest.body["vectors"])
        finally:
            server.close()

    def _fetch(self, manifest: Manifest, path: str) -> Path:
        """A copy of a file on this machine, whole.

        Raises:
            CorpusError: it is damaged, or cannot be written here.
        """
        copy, digest = self._folder(manifest) / path, manifest.files[path]
        if copy.is_file() and generation.file_hash(copy) == digest:
            return copy
        opened = Database(self.place, _schema(manifest.name), patient=True)
        try:
            parts = opened.execute("SELECT data FROM files WHERE path = ? ORDER BY part", (path,))
        except MissingError:
            raise CorpusError(f"store generation {manifest.name}: a table is missing.") from None
        finally:
            opened.close()
        data = b"".join(bytes(part[0]) for part in parts)
        if hashlib.sha256(data).hexdigest() != digest:
            raise CorpusError(f"store generation {manifest.name}: {path} is damaged.")
        try:
            copy.parent.mkdir(parents=True, exist_ok=True)
            write_whole(copy, data)
        except OSError as error:
            raise CorpusError(
                f"{self.place.cache.name}: copies of the store cannot be written here ({error.strerror})."
            ) from error
        return copy

    def _folder(self, manifest: Manifest) -> Path:
        """Where copies of a generation's files are. Another store's are under another name."""
        return self.place.cache / str(manifest.body["vectors"]["name"])

    # ---- what changes

    def _prepare(self) -> None:
        """Make the schema of the pointer where it is not there yet."""
        found = self._control.execute("SELECT to_regclass('imdi.store') IS NOT NULL").fetchone()
        if found[0] and self._control.execute("SELECT id FROM imdi.store"):
            return
        with self._control.transaction() as transaction:
            transaction.execute("SELECT pg_advisory_xact_lock(?)", (LOCK + 1,))
            for statement in _CONTROL:
                transaction.execute(statement)
            identifier = secrets.token_hex(4)
            transaction.execute(
                "INSERT INTO imdi.store (id) VALUES (?) ON CONFLICT DO NOTHING", (identifier,)
            )

    def collection(self, name: str) -> str:
        """The name of a generation's collection: other stores may be on the same Chroma server."""
        (identifier,) = self._control.execute("SELECT id FROM imdi.store").fetchone()
        return f"imdi-{identifier}-{name}"

    def _sweep(self, vectors: VectorServer) -> None:
        """Remove what belongs to no finished generation. For the holder of the lock."""
        names = set(self._names())
        found = self._control.execute("SELECT nspname FROM pg_namespace WHERE nspname ~ ?", (_NAME,))
        left = {schema.removeprefix("imdi_").replace("_", "-") for (schema,) in found} - names
        prefix = self.collection("")
        left |= {name.removeprefix(prefix) for name in vectors.names(prefix)} - names
        for name in sorted(left):
            self._drop(name, vectors)
        held = {self.collection(name) for name in names}
        for folder in self.place.cache.glob(f"{prefix}*"):
            if folder.name not in held:
                shutil.rmtree(folder, ignore_errors=True)

    def _drop(self, name: str, vectors: VectorServer) -> None:
        try:
            with self._control.transaction() as transaction:
                transaction.execute(f"SET LOCAL lock_timeout = '{SWEEP_SECONDS}s'")
                transaction.execute("SET LOCAL statement_timeout = 0")
                transaction.execute(f"DROP SCHEMA IF EXISTS {_schema(name)} CASCADE")
        except BusyError:
            return  # somebody still reads it: the next build tries again
        vectors.drop(self.collection(name))


class ServerDraft:
    """A generation that is being written on servers."""

    def __init__(self, archive: ServerArchive, name: str, vectors: VectorServer, held: Session) -> None:
        self._name, self._collection = name, archive.collection(name)
        self._vectors, self._held = vectors, held
        self._tables = Database(archive.place, _schema(name), patient=True)
        self._written: dict[str, Any] = {}
        self._files: dict[str, str] = {}
        self.is_published = False
        with self._tables.transaction() as transaction:
            transaction.execute(f"CREATE SCHEMA {_schema(name)}")
            transaction.execute(_FILES)

    def close(self) -> None:
        """Let go of the connections."""
        self._tables.close()

    def write_vectors(
        self,
        ids: Sequence[str],
        vectors: Vectors,
        metadatas: Sequence[Mapping[str, Any]],
        progress: Progress,
    ) -> None:
        """See `Draft`."""
        self._written = self._vectors.write(self._collection, ids, vectors, metadatas, progress)

    def write_words(self, lemmas: Sequence[list[str]]) -> None:
        """See `Draft`."""
        with tempfile.TemporaryDirectory(prefix="imdi-words-") as made:
            index.write_words(Path(made, WORDS), lemmas)
            for file in sorted(Path(made, WORDS).iterdir()):
                self.write_file(f"{WORDS}/{file.name}", file.read_bytes())

    def write_table(self, write: Callable[[table.Filling], None]) -> None:
        """See `Draft`."""
        with self._tables.transaction() as transaction:
            write(transaction)
        for name in table.TABLES:
            self._tables.execute(f"ANALYZE {name}")

    def write_file(self, path: str, data: bytes) -> None:
        """See `Draft`."""
        parts = range(0, max(1, len(data)), PART)
        with self._tables.transaction() as transaction:
            for number, start in enumerate(parts):
                transaction.execute(
                    "INSERT INTO files VALUES (?, ?, ?)", (path, number, data[start : start + PART])
                )
        self._files[path] = hashlib.sha256(data).hexdigest()

    def publish(self, body: Mapping[str, Any]) -> Manifest:
        """See `Draft`. Raises UnreachableError where the lock was lost: nothing has changed then."""
        tables = {name: _fingerprint(self._tables, name) for name in (*table.TABLES, "files")}
        whole = {**body, "tables": tables, "vectors": self._written}
        manifest, text = generation.seal(self._name, whole, self._files)
        with self._held.transaction() as transaction:
            transaction.execute(
                "INSERT INTO imdi.generations (name, manifest) VALUES (?, ?)", (self._name, text)
            )
            transaction.execute("UPDATE imdi.store SET current = ?", (self._name,))
        self.is_published = True
        return manifest


def _schema(name: str) -> str:
    """The schema of a generation's tables."""
    return f"imdi_{name.replace('-', '_')}"


def _fingerprint(opened: Database, name: str) -> list[Any]:
    """Number of rows and a sum of their hashes, in whatever order they lie; of files only their lengths.

    MD5 is made by every version of PostgreSQL alike, so that a store outlives an upgrade. It guards against
    damage, not against whoever may write to the database.
    """
    row = "concat(path, ':', part, ':', length(data))" if name == "files" else "t::text"
    hashed = f"('x' || left(md5({row}), 15))::bit(60)::bigint"
    (count, total) = opened.execute(
        f"SELECT count(*), coalesce(sum({hashed}), 0)::text FROM {name} t"
    ).fetchone()
    return [int(count), str(total)]
