"""A cited table as an HTML table, its row and its cells marked."""

from __future__ import annotations

from html import escape

from ingest.cells import find_cells, find_header, is_figure
from rag.models import Citation

LABEL = "Tabell i kilden"


def table_html(citation: Citation) -> str:
    """The paragraph of a table that a citation stands in, with the header of its table above it.

    The row of the quote and the cells of the figures that the answer rests on are marked. Every word goes
    through `html.escape`: reports may be added by anyone.
    """
    text, above = citation.paragraph_text, citation.table or ""
    header = [[above[start:end] for start, end in row] for row in find_cells(above)]
    rows = find_cells(text, above)
    if not header:
        count = find_header([[text[start:end] for start, end in row] for row in rows])
        header = [[text[start:end] for start, end in row] for row in rows[:count]]
        rows = rows[count:]
    head = "".join(f"<tr>{''.join(_head_cell(cell) for cell in row)}</tr>" for row in header)
    body = "".join(_row(citation, row) for row in rows if row)
    return (
        f'<div class="source-table" role="region" tabindex="0" aria-label="{LABEL}"><table>'
        f"{f'<thead>{head}</thead>' if head else ''}<tbody>{body}</tbody></table></div>"
    )


def _head_cell(text: str) -> str:
    return f'<th scope="col">{escape(text)}</th>' if text else "<td></td>"


def _row(citation: Citation, row: list[tuple[int, int]]) -> str:
    cited = citation.quote_start <= row[0][0] and row[-1][1] <= citation.quote_end
    cells = "".join(_cell(citation, number, span) for number, span in enumerate(row))
    return f'<tr class="cited-row">{cells}</tr>' if cited else f"<tr>{cells}</tr>"


def _cell(citation: Citation, number: int, span: tuple[int, int]) -> str:
    start, end = span
    text = citation.paragraph_text[start:end]
    shown = escape(text)
    if start < end and any(start <= first and last <= end for first, last in citation.highlights):
        shown = f'<mark class="cited-quote"><strong class="cited-figure">{shown}</strong></mark>'
    if number == 0 and text and not is_figure(text):
        return f'<th scope="row">{shown}</th>'
    return f"<td>{shown}</td>"
