"""Results as tables: for the terminal, as Markdown, and as plain data."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from evals.extraction import ExtractionScore, FieldScore
from evals.runner import PairOutcome, Tally, tally
from evals.scores import Verdict
from evals.slots import WHOLE, SlotScore
from rag.plain import Plain, to_plain

HEADER = (
    *("", "n", "right", "wrong figure", "wrong cit.", "needless abst.", "missed abst.", "other"),
    *("p50 ms", "p95 ms"),
)
_COLUMNS = (
    Verdict.WRONG_FIGURE,
    Verdict.WRONG_CITATION,
    Verdict.NEEDLESS_ABSTENTION,
    Verdict.MISSED_ABSTENTION,
)
_OTHER = (Verdict.ERROR, Verdict.WRONG_TEXT, Verdict.WRONG_STATUS, Verdict.WRONG_LANGUAGE)

Rows = list[tuple[str, ...]]


def score_rows(ours: Sequence[PairOutcome], plain: Sequence[PairOutcome] = ()) -> Rows:
    """A row a category, a row a split and one for all; the plain pipeline's columns stand to the right."""
    header = (*HEADER, *(("plain: right", "wrong figure", "missed abst.", "p50 ms") if plain else ()))
    rows: Rows = [header]
    categories = sorted({outcome.pair.category for outcome in ours})
    splits = list(dict.fromkeys(outcome.pair.split for outcome in ours))
    for category in categories:
        rows.append(_row(category, *(_where(o, "category", category) for o in (ours, plain))))
    for split in splits:
        rows.append(_row(f"split {split}", *(_where(o, "split", split) for o in (ours, plain))))
    rows.append(_row("all", list(ours), list(plain)))
    return rows


def extraction_rows(score: ExtractionScore) -> Rows:
    """A row a field, with precision and recall against the annotations."""
    rows: Rows = [("numbers read", "right", "read", "annotated", "precision", "recall")]
    named: list[tuple[str, FieldScore]] = [
        ("found", score.found),
        *score.fields.items(),
        ("every field right", score.whole),
    ]
    for name, field in named:
        counts = (str(field.right), str(field.read), str(field.annotated))
        rows.append((name, *counts, f"{field.precision:.3f}", f"{field.recall:.3f}"))
    read, certain = score.found.read, score.certain
    rows.append(("uncertain", str(read - certain), str(read), "", "", ""))
    rows.append(("wrong and certain", str(score.misleading), str(certain), "", "", ""))
    return rows


def report_rows(scores: Mapping[str, ExtractionScore]) -> Rows:
    """A row a report: how its numbers were read, and how many misled, that is were wrong and yet certain."""
    header = ("numbers of each report", "read", "annotated", "found", "every field right", "precision")
    rows: Rows = [(*header, "recall", "uncertain", "wrong and certain")]
    for name, score in scores.items():
        read = score.found.read
        counts = (read, score.found.annotated, score.found.right, score.whole.right)
        shares = f"{score.whole.precision:.3f}", f"{score.whole.recall:.3f}"
        rows.append((name, *map(str, counts), *shares, str(read - score.certain), str(score.misleading)))
    return rows


def slot_rows(score: SlotScore) -> Rows:
    """A row a slot of the questions, with precision and recall against the hand-made readings."""
    rows: Rows = [(f"{score.turns} questions read", "right", "read", "annotated", "precision", "recall")]
    for name, slot in [*score.slots.items(), (WHOLE, score.whole)]:
        counts = (str(slot.right), str(slot.read), str(slot.annotated))
        rows.append((name, *counts, f"{slot.precision:.3f}", f"{slot.recall:.3f}"))
    return rows


def as_text(rows: Rows) -> str:
    """Rows as a table for the terminal: the first column to the left, the others to the right."""
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    lines = ["  ".join(_justify(cell, widths[i], i) for i, cell in enumerate(row)) for row in rows]
    return "\n".join([lines[0], "-" * len(lines[0]), *lines[1:]])


def as_markdown(rows: Rows) -> str:
    """Rows as a Markdown table."""
    rule = ("---", *("---:" for _ in rows[0][1:]))
    return "\n".join("| " + " | ".join(row) + " |" for row in (rows[0], rule, *rows[1:]))


def failure_lines(outcomes: Iterable[PairOutcome]) -> Iterator[str]:
    """What went wrong, a paragraph for each turn: question, verdict, answer, numbers from nowhere."""
    for outcome in outcomes:
        for turn in outcome.turns:
            if turn.right and not turn.ungrounded and not turn.broken:
                continue
            yield f"\n{turn.pair_id} ({turn.category}) {turn.question}"
            yield f"  {turn.judgement.verdict}: {turn.judgement.detail}"
            if turn.ungrounded:
                yield f"  stands nowhere: {', '.join(sorted(turn.ungrounded))}"
            for broken in turn.broken:
                yield f"  broken citation: {broken}"
            if turn.answer:
                text = " ".join(turn.answer.text.split())
                yield f"  {turn.answer.status}/{turn.answer.reason}: {text[:600]}"


def as_data(outcomes: Iterable[PairOutcome]) -> list[Plain]:
    """Every turn as plain data, for JSON."""
    return [to_plain(turn) for outcome in outcomes for turn in outcome.turns]


def _where(outcomes: Iterable[PairOutcome], field: str, value: str) -> list[PairOutcome]:
    return [outcome for outcome in outcomes if getattr(outcome.pair, field) == value]


def _row(name: str, ours: list[PairOutcome], plain: list[PairOutcome]) -> tuple[str, ...]:
    counts = tally(ours)
    row = (name, str(counts.n), _share(counts), *(str(counts.verdicts[v]) for v in _COLUMNS))
    row = (*row, str(sum(counts.verdicts[v] for v in _OTHER)), f"{counts.p50:.0f}", f"{counts.p95:.0f}")
    if not plain:
        return row
    other = tally(plain)
    figures = (Verdict.WRONG_FIGURE, Verdict.MISSED_ABSTENTION)
    return (*row, _share(other), *(str(other.verdicts[v]) for v in figures), f"{other.p50:.0f}")


def _share(counts: Tally) -> str:
    return f"{counts.right} ({100 * counts.share:.0f} %)"


def _justify(cell: str, width: int, column: int) -> str:
    return cell.rjust(width) if column else cell.ljust(width)
