"""CSV -> pieces: the delimiter is found by trying; cells are taken as they are written."""

from __future__ import annotations

import csv
import io
from collections import Counter

from ingest.formats.pieces import Document, Piece, Role, plain
from ingest.formats.sheets import find_tables
from ingest.formats.spans import MAX_COLUMNS, MAX_ROWS
from ingest.models import CorpusError

DELIMITERS = (";", "\t", ",", "|")  # in the order of trust: a comma may be decimal
SAMPLE = 200  # rows that a delimiter is tried on
MAX_CELL = 20_000  # characters; a longer one is an unclosed quotation mark


def parse_separated(text: str, name: str) -> Document:
    """Read a CSV file, decoded.

    Raises:
        CorpusError: no delimiter parts its lines into columns, or a quotation mark is not closed.
    """
    rows = _rows(text, _delimiter(text, name), name, MAX_ROWS + 1)
    remarks = []
    if len(rows) > MAX_ROWS:
        remarks.append(f"more than {MAX_ROWS} rows; the rest is left out")
    if any(len(row) > MAX_COLUMNS for row in rows):
        remarks.append(f"more than {MAX_COLUMNS} columns; the rest is left out")
    pieces = find_tables([row[:MAX_COLUMNS] for row in rows[:MAX_ROWS]])
    return Document(tuple(pieces), first_title(pieces), remarks=tuple(remarks))


def first_title(pieces: list[Piece]) -> str:
    """The title of a file that begins with a line of its own or a table's title; "" where there is none."""
    first = pieces[0] if pieces else None
    return plain(first.text) if first and first.role in (Role.TEXT, Role.TABLE, Role.CAPTION) else ""


def _delimiter(text: str, name: str) -> str:
    """The delimiter that parts most lines into equally many cells, and more than one."""
    best, most = "", 0.0
    for delimiter in DELIMITERS:
        rows = [row for row in _rows(text, delimiter, name, SAMPLE) if any(row)]
        counts = Counter(len(row) for row in rows if len(row) > 1)
        if not counts:
            continue
        share = max(counts.values()) / len(rows)
        if share > most + 0.1:
            best, most = delimiter, share
    if not best:
        raise CorpusError(
            f"{name}: no character parts its lines into columns. Save it as .txt if it is text."
        )
    return best


def _rows(text: str, delimiter: str, name: str, count: int) -> list[list[str]]:
    csv.field_size_limit(MAX_CELL)
    rows: list[list[str]] = []
    try:
        for row in csv.reader(io.StringIO(text), delimiter=delimiter):
            rows.append([cell.strip() for cell in row])
            if len(rows) == count:
                break
    except csv.Error as error:
        raise CorpusError(
            f"{name}: its cells cannot be told apart in row {len(rows) + 1} ({error})."
            " Close its quotation marks, or save it anew."
        ) from error
    return rows
