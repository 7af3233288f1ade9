"""What stands in a question, and what of it counts: mentions, wishes, years, figures.

Who claims something, what is set aside, and what only names a source or a picture are no part of it.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
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
    starts_with,
    tokenize,
)
from rag.calculate import LANDS, PEOPLE, PERCENT
from rag.cues import (
    EVERYONE,
)
from rag.models import Intent, Query
from rag.negation import Negations, opposite
from rag.spelling import Speller, frame_words
from rag.wording import Understanding, Wording

POPULATION = ("sex", "origin", "education", "age", "area", "status")
# Words between "fordi" and the cause ("fordi de har mindre skolegang").
CAUSE_REACH = 6
# Words before a stage among which an "of" makes it the whole ("av de som begynte").
OF_REACH = 3
# "Figure 2" is a picture, "the figure of 49" a number.
FEWEST_OF_FIGURE = 10
# Around what someone is said to say.
QUOTED_FROM, QUOTED_TO = "«»"
# Between what is added up.
PLUS = "+"
# Words between someone's name and what they are said to have said ("Sanner har jo lovet").
SAYING_REACH = 3


class Found:
    """What was found in one question; `tokens` are its words after spelling."""

    def __init__(
        self, text: str, language: str, vocabulary: Vocabulary, known: Understanding, history: Sequence[Query]
    ) -> None:
        self.language, self.vocabulary, self.known, self.history = language, vocabulary, known, history
        self.published = text
        self.speller = Speller(vocabulary, known.knows_word, lambda word: known.is_word(word, language))
        text, self.tagged = Wording(vocabulary, known, language).plain(text, self.speller)
        self._scan(self.speller.spelled(text))

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
            and not self._counts_text(q)
            and not any(q.start < p.end and p.start < q.end for p in self.periods_found)
        ]

    def _counts_speakers(self, quantity: Quantity) -> bool:
        """Whether a number is of those who talk ("hvem av oss to har rett?"), and no figure."""
        before = [token.word for token in self.tokens if token.end <= quantity.start][-1:]
        few = quantity.unit is None and quantity.value < FEWEST_OF_FIGURE
        return few and bool(set(before) & set(self._words("speakers")))

    def _counts_text(self, quantity: Quantity) -> bool:
        """Whether a number is of how long an answer is to be ("en notis på 600 tegn"), and no figure."""
        after = {token.word for token in tokenize(self.text[quantity.end :])[:1]}
        return quantity.unit is None and bool(after & set(self._words("text_units")))

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

    def _polar(self) -> bool:
        """Whether it opens with its verb, and so asks for a yes or a no."""
        openers = self._words("verb_openers")
        return bool(self.tokens) and self.tokens[0].word in openers

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

    def is_subject(self, mention: Mention) -> bool:
        """Whether a mention is of something that the reports write about in words."""
        return mention.dimension == "term" and not self.vocabulary.are_aside((mention.code,))

    def _parts(self, token: Token) -> bool:
        """Whether a word stands between two groups of one dimension, or before both ("who's winning, …?")."""
        groups = [m for m in self.mentions if m.dimension in POPULATION]
        before, after = (
            [m.dimension for m in groups if (m.start < token.start) == first] for first in (True, False)
        )
        return bool(set(before) & set(after)) or len(after) > len(set(after))
