"""The worst state of each day."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from boards.data.sources import Line, Source
from boards.data.state_history import rules_of, worst_of_days
from boards.models import Board, Panel
from boards.options import Values
from boards.panels import draw
from boards.states import State
from series.models import Series
from series.storage.delete import delete
from tests.unit.boards.conftest import THEN, source_of

pytestmark = [pytest.mark.django_db, pytest.mark.database]
Make = Callable[..., Any]


STATES = "0 = Down, bad\n1 = Up, ok\n2 = Slow, warn"


DAY = timedelta(days=1)


def levels(panel: Panel) -> list[list[str | None]]:
    panel = Panel.objects.select_related("board").get(pk=panel.pk)
    source = source_of(panel)
    return worst_of_days(source, rules_of(source), panel.options["history_days"])


def test_a_day_is_as_good_as_its_worst_moment(make_panel: Make, points: Make, at: Make) -> None:
    at(THEN)
    points("api", [1.0, 2.0, 1.0], at=THEN - 3 * DAY)
    points("api", [1.0, 0.0, 2.0, 1.0], every=7200, at=THEN - 2 * DAY)
    points("api", [1.0, 1.0], at=THEN - timedelta(seconds=5))
    points("db", [1.0], at=THEN - timedelta(days=90))
    panel = make_panel("api", "db", kind="status", states=STATES, history_days=5)
    assert levels(panel) == [[None, "warn", "bad", None, "ok"], [None] * 5]
    panel.options["history_days"] = 0
    panel.save()
    assert levels(panel) == [[], []]


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe"])
def test_days_are_those_of_the_boards_clock_also_when_clocks_change(
    make_panel: Make, points: Make, at: Make, zone: str
) -> None:
    """A bad point in the last second of each other day, over a year: never in the day after it."""
    clock = ZoneInfo(zone)
    Board.objects.update(time_zone=zone)
    panel = make_panel("api", kind="status", states=STATES, history_days=90)
    for month in (1, 4, 7, 10, 12):
        last = datetime(2026, month, 28, 12, tzinfo=clock)
        at(last.astimezone(UTC))
        expected: list[str | None] = [None] * 90
        for ago in range(0, 90, 2):
            day = (last - ago * DAY).date()
            moment = datetime(day.year, day.month, day.day, 23, 59, 59, tzinfo=clock).astimezone(UTC)
            points("api", [0.0], at=moment)
            expected[89 - ago] = "bad"
        assert levels(panel) == [expected]
        delete([panel.lines.get().series_id])


def test_at_midnight_a_new_day_begins(make_panel: Make, points: Make, at: Make) -> None:
    Board.objects.update(time_zone="Europe/Berlin")
    panel = Panel.objects.get(pk=make_panel("api", kind="status", history_days=3).pk)
    points("api", [1.0])
    at(THEN)
    midnight = datetime(2026, 1, 31, 23, tzinfo=UTC)
    assert draw(panel)["next_change"] == midnight
    assert levels(panel) == [[None, None, "ok"]]
    at(midnight)
    assert levels(panel) == [[None, "ok", None]]
    at(THEN)
    for every, next_change in ((600.0, THEN + timedelta(seconds=1500)), (86400.0, midnight)):
        Series.objects.update(expected_interval=every)
        assert draw(panel)["next_change"] == next_change


def test_where_up_is_good_the_limits_are_lower_ones() -> None:
    def level(**options: Any) -> str:
        source = Source("", UTC, Values({}, options), lines=[Line(5, "")])
        return rules_of(source)[5].of(89.0).level

    assert level(warn_at=99.0, bad_at=90.0, good="up") == "bad"
    assert level(warn_at=90.0, bad_at=99.0, good="down") == "ok"


def test_a_text_is_its_own_state(make_panel: Make, points: Make) -> None:
    points("door", ["open", "failed", "open", "Up"])
    points("lamp", [True, False])
    points("api", [1.0])
    rules = rules_of(
        source_of(make_panel("door", "lamp", "api", kind="status", states="open = Offen, warn\n1 = On, ok"))
    )
    door, lamp, api = rules.values()
    assert [door.of(code) for code in (0.0, 1.0, 2.0)] == [State("Offen", "warn"), State("On", "ok"), State("Up", "ok")]
    assert door.worst([0.0, 2.0]) == State("Offen", "warn")
    assert [lamp.of(code) for code in (0.0, 1.0)] == [State("false", "off"), State("On", "ok")]
    assert [api.of(value) for value in (0.0, 1.0)] == [State("Unknown", "off"), State("On", "ok")]


def test_what_has_no_code_of_its_own_is_another_state(make_panel: Make, points: Make) -> None:
    points("door", [f"text {number}" for number in range(64)])
    panel = make_panel("door", kind="status")
    (rules,) = rules_of(source_of(panel)).values()
    assert rules.of(62.0) == State("Other", "off")
    chart = draw(Panel.objects.select_related("board").get(pk=panel.pk))["chart"]
    assert "Other" in chart.html() and "text 63" in chart.html()
