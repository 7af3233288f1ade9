"""Why something cannot be taken in, in Norwegian: `ingest` says it in English, `reasons.toml` has both."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path

_FILE = Path(__file__).with_name("reasons.toml")


def reason_text(message: str) -> str:
    """A message of `CorpusError` in Norwegian, still beginning with what it is about; others as they are."""
    return "".join(_find(message) or (message,))


def bare_reason(message: str) -> str:
    """The same as a sentence by itself, for whoever knows what it is about; empty for an unknown one."""
    _, sentence = _find(message) or ("", "")
    return sentence[:1].upper() + sentence[1:]


def _find(message: str) -> tuple[str, str] | None:
    """What stands before the sentence, and the sentence in Norwegian."""
    for start in (0, *(colon.end() for colon in re.finditer(": ", message))):
        sentence = _sentence(message[start:])
        if sentence is not None:
            return message[:start], sentence
    return None


def _sentence(english: str) -> str | None:
    words, sentences = _table()
    for pattern, norwegian in sentences:
        found = pattern.fullmatch(english)
        if found:
            return norwegian.format(*(words.get(part, part) for part in found.groups()))
    return None


@cache
def _table() -> tuple[dict[str, str], tuple[tuple[re.Pattern[str], str], ...]]:
    """The words, and the sentences, those with the most words of their own first."""
    data = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    sentences = sorted(data["sentences"].items(), key=lambda pair: -len(pair[0].replace("{}", "")))
    return data["words"], tuple((_pattern(english), norwegian) for english, norwegian in sentences)


def _pattern(english: str) -> re.Pattern[str]:
    return re.compile("(.+?)".join(map(re.escape, english.split("{}"))), re.DOTALL)
