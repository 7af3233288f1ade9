"""Ages as labels of a table: "18-25 år", "under 30 år", "56 år og eldre" -> their codes. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

# Fewer years are a duration, not the age of a participant.
LEAST_AGE = 15


class Ages:
    """Reads ages.

    Args:
        words: the lists "before", "years", "to", "under", "over" and "up" of tables.toml.
    """

    def __init__(self, words: Mapping[str, Sequence[str]]) -> None:
        before, years, to, under, over, up = (
            _either(words.get(name, ())) for name in ("before", "years", "to", "under", "over", "up")
        )
        self._pattern = re.compile(
            rf"(?:{before}\s)?(?:(?P<low>\d{{1,2}})\s?(?:{years})?\s?(?:{to})\s?(?P<high>\d{{1,3}})"
            rf"|(?:{under})\s?(?P<under>\d{{1,3}})|(?:{over})\s?(?P<over>\d{{1,3}})"
            rf"|(?P<up>\d{{1,3}})\s?(?P<said>{years})?\s?(?:{up}))(?P<unit>\s?(?:{years}))?",
            re.IGNORECASE,
        )

    def find(self, text: str) -> tuple[str, tuple[int, int]] | None:
        """The first age in a text that says that it is years, and where it stands."""
        for match in self._pattern.finditer(text):
            if (match["unit"] or match["said"]) and (code := _code(match)):
                return code, match.span()
        return None

    def code(self, form: str, *, bare: bool) -> str | None:
        """The code of a label that is an age and nothing else; `bare`: it need not say that it is years."""
        match = self._pattern.fullmatch(form)
        return _code(match) if match and (bare or match["unit"] or match["said"]) else None


def span(code: str, oldest: int) -> tuple[int, int]:
    """The youngest and the oldest of an age's code."""
    low, _, high = code.partition("-")
    return int(low or 0), int(high or oldest)


def _either(words: Iterable[str]) -> str:
    return "(?:" + ("|".join(map(re.escape, sorted(words, key=len, reverse=True))) or "(?!)") + ")"


def _code(match: re.Match[str]) -> str | None:
    """The code of an age, None where no participant is so young."""
    if max(int(match[name] or 0) for name in ("low", "high", "under", "over", "up")) < LEAST_AGE:
        return None
    if match["low"]:
        return f"{int(match['low'])}-{int(match['high'])}"
    if match["under"]:
        return f"-{int(match['under'])}"
    return f"{int(match['over'] or match['up'])}-"
