"""Starts the chat page from Python; `imdi chat` calls this."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

CONFIG = Path(__file__).resolve().parent.parent / ".streamlit" / "config.toml"


def serve(port: int, headless: bool, address: str = "127.0.0.1") -> None:
    """Serve the page until stopped. If the port is taken, the next free one is used.

    Args:
        port: where to listen.
        headless: True leaves the browser closed.
        address: of this machine; the default is reached from this machine only.
    """
    from ui.app import app

    settings = _flat(tomllib.loads(CONFIG.read_text(encoding="utf-8"))) if CONFIG.exists() else {}
    app.run(config=settings | {"server.port": port, "server.headless": headless, "server.address": address})


def _flat(table: dict[str, Any], prefix: str = "") -> dict[str, Any]:
    """Nested tables as Streamlit's dotted option names."""
    flat: dict[str, Any] = {}
    for key, value in table.items():
        flat |= _flat(value, f"{prefix}{key}.") if isinstance(value, dict) else {prefix + key: value}
    return flat
