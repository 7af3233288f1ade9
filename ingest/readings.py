"""What is worked out about each segment of a sentence, and what the rules that do so have in common."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ingest.clauses import WITHIN, Item, Segment, Sentence
from ingest.models import Direction
from ingest.vocabulary import Entry, Mention, Token, Vocabulary, holds

if TYPE_CHECKING:
    from ingest.examples import Examples

UNPLACED = "annet"
PERCENT, POINTS, PEOPLE, TIMES = "prosent", "prosentpoeng", "personer", "ganger"
TIME_UNITS = ("år", "måneder", "uker", "dager")
ROUNDING = 1  # two shares and their sum, each rounded, may be so far apart
GROUPS = ("sex", "origin", "education", "age", "area", "status")


@dataclass(slots=True)
class Reading:
    """A segment's attributes as they are worked out.

    `units` are those of its items; `named` says that it names its group itself, `moved` that it is one end of
    "fra … til …", `model` the reading that a list repeats in the same order, `restates` that it does so in
    another unit, `whole` the outcome that says whose share it is ("Blant dem som gikk til arbeid, …"),
    `postposed` that it stands after the figure, `aside` that it is of something that no measure is of,
    `relative` that its year is told as the one before, `unsure` that its measure was taken over from where
    none was certain, `taken` that its own words name no measure, `open` that nothing tells what it measures,
    `placed` that example clauses did, `unclear` that something said of it was not understood, `followed`
    that it is of people looked at again later, `people` whose share it is said to be though no measure is of
    it, `aimed` that it is a target, `average` that it is a length of time that people took on average,
    `rated` that it counts people by the month or by something else, `sure_who` that its
    group was not guessed.
    """

    segment: Segment
    units: list[str | None]
    dimensions: dict[str, str] = field(default_factory=dict)
    named: bool = False
    period: str | None = None
    own_period: bool = False
    relative: bool = False
    measure: str | None = None
    composition: bool = False
    gap: bool = False
    aside: bool = False
    change: bool = False
    direction: Direction | None = None
    reference: str | None = None
    denominator: str | None = None
    model: Reading | None = None
    restates: bool = False
    whole: str | None = None
    postposed: bool = False
    unsure: bool = False
    taken: bool = False
    open: bool = False
    placed: bool = False
    unclear: bool = False
    moved: bool = False
    average: bool = False
    rated: bool = False
    sure_who: bool = True
    followed: bool = False
    people: str | None = None
    aimed: bool = False
    certain: bool = True

    @property
    def item(self) -> Item:
        """The figure that leads the segment."""
        return self.segment.items[0]

    @property
    def unit(self) -> str | None:
        """The unit of the leading figure."""
        return self.units[0]


@dataclass(slots=True)
class Context:
    """What the sentences of a paragraph so far have said, for the ones that follow.

    `topic` is the group that the sentence before spoke of, `narrowed` the one that the sentences to
    follow may still speak of, `people` the stage that the plain word for participants stands for, `base`
    the last people counted, `bases` how many they were, `sure` those of them that are certain, `known`
    whom each large number of the report counts, `compared` the one year that the changes of each year
    were measured from in the report so far, None where they were from several, `denominator` that of the
    last share, `reference` the year last compared with, `newer` the year spoken of before the talk went
    back to an earlier one, `aside` that it did so only to say what was told for both, `last` the readings
    of the sentence before, `told` those of the few before, `within` the people whom a list parts,
    `doubtful` that no figure was certain where the measure was said, `outcomes` all that the last
    sentence with an outcome named, `later` that people were looked at again, and not as they left,
    `followed` that the first shares of the report were of those, `looked` the latest year in a month of
    which they were, "" before one is told, `home` the one place that the report is about, `span` the one
    span of years that it tells of.
    """

    period: str
    measure: str | None = None
    stage: str | None = None
    people: str | None = None
    base: str | None = None
    bases: dict[str, int] = field(default_factory=dict)
    sure: set[str] = field(default_factory=set)
    known: dict[int, str] = field(default_factory=dict)
    compared: dict[str, str | None] = field(default_factory=dict)
    topic: dict[str, str] = field(default_factory=dict)
    narrowed: dict[str, str] = field(default_factory=dict)
    denominator: str | None = None
    reference: str | None = None
    newer: str | None = None
    aside: bool = False
    last: list[Reading] = field(default_factory=list)
    told: list[Reading] = field(default_factory=list)
    within: str | None = None
    doubtful: bool = False
    outcomes: frozenset[str] = frozenset()
    later: bool = False
    followed: bool = False
    looked: str = ""
    home: str = ""
    span: str = ""


@dataclass(slots=True)
class Scope:
    """One sentence with all that its rules may look at.

    `later`: it stands under a heading such as "… ett år etter"; `written`: the year in which it was;
    `examples`: place what no list names; `follows`: the report is about people who left earlier.
    """

    vocabulary: Vocabulary
    sentence: Sentence
    readings: list[Reading]
    context: Context
    heading: tuple[str, ...]
    year: str
    later: bool = False
    written: int | None = None
    examples: Examples | None = None
    follows: bool = False

    def entry(self, code: str) -> Entry:
        """The vocabulary entry of a measure."""
        return self.vocabulary.measure(code)

    @property
    def main_outcome(self) -> str | None:
        """The measure that the results of the programme are given in."""
        return next((e.code for e in self.vocabulary.of("measure") if e.data.get("main_outcome")), None)

    def words(self, section: str, key: str) -> frozenset[str]:
        """A list of grammar.toml, for comparing single words."""
        return frozenset(self.vocabulary.word_list("grammar", section, key))

    def sequences(self, section: str, key: str) -> frozenset[tuple[str, ...]]:
        """A list of grammar.toml as word sequences."""
        return self.vocabulary.sequences("grammar", section, key)

    def says(self, tokens: Sequence[Token], section: str, *keys: str) -> bool:
        """Whether any phrase of these lists stands in `tokens`."""
        return any(holds(tokens, self.sequences(section, key)) for key in keys)

    def tokens_before(self, offset: int) -> list[Token]:
        """The sentence's tokens that end at or before `offset`."""
        tokens = self.sentence.tokens
        return list(tokens[: bisect_right(tokens, offset, key=lambda token: token.end)])

    def tokens_after(self, offset: int) -> list[Token]:
        """The sentence's tokens that start at or after `offset`."""
        tokens = self.sentence.tokens
        return list(tokens[bisect_left(tokens, offset, key=lambda token: token.start) :])

    def stem(self, item: Item) -> list[Token]:
        """The sentence's tokens before a figure, without its hedge as the text words it ("drøyt")."""
        tokens = self.tokens_before(item.start)
        hedges = self.vocabulary.tables.get("numerals", {}).get("hedges", {})
        surfaces = hedges.get("surfaces", {}).get(item.quantity.hedge, ())
        forms = {tuple(form.split()) for form in (*surfaces, *hedges.get("emphases", ()))}
        words = tuple(token.word for token in tokens)
        length = max((len(f) for f in forms if f and words[-len(f) :] == f), default=0)
        return tokens[: len(tokens) - length]

    def clause_start(self, reading: Reading) -> int:
        """Where the clause of a sentence's first figure opens: "Menn går i jobb, men fire av ti …"."""
        contrasts, text = self.words("boundary", "contrasts"), self.sentence.text
        opening = self.tokens_before(reading.item.start) if reading is self.readings[0] else []
        starts = [t.start for t in opening if t.word in contrasts and text[: t.start].endswith(", ")]
        return max(starts, default=reading.segment.start)

    def place_of(self, reading: Reading) -> int:
        """Where a reading stands among those of its sentence."""
        return next(at for at, other in enumerate(self.readings) if other is reading)

    def before(self, at: int) -> Reading | None:
        """The reading before the one at `at`; not the whole of it, of which nothing more is said."""
        while at and self.readings[at - 1].segment.boundary == WITHIN:
            at -= 1
        return self.readings[at - 1] if at else None

    def measures(self, mentions: Iterable[Mention], *, weak: bool = False) -> list[Mention]:
        """The mentions that name a measure (strongly, unless `weak`)."""
        return [m for m in mentions if m.dimension == "measure" and m.weak == weak]

    def stages(self, mentions: Iterable[Mention], *, weak: bool = False) -> list[Mention]:
        """The mentions that name a stage of the programme."""
        return [m for m in self.measures(mentions, weak=weak) if self.entry(m.code).stage]

    def unknown(self, tokens: Iterable[Token], least: int) -> bool:
        """Whether a word of at least `least` letters is in no list, so that it may be a predicate."""
        plain = self.vocabulary.word_list("predicates", "plain", "words")
        return any(
            len(token.word) >= least
            and token.word not in plain
            and not any(c.isdigit() for c in token.word)
            and not self.vocabulary.knows(token.word)
            for token in tokens
        )


def nearest(mentions: Sequence[Mention], item: Item) -> Mention:
    """The mention nearest to a figure; one before it wins over one after it at the same distance."""

    def distance(mention: Mention) -> int:
        return item.start - mention.end if mention.end <= item.start else mention.start - item.end + 2

    return min(mentions, key=distance)
