"""Texts made comparable: one way to write a space, a percentage and a thousand."""

from __future__ import annotations

import re
import unicodedata

_SPACES = re.compile(r"[\s\u00a0\u2007\u2009\u202f]+")
_GROUPED = re.compile(r"(?<![\d,])\d{1,3}(?: \d{3})+(?!\d)")
_ENGLISH_GROUPED = re.compile(r"(?<![\d,])\d{1,3}(?:,\d{3})+(?!\d)")
_PERCENT = re.compile(r"\s*%|\bper ?cent\b")
_POINTS = re.compile(r"\bprosent(?:age)?[ -]points?\b|\bpercentage[ -]points?\b")
_DASHES = re.compile(r"[‐‑‒–—−]")
_MARK = re.compile(r"\[\d+\]")
_NUMBER = re.compile(r"\d+(?:,\d+)?")
_WORDS = ("to", "tre", "fire", "fem", "seks", "sju", "åtte", "ni", "ti", "elleve", "tolv")
_IN_WORDS = {word: str(value) for value, word in enumerate(_WORDS, start=2)} | {"syv": "7"}
_DECIMAL_POINT = re.compile(r"(?<=\d)\.(?=\d)")


def normalise(text: str, language: str = "nb") -> str:
    """`text` in lower case, with plain spaces and dashes, "prosent" spelt out and no grouped thousands.

    Citation marks ("[1]") go. Thousands parted by a comma are joined only where `language` is English.
    """
    text = _MARK.sub(" ", unicodedata.normalize("NFC", text)).casefold()
    text = _DASHES.sub("-", _SPACES.sub(" ", text))
    text = _PERCENT.sub(" prosent", _POINTS.sub("prosentpoeng", text))
    if language == "en":
        text = _ENGLISH_GROUPED.sub(lambda match: match[0].replace(",", ""), text)
    return _SPACES.sub(" ", _GROUPED.sub(lambda match: match[0].replace(" ", ""), text)).strip()


def holds(text: str, wanted: str) -> bool:
    """Whether normalised `text` holds normalised `wanted` as whole numbers and units.

    "8" is not held by "18", "2,8" or "8,5", and "16 prosent" not by "16 prosentpoeng".
    """
    before = r"(?<!\d)(?<!\d,)" if wanted[:1].isdigit() else ""
    after = r"(?!\d|,\d)" if wanted[-1:].isdigit() else r"(?!poeng)" if wanted.endswith("prosent") else ""
    return re.search(before + re.escape(wanted) + after, text) is not None


def numbers(text: str, language: str = "nb") -> frozenset[str]:
    """Every number in `text`, digits only, thousands joined, a decimal comma, "56,0" as "56"."""
    plain = normalise(text, language)
    found = _NUMBER.findall(_DECIMAL_POINT.sub(",", plain) if language == "en" else plain)
    return frozenset(number.rstrip("0").rstrip(",") if "," in number else number for number in found)


def numbers_in_words(text: str) -> frozenset[str]:
    """Every number up to twelve that is written in a Norwegian word, in digits."""
    return frozenset(_IN_WORDS[word] for word in re.findall(r"\w+", normalise(text)) if word in _IN_WORDS)
