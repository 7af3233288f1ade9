"""The review of uncertain figures: why each is uncertain, and what a person decides of it.

A decision is checked against the vocabulary and becomes a row of corrections.csv; the page and the command
line both decide through here.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import InvalidOperation
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING

from ingest.corrections import (
    EMPTIED,
    PROPOSE,
    add_correction,
    format_dimensions,
    parse_dimensions,
    parse_value,
)
from ingest.doubts import disagree_within
from ingest.grid import name_cell
from ingest.models import CorpusError, Direction, Kind, Observation, Paragraph, ParagraphKind, Source
from ingest.nearest import find_nearest
from ingest.pipeline import Making, ingest_reports
from ingest.readings import GROUPS, PERCENT, POINTS, TIMES, UNPLACED
from ingest.reports import FIRST_YEAR, LAST_YEAR
from ingest.sentences import statement_at
from ingest.vocabulary import Entry, Vocabulary, load_vocabulary

if TYPE_CHECKING:
    from ingest.models import IngestSummary
    from ingest.settings import Place
    from ingest.store import Progress, Store

CHANGES = (POINTS, PERCENT, TIMES)  # units in which anything can change
CORRECT, SUPPRESS = "correct", "suppress"
FIELDS = ("value", "unit", "measure", "dimensions", "period", "kind", "direction", "reference_period")
TELLING_LETTERS = 5  # shorter words that no list knows seldom change what a figure is of
TOLD_WORDS = 6  # unknown words that are named; more are a text of another subject
_AGE = re.compile(r"(\d{0,2})\s?[-–]\s?(\d{0,2})(?:\s?år)?")
_PERIOD = re.compile(r"(\d{4})(?:-(\d{4}))?")


class UnknownWordError(CorpusError):
    """A decision that cannot be: of its `field`, `word` is in no list, or does not go with the rest.

    `near` are the codes that may be meant; `known` says that the word itself is one.
    """

    def __init__(self, field: str, word: str, near: Sequence[str] = (), *, known: bool = False) -> None:
        super().__init__(f"{field}: '{word}' cannot stand here. May be meant: {', '.join(near) or '-'}.")
        self.field, self.word, self.near, self.known = field, word, tuple(near), known


class Doubt(StrEnum):
    """Why a figure is uncertain."""

    MEASURE = "measure"
    UNIT = "unit"
    PERIOD = "period"
    LATER = "later"
    CONTRADICTED = "contradicted"
    WORDS = "words"
    PROPOSED = "proposed"
    PLACED = "placed"
    OTHER = "other"


class Review:
    """The uncertain figures of a store.

    Args:
        store: an opened store.
        path: the store that decisions are to be read into; by default that of `store`.
        making: as for `ingest_reports`.
    """

    def __init__(self, store: Store, path: Place | None = None, making: Making | None = None) -> None:
        self.store = store
        self._path = path or store.path
        self._making = making or Making()

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """The vocabulary that figures are read with."""
        return load_vocabulary(self._making.corpus / "vocabulary")

    def uncertain(
        self, measure: str | None = None, period: str | None = None, report_id: str | None = None
    ) -> list[Observation]:
        """The uncertain figures of a measure, a period and a report, in reading order."""
        return [o for o in self.store.observations(measure, period, report_id) if not o.certain]

    def statement(self, observation: Observation) -> tuple[int, int]:
        """(start, end) in its paragraph of the sentence, or the row of a table, that a figure stands in."""
        paragraph = self.store.paragraph(observation.paragraph_id)
        return statement_at(paragraph, observation.quantity.start)

    def doubts(self, observation: Observation) -> list[tuple[Doubt, str]]:
        """Why a figure is uncertain, each reason with the words or the figure that it is about ("" if none).

        Worked out from the figure itself: reading keeps only that it is uncertain.
        """
        entry = self.vocabulary.measure(observation.measure)
        year = str(self.store.report(observation.report_id).year)
        found: list[tuple[Doubt, str]] = []
        if observation.measure == UNPLACED or not entry.data:
            found.append((Doubt.MEASURE, ""))
        if observation.quantity.unit is None:
            found.append((Doubt.UNIT, ""))
        if observation.period is None and not entry.data.get("timeless"):
            found.append((Doubt.PERIOD, ""))
        elif (observation.period or "")[: len(year)] > year:
            found.append((Doubt.LATER, observation.period or ""))
        others = self.store.observations(observation.measure, observation.period, observation.report_id)
        if other := next((o for o in others if disagree_within(observation, o)), None):
            found.append((Doubt.CONTRADICTED, other.quantity.surface))
        if words := self._unknown_words(observation):
            found.append((Doubt.WORDS, ", ".join(words)))
        if observation.source is Source.PROPOSED:
            found.insert(0, (Doubt.PROPOSED, ""))
        if observation.source is Source.PLACED:
            found.insert(0, (Doubt.PLACED, ""))
        return found or [(Doubt.OTHER, "")]

    def decide(
        self, observation: Observation, action: str, said: Mapping[str, str], comment: str, by: str
    ) -> None:
        """Write down what a person decides of a figure; it counts from the next `reread`.

        Args:
            observation: the figure.
            action: `CORRECT`, `SUPPRESS`, or `PROPOSE`: then a model says it, and the figure stays uncertain.
            said: for `CORRECT` and `PROPOSE`, what is put right, by `FIELDS`: codes or the vocabulary's own
                words, "" or "-" for nothing. What is left out is confirmed as it was read.
            comment: why.
            by: who.

        Raises:
            UnknownWordError: something said is not in the vocabulary.
            CorpusError: the corrections cannot be read or written.
        """
        cells = self.cells(observation, said) if action in (CORRECT, PROPOSE) else {}
        quantity = observation.quantity
        row = {
            "report": observation.report_id,
            "paragraph_id": observation.paragraph_id,
            "start": str(quantity.start),
            "surface": quantity.surface,
            "action": action,
            **cells,
            "comment": comment.strip(),
            "by": by.strip(),
            "date": dt.date.today().isoformat(),
        }
        add_correction(row, self._making.corpus / "corrections.csv")

    def reread(self, progress: Progress | None = None) -> IngestSummary:
        """Read the store's figures anew, with all that has been decided. Raises as `ingest` does."""
        return ingest_reports((), self._path, progress, self._making, upkeep=True)

    def cells(self, observation: Observation, said: Mapping[str, str]) -> dict[str, str]:
        """All that a row states of a figure: what was read, put right by what is said; "-" for nothing.

        Raises:
            UnknownWordError: as for `decide`.
        """
        cells = self.read(observation)
        for field, text in said.items():
            cells[field] = self.checked(field, text.strip())
        measure = cells["measure"]
        if measure == UNPLACED or ("measure", measure) not in self.vocabulary.entries:
            raise UnknownWordError("measure", measure)
        if cells["unit"] not in (units := self._units_of(measure, cells["kind"])):
            raise UnknownWordError("unit", cells["unit"], units, known=bool(cells["unit"]))
        if measure != observation.measure:
            share = cells["unit"] == PERCENT and cells["kind"] == Kind.LEVEL
            cells["denominator"] = (self.vocabulary.measure(measure).denominator or "") if share else ""
        if cells["kind"] != Kind.CHANGE:
            cells |= {"direction": "", "reference_period": ""}
        return {field: cell or EMPTIED for field, cell in cells.items()}

    # ---- what is said, as codes

    def read(self, observation: Observation) -> dict[str, str]:
        """What was read of a figure, by the columns of a row; "" for nothing."""
        return _as_read(observation)

    def checked(self, field: str, text: str) -> str:
        """What a person says of one of `FIELDS` as a code; "" for nothing. Raises UnknownWordError."""
        if field == "dimensions":
            return format_dimensions(self._groups("" if text == EMPTIED else text))
        if text in ("", EMPTIED):
            return ""
        match field:
            case "measure":
                return self._measure(text)
            case "value":
                try:
                    return format(parse_value(text), "f")
                except (ValueError, InvalidOperation) as error:
                    raise UnknownWordError(field, text) from error
            case "unit":
                return _one_of(field, text, self.units)
            case "kind":
                return _one_of(field, text, tuple(Kind))
            case "direction":
                return _one_of(field, text, tuple(Direction))
        years = _PERIOD.fullmatch(text)
        if not years or not all(
            FIRST_YEAR <= int(year) <= LAST_YEAR for year in filter(None, years.groups())
        ):
            raise UnknownWordError(field, text)
        return text

    @cached_property
    def units(self) -> tuple[str, ...]:
        """Every unit that a measure of the vocabulary has."""
        return tuple(dict.fromkeys(unit for entry in self.vocabulary.of("measure") for unit in entry.units))

    def _units_of(self, measure: str, kind: str) -> tuple[str, ...]:
        """The units that a figure of a measure can have; a change of it some more."""
        more = CHANGES if kind == Kind.CHANGE else ()
        return tuple(dict.fromkeys((*self.vocabulary.measure(measure).units, *more)))

    def _measure(self, text: str) -> str:
        entries = [entry for entry in self.vocabulary.of("measure") if entry.code != UNPLACED]
        named = {e.code for e in entries if text.lower() in (e.code, *map(str.lower, _names(e)))}
        named = named or {code for _, code in self._mentioned(text, ("measure",))}
        if len(named) == 1:
            return next(iter(named))
        near = sorted(named) or find_nearest(text, {entry.code: _names(entry) for entry in entries})
        raise UnknownWordError("measure", text, near)

    def _groups(self, text: str) -> dict[str, str]:
        if "=" in text:
            try:
                groups = parse_dimensions(text)
            except ValueError as error:
                raise UnknownWordError("dimensions", text) from error
            for dimension, code in groups.items():
                self._check_group(dimension, code)
            return groups
        groups = {}
        for part in filter(None, map(str.strip, re.split(r"[,;]", text))):
            age = _AGE.fullmatch(part)
            named = {("age", f"{age[1]}-{age[2]}")} if age and any(age.groups()) else self._named_groups(part)
            if not named or len({dimension for dimension, _ in named}) < len(named):
                near = find_nearest(part, {f"{e.dimension}={e.code}": _names(e) for e in self._entries()})
                raise UnknownWordError("dimensions", part, near)
            groups |= dict(named)
        return groups

    def _named_groups(self, text: str) -> set[tuple[str, str]]:
        labelled = {
            (e.dimension, e.code)
            for e in self._entries()
            if text.lower() in (e.code, *map(str.lower, _names(e)))
        }
        return labelled or self._mentioned(text, GROUPS)

    def _check_group(self, dimension: str, code: str) -> None:
        age = _AGE.fullmatch(code) if dimension == "age" else None
        if not (dimension in GROUPS and ((dimension, code) in self.vocabulary.entries or age)):
            names = {f"{e.dimension}={e.code}": (e.code, *_names(e)) for e in self._entries()}
            raise UnknownWordError("dimensions", f"{dimension}={code}", find_nearest(code, names))

    def _entries(self) -> list[Entry]:
        return [entry for dimension in GROUPS for entry in self.vocabulary.of(dimension)]

    def _mentioned(self, text: str, dimensions: Sequence[str]) -> set[tuple[str, str]]:
        """(dimension, code) of all that a text names; nothing where it has a word that no list knows."""
        mentions = [m for m in self.vocabulary.find(text) if m.dimension in dimensions]
        if self._unknown(text):
            return set()
        strong = [m for m in mentions if not m.weak]
        return {(m.dimension, m.code) for m in strong or mentions}

    def _unknown_words(self, observation: Observation) -> list[str]:
        """Words of a figure's sentence, or of the labels of its cell, that no list knows."""
        paragraph = self.store.paragraph(observation.paragraph_id)
        start, end = self.statement(observation)
        texts: Iterable[str] = [paragraph.text[start:end]]
        if paragraph.kind is ParagraphKind.TABLE:
            texts = [*cell_names(paragraph, observation), *paragraph.section[-1:]]
        words = [word for text in texts for word in self._unknown(text) if len(word) >= TELLING_LETTERS]
        return list(dict.fromkeys(words))[:TOLD_WORDS]

    def _unknown(self, text: str) -> list[str]:
        return [
            token.word
            for token in self.vocabulary.tokens(text)
            if token.word.isalpha() and not self.vocabulary.knows(token.word)
        ]


def cell_names(paragraph: Paragraph, observation: Observation) -> list[str]:
    """The names of a figure's row and column in a table; none in prose."""
    if paragraph.kind is not ParagraphKind.TABLE:
        return []
    return [name for name in name_cell(paragraph, observation.quantity.start) if name]


def _as_read(observation: Observation) -> dict[str, str]:
    quantity = observation.quantity
    return {
        "value": format(quantity.value, "f"),
        "unit": quantity.unit or "",
        "measure": observation.measure,
        "dimensions": format_dimensions(observation.dimensions),
        "period": observation.period or "",
        "kind": observation.kind.value,
        "direction": observation.direction.value if observation.direction else "",
        "reference_period": observation.reference_period or "",
        "denominator": observation.denominator or "",
    }


def _names(entry: Entry) -> tuple[str, ...]:
    return tuple(
        filter(None, (entry.text("label", "nb"), entry.text("short", "nb"), entry.text("name", "nb")))
    )


def _one_of(field: str, text: str, known: Sequence[str]) -> str:
    if text.lower() in known:
        return text.lower()
    raise UnknownWordError(field, text, find_nearest(text, dict.fromkeys(known, ())))
