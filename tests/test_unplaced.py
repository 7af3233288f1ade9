"""Figures that no measure of the vocabulary is of, and uncertain ones, are told in the report's words."""

from __future__ import annotations

import pytest

from ingest import ingest
from rag import Assistant
from rag.models import Answer, Status

REPORT = """# Fire av fem i arbeid eller utdanning året etter programmet

81 prosent av dem som avsluttet introduksjonsprogrammet i 2018, var i arbeid eller utdanning i november 2019.

I november 2019 var 63 prosent av de tidligere deltakerne sysselsatt. 11 prosent var registrert som ledige.

88 prosent av mennene og 72 prosent av kvinnene var i arbeid eller utdanning i november 2019.

## Hvor de jobber

26 prosent av de sysselsatte jobbet i varehandel, og 18 prosent i rengjøring i 2019.

Gjennomsnittlig yrkesinntekt var 251 000 kroner i 2019. For kvinner var den 204 000 kroner.

Kommunene brukte 198 000 kroner per deltaker i 2019. Rådgiverne fikk 1,4 millioner kroner til kurs.

Vi sendte et spørreskjema til 340 kommuner. 212 svarte i 2019.

## Etter landbakgrunn

Tabell 2. Andel i arbeid eller utdanning i november 2019, etter landbakgrunn og kjønn. Prosent

| Landbakgrunn | I alt | Menn | Kvinner |
|---|---:|---:|---:|
| Eritrea | 83 | 87 | 74 |
| Somalia | 58 | 66 | 43 |
"""


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    folder = tmp_path_factory.mktemp("unplaced")
    path = folder / "tidligere-deltakere-2019.md"
    path.write_text(REPORT, encoding="utf-8")
    ingest([path], store=folder / "store")
    return Assistant.open(folder / "store", exact=True).without_model()


TOLD = [
    ("Hvor stor andel var i arbeid eller utdanning i november 2019?", "81 prosent", "«81 prosent av dem"),
    (
        "Hvor stor andel av dem som avsluttet i 2018, var i arbeid eller utdanning i november 2019?",
        "81",
        "«81",
    ),
    ("Hvor stor andel av de tidligere deltakerne var sysselsatt i november 2019?", "63 prosent", "«I nov"),
    ("Hvor stor andel av kvinnene var i arbeid eller utdanning i november 2019?", "72 prosent", "«88 pro"),
    ("Hvor stor andel av kvinnene fra Somalia var i arbeid eller utdanning i november 2019?", "43", "«| Som"),
    ("Kor stor del av mennene frå Eritrea var i arbeid eller utdanning i november 2019?", "87", "«| Erit"),
    ("What share of women from Somalia were in work or education in November 2019?", "43", "«| Somalia"),
    ("Hvor mange kroner brukte kommunene per deltaker i 2019?", "198 000", "«Kommunene brukte"),
    ("Hva var gjennomsnittlig yrkesinntekt for kvinner i 2019?", "204 000", "«For kvinner"),
    ("Hvor mange kommuner svarte på spørreskjemaet?", "212", "«212 svarte"),
]


@pytest.mark.parametrize(("question", "figure", "quote"), TOLD, ids=[row[0] for row in TOLD])
def test_such_a_figure_is_told_in_the_sentence_or_the_cell_that_has_it(
    assistant: Assistant, question: str, figure: str, quote: str
) -> None:
    answer = assistant.ask(question)
    assert answer.status is Status.ANSWERED
    assert figure in answer.text
    assert quote in answer.text
    assert _marked(answer)
    assert not answer.observations


def _marked(answer: Answer) -> bool:
    """Whether a quote has its figure marked."""
    return any(citation.highlights for citation in answer.citations)


UNTOLD = [
    # another group, another year, another thing than what is told of
    "Hvor stor andel av kvinnene fra Syria var i arbeid eller utdanning i november 2019?",
    "Hvor stor andel var i arbeid eller utdanning i november 2016?",
    "Hvor stor andel av kvinnene var registrert som ledige i november 2019?",
    "Hva var gjennomsnittlig yrkesinntekt for menn i 2019?",
    "Hvor mange kroner brukte kommunene på leker i 2019?",
    "Hvor stor andel av de sysselsatte jobbet i fiskeindustri i 2019?",
]


@pytest.mark.parametrize("question", UNTOLD)
def test_what_no_sentence_tells_of_the_very_group_year_and_thing_is_not_told(
    assistant: Assistant, question: str
) -> None:
    answer = assistant.ask(question)
    assert answer.status is not Status.ANSWERED, answer.text


def test_a_table_names_its_cell_and_its_names_are_no_figures(assistant: Assistant) -> None:
    answer = assistant.ask(
        "Hvor stor andel av mennene fra Somalia var i arbeid eller utdanning i november 2019?"
    )
    assert "Tabell 2. Andel i arbeid eller utdanning i november 2019" in answer.text
    assert "«Somalia, Menn»: 66" in answer.text


def test_where_they_were_later_is_never_where_they_went(assistant: Assistant) -> None:
    answer = assistant.ask("Hvor stor andel gikk direkte til arbeid eller utdanning i 2019?")
    assert "81" not in answer.text
    assert "63 prosent" not in answer.text
