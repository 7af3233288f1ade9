"""A sentence with several figures, cut into segments of one statement each.

A segment holds one figure (or one with its apposition, "66 prosent (3 844 deltakere)") and the words that
speak of it. Cuts are made at the strongest boundary word between two figures. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from ingest.bridges import with_bridged, without_hedge
from ingest.listed_levels import as_level
from ingest.models import Quantity
from ingest.numbers import Period, find_periods, find_quantities
from ingest.numerals import HUNDRED
from ingest.places import AREA, dateline_end
from ingest.vocabulary import Mention, Token, Vocabulary, ends_with, holds, starts_with

# "samme nivå som i 2022" allows this much; "om lag samme nivå" the larger one (percentage points).
SAME_TOLERANCE = Decimal("0.5")
ABOUT_SAME_TOLERANCE = Decimal("2")
HEDGE_REACH = 3
# Fewer years are a duration, not the age of a participant.
LEAST_AGE = 15
# A relative clause between a share and the count in brackets after it is no longer than this.
ASIDE_LETTERS = 80

# More than these are people counted, not a few picked out ("de ti største kommunene").
MOST_PICKED = 20

STRONG, MIDDLE, WEAK, BARE = "strong", "middle", "weak", "bare"
# A count that is the whole of the figure before it: "42 prosent av de 389 som avsluttet, gikk til arbeid".
WITHIN = "within"
PEOPLE, YEARS = "personer", "år"
EARLIER = "tidligere"  # the code of years before that are not told

_OPEN = re.compile(rf"[^(),;:]{{0,{ASIDE_LETTERS}}}\(\s*(?:[\w ]{{0,14}}\s)?")


# Between two levels of education that shares are told of: ", 24 prosent ", " og 18 prosent ".
_LISTED = re.compile(
    r",?\s*(?:og|samt|and)?\s*\d+(?:,\d+)?\s*\w*\s+|\s*\(\d+(?:,\d+)?\s*\w*\)(?:,|\s+(?:og|samt|and))\s+"
)
# A first name and a surname before a bracket.
_NAME = re.compile(r"[A-ZÆØÅ][a-zæøåé]+(?:[ -][A-ZÆØÅ][a-zæøåé]+)+\s*\(\s*$")


@dataclass(frozen=True, slots=True)
class Item:
    """A figure of a sentence, or the fact that something was unchanged (`same`)."""

    quantity: Quantity
    same: bool = False

    @property
    def start(self) -> int:
        """Offset of the figure in its sentence."""
        return self.quantity.start

    @property
    def end(self) -> int:
        """Offset after the figure in its sentence."""
        return self.quantity.end


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of a sentence that speaks of `items`; `boundary` is the kind of cut before it."""

    start: int
    end: int
    items: tuple[Item, ...]
    mentions: tuple[Mention, ...]
    periods: tuple[Period, ...]
    tokens: tuple[Token, ...]
    boundary: str | None


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence with everything that was found in it; offsets are into `text`."""

    text: str
    tokens: tuple[Token, ...]
    mentions: tuple[Mention, ...]
    periods: tuple[Period, ...]
    ages: tuple[tuple[Quantity, str], ...]
    segments: tuple[Segment, ...]


def read_sentence(text: str, vocabulary: Vocabulary, *, levelled: bool = False) -> Sentence:
    """Find mentions, periods and figures in one sentence and cut it into segments.

    `levelled`: it is an item of a list whose labels are levels of education.
    """
    tokens = vocabulary.tokens(text)
    filed = dateline_end(text)
    mentions = [
        m
        for m in vocabulary.find_in(text, tokens, cased=True)
        if not _is_scene(m, tokens, vocabulary)
        and not _opens_compound(m, text)
        and not (m.dimension == AREA and m.end <= filed)
    ]
    mentions = _as_levels(mentions, text, tokens, vocabulary)
    mentions = as_level(mentions, text, vocabulary) if levelled else mentions
    mentions = _with_places_beside(mentions, text, tokens, vocabulary)
    read = find_quantities(text)
    periods = [_counted_back(p, text, read) for p in find_periods(text)]
    quantities = [q for q in read if not any(_overlaps(q, p) for p in periods)]
    ages = _find_ages(quantities, tokens, vocabulary)
    aged = {quantity.start for quantity, _ in ages}
    items = [
        Item(quantity)
        for quantity in quantities
        if quantity.start not in aged
        and not _picks_out(quantity, tokens, vocabulary)
        and not _is_of_a_person(quantity, text, mentions)
        and not _counts_pages(quantity, tokens, vocabulary)
    ]
    items += _same_facts(text, tokens, periods, vocabulary)
    items.sort(key=lambda item: item.start)
    mentions = [_of_its_year(m, text, tokens, periods, vocabulary) for m in mentions]
    figures = [item.quantity for item in items if not item.same]
    mentions = with_bridged(text, tokens, figures, mentions, vocabulary)
    names = [(m.start, m.end) for m in mentions] + [(q.start, q.end) for q, _ in ages]
    free = [t for t in tokens if not any(start < t.start < end for start, end in names)]
    segments = _cut(text, tokens, free, mentions, periods, items, vocabulary)
    return Sentence(text, tuple(tokens), tuple(mentions), tuple(periods), tuple(ages), tuple(segments))


def _overlaps(quantity: Quantity, period: Period) -> bool:
    return quantity.start < period.end and period.start < quantity.end


def _is_scene(mention: Mention, tokens: Sequence[Token], vocabulary: Vocabulary) -> bool:
    """Whether a country is where something happens ("krigen i Ukraina"), not where people are from."""
    if mention.dimension != "origin":
        return False
    before = [token.word for token in tokens if token.end <= mention.start][-2:]
    if not before or before[-1] not in vocabulary.word_list("grammar", "people", "places"):
        return False
    return before[0] not in vocabulary.word_list("grammar", "people", "roots")


def _with_places_beside(
    mentions: Sequence[Mention], text: str, tokens: Sequence[Token], vocabulary: Vocabulary
) -> list[Mention]:
    """`mentions` with the names that are words too, where a place stands beside: "Alver og Sunnfjord"."""
    found = list(mentions)
    joins = vocabulary.word_list("grammar", "boundary", "beside")
    places = vocabulary.guarded_places
    names = [t for t in tokens if t.word in places and text[t.start].isupper()]
    for name in names[:1]:
        if _opens_statement(name, text, tokens, vocabulary):
            found.append(Mention(AREA, places[name.word], name.start, name.end, text[name.start : name.end]))
    for name in (*names, *reversed(names)):
        if any(m.start < name.end and name.start < m.end for m in found):
            continue
        for other in [m for m in found if m.dimension == AREA]:
            first, last = sorted([(name.start, name.end), (other.start, other.end)])
            between = re.sub(r"\([^()]*\)", "", text[first[1] : last[0]])
            beside = between.strip(" ,").lower() in joins or text[name.end :].lstrip().startswith("(")
            if beside or _stands_alone(name, text, tokens):
                code = places[name.word]
                found.append(Mention(AREA, code, name.start, name.end, text[name.start : name.end]))
                break
    return sorted(found, key=lambda m: m.start)


def _stands_alone(name: Token, text: str, tokens: Sequence[Token]) -> bool:
    """Whether a name within a sentence is that of no person, which has another name beside it."""
    before = [t for t in tokens if t.end <= name.start][-1:]
    after = [t for t in tokens if t.start >= name.end][:1]
    return bool(before) and not any(text[t.start].isupper() for t in (*before, *after))


def _opens_statement(name: Token, text: str, tokens: Sequence[Token], vocabulary: Vocabulary) -> bool:
    """Whether a name stands where a place is told of: "Rana: 59 prosent", "Grue hadde 12 som var ferdige".

    Also "Skien hadde flest, med 815".
    """
    after = [token for token in tokens if token.start >= name.end][:2]
    if name.start != tokens[0].start or not after:
        return False
    figures = [token.word[0].isdigit() for token in after]
    has = after[0].word in vocabulary.word_list("grammar", "composition", "having")
    labelled = text[name.end : after[0].start].strip() == ":"
    most = after[-1].word in vocabulary.word_list("grammar", "people", "most")
    return (figures[0] and labelled) or ((figures[-1] or most) and has)


def _as_level(mention: Mention, text: str, tokens: Sequence[Token], vocabulary: Vocabulary) -> Mention:
    """In "22 prosent hadde grunnskole", "hadde 38 prosent høyere utdanning" is said what people bring."""
    if mention.dimension not in ("measure", "education"):
        return mention
    before = [token.word for token in tokens if token.end <= mention.start]
    units = vocabulary.tables.get("numerals", {}).get("units", {}).get("prosent", ())
    skipped = {*vocabulary.word_list("grammar", "composition", "only"), *units}
    while before and (before[-1] in skipped or before[-1].isdigit()):
        before = before[:-1]
    forms = [vocabulary.word_list("grammar", "composition", key) for key in ("having", "bringing")]
    if not before or not any(before[-1] in words for words in forms):
        return mention
    return _level_named(mention, text, vocabulary) or mention


def _as_levels(
    mentions: Sequence[Mention], text: str, tokens: Sequence[Token], vocabulary: Vocabulary
) -> list[Mention]:
    """`mentions` with the levels of education told in a row, and without the verb that they are finished by.

    "33 prosent hadde fullført grunnskole, 24 prosent videregående skole og 18 prosent høyere utdanning"
    """
    found: list[Mention] = []
    last: Mention | None = None
    for mention in mentions:
        if last is not None and mention.start < last.end:
            continue  # within the level: "videregående [skole]"
        level = _as_level(mention, text, tokens, vocabulary)
        if level is mention and last is not None and _LISTED.fullmatch(text[last.end : mention.start]):
            level = _level_named(mention, text, vocabulary) or mention
        if level is not mention:
            # "hadde fullført grunnskole" has nobody leave the programme
            before = [m for m in found if m.dimension == "measure" and m.end + 1 == level.start]
            found = [m for m in found if m not in before]
        last = level if level.dimension == "education" else last
        found.append(level)
    return found


def _level_named(mention: Mention, text: str, vocabulary: Vocabulary) -> Mention | None:
    """The level of education that the words from a mention on are the label of."""
    if mention.dimension not in ("measure", "education"):
        return None
    rest = text[mention.start :].lower()
    labels = [(label, e.code) for e in vocabulary.of("education") for label in e.data.get("labels", ())]
    fitting = [(label, code) for label, code in labels if re.match(rf"{re.escape(label)}\b", rest)]
    label, code = max(fitting, key=lambda found: len(found[0]), default=("", ""))
    if len(label) < mention.end - mention.start:
        return None
    end = mention.start + len(label)
    return Mention("education", code, mention.start, end, text[mention.start : end])


def _opens_compound(mention: Mention, text: str) -> bool:
    """Whether an outcome is only the first part of a word: "barn under skolealder" go to no school."""
    return mention.dimension == "measure" and text[mention.end : mention.end + 1].isalpha()


def _counted_back(period: Period, text: str, quantities: Sequence[Quantity]) -> Period:
    """The year that "tre år tidligere" is, instead of any earlier one."""
    for q in quantities if period.code == EARLIER else ():
        straight = not text[q.end : period.start].strip() and q.end <= period.start
        exact = q.value == int(q.value) and (q.lower == q.upper or q.hedge)  # "flere enn to år tidligere"
        if straight and exact and q.unit == YEARS:
            return Period(f"-{int(q.value)}", q.start, period.end, text[q.start : period.end], period.exact)
    return period


def _of_its_year(
    mention: Mention, text: str, tokens: Sequence[Token], periods: Sequence[Period], vocabulary: Vocabulary
) -> Mention:
    """In "mot 307 som startet året før" the year is that of the figure, and the 307 are all who started."""
    if mention.dimension != "measure" or not vocabulary.measure(mention.code).data.get("less"):
        return mention
    # "hadde startet et tidligere år" says of no one year.
    year = next((p for p in periods if mention.start < p.start < mention.end and not p.code.isalpha()), None)
    before = [t for t in tokens if year and mention.start <= t.start < year.start]
    named = [m for m in vocabulary.find_in(text, before, cased=True) if m.dimension == "measure"]
    stages = [m for m in named if not m.weak and vocabulary.measure(m.code).stage]
    return stages[-1] if stages else mention


def _is_of_a_person(quantity: Quantity, text: str, mentions: Sequence[Mention]) -> bool:
    """Whether a number is the age of someone named: "Yasin Haddad (34) skrur"."""
    name = _NAME.search(text[: quantity.start])
    closed = text[quantity.end :].lstrip().startswith(")")
    aged = quantity.unit in (None, PEOPLE) and LEAST_AGE <= quantity.value < HUNDRED
    named = bool(name) and any(m.start < name.end() and name.start() < m.end for m in mentions if name)
    return bool(name) and closed and aged and not named


def _counts_pages(quantity: Quantity, tokens: Sequence[Token], vocabulary: Vocabulary) -> bool:
    """Whether a number is how long a text is: "Hele rapporten (118 sider)"."""
    after = next((t for t in tokens if t.start >= quantity.end), None)
    return after is not None and after.word in vocabulary.word_list("grammar", "people", "pages")


def _picks_out(quantity: Quantity, tokens: Sequence[Token], vocabulary: Vocabulary) -> bool:
    """Whether a number only says how many are named: "de tre største landene", "disse tre landene"."""
    before = [token.word for token in tokens if token.end <= quantity.start][-1:]
    after = [token.word for token in tokens if token.start > quantity.start][:1]
    listed = {key: vocabulary.word_list("grammar", "people", key) for key in ("definite", "these")}
    superlative = bool({*after} & {*vocabulary.word_list("grammar", "people", "superlatives")})
    named = bool({*after} & {*vocabulary.word_list("grammar", "people", "named")})
    few, opened = quantity.value <= MOST_PICKED, {*before}
    return few and bool(
        (superlative and opened & {*listed["definite"]}) or (named and opened & {*listed["these"]})
    )


def _find_ages(
    quantities: Sequence[Quantity], tokens: Sequence[Token], vocabulary: Vocabulary
) -> list[tuple[Quantity, str]]:
    """Ages that name a group ("i alderen 19-24 år"), given that the sentence has another figure too."""
    years = [q for q in quantities if q.unit == "år" and q.value >= LEAST_AGE]
    lengths = vocabulary.tables.get("numerals", {}).get("unit_classes", {}).get("recurring", ())
    if all(q in years or q.unit in lengths for q in quantities):
        return []  # "Programmet er for dem mellom 18 og 55 år og varer i to år"
    found = []
    for quantity in years:
        if quantity.lower != quantity.upper and quantity.hedge is None:
            found.append((quantity, f"{quantity.lower}-{quantity.upper}"))
        elif _is_bound(quantity, tokens, vocabulary, "under"):
            found.append((quantity, f"-{quantity.value}"))
        elif _is_bound(quantity, tokens, vocabulary, "over"):
            found.append((quantity, f"{quantity.value}-"))
    return found


def _is_bound(quantity: Quantity, tokens: Sequence[Token], vocabulary: Vocabulary, side: str) -> bool:
    """Whether an age is the bound of a group: "under 30 år", "45 år eller eldre"."""
    before = [token for token in tokens if token.end <= quantity.start]
    after = [token for token in tokens if token.start >= quantity.end]
    return (
        quantity.hedge == side
        or ends_with(before, vocabulary.sequences("grammar", "age", side))
        or bool(starts_with(after, 0, vocabulary.sequences("grammar", "age", f"or_{side}")))
    )


def governed_by(
    tokens: Sequence[Token], start: int, sequences: frozenset[tuple[str, ...]], skip: tuple[str, ...] = ()
) -> bool:
    """Whether the words straight before offset `start` end in one of `sequences` (`skip` words aside)."""
    before = [token for token in tokens if token.end <= start]
    while before and before[-1].word in skip:
        if ends_with(before, sequences):
            return True
        before = before[:-1]
    return ends_with(before, sequences)


def _same_facts(
    text: str, tokens: Sequence[Token], periods: Sequence[Period], vocabulary: Vocabulary
) -> list[Item]:
    """Facts that fix a change without a figure: "samme måloppnåelse som året før", "uendret fra 2020"."""
    same = vocabulary.sequences("grammar", "change", "same")
    as_words = vocabulary.sequences("grammar", "change", "same_as")
    nouns = set(vocabulary.word_list("grammar", "change", "same_with_noun"))
    hedges = set(vocabulary.word_list("grammar", "change", "same_hedge"))
    items = []
    for at, token in enumerate(tokens):
        if (token.word,) not in same:
            continue
        later = [period for period in periods if period.start > token.end]
        copula = at > 0 and (tokens[at - 1].word,) in vocabulary.sequences("grammar", "composition", "copula")
        alone = copula and token.word not in nouns  # "… mens andelen til utdanning var uendret"
        if not alone and not any(
            governed_by(tokens, p.start, as_words, ("i", "in", "for", "de")) for p in later
        ):
            continue
        first, last = _same_phrase(tokens, at, nouns, as_words)
        hedge = next((t.word for t in tokens[max(0, at - HEDGE_REACH) : at] if t.word in hedges), None)
        tolerance = ABOUT_SAME_TOLERANCE if hedge else SAME_TOLERANCE
        quantity = Quantity(
            Decimal(0),
            "prosentpoeng",
            -tolerance,
            tolerance,
            "om lag" if hedge else None,
            text[first.start : last.end],
            first.start,
            last.end,
        )
        items.append(Item(quantity, same=True))
    return items


def _same_phrase(
    tokens: Sequence[Token], at: int, nouns: set[str], as_words: frozenset[tuple[str, ...]]
) -> tuple[Token, Token]:
    """First and last word of "samme måloppnåelse", "det samme", "uendret"."""
    token = tokens[at]
    if token.word not in nouns or at + 1 >= len(tokens):
        return token, token
    if (tokens[at + 1].word,) in as_words:
        return tokens[max(0, at - 1)], token
    return token, tokens[at + 1]


def _cut(
    text: str,
    tokens: Sequence[Token],
    free: Sequence[Token],
    mentions: Sequence[Mention],
    periods: Sequence[Period],
    items: Sequence[Item],
    vocabulary: Vocabulary,
) -> list[Segment]:
    """`free` are the tokens at which may be cut: none inside a name or an age ("Møre og Romsdal")."""
    if not items:
        return []
    groups: list[list[Item]] = [[items[0]]]
    cuts: list[tuple[str | None, int]] = [(None, 0)]
    for at, (before, item) in enumerate(pairwise(items)):
        listed = _is_listed(tokens, items[at + 1 : at + 3], vocabulary)
        apart = _is_share_of_ratio(items[:at], before, item) or _is_of_other(mentions, before, item)
        if not (listed or apart) and _is_apposition(text, tokens, before, item, vocabulary):
            groups[-1].append(item)
            continue
        cuts.append(_boundary(text, free, before, item, vocabulary))
        groups.append([item])
    ends = [position for _, position in cuts[1:]] + [_speech_start(text, tokens, items[-1], vocabulary)]
    ends = [
        _said_of_some(tokens, group[-1], end, vocabulary) for group, end in zip(groups, ends, strict=True)
    ]
    for at in range(1, len(groups)):
        part, whole = groups[at - 1][-1], groups[at][0]
        if cuts[at][0] != WITHIN and _is_whole(tokens, part, whole, vocabulary):
            # What follows the whole is said of the part, whose segment goes on around it.
            ends[at - 1], ends[at] = ends[at], _whole_end(text, tokens, mentions, whole, ends[at], vocabulary)
            cuts[at] = (WITHIN, whole.start)
    return [
        Segment(
            start,
            end,
            tuple(group),
            tuple(m for m in mentions if start <= m.start < end),
            tuple(p for p in periods if start <= p.start < end),
            tuple(t for t in tokens if start <= t.start < end),
            kind,
        )
        for (kind, start), end, group in zip(cuts, ends, groups, strict=True)
    ]


def _said_of_some(tokens: Sequence[Token], last: Item, end: int, vocabulary: Vocabulary) -> int:
    """Where some of the people of a figure are told of: "19 prosent begynte, og de fleste av dem er unge"."""
    after = [t for t in tokens if last.end <= t.start < end]
    some = vocabulary.word_list("grammar", "anaphora", "some")
    of = vocabulary.sequences("grammar", "anaphora", "some_of")
    for at in range(1, len(after)):
        if after[at - 1].word in some and starts_with(after, at, of):
            return after[at - 1].start
    return end


def _is_whole(tokens: Sequence[Token], part: Item, whole: Item, vocabulary: Vocabulary) -> bool:
    """Whether a count is of whom the figure before is a part: "ni av de tolv", "48 prosent av 389"."""
    if part.same or whole.same or whole.quantity.unit not in (PEOPLE, None):
        return False
    share = part.quantity.unit == "prosent"
    if not (share or part.quantity.unit in (PEOPLE, None)):
        return False
    if not share and whole.quantity.value < part.quantity.value:
        return False
    between = [t for t in tokens if part.end <= t.start and t.end <= whole.start]
    between = without_hedge(between, whole.quantity, vocabulary)
    nouns = vocabulary.word_list("grammar", "people", "nouns")
    while len(between) > 1 and between[0].word in nouns:
        between = between[1:]
    inside = {w for key in ("determiners", "wholes") for w in vocabulary.word_list("grammar", "people", key)}
    return (
        bool(between)
        and between[0].word in vocabulary.word_list("grammar", "doubt", "of")
        and all(token.word in inside for token in between[1:])
    )


def _whole_end(
    text: str,
    tokens: Sequence[Token],
    mentions: Sequence[Mention],
    whole: Item,
    end: int,
    vocabulary: Vocabulary,
) -> int:
    """Where the words end that say who a whole are: "389 [kvinnene som avsluttet programmet i 2007]"."""
    after = [t for t in tokens if whole.end <= t.start < end]
    nouns = {
        w
        for key in ("nouns", "determiners", "superlatives")
        for w in vocabulary.word_list("grammar", "people", key)
    }
    relative = vocabulary.word_list("grammar", "doubt", "relative")
    groups = [(m.start, m.end) for m in mentions if m.dimension not in ("measure", "subject")]
    place = 0
    while place < len(after) and (
        after[place].word in nouns or any(s <= after[place].start < e for s, e in groups)
    ):
        place += 1
    last = after[place - 1].end if place else whole.end
    if place >= len(after) or after[place].word not in relative:
        return last
    comma = text.find(",", after[place].end, end)
    if comma >= 0:
        return comma
    said = [m for m in mentions if after[place].end <= m.start < end and m.dimension == "measure"]
    if not said:
        return end
    last = said[0].end
    for other in mentions:
        if other.dimension == "subject" and other.start - last in (0, 1):
            last = other.end
    return last


def _speech_start(text: str, tokens: Sequence[Token], last: Item, vocabulary: Vocabulary) -> int:
    """Where a clause begins that only says who speaks ("…, sier direktøren"); else the end of the text."""
    verbs = vocabulary.word_list("grammar", "speech", "verbs")
    for token in tokens:
        if (
            token.start > last.end
            and token.word in verbs
            and text[: token.start].rstrip(' »”"').endswith(",")
        ):
            return token.start
    # "…, og henger sammen med at færre ble bosatt" tells why, and not of whom the figure is.
    why = vocabulary.sequences("grammar", "boundary", "explains")
    for at, token in enumerate(tokens):
        if token.start > last.end and starts_with(tokens, at, why):
            return token.start
    # What stands after the last figure in a clause of its own is not said of it: "…, men kvinner venter".
    turns = vocabulary.word_list("grammar", "boundary", "turns")
    for token in tokens:
        if token.start > last.end and token.word in turns and text[: token.start].rstrip().endswith(","):
            return token.start
    return len(text)


def _is_apposition(
    text: str, tokens: Sequence[Token], before: Item, item: Item, vocabulary: Vocabulary
) -> bool:
    """As in "66 prosent (3 844 deltakere)", "71 prosent, eller 6 614 personer": one thing in two units."""
    units = {before.quantity.unit, item.quantity.unit}
    if before.same or item.same or len(units) == 1 or units - {"prosent", "personer", None}:
        return False
    between = [t for t in tokens if before.end <= t.start and t.end <= item.start]
    restating = vocabulary.sequences("grammar", "boundary", "restated")
    said_again = next((at for at in range(len(between)) if starts_with(between, at, restating)), None)
    if said_again is not None and _only_people(text, between[:said_again], before, vocabulary):
        length = starts_with(between, said_again, restating) or 0
        if said_again + length >= len(without_hedge(between, item.quantity, vocabulary)):
            return True
    if said_again is not None and _is_again(text, tokens, between, said_again, item, vocabulary):
        return True
    if _is_enclosed(text, tokens, before, item, vocabulary):
        return True
    aside = text[before.end : item.start]
    closed = text.find(")", item.end)
    inside = text[item.end : closed] if closed >= 0 else ""
    if closed < 0 or re.search(r"\d|\(", inside):
        return False
    units = {before.quantity.unit, item.quantity.unit}
    if len(units) == 1 or units == {PEOPLE, None}:
        return False  # "De øvrige 228 deltakerne kom i hovedsak fra Syria (97) og Kongo (33)"
    told = vocabulary.find_in(text, [t for t in tokens if item.end <= t.start < closed], cased=True)
    if any(m.dimension == "measure" and not m.weak and vocabulary.measure(m.code).stage for m in told):
        return False  # "Moss: 47 prosent (96 avsluttet programmet)"
    unions = vocabulary.word_list("grammar", "boundary", "union")
    after = re.match(r"\)\s+(\w+)[^()]*\(", text[closed:])
    if after and after[1].lower() in unions:
        return False  # "gikk til arbeid (25 personer) eller utdanning (22 personer)"
    moves = {w for key in ("up", "down") for w in vocabulary.word_list("grammar", "change", key)}
    if any(token.word in moves for token in between):
        return False  # "mot 957 i 2017 (en nedgang på 12 prosent)"
    cuts = vocabulary.sequences("grammar", "boundary", STRONG) | vocabulary.sequences(
        "grammar", "boundary", MIDDLE
    )
    return bool(_OPEN.fullmatch(aside)) and not holds(between, cuts)


def is_ratio(part: Quantity, whole: Quantity, share: Quantity) -> bool:
    """Whether a count of a count is this share: "24 av 60, eller 40 prosent"."""
    told = part.unit in (PEOPLE, None) and whole.unit in (PEOPLE, None) and share.unit == "prosent"
    if not told or not 0 < part.value <= whole.value:
        return False
    return share.lower <= part.value * HUNDRED / whole.value <= share.upper


def _is_share_of_ratio(earlier: Sequence[Item], before: Item, item: Item) -> bool:
    """Whether a share is that which the figure before last is of the last, and so is none of the last."""
    return bool(earlier) and is_ratio(earlier[-1].quantity, before.quantity, item.quantity)


def _is_of_other(mentions: Sequence[Mention], before: Item, item: Item) -> bool:
    """Whether a figure names another group than the one before: "2 484 kvinner, altså 54 prosent menn"."""
    after = next((m for m in mentions if 0 <= m.start - item.end <= 1 and not m.weak), None)
    told = [m for m in mentions if before.end <= m.start and m.end <= item.start and not m.weak]
    return after is not None and any(
        m.dimension == after.dimension != "measure" and m.code != after.code for m in told
    )


def _is_listed(tokens: Sequence[Token], items: Sequence[Item], vocabulary: Vocabulary) -> bool:
    """Whether a figure is the first of several: "988 kvinner og 1 152 menn, det vil si 46 og 54 prosent"."""
    if len(items) < 2 or items[0].quantity.unit != items[1].quantity.unit:
        return False
    between = [t.word for t in tokens if items[0].end <= t.start and t.end <= items[1].start]
    return len(between) == 1 and between[0] in vocabulary.word_list("grammar", "boundary", "list")


def _is_again(
    text: str,
    tokens: Sequence[Token],
    between: Sequence[Token],
    at: int,
    item: Item,
    vocabulary: Vocabulary,
) -> bool:
    """As in "38 av deltakerne var kvinner, eller 59 prosent": after a comma, and at the end of a clause."""
    restating = vocabulary.sequences("grammar", "boundary", "restated")
    restating -= vocabulary.sequences("grammar", "anaphora", "sums")  # "i alt 1 813" may be everyone
    while at + 1 < len(between) and not text[: between[at].start].rstrip().endswith(","):
        later = [n for n in range(at + 1, len(between)) if starts_with(list(between), n, restating)]
        if not later:
            return False
        at = later[0]
    length = starts_with(list(between), at, restating) or 0
    left = len(without_hedge(list(between), item.quantity, vocabulary))
    alone = length > 0 and at + length >= left
    nouns = vocabulary.word_list("grammar", "people", "nouns")
    after = [t for t in tokens if t.start >= item.end]
    end = after[0].end if after and after[0].word in nouns and item.quantity.unit == PEOPLE else item.end
    closed = text[end:].lstrip()[:1] in ("", ".", ",", ";", ")")
    return (
        alone
        and closed
        and text[: between[at].start].rstrip().endswith(",")
        and item.quantity.unit is not None
    )


def _is_enclosed(
    text: str, tokens: Sequence[Token], before: Item, item: Item, vocabulary: Vocabulary
) -> bool:
    """As in "Over halvparten, 2 200 personer, var kvinner": a figure between two commas, said again."""
    nouns = vocabulary.word_list("grammar", "people", "nouns")
    aside = [t for t in tokens if before.end <= t.start and t.end <= item.start]
    lead = len(without_hedge(aside, item.quantity, vocabulary))
    after = next((t for t in tokens if t.start >= item.end), None)
    end = after.end if after and after.word in nouns and item.quantity.unit != "prosent" else item.end
    opened = text[aside[lead - 1].end if lead > 0 else before.end :].lstrip(" ").startswith(",")
    whole = {*nouns, *vocabulary.word_list("grammar", "doubt", "of")}
    whole |= {w for key in ("wholes", "determiners") for w in vocabulary.word_list("grammar", "people", key)}
    whole -= {*vocabulary.word_list("grammar", "doubt", "relative")}
    years = find_periods(text[before.end : item.start])  # "Nesten halvparten av deltakerne i 2019, 507 …"
    dated = {t for t in aside for p in years if p.start <= t.start - before.end < p.end}
    links = vocabulary.word_list("grammar", "people", "places") if dated else ()
    return (
        opened
        and text[end:].lstrip(" ").startswith(",")
        and lead >= 0
        and all(token.word in whole or token in dated or token.word in links for token in aside[:lead])
    )


def _only_people(text: str, tokens: Sequence[Token], before: Item, vocabulary: Vocabulary) -> bool:
    """Whether between a figure and "eller", "i alt" stand only people: "61 prosent kvinner, i alt …"."""
    nouns = vocabulary.word_list("grammar", "people", "nouns")
    if not tokens or all(token.word in nouns for token in tokens):
        return True
    named = vocabulary.find_in(text, list(tokens), cased=True)
    inside = [m for m in named if not m.weak]
    links = {word for form in ("of", "relative") for word in vocabulary.word_list("grammar", "doubt", form)}
    links |= {*vocabulary.word_list("grammar", "composition", "copula")}
    links |= {*nouns, *vocabulary.word_list("grammar", "people", "wholes")}
    return bool(inside) and all(
        token.word in links or any(m.start <= token.start < m.end for m in inside) for token in tokens
    )


def _boundary(
    text: str, tokens: Sequence[Token], before: Item, item: Item, vocabulary: Vocabulary
) -> tuple[str, int]:
    between = [token for token in tokens if before.end <= token.start and token.end <= item.start]
    between = without_hedge(between, item.quantity, vocabulary)  # "… 77 prosent, de eldste ikke mer enn 39"
    found: dict[str, int] = {}
    towards = vocabulary.word_list("grammar", "boundary", "towards")
    for kind in (STRONG, MIDDLE, WEAK):
        sequences = vocabulary.sequences("grammar", "boundary", kind)
        for at, token in enumerate(between):
            if starts_with(list(between), at, sequences):
                found[kind] = token.start
    region = text[before.end : item.start]
    semicolon, comma, bracket = region.rfind(";"), region.rfind(","), region.rfind("(")
    if semicolon >= 0:
        found.setdefault(STRONG, before.end + semicolon)
    if comma >= 0:
        found[WEAK] = max(found.get(WEAK, 0), before.end + comma)
    aimed = between[0] if between and between[0].word in towards else None
    if aimed and found.get(MIDDLE) == aimed.start and found.get(WEAK, 0) > aimed.end + 1:
        del found[MIDDLE]  # "27 prosent mot utdanning og 29 prosent mot ingen av delene"
    for kind in (STRONG, MIDDLE, WEAK):
        if kind in found:
            return kind, found[kind]
    colon = region.rfind(":")  # "… 58 prosent til arbeid: blant mennene 63 prosent"
    opened = bracket if bracket >= 0 else colon  # not that of "57 prosent (2021: 54 prosent)"
    if bracket > 1 and region.startswith(")"):
        opened = 1  # "Etter Ukraina (2 910) er Syria (415) størst"
    return BARE, before.end + opened if opened >= 0 else item.start
