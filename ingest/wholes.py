"""Rules for wholes: the people that a share is a share of, and those that a group is a part of."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from itertools import takewhile

from ingest.clauses import STRONG, WITHIN
from ingest.doubts import is_of_unplaced
from ingest.models import Quantity
from ingest.numerals import HUNDRED
from ingest.readings import GROUPS, PEOPLE, PERCENT, UNPLACED, Reading, Scope
from ingest.units import is_share_of_things
from ingest.vocabulary import Mention, Token, ends_with, holds, starts_with

BASE_REACH = 6  # words back from an outcome in which "av de som" makes it the whole
RELATIVE_REACH = 3  # words back from a stage in which "som" makes it a restriction
WHOLE_REACH = 4  # words after "av" in which a stage is the whole: "av alle dem som startet"
ACTIVITY_REACH = 3  # words after "av" among which the activities stand
COUNTED_BACK = 3  # figures back among which stands the count that "av dem" takes up
TAKEN_UP_REACH = 12  # words after that count among which "av dem" stands


# ---- parts of a whole


def composition(scope: Scope, at: int) -> str | None:
    """The stage whose people a group is a part of: "om lag 7 av 10 [av dem] var kvinner"."""
    reading, before = scope.readings[at], scope.before(at)
    precedes, follows = _groups_beside(scope, reading)
    whole = _own_whole(scope, reading)
    if before is not None and before.composition and (precedes or follows or whole):
        return whole or before.measure
    return (whole or stage_of(scope)) if makes_up(scope, reading) else None


def makes_up(scope: Scope, reading: Reading) -> bool:
    """Whether a share says how large a part a group is: "70 prosent var kvinner"."""
    precedes, follows = _groups_beside(scope, reading)
    return (
        _group_after(scope, reading, follows)
        or _group_before(scope, reading, precedes)
        or has_level(scope, reading)
        or _is_headline(scope, reading)
        or (bool(reading.dimensions) and are_they(scope, reading))
    )


def _is_headline(scope: Scope, reading: Reading) -> bool:
    """As in the heading "Seksti prosent ukrainere": a share, a group, and nothing else."""
    if len(scope.readings) > 1 or reading.item.start != scope.sentence.tokens[0].start:
        return False
    follows = _groups_beside(scope, reading)[1]
    rest = scope.tokens_after(reading.item.end)
    return bool(rest) and all(any(a <= t.start < b for a, b in follows) for t in rest)


def are_they(scope: Scope, reading: Reading) -> bool:
    """As in "De utgjorde 55 prosent av dem som avsluttet", of a group told of before."""
    if reading is not scope.readings[0] or scope.sentence.tokens[0].word not in scope.words(
        "anaphora", "they"
    ):
        return False
    return bool(starts_with(list(scope.sentence.tokens), 1, scope.sequences("composition", "makes_up")))


def _groups_beside(scope: Scope, reading: Reading) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    """Where groups are named in a segment, before its figure and after it."""
    segment = reading.segment
    groups = [(m.start, m.end) for m in segment.mentions if m.dimension in GROUPS and not m.weak]
    groups += [(q.start, q.end) for q, _ in scope.sentence.ages if segment.start <= q.start < segment.end]
    precedes = sorted(span for span in groups if span[1] <= reading.item.start)
    return precedes, sorted(span for span in groups if span[0] >= reading.item.end)


def _own_whole(scope: Scope, reading: Reading) -> str | None:
    """The stage in "54 prosent av dem som startet", where a sentence may name several."""
    last = reading.segment.items[-1].end  # "52 prosent (9 578) av alle deltakerne"
    after = [t for t in scope.tokens_after(last) if t.start < reading.segment.end]
    if not after or after[0].word not in scope.words("doubt", "within"):
        return whole_of_all(scope, reading)
    reach = after[: WHOLE_REACH + 1]
    strong = [
        m for m in scope.stages(reading.segment.mentions) if reach[0].start < m.start <= reach[-1].start
    ]
    if strong:
        return strong[0].code
    weak = [
        m
        for m in scope.stages(reading.segment.mentions, weak=True)
        if reach[0].start < m.start <= reach[-1].start
    ]
    others = {m.code for m in scope.stages(scope.sentence.mentions)}
    if weak and not others and scope.context.stage not in (None, weak[0].code):
        # "61 avsluttet. 58 prosent av deltakerne har høyere utdanning" may be of either.
        reading.certain = False
        return weak[0].code
    if not weak or not others:
        return None
    # "49 prosent av deltakerne" beside "46 prosent av dem som avsluttet" may be of either.
    determined = any(t.word in scope.words("anaphora", "all") for t in reach[:2])
    reading.certain = reading.certain and (determined or others == {weak[0].code})
    return weak[0].code


def whole_of_all(scope: Scope, reading: Reading) -> str | None:
    """The stage in "Av alle deltakerne var 47 prosent kvinner", where the talk was of another."""
    opening = [t for t in scope.tokens_before(reading.item.start) if t.start >= reading.segment.start]
    if (told := _whole_of_share(scope, reading, opening)) is not None:
        return told
    if len(opening) < 2 or opening[0].word not in scope.words("doubt", "within"):
        return None
    if opening[1].word not in scope.words("anaphora", "all"):
        return None
    weak = scope.stages(reading.segment.mentions, weak=True)
    reach = opening[WHOLE_REACH - 1].start if len(opening) >= WHOLE_REACH else opening[-1].start
    return next((m.code for m in weak if opening[1].end <= m.start <= reach), None)


def whole_said(scope: Scope, reading: Reading) -> str | None:
    """The stage that a share itself names straight after: "17 prosent av alle som avsluttet"."""
    after = [t for t in scope.tokens_after(reading.item.end) if t.start < reading.segment.end]
    if not after or after[0].word not in scope.words("doubt", "of"):
        return None
    reach = after[: WHOLE_REACH + 1]
    named = scope.stages(reading.segment.mentions)
    return next((m.code for m in named if reach[0].start < m.start <= reach[-1].start), None)


def _whole_of_share(scope: Scope, reading: Reading, opening: Sequence[Token]) -> str | None:
    """The stage in "Kvinneandelen blant deltakerne var 42 prosent", where the talk was of another."""
    shares, within = scope.words("composition", "share_of"), scope.words("doubt", "within")
    for left, right, noun in zip(opening, opening[1:], opening[2:], strict=False):
        if left.word in shares and right.word in within:
            weak = scope.stages(reading.segment.mentions, weak=True)
            code = next((m.code for m in weak if m.start == noun.start), None)
            if code is not None and not scope.stages(reading.segment.mentions):
                reading.certain = reading.certain and scope.context.stage in (None, code)
                return code
    return None


def has_level(scope: Scope, reading: Reading) -> bool:
    """As in "38 prosent hadde høyere utdanning", "hadde 38 prosent høyere utdanning"."""
    having = scope.words("composition", "having")
    stem = scope.stem(reading.item)
    for mention in reading.segment.mentions:
        if mention.dimension != "education" or mention.weak or mention.start < reading.item.end:
            continue
        between = [t for t in scope.tokens_after(reading.item.end) if t.end <= mention.end]
        if any(_of_those(scope, between[n:]) for n in range(len(between))):
            continue  # "36 prosent av dem som bare hadde grunnskole"
        if any(t.word in scope.words("composition", "lessons") for t in between):
            continue  # "Hver femte hadde fag på grunnskolenivå" in the programme
        if any(t.word in having for t in [*stem[-1:], *between]):
            return True
    return False


def _group_after(scope: Scope, reading: Reading, follows: list[tuple[int, int]]) -> bool:
    """As in "70 prosent var kvinner", "var 7 av 10 kvinner"."""
    if not follows:
        return False
    copulas = scope.sequences("composition", "copula") | scope.sequences("composition", "origin")
    start, end = follows[-1]
    after = scope.tokens_after(reading.item.end)
    between = [t for t in after if t.end <= start]
    within = scope.words("doubt", "within") - scope.words("doubt", "of")
    if between and {between[0].word, between[-1].word} & within:
        return False  # "Andelen er 66 prosent for menn", "… for deltakere med grunnskole"
    # "kom frå" may end in the words of the group: "frå Syria"; "kjem altså frå Syria".
    fillers = scope.words("composition", "fillers")
    if holds([t for t in after if t.end <= end and t.word not in fillers], copulas):
        return True
    stem = scope.stem(reading.item)
    whereof = scope.sequences("anaphora", "whereof")
    if ends_with(stem, whereof) and not between:
        return True  # "18 200 startet, hvorav 86 prosent fra Ukraina"
    of = scope.words("doubt", "of")
    # "var 62 prosent av deltakerne kvinner": the whole, and then the part.
    parted = between and between[0].word in of
    joined = not parted or not _past_whole(scope, between[1:], start)
    return joined and bool(starts_with(stem, len(stem) - 1, scope.sequences("composition", "copula")))


def _past_whole(scope: Scope, tokens: list[Token], end: int) -> list[Token]:
    """The words after a whole: "deltakerne [kvinner]", "dem som avsluttet programmet, [kvinner]"."""
    people = scope.words("people", "nouns") | scope.words("people", "determiners")
    people |= scope.words("people", "wholes") - scope.words("doubt", "relative")
    while tokens and tokens[0].word in people:
        tokens = tokens[1:]
    if tokens and tokens[0].word in scope.words("doubt", "relative"):
        comma = scope.sentence.text.rfind(",", tokens[0].start, end)
        tokens = [t for t in tokens if comma < 0 or t.start > comma]
    return tokens


def came_from(scope: Scope, reading: Reading) -> bool:
    """As in "4 100 kom fra Syria": people counted, and nothing said of them but their group."""
    origins = scope.sequences("composition", "origin")
    after = scope.tokens_after(reading.item.end)
    nouns = scope.words("people", "nouns")
    while after and after[0].word in nouns:
        after = after[1:]
    return bool(starts_with(after, 0, origins)) and any(
        m.dimension in GROUPS and not m.weak and m.start >= reading.item.end for m in reading.segment.mentions
    )


def _group_before(scope: Scope, reading: Reading, precedes: list[tuple[int, int]]) -> bool:
    """As in "Kvinner utgjorde 41 prosent", "andelen kvinner var 41 prosent"."""
    if not precedes:
        return False
    start, end = precedes[-1]
    between = [t for t in scope.tokens_before(reading.item.start) if t.start >= end]
    if holds(between, scope.sequences("composition", "makes_up")):
        return True
    if is_listed(scope, reading) or _is_summand(scope, reading, end):
        return True
    # "Syrere var den klart største gruppen med 46 prosent"
    ranked = any(t.word in scope.words("composition", "groups") for t in between)
    if ranked and between[-1].word in scope.words("doubt", "with"):
        return True
    shares = scope.sequences("composition", "share_of")
    before, within = scope.tokens_before(start), scope.tokens_after(start)
    nouns = scope.words("people", "nouns") | scope.words("change", "from")
    while before and before[-1].word in nouns:  # "andelen deltakere fra Syria"
        before = before[:-1]
    return bool(starts_with(before, len(before) - 1, shares) or starts_with(within, 0, shares))


def _is_summand(scope: Scope, reading: Reading, end: int) -> bool:
    """As in "Somaliere (22 prosent) og irakere (15 prosent) utgjorde til sammen …"."""
    bracketed = scope.sentence.text[end : reading.item.start].strip() == "("
    after = scope.tokens_after(reading.item.end)
    return bracketed and holds(after, scope.sequences("composition", "makes_up"))


def is_listed(scope: Scope, reading: Reading) -> bool:
    """As in "De største gruppene var syrere (41 prosent) og …", where the talk is of a stage."""
    told = scope.context.measure
    outcome = told is not None and not scope.entry(told).stage and PERCENT in scope.entry(told).units
    if outcome or scope.measures(scope.sentence.mentions):
        return False
    copulas = scope.sequences("composition", "copula") | scope.sequences("composition", "origin")
    return any(
        scope.sentence.text[m.end : reading.item.start].strip() == "("
        and holds(scope.tokens_before(m.end), copulas)
        for m in reading.segment.mentions
        if m.dimension in GROUPS and not m.weak and m.end <= reading.item.start
    )


def stage_of(scope: Scope) -> str | None:
    """Whose people the sentence is about: named in it, or before it, or by the plain word for them."""
    strong, weak = scope.stages(scope.sentence.mentions), scope.stages(scope.sentence.mentions, weak=True)
    if strong:
        return strong[0].code
    return scope.context.stage or (weak[0].code if weak else scope.context.people)


def whole_of_part(scope: Scope) -> str | None:
    """The people in "61 av deltakerne (av dem) var nye", of whom a count is a part, and the talk goes on."""
    of, determiners = scope.words("doubt", "of"), scope.words("people", "determiners")
    parts = {
        scope.entry(r.measure or UNPLACED).data.get("part_of") for r in scope.readings if r.unit == PEOPLE
    }
    for mention in scope.stages(scope.sentence.mentions, weak=True):
        before = [t.word for t in scope.tokens_before(mention.start) if t.word not in determiners]
        if mention.code in parts and before and before[-1] in of:
            return mention.code
    if scope.context.base in parts and scope.says(scope.sentence.tokens, "anaphora", "whereof", "of_them"):
        return scope.context.base
    return None


def tells_count_again(scope: Scope, reading: Reading) -> bool:
    """Whether a share opens a sentence as what was counted last: "16 hadde …. Det tilsvarer 22 prosent"."""
    told, opening = scope.context.last[-1:], scope.sentence.tokens[:2]
    counted = any(r.unit == PEOPLE and not r.change for r in told)
    if len(opening) < 2 or not counted or reading is not scope.readings[0] or reading.unit != PERCENT:
        return False
    verbs = scope.words("change", "noun_is") | scope.words("change", "equals")
    return opening[0].word in scope.words("anaphora", "it") and opening[1].word in verbs


def stage_guessed(scope: Scope, reading: Reading) -> str | None:
    """Whose people are meant where neither the sentence nor one before it says: by its heading, or all."""
    reading.certain = False
    headed = [code for code in scope.heading if scope.entry(code).stage]
    widest = [e.code for e in scope.vocabulary.of("measure") if e.stage]
    return next(iter([*headed, *widest]), None)


# ---- denominators


def is_base(scope: Scope, reading: Reading, mention: Mention) -> bool:
    """Whether an outcome says whose share it is: "av de som gikk til arbeid"."""
    if _is_parted(scope, reading, mention):
        return True
    before = [t for t in scope.tokens_before(mention.start) if t.start >= reading.segment.start]
    after_figure = mention.start >= reading.item.end
    before = [t for t in before if not after_figure or t.start >= reading.item.end]
    shares = scope.words("composition", "share_of")
    for at in range(max(0, len(before) - BASE_REACH), len(before)):
        if at and before[at - 1].word in shares:
            continue  # "Andelen av dem som gikk til arbeid, sank" is the share that went
        length = _of_those(scope, before[at:]) or _of_those_at(scope, reading, before[at:], mention)
        if length and not _said_between(scope, before[at + length - 1], mention):
            return True
    return False


def _is_parted(scope: Scope, reading: Reading, mention: Mention) -> bool:
    """As in "Mennene sto for 68 prosent av overgangene til arbeid"."""
    between = [t for t in scope.tokens_after(reading.item.end) if t.start < mention.start]
    stem = [t for t in scope.tokens_before(reading.item.start) if t.start >= reading.segment.start]
    of = scope.words("doubt", "of")
    return len(between) == 1 and between[0].word in of and scope.says(stem, "composition", "makes_up")


def _of_those(scope: Scope, tokens: Sequence[Token]) -> int:
    """How many words open a whole that a clause names: "av dem som", "blant alle deltakerne som"."""
    if not tokens or tokens[0].word not in scope.words("doubt", "within"):
        return 0
    people = scope.words("people", "nouns") | scope.words("people", "wholes")
    people |= scope.words("people", "determiners")
    relative = scope.words("doubt", "relative")
    length = 1
    while length < len(tokens) and tokens[length].word in people - relative:
        length += 1
    return length + 1 if 1 < length < len(tokens) and tokens[length].word in relative else 0


def _of_those_at(scope: Scope, reading: Reading, tokens: Sequence[Token], mention: Mention) -> int:
    """How many words open a whole right before an outcome: "Seks av dei [på utdanning] gjekk til …"."""
    wholes = scope.words("people", "wholes") | scope.words("people", "determiners")
    opened = len(tokens) > 1 and tokens[0].word in scope.words("doubt", "of")
    where = mention.surface.lower().split()[0] in scope.words("doubt", "at")
    goes_on = any(m.start > mention.end for m in scope.measures(reading.segment.mentions))
    return len(tokens) if opened and where and goes_on and all(t.word in wholes for t in tokens[1:]) else 0


def _said_between(scope: Scope, opening: Token, mention: Mention) -> bool:
    """Whether a clause names another measure first: "av dem som avsluttet, gikk rett ut i jobb"."""
    return any(opening.end <= m.start < mention.start for m in scope.measures(scope.sentence.mentions))


def share_rest(scope: Scope) -> None:
    """In "7 prosent begynte på skole, og de siste 28 prosent sluttet" both are shares of the same people."""
    for at, reading in enumerate(scope.readings):
        rest = ends_with(scope.stem(reading.item), scope.sequences("anaphora", "remaining"))
        if not rest or reading.unit != PERCENT or reading.change or not reading.denominator:
            continue
        for other in scope.readings[:at]:
            share = other.unit == PERCENT and not other.change and other.denominator is not None
            if share and other.denominator != reading.denominator and whole_said(scope, other) is None:
                other.denominator, other.certain = reading.denominator, False


def denominator(scope: Scope, at: int) -> str | None:
    """The measure whose people a share is a share of."""
    reading, context = scope.readings[at], scope.context
    if reading.denominator or reading.measure is None or reading.followed:
        return reading.denominator
    entry = scope.entry(reading.measure)
    if reading.model is not None:
        return _restated_whole(scope, reading) if reading.restates else reading.model.denominator
    stem = scope.stem(reading.item)
    last = ends_with(stem, scope.sequences("anaphora", "remaining"))
    if (last or scope.says(scope.sentence.tokens, "anaphora", "remainder")) and context.denominator:
        return context.denominator
    if is_of_unplaced(scope, at):
        return None
    if tells_count_again(scope, reading) and whole_said(scope, reading) is None:
        counted = scope.context.last[-1]
        if counted.measure == reading.measure and counted.denominator:
            return counted.denominator  # "16 av dem som avsluttet, fikk forlenget. Det tilsvarer 22 prosent"
    base = _whereof(scope, at) or _sentence_base(scope, at) or _opening_whole(scope, at)
    if base and base != reading.measure:
        return base
    if (proved := proved_whole(scope, reading)) is not None:
        return proved
    if base and reading.dimensions and not entry.stage:
        reading.certain = False  # how many of those who went to work are men, not how many men went
        return base
    restricting = [m for m in scope.stages(scope.sentence.mentions) if _is_relative(scope, m)]
    things = bool(entry.denominator) and not scope.entry(entry.denominator or "").units
    if restricting and not entry.stage and not (things and _says_activities(scope)):
        return restricting[0].code
    # "De som avsluttet, hadde …. 31 prosent av dem hadde fått …"
    stage = None if entry.stage else context.stage
    those = _counted_here(scope, at) or context.base or stage
    if those not in (None, reading.measure) and takes_up_people(scope):
        return those
    if context.within not in (None, reading.measure) and not entry.stage:
        return context.within
    if context.denominator and _adds_up(scope, reading, context.denominator):
        return context.denominator
    if context.base != entry.denominator and context.base and _adds_up(scope, reading, context.base):
        # "2 189 gikk verken …. De fordeler seg slik: 36 prosent, eller 788 personer, gikk over i tiltak"
        reading.certain = reading.certain and not _adds_up(scope, reading, entry.denominator or "")
        return context.base
    if context.denominator == entry.broader != entry.denominator and context.denominator:
        # "Av dem som kom i arbeid, fikk 58 prosent heltid. 9 prosent ble ansatt med lønnstilskudd."
        reading.certain = False
        return context.denominator
    if not entry.stage and context.denominator not in (None, entry.denominator, reading.measure):
        told = scope.entry(context.denominator)
        if not told.stage and told.complement and not _says_whole(scope, reading):
            # "Hver fjerde av dem gikk til grunnskole. 34 prosent gikk til tiltak": of the same, most likely.
            reading.certain = False
            return context.denominator
    return _usual_whole(scope, at)


def _usual_whole(scope: Scope, at: int) -> str | None:
    """Whom a share is of where nothing tells: as the figure before it, or as the vocabulary says."""
    reading = scope.readings[at]
    entry = scope.entry(reading.measure or UNPLACED)
    _doubt_whole(scope, reading)
    taken = next(
        (r for r in reversed(scope.readings[:at]) if r.measure == reading.measure and r.denominator), None
    )
    if reading.taken and taken is not None and taken.unit == reading.unit:
        return taken.denominator
    if entry.denominator and not scope.entry(entry.denominator).units:
        return _activities_or_people(scope, reading, entry.denominator)
    whole = scope.entry(entry.denominator or UNPLACED)
    after = scope.tokens_after(reading.item.end)[:1]
    if not whole.stage and any(token.word in scope.words("people", "nouns") for token in after):
        return whole.denominator  # "Hver fjerde deltaker sluttet av andre årsaker": of all of them
    return entry.denominator


def _counted_here(scope: Scope, at: int) -> str | None:
    """The stage of "90 avsluttet, og av dem gikk 52 …, altså 58 prosent", which "av dem" takes up."""
    forms = scope.sequences("anaphora", "people")
    for reading in reversed(scope.readings[max(0, at - COUNTED_BACK) : at]):
        after = [t for t in scope.readings[at].segment.tokens if t.start >= reading.item.end]
        after = [*scope.tokens_after(reading.item.end)[:TAKEN_UP_REACH], *after[:TAKEN_UP_REACH]]
        taken_up = any(starts_with(after, n, forms) for n in range(len(after)))
        stage = reading.measure not in (None, UNPLACED) and scope.entry(reading.measure or UNPLACED).stage
        if stage and taken_up and reading.unit == PEOPLE and not reading.change:
            return reading.measure
    return None


def _activities_or_people(scope: Scope, reading: Reading, usual: str) -> str:
    """In "62 prosent [av deltakerne] hadde arbeidsrettede tiltak" the share is not of the activities."""
    people = scope.stages(reading.segment.mentions, weak=True)
    if not people and scope.context.denominator == usual:
        return usual  # "41 prosent av tiltakene var …. 27 prosent var rettet mot utdanning."
    nouns, beside = scope.words("doubt", "activities"), scope.tokens_after(reading.item.end)[:1]
    if _says_activities(scope) or any(t.word in nouns for t in beside):
        return usual  # "Hvert tredje tiltak er rettet mot arbeid"
    # How many took part in one, which need not be as many as the activities that it is.
    reading.certain = False
    widest = [e.code for e in scope.vocabulary.of("measure") if e.stage]
    return people[0].code if people else widest[0]


def _says_activities(scope: Scope) -> bool:
    """Whether a share is of what is done in the programme: "av tiltakene", "Av alle registrerte tiltak"."""
    tokens = scope.sentence.tokens
    of, nouns = scope.words("doubt", "of"), scope.words("doubt", "activities")
    people = scope.words("people", "nouns")
    if tokens[0].word in nouns and holds(tokens, scope.sequences("composition", "makes_up")):
        return True  # "Tiltak rettet mot utdanning utgjorde 22 prosent"
    for at, token in enumerate(tokens):
        # not "46 prosent av deltakerne [hadde] tiltak rettet mot arbeidslivet"
        reach = takewhile(lambda t: t.word not in people, tokens[at + 1 : at + 1 + ACTIVITY_REACH])
        if token.word in of and any(t.word in nouns for t in reach):
            return True
        # "Andelen tiltak rettet mot arbeidslivet"
        if token.word in scope.words("composition", "share_of") and any(
            t.word in nouns for t in tokens[at + 1 : at + 2]
        ):
            return True
    return scope.says(tokens, "doubt", "of_activities")


def _doubt_whole(scope: Scope, reading: Reading) -> None:
    """Doubt a share told straight after the count of a part: "400 gikk til ingen av delene. 25 prosent …"."""
    base, entry = scope.context.base, scope.entry(reading.measure or UNPLACED)
    told = {r.measure for r in scope.context.last if PEOPLE in r.units}
    part = base in told and base is not None and not scope.entry(base).stage and scope.entry(base).complement
    apart = not entry.stage and base != reading.measure and entry.broader != scope.main_outcome
    if part and apart and reading is scope.readings[0] and not _says_whole(scope, reading):
        reading.certain = False


def _says_whole(scope: Scope, reading: Reading) -> bool:
    """Whether a sentence names the people of its share itself: "Av alle som avsluttet, gikk 13 prosent …"."""
    alone = scope.stages(reading.segment.mentions) or scope.stages(reading.segment.mentions, weak=True)
    return bool(alone) or scope.says(reading.segment.tokens, "anaphora", "all") or bool(reading.dimensions)


def takes_up_people(scope: Scope) -> bool:
    """Whether a sentence is about people told of before: "av dem", but not "av dem som avsluttet"."""
    tokens, forms = list(scope.sentence.tokens), scope.sequences("anaphora", "people")
    relative = scope.words("doubt", "relative")
    for at in range(len(tokens)):
        length = starts_with(tokens, at, forms)
        if length and not any(t.word in relative for t in tokens[at + length : at + length + 1]):
            return True
    return False


def _sentence_base(scope: Scope, at: int) -> str | None:
    """The measure of the people that "av de 3 069 som …", "av de 22 prosentene som …" counts."""
    for reading in scope.readings[:at]:
        if set(reading.units) & {PEOPLE, PERCENT} and is_counted_whole(scope, reading):
            return reading.measure if reading.measure != UNPLACED else None
    return None


def is_counted_whole(scope: Scope, reading: Reading) -> bool:
    """Whether a figure says how many they are of whom more is told: "Av de 3 069 som …"."""
    if reading.segment.boundary == WITHIN:
        return True
    words = scope.tokens_before(reading.item.start)
    if words and words[-1].word in scope.words("anaphora", "rest"):
        words = words[:-1]  # "For de øvrige 620"
    return bool(starts_with(words, len(words) - 2, scope.sequences("anaphora", "of_the")))


def _whereof(scope: Scope, at: int) -> str | None:
    """In "1 820 gikk til arbeid, hvorav 12 prosent med lønnstilskudd" the share is of the 1 820."""
    reading, before = scope.readings[at], scope.before(at)
    stem = scope.stem(reading.item)
    forms = scope.sequences("anaphora", "whereof")
    if before is None or not any(starts_with(stem, len(stem) - n, forms) == n for n in (1, 2)):
        return None
    # "35 prosent gikk til arbeid, hvorav 12 prosent …" may be twelve of all or of those.
    reading.certain = reading.certain and PEOPLE in before.units
    return before.measure


def settle_sum(scope: Scope, at: int) -> None:
    """In "Kvinner utgjorde 44 prosent av alle …, i alt 1 813" the arithmetic says who the 1 813 are."""
    reading, before = scope.readings[at], scope.before(at)
    stem = scope.stem(reading.item)
    forms = scope.sequences("anaphora", "sums")
    summed = any(len(stem) >= n and starts_with(stem, len(stem) - n, forms) == n for n in (1, 2))
    if before is None or not summed or PEOPLE not in reading.units or before.unit != PERCENT:
        return
    if reading.named or not before.dimensions or before.change:
        return
    total = scope.context.bases.get(before.denominator or "")
    count = reading.item.quantity.value
    part = count * HUNDRED / total if total else None
    if part is not None and before.item.quantity.lower <= part <= before.item.quantity.upper:
        reading.dimensions = {**before.dimensions, **reading.dimensions}
    elif count != total:
        reading.certain = False


def _opening_whole(scope: Scope, at: int) -> str | None:
    """What the shares before were of, unless a share names its own people ("… av alle deltakerne")."""
    reading = scope.readings[at]
    of = scope.words("doubt", "of")
    if any(t.word in of for t in scope.tokens_after(reading.item.end)[:1]):
        return None
    source = next((r for r in reversed(scope.readings[:at]) if r.whole), None)
    if source is None or not source.postposed:
        return source.whole if source else None
    # "20 prosent av dem som gikk til arbeid, … , mens 30 prosent …" may be of everyone again.
    reading.certain = reading.certain and reading.segment.boundary != STRONG
    return source.whole if reading.segment.boundary != STRONG else None


def one_whole(counts: Sequence[Reading], shares: Sequence[Reading]) -> bool:
    """Whether counts and shares, in the same order, can all be of one number of people."""
    spans = [
        (
            c.item.quantity.value * HUNDRED / s.item.quantity.upper,
            c.item.quantity.value,
            s.item.quantity.lower,
        )
        for c, s in zip(counts, shares, strict=True)
        if s.item.quantity.lower > 0
    ]
    most = min((count * HUNDRED / lower for _, count, lower in spans), default=0)
    return len(spans) == len(shares) and max(least for least, _, _ in spans) <= most


def people_said(scope: Scope, at: int) -> str | None:
    """Whose share it is where no measure is of it: "97 prosent av deltakerne", "Annenhver som avsluttet"."""
    reading = scope.readings[at]
    if reading.unit != PERCENT or reading.measure != UNPLACED or is_share_of_things(scope, reading):
        return None
    stages = scope.stages(reading.segment.mentions)
    if (said := next((m.code for m in stages if _is_relative(scope, m)), None)) is not None:
        return said
    after = [t for t in scope.tokens_after(reading.item.end) if t.start < reading.segment.end]
    if after and after[0].word in scope.words("doubt", "within"):
        after = after[1:]
    while after and after[0].word in scope.words("people", "determiners"):
        after = after[1:]
    weak = scope.stages(reading.segment.mentions, weak=True)
    places = {t.start for t in after[:1]}  # "Hver fjerde deltaker (23 prosent)" names them within
    places |= {m.start for m in weak if reading.item.start <= m.start < reading.item.end}
    named = next((m for m in (*stages, *weak) if m.start in places), None)
    if named is not None:
        rest = [t for t in scope.tokens_after(named.end) if t.start < reading.segment.end]
        restricted = bool(rest) and rest[0].word in scope.words("doubt", "relative")
        return None if restricted else named.code
    told = scope.readings[:at] or scope.context.last
    goes_on = at or scope.says(reading.segment.tokens, "anaphora", "pro_verb")
    return told[-1].people if told and goes_on and told[-1].measure == UNPLACED else None


def _restated_whole(scope: Scope, reading: Reading) -> str | None:
    """Whose shares counts are told again as: those whose number makes them so, or the usual ones."""
    model = reading.model
    usual = scope.entry(reading.measure or UNPLACED).denominator
    if model is None:
        return usual
    fitting = _wholes_of(scope, model.item.quantity.value, reading.item.quantity)
    if usual in fitting:
        return usual
    reading.certain = reading.certain and len(fitting) == 1
    return fitting[0] if len(fitting) == 1 else usual


def _wholes_of(scope: Scope, count: Decimal, share: Quantity) -> list[str]:
    """The people told of, of so many of whom a count is this share."""
    totals = {code: n for code, n in scope.context.bases.items() if code in scope.context.sure}
    for r in (r for r in scope.readings if r.certain):
        if r.unit == PEOPLE and r.measure not in (None, UNPLACED) and not r.change and not r.dimensions:
            totals.setdefault(r.measure or "", int(r.item.quantity.value))
    return [c for c, n in totals.items() if n and share.lower <= count * HUNDRED / n <= share.upper]


def proved_whole(scope: Scope, reading: Reading) -> str | None:
    """Of whom the count beside a share makes it one, where only one number of people told of does."""
    pair = _count_and_share(reading)
    if pair is None or reading.composition:
        return None
    fitting = [c for c in _wholes_of(scope, pair[0].value, pair[1]) if c != reading.measure]
    return fitting[0] if len(fitting) == 1 else None


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
    total, pair = scope.context.bases.get(base), _count_and_share(reading)
    if not total or pair is None:
        return False
    count, share = pair
    return share.lower <= count.value * HUNDRED / total <= share.upper


def _count_and_share(reading: Reading) -> tuple[Quantity, Quantity] | None:
    """A count and the share that it is told as beside it: "1 283 (35 prosent)", "35 prosent (1 283)"."""
    found = {u: i.quantity for i, u in reversed([*zip(reading.segment.items, reading.units, strict=True)])}
    if reading.unit not in (PEOPLE, PERCENT) or not {PEOPLE, PERCENT} <= found.keys():
        return None
    return found[PEOPLE], found[PERCENT]
