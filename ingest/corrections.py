"""What a person has put right: corpus/corrections.csv, applied after reading; it wins over what was read.

One row, one decision. `action` is "correct" (replace what the row states of the figure that stands there),
"suppress" (take it out), "add" (a figure that was not read) or "propose" (what a language model takes an
uncertain figure to be; it stays uncertain, and what a person decides wins). A row points at its figure by
report, paragraph id, the surface and where it starts in the paragraph. An empty cell keeps what was read; "-"
empties it (of `dimensions`: everyone). A row that points at nothing, because its report has been changed
or is not in the store, is left out and named in the summary; a row that cannot be understood is an error.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from ingest.files import hold, write_whole
from ingest.models import CorpusError, Direction, Kind, Observation, Paragraph, Quantity, Source
from ingest.settings import CORPUS

COLUMNS = (
    "report",
    "paragraph_id",
    "start",
    "surface",
    "action",
    "value",
    "unit",
    "measure",
    "dimensions",
    "period",
    "kind",
    "direction",
    "reference_period",
    "denominator",
    "comment",
    "by",
    "date",
)
PROPOSE = "propose"
ACTIONS = ("correct", "add", "suppress", PROPOSE)
EMPTIED = "-"
FILE = "corrections.csv"
LOCK_SECONDS = 30.0  # a row takes milliseconds to write


@dataclass(frozen=True, slots=True)
class Correction:
    """One row. `cells` are the cells that state something of the figure, without the empty ones."""

    row: int
    report: str
    paragraph_id: str
    start: int
    surface: str
    action: str
    cells: Mapping[str, str]

    @property
    def name(self) -> str:
        """How messages name the row."""
        return f"corrections.csv row {self.row}"


def load_corrections(path: Path = CORPUS / FILE) -> tuple[Correction, ...]:
    """Read the corrections; none where there is no such file.

    Raises:
        CorpusError: not CSV with the right columns, or a row that cannot be understood.
    """
    if not path.exists():
        return ()
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise CorpusError(f"{path.name}: cannot be read ({error}). Save it as CSV in UTF-8.") from error
    header = text.partition("\n")[0]
    reader = csv.DictReader(
        text.splitlines(), delimiter=";" if header.count(";") > header.count(",") else ","
    )
    if missing := [column for column in COLUMNS if column not in (reader.fieldnames or ())]:
        raise CorpusError(
            f"{path.name}: the columns {', '.join(missing)} are missing. Put them in its first row."
        )
    return tuple(_correction(number, row) for number, row in enumerate(reader, start=2) if any(row.values()))


def add_correction(row: Mapping[str, str], path: Path = CORPUS / FILE) -> None:
    """Write one more row, as a person decided it; it counts from the next ingest.

    Args:
        row: cells by column; a column that is left out is empty.
        path: the file; made with its columns when there is none.

    Raises:
        CorpusError: the row cannot be understood, the file that is there cannot, or it cannot be written. It
            is then as it was.
    """
    unwritable = f"{path.name}: cannot be written ({{reason}}). Check that you may write it."
    busy = f"{path.name}: another process is writing it. Try again."
    with hold(path.with_name(f".{path.name}.lock"), LOCK_SECONDS, busy=busy, unwritable=unwritable):
        _correction(len(load_corrections(path)) + 2, row)
        try:
            write_whole(path, _with_row(path.read_bytes() if path.exists() else b"", row))
        except OSError as error:
            raise CorpusError(unwritable.replace("{reason}", str(error.strerror))) from error


def _with_row(before: bytes, row: Mapping[str, str]) -> bytes:
    """A file of corrections with one more row, in the file's own columns and delimiter."""
    header = before.decode("utf-8-sig").partition("\n")[0].rstrip("\r")
    mark = ";" if header.count(";") > header.count(",") else ","
    columns = header.split(mark) if header else list(COLUMNS)
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, delimiter=mark, lineterminator="\n", extrasaction="ignore")
    if not header:
        writer.writeheader()
    writer.writerow(dict(row))
    ended = b"" if not before or before.endswith(b"\n") else b"\n"
    return before + ended + text.getvalue().encode("utf-8")


def apply_corrections(
    observations: Iterable[Observation], paragraphs: Sequence[Paragraph], corrections: Sequence[Correction]
) -> tuple[list[Observation], list[tuple[str, str]]]:
    """The observations put right, and (row, reason) for each correction that points at nothing."""
    result = list(observations)
    by_id = {paragraph.id: paragraph for paragraph in paragraphs}
    reports = {paragraph.report_id for paragraph in paragraphs}
    unused: list[tuple[str, str]] = []
    for correction in corrections:
        paragraph = by_id.get(correction.paragraph_id)
        end = correction.start + len(correction.surface)
        if correction.report not in reports:
            unused.append((correction.name, f"report {correction.report} is not in the store"))
        elif paragraph is None or paragraph.report_id != correction.report:
            unused.append((correction.name, f"there is no paragraph {correction.paragraph_id}"))
        elif paragraph.text[correction.start : end] != correction.surface:
            unused.append((correction.name, f"'{correction.surface}' does not stand at {correction.start}"))
        elif correction.action == "add":
            result.append(_added(correction, sum(o.paragraph_id == paragraph.id for o in result)))
        elif not (places := _places(result, correction)):
            unused.append((correction.name, f"no figure was read at '{correction.surface}'"))
        elif correction.action == "suppress":
            result = [observation for i, observation in enumerate(result) if i not in places]
        else:
            for i in places:
                if correction.action != PROPOSE or not result[i].certain:
                    result[i] = _corrected(result[i], correction)
    return result, unused


def _correction(number: int, row: Mapping[str, str | None]) -> Correction:
    cells = {column: (row.get(column) or "").strip() for column in COLUMNS}
    name = f"corrections.csv row {number}"
    if cells["action"] not in ACTIONS:
        raise CorpusError(f"{name}: the action '{cells['action']}' is not one of {', '.join(ACTIONS)}.")
    if not (cells["report"] and cells["paragraph_id"] and cells["start"].isdecimal() and row.get("surface")):
        raise CorpusError(f"{name}: report, paragraph_id, start (a whole number) and surface are needed.")
    if cells["action"] == "add" and not (cells["measure"] and cells["value"]):
        raise CorpusError(f"{name}: a figure that is added needs a measure and a value.")
    head = {"report", "paragraph_id", "start", "surface", "action", "comment", "by", "date"}
    correction = Correction(
        row=number,
        report=cells["report"],
        paragraph_id=cells["paragraph_id"],
        start=int(cells["start"]),
        surface=row.get("surface") or "",
        action=cells["action"],
        cells={column: value for column, value in cells.items() if value and column not in head},
    )
    try:
        _fields(correction)
    except (ValueError, InvalidOperation) as error:
        cure = "Write numbers like 1234.5, dimensions like sex=kvinner;age=19-24."
        raise CorpusError(f"{name}: a value cannot be read ({error}). {cure}") from error
    return correction


def _fields(correction: Correction) -> dict[str, Any]:
    """The fields of an observation that a row states; the number itself under "value" and "unit"."""
    fields: dict[str, Any] = {}
    for column, cell in correction.cells.items():
        value = None if cell == EMPTIED else cell
        if column == "dimensions":
            fields[column] = parse_dimensions(value or "")
        elif column == "kind":
            fields[column] = Kind(cell)
        elif column == "direction":
            fields[column] = Direction(cell) if value else None
        elif column == "value":
            fields[column] = parse_value(cell)
        elif column == "measure" and value is None:
            raise ValueError("a measure cannot be emptied")
        else:
            fields[column] = value
    return fields


def parse_dimensions(text: str) -> dict[str, str]:
    """A text like "sex=kvinner;origin=ukraina" as a mapping. Raises ValueError for any other text."""
    pairs = [part.partition("=") for part in text.split(";") if part.strip()]
    if any(not (name.strip() and mark and code.strip()) for name, mark, code in pairs):
        raise ValueError(f"'{text}' is not like sex=kvinner;age=19-24")
    return {name.strip(): code.strip() for name, _, code in pairs}


def format_dimensions(dimensions: Mapping[str, str]) -> str:
    """The text that `parse_dimensions` reads, sorted by name."""
    return ";".join(f"{name}={code}" for name, code in sorted(dimensions.items()))


def parse_value(cell: str) -> Decimal:
    """A number as a person writes it ("1 234,5"). Raises ValueError or InvalidOperation for other text."""
    value = Decimal(cell.replace("\u00a0", "").replace(" ", "").replace("−", "-").replace(",", "."))
    if not value.is_finite():
        raise ValueError(f"'{cell}' is not a number")
    return value


def _places(observations: Sequence[Observation], correction: Correction) -> set[int]:
    """Where the figure stands among the observations; of several readings, the one of the row's measure."""
    places = {
        i
        for i, observation in enumerate(observations)
        if observation.paragraph_id == correction.paragraph_id
        and observation.quantity.start == correction.start
        and observation.quantity.surface == correction.surface
    }
    measure = correction.cells.get("measure")
    same = {i for i in places if observations[i].measure == measure}
    return same if len(places) > 1 and same else places


def _corrected(observation: Observation, correction: Correction) -> Observation:
    fields = _fields(correction)
    quantity = observation.quantity
    if "value" in fields:
        value = fields.pop("value")
        if value != quantity.value:
            quantity = replace(quantity, value=value, lower=value, upper=value)
    if "unit" in fields:
        quantity = replace(quantity, unit=fields.pop("unit"))
    proposed = correction.action == PROPOSE
    source = Source.PROPOSED if proposed else Source.CORRECTED
    return replace(observation, **fields, quantity=quantity, certain=not proposed, source=source)


def _added(correction: Correction, number: int) -> Observation:
    fields = {"dimensions": {}, "period": None, "kind": Kind.LEVEL, **_fields(correction)}
    value, unit = fields.pop("value"), fields.pop("unit", None)
    end = correction.start + len(correction.surface)
    return Observation(
        id=f"{correction.paragraph_id}-added-{correction.start}-{number}",
        report_id=correction.report,
        paragraph_id=correction.paragraph_id,
        quantity=Quantity(value, unit, value, value, None, correction.surface, correction.start, end),
        source=Source.ADDED,
        **fields,
    )
