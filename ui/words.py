"""The words for an observation's measure, groups and kind, the same wherever one is listed."""

from __future__ import annotations

from ingest.models import Direction, Kind, Observation
from ingest.review import Doubt, UnknownWordError
from rag.phrases import Phrases
from ui.texts import say, table


def measure_text(code: str, phrases: Phrases) -> str:
    """The name of a measure; a figure that could not be placed has none."""
    return phrases.name(code) or say("numbers.no_measure")


def groups_text(observation: Observation, phrases: Phrases) -> str:
    """Whom an observation is about."""
    return phrases.labels(observation.dimensions) or say("picture.everyone")


def whole_text(observation: Observation, phrases: Phrases) -> str:
    """Whose part a share is; "" for what is no share."""
    return measure_text(observation.denominator, phrases) if observation.denominator else ""


def kind_text(observation: Observation) -> str:
    """What an observation states: "nivå", "nedgang fra 2022". A change's figure does not say which way."""
    since = say("numbers.since", year=observation.reference_period) if observation.reference_period else ""
    if observation.kind is Kind.CHANGE and observation.direction:
        kind = say(f"changes.{observation.direction.value}")
    else:
        kind = say(f"kinds.{observation.kind.value}")
    return " ".join(filter(None, (kind, since)))


def direction_text(observation: Observation) -> str:
    """Which way a change goes: "opp", "ned", "uendret"; "" for what is no change."""
    words = {code: word for word, code in table("walk_directions").items()}
    return words[observation.direction.value] if observation.direction else ""


def wording_text(observation: Observation) -> str:
    """That the figure is our reading of words without one ("samme nivå" is 0); "" where it was published."""
    surface = observation.quantity.surface
    worded = observation.direction is Direction.SAME and not any(letter.isdecimal() for letter in surface)
    return say("picture.worded", words=" ".join(surface.split())) if worded else ""


def standing_text(observation: Observation, phrases: Phrases) -> str:
    """How well a figure is known, as far as its report tells."""
    if not observation.certain:
        return say("numbers.uncertain")
    quantity = observation.quantity
    hedged = quantity.fraction or phrases.hedge(quantity.spoken_hedge)
    return wording_text(observation) or say("picture.hedged" if hedged else "picture.published")


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
