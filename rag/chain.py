"""The chain: question -> query -> evidence -> draft -> cited, grounded answer; and the `Assistant`.

The steps are LangChain runnables, so that the whole can be invoked, batched and streamed.
"""

from __future__ import annotations

import datetime as dt
import logging
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TypedDict

from langchain_core.runnables import Runnable, RunnableLambda

from ingest import ensure_store
from babel.dates import format_date
from ingest.models import Observation, Paragraph, ParagraphKind, Report
from ingest.lemmas import is_word
from ingest.sentences import find_sentences
from ingest.store import Store
from ingest.vocabulary import Vocabulary, load_vocabulary
from rag import citations, grounding
from rag.comparisons import Comparisons
from rag.figures import Figures, combinations, merge, refusal
from rag.models import Answer, Draft, Hit, Intent, Line, Query, Reason, Role, Source, Status
from rag.passages import Passages
from rag.phrases import Phrases
from rag.question import MAX_CHARS, Understanding, clean, read_question
from rag.retrieve import Retriever
from rag.table import Table

logger = logging.getLogger(__name__)
STRICT = "IMDI_STRICT"
FOLLOW_UPS = 3
# Paragraphs that competed, shown with how an answer was found.
TRACED = 3
BABEL = {"nb": "nb_NO", "nn": "nn_NO", "en": "en_GB"}
# Terms of a note that says who is and who is not counted.
# Terms that only point to where a figure is shown.
FIGURE_TERMS = frozenset({"figur", "nasjonaliteter", "kjonnsforskjell"})
COUNTING_TERMS = frozenset({"registreringsfeil", "inkludert"})

_TABLE_INTENTS = frozenset(
    {Intent.FIGURE, Intent.LIST, Intent.RANK, Intent.COMPARE, Intent.CHANGE, Intent.VERIFY, Intent.OVERVIEW}
)
# Where no sentence answers these, the figure of the measure they name may.
_FIGURE_FALLBACK = frozenset({Intent.TEXT, Intent.DEFINE, Intent.FIGURE, Intent.COMPARE, Intent.CHANGE, Intent.OVERVIEW})


class Question(TypedDict, total=False):
    """Input of the runnable: a question and the answers before it."""

    question: str
    history: Sequence[Answer]


@dataclass(frozen=True, slots=True)
class _Read:
    question: str
    queries: tuple[Query, ...]


@dataclass(frozen=True, slots=True)
class _Drafted:
    question: str
    queries: tuple[Query, ...]
    draft: Draft
    trace: tuple[str, ...]


class Assistant:
    """Answers questions from the reports of one store.

    Args:
        store: an opened store.
        vocabulary: the vocabulary that the store was built with.
        today: the date that "i fjor" counts from.
    """

    def __init__(
        self, store: Store, vocabulary: Vocabulary | None = None, today: dt.date | None = None
    ) -> None:
        self.store = store
        self.vocabulary = vocabulary or load_vocabulary()
        self._today = today
        self._table = Table(lambda measure: store.observations(measure=measure), self.vocabulary)
        years = {report.id: report.year for report in store.reports}
        self._retriever = Retriever(store, self.vocabulary, years)

    @classmethod
    def open(cls, path: Path | str | None = None, *, exact: bool = False) -> Assistant:
        """Open the store at `path`, by default the user's own; it is built from the corpus on first use.

        Raises:
            CorpusError: there is no store and none can be built.
        """
        return cls(ensure_store(Path(path) if path is not None else None, exact=exact))

    def ask(self, question: str, history: Sequence[Answer] = ()) -> Answer:
        """Answer a question, given the answers of the conversation so far."""
        answer: Answer = self.runnable.invoke({"question": question, "history": history})
        return answer

    def search(self, query: str, k: int = 10) -> list[Hit]:
        """The k paragraphs nearest to a query, best first."""
        return self._retriever.search(clean(query)[:MAX_CHARS], k)

    @cached_property
    def runnable(self) -> Runnable[Question, Answer]:
        """The chain as a LangChain Runnable: read, answer, cite and prove."""
        read = RunnableLambda(self._read).with_config(run_name="read_question")
        draft = RunnableLambda(self._draft).with_config(run_name="look_up_and_compose")
        prove = RunnableLambda(self._prove).with_config(run_name="cite_and_ground")
        return read | draft | prove

    # ---- read

    def _understanding(self) -> Understanding:
        return Understanding(
            knows_word=lambda word: word in self._retriever.words,
            is_word=is_word,
            newest_year=max((report.year for report in self.store.reports), default=0),
            today=self._today or dt.date.today(),
        )

    def _read(self, asked: Question) -> _Read:
        question = asked.get("question", "")
        history = [_resolved(answer) for answer in asked.get("history", ())]
        text = clean(question) if isinstance(question, str) else ""
        if not text or len(text) > MAX_CHARS or not any(c.isalnum() for c in text):
            return _Read(text[:MAX_CHARS], ())
        return _Read(text, tuple(read_question(text, self.vocabulary, self._understanding(), history)))

    # ---- draft

    def _draft(self, read: _Read) -> _Drafted:
        if not read.queries:
            return _Drafted(read.question, (), self._unreadable(read.question), ())
        drafts: list[Draft] = []
        trace: list[str] = []
        for query in read.queries:
            writer = _Writer(self, query)
            drafts.append(writer.draft())
            trace += writer.trace
        draft = merge(drafts)
        follow_ups = _Writer(self, read.queries[0]).follow_ups(draft)
        return _Drafted(read.question, read.queries, replace(draft, follow_ups=follow_ups), tuple(trace))

    def _unreadable(self, text: str) -> Draft:
        phrases = Phrases(self.vocabulary, "nb")
        if len(text) >= MAX_CHARS:
            return refusal(Reason.UNREADABLE, phrases.say("too_long", limit=MAX_CHARS))
        return refusal(Reason.UNREADABLE, phrases.say("unreadable" if text else "empty"))

    # ---- prove

    def _prove(self, drafted: _Drafted) -> Answer:
        query = drafted.queries[0] if drafted.queries else Query(drafted.question, "nb", Intent.TEXT)
        periods = tuple(dict.fromkeys(p for q in drafted.queries for p in q.periods))
        if periods != query.periods and len(drafted.queries) > 1:
            query = replace(query, periods=periods)
        answer = citations.cite(drafted.draft, drafted.question, query, self.store, drafted.trace)
        years = [str(report.year) for report in self.store.reports]
        years += [o.period for o in answer.observations if o.period]
        years += [o.reference_period for o in answer.observations if o.reference_period]
        dates = [report.updated for report in self.store.reports if report.updated]
        years += [str(number) for date in dates for number in (date.day, date.year)]
        years += [end for age in self._table.codes("age") for end in age.split("-") if end]
        years += [p for c in drafted.queries for m in c.measures for p in self._table.any_periods(m)]
        try:
            grounding.check(answer, years)
        except grounding.GroundingError:
            if os.environ.get(STRICT):
                raise
            logger.exception("ungrounded answer replaced")
            return citations.only_quotes(answer, Phrases(self.vocabulary, query.language).say("unsafe"))
        return answer


def _resolved(answer: Answer) -> Query:
    """The query of an earlier turn with the year that its answer led with."""
    query = answer.query
    lead = next((o for o in answer.observations if o.period), None)
    if lead is None or query.periods:
        return query
    measures = query.measures or (lead.measure,)
    return replace(query, periods=(lead.period or "",), measures=measures)


class _Writer:
    """One query's way to a draft."""

    def __init__(self, assistant: Assistant, query: Query) -> None:
        self.store, self.vocabulary = assistant.store, assistant.vocabulary
        self.query = query
        self.phrases = Phrases(self.vocabulary, query.language)
        self.table = assistant._table
        self.figures = Figures(self.table, self.phrases, self.sourcing, self.notes, self.in_figure)
        self.comparisons = Comparisons(self.figures)
        self.passages = Passages(assistant._retriever, self.phrases)
        self.trace: list[str] = []

    def draft(self) -> Draft:
        """The draft of the first route that has an answer."""
        query = self.query
        self.trace += _trace(query, self.vocabulary)
        if query.intent is Intent.ABOUT:
            return self._about("about_me")
        if query.intent is Intent.GREETING:
            return self._about("greeting")
        if place := self._place():
            return place
        for route in (self._from_table, self._from_text):
            found = route()
            if found is not None:
                self._note_route(route.__name__[1:])
                return found
        self._note_route("outside")
        return self._outside()

    def _note_route(self, route: str) -> None:
        table = Phrases(self.vocabulary, "nb").table["nb"]
        self.trace.append(f"{table['trace_slots']['route']} {table['trace_routes'][route]}")
        if route == "from_table":
            return
        for passage in self.passages.retriever.find_passages(self.query, self._spelled(), k=TRACED):
            section = " › ".join(passage.paragraph.section) or self.store.report(passage.paragraph.report_id).title
            share = f"{round(passage.coverage * 100)} %"
            self.trace.append(table["trace_competed"].format(section=section, coverage=share))

    def _about(self, key: str) -> Draft:
        reports = self.phrases.join([self._titled(report) for report in self.store.reports])
        text = self.phrases.say(key, reports=reports)
        return Draft(Status.ANSWERED, Reason.ABOUT, (Line(Role.LEAD, text),))

    def _titled(self, report: Report) -> str:
        if report.updated is None:
            return f"«{report.title}»"
        day = format_date(report.updated, "long", locale=BABEL[self.query.language])
        return self.phrases.part("updated", title=report.title, day=day)

    def _place(self) -> Draft | None:
        codes = self.query.dimensions.get("area")
        if not codes or set(codes) & set(self.table.codes("area")):
            return None
        measure = (self.query.measures or self.figures._stage_default())[0]
        return self.figures._no_place(measure, {"area": codes[0]})

    # ---- the numbers table

    def _from_table(self) -> Draft | None:
        query = self.query
        if query.intent is Intent.EXPLAIN:
            if "periods" in query.carried:
                self.query = query = replace(query, periods=())
            return self._explained()
        if query.intent is Intent.DEFINE and query.measures and not query.unmatched:
            return self.passages.definition(query.measures[0], self.store.paragraphs())
        terms = set(query.terms) - FIGURE_TERMS
        if "fate" in query.cues and not query.unmatched and (fate := self.comparisons.fate(query)):
            return fate
        if query.intent not in _TABLE_INTENTS or query.unmatched or terms:
            return None
        return self._figures(query)

    def _figures(self, query: Query) -> Draft | None:
        intent, compare = query.intent, self.comparisons
        if "sum" in query.cues and (total := compare.total(query)):
            return total
        if intent is Intent.VERIFY:
            return compare.verify(query) or self._claim(query)
        if intent is Intent.OVERVIEW:
            return compare.overview(query)
        if intent in (Intent.RANK, Intent.LIST):
            return compare.rank(query)
        if intent in (Intent.COMPARE, Intent.CHANGE):
            if any(len(codes) > 1 for codes in query.dimensions.values()):
                unknown_change = "change" in query.cues and query.terms and len(query.periods) < 2  # noqa: PLR2004
                return None if unknown_change else compare.groups(query)
            query = query if query.measures else replace(query, measures=self.figures.main_outcome())
            if (changed := compare.change(query, check="verify" in query.cues)) is not None:
                return changed
            return None if intent is Intent.CHANGE and len(query.periods) < 2 else self.figures.figure(query)  # noqa: PLR2004
        if query.quantities and not query.measures:
            return compare.with_value(query.quantities[0])
        split = any(len(codes) > 1 for codes in query.dimensions.values())
        return (compare.groups(query) if split else None) or self.figures.figure(query)

    def _claim(self, query: Query) -> Draft | None:
        """A yes/no question without a figure: which group is higher, which way it went."""
        if query.direction is None:
            return None
        wrong = self.comparisons.premise(query)
        if wrong is not None:
            return _prefixed(wrong, self.phrases.say("no"))
        right = self.comparisons.groups(query) or self.comparisons.change(query)
        return _prefixed(right, self.phrases.say("yes")) if right else None

    def _explained(self) -> Draft | None:
        query = self.query
        if query.unmatched:
            return None
        wrong = self.comparisons.premise(query)
        if wrong is None:
            return None
        reason = self.passages.answer(replace(query, direction=None), self._spelled())
        return merge([wrong, reason]) if reason is not None and reason.status is Status.ANSWERED else wrong

    # ---- the text

    def _from_text(self) -> Draft | None:
        query = self.query
        found = self.passages.answer(query, self._spelled())
        if found is not None:
            return found
        plain = query.measures and not query.unmatched and not query.terms and "yes_no" not in query.cues
        if query.intent in _FIGURE_FALLBACK and plain:
            return self.figures.figure(query)
        return None

    def _spelled(self) -> str:
        """The words to search with: the question, and what was carried from the turn before."""
        carried = [self.phrases.name(m) for m in self.query.measures] if "measures" in self.query.carried else []
        if "dimensions" in self.query.carried:
            carried += [self.phrases.people(d) for d in combinations(self.query.dimensions)]
        return " ".join([self.query.text, *carried, self.query.context])

    def _outside(self) -> Draft:
        years = self.phrases.years([str(report.year) for report in self.store.reports])
        if self.query.unmatched:
            words = ", ".join(word for word in self.query.unmatched if not any(c.isdigit() for c in word))
            # An order is not a question: its words are not repeated.
            if words and "?" in self.query.text:
                return refusal(
                    Reason.OUTSIDE_REPORTS, self.phrases.say("outside_words", words=words, years=years)
                )
        return refusal(Reason.OUTSIDE_REPORTS, self.phrases.say("outside", years=years))

    # ---- evidence

    def sourcing(self, observations: Sequence[Observation]) -> tuple[Source, ...]:
        """The sentences that observations stand in, each once, with the figures marked."""
        spans: dict[tuple[str, int, int], list[tuple[int, int]]] = {}
        for o in observations:
            text = self.store.paragraph(o.paragraph_id).text
            start, end = next(
                (s, e) for s, e in find_sentences(text) if s <= o.quantity.start and o.quantity.end <= e
            )
            marks = spans.setdefault((o.paragraph_id, start, end), [])
            marks.append((o.quantity.start, o.quantity.end))
        return tuple(
            Source(paragraph, start, end, tuple(sorted(set(marks))))
            for (paragraph, start, end), marks in spans.items()
        )

    def notes(self, measure: str, periods: Sequence[str]) -> list[Line]:
        """The notes of the reports on a measure, as caveats; where years are compared, whose note it is."""
        lines: list[Line] = []
        seen: set[str] = set()
        for report in self.store.reports:
            if str(report.year) not in periods:
                continue
            for note in self.store.paragraphs(report.id):
                if note.kind is not ParagraphKind.NOTE or note.text in seen or not self._bears_on(note, measure):
                    continue
                seen.add(note.text)
                key = "note_year" if len(periods) > 1 else "note"
                text = self.phrases.say(key, note="{quote}", year=report.year)
                lines.append(Line(Role.CAVEAT, text, (Source(note.id, 0, len(note.text)),)))
        others = [r for r in self.store.reports if str(r.year) in periods]
        if lines and len(others) > 1:
            lines.append(Line(Role.CAVEAT, self.phrases.say("definition_changed")))
        return lines

    def _bears_on(self, note: Paragraph, measure: str) -> bool:
        """Whether a note is about a measure; of a stage, only where it says who is counted there."""
        for start, end in find_sentences(note.text):
            mentions = self.vocabulary.find(note.text[start:end])
            counted = any(m.dimension == "term" and m.code in COUNTING_TERMS for m in mentions)
            measures = [m for m in mentions if m.dimension == "measure"]
            strong = [m for m in measures if not m.weak]
            for mention in strong or (measures if counted else []):
                if self.vocabulary.measure(mention.code).stage and not counted:
                    continue
                code: str | None = mention.code
                while code:
                    if code == measure:
                        return True
                    code = self.vocabulary.measure(code).broader
        return False

    def in_figure(self, measure: str, period: str) -> Sequence[Source]:
        """Captions of pictures that cover a measure in a year; the figures stand only there."""
        found = []
        for caption in self.store.paragraphs():
            if caption.kind is not ParagraphKind.CAPTION:
                continue
            mentions = self.vocabulary.find(caption.text)
            measures = {m.code for m in mentions if m.dimension == "measure" and not m.weak}
            measures |= {e.code for e in self.vocabulary.of("measure") if e.broader in measures}
            if measure in measures and _covers(caption.text, int(period) if period.isdigit() else 0):
                found.append(Source(caption.id, 0, len(caption.text)))
        return found

    # ---- follow-ups

    def follow_ups(self, draft: Draft) -> tuple[str, ...]:
        """Up to three questions that the table can answer, near the one asked."""
        return tuple(self._near_questions(draft))[:FOLLOW_UPS]

    def _near_questions(self, draft: Draft) -> Iterator[str]:
        lead = next((o for o in draft.observations if o.period), None)
        if lead is None:
            newest = str(max((r.year for r in self.store.reports), default=0))
            if self.table.levels("avsluttet", {}, newest):
                yield self.phrases.say("follow_count_avsluttet", year=newest)
            yield self.phrases.say("follow_what")
            return
        share = lead.quantity.unit in ("prosent", "prosentpoeng")
        key = "follow_share" if share else "follow_count"
        asked = {(lead.measure, tuple(sorted(lead.dimensions.items())), lead.period)}
        for o in self._neighbours(lead):
            cell = (o.measure, tuple(sorted(o.dimensions.items())), o.period)
            if cell in asked or any(o.id == seen.id for seen in draft.observations):
                continue
            asked.add(cell)
            people = self.phrases.people(o.dimensions, definite=share)
            yield self.phrases.say(key, people=people, did=self.phrases.did(o.measure), year=o.period)

    def _neighbours(self, lead: Observation) -> Iterator[Observation]:
        same_unit = [
            o
            for o in self.table.of(lead.measure)
            if o.quantity.unit in (lead.quantity.unit, "prosent")
            and o.kind.value == "level"
            and o.denominator == lead.denominator
        ]
        for differing in (1, 2):
            for o in same_unit:
                apart = (dict(o.dimensions) != dict(lead.dimensions)) + (o.period != lead.period)
                if apart == differing and not (o.quantity.unit == "prosent" and self.vocabulary.measure(o.measure).stage):
                    yield o


def _covers(text: str, year: int) -> bool:
    """Whether a range of years in a text covers a year."""
    from ingest.numbers import find_periods

    for period in find_periods(text):
        ends = period.code.split("-")
        if all(end.isdigit() for end in ends) and int(ends[0]) <= year <= int(ends[-1]):
            return True
    return False


def _prefixed(draft: Draft, word: str) -> Draft:
    lines = list(draft.lines)
    for at, line in enumerate(lines):
        if line.role is Role.LEAD:
            lines[at] = replace(line, text=f"{word} {line.text}")
            break
    return replace(draft, lines=tuple(lines))


def _trace(query: Query, vocabulary: Vocabulary) -> list[str]:
    """How a question was read, a line a slot, in bokmål."""
    phrases = Phrases(vocabulary, "nb")
    names = phrases.table["nb"]["trace_slots"]
    carried = phrases.table["nb"]["trace_carried"]
    groups = [phrases.label(d, code) for d, codes in query.dimensions.items() for code in codes]
    slots = {
        "intent": phrases.table["intents"][query.intent.value],
        "measures": ", ".join(phrases.name(measure) for measure in query.measures),
        "dimensions": ", ".join(groups),
        "periods": ", ".join(query.periods),
        "unit": query.unit or "",
        "unmatched": ", ".join(query.unmatched),
        "carried": ", ".join(carried[name] for name in query.carried),
    }
    return [f"{names[slot]}: {value}" for slot, value in slots.items() if value]


_default: dict[str, Assistant] = {}


def ask(question: str, history: Sequence[Answer] = ()) -> Answer:
    """Ask the user's own store; it is opened, and built if need be, on the first call."""
    if "assistant" not in _default:
        _default["assistant"] = Assistant.open()
    return _default["assistant"].ask(question, history)
