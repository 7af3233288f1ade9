"""Rules for what a bare figure is counted in: the unit of the figures before it, or people."""

from __future__ import annotations

from ingest.clauses import STRONG, Item
from ingest.readings import PEOPLE, PERCENT, POINTS, TIME_UNITS, TIMES, UNPLACED, Reading, Scope

HUNDRED = 100
FEW = 200  # of so few people a report gives counts beside shares
PAST = ("te", "dde", "gde", "vde")  # of verbs; a counted noun is indefinite and plural
PARTICIPLE = "et"
VERB_LETTERS = 5


def inherit_unit(scope: Scope, at: int) -> None:
    """Give a bare figure the unit of the figure before it ("20 prosent til arbeid og 16 til utdanning")."""
    reading = scope.readings[at]
    for place, item in enumerate(reading.segment.items):
        if reading.units[place] is not None or not ends_phrase(scope, item):
            continue
        if place:
            reading.units[place] = PEOPLE if reading.units[0] == PERCENT else None
            continue
        # "Hver tredje gikk videre til kurs, og 17 fortsatte på skole": a share in words lends no unit.
        told = [r for r in scope.readings[:at] if not r.item.quantity.fraction]
        before = [unit for r in told for unit in r.units if unit]
        for unit in reversed(before):
            share = unit in (PERCENT, POINTS) and item.quantity.value <= HUNDRED
            named = unit not in (PERCENT, POINTS, PEOPLE, TIMES, *TIME_UNITS)
            if share and _counts_anew(scope, at):
                reading.units[place], reading.certain = PEOPLE, False
            elif share or (named and _is_compared(scope, item)):
                reading.units[place] = unit
            elif unit != PEOPLE:
                continue
            break


def _counts_anew(scope: Scope, at: int) -> bool:
    """In "29 prosent gikk til tiltak, mens 11 gikk til grunnskole" the 11 are people, where there are few."""
    reading = scope.readings[at]
    after = scope.tokens_after(reading.item.end)[:1]
    verb = bool(after) and after[0].word in scope.words("anaphora", "moving")
    few = scope.context.bases.get(scope.context.base or "", FEW + 1) <= FEW
    return reading.segment.boundary == STRONG and verb and few


def _is_compared(scope: Scope, item: Item) -> bool:
    """Whether a bare number says how many more or fewer: "79 land, fem færre enn i 2020"."""
    return any(token.word in scope.words("change", "more") for token in scope.tokens_after(item.end)[:1])


def finish_units(scope: Scope, reading: Reading) -> None:
    """Count people where a bare figure has a measure of people."""
    entry = scope.entry(reading.measure or UNPLACED)
    shares = scope.words("composition", "share_of")
    for place, item in enumerate(reading.segment.items):
        if item.same and entry.stage and not set(item.quantity.surface.lower().split()) & shares:
            reading.units[place] = PEOPLE
        whole = item.quantity.value == item.quantity.value.to_integral_value()
        if reading.units[place] is None and PEOPLE in entry.units and whole and ends_phrase(scope, item):
            reading.units[place] = PEOPLE


def ends_phrase(scope: Scope, item: Item) -> bool:
    """Whether no noun follows a bare number that could be its unit."""
    rest = scope.tokens_after(item.end)
    if not rest or rest[0].start - item.end > 1 or scope.sentence.text[item.end : rest[0].start].strip():
        return True
    if any(m.start == rest[0].start and m.dimension == "measure" for m in scope.sentence.mentions):
        return True
    if rest[0].word in scope.words("people", "background"):
        return True
    if any(p.start == rest[0].start for p in scope.sentence.periods):
        return True
    if rest[0].word in scope.words("change", "more"):
        return True
    stem = scope.stem(item)
    if stem and stem[-1].word in scope.words("composition", "having") and rest[0].word.endswith(PARTICIPLE):
        return True  # "hadde 2 110 flyktet fra Ukraina"
    return rest[0].word in scope.words("people", "after_bare") or _is_verb(rest[0].word)


def _is_verb(word: str) -> bool:
    """Whether a word has the ending of a past tense, which no noun after a number has: "17 fortsatte"."""
    return len(word) >= VERB_LETTERS and word.endswith(PAST)
