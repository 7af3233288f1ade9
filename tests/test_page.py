"""The page against a hand-made assistant: what is shown for each kind of answer, and that text stays text."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from html import unescape
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from streamlit.runtime.scriptrunner_utils.exceptions import StopException
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Element

from ingest.models import Report
from ingest.vocabulary import load_vocabulary
from rag.models import (
    Answer,
    Calculation,
    Citation,
    Figure,
    Intent,
    Query,
    Reason,
    Role,
    Statement,
    Status,
)
from rag.phrases import Phrases
from ui import answer as answer_module
from ui import chat
from ui.answer import announcement, date_text, markdown_text, paragraph_html
from ui.desk import Desk, replace_desk, the_desk
from ui.feedback import read_feedback
from ui.how import how_found
from ui.settings import Settings, load_settings
from ui.shell import content_policy, norwegian_document
from ui.texts import say

PAGE = Path(chat.__file__).with_name("page.py")
INJECTION = (
    '<img src="https://evil.example/x.png" onerror="alert(1)"> ![x](https://evil.example/y.png) **fet**'
)
WOMEN = (
    "Blant de som avsluttet program i 2023 var om lag 7 av 10 kvinner. Også i 2023 har menn høyere "
    "måloppnåelse (60 prosent) enn kvinner (44 prosent)."
)
REPORTS = (
    Report(
        id="introduksjonsprogram-2023",
        title="Nøkkeltall for introduksjonsprogrammet 2023",
        publisher="IMDi",
        year=2023,
        updated=dt.date(2024, 6, 24),
        url="https://www.imdi.no/nokkeltall-for-introduksjonsprogrammet-2023/",
        language="nb",
        licence="",
        sha256="",
        path="introduksjonsprogram-2023.txt",
    ),
)


def a_citation(
    number: int, text: str, quote: str, figures: Sequence[str] = (), **changes: object
) -> Citation:
    start = text.index(quote)
    spans = tuple((text.index(figure), text.index(figure) + len(figure)) for figure in figures)
    citation = Citation(
        number=number,
        report_id="introduksjonsprogram-2023",
        title="Nøkkeltall for introduksjonsprogrammet 2023",
        publisher="IMDi",
        updated="2024-06-24",
        url="https://www.imdi.no/nokkeltall-for-introduksjonsprogrammet-2023/#:~:text=Blant%20de%20som",
        paragraph_id="p1",
        section=("Hovedfunn for 2023",),
        quote=quote,
        start=start,
        end=start + len(quote),
        paragraph_text=text,
        quote_start=start,
        quote_end=start + len(quote),
        highlights=spans,
    )
    return replace(citation, **changes)  # type: ignore[arg-type]


def an_answer(question: str, statements: Sequence[Statement], **changes: object) -> Answer:
    answer = Answer(
        question=question,
        query=Query(text=question, language="nb", intent=Intent.FIGURE),
        text="\n".join(statement.text for statement in statements),
        status=Status.ANSWERED,
        reason=Reason.STATED,
        statements=tuple(statements),
    )
    return replace(answer, **changes)  # type: ignore[arg-type]


def stated(question: str) -> Answer:
    quote = "Også i 2023 har menn høyere måloppnåelse (60 prosent) enn kvinner (44 prosent)."
    return an_answer(
        question,
        [
            Statement(Role.LEAD, "I 2023 nådde 44 prosent av kvinnene målet [1].", (1,)),
            Statement(Role.QUOTE, quote, (1,)),
            Statement(Role.CAVEAT, "Arbeid med lønnstilskudd er regnet med.", ()),
        ],
        citations=(a_citation(1, WOMEN, quote, ("44 prosent",)),),
        figure=Figure("44 prosent", "kvinner · 2023 · måloppnåelse"),
        follow_ups=("Hva med mennene?", "Hva var tallet i 2017?"),
        trace=("Leste spørsmålet som: måloppnåelse, kvinner.",),
    )


def partial(question: str) -> Answer:
    return replace(stated(question), status=Status.PARTIAL, reason=Reason.NEAREST)


def abstained(question: str) -> Answer:
    return an_answer(
        question,
        [
            Statement(Role.LEAD, "Det står ikke i rapportene."),
            Statement(Role.SCOPE, "De dekker 2017 og 2023."),
        ],
        status=Status.ABSTAINED,
        reason=Reason.OUTSIDE_REPORTS,
    )


def derived(question: str) -> Answer:
    calculation = Calculation(
        arithmetic="11 381 × 3 av 10",
        expression="11 381 × 3 av 10 ≈ 3 400 personer",
        value=Decimal(3414),
        unit="personer",
        lower=Decimal(2845),
        upper=Decimal(3983),
        display="3 400",
        inputs=(),
    )
    return an_answer(
        question,
        [
            Statement(Role.LEAD, "Om lag 3 400 menn avsluttet i 2023 [1].", (1,)),
        ],
        citations=(a_citation(1, WOMEN, WOMEN, ("7 av 10",)),),
        calculations=(calculation,),
        figure=Figure("om lag 3 400", "menn · 2023", calculated=True),
        reason=Reason.DERIVED,
    )


class FakeAssistant:
    """Answers with what it is told to, and remembers what it was asked."""

    companion: Any = None

    def __init__(self, answer: Callable[[str], Answer] = stated) -> None:
        self.answer = answer
        self.asked: list[tuple[str, tuple[Answer, ...]]] = []
        self.vocabulary = load_vocabulary()
        self.store = SimpleNamespace(
            reports=REPORTS,
            manifest=SimpleNamespace(name="000001-fake"),
            path=Path("no-store"),
            is_current=lambda: True,
        )

    def search(self, query: str, k: int = 10) -> list[object]:
        return []

    def ask(self, question: str, history: Sequence[Answer] = ()) -> Answer:
        self.asked.append((question, tuple(history)))
        return self.answer(question)


@pytest.fixture
def assistant() -> Iterator[FakeAssistant]:
    fake = FakeAssistant()
    desk = Desk(open_assistant=lambda: fake)  # type: ignore[arg-type, return-value]
    desk.assistant()
    fake.asked.clear()  # what it was warmed up with
    replace_desk(desk)
    yield fake
    replace_desk(None)


def answer_html(answer: Answer, turn: int, languages: Mapping[str, str] | None = None) -> str:
    return "".join(answer_module.answer_html(answer, turn, languages))


@pytest.fixture
def page(assistant: FakeAssistant) -> AppTest:
    return AppTest.from_file(PAGE, default_timeout=20)


def shown(page: AppTest) -> str:
    """The HTML on the page, style aside."""
    assert not page.exception
    bodies = [str(element.value) for element in page.get("html") if isinstance(element, Element)]
    return "\n".join(body for body in bodies if "<style" not in body)


def words(html: str) -> str:
    """What a reader sees of it."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def ask(page: AppTest, question: str) -> AppTest:
    return page.chat_input[0].set_value(question).run()


def test_start_view_says_what_it_is_and_which_reports_it_covers(page: AppTest) -> None:
    text = words(shown(page.run()))
    assert "IMDi-svar" in text
    assert "Nøkkeltall for introduksjonsprogrammet 2023" in text
    assert "tall for 2023, oppdatert 24. juni 2024" in text
    assert 5 <= len(page.button) <= 6
    assert "Rapporter" in [link.proto.label for link in page.get("page_link")]


def test_suggested_question_is_asked_as_it_reads(page: AppTest, assistant: FakeAssistant) -> None:
    label = page.run().button(key="suggestion-0").label
    page.button(key="suggestion-0").click().run()
    assert [markdown_text(question) for question, _ in assistant.asked] == [label]


def test_answer_shows_figure_quote_caveat_and_source(page: AppTest) -> None:
    html = shown(ask(page.run(), "Hvor mange kvinner nådde målet?"))
    text = words(html)
    assert "44 prosent" in text
    assert "kvinner · 2023 · måloppnåelse" in text
    assert "<blockquote" in html
    assert "Arbeid med lønnstilskudd er regnet med." in text
    assert "Kilde 1 Nøkkeltall for introduksjonsprogrammet 2023 Hovedfunn for 2023" in text
    assert "IMDi, oppdatert 24. juni 2024" in text
    assert "Åpne hos IMDi" in text
    assert "Slik fant jeg svaret" in text


def test_how_an_answer_was_found_is_told_in_sentences_before_the_list() -> None:
    query = Query("?", "nb", Intent.FIGURE, ("overgang_arbeid",), {"sex": ("kvinner",)}, ("2023",))
    answer = replace(stated("?"), query=query)
    html = answer_html(answer, 0)
    name = Phrases(load_vocabulary(), "nb").name("overgang_arbeid")
    told, listed = html.index(f"slik: {name} · kvinner · 2023."), html.index(answer.trace[0])
    assert told < html.index(say("how.details")) < listed
    assert say("how.text") in html
    assert say("how.nothing") not in html


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (abstained("?"), "how.nothing"),
        (derived("?"), "how.calculated"),
        (replace(abstained("?"), reason=Reason.UNREADABLE), ""),
    ],
)
def test_how_an_answer_was_found_tells_only_what_was_done(answer: Answer, told: str) -> None:
    sentences = [say(f"how.{name}") for name in ("nothing", "calculated")]
    assert [s for s in how_found(answer) if s in sentences] == ([say(told)] if told else [])


def test_citation_mark_links_to_its_source(page: AppTest) -> None:
    html = shown(ask(page.run(), "kvinner?"))
    assert 'href="#source-0-1"' in html
    assert 'id="source-0-1"' in html
    assert "[1]" not in words(html)


def test_quote_and_figure_are_marked_in_the_whole_paragraph(page: AppTest) -> None:
    html = shown(ask(page.run(), "kvinner?"))
    assert '<strong class="cited-figure">44 prosent</strong>).</mark></p>' in html
    assert '">Blant de som avsluttet program i 2023 var om lag 7 av 10 kvinner. <mark' in html


def test_partial_answer_is_labelled(page: AppTest, assistant: FakeAssistant) -> None:
    assistant.answer = partial
    assert "Nærmeste tall" in words(shown(ask(page.run(), "kvinner til arbeid?")))


def test_abstained_answer_is_labelled_and_has_no_sources(page: AppTest, assistant: FakeAssistant) -> None:
    assistant.answer = abstained
    text = words(shown(ask(page.run(), "Hvem er statsminister?")))
    assert "Står ikke i rapportene" in text
    assert "Kilder" not in text


def test_calculated_figure_is_marked_and_shows_its_arithmetic(
    page: AppTest, assistant: FakeAssistant
) -> None:
    assistant.answer = derived
    text = words(shown(ask(page.run(), "Hvor mange menn avsluttet?")))
    assert "Regnet ut, ikke publisert" in text
    assert "Slik er det regnet" in text
    assert "11 381 × 3 av 10 ≈ 3 400 personer (mellom 2 845 og 3 983 når avrundingen regnes med)." in text


def test_calculation_is_told_in_the_answers_own_words_where_it_has_them() -> None:
    told = Statement(Role.CALCULATION, "11 381 avsluttet, og om lag 3 av 10 var menn.", (1,))
    answer = derived("?")
    text = words(answer_html(replace(answer, statements=(*answer.statements, told)), 0))
    assert told.text in text
    assert "når avrundingen regnes med" not in text


def test_estimate_of_what_was_asked_for_is_seen_without_a_click() -> None:
    answer = replace(derived("?"), status=Status.PARTIAL, figure=Figure("44 prosent", "kvinner"))
    summary = re.findall("<summary>(.*?)</summary>", answer_html(answer, 0))[0]
    assert words(summary) == "Regnet ut, ikke publisert: ≈ 3 400 personer"


def test_what_limits_the_answer_comes_before_its_figure() -> None:
    limit = Statement(Role.SCOPE, "Rapportene oppgir det ikke. Det nærmeste er:")
    answer = partial("?")
    text = words(answer_html(replace(answer, statements=(limit, *answer.statements)), 0))
    assert text.startswith(f"Nærmeste tall {limit.text} 44 prosent")


@pytest.mark.parametrize("role", [Role.LEAD, Role.OTHER, Role.QUOTE])
def test_the_reports_words_alone_are_set_as_a_quote(role: Role) -> None:
    statement = Statement(role, f"«{WOMEN}»", (1,))
    html = answer_html(
        an_answer("?", [statement], citations=(a_citation(1, WOMEN, WOMEN, ("44 prosent",)),)), 0
    )
    assert '<blockquote class="quote"' in html
    assert 'enn kvinner (<strong class="cited-figure">44 prosent</strong>).»' in html


@pytest.mark.parametrize(
    ("figure", "parts"),
    [
        ("44 prosent", ("", "44", " prosent")),
        ("+17 prosentpoeng", ("", "+17", " prosentpoeng")),
        ("i overkant av 23 000", ("i overkant av ", "23 000", "")),
        ("om lag 7 av 10", ("om lag ", "7 av 10", "")),
        ("halvparten", ("", "halvparten", "")),
    ],
)
def test_number_is_set_larger_than_the_words_around_it(figure: str, parts: tuple[str, str, str]) -> None:
    html = answer_html(replace(stated("?"), figure=Figure(figure, "")), 0)
    hedge, unit = (f'<span class="figure-unit">{part}</span>' if part else "" for part in parts[::2])
    assert f'<p class="figure-number">{hedge}{parts[1]}{unit}</p>' in html


def test_follow_up_is_asked_with_the_conversation_so_far(page: AppTest, assistant: FakeAssistant) -> None:
    ask(page.run(), "kvinner?").button(key="follow-up-0").click().run()
    question, history = assistant.asked[-1]
    assert question == "Hva med mennene?"
    assert [answer.question for answer in history] == ["kvinner?"]
    assert "kvinner?" in words(shown(page))
    assert "Hva med mennene?" in words(shown(page))


def test_only_the_newest_answer_offers_follow_ups(page: AppTest) -> None:
    ask(ask(page.run(), "kvinner?"), "menn?")
    assert sum(button.key.startswith("follow-up") for button in page.button if button.key) == 2


def test_new_conversation_starts_from_nothing(page: AppTest, assistant: FakeAssistant) -> None:
    ask(page.run(), "kvinner?").button(key="start-over").click().run()
    assert "Prøv for eksempel" in shown(page)
    ask(page, "menn?")
    assert assistant.asked[-1] == ("menn?", ())


def test_question_in_the_address_is_asked_once(page: AppTest, assistant: FakeAssistant) -> None:
    page.query_params["q"] = "Hvor mange startet i 2023?"
    page.run()
    page.run()
    assert [question for question, _ in assistant.asked] == ["Hvor mange startet i 2023?"]


@pytest.mark.parametrize("linked", ["", "   ", "\x00\n\t"])
def test_empty_question_is_not_asked(page: AppTest, assistant: FakeAssistant, linked: str) -> None:
    page.query_params["q"] = linked
    page.run()
    assert not assistant.asked
    assert "Prøv for eksempel" in shown(page)


def test_too_long_question_is_refused_in_words(page: AppTest, assistant: FakeAssistant) -> None:
    page.query_params["q"] = "a" * (chat.MAX_QUESTION + 1)
    assert "for langt" in words(shown(page.run()))
    assert not assistant.asked


def test_too_long_question_gets_the_same_words_from_the_box_and_can_be_shortened(
    page: AppTest, assistant: FakeAssistant
) -> None:
    long = "ord " * 300 + "til slutt"
    assert page.run().chat_input[0].max_chars == 0  # the browser would swallow the rest without a word
    html = shown(ask(page, long))
    assert say("chat.too_long", count="1\u00a0209", limit="1\u00a0000") in unescape(html)
    assert "again-0" not in [button.key for button in page.button]  # it would be as long again
    page.button(key="edit-0").click().run()
    assert page.text_area(key="edited-0").value == long
    assert not assistant.asked
    page.text_area(key="edited-0").set_value("kvinner?")
    next(button for button in page.button if button.label == say("chat.edit_ask")).click().run()
    assert [question for question, _ in assistant.asked] == ["kvinner?"]


def test_question_that_failed_can_be_tried_again(page: AppTest, assistant: FakeAssistant) -> None:
    def fail(question: str) -> Answer:
        raise RuntimeError

    assistant.answer = fail
    ask(page.run(), "kvinner?")
    assistant.answer = stated
    assert "44 prosent" not in words(shown(page))
    page.button(key="again-0").click().run()
    assert "44 prosent" in words(shown(page))
    assert shown(page).count('class="question"') == 1
    assert [question for question, _ in assistant.asked] == ["kvinner?", "kvinner?"]


def test_only_the_newest_question_is_tried_again_for_later_turns_lean_on_it(
    page: AppTest, assistant: FakeAssistant
) -> None:
    def fail(question: str) -> Answer:
        raise RuntimeError

    assistant.answer = fail
    ask(ask(page.run(), "kvinner?"), "menn?")
    assert [button.key for button in page.button if str(button.key).startswith("again")] == ["again-1"]


def test_conversation_says_that_it_goes_with_the_page(page: AppTest) -> None:
    assert say("export.why") in words(shown(ask(page.run(), "kvinner?")))


def test_question_is_shown_as_text(page: AppTest) -> None:
    html = shown(ask(page.run(), INJECTION))
    assert "<img" not in html
    assert INJECTION in words(html)


def test_report_text_is_shown_as_text(page: AppTest, assistant: FakeAssistant) -> None:
    cited = a_citation(
        1,
        f"Før {INJECTION} etter.",
        INJECTION,
        ("![x]",),
        title=INJECTION,
        section=(INJECTION,),
        publisher=INJECTION,
        updated=INJECTION,
    )
    assistant.answer = lambda question: an_answer(
        question,
        [Statement(role, INJECTION, (1,)) for role in Role],
        citations=(cited,),
        figure=Figure(INJECTION, INJECTION),
        follow_ups=(INJECTION,),
        trace=(INJECTION,),
    )
    html = shown(ask(page.run(), "?"))
    assert "<img" not in html
    assert "<script" not in html
    assert 'onerror="' not in html
    assert page.button(key="follow-up-0").label == markdown_text(INJECTION)


def test_label_text_cannot_become_markdown() -> None:
    assert markdown_text("![x](https://e.no) :red[a]") == r"\!\[x\]\(https\:\/\/e\.no\) \:red\[a\]"


@pytest.mark.parametrize(
    "url", ["", "javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "http://"]
)
def test_source_without_a_web_address_is_the_users_own_file(url: str) -> None:
    answer = replace(stated("?"), citations=(a_citation(1, WOMEN, WOMEN, url=url),))
    html = answer_html(answer, 0)
    assert "Egen fil" in html
    assert 'target="_blank"' not in html


def test_source_at_another_publisher_names_its_host() -> None:
    answer = replace(stated("?"), citations=(a_citation(1, WOMEN, WOMEN, url="https://www.ssb.no/tabell"),))
    assert "Åpne hos ssb.no" in words(answer_html(answer, 0))


def test_a_reports_own_footnote_mark_is_not_taken_for_a_citation() -> None:
    statement = Statement(Role.QUOTE, "[2] Inklusivt deltakere med lønnstilskudd", (1,))
    answer = an_answer("?", [statement], citations=(a_citation(1, WOMEN, WOMEN),))
    html = answer_html(answer, 0)
    assert "[2] Inklusivt deltakere" in html
    assert html.count("data-source=") == 1


@pytest.mark.parametrize("spans", [((-5, 9_999),), ((20, 10),), ((0, 5), (3, 9), (3, 9))])
def test_paragraph_is_shown_whole_whatever_the_offsets(spans: tuple[tuple[int, int], ...]) -> None:
    citation = replace(a_citation(1, WOMEN, WOMEN), highlights=spans, quote_end=9_999)
    assert unescape(re.sub(r"<[^>]+>", "", paragraph_html(citation))) == WOMEN


def test_quotes_carry_the_reports_language_and_prose_the_answers() -> None:
    answer = stated("How many?")
    answer = replace(answer, query=replace(answer.query, language="en"))
    html = answer_html(answer, 0, {"introduksjonsprogram-2023": "nn"})
    assert '<p class="lead" lang="en" ' in html
    assert '<blockquote class="quote" lang="nn" ' in html


def test_figure_and_sentence_with_one_source_point_at_it() -> None:
    html = answer_html(stated("?"), 3)
    assert re.findall(r'<(\w+) class="(\w+)"[^>]* data-points="source-3-1"', html) == [
        ("div", "figure"),
        ("p", "lead"),
        ("blockquote", "quote"),
    ]
    two = replace(stated("?"), statements=(Statement(Role.LEAD, "Begge.", (1, 2)),))
    two = replace(two, citations=(*two.citations, replace(two.citations[0], number=2)))
    assert "data-points" not in answer_html(two, 0)


def test_answer_that_leans_on_the_turn_before_has_no_link_of_its_own() -> None:
    answer = stated("og kvinnene?")
    assert "data-share" in answer_html(answer, 0)
    assert "data-share" not in answer_html(
        replace(answer, query=replace(answer.query, carried=("measure",))), 0
    )


def test_failure_while_answering_is_told_without_a_stack_trace(
    page: AppTest, assistant: FakeAssistant, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(question: str) -> Answer:
        raise RuntimeError(f"secret: {question}")

    assistant.answer = fail
    text = words(shown(ask(page.run(), "hemmelig spørsmål?")))
    assert "noe gikk galt" in text
    assert "RuntimeError" not in text
    assert "hemmelig" not in caplog.text
    assistant.answer = stated
    assert "44 prosent" in words(shown(ask(page, "kvinner?")))
    assert assistant.asked[-1] == ("kvinner?", ())


def test_reports_that_cannot_be_opened_are_told_without_a_stack_trace() -> None:
    def fail() -> FakeAssistant:
        raise OSError("/secret/path")

    replace_desk(Desk(open_assistant=fail))  # type: ignore[arg-type]
    page = AppTest.from_file(PAGE, default_timeout=20).run()
    replace_desk(None)
    assert not page.exception
    assert [error.value for error in page.error] == [say("frame.unavailable")]
    assert not page.chat_input


def test_answer_is_announced_with_its_label_and_number_of_sources() -> None:
    assert announcement(stated("?")) == "Svar. I 2023 nådde 44 prosent av kvinnene målet. Én kilde."
    assert announcement(abstained("?")).startswith("Står ikke i rapportene.")


def test_figure_is_announced_where_the_sentence_leaves_it_out_and_said_to_be_worked_out() -> None:
    answer = derived("?")
    assert announcement(answer).startswith("Svar. Regnet ut, ikke publisert. Om lag 3 400 menn")
    figure = replace(answer.figure, text="3\u00a0414") if answer.figure else None
    told = announcement(replace(answer, figure=figure))
    assert told.startswith("Svar. 3\u00a0414. Regnet ut, ikke publisert. Om lag 3 400 menn")


def test_sources_from_one_place_are_told_apart_by_their_first_words() -> None:
    quotes = ("Blant de som avsluttet program i 2023 var om lag 7 av 10 kvinner.", WOMEN.split(". ")[1])
    citations = tuple(a_citation(number, WOMEN, quote) for number, quote in enumerate(quotes, start=1))
    html = answer_html(replace(stated("?"), citations=citations), 0)
    summaries = re.findall(r"<details class=\"source\"><summary>(.*?)</summary>", html)
    assert [quote[:40] in words(summary) for quote, summary in zip(quotes, summaries, strict=True)] == [
        True
    ] * 2
    assert "source-begins" not in answer_html(stated("?"), 0)


def test_answer_without_sources_does_not_offer_to_copy_them() -> None:
    assert say("answer.copy") not in words(answer_html(abstained("?"), 0))
    assert say("answer.copy_alone") in words(answer_html(abstained("?"), 0))
    assert say("answer.copy") in words(answer_html(stated("?"), 0))


def test_announcement_is_on_the_page_after_an_answer(page: AppTest) -> None:
    assert 'class="announcement" data-turn="1" hidden>Svar. I 2023' in shown(ask(page.run(), "kvinner?"))


@pytest.mark.parametrize(
    ("date", "text"),
    [
        ("2024-06-24", "24. juni 2024"),
        (dt.date(2018, 10, 24), "24. oktober 2018"),
        ("våren 2024", "våren 2024"),
    ],
)
def test_dates_are_norwegian(date: dt.date | str, text: str) -> None:
    assert date_text(date) == text


def test_document_is_norwegian_and_names_its_inline_scripts() -> None:
    html = (
        '<html lang="en"><title>Streamlit</title><script>a = 1</script><noscript>You</noscript><body></body>'
    )
    document = norwegian_document(html)
    assert '<html lang="nb">' in document
    assert "<title>IMDi-svar</title>" in document
    assert "You" not in document
    assert 'role="status"' in document
    assert re.search(r"script-src 'self' 'sha256-[\w+/=]{44}';", content_policy(document))


# ---- the conversation


def test_edited_question_takes_the_place_of_the_old_one_and_of_what_came_after(
    page: AppTest, assistant: FakeAssistant
) -> None:
    ask(ask(page.run(), "kvinner?"), "menn?")
    page.button(key="edit-0").click().run()
    assert page.text_area(key="edited-0").value == "kvinner?"
    page.text_area(key="edited-0").set_value("alle?")
    next(button for button in page.button if button.label == say("chat.edit_ask")).click().run()
    assert assistant.asked[-1] == ("alle?", ())
    text = words(shown(page))
    assert "alle?" in text
    assert "menn?" not in text


def test_editing_can_be_given_up(page: AppTest, assistant: FakeAssistant) -> None:
    ask(page.run(), "kvinner?").button(key="edit-0").click().run()
    next(button for button in page.button if button.label == say("chat.cancel")).click().run()
    assert len(assistant.asked) == 1
    assert not page.text_area


def test_yes_or_no_is_stored_with_its_comment_and_without_a_name(page: AppTest) -> None:
    ask(ask(page.run(), "kvinner?"), "menn?").button(key="no-1").click().run()
    assert "Vurderingen er lagret" in words(shown(page))
    page.text_area[0].set_value("Feil år.")
    page.button(key="send-comment").click().run()
    (row,) = read_feedback(load_settings().feedback)
    assert (row.helpful, row.comment, row.turns) == (False, "Feil år.", ("kvinner?", "menn?"))
    assert row.figure == "44 prosent"
    assert row.generation == "000001-fake"


def test_feedback_that_cannot_be_stored_is_told_in_words(
    page: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IMDI_FEEDBACK", "/proc/nowhere/feedback.sqlite")
    ask(page.run(), "kvinner?").button(key="yes-0").click().run()
    assert say("feedback.failed") in words(shown(page))


def test_conversation_can_be_taken_away_as_word_and_markdown(page: AppTest) -> None:
    ask(page.run(), "kvinner?")
    labels = [button.proto.label for button in page.get("download_button")]
    assert labels == [say("export.word"), say("export.markdown")]


def test_too_many_questions_are_declined_with_when_to_ask_again(assistant: FakeAssistant) -> None:
    settings = Settings(load_settings().feedback, per_minute=1)
    replace_desk(Desk(settings, lambda: assistant))  # type: ignore[arg-type, return-value]
    page = ask(ask(AppTest.from_file(PAGE, default_timeout=20).run(), "kvinner?"), "menn?")
    assert re.search(r"Vent \d\d sekunder", words(shown(page)))


def test_what_rests_on_a_visitors_own_file_says_so_and_links_nowhere() -> None:
    own = frozenset({"introduksjonsprogram-2023"})
    html = "".join(answer_module.answer_html(stated("?"), 0, {}, own))
    assert "Bygger på din egen fil" in words(html)
    assert "din fil" in words(html)
    assert 'target="_blank"' not in html
    assert "IMDi, oppdatert" not in words(html)


def test_every_page_stands_in_the_head(page: AppTest) -> None:
    labels = [link.proto.label for link in page.run().get("page_link")]
    assert labels == ["Spør", "Tall", "Rapporter", "Om"]


def test_sign_in_comes_before_the_page_where_it_is_wanted(
    monkeypatch: pytest.MonkeyPatch, assistant: FakeAssistant
) -> None:
    monkeypatch.setenv("IMDI_SIGN_IN", "1")
    page = AppTest.from_file(PAGE, default_timeout=20).run()
    assert not page.exception
    assert not page.chat_input
    assert [error.value for error in page.error] == [say("frame.sign_in_missing")]


def test_question_that_was_stopped_says_so_and_can_be_asked_again(
    page: AppTest, assistant: FakeAssistant
) -> None:
    def stop(question: str) -> Answer:
        raise StopException  # what a press on Stop does to the script

    assistant.answer = stop
    ask(page.run(), "kvinner?")
    page.run()
    assert say("chat.stopped") in words(shown(page))
    assistant.answer = stated
    page.button(key="edit-0").click().run()
    next(button for button in page.button if button.label == say("chat.edit_ask")).click().run()
    assert "44 prosent" in words(shown(page))


def test_longest_question_is_not_shown_whole(page: AppTest) -> None:
    page.query_params["q"] = "a" * (chat.MAX_QUESTION + 1)
    assert "a" * (chat.SHOWN + 1) not in shown(page.run())


def test_who_waits_in_the_queue_is_told_so_and_a_press_on_stop_ends_the_wait(
    page: AppTest, assistant: FakeAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    stages: list[str] = []

    def ask(*_: object, waiting: Callable[[], None], **__: object) -> Answer:
        waiting()
        raise StopException

    def show(_place: object, stage: str) -> None:
        stages.append(stage)

    monkeypatch.setattr(the_desk(), "ask", ask)
    monkeypatch.setattr(chat, "_show_stage", show)
    ask_page = page.run().chat_input[0].set_value("kvinner?").run()
    assert stages == ["working", "waiting"]
    assert say("chat.stopped") in words(shown(ask_page.run()))


def test_address_that_is_printed_is_without_the_fragment_of_the_words() -> None:
    html = answer_html(stated("?"), 0)
    assert 'data-address="https://www.imdi.no/nokkeltall-for-introduksjonsprogrammet-2023/"' in html


def test_short_figure_is_kept_on_one_line_and_a_long_one_may_break() -> None:
    long = "om lag en tredel av alle som deltok"
    citation = a_citation(1, f"Det var {long} (44 prosent).", long, (long, "44 prosent"))
    html = paragraph_html(citation)
    assert f'<strong class="cited-figure cited-figure--long">{long}</strong>' in html
    assert '<strong class="cited-figure">44 prosent</strong>' in html


# ---- a language model


def growing(answer: Answer) -> Iterator[Answer]:
    yield replace(answer, text="Halvveis.", statements=(Statement(Role.LEAD, "Halvveis."),))
    yield replace(answer, statements=(*answer.statements, Statement(Role.NOTE, "Merk: formulert.")))


def test_without_a_model_the_page_has_no_switch(page: AppTest) -> None:
    assert not page.run().toggle


def test_the_page_says_which_model_words_answers_and_can_leave_it_out(
    page: AppTest, assistant: FakeAssistant
) -> None:
    assistant.companion = SimpleNamespace(name="openai:modell")
    assistant.compose, assistant.finish = assistant.ask, growing  # type: ignore[attr-defined]
    page.run()
    assert "openai" in page.toggle(key="use-model").label
    assert page.toggle(key="use-model").value
    assert "Merk: formulert." in words(shown(ask(page, "kvinner?")))
    assert "Halvveis" not in words(shown(page))
    page.toggle(key="use-model").set_value(False).run()
    assert words(shown(ask(page, "menn?"))).count("Merk: formulert.") == 1
