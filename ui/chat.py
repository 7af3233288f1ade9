"""The chat: start view, conversation, and what happens when somebody asks."""

from __future__ import annotations

import logging
import traceback
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, cast

import streamlit as st

from ingest.models import Report
from rag.models import Answer
from ui.answer import (
    announcement,
    answer_html,
    date_text,
    link_html,
    markdown_text,
    question_html,
    web_address,
)
from ui.texts import load_texts

if TYPE_CHECKING:
    from rag import Assistant

NAME = "IMDi-svar"
MAX_QUESTION = 1_000  # characters; the longest question anybody has asked in earnest is a fifth of it

_LOGGER = logging.getLogger(__name__)

UNAVAILABLE = (
    "Rapportene lar seg ikke åpne akkurat nå, så jeg kan ikke svare. Prøv igjen om litt. "
    "Er det du som drifter tjenesten, står årsaken i loggen."
)
_FAILED = (
    "Beklager, noe gikk galt hos oss, og spørsmålet ble ikke besvart. "
    "Prøv igjen, eller spør på en annen måte."
)
_TOO_LONG = f"Spørsmålet er for langt. Skriv det med høyst {MAX_QUESTION} tegn."
_STOPPED = "Stoppet før svaret var klart."


@dataclass(slots=True)
class Turn:
    """One question and what came of it: an answer, or else a `problem` told in words."""

    question: str
    answer: Answer | None = None
    problem: str = _STOPPED


@st.cache_resource(show_spinner="Åpner rapportene …")
def load_assistant() -> Assistant:
    """The one assistant that every session shares; it holds the published reports and nothing of a user's."""
    from rag import Assistant  # heavy: loaded with the reports, not with the page

    return Assistant.open()


def show() -> None:
    """Draw the chat page as it stands, and answer if something was asked."""
    try:
        assistant = load_assistant()
    except Exception as error:
        log_failure("open", error)
        st.html(_heading_html())
        st.error(UNAVAILABLE)
        return
    turns = _turns()
    # In st.bottom, not in the page itself: there Streamlit would keep the page scrolled to its end.
    typed = st.bottom.chat_input(
        "Skriv et spørsmål",
        key="question",
        max_chars=MAX_QUESTION,
        submit_mode="stop",
    )
    asked = _cleaned(typed) or _cleaned(st.session_state.pop("asked", None)) or _linked_question()
    if not turns and not asked:
        _show_start(assistant.store.reports)
        return
    _show_conversation(assistant, turns, asked)


def log_failure(what: str, error: BaseException) -> None:
    """Log where it failed. The message is left out: it may hold the reader's question."""
    frames = "".join(traceback.format_tb(error.__traceback__))
    _LOGGER.error("%s failed with %s\n%s", what, type(error).__name__, frames)


def _turns() -> list[Turn]:
    return cast("list[Turn]", st.session_state.setdefault("turns", []))


def _cleaned(text: str | None) -> str:
    """The text on one line; the control, invisible and half characters that a link may carry are left out."""
    kinds = ((letter, unicodedata.category(letter)) for letter in text or "")
    kept = (" " if kind == "Cc" else "" if kind[0] == "C" else letter for letter, kind in kinds)
    return " ".join("".join(kept).split())


def _linked_question() -> str:
    """The question in the address (`?q=`), the first time it is seen."""
    linked = _cleaned(st.query_params.get("q"))
    if linked == st.session_state.get("linked", ""):
        return ""
    st.session_state["linked"] = linked
    return linked


def _ask_next(question: str) -> None:
    st.session_state["asked"] = question


def _start_over() -> None:
    st.session_state["turns"] = []
    st.session_state["linked"] = ""
    st.query_params.clear()


def _show_start(reports: Sequence[Report]) -> None:
    texts = load_texts()
    marked = escape(texts.intro).replace("[", '<span class="marker">').replace("]", "</span>")
    st.html(f'{_heading_html()}<p class="intro">{marked}</p>')
    st.html('<h2 class="suggestions">Prøv for eksempel</h2>')
    _show_questions(texts.questions, "suggestion")
    st.html(_reports_html(reports))


def _show_questions(questions: Sequence[str], key: str) -> None:
    with st.container(key=f"{key}s", horizontal=True, gap="xsmall"):
        for number, question in enumerate(questions):
            st.button(markdown_text(question), key=f"{key}-{number}", on_click=_ask_next, args=(question,))


def _heading_html() -> str:
    return f'<h1 class="name">{NAME}</h1>'


def _reports_html(reports: Sequence[Report]) -> str:
    newest_first = sorted(reports, key=lambda report: report.year, reverse=True)
    items = "".join(f"<li>{_report_html(report)}</li>" for report in newest_first)
    return f'<div class="reports"><h2>Jeg svarer fra disse rapportene</h2><ul>{items}</ul></div>'


def _report_html(report: Report) -> str:
    address = web_address(report.url)
    title = link_html(address, report.title) if address else escape(report.title)
    updated = f", oppdatert {date_text(report.updated)}" if report.updated else ""
    return f'{title} <span class="source-provenance">tall for {report.year}{updated}</span>'


def _show_conversation(assistant: Assistant, turns: list[Turn], asked: str) -> None:
    with st.container(
        key="top", horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"
    ):
        st.html(_heading_html(), width="content")
        st.button("Ny samtale", key="start-over", on_click=_start_over)
    languages = {report.id: report.language for report in assistant.store.reports}
    for number, turn in enumerate(turns):
        st.html(question_html(turn.question, number))
        _show_outcome(number, turn, languages)
    if asked:
        turns.append(Turn(asked if len(asked) <= MAX_QUESTION else f"{asked[:MAX_QUESTION]} …"))
        st.html(question_html(turns[-1].question, len(turns) - 1))
        _answer_turn(assistant, turns, languages)
    newest = turns[-1]
    if newest.answer and newest.answer.follow_ups:
        st.html('<h2 class="suggestions">Spør videre</h2>')
        _show_questions(newest.answer.follow_ups, "follow-up")
    # shell.js reads this out and brings the newest turn into view, once per turn.
    said = announcement(newest.answer) if newest.answer else newest.problem
    st.html(f'<p class="announcement" data-turn="{len(turns) - 1}" hidden>{escape(said)}</p>')


def _show_outcome(number: int, turn: Turn, languages: Mapping[str, str]) -> None:
    if turn.answer:
        st.html(answer_html(turn.answer, number, languages))
    else:
        st.html(f'<p class="problem">{escape(turn.problem)}</p>')


def _answer_turn(assistant: Assistant, turns: list[Turn], languages: Mapping[str, str]) -> None:
    """Answer the newest turn and show it.

    The turn is kept before it is answered, and its answer is taken over only when the spinner has gone: a
    press on Stop ends the script there, and what is left is a question that was stopped.
    """
    turn, number = turns[-1], len(turns) - 1
    place = st.empty()
    with place, st.spinner("Leter i rapportene …"):
        answer, problem = _answer(assistant, turn.question, turns[:-1])
    turn.answer, turn.problem = answer, problem
    with place:
        _show_outcome(number, turn, languages)


def _answer(assistant: Assistant, question: str, earlier: Sequence[Turn]) -> tuple[Answer | None, str]:
    """The answer, or None and what went wrong."""
    if len(question) > MAX_QUESTION:
        return None, _TOO_LONG
    try:
        history = tuple(turn.answer for turn in earlier if turn.answer)
        return assistant.ask(question, history=history), ""
    except Exception as error:
        log_failure("ask", error)
        return None, _FAILED
