"""The review of uncertain figures, for whoever runs the page: what is decided goes into the corrections."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import streamlit as st

from ingest.corrections import format_dimensions
from ingest.models import CorpusError, Kind, Observation
from ingest.review import CORRECT, SUPPRESS, Review, UnknownWordError
from ingest.settings import load_settings
from ingest.store import Store
from rag.phrases import Phrases
from ui.answer import figures_marked
from ui.logs import log_failure
from ui.reasons import reason_text
from ui.texts import say
from ui.words import doubt_text, measure_text, unknown_text

ACTIONS = (CORRECT, SUPPRESS)
FIELDS = ("value", "unit", "measure", "dimensions", "period")


def show(store: Store, observations: Sequence[Observation], phrases: Phrases) -> None:
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
    review, observation = Review(store, load_settings().store), uncertain[chosen]
    paragraph = store.paragraph(observation.paragraph_id)
    span = observation.quantity.start, observation.quantity.end
    doubts = "; ".join(doubt_text(doubt, detail) for doubt, detail in review.doubts(observation))
    why = f"{say('review.doubts')} {doubts}."
    st.html(
        f'<p class="paragraph">{figures_marked(paragraph.text, [span])}</p><p class="hint">{escape(why)}</p>'
    )
    _show_form(review, observation, phrases)


def _show_form(review: Review, observation: Observation, phrases: Phrases) -> None:
    values = {
        "value": format(observation.quantity.value, "f"),
        "unit": observation.quantity.unit or "",
        "measure": observation.measure,
        "dimensions": format_dimensions(observation.dimensions),
        "period": observation.period or "",
    }
    with st.form(key=f"review-{observation.id}"):
        action = st.selectbox(say("review.action"), ACTIONS, format_func=lambda name: say(f"review.{name}"))
        said = {name: st.text_input(say(f"review.{name}"), value=values[name]) for name in FIELDS}
        kinds = [kind.value for kind in Kind]
        said["kind"] = st.selectbox(
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
    try:
        review.decide(observation, action, said, comment, by)
    except UnknownWordError as error:
        st.error(unknown_text(error, phrases))
    except CorpusError as error:
        st.error(say("review.failed", reason=reason_text(str(error))))
    else:
        _reread(review)


def _reread(review: Review) -> None:
    try:
        review.reread()
    except (CorpusError, OSError) as error:
        log_failure("review", error)
        st.error(say("review.not_reread", reason=reason_text(str(error))))
        return
    st.session_state["reviewed"] = say("review.saved")
    st.rerun()
