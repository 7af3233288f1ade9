"""The vocabulary of the domain: `corpus/vocabulary/*.toml` -> `Vocabulary.find(text)` -> mentions.

Reports and questions are read with the same vocabulary. How surface forms are written in the files is told in
`ingest.surfaces`; forms under `english` hold in English text only.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property, lru_cache
from pathlib import Path
from typing import Any

from ingest.compiled import Compiled, read_compiled, read_tables
from ingest.models import CorpusError
from ingest.places import read_places
from ingest.surfaces import (
    GAP_WORDS,
    INFLECTION_LETTERS,
    Forms,
    Name,
    Token,
    beginnings,
    expand,
    first_words,
    parse,
    tokenize,
    words_of,
)  # fmt: skip

__all__ = [
    "CORPUS", "ENGLISH", "GAP_WORDS", "INFLECTION_LETTERS", "INTENT", "SPLIT_LETTERS", "VOCABULARY",
    "Entry", "Mention", "Token", "Vocabulary", "ends_with", "expand", "holds", "load_vocabulary",
    "read_tables", "starts_any", "starts_with", "tokenize",
]  # fmt: skip

CORPUS = Path(__file__).resolve().parent.parent / "corpus"
VOCABULARY = CORPUS / "vocabulary"

# Marks the dimension of a mention that holds in English text only ("men" is "but" in Norwegian).
ENGLISH = "@en"
INTENT = "intent"
# Words between the two parts of a union ("jobb eller hadde begynt på utdanning").
UNION_WORDS = 4
# Parts shorter than this are too often chance letters inside another word.
SPLIT_LETTERS = 4

CUTS_KEPT = 20_000  # words; a report of 300 pages has half as many different ones

# The keys under which an entry has surface forms, what they add to its dimension, and whether they are weak.
_FORMS = (("synonyms", "", False), ("weak", "", True), ("english", ENGLISH, False))


@dataclass(frozen=True, slots=True)
class Mention:
    """A vocabulary entry named in a text. `weak` mentions count only where nothing stronger does."""

    dimension: str
    code: str
    start: int
    end: int
    surface: str
    weak: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """One vocabulary entry; `data` is the TOML table as written."""

    dimension: str
    code: str
    data: Mapping[str, Any] = field(repr=False)

    def text(self, key: str, language: str) -> str:
        """The entry's text for `key` ("name", "did", …) in a language, bokmål where it is missing."""
        table = self.data.get(key, {})
        return str(table.get(language, table.get("nb", "")))

    def forms(self, key: str, language: str) -> tuple[str, ...]:
        """The entry's (indefinite, definite) forms for `key`; empty where it has none."""
        table = self.data.get(key, {})
        return tuple(table.get(language, table.get("nb", ())))

    @property
    def units(self) -> tuple[str, ...]:
        """Units in which a figure of this measure can be given."""
        return tuple(self.data.get("units", ()))

    @property
    def broader(self) -> str | None:
        """Code of the nearest wider entry, if any."""
        return self.data.get("broader")

    @property
    def complement(self) -> str | None:
        """Code of the entry that holds just those whom this one does not, if any."""
        return self.data.get("complement")

    @property
    def denominator(self) -> str | None:
        """Code of the measure that a share of this measure is a share of, if any."""
        return self.data.get("denominator")

    def is_written(self, surface: str, *, cased: bool) -> bool:
        """Whether a name is written with its capital, where the text (`cased`) or the name must be."""
        if not (cased or self.data.get("capital")):
            return True
        first = self.text("label", "nb").split()[0]
        return any(word.lower() == first.lower() and word[0].isupper() for word in surface.split())

    @property
    def stage(self) -> bool:
        """Whether the measure counts people at a stage of the programme (rather than an outcome)."""
        return bool(self.data.get("stage", False))


class Vocabulary:
    """Everything that is known about the domain's words, loaded from TOML files.

    Args:
        tables: the files by their names.
        compiled: what `compile` made of the very same tables.
    """

    def __init__(self, tables: Mapping[str, Mapping[str, Any]], compiled: Compiled | None = None) -> None:
        self.entries: dict[tuple[str, str], Entry] = {}
        self.tables, self._compiled = tables, compiled
        # Surface forms with what they name: of most entries, of intents, and of names that are also words.
        self._surfaces: tuple[list[tuple[str, Name]], ...] = ([], [], [])
        for name, table in tables.items():
            for data in (*table.get("entry", ()), *read_places(table)):
                self._add(name, table.get("dimension"), data)
        firsts = compiled.firsts if compiled else [first_words(forms) for forms in self._surfaces]
        self._firsts = firsts
        self._forms, self._intents, self._guarded = map(Forms, self._surfaces, firsts)

    def compile(self) -> Compiled:
        """What takes long to work out of the tables."""
        words = {
            "words": self.words, "intent_words": self.intent_words, "prefixes": self.prefixes,
            "names": self._names,
        }  # fmt: skip
        return Compiled(words, self._firsts)

    def _add(self, name: str, dimension: str | None, data: Mapping[str, Any]) -> None:
        dimension = data.get("dimension", dimension)
        code = data.get("code")
        if not dimension or not code:
            raise CorpusError(f"{name}: an entry lacks its dimension or code; give both: {dict(data)!r:.80}")
        if (dimension, code) in self.entries:
            raise CorpusError(f"{name}: {dimension} {code!r} stands twice; merge the two entries")
        self.entries[dimension, code] = Entry(dimension, code, data)
        usual, intents, guarded = self._surfaces
        for key, suffix, weak in _FORMS:
            if dimension == INTENT:
                forms = intents
            else:
                forms = guarded if data.get("guarded") and suffix != ENGLISH else usual
            named = (dimension + suffix, code, weak)
            forms.extend((surface, named) for surface in data.get(key, ()))

    def entry(self, dimension: str, code: str) -> Entry:
        """The entry of a code; an age range such as "19-24" is a code without an entry of its own."""
        found = self.entries.get((dimension, code))
        return found if found is not None else Entry(dimension, code, {})

    def measure(self, code: str) -> Entry:
        """The entry of a measure."""
        return self.entry("measure", code)

    def of(self, dimension: str) -> list[Entry]:
        """All entries of a dimension in the order of the files."""
        return self._by_dimension.get(dimension, [])

    @cached_property
    def _by_dimension(self) -> dict[str, list[Entry]]:
        found: dict[str, list[Entry]] = {}
        for (dimension, _), entry in self.entries.items():
            found.setdefault(dimension, []).append(entry)
        return found

    @cached_property
    def words(self) -> frozenset[str]:
        """Every single word that occurs in a surface form, a word list or a people noun."""
        if self._compiled:
            return self._compiled.words["words"]
        found = {word for word in self._surface_words if not word.endswith("~")}
        found |= {word for word in self.prefixes if len(word) >= SPLIT_LETTERS}
        for name in ("grammar", "frame", "numerals"):
            for surface in _strings(self.tables.get(name, {})):
                found.update(token.word for token in tokenize(surface) if "(" not in surface)
        return frozenset(found)

    @cached_property
    def _names(self) -> frozenset[str]:
        """Words of the names that are also words: no misspelling is put right to one, no compound has one."""
        if self._compiled:
            return self._compiled.words["names"]
        return words_of(parse(surface) for surface, _ in self._surfaces[2])

    @cached_property
    def guarded_places(self) -> dict[str, str]:
        """Codes of the places whose names are words too, by the name in lower case."""
        return {
            e.text("label", "nb").lower(): e.code
            for e in self.entries.values()
            if e.data.get("guarded") and not e.data.get("vague")
        }

    @cached_property
    def intent_words(self) -> frozenset[str]:
        """Every single word by which questions show what they want."""
        if self._compiled:
            return self._compiled.words["intent_words"]
        words = words_of(parse(surface) for surface, _ in self._surfaces[1])
        return frozenset(word for word in words if not word.endswith("~"))

    @cached_property
    def prefixes(self) -> frozenset[str]:
        """Beginnings of words that may go on with an inflection."""
        if self._compiled:
            return self._compiled.words["prefixes"]
        return frozenset(word[:-1] for word in self._surface_words if word.endswith("~"))

    @cached_property
    def _surface_words(self) -> frozenset[str]:
        usual, intents, _ = self._surfaces
        return words_of(parse(surface) for surface, _ in (*usual, *intents))

    def word_list(self, table: str, section: str, key: str) -> tuple[str, ...]:
        """A word list of a file, e.g. `word_list("grammar", "change", "up")`."""
        return tuple(self.tables.get(table, {}).get(section, {}).get(key, ()))

    @cache  # noqa: B019 - a vocabulary lives as long as the process
    def sequences(self, table: str, section: str, key: str) -> frozenset[tuple[str, ...]]:
        """A word list of a file as word sequences."""
        return frozenset(
            tuple(token.word for token in tokenize(surface))
            for surface in self.word_list(table, section, key)
        )

    def knows(self, word: str) -> bool:
        """Whether a lower-case word occurs in the vocabulary, inflections included."""
        if word in self.words or word in self._names:
            return True
        return any(start in self.prefixes for start in beginnings(word))

    def tokens(self, text: str) -> list[Token]:
        """Words of `text`; words run together or compounded of two known words are taken apart."""
        result: list[Token] = []
        for token in tokenize(text):
            result.extend(self._parts(token))
        return result

    def _parts(self, token: Token) -> Iterator[Token]:
        cuts = self._cuts(token.word)
        if not cuts:
            yield token
            return
        for begin, end in cuts:
            yield Token(token.word[begin:end], token.start + begin, token.start + end)

    @cached_property
    def _cuts(self) -> Callable[[str], tuple[tuple[int, int], ...]]:
        """Where a word is taken apart: offsets of its parts, none where it stays whole. Words come again."""
        return lru_cache(maxsize=CUTS_KEPT)(self._find_cuts)

    def _find_cuts(self, word: str) -> tuple[tuple[int, int], ...]:
        if len(word) < 2 * SPLIT_LETTERS or any(c.isdigit() for c in word) or self.knows(word):
            return ()
        hyphen = re.search(r"[-\u2010\u2011]", word)
        if hyphen:
            at = hyphen.start()
            return (0, at), (at + 1, len(word))
        for at in range(SPLIT_LETTERS, len(word) - SPLIT_LETTERS + 1):
            if word[:at] in self.words and word[at:] in self.words:
                return (0, at), (at, len(word))
        return ()

    def attained(self, mention: Mention, after: Sequence[Token]) -> str:
        """The code of a group that figures are of; a level of education named alone is the highest they have.

        "58 prosent av dem med videregående skole" leaves those with more out, unless a word of the mention or
        the one `after` it says that they are meant as well.
        """
        data = self.entry(mention.dimension, mention.code).data
        joined = {token.word for token in after[:1]} & {*self.word_list("grammar", "boundary", "union")}
        words = {token.word for token in self.tokens(mention.surface)} & {*data.get("or_more", ())}
        return mention.code if joined or words else str(data.get("highest", mention.code))

    def marks(self, terms: Iterable[str], flag: str) -> bool:
        """Whether a flag of terms.toml stands at any of some terms."""
        return any(self.entry("term", code).data.get(flag) for code in terms)

    def are_aside(self, terms: Iterable[str]) -> bool:
        """Whether a question that holds but these terms is about none of them."""
        return all(self.entry("term", code).data.get("aside") for code in terms)

    def find(self, text: str) -> list[Mention]:
        """list[Mention] in `text` in order, the longest first where they overlap."""
        return self.find_in(text, self.tokens(text))

    def find_intents(self, text: str, tokens: list[Token]) -> list[Mention]:
        """Everything that shows what a question wants; these may overlap each other."""
        found = {
            Mention(
                dimension,
                code,
                tokens[at].start,
                tokens[end - 1].end,
                text[tokens[at].start : tokens[end - 1].end],
            )
            for at in range(len(tokens))
            for end, _, (dimension, code, _) in self._intents.walk(tokens, at)
        }
        return sorted(found, key=lambda mention: (mention.start, mention.code, mention.end))

    def find_terms(self, text: str) -> frozenset[str]:
        """Codes of every subject named in a text, those inside a longer mention of something else too."""
        tokens = self.tokens(text)
        return frozenset(
            code
            for at in range(len(tokens))
            for _, _, (dimension, code, _) in self._forms.walk(tokens, at)
            if dimension == "term"
        )

    def find_within(self, text: str, tokens: list[Token], dimensions: Sequence[str]) -> list[Mention]:
        """Mentions of some dimensions, those inside a longer mention of something else too."""
        return [
            Mention(dimension, code, start, stop, text[start:stop], weak)
            for at in range(len(tokens))
            for end, _, (dimension, code, weak) in self._forms.walk(tokens, at)
            if dimension in dimensions
            for start, stop in [(tokens[at].start, tokens[end - 1].end)]
        ]

    def find_in(self, text: str, tokens: list[Token], *, cased: bool = False) -> list[Mention]:
        """Like `find`, for tokens already made (offsets into `text`).

        `cased`: the text is written with capitals where they belong, so that a name that is also a word is
        only one where it has its capital ("i Strand", "i strand").
        """
        found: list[tuple[int, bool, int, Mention]] = []
        # "tiltakene er ikke rettet mot arbeid" names the opposite of what it would name without the "ikke".
        barred = self._negating
        for at in range(len(tokens)):
            for end, count, (dimension, code, weak) in self._forms.walk(tokens, at, barred):
                start, stop = tokens[at].start, tokens[end - 1].end
                mention = Mention(dimension, code, start, stop, text[start:stop], weak)
                found.append((count, not weak, start, mention))
            for end, count, (dimension, code, weak) in self._guarded.walk(tokens, at, barred):
                start, stop = tokens[at].start, tokens[end - 1].end
                mention = Mention(dimension, code, start, stop, text[start:stop], weak)
                if self.entries[dimension, code].is_written(mention.surface, cased=cased):
                    found.append((count, True, start, mention))
        # In a report a subject never hides what a figure is of ("nådde målet med ordningen").
        found.sort(key=lambda item: (cased and item[3].dimension == "term", -item[0], not item[1], item[2]))
        taken: list[Mention] = []
        for _, _, _, mention in found:
            clash = [other for other in taken if mention.start < other.end and other.start < mention.end]
            if all((other.start, other.end) == (mention.start, mention.end) for other in clash) and not any(
                other.dimension == mention.dimension for other in clash
            ):
                taken.append(mention)
        taken.sort(key=lambda mention: (mention.start, mention.dimension))
        return self._united(text, tokens, taken)

    @cached_property
    def _negating(self) -> frozenset[str]:
        return frozenset(self.word_list("language", "questions", "negating"))

    @cached_property
    def _unions(self) -> dict[frozenset[str], Entry]:
        return {frozenset(e.data["union"]): e for e in self.entries.values() if "union" in e.data}

    def _united(self, text: str, tokens: list[Token], mentions: list[Mention]) -> list[Mention]:
        """`mentions`, with two that are joined by "eller" made into the entry that is their union."""
        result: list[Mention] = []
        for mention in mentions:
            last = result[-1] if result else None
            whole = self._unions.get(frozenset({last.code, mention.code})) if last else None
            between = [t.word for t in tokens if last and last.end <= t.start and t.end <= mention.start]
            unions = self.word_list("grammar", "boundary", "union")
            joined = len(between) <= UNION_WORDS and any(word in unions for word in between)
            if last and text[last.end : mention.start].strip() == ",":
                # "videregående skole, høyskole eller universitet"
                joined = any(t.word in unions for t in tokens if t.start > mention.end)
            if last is None or whole is None or not joined or any(c.isdigit() for w in between for c in w):
                result.append(mention)
                continue
            surface = text[last.start : mention.end]
            weak = last.weak and mention.weak
            result[-1] = Mention(whole.dimension, whole.code, last.start, mention.end, surface, weak)
        return result


@lru_cache(maxsize=4)
def load_vocabulary(path: Path = VOCABULARY) -> Vocabulary:
    """The vocabulary of a folder, loaded once per process, and made ready once per user."""
    tables, compiled, keep = read_compiled(path)
    vocabulary = Vocabulary(tables, compiled)
    if compiled is None:
        keep(vocabulary.compile())
    return vocabulary


def _strings(value: object) -> Iterator[str]:
    """All strings of a TOML table, keys of plain word tables included."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for key, item in value.items():
            if key == "entry":
                continue
            if not isinstance(item, (Mapping, list)):
                yield str(key)
            yield from _strings(item)
    elif isinstance(value, list):
        for item in value:
            yield from _strings(item)


def starts_with(tokens: Sequence[Token], at: int, sequences: Iterable[tuple[str, ...]]) -> int:
    """Length in words of the longest of `sequences` that begins at `tokens[at]`, 0 where none does."""
    if not 0 <= at < len(tokens):
        return 0
    first, best = (tokens[at].word,), 0
    for sequence in sequences:
        if sequence[:1] == first and len(sequence) > best:
            words = tuple(token.word for token in tokens[at : at + len(sequence)])
            best = len(sequence) if words == sequence else best
    return best


def starts_any(tokens: Sequence[Token], sequences: frozenset[tuple[str, ...]]) -> int | None:
    """Index of the first token at which one of `sequences` begins, None where none does."""
    firsts = _by_first_word(sequences)
    for at, token in enumerate(tokens):
        if token.word in firsts and starts_with(tokens, at, firsts[token.word]):
            return at
    return None


@lru_cache(maxsize=256)
def _by_first_word(sequences: frozenset[tuple[str, ...]]) -> dict[str, list[tuple[str, ...]]]:
    firsts: dict[str, list[tuple[str, ...]]] = {}
    for sequence in sequences:
        if sequence:
            firsts.setdefault(sequence[0], []).append(sequence)
    return firsts


def holds(tokens: Sequence[Token], sequences: frozenset[tuple[str, ...]]) -> bool:
    """Whether one of word sequences stands anywhere in a text."""
    return starts_any(tokens, sequences) is not None


def ends_with(tokens: Sequence[Token], sequences: frozenset[tuple[str, ...]]) -> bool:
    """Whether a text ends in one of word sequences."""
    return ending(tokens, sequences) > 0


def ending(tokens: Sequence[Token], sequences: frozenset[tuple[str, ...]]) -> int:
    """Length in words of the longest of `sequences` that a text ends in, 0 where it ends in none."""
    words = tuple(token.word for token in tokens)
    ending = (len(s) for s in sequences if s and len(s) <= len(words) and words[len(words) - len(s) :] == s)
    return max(ending, default=0)
