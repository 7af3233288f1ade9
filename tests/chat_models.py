"""Chat models for tests: one that says what it is told to, and servers that speak two protocols."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult
from pydantic import Field

from rag.llm.client import Client
from rag.llm.settings import ModelSettings

Reply = str | Exception | Callable[[dict[str, Any]], str]
KEY = "sk-hemmelig-0123456789"


class ScriptedChat(BaseChatModel):
    """Gives its replies in turn, in pieces; an exception is raised, a function is told what was asked."""

    replies: list[Any]
    asked: list[list[BaseMessage]] = Field(default_factory=list)
    piece: int = 40

    @property
    def _llm_type(self) -> str:
        return "scripted"

    def _next(self, messages: list[BaseMessage]) -> str:
        self.asked.append(messages)
        reply = self.replies[(len(self.asked) - 1) % len(self.replies)]
        if isinstance(reply, Exception):
            raise reply
        return reply(json.loads(str(messages[-1].content))) if callable(reply) else str(reply)

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        return ChatResult(generations=[ChatGeneration(message=AIMessage(self._next(messages)))])

    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> Iterator[ChatGenerationChunk]:
        text = self._next(messages)
        for at in range(0, max(1, len(text)), self.piece):
            yield ChatGenerationChunk(message=AIMessageChunk(content=text[at : at + self.piece]))


def scripted_client(*replies: Reply, **settings: Any) -> Client:
    """A client of a model that gives `replies` in turn."""
    chat = ScriptedChat(replies=list(replies), asked=[])
    given = {"provider": "scripted", "name": "model", "key": KEY, "timeout": 5.0, **settings}
    return Client(ModelSettings(**given), lambda _: chat)


def sentences(*said: tuple[str, Sequence[str]]) -> str:
    """A reply in the form that is asked for."""
    return json.dumps({"sentences": [{"text": text, "cites": list(cites)} for text, cites in said]})


def repeat_draft(asked: dict[str, Any]) -> str:
    """An honest model without ideas: it says the draft."""
    ids = [one["id"] for one in (*asked["facts"], *asked["sources"])]
    return sentences(*((text, ids) for text in asked["draft"]))


# ---- servers


@dataclass(slots=True)
class ModelServer:
    """A server of this machine: where it is, what it answers next, and what it was sent."""

    url: str
    replies: list[Any] = field(default_factory=list)
    sent: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)


@contextmanager
def serve_model(protocol: str) -> Iterator[ModelServer]:
    """A server of the OpenAI protocol ("openai") or Ollama's ("ollama").

    A reply is a text (streamed in pieces), an HTTP status, "hang", "cut", or a number of bytes to say.
    """
    state = ModelServer("")

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            state.sent.append(json.loads(body))
            state.headers.append({name.lower(): value for name, value in self.headers.items()})
            reply = state.replies.pop(0) if len(state.replies) > 1 else state.replies[0]
            _reply(self, protocol, reply)

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    state.url = f"http://127.0.0.1:{server.server_address[1]}" + ("/v1" if protocol == "openai" else "")
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield state
    finally:
        server.shutdown()
        server.server_close()


def _reply(handler: BaseHTTPRequestHandler, protocol: str, reply: Any) -> None:
    if isinstance(reply, int) and reply < 1000:
        said = json.dumps({"error": {"message": f"nei, og nøkkelen var {KEY}"}}).encode()
        handler.send_response(reply)
        handler.send_header("content-length", str(len(said)))
        handler.end_headers()
        handler.wfile.write(said)
        return
    handler.send_response(200)
    stream = "text/event-stream" if protocol == "openai" else "application/x-ndjson"
    handler.send_header("content-type", stream)
    handler.end_headers()
    if reply == "hang":
        time.sleep(4)
        return
    text = "x" * reply if isinstance(reply, int) else reply.removeprefix("cut:")
    for at in range(0, max(1, len(text)), 1000 if isinstance(reply, int) else 30):
        try:
            handler.wfile.write(_chunk(protocol, text[at : at + 1000][: 1000 if len(text) > 30_000 else 30]))
        except OSError:
            return
    if not str(reply).startswith("cut:"):
        handler.wfile.write(_end(protocol))


def _chunk(protocol: str, text: str) -> bytes:
    if protocol == "openai":
        choice = {"index": 0, "delta": {"role": "assistant", "content": text}, "finish_reason": None}
        data = {"id": "1", "object": "chat.completion.chunk", "created": 0, "model": "m", "choices": [choice]}
        return f"data: {json.dumps(data)}\n\n".encode()
    message = {"role": "assistant", "content": text}
    data = {"model": "m", "created_at": "2026-01-01T00:00:00Z", "message": message, "done": False}
    return json.dumps(data).encode() + b"\n"


def _end(protocol: str) -> bytes:
    if protocol == "openai":
        choice: dict[str, Any] = {"index": 0, "delta": {}, "finish_reason": "stop"}
        usage = {"prompt_tokens": 100, "completion_tokens": 20, "total_tokens": 120}
        data = {"id": "1", "object": "chat.completion.chunk", "created": 0, "model": "m"}
        last = f"data: {json.dumps({**data, 'choices': [choice]})}\n\n"
        return (
            last + f"data: {json.dumps({**data, 'choices': [], 'usage': usage})}\n\ndata: [DONE]\n\n"
        ).encode()
    done = {"model": "m", "created_at": "2026-01-01T00:00:00Z", "done": True, "done_reason": "stop"}
    counted = {"prompt_eval_count": 100, "eval_count": 20, "message": {"role": "assistant", "content": ""}}
    return json.dumps({**done, **counted}).encode() + b"\n"
