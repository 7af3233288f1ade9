"""Reports in, a store out: reads what has to be read and builds a generation where something has changed."""

from __future__ import annotations

import hashlib
import logging
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from ingest import generation
from ingest.corrections import apply_corrections, load_corrections
from ingest.embed import Encoder, model_identity, open_encoder
from ingest.generation import Manifest
from ingest.models import CorpusError, IngestSummary, Observation, Paragraph, Report
from ingest.reports import ReportMeta, find_meta, load_catalogue, read_bytes, read_report
from ingest.settings import CORPUS, load_settings
from ingest.store import Progress, Store, StoredReport, build_generation

ObservationReader = Callable[[Report, Sequence[Paragraph]], list[Observation]]
Skipped = list[tuple[str, str]]

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Making:
    """What a store is made with. Tests put their own in; everyone else takes the defaults."""

    corpus: Path = CORPUS
    model: str = ""
    encoder: Encoder | None = None
    reader: ObservationReader | None = None

    @property
    def model_name(self) -> str:
        """Name of the embedding model."""
        if self.encoder is not None:
            return self.encoder.model
        return self.model or load_settings().embedding_model

    @property
    def model_identity(self) -> str:
        """Identity of the embedding model, without loading it."""
        return self.encoder.model if self.encoder is not None else model_identity(self.model_name)

    def open_encoder(self) -> Encoder:
        """The encoder itself."""
        return self.encoder or open_encoder(self.model_name)

    def read(self, report: Report, paragraphs: Sequence[Paragraph]) -> list[Observation]:
        """The observations of a report."""
        if self.reader is not None:
            return self.reader(report, paragraphs)
        from ingest.observations import find_observations
        from ingest.vocabulary import load_vocabulary

        return find_observations(report, paragraphs, load_vocabulary(self.corpus / "vocabulary"))


@dataclass(frozen=True, slots=True)
class _File:
    """A file that is to be a report: its bytes, or where they lie."""

    name: str
    content: bytes | Path
    sha256: str
    meta: ReportMeta
    in_corpus: bool = False

    def read(self) -> bytes:
        """Its bytes."""
        return self.content if isinstance(self.content, bytes) else self.content.read_bytes()


def ingest_reports(
    sources: Iterable[str | Path] | str | Path,
    store: Path | None = None,
    progress: Progress | None = None,
    making: Making | None = None,
) -> IngestSummary:
    """See `ingest.ingest`. `making` is for tests and tools that bring their own corpus or encoder."""
    began = time.perf_counter()
    making, progress = making or Making(), progress or _silent
    root = store or load_settings().store
    given = [sources] if isinstance(sources, str | Path) else list(sources)
    skipped: Skipped = []
    catalogue = load_catalogue(making.corpus / "reports.toml")
    new = _given_files([Path(source) for source in given], catalogue, skipped)
    if not new and (same := _up_to_date(root, making, catalogue)):
        return _summary(same, False, began, skipped)
    with generation.ingest_lock(root):
        files = _all_files(root, making, catalogue, new, skipped)
        identity = _identity(files, making)
        if (current := _serving(root)) is not None and current.identity == identity:
            return _summary(current, False, began, skipped)
        stored = _read_all(files, progress)
        observations = _observations(stored, making, skipped, progress)
        manifest = build_generation(
            root,
            identity,
            stored,
            observations,
            model=making.model_name,
            encoder=making.open_encoder,
            progress=progress,
        )
    return _summary(manifest, True, began, skipped)


def open_store(
    path: Path | None = None,
    progress: Progress | None = None,
    *,
    exact: bool = False,
    making: Making | None = None,
) -> Store:
    """See `ingest.ensure_store`."""
    making = making or Making()
    root = path or load_settings().store
    current = _up_to_date(root, making, load_catalogue(making.corpus / "reports.toml"))
    if current is not None:
        return Store(root, current, encoder=making.encoder, exact=exact)
    try:
        ingest_reports((), root, progress, making)
    except CorpusError as error:
        try:
            store = Store.open(root, exact=exact)
        except CorpusError:
            raise error from None
        _log.warning("the store could not be brought up to date and serves as it was: %s", error)
        return store
    return Store.open(root, encoder=making.encoder, exact=exact)


def _silent(stage: str, done: int, total: int) -> None:
    """Progress that nobody asked for."""


def _given_files(sources: Sequence[Path], catalogue: tuple[ReportMeta, ...], skipped: Skipped) -> list[_File]:
    """The files that a caller named, read through once so that a bad one is known before anything is built.

    Raises:
        CorpusError: nothing that was named can be read.
    """
    files: list[_File] = []
    problems: list[CorpusError] = []
    digests: dict[str, str] = {}
    for path in (path for source in sources for path in _files_in(source)):
        try:
            file = _probe(path, catalogue)
            if digests.setdefault(file.meta.id, file.sha256) != file.sha256:
                raise CorpusError(f"{path.name}: another file of this name was given too. Rename one.")
        except CorpusError as error:
            problems.append(error)
            skipped.append((path.name, str(error)))
        else:
            files.append(file)
    if sources and not files:
        empty = CorpusError(f"{sources[0].name or sources[0]}: there is no file in it. Check the name.")
        raise next(iter(problems), empty)
    return files


def _files_in(source: Path) -> list[Path]:
    """A file itself; the files of a folder and of its folders, hidden ones left out."""
    if not source.is_dir():
        return [source]
    inside = (path for path in sorted(source.rglob("*")) if path.is_file())
    return [path for path in inside if not any(p.startswith(".") for p in path.relative_to(source).parts)]


def _probe(path: Path, catalogue: tuple[ReportMeta, ...]) -> _File:
    """Read a file through. Raises CorpusError where it cannot be a report."""
    data = read_bytes(path)
    digest = hashlib.sha256(data).hexdigest()
    meta = find_meta(catalogue, data, path.name)
    read = read_report(data, meta, name=path.name)
    in_corpus = meta is not None and meta.sha256 == digest
    return _File(path.name, data, digest, meta or ReportMeta(id=read.report.id), in_corpus)


def _corpus_files(corpus: Path, catalogue: tuple[ReportMeta, ...]) -> list[_File]:
    """The reports of the corpus, their hashes checked.

    Raises:
        CorpusError: a listed file is missing or is not the one that was listed.
    """
    files: list[_File] = []
    for meta in catalogue:
        path = corpus / "reports" / meta.file
        try:
            digest = generation.file_hash(path)
        except OSError as error:
            raise CorpusError(f"{meta.file}: listed in reports.toml but not there. Restore it.") from error
        if digest != meta.sha256:
            raise CorpusError(f"{meta.file}: not the file listed in reports.toml. Restore it or its sha256.")
        files.append(_File(meta.file, path, digest, meta, in_corpus=True))
    return files


def _kept_files(root: Path, catalogue: tuple[ReportMeta, ...], skipped: Skipped) -> list[_File]:
    """The reports that were added earlier, from the bytes that the store keeps.

    Where the serving generation is damaged, a report's bytes are taken from any generation that has them.
    """
    manifests = generation.readable_manifests(root)
    if not manifests:
        return []
    body = manifests[0].body
    reports = {report["id"]: report for report in body["reports"]}
    files: list[_File] = []
    for entry in body["files_of_reports"]:
        if entry["in_corpus"]:
            continue
        name, digest = reports[entry["id"]]["path"], reports[entry["id"]]["sha256"]
        path = generation.find_file(root, manifests, digest)
        if path is None:
            skipped.append((name, "its bytes in the store are damaged; give the file again"))
            continue
        listed = next((meta for meta in catalogue if meta.id == entry["id"]), None)
        files.append(_File(name, path, digest, listed or ReportMeta(id=entry["id"])))
    return files


def _all_files(
    root: Path, making: Making, catalogue: tuple[ReportMeta, ...], new: Sequence[_File], skipped: Skipped
) -> list[_File]:
    """Corpus, kept and new files; a later one of an id replaces an earlier, equal bytes come in once."""
    by_id: dict[str, _File] = {}
    for file in (*_corpus_files(making.corpus, catalogue), *_kept_files(root, catalogue, skipped), *new):
        holder = next((held.meta.id for held in by_id.values() if held.sha256 == file.sha256), None)
        if holder is None:
            by_id[file.meta.id] = file
        elif holder != file.meta.id:
            skipped.append((file.name, f"the same text as report {holder}"))
    return list(by_id.values())


def _identity(files: Sequence[_File], making: Making) -> str:
    """A hash of all that a generation is made from: reports, vocabulary, corrections, model and code."""
    digest = hashlib.sha256(f"{generation.FORMAT}\n{making.model_identity}\n".encode())
    code = sorted(Path(__file__).parent.rglob("*.py"))
    corpus = making.corpus
    data = [*sorted((corpus / "vocabulary").glob("*.toml")), corpus / "corrections.csv"]
    for path in (*code, *data):
        if path.exists():
            digest.update(f"{path.name} {generation.file_hash(path)}\n".encode())
    for file in sorted(files, key=lambda file: file.meta.id):
        digest.update(
            f"{file.meta!r} {file.in_corpus} {file.name} {file.sha256}\n".encode("utf-8", "replace")
        )
    return digest.hexdigest()


def _serving(root: Path) -> Manifest | None:
    """The manifest of the generation that `CURRENT` names, if it is whole."""
    name = generation.read_pointer(root)
    if name is None:
        return None
    try:
        manifest = generation.read_manifest(root, name)
        generation.verify(root, manifest)
    except CorpusError:
        return None
    return manifest


def _up_to_date(root: Path, making: Making, catalogue: tuple[ReportMeta, ...]) -> Manifest | None:
    """The serving generation, if it is what an ingest of nothing new would build. Takes no lock."""
    current = _serving(root)
    if current is None:
        return None
    files = _all_files(root, making, catalogue, (), [])
    return current if current.identity == _identity(files, making) else None


def _read_all(files: Sequence[_File], progress: Progress) -> list[StoredReport]:
    """Read every file; newest report first."""
    stored: list[StoredReport] = []
    for number, file in enumerate(files, start=1):
        data = file.read()
        stored.append(StoredReport(read_report(data, file.meta, name=file.name), data, file.in_corpus))
        progress("read", number, len(files))
    return sorted(stored, key=lambda one: (-one.read.report.year, one.read.report.id))


def _observations(
    stored: Sequence[StoredReport], making: Making, skipped: Skipped, progress: Progress
) -> list[Observation]:
    """The observations of all reports, put right by the corrections, in reading order."""
    found: list[Observation] = []
    for number, one in enumerate(stored, start=1):
        found += making.read(one.read.report, one.read.paragraphs)
        progress("numbers", number, len(stored))
    paragraphs = [paragraph for one in stored for paragraph in one.read.paragraphs]
    corrections = load_corrections(making.corpus / "corrections.csv")
    corrected, unused = apply_corrections(found, paragraphs, corrections)
    skipped += unused
    order = {paragraph.id: number for number, paragraph in enumerate(paragraphs)}
    return sorted(corrected, key=lambda o: (order[o.paragraph_id], o.quantity.start))


def _summary(manifest: Manifest, built: bool, began: float, skipped: Skipped) -> IngestSummary:
    body = manifest.body
    return IngestSummary(
        generation=manifest.name,
        built=built,
        reports=tuple(report["id"] for report in body["reports"]),
        paragraphs=body["paragraphs"],
        observations=body["observations"],
        uncertain=body["uncertain"],
        seconds=time.perf_counter() - began,
        skipped=tuple(skipped),
    )
