"""Haystack: embedders of sentence-transformers and a Chroma document store, in two pipelines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from haystack import Document, Pipeline
from haystack.components.writers import DocumentWriter
from haystack_integrations.components.embedders.sentence_transformers import (
    SentenceTransformersDocumentEmbedder,
    SentenceTransformersTextEmbedder,
)
from haystack_integrations.components.retrievers.chroma import ChromaEmbeddingRetriever
from haystack_integrations.document_stores.chroma import ChromaDocumentStore
from protocol import PASSAGE, QUERY, K, Peer, main


class Haystack(Peer):
    """See `protocol.Peer`."""

    def __init__(self, folder: str, model: str) -> None:
        store = ChromaDocumentStore("peer", persist_path=folder)
        asks = SentenceTransformersTextEmbedder(
            model=model, prefix=QUERY, normalize_embeddings=True, progress_bar=False
        )
        self._asking = Pipeline()
        self._asking.add_component("embedder", asks)
        self._asking.add_component("retriever", ChromaEmbeddingRetriever(store, top_k=K))
        self._asking.connect("embedder.embedding", "retriever.query_embedding")
        adds = SentenceTransformersDocumentEmbedder(
            model=model, prefix=PASSAGE, normalize_embeddings=True, progress_bar=False
        )
        self._adding = Pipeline()
        self._adding.add_component("embedder", adds)
        self._adding.add_component("writer", DocumentWriter(store))
        self._adding.connect("embedder.documents", "writer.documents")

    def load(self, action: str) -> None:
        """Load the model of one of the pipelines."""
        (self._adding if action == "ingest" else self._asking).warm_up()

    def add(self, units: Sequence[Mapping[str, str]]) -> None:
        """Take units in."""
        documents = [Document(id=u["id"], content=u["text"]) for u in units]
        self._adding.run({"embedder": {"documents": documents}})

    def search(self, question: str) -> list[str]:
        """The nearest units."""
        found = self._asking.run({"embedder": {"text": question}})
        return [document.id for document in found["retriever"]["documents"]]


if __name__ == "__main__":
    main(Haystack)
