"""DOCX -> pieces: styles say what is a heading, a caption or an item of a list; footnotes become notes."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any

from docx import Document as open_document
from docx.oxml import parse_xml
from docx.oxml.ns import qn

from ingest.formats.pieces import Document, Piece, Role, plain
from ingest.formats.spans import MAX_ROWS, Cell, fill
from ingest.layout import MAX_HEADING, MAX_TITLE, SENTENCE_END

MAX_STYLES = 20  # styles that are based on each other, before it is a ring
BOLD_LEVEL = 7  # a short line in bold heads what follows, below every heading by style

_SKIPPED = frozenset(
    qn(tag) for tag in ("w:del", "w:moveFrom", "w:instrText", "w:delText", "w:pPr", "w:rPr", "w:txbxContent")
) | {"{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"}
_HEADING = re.compile(r"(?:heading|overskrift) ?(\d)")
_LISTS = ("list bullet", "list number", "punktliste", "nummerert")
_NOTES = ("footnotes", "endnotes")


def parse_word(data: bytes, name: str) -> Document:
    """Read a DOCX file. Headers, footers, contents lists, deleted and hidden text are left out."""
    document = open_document(io.BytesIO(data))
    return _Reader(document).read()


class _Reader:
    """One pass over one document."""

    def __init__(self, document: Any) -> None:
        self.body = document.element.body
        self.styles = {style.style_id: style for style in document.styles}
        self.notes = _read_notes(document)
        self.cited: list[
            tuple[str, str]
        ] = []  # kind and id of the notes cited, in the order of their numbers
        self.told = 0
        self.pieces: list[Piece] = []
        self.title = ""
        self.remarks: list[str] = []

    def read(self) -> Document:
        self._blocks(self.body)
        self._tell_notes()
        if not self.title and self.pieces:
            first = self.pieces[0]
            if first.role is Role.HEADING or (
                first.role is Role.TEXT
                and len(first.text) <= MAX_TITLE
                and not SENTENCE_END.search(first.text)
            ):
                self.title = first.text
                self.pieces.pop(0)
        return Document(tuple(self.pieces), self.title, remarks=tuple(self.remarks))

    def _blocks(self, parent: Any) -> None:
        for element in parent.iterchildren():
            if element.tag == qn("w:p"):
                self._paragraph(element)
            elif element.tag == qn("w:tbl"):
                self._table(element)
            elif element.tag == qn("w:sdt"):
                gallery = element.find(f".//{qn('w:docPartGallery')}")
                if gallery is None or gallery.get(qn("w:val")) != "Table of Contents":
                    for content in element.iterchildren(qn("w:sdtContent")):
                        self._blocks(content)
            elif element.tag in (qn("w:ins"), qn("w:moveTo"), qn("w:customXml")):
                self._blocks(element)

    def _paragraph(self, element: Any) -> None:
        text = plain("".join(self._texts(element)))
        names = [name.lower() for name in self._style_names(element)]
        if text and not any(name.startswith(("toc", "innholdsfortegnelse")) for name in names):
            self._take(element, text, names)
        for box in element.iter(qn("w:txbxContent")):
            if not any(parent.tag in _SKIPPED - {box.tag} for parent in box.iterancestors()):
                self._blocks(box)

    def _take(self, element: Any, text: str, names: list[str]) -> None:
        level = self._level(element, names)
        if "title" in names and not self.title and not self.pieces:
            self.title = text[:MAX_TITLE]
        elif level is not None:
            self._tell_notes()
            self.pieces.append(Piece(Role.HEADING, text, level))
        elif any(name.startswith(("caption", "bildetekst")) for name in names):
            self.pieces.append(Piece(Role.CAPTION, text))
        elif self._is_listed(element, names):
            self.pieces.append(Piece(Role.BULLET, text))
        elif self._is_bold(element) and len(text) <= MAX_HEADING and not re.search(r"[.!?:;,]$", text):
            self._tell_notes()
            self.pieces.append(Piece(Role.HEADING, text, BOLD_LEVEL))
        else:
            self.pieces.append(Piece(Role.TEXT, text))

    def _texts(self, element: Any) -> Iterator[str]:
        """The text that a reader of the paragraph sees, with a mark for each note."""
        for child in element.iterchildren():
            tag = child.tag
            if tag in _SKIPPED or (tag == qn("w:r") and _is_hidden(child)):
                continue
            if tag == qn("w:t"):
                yield child.text or ""
            elif tag in (qn("w:tab"), qn("w:br"), qn("w:cr")):
                yield " "
            elif tag == qn("w:noBreakHyphen"):
                yield "-"
            elif tag in (qn("w:footnoteReference"), qn("w:endnoteReference")):
                yield self._mark(child)
            else:
                yield from self._texts(child)

    def _mark(self, reference: Any) -> str:
        kind = "footnotes" if reference.tag == qn("w:footnoteReference") else "endnotes"
        key = kind, str(reference.get(qn("w:id")))
        if key not in self.notes:
            return ""
        if key not in self.cited:
            self.cited.append(key)
        return f"[{self.cited.index(key) + 1}]"

    def _tell_notes(self) -> None:
        """Write the notes cited since the last heading: they stand under the heading they belong to."""
        fresh, self.told = self.cited[self.told :], len(self.cited)
        self.pieces += [Piece(Role.NOTE, text) for text in (self.notes[key] for key in fresh) if text]

    def _style_names(self, element: Any) -> list[str]:
        """The names of a paragraph's style and of those it is based on."""
        names: list[str] = []
        found = element.find(f"{qn('w:pPr')}/{qn('w:pStyle')}")
        style = self.styles.get(found.get(qn("w:val"))) if found is not None else None
        while style is not None and len(names) < MAX_STYLES:
            names.append(style.name or "")
            style = getattr(style, "base_style", None)
        return names

    def _level(self, element: Any, names: list[str]) -> int | None:
        """The level of a heading; None for what is none."""
        outline = element.find(f"{qn('w:pPr')}/{qn('w:outlineLvl')}")
        if outline is not None and (outline.get(qn("w:val")) or "9") in "012345":
            return int(outline.get(qn("w:val"))) + 1
        for name in names:
            if match := _HEADING.match(name):
                return int(match.group(1))
        return None

    def _is_listed(self, element: Any, names: list[str]) -> bool:
        number = element.find(f"{qn('w:pPr')}/{qn('w:numPr')}/{qn('w:numId')}")
        if number is not None:
            return bool(number.get(qn("w:val")) != "0")
        return any(
            name.startswith(("list bullet", "list number", "punktliste", "nummerert")) for name in names
        )

    def _is_bold(self, element: Any) -> bool:
        runs = [run for run in element.iter(qn("w:r")) if run.find(qn("w:t")) is not None]
        marks = [run.find(f"{qn('w:rPr')}/{qn('w:b')}") for run in runs]
        return bool(runs) and all(
            mark is not None and mark.get(qn("w:val")) not in ("0", "false") for mark in marks
        )

    def _table(self, table: Any) -> None:
        rows: list[list[Cell]] = []
        above: dict[int, str] = {}
        header = 0
        elements = list(table.iterchildren(qn("w:tr")))
        if len(elements) > MAX_ROWS:
            self.remarks.append(f"a table has {len(elements)} rows; what is beyond {MAX_ROWS} is left out")
        for number, row in enumerate(elements[:MAX_ROWS]):
            marked = row.find(f"{qn('w:trPr')}/{qn('w:tblHeader')}") is not None
            header += marked and header == number
            rows.append(self._cells(row, above))
        grid = fill(rows)
        if grid:
            self.pieces.append(Piece(Role.TABLE, rows=grid, header=header or None))

    def _cells(self, row: Any, above: dict[int, str]) -> list[Cell]:
        """A row's cells. `above` holds, by column, the text that is merged downwards."""
        before = row.find(f"{qn('w:trPr')}/{qn('w:gridBefore')}")
        skipped = min(_number(before), 50) if before is not None else 0
        cells = [Cell("")] * skipped
        column = skipped
        for element in row.iter(qn("w:tc")):
            if next(element.iterancestors(qn("w:tr"))) is not row:
                continue
            span = _number(element.find(f"{qn('w:tcPr')}/{qn('w:gridSpan')}"))
            merge = element.find(f"{qn('w:tcPr')}/{qn('w:vMerge')}")
            paragraphs = [plain("".join(self._texts(p))) for p in element.iter(qn("w:p"))]
            text = " ".join(filter(None, paragraphs))
            if merge is not None and merge.get(qn("w:val")) != "restart":
                text = text or above.get(column, "")
            above[column] = text
            cells.append(Cell(text, span))
            column += span
        return cells


def _number(element: Any) -> int:
    value = str(element.get(qn("w:val"))) if element is not None else ""
    return max(int(value), 1) if re.fullmatch(r"\d{1,6}", value) else 1


def _is_hidden(run: Any) -> bool:
    """Whether a run is set as hidden, or white on nothing."""
    style = run.find(qn("w:rPr"))
    if style is None:
        return False
    vanish = style.find(qn("w:vanish"))
    if vanish is not None and vanish.get(qn("w:val")) not in ("0", "false"):
        return True
    colour = style.find(qn("w:color"))
    behind = style.find(qn("w:shd")) is not None or style.find(qn("w:highlight")) is not None
    white = colour is not None and (colour.get(qn("w:val")) or "").upper() == "FFFFFF"
    shaded = any(parent.find(f"*/{qn('w:shd')}") is not None for parent in run.iterancestors())
    return white and not behind and not shaded


def _read_notes(document: Any) -> dict[tuple[str, str], str]:
    """The document's footnotes and endnotes, by kind and id."""
    notes: dict[tuple[str, str], str] = {}
    for relation in document.part.rels.values():
        kind = relation.reltype.rsplit("/", 1)[-1]
        if kind not in _NOTES or relation.is_external:
            continue
        for note in parse_xml(relation.target_part.blob):
            if note.get(qn("w:type")) in (None, "normal"):
                text = "".join(t.text or "" for t in note.iter(qn("w:t")))
                notes[kind, str(note.get(qn("w:id")))] = plain(text)
    return notes
