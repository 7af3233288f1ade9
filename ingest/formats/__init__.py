"""Files of any format that is read -> text, blocks and what the file says of itself."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ingest.models import CorpusError

if TYPE_CHECKING:
    from ingest.formats.pieces import Document
    from ingest.layout import Layout

# What reads a file is imported when one is read: a question is answered without it.

MAX_FILE = 50_000_000  # bytes of one file; IMDi's largest PDF reports have about 10 million
MAX_TEXT = 5_000_000  # characters of one report; IMDi's longest yearbooks have about 300 000
_FRONT_MATTER = re.compile(r"---\n(?:[^\n]*\n){0,50}?---\n")


@dataclass(frozen=True, slots=True)
class Extract:
    """What was read out of a file: its text, the blocks in it, and what the file says of itself.

    `remarks` tell what was left out, and why.
    """

    text: str
    layout: Layout
    publisher: str = ""
    language: str = ""
    remarks: tuple[str, ...] = ()


def read_format(data: bytes, name: str, charset: str = "") -> Extract:
    """Read a file by its format. Formats with a parser of their own are read in a process with limits.

    Args:
        data: the bytes of the file.
        name: its name; the ending must be that of the format it is in.
        charset: the encoding that the server it came from said, if any.

    Raises:
        CorpusError: too large, in another format than its name says, encrypted, cut short, or without text;
            or reading it took more time or memory than a report may.
    """
    from ingest.formats import kinds, text
    from ingest.formats.pieces import lay_out
    from ingest.layout import parse_layout

    if len(data) > MAX_FILE:
        raise CorpusError(f"{name}: {len(data)} bytes is more than {MAX_FILE}. Split the report.")
    kind = kinds.find_format(data, name)
    if kind in (kinds.TEXT, kinds.MARKDOWN):
        decoded = text.decode(data, name, charset)
        if len(decoded) > MAX_TEXT:
            raise CorpusError(f"{name}: it has more than {MAX_TEXT} characters of text. Split the report.")
        front = _FRONT_MATTER.match(decoded) if kind == kinds.MARKDOWN else None
        begin = front.end() if front else 0
        return Extract(decoded, parse_layout(decoded, begin, markdown=kind == kinds.MARKDOWN))
    document = _parse(kind, data, name, charset)
    source, layout = lay_out(document, name)
    return Extract(source, layout, document.publisher, document.language, document.remarks)


def _parse(kind: str, data: bytes, name: str, charset: str) -> Document:
    from ingest.formats import kinds, text

    if kind == kinds.SEPARATED:
        from ingest.formats.separated import parse_separated

        return parse_separated(text.decode(data, name, charset), name)
    if kind == kinds.JSON_STAT:
        from ingest.formats.json_stat import parse_json_stat

        return parse_json_stat(data, name)
    from ingest.formats.isolation import parse_apart

    return parse_apart(kind, data, name, charset)
