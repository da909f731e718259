"""Series. What is stored of them is in ``tables``."""

from collections.abc import Collection, Mapping
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.validators import MinValueValidator, RegexValidator
from django.db import models
from django.utils import timezone

from series.freshness import Expectation, check_grace, check_interval, expectation
from series.samples import MAX_LABEL_LENGTH, check_labels, identity_of
from series.storage.statements import among, fetch
from series.tables import Day, Hour, Latest, Minute, Point
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
HOUR = timedelta(hours=1)


class TooManySeries(Exception):
    """A token may not make so many series now. ``new``: the first one that it would have made. ``wait``: after which
    it may; None where it never may make so many together.
    """

    def __init__(self, new: str, wait: timedelta | None, message: str) -> None:
        super().__init__(message)
        self.new, self.wait = new, wait


class SeriesManager(models.Manager["Series"]):
    """Finds and makes series."""

    def ids_of(self, identities: Collection[str]) -> dict[str, int]:
        """The ids of the series that there are, by their identities. Takes one query."""
        if not identities:
            return {}
        # Asked for at each commit: the ORM would take longer to write this than the database to answer it.
        condition, parameters = among("identity", identities)
        return dict(fetch(f'SELECT identity, id FROM "{Series._meta.db_table}" WHERE {condition}', parameters))

    def make(
        self, labels: Mapping[str, tuple[str, Mapping[str, str]]], *, creator: Token | None = None
    ) -> dict[str, int]:
        """Make the series ``{identity: (name, tags)}`` that there are not yet, and return the ids of all of them.

        Two processes that make the same series at once both succeed: the database keeps one, and both read that one
        back. Those that are made for a ``creator`` count as that token's; ``TooManySeries`` beyond
        ``NEW_SERIES_PER_HOUR``.
        """
        if not labels:
            return {}
        # In order, so that two transactions that wait for each other's rows wait in the same direction.
        missing = sorted(labels)
        if creator is not None:
            self._check_limit(creator, missing)
        self.bulk_create(
            [Series(identity=key, name=labels[key][0], tags=dict(labels[key][1]), creator=creator) for key in missing],
            ignore_conflicts=True,
        )
        return self.ids_of(missing)

    def _check_limit(self, creator: Token, missing: list[str]) -> None:
        # Whoever makes others with the same token at the same time waits here until these are committed, and counted.
        Token.objects.select_for_update().filter(pk=creator.pk).first()
        now, most = timezone.now(), settings.NEW_SERIES_PER_HOUR
        recent = self.filter(creator=creator, created__gt=now - HOUR).order_by("created")
        made = recent.count()
        over = made + len(missing) - most
        if over > 0:
            message = (
                f"The token {creator.name!r} may make {most} series an hour (NEW_SERIES_PER_HOUR). It has made {made},"
                f" and this would make {len(missing)} more, such as {missing[0][:MAX_LABEL_LENGTH]}."
                " Is a tag in it that never comes twice?"
            )
            # Once those are an hour old that are too many.
            wait = recent.values_list("created", flat=True)[over - 1] + HOUR - now if over <= made else None
            raise TooManySeries(missing[0], wait, message)


class Series(models.Model):
    """A named stream of numbers. Its name and tags never change: they are what it is."""

    name = models.CharField(max_length=MAX_LABEL_LENGTH, db_index=True)
    tags = models.JSONField(default=dict, blank=True, help_text="Texts by name.")
    identity = models.TextField(unique=True, editable=False)
    creator = models.ForeignKey(
        Token, models.SET_NULL, null=True, blank=True, editable=False, related_name="series_made"
    )
    created = models.DateTimeField(auto_now_add=True)
    expected_interval = models.FloatField(null=True, blank=True, validators=[check_interval], help_text=INTERVAL)
    grace = models.FloatField(null=True, blank=True, validators=[check_grace], help_text=GRACE)

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
