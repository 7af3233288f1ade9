"""Questions and paragraphs of a file in SQuAD's JSON format, version 1 or 2.

The format: Rajpurkar et al., "SQuAD: 100,000+ Questions for Machine Comprehension of Text" (EMNLP 2016) and
"Know What You Don't Know" (ACL 2018).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evals.data import DataError
from ingest.models import Paragraph


@dataclass(frozen=True, slots=True)
class SquadQuestion:
    """A question and the id of the paragraph that its first answer stands in."""

    text: str
    paragraph_id: str


@dataclass(frozen=True, slots=True)
class Squad:
    """The paragraphs of a file and its answerable questions. `name` is the file's, without the ending."""

    name: str
    paragraphs: tuple[Paragraph, ...]
    questions: tuple[SquadQuestion, ...]


def load_squad(path: Path) -> Squad:
    """Read a file.

    A context of several lines is an article: each line is a paragraph. Equal lines are one paragraph.

    Raises:
        DataError: the file cannot be read or is not of that format; or no question in it has an answer.
    """
    paragraphs: dict[str, Paragraph] = {}
    questions: list[SquadQuestion] = []
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        for context, asked in _contexts(data):
            starts = _add_lines(context, path.stem, paragraphs)
            for question in asked:
                if (at := _answer_start(question)) is not None:
                    line = max(start for start in starts if start <= at)
                    questions.append(SquadQuestion(str(question["question"]), starts[line]))
    except (OSError, KeyError, TypeError, ValueError, AttributeError) as error:
        raise DataError(f"{path.name}: not a file in SQuAD's format ({error!r})") from error
    if not questions:
        raise DataError(f"{path.name}: no question in it has an answer")
    return Squad(path.stem, tuple(paragraphs.values()), tuple(questions))


def _contexts(data: Mapping[str, Any]) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    for article in data["data"]:
        for paragraph in article["paragraphs"]:
            yield paragraph["context"], paragraph["qas"]


def _answer_start(question: Mapping[str, Any]) -> int | None:
    if question.get("is_impossible") or not question["answers"]:
        return None
    return int(question["answers"][0]["answer_start"])


def _add_lines(context: str, name: str, paragraphs: dict[str, Paragraph]) -> dict[int, str]:
    """Take in the lines of a context; returns the paragraph id of each by where it starts."""
    starts: dict[int, str] = {}
    position = 0
    for line in context.splitlines(keepends=True):
        if text := line.strip():
            start = position + line.index(text)
            number = len(paragraphs) + 1
            made = Paragraph(f"{name}-{number}", name, number, (), text, start, start + len(text))
            starts[position] = paragraphs.setdefault(text, made).id
        position += len(line)
    return starts
