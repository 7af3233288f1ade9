"""Prose from templates: figures, groups and sentences in bokmål, nynorsk and English.

The templates stand in `corpus/vocabulary/phrases.toml`, the words for groups and measures in the
vocabulary. Nothing here knows what is true; it only says it.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from ingest.models import Observation, Quantity
from ingest.numbers import format_number
from ingest.vocabulary import Vocabulary

TABLE = "phrases"
_OF = re.compile(r"(\d+) av (\d+)")
_WORD = re.compile(r"[^\W\d]+")
HALF = Decimal(50)


class Phrases:
    """Templates and words of one language."""

    def __init__(self, vocabulary: Vocabulary, language: str) -> None:
        self.vocabulary = vocabulary
        self.language = language
        self.table: Mapping[str, Any] = vocabulary.tables[TABLE]
        self._templates: Mapping[str, Any] = self.table[language]

    def say(self, key: str, **slots: object) -> str:
        """A template with its slots filled, its first letter a capital."""
        text = str(self._templates[key]).format(**slots).replace(",.", ".").replace(" ,", ",")
        return capital(re.sub(r" {2,}", " ", text))

    def part(self, key: str, **slots: object) -> str:
        """A template with its slots filled, as it stands."""
        return str(self._templates[key]).format(**slots)

    # ---- figures

    def number(self, value: Decimal) -> str:
        """A number in the form of the language: 11 381 and 46,5, or 11,381 and 46.5."""
        return format_number(value, self.language)

    def day(self, date: dt.date) -> str:
        """A day in words: "24. oktober 2018", "24 October 2018"."""
        month = self.table["months"][self.language][date.month - 1]
        return str(self.table["days"][self.language]).format(day=date.day, month=month, year=date.year)

    def unit(self, unit: str | None) -> str:
        """The word for a unit; people are named by their group instead."""
        if unit is None or unit == "personer":
            return ""
        return str(self.table["units"].get(unit, {}).get(self.language, unit))

    def value(self, quantity: Quantity) -> str:
        """A published figure as the report words it: "om lag 7 av 10", "i overkant av 23 000"."""
        hedge = self.hedge(quantity.spoken_hedge)
        return f"{hedge} {self._bare(quantity)}".strip()

    def hedge(self, hedge: str | None) -> str:
        """The word for a hedge in the language."""
        if hedge is None:
            return ""
        return str(self.table["hedges"].get(hedge, {}).get(self.language, hedge))

    def _bare(self, quantity: Quantity) -> str:
        if quantity.fraction:
            match = _OF.search(quantity.surface)
            if match:
                template = self.table["fractions"]["of"][self.language]
                return str(template).format(n=match.group(1), m=match.group(2))
            if quantity.value == HALF:
                return str(self.table["fractions"]["half"][self.language])
            if self.language != "en":
                return quantity.surface.lower()
        return self.measured(quantity.value, quantity.unit)

    def measured(self, value: Decimal, unit: str | None) -> str:
        """A number with its unit."""
        return f"{self.number(value)} {self.unit(unit)}".strip()

    def translated(self, expression: str) -> str:
        """Arithmetic, which is kept in bokmål, with its units and fractions in the language."""
        if self.language == "nb":
            return expression
        fraction = str(self.table["fractions"]["of"][self.language])
        expression = _OF.sub(lambda m: fraction.format(n=m.group(1), m=m.group(2)), expression)
        units = self.table["units"]
        half = self.table["fractions"]["half"]
        words = {code: str(units[code][self.language]) for code in units} | {half["nb"]: half[self.language]}
        return _WORD.sub(lambda m: words.get(m.group(), m.group()), expression)

    # ---- groups and measures

    def people(self, dimensions: Mapping[str, str], *, definite: bool = True) -> str:
        """The group that dimensions name: "kvinnene fra Somalia", "deltakerne i alderen 19–24 år"."""
        form = 1 if definite else 0
        head = self._templates["people"][form]
        tail: list[str] = []
        headed = False
        for dimension in ("sex", "age", "status", "origin", "education", "area"):
            code = dimensions.get(dimension)
            if code is None:
                continue
            entry = self.vocabulary.entry(dimension, code)
            noun = entry.forms("noun", self.language)
            if noun and not headed:
                head, headed = noun[form], True
            elif dimension == "age" and not entry.data:
                tail.append(self.age(code))
            else:
                tail.append(
                    entry.text("with", self.language) or self._as_tail(entry.text("label", self.language))
                )
        return " ".join([head, *tail])

    def _as_tail(self, label: str) -> str:
        return f"({label})"

    def age(self, code: str) -> str:
        """An age range in words."""
        low, _, high = code.partition("-")
        if low == high:
            return f"aged {low}" if self.language == "en" else f"på {low} år"
        if self.language == "en":
            return f"aged {low}–{high}" if low and high else (f"under {high}" if high else f"over {low}")
        if low and high:
            return f"i alderen {low}–{high} år"
        return f"under {high} år" if high else f"over {low} år"

    def label(self, dimension: str, code: str) -> str:
        """The short name of a group or a measure."""
        entry = self.vocabulary.entry(dimension, code)
        if dimension == "age" and not entry.data:
            low, _, high = code.partition("-")
            whole = f"{low}–{high}" if low != high else low
            return f"{whole} {self.unit('år')}" if low and high else self.age(code)
        return entry.text("label", self.language) or entry.text("name", self.language) or code

    def labels(self, dimensions: Mapping[str, str]) -> str:
        """The short names of all dimensions, "" for everyone."""
        return ", ".join(self.label(dimension, code) for dimension, code in dimensions.items())

    def name(self, measure: str) -> str:
        """The noun phrase of a measure."""
        return self.vocabulary.measure(measure).text("name", self.language)

    def did(self, measure: str) -> str:
        """What the people of a measure did."""
        return self.vocabulary.measure(measure).text("did", self.language)

    def who(self, measure: str) -> str:
        """What the people of a measure did, as it stands in a relative clause ("de som verken gikk …")."""
        return self.vocabulary.measure(measure).text("who", self.language) or self.did(measure)

    # ---- sentences

    def level(self, observation: Observation) -> str:
        """One published level as a sentence."""
        quantity, measure = observation.quantity, observation.measure
        return self.level_of(
            measure, observation.dimensions, observation.period, self.value(quantity), quantity.unit,
            observation.denominator,
        )  # fmt: skip

    def level_of(
        self,
        measure: str,
        dimensions: Mapping[str, str],
        period: str | None,
        value: str,
        unit: str | None,
        denominator: str | None,
    ) -> str:
        """A level with its figure already in words, as a sentence."""
        entry = self.vocabulary.measure(measure)
        own = entry.text("sentence", self.language)
        if own:
            return capital(own.format(value=value, year=period))
        head = entry.forms("head", self.language)
        if unit == "prosent" and head:
            return self.say("share_plain", value=value, people=head[1], did=self.did(measure), year=period)
        if unit == "prosent" and entry.stage:
            everyone = self._templates["people"][1]
            part_of_other = denominator not in (None, measure)
            group = self.name(measure) if part_of_other else self.people(dimensions, definite=False)
            stage = self.who(denominator or measure)
            return self.say("composition", value=value, all=everyone, stage=stage, group=group, year=period)
        if unit == "prosent":
            stage = self.who(denominator) if denominator else ""
            people = self.people(dimensions)
            key = "share" if stage else "share_plain"
            return self.say(key, value=value, people=people, stage=stage, did=self.did(measure), year=period)
        people = self.people(dimensions, definite=False)
        key = "level" if period else "level_no_year"
        return self.say(key, value=value, people=people, did=self.did(measure), year=period)

    def asked(
        self, measure: str, dimensions: Mapping[str, str], unit: str | None, period: str | None = None
    ) -> str:
        """What a question asks for, as it follows "oppgir ikke": "hvor stor andel av kvinnene som …"."""
        entry = self.vocabulary.measure(measure)
        year = f" {self.part('in_year', year=period)}" if period else ""
        if not set(entry.units) & {"personer", "prosent"} or entry.forms("head", self.language):
            people = self.part("whom", people=self.people(dimensions)) if dimensions else ""
            return f"{self.name(measure)}{people}{year}"
        share = unit == "prosent" or (unit is None and not entry.stage)
        if share and entry.stage:
            everyone, group = self._templates["people"][1], self.people(dimensions, definite=False)
            return self.part("asked_part", all=everyone, stage=self.who(measure), group=group) + year
        people = self.people(dimensions, definite=share)
        return (
            self.part("asked_share" if share else "asked_count", people=people, did=self.who(measure)) + year
        )

    def question(
        self, measure: str, dimensions: Mapping[str, str], unit: str | None, period: str | None
    ) -> str:
        """The question that asks for a cell."""
        share = unit in ("prosent", "prosentpoeng")
        people = self.people(dimensions, definite=share)
        key = "follow_share" if share else "follow_count"
        return self.say(key, people=people, did=self.did(measure), year=period)

    def subject(self, measure: str, dimensions: Mapping[str, str], unit: str | None) -> str:
        """The share or the number that a change is a change of."""
        key = "subject_share" if unit in ("prosent", "prosentpoeng") else "subject_count"
        people = self.people(dimensions, definite=False)
        return self.part(key, people=people, did=self.who(measure))

    def join(self, items: Sequence[str]) -> str:
        """Items in a list: "a, b og c"."""
        if len(items) < 2:
            return "".join(items)
        return ", ".join(items[:-1]) + str(self._templates["and"]) + items[-1]

    def years(self, periods: Sequence[str]) -> str:
        """Years in a list, the newest first."""
        return self.join(sorted(set(periods), reverse=True))


def capital(text: str) -> str:
    """The text with its first letter a capital."""
    return text[:1].upper() + text[1:]


def lowered(sentence: str) -> str:
    """A sentence as it stands within another: without its capital, unless that is a name's."""
    opens = sentence[:1].isupper() and not sentence[1:2].isupper()
    return sentence[:1].lower() + sentence[1:] if opens else sentence
