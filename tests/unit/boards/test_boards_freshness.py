"""What a panel says about late and missing data, and until when that stands."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from boards import fragments
from boards.freshness import MAX_HATCHED_PART
from boards.models import Board
from boards.panels import draw
from live.rendering.render import render
from series.freshness import MIN_LATE_AFTER_SECONDS
from tests.unit.boards.conftest import THEN

pytestmark = [pytest.mark.django_db, pytest.mark.database]
Make = Callable[..., Any]


def test_late_is_said_and_when_it_will_be(make_panel: Make, points: Make, at: Make) -> None:
    panel = make_panel("cpu", expected_interval=60.0, window=3600)
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
    panel = make_panel("cpu", expected_interval=1.0)
    points("cpu", [1.0])
    at(THEN + timedelta(seconds=6))
    found = draw(panel)
    assert found["note"] == "Last data seconds ago (10:00:00), expected every 1 s"
    assert found["next_change"] == THEN + timedelta(seconds=10)
    at(found["next_change"])
    assert draw(panel)["note"] == "Last data 10 sec ago (10:00:00), expected every 1 s"


def test_until_the_next_change_nothing_changes(make_panel: Make, points: Make, at: Make) -> None:
    panel = make_panel("cpu", expected_interval=1.0)
    points("cpu", [1.0, 2.0])
    moment = THEN + timedelta(seconds=1 + MIN_LATE_AFTER_SECONDS)
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
    panel = make_panel("cpu", expected_interval=1.0, window=300)
    points("cpu", [1.0] * 300)
    last = THEN + timedelta(seconds=299)
    calls = asked("line")
    for late, hatched in ((0, None), (30, 40), (60, 70), (100, 75), (1e7, MAX_HATCHED_PART * 300)):
        at(last + timedelta(seconds=late))
        draw(panel)
        assert calls[-1]["now"] == (hatched and last.timestamp() + hatched)


def test_the_date_is_said_when_the_last_data_is_a_day_old(make_panel: Make, points: Make, at: Make) -> None:
    Board.objects.update(time_zone="Asia/Tokyo")
    panel = make_panel("cpu", expected_interval=1.0)
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
    panel = make_panel("a", "b", "c", expected_interval=10.0)
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
