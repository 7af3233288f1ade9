"""Figures as files that other programs read: CSV as Norwegian spreadsheets expect it, and XLSX.

Cells come from reports that anyone may have added: none may be taken for a formula.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import TypeAlias

from ingest.models import Observation, Paragraph, Report
from rag.phrases import Phrases
from rag.series import Point, Series
from ui.texts import say
from ui.words import direction_text, groups_text, kind_text, measure_text, standing_text, whole_text

Cell: TypeAlias = "str | Decimal"
Sheet: TypeAlias = "tuple[Sequence[str], list[list[Cell]]]"
Maker: TypeAlias = "Callable[[], bytes]"

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def series_sheet(series: Series, reports: Mapping[str, Report], own: frozenset[str]) -> Sheet:
    """A series: a row a figure, with its source and licence.

    What all have in common stands in the title; "everyone" is only said of a row beside those of groups.
    """
    everyone = say("picture.everyone") if len(series.groups) > 1 else ""
    names = "title part year figure value lower upper unit standing"
    rows: list[list[Cell]] = []
    for point in series.points:
        sources = [reports[i] for i in point.report_ids if i in reports]
        rows.append(
            [
                series.title,
                point.group or everyone,
                point.period,
                point.text,
                point.value,
                point.lower,
                point.upper,
                series.unit,
                standing(point),
                *_source_cells(sources, own),
            ]
        )
    return _headings(names), rows


def observations_sheet(
    observations: Iterable[Observation],
    paragraphs: Mapping[str, Paragraph],
    reports: Mapping[str, Report],
    own: frozenset[str],
    phrases: Phrases,
) -> Sheet:
    """Observations: a row each, with paragraph, source and licence."""
    names = "measure group whole year kind figure value direction lower upper unit standing paragraph"
    rows: list[list[Cell]] = []
    for observation in observations:
        quantity = observation.quantity
        paragraph = paragraphs.get(observation.paragraph_id)
        rows.append(
            [
                measure_text(observation.measure, phrases),
                groups_text(observation, phrases),
                whole_text(observation, phrases),
                observation.period or "",
                kind_text(observation),
                phrases.value(quantity),
                quantity.value,
                direction_text(observation),
                quantity.lower,
                quantity.upper,
                quantity.unit or "",
                standing_text(observation, phrases),
                " ".join(paragraph.text.split()) if paragraph else "",
                *_source_cells([reports[observation.report_id]], own),
            ]
        )
    return _headings(names), rows


def standing(point: Point) -> str:
    """How well a figure is known."""
    return say("picture." + ("calculated" if point.calculated else "hedged" if point.hedged else "published"))


def source_line(report: Report, own: frozenset[str]) -> str:
    """A report as a source, with its licence."""
    whose = say("picture.own_file") if report.id in own else report.publisher
    licence = report.licence or say("picture.no_licence")
    place = ", ".join(filter(None, (report.title, whose, "" if report.id in own else report.url)))
    return f"{place}. {say('picture.licence')}: {licence}."


def to_csv(sheet: Sheet) -> bytes:
    """Semicolons, decimal commas and a byte order mark: opens right in a Norwegian spreadsheet."""
    head, rows = sheet
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(head)
    writer.writerows([_plain(cell) for cell in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def to_xlsx(sheet: Sheet) -> bytes:
    """One sheet, its head frozen and filterable; numbers are numbers, everything else is text."""
    import xlsxwriter

    head, rows = sheet
    out = io.BytesIO()
    safe = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, safe) as book:
        page = book.add_worksheet(say("picture.sheet"))
        bold = book.add_format({"bold": True, "bottom": 1})
        number = book.add_format({"num_format": "#,##0.##" if _has_fraction(rows) else "#,##0"})
        page.write_row(0, 0, head, bold)
        for i, row in enumerate(rows, start=1):
            for j, cell in enumerate(row):
                if isinstance(cell, Decimal):
                    page.write_number(i, j, float(cell), number)
                else:
                    page.write_string(i, j, cell[:32_000])
        page.freeze_panes(1, 0)
        page.autofilter(0, 0, max(len(rows), 1), len(head) - 1)
        page.autofit(300)
    return out.getvalue()


def _headings(names: str) -> tuple[str, ...]:
    return tuple(say(f"picture.{name}") for name in f"{names} report publisher address licence".split())


def _source_cells(reports: Sequence[Report], own: frozenset[str]) -> list[Cell]:
    whose = (say("picture.own_file") if report.id in own else report.publisher for report in reports)
    addresses = ("" if report.id in own else report.url for report in reports)
    licences = (report.licence or say("picture.no_licence") for report in reports)
    titles = (report.title for report in reports)
    return [" | ".join(dict.fromkeys(cells)) for cells in (titles, whose, addresses, licences)]


def _plain(cell: Cell) -> str:
    if isinstance(cell, Decimal):
        return format(cell, "f").replace(".", ",")
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def _has_fraction(rows: Iterable[Sequence[Cell]]) -> bool:
    return any(isinstance(cell, Decimal) and cell != cell.to_integral_value() for row in rows for cell in row)
