"""What "not" and "except" make of a question: all the others, or nothing at all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from ingest.models import Quantity
from ingest.numbers import find_quantities
from ingest.vocabulary import Mention, Token, Vocabulary, ending, starts_with

# Words between a "not" and the outcome that it turns round ("gikk ikke direkte over til arbeid").
REACH = 3
# Words from "holder" to what is held outside ("holder du all skole utenfor").
KEPT_REACH = 3
# Cues of questions for words, in which a "not" turns no figure round.
WORDS = frozenset({"explain", "who_said", "define"})
_ASIDE = (",", "(", "–")


def only_negates(words: Iterable[str], vocabulary: Vocabulary) -> bool:
    """Whether all of some words are a "not" or a "without"."""
    negating = vocabulary.word_list("language", "questions", "negating")
    return all(word.lower() in negating for word in words)


def opposite(dimension: str, code: str, vocabulary: Vocabulary) -> str | None:
    """The code of all whom an entry does not hold, if the vocabulary has one."""
    found = [e.code for e in vocabulary.of(dimension) if e.complement == code]
    return next(iter(found), vocabulary.entry(dimension, code).complement)


def _is_outcome(mention: Mention, vocabulary: Vocabulary) -> bool:
    """Whether a mention is of what became of people, rather than of a stage or a group."""
    return mention.dimension == "measure" and not vocabulary.measure(mention.code).stage


class Negations:
    """The negations and exceptions of a question, read.

    `mentions` are those given, with what is turned round in its complement's place and what is set aside
    left out; `left_out` are the (start, end) of the words that were read as setting aside.

    Args:
        text: the question.
        tokens: its words.
        mentions: vocabulary entries named in it.
        intents: what shows what it wants, by code.
        vocabulary: where complements and the words of negation stand.
    """

    def __init__(
        self,
        text: str,
        tokens: Sequence[Token],
        mentions: Sequence[Mention],
        intents: Mapping[str, Mention],
        vocabulary: Vocabulary,
    ) -> None:
        self.text, self.tokens, self.vocabulary = text, list(tokens), vocabulary
        self.mentions, self.intents = list(mentions), intents
        self.left_out: list[tuple[int, int]] = []
        # Each "not" before a figure that is said not to be the one meant ("11 381 og ikke 12 000").
        self.denied = self._find_denied()
        self._units = [m for code in ("share", "count", "points") if (m := intents.get(code))]
        self._set_uncounted()
        self.found = self._find()
        if not WORDS & set(intents):
            self._join_neither()
            self.mentions = [turned for mention in self.mentions if (turned := self._turned(mention))]

    def _find(self) -> list[Token]:
        """Each "not" or "without" that no mention holds: it turns the question round."""
        words = self.vocabulary.word_list("language", "questions", "negating")
        held = [(m.start, m.end) for m in (*self.mentions, *self.intents.values())] + self.left_out
        held += self._hedges()
        return [
            token
            for token in self.tokens
            if token.word in words
            and not any(start <= token.start and token.end <= end for start, end in held)
        ]

    def _hedges(self) -> list[tuple[int, int]]:
        """Where words stand that only say how a figure is meant ("ikke engang 20 %", "ikke mer enn 5")."""
        surfaces = self.vocabulary.tables.get("numerals", {}).get("hedges", {}).get("surfaces", {})
        found: list[tuple[int, int]] = []
        for figure in find_quantities(self.text):
            words = frozenset(tuple(said.split()) for said in surfaces.get(figure.hedge or "", ()))
            before = [token for token in self.tokens if token.end <= figure.start]
            if length := ending(before, words):
                found.append((before[-length].start, figure.start))
        return found

    def _scorns(self, negation: Token) -> bool:
        """Whether a "not" ends a remark that scorns ("Kjerringene gidder ikke, …")."""
        scorning = self.vocabulary.word_list("language", "questions", "bothering")
        before = [token.word for token in self.tokens if token.end <= negation.start][-1:]
        return self.text[negation.end :].lstrip().startswith(",") and bool(set(before) & set(scorning))

    def unread(self) -> list[str]:
        """The negations that were not read and do turn the question round; one set aside does not."""
        return [
            self.text[token.start : token.end]
            for token in self.found
            if not self.text[: token.start].rstrip().endswith(_ASIDE)
            and not self._of_unit(token)
            and not self._before_question(token)
            and not self._scorns(token)
            and not self._wants_yes(token)
            and token not in self.denied
        ]

    def _wants_yes(self, negation: Token) -> bool:
        """Whether a "not" right after the verb of a question only wants a yes ("Sto det ikke at …?").

        So it does where the question comes after a comma ("…, ligger ikke de andre over?").
        """
        verbs, whom = (
            self.vocabulary.word_list("language", "questions", key) for key in ("verb_openers", "formal")
        )
        before = [token for token in self.tokens if token.end <= negation.start]
        if before and before[-1].word in whom:
            before.pop()
        if not before or before[-1].word not in verbs or "?" not in self.text:
            return False
        start = before[-1].start
        return len(before) == 1 or self.text[:start].rstrip().endswith(",")

    def _find_denied(self) -> dict[Token, Quantity]:
        """Each figure with a "not" right before it and another figure before that, by its "not"."""
        words = self.vocabulary.word_list("language", "questions", "negating")
        figures = find_quantities(self.text)
        denied: dict[Token, Quantity] = {}
        for figure in figures:
            last = next((token for token in reversed(self.tokens) if token.end <= figure.start), None)
            if last and last.word in words and figures[0].end <= last.start:
                denied[last] = figure
        return denied

    def _before_question(self, negation: Token) -> bool:
        """Whether a question begins after a comma behind a "not" ("De gadd vel ikke, hvor mange …?")."""
        openers = self.vocabulary.sequences("language", "questions", "openers")
        return any(
            token.start > negation.end
            and "," in self.text[self.tokens[at - 1].end : token.start]
            and starts_with(self.tokens, at, openers)
            for at, token in enumerate(self.tokens)
        )

    def _of_unit(self, negation: Token) -> bool:
        """Whether a "not" says which unit is not wanted ("i antall og ikke prosent")."""
        after = [token for token in self.tokens if token.start >= negation.end][:2]
        return any(unit.start <= token.start < unit.end for unit in self._units for token in after)

    def _turned(self, mention: Mention) -> Mention | None:
        """What a "not" or an "except" before a mention makes of it: all the others, or nothing at all.

        An outcome turned round beside another outcome only says what that one is not ("jobb, ikke skole").
        The "not" is then read, and no longer among the negations.
        """
        negation = self._negation_of(mention) or self._negation_of_group(mention)
        if negation is None and not self._excepted(mention):
            return mention
        if mention.dimension == "measure" and self.vocabulary.measure(mention.code).complement:
            # It says "not" itself: "ikke … verken" is one negation said twice; any other is left unread.
            if negation is not None and self._agrees(mention):
                self.found.remove(negation)
            return mention
        outcome = _is_outcome(mention, self.vocabulary)
        rivals = [m for m in self.mentions if m.dimension == "measure" and m.code != mention.code]
        beside = any(not self.vocabulary.measure(m.code).stage for m in rivals)
        other = opposite(mention.dimension, mention.code, self.vocabulary)
        if outcome and beside and (negation is None or self._contrasts(negation)):
            other = None
        elif other is None:
            return mention
        if negation is not None:
            self.found.remove(negation)
        if other is None:
            self.left_out.append((mention.start, mention.end))
        return replace(mention, code=other) if other else None

    def _join_neither(self) -> None:
        """All outcomes that one unites, each with its "not", are none of them ("ikke jobb, ikke skole")."""
        outcomes = [m for m in self.mentions if _is_outcome(m, self.vocabulary)]
        own = {m.start: self._negation_of(m) for m in outcomes}
        negated: set[str | None] = set()
        for m in outcomes:
            said = self.vocabulary.measure(m.code).complement
            negated.add(said or (m.code if own[m.start] else None))
        unions = (e for e in self.vocabulary.of("measure") if set(e.data.get("union", ())) == negated)
        none = next((opposite("measure", e.code, self.vocabulary) for e in unions), None)
        if len(outcomes) < len(negated) or none is None:
            return
        self.found = [token for token in self.found if token not in own.values()]
        first, *others = outcomes
        self.left_out += [(m.start, m.end) for m in others]
        self.mentions = [replace(m, code=none) if m is first else m for m in self.mentions if m not in others]

    def _agrees(self, mention: Mention) -> bool:
        """Whether a mention opens with a word that a "not" before it only repeats ("verken")."""
        repeated = self.vocabulary.word_list("language", "questions", "repeating")
        return next((t.word for t in self.tokens if t.start == mention.start), "") in repeated

    def _negation_of(self, mention: Mention) -> Token | None:
        """The "not" that stands before an outcome, with no other mention, unit or comma between."""
        if mention.dimension != "measure":
            return None
        before = [token for token in self.tokens if token.end <= mention.start][-REACH - 1 :]
        for negation in self.found:
            between = self.text[negation.end : mention.start]
            parted = any(
                negation.end <= m.start and m.end <= mention.start for m in (*self.mentions, *self._units)
            )
            if negation in before and not parted and not set(between) & set(",;:"):
                return negation
        return None

    def _negation_of_group(self, mention: Mention) -> Token | None:
        """The "not" right before a group of which heads or a share are asked ("who were not Ukrainians")."""
        if mention.dimension == "measure" or not {"count", "share"} & set(self.intents):
            return None
        if opposite(mention.dimension, mention.code, self.vocabulary) is None:
            return None
        before = [token for token in self.tokens if token.end <= mention.start][-1:]
        return next((negation for negation in self.found if negation in before), None)

    def _contrasts(self, negation: Token) -> bool:
        """Whether a "not" sets off what it stands before from what was said ("jobb, altså ikke skole")."""
        contrast = self.vocabulary.word_list("language", "questions", "contrasting")
        before = [token for token in self.tokens if token.end <= negation.start][-1:]
        comma = self.text[: negation.start].rstrip().endswith(_ASIDE)
        return comma or any(token.word in contrast for token in before)

    def _set_uncounted(self) -> None:
        """An outcome not to be counted beside another is not asked for.

        "Utdanning ikke medregnet", "når vi ikke regner med utdanning", "når utdanning holdes utenom".
        """
        counted = self.vocabulary.sequences("language", "questions", "counted")
        negating = self.vocabulary.word_list("language", "questions", "negating")
        tokens = self.tokens
        aside = self.vocabulary.sequences("language", "questions", "set_aside")
        for at in range(1, len(tokens)):
            if length := starts_with(tokens, at, aside):
                self._leave_out(tokens[at - 1], tokens[at - 1].start, tokens[at + length - 1].end)
        for at, token in enumerate(tokens):
            if token.word not in negating:
                continue
            for first, after in ((at - 1, at + 1), (at, at + 2)):
                length = starts_with(tokens, after, counted) if first >= 0 else 0
                if length:
                    named = tokens[first if first < at else at + 1]
                    self._leave_out(named, tokens[first].start, tokens[after + length - 1].end)
            last = at + 1 + starts_with(tokens, at + 1, counted)
            if at + 1 < last < len(tokens):
                self._leave_out(tokens[last], token.start, tokens[last].end)

    def _leave_out(self, named: Token, start: int, end: int) -> None:
        """Take the words from `start` to `end` out, where what they name is an outcome beside another."""
        found = self.vocabulary.find(self.text[named.start : named.end])
        others = [m for m in self.mentions if not (start < m.end and m.start < end)]
        if any(_is_outcome(m, self.vocabulary) for m in found) and any(
            _is_outcome(m, self.vocabulary) for m in others
        ):
            self.mentions = others
            self.left_out.append((start, end))

    def _excepted(self, mention: Mention) -> bool:
        """Whether a mention is left out of account ("utenom Ukraina", "holder skole utenfor")."""
        before = [token for token in self.tokens if token.end <= mention.start]
        articles = self.vocabulary.word_list("grammar", "people", "definite")
        while before and before[-1].word in articles:
            before.pop()
        after = [token for token in self.tokens if token.start >= mention.end][:1]
        words = self.vocabulary.sequences("language", "questions", "excepting")
        if length := ending(before, words):
            self.left_out.append((before[-length].start, before[-1].end))
            return True
        left_out = self.vocabulary.word_list("language", "questions", "left_out")
        keeping = self.vocabulary.word_list("language", "questions", "keeping")
        held = [token for token in before[-KEPT_REACH:] if token.word in keeping]
        if not held or not after or after[0].word not in left_out:
            return False
        self.left_out += [(token.start, token.end) for token in (*held, *after)]
        return True
