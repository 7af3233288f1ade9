"""Questions -> answers from the reports. One door: `Assistant`, with `ask` as its short form."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rag.chain import Assistant, ask

__all__ = ["Assistant", "ask"]


def __getattr__(name: str) -> object:
    """Load the chain when it is first used, so that `import rag.models` stays light."""
    if name in __all__:
        from rag import chain

        return getattr(chain, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
