"""Which format a file is in: told by its first bytes, held against what its name says."""

from __future__ import annotations

import json
import re
from pathlib import Path

from ingest.formats.archive import list_names
from ingest.models import CorpusError

TEXT, MARKDOWN, HTML, PDF = "text", "markdown", "html", "pdf"
WORD, EXCEL, SEPARATED, JSON_STAT = "word", "excel", "separated", "json"

ENDINGS = {
    ".txt": TEXT,
    ".text": TEXT,
    ".md": MARKDOWN,
    ".markdown": MARKDOWN,
    ".html": HTML,
    ".htm": HTML,
    ".xhtml": HTML,
    ".pdf": PDF,
    ".docx": WORD,
    ".xlsx": EXCEL,
    ".xlsm": EXCEL,
    ".csv": SEPARATED,
    ".tsv": SEPARATED,
    ".json": JSON_STAT,
}
CANONICAL_ENDINGS = {
    TEXT: ".txt",
    MARKDOWN: ".md",
    HTML: ".html",
    PDF: ".pdf",
    WORD: ".docx",
    EXCEL: ".xlsx",
    SEPARATED: ".csv",
    JSON_STAT: ".json",
}
FORMAT_NAMES = {
    TEXT: "plain text",
    MARKDOWN: "Markdown",
    HTML: "a web page",
    PDF: "a PDF",
    WORD: "a DOCX file",
    EXCEL: "an XLSX file",
    SEPARATED: "CSV",
    JSON_STAT: "JSON",
}
# What a file may begin with that no parser here reads.
_OTHERS = (
    (b"{\\rtf", "an RTF file", "Save it as DOCX"),
    (b"\x89PNG", "a picture", "Give the text of it"),
    (b"\xff\xd8\xff", "a picture", "Give the text of it"),
    (b"GIF8", "a picture", "Give the text of it"),
    (b"\x1f\x8b", "a gzip file", "Unpack it"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip file", "Unpack it"),
    (b"Rar!", "a RAR file", "Unpack it"),
    (b"\x7fELF", "a program", "Give a report"),
    (b"MZ\x90\0", "a program", "Give a report"),
)
_PAGE = re.compile(
    rb"\s*(?:<\?xml[^>]{0,200}\?>\s*)?(?:<!--.{0,2000}?-->\s*)*<(?:!doctype\s+html|html\b)", re.I | re.S
)
_MARKUP = re.compile(rb"<(?:html|head|body|main|article|div|p|table|h[1-6])\b", re.I)
_XML = re.compile(r"\s*<(?:!doctype|\?xml|[a-z]+:?[a-z]*\s+xmlns)\b", re.I)


def find_format(data: bytes, name: str) -> str:
    """The format that a file is in.

    Raises:
        CorpusError: no format that is read, encrypted, or another one than the name's ending says.
    """
    ending = Path(name).suffix.lower()
    said = ENDINGS.get(ending)
    if said is None:
        known = ", ".join(sorted(ENDINGS))
        raise CorpusError(f"{name}: files of type '{ending or 'none'}' cannot be read. Give one of: {known}.")
    found = sniff(data, name)
    if found is None or found == said or {found, said} <= {TEXT, MARKDOWN, SEPARATED}:
        _check_text(data, name, said, found)
        return said
    cure = f"Give it a name that ends in {CANONICAL_ENDINGS[found]}"
    raise CorpusError(f"{name}: it is {FORMAT_NAMES[found]}, though its name ends in {ending}. {cure}.")


def ending_of(data: bytes, name: str, media_type: str) -> str:
    """The ending for a file that came from an address: by its bytes, else by what the server said of it.

    Raises:
        CorpusError: no format that is read.
    """
    found = sniff(data, name)
    said = {
        "text/markdown": MARKDOWN,
        "text/csv": SEPARATED,
        "text/html": HTML,
        "application/json": JSON_STAT,
        "application/xhtml+xml": HTML,
    }.get(media_type, TEXT)
    return CANONICAL_ENDINGS[found or said]


def sniff(data: bytes, name: str) -> str | None:
    """The format that a file's bytes show; None for text without marks of its own.

    Raises:
        CorpusError: it is in a format that is not read, or encrypted.
    """
    head = data[:4096]
    for magic, what, cure in _OTHERS:
        if head.startswith(magic):
            raise CorpusError(f"{name}: it is {what}. {cure}, in one of the formats that are read.")
    if b"%PDF-" in head[:1024]:
        return PDF
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        raise CorpusError(f"{name}: {_ole(data)}")
    if head.startswith(b"PK\x03\x04") or head.startswith(b"PK\x05\x06"):
        return _zipped(data, name)
    if _PAGE.match(head.replace(b"\0", b"").removeprefix(b"\xef\xbb\xbf").lstrip(b"\xff\xfe")):
        return HTML
    if head.lstrip()[:1] in (b"{", b"[") and _is_json(data):
        return JSON_STAT
    return None


def _check_text(data: bytes, name: str, said: str, found: str | None) -> None:
    """Refuse a text that claims to be in a binary format, or markup where there is none."""
    if found is not None:
        return
    what = {PDF: "no PDF", WORD: "no DOCX file", EXCEL: "no XLSX file"}.get(said)
    if what:
        cut = " or it is damaged" if data else " but empty"
        raise CorpusError(f"{name}: it is {what}{cut}. Save or fetch the file again.")
    if said == JSON_STAT:
        raise CorpusError(
            f"{name}: it is no JSON, or it is damaged. Fetch it from the statistics bank again."
        )
    if said == HTML and not _MARKUP.search(data.replace(b"\0", b"")):
        raise CorpusError(f"{name}: it is no web page. Give it a name that ends in .txt if it is plain text.")
    if said in (TEXT, MARKDOWN, SEPARATED) and _XML.match(data[:200].decode("latin-1")):
        raise CorpusError(f"{name}: it is a web page or XML, not text. Save its text as plain text in UTF-8.")


def _ole(data: bytes) -> str:
    """What to say of an old Office file, which encrypted ones of today are wrapped in."""
    if "EncryptedPackage".encode("utf-16-le") in data:
        return "it is encrypted. Save a copy without a password."
    return "it is an old Office file (DOC, XLS or PPT). Save it as DOCX or XLSX."


def _zipped(data: bytes, name: str) -> str:
    names = list_names(data, name)
    if "word/document.xml" in names:
        return WORD
    if "xl/workbook.xml" in names:
        return EXCEL
    raise CorpusError(f"{name}: it is a zip file without a report in it. Unpack it and give what it holds.")


def _is_json(data: bytes) -> bool:
    if data[:200].lstrip().startswith(b"[") and b"{" not in data[:200]:
        return False
    try:
        json.loads(data)
    except (ValueError, RecursionError):
        return False
    return True
