"""The elements of a page, in reading order -> pieces."""

from __future__ import annotations

import re

from lxml import etree
from lxml.html import HtmlElement

from ingest.formats.pieces import Piece, Role
from ingest.formats.spans import MAX_ROWS, Cell, fill

MAX_DEPTH = 150  # elements inside each other; what lies deeper is read as one paragraph
MAX_CONTACT = 120  # characters of a line with a telephone number or an address of mail in it
MAX_CELLS = 500_000  # of a page's tables
LONG_CELL = 400  # characters; a table with few cells of this length lays out a page

_HEADINGS = {"h1": 1, "h2": 2, "h3": 3, "h4": 4, "h5": 5, "h6": 6}
_ROLES = {"li": Role.BULLET, "dd": Role.TEXT, "figcaption": Role.CAPTION, "caption": Role.CAPTION}
_BLOCKS = frozenset(
    "address article aside blockquote body center dd details div dl dt fieldset figcaption figure footer"
    " h1 h2 h3 h4 h5 h6 header hgroup hr html legend li main ol p pre section summary table ul".split()
)
_UNIT_BEFORE = re.compile(r"\b(?:[kcdm]?m|10|CO|co)$")
_BACK = frozenset("↩↑^⤴")


def text_of(element: HtmlElement) -> str:
    """All text in an element."""
    return "".join(element.itertext()).strip()


class Flow:
    """One walk. `pieces` grows in reading order; `notes` are the ids of elements that are notes."""

    def __init__(self, notes: frozenset[str]) -> None:
        self.notes = notes
        self.pieces: list[Piece] = []
        self.remarks: list[str] = []
        self.cells = 0
        self._line: list[str] = []
        self._contact = False

    def walk(self, element: HtmlElement) -> None:
        """Read an element and all in it."""
        self._block(element, Role.TEXT, 0)
        self._end(Role.TEXT)

    def _block(self, element: HtmlElement, role: Role, depth: int) -> None:
        """Read the content of a block; `role` is what a paragraph in it is."""
        if depth > MAX_DEPTH:
            self._line.append(text_of(element))
            return
        role = Role.NOTE if element.get("id") in self.notes else _ROLES.get(element.tag, role)
        self._line.append(element.text or "")
        for child in element.iterchildren(etree.Element):
            self._child(child, role, depth)
            self._line.append(child.tail or "")

    def _child(self, child: HtmlElement, role: Role, depth: int) -> None:
        tag = child.tag
        if tag in _HEADINGS:
            self._end(role)
            self._heading(child)
        elif tag == "table":
            self._end(role)
            self._table(child, role, depth)
        elif tag in _BLOCKS:
            self._end(role)
            self._block(child, role, depth + 1)
            inner = Role.NOTE if child.get("id") in self.notes else _ROLES.get(tag, role)
            self._end(inner)
        elif tag == "br":
            self._line.append("\n")
        elif tag == "sup":
            self._line.append(self._mark(child))
        else:
            self._inline(child, role, depth)

    def _inline(self, element: HtmlElement, role: Role, depth: int) -> None:
        link = element.get("href") or "" if element.tag == "a" else ""
        self._contact = self._contact or link.lower().startswith(("tel:", "mailto:"))
        if element.tag == "a" and element.get("id") in self.notes:
            # The note that a raised mark leads to begins at an anchor inside its paragraph.
            self._line.insert(0, "[1] ")
        self._block(element, role, depth + 1)

    def _heading(self, element: HtmlElement) -> None:
        self.pieces.append(
            Piece(Role.HEADING, " ".join(self._inner(element).split()), _HEADINGS[element.tag])
        )

    def _mark(self, element: HtmlElement) -> str:
        """A raised figure as "[1]" where it leads to a note; "m²" keeps its own."""
        text = text_of(element).strip("[]() ")
        before = "".join(self._line[-3:]).rstrip()
        if not re.fullmatch(r"\d{1,2}|\*{1,3}|[a-z]", text) or _UNIT_BEFORE.search(before):
            return text_of(element)
        linked = element.find(".//a") is not None or (
            element.getparent() is not None and element.getparent().tag == "a"
        )
        if text.isdigit():
            return f"[{text}]"
        return text if not linked or text.startswith("*") else f"[{text}]"

    def _end(self, role: Role) -> None:
        """End the paragraph that was being read. Two line breaks in a row part paragraphs."""
        text = "".join(self._line)
        contact, self._contact = self._contact, False
        self._line.clear()
        for part in re.split(r"\n[ \t\r\f\v]*\n", text) if role is not Role.BULLET else [text]:
            whole = " ".join(part.split(" ")).strip("".join(_BACK) + " \t\n\r")
            if whole and not (contact and len(whole) <= MAX_CONTACT):
                self.pieces.append(Piece(role, whole))

    def _inner(self, element: HtmlElement) -> str:
        """The text of a heading or a cell on one line: its marks as "[1]", its blocks apart."""
        parts = [element.text or ""]
        for child in element.iterchildren(etree.Element):
            if child.tag == "sup":
                held, self._line = self._line, parts
                parts.append(self._mark(child))
                self._line = held
            elif child.tag == "br":
                parts.append(" ")
            else:
                inner = self._inner(child) if len(parts) < MAX_DEPTH else text_of(child)
                parts.append(f" {inner} " if child.tag in _BLOCKS else inner)
            parts.append(child.tail or "")
        return "".join(parts)

    def _table(self, table: HtmlElement, role: Role, depth: int) -> None:
        rows = [row for row in table.iter("tr") if _owner(row) is table]
        cells = [[cell for cell in row if cell.tag in ("td", "th")] for row in rows]
        if _lays_out(table, cells):
            for cell in (cell for row in cells for cell in row):
                self._block(cell, role, depth + 1)
                self._end(role)
            return
        self.cells += sum(map(len, cells))
        if len(rows) > MAX_ROWS or self.cells > MAX_CELLS:
            self.remarks.append(f"a table has {len(rows)} rows; what is beyond {MAX_ROWS} rows is left out")
            cells = cells[: MAX_ROWS if self.cells <= MAX_CELLS else 0]
        grid = fill([[self._cell(cell) for cell in row] for row in cells])
        captions = [caption for caption in table.iter("caption") if _owner(caption) is table]
        caption = " ".join(self._inner(captions[0]).split()) if captions else ""
        if grid:
            self.pieces.append(Piece(Role.TABLE, caption, rows=grid, header=_header(rows, cells)))

    def _cell(self, cell: HtmlElement) -> Cell:
        text = " ".join(self._inner(cell).split(" ")).strip()
        return Cell(text, _count(cell.get("colspan")), _count(cell.get("rowspan"), zero=MAX_ROWS))


def _owner(element: HtmlElement) -> HtmlElement | None:
    """The table that a row or a caption belongs to."""
    return next(iter(element.iterancestors("table")), None)


def _count(value: str | None, zero: int = 1) -> int:
    """A span as written; 1 where it is no number. `zero` is what 0 stands for."""
    digits = (value or "").strip()
    if not re.fullmatch(r"[0-9]{1,9}", digits):
        return 1
    return int(digits) or zero


def _lays_out(table: HtmlElement, cells: list[list[HtmlElement]]) -> bool:
    """Whether a table only puts parts of a page beside each other."""
    if (
        table.get("role") in ("presentation", "none")
        or next(table.iterdescendants("table"), None) is not None
    ):
        return True
    texts = [text_of(cell) for row in cells[:3] for cell in row[:3]]
    return max(map(len, cells), default=0) <= 2 and any(len(text) > LONG_CELL for text in texts)


def _header(rows: list[HtmlElement], cells: list[list[HtmlElement]]) -> int | None:
    """How many rows the page marks as names of columns; None where it marks none."""
    count = 0
    for row, inside in zip(rows, cells, strict=False):
        parent = row.getparent()
        headed = (parent is not None and parent.tag == "thead") or (
            len(inside) > 1 and all(cell.tag == "th" for cell in inside)
        )
        if not headed:
            break
        count += 1
    return count or None
