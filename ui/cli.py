"""The `imdi` command. Layout only: each command calls the library and prints what it gave.

Nothing heavy is imported at the top, so that `imdi --help` answers at once.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from ingest.models import IngestSummary, Observation, Paragraph
    from rag import Assistant
    from rag.models import Answer, Citation

INPUT_ERROR = 2
STAGES = {"read": "Leser", "numbers": "Finner tall", "embed": "Beregner vektorer", "index": "Lager indeks"}

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


def main() -> None:
    """Run the command; what cannot be taken in is told in one line and ends with status 2."""
    from ingest.models import CorpusError

    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]
    try:
        app()
    except CorpusError as error:
        typer.echo(f"Feil: {error}", err=True)
        sys.exit(INPUT_ERROR)


@app.command()
def ask(
    question: Annotated[
        list[str], typer.Argument(metavar="SPØRSMÅL…", help="Spørsmålet, med eller uten «».")
    ],
    as_json: Annotated[bool, typer.Option("--json", help="Skriv hele svaret som JSON.")] = False,
    explain: Annotated[bool, typer.Option("--explain", help="Vis hvordan spørsmålet ble lest.")] = False,
    store: StoreOption = None,
) -> None:
    """Still ett spørsmål og få svaret med kildene."""
    answer = _open(store).ask(" ".join(question))
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
    summary = take_in(files or [], store, _show_progress, year=year, title=title, publisher=publisher)
    _tell_summary(summary)


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
    from ui.fetch import list_lines, outcome_lines, summary_lines, unknown_text

    if show:
        typer.echo("\n".join(list_lines(store)))
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
            tell=lambda outcome: typer.echo("\n".join(outcome_lines(outcome))),
            progress=_show_progress,
        )
    except UnknownEntryError as error:
        raise typer.BadParameter(unknown_text(error)) from error
    typer.echo("\n".join(summary_lines(summary)))
    if summary.taken_in:
        _tell_summary(summary.taken_in)
    if summary.problem:
        typer.echo(f"Feil: {summary.problem}", err=True)
    if summary.failed:
        raise typer.Exit(1)


def _show_progress(stage: str, done: int, total: int) -> None:
    if sys.stderr.isatty() and total:
        typer.echo(f"\r{STAGES.get(stage, stage)} {done} av {total}", err=True, nl=done >= total)


def _tell_summary(summary: IngestSummary) -> None:
    typer.echo(_summary_text(summary))
    for name, reason in summary.skipped:
        typer.echo(f"Hoppet over {name}: {reason}", err=True)


def _summary_text(summary: IngestSummary) -> str:
    counts = (
        f"{len(summary.reports)} rapporter, {summary.paragraphs} avsnitt, {summary.observations} tall"
        f" ({summary.uncertain} usikre)"
    )
    if not summary.built:
        return f"Ingenting er endret siden sist: {counts}."
    return f"Lest inn på {summary.seconds:.1f} s: {counts}."


@app.command()
def reports(
    as_json: Annotated[bool, typer.Option("--json", help="Skriv listen som JSON.")] = False,
    store: StoreOption = None,
) -> None:
    """List rapportene i lageret."""
    found = _open(store).store.reports
    if as_json:
        _print_json(tuple(found))
        return
    for report in found:
        updated = f", oppdatert {report.updated}" if report.updated else ""
        typer.echo(f"{report.id}\n   {report.title} ({report.publisher}{updated})\n   {report.url}")
        typer.echo(f"   Lisens: {report.licence or 'ikke oppgitt i rapporten'}\n")


@app.command()
def numbers(
    measure: Annotated[str | None, typer.Option(metavar="KODE", help="Bare dette målet.")] = None,
    period: Annotated[str | None, typer.Option(metavar="ÅR", help="Bare dette året.")] = None,
    as_csv: Annotated[bool, typer.Option("--csv", help="Skriv alle kolonnene som CSV.")] = False,
    corpus: Annotated[
        bool, typer.Option("--corpus", help="Les rapportene som følger med på nytt, og bare dem.")
    ] = False,
    check: Annotated[
        bool, typer.Option("--check", help="Vis tall som henger sammen, og om de stemmer etter avrunding.")
    ] = False,
    store: StoreOption = None,
) -> None:
    """Vis tallene som er lest ut av rapportene."""
    with _corpus_store() if corpus else nullcontext(store) as folder:
        assistant = _open(folder)
        if check:
            from ui.table import checks_table

            typer.echo(checks_table(assistant.checks()))
            return
        opened = assistant.store
        found = opened.observations(measure=measure, period=period)
        if as_csv:
            typer.echo(_numbers_csv(found, opened.paragraphs()), nl=False)
            return
    from ui.table import numbers_table

    typer.echo(numbers_table(found))


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
    ablation: Annotated[
        bool, typer.Option("--ablation", help="Mål i stedet hva hver del av søket er verdt (flere minutter).")
    ] = False,
    squad: Annotated[
        list[Path] | None,
        typer.Option(metavar="FIL", help="Med --ablation: også på avsnittene i en fil i SQuAD-format."),
    ] = None,
    json_file: Annotated[
        Path | None, typer.Option("--json", metavar="FIL", help="Hvor alt skal lagres.")
    ] = None,
    markdown_file: Annotated[
        Path | None, typer.Option("--markdown", metavar="FIL", help="Lagre også tabellene.")
    ] = None,
) -> None:
    """Mål hvor gode svarene er."""
    if squad and not ablation:
        raise typer.BadParameter("--squad hører til --ablation")
    if ablation:
        _ablate(squad or [], markdown_file)
        return
    from evals.data import SPLITS

    if split not in (*SPLITS, "all"):
        raise typer.BadParameter(f"{split} er ikke dev, test, shared eller all")
    if (gate or update_baseline) and split != "all":
        raise typer.BadParameter("grunnlinjen gjelder alle spørsmålene: utelat --split")
    from evals.evaluate import run

    status = run(
        SPLITS if split == "all" else (split,),
        folder=reports,
        check=gate,
        update=update_baseline,
        lower=lower,
        show_failures=show_failures,
        json_file=json_file,
        markdown_file=markdown_file,
    )
    raise typer.Exit(status)


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


def _open(store: Path | None) -> Assistant:
    from ingest import ensure_store
    from rag import Assistant

    # Exact search answers one question sooner than Chroma is imported (0.6 to 0.8 s).
    return Assistant(ensure_store(store, _show_progress, exact=True))


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
    yield f"    {' › '.join(path)} ({citation.publisher}{updated})"
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
