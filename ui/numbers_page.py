"""The page Tall: the numbers table to filter, read in its paragraphs, draw and take away."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from html import escape

import streamlit as st

from ingest.models import Kind, Observation, Paragraph, Source
from rag.phrases import Phrases, capital
from rag.series import find_series
from ui import frame, review, sheets
from ui.answer import figures_marked
from ui.picture import show_downloads, show_picture, table_files
from ui.settings import load_settings
from ui.texts import counted, say
from ui.words import groups_text, kind_text, measure_text, whole_text, wording_text

ROWS = 50  # a page of the table; each row carries its paragraph along
EVERYONE = ""  # stands for "no group" among the groups
FILTERS = ("measure", "year", "group", "report")
COLUMNS = ("figure", "measure", "group", "year", "kind", "report")
USUAL = 'class="row-usual" '  # left out where each row is a card


@dataclass(frozen=True, slots=True)
class _Table:
    """The observations of a shelf with the words for them."""

    shelf: frame.Shelf
    phrases: Phrases
    observations: Sequence[Observation]
    paragraphs: Mapping[str, Paragraph]

    def values(self, name: str, observation: Observation) -> set[str]:
        """What an observation has of a filter: one value, or for groups one or more."""
        match name:
            case "measure":
                return {observation.measure}
            case "year":
                return {observation.period or ""}
            case "report":
                return {observation.report_id}
        return {f"{d}={code}" for d, code in observation.dimensions.items()} or {EVERYONE}

    def label(self, name: str, value: str) -> str:
        """The words for a value of a filter."""
        match name:
            case "measure":
                return capital(measure_text(value, self.phrases))
            case "year":
                return value or say("numbers.no_year")
            case "report":
                own = f" ({say('numbers.own_file')})" if value in self.shelf.own else ""
                return self.shelf.reports[value].title + own
        dimension, _, code = value.partition("=")
        return self.phrases.label(dimension, code) if code else say("picture.everyone")


def show() -> None:
    """Draw the page."""
    shelf = frame.open_shelf()
    store = shelf.assistant.store
    phrases = Phrases(shelf.assistant.vocabulary, "nb")
    paragraphs = {paragraph.id: paragraph for paragraph in store.paragraphs()}
    table = _Table(shelf, phrases, store.observations(), paragraphs)
    frame.page_head(say("numbers.heading"), say("numbers.intro"))
    chosen = _show_filters(table)
    found = [o for o in table.observations if all(_fits(table, name, o, chosen[name]) for name in FILTERS)]
    found.sort(key=_order(st.session_state.get("sort") or "newest", table))
    with st.container(key="found", horizontal=True, vertical_alignment="center", gap="small"):
        st.html(
            f'<p class="found" role="status">{escape(_found_text(table, found))}</p>',
            width="content",
        )
        if any(chosen.values()):
            st.button(say("numbers.clear"), key="clear", type="tertiary", on_click=_clear)
    if not found:
        st.html(f'<p class="hint">{escape(say("numbers.none"))}</p>')
        return
    _show_rows(table, found)
    _show_chart(table, found, chosen["measure"])
    st.html(f'<h2 class="section-title">{escape(say("numbers.download"))}</h2>')
    sheet = sheets.observations_sheet(found, paragraphs, shelf.reports, shelf.own, phrases)
    show_downloads(table_files(sheet), say("numbers.file"), "numbers")
    if load_settings().review:
        review.show(store, table.observations, phrases)


def _found_text(table: _Table, found: Sequence[Observation]) -> str:
    """How many figures there are; and of which report, where the rows need not say it one by one."""
    count, reports = counted("numbers.found", len(found)), {o.report_id for o in found}
    if len(reports) != 1:
        return count
    return say("numbers.all_from", count=count, report=table.label("report", *reports))


def _fits(table: _Table, name: str, observation: Observation, chosen: Sequence[str]) -> bool:
    return not chosen or bool(table.values(name, observation) & set(chosen))


def _clear() -> None:
    for name in FILTERS:
        st.session_state[f"filter-{name}"] = []
    st.session_state["page"] = 0


def _first_page() -> None:
    st.session_state["page"] = 0


def _turn(pages: int) -> None:
    st.session_state["page"] = int(st.session_state.get("page", 0)) + pages


def _show_filters(table: _Table) -> dict[str, list[str]]:
    chosen: dict[str, list[str]] = {}
    label = escape(say("numbers.filter"))
    st.html(f'<button type="button" class="filter-toggle" aria-expanded="false">{label}</button>')
    with st.container(key="filters", horizontal=True, gap="small"):
        for name in FILTERS:
            values = {value for o in table.observations for value in table.values(name, o)}
            labels = {value: table.label(name, value) for value in values}
            chosen[name] = st.multiselect(
                say(f"numbers.{name}"),
                sorted(values, key=partial(_sorting, labels)),
                format_func=labels.__getitem__,
                key=f"filter-{name}",
                placeholder=say("numbers.nothing_chosen"),
                on_change=_first_page,
                select_all=False,
                wrap=True,
            )
        sorts = {"newest": "sort_newest", "measure": "sort_measure", "largest": "sort_largest"}
        st.selectbox(
            say("numbers.sort"),
            list(sorts),
            format_func=lambda name: say(f"numbers.{sorts[name]}"),
            key="sort",
            on_change=_first_page,
        )
    return chosen


def _sorting(labels: Mapping[str, str], value: str) -> tuple[int, str]:
    """Years the newest first, everything else by the alphabet."""
    label = labels[value]
    return (-int(label), "") if label.isdecimal() else (0, label.lower())


def _order(sort: str, table: _Table) -> Callable[[Observation], tuple[object, ...]]:
    def newest(o: Observation) -> tuple[object, ...]:
        year = o.period if o.period and o.period.isdecimal() else "0"
        return -int(year), o.report_id, table.paragraphs[o.paragraph_id].number, o.quantity.start

    def measure(o: Observation) -> tuple[object, ...]:
        return measure_text(o.measure, table.phrases).lower(), *newest(o)

    def largest(o: Observation) -> tuple[object, ...]:
        return o.quantity.unit or "", -o.quantity.value, *newest(o)

    return {"newest": newest, "measure": measure, "largest": largest}[sort]


# ---- the table


def _show_rows(table: _Table, found: Sequence[Observation]) -> None:
    pages = -(-len(found) // ROWS)
    page = min(max(int(st.session_state.get("page", 0)), 0), pages - 1)
    one_report = len({observation.report_id for observation in found}) == 1
    st.html(_table_html(table, found[page * ROWS : (page + 1) * ROWS], one_report))
    if any(not observation.certain for observation in found):
        st.html(f'<p class="hint">{escape(say("numbers.uncertain_note"))}</p>')
    if pages > 1:
        with st.container(key="paging", horizontal=True, vertical_alignment="center", gap="small"):
            st.button(say("numbers.previous"), key="previous", disabled=page == 0, on_click=_turn, args=(-1,))
            st.html(
                f"<span>{escape(say('numbers.page', page=page + 1, pages=pages))}</span>", width="content"
            )
            st.button(say("numbers.next"), key="next", disabled=page == pages - 1, on_click=_turn, args=(1,))


def _table_html(table: _Table, observations: Iterable[Observation], one_report: bool) -> str:
    """A table with its roles spelled out, for on a narrow screen each row is laid out as a card."""
    head = "".join(
        f'<th role="columnheader" scope="col">{escape(say(f"numbers.{name}"))}</th>' for name in COLUMNS
    )
    rows = "".join(_row_html(table, number, o, one_report) for number, o in enumerate(observations))
    return (
        f'<table class="numbers" role="table">'
        f'<caption class="for-ears">{escape(say("numbers.caption"))}</caption>'
        f'<thead role="rowgroup"><tr role="row">{head}<th role="columnheader" scope="col">'
        f'<span class="for-ears">{escape(say("picture.paragraph"))}</span></th>'
        f'</tr></thead><tbody role="rowgroup">{rows}</tbody></table>'
    )


def _row_html(table: _Table, number: int, observation: Observation, one_report: bool) -> str:
    phrases, target = table.phrases, f"row-{number}"
    report = table.shelf.reports[observation.report_id]
    figure = capital(phrases.value(observation.quantity))
    cells = [
        f'<span class="row-figure">{escape(figure)}</span>{_marks_html(observation)}',
        f"{escape(capital(measure_text(observation.measure, phrases)))}{_whole_html(observation, phrases)}",
        escape(groups_text(observation, phrases)),
        escape(observation.period or say("numbers.no_year")),
        escape(kind_text(observation)),
        escape(table.label("report", report.id)),
    ]
    # A card does not repeat what goes without saying.
    usual = {"kind": observation.kind is Kind.LEVEL, "report": one_report}
    first, *rest = (
        f'{USUAL if usual.get(name) else ""}data-label="{escape(say(f"numbers.{name}"))}">{cell}'
        for name, cell in zip(COLUMNS, cells, strict=True)
    )
    body = f'<th role="rowheader" scope="row" {first}</th>' + "".join(
        f'<td role="cell" {c}</td>' for c in rest
    )
    label = f'{escape(say("numbers.show"))}<span class="for-ears">: {escape(figure)}</span>'
    return (
        f'<tr role="row" class="row" data-row="{target}">{body}<td role="cell" class="row-tool">'
        f'<button type="button" aria-expanded="false" aria-controls="{target}" data-opens="{target}"'
        f' data-hide="{escape(say("numbers.hide"))}" data-show="{escape(say("numbers.show"))}">{label}'
        f"</button></td></tr>"
        f'<tr role="row" class="row-paragraph" id="{target}" hidden><td role="cell" colspan="7">'
        f"{_paragraph_html(table, observation)}</td></tr>"
    )


def _whole_html(observation: Observation, phrases: Phrases) -> str:
    """Whose part a share is: 3 and 5 prosent of one measure may be of different people."""
    whole = whole_text(observation, phrases)
    return f' <span class="row-whole">{escape(say("numbers.part_of", whole=whole))}</span>' if whole else ""


def _marks_html(observation: Observation) -> str:
    """What a reader has to know of a figure beside its value."""
    marks = [] if observation.certain else [("uncertain", say("numbers.uncertain"))]
    if wording := wording_text(observation):
        marks.append(("worded", wording))
    if observation.source not in (Source.READ, Source.PROPOSED, Source.PLACED):
        marks.append(("corrected", say("numbers.corrected")))
    return "".join(f' <span class="label label--{name}">{escape(text)}</span>' for name, text in marks)


def _paragraph_html(table: _Table, observation: Observation) -> str:
    paragraph = table.paragraphs[observation.paragraph_id]
    report = table.shelf.reports[paragraph.report_id]
    span = observation.quantity.start, observation.quantity.end
    section = (
        f'<p class="source-section">{escape(" › ".join(paragraph.section))}</p>' if paragraph.section else ""
    )
    return (
        f'<div class="source-body">{section}<p class="paragraph paragraph--{paragraph.kind.value}"'
        f' lang="{escape(report.language)}">{figures_marked(paragraph.text, [span])}</p></div>'
    )


def _show_chart(table: _Table, found: Sequence[Observation], measures: Sequence[str]) -> None:
    st.html(f'<h2 class="section-title">{escape(say("numbers.chart"))}</h2>')
    one = len({observation.measure for observation in found}) == 1 or len(measures) == 1
    newest = sorted(found, key=lambda o: (o.period or "", Decimal(o.quantity.value)), reverse=True)
    series = (
        find_series(newest, phrases=table.phrases, apart=frame.own_words(table.shelf.own)) if one else None
    )
    if series is None:
        st.html(f'<p class="hint">{escape(say("numbers.no_chart"))}</p>')
    else:
        show_picture(series, table.shelf.reports, table.shelf.own, "selection", sourced=True)
