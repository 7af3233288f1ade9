"""The words for an observation's measure, groups and kind, the same wherever one is listed."""

from __future__ import annotations

from ingest.models import Observation
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
