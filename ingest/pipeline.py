"""Reports in, a store out: reads what has to be read and builds a generation where something has changed."""

from __future__ import annotations

import hashlib
import logging
import re
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from ingest import generation
from ingest.archive import Archive, open_archive
from ingest.corrections import apply_corrections, load_corrections
from ingest.earlier import read_again
from ingest.embed import Encoder, model_identity, open_encoder
from ingest.generation import Manifest
from ingest.models import CorpusError, IngestSummary, Observation, Paragraph, Report, UnknownReportError
from ingest.reports import ReportMeta, ReportText, find_meta, load_catalogue, read_bytes, read_report
from ingest.settings import CORPUS, Place, load_settings
from ingest.store import Progress, Store, StoredReport, build_generation

if TYPE_CHECKING:
    from ingest.vocabulary import Vocabulary
    from ingest.web import Network

ObservationReader = Callable[[Report, Sequence[Paragraph]], list[Observation]]
Skipped = list[tuple[str, str]]
Given = Mapping[str, str | int | None]
_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Making:
    """What a store is made with. Tests put their own in; everyone else takes the defaults."""

    corpus: Path = CORPUS
    model: str = ""
    encoder: Encoder | None = None
    reader: ObservationReader | None = None
    network: Network | None = None

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
        from ingest.examples import open_examples
        from ingest.observations import find_observations

        words = self.vocabulary()
        return find_observations(
            report, paragraphs, words, open_examples(words, self.model_name, self.encoder)
        )

    def vocabulary(self) -> Vocabulary:
        """The vocabulary of the corpus."""
        from ingest.vocabulary import load_vocabulary

        return load_vocabulary(self.words)

    @property
    def words(self) -> Path:
        """The folder of the vocabulary: that of the corpus, the product's own where it has none."""
        own = self.corpus / "vocabulary"
        return own if own.is_dir() else CORPUS / "vocabulary"


@dataclass(frozen=True, slots=True)
class _File:
    """A file that is to be a report: its bytes, or where they lie; and what it was read as, if it was.

    `given` is what whoever added it said of it; the store keeps that beside the bytes.
    """

    name: str
    content: bytes | Path
    sha256: str
    meta: ReportMeta
    in_corpus: bool = False
    given: Given = field(default_factory=dict)
    known: ReportText | None = None

    def read(self) -> bytes:
        """Its bytes."""
        return self.content if isinstance(self.content, bytes) else self.content.read_bytes()

    @property
    def key(self) -> str:
        """A hash of all that the report is read from, the code that reads it aside."""
        said = f"{self.meta!r} {self.name} {self.sha256}"
        return hashlib.sha256(said.encode("utf-8", "replace")).hexdigest()


def ingest_reports(
    sources: Iterable[str | Path] | str | Path,
    store: Place | None = None,
    progress: Progress | None = None,
    making: Making | None = None,
    given: Given | None = None,
    *,
    upkeep: bool = False,
    said: Mapping[Path, Given] | None = None,
) -> IngestSummary:
    """See `ingest.ingest`. `making` is for tests and tools that bring their own corpus or encoder.

    `given` is what the caller says of the sources: title, publisher, year; `said` what is known of single
    files: also url, licence and charset. `upkeep`: nobody asked for the corpus, the store is only brought
    up to date; reports of the corpus that were removed stay away.
    """
    began = time.perf_counter()
    making, progress = making or Making(), progress or _silent
    archive = open_archive(store or load_settings().store)
    named = [sources] if isinstance(sources, str | Path) else list(sources)
    skipped: Skipped = []
    catalogue = load_catalogue(making.corpus / "reports.toml")
    new = _given_files(named, _Intake(catalogue, given or {}, said or {}, making.network, progress), skipped)
    back = not named and not upkeep
    if not new and (same := _up_to_date(archive, making, catalogue, back)):
        return _summary(same, False, began, skipped)
    with archive.lock():
        files = _all_files(archive, making, catalogue, new, skipped, back)
        manifest, built = _build(archive, making, files, skipped, progress)
    added = tuple(file.meta.id for file in new if file in files)
    return _summary(manifest, built, began, skipped, added)


def remove_reports(
    report_ids: Iterable[str] | str,
    store: Place | None = None,
    progress: Progress | None = None,
    making: Making | None = None,
) -> IngestSummary:
    """See `ingest.remove`."""
    began = time.perf_counter()
    making, progress = making or Making(), progress or _silent
    archive = open_archive(store or load_settings().store)
    named = {report_ids} if isinstance(report_ids, str) else set(report_ids)
    skipped: Skipped = []
    catalogue = load_catalogue(making.corpus / "reports.toml")
    with archive.lock():
        files = _all_files(archive, making, catalogue, (), skipped)
        held = [file.meta.id for file in files]
        if unknown := sorted(named - set(held)):
            raise UnknownReportError(unknown, held)
        kept = [file for file in files if file.meta.id not in named]
        if not kept:
            raise CorpusError(
                f"{', '.join(held)}: a store needs a report, and none would be left."
                " Take another one in first."
            )
        manifest, built = _build(archive, making, kept, skipped, progress)
    return _summary(manifest, built, began, skipped)


def _build(
    archive: Archive, making: Making, files: Sequence[_File], skipped: Skipped, progress: Progress
) -> tuple[Manifest, bool]:
    """The generation of these files, and whether it had to be built. For the holder of the store's lock."""
    identity = _identity(files, making)
    if (current := archive.serving()) is not None and current.identity == identity:
        return current, False
    stored = _read_all(files, _read_before(archive, current, making), progress)
    observations = _observations(stored, making, skipped, progress)
    catalogue = load_catalogue(making.corpus / "reports.toml")
    manifest = build_generation(
        archive,
        identity,
        stored,
        observations,
        model=making.model_name,
        encoder=making.open_encoder,
        progress=progress,
        readers=_readers(making),
        removed=sorted({meta.id for meta in catalogue} - {file.meta.id for file in files}),
        vocabulary=making.vocabulary,
    )
    return manifest, True


def open_store(
    path: Place | None = None,
    progress: Progress | None = None,
    *,
    exact: bool = False,
    making: Making | None = None,
) -> Store:
    """See `ingest.ensure_store`."""
    making = making or Making()
    root = path or load_settings().store
    archive = open_archive(root)
    if not archive.builds_itself:
        # Many read there, of more than one version perhaps: whoever runs them says when it is built anew.
        return Store.open(root, encoder=making.encoder, exact=exact)
    current = _up_to_date(archive, making, load_catalogue(making.corpus / "reports.toml"))
    if current is not None:
        return Store(root, current, encoder=making.encoder, exact=exact)
    try:
        ingest_reports((), root, progress, making, upkeep=True)
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


@dataclass(frozen=True, slots=True)
class _Intake:
    """What the sources that a caller names are read with."""

    catalogue: tuple[ReportMeta, ...]
    given: Given
    said: Mapping[Path, Given]
    network: Network | None
    progress: Progress

    def probe(self, source: Path | str) -> _File:
        """Read a file or an address through. Raises CorpusError where it cannot be a report."""
        if isinstance(source, str):
            data, name, found = self._fetch(source)
        else:
            data, name, found = read_bytes(source), source.name, self.said.get(source, {})
        digest = hashlib.sha256(data).hexdigest()
        listed = find_meta(self.catalogue, data, name)
        given = {**found, **self.given}
        meta = replace(listed or ReportMeta(), **given)  # type: ignore[arg-type]
        read = read_report(data, meta, name=name)
        meta = replace(meta, id=read.report.id)
        in_corpus = listed is not None and listed.sha256 == digest
        return _File(name, data, digest, meta, in_corpus, given, read)

    def _fetch(self, address: str) -> tuple[bytes, str, Given]:
        from ingest.formats.kinds import ending_of
        from ingest.web import NETWORK, fetch, name_of

        found = fetch(address, self.network or NETWORK)
        name = name_of(found.address) + ending_of(found.data, address, found.media_type)
        return found.data, name, {"url": found.address, "charset": found.charset}


def _given_files(sources: Sequence[str | Path], intake: _Intake, skipped: Skipped) -> list[_File]:
    """The reports that a caller named, read through once so that a bad one is known before anything is built.

    Raises:
        CorpusError: nothing that was named can be read.
    """
    files: list[_File] = []
    problems: list[CorpusError] = []
    digests: dict[str, str] = {}
    places = [place for source in sources for place in _places(source)]
    for number, place in enumerate(places, start=1):
        intake.progress("read", number - 1, len(places))
        name = place if isinstance(place, str) else place.name
        try:
            file = intake.probe(place)
            if digests.setdefault(file.meta.id, file.sha256) != file.sha256:
                raise CorpusError(f"{name}: another file of this name was given too. Rename one.")
        except CorpusError as error:
            problems.append(error)
            skipped.append((name, str(error)))
        else:
            files.append(file)
            skipped += [(name, remark) for remark in (file.known.remarks if file.known else ())]
        intake.progress("read", number, len(places))
    if sources and not files:
        name = Path(sources[0]).name or str(sources[0])
        raise next(iter(problems), CorpusError(f"{name}: there is no file in it. Check the name."))
    return files


def _places(source: str | Path) -> list[Path | str]:
    """An address itself; a file itself; the files of a folder and of its folders, hidden ones left out."""
    if isinstance(source, str) and _ADDRESS.match(source):
        return [source]
    folder = Path(source)
    if not folder.is_dir():
        return [folder]
    inside = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return [path for path in inside if not any(p.startswith(".") for p in path.relative_to(folder).parts)]


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


def _kept_files(
    archive: Archive,
    manifests: Sequence[Manifest],
    catalogue: tuple[ReportMeta, ...],
    skipped: Skipped,
    verified: str,
) -> list[_File]:
    """The reports that were added earlier, from the bytes that the store keeps.

    Where the serving generation is damaged, a report's bytes are taken from any generation that has them.
    """
    if not manifests:
        return []
    body = manifests[0].body
    reports = {report["id"]: report for report in body["reports"]}
    find = archive.file_finder(manifests, verified)
    files: list[_File] = []
    for entry in body["files_of_reports"]:
        if entry["in_corpus"]:
            continue
        name, digest = reports[entry["id"]]["path"], reports[entry["id"]]["sha256"]
        path = find(digest)
        if path is None:
            skipped.append((name, "its bytes in the store are damaged; give the file again"))
            continue
        listed = next((meta for meta in catalogue if meta.id == entry["id"]), None)
        given: Given = entry.get("given", {})
        meta = replace(listed or ReportMeta(id=entry["id"]), **given)  # type: ignore[arg-type]
        files.append(_File(name, path, digest, meta, given=given))
    return files


def _all_files(
    archive: Archive,
    making: Making,
    catalogue: tuple[ReportMeta, ...],
    new: Sequence[_File],
    skipped: Skipped,
    back: bool = False,
    verified: str = "",
) -> list[_File]:
    """Corpus, kept and new files; a later one of an id replaces an earlier, equal bytes come in once.

    `verified` is the name of a generation whose files were all found whole just now.

    Reports of the corpus that were removed from the store stay out of it, unless they are to come `back`.
    """
    manifests = archive.readable_manifests()
    removed = manifests[0].body.get("removed", ()) if manifests and not back else ()
    shipped = [file for file in _corpus_files(making.corpus, catalogue) if file.meta.id not in removed]
    by_id: dict[str, _File] = {}
    holders: dict[str, str] = {}
    for file in (*shipped, *_kept_files(archive, manifests, catalogue, skipped, verified), *new):
        holder = holders.get(file.sha256)
        if holder is None:
            if (before := by_id.get(file.meta.id)) is not None:
                del holders[before.sha256]
            by_id[file.meta.id] = file
            holders[file.sha256] = file.meta.id
        elif holder != file.meta.id:
            skipped.append((file.name, f"the same text as report {holder}"))
    return list(by_id.values())


def _identity(files: Sequence[_File], making: Making) -> str:
    """A hash of all that a generation is made from: reports, vocabulary, corrections, model and code."""
    digest = hashlib.sha256(f"{generation.FORMAT}\n{making.model_identity}\n".encode())
    code = sorted(Path(__file__).parent.rglob("*.py"))
    corpus = making.corpus
    data = [*sorted(making.words.glob("*.toml")), corpus / "corrections.csv"]
    for path in (*code, *data):
        if path.exists():
            digest.update(f"{path.name} {generation.file_hash(path)}\n".encode())
    for file in sorted(files, key=lambda file: file.meta.id):
        digest.update(
            f"{file.meta!r} {file.in_corpus} {file.name} {file.sha256}\n".encode("utf-8", "replace")
        )
    return digest.hexdigest()


def _up_to_date(
    archive: Archive, making: Making, catalogue: tuple[ReportMeta, ...], back: bool = False
) -> Manifest | None:
    """The serving generation, if it is what an ingest of nothing new would build. Takes no lock."""
    current = archive.serving()
    if current is None:
        return None
    files = _all_files(archive, making, catalogue, (), [], back, current.name)
    return current if current.identity == _identity(files, making) else None


def _readers(making: Making) -> str:
    """A hash of the code and the patterns that files are read with."""
    digest = hashlib.sha256()
    code = sorted(Path(__file__).parent.rglob("*.py"))
    patterns = [making.words / name for name in ("boilerplate.toml", "pages.toml")]
    for path in (*code, *patterns):
        digest.update(f"{path.name} {generation.file_hash(path)}\n".encode())
    return digest.hexdigest()


def _read_before(archive: Archive, current: Manifest | None, making: Making) -> Mapping[str, ReportText]:
    """The reports of the serving generation by their keys, where they would be read the same way again."""
    if current is None or current.body.get("readers") != _readers(making):
        return {}
    return read_again(archive, current)


def _read_all(
    files: Sequence[_File], before: Mapping[str, ReportText], progress: Progress
) -> list[StoredReport]:
    """Read every file that was not read the same way before; newest report first."""
    stored: list[StoredReport] = []
    for number, file in enumerate(files, start=1):
        data = file.read()
        read = file.known or before.get(file.key) or read_report(data, file.meta, name=file.name)
        stored.append(StoredReport(read, data, file.in_corpus, file.given, file.key))
        progress("read", number, len(files))
    return sorted(stored, key=lambda one: (-one.read.report.year, one.read.report.id))


def _observations(
    stored: Sequence[StoredReport], making: Making, skipped: Skipped, progress: Progress
) -> list[Observation]:
    """The observations of all reports, put right by the corrections, in reading order."""
    found: list[Observation] = []
    for number, one in enumerate(stored, start=1):
        progress("numbers", number - 1, len(stored))
        found += making.read(one.read.report, one.read.paragraphs)
        progress("numbers", number, len(stored))
    paragraphs = [paragraph for one in stored for paragraph in one.read.paragraphs]
    corrections = load_corrections(making.corpus / "corrections.csv")
    corrected, unused = apply_corrections(found, paragraphs, corrections)
    skipped += unused
    order = {paragraph.id: number for number, paragraph in enumerate(paragraphs)}
    return sorted(corrected, key=lambda o: (order[o.paragraph_id], o.quantity.start))


def _summary(
    manifest: Manifest, built: bool, began: float, skipped: Skipped, added: tuple[str, ...] = ()
) -> IngestSummary:
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
        added=added,
    )
