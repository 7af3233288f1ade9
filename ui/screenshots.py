"""Pictures of the page for the documentation: `python -m ui.screenshots` (needs Playwright and Chromium).

The same server and browser serve the tests that need a real one.
"""

from __future__ import annotations

import io
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeAlias
from urllib.parse import urlencode

from ui.texts import table

if TYPE_CHECKING:
    from playwright.sync_api import Browser, FilePayload, Page

    Visit: TypeAlias = Callable[[Page, str], None]

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "docs" / "screenshots"

START_SECONDS = 120  # the first visit waits while the store is built
# Chromium looks its maker up at every start unless it is told not to.
BROWSER_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
WIDTHS = (1280, 360)
BROWSER_NAMES = ("chromium", "chromium-browser", "google-chrome")

# A file that a visitor might add.
OWN_NAME = "min-rapport-2024.txt"
OWN_TEXT = (
    "Resultater for 2024\n\nI 2024 startet 12 300 nye deltakere i introduksjonsprogrammet. "
    "47 prosent av de som avsluttet programmet i 2024, gikk direkte over til arbeid.\n"
)

QUIET = (
    250  # milliseconds without a change: a press has reached the server by then, and shell.js has scrolled
)
_STANDS_STILL = """quiet => new Promise(done => {
  let changed = performance.now();
  const change = () => { changed = performance.now(); };
  const watch = new MutationObserver(change);
  watch.observe(document.body, { subtree: true, childList: true, characterData: true, attributes: true });
  document.addEventListener('scroll', change, true);
  const look = () => {
    const idle = document.querySelector('.stApp[data-test-script-state=notRunning]');
    const drawn = [...document.querySelectorAll('.stVegaLiteChart')].every(c => c.querySelector('svg'));
    if (!idle || !drawn || document.fonts.status !== 'loaded') change();
    if (performance.now() - changed < quiet) return setTimeout(look, 25);
    watch.disconnect();
    document.removeEventListener('scroll', change, true);
    done();
  };
  look();
})"""
_COLOURS = 128  # the rarest kept too: the yellow marks are what the pictures are about


class BrowserMissingError(RuntimeError):
    """There is no Playwright or no Chromium here. The message says which."""


@contextmanager
def serving(store: Path, folder: Path = ROOT, *, before: str = "", **settings: str) -> Iterator[str]:
    """The page on a free port of 127.0.0.1; yields its address.

    Args:
        store: the store's folder.
        folder: where it is started; Streamlit looks for secrets there.
        before: Python that the server runs before it starts.
        settings: environment variables.

    Raises:
        RuntimeError: the server did not come up within `START_SECONDS`.
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = f"{before}\nfrom ui.server import serve; serve({port}, headless=True)"
    process = subprocess.Popen(
        [sys.executable, "-c", command],
        cwd=folder,
        env=os.environ
        | {"IMDI_STORE": str(store), "HF_HUB_OFFLINE": "1", "IMDI_QUESTIONS_PER_MINUTE": "1000"}
        | {"PYTHONPATH": str(ROOT)}
        | settings,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait_until_up(f"http://127.0.0.1:{port}/healthz", process)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(timeout=30)


def _wait_until_up(url: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=2):
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"the page did not start within {START_SECONDS} s")


@contextmanager
def browsing() -> Iterator[Browser]:
    """Chromium through Playwright.

    Raises:
        BrowserMissingError: one of the two is not installed.
    """
    try:
        from playwright.sync_api import sync_playwright
    except ImportError as error:
        raise BrowserMissingError("Playwright is not installed: pip install playwright") from error
    with sync_playwright() as playwright:
        installed = next(filter(None, map(shutil.which, BROWSER_NAMES)), None)
        path = installed or playwright.chromium.executable_path
        if not Path(path).exists():
            raise BrowserMissingError("Chromium is not installed: apt install chromium")
        browser = playwright.chromium.launch(executable_path=path, args=list(BROWSER_FLAGS))
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def visiting(
    browser: Browser, width: int = 1280, scheme: Literal["light", "dark"] = "light"
) -> Iterator[Page]:
    """A new visitor with a screen of that width and that colour scheme."""
    height = 900 if width > 640 else 780
    context = browser.new_context(
        viewport={"width": width, "height": height}, color_scheme=scheme, locale="nb-NO"
    )
    try:
        yield context.new_page()
    finally:
        context.close()


def open_page(page: Page, address: str, question: str = "", path: str = "/") -> None:
    """Open a page, on Spør with the question in its address, and wait until it stands still."""
    page.goto(f"{address}{path}?{urlencode({'q': question})}" if question else address + path)
    shown = ".answer, .problem" if question else ".start-title, .page-title"
    page.wait_for_selector(shown, timeout=START_SECONDS * 1_000)
    settle(page)


def settle(page: Page) -> None:
    """Wait until the page stands still, and every chart on it is drawn."""
    page.evaluate(_STANDS_STILL, QUIET)


def open_source(page: Page, number: int = 1) -> None:
    """Open a source of the only answer."""
    page.click(f".sources li:nth-child({number}) summary")
    page.mouse.move(0, 0)
    page.locator(f"#source-0-{number}").scroll_into_view_if_needed()


def add_own_file(page: Page) -> None:
    """Take a file in on the page Rapporter, and wait until it is there."""
    page.click(".st-key-adding summary")
    given: FilePayload = {"name": OWN_NAME, "mimeType": "text/plain", "buffer": OWN_TEXT.encode("utf-8")}
    page.set_input_files("input[type=file]", given)
    page.click(".st-key-take-in button")
    page.wait_for_selector(".own-file", timeout=START_SECONDS * 1_000)
    settle(page)


def choose(page: Page, name: str, words: str) -> None:
    """Choose in one of the boxes of the page Tall, by the keyboard."""
    closed = page.locator(".filter-toggle[aria-expanded=false]")
    if closed.is_visible():  # on a narrow screen
        closed.click()
    page.fill(f".st-key-filter-{name} input", words)
    page.wait_for_selector("[role=option]")
    settle(page)
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    settle(page)


def _asked(name: str) -> Visit:
    return lambda page, address: open_page(page, address, table("pictures")[name])


def _source(page: Page, address: str) -> None:
    _asked("source-open")(page, address)
    open_source(page)


def _pressed(name: str, selector: str) -> Visit:
    """A question asked, and then something pressed."""

    def visit(page: Page, address: str) -> None:
        _asked(name)(page, address)
        page.click(selector)
        settle(page)

    return visit


def _too_long(page: Page, address: str) -> None:
    open_page(page, address, "a" * 1_001)


def _page(path: str, then: Callable[[Page], None] = settle) -> Visit:
    """A page other than Spør, and then something done there."""

    def visit(page: Page, address: str) -> None:
        open_page(page, address, path=path)
        then(page)

    return visit


def _row(page: Page) -> None:
    page.click("[data-opens=row-1]")


def _readings(page: Page) -> None:
    page.click(".st-key-readings label")
    settle(page)


def _adding(page: Page) -> None:
    page.click(".st-key-adding summary")
    settle(page)


# Every state of every page: what the pictures show and what axe is run on.
STATES: Mapping[str, Visit] = {
    "start": lambda page, address: open_page(page, address),
    "answered": _asked("answered"),
    "source-open": _source,
    "abstained": _asked("abstained"),
    "chart-years": _asked("years"),
    "chart-groups": _asked("groups"),
    "dialog": _pressed("source-open", ".st-key-no-0 button"),
    "editing": _pressed("source-open", ".st-key-edit-0 button"),
    "error": _too_long,
    "numbers": _page("/tall"),
    "numbers-row": _page("/tall", _row),
    "numbers-chart": _page("/tall", lambda page: choose(page, "measure", "som avsluttet")),
    "reports": _page("/rapporter"),
    "reports-readings": _page("/rapporter", _readings),
    "reports-adding": _page("/rapporter", _adding),
    "reports-own": _page("/rapporter", add_own_file),
    "about": _page("/om"),
}


def main(names: Sequence[str] = ()) -> None:
    """Take the pictures anew: each state of each page (or those named), light and dark, wide and narrow."""
    wanted = {name: visit for name, visit in STATES.items() if not names or name in names}
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as store, serving(Path(store)) as address, browsing() as browser:
        for (state, visit), scheme, width in product(wanted.items(), SCHEMES, WIDTHS):
            with visiting(browser, width, scheme) as page:
                visit(page, address)
                path = FOLDER / f"{state}-{scheme}-{width}.png"
                path.write_bytes(_smaller(page.screenshot(animations="disabled")))
                print(f"{path.relative_to(ROOT)}  {path.stat().st_size / 1_000:.0f} kB")


def _smaller(png: bytes) -> bytes:
    """The picture with a palette in place of full colour: far fewer bytes, no difference to be seen."""
    from PIL import Image

    out = io.BytesIO()
    Image.open(io.BytesIO(png)).convert("RGB").quantize(_COLOURS, method=Image.Quantize.MAXCOVERAGE).save(
        out, "PNG", optimize=True
    )
    return out.getvalue()


if __name__ == "__main__":
    main(sys.argv[1:])
