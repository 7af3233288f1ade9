"""One question in everyday Norwegian or English -> its own slots.

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

from ingest.models import Quantity
from ingest.numbers import find_periods, find_quantities
from ingest.vocabulary import ENGLISH, Mention, Vocabulary, starts_with
from rag.models import Intent, Query
from rag.spelling import Speller, frame_words

MAX_CHARS = 1000
# "under 30" without a unit is an age up to this.
OLDEST = 120
# A word so short is a clipped function word ("el", "te"), not what is asked about.
CLIPPED = 2
POPULATION = ("sex", "origin", "education", "age", "area", "status")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]")
_AGED = re.compile(r"(\d{1,3})-?\s?(?:åring|year-old)\w*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Understanding:
    """What the reader of questions may know of the reports.

    `knows_word` tells whether a lower-case word stands in a report, `is_word` whether it stands in a
    dictionary of a language (and so is no misspelling), `newest_year` the latest year with
    figures, `today` the date that "i fjor" counts from.
    """

    knows_word: Callable[[str], bool]
    is_word: Callable[[str, str], bool]
    newest_year: int
    today: dt.date


def clean(text: str) -> str:
    """The question in NFC without control characters and repeated spaces."""
    text = _CONTROL.sub(" ", unicodedata.normalize("NFC", text))
    return re.sub(r"\s+", " ", text).strip()


class Reader:
    """One question read into slots; `tokens` are its words after spelling."""

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
        speller = Speller(vocabulary, known.knows_word, lambda word: known.is_word(word, language))
        self._scan(speller.spelled(_AGED.sub(r"\1 år", text)))
        # A word may be known as a part of longer forms only, and mean nothing where it stands.
        left = {word.lower() for word in self._unmatched() if not known.knows_word(word.lower())}
        again = speller.replaced(self.text, self.tokens, left)
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

    def _in_language(self, mention: Mention) -> Mention | None:
        """The mention if its form holds in the question's language."""
        if not mention.dimension.endswith(ENGLISH):
            return mention
        if self.language != "en":
            return None
        return replace(mention, dimension=mention.dimension.removesuffix(ENGLISH))

    # ---- slots

    def read(self) -> Query:
        """The question's own slots; what an earlier turn said is filled in by the conversation."""
        measures = self._measures()
        dimensions = self._dimensions()
        periods = self._periods()
        unmatched = self._unmatched()
        terms = tuple(dict.fromkeys(m.code for m in self.mentions if m.dimension == "term"))
        intent = self._intent(measures)
        return Query(
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

    @property
    def vague(self) -> bool:
        """Whether the measure is named in passing only ("gikk det ned", "resultatet")."""
        found = [m for m in self.mentions if m.dimension == "measure"]
        entries = [self.vocabulary.measure(m.code) for m in found]
        general = all(entry.stage or entry.data.get("main_outcome") for entry in entries)
        return bool(found) and general and all(m.weak for m in found)

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
            others = self.vocabulary.entry("origin", mention.code).data.get("complement")
            contrast = any(m.dimension == "origin" and m.code == others for m in self.mentions)
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
        """Whether a country is one that people are in ("i Sverige"), not one that they come from."""
        before = [token for token in self.tokens if token.end <= mention.start]
        return bool(before) and before[-1].word in ("i", "in") and " " not in mention.surface.strip()

    def _is_age(self, start: int) -> str | None:
        quantity = next(q for q in self.quantities if q.start == start)
        bare = quantity.unit is None and quantity.hedge in ("under", "over") and quantity.value <= OLDEST
        if quantity.unit != "år" and not bare:
            return None
        if quantity.lower != quantity.upper and quantity.hedge is None:
            return f"{quantity.lower}-{quantity.upper}"
        if quantity.hedge in ("under", "over"):
            return f"-{quantity.value}" if quantity.hedge == "under" else f"{quantity.value}-"
        return None

    def _periods(self) -> tuple[str, ...]:
        found: list[str] = []
        earlier = next((q.periods[0] for q in reversed(self.history) if q.periods), None)
        named = next((p.code for p in self.periods_found if p.exact and p.code.isdigit()), None)
        base = int((named or earlier or str(self.known.newest_year))[:4])
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
            if len(code) > len("2023") and len(code.split("-")) == 2:
                found.extend(c for c in code.split("-") if c not in found)
            else:
                found.append(code)
        return tuple(found)

    def _unit(self) -> str | None:
        if "points" in self.intents:
            return "prosent"
        share, count = self.intents.get("share"), self.intents.get("count")
        if share and count and self._negated(share):
            return "personer"
        stated = [(q.start, q.end) for q in self.quantities]
        words = {t.word for t in self.tokens if not any(s <= t.start < e for s, e in stated)}
        percent = words & set(self.vocabulary.word_list("language", "questions", "percent"))
        if share and count and not percent and not self._same_phrase(share, count):
            return "personer"
        if share:
            return "prosent"
        return "personer" if count else None

    def _negated(self, mention: Mention) -> bool:
        """ "in heads, not percent"."""
        before = [token.word for token in self.tokens if token.end <= mention.start]
        return bool(before) and before[-1] in self.vocabulary.word_list("language", "questions", "negations")

    @staticmethod
    def _same_phrase(share: Mention, count: Mention) -> bool:
        """Whether one phrase asks for both: "hvor mange prosent" is the wish for a share."""
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
        if "greeting" in cues and not has_subject and len(self.tokens) <= 4:
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
        if "rank" in cues and {"by_origin", "by_year", "both_sexes", "by_county", "by_municipality"} & set(
            cues
        ):
            return Intent.RANK
        if "change" in cues:
            return Intent.CHANGE
        if {"by_origin", "by_age", "by_education", "by_county", "by_municipality"} & set(cues):
            return Intent.LIST
        if "rank" in cues and measures:
            return Intent.RANK
        if self._figure_cue() or (measures and not self._text_cue()) or self._telegraph():
            return Intent.FIGURE
        return Intent.TEXT

    def _figure_cue(self) -> bool:
        return bool({"count", "share", "points"} & set(self.intents))

    def _telegraph(self) -> bool:
        """Whether the question is but groups and years ("syria 2023"): no question word, nothing else."""
        return bool(self._dimensions()) and not self._text_cue() and not self._unmatched()

    def _text_cue(self) -> bool:
        openers = self.vocabulary.sequences("language", "questions", "text_openers")
        if any(m.dimension == "term" for m in self.mentions):
            return True
        narrowed = self._dimensions() or self._periods()
        asks_what = starts_with(
            self.tokens, 0, self.vocabulary.sequences("language", "questions", "what_openers")
        )
        if narrowed and asks_what and self._measures():
            return False
        return any(starts_with(self.tokens, at, openers) for at in range(min(3, len(self.tokens))))

    # ---- what was not understood

    def _unmatched(self) -> tuple[str, ...]:
        taken = [(m.start, m.end) for m in self.mentions]
        taken += [(p.start, p.end) for p in self.periods_found]
        taken += [(q.start, q.end) for q in self.quantities]
        taken += [(m.start, m.end) for m in self.intents.values() if " " not in m.surface.strip()]
        frame = frame_words(self.vocabulary) | self.vocabulary.intent_words
        if any(self._is_age(q.start) for q in self.quantities):
            frame |= {word for s in self.vocabulary.sequences("grammar", "age", "cue") for word in s}
        left = []
        for token in self.tokens:
            inside = any(start < token.end and token.start < end for start, end in taken)
            if (
                inside
                or token.word in frame
                or not any(c.isalpha() for c in token.word)
                or len(token.word) <= CLIPPED
            ):
                continue
            left.append(self.text[token.start : token.end])
        for period in self.periods_found:
            inside = any(m.start <= period.start and period.end <= m.end for m in self.mentions)
            named = any(m.dimension == "term" for m in self.mentions)
            if not period.exact and not inside and not named:
                left.append(period.surface)
        left += [q.surface for q in self.quantities if self._is_lapse(q)]
        left += self._negations()
        return tuple(dict.fromkeys(left))

    def _negations(self) -> list[str]:
        """A "not" or "without" that no mention holds: it turns the question round."""
        words = self.vocabulary.word_list("language", "questions", "negating")
        held = [(m.start, m.end) for m in (*self.mentions, *self.intents.values())]
        found = []
        for token in self.tokens:
            inside = any(start <= token.start and token.end <= end for start, end in held)
            aside = self.text[: token.start].rstrip().endswith((",", "(", "–"))
            if token.word in words and not inside and not aside:
                found.append(self.text[token.start : token.end])
        return found

    def _is_lapse(self, quantity: Quantity) -> bool:
        """A stretch of time that narrows what is asked ("ett år senere"), not an age or a duration."""
        if quantity.unit not in ("år", "måneder", "uker", "dager") or self._is_age(quantity.start):
            return False
        return not any(quantity.unit in self.vocabulary.measure(m).units for m in self._measures())
