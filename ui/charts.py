"""A series as a chart (Altair) and as a picture file. How it looks; what is in it `rag.series` has chosen.

Every value is written beside its mark in the report's words, so that nothing is said by colour or shape
alone. On the page `style.css` gives the chart the theme's colours; a file is drawn in ink on white.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from rag.series import Point, Series, Shape
from ui.texts import say

if TYPE_CHECKING:
    import altair as alt

    Chart: TypeAlias = "alt.LayerChart"

ROW = 46  # pixels a bar, with a label of one line above it
NAME_LINE = 18  # and more for each further line
NAME_LETTERS = 36  # a line of a label: so many fit beside each other on a phone
AXIS = 62  # pixels of the axis of bars with its unit: on the page they are taken from the chart's height
PLOT_HEIGHT = 230  # pixels of a line chart
FILE_WIDTH = 640
TITLE_LETTERS = 60  # a line of a file's title
INK, SOFT, GRID = "#14262b", "#47585d", "#d5dedf"
# Told apart by readers with any colour vision and in greys (Okabe and Ito's palette, darkened until each
# has three times the contrast of white and of the dark theme's paper); dashes and shapes tell them apart too.
COLOURS = ("#1c8790", "#c2550a", "#7d6bb8", "#8a7a12")
DASHES = ((1, 0), (6, 3), (2, 2), (8, 3, 2, 3))
SHAPES = ("circle", "square", "triangle-up", "diamond")
_ROOM = 1.35  # of the largest value: room for the words after the longest bar
_HEADROOM = Decimal("1.18")  # and above the highest point of a line
_NEAR = Decimal("0.25")  # of the axis: a figure so close below another is written under its point
_LOW = Decimal("0.15")  # of the axis: below a point as low as this there is no room above the years

# Where the figure of a point stands, as Vega reads it for each.
_AT_POINT: dict[str, Any] = {
    "dx": {"expr": "datum.words === 'beside' ? 10 : 0"},
    "dy": {"expr": "datum.words === 'beside' ? 0 : datum.words === 'below' ? 20 : -16"},
    "align": {"expr": "datum.words === 'beside' ? 'left' : 'center'"},
}
_PERCENT = re.compile(rf"\s{say('picture.percent')}\b")
# Thousands are parted by a no-break space, as everywhere on the page.
_NUMBER = "replace(format(datum.value, ','), regexp(',', 'g'), '\u00a0')"


def make_chart(series: Series) -> Chart:
    """The series as a chart as wide as its place."""
    import altair as alt

    layers = _line_layers(series) if series.shape is Shape.YEARS else _bar_layers(series)
    height = PLOT_HEIGHT if series.shape is Shape.YEARS else _plot_height(series) + AXIS
    chart: Chart = (
        alt.layer(*layers)
        .properties(width="container", height=height, usermeta={"embedOptions": {"renderer": "svg"}})
        .configure(aria=False, background="transparent", font="sans-serif")
        .configure_view(stroke=None)
        .configure_axis(
            labelColor=INK,
            titleColor=SOFT,
            gridColor=GRID,
            domainColor=SOFT,
            tickColor=SOFT,
            labelFontSize=13,
            titleFontSize=13,
            titleFontWeight="normal",
        )
        .configure_legend(
            orient="bottom", title=None, labelColor=INK, labelFontSize=13, symbolSize=110, labelLimit=400
        )
    )
    return chart


def describe(series: Series) -> str:
    """The chart in words, for whoever does not see it: all its figures, and the years that have none."""
    figures = "; ".join(f"{point_name(point, series)}: {shown_text(point)}" for point in series.points)
    if series.shape is Shape.GROUPS:
        return say("picture.alt_groups", title=series.title, figures=figures)
    gaps = say("picture.gaps") if len(series.periods) < len(_years(series)) else ""
    return say("picture.alt_years", title=series.title, figures=figures, gaps=gaps).strip()


def point_name(point: Point, series: Series) -> str:
    """What tells a point from the others of its series: its group, its year, or both."""
    group = point.group or (say("picture.everyone") if len(series.groups) > 1 else "")
    return ", ".join(filter(None, (group, point.period if len(series.periods) > 1 else ""))) or point.period


def point_heading(series: Series) -> str:
    """What the names of its points are: groups, years, or both."""
    kinds = (("group", len(series.groups) > 1), ("year", len(series.periods) > 1))
    names = [say(f"picture.{kind}") for kind, differs in kinds if differs] or [say("picture.group")]
    return ", ".join((names[0], *(name.lower() for name in names[1:])))


def shown_text(point: Point) -> str:
    """The figure as it is worded; a calculated one says that it is."""
    return f"{point.text} ({say('picture.calculated')})" if point.calculated else point.text


def whisker_note(series: Series) -> tuple[str, ...]:
    """What the thin lines of the chart mean, where it has some."""
    has_some = any(_is_vague(point) and point.upper > point.lower for point in series.points)
    return (say("picture.whiskers"),) if has_some else ()


def to_picture(series: Series, sources: Sequence[str], kind: Literal["png", "svg"]) -> bytes:
    """The chart as a file, with its title above and its sources below.

    Args:
        series: what to draw.
        sources: a line for each source.
        kind: "png" (twice the size of a screen's pixels) or "svg".
    """
    import vl_convert

    spec = make_chart(series).to_dict()
    if series.shape is Shape.GROUPS:
        spec["height"] = _plot_height(series)  # here the axis comes on top of it
    spec |= {
        "width": FILE_WIDTH,
        "background": "white",
        "padding": 20,
        "title": {
            "text": _wrapped(series.title, TITLE_LETTERS), "anchor": "start", "color": INK, "fontSize": 18,
            "offset": 14,
        },
    }  # fmt: skip
    lines = [line for text in (*whisker_note(series), *sources) for line in _wrapped(text)]
    footed = {
        "$schema": spec.pop("$schema"),
        "datasets": spec.pop("datasets"),  # Vega-Lite looks for them here only: a chart without draws nothing
        "config": spec.pop("config"),
        "background": spec.pop("background"),
        "padding": spec.pop("padding"),
        # The legend of a chart stands under it, not under its sources
        "resolve": {"legend": dict.fromkeys(("color", "strokeDash", "shape"), "independent")},
        "vconcat": [
            spec,
            {
                "width": FILE_WIDTH,
                "height": 16 * max(1, len(lines)),
                "data": {"values": [{}]},
                "mark": {
                    "type": "text", "text": lines or "", "align": "left", "baseline": "top", "x": 0, "y": 0,
                    "fontSize": 11, "lineHeight": 15, "color": SOFT,
                },
            },
        ],
    }  # fmt: skip
    if kind == "svg":
        return str(vl_convert.vegalite_to_svg(footed)).encode("utf-8")
    return bytes(vl_convert.vegalite_to_png(footed, scale=2))


def _wrapped(text: str, width: int = 105) -> list[str]:
    import textwrap

    return textwrap.wrap(text, width, break_on_hyphens=False) or [""]


def _years(series: Series) -> list[str]:
    """Every year from the first to the last, also those without a figure."""
    return [str(year) for year in range(int(series.periods[0]), int(series.periods[-1]) + 1)]


def _is_vague(point: Point) -> bool:
    """Whether what the figure can mean is drawn; that of a plain "34 prosent" is rounding, and too short."""
    return point.hedged or point.calculated


def _record(point: Point, series: Series, row: int) -> dict[str, Any]:
    vague = _is_vague(point)
    return {
        "row": row,
        "year": point.period,
        "group": point.group or say("picture.everyone"),
        "name": point_name(point, series),
        "value": float(point.value),
        "lower": float(point.lower) if vague else None,
        "upper": float(point.upper) if vague else None,
        "text": f"{point.text} ({say('picture.worked_out')})" if point.calculated else point.text,
        "hedged": point.hedged,
        "calculated": point.calculated,
    }


def _top(series: Series) -> Decimal:
    return max(max(point.value, point.upper) for point in series.points)


def _words_elsewhere(series: Series) -> dict[tuple[str, str], str]:
    """The points, by group and year, whose figure does not stand above them: there is a line or a point.

    That is so at a low between two years, and close below another group's point. Most have room "below"; a
    point that is close above another one, or above the years, has its figure "beside" it.
    """
    top, years = _top(series) * _HEADROOM, _years(series)
    values = {(point.group, point.period): point.value for point in series.points}
    elsewhere = {}
    for (group, year), value in values.items():
        at = years.index(year)
        beside = [values.get((group, other)) for other in years[max(at - 1, 0) : at + 2] if other != year]
        is_low = len(beside) == 2 and all(other is not None and other > value for other in beside)
        gaps = [v - value for (other, when), v in values.items() if when == year and other != group]
        is_close_below = any(0 < gap < top * _NEAR for gap in gaps)
        has_room = value > top * _LOW and not any(-top * _NEAR < gap < 0 for gap in gaps)
        if has_room and (is_low or is_close_below):
            elsewhere[group, year] = "below"
        elif is_close_below:
            elsewhere[group, year] = "beside"
    return elsewhere


def _names(series: Series) -> list[list[str]]:
    return [_wrapped(point_name(point, series), NAME_LETTERS) for point in series.points]


def _row(series: Series) -> int:
    """The height of a bar with its name, by the longest name."""
    return ROW + NAME_LINE * (max(map(len, _names(series))) - 1)


def _plot_height(series: Series) -> int:
    return _row(series) * len(series.points)


def _name(point: Point, series: Series) -> dict[str, Any]:
    """The name of a bar in lines, and how far from the middle of its row the first of them stands."""
    lines = _wrapped(point_name(point, series), NAME_LETTERS)
    return {"lines": "\n".join(lines), "rise": 9 + (_row(series) - ROW) // 2 - NAME_LINE * len(lines)}


def _axis(series: Series, along: str, *, grid: bool = True) -> dict[str, Any]:
    top = _top(series) * (_HEADROOM if series.shape is Shape.YEARS else Decimal(str(_ROOM)))
    return {
        "field": along,
        "type": "quantitative",
        "scale": {"domain": [0, float(top) or 1.0], "nice": False},
        "axis": {
            "title": series.unit, "tickCount": 4, "labelExpr": _NUMBER,
            "grid": grid, "domain": not grid, "ticks": not grid,
        },
    }  # fmt: skip


def _bar_layers(series: Series) -> list[alt.Chart]:
    """A bar a figure with its name above it and its wording after it, and what it can mean as a thin line."""
    import altair as alt

    rows = [_record(point, series, row) | _name(point, series) for row, point in enumerate(series.points)]
    low = 9 + (_row(series) - ROW) // 2  # of the middle of its row, below the longest name
    base = alt.Chart(alt.InlineData(values=rows)).encode(y=alt.Y("row:O", axis=None, sort=None))
    x = alt.X.from_dict(_axis(series, "value", grid=False))  # the lines would run through the names
    vague = base.transform_filter("datum.upper !== null && datum.upper > datum.lower")
    ends = [
        vague.mark_tick(yOffset=low, thickness=1.5, height=9, color=INK)
        .encode(x=alt.X(f"{end}:Q", title=series.unit))
        .properties(name=end)
        for end in ("lower", "upper")
    ]
    words = base.transform_calculate(
        after="datum.upper === null ? datum.value : max(datum.value, datum.upper)"
    ).mark_text(
        align="left", baseline="middle", yOffset=low, xOffset=8, fontSize=14, fontWeight=600, color=INK
    )
    return [
        base.transform_filter("!datum.calculated")
        .mark_bar(height=16, yOffset=low, fill=COLOURS[0], stroke=COLOURS[0], strokeWidth=1.5)
        .encode(x=x, fillOpacity=alt.condition("datum.hedged", alt.value(0.45), alt.value(1)))
        .properties(name="bar"),
        base.transform_filter("datum.calculated")
        .mark_bar(height=16, yOffset=low, filled=False, stroke=COLOURS[0], strokeWidth=2, strokeDash=[4, 3])
        .encode(x=x)
        .properties(name="worked"),
        vague.mark_rule(yOffset=low, strokeWidth=1.5, color=INK)
        .encode(x=alt.X("lower:Q", title=series.unit), x2="upper:Q")
        .properties(name="reach"),
        *ends,
        base.mark_text(
            align="left",
            baseline="middle",
            dy=alt.expr("datum.rise"),
            lineBreak="\n",
            lineHeight=NAME_LINE,
            fontSize=14,
            color=INK,
        )
        .encode(x=alt.value(0), text="lines:N")
        .properties(name="name"),
        words.encode(x=alt.X("after:Q", title=series.unit), text="text:N").properties(name="figure"),
    ]


def _legend_columns(names: Collection[str]) -> int:
    """One below the other where a phone has no room for the names side by side."""
    return 1 if len("".join(names)) > NAME_LETTERS else len(names)


def _line_layers(series: Series) -> list[alt.Chart]:
    """A line over the years, broken where nothing was published, with each figure written at its point."""
    import altair as alt

    years = _years(series)
    groups = {group: group or say("picture.everyone") for group in series.groups}
    known = {(point.group, point.period): point for point in series.points}
    elsewhere = _words_elsewhere(series)
    rows = [
        _record(known[group, year], series, 0) | {"words": elsewhere.get((group, year), "above")}
        if (group, year) in known
        else {"year": year, "group": groups[group], "value": None}
        for group in groups
        for year in years
    ]
    for row in rows:  # neighbouring years are close on a phone, and the unit stands on the axis
        row["text"] = _PERCENT.sub("\u00a0%", str(row.get("text", "")))
    axis = alt.Axis(title=None, labelAngle=0, labelOverlap=True)
    base = alt.Chart(alt.InlineData(values=rows)).encode(
        x=alt.X("year:O", axis=axis, scale=alt.Scale(domain=years))
    )
    y = alt.Y.from_dict(_axis(series, "value"))
    colour, dash, shape = (
        kind(
            "group:N",
            scale=alt.Scale(domain=list(groups.values()), range=list(values[: len(groups)])),
            legend=alt.Legend(columns=_legend_columns(groups.values())) if len(groups) > 1 else None,
        )
        for kind, values in ((alt.Color, COLOURS), (alt.StrokeDash, DASHES), (alt.Shape, SHAPES))
    )
    there = base.transform_filter("datum.value !== null")
    vague = there.transform_filter("datum.upper !== null && datum.upper > datum.lower")
    return [
        base.mark_line(strokeWidth=2.5, invalid="break-paths-show-path-domains")
        .encode(y=y, color=colour, strokeDash=dash)
        .properties(name="line"),
        vague.mark_rule(strokeWidth=1.5, color=INK)
        .encode(y=alt.Y("lower:Q", title=series.unit), y2="upper:Q")
        .properties(name="reach"),
        there.transform_filter("!datum.hedged && !datum.calculated")
        .mark_point(size=90, filled=True, opacity=1)
        .encode(y=y, color=colour, shape=shape)
        .properties(name="point"),
        there.transform_filter("datum.hedged || datum.calculated")
        .mark_point(size=90, filled=False, fill="white", opacity=1, strokeWidth=2.5)
        .encode(y=y, color=colour, shape=shape)
        .properties(name="hollow"),
        # First a rim of paper, then the ink: a line may run behind the words.
        *(
            there.mark_text(**_AT_POINT, fontSize=13, fontWeight=600, **paint)
            .encode(y=y, text="text:N")
            .properties(name=name)
            for name, paint in (
                ("rim", {"stroke": "white", "strokeWidth": 4, "strokeJoin": "round", "color": "white"}),
                ("figure", {"color": INK}),
            )
        ),
    ]
