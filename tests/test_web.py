"""Reports from an address: what is fetched, what is refused, and that no inner network can be reached."""

from __future__ import annotations

import datetime as dt
import gzip
import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import documents
import pytest
from conftest import Build
from documents import TITLE
from websites import Answer, Site, lead, send

from ingest.models import CorpusError
from ingest.pipeline import Making
from ingest.store import Store
from ingest.web import Network, fetch, is_public, name_of

# Taking a page in -----------------------------------------------------------------------------------------


def test_a_page_is_taken_in_from_its_address(
    site: Site, build: Build, making: Making, store_path: Path
) -> None:
    site.pages["/resultater-2019/"] = send(documents.page())
    address = site.address("/resultater-2019/")
    summary = build(address, network=site.network)
    assert "resultater-2019" in summary.reports
    with Store.open(store_path) as store:
        report = store.report("resultater-2019")
        assert (report.title, report.url, report.path) == (TITLE, address, "resultater-2019.html")
        assert store.published("resultater-2019") == documents.page()
    site.pages.clear()
    assert not build(network=site.network).built
    with Store.open(store_path) as store:
        assert store.report("resultater-2019").url == address


def test_an_address_is_fetched_only_when_it_is_named(site: Site, build: Build) -> None:
    link = f'<p>Se <a href="{site.address("/andre/")}">andre</a><img src="{site.address("/b.png")}"></p>'
    site.pages["/en-2019/"] = send(documents.page(link))
    build(site.address("/en-2019/"), network=site.network)
    build(network=site.network)
    assert [path for path, _ in site.asked] == ["/en-2019/"]


def test_the_encoding_that_the_server_said_is_remembered(site: Site, build: Build, store_path: Path) -> None:
    text = documents.page().decode().replace("↩", "").replace('<meta charset="utf-8">', "")
    site.pages["/gammel-2019"] = send(text.encode("cp865"), "text/html; charset=cp865")
    build(site.address("/gammel-2019"), network=site.network)
    (store_path.parent / "ny-2018.txt").write_text("Resultater for 2018\n\nDet gikk bra i 2018.\n")
    build(store_path.parent / "ny-2018.txt", network=site.network)
    with Store.open(store_path) as store:
        assert documents.SENTENCE in store.source("gammel-2019")


@pytest.mark.parametrize(
    ("path", "data", "kind", "ending"),
    [
        ("/rapport-2019", documents.pdf(pages=1), "application/octet-stream", ".pdf"),
        ("/rapport-2019.html", documents.pdf(pages=1), "text/html", ".pdf"),
        ("/api/v0/no/table/13000-2019", documents.json_stat(), "text/plain", ".json"),
        ("/tall-2019", documents.CSV, "text/csv", ".csv"),
        ("/tekst-2019", f"{TITLE}\n\nDet gikk bra.\n".encode(), "text/plain", ".txt"),
    ],
)
def test_the_type_is_told_by_the_bytes_before_the_server_s_word(
    site: Site, build: Build, store_path: Path, path: str, data: bytes, kind: str, ending: str
) -> None:
    site.pages[path] = send(data, kind)
    build(site.address(path), network=site.network)
    with Store.open(store_path) as store:
        (taken,) = (report for report in store.reports if ".test" in report.url)
        assert taken.path.endswith(ending)


def test_a_bad_address_among_good_sources_is_skipped(site: Site, build: Build, report_2019: Path) -> None:
    address = site.address("/borte")
    summary = build(report_2019, address, network=site.network)
    assert [name for name, _ in summary.skipped] == [address]
    with pytest.raises(CorpusError, match="there is nothing at this address"):
        build(address, network=site.network)


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("https://www.imdi.no/nokkeltall-2023/", "nokkeltall-2023"),
        ("https://www.imdi.no/2019/resultater/", "2019-resultater"),
        ("https://www.imdi.no/2019/resultater/index.html", "2019-resultater"),
        ("https://data.ssb.no/api/v0/no/table/13000?lang=no", "table-13000"),
        ("https://www.ssb.no/", "ssb.no"),
        ("https://x.no/../../etc/passwd%2F..%2Fx", "passwd-x"),
        ("https://x.no/%C3%A5r-2019.pdf", "år-2019"),
    ],
)
def test_a_report_is_named_by_the_end_of_its_path(address: str, name: str) -> None:
    assert name_of(address).removeprefix("etc-") == name


# Networks that must not be reached ------------------------------------------------------------------------

INNER = [
    *("127.0.0.1", "127.9.9.9", "0.0.0.0", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1"),
    *("169.254.169.254", "100.64.0.1", "192.0.0.8", "198.18.0.1", "203.0.113.5", "224.0.0.1", "239.1.1.1"),
    *("240.0.0.1", "255.255.255.255", "::", "::1", "fe80::1", "fc00::1", "fd12:3456::1", "ff02::1"),
    *("fec0::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe"),
    *("2002:7f00:1::", "2002:c0a8:101::", "2001:db8::1", "2001:0:4136:e378:8000:63bf:f5ff:fffe"),
]


@pytest.mark.parametrize("ip", INNER)
def test_an_address_of_an_inner_network_is_not_public(ip: str) -> None:
    assert not is_public(ipaddress.ip_address(ip))


@pytest.mark.parametrize("ip", ["1.1.1.1", "185.73.20.1", "2606:4700::1111", "::ffff:1.1.1.1"])
def test_an_address_of_the_public_network_is(ip: str) -> None:
    assert is_public(ipaddress.ip_address(ip))


@pytest.mark.parametrize("ip", ["127.0.0.1", "169.254.169.254", "::ffff:10.0.0.1", "fe80::1%eth0"])
def test_a_name_that_stands_for_an_inner_machine_is_refused(ip: str) -> None:
    network = Network(resolve=lambda host, port: [ip])
    with pytest.raises(CorpusError, match="not on the public network"):
        fetch("http://www.imdi.no/", network)


def test_one_inner_address_among_public_ones_is_enough() -> None:
    network = Network(resolve=lambda host, port: ["1.1.1.1", "10.0.0.1"])
    with pytest.raises(CorpusError, match="not on the public network"):
        fetch("http://www.imdi.no/", network)


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "2130706433", "0x7f.1", "127.1", "[::1]", "[::ffff:127.0.0.1]", "0"]
)
def test_every_way_to_write_this_machine_is_refused(host: str) -> None:
    with pytest.raises(CorpusError, match=r"not on the public network|no such machine"):
        fetch(f"http://{host}/")


def test_a_redirect_to_an_inner_machine_is_refused(site: Site) -> None:
    site.pages["/inn"] = lead("http://169.254.169.254/latest/meta-data/")

    def allows(ip: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
        return str(ip) == "127.0.0.1" or is_public(ip)

    def resolve(host: str, port: int) -> list[str]:
        return ["127.0.0.1"] if host.endswith(".test") else [host]

    network = replace(site.network, resolve=resolve, allows=allows)
    with pytest.raises(CorpusError, match=r"169\.254\.169\.254.* not on the public network"):
        fetch(site.address("/inn"), network)


def test_a_name_is_looked_up_once_for_each_hop_and_the_checked_address_is_asked(site: Site) -> None:
    site.pages["/a"] = lead(site.address("/b", "annen.test"))
    site.pages["/b"] = send(b"<html>Hei</html>")
    answers = iter([["127.0.0.1"], ["127.0.0.1"], ["10.0.0.1"]])
    seen: list[str] = []

    def resolve(host: str, port: int) -> list[str]:
        seen.append(host)
        return next(answers)

    found = fetch(site.address("/a"), replace(site.network, resolve=resolve))
    assert found.address == site.address("/b", "annen.test")
    assert seen == ["www.imdi.test", "annen.test"]
    assert [host for _, host in site.asked] == [f"www.imdi.test:{site.port}", f"annen.test:{site.port}"]


def test_redirects_come_to_an_end(site: Site) -> None:
    site.pages["/ring"] = lead("/ring")
    with pytest.raises(CorpusError, match="leads on more than 5 times"):
        fetch(site.address("/ring"), site.network)


@pytest.mark.parametrize(
    ("address", "problem"),
    [
        ("ftp://imdi.no/x", "only http and https"),
        ("file:///etc/passwd", "only http and https"),
        ("http://", "only http and https"),
        ("http://bruker:pass@imdi.no/", "no plain web address"),
        ("http://imdi.no/a b", "no plain web address"),
        ("http://imdi.no/\r\nX: y", "no plain web address|no web address"),
        ("http://imdi.no:99999/", "no web address"),
        ("http://imdi.no:22/", "port 22"),
        ("http://" + "a" * 300 + ".no/", "no web address"),
        ("http://imdi.no/" + "a" * 3000, "no plain web address"),
    ],
)
def test_what_is_no_plain_web_address_is_refused(address: str, problem: str) -> None:
    with pytest.raises(CorpusError, match=problem):
        fetch(address, Network(resolve=lambda host, port: ["1.1.1.1"]))


def test_a_name_that_nobody_knows_is_told() -> None:
    def resolve(host: str, port: int) -> list[str]:
        raise socket.gaierror(-2, "Name or service not known")

    with pytest.raises(CorpusError, match=r"there is no such machine \(finnes-ikke\.no\)"):
        fetch("https://finnes-ikke.no/", Network(resolve=resolve))


# Secure connections ---------------------------------------------------------------------------------------


def certificate(folder: Path, host: str) -> Path:
    """A certificate for a host, signed by itself, and its key in the same file."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, host)])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    file = folder / "certificate.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    file.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return file


@pytest.fixture
def secure(site: Site, tmp_path: Path) -> Iterator[tuple[Site, Path]]:
    """The same pages over TLS, in the name of www.imdi.test."""
    file = certificate(tmp_path, "www.imdi.test")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    server = ThreadingHTTPServer(("127.0.0.1", 0), site.handler)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    site.pages["/"] = send(b"<html>Hei</html>")
    yield replace(site, port=server.server_address[1]), file
    server.shutdown()
    server.server_close()


def test_a_secure_page_is_asked_for_in_its_host_s_name(
    secure: tuple[Site, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    site, file = secure
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    assert fetch(f"https://www.imdi.test:{site.port}/", site.network).data == b"<html>Hei</html>"
    with pytest.raises(CorpusError, match=r"does not answer as a web server does .*certificate"):
        fetch(f"https://annen.test:{site.port}/", site.network)
    site.pages["/ned"] = lead(site.address("/"))
    with pytest.raises(CorpusError, match="leads from https to http"):
        fetch(f"https://www.imdi.test:{site.port}/ned", site.network)


def test_a_certificate_that_nobody_vouches_for_is_refused(secure: tuple[Site, Path]) -> None:
    site, _ = secure
    with pytest.raises(CorpusError, match=r"does not answer as a web server does .*certificate"):
        fetch(f"https://www.imdi.test:{site.port}/", site.network)


# Servers that answer badly --------------------------------------------------------------------------------


def silent(request: BaseHTTPRequestHandler) -> None:
    time.sleep(3)


def drip(request: BaseHTTPRequestHandler) -> None:
    request.send_response(200)
    request.end_headers()
    for _ in range(60):
        request.wfile.write(b"a")
        request.wfile.flush()
        time.sleep(0.05)


def drip_head(request: BaseHTTPRequestHandler) -> None:
    for _ in range(60):
        request.wfile.write(b"X")
        request.wfile.flush()
        time.sleep(0.05)


@pytest.mark.parametrize("answer", [silent, drip, drip_head])
def test_a_server_that_does_not_come_to_an_end_is_left(site: Site, answer: Answer) -> None:
    site.pages["/"] = answer
    began = time.perf_counter()
    with pytest.raises(CorpusError, match="no whole answer within 1 s"):
        fetch(site.address("/"), replace(site.network, seconds=0.6, patience=0.5))
    assert time.perf_counter() - began < 2


def test_a_machine_that_never_answers_is_left() -> None:
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    listening.listen(0)
    network = Network(lambda host, port: ["127.0.0.1"], lambda ip: True, ports=(), seconds=0.5, patience=0.5)
    with pytest.raises(CorpusError, match="no whole answer"):
        fetch(f"http://x.test:{listening.getsockname()[1]}/", network)
    listening.close()


def test_a_look_up_that_never_ends_is_left() -> None:
    def resolve(host: str, port: int) -> list[str]:
        time.sleep(3)
        return ["1.1.1.1"]

    began = time.perf_counter()
    with pytest.raises(CorpusError, match="no whole answer"):
        fetch("http://imdi.no/", Network(resolve=resolve, seconds=0.3))
    assert time.perf_counter() - began < 2


BAD = [
    (send(b"a" * 2000), "more than 1000 bytes"),
    (send(gzip.compress(b"a" * 5_000_000), Content_Encoding="gzip"), "more than 1000 bytes"),
    (send(b"abc", Content_Length="900"), "broke off|does not answer"),
    (send(gzip.compress(bytes(range(200)))[:60], Content_Encoding="gzip"), "broke off"),
    (send(b"abc", Content_Encoding="br"), "packed as 'br'"),
    (send(b"abc", Content_Encoding="gzip"), "does not answer"),
    (send(b"", status=403), "without logging in"),
    (send(b"", status=500), r"an error \(500\)"),
    (send(b"", status=204), r"an error \(204\)"),
    (lambda request: request.wfile.write(b"SSH-2.0-OpenSSH\r\n"), "does not answer as a web server"),
    (lambda request: None, "does not answer as a web server"),
]


@pytest.mark.parametrize(("answer", "problem"), BAD)
def test_an_answer_that_is_no_page_is_refused(site: Site, answer: Answer, problem: str) -> None:
    site.pages["/"] = answer
    with pytest.raises(CorpusError, match=problem) as caught:
        fetch(site.address("/"), replace(site.network, size=1000))
    assert str(caught.value).startswith(site.address("/"))


def test_a_packed_page_is_unpacked(site: Site) -> None:
    site.pages["/"] = send(gzip.compress(documents.page()), Content_Encoding="gzip")
    assert fetch(site.address("/"), site.network).data == documents.page()


def test_nothing_of_the_store_changes_when_an_address_fails(
    site: Site, build: Build, store_path: Path
) -> None:
    before = build().generation
    with pytest.raises(CorpusError):
        build("http://127.0.0.1/")
    with Store.open(store_path) as store:
        assert store.manifest.name == before
