"""What stands around the Streamlit page: the document it is loaded into, and the headers on every response.

Streamlit's own document says `lang="en"` and is titled "Streamlit"; some labels are fixed in English in its
code. Here the document is made Norwegian on its way out, and `shell.js` does the rest in the browser.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from starlette.datastructures import Headers, MutableHeaders

from ui.texts import say, table

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

SCRIPT_PATH = "/imdi-svar.js"
_SCRIPT_FILE = Path(__file__).with_name("shell.js")

_HEADERS = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "x-permitted-cross-domain-policies": "none",
}
_ENCRYPTED = {"strict-transport-security": "max-age=31536000"}  # a browser heeds it over TLS only
# Streamlit styles its elements from JavaScript, so inline styles must be allowed. Scripts need not be: the
# few that stand in the document are named by their hash.
_POLICY = (
    "default-src 'self'; script-src 'self'{hashes}; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; worker-src 'self' blob:; "
    "object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'"
)
_INLINE_SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)
_NOSCRIPT = re.compile(r"<noscript>.*?</noscript>", re.DOTALL)
_LIVE_REGION = (
    '<div id="announcer" class="for-ears" role="status" aria-live="polite" aria-atomic="true"></div>'
)


@cache
def script() -> str:
    """The page's own script, with the words that it puts in place of Streamlit's."""
    words = {name: table(f"streamlit.{name}") for name in ("labels", "texts", "patterns", "script")}
    data = json.dumps(words, ensure_ascii=False)
    return f"const NORWEGIAN = {data};\n{_SCRIPT_FILE.read_text(encoding='utf-8')}"


def norwegian_document(html: str) -> str:
    """Streamlit's document in Norwegian, with the node that answers are announced in and our script."""
    html = html.replace('<html lang="en">', '<html lang="nb">').replace(
        "<title>Streamlit</title>", f"<title>{say('name')}</title>"
    )
    html = _NOSCRIPT.sub(f"<noscript><p>{say('frame.no_script')}</p></noscript>", html)
    return html.replace("</body>", f'{_LIVE_REGION}<script src=".{SCRIPT_PATH}" defer></script></body>')


def content_policy(html: str = "") -> str:
    """The content security policy for a document; its inline scripts are allowed by their SHA-256."""
    digests = (hashlib.sha256(script.encode()).digest() for script in _INLINE_SCRIPT.findall(html))
    hashes = "".join(f" 'sha256-{base64.b64encode(digest).decode()}'" for digest in digests)
    return _POLICY.format(hashes=hashes)


class Shell:
    """ASGI middleware: Norwegian document, security headers."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and change the response on its way out."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if "text/html" in Headers(scope=scope).get("accept", ""):
            # A document comes uncompressed and whole, so that it can be rewritten.
            skipped = {b"accept-encoding", b"if-none-match", b"if-modified-since", b"range"}
            scope = {**scope, "headers": [pair for pair in scope["headers"] if pair[0] not in skipped]}
        response = _Response(send, scope["method"] == "GET", scope.get("scheme") == "https")
        await self._app(scope, receive, response.send)


class _Response:
    """One response on its way out; a document is held back until its last byte has come."""

    def __init__(self, send: Send, rewritable: bool, encrypted: bool) -> None:
        self._send = send
        self._headers = _HEADERS | (_ENCRYPTED if encrypted else {})
        self._rewritable = rewritable
        self._start: Message | None = None
        self._body = bytearray()

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            headers.update(self._headers)
            headers["content-security-policy"] = content_policy()
            document = headers.get("content-type", "").startswith("text/html")
            if document and self._rewritable and "content-encoding" not in headers:
                self._start = message
                return
            await self._send(message)
        elif self._start is None:
            await self._send(message)
        else:
            self._body += message.get("body", b"")
            if not message.get("more_body", False):
                await self._finish(self._start)

    async def _finish(self, start: Message) -> None:
        html = norwegian_document(self._body.decode("utf-8"))
        body = html.encode("utf-8")
        headers = MutableHeaders(scope=start)
        headers["content-length"] = str(len(body))
        headers["content-security-policy"] = content_policy(html)
        for validator in ("etag", "last-modified"):
            del headers[validator]
        await self._send(start)
        await self._send({"type": "http.response.body", "body": body})
