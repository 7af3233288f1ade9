"""Where an annotation stands: the observations that are in the same paragraph or under the same labels."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from evals.data import Annotation
from evals.text import normalise
from ingest.grid import Grid, find_tables, read_grid
from ingest.models import Observation, Paragraph, ParagraphKind

PREFIX = 50  # characters; an annotation gives 60, of which a bullet mark may have taken some
WHOLE = 59  # characters; an annotated label as long as this may have been cut
SEPARATOR = " | "
_BULLETS = "•-–—*· \t"
_NOTE = re.compile(r"\A(?:\[\d{1,2}\]|\d{1,2})\s+")
_JOINED = re.compile(r"[^\w]|_")

Labels = frozenset[str]


def paragraph_key(text: str) -> str:
    """The start of a paragraph, without bullet and case: what an annotation names it by."""
    # Cut before normalising: both sides hold the same characters up to there, whatever is joined later.
    # Marks of emphasis are no part of a name: "**Land:** …".
    return normalise(text.strip().lstrip(_BULLETS).replace("**", "")[:PREFIX])


def find_places(
    observations: Sequence[Observation],
    paragraphs: Mapping[str, Paragraph],
    annotations: Sequence[Annotation],
) -> list[list[int]]:
    """For each annotation, the numbers of the observations that stand where it says.

    An annotation names a paragraph by its beginning, a cell by labels of its row (and column), parted by "|".
    """
    reports = {annotation.report for annotation in annotations}
    by_report: dict[str, list[Paragraph]] = defaultdict(list)
    for paragraph in paragraphs.values():
        by_report[paragraph.report_id].append(paragraph)
    keys = {
        (report, key)
        for report in reports
        for p in by_report[report]
        if p.kind is not ParagraphKind.TABLE
        for key in _names(p.text)
    }
    prose: dict[tuple[str, str], list[int]] = defaultdict(list)
    cells: dict[str, list[tuple[int, Labels]]] = defaultdict(list)
    labels = dict(_labelled(observations, [p for name in sorted(reports) for p in by_report[name]]))
    for i, observation in enumerate(observations):
        if i in labels:
            cells[observation.report_id].append((i, labels[i]))
            continue
        for key in _names(paragraphs[observation.paragraph_id].text):
            prose[observation.report_id, key].append(i)
    return [
        _prose(annotation, keys, prose) or _cells(annotation, cells[annotation.report])
        for annotation in annotations
    ]


def _names(text: str) -> frozenset[str]:
    """What a paragraph may be named by: its beginning, with and without the mark of a note."""
    bare = _NOTE.sub("", text.strip())
    # As letters only, for a page's text may part its words elsewhere.
    return frozenset(_letters(paragraph_key(name)) for name in (text, bare))


def _letters(text: str) -> str:
    return _JOINED.sub("", text)


def _prose(
    annotation: Annotation, keys: set[tuple[str, str]], prose: Mapping[tuple[str, str], list[int]]
) -> list[int]:
    report, wanted = annotation.report, _names(annotation.paragraph)
    exact = [i for name in sorted(wanted) for i in prose.get((report, name), ())]
    if exact or any((report, name) in keys for name in wanted) or SEPARATOR in annotation.paragraph:
        return sorted(set(exact))
    # An annotation of a hard-wrapped report has the first line only, which may be shorter.
    name = _letters(paragraph_key(annotation.paragraph))
    if len(annotation.paragraph) < WHOLE and len(name) < PREFIX // 2:
        return []
    place = next((k for k in sorted(keys) if k[0] == report and k[1].startswith(name)), None)
    return prose.get(place, []) if place else []


def _cells(annotation: Annotation, cells: Sequence[tuple[int, Labels]]) -> list[int]:
    parts = [normalise(part) for part in annotation.paragraph.rstrip("| ").split(SEPARATOR)]
    cut = len(annotation.paragraph) >= WHOLE
    return [
        i for i, labels in cells if all(_named(part, labels, cut and part is parts[-1]) for part in parts)
    ]


def _named(part: str, labels: Labels, cut: bool) -> bool:
    """Whether a label is the one annotated, a unit in brackets after it aside."""
    return any(label == part or label.startswith(part if cut else f"{part} (") for label in labels)


def _labelled(
    observations: Sequence[Observation], paragraphs: Sequence[Paragraph]
) -> Iterator[tuple[int, Labels]]:
    """The observations of cells, each with the labels of its row and of its column."""
    inside: dict[str, list[int]] = defaultdict(list)
    for i, observation in enumerate(observations):
        inside[observation.paragraph_id].append(i)
    for parts in find_tables(paragraphs):
        grid = read_grid(parts)
        held = [i for part in parts for i in inside[part.id]]
        for i in held:
            yield i, _labels(grid, observations[i])


def _labels(grid: Grid, observation: Observation) -> Labels:
    above: tuple[str, ...] = ()
    for row in grid.rows:
        # A label that holds for several rows stands in the first of them only.
        above = tuple(c.text or (above[at] if at < len(above) else "") for at, c in enumerate(row.cells))
        for at, cell in enumerate(row.cells):
            stands = cell.start <= observation.quantity.start < cell.end
            if stands and cell.paragraph.id == observation.paragraph_id:
                texts = (*above, row.band, *grid.columns[at])
                return frozenset(normalise(text) for text in texts if text)
    return frozenset()
