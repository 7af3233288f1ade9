"""What a model does for an answer: it may word it and propose how to read its question."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from ingest.store import Store
from ingest.vocabulary import Vocabulary
from rag.citations import restated
from rag.llm import prompts
from rag.llm.client import Client, Fault, ModelFaultError
from rag.llm.evidence import find_evidence, is_quote, plain
from rag.llm.proof import Proof, Proved, RejectedError
from rag.llm.reading import QuestionReading
from rag.llm.replies import find_proposed
from rag.llm.settings import Reading
from rag.models import Answer, Intent, Query, Reason, Role, Statement, Status
from rag.phrases import Phrases

logger = logging.getLogger(__name__)

MOST_SENTENCES = 6
# What these say is a verdict, or about us: there is nothing to word better, and much to word wrongly.
_LEFT_ALONE = frozenset({Reason.FALSE_PREMISE, Reason.ABOUT, Reason.UNREADABLE, Reason.ONLY_IN_FIGURE})


@dataclass(slots=True)
class _Passed:
    """What came of a model's sentences."""

    sentences: list[Proved] = field(default_factory=list)
    rejected: int = 0
    fault: Fault | None = None


class Companion:
    """A model beside the rules, for the reports of one store.

    Args:
        client: the model.
        store: the reports.
        vocabulary: the vocabulary that they were read with.
    """

    def __init__(self, client: Client, store: Store, vocabulary: Vocabulary) -> None:
        self.client, self._store, self._vocabulary = client, store, vocabulary

    @cached_property
    def _reading(self) -> QuestionReading:
        return QuestionReading(self.client, self._store, self._vocabulary)

    @property
    def name(self) -> str:
        """How the page names the model."""
        return self.client.settings.shown

    def deadline(self) -> float:
        """The `time.monotonic` by which a question that is asked now must be done with the model."""
        return time.monotonic() + self.client.settings.timeout

    def read(self, answer: Answer, recompose: Callable[[Answer, Query], Answer], deadline: float) -> Answer:
        """An answer to a question that the rules left open, with how the model reads it.

        The reading is offered as a question to ask; it is answered at once only where the settings say so,
        and then with what it was taken for before the figure.

        Args:
            answer: as composed.
            recompose: composes an answer to the same question by another query.
            deadline: as for `Client.stream`.
        """
        mode = self.client.settings.reading
        proposal = None if mode is Reading.OFF else self._reading.propose(answer, deadline)
        if proposal is None:
            return answer
        language = answer.query.language
        offered = tuple(dict.fromkeys((proposal.question, *answer.follow_ups)))
        if mode is Reading.ANSWER:
            anew = recompose(answer, proposal.query)
            if anew.status is not Status.ABSTAINED:
                told = Statement(
                    Role.SCOPE, prompts.note("answered_as", language, question=proposal.question)
                )
                anew = restated(anew, (told, *anew.statements))
                return replace(anew, status=Status.PARTIAL, reason=Reason.NEAREST)
        note = prompts.note("read_as", language, question=proposal.question)
        return replace(with_note(answer, note), follow_ups=offered)

    def word(
        self, answer: Answer, is_grounded: Callable[[Answer], bool], deadline: float
    ) -> Iterator[Answer]:
        """The answer in the model's sentences, growing as they pass the proof; the last one counts.

        Where the model fails, or what it says does not pass or does not say all that the composed answer
        says, the last is the composed answer with a note.

        Args:
            answer: as composed.
            is_grounded: the proof that every answer is put to.
            deadline: as for `Client.stream`.
        """
        if not _is_worded(answer):
            yield answer
            return
        passed = _Passed()
        for sentences in self._passing(answer, passed, deadline):
            growing = _with_sentences(answer, sentences, partial=True)
            if is_grounded(growing):
                yield growing
        yield self._finished(answer, passed, is_grounded)

    def _passing(self, answer: Answer, passed: _Passed, deadline: float) -> Iterator[Sequence[Proved]]:
        """The sentences that have passed, each time there is one more."""
        evidence = find_evidence(answer, Phrases(self._vocabulary, answer.query.language))
        proof = Proof(answer, evidence, self._store, self._vocabulary)
        pieces = self.client.stream(
            prompts.messages("writing", evidence.as_asked(answer)),
            prompts.answer_schema(evidence.ids),
            deadline,
        )
        try:
            for proposed in find_proposed(pieces):
                try:
                    sentence = proof.prove(proposed.text, proposed.cites)
                except RejectedError as error:
                    passed.rejected += 1
                    logger.info("model: a sentence was rejected: it must be one that %s", error)
                    continue
                if sentence.text in [one.text for one in passed.sentences]:
                    continue
                passed.sentences.append(sentence)
                yield passed.sentences
                if len(passed.sentences) == MOST_SENTENCES:
                    break
        except ModelFaultError as error:
            passed.fault = error.fault
        leads = [s.text for s in _replaced(answer)]
        if leads and not proof.covers([s.text for s in passed.sentences], leads):
            passed.rejected += len(passed.sentences)
            passed.sentences.clear()

    def _finished(self, answer: Answer, passed: _Passed, is_grounded: Callable[[Answer], bool]) -> Answer:
        language = answer.query.language
        if passed.sentences:
            worded = _with_sentences(answer, passed.sentences)
            key = "partly" if passed.rejected or passed.fault else "worded"
            noted = with_note(worded, prompts.note(key, language))
            if is_grounded(noted):
                return noted
        if passed.fault and not passed.rejected:
            return with_note(answer, prompts.fault_note(passed.fault, language))
        return with_note(answer, prompts.note("rejected", language))


def with_note(answer: Answer, text: str) -> Answer:
    """An answer that ends with what its reader is told of the model."""
    return restated(answer, (*answer.statements, Statement(Role.NOTE, text)))


def _is_worded(answer: Answer) -> bool:
    """Whether there is anything that a model may word."""
    return (
        answer.status is not Status.ABSTAINED
        and answer.reason not in _LEFT_ALONE
        and answer.query.intent is not Intent.VERIFY
        and bool(answer.citations)
    )


def _replaced(answer: Answer) -> list[Statement]:
    """The composed sentences whose place a model's may take: leads in our own words that are whole."""
    leads = [s for s in answer.statements if s.role is Role.LEAD and not is_quote(s, answer)]
    return [s for s in leads if not plain(s.text).endswith(":")]


def _with_sentences(answer: Answer, sentences: Sequence[Proved], *, partial: bool = False) -> Answer:
    """The answer with sentences in the place of its composed leads, or before its first quote.

    `partial`: while they come, without what follows them.
    """
    leads = _replaced(answer)
    worded = tuple(Statement(Role.LEAD, one.text, one.citations) for one in sentences)
    statements = answer.statements
    first = next((i for i, s in enumerate(statements) if s in leads), None)
    if first is None:
        first = next((i for i, s in enumerate(statements) if is_quote(s, answer)), len(statements))
    before = tuple(s for s in statements[:first] if s not in leads)
    after = () if partial else tuple(s for s in statements[first:] if s not in leads)
    return replace(
        restated(answer, (*before, *worded, *after)), follow_ups=() if partial else answer.follow_ups
    )
