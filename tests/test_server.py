"""How the page is served: what the settings say, and what a start hands on."""

from __future__ import annotations

import inspect
import tomllib
from typing import Any

import pytest

from ui import app as app_module
from ui import server
from ui.cli import chat as chat_command

CONFIG = tomllib.loads(server.CONFIG.read_text(encoding="utf-8"))


def test_settings_keep_others_out_and_tell_nobody() -> None:
    assert CONFIG["server"]["address"] == "127.0.0.1"
    assert CONFIG["server"]["enableXsrfProtection"] is True
    assert CONFIG["server"]["enableCORS"] is True
    assert CONFIG["browser"]["gatherUsageStats"] is False
    assert CONFIG["client"]["showErrorDetails"] == "none"


def test_page_listens_on_this_machine_only_unless_told_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[dict[str, Any]] = []
    monkeypatch.setattr(app_module.app, "run", lambda config: given.append(config))
    server.serve(8501, headless=True)
    server.serve(8502, headless=True, address="0.0.0.0")
    assert [(config["server.address"], config["server.port"]) for config in given] == [
        ("127.0.0.1", 8501),
        ("0.0.0.0", 8502),
    ]
    assert given[0]["server.enableXsrfProtection"] is True
    assert inspect.signature(chat_command).parameters["address"].default == "127.0.0.1"


def test_both_themes_are_ours() -> None:
    for theme in ("light", "dark"):
        assert {"primaryColor", "backgroundColor", "textColor"} <= CONFIG["theme"][theme].keys()
