"""The page Spør: start view, conversation, and what happens when somebody asks."""

from __future__ import annotations

import sqlite3
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from html import escape
from math import ceil
from typing import TYPE_CHECKING, Any, cast

import streamlit as st

from ingest.models import CorpusError, Report, UnreachableError
from rag.models import Answer
from rag.phrases import Phrases
from rag.series import Series, find_series
from ui import export, feedback, frame
from ui.answer import (
    announcement,
    answer_html,
    date_text,
    link_html,
    markdown_text,
    question_html,
    web_address,
)
from ui.charts import make_chart
from ui.desk import the_desk
from ui.limits import QueueFullError, TooManyError
from ui.logs import log_failure
from ui.picture import show_picture
from ui.settings import load_settings
from ui.texts import counted, grouped, items, say

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

MAX_QUESTION = 1_000  # characters; the longest question anybody has asked in earnest is a fifth of it
SHOWN = 300  # characters that are shown of a question that was too long


@dataclass(slots=True)
class Turn:
    """One question and what came of it: an answer, or else a `problem` told in words.

    `serial` is new for every question asked, also for one that takes another's place. `own` are the
    visitor's own files among the reports that were asked, `row` the feedback given, `helpful` what it said.
    """

    question: str
    serial: int
    answer: Answer | None = None
    problem: str = field(default_factory=lambda: say("chat.stopped"))
    series: Series | None = None
    chart: dict[str, Any] = field(default_factory=dict)
    reports: Mapping[str, Report] = field(default_factory=dict)
    own: frozenset[str] = frozenset()
    generation: str = ""
    row: int = 0
    helpful: bool | None = None

    @property
    def is_too_long(self) -> bool:
        """Whether it is too long to be answered; it is kept whole, to be shortened."""
        return len(self.question) > MAX_QUESTION

    @property
    def heading(self) -> str:
        """The question as it is shown."""
        return f"{self.question[:SHOWN]} …" if self.is_too_long else self.question


def show() -> None:
    """Draw the page as it stands, and answer if something was asked."""
    use_own = bool(st.session_state.get("use-own", True))
    shelf = frame.open_shelf(with_own=use_own)
    turns = _turns()
    # In st.bottom, not in the page itself: there Streamlit would keep the page scrolled to its end.
    with st.bottom:
        _show_own_switch(use_own)
        use_model = _show_model_switch(shelf)
        # No max_chars: a longer text would be kept out of the box without a word. `_answer` declines it.
        typed = st.chat_input(say("chat.box"), key="question", submit_mode="stop")
    asked = _cleaned(typed) or _cleaned(st.session_state.pop("asked", None)) or _linked_question()
    if not turns and not asked:
        _show_start(list(shelf.reports.values()), shelf.own)
    else:
        _show_conversation(shelf, turns, asked, use_model)


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


# ---- what the buttons do


def _ask_next(question: str) -> None:
    st.session_state["asked"] = question
    st.session_state.pop("editing", None)


def _start_over() -> None:
    for key in ("turns", "linked", "editing", "asked"):
        st.session_state.pop(key, None)
    st.query_params.clear()


def _edit(number: int | None) -> None:
    st.session_state["editing"] = number


def _ask_again(number: int) -> None:
    """Ask an edited question in the place of turn `number`; what came after it goes."""
    question = _cleaned(st.session_state.get(f"edited-{number}"))
    if question:
        del _turns()[number:]
        _ask_next(question)


def _try_again(number: int) -> None:
    """Ask the newest question, number `number`, once more in its own place."""
    _ask_next(_turns().pop(number).question)


def _judge(number: int, helpful: bool) -> None:
    """Keep the reader's yes or no; a comment may follow in the dialog."""
    turn, path = _turns()[number], load_settings().feedback
    if turn.answer is None:
        return
    earlier = [before.question for before in _turns()[:number] if before.answer]
    try:
        if turn.row:
            feedback.change_feedback(path, turn.row, helpful)
        else:
            turn.row = feedback.store_feedback(path, turn.answer, earlier, helpful, turn.generation)
    except (sqlite3.Error, OSError, CorpusError) as error:
        log_failure("feedback", error)
        st.session_state["not_stored"] = number
        return
    turn.helpful = helpful
    st.session_state["comment_on"] = number


# ---- the start


def _show_own_switch(use_own: bool) -> None:
    files = st.session_state.get("own_files")
    if files is not None and files.files:
        st.toggle(say("chat.own_file_on"), value=use_own, key="use-own")


def _show_model_switch(shelf: frame.Shelf) -> bool:
    """The switch that says which language model words answers, where there is one; whether it is on."""
    companion = shelf.assistant.companion
    if companion is None:
        return False
    label = markdown_text(say("chat.model_on", model=companion.name))
    return st.toggle(label, value=True, key="use-model", help=say("chat.model_help"))


def _show_start(reports: Sequence[Report], own: frozenset[str]) -> None:
    marked = escape(say("start.intro")).replace("[", '<span class="marker">').replace("]", "</span>")
    heading = f'<h1 class="start-title" tabindex="-1">{escape(say("start.heading"))}</h1>'
    st.html(f'{heading}<p class="intro">{marked}</p>')
    st.html(f'<h2 class="suggestions">{escape(say("start.try"))}</h2>')
    _show_questions(items("start.questions"), "suggestion")
    listed = "".join(f"<li>{_report_html(report, own)}</li>" for report in reports)
    st.html(f'<div class="reports"><h2>{escape(say("start.reports"))}</h2><ul>{listed}</ul></div>')


def _show_questions(questions: Sequence[str], key: str) -> None:
    with st.container(key=f"{key}s", horizontal=True, gap="xsmall"):
        for number, question in enumerate(questions):
            st.button(markdown_text(question), key=f"{key}-{number}", on_click=_ask_next, args=(question,))


def _report_html(report: Report, own: frozenset[str]) -> str:
    address = "" if report.id in own else web_address(report.url)
    title = link_html(address, report.title) if address else escape(report.title)
    notes = [say("start.report_year", year=report.year)]
    if report.id in own:
        notes.append(say("reports.own"))
    elif report.updated:
        notes.append(say("start.report_updated", date=date_text(report.updated)))
    return f'{title} <span class="source-provenance">{escape(", ".join(notes))}</span>'


# ---- the conversation


def _show_conversation(shelf: frame.Shelf, turns: list[Turn], asked: str, use_model: bool) -> None:
    st.html(f'<h1 class="for-ears">{escape(say("chat.conversation"))}</h1>')
    editing, earlier = st.session_state.get("editing"), list(turns)
    if asked:
        serial = int(st.session_state.get("serial", 0)) + 1
        st.session_state["serial"] = serial
        turns.append(Turn(asked, serial))
    for number, turn in enumerate(earlier):
        if number == editing:
            _show_editing(turn, number)
        else:
            st.html(question_html(turn.heading, number, turn.serial))
        _show_outcome(turn, number)
    if asked:
        st.html(question_html(turns[-1].heading, len(turns) - 1, turns[-1].serial))
        _answer_turn(shelf, turns, asked, use_model)
    newest = turns[-1]
    if newest.answer and newest.answer.follow_ups:
        st.html(f'<h2 class="suggestions">{escape(say("chat.further"))}</h2>')
        _show_questions(newest.answer.follow_ups, "follow-up")
    _show_ending(turns)
    # shell.js reads this out and brings the newest turn into view, once per question.
    said = announcement(newest.answer) if newest.answer else newest.problem
    st.html(f'<p class="announcement" data-turn="{newest.serial}" hidden>{escape(said)}</p>')
    commented = st.session_state.pop("comment_on", None)
    st.session_state.pop("comment_done", None)
    if commented is not None and commented < len(turns):
        st.dialog(say("feedback.title"))(_comment)(turns[commented])


def _show_editing(turn: Turn, number: int) -> None:
    with st.form(key=f"editing-{number}"):
        st.text_area(say("chat.edit_label"), value=turn.question, key=f"edited-{number}", height=100)
        st.html(f'<p class="hint">{escape(say("chat.edit_hint"))}</p>')
        with st.container(horizontal=True, gap="xsmall"):
            st.form_submit_button(say("chat.edit_ask"), type="primary", on_click=_ask_again, args=(number,))
            st.form_submit_button(say("chat.cancel"), on_click=_edit, args=(None,))


def _show_outcome(turn: Turn, number: int) -> None:
    if turn.answer is None:
        st.html(f'<p class="problem">{escape(turn.problem)}</p>')
    else:
        languages = {report.id: report.language for report in turn.reports.values()}
        said, behind = answer_html(turn.answer, number, languages, turn.own)
        st.html(said)
        if turn.series:
            show_picture(turn.series, turn.reports, turn.own, str(number), spec=turn.chart)
        st.html(behind)
    with st.container(key=f"judging-{number}", horizontal=True, vertical_alignment="center", gap="small"):
        if turn.answer:
            _show_judging(turn, number)
        elif number == len(_turns()) - 1 and not turn.is_too_long:
            st.button(say("chat.again"), key=f"again-{number}", on_click=_try_again, args=(number,))
        if st.session_state.get("editing") != number:
            st.button(say("chat.edit"), key=f"edit-{number}", type="tertiary", on_click=_edit, args=(number,))


def _show_judging(turn: Turn, number: int) -> None:
    if st.session_state.get("not_stored") == number:
        st.session_state.pop("not_stored")
        st.html(f'<p class="problem">{escape(say("feedback.failed"))}</p>')
    if turn.helpful is not None:
        st.html(f'<span class="judged">{escape(say("feedback.thanks"))}</span>', width="content")
        return
    st.html(f'<span class="judge-label">{escape(say("feedback.asked"))}</span>', width="content")
    for helpful, name in ((True, "yes"), (False, "no")):
        st.button(say(f"feedback.{name}"), key=f"{name}-{number}", on_click=_judge, args=(number, helpful))


def _comment(turn: Turn) -> None:
    """What stands in the dialog after a yes or a no."""
    if st.session_state.pop("comment_done", False):
        st.rerun()  # of the whole page: the dialog goes
    label = say("feedback.comment_good" if turn.helpful else "feedback.comment_bad")
    st.html(f'<p class="hint">{escape(say("feedback.stored"))}</p>')
    st.text_area(label, key=f"comment-{turn.serial}", max_chars=feedback.MAX_COMMENT)
    if st.session_state.pop("comment_failed", False):
        st.error(say("feedback.failed"))
    with st.container(horizontal=True, gap="xsmall"):
        st.button(
            say("feedback.send"), key="send-comment", type="primary", on_click=_keep_comment, args=(turn,)
        )
        if st.button(say("feedback.skip"), key="skip-comment"):
            st.rerun()


def _keep_comment(turn: Turn) -> None:
    comment = str(st.session_state.get(f"comment-{turn.serial}") or "")
    try:
        feedback.change_feedback(load_settings().feedback, turn.row, bool(turn.helpful), comment)
    except (sqlite3.Error, OSError, CorpusError) as error:
        log_failure("feedback", error)
        st.session_state["comment_failed"] = True
    else:
        st.session_state["comment_done"] = True


def _show_ending(turns: Sequence[Turn]) -> None:
    """The conversation to take away, and a new one."""
    own = frozenset[str]().union(*(turn.own for turn in turns))
    exchanges = [export.Exchange(t.heading, t.answer, t.problem, t.series) for t in turns]
    files = {
        "word": (
            "docx",
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            export.to_docx,
        ),
        "markdown": ("md", "text/markdown", export.to_markdown),
    }
    st.html(
        f'<h2 class="suggestions">{escape(say("export.heading"))}</h2>'
        f'<p class="hint">{escape(say("export.why"))}</p>'
    )
    with st.container(key="ending", horizontal=True, gap="xsmall"):
        for name, (ending, mime, make) in files.items():
            st.download_button(
                say(f"export.{name}"),
                data=partial(make, exchanges, own),
                file_name=f"{say('export.file')}.{ending}",
                mime=mime,
                key=f"export-{name}",
                on_click="ignore",
            )
        st.button(say("chat.start_over"), key="start-over", on_click=_start_over)


# ---- answering


def _answer_turn(shelf: frame.Shelf, turns: list[Turn], asked: str, use_model: bool) -> None:
    """Answer what was asked in the newest turn and show it.

    The turn is kept before it is answered, and its answer is taken over only when the stage has gone: a
    press on Stop ends the script there, and what is left is a question that was stopped.
    """
    turn, number = turns[-1], len(turns) - 1
    place = st.empty()
    growing = st.empty() if use_model else None
    languages = {report.id: report.language for report in shelf.reports.values()}

    def show(answer: Answer) -> None:
        if growing is not None:
            growing.html(answer_html(answer, number, languages, shelf.own)[0])

    _show_stage(place, "working")
    waiting = partial(_show_stage, place, "waiting")
    answer, problem = _answer(shelf, asked, turns[:-1], waiting, show if growing is not None else None)
    place.empty()
    if growing is not None:
        growing.empty()
    if answer is not None:
        phrases = Phrases(shelf.assistant.vocabulary, answer.query.language)
        turn.series = find_series(
            answer.observations, answer.calculations, phrases=phrases, apart=frame.own_words(shelf.own)
        )
    if turn.series:
        turn.chart = make_chart(turn.series).to_dict()
    turn.reports, turn.own, turn.generation = shelf.reports, shelf.own, shelf.generation
    turn.answer, turn.problem = answer, problem
    with place.container():
        _show_outcome(turn, number)


def _show_stage(place: DeltaGenerator, stage: str) -> None:
    """What is being done, in the place where the answer comes."""
    stopped = (
        f'<span class="stopped">{escape(say("chat.stopped"))}</span>'  # shown where the script ends here
    )
    place.html(f'<p class="doing doing--{stage}"><span>{escape(say(f"chat.{stage}"))}</span>{stopped}</p>')


def _answer(
    shelf: frame.Shelf,
    question: str,
    earlier: Sequence[Turn],
    waiting: Callable[[], None],
    show: Callable[[Answer], None] | None = None,
) -> tuple[Answer | None, str]:
    """The answer, or None and what went wrong. With `show`, a language model may word it."""
    if len(question) > MAX_QUESTION:
        return None, say("chat.too_long", count=grouped(len(question)), limit=grouped(MAX_QUESTION))
    history = tuple(turn.answer for turn in earlier if turn.answer)
    assistant = shelf.assistant if shelf.own else None
    try:
        answer = the_desk().ask(
            question,
            history,
            visitor=frame.visitor(),
            assistant=assistant,
            waiting=waiting,
            model=show is not None,
            show=show,
        )
        return answer, ""
    except TooManyError as declined:
        return None, say("chat.too_many", wait=counted("chat.seconds", ceil(declined.seconds)))
    except QueueFullError:
        return None, say("chat.queue_full")
    except UnreachableError as error:
        log_failure("ask", error)
        return None, say("chat.store_away")
    except Exception as error:
        log_failure("ask", error)
        return None, say("chat.failed")
