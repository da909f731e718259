"""Series. What is stored of them is in ``tables``."""

from typing import Any

from django.core.validators import MinValueValidator, RegexValidator
from django.db import models

from series.freshness import Expectation, check_grace, check_interval, expectation
from series.making import NUMBER, SeriesManager, TooManySeries
from series.samples import MAX_LABEL_LENGTH, check_labels, identity_of
from series.tables import Day, Hour, Latest, Minute, Point, StateText
from tokens.models import Token

__all__ = [
    "AlertBanner",
    "Day",
    "DayZone",
    "DeletedSeries",
    "Hour",
    "Latest",
    "Lease",
    "Minute",
    "Point",
    "PushedFamily",
    "RetentionRule",
    "Series",
    "StateText",
    "TooManySeries",
]

AGE: dict[str, Any] = {
    "null": True,
    "blank": True,
    "validators": [MinValueValidator(1 / 24)],
    "help_text": "Days; for ever if empty.",
}
INTERVAL = (
    "The time in which the next point is expected: 10 s, 5 min, 1 d; never, if points come when somebody sends them. If"
    " empty, what is learned from its rhythm."
)
GRACE = "For how long after that it is not yet late. If empty, 1.5 times as long, and some seconds at least."


class Series(models.Model):
    """A named stream of numbers or of states. Its name and tags never change: they are what it is."""

    name = models.CharField(max_length=MAX_LABEL_LENGTH, db_index=True)
    tags = models.JSONField(default=dict, blank=True, help_text="Texts by name.")
    identity = models.TextField(unique=True, editable=False)
    creator = models.ForeignKey(
        Token, models.SET_NULL, null=True, blank=True, editable=False, related_name="series_made"
    )
    created = models.DateTimeField(auto_now_add=True)
    expected_interval = models.FloatField(null=True, blank=True, validators=[check_interval], help_text=INTERVAL)
    grace = models.FloatField(null=True, blank=True, validators=[check_grace], help_text=GRACE)
    value_type = models.CharField(max_length=10, default=NUMBER, editable=False)

    objects = SeriesManager()

    class Meta:
        verbose_name_plural = "series"
        ordering = ["identity"]
        indexes = [models.Index(fields=["creator", "created"], name="series_made_by")]

    def __str__(self) -> str:
        return self.identity

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save it under the identity of its name and tags. Raises ``SampleError`` where they cannot be a series."""
        check_labels(self.name, self.tags)
        self.identity = identity_of(self.name, self.tags)
        super().save(*args, **kwargs)

    @property
    def holds_states(self) -> bool:
        """Whether its values are codes, which stand for texts."""
        return self.value_type != NUMBER

    @property
    def expectation(self) -> Expectation:
        """When its next point is expected. Takes a query where ``latest`` was not selected with it."""
        latest = getattr(self, "latest", None)
        return expectation(self.expected_interval, self.grace, latest and latest.learned_interval)


class DeletedSeries(models.Model):
    """A series that was deleted, under whose key there are still points: see ``storage.retention``. Keys never come
    again.
    """

    id = models.BigIntegerField(primary_key=True)

    def __str__(self) -> str:
        return str(self.pk)


class PushedFamily(models.Model):
    """A family of metrics that was pushed (``ingest.formats.pushgateway``). A name has the same type in all groups."""

    group = models.TextField()
    name = models.CharField(max_length=MAX_LABEL_LENGTH, db_index=True)
    type = models.CharField(max_length=20)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["group", "name"], name="series_pushed_once")]

    def __str__(self) -> str:
        return f"{self.name} ({self.type}) of {self.group}"


class AlertBanner(models.Model):
    """The banner of a group of alerts, from when the group fires until it is resolved (``ingest.alert_banners``).

    ``group``: a digest of whose it is and what its sender calls it. ``heard_at``: when it was last said to fire.
    """

    group = models.CharField(max_length=64, primary_key=True)
    banner = models.OneToOneField("live_banners.Banner", models.CASCADE, related_name="+")
    heard_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.banner} (last heard of {self.heard_at})"


def _is_at_most(age: str, other: str) -> models.Q:
    """Ages where none is for ever."""
    is_less = models.Q((f"{age}__isnull", False), (f"{age}__lte", models.F(other)))
    return models.Q((f"{other}__isnull", True)) | is_less


class RetentionRule(models.Model):
    """How long points and summaries of some series are kept, where that is not as the settings say."""

    pattern = models.CharField(
        max_length=MAX_LABEL_LENGTH,
        unique=True,
        validators=[RegexValidator(r"^[^*]*\*?\Z", "Only the last character may be *.")],
        help_text="The name of the series: cpu, or cpu.* for all whose names begin with cpu.; the longest one counts.",
    )
    points_days = models.FloatField("points", **AGE)
    minutes_days = models.FloatField("minutes", **AGE)
    hours_days = models.FloatField("hours and days", **AGE)

    class Meta:
        ordering = ["pattern"]
        # A point that is replaced is counted anew in its minute, and that in its hour: they are there as long as it is.
        constraints = [
            models.CheckConstraint(
                condition=_is_at_most("points_days", "minutes_days"),
                name="series_minutes_outlive_points",
                violation_error_message="Minutes cannot be deleted before their points.",
            ),
            models.CheckConstraint(
                condition=_is_at_most("minutes_days", "hours_days"),
                name="series_hours_outlive_minutes",
                violation_error_message="Hours cannot be deleted before their minutes.",
            ),
        ]

    def __str__(self) -> str:
        return self.pattern


class DayZone(models.Model):
    """A time zone in which there are days. Once ``is_made`` there are those of all series, up to each one's
    ``Latest.days_until``.
    """

    name = models.CharField(max_length=64, primary_key=True)
    is_made = models.BooleanField(default=False)

    def __str__(self) -> str:
        return self.name


class Lease(models.Model):
    """What one process does at a time, and until when it is that one's. See ``series.lease``."""

    name = models.CharField(max_length=40, primary_key=True)
    holder = models.CharField(max_length=64)
    until = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name} of {self.holder} until {self.until}"
