"""Questions that the table can answer, near the one asked."""

from __future__ import annotations

from collections.abc import Iterator

from ingest.models import Observation
from rag.calculate import PEOPLE, PERCENT
from rag.models import Draft, Query
from rag.phrases import Phrases
from rag.table import Table

FOLLOW_UPS = 3
# Figures looked at as the next to ask for: several may be of one cell.
MOST_CLOSE = 16


class FollowUps:
    """Offers questions in the answer's language.

    Args:
        table: the numbers table.
        phrases: templates of the answer's language.
        newest_year: the last that a report is about.
    """

    def __init__(self, table: Table, phrases: Phrases, newest_year: int) -> None:
        self.table, self.phrases, self.newest_year = table, phrases, newest_year

    def near(self, draft: Draft, query: Query) -> tuple[str, ...]:
        """Up to three questions that the table can answer, near the one asked."""
        found = dict.fromkeys(draft.follow_ups)
        for question in self._near(draft, query) if len(found) < FOLLOW_UPS else ():
            found[question] = None
            if len(found) == FOLLOW_UPS:
                break
        return tuple(found)[:FOLLOW_UPS]

    def _near(self, draft: Draft, query: Query) -> Iterator[str]:
        lead = next((o for o in draft.observations if o.period), None)
        if lead is None:
            yield from (self._question(o) for o in self._closest(query))
            yield from self._always()
            return
        asked = {o.key for o in draft.observations}
        for o in self._neighbours(lead):
            if o.key not in asked:
                asked.add(o.key)
                yield self._question(o)

    def _question(self, o: Observation) -> str:
        return self.phrases.question(o.measure, o.dimensions, o.quantity.unit, o.period)

    def _closest(self, query: Query) -> list[Observation]:
        """What is published of the measure asked about, the nearest group first, then the newest year."""
        cells = self.table.nearest(
            query.measures,
            query.dimensions,
            most=MOST_CLOSE,
            fits=lambda o: bool(o.period) and o.quantity.unit in (PEOPLE, PERCENT),
        )
        return list({o.key: o for o in cells}.values())[: FOLLOW_UPS - 1]

    def _always(self) -> Iterator[str]:
        """What can be asked where nothing is near."""
        newest = str(self.newest_year)
        for ended in self.table.ended():
            if self.table.levels(ended, {}, newest):
                yield self.phrases.question(ended, {}, PEOPLE, newest)
        yield self.phrases.say("follow_what")

    def _neighbours(self, lead: Observation) -> Iterator[Observation]:
        units = tuple(dict.fromkeys((lead.quantity.unit or "", PERCENT)))
        stage = self.table.vocabulary.measure(lead.measure).stage
        for o in self.table.outline.beside(lead, units, MOST_CLOSE):
            if not (o.quantity.unit == PERCENT and stage):
                yield o
