"""`imdi eval --model`: answers worded by the model that the environment names, beside the composed ones."""

from __future__ import annotations

import random
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean

from evals import report
from evals.data import QUESTIONS, Pair, load_pairs
from evals.evaluate import FAILED, find_sources
from evals.runner import PairOutcome, percentile, run_pairs, tally
from evals.scores import Verdict
from ingest import ingest
from rag import Assistant
from rag.citations import restated
from rag.models import Answer, Role

SEED = 20_240_624
_SENTENCE = re.compile(r"[^.!?:]+[.!?:]?")
_WORD = re.compile(r"\w+")
LONG_WORD = 7  # letters, from which LIX counts a word as long
_PROSE = (Role.LEAD, Role.OTHER, Role.SCOPE)


@dataclass(frozen=True, slots=True)
class Comparison:
    """The same pairs, composed and worded. `notes` counts what readers were told of the model."""

    composed: tuple[PairOutcome, ...]
    worded: tuple[PairOutcome, ...]
    notes: Counter[str]

    @property
    def worse(self) -> list[str]:
        """Pairs that were right as composed and are not as worded."""
        return [
            b.pair.id
            for a, b in zip(self.composed, self.worded, strict=True)
            if a.verdict is Verdict.RIGHT and b.verdict is not Verdict.RIGHT
        ]

    def rows(self) -> report.Rows:
        """A row a measure, with both kinds of answers side by side."""
        rows: report.Rows = [("", "composed", "with the model")]
        both = self.composed, self.worded
        measures: list[tuple[str, Callable[[Sequence[PairOutcome]], str]]] = [
            ("pairs", lambda found: str(len(found))),
            ("right", lambda found: str(tally(found).right)),
            ("wrong figure", lambda found: str(tally(found).verdicts[Verdict.WRONG_FIGURE])),
            ("wrong citation", lambda found: str(tally(found).verdicts[Verdict.WRONG_CITATION])),
            ("wrong language", lambda found: str(tally(found).verdicts[Verdict.WRONG_LANGUAGE])),
            ("answered, to be declined", lambda found: str(tally(found).verdicts[Verdict.MISSED_ABSTENTION])),
            ("failed", lambda found: str(tally(found).verdicts[Verdict.ERROR])),
            ("answers with an unsupported number", lambda found: str(tally(found).ungrounded)),
            ("answers with a broken citation", lambda found: str(tally(found).broken)),
            ("sources cited in an answer", lambda found: f"{_cited(found):.2f}"),
            ("words in a sentence", lambda found: f"{words_per_sentence(_prose(found)):.1f}"),
            ("LIX", lambda found: f"{lix(_prose(found)):.0f}"),
            ("seconds, median", lambda found: f"{_seconds(found, 50):.2f}"),
            ("seconds, 95 of 100", lambda found: f"{_seconds(found, 95):.2f}"),
        ]
        rows += [(name, measure(both[0]), measure(both[1])) for name, measure in measures]
        rows += [(f"told: {note}", "", str(count)) for note, count in self.notes.most_common()]
        return rows


def run(
    splits: Sequence[str], *, sample: int = 0, seed: int = SEED, markdown_file: Path | None = None
) -> int:
    """Compare, print and save; 1 where a pair that was right as composed is not as worded.

    `sample` of the pairs are asked, drawn with `seed`; 0 for all.
    """
    pairs = draw(load_pairs(splits, QUESTIONS), sample, seed)
    with tempfile.TemporaryDirectory(prefix="imdi-eval-", ignore_cleanup_errors=True) as folder:
        ingest((), store=Path(folder))
        found = compare(Assistant.open(folder, exact=True), pairs)
    rows = found.rows()
    print(report.as_text(rows))
    if found.worse:
        print("\nWorse with the model than without:", *found.worse)
    if markdown_file:
        markdown_file.write_text(report.as_markdown(rows) + "\n", encoding="utf-8")
    return FAILED if found.worse else 0


def draw(pairs: Sequence[Pair], sample: int, seed: int = SEED) -> list[Pair]:
    """So many pairs by chance, the same ones for a seed, in their order; all where `sample` is 0."""
    if not 0 < sample < len(pairs):
        return list(pairs)
    return [pairs[i] for i in sorted(random.Random(seed).sample(range(len(pairs)), sample))]


def compare(assistant: Assistant, pairs: Sequence[Pair]) -> Comparison:
    """Ask every pair without the assistant's model and with it."""
    sources, plain = find_sources(assistant.store), assistant.without_model()
    plain.ask(pairs[0].turns[0].question)  # what is slow the first time
    composed = run_pairs(plain, pairs, sources)
    noting = _Noting(assistant)
    worded = run_pairs(noting, pairs, sources, progress=_show_progress)
    return Comparison(composed, worded, noting.notes)


class _Noting:
    """An assistant whose notes on its model are counted, and not judged: they are no part of the answer."""

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant
        self.notes: Counter[str] = Counter()

    def ask(self, question: str, history: Sequence[Answer] = ()) -> Answer:
        answer = self._assistant.ask(question, history)
        told = [_without_question(s.text) for s in answer.statements if s.role is Role.NOTE]
        self.notes.update(told or ["nothing"])
        return restated(answer, tuple(s for s in answer.statements if s.role is not Role.NOTE))


def _without_question(note: str) -> str:
    """A note without the question that a model made of another."""
    return note.partition(": ")[0] if note.endswith("?") else note


def words_per_sentence(texts: Sequence[str]) -> float:
    """The mean length of the sentences of texts, in words."""
    lengths = [len(_WORD.findall(one)) for text in texts for one in _SENTENCE.findall(text)]
    return mean(filter(None, lengths)) if any(lengths) else 0.0


def lix(texts: Sequence[str]) -> float:
    """Björnsson's readability index (1968): words a sentence and the share of long words; 40 is middling."""
    words = [word for text in texts for word in _WORD.findall(text)]
    if not words:
        return 0.0
    return words_per_sentence(texts) + 100 * sum(len(word) >= LONG_WORD for word in words) / len(words)


def _answers(outcomes: Sequence[PairOutcome]) -> Iterator[Answer]:
    yield from (turn.answer for outcome in outcomes for turn in outcome.turns if turn.answer)


def _prose(outcomes: Sequence[PairOutcome]) -> list[str]:
    return [s.text for answer in _answers(outcomes) for s in answer.statements if s.role in _PROSE]


def _cited(outcomes: Sequence[PairOutcome]) -> float:
    counts = [len({n for s in answer.statements for n in s.citations}) for answer in _answers(outcomes)]
    return mean(counts) if counts else 0.0


def _seconds(outcomes: Sequence[PairOutcome], percent: int) -> float:
    return percentile(sorted(t.milliseconds for o in outcomes for t in o.turns), percent) / 1000


def _show_progress(outcome: PairOutcome) -> None:
    print(f"\r{outcome.pair.id:<12}", end="", file=sys.stderr, flush=True)
