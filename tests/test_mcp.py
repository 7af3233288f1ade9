"""The MCP server, spoken to by the official client: over standard input and output, and over HTTP."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any, TypeVar

import httpx2
import pytest
from conftest import ROOT
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]
from made_answers import make_answer
from mcp import Client, StdioServerParameters
from mcp.client.streamable_http import streamable_http_client
from mcp_types import CallToolResult
from typer.testing import CliRunner

import ui.cli
from ingest.models import CorpusError
from ingest.store import Store
from rag import Assistant
from rag.models import Answer
from ui import mcp_server
from ui.desk import Desk, replace_desk
from ui.settings import Settings, load_settings
from ui.texts import items

WOMEN = "Hvor stor andel av kvinnene nådde målet i 2023?"
OUTSIDE = "Hva er hovedstaden i Frankrike?"
TOOLS = ("ask", "search", "observations")
Target = str | StdioServerParameters
T = TypeVar("T")


def command(store: Path, *options: str) -> list[str]:
    return [str(ROOT / "tests" / "mcp_process.py"), "--store", str(store), *options]


def environment(**settings: str) -> dict[str, str]:
    path = f"{ROOT}{os.pathsep}{ROOT / 'tests'}"
    return {"PYTHONPATH": path, "IMDI_QUESTIONS_PER_MINUTE": "1000", **settings}


def over_stdio(store: Path, **settings: str) -> StdioServerParameters:
    return StdioServerParameters(
        command=sys.executable, args=command(store), env=environment(**settings), cwd=ROOT
    )


@contextmanager
def over_http(store: Path, **settings: str) -> Iterator[str]:
    with subprocess.Popen(
        [sys.executable, *command(store, "--http", "--port", "0")],
        env={**os.environ, **environment(**settings)},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        try:
            assert process.stdout is not None
            yield process.stdout.readline().strip()
        finally:
            process.terminate()


@pytest.fixture(scope="module")
def address(corpus_store_path: Path) -> Iterator[str]:
    with over_http(corpus_store_path) as url:
        yield url


def talk(target: Any, say: Callable[[Client], Awaitable[T]], **options: Any) -> T:
    """What comes of a talk with a server."""

    async def connected() -> T:
        async with Client(target, read_timeout_seconds=60, **options) as client:
            return await say(client)

    return asyncio.run(connected())


def call(target: Any, tool: str, **arguments: Any) -> CallToolResult:
    return talk(target, lambda client: client.call_tool(tool, arguments))


def text_of(result: CallToolResult) -> str:
    (content,) = result.content
    assert content.type == "text"
    return content.text


def data_of(result: CallToolResult) -> dict[str, Any]:
    assert not result.is_error, text_of(result)
    return dict(result.structured_content or {})


@dataclass(frozen=True)
class Spoken:
    """What a talk with a server gave: the tools, and what each said."""

    server: str
    tools: Sequence[Any]
    answered: CallToolResult
    abstained: CallToolResult
    found: CallToolResult
    looked_up: CallToolResult


async def speak(client: Client) -> Spoken:
    figures = {"measure": "måloppnåelse", "groups": ["kvinner"], "period": "2023"}
    return Spoken(
        client.server_info.name if client.server_info else "",
        (await client.list_tools()).tools,
        await client.call_tool("ask", {"question": WOMEN}),
        await client.call_tool("ask", {"question": OUTSIDE}),
        await client.call_tool("search", {"query": "lønnstilskudd fra NAV", "k": 3}),
        await client.call_tool("observations", figures),
    )


# "legacy" is the handshake of every client from before 2026.
@pytest.fixture(scope="module", params=["stdio auto", "stdio legacy", "http auto", "http legacy"])
def spoken(request: pytest.FixtureRequest, corpus_store_path: Path) -> Spoken:
    transport, mode = request.param.split()
    http = transport == "http"
    target: Target = request.getfixturevalue("address") if http else over_stdio(corpus_store_path)
    return talk(target, speak, mode=mode)


# ---- what is offered and answered


def test_three_tools_that_only_read_are_offered_with_their_schemas(spoken: Spoken) -> None:
    assert spoken.server == "imdi-svar"
    assert tuple(tool.name for tool in spoken.tools) == TOOLS
    for tool in spoken.tools:
        assert tool.annotations.read_only_hint is True
        assert tool.annotations.destructive_hint is False
        assert tool.annotations.open_world_hint is False
        assert tool.input_schema["additionalProperties"] is False
        for schema in (tool.input_schema, tool.output_schema):
            Draft202012Validator.check_schema(schema)


def test_answer_comes_with_its_citations_as_text_and_as_data(spoken: Spoken, corpus_store: Store) -> None:
    data = data_of(spoken.answered)
    assert (data["status"], data["reason"], data["language"]) == ("answered", "stated", "nb")
    assert data["text"] == Assistant(corpus_store).ask(WOMEN).text
    assert data["text"] in text_of(spoken.answered)
    assert data["observations"][0]["value"] == "44"
    for citation in data["citations"]:
        source = corpus_store.source(citation["report_id"], citation["edition"])
        assert source[citation["start"] : citation["end"]] == citation["quote"]
        assert citation["url"].startswith("https://www.imdi.no/")


def test_data_are_as_their_schemas_say(spoken: Spoken) -> None:
    schemas = {tool.name: tool.output_schema for tool in spoken.tools}
    given = (spoken.answered, spoken.abstained, spoken.found, spoken.looked_up)
    for name, result in zip(("ask", *TOOLS), given, strict=True):
        Draft202012Validator(schemas[name]).validate(data_of(result))


def test_what_the_reports_do_not_say_is_an_answer_and_no_error(spoken: Spoken) -> None:
    data = data_of(spoken.abstained)
    assert data["status"] == "abstained"
    assert data["observations"] == data["calculations"] == []


def test_search_gives_paragraphs_word_for_word(spoken: Spoken, corpus_store: Store) -> None:
    hits = data_of(spoken.found)["hits"]
    expected = Assistant(corpus_store).search("lønnstilskudd fra NAV", k=3)
    assert [hit["paragraph_id"] for hit in hits] == [hit.paragraph_id for hit in expected]
    for hit in hits:
        assert corpus_store.source(hit["report_id"], hit["edition"])[hit["start"] : hit["end"]] == hit["text"]
    scores = [hit["score"] for hit in hits]
    assert scores == sorted(scores, reverse=True)


def test_observations_are_looked_up_with_their_sentences(spoken: Spoken) -> None:
    data = data_of(spoken.looked_up)
    assert data["total"] == len(data["observations"]) > 0
    for figure in data["observations"]:
        assert figure["groups"]["sex"] == "kvinner"
        assert figure["surface"] in figure["quote"]
    assert "44 prosent" in text_of(spoken.looked_up)


def test_answer_is_in_the_language_of_the_question(address: str) -> None:
    data = data_of(call(address, "ask", question="How many women reached the goal in 2023?"))
    assert data["language"] == "en"
    assert "percent of the women" in data["text"]


def test_earlier_questions_say_what_a_later_one_leaves_out(address: str) -> None:
    assert "60 prosent" in data_of(call(address, "ask", question="og mennene?", history=[WOMEN]))["text"]


# ---- what is refused


@pytest.mark.parametrize(
    ("tool", "arguments", "told"),
    [
        ("ask", {}, "question"),
        ("ask", {"question": 3}, "valid string"),
        ("ask", {"question": "  "}, "at least 1 character"),
        ("ask", {"question": "a" * 1_001}, "at most 1000 characters"),
        ("ask", {"question": "a", "history": ["b"] * 6}, "at most 5 items"),
        ("ask", {"question": "a", "k": 1}, "not permitted"),
        ("search", {"query": "a", "k": 0}, "greater than or equal to 1"),
        ("search", {"query": "a", "k": 101}, "less than or equal to 100"),
        ("observations", {"year": "2023"}, "not permitted"),
        ("observations", {"measure": "arbied"}, "'arbied' is not one that is known. May be meant: overgang_"),
        ("observations", {"groups": ["hester"]}, "unknown_groups: 'hester'"),
        (
            "observations",
            {"period": "i fjor"},
            "unknown_period: 'i fjor' is not one that is known. Give a year",
        ),
        ("observations", {"report_id": "x"}, "unknown_report: there is none of that id, but introduksjons"),
        ("observations", {"language": "sv"}, "'nb', 'nn' or 'en'"),
        ("numbers", {}, "numbers"),
    ],
)
def test_what_cannot_be_asked_is_told_and_the_server_goes_on(
    address: str, tool: str, arguments: dict[str, Any], told: str
) -> None:
    async def asked(client: Client) -> tuple[str, CallToolResult]:
        try:
            message = text_of(refused := await client.call_tool(tool, arguments))
            assert refused.is_error
        except Exception as error:  # an unknown tool may be an error of the protocol
            message = str(error)
        return message, await client.call_tool("ask", {"question": OUTSIDE})

    message, after = talk(address, asked)
    assert told in message
    assert not after.is_error


def test_whoever_asks_too_much_is_told_when_to_come_back(corpus_store_path: Path) -> None:
    async def asked(client: Client) -> list[CallToolResult]:
        return [await client.call_tool("search", {"query": "mål"}) for _ in range(4)]

    server = over_stdio(corpus_store_path, IMDI_QUESTIONS_PER_MINUTE="3")
    *answered, refused = talk(server, asked)
    assert not any(result.is_error for result in answered)
    assert "too_many: too many calls; try again in" in text_of(refused)


def test_http_is_for_this_machine_and_small_requests(address: str) -> None:
    body = {"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {}}
    accepted = {"accept": "application/json, text/event-stream", "content-type": "application/json"}

    def posted(content: bytes, **headers: str) -> int:
        return httpx2.post(address, content=content, headers=accepted | headers).status_code

    assert address.startswith("http://127.0.0.1:")
    small = json.dumps(body).encode()
    assert posted(small, host="imdi.example") == 421
    assert posted(small, origin="https://evil.example") == 403
    assert posted(b" " * (mcp_server.MAX_BODY + 1)) == 413
    assert posted(b"{") == 400


def test_token_is_asked_for_where_it_is_set(corpus_store_path: Path) -> None:
    async def with_token(url: str) -> CallToolResult:
        headers = {"authorization": "Bearer key-1"}
        async with (
            httpx2.AsyncClient(headers=headers) as http,
            Client(streamable_http_client(url, http_client=http)) as client,
        ):
            return await client.call_tool("ask", {"question": WOMEN})

    with over_http(corpus_store_path, IMDI_API_TOKEN="key-1") as url:
        assert httpx2.post(url, json={}).status_code == 401
        assert httpx2.post(url, json={}, headers={"authorization": "Bearer key-2"}).status_code == 401
        assert data_of(asyncio.run(with_token(url)))["status"] == "answered"


# ---- many at once


@pytest.mark.parametrize("transport", ["stdio", "http"])
def test_calls_at_once_get_the_answers_that_they_get_one_by_one(
    transport: str, request: pytest.FixtureRequest, corpus_store: Store
) -> None:
    http = transport == "http"
    target: Target = request.getfixturevalue("address") if http else over_stdio(Path(str(corpus_store.path)))
    questions = [WOMEN, OUTSIDE, "Hvor mange deltok i 2023?", "How many men reached the goal in 2017?"] * 4
    assistant = Assistant(corpus_store)

    async def asked(client: Client) -> list[CallToolResult]:
        calls = [client.call_tool("ask", {"question": question}) for question in questions]
        looked_up = [client.call_tool("observations", {"period": "2023"}) for _ in range(4)]
        return await asyncio.gather(*calls, *looked_up)

    results = talk(target, asked)
    answered = [data_of(result)["text"] for result in results[: len(questions)]]
    assert answered == [assistant.ask(question).text for question in questions]
    assert len({text_of(result) for result in results[len(questions) :]}) == 1


def test_clients_do_not_see_each_other(address: str) -> None:
    async def one(question: str) -> str:
        async with Client(address) as client:
            await client.call_tool("ask", {"question": question})
            return str(data_of(await client.call_tool("ask", {"question": "og mennene?"}))["text"])

    async def both() -> tuple[str, str]:
        return await asyncio.gather(one(WOMEN), one("Hvor mange deltok i 2023?"))

    first, second = asyncio.run(both())
    assert first == second


# ---- what it writes


def test_nothing_but_the_protocol_is_written_out_and_no_question_logged(corpus_store_path: Path) -> None:
    lines: list[dict[str, Any]] = [
        {"method": "initialize", "id": 1, "params": {
            "protocolVersion": "2025-06-18", "capabilities": {},
            "clientInfo": {"name": "t", "version": "1"}}},
        {"method": "notifications/initialized"},
        {"method": "tools/call", "id": 2, "params": {"name": "ask", "arguments": {"question": WOMEN}}},
        {"method": "tools/call", "id": 3, "params": {"name": "ask", "arguments": {"kvinnene": 1}}},
    ]  # fmt: skip
    spoken = [json.dumps({"jsonrpc": "2.0", **line}) for line in lines]
    process = subprocess.Popen(
        [sys.executable, *command(corpus_store_path)],
        env={**os.environ, **environment()},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )
    with process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdin.write("\n".join([*spoken, "kvinnene og {", ""]))
        process.stdin.flush()
        answers = [json.loads(process.stdout.readline()) for _ in range(3)]
        process.stdin.close()
        rest, log = process.stdout.read(), process.stderr.read()
    assert {answer.get("id") for answer in answers} >= {1, 2}
    assert all(json.loads(line)["jsonrpc"] == "2.0" for line in rest.splitlines())
    assert '"event": "answered"' in log
    assert "kvinnene" not in log
    assert process.returncode == 0


def test_ctrl_c_ends_a_server_that_waits_for_input(corpus_store_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, *command(corpus_store_path)],
        env={**os.environ, **environment()},
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    with process:
        assert process.stderr is not None
        assert "reports opened" in process.stderr.readline()
        process.send_signal(signal.SIGINT)
        assert process.wait(10) == -signal.SIGINT


# ---- when something is wrong


class Failing:
    """Opens or answers only with trouble."""

    store = SimpleNamespace(reports=(1, 2), is_current=lambda: True)
    companion = None

    def ask(self, question: str, history: Sequence[Answer] = ()) -> Answer:
        if question == "feil":
            raise RuntimeError("hemmelig")
        return make_answer(question=question)

    def search(self, query: str, k: int = 10) -> list[Any]:
        if query in items("start.warm_up"):
            return []
        raise CorpusError("the store's vectors are of 'a', not of 'b'. Run `imdi ingest`.")


@pytest.fixture
def desk() -> Iterator[Callable[[Callable[[], Any]], None]]:
    def put(opening: Callable[[], Any]) -> None:
        replace_desk(Desk(Settings(load_settings().feedback), opening))

    yield put
    replace_desk(None)


def test_failure_is_told_without_its_words(
    desk: Callable[[Callable[[], Any]], None], caplog: pytest.LogCaptureFixture
) -> None:
    desk(Failing)
    assert text_of(call(mcp_server.make_server(), "ask", question="feil")).endswith(
        "failed: something went wrong here, and the call was not answered"
    )
    assert "hemmelig" not in caplog.text


def test_what_is_wrong_with_the_reports_is_told_with_the_cure(
    desk: Callable[[Callable[[], Any]], None],
) -> None:
    desk(Failing)
    assert "Run `imdi ingest`" in text_of(call(mcp_server.make_server(), "search", query="a"))


def test_reports_that_cannot_be_opened_are_told_and_tried_again(
    desk: Callable[[Callable[[], Any]], None],
) -> None:
    openings = iter([CorpusError("no store there"), Failing()])

    def opening() -> Any:
        opened = next(openings)
        if isinstance(opened, Exception):
            raise opened
        return opened

    async def asked(client: Client) -> list[CallToolResult]:
        return [await client.call_tool("ask", {"question": "Hvor mange?"}) for _ in range(2)]

    desk(opening)
    refused, answered = talk(mcp_server.make_server(), asked)
    assert "reports: no store there" in text_of(refused)
    assert data_of(answered)["status"] == "answered"


def test_until_the_reports_are_open_agents_are_asked_to_wait(
    desk: Callable[[Callable[[], Any]], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = threading.Event()

    def opening() -> Failing:
        opened.wait(10)
        return Failing()

    monkeypatch.setattr(mcp_server, "PATIENCE", 0.1)
    desk(opening)

    async def asked(client: Client) -> CallToolResult:
        refused = await client.call_tool("ask", {"question": "Hvor mange?"})
        opened.set()
        return refused

    assert "starting: the reports are being opened" in text_of(talk(mcp_server.make_server(), asked))


def test_without_the_package_the_command_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "mcp.server", None)
    monkeypatch.delitem(sys.modules, "ui.mcp_server")
    result = CliRunner().invoke(ui.cli.app, ["mcp"])
    assert result.exit_code == 2
    assert "-e '.[mcp]'" in result.output


def test_a_port_that_is_taken_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        result = CliRunner().invoke(ui.cli.app, ["mcp", "--http", "--port", port])
    assert result.exit_code == 2
    assert f"port {port}" in result.output


# ---- the documentation


def test_configuration_in_the_readme_starts_a_command_that_exists() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    block = readme.partition("```json\n")[2].partition("```")[0]
    (server,) = json.loads(block)["mcpServers"].values()
    assert Path(server["command"]).name == "imdi"
    assert server["args"] == ["mcp"]
