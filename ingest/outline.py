"""The numbers table by what is asked of it: a cell, the cells around it, and what there are figures of.

Every look-up is an indexed statement that reads little more than it gives, so that it takes as long in a
table of 200,000 figures as in one of 100. Only certain figures are found here, but for those that are asked
for as doubtful. The statements are such that other databases than SQLite understand them.

`memberships` has each level once for every dimension that it has a group of, and once with no dimension;
`outline` what there are figures of, each once with the first row. Where nothing is, there stands "".
"""

from __future__ import annotations

import json
import threading
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from decimal import Decimal
from itertools import islice, product
from typing import Any

from ingest import table
from ingest.models import Kind, Observation

Pair = tuple[str, str]
MOST_PARTS = (
    64  # of what is asked for together; a question that names more groups is not answered better by more
)
NOBODY: Pair = ("", "")  # what every figure has in `memberships`, whatever its groups


def find_rows(observations: Sequence[Observation]) -> list[tuple[str, int, Iterable[Sequence[Any]]]]:
    """The rows of the tables of this module, as `table.fill` takes them.

    Row i of the numbers table is `observations[i]`.
    """
    certain = [(row, o) for row, o in enumerate(observations) if o.certain]
    members = (
        (*pair, o.measure, len(o.dimensions), o.period or "", row)
        for row, o in certain
        if o.kind is Kind.LEVEL
        for pair in (NOBODY, *o.dimensions.items())
    )
    first: dict[tuple[object, ...], int] = {}
    for row, o in certain:
        for pair in (NOBODY, *o.dimensions.items()):
            first.setdefault((*pair, o.measure, o.kind.value, o.period or "", len(o.dimensions)), row)
    amounts = ((_amount(o.quantity.value), row) for row, o in certain)
    outline = ((*place, row) for place, row in first.items())
    return [("memberships", 6, members), ("outline", 7, outline), ("amounts", 2, amounts)]


class Outline:
    """Look-ups in the numbers table of an open store. May be used from several threads.

    Args:
        connection: the store's tables.
        lock: held while a statement runs.
    """

    def __init__(self, connection: Any, lock: AbstractContextManager[object] | None = None) -> None:
        self._connection, self._lock = connection, lock or threading.RLock()
        self._breadths: dict[str, int] = {}

    # ---- figures

    def of(self, measure: str) -> list[Observation]:
        """Everything of a measure, in reading order. Reads all of it: for what looks at every figure."""
        return self._read("WHERE measure = ? AND certain = 1 ORDER BY row", (measure,))

    def cell(self, measure: str, dimensions: Mapping[str, str]) -> list[Observation]:
        """Everything of exactly this group, in reading order."""
        where = "WHERE measure = ? AND dimensions = ? AND certain = 1 ORDER BY row"
        return self._read(where, (measure, _group(dimensions)))

    def doubtful(
        self,
        measures: Sequence[str],
        dimensions: Mapping[str, str],
        periods: Sequence[str],
        kind: Kind,
        limit: int,
    ) -> list[Observation]:
        """The first `limit` figures of exactly this group that are not certain, in reading order."""
        if not measures:
            return []
        where = f"WHERE measure IN ({_marks(measures)}) AND dimensions = ? AND certain = 0 AND kind = ?"
        values = [*measures, _group(dimensions), kind.value]
        if periods:
            where, values = f"{where} AND period IN ({_marks(periods)})", [*values, *periods]
        return self._read(f"{where} ORDER BY row LIMIT {limit}", values)

    def with_value(self, value: Decimal) -> list[Observation]:
        """Everything of exactly this value, in reading order."""
        rows = "SELECT row FROM amounts WHERE amount = ?"
        return self._read(f"WHERE row IN ({rows}) ORDER BY row", (_amount(value),))

    def nearest(
        self, measure: str, wanted: Mapping[str, Sequence[str]], periods: Sequence[str], limit: int
    ) -> list[Observation]:
        """Levels of the groups nearest to `wanted`, in reading order: at least `limit` if there are so many.

        How far a group is from those wanted is the number of groups that only one has. Of those as far
        the newest are found, with the newest of `periods` among them.
        """
        sizes = self.sizes(measure)
        total = sum(map(len, wanted.values()))
        groups = list(islice(self._parts(wanted), MOST_PARTS))
        rows: set[int] = set()
        for distance in range(total + max(sizes, default=-1) + 1):
            for group in groups:
                size = distance - total + 2 * len(group)
                if len(group) <= size and size in sizes:
                    for among in dict.fromkeys((tuple(periods), ())):
                        rows |= self._newest_rows(measure, group, size, among, limit)
            if len(rows) >= limit:
                break
        return self._read(f"WHERE row IN ({_marks(rows)}) ORDER BY row", sorted(rows)) if rows else []

    def _parts(self, wanted: Mapping[str, Sequence[str]]) -> Iterator[tuple[Pair, ...]]:
        """What a figure can be of, of all that is wanted; the dimension with the most groups first."""
        order = sorted(wanted, key=self._breadth, reverse=True)
        for chosen in product(*([None, *wanted[dimension]] for dimension in order)):
            yield tuple((d, code) for d, code in zip(order, chosen, strict=True) if code is not None)

    def _breadth(self, dimension: str) -> int:
        """How many groups a dimension has: the more, the fewer figures each of them has."""
        if dimension not in self._breadths:
            counted = "SELECT COUNT(DISTINCT code) FROM outline WHERE dimension = ?"
            self._breadths[dimension] = int(self._rows(counted, (dimension,))[0][0])
        return self._breadths[dimension]

    def _newest_rows(
        self, measure: str, within: Sequence[Pair], size: int, periods: Sequence[str], limit: int
    ) -> set[int]:
        where, values = self._members(measure, within, size, periods)
        statement = f"SELECT row FROM memberships m WHERE {where} ORDER BY period DESC, row LIMIT {limit}"
        return {int(row) for (row,) in self._rows(statement, values)}

    def parts(
        self, measure: str, dimensions: Mapping[str, str], periods: Sequence[str], limit: int
    ) -> list[Observation]:
        """Levels of the groups that a group falls into by one more dimension, of the newest period."""
        within = [(d, dimensions[d]) for d in sorted(dimensions, key=self._breadth, reverse=True)]
        where, values = self._members(measure, within, len(dimensions) + 1, periods)
        [(newest,)] = self._rows(f"SELECT MAX(period) FROM memberships m WHERE {where}", values)
        if not newest:
            return []
        where, values = self._members(measure, within, len(dimensions) + 1, (str(newest),))
        rows = f"SELECT row FROM memberships m WHERE {where} ORDER BY row LIMIT {limit}"
        return self._read(f"WHERE row IN (SELECT row FROM ({rows}) found) ORDER BY row", values)

    def split(
        self, measure: str, dimension: str, within: Iterable[Pair], size: int, period: str
    ) -> list[Observation]:
        """Levels of a period by a dimension: of `size` dimensions, with all the groups of `within`."""
        tail, more = _narrowed(list(within), ())
        where = f"measure = ? AND dimension = ? AND size = ? AND period = ?{tail}"
        rows = f"SELECT row FROM memberships m WHERE {where}"
        return self._read(f"WHERE row IN ({rows}) ORDER BY row", (measure, dimension, size, period, *more))

    def in_period(self, measure: str, period: str, unit: str) -> list[Observation]:
        """Levels of a measure in a period and a unit, in reading order."""
        where = "WHERE measure = ? AND period = ? AND unit = ? AND kind = ? AND certain = 1 ORDER BY row"
        return self._read(where, (measure, period, unit, Kind.LEVEL.value))

    def beside(self, o: Observation, units: Sequence[str], limit: int) -> Iterator[Observation]:
        """Levels of the measure and whole of a figure, of another year or another group; then of both.

        Of each no more than the first `limit`, in reading order.
        """
        alike = (
            f"measure = ? AND unit IN ({_marks(units)}) AND kind = ? AND COALESCE(denominator, '') = ?"
            " AND certain = 1"
        )
        values = (o.measure, *units, Kind.LEVEL.value, o.denominator or "")
        own = (_group(o.dimensions), o.period or "")
        year, group, both = (
            f"SELECT row FROM (SELECT row FROM observations WHERE {alike} AND {apart}"
            f" ORDER BY row LIMIT {limit}) found"
            for apart in (
                "dimensions = ? AND COALESCE(period, '') <> ?",
                "dimensions <> ? AND period = ?",
                "dimensions <> ? AND COALESCE(period, '') <> ?",
            )
        )
        one = (*values, *own)
        yield from self._read(f"WHERE row IN ({year} UNION {group}) ORDER BY row", (*one, *one))
        yield from self._read(f"WHERE row IN ({both}) ORDER BY row", one)

    # ---- what there are figures of

    def codes(self, dimension: str, measure: str = "", periods: Sequence[str] = ()) -> list[tuple[str, str]]:
        """(measure, code) of the groups of a dimension that have a figure, in reading order."""
        where, values = "dimension = ?", [dimension]
        if measure:
            where, values = f"{where} AND measure = ?", [*values, measure]
        if periods:
            where, values = f"{where} AND period IN ({_marks(periods)})", [*values, *periods]
        grouped = f"SELECT measure, code, MIN(first) AS at FROM outline WHERE {where} GROUP BY measure, code"
        return [(str(m), str(code)) for m, code, _ in self._rows(f"{grouped} ORDER BY at", values)]

    def periods(self, pair: Pair = NOBODY, measure: str = "", kind: Kind | None = None) -> set[str]:
        """The periods of the figures of a group; of all groups where none is given."""
        where, values = "dimension = ? AND code = ?", list(pair)
        for column, value in (("measure", measure), ("kind", kind and kind.value)):
            if value:
                where, values = f"{where} AND {column} = ?", [*values, value]
        rows = self._rows(f"SELECT DISTINCT period FROM outline WHERE {where}", values)
        return {str(period) for (period,) in rows if period}

    def sizes(self, measure: str) -> set[int]:
        """How many dimensions the levels of a measure have."""
        where = "dimension = ? AND code = ? AND measure = ? AND kind = ?"
        values = (*NOBODY, measure, Kind.LEVEL.value)
        return {
            int(size) for (size,) in self._rows(f"SELECT DISTINCT size FROM outline WHERE {where}", values)
        }

    def reference_periods(self, measure: str) -> set[str]:
        """The periods that changes of a measure are told from."""
        where = "measure = ? AND kind = ? AND certain = 1 AND reference_period IS NOT NULL"
        statement = f"SELECT DISTINCT reference_period FROM observations WHERE {where}"
        return {str(period) for (period,) in self._rows(statement, (measure, Kind.CHANGE.value))}

    def denominators(self) -> set[str]:
        """The measures that some share is a share of."""
        rows = self._rows("SELECT DISTINCT denominator FROM observations WHERE certain = 1", ())
        return {str(measure) for (measure,) in rows if measure}

    # ---- statements

    def _members(
        self, measure: str, within: Sequence[Pair], size: int, periods: Sequence[str]
    ) -> tuple[str, list[Any]]:
        """A condition on a membership `m`, once for each level that it holds of, and the values in it."""
        first, *others = within or (NOBODY,)
        tail, more = _narrowed(others, periods)
        return f"dimension = ? AND code = ? AND measure = ? AND size = ?{tail}", [
            *first,
            measure,
            size,
            *more,
        ]

    def _read(self, tail: str, values: Sequence[Any]) -> list[Observation]:
        with self._lock:
            return table.find_observations(self._connection, tail, values)

    def _rows(self, statement: str, values: Sequence[Any]) -> list[Any]:
        with self._lock:
            return list(self._connection.execute(statement, tuple(values)))


def _narrowed(within: Sequence[Pair], periods: Sequence[str]) -> tuple[str, list[Any]]:
    """What else must hold of a membership `m`, and the values in it."""
    tail = ""
    for _ in within:
        same = " AND ".join(f"b.{column} = m.{column}" for column in ("measure", "size", "period", "row"))
        tail += f" AND EXISTS (SELECT 1 FROM memberships b WHERE b.dimension = ? AND b.code = ? AND {same})"
    if periods:
        tail += f" AND m.period IN ({_marks(periods)})"
    return tail, [*(part for pair in within for part in pair), *periods]


def _group(dimensions: Mapping[str, str]) -> str:
    """A group as the numbers table has it."""
    return json.dumps(dict(dimensions), ensure_ascii=False, sort_keys=True)


def _amount(value: Decimal) -> str:
    """A value as it is looked up: "44" for 44.0."""
    return f"{value.normalize():f}"


def _marks(values: Collection[object]) -> str:
    return ", ".join("?" * len(values))
