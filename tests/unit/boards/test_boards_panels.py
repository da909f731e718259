"""The states of a panel, what it says beside its chart, that nothing makes it fail, and what it costs."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any

import pytest
from django.urls import get_script_prefix, reverse, set_script_prefix
from django.utils import translation

from boards import fragments, kinds
from boards.models import Panel
from boards.panels import command_for, draw
from boards.ranges import View, text_of
from live.rendering.render import render
from series.models import Series
from series.samples import Sample
from series.storage.write import write
from tests.unit.boards.conftest import HOSTILE, KINDS, KINDS_OF_SERIES, THEN, labelled
from tests.unit.live.charts.markup import drawn, parsed

pytestmark = [pytest.mark.django_db, pytest.mark.database]
Make = Callable[..., Any]


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        (dict(unit="ms", window=3600), "ms · last 1 h"),
        (dict(unit="%", window=3600, kind="area"), "last 1 h"),
        (dict(unit="ms", kind="bar", x_axis="names"), "ms"),
        (dict(unit="%", kind="stat"), ""),
        (dict(unit="orders", kind="donut"), "orders"),
        (dict(unit="ms", kind="timeline", window=86400 * 7), "last 7 d"),
        (dict(unit="ms", kind="heatmap", window=86400 * 7), "ms · mean by hour · last 7 d"),
        (dict(unit="ms", kind="status"), ""),
        (dict(unit="ms", kind="text"), ""),
    ],
)
def test_what_a_caption_says(fields: dict[str, Any], words: str) -> None:
    kind = kinds.registry[fields.get("kind", "line")]
    assert " · ".join(filter(None, kind.caption(kind.values(fields)))) == words


def test_a_chart_of_one_series_of_several_says_which(make_panel: Make, points: Make) -> None:
    points("cpu", [1.0])
    assert draw(make_panel("cpu", "disk", kind="stat"))["caption"] == "Cpu"
    assert draw(make_panel("cpu", kind="stat"))["caption"] == ""


@pytest.mark.parametrize("kind", KINDS_OF_SERIES)
def test_without_points_a_panel_says_how_to_send_some(make_panel: Make, points: Make, kind: str) -> None:
    empty = draw(make_panel("cpu", kind=kind))
    assert empty["state"] == "empty" and "No data yet" in str(empty["chart"])
    assert "curl --json" in str(empty["chart"])
    points("cpu", [1.0, 2.0, 3.0])
    full = draw(make_panel("cpu", kind=kind))
    assert full["state"] == "" and "No data yet" not in str(full["chart"])


@pytest.mark.parametrize("kind", KINDS_OF_SERIES)
def test_a_panel_without_series_says_so(make_panel: Make, kind: str) -> None:
    found = draw(make_panel(kind=kind))
    assert found["state"] == "empty" and "shows no series yet" in str(found["chart"])


def test_the_command_that_fills_a_panel_can_be_pasted(make_panel: Make) -> None:
    panel = make_panel("it's")
    command = command_for(panel.lines.get())
    assert command.startswith(
        """curl --json '{"series": "it'\\''s", "value": 12.5}' -H "Authorization: Bearer $TOKEN" http"""
    )


@pytest.mark.parametrize("fields", [dict(kind="donut"), dict(kind="area", stacked=True)])
def test_what_cannot_be_shown_is_said_and_not_raised(make_panel: Make, points: Make, fields: dict[str, Any]) -> None:
    points("good", [1.0])
    points("loss", [-1.0])
    found = draw(make_panel("good", "loss", **fields))
    assert found["state"] == "error"
    assert "“Loss” is negative, and" in str(found["chart"])
    assert draw(make_panel("good", **fields))["state"] == ""


@pytest.mark.parametrize(
    ("kind", "fields", "queries"),
    [
        ("line", {}, 3),
        ("line", dict(x_axis="names"), 2),
        ("area", dict(stacked=True), 3),
        ("bar", {}, 3),
        ("bar", dict(x_axis="names"), 2),
        ("histogram", {}, 3),
        ("sparkline", {}, 3),
        ("stat", {}, 3),
        ("gauge", {}, 2),
        ("donut", {}, 2),
        ("heatmap", dict(window=86400), 3),
        ("timeline", {}, 3),
        ("status", {}, 3),
        ("status", dict(history_days=90), 5),
        ("table", {}, 3),
        ("table", dict(x_axis="names"), 2),
        ("text", dict(text="words"), 0),
    ],
)
def test_a_panel_takes_few_queries_however_many_series_it_has(
    make_panel: Make, points: Make, django_assert_num_queries: Make, kind: str, fields: dict[str, Any], queries: int
) -> None:
    names = [f"s{number}" for number in range(12)]
    for name in names:
        points(name, [1.0, 2.0, 3.0])
    panel = Panel.objects.select_related("board").get(pk=make_panel(*names, kind=kind, **fields).pk)
    with django_assert_num_queries(queries):
        draw(panel)


def test_words_are_those_of_the_active_language(make_panel: Make, points: Make) -> None:
    points("cpu", [1234.5, 2.5])
    panel = make_panel("cpu")
    with translation.override("de"):
        assert "2,5" in str(draw(panel)["chart"])
    assert "2.5" in str(draw(panel)["chart"])


PICTURE = dict(stacked=True, horizontal=True, logarithmic=True)
# More than a float can hold.
HUGE = 10**400
OPTIONS: list[dict[str, Any]] = [
    {},
    dict(x_axis="names"),
    dict(PICTURE, show_extremes=True, minimum_range=5.0, bins=3, rows=2, history_days=3),
    dict(PICTURE, x_axis="names", minimum_range=1e9, bins=60, rows=50, history_days=90),
    # What the admin refuses, but a program can store.
    dict(minimum=5.0, maximum=5.0, minimum_range=-1.0, bins=0, rows=0, history_days=500, states="nonsense\n1 = Up, ok"),
    dict(minimum=9.0, maximum=-9.0, logarithmic=True, bins=9999, warn_at=9.0, bad_at=1.0, window=1),
    dict(minimum=0.0, maximum=0.0, logarithmic=True, good="up", warn_at=1.0, bad_at=9.0, window=2**31 - 1),
    dict(minimum=-HUGE, maximum=HUGE, warn_at=HUGE, minimum_range=HUGE, logarithmic=True, window=HUGE, bins=HUGE),
    dict(interval=float("inf"), good="up", bad_at=-HUGE, window=3),
    dict(minimum=1e300, unit="ratio", states="0 = Down, bad\n1 = Up, ok", interval=0.1),
    dict(unit=HOSTILE[:20], states=f"1 = {HOSTILE}, bad", text=HOSTILE, warn_at=2.0, interval=1e9),
    dict(unit="EUR", window=86400, text="words " * 5000),
    dict(minimum="5", maximum=[], warn_at={}, bad_at=True, window="1 h", bins="x", rows=2.5, states=7, text=["a"]),
    dict(x_axis="space", good="sideways", stacked="yes", horizontal=1, logarithmic=None, history_days=-1, unknown=1),
    dict(options="nonsense"),
    dict(options=[1, 2]),
]
DATA: list[list[list[float | None]]] = [
    [[1.0], [2.0]],
    [[0.0, 0.0, 0.0], []],
    [[1.0, None, None, None, None, None, None, -3.0, 1e15, 1e-12], [5.0] * 10],
    [[1e300, -1e300], [0.0]],
]


@pytest.mark.parametrize("kind", KINDS)
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
    for kind in KINDS:
        for stacked in (False, True):
            panel = make_panel(*names, kind=kind, stacked=stacked, window=86400, text="words", history_days=2)
            parsed(draw(panel)["chart"])
            drawn(draw(panel)["chart"])
    assert Series.objects.count() == 40


class TestLookingBack:
    """At a moment that is over a panel is what it was then."""

    @pytest.mark.parametrize("range", ["", "1h", "today"])
    @pytest.mark.parametrize("kind", KINDS_OF_SERIES)
    def test_is_what_was_shown_then(
        self, make_panel: Make, at: Callable[[datetime], None], kind: str, range: str
    ) -> None:
        panel = make_panel("cpu", "disk", kind=kind, interval=60.0, window=600)
        at(THEN)
        for minute in (40, 39, 20, 5, 4):  # disk is late
            write([Sample("cpu", {}, THEN - timedelta(minutes=minute, seconds=30), float(minute))])
        write([Sample("cpu", {}, THEN, 1.0), Sample("disk", {}, THEN - timedelta(minutes=5), 2.0)])
        then = draw(panel, View(range))
        write(
            Sample(name, {}, THEN + timedelta(seconds=second), 99.0) for name in ("cpu", "disk") for second in (1, 70)
        )
        at(THEN + timedelta(minutes=2))
        now = draw(panel, View(range))
        back = draw(panel, View(range, at=text_of(THEN)))
        assert back.pop("next_change") is None
        then.pop("next_change")
        assert {name: str(part) for name, part in back.items()} == {name: str(part) for name, part in then.items()}
        assert str(now["chart"]) != str(back["chart"])

    def test_before_the_first_point_says_that_there_was_none(self, make_panel: Make, points: Make) -> None:
        points("cpu", [1.0])
        back = draw(make_panel("cpu"), View(at="2020-01-01T00:00:00Z"))
        assert back["state"] == "empty" and "There was no data yet." in str(back["chart"])

    @pytest.mark.parametrize("kind", KINDS_OF_SERIES)
    def test_over_a_fixed_time_is_all_of_it(self, make_panel: Make, at: Callable[[datetime], None], kind: str) -> None:
        panel = make_panel("cpu", kind=kind)
        at(THEN)
        write(Sample("cpu", {}, THEN - timedelta(minutes=minute), 1.0 + minute) for minute in range(90))
        drawn = draw(panel, View("2026-01-31T08:00:00Z/2026-01-31T09:30:00Z"))
        assert drawn["next_change"] is None and drawn["state"] == ""


class TestRange:
    """A board may show another stretch of time than its panels say."""

    def test_is_the_window_of_each_panel(self, make_panel: Make, points: Make) -> None:
        points("cpu", [1.0])
        panel = make_panel("cpu", window=600)
        assert draw(panel)["caption"] == "last 10 min"
        assert draw(panel, View("6h"))["caption"] == "last 6 h"
        panel.board.range = "7 d"
        assert draw(panel)["caption"] == "last 7 d"
        assert draw(panel, View("6h"))["caption"] == "last 6 h"

    def test_is_not_for_a_panel_that_always_shows_its_window(self, make_panel: Make, points: Make) -> None:
        points("cpu", [1.0])
        panel = make_panel("cpu", window=600, fixed_window=True)
        assert draw(panel, View("6h"))["caption"] == "last 10 min"

    def test_of_two_moments_is_in_the_caption_on_the_clock_of_the_zone(self, make_panel: Make, points: Make) -> None:
        points("cpu", [1.0])
        fixed = "2026-01-30T23:00:00Z/2026-01-31T05:00:00Z"
        assert draw(make_panel("cpu"), View(fixed, tz="Europe/Berlin"))["caption"] == (
            "Jan 31 00:00 \N{EN DASH} Jan 31 06:00"
        )

    def test_of_today_changes_at_midnight(self, make_panel: Make, at: Callable[[datetime], None]) -> None:
        at(THEN)
        write([Sample("cpu", {}, THEN, 1.0)])
        drawn = draw(make_panel("cpu"), View("today", tz="Europe/Berlin"))
        assert drawn["next_change"] == datetime(2026, 1, 31, 23, tzinfo=UTC)


class TestExtremes:
    """Of buckets of a minute or more the least and the greatest value are seen."""

    def test_a_spike_is_seen_in_a_long_range(
        self, make_panel: Make, at: Callable[[datetime], None], asked: Callable[[str], list[dict[str, Any]]]
    ) -> None:
        at(THEN)
        write(Sample("cpu", {}, THEN - timedelta(seconds=10 * n), 500.0 if n == 400 else 10.0) for n in range(1000))
        panel, calls = make_panel("cpu"), asked("line")
        draw(panel, View("6h"))
        draw(panel)
        (long,), (short,) = (call["series"] for call in calls)
        assert max(filter(None, long.values)) < 60
        assert max(filter(None, long.highs)) == 500 and min(filter(None, long.lows)) == 10
        assert [low is None for low in long.lows] == [value is None for value in long.values]
        assert list(short.lows) == list(short.highs) == []

    def test_cost_no_query(self, make_panel: Make, points: Make, django_assert_max_num_queries) -> None:
        points("cpu", [1.0, 5.0] * 100, every=60.0)
        panel = make_panel("cpu")
        with django_assert_max_num_queries(7):
            draw(panel, View("6h"))


def test_the_address_of_a_panel_is_below_the_prefix_of_the_site(make_panel: Make) -> None:
    panel, prefix = make_panel(kind="stat"), get_script_prefix()
    try:
        for under in ("/", "/below/", "/"):
            set_script_prefix(under)
            assert panel.address == reverse("boards:panel", args=[panel.pk])
            assert panel.address.startswith(f"{under}panels/")
    finally:
        set_script_prefix(prefix)
    assert Panel().address == ""
