"""Web servers for tests: on this machine, in a thread, under any name, with answers that a test writes."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from ingest.web import Network

Answer = Callable[[BaseHTTPRequestHandler], None]


@dataclass
class Site:
    """A web server on this machine that goes by any name, and a network in which it is public."""

    port: int
    pages: dict[str, Answer]
    handler: type[BaseHTTPRequestHandler]
    asked: list[tuple[str, str]] = field(default_factory=list)
    headers: list[Message] = field(default_factory=list)
    looked_up: list[str] = field(default_factory=list)

    def address(self, path: str, host: str = "www.imdi.test") -> str:
        return f"http://{host}:{self.port}{path}"

    @property
    def network(self) -> Network:
        return Network(self.resolve, lambda ip: True, ports=(), seconds=5.0, patience=5.0)

    @property
    def paths(self) -> list[str]:
        """What was asked for, robots.txt aside."""
        return [path for path, _ in self.asked if path != "/robots.txt"]

    def resolve(self, host: str, port: int) -> list[str]:
        self.looked_up.append(host)
        return ["127.0.0.1"]


@contextmanager
def serve() -> Iterator[Site]:
    """A site, served until the end."""
    pages: dict[str, Answer] = {}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found.asked.append((self.path, self.headers.get("Host", "")))
            found.headers.append(self.headers)
            pages.get(self.path, not_found)(self)

        do_POST = do_GET

        def log_message(self, format: str, *values: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    found = Site(server.server_address[1], pages, Handler)
    try:
        yield found
    finally:
        server.shutdown()
        server.server_close()


def not_found(request: BaseHTTPRequestHandler) -> None:
    request.send_error(404)


def send(data: bytes, kind: str = "text/html; charset=utf-8", status: int = 200, **headers: str) -> Answer:
    def answer(request: BaseHTTPRequestHandler) -> None:
        request.send_response(status)
        request.send_header("Content-Type", kind)
        for name, value in headers.items():
            request.send_header(name.replace("_", "-"), value)
        if "Content_Length" not in headers:
            request.send_header("Content-Length", str(len(data)))
        request.end_headers()
        request.wfile.write(data)

    return answer


def lead(to: str, status: int = 302) -> Answer:
    return send(b"", status=status, Location=to)


def text(lines: str) -> Answer:
    return send(lines.encode(), "text/plain")


def marked(data: bytes, etag: str = "", modified: str = "") -> Answer:
    """A page with its marks: 304 for whoever has this edition already."""

    def answer(request: BaseHTTPRequestHandler) -> None:
        theirs = request.headers.get("If-None-Match", ""), request.headers.get("If-Modified-Since", "")
        marks = {"ETag": etag, "Last_Modified": modified}
        same = theirs[0] == etag if etag else theirs[1] == modified
        found = send(
            b"" if same else data, status=304 if same else 200, **{k: v for k, v in marks.items() if v}
        )
        found(request)

    return answer


def in_turn(*answers: Answer) -> Answer:
    """One answer after another; the last again and again."""
    left = list(answers)

    def answer(request: BaseHTTPRequestHandler) -> None:
        (left.pop(0) if len(left) > 1 else left[0])(request)

    return answer
