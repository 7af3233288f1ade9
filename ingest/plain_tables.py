"""Tables in plain text: runs of lines that "|", tabs or aligned columns part into cells. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ingest.cells import find_cells, find_header, find_pieces, is_figure, is_rule

MAX_CELL = 200  # characters; longer cells than this between two bars are prose
MAX_LABEL = 60  # characters of a line of its own within a table, like "Kvinner" above its rows
ALIGNED = 0.6  # of a table's rows must have cells where the others have theirs, and figures in them
MAX_LEADING = 3  # lines that look like rows above a table and are none; a run is not tried at every line
JUDGED = 200  # lines at the top of a run that tell whether it is a table
SLACK = 2  # characters that the edge of a column may move from row to row
_SENTENCE = re.compile(r"[.!?:;]$")

Lines = Sequence[tuple[int, int] | None]


@dataclass(frozen=True, slots=True)
class PlainTable:
    """A table in a text: its lines (first to before last), where it starts and ends, where its header ends.

    `start` is at the first line's margin where its columns are aligned by spaces. `header_end == start`:
    the table has no header.
    """

    first: int
    last: int
    start: int
    end: int
    header_end: int


def find_plain_tables(source: str, lines: Lines) -> list[PlainTable]:
    """The tables among a text's lines.

    Args:
        source: the text.
        lines: start and end of each line without outer white space; None for a blank one.
    """
    tables: list[PlainTable] = []
    at = 0
    while at < len(lines):
        found, after = _find_at(source, lines, at)
        tables += found
        at = after
    return tables


def _find_at(source: str, lines: Lines, at: int) -> tuple[list[PlainTable], int]:
    """The table that begins at a line, or a few lines below it in the same run; and where to go on."""
    after = at + 1
    for like, is_table in ((_barred, _is_barred), (_gapped, _is_aligned)):
        last = _run(source, lines, at, like)
        if last is None:
            continue
        for first in range(at, min(at + MAX_LEADING, last)):
            if is_table(source, lines, first, min(last, first + JUDGED)):
                return [_table(source, lines, first, last)], last
        after = max(after, last)
    return [], after


def part_rows(source: str, start: int, end: int, longest: int) -> list[tuple[int, int]]:
    """A table's stretch of a text, parted between rows so that no part is longer than `longest`.

    A single row that is longer is parted at a cell's end, or anywhere if it has none.
    """
    parts: list[tuple[int, int]] = []
    while end - start > longest:
        window = source[start : start + longest]
        cut = max(window.rfind("\n"), 0) or max(window.rfind(" "), 0) or longest
        parts.append((start, start + cut))
        start += cut
        start += source[start : start + 2].startswith(("\n", " "))
    return [*parts, (start, end)]


def _margin(source: str, line: tuple[int, int]) -> int:
    """Where a line begins, its indentation included."""
    return source.rfind("\n", 0, line[0]) + 1


def _barred(text: str) -> bool:
    return "|" in text


def _gapped(text: str) -> bool:
    return len(find_pieces(text)) > 1


def _run(source: str, lines: Lines, at: int, like: Callable[[str], bool]) -> int | None:
    """Where the run of table-like lines from `at` on ends; None where `at` begins none."""
    last = None
    for number in range(at, len(lines)):
        line = lines[number]
        if line is None:
            break
        text = source[line[0] : line[1]]
        if like(text) or (number > at and is_rule(text)):
            last = number + 1
        elif number == at or not _is_label(text) or number - (last or at) > 0:
            break
    return last


def _is_label(text: str) -> bool:
    """A short line of words within a table: the name of the group of rows below it."""
    return len(text) <= MAX_LABEL and not _SENTENCE.search(text) and text[:1].isalpha()


def _is_barred(source: str, lines: Lines, first: int, last: int) -> bool:
    """Whether lines with "|" are a table: two and more, of as many cells, with a rule or with figures."""
    rows = _rows(source, lines, first, last)
    texts = [source[line[0] : line[1]] for line in lines[first:last] if line]
    barred = [row for row in rows if len(row) > 1]
    if len(barred) < 2 or any(len(cell) > MAX_CELL for row in rows for cell in row):
        return False
    usual = Counter(len(row) for row in barred).most_common(1)[0][1]
    if usual < ALIGNED * len(barred):
        return False
    drawn = any(is_rule(text) and "|" in text for text in texts)
    framed = all(text.startswith("|") for text in texts if "|" in text)
    figures = any(is_figure(cell) for row in barred[1:] for cell in row)
    return drawn or framed or figures or min(len(barred), len(barred[0])) > 2


def _is_aligned(source: str, lines: Lines, first: int, last: int) -> bool:
    """Whether lines with gaps are a table: figures in most rows, under each other (or parted by tabs)."""
    texts = [source[_margin(source, line) : line[1]] for line in lines[first:last] if line]
    rows = [(text, find_pieces(text)) for text in texts if not is_rule(text)]
    rows = [(text, pieces) for text, pieces in rows if len(pieces) > 1]
    body = [
        (text, pieces)
        for text, pieces in rows
        if any(is_figure(text[start:end]) for start, end in pieces[1:])
    ]
    if len(rows) < 2 or len(body) < max(ALIGNED * (len(rows) - 1), 1):
        return False
    if all("\t" in text.strip() for text, _ in rows):
        return len({text.count("\t") for text, _ in rows}) == 1 or len(rows) > 2
    return len(rows) > 2 and _under_each_other([pieces for _, pieces in rows])


def _under_each_other(rows: Sequence[Sequence[tuple[int, int]]]) -> bool:
    """Whether the last pieces of most rows end, or their first figures begin, at the same place."""
    ends = Counter(round(row[-1][1] / SLACK) for row in rows)
    starts = Counter(round(row[1][0] / SLACK) for row in rows)

    def near(counts: Counter[int]) -> int:
        return max(counts[place] + counts[place + 1] for place in counts)

    return max(near(ends), near(starts)) >= ALIGNED * len(rows)


def _rows(source: str, lines: Lines, first: int, last: int) -> list[list[str]]:
    text = "\n".join(source[line[0] : line[1]] for line in lines[first:last] if line)
    return [[text[start:end] for start, end in row] for row in find_cells(text)]


def _table(source: str, lines: Lines, first: int, last: int) -> PlainTable:
    spans = [line for line in lines[first:last] if line]
    bars = any("|" in source[line[0] : line[1]] for line in spans)
    start = spans[0][0] if bars else _margin(source, spans[0])
    end = spans[-1][1]
    text = source[start:end]
    count = find_header([[text[a:b] for a, b in row] for row in find_cells(text)])
    header_end = start
    for line in spans:
        if count == 0:
            break
        count -= not is_rule(source[line[0] : line[1]])
        header_end = line[1]
    return PlainTable(first, last, start, end, header_end)
