"""One question in everyday Norwegian or English -> its own slots.

Questions are read with the same vocabulary and the same number reader as the reports. A word that is in
neither the vocabulary, the word lists nor the reports is first tried as a misspelling; if that fails it
stays in `unmatched`, and an answer must then account for it.
"""

from __future__ import annotations

import itertools
from collections.abc import Collection, Sequence
from dataclasses import replace

from ingest.models import Quantity
from ingest.numbers import find_periods, find_quantities
from ingest.vocabulary import (
    ENGLISH,
    Mention,
    Token,
    Vocabulary,
    ending,
    ends_with,
    holds,
    starts_with,
    tokenize,
)
from rag.asides import aside_words
from rag.calculate import LANDS, PEOPLE, PERCENT, POINTS
from rag.cues import (
    AFTER,
    ATTRIBUTED,
    BEFORE,
    BOTH_UNITS,
    COMPOSITION,
    EITHER_YEAR,
    EVER,
    EVERYONE,
    HEADS,
    LAPSE,
    MEAN,
    PARTS,
    POLAR,
    QUALITY,
    SINGLED,
    SPEAKING,
    TODAY,
    WHEN,
)
from rag.models import Intent, Query, names_groups
from rag.negation import Negations, only_negates, opposite
from rag.spelling import Speller, frame_words
from rag.wording import OLDEST, YOUNGEST, Understanding, Wording, joined_by
from rag.years import Years

MAX_CHARS = 1000
# A word so short is a clipped function word ("el", "te"), not what is asked about.
CLIPPED = 2
# A greeting among at most so many words is all that a message is, if it asks nothing.
SHORT_GREETING = 4
POPULATION = ("sex", "origin", "education", "age", "area", "status")
# A word put right may still be a form that means nothing where it stands ("introprogrammt").
RESPELLINGS = 2
# Of whom or what something is in English; the word before it is known or not.
OF_IT = "'s"
# What is answered with sentences of the reports.
QUOTED = (Intent.TEXT, Intent.EXPLAIN, Intent.DEFINE, Intent.WHO_SAID)
# Units of a stretch of time.
TIMES = ("år", "måneder", "uker", "dager")
# Words between "fordi" and the cause ("fordi de har mindre skolegang").
CAUSE_REACH = 6
# Words before a stage among which an "of" makes it the whole ("av de som begynte").
OF_REACH = 3
# The frame entry for what follows right on the programme.
AFTER_PROGRAMME = "after_programme"
# "Figure 2" is a picture, "the figure of 49" a number.
FEWEST_OF_FIGURE = 10
PAIR = 2
# A head count that is told in whole hundreds may be rounded.
ROUND = 100
# Around what someone is said to say.
QUOTED_FROM, QUOTED_TO = "«»"
# Between the items of a list of measures, and how many make one.
LIST_SIGNS, FEWEST_LISTED = ",+;/", 3
# Between what is added up.
PLUS = "+"
# Words between someone's name and what they are said to have said ("Sanner har jo lovet").
SAYING_REACH = 3


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
        text, self.tagged = Wording(vocabulary, known, language).plain(text, speller)
        self._scan(speller.spelled(text))
        # A word may be known as a part of longer forms only, and mean nothing where it stands.
        tried = {self.text}
        for _ in range(RESPELLINGS):
            left = {word.lower() for word in self._unmatched() if not known.knows_word(word.lower())}
            again = speller.replaced(self.text, self.tokens, left)
            if again in tried:
                break
            tried.add(again)
            self._scan(again)

    def _scan(self, text: str) -> None:
        vocabulary = self.vocabulary
        self.text = text
        self.sources_named: list[tuple[int, int]] = []
        self.singled = False
        self.tokens = vocabulary.tokens(self.text)
        found = (self._in_language(m) for m in vocabulary.find_in(self.text, self.tokens))
        self.mentions = [self._of_whom(m) for m in found if m]
        self.mentions = [m for m in self.mentions if not (self._is_tongue(m) or self._is_verb(m))]
        self.mentions = self._with_unlettered(self.mentions)
        self.mentions += [*self._held_groups(), *self._old_people()]
        self._join_other_lands()
        self.wishes = vocabulary.find_intents(self.text, self.tokens)
        self.intents = {m.code: m for m in self.wishes}
        verdicts = [m for m in self.wishes if m.code == Intent.VERIFY.value]
        if verdicts:
            # "Ikke sant" and not the "sant" within it.
            self.intents[Intent.VERIFY.value] = max(verdicts, key=lambda m: (m.end - m.start, m.start))
        self._ask_why()
        self._ask_verdict()
        self._add_up()
        self._weigh_side()
        self._rise()
        self._ask_singled()
        self._ask_better()
        self._drop_source()
        self._ask_parts()
        self._drop_named()
        self._drop_bare_define()
        self._drop_within_wishes()
        self.mentions = [m for m in self.mentions if not self._is_someones(m)]
        self.negations = Negations(self.text, self.tokens, self.mentions, self.intents, vocabulary)
        self.mentions = self.negations.mentions
        self._ask_fate()
        self._ask_subject()
        self._set_aside()
        self.mentions = [m for m in self.mentions if not self._is_attribute(m)]
        for mention in [m for m in self.mentions if self._is_own_picture(m) or self._is_set_aside(m)]:
            self._leave_out(mention.start, mention.end)
        self.causes = [m for m in self.mentions if self._is_cause(m)]
        self.mentions = [m for m in self.mentions if m not in self.causes]
        self.periods_found = find_periods(self.text)
        self.attributed = self._attributes()
        if not self.attributed:
            self._drop_claimant()
        self.quantities = self._stated()
        told = any(q.unit or q.value >= FEWEST_OF_FIGURE for q in self.quantities)
        self.mentions = [
            m for m in self.mentions if not ((told or self._ends_name(m)) and self._is_numeral(m))
        ]
        if (moved := self._moved()) is not None:
            self.intents.setdefault("change", moved)
        if any(m.dimension == "measure" for m in self.mentions):
            self._claim_none()
            self._ask_direction()
        self._list_counted()

    def _stated(self) -> list[Quantity]:
        """The figures that stand in the text and are neither years, denied nor of those who talk."""
        return [
            q
            for q in find_quantities(self.text)
            if q not in self.negations.denied.values()
            and not self._counts_speakers(q)
            and not any(q.start < p.end and p.start < q.end for p in self.periods_found)
        ]

    def _counts_speakers(self, quantity: Quantity) -> bool:
        """Whether a number is of those who talk ("hvem av oss to har rett?"), and no figure."""
        before = [token.word for token in self.tokens if token.end <= quantity.start][-1:]
        few = quantity.unit is None and quantity.value < FEWEST_OF_FIGURE
        return few and bool(set(before) & set(self._words("speakers")))

    def _ask_verdict(self) -> None:
        """ "Rett?", "True?" and "Korrekt?" by themselves have what stands before them checked."""
        idle = {*self._words("joining"), *self._words("then"), *self._words("copula"), *self._words("formal")}
        said = [token for token in self.tokens if token.word not in idle]
        verdicts, beside = self._words("bare_verdicts"), self._words("beside_verdict")
        judged = any(t.word in verdicts for t in said)
        if judged and "?" in self.published and all(t.word in (*verdicts, *beside) for t in said):
            first, last = self.tokens[0], self.tokens[-1]
            surface = self.text[first.start : last.end]
            claim = Mention("intent", Intent.VERIFY.value, first.start, last.end, surface)
            self.intents.setdefault(Intent.VERIFY.value, claim)
            self.mentions = []

    def _ask_why(self) -> None:
        """ "Hvorfor er det sånn?" wants nothing checked."""
        length = starts_with(self.tokens, 0, self.vocabulary.sequences("language", "questions", "why"))
        checked = self.intents.get(Intent.VERIFY.value)
        that_way = set(self._words("that_way"))
        said = {token.word for token in tokenize(checked.surface)} if checked else set()
        if length and checked and self.tokens[length].start == checked.start and said & that_way:
            del self.intents[Intent.VERIFY.value]

    def _add_up(self) -> None:
        """ "Syria + Kongo + Eritrea": groups with but a plus between are added up."""
        groups = sorted((m for m in self.mentions if m.dimension in POPULATION), key=lambda m: m.start)
        for first, second in itertools.pairwise(groups):
            if first.dimension == second.dimension and self.text[first.end : second.start].strip() == PLUS:
                wish = Mention("intent", "sum", first.end, second.start, PLUS)
                self.intents.setdefault("sum", wish)

    def _weigh_side(self) -> None:
        """ "Flere ukrainere enn alle andre til sammen?" sets two sides against each other."""
        total, than = self.intents.get("sum"), self.vocabulary.sequences("grammar", "change", "than")
        if total is None or Intent.COMPARE.value not in self.intents:
            return
        groups = [m for m in self.mentions if m.dimension in POPULATION]
        for at, token in enumerate(self.tokens):
            sides = {group.end <= token.start for group in groups}
            if starts_with(self.tokens, at, than) and token.end <= total.start and len(sides) > 1:
                del self.intents["sum"]
                return

    def _rise(self) -> None:
        """ "2023 mot 2022: pluss hvor mange?" asks for no sum, "pluss hvor mange startet" for no change."""
        plus = {(word,) for word in self.vocabulary.word_list("operations", "between", "plus")}
        cue = self.intents.get(Intent.CHANGE.value)
        if cue is None or not starts_with(self.vocabulary.tokens(cue.surface), 0, frozenset(plus)):
            return
        named = any(m.dimension == "measure" and m.start >= cue.end for m in self.mentions)
        self.intents.pop(Intent.CHANGE.value if named else "sum", None)

    def _ask_singled(self) -> None:
        """ "Which age group do the findings single out?" asks for the one that has figures of its own."""
        singled = self.vocabulary.sequences("language", "questions", "singled")
        at = next((k for k in range(len(self.tokens)) if starts_with(self.tokens, k, singled)), None)
        if at is not None and "by_age" in self.intents:
            token = self.tokens[at]
            self.intents.setdefault("rank", Mention("intent", "rank", token.start, token.end, token.word))
            self.singled = True
            length = starts_with(self.tokens, at, singled)
            end = self.tokens[at + length - 1].end
            self.sources_named.append((token.start, end))
            wish = self.intents.get(Intent.COMPARE.value)
            if wish is not None and token.start <= wish.start < end:
                # "Skil seg ut" sets nothing against another.
                del self.intents[wish.code]

    def _ask_better(self) -> None:
        """ "Damene knuser gutta" sets the one against the other."""
        beating = (t for t in self.tokens if t.word in self._words("beating") and self._parts(t))
        if "sum" not in self.intents and (beats := next(beating, None)) is not None:
            wish = Mention("intent", Intent.COMPARE.value, beats.start, beats.end, beats.word)
            self.intents.setdefault(Intent.COMPARE.value, wish)

    def _drop_source(self) -> None:
        """ "Per the 2017 main findings" names where something stands, and asks for no overview."""
        cue = self.intents.get(Intent.OVERVIEW.value)
        named = any(m.dimension == "measure" and not m.weak for m in self.mentions)
        if cue is None or not named:
            return
        articles = self.vocabulary.word_list("grammar", "people", "definite")
        before = [t for t in self.tokens if t.end <= cue.start]
        while before and (before[-1].word in articles or before[-1].word.isdigit()):
            before.pop()
        length = ending(before, self.vocabulary.sequences("language", "questions", "sourcing"))
        if length:
            del self.intents[Intent.OVERVIEW.value]
            self.sources_named.append((before[-length].start, cue.end))

    def _ask_fate(self) -> None:
        """ "De som ikke fikk jobb, gikk rett på sofaen" claims what became of those it names."""
        if self.intents.pop("idle", None) is None:
            return
        idle = [replace(m, code="fate") for m in self.wishes if m.code == "idle"]
        named = [m for m in self.mentions if m.dimension == "measure"]
        unplaced = any(self.vocabulary.measure(m.code).complement for m in named)
        self.wishes = [m for m in self.wishes if m.code != "idle"]
        if unplaced and not {"count", "share"} & set(self.intents):
            self.wishes += idle
            self.intents.setdefault("fate", max(idle, key=lambda m: m.end - m.start))

    def _ask_subject(self) -> None:
        """ "What is the purpose in terms of what participants end up doing?" asks for the purpose."""
        fate = self.intents.get("fate")
        outcomes = [m for m in self.mentions if m.dimension == "measure" and not m.weak]
        if fate and not outcomes and any(self.is_subject(m) and m.end <= fate.start for m in self.mentions):
            del self.intents["fate"]

    def _join_other_lands(self) -> None:
        """ "Fra andre land" names all others, where no "enn" tells than which, and no number of countries."""
        lands = {m.start: m for m in self.mentions if m.dimension == "measure" and m.weak}
        than = {*self.vocabulary.word_list("grammar", "change", "than")}
        for m in [m for m in self.mentions if m.dimension == "origin" and m.weak]:
            land = lands.get(m.end + 1)
            if land is None or self.vocabulary.measure(land.code).units != (LANDS,):
                continue
            before = [t.word for t in self.tokens if t.end <= m.start][-1:]
            after = [t.word for t in self.tokens if t.start >= land.end][:1]
            others = self.vocabulary.entry("origin", m.code).complement
            if others and set(before) & set(self._words("from_home")) and not set(after) & than:
                self.mentions = [o for o in self.mentions if o not in (m, land)]
                self.mentions.append(
                    replace(m, weak=False, end=land.end, surface=self.text[m.start : land.end])
                )

    def _claim_none(self) -> None:
        """ "Ikke en eneste kom i jobb" claims something."""
        none = starts_with(self.tokens, 0, self.vocabulary.sequences("language", "questions", "none"))
        after = {token.word for token in self.tokens[none : none + OF_REACH]}
        if none and not after & set(self._words("ours")):
            start, end = self.tokens[0].start, self.tokens[none - 1].end
            claim = Mention("intent", "verify", start, end, self.text[start:end])
            self.intents.setdefault("verify", claim)
            self._leave_out(start, end)
            self._leave_out_grounds()

    def _leave_out_grounds(self) -> None:
        """What "they" are said to have come for, after a claim of them, is none of what is claimed.

        "Ingen av ukrainerne gidder jobbe, de kom hit for NAV".
        """
        first = max((m.end for m in self.mentions if m.dimension == "measure" and not m.weak), default=0)
        first = first or max((m.end for m in self.mentions if m.dimension == "measure"), default=0)
        comma = self.text.find(", ", first)
        after = [token for token in self.tokens if token.start > comma]
        pronouns = {*self._words("people_pronouns"), *self._words("they")}
        if comma < 0 or not after or after[0].word not in pronouns:
            return
        end = next((at for at in range(comma, len(self.text)) if self.text[at] in "!?."), len(self.text))
        rest = [m for m in self.mentions if comma < m.start < end and m.dimension != "term"]
        if not rest and not any(comma < p.start < end for p in find_periods(self.text)):
            self._leave_out(comma, end)

    def _ask_direction(self) -> None:
        """ "Gikk andelen i arbeid i 2023 ned også for de andre?" asks for a change."""
        if not self._polar() or "change" in self.intents:
            return
        held = [(m.start, m.end) for m in self.mentions]
        free = (t for t in self.tokens[1:] if not any(s <= t.start < e for s, e in held))
        moving = next((t for t in free if t.word in self._words("moving")), None)
        if moving is not None:
            self.intents["change"] = Mention("intent", "change", moving.start, moving.end, moving.word)

    def _is_numeral(self, mention: Mention) -> bool:
        """Whether a word for a picture means a number that is told ("the figure of 11 381")."""
        words = self.vocabulary.entry(mention.dimension, mention.code).data.get("numeral", ())
        return mention.surface.lower() in words

    def _is_own_picture(self, mention: Mention) -> bool:
        """Whether a picture is one that whoever asks is to draw ("tallene … til en graf")."""
        if not self.vocabulary.entry(mention.dimension, mention.code).data.get("picture"):
            return False
        before = [token for token in self.tokens if token.end <= mention.start]
        return bool(ends_with(before, self.vocabulary.sequences("language", "questions", "own_picture")))

    def _ends_name(self, mention: Mention) -> bool:
        """Whether a word stands right after the name of a measure ("the goal-attainment figure")."""
        return any(m.dimension == "measure" and m.end + 1 == mention.start for m in self.mentions)

    def _moved(self) -> Mention | None:
        """Two figures that something is said to have gone from and to ("fra 130 til over 9000")."""
        froms, tos = (self.vocabulary.word_list("numerals", "joins", key) for key in ("from", "to"))
        told = [q for q in self.quantities if q.unit in (None, PEOPLE, PERCENT)]
        for first, second in itertools.pairwise(told):
            before = [token.word for token in self.tokens if token.end <= first.start][-OF_REACH:]
            between = {t.word for t in self.tokens if first.end <= t.start and t.end <= second.start}
            if set(before) & set(froms) and between & set(tos):
                surface = self.text[first.start : second.end]
                return Mention("intent", "change", first.start, second.end, surface)
        return None

    def _list_counted(self) -> None:
        """ "Hvilke 90 land?" or "topp fem land" wants a number of countries told one by one."""
        which = self.vocabulary.sequences("language", "questions", "which_ones")
        for q in self.quantities if "rank" in self.intents or starts_with(self.tokens, 0, which) else ():
            if q.unit == LANDS:
                wish = Mention("intent", "list", q.start, q.end, q.surface)
                for code in ("list", "by_origin"):
                    self.intents.setdefault(code, replace(wish, code=code))
                self.mentions = [m for m in self.mentions if not (q.start <= m.start < q.end)]

    def _is_someones(self, mention: Mention) -> bool:
        """Whether someone is the asker's own ("sjefen min"), whom no report quotes."""
        if not self.vocabulary.entry(mention.dimension, mention.code).data.get("person"):
            return False
        before = [t.word for t in self.tokens if t.end <= mention.start][-1:]
        after = [t.word for t in self.tokens if t.start >= mention.end][:1]
        whose = set(after) & set(self._words("own_people"))
        return bool(whose or set(before) & set(self._words("own_people_before")))

    def _attributes(self) -> bool:
        """Whether it opens with what someone is said to have said ("Sanner lovte jo …", "Sa Sanner at …?").

        Not where a figure is claimed, which the reports can settle whoever said it.
        """
        people = self._people()
        if not people or find_quantities(self.text):
            return False
        neutral = {*frame_words(self.vocabulary), *self._words("claims"), *self._words("claims_en")}
        said = self.vocabulary.sequences("language", "questions", "sayings")
        named = [any(m.start <= t.start < m.end for m in people) for t in self.tokens]
        wishes = [(m.start, m.end) for m in self.wishes if m.code == Intent.VERIFY.value]
        for at, token in enumerate(self.tokens):
            if starts_with(self.tokens, at, said):
                reach = slice(max(0, at - SAYING_REACH), at + SAYING_REACH + 1)
                # "Was it Sanner who called this a paradox?" says of someone that they said it.
                return ("who_said" not in self.intents or self._polar()) and any(named[reach])
            asked = any(start <= token.start < end for start, end in wishes)
            if not (named[at] or asked or token.word in neutral):
                return False
        return False

    def _people(self) -> list[Mention]:
        """The mentions of someone who is quoted in the reports."""
        return [m for m in self.mentions if self.vocabulary.entry(m.dimension, m.code).data.get("person")]

    def _means_someone(self) -> bool:
        """Whether someone who is quoted is named, or stands behind a "han" or "hun"."""
        pronouns = self._words("person_pronouns")
        return bool(self._people()) or any(token.word in pronouns for token in self.tokens)

    def _set_aside(self) -> None:
        """What "ikke bare …" names is not all that is asked of."""
        only = self.vocabulary.sequences("language", "questions", "not_only")
        for at in range(len(self.tokens)):
            if length := starts_with(self.tokens, at, only):
                start = self.tokens[at].start
                comma = self.text.find(",", self.tokens[at + length - 1].end)
                self._leave_out(start, comma if comma >= 0 else len(self.text))

        much = self.vocabulary.sequences("language", "questions", "how_much")
        for at in range(1, len(self.tokens)):
            # "Av alle deltakere (ikke avsluttet)", "how many ended, not how many joined".
            start = self.tokens[at].start
            asked = starts_with(self.tokens, at + 1, much)
            end = self.text.find(")", start) if self.text[:start].endswith("(") else -1
            end = len(self.text) if asked else end
            group = any(start <= m.start < end and m.dimension in POPULATION for m in self.mentions)
            if self.tokens[at].word in self._words("negating") and end > 0 and not group:
                self._leave_out(start, end)

    def _leave_out(self, start: int, end: int) -> None:
        """Read nothing of what stands between two places."""
        self.mentions = [m for m in self.mentions if not start <= m.start < end]
        self.negations.left_out.append((start, end))
        self.negations.found = [t for t in self.negations.found if not start <= t.start < end]

    def _ask_parts(self) -> None:
        """ "Hva inngår i arbeidsmarkedsrelaterte tiltak?" asks what an outcome is, for no figure of it."""
        asks = self.vocabulary.sequences("language", "questions", "included_in")
        length = starts_with(self.tokens, 0, asks)
        after = [token.start for token in self.tokens[length : length + 1]] if length else []
        named = [m for m in self.mentions if m.dimension == "measure" and not m.weak]
        if any(m.start <= at < m.end for m in named for at in after):
            start, end = self.tokens[0].start, self.tokens[length - 1].end
            self.intents.setdefault("define", Mention("intent", "define", start, end, self.text[start:end]))

    def _drop_within_wishes(self) -> None:
        """Leave out what the words of a wish would name by themselves."""
        verdict = [self.intents["verify"]] if "verify" in self.intents else []
        for wish in (*verdict, *(m for m in self.wishes if m.code in ("times", EVERYONE))):
            # "Hvem har rett?" asks of no right, "by what factor" of no factor that matters, "alle
            # utdanningsnivå" of no level.
            self.mentions = [
                m
                for m in self.mentions
                if m.dimension not in ("term", "measure")
                or not (wish.start <= m.start and m.end <= wish.end)
                or (m.dimension == "measure" and (m.end < wish.end or wish.code == EVERYONE))
            ]

    def _drop_named(self) -> None:
        """ "uten registrert årsak" names a measure and asks for no reason."""
        named = [(m.start, m.end) for m in self.mentions if m.dimension == "measure"]
        for wish in (Intent.EXPLAIN, Intent.DEFINE):
            cue = self.intents.get(wish.value)
            if cue is None:
                continue
            # "kva for land" asks for no reason, as "kva for" may; nor does "kva for tre kjenneteikn".
            longer = any(m.start == cue.start and m.end > cue.end for m in self.intents.values())
            after = next((token.word for token in self.tokens if token.start >= cue.end), "")
            longer = longer or after in self._words("counts_of") or self._is_which(cue)
            if longer or any(start < cue.start < end for start, end in named):
                del self.intents[wish.value]

    def _is_which(self, cue: Mention) -> bool:
        """Whether a "kva for" stands before what it asks for ("kva for innhald må det ha?")."""
        after = next((token for token in self.tokens if token.start >= cue.end), None)
        if cue.surface.lower().split()[-1:] != ["for"] or after is None:
            return False
        # "Kva for jobbar dei ikkje?" is a "why".
        acts = {*self._words("verb_openers"), *self._words("pronouns"), *self._words("negating")}
        does = any(m.start == after.start and m.dimension == "measure" for m in self.mentions)
        return after.word not in acts and not does

    def _drop_bare_define(self) -> None:
        """ "How does IMDi say that compares with 2022?" asks for no definition."""
        define, compare = (self.intents.get(key) for key in ("define", "compare"))
        if define is None or compare is None or compare.start < define.end:
            return
        if self.vocabulary.tokens(define.surface)[-1].word in self._words("bodies"):
            del self.intents[define.code]

    def _drop_claimant(self) -> None:
        """In "Statsråden påstår at …" who claims it, and how, is not part of the question."""
        end = self._claimant_end() or self._quoted_from()
        if end:
            self.tokens = [t for t in self.tokens if t.start >= end]
        claims = self._words("claims_en" if self.language == "en" else "claims")
        joining = self._words("before_clause")
        before = [None, *self.tokens]
        at = next(
            (
                t
                for b, t in zip(before, self.tokens, strict=False)
                if t.word in claims and not (b and b.word in joining)
            ),
            None,
        )
        if at is None or not any(m.dimension == "measure" and m.start > at.end for m in self.mentions):
            return
        if any(m.dimension == "measure" and m.end < at.start for m in self.mentions):
            return
        # "Naboen sier ukrainerne er late, at …" and "det sies om kvinnene at …" say of whom it is claimed.
        self.mentions = [m for m in self.mentions if m.start > at.start or self._is_claimed_of(m, end)]
        self.tokens = [t for t in self.tokens if t.start > at.start]

    def _is_claimed_of(self, mention: Mention, end: int) -> bool:
        """Whether a group before a "that" is whom the claim is of: after who claims it, or after an "of"."""
        if mention.dimension not in POPULATION:
            return False
        before = [t.word for t in self.tokens if t.end <= mention.start][-1:]
        return bool(end and mention.start >= end) or bool(set(before) & set(self._words("of_whom_claimed")))

    def _quoted_from(self) -> int:
        """Where what is to be checked begins in quotation marks, of which nothing is said before; or 0.

        "Statssekretæren skal si «deltakere fra 90 land», stemmer det?"
        """
        start = self.text.find(QUOTED_FROM)
        end = self.text.find(QUOTED_TO, start)
        told = [m.start for m in self.mentions if m.dimension != "frame"]
        told += [p.start for p in self.periods_found] + [q.start for q in find_quantities(self.text)]
        held = [at for at in told if start < at < end]
        checks = Intent.VERIFY.value in self.intents or self.tagged
        return start if start > 0 and checks and held and min(told) > start else 0

    def _claimant_end(self) -> int:
        """Where a statement begins whose claimant was not understood ("feministene sier …"); or 0."""
        openers = self.vocabulary.sequences("language", "questions", "openers")
        saying = set(self._words("saying_so"))
        said = next((t for t in self.tokens[1 : SAYING_REACH + 1] if t.word in saying), None)
        if said is None or starts_with(self.tokens, 0, openers) or not self.mentions:
            return 0
        if {t.word for t in self.tokens if t.end <= said.start} & set(self._words("spoken_to")):
            # "Would you say women did better?"
            return 0
        told = [m.start for m in self.mentions] + [p.start for p in self.periods_found]
        return said.end if min(told) >= said.end and "who_said" not in self.intents else 0

    def _in_language(self, mention: Mention) -> Mention | None:
        """The mention if its form holds in the question's language."""
        if not mention.dimension.endswith(ENGLISH):
            return mention
        if self.language != "en":
            return None
        return replace(mention, dimension=mention.dimension.removesuffix(ENGLISH))

    def _held_groups(self) -> list[Mention]:
        """The groups that are named within the words for a subject or a measure.

        "Må ukrainere delta", "tiltakene for kvinner i Hamar var rettet mot arbeidslivet".
        """
        within = {"term": ("origin",), "measure": ("origin", "sex", "area")}
        spans = [(m.start, m.end, within[m.dimension]) for m in self.mentions if m.dimension in within]
        held = tuple({dimension for *_, dimensions in spans for dimension in dimensions})
        named = self.vocabulary.find_within(self.text, self.tokens, held) if held else []
        return [
            m
            for m in named
            if not m.weak
            and any(
                s <= m.start and m.end <= e and (s, e) != (m.start, m.end) and m.dimension in dimensions
                for s, e, dimensions in spans
            )
            and not any(
                m.start < o.end and o.start < m.end for o in self.mentions if o.dimension == m.dimension
            )
        ]

    def _old_people(self) -> list[Mention]:
        """Those who are set against the young by a word that elsewhere only says an age.

        "Er det flest unge eller gamle …?"; not "22 år gamle".
        """
        ages = [m for m in self.mentions if m.dimension == "age"]
        parting = {*self._words("either"), *self._words("joining"), *self._words("against")}
        parting |= set(self.vocabulary.word_list("grammar", "change", "than"))
        articles = self.vocabulary.word_list("grammar", "people", "definite")
        if len(ages) != 1 or any(q.unit == "år" for q in find_quantities(self.text)):
            return []
        oldest = max(self.vocabulary.of("age"), key=lambda entry: entry.data["range"][0])
        for at, token in enumerate(self.tokens):
            before = [t.word for t in self.tokens[:at] if t.word not in articles][-1:]
            held = any(m.start <= token.start < m.end for m in self.mentions)
            if token.word in self._words("the_old") and set(before) & parting and not held:
                return [Mention("age", oldest.code, token.start, token.end, token.word)]
        return []

    def _is_tongue(self, mention: Mention) -> bool:
        """Whether a people's name is that of a language in which an answer is wanted ("svar på tysk")."""
        # A name that is known only in another form may have been put right to that ("germans").
        named = {mention.surface.lower(), mention.surface.lower().removesuffix("s")}
        if mention.dimension != "origin" or not named & set(self._words("tongues")):
            return False
        before = [token.word for token in self.tokens if token.end <= mention.start]
        told = set(before) & set(self._words("telling"))
        return bool(told) and before[-1] in self._words("before_tongue")

    def _is_verb(self, mention: Mention) -> bool:
        """Whether a people's name is what someone does ("Finner ingen prosent.", "vi finner ikke tallet")."""
        if mention.dimension != "origin" or mention.surface.lower() not in self._words("verbs_alike"):
            return False
        beside = self._words("doing_beside")
        before = [token.word for token in self.tokens if token.end <= mention.start][-1:]
        after = [token.word for token in self.tokens if token.start >= mention.end][:1]
        return bool({*before, *after} & set(beside))

    def _with_unlettered(self, mentions: list[Mention]) -> list[Mention]:
        """Who someone is by a "not" of their own, and the outcome after it ("… ikke kan lese kom i jobb").

        The longest form that the vocabulary finds there reads the "not" as one of the outcome.
        """
        result: list[Mention] = []
        for mention in mentions:
            held = self._own_negation(mention)
            if held is None:
                result.append(mention)
                continue
            after = self.vocabulary.find(self.text[held.end : mention.end])
            result.append(held)
            result += [replace(m, start=m.start + held.end, end=m.end + held.end) for m in after]
        return result

    def _own_negation(self, mention: Mention) -> Mention | None:
        """The group that opens a longer mention of a negated outcome, with the same "not", if one does."""
        if mention.dimension != "measure" or not self.vocabulary.measure(mention.code).complement:
            return None
        first = next((t.word for t in self.tokens if t.start == mention.start), "")
        if first not in self._words("negating"):
            return None
        groups = self.vocabulary.find_within(self.text, self.tokens, ("education",))
        own = [m for m in groups if m.start <= mention.start < m.end < mention.end]
        return max(own, key=lambda m: m.end, default=None)

    def _of_whom(self, mention: Mention) -> Mention:
        """The group itself where the "not" before it is of the verb ("hvorfor jobber ikke ukrainere?")."""
        tokens = [t for t in self.tokens if mention.start <= t.start < mention.end]
        before = [t for t in self.tokens if t.end <= mention.start]
        plain = mention.dimension in POPULATION and len(tokens) == 2 and len(before) > 1
        if not plain or tokens[0].word not in self._words("negating"):
            return mention
        reason = starts_with(before, 0, self.vocabulary.sequences("language", "questions", "why"))
        other = opposite(mention.dimension, mention.code, self.vocabulary)
        who = self.vocabulary.word_list("grammar", "doubt", "relative")
        if not reason or other is None or any(token.word in who for token in before):
            return mention
        start = tokens[1].start
        return replace(mention, code=other, start=start, surface=self.text[start : mention.end])

    def _words(self, key: str) -> tuple[str, ...]:
        """A word list about how questions are put."""
        return self.vocabulary.word_list("language", "questions", key)

    # ---- slots

    def read(self) -> Query:
        """The question's own slots; what an earlier turn said is filled in by the conversation."""
        measures = self._measures()
        if (whole := self._asks_what_counts()) is not None:
            measures = (whole.code,)
            self.intents.setdefault("define", whole)
        if {"by_age", "rank"} <= set(self.intents):
            # "Hvilken aldersgruppe har best resultat?" does not ask whom a rule holds for.
            measures = tuple(m for m in measures if not self.vocabulary.measure(m).data.get("ages"))
            if self.singled and not measures:
                measures = self._main_outcome()
        dimensions = self._dimensions()
        periods = self._periods()
        unmatched = self._unmatched()
        apart = {"gap", "points"} <= set(self.intents) and self.vague
        if not (measures or self.quantities) or apart:
            measures = self._supposed(unmatched)
        elif not measures and self._moved_by_points():
            # "Mennene var ned tre prosentpoeng i 2023." tells of the main outcome.
            measures = self._main_outcome()
        measures = self._of_activities(measures)
        unmatched = self._beside_stranger(unmatched)
        # The whole that a share is of is no subject of its own ("hvor stor del av tiltakene …").
        wholes = {self.vocabulary.measure(code).denominator for code in measures}
        named = dict.fromkeys(m.code for m in self.mentions if m.dimension == "term")
        terms = tuple(code for code in named if code not in wholes)
        words = {t.word for t in self.tokens}
        weighs_parts = self._weighs_parts(measures, words)
        intent = self._intent(measures, weighs_parts=weighs_parts)
        if (intent is Intent.CHANGE and measures) or (intent is Intent.COMPARE and self._names_groups()):
            terms = self._beside_wish(terms)
        if intent is Intent.EXPLAIN and measures and self._direction():
            # "Hvorfor ble det rekord?" is why there were more.
            gone = self._direction()
            terms = tuple(c for c in terms if self.vocabulary.entry("term", c).data.get("gone") != gone)
        subject = any(self.is_subject(m) for m in self.mentions)
        if intent in QUOTED and (subject or (intent is Intent.EXPLAIN and not self._direction())):
            # An answer in the report's own words says itself what is and what is not.
            unmatched = tuple(word for word in unmatched if not only_negates((word,), self.vocabulary))
        if intent is Intent.EXPLAIN:
            unmatched = self._beside_cause(unmatched)
        cues = self._cues(measures, words, intent, weighs_parts=weighs_parts)
        if self._in_passing(intent, unmatched):
            measures = ()
        return Query(
            text=self.published,
            language=self.language,
            intent=intent,
            measures=measures,
            dimensions=dimensions,
            periods=periods,
            unit=self._unit(measures),
            unmatched=unmatched,
            terms=terms,
            quantities=self._told(measures, intent),
            direction=self._direction(),
            cues=tuple(sorted(cues)),
            base=self._base(measures),
            groups=self._groups(),
        )

    def _beside_stranger(self, unmatched: tuple[str, ...]) -> tuple[str, ...]:
        """What was not understood but for a stranger's name: the quotation says whose words they are."""
        if not self._names_stranger(unmatched):
            return unmatched
        whole = Mention("intent", Intent.WHO_SAID.value, 0, len(self.text), self.text)
        self.intents[Intent.WHO_SAID.value] = self.intents.pop(Intent.VERIFY.value, whole)
        return ()

    def _names_stranger(self, unmatched: tuple[str, ...]) -> bool:
        """Whether it only has the name of someone unknown for whoever said something.

        "Det var vel Sylvi Listhaug som sa at programmet måtte fornyes?"
        """
        who = self.vocabulary.word_list("grammar", "doubt", "relative")
        said = self.vocabulary.sequences("language", "questions", "sayings")
        at = next(
            (
                k
                for k, token in enumerate(self.tokens[:-1])
                if token.word in who and starts_with(self.tokens, k + 1, said)
            ),
            None,
        )
        if at is None or not unmatched or self._people() or self.quantities:
            return False
        before = self.text[: self.tokens[at].start]
        subject = any(self.is_subject(m) and m.start > self.tokens[at].end for m in self.mentions)
        return subject and all(word[:1].isupper() and word in before for word in unmatched)

    def _asks_what_counts(self) -> Mention | None:
        """The measure of which it asks whether a part or all of it counts.

        "Is goal attainment work only, or work and/or education?"
        """
        found = sorted((m for m in self.mentions if m.dimension == "measure"), key=lambda m: m.start)
        copula = bool(self.tokens) and self.tokens[0].word in self._words("copula")
        if not copula or len(found) < PAIR or self.quantities or self._dimensions() or self._figure_cue():
            return None
        whole, *others = found
        parts = {*self.vocabulary.measure(whole.code).data.get("union", ()), whole.code}
        after = [t.word for t in self.tokens if t.start >= others[0].start]
        asks = {*after, *(t.word for t in self.tokens)} & {*self._words("only"), *self._words("either")}
        named = not whole.weak and len(parts) > 1 and {m.code for m in others} <= parts
        return whole if named and asks and not {"compare", "change", "rank"} & set(self.intents) else None

    def _of_activities(self, measures: tuple[str, ...]) -> tuple[str, ...]:
        """ "Hvor stor del av tiltakene gikk på utdanning?": those aimed at it, not who went there."""
        of = set(self._words("of"))
        wholes = {
            m.code
            for m in self.mentions
            if m.dimension == "term"
            and of & {t.word for t in [t for t in self.tokens if t.end <= m.start][-2:]}
        }
        aimed = {
            str(e.data["toward"]): e.code
            for e in self.vocabulary.of("measure")
            if "toward" in e.data and e.denominator in wholes
        }
        return tuple(dict.fromkeys(aimed.get(code, code) for code in measures))

    def _beside_cause(self, unmatched: tuple[str, ...]) -> tuple[str, ...]:
        """What was not understood outside a cause that is claimed ("… fordi de er dumme, enig?").

        The report's own cause is told instead of that one.
        """
        because = self.vocabulary.sequences("language", "questions", "because")
        at = next((k for k in range(1, len(self.tokens)) if starts_with(self.tokens, k, because)), None)
        if at is None:
            return unmatched
        start = self.tokens[at].start
        end = self.text.find(",", start)
        claimed = self.text[start : end if end > 0 else len(self.text)].lower()
        told = {token.word for token in tokenize(claimed)}
        return tuple(word for word in unmatched if word.lower() not in told)

    def _supposed(self, unmatched: tuple[str, ...]) -> tuple[str, ...]:
        """The measure that is meant where none is named: how far apart, or what share of a group."""
        gap = self.intents.get("gap")
        if gap is not None and "points" in self.intents and self._names_groups():
            # "Gapet i prosentpoeng" is of the main outcome.
            self.mentions = [
                m for m in self.mentions if m.dimension != "term" or m.start >= gap.end or m.end <= gap.start
            ]
            return self._main_outcome()
        return self._main_outcome() if not unmatched and self._asks_part_of_group() else ()

    def _moved_by_points(self) -> bool:
        """Whether it tells by how many points one group went up or down, and not how far apart two are."""
        moved = {t.word for t in self.tokens} & set(self._words("moving"))
        told = [q for q in self.quantities if q.unit == POINTS]
        groups = [m for m in self.mentions if m.dimension in POPULATION]
        return bool(moved) and len(told) == len(self.quantities) == len(groups) == 1

    def _told(self, measures: tuple[str, ...], intent: Intent) -> tuple[Quantity, ...]:
        """The figures that it tells; not a round one for which the exact one is asked."""
        told = [q for q in self.quantities if not self._is_age(q.start)]
        exact = holds(self.tokens, self.vocabulary.sequences("language", "questions", "exact"))
        if exact and measures and intent is Intent.FIGURE:
            told = [q for q in told if q.unit not in (None, PEOPLE) or q.value % ROUND]
        return tuple(told)

    def _cues(
        self, measures: tuple[str, ...], words: set[str], intent: Intent, *, weighs_parts: bool
    ) -> set[str]:
        """What shows how a figure is wanted, in words or by the question's form."""
        cues = {*self.intents, *((POLAR,) if self._polar() else ())}
        if self._both_units():
            cues.add(BOTH_UNITS)
        if not measures and self._asks_composition():
            cues.add(COMPOSITION)
        if words & set(self._words("heads")):
            cues.add(HEADS)
        if weighs_parts:
            cues.add(PARTS)
        if self.singled:
            cues.add(SINGLED)

        if self._either_year():
            cues.add(EITHER_YEAR)
        if holds(self.tokens, self.vocabulary.sequences("language", "questions", "ever")):
            cues.add(EVER)
        if self._against_wider():
            cues.add("average")
        cues.update(cue for cue in (MEAN, QUALITY) if words & set(self._words(cue)))
        cues.update(self._bounds())
        if starts_with(self.tokens, 0, self.vocabulary.sequences("language", "questions", "when")):
            cues.add(WHEN)
        if intent is Intent.WHO_SAID:
            cues.update(self._speech_cues(words))
        still = self.vocabulary.sequences("language", "questions", "still")
        today = self._now()
        named = {"change", "compare"} & set(cues) or [m for m in self.mentions if m.dimension == "measure"]
        now = holds(self.tokens, today) and not named
        if self._of_today():
            cues.add(TODAY)
        if any(self._is_lapse(q) for q in self.quantities) or holds(self.tokens, still) or now:
            cues.add(LAPSE)
        return cues

    def _now(self) -> frozenset[tuple[str, ...]]:
        """The words for the day of asking; in nynorsk "no", which elsewhere denies."""
        keys = ("now", "now_nn") if self.language == "nn" else ("now",)
        return frozenset().union(*(self.vocabulary.sequences("language", "questions", key) for key in keys))

    def _of_today(self) -> bool:
        """Whether it asks how many are in an outcome now ("er i jobb i dag"), and not who went there.

        Not what is only asked today ("Til møtet i dag: …"), nor what follows right on the programme.
        """
        now, idle = self._now(), self.vocabulary.sequences("language", "questions", "now_idle")
        said = [t.start for at, t in enumerate(self.tokens) if starts_with(self.tokens, at, now)]
        right_after = any(m.dimension == "frame" and m.code == AFTER_PROGRAMME for m in self.mentions)
        if right_after or holds(self.tokens, idle) or len(self.periods_found) > 1:
            return False
        states = self._words("states")
        for mention in (m for m in self.mentions if m.dimension == "measure"):
            words = [t.word for t in self.tokens if t.end <= mention.start][-1:]
            words += [t.word for t in self.tokens if mention.start <= t.start < mention.end][:1]
            if set(words) & set(states) and any(":" not in self.text[at:] for at in said):
                return True
        return False

    def _either_year(self) -> bool:
        """Whether an "or" stands between two years and little else ("the 2017 text or the 2023 text")."""
        either = self.vocabulary.word_list("grammar", "boundary", "union")
        years = sorted((p.start, p.end) for p in self.periods_found if p.code.isdigit())
        if len(years) != PAIR or not self._polar() or {"compare", "change", "rank"} & set(self.intents):
            return False
        (_, end), (start, _) = years
        between = [token.word for token in self.tokens if end <= token.start and token.end <= start]
        return bool(set(between) & set(either)) and len(between) <= OF_REACH + 2

    def _against_wider(self) -> bool:
        """Whether a group is set against all of a wider one ("kvinner med høyere utd vs alle kvinner")."""
        dimensions = self._dimensions()
        if "average" in self.intents or len(dimensions) != PAIR or names_groups(dimensions):
            return False
        against = {*self._words("against"), *self.vocabulary.word_list("grammar", "change", "than")}
        all_of = {*self._words("all"), *self._words("generally")}
        for at, token in enumerate(self.tokens):
            after = self.tokens[at + 1 : at + 1 + OF_REACH]
            named = [m for m in self.mentions if m.dimension in dimensions and m.start > token.start]
            if token.word in against and len(named) == 1 and all_of & {t.word for t in after}:
                return True
        return False

    def _speech_cues(self, words: set[str]) -> list[str]:
        """Whether it asks who speaks, and whether it says of someone that they said something."""
        asks_who = self.tokens[0].word in self._words("who") and bool(words & set(self._words("speaking")))
        return [cue for cue, told in ((SPEAKING, asks_who), (ATTRIBUTED, self.attributed)) if told]

    def _beside_wish(self, terms: tuple[str, ...]) -> tuple[str, ...]:
        """The subjects besides the word for a change or a difference ("Ble resultatene forbedret?" has none).

        "Forskjellen mellom menn og kvinner" names who is compared, and stays one.
        """
        wishes = [wish for key in ("change", "compare") if (wish := self.intents.get(key))]
        last = max((m.start for m in self.mentions if m.dimension in POPULATION), default=0)
        said = {
            m.code
            for m in self.mentions
            for wish in wishes
            if m.dimension == "term" and m.start <= wish.start and wish.end <= m.end
            and (m.end <= last or (m.start, m.end) == (wish.start, wish.end))
        }  # fmt: skip
        return tuple(code for code in terms if code not in said)

    def _base(self, measures: tuple[str, ...]) -> str | None:
        """The stage of whose people a share is asked ("andel nye av alle deltakere", "av de som begynte").

        One that no relative clause tells is none ("hvor mange av deltakerne …", "hvor mange av dem
        begynte på …").
        """
        of, who = set(self._words("of")), set(self.vocabulary.word_list("grammar", "doubt", "relative"))
        if len(measures) != 1:
            return self._outcome_as_base(measures, of, who)
        asked = self.vocabulary.measure(measures[0])
        if asked.stage and self._asked_unit() != "prosent":
            return None
        for mention in self.mentions:
            before = {token.word for token in [t for t in self.tokens if t.end <= mention.start][-OF_REACH:]}
            named = mention.dimension == "measure" and self.vocabulary.measure(mention.code).stage
            other = mention.code != asked.code
            if named and other and self._taken_as_base(mention):
                return mention.code
            if named and other and before & of and (asked.stage or before & who):
                return mention.code
        return None

    def _outcome_as_base(self, measures: tuple[str, ...], of: set[str], who: set[str]) -> str | None:
        """The first of two outcomes where a relative clause tells it ("av dem som verken …, gikk til …")."""
        named = [m for m in self.mentions if m.dimension == "measure" and m.code in measures]
        if len(measures) != 2 or any(self.vocabulary.measure(code).stage for code in measures):
            return None
        first = min(named, key=lambda m: m.start, default=None)
        if first is None:
            return None
        reach = OF_REACH + 2  # "of those who went to neither …"
        before = {t.word for t in [t for t in self.tokens if t.end <= first.start][-reach:]}
        return first.code if before & of and before & who else None

    def _taken_as_base(self, mention: Mention) -> bool:
        """Whether those whom a mention names are told to be the whole.

        "Med alle avsluttede som nevner", "out of all leavers"; not "av alle deltakerne", said of anyone.
        """
        before = [token for token in self.tokens if token.end <= mention.start]
        if not mention.weak and ends_with(
            before, self.vocabulary.sequences("language", "questions", "of_all")
        ):
            return True
        as_base = self.vocabulary.sequences("language", "questions", "as_base")
        after = [at for at, token in enumerate(self.tokens) if token.start >= mention.end][: OF_REACH + 1]
        return any(starts_with(self.tokens, at, as_base) for at in after)

    def _bounds(self) -> list[str]:
        """Whether years are told by one that they come before or after ("før 2023")."""
        lists = {BEFORE: self._words("before_bound"), AFTER: self._words("after_bound")}
        named = [p for p in self.periods_found if p.exact and p.code.isdigit()]
        found: list[str] = []
        for period in named:
            before = [token for token in self.tokens if token.end <= period.start][-1:]
            # "Som hadde startet før 2023": what a mention holds bounds nothing.
            start = before[0].start if before else period.start
            held = any(m.start < period.end and start < m.end for m in self.mentions)
            said = {token.word for token in before}
            found += [] if held else [cue for cue, words in lists.items() if said & set(words)]
            found += [AFTER] if not held and self._newer_than(period.start) else []
        # A year that bounds and one that is meant itself are no stretch of years.
        return found if len(found) == len(set(found)) == len(named) else []

    def _newer_than(self, start: int) -> bool:
        """Whether what is newer than the year at a place is asked for ("noe ferskere enn 2023")."""
        before = [token.word for token in self.tokens if token.end <= start]
        than = self.vocabulary.word_list("grammar", "change", "than")
        newer = self._words("newer")
        return bool(before) and before[-1] in than and bool(set(before[-1 - OF_REACH : -1]) & set(newer))

    def _weighs_parts(self, measures: tuple[str, ...], words: set[str]) -> bool:
        """Whether the outcomes that a measure unites are ranked ("jobb eller skole, hva er vanligst?")."""
        either = set(self.vocabulary.word_list("grammar", "boundary", "union"))

        def joined(by: set[str]) -> bool:
            united = [m for m in self.mentions if "union" in self.vocabulary.entry(m.dimension, m.code).data]
            return any(m.code in measures and by & {t.word for t in tokenize(m.surface)} for m in united)

        ranked = "rank" in self.intents or words & {*self._words("more"), *self._words("fewer")}
        weighed = ranked and self._polar()
        set_apart = {"compare", "change"} & set(self.intents) or self._dimensions()
        if weighed and not set_apart and len(self._periods()) < 2:
            # "Did more people go to work or to education?"
            return joined(either)
        return (
            joined({*either, "og", "and"})
            and "rank" in self.intents
            and bool(words & {*self._words("which_outcome"), *self._words("heads")})
            and not words & set(self._words("who"))
            and not any(code.startswith("by_") for code in self.intents)
        )

    def _in_passing(self, intent: Intent, unmatched: tuple[str, ...]) -> bool:
        """Whether a stage is named only to say who is meant ("Hva får deltakerne opplæring i?")."""
        found = [m for m in self.mentions if m.dimension == "measure"]
        stages = bool(found) and all(m.weak and self.vocabulary.measure(m.code).stage for m in found)
        first = {token.word for token in self.tokens[:1]}
        allowed = bool(first & set(self._words("allowing"))) and intent is Intent.TEXT
        if (
            allowed
            and found
            and not self.quantities
            and all(self.vocabulary.measure(m.code).stage for m in found)
        ):
            # "Can Ukrainians join the programme?" asks for a right and no figure.
            return True
        if any(m.start == q.end + 1 and q.unit in (None, PEOPLE) for m in found for q in self.quantities):
            # "Det er 50 000 i programmet" counts them.
            return stages and bool(unmatched)
        if any(q.unit == PERCENT for q in self.quantities):
            # "Ukrainere er to tredeler av deltakerne" says what part of them.
            return stages and bool(unmatched)
        return stages and (bool(unmatched) or intent in (Intent.TEXT, Intent.DEFINE, Intent.WHO_SAID))

    def _polar(self) -> bool:
        """Whether it opens with its verb, and so asks for a yes or a no."""
        openers = self._words("verb_openers")
        return bool(self.tokens) and self.tokens[0].word in openers

    def _main_outcome(self) -> tuple[str, ...]:
        return tuple(e.code for e in self.vocabulary.of("measure") if e.data.get("main_outcome"))

    def _asks_part_of_group(self) -> bool:
        """Whether a share of those of one group is asked ("hvor mange prosent av kvinnene …")."""
        share, of = self.intents.get("share"), self._words("of")
        after = [token for token in self.tokens if share and token.start >= share.end][:2]
        groups = [m for m in self.mentions if m.dimension in POPULATION]
        return (
            len(after) > 1 and len(groups) == 1 and after[0].word in of and after[1].start == groups[0].start
        )

    def _asks_composition(self) -> bool:
        """Whether the share asked for is a group's own part of all ("andelen kvinner")."""
        share = self.intents.get("share")
        after = [token for token in self.tokens if share and token.start >= share.end][:1]
        return bool(after) and any(
            m.dimension in POPULATION and m.start == after[0].start for m in self.mentions
        )

    @property
    def vague(self) -> bool:
        """Whether the measure is named in passing only ("gikk det ned", "resultatet")."""
        found = [m for m in self.mentions if m.dimension == "measure"]
        entries = [self.vocabulary.measure(m.code) for m in found]
        lasting = {unit for q in self.history[-1:] for code in q.measures for unit in self._times(code)}
        general = all(
            entry.stage or entry.data.get("main_outcome") or lasting & set(self._times(entry.code))
            for entry in entries
        )
        return bool(found) and general and all(m.weak for m in found)

    def _times(self, code: str) -> tuple[str, ...]:
        """The units of time in which a measure is told that is a time ("hvor lenge")."""
        entry = self.vocabulary.measure(code)
        return tuple(unit for unit in entry.units if unit in TIMES) if entry.data.get("timeless") else ()

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
                parts = [m for m in found if m.weak and self._is_part(m.code, outcomes)]
                beside = outcomes if parts and self._beside_whole(parts[-1], found) else ()
                told = (*(m.code for m in parts), *beside) or (*outcomes, *self._whole_of(outcomes))
                return tuple(dict.fromkeys(told))
            stages = [m.code for m in found if m.weak == weak and entry(m.code).stage]
            bare = [m.code for m in found if m.weak and not entry(m.code).stage]
            if stages and not weak and bare and self._told_in_clause(found):
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
        near = [{t.word for t in [t for t in self.tokens if t.end <= m.start][-1:]} for m in stages]
        near = [{*words, *self._words_in(m)} for words, m in zip(near, stages, strict=True)]
        after = min((m.start for m in verbs), default=0) > max(m.end for m in stages)
        return bool(verbs) and after and all(words & set(who) for words in near)

    def _words_in(self, mention: Mention) -> set[str]:
        return {t.word for t in self.tokens if mention.start <= t.start < mention.end}

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

    def _beside_whole(self, part: Mention, found: Sequence[Mention]) -> bool:
        """Whether what unites some outcomes is named besides them ("arbeid, utdanning og måloppnåelse")."""
        after = next((m for m in found if m.start >= part.end and not m.weak), None)
        between = [t.word for t in self.tokens if after and part.end <= t.start and t.end <= after.start]
        return bool(between) and between[0] in self._words("joining")

    def _is_attribute(self, mention: Mention) -> bool:
        """Whether a bare noun says who someone is ("kvinner med utdanning"), not what became of them."""
        bare = mention.dimension == "measure" and mention.weak
        if not bare or self.vocabulary.measure(mention.code).stage:
            return False
        # "Kvinner med utdanning eller uten utdanning" sets levels of education apart.
        noun = mention.surface.lower()
        levels = any(
            m.dimension == "education" and m.start >= mention.end and m.surface.lower().endswith(noun)
            for m in self.mentions
        )
        others = levels or any(m.dimension == "measure" and m != mention for m in self.mentions)
        before = [token.word for token in self.tokens if token.end <= mention.start][-1:]
        return others and bool(set(before) & set(self._words("having")))

    def _is_set_aside(self, mention: Mention) -> bool:
        """Whether a level of education is an outcome left out ("entry into work, without education, …")."""
        first = next((t.word for t in self.tokens if t.start == mention.start), "")
        aside = mention.dimension == "education" and first in self._words("negating")
        before, after = self.text[: mention.start].rstrip(), self.text[mention.end :].lstrip()
        return (
            aside
            and before.endswith(",")
            and after.startswith(",")
            and any(m.dimension == "measure" and m.end == len(before) - 1 for m in self.mentions)
        )

    def _is_cause(self, mention: Mention) -> bool:
        """Whether a bare noun is what something is put down to ("skyldes utdanning"), not what is asked."""
        level = mention.dimension == "education" and self.tokens[0].word in self._words("explaining")
        if not level and (mention.dimension != "measure" or not mention.weak):
            return False
        after = [token for token in self.tokens if token.start >= mention.end]
        if starts_with(after, 0, self.vocabulary.sequences("language", "questions", "the_cause")):
            # "Er utdanning hele forklaringen?"
            return self._polar()
        before = [token for token in self.tokens if token.end <= mention.start]
        return any(self._cause_at(before, at) for at in range(max(0, len(before) - CAUSE_REACH), len(before)))

    def _cause_at(self, tokens: list[Token], at: int) -> int:
        """The length of the words that put something down to a cause, at a place; 0 where none stand."""
        return starts_with(tokens, at, self.vocabulary.sequences("language", "questions", "causing"))

    def _dimensions(self) -> dict[str, tuple[str, ...]]:
        found: dict[str, list[str]] = {}
        for mention in self.mentions:
            if mention.dimension not in POPULATION:
                continue
            others = self.vocabulary.entry("origin", mention.code).complement
            contrast = any(m.dimension == "origin" and m.code == others for m in self.mentions)
            leans = any("origin" in q.dimensions for q in self.history[-1:])
            if mention.weak and mention.dimension == "origin" and not (contrast or leans):
                continue
            dimension, code = mention.dimension, mention.code
            if dimension == "origin" and self._is_place(mention):
                dimension = "area"
            if self._is_counted(mention):
                # "Av de 23 000 ukrainerne …, hvor mange var fra andre land?"
                continue
            if code not in found.setdefault(dimension, []):
                found[dimension].append(code)
        if rest := self._rest_of(found.get("origin", ())):
            found["origin"].append(rest)
        ages = [age for q in self.quantities if (age := self._is_age(q.start))]
        if ages:
            # "Under 25, altså 19–24" names one group twice.
            found["age"] = [age for age in ages if not any(_takes_in(age, other) for other in ages)]
        # "Overall (both sexes)" is of everyone.
        together = EVERYONE in self.intents and "gap" not in self.intents
        sexes = "both_sexes" in self.intents or (not found and self._means_the_gap())
        if sexes and "sex" not in found and not together:
            found["sex"] = [entry.code for entry in self.vocabulary.of("sex")]
        return {dimension: tuple(codes) for dimension, codes in found.items()}

    def _means_the_gap(self) -> bool:
        """Whether "gapet" stands by itself: that of women and men, of which the reports tell as one."""
        wish = self.intents.get("gap")
        if wish is None or len(self.quantities) > 1 or any(q.dimensions for q in self.history[-1:]):
            return False
        words = {token.word for token in tokenize(wish.surface)}
        after = [token.word for token in self.tokens if token.start >= wish.end][:1]
        of_two = set(after) & set(self._words("of_two")) and not self._polar()
        return bool(words & set(self._words("the_gap"))) and not of_two

    def _is_counted(self, mention: Mention) -> bool:
        """Whether a count of a group is told before it and the question ("av de 23 000 ukrainerne …")."""
        wish = self.intents.get("count")
        entry = self.vocabulary.entry
        others = any(
            m.dimension == "origin" and entry("origin", m.code).complement == mention.code
            for m in self.mentions
        )
        if wish is None or not others:
            return False
        told = [q for q in self.quantities if q.start < mention.start and mention.end <= wish.start]
        return any(not self.text[min(q.end, mention.start) : mention.start].strip() for q in told)

    def _names_groups(self) -> bool:
        """Whether it names groups beside each other."""
        return names_groups(self._dimensions())

    def _groups(self) -> tuple[dict[str, str], ...]:
        """The two groups on either side of a "than" or an "or", where two dimensions tell them apart.

        "Enn menn" after "kvinner med høyere utdanning" is of the same education; "enn menn uten" is not, and
        "enn unge" is of both sexes.
        """
        weighed = {"compare", "rank"} & set(self.intents) or self._sets_against()
        than = {*self.vocabulary.word_list("grammar", "change", "than"), *self._words("against")}
        than |= set(self.vocabulary.word_list("grammar", "boundary", "union"))
        named = self._dimensions() if weighed else {}
        stands = [
            (m.dimension, m.code, m.start) for m in self.mentions if m.code in named.get(m.dimension, ())
        ]
        stands += [("age", age, q.start) for q in self.quantities if (age := self._is_age(q.start))]
        if len({dimension for dimension, *_ in stands}) < 2 or len(stands) != len(set(stands)):
            return ()
        for token in self.tokens:
            sides = [
                {d: code for d, code, start in stands if (start < token.start) == first}
                for first in (True, False)
            ]
            if token.word not in than or not all(sides) or sum(map(len, sides)) < len(stands):
                continue
            left, right = sides
            shared = left.keys() & right.keys()
            if shared and all(left[d] != right[d] for d in shared) and self._is_widened(token.end):
                # "Somali men … than women overall".
                return (left, right)
            if not shared or (left.keys() == right.keys() and all(left[d] != right[d] for d in shared)):
                return (left, right) if len(left) + len(right) > 2 or not shared else ()
        return ()

    def _is_widened(self, start: int) -> bool:
        """Whether what stands after a "than" is said to be all of a group ("enn kvinner generelt")."""
        after = [token.word for token in self.tokens if token.start >= start][:OF_REACH]
        return bool({*self._words("generally"), *self._words("all")} & set(after))

    def _rest_of(self, named: Sequence[str]) -> str | None:
        """All others than a group that is set against them ("ukrainere mot resten")."""
        others = self.intents.get("average")
        rest = self._words("rest")
        if len(named) != 1 or others is None or not rest:
            return None
        if not {token.word for token in tokenize(others.surface)} & set(rest):
            return None
        return next((e.code for e in self.vocabulary.of("origin") if e.complement == named[0]), None)

    def _is_place(self, mention: Mention) -> bool:
        """Whether a country is one that people are in ("i Sverige"), not one that they come from."""
        before = [token for token in self.tokens if token.end <= mention.start]
        return bool(before) and before[-1].word in ("i", "in") and " " not in mention.surface.strip()

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

    def _unit(self, measures: tuple[str, ...]) -> str | None:
        stages = sum(self.vocabulary.measure(code).stage for code in measures)
        if len(measures) >= FEWEST_LISTED and 0 < stages < len(measures):
            # "Antall nye, avsluttede og andel i jobb": each has its own.
            return None
        unit = self._asked_unit()
        units = {unit for code in measures for unit in self.vocabulary.measure(code).units}
        return None if unit == "personer" and units and unit not in units else unit

    def _asked_unit(self) -> str | None:
        if "points" in self.intents:
            return "prosent"
        share, count = self.intents.get("share"), self.intents.get("count")
        if self._both_units():
            return None
        if share and count and (self._negated(share) or self._negated(count)):
            return "personer" if self._negated(share) else "prosent"
        stated = [(q.start, q.end) for q in self.quantities]
        words = {t.word for t in self.tokens if not any(s <= t.start < e for s, e in stated)}
        percent = words & set(self._words("percent"))
        if share and count and not percent and not self._same_phrase(share, count):
            return "personer"
        if share:
            return "prosent"
        return "personer" if count else None

    def _both_units(self) -> bool:
        """Whether a share and a head count are asked for ("prosent og antall")."""
        wished = [m for m in self.wishes if m.code in ("share", "count")]
        joining = self._words("joining")
        return any(
            {a.code, b.code} == {"share", "count"}
            and {t.word for t in self.tokens if a.end <= t.start < b.start} <= {*joining, "i", "in"}
            and any(t.word in joining for t in self.tokens if a.end <= t.start < b.start)
            for a in wished
            for b in wished
            if a.end <= b.start
        )

    def _negated(self, mention: Mention) -> bool:
        """ "in heads, not percent", "not in percent"."""
        before = [token.word for token in self.tokens if token.end <= mention.start]
        while before and before[-1] in self._words("before_unit"):
            before.pop()
        return bool(before) and before[-1] in self._words("negations")

    @staticmethod
    def _same_phrase(share: Mention, count: Mention) -> bool:
        """Whether one phrase asks for both: "hvor mange prosent" is the wish for a share."""
        return share.start < count.end and count.start < share.end

    def _direction(self) -> str | None:
        """Which way the question takes a change to have gone ("falt", "økte")."""
        if not {"change", "explain", "verify"} & set(self.intents):
            return None
        counted = self._words("time_nouns")
        pairs = zip(self.tokens, [*self.tokens[1:], None], strict=True)
        idioms = [(m.start, m.end) for m in self.mentions if m.dimension == "frame"]
        words = {
            token.word
            for token, after in pairs
            if (after is None or after.word not in counted)
            and not any(start <= token.start < end for start, end in idioms)
        }
        either = words & set(self.vocabulary.word_list("grammar", "boundary", "union"))
        ways = [
            key for key in ("down", "up") if words & set(self.vocabulary.word_list("grammar", "moved", key))
        ]
        # "Har de blitt flinkere eller dårligere?" takes neither for granted.
        return ways[0] if ways and not (either and len(ways) > 1) else None

    # ---- intent

    def _intent(self, measures: tuple[str, ...], *, weighs_parts: bool) -> Intent:
        cues = self.intents
        has_subject = bool(measures) or any(m.dimension in (*POPULATION, "term") for m in self.mentions)
        if self._of_product():
            return Intent.ABOUT
        alone = set(cues) <= {Intent.GREETING.value} and len(self.tokens) <= SHORT_GREETING
        if "greeting" in cues and not has_subject and (alone or self._only_greets()):
            return Intent.GREETING
        if self.attributed:
            return Intent.WHO_SAID
        if "who_said" in cues and self._explains_by_report():
            return Intent.EXPLAIN
        if "who_said" in cues and not self._means(cues["who_said"]) and not self._of_reports():
            return Intent.WHO_SAID
        if "explain" not in cues and self._against_average() and not self._claims_figure(measures):
            return Intent.COMPARE
        checks = ("verify" in cues and not self._asks_how_many()) or self._checks_by_tag()
        caused = any(self._cause_at(self.tokens, at) for at in range(len(self.tokens)))
        first = self.tokens[joined_by(self.tokens, 0, self.vocabulary) :][:1]
        explains = bool(first) and first[0].word in self._words("explaining")
        if (caused or explains) and not self.quantities and (checks or self._polar() or explains):
            return Intent.EXPLAIN
        if checks or (self._polar() and self._claims_figure(measures)):
            return Intent.VERIFY
        if "explain" in cues:
            return Intent.EXPLAIN
        if "define" in cues and not self.quantities:
            return Intent.DEFINE
        if self._overlooks(measures):
            of_someone = bool(measures or self._dimensions())
            return Intent.CHANGE if of_someone and len(self._periods()) > 1 else Intent.OVERVIEW
        groups = self._names_groups() or bool(self._groups())
        weighed = (
            measures or {"rank", "compare"} & set(cues) or (not self._figure_cue() and self._sets_against())
        )
        if groups and weighed and not self._unmatched():
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
        if "rank" in cues and len(self._periods()) > 1 and has_subject:
            return Intent.COMPARE
        spans = {"points", "times"} & set(cues) and len(self._periods()) > 1
        if "change" in cues or self._weighs_years(measures) or (spans and measures):
            return Intent.CHANGE
        if {"by_origin", "by_age", "by_education", "by_county", "by_municipality"} & set(cues):
            return Intent.LIST
        return self._plain_intent(measures, weighs_parts=weighs_parts)

    def _plain_intent(self, measures: tuple[str, ...], *, weighs_parts: bool) -> Intent:
        """What is wanted where nothing is checked, explained, set against something or listed."""
        cues = self.intents
        if measures and ("rank" in cues or weighs_parts):
            return Intent.RANK
        if self._polar() and any(self.is_subject(m) for m in self.mentions):
            return Intent.TEXT
        if self._of_groups_right(measures):
            return Intent.TEXT
        portions = self.vocabulary.sequences("language", "questions", "portions")
        parted = bool(self.quantities) and holds(self.tokens, portions)
        united = any("union" in self.vocabulary.measure(code).data for code in measures)
        added = "sum" in cues and (len(measures) > 1 or united or parted)
        if self._figure_cue() or (measures and not self._text_cue()) or added or self._telegraph():
            return Intent.FIGURE
        return Intent.TEXT

    def _of_groups_right(self, measures: tuple[str, ...]) -> bool:
        """Whether it asks what holds for a group by a rule of ages, which is told in words."""
        ruled = bool(measures) and all(self.vocabulary.measure(m).data.get("ages") for m in measures)
        named = {"origin", "status"} & set(self._dimensions())
        return ruled and bool(named) and not (self._figure_cue() or self.quantities)

    def _asks_how_many(self) -> bool:
        """Whether it asks how many and claims no figure ("hvor mange hundretusener …, innrøm det")."""
        how_much = self.vocabulary.sequences("language", "questions", "how_much")
        first = any(starts_with(self.tokens, at, how_much) for at in range(PAIR))
        return first and "count" in self.intents and not self.quantities

    def _checks_by_tag(self) -> bool:
        """Whether a "…, ikke sant?" has what stands before it checked; "hvor mange …, hæ?" claims nothing."""
        how_much = self.vocabulary.sequences("language", "questions", "how_much")
        return self.tagged and not holds(self.tokens, how_much)

    def _only_greets(self) -> bool:
        """Whether every word is part of a greeting ("Hallo, er det noen der?")."""
        greetings = [m for m in self.wishes if m.code == Intent.GREETING.value]
        return all(any(m.start <= t.start and t.end <= m.end for m in greetings) for t in self.tokens)

    def _of_product(self) -> bool:
        """Whether it asks of the product and its sources.

        A measure may stand in the words that do ("når ble tallene for 2023 publisert?"), none beside them.
        """
        if self._figure_cue() or self._of_picture():
            return False
        measures = [m for m in self.mentions if m.dimension == "measure"]
        asked = [m for m in self.wishes if m.code == Intent.ABOUT.value]
        measures = [m for m in measures if not any(s.start <= m.start and m.end <= s.end for s in asked)]
        dated = {token.word for token in self.tokens} & set(self._words("dated"))
        if asked and dated and not (self._dimensions() or [m for m in measures if not m.weak]):
            # "Sist oppdatert resultater 2017": a measure in passing is what is dated.
            return True
        return any(all(said.start <= m.start and m.end <= said.end for m in measures) for said in asked)

    def _overlooks(self, measures: tuple[str, ...]) -> bool:
        """Whether it wants an overview, of all or of one group."""
        cues = self.intents
        asks_who = bool(self.tokens) and self.tokens[0].word in self._words("who")
        set_apart = ("compare" in cues or measures) and self._names_groups()
        other = asks_who or set_apart or self._figure_cue() or {"change", "fate"} & set(cues)
        return "overview" in cues and not other and not self._of_picture() and not self._only_style(measures)

    def _only_style(self, measures: tuple[str, ...]) -> bool:
        """Whether "in short" only says how an answer is to be put ("Hva er programmet, kort fortalt?")."""
        styles = self.vocabulary.sequences("language", "questions", "styles")
        what = self.vocabulary.sequences("language", "questions", "what_openers")
        said = [m for m in self.wishes if m.code == Intent.OVERVIEW.value]
        styled = all(starts_with(self.vocabulary.tokens(m.surface), 0, styles) for m in said)
        asks_what = starts_with(self.tokens, 0, what)
        return styled and bool(asks_what) and not measures and not self._dimensions()

    def _weighs_years(self, measures: tuple[str, ...]) -> bool:
        """Whether a figure of two years is set against itself ("mindre vanlig fra 2022 til 2023")."""
        words = {token.word for token in self.tokens}
        compares = words & {*self._words("more"), *self._words("fewer")}
        years = len(self._periods())
        opening = {token.word for token in self.tokens[:1]}
        became = bool(opening & set(self._words("becoming"))) and not self._names_groups()
        one = years == 1 and ("since" in self.intents or became)
        return bool(measures and compares) and (years == 2 or one)

    def is_subject(self, mention: Mention) -> bool:
        """Whether a mention is of something that the reports write about in words."""
        return mention.dimension == "term" and not self.vocabulary.are_aside((mention.code,))

    def _of_picture(self) -> bool:
        """Whether it asks what a picture in a report shows."""
        return any(self.vocabulary.entry(m.dimension, m.code).data.get("picture") for m in self.mentions)

    def _sets_against(self) -> bool:
        """Whether a word that sets groups against each other stands between two ("kvinner mot menn")."""
        stands = sorted(m.start for m in self.mentions if m.dimension in POPULATION)
        against = self._words("against")
        return any(t.word in against and stands and stands[0] < t.start < stands[-1] for t in self.tokens)

    def _against_average(self) -> bool:
        """Whether a group is set against everyone ("bedre enn gjennomsnittet", "mot menn flest")."""
        against = {*self._words("against"), *self._words("beside")}
        set_against = "compare" in self.intents or any(token.word in against for token in self.tokens)
        return (
            "average" in self.intents and set_against and bool(self._dimensions())
        ) or self._against_wider()

    def _of_reports(self) -> bool:
        """ "Hva sier rapportene om …" asks for what stands there, not for what someone said."""
        said = self.intents["who_said"]
        words = [token.word for token in self.tokens if said.start <= token.start]
        within = sum(token.start < said.end for token in self.tokens if said.start <= token.start)
        published = set(words[: within + 1]) & set(self._words("report_words"))
        return ("overview" in self.intents or bool(published)) and not self._people()

    def _explains_by_report(self) -> bool:
        """ "What does IMDi say explains …?" asks for the reason, where it names nobody who speaks."""
        who = self.tokens and self.tokens[0].word in self._words("who")
        said, cause = self.intents["who_said"], self.intents.get("explain")
        explains = any(t.start >= said.end and t.word in self._words("explaining") for t in self.tokens)
        caused = explains or (cause is not None and cause.end > said.end)
        return caused and not (self._means_someone() or who)

    def _means(self, said: Mention) -> bool:
        """ "hva mener du med …" asks for a meaning, not for what was said."""
        define = self.intents.get("define")
        return define is not None and define.start <= said.start and said.end <= define.end + 1

    def _claims_figure(self, measures: tuple[str, ...]) -> bool:
        """Whether a figure in the question says something of what is asked about."""
        stated = [q for q in self.quantities if not self._is_age(q.start) and not self._is_lapse(q)]
        return bool(stated) and bool(measures or self._dimensions())

    def _figure_cue(self) -> bool:
        return bool({"count", "share", "points"} & set(self.intents))

    def _telegraph(self) -> bool:
        """Whether the question is but groups, years or a figure ("syria 2023", "905?"): no question word."""
        named = bool(self._dimensions() or self.quantities)
        return named and not self._text_cue() and not self._unmatched()

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

    def _parts(self, token: Token) -> bool:
        """Whether a word stands between two groups of one dimension, or before both ("who's winning, …?")."""
        groups = [m for m in self.mentions if m.dimension in POPULATION]
        before, after = (
            [m.dimension for m in groups if (m.start < token.start) == first] for first in (True, False)
        )
        return bool(set(before) & set(after)) or len(after) > len(set(after))

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
