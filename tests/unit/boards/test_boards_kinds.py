"""What each kind of panel shows: which numbers of which series, and how the panel's options come to the chart."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from boards import fragments, kinds
from boards.drawing import KINDS, OF_ONE, draw
from boards.models import Board, Panel, PanelSeries
from live import charts
from live.rendering.render import render
from series.models import Series
from tests.unit.boards.conftest import THEN
from tests.unit.live.charts.markup import drawn, parsed

pytestmark = [pytest.mark.django_db, pytest.mark.database]
Make = Callable[..., Any]
Kind = Panel.Kind
HOSTILE = '"><script>alert(1)</script>'


def labelled(panel: Panel, *places: tuple[str, str]) -> Panel:
    """The panel with these (label, category) for its series."""
    for line, (label, group) in zip(panel.lines.all(), places, strict=True):
        PanelSeries.objects.filter(pk=line.pk).update(label=label, group=group)
    return panel


def values(chart: dict[str, Any]) -> dict[str, list[float | None]]:
    return {each.label: list(each.values) for each in chart["series"]}


# Over time


@pytest.mark.parametrize("kind", ["line", "area"])
def test_lines_lie_over_the_window(make_panel: Make, points: Make, asked: Make, kind: str) -> None:
    points("in", [1.0, 2.0, 3.0])
    points("out", [4.0, 5.0, 6.0])
    calls = asked(kind)
    options = dict(unit="B/s", minimum=0.0, maximum=9.0, least_span=4.0, extremes=True, warn_at=7.0, bad_at=8.0)
    draw(make_panel("in", "out", kind=kind, window=3, **options))
    (call,) = calls
    assert values(call) == {"In": [1.0, 2.0, 3.0], "Out": [4.0, 5.0, 6.0]}
    assert (call["start"], call["step"]) == (THEN.timestamp(), 1)
    assert (call["unit"], call["minimum"], call["maximum"], call["title"]) == ("B/s", 0.0, 9.0, "Some")
    assert (call["minimum_range"], call["show_extremes"]) == (4.0, True)
    assert call["thresholds"] == [charts.Threshold(7.0, "warn"), charts.Threshold(8.0, "bad")]


def test_where_up_is_good_the_bands_lie_below(make_panel: Make, points: Make, asked: Make) -> None:
    points("cpu", [1.0])
    calls = asked("line")
    draw(make_panel("cpu", warn_at=7.0, bad_at=5.0, good="up"))
    assert calls[0]["thresholds"] == [charts.Threshold(7.0, "warn", False), charts.Threshold(5.0, "bad", False)]


@pytest.mark.parametrize("kind", ["area", "bar"])
def test_layers_are_stacked(make_panel: Make, points: Make, asked: Make, kind: str) -> None:
    points("in", [1.0, 2.0])
    calls = asked(kind)
    draw(make_panel("in", kind=kind))
    draw(make_panel("in", kind=kind, stacked=True))
    assert [call["stacked"] for call in calls] == [False, True]


def test_bars_over_time_are_few_and_each_the_mean_of_its_time(make_panel: Make, points: Make, asked: Make) -> None:
    points("cpu", [1.0, 3.0, 5.0, 7.0, 9.0, 11.0], every=5)
    calls = asked("bar")
    draw(make_panel("cpu", kind="bar", window=480, horizontal=True))
    (call,) = calls
    assert (call["step"], call["horizontal"]) == (10, True)
    assert values(call)["Cpu"][-3:] == [2.0, 6.0, 10.0]
    assert len(values(call)["Cpu"]) == 48


def test_a_bar_is_never_narrower_than_what_is_expected(make_panel: Make, points: Make, asked: Make) -> None:
    points("cpu", [1.0, 3.0], every=60)
    calls = asked("bar")
    draw(make_panel("cpu", kind="bar", window=300, expected_every=60.0))
    assert calls[0]["step"] == 60
    assert values(calls[0])["Cpu"][-2:] == [1.0, 3.0]


def test_a_logarithmic_line(make_panel: Make, points: Make, asked: Make) -> None:
    points("cpu", [0.0, 1.0, 1e6, -5.0])
    calls = asked("line")
    parsed(draw(make_panel("cpu", log=True))["chart"])
    assert calls[0]["log"] is True


# Over names


@pytest.mark.parametrize("kind", ["line", "area", "bar"])
def test_over_names_lie_the_newest_values(make_panel: Make, points: Make, asked: Make, kind: str) -> None:
    points("mon", [1.0, 2.0])
    points("tue", [3.0, 4.0])
    calls = asked(kind)
    draw(make_panel("mon", "tue", "wed", kind=kind, over="latest"))
    (call,) = calls
    assert call["categories"] == ["Mon", "Tue", "Wed"]
    assert values(call) == {"": [2.0, 4.0, None]}
    assert "start" not in call


@pytest.mark.parametrize("kind", ["line", "area", "bar"])
def test_categories_on_the_axis_and_labels_as_colours(make_panel: Make, points: Make, asked: Make, kind: str) -> None:
    for number, name in enumerate("abcd"):
        points(name, [float(number)])
    calls = asked(kind)
    panel = make_panel("a", "b", "c", "d", kind=kind, over="latest")
    draw(labelled(panel, ("In", "North"), ("In", "South"), ("Out", "South"), ("Out", "East")))
    assert calls[0]["categories"] == ["North", "South", "East"]
    assert values(calls[0]) == {"In": [0.0, 1.0, None], "Out": [None, 2.0, 3.0]}


def test_a_series_without_a_category_has_one_of_its_own(make_panel: Make, points: Make, asked: Make) -> None:
    points("a", [1.0])
    points("b", [2.0])
    calls = asked("bar")
    draw(labelled(make_panel("a", "b", kind="bar", over="latest"), ("In", "North"), ("Rest", "")))
    assert calls[0]["categories"] == ["North", "Rest"]
    assert values(calls[0]) == {"In": [1.0, None], "Rest": [None, 2.0]}


@pytest.mark.parametrize("kind", ["bar", "donut", "status", "timeline", "table"])
def test_two_series_with_one_label_are_both_shown(make_panel: Make, points: Make, asked: Make, kind: str) -> None:
    points("a", [1.0])
    points("b", [2.0])
    calls = asked(kind)
    draw(labelled(make_panel("a", "b", kind=kind, over="latest"), ("Same", ""), ("Same", "")))
    assert "Same (2)" in repr(calls[0])


# Tables


def test_a_table_has_the_rows_that_have_values(make_panel: Make, points: Make, asked: Make) -> None:
    points("in", [1.0, None, None, 2.0, 3.0])
    points("out", [None, None, None, 4.0, None])
    calls = asked("table")
    draw(make_panel("in", "out", kind="table", window=60, rows=7))
    (call,) = calls
    series = {each.label: list(each.values) for each in call["it"]}
    assert series == {"In": [1.0, 2.0, 3.0], "Out": [None, 4.0, None]}
    assert call["times"] == [THEN.timestamp() + second for second in (0, 3, 4)]
    assert call["most"] == 7
    draw(make_panel("in", kind="table"))
    assert calls[1]["most"] == 10


def test_a_table_over_names_has_a_row_for_each(make_panel: Make, points: Make, asked: Make) -> None:
    points("in", [1.0])
    points("out", [4.0])
    calls = asked("table")
    draw(labelled(make_panel("in", "out", kind="table", over="latest"), ("Now", "In"), ("Now", "Out")))
    assert calls[0]["names"] == ["In", "Out"]
    assert [(each.label, list(each.values)) for each in calls[0]["it"]] == [("Now", [1.0, 4.0])]


# One value, or how values are spread


@pytest.mark.parametrize("kind", ["stat", "gauge"])
def test_the_newest_value_of_the_first_series(make_panel: Make, points: Make, asked: Make, kind: str) -> None:
    points("cpu", [1.0, 2.0])
    points("disk", [5.0, 6.0])
    calls = asked(kind)
    draw(make_panel("cpu", "disk", kind=kind, unit="%", warn_at=1.0, bad_at=3.0))
    assert calls[0]["it"] == 2.0
    assert calls[0]["unit"] == "%"


def test_a_figure_is_compared_with_the_beginning_of_its_window_only_if_there_was_one(
    make_panel: Make, points: Make, asked: Make
) -> None:
    panel = make_panel("cpu", kind="stat", window=60, good="down", warn_at=9.0)
    calls = asked("stat")
    points("cpu", [10.0], at=THEN)
    points("cpu", [10.0], at=THEN - timedelta(seconds=20))
    draw(panel)
    assert calls[0]["previous"] is None
    assert (calls[0]["good"], calls[0]["level"]) == ("down", "warn")
    points("cpu", [5.0], at=THEN - timedelta(seconds=58))
    draw(panel)
    assert (calls[1]["previous"], calls[1]["previous_label"]) == (5.0, "1 min ago")
    assert calls[1]["trend"][0] == 5.0 and calls[1]["trend"][-1] == 10.0


def test_a_gauge_goes_from_0_to_100_unless_told(make_panel: Make, points: Make, asked: Make) -> None:
    points("cpu", [0.5])
    calls = asked("gauge")
    for fields in ({}, dict(maximum=200.0), dict(unit="ratio"), dict(minimum=100.0), dict(minimum=5.0, maximum=5.0)):
        draw(make_panel("cpu", kind="gauge", **fields))
    ends = [(call["minimum"], call["maximum"]) for call in calls]
    assert ends == [(0, 100), (0, 200), (0, 1), (0, 100), (0, 100)]


def test_a_sparkline_begins_with_the_first_value(make_panel: Make, points: Make, asked: Make) -> None:
    points("cpu", [1.0, 2.0, 3.0])
    calls = asked("sparkline")
    draw(make_panel("cpu", kind="sparkline", window=60, minimum=0.0))
    assert list(calls[0]["it"]) == [1.0, 2.0, 3.0]
    assert calls[0]["minimum"] == 0.0


def test_a_donut_has_a_slice_for_each_series_that_has_a_value(make_panel: Make, points: Make, asked: Make) -> None:
    points("a", [1.0, 2.0])
    points("b", [3.0])
    calls = asked("donut")
    draw(make_panel("a", "none", "b", kind="donut"))
    assert calls[0]["it"] == [("A", 2.0), ("B", 3.0)]


@pytest.mark.parametrize("fields", [dict(kind="donut"), dict(kind="area", stacked=True)])
def test_what_cannot_be_shown_is_said_and_not_raised(make_panel: Make, points: Make, fields: dict[str, Any]) -> None:
    points("good", [1.0])
    points("loss", [-1.0])
    found = draw(make_panel("good", "loss", **fields))
    assert found["state"] == "error"
    assert "“Loss” is negative, and" in str(found["chart"])
    assert draw(make_panel("good", **fields))["state"] == ""


def test_a_histogram_is_of_all_points_of_the_window(
    make_panel: Make, points: Make, asked: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    points("a", [9.0, 1.0, 2.0, 3.0], every=10)
    points("b", [4.0], at=THEN + timedelta(seconds=15))
    calls = asked("histogram")
    draw(make_panel("a", "b", kind="histogram", window=25, bins=7))
    assert sorted(calls[0]["it"]) == [1.0, 2.0, 3.0, 4.0]
    assert calls[0]["bins"] == 7
    monkeypatch.setattr(kinds, "MOST_VALUES", 2)
    draw(make_panel("a", "b", kind="histogram", window=25))
    assert sorted(calls[1]["it"]) == [2.0, 3.0]
    assert calls[1]["bins"] is None


# Days across a change of clocks


@pytest.fixture(params=[datetime(2026, 4, 2), datetime(2026, 10, 28)], ids=["spring", "autumn"])
def daily(request: pytest.FixtureRequest, points: Make) -> Callable[[int], datetime]:
    """``daily(5)``: a board in Berlin, a value at the last minute of each of 5 days, its ordinal; when the last was."""
    zone, last = ZoneInfo("Europe/Berlin"), request.param
    Board.objects.update(time_zone=str(zone))

    def add(days: int) -> datetime:
        for day in (last - timedelta(days=n) for n in range(days)):
            at = day.replace(hour=23, minute=59, tzinfo=zone)
            points("cpu", [float(day.toordinal())], at=at.astimezone(UTC))
        return last

    return add


def shown(panel: Panel, days: int) -> list[tuple[datetime, float]]:
    Panel.objects.filter(pk=panel.pk).update(window=days * 86400, expected_every=86400)
    rows = draw(Panel.objects.get(pk=panel.pk))["chart"].data().rows
    assert {f"{at:%H:%M}" for at, _value in rows} == {"00:00"}, "every one begins at midnight"
    return [(at.replace(tzinfo=None), value) for at, value in rows]


def test_a_bar_is_a_day_of_the_boards_clock(make_panel: Make, daily: Callable[[int], datetime]) -> None:
    last = daily(10)
    days = [last - timedelta(days=n) for n in reversed(range(10))]
    assert shown(make_panel("cpu", kind="bar"), 10) == [(day, float(day.toordinal())) for day in days]


@pytest.mark.parametrize("kind", ["line", "table"])
def test_two_days_are_two_days_of_the_boards_clock(
    make_panel: Make, daily: Callable[[int], datetime], kind: str
) -> None:
    daily(300)
    rows = sorted(shown(make_panel("cpu", kind=kind), 300))
    assert len(rows) == 150
    # The first and the last one may be cut, and the last has the newest value.
    for at, value in rows[1:-1]:
        assert value == at.toordinal() + 0.5, f"what was measured on {at:%d %b} and the day after"


def test_states_last_for_days_of_the_boards_clock(make_panel: Make, daily: Callable[[int], datetime]) -> None:
    last = daily(400)
    panel = make_panel("cpu", kind="timeline", warn_at=float(last.toordinal() - 100))
    Panel.objects.filter(pk=panel.pk).update(window=400 * 86400, expected_every=86400)
    fine, warned = draw(Panel.objects.get(pk=panel.pk))["chart"].data().rows
    assert [f"{at:%H:%M}" for at in (*fine[2:], *warned[2:])] == ["00:00"] * 4
    since = warned[2].replace(tzinfo=None)
    assert timedelta(0) <= last - timedelta(days=100) - since <= timedelta(days=1)


# Heat maps


def test_a_heat_map_has_the_means_of_hours_of_weekdays(make_panel: Make, points: Make, asked: Make) -> None:
    # THEN is a Saturday, 10:00 UTC.
    points("cpu", [2.0, 4.0], at=THEN - timedelta(days=7))
    points("cpu", [5.0], at=THEN)
    points("cpu", [8.0], at=THEN + timedelta(days=1, hours=1))
    calls = asked("heatmap")
    draw(make_panel("cpu", kind="heatmap", window=14 * 86400, minimum=0.0, maximum=9.0))
    (call,) = calls
    assert call["rows"] == ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
    assert call["columns"] == [f"{hour:02}" for hour in range(24)]
    known = {(day, hour): value for day, row in enumerate(call["it"]) for hour, value in enumerate(row) if value}
    assert known == {(5, 10): 4.0, (6, 11): 8.0}, "every hour counts the same, however many points it has"
    assert (call["minimum"], call["maximum"]) == (0.0, 9.0)


@pytest.mark.parametrize(
    ("zone", "day", "hour"),
    [("UTC", 5, 10), ("Asia/Kathmandu", 5, 15), ("America/New_York", 5, 5), ("Pacific/Apia", 5, 23)],
)
def test_hours_are_those_of_the_boards_clock(
    make_panel: Make, points: Make, asked: Make, zone: str, day: int, hour: int
) -> None:
    Board.objects.update(time_zone=zone)
    points("cpu", [1.0], at=THEN + timedelta(minutes=10))
    calls = asked("heatmap")
    draw(Panel.objects.get(pk=make_panel("cpu", kind="heatmap", window=86400).pk))
    assert [(d, h) for d in range(7) for h in range(24) if calls[0]["it"][d][h] is not None] == [(day, hour)]


def test_quarters_of_an_hour_are_not_mixed_up_in_nepal(make_panel: Make, points: Make, asked: Make) -> None:
    """10:10 UTC is 15:55 there and 10:20 is 16:05: one hour of UTC is two hours of that clock."""
    Board.objects.update(time_zone="Asia/Kathmandu")
    points("cpu", [1.0], at=THEN + timedelta(minutes=10))
    points("cpu", [3.0], at=THEN + timedelta(minutes=20))
    calls = asked("heatmap")
    draw(Panel.objects.get(pk=make_panel("cpu", kind="heatmap", window=86400).pk))
    assert (calls[0]["it"][5][15], calls[0]["it"][5][16]) == (1.0, 3.0)


@pytest.mark.parametrize(("day", "hours"), [(datetime(2026, 3, 29), 23), (datetime(2026, 10, 25), 25)])
def test_a_day_on_which_clocks_change_loses_no_hour(
    make_panel: Make, points: Make, asked: Make, day: datetime, hours: int
) -> None:
    zone = ZoneInfo("Europe/Berlin")
    Board.objects.update(time_zone=str(zone))
    points("cpu", [float(hour) for hour in range(hours)], every=3600, at=day.replace(tzinfo=zone).astimezone(UTC))
    calls = asked("heatmap")
    draw(Panel.objects.get(pk=make_panel("cpu", kind="heatmap", window=hours * 3600).pk))
    row = calls[0]["it"][6]
    assert [each for index, each in enumerate(calls[0]["it"]) if index != 6 and any(v is not None for v in each)] == []
    if hours == 23:
        assert row[:4] == [0.0, 1.0, None, 2.0], "02:00 was skipped"
        assert row[23] == 22.0
    else:
        assert row[:4] == [0.0, 1.0, 2.5, 4.0], "02:00 came twice"
        assert row[23] == 24.0


# Text


def test_a_text_is_markdown(make_panel: Make, asked: Make) -> None:
    calls = asked("markdown")
    chart = draw(make_panel(kind="text", text="# Runbook\n\n- one\n- two"))["chart"]
    assert calls[0]["it"].startswith("# Runbook")
    assert "Runbook" in str(chart) and "# Runbook" not in str(chart)


# All of them


def test_every_kind_is_drawn(make_panel: Make) -> None:
    assert set(KINDS) | {"text"} == set(Kind.values)
    assert set(Kind.values) >= OF_ONE


OPTIONS: list[dict[str, Any]] = [
    {},
    dict(over="latest"),
    dict(stacked=True, horizontal=True, log=True, extremes=True, least_span=5.0, bins=3, rows=2, history_days=3),
    dict(over="latest", stacked=True, horizontal=True, log=True, least_span=1e9, bins=60, rows=50, history_days=90),
    # What the admin refuses, but a program can store.
    dict(minimum=5.0, maximum=5.0, least_span=-1.0, bins=0, rows=0, history_days=500, states="nonsense\n1 = Up, ok"),
    dict(minimum=9.0, maximum=-9.0, log=True, bins=9999, warn_at=9.0, bad_at=1.0, window=1),
    dict(minimum=0.0, maximum=0.0, log=True, good="up", warn_at=1.0, bad_at=9.0, window=2**31 - 1),
    dict(minimum=float("-inf"), maximum=float("inf"), warn_at=float("inf"), least_span=float("inf"), log=True),
    dict(expected_every=float("inf"), good="up", bad_at=float("-inf"), window=3),
    dict(minimum=1e300, unit="ratio", states="0 = Down, bad\n1 = Up, ok", expected_every=0.1),
    dict(unit=HOSTILE[:20], states=f"1 = {HOSTILE}, bad", text=HOSTILE, warn_at=2.0, expected_every=1e9),
    dict(unit="EUR", window=86400, text="words " * 5000),
]
DATA: list[list[list[float | None]]] = [
    [[1.0], [2.0]],
    [[0.0, 0.0, 0.0], []],
    [[1.0, None, None, None, None, None, None, -3.0, 1e15, 1e-12], [5.0] * 10],
    [[1e300, -1e300], [0.0]],
]


@pytest.mark.parametrize("kind", Kind.values)
def test_no_option_and_no_value_makes_a_panel_fail(make_panel: Make, points: Make, kind: str) -> None:
    for number, (options, data) in enumerate(product(OPTIONS, DATA)):
        names = [f"{number}-{place}" for place in range(len(data))]
        for name, each in zip(names, data, strict=True):
            points(name, each)
        panel = make_panel(*names, kind=kind, **options)
        if number % 2:
            labelled(panel, ("x" * 100, ""), (HOSTILE, HOSTILE))
        Panel.objects.filter(pk=panel.pk).update(title=HOSTILE)
        panel = Panel.objects.select_related("board").get(pk=panel.pk)
        found = draw(panel)
        parsed(found["chart"])
        drawn(found["chart"], title=panel.title, caption=found["caption"], note=found["note"])
        html = render(fragments.panel.key(pk=panel.pk)).html
        assert "<script>alert" not in html
        assert not any(word in html.lower() for word in (">nan<", ">inf<", ">none<"))


def test_forty_series_on_every_kind(make_panel: Make, points: Make) -> None:
    names = [f"series {number}" for number in range(40)]
    for number, name in enumerate(names):
        points(name, [float(number), number + 1.0])
    for kind in Kind.values:
        for stacked in (False, True):
            panel = make_panel(*names, kind=kind, stacked=stacked, window=86400, text="words", history_days=2)
            parsed(draw(panel)["chart"])
            drawn(draw(panel)["chart"])
    assert Series.objects.count() == 40
