"""Documents in every format, made on the fly: the same report each time."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Mapping, Sequence
from typing import Any

TITLE = "Resultater for introduksjonsprogrammet 2019"
SENTENCE = "I 2019 gikk 46 prosent av deltakerne direkte til arbeid på øya."
BULLETS = ("Kvinner: 38 prosent", "Menn: 54 prosent")
CAPTION = "Tabell 1: Avsluttet etter fylke"
ROWS = (
    ("Fylke", "Antall", "Antall", "Andel"),
    ("Fylke", "Kvinner", "Menn", "Andel"),
    ("Oslo", "120", "130", "45,3 %"),
    ("Møre og Romsdal", "1 200", "340", "52,0 %"),
)
TABLE = "\n".join(" | ".join(row) for row in ROWS)
NOTE = "Inkludert deltakere med lønnstilskudd."


def page(body: str = "", head: str = "", around: str = "") -> bytes:
    """A web page of the report, with a menu, a banner and a footer."""
    text = f"""<!DOCTYPE html><html lang="nb"><head><meta charset="utf-8"><title>{TITLE} - IMDi</title>
    {head}</head><body>
    <header><nav><ul><li><a href="/">Forsiden</a></li><li><a href="/om">Om oss</a></li></ul></nav></header>
    <div class="cookie-consent"><p>Dette nettstedet lagrer små filer. <button>Godta</button></p></div>{around}
    <main id="main-content"><h1>{TITLE}</h1><p>Sist oppdatert: 24. juni 2020</p>
    <p>{SENTENCE}<sup><a href="#note-1">1</a></sup></p><h2>Fylkene</h2><p>Slik gikk det:</p>
    <ul><li>{BULLETS[0]}</li><li>{BULLETS[1]}</li></ul>
    <table><caption>{CAPTION}</caption>
    <thead><tr><th rowspan="2">Fylke</th><th colspan="2">Antall</th><th rowspan="2">Andel</th></tr>
    <tr><th>Kvinner</th><th>Menn</th></tr></thead>
    <tbody><tr><td>Oslo<td>120<td>130<td>45,3&nbsp;%</tr>
    <tr><td>Møre og Romsdal</td><td>1 200</td><td>340</td><td>52,0 %</td></tr></tbody></table>
    {body}<ol class="footnotes"><li id="note-1">{NOTE} <a href="#x" role="doc-backlink">↩</a></li></ol></main>
    <footer><p>Telefon 24 16 88 00</p><p>post@imdi.no</p></footer></body></html>"""
    return text.encode()


def pdf(write: Callable[[Any], None] | None = None, pages: int = 3) -> bytes:
    """A PDF of the report, with running heads; `write` adds to its last page."""
    from fpdf import FPDF

    class Paper(FPDF):
        def header(self) -> None:
            self.set_font("helvetica", size=8)
            self.cell(0, 8, "IMDi-rapport 2019", align="R", new_x="LMARGIN", new_y="NEXT")

        def footer(self) -> None:
            self.set_y(-15)
            self.set_font("helvetica", size=8)
            self.cell(0, 10, f"Side {self.page_no()}", align="C")

    paper = Paper()
    paper.add_page()
    _heading(paper, TITLE, 22)
    _heading(paper, "Arbeid", 15)
    _text(paper, SENTENCE + " Det er flere enn året før, og like mange som i 2017 da tallene ble gjort opp.")
    for number in range(2, pages + 1):
        paper.add_page()
        if number == 2:
            _heading(paper, "Fylkene", 15)
            _text(paper, CAPTION)
            _pdf_table(paper)
            _text(paper, f"- {BULLETS[0]}\n- {BULLETS[1]}")
        else:
            _text(paper, f"Dette er avsnittet på side {number} i rapporten.")
    if write:
        paper.set_font("helvetica", size=11)
        write(paper)
    return bytes(paper.output())


def _heading(paper: Any, text: str, size: int) -> None:
    paper.set_font("helvetica", "B", size)
    paper.multi_cell(0, 12, text, new_x="LMARGIN", new_y="NEXT")


def _text(paper: Any, text: str) -> None:
    paper.set_font("helvetica", size=11)
    paper.multi_cell(0, 6, text, new_x="LMARGIN", new_y="NEXT")
    paper.ln(4)


def _pdf_table(paper: Any) -> None:
    with paper.table(width=150, num_heading_rows=2) as table:
        top = table.row()
        top.cell("Fylke", rowspan=2)
        top.cell("Antall", colspan=2)
        top.cell("Andel", rowspan=2)
        middle = table.row()
        for text in ROWS[1][1:3]:
            middle.cell(text)
        for row in ROWS[2:]:
            line = table.row()
            for text in row:
                line.cell(text)
    paper.ln(4)


def word(change: Callable[[Any], None] | None = None) -> bytes:
    """A DOCX of the report; `change` may add to it."""
    from docx import Document

    document = Document()
    document.sections[0].header.paragraphs[0].text = "TOPPTEKST"
    document.add_heading(TITLE, 0)
    document.add_heading("Arbeid", 1)
    document.add_paragraph(SENTENCE)
    document.add_heading("Fylkene", 1)
    for text in BULLETS:
        document.add_paragraph(text, style="List Bullet")
    document.add_paragraph(CAPTION, style="Caption")
    table = document.add_table(rows=len(ROWS), cols=4)
    for i, row in enumerate(ROWS):
        for j, text in enumerate(row):
            table.cell(i, j).text = "" if (i, j) in {(0, 2), (1, 0), (1, 3)} else text
    table.cell(0, 1).merge(table.cell(0, 2))
    table.cell(0, 0).merge(table.cell(1, 0))
    table.cell(0, 3).merge(table.cell(1, 3))
    if change:
        change(document)
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def excel(change: Callable[[Any], None] | None = None) -> bytes:
    """An XLSX of the report; `change` may add to it."""
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    sheet.title = "Fylkene"
    sheet["A1"] = f"{CAPTION}, 2019"
    sheet.merge_cells("A1:D1")
    values: list[Sequence[Any]] = [
        ("Fylke", "Antall", None, "Andel"),
        (None, "Kvinner", "Menn", None),
        ("Oslo", 120, 130, 0.453),
        ("Møre og Romsdal", 1200, 340, 0.52),
    ]
    for i, row in enumerate(values):
        for j, value in enumerate(row):
            cell = sheet.cell(3 + i, 1 + j, value)
            cell.number_format = "0.0%" if isinstance(value, float) else "#,##0"
    for area in ("B3:C3", "A3:A4", "D3:D4"):
        sheet.merge_cells(area)
    sheet["A8"] = "* Foreløpige tall"
    if change:
        change(book)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


CSV = (
    f"{CAPTION} og år\n\nfylke;2018;2019\nOslo;120;45,3\nMøre og Romsdal;1 200;..\n\nKilde: Registeret\n"
).encode("cp1252")

DATASET: Mapping[str, Any] = {
    "version": "2.0",
    "class": "dataset",
    "label": "13000: Deltakere, etter region, kjønn, statistikkvariabel og år",
    "source": "Statistisk sentralbyrå",
    "updated": "2020-06-24T06:00:00Z",
    "id": ["Region", "Kjonn", "ContentsCode", "Tid"],
    "size": [2, 2, 2, 2],
    "role": {"time": ["Tid"], "metric": ["ContentsCode"], "geo": ["Region"]},
    "dimension": {
        "Region": {
            "label": "region",
            "category": {"index": {"0301": 0, "46": 1}, "label": {"0301": "Oslo", "46": "Vestland"}},
        },
        "Kjonn": {
            "label": "kjønn",
            "category": {"index": ["1", "2"], "label": {"1": "Menn", "2": "Kvinner"}},
        },
        "ContentsCode": {
            "label": "statistikkvariabel",
            "category": {
                "index": {"A": 0, "B": 1},
                "label": {"A": "Deltakere", "B": "Andel i arbeid"},
                "unit": {
                    "A": {"base": "personer", "decimals": 0},
                    "B": {"base": "prosent", "decimals": 1},
                },
            },
        },
        "Tid": {"label": "år", "category": {"index": {"2018": 0, "2019": 1}}},
    },
    "value": [100, 110, 40.5, 41.0, 90, 95, 30.1, None, 50, 51, 45, 46, 52, 53, 47, 48],
    "status": {"7": ".."},
    "note": ["Tallene er foreløpige."],
}


def json_stat(**changes: Any) -> bytes:
    """SSB's answer, changed as said."""
    return json.dumps({**DATASET, **changes}, ensure_ascii=False).encode()


def with_part(data: bytes, name: str, content: bytes | Callable[[bytes], bytes]) -> bytes:
    """An Office file with one of its parts put in another's place, or added."""
    old = zipfile.ZipFile(io.BytesIO(data))
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.namelist():
            if entry != name:
                new.writestr(entry, old.read(entry))
        before = old.read(name) if name in old.namelist() else b""
        new.writestr(name, content(before) if callable(content) else content)
    return file.getvalue()
