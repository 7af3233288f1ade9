"""The page in a real browser, over the published reports: what AppTest cannot see."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import urlsplit

import pytest

from ingest.settings import CORPUS
from ui.screenshots import (
    SCHEMES,
    BrowserMissingError,
    browsing,
    open_page,
    open_source,
    serving,
    visiting,
)
from ui.texts import table

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

PICTURES = table("pictures")
MEN, WOMEN_TO_WORK, OUTSIDE = PICTURES["source-open"], PICTURES["answered"], PICTURES["abstained"]
TOO_LONG = "a" * 1_001

# WCAG 2.1 A and AA: what Norwegian law asks of the page
AXE_OPTIONS = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    try:
        with browsing() as found:
            yield found
    except BrowserMissingError as missing:
        pytest.skip(str(missing))


@pytest.fixture(scope="module")
def address(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serving(tmp_path_factory.mktemp("store")) as url:
        yield url


def published(report: str) -> str:
    return (CORPUS / "reports" / f"{report}.txt").read_text(encoding="utf-8")


def axe_findings(page: Page) -> list[dict[str, Any]]:
    """What axe calls a violation, and what it could not decide: of that there is nothing either."""
    axe = pytest.importorskip(
        "axe_playwright_python.sync_playwright", reason="axe-playwright-python is missing"
    )
    response = axe.Axe().run(page, options=AXE_OPTIONS).response
    return [
        {"rule": found["id"], "nodes": [node["html"] for node in found["nodes"]]}
        for found in response["violations"] + response["incomplete"]
    ]


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


def test_page_is_norwegian_for_every_reader(browser: Browser, address: str) -> None:
    with visiting(browser) as page:
        open_page(page, address, MEN)
        assert page.get_attribute("html", "lang") == "nb"
        assert page.title() == "IMDi-svar"
        labels = [element.get_attribute("aria-label") for element in page.locator("[aria-label]").all()]
        assert "Send spørsmålet" in labels
        assert "Send message" not in labels
        english = ("Deploy", "Stop", "Rerun", "Skip to", "Running")
        # The page's own script puts Streamlit's words right as they come; it is given a moment.
        page.wait_for_function(
            "words => !words.some(w => document.body.innerText.includes(w))", arg=list(english)
        )
        text = page.inner_text("body")
        assert not [word for word in english if word in text]


def test_no_request_leaves_the_machine(browser: Browser, address: str) -> None:
    with visiting(browser) as page:
        hosts = set()
        page.on("request", lambda request: hosts.add(urlsplit(request.url).hostname))
        page.on("websocket", lambda socket: hosts.add(urlsplit(socket.url).hostname))
        open_page(page, address, '<img src="https://example.com/x.png"> ![x](https://example.com/y.png)')
        page.fill("textarea", WOMEN_TO_WORK)
        page.keyboard.press("Enter")
        page.wait_for_selector("#turn-1")
        page.wait_for_selector("[data-testid=stSpinner]", state="detached")
        assert hosts - {None} == {"127.0.0.1"}


def test_policy_stops_what_escaping_would_miss(browser: Browser, address: str) -> None:
    with visiting(browser) as page:
        open_page(page, address)
        stopped = page.evaluate(
            "new Promise(done => {"
            " document.addEventListener('securitypolicyviolation', event => done(event.effectiveDirective));"
            " const image = new Image(); image.src = 'https://example.com/x.png'; })"
        )
        assert stopped == "img-src"


def test_keyboard_alone_asks_and_opens_the_source(browser: Browser, address: str) -> None:
    def press_until(page: Page, key: str, selector: str) -> None:
        for _ in range(60):
            page.keyboard.press(key)
            if page.evaluate("selector => document.activeElement.matches(selector)", selector):
                return
        raise AssertionError(f"{key} never reached {selector}")

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


def test_pressed_follow_up_hands_the_focus_to_its_answer(browser: Browser, address: str) -> None:
    with visiting(browser) as page:
        open_page(page, address, WOMEN_TO_WORK)
        page.focus(".st-key-follow-up-0 button")
        page.keyboard.press("Enter")
        page.wait_for_selector("#turn-1")
        page.wait_for_selector("#turn-1:focus")


@pytest.mark.parametrize("width", [1280, 320])
@pytest.mark.parametrize("scheme", SCHEMES)
def test_axe_finds_nothing_and_nothing_runs_out_of_the_window(
    browser: Browser, address: str, scheme: Literal["light", "dark"], width: int
) -> None:
    with visiting(browser, width, scheme) as page:
        for question in ("", WOMEN_TO_WORK, OUTSIDE, TOO_LONG):
            open_page(page, address, question)
            page.evaluate("document.querySelectorAll('details').forEach(details => { details.open = true; })")
            assert axe_findings(page) == []
            assert overflow(page) <= 0


def test_copied_answer_brings_its_sources_along(browser: Browser, address: str) -> None:
    with visiting(browser) as page:
        page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        open_page(page, address, MEN)
        page.click("[data-copy]")
        page.wait_for_selector("[data-copy]:has-text('Kopiert')")
        copied = page.evaluate("navigator.clipboard.readText()")
        assert copied.startswith(MEN)
        assert "Kilder\n[1] «" in copied
        page.click("[data-share]")
        page.wait_for_selector("[data-share]:has-text('Kopiert')")
        assert page.evaluate("navigator.clipboard.readText()").startswith(f"{address}/?q=Hvor%20stor")


def test_print_shows_closed_sources_and_leaves_the_controls_out(browser: Browser, address: str) -> None:
    with visiting(browser) as page:
        open_page(page, address, MEN)
        page.emulate_media(media="print")
        assert not page.is_visible("textarea")
        assert not page.is_visible(".tools")
        assert page.locator("#source-0-1 .paragraph").bounding_box()


def test_two_visitors_do_not_see_each_other(browser: Browser, address: str) -> None:
    with visiting(browser) as first, visiting(browser) as second:
        open_page(first, address, MEN)
        open_page(second, address)
        assert MEN not in [element.text_content() for element in second.locator(".question").all()]
        assert not second.locator(".answer").count()
