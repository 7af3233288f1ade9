"""Drafts put together: the groups that a query names, refusals, and several answers as one."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from ingest.models import Observation
from rag.models import Draft, Line, Query, Reason, Role, Status


def combinations(dimensions: Mapping[str, tuple[str, ...]]) -> list[dict[str, str]]:
    """Every group that a query's dimensions name, one code a dimension."""
    names = list(dimensions)
    return [
        dict(zip(names, codes, strict=True))
        for codes in itertools.product(*(dimensions[name] for name in names))
    ]


def groups_of(query: Query) -> list[Mapping[str, str]]:
    """The groups that a query sets against each other, or all that its dimensions name."""
    return list(query.groups) or [*combinations(query.dimensions)]


def unique(observations: Iterable[Observation]) -> tuple[Observation, ...]:
    """Observations in their order, each once."""
    return tuple({o.id: o for o in observations}.values())


def lead_of(draft: Draft) -> Line:
    """The line that leads an answer."""
    return next(line for line in draft.lines if line.role is Role.LEAD)


def led_by(draft: Draft, text: str) -> Draft:
    """A draft whose leading line says `text`."""
    lead = lead_of(draft)
    lines = tuple(replace(line, text=text) if line is lead else line for line in draft.lines)
    return replace(draft, lines=lines)


def nearest(draft: Draft, *said: Line) -> Draft:
    """A draft as the nearest there is to what was asked, after lines that say what it falls short of."""
    return replace(draft, status=Status.PARTIAL, reason=Reason.NEAREST, lines=(*said, *draft.lines))


def refusal(reason: Reason, text: str) -> Draft:
    """An answer that says what is missing, without a figure."""
    return Draft(Status.ABSTAINED, reason, (Line(Role.LEAD, text),))


def merge(drafts: Sequence[Draft]) -> Draft:
    """Several answers as one: answered if all are, abstained if all are, else partial."""
    if len(drafts) == 1:
        return drafts[0]
    answered = [draft for draft in drafts if draft.status is not Status.ABSTAINED]
    first = (answered or list(drafts))[0]
    statuses = {draft.status for draft in drafts}
    lines: list[Line] = []
    for draft in drafts:
        lines += [line for line in draft.lines if line not in lines]
    return Draft(
        status=statuses.pop() if len(statuses) == 1 else Status.PARTIAL,
        reason=first.reason,
        lines=tuple(lines),
        observations=unique(o for draft in drafts for o in draft.observations),
        calculations=tuple(dict.fromkeys(c for draft in drafts for c in draft.calculations)),
        figure=first.figure,
        follow_ups=tuple(dict.fromkeys(f for draft in drafts for f in draft.follow_ups)),
    )
