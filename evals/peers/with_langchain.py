"""LangChain: a Chroma vector store with Hugging Face embeddings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from chromadb.config import Settings
from langchain_chroma import Chroma
from langchain_core.documents import Document
from langchain_huggingface import HuggingFaceEmbeddings
from protocol import PASSAGE, QUERY, K, Peer, main


class LangChain(Peer):
    """See `protocol.Peer`."""

    def __init__(self, folder: str, model: str) -> None:
        embeddings = HuggingFaceEmbeddings(
            model_name=model,
            encode_kwargs={"prompt": PASSAGE, "normalize_embeddings": True},
            query_encode_kwargs={"prompt": QUERY, "normalize_embeddings": True},
        )
        self._store = Chroma(
            "peer",
            embedding_function=embeddings,
            persist_directory=folder,
            client_settings=Settings(anonymized_telemetry=False, is_persistent=True),
        )

    def add(self, units: Sequence[Mapping[str, str]]) -> None:
        """Take units in."""
        documents = [Document(page_content=u["text"], metadata={"id": u["id"]}) for u in units]
        self._store.add_documents(documents)

    def search(self, question: str) -> list[str]:
        """The nearest units."""
        return [str(d.metadata["id"]) for d in self._store.similarity_search(question, k=K)]


if __name__ == "__main__":
    main(LangChain)
