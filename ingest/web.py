"""A web address -> the bytes that stand there. Only addresses that a person gave are ever asked for.

An address may name, or redirect to, a machine that the public network does not reach, and so let a stranger
read from inside (server-side request forgery). So every hop is looked up first, every network address that
the name stands for must be public, and the connection is made to the address that was checked: a name that
means another machine a moment later (DNS rebinding) is never looked up twice.
"""

from __future__ import annotations

import http.client
import ipaddress
import re
import socket
import ssl
import threading
import time
import zlib
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import Message
from enum import StrEnum
from urllib.parse import SplitResult, quote, unquote, urljoin, urlsplit

from ingest.formats import MAX_FILE
from ingest.models import CorpusError

AGENT = "imdi-svar"  # what robots.txt may call us by
MAX_REDIRECTS = 5
MAX_ADDRESS = 2_000  # characters
MAX_MARK = 1_000  # characters of an ETag
_CHUNK = 1 << 16
_YEAR = re.compile(r"(?:19|20)\d\d")
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
# Kept for protocols' own use; not every Python version counts them as such.
_KEPT_APART = tuple(
    map(ipaddress.ip_network, ("192.0.0.0/24", "192.88.99.0/24", "64:ff9b:1::/48", "100::/64"))
)
_ACCEPT = "text/html,application/xhtml+xml,application/pdf,application/json,text/csv,text/plain,*/*;q=0.5"

IpAddress = ipaddress.IPv4Address | ipaddress.IPv6Address


class Trouble(StrEnum):
    """Why nothing was fetched from an address."""

    ADDRESS = "address"  # it is no address that may be asked
    UNKNOWN_HOST = "unknown_host"  # nobody knows the name; so it looks without a network too
    UNREACHABLE = "unreachable"
    NOT_PUBLIC = "not_public"
    INSECURE = "insecure"  # no certificate that holds, or from https to http
    LOGIN = "login"
    MISSING = "missing"
    BUSY = "busy"  # 429 and 503: not now
    STATUS = "status"  # any other answer than what was asked for
    SLOW = "slow"
    BROKEN = "broken"  # it broke off, or does not speak HTTP
    SIZE = "size"
    MOVED = "moved"
    ROBOTS = "robots"  # robots.txt asks us to stay away
    KIND = "kind"  # what came is not the kind of file that was to come


class WebError(CorpusError):
    """Nothing was fetched: why, the server's status, when one may ask again, where it leads instead."""

    def __init__(
        self, message: str, trouble: Trouble, status: int = 0, retry_after: str = "", leads_to: str = ""
    ) -> None:
        super().__init__(message)
        self.trouble = trouble
        self.status = status
        self.retry_after = retry_after
        self.leads_to = leads_to


@dataclass(frozen=True, slots=True)
class Fetched:
    """What stood at an address: the address it was in the end found at, its bytes, type and encoding.

    `etag` and `modified` are the server's marks of this edition; `unchanged`: it is still the one whose marks
    were sent, and no bytes came.
    """

    address: str
    data: bytes
    media_type: str
    charset: str
    etag: str = ""
    modified: str = ""
    unchanged: bool = False


@dataclass(frozen=True, slots=True)
class Request:
    """What is sent beside the address: JSON to post, or the marks of the edition that is already here."""

    body: bytes | None = None
    etag: str = ""
    modified: str = ""


_PLAIN = Request()


def is_public(address: IpAddress) -> bool:
    """Whether an address is one of the public network, and so is any IPv4 address wrapped in it."""
    wrapped: list[IpAddress] = []
    if isinstance(address, ipaddress.IPv6Address):
        inner = [address.ipv4_mapped, address.sixtofour, *(address.teredo or ())]
        wrapped += [ip for ip in inner if ip is not None]
        if address in _NAT64:
            wrapped.append(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
        if address.is_site_local:
            return False
        if address.ipv4_mapped is not None:
            return is_public(address.ipv4_mapped)
    apart = any(address in network for network in _KEPT_APART if network.version == address.version)
    public = address.is_global and not (address.is_multicast or address.is_reserved or apart)
    return public and all(is_public(ip) for ip in wrapped)


def look_up(host: str, port: int) -> list[str]:
    """The network addresses that the system knows for a name."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


@dataclass(frozen=True, slots=True)
class Network:
    """How addresses are looked up, which may be asked, and for how long. Tests bring their own.

    `seconds` is for the whole of it, redirects included; `patience` for one answer from the other side.
    """

    resolve: Callable[[str, int], list[str]] = look_up
    allows: Callable[[IpAddress], bool] = is_public
    ports: Collection[int] = (80, 443)
    seconds: float = 60.0
    patience: float = 15.0
    size: int = MAX_FILE


NETWORK = Network()


def name_of(address: str) -> str:
    """A file name without its ending: the last part of the path, with the one before where it has no year.

    Pages of several years are often called the same below a folder of their year.
    """
    parts = urlsplit(address)
    path = [part for part in parts.path.split("/") if part and not re.match(r"(?i)(?:index|default)\.", part)]
    if not path:
        return (parts.hostname or "").removeprefix("www.")
    last = path[-1].rsplit(".", 1)[0] if re.search(r"\.\w{1,5}$", path[-1]) else path[-1]
    name = last if _YEAR.search(last) or len(path) == 1 else f"{path[-2]}-{last}"
    return re.sub(r"[^\w-]+", "-", unquote(name))[:80].strip("-") or "rapport"


def fetch(address: str, network: Network = NETWORK) -> Fetched:
    """Fetch what stands at an address.

    Raises:
        WebError: it is no http or https address, or leads to a machine that may not be asked; there is
            nothing there, too much, or no answer in time.
    """
    deadline = time.monotonic() + network.seconds
    here = address.strip()
    for _ in range(MAX_REDIRECTS + 1):
        found = _ask(here, address, network, deadline, _PLAIN)
        if isinstance(found, Fetched):
            return found
        here = found
    raise WebError(
        f"{address}: it leads on more than {MAX_REDIRECTS} times. Give the address it ends at.",
        Trouble.MOVED,
    )


def ask(address: str, network: Network = NETWORK, request: Request = _PLAIN) -> Fetched | str:
    """Ask an address once, following nothing: what stood there, or the address that it leads to.

    Raises:
        WebError: as for `fetch`.
    """
    return _ask(address.strip(), address, network, time.monotonic() + network.seconds, request)


def _ask(here: str, address: str, network: Network, deadline: float, request: Request) -> Fetched | str:
    """Ask one machine: what it sent, or the address that it leads to."""
    parts, host, port = _checked(here, address, network)
    ip = _look_up(host, port, address, network, deadline)
    connection = _Connection(host, port, ip, parts.scheme == "https", _left(network, deadline, address))
    try:
        with _cut_off(connection, deadline):
            method = "GET" if request.body is None else "POST"
            connection.request(method, _path(parts), request.body, _headers(request))
            response = connection.getresponse()
            if response.status in (301, 302, 303, 307, 308):
                return _onward(here, response.headers.get("Location") or here, address)
            same = response.status == 304 and bool(request.etag or request.modified)
            if not same:
                _check_status(response, address)
            data = b"" if same else _read(response, address, network, deadline)
            kind, charset = _media_type(response.headers)
            etag, modified = (_mark(response.headers.get(name)) for name in ("ETag", "Last-Modified"))
            return Fetched(here.partition("#")[0], data, kind, charset, etag, modified, same)
    except (http.client.HTTPException, OSError, ValueError, zlib.error) as error:
        if isinstance(error, CorpusError):
            raise
        if isinstance(error, TimeoutError) or time.monotonic() >= deadline:
            raise _too_slow(address, network) from error
        raise WebError(
            f"{address}: it does not answer as a web server does ({error}). Check the address.",
            _trouble_of(error, connection),
        ) from error
    finally:
        connection.close()


def _onward(here: str, location: str, address: str) -> str:
    """The address that an answer leads to."""
    onward = urljoin(here, location)
    if urlsplit(here).scheme == "https" and urlsplit(onward).scheme == "http":
        raise WebError(
            f"{address}: it leads from https to http. Give the address that is meant.", Trouble.INSECURE
        )
    return onward


def _trouble_of(error: Exception, connection: _Connection) -> Trouble:
    if isinstance(error, ssl.SSLError):
        return Trouble.INSECURE
    return Trouble.UNREACHABLE if connection.opened is None else Trouble.BROKEN


def _checked(here: str, address: str, network: Network) -> tuple[SplitResult, str, int]:
    """The parts of an address that may be asked: with its host and its port."""
    try:
        parts = urlsplit(here)
        port = parts.port or (443 if parts.scheme == "https" else 80)
        host = (parts.hostname or "").encode("idna").decode("ascii")
    except ValueError as error:
        raise WebError(f"{address}: it is no web address. Check it.", Trouble.ADDRESS) from error
    if parts.scheme not in ("http", "https") or not host:
        raise WebError(
            f"{address}: only http and https addresses are fetched. Save the file.", Trouble.ADDRESS
        )
    odd = any(char <= " " or char in "\\\x7f" for char in here)
    if odd or len(here) > MAX_ADDRESS or "@" in parts.netloc:
        raise WebError(
            f"{address}: it is no plain web address. Give it without spaces and passwords.", Trouble.ADDRESS
        )
    if network.ports and port not in network.ports:
        raise WebError(
            f"{address}: port {port} is not one that web pages are on. Save the file, give that.",
            Trouble.ADDRESS,
        )
    return parts, host, port


def _look_up(host: str, port: int, address: str, network: Network, deadline: float) -> str:
    """The network address to connect to; all that the name stands for must be allowed."""
    answers: list[list[str] | OSError | UnicodeError] = []

    def resolve() -> None:
        try:
            answers.append(network.resolve(host, port))
        except (OSError, UnicodeError) as error:
            answers.append(error)

    # A look-up cannot be called off: it is left behind where it takes too long.
    thread = threading.Thread(target=resolve, daemon=True)
    thread.start()
    thread.join(_left(network, deadline, address))
    if not answers:
        raise _too_slow(address, network)
    found = answers[0]
    if not isinstance(found, list) or not found:
        raise WebError(
            f"{address}: there is no such machine ({host}). Check the address.", Trouble.UNKNOWN_HOST
        )
    for text in found:
        if not network.allows(ipaddress.ip_address(text.partition("%")[0])):
            raise WebError(
                f"{address}: it leads to {host} ({text}), which is not on the public network."
                " Save the file and give that.",
                Trouble.NOT_PUBLIC,
            )
    return found[0]


class _Connection(http.client.HTTPConnection):
    """A connection to the network address that was checked, in the name of the host."""

    def __init__(self, host: str, port: int, ip: str, secure: bool, timeout: float) -> None:
        super().__init__(host, port, timeout=timeout)
        self.ip = ip
        self.secure = secure
        self.default_port = 443 if secure else 80
        self.opened: socket.socket | None = None  # `sock` is let go of as soon as an answer begins

    def connect(self) -> None:
        """Connect without looking the name up again."""
        plain = socket.create_connection((self.ip, self.port), self.timeout)
        self.sock = plain
        if self.secure:
            self.sock = ssl.create_default_context().wrap_socket(plain, server_hostname=self.host)
        self.opened = self.sock


@contextmanager
def _cut_off(connection: _Connection, deadline: float) -> Iterator[None]:
    """Cut a connection at the deadline: a server that sends a byte now and then is never late."""

    def cut() -> None:
        try:
            if connection.opened is not None:
                connection.opened.shutdown(socket.SHUT_RDWR)
        except OSError:  # it was closed in the meantime
            return

    timer = threading.Timer(max(deadline - time.monotonic(), 0), cut)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _left(network: Network, deadline: float, address: str) -> float:
    left = min(deadline - time.monotonic(), network.patience)
    if left <= 0:
        raise _too_slow(address, network)
    return left


def _too_slow(address: str, network: Network) -> WebError:
    return WebError(
        f"{address}: no whole answer within {network.seconds:.0f} s. Try again later, or save the file and"
        " give that.",
        Trouble.SLOW,
    )


def _headers(request: Request) -> dict[str, str]:
    own = {
        "Content-Type": "application/json" if request.body is not None else "",
        "If-None-Match": request.etag,
        "If-Modified-Since": request.modified,
    }
    return {
        "User-Agent": f"{AGENT}/0.1 (reads pages that a person asked for)",
        "Accept": _ACCEPT,
        "Accept-Language": "nb,nn;q=0.9,en;q=0.5",
        "Accept-Encoding": "gzip",
        "Connection": "close",
        **{name: value for name, value in own.items() if value},
    }


def _path(parts: SplitResult) -> str:
    path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._")
    return f"{path}?{quote(parts.query, safe='/%:@!$&()*+,;=~-._?[]')}" if parts.query else path


def _check_status(response: http.client.HTTPResponse, address: str) -> None:
    status = response.status
    if status == 200:
        return
    trouble, problem = Trouble.STATUS, f"the server answers with an error ({status}). Try again later."
    if status in (401, 403, 407):
        trouble = Trouble.LOGIN
        problem = "it may not be read without logging in. Save the file and give that."
    elif status in (404, 410):
        trouble, problem = Trouble.MISSING, "there is nothing at this address. Check it."
    elif status in (429, 503):
        trouble = Trouble.BUSY
    raise WebError(f"{address}: {problem}", trouble, status, response.headers.get("Retry-After") or "")


def _read(response: http.client.HTTPResponse, address: str, network: Network, deadline: float) -> bytes:
    """The body, unpacked; refused where it is larger than a report."""
    packing = (response.headers.get("Content-Encoding") or "identity").strip().lower()
    if packing not in ("identity", "", "gzip", "x-gzip"):
        raise WebError(
            f"{address}: it is packed as '{packing[:20]}', which was not asked for. Save it.", Trouble.STATUS
        )
    unpack = zlib.decompressobj(wbits=31) if "gzip" in packing else None
    data = bytearray()
    while chunk := response.read(_CHUNK):
        data += unpack.decompress(chunk, network.size + 1) if unpack else chunk
        if len(data) > network.size:
            raise WebError(
                f"{address}: it is more than {network.size} bytes. Save it and split it.", Trouble.SIZE
            )
        if time.monotonic() >= deadline:
            raise TimeoutError
    if response.length or (unpack and not unpack.eof):
        raise WebError(f"{address}: it broke off before its end. Try again.", Trouble.BROKEN)
    return bytes(data)


def _media_type(headers: Message) -> tuple[str, str]:
    """What the server says of the type and the encoding."""
    charset = headers.get_content_charset() or ""
    return headers.get_content_type(), charset if re.fullmatch(r"[\w.:-]{1,30}", charset) else ""


def _mark(value: str | None) -> str:
    """A mark of an edition as it can be sent back; "" where the server gave none that can."""
    return value if value and len(value) <= MAX_MARK and value.isascii() and value.isprintable() else ""
