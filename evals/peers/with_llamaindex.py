"""LlamaIndex: a vector index over a Chroma store with Hugging Face embeddings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import chromadb
from chromadb.config import Settings
from llama_index.core import StorageContext, VectorStoreIndex
from llama_index.core.schema import TextNode
from llama_index.embeddings.huggingface import HuggingFaceEmbedding
from llama_index.vector_stores.chroma import ChromaVectorStore
from protocol import PASSAGE, QUERY, K, Peer, main


class LlamaIndex(Peer):
    """See `protocol.Peer`."""

    def __init__(self, folder: str, model: str) -> None:
        client = chromadb.PersistentClient(folder, settings=Settings(anonymized_telemetry=False))
        collection = client.get_or_create_collection("peer", embedding_function=None)
        self._model = HuggingFaceEmbedding(
            model_name=model, query_instruction=QUERY, text_instruction=PASSAGE, embed_batch_size=32
        )
        self._store = ChromaVectorStore(chroma_collection=collection)
        index = VectorStoreIndex.from_vector_store(self._store, embed_model=self._model)
        self._retriever = index.as_retriever(similarity_top_k=K)

    def add(self, units: Sequence[Mapping[str, str]]) -> None:
        """Take units in."""
        nodes = [TextNode(id_=u["id"], text=u["text"]) for u in units]
        context = StorageContext.from_defaults(vector_store=self._store)
        VectorStoreIndex(nodes, storage_context=context, embed_model=self._model)

    def search(self, question: str) -> list[str]:
        """The nearest units."""
        return [found.node.node_id for found in self._retriever.retrieve(question)]


if __name__ == "__main__":
    main(LlamaIndex)
