"""Runs `imdi mcp` as it is, but with the encoder that needs no model: python mcp_process.py OPTIONS."""

from __future__ import annotations

import sys
from pathlib import Path

from conftest import FakeEncoder

from ingest.store import Store
from rag import Assistant
from ui.cli import main


def opened(path: Path | None = None, **_options: object) -> Assistant:
    """The assistant over the store, which has that encoder's vectors."""
    assert path is not None
    return Assistant(Store.open(path, encoder=FakeEncoder(), exact=True))


if __name__ == "__main__":
    Assistant.open = staticmethod(opened)  # type: ignore[method-assign,assignment]
    sys.argv[1:1] = ["mcp"]
    main()
