"""Rules for time: the year of a figure, and the year that it is compared with."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

from ingest.clauses import BARE, EARLIER, MIDDLE, WEAK, governed_by
from ingest.models import Direction
from ingest.numbers import Period, find_periods
from ingest.numerals import HUNDRED, load_words
from ingest.readings import GROUPS, PEOPLE, PERCENT, POINTS, Reading, Scope
from ingest.vocabulary import Token, holds, starts_with

EVENT_REACH = 7  # words before a year among which "siden" stands: "siden vi begynte å måle i 2014"
YEAR_DIGITS = 4
LINKS = ("i", "in", "for", "de", "året", "det")
FROM_TO_REACH = 3
WHOLE_OPENING = 4  # words at the head of a sentence among which "som" opens what a whole did
SUBTITLES = 2  # lines below the title that may say of which years a report is
MOVED_REACH = 6  # figures back among which another that moved stands
# In what the levels are told whose change has a unit.
LEVELS = {PEOPLE: (PEOPLE,), POINTS: (PERCENT,), PERCENT: (PEOPLE,)}


def resolve(code: str, base: str | None) -> str | None:
    """A year code, relative ones ("-1", "-3", "0") against `base`."""
    if code[0] in "-0":
        return str(int(base[:4]) + int(code)) if base and base[:4].isdigit() else None
    return code


def usual_period(title: str, opening: Sequence[str], year: int) -> str:
    """What a figure is of that says no year: the reporting year, or the years that a report takes together.

    Its title names them ("… 2018–2020"), or a line below it that ends with them ("Evaluering av … i Buskerud
    2013–2015."), and another of its first paragraphs says so again of its people.
    """
    for at, line in enumerate([title, *opening[:SUBTITLES]]):
        head = line.split(". ")[0].rstrip(" .") if at else line
        named = {p.code for p in find_periods(head) if p.exact and (not at or p.end == len(head))}
        spans = {code for code in named if code.endswith(f"-{year}")}
        told = {code for text in opening if text != line for code in _codes(text)} if spans else set()
        if spans & told:
            return next(iter(spans & told))
    return str(year)


def _codes(text: str) -> set[str]:
    """The years and spans of years in a text, those with their months too: "fra januar 2010 til mai 2012"."""
    found, joins = find_periods(text), load_words().sets["joins.to"]
    parted = [(a, b) for a, b in pairwise(found) if text[a.end : b.start].strip().lower() in joins]
    spans = {f"{a.code}-{b.code}" for a, b in parted if a.code.isdigit() and b.code.isdigit()}
    return {p.code for p in found} | spans


def only_span(texts: Iterable[str]) -> str:
    """The one span of years that a report tells of ("i perioden 2018–2020"); "" where it tells of several."""
    codes = {p.code for text in texts for p in find_periods(text) if p.exact and len(p.code) > YEAR_DIGITS}
    spans = {code for code in codes if code[:YEAR_DIGITS].isdigit()}
    return next(iter(spans)) if len(spans) == 1 else ""


def place_period(scope: Scope, at: int) -> None:
    """Give a segment its year: its own, that of the segment before, or the paragraph's."""
    reading, before = scope.readings[at], scope.before(at)
    base = before.period if before is not None and before.period else scope.context.period
    period = _own_period(scope, at)
    if period is not None:
        code = _last_of_range(scope, period)
        reading.period, reading.own_period = resolve(code, base), code[0] not in "-0"
        reading.relative = code[0] == "-"
        if _is_deictic(scope, period):
            # Told from the day of writing: known where that is, and else only guessed.
            back = 1 if code[0] == "-" else 0
            reading.period = str(scope.written - back) if scope.written else reading.period
            reading.own_period = reading.own_period or scope.written is not None
            reading.certain = reading.certain and scope.written is not None
    elif scope.context.span and not reading.change and scope.says(scope.sentence.tokens, "reference", "span"):
        # "112 kvinner avsluttet i perioden", where the report tells of one such
        reading.period, reading.own_period, reading.certain = scope.context.span, True, False
    elif (part := _part_of_year(scope, reading)) is not None:
        reading.period, reading.own_period, reading.certain = part.code, True, False
    elif before is not None and reading.change and before.relative:
        # "Året før var resultatet 52 prosent, altså en nedgang på 5 prosentpoeng" goes back to this year.
        first = scope.readings[0]
        reading.period = scope.context.period if before is first else first.period
        reading.reference = before.period
    elif before is not None and reading.item.same and before.moved is False and _is_past(scope, before):
        # "… steg fra 27 prosent i 2018, mens andelen til utdanning var uendret"
        reading.period, reading.reference = scope.context.period, before.period
    elif before is not None and reading.change and _goes_back_up(scope, at, before):
        # "I 2023 avsluttet 287, så økningen er på 125" is the change since then.
        reading.period, reading.reference = scope.context.period, before.period
    elif before is None and reading.change and scope.context.newer and _is_since_then(scope, reading):
        # "I 2017 var andelen 51 prosent. Framgangen [siden 2017] er altså på 7 prosentpoeng."
        reading.period, reading.reference = scope.context.newer, scope.context.period
    elif before is None and not reading.change and (then := _year_told_last(scope)):
        reading.period, reading.own_period = then, True
    elif before is None and scope.context.aside and scope.context.newer:
        # "I 2012 var det 9 syrere. Til sammen kom deltakerne fra 34 land." is of this year again.
        reading.period, reading.certain = scope.context.newer, False
    elif before is None:
        reading.period = scope.context.period
        reading.certain = reading.certain and (
            reading.period == scope.year or _is_of_those_told(scope, reading)
        )
    else:
        _go_on(scope, at, before)


def _go_on(scope: Scope, at: int, before: Reading) -> None:
    """Give a figure that says no year that of the figure before it in its sentence, or of the first."""
    reading = scope.readings[at]
    first = scope.readings[0]
    compared = before.segment.boundary == MIDDLE and before.period != first.period
    # "… 23 780, mot 19 906 året før – en vekst på 20 prosent": the change is that of the first.
    reading.period = first.period if reading.change and compared else before.period
    if len(reading.period or "") > YEAR_DIGITS and before.change and reading.period != scope.context.period:
        # "Fra 2016 til 2017 gikk andelen ned med 4 prosentpoeng til 20 prosent"
        reading.period = (reading.period or "")[-YEAR_DIGITS:]
    said = [p for p in scope.sentence.periods if p.start < reading.item.start and p.exact]
    doubtful = scope.written is None and bool(said) and _is_deictic(scope, said[-1])
    # A year of the sentences before is as doubtful for the second figure as for the first.
    owned = any(r.own_period for r in scope.readings[:at])
    doubtful = doubtful or (not owned and reading.period != scope.year)
    reading.certain = reading.certain and not doubtful


def _year_told_last(scope: Scope) -> str | None:
    """The year in "… 13 prosentpoeng mer enn i 2017. Da var andelen 48 prosent."; None without such words."""
    words = scope.sentence.tokens
    verbs = scope.words("anaphora", "moving") | scope.words("anaphora", "copulas")
    before_verb = len(words) > 1 and words[1].word in verbs
    opened = before_verb and words[0].word in scope.words("reference", "then_before_verb")
    if not (opened or starts_with(words, 0, scope.sequences("reference", "then"))):
        return None
    if scope.context.newer:
        return scope.context.period  # "Svakere var det i 2016. Da gikk …"
    last = next(iter(scope.context.last[-1:]), None)
    return (last.reference if last.change else last.period) if last is not None else None


def _is_since_then(scope: Scope, reading: Reading) -> bool:
    """Whether a change names no year, or only the one that was just spoken of."""
    return all(p.code == scope.context.period for p in reading.segment.periods)


def _goes_back_up(scope: Scope, at: int, before: Reading) -> bool:
    """Whether a change is named after a figure of an earlier year alone, and so leads back from it."""
    stem = [t for t in scope.stem(scope.readings[at].item) if t.start >= before.item.end]
    named = any(t.word in scope.words("change", "noun") for t in stem)
    # "… gikk opp fra 61 prosent i 2020, en økning på 4", "… var 21 prosent i 2013 og er redusert med 2"
    left = _follows(scope, before, "from") or any(t.word in scope.words("change", "perfect") for t in stem)
    return at == 1 and (named or left) and not before.change and _is_past(scope, before)


def _is_of_those_told(scope: Scope, reading: Reading) -> bool:
    """Whether "2 753 av dem var menn" is of people whose year the sentence before says."""
    dated = any(r.own_period and r.period == reading.period for r in scope.context.last)
    them = frozenset(words for words in scope.sequences("anaphora", "people") if len(words) > 1)
    return dated and not reading.change and holds(scope.sentence.tokens, them)


def _is_past(scope: Scope, reading: Reading) -> bool:
    return bool(reading.own_period and reading.period and reading.period < scope.context.period)


def _is_deictic(scope: Scope, period: Period) -> bool:
    surface = period.surface.lower()
    return bool(scope.words("reference", "deictic") & {surface, *surface.split()})


def _last_of_range(scope: Scope, period: Period) -> str:
    """In "fra 2021 til 2022 steg andelen med 4 prosentpoeng" the figures are those of 2022."""
    changes = any(reading.change for reading in scope.readings)
    return period.code[-YEAR_DIGITS:] if len(period.code) > YEAR_DIGITS and changes else period.code


def _own_period(scope: Scope, at: int) -> Period | None:
    """The year said of the figure of a segment; "i 2018, da tallet var 7 430" says it before the cut."""
    segment, item = scope.readings[at].segment, scope.readings[at].item
    if at and segment.boundary == MIDDLE and segment.tokens[0].word in _relative(scope):
        earlier = [p for p in scope.sentence.periods if p.end <= segment.start and p.exact]
        if earlier and earlier[-1].start >= scope.readings[at - 1].segment.start:
            return earlier[-1]
    if segment.boundary == BARE:
        bracketed = [p for p in scope.sentence.periods if p.exact and _opens_bracket(scope, p, item.start)]
        if bracketed:
            return bracketed[-1]
    own = [p for p in segment.periods if p.exact and p.code != EARLIER and _is_own(scope, at, p)]
    own = [p for p in own if not _is_same_year(scope, p)]
    own = [p for p in own if not _is_of_whole(scope, item.start, p)] or own
    return min(own, key=lambda p: abs(p.start - item.start)) if own else None


def _is_of_whole(scope: Scope, start: int, period: Period) -> bool:
    """Whether a year is that in which a whole left: "Av dem som sluttet i 2010, var 66 prosent … i 2015"."""
    opening = [t.word for t in scope.sentence.tokens[:WHOLE_OPENING]]
    opens = bool(opening) and opening[0] in scope.words("doubt", "within")
    related = bool(scope.words("doubt", "relative") & {*opening})
    closed = scope.sentence.text[period.end :].lstrip().startswith(",")
    return opens and related and closed and period.end <= start


def _is_same_year(scope: Scope, period: Period) -> bool:
    """Whether "året før" only says again which year is meant: "I 2019, året før satsingen kom, gikk …"."""
    text = scope.sentence.text
    told = [p for p in scope.sentence.periods if p.code.isdigit() and p.exact]
    beside = any(text[p.end : period.start].strip() == "," for p in told)
    after = scope.tokens_after(period.end)[:1]
    goes_on = bool(after) and not text[period.end : after[0].start].strip()
    return period.code == "-1" and beside and goes_on


def _part_of_year(scope: Scope, reading: Reading) -> Period | None:
    """The season or month of a figure: "Våren 2021 var gjennomsnittet 32"; no day in another clause."""
    relative = _relative(scope)
    parts = [p for p in reading.segment.periods if not p.exact and p.code.isdigit()]
    for part in parts:
        between = [t for t in scope.tokens_after(reading.item.end) if t.end <= part.start]
        dated = any(c.isdigit() for c in part.surface[:-YEAR_DIGITS])
        if not (reading.change or dated or any(t.word in relative for t in between)):
            return part
    return None


def _opens_bracket(scope: Scope, period: Period, start: int) -> bool:
    """As in "i 2018 (82)"."""
    return period.end <= start and scope.sentence.text[period.end : start].strip() == "("


def _relative(scope: Scope) -> set[str]:
    return {sequence[-1] for sequence in scope.sequences("reference", "relative")}


def _is_own(scope: Scope, at: int, period: Period) -> bool:
    """Whether a year is the figure's own rather than the one it is compared with."""
    reading, sentence = scope.readings[at], scope.sentence
    item = reading.item
    compared = governed_by(sentence.tokens, period.start, scope.sequences("reference", "before_year"), LINKS)
    between = sentence.text[period.end : item.start] if period.end <= item.start else "-"
    if between.strip() in {"(", ", ("}:
        return True
    relative = _relative(scope)
    if any(t.word in relative for t in sentence.tokens if period.end <= t.start < item.start):
        return True
    if reading.change and (_is_compared_with(scope, item.end, period.start) or since_event(scope, period)):
        return False
    if period.code[0] in "-0":
        return not compared and not reading.change
    if len(period.code) > YEAR_DIGITS and reading.change:
        return True
    return not compared


def since_event(scope: Scope, period: Period) -> Token | None:
    """The "siden" of "siden oppstarten i 2019", the "enn" of "mer enn før satsingen startet i 2019"."""
    openers = scope.words("doubt", "since") | {words[0] for words in scope.sequences("change", "than")}
    reach = scope.tokens_before(period.start)[-EVENT_REACH:]
    at = next((n for n in range(len(reach) - 1, -1, -1) if reach[n].word in openers), None)
    if at is None:
        return None
    between = scope.sentence.text[reach[at].end : period.start]
    return None if any(c in ",;:" or c.isdigit() for c in between) else reach[at]


def _is_compared_with(scope: Scope, end: int, start: int) -> bool:
    """Whether "mer enn" follows a figure straight: "11 prosentpoeng mer enn i en undersøkelse i 2010"."""
    between = [t for t in scope.tokens_after(end) if t.end <= start]
    return (
        len(between) > 1
        and starts_with(between, 1, scope.sequences("change", "than")) > 0
        and (between[0].word in scope.words("change", "more"))
    )


def governs_context(scope: Scope, period: Period) -> bool:
    """Whether a year said without a figure is that of the sentences to follow."""
    return not governed_by(
        scope.sentence.tokens, period.start, scope.sequences("reference", "before_year"), LINKS
    )


def share_period(scope: Scope, at: int, *, listed: bool) -> None:
    """In "25 prosent gikk til arbeid og 23 prosent til utdanning i 2017" the year belongs to both.

    `listed`: only a joining word stands between the two, as in "mot 28 og 21 prosent året før".
    """
    reading, after = scope.readings[at], scope.readings[at + 1]
    if reading.own_period or after.segment.boundary not in (WEAK, BARE):
        return
    if reading.change and _is_compared_with(scope, reading.item.end, after.item.start):
        return  # "25 prosent flere enn de 336 som gjorde det i 2018"
    if listed and after.relative and not reading.relative and after.model is not None:
        reading.period, reading.relative = after.period, True
    if not after.own_period:
        return
    trailing = all(p.start > after.item.start for p in after.segment.periods)
    contrast = any(m.dimension in ("measure", *GROUPS) for m in after.segment.mentions)
    if trailing and contrast:
        reading.period, reading.own_period = after.period, True


def pair_from_to(scope: Scope) -> None:
    """In "fra 25 til 27 prosent" the first figure is of the year that the second is compared with."""
    for at in range(1, len(scope.readings)):
        first, second = scope.readings[at - 1], scope.readings[at]
        if not (_follows(scope, first, "from") and _follows(scope, second, "to")):
            continue
        if _are_apart(first, second):
            continue
        first.moved = second.moved = True
        if (span := _span_told(scope)) and (not first.own_period or len(scope.sentence.periods) == 1):
            # "økte fra 9 til 11 prosent mellom 2012 og 2013"
            first.period, second.period = span
            first.own_period = second.own_period = True
            continue
        if not second.own_period:
            second.period = scope.context.period if at == 1 else _older(scope, at)
        if ends := _ends(second.period):
            # In a report of several years together the first of them and the last are compared.
            first.period, second.period = (first.period if first.own_period else ends[0]), ends[1]
            first.certain = second.certain = False
        elif not first.own_period and (since := _since_told(scope, second.period)):
            first.period = since
        elif not first.own_period and (start := _moved_from(scope, at, second.period)):
            first.period, first.certain = start, False
        elif not first.own_period:
            known = scope.context.reference
            usable = known and second.period and known < second.period
            first.period = known if usable else resolve("-1", second.period)
            first.certain = first.certain and bool(usable)
        for reading in scope.readings:
            reading.reference = first.period if reading not in (first, second) else reading.reference


def _span_told(scope: Scope) -> tuple[str, str] | None:
    """The two years of a sentence that names no other: "mellom 2012 og 2013", "fra 2012 til 2013"."""
    years = [p for p in scope.sentence.periods if p.exact]
    if len(years) == 1 and len(years[0].code) > YEAR_DIGITS and years[0].code[:YEAR_DIGITS].isdigit():
        return years[0].code[:YEAR_DIGITS], years[0].code[-YEAR_DIGITS:]  # "fra 2019 til 2020"
    if len(years) != 2 or not all(p.code.isdigit() for p in years) or years[0].code >= years[1].code:
        return None
    between = [t.word for t in scope.sentence.tokens if years[0].end <= t.start < years[1].start]
    before = [t.word for t in scope.tokens_before(years[0].start)[-1:]]
    joined = len(between) == 1 and between[0] in scope.words("reference", "span_joins")
    opened = bool(before) and before[0] in scope.words("reference", "span_openers")
    return (years[0].code, years[1].code) if joined and opened else None


def _since_told(scope: Scope, end: str | None) -> str | None:
    """The year in "Siden 2014 er andelen doblet, fra 12 til 24 prosent", where it is the only such."""
    told = {p.code for p in scope.sentence.periods if p.exact and since_event(scope, p)}
    years = [code for code in told if code.isdigit() and end and code < end]
    return years[0] if len(years) == 1 else None


def _moved_from(scope: Scope, at: int, end: str | None) -> str | None:
    """The year from which another figure of the sentence moved to the same year."""
    near = scope.readings[max(0, at - MOVED_REACH) : at - 1]
    return next((a.period for a, b in pairwise(near) if a.moved and b.moved and b.period == end), None)


def _ends(period: str | None) -> tuple[str, str] | None:
    """The first and the last year of years taken together ("2018-2020")."""
    first, _, last = (period or "").partition("-")
    return (first, last) if first.isdigit() and last.isdigit() else None


def _are_apart(first: Reading, second: Reading) -> bool:
    """In "fra 49 prosent i Østfold til 76 prosent i Finnmark" nothing has moved."""
    shared = set(first.dimensions) & set(second.dimensions)
    return first.named and second.named and any(first.dimensions[d] != second.dimensions[d] for d in shared)


def _older(scope: Scope, at: int) -> str | None:
    earlier = scope.readings[at - 2].period
    return earlier or scope.context.period


def _follows(scope: Scope, reading: Reading, key: str) -> bool:
    """Whether the word before a figure, hedges aside, is of a list."""
    before = scope.stem(reading.item)
    return bool(before) and before[-1].word in scope.words("change", key)


def find_reference(scope: Scope, at: int) -> None:
    """The year that a change is measured from: said here, said before, or the year before."""
    reading = scope.readings[at]
    if reading.followed and reading.reference is not None:
        return
    if (ends := _ends(reading.period)) and not reading.own_period:
        reading.period, reading.certain = ends[1], False
        reading.reference = reading.reference or ends[0]
    own = reading.period or scope.year
    for periods in (reading.segment.periods, scope.sentence.periods):
        for period in periods:
            if len(period.code) > YEAR_DIGITS and period.code[:YEAR_DIGITS].isdigit():
                reading.reference = period.code[:YEAR_DIGITS]
                return
            if period.code == own or not period.exact:
                continue
            reading.reference = EARLIER if period.code == EARLIER else resolve(period.code, own)
            return
    if reading.reference is not None:
        return
    beside = next((r for r in reversed(scope.readings[:at]) if r.change and r.reference), None)
    if beside is not None and beside.period == own and not beside.item.same:
        # "Økningen på 9 prosentpoeng er større enn i landet, der andelen gikk opp med 2 …": in the same years
        reading.reference, reading.certain = beside.reference, reading.certain and beside.certain
        return
    if (earlier := _worked_out(scope, reading)) is not None:
        reading.reference = earlier
        return
    if scope.context.reference and scope.context.reference < own:
        reading.reference = scope.context.reference
        return
    # Where changes told before in the report were all from one year, so is this one, most likely.
    usual = scope.context.compared.get(own)
    reading.reference = usual or resolve("-1", own)
    reading.certain = False


def _worked_out(scope: Scope, reading: Reading) -> str | None:
    """The earlier year whose share, told before, makes the change what it is: "… 68 prosent, 11 mer"."""
    at = scope.place_of(reading)
    now = scope.before(at) if at else next(iter(scope.context.last[-1:]), None)
    if reading.unit != POINTS or now is None or now.unit != PERCENT or now.change:
        return None
    if not at and now.dimensions != reading.dimensions:
        return None
    moved = now.item.quantity.value
    step = reading.item.quantity.value
    told = [
        r.period
        for r in (*scope.context.told, *scope.readings[:at])
        if r.unit == PERCENT
        and not r.change
        and abs(r.item.quantity.value - moved) == step
        and (r.dimensions, r.measure) == (now.dimensions, now.measure)
        and r.period
        and now.period
        and r.period < now.period
    ]
    return told[-1] if len(set(told)) == 1 else None


def is_proved_change(scope: Scope, at: int) -> bool:
    """Whether two figures told before make the change what it is: "946, mot 1 038 i 2018. Nedgangen på 92".

    They are of the same people in the two years, and no other two are so far apart.
    """
    reading = scope.readings[at]
    if not reading.change or reading.item.same or reading.unit not in (PEOPLE, POINTS, PERCENT):
        return False
    told = [r for r in (*scope.context.told, *scope.readings[:at]) if not r.change and r.certain]
    told = [r for r in told if r.measure == reading.measure and r.dimensions == reading.dimensions]
    now = [
        r.item.quantity.value for r in told if r.period == reading.period and r.unit in LEVELS[reading.unit]
    ]
    then = [r.item.quantity.value for r in told if r.period == reading.reference]
    if len(set(now)) != 1 or len(set(then)) != 1 or reading.direction is None:
        return False
    moved = now[0] - then[0] if reading.direction is Direction.UP else then[0] - now[0]
    quantity = reading.item.quantity
    if reading.unit != PERCENT:
        return moved == quantity.value
    return then[0] > 0 and quantity.lower <= moved * HUNDRED / then[0] <= quantity.upper


def put_in_order(reading: Reading) -> None:
    """A change is measured from an earlier year: "14 350 i 2020, mot 18 240 året før – en nedgang på …"."""
    period, reference = reading.period or "", reading.reference or ""
    if period.isdigit() and reference.isdigit() and reference > period and not reading.own_period:
        reading.period, reading.reference = reference, period
