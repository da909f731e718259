"""Buckets of time, and days across a change of clocks."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from boards.models import Board, Panel
from boards.panels import draw
from boards.windows import Window
from series.models import Series

pytestmark = [pytest.mark.django_db, pytest.mark.database]
Make = Callable[..., Any]


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
    Panel.objects.filter(pk=panel.pk).update(options={"window": days * 86400}, expected_interval=86400)
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
    options = {**panel.options, "window": 400 * 86400}
    Panel.objects.filter(pk=panel.pk).update(options=options, expected_interval=86400)
    fine, warned = draw(Panel.objects.get(pk=panel.pk))["chart"].data().rows
    assert [f"{at:%H:%M}" for at in (*fine[2:], *warned[2:])] == ["00:00"] * 4
    since = warned[2].replace(tzinfo=None)
    assert timedelta(0) <= last - timedelta(days=100) - since <= timedelta(days=1)


def test_the_buckets_of_a_source_are_asked_in_utc() -> None:
    within = Window(0.0, 60.0, 1.0)
    assert within.query()["start"] == datetime(1970, 1, 1, tzinfo=UTC)
    assert Series.objects.count() == 0
