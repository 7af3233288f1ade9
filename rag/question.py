"""One question in everyday Norwegian or English -> its own slots.

Questions are read with the same vocabulary and the same number reader as the reports. A word that is in
neither the vocabulary, the word lists nor the reports is first tried as a misspelling; if that fails it
stays in `unmatched`, and an answer must then account for it.
"""

from __future__ import annotations

from collections.abc import Sequence

from ingest.models import Quantity
from ingest.vocabulary import (
    Mention,
    ends_with,
    holds,
    starts_with,
    tokenize,
)
from rag.accounted import FEWEST_LISTED, PAIR, TIMES, Accounted
from rag.calculate import PEOPLE, PERCENT, POINTS
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
from rag.found import OF_REACH, POPULATION
from rag.models import Intent, Query, names_groups
from rag.negation import only_negates
from rag.wording import OLDEST, joined_by

MAX_CHARS = 1000
# A greeting among at most so many words is all that a message is, if it asks nothing.
SHORT_GREETING = 4
# What is answered with sentences of the reports.
QUOTED = (Intent.TEXT, Intent.EXPLAIN, Intent.DEFINE, Intent.WHO_SAID)
# The frame entry for what follows right on the programme.
AFTER_PROGRAMME = "after_programme"
# A head count that is told in whole hundreds may be rounded.
ROUND = 100


class Reader(Accounted):
    """One question read into slots."""

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
        if "times" in cues and len(measures) == 2 and len(self._periods()) < 2:
            return Intent.COMPARE  # "the ratio of new participants to those who ended"
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


def _takes_in(age: str, other: str) -> bool:
    """Whether an age group takes in another and more."""
    (low, high), (least, most) = (
        [int(end or bound) for end, bound in zip(code.split("-"), (0, OLDEST), strict=True)]
        for code in (age, other)
    )
    return (low, high) != (least, most) and low <= least and most <= high
