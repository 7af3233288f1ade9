"""The names that something mistyped is nearest to. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

NEAR = 70  # of 100 in rapidfuzz's weighted ratio; below it names share little but their letters
PROPOSED = 3  # more than this is a list to read, not a proposal


def find_nearest(text: str, names: Mapping[str, Iterable[str]]) -> list[str]:
    """The codes whose names are nearest to a text, the nearest first; none where nothing is near.

    Args:
        text: what was typed.
        names: of each code the names that it may be meant by.
    """
    from rapidfuzz import fuzz, utils

    wanted = utils.default_process(text)
    scores = {
        code: max((fuzz.WRatio(wanted, utils.default_process(name)) for name in (code, *forms)), default=0.0)
        for code, forms in names.items()
    }
    near = [code for code, score in scores.items() if score >= NEAR]
    return sorted(near, key=lambda code: -scores[code])[:PROPOSED]
