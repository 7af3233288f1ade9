"""What is done to the words of a question before they are read: requests, tags, cries, short forms, years."""

from __future__ import annotations

import datetime as dt
import itertools
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from ingest.models import Quantity
from ingest.vocabulary import Token, Vocabulary, holds, starts_with, tokenize
from rag.calculate import POINTS
from rag.models import Intent
from rag.spelling import Speller, frame_words

# "under 30" and "mellom 19 og 24" without a unit are ages from here, and up to there.
YOUNGEST, OLDEST = 15, 120
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]")
_AGED = re.compile(r"(\d{1,3})-?\s?(?:åring|year-old)\w*", re.IGNORECASE)
# What stands for it when it is written out, in English and in Norwegian.
_AGED_AS = {True: r"\1 years old", False: r"\1 år gammel"}
# A percent sign without a figure before it stands for the word; a year is no such figure ("jobb 2017 %").
_BARE_PERCENT = re.compile(r"(?<!\d)(?<!\d\s)%")
_YEAR_PERCENT = re.compile(r"\b((?:19|20)\d\d)\s?(?:%|prosent\b)", re.IGNORECASE)
# "et år etter programmet" is one year after it; "et år" alone may be any year.
_A_YEAR_ON = re.compile(
    r"\b(?:et|eit|a) (år|year) (?=etter|efter|seinar?e|senere|after|later)", re.IGNORECASE
)
# "2017-tallet", "2023-rapporten".
_YEAR_WORD = re.compile(r"\b((?:19|20)\d\d)[-–](?=[^\W\d])(\w+)")
# "the 2023 participants" are not 2,023 people.
_THE_YEAR = re.compile(r"\b(the) ((?:19|20)\d\d) ([a-z]+)\b", re.IGNORECASE)
_YEAR_WORD_AS = {True: r"\2 in \1", False: r"\2 i \1"}
# "The 17-point rise", "den 20-poengs nedgangen".
_POINTS = re.compile(rf"\b(\d+(?:[.,]\d+)?)-(?:(?:percentage-)?points?|{POINTS}s?)\b", re.IGNORECASE)
_POINTS_AS = {True: r"\1 percentage points", False: rf"\1 {POINTS}"}
# "19 til 24", "19- til 24 år"; not "41 til 49 prosent".
_AGE_RANGE = re.compile(
    r"(?<![\d.,])(\d\d)-?\s?(?:til|to|–)\s?(\d\d)(?!\s?(?:%|pros|perc|per\b|\d|[.,]\d|måned|month|uke|week|ti[dm]))",
    re.I,
)
# "i 22", "avsluttet 23", "21-23".
_SHORT_YEARS = re.compile(r"(?<![\w.,/%-])['’]?(\d\d)(?:\s?[-–]\s?['’]?(\d\d))?(?![\w/%-]|[.,]\d)")
_SMALL = re.compile(r"(?<![\w.,/%-])\d{1,2}(?![\w/%-]|[.,]\d)")
# What is quoted, and a clause that says it in other words.
_RENAMED = re.compile(r"[«“\"](?P<quoted>[^«»“”\"]+)[»”\"],? (?P<called>[^,.?!]+)(?=[,.?!]|$)")
_YEAR = re.compile(r"\b20\d\d\b")
# Years told by two figures are among so many up to the newest.
SHORT_YEARS = 7
# Words of a question, with a cry at its end.
FEWEST_BEFORE_CRY = 4


@dataclass(frozen=True, slots=True)
class Understanding:
    """What the reader of questions may know of the reports.

    `knows_word` tells whether a lower-case word stands in a report, `is_word` whether it stands in a
    dictionary of a language (and so is no misspelling), `newest_year` the latest year with
    figures, `today` the date that "i fjor" counts from, `counted_by` the measure and the groups of a
    published figure (given the years that are named beside it), None where it is of no one measure.
    """

    knows_word: Callable[[str], bool]
    is_word: Callable[[str, str], bool]
    newest_year: int
    today: dt.date
    counted_by: Callable[[Quantity, Sequence[str]], tuple[str, Mapping[str, str]] | None] = lambda *_: None


def joined_by(tokens: Sequence[Token], at: int, vocabulary: Vocabulary) -> bool:
    """Whether a word joins one question to the next ("og hvor mange …", "men hvorfor …")."""
    lists = (vocabulary.word_list("language", "questions", key) for key in ("joining", "but"))
    return at < len(tokens) and any(tokens[at].word in words for words in lists)


def clean(text: str) -> str:
    """The question in NFC without control characters and repeated spaces."""
    text = _CONTROL.sub(" ", unicodedata.normalize("NFC", text))
    return re.sub(r"\s+", " ", text).strip()


def unabbreviated(text: str, vocabulary: Vocabulary) -> str:
    """The text with what is shortened in messages and notes written out ("utd", "flyktn.", "el")."""
    short = vocabulary.tables.get("language", {}).get("abbreviations", {})
    for token in reversed(tokenize(text)):
        if token.word in short:
            end = token.end + text[token.end :].startswith(". ")
            text = text[: token.start] + short[token.word] + text[end:]
    return text


def joined_ages(text: str) -> str:
    """The text with a dash in ranges of ages ("19 to 24")."""
    return _AGE_RANGE.sub(_joined, text)


class Wording:
    """Puts questions in plain words.

    Args:
        vocabulary: where the words for how questions are put stand.
        known: what is known of the reports.
        language: of the question.
    """

    def __init__(self, vocabulary: Vocabulary, known: Understanding, language: str) -> None:
        self.vocabulary, self.known, self.language = vocabulary, known, language

    def plain(self, text: str, speller: Speller) -> tuple[str, bool]:
        """A question in plain words, short forms and years written out; and whether it ended in a tag."""
        english = self.language == "en"
        text, tagged = self._without_tag(
            self._plainly_asked(self._without_expletives(self._without_idioms(self._without_order(text))))
        )
        text = self._without_cry(self._without_renaming(text), speller)
        text = joined_ages(_AGED.sub(_AGED_AS[english], unabbreviated(text, self.vocabulary)))
        text = self._with_points(_POINTS.sub(_POINTS_AS[english], text))
        text = _THE_YEAR.sub(self._of_year, _YEAR_WORD.sub(_YEAR_WORD_AS[english], text))
        text = _A_YEAR_ON.sub(r"1 \1 ", _YEAR_PERCENT.sub(r"prosent \1", text))
        text = self._with_omitted(self._with_year_apart(text))
        return self._with_full_years(_BARE_PERCENT.sub("prosent", text)), tagged

    def _words(self, key: str) -> tuple[str, ...]:
        """A word list about how questions are put."""
        return self.vocabulary.word_list("language", "questions", key)

    def _of_year(self, match: re.Match[str]) -> str:
        """ "the participants in 2023" for "the 2023 participants"; anything else as it stands."""
        people = match[3].lower() in self.vocabulary.word_list("grammar", "people", "nouns")
        return f"{match[1]} {match[3]} in {match[2]}" if people else match.group()

    def _without_idioms(self, text: str) -> str:
        """The text without turns of speech that hold a word of the domain: nothing falls "i så fall"."""
        tokens = self.vocabulary.tokens(text)
        idioms = self.vocabulary.sequences("language", "questions", "idioms")
        for at in range(len(tokens) - 1, -1, -1):
            if length := starts_with(tokens, at, idioms):
                text = f"{text[: tokens[at].start].rstrip()} {text[tokens[at + length - 1].end :].lstrip()}"
        return text.strip()

    def _without_expletives(self, text: str) -> str:
        """The text without what only strengthens a question word ("hva i alle dager", "why on earth")."""
        tokens = self.vocabulary.tokens(text)
        openers, cries = (
            self.vocabulary.sequences("language", "questions", key) for key in ("openers", "expletives")
        )
        for at in range(len(tokens) - 1, 0, -1):
            length = starts_with(tokens, at, cries)
            if length and at + length < len(tokens) and starts_with(tokens[at - 1 : at], 0, openers):
                text = text[: tokens[at].start] + text[tokens[at + length].start :]
        return text

    def _without_renaming(self, text: str) -> str:
        """The text without what someone calls that which it quotes ("«andre årsaker», altså stakk av")."""
        restating = self.vocabulary.sequences("language", "questions", "restating")
        for match in reversed(list(_RENAMED.finditer(text))):
            renamed, tokens = match["called"], self.vocabulary.tokens(match["called"])
            quoted = any(m.dimension == "measure" for m in self.vocabulary.find(match["quoted"]))
            named = any(m.dimension != "frame" for m in self.vocabulary.find(renamed))
            if quoted and not named and starts_with(tokens, 0, restating) and not re.search(r"\d", renamed):
                text = text[: match.start("called")].rstrip(" ,") + text[match.end("called") :]
        return text

    def _with_year_apart(self, text: str) -> str:
        """The text with "in" before a year between what is asked and of whom ("måloppnåelse 2017 menn")."""
        found = self.vocabulary.find(text)
        named = {m.end for m in found if m.dimension == "measure"}
        whom = {m.start for m in found if m.dimension in ("sex", "origin", "education", "status")}
        word = "in" if self.language == "en" else "i"
        for match in reversed(list(_YEAR.finditer(text))):
            old = int(match.group()) <= self.known.newest_year
            if old and match.start() - 1 in named and match.end() + 1 in whom:
                text = f"{text[: match.start()]}{word} {text[match.start() :]}"
        return text

    def _with_omitted(self, text: str) -> str:
        """The text with what a "without" at its end leaves out ("kvinner med utdanning eller uten?").

        That is what stands after the "with" or "without" before it.
        """
        tokens = self.vocabulary.tokens(text)
        has = self._words("with_or_without")
        stands = [at for at, token in enumerate(tokens) if token.word in has]
        after = tokens[stands[-1] + 1 :] if stands else []
        years = all(t.word in self._words("before_year") or t.word.isdigit() for t in after)
        if len(stands) < 2 or not years or not self._goes_on(text, tokens[: stands[-1]]):
            return text
        held = text[tokens[stands[-2] + 1].start : tokens[stands[-1]].start]
        noun = next((m for m in self.vocabulary.find(held) if m.start == 0 and m.dimension != "frame"), None)
        end = tokens[stands[-1]].end
        return f"{text[:end]} {noun.surface}{text[end:]}" if noun else text

    def _goes_on(self, text: str, tokens: Sequence[Token]) -> bool:
        """Whether words end in an "or" or in a group, after which a "without" stands by itself."""
        either = {*self.vocabulary.word_list("grammar", "boundary", "union"), *self._words("against")}
        groups = [m for m in self.vocabulary.find(text) if m.dimension in ("sex", "origin", "age", "status")]
        return tokens[-1].word in either or any(m.end == tokens[-1].end for m in groups)

    def _with_points(self, text: str) -> str:
        """The text with percentage points for points that are counted ("ned tre poeng")."""
        whole = next(iter(self._words("points")), "")
        numbers = self.vocabulary.tables.get("numerals", {}).get("numbers", {}).get("values", {})
        tokens = tokenize(text)
        for before, token in reversed(list(itertools.pairwise(tokens))):
            counted = before.word.isdigit() or before.word in numbers
            if counted and token.word in self._words("points_short"):
                text = text[: token.start] + whole + text[token.end :]
        return text

    def _with_full_years(self, text: str) -> str:
        """The text with years of two figures written out, unless it speaks of ages."""
        tokens, ages = tokenize(text), self.vocabulary.sequences("grammar", "age", "cue")
        if holds(tokens, ages):
            return text
        newest = self.known.newest_year
        century, latest = newest - newest % 100, newest % 100
        if any(not latest - SHORT_YEARS < int(said) <= latest for said in _SMALL.findall(text)):
            # "29 minus 8 er vel 21" reckons.
            return text

        def full(match: re.Match[str]) -> str:
            years = [int(year) for year in match.groups() if year]
            told = all(latest - SHORT_YEARS < year <= latest for year in years) and years == sorted(
                set(years)
            )
            if not told or not (len(years) > 1 or self._stands_as_year(text, match)):
                return match.group()
            return "-".join(str(century + year) for year in years)

        return _SHORT_YEARS.sub(full, text)

    def _stands_as_year(self, text: str, match: re.Match[str]) -> bool:
        """Whether a figure stands where a year would: at the end, or among words that go with years."""
        before, after = tokenize(text[: match.start()])[-1:], tokenize(text[match.end() :])[:1]
        either = self.vocabulary.word_list("grammar", "boundary", "union")
        if before and before[0].word in either and re.search(r"\d\s+\w+\s+$", text[: match.start()]):
            # "Er det 20 eller 21?"
            return False
        follows = not after or after[0].word in (*self._words("after_year"), *self._words("verb_openers"))
        if not before or not follows or text[match.end() :].lstrip().startswith(("%", "prosent")):
            return False
        equals = (*self.vocabulary.word_list("operations", "clauses", "equals"), *self._words("getting"))
        if before[0].word in self._words("before_count") or (not after and before[0].word in equals):
            # "Det blir 21" tells a result.
            return False
        return not after or before[0].word in self._words("before_year")

    def _plainly_asked(self, text: str) -> str:
        """The text without the "not" of a question that expects a yes ("Ble ikke andelen lavere?")."""
        tokens = self.vocabulary.tokens(text)
        length = starts_with(tokens, 0, self.vocabulary.sequences("language", "questions", "requests"))
        length = length or self._wanted_by(text, tokens)
        if length and length < len(tokens) and self._names_figure(text[tokens[length].start :]):
            return text[tokens[length].start :]
        tokens = tokens[joined_by(tokens, 0, self.vocabulary) :]
        # "Er det ikke bare …?" has its "not" one word later.
        at = 2 if tokens[1:2] and tokens[1].word in self._words("formal") else 1
        first, second, third = [*(token.word for token in (*tokens[:1], *tokens[at : at + 2])), "", "", ""][
            :3
        ]
        expects = first in self._words("verb_openers") and second in self._words("negating")
        if not expects or not third or third in self._words("before_year"):
            return text
        if at == 1 and "?" not in text and any(t.word in self._words("negating") for t in tokens[at + 1 :]):
            # "Fikk ikke jobb, fikk ikke skoleplass." tells.
            return text
        return text[: tokens[at].start] + text[tokens[at + 1].start :]

    def _without_order(self, text: str) -> str:
        """The text without a "henholdsvis" between a preposition and what it goes with."""
        for token in reversed(self.vocabulary.tokens(text)):
            if token.word in self._words("in_order"):
                text = text[: token.start].rstrip(" ,") + " " + text[token.end :].lstrip(" ,")
        return text.strip()

    def _wanted_by(self, text: str, tokens: Sequence[Token]) -> int:
        """The number of words that say who wants what follows ("Statsråden trenger …"); 0 where none do."""
        people = [
            m
            for m in self.vocabulary.find(text)
            if m.dimension == "term" and self.vocabulary.marks((m.code,), "person")
        ]
        wanting = self.vocabulary.sequences("language", "questions", "wanting")
        mine = self._words("mine")
        at = next((k for k, t in enumerate(tokens) if people and t.start >= people[0].end), 0)
        before = [t.word for t in tokens if people and t.end <= people[0].start]
        at += bool(at) and at < len(tokens) and tokens[at].word in mine
        opens = at and set(before) <= set(mine)
        length = starts_with(tokens, at, wanting) if opens else 0
        return at + length if length else 0

    def _names_figure(self, text: str) -> bool:
        """Whether a text names a measure, and asks for no overview of it."""
        wishes = {m.code for m in self.vocabulary.find_intents(text, self.vocabulary.tokens(text))}
        named = any(m.dimension == "measure" for m in self.vocabulary.find(text))
        return named and Intent.OVERVIEW.value not in wishes

    def _without_tag(self, text: str) -> tuple[str, bool]:
        """The text without a "gjorde det ikke?" set off at its end, and whether it had one."""
        tokens = self.vocabulary.tokens(text)
        tags = self.vocabulary.sequences("language", "questions", "tags")
        for at in range(1, len(tokens)):
            before = text[: tokens[at].start].rstrip()
            if before.endswith(",") and starts_with(tokens, at, tags) == len(tokens) - at:
                return before.removesuffix(","), True
        return text, False

    def _without_cry(self, text: str, speller: Speller) -> str:
        """The text without a cry set off at its end that is a word of no language ("…, arrr?")."""
        tokens = self.vocabulary.tokens(text)
        if len(tokens) < FEWEST_BEFORE_CRY:
            return text
        before, last = text[: tokens[-1].start].rstrip(), tokens[-1]
        word, said = last.word, text[last.start : last.end]
        known = self.vocabulary.knows(word) or self.known.knows_word(word) or speller.nearest(word)
        named = not said.isalpha() or said[:1].isupper() or word in frame_words(self.vocabulary)
        if not before.endswith(",") or known or named or self.known.is_word(word, self.language):
            return text
        return before.removesuffix(",") + text[last.end :]


def _joined(match: re.Match[str]) -> str:
    """A range of ages with a dash; anything else as it stands."""
    low, high = int(match[1]), int(match[2])
    return f"{low}-{high}" if YOUNGEST <= low < high else match.group()
