"""Who is quoted in the reports: whose words a question quotes, and who speaks at all.

What someone said is found as other sentences are. A question that holds the words and asks whose they are, or
that asks who speaks and not of what, has nothing to search for: the quotations themselves are looked through.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from ingest.models import Paragraph
from ingest.vocabulary import Token, holds, starts_with
from rag.cues import POLAR
from rag.models import Draft, Intent, Line, Query, Role, Source
from rag.passages import Passages
from rag.quoted import find_quotations
from rag.retrieve import Retriever

# Fewer words between marks of quotation may stand in several quotations.
FEWEST_QUOTED = 3
# People who are quoted in an answer that tells who is.
MAX_SPEAKERS = 4


class Speakers:
    """Answers with quotations that the words of a question do not lead to.

    Args:
        retriever: knows the quotations and who speaks in them.
        passages: makes answers of them.
    """

    def __init__(self, retriever: Retriever, passages: Passages) -> None:
        self.retriever, self.vocabulary, self.passages = retriever, retriever.vocabulary, passages

    def answer(self, query: Query, asked: str) -> Draft | None:
        """The quotations that a question asks for; None where it asks for none or the reports have none.

        `asked` is the whole text, whose quotation may stand before the question itself.
        """
        tokens = self.vocabulary.tokens(query.text)
        spoken = self._of_quotation(query, tokens, asked) or self._of_title(query, tokens)
        spoken = spoken or self._of_everyone(query, tokens)
        if not spoken:
            return None
        return self.passages.quoted([Source(p.id, 0, len(p.text)) for p in spoken[:MAX_SPEAKERS]])

    def with_title(self, draft: Draft, asked: str) -> Draft:
        """A quotation with the one that says most fully who speaks, where a title is asked for besides.

        "Noen sier at kommunene kan bli mer ambisiøse. Trenger navn og tittel."
        """
        if not holds(self.vocabulary.tokens(asked), self._words("titles")):
            return draft
        speeches = self.retriever.speeches()
        quoted = {source.paragraph_id for line in draft.lines for source in line.sources}
        people = {p for paragraph, who in speeches if paragraph.id in quoted for p in self._named(who)}
        fullest = [p for p in self._fullest(people, speeches) if p.id not in quoted]
        if len(people) != 1 or not fullest:
            return draft
        told = (Line(Role.QUOTE, "", (Source(p.id, 0, len(p.text)),)) for p in fullest)
        return replace(draft, lines=(*draft.lines, *told))

    def _words(self, key: str) -> frozenset[tuple[str, ...]]:
        return self.vocabulary.sequences("language", "questions", key)

    def _of_quotation(self, query: Query, tokens: list[Token], asked: str) -> list[Paragraph]:
        """The quotation whose words a question repeats ("«Dette er et paradoks.» Hvem sa det?")."""
        wants = query.intent is Intent.WHO_SAID or holds(tokens, self._words("titles"))
        # "… «mer ambisiøse». Statsråden eller direktøren?"
        either = len(query.terms) > 1 and len(self._people(query.terms)) == len(query.terms)
        if not (wants or either):
            return []
        said = [_plain(asked[start:end]) for start, end in find_quotations(asked)]
        speeches = self.retriever.speeches() if said else []
        found = self._holding([words for words in said if len(words.split()) >= FEWEST_QUOTED], speeches)[:1]
        if not found:
            # "«Et paradoks», hvem sa det?": so few words tell whose they are where one alone says them.
            found = self._holding([words for words in said if words], speeches)
            found = found if len(found) == 1 else []
        titled = holds(self.vocabulary.tokens(asked), self._words("titles"))
        if not (found and titled):
            return found
        speaks = {p for paragraph, who in speeches if paragraph == found[0] for p in self._named(who)}
        return [*found, *(p for p in self._fullest(speaks, speeches) if p != found[0])]

    @staticmethod
    def _holding(said: Sequence[str], speeches: Sequence[tuple[Paragraph, str]]) -> list[Paragraph]:
        """The quotations in which some words stand."""
        return [p for p, _ in speeches if any(f" {words} " in f" {_plain(p.text)} " for words in said)]

    def _fullest(self, people: set[str], speeches: Sequence[tuple[Paragraph, str]]) -> list[Paragraph]:
        """The quotation of some people that says most fully who it is that speaks."""
        own = [(paragraph, who) for paragraph, who in speeches if people & self._named(who)]
        return [paragraph for paragraph, _ in sorted(own, key=lambda speech: -len(speech[1]))][:1]

    def _named(self, who: str) -> set[str]:
        """The people that the words on who speaks name, as keys."""
        return self._people(key.removeprefix("term:") for key in self.retriever.keys(who))

    def _of_title(self, query: Query, tokens: list[Token]) -> list[Paragraph]:
        """The quotation that says most fully who speaks, where someone's title or office is asked for."""
        people = self._people(query.terms)
        told = query.unmatched or query.measures or query.dimensions or query.quantities
        if 1 < len(people) == len(query.terms) and not told and POLAR not in query.cues:
            # "Navn på direktøren og statsråden?"
            speeches = self.retriever.speeches(query)
            return [p for who in sorted(people) for p in self._fullest({who}, speeches)]
        goes_on = bool(query.context) and "speaking" in query.cues  # "Hvem er direktøren …? Og ministeren?"
        if (
            not people
            or len(people) < len(query.terms)
            or not (goes_on or holds(tokens, self._words("titles")))
        ):
            return []
        if told:
            return []
        return self._fullest(people, self.retriever.speeches(query))

    def _of_everyone(self, query: Query, tokens: list[Token]) -> list[Paragraph]:
        """A quotation of each who speaks ("Hvem uttaler seg i saken?"), or of whoever does for a body."""
        asking = (
            tokens if starts_with(tokens, 0, self._words("who")) else self.vocabulary.tokens(query.context)
        )
        asks = starts_with(asking, 0, self._words("who")) and holds(asking, self._words("speaking"))
        if query.intent is not Intent.WHO_SAID or not asks:
            return []
        if query.unmatched or query.measures or query.dimensions or query.quantities:
            return []
        bodies = self._speak_for(tokens)
        if query.terms and not bodies:
            return []
        first: dict[str, Paragraph] = {}
        for paragraph, who in self.retriever.speeches(query):
            people = self._named(who)
            if not bodies or people & bodies:
                first.setdefault(",".join(sorted(people)) or who, paragraph)
        return list(first.values())

    def _people(self, terms: Iterable[str]) -> set[str]:
        """Those of some terms that are people, as keys."""
        known = {entry.code for entry in self.vocabulary.of("term") if entry.data.get("person")}
        return {f"term:{code}" for code in known.intersection(terms)}

    def _speak_for(self, tokens: Sequence[Token]) -> set[str]:
        """The people who speak for a body that is named ("fra regjeringen"), as keys."""
        words = {token.word for token in tokens}
        people = (entry for entry in self.vocabulary.of("term") if entry.data.get("person"))
        return {f"term:{e.code}" for e in people if words & set(e.data.get("speaks_for", ()))}


def _plain(text: str) -> str:
    """The words of a text alone."""
    return " ".join(re.findall(r"\w+", text.lower()))
