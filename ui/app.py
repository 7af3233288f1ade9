"""The web application: `streamlit run ui/app.py`, `imdi chat`, or any ASGI server (`ui.app:app`)."""

from __future__ import annotations

import logging
import threading
import webbrowser
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st
from starlette.middleware import Middleware
from starlette.responses import FileResponse
from starlette.routing import Route
from streamlit import config
from streamlit.starlette import App

from ui import chat
from ui.shell import SCRIPT_FILE, SCRIPT_PATH, Shell

if TYPE_CHECKING:
    from starlette.requests import Request

_UNEXPECTED = "Beklager, noe gikk galt hos oss. Last siden på nytt, eller prøv igjen om litt."


def _on_script_error(error: Exception) -> bool:
    """Tell the visitor in plain words; True keeps Streamlit from showing the error itself."""
    chat.log_failure("page", error)
    st.error(_UNEXPECTED)
    return True


async def _script(_request: Request) -> FileResponse:
    return FileResponse(SCRIPT_FILE, media_type="text/javascript", headers={"cache-control": "no-cache"})


@asynccontextmanager
async def _lifespan(_app: App) -> AsyncIterator[None]:
    """Open the reports before the first visitor asks, and the visitor's browser if there is one here."""
    threading.Thread(target=_warm_up, name="warm-up", daemon=True).start()
    address = config.get_option("server.address") or "localhost"
    url = f"http://{address}:{config.get_option('server.port')}"
    print(f"{chat.NAME} er klar: {url} (avslutt med Ctrl+C)", flush=True)
    if not config.get_option("server.headless"):
        threading.Thread(target=webbrowser.open, args=(url,), name="browser", daemon=True).start()
    yield


def _warm_up() -> None:
    # Streamlit warns when its cache is filled outside a visit; here that is the point.
    logging.getLogger("streamlit.runtime.scriptrunner_utils.script_run_context").setLevel(logging.ERROR)
    try:
        chat.load_assistant()
    except Exception as error:
        chat.log_failure("open", error)  # the page tries again and tells the visitor


app = App(
    Path(__file__).with_name("page.py"),
    middleware=[Middleware(Shell)],
    routes=[Route(SCRIPT_PATH, _script)],
    lifespan=_lifespan,
    on_script_error=_on_script_error,
)
