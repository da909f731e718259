from datetime import UTC, datetime, timedelta, timezone

import pytest
from django import forms
from django.core import serializers
from django.core.exceptions import ValidationError
from django.db import connection, models
from django.db.migrations.writer import MigrationWriter
from django.db.models import QuerySet
from django.forms import modelform_factory
from hypothesis import given
from hypothesis import strategies as st

from series.fields import EpochField, from_microseconds, to_microseconds
from series.models import Point, Series

NOON = datetime(2026, 1, 31, 12, 0, 0, 123457, tzinfo=UTC)
database = [pytest.mark.database, pytest.mark.django_db]


@given(st.datetimes(timezones=st.just(UTC)))
def test_microseconds_are_exact_both_ways(time: datetime) -> None:
    assert from_microseconds(to_microseconds(time)) == time


def test_microseconds_count_from_1970_in_any_zone() -> None:
    assert to_microseconds(datetime(1970, 1, 1, 1, 0, 0, 1, tzinfo=timezone(timedelta(hours=1)))) == 1
    assert to_microseconds(datetime(1969, 12, 31, 23, 59, 59, tzinfo=UTC)) == -1_000_000


def test_microseconds_of_a_datetime_without_a_zone_are_refused() -> None:
    with pytest.raises(ValueError, match="no time zone"):
        to_microseconds(datetime(2026, 1, 31))


def saved(**fields: object) -> Point:
    """A point past ``storage``, which is the way for all others."""
    point = Point(**fields)
    models.Model.save(point, force_insert=True)
    return point


class TestInTheDatabase:
    pytestmark = database

    @pytest.fixture
    def series(self) -> Series:
        return Series.objects.create(name="cpu")

    def test_is_kept_to_the_microsecond(self, series: Series) -> None:
        saved(series=series, time=NOON, value=1)
        assert Point.objects.get().time == NOON

    def test_is_an_integer_there(self, series: Series) -> None:
        saved(series=series, time=NOON, value=1)
        with connection.cursor() as cursor:
            cursor.execute("SELECT time FROM series_point")
            assert cursor.fetchone() == (to_microseconds(NOON),)

    def test_filters(self, series: Series) -> None:
        second = timedelta(seconds=1)
        for step in range(4):
            saved(series=series, time=NOON + step * second, value=step)

        def values(**lookup: object) -> list[float]:
            return list(Point.objects.filter(**lookup).order_by("time").values_list("value", flat=True))

        assert values(time=NOON) == [0]
        assert values(time__gte=NOON + 2 * second) == [2, 3]
        assert values(time__gt=NOON + 2 * second) == [3]
        assert values(time__lt=NOON + second) == [0]
        assert values(time__range=(NOON + second, NOON + 2 * second)) == [1, 2]
        assert values(time__in=[NOON, NOON + 3 * second]) == [0, 3]
        assert values(time__gte="2026-01-31T12:00:03+00:00") == [3]

    def test_a_naive_datetime_is_refused_with_its_field_and_value(self, series: Series) -> None:
        naive = datetime(2026, 1, 31)
        with pytest.raises(ValueError, match=r"time: .*no time zone.*datetime\(2026, 1, 31"):
            saved(series=series, time=naive, value=1)
        with pytest.raises(ValueError, match="no time zone"):
            Point.objects.filter(time__gte=naive).exists()

    def test_what_is_no_time_is_refused(self, series: Series) -> None:
        with pytest.raises(ValueError, match="ISO 8601"):
            saved(series=series, time=1769853600, value=1)

    def test_full_clean_takes_and_refuses(self, series: Series) -> None:
        Point(series=series, time=NOON, value=1).full_clean()
        for wrong in ["yesterday", "2026-02-30T00:00:00Z", "2026-01-31T00:00:00", 5]:
            with pytest.raises(ValidationError) as caught:
                Point(series=series, time=wrong, value=1).full_clean()
            assert list(caught.value.message_dict) == ["time"]
        with pytest.raises(ValidationError, match="cannot be null"):
            Point(series=series, time=None, value=1).full_clean()

    def test_a_form_shows_and_reads_it(self, series: Series) -> None:
        form_class = modelform_factory(Point, fields=["series", "time", "value"])
        assert isinstance(form_class.base_fields["time"], forms.DateTimeField)
        form = form_class({"series": series.pk, "time": "2026-01-31 12:00:00.123457", "value": "2"})
        assert form.is_valid()
        assert form.instance.time == NOON
        assert "2026-01-31 12:00:00" in form_class(instance=form.instance).as_p()

    # Django's JSON keeps milliseconds of any time; its XML keeps all.
    @pytest.mark.parametrize(("form", "kept"), [("xml", NOON), ("json", NOON.replace(microsecond=123_000))])
    def test_is_serialised_and_read_back(self, series: Series, form: str, kept: datetime) -> None:
        point = saved(series=series, time=NOON, value=1)
        text = serializers.serialize(form, [point])
        QuerySet.delete(Point.objects.all())
        for restored in serializers.deserialize(form, text):
            restored.save()
        assert Point.objects.get().time == kept


def test_a_migration_can_write_it_down() -> None:
    text, imports = MigrationWriter.serialize(EpochField(null=True))
    assert text == "series.fields.EpochField(null=True)"
    assert imports == {"import series.fields"}
    assert EpochField().db_type(connection) == "bigint"
