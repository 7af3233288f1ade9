"""Which measures a question names, and which of its words nothing accounts for.

A word that is in neither the vocabulary, the word lists nor the reports is first tried as a misspelling; if
that fails an answer must account for it.
"""

from __future__ import annotations

import itertools
from collections.abc import Collection, Sequence

from ingest.models import Quantity
from ingest.vocabulary import (
    Mention,
    Token,
    Vocabulary,
    starts_with,
    tokenize,
)
from rag.asides import aside_words
from rag.calculate import PEOPLE, PERCENT
from rag.found import OF_REACH, POPULATION, Found
from rag.models import Query
from rag.spelling import frame_words
from rag.wording import OLDEST, YOUNGEST, Understanding
from rag.years import Years

# A word so short is a clipped function word ("el", "te"), not what is asked about.
CLIPPED = 2
# A word put right may still be a form that means nothing where it stands ("introprogrammt").
RESPELLINGS = 2
# Of whom or what something is in English; the word before it is known or not.
OF_IT = "'s"
# Units of a stretch of time.
TIMES = ("år", "måneder", "uker", "dager")
PAIR = 2
# Between the items of a list of measures, and how many make one.
LIST_SIGNS, FEWEST_LISTED = ",+;/", 3


class Accounted(Found):
    """What was found in one question, with the measures that it names and the words left over."""

    def __init__(
        self, text: str, language: str, vocabulary: Vocabulary, known: Understanding, history: Sequence[Query]
    ) -> None:
        super().__init__(text, language, vocabulary, known, history)
        # A word may be known as a part of longer forms only, and mean nothing where it stands.
        tried = {self.text}
        for _ in range(RESPELLINGS):
            left = {word.lower() for word in self._unmatched() if not known.knows_word(word.lower())}
            again = self.speller.replaced(self.text, self.tokens, left)
            if again in tried:
                break
            tried.add(again)
            self._scan(again)

    def _means_someone(self) -> bool:
        """Whether someone who is quoted is named, or stands behind a "han" or "hun"."""
        pronouns = self._words("person_pronouns")
        return bool(self._people()) or any(token.word in pronouns for token in self.tokens)

    def _measures(self) -> tuple[str, ...]:
        entry = self.vocabulary.measure
        found = [m for m in self.mentions if m.dimension == "measure"]
        found = [m for m in found if not (self._is_narrowed(m, found) or self._is_whiled_away(m))]
        if len(self._periods()) > 1:
            # "Sto resultatet stille fra 2022 til 2023?" is of the result in those years.
            found = [m for m in found if {"prosent", "personer"} & set(entry(m.code).units)] or found
        if listed := self._listed_measures(found):
            return listed
        for weak in (False, True):
            outcomes = [m.code for m in found if m.weak == weak and not entry(m.code).stage]
            # "Hvor mange av dem som fikk jobb, jobber deltid?" asks for the narrower; the other says of whom.
            outcomes = [c for c in outcomes if not any(entry(o).data.get("narrows") == c for o in outcomes)]
            if outcomes:
                parts = [
                    m
                    for m in found
                    if m.weak and self._is_part(m.code, outcomes) and not self._only_leads_to(m, found)
                ]
                beside = outcomes if parts and self._beside_whole(parts[-1], found) else ()
                told = (*(m.code for m in parts), *beside) or (*outcomes, *self._whole_of(outcomes))
                return tuple(dict.fromkeys(told))
            stages = [m.code for m in found if m.weak == weak and entry(m.code).stage]
            bare = [m.code for m in found if m.weak and not entry(m.code).stage]
            if stages and not weak and bare and (self._told_in_clause(found) or self._denies(found)):
                return tuple(dict.fromkeys(bare))
            if stages and not weak and bare and "share" in self.intents and not self._names_population():
                # "Andel utdanning av alle som var ferdige": those are whose share it is.
                return tuple(dict.fromkeys(bare))
            if stages:
                # "Did more start than finish?" sets a stage against one that is named in passing.
                than = self.intents.get("compare")
                stages += [m.code for m in found if than and m.start >= than.end and entry(m.code).stage]
                return tuple(dict.fromkeys(stages))
        if any(q.unit in TIMES for q in self.quantities) and any(
            t.word in self._words("staying") for t in self.tokens
        ):
            # "Kan de gå der i fire år?"
            return tuple(e.code for e in self.vocabulary.of("measure") if e.data.get("length_of_programme"))
        return ()

    def _listed_measures(self, found: Sequence[Mention]) -> tuple[str, ...]:
        """Stages and outcomes that are but named one after another ("deltok, startet, avsluttet, i jobb")."""
        lead = {w for key in ("joining", "figure_words", "before_item") for w in self._words(key)}
        lead |= {t.word for m in self.wishes if m.code in ("count", "share") for t in tokenize(m.surface)}
        items = sorted(found, key=lambda m: m.start)
        for first, second in itertools.pairwise(items):
            between = {t.word for t in self.tokens if first.end <= t.start and t.end <= second.start}
            signs = set(self.text[first.end : second.start])
            parted = signs & set(LIST_SIGNS) or between & set(self._words("joining"))
            if not parted or not between <= lead:
                return ()
        codes = tuple(dict.fromkeys(m.code for m in items))
        stages = [code for code in codes if self.vocabulary.measure(code).stage]
        whole = FEWEST_LISTED <= len(codes) == len(items) and FEWEST_LISTED - 1 <= len(stages) < len(codes)
        return codes if whole else ()

    def _told_in_clause(self, found: Sequence[Mention]) -> bool:
        """Whether all stages only say of whom an outcome after them is claimed ("de som sluttet, jobber")."""
        who = self.vocabulary.word_list("grammar", "doubt", "relative")
        stages = [m for m in found if not m.weak and self.vocabulary.measure(m.code).stage]
        outcomes = [m for m in found if m.weak and not self.vocabulary.measure(m.code).stage]
        verbs = [m for m in outcomes if m.surface.lower() in self._words("states")]
        after = min((m.start for m in verbs), default=0) > max(m.end for m in stages)
        return bool(verbs) and after and all(self._is_led_by(who, m) for m in stages)

    def _denies(self, found: Sequence[Mention]) -> bool:
        """Whether an outcome is denied of those at a stage ("av dem som avsluttet fikk ikke jobb")."""
        negating = self._words("negating")
        stages = [m.end for m in found if not m.weak and self.vocabulary.measure(m.code).stage]
        outcomes = [m.start for m in found if m.weak and not self.vocabulary.measure(m.code).stage]
        before = ([t for t in self.tokens if max(stages) <= t.start < start][-2:] for start in outcomes)
        return any(token.word in negating for told in before for token in told)

    def _is_led_by(self, words: Collection[str], mention: Mention) -> bool:
        """Whether one of some words stands in a mention, or straight before it."""
        read = [token for token in self.tokens if token.start < mention.end]
        inside = sum(token.start >= mention.start for token in read)
        return any(token.word in words for token in read[-inside - 1 :])

    def _is_whiled_away(self, mention: Mention) -> bool:
        """Whether an outcome only says where people are for a time ("fire år på skolebenken")."""
        told = any(q.unit in TIMES for q in self.quantities)
        staying = set(self._words("staying"))
        return told and bool(staying & {t.word for t in tokenize(mention.surface)})

    def _whole_of(self, outcomes: Sequence[str]) -> tuple[str, ...]:
        """What unites all outcomes of a list that ends in the whole ("andel jobb, andel skole, totalt")."""
        whole = self.vocabulary.sequences("language", "questions", "in_all")
        lists = ("before_year", "percent", "joining", "figure_words")
        idle = {word for key in lists for word in self._words(key)}
        idle |= {t.word for m in self.wishes if m.code in ("share", "count") for t in tokenize(m.surface)}
        last = max((m.end for m in self.mentions if m.code in outcomes), default=0)
        after = [t for t in self.tokens if t.start >= last and not any(c.isdigit() for c in t.word)]
        parted = after and (
            "," in self.text[last : after[-1].start] or after[0].word in self._words("joining")
        )
        while after and after[0].word in idle and not starts_with(after, 0, whole):
            after = after[1:]
        length = starts_with(after, 0, whole)
        if (
            not (parted and length)
            or "sum" in self.intents
            or any(t.word not in idle for t in after[length:])
        ):
            return ()
        unions = (e for e in self.vocabulary.of("measure") if "union" in e.data)
        return next(((e.code,) for e in unions if set(e.data["union"]) == set(outcomes)), ())

    def _names_population(self) -> bool:
        """Whether it names a group, of which a share of those of a stage may be asked."""
        return any(m.dimension in POPULATION for m in self.mentions)

    def _is_narrowed(self, mention: Mention, found: Sequence[Mention]) -> bool:
        """Whether a stage only names those of whom a clause says another ("deltakere som sluttet")."""
        if not self.vocabulary.measure(mention.code).stage:
            return False
        after = [token for token in self.tokens if token.start >= mention.end]
        if mention.weak and after and any(m.start == after[0].start and m.weak for m in found):
            # "How many participants left in 2023?"
            return True
        relative = self.vocabulary.word_list("grammar", "doubt", "relative")
        if not after or after[0].word not in relative:
            return False
        reach = after[: OF_REACH + 1][-1].start
        return any(after[0].end <= m.start <= reach and m.code != mention.code for m in found)

    def _is_part(self, code: str, outcomes: Sequence[str]) -> bool:
        """Whether an outcome is one of those that a named one unites ("lyktes med å få jobb")."""
        return any(code in self.vocabulary.measure(whole).data.get("union", ()) for whole in outcomes)

    def _only_leads_to(self, part: Mention, found: Sequence[Mention]) -> bool:
        """Whether a part's verb stands before what unites it with others ("landed in work or school")."""
        after = next((token.start for token in self.tokens if token.start >= part.end), None)
        return any(m.start == after and not m.weak and self._is_part(part.code, [m.code]) for m in found)

    def _beside_whole(self, part: Mention, found: Sequence[Mention]) -> bool:
        """Whether what unites some outcomes is named besides them ("arbeid, utdanning og måloppnåelse")."""
        after = next((m for m in found if m.start >= part.end and not m.weak), None)
        between = [t.word for t in self.tokens if after and part.end <= t.start and t.end <= after.start]
        return bool(between) and between[0] in self._words("joining")

    def _is_age(self, start: int) -> str | None:
        quantity = next(q for q in self.quantities if q.start == start)
        open_ended = quantity.hedge in ("under", "over")
        bare = (
            quantity.unit is None
            and (open_ended or quantity.lower != quantity.upper)
            and quantity.upper >= YOUNGEST
            and quantity.value <= OLDEST
        )
        told = quantity.unit is None and quantity.hedge is None and quantity.lower == quantity.upper
        if quantity.unit != "år" and not bare and not told:
            return None
        if quantity.lower != quantity.upper and quantity.hedge is None:
            return f"{quantity.lower}-{quantity.upper}"
        if quantity.hedge in ("under", "over"):
            return f"-{quantity.value}" if quantity.hedge == "under" else f"{quantity.value}-"
        if YOUNGEST <= quantity.value <= OLDEST and self._is_own_age(quantity):
            return f"{quantity.value}-{quantity.value}"
        return None

    def _is_own_age(self, quantity: Quantity) -> bool:
        """Whether a number of years is how old someone is ("jeg er 22 år", "en på 40 år", "22 år gammel")."""
        before = [token.word for token in self.tokens if token.end <= quantity.start][-1:]
        after = [token.word for token in self.tokens if token.start >= quantity.end][:1]
        if quantity.unit is None and not self._is_bare_age(quantity):
            return False
        joined = quantity.unit is not None and set(before) <= set(self._words("joining"))
        later = {*self._words("years_before"), *self._words("after_bound")}
        if joined and before and not set(after) & later:
            # "Hun er fra Syria og 57 år."
            return True
        return bool(set(before) & set(self._words("before_age")) or set(after) & set(self._words("old")))

    def _is_bare_age(self, quantity: Quantity) -> bool:
        """Whether a number without a unit is how old someone is ("mor er 60 og flyktning").

        Not one that opens the question ("er 41 og 8 det samme?") or that stands beside another.
        """
        before = [token.word for token in self.tokens if token.end <= quantity.start]
        after = [token.word for token in self.tokens if token.start >= quantity.end][:1]
        told = before[-2:-1] and before[-2] in self._words("pronouns")
        alone = len(self.quantities) == 1 and len(before) > 1 and not told
        return alone and bool(set(after) & set(self._words("after_age")))

    @property
    def _years(self) -> Years:
        return Years(
            self.tokens, self.periods_found, self.mentions, self.intents, self.quantities, self.history,
            self.vocabulary, self.known,
        )  # fmt: skip

    def _periods(self) -> tuple[str, ...]:
        return self._years.read()

    def _unmatched(self) -> tuple[str, ...]:
        taken = [(m.start, m.end) for m in (*self.mentions, *self.causes)]
        taken += [*self.negations.left_out, *self.sources_named]
        taken += [(p.start, p.end) for p in self.periods_found]
        taken += [(q.start, q.end) for q in self.quantities]
        wished = [m for m in self.wishes if m.code in self.intents]
        taken += [(m.start, m.end) for m in wished if " " not in m.surface.strip()]
        wishes = [(m.start, m.end) for m in wished]
        aged = any(self._is_age(q.start) for q in self.quantities)
        ages = self.vocabulary.sequences("grammar", "age", "cue") if aged else ()
        beside = {word for sequence in ages for word in sequence} | set(
            (*self._words("old"), *self._words("olds")) if aged else ()
        )
        # The words of a wish mean nothing else where it stands; elsewhere they may be what is asked about.
        wishing = self.vocabulary.intent_words
        neutral = (frame_words(self.vocabulary), beside, self._hedging(), self._manner(), self._spoken_for(),
                   self._told_by_neighbours())  # fmt: skip
        left = [w for start, w in self._own_compounds(neutral) if not any(s <= start < e for s, e in taken)]
        for token in self.tokens:
            inside = any(start < token.end and token.start < end for start, end in taken)
            if (
                inside
                or any(token.word.removesuffix(OF_IT) in words for words in neutral)
                or (token.word in wishing and any(s <= token.start and token.end <= e for s, e in wishes))
                or not any(c.isalpha() for c in token.word)
                or (len(token.word) <= CLIPPED and not self._is_acronym(token))
            ):
                continue
            left.append(self.text[token.start : token.end])
        for period in self.periods_found:
            inside = any(m.start <= period.start and period.end <= m.end for m in self.mentions)
            named = any(m.dimension == "term" for m in self.mentions)
            if not period.exact and not inside and not named:
                left.append(period.surface)
        left += [q.surface for q in self.quantities if self._is_lapse(q)]
        left += [*self._lasting(), *self._beyond_outcome()]
        rates = self.vocabulary.sequences("language", "questions", "rates")
        for at, token in enumerate(self.tokens):
            # The figures are of a year: "per dag" asks for something else.
            length = starts_with(self.tokens, at, rates)
            words = self.text[token.start : self.tokens[at + length - 1].end] if length else ""
            if words and not set(words.split()) & set(left):
                left.append(words)
            if unit := self._unknown_rate(at):
                left.append(unit)
        left += self.negations.unread()
        return tuple(dict.fromkeys(left))

    def _lasting(self) -> list[str]:
        """What is asked how long it lasts, where that is no programme ("hvor lenge varer jobbene?")."""
        named = [m for m in self.mentions if m.dimension == "measure"]
        long = [m for m in named if self.vocabulary.measure(m.code).data.get("length_of_programme")]
        asked = self.vocabulary.sequences("language", "questions", "how_long")
        if not long or not starts_with(self.tokens, 0, asked):
            return []
        near = [t.end for t in self.tokens if t.start >= long[-1].end][:PAIR]
        end = near[-1] if near else long[-1].end
        others = [m for m in named if long[0].start < m.start < end and PERCENT in self._units_of(m)]
        return [m.surface for m in others if not self.vocabulary.measure(m.code).stage]

    def _beyond_outcome(self) -> list[str]:
        """What those are said to have done who are told of by what became of them.

        "Hvor mange av dem som gikk til utdanning, fullførte utdanningen?": they had left the programme.
        """
        named = [m for m in self.mentions if m.dimension == "measure"]
        stages = [m for m in named if self.vocabulary.measure(m.code).stage and not m.weak]
        of, who = set(self._words("of")), set(self.vocabulary.word_list("grammar", "doubt", "relative"))
        outcomes = [m for m in named if not self.vocabulary.measure(m.code).stage]
        stages = [m for m in stages if not of & self._words_before(m)]
        stages = [m for m in stages if not any(o.start >= m.end and not o.weak for o in outcomes)]
        for outcome in outcomes:
            before = self._words_before(outcome)
            after = [m.surface for m in stages if m.start >= outcome.end]
            asks = "count" in self.intents or "share" in self.intents
            if asks and before & of and before & who and after:
                return after[:1]
        return []

    def _words_before(self, mention: Mention) -> set[str]:
        return {t.word for t in [t for t in self.tokens if t.end <= mention.start][-OF_REACH - 2 :]}

    def _units_of(self, mention: Mention) -> tuple[str, ...]:
        return self.vocabulary.measure(mention.code).units

    def _own_compounds(self, neutral: Sequence[Collection[str]]) -> list[tuple[int, str]]:
        """Words of a dictionary that were parted into two that say nothing ("personnummer"), with places.

        What they name together neither of them does.
        """
        starts = {token.start for token in self.tokens}
        found = []
        for whole in tokenize(self.text):
            parts = [t for t in self.tokens if whole.start <= t.start and t.end <= whole.end]
            idle = len(parts) > 1 and all(any(t.word in words for words in neutral) for t in parts)
            said = any(whole.word in words for words in neutral)
            own = idle and not said and whole.start in starts and whole.word.isalpha()
            if own and self.known.is_word(whole.word, self.language):
                found.append((whole.start, self.text[whole.start : whole.end]))
        return found

    def _manner(self) -> set[str]:
        """The words of this question that only tell how something is asked, told or set out.

        Not what is counted ("how many examples"); and what is done with figures only where it says what
        became of people besides, and claims nothing.
        """
        neutral = set(aside_words(self.vocabulary, "manner"))
        counts = [m.end for code in ("count", "share") if (m := self.intents.get(code))]
        counted = {next((t.word for t in self.tokens if t.start >= end), "") for end in counts}
        claims = {"verify", "explain"} & set(self.intents) or self.tagged or self._polar()
        if not claims and any(m.dimension == "measure" and not m.weak for m in self.mentions):
            neutral |= aside_words(self.vocabulary, "verbs")
        return neutral - counted

    def _told_by_neighbours(self) -> set[str]:
        """The words that say nothing where they stand.

        A "genuine" before the word for a figure ("det ekte tallet"), a body after a "which" that asks who
        does something ("which agency …"), and what one group does to another that it beats ("slår").
        """
        real, figures, which, bodies = (
            set(self._words(key)) for key in ("genuine", "figure_words", "which", "bodies_asked")
        )
        which |= set(self._words("which_ones"))
        pairs = [(a.word, b.word) for a, b in itertools.pairwise(self.tokens)]
        neutral = {a for a, b in pairs if a in real and b in figures}
        neutral |= {b for a, b in pairs if a in which and b in bodies}
        named = {m.start for m in self.mentions if m.dimension == "measure"}
        neutral |= {
            a.word
            for a, b in itertools.pairwise(self.tokens)
            if a.word in self._words("recorded") and b.start in named
        }
        told = {(q.start, q.end) for q in self.quantities}
        neutral |= {
            t.word
            for t in self.tokens
            if t.word in self._words("on_top")
            and any(t.end + 1 == start or end + 1 == t.start for start, end in told)
        }
        return neutral | {t.word for t in self.tokens if t.word in self._words("beating") and self._parts(t)}

    def _spoken_for(self) -> set[str]:
        """The words that say nothing beside what is named.

        Those for someone's title, and for saying, where someone who is quoted is meant; and that something
        depends on something, where a rule is, which tells on what.
        """
        titles = self._words("titles") if self._means_someone() else ()
        saying = self._words("sayings") if self.attributed else ()
        named = [self.vocabulary.measure(m.code) for m in self.mentions if m.dimension == "measure"]
        ruled = any(entry.data.get("timeless") for entry in named)
        depending = self._words("depending") if ruled else ()
        return {*titles, *saying, *depending, *self._words("person_pronouns")}

    def _unknown_rate(self, at: int) -> str:
        """What a figure is wanted for each of ("per programrådgiver"), where figures are not split so."""
        token, after = self.tokens[at], self.tokens[at + 1 : at + 2]
        times = self._words("time_nouns")
        if token.word not in self._words("per") or not after:
            return ""
        if not after[0].word.isalpha() or after[0].word in (*times, *self._words("percent")):
            return ""
        if self.text[after[0].start].isupper() and not self.text.isupper():
            # "Per IMDi" names who says so.
            return ""
        groups = [m for m in self.mentions if m.dimension in POPULATION]
        read = [(m.start, m.end) for m in (*self.intents.values(), *groups)] + self.sources_named
        read += [(p.start, p.end) for p in self.periods_found]
        if any(start <= t.start < end for start, end in read for t in (token, after[0])):
            return ""
        return self.text[token.start : after[0].end]

    def _hedging(self) -> set[str]:
        """The words in which the question's figures may be hedged ("opptil fem år")."""
        surfaces = self.vocabulary.tables.get("numerals", {}).get("hedges", {}).get("surfaces", {})
        return {
            word for q in self.quantities if q.hedge for s in surfaces.get(q.hedge, ()) for word in s.split()
        }

    def _is_acronym(self, token: Token) -> bool:
        """Whether a short word is a name in capitals, in a text that is not all in capitals."""
        surface = self.text[token.start : token.end]
        return len(surface) > 1 and surface.isupper() and not self.text.isupper()

    def _is_lapse(self, quantity: Quantity) -> bool:
        """A stretch of time that narrows what is asked ("ett år senere"), not an age or a duration."""
        if quantity.unit not in TIMES or self._is_age(quantity.start):
            return False
        if quantity.unit == "år" and quantity.value == len({p.code for p in self.periods_found}) > 1:
            # "The three years 2021, 2022 and 2023."
            return False
        a_year = quantity.unit == "år" and quantity.value == 1
        if self._of_these_years(quantity):
            return False
        if self._years.on() or (a_year and ({"change", "times"} & set(self.intents) or self._tells_more())):
            return False
        return not any(quantity.unit in self.vocabulary.measure(m).units for m in self._measures())

    def _tells_more(self) -> bool:
        """Whether it tells how many more or fewer there were ("15 000 flere deltakere på ett år")."""
        words = {*self._words("more"), *self._words("fewer"), *self._words("on_top")}
        after = {token.word for q in self.quantities if q.unit in (None, PEOPLE)
                 for token in [t for t in self.tokens if t.start >= q.start][: OF_REACH + 1]}  # fmt: skip
        return bool(words & after)

    def _of_these_years(self, quantity: Quantity) -> bool:
        """Whether the years that were named are meant ("for dei to åra"), and no stretch of time."""
        years = self.vocabulary.word_list("language", "questions", "the_years")
        those = self.vocabulary.word_list("language", "questions", "those")
        before = [token.word for token in self.tokens if token.end <= quantity.start][-1:]
        return quantity.surface.lower().endswith(years) and bool(set(before) & set(those))


def _takes_in(age: str, other: str) -> bool:
    """Whether an age group takes in another and more."""
    (low, high), (least, most) = (
        [int(end or bound) for end, bound in zip(code.split("-"), (0, OLDEST), strict=True)]
        for code in (age, other)
    )
    return (low, high) != (least, most) and low <= least and most <= high
