"""A question in everyday Norwegian or English, and the turns before it -> `Query`.

Questions are read with the same vocabulary and the same number reader as the reports. A word that is in
neither the vocabulary, the word lists nor the reports is first tried as a misspelling; if that fails it
stays in `unmatched`, and an answer must then account for it.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from rapidfuzz.distance import OSA

from ingest.models import Quantity
from ingest.numbers import find_periods, find_quantities
from ingest.sentences import find_sentences
from ingest.vocabulary import ENGLISH, Mention, Token, Vocabulary, starts_with
from rag.models import Intent, Query

MAX_CHARS = 1000
POPULATION = ("sex", "origin", "education", "age", "area", "status")
# Edits that may lie between a word and what was meant: none in short words, where every edit is another word.
ONE_EDIT_LETTERS = 5
TWO_EDIT_LETTERS = 9
# A word may lack up to this many of its last letters ("arbe"), if it has at least so many.
CUT_LETTERS = 4
CUT_OFF = 2
# Two forms of one word share a stem of so many letters and differ in so many of the ending.
STEM_LETTERS = 6
ENDING_LETTERS = 3

_SPLITS = frozenset({"by_origin", "by_age", "by_education", "both_sexes", "by_year"})

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]")
_AGED = re.compile(r"(\d{1,3})-?\s?(?:åring|year-old)\w*", re.IGNORECASE)
_CAPITAL = re.compile(r"[A-ZÆØÅ]")


@dataclass(frozen=True, slots=True)
class Understanding:
    """What the reader of questions may know of the reports.

    `knows_word` tells whether a lower-case word stands in a report, `is_word` whether it stands in a
    dictionary (and so is no misspelling), `newest_year` the latest year with
    figures, `today` the date that "i fjor" counts from.
    """

    knows_word: Callable[[str], bool]
    is_word: Callable[[str], bool]
    newest_year: int
    today: dt.date


def clean(text: str) -> str:
    """The question in NFC without control characters and repeated spaces."""
    text = _CONTROL.sub(" ", unicodedata.normalize("NFC", text))
    return re.sub(r"\s+", " ", text).strip()


def read_question(
    text: str, vocabulary: Vocabulary, known: Understanding, history: Sequence[Query] = ()
) -> list[Query]:
    """Read a question, of one or several parts, into queries; the earlier turns fill what it leaves out.

    Returns at least one query. A part that asks for nothing ("hei", an order, an insult) is dropped where
    another part asks for something.
    """
    text = clean(text)
    language = find_language(text, vocabulary, history)
    queries: list[Query] = []
    earlier = list(history)
    for part in split_parts(text, vocabulary):
        query = _Reader(part, language, vocabulary, known, earlier).read()
        if queries and _bare_verdict(query):
            queries[-1] = _put_to_test(queries[-1])
            continue
        if queries and _adds_nothing(query):
            continue
        queries.append(query)
        if query.measures or query.dimensions or query.terms:
            earlier = [*earlier, query]
    queries = _shared_groups(queries, vocabulary)
    queries = _shared_years([query for query in queries if _asks(query, vocabulary)] or queries[:1])
    asked = any("?" in query.text for query in queries)
    questions = [query for query in queries if _is_question(query, vocabulary, marked=asked)]
    return questions or [query for query in queries if query.measures] or queries


def _asks(query: Query, vocabulary: Vocabulary) -> bool:
    if query.intent is Intent.GREETING:
        return False
    return bool(query.measures or query.dimensions or query.terms) or _is_question(query, vocabulary)


def _is_question(query: Query, vocabulary: Vocabulary, *, marked: bool = False) -> bool:
    """Whether a part asks, rather than states something around the question that is `marked` with "?"."""
    if "?" in query.text or query.intent is Intent.VERIFY:
        return True
    if not marked and {"count", "share"} & set(query.cues):
        return True
    openers = vocabulary.sequences("language", "questions", "openers")
    return bool(starts_with(vocabulary.tokens(query.text), 0, openers)) or query.intent is Intent.ABOUT


def _bare_verdict(query: Query) -> bool:
    """ "Stemmer det?" after a claim or a question: nothing of its own but the wish to have it checked."""
    own = query.quantities or query.terms or query.unmatched
    return query.intent is Intent.VERIFY and not own and len(query.carried) + (not query.measures) > 0 and (
        not query.measures or "measures" in query.carried
    )


def _adds_nothing(query: Query) -> bool:
    """ "Gi meg alle andelene." after a question: every slot is the question's own over again."""
    own = query.terms or query.unmatched or query.quantities or query.context or query.direction
    asks = query.intent in (Intent.FIGURE, Intent.TEXT, Intent.LIST)
    return asks and not own and {"measures", "dimensions"} & set(query.carried) != set() and "periods" in query.carried


def _put_to_test(query: Query) -> Query:
    """The claim, or the question, before a bare verdict, now to be checked."""
    cues = tuple(sorted({*query.cues, "verify"}))
    if query.quantities or query.direction:
        claim = query.intent in (Intent.FIGURE, Intent.TEXT, Intent.WHO_SAID, Intent.VERIFY)
        intent = Intent.VERIFY if claim else query.intent
        return replace(query, intent=intent, cues=cues, unmatched=(), terms=() if claim else query.terms)
    return replace(query, cues=cues)


def _shared_groups(queries: list[Query], vocabulary: Vocabulary) -> list[Query]:
    """ "Jeg har fullført videregående. Hvor lang programtid kan jeg få?": who is told of holds for the question."""
    result: list[Query] = []
    told: dict[str, tuple[str, ...]] = {}
    for query in queries:
        if not _is_question(query, vocabulary):
            told.update(query.dimensions)
        elif told and not query.dimensions:
            query = replace(query, dimensions=dict(told))
        result.append(query)
    return result


def _shared_years(queries: list[Query]) -> list[Query]:
    """ "Hvor mange startet, og hvor mange deltok i 2023?": the year holds for both."""
    years = [query.periods for query in queries if query.periods and "periods" not in query.carried]
    if len(queries) < 2 or len(set(years)) != 1:  # noqa: PLR2004
        return queries
    return [query if query.periods or query.intent is Intent.TEXT else replace(query, periods=years[0]) for query in queries]


def split_parts(text: str, vocabulary: Vocabulary) -> list[str]:
    """The questions in a text: one after another, or joined by "og" before a question word."""
    parts: list[str] = []
    text = _without_preamble(text, vocabulary)
    openers = vocabulary.sequences("language", "questions", "openers")
    for start, end in find_sentences(text):
        sentence = text[start:end]
        tokens = vocabulary.tokens(sentence)
        begin = 0
        for at, token in enumerate(tokens):
            joins = token.word in ("og", "and", "samt") and starts_with(tokens, at + 1, openers)
            if joins and at > 1 and any(starts_with(tokens, k, openers) for k in range(at)):
                parts.append(sentence[begin : token.start].strip(" ,"))
                begin = token.start
        parts.append(sentence[begin:].strip())
    return [part for part in parts if part] or [text]


def _without_preamble(text: str, vocabulary: Vocabulary) -> str:
    """The question after "Til kommuneplanen: …", where what comes before the colon says nothing of the domain."""
    tokens = vocabulary.tokens(text)
    asking = vocabulary.sequences("language", "questions", "asking")
    openers = vocabulary.sequences("language", "questions", "openers")
    for at in range(len(tokens)):
        length = starts_with(tokens, at, asking)
        if length and starts_with(tokens, at + length, openers):
            return text[tokens[at + length].start :]
    before, colon, after = text.partition(": ")
    if not colon or not after or any(m.dimension not in ("frame", "term") for m in vocabulary.find(before)):
        return text
    return after if len(after) > len(before) / 2 else text


def find_language(text: str, vocabulary: Vocabulary, history: Sequence[Query] = ()) -> str:
    """ "nb", "nn" or "en", by the words that only one of them has; the earlier turn's where none tells."""
    words = [token.word for token in vocabulary.tokens(text)]
    marks = {code: set(vocabulary.word_list("language", "marks", code)) for code in ("nb", "nn", "en")}
    count = {code: sum(word in marks[code] for word in words) for code in marks}
    dialect = any(word in vocabulary.word_list("language", "marks", "dialect") for word in words)
    if not dialect and any(word in vocabulary.word_list("language", "marks", "strong_nn") for word in words):
        return "nn"
    if count["en"] > count["nb"]:
        return "en"
    if history and len(words) <= 4 and count["nb"] <= 1:  # noqa: PLR2004 - "og menn?" says nothing
        return history[-1].language
    return "nb"


class _Reader:
    def __init__(
        self,
        text: str,
        language: str,
        vocabulary: Vocabulary,
        known: Understanding,
        history: Sequence[Query],
    ) -> None:
        self.language, self.vocabulary, self.known, self.history = language, vocabulary, known, history
        self.published = text
        self._scan(self._spelled(_AGED.sub(r"\1 år", text)))
        again = self._spelled_again()
        if again != self.text:
            self._scan(again)

    def _scan(self, text: str) -> None:
        vocabulary = self.vocabulary
        self.text = text
        self.tokens = vocabulary.tokens(self.text)
        self.mentions = [m for m in map(self._in_language, vocabulary.find_in(self.text, self.tokens)) if m]
        self.intents = {m.code: m for m in vocabulary.find_intents(self.text, self.tokens)}
        self.periods_found = find_periods(self.text)
        self._drop_claimant()
        self.quantities = [
            q
            for q in find_quantities(self.text)
            if not any(q.start < p.end and p.start < q.end for p in self.periods_found)
        ]

    def _drop_claimant(self) -> None:
        """In "Statsråden påstår at …" who claims it, and how, is not part of the question."""
        claims = self.vocabulary.word_list("language", "questions", "claims")
        at = next((t for t in self.tokens if t.word in claims), None)
        if at is None or not any(m.dimension == "measure" and m.start > at.end for m in self.mentions):
            return
        if any(m.dimension == "measure" and m.end < at.start for m in self.mentions):
            return
        self.tokens = [t for t in self.tokens if t.start > at.start]
        self.mentions = [m for m in self.mentions if m.start > at.start]

    # ---- spelling

    def _spelled(self, text: str) -> str:
        """The question with misspelt words of the domain put right."""
        pieces: list[str] = []
        position = 0
        for token in self.vocabulary.tokens(text):
            right = self._correction(token)
            if right is not None:
                pieces.append(text[position : token.start] + right)
                position = token.end
        return "".join(pieces) + text[position:]

    def _correction(self, token: Token) -> str | None:
        word = token.word
        if self.vocabulary.knows(word) or self.known.knows_word(word):
            return None
        return self._nearest_word(word)

    def _nearest_word(self, word: str) -> str | None:
        """The known word that a word is most likely a misspelling of: one edit, two in a long word, or cut short."""
        if len(word) < CUT_LETTERS or not word.isalpha():
            return None
        allowed = 0 if len(word) < ONE_EDIT_LETTERS else 1 if len(word) < TWO_EDIT_LETTERS else 2
        best: tuple[int, str] | None = None
        for candidate in self.vocabulary.words | _frame_words(self.vocabulary):
            if candidate == word:
                continue
            if candidate.startswith(word) and 0 < len(candidate) - len(word) <= CUT_OFF:
                best = min(best or (CUT_OFF, candidate), (1, candidate))
                continue
            if abs(len(candidate) - len(word)) > allowed or len(candidate) < ONE_EDIT_LETTERS - 1:
                continue
            if candidate[0] != word[0] and candidate[:2] != word[1::-1]:
                continue
            distance = OSA.distance(word, candidate, score_cutoff=allowed)
            if distance <= allowed and (best is None or (distance, candidate) < best):
                best = (distance, candidate)
        if best is None or not (_inflects(word, best[1]) or not self.known.is_word(word)):
            return None
        return best[1]

    def _spelled_again(self) -> str:
        """The question with words put right that occur in the vocabulary but mean nothing where they stand."""
        left = {word.lower() for word in self._unmatched() if not self.known.knows_word(word.lower())}
        pieces: list[str] = []
        position = 0
        for token in self.tokens:
            right = self._nearest_word(token.word) if token.word in left else None
            if right is not None:
                pieces.append(self.text[position : token.start] + right)
                position = token.end
        return "".join(pieces) + self.text[position:]

    def _in_language(self, mention: Mention) -> Mention | None:
        """The mention if its form holds in the question's language."""
        if not mention.dimension.endswith(ENGLISH):
            return mention
        if self.language != "en":
            return None
        return replace(mention, dimension=mention.dimension.removesuffix(ENGLISH))

    # ---- slots

    def read(self) -> Query:
        measures = self._measures()
        dimensions = self._dimensions()
        periods = self._periods()
        unmatched = self._unmatched()
        terms = tuple(dict.fromkeys(m.code for m in self.mentions if m.dimension == "term"))
        intent = self._intent(measures)
        query = Query(
            text=self.published,
            language=self.language,
            intent=intent,
            measures=measures,
            dimensions=dimensions,
            periods=periods,
            unit=self._unit(),
            unmatched=unmatched,
            terms=terms,
            quantities=tuple(q for q in self.quantities if not self._is_age(q.start)),
            direction=self._direction(),
            cues=tuple(sorted(self.intents)),
        )
        return self._carry(query)

    def _measures(self) -> tuple[str, ...]:
        entry = self.vocabulary.measure
        found = [m for m in self.mentions if m.dimension == "measure"]
        for weak in (False, True):
            outcomes = [m.code for m in found if m.weak == weak and not entry(m.code).stage]
            if outcomes:
                return tuple(dict.fromkeys(outcomes))
            stages = [m.code for m in found if m.weak == weak and entry(m.code).stage]
            if stages:
                return tuple(dict.fromkeys(stages))
        return ()

    def _dimensions(self) -> dict[str, tuple[str, ...]]:
        found: dict[str, list[str]] = {}
        for mention in self.mentions:
            if mention.dimension not in POPULATION:
                continue
            contrast = any(m.dimension == "origin" and m.code != mention.code for m in self.mentions)
            leans = any("origin" in q.dimensions for q in self.history[-1:])
            if mention.weak and mention.dimension == "origin" and not (contrast or leans):
                continue
            dimension, code = mention.dimension, mention.code
            if dimension == "origin" and self._is_place(mention):
                dimension = "area"
            if code not in found.setdefault(dimension, []):
                found[dimension].append(code)
        ages = [age for q in self.quantities if (age := self._is_age(q.start))]
        if ages:
            found["age"] = ages
        if "both_sexes" in self.intents and "sex" not in found:
            found["sex"] = [entry.code for entry in self.vocabulary.of("sex")]
        return {dimension: tuple(codes) for dimension, codes in found.items()}

    def _is_place(self, mention: Mention) -> bool:
        """ "i Sverige": a country one is in, not one that people come from."""
        before = [token for token in self.tokens if token.end <= mention.start]
        return bool(before) and before[-1].word in ("i", "in") and " " not in mention.surface.strip()

    def _is_age(self, start: int) -> str | None:
        quantity = next(q for q in self.quantities if q.start == start)
        if quantity.unit != "år":
            return None
        if quantity.lower != quantity.upper and quantity.hedge is None:
            return f"{quantity.lower}-{quantity.upper}"
        if quantity.hedge in ("under", "over"):
            return f"-{quantity.value}" if quantity.hedge == "under" else f"{quantity.value}-"
        return None

    def _periods(self) -> tuple[str, ...]:
        found: list[str] = []
        earlier = next((q.periods[0] for q in reversed(self.history) if q.periods), None)
        base = int(earlier[:4]) if earlier else self.known.newest_year
        calendar = set(self.vocabulary.word_list("language", "questions", "calendar_years"))
        for period in self.periods_found:
            code = period.code
            if not period.exact:
                continue
            if code in ("-1", "0"):
                year = self.known.today.year if period.surface.lower() in calendar else base
                code = str(year + int(code))
            if code == "tidligere" or code in found:
                continue
            if len(code) > len("2023") and len(code.split("-")) == 2:  # noqa: PLR2004 - a range has two ends
                found.extend(c for c in code.split("-") if c not in found)
            else:
                found.append(code)
        return tuple(found)

    def _unit(self) -> str | None:
        share, count = self.intents.get("share"), self.intents.get("count")
        stated = [(q.start, q.end) for q in self.quantities]
        words = {t.word for t in self.tokens if not any(s <= t.start < e for s, e in stated)}
        percent = words & set(self.vocabulary.word_list("language", "questions", "percent"))
        if share and count and not percent and not self._same_phrase(share, count):
            return "personer"
        if share or "points" in self.intents:
            return "prosent"
        return "personer" if count else None

    @staticmethod
    def _same_phrase(share: Mention, count: Mention) -> bool:
        """ "Hvor mange prosent" holds both "hvor mange" and the wish for a share."""
        return share.start < count.end and count.start < share.end

    def _direction(self) -> str | None:
        """Which way the question takes a change to have gone ("falt", "økte")."""
        if not {"change", "explain", "verify"} & set(self.intents):
            return None
        counted = self.vocabulary.word_list("language", "questions", "time_nouns")
        pairs = zip(self.tokens, [*self.tokens[1:], None], strict=True)
        words = [token.word for token, after in pairs if after is None or after.word not in counted]
        for key in ("down", "up"):
            if any(word in self.vocabulary.word_list("grammar", "moved", key) for word in words):
                return key
        return None

    # ---- intent

    def _intent(self, measures: tuple[str, ...]) -> Intent:
        cues = self.intents
        has_subject = bool(measures) or any(m.dimension in (*POPULATION, "term") for m in self.mentions)
        if "about" in cues and not self._figure_cue() and not measures:
            return Intent.ABOUT
        if "greeting" in cues and not has_subject and len(self.tokens) <= 4:  # noqa: PLR2004
            return Intent.GREETING
        if "who_said" in cues:
            return Intent.WHO_SAID
        if "verify" in cues:
            return Intent.VERIFY
        if "explain" in cues:
            return Intent.EXPLAIN
        if "define" in cues and not self.quantities:
            return Intent.DEFINE
        if "overview" in cues and not self._figure_cue() and not {"change", "fate"} & set(cues):
            return Intent.OVERVIEW
        groups = any(len(codes) > 1 for codes in self._dimensions().values())
        if groups and measures and not self._unmatched():
            return Intent.COMPARE
        if self._figure_cue() and any("land" in self.vocabulary.measure(m).units for m in measures):
            return Intent.FIGURE
        if "fate" in cues and "change" not in cues and not measures:
            return Intent.TEXT
        if "compare" in cues and ("change" not in cues or len(self.periods_found) > 1):
            return Intent.RANK if "rank" in cues and "by_origin" in cues else Intent.COMPARE
        if "rank" in cues and ("by_origin" in cues or "by_year" in cues or "both_sexes" in cues):
            return Intent.RANK
        if "change" in cues:
            return Intent.CHANGE
        if {"by_origin", "by_age", "by_education"} & set(cues):
            return Intent.LIST
        if "rank" in cues and measures:
            return Intent.RANK
        if self._figure_cue() or (measures and not self._text_cue()) or self._telegraph():
            return Intent.FIGURE
        return Intent.TEXT

    def _figure_cue(self) -> bool:
        return bool({"count", "share", "points"} & set(self.intents))

    def _telegraph(self) -> bool:
        """ "syria 2023": groups and years, no question word, nothing else."""
        return bool(self._dimensions()) and not self._text_cue() and not self._unmatched()

    def _text_cue(self) -> bool:
        openers = self.vocabulary.sequences("language", "questions", "text_openers")
        if any(m.dimension == "term" for m in self.mentions):
            return True
        narrowed = self._dimensions() or self._periods()
        asks_what = starts_with(self.tokens, 0, self.vocabulary.sequences("language", "questions", "what_openers"))
        if narrowed and asks_what and self._measures():
            return False
        return any(starts_with(self.tokens, at, openers) for at in range(min(3, len(self.tokens))))

    # ---- what was not understood

    def _unmatched(self) -> tuple[str, ...]:
        taken = [(m.start, m.end) for m in self.mentions]
        taken += [(p.start, p.end) for p in self.periods_found]
        taken += [(q.start, q.end) for q in self.quantities]
        taken += [(m.start, m.end) for m in self.intents.values() if " " not in m.surface.strip()]
        frame = _frame_words(self.vocabulary) | self.vocabulary.intent_words
        if any(self._is_age(q.start) for q in self.quantities):
            frame |= {word for s in self.vocabulary.sequences("grammar", "age", "cue") for word in s}
        left = []
        for token in self.tokens:
            inside = any(start < token.end and token.start < end for start, end in taken)
            if inside or token.word in frame or not any(c.isalpha() for c in token.word) or len(token.word) < 2:
                continue
            left.append(self.text[token.start : token.end])
        for period in self.periods_found:
            inside = any(m.start <= period.start and period.end <= m.end for m in self.mentions)
            named = any(m.dimension == "term" for m in self.mentions)
            if not period.exact and not inside and not named:
                left.append(period.surface)
        left += [q.surface for q in self.quantities if self._is_lapse(q)]
        return tuple(dict.fromkeys(left))

    def _is_lapse(self, quantity: Quantity) -> bool:
        """A stretch of time that narrows what is asked ("ett år senere"), not an age or a duration asked for."""
        if quantity.unit not in ("år", "måneder", "uker", "dager") or self._is_age(quantity.start):
            return False
        return not any(quantity.unit in self.vocabulary.measure(m).units for m in self._measures())

    # ---- earlier turns

    def _carry(self, query: Query) -> Query:
        """Fill the slots that this turn leaves open from the turn before, slot by slot."""
        if not self.history or query.intent in (Intent.ABOUT, Intent.GREETING):
            return query
        opener = self.vocabulary.sequences("language", "questions", "elliptic_openers")
        if (not query.measures or query.intent is Intent.TEXT) and (self._leans() or starts_with(self.tokens, 0, opener)):
            query = replace(query, context=self.history[-1].text)
        if not self._is_elliptic(query):
            return query
        last = self.history[-1]
        carried = []
        if query.intent is Intent.COMPARE and len(self.history) > 1 and not query.dimensions and not query.periods:
            return self._both_turns(query)
        if not query.measures and last.measures:
            query = replace(query, measures=last.measures)
            carried.append("measures")
        if "everyone" in query.cues:
            kept = {} if not query.dimensions else query.dimensions
            last = replace(last, dimensions=kept)
        if {"rank", "list"} & set(query.cues) and set(last.cues) & _SPLITS and not set(query.cues) & _SPLITS:
            cues = tuple(sorted({*query.cues, *(set(last.cues) & _SPLITS)}))
            query = replace(query, cues=cues, intent=Intent.RANK)
        if set(last.dimensions) - set(query.dimensions):
            query = replace(query, dimensions={**last.dimensions, **query.dimensions})
            carried.append("dimensions")
        if not query.periods and last.periods:
            query = replace(query, periods=last.periods)
            carried.append("periods")
        elif query.periods and last.periods and self._compares(query):
            query = replace(query, periods=tuple(dict.fromkeys((*query.periods, *last.periods))))
            carried.append("periods")
        if query.unit is None and last.unit is not None and query.intent in (Intent.FIGURE, Intent.TEXT):
            query = replace(query, unit=last.unit)
        if query.intent is Intent.TEXT and last.intent is not Intent.TEXT and "measures" in carried:
            keeps = last.intent if last.intent not in (Intent.EXPLAIN, Intent.DEFINE) else Intent.FIGURE
            query = replace(query, intent=keeps)
        return replace(query, carried=tuple(carried))

    def _both_turns(self, query: Query) -> Query:
        """ "Hvor stor er forskjellen?" after two turns: what differs between them is what is compared."""
        first, last = self.history[-2], self.history[-1]
        names = dict.fromkeys((*first.dimensions, *last.dimensions))
        dimensions = {
            name: tuple(dict.fromkeys((*first.dimensions.get(name, ()), *last.dimensions.get(name, ()))))
            for name in names
        }
        periods = tuple(dict.fromkeys((*first.periods, *last.periods)))
        same = not query.measures and first.measures == last.measures
        if not same:
            dimensions, periods = dict(last.dimensions), last.periods
        return replace(
            query,
            measures=query.measures or last.measures,
            dimensions=dimensions,
            periods=periods,
            carried=("measures", "dimensions", "periods"),
        )

    def _leans(self) -> bool:
        """Whether a pronoun stands for what the turn before was about."""
        pronouns = self.vocabulary.word_list("language", "questions", "pronouns")
        return any(token.word in pronouns for token in self.tokens)

    def _compares(self, query: Query) -> bool:
        """ "er det mer enn i 2017?" compares with the figure before; "enn i 2017?" just asks for 2017."""
        return query.intent in (Intent.COMPARE, Intent.CHANGE) and len(self.tokens) > 3  # noqa: PLR2004

    def _is_elliptic(self, query: Query) -> bool:
        if query.unmatched or query.terms:
            return False
        opener = self.vocabulary.sequences("language", "questions", "elliptic_openers")
        if starts_with(self.tokens, 0, opener):
            return True
        people = self.vocabulary.word_list("language", "questions", "people_pronouns")
        if not query.dimensions and any(token.word in people for token in self.tokens[1:]):
            return not self.vocabulary.sequences("grammar", "anaphora", "of_those") or not any(
                starts_with(self.tokens, at, self.vocabulary.sequences("grammar", "anaphora", "of_those"))
                for at in range(len(self.tokens))
            )
        return not query.measures


def _inflects(word: str, known: str) -> bool:
    """Whether two words differ in their endings only ("avsluttede", "avsluttet")."""
    shared = next((i for i, (a, b) in enumerate(zip(word, known, strict=False)) if a != b), min(len(word), len(known)))
    return shared >= STEM_LETTERS and max(len(word), len(known)) - shared <= ENDING_LETTERS


def _frame_words(vocabulary: Vocabulary) -> frozenset[str]:
    words = set(vocabulary.word_list("grammar", "people", "nouns"))
    for language in ("nb", "nn", "en"):
        words.update(word for surface in vocabulary.word_list("frame", "words", language) for word in surface.split())
    return frozenset(words)


def is_name(word: str) -> bool:
    """Whether a word of a question is written like a name."""
    return bool(_CAPITAL.match(word)) and not word.isupper()
