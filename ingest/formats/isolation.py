"""Parsers in a process of their own, with limits of time and memory: what a file does to one ends there."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ingest.formats.pieces import Document, Piece, Role
from ingest.models import CorpusError


@dataclass(frozen=True, slots=True)
class Limits:
    """What reading one file may cost.

    `cpu` and `wall` are seconds, `memory` bytes of address space (Linux; elsewhere only `wall` holds).
    A PDF of 300 pages with a ruled table on each took 38 s of processor time and 102 MB here.
    """

    cpu: int = 120
    wall: float = 600.0
    memory: int = 1_000_000_000


LIMITS = Limits()


def parse_apart(kind: str, data: bytes, name: str, charset: str = "", limits: Limits = LIMITS) -> Document:
    """Run the parser of a format in a child process.

    Raises:
        CorpusError: the parser refused the file, failed on it, or went past a limit.
    """
    order = {"kind": kind, "name": name, "charset": charset, "cpu": limits.cpu, "memory": limits.memory}
    process = subprocess.Popen(
        [sys.executable, "-m", "ingest.formats.child"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=_environment(),
        start_new_session=True,
    )
    try:
        output, _ = process.communicate(json.dumps(order).encode() + b"\n" + data, timeout=limits.wall)
    except subprocess.TimeoutExpired as error:
        raise CorpusError(_too_slow(name, limits)) from error
    finally:
        process.kill()
        process.wait()
    return _document(output, process.returncode, name, limits)


def _environment() -> dict[str, str]:
    """Where the child finds its modules, and nothing of what else this process was given."""
    kept = {key: os.environ[key] for key in ("PATH", "HOME", "LANG", "SYSTEMROOT") if key in os.environ}
    path = os.pathsep.join(part for part in sys.path if part)
    return {**kept, "PYTHONPATH": path, "PYTHONSAFEPATH": "1", "OPENBLAS_NUM_THREADS": "1"}


def _document(output: bytes, status: int, name: str, limits: Limits) -> Document:
    try:
        answer: Mapping[str, Any] = json.loads(output)
    except ValueError as error:
        if status in (-getattr(signal, "SIGXCPU", 0), -getattr(signal, "SIGKILL", 0)):
            raise CorpusError(_too_slow(name, limits)) from error
        raise CorpusError(
            f"{name}: the parser gave up on it (status {status}). Save the report anew, or as plain text."
        ) from error
    if problem := answer.get("problem"):
        raise CorpusError(str(problem))
    if answer.get("memory"):
        raise CorpusError(
            f"{name}: reading it takes more than {limits.memory // 10**6} MB of memory. Split the report."
        )
    if broken := answer.get("broken"):
        raise CorpusError(f"{name}: it cannot be read ({broken}). Save or fetch it again, or as plain text.")
    fields = dict(answer["document"])
    pieces = tuple(
        Piece(**{**piece, "role": Role(piece["role"]), "rows": tuple(map(tuple, piece["rows"]))})
        for piece in fields.pop("pieces")
    )
    return Document(pieces, **{**fields, "remarks": tuple(fields["remarks"])})


def _too_slow(name: str, limits: Limits) -> str:
    return f"{name}: reading it takes more than {limits.cpu} s. Split the report, or save it as plain text."
