"""Which state each series is in, was in, since when, and how its days were."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from boards.drawing import draw
from boards.kinds_of_states import history
from boards.models import Board, Panel
from boards.sources import Source, judge_of
from series.storage.query import latest
from tests.unit.boards.conftest import THEN

pytestmark = [pytest.mark.django_db, pytest.mark.database]
Make = Callable[..., Any]
STATES = "0 = Down, bad\n1 = Up, ok\n2 = Slow, warn"
DAY = timedelta(days=1)


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], None]:
    """Set the clock."""
    return lambda moment: monkeypatch.setattr(timezone, "now", lambda: moment)


def rows(call: dict[str, Any]) -> dict[str, list[tuple[float, float, str, str]]]:
    """The spans of a timeline in seconds after THEN."""
    then = THEN.timestamp()
    return {
        name: [(span.start - then, span.end - then, span.level, span.word) for span in spans]
        for name, spans in call["it"].items()
    }


def drawn_items(panel: Panel, calls: list[dict[str, Any]]) -> list[Any]:
    draw(panel)
    return list(calls[-1]["it"])


# Over time


def test_a_timeline_has_a_span_for_each_state(make_panel: Make, points: Make, asked: Make) -> None:
    points("api", [1.0, 1.0, 0.0, 0.0, 0.0, 2.0, 1.0, 1.0])
    points("db", [1.0] * 8)
    calls = asked("timeline")
    draw(make_panel("api", "db", kind="timeline", window=8, states=STATES))
    assert rows(calls[0]) == {
        "Api": [(0, 2, "ok", "Up"), (2, 5, "bad", "Down"), (5, 6, "warn", "Slow"), (6, 8, "ok", "Up")],
        "Db": [(0, 8, "ok", "Up")],
    }
    assert (calls[0]["start"], calls[0]["end"]) == (THEN.timestamp(), THEN.timestamp() + 8)


def test_without_a_table_the_limits_decide(make_panel: Make, points: Make, asked: Make) -> None:
    points("cpu", [10.0, 85.0, 96.0, 10.0])
    calls = asked("timeline")
    draw(make_panel("cpu", kind="timeline", window=4, warn_at=80.0, bad_at=95.0))
    draw(make_panel("cpu", kind="timeline", window=4, warn_at=80.0, bad_at=20.0, good="up"))
    assert [each[2:] for each in rows(calls[0])["Cpu"]] == [
        ("ok", "OK"),
        ("warn", "Warning"),
        ("bad", "Critical"),
        ("ok", "OK"),
    ]
    assert [each[2] for each in rows(calls[1])["Cpu"]] == ["bad", "ok", "bad"]


def test_a_state_lasts_until_the_next_sample_and_a_gap_is_one(make_panel: Make, points: Make, asked: Make) -> None:
    points("api", [1.0, 1.0, 0.0, None, None, None, None, 1.0, 1.0], every=10)
    calls = asked("timeline")
    draw(make_panel("api", kind="timeline", window=85, states=STATES))
    assert rows(calls[0]) == {"Api": [(-4, 20, "ok", "Up"), (20, 30, "bad", "Down"), (70, 81, "ok", "Up")]}


def test_one_bad_second_is_seen_in_the_bucket_of_a_week(make_panel: Make, points: Make, asked: Make) -> None:
    points("api", [1.0] * 50, every=3 * 3600)
    points("api", [0.0], at=THEN + timedelta(hours=31, seconds=7))
    calls = asked("timeline")
    draw(make_panel("api", kind="timeline", window=7 * 86400, states=STATES))
    (spans,) = rows(calls[0]).values()
    assert [each[2] for each in spans] == ["ok", "bad", "ok"]
    assert spans[1][0] <= 31 * 3600 + 7 < spans[1][1]


def test_a_late_timeline_is_hatched(make_panel: Make, points: Make, asked: Make, at: Make) -> None:
    points("api", [1.0] * 300)
    last = THEN + timedelta(seconds=299)
    calls = asked("timeline")
    panel = make_panel("api", kind="timeline", states=STATES, expected_every=1.0)
    at(last)
    draw(panel)
    assert calls[0]["now"] is None
    at(last + DAY)
    assert draw(panel)["state"] == "stale"
    assert calls[1]["now"] == last.timestamp() + 75


# Now


def test_a_status_says_the_word_or_the_number(make_panel: Make, points: Make, asked: Make) -> None:
    points("api", [0.0])
    points("web", [7.0])
    calls = asked("status")
    api, web, none = drawn_items(make_panel("api", "web", "none", kind="status", states=STATES, unit="ms"), calls)
    assert (api.label, api.level, api.word, api.detail) == ("Api", "bad", "Down", "")
    assert (web.level, web.word) == ("off", "Unknown")
    assert web.detail == "7\u202fms"
    assert (none.level, none.word, none.since) == ("off", "No data", "")
    (cpu,) = drawn_items(make_panel("web", kind="status", warn_at=5.0, unit="%"), calls)
    assert (cpu.level, cpu.word, cpu.detail) == ("warn", "Warning", "7\u202f%")


def test_a_status_says_since_when(make_panel: Make, points: Make, asked: Make) -> None:
    Board.objects.update(time_zone="Europe/Berlin")
    calls = asked("status")
    panel = Panel.objects.get(pk=make_panel("api", kind="status", states=STATES, window=3600).pk)
    points("api", [1.0] * 30 + [0.0] * 30, every=60)
    assert drawn_items(panel, calls)[0].since == "since 11:30"
    points("api", [0.0] * 60, every=60, at=THEN + timedelta(hours=1))
    assert drawn_items(panel, calls)[0].since == "for more than 1 h"
    points("api", [1.0], at=THEN + timedelta(hours=2))
    (api,) = drawn_items(panel, calls)
    assert (api.word, api.since) == ("Up", "since 13:00")


def test_what_was_worse_in_the_same_bucket_is_over(make_panel: Make, points: Make, asked: Make) -> None:
    points("api", [1.0] * 100, every=1000)
    points("api", [0.0, 1.0], at=THEN + timedelta(seconds=99_300), every=100)
    calls = asked("status")
    (api,) = drawn_items(make_panel("api", kind="status", states=STATES, window=86400), calls)
    assert (api.word, api.since) == ("Up", "since 13:36")


def test_a_state_that_began_a_day_ago_has_its_date(make_panel: Make, points: Make, asked: Make) -> None:
    points("api", [1.0] * 24 + [0.0] * 48, every=3600)
    calls = asked("status")
    (api,) = drawn_items(make_panel("api", kind="status", states=STATES, window=3 * 86400), calls)
    assert api.since == "since Feb 1 10:00"


def test_of_late_data_nobody_knows_whether_it_is_fine(make_panel: Make, points: Make, asked: Make, at: Make) -> None:
    panel = make_panel("api", "db", kind="status", states=STATES, expected_every=60.0)
    points("api", [1.0])
    points("db", [1.0, 1.0, 1.0], every=60)
    calls = asked("status")
    at(THEN + timedelta(seconds=140))
    assert [each.word for each in drawn_items(panel, calls)] == ["Up", "Up"]
    at(THEN + timedelta(seconds=150))
    api, db = drawn_items(panel, calls)
    assert (api.level, api.word, api.since, db.word) == ("off", "No data", "since 10:00", "Up")
    found = draw(panel)
    assert (found["state"], found["note"]) == ("", ""), "each says it for itself"
    assert found["next_change"] == THEN + timedelta(seconds=270)
    at(THEN + timedelta(seconds=270))
    assert [each.word for each in drawn_items(panel, calls)] == ["No data", "No data"]
    assert draw(panel)["state"] == "stale"


# Its days


def levels(panel: Panel) -> list[list[str | None]]:
    panel = Panel.objects.select_related("board").get(pk=panel.pk)
    lines = list(panel.lines.all())
    return history(Source(panel, lines, latest([line.series_id for line in lines])), judge_of(panel))


def test_a_day_is_as_good_as_its_worst_moment(make_panel: Make, points: Make, at: Make) -> None:
    at(THEN)
    points("api", [1.0, 2.0, 1.0], at=THEN - 3 * DAY)
    points("api", [1.0, 0.0, 2.0, 1.0], every=7200, at=THEN - 2 * DAY)
    points("api", [1.0, 1.0], at=THEN - timedelta(seconds=5))
    points("db", [1.0], at=THEN - timedelta(days=90))
    panel = make_panel("api", "db", kind="status", states=STATES, history_days=5)
    assert levels(panel) == [[None, "warn", "bad", None, "ok"], [None] * 5]
    panel.history_days = 0
    panel.save()
    assert levels(panel) == [[], []]


def test_ninety_days_come_to_the_chart(make_panel: Make, points: Make, asked: Make, at: Make) -> None:
    at(THEN)
    points("api", [1.0])
    calls = asked("status")
    (api,) = drawn_items(make_panel("api", kind="status", history_days=90), calls)
    assert api.days == (None,) * 89 + ("ok",)


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
        panel.lines.get().series.points.all().delete()


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
        panel.expected_every = every
        assert draw(panel)["next_change"] == next_change
