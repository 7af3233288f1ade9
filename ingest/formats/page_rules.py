"""What of a web page is the report: the rules of corpus/vocabulary/pages.toml."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from ingest.models import CorpusError
from ingest.settings import CORPUS

_SELECTOR = re.compile(r"([\w-]+)|\.([\w-]+)|#([\w-]+)|\[([\w-]+)=([\w-]+)\]")
_WORD = re.compile(r"[a-zæøå]+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Selectors:
    """Elements, by tag, class, id, or an attribute's value."""

    tags: frozenset[str]
    classes: frozenset[str]
    ids: frozenset[str]
    attributes: frozenset[tuple[str, str]]

    def match(self, tag: str, attributes: Mapping[str, str]) -> bool:
        """Whether one of them selects an element."""
        if tag in self.tags or (self.ids and attributes.get("id", "") in self.ids):
            return True
        if self.classes and not self.classes.isdisjoint(attributes.get("class", "").split()):
            return True
        return any(attributes.get(name, "").lower() == value for name, value in self.attributes)


@dataclass(frozen=True, slots=True)
class Site:
    """A site whose pages are known."""

    hosts: tuple[str, ...]
    names: tuple[str, ...]
    publisher: str
    content: tuple[Selectors, ...]
    drop: Selectors


@dataclass(frozen=True, slots=True)
class PageRules:
    """The rules for every page, and the known sites."""

    drop: Selectors
    drop_outside: Selectors
    hidden: Selectors
    drop_words: frozenset[str]
    main: tuple[Selectors, ...]
    title_ends: tuple[str, ...]
    hanging: frozenset[str]
    sites: tuple[Site, ...]

    def surrounds(self, attributes: Mapping[str, str]) -> bool:
        """Whether an element's class or id names something that stands around a report."""
        named = f"{attributes.get('class', '')} {attributes.get('id', '')}".lower()
        return not self.drop_words.isdisjoint(_WORD.findall(named))

    def site(self, host: str, name: str) -> Site | None:
        """The known site of a host, or of the name that a page gives its site."""
        host, name = host.lower(), name.strip().lower()
        for site in self.sites:
            if any(host == known or host.endswith(f".{known}") for known in site.hosts):
                return site
        return next((site for site in self.sites if not host and name in site.names), None)


@lru_cache(maxsize=2)
def load_page_rules(path: Path = CORPUS / "vocabulary" / "pages.toml") -> PageRules:
    """Read the rules.

    Raises:
        CorpusError: the file is missing or is not TOML of the expected shape.
    """
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        page = data["page"]
        sites = tuple(
            Site(
                tuple(site["hosts"]),
                tuple(site["names"]),
                site["publisher"],
                tuple(_selectors([selector]) for selector in site["content"]),
                _selectors(site["drop"]),
            )
            for site in data["sites"]
        )
        return PageRules(
            drop=_selectors(page["drop"]),
            drop_outside=_selectors(page["drop_outside"]),
            hidden=_selectors(f".{name}" for name in page["hidden_classes"]),
            drop_words=frozenset(page["drop_words"]),
            main=tuple(_selectors([selector]) for selector in page["main"]),
            title_ends=tuple(page["title_ends"]),
            hanging=frozenset(page["hanging"]),
            sites=sites,
        )
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise CorpusError(
            f"{path.name}: the page rules cannot be read ({error}); restore the file."
        ) from error


def _selectors(texts: Iterable[str]) -> Selectors:
    found: list[tuple[str, ...]] = []
    for text in texts:
        if (match := _SELECTOR.fullmatch(text)) is None:
            raise ValueError(f"'{text}' is no selector")
        found.append(tuple(part or "" for part in match.groups()))
    return Selectors(
        frozenset(tag for tag, *_ in found if tag),
        frozenset(name for _, name, *_ in found if name),
        frozenset(name for _, _, name, *_ in found if name),
        frozenset((name, value) for *_, name, value in found if name),
    )
