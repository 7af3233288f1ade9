"""Vectors outlive an ingest that was stopped, and nothing but whole ones of the same model is used."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from conftest import ROOT, Build, FakeEncoder, Vectors

from ingest import encoded
from ingest.embed import embedding_text
from ingest.encoded import FOLDER, EncodedVectors
from ingest.pipeline import Making
from ingest.store import Store, content_hash

KEYS = [content_hash(str(number)) for number in range(5)]


class StoppedEncoder(FakeEncoder):
    """Gives up after some texts."""

    def __init__(self, after: int) -> None:
        super().__init__()
        self.after = after

    def encode_paragraphs(self, texts: Sequence[str]) -> Vectors:
        if len(self.encoded) >= self.after:
            raise RuntimeError("stopped")
        return super().encode_paragraphs(texts)


def file_of(root: Path) -> Path:
    return next((root / FOLDER).iterdir())


def fill(root: Path, model: str = "m") -> Vectors:
    vectors = np.arange(5 * 4, dtype=np.float32).reshape(5, 4)
    kept = EncodedVectors(root, model, 4)
    kept.read(KEYS)
    kept.add(KEYS[:2], vectors[:2])
    kept.add(KEYS[2:], vectors[2:])
    kept.close()
    return vectors


def found(root: Path, model: str = "m", dimension: int = 4) -> dict[str, Vectors]:
    return EncodedVectors(root, model, dimension).read(KEYS)


def test_a_stopped_ingest_goes_on_where_it_was(build: Build, store_path: Path, encoder: FakeEncoder) -> None:
    stopped = StoppedEncoder(32)
    with pytest.raises(RuntimeError):
        build(encoder=stopped)
    assert len(stopped.encoded) == 32
    build()
    assert not set(encoder.encoded) & set(stopped.encoded)
    assert len(encoder.encoded) + 32 == len({*encoder.encoded, *stopped.encoded})
    assert not (store_path / FOLDER).exists()
    with Store.open(store_path, encoder=encoder) as store:
        assert len(store.search_dense("kvinner", 100)) == len(store.paragraphs())


CHILD = """
import os, signal, sys
from pathlib import Path
from conftest import FakeEncoder, read_percentages
from ingest.pipeline import Making, ingest_reports

class Killed(FakeEncoder):
    def encode_paragraphs(self, texts):
        if len(self.encoded) >= 32:
            os.kill(os.getpid(), signal.SIGKILL)
        return super().encode_paragraphs(texts)

making = Making(Path(sys.argv[2]), encoder=Killed(), reader=read_percentages)
ingest_reports((), Path(sys.argv[1]), making=making)
"""


def test_a_killed_ingest_encodes_again_only_what_was_under_way(
    build: Build, store_path: Path, corpus: Path, encoder: FakeEncoder
) -> None:
    killed = subprocess.run(
        [sys.executable, "-c", CHILD, str(store_path), str(corpus)],
        env={"PYTHONPATH": f"{ROOT}:{ROOT / 'tests'}", "PATH": ""},
        capture_output=True,
        timeout=120,
    )
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    build()
    with Store.open(store_path, encoder=encoder) as store:
        texts = {embedding_text(store.report(p.report_id), p) for p in store.paragraphs()}
    assert len(encoder.encoded) == len(texts) - 32
    assert not (store_path / FOLDER).exists()


def test_vectors_come_back_as_they_were(tmp_path: Path) -> None:
    vectors = fill(tmp_path)
    assert np.array_equal(np.stack([found(tmp_path)[key] for key in KEYS]), vectors)


@pytest.mark.parametrize("cut", [1, 3, 20, 36])
def test_a_torn_last_row_is_cut_off_and_what_is_added_then_is_whole(tmp_path: Path, cut: int) -> None:
    vectors = fill(tmp_path)
    file = file_of(tmp_path)
    file.write_bytes(file.read_bytes()[:-cut])
    kept = EncodedVectors(tmp_path, "m", 4)
    assert list(kept.read(KEYS)) == KEYS[:4]
    kept.add(KEYS[4:], vectors[4:])
    kept.close()
    assert list(found(tmp_path)) == KEYS


def test_a_damaged_row_and_all_after_it_are_made_again(tmp_path: Path) -> None:
    fill(tmp_path)
    file = file_of(tmp_path)
    data = bytearray(file.read_bytes())
    data[-2 * 36 + 20] ^= 1
    file.write_bytes(bytes(data))
    assert list(found(tmp_path)) == KEYS[:3]


@pytest.mark.parametrize(("model", "dimension"), [("other", 4), ("m", 8)])
def test_vectors_of_another_model_are_never_used(tmp_path: Path, model: str, dimension: int) -> None:
    fill(tmp_path)
    assert found(tmp_path, model, dimension) == {}
    assert not list((tmp_path / FOLDER).iterdir())


def test_a_head_of_another_model_under_the_right_name_is_not_trusted(tmp_path: Path) -> None:
    fill(tmp_path)
    file = file_of(tmp_path)
    file.write_bytes(file.read_bytes().replace(b'"m"', b'"n"'))
    assert found(tmp_path) == {}


@pytest.mark.parametrize(("seconds", "kept"), [(1e9, True), (-1.0, False)])
def test_vectors_for_another_ingest_wait_but_not_for_ever(
    build: Build,
    store_path: Path,
    report_2019: Path,
    monkeypatch: pytest.MonkeyPatch,
    seconds: float,
    kept: bool,
) -> None:
    monkeypatch.setattr(encoded, "KEPT_SECONDS", seconds)
    build()
    later = "\n\n".join(f"I 2019 gikk {n} prosent av kvinnene til arbeid nummer {n}." for n in range(40))
    report_2019.write_text(f"Resultater for 2019\n\n{later}\n", encoding="utf-8")
    with pytest.raises(RuntimeError):
        build(report_2019, encoder=StoppedEncoder(16))
    small = report_2019.with_name("resultater-2018.txt")
    small.write_text("Resultater for 2018\n\nI 2018 gikk 40 prosent til arbeid.\n", encoding="utf-8")
    build(small)
    assert (store_path / FOLDER).exists() == kept
    last = FakeEncoder()
    build(report_2019, encoder=last)
    assert len(last.encoded) == (24 if kept else 40)
    assert not (store_path / FOLDER).exists()


def test_a_disk_that_is_full_costs_only_the_going_on(
    build: Build, store_path: Path, making: Making, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(self: EncodedVectors) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(EncodedVectors, "_open", full)
    assert build().built
    assert not (store_path / FOLDER).exists()
