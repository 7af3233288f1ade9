"""Which figures may stand in one picture, and how they look there."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from html import unescape
from typing import Any, Literal

import pytest
from PIL import Image, ImageColor

from ingest.models import Direction, Kind, Observation, Quantity
from ingest.vocabulary import load_vocabulary
from rag.models import Calculation
from rag.phrases import Phrases
from rag.series import MAX_POINTS, Point, Series, Shape, find_series
from ui import charts
from ui.texts import say

PHRASES = Phrases(load_vocabulary(), "nb")


def observed(
    value: str, period: str | None = "2023", dimensions: Mapping[str, str] | None = None, **changes: Any
) -> Observation:
    number = Decimal(value)
    half = Decimal("0.5")
    quantity = Quantity(number, "prosent", number - half, number + half, None, f"{value} prosent", 0, 5)
    name = f"{period}-{value}-{sorted((dimensions or {}).items())}"
    observation = Observation(
        id=name,
        report_id="rapport-2023",
        paragraph_id=f"p-{name}",
        measure="overgang_arbeid",
        dimensions=dimensions or {},
        period=period,
        kind=Kind.LEVEL,
        quantity=quantity,
        denominator="avsluttet",
    )
    return replace(observation, **changes)


def series_of(*observations: Observation, calculations: tuple[Calculation, ...] = ()) -> Series:
    series = find_series(observations, calculations, phrases=PHRASES)
    assert series is not None
    return series


def test_years_of_one_measure_are_a_line() -> None:
    series = series_of(observed("41"), observed("25", "2017"))
    assert series.shape is Shape.YEARS
    assert [(point.period, point.text) for point in series.points] == [
        ("2017", "25 prosent"),
        ("2023", "41 prosent"),
    ]
    assert series.unit == "prosent"


def test_groups_of_one_year_are_bars_named_by_what_tells_them_apart() -> None:
    age = {"age": "19-24"}
    series = series_of(
        observed("60", dimensions={"sex": "menn", **age}),
        observed("44", dimensions={"sex": "kvinner", **age}),
    )
    assert series.shape is Shape.GROUPS
    assert series.groups == ("menn", "kvinner")
    assert "19–24" in series.title
    assert series.title.endswith("2023")


@pytest.mark.parametrize(
    "other",
    [
        observed("17", kind=Kind.CHANGE, direction=Direction.UP, reference_period="2022"),
        observed("25", None),
        observed("25", "tidligere"),
        observed("25", "2017", certain=False),
        observed("25", "2017", measure="deltok"),
        observed("25", "2017", denominator="tiltak"),
        observed("41"),
    ],
    ids=[
        "change",
        "no year",
        "vague year",
        "uncertain",
        "another measure",
        "another base",
        "the same figure",
    ],
)
def test_what_cannot_be_compared_makes_no_picture(other: Observation) -> None:
    assert find_series([observed("41"), other], phrases=PHRASES) is None


def test_shares_of_the_same_people_stand_beside_each_other() -> None:
    series = series_of(observed("41"), observed("8", measure="overgang_utdanning"))
    assert series.shape is Shape.GROUPS
    assert series.groups == (PHRASES.name("overgang_arbeid"), PHRASES.name("overgang_utdanning"))


def test_the_exact_form_of_a_figure_is_drawn_and_not_the_rounded_one() -> None:
    rough = observed("50")
    rough = replace(
        rough,
        quantity=replace(
            rough.quantity, fraction=True, surface="halvparten", lower=Decimal(45), upper=Decimal(55)
        ),
    )
    series = series_of(rough, observed("49"), observed("48", "2017"))
    assert [point.text for point in series.points] == ["48 prosent", "49 prosent"]


def test_hedged_figure_is_known_as_such_but_the_writers_only_is_no_hedge() -> None:
    def hedged(hedge: str) -> bool:
        first = observed("41")
        first = replace(first, quantity=replace(first.quantity, hedge=hedge))
        return series_of(first, observed("25", "2017")).points[1].hedged

    assert hedged("om lag")
    assert not hedged("kun")


def test_level_before_a_change_is_drawn_as_calculated() -> None:
    level = observed("41")
    change = observed("17", kind=Kind.CHANGE, direction=Direction.UP, reference_period="2022")
    worked = Calculation(
        "41 − 17",
        "41 − 17 = 24 prosent",
        Decimal(24),
        "prosent",
        Decimal(23),
        Decimal(25),
        "24",
        (level.id, change.id),
    )
    series = series_of(level, change, calculations=(worked,))
    assert [(point.period, point.calculated) for point in series.points] == [("2022", True), ("2023", False)]
    assert "24 prosent (regnet ut, ikke publisert)" in charts.describe(series)


def test_published_figure_comes_before_a_calculated_one() -> None:
    level, before = observed("41"), observed("24", "2022")
    change = observed("17", kind=Kind.CHANGE, direction=Direction.UP, reference_period="2022")
    worked = Calculation(
        "", "", Decimal(24), "prosent", Decimal(23), Decimal(25), "24", (level.id, change.id)
    )
    assert not any(
        point.calculated for point in series_of(level, change, before, calculations=(worked,)).points
    )


def test_figures_of_a_readers_own_file_are_never_mixed_with_the_published() -> None:
    mine = observed("44", report_id="din-fil-1")
    series = find_series(
        [observed("41"), mine, observed("25", "2017")], phrases=PHRASES, apart={"din-fil-1": "din fil"}
    )
    assert series is not None
    assert {(point.period, point.text, point.group) for point in series.points} == {
        ("2017", "25 prosent", ""),
        ("2023", "41 prosent", ""),
        ("2023", "44 prosent", "(din fil)"),
    }


def test_more_figures_than_can_be_read_make_no_picture() -> None:
    many = [observed(str(n), str(1980 + n)) for n in range(MAX_POINTS + 1)]
    assert find_series(many, phrases=PHRASES) is None


# ---- the chart


YEARS = series_of(observed("41"), observed("25", "2017"))
GROUPS = series_of(observed("60", dimensions={"sex": "menn"}), observed("44", dimensions={"sex": "kvinner"}))


def a_series(values: Mapping[tuple[str, str], int]) -> Series:
    """The shares of groups ("" is everyone) in years, as lines."""
    points = [
        Point(group, year, Decimal(n), Decimal(n), Decimal(n), f"{n} prosent", False, False, ())
        for (group, year), n in values.items()
    ]
    return Series(Shape.YEARS, "Andel", "prosent", tuple(points))


def layers(series: Series) -> dict[str, Any]:
    return {layer["name"]: layer for layer in charts.make_chart(series).to_dict()["layer"]}


def rows(series: Series) -> list[dict[str, Any]]:
    (values,) = charts.make_chart(series).to_dict()["datasets"].values()
    return list(values)


def test_line_has_every_year_and_is_broken_where_nothing_was_published() -> None:
    assert [row["year"] for row in rows(YEARS)] == [str(year) for year in range(2017, 2024)]
    assert [row["value"] for row in rows(YEARS)[1:-1]] == [None] * 5
    assert layers(YEARS)["line"]["mark"]["invalid"].startswith("break-paths")


@pytest.mark.parametrize("series", [YEARS, GROUPS], ids=["years", "groups"])
def test_unit_stands_on_the_axis_and_the_axis_starts_at_nothing(series: Series) -> None:
    axis = layers(series)["line" if series is YEARS else "bar"]["encoding"]["y" if series is YEARS else "x"]
    assert axis["axis"]["title"] == "prosent"
    assert axis["scale"]["domain"][0] == 0


def test_every_value_is_written_beside_its_mark() -> None:
    assert layers(GROUPS)["figure"]["encoding"]["text"]["field"] == "text"
    assert [row["text"] for row in rows(GROUPS)] == ["60 prosent", "44 prosent"]


def test_description_tells_the_figures_and_the_gaps() -> None:
    told = charts.describe(YEARS)
    assert "2017: 25 prosent; 2023: 41 prosent" in told
    assert "ikke publisert tall" in told
    assert "ikke publisert" not in charts.describe(GROUPS)


@pytest.mark.parametrize("colour", charts.COLOURS)
@pytest.mark.parametrize("paper", ["#ffffff", "#0f191c"])
def test_colours_stand_out_from_either_paper(colour: str, paper: str) -> None:
    def light(code: str) -> float:
        parts = [int(code[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    bright, dark = sorted((light(colour), light(paper)), reverse=True)
    assert (bright + 0.05) / (dark + 0.05) >= 3  # WCAG 1.4.11


@pytest.mark.parametrize(("kind", "start"), [("png", b"\x89PNG"), ("svg", b"<svg")])
def test_picture_file_carries_title_and_source(kind: Literal["png", "svg"], start: bytes) -> None:
    made = charts.to_picture(GROUPS, ["Kilde: rapporten. Lisens: ikke oppgitt."], kind)
    assert made.startswith(start)
    if kind == "svg":
        text = made.decode("utf-8")
        assert "Kilde: rapporten. Lisens: ikke oppgitt." in text
        assert GROUPS.title in text


@pytest.mark.parametrize("series", [YEARS, GROUPS], ids=["years", "groups"])
def test_picture_file_holds_every_figure_and_name(series: Series) -> None:
    drawn = unescape(charts.to_picture(series, ["Kilde"], "svg").decode("utf-8"))
    for row in rows(series):
        for text in (row.get("text"), *row.get("lines", "").split("\n")):
            assert not text or f">{text}</text>" in drawn, text
    with Image.open(io.BytesIO(charts.to_picture(series, ["Kilde"], "png"))) as picture:
        colours = {colour: count for count, colour in picture.convert("RGB").getcolors(1 << 24) or ()}
    assert colours.get(ImageColor.getrgb(charts.COLOURS[0]), 0) > 50  # pixels of bars or points


def test_thin_lines_are_explained_where_a_chart_has_some() -> None:
    assert charts.whisker_note(GROUPS) == ()
    rough = replace(GROUPS, points=(replace(GROUPS.points[0], hedged=True), GROUPS.points[1]))
    assert charts.whisker_note(rough) == (say("picture.whiskers"),)
    drawn = charts.to_picture(rough, [], "svg").decode("utf-8")
    assert f">{say('picture.whiskers')}<" in drawn


def test_long_name_of_a_bar_is_parted_into_lines_that_a_phone_has_room_for() -> None:
    long = "direkte overgang til arbeid og/eller utdanning for alle som deltok"
    series = replace(GROUPS, points=(replace(GROUPS.points[0], group=long), GROUPS.points[1]))
    first, second = rows(series)
    lines = first["lines"].split("\n")
    assert " ".join(lines) == long
    assert len(lines) == 2
    assert max(map(len, lines)) <= charts.NAME_LETTERS
    # The last line of each stands as far above its bar, and the first ones do not leave their rows.
    assert first["rise"] + charts.NAME_LINE == second["rise"]
    row = (charts.make_chart(series).to_dict()["height"] - charts.AXIS) / 2
    assert first["rise"] - 8 > -row / 2
    assert first["rise"] + charts.NAME_LINE * 2 + 8 < row / 2


def test_no_grid_runs_through_the_names_of_bars() -> None:
    assert layers(GROUPS)["bar"]["encoding"]["x"]["axis"]["grid"] is False
    assert layers(YEARS)["line"]["encoding"]["y"]["axis"]["grid"] is True


def test_figure_is_written_below_its_point_where_a_line_runs_above_it() -> None:
    low = a_series({("", "2021"): 40, ("", "2022"): 30, ("", "2023"): 50})
    assert [row["words"] for row in rows(low)] == ["above", "below", "above"]
    two = a_series({("", "2022"): 50, ("", "2023"): 55, ("menn", "2022"): 40, ("menn", "2023"): 4})
    assert [row["words"] for row in rows(two)] == ["above", "above", "below", "above"]


def test_figure_without_room_above_and_below_is_written_beside_its_point() -> None:
    crowded = a_series({("", "2022"): 29, ("", "2023"): 8, ("menn", "2023"): 3, ("kvinner", "2023"): 28})
    places = {(row["group"], row["year"]): row.get("words") for row in rows(crowded)}
    assert (places["menn", "2023"], places["alle", "2023"]) == ("beside", "above")


def test_title_of_a_file_is_never_cut_short() -> None:
    title = "Måloppnåelse (direkte overgang til arbeid og/eller utdanning), med høyere utdanning, 2023"
    drawn = unescape(charts.to_picture(replace(GROUPS, title=title), [], "svg").decode("utf-8"))
    assert "…" not in drawn
    assert "2023</" in drawn


def test_legend_of_long_names_is_a_list_and_stands_above_the_sources() -> None:
    long = ("øvrige deltakere (ikke fra Ukraina)", "fordrevne fra Ukraina")
    several = a_series({(group, year): 9 for group in long for year in ("2021", "2022", "2023")})
    assert layers(several)["line"]["encoding"]["color"]["legend"]["columns"] == 1
    short = a_series({(group, year): 9 for group in ("menn", "kvinner") for year in ("2022", "2023")})
    assert layers(short)["line"]["encoding"]["color"]["legend"]["columns"] == 2
    drawn = unescape(charts.to_picture(several, ["Kilde: rapporten"], "svg").decode("utf-8"))
    assert drawn.index(f">{long[0]}</text>") < drawn.index(">Kilde: rapporten<")


def test_points_of_a_line_are_short_for_the_unit_stands_on_the_axis() -> None:
    assert [row["text"] for row in rows(YEARS) if row["text"]] == ["25\u00a0%", "41\u00a0%"]


def test_table_beside_a_chart_says_what_tells_its_rows_apart() -> None:
    assert charts.point_heading(YEARS) == "År"
    assert charts.point_heading(GROUPS) == "Gruppe"
    both = a_series({("", "2022"): 50, ("", "2023"): 55, ("menn", "2022"): 40})
    assert charts.point_heading(both) == "Gruppe, år"
