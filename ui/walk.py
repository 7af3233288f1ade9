"""The review in the terminal: the uncertain figures one by one, and what a person says of each."""

from __future__ import annotations

from collections.abc import Sequence

import typer

from ingest.models import Kind, Observation, Paragraph
from ingest.readings import GROUPS, UNPLACED
from ingest.review import CORRECT, SUPPRESS, Review, UnknownWordError, cell_names
from ingest.store import Progress
from rag.phrases import Phrases
from ui.texts import counted, say, table
from ui.words import doubt_text, groups_text, kind_text, measure_text, unknown_text

RIGHT, MEND, NONE, SKIP, QUIT = "r", "o", "i", "h", "a"
HELP = "?"
FIELDS = ("value", "measure", "dimensions", "period", "unit", "kind")
OF_CHANGES = ("direction", "reference_period")
LISTED = 60  # codes that "?" lists; of places there are hundreds


def walk(review: Review, uncertain: Sequence[Observation], progress: Progress) -> int:
    """Ask what is right of each figure, write the decisions down, and read the store anew.

    Answers come from standard input, whether that is a person or a file; at its end the walk stops as if it
    had been told to. Every decision is kept at once.

    Returns:
        How many figures were decided.
    """
    if not uncertain:
        typer.echo(say("walk.none"))
        return 0
    typer.echo(counted("walk.start", len(uncertain)))
    decided, by = 0, ""
    try:
        for number, observation in enumerate(uncertain, start=1):
            typer.echo("\n" + say("walk.place", number=number, total=len(uncertain)))
            typer.echo("\n".join(_shown(review, observation)))
            settled = False
            while not settled:
                choice = _choose(observation)
                if choice == QUIT:
                    raise typer.Abort
                by = by if choice == SKIP else by or _asked(say("walk.by"))
                settled = choice == SKIP or _decide(review, observation, choice, by)
            decided += choice != SKIP
    except (typer.Abort, KeyboardInterrupt):
        typer.echo()
    _finish(review, decided, progress)
    return decided


def _finish(review: Review, decided: int, progress: Progress) -> None:
    if not decided:
        typer.echo(say("walk.nothing"))
        return
    typer.echo(counted("walk.done", decided))
    typer.echo(counted("walk.left", review.reread(progress).uncertain))


def _choose(observation: Observation) -> str:
    """Ask what is to become of a figure."""
    placed = observation.measure != UNPLACED
    typer.echo(say("walk.choices" if placed else "walk.choices_unplaced"))
    allowed = (RIGHT, MEND, NONE, SKIP, QUIT) if placed else (MEND, NONE, SKIP, QUIT)
    while (choice := _asked(say("walk.ask"), SKIP).lower()[:1]) not in allowed:
        typer.echo(say("walk.not_a_choice"))
    return choice


def _shown(review: Review, observation: Observation) -> list[str]:
    """A figure in its sentence, how it was read, and why that is uncertain."""
    phrases = Phrases(review.vocabulary, "nb")
    report = review.store.report(observation.report_id)
    paragraph = review.store.paragraph(observation.paragraph_id)
    path = (report.title, *paragraph.section, *cell_names(paragraph, observation))
    read = {
        "value": phrases.value(observation.quantity),
        "measure": f"{measure_text(observation.measure, phrases)} [{observation.measure}]",
        "dimensions": groups_text(observation, phrases),
        "period": observation.period or say("numbers.no_year"),
        "unit": observation.quantity.unit or "?",
        "kind": kind_text(observation),
    }
    return [
        " › ".join(path),
        f"  {_marked(paragraph, review.statement(observation), observation)}",
        say("walk.read_as"),
        *(f"  {_label(field)}: {value}" for field, value in read.items()),
        say("review.doubts"),
        *(f"  {doubt_text(doubt, detail)}" for doubt, detail in review.doubts(observation)),
    ]


def _marked(paragraph: Paragraph, span: tuple[int, int], observation: Observation) -> str:
    """The sentence or row with its figure in brackets, and bold where the terminal can."""
    (start, end), quantity = span, observation.quantity
    stop = max(quantity.end, min(end, len(paragraph.text)))
    before, after = paragraph.text[start : quantity.start], paragraph.text[quantity.end : stop]
    figure = typer.style(f"[{quantity.surface}]", bold=True)
    return " ".join(f"{before}{figure}{after}".split())


def _decide(review: Review, observation: Observation, choice: str, by: str) -> bool:
    """Write down what was chosen. False where what was said does not make a figure.

    Raises:
        CorpusError: it cannot be written.
    """
    phrases = Phrases(review.vocabulary, "nb")
    said = _put_right(review, observation, phrases) if choice == MEND else {}
    reason = {RIGHT: "right", MEND: "wrong", NONE: "none"}[choice]
    comment = _asked(say("walk.why"), say(f"walk.why_{reason}"))
    action = SUPPRESS if choice == NONE else CORRECT
    try:
        review.decide(observation, action, said, comment, by)
        cells = review.cells(observation, said) if action == CORRECT else {}
    except UnknownWordError as error:
        typer.echo(unknown_text(error, phrases))
        return False
    what = ", ".join(f"{name}={cell}" for name, cell in cells.items()) or say("walk.suppressed")
    typer.echo(say("walk.written", what=what))
    return True


def _put_right(review: Review, observation: Observation, phrases: Phrases) -> dict[str, str]:
    """What a person says of each field, asked until it is known; fields that are kept are left out."""
    typer.echo(say("walk.keep"))
    read = review.read(observation)
    said: dict[str, str] = {}
    for field in FIELDS:
        _ask_field(review, field, read, said, phrases)
    if said.get("kind", read["kind"]) == Kind.CHANGE:
        for field in OF_CHANGES:
            _ask_field(review, field, read, said, phrases)
    return said


def _ask_field(
    review: Review, field: str, read: dict[str, str], said: dict[str, str], phrases: Phrases
) -> None:
    needed = field == "measure" and read[field] == UNPLACED
    shown = _in_words(field, read[field])
    while True:
        text = _asked(f"  {_label(field)}", "" if needed else shown)
        if text == HELP:
            typer.echo("  " + say("walk.possible", codes=_possible(review, field)))
            continue
        if needed and not text:
            typer.echo("  " + say("review.unplaced"))
            continue
        if text == shown and not needed:
            return
        try:
            said[field] = review.checked(field, _as_code(field, text))
        except UnknownWordError as error:
            typer.echo("  " + unknown_text(error, phrases))
        else:
            if said[field] != text:
                typer.echo(f"    = {_in_words(field, said[field])}")
            return


def _possible(review: Review, field: str) -> str:
    """What may be answered to a field."""
    match field:
        case "kind" | "direction":
            return say(f"walk.{field}s")
        case "unit":
            return ", ".join(review.units)
        case "measure":
            return ", ".join(e.code for e in review.vocabulary.of("measure") if e.code != UNPLACED)
        case "dimensions":
            codes = [f"{name}={e.code}" for name in GROUPS for e in review.vocabulary.of(name)]
            return ", ".join(codes[:LISTED]) + " …"
    return "2023" if "period" in field else "1234,5"


def _label(field: str) -> str:
    return say(f"review.{field}").partition(" (")[0].lower()


def _in_words(field: str, code: str) -> str:
    """A cell as it is shown: kinds and directions in Norwegian, all else as it is written."""
    words = {code: word for word, code in table(f"walk_{field}s").items()} if _has_words(field) else {}
    return words.get(code, code)


def _as_code(field: str, text: str) -> str:
    """What a word stands for; its beginning is enough."""
    words = table(f"walk_{field}s") if _has_words(field) else {}
    return next((code for word, code in words.items() if text and word.startswith(text.lower())), text)


def _has_words(field: str) -> bool:
    return field in ("kind", "direction")


def _asked(question: str, default: str | None = None) -> str:
    """An answer; the end of the input raises typer.Abort."""
    return str(typer.prompt(question, default=default, show_default=bool(default))).strip()
