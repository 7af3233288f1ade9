"""The process that a parser runs in: an order and a file on standard input, the document on standard output.

Started by `ingest.formats.isolation`, never by hand.
"""

from __future__ import annotations

import json
import os
import sys
from dataclasses import asdict
from typing import Any

from ingest.formats.pieces import Document
from ingest.models import CorpusError


def main() -> None:
    """Carry out one order."""
    answer_to = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    sys.stdout = sys.stderr  # whatever a library prints is no answer
    order: dict[str, Any] = json.loads(sys.stdin.buffer.readline())
    data = sys.stdin.buffer.read()
    _limit(int(order["cpu"]), int(order["memory"]))
    answer_to.write(json.dumps(_answer(order, data)).encode("ascii"))
    answer_to.close()


def _limit(cpu: int, memory: int) -> None:
    try:
        import resource
    except ImportError:  # not on Windows; the parent's clock holds there
        return
    for what, soft, hard in (
        (resource.RLIMIT_CPU, cpu, cpu + 5),
        (resource.RLIMIT_AS, memory, memory),
        (resource.RLIMIT_CORE, 0, 0),
        (resource.RLIMIT_FSIZE, 0, 0),  # a parser has no file to write
    ):
        try:
            resource.setrlimit(what, (soft, hard))
        except (OSError, ValueError):  # a lower limit is already in force, or the system has none
            continue


def _answer(order: dict[str, Any], data: bytes) -> dict[str, Any]:
    try:
        return {"document": asdict(_parse(order, data))}
    except CorpusError as error:
        return {"problem": str(error)}
    except MemoryError:
        return {"memory": True}
    except Exception as error:  # libraries raise whatever broken files make them raise
        return {"broken": type(error).__name__}


def _parse(order: dict[str, Any], data: bytes) -> Document:
    name = order["name"]
    if order["kind"] == "html":
        from ingest.formats.page import parse_page
        from ingest.formats.text import decode

        return parse_page(decode(data, name, order["charset"], markup=True), name)
    if order["kind"] == "pdf":
        from ingest.formats.pdf import parse_pdf

        return parse_pdf(data, name)
    from ingest.formats.archive import check_markup

    check_markup(data, name)
    if order["kind"] == "word":
        from ingest.formats.word import parse_word

        return parse_word(data, name)
    from ingest.formats.excel import parse_excel

    return parse_excel(data, name)


if __name__ == "__main__":
    main()
