"""The patterns that lines of a report are told apart by: corpus/vocabulary/boilerplate.toml."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from ingest.compiled import read_tables
from ingest.models import CorpusError
from ingest.settings import CORPUS

NUMBERING = re.compile(r"(\d{1,2}(?:\.\d{1,2})*)\.?\s+(?=[A-ZÆØÅ])")
_YEARS = re.compile(r"\b(?:19|20)\d\d(?:\s?[-–/]\s?(?:19|20)?\d\d)?\b")
DATE = re.compile(
    r"\b(\d{1,2})\. ?([a-zæøå]{3,9})\.? (\d{4})\b|\b(\d{4})-(\d\d)-(\d\d)\b|\b(\d{1,2})\.(\d{1,2})\.(\d{4})\b"
)
FIRST_LINES = 6  # among which a date says when a text was published
# A byline: "Av Kari Nordmann, Fjordbladet, 3. mars 2023".
ENDS_IN_DATE = re.compile(rf"(?:{DATE.pattern})\s*[.*_]*$")


@dataclass(frozen=True, slots=True)
class Patterns:
    """The compiled patterns of boilerplate.toml."""

    boilerplate: re.Pattern[str]
    captions: re.Pattern[str]
    notes: re.Pattern[str]
    speech: re.Pattern[str]
    figures: re.Pattern[str]
    updated: re.Pattern[str]
    published: re.Pattern[str]
    compared: re.Pattern[str]
    told: re.Pattern[str]
    months: dict[str, int]
    publishers: tuple[tuple[str, re.Pattern[str]], ...]


@lru_cache(maxsize=4)
def load_patterns(path: Path = CORPUS / "vocabulary" / "boilerplate.toml") -> Patterns:
    """Read the line patterns.

    Raises:
        CorpusError: the file is missing or is not TOML of the expected shape.
    """
    try:
        data = read_tables(path.parent)[path.stem]
        dates = data["dates"]
        return Patterns(
            boilerplate=_either(data["boilerplate"]["patterns"]),
            captions=_either(data["captions"]["patterns"]),
            notes=_either(data["notes"]["patterns"]),
            speech=re.compile("|".join(data["speech"]["patterns"])),
            figures=_either(data["figures"]["patterns"]),
            updated=_either(dates["updated"]),
            published=_either(dates["published"]),
            compared=_either(dates["compared"]),
            told=re.compile(dates["told"], re.IGNORECASE),
            months={str(name): int(number) for name, number in dates["months"].items()},
            publishers=tuple((entry["name"], re.compile(entry["pattern"])) for entry in data["publishers"]),
        )
    except (OSError, KeyError, TypeError, ValueError, re.error) as error:
        raise CorpusError(
            f"{path.name}: the line patterns cannot be read ({error}); restore the file."
        ) from error


def _either(patterns: Sequence[str]) -> re.Pattern[str]:
    return re.compile("(?:" + "|".join(f"(?:{pattern})" for pattern in patterns) + ")", re.IGNORECASE)


def parse_date(text: str, months: Mapping[str, int]) -> dt.date | None:
    """The first date of a text; None if there is none."""
    return next(find_dates(text, months), None)


def find_dates(text: str, months: Mapping[str, int]) -> Iterator[dt.date]:
    """The dates of a text: "24. oktober 2018", "2018-10-24" or "24.10.2018"."""
    for match in DATE.finditer(text.lower()):
        day, name, year, iso_year, iso_month, iso_day, day2, month2, year2 = match.groups()
        if name and (not any(month.startswith(name) for month in months)):
            continue
        month = next((number for word, number in months.items() if name and word.startswith(name)), 0)
        parts: tuple[Any, Any, Any] = (
            year or iso_year or year2,
            month or iso_month or month2,
            day or iso_day or day2,
        )
        try:
            yield dt.date(*(int(part) for part in parts))
        except ValueError:
            continue


def states_figure(text: str) -> bool:
    """Whether a heading says a figure (not only a year or its own number), in digits or in words."""
    rest = _YEARS.sub("", NUMBERING.sub("", text, count=1))
    return bool(re.search(r"\d", rest) or load_patterns().figures.search(rest))
