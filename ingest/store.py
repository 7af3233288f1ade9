"""The store: build one immutable generation, and open the one that serves."""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import closing, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from sys import intern
from types import TracebackType
from typing import TYPE_CHECKING

from ingest import index, outline, table
from ingest.archive import Archive, Dense, Draft, open_archive
from ingest.earlier import earlier_editions, earlier_vectors
from ingest.editions import edition_of
from ingest.embed import Encoder, embedding_text, encode_in_batches, open_encoder
from ingest.encoded import EncodedVectors
from ingest.generation import Manifest
from ingest.keys import count_keys, find_codes, find_words
from ingest.lemmas import find_forms, find_lemmas, lemmas_of
from ingest.models import CorpusError, Observation, Paragraph, ParagraphKind, Report, count_paragraphs
from ingest.reports import ReportText, as_dict, report_from
from ingest.settings import Place
from ingest.vocabulary import Vocabulary, load_vocabulary

if TYPE_CHECKING:
    from ingest.embed import Vectors

Progress = Callable[[str, int, int], None]
Ranking = list[tuple[str, float]]

SOURCES = "sources"
CACHED_QUESTIONS = 64  # question vectors kept, since one question is looked up more than once


@dataclass(frozen=True, slots=True)
class StoredReport:
    """A report as it goes into a generation: what was read, its bytes, and whether the corpus holds it.

    `given` is what whoever added it said of it, `key` a hash of all that it was read from.
    """

    read: ReportText
    data: bytes
    in_corpus: bool
    given: Mapping[str, str | int | None] = field(default_factory=dict)
    key: str = ""

    @property
    def file(self) -> str:
        """Its place in the generation's folder; the ending of the published file says the format."""
        return f"{SOURCES}/{self.read.report.id}{Path(self.read.report.path).suffix.lower()}"


class Store:
    """A store opened for reading: reports, paragraphs, observations, and search over them.

    Opening reads the manifest, checks every file's hash and opens SQLite. The encoder, Chroma and bm25s
    are loaded by the first search that needs them. May be used from several threads.
    """

    def __init__(
        self,
        path: Place,
        manifest: Manifest,
        *,
        encoder: Encoder | None = None,
        exact: bool = False,
        faults: Sequence[str] = (),
        pointer: str | None = None,
    ) -> None:
        """Open a generation whose files have been verified; `Store.open` does both.

        Raises:
            CorpusError: the encoder is of another model than the store.
        """
        if encoder is not None:
            _check_model(encoder, manifest)
        self.path = path
        self.manifest = manifest
        self._pointer = pointer or manifest.name
        self.faults = tuple(faults)
        self.reports: tuple[Report, ...] = tuple(report_from(entry) for entry in manifest.body["reports"])
        self._archive = open_archive(path)
        self._exact = exact
        self._encoder = encoder
        self._lock = threading.RLock()
        self._dense: Dense | None = None
        self._vectors: Dense | None = None
        self._words: index.WordIndex | None = None
        self._questions: OrderedDict[str, Vectors] = OrderedDict()
        self._table = self._archive.open_table(manifest)
        # Readers take turns where they must: not on servers, where one that hangs would hold up all others.
        self._turn = nullcontext() if self._archive.parallel else self._lock
        self.newest_year = max((report.year for report in self.reports), default=0)
        self._by_id = {report.id: report for report in self.reports}
        self._entries = {entry["id"]: entry for entry in manifest.body["files_of_reports"]}
        self.outline = outline.Outline(self._table, self._turn)

    @classmethod
    def open(cls, path: Place | str, *, encoder: Encoder | None = None, exact: bool = False) -> Store:
        """Open the generation that serves; where it is damaged, the newest whole one (see `faults`).

        Args:
            path: the store's folder, or the servers that it is on.
            encoder: for question vectors; by default the model that the store was built with.
            exact: compare with every vector instead of asking Chroma, which spares a short-lived process
                Chroma's import (0.6 to 0.8 s). The answers are the same up to the index's approximation.

        Raises:
            CorpusError: no store there, no whole generation, or an encoder of another model.
        """
        root = Path(path) if isinstance(path, str) else path
        archive = open_archive(root)
        pointer = archive.pointer()
        manifest, faults = archive.find_whole()
        return cls(root, manifest, encoder=encoder, exact=exact, faults=faults, pointer=pointer)

    def __enter__(self) -> Store:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of every file. The store cannot be used afterwards."""
        with self._lock:
            for dense in (self._dense, self._vectors):
                if dense is not None:
                    dense.close()
            self._dense = self._vectors = self._words = None
            self._table.close()

    @property
    def model(self) -> str:
        """Identity of the embedding model."""
        return str(self.manifest.body["model"]["identity"])

    def is_current(self) -> bool:
        """Whether the pointer is where it was when this was opened; if not, open the store again.

        Raises:
            UnreachableError: the servers that say so do not answer.
        """
        return self._archive.pointer() == self._pointer

    def report(self, report_id: str) -> Report:
        """The report of an id. Raises KeyError where there is none."""
        return self._by_id[report_id]

    def source(self, report_id: str, edition: str = "") -> str:
        """The text that a report's offsets count in. Raises KeyError for an unknown report or edition.

        Args:
            report_id: the report.
            edition: that of a citation, where the report may have changed since; "" is the one that serves.
        """
        with self._turn:
            text = table.read_source(self._table, report_id)
            if text is not None and edition not in ("", self.edition(report_id)):
                text = dict(table.read_earlier_sources(self._table, report_id)).get(edition)
        if text is None:
            raise KeyError(report_id if not edition else f"{report_id} {edition}")
        return text

    def edition(self, report_id: str) -> str:
        """Which edition of a report serves. Raises KeyError for an unknown report."""
        return str(self._entries[report_id]["edition"])

    @property
    def shipped(self) -> frozenset[str]:
        """The ids of the reports that are those of the corpus."""
        return frozenset(id for id, entry in self._entries.items() if entry["in_corpus"])

    def published(self, report_id: str) -> bytes:
        """A report's file as it was given. Raises KeyError for an unknown report."""
        return self._archive.read_file(self.manifest, str(self._entries[report_id]["file"]))

    def paragraph(self, paragraph_id: str) -> Paragraph:
        """The paragraph of an id; one that a report no longer holds is found in its earlier editions.

        Raises KeyError where there is none.
        """
        with self._turn:
            paragraph = table.read_paragraph(self._table, paragraph_id)
        if paragraph is None:
            raise KeyError(paragraph_id)
        return paragraph

    def paragraphs(self, report_id: str | None = None, kind: ParagraphKind | None = None) -> list[Paragraph]:
        """The paragraphs of a report and a kind, or of all: newest report first, each in its own order."""
        with self._turn:
            return table.read_paragraphs(self._table, report_id, kind)

    def observations(
        self, measure: str | None = None, period: str | None = None, report_id: str | None = None
    ) -> list[Observation]:
        """The observations of a measure, a period and a report; of all where one is not given."""
        with self._turn:
            return table.read_observations(self._table, measure=measure, period=period, report_id=report_id)

    def frequency(self, key: str) -> int:
        """How many paragraphs have a key: a code of the vocabulary with its dimension, or a lemma."""
        with self._turn:
            return table.read_frequency(self._table, key)

    @property
    def counted(self) -> int:
        """Of how many paragraphs the keys were counted: all but tables of figures."""
        return int(self.manifest.body["counted"])

    def has_word(self, word: str) -> bool:
        """Whether a lower-case word stands in a paragraph."""
        with self._turn:
            return table.has_word(self._table, word)

    def lemmas(self, text: str) -> list[str]:
        """The lemmas of a text's words, as the word index has them; stop words are left out."""
        with self._turn:
            return find_lemmas(text, lambda form: table.read_lemma(self._table, form))

    def vector(self, text: str) -> Vectors:
        """The vector of a question: float32, length 1.

        Raises:
            CorpusError: the store was built with a model that cannot be loaded, or another version of it.
        """
        with self._lock:
            if text not in self._questions:
                if self._encoder is None:
                    encoder = open_encoder(self.manifest.body["model"]["name"])
                    _check_model(encoder, self.manifest)
                    self._encoder = encoder
                self._questions[text] = self._encoder.encode_query(text)
                if len(self._questions) > CACHED_QUESTIONS:
                    self._questions.popitem(last=False)
            return self._questions[text]

    def search_dense(self, text: str, k: int, report_ids: Collection[str] | None = None) -> Ranking:
        """The k paragraphs whose vectors are nearest: (paragraph id, cosine), best first."""
        vector = self.vector(text)
        if report_ids is not None:
            # Chroma's own filter takes 20 to 50 times as long as a search of everything.
            with self._lock:
                some = self._opened_vectors()
            with self._turn:
                return some.search(vector, k, report_ids)
        with self._lock:
            if self._dense is None:
                self._dense = self._archive.open_dense(self.manifest, self._exact, self._rows)
            dense = self._dense
        with self._turn:
            return dense.search(vector, k)

    def search_lexical(self, text: str, k: int, report_ids: Collection[str] | None = None) -> Ranking:
        """The k paragraphs that share the most telling words: (paragraph id, BM25 score), best first."""
        lemmas = self.lemmas(text)
        with self._lock:
            if self._words is None:
                self._words = self._archive.open_words(self.manifest, self._rows)
            return self._words.search(lemmas, k, report_ids)

    def _opened_vectors(self) -> Dense:
        if self._vectors is None:
            self._vectors = self._archive.open_dense(self.manifest, True, self._rows)
        return self._vectors

    def _rows(self) -> tuple[list[str], list[str]]:
        rows = table.read_rows(self._table)
        return [row[0] for row in rows], [intern(row[1]) for row in rows]


def build_generation(
    archive: Archive,
    identity: str,
    reports: Sequence[StoredReport],
    observations: Sequence[Observation],
    *,
    model: str,
    encoder: Callable[[], Encoder],
    progress: Progress,
    readers: str = "",
    removed: Sequence[str] = (),
    vocabulary: Callable[[], Vocabulary] = load_vocabulary,
) -> Manifest:
    """Build a generation and let it serve. For the holder of the store's lock.

    Args:
        archive: where the store is.
        identity: a hash of all that the generation is made from.
        reports: in the order in which they are to be listed.
        observations: of all reports, in reading order.
        model: name of the embedding model.
        encoder: opens that model.
        progress: told of the stages "embed" and "index".
        readers: a hash of what the reports were read with.
        removed: the reports of the corpus that are to stay away.
        vocabulary: what paragraphs are found by.

    Raises:
        CorpusError: the store cannot be written. The generation that served goes on serving.
    """
    with archive.new(identity) as draft:
        opened = encoder()
        with closing(EncodedVectors(archive.workspace, opened.model, opened.dimension)) as kept:
            body = _write(draft, archive, reports, observations, model, opened, kept, progress, vocabulary())
            manifest = draft.publish(
                {**body, "identity": identity, "readers": readers, "removed": list(removed)}
            )
            kept.settle()
    archive.prune()
    return manifest


def _check_model(encoder: Encoder, manifest: Manifest) -> None:
    built_with = manifest.body["model"]["identity"]
    if encoder.model != built_with:
        cure = "Run `imdi ingest` with the model that you want."
        raise CorpusError(f"the store's vectors are of '{built_with}', not of '{encoder.model}'. {cure}")


def content_hash(text: str) -> str:
    """Identity of an embedded text: equal ones share a vector."""
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:32]


def _write(
    draft: Draft,
    archive: Archive,
    reports: Sequence[StoredReport],
    observations: Sequence[Observation],
    model: str,
    encoder: Encoder,
    kept: EncodedVectors,
    progress: Progress,
    vocabulary: Vocabulary,
) -> dict[str, object]:
    """Write every part of a generation but the manifest, whose body is returned."""
    pairs = [(stored.read.report, paragraph) for stored in reports for paragraph in stored.read.paragraphs]
    paragraphs = [paragraph for _, paragraph in pairs]
    texts = [embedding_text(report, paragraph) for report, paragraph in pairs]
    contents = [content_hash(text) for text in texts]
    vectors = _vectors(texts, contents, earlier_vectors(archive, encoder), encoder, kept, progress)
    metadatas = [_metadata(report, paragraph) for report, paragraph in pairs]
    ids = [paragraph.id for paragraph in paragraphs]
    draft.write_vectors(ids, vectors, metadatas, lambda done, total: progress("index", done, total))
    forms = find_forms(texts)
    draft.write_words(
        [
            [] if paragraph.kind is ParagraphKind.DATE else lemmas_of(text, forms)
            for paragraph, text in zip(paragraphs, texts, strict=True)
        ]
    )
    counts, counted = _counts(paragraphs, forms, vocabulary)
    sources = {stored.read.report.id: stored.read.source for stored in reports}
    earlier = earlier_editions(archive, [stored.read for stored in reports])
    more = [*outline.find_rows(observations), *counts]
    draft.write_table(
        lambda tables: table.fill(
            tables,
            sources,
            paragraphs,
            contents,
            observations,
            forms,
            earlier.sources,
            earlier.paragraphs,
            more,
        )
    )
    for stored in reports:
        draft.write_file(stored.file, stored.data)
    return {
        "model": {"name": model, "identity": encoder.model, "dimension": encoder.dimension},
        "reports": [as_dict(stored.read.report) for stored in reports],
        "files_of_reports": [_entry(stored) for stored in reports],
        "paragraphs": count_paragraphs(paragraphs),
        "counted": counted,
        "observations": len(observations),
        "uncertain": sum(not observation.certain for observation in observations),
    }


def _entry(stored: StoredReport) -> dict[str, object]:
    """What the manifest says of a report's file."""
    return {
        "id": stored.read.report.id,
        "file": stored.file,
        "in_corpus": stored.in_corpus,
        "edition": edition_of(stored.read.source),
        "given": dict(stored.given),
        "key": stored.key,
    }


def _counts(
    paragraphs: Sequence[Paragraph], forms: Mapping[str, str], vocabulary: Vocabulary
) -> tuple[list[tuple[str, int, Iterable[Sequence[object]]]], int]:
    """The tables of keys and of words for `table.fill`, and how many paragraphs they count."""
    keys, counted = count_keys(
        paragraphs, lambda text: find_codes(text, vocabulary).union(lemmas_of(text, forms))
    )
    words = ((word,) for word in find_words(paragraphs, vocabulary))
    return [("keys", 2, keys.items()), ("words", 1, words)], counted


def _metadata(report: Report, paragraph: Paragraph) -> dict[str, str | int]:
    return {
        "report_id": report.id,
        "year": report.year,
        "number": paragraph.number,
        "section": " / ".join(paragraph.section),
        "kind": paragraph.kind.value,
    }


def _vectors(
    texts: Sequence[str],
    contents: Sequence[str],
    earlier: Mapping[str, Vectors],
    encoder: Encoder,
    kept: EncodedVectors,
    progress: Progress,
) -> Vectors:
    """A vector for each text; only texts without an earlier vector are encoded, each once."""
    import numpy as np

    made = {**kept.read(contents), **earlier}
    known: dict[str, Vectors] = {content: made[content] for content in contents if content in made}
    fresh = {content: text for content, text in zip(contents, texts, strict=True) if content not in known}
    keys = list(fresh)
    done = 0
    progress("embed", done, len(keys))
    for rows, vectors in encode_in_batches(encoder, list(fresh.values())) if fresh else ():
        batch = [keys[row] for row in rows]
        known.update(zip(batch, vectors, strict=True))
        kept.add(batch, vectors)
        done += len(batch)
        progress("embed", done, len(keys))
    return np.stack([known[content] for content in contents]).astype(np.float32)
