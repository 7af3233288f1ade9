"""What `ingest` cannot take in is told in Norwegian: every message of its code has its sentence."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

import ingest
from ingest.models import CorpusError
from ingest.reports import read_report
from ui import reasons

INGEST = Path(ingest.__file__).parent


def template(node: ast.AST) -> str | None:
    """A text of the code, with "{}" for what is filled in."""
    match node:
        case ast.Constant(value=str(text)):
            return re.sub(r"\{reason\}", "{}", text)
        case ast.JoinedStr():
            parts = (v.value if isinstance(v, ast.Constant) else "{}" for v in node.values)
            return re.sub(r"\{reason\}", "{}", "".join(map(str, parts)))
    return None


def raised() -> Iterator[tuple[str, str]]:
    """What is said of an error or of what was left out: (where, text)."""
    for path in sorted(INGEST.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            called = ast.unparse(node.func)
            told = called in ("CorpusError", "UnreachableError", "WebError") or called.endswith(
                "remarks.append"
            )
            text = template(node.args[0]) if told and node.args else None
            if text and " " in text:
                yield f"{path.name}:{node.lineno}", text


# Where more than names and numbers is filled in, the sentence is made elsewhere.
MESSAGES = [(where, text) for where, text in raised() if text.strip("{}: .")]
KNOWN = tomllib.loads(reasons._FILE.read_text(encoding="utf-8"))["sentences"]


@pytest.mark.parametrize(("where", "text"), MESSAGES, ids=[where for where, _ in MESSAGES])
def test_every_reason_has_its_norwegian(where: str, text: str) -> None:
    sentence = re.sub(r"^(\{\}|IMDI_[A-Z]+)(_FILE)?: ", "", text).replace("{}{}", "{}")
    beginning = re.sub(r"( \{\})?\.?$", "", sentence)  # a cure may be filled in behind it
    assert any(known == sentence or known.startswith(f"{beginning}") for known in KNOWN), text


def test_messages_are_found() -> None:
    assert len(MESSAGES) > 70


@pytest.mark.parametrize(
    ("english", "norwegian"),
    [
        (
            "a.pdf: it is encrypted. Save a copy without a password.",
            "a.pdf: den er kryptert. Lagre en kopi uten passord.",
        ),
        (
            "a.txt: it is a PDF, though its name ends in .txt. Give it a name that ends in .pdf.",
            "a.txt: det er en PDF, men navnet slutter på .txt. Gi den et navn som slutter på .pdf.",
        ),
        (
            "https://a.no/b: there is nothing at this address. Check it.",
            "https://a.no/b: det er ingenting på adressen. Sjekk den.",
        ),
        ("store generation 3: chroma/x is missing.", "generasjon 3 av lageret: chroma/x mangler."),
        ("something else", "something else"),
    ],
)
def test_reason_keeps_what_it_is_about_and_what_was_filled_in(english: str, norwegian: str) -> None:
    assert reasons.reason_text(english) == norwegian


def test_reason_alone_is_a_sentence() -> None:
    with pytest.raises(CorpusError) as error:
        read_report(b"", name="tom.pdf")
    assert (
        reasons.bare_reason(str(error.value)) == "Den er tom, og ingen PDF. Lagre eller hent filen på nytt."
    )
    assert reasons.bare_reason("something else") == ""


def test_sentences_have_as_many_gaps_in_both_languages() -> None:
    for pattern, norwegian in reasons._table()[1]:
        assert max(map(int, re.findall(r"\{(\d)\}", norwegian)), default=-1) < pattern.groups
