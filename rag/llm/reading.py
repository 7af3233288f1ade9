"""How a model reads a question that the rules did not: a proposal in the vocabulary's codes, put to proof.

The figures still come from the table; the model only says which cell is meant. It must take each slot from
words of the question, account for the words that the rules did not understand, contradict nothing that they
did, and mean a cell that has a published figure.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from ingest.models import Kind, Observation
from ingest.readings import UNPLACED
from ingest.store import Store
from ingest.vocabulary import Vocabulary
from rag.found import POPULATION
from rag.llm import prompts
from rag.llm.client import Client, ModelFaultError
from rag.llm.replies import parse_begun, parse_slots
from rag.models import Answer, Intent, Query, Reason, Status
from rag.phrases import Phrases
from rag.wording import clean

NONE = "none"
MEASURE, PERIOD, UNIT, WORDS = "measure", "period", "unit", "words"
MOST_CODES = 60  # of a slot; with all municipalities a prompt would be many times as long
FEWEST_LETTERS = 2  # that a slot is read from


@dataclass(frozen=True, slots=True)
class Proposal:
    """A reading that passed: the query it makes, and the question that asks for it in full."""

    query: Query
    question: str


@dataclass(frozen=True, slots=True)
class Reply:
    """What a model chose for each slot, and the words of the text that it took it from."""

    codes: Mapping[str, str]
    words: Mapping[str, str]


class QuestionReading:
    """Asks a model how questions are to be read.

    Args:
        client: the model.
        store: whose figures questions can be about.
        vocabulary: the codes and their names.
    """

    def __init__(self, client: Client, store: Store, vocabulary: Vocabulary) -> None:
        self._client, self._vocabulary = client, vocabulary
        self._cells = [
            o
            for o in store.observations()
            if o.certain and o.period and o.kind is Kind.LEVEL and o.measure != UNPLACED
        ]

    def propose(self, answer: Answer, deadline: float) -> Proposal | None:
        """The model's reading of a question that the rules left open; None where none passes."""
        query = answer.query
        if not is_open(answer) or not self._cells:
            return None
        phrases = Phrases(self._vocabulary, query.language)
        slots = self._slots()
        # The codes come first: what is the same for every question need be read by the model only once.
        asked = {
            "slots": {slot: {c: name_code(slot, c, phrases) for c in codes} for slot, codes in slots.items()},
            "question": answer.question,
        }
        pieces = self._client.stream(
            prompts.messages("reading", asked), prompts.slots_schema("reading", slots), deadline
        )
        try:
            reply = _read_reply(pieces, slots, query, answer.question)
        except ModelFaultError:
            return None
        if reply is None or not is_told(reply, answer.question) or not _accounts_for(reply, query.unmatched):
            return None
        return self._proposal(query, reply.codes, phrases)

    def _slots(self) -> dict[str, list[str]]:
        found = {
            MEASURE: sorted({o.measure for o in self._cells}),
            **{d: sorted({o.dimensions[d] for o in self._cells if d in o.dimensions}) for d in POPULATION},
            PERIOD: sorted({o.period for o in self._cells if o.period}),
            UNIT: sorted({o.quantity.unit for o in self._cells if o.quantity.unit}),
        }
        return {slot: codes for slot, codes in found.items() if 0 < len(codes) <= MOST_CODES}

    def _proposal(self, query: Query, codes: Mapping[str, str], phrases: Phrases) -> Proposal | None:
        """The query for a reading, where it agrees with the rules' and there is such a figure."""
        dimensions = {d: codes[d] for d in POPULATION if d in codes}
        if MEASURE not in codes or differences(query, codes):
            return None
        if any(len(of) > 1 for of in query.dimensions.values()) or len(query.periods) > 1:
            return None  # a comparison; one cell would be half of it
        told = {d: of[0] for d, of in query.dimensions.items()}
        period = codes.get(PERIOD) or next(iter(query.periods), None)
        unit = codes.get(UNIT) or query.unit
        cell = self._cell(codes[MEASURE], {**told, **dimensions}, period, unit)
        if cell is None:
            return None
        read = replace(
            query,
            intent=Intent.FIGURE,
            measures=(cell.measure,),
            dimensions={d: (code,) for d, code in cell.dimensions.items()},
            periods=(period,) if period else (),
            unit=unit,
            unmatched=(),
            terms=(),
        )
        question = phrases.question(cell.measure, cell.dimensions, cell.quantity.unit, cell.period)
        return Proposal(read, question)

    def _cell(
        self, measure: str, dimensions: Mapping[str, str], period: str | None, unit: str | None
    ) -> Observation | None:
        """The published figure that is meant, the newest where no year is."""
        cells = [
            o
            for o in self._cells
            if o.measure == measure
            and dict(o.dimensions) == dict(dimensions)
            and period in (None, o.period)
            and unit in (None, o.quantity.unit)
        ]
        return max(cells, key=lambda o: o.period or "", default=None)


def is_open(answer: Answer) -> bool:
    """Whether the rules left a question open that may be about a figure."""
    declined = answer.status is Status.ABSTAINED and answer.reason is Reason.OUTSIDE_REPORTS
    return declined or (bool(answer.query.unmatched) and answer.reason is not Reason.UNREADABLE)


def differences(query: Query, codes: Mapping[str, str]) -> list[str]:
    """The slots that the rules have read as something else."""
    read: dict[str, Sequence[str]] = {MEASURE: query.measures, PERIOD: query.periods, **query.dimensions}
    if query.unit:
        read[UNIT] = (query.unit,)
    return [slot for slot, codes_read in read.items() if codes_read and codes.get(slot) not in codes_read]


def name_code(slot: str, code: str, phrases: Phrases) -> str:
    """What a code means, in words."""
    if slot == MEASURE:
        return phrases.name(code) or code
    return phrases.label(slot, code) if slot in POPULATION else code


def parse_reply(text: str, slots: Mapping[str, Sequence[str]]) -> Reply:
    """A reply in codes that there are; what is none is left out. Raises ModelFaultError for another form."""
    value = parse_slots(text)
    words = value.get(WORDS)
    told = words if isinstance(words, dict) else {}
    codes = {slot: code for slot in slots if isinstance(code := value.get(slot), str) and code in slots[slot]}
    return Reply(codes, {slot: _plain(str(told.get(slot) or "")) for slot in codes})


def is_told(reply: Reply, text: str) -> bool:
    """Whether every slot was taken from words that stand in a text."""
    return bool(reply.codes) and all(_stands(words, text) for words in reply.words.values())


def _stands(words: str, text: str) -> bool:
    """Whether words stand in a text, both as `_plain` has them."""
    return len(words) >= FEWEST_LETTERS and words in f" {_plain(clean(text))} "


def _plain(text: str) -> str:
    """A text in lower case with single spaces."""
    return " ".join(text.lower().split())


def _read_reply(
    pieces: Iterable[str], slots: Mapping[str, Sequence[str]], query: Query, question: str
) -> Reply | None:
    """A reply as it comes; None as soon as it cannot pass. Raises as `parse_reply`, and as the pieces do."""
    text = ""
    for piece in pieces:
        text += piece
        codes, words = parse_begun(text, WORDS)
        chosen = {slot: code for slot, code in codes.items() if code != NONE}
        if MEASURE in codes.keys() - chosen.keys() or set(differences(query, chosen)) & codes.keys():
            return None
        if not all(_stands(_plain(words[slot]), question) for slot in words.keys() & chosen):
            return None
    return parse_reply(text, slots)


def _accounts_for(reply: Reply, unmatched: Sequence[str]) -> bool:
    said = " ".join(reply.words.values())
    return all(word.lower() in said for word in unmatched)
