"""A claim that a message holds for checking, with words around it that name nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from ingest.numbers import find_periods, find_quantities
from ingest.sentences import find_sentences
from ingest.vocabulary import Vocabulary, starts_with
from rag.calculate import COUNTED
from rag.models import Intent
from rag.wording import joined_by

# Words between two marks of quotation that belong together, or else between any two; an apostrophe is none.
_QUOTATION = re.compile(r'«[^«»]+»|[“”][^“”]+[“”]|„[^„“”]+[“”]|"[^"]+"|[«“”„"][^«»“”„"]+[»“”"]')
# A question after a claim that is as short as this says only that it is to be checked.
MOST_WORDS = 6
# A claim and what is asked after it.
FEWEST = 2
# What may be wanted of a claim, so that it is checked all the same.
CHECKED = frozenset({Intent.VERIFY.value, "yes_no"})


def as_checked(text: str, language: str, vocabulary: Vocabulary) -> str:
    """A message that holds one claim with a figure as the question whether that is so; else as it is.

    "«41 prosent gikk til arbeid i 2023.» Dekning?", "60 prosent av kvinnene nådde målet i 2023. Blemme?"
    """
    for claim, around in _claims(text, vocabulary):
        if _claims_figure(claim, vocabulary) and _names_nothing(around, vocabulary):
            [lead] = vocabulary.word_list("language", "questions", f"verifying_{language}")
            years = [p.surface for p in find_periods(around)] if not find_periods(claim) else []
            within = "in" if language == "en" else "i"
            when = [within, years[0]] if years else []
            return " ".join([lead, claim.strip(" .!,;:"), *when]) + "?"
    return text


def find_quotations(text: str) -> list[tuple[int, int]]:
    """Where words between marks of quotation begin and end; other marks within them are a part of them."""
    return [(match.start() + 1, match.end() - 1) for match in _QUOTATION.finditer(text)]


def _claims(text: str, vocabulary: Vocabulary) -> Iterator[tuple[str, str]]:
    """What may be a claim, and the words around it: the one quotation, or all but a short last question."""
    quoted = find_quotations(text)
    if len(quoted) == 1:
        [(start, end)] = quoted
        yield text[start:end], f"{text[: start - 1]} {text[end + 1 :]}"
    sentences = [text[start:end] for start, end in find_sentences(text)]
    if quoted or len(sentences) < FEWEST or not sentences[-1].rstrip().endswith("?"):
        return
    *told, asked = sentences
    tokens = vocabulary.tokens(asked)
    plural = tuple(vocabulary.word_list("language", "questions", "plural"))
    of_others = len(tokens) == 1 and tokens[0].word.endswith(plural)
    if of_others or len(tokens) > MOST_WORDS or joined_by(tokens, 0, vocabulary):
        # "Eneforsørgere?", "Og resten?" ask for others.
        return
    if len(told) == 1 and not _asks_to_check(asked, vocabulary):
        yield _without_source(told[0], asked, vocabulary)


def _asks_to_check(asked: str, vocabulary: Vocabulary) -> bool:
    """Whether a question has words by which a claim before it is checked anyhow ("Er det riktig?")."""
    wanted = vocabulary.find_intents(asked, vocabulary.tokens(asked))
    return any(mention.code == Intent.VERIFY.value for mention in wanted)


def _without_source(told: str, asked: str, vocabulary: Vocabulary) -> tuple[str, str]:
    """A claim and the words around it: what stands before a colon, or before what someone says "that" of."""
    heading, colon, claim = told.partition(": ")
    if colon:
        return claim, f"{heading} {asked}"
    tokens = vocabulary.tokens(told)
    that, says = (
        {w for key in keys for w in vocabulary.word_list("language", "questions", key)}
        for keys in (("claims", "claims_en"), ("saying_so",))
    )
    opened = [token for token in tokens if token.word in that]
    if opened:
        return told[opened[0].end :], f"{told[: opened[0].start]} {asked}"
    # "Tipser hevder 905 personer …" has no word where the claim begins.
    return ("" if any(token.word in says for token in tokens) else told), asked


def _claims_figure(claim: str, vocabulary: Vocabulary) -> bool:
    """Whether a text tells one figure of something that is counted, and asks nothing."""
    figures = [q for q in find_quantities(claim) if q.unit in (None, *COUNTED)]
    named = any(m.dimension == "measure" for m in vocabulary.find(claim))
    openers = vocabulary.sequences("language", "questions", "openers")
    asks = "?" in claim or starts_with(vocabulary.tokens(claim), 0, openers)
    return len(figures) == 1 and named and not asks


def _names_nothing(around: str, vocabulary: Vocabulary) -> bool:
    """Whether the words around a claim name no group, measure, subject or figure, and want nothing else."""
    tokens = vocabulary.tokens(around)
    verbs = vocabulary.word_list("language", "questions", "verb_openers")
    openers = {w for w in vocabulary.sequences("language", "questions", "openers") if w[0] not in verbs}
    asks = any(starts_with(tokens, at, openers) for at in range(len(tokens)))
    named = any(m.dimension != "frame" for m in vocabulary.find(around))
    wanted = {m.code for m in vocabulary.find_intents(around, tokens)} - CHECKED
    several = len({p.surface for p in find_periods(around)}) > 1
    of_it = _asks_something_of_it(around, vocabulary)
    return not (asks or named or wanted or several or of_it or find_quantities(around))


def _asks_something_of_it(around: str, vocabulary: Vocabulary) -> bool:
    """Whether a question asks what a claim is else than true ("Er det nordmenn?", "Er det bra?")."""
    tokens = vocabulary.tokens(around)
    it, applies, being = (
        vocabulary.word_list("language", "questions", key) for key in ("formal", "applies", "being")
    )
    asked = any(
        verb.word in (*applies, *being) and subject.word in it for verb, subject in pairwise(tokens[:-1])
    )
    return asked and not _asks_to_check(around, vocabulary)
