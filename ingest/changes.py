"""Rules that tell a change from a level, a gap between groups from a change, and a target from a result."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from ingest.models import Direction
from ingest.readings import GROUPS, PEOPLE, PERCENT, POINTS, TIMES, Reading, Scope
from ingest.vocabulary import Token, holds, starts_any, starts_with

NEAR = 6  # words between a verb of change and "med" or "på"
GAP_REACH = 8  # words after "enn" in which the year compared with stands
SET_REACH = 4  # words after a figure among which it is said to be the aim
TARGET_REACH = 6  # words before a figure among which the aim that it is stands
OPENING = 4  # words at the head of a sentence among which the change it is of stands


def place_change(scope: Scope, at: int) -> None:
    """Settle whether a segment's figure is a change, and which way it goes."""
    reading = scope.readings[at]
    reading.gap = _is_gap(scope, reading)
    if reading.gap and reading.unit == POINTS and _is_since_a_year(scope, reading):
        # "5 prosentpoeng bedre enn i 2020 og over snittet", "Forskjellen er 3 prosentpoeng mindre enn i 2020"
        reading.gap, reading.change = _tells_gap(scope, reading), True
    else:
        reading.change = reading.item.same or (not reading.gap and _is_change(scope, reading))
    if not reading.change:
        return
    reading.direction = Direction.SAME if reading.item.same else _direction(scope, at)
    if reading.unit == TIMES:
        reading.direction = Direction.UP if reading.item.quantity.value > 1 else Direction.DOWN
    if reading.direction is None or reading.unit == TIMES:
        reading.certain = False


def _is_since_a_year(scope: Scope, reading: Reading) -> bool:
    """Whether a figure says how many more than in another year: "5 prosentpoeng betre enn i 2020"."""
    rest = [t for t in reading.segment.tokens if t.start >= reading.item.end]
    than = starts_any(rest, scope.sequences("change", "than"))
    if than is None or rest[0].word not in scope.words("change", "more"):
        return False
    reach = rest[than : than + GAP_REACH]
    return any(reach[0].start <= p.start <= reach[-1].end for p in scope.sentence.periods)


def _tells_gap(scope: Scope, reading: Reading) -> bool:
    before = scope.tokens_before(reading.item.start)
    return any(token.word in scope.words("gap", "nouns") for token in before)


def is_target(scope: Scope, reading: Reading) -> bool:
    """Whether a figure says what is aimed at ("Målet er at 70 prosent …")."""
    before = [t for t in reading.segment.tokens if t.end <= reading.item.start]
    if scope.says(before, "target", "cues"):
        return True
    after = [t for t in reading.segment.tokens if t.start >= reading.item.end]
    if scope.says(after[:SET_REACH], "target", "set"):
        return True
    # "Formannskapet har vedtatt at 70 prosent skal gå rett til jobb": nobody has gone yet.
    asked = [t.start for t in after if t.word in scope.words("target", "demanding")]
    outcomes = [m for m in scope.measures(reading.segment.mentions) if not scope.entry(m.code).stage]
    if reading.unit in (PERCENT, PEOPLE) and asked and any(m.start > asked[0] for m in outcomes):
        return True
    # "kommunens eget mål for 2021 på 55 prosent", but not "nådde målet om arbeid"
    stem = [t for t in scope.stem(reading.item) if t.start >= reading.segment.start]
    nouns = scope.words("target", "nouns")
    aimed = [t for t in stem[-TARGET_REACH:] if t.word in nouns]
    named = scope.measures(reading.segment.mentions)
    aimed = [t for t in aimed if not any(m.start <= t.start < m.end for m in named)]
    # "Målet vårt var at 60 prosent skulle gå til arbeid"
    clause = [t for t in reading.segment.tokens if aimed and t.start > aimed[-1].start]
    demanded = any(t.word in scope.words("target", "demanding") for t in clause)
    moved = any(t.word in scope.words("change", "from") for t in clause)
    set_to = stem[-1:] and stem[-1].word in scope.words("change", "to") and not moved
    # "Målet for overgang til arbeid bør settes til 60 prosent"
    opened = [t for t in stem[:OPENING] if t.word in nouns]
    # "Målet for 2016 var 55 prosent", but not "Andelen som nådde målet, var 55 prosent"
    copulas = scope.sequences("composition", "copula")
    if (
        stem[:1]
        and stem[0].word in nouns
        and ((stem[-1].word,) in copulas or stem[-1].word in scope.words("target", "that"))
        and not scope.words("doubt", "relative") & {t.word for t in stem}
    ):
        return True
    if opened and set_to and any(t.word in scope.words("target", "demanding") for t in stem):
        return True
    return bool(aimed) and (demanded or bool(set_to) or stem[-1].word in scope.words("target", "of"))


def is_against_average(scope: Scope, reading: Reading) -> bool:
    """Whether a figure is a distance from what all have: "4 prosentpoeng under landsgjennomsnittet"."""
    words = [t.word for t in reading.segment.tokens if t.start >= reading.item.end]
    against, averages = scope.words("gap", "against"), scope.words("gap", "averages")
    return any(left in against and right in averages for left, right in pairwise(words))


def _is_gap(scope: Scope, reading: Reading) -> bool:
    """A difference between two groups is not a change from another year."""
    if reading.unit not in (POINTS, TIMES):
        return False
    before = scope.tokens_before(reading.segment.end)
    if any(token.word in scope.words("gap", "nouns") for token in before):
        return True
    if is_against_average(scope, reading):
        return True
    of_two = any(len(_codes(scope, reading, d)) > 1 for d in GROUPS)
    if of_two and (not reading.segment.periods or reading.unit == TIMES):
        return True  # "Dobbelt så mange menn som kvinner", whatever the year
    if _goes_on_about_gap(scope, reading) or _is_as_many_as(scope, reading) or _is_proved(scope, reading):
        return True
    rest = [t for t in reading.segment.tokens if t.start >= reading.item.end]
    than = starts_any(rest, scope.sequences("change", "than"))
    if than is None or not rest or rest[0].word not in scope.words("change", "more"):
        return False
    reach = rest[than : than + GAP_REACH]
    return not any(reach[0].start <= p.start <= reach[-1].end for p in scope.sentence.periods)


def _is_proved(scope: Scope, reading: Reading) -> bool:
    """As in "68 prosent av mennene …. For kvinnene 48, altså 20 prosentpoeng lavere": so far from others."""
    at = scope.place_of(reading)
    now, step = scope.readings[at - 1] if at else None, reading.item.quantity.value
    if now is None or now.unit != PERCENT or now.change or now.measure is None or reading.unit != POINTS:
        return False
    told = [r for r in (*scope.context.told, *scope.readings[: at - 1]) if r.unit == PERCENT and not r.change]
    apart = [r for r in told if r.measure == now.measure]
    apart = [r for r in apart if abs(r.item.quantity.value - now.item.quantity.value) == step]
    beside = any(r.period == now.period and r.dimensions.keys() == now.dimensions.keys() for r in apart)
    return beside and not reading.segment.periods and all(r.dimensions != now.dimensions for r in apart)


def _is_as_many_as(scope: Scope, reading: Reading) -> bool:
    """As in "dobbelt så mange som blant kvinnene": as many as others, and not as in another year."""
    rest = [t for t in scope.tokens_after(reading.item.end) if t.start < reading.segment.end][:GAP_REACH]
    at = next((n for n, t in enumerate(rest) if t.word in scope.words("doubt", "relative")), None)
    if reading.unit != TIMES or at is None:
        return False
    groups = [m for m in reading.segment.mentions if m.dimension in GROUPS and m.start > rest[at].start]
    dated = any(rest[at].start < p.start <= rest[-1].start for p in scope.sentence.periods)
    return bool(groups) and not dated


def _goes_on_about_gap(scope: Scope, reading: Reading) -> bool:
    """In "Forskjellen er 17 prosentpoeng. I 2018 var den på 15 prosentpoeng" the other is a gap too."""
    at = scope.place_of(reading)
    told = scope.readings[:at] or scope.context.last
    if not told or not told[-1].gap or scope.measures(reading.segment.mentions):
        return False
    moves = scope.words("change", "up") | scope.words("change", "down")
    if any(t.word in moves for t in reading.segment.tokens):
        return False
    return bool(at) or scope.says(reading.segment.tokens, "anaphora", "measure")


def _codes(scope: Scope, reading: Reading, dimension: str) -> set[str]:
    return {m.code for m in reading.segment.mentions if m.dimension == dimension and not m.weak}


def _is_change(scope: Scope, reading: Reading) -> bool:
    if reading.unit == TIMES and reading.item.quantity.surface.lower().endswith(TIMES):
        # "tre ganger så mange", but "to ganger grunnbeløpet" is how much it is
        rest = [t.word for t in scope.tokens_after(reading.item.end)[:1]]
        return not rest or rest[0] in scope.words("change", "as_much") | scope.words("change", "more")
    if reading.unit in (POINTS, TIMES):
        return True
    return (
        _is_by(scope, reading)
        or _is_more(scope, reading)
        or _is_named(scope, reading)
        or _is_again(scope, reading)
    )


def _stem(scope: Scope, reading: Reading) -> list[str]:
    """The words before a figure without its hedge."""
    return [token.word for token in scope.stem(reading.item)]


def _is_by(scope: Scope, reading: Reading) -> bool:
    """As in "økte med 5 prosent", "en nedgang på 300", "falt fra 80 til 60, det vil si med 25 prosent"."""
    moves = (scope.words("change", "up") | scope.words("change", "down")) - scope.words("change", "more")
    stem = _stem(scope, reading)
    if not stem or stem[-1] not in scope.words("change", "by"):
        return False
    if stem[-1] in scope.words("change", "by_noun"):
        return len(stem) > 1 and stem[-2] in moves
    near = any(word in moves for word in stem[-NEAR:])
    told = any(r.reference for r in scope.readings) and any(word in moves for word in stem)
    return near or (told and reading.unit == PERCENT)


def _is_more(scope: Scope, reading: Reading) -> bool:
    """As in "1 134 flere enn året før"."""
    rest = scope.tokens_after(reading.item.end)
    nouns = scope.words("people", "nouns")
    while rest and rest[0].word in nouns:
        rest = rest[1:]
    if not rest or rest[0].word not in scope.words("change", "more"):
        return False
    if holds(rest, scope.sequences("change", "than")):
        return True
    subject = {word for sequence in scope.sequences("anaphora", "subject") for word in sequence}
    ends = len(rest) == 1 and scope.sentence.tokens[0].word in subject
    return ends and scope.context.reference is not None


def _is_named(scope: Scope, reading: Reading) -> bool:
    """As in "Reduksjonen utgjør 300 personer", "Nedgangen er altså på en tredel", where the noun opens it."""
    segment = reading.segment
    opening = scope.sentence.tokens if segment is scope.readings[0].segment else segment.tokens
    nouns = [t for t in opening[:OPENING] if t.word in scope.words("change", "noun")]
    if not nouns or reading.own_period:
        return False
    copulas = scope.words("change", "noun_is")
    between = _past_year(scope, [t for t in scope.stem(reading.item) if t.start > nouns[0].start])
    return bool(between) and between[0].word in copulas and len(between) <= OPENING


def _is_again(scope: Scope, reading: Reading) -> bool:
    """As in "en nedgang på 3 200 sammenlignet med året før, eller 17 prosent": the change in another unit."""
    at = scope.place_of(reading)
    before = scope.before(at)
    if before is None or not before.change or {before.unit, reading.unit} != {PEOPLE, PERCENT}:
        return False
    nouns = scope.words("people", "nouns")
    stem = [t for t in scope.stem(reading.item) if t.start >= before.item.end and t.word not in nouns]
    inside = [t for t in stem if t.start >= reading.segment.start]
    again = scope.sequences("boundary", "restated") | scope.sequences("change", "equals")
    told = any(part and starts_with(part, 0, again) == len(part) for part in (stem, inside))
    return told and not scope.measures(reading.segment.mentions)


def _past_year(scope: Scope, tokens: list[Token]) -> list[Token]:
    """The words after a noun of change without the year it is from: "Nedgangen fra 2021 er på 300"."""
    if not tokens or tokens[0].word not in scope.words("change", "from"):
        return tokens
    year = next((p for p in scope.sentence.periods if p.start >= tokens[0].end), None)
    return [t for t in tokens if year is not None and t.start >= year.end]


def _direction(scope: Scope, at: int) -> Direction | None:
    reading = scope.readings[at]
    offset = reading.item.start
    after = [t for t in reading.segment.tokens if t.start >= offset]
    for tokens in (reading.segment.tokens, scope.tokens_before(offset), after):
        cues = [t for t in tokens if t.word in scope.words("change", "up") | scope.words("change", "down")]
        if cues:
            cue = min(cues, key=lambda t: abs(t.start - offset))
            return Direction.UP if cue.word in scope.words("change", "up") else Direction.DOWN
        if _went_back(scope, tokens):
            return Direction.DOWN
    return None


def _went_back(scope: Scope, tokens: Sequence[Token]) -> bool:
    """As in "Steinkjer var den eneste som gikk tilbake fra 2012, med 6 prosentpoeng"."""
    moves, back = scope.words("anaphora", "moving"), scope.words("change", "back")
    return any(a.word in moves and b.word in back for a, b in pairwise(tokens))
