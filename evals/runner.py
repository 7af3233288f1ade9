"""Runs every pair through our assistant and through the plain pipeline, and judges what they say."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from evals.data import Pair
from evals.scores import RIGHT, Judgement, Verdict, broken_citations, judge, ungrounded_numbers
from rag.models import Answer


class Assistant(Protocol):
    """What can be asked: ours, the plain pipeline, or a fake in a test."""

    def ask(self, question: str, history: Sequence[Answer] = ()) -> Answer:
        """Answer a question, given the answers before it."""
        ...


@dataclass(frozen=True, slots=True)
class Outcome:
    """One turn of a pair, asked and judged. `answer` is None where asking failed."""

    pair_id: str
    split: str
    category: str
    question: str
    judgement: Judgement
    answer: Answer | None
    milliseconds: float
    ungrounded: frozenset[str] = frozenset()
    broken: tuple[str, ...] = ()

    @property
    def right(self) -> bool:
        """Whether the answer is all that was wanted."""
        return self.judgement.verdict is Verdict.RIGHT


@dataclass(frozen=True, slots=True)
class PairOutcome:
    """A pair's turns. A conversation's verdict is that of its first turn that went wrong."""

    pair: Pair
    turns: tuple[Outcome, ...]

    @property
    def verdict(self) -> Verdict:
        """RIGHT only when every turn is."""
        return next((o.judgement.verdict for o in self.turns if not o.right), Verdict.RIGHT)


@dataclass(frozen=True, slots=True)
class Sources:
    """What answers are checked against: texts, dates, and the years and age groups of the figures."""

    years: frozenset[int]
    texts: Mapping[str, str]
    dates: frozenset[dt.date] = frozenset()
    ages: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts over pairs, and latency over their turns."""

    n: int
    verdicts: Mapping[Verdict, int]
    ungrounded: int
    broken: int
    p50: float
    p95: float

    @property
    def right(self) -> int:
        """Pairs of which every turn was right."""
        return self.verdicts.get(Verdict.RIGHT, 0)

    @property
    def share(self) -> float:
        """Right of all; 1 where there are none."""
        return self.right / self.n if self.n else 1.0


def run_pairs(
    assistant: Assistant,
    pairs: Iterable[Pair],
    sources: Sources,
    *,
    lenient: bool = False,
    progress: Callable[[PairOutcome], None] | None = None,
) -> tuple[PairOutcome, ...]:
    """Ask and judge every pair. `lenient` as in `evals.scores.judge`; an exception is a verdict, no stop."""
    outcomes: list[PairOutcome] = []
    for pair in pairs:
        outcomes.append(_run_pair(assistant, pair, sources, lenient))
        if progress:
            progress(outcomes[-1])
    return tuple(outcomes)


def tally(outcomes: Iterable[PairOutcome]) -> Tally:
    """The counts of `outcomes`."""
    outcomes = tuple(outcomes)
    turns = [turn for outcome in outcomes for turn in outcome.turns]
    verdicts = [outcome.verdict for outcome in outcomes]
    milliseconds = sorted(turn.milliseconds for turn in turns)
    return Tally(
        n=len(outcomes),
        verdicts={verdict: verdicts.count(verdict) for verdict in Verdict},
        ungrounded=sum(bool(turn.ungrounded) for turn in turns),
        broken=sum(bool(turn.broken) for turn in turns),
        p50=percentile(milliseconds, 50),
        p95=percentile(milliseconds, 95),
    )


def percentile(ordered: Sequence[float], percent: int) -> float:
    """The nearest-rank percentile of values in order; 0 where there are none."""
    if not ordered:
        return 0.0
    return ordered[max(0, -(-len(ordered) * percent // 100) - 1)]


def _run_pair(assistant: Assistant, pair: Pair, sources: Sources, lenient: bool) -> PairOutcome:
    history: list[Answer] = []
    turns: list[Outcome] = []
    for turn in pair.turns:
        outcome = Outcome(pair.id, pair.split, pair.category, turn.question, RIGHT, None, 0.0)
        started = time.perf_counter()
        try:
            answer = assistant.ask(turn.question, history=tuple(history))
        except Exception as error:  # whatever goes wrong is a wrong answer, and the next is still asked
            fault = Judgement(Verdict.ERROR, f"{type(error).__name__}: {error}")
            turns.append(replace(outcome, judgement=fault))
            break
        milliseconds = (time.perf_counter() - started) * 1000
        history.append(answer)
        turns.append(
            replace(
                outcome,
                judgement=judge(turn, answer, lenient=lenient),
                answer=answer,
                milliseconds=milliseconds,
                ungrounded=ungrounded_numbers(answer, sources.years, sources.dates, sources.ages),
                broken=broken_citations(answer, sources.texts),
            )
        )
    return PairOutcome(pair, tuple(turns))
