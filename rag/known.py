"""Questions asked before: the nearest of them in meaning tells how one that was not understood may be read.

The file holds questions, not answers: whether reports like these answer it, and its vector. A question that
the rules cannot read is asked anew in the words of the nearest known one, where all that lie near it are
answered and both name the same years, groups and figures. Measured on questions of earlier
sets, each left out in turn, it answers two in five of those that were declined without need, and one in a
hundred of those that were declined rightly.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from rag.models import Query

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

FOLDER = Path(__file__).resolve().parent / "asked"
QUESTIONS, VECTORS = "known.tsv", "known.npz"
ANSWERED, UNANSWERED = "+", "-"
# A vector is kept in a byte a number.
SCALE = 127
# So many of the nearest must all be of those that are answered.
NEIGHBOURS = 5
# An age of one year is that of whoever asks.
OWN = "own"
# What one question may want and a near one not.
WISHES = frozenset({"explain", "count", "share", "points", "when", "lapse", "sum", "times"})
# How near a known question must lie.
NEAR = 0.92


@dataclass(frozen=True, slots=True)
class Known:
    """A known question, whether it is answered, and its cosine to the one that is asked."""

    text: str
    answered: bool
    cosine: float


class KnownQuestions:
    """The known questions of a folder.

    Args:
        folder: where `known.tsv` and `known.npz` lie.
    """

    def __init__(self, folder: Path = FOLDER) -> None:
        self._folder = folder

    @cached_property
    def _questions(self) -> tuple[tuple[str, bool], ...]:
        lines = (self._folder / QUESTIONS).read_text(encoding="utf-8").splitlines()
        return tuple((text, mark == ANSWERED) for mark, _, text in (line.partition("\t") for line in lines))

    @cached_property
    def _vectors(self) -> tuple[str, NDArray[np.float32]]:
        """The identity of the model, and a vector a question; none where they are of other questions."""
        import numpy as np

        with np.load(self._folder / VECTORS) as kept:
            of = hashlib.sha256((self._folder / QUESTIONS).read_bytes()).hexdigest()
            fit = str(kept["questions"]) == of
            vectors = kept["vectors"].astype(np.float32) / SCALE if fit else np.zeros((0, 1), np.float32)
            return str(kept["model"]), vectors

    def near(self, text: str, vector: NDArray[np.float32], model: str) -> list[Known]:
        """The known questions nearest to another, nearest first; none for vectors of another model."""
        if not (self._folder / VECTORS).exists() or self._vectors[0] != model or not len(self._vectors[1]):
            return []
        cosines = self._vectors[1] @ vector
        ranked = (int(i) for i in (-cosines).argsort()[: NEIGHBOURS + 1])
        found = [Known(*self._questions[i], float(cosines[i])) for i in ranked]
        return [known for known in found if known.text != text][:NEIGHBOURS]


def answered_near(near: Sequence[Known]) -> list[Known]:
    """The questions that lie near enough, nearest first, where all about them are answered."""
    if len(near) < NEIGHBOURS or not all(known.answered for known in near):
        return []
    return [known for known in near if known.cosine >= NEAR]


def agree(asked: Query, known: Query) -> bool:
    """Whether two questions name the same and want the same kind of thing.

    The same language, years, groups, figures and, where both name them, measures; the same way that it is
    said to have gone; a reason, a head count or a share only where both ask for one.
    """
    if asked.unmatched or asked.language != known.language or set(asked.periods) != set(known.periods):
        return False
    if _groups(asked) != _groups(known) or _wishes(asked) != _wishes(known):
        return False
    if asked.direction != known.direction:
        return False
    if {q.value for q in asked.quantities} != {q.value for q in known.quantities}:
        return False
    return not asked.measures or not known.measures or asked.measures == known.measures


def with_age(text: str, known: Query, asked: Query) -> str:
    """A known question with the age of whoever asks now in the place of its own."""
    told, own = _own_age(known), _own_age(asked)
    return text.replace(told, own) if told and own else text


def _own_age(query: Query) -> str:
    """The one year of age that a question tells; "" where it tells none."""
    ages = (code.partition("-") for code in query.dimensions.get("age", ()))
    return next((low for low, _, high in ages if low == high), "")


def _groups(query: Query) -> dict[str, set[str]]:
    """The groups of a question; of the age of whoever asks, only that it is told."""
    own = {"age": {OWN}} if _own_age(query) else {}
    return {d: own.get(d, set(codes)) for d, codes in query.dimensions.items()}


def _wishes(query: Query) -> set[str]:
    return set(query.cues) & WISHES
