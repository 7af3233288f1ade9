"""What every page has around it: the head with its links, signing in, and the reports to answer from."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, cast
from uuid import uuid4

import streamlit as st

from ui.desk import the_desk
from ui.logs import log_failure
from ui.own_files import OwnFiles
from ui.settings import load_settings
from ui.texts import say

if TYPE_CHECKING:
    from streamlit.navigation.page import Page

    from ingest.models import Report
    from rag import Assistant

NAME = say("name")
MAX_UPLOAD = 20  # megabytes, as in .streamlit/config.toml


@dataclass(frozen=True, slots=True)
class Shelf:
    """What a visitor can ask about: the assistant, and which of its reports are the visitor's own files."""

    assistant: Assistant
    own: frozenset[str]

    @property
    def generation(self) -> str:
        """Name of the store generation that answers."""
        return str(self.assistant.store.manifest.name)

    @property
    def reports(self) -> dict[str, Report]:
        """The reports by id, the newest first; among equals the visitor's own last."""
        listed = sorted(self.assistant.store.reports, key=lambda r: (r.id in self.own, -r.year, r.id))
        return {report.id: report for report in listed}


def run(pages: dict[str, Callable[[], None]]) -> None:
    """Draw the page that the address names.

    Args:
        pages: what draws each page, by the key of its name in the texts; the first is the start page.
    """
    shown = {
        key: st.Page(
            _guarded(draw),
            title=f"{say(f'frame.{key}')} – {NAME}",
            url_path=say(f"frame.{key}").lower(),
            default=number == 0,
        )
        for number, (key, draw) in enumerate(pages.items())
    }
    chosen = st.navigation(list(shown.values()), position="hidden")
    with st.container(key="head", horizontal=True, vertical_alignment="center", gap="small"):
        st.html(f'<p class="name">{escape(NAME)}</p>', width="content")
        with st.container(key="pages", horizontal=True, gap="xxsmall", width="content"):
            for key, page in shown.items():
                _link(page, key, page == chosen)
        if load_settings().sign_in and _is_signed_in():
            st.button(say("frame.sign_out"), key="sign-out", on_click=st.logout, type="tertiary")
    chosen.run()


def visitor() -> str:
    """Who this session is, for the limits: a random name that says nothing."""
    return str(st.session_state.setdefault("visitor", f"session {uuid4()}"))


def own_files() -> OwnFiles:
    """This session's own files."""
    if "own_files" not in st.session_state:
        st.session_state["own_files"] = OwnFiles(the_desk().assistant().store.path)
    return cast(OwnFiles, st.session_state["own_files"])


def open_shelf(*, with_own: bool = True) -> Shelf:
    """The reports, for a page that needs them; where they cannot be opened the page says so and ends there.

    Args:
        with_own: False leaves the visitor's own files out.
    """
    try:
        with nullcontext() if the_desk().is_ready else st.spinner(say("frame.opening")):
            published = the_desk().assistant()
    except Exception as error:
        log_failure("open", error)
        st.html(f'<h1 class="page-title">{escape(NAME)}</h1>')
        st.error(say("frame.unavailable"))
        st.stop()
    files: OwnFiles | None = st.session_state.get("own_files")
    if with_own and files is not None and files.assistant is not None:
        return Shelf(files.assistant, files.report_ids)
    return Shelf(published, frozenset())


def own_words(own: frozenset[str]) -> dict[str, str]:
    """What is said of a figure from a visitor's own file, by the report it became."""
    return {report_id: say("picture.own_file") for report_id in own}


def page_head(title: str, intro: str = "") -> None:
    """The heading of a page and a line on what it is for."""
    line = f'<p class="page-intro">{escape(intro)}</p>' if intro else ""
    st.html(f'<h1 class="page-title" tabindex="-1">{escape(title)}</h1>{line}')


def _link(page: Page, name: str, current: bool) -> None:
    # shell.js reads the key: the link of the page that is shown is said to be the current one.
    with st.container(key=f"link-{'current' if current else name}", width="content"):
        st.page_link(page, label=say(f"frame.{name}"))


def _guarded(draw: Callable[[], None]) -> Callable[[], None]:
    """The page, or the sign-in before it where whoever runs this wants one."""

    def guarded() -> None:
        if load_settings().sign_in and not _is_signed_in():
            _ask_to_sign_in()
        else:
            draw()

    guarded.__name__ = draw.__module__.rpartition(".")[2]
    return guarded


def _is_signed_in() -> bool:
    return bool(st.user.get("is_logged_in", False))


def _ask_to_sign_in() -> None:
    page_head(NAME, say("frame.sign_in_needed", name=NAME))
    if "is_logged_in" in st.user:
        st.button(say("frame.sign_in"), key="sign-in", on_click=st.login, type="primary")
    else:
        st.error(say("frame.sign_in_missing"))
