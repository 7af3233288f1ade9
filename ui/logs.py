"""The log: one JSON object a line on standard error. It holds no question and no answer unless told to.

Errors are told by their type and where they arose; their messages are left out, for a message may quote
what somebody asked.
"""

from __future__ import annotations

import json
import logging
import sys
import time
import traceback
from typing import TextIO

from ingest.models import UnreachableError

LOGGER = logging.getLogger("imdi-svar")


class _JsonLines(logging.Formatter):
    """A record as one line of JSON: time (UTC), level, event, and what was given with it."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(record.created)),
            "level": record.levelname.lower(),
            "event": record.getMessage(),
            **getattr(record, "details", {}),
        }
        return json.dumps(line, ensure_ascii=False, default=str)


def set_up(stream: TextIO | None = None) -> None:
    """Write the log to `stream`, by default standard error. Called again, it moves there."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(_JsonLines())
    LOGGER.handlers = [handler]
    LOGGER.setLevel(logging.INFO)
    LOGGER.propagate = False


def log(event: str, **details: object) -> None:
    """One line about something that happened."""
    LOGGER.info(event, extra={"details": details})


def log_failure(what: str, error: BaseException) -> None:
    """One line about what failed, with the error's type and the places it came through."""
    frames = [
        f"{frame.filename.rpartition('/')[2]}:{frame.lineno} {frame.name}"
        for frame in traceback.extract_tb(error.__traceback__)
    ]
    details: dict[str, object] = {"what": what, "error": type(error).__name__, "at": frames}
    if isinstance(error, UnreachableError):
        details["reason"] = str(error)  # our own words: which server, and that it does not answer
    LOGGER.error("failed", extra={"details": details})
