"""Answers in the report's own words: definitions, reasons, who said what, who and how."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from ingest.models import Paragraph, ParagraphKind
from ingest.numbers import find_periods, find_quantities
from ingest.sentences import find_sentences, find_statements, statement_at
from ingest.vocabulary import holds, starts_with
from rag.calculate import PERCENT
from rag.cues import ATTRIBUTED, POLAR, SPEAKING
from rag.models import Draft, Intent, Line, Query, Reason, Role, Source, Status, names_groups
from rag.phrases import Phrases
from rag.retrieve import Passage, Retriever

# Of the question's weight that the best sentence must cover; below it the reports do not say.
ENOUGH = 0.46
# A word that the evidence does not have may be what is asked about.
ENOUGH_WITH_UNKNOWN = 0.55
# A question for a figure that the table could not answer needs fuller evidence in words.
ENOUGH_FOR_FIGURE = 0.62
# A "why" answered by a sentence without a word of explanation must cover nearly all of the question.
ENOUGH_UNCUED = 0.7
# A sentence that does explain need not repeat the matter: its heading or the sentence before names it.
ENOUGH_CUED = 0.38
# The one paragraph that means what is asked must still share some of its words.
ENOUGH_STANDING_OUT = 0.38
# A second sentence joins in when it is nearly as good or adds what the first lacks.
NEARLY = 0.8
# One elsewhere that covers as much of the question joins in from here.
AS_GOOD = 0.93
MAX_SPOKEN = 6
# Words among which "the rest" names what it is the rest of.
REST_REACH = 5
# Capitals of an abbreviation, and paragraphs in which it is looked for in brackets.
FEWEST_CAPITALS, MAX_BRACKETS = 2, 100
GROUPS = ("origin", "area", "education", "age", "status")
# Units of a stretch of time.
TIME = ("år", "måneder", "uker", "dager")
# What a sentence in other words may answer.
_IN_OTHER_WORDS = frozenset({Intent.TEXT, Intent.VERIFY, Intent.DEFINE, Intent.WHO_SAID, Intent.OVERVIEW})
_FIGURE_CUES = frozenset({"count", "share", "points", "rank", "sum", "times", "lapse"})
_FIGURE_CUES |= {"by_origin", "by_age", "by_education", "by_county", "by_municipality"}
FIGURE_INTENTS = frozenset({Intent.FIGURE})


class Passages:
    """Composes answers from sentences."""

    def __init__(self, retriever: Retriever, phrases: Phrases) -> None:
        self.retriever, self.phrases = retriever, phrases
        self._last: tuple[Query, str, list[Passage]] | None = None

    def find(self, query: Query, spelled: str) -> list[Passage]:
        """The sentences that cover a question best; what was found last is not searched for again."""
        if self._last is None or self._last[:2] != (query, spelled):
            self._last = (query, spelled, self.retriever.find_passages(query, spelled))
        return self._last[2]

    def answer(self, query: Query, spelled: str) -> Draft | None:
        """The best sentences for a question; None where the reports do not cover it."""
        if query.intent is Intent.DEFINE and (written := self._spelled_out(query)):
            return self.quoted([written])
        if ATTRIBUTED in query.cues:
            return self._attributed(query, spelled)
        found = self.find(query, spelled)
        own = [p for p in found if not self._misses_own(p, query)]
        found = own if own or query.intent is Intent.RANK else found
        found = [
            p
            for p in found
            if not self._misses_group(p) and (_lacks_no_more(p, found[0]) or _adds_subject(p, found[0]))
        ] or found
        if query.intent is Intent.EXPLAIN:
            reasons = [p for p in found if self._gives_reason(p, query)]
            found = reasons or [p for p in found if not p.cued] or found
        if query.intent is Intent.WHO_SAID:
            spoken = [p for p in found if p.paragraph.kind is ParagraphKind.SPEECH]
            spoken = [p for p in spoken if not self._misses_speaker(p)] or spoken
            # What no one is quoted as saying tells of nobody who speaks for someone ("Hvem fra Nav …?").
            found = spoken or ([] if SPEAKING in query.cues else found)
        if _asks_figure(query):
            found = [p for p in found if _has_figure(p, query)] or found
        found = self._of_place(found, query)
        if not found or not self._enough(found[0], query):
            return None
        chosen = self._chosen(found)
        sources = [self._span(passages, query) for passages in chosen]
        if query.intent is Intent.EXPLAIN and not found[0].cued and not self._settles(chosen, query):
            return self._short_of(sources, "no_reason")
        if query.intent is Intent.DEFINE and not self._defines(found[0], query):
            return self._short_of(sources[:1], "no_definition")
        said = chosen[0][0].paragraph.text[sources[0].start : sources[0].end]
        if self._asks_when(query) and not _tells_time(said):
            return None
        if query.intent is Intent.TEXT and self._points_elsewhere(said, query):
            return self._short_of(sources[:1], "points_elsewhere")
        if self._asks_what_it_holds(query):
            return self._short_of(sources, "unspecified")
        if self._only_announced(said, query):
            return self._short_of(sources[:1], "only_announced")
        if self._leaves_rest(said, query) or (query.unmatched and self._tells_of_both(said, found[0])):
            return self._short_of(sources, "rest_untold")
        return self.quoted(sources)

    @staticmethod
    def _tells_of_both(said: str, passage: Passage) -> bool:
        """Whether a quote has a figure of both sexes, where that of one is asked for."""
        return any(key.startswith("sex:") for key in passage.missing) and bool(find_quantities(said))

    def nearest_said(self, query: Query, spelled: str, intro: str) -> Draft | None:
        """The sentence that names all that a question does but its unknown words, after what it lacks."""
        named = [p for p in self.find(query, spelled) if not any(":" in key for key in p.missing)]
        if not named:
            return None
        sources = [self._span([named[0]], query)]
        lines = (Line(Role.SCOPE, intro), Line(Role.LEAD, "", tuple(sources)))
        return Draft(Status.PARTIAL, Reason.NEAREST, lines)

    def _attributed(self, query: Query, spelled: str) -> Draft | None:
        """What someone said of that which a question says that they said; whether it is that can be seen."""
        people = {f"term:{code}" for code in query.terms if self.phrases.vocabulary.marks((code,), "person")}
        keys = self.retriever.question_keys(query, spelled)
        subjects = {key for key in keys if ":" in key} - people
        own = [p for p in self.find(query, spelled) if p.paragraph.kind is ParagraphKind.SPEECH]
        bare = not subjects and not query.unmatched
        own = [p for p in own if not people & set(p.missing) and (bare or subjects - set(p.missing))]
        if not own:
            return self._said_by_another(query, spelled, subjects)
        best = max(own, key=lambda passage: (passage.coverage, passage.score))
        source = self._span([best], query)
        said = not query.unmatched and not subjects & set(best.missing)
        return self.quoted([source]) if said else self._short_of([source], "said_otherwise")

    def _said_by_another(self, query: Query, spelled: str, subjects: set[str]) -> Draft | None:
        """What another is quoted as saying of that which someone is asked to have said."""
        people = {f"term:{code}" for code in query.terms if self.phrases.vocabulary.marks((code,), "person")}
        found = [
            p
            for p in self.find(query, spelled)
            if p.paragraph.kind is ParagraphKind.SPEECH and people & set(p.missing)
        ]
        named = [p for p in found if subjects and not subjects & set(p.missing)]
        if not named or query.unmatched:
            return None
        lead = Line(Role.SCOPE, self.phrases.say("said_by_another"))
        draft = self.quoted([self._span(named[:1], query)])
        return replace(draft, reason=Reason.FALSE_PREMISE, lines=(lead, *draft.lines))

    def _of_place(self, found: list[Passage], query: Query) -> list[Passage]:
        """The caption of the picture whose place is told ("den andre illustrasjonen")."""
        vocabulary = self.phrases.vocabulary
        if not vocabulary.marks(query.terms, "picture"):
            return found
        words = {token.word for token in vocabulary.tokens(query.text)}
        places = vocabulary.tables["language"]["places"]
        told = [place for place, names in places.items() if words & {place, *names}]
        captions = [p for p in found if p.paragraph.kind is ParagraphKind.CAPTION]
        own = [p for p in captions if told and told[0] in {t.word for t in vocabulary.tokens(p.text)}]
        return own or found

    def _misses_speaker(self, passage: Passage) -> bool:
        """Whether a sentence is another's than the one whose words are asked for."""
        codes = [key.removeprefix("term:") for key in passage.missing if key.startswith("term:")]
        return self.phrases.vocabulary.marks(codes, "person")

    def _misses_own(self, passage: Passage, query: Query) -> bool:
        """Whether a sentence lacks what sets apart those who are compared or ranked.

        That is the groups themselves, or what they are ranked by ("lavest utdanningsnivå").
        """
        entry = self.phrases.vocabulary.entry
        ranked = {f"term:{code}" for code in query.terms if entry("term", code).data.get("of")}
        missing = set(passage.missing)
        if query.intent is Intent.RANK and ranked:
            wishes = self.phrases.vocabulary.find_intents(
                passage.text, self.phrases.vocabulary.tokens(passage.text)
            )
            said = {wish.code for wish in wishes}
            return (
                bool(missing & ranked) or "rank" not in said or ("lowest" in said) != ("lowest" in query.cues)
            )
        sexes = query.dimensions.get("sex", ())
        apart = {f"sex:{code}" for code in sexes if len(sexes) > 1}
        subjects = {f"term:{code}" for code in query.terms}
        return query.intent is Intent.COMPARE and bool(subjects and apart & missing | subjects & missing)

    def _spelled_out(self, query: Query) -> Source | None:
        """The sentence that an abbreviation stands in brackets in, after what it is short for."""
        for word in re.findall(r"\w+", query.text):
            for paragraph, _ in self.retriever.index.search_lexical(word, MAX_BRACKETS):
                text = self.retriever.index.paragraph(paragraph).text
                at = text.lower().find(f"({word.lower()})")
                if at > 0 and sum(c.isupper() for c in text[at : at + len(word) + 1]) >= FEWEST_CAPITALS:
                    return Source(paragraph, *statement_at(self.retriever.index.paragraph(paragraph), at))
        return None

    def standing_out(self, query: Query, spelled: str) -> Draft | None:
        """The sentence that a question means, where it says so in other words than the reports.

        None for what only figures or a reason would answer, and for questions about someone unknown.
        """
        unknown = [word for word in query.unmatched if word[:1].isupper() or not word.isalpha()]
        told = {*_FIGURE_CUES, SPEAKING, ATTRIBUTED} & set(query.cues)
        if query.intent not in _IN_OTHER_WORDS or told or unknown:
            return None
        vocabulary = self.phrases.vocabulary
        which = vocabulary.sequences("language", "questions", "which")
        if starts_with(vocabulary.tokens(query.text), 0, which):
            return None
        passage = self.retriever.find_standing_out(query, spelled)
        if passage is None or passage.coverage < ENOUGH_STANDING_OUT:
            return None
        said = passage.paragraph.kind is ParagraphKind.SPEECH and query.intent is not Intent.WHO_SAID
        return None if said else self.quoted([self._span([passage], query)])

    def _asks_when(self, query: Query) -> bool:
        """Whether it is asked when something was ("når dere sier X, hva …" asks for something else)."""
        vocabulary = self.phrases.vocabulary
        tokens = vocabulary.tokens(query.text)
        asked = vocabulary.sequences("language", "questions", "openers")
        again = any(starts_with(tokens, k, asked) for k in range(2, len(tokens)))
        return not again and bool(
            starts_with(tokens, 0, vocabulary.sequences("language", "questions", "when"))
        )

    def _points_elsewhere(self, said: str, query: Query) -> bool:
        """Whether a quote only says that another publishes what is asked for."""
        vocabulary = self.phrases.vocabulary
        which = vocabulary.sequences("language", "questions", "which")
        points = vocabulary.sequences("cues", "points", "words")
        if vocabulary.marks(query.terms, "publisher") or not holds(vocabulary.tokens(said), points):
            return False
        return bool(starts_with(vocabulary.tokens(query.text), 0, which))

    def _asks_what_it_holds(self, query: Query) -> bool:
        """Whether it asks what those are that a report only tells together ("diverse andre årsaker")."""
        vocabulary = self.phrases.vocabulary
        entries = [vocabulary.measure(code).data for code in query.measures]
        if not any(data.get("unspecified") for data in entries) or {"count", "share"} & set(query.cues):
            return False
        openers = ("which", "what_openers")
        tokens = vocabulary.tokens(query.text)
        return any(starts_with(tokens, 0, vocabulary.sequences("language", "questions", o)) for o in openers)

    def _only_announced(self, said: str, query: Query) -> bool:
        """Whether a quote only says that something is to come, which is asked about as if it had come."""
        vocabulary = self.phrases.vocabulary
        tokens = vocabulary.tokens(query.text)
        announces = vocabulary.sequences("cues", "announces", "words")
        subjects = {code for code in query.terms if not vocabulary.marks((code,), "person")}
        told = any(
            subjects & vocabulary.find_terms(said[start:end])
            and holds(vocabulary.tokens(said[start:end]), announces)
            for start, end in find_sentences(said)
        )
        if not told or query.intent not in (Intent.TEXT, Intent.DEFINE, Intent.LIST):
            return False
        presenting = vocabulary.sequences("language", "questions", "presenting")
        which = vocabulary.sequences("language", "questions", "which")
        to_come = vocabulary.sequences("language", "questions", "to_come")
        if starts_with(tokens, 0, which) and not holds(tokens, to_come):
            # "Hvilke tiltak kom i den?" takes it that it has come.
            return True
        if holds(tokens, presenting) or holds(vocabulary.tokens(query.context), presenting):
            # "Hva skal legges fram?" is told; "Ble det lagt fram?" is not.
            return bool(starts_with(tokens, 0, vocabulary.sequences("language", "questions", "came_about")))
        openers = ("which", "what_openers", "came_about")
        return any(starts_with(tokens, 0, vocabulary.sequences("language", "questions", o)) for o in openers)

    def _leaves_rest(self, said: str, query: Query) -> bool:
        """Whether a quote tells other parts of something than the one asked of ("resten av tiltakene")."""
        vocabulary = self.phrases.vocabulary
        asks = query.intent in (Intent.TEXT, Intent.FIGURE)
        if not asks or not query.terms or query.measures or POLAR in query.cues:
            return False
        parts = {q.value for q in find_quantities(said) if q.unit == PERCENT}
        asked = {q.value for q in query.quantities if q.unit == PERCENT}
        rest = vocabulary.sequences("language", "questions", "rest_of")
        told = holds(vocabulary.tokens(said), rest)
        return bool(parts) and (bool(asked and not asked & parts) or (not told and self._of_rest(query)))

    def _of_rest(self, query: Query) -> bool:
        """Whether it asks of the rest of its subject ("resten av tiltakene", not "resten av gjengen")."""
        vocabulary = self.phrases.vocabulary
        rest = vocabulary.sequences("language", "questions", "rest_of")
        tokens = vocabulary.tokens(query.text)
        subjects = {
            m.start for m in vocabulary.find(query.text) if m.dimension == "term" and m.code in query.terms
        }
        return any(
            starts_with(tokens, at, rest) and subjects & {t.start for t in tokens[at : at + REST_REACH]}
            for at in range(len(tokens))
        )

    def _settles(self, chosen: Sequence[Sequence[Passage]], query: Query) -> bool:
        """Whether sentences without a word of explanation answer a "why" all the same.

        Someone's own words do, a note on who is counted, and a sentence that denies what the question takes
        for granted.
        """
        if any(passages[0].paragraph.kind is ParagraphKind.SPEECH for passages in chosen):
            return True
        if self.phrases.vocabulary.marks(query.terms, "reason"):
            return True
        if chosen[0][0].paragraph.kind is ParagraphKind.NOTE:
            return "change" not in query.cues
        negating = {
            word
            for key in ("negating", "escaping")
            for word in self.phrases.vocabulary.word_list("language", "questions", key)
        }
        source = self._span(chosen[0], query)
        said, asked = (
            {token.word for token in self.phrases.vocabulary.tokens(text)} & negating
            for text in (chosen[0][0].paragraph.text[source.start : source.end], query.text)
        )
        return bool(said) and not asked

    def _short_of(self, sources: Sequence[Source], what: str) -> Draft:
        """What the reports say of a matter that they give no reason or no definition of."""
        intro = Line(Role.SCOPE, self.phrases.say(what))
        lead, *others = (Line(Role.QUOTE if n else Role.LEAD, "", (s,)) for n, s in enumerate(sources))
        return Draft(Status.PARTIAL, Reason.NEAREST, (intro, lead, *others))

    def _defines(self, passage: Passage, query: Query) -> bool:
        """Whether a sentence says what a group is, and does not only tell of it."""
        vocabulary = self.phrases.vocabulary
        defined = any(vocabulary.measure(code).data.get("definition") for code in query.measures)
        note = passage.paragraph.kind is ParagraphKind.NOTE
        if query.terms or defined or note or not (query.dimensions or query.measures):
            return True
        says = vocabulary.sequences("cues", "define", "words")
        tokens = vocabulary.tokens(passage.text)
        for mention in vocabulary.find(passage.text):
            after = [token for token in tokens if token.start >= mention.end]
            asked = (*query.dimensions.get(mention.dimension, ()), *query.measures)
            if mention.code in asked and starts_with(after, 0, says):
                return True
        return False

    def quoted(self, sources: Sequence[Source], reason: Reason = Reason.STATED) -> Draft:
        """An answer that is quotations: as they stand in bokmål, introduced in another language."""
        if self.phrases.language == "nb":
            lines = [
                Line(Role.LEAD if n == 0 else Role.OTHER, "", (source,)) for n, source in enumerate(sources)
            ]
        else:
            intro = Line(Role.LEAD, self.phrases.part("quote_intro"), tuple(sources[:1]))
            lines = [intro, *(Line(Role.QUOTE, "", (source,)) for source in sources)]
        return Draft(Status.ANSWERED, reason, tuple(lines))

    def definition(self, measure: str, paragraphs: Callable[[str], Sequence[Paragraph]]) -> Draft | None:
        """The words in which a report defines a measure, as the vocabulary points to them.

        `paragraphs` gives those of a report.
        """
        data = self.phrases.vocabulary.measure(measure).data.get("definition")
        if not data:
            return None
        for paragraph in paragraphs(data["report"]):
            at = paragraph.text.find(data["quote"].lstrip("* "))
            if at >= 0:
                return self.quoted([Source(paragraph.id, at, at + len(data["quote"].lstrip("* ")))])
        return None

    def _enough(self, best: Passage, query: Query) -> bool:
        if self._misses_group(best) or self._misses_what_is_asked(best, query):
            return False
        if query.intent is Intent.EXPLAIN and self._beside_the_point(best, query):
            return False
        split = names_groups(query.dimensions)
        if query.intent is Intent.VERIFY and split and self._beside_the_point(best, query):
            return False
        named = query.measures or query.dimensions
        claimed = [q for q in query.quantities if q.unit == PERCENT and not named]
        if claimed and query.intent is Intent.VERIFY and not find_quantities(best.text):
            # "Alle vet at 80 % går på NAV": a sentence without a figure neither bears it out nor denies it.
            return False
        if query.intent is Intent.EXPLAIN and not best.cued:
            subjects = bool(query.terms) and not any(key.startswith("term:") for key in best.missing)
            return best.coverage >= (ENOUGH_WITH_UNKNOWN if subjects else ENOUGH_UNCUED)
        asks_figure = _asks_figure(query)
        if asks_figure and not find_quantities(best.text):
            return False
        if query.intent is Intent.EXPLAIN:
            return best.coverage >= ENOUGH_CUED
        if any(":" not in key for key in best.missing):
            return best.coverage >= ENOUGH_WITH_UNKNOWN
        return best.coverage >= (ENOUGH_FOR_FIGURE if asks_figure else ENOUGH)

    def _misses_what_is_asked(self, best: Passage, query: Query) -> bool:
        """Whether a sentence does not name the subject of a "which" ("I hvilke bransjer jobber de 41 …?")."""
        vocabulary = self.phrases.vocabulary
        tokens = vocabulary.tokens(query.text)
        length = starts_with(tokens, 0, vocabulary.sequences("language", "questions", "which"))
        after = tokens[length].start if 0 < length < len(tokens) else -1
        asked = {
            f"term:{m.code}"
            for m in vocabulary.find(query.text)
            if m.dimension == "term" and m.start == after
        }
        return bool(query.measures and asked & set(best.missing))

    @staticmethod
    def _misses_group(passage: Passage) -> bool:
        """Whether a sentence is not of the group asked about; the sexes are often told of side by side."""
        return any(key.split(":")[0] in GROUPS for key in passage.missing)

    def _gives_reason(self, passage: Passage, query: Query) -> bool:
        """Whether a sentence explains just what is asked about, and the way that it is said to have gone."""
        if not passage.cued or self._beside_the_point(passage, query):
            return False
        apart = not ("sex" in query.dimensions or query.terms or query.intent is not Intent.EXPLAIN)
        if ("change" in query.cues or apart) and self._sets_apart(passage, query):
            return False
        if query.direction is None or len(query.dimensions.get("sex", ())) > 1:
            return passage.coverage >= ENOUGH_CUED
        moved = set(self.phrases.vocabulary.word_list("grammar", "change", query.direction))
        words = {token.word for token in self.phrases.vocabulary.tokens(passage.paragraph.text)}
        return bool(moved & words)

    def _sets_apart(self, passage: Passage, query: Query) -> bool:
        """Whether a reason is of a difference between groups, of which a change is asked for one."""
        asked = set(query.dimensions.get("sex", ()))
        said = self.phrases.vocabulary.find(passage.text)
        return any(m.dimension == "sex" and m.code not in asked for m in said)

    def _on_subject(self, passage: Passage, query: Query) -> bool:
        """Whether a sentence is of what a question names beside its measure ("trakk snittet ned")."""
        named = {m.code for m in self.phrases.vocabulary.find(passage.text) if m.dimension == "term"}
        subjects = {code for code in query.terms if not self.phrases.vocabulary.are_aside((code,))}
        return bool(subjects) and subjects <= named

    def _beside_the_point(self, best: Passage, query: Query) -> bool:
        """Whether a sentence is of another measure or another group than the one asked about."""
        wanted = {f"{d}:{code}" for d, codes in query.dimensions.items() for code in codes}
        if not self._on_subject(best, query):
            wanted |= {f"measure:{code}" for code in query.measures}
        if wanted & set(best.missing):
            return True
        measure = self.phrases.vocabulary.measure
        if not best.cued or not query.measures or not all(measure(code).stage for code in query.measures):
            return False
        # Nearly every sentence names participants; why an outcome is as it is says nothing of their number.
        strong = (
            m.code for m in self.phrases.vocabulary.find(best.text) if m.dimension == "measure" and not m.weak
        )
        return any(not measure(code).stage for code in strong)

    def _chosen(self, found: Sequence[Passage]) -> list[list[Passage]]:
        """The best sentence, its neighbours nearly as good, and one other paragraph that adds to it."""
        best = found[0]
        own = [
            p
            for p in found
            if p.paragraph.id == best.paragraph.id
            and (p.score >= NEARLY * best.score or _adds_subject(p, best))
        ]
        other = next(
            (
                p
                for p in found
                if p.paragraph.id != best.paragraph.id
                and p.text != best.text
                and p.score >= NEARLY * best.score
                and (set(best.missing) - set(p.missing) or _as_good(p, best))
            ),
            None,
        )
        return [own, [other]] if other else [own]

    def _span(self, passages: Sequence[Passage], query: Query) -> Source:
        paragraph = passages[0].paragraph
        start, end = min(p.start for p in passages), max(p.end for p in passages)
        sentences = find_statements(paragraph)
        if paragraph.kind is ParagraphKind.NOTE:
            return Source(paragraph.id, 0, len(paragraph.text))
        if paragraph.kind is ParagraphKind.SPEECH:
            end = max(end, sentences[-1][1])
            if len(sentences) <= MAX_SPOKEN:
                start = sentences[0][0]
        elif query.intent in (Intent.DEFINE, Intent.EXPLAIN) or query.terms:
            start = self._with_antecedent(paragraph, start, sentences)
            if query.intent is Intent.EXPLAIN:
                end = self._with_sequel(paragraph, end, sentences)
        return Source(paragraph.id, start, end)

    def _with_sequel(self, paragraph: Paragraph, end: int, sentences: Sequence[tuple[int, int]]) -> int:
        """On to the sentence after where that one goes on with the reason ("Majoriteten av disse …")."""
        openers = self.phrases.vocabulary.word_list("cues", "leaning", "openers")
        after = next(((s, e) for s, e in sentences if s >= end), None)
        if after is not None and any(paragraph.text[after[0] :].lower().startswith(word) for word in openers):
            return after[1]
        return end

    def _with_antecedent(self, paragraph: Paragraph, start: int, sentences: Sequence[tuple[int, int]]) -> int:
        """Back to the sentence before where the first one leans on it ("Det samme gjelder …", "De får …")."""
        openers = self.phrases.vocabulary.word_list("cues", "leaning", "openers")
        at = next((i for i, (s, _) in enumerate(sentences) if s == start), 0)
        while at and any(paragraph.text[sentences[at][0] :].lower().startswith(word) for word in openers):
            at -= 1
        return sentences[at][0]


def _tells_time(text: str) -> bool:
    """Whether a text names a time, or how long something takes."""
    return bool(find_periods(text)) or any(q.unit in TIME for q in find_quantities(text))


def _as_good(other: Passage, best: Passage) -> bool:
    """Whether a sentence elsewhere says as much of what is asked as the best one does."""
    return other.coverage >= best.coverage and other.score >= AS_GOOD * best.score


def _asks_figure(query: Query) -> bool:
    """Whether only a sentence with a figure can be the answer."""
    counts = query.intent in (Intent.TEXT, Intent.CHANGE) and "count" in query.cues
    if query.terms and POLAR in query.cues:
        return False
    return counts or query.intent in FIGURE_INTENTS


def _has_figure(passage: Passage, query: Query) -> bool:
    """Whether a sentence has a figure, in the unit asked for."""
    return any(query.unit in (None, q.unit) for q in find_quantities(passage.text))


def _adds_subject(passage: Passage, best: Passage) -> bool:
    """Whether a sentence beside the best one names a subject of the question that this one lacks."""
    added = set(best.missing) - set(passage.missing)
    return passage.paragraph.id == best.paragraph.id and any(key.startswith("term:") for key in added)


def _lacks_no_more(passage: Passage, best: Passage) -> bool:
    """Whether a sentence has all that the best one has of the question."""
    return set(passage.missing) <= set(best.missing)
