"""Rules for what a bare figure is counted in: the unit of the figures before it, or people."""

from __future__ import annotations

from ingest.clauses import STRONG, WEAK, WITHIN, Item
from ingest.numerals import HUNDRED
from ingest.readings import GROUPS, PEOPLE, PERCENT, POINTS, TIME_UNITS, TIMES, UNPLACED, Reading, Scope

FEW = 200  # of so few people a report gives counts beside shares
PAST = ("te", "dde", "gde", "vde")  # of verbs; a counted noun is indefinite and plural
PARTICIPLE = "et"
VERB_LETTERS = 5
LINKS = 4  # words between a noun and its figure: "svarprosenten [blant kommunene var på] 60"
OF_WORDS = 3  # words after "av" among which stands what is counted
LEAST_FORM = 5  # letters of a noun that may end a compound ("prosjektkommunene")


def inherit_unit(scope: Scope, at: int) -> None:
    """Give a bare figure the unit of the figure before it ("20 prosent til arbeid og 16 til utdanning")."""
    reading = scope.readings[at]
    for place, item in enumerate(reading.segment.items):
        if reading.units[place] is not None or not ends_phrase(scope, item):
            continue
        if place:
            reading.units[place] = PEOPLE if reading.units[0] == PERCENT else None
            continue
        if reading.segment.boundary == WITHIN:
            reading.units[place] = PEOPLE  # "66 prosent av de 61 som avsluttet"
            continue
        if _is_told_of_some(scope, item):
            reading.units[place] = PEOPLE
            continue
        if _shares_unit_of_list(scope, at) or _is_announced(scope, item) or _is_the_share(scope, item):
            reading.units[place] = PERCENT
            continue
        if unit := _unit_of_whole(scope, item) or _unit_named(scope, item) or _unit_goes_on(scope, at):
            reading.units[place] = unit
            reading.certain = reading.certain and unit == PERCENT
            continue
        # "Hver tredje gikk videre til kurs, og 17 fortsatte på skole": a share in words lends no unit.
        told = [r for r in scope.readings[:at] if not r.item.quantity.fraction]
        # "131 deltakere (18 prosent), fra Kongo 74": what leads is counted.
        before = [unit for r in told for unit in (r.units[:1] if r.units[0] == PEOPLE else r.units) if unit]
        for unit in reversed(before):
            share = unit in (PERCENT, POINTS) and item.quantity.value <= HUNDRED
            named = unit not in (PERCENT, POINTS, PEOPLE, TIMES, *TIME_UNITS)
            if share and reading.units[1:2] == [PERCENT]:
                reading.units[place] = (
                    PEOPLE  # "33 prosent fekk jobb, og 12 tok til på utdanning (26 prosent)"
                )
            elif share and _counts_anew(scope, at):
                reading.units[place], reading.certain = PEOPLE, False
            elif share or (named and _is_compared(scope, item)):
                # "12 prosentpoeng opp fra året før, da det var 33"
                level = unit == POINTS and _tells_level(scope, reading)
                reading.units[place] = PERCENT if level else unit
            elif unit in TIME_UNITS and _is_of_others(scope, at):
                reading.units[place], reading.certain = unit, False
            elif unit != PEOPLE:
                continue
            break


def _is_told_of_some(scope: Scope, item: Item) -> bool:
    """As in "Det er 12 som har lite skolegang": some are told of, whatever the figures before were."""
    after, stem = scope.tokens_after(item.end)[:1], [t.word for t in scope.stem(item)]
    subjects = {words[0] for words in scope.sequences("anaphora", "subject")}
    copulas = scope.words("anaphora", "copulas")
    pair = set(stem[-2:])
    there = len(stem) > 1 and stem[-2:][0] in subjects | copulas and bool(pair & subjects and pair & copulas)
    return there and bool(after) and after[0].word in scope.words("doubt", "relative")


def _shares_unit_of_list(scope: Scope, at: int) -> bool:
    """In "syrere med 61, afghanere med 60 og somaliere med 45 prosent" the last names the unit of all."""
    reading = scope.readings[at]
    stem = [t.word for t in scope.stem(reading.item)[-1:]]
    if not stem or reading.item.quantity.value > HUNDRED:
        return False
    with_them = stem[0] in scope.words("doubt", "with")
    for other in scope.readings[at + 1 :]:
        same = [t.word for t in scope.stem(other.item)[-1:]] == stem
        # "For syrere 51, for somaliere 38 og for afghanere 55 prosent"
        alike = _names_group(reading) and _names_group(other) and not scope.measures(other.segment.mentions)
        if other.segment.boundary != WEAK or not ((with_them and same) or alike):
            return False
        if other.units[0] is not None:
            return other.units[0] == PERCENT
    return False


def _names_group(reading: Reading) -> bool:
    return any(m.dimension in GROUPS and not m.weak for m in reading.segment.mentions)


def _is_the_share(scope: Scope, item: Item) -> bool:
    """As in "For syrere var andelen 51": a share is told in percent, whatever stands before it."""
    stem = [t.word for t in scope.stem(item)[-2:]]
    copulas = scope.sequences("composition", "copula")
    stem = stem[:-1] if len(stem) > 1 and (stem[-1],) in copulas else stem
    return bool(stem) and stem[-1] in scope.words("composition", "share") and item.quantity.value <= HUNDRED


def _is_announced(scope: Scope, item: Item) -> bool:
    """In "I prosent blir det 67 for menn og 45 for kvinner" the unit is told first."""
    opening = [token.word for token in scope.sentence.tokens[:2]]
    forms = scope.vocabulary.tables.get("numerals", {}).get("units", {}).get(PERCENT, ())
    announced = len(opening) > 1 and opening[0] in scope.words("people", "places") and opening[1] in forms
    return announced and item.quantity.value <= HUNDRED


def _tells_level(scope: Scope, reading: Reading) -> bool:
    """Whether a clause goes back to what a share was: "…, da det var 33"."""
    relative = {sequence[-1] for sequence in scope.sequences("reference", "relative")}
    return bool(reading.segment.tokens) and reading.segment.tokens[0].word in relative


def _is_of_others(scope: Scope, at: int) -> bool:
    """In "25 måneder i snitt, kvinnene 28 og mennene 22" the two are months too."""
    reading = scope.readings[at]
    named = any(m.dimension in GROUPS and not m.weak for m in reading.segment.mentions)
    return named and not scope.measures(reading.segment.mentions)


def _unit_of_whole(scope: Scope, item: Item) -> str | None:
    """What a bare number counts some of: "19 av fylkets 21 kommuner", "9 av prosjektkommunene"."""
    after = scope.tokens_after(item.end)[: 1 + OF_WORDS]
    if not after or after[0].word not in scope.words("doubt", "of"):
        return None
    for token in after[1:]:
        if token.word in scope.words("doubt", "relative") | scope.words("doubt", "activities"):
            return None  # "33 prosent av tiltakene i kommunene"
        for unit, forms in _counted_things(scope).items():
            if token.word.endswith(tuple(form for form in forms if len(form) >= LEAST_FORM)):
                return unit
    return None


def is_share_of_things(scope: Scope, reading: Reading) -> bool:
    """In "67 prosent av kommunene som svarte, …" the share is of no people."""
    return reading.unit == PERCENT and _unit_of_whole(scope, reading.item) is not None


def _counted_things(scope: Scope) -> dict[str, list[str]]:
    """The forms of the units that are things: municipalities, companies."""
    units = scope.vocabulary.tables.get("numerals", {}).get("units", {})
    return {name: forms for name, forms in units.items() if _is_thing(name)}


def _is_thing(unit: str | None) -> bool:
    return unit not in (None, PERCENT, POINTS, PEOPLE, TIMES, *TIME_UNITS)


def _unit_named(scope: Scope, item: Item) -> str | None:
    """The unit that the noun before a bare number carries: "en svarprosent på 60"."""
    stem = [token.word for token in scope.stem(item)]
    links = scope.words("change", "by_noun") | scope.words("change", "noun_is")
    linked = bool(stem) and stem[-1] in links
    rated = linked and any(word.endswith((PERCENT, f"{PERCENT}en")) for word in stem[-1 - LINKS :])
    return PERCENT if rated and item.quantity.value <= HUNDRED else None


def _unit_goes_on(scope: Scope, at: int) -> str | None:
    """What is counted in "58 bedrifter. Året før var det 33", "… 301 kommuner. Bare 92 av dem …"."""
    reading, last = scope.readings[at], scope.context.last
    if len(last) > 1 and _is_thing(last[-1].unit) and last[0].unit == PEOPLE:
        return (
            PEOPLE if _is_compared(scope, reading.item) else None
        )  # "… 4 310 fra 61 land. Det er 405 flere"
    units = {unit for r in last[-1:] for unit in r.units}
    unit = next(iter(units)) if len(units) == 1 else None
    named = [m for m in scope.sentence.mentions if m.dimension in ("measure", *GROUPS)]
    if at == 0 and unit in TIME_UNITS and all(r.average for r in last):
        # "Det tok i snitt fire måneder. Kvinner ventet 5 og menn 3."
        grouped = named and all(m.dimension in GROUPS for m in named)
        return unit if grouped else None
    if at or not _is_thing(unit):
        return None
    after = [t.word for t in scope.tokens_after(reading.item.end)[:2]]
    some = (
        after[:1]
        and after[0] in scope.words("doubt", "of")
        and after[-1] in scope.words("understood", "them")
    )
    return unit if some or not named else None


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
        if reading.units[place] is None and _goes_on_in_percent(scope, reading) and ends_phrase(scope, item):
            reading.units[place], reading.certain = PERCENT, False
        if reading.units[place] is None and PEOPLE in entry.units and whole and ends_phrase(scope, item):
            reading.units[place] = PEOPLE


def _goes_on_in_percent(scope: Scope, reading: Reading) -> bool:
    """As in "… en måloppnåelse på 65 prosent. For eritreere var den 60": what was taken over was a share."""
    last = [r for r in scope.context.last if r.measure == reading.measure]
    few = reading.item.quantity.value <= HUNDRED and not reading.change
    few = few and not any(PEOPLE in r.units for r in scope.readings)
    return few and reading.taken and bool(last) and all(r.unit == PERCENT for r in last)


def ends_phrase(scope: Scope, item: Item) -> bool:
    """Whether no noun follows a bare number that could be its unit."""
    rest = scope.tokens_after(item.end)
    if not rest or rest[0].start - item.end > 1 or scope.sentence.text[item.end : rest[0].start].strip():
        return True
    measures = [m for m in scope.sentence.mentions if m.dimension == "measure"]
    if any(m.start == rest[0].start or (m.start < item.start and item.end < m.end) for m in measures):
        return True
    if rest[0].word in scope.words("people", "background") | scope.words("average", "programme"):
        return True  # "I 2022 avsluttet 300 programmet"
    if any(p.start == rest[0].start for p in scope.sentence.periods):
        return True
    if rest[0].word in scope.words("change", "more") | scope.words("anaphora", "rest"):
        return True
    stem = scope.stem(item)
    if stem and stem[-1].word in scope.words("composition", "having") and rest[0].word.endswith(PARTICIPLE):
        return True  # "hadde 2 110 flyktet fra Ukraina"
    return rest[0].word in scope.words("people", "after_bare") or _is_verb(rest[0].word)


def _is_verb(word: str) -> bool:
    """Whether a word has the ending of a past tense, which no noun after a number has: "17 fortsatte"."""
    return len(word) >= VERB_LETTERS and word.endswith(PAST)
