"""PostgreSQL and Chroma started for a while, in folders of their own: for tests, measurements and the gate.

`python -m evals.servers` takes the corpus in on both and holds the answers from there against the baseline.
"""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.request import urlopen

DEBIAN = Path("/usr/lib/postgresql")
START_SECONDS = 60.0
USER = "imdi"


class MissingServerError(RuntimeError):
    """A server is not installed here."""


class PostgresServer:
    """A PostgreSQL server of one's own. Its data is gone when it is closed.

    Raises:
        MissingServerError: PostgreSQL is not installed.
    """

    def __init__(self) -> None:
        self._programs = _find_postgres()
        self._as = _unprivileged()
        self.folder = Path(tempfile.mkdtemp(prefix="imdi-postgres-"))
        self.password, self.port = secrets.token_hex(8), _free_port()
        secret = self.folder / "secret"
        secret.write_text(self.password)
        for path in (self.folder, secret):
            if self._as:
                shutil.chown(path, self._as)
        self._run(
            "initdb", "-D", str(self.folder / "data"), "-U", USER, "-A", "scram-sha-256",
            f"--pwfile={secret}", "-E", "UTF8", "--locale=C", "--no-sync",
        )  # fmt: skip
        self.start()

    def start(self) -> None:
        """Start it, or start it again; what was written is still there."""
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -k {self.folder} -c fsync=off"
        log = str(self.folder / "log")
        self._run("pg_ctl", "-D", str(self.folder / "data"), "-o", options, "-w", "-l", log, "start")

    def stop(self) -> None:
        """Stop it at once, as if its machine had gone."""
        with suppress(subprocess.CalledProcessError):
            self._run("pg_ctl", "-D", str(self.folder / "data"), "-w", "-m", "immediate", "stop")

    def close(self) -> None:
        """Stop it and remove its data."""
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def address(self, database: str, user: str = USER, password: str | None = None) -> str:
        """The address of a database, as `IMDI_STORE` has it."""
        secret = self.password if password is None else password
        return f"postgresql://{user}:{secret}@127.0.0.1:{self.port}/{database}"

    def create(self, database: str) -> str:
        """A new database; its address."""
        self.tell("postgres", f'CREATE DATABASE "{database}"')
        return self.address(database)

    def tell(self, database: str, *statements: str) -> list[tuple[object, ...]]:
        """Run statements; the rows of the last."""
        import psycopg

        with psycopg.connect(self.address(database), autocommit=True) as connection:
            for statement in statements:
                cursor = connection.execute(statement.encode())
            return cursor.fetchall() if cursor.description else []

    def _run(self, program: str, *arguments: str) -> None:
        command = [str(self._programs / program), *arguments]
        if self._as:
            command = ["runuser", "-u", self._as, "--", *command]
        # Its own files: a server that keeps our pipe open would keep us waiting.
        with tempfile.TemporaryFile() as said:
            try:
                subprocess.run(command, check=True, stdout=said, stderr=said, cwd="/", timeout=START_SECONDS)
            except subprocess.CalledProcessError:
                said.seek(0)
                sys.stderr.write(said.read().decode(errors="replace"))
                raise


class ChromaServer:
    """A Chroma server of one's own. Its data is gone when it is closed.

    Raises:
        MissingServerError: the command `chroma` is not there.
    """

    def __init__(self) -> None:
        program = Path(sys.executable).with_name("chroma")
        if not program.exists():
            raise MissingServerError("chroma is not installed")
        self.folder, self.port = Path(tempfile.mkdtemp(prefix="imdi-chroma-server-")), _free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self._program = program
        self._process: subprocess.Popen[bytes] | None = None
        self.start()

    def start(self) -> None:
        """Start it, or start it again; what was written is still there."""
        place = ["--path", str(self.folder), "--host", "127.0.0.1", "--port", str(self.port)]
        quiet = subprocess.DEVNULL
        self._process = subprocess.Popen([str(self._program), "run", *place], stdout=quiet, stderr=quiet)
        ends = time.monotonic() + START_SECONDS
        while time.monotonic() < ends:
            with suppress(OSError), urlopen(f"{self.address}/api/v2/heartbeat", timeout=5):
                return
            time.sleep(0.1)
        raise RuntimeError("the Chroma server did not start")

    def stop(self) -> None:
        """Stop it at once, as if its machine had gone."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def close(self) -> None:
        """Stop it and remove its data."""
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)


@contextmanager
def running() -> Iterator[tuple[PostgresServer, ChromaServer]]:
    """Both servers, running. Raises MissingServerError."""
    postgres = PostgresServer()
    try:
        chroma = ChromaServer()
        try:
            yield postgres, chroma
        finally:
            chroma.close()
    finally:
        postgres.close()


def main(arguments: Sequence[str] = ()) -> int:
    """Take the corpus in on both servers, and hold the answers against the baseline."""
    try:
        with running() as (postgres, chroma), tempfile.TemporaryDirectory(prefix="imdi-cache-") as cache:
            settings = {
                "IMDI_STORE": postgres.create("imdi"),
                "IMDI_CHROMA": chroma.address,
                "XDG_CACHE_HOME": cache,
            }
            for command in (("ingest",), ("eval", "--gate", "--served", *arguments)):
                done = subprocess.run([sys.executable, "-m", "ui.cli", *command], env=os.environ | settings)
                if done.returncode:
                    return done.returncode
            return 0
    except MissingServerError as missing:
        print(f"Not run: {missing}.", file=sys.stderr)
        return 0


def _find_postgres() -> Path:
    """The folder of PostgreSQL's programs: Debian keeps them out of the path."""
    if found := shutil.which("initdb"):
        return Path(found).parent
    versions = sorted(DEBIAN.glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    if not versions:
        raise MissingServerError("PostgreSQL is not installed (Debian: postgresql)")
    return versions[-1].parent


def _unprivileged() -> str:
    """Whom to run it as: it refuses to be run by root."""
    if os.geteuid() != 0:
        return ""
    for name in ("postgres", "nobody"):
        with suppress(KeyError):
            return pwd.getpwnam(name).pw_name
    raise MissingServerError("PostgreSQL cannot be run by root, and there is nobody else")


def _free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
