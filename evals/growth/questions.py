"""Questions about made-up reports whose answers are known, and whether an answer is right."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from random import Random

from evals.growth.corpus import Cell, Corpus, number
from evals.growth.words import load_words
from rag.models import Answer, Reason, Status

# Of all questions, this part asks for a figure that no report states.
ABSENT = 1 / 3
Key = tuple[str, tuple[tuple[str, str], ...], str]


@dataclass(frozen=True, slots=True)
class Question:
    """A question and its answer.

    `keys` are the cells that must be among the answer's figures, the one that it must lead with first; none
    where the figure is in no report. `shown` must stand in the answer. `holds` is whether a claim is true.
    """

    kind: str
    text: str
    keys: tuple[Key, ...] = ()
    shown: tuple[str, ...] = ()
    holds: bool | None = None


def make_questions(corpus: Corpus, count: int, seed: int = 1) -> list[Question]:
    """So many questions of every kind, about the cells of a corpus."""
    random = Random(f"{seed} {len(corpus.cells)}")
    absent = _absent(corpus, random)
    asked = [next(absent) for _ in range(round(count * ABSENT))]
    makers: Sequence[Callable[[Corpus, Random], Iterator[Question]]] = (
        _figures, _figures, _newest, _changes, _compared, _ranked, _claims,
    )  # fmt: skip
    kinds = [maker(corpus, random) for maker in makers]
    while len(asked) < count and kinds:
        for kind in list(kinds):
            if (question := next(kind, None)) is None:
                kinds.remove(kind)
            elif len(asked) < count:
                asked.append(question)
    return asked


def is_right(question: Question, answer: Answer) -> bool:
    """Whether an answer is the one that the reports give.

    A figure that no report states must be declined, or answered with the nearest one and be marked so.
    """
    if not question.keys:
        return answer.status is not Status.ANSWERED and answer.reason is not Reason.STATED
    if answer.status is not Status.ANSWERED or not answer.observations:
        return False
    if question.holds is not None:
        return answer.text.startswith("Ja" if question.holds else "Nei")
    found = [o.key for o in answer.observations]
    text = answer.text.replace("\N{NO-BREAK SPACE}", " ")
    led = set(question.keys) <= set(found) if len(question.keys) > 1 else found[0] == question.keys[0]
    return led and all(shown in text for shown in question.shown)


def holds_figure(question: Question, text: str) -> bool:
    """Whether a paragraph has the figure that a question wants: what plain retrieval is judged by."""
    return question.shown[0] in text.replace("\N{NO-BREAK SPACE}", " ")


def _shuffled(corpus: Corpus, random: Random) -> list[Cell]:
    cells = list(corpus.cells.values())
    return random.sample(cells, len(cells))


def _figures(corpus: Corpus, random: Random) -> Iterator[Question]:
    for cell in _shuffled(corpus, random):
        text = cell.said(random.choice(cell.measure.asked))
        yield Question("figure", text, (cell.key,), (cell.shown,))


def _series(corpus: Corpus) -> dict[object, list[Cell]]:
    """The cells of one measure and group, the earliest year first."""
    series: dict[object, list[Cell]] = defaultdict(list)
    for cell in sorted(corpus.cells.values(), key=lambda cell: cell.year):
        series[cell.key[:2]].append(cell)
    return series


def _newest(corpus: Corpus, random: Random) -> Iterator[Question]:
    several = [cells for cells in _series(corpus).values() if len(cells) > 1]
    for *_, last in random.sample(several, len(several)):
        yield Question("newest", last.said(last.measure.newest), (last.key,), (last.shown,))


def _changes(corpus: Corpus, random: Random) -> Iterator[Question]:
    several = [cells for cells in _series(corpus).values() if len(cells) > 1]
    for cells in random.sample(several, len(several)):
        first, last = random.sample(cells, 2)
        if first.year > last.year:
            first, last = last, first
        text = last.said(last.measure.changed, before=first.year)
        yield Question("change", text, (last.key, first.key), (number(abs(last.value - first.value)),))


def _compared(corpus: Corpus, random: Random) -> Iterator[Question]:
    women = [cell for cell in _shuffled(corpus, random) if cell.group.dimensions == (("sex", "kvinner"),)]
    men = {c.key: c for c in corpus.cells.values() if c.group.dimensions == (("sex", "menn"),)}
    for cell in women:
        dimensions = tuple(sorted((("area", cell.place.code), ("sex", "menn"))))
        other = men.get((cell.measure.code, dimensions, str(cell.year)))
        if other is not None:
            both = {"who": f"{cell.group.who} og {other.group.who}"}
            both["people"] = f"{cell.group.people} og {other.group.people}"
            text = cell.said(cell.measure.asked[0], **both)
            yield Question("groups", text, (cell.key, other.key), (cell.shown, other.shown))


def _ranked(corpus: Corpus, random: Random) -> Iterator[Question]:
    years: dict[tuple[str, int], list[Cell]] = defaultdict(list)
    for cell in corpus.cells.values():
        if not cell.group.dimensions:
            years[cell.measure.code, cell.year].append(cell)
    for cells in random.sample(list(years.values()), len(years)):
        best = sorted(cells, key=lambda cell: cell.value, reverse=True)
        if len(best) > 1 and best[0].value > best[1].value:
            top = best[0]
            yield Question("ranking", top.said(top.measure.ranked), (top.key,), (top.shown,))


def _claims(corpus: Corpus, random: Random) -> Iterator[Question]:
    for cell in _shuffled(corpus, random):
        true = random.random() < 0.5
        claimed = cell.value if true else cell.value + max(Decimal(7), cell.value // 5)
        if true or cell.measure.unit == "personer" or claimed < 100:
            text = cell.said(cell.measure.claimed, value=number(claimed))
            yield Question("claim", text, (cell.key,), (cell.shown,), holds=true)


def _absent(corpus: Corpus, random: Random) -> Iterator[Question]:
    """Figures that no report states of a place, a year, a group and a measure that reports do tell of."""
    words, cells = load_words(), list(corpus.cells.values())
    while True:
        cell, other = random.sample(cells, 2)
        year = random.choice([cell.year, other.year, random.choice(cell.place.years)])
        group = random.choice([cell.group, other.group, random.choice(words.groups)])
        missing = Cell(random.choice([cell.measure, other.measure]), cell.place, group, year, Decimal(0))
        if year in cell.place.years and missing.key not in corpus.cells and not _adds_up(missing, corpus):
            yield Question("absent", missing.said(random.choice(missing.measure.asked)))


def _adds_up(cell: Cell, corpus: Corpus) -> bool:
    """Whether a share follows from those of its parts, and may rightly be given as worked out."""
    parts = ("overgang_arbeid", "overgang_utdanning")
    return all((part, *cell.key[1:]) in corpus.cells for part in parts)
