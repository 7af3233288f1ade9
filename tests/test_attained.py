"""A level of education named alone means what the figures asked for tell as the highest that people have."""

from __future__ import annotations

import pytest

from ingest import ingest
from rag import Assistant
from rag.models import Status

REPORT = """# Introduksjonsprogrammet i Volda 2018

I 2018 gikk 55 prosent av dem som avsluttet programmet, til arbeid eller utdanning. Av deltakerne med høyere
utdanning nådde 83 prosent målet, mot 70 prosent av dem med videregående skole.
"""


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    folder = tmp_path_factory.mktemp("volda")
    path = folder / "volda-2018.md"
    path.write_text(REPORT, encoding="utf-8")
    ingest((path,), store=folder / "store")
    return Assistant.open(folder / "store", exact=True).without_model()


@pytest.mark.parametrize(
    ("question", "status", "said"),
    [
        (
            "Hvor stor andel av dem med videregående skole i Volda nådde målet i 2018?",
            Status.ANSWERED,
            "70 prosent",
        ),
        (
            "What share of those with upper secondary school in Volda reached the goal in 2018?",
            Status.ANSWERED,
            "70",
        ),
        (
            "Hvor stor andel av dem med videregående eller høyere utdanning i Volda nådde målet i 2018?",
            None,
            "55",
        ),
    ],
)
def test_a_level_named_alone_is_not_that_level_or_more(
    assistant: Assistant, question: str, status: Status | None, said: str
) -> None:
    answer = assistant.ask(question)
    assert said in answer.text
    assert answer.status is (status or Status.PARTIAL), answer.text
