"""Which numbers a panel shows, of which time, and when it says that they are late."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from boards import drawing, fragments
from boards.drawing import bridged, command_for, draw, duration, level_of, window_of
from boards.models import Board, Panel
from live.rendering import render
from series.queries import latest
from tests.unit.boards.conftest import THEN

pytestmark = [pytest.mark.django_db, pytest.mark.database]
Make = Callable[..., Any]


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
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
def test_a_window_in_words(seconds: int, words: str) -> None:
    assert duration(seconds) == words


def lines_of(panel: Panel) -> Any:
    """A panel's lines, and the newest point of each."""
    lines = list(panel.lines.all())
    return lines, latest([line.series_id for line in lines])


def test_a_window_ends_with_the_last_point_and_not_with_the_clock(make_panel: Make, points: Make) -> None:
    panel = make_panel("cpu", window=60)
    points("cpu", [float(n) for n in range(100)])
    start, step, (values,) = window_of(panel, *lines_of(panel))
    assert step == 1
    assert start == THEN.timestamp() + 40
    assert values == [float(n) for n in range(40, 100)]


def test_a_long_window_is_drawn_in_wider_buckets_of_means(make_panel: Make, points: Make) -> None:
    panel = make_panel("cpu", window=300)
    points("cpu", [1.0, 3.0, 5.0, 7.0])
    _start, step, (values,) = window_of(panel, *lines_of(panel))
    assert step == 2
    assert len(values) == 150
    assert values[-2:] == [2.0, 7.0], "the mean of two, and at the end the newest"


def test_every_kind_is_drawn_with_and_without_points(make_panel: Make, points: Make) -> None:
    for kind in Panel.Kind:
        empty, full = make_panel(f"empty-{kind}", kind=kind), make_panel(f"full-{kind}", kind=kind)
        points(f"full-{kind}", [1.0, 2.0, 3.0])
        assert "No data yet" in draw(empty)["chart"]
        assert "No data yet" not in draw(full)["chart"]
        for panel in (empty, full):
            assert render(fragments.panel.key(pk=panel.pk)).tag == "figure"


def test_a_panel_without_series_is_drawn_too(make_panel: Make) -> None:
    for kind in Panel.Kind:
        assert "shows no series yet" in draw(make_panel(kind=kind))["chart"]


def test_the_command_that_fills_a_panel_can_be_pasted(make_panel: Make) -> None:
    panel = make_panel("it's")
    command = command_for(list(panel.lines.all()))
    assert command.startswith(
        """curl --json '{"series": "it'\\''s", "value": 12.5}' -H "Authorization: Bearer $TOKEN" http"""
    )


def test_late_is_said_and_when_it_will_be(make_panel: Make, points: Make) -> None:
    panel = make_panel("cpu", expected_every=4.0)
    now = timezone.now()
    points("cpu", [1.0], at=now)
    fresh = draw(panel)
    assert fresh["late"] is None
    assert fresh["next_change"] == now.replace(microsecond=now.microsecond) + timedelta(seconds=10)
    points("cpu", [1.0], at=now - timedelta(seconds=11))
    panel.lines.get().series.points.filter(time=now).delete()
    late = draw(panel)
    assert late["late"] == now - timedelta(seconds=11)
    assert late["next_change"] is None
    assert "No data since" in render(fragments.panel.key(pk=panel.pk)).html


def test_a_figure_is_compared_with_the_beginning_of_its_window_only_if_there_was_one(
    make_panel: Make, points: Make
) -> None:
    panel = make_panel("cpu", kind="stat", window=60)
    points("cpu", [10.0], at=THEN)
    points("cpu", [10.0], at=THEN - timedelta(seconds=20))
    assert "ago" not in draw(panel)["chart"]
    points("cpu", [5.0], at=THEN - timedelta(seconds=58))
    assert "1 min ago" in draw(panel)["chart"]


@pytest.mark.parametrize(
    ("warn", "bad", "value", "level"),
    [
        (None, None, 5, None),
        (10, 20, 9.9, "ok"),
        (10, 20, 10, "warn"),
        (10, 20, 20, "bad"),
        (None, 20, 19, "ok"),
        (10, None, 1e9, "warn"),
    ],
)
def test_how_bad_a_value_is(warn: float | None, bad: float | None, value: float, level: str | None) -> None:
    assert level_of(Panel(warn_at=warn, bad_at=bad), value) == level


def test_a_status_of_late_data_is_unknown_and_not_fine(make_panel: Make, points: Make) -> None:
    panel = make_panel("cpu", kind="status", warn_at=50.0, expected_every=1.0)
    points("cpu", [10.0], at=timezone.now())
    assert "OK" in draw(panel)["chart"]
    points("cpu", [10.0], at=timezone.now() - timedelta(minutes=5))
    panel.lines.get().series.points.filter(time__gte=timezone.now() - timedelta(minutes=1)).delete()
    chart = draw(panel)["chart"]
    assert "No data" in chart
    assert "OK" not in chart


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


def test_what_a_caption_says(make_panel: Make) -> None:
    assert drawing.caption(make_panel(unit="ms", window=3600)) == "ms · last 1 h"
    assert drawing.caption(make_panel(unit="%", kind="stat")) == ""


def test_times_are_shown_in_the_boards_zone(make_panel: Make, points: Make, board: Board) -> None:
    Board.objects.update(time_zone="Asia/Tokyo")
    panel = make_panel("cpu", expected_every=1.0)
    points("cpu", [1.0], at=THEN)
    assert "Jan 31, 19:00:00" in render(fragments.panel.key(pk=panel.pk)).html
