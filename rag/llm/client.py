"""The one module that calls a chat model: within a deadline, a length, a budget and a number of tries."""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from enum import StrEnum
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any

from rag.llm.budget import Budget, guess_tokens
from rag.llm.settings import AT_ONCE, ModelSettings, load_model_settings

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.runnables import Runnable

logger = logging.getLogger(__name__)

MAX_REPLY = 20_000  # characters; the longest reply that is asked for has a tenth of it
PAUSE = 0.5  # seconds before a request is sent again, doubled each time
ATTEMPT = 2.0  # seconds that must be left for another try to be worth it

Messages = Sequence[tuple[str, str]]
Schema = Mapping[str, Any]


class Fault(StrEnum):
    """Why a model was of no use."""

    SETUP = "setup"
    REFUSED = "refused"
    BUSY = "busy"
    DOWN = "down"
    SLOW = "slow"
    EMPTY = "empty"
    TOO_LONG = "too_long"
    BROKEN = "broken"
    LIMIT = "limit"


class ModelFaultError(Exception):
    """A model gave nothing that can be used. Holds no word of a prompt, a reply or a key."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.value)
        self.fault = fault


class Client:
    """A chat model with limits.

    Args:
        settings: which model, and the limits.
        make: makes the chat model; by default LangChain's `init_chat_model`. It is called once, when the
            model is first asked.
    """

    def __init__(
        self, settings: ModelSettings, make: Callable[[ModelSettings], BaseChatModel] | None = None
    ) -> None:
        self.settings = settings
        self.budget = Budget(settings)
        self._make = make or make_chat_model
        self._places = threading.BoundedSemaphore(AT_ONCE)
        self._lock = threading.Lock()

    @cached_property
    def _chat(self) -> BaseChatModel:
        if self.settings.mistakes:
            logger.warning("model: cannot read %s", ", ".join(self.settings.mistakes))
            raise ModelFaultError(Fault.SETUP)
        try:
            return self._make(self.settings)
        except Exception as error:  # a package or a key is missing: each provider has its own error
            logger.warning("model: cannot be set up (%s)", type(error).__name__)
            raise ModelFaultError(Fault.SETUP) from None

    def stream(self, messages: Messages, schema: Schema, deadline: float) -> Iterator[str]:
        """The reply's text in pieces, as they come.

        Args:
            messages: (role, text) pairs; roles are system, user and assistant.
            schema: JSON schema that the reply is to follow, with a title and a description.
            deadline: the `time.monotonic` by which all must be there.

        Raises:
            ModelFaultError: it failed, was late, or said too much. What came before that stands.
        """
        with self._lock:
            runnable = structured(self._chat, self.settings, schema)
        taken = sum(guess_tokens(text) for _, text in messages), self.settings.max_tokens
        for attempt in range(self.settings.retries + 1):
            if not self.budget.take(*taken):
                raise ModelFaultError(Fault.LIMIT)
            said = 0
            try:
                for piece in self._attempt(runnable, messages, taken, deadline):
                    said += len(piece)
                    if said > MAX_REPLY:
                        raise ModelFaultError(Fault.TOO_LONG)
                    yield piece
                return
            except ModelFaultError as error:
                pause = PAUSE * 2**attempt
                last = attempt == self.settings.retries or deadline - time.monotonic() < pause + ATTEMPT
                if said or last or error.fault not in (Fault.BUSY, Fault.DOWN):
                    raise
                time.sleep(pause)

    def ask(self, messages: Messages, schema: Schema, deadline: float) -> str:
        """The whole reply. Raises as `stream` does."""
        return "".join(self.stream(messages, schema, deadline))

    def _attempt(
        self, runnable: Runnable[Any, Any], messages: Messages, taken: tuple[int, int], deadline: float
    ) -> Iterator[str]:
        """One request, made in a thread of its own: a server that drips or hangs keeps nobody waiting."""
        if not self._places.acquire(timeout=max(0.0, min(1.0, deadline - time.monotonic()))):
            raise ModelFaultError(Fault.BUSY)
        pieces: queue.Queue[str | Exception | None] = queue.Queue(maxsize=1000)
        left = threading.Event()
        work = threading.Thread(
            target=self._work, args=(runnable, messages, taken, pieces, left), name="model", daemon=True
        )
        work.start()
        try:
            while True:
                try:
                    piece = pieces.get(timeout=max(0.0, deadline - time.monotonic()))
                except queue.Empty:
                    raise ModelFaultError(Fault.SLOW) from None
                if piece is None:
                    return
                if isinstance(piece, Exception):
                    raise ModelFaultError(find_fault(piece)) from None
                yield piece
        finally:
            left.set()

    def _work(
        self,
        runnable: Runnable[Any, Any],
        messages: Messages,
        taken: tuple[int, int],
        pieces: queue.Queue[str | Exception | None],
        left: threading.Event,
    ) -> None:
        used: tuple[int, int] | None = None
        said = 0
        end: Exception | None = None
        try:
            for chunk in runnable.stream(list(messages)):
                used = _usage(chunk) or used
                if text := _text(chunk):
                    said += len(text)
                    pieces.put(text, timeout=1.0)
                if left.is_set() or said > MAX_REPLY:
                    break
        except Exception as error:  # each provider has its own errors; find_fault tells them apart
            end = error
            logger.info("model: %s", type(error).__name__)  # never its words: they may hold the prompt
        finally:
            self._places.release()
            # A request that failed before it said anything is not paid for.
            sent = taken[0] if said or end is None else 0
            self.budget.settle(taken, used or (sent, said // 2))
            try:
                pieces.put(end, timeout=1.0)
            except queue.Full:
                logger.info("model: nobody waits for the rest of a reply")


def make_chat_model(settings: ModelSettings) -> BaseChatModel:
    """LangChain's chat model for settings. Raises what the provider's package raises, or ImportError."""
    from langchain.chat_models import init_chat_model

    arguments: dict[str, Any] = {"temperature": settings.temperature}
    if settings.provider == "ollama":
        headers = {"Authorization": f"Bearer {settings.key}"} if settings.key else {}
        arguments |= {"num_predict": settings.max_tokens}
        arguments |= {"client_kwargs": {"timeout": settings.timeout, "headers": headers}}
    else:
        arguments |= {"max_tokens": settings.max_tokens, "timeout": settings.timeout, "max_retries": 0}
        arguments |= {"api_key": settings.key} if settings.key else {}
    if settings.provider in _OPENAI:
        arguments["stream_usage"] = True
    if settings.url:
        arguments["azure_endpoint" if settings.provider == "azure_openai" else "base_url"] = settings.url
    model: BaseChatModel = init_chat_model(settings.name, model_provider=settings.provider, **arguments)
    return model


_OPENAI = ("openai", "azure_openai")


def structured(chat: BaseChatModel, settings: ModelSettings, schema: Schema) -> Runnable[Any, Any]:
    """The model, held to a JSON schema in the way its server knows, so that its text comes as it is written.

    A model without any such way is asked as it is: the prompt tells the form, and the reply is checked.
    """
    if settings.provider in _OPENAI:
        # OpenAI's own servers refuse a schema with lengths, others keep a weak model short by them.
        form = dict(schema) if settings.url else _without_lengths(schema)
        named = {"name": schema["title"], "schema": form, "strict": True}
        return chat.bind(response_format={"type": "json_schema", "json_schema": named})
    if settings.provider == "ollama":
        return chat.bind(format=dict(schema))
    try:
        return chat.with_structured_output(dict(schema), include_raw=True)
    except (NotImplementedError, AttributeError):
        return chat


def _without_lengths(schema: Any) -> Any:
    if isinstance(schema, Mapping):
        return {key: _without_lengths(value) for key, value in schema.items() if key != "maxLength"}
    return [_without_lengths(value) for value in schema] if isinstance(schema, list) else schema


def _usage(chunk: Any) -> tuple[int, int] | None:
    """The tokens that a piece of a reply says were used, in and out."""
    message = _raw(chunk)
    if usage := getattr(message, "usage_metadata", None):
        return usage["input_tokens"], usage["output_tokens"]
    told = (getattr(message, "response_metadata", None) or {}).get("token_usage") or {}
    tokens_in, tokens_out = told.get("prompt_tokens"), told.get("completion_tokens")
    return (tokens_in, tokens_out) if isinstance(tokens_in, int) and isinstance(tokens_out, int) else None


def _raw(chunk: Any) -> Any:
    return chunk.get("raw") if isinstance(chunk, Mapping) else chunk


def _text(chunk: Any) -> str:
    """The text of a piece of a reply, or of the arguments of a call where the form is asked for as a tool."""
    message = _raw(chunk)
    if message is None:
        return ""
    calls = getattr(message, "tool_call_chunks", None) or ()
    if arguments := "".join(str(call.get("args") or "") for call in calls):
        return arguments
    return message if isinstance(message, str) else str(getattr(message, "text", "") or "")


def find_fault(error: Exception) -> Fault:
    """What kind of failure a provider's error is, by its HTTP status or the name of its class."""
    status = getattr(error, "status_code", None)
    status = status or getattr(getattr(error, "response", None), "status_code", None)
    if status in (401, 403):
        return Fault.REFUSED
    if status in (408, 504) or any("Timeout" in kind.__name__ for kind in type(error).__mro__):
        return Fault.SLOW
    if status == 429:
        return Fault.BUSY
    if isinstance(status, int) and 400 <= status < 500:
        return Fault.SETUP
    return Fault.BROKEN if isinstance(error, ValueError) else Fault.DOWN


@lru_cache(maxsize=1)
def the_client() -> Client:
    """The one client of this process, so that its limits hold for all who ask."""
    return Client(load_model_settings())
