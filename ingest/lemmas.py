"""Words -> lemmas, for word search.

simplemma's dictionaries take 0.6 to 0.9 s to load, too long for a single question. So they are read when a
store is built: every form in them of a word that the reports use goes into the store, and a question's
words are looked up there. A form that stands in no dictionary is matched by its ending.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from ingest.compiled import read_tables
from ingest.models import CorpusError
from ingest.settings import CORPUS

LANGUAGES = ("nb", "nn")
MIN_STEM = 5  # letters of a word that may be recognised by its ending alone; shorter ones hit by chance

_GROUPED = re.compile(r"(?<![\d,.])\d{1,3}(?:[ \u00a0\u202f\u2009]\d{3})+(?![\d,])")
_WORD = re.compile(r"[^\W_]+(?:[,.]\d+)?")


@dataclass(frozen=True, slots=True)
class WordRules:
    """What lexical.toml says: words to leave out, and (ending, what stands for it), longest ending first."""

    stopwords: frozenset[str]
    endings: tuple[tuple[str, str], ...]


@lru_cache(maxsize=4)
def load_word_rules(path: Path = CORPUS / "vocabulary" / "lexical.toml") -> WordRules:
    """Read stop words and endings.

    Raises:
        CorpusError: the file is missing or not of the expected shape.
    """
    try:
        data = read_tables(path.parent)[path.stem]
        swaps = [(str(ending), "") for ending in data["endings"]]
        swaps += [(str(ending), str(other)) for ending, other in data["swaps"]]
        swaps.sort(key=lambda swap: len(swap[0]), reverse=True)
        return WordRules(frozenset(map(str, data["stopwords"])), tuple(swaps))
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise CorpusError(f"{path.name}: cannot be read ({error}). Restore the file.") from error


def words(text: str, rules: WordRules | None = None) -> list[str]:
    """The words and numbers of a text in lower case; "32 500" is one number, stop words are left out.

    `rules` are those of lexical.toml, here and below, unless others are given.
    """
    plain = unicodedata.normalize("NFC", text).lower()
    plain = _GROUPED.sub(lambda match: re.sub(r"\s", "", match.group()), plain)
    stopwords = (rules or load_word_rules()).stopwords
    return [word for word in _WORD.findall(plain) if word not in stopwords]


def dictionary_lemma(word: str) -> str:
    """The lemma of a word after simplemma's bokmål and nynorsk dictionaries; loads them when first used."""
    import simplemma

    return simplemma.lemmatize(word, lang=LANGUAGES).lower()


def is_word(word: str, language: str) -> bool:
    """Whether a lower-case word stands in a dictionary of a language, which is loaded when first used.

    In simplemma's compact form: that takes two thirds of the time to load and a tenth of the 110 MB, and few
    words are asked about.
    """
    import simplemma

    return simplemma.is_known(word, lang=("en",) if language == "en" else LANGUAGES, low_memory=True)


def find_forms(texts: Iterable[str], rules: WordRules | None = None) -> dict[str, str]:
    """Every form, in the dictionaries or in the texts, of each word of the texts, with its lemma."""
    used = {word for text in texts for word in words(text, rules)}
    forms = {word: dictionary_lemma(word) for word in sorted(used)}
    lemmas = frozenset(forms.values())
    return {**{lemma: lemma for lemma in lemmas}, **_dictionary_forms(lemmas), **forms}


@lru_cache(maxsize=2)
def _dictionary_forms(lemmas: frozenset[str]) -> Mapping[str, str]:
    """The forms that the dictionaries give for some lemmas; bokmål wins over nynorsk."""
    from simplemma.strategies.dictionaries.dictionary_factory import DEFAULT_DICTIONARY_FACTORY

    forms: dict[str, str] = {}
    for language in LANGUAGES:
        for form, lemma in DEFAULT_DICTIONARY_FACTORY.get_dictionary(language).items():
            if lemma.lower() in lemmas:
                forms.setdefault(form.lower(), lemma.lower())
    return forms


def find_lemmas(text: str, look_up: Callable[[str], str | None], rules: WordRules | None = None) -> list[str]:
    """The lemmas of a text's words. `look_up` gives the lemma of a known form, None for another word."""
    rules = rules or load_word_rules()
    return [_lemma(word, look_up, rules) for word in words(text, rules)]


def lemmas_of(text: str, forms: Mapping[str, str]) -> list[str]:
    """`find_lemmas` with a mapping of forms."""
    return find_lemmas(text, forms.get)


def _lemma(word: str, look_up: Callable[[str], str | None], rules: WordRules) -> str:
    if (known := look_up(word)) is not None:
        return known
    for ending, other in rules.endings:
        stem = word.removesuffix(ending)
        if stem != word and len(stem) >= MIN_STEM and (known := look_up(stem + other)) is not None:
            return known
    return word
