"""The page Rapporter: each report in full with its numbers marked, and the visitor's own files."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from ingest.formats.kinds import ENDINGS
from ingest.models import CorpusError, Report, count_paragraphs
from rag.phrases import Phrases
from ui import frame
from ui.answer import date_text, markdown_text, origin_html
from ui.limits import QueueFullError
from ui.logs import log, log_failure
from ui.own_files import MAX_FILES, OwnFile, SameReportError
from ui.reasons import bare_reason
from ui.report_text import report_html
from ui.texts import grouped, say

COMMAND = "imdi ingest"

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator
    from streamlit.runtime.uploaded_file_manager import UploadedFile


def show() -> None:
    """Draw the page."""
    shelf = frame.open_shelf()
    reports = shelf.reports
    frame.page_head(say("reports.heading"), say("reports.intro"))
    # What is to be shown next is chosen before the box that shows the choice is drawn.
    if st.session_state.get("show_report") in reports:
        st.session_state["report"] = st.session_state.pop("show_report")
    with st.container(key="report-choice", horizontal=True, vertical_alignment="bottom", gap="medium"):
        chosen = st.selectbox(
            say("reports.choose"),
            list(reports),
            format_func=lambda i: reports[i].title + (f" ({say('reports.own')})" if i in shelf.own else ""),
            key="report",
        )
        readings = st.toggle(say("reports.show_readings"), key="readings")
    _show_adding()
    _show_report(shelf, reports[chosen], readings)


def _show_report(shelf: frame.Shelf, report: Report, readings: bool) -> None:
    store = shelf.assistant.store
    paragraphs, observations = store.paragraphs(report.id), store.observations(report_id=report.id)
    phrases = Phrases(shelf.assistant.vocabulary, "nb")
    text = report_html(report, store.source(report.id), paragraphs, observations, phrases)
    told = grouped(count_paragraphs(paragraphs))
    counted = say("reports.count", figures=grouped(len(observations)), paragraphs=told)
    st.html(
        f'<div class="report{" report--readings" if readings else ""}"><div class="report-head">'
        f"{_about_html(report, report.id in shelf.own)}<p>{escape(counted)}</p></div>{text}</div>"
    )


def _about_html(report: Report, own: bool) -> str:
    if own:
        label = f'<p class="label label--own">{escape(say("reports.own"))}</p>'
        return f"{label}<p>{escape(say('reports.not_published'))}</p>"
    updated = say("reports.updated", date=date_text(report.updated)) if report.updated else ""
    by = say("reports.published_by", publisher=report.publisher) if report.publisher else ""
    licence = say("reports.licence", licence=report.licence) if report.licence else say("reports.no_licence")
    lines = [escape(", ".join(filter(None, (by, updated)))), escape(licence), origin_html(report.url)]
    return "".join(f"<p>{line}</p>" for line in lines if line)


# ---- the visitor's own files


def _show_adding() -> None:
    files = frame.own_files()
    with st.expander(say("reports.add"), expanded=bool(files.files), key="adding"):
        st.html(f'<p class="hint">{escape(say("reports.add_intro"))}</p>')
        if note := st.session_state.pop("own_note", ""):
            st.html(f'<p class="note" role="status">{escape(note)}</p>')
        for file in files.files:
            _show_own(file)
        if len(files.files) >= MAX_FILES:
            st.html(f'<p class="hint">{escape(say("reports.too_many", limit=MAX_FILES))}</p>')
            return
        kinds = sorted(ENDINGS)
        given = st.file_uploader(
            say("reports.add_label"),
            type=[kind.removeprefix(".") for kind in kinds],
            key=f"upload-{st.session_state.get('uploads', 0)}",
            help=None,
        )
        taken = say("reports.add_types", types=", ".join(kinds), size=frame.MAX_UPLOAD)
        st.html(f'<p class="hint">{escape(taken)}</p>')
        if given is not None and st.button(say("reports.add_button"), key="take-in", type="primary"):
            _take_in(given)


def _show_own(file: OwnFile) -> None:
    told = say(
        "reports.summary",
        title=file.title,
        paragraphs=grouped(file.paragraphs),
        figures=grouped(file.observations),
        uncertain=grouped(file.uncertain) if file.uncertain else say("reports.no_uncertain"),
        year=file.year,
    )
    label = f'<span class="label label--own">{escape(say("reports.own"))}</span>'
    st.html(f'<p class="own-file">{label} {escape(told)} {escape(say("reports.ask_now"))}</p>')
    st.button(
        say("reports.remove", name=_short(file.name)),
        key=f"remove-{file.report_id}",
        on_click=_remove,
        args=(file.report_id,),
    )


def _short(name: str, limit: int = 40) -> str:
    """A file name as a label: text, and not too long for a button."""
    return markdown_text(name if len(name) <= limit else f"{name[:limit]}…")


def _remove(report_id: str) -> None:
    try:
        frame.own_files().remove(report_id)
    except (CorpusError, OSError, QueueFullError) as error:
        log_failure("remove own file", error)
        st.session_state["own_note"] = say("frame.unexpected")
        return
    st.session_state.pop("report", None)
    st.session_state["own_note"] = say("reports.removed")


def _take_in(given: UploadedFile) -> None:
    """Read a file in, told stage by stage."""
    with st.status(say("reports.reading", name=_short(given.name)), expanded=True) as status:
        problem = _problem(given.name, given.getvalue(), _stages())
        if problem:
            status.update(label=say("reports.failed"), state="error")
            st.html(f'<p class="problem" role="alert">{escape(problem)}</p>')
            return
        status.update(label=say("reports.done"), state="complete")
    st.session_state["own_note"] = say("reports.done")
    st.session_state["uploads"] = int(st.session_state.get("uploads", 0)) + 1  # a fresh, empty box
    st.session_state["show_report"] = frame.own_files().files[-1].report_id
    st.rerun()


def _stages() -> Callable[[str, int, int], None]:
    """Shows each stage with how far it has come, on a line of its own."""
    lines: dict[str, DeltaGenerator] = {}

    def progress(stage: str, done: int, total: int) -> None:
        place = lines.setdefault(stage, st.empty())
        told = say("reports.stage_progress", stage=say(f"reports.stage_{stage}"), done=done, total=total)
        place.html(f'<p class="stage">{escape(told)}</p>')

    return progress


def _problem(name: str, data: bytes, progress: Callable[[str, int, int], None]) -> str:
    """Take a file in; what went wrong, in words, or nothing."""
    try:
        file = frame.own_files().add(name, data, progress)
    except SameReportError:
        return say("reports.same")
    except QueueFullError:
        return say("reports.busy")
    except CorpusError as error:
        log_failure("own file", error)
        reason = bare_reason(str(error))
        # What the command line could be told, this page cannot: the year must stand in the file.
        return reason if reason and COMMAND not in reason else say("reports.reason_read")
    except Exception as error:
        log_failure("own file", error)
        return say("frame.unexpected")
    log("own file", kind=Path(name).suffix.lower(), bytes=len(data), figures=file.observations)
    return ""
