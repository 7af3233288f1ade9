"""Figures that the reader could not place with certainty, found by the report's own words and told in them.

Such a figure leads no answer of ours: the sentence that it stands in is quoted, or the cell is named by the
row and the column of its table. The group, the year and the unit must be those asked for, and every word of
the question that tells what is asked must stand by the figure.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache, cached_property

from ingest.followed import says_left
from ingest.grid import name_cell
from ingest.models import Kind, Observation, Paragraph, ParagraphKind
from ingest.numbers import find_periods
from ingest.readings import UNPLACED
from ingest.sentences import statement_at
from rag.calculate import PEOPLE, PERCENT, POINTS
from rag.citations import NAMES
from rag.drafts import combinations
from rag.found import POPULATION
from rag.models import Draft, Intent, Line, Query, Reason, Role, Source, Status
from rag.phrases import Phrases
from rag.retrieve import Retriever
from rag.spelling import frame_words
from rag.table import Table

# Figures of one group and year that are looked at.
MOST = 400
# Figures as good as each other that are told; more are no answer.
MOST_TOLD = 2
# Letters from which a word may be known by a part of another ("inntekt" in "yrkesinntekt").
PART_LETTERS = 6
_INTENTS = frozenset({Intent.FIGURE, Intent.TEXT, Intent.CHANGE})
# What a word counts for that stands by the figure itself, and one in the text around it.
_HERE, _AROUND = 1.0, 0.5


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a question asks for besides its group: all of it must stand by a figure.

    `codes` are measures and subjects, each with its words, `words` what was not understood, `said` all its
    words, of which the more the better; `left` that it is of where people went as they left.
    """

    codes: tuple[tuple[str, frozenset[str]], ...]
    words: frozenset[str]
    said: frozenset[str]
    years: tuple[str, ...]
    units: frozenset[str]
    left: bool


@dataclass(frozen=True, slots=True)
class _Found:
    """A figure with how well its words are those asked for, the best lowest; `source` is what is quoted."""

    observation: Observation
    rank: tuple[int, float, bool, int, int]
    source: Source


class Unplaced:
    """Answers from figures that are not certain.

    Args:
        table: the numbers table.
        retriever: where the paragraphs, the lemmas and the vocabulary are.
        phrases: in the question's language.
        quoted: makes an answer of sentences.
    """

    def __init__(
        self,
        table: Table,
        retriever: Retriever,
        phrases: Phrases,
        quoted: Callable[[Sequence[Source]], Draft],
    ) -> None:
        self.table, self.retriever, self.phrases, self.quoted = table, retriever, phrases, quoted
        self.vocabulary, self.index = retriever.vocabulary, retriever.index
        # Many figures stand in one sentence, and under one heading.
        self._find = cache(self.vocabulary.find)
        self._lemmas = cache(lambda text: frozenset(self.index.lemmas(text)))

    def answer(self, query: Query) -> Draft | None:
        """The sentence or the cell that has the figure asked for; None where none does for certain."""
        cells = combinations(query.dimensions)
        if query.intent not in _INTENTS or len(cells) != 1 or query.quantities or query.carried:
            return None
        asked = self._asked(query)
        # What a question asks for in no words of its own may only be the very measure that it names.
        told = asked.words or asked.codes or asked.units - {PEOPLE, PERCENT}
        kind = Kind.CHANGE if query.intent is Intent.CHANGE or query.direction else Kind.LEVEL
        measures = (*query.measures, *((UNPLACED,) if told else ()))
        # "I forsøket 2010–2012" asks for the years together as well as for the last of them.
        periods = (*asked.years[-1:], *(("-".join(asked.years),) if len(asked.years) > 1 else ()))
        known = self.table.doubtful(measures, cells[0], periods, kind, most=MOST)
        known = [o for o in known if not asked.units or o.quantity.unit in asked.units]
        found = [f for o in known if (f := self._found(o, asked)) is not None]
        if not asked.years:
            newest = max((f.observation.period or "" for f in found), default="")
            found = [f for f in found if (f.observation.period or "") == newest]
        best = self._best(found)
        return self._told(best) if best else None

    # ---- what is asked

    def _asked(self, query: Query) -> _Asked:
        """What the words of a question ask for, those of its group, its year and its unit left out."""
        vocabulary, text = self.vocabulary, query.text
        months = vocabulary.word_list("grammar", "reference", "months")
        dated = [word.split()[-1] for word in query.unmatched if word.split()[0].lower() in months]
        years = (*query.periods, *(year for year in dated if year.isdigit()))
        units, named = self._units(query)
        codes = []
        for mention in vocabulary.find(text):
            if mention.dimension not in ("measure", "term"):
                continue
            stage = mention.dimension == "measure" and vocabulary.measure(mention.code).stage
            lemmas = frozenset(self.index.lemmas(mention.surface)) - named
            if not stage and lemmas:
                codes.append((f"{mention.dimension}:{mention.code}", lemmas))
        idle = frame_words(vocabulary) | set(months)
        unknown = (word for said in query.unmatched for word in said.lower().split() if word not in idle)
        words = {lemma for word in unknown for lemma in self.index.lemmas(word) if not lemma.isdigit()}
        said = frozenset(self.index.lemmas(text)) - named
        return _Asked(
            tuple(codes),
            frozenset(words) - named,
            said,
            tuple(dict.fromkeys(years)),
            units,
            says_left(vocabulary, text),
        )

    def _units(self, query: Query) -> tuple[frozenset[str], frozenset[str]]:
        """The units that a figure may have, and the lemmas of the words that name them."""
        forms = self.vocabulary.tables["numerals"]["units"]
        of_word = {word: unit for unit, words in forms.items() for word in words}
        told = [of_word[t.word] for t in self.vocabulary.tokens(query.text) if t.word in of_word]
        # "Hvor mange kroner brukte kommunene?" asks for the first of them.
        units = set(told[:1]) or {unit for unit in (query.unit,) if unit}
        if query.intent is Intent.CHANGE and PERCENT in units:
            units.add(POINTS)
        named = (form for unit in told[:1] for form in forms[unit])
        return frozenset(units), frozenset(lemma for form in named for lemma in self.index.lemmas(form))

    # ---- what is found

    def _found(self, o: Observation, asked: _Asked) -> _Found | None:
        """A figure by whose words all that is asked for stands; None where something does not."""
        paragraph = self.index.paragraph(o.paragraph_id)
        if not self._is_named(paragraph, o):
            return None
        start, end = statement_at(paragraph, o.quantity.start)
        here, around = self._words_of(paragraph, o, start, end)
        own, whole = self._lemmas(here), self._lemmas(around)
        if asked.left and o.measure == UNPLACED and not says_left(self.vocabulary, here):
            return None
        if not all(self._has_code(code, words, o, here, around) for code, words in asked.codes):
            return None
        # A length of the programme that is not certain is a mean, whether or not that is said again.
        idle = self._mean_words if o.measure != UNPLACED else frozenset()
        if not all(_stand((word,), whole) for word in asked.words - idle):
            return None
        covered = sum(
            _HERE if _stand((word,), own) else _AROUND * _stand((word,), whole) for word in asked.said
        )
        years = {p.code for p in find_periods(f"{here} {paragraph.text}") if p.code.isdigit()}
        # The year before is that of the people looked at, or what a figure is compared with.
        before = {str(int(o.period) - 1)} if o.period and o.period.isdigit() else set()
        strange = len(years - set(asked.years) - before) + len(self._groups_beside(here, o))
        missing = len(set(asked.years) - years - set((o.period or "").split("-")))
        in_table = paragraph.kind is ParagraphKind.TABLE
        clause = self._lemmas(here if in_table else _up_to_next(paragraph.text[o.quantity.end : end]))
        source = Source(paragraph.id, start, end, ((o.quantity.start, o.quantity.end),))
        beside = len(clause & asked.said)
        rank = (missing + strange, -covered, o.quantity.fraction, -beside, len(clause - asked.said))
        return _Found(o, rank, source)

    def _is_named(self, paragraph: Paragraph, o: Observation) -> bool:
        """Whether a paragraph names the measure of its figure ("43 av dem hadde deltakere" counts nobody)."""
        if o.measure == UNPLACED or paragraph.kind is ParagraphKind.TABLE:
            return True
        return any(m.code == o.measure and not m.weak for m in self._find(paragraph.text))

    def _has_code(self, code: str, words: Iterable[str], o: Observation, here: str, around: str) -> bool:
        """Whether a measure or a subject that is asked for is that of a figure, or is named by it.

        Where the words by the figure name no outcome, the text around it may.
        """
        own = self._own_codes(here)
        if code in own or o.measure == code.partition(":")[2] or _stand(words, self._lemmas(here)):
            return True
        if o.measure == UNPLACED and self._outcomes(own):
            return False
        return code in {f"{m.dimension}:{m.code}" for m in self._find(around)}

    def _groups_beside(self, text: str, o: Observation) -> set[str]:
        """The dimensions that the words by a figure name a group of, and the figure is not of one."""
        named = {m.dimension for m in self._find(text)}
        return (named & set(POPULATION)) - set(o.dimensions)

    def _words_of(self, paragraph: Paragraph, o: Observation, start: int, end: int) -> tuple[str, str]:
        """The words by a figure, its row and column in a table, and those around it."""
        above = " ".join((*paragraph.section, self.table.title(o.report_id)))
        if paragraph.kind is ParagraphKind.TABLE:
            row, column = name_cell(paragraph, o.quantity.start)
            return f"{row} {column}", f"{row} {column} {above}"
        return paragraph.text[start:end], f"{paragraph.text} {above}"

    @cached_property
    def _mean_words(self) -> frozenset[str]:
        """The lemmas of the words for a mean."""
        return self._lemmas(" ".join(self.vocabulary.word_list("grammar", "average", "cues")))

    def _own_codes(self, text: str) -> frozenset[str]:
        """The codes that a text names, but for those that a share is only of ("av de sysselsatte")."""
        vocabulary = self.vocabulary
        tokens = vocabulary.tokens(text)
        within, before = (
            frozenset(vocabulary.word_list("grammar", *place))
            for place in (("doubt", "within"), ("people", "determiners"))
        )
        own: set[str] = set()
        for mention in self._find(text):
            at = next((n for n, token in enumerate(tokens) if token.start >= mention.start), 0) - 1
            while at > 0 and tokens[at].word in before:
                at -= 1
            if at < 0 or tokens[at].word not in within:
                own.add(f"{mention.dimension}:{mention.code}")
        return frozenset(own)

    def _outcomes(self, keys: Iterable[str]) -> set[str]:
        """The outcomes among keys, of which a figure by them is."""
        codes = (key.partition(":")[2] for key in keys if key.startswith("measure:"))
        return {code for code in codes if not self.vocabulary.measure(code).stage}

    @staticmethod
    def _best(found: Sequence[_Found]) -> list[_Found]:
        """The best figure; two where nothing tells which, none where more are as good."""
        if not found:
            return []
        first = min(f.rank for f in found)
        best = [f for f in found if f.rank == first]
        by_value = {(f.observation.quantity.value, f.observation.quantity.unit): f for f in reversed(best)}
        return list(by_value.values()) if len(by_value) <= MOST_TOLD else []

    # ---- what is told

    def _told(self, best: Sequence[_Found]) -> Draft:
        """The sentences as they stand; of a table its title and the names of the cell."""
        in_tables = [f for f in best if self._paragraph(f).kind is ParagraphKind.TABLE]
        if len(in_tables) < len(best):
            return self.quoted(list(dict.fromkeys(f.source for f in best)))
        roles = (Role.LEAD, Role.OTHER)
        named = [Line(roles[n > 0], self._cell(f), (f.source,)) for n, f in enumerate(in_tables)]
        rows = (Line(Role.QUOTE, "", (source,)) for source in dict.fromkeys(f.source for f in in_tables))
        return Draft(Status.ANSWERED, Reason.STATED, (*named, *rows))

    def _paragraph(self, found: _Found) -> Paragraph:
        return self.index.paragraph(found.source.paragraph_id)

    def _cell(self, found: _Found) -> str:
        """A cell by the title of its table and the names of its row and column, and its figure."""
        paragraph, o = self._paragraph(found), found.observation
        names = NAMES.join(filter(None, name_cell(paragraph, o.quantity.start)))
        title = paragraph.section[-1] if paragraph.section else self.table.title(o.report_id)
        bare = o.quantity.unit in (None, PEOPLE)
        value = o.quantity.surface if bare else self.phrases.value(o.quantity)
        return self.phrases.say("table_says", title=title.rstrip(".: "), cell=names, value=value)


def _stand(words: Iterable[str], among: Iterable[str]) -> bool:
    """Whether all of some words stand among others, or in a compound of them."""
    known = set(among)
    return all(
        word in known
        or any(min(len(word), len(o)) >= PART_LETTERS and (word in o or o in word) for o in known)
        for word in words
    )


def _up_to_next(text: str) -> str:
    """The words of a text up to its first figure."""
    return text[: next((at for at, c in enumerate(text) if c.isdigit()), len(text))]
