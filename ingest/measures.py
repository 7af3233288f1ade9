"""Rules for what a figure is a figure of: its measure, its unit, and the people a share is a share of."""

from __future__ import annotations

from collections.abc import Iterable

from ingest.changes import is_target
from ingest.clauses import Item, starts_any
from ingest.groups import continues
from ingest.models import Quantity
from ingest.readings import (
    GROUPS,
    PEOPLE,
    PERCENT,
    POINTS,
    TIME_UNITS,
    TIMES,
    UNPLACED,
    Reading,
    Scope,
    nearest,
)
from ingest.vocabulary import Mention, starts_with

# A word this long that no list knows may be a predicate of its own ("bestod norskprøven").
PREDICATE_LETTERS = 5
RELATIVE_REACH = 3  # words back from a stage in which "som" makes it a restriction
HUNDRED = 100


# ---- units


def inherit_unit(scope: Scope, at: int) -> None:
    """Give a bare figure the unit of the figure before it ("20 prosent til arbeid og 16 til utdanning")."""
    reading = scope.readings[at]
    for place, item in enumerate(reading.segment.items):
        if reading.units[place] is not None or not ends_phrase(scope, item):
            continue
        if place:
            reading.units[place] = PEOPLE if reading.units[0] == PERCENT else None
            continue
        before = [unit for r in scope.readings[:at] for unit in r.units if unit]
        for unit in reversed(before):
            if unit in (PERCENT, POINTS) and item.quantity.value <= HUNDRED:
                reading.units[place] = unit
            elif unit != PEOPLE:
                continue
            break


def finish_units(scope: Scope, reading: Reading) -> None:
    """Count people where a bare figure has a measure of people."""
    entry = scope.entry(reading.measure or UNPLACED)
    for place, item in enumerate(reading.segment.items):
        if item.same and entry.stage:
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
    if any(p.start == rest[0].start for p in scope.sentence.periods):
        return True
    return rest[0].word in scope.words("people", "after_bare")


# ---- measures


def place_measure(scope: Scope, at: int) -> None:
    """Give a segment its measure, or leave it unplaced and uncertain."""
    reading = scope.readings[at]
    if reading.gap:
        reading.measure, reading.certain = UNPLACED, False
        return
    reading.measure = _said(scope, at) or _inherited(scope, at)
    if is_target(scope, reading):
        reading.denominator = denominator(scope, at)
        reading.measure, reading.period, reading.certain = UNPLACED, None, False


def _said(scope: Scope, at: int) -> str | None:
    """The measure that the segment itself, or a word standing for one, names."""
    reading = scope.readings[at]
    strong = _fitting(scope, reading, scope.measures(reading.segment.mentions))
    stages = [m for m in strong if scope.entry(m.code).stage]
    outcomes = [m for m in strong if m not in stages]
    if outcomes:
        return _predicate(scope, reading, outcomes)
    if reading.model is not None:
        return reading.model.measure
    if reading.unit == PERCENT and not reading.change:
        stage = _composition(scope, at)
        if stage:
            reading.denominator, reading.composition = stage, True
            return stage
    if scope.says(reading.segment.tokens, "anaphora", "pro_verb"):
        before = scope.before(at)
        return (before.measure if before else None) or scope.context.measure
    if stages and (reading.unit != PERCENT or reading.change):
        return nearest(stages, reading.item).code
    return None


def _predicate(scope: Scope, reading: Reading, outcomes: list[Mention]) -> str:
    """The outcome said of the figure; in "20 prosent av de som gikk til arbeid …" that is not it."""
    after = [t for t in reading.segment.tokens if t.start >= reading.item.end]
    of_those = starts_with(after, 0, scope.sequences("anaphora", "of_those"))
    if of_those and len(outcomes) > 1 and outcomes[0].start > reading.item.end:
        reading.denominator = outcomes[0].code
        return outcomes[-1].code
    tail = [t for t in reading.segment.tokens if t.start >= outcomes[0].end]
    if of_those and scope.unknown(tail, PREDICATE_LETTERS):
        reading.certain = False
    return nearest(outcomes, reading.item).code


def _inherited(scope: Scope, at: int) -> str:
    """The measure of the segments around, of the sentences before, of a weaker word, or of the heading."""
    reading = scope.readings[at]
    around = [r.measure for r in reversed(scope.readings[:at])]
    around += [_outcome_of(scope, r) for r in scope.readings[at + 1 :]]
    for code in around:
        if code and code != UNPLACED and _fits(scope, code, reading):
            _doubt(scope, reading)
            return code
    if reading.unit not in (PEOPLE, PERCENT, POINTS, TIMES, None):
        return _by_unit(scope, reading)
    return _carried(scope, reading)


def _carried(scope: Scope, reading: Reading) -> str:
    weak = [m.code for m in scope.measures(reading.segment.mentions, weak=True)]
    carried = [code for code in (scope.context.measure, scope.context.stage) if code]
    heading = list(scope.heading)
    by_heading = not scope.says(scope.sentence.tokens, "anaphora", "measure")
    shares = reading.unit in (PERCENT, POINTS) and not continues(scope)
    for code in [*carried, *weak, *heading]:
        if not _fits(scope, code, reading) or (shares and scope.entry(code).stage):
            continue
        if reading.unit == PERCENT and not reading.moved and _predicates_anew(scope, reading):
            break
        if code in heading and code not in (*carried, *weak):
            reading.certain = reading.certain and not by_heading
        _doubt(scope, reading)
        return code
    reading.certain = False
    return UNPLACED


def _predicates_anew(scope: Scope, reading: Reading) -> bool:
    return scope.unknown(reading.segment.tokens, PREDICATE_LETTERS)


def _outcome_of(scope: Scope, reading: Reading) -> str | None:
    found = _fitting(scope, reading, scope.measures(reading.segment.mentions))
    if reading.unit == PERCENT:
        found = [m for m in found if not scope.entry(m.code).stage]
    return found[0].code if found else None


def _by_unit(scope: Scope, reading: Reading) -> str:
    """A measure for units that few measures have (land, år, måneder)."""
    unit = reading.unit
    only = [e.code for e in scope.vocabulary.of("measure") if e.units == (unit,)]
    if len(only) == 1 and unit not in TIME_UNITS:
        return only[0]
    weak = [m.code for m in scope.measures(reading.segment.mentions, weak=True)]
    named = [m.code for m in scope.sentence.mentions if m.dimension == "measure"]
    carried = [scope.context.measure] if scope.context.measure else []
    for code in [*weak, *named, *carried, *scope.heading]:
        if unit in scope.entry(code).units and code != UNPLACED:
            return code
    reading.certain = False
    return UNPLACED


def _doubt(scope: Scope, reading: Reading) -> None:
    """A measure taken over is doubtful where the segment has a content word that no list knows."""
    if reading.unit is None and not ends_phrase(scope, reading.item):
        reading.certain = False
    if scope.unknown(reading.segment.tokens, PREDICATE_LETTERS):
        reading.certain = False


def _fits(scope: Scope, code: str, reading: Reading) -> bool:
    units = scope.entry(code).units
    if reading.unit in (None, POINTS, TIMES):
        return bool({PEOPLE, PERCENT} & set(units))
    return reading.unit in units


def _fitting(scope: Scope, reading: Reading, mentions: Iterable[Mention]) -> list[Mention]:
    return [m for m in mentions if _fits(scope, m.code, reading)]


# ---- parts of a whole


def _composition(scope: Scope, at: int) -> str | None:
    """The stage whose people a group is a part of: "om lag 7 av 10 [av dem] var kvinner"."""
    reading, before = scope.readings[at], scope.before(at)
    groups = [m for m in reading.segment.mentions if m.dimension in GROUPS and not m.weak]
    if not groups:
        return None
    follows = [m for m in groups if m.start >= reading.item.end]
    precedes = [m for m in groups if m.end <= reading.item.start]
    if before is not None and before.composition and (precedes or follows):
        return before.measure
    if not (_group_after(scope, reading, follows) or _group_before(scope, reading, precedes)):
        return None
    return _stage(scope)


def _group_after(scope: Scope, reading: Reading, follows: list[Mention]) -> bool:
    """As in "70 prosent var kvinner", "var 7 av 10 kvinner"."""
    if not follows:
        return False
    copulas = scope.sequences("composition", "copula") | scope.sequences("composition", "origin")
    group = follows[-1]
    between = [t for t in scope.tokens_after(reading.item.end) if t.end <= group.start]
    if starts_any(between, copulas) is not None:
        return True
    hedge = len(reading.item.quantity.hedge.split()) if reading.item.quantity.hedge else 0
    stem = scope.tokens_before(reading.item.start)
    stem = stem[: len(stem) - hedge]
    joined = not starts_with(between, 0, frozenset({("av",), ("of",)}))
    return joined and bool(starts_with(stem, len(stem) - 1, scope.sequences("composition", "copula")))


def _group_before(scope: Scope, reading: Reading, precedes: list[Mention]) -> bool:
    """As in "Kvinner utgjorde 41 prosent", "andelen kvinner var 41 prosent"."""
    if not precedes:
        return False
    group = precedes[-1]
    between = [t for t in scope.tokens_before(reading.item.start) if t.start >= group.end]
    if starts_any(between, scope.sequences("composition", "makes_up")) is not None:
        return True
    before = scope.tokens_before(group.start)
    shares = scope.sequences("composition", "share_of")
    return bool(starts_with(before, len(before) - 1, shares))


def _stage(scope: Scope) -> str | None:
    """Whose people the sentence is about: named in it, or before it, or by the plain word for them."""
    strong, weak = scope.stages(scope.sentence.mentions), scope.stages(scope.sentence.mentions, weak=True)
    if strong:
        return strong[0].code
    return scope.context.stage or (weak[0].code if weak else scope.context.people)


# ---- denominators


def denominator(scope: Scope, at: int) -> str | None:
    """The measure whose people a share is a share of."""
    reading, context = scope.readings[at], scope.context
    if reading.denominator or reading.measure is None:
        return reading.denominator
    entry = scope.entry(reading.measure)
    if reading.model is not None:
        return reading.model.denominator
    if scope.says(scope.sentence.tokens, "anaphora", "remainder") and context.denominator:
        return context.denominator
    base = _sentence_base(scope, at)
    if base and base != reading.measure:
        return base
    restricting = [m for m in scope.stages(scope.sentence.mentions) if _is_relative(scope, m)]
    if restricting and not entry.stage:
        return restricting[0].code
    if scope.says(scope.sentence.tokens, "anaphora", "people") and context.base not in (
        None,
        reading.measure,
    ):
        return context.base
    if context.denominator and _adds_up(scope, reading, context.denominator):
        return context.denominator
    return entry.denominator


def _sentence_base(scope: Scope, at: int) -> str | None:
    """The measure of the people that "av de 3 069 som …" counts."""
    for reading in scope.readings[:at]:
        words = scope.tokens_before(reading.item.start)
        if PEOPLE in reading.units and starts_with(
            words, len(words) - 2, scope.sequences("anaphora", "of_the")
        ):
            return reading.measure
    return None


def _is_relative(scope: Scope, mention: Mention) -> bool:
    """Whether a stage says whose share it is ("av dem som fullførte") rather than what they did."""
    before = scope.tokens_before(mention.start)
    after = scope.tokens_after(mention.start)
    relative = scope.words("anaphora", "relative")
    return any(t.word in relative for t in before[-RELATIVE_REACH:]) or bool(
        after and after[0].word in relative
    )


def _adds_up(scope: Scope, reading: Reading, base: str) -> bool:
    """Whether the count beside a share is that share of the people last counted."""
    total = scope.context.bases.get(base)
    counts = [i.quantity for i, u in zip(reading.segment.items, reading.units, strict=True) if u == PEOPLE]
    if not total or not counts or reading.unit != PERCENT:
        return False
    share: Quantity = reading.item.quantity
    part = counts[0].value * HUNDRED / total
    return share.lower <= part <= share.upper
