"""Made-up statistical reports in any number, with every figure that they state.

Years x places x groups x wordings. A corpus of a seed is the beginning of every larger one of that seed, so
that what is asked of a small one can be asked of a large one too. The reports are plain text, read as any is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from random import Random

from evals.growth.words import Group, Measure, Place, Words, load_words

SEED = 2004
PARAGRAPHS = 40  # of a report
# Of the combinations of measure and group that a place has, this many come up again from year to year.
KEPT = 70
# Every so many reports one is of the whole country and names a municipality in every sentence.
COUNTRY_EVERY = 4
# A place that is already there gets another year this often; else a new place comes in.
AGAIN = 0.6
FILLED = 0.3  # of the statements have a sentence without a figure after them
Dimensions = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Cell:
    """A figure that a report states, and the words for whom it is of."""

    measure: Measure
    place: Place
    group: Group
    year: int
    value: Decimal

    @property
    def dimensions(self) -> Dimensions:
        """Whom the figure is of, in the vocabulary's codes."""
        return tuple(sorted((*self.group.dimensions, ("area", self.place.code))))

    @property
    def key(self) -> tuple[str, Dimensions, str]:
        """Measure, dimensions and year, as an observation has them."""
        return self.measure.code, self.dimensions, str(self.year)

    @property
    def shown(self) -> str:
        """The figure as it is written."""
        return number(self.value)

    def said(self, template: str, **more: object) -> str:
        """A template in the words of this cell."""
        where = self.place.where
        slots = {
            "value": self.shown,
            "year": self.year,
            "place": where,
            "Place": where[0].upper() + where[1:],
        }
        return template.format(**{**slots, "who": self.group.who, "people": self.group.people, **more})


@dataclass(slots=True)
class Corpus:
    """Reports by file name, and the figures that they state by their key."""

    reports: dict[str, str] = field(default_factory=dict)
    cells: dict[tuple[str, Dimensions, str], Cell] = field(default_factory=dict)


def number(value: Decimal) -> str:
    """A figure in Norwegian: a decimal comma, thousands parted by a space."""
    whole = value == value.to_integral_value()
    return f"{value.quantize(Decimal(1)) if whole else value:,}".replace(",", " ").replace(".", ",")


def make_corpus(paragraphs: int, seed: int = SEED) -> Corpus:
    """Reports with so many paragraphs in all, each of which states one figure."""
    corpus = Corpus()
    for name, title, cells, random in _reports(load_words(), seed):
        left = paragraphs - len(corpus.cells)
        if left <= 0:
            break
        fresh = [cell for cell in cells if cell.key not in corpus.cells][:left]
        if not fresh:
            continue
        corpus.cells.update({cell.key: cell for cell in fresh})
        corpus.reports[name] = _text(title, fresh, random)
    return corpus


def write_corpus(corpus: Corpus, folder: Path) -> None:
    """Write the reports of a corpus as files."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in corpus.reports.items():
        (folder / name).write_text(text, encoding="utf-8")


def _reports(words: Words, seed: int) -> Iterator[tuple[str, str, list[Cell], Random]]:
    """(file name, title, cells, chance) of one report after the other, until places and years are used up."""
    random = Random(seed)
    waiting = list(words.places)
    random.shuffle(waiting)
    ready: list[Place] = []
    years: dict[str, list[int]] = {}
    nation = sorted({year for place in words.places for year in place.years})
    for at in range(sum(len(place.years) for place in words.places)):
        own = Random(f"{seed} {at}")
        if at % COUNTRY_EVERY == COUNTRY_EVERY - 1:
            year = nation[(at // COUNTRY_EVERY * 5) % len(nation)]
            told = [place for place in words.places if year in place.years]
            cells = [_cell(words, own.choice(told), year, own, seed) for _ in range(PARAGRAPHS)]
            title = own.choice(words.titles["country"]).format(year=year)
            yield f"landet-{year}-{at}.txt", title, _in_order(cells), own
            continue
        if waiting and (not ready or random.random() > AGAIN):
            place = waiting.pop()
            ready.append(place)
            years[place.code] = random.sample(place.years, len(place.years))
        if not ready:
            return
        place = random.choice(ready)
        year = years[place.code].pop()
        if not years[place.code]:
            ready.remove(place)
        cells = [_cell(words, place, year, own, seed) for _ in range(PARAGRAPHS + PARAGRAPHS // 4)]
        title = own.choice(words.titles["place"]).format(place=place.where, year=year)
        yield f"{place.code}-{year}.txt", title, _in_order(cells[:PARAGRAPHS]), own


def _cell(words: Words, place: Place, year: int, random: Random, seed: int) -> Cell:
    """A cell of a place and year; what measures and groups a place tells of is the same from year to year."""
    habit = Random(f"{seed} {place.code} {random.randrange(KEPT)}")
    measure = habit.choice(list(words.measures.values()))
    # Everyone and the sexes are told of more often than the other groups.
    group = habit.choice(words.groups[:3] if habit.random() < 0.3 else words.groups)
    own = Random(f"{seed} {place.code} {year} {measure.code} {group.dimensions}")
    return Cell(measure, place, group, year, words.value(measure.unit, own))


def _in_order(cells: list[Cell]) -> list[Cell]:
    """Each cell once, those of one measure beside each other."""
    once: Mapping[object, Cell] = {cell.key: cell for cell in cells}
    return sorted(once.values(), key=lambda cell: cell.measure.code)


def _text(title: str, cells: list[Cell], random: Random) -> str:
    """A report: title, date, and under a heading for each measure a paragraph for each cell."""
    words = load_words()
    alone = len({cell.place.code for cell in cells}) == 1 and cells[0].place.where in title
    blocks = [title]
    before = ""
    for cell in cells:
        if cell.measure.code != before:
            blocks.append(random.choice(cell.measure.headings))
            before = cell.measure.code
        wordings = cell.measure.here + cell.measure.anywhere if alone else cell.measure.anywhere
        said = cell.said(random.choice(wordings))
        if random.random() < FILLED:
            said += " " + random.choice(words.fill)
        blocks.append(said)
    blocks += [words.note] if alone else []
    return "\n\n".join(blocks) + "\n"
