"""One immutable generation on disk: its folder, its manifest of hashes, the pointer to it, and the lock.

    <store>/CURRENT                 name of the generation that serves
    <store>/generations/<name>/     manifest.json and every file that it lists
    <store>/ingest.lock             held while a generation is built
    <store>/verified.json           which files of a large generation were found whole, and their marks

A generation is written under a temporary name, flushed to disk and renamed; only then does `CURRENT`
move, by `os.replace`. Nothing writes into a finished generation, so a hash that does not hold is damage.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from collections.abc import Container, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ingest.files import flush as _flush
from ingest.files import hold, write_whole
from ingest.models import CorpusError

FORMAT = 3  # of everything below a generation's folder; another format is built anew
KEPT = 3  # generations: the one that serves, and two that readers may still have open or fall back to
LOCK_SECONDS = 600.0  # how long one ingest waits for another
MANIFEST = "manifest.json"
VERIFIED = "verified.json"  # in the store's folder
LARGE = 64 * 2**20  # bytes of a generation; hashing less takes under a tenth of a second
_NAME = re.compile(r"(\d{6,})-[0-9a-f]{12}")


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a generation is: its identity (a hash of all that it was made from), content and files."""

    name: str
    identity: str
    body: Mapping[str, Any]
    files: Mapping[str, str]


def generation_folder(root: Path, name: str) -> Path:
    """The folder of a generation."""
    return root / "generations" / name


def list_generations(root: Path) -> list[str]:
    """Names of the finished generations, newest first."""
    try:
        names = [entry.name for entry in (root / "generations").iterdir() if _NAME.fullmatch(entry.name)]
    except OSError:
        return []
    return sorted(names, key=lambda name: int(name.split("-")[0]), reverse=True)


def read_pointer(root: Path) -> str | None:
    """Name of the generation that serves, or None if there is none."""
    try:
        name = (root / "CURRENT").read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        return None
    return name if _NAME.fullmatch(name) else None


def read_manifest(root: Path, name: str, formats: Container[int] = (FORMAT,)) -> Manifest:
    """The manifest of a generation, its own hash checked.

    Raises:
        CorpusError: missing, damaged, or of another format than `formats`.
    """
    try:
        text = (generation_folder(root, name) / MANIFEST).read_text(encoding="utf-8")
        return parse_manifest(name, text, formats)
    except (OSError, UnicodeDecodeError) as error:
        raise CorpusError(f"store generation {name}: its manifest cannot be read ({error}).") from error


def parse_manifest(name: str, text: str, formats: Container[int]) -> Manifest:
    """A manifest as `seal` wrote it, its own hash checked.

    Raises:
        CorpusError: damaged, or of another format than `formats`.
    """
    try:
        data = json.loads(text)
        body = data["body"]
        whole = data["sha256"] == _body_hash(body) and body["format"] in formats and body["name"] == name
        manifest = Manifest(name, body["identity"], body, body["files"])
    except (KeyError, TypeError, ValueError) as error:
        raise CorpusError(f"store generation {name}: its manifest cannot be read ({error}).") from error
    if not whole:
        raise CorpusError(f"store generation {name}: its manifest is damaged or of another format.")
    return manifest


def verify(root: Path, manifest: Manifest) -> None:
    """Check every file of a generation against its hash.

    Those of a large one are hashed once: a file that has had the same size, times and place on disk since it
    was found whole is taken to be so still.

    Raises:
        CorpusError: a file is missing or is not what was written.
    """
    folder = generation_folder(root, manifest.name)
    marks: dict[str, list[int]] = {}
    for path in manifest.files:
        try:
            state = (folder / path).stat()
        except OSError as error:
            raise CorpusError(f"store generation {manifest.name}: {path} is missing.") from error
        marks[path] = [state.st_size, state.st_mtime_ns, state.st_ctime_ns, state.st_ino]
    large = sum(size for size, *_ in marks.values()) >= LARGE
    known = _read_marks(root, manifest.name) if large else {}
    for path, expected in manifest.files.items():
        try:
            whole = known.get(path) == marks[path] or file_hash(folder / path) == expected
        except OSError as error:
            raise CorpusError(f"store generation {manifest.name}: {path} is missing.") from error
        if not whole:
            raise CorpusError(f"store generation {manifest.name}: {path} is damaged.")
    if large and known != marks:
        with suppress(OSError):  # whoever may only read the store hashes every time
            write_whole(root / VERIFIED, json.dumps({"name": manifest.name, "files": marks}).encode())


def _read_marks(root: Path, name: str) -> dict[str, list[int]]:
    """Size, times and place of the files of a generation when they were last found whole."""
    try:
        said = json.loads((root / VERIFIED).read_text(encoding="utf-8"))
        return dict(said["files"]) if said["name"] == name else {}
    except (OSError, ValueError, TypeError, KeyError):
        return {}


def find_whole(root: Path) -> tuple[Manifest, list[str]]:
    """The newest whole generation (the one of `CURRENT` first), and what is wrong with those before it.

    Raises:
        CorpusError: there is no whole generation.
    """
    current = read_pointer(root)
    names = ([current] if current else []) + [name for name in list_generations(root) if name != current]
    faults: list[str] = []
    for name in names:
        try:
            manifest = read_manifest(root, name)
            verify(root, manifest)
        except CorpusError as error:
            faults.append(str(error))
            continue
        return manifest, faults
    if not names:
        raise CorpusError(f"{root.name}: there is no store here. Build one with `imdi ingest`.")
    raise CorpusError(
        f"{root.name}: no whole generation is left. {faults[0]} Run `imdi ingest` to build anew."
    )


def readable_manifests(root: Path) -> list[Manifest]:
    """The manifests that can be read, that of `CURRENT` first, then newest first; their files unchecked.

    Those of an earlier format too: the reports that were added under it are taken over.
    """
    current = read_pointer(root)
    names = ([current] if current else []) + [name for name in list_generations(root) if name != current]
    manifests: list[Manifest] = []
    for name in names:
        with suppress(CorpusError):
            manifests.append(read_manifest(root, name, range(1, FORMAT + 1)))
    return manifests


class Files:
    """The files of some generations by their SHA-256.

    Args:
        root: the store's folder.
        manifests: of the generations.
        verified: the name of one whose files were all found whole just now; they are not hashed again.
    """

    def __init__(self, root: Path, manifests: Sequence[Manifest], verified: str = "") -> None:
        self._places: dict[str, list[tuple[Path, bool]]] = {}
        for manifest in manifests:
            folder = generation_folder(root, manifest.name)
            for path, digest in manifest.files.items():
                self._places.setdefault(digest, []).append((folder / path, manifest.name == verified))

    def find(self, digest: str) -> Path | None:
        """An undamaged file with this hash; None if there is none left."""
        for file, whole in self._places.get(digest, ()):
            if whole or (file.is_file() and file_hash(file) == digest):
                return file
        return None


@contextmanager
def ingest_lock(root: Path) -> Iterator[None]:
    """Hold the store's lock, so that two ingests take turns.

    Raises:
        CorpusError: the folder cannot be written, or another ingest has held it for `LOCK_SECONDS`.
    """
    with hold(
        root / "ingest.lock",
        LOCK_SECONDS,
        busy=f"{root.name}: another ingest has been running for {LOCK_SECONDS:.0f} s.",
        unwritable=f"{root.name}: the store cannot be written ({{reason}}).",
    ):
        yield


@contextmanager
def new_generation(root: Path, identity: str) -> Iterator[tuple[str, Path]]:
    """A name and a temporary folder to build in; removed again unless `publish` has renamed it.

    Only for the holder of the lock: what earlier, killed builds left behind is swept away first.
    """
    generations = root / "generations"
    generations.mkdir(exist_ok=True)
    for leftover in generations.glob("building-*"):
        shutil.rmtree(leftover, ignore_errors=True)
    newest = max((int(name.split("-")[0]) for name in list_generations(root)), default=0)
    name = f"{newest + 1:06d}-{identity[:12]}"
    folder = generations / f"building-{name}"
    folder.mkdir()
    try:
        yield name, folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def publish(root: Path, name: str, folder: Path, body: Mapping[str, Any]) -> Manifest:
    """Seal a built folder with its manifest, flush it, give it its name and point `CURRENT` at it.

    `body` needs "identity"; format, name and the hash of every file are added.
    """
    files = {path: file_hash(folder / path) for path in _files(folder)}
    manifest, text = seal(name, body, files)
    (folder / MANIFEST).write_text(text, encoding="utf-8")
    for path in (*files, MANIFEST):
        _flush(folder / path)
    for parent in {folder / path for path in files} | {folder / MANIFEST}:
        _flush(parent.parent)
    folder.rename(generation_folder(root, name))
    _flush(root / "generations")
    move_pointer(root, name)
    return manifest


def seal(name: str, body: Mapping[str, Any], files: Mapping[str, str]) -> tuple[Manifest, str]:
    """The manifest of a generation with this content and these files' hashes, and its text."""
    whole = {**body, "format": FORMAT, "name": name, "files": files}
    text = json.dumps({"sha256": _body_hash(whole), "body": whole}, ensure_ascii=False, indent=1)
    return Manifest(name, str(whole["identity"]), whole, files), text


def move_pointer(root: Path, name: str) -> None:
    """Make a finished generation the one that serves."""
    fresh = root / "CURRENT.new"
    fresh.write_text(name + "\n", encoding="ascii")
    _flush(fresh)
    fresh.replace(root / "CURRENT")
    _flush(root)


def prune(root: Path) -> None:
    """Remove all but the newest `KEPT` generations; never the one that serves."""
    current = read_pointer(root)
    for name in list_generations(root)[KEPT:]:
        if name != current:
            shutil.rmtree(generation_folder(root, name), ignore_errors=True)


def file_hash(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _body_hash(body: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(body, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def _files(folder: Path) -> list[str]:
    return sorted(file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_file())
