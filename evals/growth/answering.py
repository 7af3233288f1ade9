"""What a process that answers from a store of made-up reports takes, and how many answers are right."""

from __future__ import annotations

import pickle
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from evals.growth.building import peak_memory
from evals.growth.corpus import make_corpus
from evals.growth.encoders import make_encoder
from evals.growth.questions import Question, holds_figure, is_right, make_questions
from ingest.store import Store
from rag.chain import Assistant

FIRST = 100  # paragraphs of the smallest corpus, which is part of every other: its questions are asked of all
DEEP = 10  # nearest paragraphs compared between the index and exact search
FILTERED = 20  # reports that a filtered search is kept to


@dataclass(frozen=True, slots=True)
class Answered:
    """Seconds, megabytes and right answers of one process.

    `p50` and `p95` are by the clock, `worked_…` of the processor's time: a busy machine does not change that.

    `kinds` are (right, asked) by kind of question; `first` those about the smallest corpus. `plain` says how
    often the figure stands in the best paragraph, and in one of five, of the nearest vectors, of word search
    and of the two fused. `searched`, `filtered` and `exact` are medians of a search, in processor time.
    """

    opened: float
    first_answer: float
    p50: float
    p95: float
    worked_p50: float
    worked_p95: float
    memory: float
    memory_with_search: float
    kinds: dict[str, tuple[int, int]]
    first: tuple[int, int]
    plain: dict[str, tuple[int, int, int]]
    recall: float
    searched: float
    filtered: float
    exact: float


def write_questions(paragraphs: int, path: Path, count: int) -> None:
    """Write `count` questions about a corpus, and those about the smallest one, for `answer_all`.

    Apart from it, since the corpus would count as memory of the process that answers.
    """
    old = make_questions(make_corpus(FIRST), count // 4)
    # What the small corpus lacks may be a figure of the large one.
    kept = [question for question in old if question.kind in ("figure", "claim")]
    path.write_bytes(pickle.dumps((make_questions(make_corpus(paragraphs), count), kept)))


def answer_all(written: Path, store: Path, encoder: str) -> Answered:
    """Ask a store the questions that `write_questions` wrote."""
    questions, old = pickle.loads(written.read_bytes())
    began = time.perf_counter()
    opened = Store.open(store, encoder=make_encoder(encoder))
    assistant = Assistant(opened)
    ready = time.perf_counter()
    assistant.ask(questions[-1].text)
    first = time.perf_counter() - ready
    seconds: list[float] = []
    processor: list[float] = []
    kinds: dict[str, tuple[int, int]] = {}
    for question in questions:
        since, worked = time.perf_counter(), time.process_time()
        answer = assistant.ask(question.text)
        processor.append(time.process_time() - worked)
        seconds.append(time.perf_counter() - since)
        right, asked = kinds.get(question.kind, (0, 0))
        kinds[question.kind] = right + is_right(question, answer), asked + 1
    kept = [is_right(question, assistant.ask(question.text)) for question in old]
    memory = peak_memory()
    figures = [question for question in questions if question.kind == "figure"]
    plain, recall, searches = _searched(assistant, opened, store, figures, encoder)
    return Answered(
        opened=ready - began,
        first_answer=first,
        p50=_part(seconds, 0.5),
        p95=_part(seconds, 0.95),
        worked_p50=_part(processor, 0.5),
        worked_p95=_part(processor, 0.95),
        memory=memory,
        memory_with_search=peak_memory(),
        kinds=kinds,
        first=(sum(kept), len(kept)),
        plain=plain,
        recall=recall,
        searched=searches[0],
        filtered=searches[1],
        exact=searches[2],
    )


def _searched(
    assistant: Assistant, store: Store, path: Path, questions: Sequence[Question], encoder: str
) -> tuple[dict[str, tuple[int, int, int]], float, tuple[float, float, float]]:
    """Plain retrieval's figures, the index's recall, and seconds of a search, a filtered and an exact one."""
    plain: dict[str, tuple[int, int, int]] = {}
    timed: tuple[list[float], list[float], list[float]] = ([], [], [])
    some = [report.id for report in store.reports[:FILTERED]]
    agreed = wanted = 0
    with Store.open(path, encoder=make_encoder(encoder), exact=True) as exactly:
        for question in questions:
            text = question.text
            store.vector(text), exactly.vector(text)
            since = time.process_time()
            dense = store.search_dense(text, DEEP)
            timed[0].append(time.process_time() - since)
            since = time.process_time()
            store.search_dense(text, DEEP, some)
            timed[1].append(time.process_time() - since)
            since = time.process_time()
            true = exactly.search_dense(text, DEEP)
            timed[2].append(time.process_time() - since)
            # Equal vectors are equally near, whichever of them is found.
            floor = true[-1][1] - 1e-5
            agreed += sum(score >= floor for _, score in dense)
            wanted += len(true)
            found = {
                "nearest vectors": [store.paragraph(i).text for i, _ in dense],
                "word search": [store.paragraph(i).text for i, _ in store.search_lexical(text, DEEP)],
                "both, fused": [hit.text for hit in assistant.search(text, DEEP)],
            }
            for name, texts in found.items():
                right, near, asked = plain.get(name, (0, 0, 0))
                holds = [holds_figure(question, each) for each in texts[:5]]
                plain[name] = right + any(holds[:1]), near + any(holds), asked + 1
    first, filtered, exact = (_part(seconds, 0.5) for seconds in timed)
    return plain, agreed / wanted if wanted else 0.0, (first, filtered, exact)


def _part(seconds: Sequence[float], part: float) -> float:
    return sorted(seconds)[int(part * (len(seconds) - 1))] if seconds else 0.0
