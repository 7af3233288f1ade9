"""Rules for reports that look at people again later, where "i arbeid" is not where they went as they left."""

from __future__ import annotations

from itertools import pairwise

from ingest.readings import PEOPLE, PERCENT, POINTS, UNPLACED, Reading, Scope
from ingest.vocabulary import Vocabulary, holds


def says_followed(vocabulary: Vocabulary, text: str) -> bool:
    """Whether a heading or a title is about people who left earlier ("tidligere deltakere")."""
    return holds(vocabulary.tokens(text), vocabulary.sequences("grammar", "reference", "afterwards"))


def tells_followed(vocabulary: Vocabulary, text: str) -> bool:
    """Whether the title of a table is of where people were in a later month, or after some years."""
    tokens = vocabulary.tokens(text)
    months = vocabulary.word_list("grammar", "reference", "months")
    dated = any(left.word in months and right.word.isdigit() for left, right in pairwise(tokens))
    later = vocabulary.sequences("grammar", "reference", "afterwards") | vocabulary.sequences(
        "tables", "labels", "later"
    )
    return dated or holds(tokens, later)


def says_left(vocabulary: Vocabulary, text: str) -> bool:
    """Whether a text says that people went somewhere, or that it is about direct transition."""
    tokens = vocabulary.tokens(text)
    # "Andelen gikk opp", "mennene gikk tilbake 1,3 prosentpoeng": nobody has left.
    moves = {w for key in ("up", "down", "back") for w in vocabulary.word_list("grammar", "change", key)}
    kept = [t for at, t in enumerate(tokens) if at + 1 == len(tokens) or tokens[at + 1].word not in moves]
    return holds(kept, vocabulary.sequences("grammar", "reference", "leaving"))


def settle_followed(scope: Scope, reading: Reading) -> None:
    """Leave a figure of those looked at again unplaced: "61 prosent var i arbeid i november 2021"."""
    if reading.unit not in (PERCENT, POINTS, PEOPLE, None) or not _is_followed(scope, reading):
        return
    month = _month_told(scope)
    reading.followed, reading.certain = True, False
    reading.measure, reading.denominator = UNPLACED, None
    reading.period = month or (reading.period if reading.change else scope.year)


def _is_followed(scope: Scope, reading: Reading) -> bool:
    if reading.measure is None or scope.entry(reading.measure).stage or reading.composition:
        return False
    if says_left(scope.vocabulary, scope.sentence.text):
        return False
    if scope.context.later or _month_told(scope) is not None:
        return reading.measure != UNPLACED or scope.context.later
    return holds(scope.sentence.tokens, scope.sequences("reference", "afterwards"))


def _month_told(scope: Scope) -> str | None:
    """The year in "i november 2021"."""
    months = scope.words("reference", "months")
    for left, right in pairwise(scope.sentence.tokens):
        if left.word in months and right.word.isdigit() and len(right.word) == len(scope.year):
            return right.word
    return None
