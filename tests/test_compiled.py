"""The vocabulary that is kept ready: it finds what the files say, and is never used for other files."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from evals.data import load_pairs
from ingest import compiled
from ingest.compiled import KEPT, read_compiled
from ingest.surfaces import Forms, Token, Trie, first_words, parse
from ingest.vocabulary import VOCABULARY, Vocabulary, load_vocabulary

QUESTIONS = [turn.question for pair in load_pairs(("dev", "dev3", "dev17")) for turn in pair.turns]

NEW = '\n[[entry]]\ndimension = "term"\ncode = "new"\nsynonyms = ["kvinnskapet"]\n'


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache of its own; nothing is remembered between two loads."""
    monkeypatch.setenv("IMDI_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(VOCABULARY, tmp_path / "vocabulary"))


def load(folder: Path) -> Vocabulary:
    """As a new process would."""
    compiled._read.cache_clear()
    return load_vocabulary.__wrapped__(folder)


def test_what_was_kept_finds_the_same(cache: Path, folder: Path) -> None:
    made, kept = load(folder), load(folder)
    assert len(list(cache.iterdir())) == 1
    assert kept.tables == made.tables
    assert kept.entries == made.entries
    assert kept.compile() == made.compile()
    for text in QUESTIONS:
        assert kept.tokens(text) == made.tokens(text)
        assert kept.find(text) == made.find(text)
        assert kept.find_terms(text) == made.find_terms(text)
        assert kept.find_intents(text, kept.tokens(text)) == made.find_intents(text, made.tokens(text))


def test_a_changed_file_is_read_anew(cache: Path, folder: Path) -> None:
    load(folder)
    file = folder / "groups.toml"
    file.write_text(file.read_text("utf-8") + NEW, "utf-8")
    assert "kvinnskapet" in load(folder).words
    assert "kvinnskapet" not in load(VOCABULARY).words


def test_other_code_makes_its_own(cache: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    load(folder)
    monkeypatch.setattr(compiled, "_CODE", (*compiled._CODE, "numbers.py"))
    compiled._read.cache_clear()
    assert read_compiled(folder)[1] is None


@pytest.mark.parametrize("damage", [lambda data: data[:-9], lambda data: data.replace(b"kvinner", b"kvinnes"),
                                    lambda data: b"", lambda data: b"[]"])  # fmt: skip
def test_what_was_damaged_is_made_anew(cache: Path, folder: Path, damage: object) -> None:
    whole = load(folder)
    (file,) = cache.iterdir()
    data = file.read_bytes()
    file.write_bytes(damage(data))  # type: ignore[operator]
    compiled._read.cache_clear()
    assert read_compiled(folder)[1] is None
    assert load(folder).words == whole.words
    assert file.read_bytes() == data


def test_a_cache_that_cannot_be_written_is_done_without(
    tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "a-file"
    file.touch()
    monkeypatch.setenv("IMDI_CACHE", str(file / "below"))
    assert load(folder).knows("kvinner")
    assert load(folder).knows("kvinner")


def test_what_is_no_longer_used_goes_in_time(cache: Path, folder: Path) -> None:
    for number in range(KEPT + 2):
        (folder / "pages.toml").write_text(f"version = {number}", "utf-8")
        load(folder)
    assert len(list(cache.iterdir())) == KEPT


FORMS = ["(en|to)? * tre", "tre", "tre~", "t~ fire", "fire (fem|seks)?", "* seks", "(tre|fire) fem", "tre"]


@pytest.mark.parametrize(
    "text", ["tre", "en to tre fem", "fire fem seks", "treet fire", "to fire fem tre", "seks"]
)
def test_forms_are_found_as_a_trie_of_all_of_them_finds_them(text: str) -> None:
    named = [(surface, ("d", f"{number % 6}", False)) for number, surface in enumerate(FORMS)]
    trie, forms = Trie(), Forms(named, first_words(named))
    for surface, name in named:
        trie.add(parse(surface), name)
    tokens = [Token(word, 0, 0) for word in text.split()]
    for at in range(len(tokens)):
        assert sorted(forms.walk(tokens, at)) == sorted(trie.walk(tokens, at))
