"""The doors for programs: `/healthz`, `/api/ask` and its description."""

from __future__ import annotations

import dataclasses
import hmac
import ipaddress
import json
import types
import typing
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from enum import Enum
from functools import cache
from math import ceil
from typing import Any

import anyio
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from ingest.models import UnreachableError
from rag.models import MAX_HISTORY, Answer
from rag.plain import to_plain
from ui.desk import WAITING, the_desk
from ui.limits import QueueFullError, TooManyError
from ui.logs import log_failure
from ui.settings import load_settings
from ui.texts import grouped, say

ASK, DESCRIPTION, HEALTH = "/api/ask", "/api/openapi.json", "/healthz"
MAX_QUESTION = 1_000  # characters, as on the page
STORE_AWAY = 10.0  # seconds after which to ask again where a server of the store does not answer
MAX_BODY = 16_384  # bytes: room for a question and its history, escaped

_FIELDS = frozenset({"question", "history", "model"})


class RefusedError(Exception):
    """A request that gets no answer: its HTTP status, a code for programs, and the words for people."""

    def __init__(self, status: int, code: str, message: str, seconds: float | None = None) -> None:
        super().__init__(code)
        self.response = JSONResponse({"error": {"code": code, "message": message}}, status)
        if seconds is not None:
            self.response.headers["retry-after"] = str(max(1, ceil(seconds)))


async def healthz(_request: Request) -> Response:
    """Whether questions are answered at once: 200, or 503 while the reports are being opened.

    Where the servers of the store do not answer, what is open is still served: 200, but `degraded`. Were
    it an error, a proxy would take every replica out at once, and nobody would be told anything.
    """
    desk = the_desk()
    if not desk.is_ready:
        return JSONResponse({"status": "starting"}, 503)
    store = desk.assistant().store
    status = "degraded" if desk.is_behind else "ok"
    return JSONResponse({"status": status, "generation": store.manifest.name, "reports": len(store.reports)})


async def ask(request: Request) -> Response:
    """Answer a question, in a thread of its own: the page's event loop goes on meanwhile."""
    try:
        check_token(request)
        question, history, model = await _read(request)
        if not the_desk().is_ready:
            raise RefusedError(503, "starting", say("api.starting"), 5)
        work = anyio.to_thread.run_sync(
            answer_last, (*history, question), name_visitor(request), "api", model, limiter=threads()
        )
        return JSONResponse(to_plain(await work))
    except RefusedError as refused:
        return refused.response
    except TooManyError as declined:
        return RefusedError(429, "too_many", say("api.too_many"), declined.seconds).response
    except QueueFullError as declined:
        return RefusedError(503, "queue_full", say("api.queue_full"), declined.seconds).response
    except UnreachableError as error:
        log_failure("api", error)
        return RefusedError(503, "store_away", say("api.store_away"), STORE_AWAY).response
    except Exception as error:
        log_failure("api", error)
        return RefusedError(500, "failed", say("api.failed")).response


async def describe(_request: Request) -> Response:
    """The description of `/api/ask` (OpenAPI 3.1)."""
    return JSONResponse(description())


async def _nothing_here(_request: Request) -> Response:
    return RefusedError(404, "not_found", say("api.not_found")).response


async def _wrong_method(_request: Request) -> Response:
    response = RefusedError(405, "method", say("api.method")).response
    response.headers["allow"] = "GET, POST"
    return response


def _route(path: str, respond: Callable[[Request], Awaitable[Response]], *methods: str) -> Route:
    return Route(path, respond, methods=list(methods))


ROUTES = (
    _route(HEALTH, healthz, "GET"),
    _route(DESCRIPTION, describe, "GET"),
    _route(ASK, ask, "GET", "POST"),
    _route(ASK, _wrong_method, "PUT", "PATCH", "DELETE", "OPTIONS"),
    # Whatever else is asked for here would get the page.
    _route("/api/{rest:path}", _nothing_here, "GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"),
)


@cache
def threads() -> anyio.CapacityLimiter:
    """Threads of our own: waiting questions must not take those that serve the page's files."""
    return anyio.CapacityLimiter(the_desk().settings.at_once + WAITING)


def answer_last(questions: Sequence[str], visitor: str, place: str, model: bool = True) -> Answer:
    """Answer each question with those before it as its history. Raises DeclinedError as the desk does.

    Without `model` the answers are composed by the rules alone, whether or not there is a language model.
    """
    answers: list[Answer] = []
    for asked in questions:
        answers.append(the_desk().ask(asked, tuple(answers), visitor=visitor, place=place, model=model))
    return answers[-1]


def check_token(request: Request) -> None:
    """Where people have to sign in, programs have to show the token. Raises RefusedError."""
    settings = load_settings()
    if not (settings.sign_in or settings.api_token):
        return
    given = request.headers.get("authorization", "").removeprefix("Bearer ").strip()
    if not settings.api_token or not hmac.compare_digest(given.encode(), settings.api_token.encode()):
        refused = RefusedError(401, "token", say("api.token"))
        refused.response.headers["www-authenticate"] = "Bearer"
        raise refused


def name_visitor(request: Request) -> str:
    """The address that asks; of IPv6 the network, for one machine has a whole one."""
    host = request.client.host if request.client else ""
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return f"address {host}"
    if address.version == 6:
        return f"address {ipaddress.ip_network((address, 64), strict=False)}"
    return f"address {address}"


async def _read(request: Request) -> tuple[str, tuple[str, ...], bool]:
    """The question, the ones before it, and whether a language model may word the answer.

    Raises RefusedError for a request that is not as described.
    """
    if request.method == "GET":
        said = request.query_params.get("model", "true").lower()
        model = {"true": True, "false": False}.get(said)
        return _checked(request.query_params.get("q", ""), request.query_params.getlist("history"), model)
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise RefusedError(415, "json_only", say("api.json_only"))
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY:
            raise RefusedError(413, "too_large", say("api.too_large", limit=grouped(MAX_BODY)))
    try:
        given = json.loads(body.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise RefusedError(400, "not_json", say("api.not_json")) from error
    if not isinstance(given, dict):
        raise RefusedError(400, "no_question", say("api.no_question"))
    if unknown := sorted(set(given) - _FIELDS):
        raise RefusedError(400, "unknown_field", say("api.unknown_field", fields=", ".join(unknown)[:100]))
    return _checked(given.get("question"), given.get("history", []), given.get("model", True))


def _checked(question: object, history: object, model: object) -> tuple[str, tuple[str, ...], bool]:
    if not isinstance(question, str) or not question.strip():
        raise RefusedError(400, "no_question", say("api.no_question"))
    if not isinstance(history, list) or len(history) > MAX_HISTORY:
        raise RefusedError(400, "bad_history", say("api.bad_history", limit=MAX_HISTORY))
    if not all(isinstance(asked, str) and asked.strip() for asked in history):
        raise RefusedError(400, "bad_history", say("api.bad_history", limit=MAX_HISTORY))
    if any(len(asked) > MAX_QUESTION for asked in (question, *history)):
        raise RefusedError(400, "too_long", say("api.too_long", limit=grouped(MAX_QUESTION)))
    if not isinstance(model, bool):
        raise RefusedError(400, "bad_model", say("api.bad_model"))
    return question, tuple(history), model


# ---- the description


@cache
def description() -> Mapping[str, Any]:
    """OpenAPI 3.1. The answer's schema is made from its dataclasses, so that the two cannot part."""
    schemas: dict[str, Any] = {}
    answer = _schema(Answer, schemas)
    text = {"type": "string", "minLength": 1, "maxLength": MAX_QUESTION}
    history = {"type": "array", "items": text, "maxItems": MAX_HISTORY, "default": []}
    model = {
        "type": "boolean",
        "default": True,
        "description": "Whether a language model may word the answer, where the server has one.",
    }
    error = {"type": "object", "properties": {"code": {"type": "string"}, "message": {"type": "string"}}}
    schemas["Error"] = {"type": "object", "properties": {"error": error}, "required": ["error"]}
    refused = {"description": "No answer; why.", "content": _content({"$ref": "#/components/schemas/Error"})}
    codes = ("400", "401", "413", "415", "429", "500", "503")
    responses = {
        "200": {"description": "The answer.", "content": _content(answer)},
        **dict.fromkeys(codes, refused),
    }
    parameters = [
        {"name": "q", "in": "query", "required": True, "schema": text, "description": "The question."},
        {
            "name": "history",
            "in": "query",
            "schema": history,
            "description": "The questions before it, the first first.",
        },
        {"name": "model", "in": "query", "schema": model, "description": model["description"]},
    ]
    body = {
        "type": "object",
        "properties": {"question": text, "history": history, "model": model},
        "required": ["question"],
        "additionalProperties": False,
    }
    return {
        "openapi": "3.1.0",
        "info": {"title": say("name"), "version": "1", "description": "Cited answers from IMDi's reports."},
        "paths": {
            ASK: {
                "get": {"summary": "Ask a question", "parameters": parameters, "responses": responses},
                "post": {
                    "summary": "Ask a question",
                    "requestBody": {"required": True, "content": _content(body)},
                    "responses": responses,
                },
            },
            HEALTH: {
                "get": {
                    "summary": "Is it answering?",
                    "responses": {"200": {"description": "Yes."}, "503": {"description": "Not yet."}},
                }
            },
        },
        "components": {
            "schemas": schemas,
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


def _content(schema: Mapping[str, Any]) -> dict[str, Any]:
    return {"application/json": {"schema": schema}}


def _schema(kind: Any, schemas: dict[str, Any]) -> dict[str, Any]:
    """The JSON schema of what `to_plain` makes of a type; dataclasses and enums go into `schemas`."""
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin in (typing.Union, types.UnionType):
        return {"anyOf": [_schema(one, schemas) for one in arguments]}
    if origin is tuple:
        listed = [one for one in arguments if one is not Ellipsis]
        items = _schema(listed[0], schemas) if len(set(listed)) == 1 else {}
        return {"type": "array", "items": items}
    if origin is not None and issubclass(origin, Mapping):
        return {"type": "object", "additionalProperties": _schema(arguments[1], schemas)}
    if isinstance(kind, type) and (dataclasses.is_dataclass(kind) or issubclass(kind, Enum)):
        _name(kind, schemas)
        return {"$ref": f"#/components/schemas/{kind.__name__}"}
    plain = {
        str: "string",
        int: "integer",
        float: "number",
        bool: "boolean",
        Decimal: "string",
        date: "string",
    }
    return {"type": plain.get(kind, "null")}


def _name(kind: Any, schemas: dict[str, Any]) -> None:
    if kind.__name__ in schemas:
        return
    if issubclass(kind, Enum):
        schemas[kind.__name__] = {"type": "string", "enum": [member.value for member in kind]}
        return
    schemas[kind.__name__] = {}  # known before its fields are: a type may hold itself
    hints = typing.get_type_hints(kind)
    names = [field.name for field in dataclasses.fields(kind)]
    properties = {name: _schema(hints[name], schemas) for name in names}
    schemas[kind.__name__] = {"type": "object", "properties": properties, "required": names}
