"""HTML -> pieces: the report on a web page, without what stands around it and without what is hidden."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from lxml import etree
from lxml.html import HtmlElement, HTMLParser, document_fromstring

from ingest.formats.flow import Flow, text_of
from ingest.formats.page_rules import PageRules, Selectors, Site, load_page_rules
from ingest.formats.pieces import Document, Role, plain
from ingest.models import CorpusError

ENOUGH_TEXT = 200  # characters; a main part with less is an empty frame, and the next place is tried
MOST = 0.5  # of a page's text: an element that holds more is no menu, whatever its class is called
WITHIN = 0.9  # of what trafilatura takes to be the main text must lie in the element that is read
MAX_GUESSED = 20_000  # elements; trafilatura's time grows with their square, and a long report has 5 000
LINKED = 0.9  # of a list's text in links: it is a menu or a list of further reading

_HIDDEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|opacity\s*:\s*0(?:\.0*)?\s*(?:;|$|!)"
    r"|font-size\s*:\s*0(?:\.0*)?(?:px|em|rem|pt|%)?\s*(?:;|$|!)|(?:text-indent|left|top)\s*:\s*-\d{3,}",
    re.IGNORECASE,
)
_COLOUR = re.compile(r"(?:^|;)\s*(color|background(?:-color)?)\s*:\s*([^;!]+)", re.IGNORECASE)
_WHITE = re.compile(
    r"(?:#fff(?:fff)?(?:ff)?|white|rgba?\(\s*255\s*,\s*255\s*,\s*255\s*(?:,\s*1(?:\.0*)?\s*)?\))\s*", re.I
)
_CLEAR = re.compile(r"transparent|#[0-9a-f]{6}00|rgba\([^)]*,\s*0(?:\.0*)?\s*\)", re.IGNORECASE)
_UNSEEN_CLASS = re.compile(r"(?:^|[}\s])\.([\w-]+)\s*\{[^{}]*display\s*:\s*none", re.IGNORECASE)
_AT_RULE = re.compile(r"@[^{}]*\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}")
_DATES = {
    "updated": (
        "article:modified_time",
        "dcterms.modified",
        "dc.date.modified",
        "last-modified",
        "og:updated_time",
    ),
    "published": ("article:published_time", "dcterms.issued", "dc.date", "dc.date.issued", "date", "pubdate"),
}
_JSON_DATES = {"updated": "dateModified", "published": "datePublished"}


def parse_page(text: str, name: str) -> Document:
    """Read a web page.

    Raises:
        CorpusError: no HTML can be read out of it.
    """
    root = _tree(text, name)
    rules = load_page_rules()
    head = _head(root)
    site = rules.site(urlsplit(head.get("url", "")).hostname or "", head.get("site", ""))
    _drop_hidden(root, rules)
    _drop_surroundings(root, rules, site)
    main = _main(root, rules, site)
    title = _title(root, main, head, rules)
    flow = Flow(_note_ids(root))
    flow.walk(main)
    pieces = [piece for piece in flow.pieces if piece.role is not Role.HEADING or plain(piece.text) != title]
    return Document(
        tuple(pieces),
        title,
        site.publisher if site else "",
        published=head.get("published", ""),
        updated=head.get("updated", ""),
        language=head.get("language", ""),
        remarks=tuple(flow.remarks),
    )


def _tree(text: str, name: str) -> HtmlElement:
    # A declared encoding would be read as the encoding of the text, which has been decoded.
    markup = re.sub(r"^\s*<\?xml[^>]*\?>", "", text, count=1)
    parser = HTMLParser(remove_comments=True, remove_pis=True, no_network=True, huge_tree=False)
    try:
        root: HtmlElement = document_fromstring(markup, parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        raise CorpusError(f"{name}: no web page can be read out of it. Save the page anew.") from error
    return root


def _head(root: HtmlElement) -> dict[str, str]:
    """What the page says of itself: url, site, title, language, dates."""
    metas: dict[str, str] = {}
    for meta in root.iter("meta"):
        key = (meta.get("property") or meta.get("name") or meta.get("http-equiv") or "").lower()
        metas.setdefault(key, meta.get("content") or "")
    canonical = next(
        (link.get("href", "") for link in root.iter("link") if link.get("rel") == "canonical"), ""
    )
    titles = [element.text or "" for element in root.iter("title")]
    found = {
        "url": canonical or metas.get("og:url", ""),
        "site": metas.get("og:site_name", ""),
        "title": metas.get("og:title", "") or next(iter(titles), ""),
        "language": (root.get("lang") or "")[:2].lower(),
    }
    linked = dict(_linked_dates(root))
    for which, keys in _DATES.items():
        dates = [metas[key] for key in keys if re.match(r"\d{4}-\d\d-\d\d", metas.get(key, ""))]
        found[which] = next(iter(dates), linked.get(which, ""))[:10]
    return found


def _linked_dates(root: HtmlElement) -> Iterator[tuple[str, str]]:
    """The dates of the page's JSON-LD."""
    for script in root.iter("script"):
        if script.get("type") != "application/ld+json":
            continue
        try:
            data: Any = json.loads(script.text or "")
        except (ValueError, RecursionError):
            continue
        for entry in data if isinstance(data, list) else [data]:
            if isinstance(entry, dict):
                for which, key in _JSON_DATES.items():
                    if isinstance(entry.get(key), str):
                        yield which, entry[key]


def _drop_hidden(root: HtmlElement, rules: PageRules) -> None:
    """Take out what no reader of the page sees."""
    sheets = " ".join(_AT_RULE.sub("", style.text or "") for style in root.iter("style"))
    unseen = frozenset(_UNSEEN_CLASS.findall(sheets[:500_000]))
    for element in list(root.iter(etree.Element)):
        style = element.get("style") or ""
        classes = (element.get("class") or "").split()
        gone = element.get("hidden") is not None and element.get("hidden") != "until-found"
        if (
            gone
            or _HIDDEN.search(style)
            or not unseen.isdisjoint(classes)
            or rules.hidden.match("", element.attrib)
            or (style and _is_unreadable(element, style))
        ):
            _drop(element)


def _is_unreadable(element: HtmlElement, style: str) -> bool:
    """Whether text is transparent, or white where nothing but white lies behind it."""
    own = {match.group(1).lower().split("-")[0]: match.group(2) for match in _COLOUR.finditer(style)}
    colour = own.get("color", "").strip()
    if not colour or _CLEAR.fullmatch(colour):
        return bool(colour)
    if not _WHITE.fullmatch(colour):
        return False
    at: HtmlElement | None = element
    while at is not None:
        behind = {
            m.group(1).lower().split("-")[0]: m.group(2) for m in _COLOUR.finditer(at.get("style") or "")
        }
        if "background" in behind:
            return _WHITE.fullmatch(behind["background"].strip()) is not None
        if at.get("bgcolor"):
            return _WHITE.fullmatch(at.get("bgcolor", "")) is not None
        at = at.getparent()
    return True


def _drop_surroundings(root: HtmlElement, rules: PageRules, site: Site | None) -> None:
    """Take out menus, banners, footers and forms."""
    most = MOST * len(text_of(root))
    mains = [element for element in root.iter("main", "article") if element.getparent() is not None]
    inside = {element for main in mains for element in main.iter(etree.Element)}
    for element in list(root.iter(etree.Element)):
        if element.tag in ("html", "body", "main", "article") or element.getparent() is None:
            continue
        attributes = element.attrib
        if rules.drop.match(element.tag, attributes):
            _drop(element)
            continue
        around = rules.surrounds(attributes) or (
            element not in inside and rules.drop_outside.match(element.tag, attributes)
        )
        if (around or (site and site.drop.match("", attributes))) and len(text_of(element)) <= most:
            _drop(element)
    for element in list(root.iter("ul", "ol")):
        if _is_menu(element):
            _drop(element)


def _is_menu(element: HtmlElement) -> bool:
    """Whether a list is of links alone, at least two."""
    links = [text_of(link) for link in element.iter("a")]
    return len(links) > 1 and len("".join(links)) >= LINKED * len("".join(text_of(element).split()))


def _drop(element: HtmlElement) -> None:
    """Remove an element and keep the text that follows it."""
    if element.getparent() is not None:
        element.drop_tree()


def _main(root: HtmlElement, rules: PageRules, site: Site | None) -> HtmlElement:
    """The element that the report stands in."""
    if site and (known := _first(root, site.content)) is not None:
        return known
    guessed = _guess(root) if sum(1 for _ in root.iter()) <= MAX_GUESSED else None
    if guessed is not None:
        return guessed
    known = _first(root, rules.main)
    body = root.find("body")
    return known if known is not None else body if body is not None else root


def _first(root: HtmlElement, places: tuple[Selectors, ...]) -> HtmlElement | None:
    for selectors in places:
        for element in root.iter(etree.Element):
            if selectors.match(element.tag, element.attrib) and len(text_of(element)) >= ENOUGH_TEXT:
                return element
    return None


def _guess(root: HtmlElement) -> HtmlElement | None:
    """The smallest element that holds nearly all of what trafilatura takes to be the main text."""
    import trafilatura

    page = etree.fromstring(etree.tostring(root, method="html"), HTMLParser(no_network=True))
    for cell in page.iter("td", "th"):  # trafilatura writes out every column that a cell claims
        cell.attrib.pop("colspan", None)
        cell.attrib.pop("rowspan", None)
    try:
        text = trafilatura.extract(
            page, output_format="txt", include_comments=False, include_tables=True, favor_recall=True
        )
    except Exception:  # whatever it stumbles over: a guess that fails is none
        return None
    lines = {_key(line.lstrip("- ")) for line in (text or "").splitlines()}
    lines |= {_key(cell) for line in (text or "").splitlines() if "|" in line for cell in line.split("|")}
    weights: dict[HtmlElement, int] = {}
    total = 0
    for element in root.iter("p", "li", "h1", "h2", "h3", "h4", "td", "th", "div", "dd", "blockquote"):
        key = _key(text_of(element))
        if not key or key not in lines or (element.tag == "div" and len(element)):
            continue
        total += len(key)
        at: HtmlElement | None = element
        while at is not None:
            weights[at] = weights.get(at, 0) + len(key)
            at = at.getparent()
    if total < ENOUGH_TEXT:
        return None
    holding = [element for element, weight in weights.items() if weight >= WITHIN * total]
    best = max(holding, key=lambda element: sum(1 for _ in element.iterancestors()))
    # Where the page marks its main part, a large table or list in it must not pass for the whole.
    marked = [at for at in (best, *best.iterancestors()) if at.tag in ("main", "article")]
    return marked[-1] if marked else best


def _key(text: str) -> str:
    return "".join(text.split())


def _title(root: HtmlElement, main: HtmlElement, head: dict[str, str], rules: PageRules) -> str:
    """The page's first main heading, else the title in its head without the site's name."""
    for place in (main, root):
        for heading in place.iter("h1"):
            if title := plain(text_of(heading)):
                return title
    title = plain(head.get("title", ""))
    for end in rules.title_ends:
        title = title.removesuffix(end)
    return title


def _note_ids(root: HtmlElement) -> frozenset[str]:
    """The ids of what raised marks lead to: the notes."""
    ids: set[str] = set()
    for link in root.iter("a"):
        parent = link.getparent()
        raised = (parent is not None and parent.tag == "sup") or link.find("sup") is not None
        if (raised or link.get("role") == "doc-noteref") and (link.get("href") or "").startswith("#"):
            ids.add((link.get("href") or "")[1:])
    return frozenset(ids - {""})
