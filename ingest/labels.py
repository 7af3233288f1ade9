"""What a label of a table says: the name of a row or a column, or the title above the table.

A label is read with the same vocabulary as prose, and with the words of tables.toml besides. Unlike prose it
must be accounted for word by word: a label with a word that no list knows may say anything, and what stands
under it is uncertain (`known` is False).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from itertools import pairwise
from typing import Any

from ingest.ages import Ages
from ingest.cell_figures import CellReader
from ingest.clauses import governed_by
from ingest.label_forms import Label, plain, unmarked
from ingest.models import Direction
from ingest.numbers import Period, find_periods, find_quantities
from ingest.places import Gazetteer
from ingest.readings import GROUPS, PERCENT, TIME_UNITS
from ingest.vocabulary import ENGLISH, Mention, Token, Vocabulary, holds, starts_with

YEAR_DIGITS = 4
OF_WORDS = 5  # words after "prosent av" among which stands who a share is of
# Of the labels of a column, this part must be of a dimension for the column to be of it.
MOST = 0.6
EXACT_ORDER = ("period", "sex", "age", "area", "origin", "education", "status")

_NUMBERED = re.compile(
    r"\s*(?:tabell|tabellen|table|figur|tab\.?)\s+[\w.\-–]{1,8}?[.:]?\s+(?=\S)", re.IGNORECASE
)


class LabelReader:
    """Reads labels.

    Args:
        vocabulary: the words of groups and measures, and the lists of tables.toml.
        year: the reporting year, by which places of one name are told apart.
    """

    def __init__(self, vocabulary: Vocabulary, year: int) -> None:
        self.vocabulary, self.year = vocabulary, year
        self._words: Mapping[str, Any] = vocabulary.tables.get("tables", {})
        self._seen: dict[tuple[str, str | None], Label] = {}
        self.ages = Ages(self._words.get("ages", {}))
        self.cells = CellReader(self._words.get("cells", {}))

    def words(self, section: str, key: str) -> frozenset[str]:
        """A list of tables.toml."""
        return frozenset(self.vocabulary.word_list("tables", section, key))

    def sequences(self, section: str, key: str) -> frozenset[tuple[str, ...]]:
        """A list of tables.toml as word sequences."""
        return self.vocabulary.sequences("tables", section, key)

    @cached_property
    def gazetteer(self) -> Gazetteer:
        """The places that labels name."""
        places = ((entry.code, entry.data) for entry in self.vocabulary.of("area"))
        return Gazetteer(places, sorted(self.words("columns", "area")))

    @cached_property
    def _unit_words(self) -> frozenset[str]:
        units = self._words.get("units", {})
        return frozenset(word for name in units for s in self.sequences("units", name) for word in s)

    @cached_property
    def _exact(self) -> Mapping[str, Mapping[str, str]]:
        """By dimension, the code of each form that holds as a whole label."""
        found: dict[str, dict[str, str]] = {}
        for (dimension, code), entry in self.vocabulary.entries.items():
            for form in entry.data.get("labels", ()):
                found.setdefault(dimension, {})[plain(form)] = code
        return found

    # ---- what a column is of

    def column(self, header: str) -> str | None:
        """What the labels of a column are labels of, by its header: a dimension, "period", "measure" …."""
        text = plain(header)
        for name in self._words.get("columns", {}):
            if text in self.words("columns", name):
                return str(name)
        tokens = {token.word for token in self.vocabulary.tokens(text)}
        named = [str(n) for n in self._words.get("columns", {}) if tokens & self.words("columns", n)]
        return named[0] if len(named) == 1 and not any(c.isdigit() for c in text) else None

    def infer(self, labels: Iterable[str]) -> str | None:
        """The dimension that most of these labels are of, None where none is."""
        texts = [text for text in dict.fromkeys(labels) if plain(text) and not self.is_total(text)]
        for dimension in EXACT_ORDER:
            fitting = [text for text in texts if self.within(text, dimension).known]
            if texts and len(fitting) >= MOST * len(texts):
                return dimension
        return None

    def is_total(self, text: str) -> bool:
        """Whether a label is of everyone, whatever the column is of."""
        return plain(text) in self.words("totals", "any") | self.words("totals", "average")

    # ---- labels

    def read(self, text: str) -> Label:
        """A label of which nothing is known beforehand."""
        if (text, None) not in self._seen:
            self._seen[text, None] = self._read(text)
        return self._seen[text, None]

    def within(self, text: str, dimension: str, county: str = "") -> Label:
        """A label of a column whose dimension is known; `known` is False where it is no label of that."""
        key = (text, f"{dimension} {county}")
        if key not in self._seen:
            self._seen[key] = self._within(text, dimension, county)
        return self._seen[key]

    def counted(self, text: str) -> Label | None:
        """What "Deltakere i alt" counts, where all other rows count others; None where it is no name."""
        code = self._exact.get("measure", {}).get(plain(text))
        return Label(text, weak=(code,), unit=self._unit(unmarked(text))) if code else None

    def _total(self, text: str, dimension: str = "") -> Label | None:
        form = plain(text)
        if form in self.words("totals", "average"):
            return Label(text, total=True, average=True)
        if form in self.words("totals", "any") or (dimension and form in self.words("totals", dimension)):
            return Label(text, total=True)
        return None

    def _within(self, text: str, dimension: str, county: str) -> Label:
        form = plain(text)
        if not form:
            return Label()
        if total := self._total(text, dimension):
            return total
        if dimension == "period":
            return self._of_period(text)
        if dimension in ("measure", "unit"):
            return self._read(text)
        code = self._code(text, form, dimension, county)
        if code is None and (whole := self._without_total(text)):  # "Oslo i alt"
            code = self._code(whole, plain(whole), dimension, county)
        return Label(text, {dimension: code}) if code else Label(text, known=False, strict=False)

    def _without_total(self, text: str) -> str:
        """The label before a word for all of it; "" where there is none."""
        totals = self.words("totals", "any")
        words = unmarked(text).split()
        cuts = (at for at in range(1, len(words)) if plain(" ".join(words[at:])) in totals)
        return " ".join(words[: next(cuts, 0)])

    def _code(self, text: str, form: str, dimension: str, county: str) -> str | None:
        """The code of a whole label in a dimension."""
        if code := self._exact.get(dimension, {}).get(form):
            return code
        if dimension == "age":
            return self.ages.code(form, bare=True)
        if dimension == "area":
            places = self.gazetteer.find(unmarked(text), self.year, county)
            return places[0] if len(places) == 1 else None
        tokens = self.vocabulary.tokens(unmarked(text))
        found = self.vocabulary.find_in(unmarked(text), tokens, cased=True)
        mentions = [m for m in found if m.dimension == dimension and not m.weak]
        codes = {m.code for m in mentions}
        held = [t for t in tokens if any(m.start <= t.start < m.end for m in mentions)]
        neutral = self.words("labels", "neutral") - self._unit_words
        spare = [t for t in tokens if t not in held and t.word not in neutral]
        return next(iter(codes)) if len(codes) == 1 and not spare else None

    def _of_period(self, text: str) -> Label:
        periods = find_periods(unmarked(text))
        exact = [p for p in periods if p.exact and p.code.isdigit() and len(p.code) == YEAR_DIGITS]
        whole = len(exact) == len(periods) == 1 and exact[0].surface == unmarked(text).strip()
        if not whole:
            return Label(text, known=False, strict=False)
        return Label(text, period=exact[0].code, years=1)

    def _read(self, text: str) -> Label:
        form = plain(text)
        if not form:
            return Label()
        if total := self._total(text):
            return total
        for dimension in ("sex", "age", "status"):
            if code := self._exact.get(dimension, {}).get(form):
                return Label(text, {dimension: code})
        if code := self._exact.get("measure", {}).get(form):
            stage, unit = self.vocabulary.measure(code).stage, self._unit(unmarked(text))
            return Label(text, measures=(code,) * stage, weak=() if stage else (code,), unit=unit)
        if age := self.ages.code(form, bare=False):
            return Label(text, {"age": age})
        return self._free(text, unmarked(text))

    def title(self, text: str) -> Label:
        """The title of a table, or a heading above it: what it says of all of the table.

        Of what stands after "etter" and the like only years and units are read: so the table is split.
        """
        clean = unmarked(_NUMBERED.sub("", text, count=1))
        tokens = self.vocabulary.tokens(clean)
        mentions = self.vocabulary.find_in(clean, tokens, cased=True)
        for at, token in enumerate(tokens):
            inside = any(m.start <= token.start < m.end for m in mentions)
            if at and not inside and starts_with(tokens, at, self.sequences("labels", "split")):
                main = self._free(text, clean[: token.start], title=True)
                return self._with_rest(main, clean, mentions)
        return self._with_rest(self._free(text, clean, title=True), clean, mentions)

    def _with_rest(self, main: Label, clean: str, mentions: Sequence[Mention]) -> Label:
        """The label of the first part of a title, with the years and the unit of the whole."""
        periods = [p for p in find_periods(clean) if not _held(p.start, mentions)]
        codes = {p.code for p in periods if p.exact}
        alone = next(iter(codes)) if len(codes) == len(periods) == 1 else None
        one = alone is not None and len(alone) == YEAR_DIGITS
        return Label(
            main.text, main.dimensions, alone if one else None, None, main.measures, main.weak,
            self._unit(clean), total=main.total, years=len(codes) + sum(len(c) > YEAR_DIGITS for c in codes),
            span=None if one else alone, joined=main.joined, strict=main.strict,
            known=main.known and all(p.exact for p in periods),
            of=self._of(self.vocabulary.tokens(clean), [m for m in mentions if m.dimension == "measure"]),
        )  # fmt: skip

    # ---- free text

    def _free(self, text: str, clean: str, *, title: bool = False) -> Label:
        tokens = self.vocabulary.tokens(clean)
        mentions = self.vocabulary.find_in(clean, tokens, cased=True)
        mentions = [m for m in mentions if not m.dimension.endswith(ENGLISH)]
        periods = [p for p in find_periods(clean) if not _held(p.start, mentions)]
        dimensions, clear = self._groups(mentions)
        aged = None if "age" in dimensions else self.ages.find(clean)
        dimensions = {**dimensions, "age": aged[0]} if aged else dimensions
        age_span = aged[1] if aged else None
        left = self._left(clean, tokens, mentions, periods, age_span)
        chosen = self.words("labels", "chosen") if title else frozenset()
        left = [token for token in left if token.word not in chosen]
        change = any(token.word in self.words("change", "words") for token in tokens)
        measures = [m for m in mentions if m.dimension == "measure" and not self._general(m)]
        reference, period, dated = _years(periods, change=change)
        if change and reference is None and period and self._is_since(tokens, periods[0]):
            reference, period = period, None  # "Endring fra 2020" is that of the table's own year
        unsure = self._unsure(clean, tokens, mentions, age_span)
        strict = not left and clear and dated and not unsure
        return Label(
            text,
            dimensions,
            period,
            reference,
            tuple(dict.fromkeys(m.code for m in measures if not m.weak)),
            tuple(dict.fromkeys(m.code for m in measures if m.weak)),
            self._unit(clean),
            change=change,
            direction=self._direction(tokens),
            years=len({p.code for p in periods}),
            joined=self._joined(tokens, measures),
            known=not unsure and not self._restricted(tokens, left) if title else strict,
            strict=strict,
            of=self._of(tokens, measures),
        )

    def _of(self, tokens: Sequence[Token], measures: Sequence[Mention]) -> str | None:
        """The stage in "Prosent av dem som avsluttet", "Andel av deltakerne": whose share, and not what."""
        of = set(self.vocabulary.word_list("grammar", "doubt", "of"))
        shares = {word for form in self.sequences("units", PERCENT) for word in form}
        stages = {m.start: m.code for m in measures if self.vocabulary.measure(m.code).stage}
        for at, (unit, link) in enumerate(pairwise(tokens)):
            if unit.word in shares and link.word in of:
                reach = tokens[at + 2 : at + 2 + OF_WORDS]
                return next((stages[t.start] for t in reach if t.start in stages), None)
        return None

    def _is_since(self, tokens: Sequence[Token], period: Period) -> bool:
        """Whether a year is the one compared with: "fra 2020", "siden 2019"."""
        return governed_by(
            tokens, period.start, self.vocabulary.sequences("grammar", "reference", "before_year")
        )

    def _groups(self, mentions: Sequence[Mention]) -> tuple[dict[str, str], bool]:
        """The groups named, and whether each dimension has but one."""
        found: dict[str, str] = {}
        clear = True
        for dimension in GROUPS:
            named = [m.code for m in mentions if m.dimension == dimension and not m.weak]
            codes = {c for c in named if not self.vocabulary.entry(dimension, c).data.get("vague")}
            clear = clear and len(codes) <= 1
            if len(codes) == 1:
                found[dimension] = codes.pop()
        return found, clear

    def _left(
        self,
        clean: str,
        tokens: Sequence[Token],
        mentions: Sequence[Mention],
        periods: Sequence[Period],
        age: tuple[int, int] | None,
    ) -> list[Token]:
        """The words that nothing accounts for."""
        spans = [(m.start, m.end) for m in mentions if self._counts(m)]
        spans += [(p.start, p.end) for p in periods]
        spans += [age] if age else []
        neutral = self.words("labels", "neutral") | self.words("change", "words")
        return [
            t for t in tokens
            if t.word not in neutral
            and t.word not in self._unit_words
            and t.word != "/"
            and not any(start <= t.start and t.end <= end for start, end in spans)
        ]  # fmt: skip

    def _counts(self, mention: Mention) -> bool:
        """Whether a mention accounts for its words: a topic does not, nor a weak word for a group."""
        return mention.dimension != "term" and (not mention.weak or mention.dimension == "measure")

    def _general(self, mention: Mention) -> bool:
        """Whether a word is too general to name where people went ("resultat")."""
        general = mention.weak and not self.vocabulary.measure(mention.code).stage
        return general and all(
            token.word in self.words("labels", "neutral") for token in self.vocabulary.tokens(mention.surface)
        )

    def _joined(self, tokens: Sequence[Token], measures: Sequence[Mention]) -> bool:
        """Whether a stage and where people went are named side by side ("avsluttet og andel til arbeid")."""
        stages = [m for m in measures if self.vocabulary.measure(m.code).stage and not m.weak]
        others = [m for m in measures if not self.vocabulary.measure(m.code).stage and not m.weak]
        if not stages or not others:
            return False
        between = {t.word for t in tokens if stages[0].end <= t.start and t.end <= others[-1].start}
        restricting = self.words("labels", "restricting")
        opened = any(t.word in restricting and t.end <= stages[0].start for t in tokens)
        measured = bool(between & self._unit_words)  # "som avsluttet, og andel som gikk til arbeid"
        apart = measured or not (opened or between & restricting)
        return bool(between & self.words("labels", "joins")) and apart

    def _unsure(
        self, clean: str, tokens: Sequence[Token], mentions: Sequence[Mention], age: tuple[int, int] | None
    ) -> bool:
        """Whether a word says that the figures are no plain results, or a stretch of time stands in it."""
        doubt = self.words("labels", "doubt")
        if any(t.word in doubt and not _held(t.start, mentions) for t in tokens):
            return True
        if holds(tokens, self.sequences("labels", "later")):
            return True
        lapses = (q for q in find_quantities(clean) if q.unit in TIME_UNITS)
        return any(not (age and age[0] <= q.start < age[1]) for q in lapses)

    def _restricted(self, tokens: Sequence[Token], left: Sequence[Token]) -> bool:
        """Whether a word that nothing accounts for follows one that opens a restriction."""
        opened = False
        for token in tokens:
            if token in left and opened:
                return True
            if token.word in self.words("labels", "restricting"):
                opened = True
            elif token.word not in self.words("labels", "neutral"):
                opened = False
        return False

    def _unit(self, clean: str) -> str | None:
        tokens = self.vocabulary.tokens(clean)
        units = self._words.get("units", {})
        found = {
            name for name in units
            if holds(tokens, self.sequences("units", name))
        }  # fmt: skip
        low = clean.lower()
        points = next((name for name in units if any(f in low for f in units[name] if "poeng" in f)), None)
        if points:
            return str(points)
        found |= {name for name in units if "%" in units[name] and "%" in clean}
        if len(found) > 1:
            # "Andel personer som …" is a share; "antall og andel" is both.
            nouns = frozenset(self.vocabulary.word_list("grammar", "people", "nouns"))
            counted = {n for n in found if any(t.word in units[n] and t.word not in nouns for t in tokens)}
            counted |= {n for n in found if "%" in units[n] and "%" in clean}
            found = counted
        return found.pop() if len(found) == 1 else None

    def _direction(self, tokens: Sequence[Token]) -> Direction | None:
        words = {token.word for token in tokens}
        if words & self.words("change", "up"):
            return Direction.UP
        return Direction.DOWN if words & self.words("change", "down") else None


def _held(start: int, mentions: Sequence[Mention]) -> bool:
    return any(m.start <= start < m.end for m in mentions)


def _years(periods: Sequence[Period], *, change: bool) -> tuple[str | None, str | None, bool]:
    """(Year compared with, year, whether that is all that was said of time)."""
    codes = sorted({year for p in periods for year in p.code.split("-") if year.isdigit()})
    exact = all(p.exact for p in periods)
    if change and len(codes) == 2:
        return codes[0], codes[1], exact
    single = len(codes) == 1 and all(len(p.code) == YEAR_DIGITS for p in periods)
    return None, codes[0] if single else None, exact and (single or not periods)
