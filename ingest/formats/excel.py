"""XLSX -> pieces: every visible sheet's tables, cells as they are shown, formulas by their kept values."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils.cell import range_boundaries

from ingest.formats.pieces import Document, Piece, Role, plain
from ingest.formats.separated import first_title
from ingest.formats.sheets import find_tables
from ingest.formats.spans import MAX_COLUMNS, MAX_REPEATED, MAX_ROWS
from ingest.models import CorpusError

MAX_CELLS = 300_000  # of a workbook
MAX_MERGED = 500_000  # cells that lie in merged areas
MAX_SHEETS = 200
_PLAIN_NAME = re.compile(r"(?:sheet|ark|tabell|blad)\s?\d*", re.IGNORECASE)
_DECIMALS = re.compile(r"[#0]\.(0+)")
_UNCOUNTED = re.compile(rb"<f\b[^>]*(?:/>|>[^<]*</f>)\s*(?:<v\s*/>|<v>\s*</v>)?\s*</c>")
_MERGED = re.compile(rb"<(?:\w+:)?mergeCell\b[^>]*\bref=[\"']([A-Z]{1,3}\d{1,7}:[A-Z]{1,3}\d{1,7})[\"']")
_ERROR = re.compile(r"#[A-Z/0]+[!?A]")
_WHITE = frozenset({"FFFFFFFF", "00FFFFFF"})


def parse_excel(data: bytes, name: str) -> Document:
    """Read a workbook. Hidden sheets, rows and columns are left out.

    Raises:
        CorpusError: it has more than `MAX_CELLS` cells, or every sheet of it is hidden.
    """
    _check_merged(data, name)
    book = load_workbook(io.BytesIO(data), data_only=True, keep_links=False)
    remarks: list[str] = []
    pieces: list[Piece] = []
    shown = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
    if len(shown) < len(book.worksheets):
        remarks.append(f"{len(book.worksheets) - len(shown)} hidden sheets are left out")
    cells = 0
    for sheet in shown[:MAX_SHEETS]:
        rows = _rows(sheet, remarks)
        cells += sum(1 for row in rows for cell in row if cell)
        if cells > MAX_CELLS:
            raise CorpusError(f"{name}: it has more than {MAX_CELLS} cells. Split the workbook.")
        found = find_tables(rows)
        if found and (len(shown) > 1 or not _PLAIN_NAME.fullmatch(sheet.title)):
            pieces.append(Piece(Role.HEADING, sheet.title, 2))
        pieces += found
    if not shown:
        raise CorpusError(f"{name}: every sheet in it is hidden. Show the sheets that are the report.")
    if uncounted := _uncounted(data):
        remarks.append(f"{uncounted} formulas have no value; open the workbook in Excel and save it")
    title = plain(str(book.properties.title or "")) or first_title(
        [piece for piece in pieces if piece.role is not Role.HEADING]
    )
    return Document(tuple(pieces), title, remarks=tuple(remarks))


def _rows(sheet: Any, remarks: list[str]) -> list[list[str]]:
    """The rows of a sheet, blank ones too; merged cells hold their text in each place."""
    texts: dict[int, dict[int, str]] = {}
    hidden_rows = {number for number, row in sheet.row_dimensions.items() if row.hidden}
    hidden_columns = _hidden_columns(sheet)
    # Only cells that exist: a sheet may say that it is a million rows long.
    for (row, column), cell in sorted(sheet._cells.items()):
        if row in hidden_rows or column in hidden_columns or _is_white(cell):
            continue
        if text := _shown(cell.value, cell.number_format or ""):
            texts.setdefault(row, {})[column] = text
    if hidden_rows or hidden_columns:
        remarks.append(
            f"sheet '{sheet.title}': {len(hidden_rows)} hidden rows and {len(hidden_columns)} hidden columns"
            " are left out"
        )
    used = sorted({column for row in texts.values() for column in row})
    if len(used) > MAX_COLUMNS or len(texts) > MAX_ROWS:
        remarks.append(
            f"sheet '{sheet.title}': what is beyond {MAX_COLUMNS} columns or {MAX_ROWS} rows is left out"
        )
    columns = used[:MAX_COLUMNS]
    _repeat_merged(sheet, texts, columns)
    return _with_blanks(texts, columns, hidden_rows)


def _repeat_merged(sheet: Any, texts: dict[int, dict[int, str]], columns: Sequence[int]) -> None:
    """Put the text of a merged area in each of its places, within the rows and columns that hold text."""
    rows = sorted(texts)
    for area in sheet.merged_cells.ranges:
        text = texts.get(area.min_row, {}).get(area.min_col, "")
        if not text or len(text) > MAX_REPEATED:
            continue
        across = columns[bisect_left(columns, area.min_col) : bisect_right(columns, area.max_col)]
        for row in rows[bisect_left(rows, area.min_row) : bisect_right(rows, area.max_row)]:
            for column in across:
                texts[row].setdefault(column, text)


def _with_blanks(
    texts: dict[int, dict[int, str]], columns: Sequence[int], hidden: set[int]
) -> list[list[str]]:
    """The rows in order, one blank row where rows are missing between them."""
    rows: list[list[str]] = []
    before = 0
    for number in sorted(texts)[:MAX_ROWS]:
        if any(missing not in hidden for missing in range(before + 1, min(number, before + 1000))):
            rows.append([])
        rows.append([texts[number].get(column, "") for column in columns])
        before = number
    return rows


def _hidden_columns(sheet: Any) -> set[int]:
    hidden: set[int] = set()
    for dimension in sheet.column_dimensions.values():
        if dimension.hidden:
            first, last = dimension.min or 0, min(dimension.max or 0, MAX_COLUMNS)
            hidden.update(range(first, last + 1))
    return hidden


def _is_white(cell: Any) -> bool:
    """Whether a cell's text is white on nothing."""
    colour = cell.font.color if cell.has_style and cell.font else None
    white = colour is not None and colour.type == "rgb" and colour.rgb in _WHITE
    return bool(white and (cell.fill is None or cell.fill.fill_type is None))


def _shown(value: Any, number_format: str) -> str:
    """A cell as Excel shows it: decimals and per cent by its format, with a decimal comma."""
    if value is None or (isinstance(value, str) and _ERROR.fullmatch(value)):
        return ""
    if isinstance(value, bool):
        return "ja" if value else "nei"
    if isinstance(value, dt.datetime | dt.date):
        return value.strftime("%Y-%m-%d")
    if not isinstance(value, int | float):
        return str(value).strip()
    shown = number_format.split(";")[0]
    decimals = _DECIMALS.search(shown)
    places = len(decimals.group(1)) if decimals else 0
    if "%" in shown:
        return f"{value * 100:.{places}f} %".replace(".", ",")
    if shown in ("General", "", "@") or not re.search("[#0]", shown):
        return repr(value).removesuffix(".0").replace(".", ",")
    grouped = f"{value:,.{places}f}" if "," in shown else f"{value:.{places}f}"
    return grouped.replace(",", "\u00a0").replace(".", ",")


def _check_merged(data: bytes, name: str) -> None:
    """Refuse areas of merged cells that openpyxl would fill memory with: it makes every cell of them."""
    merged = 0
    for sheet in _sheets(data):
        for match in _MERGED.finditer(sheet):
            left, top, right, bottom = range_boundaries(match.group(1).decode())
            merged += (right - left + 1) * (bottom - top + 1)
    if merged > MAX_MERGED:
        raise CorpusError(
            f"{name}: it merges {merged} cells, more than {MAX_MERGED}. Split the merged areas."
        )


def _uncounted(data: bytes) -> int:
    """How many formulas were saved without their values."""
    return sum(len(_UNCOUNTED.findall(sheet)) for sheet in _sheets(data))


def _sheets(data: bytes) -> Iterator[bytes]:
    """The XML of each sheet."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for entry in archive.namelist():
            if entry.startswith("xl/worksheets/") and entry.endswith(".xml"):
                yield archive.read(entry)
