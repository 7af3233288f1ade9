"""Tall, Rapporter and Om over the published reports: what is listed, marked, added and decided."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from functools import partial
from html import unescape
from pathlib import Path

import pytest
from conftest import FakeEncoder
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Element

import ingest
from ingest import corrections
from ingest.models import CorpusError, Kind, Observation, Paragraph, ParagraphKind, Quantity, Report
from ingest.settings import CORPUS
from ingest.store import Store
from ingest.vocabulary import load_vocabulary
from rag import Assistant
from rag.phrases import Phrases
from ui import own_files
from ui.desk import Desk, replace_desk
from ui.limits import QueueFullError
from ui.own_files import OwnFiles, SameReportError
from ui.report_text import report_html
from ui.settings import Settings, load_settings
from ui.texts import say

PHRASES = Phrases(load_vocabulary(), "nb")
OWN = "Resultater for 2024\n\nI 2024 startet 12 300 nye deltakere i introduksjonsprogrammet.\n"


@pytest.fixture
def published(corpus_store_path: Path) -> Iterator[Assistant]:
    with Store.open(corpus_store_path, encoder=FakeEncoder()) as store:
        assistant = Assistant(store)
        replace_desk(Desk(Settings(load_settings().feedback), lambda: assistant))
        yield assistant
        replace_desk(None)


def _numbers() -> None:
    from ui import numbers_page

    numbers_page.show()


def _reports() -> None:
    from ui import reports_page

    reports_page.show()


def _about() -> None:
    from ui import about_page

    about_page.show()


@pytest.fixture
def numbers(published: Assistant) -> AppTest:
    return AppTest.from_function(_numbers, default_timeout=30).run()


@pytest.fixture
def reports(published: Assistant) -> AppTest:
    return AppTest.from_function(_reports, default_timeout=60).run()


def shown(page: AppTest) -> str:
    assert not page.exception
    return "\n".join(str(element.value) for element in page.get("html") if isinstance(element, Element))


def words(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


# ---- Tall


def test_every_number_is_counted_and_each_row_carries_its_paragraph(
    numbers: AppTest, published: Assistant
) -> None:
    html, total = shown(numbers), len(published.store.observations())
    assert f"{total} tall" in words(html)
    rows, opened = (
        re.findall(r'data-row="([^"]+)"', html),
        re.findall(r'class="row-paragraph" id="([^"]+)"', html),
    )
    assert rows == opened
    assert html.count('<strong class="cited-figure">') == len(rows)


def test_row_tells_a_fall_whose_part_a_share_is_and_what_was_read_from_words(numbers: AppTest) -> None:
    numbers.multiselect(key="filter-year").set_value(["2023"]).run()
    html = shown(numbers)
    rows = {words(row) for row in re.findall(r'<tr role="row" class="row".*?</tr>', html)}

    def has(*parts: str) -> bool:
        return any(all(part in row for part in parts) for row in rows)

    assert has("20 prosentpoeng", "nedgang fra 2022")
    assert has("17 prosentpoeng", "økning fra 2022")
    assert has("3 prosent", f"andel av: {PHRASES.name('avsluttet')}")
    assert has("5 prosent", f"andel av: {PHRASES.name('overgang_ingen')}")
    assert has("Om lag 0 prosentpoeng", "lest av ordene «samme nivå»")


def test_rows_leave_to_the_line_above_them_which_report_all_are_from(numbers: AppTest) -> None:
    assert 'class="row-usual" data-label="Rapport"' not in shown(numbers)
    numbers.multiselect(key="filter-year").set_value(["2017"]).run()
    html = shown(numbers)
    assert re.search(r"\d+ tall, fra Introduksjonsprogram – resultater for 2017", words(html))
    assert html.count('class="row-usual" data-label="Rapport"') == html.count('data-label="Rapport"')


def test_table_is_parted_into_pages(numbers: AppTest, published: Assistant) -> None:
    first = shown(numbers)
    numbers.button(key="next").click().run()
    second = shown(numbers)
    total = len(published.store.observations())
    assert first.count("data-row=") + second.count("data-row=") == total
    assert f"Side 2 av {-(-total // 50)}" in words(second)


def test_filters_narrow_the_table_and_can_be_cleared(numbers: AppTest) -> None:
    numbers.multiselect(key="filter-year").set_value(["2017"]).run()
    numbers.multiselect(key="filter-group").set_value(["sex=menn"]).run()
    html = shown(numbers)
    assert set(re.findall(r'data-label="År">([^<]+)', html)) == {"2017"}
    assert all("menn" in group for group in re.findall(r'data-label="Gruppe">([^<]+)', html))
    numbers.button(key="clear").click().run()
    assert 'data-label="År">2023' in shown(numbers)


def test_selection_without_a_number_says_so(numbers: AppTest) -> None:
    numbers.multiselect(key="filter-year").set_value(["2017"]).run()
    numbers.multiselect(key="filter-group").set_value(["origin=ukraina"]).run()
    assert say("numbers.none") in words(shown(numbers))


def test_one_measure_is_drawn_and_can_be_taken_away(numbers: AppTest) -> None:
    assert say("numbers.no_chart") in words(shown(numbers))
    numbers.multiselect(key="filter-measure").set_value(["avsluttet"]).run()
    assert len(numbers.get("vega_lite_chart")) == 1
    labels = [button.proto.label for button in numbers.get("download_button")]
    assert labels == [say(f"picture.{name}") for name in ("png", "svg", "csv", "xlsx", "csv", "xlsx")]


@pytest.mark.parametrize("order", ["measure", "largest"])
def test_table_can_be_sorted(numbers: AppTest, order: str) -> None:
    before = shown(numbers)
    numbers.selectbox(key="sort").set_value(order).run()
    assert shown(numbers) != before


# ---- the review


@pytest.fixture
def uncertain(corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[AppTest]:
    """The page Tall for whoever runs it, with a figure that could not be placed."""
    from ingest.pipeline import Making, ingest_reports
    from ingest.review import Review

    def read(report: Report, paragraphs: object) -> list[Observation]:
        return [an_uncertain(p) for p in paragraphs if p.text.startswith("I 2023 startet")]  # type: ignore[attr-defined]

    making = Making(corpus=corpus, encoder=FakeEncoder(), reader=read)
    path = tmp_path / "reviewed"
    ingest_reports((), path, making=making)
    monkeypatch.setenv("IMDI_REVIEW", "1")
    monkeypatch.setenv("IMDI_STORE", str(path))
    monkeypatch.setattr("ui.review.Review", partial(Review, making=making))
    with Store.open(path, encoder=FakeEncoder()) as store:
        replace_desk(Desk(Settings(load_settings().feedback), lambda: Assistant(store)))
        yield AppTest.from_function(_numbers, default_timeout=30).run()
        replace_desk(None)


def an_uncertain(paragraph: Paragraph) -> Observation:
    from decimal import Decimal

    start = paragraph.text.index("2023")
    quantity = Quantity(
        Decimal(2023), "personer", Decimal(2023), Decimal(2023), None, "2023", start, start + 4
    )
    return Observation(
        f"{paragraph.id}@{start}",
        paragraph.report_id,
        paragraph.id,
        "finnes_ikke",
        {},
        "2023",
        Kind.LEVEL,
        quantity,
        certain=False,
    )


def press(page: AppTest, label: str) -> AppTest:
    return next(button for button in page.button if button.label == label).click().run()


def test_review_is_shown_only_where_it_is_set(numbers: AppTest) -> None:
    assert say("review.heading") not in words(shown(numbers))


def test_number_that_could_not_be_placed_is_listed_all_the_same(uncertain: AppTest) -> None:
    assert "Uten kjent mål" in words(shown(uncertain))


def test_uncertain_number_is_marked(uncertain: AppTest) -> None:
    assert "usikkert lest" in words(shown(uncertain))
    assert say("numbers.uncertain_note") in words(shown(uncertain))


def test_decision_is_written_with_reason_and_name(uncertain: AppTest, corpus: Path) -> None:
    before = corrections.load_corrections(corpus / "corrections.csv")
    press(uncertain, say("review.save"))
    assert [error.value for error in uncertain.error] == [say("review.needs")]
    text = {box.label: box for box in uncertain.text_input}
    text[say("review.comment")].set_value("Et årstall, ikke et antall")
    text[say("review.by")].set_value("Kari")
    next(box for box in uncertain.selectbox if box.label == say("review.action")).set_value("suppress")
    press(uncertain, say("review.save"))
    (added,) = corrections.load_corrections(corpus / "corrections.csv")[len(before) :]
    assert (added.action, added.surface) == ("suppress", "2023")
    assert [note.value for note in uncertain.success] == [say("review.saved")]


def test_value_that_is_no_number_is_not_written(uncertain: AppTest, corpus: Path) -> None:
    before = (corpus / "corrections.csv").read_bytes()
    text = {box.label: box for box in uncertain.text_input}
    text[say("review.value")].set_value("mange")
    text[say("review.comment")].set_value("x")
    text[say("review.by")].set_value("Kari")
    press(uncertain, say("review.save"))
    assert uncertain.error
    assert (corpus / "corrections.csv").read_bytes() == before


def test_correction_is_added_to_a_file_of_either_delimiter(tmp_path: Path) -> None:
    row = {
        "report": "r",
        "paragraph_id": "p",
        "start": "3",
        "surface": "1,5",
        "action": "suppress",
        "comment": 'a "b"',
    }
    for delimiter in ",;":
        file = tmp_path / "corrections.csv"
        file.write_text(delimiter.join(corrections.COLUMNS), encoding="utf-8")
        corrections.add_correction(row, file)
        corrections.add_correction(row, file)
        assert [c.surface for c in corrections.load_corrections(file)] == ["1,5", "1,5"]
    file.unlink()
    corrections.add_correction(row, file)
    assert len(corrections.load_corrections(file)) == 1
    with pytest.raises(CorpusError):
        corrections.add_correction({**row, "action": "delete"}, file)


# ---- Rapporter


def test_report_is_shown_in_full_with_every_read_number_marked(
    reports: AppTest, published: Assistant
) -> None:
    store = published.store
    html = shown(reports)
    report = max(store.reports, key=lambda report: report.year)
    text = re.sub(r'<span class="reading".*?</span>', "", html)
    shown_words = re.sub(r"\W", "", unescape(re.sub(r"<[^>]+>", "", text)))
    for paragraph in store.paragraphs(report.id):
        assert re.sub(r"\W", "", paragraph.text) in shown_words
    spans = {(o.paragraph_id, o.quantity.start) for o in store.observations(report_id=report.id)}
    assert html.count('<mark class="read-number') == len(spans)
    assert 'title="Lest som: om lag 32\u00a0500, deltakere i introduksjonsprogrammet, 2023, nivå"' in html


def test_headings_and_lines_around_the_text_are_kept(reports: AppTest) -> None:
    html = shown(reports)
    assert "<h3>Overgang til arbeid og utdanning</h3>" in html
    assert '<p class="report-line">Fant du det du lette etter?</p>' in html


def test_a_line_that_dates_a_report_looks_like_the_lines_around_the_text_and_is_not_counted(
    reports: AppTest, published: Assistant
) -> None:
    html = shown(reports)
    report = max(published.store.reports, key=lambda report: report.year)
    (line,) = published.store.paragraphs(report.id, ParagraphKind.DATE)
    assert f'<p class="report-line" id="{line.id}">{line.text}</p>' in html
    count = len(published.store.paragraphs(report.id)) - 1
    assert f" i {count} avsnitt." in html


def test_numbers_that_overlap_are_marked_once(corpus_store: Store) -> None:
    report = corpus_store.reports[0]
    observation = corpus_store.observations(report_id=report.id)[0]
    paragraph = corpus_store.paragraph(observation.paragraph_id)
    html = report_html(report, paragraph.text, [paragraph], [observation, observation], PHRASES)
    assert html.count("<mark") == 1


def test_text_of_a_report_stays_text() -> None:
    hostile = '<script>alert(1)</script> <img src=x onerror="alert(1)">'
    report = Report("r", hostile, "p", 2023, None, "", '"><b>', "", "", "r.txt")
    paragraph = Paragraph("p", "r", 1, (hostile,), hostile, 0, len(hostile))
    html = report_html(report, f"{hostile}\n{hostile}", [paragraph], [], PHRASES)
    assert "<script" not in html
    assert "<img" not in html
    assert "<b>" not in html


# ---- the visitor's own files


@pytest.fixture
def mine(corpus_store_path: Path, tmp_path: Path) -> Iterator[OwnFiles]:
    files = OwnFiles(Path(shutil.copytree(corpus_store_path, tmp_path / "published")))
    yield files
    files.close()


def quiet(stage: str, done: int, total: int) -> None:
    pass


def test_own_file_is_answered_from_and_is_known_as_ones_own(mine: OwnFiles) -> None:
    stages: list[str] = []
    file = mine.add("min rapport 2024.txt", OWN.encode(), lambda stage, done, total: stages.append(stage))
    assert mine.assistant is not None
    assert mine.report_ids == {file.report_id}
    assert (file.year, file.observations) == (2024, 1)
    assert list(dict.fromkeys(stages)) == ["read", "numbers", "embed", "index"]
    answer = mine.assistant.ask("Hvor mange startet i 2024?")
    assert {citation.report_id for citation in answer.citations} == {file.report_id}


def test_published_store_knows_nothing_of_it(mine: OwnFiles, tmp_path: Path) -> None:
    mine.add("min.txt", OWN.encode(), quiet)
    with Store.open(tmp_path / "published", encoder=FakeEncoder()) as store:
        assert not any(report.id.startswith(own_files.PREFIX) for report in store.reports)


def test_two_sessions_have_nothing_in_common(mine: OwnFiles, tmp_path: Path) -> None:
    other = OwnFiles(tmp_path / "published")
    mine.add("min.txt", OWN.encode(), quiet)
    assert other.assistant is None
    assert other.files == ()


def test_file_named_like_a_published_report_does_not_take_its_place(mine: OwnFiles) -> None:
    file = mine.add("introduksjonsprogram-2023.txt", OWN.encode(), quiet)
    assert file.report_id.startswith(own_files.PREFIX)
    assert mine.assistant is not None
    published = mine.assistant.store.report("introduksjonsprogram-2023")
    assert "12 300" not in mine.assistant.store.source(published.id)


def test_the_same_text_as_a_published_report_is_told(mine: OwnFiles) -> None:
    same = (CORPUS / "reports" / "introduksjonsprogram-2023.txt").read_bytes()
    with pytest.raises(SameReportError):
        mine.add("kopi.txt", same, quiet)
    assert mine.assistant is None


def test_file_that_cannot_be_read_leaves_the_others(mine: OwnFiles) -> None:
    first = mine.add("min.txt", OWN.encode(), quiet)
    with pytest.raises(CorpusError):
        mine.add("bilde.txt", b"\x89PNG\r\n", quiet)
    assert [file.report_id for file in mine.files] == [first.report_id]


def test_removing_a_file_leaves_no_trace_of_it(mine: OwnFiles) -> None:
    first = mine.add("a.txt", OWN.encode(), quiet)
    second = mine.add("b.txt", OWN.replace("12 300", "14 500").encode(), quiet)
    mine.remove(first.report_id)
    assert mine.report_ids == {second.report_id}
    folder = first.path.parent.parent
    mine.remove(second.report_id)
    assert mine.assistant is None
    assert [path for path in folder.rglob("*") if path.is_file()] == []
    mine.close()
    assert not folder.exists()


def test_only_so_many_files_are_read_at_once(mine: OwnFiles, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(own_files, "PATIENCE", 0.01)
    assert own_files._reading.acquire()
    try:
        with pytest.raises(QueueFullError):
            mine.add("min.txt", OWN.encode(), quiet)
    finally:
        own_files._reading.release()


def test_upload_is_summed_up_and_can_be_undone(reports: AppTest, published: Assistant) -> None:
    reports.file_uploader[0].set_value(("min rapport 2024.txt", OWN.encode(), "text/plain")).run()
    reports.button(key="take-in").click().run()
    text = words(shown(reports))
    assert say("reports.done") in text
    assert "Resultater for 2024: 1 avsnitt og 1 tall, ingen av dem usikkert lest." in text
    assert "din fil" in text
    assert say("reports.not_published") in text
    next(button for button in reports.button if button.key and button.key.startswith("remove-")).click().run()
    assert say("reports.removed") in words(shown(reports))
    assert "12 300" not in words(shown(reports))


def test_upload_that_cannot_be_read_is_told_in_words(reports: AppTest) -> None:
    reports.file_uploader[0].set_value(("bilde.txt", b"\x89PNG\r\n", "text/plain")).run()
    reports.button(key="take-in").click().run()
    assert "Det er et bilde. Gi teksten i det, i et av formatene som kan leses." in words(shown(reports))


def test_upload_without_a_year_is_told_what_can_be_done_on_the_page(reports: AppTest) -> None:
    reports.file_uploader[0].set_value(("notat.txt", b"Mange deltok i programmet.\n", "text/plain")).run()
    reports.button(key="take-in").click().run()
    assert say("reports.reason_read") in words(shown(reports))


# ---- Om


def test_about_says_limits_licences_privacy_and_accessibility(published: Assistant) -> None:
    text = words(shown(AppTest.from_function(_about, default_timeout=30).run()))
    for heading in ("Hva den ikke kan", "Rapporter og lisenser", "Personvern", "Tilgjengelighetserklæring"):
        assert heading in text
    assert all(report.title in text for report in published.store.reports)
    assert "Kontakt den som drifter" in text


def test_about_tells_when_questions_are_logged(published: Assistant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IMDI_LOG_QUESTIONS", "1")
    monkeypatch.setenv("IMDI_CONTACT", "post@example.org")
    text = words(shown(AppTest.from_function(_about, default_timeout=30).run()))
    assert "loggen også skal ha spørsmålene" in text
    assert "Kontakt: post@example.org." in text


def test_corrections_have_a_public_door() -> None:
    assert "add_correction" in ingest.__all__
