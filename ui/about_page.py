"""The page Om: what it can and cannot do, where the figures come from, licences, privacy, accessibility."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape
from typing import Any

import streamlit as st

from ingest.models import Report
from ui import frame
from ui.answer import date_text, link_html, web_address
from ui.settings import Settings, load_settings
from ui.texts import entries, say


def show() -> None:
    """Draw the page; it needs the reports only for their list."""
    settings, shelf = load_settings(), frame.open_shelf(with_own=False)
    chosen = ["model" if shelf.assistant.companion else "plain", *(["log"] if settings.log_questions else [])]
    frame.page_head(say("about.heading", name=frame.NAME))
    sections = (_section_html(s, settings, shelf.reports.values(), chosen) for s in entries("about.section"))
    st.html(f'<div class="about">{"".join(sections)}</div>')


def _section_html(
    section: Mapping[str, Any], settings: Settings, reports: Iterable[Report], chosen: Iterable[str]
) -> str:
    """A section: its own texts, and those that hold where what is `chosen` does."""
    items = [item for name in ("", *chosen) for item in section.get(f"{name}_items".strip("_"), ())]
    paragraphs = [line for name in (*chosen, "") for line in section.get(f"{name}_paragraphs".strip("_"), ())]
    parts = [
        f"<h2>{escape(section['heading'])}</h2>",
        *(f"<p>{escape(line)}</p>" for line in paragraphs),
        f"<ul>{''.join(f'<li>{escape(text)}</li>' for text in items)}</ul>" if items else "",
        _reports_html(reports) if section.get("reports") else "",
        *(f"<p>{escape(text)}</p>" for text in section.get("after", ())),
    ]
    if section.get("contact"):
        told = say("about.contact", contact=settings.contact) if settings.contact else say("about.no_contact")
        parts.append(f"<p>{escape(told)}</p>")
    return f"<section>{''.join(parts)}</section>"


def _reports_html(reports: Iterable[Report]) -> str:
    rows = "".join(f"<li>{_report_html(report)}</li>" for report in reports)
    return f"<ul>{rows}</ul>"


def _report_html(report: Report) -> str:
    address = web_address(report.url)
    title = link_html(address, report.title) if address else escape(report.title)
    updated = say("reports.updated", date=date_text(report.updated)) if report.updated else ""
    by = ", ".join(filter(None, (report.publisher, updated)))
    licence = say("reports.licence", licence=report.licence) if report.licence else say("reports.no_licence")
    return f"{title}. {escape(by)}. {escape(licence)}"
