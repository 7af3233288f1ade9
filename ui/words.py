"""The words for an observation's measure, groups and kind, the same wherever one is listed."""

from __future__ import annotations

from ingest.models import Observation
from ingest.review import Doubt, UnknownWordError
from rag.phrases import Phrases
from ui.texts import say


def measure_text(code: str, phrases: Phrases) -> str:
    """The name of a measure; a figure that could not be placed has none."""
    return phrases.name(code) or say("numbers.no_measure")


def groups_text(observation: Observation, phrases: Phrases) -> str:
    """Whom an observation is about."""
    return phrases.labels(observation.dimensions) or say("picture.everyone")


def kind_text(observation: Observation) -> str:
    """What an observation states: "nivå", "endring fra 2022"."""
    since = say("numbers.since", year=observation.reference_period) if observation.reference_period else ""
    return " ".join(filter(None, (say(f"kinds.{observation.kind.value}"), since)))


def doubt_text(doubt: Doubt, detail: str) -> str:
    """Why a figure is uncertain, in words."""
    return say(f"doubts.{doubt.value}", detail=detail)


def unknown_text(error: UnknownWordError, phrases: Phrases) -> str:
    """What of a decision is not known, and what is near to it."""
    if error.field == "measure" and phrases.vocabulary.measure(error.word).data:
        return say("review.unplaced")
    text = say(
        "review.wrong_unit" if error.known else "review.unknown",
        field=say(f"review.{error.field}").partition(" (")[0],
        word=error.word,
    )
    return f"{text} {say('review.near', near=say('review.or').join(error.near))}" if error.near else text
