"""JSON-stat 2 -> pieces: what SSB's PxWebApi gives, as one table with a line for each combination.

The format: https://json-stat.org/full/ (version 2.0). Measures and times are columns, every other dimension
is a column of names at the left.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from itertools import product
from math import prod
from typing import Any

from ingest.formats.pieces import Document, Piece, Role
from ingest.formats.spans import MAX_COLUMNS
from ingest.models import CorpusError

MAX_CELLS = 300_000  # figures of one data set; PxWebApi itself gives 800 000 at most
MAX_DIMENSIONS = 30


def parse_json_stat(data: bytes, name: str) -> Document:
    """Read a data set, or a collection of data sets.

    Raises:
        CorpusError: it is other JSON than JSON-stat 2, it is larger than `MAX_CELLS`, or its parts disagree.
    """
    try:
        whole = json.loads(data.decode("utf-8-sig"))
        sets = [whole] if whole.get("class") == "dataset" else whole["link"]["item"]
        sets = [one for one in sets if one.get("class") == "dataset" and "value" in one]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise CorpusError(
            f"{name}: it is no JSON-stat 2 data set. Ask the statistics bank for the format json-stat2."
        ) from error
    if not sets:
        raise CorpusError(f"{name}: there is no data set in it. Ask the statistics bank for json-stat2.")
    pieces: list[Piece] = []
    for one in sets:
        try:
            pieces += _pieces(one, name)
        except CorpusError:
            raise
        except (KeyError, TypeError, ValueError, IndexError, AttributeError) as error:
            raise CorpusError(f"{name}: its dimensions and values do not agree. Fetch it again.") from error
    first = sets[0]
    label = str(first.get("label") or "")
    updated = str(first.get("updated") or "")
    return Document(tuple(pieces), label, str(first.get("source") or ""), updated=updated)


class _Axis:
    """A dimension: its label, and its categories with their labels in order."""

    def __init__(self, key: str, entry: Mapping[str, Any], roles: Mapping[str, Sequence[str]]) -> None:
        category = entry["category"]
        index = category.get("index")
        labels = category.get("label") or {}
        codes = sorted(index, key=index.__getitem__) if isinstance(index, dict) else list(index or labels)
        units = category.get("unit") or {}
        self.label = str(entry.get("label") or key)
        self.names = [_with_unit(str(labels.get(code, code)), units.get(code)) for code in codes]
        self.decimals = [_decimals(units.get(code)) for code in codes]
        self.is_time = key in (roles.get("time") or ()) or key.lower() in ("tid", "time")
        self.is_measure = key in (roles.get("metric") or ()) or key == "ContentsCode"


def _pieces(one: Mapping[str, Any], name: str) -> list[Piece]:
    keys, sizes = list(one["id"]), [int(size) for size in one["size"]]
    if len(keys) > MAX_DIMENSIONS or prod(sizes) > MAX_CELLS or min(sizes, default=0) < 1:
        raise CorpusError(
            f"{name}: its size is {'×'.join(map(str, sizes[:MAX_DIMENSIONS]))} figures; it may be 1 to"
            f" {MAX_CELLS}. Ask for fewer categories."
        )
    axes = [_Axis(key, one["dimension"][key], one.get("role") or {}) for key in keys]
    if len(keys) != len(sizes) or any(len(a.names) != size for a, size in zip(axes, sizes, strict=True)):
        raise ValueError("a dimension has another size than it says")
    values, status = _sparse(one["value"]), _sparse(one.get("status") or {})
    rows = _table(axes, sizes, values, status)
    notes = [Piece(Role.NOTE, str(note)) for note in one.get("note") or () if isinstance(note, str)]
    header = max(1, sum(_across(axes, axis) for axis in axes))
    return [Piece(Role.TABLE, str(one.get("label") or ""), rows=rows, header=header), *notes]


def _across(axes: Sequence[_Axis], axis: _Axis) -> bool:
    """Whether a dimension's categories are columns: measures and times, while the table stays readable."""
    wide = [a for a in axes if a.is_measure or a.is_time]
    if prod(len(a.names) for a in wide) > MAX_COLUMNS - len(axes):
        wide = [a for a in wide if a.is_measure]
    return axis in wide


def _table(
    axes: Sequence[_Axis], sizes: Sequence[int], values: Mapping[int, Any], status: Mapping[int, Any]
) -> tuple[tuple[str, ...], ...]:
    across = [i for i, axis in enumerate(axes) if _across(axes, axis)]
    across.sort(key=lambda i: axes[i].is_time)  # the measure above, its years below
    down = [i for i in range(len(axes)) if i not in across]
    steps = [prod(sizes[i + 1 :]) for i in range(len(sizes))]
    columns = list(product(*(range(sizes[i]) for i in across)))
    left = [axes[i].label for i in down]
    rows = [
        (*left, *(axes[across[level]].names[column[level]] for column in columns))
        for level in range(len(across))
    ] or [(*left, "")]
    measure = next((i for i in range(len(axes)) if axes[i].is_measure), None)
    for place in product(*(range(sizes[i]) for i in down)):
        offset = sum(steps[i] * at for i, at in zip(down, place, strict=True))
        cells = [axes[i].names[at] for i, at in zip(down, place, strict=True)]
        for column in columns:
            at = offset + sum(steps[i] * c for i, c in zip(across, column, strict=True))
            places = dict(zip((*down, *across), (*place, *column), strict=True))
            decimals = axes[measure].decimals[places[measure]] if measure is not None else None
            cells.append(_shown(values.get(at), decimals) or str(status.get(at) or ""))
        rows.append(tuple(cells))
    return tuple(rows)


def _sparse(values: Any) -> dict[int, Any]:
    """A value or status by its place: given as a list, as an object, or once for all."""
    if isinstance(values, dict):
        return {int(place): value for place, value in values.items()}
    return dict(enumerate(values)) if isinstance(values, list) else {}


def _shown(value: Any, decimals: int | None) -> str:
    """A figure as SSB shows it: with its decimals and a decimal comma."""
    if value is None or isinstance(value, bool) or not isinstance(value, int | float | str):
        return ""
    if isinstance(value, str):
        return value
    if decimals is None or (isinstance(value, float) and value != value):
        return str(value).replace(".", ",")
    return f"{value:.{decimals}f}".replace(".", ",")


def _with_unit(label: str, unit: Any) -> str:
    base = str(unit.get("base") or "") if isinstance(unit, dict) else ""
    return f"{label} ({base})" if base and base.lower() not in label.lower() else label


def _decimals(unit: Any) -> int | None:
    decimals = unit.get("decimals") if isinstance(unit, dict) else None
    return decimals if isinstance(decimals, int) and 0 <= decimals <= 10 else None
