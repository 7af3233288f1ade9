"""How an answer was found, in words of bokmål: how the question was read, what competed, and why."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

from ingest.models import Observation
from ingest.vocabulary import Vocabulary
from rag.drafts import unique
from rag.models import Draft, Query
from rag.phrases import Phrases
from rag.retrieve import Passage
from rag.table import Table

# Cells and paragraphs that competed, as many as are worth a look.
COMPETITORS = 3
LANGUAGE = "nb"


def read_as(query: Query, vocabulary: Vocabulary) -> list[str]:
    """How a question was read, a line a slot."""
    phrases = Phrases(vocabulary, LANGUAGE)
    names, carried = phrases.table[LANGUAGE]["trace_slots"], phrases.table[LANGUAGE]["trace_carried"]
    groups = [phrases.label(d, code) for d, codes in query.dimensions.items() for code in codes]
    slots = {
        "intent": phrases.table["intents"][query.intent.value],
        "measures": ", ".join(phrases.name(measure) for measure in query.measures),
        "dimensions": ", ".join(groups),
        "periods": ", ".join(query.periods),
        "unit": query.unit or "",
        "unmatched": ", ".join(query.unmatched),
        "carried": ", ".join(carried[name] for name in query.carried if name in carried),
    }
    return [f"{names[slot]}: {value}" for slot, value in slots.items() if value]


def found_by(
    route: str,
    draft: Draft,
    query: Query,
    table: Table,
    vocabulary: Vocabulary,
    passages: Sequence[Passage] = (),
) -> list[str]:
    """Where an answer came from, the cells and paragraphs that competed, and why it is what it is.

    `route` is "from_table", "from_text", "from_doubtful" or "outside"; `passages` are the sentences that
    covered the question best, with their scores.
    """
    phrases = Phrases(vocabulary, LANGUAGE)
    words = phrases.table[LANGUAGE]
    lines = [f"{words['trace_slots']['route']} {words['trace_routes'][route]}"]
    used = unique(draft.observations)
    lines += [words["trace_used"].format(cell=_cell(o, phrases)) for o in used[:COMPETITORS]]
    if route == "from_table":
        others = _beside(used, query, table)
        lines += [words["trace_beside"].format(cell=_cell(o, phrases)) for o in others]
    for passage in passages:
        section = " › ".join(passage.paragraph.section) or passage.paragraph.report_id
        lines.append(
            words["trace_competed"].format(
                section=section, coverage=f"{passage.coverage:.0%}".replace("%", " %"),
                score=phrases.number(Decimal(f"{passage.score:.2f}")),
            )
        )  # fmt: skip
    return [*lines, words["trace_reasons"][draft.reason.value]]


def taken_as(question: str, cosine: float, vocabulary: Vocabulary) -> str:
    """Which known question another one was read as, and how near it lies."""
    phrases = Phrases(vocabulary, LANGUAGE)
    near = phrases.number(Decimal(f"{cosine:.2f}"))
    return str(phrases.table[LANGUAGE]["trace_taken"].format(question=question, cosine=near))


def _beside(used: Iterable[Observation], query: Query, table: Table) -> list[Observation]:
    """Cells of the same measures that were not used, the nearest to what was asked first."""
    ids = {o.id for o in used}
    measures = dict.fromkeys([*query.measures, *(o.measure for o in used)])
    return table.nearest(
        measures, query.dimensions, query.periods, most=COMPETITORS, fits=lambda o: o.id not in ids
    )


def _cell(o: Observation, phrases: Phrases) -> str:
    group = phrases.labels(o.dimensions)
    what = " · ".join(part for part in (phrases.name(o.measure), group, o.period or "") if part)
    return f"{what} = {phrases.value(o.quantity)}"
