"""A model's reply, read as it comes: whole sentences out of JSON that may be cut, wrapped or broken."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from rag.llm.client import Fault, ModelFaultError

_DECODER = json.JSONDecoder()
_LIST = '"sentences"'
_STRING = r'"(?:[^"\\\x00-\x1f]|\\["\\/bfnrt])*"'
_PAIR = re.compile(rf"({_STRING})\s*:\s*({_STRING})")


@dataclass(frozen=True, slots=True)
class Proposed:
    """A sentence as a model wrote it, and the ids that it says it rests on."""

    text: str
    cites: tuple[str, ...]


def find_proposed(pieces: Iterable[str]) -> Iterator[Proposed]:
    """The sentences of a reply, each as soon as it is whole.

    Raises:
        ModelFaultError: nothing was said, or what was said has no sentences in the form asked for, or ends
            in the middle. What came before that stands.
    """
    text, at = "", -1
    for piece in pieces:
        text += piece
        if at < 0:
            opened = text.find("[", text.find(_LIST)) if _LIST in text else -1
            at = opened + 1 if opened >= 0 else -1
        while at >= 0 and "}" in text[at:]:
            value, end = _next(text, at)
            if end < 0:
                break
            at = end
            if (proposed := _proposed(value)) is not None:
                yield proposed
    if not text.strip():
        raise ModelFaultError(Fault.EMPTY)
    if at < 0 or not text[at:].lstrip(" \n\r\t,").startswith("]"):
        raise ModelFaultError(Fault.BROKEN)


def parse_slots(text: str) -> dict[str, object]:
    """A reply that is one JSON object. Raises ModelFaultError for any other."""
    if not text.strip():
        raise ModelFaultError(Fault.EMPTY)
    value, _ = _next(text, max(0, text.find("{")))
    if not isinstance(value, dict):
        raise ModelFaultError(Fault.BROKEN)
    return value


def parse_begun(text: str, inner: str) -> tuple[dict[str, str], dict[str, str]]:
    """What a reply that is still coming has said so far: its whole pairs, and those of its `inner` object."""
    own, _, of_inner = text.partition(f'"{inner}"')
    return _pairs(own), _pairs(of_inner)


def _pairs(text: str) -> dict[str, str]:
    return {str(json.loads(key)): str(json.loads(value)) for key, value in _PAIR.findall(text)}


def _next(text: str, at: int) -> tuple[object, int]:
    """The JSON value that begins at or after a place, and where it ends; -1 where it is not whole."""
    while at < len(text) and text[at] in " \n\r\t,":
        at += 1
    try:
        return _DECODER.raw_decode(text, at)
    except (ValueError, RecursionError):
        return None, -1


def _proposed(value: object) -> Proposed | None:
    """A sentence in the form asked for; None for any other value."""
    if not isinstance(value, dict):
        return None
    text, cites = value.get("text"), value.get("cites")
    if not isinstance(text, str) or not isinstance(cites, list):
        return None
    return Proposed(text, tuple(cite for cite in cites if isinstance(cite, str)))
