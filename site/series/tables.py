"""What is stored of series: their points, and summaries of minutes and hours. Written by ``storage`` alone.

The primary key of each is the series and the time: the rows of a series lie side by side, in the order in which charts
read them, and there is no other index. No foreign key is checked by the database, which would cost more than the row:
series are deleted in the turn of ``storage.turn`` only, as points are written.
"""

from typing import Any, NoReturn

from django.db import models

from series.fields import EPOCH, EpochField
from series.samples import MAX_LABEL_LENGTH
from series.values import Number


def refuse(*args: Any, **kwargs: Any) -> NoReturn:
    """Instead of what would change a row, and leave the summaries as they are."""
    raise TypeError(
        "Points are written by series.storage.write and deleted by series.storage.delete, and not one by one."
    )


class StoredQuerySet(models.QuerySet[Any]):
    """Rows to read."""

    create = bulk_create = update = bulk_update = delete = refuse


class Stored(models.Model):
    """A row that only ``storage`` writes."""

    objects = StoredQuerySet.as_manager()

    class Meta:
        abstract = True

    save = delete = refuse


def series_key() -> Any:
    """A series by its key, without a check and without an index of its own."""
    return models.ForeignKey("series.Series", models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False)


def number_of(value: float, exact: int | None) -> Number:
    """The number that is stored as a float, and exactly where no float is equal to it."""
    return value if exact is None else exact


class Point(Stored):
    """The value of a series at a time. A second value for the same time replaces it.

    ``value`` is a number, or the code of a state (``series.values``). ``exact`` is the number itself where it is an
    integer that no float is equal to.
    """

    pk = models.CompositePrimaryKey("series_id", "time")
    series = series_key()
    time = EpochField()
    value = models.FloatField()
    exact = models.BigIntegerField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{number_of(self.value, self.exact)} at {self.time}"


class StateText(models.Model):
    """The text of a state of a series, by the code that its points hold. With ``values.OTHER_CODE`` it is the newest of
    those that have no code of their own."""

    series = models.ForeignKey("series.Series", models.CASCADE, related_name="state_texts")
    code = models.SmallIntegerField()
    text = models.CharField(max_length=MAX_LABEL_LENGTH)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["series", "code"], name="series_one_text_a_code")]

    def __str__(self) -> str:
        return f"{self.code} = {self.text}"


class RollUp(Stored):
    """A ``storage.rollups.Summary`` of the points of a series from ``time`` on, for as long as the table says."""

    pk = models.CompositePrimaryKey("series_id", "time")
    series = series_key()
    time = EpochField()
    count = models.BigIntegerField()
    sum = models.FloatField()
    min = models.FloatField()
    max = models.FloatField()
    last = models.FloatField()
    last_time = EpochField()
    seen = models.BigIntegerField()
    first = models.FloatField()
    first_time = EpochField()
    increase = models.FloatField()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.count} points from {self.time} on"


class Minute(RollUp):
    """Of a minute."""


class Hour(RollUp):
    """Of an hour, which begins as hours do in UTC."""


class Day(RollUp):
    """Of a day on the clock of a zone. Made behind the points by ``storage.days``, and of use up to
    ``Latest.days_until``.
    """

    pk = models.CompositePrimaryKey("zone", "series_id", "time")
    zone = models.CharField(max_length=64)


class Latest(Stored):
    """What is newest of a series, which is kept however old it gets.

    ``time`` is that of the point that is farthest ahead. ``value``, and ``exact``, is what panels show as now, and
    ``shown`` since when: that of its point, or when this arrived if its sender's clock was ahead of ours.

    ``points_since`` and ``minutes_since``: what is older is deleted, or soon will be; see ``storage.retention``. All
    days that have ended at ``days_until`` have summaries that are right.

    ``delay``: of late points came up to so many microseconds after they were measured. ``learned_interval``: from the
    rhythm up to the point at ``learned_until``, in seconds; None if there is no rhythm. See ``storage.learning``.
    """

    series = models.OneToOneField(
        "series.Series", models.DO_NOTHING, primary_key=True, related_name="latest", db_constraint=False
    )
    time = EpochField()
    shown = EpochField()
    value = models.FloatField()
    exact = models.BigIntegerField(null=True, blank=True)
    points_since = EpochField(default=EPOCH)
    minutes_since = EpochField(default=EPOCH)
    days_until = EpochField(default=EPOCH)
    delay = models.BigIntegerField(db_default=0)
    learned_interval = models.FloatField(null=True)
    learned_until = EpochField(null=True)

    def __str__(self) -> str:
        return f"{number_of(self.value, self.exact)} since {self.shown}"
