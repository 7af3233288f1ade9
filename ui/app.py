"""The web application: `streamlit run ui/app.py`, `imdi chat`, or any ASGI server (`ui.app:app`)."""

from __future__ import annotations

import threading
import webbrowser
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st
from starlette.middleware import Middleware
from starlette.responses import Response
from starlette.routing import Route
from streamlit import config
from streamlit.starlette import App

from ingest.models import UnreachableError
from ui import api
from ui.desk import the_desk
from ui.logs import log_failure, set_up
from ui.shell import SCRIPT_PATH, Shell, script
from ui.texts import say

if TYPE_CHECKING:
    from starlette.requests import Request


def _on_script_error(error: Exception) -> bool:
    """Tell the visitor in plain words; True keeps Streamlit from showing the error itself."""
    log_failure("page", error)
    st.error(say("frame.store_away" if isinstance(error, UnreachableError) else "frame.unexpected"))
    return True


async def _script(_request: Request) -> Response:
    return Response(script(), media_type="text/javascript", headers={"cache-control": "no-cache"})


@asynccontextmanager
async def _lifespan(_app: App) -> AsyncIterator[None]:
    """Open the reports before the first visitor asks, and the visitor's browser if there is one here."""
    set_up()
    threading.Thread(target=_warm_up, name="warm-up", daemon=True).start()
    address = config.get_option("server.address") or "localhost"
    url = f"http://{address}:{config.get_option('server.port')}"
    print(f"{say('name')} er klar: {url} (avslutt med Ctrl+C)", flush=True)
    if not config.get_option("server.headless"):
        threading.Thread(target=webbrowser.open, args=(url,), name="browser", daemon=True).start()
    yield


def _warm_up() -> None:
    try:
        the_desk().assistant()
    except Exception as error:
        log_failure("open", error)  # the page tries again and tells the visitor
    # What the first picture would wait for, and the first visitor.
    import altair  # noqa: F401

    from ui import about_page, chat, numbers_page, reports_page  # noqa: F401


app = App(
    Path(__file__).with_name("page.py"),
    middleware=[Middleware(Shell)],
    routes=[Route(SCRIPT_PATH, _script), *api.ROUTES],
    lifespan=_lifespan,
    on_script_error=_on_script_error,
)
