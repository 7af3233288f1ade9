"""A polite visitor: asks sites as robots.txt says, one address at a time, with pauses, and waits when told.

What robots.txt says is read by `urllib.robotparser`, which knows no patterns (`*` and `$` within a path).
"""

from __future__ import annotations

import datetime as dt
import ipaddress
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit
from urllib.robotparser import RobotFileParser

from ingest.web import AGENT, MAX_REDIRECTS, NETWORK, Fetched, Network, Request, Trouble, WebError, ask

PAUSE = 3.0  # seconds between two requests to a host; SSB allows 30 a minute
TRIES = 3
BACK_OFF = 5.0  # seconds before the second try, twice as many before each further one
MAX_WAIT = 120.0  # seconds; whoever is told to wait longer comes another day
MAX_ROBOTS = 500 * 1024  # bytes of robots.txt that must be read (RFC 9309, section 2.5)
_AGAIN = (Trouble.BUSY, Trouble.BROKEN)
_GIVE_UP = (Trouble.BUSY, Trouble.UNKNOWN_HOST, Trouble.UNREACHABLE, Trouble.NOT_PUBLIC)


@dataclass(frozen=True, slots=True)
class Clock:
    """The time in seconds from any start, and how to let it pass. Tests bring their own."""

    now: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep


class Visitor:
    """Asks one address at a time, and remembers for as long as it lives what each site wants."""

    def __init__(self, network: Network = NETWORK, clock: Clock | None = None) -> None:
        self._network = network
        self._clock = clock or Clock()
        self._rules: dict[tuple[str, str], RobotFileParser] = {}
        self._earliest: dict[str, float] = {}  # when a host may next be asked
        self._closed: dict[str, WebError] = {}  # hosts that are not asked any more

    def visit(self, address: str, request: Request | None = None) -> Fetched:
        """What stands at an address, or on the same site where it has moved to.

        Raises:
            WebError: as for `ingest.web.fetch`; robots.txt asks us to stay away, or cannot be read; or the
                address leads to another site or to the front page.
        """
        here, request = address, request or Request()
        for _ in range(MAX_REDIRECTS + 1):
            self._check_rules(here)
            found = self._ask(here, request, self._network)
            if isinstance(found, Fetched):
                return found
            if request.body is not None or not _same_page(address, found):
                raise WebError(f"{address}: it now leads to {found}.", Trouble.MOVED, leads_to=found)
            here = found
        raise WebError(f"{address}: it leads on more than {MAX_REDIRECTS} times.", Trouble.MOVED)

    def _check_rules(self, address: str) -> None:
        parts = urlsplit(address)
        site = (parts.scheme, parts.netloc)
        if site not in self._rules:
            self._rules[site] = self._read_rules(f"{parts.scheme}://{parts.netloc}/robots.txt")
        if not self._rules[site].can_fetch(AGENT, address):
            raise WebError(f"{address}: robots.txt asks programs to stay away from it.", Trouble.ROBOTS)

    def _read_rules(self, address: str) -> RobotFileParser:
        """A site's rules. None are as good as none forbidden; but who may not read them may not go on."""
        rules, here = RobotFileParser(), address
        small = replace(self._network, size=MAX_ROBOTS)
        try:
            for _ in range(MAX_REDIRECTS + 1):
                found = self._ask(here, Request(), small)
                if isinstance(found, Fetched):
                    rules.parse(_longest_first(found.data.decode("utf-8-sig", "replace").splitlines()))
                    return rules
                here = found
        except WebError as error:
            if error.status in (401, 403):
                rules.disallow_all = True  # type: ignore[attr-defined]
            elif not 400 <= error.status < 500 or error.trouble is Trouble.BUSY:
                raise
        rules.parse([])
        return rules

    def _ask(self, address: str, request: Request, network: Network) -> Fetched | str:
        """Ask once it is time, and again after a while where the site is busy or breaks off."""
        host = urlsplit(address).netloc
        if host in self._closed:
            raise self._closed[host]
        for tried in range(1, TRIES + 1):
            try:
                return self._ask_in_time(address, request, network)
            except WebError as error:
                last = tried == TRIES or error.trouble not in _AGAIN
                wait = max(BACK_OFF * 2 ** (tried - 1), _seconds(error.retry_after))
                if not last and wait <= MAX_WAIT:
                    self._earliest[host] = max(self._earliest[host], self._clock.now() + wait)
                    continue
                if error.trouble in _GIVE_UP:
                    self._closed[host] = error
                raise
        raise AssertionError("the last try returns or raises")

    def _ask_in_time(self, address: str, request: Request, network: Network) -> Fetched | str:
        parts = urlsplit(address)
        left = self._earliest.get(parts.netloc, 0.0) - self._clock.now()
        if left > MAX_WAIT:
            raise WebError(
                f"{address}: the site wants {left:.0f} s between requests. Fetch it another time.",
                Trouble.BUSY,
                retry_after=f"{left:.0f}",
            )
        if left > 0:
            self._clock.sleep(left)
        try:
            return ask(address, network, request)
        finally:
            rules = self._rules.get((parts.scheme, parts.netloc))
            self._earliest[parts.netloc] = self._clock.now() + (_pause(rules) if rules else PAUSE)


def _pause(rules: RobotFileParser) -> float:
    """Seconds between two requests: ours, or more where the site wants more."""
    delay, rate = rules.crawl_delay(AGENT), rules.request_rate(AGENT)
    per_request = rate.seconds / rate.requests if rate and rate.requests else 0.0
    return max(PAUSE, float(delay or 0), per_request)


def _longest_first(lines: Iterable[str]) -> Iterator[str]:
    """Put rules in order of length: the parser takes the first that fits, RFC 9309 the longest."""
    rules: list[str] = []
    for line in (*lines, ""):
        if line.partition(":")[0].strip().lower() in ("allow", "disallow"):
            rules.append(line)
        elif not line.lstrip().startswith("#"):
            yield from sorted(rules, key=_rule_order, reverse=True)
            rules.clear()
            yield line


def _rule_order(line: str) -> tuple[int, bool]:
    name, _, path = line.partition("#")[0].partition(":")
    return len(path.strip()), name.strip().lower() == "allow"


def _same_page(address: str, onward: str) -> bool:
    """Whether an address leads to where its page may have moved: on its site, and not to the front page."""
    old, new = urlsplit(address), urlsplit(onward)
    front = new.path in ("", "/") and not new.query and old.path not in ("", "/")
    return not front and _site(old.hostname or "") == _site(new.hostname or "")


def _site(host: str) -> str:
    """The name that a site's hosts share: "imdi.no" of "www.imdi.no"; an IP address itself."""
    try:
        return str(ipaddress.ip_address(host))
    except ValueError:
        return ".".join(host.lower().rstrip(".").split(".")[-2:])


def _seconds(retry_after: str) -> float:
    """How long Retry-After asks to wait: given in seconds or as a date; 0 where it says neither."""
    if retry_after.strip().isdecimal():
        return float(retry_after[:12])
    try:
        at = parsedate_to_datetime(retry_after)
    except (TypeError, ValueError, IndexError):
        return 0.0
    now = dt.datetime.now(dt.UTC)
    return max(0.0, ((at if at.tzinfo else at.replace(tzinfo=dt.UTC)) - now).total_seconds())
