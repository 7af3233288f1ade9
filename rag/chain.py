"""The chain: question -> query -> evidence -> draft -> cited, grounded answer; and the `Assistant`.

The steps are plain functions, and `Assistant.runnable` is the same steps as a LangChain Runnable, so that the
whole can be invoked, batched and streamed. Importing LangChain takes half a second of processor time: only
who uses the Runnable pays for it.
"""

from __future__ import annotations

import datetime as dt
import logging
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict

from ingest import ensure_store
from ingest.lemmas import is_word
from ingest.models import Kind, Quantity
from ingest.settings import Place
from ingest.store import Store
from ingest.vocabulary import Vocabulary, load_vocabulary
from rag import citations, grounding
from rag.attained import as_told
from rag.calculate import PEOPLE
from rag.consistency import Check, find_checks
from rag.conversation import read_question
from rag.drafts import merge, refusal
from rag.follow_ups import FollowUps
from rag.known import KnownQuestions, agree, answered_near, with_age
from rag.llm import find_companion
from rag.models import Answer, Draft, Hit, Intent, Line, Query, Reason, Role, Status
from rag.notes import Notebook
from rag.phrases import Phrases
from rag.question import MAX_CHARS
from rag.retrieve import Retriever
from rag.table import Table
from rag.trace import taken_as
from rag.wording import Understanding, clean
from rag.writer import REFUSED, Writer

if TYPE_CHECKING:
    from langchain_core.runnables import Runnable

    from rag.llm.companion import Companion

logger = logging.getLogger(__name__)
STRICT = "IMDI_STRICT"
FIRST_LETTERS = 4  # of a title, by which it is found among thousands


class Question(TypedDict, total=False):
    """Input of the runnable: a question and the answers before it."""

    question: str
    history: Sequence[Answer]


@dataclass(frozen=True, slots=True)
class _Read:
    question: str
    queries: tuple[Query, ...]
    follows: bool = False


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
        retriever: search over the store's paragraphs, where it is to be another than the usual.
        companion: a chat model that may word answers and propose readings; none by default.
    """

    def __init__(
        self,
        store: Store,
        vocabulary: Vocabulary | None = None,
        today: dt.date | None = None,
        retriever: Retriever | None = None,
        companion: Companion | None = None,
    ) -> None:
        self.store, self.companion = store, companion
        self.vocabulary = vocabulary or load_vocabulary()
        self._today = today
        self._table = Table(store.outline, self.vocabulary, store.reports)
        self._dates = lru_cache(self._find_dates)
        self._notebook = Notebook(store, self.vocabulary)
        years = {report.id: report.year for report in store.reports}
        published = {report.id: report.updated.year for report in store.reports if report.updated}
        self._known = KnownQuestions()
        self._retriever = retriever or Retriever(store, self.vocabulary, years, published=published)

    @classmethod
    def open(cls, path: Place | str | None = None, *, exact: bool = False) -> Assistant:
        """Open the store at `path`, by default the user's own; one in a folder is built on first use.

        The assistant has the model that the environment names, if it names one.

        Raises:
            CorpusError: there is no store and none can be built.
        """
        place = Path(path) if isinstance(path, str) else path
        return cls(ensure_store(place, exact=exact)).with_model()

    def with_model(self) -> Assistant:
        """The same assistant with the model that the environment names; itself where it names none."""
        companion = find_companion(self.store, self.vocabulary)
        if companion is None:
            return self
        return type(self)(self.store, self.vocabulary, self._today, self._retriever, companion)

    def without_model(self) -> Assistant:
        """The same assistant without a model; itself where it has none."""
        if self.companion is None:
            return self
        return type(self)(self.store, self.vocabulary, self._today, self._retriever)

    def ask(self, question: str, history: Sequence[Answer] = ()) -> Answer:
        """Answer a question, given the answers of the conversation so far."""
        answer = self.compose(question, history)
        return answer if self.companion is None else self._finished(answer)

    def compose(self, question: str, history: Sequence[Answer] = ()) -> Answer:
        """The answer by the rules alone, whether or not there is a model."""
        return self._prove(self._draft(self._read({"question": question, "history": history})))

    def finish(self, answer: Answer) -> Iterator[Answer]:
        """A composed answer as a model words it, growing sentence by sentence; the last one counts.

        Every sentence has passed the proof when it is given. Without a model the answer comes as it is.
        """
        if self.companion is None:
            yield answer
            return
        deadline = self.companion.deadline()
        answer = self.companion.read(answer, self._recompose, deadline)
        yield from self.companion.word(answer, self._is_grounded, deadline)

    def _recompose(self, answer: Answer, query: Query) -> Answer:
        return self._prove(self._draft(_Read(answer.question, (query,))))

    def search(self, query: str, k: int = 10) -> list[Hit]:
        """The k paragraphs nearest to a query, best first."""
        return self._retriever.search(clean(query)[:MAX_CHARS], k)

    def read(self, question: str, history: Sequence[Answer] = ()) -> tuple[Query, ...]:
        """How a question is read, a query for each of its parts; none where it cannot be read."""
        return self._read({"question": question, "history": history}).queries

    def checks(self) -> list[Check]:
        """The published figures that bear on each other, and whether they agree after rounding."""
        return find_checks(self._table, Phrases(self.vocabulary, "nb").number)

    @cached_property
    def runnable(self) -> Runnable[Question, Answer]:
        """The chain as a LangChain Runnable: read, answer, cite, prove, and word where there is a model."""
        from langchain_core.runnables import RunnableLambda

        read = RunnableLambda(self._read).with_config(run_name="read_question")
        draft = RunnableLambda(self._draft).with_config(run_name="look_up_and_compose")
        prove = RunnableLambda(self._prove).with_config(run_name="cite_and_ground")
        composing = read | draft | prove
        if self.companion is None:
            return composing
        return composing | RunnableLambda(self._finished).with_config(run_name="word")

    def _finished(self, answer: Answer) -> Answer:
        *_, last = self.finish(answer)
        return last

    # ---- read

    def _understanding(self) -> Understanding:
        return Understanding(
            knows_word=self._retriever.has_word,
            is_word=is_word,
            newest_year=self.store.newest_year,
            today=self._today or dt.date.today(),
            counted_by=self._counted_by,
        )

    def _counted_by(self, figure: Quantity, years: Sequence[str]) -> tuple[str, Mapping[str, str]] | None:
        """The measure and the groups of a published level in some years; None where it has several."""
        published = self._table.with_value(figure.value, figure.unit)
        found = [o for o in published if o.kind is Kind.LEVEL and (not years or o.period in years)]
        groups = [dict(o.dimensions) for o in found]
        if len({o.measure for o in found}) != 1:
            return None
        return found[0].measure, groups[0] if all(group == groups[0] for group in groups) else {}

    def _read(self, asked: Question) -> _Read:
        question = asked.get("question", "")
        turns = asked.get("history", ())
        history = [_resolved(answer) for answer in turns]
        if history:
            history[-1] = replace(history[-1], spoke=_speaker(turns[-1], self.vocabulary))
        text = clean(str(question or ""))
        if not text or len(text) > MAX_CHARS or not any(c.isalnum() for c in text):
            return _Read(text[: MAX_CHARS + 1], ())
        queries = read_question(text, self.vocabulary, self._understanding(), history)
        queries = [as_told(query, self._table, self.vocabulary) for query in queries]
        return _Read(text, tuple(queries), follows=bool(history))

    # ---- draft

    def _draft(self, read: _Read) -> _Drafted:
        drafted = self._read_by_rules(read)
        return self._in_known_words(drafted) or drafted

    def _read_by_rules(self, read: _Read) -> _Drafted:
        if not read.queries:
            return _Drafted(read.question, (), self._unreadable(read.question), ())
        drafts: list[Draft] = []
        parts: list[Draft] = []
        trace: list[str] = []
        for query in read.queries:
            writer = self._writer(query, read.question)
            draft = writer.draft()
            if len(read.queries) > 1:
                draft = self._part_in_known_words(query, draft)
            drafts.append(writer.with_carried(draft) if read.follows else draft)
            parts.append(writer.as_part(drafts[-1]))
            trace += writer.trace
        # A refusal says which part it is of, unless all the parts get the same.
        alike = len({draft.lines for draft in drafts}) == 1
        draft = merge(drafts if alike else parts)
        phrases = Phrases(self.vocabulary, read.queries[0].language)
        follow_ups = FollowUps(self._table, phrases, self.store.newest_year).near(draft, read.queries[0])
        return _Drafted(read.question, read.queries, replace(draft, follow_ups=follow_ups), tuple(trace))

    def _part_in_known_words(self, query: Query, draft: Draft) -> Draft:
        """The draft for one of several parts, as the nearest known question has it where it is refused."""
        known = self._in_known_words(_Drafted(query.text, (query,), draft, ()))
        return known.draft if known else draft

    def _in_known_words(self, drafted: _Drafted) -> _Drafted | None:
        """The answer to the nearest known question, for one not understood; says how it was taken."""
        question, refused = drafted.question, drafted.draft
        if len(drafted.queries) != 1 or refused.reason is not Reason.OUTSIDE_REPORTS:
            return None
        [query] = drafted.queries
        if refused.status is not Status.ABSTAINED or query.unmatched or query.carried:
            return None
        if {"opinion", *REFUSED} & set(query.cues) or self.vocabulary.marks(query.terms, "untold"):
            # What no report holds is no other question.
            return None
        near = answered_near(self._known.near(question, self.store.model, self.store.vector))
        read = ((known, self._read({"question": known.text})) for known in near)
        known, taken = next(
            ((k, r) for k, r in read if len(r.queries) == 1 and agree(query, r.queries[0])), (None, None)
        )
        if known is None or taken is None:
            return None
        if (text := with_age(known.text, taken.queries[0], query)) != known.text:
            taken = self._read({"question": text})
        told, asked = (set(re.findall(r"\d+", said)) for said in (text, question))
        if not told <= asked or (query.measures and told != asked):
            # "Hvor mange av dem som kom i 2015 ble ferdige i 2017?" is not asked of all who ended then.
            return None
        found = self._read_by_rules(taken)
        if found.draft.status is Status.ABSTAINED or (found.draft.observations and not query.measures):
            # What lies near in meaning may be another figure: one must have been asked for by name.
            return None
        line = Line(Role.SCOPE, Phrases(self.vocabulary, query.language).say("taken_as", question=text))
        draft = replace(found.draft, lines=(line, *found.draft.lines))
        trace = (*drafted.trace, taken_as(text, known.cosine, self.vocabulary), *found.trace)
        return replace(found, question=question, draft=draft, trace=trace)

    def _writer(self, query: Query, asked: str = "") -> Writer:
        return Writer(query, self.store, self._table, self._retriever, self._notebook, asked)

    def _unreadable(self, text: str) -> Draft:
        phrases = Phrases(self.vocabulary, "nb")
        if len(text) > MAX_CHARS:
            return refusal(Reason.UNREADABLE, phrases.say("too_long", limit=MAX_CHARS))
        return refusal(Reason.UNREADABLE, phrases.say("unreadable" if text else "empty"))

    # ---- prove

    def _labels(self, query: Query, text: str) -> list[str]:
        """Names that hold numbers which are no figures: age groups, and the titles and dates of reports.

        Of the titles and dates those that stand in `text`.
        """
        phrases = Phrases(self.vocabulary, query.language)
        ages = {*self._table.codes("age"), *query.dimensions.get("age", ())}
        return [
            *(name for age in ages if "-" in age for name in (phrases.age(age), phrases.label("age", age))),
            *(date for date in self._dates(query.language) if date in text),
            *(quoted for title in self._titles_in(text) for quoted in (f"«{title}»", f"“{title}”")),
            f"{MAX_CHARS}",
        ]

    @cached_property
    def _titles(self) -> dict[str, list[str]]:
        """The titles of reports by their first letters."""
        found: dict[str, list[str]] = {}
        for title in dict.fromkeys(report.title for report in self.store.reports):
            found.setdefault(title[:FIRST_LETTERS], []).append(title)
        return found

    def _titles_in(self, text: str) -> list[str]:
        """The titles of reports that stand in quotation marks in a text."""
        starts = (m.end() for m in re.finditer("[«“]", text))
        near = (self._titles.get(text[at : at + FIRST_LETTERS], ()) for at in starts)
        return [title for titles in near for title in titles if title in text]

    def _find_dates(self, language: str) -> tuple[str, ...]:
        phrases = Phrases(self.vocabulary, language)
        days = (phrases.day(report.updated) for report in self.store.reports if report.updated)
        return tuple(dict.fromkeys(days))

    @cached_property
    def _report_years(self) -> frozenset[str]:
        return frozenset(str(report.year) for report in self.store.reports)

    def _prove(self, drafted: _Drafted) -> Answer:
        query = drafted.queries[0] if drafted.queries else Query(drafted.question, "nb", Intent.TEXT)
        periods = tuple(dict.fromkeys(p for q in drafted.queries for p in q.periods))
        if periods != query.periods and len(drafted.queries) > 1:
            query = replace(query, periods=periods)
        query = replace(query, dimensions=_groups_beside(query, drafted.queries[1:]))
        beside = [m for q in drafted.queries[1:] if q.dimensions == query.dimensions for m in q.measures]
        query = replace(query, beside=tuple(m for m in dict.fromkeys(beside) if m not in query.measures))
        answer = citations.cite(drafted.draft, drafted.question, query, self.store, drafted.trace)
        try:
            self._check(answer, drafted.queries or (query,))
        except grounding.GroundingError:
            if os.environ.get(STRICT):
                raise
            logger.exception("ungrounded answer replaced")
            return citations.only_quotes(answer, Phrases(self.vocabulary, query.language).say("unsafe"))
        return answer

    def _check(self, answer: Answer, queries: Sequence[Query]) -> None:
        years = [*self._report_years]
        years += [o.period for o in answer.observations if o.period]
        years += [o.reference_period for o in answer.observations if o.reference_period]
        years += self._table.all_periods()
        text = "\n".join(statement.text for statement in answer.statements)
        labels = [label for query in queries for label in self._labels(query, text)]
        grounding.check(answer, years, [*labels, *citations.find_names(answer)])

    def _is_grounded(self, answer: Answer) -> bool:
        try:
            self._check(answer, (answer.query,))
        except grounding.GroundingError:
            return False
        return True


def _groups_beside(query: Query, others: Sequence[Query]) -> dict[str, tuple[str, ...]]:
    """The groups of a turn that asked the same of one after another ("… av ukrainerne, og av de andre?")."""
    groups = dict(query.dimensions)
    for other in others:
        alike = other.measures == query.measures and other.dimensions.keys() == query.dimensions.keys()
        apart = [d for d in groups if other.dimensions.get(d) != query.dimensions[d]]
        if not alike or len(apart) != 1:
            return dict(query.dimensions)
        groups[apart[0]] = tuple(dict.fromkeys((*groups[apart[0]], *other.dimensions[apart[0]])))
    return groups


def _speaker(answer: Answer, vocabulary: Vocabulary) -> str:
    """Who is quoted in an answer, as it names them; "" where nobody or more than one is."""
    named = [m for c in answer.citations for m in vocabulary.find(c.quote) if m.dimension == "term"]
    people = {m.code: m.surface for m in named if vocabulary.marks((m.code,), "person")}
    return next(iter(people.values())) if len(people) == 1 else ""


def _resolved(answer: Answer) -> Query:
    """The query of an earlier turn with the year that its answer led with."""
    query = answer.query
    lead = next((o for o in answer.observations if o.period), None)
    counted = query.intent is Intent.FIGURE and query.unit == PEOPLE and not query.measures
    if lead is None or (query.periods and not counted):
        return query
    measures = query.measures or (lead.measure,)
    return replace(query, periods=query.periods or (lead.period or "",), measures=measures)


_default: dict[str, Assistant] = {}


def ask(question: str, history: Sequence[Answer] = ()) -> Answer:
    """Ask the user's own store; it is opened, and built if need be, on the first call."""
    if "assistant" not in _default:
        _default["assistant"] = Assistant.open()
    return _default["assistant"].ask(question, history)
