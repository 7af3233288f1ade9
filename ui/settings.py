"""What whoever runs the page may decide, read from the environment; `.streamlit/config.toml` has the rest."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from ingest.settings import Place, Servers, is_database, read_setting
from ingest.settings import load_settings as load_store_settings

QUESTIONS_PER_MINUTE = 30  # a person asks fewer, a loop asks more
AT_ONCE = max(2, os.cpu_count() or 2)  # answering is computing: more at once would only take turns


@dataclass(frozen=True, slots=True)
class Settings:
    """Settings in force.

    `feedback` is the SQLite file, or the database, of readers' feedback (`IMDI_FEEDBACK`; by default beside
    the store),
    `review` opens the review of uncertain figures on the page Tall (`IMDI_REVIEW`), `sign_in` asks everyone
    to sign in through the provider of Streamlit's secrets (`IMDI_SIGN_IN`), `api_token` is what programs
    must then send (`IMDI_API_TOKEN`), `log_questions` lets the log hold what was asked
    (`IMDI_LOG_QUESTIONS`), `contact` is where readers turn (`IMDI_CONTACT`), `per_minute` the questions that
    one visitor may ask a minute (`IMDI_QUESTIONS_PER_MINUTE`) and `at_once` how many are answered at a time
    (`IMDI_AT_ONCE`).
    """

    feedback: Place
    review: bool = False
    sign_in: bool = False
    api_token: str = ""
    log_questions: bool = False
    contact: str = ""
    per_minute: int = QUESTIONS_PER_MINUTE
    at_once: int = AT_ONCE


def load_settings() -> Settings:
    """The settings of this process, read each time they are asked for."""
    return Settings(
        feedback=_feedback(),
        review=_is_on("IMDI_REVIEW"),
        sign_in=_is_on("IMDI_SIGN_IN"),
        api_token=read_setting("IMDI_API_TOKEN"),
        log_questions=_is_on("IMDI_LOG_QUESTIONS"),
        contact=_text("IMDI_CONTACT"),
        per_minute=_number("IMDI_QUESTIONS_PER_MINUTE", QUESTIONS_PER_MINUTE),
        at_once=_number("IMDI_AT_ONCE", AT_ONCE),
    )


def _feedback() -> Place:
    named = read_setting("IMDI_FEEDBACK")
    if is_database("IMDI_FEEDBACK", named):
        return Servers(named)
    if named:
        return Path(named).expanduser()
    store = load_store_settings().store
    return store if isinstance(store, Servers) else store.with_name(f"{store.name}-feedback.sqlite")


def _text(name: str) -> str:
    return os.environ.get(name, "").strip()


def _is_on(name: str) -> bool:
    return _text(name).lower() in {"1", "true", "yes", "on", "ja"}


def _number(name: str, default: int) -> int:
    text = _text(name)
    return int(text) if text.isdecimal() and int(text) > 0 else default
