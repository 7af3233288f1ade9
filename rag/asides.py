"""Remarks around a question, which say nothing of what is asked ("din dumme maskin, …", "…, ikke lyv").

A word that was not understood may narrow a question, so that none is passed over. Only a whole stretch of
words between two marks may be: one that names nothing the reports count, no year and no
figure, and that speaks to whoever answers, cries, or holds a word of scorn.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from ingest.numbers import find_periods, find_quantities
from ingest.vocabulary import Token, Vocabulary, starts_with

# Between stretches: a comma, a colon, the end of a sentence, a dash with spaces around it.
_BREAK = re.compile(r"(?:[,;:]|[.!?…]+)\s+|\s+[-–—]\s+")
_CRY = "!"
# A remark speaks to someone with one of its first words.
FIRST_WORDS = 3
# Letters of a noun in its definite form, at least.
LEAST_NAME = 5


@dataclass(frozen=True, slots=True)
class _Stretch:
    """The words between two marks; `end` is after the mark that ends them."""

    start: int
    stop: int
    end: int
    tokens: tuple[Token, ...]


def without_asides(text: str, language: str, vocabulary: Vocabulary) -> str:
    """The question without the remarks before and after it; as it stands where nothing else is in it."""
    text = _without_name(text, vocabulary)
    stretches = _stretches(text, vocabulary.tokens(text))
    if len(stretches) < 2:
        return text
    told = _told(text, vocabulary)
    aside = [_is_aside(text, stretch, told, language, vocabulary) for stretch in stretches]
    aside[0] = aside[0] or (_calls(stretches[0], vocabulary) and not _names(stretches[0], told))
    aside[-1] = aside[-1] or (
        _is_name_called(text, stretches[-1], vocabulary) and not _names(stretches[-1], told)
    )
    kept = [i for i, said in enumerate(aside) if not said]
    if not any(_names(stretches[i], told) or _opens(stretches[i], vocabulary) for i in kept):
        return text
    last = stretches[kept[-1]]
    after = text[last.stop :] if kept[-1] == len(stretches) - 1 else _closed(text, last)
    before = (text[stretches[i].start : stretches[i].end] for i in kept[:-1])
    return "".join(before) + text[last.start : last.stop] + after


def is_scorn(text: str, vocabulary: Vocabulary) -> bool:
    """Whether a text names nothing that can be asked about, and scorns or remarks ("Er du dum?")."""
    words = [token.word for token in vocabulary.tokens(text)]
    comments = vocabulary.word_list("language", "questions", "comments")
    remarks = _scorns(words, vocabulary) or (words[:1] and words[0] in comments and "?" not in text)
    return bool(remarks or _is_cry(text, words, vocabulary)) and not _told(text, vocabulary)


def _is_cry(text: str, words: Sequence[str], vocabulary: Vocabulary) -> bool:
    """Whether a text but cries out a word or two ("JUKSEMAKERE!"), and wants nothing ("Bekreft!")."""
    wants = vocabulary.find_intents(text, vocabulary.tokens(text))
    return text.rstrip().endswith(_CRY) and 0 < len(words) < FIRST_WORDS and not wants


@lru_cache(maxsize=12)
def aside_words(vocabulary: Vocabulary, section: str) -> frozenset[str]:
    """The words of a section of asides.toml, of all languages."""
    languages = ("nb", "nn", "en")
    return frozenset(w for code in languages for w in vocabulary.word_list("asides", section, code))


def _told(text: str, vocabulary: Vocabulary) -> list[tuple[int, int]]:
    """Where a text names something that can be asked about, a year or a figure."""
    told = [(m.start, m.end) for m in vocabulary.find(text) if m.dimension != "frame"]
    told += [(p.start, p.end) for p in find_periods(text)]
    told += [(q.start, q.end) for q in find_quantities(text)]
    return told


def _scorns(words: Sequence[str], vocabulary: Vocabulary) -> bool:
    return not aside_words(vocabulary, "remarks").isdisjoint(words)


def _closed(text: str, last: _Stretch) -> str:
    """The mark that a question keeps at its end: its own question mark, or that of the remark after it."""
    own = text[last.stop : last.end].strip()
    return "?" if own.startswith("?") or text.rstrip().endswith("?") else ""


def _stretches(text: str, tokens: Sequence[Token]) -> list[_Stretch]:
    marks = [(match.start(), match.end()) for match in _BREAK.finditer(text)]
    starts = [0, *(end for _, end in marks)]
    ends = [*marks, (len(text), len(text))]
    found = (
        _Stretch(start, stop, end, tuple(t for t in tokens if start <= t.start < stop))
        for start, (stop, end) in zip(starts, ends, strict=True)
    )
    return [stretch for stretch in found if stretch.tokens]


def _names(stretch: _Stretch, told: Sequence[tuple[int, int]]) -> bool:
    return any(start < stretch.stop and stretch.start < end for start, end in told)


def _without_name(text: str, vocabulary: Vocabulary) -> str:
    """The text without what someone is called at its end ("… i 2017 din blikkboks")."""
    tokens = vocabulary.tokens(text)
    owned, scorned = (
        {w for key in keys for w in vocabulary.word_list("language", "questions", key)}
        for keys in (("yours",), ("spoken_to", "then"))
    )
    called = [
        token.start
        for at, token in enumerate(tokens[:-1])
        if at >= max(1, len(tokens) - FIRST_WORDS)
        and (token.word in owned or token.word in scorned)
        and (token.word in owned or _scorns([t.word for t in tokens[at + 1 :]], vocabulary))
    ]
    told = _told(text, vocabulary) if called else []
    for start in called:
        if any(end <= start for _, end in told) and not any(end > start for _, end in told):
            return text[:start].rstrip(" ,") + text[tokens[-1].end :]
    return text


def _opens(stretch: _Stretch, vocabulary: Vocabulary) -> bool:
    return bool(starts_with(stretch.tokens, 0, vocabulary.sequences("language", "questions", "openers")))


def _calls(stretch: _Stretch, vocabulary: Vocabulary) -> bool:
    """Whether the words before a question only begin to speak ("ok smarting, …")."""
    words = [token.word for token in stretch.tokens]
    return len(words) <= FIRST_WORDS and words[0] in vocabulary.word_list(
        "language", "questions", "interjections"
    )


def _is_name_called(text: str, stretch: _Stretch, vocabulary: Vocabulary) -> bool:
    """Whether the one word after a question is what someone is called ("…, landkrabbe?"), and no people."""
    words = [token.word for token in stretch.tokens]
    plural = vocabulary.word_list("language", "questions", "plural")
    before = text[: stretch.start].rstrip()
    return len(words) == 1 and before.endswith(",") and words[0].isalpha() and not words[0].endswith(plural)


def _is_aside(
    text: str, stretch: _Stretch, told: Sequence[tuple[int, int]], language: str, vocabulary: Vocabulary
) -> bool:
    if _names(stretch, told):
        return False
    english = "_en" if language == "en" else ""
    narrowing = vocabulary.word_list("language", "questions", f"narrowing{english}")
    address = vocabulary.word_list("language", "questions", f"address{english}")
    words = [token.word for token in stretch.tokens]
    if words[0] in narrowing or _asks(stretch.tokens, vocabulary):
        return False
    cries = text[stretch.stop : stretch.end].startswith(_CRY)
    speaks = any(word in address for word in words[:FIRST_WORDS])
    return cries or speaks or _scorns(words, vocabulary) or _tells_of_a_thing(words, vocabulary)


def _tells_of_a_thing(words: Sequence[str], vocabulary: Vocabulary) -> bool:
    """Whether a stretch is a sentence on a thing around whoever asks ("kalkulatoren er tom for batteri").

    Its subject is named by its definite form alone, so that it is neither people nor some of them.
    """
    being = vocabulary.word_list("language", "questions", "being")
    owners = vocabulary.word_list("language", "questions", "mine")
    ends = tuple(vocabulary.word_list("language", "questions", "definite_ends"))
    owned = len(words) > FIRST_WORDS and words[1] in owners
    verb = words[2:3] if owned else words[1:2]
    named = len(words[0]) >= LEAST_NAME and words[0].endswith(ends)
    return named and bool(verb) and verb[0] in being and len(words) >= FIRST_WORDS


def _asks(tokens: Sequence[Token], vocabulary: Vocabulary) -> bool:
    """Whether a stretch asks something of its own; "er det rart" or "kan du svare" asks for no figure."""
    openers = vocabulary.sequences("language", "questions", "openers")
    verbs = vocabulary.word_list("language", "questions", "verb_openers")
    length = starts_with(tokens, 0, openers)
    return bool(length) and tokens[0].word not in verbs
