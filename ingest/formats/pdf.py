"""PDF -> pieces: what stands on each page, in lines and tables; `pdf_lines` makes paragraphs of them."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from typing import Any

import pdfplumber
from pdfminer.pdfdocument import PDFPasswordIncorrect
from pdfminer.pdfexceptions import PDFException
from pdfplumber.utils.exceptions import PdfminerException

from ingest.formats.pdf_lines import Line, Page, Table, Word, to_pieces
from ingest.formats.pieces import Document, plain
from ingest.models import CorpusError

MAX_PAGES = 600  # IMDi's and SSB's longest reports have about 300; one page takes 0.05 to 0.1 s
MAX_CHARACTERS = 60_000  # of one page; a page of dense text has 6 000
MAX_DRAWN = 5_000  # strokes and boxes of one page; looking for tables in a map of more takes minutes
MIN_SIZE = 2.0  # points; smaller letters than this are not meant to be read
UNREADABLE = 0.1  # of the letters without a meaning of their own: the file's fonts tell no text
FILLED = 0.5  # of a ruled table's cells must hold text; the grid of a diagram holds none
_UNMAPPED = re.compile(r"\(cid:\d+\)")
_JUNK_TITLE = re.compile(
    r"microsoft word|powerpoint|untitled|uten navn|\.(?:docx?|indd|pdf|pptx?)\b|^\s*$", re.I
)


def parse_pdf(data: bytes, name: str) -> Document:
    """Read a PDF. Running heads, page numbers and text that cannot be seen are left out.

    Raises:
        CorpusError: encrypted, damaged, more than `MAX_PAGES` pages, or without readable text.
    """
    try:
        with pdfplumber.open(io.BytesIO(data)) as pdf:
            count = len(pdf.pages)
            if count > MAX_PAGES:
                raise CorpusError(f"{name}: {count} pages is more than {MAX_PAGES}. Split the report.")
            pages = []
            for page in pdf.pages:
                pages.append(_read_page(page, name))
                page.close()
            said = str((pdf.metadata or {}).get("Title") or "")
    except PdfminerException as error:
        cause = error.args[0] if error.args else error
        if isinstance(cause, MemoryError):
            raise cause from None
        if isinstance(cause, PDFPasswordIncorrect) or "Password" in type(cause).__name__:
            raise CorpusError(f"{name}: it is encrypted. Save a copy without a password.") from error
        raise CorpusError(_damaged(name)) from error
    except PDFException as error:
        raise CorpusError(_damaged(name)) from error
    if not count:
        raise CorpusError(f"{name}: it has no pages. {_damaged(name).split(': ')[1]}")
    _check_letters(pages, name)
    title = "" if _JUNK_TITLE.search(said) else plain(said)
    found, pieces = to_pieces(pages)
    return Document(tuple(pieces), found or title)


def _damaged(name: str) -> str:
    return f"{name}: it is cut short or damaged. Save or fetch the file again."


def _check_letters(pages: Sequence[Page], name: str) -> None:
    text = "".join(word.text for page in pages for line in page.lines for word in line.words)
    unmapped = sum(len(match) for match in _UNMAPPED.findall(text))
    if unmapped > UNREADABLE * max(len(text), 1):
        raise CorpusError(
            f"{name}: its fonts do not tell which letters they show. Give a version whose text can be copied."
        )


def _read_page(page: Any, name: str) -> Page:
    if len(page.chars) > MAX_CHARACTERS:
        raise CorpusError(
            f"{name}: page {page.page_number} has {len(page.chars)} letters, more than {MAX_CHARACTERS}."
            " Save the report anew from the program it was made in."
        )
    coloured = _coloured(page)
    seen = page.filter(lambda thing: thing["object_type"] != "char" or _is_seen(thing, page, coloured))
    words = [
        Word(
            word["text"],
            word["x0"],
            word["x1"],
            word["top"],
            word["bottom"],
            float(word["size"]),
            bool(re.search(r"bold|black|heavy|semibold|demi", str(word["fontname"]), re.I)),
        )
        for word in seen.extract_words(extra_attrs=["size", "fontname"], x_tolerance_ratio=0.2)
    ]
    tables = _tables(seen)
    outside = [word for word in words if not any(table.holds(word) for table in tables)]
    return Page(page.page_number, float(page.width), float(page.height), _lines(outside), tables)


def _coloured(page: Any) -> list[tuple[float, float, float, float]]:
    """What white letters may stand on: filled boxes and pictures."""
    boxes = [thing for thing in (*page.rects, *page.curves) if thing.get("fill") and not _is_white(thing)]
    return [(thing["x0"], thing["x1"], thing["top"], thing["bottom"]) for thing in (*boxes, *page.images)]


def _is_seen(char: dict[str, Any], page: Any, coloured: Sequence[tuple[float, float, float, float]]) -> bool:
    """Whether a letter lies on the page, is large enough, and is not white on white."""
    x, y = (char["x0"] + char["x1"]) / 2, (char["top"] + char["bottom"]) / 2
    left, top, right, bottom = page.bbox
    if not (left <= x <= right and top <= y <= bottom) or char["size"] < MIN_SIZE:
        return False
    if not _is_white(char):
        return True
    return any(x0 <= x <= x1 and above <= y <= below for x0, x1, above, below in coloured)


def _is_white(thing: dict[str, Any]) -> bool:
    colour = thing.get("non_stroking_color")
    parts = tuple(colour) if isinstance(colour, list | tuple) else (colour,)
    if not all(isinstance(part, int | float) for part in parts):
        return False
    return parts == (0, 0, 0, 0) if len(parts) == 4 else all(part >= 0.99 for part in parts)


def _lines(words: Sequence[Word]) -> list[Line]:
    """Words side by side are a line; a raised mark belongs to the line that it rises from."""
    lines: list[list[Word]] = []
    for word in sorted(words, key=lambda word: (word.bottom, word.x0)):
        for line in lines[-4:]:
            shared = min(line[0].bottom, word.bottom) - max(line[0].top, word.top)
            if shared >= 0.5 * min(line[0].bottom - line[0].top, word.bottom - word.top):
                line.append(word)
                break
        else:
            lines.append([word])
    return [Line(tuple(sorted(line, key=lambda word: word.x0))) for line in lines]


def _tables(page: Any) -> list[Table]:
    """The page's ruled tables. Boxes around text and the grids of diagrams are none."""
    if not 4 <= len(page.edges) <= MAX_DRAWN:
        return []
    tables = []
    for found in page.find_tables():
        rows = _cells(found)
        cells = [cell for row in rows for cell in row]
        if len(rows) > 1 and len(rows[0]) > 1 and sum(map(bool, cells)) >= FILLED * len(cells):
            tables.append(Table(tuple(found.bbox), rows))
    return tables


def _cells(found: Any) -> tuple[tuple[str, ...], ...]:
    """A table's rows; the text of a merged cell in each place that it spans."""
    texts = [[plain(text or "") for text in row] for row in found.extract()]
    boxes = [row.cells for row in found.rows]
    places = [(box, texts[i][j]) for i, row in enumerate(boxes) for j, box in enumerate(row) if box]
    width = max(map(len, texts), default=0)
    middles = []
    for j in range(width):
        column = [row[j] for row in boxes if j < len(row) and row[j]]
        narrowest = min(column, key=lambda box: box[2] - box[0], default=None)
        middles.append((narrowest[0] + narrowest[2]) / 2 if narrowest else None)
    for i, row in enumerate(boxes):
        tops = [(box[1], box[3]) for box in row if box]
        if not tops:
            continue
        shortest = min(tops, key=lambda span: span[1] - span[0])
        y = (shortest[0] + shortest[1]) / 2
        for j, box in enumerate(row):
            x = middles[j]
            if box is None and x is not None:
                covering = [t for b, t in places if b[0] <= x <= b[2] and b[1] <= y <= b[3]]
                texts[i][j] = next(iter(covering), "")
    return tuple(tuple(row) for row in texts)
