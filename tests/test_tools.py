"""The assistant as a LangChain retriever and tool, and the look-up of figures that agents get."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT
from langchain.agents import create_agent
from langchain_core.documents import Document
from langchain_core.language_models import FakeListChatModel
from langchain_core.language_models.fake_chat_models import GenericFakeChatModel
from langchain_core.messages import AIMessage, HumanMessage, ToolMessage
from langchain_core.output_parsers import StrOutputParser
from langchain_core.prompt_values import PromptValue
from langchain_core.prompts import ChatPromptTemplate
from langchain_core.runnables import Runnable, RunnableLambda, RunnablePassthrough
from pydantic import ValidationError

from ingest.models import UnknownReportError
from ingest.review import UnknownWordError
from ingest.store import Store
from rag import Assistant
from rag.tools import TOOL, ReportRetriever, as_reply, find_figures, make_tool

WOMEN = "Hvor stor andel av kvinnene nådde målet i 2023?"
OUTSIDE = "Hva er hovedstaden i Frankrike?"


@pytest.fixture(scope="module")
def assistant(corpus_store: Store) -> Assistant:
    return Assistant(corpus_store)


# ---- the retriever


def test_documents_are_the_paragraphs_word_for_word(assistant: Assistant) -> None:
    documents = ReportRetriever(assistant=assistant, k=4).invoke("lønnstilskudd fra NAV")
    hits = assistant.search("lønnstilskudd fra NAV", k=4)
    assert [document.id for document in documents] == [hit.paragraph_id for hit in hits]
    for document, hit in zip(documents, hits, strict=True):
        at = document.metadata
        source = assistant.store.source(at["report_id"], at["edition"])
        assert source[at["start"] : at["end"]] == document.page_content == hit.text
        assert at["paragraph_id"] == hit.paragraph_id
        assert at["score"] == pytest.approx(hit.score)
        assert at["url"].startswith("https://www.imdi.no/")
        assert at["year"] in (2017, 2023)
        json.dumps(at)


def test_a_query_without_words_finds_nothing(assistant: Assistant) -> None:
    assert ReportRetriever(assistant=assistant).invoke("  ") == []


@pytest.mark.parametrize("k", [0, 101])
def test_number_of_documents_has_bounds(assistant: Assistant, k: int) -> None:
    with pytest.raises(ValidationError, match="k"):
        ReportRetriever(assistant=assistant, k=k)


def test_retriever_stands_in_a_chain(assistant: Assistant) -> None:
    seen: list[str] = []

    def joined(documents: Sequence[Document]) -> str:
        return "\n\n".join(document.page_content for document in documents)

    def noted(prompt: PromptValue) -> PromptValue:
        seen.append(prompt.to_string())
        return prompt

    template = ChatPromptTemplate.from_messages(
        [("system", "Svar bare av dette:\n{paragraphs}"), ("human", "{question}")]
    )
    chain: Runnable[str, str] = (
        {"paragraphs": ReportRetriever(assistant=assistant, k=2) | joined, "question": RunnablePassthrough()}
        | template
        | RunnableLambda(noted)
        | FakeListChatModel(responses=["svaret"])
        | StrOutputParser()
    )
    assert chain.invoke("Hvor mange startet i 2023?") == "svaret"
    assert chain.batch(["Hvor mange deltok?", "Hvor mange startet?"]) == ["svaret", "svaret"]
    for hit in assistant.search("Hvor mange startet i 2023?", k=2):
        assert hit.text in seen[0]


# ---- the tool


def test_tool_says_the_answer_and_carries_it_as_data(assistant: Assistant) -> None:
    call = {"type": "tool_call", "id": "1", "name": TOOL, "args": {"question": WOMEN}}
    message = make_tool(assistant).invoke(call)
    answer = assistant.ask(WOMEN)
    assert isinstance(message, ToolMessage)
    assert answer.text in str(message.content)
    assert all(citation.quote in str(message.content) for citation in answer.citations)
    data = json.loads(json.dumps(message.artifact))
    assert (data["status"], data["reason"], data["text"]) == ("answered", "stated", answer.text)
    assert [citation["quote"] for citation in data["citations"]] == [c.quote for c in answer.citations]
    assert [figure["id"] for figure in data["observations"]] == [o.id for o in answer.observations]
    assert data["observations"][0]["value"] == "44"
    assert len(data["calculations"]) == len(answer.calculations)


def test_what_was_worked_out_is_kept_apart_from_what_was_published(assistant: Assistant) -> None:
    reply = as_reply(assistant.ask("Hvor mange prosentpoeng flere menn enn kvinner nådde målet i 2023?"))
    (worked,) = reply.calculations
    assert worked.value == "16"
    assert Decimal(worked.lower) <= 16 <= Decimal(worked.upper)
    assert set(worked.inputs) <= {figure.id for figure in reply.observations}
    assert "16" not in {figure.value for figure in reply.observations}


def test_what_the_reports_do_not_say_is_no_error(assistant: Assistant) -> None:
    text = make_tool(assistant).invoke({"question": OUTSIDE})
    assert text.startswith("status: abstained")


def test_answer_is_in_the_language_of_the_question(assistant: Assistant) -> None:
    reply = as_reply(assistant.ask("How many women reached the goal in 2023?"))
    assert reply.language == "en"
    assert "percent of the women" in reply.text


def test_earlier_questions_say_what_a_later_one_leaves_out(assistant: Assistant) -> None:
    text = make_tool(assistant).invoke({"question": "og mennene?", "history": [WOMEN]})
    assert "60 prosent" in text


def test_citations_of_a_reply_stand_where_they_say(assistant: Assistant) -> None:
    for citation in as_reply(assistant.ask(WOMEN)).citations:
        source = assistant.store.source(citation.report_id, citation.edition)
        assert source[citation.start : citation.end] == citation.quote


class Calling(GenericFakeChatModel):
    """A model that may be given tools."""

    def bind_tools(self, tools: Sequence[Any], **_options: Any) -> Runnable[Any, AIMessage]:
        return self


def test_an_agent_calls_the_tool(assistant: Assistant) -> None:
    call = {"name": TOOL, "args": {"question": WOMEN}, "id": "1"}
    model = Calling(messages=iter([AIMessage("", tool_calls=[call]), AIMessage("44 prosent")]))
    agent = create_agent(model, [make_tool(assistant)])
    messages = agent.invoke({"messages": [HumanMessage("Hvor mange kvinner?")]})["messages"]
    (told,) = [message for message in messages if isinstance(message, ToolMessage)]
    assert "44 prosent av kvinnene" in str(told.content)
    assert told.artifact["status"] == "answered"
    assert messages[-1].content == "44 prosent"


# ---- figures


def test_figures_stand_in_the_sentences_that_they_are_given_with(assistant: Assistant) -> None:
    found = find_figures(assistant, k=200)
    assert len(found.observations) == found.total == sum(found.measures.values())
    for figure in found.observations:
        quote = assistant.store.source(figure.report_id)[figure.start : figure.end]
        assert figure.quote == quote
        assert figure.surface in quote
        assert Decimal(figure.lower) <= Decimal(figure.value) <= Decimal(figure.upper)


@pytest.mark.parametrize(
    ("measure", "group"),
    [
        ("overgang_arbeid_utdanning", "sex=kvinner"),
        ("måloppnåelse", "kvinner"),
        ("work or education", "women"),
    ],
)
def test_measures_and_groups_are_named_by_codes_or_words(
    assistant: Assistant, measure: str, group: str
) -> None:
    found = find_figures(assistant, measure=measure, groups=[group], period="2023")
    assert {figure.measure for figure in found.observations} == {"overgang_arbeid_utdanning"}
    assert all(figure.groups["sex"] == "kvinner" for figure in found.observations)
    assert "44" in {figure.value for figure in found.observations}


def test_figures_of_just_the_groups_come_first_then_the_newest(assistant: Assistant) -> None:
    found = find_figures(assistant, measure="måloppnåelse", groups=["kvinner"]).observations
    beyond = [len(figure.groups) for figure in found]
    assert beyond == sorted(beyond)
    years = [figure.period or "" for figure in found if len(figure.groups) == 1]
    assert years == sorted(years, reverse=True)
    assert len(set(years)) > 1


def test_where_nothing_fits_the_measures_that_have_figures_are_named(assistant: Assistant) -> None:
    found = find_figures(assistant, measure="overgang_arbeid", groups=["kvinner"])
    assert found.total == 0
    assert found.measures["overgang_arbeid_utdanning"] > 1
    assert "0 of 0; by measure: overgang_arbeid_utdanning" in found.as_text()


def test_no_more_figures_than_asked_for_and_the_number_there_is(assistant: Assistant) -> None:
    found = find_figures(assistant, k=3)
    assert len(found.observations) == 3
    assert found.total > 3
    assert found.as_text().startswith(f"3 of {found.total}")


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"measure": "arbied"}, "measure"),
        ({"groups": ["hester"]}, "dimensions"),
        ({"groups": ["sex=hester"]}, "dimensions"),
        ({"period": "i fjor"}, "period"),
    ],
)
def test_unknown_words_are_refused_not_dropped(
    assistant: Assistant, asked: dict[str, Any], field: str
) -> None:
    with pytest.raises(UnknownWordError) as refused:
        find_figures(assistant, **asked)
    assert refused.value.field == field


def test_unknown_report_is_told_with_those_there_are(assistant: Assistant) -> None:
    with pytest.raises(UnknownReportError) as refused:
        find_figures(assistant, report_id="rapport")
    assert "introduksjonsprogram-2023" in refused.value.held


def test_uncertain_figures_are_given_only_when_asked_for_and_marked(corpus_store: Store) -> None:
    from dataclasses import replace

    first, *others = corpus_store.observations()
    store = Doubting(corpus_store, [replace(first, certain=False), *others])
    doubting = Assistant(store)  # type: ignore[arg-type]
    sure, all_of_them = find_figures(doubting), find_figures(doubting, uncertain=True, k=200)
    assert all_of_them.total == sure.total + 1
    (doubtful,) = [figure for figure in all_of_them.observations if not figure.certain]
    assert doubtful.id == first.id
    assert "uncertain" in all_of_them.as_text()


class Doubting:
    """A store with other observations."""

    def __init__(self, store: Store, observations: Sequence[Any]) -> None:
        self._store, self._observations = store, list(observations)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def observations(self, **_wanted: object) -> list[Any]:
        return self._observations


def test_names_are_in_the_language_asked_for(assistant: Assistant) -> None:
    (figure,) = find_figures(assistant, measure="startet", language="en", k=1).observations
    assert "introduction programme" in figure.measure_name


# ---- the documentation


def examples() -> list[str]:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    return re.findall(r"^```python\n(.*?)^```", readme, re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("example", examples(), ids=lambda text: text.splitlines()[0])
def test_python_examples_of_the_readme_run(
    example: str, assistant: Assistant, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def opened(_path: Path | None = None, **_options: object) -> Assistant:
        return assistant

    monkeypatch.setattr(Assistant, "open", opened)
    exec(compile(example, "README.md", "exec"), {})
    assert capsys.readouterr().out.strip()


def test_readme_shows_the_retriever_and_the_tool() -> None:
    shown = "".join(examples())
    named: tuple[Callable[..., Any], ...] = (ReportRetriever, make_tool)
    assert all(one.__name__ in shown for one in named)
