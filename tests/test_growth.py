"""Made-up reports: what they state is read, and what is asked of them is answered, however many there are."""

from __future__ import annotations

from pathlib import Path

import pytest

from evals.growth import make_corpus, write_corpus
from evals.growth.encoders import StandInEncoder
from evals.growth.questions import is_right, make_questions
from evals.growth.report import compose
from ingest.outline import NOBODY
from ingest.pipeline import Making, ingest_reports
from ingest.store import Store
from rag.chain import Assistant
from rag.models import Status

SIZE = 300


@pytest.fixture(scope="module")
def grown(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """A store of made-up reports alone."""
    folder = tmp_path_factory.mktemp("grown")
    write_corpus(make_corpus(SIZE), folder / "reports")
    (folder / "corpus").mkdir()
    (folder / "corpus" / "reports.toml").write_text("", encoding="utf-8")
    making = Making(corpus=folder / "corpus", encoder=StandInEncoder())
    ingest_reports([folder / "reports"], folder / "store", making=making)
    return Store.open(folder / "store", encoder=StandInEncoder(), exact=True)


def test_a_seed_makes_the_same_reports_and_a_larger_corpus_begins_with_a_smaller_one() -> None:
    small, large = make_corpus(100), make_corpus(300)
    assert make_corpus(300).reports == large.reports
    assert make_corpus(300, seed=1).reports != large.reports
    assert small.cells.items() <= large.cells.items()


def test_every_figure_of_the_made_up_reports_is_read(grown: Store) -> None:
    stated = {cell.key: cell.value for cell in make_corpus(SIZE).cells.values()}
    read = {
        (o.measure, tuple(sorted(o.dimensions.items())), o.period): o.quantity.value
        for o in grown.observations()
        if o.certain
    }
    assert read == stated


def test_questions_about_the_made_up_reports_are_answered(grown: Store) -> None:
    assistant = Assistant(grown)
    asked = make_questions(make_corpus(SIZE), 60)
    wrong = [q.text for q in asked if not is_right(q, assistant.ask(q.text))]
    assert len(wrong) <= len(asked) // 50, wrong


def test_a_third_of_the_questions_are_for_figures_that_no_report_states(grown: Store) -> None:
    absent = [q for q in make_questions(make_corpus(SIZE), 60) if not q.keys]
    assert len(absent) == 20
    assert all(Assistant(grown).ask(q.text).status is not Status.ANSWERED for q in absent[:5])


def test_a_note_of_a_report_about_one_place_is_not_given_with_the_figures_of_another(grown: Store) -> None:
    assistant = Assistant(grown)
    for cell in list(make_corpus(SIZE).cells.values())[::25]:
        answer = assistant.ask(cell.said(cell.measure.asked[0]))
        cited = {c.report_id for c in answer.citations if c.quote.startswith("*")}
        assert all(report_id.startswith(f"{cell.place.code.replace('_', '-')}-") for report_id in cited)


def test_look_ups_find_what_going_through_everything_finds(grown: Store) -> None:
    everything = [o for o in grown.observations() if o.certain]
    for o in everything[::20]:
        cell = [other for other in everything if other.key[:2] == o.key[:2]]
        assert grown.outline.cell(o.measure, o.dimensions) == cell
        same = [other for other in everything if other.quantity.value == o.quantity.value]
        assert grown.outline.with_value(o.quantity.value) == same
        area = ("area", o.dimensions["area"])
        years = {other.period for other in everything if area in other.dimensions.items()}
        assert grown.outline.periods(area) == years
    codes = {(o.measure, o.dimensions["area"]) for o in everything}
    assert set(grown.outline.codes("area")) == codes
    assert grown.outline.periods(NOBODY) == {o.period for o in everything}


def test_the_nearest_cells_are_those_that_share_most_groups(grown: Store) -> None:
    everything = [o for o in grown.observations() if o.certain]
    for o in everything[::30]:
        wanted = set(o.dimensions.items())
        far = sorted(len(wanted ^ set(c.dimensions.items())) for c in everything if c.measure == o.measure)
        found = grown.outline.nearest(o.measure, {d: (c,) for d, c in wanted}, (o.period or "",), 5)
        near = sorted(len(wanted ^ set(c.dimensions.items())) for c in found)
        assert near[:5] == far[:5]


def test_keys_and_words_are_counted_when_a_store_is_built(grown: Store) -> None:
    texts = [p.text for p in grown.paragraphs()]
    assert grown.counted == len(texts)
    assert grown.frequency("sex:kvinner") == sum("kvinne" in text.lower() for text in texts)
    assert grown.has_word("kvinnene")
    assert not grown.has_word("xyzzy")


def test_a_search_of_some_reports_finds_their_paragraphs_alone(grown: Store) -> None:
    some = [report.id for report in grown.reports[:2]]
    for search in (grown.search_dense, grown.search_lexical):
        found = search("kvinner som gikk til arbeid", 10, some)
        every = search("kvinner som gikk til arbeid", 10_000)
        kept = [hit for hit in every if grown.paragraph(hit[0]).report_id in some][:10]
        assert [i for i, _ in found] == [i for i, _ in kept]
        assert search("kvinner", 10, []) == []


def test_the_report_of_growth_has_its_tables_and_plots() -> None:
    stages = dict.fromkeys(("read", "numbers", "embed", "index"), 1.0)
    built = {"paragraphs": 100, "observations": 100, "reports": 4, "seconds": stages, "memory": 1.0}
    ways = ("nearest vectors", "word search", "both, fused")
    times = (
        "p50",
        "p95",
        "worked_p50",
        "worked_p95",
        "opened",
        "first_answer",
        "searched",
        "filtered",
        "exact",
    )
    answered = {
        **dict.fromkeys(times, 0.01), "memory": 1.0, "memory_with_search": 2.0, "recall": 1.0,
        "first": (1, 1), "kinds": {"figure": (9, 10)}, "plain": dict.fromkeys(ways, (1, 2, 4)),
    }  # fmt: skip
    found = [
        {"size": size, "built": {**built, "bytes": {"tables": 10**6}}, "answered": answered}
        for size in (100, 1_000, 10_000)
    ]
    section = compose(found, "made up")
    assert "0.900" in section.text
    assert "0.25 / 0.50" in section.text
    assert "1.00 times" in section.text
    assert all(svg.startswith("<svg") for svg in section.plots.values())


def test_files_of_a_large_store_are_hashed_again_when_they_change(
    grown: Store, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    import shutil

    from ingest import generation
    from ingest.models import CorpusError

    shutil.copytree(str(grown.path), tmp_path / "store")
    monkeypatch.setattr(generation, "LARGE", 1)
    root = tmp_path / "store"
    manifest = generation.read_manifest(root, str(generation.read_pointer(root)))
    generation.verify(root, manifest)
    monkeypatch.setattr(generation, "file_hash", lambda path: pytest.fail("hashed again"))
    generation.verify(root, manifest)
    monkeypatch.undo()
    monkeypatch.setattr(generation, "LARGE", 1)
    damaged = generation.generation_folder(root, manifest.name) / "vectors.npy"
    damaged.write_bytes(damaged.read_bytes()[:-1] + b"x")
    with pytest.raises(CorpusError, match="damaged"):
        generation.verify(root, manifest)
