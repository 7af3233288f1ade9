"""Sentences of a paragraph, with offsets. Pure."""

from __future__ import annotations

import re

_END = re.compile(r"[.!?…]+[\"»”)]*(?=\s+[\"«“(–\-—]*\s*[A-ZÆØÅÄÖÉ0-9])")
# A full stop after one of these does not end a sentence.
_ABBREVIATION = re.compile(
    r"(?:\b(?:nr|ca|pr|jf|bl\.a|f\.eks|dvs|kap|art|pst|mrd|mill|evt|inkl|ekskl|st|kl|mv|tlf|avd|dr|prof|m\.fl|m\.m|no|al|etc)"
    r"|\b[A-ZÆØÅ])\.$",
    re.IGNORECASE,
)
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
        if _ABBREVIATION.search(before):
            continue
        if _ORDINAL.search(before) and _MONTH.match(text, match.end()):
            continue
        spans.append(_trim(text, start, match.end()))
        start = match.end()
    if text[start:].strip():
        spans.append(_trim(text, start, len(text)))
    return spans


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    piece = text[start:end]
    return start + len(piece) - len(piece.lstrip()), end - (len(piece) - len(piece.rstrip()))
