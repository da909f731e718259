"""The states of a panel, in which window it is drawn, and what it costs."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone, translation
from hypothesis import given
from hypothesis import strategies as st

from boards import drawing, fragments, sources
from boards.drawing import command_for, draw
from boards.freshness import LEAST_PATIENCE, MOST_HATCHED, duration
from boards.models import Board, Panel
from boards.sources import Source, bridged, course, window
from live.rendering.render import render
from series.models import Series
from series.storage.query import latest
from tests.unit.boards.conftest import THEN

pytestmark = [pytest.mark.django_db, pytest.mark.database]
Make = Callable[..., Any]
Kind = Panel.Kind
OF_SERIES = [kind for kind in Kind.values if kind != "text"]


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], None]:
    """Set the clock."""
    return lambda moment: monkeypatch.setattr(timezone, "now", lambda: moment)


def source_of(panel: Panel) -> Source:
    lines = list(panel.lines.all())
    return Source(panel, lines, latest([line.series_id for line in lines]))


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.5, "0.5 s"),
        (1, "1 s"),
        (45, "45 s"),
        (60, "1 min"),
        (90, "90 s"),
        (300, "5 min"),
        (3600, "1 h"),
        (90000, "25 h"),
        (604800, "7 d"),
    ],
)
def test_a_window_in_words(seconds: float, words: str) -> None:
    assert duration(seconds) == words


# The window


def test_a_window_ends_with_the_last_point_and_not_with_the_clock(make_panel: Make, points: Make) -> None:
    panel = make_panel("cpu", window=60)
    points("cpu", [float(n) for n in range(100)])
    source = source_of(panel)
    within = window(source, most=150)
    assert within.step == 1
    assert within.start == THEN.timestamp() + 40
    assert course(source, within) == [[float(n) for n in range(40, 100)]]


def test_a_long_window_is_drawn_in_wider_buckets_of_means(make_panel: Make, points: Make) -> None:
    panel = make_panel("cpu", window=300)
    points("cpu", [1.0, 3.0, 5.0, 7.0])
    source = source_of(panel)
    within = window(source, most=150)
    (values,) = course(source, within)
    assert within.step == 2
    assert len(values) == 150
    assert values[-2:] == [2.0, 7.0], "the mean of two, and at the end the newest"


@pytest.mark.parametrize("seconds", [1, 59, 300, 86400, 7 * 86400, 400 * 86400, 2**31 - 1])
@pytest.mark.parametrize("zone", ["UTC", "Europe/Berlin", "Asia/Kathmandu", "Pacific/Apia"])
def test_a_window_has_a_bounded_number_of_buckets_and_holds_the_last_point(
    make_panel: Make, points: Make, board: Board, seconds: int, zone: str
) -> None:
    board.time_zone = zone
    board.save()
    panel = make_panel("cpu", window=seconds)
    points("cpu", [1.0])
    source = source_of(panel)
    within = window(source, most=48)
    (values,) = course(source, within)
    assert within.start <= THEN.timestamp() < within.end
    assert within.end - within.start >= seconds
    assert len(values) == round((within.end - within.start) / within.step) <= 50
    assert values[-1] == 1.0


def test_buckets_of_days_are_those_of_the_boards_clock(make_panel: Make, points: Make, board: Board) -> None:
    Board.objects.update(time_zone="Asia/Kolkata")
    panel = Panel.objects.get(pk=make_panel("cpu", window=40 * 86400).pk)
    points("cpu", [1.0])
    within = window(source_of(panel), most=48)
    assert within.step == 86400
    local = datetime.fromtimestamp(within.start, panel.board.zone)
    assert (local.hour, local.minute) == (0, 0)


def test_the_pause_between_samples_is_no_gap_and_a_long_one_is() -> None:
    assert bridged([1, None, 3, None, 5], 0) == [1, 2, 3, 4, 5]
    assert bridged([1, 2, 3, None, None, None, 7], 0) == [1, 2, 3, None, None, None, 7]
    assert bridged([1, None, None, 4], 2) == [1, 2, 3, 4]
    assert bridged([None, 1, None], 9) == [None, 1, None]
    assert bridged([], 1) == []


@given(st.lists(st.one_of(st.none(), st.floats(-1e6, 1e6)), max_size=60), st.floats(0, 10))
def test_bridging_keeps_what_was_measured(values: list[float | None], interval: float) -> None:
    filled = bridged(values, interval)
    assert len(filled) == len(values)
    assert all(after == before for before, after in zip(values, filled, strict=True) if before is not None)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        (dict(unit="ms", window=3600), "ms · last 1 h"),
        (dict(unit="%", window=3600, kind="area"), "last 1 h"),
        (dict(unit="ms", kind="bar", over="latest"), "ms"),
        (dict(unit="%", kind="stat"), ""),
        (dict(unit="orders", kind="donut"), "orders"),
        (dict(unit="ms", kind="timeline", window=86400 * 7), "last 7 d"),
        (dict(unit="ms", kind="heatmap", window=86400 * 7), "ms · mean by hour · last 7 d"),
        (dict(unit="ms", kind="status"), ""),
        (dict(unit="ms", kind="text"), ""),
    ],
)
def test_what_a_caption_says(make_panel: Make, fields: dict[str, Any], words: str) -> None:
    assert drawing.caption(make_panel(**fields)) == words


def test_a_chart_of_one_series_of_several_says_which(make_panel: Make, points: Make) -> None:
    points("cpu", [1.0])
    assert draw(make_panel("cpu", "disk", kind="stat"))["caption"] == "Cpu"
    assert draw(make_panel("cpu", kind="stat"))["caption"] == ""


# Nothing yet


@pytest.mark.parametrize("kind", OF_SERIES)
def test_without_points_a_panel_says_how_to_send_some(make_panel: Make, points: Make, kind: str) -> None:
    empty = draw(make_panel("cpu", kind=kind))
    assert empty["state"] == "empty" and "No data yet" in str(empty["chart"])
    assert "curl --json" in str(empty["chart"])
    points("cpu", [1.0, 2.0, 3.0])
    full = draw(make_panel("cpu", kind=kind))
    assert full["state"] == "" and "No data yet" not in str(full["chart"])


@pytest.mark.parametrize("kind", OF_SERIES)
def test_a_panel_without_series_says_so(make_panel: Make, kind: str) -> None:
    found = draw(make_panel(kind=kind))
    assert found["state"] == "empty" and "shows no series yet" in str(found["chart"])


def test_the_command_that_fills_a_panel_can_be_pasted(make_panel: Make) -> None:
    panel = make_panel("it's")
    command = command_for(list(panel.lines.all()))
    assert command.startswith(
        """curl --json '{"series": "it'\\''s", "value": 12.5}' -H "Authorization: Bearer $TOKEN" http"""
    )


# Late


def test_late_is_said_and_when_it_will_be(make_panel: Make, points: Make, at: Make) -> None:
    panel = make_panel("cpu", expected_every=60.0, window=3600)
    points("cpu", [1.0])
    due = THEN + timedelta(seconds=150)
    at(due - timedelta(seconds=1))
    fresh = draw(panel)
    assert (fresh["state"], fresh["note"], fresh["next_change"]) == ("", "", due)
    at(THEN + timedelta(minutes=14, seconds=7))
    late = draw(panel)
    assert late["state"] == "stale"
    assert late["note"] == "Last data 14 min ago (10:00:00), expected every 1 min"
    assert late["next_change"] == THEN + timedelta(minutes=15)
    assert late["note"] in render(fragments.panel.key(pk=panel.pk)).html


def test_few_seconds_have_no_number(make_panel: Make, points: Make, at: Make) -> None:
    panel = make_panel("cpu", expected_every=1.0)
    points("cpu", [1.0])
    at(THEN + timedelta(seconds=6))
    found = draw(panel)
    assert found["note"] == "Last data seconds ago (10:00:00), expected every 1 s"
    assert found["next_change"] == THEN + timedelta(seconds=10)
    at(found["next_change"])
    assert draw(panel)["note"] == "Last data 10 sec ago (10:00:00), expected every 1 s"


def test_until_the_next_change_nothing_changes(make_panel: Make, points: Make, at: Make) -> None:
    panel = make_panel("cpu", expected_every=1.0)
    points("cpu", [1.0, 2.0])
    moment = THEN + timedelta(seconds=1 + LEAST_PATIENCE)
    for _ in range(40):
        at(moment)
        first = draw(panel)
        assert first["state"] == "stale"
        assert first["next_change"] > moment
        at(first["next_change"] - timedelta(microseconds=1))
        again = draw(panel)
        assert str(again["chart"]) == str(first["chart"])
        assert {**again, "chart": None} == {**first, "chart": None}
        moment = first["next_change"]
        at(moment)
        assert draw(panel)["note"] != first["note"]


def test_a_late_chart_is_hatched_up_to_a_quarter_of_its_window(
    make_panel: Make, points: Make, at: Make, asked: Make
) -> None:
    panel = make_panel("cpu", expected_every=1.0, window=300)
    points("cpu", [1.0] * 300)
    last = THEN + timedelta(seconds=299)
    calls = asked("line")
    for late, hatched in ((0, None), (30, 40), (60, 70), (100, 75), (1e7, MOST_HATCHED * 300)):
        at(last + timedelta(seconds=late))
        draw(panel)
        assert calls[-1]["now"] == (hatched and last.timestamp() + hatched)


def test_the_date_is_said_when_the_last_data_is_a_day_old(make_panel: Make, points: Make, at: Make) -> None:
    Board.objects.update(time_zone="Asia/Tokyo")
    panel = make_panel("cpu", expected_every=1.0)
    points("cpu", [1.0], at=THEN)
    at(THEN + timedelta(hours=23))
    assert "(19:00:00)" in render(fragments.panel.key(pk=panel.pk)).html
    at(THEN + timedelta(days=2))
    assert "2 days ago (Jan 31 19:00:00)" in render(fragments.panel.key(pk=panel.pk)).html


def test_nothing_is_late_that_nobody_expects(make_panel: Make, points: Make, at: Make) -> None:
    panel = make_panel("cpu")
    points("cpu", [1.0])
    at(THEN + timedelta(days=400))
    found = draw(panel)
    assert (found["state"], found["note"], found["next_change"]) == ("", "", None)


# Partly


def test_series_without_data_are_named(make_panel: Make, points: Make) -> None:
    panel = make_panel("a", "b", "c", "d", "e")
    points("a", [1.0])
    points("c", [1.0])
    points("d", [1.0])
    found = draw(panel)
    assert (found["state"], found["note"]) == ("partial", "2 of 5 series have no data: B, E")
    points("b", [1.0])
    assert draw(panel)["note"] == "1 of 5 series has no data: E"
    points("e", [1.0])
    assert draw(panel)["state"] == ""


def test_series_that_are_late_while_others_are_not_are_named(make_panel: Make, points: Make, at: Make) -> None:
    panel = make_panel("a", "b", "c", expected_every=10.0)
    points("a", [1.0], at=THEN + timedelta(seconds=50))
    points("b", [1.0])
    at(THEN + timedelta(seconds=20))
    first = draw(panel)
    assert first["note"] == "1 of 3 series has no data: C"
    assert first["next_change"] == THEN + timedelta(seconds=25)
    at(THEN + timedelta(seconds=60))
    found = draw(panel)
    assert found["note"] == "1 of 3 series has no data: C · 1 of 3 series is late: B"
    assert found["next_change"] == THEN + timedelta(seconds=75)
    at(THEN + timedelta(seconds=75))
    assert draw(panel)["state"] == "stale"


def test_not_every_name_is_in_a_note(make_panel: Make, points: Make) -> None:
    panel = make_panel("first", "x" * 90, *"abcd")
    points("first", [1.0])
    assert draw(panel)["note"] == f"5 of 6 series have no data: X{'x' * 38}…, A, B, 2 more"


@pytest.mark.parametrize("kind", ["stat", "gauge", "sparkline", "heatmap"])
def test_only_the_series_that_is_shown_can_be_missing(make_panel: Make, points: Make, kind: str) -> None:
    panel = make_panel("a", "b", kind=kind)
    points("a", [1.0])
    assert draw(panel)["state"] == ""
    assert draw(make_panel("other", "a", kind=kind))["state"] == "empty"


# A text


def test_a_text_needs_no_data_and_is_never_late(make_panel: Make, points: Make, at: Make) -> None:
    panel = make_panel("cpu", kind="text", text="Some *words*.", expected_every=1.0)
    points("cpu", [1.0])
    at(THEN + timedelta(days=1))
    found = draw(panel)
    assert (found["state"], found["note"], found["next_change"], found["caption"]) == ("", "", None, "")
    assert "words" in str(found["chart"])
    assert draw(make_panel(kind="text"))["state"] == "empty"


# What it costs


@pytest.mark.parametrize(
    ("kind", "fields", "queries"),
    [
        ("line", {}, 3),
        ("line", dict(over="latest"), 2),
        ("area", dict(stacked=True), 3),
        ("bar", {}, 3),
        ("bar", dict(over="latest"), 2),
        ("histogram", {}, 3),
        ("sparkline", {}, 3),
        ("stat", {}, 3),
        ("gauge", {}, 2),
        ("donut", {}, 2),
        ("heatmap", dict(window=86400), 3),
        ("timeline", {}, 3),
        ("status", {}, 3),
        ("status", dict(history_days=90), 4),
        ("table", {}, 3),
        ("table", dict(over="latest"), 2),
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


def test_the_buckets_of_a_source_are_asked_in_utc() -> None:
    within = sources.Window(0.0, 60.0, 1.0, 0.0)
    assert within.asked()["start"] == datetime(1970, 1, 1, tzinfo=UTC)
    assert Series.objects.count() == 0
