"""The doors for programs."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from types import SimpleNamespace
from typing import Any

import pytest
from made_answers import make_answer
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.testclient import TestClient

from rag.models import Answer
from rag.plain import to_plain
from ui import api
from ui.desk import Desk, replace_desk
from ui.settings import Settings, load_settings
from ui.shell import Shell


class Answering:
    """Repeats the question, or fails if it is told to."""

    companion = None

    def __init__(self) -> None:
        self.asked: list[tuple[str, int]] = []
        self.store = SimpleNamespace(
            reports=(1, 2), manifest=SimpleNamespace(name="000001-x"), is_current=lambda: True
        )

    def search(self, query: str, k: int = 10) -> list[object]:
        return []

    def ask(self, question: str, history: Sequence[Answer] = ()) -> Answer:
        self.asked.append((question, len(history)))
        if question == "feil":
            raise RuntimeError("hemmelig")
        return make_answer(question=question)


@pytest.fixture
def answering() -> Iterator[Answering]:
    assistant = Answering()
    desk = Desk(Settings(load_settings().feedback, per_minute=20), lambda: assistant)  # type: ignore[arg-type, return-value]
    desk.assistant()
    assistant.asked.clear()
    replace_desk(desk)
    yield assistant
    replace_desk(None)


@pytest.fixture
def client(answering: Answering) -> TestClient:
    app = Starlette(routes=list(api.ROUTES), middleware=[Middleware(Shell)])
    return TestClient(app, raise_server_exceptions=False)


def code(response: Any) -> tuple[int, str]:
    return response.status_code, response.json()["error"]["code"]


def test_get_and_post_give_the_same_answer_as_data(client: TestClient) -> None:
    expected = json.loads(json.dumps(to_plain(make_answer(question="Hvor mange?"))))
    assert client.get("/api/ask", params={"q": "Hvor mange?"}).json() == expected
    assert client.post("/api/ask", json={"question": "Hvor mange?"}).json() == expected


def test_earlier_questions_are_the_history(client: TestClient, answering: Answering) -> None:
    client.post("/api/ask", json={"question": "og menn?", "history": ["kvinner?"]})
    assert answering.asked == [("kvinner?", 0), ("og menn?", 1)]


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        ({"content": b"{", "headers": {"content-type": "application/json"}}, (400, "not_json")),
        ({"content": b"\xff", "headers": {"content-type": "application/json"}}, (400, "not_json")),
        ({"content": b"[" * 9_000, "headers": {"content-type": "application/json"}}, (400, "not_json")),
        ({"json": ["a"]}, (400, "no_question")),
        ({"json": {}}, (400, "no_question")),
        ({"json": {"question": 3}}, (400, "no_question")),
        ({"json": {"question": "  "}}, (400, "no_question")),
        ({"json": {"question": "a" * 1_001}}, (400, "too_long")),
        ({"json": {"question": "a", "history": "b"}}, (400, "bad_history")),
        ({"json": {"question": "a", "history": ["b"] * 6}}, (400, "bad_history")),
        ({"json": {"question": "a", "k": 1}}, (400, "unknown_field")),
        ({"json": {"question": "a" * 20_000}}, (413, "too_large")),
        ({"data": {"question": "a"}}, (415, "json_only")),
    ],
)
def test_what_cannot_be_asked_is_told_with_its_code(
    client: TestClient, sent: dict[str, Any], expected: tuple[int, str]
) -> None:
    assert code(client.post("/api/ask", **sent)) == expected


def test_question_must_be_there(client: TestClient) -> None:
    assert code(client.get("/api/ask")) == (400, "no_question")


def test_failure_is_told_without_its_words(client: TestClient) -> None:
    response = client.get("/api/ask", params={"q": "feil"})
    assert code(response) == (500, "failed")
    assert "hemmelig" not in response.text


def test_address_that_asks_too_much_is_told_when_to_come_back(client: TestClient) -> None:
    responses = [client.get("/api/ask", params={"q": "a"}) for _ in range(21)]
    assert code(responses[-1]) == (429, "too_many")
    assert 1 <= int(responses[-1].headers["retry-after"]) <= 4


def test_until_the_reports_are_open_programs_are_asked_to_wait(client: TestClient) -> None:
    replace_desk(Desk(Settings(load_settings().feedback), lambda: None))  # type: ignore[arg-type, return-value]
    assert client.get("/healthz").status_code == 503
    response = client.get("/api/ask", params={"q": "a"})
    assert code(response) == (503, "starting")
    assert response.headers["retry-after"] == "5"


def test_health_tells_generation_and_reports(client: TestClient) -> None:
    assert client.get("/healthz").json() == {"status": "ok", "generation": "000001-x", "reports": 2}


def test_other_methods_and_addresses_get_data_and_no_page(client: TestClient) -> None:
    assert code(client.put("/api/ask")) == (405, "method")
    assert code(client.get("/api/sporsmal")) == (404, "not_found")


@pytest.mark.parametrize(("sent", "status"), [("", 401), ("Bearer feil", 401), ("Bearer key-1", 200)])
def test_token_is_asked_for_where_it_is_set(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, sent: str, status: int
) -> None:
    monkeypatch.setenv("IMDI_API_TOKEN", "key-1")
    response = client.get("/api/ask", params={"q": "a"}, headers={"authorization": sent})
    assert response.status_code == status


def test_where_people_sign_in_no_program_comes_in_without_a_token(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IMDI_SIGN_IN", "1")
    assert code(client.get("/api/ask", params={"q": "a"})) == (401, "token")


def test_every_response_carries_the_security_headers(client: TestClient) -> None:
    for path in ("/healthz", "/api/ask", "/api/openapi.json"):
        headers = client.get(path).headers
        assert "default-src 'self'" in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"
        assert headers["cross-origin-resource-policy"] == "same-origin"
        assert "access-control-allow-origin" not in headers


def test_description_names_every_field_of_an_answer(client: TestClient) -> None:
    described = client.get("/api/openapi.json").json()
    assert set(described["paths"]["/api/ask"]) == {"get", "post"}
    schemas = described["components"]["schemas"]

    def check(value: object, schema: dict[str, Any]) -> None:
        """The value is as it is described, all the way down."""
        if "$ref" in schema:
            schema = schemas[schema["$ref"].rpartition("/")[2]]
        if "anyOf" in schema:
            kinds = [option for option in schema["anyOf"] if option != {"type": "null"}]
            if value is not None:
                check(value, kinds[0])
        elif isinstance(value, dict) and "properties" in schema:
            assert set(value) == set(schema["properties"])
            for name, field in value.items():
                check(field, schema["properties"][name])
        elif isinstance(value, list):
            for item in value:
                check(item, schema["items"] or {"type": "array"})
        elif "enum" in schema:
            assert value in schema["enum"]
        elif isinstance(value, str):
            assert schema["type"] == "string"

    check(client.get("/api/ask", params={"q": "Hvor mange?"}).json(), {"$ref": "#/components/schemas/Answer"})


def test_a_program_may_leave_the_language_model_out(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    left: list[bool] = []
    asked = Desk.ask

    def note(self: Desk, question: str, history: Sequence[Answer] = (), **how: object) -> Answer:
        left.append(bool(how["model"]))
        return asked(self, question, history, **how)  # type: ignore[arg-type]

    monkeypatch.setattr(Desk, "ask", note)
    client.get("/api/ask", params={"q": "a"})
    client.get("/api/ask", params={"q": "a", "model": "false"})
    client.post("/api/ask", json={"question": "a", "model": False})
    assert left == [True, False, False]
    assert code(client.post("/api/ask", json={"question": "a", "model": "nei"})) == (400, "bad_model")
    assert code(client.get("/api/ask", params={"q": "a", "model": "kanskje"})) == (400, "bad_model")
