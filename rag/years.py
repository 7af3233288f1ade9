"""Which years a question is about: named, told from others, or set against the newest."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from ingest.clauses import EARLIER
from ingest.models import Quantity
from ingest.numbers import Period
from ingest.vocabulary import Mention, Token, Vocabulary, ends_with, holds, starts_with
from rag.models import Query
from rag.wording import Understanding


@dataclass(frozen=True, slots=True)
class Years:
    """The years of one question.

    Args:
        tokens: its words.
        found: the years named in it.
        mentions: vocabulary entries named in it.
        wishes: codes of what it wants.
        quantities: its figures.
        history: the turns before.
        vocabulary: where the words for years stand.
        known: what is known of the reports.
    """

    tokens: list[Token]
    found: Sequence[Period]
    mentions: Sequence[Mention]
    wishes: Collection[str]
    quantities: Sequence[Quantity]
    history: Sequence[Query]
    vocabulary: Vocabulary
    known: Understanding

    def _words(self, key: str) -> tuple[str, ...]:
        """A word list about how questions are put."""
        return self.vocabulary.word_list("language", "questions", key)

    @property
    def _earlier(self) -> int | None:
        """The year that the turns before are about."""
        return next((int(q.periods[0][:4]) for q in reversed(self.history) if q.periods), None)

    def read(self) -> tuple[str, ...]:
        """The years, in the order in which they are named."""
        earlier, told = self._earlier, [p for p in self.found if p.exact and not self._is_held(p)]
        same = self.vocabulary.sequences("language", "questions", "same_year")
        if year := self.on():
            return (year,)
        after = self.vocabulary.sequences("language", "questions", "next_year")
        if earlier and self._says(same, told) and not self._says(after, told):
            return (str(earlier),)
        named = next((int(p.code[:4]) for p in told if p.code.isdigit()), None)
        base = named or self._calendar_year(told) or earlier or self.known.newest_year
        if (named or earlier) and self._says(after, told):
            return (str(base), str(base + 1)) if named else (str(base + 1),)
        compares = {"compare", "change"} & set(self.wishes)
        if [p.code for p in told] == ["-1"] and compares and not self._by_calendar(told[0]):
            # "Er det færre enn året før?" sets the newest year against the one before.
            return str(base), str(base - 1)
        found: list[str] = []
        for period in told:
            code = period.code
            if code in ("-1", "0"):
                if self._is_restated(period):
                    continue
                year_of = self.known.today.year if self._by_calendar(period) else base
                code = str(year_of + int(code))
            if code == EARLIER:
                continue
            spans = len(code) > len("2023") and len(code.split("-")) == 2
            found += code.split("-") if spans else [code]
        if len(found) == 1 and (other := self._set_against(found[0], told[0])):
            found.append(other)
        return tuple(dict.fromkeys(found))

    def _is_held(self, period: Period) -> bool:
        """Whether a year told from another is part of a measure's name ("hadde begynt året før eller …")."""
        own = (m for m in self.mentions if m.dimension == "measure")
        return not period.code.isdigit() and any(m.start < period.start and period.end < m.end for m in own)

    def _set_against(self, year: str, period: Period) -> str | None:
        """The year that the only one named is set against without naming it; None where there is none."""
        newest, earlier = str(self.known.newest_year), self._earlier
        if holds(self.tokens, self.vocabulary.sequences("language", "questions", "and_now")):
            return newest
        if not earlier and self._is_compared_with(period):
            return newest
        latest = str(earlier or newest)
        return latest if latest > year and self._moved_from(period) else None

    def _says(self, sequences: frozenset[tuple[str, ...]], periods: Sequence[Period]) -> bool:
        """Whether one of word sequences stands there, outside the name of a year ("det året før")."""
        for at in range(len(self.tokens)):
            if length := starts_with(self.tokens, at, sequences):
                start, end = self.tokens[at].start, self.tokens[at + length - 1].end
                if not any(p.start < end and start < p.end for p in periods):
                    return True
        return False

    def _is_compared_with(self, period: Period) -> bool:
        """Whether a year is only what something is set against ("færre enn i 2022")."""
        than = self.vocabulary.sequences("language", "questions", "than_in")
        return ends_with([token for token in self.tokens if token.end <= period.start], than)

    def _moved_from(self, period: Period) -> bool:
        """Whether a change is told from a year on ("økte fra 2022")."""
        before = [token.word for token in self.tokens if token.end <= period.start][-1:]
        froms = self.vocabulary.word_list("numerals", "joins", "from")
        return "change" in self.wishes and period.code.isdigit() and bool(set(before) & set(froms))

    def on(self) -> str | None:
        """The year that "seks år senere" is, said of nothing but the year of the turn before."""
        lapse = next((q for q in self.quantities if q.unit == "år" and q.lower == q.upper), None)
        earlier = self._earlier
        if lapse is None or not earlier or any(m.dimension in ("measure", "term") for m in self.mentions):
            return None
        after = {token.word for token in [t for t in self.tokens if t.start >= lapse.end][:1]}
        for key, sign in (("years_after", 1), ("years_before", -1)):
            if after & set(self._words(key)):
                return str(earlier + sign * int(lapse.value))
        return None

    def _calendar_year(self, told: Sequence[Period]) -> int | None:
        """The year that is told from today, from which another may be told ("i fjor … året før")."""
        by_calendar = [p for p in told if p.code in ("-1", "0") and self._by_calendar(p)]
        others = any(p.code in ("-1", "0") and not self._by_calendar(p) for p in told)
        return self.known.today.year + int(by_calendar[0].code) if by_calendar and others else None

    def _by_calendar(self, period: Period) -> bool:
        """Whether a year is told from today ("i fjor") rather than from the figures."""
        return period.surface.lower() in self._words("calendar_years")

    def _is_restated(self, period: Period) -> bool:
        """Whether the year itself follows ("i fjor, altså 2023")."""
        after = [token for token in self.tokens if token.start >= period.end][:2]
        restated = self.vocabulary.word_list("grammar", "boundary", "restated")
        return bool(after) and after[0].word in restated and after[-1].word.isdigit()
