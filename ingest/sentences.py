"""Sentences of a paragraph, with offsets. Pure."""

from __future__ import annotations

import re

from ingest.models import Paragraph, ParagraphKind

# No sentence of a report is near this long; rules that look at a whole sentence stay fast on any input.
LONGEST = 2000
_END = re.compile(r"[.!?…]+[\"»”)]*(?:\[\^?\d{1,2}\]|[¹²³⁴⁵⁶⁷⁸⁹*])*(?=\s+[\"«“(–\-—]*\s*[A-ZÆØÅÄÖÉ0-9])")
# A full stop after one of these does not end a sentence.
_ABBREVIATION = re.compile(
    r"(?:\b(?:nr|ca|pr|jf|bl\.a|f\.eks|dvs|kap|art|pst|mrd|mill|evt|inkl|ekskl|st|kl|mv|tlf|avd|dr|prof|m\.fl|m\.m|no|al|etc)"
    r"|\b[A-ZÆØÅ])\.$",
    re.IGNORECASE,
)
# A unit's full stop does end one where a word with a capital follows: "35 pst. Til utdanning gikk 22 pst."
_UNIT = re.compile(r"\d\s?(?:pst|pct|prst|mnd|kr)\.$", re.IGNORECASE)
_WORD = re.compile(r"\s+[A-ZÆØÅ][a-zæøå]")
_ORDINAL = re.compile(r"\b\d{1,2}\.$")
_MONTH = re.compile(
    r"\s+(?:januar|februar|mars|april|mai|juni|juli|august|september|oktober|november|desember"
    r"|klasse|plass|kvartal|trinn)",
    re.IGNORECASE,
)


def find_sentences(text: str) -> list[tuple[int, int]]:
    """(start, end) of each sentence of `text` without the white space around it."""
    spans: list[tuple[int, int]] = []
    start = 0
    for match in _END.finditer(text):
        before = text[start : match.end()].rstrip('"»”)')
        unit = _UNIT.search(before) and _WORD.match(text, match.end())
        if _ABBREVIATION.search(before) and not unit:
            continue
        if _ORDINAL.search(before) and _MONTH.match(text, match.end()):
            continue
        spans += _bounded(text, start, match.end())
        start = match.end()
    return [*spans, *_bounded(text, start, len(text))]


def statement_at(paragraph: Paragraph, at: int) -> tuple[int, int]:
    """(start, end) of the statement that a place in a paragraph is in; the whole where it is in none."""
    spans = find_statements(paragraph)
    return next(((s, e) for s, e in spans if s <= at < e), (0, len(paragraph.text)))


def find_statements(paragraph: Paragraph) -> list[tuple[int, int]]:
    """(start, end) of what is cited of a paragraph as one: each sentence; of a table, each row."""
    if paragraph.kind is not ParagraphKind.TABLE:
        return find_sentences(paragraph.text)
    lines = re.finditer(r"[^\n]+", paragraph.text)
    spans = [_trim(paragraph.text, line.start(), line.end()) for line in lines]
    return [span for span in spans if span[0] < span[1]]


def is_table_of_figures(paragraph: Paragraph) -> bool:
    """Whether a paragraph is a table of figures: what they are of is for the numbers table to say."""
    return paragraph.kind is ParagraphKind.TABLE and any(c.isdigit() for c in paragraph.text)


def _bounded(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """The span without the white space around it, cut at spaces where it is too long for a sentence."""
    spans: list[tuple[int, int]] = []
    while end - start > LONGEST:
        space = text.rfind(" ", start + 1, start + LONGEST)
        cut = space if space > start else start + LONGEST
        spans.append(_trim(text, start, cut))
        start = cut
    spans.append(_trim(text, start, end))
    return [span for span in spans if span[0] < span[1]]


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    piece = text[start:end]
    return start + len(piece) - len(piece.lstrip()), end - (len(piece) - len(piece.rstrip()))
