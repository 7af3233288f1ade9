"""Rules that leave a figure uncertain: an unknown whole, restriction or time, or a contradiction."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import pairwise

from ingest.clauses import EARLIER, WITHIN, Item
from ingest.models import Observation, Paragraph, Report
from ingest.numbers import find_periods
from ingest.periods import YEAR_DIGITS
from ingest.readings import GROUPS, PEOPLE, PERCENT, POINTS, TIME_UNITS, TIMES, UNPLACED, Reading, Scope
from ingest.vocabulary import Token, holds

CLAUSE_WORDS = 10  # a relative clause that restricts who is meant says so within this many words
PHRASE_WORDS = 5  # and a phrase with "med" within these
ROUND = (10, 100, 1000)  # people that stand for all
OFTEN, MUCH_MORE = 6, 3  # times that another year is said, and how many times as often
COUNTED = (PERCENT, POINTS, PEOPLE, TIMES, None)


def is_doubtful(scope: Scope, at: int) -> bool:
    """Whether something in a segment says more of its figure than the group and year it was given."""
    reading = scope.readings[at]
    if reading.unit not in COUNTED:
        # "De øvrige 38 prosent fordelte seg på 88 land": of whom was not told.
        # "… fra Eritrea 22; resten kom fra ni andre land"
        others = scope.words("anaphora", "rest")
        rest = _odd_rest(scope, scope.readings[0]) or any(t.word in others for t in reading.segment.tokens)
        return reading.unit not in TIME_UNITS and rest
    return (
        odd_whole(scope, reading)
        or _odd_restriction(scope, reading)
        or _odd_rest(scope, reading)
        or _odd_time(scope, reading)
        or _part_of_count(scope, at)
        or _within_others(scope, at)
        or _of_a_round_number(scope)
        or is_of_unplaced(scope, at)
    )


def _named(scope: Scope, tokens: Sequence[Token], dimensions: Sequence[str] = ("measure", *GROUPS)) -> bool:
    """Whether a group or a measure is named among `tokens`."""
    return bool(tokens) and any(
        m.start <= tokens[-1].start and tokens[0].start < m.end
        for m in scope.sentence.mentions
        if m.dimension in dimensions and not m.weak
    )


def _is_people(scope: Scope, word: str) -> bool:
    return word in scope.words("people", "nouns") or word in scope.words("people", "wholes")


def odd_whole(scope: Scope, reading: Reading) -> bool:
    """In "38 prosent av timene" is of something that is neither people nor a measure."""
    rest = [t for t in scope.tokens_after(reading.item.end) if t.start < reading.segment.end]
    if reading.unit != PERCENT or len(rest) < 2 or rest[0].word not in scope.words("doubt", "of"):
        return False
    rest = rest[1:]
    passed = scope.words("people", "determiners") | scope.words("anaphora", "former")
    while len(rest) > 1 and rest[0].word in passed:
        rest = rest[1:]
    return not (_named(scope, rest[:2]) or _is_people(scope, rest[0].word) or rest[0].word[0].isdigit())


def _odd_restriction(scope: Scope, reading: Reading) -> bool:
    """In "deltakere som bodde i byer", "kvinner med barn" stands a restriction that no list knows."""
    tokens = reading.segment.tokens
    for place, token in enumerate(tokens[1:], start=1):
        relative = token.word in scope.words("doubt", "relative")
        if not relative and token.word not in scope.words("doubt", "with"):
            continue
        noun = tokens[place - 1 : place]
        if not (_is_people(scope, noun[0].word) or _named(scope, noun, GROUPS)):
            continue
        reach = _phrase(scope, tokens[place : place + (CLAUSE_WORDS if relative else PHRASE_WORDS)])
        if not relative and (len(reach) < 2 or reach[1].start == reading.item.start or reading.change):
            continue
        known = _named(scope, reach, ("measure", *GROUPS) if relative else GROUPS)
        if not known and not scope.says(reach, "anaphora", "people"):
            return True
    return False


def _phrase(scope: Scope, tokens: Sequence[Token]) -> Sequence[Token]:
    """`tokens` up to the first comma or bracket."""
    for place, (left, right) in enumerate(pairwise(tokens), start=1):
        if set(scope.sentence.text[left.end : right.start]) & set(",;:()"):
            return tokens[:place]
    return tokens


def _odd_rest(scope: Scope, reading: Reading) -> bool:
    """In "enn andre (28 prosent)" are meant who are left, of a whole that was not told."""
    rest = scope.words("anaphora", "rest")
    remainder = scope.says(scope.sentence.tokens, "anaphora", "remainder")
    return not remainder and any(
        t.word in rest and not _named(scope, [t])
        for t in reading.segment.tokens
        if t.start <= reading.item.start
    )


def _odd_time(scope: Scope, reading: Reading) -> bool:
    """A part of a year, years added up, a year still to come, or none at all."""
    if reading.period is None or reading.period[:YEAR_DIGITS] > scope.year:
        return True
    if not reading.own_period and scope.says(reading.segment.tokens, "doubt", "now"):
        return True  # "Vi har 48 deltakere nå, og 12 av dem starter på skole til høsten"
    within = [p for p in reading.segment.periods if p.start >= reading.segment.start]
    if (
        within
        and not any(p.exact and (reading.change or p.code != EARLIER) for p in within)
        and not reading.own_period
    ):
        return True
    if any(_is_ago(scope, item) for r in scope.readings for item in r.segment.items):
        return not reading.own_period
    since = scope.words("doubt", "since")
    return not reading.change and any(
        t.word in since for t in scope.sentence.tokens if any(0 <= p.start - t.end <= 1 for p in within)
    )


def _is_ago(scope: Scope, item: Item) -> bool:
    """Whether a length of time counts back to another year: "for to år siden", "tre år tidligere"."""
    if item.quantity.unit not in TIME_UNITS:
        return False
    after = scope.tokens_after(item.end)[:1]
    return any(t.word in scope.words("doubt", "ago") for t in after)


def _part_of_count(scope: Scope, at: int) -> bool:
    """In "12 000 av de 19 000 …" follows is said of one of the two only."""
    for first, second in ((at - 1, at), (at, at + 1)):
        if first < 0 or second >= len(scope.readings):
            continue
        if scope.readings[second].segment.boundary == WITHIN:
            continue  # told apart when the sentence was cut
        left, right = scope.readings[first].segment.items[-1], scope.readings[second].item
        between = [t.word for t in scope.tokens_before(right.start) if t.start >= left.end]
        if between and between[0] in scope.words("doubt", "of") and len(between) <= 2:
            return True
    return False


def _of_a_round_number(scope: Scope) -> bool:
    """In "Av 100 deltakere gikk 35 til arbeid" the counts are shares."""
    first = scope.readings[0].item
    before = scope.tokens_before(first.start)
    after = scope.tokens_after(first.end)
    return (
        first.quantity.value in ROUND
        and len(before) == 1
        and before[0].word in scope.words("doubt", "within")
        and bool(after)
        and _is_people(scope, after[0].word)
    )


def is_of_unplaced(scope: Scope, at: int) -> bool:
    """In "64 personer var i praksis. 18 av dem fikk jobb" the 18 are some of people whom no measure is of."""
    counted = [r for r in (*scope.context.last, *scope.readings[:at]) if PEOPLE in r.units]
    told = [r for r in counted if r.segment.boundary != WITHIN]
    them = frozenset(words for words in scope.sequences("anaphora", "people") if len(words) > 1)
    taken = holds(scope.readings[at].segment.tokens, them) or holds(scope.sentence.tokens[:2], them)
    # "31 000 ble bosatt. 18 500 av dem deltok": who they are is said anew.
    anew = scope.entry(scope.readings[at].measure or UNPLACED).stage
    return bool(told) and taken and not anew and all(r.measure == UNPLACED for r in told)


def _within_others(scope: Scope, at: int) -> bool:
    """In "I 40 kommuner gikk over 60 prosent …" the share is that of those only."""
    return any(r.unit not in COUNTED and r.measure == UNPLACED for r in scope.readings[:at])


def is_odd_year(report: Report, paragraphs: Iterable[Paragraph]) -> bool:
    """Whether a report says another year much more often than the one that it is taken to be of.

    The year then may be that of its publication, and the figures that say none are of another.
    """
    said: Counter[str] = Counter()
    for paragraph in paragraphs:
        said.update(period.code for period in find_periods(paragraph.text))
    years = {code: count for code, count in said.items() if code.isdigit()}
    most = max(years.values(), default=0)
    return most >= OFTEN and years.get(str(report.year), 0) * MUCH_MORE < most


def unsettle_contradictions(observations: Iterable[Observation]) -> list[Observation]:
    """The observations, uncertain where one report says two things of the same people in the same year."""
    found = list(observations)
    same: dict[tuple[object, ...], list[Observation]] = defaultdict(list)
    for o in found:
        if o.certain and o.quantity.unit in COUNTED:
            same[_cell(o)].append(o)
    contradicted = {o.id for group in same.values() if _contradict(group) for o in group}
    return [replace(o, certain=False) if o.id in contradicted else o for o in found]


def disagree_within(o: Observation, other: Observation) -> bool:
    """Whether one report gives two figures for the same people in the same year that cannot both be true."""
    return o.report_id == other.report_id and _cell(o) == _cell(other) and _contradict((o, other))


def _cell(o: Observation) -> tuple[object, ...]:
    return (*o.key, o.quantity.unit, o.kind, o.reference_period, o.denominator)


def _contradict(group: Sequence[Observation]) -> bool:
    lower = max(o.quantity.lower for o in group)
    upper = min(o.quantity.upper for o in group)
    return lower > upper
