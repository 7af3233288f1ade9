"""Places in questions: names that several share, "hvilket fylke", and places that did not exist that year."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ingest.places import AREA, existed, levels, parts_of, told_apart
from rag.calculate import PEOPLE
from rag.models import Draft, Line, Query, Reason, Role, Status
from rag.phrases import Phrases
from rag.table import Table

# What a cue asks to have split by place, and which places it means.
BY_PLACE = {"by_county": "county", "by_municipality": "municipality"}


def placed(query: Query, table: Table) -> Query:
    """The query with the places that have figures: of those that share a name, and of "hvilket fylke" all."""
    codes = query.dimensions.get(AREA, ())
    if not codes or not (known := table.codes(AREA)):
        return query
    named = told_apart(codes, lambda code: table.vocabulary.entry(AREA, code).data, known)
    if any(cue in BY_PLACE for cue in query.cues) and _has_figures(query, table):
        named = tuple(c for c in named if not table.vocabulary.entry(AREA, c).data.get("vague"))
    rest = {dimension: names for dimension, names in query.dimensions.items() if dimension != AREA}
    return replace(query, dimensions={**rest, AREA: named} if named else rest)


def _has_figures(query: Query, table: Table, measure: str = "") -> bool:
    """Whether some are of the places that are to be split by, in a year asked about."""
    return any(is_asked({AREA: code}, query, table) for code in table.codes(AREA, measure, query.periods))


def ranked(query: Query, table: Table) -> str | None:
    """What places are ranked by where the question names no measure: the first outcome that has figures."""
    if query.unit == PEOPLE or not any(cue in BY_PLACE for cue in query.cues):
        return None
    measures = [entry for entry in table.vocabulary.of("measure") if not entry.stage]
    for entry in sorted(measures, key=lambda entry: not entry.data.get("main_outcome")):
        if _has_figures(query, table, entry.code):
            return entry.code
    return None


def is_asked(dimensions: Mapping[str, str], query: Query, table: Table) -> bool:
    """Whether a group's place is of the kind that the question asks to have split, or one that it names."""
    wanted = {BY_PLACE[cue] for cue in query.cues if cue in BY_PLACE}
    code = dimensions.get(AREA)
    if code is None or code in query.dimensions.get(AREA, ()):
        return True
    return bool(wanted & levels(table.vocabulary.entry(AREA, code).data))


def not_then(query: Query, table: Table, phrases: Phrases) -> Draft | None:
    """That a place did not exist in the year asked about, and what there was in its stead.

    Of one that is told of all the same, in a series by the borders of today, there are figures.
    """
    years = [period for period in query.periods if period.isdigit()]
    if len(years) != 1 or len(query.dimensions.get(AREA, ())) != 1 or not table.codes(AREA):
        return None
    [code], year = query.dimensions[AREA], int(years[0])
    entries: dict[str, Mapping[str, Any]] = {e.code: e.data for e in table.vocabulary.of(AREA)}
    if code not in entries or existed(entries[code], year) or table.known(AREA, code, years):
        return None
    parts = [phrases.label(AREA, part) for part in parts_of(code, entries, year)]
    key = "place_not_then" if parts else "place_not_then_alone"
    slots = {"place": phrases.label(AREA, code), "year": year, "parts": phrases.join(parts)}
    return Draft(Status.ABSTAINED, Reason.ANOTHER_PLACE, (Line(Role.LEAD, phrases.say(key, **slots)),))
