"""A chat model, where the user has one: it may word answers and propose readings, and all is put to proof.

Nothing here is imported unless `IMDI_MODEL` is set. `Companion` is the door; `rag.llm.client` alone calls a
model, and `prompts.toml` holds every prompt.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ingest.store import Store
    from ingest.vocabulary import Vocabulary
    from rag.llm.companion import Companion

MODEL = "IMDI_MODEL"


def is_chosen() -> bool:
    """Whether the environment names a model."""
    return bool(os.environ.get(MODEL, "").strip())


def find_companion(store: Store, vocabulary: Vocabulary) -> Companion | None:
    """The model that the environment names, for the reports of a store; None where it names none."""
    if not is_chosen():
        return None
    from rag.llm.client import the_client
    from rag.llm.companion import Companion

    return Companion(the_client(), store, vocabulary)
