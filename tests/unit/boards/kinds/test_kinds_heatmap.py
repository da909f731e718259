"""Heat maps."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from boards.models import Board, Panel
from boards.panels import draw
from tests.unit.boards.conftest import THEN

pytestmark = [pytest.mark.django_db, pytest.mark.database]
Make = Callable[..., Any]


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
