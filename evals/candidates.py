"""Readers' feedback as candidates for the evals: pairs that a person has to look through and finish.

What a reader found helpful is wanted again; of what was not, only the question is known to be good, and
what its answer must hold is left as "?" until somebody has looked.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

UNKNOWN = "?"
STATUSES = ("answered", "partial", "abstained")
_HEAD = """\
# Made from readers' feedback. Look each through (is it answered right? is anybody named in it?), replace
# every "?", give it an id and a category of its own, and move it to evals/questions/dev.toml.
"""


@dataclass(frozen=True, slots=True)
class Judged:
    """A conversation with what a reader thought of its last answer.

    `figure` is the answer's lead figure or "", `quotes` what it cited.
    """

    turns: tuple[str, ...]
    language: str
    status: str
    figure: str
    quotes: tuple[str, ...]
    helpful: bool
    comment: str


def as_pairs(judged: Iterable[Judged]) -> str:
    """The judged conversations as `[[pair]]` entries in TOML, each conversation once."""
    latest = {one.turns: one for one in judged}
    entries = (_entry(number, one) for number, one in enumerate(latest.values(), start=1))
    return "\n".join([_HEAD, *entries])


def _entry(number: int, judged: Judged) -> str:
    *earlier, question = judged.turns
    lines = ["[[pair]]", f'id = "c{number:03}"', f'category = "{"follow_up" if earlier else "figure"}"']
    last = _turn(question, judged)
    if earlier:
        lines += ["turns = ["]
        lines += [
            f'  {{question = {_text(one)}, status = {_texts(STATUSES)}, want = [["{UNKNOWN}"]]}},'
            for one in earlier
        ]
        lines += [f"  {{{', '.join(last)}}},", "]"]
    else:
        lines += last
    if judged.language in ("nn", "en"):
        lines.append(f'language = "{judged.language}"')
    if judged.comment:
        lines.append(f"note = {_text(judged.comment)}")
    return "\n".join([*lines, ""])


def _turn(question: str, judged: Judged) -> list[str]:
    declined = judged.status == "abstained"
    wanted = judged.figure if judged.helpful and judged.figure else UNKNOWN
    want = "[]" if declined and judged.helpful else f"[[{_text(wanted)}]]"
    status = judged.status if judged.helpful else "answered"
    cite = _texts([wanted] if any(wanted in quote for quote in judged.quotes) else [])
    return [
        f"question = {_text(question)}",
        f"status = {_texts([status])}",
        f"want = {want}",
        f"cite = {cite}",
    ]


def _texts(values: Sequence[str]) -> str:
    return f"[{', '.join(map(_text, values))}]"


def _text(value: str) -> str:
    """A TOML basic string; JSON's escapes are a part of TOML's."""
    return json.dumps(" ".join(value.split()), ensure_ascii=False).replace("\x7f", "\\u007F")
