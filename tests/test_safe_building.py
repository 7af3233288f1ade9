"""Builds that fail, are killed or meet each other, and damaged files: readers see a whole generation."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import IDS, REPORT_2019, ROOT, Build, FakeEncoder

from ingest import generation, index, table
from ingest import store as store_module
from ingest.models import CorpusError
from ingest.pipeline import Making, ingest_reports
from ingest.store import Store


def names(store_path: Path) -> list[str]:
    return sorted(entry.name for entry in (store_path / "generations").iterdir())


STEPS: list[tuple[object, str]] = [
    (index, "write_vectors"),
    (index, "write_chroma"),
    (index, "write_words"),
    (table, "fill"),
    (store_module, "_vectors"),
    (store_module, "find_forms"),
    (generation, "publish"),
    (generation, "_body_hash"),
    (generation, "move_pointer"),
    (os, "rename"),
    (os, "replace"),
    (os, "fsync"),
]


@pytest.mark.parametrize("error", [RuntimeError("boom"), OSError(28, "No space left on device")])
@pytest.mark.parametrize(("module", "step"), STEPS, ids=[step for _, step in STEPS])
def test_a_build_that_fails_at_any_step_leaves_the_old_one_serving(
    build: Build,
    store_path: Path,
    report_2019: Path,
    monkeypatch: pytest.MonkeyPatch,
    module: object,
    step: str,
    error: Exception,
) -> None:
    before = build().generation

    def fail(*arguments: object, **named: object) -> None:
        raise error

    with monkeypatch.context() as patch:
        patch.setattr(module, step, fail)
        with pytest.raises((RuntimeError, CorpusError)):
            build(report_2019)
    with Store.open(store_path) as store:
        assert store.manifest.name == before
        assert store.faults == ()
        assert len(store.reports) == 2
    assert build(report_2019).built
    assert not [name for name in names(store_path) if name.startswith("building")]


def test_a_full_disk_is_said_and_the_old_store_goes_on(
    build: Build, report_2019: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build()

    def full(*arguments: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(index, "write_vectors", full)
    with pytest.raises(CorpusError, match=r"No space left on device\)\. What was there before"):
        build(report_2019)


CHILD = """
import os, signal, sys
from pathlib import Path
from conftest import FakeEncoder, read_percentages
from ingest import generation, index, table
from ingest.pipeline import Making, ingest_reports

store, corpus, source, step = Path(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3]), sys.argv[4]

def killed(*arguments, **named):
    os.kill(os.getpid(), signal.SIGKILL)

for module in (index, table, generation):
    if hasattr(module, step):
        setattr(module, step, killed)
        break
making = Making(corpus, encoder=FakeEncoder(), reader=read_percentages)
summary = ingest_reports([source], store, making=making)
print(summary.generation, *summary.reports)
"""


def child(store_path: Path, corpus: Path, source: Path, step: str = "none") -> subprocess.Popen[str]:
    environment = {**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'tests'}"}
    command = [sys.executable, "-c", CHILD, str(store_path), str(corpus), str(source), step]
    return subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


@pytest.mark.parametrize("step", ["write_words", "_flush", "move_pointer"])
def test_a_killed_build_leaves_the_old_one_serving(
    build: Build, store_path: Path, corpus: Path, report_2019: Path, step: str
) -> None:
    before = build().generation
    process = child(store_path, corpus, report_2019, step)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == -signal.SIGKILL, errors
    with Store.open(store_path) as store:
        assert store.manifest.name == before
    assert build(report_2019).reports == (IDS[0], "resultater-2019", IDS[1])
    assert not [name for name in names(store_path) if name.startswith("building")]


def test_two_processes_that_build_at_once_take_turns_and_lose_nothing(
    store_path: Path, corpus: Path, tmp_path: Path
) -> None:
    processes = []
    for year in ("2019", "2020"):
        file = tmp_path / f"resultater-{year}.txt"
        file.write_text(REPORT_2019.replace("2019", year), encoding="utf-8")
        processes.append(child(store_path, corpus, file))
    for process in processes:
        _, errors = process.communicate(timeout=120)
        assert process.returncode == 0, errors
    with Store.open(store_path) as store:
        assert {report.id for report in store.reports} == {*IDS, "resultater-2019", "resultater-2020"}


def test_a_reader_keeps_its_generation_while_another_is_built(
    build: Build, store_path: Path, report_2019: Path, encoder: FakeEncoder
) -> None:
    build()
    with Store.open(store_path, encoder=encoder) as store:
        assert store.is_current()
        build(report_2019)
        assert not store.is_current()
        assert len(store.paragraphs()) == 56
        assert len(store.search_dense("kvinner", 100)) == 56


def damage(file: Path) -> None:
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 0x40
    file.write_bytes(bytes(data))


def files_of(store_path: Path, name: str) -> list[Path]:
    folder = generation.generation_folder(store_path, name)
    return [file for file in sorted(folder.rglob("*")) if file.is_file() and file.stat().st_size]


def test_any_damaged_or_missing_file_is_found_and_the_generation_before_serves(
    build: Build, store_path: Path, report_2019: Path
) -> None:
    first = build().generation
    second = build(report_2019).generation
    files = files_of(store_path, second)
    assert len(files) > 12
    for file in files:
        whole = file.read_bytes()
        for harm in (damage, Path.unlink):
            harm(file)
            with Store.open(store_path) as store:
                assert store.manifest.name == first, file
                assert len(store.faults) == 1
            file.write_bytes(whole)
    with Store.open(store_path) as store:
        assert store.manifest.name == second


def test_a_damaged_store_is_built_anew_without_losing_the_added_report(
    build: Build, store_path: Path, report_2019: Path
) -> None:
    build()
    second = build(report_2019).generation
    damage(generation.generation_folder(store_path, second) / "chroma" / "chroma.sqlite3")
    summary = build()
    assert summary.built
    assert "resultater-2019" in summary.reports


def test_an_added_report_whose_bytes_are_damaged_is_named(
    build: Build, store_path: Path, report_2019: Path
) -> None:
    name = build(report_2019).generation
    damage(generation.generation_folder(store_path, name) / "sources" / "resultater-2019.txt")
    summary = build()
    assert summary.skipped == (
        ("resultater-2019.txt", "its bytes in the store are damaged; give the file again"),
    )


def test_nothing_whole_is_an_error_that_says_what_to_do(build: Build, store_path: Path) -> None:
    with pytest.raises(CorpusError, match="there is no store here"):
        Store.open(store_path)
    name = build().generation
    damage(generation.generation_folder(store_path, name) / "vectors.npy")
    with pytest.raises(CorpusError, match=r"vectors\.npy is damaged\. Run `imdi ingest`"):
        Store.open(store_path)
    assert build().built
    Store.open(store_path).close()


@pytest.mark.parametrize("pointer", [b"", b"../../etc", b"000009-aaaaaaaaaaaa", b"\xff\xfe"])
def test_a_damaged_pointer_falls_back_to_the_newest_whole_generation(
    build: Build, store_path: Path, pointer: bytes
) -> None:
    name = build().generation
    (store_path / "CURRENT").write_bytes(pointer)
    with Store.open(store_path) as store:
        assert store.manifest.name == name
    assert build().generation
    assert generation.read_pointer(store_path) in names(store_path)


def test_a_store_that_cannot_be_written_is_an_error(tmp_path: Path, making: Making) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(CorpusError, match="cannot be written"):
        ingest_reports((), tmp_path / "file", making=making)
