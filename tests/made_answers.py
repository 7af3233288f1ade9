"""Hand-made answers for tests that need one and no assistant."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from rag.models import Answer, Citation, Figure, Intent, Query, Reason, Status

SOURCE = "Nøkkeltall\n\nI 2023 startet til sammen 17\u00a0699 nye flyktninger i introduksjonsprogram.\n"
QUOTE = SOURCE.splitlines()[2]


def make_citation(**changes: Any) -> Citation:
    """A citation that resolves in SOURCE."""
    start = SOURCE.index(QUOTE)
    citation = Citation(
        number=1,
        report_id="rapport",
        title="Nøkkeltall",
        publisher="IMDi",
        updated="2024-06-24",
        url="https://example.org/rapport",
        paragraph_id="rapport-1",
        section=("Hovedfunn",),
        quote=QUOTE,
        start=start,
        end=start + len(QUOTE),
        paragraph_text=QUOTE,
        quote_start=0,
        quote_end=len(QUOTE),
    )
    return replace(citation, **changes)


def make_answer(text: str = "17\u00a0699 startet i 2023 [1].", **changes: Any) -> Answer:
    """An answered figure question, right and well cited."""
    question = str(changes.get("question", "Hvor mange startet i 2023?"))
    answer = Answer(
        question=question,
        query=Query(text=question, language="nb", intent=Intent.FIGURE),
        text=text,
        status=Status.ANSWERED,
        reason=Reason.STATED,
        citations=(make_citation(),),
        figure=Figure("17\u00a0699", "startet · 2023"),
    )
    return replace(answer, **changes)


def make_abstention(reason: Reason = Reason.OUTSIDE_REPORTS) -> Answer:
    """An answer that declines."""
    text = "Det står ikke i rapportene."
    return make_answer(text, status=Status.ABSTAINED, reason=reason, citations=(), figure=None)


class FakeAssistant:
    """Gives the same answers in turn, and remembers what it was asked."""

    def __init__(self, answers: Sequence[Answer]) -> None:
        self.answers = list(answers)
        self.asked: list[tuple[str, tuple[Answer, ...]]] = []

    def ask(self, question: str, history: Sequence[Answer] = ()) -> Answer:
        """The next answer."""
        self.asked.append((question, tuple(history)))
        return self.answers[(len(self.asked) - 1) % len(self.answers)]
