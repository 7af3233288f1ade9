"""The catalogue of published pages: what it must say of each, and how its entries are found."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ingest.catalogue import Entry, PageKind, UnknownEntryError, find_entries, load_entries
from ingest.models import CorpusError
from ingest.reports import load_catalogue
from ingest.web import NETWORK, is_public

ENTRIES = load_entries()
HOSTS = ("imdi.no", "ssb.no", "ntb.no")


def by_id(entry: Entry) -> str:
    return entry.id


@pytest.mark.parametrize("entry", ENTRIES, ids=by_id)
def test_an_entry_says_where_its_address_is_from(entry: Entry) -> None:
    host = entry.address.split("/")[2]
    assert entry.known_from
    assert entry.known_on.year >= 2026
    assert entry.publisher
    assert entry.address.startswith("https://")
    assert host.endswith(HOSTS)
    assert all(2003 <= year <= 2030 for year in entry.years)


@pytest.mark.parametrize("entry", [e for e in ENTRIES if e.kind is PageKind.PX_API], ids=by_id)
def test_a_table_is_asked_for_as_json_stat_and_cited_at_a_page_for_readers(entry: Entry) -> None:
    query = json.loads(entry.query)
    assert query["response"] == {"format": "json-stat2"}
    assert {part["code"] for part in query["query"]} == {"ContentsCode", "Tid"}
    assert entry.cite.startswith("https://")
    assert "/api/" not in entry.cite


def test_every_report_of_the_corpus_is_in_the_catalogue_and_need_not_be_fetched() -> None:
    bundled = {entry.id: entry.address for entry in ENTRIES if entry.bundled}
    assert bundled == {meta.id: meta.url for meta in load_catalogue()}


def test_no_address_and_no_id_stands_twice() -> None:
    assert len({entry.address for entry in ENTRIES}) == len({entry.id for entry in ENTRIES}) == len(ENTRIES)


def test_the_network_of_users_asks_public_machines_only() -> None:
    assert NETWORK.allows is is_public
    assert set(NETWORK.ports) == {80, 443}


GOOD = """
[[entry]]
id = "a-2019"
title = "A"
publisher = "IMDi"
years = [2019]
kind = "page"
address = "https://www.imdi.no/a/"
known_from = "a person"
known_on = 2026-01-01
"""


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("https://www.imdi.no/a/", "file:///etc/passwd"),
        ("https://www.imdi.no/a/", "https://"),
        ('kind = "page"', 'kind = "folder"'),
        ('"a-2019"', '"../a"'),
        ('"a-2019"', '""'),
        ('title = "A"\n', ""),
        ('title = "A"', 'titel = "A"'),
        ("[2019]", '["nitten"]'),
        ('"a person"', '""'),
        (GOOD, GOOD + GOOD),
        (GOOD, GOOD + "query = '{'"),
        (GOOD, GOOD + 'cite = "javascript:alert(1)"'),
        (GOOD, "entry = 3"),
        (GOOD, "["),
    ],
)
def test_a_bad_catalogue_is_refused(corpus: Path, old: str, new: str) -> None:
    path = corpus / "catalogue.toml"
    path.write_text(GOOD, encoding="utf-8")
    assert [entry.id for entry in load_entries(corpus)] == ["a-2019"]
    assert old in GOOD
    path.write_text(GOOD.replace(old, new), encoding="utf-8")
    with pytest.raises(CorpusError, match=r"catalogue\.toml"):
        load_entries(corpus)


def test_entries_are_found_by_id_by_year_and_all_together() -> None:
    def found(*ids: str, **other: object) -> list[str]:
        return [entry.id for entry in find_entries(ENTRIES, ids, **other)]  # type: ignore[arg-type]

    assert found("introduksjonsprogram-2021") == ["introduksjonsprogram-2021"]
    assert found("introduksjonsprogram-2022", "introduksjonsprogram-2016")[0].endswith("2016")
    assert found(year=2021) == ["introduksjonsprogram-2021"]
    assert found("introduksjonsprogram-2016", year=2021) == [
        "introduksjonsprogram-2016",
        "introduksjonsprogram-2021",
    ]
    assert len(found(everything=True)) == len(ENTRIES)
    assert found() == []


def test_what_is_not_in_the_catalogue_is_told_with_what_may_be_meant() -> None:
    with pytest.raises(UnknownEntryError) as caught:
        find_entries(ENTRIES, ["Introduksjonsprogramm 2021"])
    assert caught.value.close[0] == "introduksjonsprogram-2021"
    with pytest.raises(UnknownEntryError) as caught:
        find_entries(ENTRIES, ["xyzzy"])
    assert caught.value.close == ()
    with pytest.raises(UnknownEntryError) as caught:
        find_entries(ENTRIES, year=2005)
    assert caught.value.close[0] == "2007"
