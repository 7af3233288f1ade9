"""Rules for who a figure is about: the groups named in its segment, before it, or in the same order."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations, pairwise, zip_longest
from string import digits

from ingest.changes import is_against_average
from ingest.clauses import MIDDLE, WEAK, WITHIN, Segment
from ingest.places import AREA, levels
from ingest.readings import (
    GROUPS,
    PEOPLE,
    PERCENT,
    POINTS,
    ROUNDING,
    TIME_UNITS,
    TIMES,
    Reading,
    Scope,
    nearest,
)
from ingest.vocabulary import Mention, Token, ending, ends_with, starts_any, starts_with
from ingest.wholes import are_they, is_counted_whole, one_whole, tells_count_again

JOINS = frozenset({"", "og", "eller", "and", "samt", "or"})
FROM_WHERE = ("origin", "area")
COUNTED = (PERCENT, POINTS, PEOPLE, TIMES, *TIME_UNITS, None)  # what is told of people
WHOLE_WORDS = 4  # "av" and the words after it among which a share's people are named
APART_REACH = 6  # figures back among which stand the two that a gap is between
SUBJECT_WORDS = 5  # words at the head of a sentence among which its subject stands


def place_group(scope: Scope, at: int) -> None:
    """Give a segment the group that its figure is about."""
    reading, before = scope.readings[at], scope.before(at)
    own = _own_groups(scope, reading)
    if before is not None and reading.segment.boundary == WITHIN:
        # "2 848 av de 4 987 som avsluttet, var menn": not the 4 987, but all of them are of one place.
        shared = _opening_groups(scope, before)
        own, before = (
            {**{d: c for d, c in before.dimensions.items() if d == AREA or d in shared}, **own},
            None,
        )
    reading.named = bool(own)
    if before is not None and reading.unit not in COUNTED and not own:
        # "… fra Eritrea 22; resten kom fra ni andre land": of no country, but of the same place
        reading.dimensions = {d: c for d, c in before.dimensions.items() if d == AREA}
        return
    everyone = scope.says(reading.segment.tokens, "anaphora", "all") and not own
    everyone = everyone and not _of_all(scope, reading) and not is_against_average(scope, reading)
    everyone = everyone and not _adds_parts(scope, at) and not _restates(scope, at)
    taken_up = {} if everyone else _taken_up(scope, at, own)
    if before is not None and not everyone and (not own or set(own) & set(before.dimensions)):
        # A group taken over is no surer than where it was taken from.
        reading.certain = reading.certain and before.sure_who
        reading.sure_who = before.sure_who
        own = {**before.dimensions, **own}
    elif before is not None and own and before.dimensions and not set(own) & set(before.dimensions):
        subject = _share_subject(scope, at) or _parted_group(scope, at)
        reading.certain = reading.certain and bool(subject)
        own = {**subject, **own}
    reading.dimensions = {**taken_up, **own}
    whole = scope.readings[at - 1] if at else reading
    reading.certain = reading.certain and (whole.sure_who or whole.segment.boundary != WITHIN)


def _opening_groups(scope: Scope, reading: Reading) -> set[str]:
    """The dimensions of "Blant kvinnene" in "Blant kvinnene var det 18 av 40", of whom both counts are."""
    within = scope.words("doubt", "within")
    found = set()
    for m in reading.segment.mentions:
        before = scope.tokens_before(m.start)
        if m.dimension in GROUPS and not m.weak and m.end <= reading.item.start and before:
            found |= {m.dimension} if before[-1].word in within else set()
    return found


def _share_subject(scope: Scope, at: int) -> dict[str, str]:
    """The group in "Andelen kvinner var 58 prosent av alle og 63 prosent av syrerne" for both."""
    reading, first = scope.readings[at], scope.readings[0]
    if reading.segment.boundary not in (WEAK, MIDDLE) or {reading.unit, first.unit} != {PERCENT}:
        return {}
    shares = scope.sequences("composition", "share_of")
    subjects = {}
    for m in first.segment.mentions:
        if m.dimension in first.dimensions and not m.weak and m.end <= first.item.start:
            before, within = scope.tokens_before(m.start), scope.tokens_after(m.start)
            if starts_with(before, len(before) - 1, shares) or starts_with(within, 0, shares):
                subjects[m.dimension] = first.dimensions[m.dimension]
    return subjects


def _parted_group(scope: Scope, at: int) -> dict[str, str]:
    """The group in "For de uten skolegang var andelen 26 prosent samlet, 37 for menn og 15 for kvinner".

    Also in "Blant somaliere nådde 31 prosent målet: 41 prosent av mennene og 22 prosent av kvinnene".
    """
    first, *others = scope.readings
    after = scope.tokens_after(first.item.end)[:1]
    told = {m.code for m in first.segment.mentions if m.end <= first.item.start and not m.weak}
    summed = bool(after) and (after[0].word,) in scope.sequences("anaphora", "all")
    values = [r.item.quantity.value for r in others if r.unit == first.unit]
    among = len(values) > 1 and min(values) <= first.item.quantity.value <= max(values)
    parted = among and ":" in scope.sentence.text[first.item.end : others[0].item.start]
    return {d: c for d, c in first.dimensions.items() if c in told} if at and (summed or parted) else {}


def _of_all(scope: Scope, reading: Reading) -> bool:
    """Whether "alle" is what a group is a part of: "Kvinner utgjorde … og 49 prosent av alle deltakere"."""
    after = [t.word for t in scope.tokens_after(reading.item.end)[:1]]
    stem = scope.stem(reading.item)
    if ends_with(stem, scope.sequences("anaphora", "sums")):
        return False
    # "… og 41 prosent av alle gikk til arbeid" is of everyone.
    if any(not scope.entry(m.code).stage for m in scope.measures(reading.segment.mentions)):
        return False
    if not set(after) & scope.words("doubt", "of"):
        return False
    again = _is_share_of_all(scope, reading) or _is_share_of_count(scope, reading)
    return again or scope.says(stem, "composition", "makes_up")


def _restates(scope: Scope, at: int) -> bool:
    """Whether a count says again how many a share is: "Hver tredje kom fra Eritrea, i alt 268 personer"."""
    reading, before = scope.readings[at], scope.before(at)
    if at != 1 or before is None or (before.unit, reading.unit) != (PERCENT, PEOPLE):
        return False
    stem = [t for t in scope.stem(reading.item) if t.start >= before.item.end]
    length = ending(stem, scope.sequences("anaphora", "sums"))
    return bool(length) and scope.sentence.text[: stem[-length].start].rstrip().endswith((",", "("))


def _is_share_of_all(scope: Scope, reading: Reading) -> bool:
    """As in "620 av dem kom fra Somalia. Det utgjør 21 prosent av alle": the last count, told as a share."""
    grouped = any(r.dimensions for r in scope.context.last[-1:])
    after = [t.word for t in scope.tokens_after(reading.item.end)[:1]]
    return tells_count_again(scope, reading) and grouped and bool({*after} & scope.words("doubt", "of"))


def _is_share_of_count(scope: Scope, reading: Reading) -> bool:
    """As in "8 910 deltakere, om lag 45 prosent av alle": the count before it, told as a share."""
    before = scope.before(scope.place_of(reading))
    if before is None or before.unit != PEOPLE or reading.unit != PERCENT:
        return False
    nouns = scope.words("people", "nouns")
    between = [t for t in scope.stem(reading.item) if t.start >= before.item.end and t.word not in nouns]
    return not between


def _adds_parts(scope: Scope, at: int) -> bool:
    """Whether "til sammen" adds up what was told of one group: "41 prosent … og 4 …, til sammen 45"."""
    reading, parts = scope.readings[at], scope.readings[max(0, at - 2) : at]
    if len(parts) < 2 or any(p.unit != reading.unit for p in parts):
        return False
    total = sum(p.item.quantity.value for p in parts)
    return abs(total - reading.item.quantity.value) <= ROUNDING and parts[0].dimensions == parts[1].dimensions


def _own_groups(scope: Scope, reading: Reading) -> dict[str, str]:
    own: dict[str, str] = {}
    ages = _ages(scope, reading.segment)
    beside = (*_bracketed_group(scope, reading), *_in_clause(scope, reading))
    for dimension in GROUPS:
        if dimension == "age" and ages:
            continue  # "16 prosent var 45 år eller eldre"
        named = [m for m in beside if m.dimension == dimension]
        named = [m for m in named if not m.weak or _is_rest(scope, reading, m)]
        mentions = [m for m in named if _restricts(scope, m)]
        vague = [m for m in mentions if scope.vocabulary.entry(dimension, m.code).data.get("vague")]
        if vague and all(_is_home(scope, m) for m in vague):
            mentions = [m for m in mentions if m not in vague]
        elif vague:  # "små kommuner" may be all that is said, or only where one of them is ("Tromsø")
            reading.certain = False
            mentions = [m for m in mentions if m not in vague]
        codes = {m.code for m in mentions}
        if dimension == "age" and codes and any("age" in r.dimensions for r in scope.context.last):
            reading.certain = False  # "den yngste gruppen" is one of those named before
        whole = _whole_group(scope, reading, mentions) or _counted_group(scope, reading, mentions)
        # "Menn og kvinner: 63 prosent av mennene og …", but not "60 prosent av dem fra Syria og Eritrea"
        joined = [m for m in mentions if whole is None or m.start >= whole.start]
        if len(codes) > 1 and _enumerated(scope, joined):
            reading.certain = False
        elif codes:
            own[dimension] = _named(scope, reading, whole or nearest(mentions, reading.item))
    if ages:
        own["age"] = ages[-1]
        reading.certain = reading.certain and len(ages) == 1
    return own


def _named(scope: Scope, reading: Reading, mention: Mention) -> str:
    """The code of a group; what a rule gives to those with a level of education, those with more get too."""
    counted = reading.unit in (PERCENT, POINTS, PEOPLE)
    return scope.vocabulary.attained(mention, scope.tokens_after(mention.end)) if counted else mention.code


def _is_home(scope: Scope, mention: Mention) -> bool:
    """Whether "i fylket" is the one county that a report is about."""
    home = scope.context.home
    county = bool(home) and "county" in levels(scope.vocabulary.entry(AREA, home).data)
    return county and mention.surface.lower().split()[-1] in scope.words("place", "county")


def _whole_group(scope: Scope, reading: Reading, mentions: Sequence[Mention]) -> Mention | None:
    """The group in "… oftere enn kvinnene: 57 prosent av mennene", which wins over one named before."""
    after = scope.tokens_after(reading.item.end)
    if not after or after[0].word not in scope.words("doubt", "within"):
        return None
    reach = after[:WHOLE_WORDS]
    inside = [m for m in mentions if reach[0].end <= m.start <= reach[-1].start]
    return inside[0] if inside else None


def _counted_group(scope: Scope, reading: Reading, mentions: Sequence[Mention]) -> Mention | None:
    """The group in "like mange kvinner som menn (320 kvinner og …)", the very noun that is counted."""
    text = scope.sentence.text
    counted = reading.unit in (None, PEOPLE) and not reading.change
    beside = [m for m in mentions if counted and text[reading.item.end : m.start].isspace()]
    # "Menn 320 Kvinner 410": a label of the next figure
    return next((m for m in beside if not text[m.end :].lstrip().startswith((":", "(", *digits))), None)


def _ages(scope: Scope, segment: Segment) -> list[str]:
    return [code for quantity, code in scope.sentence.ages if segment.start <= quantity.start < segment.end]


def _restricts(scope: Scope, mention: Mention) -> bool:
    """Whether a group narrows who is meant; "flyktninger og familiegjenforente" are everyone."""
    tokens = scope.tokens_before(mention.start)
    if mention.dimension == AREA and _is_compared_among(scope, mention):
        return False
    theirs = len(tokens)
    while tokens and tokens[-1].word in scope.words("people", "possessives"):
        tokens = tokens[:-1]
    if len(tokens) < theirs and tokens and tokens[-1].word in JOINS:
        return False  # "flyktninger i alderen 18–55 år og deres familiegjenforente"
    before = [token.word for token in tokens]
    if len(before) > 1 and before[-1] in JOINS and before[-2] in scope.words("people", "nouns"):
        # In "med 3 410 deltakere og Eritrea med 2 080" the noun is that of a figure.
        figures = [item for r in scope.readings for item in r.segment.items]
        counted = any(0 <= tokens[-2].start - item.end <= 1 for item in figures)
        # "Syrere utgjorde 42 prosent av deltakerne og eritreere 22 prosent"
        followed = any(0 <= item.start - mention.end <= 1 for item in figures)
        return followed or (counted and mention.dimension in FROM_WHERE)
    if mention.surface.lower().split()[0] not in scope.words("anaphora", "rest"):
        return True
    named = any(m.dimension == mention.dimension and m.end <= mention.start for m in scope.sentence.mentions)
    talked = [scope.context.topic, *(r.dimensions for r in scope.context.last)]
    return named or any(mention.dimension in groups for groups in talked)


def _in_clause(scope: Scope, reading: Reading) -> Sequence[Mention]:
    """The mentions of a segment, without whom another clause is about: "Menn går i jobb, men … kvinner …"."""
    start, mentions = scope.clause_start(reading), reading.segment.mentions
    inside = [m for m in mentions if m.start >= start]
    grouped = [m for m in inside if m.dimension in GROUPS and m.dimension != AREA and not m.weak]
    if not grouped or len(inside) == len(mentions):
        return mentions
    return [m for m in mentions if m in inside or m.dimension == AREA]


def _bracketed_group(scope: Scope, reading: Reading) -> list[Mention]:
    """The group in "De øvrige 228 kom i hovedsak fra Syria (97)", told in the segment before the bracket."""
    text, start = scope.sentence.text, reading.segment.start
    if text[start : start + 1] != "(":
        return []
    return [m for m in scope.sentence.mentions if m.end <= start and not text[m.end : start].strip()]


def _is_rest(scope: Scope, reading: Reading, mention: Mention) -> bool:
    """Whether "de øvrige 620" are those whom the group spoken of leaves; who is not known, if none was."""
    opened = mention.surface.lower().split()[-1] in scope.words("anaphora", "rest")
    straight = scope.tokens_after(mention.end)[:1] == scope.tokens_after(reading.item.start)[:1]
    if not (opened and straight) or reading.unit not in (PEOPLE, None):
        return False
    complement = scope.vocabulary.entry(mention.dimension, mention.code).complement
    talked = [scope.context.topic, *(r.dimensions for r in scope.context.last)]
    known = any(groups.get(mention.dimension) == complement for groups in talked)
    if not known and (not scope.context.told or any({*groups} - {AREA} for groups in talked)):
        reading.certain = reading.sure_who = False
    return known


def _is_compared_among(scope: Scope, mention: Mention) -> bool:
    """As in "den største blant byene i Østfold": the place of those that another is set against."""
    text, within = mention.surface.lower().split(), scope.words("doubt", "within")
    before = [t.word for t in scope.tokens_before(mention.start)]
    places = scope.words("people", "places")
    opened = bool(before) and before[-1] in places
    before = before[:-1] if opened else before
    return (
        (opened or text[0] in places)
        and len(before) > 1
        and before[-1] in scope.words("people", "named")
        and before[-2] in within
    )


def _enumerated(scope: Scope, mentions: Sequence[Mention]) -> bool:
    """Whether groups are named side by side ("Eritrea og Syria"), so that one figure covers both."""
    return any(
        left.code != right.code and scope.sentence.text[left.end : right.start].strip(" ,") in JOINS
        for left, right in pairwise(mentions)
    )


def _taken_up(scope: Scope, at: int, own: dict[str, str]) -> dict[str, str]:
    """Groups that "av disse", "i denne gruppen" or a subject like "det" takes up from before."""
    reading = scope.readings[at]
    tokens = scope.sentence.tokens if at == 0 else reading.segment.tokens
    anaphor = starts_any(tokens, scope.sequences("anaphora", "people"))
    if anaphor is not None and not _tells_who(scope, tokens, anaphor):
        vague = tokens[anaphor].word in scope.words("anaphora", "vague")
        if vague and (own or scope.sentence.ages):
            return {}  # "I gruppen over 45 år …" says who itself
        reading.certain = reading.certain and not vague
        here = {
            m.dimension: m.code
            for m in scope.sentence.mentions
            if m.dimension in GROUPS
            and m.end <= tokens[anaphor].start
            and not scope.vocabulary.entry(m.dimension, m.code).data.get("vague")
        }
        return {**scope.context.topic, **here} if at == 0 else here
    if at or own:
        reading.sure_who = not (at == 0 and _other_topic(scope, own))
        reading.certain = reading.certain and reading.sure_who
        return {}
    # "Der falt andelen til 38 prosent", "21 personer avsluttet programmet der.", "Måloppnåelsen der falt …"
    words = scope.sentence.tokens
    measured = [m.end for m in scope.measures(scope.sentence.mentions)]
    ends = {words[0].word, words[-1].word, *(t.word for t in words if t.start - 1 in measured)}
    if ends & scope.words("anaphora", "there") and AREA in scope.context.topic:
        return {AREA: scope.context.topic[AREA]}
    if are_they(scope, reading):
        reading.certain = reading.certain and bool(scope.context.topic)
        return dict(scope.context.topic)
    if _is_share_of_all(scope, reading):
        told = {tuple(sorted(r.dimensions.items())) for r in scope.context.last}
        reading.certain = reading.certain and len(told) == 1
        return dict(scope.context.last[-1].dimensions)
    if scope.context.narrowed and _they_go_on(scope):
        return dict(scope.context.topic)  # "Deltakere med … skal ha …. De kan få …"
    if not continues(scope):
        everyone = scope.says(scope.sentence.tokens, "anaphora", "all")
        reading.certain = reading.certain and (everyone or not scope.context.narrowed)
        return {}
    if scope.context.last and any(r.dimensions != scope.context.topic for r in scope.context.last):
        reading.certain = reading.sure_who = False
        return dict(
            scope.context.topic if _are_parts(scope.context.last) else scope.context.last[-1].dimensions
        )
    return dict(scope.context.topic)


def _are_parts(told: Sequence[Reading]) -> bool:
    """Whether the first figure told is the sum of the others: "84 deltok, 47 kvinner og 37 menn. …"."""
    whole, *parts = told
    same = len(parts) > 1 and all(p.unit == whole.unit and not p.change for p in parts) and not whole.change
    return same and sum(p.item.quantity.value for p in parts) == whole.item.quantity.value


def _they_go_on(scope: Scope) -> bool:
    """Whether a sentence opens with "de" and a verb, and so goes on about those told of."""
    opening = [t.word for t in scope.sentence.tokens[:2]]
    modal = scope.words("target", "demanding") | scope.words("anaphora", "modal")
    verbs = modal | scope.words("anaphora", "copulas") | scope.words("anaphora", "moving")
    return len(opening) > 1 and opening[0] in scope.words("anaphora", "they") and opening[1] in verbs


def _tells_who(scope: Scope, tokens: Sequence[Token], at: int) -> bool:
    """Whether "av dem" says who itself: "av dem som gikk til arbeid", but not "Andelen av dem som …"."""
    shared = at > 0 and tokens[at - 1].word in scope.words("composition", "share_of")
    telling = scope.words("doubt", "relative") | scope.words("doubt", "with") | scope.words("gap", "against")
    return not shared and any(t.word in telling for t in tokens[at + 2 : at + 3])


def _other_topic(scope: Scope, own: dict[str, str]) -> bool:
    return bool(scope.context.narrowed) and not set(own) & set(scope.context.narrowed)


def continues(scope: Scope) -> bool:
    """Whether a sentence goes on about the figure before it: "Det er 3 prosentpoeng mer"."""
    if not scope.context.last or scope.measures(scope.sentence.mentions):
        return False
    if any(m.dimension in GROUPS and not m.weak for m in scope.sentence.mentions):
        return False
    # "Renhold var den vanligste jobben" is of no measure named before.
    best = scope.words("people", "superlatives")
    opening = scope.sentence.tokens[: SUBJECT_WORDS + 1]
    pairs = list(zip_longest(opening, opening[1:]))[:SUBJECT_WORDS]
    kept = [a for a, b in pairs if a is not None and (b is None or b.word not in best)]
    return scope.says(kept, "anaphora", "measure", "subject")


def pair_lists(scope: Scope) -> None:
    """Give the figures of a list ("henholdsvis 51 og 32 prosent") what was named in the same order before."""
    at = 0
    while at < len(scope.readings):
        end = at + 1
        while end < len(scope.readings) and is_bare(scope, end):
            end += 1
        if end - at > 1 and not _pair_counts(scope, at, end) and not _pair_named(scope, at, end):
            _pair_readings(scope, at, end)
        at = end


def forget_compared(scope: Scope, at: int) -> None:
    """A gap between groups is of neither: "39 prosent av kvinnene, 57 av mennene, en forskjell på 18"."""
    reading = scope.readings[at]
    if not reading.gap:
        return
    named = {d: [m for m in reading.segment.mentions if m.dimension == d and not m.weak] for d in GROUPS}
    joined = {d for d, mentions in named.items() if d in reading.dimensions and _enumerated(scope, mentions)}
    if joined:  # "Gapet mellom kvinner og menn"
        reading.dimensions = {d: code for d, code in reading.dimensions.items() if d not in joined}
        return
    if reading.named:
        other = {m.dimension for m in _compared_with(scope, reading)}
        reading.dimensions = {d: code for d, code in reading.dimensions.items() if d not in other}
        return
    before = next(iter((scope.readings[:at] or scope.context.last)[-1:]), None)
    if before is not None and before.gap:
        # "… en forskjell på 12 prosentpoeng, mens den i 2021 var 15": of whom the other is
        kept = reading.dimensions.items() & before.dimensions.items()
        reading.dimensions = dict(kept)
        return
    told = {d: {r.dimensions.get(d) for r in scope.readings[:at]} for d in reading.dimensions}
    apart = {d for d, codes in told.items() if len(codes) > 1}
    # "60 prosent av mennene …. Det gir 38 prosent av kvinnene, og et gap på 22": between the two so far apart
    for first, second in combinations([*scope.context.told, *scope.readings[:at]][-APART_REACH:], 2):
        distance = abs(first.item.quantity.value - second.item.quantity.value)
        if first.unit == second.unit == PERCENT and distance == reading.item.quantity.value:
            codes = {d: (first.dimensions.get(d), second.dimensions.get(d)) for d in reading.dimensions}
            apart |= {d for d, (one, two) in codes.items() if one != two}
    reading.dimensions = {d: code for d, code in reading.dimensions.items() if d not in apart}


def _compared_with(scope: Scope, reading: Reading) -> list[Mention]:
    """The groups after "enn": "15 prosentpoeng høyere enn for kvinner" is of no women."""
    rest = [t for t in reading.segment.tokens if t.start >= reading.item.end]
    compared = {(word,) for word in scope.words("doubt", "relative")} if reading.unit == TIMES else set()
    than = starts_any(rest, scope.sequences("change", "than") | compared)
    if than is None:
        return []
    return [m for m in reading.segment.mentions if m.start > rest[than].start and m.dimension in GROUPS]


def is_bare(scope: Scope, at: int) -> bool:
    """Whether only a comma or a joining word stands between a figure and the one before it."""
    previous, item = scope.readings[at - 1].item, scope.readings[at].item
    between = [t.word for t in scope.tokens_before(item.start) if t.start >= previous.end]
    if not between:
        return scope.sentence.text[previous.end : item.start].strip() == ","
    joins = scope.words("boundary", "list")
    return len(between) == 1 and between[0] in joins


def _pair_named(scope: Scope, first: int, end: int) -> bool:
    """As in "De yngste (18–25 år) … de eldste (46–55 år): 62 mot 29 prosent", "A og B hadde 46 og 38"."""
    head = scope.readings[first]
    start = scope.readings[first - 1].segment.items[-1].end if first else 0
    ages = [c for q, c in scope.sentence.ages if start <= q.start < head.item.start]
    if len(ages) == end - first:
        for reading, code in zip(scope.readings[first:end], ages, strict=True):
            reading.dimensions = {**reading.dimensions, "age": code}
            reading.certain = True
        return True
    for dimension in GROUPS:
        named = [
            m
            for m in scope.sentence.mentions
            if m.dimension == dimension and not m.weak and start <= m.start < head.item.start
        ]
        if len({m.code for m in named}) == len(named) == end - first:
            for reading, mention in zip(scope.readings[first:end], named, strict=True):
                reading.dimensions = {**reading.dimensions, dimension: mention.code}
                reading.certain = True
            return True
    return False


def _pair_counts(scope: Scope, first: int, end: int) -> bool:
    """As in "161 gikk til arbeid og 138 til utdanning. Det svarer til 35 og 30 prosent": counts as shares.

    They must be shares of one number of people; who those are is found by how many they are.
    """
    shares = scope.readings[first:end]
    if any(reading.unit != PERCENT for reading in shares) or not _says_again(scope, first):
        return False
    told = scope.readings[:first] or scope.context.last
    bare = PEOPLE if told is scope.context.last else None  # in its own sentence a count may have no unit yet
    counts = [r for r in told if r.unit in (PEOPLE, bare) and not r.change]
    counts = [r for r in counts if not is_counted_whole(scope, r)]
    models = counts[-len(shares) :]
    if len(models) < len(shares) or not one_whole(models, shares):
        return False
    for reading, model in zip(shares, models, strict=True):
        reading.model, reading.restates = model, True
        reading.dimensions, reading.certain = {**model.dimensions}, model.certain
    return True


def _says_again(scope: Scope, first: int) -> bool:
    """Whether the words straight before a figure say that it tells the same: "altså", "det svarer til"."""
    start = scope.readings[first - 1].segment.items[-1].end if first else 0
    stem = [t for t in scope.stem(scope.readings[first].item) if t.start >= start]
    again = scope.sequences("boundary", "restated") | scope.sequences("change", "equals")
    return ends_with(stem, again - scope.sequences("composition", "copula"))


def _pair_readings(scope: Scope, first: int, end: int) -> None:
    """As in "… for menn var tallene 32 og 21": as many figures as were given before, in the same order."""
    length = end - first
    head = scope.readings[first].segment
    # "henholdsvis 30 og 22 prosent av dem som avsluttet, mot 28 og 21 prosent året før"
    mirrored = head.boundary == MIDDLE and all(is_bare(scope, at) for at in range(first - length + 1, first))
    if not scope.says(head.tokens, "anaphora", "list") and not (mirrored and first >= length):
        return
    earlier = scope.readings[:first] or scope.context.last
    models = earlier[-length:]
    if len(models) < length:
        return
    for reading, model in zip(scope.readings[first:end], models, strict=True):
        own = _own_groups(scope, scope.readings[first])
        reading.model = model
        reading.dimensions = {**model.dimensions, **own}
        reading.certain = model.certain
        bare = reading.item.quantity.surface[-1:].isdigit()
        mixed = len({m.unit for m in models}) > 1  # "96 og 66 prosent" may be of two units
        if reading.unit is None or (mixed and bare and model.unit == PEOPLE):
            reading.units[0] = model.unit
