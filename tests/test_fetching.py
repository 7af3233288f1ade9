"""Fetching what the catalogue lists: politely, only what is new, and nothing half."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import documents
import pytest
from conftest import Build
from filelock import FileLock
from websites import Site, in_turn, lead, marked, send, text

import ui.fetch
from ingest import fetching
from ingest.cache import Cache, cache_folder
from ingest.catalogue import Entry, PageKind
from ingest.fetching import FetchSummary, Outcome, Result, fetch_entries
from ingest.models import CorpusError
from ingest.pipeline import Making
from ingest.store import Store
from ingest.visitor import BACK_OFF, MAX_WAIT, PAUSE, Clock
from ingest.web import AGENT, Trouble

PAGE = documents.page()
OTHER = documents.page("<p>I 2019 gikk 31 prosent av kvinnene til utdanning.</p>")
QUERY = '{"query": [], "response": {"format": "json-stat2"}}'


@dataclass
class Time:
    """Time that passes only when it is slept away."""

    at: float = 1000.0
    slept: list[float] = field(default_factory=list)

    def sleep(self, seconds: float) -> None:
        self.slept.append(round(seconds, 3))
        self.at += seconds

    @property
    def clock(self) -> Clock:
        return Clock(lambda: self.at, self.sleep)


@pytest.fixture
def time() -> Time:
    return Time()


Fetch = Callable[..., FetchSummary]


@pytest.fixture
def fetch(site: Site, build: Build, making: Making, store_path: Path, time: Time) -> Fetch:
    """Fetch from the site, in no time; only downloads unless told otherwise."""

    def run(*entries: Entry, take_in: bool = False, **options: Any) -> FetchSummary:
        made = replace(making, network=options.pop("network", site.network))
        options = {"making": made, "clock": time.clock, **options}
        return fetch_entries(entries, store_path, take_in=take_in, **options)

    return run


@pytest.fixture
def cache(store_path: Path) -> Cache:
    return Cache(cache_folder(store_path))


def entry(site: Site, path: str = "/resultater-2019/", id: str = "resultater-2019", **changes: Any) -> Entry:
    plain = Entry(
        id=id,
        title="Resultater",
        publisher="IMDi",
        years=(2019,),
        kind=PageKind.PAGE,
        address=site.address(path),
        known_from="a test",
        known_on=dt.date(2026, 1, 1),
    )
    return replace(plain, **changes)


def table(site: Site, **changes: Any) -> Entry:
    said = {"kind": PageKind.PX_API, "query": QUERY, "cite": "https://www.ssb.no/statbank/table/13000"}
    return entry(site, "/api/v0/no/table/13000", "ssb-13000", **{"years": (), **said, **changes})


def one(summary: FetchSummary) -> Outcome:
    (outcome,) = summary.outcomes
    return outcome


def trouble(summary: FetchSummary) -> Trouble:
    error = one(summary).error
    assert error is not None
    assert one(summary).result is Result.FAILED
    return error.trouble


def files(cache: Cache) -> set[str]:
    return {path.name for path in cache.folder.iterdir()} - {"fetch.lock", "index.json"}


# What is kept ---------------------------------------------------------------------------------------------


def test_a_page_is_kept_with_date_hash_and_marks_and_becomes_a_report(
    site: Site, fetch: Fetch, cache: Cache, store_path: Path
) -> None:
    site.pages["/resultater-2019/"] = marked(PAGE, '"en"', "Wed, 24 Jun 2020 06:00:00 GMT")
    summary = fetch(entry(site, licence="CC BY 4.0"), take_in=True)
    assert one(summary).result is Result.NEW
    kept = cache.find("resultater-2019")
    assert kept is not None
    assert (kept.file, kept.etag, kept.modified[:3]) == ("resultater-2019.html", '"en"', "Wed")
    assert kept.fetched[:10] == dt.datetime.now(dt.UTC).date().isoformat()
    assert cache.path(kept).read_bytes() == PAGE
    assert summary.taken_in is not None
    with Store.open(store_path) as store:
        report = store.report("resultater-2019")
        assert (report.url, report.year, report.licence) == (kept.address, 2019, "CC BY 4.0")
        assert report.publisher == "IMDi"
        assert store.published("resultater-2019") == PAGE


def test_the_files_lie_beside_the_store_and_downloading_alone_builds_none(
    site: Site, fetch: Fetch, store_path: Path
) -> None:
    site.pages["/resultater-2019/"] = send(PAGE)
    summary = fetch(entry(site))
    assert summary.folder == store_path.with_name("store-fetched")
    assert summary.taken_in is None
    assert not store_path.exists()


def test_what_was_fetched_today_is_not_asked_for_again(site: Site, fetch: Fetch) -> None:
    site.pages["/resultater-2019/"] = send(PAGE)
    fetch(entry(site))
    assert one(fetch(entry(site))).result is Result.RECENT
    assert site.paths == ["/resultater-2019/"]


@pytest.mark.parametrize(
    ("etag", "modified", "header"),
    [('"en"', "", "If-None-Match"), ("", "Wed, 24 Jun 2020 06:00:00 GMT", "If-Modified-Since")],
)
def test_an_older_file_is_asked_for_on_condition_that_it_has_changed(
    site: Site, fetch: Fetch, cache: Cache, etag: str, modified: str, header: str
) -> None:
    site.pages["/resultater-2019/"] = marked(PAGE, etag, modified)
    fetch(entry(site))
    outcome = one(fetch(entry(site), again=True))
    assert outcome.result is Result.SAME
    assert site.headers[-1][header] == (etag or modified)
    assert outcome.kept == cache.find("resultater-2019")
    site.pages["/resultater-2019/"] = marked(
        OTHER, etag and '"to"', modified and "Thu, 25 Jun 2020 06:00:00 GMT"
    )
    assert one(fetch(entry(site), again=True)).result is Result.CHANGED
    assert (cache.folder / "resultater-2019.html").read_bytes() == OTHER


def test_a_day_later_it_is_asked_for_without_being_told(
    site: Site, fetch: Fetch, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.pages["/resultater-2019/"] = marked(PAGE, '"en"')
    fetch(entry(site))
    monkeypatch.setattr(fetching, "_now", lambda: dt.datetime.now(dt.UTC) + dt.timedelta(hours=25))
    assert one(fetch(entry(site))).result is Result.SAME
    assert one(fetch(entry(site))).result is Result.RECENT


def test_the_same_bytes_from_a_server_without_marks_are_no_change(site: Site, fetch: Fetch) -> None:
    site.pages["/resultater-2019/"] = send(PAGE)
    fetch(entry(site))
    assert one(fetch(entry(site), again=True)).result is Result.SAME


def test_a_changed_page_replaces_its_report(site: Site, fetch: Fetch, store_path: Path) -> None:
    site.pages["/resultater-2019/"] = in_turn(send(PAGE), send(OTHER))
    first = fetch(entry(site), take_in=True)
    again = fetch(entry(site), take_in=True, again=True)
    assert first.taken_in is not None
    assert again.taken_in is not None
    assert first.taken_in.reports == again.taken_in.reports
    assert again.taken_in.built
    with Store.open(store_path) as store:
        assert "31 prosent" in store.source("resultater-2019")
    repeated = fetch(entry(site), take_in=True).taken_in
    assert repeated is not None
    assert not repeated.built


@pytest.mark.parametrize("harm", ["file", "index", "nothing", "name"])
def test_a_damaged_cache_is_fetched_anew(site: Site, fetch: Fetch, cache: Cache, harm: str) -> None:
    site.pages["/resultater-2019/"] = marked(PAGE, '"en"')
    fetch(entry(site))
    index = cache.folder / "index.json"
    if harm == "file":
        (cache.folder / "resultater-2019.html").write_bytes(PAGE[:100])
    elif harm == "index":
        index.write_bytes(index.read_bytes()[:50])
    elif harm == "name":
        index.write_text(index.read_text().replace("resultater-2019.html", "../resultater-2019.html"))
    else:
        index.unlink()
    assert one(fetch(entry(site))).result is Result.NEW
    assert (cache.folder / "resultater-2019.html").read_bytes() == PAGE


def test_marks_are_not_sent_once_the_catalogue_has_another_address(site: Site, fetch: Fetch) -> None:
    site.pages["/resultater-2019/"] = marked(PAGE, '"en"')
    site.pages["/ny-2019/"] = marked(OTHER, '"en"')
    fetch(entry(site))
    assert one(fetch(entry(site, "/ny-2019/"))).result is Result.NEW
    assert "If-None-Match" not in site.headers[-1]


def test_a_report_of_the_corpus_is_not_fetched(site: Site, fetch: Fetch) -> None:
    outcome = one(fetch(entry(site, bundled=True), take_in=True))
    assert outcome.result is Result.BUNDLED
    assert site.asked == []


def test_what_was_stopped_in_the_middle_goes_on_where_it_was(site: Site, fetch: Fetch, cache: Cache) -> None:
    site.pages["/a-2019/"] = site.pages["/b-2019/"] = send(PAGE)
    entries = entry(site, "/a-2019/", "a-2019"), entry(site, "/b-2019/", "b-2019")

    def stop(outcome: Outcome) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fetch(*entries, tell=stop)
    (cache.folder / "b-2019.html.new").write_bytes(b"<html>hal")
    results = [outcome.result for outcome in fetch(*entries).outcomes]
    assert results == [Result.RECENT, Result.NEW]
    assert site.paths == ["/a-2019/", "/b-2019/"]
    assert files(cache) == {"a-2019.html", "b-2019.html"}


def test_two_do_not_fetch_at_once(site: Site, fetch: Fetch, cache: Cache) -> None:
    cache.folder.mkdir(parents=True)
    with FileLock(cache.folder / "fetch.lock"), pytest.raises(CorpusError, match="another fetch is running"):
        fetch(entry(site))
    assert site.asked == []


# Tables of the statistics bank ----------------------------------------------------------------------------


def test_a_table_is_posted_for_and_taken_in_with_the_address_for_readers(
    site: Site, fetch: Fetch, store_path: Path
) -> None:
    bodies: list[bytes] = []

    def answer(request: BaseHTTPRequestHandler) -> None:
        assert request.command == "POST"
        bodies.append(request.rfile.read(int(request.headers["Content-Length"])))
        send(documents.json_stat(), "application/json")(request)

    site.pages["/api/v0/no/table/13000"] = answer
    summary = fetch(table(site), take_in=True)
    assert json.loads(bodies[0]) == json.loads(QUERY)
    assert site.headers[-1]["Content-Type"] == "application/json"
    assert summary.problem == ""
    with Store.open(store_path) as store:
        report = store.report("ssb-13000")
        assert report.url == "https://www.ssb.no/statbank/table/13000"
        assert report.path == "ssb-13000.json"
        assert "Vestland" in store.source("ssb-13000")
    assert one(fetch(table(site), again=True)).result is Result.SAME


def test_a_table_without_a_query_is_asked_for_by_its_address(site: Site, fetch: Fetch) -> None:
    site.pages["/api/v0/no/table/13000"] = marked(documents.json_stat(), '"en"')
    plain = table(site, query="")
    assert one(fetch(plain)).result is Result.NEW
    assert one(fetch(plain, again=True)).result is Result.SAME


def test_a_query_that_is_led_on_is_not_posted_elsewhere(site: Site, fetch: Fetch) -> None:
    site.pages["/api/v0/no/table/13000"] = lead("/api/v0/no/table/14000")
    assert trouble(fetch(table(site))) is Trouble.MOVED
    assert site.paths == ["/api/v0/no/table/13000"]


def test_what_is_of_another_kind_than_listed_is_not_kept(site: Site, fetch: Fetch, cache: Cache) -> None:
    site.pages["/api/v0/no/table/13000"] = in_turn(send(documents.json_stat()), send(PAGE), send(b"\x89PNG"))
    fetch(table(site))
    for _ in range(2):
        summary = fetch(table(site), again=True)
        assert trouble(summary) is Trouble.KIND
        assert one(summary).kept is not None
    assert (cache.folder / "ssb-13000.json").read_bytes() == documents.json_stat()
    site.pages["/resultater-2019/"] = send(documents.pdf(pages=1), "application/pdf")
    assert trouble(fetch(entry(site))) is Trouble.KIND
    assert one(fetch(entry(site, kind=PageKind.PDF))).result is Result.NEW
    assert files(cache) == {"ssb-13000.json", "resultater-2019.pdf"}


# robots.txt -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rules", "allowed"),
    [
        ("User-agent: *\nDisallow: /arkiv/\n", True),
        ("User-agent: *\nDisallow: /resultater\n", False),
        ("User-agent: *\nDisallow: /\n", False),
        ("User-agent: *\nDisallow:\n", True),
        ("User-agent: *\nDisallow: /\n\nUser-agent: imdi-svar\nDisallow: /arkiv/\n", True),
        ("User-agent: imdi-svar\nDisallow: /\n\nUser-agent: *\nDisallow:\n", False),
        ("User-agent: Annenbot\nDisallow: /\n", True),
        # The longest rule that fits counts, wherever it stands; of two as long the one that allows.
        ("User-agent: *\nAllow: /\nDisallow: /resultater-2019/\n", False),
        ("User-agent: *\nDisallow: /\nAllow: /resultater-2019/\n", True),
        ("User-agent: *\nDisallow: /resultater-2019/\n# åpnet igjen\nAllow: /resultater-2019/\n", True),
        ("\ufeffUser-agent: *\nDisallow: /\n", False),
        ("<html>Ingen regler</html>", True),
        ("", True),
    ],
)
def test_robots_txt_is_kept(site: Site, fetch: Fetch, rules: str, allowed: bool) -> None:
    site.pages["/robots.txt"] = text(rules)
    site.pages["/resultater-2019/"] = send(PAGE)
    summary = fetch(entry(site))
    assert site.asked[0][0] == "/robots.txt"
    assert site.paths == ["/resultater-2019/"] * allowed
    assert one(summary).result is (Result.NEW if allowed else Result.FAILED)
    if not allowed:
        assert trouble(summary) is Trouble.ROBOTS


def test_robots_txt_is_read_once_for_a_site_and_we_say_who_asks(site: Site, fetch: Fetch) -> None:
    site.pages["/a-2019/"] = site.pages["/b-2019/"] = send(PAGE)
    fetch(entry(site, "/a-2019/", "a-2019"), entry(site, "/b-2019/", "b-2019"))
    assert [path for path, _ in site.asked] == ["/robots.txt", "/a-2019/", "/b-2019/"]
    assert all(headers["User-Agent"].startswith(f"{AGENT}/") for headers in site.headers)


@pytest.mark.parametrize(
    ("status", "problem"),
    [
        (404, None),
        (410, None),
        (400, None),
        (403, Trouble.ROBOTS),
        (500, Trouble.STATUS),
        (503, Trouble.BUSY),
    ],
)
def test_a_robots_txt_that_is_not_there_forbids_nothing_one_that_fails_everything(
    site: Site, fetch: Fetch, status: int, problem: Trouble | None
) -> None:
    site.pages["/robots.txt"] = send(b"", status=status)
    site.pages["/resultater-2019/"] = send(PAGE)
    summary = fetch(entry(site))
    if problem is None:
        assert one(summary).result is Result.NEW
    else:
        assert trouble(summary) is problem
        assert site.paths == []


def test_a_robots_txt_that_has_moved_is_followed(site: Site, fetch: Fetch) -> None:
    site.pages["/robots.txt"] = lead("/regler.txt")
    site.pages["/regler.txt"] = text("User-agent: *\nDisallow: /")
    assert trouble(fetch(entry(site))) is Trouble.ROBOTS


# Pauses and second tries ----------------------------------------------------------------------------------


def test_there_is_a_pause_between_two_requests_to_a_host(site: Site, fetch: Fetch, time: Time) -> None:
    site.pages["/a-2019/"] = site.pages["/b-2019/"] = send(PAGE)
    fetch(entry(site, "/a-2019/", "a-2019"), entry(site, "/b-2019/", "b-2019"))
    assert time.slept == [PAUSE, PAUSE]
    elsewhere = entry(site, id="c-2019", address=site.address("/a-2019/", "www.ssb.test"))
    fetch(entry(site, "/a-2019/", "d-2019"), elsewhere)
    assert time.slept == [PAUSE] * 4


@pytest.mark.parametrize(
    ("rule", "pause"), [("Crawl-delay: 20", 20), ("Crawl-delay: 1", PAUSE), ("Request-rate: 2/60", 30)]
)
def test_a_site_that_wants_longer_pauses_gets_them(
    site: Site, fetch: Fetch, time: Time, rule: str, pause: float
) -> None:
    site.pages["/robots.txt"] = text(f"User-agent: *\n{rule}\nDisallow: /x\n")
    site.pages["/a-2019/"] = site.pages["/b-2019/"] = send(PAGE)
    fetch(entry(site, "/a-2019/", "a-2019"), entry(site, "/b-2019/", "b-2019"))
    assert time.slept == [PAUSE, pause]


def test_a_pause_of_hours_is_not_waited_for(site: Site, fetch: Fetch, time: Time) -> None:
    site.pages["/robots.txt"] = text("User-agent: *\nCrawl-delay: 7200\n")
    site.pages["/a-2019/"] = site.pages["/b-2019/"] = send(PAGE)
    first, second = fetch(entry(site, "/a-2019/", "a-2019"), entry(site, "/b-2019/", "b-2019")).outcomes
    assert first.result is Result.NEW
    assert second.error is not None
    assert (second.error.trouble, second.error.retry_after) == (Trouble.BUSY, "7200")
    assert max(time.slept) < MAX_WAIT


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize("form", ["seconds", "date", "none", "nonsense"])
def test_a_busy_server_is_asked_again_when_it_says(
    site: Site, fetch: Fetch, time: Time, status: int, form: str
) -> None:
    in_a_minute = format_datetime(dt.datetime.now(dt.UTC) + dt.timedelta(seconds=60), usegmt=True)
    said = {"seconds": "40", "date": in_a_minute, "none": "", "nonsense": "straks"}[form]
    busy = send(b"", status=status, **({"Retry_After": said} if said else {}))
    site.pages["/resultater-2019/"] = in_turn(busy, send(PAGE))
    assert one(fetch(entry(site))).result is Result.NEW
    expected = {"seconds": 40, "date": 59}.get(form, BACK_OFF)
    assert time.slept[0] == PAUSE
    assert expected - 2 <= time.slept[1] <= expected + 1


def test_each_wait_is_twice_the_one_before_and_the_third_try_the_last(
    site: Site, fetch: Fetch, time: Time
) -> None:
    site.pages["/a-2019/"] = send(b"", status=429)
    site.pages["/b-2019/"] = send(PAGE)
    first, second = fetch(entry(site, "/a-2019/", "a-2019"), entry(site, "/b-2019/", "b-2019")).outcomes
    assert site.paths == ["/a-2019/"] * 3
    assert time.slept == [PAUSE, BACK_OFF, 2 * BACK_OFF]
    # A site that asks to be left alone is left alone.
    assert first.error is second.error is not None


def test_a_server_that_wants_to_be_left_for_long_is_left(site: Site, fetch: Fetch, time: Time) -> None:
    site.pages["/resultater-2019/"] = send(b"", status=503, Retry_After="3600")
    summary = fetch(entry(site))
    assert trouble(summary) is Trouble.BUSY
    assert site.paths == ["/resultater-2019/"]
    assert "opptatt. Prøv igjen om 60 minutter." in "\n".join(ui.fetch.outcome_lines(one(summary)))


# What goes wrong ------------------------------------------------------------------------------------------


def test_a_connection_that_breaks_in_the_middle_is_tried_again(
    site: Site, fetch: Fetch, cache: Cache
) -> None:
    half = send(PAGE[:500], Content_Length=str(len(PAGE)))
    site.pages["/resultater-2019/"] = in_turn(half, half, send(PAGE))
    assert one(fetch(entry(site))).result is Result.NEW
    assert (cache.folder / "resultater-2019.html").read_bytes() == PAGE


def test_nothing_half_is_kept_and_what_was_there_stays(site: Site, fetch: Fetch, cache: Cache) -> None:
    half = send(OTHER[:500], Content_Length=str(len(OTHER)))
    site.pages["/ny-2019/"] = half
    assert trouble(fetch(entry(site, "/ny-2019/", "ny-2019"))) is Trouble.BROKEN
    assert files(cache) == set()
    site.pages["/resultater-2019/"] = in_turn(send(PAGE), half)
    fetch(entry(site))
    summary = fetch(entry(site), again=True)
    assert trouble(summary) is Trouble.BROKEN
    assert one(summary).kept is not None
    assert (cache.folder / "resultater-2019.html").read_bytes() == PAGE
    assert files(cache) == {"resultater-2019.html"}


def test_a_full_disk_leaves_what_was_there(
    site: Site, fetch: Fetch, cache: Cache, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.pages["/resultater-2019/"] = in_turn(send(PAGE), send(OTHER))
    fetch(entry(site))

    def full(*rest: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(CorpusError, match="No space left"):
        fetch(entry(site), again=True)
    assert files(cache) == {"resultater-2019.html"}
    assert cache.find("resultater-2019") is not None


@pytest.mark.parametrize(
    ("status", "problem"),
    [
        (404, Trouble.MISSING),
        (410, Trouble.MISSING),
        (401, Trouble.LOGIN),
        (403, Trouble.LOGIN),
        (500, Trouble.STATUS),
    ],
)
def test_a_page_that_is_not_given_is_told_and_the_others_are_fetched(
    site: Site, fetch: Fetch, status: int, problem: Trouble
) -> None:
    site.pages["/a-2019/"] = send(b"", status=status)
    site.pages["/b-2019/"] = send(PAGE)
    summary = fetch(entry(site, "/a-2019/", "a-2019"), entry(site, "/b-2019/", "b-2019"), take_in=True)
    first, second = summary.outcomes
    assert first.error is not None
    assert first.error.trouble is problem
    assert second.result is Result.NEW
    assert summary.failed
    assert summary.taken_in is not None
    assert "b-2019" in summary.taken_in.reports


def test_an_answer_not_changed_that_nobody_asked_for_is_an_error(site: Site, fetch: Fetch) -> None:
    site.pages["/resultater-2019/"] = send(b"", status=304)
    assert trouble(fetch(entry(site))) is Trouble.STATUS


def test_a_page_that_has_moved_on_its_site_is_followed_and_told(
    site: Site, fetch: Fetch, store_path: Path
) -> None:
    new = site.address("/arkiv/resultater-2019/", "imdi.test")
    site.pages["/resultater-2019/"] = lead(new, 301)
    site.pages["/arkiv/resultater-2019/"] = send(PAGE)
    summary = fetch(entry(site), take_in=True)
    assert one(summary).moved_to == new
    assert f"Siden er flyttet til {new}" in "\n".join(ui.fetch.outcome_lines(one(summary)))
    with Store.open(store_path) as store:
        assert store.report("resultater-2019").url == new


@pytest.mark.parametrize(
    "to", ["http://annet.test:{port}/resultater-2019/", "/", "http://www.imdi.test:{port}"]
)
def test_a_page_that_leads_elsewhere_is_not_taken_for_it(site: Site, fetch: Fetch, to: str) -> None:
    site.pages["/resultater-2019/"] = lead(to.format(port=site.port))
    site.pages["/"] = send(PAGE)
    assert trouble(fetch(entry(site))) is Trouble.MOVED
    assert site.paths == ["/resultater-2019/"]


def test_a_redirect_does_not_lead_round_robots_txt(site: Site, fetch: Fetch) -> None:
    site.pages["/robots.txt"] = text("User-agent: *\nDisallow: /lukket/")
    site.pages["/resultater-2019/"] = lead("/lukket/resultater-2019/")
    site.pages["/lukket/resultater-2019/"] = send(PAGE)
    assert trouble(fetch(entry(site))) is Trouble.ROBOTS
    assert "/lukket/resultater-2019/" not in site.paths


def test_redirects_come_to_an_end(site: Site, fetch: Fetch) -> None:
    site.pages["/resultater-2019/"] = lead("/resultater-2019/")
    assert trouble(fetch(entry(site))) is Trouble.MOVED
    assert len(site.paths) == 6


def test_without_a_network_it_is_said_so_and_each_host_tried_once(site: Site, fetch: Fetch) -> None:
    asked: list[str] = []

    def resolve(host: str, port: int) -> list[str]:
        asked.append(host)
        raise OSError(-3, "Temporary failure in name resolution")

    network = replace(site.network, resolve=resolve)
    summary = fetch(entry(site, "/a/", "a-2019"), entry(site, "/b/", "b-2019"), network=network, take_in=True)
    assert asked == ["www.imdi.test"]
    assert summary.taken_in is None
    for outcome in summary.outcomes:
        assert "finner ikke www.imdi.test. Er maskinen på nett?" in "\n".join(ui.fetch.outcome_lines(outcome))


def test_a_machine_that_takes_no_calls_is_told(site: Site, fetch: Fetch) -> None:
    closed = entry(site, address="http://www.imdi.test:1/a-2019/")
    assert trouble(fetch(closed)) is Trouble.UNREACHABLE


def test_users_cannot_reach_this_machine_through_the_catalogue(
    site: Site, making: Making, store_path: Path, time: Time
) -> None:
    local = entry(site, address="http://127.0.0.1/resultater-2019/")
    summary = fetch_entries([local], store_path, making=making, clock=time.clock)
    assert trouble(summary) is Trouble.NOT_PUBLIC
    port = entry(site, address=f"http://127.0.0.1:{site.port}/")
    assert trouble(fetch_entries([port], store_path, making=making, clock=time.clock)) is Trouble.ADDRESS
    assert site.asked == []


def test_a_report_that_cannot_be_read_is_told_and_its_file_kept(
    site: Site, fetch: Fetch, cache: Cache
) -> None:
    site.pages["/resultater-2019/"] = send(b"<html><body><main></main></body></html>")
    summary = fetch(entry(site), take_in=True)
    assert one(summary).result is Result.NEW
    assert summary.taken_in is None
    assert summary.problem
    assert summary.failed
    assert files(cache) == {"resultater-2019.html"}
