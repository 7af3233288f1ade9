"""The store on servers: the same data and answers as in a folder, and whole whatever happens to them."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
import traceback
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from conftest import IDS, ROOT, FakeEncoder
from made_answers import make_answer
from starlette.testclient import TestClient
from streamlit.testing.v1 import AppTest

from evals.data import QUESTIONS, SPLITS, load_pairs
from evals.servers import ChromaServer, MissingServerError, PostgresServer
from ingest import generation, pipeline, server_archive, server_index, table
from ingest import store as store_module
from ingest.archive import open_archive
from ingest.generation import KEPT
from ingest.models import CorpusError, IngestSummary, UnreachableError, count_paragraphs
from ingest.pipeline import Making, ingest_reports, open_store
from ingest.reports import ReportMeta, ReportText, read_report
from ingest.settings import Servers, load_settings
from ingest.store import Store
from rag import Assistant
from rag.models import Answer
from rag.plain import to_plain
from ui import desk as desk_module
from ui.api import ROUTES
from ui.desk import Desk, replace_desk
from ui.feedback import change_feedback, read_feedback, store_feedback
from ui.own_files import OwnFiles
from ui.settings import Settings
from ui.texts import say

Build = Callable[..., IngestSummary]
_names = count()
SAMPLE = 12  # every so manieth pair is asked of both stores; `make servers` asks all


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    try:
        server = PostgresServer()
    except MissingServerError as missing:
        pytest.skip(str(missing))
    yield server
    server.close()


@pytest.fixture(scope="session")
def chroma() -> Iterator[ChromaServer]:
    try:
        server = ChromaServer()
    except MissingServerError as missing:
        pytest.skip(str(missing))
    yield server
    server.close()


@pytest.fixture
def place(postgres: PostgresServer, chroma: ChromaServer, tmp_path: Path) -> Servers:
    """A database of the test's own."""
    return Servers(postgres.create(f"test{next(_names)}"), chroma.address, tmp_path / "cache")


@pytest.fixture
def build_there(place: Servers, making: Making, build: Build) -> Build:
    """Ingest into the servers, as `build` does into a folder."""

    def run(*sources: Path, **changes: Any) -> IngestSummary:
        return ingest_reports(sources, place, making=replace(making, **changes))

    return run


def database(place: Servers) -> str:
    return place.name.rpartition("/")[2]


def schemas(postgres: PostgresServer, place: Servers) -> set[str]:
    query = "SELECT nspname FROM pg_namespace WHERE nspname LIKE 'imdi\\_%'"
    return {str(name) for (name,) in postgres.tell(database(place), query)}


def collections(place: Servers) -> set[str]:
    archive = server_archive.ServerArchive(place)
    server = server_index.VectorServer(place.chroma)
    return {name.removeprefix(archive.collection("")) for name in server.names(archive.collection(""))}


def schema_of(name: str) -> str:
    return f"imdi_{name.replace('-', '_')}"


# ---- the same as in a folder


def test_servers_hold_what_a_folder_holds(
    build: Build,
    build_there: Build,
    store_path: Path,
    place: Servers,
    report_2019: Path,
    encoder: FakeEncoder,
) -> None:
    build(report_2019), build_there(report_2019)
    with Store.open(store_path, encoder=encoder) as here, Store.open(place, encoder=encoder) as there:
        assert there.reports == here.reports
        assert there.paragraphs() == here.paragraphs()
        assert there.observations() == here.observations()
        assert there.observations("andel", "2019") == here.observations("andel", "2019") != []
        for report in here.reports:
            assert there.source(report.id) == here.source(report.id)
            assert there.published(report.id) == here.published(report.id)
            assert there.paragraphs(report.id) == here.paragraphs(report.id)
            assert there.edition(report.id) == here.edition(report.id)
        assert there.paragraph(here.paragraphs()[3].id) == here.paragraphs()[3]
        for text in ("kvinner og arbeid", "lønnstilskudd fra NAV", "zzz"):
            assert there.lemmas(text) == here.lemmas(text)
            assert there.search_lexical(text, 5) == here.search_lexical(text, 5)
            for wanted in (None, [IDS[0]]):
                mine, theirs = here.search_dense(text, 5, wanted), there.search_dense(text, 5, wanted)
                assert [score for _, score in theirs] == pytest.approx([s for _, s in mine], abs=1e-5)
        with pytest.raises(KeyError):
            there.paragraph("none")


def test_answers_from_servers_are_those_from_a_folder(
    place: Servers, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    folder = tmp_path / "folder"
    ingest_reports((), folder)
    ingest_reports((), place)
    here, there = (Assistant.open(one).without_model() for one in (folder, place))
    asked = load_pairs(SPLITS, QUESTIONS)[::SAMPLE]
    assert len(asked) > 250
    for pair in asked:
        mine: list[Answer] = []
        theirs: list[Answer] = []
        for turn in pair.turns:
            mine.append(here.ask(turn.question, history=mine))
            theirs.append(there.ask(turn.question, history=theirs))
        for one, other in zip(mine, theirs, strict=True):
            one, other = (replace(answer, trace=()) for answer in (one, other))
            assert to_plain(other) == to_plain(one), pair.id


# ---- generations


def test_a_new_generation_serves_and_who_reads_the_old_one_goes_on(
    build_there: Build, place: Servers, report_2019: Path, encoder: FakeEncoder
) -> None:
    first = build_there()
    with Store.open(place, encoder=encoder) as old:
        assert not build_there().built
        assert old.is_current()
        second = build_there(report_2019)
        assert second.built
        assert not old.is_current()
        assert (len(old.reports), old.manifest.name) == (2, first.generation)
        assert count_paragraphs(old.paragraphs()) == first.paragraphs
        assert len(old.search_dense("arbeid", 100)) == len(old.paragraphs())
        with Store.open(place, encoder=encoder) as new:
            assert len(new.reports) == 3
            assert len(new.search_dense("arbeid", 100)) == len(new.paragraphs())
            assert count_paragraphs(new.paragraphs()) == second.paragraphs


def test_unchanged_paragraphs_keep_their_vectors(
    build_there: Build, report_2019: Path, encoder: FakeEncoder
) -> None:
    build_there()
    encoder.encoded.clear()
    build_there(report_2019)
    assert 0 < len(encoder.encoded) < 5


def test_opening_never_builds(place: Servers, making: Making, build_there: Build) -> None:
    with pytest.raises(CorpusError, match="there is no store here"):
        open_store(place, making=making)
    build_there()
    (making.corpus / "corrections.csv").unlink(missing_ok=True)
    (making.corpus / "vocabulary" / "zz.toml").write_text("")
    with open_store(place, making=making) as store:
        assert store.manifest.name.startswith("000001")


def test_only_the_newest_generations_are_kept(
    build_there: Build, place: Servers, postgres: PostgresServer, tmp_path: Path
) -> None:
    names = []
    for year in range(2010, 2010 + KEPT + 1):
        file = tmp_path / f"resultater-{year}.txt"
        file.write_text(f"Resultater for {year}\n\nI {year} gikk 46 prosent av kvinnene til arbeid.\n")
        names.append(build_there(file).generation)
    assert schemas(postgres, place) == {schema_of(name) for name in names[-KEPT:]}
    assert collections(place) == set(names[-KEPT:])


STEPS: list[tuple[object, str]] = [
    (server_index.VectorServer, "write"),
    (server_archive.ServerDraft, "write_words"),
    (server_archive.ServerDraft, "write_file"),
    (server_archive, "_fingerprint"),
    (table, "fill"),
    (store_module, "_vectors"),
    (generation, "seal"),
]


@pytest.mark.parametrize(("holder", "step"), STEPS, ids=[step for _, step in STEPS])
def test_a_build_that_fails_leaves_the_old_one_serving_and_nothing_behind(
    build_there: Build,
    place: Servers,
    postgres: PostgresServer,
    report_2019: Path,
    monkeypatch: pytest.MonkeyPatch,
    holder: object,
    step: str,
) -> None:
    before = build_there().generation

    def fail(*arguments: object, **named: object) -> None:
        raise RuntimeError("boom")

    with monkeypatch.context() as patch:
        patch.setattr(holder, step, fail)
        with pytest.raises((RuntimeError, CorpusError)):
            build_there(report_2019)
    with Store.open(place) as store:
        assert (store.manifest.name, store.faults) == (before, ())
    assert schemas(postgres, place) == {schema_of(before)}
    assert collections(place) == {before}
    assert build_there(report_2019).built


CHILD = """
import os, signal, sys, time
from pathlib import Path
from conftest import FakeEncoder, read_percentages
from ingest import generation, server_archive, store, table
from ingest.lemmas import dictionary_lemma, words
from ingest.pipeline import Making, ingest_reports
from ingest.settings import load_settings

corpus, source, step = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]

def killed(*arguments, **named):
    os.kill(os.getpid(), signal.SIGKILL)

if step == "publish":  # between the two statements of the transaction that publishes
    ask = server_archive.Session.transaction
    from ingest.database import Transaction
    run = Transaction.execute
    def once(self, statement, *values):
        found = run(self, statement, *values)
        if "INSERT INTO imdi.generations" in statement:
            killed()
        return found
    Transaction.execute = once
for holder in (server_archive.ServerDraft, generation, table):
    if step != "publish" and hasattr(holder, step):
        setattr(holder, step, killed)
        break
store.find_forms = lambda texts: {word: dictionary_lemma(word) for text in texts for word in words(text)}
making = Making(corpus, encoder=FakeEncoder(), reader=read_percentages)
summary = ingest_reports([source], load_settings().store, making=making)
print(summary.generation, *summary.reports)
"""


def child(place: Servers, corpus: Path, source: Path, step: str = "none") -> subprocess.Popen[str]:
    environment = {
        **os.environ,
        "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'tests'}",
        "IMDI_STORE": place.database,
        "IMDI_CHROMA": place.chroma,
        "XDG_CACHE_HOME": str(place.cache),
    }
    command = [sys.executable, "-c", CHILD, str(corpus), str(source), step]
    return subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


@pytest.mark.parametrize("step", ["write_words", "fill", "seal", "publish"])
def test_a_killed_build_leaves_the_old_one_serving_and_is_swept_by_the_next(
    build_there: Build,
    place: Servers,
    postgres: PostgresServer,
    corpus: Path,
    report_2019: Path,
    step: str,
) -> None:
    before = build_there().generation
    process = child(place, corpus, report_2019, step)
    _, errors = process.communicate(timeout=120)
    assert process.returncode == -signal.SIGKILL, errors
    assert len(schemas(postgres, place)) == 2
    assert len(collections(place)) == 2
    with Store.open(place) as store:
        assert (store.manifest.name, store.faults) == (before, ())
    now = build_there(report_2019)
    assert now.reports == (IDS[0], "resultater-2019", IDS[1])
    assert schemas(postgres, place) == {schema_of(before), schema_of(now.generation)}
    assert collections(place) == {before, now.generation}


def test_two_builds_at_once_take_turns_and_lose_nothing(
    build_there: Build, place: Servers, corpus: Path, tmp_path: Path
) -> None:
    processes = []
    for year in ("2019", "2020"):
        file = tmp_path / f"resultater-{year}.txt"
        file.write_text(f"Resultater for {year}\n\nI {year} gikk 46 prosent av kvinnene til arbeid.\n")
        processes.append(child(place, corpus, file))
    for process in processes:
        _, errors = process.communicate(timeout=180)
        assert process.returncode == 0, errors
    with Store.open(place) as store:
        assert {report.id for report in store.reports} == {*IDS, "resultater-2019", "resultater-2020"}
        assert store.manifest.name.startswith("000002")


def test_a_build_that_lost_its_lock_cannot_publish(
    build_there: Build,
    place: Servers,
    postgres: PostgresServer,
    report_2019: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before = build_there().generation
    fill = table.fill

    def cut(*arguments: Any) -> None:
        fill(*arguments)
        postgres.tell(
            database(place),
            "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'"
            " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())",
        )

    monkeypatch.setattr(table, "fill", cut)
    with pytest.raises(UnreachableError):
        build_there(report_2019)
    with Store.open(place) as store:
        assert store.manifest.name == before


# ---- damage


def damaged(postgres: PostgresServer, place: Servers, name: str, how: str) -> None:
    schema = schema_of(name)
    server = server_index.VectorServer(place.chroma, patient=True)
    collection = server_archive.ServerArchive(place).collection(name)
    match how:
        case "a row is gone":
            postgres.tell(database(place), f"DELETE FROM {schema}.paragraphs WHERE row = 3")
        case "a figure is another":
            postgres.tell(
                database(place),
                f"UPDATE {schema}.observations SET value = '1' WHERE row = 0",
            )
        case "a table is gone":
            postgres.tell(database(place), f"DROP TABLE {schema}.forms")
        case "a file is shorter":
            postgres.tell(database(place), f"UPDATE {schema}.files SET data = 'x' WHERE path LIKE 'bm25/%'")
        case "the vectors are gone":
            server.drop(collection)
        case "a vector is gone":
            held = server._client.get_collection(collection, embedding_function=None)
            held.delete(ids=held.get(limit=1)["ids"])
        case "the vectors are others":
            held = server._client.get_collection(collection, embedding_function=None)
            ids = held.get(include=[])["ids"]
            held.update(ids=ids, embeddings=np.tile(np.eye(1, 32, dtype=np.float32), (len(ids), 1)))
        case "the manifest is another":
            postgres.tell(
                database(place),
                "UPDATE imdi.generations SET manifest = replace(manifest, '\"paragraphs\"', '\"paragraph\"')"
                f" WHERE name = '{name}'",
            )


HOW = (
    "a row is gone",
    "a figure is another",
    "a table is gone",
    "a file is shorter",
    "the vectors are gone",
    "a vector is gone",
    "the vectors are others",
    "the manifest is another",
)


@pytest.mark.parametrize("how", HOW)
def test_damage_is_found_before_use_and_the_generation_before_serves(
    build_there: Build, place: Servers, postgres: PostgresServer, report_2019: Path, how: str
) -> None:
    before, now = build_there().generation, build_there(report_2019).generation
    damaged(postgres, place, now, how)
    with Store.open(place) as store:
        assert store.manifest.name == before
        assert len(store.faults) == 1
        assert store.is_current()  # nothing better is to be had: it is not opened again and again
    # The report that was added is still had: its bytes are in what is left. Only a manifest that cannot be
    # read no longer says that there was one.
    listed = how != "the manifest is another"
    assert build_there().reports == ((IDS[0], "resultater-2019", IDS[1]) if listed else IDS)
    with Store.open(place) as store:
        assert store.faults == ()


def test_a_file_with_other_bytes_of_the_same_length_is_never_used(
    build_there: Build, place: Servers, postgres: PostgresServer
) -> None:
    name = build_there().generation
    postgres.tell(
        database(place), f"UPDATE {schema_of(name)}.files SET data = overlay(data PLACING 'zz'::bytea FROM 1)"
    )
    with Store.open(place) as store, pytest.raises(CorpusError, match="is damaged"):
        store.search_lexical("arbeid", 3)


def test_a_copy_on_this_machine_that_is_damaged_is_fetched_again(
    build_there: Build, place: Servers, encoder: FakeEncoder
) -> None:
    build_there()
    with Store.open(place, encoder=encoder) as store:
        found = store.search_lexical("arbeid", 3)
    for copy in place.cache.rglob("*.npy"):
        copy.write_bytes(b"x")
    with Store.open(place, encoder=encoder) as store:
        assert store.search_lexical("arbeid", 3) == found


# ---- servers that are away, or let nobody in


@pytest.fixture
def fragile(
    tmp_path: Path, making: Making, build: Build
) -> Iterator[tuple[PostgresServer, ChromaServer, Servers]]:
    """Servers of the test's own, which it may stop; the corpus with its real observations is on them."""
    try:
        own, vectors = PostgresServer(), ChromaServer()
    except MissingServerError as missing:
        pytest.skip(str(missing))
    place = Servers(own.create("own"), vectors.address, tmp_path / "cache")
    ingest_reports((), place, making=Making(encoder=FakeEncoder()))
    yield own, vectors, place
    vectors.close()
    own.close()


def test_servers_that_are_away_are_told_and_missed_only_while_they_are(
    fragile: tuple[PostgresServer, ChromaServer, Servers], monkeypatch: pytest.MonkeyPatch
) -> None:
    postgres, chroma, place = fragile
    monkeypatch.setattr(desk_module, "LOOK_AGAIN", -1.0)
    # As at start, but with nothing looked up yet.
    monkeypatch.setattr(desk_module, "_warm_up", lambda assistant: None)
    encoder = FakeEncoder()
    desk = Desk(Settings(load_settings().store), lambda: Assistant(Store.open(place, encoder=encoder)))
    replace_desk(desk)
    figure = "Hvor stor andel av mennene nådde målet i 2017?"
    try:
        desk.assistant()
        client = TestClient(_api())
        assert client.get("/healthz").json()["status"] == "ok"
        postgres.stop()
        away = client.get("/api/ask", params={"q": figure})
        assert (away.status_code, away.json()["error"]["code"]) == (503, "store_away")
        assert "retry-after" in away.headers
        assert client.get("/healthz").json()["status"] == "degraded"
        page = AppTest.from_file(str(ROOT / "ui" / "page.py"), default_timeout=60).run()
        page.chat_input[0].set_value(figure).run()
        assert say("chat.store_away") in "".join(str(getattr(one, "value", "")) for one in page.get("html"))
        assert not page.exception
        postgres.start()
        assert client.get("/api/ask", params={"q": figure}).json()["figure"] is not None
        assert client.get("/healthz").json()["status"] == "ok"
        # Without the vectors figures are still told; what has to be searched for is not made up.
        chroma.stop()
        assert client.get("/api/ask", params={"q": "Hvor mange startet i 2023?"}).status_code == 200
        with pytest.raises(UnreachableError, match="Chroma server does not answer"):
            desk.assistant().search("lønnstilskudd", k=2)
        chroma.start()
        assert desk.assistant().search("lønnstilskudd", k=2)
    finally:
        replace_desk(None)


def _api() -> Any:
    from starlette.applications import Starlette

    return Starlette(routes=list(ROUTES))


def test_a_server_that_hangs_is_waited_for_shortly(
    build_there: Build, place: Servers, encoder: FakeEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    import socket

    build_there()
    monkeypatch.setattr(server_index, "ASK_SECONDS", 0.3)
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen()
        hanging = replace(place, chroma=f"http://127.0.0.1:{deaf.getsockname()[1]}")
        with pytest.raises(UnreachableError, match="ReadTimeout"):
            Store.open(hanging, encoder=encoder)


def test_a_wrong_password_is_told_without_any_password(place: Servers, build_there: Build) -> None:
    build_there()
    wrong = replace(place, database=place.database.replace("imdi:", "imdi:hemmelig%2F"))
    with pytest.raises(UnreachableError, match="user or password is wrong") as error:
        Store.open(wrong)
    told = "".join(traceback.format_exception(error.value))
    for secret in ("hemmelig", place.database.split(":")[2].partition("@")[0]):
        assert secret not in told + repr(wrong) + repr(load_settings())


@pytest.mark.parametrize("address", ["http://token@127.0.0.1:1", "http://127.0.0.1:1/tenant/database"])
def test_a_chroma_server_that_is_not_there_is_told_without_the_token(
    place: Servers, build_there: Build, address: str
) -> None:
    build_there()
    with pytest.raises(UnreachableError, match="the Chroma server does not answer") as error:
        Store.open(replace(place, chroma=address))
    assert "token" not in str(error.value)


# ---- what replicas share


def test_visitors_files_are_read_beside_a_store_on_servers(
    place: Servers, report_2019: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ingest_reports((), place)
    own = OwnFiles(place)
    monkeypatch.setattr(pipeline, "read_report", _reads_nothing_again)
    try:
        file = own.add(report_2019.name, report_2019.read_bytes(), lambda stage, done, total: None)
        assert own.assistant is not None
        assert {report.id for report in own.assistant.store.reports} == {*IDS, file.report_id}
        with Store.open(place) as store:
            assert len(store.reports) == 2
    finally:
        own.close()


def _reads_nothing_again(data: bytes, meta: ReportMeta | None = None, *, name: str = "") -> ReportText:
    assert "din-fil" in name, "the published reports are taken over as they were read"
    return read_report(data, meta or ReportMeta(), name=name)


def test_feedback_of_all_replicas_is_in_one_table(place: Servers) -> None:
    assert read_feedback(place) == []
    rows: list[int] = []
    threads = [
        threading.Thread(target=lambda: rows.append(store_feedback(place, make_answer(), ["A\0"], True, "g")))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    change_feedback(place, rows[0], False, "Feil\0 år")
    found = {row.id: row for row in read_feedback(place)}
    assert set(found) == set(rows)
    assert (found[rows[0]].helpful, found[rows[0]].comment) == (False, "Feil år")


def test_a_replica_needs_to_read_only(
    place: Servers, build_there: Build, postgres: PostgresServer, encoder: FakeEncoder
) -> None:
    build_there()
    read_feedback(place)
    role = f"reader_{database(place)}"
    postgres.tell(
        database(place),
        f"CREATE ROLE {role} LOGIN PASSWORD 'r' IN ROLE pg_read_all_data",
        f"GRANT INSERT, UPDATE ON imdi.feedback TO {role}",
    )
    reading = replace(place, database=postgres.address(database(place), role, "r"))
    with Store.open(reading, encoder=encoder) as store:
        assert store.search_dense("arbeid", 3)
        assert store.search_lexical("arbeid", 3)
    assert store_feedback(reading, make_answer(), (), True, "g") == 1
    with pytest.raises(UnreachableError, match="no right to it"):
        ingest_reports((), reading)
    build_there(*[])
    assert open_archive(reading).pointer() is not None


# ---- settings


@pytest.mark.parametrize(
    ("store", "chroma", "told"),
    [
        ("postgresql://u:p/w@h/d", "http://h:1", "IMDI_STORE: this is no address"),
        ("mysql://u:hemmelig@h/d", "http://h:1", "IMDI_STORE: this is no address"),
        ("postgresql://u:hemmelig@h/d", "", "IMDI_CHROMA: this is no address"),
        ("postgresql://u:hemmelig@h/d", "h:8000", "IMDI_CHROMA: this is no address"),
        ("", "http://h:8000", "IMDI_CHROMA: IMDI_STORE has no PostgreSQL"),
    ],
)
def test_addresses_that_cannot_be_used_are_refused_and_not_repeated(
    monkeypatch: pytest.MonkeyPatch, store: str, chroma: str, told: str
) -> None:
    monkeypatch.setenv("IMDI_STORE", store)
    monkeypatch.setenv("IMDI_CHROMA", chroma)
    with pytest.raises(CorpusError) as error:
        load_settings()
    assert str(error.value).startswith(told)
    assert "hemmelig" not in str(error.value)


def test_addresses_may_stand_in_files(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("postgresql://u:p%40ss@h:5433/d?sslmode=require\n")
    monkeypatch.delenv("IMDI_STORE")
    monkeypatch.setenv("IMDI_STORE_FILE", str(secret))
    monkeypatch.setenv("IMDI_CHROMA", "https://token@h/tenant/database")
    store = load_settings().store
    assert isinstance(store, Servers)
    assert store.name == "h/d"
    assert "p%40ss" not in repr(store)
    monkeypatch.setenv("IMDI_STORE_FILE", str(tmp_path / "none"))
    with pytest.raises(CorpusError, match="IMDI_STORE_FILE: the file cannot be read"):
        load_settings()


def test_a_store_in_a_folder_needs_no_server_library(corpus_store_path: Path) -> None:
    code = (
        "import sys; from ingest.store import Store; Store.open(sys.argv[1]).paragraphs();"
        "from ui.settings import load_settings; load_settings();"
        "print([m for m in sys.modules if m.partition('.')[0] in ('sqlalchemy', 'psycopg', 'chromadb')])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(corpus_store_path)],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    )
    assert done.stdout.strip() == "[]"


# ---- what is handed out to run it


def test_compose_names_files_services_and_settings_that_exist() -> None:
    told = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
    code = "".join(p.read_text("utf-8") for p in [*ROOT.glob("ingest/*.py"), *ROOT.glob("ui/*.py")])
    caddy = (ROOT / "deploy" / "Caddyfile").read_text(encoding="utf-8")
    made = (ROOT / "deploy" / "make-secrets.sh").read_text(encoding="utf-8")
    for name, service in told["services"].items():
        assert set(service.get("depends_on", ())) <= set(told["services"]), name
        assert set(service.get("secrets", ())) <= set(told["secrets"]), name
        for mount in service.get("volumes", ()):
            source = mount.partition(":")[0]
            assert source in told["volumes"] or source == "./reports" or (ROOT / source).exists(), mount
        for variable in service.get("environment", {}):
            if variable.startswith("IMDI_"):
                assert variable.removesuffix("_FILE") in code + caddy, variable
    for secret in told["secrets"]:
        assert f"secrets/{secret}" in made or f"make_secret {secret}" in made, secret
    assert all(f"{name}:8501" in caddy for name in told["services"] if name.startswith("page"))


def test_secrets_are_made_once_and_fit_each_other(tmp_path: Path) -> None:
    (tmp_path / "deploy").mkdir()
    script = tmp_path / "deploy" / "make-secrets.sh"
    script.write_bytes((ROOT / "deploy" / "make-secrets.sh").read_bytes())
    for _ in range(2):
        subprocess.run(["sh", str(script)], check=True)
        made = {file.name: file.read_text() for file in (tmp_path / "secrets").iterdir()}
        assert made["postgres_password"] in made["store"]
        assert made["page_password"] in made["page_store"]
    assert (tmp_path / ".env").read_text().count("IMDI_COOKIE_SECRET=") == 1


def test_the_page_may_read_the_store_and_write_feedback_as_compose_sets_it_up(
    postgres: PostgresServer, place: Servers, build_there: Build, encoder: FakeEncoder, tmp_path: Path
) -> None:
    build_there()
    script = (ROOT / "deploy" / "postgres-init.sh").read_text(encoding="utf-8")
    (statements,) = re.findall(r"<<'SQL'\n(.*?)^SQL$", script, re.MULTILINE | re.DOTALL)
    name = database(place)
    said = statements.replace(":'password'", "'p'").replace("imdi_page", f"page_{name}")
    said = said.replace("DATABASE feedback", f"DATABASE feedback_{name}")
    for statement in filter(str.strip, said.split(";")):
        postgres.tell(name, statement)
    reading = replace(place, database=postgres.address(name, f"page_{name}", "p"))
    with Store.open(reading, encoder=encoder) as store:
        assert store.search_dense("arbeid", 3)
    feedback = Servers(postgres.address(f"feedback_{name}", f"page_{name}", "p"))
    assert store_feedback(feedback, make_answer(), (), True, "g") == 1
    assert len(read_feedback(feedback)) == 1
