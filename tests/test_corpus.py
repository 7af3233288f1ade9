"""The vocabulary is data: it is of one piece, it does what it says, and it does not stand in the code too."""

from __future__ import annotations

import ast
import re
import string
import tomllib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from simplemma import is_known

from ingest.settings import CORPUS
from ingest.store import Store
from ingest.vocabulary import ENGLISH, INTENT, Entry, Vocabulary, expand, load_vocabulary

ROOT = CORPUS.parent
VOCABULARY = load_vocabulary()
ENTRIES = list(VOCABULARY.entries.values())
# What a question wants may be shown by several words at once ("lavest" is a rank and which end of it).
DIMENSIONS = sorted({dimension for dimension, _ in VOCABULARY.entries} - {INTENT})
PHRASES: Mapping[str, Any] = VOCABULARY.tables["phrases"]
LANGUAGES = ("nb", "nn", "en")
# How an answer was found is told in bokmål, as the page around it is.
BOKMAAL_ONLY = "trace_"
LONG = 8

# Intents and frame words are the program's own words for what a question does, not codes of the domain.
DOMAIN = frozenset(DIMENSIONS) - {"frame"}
# (module, code or word) -> why it may stand in the code. Whatever is no longer needed must go.
IN_CODE = {
    ("ingest/readings.py", "annet"): "the code of a figure that belongs to no measure",
    ("ingest/clauses.py", "tidligere"): "the code of a period that is only said to be earlier",
}


def name_of(entry: Entry) -> str:
    return f"{entry.dimension}-{entry.code}"


def codes(entry: Entry, text: str, vocabulary: Vocabulary = VOCABULARY) -> set[str]:
    """Codes of the entry's dimension that a text names."""
    if entry.dimension == INTENT:
        return {mention.code for mention in vocabulary.find_intents(text, vocabulary.tokens(text))}
    found = vocabulary.find(text)
    return {m.code for m in found if m.dimension.removesuffix(ENGLISH) == entry.dimension}


# ---- the entries


@pytest.mark.parametrize("dimension", DIMENSIONS)
@pytest.mark.parametrize("key", ["synonyms", "english"])
def test_no_strong_surface_maps_to_two_codes_of_one_dimension(dimension: str, key: str) -> None:
    owners: dict[tuple[str, ...], set[str]] = defaultdict(set)
    for entry in VOCABULARY.of(dimension):
        for surface in entry.data.get(key, ()):
            for words in expand(surface):
                owners[words].add(entry.code)
    assert {" ".join(words): found for words, found in owners.items() if len(found) > 1} == {}


@pytest.mark.parametrize("entry", [e for e in ENTRIES if e.data.get("examples")], ids=name_of)
def test_examples_name_their_entry(entry: Entry) -> None:
    assert [text for text in entry.data["examples"] if entry.code not in codes(entry, text)] == []


@pytest.mark.parametrize("entry", [e for e in ENTRIES if e.data.get("counterexamples")], ids=name_of)
def test_counterexamples_do_not_name_their_entry(entry: Entry) -> None:
    assert [text for text in entry.data["counterexamples"] if entry.code in codes(entry, text)] == []


@pytest.mark.parametrize("dimension", ["measure", "sex", "education", "age", "status", "subject"])
def test_every_entry_that_a_figure_can_be_about_has_an_example_and_a_counterexample(dimension: str) -> None:
    lacking = [
        e.code for e in VOCABULARY.of(dimension)
        if e.data.get("synonyms") and not (e.data.get("examples") and e.data.get("counterexamples"))
    ]  # fmt: skip
    assert lacking == []


@pytest.mark.parametrize("entry", [e for e in ENTRIES if e.broader or e.denominator], ids=name_of)
def test_broader_and_denominator_are_entries_of_the_same_dimension(entry: Entry) -> None:
    named = [code for code in (entry.broader, entry.denominator) if code]
    assert [code for code in named if (entry.dimension, code) not in VOCABULARY.entries] == []


@pytest.mark.parametrize("entry", [e for e in ENTRIES if e.broader], ids=name_of)
def test_broader_never_leads_round_in_a_circle(entry: Entry) -> None:
    seen = [entry.code]
    while (wider := VOCABULARY.entry(entry.dimension, seen[-1]).broader) is not None:
        assert wider not in seen
        seen.append(wider)


@pytest.mark.parametrize("entry", [e for e in ENTRIES if "union" in e.data], ids=name_of)
def test_a_union_is_of_two_entries_of_its_dimension(entry: Entry) -> None:
    assert len(set(entry.data["union"])) == 2
    assert all((entry.dimension, code) in VOCABULARY.entries for code in entry.data["union"])


@pytest.mark.parametrize("entry", [e for e in ENTRIES if "definition" in e.data], ids=name_of)
def test_a_definition_stands_in_its_report(entry: Entry) -> None:
    definition = entry.data["definition"]
    reports = {report["id"]: report for report in tomllib.loads(_read(CORPUS / "reports.toml"))["report"]}
    assert definition["report"] in reports
    source = _read(CORPUS / "reports" / f"{definition['report']}.txt")
    assert definition["quote"] in source


@pytest.mark.parametrize("entry", [e for e in ENTRIES if e.dimension in DOMAIN], ids=name_of)
def test_codes_are_ascii_slugs(entry: Entry) -> None:
    assert re.fullmatch(r"[a-z0-9]+(_[a-z0-9]+)*", entry.code)


@pytest.mark.parametrize("entry", VOCABULARY.of("measure"), ids=name_of)
def test_every_measure_can_be_said_in_three_languages(entry: Entry) -> None:
    for key in ("name", "did"):
        assert key not in entry.data or set(entry.data[key]) == set(LANGUAGES), key
    assert entry.units or not entry.data.get("synonyms")
    assert set(entry.units) <= set(PHRASES["units"])


def test_every_code_of_the_numbers_table_is_in_the_vocabulary(corpus_store: Store) -> None:
    used = {("measure", o.measure) for o in corpus_store.observations()}
    used |= {pair for o in corpus_store.observations() for pair in o.dimensions.items()}
    unknown = [pair for pair in used if pair not in VOCABULARY.entries]
    assert [pair for pair in unknown if pair[0] != "age" or not re.fullmatch(r"\d*-\d*", pair[1])] == []


# ---- the phrases


def _slots(template: Any) -> Any:
    if isinstance(template, str):
        return {name for _, name, _, _ in string.Formatter().parse(template) if name is not None}
    if isinstance(template, dict):
        return {key: _slots(value) for key, value in template.items()}
    return [_slots(value) for value in template]


@pytest.mark.parametrize("language", LANGUAGES)
def test_phrases_have_the_same_keys_in_every_language(language: str) -> None:
    shared = {key for key in PHRASES["nb"] if not key.startswith(BOKMAAL_ONLY)}
    assert {key for key in PHRASES[language] if not key.startswith(BOKMAAL_ONLY)} == shared


@pytest.mark.parametrize("language", ["nn", "en"])
def test_a_phrase_has_the_same_slots_in_every_language(language: str) -> None:
    phrases = PHRASES[language]
    assert {key: _slots(phrases[key]) for key in phrases} == {
        key: _slots(PHRASES["nb"][key]) for key in phrases
    }


@pytest.mark.parametrize("table", ["units", "hedges", "fractions"])
def test_every_word_of_a_figure_is_given_in_three_languages(table: str) -> None:
    assert {code for code, words in PHRASES[table].items() if set(words) != set(LANGUAGES)} == set()


def test_every_phrase_is_used() -> None:
    literals = {text for path in _modules("rag", "ui") for _, text in _literals(path)}
    assert sorted(set(PHRASES["nb"]) - literals) == []


# ---- the code


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def _modules(*packages: str) -> list[Path]:
    return [path for package in packages for path in sorted((ROOT / package).glob("*.py"))]


def _literals(path: Path) -> Iterator[tuple[int, str]]:
    """Every string literal of a module that is not a docstring, with its line."""
    tree = ast.parse(_read(path))
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
            yield node.lineno, node.value


@cache
def _long_words() -> frozenset[str]:
    """The long Norwegian words of the surface forms; units are named in the code as in the data."""
    surfaces = {s for e in ENTRIES for key in ("synonyms", "weak") for s in e.data.get(key, ())}
    words = {word.rstrip("~") for surface in surfaces for words in expand(surface) for word in words}
    long = {word for word in words if len(word) >= LONG and word.isalpha() and word not in PHRASES["units"]}
    return frozenset(word for word in long if not is_known(word, lang="en"))


def _domain_words(text: str) -> set[str]:
    """Codes and long surface words of the domain in a string literal; "term:figur" holds a code."""
    domain = {code for dimension, code in VOCABULARY.entries if dimension in DOMAIN}
    words = set(re.findall(r"[^\W_]+", text.lower()))
    return ({text, *text.split(":")} & domain) | (words & _long_words())


@pytest.mark.parametrize(
    "path", _modules("ingest", "rag"), ids=lambda path: f"{path.parent.name}/{path.name}"
)
def test_no_code_and_no_long_word_of_the_domain_stands_in_the_code(path: Path) -> None:
    module = f"{path.parent.name}/{path.name}"
    found = {(word, line) for line, text in _literals(path) for word in _domain_words(text)}
    allowed = {word for name, word in IN_CODE if name == module}
    assert sorted((word, line) for word, line in found if word not in allowed) == []
    assert allowed <= {word for word, _ in found}, "no longer needed in IN_CODE"


def test_the_guard_knows_a_word_of_the_domain_when_it_sees_one() -> None:
    for text in ("kvinner", "term:figur", "follow_count_avsluttet", "Introduksjonsprogrammet i 2023"):
        assert _domain_words(text), text
    for text in ("education", "personer", "measures", "prosentpoeng", "sum"):
        assert not _domain_words(text), text
