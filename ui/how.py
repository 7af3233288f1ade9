"""How an answer was found, in a few plain sentences. Every step of it is in `Answer.trace`."""

from __future__ import annotations

from collections.abc import Iterator

from ingest.vocabulary import load_vocabulary
from rag.models import Answer, Query, Reason, Status
from rag.phrases import Phrases
from ui.texts import counted, say

# Nothing was looked up: the question could not be read, or is of the service itself.
NOT_SOUGHT = (Reason.UNREADABLE, Reason.ABOUT)


def how_found(answer: Answer) -> tuple[str, ...]:
    """What the question was read as, what the answer rests on, and whether anything was worked out."""
    return tuple(_sentences(answer))


def _sentences(answer: Answer) -> Iterator[str]:
    if asked := _asked_for(answer.query):
        yield say("how.read", asked=asked)
    if answer.status is Status.ABSTAINED:
        if answer.reason not in NOT_SOUGHT:
            yield say("how.nothing")
    elif answer.observations:
        yield counted("how.figures", len(answer.observations))
    elif answer.citations:
        yield say("how.text")
    if answer.calculations:
        yield say("how.calculated")


def _asked_for(query: Query) -> str:
    """The measures, groups and years that were heard in a question."""
    phrases = Phrases(load_vocabulary(), "nb")
    groups = [phrases.label(d, code) for d, codes in query.dimensions.items() for code in codes]
    return " · ".join([*map(phrases.name, query.measures), *groups, *query.periods])
