"""What a model may word an answer from: the figures, calculations and sentences of the composed answer."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from ingest.models import Observation
from rag.models import Answer, Calculation, Citation, Role, Statement
from rag.phrases import Phrases

MOST_FACTS, MOST_SOURCES = 8, 6  # what composed answers have at most, nearly; more is not for one prompt
LONGEST_QUOTE = 600  # characters that are sent of a quote

_MARK = re.compile(r"\s?\[\d+\]")
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")


@dataclass(frozen=True, slots=True)
class Fact:
    """A figure that has a slot: as it is shown, what it is of, and the citations it stands in.

    `names` are names of its groups that hold digits which are no figures ("i alderen 19–24 år").
    """

    id: str
    figure: str
    of: str
    year: str
    citations: tuple[int, ...]
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Evidence:
    """Facts and quoted sources by their ids, the years by theirs, and the sentences composed of them.

    `mark` is what composed sentences end with where their figure was worked out; code puts it there.
    """

    facts: Mapping[str, Fact]
    sources: Mapping[str, Citation]
    years: Mapping[str, str]
    draft: tuple[Statement, ...]
    mark: str = ""

    @property
    def ids(self) -> list[str]:
        """All that can be cited."""
        return [*self.facts, *self.sources]

    def as_asked(self, answer: Answer) -> dict[str, object]:
        """What is sent of it to the model."""
        return {
            "question": answer.question,
            "language": answer.query.language,
            "facts": [
                {"id": f.id, "slots": _slots(f), "figure": f.figure, "of": f.of} for f in self.facts.values()
            ],
            "sources": [{"id": key, "text": one.quote[:LONGEST_QUOTE]} for key, one in self.sources.items()],
            "years": self.years,
            "draft": [self._slotted(plain(one.text).removesuffix(self.mark)) for one in self.draft],
        }

    def _slotted(self, text: str) -> str:
        """A composed sentence with slots for its figures and years: what is left to do is the wording."""
        slots = {fact.figure: fact.id for fact in reversed([*self.facts.values()]) if fact.figure}
        slots |= {year: key for key, year in self.years.items()}
        figures = "|".join(re.escape(figure) for figure in sorted(slots, key=len, reverse=True))
        if not figures:
            return text
        slots = {figure.lower(): key for figure, key in slots.items()}
        found = re.compile(rf"(?<!\w)(?:{figures})(?!\w)", re.IGNORECASE)
        return found.sub(lambda match: f"{{{slots[match.group().lower()]}}}", text)


def find_evidence(answer: Answer, phrases: Phrases) -> Evidence:
    """The evidence that a composed answer rests on."""
    facts = [
        _observed(f"o{number}", observation, answer, phrases)
        for number, observation in enumerate(answer.observations[:MOST_FACTS], start=1)
    ]
    facts += [
        _calculated(f"c{number}", calculation, answer, phrases)
        for number, calculation in enumerate(answer.calculations[:MOST_FACTS], start=1)
    ]
    draft = tuple(s for s in answer.statements if s.role in (Role.LEAD, Role.OTHER))
    years = dict.fromkeys(year for s in draft for year in find_years(plain(s.text)))
    return Evidence(
        facts={fact.id: fact for fact in facts},
        sources={f"s{number}": one for number, one in enumerate(answer.citations[:MOST_SOURCES], start=1)},
        years={f"y{number}": year for number, year in enumerate(years, start=1)},
        draft=draft,
        mark=phrases.part("marked_calculated"),
    )


def find_years(text: str) -> tuple[str, ...]:
    """The years in a text, in their order."""
    return tuple(_YEAR.findall(text))


def plain(text: str) -> str:
    """A statement without the marks of its citations."""
    return _MARK.sub("", text).strip()


def is_quote(statement: Statement, answer: Answer) -> bool:
    """Whether a statement is the report's words and nothing else."""
    said = plain(statement.text).strip("«»")
    return statement.role is Role.QUOTE or any(said == citation.quote for citation in answer.citations)


def _slots(fact: Fact) -> str:
    return f"{{{fact.id}}} {{{fact.id}.year}}" if fact.year else f"{{{fact.id}}}"


def _observed(key: str, o: Observation, answer: Answer, phrases: Phrases) -> Fact:
    told = [phrases.people(o.dimensions), phrases.did(o.measure) or phrases.name(o.measure), o.period or ""]
    if o.denominator and o.denominator != o.measure:
        told.insert(1, phrases.who(o.denominator))
    stands = tuple(
        c.number
        for c in answer.citations
        if c.paragraph_id == o.paragraph_id
        and c.quote_start <= o.quantity.start
        and o.quantity.end <= c.quote_end
    )
    age = o.dimensions.get("age", "")
    names = (phrases.age(age), phrases.label("age", age)) if "-" in age else ()
    of = ", ".join(filter(None, told))
    return Fact(key, phrases.value(o.quantity), of, o.period or "", stands, names)


def _calculated(key: str, calculation: Calculation, answer: Answer, phrases: Phrases) -> Fact:
    # Which way a change goes is said by its verb, and how sure a result is by its hedge.
    shown = f"{calculation.display} {phrases.unit(calculation.unit)}".strip().lstrip("+−")
    told = [s for s in answer.statements if calculation.display.lstrip("+−") in s.text]
    hedged = [phrases.part(key, value=shown) for key in ("about", "at_least", "at_most")]
    said = " ".join(s.text for s in told).lower()
    shown = next((form for form in hedged if form.lower() in said), shown)
    numbers = tuple(dict.fromkeys(number for s in told for number in s.citations))
    periods = {o.period for o in answer.observations if o.id in calculation.inputs and o.period}
    year = next(iter(periods)) if len(periods) == 1 else ""
    return Fact(key, shown, plain(told[0].text) if told else "", year or "", numbers)
