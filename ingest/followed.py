"""Rules for reports that look at people again later, where "i arbeid" is not where they went as they left."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise

from ingest.clauses import YEARS, Item, governed_by
from ingest.doubts import odd_whole
from ingest.numbers import find_periods
from ingest.readings import PEOPLE, PERCENT, POINTS, UNPLACED, Reading, Scope
from ingest.vocabulary import Token, Vocabulary, ends_with, holds
from ingest.wholes import takes_up_people

RESTRICTING = 3  # words after "av dem som" among which stands where they are: "var i arbeid"
PASSING = 5  # words in which time is said to go, at most


def says_followed(vocabulary: Vocabulary, text: str) -> bool:
    """Whether a heading or a title is about people who left earlier ("tidligere deltakere")."""
    return holds(vocabulary.tokens(text), vocabulary.sequences("grammar", "reference", "afterwards"))


def tells_followed(vocabulary: Vocabulary, text: str) -> bool:
    """Whether the title of a table is of where people were in a later month, or after some years."""
    tokens = vocabulary.tokens(text)
    months = vocabulary.word_list("grammar", "reference", "months")
    dated = any(left.word in months and right.word.isdigit() for left, right in _undated(tokens))
    later = vocabulary.sequences("grammar", "reference", "afterwards") | vocabulary.sequences(
        "tables", "labels", "later"
    )
    return dated or holds(tokens, later)


def later_year(vocabulary: Vocabulary, text: str) -> str | None:
    """The year in "i arbeid i november 2014"."""
    months = vocabulary.word_list("grammar", "reference", "months")
    pairs = _undated(vocabulary.tokens(text))
    return next((b.word for a, b in pairs if a.word in months and b.word.isdigit()), None)


def cohort_year(vocabulary: Vocabulary, text: str) -> str | None:
    """The year in "Personer som avsluttet introduksjonsprogrammet i 2010, etter status i november 2011"."""
    named = [
        m for m in vocabulary.find(text) if m.dimension == "measure" and vocabulary.measure(m.code).stage
    ]
    years = [p for p in find_periods(text) if p.exact and p.code.isdigit()]
    return next((p.code for p in years for m in named[-1:] if p.start >= m.end), None)


@lru_cache(maxsize=64)
def says_left(vocabulary: Vocabulary, text: str) -> bool:
    """Whether a text says that people went somewhere, or that it is about direct transition."""
    tokens = vocabulary.tokens(text)
    # "Andelen gikk opp", "mennene gikk tilbake 1,3 prosentpoeng": nobody has left.
    moves = {w for key in ("up", "down", "back") for w in vocabulary.word_list("grammar", "change", key)}
    kept = [t for at, t in enumerate(tokens) if at + 1 == len(tokens) or tokens[at + 1].word not in moves]
    # "Av dem som gikk ut av programmet i 2020, var 63 prosent …": that they left tells who they are.
    named = [m for m in vocabulary.find(text) if m.dimension == "measure"]
    stages = [(m.start, m.end) for m in named if vocabulary.measure(m.code).stage]
    kept = [t for t in kept if not any(start <= t.start < end for start, end in stages)]
    passing = vocabulary.sequences("grammar", "reference", "passing")
    kept = [t for at, t in enumerate(kept) if not ends_with(kept[max(0, at - PASSING) : at + 1], passing)]
    return holds(kept, vocabulary.sequences("grammar", "reference", "leaving"))


def settle_followed(scope: Scope, reading: Reading) -> None:
    """Leave a figure of those looked at again unplaced: "61 prosent var i arbeid i november 2021"."""
    if reading.unit not in (PERCENT, POINTS, PEOPLE, None):
        return
    if not _is_followed(scope, reading):
        # "Da programmet tok slutt, gikk 46 prosent til arbeid" is of the year before, or of one before that.
        # "5 050 avsluttet i 2015. 2 753 av dem var menn": of the same year.
        same = any(r.own_period and r.period == reading.period for r in scope.context.last)
        dated = reading.own_period or (same and takes_up_people(scope))
        reading.certain = reading.certain and (dated or not scope.follows)
        return
    month = _month_told(scope) or _year_later(scope, reading)
    reading.followed, reading.certain = True, False
    reading.denominator = _followed_of(scope, reading)
    reading.measure = UNPLACED
    if reading.change:
        earlier = month is not None and month < scope.year and not reading.own_period
        reading.period = (scope.context.looked or scope.year) if earlier else reading.period
        reading.reference = month if earlier else reading.reference
    else:
        dated = _dated_itself(reading) or _is_of_another_year(scope, reading)
        reading.period = reading.period if dated else month or scope.context.looked or scope.year
        if month is not None and month > scope.context.looked:
            scope.context.looked = month


def follow(scope: Scope, reading: Reading) -> None:
    """Take a share as one of those looked at again: "68 prosent var i arbeid ett år etter programmet"."""
    reading.followed = True
    reading.denominator = _followed_of(scope, reading)
    month = _month_told(scope)
    if month is not None and not reading.change and not _dated_itself(reading):
        reading.period = month  # "Av dem som avsluttet i 2006, var 63 prosent i arbeid i november 2011"


def is_asked_again(scope: Scope, item: Item) -> bool:
    """Whether a length of time only says when people were looked at, or back to when: "ett år etter"."""
    if item.quantity.unit != YEARS:
        return False
    aside = scope.words("reference", "later") | scope.words("doubt", "ago")
    figures = {i.quantity.unit for r in scope.readings for i in r.segment.items} & {PERCENT, POINTS, PEOPLE}
    named = {u for m in scope.measures(scope.sentence.mentions) for u in scope.entry(m.code).units}
    if YEARS in named or not figures:
        return False
    after = [t.word for t in scope.tokens_after(item.end)[:1]]
    before = [t.word for t in scope.stem(item)[-1:]]
    # "… en økning på 9 prosentpoeng på to år" is how long it took
    span = not after and bool(before) and before[0] in scope.words("change", "by_noun")
    return span or bool({*after, *before} & aside)


def _followed_of(scope: Scope, reading: Reading) -> str | None:
    """Whose share it is: that of all who left, unless it is of some of them ("av de sysselsatte").

    What goes on without saying where people are ("16 prosent arbeidet i varehandel") may still be of those.
    """
    told = [*scope.context.last, *scope.readings]
    told = told[: next(i for i, r in enumerate(told) if r is reading)]
    named = bool(scope.measures(reading.segment.mentions) or reading.dimensions)
    resumed = scope.says(reading.segment.tokens, "anaphora", "pro_verb")
    named = named and not resumed  # "… hadde 55 prosent heltid. Det gjaldt 62 prosent av mennene"
    if (
        odd_whole(scope, reading)
        or _of_some(scope, reading)
        or _opens_with_some(scope, reading)
        or (not named and told and _is_of_nobody_told(told[-1]))
    ):
        return None
    return followed_whole(scope.vocabulary) if reading.unit == PERCENT and not reading.change else None


def _is_of_nobody_told(reading: Reading) -> bool:
    """Whether a figure before is a share of those looked at again of whom it is not said who they are."""
    return reading.followed and reading.unit == PERCENT and not reading.denominator


def _of_some(scope: Scope, reading: Reading) -> bool:
    """Whether the whole of a share is where some of them are: "hver fjerde av de sysselsatte"."""
    after = scope.tokens_after(reading.item.end)
    if not after or after[0].word not in scope.words("doubt", "of"):
        return False
    rest = next((t for t in after[1:] if t.word not in scope.words("people", "determiners")), None)
    outcomes = [m for m in reading.segment.mentions if m.dimension == "measure"]
    return rest is not None and any(m.start == rest.start and not scope.entry(m.code).stage for m in outcomes)


def _opens_with_some(scope: Scope, reading: Reading) -> bool:
    """As in "Av de sysselsatte arbeidet 54 prosent …", "Av dem som var i arbeid, hadde 55 prosent …"."""
    opening = [t for t in scope.tokens_before(reading.item.start) if t.start >= reading.segment.start]
    outcomes = [m for m in reading.segment.mentions if m.dimension == "measure"]
    outcomes = [m for m in outcomes if not scope.entry(m.code).stage]
    noun = [t for t in scope.tokens_after(reading.item.end) if t.start < reading.segment.end][:1]
    if noun and any(m.weak and m.start == noun[0].start for m in outcomes):
        return True  # "Hver femte sysselsatt jobbet i …"
    starts = [at for at, t in enumerate(opening) if t.word in scope.words("doubt", "within")]
    people = scope.words("people", "determiners") | scope.words("people", "nouns")
    people |= scope.words("people", "wholes") | scope.words("anaphora", "former")
    for at in starts:
        rest = opening[at + 1 :]
        whole = next((n for n, t in enumerate(rest) if t.word not in people), len(rest))
        restricted = any(t.word in scope.words("doubt", "relative") for t in rest[:whole])
        reach = rest[whole : whole + RESTRICTING]
        named = reach if restricted else reach[:1]
        if any(m.start == t.start for m in outcomes for t in named):
            return True
    return False


def followed_whole(vocabulary: Vocabulary) -> str | None:
    """The stage whose people are looked at again: those of whom the results are shares."""
    results = (e for e in vocabulary.of("measure") if e.data.get("main_outcome"))
    return next((e.denominator for e in results), None)


def _year_later(scope: Scope, reading: Reading) -> str | None:
    """The later year in "Av dem som avsluttet i 2009, var 58 prosent sysselsatt i 2014"."""
    left = [m for m in scope.stages(scope.sentence.mentions) if m.end <= reading.item.start]
    years = [p for p in scope.sentence.periods if p.exact and p.code.isdigit()]
    cohort = [p for p in years if left and left[-1].end <= p.start < reading.item.start]
    after = [p for p in years if p.start >= reading.item.end and p.start < reading.segment.end]
    told = len(cohort) == 1 and len(after) == 1 and cohort[0].code < after[0].code
    compared = told and (reading.change or reading.moved)  # "… sank fra 51 prosent i 2013 til 47 i 2014"
    return after[0].code if told and not compared else None


def _dated_itself(reading: Reading) -> bool:
    """Whether a year stands straight after a figure: "fra 61 prosent i 2007 til 67 prosent i 2011"."""
    return reading.moved and reading.own_period


def _is_of_another_year(scope: Scope, reading: Reading) -> bool:
    """In "Året før var andelen 68 prosent", "Andelen var 59 prosent i 2014" the year is no cohort's."""
    left = any(scope.stages(scope.sentence.mentions))
    # "de sysselsatte i 2020-kullet"
    left = left or any(scope.sentence.text.startswith("-", p.end) for p in reading.segment.periods)
    told = [r for r in scope.readings if r.item.start <= reading.item.start and r.period == reading.period]
    dated = any(r.relative or r.own_period for r in told)
    return not left and dated and _month_told(scope) is None


def _is_followed(scope: Scope, reading: Reading) -> bool:
    if reading.measure is None:
        return False
    if scope.entry(reading.measure).stage or reading.composition:
        # "Med videregående skole var andelen 66 prosent" in such a report: in work, not of all.
        named = scope.measures(scope.sentence.mentions)
        told = scope.says(scope.sentence.tokens, "anaphora", "result")
        return scope.context.later and told and reading.unit == PERCENT and not named and not reading.change
    text = scope.sentence.text
    if _year_later(scope, reading) is not None:
        return True
    if _month_in(scope, reading):
        # "Av de 1 847 som ikke gikk til arbeid, var 39 prosent i gang i november 2011"
        text = text[reading.item.start : reading.segment.end]
    if says_left(scope.vocabulary, text):
        return False
    if scope.context.later or _month_told(scope) is not None:
        return reading.measure != UNPLACED or scope.context.later
    return holds(scope.sentence.tokens, scope.sequences("reference", "afterwards"))


def _undated(tokens: Sequence[Token]) -> Iterator[tuple[Token, Token]]:
    """Pairs of words, but not the month and year of a date: "hentet ut 4. mai 2020" is no second look."""
    for at, (left, right) in enumerate(pairwise(tokens)):
        if not (at and tokens[at - 1].word.isdigit()):
            yield left, right


def _month_in(scope: Scope, reading: Reading) -> bool:
    """Whether a month with its year stands after a figure, in its segment."""
    months = scope.words("reference", "months")
    after = [t for t in reading.segment.tokens if t.start >= reading.item.end]
    return any(left.word in months and right.word.isdigit() for left, right in _undated(after))


def _month_told(scope: Scope) -> str | None:
    """The year in "i november 2021"."""
    months = scope.words("reference", "months")
    compared = scope.sequences("reference", "before_year")
    for left, right in _undated(scope.sentence.tokens):
        dated = left.word in months and right.word.isdigit() and len(right.word) == len(scope.year)
        # "… økt med 4 prosentpoeng siden november 2015"
        if dated and not governed_by(scope.sentence.tokens, left.start, compared):
            return right.word
    return None
