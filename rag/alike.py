"""Whether figures of several years are measured alike: no report says, but each has notes of its own."""

from __future__ import annotations

from collections.abc import Sequence

from ingest.models import Kind, Observation
from ingest.vocabulary import Vocabulary, holds
from rag.calculate import PEOPLE, PERCENT
from rag.drafts import combinations, unique
from rag.figures import Figures
from rag.models import Draft, Line, Query, Reason, Role, Source, Status, names_groups
from rag.notes import Note, Notebook

COMPARABLE = "comparable"


class Alike:
    """Composes answers to "are the figures of 2017 and 2023 comparable?".

    Args:
        figures: finds the figures of each year.
        notebook: the notes of the reports.
    """

    def __init__(self, figures: Figures, notebook: Notebook) -> None:
        self.levels, self.notebook = figures.levels, notebook
        self.table, self.phrases = figures.table, figures.phrases

    def draft(self, query: Query) -> Draft | None:
        """What each year's figure takes in by its own notes; None where a question does not ask for that.

        Groups of one year that are set against each other are measured in one way.
        """
        if not self._asks(query) or (names_groups(query.dimensions) and len(query.periods) < 2):
            return None
        named = self._named(query)
        measures = query.measures or tuple(dict.fromkeys(o.measure for o in named))
        [measure] = (measures or self.table.main_outcome())[:1]
        told = query.periods or tuple(o.period for o in named if o.period)
        years = sorted({*told} if len({*told}) > 1 else {str(year) for year in self.notebook.years})
        if len(years) < 2:
            return None
        found = {year: self._observed(measure, year, query) for year in years}
        shown = [line for year in years for line in self._year(measure, year, found[year])]
        lead = self.phrases.say("alike_untold", years=self.phrases.join(years))
        observations = unique(o for some in found.values() for o in some)
        return Draft(Status.PARTIAL, Reason.NEAREST, (Line(Role.LEAD, lead), *shown), observations)

    def _asks(self, query: Query) -> bool:
        """Whether it asks if years are measured alike, or what counts in more than one of them."""
        if COMPARABLE in query.cues:
            return True
        vocabulary = self.table.vocabulary
        counted = {code for code in query.terms if vocabulary.entry("term", code).data.get("counting")}
        both = vocabulary.sequences("language", "questions", "both_years")
        years = len(query.periods) > 1 or holds(vocabulary.tokens(query.text), both)
        return bool(counted and query.measures and years) and not (query.unit or query.unmatched)

    def _named(self, query: Query) -> list[Observation]:
        """The published levels that a question names by their figures ("is 6,391 like 11,381?")."""
        counts = [q for q in query.quantities if q.unit in (None, PEOPLE, PERCENT) and not q.fraction]
        found = [self.table.with_value(q.value, q.unit) for q in counts]
        levels = [next((o for o in some if o.kind is Kind.LEVEL and o.period), None) for some in found]
        return [o for o in levels if o is not None]

    def _year(self, measure: str, year: str, found: Sequence[Observation]) -> list[Line]:
        """The figure of a year, where there is one, and the notes on it; that there are none, if so."""
        sources = self.levels.sourcing(found)
        lines = [Line(Role.OTHER, self.phrases.level(o), sources) for o in found]
        lines += [Line(Role.QUOTE, "", (source,)) for source in sources]
        notes = self._notes(measure, year)
        for note in notes:
            text = self.phrases.say("note_year", note="{quote}", year=year)
            lines.append(Line(Role.CAVEAT, text, (Source(note.paragraph.id, 0, len(note.paragraph.text)),)))
        published = year.isdigit() and int(year) in self.notebook.years
        if published and not notes:
            lines.append(Line(Role.CAVEAT, self.phrases.say("no_note_year", year=year)))
        return lines

    def _observed(self, measure: str, year: str, query: Query) -> list[Observation]:
        """The published figure of a measure in a year, of the group that is asked of."""
        groups = combinations(self.levels.with_ages(measure, query.dimensions))
        levels = [self.levels.find(measure, group, year, query) for group in groups[:1]]
        return [level.observations[0] for level in levels if level is not None and level.stated]

    def _notes(self, measure: str, year: str) -> Sequence[Note]:
        """The notes of a year on a measure, or those that name it."""
        own = self.notebook.of(int(year)) if year.isdigit() else ()
        return [n for n in own if measure in n.measures or measure in _held(n, self.table.vocabulary)]


def _held(note: Note, vocabulary: Vocabulary) -> set[str]:
    """The measures that the words of a note name."""
    return {m.code for m in vocabulary.find(note.paragraph.text) if m.dimension == "measure"}
