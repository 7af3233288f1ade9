"""A series on the page: its chart, the same figures as a table, and the files to take away."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

import streamlit as st

from ingest.models import Report
from rag.series import Series
from ui import charts, sheets
from ui.answer import details_html
from ui.texts import say


def show_picture(
    series: Series,
    reports: Mapping[str, Report],
    own: frozenset[str],
    key: str,
    *,
    sourced: bool = False,
    spec: dict[str, Any] | None = None,
) -> None:
    """Draw a series.

    Args:
        series: what to draw.
        reports: the reports its figures are from, by id.
        own: ids of reports that are the visitor's own files.
        key: tells the pictures of a page apart.
        spec: the chart, where it has been made before; making one takes tens of milliseconds.
        sourced: the sources are listed below it; not where they stand beside it anyway.
    """
    used = dict.fromkeys(i for point in series.points for i in point.report_ids if i in reports)
    sources = [say("picture.source", sources=sheets.source_line(reports[i], own)) for i in used]
    with st.container(key=f"picture-{key}", gap="xsmall"):
        st.html(f'<h3 class="picture-title">{escape(series.title)}</h3>')
        st.vega_lite_chart(
            spec=spec or charts.make_chart(series).to_dict(),
            theme=None,
            alt=charts.describe(series),
            key=f"chart-{key}",
        )
        for note in charts.whisker_note(series):
            st.html(f'<p class="hint">{escape(note)}</p>')
        st.html(details_html("figures", escape(say("picture.as_table")), _table_html(series)))
        if sourced:
            st.html("".join(f'<p class="picture-source">{escape(line)}</p>' for line in sources))
        sheet = sheets.series_sheet(series, reports, own)
        show_downloads(
            {
                "png": ("image/png", lambda: charts.to_picture(series, sources, "png")),
                "svg": ("image/svg+xml", lambda: charts.to_picture(series, sources, "svg")),
                **table_files(sheet),
            },
            say("picture.file"),
            key,
        )


def table_files(sheet: sheets.Sheet) -> dict[str, tuple[str, sheets.Maker]]:
    """The files that a sheet can be taken away as."""
    return {
        "csv": ("text/csv", lambda: sheets.to_csv(sheet)),
        "xlsx": (
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            lambda: sheets.to_xlsx(sheet),
        ),
    }


def show_downloads(files: Mapping[str, tuple[str, sheets.Maker]], name: str, key: str) -> None:
    """A button for each file; it is made when its button is pressed."""
    with st.container(key=f"downloads-{key}", horizontal=True, gap="xsmall", vertical_alignment="center"):
        st.html(f'<span class="downloads-label">{escape(say("picture.download"))}:</span>', width="content")
        for ending, (mime, make) in files.items():
            st.download_button(
                say(f"picture.{ending}"),
                data=make,
                file_name=f"{name}.{ending}",
                mime=mime,
                key=f"download-{key}-{ending}",
                on_click="ignore",
                type="tertiary",
            )


def _table_html(series: Series) -> str:
    columns = (charts.point_heading(series), say("picture.figure"), say("picture.standing"))
    head = "".join(f'<th scope="col">{escape(title)}</th>' for title in columns)
    rows = "".join(
        f'<tr><th scope="row">{escape(charts.point_name(point, series))}</th><td>{escape(point.text)}</td>'
        f"<td>{escape(sheets.standing(point))}</td></tr>"
        for point in series.points
    )
    return f'<table><caption class="for-ears">{escape(series.title)}</caption><tr>{head}</tr>{rows}</table>'
