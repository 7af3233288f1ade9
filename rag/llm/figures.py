"""What a model takes uncertain figures to be: written down, and uncertain until a person has reviewed it.

The figure itself, its value and its place in the report are those that were read; a model only says in codes
what it is a figure of, and from which words of its sentence or heading it takes that.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from functools import cached_property

from ingest.corrections import PROPOSE, format_dimensions
from ingest.models import CorpusError, Kind, Observation
from ingest.readings import UNPLACED
from ingest.review import Review, cell_names
from rag.found import POPULATION
from rag.llm import prompts
from rag.llm.client import Client, Fault, ModelFaultError
from rag.llm.evidence import find_years
from rag.llm.reading import MEASURE, MOST_CODES, PERIOD, Reply, is_told, name_code, parse_reply
from rag.phrases import Phrases

COMMENT = "foreslått av en språkmodell, ikke gjennomgått"


class FigureReading:
    """Asks a model about the uncertain figures of a store.

    Args:
        client: the model.
        review: the store's figures, and where proposals are written.
    """

    def __init__(self, client: Client, review: Review) -> None:
        self._client, self._review = client, review
        self._phrases = Phrases(review.vocabulary, "nb")

    def propose(self, observation: Observation, deadline: float) -> Mapping[str, str] | None:
        """What a figure is taken to be, by the fields of a decision, written down; None where nothing passes.

        Raises:
            ModelFaultError: the model fails.
            CorpusError: the file of corrections cannot be written.
        """
        sentence, around = self._texts(observation)
        slots = {**self._slots, PERIOD: self._years(observation, f"{around} {sentence}")}
        asked = {
            "slots": {
                slot: {code: name_code(slot, code, self._phrases) for code in codes}
                for slot, codes in slots.items()
            },
            "sentence": sentence,
            "heading": around,
            "figure": observation.quantity.surface,
        }
        text = self._client.ask(
            prompts.messages("figures", asked), prompts.slots_schema("figures", slots), deadline
        )
        said = self._said(parse_reply(text, slots), f"{around} {sentence}", observation)
        if said is None:
            return None
        try:
            self._review.decide(observation, PROPOSE, said, COMMENT, self._client.settings.shown)
        except CorpusError:
            if not self._fits(observation, said):
                return None  # codes that do not go together
            raise
        return said

    def _fits(self, observation: Observation, said: Mapping[str, str]) -> bool:
        try:
            self._review.cells(observation, said)
        except CorpusError:
            return False
        return True

    def _texts(self, observation: Observation) -> tuple[str, str]:
        """The sentence or row of a figure, and what stands above and beside it."""
        paragraph = self._review.store.paragraph(observation.paragraph_id)
        start, end = self._review.statement(observation)
        return paragraph.text[start:end], " ".join((*paragraph.section, *cell_names(paragraph, observation)))

    def _years(self, observation: Observation, text: str) -> list[str]:
        own = str(self._review.store.report(observation.report_id).year)
        return list(dict.fromkeys((own, *find_years(text))))

    def _said(self, reply: Reply, text: str, observation: Observation) -> dict[str, str] | None:
        """What is proposed, where all of it is told in the text and contradicts nothing that was read."""
        own = str(self._review.store.report(observation.report_id).year)
        told = {slot for slot in reply.codes if slot != PERIOD or reply.codes[slot] != own}
        words = {slot: reply.words[slot] for slot in told}
        if MEASURE not in reply.codes or not is_told(Reply(reply.codes, words), text):
            return None
        groups = {d: reply.codes[d] for d in POPULATION if d in reply.codes}
        if any(groups.get(d, code) != code for d, code in observation.dimensions.items()):
            return None
        said = {
            "measure": reply.codes[MEASURE],
            "dimensions": format_dimensions({**observation.dimensions, **groups}),
            "period": reply.codes.get(PERIOD) or observation.period or "",
        }
        same = observation.measure == said["measure"] and dict(observation.dimensions) == groups
        return None if same and said["period"] == (observation.period or "") else said

    @cached_property
    def _slots(self) -> dict[str, list[str]]:
        vocabulary = self._review.vocabulary
        found = {
            MEASURE: [entry.code for entry in vocabulary.of("measure") if entry.code != UNPLACED],
            **{d: [entry.code for entry in vocabulary.of(d)] for d in POPULATION},
        }
        return {
            slot: codes
            for slot, codes in found.items()
            if codes and (slot == MEASURE or len(codes) <= MOST_CODES)
        }


def is_proposed_for(observation: Observation) -> bool:
    """Whether a model may say what a figure is: one that was read, uncertainly, as a level."""
    return not observation.certain and observation.kind is Kind.LEVEL


def propose_figures(client: Client, review: Review, observations: Sequence[Observation]) -> tuple[int, int]:
    """Ask about every figure that a model may be asked about: how many were, and for how many it said what.

    Raises:
        ModelFaultError: the model fails; what was written before that stays.
        CorpusError: the file of corrections cannot be written.
    """
    reading, asked, proposed = FigureReading(client, review), 0, 0
    for observation in filter(is_proposed_for, observations):
        deadline = time.monotonic() + client.settings.timeout
        asked += 1
        try:
            proposed += reading.propose(observation, deadline) is not None
        except ModelFaultError as error:
            if error.fault not in (Fault.EMPTY, Fault.BROKEN, Fault.TOO_LONG):
                raise
    return asked, proposed
