"""The review of uncertain figures, for whoever runs the page: what is decided goes into the corrections."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from html import escape

import streamlit as st

from ingest import add_correction, ingest
from ingest.models import CorpusError, Kind, Observation, Paragraph
from rag.phrases import Phrases
from ui.answer import figures_marked
from ui.logs import log_failure
from ui.texts import say
from ui.words import measure_text

ACTIONS = ("correct", "suppress")
FIELDS = ("value", "unit", "measure", "dimensions", "period")


def show(observations: Sequence[Observation], paragraphs: Mapping[str, Paragraph], phrases: Phrases) -> None:
    """Draw the review below the table."""
    st.html(f'<h2 class="section-title">{escape(say("review.heading"))}</h2>')
    st.html(f'<p class="hint">{escape(say("review.intro"))}</p>')
    if note := st.session_state.pop("reviewed", ""):
        st.success(note)
    uncertain = {o.id: o for o in observations if not o.certain}
    if not uncertain:
        st.html(f'<p class="hint">{escape(say("review.none"))}</p>')
        return
    chosen = st.selectbox(
        say("review.choose"),
        list(uncertain),
        format_func=lambda i: (
            f"{phrases.value(uncertain[i].quantity)}: {measure_text(uncertain[i].measure, phrases)}"
        ),
        key="review-choice",
    )
    observation = uncertain[chosen]
    paragraph = paragraphs[observation.paragraph_id]
    span = observation.quantity.start, observation.quantity.end
    st.html(f'<p class="paragraph">{figures_marked(paragraph.text, [span])}</p>')
    _show_form(observation)


def _show_form(observation: Observation) -> None:
    values = {
        "value": format(observation.quantity.value, "f"),
        "unit": observation.quantity.unit or "",
        "measure": observation.measure,
        "dimensions": ";".join(f"{name}={code}" for name, code in sorted(observation.dimensions.items())),
        "period": observation.period or "",
    }
    with st.form(key=f"review-{observation.id}"):
        action = st.selectbox(say("review.action"), ACTIONS, format_func=lambda name: say(f"review.{name}"))
        cells = {name: st.text_input(say(f"review.{name}"), value=values[name]) for name in FIELDS}
        kinds = [kind.value for kind in Kind]
        kind = st.selectbox(
            say("review.kind"),
            kinds,
            index=kinds.index(observation.kind.value),
            format_func=lambda name: say(f"kinds.{name}"),
        )
        comment, by = st.text_input(say("review.comment")), st.text_input(say("review.by"))
        if not st.form_submit_button(say("review.save"), type="primary"):
            return
    if not (comment.strip() and by.strip()):
        st.error(say("review.needs"))
        return
    stated = {name: cell.strip() or "-" for name, cell in cells.items()} | {"kind": kind}
    _save(observation, action, stated if action == "correct" else {}, comment, by)


def _save(observation: Observation, action: str, stated: Mapping[str, str], comment: str, by: str) -> None:
    row = {
        "report": observation.report_id,
        "paragraph_id": observation.paragraph_id,
        "start": str(observation.quantity.start),
        "surface": observation.quantity.surface,
        "action": action,
        **stated,
        "comment": comment.strip(),
        "by": by.strip(),
        "date": dt.date.today().isoformat(),
    }
    try:
        add_correction(row)
        ingest(())
    except CorpusError as error:
        st.error(say("review.failed", reason=error))
        return
    except OSError as error:
        log_failure("review", error)
        st.error(say("review.failed", reason=error.strerror))
        return
    st.session_state["reviewed"] = say("review.saved")
    st.rerun()
