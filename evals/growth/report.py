"""What was measured of growth, in tables and plots."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from evals.section import Section

Found = Mapping[str, Any]
Value = Callable[[Found], float]
STAGES = {"read": "files read", "numbers": "figures read", "embed": "embedding", "index": "indexing"}
PARTS = ("vectors", "Chroma", "words", "tables", "texts")
WAYS = ("nearest vectors", "word search", "both, fused")
COLOURS = ["#0b5cad", "#c0392b", "#2e7d32", "#8e44ad", "#b9770e", "#555555"]


def compose(found: Sequence[Found], encoder: str) -> Section:
    """The part of the page that tells how everything grows with the number of paragraphs."""
    blocks = [
        "Made-up reports about the introduction programme in Norway's municipalities, 2004 to 2024:"
        " every paragraph states one figure of one place, year and group; thousands differ in nothing else."
        f" A third of the questions ask for a figure that no report states. Vectors: {encoder}."
        " Each store is built and asked in a process of its own.",
        _table("Answers", found, _answers()),
        _table("Questions right, by kind", found, _kinds(found)),
        _table("Plain retrieval: the figure stands in the best paragraph / in one of five", found,
               {way: _plain(way) for way in WAYS} | {"the product's answer": _figure_right}),
        _table("Search: one look-up, in milliseconds, and the index's recall", found, _searches()),
        _table("Taking in, in milliseconds a paragraph", found, _stages()),
        _table("Store on disk, in MB", found, {part: _size(part) for part in PARTS}),
        _ratio(found),
    ]  # fmt: skip
    plots = {
        "growth-answers.svg": _plot(found, "milliseconds of the processor", {
            "p50": lambda f: 1e3 * f["answered"]["worked_p50"],
            "p95": lambda f: 1e3 * f["answered"]["worked_p95"],
        }),
        "growth-right.svg": _plot(found, "right, %", {
            "the product's answers": lambda f: 100 * right(f),
            **{way: _percent(way) for way in WAYS},
        }, logarithmic=False),
        "growth-memory.svg": _plot(found, "MB", {
            "answering": lambda f: f["answered"]["memory"],
            "answering and searching": lambda f: f["answered"]["memory_with_search"],
            "taking in": lambda f: f["built"]["memory"],
            "store on disk": lambda f: sum(f["built"]["bytes"].values()) / 1e6,
        }),
        "growth-ingest.svg": _plot(found, "seconds", {
            name: _seconds(stage)
            for stage, name in STAGES.items()
        }),
    }  # fmt: skip
    return Section("Growth", "\n\n".join(filter(None, blocks)), plots)


def right(found: Found) -> float:
    """The part of all questions that was answered right."""
    kinds = found["answered"]["kinds"].values()
    return float(sum(r for r, _ in kinds) / sum(asked for _, asked in kinds))


def _answers() -> dict[str, Callable[[Found], str]]:
    return {
        "observations": lambda f: f"{f['built']['observations']:,}",
        "reports": lambda f: f"{f['built']['reports']:,}",
        "right": lambda f: f"{right(f):.3f}",
        "right of the questions about the first 100": lambda f: "{}/{}".format(*f["answered"]["first"]),
        "p50 ms": lambda f: f"{1e3 * f['answered']['p50']:.1f}",
        "p95 ms": lambda f: f"{1e3 * f['answered']['p95']:.1f}",
        "processor p50 ms": lambda f: f"{1e3 * f['answered']['worked_p50']:.1f}",
        "processor p95 ms": lambda f: f"{1e3 * f['answered']['worked_p95']:.1f}",
        "opening ms": lambda f: f"{1e3 * f['answered']['opened']:.0f}",
        "first answer ms": lambda f: f"{1e3 * f['answered']['first_answer']:.0f}",
        "memory MB": lambda f: f"{f['answered']['memory']:.0f}",
        "with search MB": lambda f: f"{f['answered']['memory_with_search']:.0f}",
    }


def _kinds(found: Sequence[Found]) -> dict[str, Callable[[Found], str]]:
    return {
        name: _kind(name) for name in dict.fromkeys(kind for f in found for kind in f["answered"]["kinds"])
    }


def _kind(name: str) -> Callable[[Found], str]:
    return lambda f: _of(f["answered"]["kinds"].get(name))


def _of(counted: Sequence[int] | None) -> str:
    return f"{counted[0]}/{counted[1]}" if counted else "–"


def _percent(way: str) -> Value:
    def value(found: Found) -> float:
        best, _, asked = found["answered"]["plain"][way]
        return float(100 * best / asked)

    return value


def _seconds(stage: str) -> Value:
    # A scale of powers has no nought.
    return lambda f: max(float(f["built"]["seconds"].get(stage, 0.0)), 1e-3)


def _median(key: str) -> Callable[[Found], str]:
    return lambda f: f"{1e3 * f['answered'][key]:.1f}"


def _plain(way: str) -> Callable[[Found], str]:
    def shown(found: Found) -> str:
        best, five, asked = found["answered"]["plain"][way]
        return f"{best / asked:.2f} / {five / asked:.2f}"

    return shown


def _figure_right(found: Found) -> str:
    r, asked = found["answered"]["kinds"]["figure"]
    return f"{r / asked:.2f}"


def _searches() -> dict[str, Callable[[Found], str]]:
    names = {"searched": "Chroma", "exact": "exact", "filtered": "kept to 20 reports (exact)"}
    shown = {name: _median(key) for key, name in names.items()}
    return {**shown, "recall at 10": lambda f: f"{f['answered']['recall']:.3f}"}


def _stages() -> dict[str, Callable[[Found], str]]:
    def per(stage: str) -> Callable[[Found], str]:
        return lambda f: f"{1e3 * f['built']['seconds'].get(stage, 0.0) / f['built']['paragraphs']:.2f}"

    return {name: per(stage) for stage, name in STAGES.items()} | {
        "seconds in all": lambda f: f"{sum(f['built']['seconds'].values()):.0f}",
        "memory MB": lambda f: f"{f['built']['memory']:.0f}",
    }


def _size(part: str) -> Callable[[Found], str]:
    return lambda f: f"{f['built']['bytes'].get(part, 0) / 1e6:.1f}"


def _ratio(found: Sequence[Found]) -> str:
    """The largest store against that of 1,000 paragraphs, or the smallest."""
    base = next((f for f in found if f["size"] == 1_000), found[0])
    larger = [f for f in found if f["size"] > base["size"]]
    times = {f["size"]: f["answered"]["worked_p50"] / base["answered"]["worked_p50"] for f in larger}
    return "\n".join(
        f"- p50 of the processor's time at {n:,} paragraphs: {t:.2f} times that at {base['size']:,}"
        for n, t in times.items()
    )


def _table(title: str, found: Sequence[Found], columns: Mapping[str, Callable[[Found], str]]) -> str:
    head = ["paragraphs", *columns]
    rows = [[f"{f['size']:,}", *(column(f) for column in columns.values())] for f in found]
    lines = [" | ".join(head), "|".join(["---:"] * len(head)), *(" | ".join(row) for row in rows)]
    return f"### {title}\n\n" + "\n".join(f"| {line} |" for line in lines)


def _plot(found: Sequence[Found], axis: str, lines: Mapping[str, Value], *, logarithmic: bool = True) -> str:
    """A line a name over the number of paragraphs, as SVG."""
    import altair as alt
    import vl_convert

    rows = [
        {"paragraphs": f["size"], "value": value(f), "what": name}
        for f in found
        for name, value in lines.items()
    ]
    scale = alt.Scale(type="log") if logarithmic else alt.Scale(domain=[0, 100])
    chart = (
        alt.Chart(alt.InlineData(values=rows), width=480, height=260)
        .mark_line(point=True)
        .encode(
            x=alt.X("paragraphs:Q", scale=alt.Scale(type="log"), title="paragraphs"),
            y=alt.Y("value:Q", scale=scale, title=axis),
            color=alt.Color("what:N", title=None, sort=list(lines), scale=alt.Scale(range=COLOURS)),
        )
    )
    return str(vl_convert.vegalite_to_svg(chart.to_dict()))
