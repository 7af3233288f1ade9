"""One query -> a draft: the routes through the table and the text, and what to say where neither leads on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from ingest.clauses import EARLIER
from ingest.models import Observation, Paragraph, ParagraphKind, Report
from ingest.numbers import find_periods, find_quantities
from ingest.patterns import find_dates, load_patterns
from ingest.places import AREA
from ingest.sentences import find_sentences, find_statements, statement_at
from ingest.store import Store
from ingest.vocabulary import holds, starts_with
from rag.absences import Absences
from rag.alike import Alike
from rag.arithmetic import Arithmetic
from rag.calculate import LANDS, PEOPLE, PERCENT, YEARS
from rag.changes import Changes
from rag.claims import Claims
from rag.comparisons import Comparisons
from rag.cues import AFTER, BEFORE, BOTH_UNITS, COMPOSITION, HEADS, LAPSE, MEAN, POLAR, QUALITY, TODAY
from rag.drafts import combinations, lead_of, led_by, merge, nearest, refusal
from rag.figures import Figures
from rag.levels import Levels
from rag.models import TOLD, Draft, Intent, Line, Query, Reason, Role, Source, Status, names_groups
from rag.negation import only_negates
from rag.notes import Notebook
from rag.passages import Passages
from rag.phrases import Phrases, capital
from rag.places import not_then, placed
from rag.question import QUOTED
from rag.rankings import Rankings
from rag.retrieve import Retriever
from rag.speakers import Speakers
from rag.table import Table
from rag.told import Told
from rag.trace import COMPETITORS, found_by, read_as
from rag.unplaced import Unplaced
from rag.wording import joined_by

_TABLE_INTENTS = frozenset(
    {Intent.FIGURE, Intent.LIST, Intent.RANK, Intent.COMPARE, Intent.CHANGE, Intent.VERIFY, Intent.OVERVIEW}
)
# What a question must name for the sentence nearest to it to be told besides words unknown.
FEWEST_NAMED = 2
# Cues of what no report can answer: something to be made up, a form to send in, when one person is done.
REFUSED = frozenset({"writing", "how_to", "own_case"})
_IN_WORDS = frozenset({Intent.VERIFY, Intent.EXPLAIN, Intent.COMPARE})
# Where no sentence answers these, the figure of the measure they name may.
_FIGURE_FALLBACK = frozenset(
    {Intent.TEXT, Intent.DEFINE, Intent.FIGURE, Intent.COMPARE, Intent.CHANGE, Intent.OVERVIEW}
)


class Writer:
    """One query's way to a draft.

    Args:
        query: the question, or a part of it, as read.
        asked: the whole question as asked.
        store: where paragraphs and reports are looked up.
        table: the numbers table.
        retriever: search over the paragraphs.
        notebook: the notes of the reports.
    """

    def __init__(
        self,
        query: Query,
        store: Store,
        table: Table,
        retriever: Retriever,
        notebook: Notebook,
        asked: str = "",
    ) -> None:
        self.store, self.vocabulary = store, retriever.vocabulary
        self.query, self.asked, self.notebook = query, asked, notebook
        self.phrases = Phrases(self.vocabulary, query.language)
        self.table = table
        self.levels = Levels(self.table, self.phrases, self.sourcing, self.notes)
        self.absences = Absences(self.levels, self.in_figure)
        self.figures = Figures(self.levels, self.absences)
        self.changes, self.comparisons = Changes(self.figures), Comparisons(self.figures)
        self.rankings = Rankings(self.changes)
        self.claims = Claims(self.changes, self.comparisons, self.rankings)
        self.arithmetic = Arithmetic(self.comparisons, self.rankings)
        self.alike = Alike(self.figures, notebook)
        self.passages = Passages(retriever, self.phrases)
        self.unplaced = Unplaced(self.table, retriever, self.phrases, self.passages.quoted)
        self.speakers = Speakers(retriever, self.passages)
        self.told = Told(self.table)
        self.trace: list[str] = []
        # The newest year of the turn before, which a reason need not be of.
        self.years_before: tuple[str, ...] = ()

    def with_carried(self, draft: Draft) -> Draft:
        """A draft that shows what was taken from the turn before."""
        unsaid = self._unsaid(draft)
        if not unsaid:
            return draft
        line = Line(Role.SCOPE, self.phrases.say("carried", slots=", ".join(unsaid)))
        return replace(draft, lines=(line, *draft.lines))

    def as_part(self, draft: Draft) -> Draft:
        """A refusal of one part of a question says which part it is of."""
        part = self.query.text.strip(" ?.,!")
        tokens = self.vocabulary.tokens(part)
        if joined_by(tokens, 0, self.vocabulary):
            part = part[tokens[0].end :].strip()
        vague = draft.reason is Reason.OUTSIDE_REPORTS
        if draft.status is not Status.ABSTAINED or not vague or any(c.isdigit() for c in part):
            return draft
        return led_by(draft, self.phrases.say("of_part", part=part, said=lead_of(draft).text))

    def _unsaid(self, draft: Draft) -> list[str]:
        """What was taken from the turn before and cannot be seen in the lead."""
        query = self.query
        lead = " ".join(line.text for line in draft.lines if line.role in (Role.LEAD, Role.SCOPE)).lower()
        taken: list[tuple[str, list[str]]] = []
        if "dimensions" in query.carried:
            for dimension, code in ((d, c) for d, codes in query.dimensions.items() for c in codes):
                said = [self.phrases.label(dimension, code)]
                said += [self.phrases.people({dimension: code}, definite=d) for d in (True, False)]
                taken.append((said[0], said))
        if "measures" in query.carried:
            for measure in query.measures:
                said = [self.phrases.did(measure), self.phrases.who(measure), self.phrases.name(measure)]
                short = self.vocabulary.measure(measure).text("short", query.language)
                taken.append((short or said[-1], [*said, *filter(None, [short])]))
        if "periods" in query.carried:
            taken += [(year, [year]) for year in query.periods]
        missing = not lead or any(all(form.lower() not in lead for form in forms) for _, forms in taken)
        return [name for name, _ in taken] if missing else []

    def draft(self) -> Draft:
        """The draft of the first route that has an answer; a certain figure goes before one that is not."""
        found = self._routed()
        figures = found.observations or found.calculations or found.reason is Reason.ABOUT
        if found.status is Status.ANSWERED and figures:
            return found
        told = self.unplaced.answer(self.query)
        if told is not None:
            self.trace = read_as(self.query, self.vocabulary)
            self._note("from_doubtful", told)
        return told or found

    def _routed(self) -> Draft:
        """The draft of the first of the usual routes that has an answer."""
        query = self.query
        self._suppose_stage()
        query = self.query
        self.trace = read_as(query, self.vocabulary)
        if query.intent is Intent.ABOUT:
            return self._last_updates() or self._about("about_me")
        if query.intent is Intent.GREETING:
            return self._about(self._greeted())
        if (answered := self.alike.draft(query) or self._refused(query)) is not None:
            self._note("outside", answered)
            return answered
        if worked := self.arithmetic.draft(query):
            self._note("from_table", worked)
            return worked
        if spoken := self.speakers.answer(query, self.asked):
            return self._short_of_today(spoken)
        if self._asks_picture():
            return refusal(Reason.ONLY_IN_FIGURE, self.phrases.say("in_pictures"))
        if place := self._place():
            # What sets municipalities apart is told in words, of no one of them.
            named = self.query.dimensions.get("area", ())
            vague = all(self.vocabulary.entry("area", code).data.get("vague") for code in named)
            vague = vague and not self._is_own_place()
            in_words = query.intent in _IN_WORDS or (query.intent in QUOTED and self._has_subject(query))
            told = self._from_text() if vague and in_words else None
            if told is None and vague and in_words and self._has_subject(query):
                # Of municipalities at large something may be said that names none.
                everywhere = {d: codes for d, codes in query.dimensions.items() if d != AREA}
                told = self.passages.answer(replace(query, dimensions=everywhere), self._spelled())
            return told or (self.passages.standing_out(query, self._spelled()) if vague else None) or place
        if self._only_negated() and self._is_rule(query.measures):
            # The rule is quoted: what it is and what it is not can be seen there.
            self.query = replace(query, unmatched=())
        if decided := self._who_decides(query):
            return decided
        self._let_go()
        for route in (self._from_table, self._from_text):
            found = route()
            if found is not None:
                if query.intent is not Intent.VERIFY or not found.calculations:
                    # A claim that is checked by what is worked out ("gapet … var 26") is no mere operand.
                    found = self.arithmetic.unresolved(found, query)
                found = self.speakers.with_title(found, self.asked)
                self._note(route.__name__[1:], found)
                found = self._short_of_count(self._short_of_average(found))
                return self._short_of_today(self._short_of_exact(found))
        found = self._outside()
        if found.reason is Reason.OUTSIDE_REPORTS and not self._only_negated():
            found = self.passages.standing_out(query, self._spelled()) or self._nearest_said() or found
        self._note("outside", found)
        return found

    def _refused(self, query: Query) -> Draft | None:
        """The refusal of what no report could answer: a view, a poem, a form to fill in, one's own case."""
        untold = [self.vocabulary.entry("term", code).data.get("untold") for code in query.terms]
        told = query.quantities and not self.vocabulary.marks(query.terms, "private")
        if any(untold) and not told and not {"define", "verify"} & set(query.cues):
            subject = next(text for text in untold if text)[query.language]
            return refusal(Reason.OUTSIDE_REPORTS, self.phrases.say("untold", subject=subject))
        if self._of_report(query):
            return None
        if "opinion" in query.cues:
            return refusal(Reason.OUTSIDE_REPORTS, self.phrases.say("no_opinion"))
        return self._outside() if REFUSED & set(query.cues) else None

    def _who_decides(self, query: Query) -> Draft | None:
        """To "hvem bestemmer hvor lenge programmet skal vare?": who is in charge, and no length."""
        tokens = self.vocabulary.tokens(query.text)
        who = self.vocabulary.sequences("language", "questions", "who")
        in_charge = self.vocabulary.marks(query.terms, "in_charge")
        rule = next((m.start for m in self.vocabulary.find(query.text) if m.code in query.measures), 0)
        if not starts_with(tokens, 0, who) or not in_charge or not self._is_rule(query.measures) or not rule:
            return None
        asked = query.text[:rule]
        found = self.passages.answer(replace(query, text=asked, measures=()), asked)
        if not _is_answer(found):
            return None
        return nearest(found, Line(Role.SCOPE, self.phrases.say("who_untold"))) if found else None

    @staticmethod
    def _of_report(query: Query) -> bool:
        """Whether a figure is wanted, or a claim checked, whatever whoever answers may hold of it."""
        wants = {"count", "share", "points", "define"} & set(query.cues)
        return query.intent is Intent.VERIFY or bool(wants)

    def _nearest_said(self) -> Draft | None:
        """What the reports say of the subject and the group of a question that holds more than they name."""
        query = self.query
        subjects = [code for code in query.terms if not self.vocabulary.are_aside((code,))]
        named = len(subjects) + len(query.dimensions)
        plain = self._is_plain()
        much = self.vocabulary.sequences("language", "questions", "how_much")
        counted = holds(self.vocabulary.tokens(query.text), much) or any(" " in w for w in query.unmatched)
        wants_words = query.intent in (*QUOTED, Intent.VERIFY) and LAPSE not in query.cues and not counted
        if not query.unmatched or not plain or not subjects or named < FEWEST_NAMED or not wants_words:
            return None
        words = ", ".join(query.unmatched)
        return self.passages.nearest_said(
            query, self._spelled(), self.phrases.say("words_untold", words=words)
        )

    def _suppose_stage(self) -> None:
        """ "Hvorfor kom det så mange?" is of those who took part."""
        query = self.query = self.told.of_reason(self.query)
        so_many = self.vocabulary.sequences("language", "questions", "so_many")
        first = self.table.stages()[:1]
        if query.intent is not Intent.EXPLAIN or query.measures not in ((), first) or query.unmatched:
            return
        gone = [self.vocabulary.entry("term", code).data.get("gone") for code in query.terms]
        if gone and all(gone):
            # "Hvorfor ble det rekord?" is why more took part.
            self.query = replace(query, measures=first, terms=(), direction=gone[0], dimensions={})
        elif query.terms or query.dimensions or query.measures:
            return
        elif holds(self.vocabulary.tokens(query.text), so_many):
            self.query = replace(query, measures=first)

    def _let_go(self) -> None:
        """Who was talked of before has no bearing on a rule for everyone, nor have its own ages."""
        query = self.query = self._without_own_ages(self.query)
        if not {"dimensions", TOLD} & set(query.carried) or not self._is_rule(query.measures):
            return
        if any(self.table.levels(m, cell) for m in query.measures for cell in combinations(query.dimensions)):
            return
        told = {m.dimension for m in self.vocabulary.find(query.text)}
        own = {d: codes for d, codes in query.dimensions.items() if d in told}
        # "Kona har videregående fra Syria. Hvor lang tid får hun?": the rule is by education.
        single = [{d: codes} for d, codes in query.dimensions.items() if TOLD in query.carried]
        for kept in (*single, own):
            if any(self.table.levels(m, cell) for m in query.measures for cell in combinations(kept)):
                self.query = replace(query, dimensions=kept)
                return

    def _without_own_ages(self, query: Query) -> Query:
        """A question for a rule of ages without the ages that the rule names ("var det 18 til 55?")."""
        if not query.measures or not all(self.table.entry(m).data.get("ages") for m in query.measures):
            return query
        levels = [o.quantity for m in query.measures for o in self.table.levels(m, {})]
        named = {f"{q.lower}-{q.upper}" for q in levels}
        told = query.dimensions.get("age", ())
        if not told or not named & set(told):
            return query
        return replace(query, dimensions={d: codes for d, codes in query.dimensions.items() if d != "age"})

    def _is_rule(self, measures: Sequence[str]) -> bool:
        """Whether measures have figures that hold in any year ("fra 3 måneder til 4 år")."""
        return bool(measures) and not any(self.table.any_periods(m) for m in measures)

    def _short_of_average(self, draft: Draft) -> Draft:
        """A rule or a head count where a mean was asked for: said to be the nearest.

        The mean share of everyone is everyone's share.
        """
        query = self.query
        counted = query.intent is Intent.FIGURE and any(o.quantity.unit == PEOPLE for o in draft.observations)
        ruled = "average" in query.cues and self._is_rule(query.measures)
        several = len(query.periods) > 1 or query.sets_apart
        meant = MEAN in query.cues and (counted or (several and query.intent is Intent.FIGURE))
        if not (ruled or meant) or draft.status is not Status.ANSWERED:
            return draft
        line = Line(Role.SCOPE, self.phrases.say("average_missing"))
        return nearest(draft, line)

    def _short_of_count(self, draft: Draft) -> Draft:
        """A share of a group of which it was asked but how many they were ("How many were aged 19-24?")."""
        asked = self.query.unit == PEOPLE and self.query.dimensions and not self.query.measures
        units = {o.quantity.unit for o in draft.observations} | {c.unit for c in draft.calculations}
        # "Hvor mange av damene fikk noe ut av det?" asks how it went.
        being = self.vocabulary.word_list("language", "questions", "being")
        asked = asked and any(t.word in being for t in self.vocabulary.tokens(self.query.text))
        if not asked or draft.status is not Status.ANSWERED or units != {PERCENT}:
            return draft
        return replace(draft, status=Status.PARTIAL, reason=Reason.NEAREST)

    def _short_of_exact(self, draft: Draft) -> Draft:
        """A head count worked out from rounded figures where the exact one was asked for."""
        exact = self.vocabulary.sequences("language", "questions", "exact")
        wanted = self.query.intent is Intent.FIGURE and self.query.unit == PEOPLE
        rough = any(c.unit == PEOPLE and c.lower < c.upper for c in draft.calculations)
        asked = wanted and holds(self.vocabulary.tokens(self.query.text), exact)
        if not (asked and rough) or draft.status is not Status.ANSWERED:
            return draft
        return nearest(draft, Line(Role.SCOPE, self.phrases.say("exact_missing")))

    def _asks_picture(self) -> bool:
        """Whether it asks for the figures of a picture, which no text has."""
        # "Hva viser figuren for 2016?": the value of a year that no report is of.
        years = {str(report.year) for report in self.store.reports}
        one_year = len(self.query.periods) == 1 and not years & set(self.query.periods)
        wants_value = bool(self.query.unit) or one_year
        return "picture_values" in self.query.cues or (self._of_picture() and wants_value)

    def _short_of_today(self, draft: Draft) -> Draft:
        """Who holds an office, or has work, now is not said by a report: who did then is the nearest."""
        if TODAY in self.query.cues and draft.status is Status.ANSWERED:
            return nearest(draft, Line(Role.SCOPE, self.phrases.say("not_today")))
        person = self.vocabulary.marks(self.query.terms, "person")
        now, idle = (self.vocabulary.sequences("language", "questions", key) for key in ("now", "now_idle"))
        tokens = self.vocabulary.tokens(self.query.text)
        if not person or draft.status is not Status.ANSWERED:
            return draft
        if not holds(tokens, now) or holds(tokens, idle):
            return draft
        line = Line(Role.SCOPE, self.phrases.say("not_today"))
        return nearest(draft, line)

    def _of_stages(self, query: Query) -> bool:
        return all(self.table.entry(measure).stage for measure in query.measures)

    def _of_picture(self) -> bool:
        """Whether it asks about a picture."""
        return self.vocabulary.marks(self.query.terms, "picture")

    def _note(self, route: str, draft: Draft) -> None:
        """Note for whoever looks how the answer was found: where, what competed, and why it is what it is."""
        table = route == "from_table"
        query, spelled = self.query, self._spelled()
        passages = () if table else self.passages.find(query, spelled)[:COMPETITORS]
        self.trace += found_by(route, draft, query, self.table, self.vocabulary, passages)

    def _greeted(self) -> str:
        """The phrase that answers a greeting in kind: one that thanks, says farewell, or only greets."""
        tokens = self.vocabulary.tokens(self.query.text)
        kinds = ("thanks", "farewell")
        said = (k for k in kinds if holds(tokens, self.vocabulary.sequences("language", "greetings", k)))
        return next(said, "greeting")

    def _about(self, key: str) -> Draft:
        reports = self.phrases.join([self._titled(report) for report in self.store.reports])
        text = self.phrases.say(key, reports=reports)
        return Draft(Status.ANSWERED, Reason.ABOUT, (Line(Role.LEAD, text),))

    def _last_updates(self) -> Draft | None:
        """When the reports that it asks about were last updated, by their own lines."""
        tokens = self.vocabulary.tokens(f"{self.query.text} {self.query.context}")
        dated, who = (self.vocabulary.sequences("language", "questions", key) for key in ("dated", "who"))
        known = [report for report in self.store.reports if report.updated]
        meant = [report for report in known if str(report.year) in self.query.periods] or known
        if not holds(tokens, dated) or starts_with(tokens, 0, who) or not meant:
            return None
        told = [
            self.phrases.part("was_updated", title=report.title, day=self.phrases.day(report.updated))
            for report in meant
            if report.updated
        ]
        lines = [line for report in meant if (line := self._dating(report))]
        sources = tuple(Source(line.id, 0, len(line.text)) for line in lines)
        quoted = (Line(Role.QUOTE, "", (source,)) for source in sources)
        lead = Line(Role.LEAD, f"{capital(self.phrases.join(told))}.", sources)
        return Draft(Status.ANSWERED, Reason.ABOUT, (lead, *quoted))

    def _dating(self, report: Report) -> Paragraph | None:
        """The line of a report that says the day on which it was last updated."""
        months = load_patterns().months
        lines = self.store.paragraphs(report.id, ParagraphKind.DATE)
        return next((line for line in lines if report.updated in set(find_dates(line.text, months))), None)

    def _titled(self, report: Report) -> str:
        if not report.updated:
            return f"«{report.title}»"
        return self.phrases.part("updated", title=report.title, day=self.phrases.day(report.updated))

    def _place(self) -> Draft | None:
        self.query = placed(self.query, self.table)
        codes = self.query.dimensions.get("area")
        if codes and (missing := not_then(self.query, self.table, self.phrases)):
            return missing
        if not codes or set(codes) & set(self.table.codes("area")):
            return None
        measure = (self.query.measures or self.table.stages())[0]
        return self.absences.no_place(measure, {"area": codes[0]})

    def _is_own_place(self) -> bool:
        """Whether a place is that of whoever asks ("kommunen vår"), and not municipalities at large."""
        after, before = (
            self.vocabulary.word_list("language", "questions", key)
            for key in ("own_people", "own_people_before")
        )
        tokens = self.vocabulary.tokens(self.query.text)
        for mention in (m for m in self.vocabulary.find(self.query.text) if m.dimension == AREA):
            last = [token.word for token in tokens if token.end <= mention.start][-1:]
            following = [token.word for token in tokens if token.start >= mention.end][:1]
            own = {*before, *after}
            if (
                own & {t.word for t in self.vocabulary.tokens(mention.surface)}
                or set(last) & own
                or set(following) & set(after)
            ):
                return True
        return False

    # ---- the numbers table

    def _from_table(self) -> Draft | None:
        query = self.query
        if query.intent is Intent.EXPLAIN:
            if "periods" in query.carried:
                self.years_before = tuple(sorted(query.periods)[-1:])
                self.query = query = replace(query, periods=())
            return self._explained()
        if self._of_picture():
            return None
        if "thing" in query.cues and query.dimensions and self._of_stages(query):
            # "Hva deltar kvinner mindre i enn menn?" wants what, and no figure.
            self.query = replace(query, intent=Intent.TEXT)
            return None
        if query.intent is Intent.DEFINE and query.measures and not query.unmatched:
            return self._defined(query)
        if early := self._at_once(query):
            return early
        if query.intent is Intent.TEXT and query.dimensions and not query.terms and not query.unmatched:
            # "Gjelder det også dem med høyere utdanning?" of a rule.
            ruled = self._is_rule(query.measures) and self.figures.figure(query)
            if ruled and ruled.status is Status.ANSWERED:
                return ruled
        claimed = POLAR in query.cues or query.intent is Intent.VERIFY
        if claimed and not query.unmatched and (part := self.claims.majority(query)):
            return part
        if "fate" in query.cues and not query.unmatched and (fate := self.rankings.fate(query)):
            return fate
        apart = query.intent is Intent.COMPARE and "average" in query.cues and query.dimensions
        if query.intent not in _TABLE_INTENTS or query.unmatched or (self._has_subject(query) and not apart):
            return None
        if LAPSE in query.cues:
            # What became of people right after the programme says nothing of a year later.
            return None
        found = self._figures(query)
        if found is not None and found.status is not Status.ABSTAINED:
            return found
        if found is not None and found.reason is Reason.ANOTHER_GROUP and query.quantities:
            # "De 15 000 var vel nye asylsøkere?": what that figure is can be told.
            found = self.claims.names_figure(query) or found
            if found.status is not Status.ABSTAINED:
                return found
        # A rule that has no figure for a group may say in words what holds for it.
        of_group = query.intent is Intent.OVERVIEW and query.dimensions
        in_words = self._is_rule(query.measures) or (
            of_group and not {AFTER, BEFORE, "since"} & set(query.cues)
        )
        told = self._from_text() if in_words else None
        if (
            POLAR in query.cues
            and not query.measures
            and found is not None
            and found.status is Status.PARTIAL
        ):
            # "Hadde de fleste høy utdanning fra før?" is told in words, if at all.
            told = told or self._of_attribute()
        if told is not None and told.status is Status.ABSTAINED:
            told = None
        if told is None and found is not None and query.dimensions and self._is_rule(query.measures):
            told = self._rule_for_all(query, found)
        return told or self._ranked_in_words(query) or found

    def _defined(self, query: Query) -> Draft | None:
        """How a measure is defined: the nearest, where a year is asked of whose report does not say."""
        found = self.passages.definition(query.measures[0], self.store.paragraphs)
        if found is None or not query.periods:
            return found
        reports = {
            self.store.paragraph(source.paragraph_id).report_id
            for line in found.lines
            for source in line.sources
        }
        years = sorted(str(report.year) for report in self.store.reports if report.id in reports)
        others = [year for year in query.periods if year not in years]
        if not others:
            return found
        text = self.phrases.say(
            "defined_elsewhere", years=self.phrases.years(others), own=self.phrases.years(years)
        )
        return nearest(found, Line(Role.SCOPE, text))

    def _at_once(self, query: Query) -> Draft | None:
        """The answer to a question that is put in a way of its own, whatever else it names."""
        ways = (
            self._of_later, self.rankings.extended, self._counted_within, self.claims.taken_in,
            self._claimed_length, self._left_out, self._claimed_of_all, self._what_they_are,
        )  # fmt: skip
        return next((draft for way in ways if (draft := way(query))), None)

    def _what_they_are(self, query: Query) -> Draft | None:
        """What the figures are that a question tells ("905, hva slags folk er det?", "Hva er hva?")."""
        if not self.told.asks_what_it_is(query):
            return None
        each = [draft for q in query.quantities if (draft := self.claims.with_value(q, ()))]
        if not each or len(each) < len(query.quantities):
            return None
        return merge(each) if len(each) > 1 else each[0]

    def _left_out(self, query: Query) -> Draft | None:
        """Who is counted, where a question takes it for granted that those of a part are not.

        "Given that those with a wage subsidy are left out of the work share, how many are they?"
        """
        parts = [m for m in query.measures if self.table.entry(m).broader in query.measures]
        counting = [c for c in query.terms if self.vocabulary.entry("term", c).data.get("counting")]
        unknown = parts and not any(self.table.any_periods(m) for m in parts)
        if query.intent is not Intent.FIGURE or query.unmatched or not counting or not unknown:
            return None
        asked = replace(query, intent=Intent.VERIFY, unit=None, cues=(), terms=tuple(counting))
        found = self.passages.answer(asked, self._spelled())
        return replace(found, reason=Reason.FALSE_PREMISE) if _is_answer(found) and found else None

    def _claimed_length(self, query: Query) -> Draft | None:
        """The rule on how long the programme may last, where a length is claimed ("alle må gå fire år")."""
        lengths = [m for m in query.measures if self.table.entry(m).data.get("length_of_programme")]
        told = (
            [q for q in query.quantities if q.unit in self.table.entry(lengths[0]).units] if lengths else []
        )
        if (
            query.intent is not Intent.VERIFY
            or query.unmatched
            or not told
            or not self._is_rule(query.measures)
        ):
            return None
        return self.figures.figure(replace(query, intent=Intent.FIGURE, quantities=(), unit=None))

    def _claimed_of_all(self, query: Query) -> Draft | None:
        """What is claimed of the largest group, of all years or of everyone at a stage, checked."""
        return self._ranked_claim(query) or self.claims.record(query) or self.claims.mostly(query)

    def _ranked_claim(self, query: Query) -> Draft | None:
        """To "Syrerne var vel størst i 2023": which group was, with a yes or a no."""
        counted = {"count", "share", "compare", "change", QUALITY} & set(query.cues)
        claims = query.intent in (Intent.FIGURE, Intent.VERIFY) and not counted
        if not claims or query.unmatched or query.quantities or not self._of_stages(query):
            return None
        return self.claims.largest(query) if not self._has_subject(query) else None

    def _counted_within(self, query: Query) -> Draft | None:
        """To "er 905 med i 11 381?": the note on the one count that says whether the other is in it."""
        tokens = self.vocabulary.tokens(query.text)
        within = self.vocabulary.sequences("language", "questions", "within_count")
        counts = [q for q in query.quantities if q.unit in (None, PEOPLE)]
        if len(counts) != 2 or not ({POLAR, "verify"} & set(query.cues)) or not holds(tokens, within):
            return None
        part, whole = (
            next(iter(self.table.with_value(q.value, PEOPLE)), None)
            for q in sorted(counts, key=lambda q: q.value)
        )
        if part is None or whole is None:
            return None
        notes = self.notes(whole.measure, [whole.period or ""])
        own = [line for line in notes if line.sources[0].paragraph_id == part.paragraph_id]
        shares = self.table.levels(part.measure, part.dimensions, part.period)
        of_whole = any(o.denominator == whole.measure for o in shares) and part.period == whole.period
        if not own and not of_whole:
            return None
        sources = own[0].sources if own else self.sourcing([part, whole])
        said = self.store.paragraph(sources[0].paragraph_id).text if own else ""
        negating = self.vocabulary.word_list("language", "questions", "negating")
        left_out = any(token.word in negating for token in self.vocabulary.tokens(said))
        lead = f"{self.phrases.say('no' if left_out else 'yes')} {self.phrases.level(part)}"
        lines = (Line(Role.LEAD, lead, sources), *(Line(Role.QUOTE, "", (source,)) for source in sources))
        return Draft(Status.ANSWERED, Reason.STATED, lines, (part,) if own else (part, whole))

    def _rule_for_all(self, query: Query, missing: Draft) -> Draft | None:
        """The rule that holds for everyone, after the word that there is none for the group."""
        rule = self._figures(replace(query, dimensions={}))
        if rule is None or rule.status is Status.ABSTAINED:
            return None
        return nearest(rule, Line(Role.SCOPE, lead_of(missing).text))

    def _ranked_in_words(self, query: Query) -> Draft | None:
        """The sentence that says which groups are the largest, where no figures of the year do."""
        entries = [self.table.entry(measure) for measure in query.measures]
        if QUALITY in query.cues or any(not e.stage and LANDS not in e.units for e in entries):
            return None
        of_groups = "by_origin" in query.cues
        of_one = "origin" in query.dimensions and (
            HEADS in query.cues or self.vocabulary.marks(query.terms, "ranked")
        )
        if "rank" not in query.cues or not (of_groups or of_one):
            return None
        for entry in self.vocabulary.of("term"):
            if words := entry.data.get("ranked"):
                asked = replace(query, text=words, intent=Intent.TEXT, dimensions={}, measures=(),
                                terms=(entry.code,), unmatched=())  # fmt: skip
                return self.passages.answer(asked, words)
        return None

    def _has_subject(self, query: Query) -> bool:
        """Whether a question is about something that the reports say in words, rather than figures."""
        return not self.vocabulary.are_aside(query.terms)

    def _figures(self, query: Query) -> Draft | None:
        query = self.told.of_change(self.told.of_outcome(self.told.dated(query)))
        intent = query.intent
        if told := self.claims.of_sum(query) or self.comparisons.as_often(query):
            return told
        if intent is not Intent.VERIFY and any(self.told.narrows(q) for q in query.quantities):
            return None
        if (
            intent is Intent.FIGURE
            and query.dimensions
            and any(self.told.is_change(q) for q in query.quantities)
        ):
            # No report tells who "de 15 000 nye" are.
            return self.claims.names_figure(query)
        if len(query.measures) == 2 and (apart := self.claims.measures_apart(query)):
            return apart
        if "whole" in query.cues and (whole := self.claims.whole_of(query)):
            return whole
        if heads := self.claims.of_share(query):
            return heads
        if intent is Intent.FIGURE and self.told.is_part(query):
            return self._outside()
        if "sum" in query.cues and (parts := self.rankings.parts_of_whole(query)):
            return parts
        if intent is Intent.VERIFY:
            return self.claims.checked(query) or self._claim(query)
        if {BEFORE, AFTER} & set(query.cues):
            if intent in (Intent.OVERVIEW, Intent.CHANGE) and len(query.periods) == 1 and query.dimensions:
                measures = query.measures or self.table.main_outcome()
                query = replace(query, measures=measures, intent=Intent.FIGURE)
            if query.intent is Intent.FIGURE and query.measures:
                bounded = self._within_bounds(query)
                if not bounded.periods:
                    return self._steadiness(query) or self._out_of_bounds(query)
                query = bounded
        query = self.told.on_count(query)
        draft = self._looked_up(query)
        return self.claims.on_base(draft, query) if draft else None

    def _looked_up(self, query: Query) -> Draft | None:
        """The answer by what is wanted of the figures."""
        intent = query.intent
        if "sum" in query.cues and (total := self.rankings.total(query)):
            return total
        alone = len(query.measures) == 1 and not query.dimensions and not query.base
        whole = self.table.entry(query.measures[0]).data.get("part_of") if alone else None
        if whole and "share" in query.cues:
            # "Hvor stor andel var nye?" is of all who took part.
            query = replace(query, base=whole)
        counted = query.base and (self.table.entry(query.measures[0]).stage or "measures" in query.carried)
        if counted and (share := self.figures.part_of_stage(query)):
            return share
        if query.base and query.unit == PERCENT and (share := self._on_told_base(query)):
            return share
        if intent is Intent.OVERVIEW:
            if names_groups(query.dimensions):
                asked = replace(query, measures=query.measures or self.table.main_outcome())
                if compared := self.comparisons.groups(asked):
                    return compared
            whole = self.rankings.overview(query)
            return whole or self.figures.figure(replace(query, measures=self.table.main_outcome()))
        if intent in (Intent.RANK, Intent.LIST):
            return self.rankings.rank(query)
        varying = intent is Intent.FIGURE and "by_year" in query.cues and len(query.periods) == 1
        if varying and not query.unit and (steady := self._steadiness(query)):
            # "Svinger resultatet fra år til år i 2017-saken?"
            return steady
        if intent in (Intent.COMPARE, Intent.CHANGE):
            return self._set_against(query)
        if query.quantities and not query.measures and not query.dimensions:
            of_years = (q for q in query.quantities if self.told.is_of(q, query.periods))
            return self.claims.with_value(next(of_years, query.quantities[0]), query.periods)
        if BOTH_UNITS in query.cues and query.measures:
            parts = [self.figures.figure(replace(query, unit=unit)) for unit in (PERCENT, PEOPLE)]
            known = [part for part in parts if part is not None and part.status is Status.ANSWERED]
            if len(known) == len(parts):
                return merge(known)
        split = names_groups(query.dimensions)
        return (self.comparisons.groups(query) if split else None) or self.figures.figure(query)

    def _on_told_base(self, query: Query) -> Draft | None:
        """A share of the people that the question tells, where what is published is a share of others."""
        of_outcome = query.base not in (None, *self.table.stages())
        if of_outcome and (shares := self.told.shares_of(query)):
            # A report may give it of an outcome's people ("av disse gikk 66 prosent …").
            return self.levels.found([self.table.stated(o) for o in shares], query)
        published = self.figures.figure(query)
        own = published.observations[0].denominator if published and published.observations else None
        return self.figures.part_of_stage(query) if own not in (None, query.base) else None

    def _set_against(self, query: Query) -> Draft | None:
        """Groups or years against each other."""
        if query.sets_apart:
            unknown_change = "change" in query.cues and query.terms and len(query.periods) < 2
            apart = None
            gap = "gap" in query.cues
            moved = "change" in query.cues or (len(query.periods) > 1 and (gap or "points" in query.cues))
            if moved and not self._has_subject(query):
                asked = replace(query, measures=query.measures or self.table.main_outcome())
                apart = self.comparisons.gap_over_time(asked) if gap else self.changes.change(asked)
            compared = apart or (None if unknown_change else self.comparisons.groups(query))
            if gap and moved and apart is None and compared and (told := self._told_of_gap(query)):
                return merge([told, compared])
            return self.claims.polar(compared, query) if compared else None
        if "average" in query.cues and query.dimensions:
            return self.comparisons.with_average(query)
        if not query.measures:
            measures = self.table.main_outcome()
            if COMPOSITION in query.cues:
                measures = self.figures.compositions(query)
            elif HEADS in query.cues:
                measures = self.table.stages()[:1]
            query = replace(query, measures=measures)
        if query.intent is Intent.COMPARE and len(query.measures) > 1 and len(query.periods) == 1:
            # Two measures of one year are set against each other, not each against another year.
            return self.comparisons.measures(query) or self.figures.figure(query)
        changed = self.changes.change(query, check="verify" in query.cues)
        # "Ble det bedre år for år fram mot 2017?" is of the years before.
        if changed is None and "by_year" in query.cues and (steady := self._steadiness(query)):
            return steady
        if changed is None and query.intent is Intent.CHANGE and len(query.periods) < 2:
            return self.changes.known(query) if "since" in query.cues else None
        before = any(period.code == EARLIER for period in find_periods(query.text))
        told = self._steadiness(query) if changed is None and before else None
        return changed or told or self.figures.figure(query)

    def _told_of_gap(self, query: Query) -> Draft | None:
        """What is said in words of how far apart groups are, where figures do not show how that has moved."""
        terms = tuple(entry.code for entry in self.vocabulary.of("term") if entry.data.get("apart"))
        words = " ".join(self.vocabulary.entry("term", code).data["synonyms"][0] for code in terms)
        asked = replace(query, measures=(), terms=terms, intent=Intent.COMPARE)
        found = self.passages.answer(asked, f"{self._spelled()} {words.rstrip('~')}")
        return found if _is_answer(found) else None

    def _steadiness(self, query: Query) -> Draft | None:
        """How long the results of everyone had been stable in a year that is set against those before it."""
        told = [e.code for e in self.vocabulary.of("measure") if e.data.get("steady")]
        of_results = set(query.measures) <= {*self.table.main_outcome(), *told}
        if query.dimensions or not query.measures or not of_results or not query.periods:
            return None
        year = max(query.periods)
        known = tuple(code for code in told if self.table.levels(code, {}, year))
        return (
            self.figures.figure(replace(query, measures=known, periods=(year,), unit=None)) if known else None
        )

    def _of_later(self, query: Query) -> Draft | None:
        """The main outcome after the year that it asks for anything newer than ("noe ferskere enn 2023?")."""
        named = query.measures or query.dimensions or query.terms or query.quantities or query.unmatched
        if AFTER not in query.cues or BEFORE in query.cues or named or len(query.periods) != 1:
            return None
        asked = replace(query, measures=self.table.main_outcome(), intent=Intent.FIGURE)
        bounded = self._within_bounds(asked)
        return self.figures.figure(bounded) if bounded.periods else self._out_of_bounds(asked)

    def _within_bounds(self, query: Query) -> Query:
        """ "før 2023", "etter 2021 og før 2023": the published years within."""
        first = min(query.periods) if AFTER in query.cues else ""
        last = max(query.periods) if BEFORE in query.cues else "9999"
        years = {p for measure in query.measures for p in self.table.any_periods(measure)}
        return replace(query, periods=tuple(p for p in sorted(years, reverse=True) if first < p < last))

    def _out_of_bounds(self, query: Query) -> Draft:
        """That no figures are of the years before or after the one named."""
        measure = query.measures[0]
        asked = self.phrases.asked(measure, combinations(query.dimensions)[0], query.unit)
        bounds = [key for cue, key in ((AFTER, "after_year"), (BEFORE, "before_year")) if cue in query.cues]
        years = zip(bounds, sorted(query.periods), strict=True)
        asked += " " + self.phrases.join([self.phrases.part(bound, year=year) for bound, year in years])
        given = self.phrases.years(self.table.any_periods(measure))
        return refusal(Reason.ANOTHER_YEAR, self.phrases.say("another_year", asked=asked, years=given))

    def _claim(self, query: Query) -> Draft | None:
        """A yes/no question without a figure: which group is higher, which way it went."""
        best = {"rank", QUALITY} <= set(query.cues) and len(query.dimensions.get("origin", ())) == 1
        if best and (wrong := self.claims.premise(query)):
            # "Somalierne var best av alle, sant?"
            return wrong
        if query.direction is None and query.sets_apart and Intent.COMPARE.value in query.cues:
            # "Så det er flere fra Afghanistan enn fra Kongo, ikke sant?"
            compared = self.comparisons.groups(query)
            asked = replace(query, cues=(*query.cues, POLAR))
            return self.claims.polar(compared, asked) if compared else None
        if query.direction is None:
            return self.claims.unmoved(query) if "change" in query.cues else self.claims.of_all_or_none(query)
        wrong = self.claims.premise(query)
        if wrong is not None:
            return _prefixed(wrong, self.phrases.say("no"))
        right = self.comparisons.groups(query) or self.changes.change(query)
        return _prefixed(right, self.phrases.say("yes")) if right else None

    def _explained(self) -> Draft | None:
        query = self.query
        if query.unmatched:
            return None
        wrong = self.claims.premise(query)
        if wrong is None:
            told = self._ranked_in_words(query)
            return replace(told, reason=Reason.FALSE_PREMISE) if told else None
        if wrong.reason is not Reason.FALSE_PREMISE:
            # Nothing shows that it went that way: there is no reason to give.
            return wrong
        reason = self.passages.answer(replace(query, direction=None), self._spelled())
        return merge([wrong, reason]) if reason is not None and reason.status is Status.ANSWERED else wrong

    # ---- the text

    def _from_text(self) -> Draft | None:
        query = self.query
        if query.intent is Intent.FIGURE and any(c.isdigit() for word in query.unmatched for c in word):
            return None
        if query.intent is Intent.FIGURE and set(query.carried) == {"quantities"} and not query.dimensions:
            # Nothing is known of a number that is no published one ("50 000. Hvor mange var det?").
            return None
        if query.intent is Intent.FIGURE and query.unmatched and query.quantities:
            # "Navn og adresse på de 1 707": the sentence of a figure that is told gives nothing of them.
            return None
        told = {"dimensions", TOLD} & set(query.carried)
        apart = not told and (names_groups(query.dimensions) or query.groups)
        if (
            query.intent is Intent.VERIFY
            and apart
            and query.unmatched
            and not (query.measures or query.terms)
        ):
            # "Er menn smartere siden de får 60 prosent?" is borne out by no sentence of other things.
            return None
        if LAPSE in query.cues and query.intent not in (Intent.EXPLAIN, Intent.WHO_SAID) and not query.terms:
            return None
        # A share of a group without a word of what: a sentence that has a share of that group is no answer.
        shareless = query.intent is Intent.FIGURE and query.unit == "prosent" and not query.measures
        if not query.terms and (self._only_negated() or (shareless and query.dimensions)):
            return None
        found = self.passages.answer(query, self._spelled())
        shares = [q for q in query.quantities if q.unit == PERCENT]
        if query.intent is Intent.EXPLAIN and query.measures and shares and not _is_answer(found):
            # "Hvorfor bare 3 prosent?": a reason need not repeat the figure.
            reason = self.passages.answer(query, _without_digits(self._spelled()))
            found = reason if _is_answer(reason) else found
        if found is None and (query.intent in _IN_WORDS or POLAR in query.cues):
            found = self._of_attribute()
        if found is None and TOLD in query.carried and query.intent is not Intent.FIGURE:
            # What holds for everyone holds for whoever asks.
            found = self.passages.answer(replace(query, dimensions={}), self._spelled())
        if found is None and "age" in query.dimensions and query.terms:
            found = self._of_ages()
        if found is None and self._has_subject(query):
            # Of groups that are asked about together the text may name but one.
            one_by_one = [replace(query, dimensions=each) for each in self._each_group(query)]
            found = next((f for one in one_by_one if (f := self.passages.answer(one, self._spelled()))), None)
        if found is None and query.intent is Intent.EXPLAIN:
            found = self._of_wider()
        if query.intent is Intent.EXPLAIN and (fact := self._fact()):
            return self._with_fact(fact, found)
        if found is not None:
            return self._uncompared(found)
        plain = query.measures and not query.unmatched and not query.terms and "yes_no" not in query.cues
        if query.intent in _FIGURE_FALLBACK and plain:
            return self.figures.figure(query)
        return None

    def _of_ages(self) -> Draft | None:
        """What is said of all ages that it names: whom of an age it holds for can be seen by them."""
        others = {d: codes for d, codes in self.query.dimensions.items() if d != "age"}
        asked = replace(self.query, dimensions=others, text=_without_digits(self.query.text))
        spelled = _without_digits(self._spelled())
        # A rule that names no country holds for those from any.
        found = self.passages.answer(asked, spelled) or self.passages.answer(
            replace(asked, dimensions={d: codes for d, codes in others.items() if d != "origin"}), spelled
        )
        sources = [source for line in found.lines for source in line.sources] if found else []
        said = (self.store.paragraph(s.paragraph_id).text[s.start : s.end] for s in sources)
        return found if any(q.unit == YEARS for text in said for q in find_quantities(text)) else None

    def _of_wider(self) -> Draft | None:
        """Why the outcome that unites the one asked about is as it is, where that one has no reason."""
        query = self.query
        wider = tuple(code for m in query.measures if (code := self.table.entry(m).broader))
        if not wider or query.unmatched:
            return None
        found = self.passages.answer(replace(query, measures=wider), self._spelled())
        if found is None or found.status is not Status.ANSWERED:
            return None
        told = nearest(
            found, Line(Role.SCOPE, self.phrases.say("reason_of_wider", measure=self.phrases.name(wider[0])))
        )
        fact = self._fact(wider)
        return self._with_fact(fact, told) if fact else told

    def _fact(self, measures: tuple[str, ...] = ()) -> Draft | None:
        """The figure of what a "why" is about, where the question tells of a level and not of a change."""
        periods = self.query.periods or self.years_before
        query = replace(self.query, measures=measures or self.query.measures, periods=periods)
        split = names_groups(query.dimensions)
        set_apart = {"change", "compare", "average"} & set(query.cues) or query.direction
        if len(query.measures) != 1 or query.unmatched or self._has_subject(query) or split or set_apart:
            return None
        unit = query.unit or (None if self.table.entry(query.measures[0]).stage else PERCENT)
        fact = self.figures.figure(replace(query, unit=unit, intent=Intent.FIGURE))
        led = fact is not None and any(line.role is Role.LEAD for line in fact.lines)
        return fact if led and fact is not None and fact.status is Status.ANSWERED else None

    def _with_fact(self, fact: Draft, reason: Draft | None) -> Draft:
        """A figure, then what the reports say of why; that they say nothing of it, if they do not."""
        if reason is not None and reason.status is Status.ANSWERED:
            return replace(merge([fact, reason]), reason=reason.reason)
        said = reason.lines if reason is not None else ()
        intro = said[:1] or (Line(Role.SCOPE, self.phrases.say("no_reason")),)
        quoted = {source.paragraph_id for line in fact.lines for source in line.sources}
        beside = [line for line in said[1:] if not quoted & {s.paragraph_id for s in line.sources}]
        return nearest(replace(fact, lines=(*fact.lines, *beside)), *intro)

    def _of_attribute(self) -> Draft | None:
        """What is told in words of how a group is ("har ukrainerne lav utdanning?"), and in no figure."""
        query = self.query
        for entry in self.vocabulary.of("term"):
            dimension = entry.data.get("of")
            others = {d: codes for d, codes in query.dimensions.items() if d != dimension}
            if dimension not in query.dimensions or not others:
                continue
            asked = replace(query, dimensions=others, terms=(*query.terms, entry.code))
            found = self.passages.answer(asked, f"{self._spelled()} {entry.data['synonyms'][0].rstrip('~')}")
            levels = len(query.dimensions.get(str(dimension), ())) > 1
            apart = query.intent is Intent.COMPARE and (
                levels or (found and self._misses_side(found, others))
            )
            if found is not None and apart and _is_answer(found):
                # What is said of the level of education compares no two levels of it.
                return nearest(found, Line(Role.SCOPE, self.phrases.say("not_compared")))
            return found
        return None

    def _misses_side(self, draft: Draft, dimensions: Mapping[str, Sequence[str]]) -> bool:
        """Whether the sentences of a draft do not name all the groups that are set beside each other."""
        return self._lacks(
            draft, {(d, code) for d, codes in dimensions.items() if len(codes) > 1 for code in codes}
        )

    @staticmethod
    def _each_group(query: Query) -> list[dict[str, tuple[str, ...]]]:
        """The groups that a question names beside each other, one at a time; none where it names but one."""
        cells = combinations(query.dimensions)
        return [{d: (code,) for d, code in cell.items()} for cell in cells] if len(cells) > 1 else []

    def _uncompared(self, draft: Draft) -> Draft:
        """What is said of groups that no sentence and no figure sets against each other."""
        query = self.query
        groups = names_groups(query.dimensions)
        if draft.status is not Status.ANSWERED:
            return draft
        if query.groups and query.intent in (Intent.COMPARE, Intent.VERIFY) and self._lacks_group(draft):
            return nearest(draft, Line(Role.SCOPE, self.phrases.say("not_compared")))
        moved = query.intent is Intent.CHANGE and len(query.periods) > 1 and bool(query.dimensions)
        # "Hva skiller en asylsøker fra en flyktning?": what is said of the one sets it against none.
        alone = bool(query.dimensions) and not (query.measures or "average" in query.cues)
        if not moved and (query.intent is not Intent.COMPARE or not (groups or alone)):
            return draft
        if query.terms == () and not query.measures and self._misses_side(draft, query.dimensions):
            return nearest(draft, Line(Role.SCOPE, self.phrases.say("not_compared")))
        than = set(self.vocabulary.word_list("grammar", "change", "than"))
        apart = set(self.vocabulary.word_list("grammar", "boundary", "strong"))
        contrast = {*apart, *self.vocabulary.word_list("language", "questions", "but")}
        cue = self.vocabulary.sequences("cues", "change" if moved else "compare", "words")
        for source in (source for line in draft.lines for source in line.sources):
            text = self.store.paragraph(source.paragraph_id).text[source.start : source.end]
            tokens = self.vocabulary.tokens(text)
            words = {token.word for token in tokens}
            if holds(tokens, cue):
                return draft
            mentions = self.vocabulary.find(text)
            if not moved and any(self._set_apart(text[s:e], apart) for s, e in find_sentences(text)):
                return draft
            between = any(self.vocabulary.entry(m.dimension, m.code).data.get("apart") for m in mentions)
            contrasted = (
                words & contrast if self._has_subject(query) else words & apart and find_quantities(text)
            )
            if not moved and (words & than or between or contrasted):
                return draft
        line = Line(Role.SCOPE, self.phrases.say("no_change_told" if moved else "not_compared"))
        return nearest(draft, line)

    def _lacks_group(self, draft: Draft) -> bool:
        """Whether the sentences of a draft do not name all that tells two groups apart."""
        groups = self.query.groups
        return self._lacks(draft, {(d, code) for group in groups for d, code in group.items() if d != "age"})

    def _lacks(self, draft: Draft, asked: set[tuple[str, str]]) -> bool:
        """Whether the sentences of a draft do not name all of some groups, as (dimension, code)."""
        sources = [source for line in draft.lines for source in line.sources]
        said = (self.store.paragraph(s.paragraph_id).text[s.start : s.end] for s in sources)
        return bool(asked - {(m.dimension, m.code) for text in said for m in self.vocabulary.find(text)})

    def _set_apart(self, sentence: str, apart: set[str]) -> bool:
        """Whether the groups asked about stand on either side of a "mens" in a sentence."""
        asked = {(d, code) for d, codes in self.query.dimensions.items() if len(codes) > 1 for code in codes}
        named = self.vocabulary.find(sentence)
        stands = [(m.start, (m.dimension, m.code)) for m in named if (m.dimension, m.code) in asked]
        contrasts = [token for token in self.vocabulary.tokens(sentence) if token.word in apart]
        sides = (
            ({g for at, g in stands if at < t.start}, {g for at, g in stands if at > t.start})
            for t in contrasts
        )
        return any(left and right and not left & right for left, right in sides)

    def _only_negated(self) -> bool:
        """Whether all that was not understood is a "not" or a "without"."""
        return bool(self.query.unmatched) and only_negates(self.query.unmatched, self.vocabulary)

    def _spelled(self) -> str:
        """The words to search with: the question, and what was carried from the turn before."""
        carried = []
        if "measures" in self.query.carried:
            # The reports are in Norwegian, whatever the language of the question.
            names = Phrases(self.vocabulary, "nb")
            carried = [
                name
                for m in self.query.measures
                for name in dict.fromkeys((self.phrases.name(m), names.name(m)))
            ]
        if "dimensions" in self.query.carried:
            carried += [self.phrases.people(d) for d in combinations(self.query.dimensions)]
        if "terms" in self.query.carried and self.query.intent is Intent.WHO_SAID:
            # "Sanner lovte mye. Hva sa han?": the name stands in the sentence before.
            people = (code for code in self.query.terms if self.vocabulary.marks((code,), "person"))
            carried += [self.vocabulary.entry("term", code).data["synonyms"][0] for code in people]
        return " ".join([self._without_claimant(self.query.text), *carried, self.query.context])

    def _without_claimant(self, text: str) -> str:
        """The words of a claim without those that ask for it to be checked ("naboen sier at …")."""
        if self.query.intent is not Intent.VERIFY:
            return text
        claims = {
            w for k in ("claims", "claims_en") for w in self.vocabulary.word_list("language", "questions", k)
        }
        for wish in self.vocabulary.find_intents(text, self.vocabulary.tokens(text)):
            said = {token.word for token in self.vocabulary.tokens(wish.surface)}
            if wish.code == Intent.VERIFY.value and said & claims:
                text = text[: wish.start] + " " * (wish.end - wish.start) + text[wish.end :]
        return text if any(c.isalnum() for c in text) else self.query.text

    def _outside(self) -> Draft:
        if self._is_plain() and (named := self.claims.names_figure(self.query)):
            return named
        years = self.phrases.years([str(report.year) for report in self.store.reports])
        if self._only_negated():
            words = ", ".join(self.query.unmatched)
            return refusal(Reason.OUTSIDE_REPORTS, self.phrases.say("negated", words=words))
        if self.query.unmatched:
            words = ", ".join(word for word in self.query.unmatched if not any(c.isdigit() for c in word))
            # An order is not a question: its words are not repeated.
            if words and self._only_asks():
                text = self.phrases.say("outside_words", words=words, years=years)
                return self._with_reading(refusal(Reason.OUTSIDE_REPORTS, text))
        return refusal(Reason.OUTSIDE_REPORTS, self.phrases.say("outside", years=years))

    def _is_plain(self) -> bool:
        """Whether a question names nobody and nothing by a name that is not known."""
        words = [part for word in self.query.unmatched for part in word.split()]
        return all(word.isalpha() and (word.islower() or word.isupper()) for word in words)

    def _with_reading(self, draft: Draft) -> Draft:
        """A refusal for words that were not understood, and the question that is left without them."""
        query = replace(self.query, unmatched=(), quantities=())
        if query.intent not in _TABLE_INTENTS or not query.measures or query.terms:
            return draft
        measure, group = query.measures[0], combinations(query.dimensions)[0]
        if self.figures.cell(measure, group, query).status is Status.ABSTAINED:
            return draft
        asked = self.phrases.asked(measure, group, query.unit, next(iter(query.periods), None))
        line = Line(Role.SCOPE, self.phrases.say("meant", asked=asked))
        return replace(draft, lines=(*draft.lines, line))

    def _only_asks(self) -> bool:
        """Whether the text is one question and nothing besides."""
        text = self.asked.strip()
        openers = self.vocabulary.sequences("language", "questions", "openers")
        return (
            text.endswith("?")
            and text.count("?") == 1
            and bool(starts_with(self.vocabulary.tokens(text), 0, openers))
        )

    # ---- evidence

    def sourcing(self, observations: Sequence[Observation]) -> tuple[Source, ...]:
        """The sentences that observations stand in, each once, with the figures marked.

        A sentence that leans on the one before ("Dette er lavere enn i 2022, …") is quoted with it.
        """
        stands = [(o, *self._statement(o)) for o in observations]
        spans: dict[tuple[str, int, int], list[tuple[int, int]]] = {}
        for o, first, last in stands:
            around = [
                (s, e) for p, s, e in stands if p.paragraph_id == o.paragraph_id and s <= first and last <= e
            ]
            start, end = max(around, key=lambda span: span[1] - span[0])
            marks = spans.setdefault((o.paragraph_id, start, end), [])
            marks.append((o.quantity.start, o.quantity.end))
        return tuple(
            Source(paragraph, start, end, tuple(sorted(set(marks))))
            for (paragraph, start, end), marks in spans.items()
        )

    def _statement(self, observation: Observation) -> tuple[int, int]:
        """Where the sentence of a figure stands in its paragraph, with those before that it leans on."""
        paragraph = self.store.paragraph(observation.paragraph_id)
        start, end = statement_at(paragraph, observation.quantity.start)
        openers = self.vocabulary.word_list("cues", "leaning", "figures")
        for before, _ in reversed([span for span in find_statements(paragraph) if span[0] < start]):
            if not paragraph.text[start:].lower().startswith(openers):
                break
            start = before
        return start, end

    def notes(self, measure: str, periods: Sequence[str]) -> list[Line]:
        """The notes of the reports on a measure, as caveats; where years are compared, whose note it is."""
        lines: list[Line] = []
        seen: set[str] = set()
        asked = self.query.dimensions.get(AREA, ())
        for year in self.notebook.years:
            for note in self.notebook.of(year) if str(year) in periods else ():
                told = note.paragraph
                if told.text in seen or measure not in note.measures or note.home not in ("", *asked):
                    continue
                seen.add(told.text)
                key = "note_year" if len(periods) > 1 else "note"
                text = self.phrases.say(key, note="{quote}", year=year)
                lines.append(Line(Role.CAVEAT, text, (Source(told.id, 0, len(told.text)),)))
        others = [r for r in self.store.reports if str(r.year) in periods] if lines else []
        if lines and len(others) > 1:
            lines.append(Line(Role.CAVEAT, self.phrases.say("definition_changed")))
        return lines

    def in_figure(self, measure: str, period: str) -> Sequence[Source]:
        """Captions of pictures that cover a measure in a year; the figures stand only there."""
        found = []
        for caption in self.store.paragraphs(kind=ParagraphKind.CAPTION):
            if not _covers(caption.text, int(period) if period.isdigit() else 0):
                continue
            mentions = self.vocabulary.find(caption.text)
            measures = {m.code for m in mentions if m.dimension == "measure" and not m.weak}
            measures |= {e.code for e in self.vocabulary.of("measure") if e.broader in measures}
            if measure in measures:
                found.append(Source(caption.id, 0, len(caption.text)))
        return found


def _is_answer(draft: Draft | None) -> bool:
    return draft is not None and draft.status is Status.ANSWERED


def _without_digits(text: str) -> str:
    return " ".join(word for word in text.split() if not any(c.isdigit() for c in word))


def _covers(text: str, year: int) -> bool:
    """Whether a range of years in a text covers a year."""
    for period in find_periods(text):
        ends = period.code.split("-")
        if all(end.isdigit() for end in ends) and int(ends[0]) <= year <= int(ends[-1]):
            return True
    return False


def _prefixed(draft: Draft, word: str) -> Draft:
    lead = lead_of(draft).text
    return draft if lead.startswith(word.rstrip(".")) else led_by(draft, f"{word} {lead}")
