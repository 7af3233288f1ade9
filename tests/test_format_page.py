"""Web pages: IMDi's, SSB's and any other; what of them is the report, and how its parts are told."""

from __future__ import annotations

import datetime as dt

import documents
import pytest

from ingest.formats.page_rules import load_page_rules
from ingest.models import ParagraphKind
from ingest.reports import ReportText, read_report

SSB = """<!DOCTYPE html><html lang="no"><head><title>Flere i arbeid etter programmet - SSB</title>
<meta property="og:site_name" content="SSB"><link rel="canonical" href="https://www.ssb.no/utdanning/artikler/x">
</head><body class="xp-page"><div id="ssb-menu"><a href="/">Statistikk</a> <a href="/a">Forskning</a></div>
<main class="xp-region"><nav class="ssb-breadcrumbs"><a>Forsiden</a></nav>
<section class="xp-part article container"><div class="title-ingress-wrapper">
<p class="introTitle">Introduksjonsprogrammet</p><h1>Flere i arbeid etter programmet</h1>
<p class="ingress">Av dem som avsluttet programmet i 2019, var 63 prosent i arbeid året etter.</p></div>
<div class="snr-dates-wrapper"><p><span class="fw-bold">Publisert:</span> 4. juni 2021</p>
<p><span class="fw-bold">Oppdatert:</span> 7. juni 2021</p></div>
<div class="author-wrapper"><p><span>Av: </span><a href="mailto:kno@ssb.no">Kari Nordmann</a></p></div>
<div class="article-body searchabletext"><h2>Kvinner og menn</h2>
<p>Blant mennene var andelen 71 prosent, og blant kvinnene 51 prosent.</p>
<figure class="part-table"><figcaption>Tabell 1. Etter kjønn. Prosent</figcaption>
<table class="statbank"><thead><tr><td></td><th>2019</th><th>2020</th></tr></thead><tbody>
<tr><th>Menn</th><td class="right">71</td><td>70</td></tr><tr><th>Kvinner</th><td>51</td><td>..</td></tr>
</tbody></table></figure></div>
<div class="associated-statistics"><h3>Tilhørende statistikk</h3><a href="/s">Introduksjonsordningen</a></div>
</section></main><footer>Statistisk sentralbyrå. Telefon: 62 88 50 00</footer></body></html>"""

BLOG = """<html><head><title>Kommunen: 120 deltakere i 2018 | Avisa</title>
<script type="application/ld+json">{"@type": "NewsArticle", "datePublished": "2019-03-02T08:00"}</script>
</head>
<body><div id="top-menu"><ul><li><a href="/">Hjem</a></li><li><a href="/sport">Sport</a></li></ul></div>
<div class="site"><div class="cookies-box">Vi bruker informasjonskapsler på dette nettstedet.</div>
<div class="wrap"><div class="post"><h1>Kommunen: 120 deltakere i 2018</h1>
<p>I 2018 deltok 120 personer i introduksjonsprogrammet i kommunen, og 40 av dem avsluttet det i løpet
av året. Det er flere enn året før, da 95 personer deltok, og kommunen venter at tallet holder seg.</p>
<p>Av de 40 som avsluttet, gikk 22 direkte til arbeid og 9 til videregående opplæring, forteller lederen.</p>
<table><tr><th>År</th><th>Deltakere</th></tr><tr><td>2017</td><td>95</td></tr><tr><td>2018</td><td>120</td></tr>
</table><p>Kommunen har hatt programmet siden 2004, og det er nå lovfestet for alle nyankomne flyktninger.</p>
</div><div class="related-posts"><h3>Les også</h3>
<p>Ti tips til hagen som alle bør kjenne før våren kommer.</p></div>
</div></div><div id="footer"><p>Ansvarlig redaktør: Ola Nordmann. Telefon 22 22 22 22</p></div>
</body></html>"""


def read(text: str, name: str = "rapport-2019.html") -> ReportText:
    report = read_report(text.encode(), name=name)
    assert all(report.source[p.start : p.end] == p.text for p in report.paragraphs)
    return report


def test_a_page_of_ssb_is_read_by_its_structure() -> None:
    report = read(SSB)
    about = report.report
    assert (about.title, about.publisher, about.updated, about.language) == (
        "Flere i arbeid etter programmet",
        "Statistisk sentralbyrå (SSB)",
        dt.date(2021, 6, 7),
        "nb",
    )
    assert [(p.kind.value, p.section[:1], p.text.split("\n")[0]) for p in report.paragraphs] == [
        ("text", (), "Introduksjonsprogrammet"),
        ("text", (), "Av dem som avsluttet programmet i 2019, var 63 prosent i arbeid året etter."),
        ("date", (), "Publisert: 4. juni 2021"),
        ("date", (), "Oppdatert: 7. juni 2021"),
        (
            "text",
            ("Kvinner og menn",),
            "Blant mennene var andelen 71 prosent, og blant kvinnene 51 prosent.",
        ),
        ("caption", ("Kvinner og menn",), "Tabell 1. Etter kjønn. Prosent"),
        ("table", ("Kvinner og menn",), "| 2019 | 2020"),
    ]
    table = report.paragraphs[-1]
    assert table.section[-1] == "Tabell 1. Etter kjønn. Prosent"
    assert table.text == "| 2019 | 2020\nMenn | 71 | 70\nKvinner | 51 | .."


def test_a_page_of_imdi_is_read_by_its_structure() -> None:
    head = '<meta property="og:url" content="https://www.imdi.no/resultater-2019/">'
    contact = '<div class="contact-info"><p>Spør oss om resultatene i programmet.</p></div>'
    report = read(documents.page(contact, head).decode())
    assert report.report.publisher == "Integrerings- og mangfoldsdirektoratet (IMDi)"
    assert "Spør oss" not in report.source


def test_any_other_page_is_read_by_its_main_content() -> None:
    report = read(BLOG)
    assert (report.report.title, report.report.year) == ("Kommunen: 120 deltakere i 2018", 2018)
    assert report.report.updated == dt.date(2019, 3, 2)
    for word in ("Hjem", "Sport", "informasjonskapsler", "Ti tips", "redaktør", "22 22 22 22"):
        assert word not in report.source
    assert "videregående opplæring" in report.source
    assert [p.text for p in report.paragraphs if p.kind is ParagraphKind.TABLE] == [
        "År | Deltakere\n2017 | 95\n2018 | 120"
    ]


def test_a_page_without_structure_is_read_whole() -> None:
    report = read("<p>I 2019 gikk 46 prosent til arbeid.<p>Det er flere enn i 2018.")
    assert [p.text for p in report.paragraphs] == [
        "I 2019 gikk 46 prosent til arbeid.",
        "Det er flere enn i 2018.",
    ]


def test_a_date_between_a_caption_and_its_table_does_not_part_them() -> None:
    table = "<table><tr><th>Fylke</th><th>Andel</th></tr><tr><td>Oslo</td><td>45</td></tr></table>"
    text = "<h1>Tall for 2021</h1><p>Tabell 1. Andel i arbeid</p><p>Sist oppdatert: 1. juni 2022</p>"
    caption, date, rows = read(text + table).paragraphs
    assert [p.kind.value for p in (caption, date, rows)] == ["caption", "date", "table"]
    assert rows.section[-1] == caption.text == "Tabell 1. Andel i arbeid"


LINES = [
    ("<p>Ring oss: <a href='tel:22222222'>22 22 22 22</a></p>", []),
    ("<p>Telefon 24 16 88 00</p>", []),
    ("<p>Pressekontakt: Kari Nordmann, telefon 22 22 22 22</p>", []),
    ("<p>Se resultater fra din kommune her</p>", []),
    ("<p>Del på Facebook</p>", []),
    ("<p>Første.<br><br>Andre.</p>", [("text", "Første."), ("text", "Andre.")]),
    ("<p>Én linje<br>med brudd.</p>", [("text", "Én linje med brudd.")]),
    ("<div>Tekst uten avsnitt.<div>Og inni.</div>Og etter.</div>", [("text", "Tekst uten avsnitt.")]),
    ("<p>Areal: 10 m<sup>2</sup>.</p>", [("text", "Areal: 10 m2.")]),
    ("<p>Andelen<sup>3</sup> gikk opp.</p>", [("text", "Andelen[3] gikk opp.")]),
    ("<p>– Dette er bra, sier Kari Nordmann.</p>", [("speech", "Dette er bra, sier Kari Nordmann.")]),
    ("<p>* Foreløpige tall.</p>", [("note", "Foreløpige tall.")]),
    ("<p>Kilde: Registeret</p>", [("note", "Kilde: Registeret")]),
    ("<figure><figcaption>Andel i arbeid</figcaption></figure>", [("caption", "Andel i arbeid")]),
    ("<dl><dt>Deltaker</dt><dd>En som deltar.</dd></dl>", [("text", "Deltaker"), ("text", "En som deltar.")]),
    (
        "<ol><li>Første punkt</li><li><p>Andre</p></li></ol>",
        [("bullet", "Første punkt"), ("bullet", "Andre")],
    ),
    ("<ul><li>Ytre<ul><li>Indre</li></ul></li></ul>", [("bullet", "Ytre"), ("bullet", "Indre")]),
    ("<blockquote><p>Sitat her.</p></blockquote>", [("text", "Sitat her.")]),
    ("<h2>46 prosent i arbeid</h2>", [("text", "46 prosent i arbeid")]),
    ("<p>so\u00adft og null\u200bbredde</p>", [("text", "soft og nullbredde")]),
    (
        "<table role='none'><tr><td><p>Venstre tekst.</p></td><td><p>Høyre tekst.</p></td></tr></table>",
        [("text", "Venstre tekst."), ("text", "Høyre tekst.")],
    ),
    ("<table><tr><td>Bare én celle i en ramme.</td></tr></table>", [("text", "Bare én celle i en ramme.")]),
]


@pytest.mark.parametrize(("body", "paragraphs"), LINES)
def test_the_parts_of_a_page(body: str, paragraphs: list[tuple[str, str]]) -> None:
    report = read(
        f"<h1>Resultater 2019</h1><p>Foran står dette.</p>{body}<h2>Slutt</h2><p>Bak står dette.</p>"
    )
    between = [(p.kind.value, p.text) for p in report.paragraphs[1:-1]]
    assert between[: max(len(paragraphs), 1)] == paragraphs


def test_headings_make_a_path() -> None:
    body = "<h1>Resultater 2019</h1><h2>Arbeid</h2><h3>Kvinner</h3><p>Ett.</p><h2>Skole</h2><p>To.</p>"
    assert [p.section for p in read(body).paragraphs] == [("Arbeid", "Kvinner"), ("Skole",)]


def test_rows_that_name_the_rows_below_them_are_kept() -> None:
    body = (
        "<table><thead><tr><th>Fylke</th><th>2018</th><th>2019</th></tr></thead><tbody>"
        "<tr><th colspan='3'>Kvinner</th></tr><tr><td>Oslo</td><td>34</td><td>35</td></tr>"
        "<tr><th colspan='3'>Menn</th></tr><tr><td>Oslo</td><td>54</td><td>55</td></tr></tbody></table>"
    )
    (table,) = (p for p in read(f"<h1>Resultater 2019</h1>{body}").paragraphs)
    assert table.text.split("\n") == [
        "Fylke | 2018 | 2019",
        "Kvinner | Kvinner | Kvinner",
        "Oslo | 34 | 35",
        "Menn | Menn | Menn",
        "Oslo | 54 | 55",
    ]
    assert table.header == "Fylke | 2018 | 2019"


def test_cells_that_reach_down_are_in_every_row() -> None:
    body = (
        "<table><tr><th>Fylke</th><th>Kjønn</th><th>Antall</th></tr>"
        "<tr><td rowspan='2'>Oslo</td><td>Kvinner</td><td>12</td></tr>"
        "<tr><td>Menn</td><td>13</td></tr></table>"
    )
    (table,) = (p for p in read(f"<h1>Resultater 2019</h1>{body}").paragraphs)
    assert table.text == "Fylke | Kjønn | Antall\nOslo | Kvinner | 12\nOslo | Menn | 13"


def test_the_page_rules_name_every_site_by_its_host() -> None:
    rules = load_page_rules()
    assert rules.site("www.imdi.no", "") is rules.site("imdi.no", "")
    assert rules.site("notimdi.no", "") is None
    assert rules.site("", "Statistisk sentralbyrå") is rules.site("data.ssb.no", "")
