"""Summaries that were there before they said how a counter grew."""

from datetime import UTC, datetime, timedelta
from importlib import import_module
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.conf import LazySettings
from django.db import connection

import series
from series.models import Day, DayZone, Hour, Latest, Minute, Point, Series
from series.samples import Sample
from series.storage import days, retention
from series.storage.reducers import Reducer, reduced
from series.storage.rollups import Summary
from series.storage.write import write
from series.tables import RollUp

pytestmark = [pytest.mark.database, pytest.mark.django_db]
NOW = datetime(2026, 3, 31, 12, tzinfo=UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
NEW = ("first", "first_time", "increase")
# Points of the last 2 days, minutes of the last 4.
RETENTION = [2, 4, None]


def migrate() -> None:
    """The tables as they were, and what the migration makes of them."""
    for table in (Minute, Hour, Day):
        for column in NEW:
            with connection.cursor() as cursor:
                cursor.execute(f'ALTER TABLE "{table._meta.db_table}" DROP COLUMN "{column}"')
    (path,) = (Path(series.__file__).parent / "migrations").glob("*_series_growth.py")
    import_module(f"series.migrations.{path.stem}").convert(apps, connection.schema_editor())


def rows(table: type[RollUp]) -> dict[Any, Summary]:
    stored = table.objects.order_by("series", "time").values_list("series", "time", *Summary._fields)
    return {(pk, time): Summary(*fields) for pk, time, *fields in stored}


@pytest.fixture
def _points(settings: LazySettings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a counter that is reset now and then, and of one that never is."""
    monkeypatch.setattr(days, "_zones_in_use", [lambda: ["Europe/Berlin"]])
    settings.RETENTION_DAYS = RETENTION
    every = timedelta(minutes=7, seconds=13) / 10
    for name, size in (("reset", 1009), ("steady", 10**9)):
        write(Sample(name, {}, NOW - n * every, float((10_000 - n) * 17 % size)) for n in range(10_000))
    days.make(NOW)
    retention.expire(NOW)


@pytest.mark.usefixtures("_points")
def test_they_say_it_where_what_they_were_made_of_is_there() -> None:
    before = {table: rows(table) for table in (Minute, Hour)}
    migrate()
    since = {Minute: NOW - 2 * DAY, Hour: NOW - 2 * DAY}
    for table, known in before.items():
        exact = {key: summary for key, summary in known.items() if key[1] >= since[table]}
        assert len(exact) > 90
        assert {key: summary for key, summary in rows(table).items() if key in exact} == exact


@pytest.mark.usefixtures("_points")
def test_elsewhere_they_are_of_their_last_point_or_of_their_minutes() -> None:
    before = {table: rows(table) for table in (Minute, Hour)}
    migrate()
    after = {table: rows(table) for table in (Minute, Hour)}
    for table, until in ((Minute, NOW - 2 * DAY), (Hour, NOW - 4 * DAY)):
        old = {key: summary for key, summary in before[table].items() if key[1] < until}
        assert len(old) > 20
        assert {key: after[table][key] for key in old} == {
            key: summary._replace(first=summary.last, first_time=summary.last_time, increase=0.0)
            for key, summary in old.items()
        }
    for (pk, time), hour in after[Hour].items():
        if NOW - 4 * DAY <= time < NOW - 2 * DAY:
            lasts = [one.last for (other, at), one in after[Minute].items() if other == pk and time <= at < time + HOUR]
            grown = sum(later - one if later >= one else later for one, later in pairwise(lasts))
            assert (hour.first, hour.increase) == (lasts[0], grown)


@pytest.mark.usefixtures("_points")
def test_a_counter_that_was_never_reset_has_grown_by_as_much_in_every_day_but_the_first() -> None:
    pk = Series.objects.get(name="steady").pk
    asked: dict[str, Any] = {"start": NOW - 4.5 * DAY, "end": NOW + DAY, "step_seconds": 86400}
    before = reduced([pk], Reducer.INCREASE, **asked)
    migrate()
    assert reduced([pk], Reducer.INCREASE, **asked) == before


@pytest.mark.usefixtures("_points")
def test_days_are_made_again_from_hours() -> None:
    before = {key: summary[:7] for key, summary in rows(Day).items()}
    assert before
    migrate()
    assert not Day.objects.exists() and DayZone.objects.get().is_made
    assert days.make(NOW) == len(before)
    assert {key: summary[:7] for key, summary in rows(Day).items()} == before


@pytest.mark.usefixtures("_points")
def test_points_go_on_as_before() -> None:
    migrate()
    write([Sample("reset", {}, NOW + timedelta(seconds=1), 5.0), Sample("reset", {}, NOW - timedelta(seconds=1), 4.0)])
    assert Latest.objects.get(series__name="reset").value == 5.0
    assert Point.objects.filter(series__name="reset", time__gte=NOW - timedelta(seconds=1)).count() == 3
