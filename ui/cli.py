"""The `imdi` command. Layout only: each command calls the library and prints what it gave.

Nothing heavy is imported at the top, so that `imdi --help` answers at once.
"""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from ui.reasons import reason_text
from ui.terminal import find_held, held_lines, holding_lines, show_progress, summary_lines, unknown_lines
from ui.texts import say

if TYPE_CHECKING:
    from ingest.models import Observation, Paragraph
    from ingest.store import Store
    from rag import Assistant
    from rag.models import Answer, Citation

INPUT_ERROR = 2

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Spør IMDis rapporter på norsk. Hvert tall i svaret kommer med avsnittet det står i.",
)

StoreOption = Annotated[
    Path | None,
    typer.Option("--store", metavar="MAPPE", help="Lageret det skal leses fra. Uten: ditt eget."),
]

ServedOption = Annotated[
    bool,
    typer.Option("--served", help="Spør ditt eget lager (IMDI_STORE) som det er; ikke bygg et til målingen."),
]


def main() -> None:
    """Run the command; what cannot be taken in is told in one line and ends with status 2."""
    from ingest.models import CorpusError

    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]
    try:
        app()
    except CorpusError as error:
        typer.echo(f"Feil: {reason_text(str(error))}", err=True)
        sys.exit(INPUT_ERROR)


@app.command()
def ask(
    question: Annotated[
        list[str], typer.Argument(metavar="SPØRSMÅL…", help="Spørsmålet, med eller uten «».")
    ],
    as_json: Annotated[bool, typer.Option("--json", help="Skriv hele svaret som JSON.")] = False,
    explain: Annotated[bool, typer.Option("--explain", help="Vis hvordan spørsmålet ble lest.")] = False,
    no_model: Annotated[
        bool, typer.Option("--no-model", help="Svar uten språkmodellen i IMDI_MODEL.")
    ] = False,
    store: StoreOption = None,
) -> None:
    """Still ett spørsmål og få svaret med kildene."""
    assistant = _open(store)
    answer = (assistant.without_model() if no_model else assistant).ask(" ".join(question))
    if as_json:
        _print_json(answer)
        return
    typer.echo("\n".join(_answer_lines(answer)))
    if explain:
        typer.echo("\n".join(_explain_lines(answer)))


@app.command()
def search(
    query: Annotated[list[str], typer.Argument(metavar="ORD…", help="Det du leter etter.")],
    k: Annotated[int, typer.Option("-k", min=1, max=100, help="Hvor mange avsnitt.")] = 5,
    as_json: Annotated[bool, typer.Option("--json", help="Skriv treffene som JSON.")] = False,
    store: StoreOption = None,
) -> None:
    """Finn avsnitt i rapportene, de beste først."""
    hits = _open(store).search(" ".join(query), k=k)
    if as_json:
        _print_json(hits)
        return
    for rank, hit in enumerate(hits, start=1):
        heading = " › ".join((hit.report_id, *hit.paragraph.section))
        typer.echo(f"{rank}. {heading}  ({hit.score:.2f})\n   {_one_line(hit.text)}\n")


@app.command()
def ingest(
    files: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[FIL…]",
            help="Rapporter, mapper eller nettadresser (https://…). Uten: rapportene som følger med.",
        ),
    ] = None,
    year: Annotated[
        int | None, typer.Option(min=1990, max=2100, metavar="ÅR", help="Året tallene gjelder.")
    ] = None,
    title: Annotated[str | None, typer.Option(metavar="TEKST", help="Tittelen på rapporten.")] = None,
    publisher: Annotated[str | None, typer.Option(metavar="NAVN", help="Hvem som ga den ut.")] = None,
    store: StoreOption = None,
) -> None:
    """Les inn rapporter, så de kan spørres om."""
    from ingest import ingest as take_in

    if title and len(files or []) != 1:
        raise typer.BadParameter("--title gjelder én rapport: oppgi én fil om gangen")
    summary = take_in(files or [], store, show_progress, year=year, title=title, publisher=publisher)
    typer.echo("\n".join(summary_lines(summary)))


@app.command()
def fetch(
    ids: Annotated[
        list[str] | None, typer.Argument(metavar="[ID…]", help="Sider i katalogen; --list viser dem.")
    ] = None,
    year: Annotated[
        int | None, typer.Option(min=1990, max=2100, metavar="ÅR", help="Alle sider med tall for året.")
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="Alle sider i katalogen.")] = False,
    show: Annotated[bool, typer.Option("--list", help="Vis hvilke sider som er kjent.")] = False,
    download_only: Annotated[
        bool, typer.Option("--download-only", help="Hent filene, men ikke les dem inn.")
    ] = False,
    again: Annotated[
        bool, typer.Option("--again", help="Spør også etter det som ble hentet det siste døgnet.")
    ] = False,
    store: StoreOption = None,
) -> None:
    """Hent publiserte sider og tabeller fra nettet, og les dem inn."""
    from ingest import fetch as fetch_pages
    from ingest.catalogue import UnknownEntryError
    from ui import fetch as said

    if show:
        typer.echo("\n".join(said.list_lines(store)))
        return
    if not (ids or year or everything):
        raise typer.BadParameter("oppgi hva som skal hentes: én eller flere ID-er, --year eller --all")
    try:
        summary = fetch_pages(
            ids or [],
            store,
            year=year,
            everything=everything,
            take_in=not download_only,
            again=again,
            tell=lambda outcome: typer.echo("\n".join(said.outcome_lines(outcome))),
            progress=show_progress,
        )
    except UnknownEntryError as error:
        raise typer.BadParameter(said.unknown_text(error)) from error
    typer.echo("\n".join(said.summary_lines(summary)))
    if summary.taken_in:
        typer.echo("\n".join(summary_lines(summary.taken_in)))
    if summary.problem:
        typer.echo(f"Feil: {reason_text(summary.problem)}", err=True)
    if summary.failed:
        raise typer.Exit(1)


@app.command()
def remove(
    reports: Annotated[
        list[str], typer.Argument(metavar="RAPPORT…", help="Id-ene, slik `imdi reports` viser dem.")
    ],
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Ikke spør først.")] = False,
    store: StoreOption = None,
) -> None:
    """Ta rapporter ut av lageret, med alle tallene og de tidligere utgavene."""
    from ingest import ensure_store
    from ingest import remove as take_out

    with ensure_store(store, show_progress, exact=True) as opened:
        held = {one.report.id: one for one in find_held(opened)}
        shipped, path = opened.shipped, opened.path
    if unknown := [name for name in reports if name not in held]:
        _refuse(*unknown_lines(unknown, [one.report for one in held.values()]))
    if set(held) <= set(reports):
        _refuse(say("terminal.last_report"))
    named = list(dict.fromkeys(reports))
    for name in named:
        typer.echo("\n".join(held_lines(held[name])))
    if not yes and not _at_terminal():
        _refuse(say("terminal.not_asked"))
    if not (yes or typer.confirm(say("terminal.ask_remove"))):
        typer.echo(say("terminal.kept_as_it_was"))
        return
    summary = take_out(named, path, show_progress)
    typer.echo(say("terminal.removed", reports=", ".join(named)))
    typer.echo("\n".join([*_consequences(named, shipped), *holding_lines(summary)]))


def _consequences(removed: Sequence[str], shipped: Collection[str]) -> Iterator[str]:
    from ingest.corrections import load_corrections

    corrected = {correction.report for correction in load_corrections()}
    yield from (say("terminal.shipped", name=name) for name in removed if name in shipped)
    yield from (say("terminal.corrected", name=name) for name in removed if name in corrected)


def _refuse(*lines: str) -> NoReturn:
    typer.echo("\n".join(lines), err=True)
    raise typer.Exit(INPUT_ERROR)


def _at_terminal() -> bool:
    return sys.stdin.isatty()


@app.command()
def reports(
    as_json: Annotated[bool, typer.Option("--json", help="Skriv listen som JSON.")] = False,
    store: StoreOption = None,
) -> None:
    """List rapportene i lageret, med hvor mye som er lest av hver."""
    found = find_held(_open(store).store)
    if as_json:
        from ingest.reports import as_dict

        counts = ("paragraphs", "observations", "uncertain")
        _print_json([as_dict(one.report) | {name: getattr(one, name) for name in counts} for one in found])
        return
    for one in found:
        typer.echo("\n".join(held_lines(one)) + "\n")


@app.command()
def numbers(
    measure: Annotated[str | None, typer.Option(metavar="KODE", help="Bare dette målet.")] = None,
    period: Annotated[str | None, typer.Option(metavar="ÅR", help="Bare dette året.")] = None,
    as_csv: Annotated[bool, typer.Option("--csv", help="Skriv alle kolonnene som CSV.")] = False,
    report: Annotated[
        str | None, typer.Option(metavar="RAPPORT", help="Bare tallene i denne rapporten.")
    ] = None,
    corpus: Annotated[
        bool, typer.Option("--corpus", help="Les rapportene som følger med på nytt, og bare dem.")
    ] = False,
    check: Annotated[
        bool, typer.Option("--check", help="Vis tall som henger sammen, og om de stemmer etter avrunding.")
    ] = False,
    review: Annotated[
        bool, typer.Option("--review", help="Gå gjennom de usikre tallene, ett for ett, og rett dem.")
    ] = False,
    propose: Annotated[
        bool, typer.Option("--propose", help="La språkmodellen foreslå hva de usikre tallene er.")
    ] = False,
    store: StoreOption = None,
) -> None:
    """Vis tallene som er lest ut av rapportene."""
    if (review or propose) and (as_csv or corpus or check):
        raise typer.BadParameter(
            "--review kan ikke brukes sammen med --csv, --corpus eller --check; det kan heller ikke --propose"
        )
    with _corpus_store() if corpus else nullcontext(store) as folder:
        assistant = _open(folder)
        if check:
            from ui.table import checks_table

            typer.echo(checks_table(assistant.checks()))
            return
        opened = assistant.store
        if report and report not in [one.id for one in opened.reports]:
            _refuse(*unknown_lines([report], opened.reports))
        if propose:
            _propose(opened, measure, period, report)
        if review:
            _review(opened, measure, period, report)
        if propose or review:
            return
        found = opened.observations(measure=measure, period=period, report_id=report)
        if as_csv:
            typer.echo(_numbers_csv(found, opened.paragraphs()), nl=False)
            return
    from ui.table import numbers_table

    typer.echo(numbers_table(found))


def _review(store: Store, measure: str | None, period: str | None, report: str | None) -> None:
    from ingest.review import Review
    from ui.walk import walk

    review = Review(store)
    walk(review, review.uncertain(measure, period, report), show_progress)


def _propose(store: Store, measure: str | None, period: str | None, report: str | None) -> None:
    from ingest.review import Review
    from rag.llm import is_chosen

    if not is_chosen():
        raise typer.BadParameter("--propose: IMDI_MODEL sier ikke hvilken språkmodell som skal spørres")
    from rag.llm.client import ModelFaultError, the_client
    from rag.llm.figures import propose_figures

    review = Review(store)
    try:
        asked, proposed = propose_figures(the_client(), review, review.uncertain(measure, period, report))
    except ModelFaultError as error:
        _refuse(say("terminal.model_failed", fault=error.fault.value))
    if proposed:
        review.reread(show_progress)
    typer.echo(say("terminal.proposed", asked=asked, proposed=proposed))


def _numbers_csv(observations: Sequence[Observation], paragraphs: Sequence[Paragraph]) -> str:
    import tempfile

    from ingest import write_numbers

    with tempfile.TemporaryDirectory(prefix="imdi-") as folder:
        path = Path(folder, "numbers.csv")
        write_numbers(observations, paragraphs, path)
        return path.read_text(encoding="utf-8")


@contextmanager
def _corpus_store() -> Iterator[Path]:
    """A store of the corpus alone, gone afterwards."""
    import tempfile

    from ingest import ingest as take_in

    with tempfile.TemporaryDirectory(prefix="imdi-", ignore_cleanup_errors=True) as folder:
        take_in((), store=Path(folder))
        yield Path(folder)


@app.command("eval")
def evaluate(
    split: Annotated[str, typer.Option(help="dev, test, shared eller all.")] = "all",
    gate: Annotated[
        bool, typer.Option("--gate", help="Feil hvis svarene er dårligere enn grunnlinjen.")
    ] = False,
    update_baseline: Annotated[
        bool, typer.Option("--update-baseline", help="Hev grunnlinjen til det som ble nådd.")
    ] = False,
    lower: Annotated[bool, typer.Option("--lower", help="Grunnlinjen får også senkes.")] = False,
    show_failures: Annotated[bool, typer.Option("--show-failures", help="Vis alt som gikk galt.")] = False,
    reports: Annotated[
        Path | None, typer.Option(metavar="MAPPE", help="Mål i stedet på rapportene og spørsmålene i mappen.")
    ] = None,
    served: ServedOption = False,
    ablation: Annotated[
        bool, typer.Option("--ablation", help="Mål i stedet hva hver del av søket er verdt (flere minutter).")
    ] = False,
    squad: Annotated[
        list[Path] | None,
        typer.Option(metavar="FIL", help="Med --ablation: også på avsnittene i en fil i SQuAD-format."),
    ] = None,
    model: Annotated[
        int | None,
        typer.Option(min=0, metavar="ANTALL", help="Mål i stedet språkmodellen, på så mange par (0: alle)."),
    ] = None,
    json_file: Annotated[
        Path | None, typer.Option("--json", metavar="FIL", help="Hvor alt skal lagres.")
    ] = None,
    markdown_file: Annotated[
        Path | None, typer.Option("--markdown", metavar="FIL", help="Lagre også tabellene.")
    ] = None,
) -> None:
    """Mål hvor gode svarene er."""
    _check_options(bool(squad and not ablation), bool(served and (reports or update_baseline)))
    if ablation:
        _ablate(squad or [], markdown_file)
        return
    from evals.data import SPLITS

    if split not in (*SPLITS, "all"):
        raise typer.BadParameter(f"{split} er ikke dev, test, shared eller all")
    if (gate or update_baseline) and split != "all":
        raise typer.BadParameter("grunnlinjen gjelder alle spørsmålene: utelat --split")
    splits = SPLITS if split == "all" else (split,)
    if model is not None:
        raise typer.Exit(_evaluate_model(splits, model, markdown_file))
    from evals.evaluate import run

    status = run(
        splits,
        folder=reports,
        served=served,
        check=gate,
        update=update_baseline,
        lower=lower,
        show_failures=show_failures,
        json_file=json_file,
        markdown_file=markdown_file,
    )
    raise typer.Exit(status)


def _check_options(squad_alone: bool, served_with_others: bool) -> None:
    if squad_alone:
        raise typer.BadParameter("--squad hører til --ablation")
    if served_with_others:
        raise typer.BadParameter("--served kan ikke brukes sammen med --reports eller --update-baseline")


def _evaluate_model(splits: Sequence[str], sample: int, markdown_file: Path | None) -> int:
    from evals.model import run
    from rag.llm import is_chosen

    if not is_chosen():
        raise typer.BadParameter("--model: IMDI_MODEL sier ikke hvilken språkmodell som skal måles")
    return run(splits, sample=sample, markdown_file=markdown_file)


def _ablate(files: Sequence[Path], markdown_file: Path | None) -> None:
    from evals import ablation
    from evals.data import DataError

    try:
        ablation.run(files, markdown_file=markdown_file)
    except DataError as error:
        raise typer.BadParameter(str(error)) from error


@app.command()
def feedback(
    as_csv: Annotated[bool, typer.Option("--csv", help="Skriv alle kolonnene som CSV.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Skriv alt som JSON.")] = False,
    candidates: Annotated[
        bool, typer.Option("--candidates", help="Skriv vurderingene som kandidater til evals, i TOML.")
    ] = False,
) -> None:
    """Vis hva leserne syntes om svarene."""
    from ui.feedback import as_csv as to_csv
    from ui.feedback import as_pairs, read_feedback
    from ui.settings import load_settings

    rows = read_feedback(load_settings().feedback)
    if as_json:
        _print_json(rows)
    elif as_csv:
        typer.echo(to_csv(rows), nl=False)
    elif candidates:
        typer.echo(as_pairs(rows), nl=False)
    else:
        for row in rows:
            verdict = "ja " if row.helpful else "nei"
            typer.echo(f"{row.at}  {verdict}  {_one_line(row.turns[-1])}")
            if row.comment:
                typer.echo(f"    «{_one_line(row.comment)}»")


@app.command()
def chat(
    port: Annotated[int, typer.Option(min=1, max=65535, help="Porten siden skal ligge på.")] = 8501,
    address: Annotated[
        str, typer.Option(help="Adressen den skal svare på. Uten: bare denne maskinen.")
    ] = "127.0.0.1",
    headless: Annotated[bool, typer.Option("--headless", help="Ikke åpne nettleseren.")] = False,
) -> None:
    """Åpne samtalesiden i nettleseren."""
    from ui.server import serve

    serve(port, headless, address)


@app.command()
def mcp(
    http: Annotated[
        bool, typer.Option("--http", help="Svar på en adresse på denne maskinen, ikke på stdin og stdout.")
    ] = False,
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="Porten med --http. 0: en som er ledig.")
    ] = 8502,
    store: StoreOption = None,
) -> None:
    """La din egen agent spørre, søke og slå opp tall, over MCP (Model Context Protocol)."""
    try:
        from ui.mcp_server import serve
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in ("mcp", "mcp_types"):
            raise
        _refuse(say("terminal.no_mcp"))
    if not http and _at_terminal():
        typer.echo(say("terminal.mcp_waits"), err=True)
    try:
        serve(store, port if http else None, tell=typer.echo)
    except OSError as error:
        if not http:
            raise
        _refuse(say("terminal.port_taken", port=port, reason=error.strerror))


def _open(store: Path | None) -> Assistant:
    from ingest import ensure_store
    from rag import Assistant

    # Exact search answers one question sooner than Chroma is imported (0.6 to 0.8 s).
    return Assistant(ensure_store(store, show_progress, exact=True)).with_model()


def _print_json(value: object) -> None:
    import json

    from rag.plain import to_plain

    typer.echo(json.dumps(to_plain(value), ensure_ascii=False, indent=2))


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _answer_lines(answer: Answer) -> Iterator[str]:
    yield answer.text
    if answer.citations:
        yield "\nKilder"
    for citation in answer.citations:
        yield from _citation_lines(citation)
    if answer.follow_ups:
        yield "\nSpør gjerne videre"
        yield from (f"  {question}" for question in answer.follow_ups)


def _citation_lines(citation: Citation) -> Iterator[str]:
    from ui.answer import date_text, place_text

    updated = f", oppdatert {date_text(citation.updated)}" if citation.updated else ""
    yield f"[{citation.number}] «{_one_line(citation.quote)}»"
    path = filter(None, (citation.title, *citation.section, place_text(citation)))
    published = f"{citation.publisher}{updated}".removeprefix(", ")
    yield f"    {' › '.join(path)}" + (f" ({published})" if published else "")
    if citation.url:
        yield f"    {citation.url}"


def _explain_lines(answer: Answer) -> Iterator[str]:
    query = answer.query
    dimensions = ", ".join(f"{name}={'/'.join(codes)}" for name, codes in query.dimensions.items())
    read = {
        "status": f"{answer.status} ({answer.reason})",
        "språk": query.language,
        "hensikt": query.intent,
        "mål": ", ".join(query.measures),
        "grupper": dimensions,
        "år": ", ".join(query.periods),
        "enhet": query.unit,
        "arvet fra før": ", ".join(query.carried),
        "ikke forstått": ", ".join(query.unmatched),
    }
    yield "\nSlik ble spørsmålet lest"
    yield from (f"  {name}: {value}" for name, value in read.items() if value)
    yield from (f"  {line}" for line in answer.trace)


if __name__ == "__main__":
    main()
