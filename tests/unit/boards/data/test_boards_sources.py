"""Which numbers a panel shows: the window, the buckets, the gaps, the names."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boards.models import Board, Panel
from boards.panels import draw
from series.pauses import without_pauses
from tests.unit.boards.conftest import THEN, labelled, source_of, values

pytestmark = [pytest.mark.django_db, pytest.mark.database]
Make = Callable[..., Any]


def test_a_window_ends_with_the_last_point_and_not_with_the_clock(make_panel: Make, points: Make) -> None:
    panel = make_panel("cpu", window=60)
    points("cpu", [float(n) for n in range(100)])
    source = source_of(panel)
    within = source.window(max_buckets=150)
    assert within.step == 1
    assert within.start == THEN.timestamp() + 40
    assert source.trends(within) == [[float(n) for n in range(40, 100)]]


def test_a_long_window_is_drawn_in_wider_buckets_of_means(make_panel: Make, points: Make) -> None:
    panel = make_panel("cpu", window=300)
    points("cpu", [1.0, 3.0, 5.0, 7.0])
    source = source_of(panel)
    within = source.window(max_buckets=150)
    (values,) = source.trends(within)
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
    within = source.window(max_buckets=48)
    (values,) = source.trends(within)
    assert within.start <= THEN.timestamp() < within.end
    assert within.end - within.start >= seconds
    assert len(values) == round((within.end - within.start) / within.step) <= 50
    assert values[-1] == 1.0


def test_buckets_of_days_are_those_of_the_boards_clock(make_panel: Make, points: Make, board: Board) -> None:
    Board.objects.update(time_zone="Asia/Kolkata")
    panel = Panel.objects.get(pk=make_panel("cpu", window=40 * 86400).pk)
    points("cpu", [1.0])
    within = source_of(panel).window(max_buckets=48)
    assert within.step == 86400
    local = datetime.fromtimestamp(within.start, panel.board.zone)
    assert (local.hour, local.minute) == (0, 0)


def test_the_pause_between_samples_is_no_gap_and_a_long_one_is() -> None:
    assert without_pauses([1, None, 3, None, 5], 0) == [1, 2, 3, 4, 5]
    assert without_pauses([1, 2, 3, None, None, None, 7], 0) == [1, 2, 3, None, None, None, 7]
    assert without_pauses([1, None, None, 4], 2) == [1, 2, 3, 4]
    assert without_pauses([None, 1, None], 9) == [None, 1, None]
    assert without_pauses([], 1) == []


@given(st.lists(st.one_of(st.none(), st.floats(-1e6, 1e6)), max_size=60), st.floats(0, 10))
def test_bridging_keeps_what_was_measured(values: list[float | None], interval: float) -> None:
    filled = without_pauses(values, interval)
    assert len(filled) == len(values)
    assert all(after == before for before, after in zip(values, filled, strict=True) if before is not None)


@pytest.mark.parametrize("kind", ["line", "area", "bar"])
def test_categories_on_the_axis_and_labels_as_colours(make_panel: Make, points: Make, asked: Make, kind: str) -> None:
    for number, name in enumerate("abcd"):
        points(name, [float(number)])
    calls = asked(kind)
    panel = make_panel("a", "b", "c", "d", kind=kind, x_axis="names")
    draw(labelled(panel, ("In", "North"), ("In", "South"), ("Out", "South"), ("Out", "East")))
    assert calls[0]["categories"] == ["North", "South", "East"]
    assert values(calls[0]) == {"In": [0.0, 1.0, None], "Out": [None, 2.0, 3.0]}


def test_a_series_without_a_category_has_one_of_its_own(make_panel: Make, points: Make, asked: Make) -> None:
    points("a", [1.0])
    points("b", [2.0])
    calls = asked("bar")
    draw(labelled(make_panel("a", "b", kind="bar", x_axis="names"), ("In", "North"), ("Rest", "")))
    assert calls[0]["categories"] == ["North", "Rest"]
    assert values(calls[0]) == {"In": [1.0, None], "Rest": [None, 2.0]}


@pytest.mark.parametrize("kind", ["bar", "donut", "status", "timeline", "table"])
def test_two_series_with_one_label_are_both_shown(make_panel: Make, points: Make, asked: Make, kind: str) -> None:
    points("a", [1.0])
    points("b", [2.0])
    calls = asked(kind)
    draw(labelled(make_panel("a", "b", kind=kind, x_axis="names"), ("Same", ""), ("Same", "")))
    assert "Same (2)" in repr(calls[0])
