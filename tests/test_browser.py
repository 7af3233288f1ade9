"""The page in a real browser, over the published reports: what AppTest cannot see."""

from __future__ import annotations

import csv
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import docx
import httpx
import pytest
from conftest import ROOT, made_once

from ingest.settings import CORPUS
from ui.screenshots import (
    SCHEMES,
    STATES,
    BrowserMissingError,
    browsing,
    choose,
    open_page,
    open_source,
    serving,
    settle,
    visiting,
)
from ui.texts import say, table

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

PICTURES = table("pictures")
MEN, WOMEN_TO_WORK, OUTSIDE = PICTURES["source-open"], PICTURES["answered"], PICTURES["abstained"]
# The words that stand around what we and the reports say, for eyes and for ears.
WORDS_OF_THE_FRAME = """() => {
  const told = new Set();
  for (const e of document.querySelectorAll('body *')) {
    if (e.closest('.stHtml, svg')) continue;
    if (!e.checkVisibility()) continue;
    for (const name of ['aria-label', 'title', 'placeholder']) told.add(e.getAttribute(name) ?? '');
    const isIcon = e.dataset.testid?.includes('Icon');
    if (!e.children.length && !isIcon) told.add(e.textContent.trim());
  }
  return [...told];
}"""
ENGLISH = re.compile(
    r"\b(the|this|file|files|upload|browse|drag|drop|remove|clear|select|choose|option|options|results|open|close"
    r"|submit|press|enter to|deploy|stop|rerun|message"
    r"|skip|search|show|hide|loading|running|error|add|per file|limit|dismiss)\b",
    re.IGNORECASE,
)

# A page visited once is looked at in every width, light and dark.
WIDEST, WIDE, HEIGHT = 1920, 1280, 900
# Enlarging 1280 pixels to 200 and to 400 percent leaves 640 and 320 of them (WCAG 1.4.4, 1.4.10).
AT_200_PERCENT, NARROW = 640, 320
PHONE = 375

IN_SCHEME = """scheme => ['.stApp', ':root'].every(
  part => getComputedStyle(document.querySelector(part)).colorScheme === scheme)"""
# WCAG 2.1 A and AA: what Norwegian law asks of the page
AXE_OPTIONS = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}}
# What axe cannot decide by itself: (rule, what marks the elements) -> why it is right all the same.
VERDICTS = {
    ("color-contrast", "<text"): (
        "The words of a chart are ink on paper, as all other text; axe cannot see the paper behind an svg. "
        "test_words_of_a_chart_have_the_contrast_of_text measures it."
    ),
}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    try:
        with browsing() as found:
            yield found
    except BrowserMissingError as missing:
        pytest.skip(str(missing))


@pytest.fixture(scope="module")
def served_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store of the corpus with the real model."""

    def build(path: Path) -> None:
        subprocess.run([sys.executable, "-m", "ui.cli", "ingest", "--store", path], check=True, cwd=ROOT)

    return made_once(tmp_path_factory, "served/store", build)


@pytest.fixture(scope="module")
def address(browser: Browser, served_store: Path) -> Iterator[str]:
    with serving(served_store) as url:
        yield url


@pytest.fixture(scope="module")
def answered(browser: Browser, address: str) -> Iterator[Page]:
    """A page with one answer, for tests that only look: each leaves it as it was."""
    with visiting(browser) as page:
        page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        open_page(page, address, MEN)
        yield page


def published(report: str) -> str:
    return (CORPUS / "reports" / f"{report}.txt").read_text(encoding="utf-8")


def axe_findings(page: Page) -> list[dict[str, Any]]:
    """What axe calls a violation, and what it could not decide and has no verdict here."""
    axe = pytest.importorskip(
        "axe_playwright_python.sync_playwright", reason="axe-playwright-python is missing"
    )
    response = axe.Axe().run(page, options=AXE_OPTIONS).response
    undecided = [
        {**found, "nodes": [node for node in found["nodes"] if not has_verdict(found["id"], node["html"])]}
        for found in response["incomplete"]
    ]
    return [
        {"rule": found["id"], "nodes": [node["html"] for node in found["nodes"]]}
        for found in response["violations"] + undecided
        if found["nodes"]
    ]


def has_verdict(rule: str, html: str) -> bool:
    return any(rule == known and html.startswith(mark) for known, mark in VERDICTS)


def overflow(page: Page) -> int:
    """How many pixels the page is wider than the window."""
    width: int = page.evaluate(
        "Math.max(...[...document.querySelectorAll('.stMain, .stMain *')]"
        ".filter(e => !e.closest('.for-ears')).map(e => e.getBoundingClientRect().right)) - innerWidth"
    )
    return width


def test_asked_question_leads_to_the_published_words(browser: Browser, address: str) -> None:
    with visiting(browser) as page:
        open_page(page, address)
        page.fill("textarea", MEN)
        page.keyboard.press("Enter")
        page.wait_for_selector(".answer")
        open_source(page)
        source = page.locator("#source-0-1")
        paragraph = source.locator(".paragraph").text_content() or ""
        quote = source.locator(".cited-quote").text_content() or ""
        assert paragraph in published("introduksjonsprogram-2017")
        assert quote in paragraph
        assert len(quote) < len(paragraph)
        assert source.locator(".cited-figure").all_text_contents() == ["55 prosent"]
        link = source.locator("a").get_attribute("href") or ""
        assert re.match(r"https://www\.imdi\.no/.+/#:~:text=Menn%20hadde", link)


def test_answer_is_announced_and_the_box_is_ready_for_the_next_question(
    browser: Browser, address: str
) -> None:
    with visiting(browser) as page:
        open_page(page, address)
        page.fill("textarea", MEN)
        page.keyboard.press("Enter")
        page.wait_for_selector("[role=status]:has-text('55 prosent')", state="attached")
        page.wait_for_selector("textarea:focus")


def test_document_is_norwegian(answered: Page) -> None:
    assert answered.get_attribute("html", "lang") == "nb"
    assert answered.title() == "Spør – IMDi-svar"
    assert answered.locator("[aria-label='Send spørsmålet']").count() == 1


def test_no_request_leaves_the_machine(browser: Browser, address: str) -> None:
    with visiting(browser) as page:
        hosts = set()
        page.on("request", lambda request: hosts.add(urlsplit(request.url).hostname))
        page.on("websocket", lambda socket: hosts.add(urlsplit(socket.url).hostname))
        open_page(page, address, '<img src="https://example.com/x.png"> ![x](https://example.com/y.png)')
        page.fill("textarea", WOMEN_TO_WORK)
        page.keyboard.press("Enter")
        page.wait_for_selector("#turn-1")
        page.wait_for_selector(".doing", state="detached")
        assert hosts - {None} == {"127.0.0.1"}


def test_policy_stops_what_escaping_would_miss(answered: Page) -> None:
    stopped = answered.evaluate(
        "new Promise(done => {"
        " document.addEventListener('securitypolicyviolation', event => done(event.effectiveDirective));"
        " const image = new Image(); image.src = 'https://example.com/x.png'; })"
    )
    assert stopped == "img-src"


def press_until(page: Page, key: str, selector: str, times: int = 120) -> None:
    """Press a key until the focus is where it should be."""
    for _ in range(times):
        page.keyboard.press(key)
        if page.evaluate("selector => Boolean(document.activeElement?.matches(selector))", selector):
            return
    raise AssertionError(f"{key} never reached {selector}")


def test_keyboard_alone_asks_and_opens_the_source(browser: Browser, address: str) -> None:
    with visiting(browser) as page:
        open_page(page, address)
        press_until(page, "Tab", "textarea")
        page.keyboard.type(MEN)
        page.keyboard.press("Enter")
        page.wait_for_selector(".answer")
        page.wait_for_selector("textarea:focus")
        press_until(page, "Shift+Tab", ".mark a")
        page.keyboard.press("Enter")
        page.wait_for_selector("#source-0-1", state="visible")
        assert page.evaluate("document.activeElement.id") == "source-0-1"
        press_until(page, "Tab", ".source-body a")


def test_keyboard_alone_follows_up_and_takes_the_conversation_away(browser: Browser, address: str) -> None:
    with visiting(browser) as page:
        open_page(page, address, MEN)
        press_until(page, "Tab", ".st-key-follow-up-0 button")
        page.keyboard.press("Enter")
        page.wait_for_selector("#turn-1:focus")
        settle(page)
        press_until(page, "Tab", ".st-key-export-word button")
        with page.expect_download() as download:
            page.keyboard.press("Enter")
        text = [p.text for p in docx.Document(str(download.value.path())).paragraphs]
        assert MEN in text
        assert len([line for line in text if line.startswith("[1] ")]) == 2


def test_keyboard_alone_finds_a_figure_and_downloads_it(browser: Browser, address: str) -> None:
    with visiting(browser) as page:
        open_page(page, address)
        press_until(page, "Tab", ".st-key-link-numbers a")
        page.keyboard.press("Enter")
        page.wait_for_selector(".page-title:focus")
        settle(page)
        press_until(page, "Tab", ".st-key-filter-group input")
        page.keyboard.type("zzz")
        page.wait_for_selector("text=Ingen treff")
        told = page.evaluate(WORDS_OF_THE_FRAME)
        assert [words for words in told if ENGLISH.search(words)] == []
        page.keyboard.press("Control+A")
        page.keyboard.type("Syria")
        page.wait_for_selector("[role=option]:has-text('Syria')")
        settle(page)
        page.keyboard.press("Enter")
        page.keyboard.press("Escape")
        settle(page)
        press_until(page, "Tab", "[data-opens]")
        page.keyboard.press("Enter")
        marked = page.locator(".row-paragraph:visible .cited-figure").text_content() or ""
        assert marked.replace("\u00a0", " ") == "3 715"
        press_until(page, "Tab", ".st-key-download-numbers-csv button")
        with page.expect_download() as download:
            page.keyboard.press("Enter")
        with download.value.path().open(encoding="utf-8-sig", newline="") as file:
            assert [row["Verdi"] for row in csv.DictReader(file, delimiter=";")] == ["3715"]


BAR_MARKS = (("name", "text"), ("bar", "path"))
# What has the focus, if a bar covers its upper or its lower edge.
COVERED = """() => {
  const focused = document.activeElement, box = focused.getBoundingClientRect();
  const middle = box.left + box.width / 2;
  if (focused === document.body || focused.closest('[data-testid=stBottom]')) return '';
  const seen = y => {
    const top = document.elementFromPoint(middle, y);
    return top && (focused.contains(top) || top.contains(focused));
  };
  return seen(box.top + 2) && seen(box.bottom - 2) ? '' : focused.textContent || focused.tagName;
}"""


@pytest.mark.parametrize("width", [WIDE, PHONE])
@pytest.mark.parametrize("path", ["/", "/tall"])
def test_what_has_the_focus_is_never_behind_a_bar(
    browser: Browser, address: str, path: str, width: int
) -> None:
    with visiting(browser, width) as page:
        open_page(page, address, PICTURES["groups"] if path == "/" else "", path)
        page.evaluate("document.activeElement.blur()")
        for key in ("Tab", "Shift+Tab"):
            for _ in range(40):
                page.keyboard.press(key)
                assert page.evaluate(COVERED) == "", key


def test_figures_come_first_on_a_phone_and_the_filters_at_a_press(browser: Browser, address: str) -> None:
    with visiting(browser, PHONE) as page:
        open_page(page, address, path="/tall")
        filters, figure = page.locator(".st-key-filters"), page.locator(".row-figure").first
        assert not filters.is_visible()
        assert (figure.bounding_box() or {"y": 1e9})["y"] < 600
        assert not page.locator(".row >> text=nivå").first.is_visible()
        choose(page, "measure", "som avsluttet")
        assert filters.is_visible()  # still, for the next choice
        page.click(".filter-toggle")
        assert not filters.is_visible()
        page.set_viewport_size({"width": WIDE, "height": HEIGHT})
        assert filters.is_visible()
        assert not page.locator(".filter-toggle").is_visible()


def test_paste_that_is_too_long_is_told_so(browser: Browser, address: str) -> None:
    with visiting(browser) as page:
        page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        open_page(page, address)
        page.evaluate("navigator.clipboard.writeText('ord '.repeat(500))")
        page.click("textarea")
        page.keyboard.press("Control+V")
        page.keyboard.press("Enter")
        page.wait_for_selector(".problem:has-text('for langt: 1\u00a0999 tegn')")


def test_names_and_figures_of_a_chart_stand_within_it_on_a_phone(browser: Browser, address: str) -> None:
    with visiting(browser, PHONE) as page:
        open_page(page, address, path="/tall")
        choose(page, "measure", "overgang til utdanning")
        for state in ("selection", "0"):
            if state == "0":
                STATES["chart-groups"](page, address)
            outside = page.evaluate(
                "name => { const frame = document.querySelector(`.st-key-picture-${name}`);"
                " const right = frame.getBoundingClientRect().right;"
                " return [...frame.querySelectorAll('svg text')].filter(text => "
                "  text.getBoundingClientRect().right > right || text.textContent.startsWith('[')"
                " ).map(text => text.textContent); }",
                state,
            )
            assert outside == []


def test_names_of_bars_stand_clear_of_the_bars(browser: Browser, address: str) -> None:
    with visiting(browser, PHONE) as page:
        STATES["chart-groups"](page, address)
        page.wait_for_selector(".figure_marks text")
        boxes = "[...document.querySelectorAll('{}')].map(e => e.getBoundingClientRect().toJSON())"
        names, bars = (page.evaluate(boxes.format(f".{mark}_marks {tag}")) for mark, tag in BAR_MARKS)
        assert len(names) == len(bars) == 5
        assert not [
            (name, bar)
            for name in names
            for bar in bars
            # The box of a text is taller than its letters.
            if name["top"] + 3 < bar["bottom"] and bar["top"] < name["bottom"] - 3
        ]


@pytest.mark.parametrize("state", STATES)
def test_every_state_is_open_to_all_in_norwegian_and_fits_every_window(
    browser: Browser, address: str, state: str
) -> None:
    with visiting(browser, WIDE) as page:
        STATES[state](page, address)
        told = page.evaluate(WORDS_OF_THE_FRAME)
        assert [words for words in told if ENGLISH.search(words)] == []
        if state != "dialog":
            page.evaluate("document.querySelectorAll('details').forEach(details => { details.open = true; })")
        for width in (WIDEST, WIDE, AT_200_PERCENT, NARROW):
            page.set_viewport_size({"width": width, "height": HEIGHT})
            settle(page)
            assert overflow(page) <= 0, width
            for scheme in SCHEMES if width in (WIDE, NARROW) else ():
                page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # no colour half-way
                page.wait_for_function(IN_SCHEME, arg=scheme)
                assert axe_findings(page) == [], (scheme, width)


def test_words_of_a_chart_have_the_contrast_of_text(browser: Browser, address: str) -> None:
    with visiting(browser) as page:
        STATES["chart-years"](page, address)
        page.wait_for_selector(".figure_marks text", state="attached")
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme)
            settle(page)
            ink, paper = page.evaluate(
                "[getComputedStyle(document.querySelector('.figure_marks text')).fill,"
                " getComputedStyle(document.querySelector('.stApp')).backgroundColor]"
            )
            light = sorted((luminance(ink), luminance(paper)))
            assert (light[1] + 0.05) / (light[0] + 0.05) >= 4.5, scheme


def luminance(colour: str) -> float:
    parts = [int(part) / 255 for part in re.findall(r"\d+", colour)[:3]]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_nothing_moves_for_who_asked_for_less_motion(answered: Page) -> None:
    answered.emulate_media(reduced_motion="reduce")
    seconds = answered.evaluate(
        "Math.max(...[...document.querySelectorAll('.stMain *')]"
        ".map(e => parseFloat(getComputedStyle(e).transitionDuration) || 0))"
    )
    answered.emulate_media(reduced_motion="no-preference")
    assert seconds <= 0.001


def test_head_is_a_landmark_and_says_which_page_is_shown(browser: Browser, address: str) -> None:
    with visiting(browser) as page:
        open_page(page, address)
        page.click(".st-key-link-reports a")
        page.wait_for_selector(".report-text")
        settle(page)
        head = page.get_by_role("navigation", name="Sider")
        assert head.locator("[aria-current=page]").text_content() == "Rapporter"
        assert page.title() == "Rapporter – IMDi-svar"
        assert page.evaluate("document.activeElement.className").startswith("page-title")


def test_chart_is_drawn_under_the_policy_and_told_in_words(browser: Browser, address: str) -> None:
    with visiting(browser) as page:
        problems: list[str] = []
        page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
        STATES["chart-years"](page, address)
        page.wait_for_selector(".figure_marks text")
        assert page.locator(".figure_marks text").all_text_contents() == [
            "6\u00a0391", "3\u00a0295", "2\u00a0757", "11\u00a0381",
        ]  # fmt: skip
        chart = page.get_by_role("img", name=re.compile("^Linjediagram. Deltakere som avsluttet"))
        assert chart.count() == 1
        assert not [problem for problem in problems if "Content Security Policy" in problem]


def test_chart_can_be_taken_away(browser: Browser, address: str) -> None:
    starts = {"png": b"\x89PNG", "svg": b"<svg", "csv": b"\xef\xbb\xbf", "xlsx": b"PK"}
    with visiting(browser) as page:
        STATES["chart-groups"](page, address)
        for ending, start in starts.items():
            with page.expect_download() as download:
                page.click(f".st-key-download-0-{ending} button")
            assert download.value.path().read_bytes().startswith(start), ending


def test_row_opens_its_paragraph_with_the_figure_marked(browser: Browser, address: str) -> None:
    with visiting(browser) as page:
        open_page(page, address, path="/tall")
        row = page.locator(".row").nth(2)
        row.click()
        button = row.locator("[data-opens]")
        assert button.get_attribute("aria-expanded") == "true"
        assert (button.text_content() or "").startswith("Skjul avsnittet")
        below = page.locator(".row-paragraph").nth(2)
        assert below.locator(".cited-figure").is_visible()
        row.click(position={"x": 5, "y": 5})
        assert below.is_hidden()


def test_own_file_is_answered_from_and_another_visitor_never_sees_it(browser: Browser, address: str) -> None:
    with visiting(browser) as first, visiting(browser) as second:
        STATES["reports-own"](first, address)
        first.click(".st-key-link-ask a")
        first.wait_for_selector(".start-title")
        settle(first)
        first.fill("textarea", "Hvor mange startet i 2024?")
        first.keyboard.press("Enter")
        first.wait_for_selector(".answer--answered")
        answered = first.inner_text(".stMain")
        assert "12 300" in answered.replace("\u00a0", " ")
        assert "Bygger på din egen fil" in answered
        open_page(second, address, "Hvor mange startet i 2024?")
        assert "12 300" not in second.inner_text(".stMain").replace("\u00a0", " ")
        open_page(second, address, path="/rapporter")
        assert "Resultater for 2024" not in second.inner_text(".stMain")


def test_feedback_dialog_keeps_the_focus_and_gives_it_back(browser: Browser, address: str) -> None:
    with visiting(browser) as page:
        STATES["dialog"](page, address)
        for _ in range(8):
            page.keyboard.press("Tab")
            assert page.evaluate("Boolean(document.activeElement.closest('[role=dialog]'))")
        page.fill("[role=dialog] textarea", "Bra")
        page.click(".st-key-send-comment button")
        page.wait_for_selector("[role=dialog]", state="detached")


def test_edited_question_is_asked_anew_and_announced(browser: Browser, address: str) -> None:
    with visiting(browser) as page:
        STATES["editing"](page, address)
        page.fill(".st-key-edited-0 textarea", "Hvor mange startet i introduksjonsprogrammet i 2023?")
        page.click(".stFormSubmitButton button")
        page.wait_for_selector("[role=status]:has-text('17 699')", state="attached")
        assert page.locator(".question").count() == 1


@pytest.mark.parametrize("path", ["/", "/tall", "/rapporter", "/om", "/healthz", "/api/ask", "/imdi-svar.js"])
def test_headers_are_on_every_response(address: str, path: str) -> None:
    headers = httpx.get(address + path).headers
    assert "script-src 'self'" in headers["content-security-policy"]
    assert "unsafe-eval" not in headers["content-security-policy"]
    assert headers["x-frame-options"] == "DENY"


def test_another_sites_page_may_not_open_a_session(address: str) -> None:
    host, port = urlsplit(address).hostname or "", urlsplit(address).port or 0
    request = (
        f"GET /_stcore/stream HTTP/1.1\r\nHost: {host}:{port}\r\n"
        "Upgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
        "Origin: https://evil.example\r\n\r\n"
    )
    with socket.create_connection((host, port), timeout=10) as connection:
        connection.sendall(request.encode())
        assert b" 101 " not in connection.recv(200)


def test_copied_answer_brings_its_sources_along(answered: Page, address: str) -> None:
    answered.click("[data-copy]")
    answered.wait_for_selector("[data-copy]:has-text('Kopiert')")
    copied = answered.evaluate("navigator.clipboard.readText()")
    assert copied.startswith(MEN)
    assert "Kilder\n[1] «" in copied
    answered.click("[data-share]")
    answered.wait_for_selector("[data-share]:has-text('Kopiert')")
    assert answered.evaluate("navigator.clipboard.readText()").startswith(f"{address}/?q=Hvor%20stor")


def test_print_shows_closed_sources_and_leaves_the_controls_out(answered: Page) -> None:
    answered.evaluate("document.querySelectorAll('details').forEach(details => { details.open = false; })")
    answered.emulate_media(media="print")
    for control in ("textarea", ".tools", ".st-key-pages"):
        assert not answered.is_visible(control)
    assert answered.locator("#source-0-1 .paragraph").bounding_box()
    answered.emulate_media(media="screen")
    assert answered.is_visible("textarea")


@pytest.mark.parametrize(
    ("pointed", "how"), [(".mark a", "hover"), (".mark a", "focus"), (".figure", "hover")]
)
def test_number_in_the_answer_points_at_its_source(answered: Page, pointed: str, how: str) -> None:
    mark, source = answered.locator(pointed).first, answered.locator(".source").first
    mark.hover() if how == "hover" else mark.focus()
    assert "pointed" in (source.get_attribute("class") or "")
    answered.mouse.move(0, 0)
    mark.blur()
    assert "pointed" not in (source.get_attribute("class") or "")


def test_two_visitors_do_not_see_each_other(browser: Browser, address: str) -> None:
    with visiting(browser) as first, visiting(browser) as second:
        open_page(first, address, MEN)
        open_page(second, address)
        assert MEN not in [element.text_content() for element in second.locator(".question").all()]
        assert not second.locator(".answer").count()


def test_sign_in_is_asked_for_before_any_page_and_of_programs(
    browser: Browser, served_store: Path, tmp_path: Path
) -> None:
    (tmp_path / ".streamlit").mkdir()
    secrets = {
        "redirect_uri": "http://localhost:8501/oauth2callback",
        "cookie_secret": "a secret of more than thirty-two letters",
        "client_id": "page",
        "client_secret": "secret",
        "server_metadata_url": "https://id.invalid/.well-known/openid-configuration",
    }
    lines = ["[auth]", *(f'{name} = "{value}"' for name, value in secrets.items())]
    (tmp_path / ".streamlit" / "secrets.toml").write_text("\n".join(lines), encoding="utf-8")
    with serving(served_store, tmp_path, IMDI_SIGN_IN="1") as url, visiting(browser) as page:
        for path in ("/", "/tall", "/rapporter", "/om"):
            page.goto(url + path)
            page.wait_for_selector(".st-key-sign-in button")
            assert not page.locator(".answer, .numbers, .report-text, .about, textarea").count()
        assert page.request.get(f"{url}/api/ask?q=a").status == 401


ODD = """
import time
from rag import Assistant
from ui import about_page
ask = Assistant.ask
def slowly(self, question, history=()):
    time.sleep(3 if "sakte" in question else 0)
    return ask(self, question, history)
def broken():
    raise RuntimeError("hemmelig sted")
Assistant.ask = slowly
about_page.show = broken
"""


@pytest.fixture(scope="module")
def odd_address(browser: Browser, served_store: Path) -> Iterator[str]:
    """A server that answers one question at a time, some of them slowly, and has a page that fails."""
    with serving(served_store, before=ODD, IMDI_AT_ONCE="1") as url:
        yield url


def test_stop_ends_a_question_that_takes_long_and_one_that_waits_in_the_queue(
    browser: Browser, odd_address: str
) -> None:
    stop = "[data-testid=stChatInput] button[aria-label=Stopp]"
    with visiting(browser) as first, visiting(browser) as second:
        open_page(first, odd_address)
        open_page(second, odd_address)
        ask(first, f"{MEN} sakte")
        first.wait_for_selector(f".doing:has-text('{say('chat.working')}')")
        ask(second, MEN)
        second.wait_for_selector("[role=status]:has-text('Det er kø')", state="attached")
        for page in (second, first):
            page.click(stop)
            page.wait_for_selector(".doing .stopped", state="visible")
            page.wait_for_selector(f"[role=status]:has-text('{say('chat.stopped')}')", state="attached")
            assert not page.locator(".answer").count()
        ask(second, MEN)
        second.wait_for_selector(".answer")
        assert second.locator(".problem").all_text_contents() == [say("chat.stopped")]


def ask(page: Page, question: str) -> None:
    page.fill("[data-testid=stChatInput] textarea", question)
    page.keyboard.press("Enter")


def test_page_that_fails_says_so_in_plain_words(browser: Browser, odd_address: str) -> None:
    with visiting(browser) as page:
        page.goto(f"{odd_address}/om")
        page.wait_for_selector(f"text={say('frame.unexpected')}")
        settle(page)
        shown = page.inner_text("body")
        assert not [word for word in ("hemmelig", "RuntimeError", "Traceback", ".py") if word in shown]
        assert axe_findings(page) == []


def test_nothing_jumps_when_the_answer_comes(browser: Browser, address: str) -> None:
    with visiting(browser) as page:
        open_page(page, address)
        page.evaluate(
            "window.moved = [];"
            "new PerformanceObserver(list => moved.push(...list.getEntries()))"
            ".observe({ type: 'layout-shift' })"
        )
        for number, question in enumerate((PICTURES["years"], MEN)):
            ask(page, question)
            page.wait_for_selector(f"#turn-{number}")
            page.wait_for_selector(".doing", state="detached")
            settle(page)
            # What moves right after a key press, as the reader asks for it, is no jump (CLS, web.dev/cls).
            moved = page.evaluate("moved.splice(0).filter(shift => !shift.hadRecentInput).map(s => s.value)")
            assert sum(moved) < 0.1, question


def test_conversation_is_still_there_after_a_look_at_another_page(browser: Browser, address: str) -> None:
    with visiting(browser) as page:
        open_page(page, address, MEN)
        page.click(".st-key-link-numbers a")
        page.wait_for_selector("table.numbers")
        page.click(".st-key-link-ask a")
        page.wait_for_selector(".answer")
        assert [e.text_content() for e in page.locator(".question").all()] == [f"Spørsmål: {MEN}"]


def test_file_is_not_taken_from_who_has_no_session_of_the_page(address: str) -> None:
    files = {"file": ("a.txt", b"2024")}
    for method in ("PUT", "POST"):
        status = httpx.request(method, f"{address}/_stcore/upload_file/x/y", files=files).status_code
        assert status >= 400
