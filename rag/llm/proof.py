"""The proof of one sentence that a model wrote; what does not pass is not shown.

Its figures must be slots. With those filled, the sentence is read by the very reader that reads reports, and
must give figures that the table or the composed answer has: the same measure, group, year, whole, direction
and hedge. Its words must stand in what it rests on, or be such as connect words only. A sentence without a
figure must rest on one sentence, with its negations and with its groups in the same order.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from ingest.models import Observation, Paragraph, Report
from ingest.numbers import find_quantities
from ingest.observations import find_observations
from ingest.sentences import find_sentences
from ingest.store import Store
from ingest.vocabulary import Vocabulary
from rag.conversation import find_language
from rag.found import POPULATION
from rag.llm.evidence import Evidence, Fact, find_years, plain
from rag.llm.prompts import word_list
from rag.models import Answer
from rag.phrases import Phrases

LONGEST = 320  # characters of a sentence
FEWEST_WORDS = 3  # of the matter in a sentence without a figure
LONG_WORD = 5  # letters; what connects words and is no noun is shorter
NO_YEAR = 9999  # for sentences that name none: no figures are of it, and none are yet to come

_SLOT = re.compile(r"\{([a-z]\d{1,2})(\.year)?\}")
_WORD = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")
_ODD = re.compile(r"[^\w\s.,;:!?()«»“”\"'’/%–—-]|https?|www\.")
_LAST = re.compile(r"([^\W\d_]+)[\s.!?:]*$")
_TWICE = re.compile(r"\b([^\W\d_]{2,}(?: [^\W\d_]{2,})?)[\s,]+\1\b", re.IGNORECASE)
_QUOTED = re.compile(r"«([^»]*)»|“([^”]*)”|\"([^\"]*)\"")

Key = tuple[object, ...]


class RejectedError(Exception):
    """A sentence that does not pass; says by which rule, and never the sentence."""


@dataclass(frozen=True, slots=True)
class Proved:
    """A sentence that passed, with the numbers of the citations it rests on."""

    text: str
    citations: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Filled:
    """A sentence with its slots filled. `masked` has blanks for quotes; spans are offsets into both.

    `years` are the spans of digits that are no figures: years, and the names of age groups.
    """

    text: str
    masked: str
    figures: tuple[tuple[int, int], ...]
    years: tuple[tuple[int, int], ...]
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class _Carrier:
    """A sentence that another may rest on: a composed one (number 0) or one of a cited quote."""

    number: int
    citations: tuple[int, ...]
    readings: frozenset[Key]
    words: frozenset[str]
    named: tuple[tuple[str, str], ...]
    groups: tuple[tuple[str, str], ...]
    years: tuple[str, ...]
    negations: int


class Proof:
    """Proves sentences about one answer.

    Args:
        answer: the composed answer.
        evidence: what the model was given of it.
        store: where lemmas are looked up.
        vocabulary: the vocabulary that reports are read with.
    """

    def __init__(self, answer: Answer, evidence: Evidence, store: Store, vocabulary: Vocabulary) -> None:
        self._answer, self._evidence = answer, evidence
        self._store, self._vocabulary = store, vocabulary
        self._language = answer.query.language
        self._phrases = Phrases(vocabulary, self._language)

    def prove(self, text: str, cites: Sequence[str]) -> Proved:
        """The sentence with its slots filled. Raises RejectedError where a rule is broken."""
        cited = list(dict.fromkeys(cites))
        _require(bool(cited) and set(cited) <= set(self._evidence.ids), "cites what there is")
        _require(0 < len(text.strip()) <= LONGEST, "has a length")
        filled = self._fill(" ".join(text.split()), cited)
        _require(not _ODD.search(filled.text), "is plain text")
        _require(len(find_sentences(filled.masked)) == 1, "is one sentence")
        _require(not _TWICE.search(filled.masked), "does not stammer")
        _require(not self._breaks_off(filled.masked), "comes to an end")
        _require(find_language(filled.masked, self._vocabulary) == self._language, "speaks the language")
        sources = self._evidence.sources
        chosen = {sources[key].number for key in cited if key in sources}
        carriers = [c for c in self._carriers if not c.number or c.number in chosen]
        quoted = [sources[key].number for key, _ in _SLOT.findall(text) if key in sources]
        prove = self._prove_figures if filled.figures else self._prove_words
        numbers = [*quoted, *prove(filled, carriers)]
        _require(bool(numbers) or not self._answer.citations, "rests on a source")
        end = "" if filled.text.endswith((".", "!", "?", ":", "»")) else "."
        if self._is_marked(filled):
            return Proved(filled.text.rstrip(".") + self._evidence.mark, tuple(sorted(set(numbers))))
        return Proved(filled.text + end, tuple(sorted(dict.fromkeys(filter(None, numbers)))))

    def covers(self, sentences: Iterable[str], leads: Iterable[str]) -> bool:
        """Whether sentences give every figure and every group of the composed leads."""
        said, wanted = " ".join(sentences), " ".join(map(plain, leads))
        groups = set(self._groups(wanted)) | set(find_years(wanted))
        if not groups <= set(self._groups(said)) | set(find_years(said)):
            return False
        figures = {key[-3:] for key in map(_key, self._read(wanted))}
        return figures <= {key[-3:] for key in map(_key, self._read(said))}

    def _is_marked(self, filled: _Filled) -> bool:
        """Whether a figure of the sentence was composed with the mark of what is worked out."""
        marked = [s.text for s in self._evidence.draft if self._evidence.mark in s.text]
        worked_out = [fact.figure for fact in filled.facts if fact.id.startswith("c")]
        return any(figure.lower() in text.lower() for figure in worked_out for text in marked)

    # ---- slots

    def _fill(self, text: str, cited: Sequence[str]) -> _Filled:
        spans: dict[str, list[tuple[int, int]]] = {"figure": [], "year": [], "quote": []}
        parts: list[str] = []
        at = length = 0
        for match in _SLOT.finditer(text):
            kind, value = self._value(match[1], bool(match[2]), cited)
            before = text[at : match.start()]
            parts += [before, value]
            start = length + len(before)
            length, at = start + len(value), match.end()
            spans[kind].append((start, length))
        parts.append(text[at:])
        outside = _SLOT.sub(" ", text)
        names = [name for fact in self._evidence.facts.values() for name in fact.names]
        for name in sorted(names, key=len, reverse=True):
            outside = outside.replace(name, " ")
        # Also ½, ② and Ⅳ: whatever stands for a number comes from a slot.
        _require(not any(letter.isnumeric() for letter in outside), "has its figures in slots")
        _require("{" not in outside and "}" not in outside, "has slots that there are")
        filled = "".join(parts)
        for name in names:
            for match in re.finditer(re.escape(name), filled):
                spans["year"].append(match.span())
        if parts[0] == "" and len(parts) > 1:
            filled = filled[:1].upper() + filled[1:]
        spans["quote"] += self._quoted(filled, spans["quote"], cited)
        masked = filled
        for start, end in spans["quote"]:
            masked = masked[:start] + " " * (end - start) + masked[end:]
        used = [
            match[1] for match in _SLOT.finditer(text) if not match[2] and match[1] in self._evidence.facts
        ]
        _require(len(used) == len(set(used)), "gives a figure once")
        facts = tuple(self._evidence.facts[key] for key in used)
        return _Filled(filled, masked, tuple(spans["figure"]), tuple(spans["year"]), facts)

    def _value(self, key: str, year: bool, cited: Sequence[str]) -> tuple[str, str]:
        if key in self._evidence.years and not year:
            return "year", self._evidence.years[key]
        _require(key in cited, "cites its slots")
        if key in self._evidence.sources:
            _require(not year, "has slots that there are")
            return "quote", f"«{self._evidence.sources[key].quote}»"
        fact = self._evidence.facts[key]
        _require(not year or bool(fact.year), "has slots that there are")
        return ("year", fact.year) if year else ("figure", fact.figure)

    def _quoted(
        self, text: str, known: Sequence[tuple[int, int]], cited: Sequence[str]
    ) -> Iterator[tuple[int, int]]:
        """What is quoted without a slot; it must stand in a cited source, word for word."""
        quotes = [self._evidence.sources[key].quote for key in cited if key in self._evidence.sources]
        for match in _QUOTED.finditer(text):
            if any(start < match.end() and match.start() < end for start, end in known):
                continue
            said = next(filter(None, match.groups()), "")
            _require(
                bool(said.strip()) and any(said in quote for quote in quotes), "quotes what stands there"
            )
            yield match.span()

    # ---- sentences with figures

    def _prove_figures(self, filled: _Filled, carriers: Sequence[_Carrier]) -> list[int]:
        """The citations of the figures, each of which was read as what it is."""
        found = self._read(filled.masked)
        spans = {(o.quantity.start, o.quantity.end): _key(o) for o in found}
        _require(all(any(_meet(s, f) for f in filled.figures) for s in spans), "has its figures in slots")
        _require(all(any(_meet(s, f) for s in spans) for f in filled.figures), "says what its figures are of")
        _require(not any(self._hedged(filled.masked[:start]) for start, _ in filled.figures), "adds no hedge")
        slots = (*filled.figures, *filled.years)
        for quantity in find_quantities(filled.masked):
            span = (quantity.start, quantity.end)
            _require(any(_meet(span, slot) for slot in slots), "has its figures in slots")
        keys = set(spans.values())
        composed = {key for carrier in carriers if not carrier.number for key in carrier.readings}
        published = {key[-2:] for key in self._published}
        worked_out = {key for key in composed if key[-2:] not in published}
        _require(keys <= self._published | worked_out, "says of its figures what is known of them")
        groups = {one for key in keys for one in _groups_of(key)}
        _require(groups <= set(self._groups(filled.masked)), "names the groups of its figures")
        # A quote may leave its year to the report.
        figures = {_figure(key) for key in keys}
        beside = [c for c in carriers if figures & {_figure(key) for key in c.readings}]
        told = " ".join(f"{fact.of} {fact.figure}" for fact in filled.facts)
        self._prove_manner(filled, beside, told)
        return [number for fact in filled.facts for number in fact.citations]

    def _prove_manner(self, filled: _Filled, beside: Sequence[_Carrier], told: str) -> None:
        """Words, negations and order are those of sentences with the same figures."""
        named = set(self._named(told)).union(*(carrier.named for carrier in beside))
        _require(set(self._named(filled.masked)) <= named, "names what its figures are of")
        strange = self._strange(filled.masked, self._forms(told))
        negated = self._negations(filled.masked)
        if not strange and not negated and (not beside or any(not c.negations for c in beside)):
            return
        fitting = [c for c in beside if not self._strange(" ".join(strange), c.words)]
        _require(bool(fitting), "uses the words of what it rests on")
        _require(any(c.negations == negated for c in fitting), "negates as what it rests on")
        _require(
            any(self._in_order(filled.masked, c) for c in fitting), "keeps the order of groups and years"
        )

    # ---- sentences without figures

    def _prove_words(self, filled: _Filled, carriers: Sequence[_Carrier]) -> list[int]:
        """The citation of the one sentence that says the same."""
        words = self._matter(filled.masked)
        if not words and filled.text != filled.masked:
            return []  # a quote and nothing beside it
        _require(len(words) >= FEWEST_WORDS, "says something")
        _require(not find_quantities(filled.masked) or bool(filled.years), "has its figures in slots")
        negated = self._negations(filled.masked)
        for carrier in carriers:
            same = not self._strange(filled.masked, carrier.words) and carrier.negations == negated
            same = same and set(self._named(filled.masked)) <= set(carrier.named)
            if same and self._in_order(filled.masked, carrier) and self._same_years(filled.masked, carrier):
                return list(carrier.citations)
        raise RejectedError("rests on one sentence")

    def _same_years(self, text: str, carrier: _Carrier) -> bool:
        return set(find_years(text)) <= set(carrier.years)

    # ---- reading

    def _read(self, text: str) -> list[Observation]:
        """The figures of a text, as the reader of reports reads them."""
        report = Report("", "", "", NO_YEAR, None, "", self._language, "", "", "")
        paragraph = Paragraph("", "", 0, (), text, 0, len(text))
        return find_observations(report, [paragraph], self._vocabulary)

    @cached_property
    def _published(self) -> set[Key]:
        return {_key(o) for o in self._answer.observations}

    @cached_property
    def _carriers(self) -> tuple[_Carrier, ...]:
        composed = [(0, one.citations, plain(one.text)) for one in self._evidence.draft]
        quoted = [(one.number, (one.number,), one.quote) for one in self._evidence.sources.values()]
        return tuple(
            self._carrier(number, citations, text[start:end])
            for number, citations, text in (*composed, *quoted)
            for start, end in find_sentences(text)
        )

    def _carrier(self, number: int, citations: tuple[int, ...], text: str) -> _Carrier:
        return _Carrier(
            number=number,
            citations=citations,
            readings=frozenset(map(_key, self._read(text))),
            words=self._forms(text),
            named=self._named(text),
            groups=self._groups(text),
            years=find_years(text),
            negations=self._negations(text),
        )

    # ---- words

    def _breaks_off(self, text: str) -> bool:
        """Whether a text ends with a short word that connects ("… på samme nivå som.")."""
        ending = _LAST.search(text.lower())
        if ending is None or len(ending[1]) >= LONG_WORD:
            return False
        return ending[1] in word_list("connecting", self._language)

    def _forms(self, text: str) -> frozenset[str]:
        words = [match.group().lower() for match in _WORD.finditer(text)]
        return frozenset((*words, *self._store.lemmas(text)))

    def _matter(self, text: str) -> list[str]:
        """The words of a text that say something of the matter."""
        connecting = word_list("connecting", self._language)
        words = dict.fromkeys(match.group().lower() for match in _WORD.finditer(text))
        return [word for word in words if word not in connecting]

    def _strange(self, text: str, known: frozenset[str]) -> list[str]:
        """The words of the matter that are not `known`, in any form."""
        return [
            word
            for word in self._matter(text)
            if word not in known
            and not (set(self._store.lemmas(word)) & known)
            and word not in word_list("negations", self._language)
        ]

    def _negations(self, text: str) -> int:
        negating = word_list("negations", self._language) | word_list("negations", "nb")
        return sum(match.group().lower() in negating for match in _WORD.finditer(text))

    def _named(self, text: str) -> tuple[tuple[str, str], ...]:
        """The measures and groups that a text names, in their order."""
        found = sorted(self._vocabulary.find(text), key=lambda mention: mention.start)
        return tuple((m.dimension, m.code) for m in found if m.dimension in ("measure", *POPULATION))

    def _groups(self, text: str) -> tuple[tuple[str, str], ...]:
        return tuple(one for one in self._named(text) if one[0] in POPULATION)

    def _hedged(self, before: str) -> bool:
        """Whether a text ends with a hedge, which the figure after it has of its own where it has one."""
        hedges = self._phrases.table["hedges"]
        forms = (str(named.get(self._language, "")) for named in hedges.values())
        words = set(filter(None, (*hedges, *forms)))
        return before.rstrip().lower().endswith(tuple(f" {word}" for word in words)) or (
            before.strip().lower() in words
        )

    def _in_order(self, text: str, carrier: _Carrier) -> bool:
        """Whether groups, and years, of which there are several come as they do in the carrier."""
        groups, years = self._groups(text), find_years(text)
        return (len(groups) < 2 or _is_within(groups, carrier.groups)) and (
            len(years) < 2 or _is_within(years, carrier.years)
        )


def _key(o: Observation) -> Key:
    """What must agree for two figures to say the same thing; its last three are the figure itself."""
    return (
        o.measure,
        tuple(sorted(o.dimensions.items())),
        o.period,
        o.kind,
        o.direction,
        o.reference_period,
        o.denominator,
        o.quantity.hedge,
        o.quantity.value,
        o.quantity.unit,
    )


def _groups_of(key: Key) -> list[tuple[str, str]]:
    """The groups of a figure; an age may be named in a way that is no word of the vocabulary."""
    dimensions: Any = key[1]
    return [(dimension, code) for dimension, code in dimensions if dimension != "age"]


def _figure(key: Key) -> Key:
    """A figure of a measure and a group, in whatever year."""
    return key[0], key[1], *key[-2:]


def _meet(a: tuple[int, int], b: tuple[int, int]) -> bool:
    return a[0] < b[1] and b[0] < a[1]


def _is_within(some: Sequence[object], whole: Sequence[object]) -> bool:
    """Whether all of `some` stand in `whole`, in their order."""
    rest = iter(whole)
    return all(any(one == other for other in rest) for one in some)


def _require(holds: bool, rule: str) -> None:
    if not holds:
        raise RejectedError(rule)
