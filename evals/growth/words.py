"""The words of the made-up reports: wordings.toml with the places and countries of the vocabulary."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from ingest.places import AREA, existed
from ingest.vocabulary import load_vocabulary

DATA = Path(__file__).with_name("wordings.toml")


@dataclass(frozen=True, slots=True)
class Measure:
    """A measure: how it is stated (in a report of one place, and anywhere), asked for, claimed and ranked."""

    code: str
    unit: str
    here: tuple[str, ...]
    anywhere: tuple[str, ...]
    asked: tuple[str, ...]
    claimed: str
    changed: str
    ranked: str
    newest: str
    headings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """A group in the vocabulary's codes, and in words with and without the article."""

    dimensions: tuple[tuple[str, str], ...]
    who: str
    people: str


@dataclass(frozen=True, slots=True)
class Place:
    """A municipality: its code, its name behind a preposition, and the years in which it existed."""

    code: str
    where: str
    years: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Words:
    """All that reports and questions are made of."""

    measures: Mapping[str, Measure]
    groups: tuple[Group, ...]
    places: tuple[Place, ...]
    titles: Mapping[str, tuple[str, ...]]
    fill: tuple[str, ...]
    note: str
    shares: tuple[int, int]
    counts: tuple[int, int]

    def value(self, unit: str, random: Random) -> Decimal:
        """A figure: a share with one decimal that is no whole percent, or a number of people."""
        if unit == "personer":
            # Most places are small.
            low, high = self.counts
            return Decimal(int(low * (high / low) ** random.random()))
        low, high = self.shares
        return Decimal(random.randrange(low, high)) + Decimal(random.randrange(1, 10)) / 10


def _frozen(entry: Mapping[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in entry.items()}


@cache
def load_words() -> Words:
    """The words of wordings.toml; places whose name is that of two are left out."""
    data = tomllib.loads(DATA.read_text(encoding="utf-8"))
    vocabulary = load_vocabulary()
    years = range(data["first_year"], data["last_year"] + 1)
    headings = {code: tuple(named) for code, named in data["headings"].items()}
    measures = {
        entry["code"]: Measure(
            **_frozen(entry),
            headings=headings[entry["code"]],
        )
        for entry in data["measure"]
    }
    groups = [Group(tuple(sorted(g["dimensions"].items())), g["who"], g["people"]) for g in data["group"]]
    by_sex = [group for group in groups if {d for d, _ in group.dimensions} <= {"sex"}]
    for code in data["origins"]["codes"]:
        country = vocabulary.entry("origin", code).text("label", "nb")
        for group in by_sex:
            who, people = (
                data["origins"]["who"].format(whom=whom, country=country)
                for whom in (group.who, group.people)
            )
            groups.append(Group(tuple(sorted((*group.dimensions, ("origin", code)))), who, people))
    shared = {
        place.partition(":")[0] for e in vocabulary.of(AREA) for place in e.data.get("one_of", "").split()
    }
    places = []
    for entry in vocabulary.of(AREA):
        own = entry.data
        if own.get("level") != "municipality" or own.get("vague") or entry.code in shared:
            continue
        if " (" not in (where := entry.text("with", "nb")):
            where += " kommune" if own.get("guarded") else ""
            places.append(Place(entry.code, where, tuple(year for year in years if existed(own, year))))
    return Words(
        measures,
        tuple(groups),
        tuple(place for place in places if place.years),
        {kind: tuple(titles) for kind, titles in data["titles"].items()},
        tuple(data["fill"]["sentences"]),
        data["fill"]["note"],
        (data["shares"][0], data["shares"][1]),
        (data["counts"][0], data["counts"][1]),
    )
