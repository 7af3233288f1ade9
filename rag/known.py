"""Questions asked before: the nearest of them in meaning tells how one that was not understood may be read.

The file holds questions, not answers: whether reports like these answer it, and its vector. A question that
the rules cannot read is asked anew in the words of the nearest known one, where all that lie near it are
answered and both name the same years, groups and figures. Of five new sets, each against all the others, it
answers 17 of 44 questions that were declined without need, 2 more wrongly, and none of 145 that were declined
rightly.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
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
    def questions(self) -> tuple[tuple[str, bool], ...]:
        """The questions, and whether each is answered."""
        lines = (self._folder / QUESTIONS).read_text(encoding="utf-8").splitlines()
        return tuple((text, mark == ANSWERED) for mark, _, text in (line.partition("\t") for line in lines))

    def vectors(self, model: str) -> NDArray[np.float32] | None:
        """A vector a question; None where there are none, or of another model or other questions."""
        kept = self._kept
        return kept[1] if kept is not None and kept[0] == model else None

    @cached_property
    def _kept(self) -> tuple[str, NDArray[np.float32]] | None:
        """The identity of a model and its vectors."""
        import numpy as np

        if not (self._folder / VECTORS).exists():
            return None
        with np.load(self._folder / VECTORS) as kept:
            if str(kept["questions"]) != hashlib.sha256((self._folder / QUESTIONS).read_bytes()).hexdigest():
                return None
            return str(kept["model"]), kept["vectors"].astype(np.float32) / SCALE

    def near(self, text: str, model: str, vector_of: Callable[[str], NDArray[np.float32]]) -> list[Known]:
        """The known questions nearest to another, nearest first; none without vectors of its model.

        Args:
            text: the question.
            model: the identity of the model that `vector_of` takes vectors from.
            vector_of: a question's vector; not called where there is nothing to set it against.
        """
        vectors = self.vectors(model)
        if vectors is None:
            return []
        cosines = vectors @ vector_of(text)
        ranked = (int(i) for i in (-cosines).argsort()[: NEIGHBOURS + 1])
        found = [Known(*self.questions[i], float(cosines[i])) for i in ranked]
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
