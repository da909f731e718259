"""Whatever arrives, in whatever order, and wherever a job ends: what is stored is what plain Python counts.

What a job has not finished, as when its process was killed, is made here by an error at one of its statements, and by
its end between two of its transactions. Others write between these, too.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from series.fields import MICROSECOND
from series.models import Day, DayZone, DeletedSeries, Hour, Latest, Minute, Point, Series, StateText
from series.samples import Sample
from series.storage import days, retention
from series.storage.delete import delete
from series.storage.write import write
from series.tables import RollUp
from series.values import OTHER_CODE, Value

pytestmark = [pytest.mark.database, pytest.mark.django_db]
NOW = datetime(2026, 3, 31, 12, 30, tzinfo=UTC)
DOOR = "door"
NAMES = ["cpu", "ram", DOOR]
# Few enough that points meet, around borders of minutes, hours and days, through a change of clocks.
TIMES = st.builds(
    lambda day, hour, second: NOW.replace(hour=0, minute=0) + timedelta(days=-day, hours=hour, seconds=second),
    st.sampled_from([1, 2, 3, 9, 40]),
    st.sampled_from([0, 1, 21, 22]),
    st.sampled_from([0, 1, 59.999999, 60, 61, 3599.999999]),
)
SAMPLES = st.lists(st.tuples(st.sampled_from(NAMES), TIMES, st.integers(-3, 70)), min_size=1, max_size=6)
# Of points, minutes and hours, in days: what is finer does not get older.
AGES = st.tuples(*[st.sampled_from([0.5, 1.5, 2.55, 8.5, 30, None])] * 3).map(
    lambda ages: sorted(ages, key=lambda age: 1e9 if age is None else age)
)
ZONES = st.sets(st.sampled_from(["Europe/Berlin", "America/New_York", "UTC"]), max_size=2)
QUICK = st.one_of(
    st.tuples(st.just("write"), SAMPLES),
    st.tuples(st.just("write"), SAMPLES),
    st.tuples(st.just("delete"), st.tuples(st.sampled_from(NAMES), TIMES, TIMES)),
    st.tuples(st.just("delete series"), st.sampled_from(NAMES)),
)
JOBS = st.one_of(st.tuples(st.just("expire"), AGES), st.tuples(st.just("make days"), ZONES))
# A job; after how many of its turns it stops, and after how many statements it fails, if it does; what comes between.
STEPS = st.one_of(
    QUICK,
    QUICK,
    st.tuples(JOBS, st.none() | st.integers(1, 6), st.none() | st.integers(1, 40), st.lists(QUICK, max_size=2)),
)
SIZES: list[tuple[type[RollUp], timedelta]] = [(Minute, timedelta(minutes=1)), (Hour, timedelta(hours=1))]
Stretches = dict[tuple[str, datetime], list[tuple[datetime, float]]]


class Killed(Exception):
    pass


class Model:
    """All points that were accepted, by the name of their series; and what says what was deleted by age."""

    def __init__(self) -> None:
        self.points: dict[tuple[str, datetime], float] = {}
        self.newest: dict[str, tuple[datetime, float]] = {}
        self.hours_since = datetime(1971, 1, 1, tzinfo=UTC)

    def summaries(self, begin: Callable[[datetime], datetime]) -> dict[tuple[str, datetime], tuple[Any, ...]]:
        """Of the points of each stretch of time: counted one by one."""
        stretches: Stretches = {}
        for (name, time), value in sorted(self.points.items()):
            stretches.setdefault((name, begin(time)), []).append((time, value))
        return {key: summary(points) for key, points in stretches.items()}

    def write(self, samples: list[tuple[str, datetime, int]]) -> None:
        self.forget_hours()
        expired = self.points.keys() - stored_points().keys()
        since = {row.series.name: row for row in Latest.objects.select_related("series")}
        result = write(Sample(name, {}, time, value_of(name, value)) for name, time, value in samples)
        codes = dict(StateText.objects.exclude(code=OTHER_CODE).values_list("text", "code"))
        sent = {
            (name, time): float(codes.get(f"state {value}", OTHER_CODE) if name == DOOR else value)
            for name, time, value in samples
        }
        stored = stored_points()
        refused = {key for key in sent if key not in stored}
        assert result.too_old == len(refused)
        for name, time in refused:
            assert time < since[name].points_since
            hour = floored(time, timedelta(hours=1))
            assert any(other == name and floored(at, timedelta(hours=1)) == hour for other, at in expired)
        for key in sent.keys() - refused:
            assert stored[key] == sent[key]
            assert key not in expired, "it was counted already"
            self.points[key] = sent[key]
            name, time = key
            if name not in self.newest or time >= self.newest[name][0]:
                self.newest[name] = (time, sent[key])

    def delete(self, chosen: tuple[str, datetime, datetime]) -> None:
        """Not what is partly deleted by age: of its minutes and hours nobody can take out a part."""
        name, *ends = chosen
        start, end = (floored(time, timedelta(hours=1)) for time in sorted(ends))
        self.forget_hours()
        delete(Series.objects.filter(name=name).values_list("pk", flat=True), start=start, end=end)
        self.points = {key: value for key, value in self.points.items() if key[0] != name or not start <= key[1] < end}
        if name in self.newest and start <= self.newest[name][0] < end:
            left = [(time, value) for (other, time), value in self.points.items() if other == name]
            if left:
                self.newest[name] = max(left)
            else:
                self.forget(name)

    def delete_series(self, name: str) -> None:
        Series.objects.filter(name=name).delete()
        self.forget(name)

    def forget(self, name: str) -> None:
        self.points = {key: value for key, value in self.points.items() if key[0] != name}
        self.newest.pop(name, None)

    def forget_hours(self) -> None:
        """Of what is in no hour any more nothing is left, and it may be sent again."""
        stored = stored_summaries(Hour)

        def is_stored(key: tuple[str, datetime]) -> bool:
            return (key[0], floored(key[1], timedelta(hours=1))) in stored

        gone = {key for key in self.points if not is_stored(key)}
        assert all(floored(time, timedelta(hours=1)) < self.hours_since for _name, time in gone)
        assert not gone & stored_points().keys()
        self.points = {key: value for key, value in self.points.items() if key not in gone}

    def check(self) -> None:
        self.forget_hours()
        latest = {row.series.name: row for row in Latest.objects.select_related("series")}
        self.check_newest(latest)
        points = stored_points()
        assert points.items() <= self.points.items()
        assert {key for key in self.points if key[1] >= latest[key[0]].points_since} <= points.keys()
        for table, size in SIZES:
            summaries, stored = self.summaries(lambda time, size=size: floored(time, size)), stored_summaries(table)
            assert stored.items() <= summaries.items(), f"{table.__name__} says something else"
            for name, begin in summaries.keys() - stored.keys():
                assert begin < (latest[name].minutes_since if table is Minute else self.hours_since)
        for zone in DayZone.objects.values_list("name", flat=True):
            self.check_days(ZoneInfo(zone), latest)

    def check_newest(self, latest: dict[str, Latest]) -> None:
        assert {name: (row.time, row.value) for name, row in latest.items()} == self.newest
        assert all(row.shown == row.time for row in latest.values())

    def check_days(self, zone: ZoneInfo, latest: dict[str, Latest]) -> None:
        if not usable(zone):
            return

        def can_be_read(key: tuple[str, datetime]) -> bool:
            return midnight(self.hours_since, zone) < key[1] < midnight(latest[key[0]].days_until, zone)

        counted = self.summaries(lambda time: midnight(time, zone))
        stored = stored_summaries(Day, zone=zone.key)
        assert {key: value for key, value in stored.items() if can_be_read(key)} == {
            key: value for key, value in counted.items() if can_be_read(key)
        }


def value_of(name: str, value: int) -> Value:
    """What is sent: a number, or a text for the series that holds states."""
    return f"state {value}" if name == DOOR else float(value)


def usable(zone: ZoneInfo) -> bool:
    """Whether days of this zone are read."""
    return DayZone.objects.filter(name=zone.key).exists()


def summary(points: list[tuple[datetime, float]]) -> tuple[Any, ...]:
    values = [value for _time, value in points]
    seen = 0
    for value in values:
        seen |= 1 << (int(value) if 0 <= value <= 61 else 62)
    (first_time, first), (time, last) = min(points), max(points)
    grown = sum(after - before if after >= before else after for before, after in pairwise(values))
    return len(values), sum(values), min(values), max(values), last, time, seen, first, first_time, grown


def floored(time: datetime, size: timedelta) -> datetime:
    return datetime.fromtimestamp(0, UTC) + (time - datetime.fromtimestamp(0, UTC)) // size * size


def midnight(time: datetime, zone: ZoneInfo) -> datetime:
    return time.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0, fold=0).astimezone(UTC)


def stored_points() -> dict[tuple[str, datetime], float]:
    rows = Point.objects.filter(series__in=Series.objects.all()).values_list("series__name", "time", "value")
    return {(name, time): value for name, time, value in rows}


def stored_summaries(table: type[RollUp], **chosen: str) -> dict[tuple[str, datetime], tuple[Any, ...]]:
    fields = ("count", "sum", "min", "max", "last", "last_time", "seen", "first", "first_time", "increase")
    rows = table.objects.filter(series__in=Series.objects.all(), **chosen)
    return {(name, time): tuple(rest) for name, time, *rest in rows.values_list("series__name", "time", *fields)}


@contextmanager
def killed_after(statements: int | None) -> Iterator[None]:
    """The block ends at one of its statements, and what it has not committed is undone."""
    left = statements

    def run(execute: Any, *args: Any) -> Any:
        nonlocal left
        if left is not None:
            left -= 1
            if left < 0:
                left = None
                raise Killed
        return execute(*args)

    with suppress(Killed), connection.execute_wrapper(run):
        yield


@contextmanager
def empty() -> Iterator[None]:
    """A database in which nothing is, and nothing stays."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def week_by_week(step_by_step: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(days, "STEP_MICROSECONDS", timedelta(weeks=1) // MICROSECOND)


@given(st.lists(STEPS, max_size=8))
def test_what_is_stored_is_what_was_accepted(steps: list[Any]) -> None:
    with pytest.MonkeyPatch.context() as patch, empty():
        zones: set[str] = {"Europe/Berlin"}
        patch.setattr(days, "_zones_in_use", [lambda: zones])
        model = Model()

        def quick(step: tuple[str, Any]) -> None:
            {"write": model.write, "delete": model.delete, "delete series": model.delete_series}[step[0]](step[1])

        for step in steps:
            if isinstance(step[0], str):
                quick(step)
            else:
                run_job(model, zones, patch, quick, *step)
            model.check()
        finish(model, zones)


def run_job(
    model: Model,
    zones: set[str],
    patch: pytest.MonkeyPatch,
    quick: Callable[[Any], None],
    job: tuple[str, Any],
    turns: int | None,
    statements: int | None,
    between: list[Any],
) -> None:
    """Until it is done, is to stop, or fails; with what others do meanwhile."""
    name, what = job
    waiting, done = list(between), 0

    def is_stopping() -> bool:
        nonlocal done
        done += 1
        if done > 1 and waiting and statements is None:
            quick(waiting.pop())
        return turns is not None and done > turns

    with killed_after(statements):
        if name == "expire":
            patch.setattr(retention.settings, "RETENTION_DAYS", what)
            if what[2] is not None:
                model.hours_since = max(model.hours_since, NOW - timedelta(days=what[2]))
            retention.expire(NOW, is_stopping=is_stopping)
        else:
            zones.clear()
            zones.update(what)
            days.make(NOW, is_stopping=is_stopping)


def finish(model: Model, zones: set[str]) -> None:
    """What was begun is done the next time, and nothing is left of what is not there any more."""
    retention.expire(NOW)
    days.make(NOW)
    model.check()
    assert not DeletedSeries.objects.exists()
    assert set(DayZone.objects.values_list("name", flat=True)) == zones
    assert set(Day.objects.values_list("zone", flat=True)) <= zones
    pks = set(Series.objects.values_list("pk", flat=True))
    for table in (Point, Minute, Hour, Day, Latest, StateText):
        assert set(table.objects.values_list("series_id", flat=True)) <= pks
