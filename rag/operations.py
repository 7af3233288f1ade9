"""Sums and differences that a question says in words ("11 381 pluss de 905 uten registrert årsak").

What stands on either side of a word of adding or taking away is read as a question of its own. Where the
words may be parted in more than one way every way is given: only the figures can tell which was meant.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice, pairwise

from ingest.models import Quantity
from ingest.numbers import find_periods, find_quantities
from ingest.vocabulary import Token, Vocabulary, holds, starts_with
from rag.calculate import PEOPLE as HEADS
from rag.models import Operation, Query, Sign
from rag.parts import PEOPLE
from rag.question import Reader
from rag.wording import Understanding

# Between clauses; a comma within a number has no space after it.
_BREAK = re.compile(r"[,;:]\s+|[.?!]+(?:\s+|$)|\s+[-–—]\s+")
# A sign between figures stands for the word.
_PLUS_SIGN = re.compile(r"\s\+\s(?=\d)|(?<=\d)\+(?=\d)")
_MINUS_SIGN = re.compile(r"(?<=[\d%])\s[-–−]\s(?=\d)|(?<=\d)−(?=\d)")
_EQUALS_SIGN = re.compile(r"\s?=\s?(?=\d)")
# What one question may be parted in; more ways are no reading.
MOST_WAYS = 12
# The figures of an operation.
PAIR = 2


@dataclass(frozen=True, slots=True)
class _Said:
    """A question with its words and its figures."""

    text: str
    tokens: list[Token]
    figures: list[Quantity]


@dataclass(frozen=True, slots=True)
class _Parting:
    """Where the words of the two figures stand, as (start, end); `first` is None where it is not named.

    `aside` is a clause that is read with the figures, and says nothing besides.
    """

    sign: Sign
    first: tuple[int, int] | None
    second: tuple[int, int]
    aside: tuple[int, int] | None = None


def clause_openers(vocabulary: Vocabulary) -> frozenset[tuple[str, ...]]:
    """The words after which a figure of its own begins, those that only suppose it among them."""
    begins, supposing = (
        vocabulary.sequences("operations", "clauses", key) for key in ("begins", "supposing")
    )
    return begins | supposing


class Operations:
    """Finds the operations of questions.

    Args:
        vocabulary: where the words of operations stand.
        known: what is known of the reports.
        language: of the question.
    """

    def __init__(self, vocabulary: Vocabulary, known: Understanding, language: str) -> None:
        self.vocabulary, self.known, self.language = vocabulary, known, language

    def find(self, text: str) -> tuple[Operation, ...]:
        """The ways to read a question as an operation on two figures; none where it is not one."""
        text = self._without_signs(text)
        said = _Said(text, self.vocabulary.tokens(text), find_quantities(text))
        found: list[Operation] = []
        read: dict[str, Query | None] = {}
        ways = chain(self._between(said), self._before(said), self._of_whole(said), self._apart(said))
        for parting in islice(ways, MOST_WAYS):
            operation = self._read(said, parting, read)
            if operation is not None and operation not in found:
                found.append(operation)
        if not found and (supposed := self._supposed(said)) is not None:
            found = [operation] if (operation := self._read(said, supposed, read)) else []
        return tuple(found)

    def _without_signs(self, text: str) -> str:
        """The text with words in the place of "+", "−" and "=" before a figure."""
        signs = (
            (_PLUS_SIGN, "between", "plus"), (_MINUS_SIGN, "between", "minus"),
            (_EQUALS_SIGN, "clauses", "equals"),
        )  # fmt: skip
        for sign, section, key in signs:
            word = next(iter(self.vocabulary.word_list("operations", section, key)), "")
            text = sign.sub(f" {word} ", text)
        return text

    # ---- where the figures stand

    def _words(self, section: str, key: str) -> frozenset[tuple[str, ...]]:
        return self.vocabulary.sequences("operations", section, key)

    def _between(self, said: _Said) -> Iterator[_Parting]:
        """A word with a figure on either side."""
        kinds = (("plus", Sign.PLUS), ("counted", Sign.PLUS), ("minus", Sign.MINUS), ("from", Sign.MINUS))
        for key, sign in kinds:
            for at, last in self._said(said.tokens, "between", key):
                left = (self._begin(said, at), said.tokens[at].start)
                if key == "counted" and left[0] not in self._opened(said.tokens, at):
                    # "Telles lønnstilskudd som arbeid?" asks for a rule; only "if they were" for a sum.
                    continue
                right = (said.tokens[last].end, self._end(said, last))
                if key == "counted" and _BREAK.match(said.text, right[0]):
                    # "Dersom de 905 hadde blitt regnet med, hvor mange …?" says among whom in the question.
                    right = (right[0], len(said.text))
                # "A trukket fra B" takes the first from the second.
                first, second = (right, left) if key == "from" else (left, right)
                yield _Parting(sign, first, second)

    def _before(self, said: _Said) -> Iterator[_Parting]:
        """A word with both figures after it, or with the one that is taken away."""
        tokens = said.tokens
        joints = {"plus": ("and", "to"), "minus": ("and",), "from": ("from",)}
        signs = {"plus": Sign.PLUS, "minus": Sign.APART, "from": Sign.MINUS}
        for key, joining in joints.items():
            for _, last in self._said(tokens, "before", key):
                start, end = tokens[last].end, self._end(said, last)
                inside = [at for at, t in enumerate(tokens) if start <= t.start < end]
                for at in inside[1:-1]:
                    joined = max(starts_with(tokens, at, self._words("joints", joint)) for joint in joining)
                    if joined and tokens[at + joined - 1].end < end:
                        near = (start, tokens[at].start)
                        far = (tokens[at + joined - 1].end, end)
                        yield _Parting(signs[key], *((far, near) if key == "from" else (near, far)))
                if key == "from" and inside:
                    yield _Parting(Sign.MINUS, None, (start, end))

    def _of_whole(self, said: _Said) -> Iterator[_Parting]:
        """A part told beside its whole, where those who are left are asked for.

        "Hvis 5 837 av 11 381 ikke nådde målet, hvor mange nådde det?"
        """
        tokens, text = said.tokens, said.text
        of = {(word,) for word in self.vocabulary.word_list("language", "questions", "of")}
        asks = self.vocabulary.sequences("language", "questions", "how_much")
        if not starts_with(tokens, 0, clause_openers(self.vocabulary)):
            return
        for part, whole in pairwise(said.figures):
            between = self.vocabulary.tokens(text[part.end : whole.start])
            asked = next(
                (t for k, t in enumerate(tokens) if t.start > whole.end and starts_with(tokens, k, asks)),
                None,
            )
            if asked is None or starts_with(between, 0, frozenset(of)) != len(between) or not between:
                continue
            told, wanted = (
                {m.code for m in self.vocabulary.find(said_there) if m.dimension == "measure"}
                for said_there in (text[whole.end : asked.start], text[asked.start :])
            )
            others = {self.vocabulary.measure(code).complement for code in told}
            if others & wanted or holds(
                self.vocabulary.tokens(text[asked.start :]), self._words("clauses", "left")
            ):
                yield _Parting(Sign.MINUS, (whole.start, whole.end), (part.start, part.end))

    def _apart(self, said: _Said) -> Iterator[_Parting]:
        """Two figures told, and nothing but how far apart they are ("…, hva er forskjellen?")."""
        if len(said.figures) != PAIR:
            return
        first, second = said.figures
        after = [token for token in said.tokens if token.start >= second.end]
        apart = self.vocabulary.sequences("language", "questions", "told_apart")
        named = any(m.dimension not in ("frame", "term") for m in self.vocabulary.find(said.text))
        if holds(after, apart) and not named:
            yield _Parting(Sign.APART, (first.start, first.end), (second.start, second.end))

    def _supposed(self, said: _Said) -> _Parting | None:
        """A count that is supposed to come on top of those of a measure.

        "Hvis 905 til hadde avsluttet, hvor mange …?", "hvor mange avsluttet om vi tar med de 905?"
        """
        named = self.vocabulary.find(said.text)
        asks = self.vocabulary.sequences("language", "questions", "how_much")
        asks |= self._words("clauses", "total")
        grouped = any(m.dimension in PEOPLE for m in named)
        if len(said.figures) != 1 or grouped or not holds(said.tokens, asks):
            return None
        [count] = said.figures
        start, end = self._clause_of(said, count)
        clause = [token for token in said.tokens if start <= token.start < end]
        negating = set(self.vocabulary.word_list("language", "questions", "negations"))
        denied = any(token.word in negating for token in clause)
        if not clause or count.unit not in (None, HEADS) or denied:
            return None
        measures = [m for m in named if m.dimension == "measure"]
        within = [m for m in measures if count.end <= m.start < end]
        beside = [m for m in measures if not start <= m.start < end]
        if within and self._on_top(clause, count):
            of = within[-1]
        elif beside and holds(clause, self._words("clauses", "counted_in")):
            of = next((m for m in beside if not m.weak), beside[0])
        else:
            return None
        return _Parting(Sign.PLUS, (count.start, count.end), (of.start, of.end), (start, end))

    def _clause_of(self, said: _Said, count: Quantity) -> tuple[int, int]:
        """Where the clause that supposes a count begins and ends; (0, 0) where none does."""
        begins = clause_openers(self.vocabulary)
        opened = [
            token.start
            for at, token in enumerate(said.tokens)
            if token.start < count.start and starts_with(said.tokens, at, begins)
        ]
        if not opened:
            return 0, 0
        marks = (m.start() for m in _BREAK.finditer(said.text) if m.start() >= count.end)
        return opened[-1], next(marks, len(said.text))

    def _on_top(self, clause: Sequence[Token], count: Quantity) -> bool:
        """Whether a count is said to come besides others: "905 til", "another 905", "de 905 også"."""
        words = {word for (word,) in self._words("clauses", "on_top")}
        beside = [t.word for t in clause if t.end <= count.start][-1:]
        beside += [t.word for t in clause if count.start < t.start < count.end]
        beside += [t.word for t in clause if t.start >= count.end][:1]
        return bool(words & set(beside)) or holds(list(clause), self._words("clauses", "as_well"))

    def _said(self, tokens: list[Token], section: str, key: str) -> Iterator[tuple[int, int]]:
        """The first and the last token of each operation word."""
        words, at = self._words(section, key), 0
        while at < len(tokens):
            length = starts_with(tokens, at, words)
            if length:
                yield at, at + length - 1
            at += length or 1

    def _begin(self, said: _Said, at: int) -> int:
        """Where the figure before a word begins: after a mark, or a word that opens a clause."""
        stop = said.tokens[at].start
        ends = [match.end() for match in _BREAK.finditer(said.text) if match.end() <= stop]
        return max([*ends, *self._opened(said.tokens, at)], default=0)

    def _opened(self, tokens: Sequence[Token], at: int) -> list[int]:
        """Where the words before one that open a clause ("hvis", "if") end."""
        begins = clause_openers(self.vocabulary)
        opened = ((k, starts_with(tokens, k, begins)) for k in range(at))
        return [tokens[k + length - 1].end for k, length in opened if length and k + length < at]

    def _end(self, said: _Said, last: int) -> int:
        """Where the figure after a word ends."""
        start = said.tokens[last].end
        begins = clause_openers(self.vocabulary)
        stops = [match.start() for match in _BREAK.finditer(said.text) if match.start() > start]
        for at, token in enumerate(said.tokens[last + 1 :], last + 1):
            opens = at > last + 1 and starts_with(said.tokens, at, begins)
            if opens or self._claimed(said, at):
                stops.append(token.start)
                break
        return min(stops, default=len(said.text))

    def _claimed(self, said: _Said, at: int) -> Quantity | None:
        """What the words from one on say that comes out ("er 21"); it is not read as a year."""
        equals = self._words("clauses", "equals")
        if holds(said.tokens, self.vocabulary.sequences("language", "questions", "agreeing")):
            # "Do 29 minus 8 and 20 points agree?"
            equals |= self._words("joints", "and")
        length = starts_with(said.tokens, at, equals)
        if not length:
            return None
        end = said.tokens[at + length - 1].end
        first = next((q for q in said.figures if q.start >= end), None)
        return first if first and not said.text[end : first.start].strip() else None

    # ---- what they are

    def _read(self, said: _Said, parting: _Parting, read: dict[str, Query | None]) -> Operation | None:
        text, spans = said.text, [span for span in (parting.first, parting.second) if span]
        low, high = min(start for start, _ in spans), max(end for _, end in spans)
        claimed = self._claimed(said, sum(token.start < high for token in said.tokens))
        told = claimed.end if claimed else high
        second = self._figure(text[slice(*parting.second)], read)
        first = self._figure(text[slice(*parting.first)], read) if parting.first else None
        if second is None or (parting.first and first is None):
            return None
        beside = self._without_words(f"{text[:low]} {text[told:]}")
        if parting.aside:
            beside = self._beside_clause(text, parting.aside, parting.second)
        wish = self._query(beside) if any(c.isalnum() for c in beside) else None
        if wish is not None and (wish.unmatched or not self.vocabulary.are_aside(wish.terms)):
            return None
        return Operation(parting.sign, first, second, wish, claimed)

    def _beside_clause(self, text: str, clause: tuple[int, int], named: tuple[int, int]) -> str:
        """What a question says outside a clause and a figure, with the years that the clause names."""
        years = [period.surface for period in find_periods(text[slice(*clause)])]
        spans = sorted((clause, named))
        for start, end in spans:
            text = text[:start] + " " * (end - start) + text[end:]
        return self._without_words(" ".join([text, *years]))

    def _without_words(self, text: str) -> str:
        """What a question says besides its figures, without the words of the operation."""
        tokens = self.vocabulary.tokens(text)
        keys = [("between", key) for key in ("plus", "minus", "from", "counted")]
        keys += [("before", key) for key in ("plus", "minus", "from")]
        keys += [("clauses", key) for key in ("begins", "supposing", "left")]
        for section, key in keys:
            for at, last in self._said(tokens, section, key):
                start, end = tokens[at].start, tokens[last].end
                text = text[:start] + " " * (end - start) + text[end:]
        return text

    def _query(self, text: str) -> Query:
        return Reader(text.strip(), self.language, self.vocabulary, self.known, ()).read()

    def _figure(self, text: str, read: dict[str, Query | None]) -> Query | None:
        """The figure that some words name; None where they name none, or hold what was not understood."""
        text = text.strip(" ,")
        if text not in read:
            read[text] = self._named(text)
        return read[text]

    def _named(self, text: str) -> Query | None:
        if not any(c.isalnum() for c in text):
            return None
        query = self._query(text)
        if not (query.measures or query.dimensions or query.quantities):
            # "Nye 2023 minus avsluttede 2023?"
            [counting] = self.vocabulary.word_list("operations", "counting", self.language)
            counted = self._query(f"{counting} {text}")
            query = counted if counted.measures else query
        whole = self._said(self.vocabulary.tokens(text), "clauses", "total")
        named = query.measures or query.dimensions or query.quantities or any(True for _ in whole)
        unread = query.unmatched or not self.vocabulary.are_aside(query.terms)
        return query if named and not unread else None
