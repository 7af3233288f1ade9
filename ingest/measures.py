"""Rules for what a figure is a figure of: its measure, its unit, and the people a share is a share of."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal
from itertools import combinations, pairwise

from ingest.changes import is_target
from ingest.clauses import BARE, LEAST_AGE, STRONG, WEAK, WITHIN, YEARS, Sentence, is_ratio
from ingest.examples import place_by_examples
from ingest.followed import follow, is_asked_again, settle_followed
from ingest.groups import continues
from ingest.numerals import HUNDRED
from ingest.periods import since_event
from ingest.predicates import (
    PREDICATE_LETTERS,
    goes_on,
    is_aside,
    is_denied,
    is_predicated,
    is_rule,
    predicates_anew,
    says_anew,
    takes,
)
from ingest.readings import (
    PEOPLE,
    PERCENT,
    POINTS,
    ROUNDING,
    TIME_UNITS,
    TIMES,
    UNPLACED,
    Reading,
    Scope,
    nearest,
)
from ingest.units import ends_phrase, is_share_of_things
from ingest.vocabulary import Mention, Token, Vocabulary, ends_with, holds, starts_with
from ingest.wholes import (
    came_from,
    composition,
    denominator,
    has_level,
    is_base,
    is_counted_whole,
    is_listed,
    makes_up,
    stage_guessed,
    stage_of,
    whole_of_all,
    whole_said,
)

VERB_REACH = 2  # words before a figure, a hedge among them, in which its verb stands
OPENING = 2  # words before a number that opens a sentence: "Av de"
COUNTED_BACK = 4  # figures back among which stands the count that a share tells again
OF_TWO = 2  # figures before a share that may be the count and the people that it is a share of
_BRACKETS = re.compile(r"\([^()]*\)")
_SAMPLE = re.compile(r"\bN\s*=\s*$", re.IGNORECASE)


# ---- measures


def place_measure(scope: Scope, at: int) -> None:
    """Give a segment its measure, or leave it unplaced and uncertain."""
    reading = scope.readings[at]
    reading.rated = _is_rate(scope, reading)
    reading.average = _is_average(scope, reading)
    if reading.gap or _is_later(scope, reading) or reading.average or reading.rated:
        reading.measure, reading.certain = UNPLACED, False
        if reading.average and not reading.gap:
            reading.measure = _length_of_programme(scope, reading) or UNPLACED
        elif not (reading.gap or reading.rated or reading.change or is_asked_again(scope, reading.item)):
            follow(scope, reading)
        return
    if is_rule(scope, reading):
        reading.measure, reading.certain, reading.period = UNPLACED, False, None
        return
    if _tells_ratio(scope, at) or _tells_part(scope, at) or _makes_up_told(scope, at):
        return
    said = _neither_told(scope, at) or _said(scope, at) or _rest_of_parts(scope, at)
    if is_aside(scope, at, said):
        reading.measure, reading.denominator = UNPLACED, None
        reading.aside, reading.certain = True, False
        return
    reading.taken = said is None
    reading.measure = said or _summed(scope, at) or _inherited(scope, at)
    if reading.open and reading.measure == UNPLACED and scope.examples is not None:
        placed = place_by_examples(scope, reading, scope.examples)
        reading.measure, reading.placed = placed or UNPLACED, placed is not None
        reading.unsure = reading.placed
    opposite = next((e.code for e in scope.vocabulary.of("measure") if e.complement == reading.measure), None)
    if opposite and not scope.entry(reading.measure).complement and is_denied(scope, reading):
        # "30 prosent gikk ikke til arbeid", "70 avsluttet uten å ha fått jobb"
        reading.measure, reading.certain = opposite, False
    if is_target(scope, reading) or _is_aimed_too(scope, at):
        reading.denominator = denominator(scope, at)
        reading.measure, reading.certain, reading.aimed = UNPLACED, False, True
        if _is_standing(scope, reading):
            reading.period = None
    settle_followed(scope, reading)


def _is_standing(scope: Scope, reading: Reading) -> bool:
    """Whether an aim is of no year: "Nasjonalt er målet at 55 prosent skal …"; one of the place's own is."""
    national = scope.says(scope.sentence.tokens, "place", "national")
    standing = scope.says(reading.segment.tokens, "target", "standing")
    return standing and national and not scope.sentence.periods


def _is_aimed_too(scope: Scope, at: int) -> bool:
    """Whether a share goes on from an aim ("… 65 prosent i 2022, og 70 prosent i 2024") or is yet to come."""
    reading, before = scope.readings[at], scope.before(at)
    if reading.unit != PERCENT or reading.change:
        return False
    coming = reading.own_period and (reading.period or "").isdigit() and (reading.period or "") > scope.year
    after = before is not None and before.aimed and reading.taken and before.unit == PERCENT
    return coming or (after and not reading.own_period) or (after and (reading.period or "") > scope.year)


def _tells_ratio(scope: Scope, at: int) -> bool:
    """Give "24 av 60, eller 40 prosent" what the 24 are, as a share of the 60."""
    if at < OF_TWO:
        return False
    part, whole, reading = scope.readings[at - OF_TWO : at + 1]
    alone = whole.segment.boundary == WITHIN and not scope.measures(reading.segment.mentions)
    if not alone or reading.named or not is_ratio(*(r.item.quantity for r in (part, whole, reading))):
        return False
    reading.measure, reading.dimensions = part.measure, dict(part.dimensions)
    reading.denominator = whole.measure if whole.measure != UNPLACED else None
    reading.period, reading.own_period = part.period, part.own_period
    reading.certain = part.certain and whole.certain
    return True


def _makes_up_told(scope: Scope, at: int) -> bool:
    """Take "Kjønnsfordelingen er jevn: 71 kvinner og 71 menn" as those of the 142 told of before."""
    if not OF_TWO <= len(scope.readings) <= COUNTED_BACK:
        return False
    first, alone = scope.readings[0], {len(r.dimensions) for r in scope.readings} == {1}
    split = {d for r in scope.readings for d in r.dimensions}
    counted = all(r.unit == PEOPLE and r.named and not r.change for r in scope.readings)
    named = scope.measures(scope.sentence.mentions) or scope.measures(scope.sentence.mentions, weak=True)
    if not (alone and counted and len(split) == 1) or named:
        return False
    groups = {code for r in scope.readings for code in r.dimensions.values()}
    total = sum(r.item.quantity.value for r in scope.readings)
    told = [r for r in scope.context.told if r.unit == PEOPLE and not (r.change or r.dimensions)]
    told = [r for r in told if r.item.quantity.value == total and r.period == first.period]
    stages = [c for c in {r.measure for r in told} if c and scope.entry(c).stage]
    if len(groups) != len(scope.readings) or len(stages) != 1:
        return False
    reading = scope.readings[at]
    reading.measure, reading.certain = stages[0], reading.certain and first.certain
    return True


def _tells_part(scope: Scope, at: int) -> bool:
    """Take "5 400 avsluttet. Av disse var 2 916 menn, det vil si 54 prosent menn" as the same again."""
    reading, bases = scope.readings[at], scope.context.bases
    if (
        reading.unit != PERCENT
        or reading.change
        or not reading.named
        or scope.measures(reading.segment.mentions)
    ):
        return False
    for count in reversed(scope.readings[max(0, at - COUNTED_BACK) : at]):
        total = bases.get(count.measure or "")
        stage = count.measure not in (None, UNPLACED) and scope.entry(count.measure or UNPLACED).stage
        if not stage or not total or count.change or count.dimensions != reading.dimensions:
            continue
        whole = replace(count.item.quantity, value=Decimal(total))
        if count.unit == PEOPLE and is_ratio(count.item.quantity, whole, reading.item.quantity):
            reading.measure = reading.denominator = count.measure
            reading.composition, reading.period = True, count.period
            reading.certain = reading.certain and count.certain
            return True
    return False


def _said(scope: Scope, at: int) -> str | None:
    """The measure that the segment itself, or a word standing for one, names."""
    reading = scope.readings[at]
    if reading.restates and reading.model is not None:
        return reading.model.measure
    if (whole := _sample(scope, reading) or _known(scope, reading)) is not None:
        return whole
    if (bracketed := _counted_beside(scope, reading)) is not None:
        return bracketed
    if is_share_of_things(scope, reading):
        return UNPLACED
    strong = _fitting(scope, reading, scope.measures(_mentions_of(scope, at)))
    strong += _fitting(scope, reading, _objects(scope, reading))
    weak = _fitting(scope, reading, scope.measures(reading.segment.mentions, weak=True))
    strong += [m for m in weak if _is_label(scope, reading, m) or _is_subject(scope, reading, m)]
    stages = [m for m in strong if scope.entry(m.code).stage]
    outcomes = [m for m in strong if m not in stages]
    if outcomes:
        return _across_counts(scope, reading, outcomes) or _predicate(scope, reading, outcomes)
    if reading.model is not None:
        return reading.model.measure
    if reading.unit == PERCENT and not reading.change:
        stage = composition(scope, at)
        if stage:
            reading.denominator, reading.composition = stage, True
            return stage
    counted = reading.unit in (PEOPLE, None) and not reading.change and not stages
    if counted and (came_from(scope, reading) or is_listed(scope, reading) or has_level(scope, reading)):
        return stage_of(scope) or _whole_of_last(scope, reading) or stage_guessed(scope, reading)
    if reading.change and not stages and (code := _more_people(scope, reading)):
        return code
    if not is_counted_whole(scope, reading) and scope.says(_said_of(scope, at), "anaphora", "pro_verb"):
        told = [
            r.measure
            for r in reversed(scope.readings[:at])
            if r.measure and _fits(scope, r.measure, reading) and not is_counted_whole(scope, r)
        ]
        shares = (
            reading.unit == PERCENT
        )  # "Av de 52 mennene gjorde 58 prosent det samme": not what the 52 did
        told = [code for code in told if not (shares and scope.entry(code).stage)]
        if not told and _is_of_unplaced(scope):
            return UNPLACED
        return next(iter(told), scope.context.measure)
    if (result := _result(scope, at)) is not None:
        return result
    if (cause := _cause(scope, reading)) is not None:
        return cause
    if stages and (reading.unit != PERCENT or reading.change):
        return nearest(stages, reading.item).code
    return _had(scope, reading)


def _whole_of_last(scope: Scope, reading: Reading) -> str | None:
    """Whom the shares told last were of, in "Seks personer hadde høyere utdanning" after them."""
    code = scope.context.denominator
    reading.certain = False
    return code if code and scope.entry(code).stage else None


def _result(scope: Scope, at: int) -> str | None:
    """What "Resultatet ble dermed 58 prosent" is a share of, after counts or those who went to neither."""
    reading, told = scope.readings[at], scope.context.measure
    # "Resultatet ble dermed 58 prosent", "Det gir et resultat på 61 prosent"
    opening = {token.word for token in (*scope.sentence.tokens[:2], *scope.stem(reading.item)[-2:])}
    counted = all(PEOPLE in r.units for r in scope.context.last if r.segment.boundary != WITHIN)
    denied = told is not None and bool(scope.entry(told).complement)
    named = scope.measures(scope.sentence.mentions)
    if at or named or reading.unit != PERCENT or not opening & scope.words("anaphora", "results"):
        return None
    if told == scope.main_outcome or not (denied or counted):
        return None
    reading.certain, reading.unsure = False, True
    return scope.main_outcome


def _is_of_unplaced(scope: Scope) -> bool:
    """Whether the sentence before told nothing that a measure is of: "… barn. Blant menn gjaldt det …"."""
    told = [r for r in scope.context.last if r.segment.boundary != WITHIN]
    return bool(told) and all(r.measure == UNPLACED and not r.aimed and not r.gap for r in told)


def _cause(scope: Scope, reading: Reading) -> str | None:
    """The measure that "fem har flyttet eller blitt syke" is a part of."""
    tokens, vocabulary = reading.segment.tokens, scope.vocabulary
    told = holds(tokens, vocabulary.sequences("predicates", "causes", "words"))
    ended = holds(tokens, vocabulary.sequences("predicates", "causes", "ending"))
    codes = vocabulary.word_list("predicates", "causes", "measure")
    if not (told and ended) or reading.change or not codes or not _fits(scope, codes[0], reading):
        return None
    reading.certain = False
    return codes[0]


def _said_of(scope: Scope, at: int) -> list[Token]:
    """The words of a segment; in "Blant de 27 kvinnene gjaldt det 11" also those after the whole."""
    before, tokens = scope.before(at), list(scope.readings[at].segment.tokens)
    if before is None or not is_counted_whole(scope, before):
        return tokens
    return [t for t in before.segment.tokens if t.start >= before.item.end] + tokens


def _mentions_of(scope: Scope, at: int) -> list[Mention]:
    """The mentions of a segment; in "Av de 26 kvinnene lyktes 10" the verb is that of the ten."""
    reading = scope.readings[at]
    start = scope.clause_start(reading)
    inside = [m for m in reading.segment.mentions if m.start >= start]
    found = inside if scope.measures(inside) else list(reading.segment.mentions)
    if at + 1 < len(scope.readings) and (verbs := _said_of_part(scope, at)):
        found = [m for m in found if m not in verbs]
    if reading.change:
        # "8 prosentpoeng siden oppstarten i 2019": what happened in that year is not what has moved.
        spans = [
            (opener.start, p.start) for p in reading.segment.periods if (opener := since_event(scope, p))
        ]
        found = [m for m in found if not any(start < m.start < end for start, end in spans)]
    return [*(_said_of_part(scope, at - 1) if at else []), *found]


def _said_of_part(scope: Scope, at: int) -> list[Mention]:
    """The outcomes between a counted whole and the figure that is a part of it, if no "som" opens them."""
    whole, part = scope.readings[at], scope.readings[at + 1]
    if whole.segment.boundary == WITHIN or not is_counted_whole(scope, whole) or PERCENT in whole.units:
        return []
    between = [t for t in scope.tokens_after(whole.item.end) if t.end <= part.item.start]
    if any(t.word in scope.words("doubt", "relative") for t in between):
        return []
    named = [m for m in whole.segment.mentions if whole.item.end <= m.start < part.item.start]
    return [m for m in named if m.dimension == "measure" and not scope.entry(m.code).stage]


def _across_counts(scope: Scope, reading: Reading, outcomes: list[Mention]) -> str | None:
    """The union in "49 prosent gikk til arbeid (25 personer) eller utdanning (22 personer)"."""
    named = [m for m in scope.sentence.mentions if m.dimension == "measure"]
    for first, second in pairwise(named):
        between = _BRACKETS.sub("", scope.sentence.text[first.end : second.start]).split()
        parts = {first.code, second.code}
        unions = [e.code for e in scope.vocabulary.of("measure") if set(e.data.get("union", ())) == parts]
        joined = len(between) == 1 and between[0] in scope.words("boundary", "union")
        if unions and joined and first in outcomes and reading.item.end <= first.start:
            return unions[0]
    return None


def _counted_beside(scope: Scope, reading: Reading) -> str | None:
    """The part that a count in brackets straight after it is of: "til arbeid (25 personer) eller …"."""
    start = reading.item.start
    if reading.unit not in (PEOPLE, None) or reading.segment.boundary not in (BARE, WEAK):
        return None
    for m in scope.sentence.mentions:
        beside = m.dimension == "measure" and scope.sentence.text[m.end : start].strip() == "("
        if beside and m.end <= start and not scope.entry(m.code).stage and _fits(scope, m.code, reading):
            return m.code
    return None


def _had(scope: Scope, reading: Reading) -> str | None:
    """In "Kristiansand hadde 402 deltakere, og 118 avsluttet" what the first figure is of."""
    stem = scope.stem(reading.item)
    if reading.unit != PEOPLE or not stem or stem[-1].word not in scope.words("composition", "having"):
        return None
    weak = scope.stages(reading.segment.mentions, weak=True)
    return next((m.code for m in weak if 0 <= m.start - reading.item.end <= 1), None)


def _known(scope: Scope, reading: Reading) -> str | None:
    """Whom "Av de 1 535 begynte …" counts, by a number that the report has told before."""
    code = scope.context.known.get(int(reading.item.quantity.value))
    if code in (None, UNPLACED) or reading.unit not in (PEOPLE, None) or not is_counted_whole(scope, reading):
        return None
    after = scope.tokens_after(reading.item.end)
    nouns = scope.words("people", "nouns")
    while after and after[0].word in nouns:
        after = after[1:]
    said = bool(after) and after[0].word in scope.words("doubt", "relative")
    return None if said else code


def _sample(scope: Scope, reading: Reading) -> str | None:
    """In a caption's "N = 5 210" the people that its shares are of."""
    if not _SAMPLE.search(scope.sentence.text[: reading.item.start]):
        return None
    said = [m.code for m in scope.measures(scope.sentence.mentions)]
    codes = said or [code for code in (scope.context.measure,) if code] or list(scope.heading)
    wholes = {scope.entry(code).denominator for code in codes}
    reading.certain = reading.certain and len(wholes) == 1
    return wholes.pop() if len(wholes) == 1 else None


def _more_people(scope: Scope, reading: Reading) -> str | None:
    """The stage in "12 prosent flere deltakere enn i 2021"."""
    after = scope.tokens_after(reading.item.end)[:2]
    if len(after) < 2 or after[0].word not in scope.words("change", "more"):
        return None
    weak = [m.code for m in scope.stages(scope.sentence.mentions, weak=True) if m.start == after[1].start]
    return (scope.context.stage or weak[0]) if weak else None


def _summed(scope: Scope, at: int) -> str | None:
    """In "24 prosent til arbeid og 22 til utdanning, til sammen 46" what the two before make together."""
    reading = scope.readings[at]
    stem = [t for t in scope.tokens_before(reading.item.start) if t.start >= reading.segment.start]
    if not scope.says(stem, "anaphora", "all"):
        return None
    parts = scope.readings[max(0, at - 2) : at] if at else _parts_told(scope)
    rounded = ROUNDING if reading.unit == PERCENT else 0
    unit = PERCENT if reading.change and reading.unit == POINTS else reading.unit
    for first, second in combinations([p for p in parts if p.unit == unit], 2):
        total = first.item.quantity.value + second.item.quantity.value
        both = {first.measure, second.measure}
        unions = [e.code for e in scope.vocabulary.of("measure") if set(e.data.get("union", ())) == both]
        if unions and abs(total - reading.item.quantity.value) <= rounded:
            return unions[0]
        if unions and reading.change and reading.unit == POINTS and first.unit == PERCENT:
            reading.certain = False
            # "39 prosent til arbeid og 13 til utdanning. Samlet er dette fem prosentpoeng mer"
            return unions[0]
    return None


def _rest_of_parts(scope: Scope, at: int) -> str | None:
    """What is left of both: "44 prosent …, 21 prosent …. De øvrige 35 prosent var ingen av delene"."""
    reading, told = scope.readings[at], [*scope.context.told, *scope.readings[:at]]
    tokens = reading.segment.tokens
    left = scope.says(tokens, "anaphora", "neither", "rest", "remaining", "remainder")
    if not left or reading.unit != PERCENT or reading.change or len(told) < 2:
        return None
    first, second = told[-2:]
    total = sum((r.item.quantity.value for r in (first, second, reading)), Decimal(0))
    both = {first.measure, second.measure}
    unions = {e.code for e in scope.vocabulary.of("measure") if set(e.data.get("union", ())) == both}
    denied = [e.code for e in scope.vocabulary.of("measure") if e.complement in unions]
    shares = first.unit == second.unit == PERCENT and abs(total - HUNDRED) <= ROUNDING
    return denied[0] if denied and shares else None


def _neither_told(scope: Scope, at: int) -> str | None:
    """Which two "hadde ingen av delene" denies: going to work and to education, or two kinds of activity."""
    reading = scope.readings[at]
    if not scope.says(reading.segment.tokens, "anaphora", "neither"):
        return None
    told = {r.measure for r in [*scope.context.told, *scope.readings[:at]][-2:]}
    unions = {e.code for e in scope.vocabulary.of("measure") if set(e.data.get("union", ())) == told}
    return next((e.code for e in scope.vocabulary.of("measure") if e.complement in unions), None)


def _parts_told(scope: Scope) -> list[Reading]:
    """The figures of the sentences before that "det samlede resultatet" may be the sum of."""
    told = [r for r in scope.context.told if not r.change and r.period == scope.context.period]
    return [r for r in told if not r.dimensions]


def _objects(scope: Scope, reading: Reading) -> list[Mention]:
    """The noun that goes with the verb on the other side of the figure: "fikk 31 prosent jobb"."""
    before = scope.tokens_before(reading.item.start)[-VERB_REACH:]
    if not any(token.word in scope.words("anaphora", "verbs") for token in before):
        return []
    weak = scope.measures(reading.segment.mentions, weak=True)
    unions = scope.words("boundary", "union")
    return [
        m
        for m in weak
        if not scope.entry(m.code).stage
        and _is_next(scope, reading, m)
        and not any(t.word in unions for t in scope.tokens_after(m.end)[:1])
    ]


def _is_next(scope: Scope, reading: Reading, mention: Mention) -> bool:
    """Whether only the whole stands between: "fikk annenhver av dem som avsluttet, seg jobb"."""
    between = [t for t in scope.tokens_after(reading.item.end) if t.end <= mention.start]
    if between and between[0].word in scope.words("doubt", "of"):
        comma = scope.sentence.text.find(",", reading.item.end)
        between = [t for t in between if comma < 0 or t.start > comma]
    return mention.start >= reading.item.end and all(
        t.word in scope.words("anaphora", "reflexive") for t in between
    )


def _is_later(scope: Scope, reading: Reading) -> bool:
    """Whether people were looked at again after a time ("ett år etter var 62 prosent i arbeid")."""
    if reading.unit not in (PERCENT, POINTS, PEOPLE, None):
        return False
    if scope.later and reading.unit in (PERCENT, POINTS):
        return True
    return says_later(scope.vocabulary, scope.sentence)


def says_later(vocabulary: Vocabulary, sentence: Sentence) -> bool:
    """Whether a text says that people were looked at again ("ett år etter")."""
    later = vocabulary.word_list("grammar", "reference", "later")
    for item in (i for s in sentence.segments for i in s.items if i.quantity.unit in TIME_UNITS):
        before = [token for token in sentence.tokens if token.end <= item.start]
        after = [token for token in sentence.tokens if token.start >= item.end]
        if any(token.word in later for token in before[-1:] + after[:1]):
            return True
    return False


def _is_average(scope: Scope, reading: Reading) -> bool:
    """Whether a length of time is that of people on average, not one of the rules."""
    if reading.unit not in TIME_UNITS:
        return False
    if scope.says(scope.sentence.tokens, "average", "cues"):
        return True
    if "sex" in reading.dimensions:
        return True  # "Programmet varte lenger for kvinner (32 måneder)": the rules are the same for both
    # "Median programtid var 13 måneder. For ukrainerne var den 11 måneder."
    told = scope.says(scope.sentence.tokens, "anaphora", "measure", "subject") or reading.named
    return told and any(r.average and r.unit == reading.unit for r in scope.context.last)


def _length_of_programme(scope: Scope, reading: Reading) -> str | None:
    """The measure in "Deltakerne brukte i snitt 23 måneder i programmet"; none for ages or waiting."""
    lengths = [e.code for e in scope.vocabulary.of("measure") if e.data.get("length_of_programme")]
    told = [r.measure for r in scope.context.last if r.average]
    before = [m for m in scope.sentence.mentions if m.end <= reading.item.start]
    continued = bool(told) and told[-1] in lengths and not scope.measures(before)
    named = {m.code for m in scope.sentence.mentions if m.dimension == "measure"}
    inside = scope.says(scope.sentence.tokens, "average", "in_programme")
    other = scope.says(scope.sentence.tokens, "average", "elsewhere")
    return lengths[0] if lengths and not other and (named & set(lengths) or inside or continued) else None


def _is_rate(scope: Scope, reading: Reading) -> bool:
    """Whether people are counted by the month, or on average: "I gjennomsnitt startet 350 hver måned"."""
    return reading.unit in (PEOPLE, None) and (
        _is_per(scope, reading)
        or _goes_on_rated(scope, reading)
        or scope.says(reading.segment.tokens, "average", "rates")
        or (PEOPLE in reading.units and scope.says(reading.segment.tokens, "average", "cues"))
    )


def _goes_on_rated(scope: Scope, reading: Reading) -> bool:
    """In "Deltakere per rådgiver: 33, mot 19 i 2021" the 19 are no participants either."""
    at = scope.place_of(reading)
    before = scope.before(at)
    return before is not None and before.rated and not scope.measures(reading.segment.mentions)


def _is_per(scope: Scope, reading: Reading) -> bool:
    """As in "Deltakere per rådgiver: 33", "Hver rådgiver hadde ansvar for 21 deltakere"."""
    tokens = reading.segment.tokens
    every, of = scope.words("average", "every"), scope.words("average", "per")
    nouns, ordinals = scope.words("people", "nouns"), scope.words("average", "ordinals")
    for left, right in pairwise(tokens):
        if any(c.isdigit() for c in right.word) or right.word in nouns | ordinals:
            continue
        if left.word in of or (left.word in every and right.end <= reading.item.start):
            return not any(p.start <= right.start < p.end for p in scope.sentence.periods)
    return False


def _counts_whole(scope: Scope, reading: Reading, stage: str) -> str | None:
    """The stage in "… 516 var med fra før. I 2013 hadde fylket 741 deltakere": not the part told before."""
    stem = [t.word for t in scope.stem(reading.item)]
    told = scope.context.measure
    part = told is not None and stage in (
        scope.entry(told).denominator,
        *scope.entry(told).data.get("less", ()),
    )
    holds_them = {*stem} & (scope.words("composition", "having") | scope.words("anaphora", "copulas"))
    alone = reading is scope.readings[0] and not reading.change and reading.unit == PEOPLE
    return stage if part and holds_them and alone else None


def _is_label(scope: Scope, reading: Reading, mention: Mention) -> bool:
    """Whether a word stands alone before a colon and the figure: "Utdanning: 22 prosent"."""
    text = scope.sentence.text
    between = text[mention.end : reading.item.start].strip()
    stage = bool(scope.entry(mention.code).stage)
    sums = {" ".join(words) for words in scope.sequences("anaphora", "sums")}
    label = between in (":", "(") or (stage and between.endswith(":") and between[:-1].lower() in sums)
    rest = scope.tokens_after(reading.item.end)
    if label and not stage and reading.unit == PERCENT and between == ":" and rest:
        # "Utdanning: Fire av ti deltakere hadde …" goes on to say what it is.
        label = bool(set(text[reading.item.end : rest[0].start]) & set(",;.(–-"))
    before = text[: mention.start].strip(" •*–-").split()
    alone = not before or (between == "(" and before[-1].lower() in scope.words("boundary", "union"))
    return alone and label and stage == (reading.unit in (PEOPLE, None))


def _labels(scope: Scope, reading: Reading, mention: Mention) -> bool:
    """Whether a word is the last of a label before a colon and the figure."""
    return scope.sentence.text[mention.end : reading.item.start].strip() == ":"


def _is_subject(scope: Scope, reading: Reading, mention: Mention) -> bool:
    """Whether an outcome opens a sentence about it: "For utdanning var økningen på 1 prosentpoeng"."""
    before = [t.word for t in scope.tokens_before(mention.start)]
    opened = len(before) == 1 and before[0] in scope.words("doubt", "within")
    return opened and mention.start < reading.item.start and not scope.entry(mention.code).stage


def _predicate(scope: Scope, reading: Reading, outcomes: list[Mention]) -> str:
    """The outcome said of the figure; in "20 prosent av de som gikk til arbeid …" that is not it."""
    after = [m for m in outcomes if m.start >= reading.item.end]  # "Sju av dem som gikk til arbeid, ble …"
    if after and _is_told_of(scope, reading, after[0]):
        return after[0].code
    bases = [m for m in outcomes if is_base(scope, reading, m)]
    said = [m for m in outcomes if m not in bases]
    if reading.unit != PERCENT and not said:
        bases = [m for m in bases if m in after]
        said = [m for m in outcomes if m not in bases]
    if not bases:
        return nearest(outcomes, reading.item).code
    # "Av dem som gikk til utdanning, begynte de fleste på skole: 17 prosent av alle som avsluttet, gikk dit"
    told = whole_said(scope, reading) if bases[0].end <= reading.item.start else None
    reading.denominator = told or bases[0].code
    reading.whole, reading.postposed = reading.denominator, bases[0].start >= reading.item.end
    if said:
        return nearest(said, reading.item).code
    if makes_up(scope, reading):
        # "Av dem som gikk til arbeid, var 68 prosent menn": of the men, another share went to work.
        reading.composition, reading.certain = True, False
        return bases[0].code
    reading.certain = False
    return UNPLACED


def _is_told_of(scope: Scope, reading: Reading, outcome: Mention) -> bool:
    """In "Overgang til arbeid omfatter 112 personer som gikk til tiltak" they did what is told of them."""
    nouns, rest = scope.words("people", "nouns"), scope.tokens_after(reading.item.end)
    while rest and rest[0].word in nouns:
        rest = rest[1:]
    told = bool(rest) and rest[0].word in scope.words("doubt", "relative") and rest[0].end <= outcome.start
    closed = scope.sentence.text[outcome.end : reading.segment.end]
    return told and reading.unit in (PEOPLE, None) and "," not in closed


def _inherited(scope: Scope, at: int) -> str:
    """The measure of the segments around, of the sentences before, of a weaker word, or of the heading."""
    reading = scope.readings[at]
    if scope.says(reading.segment.tokens, "anaphora", "elsewhere"):
        reading.certain = False
        return UNPLACED
    counted = reading.unit in (PEOPLE, None) and is_counted_whole(scope, reading)
    if counted and (told := _told_before(scope, at)) is not None:
        return told
    if counted and _are_told_of(scope, reading):
        # "Av de 1 260 hadde 880 avsluttet": not those who had, but the people of whom the talk was
        reading.certain = False
        return scope.context.stage or scope.context.people or UNPLACED
    if counted and (reading.unit == PEOPLE or reading.named):
        # "Blant de 2 400 kvinnene var det 26 prosent som …": what is said of them is not what they are.
        reading.certain = reading.certain and scope.context.stage is not None
        return stage_of(scope) or _whole_of(scope, at) or _whole_told(scope) or UNPLACED
    # A part goes on from a part: "Sju av de ti mennene kom i arbeid, mot fire av de ni kvinnene".
    inner = reading.segment.boundary == WITHIN
    earlier = [r for r in scope.readings[:at] if (r.segment.boundary == WITHIN) == inner]
    around = [r.measure for r in reversed(earlier)]
    later = scope.readings[at + 1 :]
    if not at and later and later[0].segment.boundary == STRONG and _takes_up_measure(scope, reading):
        later = []  # "Den har økt med 10 prosentpoeng, mens overgangen til utdanning …"
    ranged = [r for r in later[:1] if r.segment.boundary == BARE]  # "frå 3 til 6 månader"
    lasting = {r.unit for r in (reading, *ranged)} & {*TIME_UNITS}  # nor "inntil to år, og tiden kan utvides"
    around += [_outcome_of(scope, r) for r in (ranged if lasting else later)]
    shares = reading.unit in (PERCENT, POINTS) and not (reading.change and reading.unit == PERCENT)
    for code in around:
        if shares and code and scope.entry(code).stage and not _goes_with_parts(scope, at, code):
            continue  # "Oslo, som hadde 1 874 avslutninger, endte på 47 prosent"
        if code and code != UNPLACED and _may_take(scope, code, reading):
            _doubt(scope, reading)
            reading.certain = reading.certain and not says_anew(scope, reading, code)
            source = next((r for r in scope.readings if r is not reading and r.measure == code), None)
            reading.unsure = reading.unsure or (source is not None and source.unsure)
            reading.certain = reading.certain and not reading.unsure
            # A change is no surer than the figure beside it that it is a change of.
            unsure = reading.change and any(r.measure == code and not r.certain for r in scope.readings[:at])
            reading.certain = reading.certain and not unsure
            # A rule is of no year, and so is certain; what stands beside a length on average is none.
            reading.unclear = reading.unclear or any(r.average for r in scope.readings[:at])
            return code
    if reading.unit not in (PEOPLE, PERCENT, POINTS, TIMES, None):
        return _by_unit(scope, reading)
    if reading.unit == PERCENT and not (reading.change or scope.context.measure) and makes_up(scope, reading):
        code = stage_guessed(scope, reading)
        reading.denominator, reading.composition = code, True
        return code or UNPLACED
    # What was not told by the figure beside it, the sentence before may not tell of this one either.
    beside = [r for r in scope.readings[:at] if r.open and r.unit == reading.unit]
    reading.unsure = reading.unsure or bool(beside)
    reading.certain = reading.certain and not beside
    return _carried(scope, reading)


def _takes_up_measure(scope: Scope, reading: Reading) -> bool:
    """Whether a sentence opens with "den" or "det", which stands for what the one before names."""
    forms = scope.sequences("anaphora", "subject") | scope.sequences("anaphora", "measure")
    opened = starts_with(list(scope.sentence.tokens), 0, forms)
    told = scope.context.measure
    return bool(opened) and told is not None and _fits(scope, told, reading)


def _are_told_of(scope: Scope, reading: Reading) -> bool:
    """Whether "Av de 171 gikk …" opens with a number and says no more of whom it counts."""
    after = scope.tokens_after(reading.item.end)[:1]
    before = scope.tokens_before(reading.item.start)
    figures = [r.item.start for r in scope.readings if r is not reading]
    verb = bool(after) and after[0].word in scope.words("anaphora", "moving") | scope.words(
        "anaphora", "copulas"
    )
    return verb and len(before) == OPENING and all(start > reading.item.start for start in figures)


def _whole_of(scope: Scope, at: int) -> str | None:
    """In "Ni av de tolv kvinnene gikk til arbeid" the twelve are those of whom shares of it are."""
    before = scope.before(at)
    if before is None or scope.readings[at].segment.boundary != WITHIN or before.measure is None:
        return None
    return scope.entry(before.measure).denominator


def _whole_told(scope: Scope) -> str | None:
    """Whom "18 av 30 menn gikk …" counted, for "Av de 26 kvinnene …" in the sentence after it."""
    told = [r.measure for r in scope.context.last if is_counted_whole(scope, r) and not r.change]
    return next((code for code in told if code and scope.entry(code).stage), None)


def _told_before(scope: Scope, at: int) -> str | None:
    """In "45 prosent gikk verken … Av disse 7 743 gikk …" the count is of those who went to neither."""
    told = {r.measure for r in scope.context.last if not r.change}
    before = [t.word for t in scope.stem(scope.readings[at].item)[-1:]]
    if at or len(told) != 1 or not before or before[0] not in scope.words("understood", "them"):
        return None
    code = next(iter(told))
    if any(
        d not in r.dimensions or r.dimensions[d] != c
        for r in scope.context.last
        for d, c in scope.readings[at].dimensions.items()
    ):
        return None
    outcome = code not in (None, UNPLACED) and not scope.entry(code or UNPLACED).stage
    return code if outcome and not scope.stages(scope.sentence.mentions) else None


def _goes_with_parts(scope: Scope, at: int, code: str) -> bool:
    """Whether a stage was given beside a figure as the whole of a group that is a part of it."""
    beside = [r for r in scope.readings if r.measure == code]
    parts = makes_up(scope, scope.readings[at]) or any(r.composition for r in beside)
    told = scope.says(scope.readings[at].segment.tokens, "composition", "makes_up")
    return continues(scope) or parts or told


def _carried(scope: Scope, reading: Reading) -> str:
    weak = [m.code for m in scope.measures(reading.segment.mentions, weak=True)]
    weak += [m.code for m in scope.stages(scope.sentence.mentions, weak=True)]
    carried = [code for code in (scope.context.measure, scope.context.stage) if code]
    if reading.unit == PEOPLE and (whole := whole_of_all(scope, reading)):
        return whole  # "Av alle deltakerne var 98 kvinner"
    labelled = [
        m.code for m in scope.stages(reading.segment.mentions, weak=True) if _labels(scope, reading, m)
    ]
    if labelled and _fits(scope, labelled[0], reading) and reading.unit == PEOPLE:
        return labelled[0]  # "Overføringsflyktninger blant deltakerne: 49"
    summed = ends_with(scope.stem(reading.item), scope.sequences("anaphora", "sums"))
    counted = [m.code for m in scope.stages(reading.segment.mentions, weak=True) if _is_noun(reading, m)]
    if summed and counted and reading.unit == PEOPLE and not reading.change:
        return counted[0]  # "620 heldt fram fra året før. I 2021 var det i alt 1 040 deltakere."
    if counted and (part := _counts_whole(scope, reading, counted[0])):
        return part
    heading = list(scope.heading)
    by_heading = not scope.says(scope.sentence.tokens, "anaphora", "measure")
    shares = reading.unit == POINTS or (reading.unit == PERCENT and not reading.change)
    shares = shares and not continues(scope)
    for code in [*carried, *weak, *heading]:
        if not _may_take(scope, code, reading) or (shares and scope.entry(code).stage):
            continue
        if reading.unit == PERCENT and not reading.moved and predicates_anew(scope, reading, code):
            break
        own = takes(scope, reading) or goes_on(scope, reading) or is_predicated(scope, reading)
        if (reading.unit == PEOPLE and own) or (code in carried and scope.context.doubtful):
            reading.certain, reading.unsure = False, True
        if code in heading and code not in (*carried, *weak):
            reading.certain, reading.unsure = reading.certain and not by_heading, by_heading
        _doubt(scope, reading)
        return code
    reading.certain = False
    reading.open = True
    return _told_again(scope, reading) or _share_untold(scope, reading) or UNPLACED


def _is_noun(reading: Reading, mention: Mention) -> bool:
    """Whether a word for people is the very noun that a figure counts."""
    return 0 <= mention.start - reading.item.end <= 1


def _told_again(scope: Scope, reading: Reading) -> str | None:
    """The measure of the people counted before in "Det tilsvarer 59 prosent og er det beste til nå"."""
    tokens = list(scope.sentence.tokens)
    opened = tokens[0].word in {w for form in scope.sequences("anaphora", "subject") for w in form}
    length = starts_with(tokens, 1, scope.sequences("change", "equals")) if opened else 0
    stem = scope.stem(reading.item)
    counted = [r for r in scope.context.last if r.unit == PEOPLE and r.segment.boundary != WITHIN]
    if not length or len(stem) != 1 + length or reading.unit != PERCENT or len(counted) != 1:
        return None
    return counted[0].measure


def _share_untold(scope: Scope, reading: Reading) -> str | None:
    """What the results are given in, for "andelen" or "resultatet" where nothing else is said of a share."""
    said = scope.says(scope.sentence.tokens, "anaphora", "result", "ranked")
    said = said or scope.says(scope.sentence.tokens, "gap", "averages")
    new = scope.unknown(scope.sentence.tokens, PREDICATE_LETTERS) or says_anew(scope, reading, UNPLACED)
    alone = reading.unit == PERCENT and not scope.measures(scope.sentence.mentions)
    return scope.main_outcome if alone and said and not new else None


def _outcome_of(scope: Scope, reading: Reading) -> str | None:
    found = _fitting(scope, reading, scope.measures(reading.segment.mentions))
    if reading.unit == PERCENT:
        found = [m for m in found if not scope.entry(m.code).stage]
    return found[0].code if found else None


def _by_unit(scope: Scope, reading: Reading) -> str:
    """A measure for units that few measures have (land, år, måneder)."""
    unit = reading.unit
    after = scope.tokens_after(reading.item.end)
    if starts_with(after, 0, scope.sequences("average", "rates")):
        reading.certain = False
        return UNPLACED  # "47 uker i året"
    only = [e.code for e in scope.vocabulary.of("measure") if e.units == (unit,)]
    if len(only) == 1 and unit not in TIME_UNITS:
        return only[0]
    weak = [m.code for m in scope.measures(reading.segment.mentions, weak=True)]
    here: list[str] = [m.code for m in reading.segment.mentions if m.dimension == "measure"]
    # "… får fra 3 til 6 måneder, og programmet kan forlenges med inntil 6 måneder": that is of the last
    theirs = [m for r in scope.readings if r.unit == unit and r.segment is not reading.segment
              for m in r.segment.mentions if m.start > reading.item.end]  # fmt: skip
    said = [m.code for m in scope.sentence.mentions if m.dimension == "measure" and m not in theirs]
    # "Loven gir rett til program i inntil to år, og tiden kan utvides"
    before = [t for t in scope.tokens_before(reading.item.start) if t.start >= reading.segment.start]
    program = any(t.word in scope.words("average", "programme") for t in before)
    lengths = [e.code for e in scope.vocabulary.of("measure") if e.data.get("length_of_programme")]
    fitting = any(unit in scope.entry(code).units for code in here)
    named = [*here, *(lengths if program and not fitting else []), *said]
    carried = [scope.context.measure] if scope.context.measure else []
    for code in [*weak, *named, *carried, *scope.heading, *(m.code for m in theirs)]:
        if unit in scope.entry(code).units and code != UNPLACED and _is_age(reading) == _of_ages(scope, code):
            # What only the sentence before was about may be about something else here.
            taken = code in carried and code not in (*weak, *named)
            averaged = any(r.average for r in scope.context.last)
            reading.unclear = taken and (averaged or scope.context.doubtful)
            return code
    reading.certain = False
    ages = [e.code for e in scope.vocabulary.of("measure") if e.data.get("ages")]
    return ages[0] if ages and _is_age(reading) else UNPLACED


def _is_age(reading: Reading) -> bool:
    """Whether a figure can only be an age: so many years, and a range of them."""
    quantity = reading.item.quantity
    ranged = quantity.lower != quantity.upper and quantity.hedge is None
    return quantity.unit == YEARS and ranged and quantity.lower >= LEAST_AGE


def _of_ages(scope: Scope, code: str) -> bool:
    return bool(scope.entry(code).data.get("ages"))


def _doubt(scope: Scope, reading: Reading) -> None:
    """A measure taken over is doubtful where the segment has a content word that no list knows."""
    if reading.unit is None and not ends_phrase(scope, reading.item):
        reading.certain = False
    if scope.unknown(reading.segment.tokens, PREDICATE_LETTERS):
        reading.certain, reading.unsure = False, True


def _fits(scope: Scope, code: str, reading: Reading) -> bool:
    units = scope.entry(code).units
    if reading.unit in (None, POINTS, TIMES):
        return bool({PEOPLE, PERCENT} & set(units))
    return reading.unit in units


def _may_take(scope: Scope, code: str, reading: Reading) -> bool:
    """Whether a figure may be of a measure named elsewhere; "to ganger grunnbeløpet" is no length of time."""
    return _fits(scope, code, reading) and not (
        reading.unit == TIMES and scope.entry(code).data.get("timeless")
    )


def _fitting(scope: Scope, reading: Reading, mentions: Iterable[Mention]) -> list[Mention]:
    return [m for m in mentions if _fits(scope, m.code, reading)]
