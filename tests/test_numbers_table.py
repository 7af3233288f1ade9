"""The committed numbers table is what the code reads: a rule that changes a figure shows in the diff."""

from __future__ import annotations

from pathlib import Path

from ingest import write_numbers
from ingest.settings import CORPUS
from ingest.store import Store


def test_the_committed_numbers_are_those_that_are_read(corpus_store: Store, tmp_path: Path) -> None:
    read = tmp_path / "numbers.csv"
    write_numbers(corpus_store.observations(), corpus_store.paragraphs(), read)
    committed = (CORPUS / "numbers.csv").read_text(encoding="utf-8")
    assert read.read_text(encoding="utf-8") == committed, "run `make numbers` and look at the diff"
