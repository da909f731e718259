"""Buckets of time, and days across a change of clocks."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from boards.data.windows import Window
from boards.models import Board, Panel
from boards.panels import draw
from series.models import Series
from series.storage import query
from tests.unit.boards.conftest import source_of

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
    Panel.objects.filter(pk=panel.pk).update(options={"window": days * 86400})
    Series.objects.update(expected_interval=86400)
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
    Panel.objects.filter(pk=panel.pk).update(options=options)
    Series.objects.update(expected_interval=86400)
    fine, warned = draw(Panel.objects.get(pk=panel.pk))["chart"].data().rows
    assert [f"{at:%H:%M}" for at in (*fine[2:], *warned[2:])] == ["00:00"] * 4
    since = warned[2].replace(tzinfo=None)
    assert timedelta(0) <= last - timedelta(days=100) - since <= timedelta(days=1)


def test_the_buckets_of_a_source_are_asked_in_utc() -> None:
    within = Window(0.0, 60.0, 1.0)
    assert within.query()["start"] == datetime(1970, 1, 1, tzinfo=UTC)
    assert Series.objects.count() == 0


BERLIN = ZoneInfo("Europe/Berlin")
CHANGES = [datetime(2026, 3, 29, 3, tzinfo=BERLIN), datetime(2026, 10, 25, 3, tzinfo=BERLIN)]


@pytest.mark.parametrize("change", CHANGES, ids=["spring", "autumn"])
@pytest.mark.parametrize("hours", [2, 4, 6, 12])
class TestSeveralHours:
    """Each day they begin at the same hours of the board's clock, on both sides of a change."""

    @pytest.fixture
    def panel(self, make_panel: Make, points: Make, change: datetime, hours: int) -> Panel:
        """Of a series with a value a quarter of an hour, for 48 buckets around the change: the hour of that clock."""
        Board.objects.update(time_zone=str(BERLIN))
        first = change.astimezone(UTC) - timedelta(hours=24 * hours)
        times = [first + timedelta(minutes=15 * number) for number in range(48 * 4 * hours)]
        points("cpu", [float(at.astimezone(BERLIN).hour) for at in times], every=900.0, at=first)
        return Panel.objects.get(pk=make_panel("cpu", kind="bar", window=hours * 48 * 3600).pk)

    def test_begin_at_the_same_ones(self, panel: Panel, change: datetime, hours: int) -> None:
        source = source_of(panel)
        within = source.window(max_buckets=48)
        assert within.step == hours * 3600
        begins = [datetime.fromtimestamp(within.at(index), BERLIN) for index in range(within.size + 1)]
        assert begins[0] < change < begins[-1]
        # The hour at which a bucket would begin is skipped in spring: it begins with the one after it.
        skipped = change.replace(minute=0) if change.month == 3 else None
        assert {(at.hour % hours, at.minute) for at in begins if at != skipped} == {(0, 0)}
        lengths = [
            (after - before) / timedelta(hours=1) for before, after in pairwise(at.astimezone(UTC) for at in begins)
        ]
        assert sorted(set(lengths)) == sorted({float(hours), hours + (1.0 if change.month == 10 else -1.0)})

    def test_have_the_points_of_those_hours(self, panel: Panel, hours: int) -> None:
        source = source_of(panel)
        within = source.window(max_buckets=48)
        found = query.buckets(source.ids, states=True, **within.query())[source.ids[0]]
        assert len(found) == within.size
        for index, bucket in enumerate(found):
            if bucket is not None:
                begin = datetime.fromtimestamp(within.at(index), BERLIN).hour // hours * hours
                assert begin <= bucket.min <= bucket.max < begin + hours
                assert bucket.since >= datetime.fromtimestamp(within.at(index), UTC)
        assert None not in found[1:], "no hours are skipped by the clock"

    @pytest.mark.parametrize("kind", ["bar", "line", "table", "timeline"])
    def test_are_drawn_where_they_are(self, panel: Panel, kind: str, hours: int) -> None:
        window = hours * 3600 * {"bar": 48, "timeline": 300}.get(kind, 150)
        options = {"window": window, "rows": 50}
        Panel.objects.filter(pk=panel.pk).update(kind=kind, options=options)
        Series.objects.update(expected_interval=900)
        rows = draw(Panel.objects.get(pk=panel.pk))["chart"].data().rows
        moments = [cell for row in rows for cell in row if isinstance(cell, datetime)]
        # A state ends where the next one begins; nothing but the change itself is elsewhere.
        odd = [at for at in moments if at.astimezone(BERLIN).hour % hours]
        assert moments and all(at == datetime(2026, 3, 29, 3, tzinfo=BERLIN) for at in odd)


@pytest.mark.parametrize("change", CHANGES, ids=["spring", "autumn"])
def test_single_hours_are_equal_through_a_change(make_panel: Make, points: Make, change: datetime) -> None:
    Board.objects.update(time_zone=str(BERLIN))
    first = change.astimezone(UTC) - timedelta(hours=12)
    points("cpu", [float(number) for number in range(24)], every=3600.0, at=first)
    source = source_of(Panel.objects.get(pk=make_panel("cpu", kind="bar", window=24 * 3600).pk))
    within = source.window(max_buckets=24)
    assert source.means(within) == [[float(number) for number in range(24)]]


@pytest.mark.parametrize(
    ("interval", "columns"), [(0, 30), (10, 30), (240, 15), (300, 12), (3600, 12)], ids=lambda value: f"{value}"
)
def test_a_tooltip_has_few_more_columns_than_there_are_points(interval: float, columns: int) -> None:
    assert Window(0, 3600, 30).columns(interval) == columns


def test_a_line_of_few_points_has_few_columns(make_panel: Make, points: Make) -> None:
    points("cpu", range(12), every=300)
    panel = make_panel("cpu", interval=300, kind="line", window=3600)
    assert 12 <= str(draw(panel)["chart"]).count("<td") <= 14, "with those at its edges"
