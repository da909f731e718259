"""Series and their points."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.db import models

from series.fields import EpochField
from series.samples import MAX_LABEL_LENGTH, check_labels, identity_of
from series.signals import points_written
from tokens.models import Token

# SQLite takes a limited number of parameters.
IDENTITIES_PER_STATEMENT = 500


class TooManySeries(Exception):
    """A token may not make so many series. ``new``: the first one that it would have made."""

    def __init__(self, new: str, message: str) -> None:
        super().__init__(message)
        self.new = new


class SeriesManager(models.Manager["Series"]):
    """Finds and makes series."""

    def ensure(
        self, labels: Mapping[str, tuple[str, Mapping[str, str]]], *, creator: Token | None = None
    ) -> dict[str, int]:
        """The ids of the series ``{identity: (name, tags)}``, made where they are missing.

        Takes one query for each 500 series that exist, three where some are new. Two processes that make the same
        series at once both succeed: the database keeps one, and both read that one back.

        Those that are made for a ``creator`` count as that token's; ``TooManySeries`` beyond ``SERIES_PER_TOKEN``.
        """
        ids: dict[str, int] = {}
        # In order, so that two transactions that wait for each other's rows wait in the same direction.
        missing = sorted(labels)
        while missing:
            for start in range(0, len(missing), IDENTITIES_PER_STATEMENT):
                some = self.filter(identity__in=missing[start : start + IDENTITIES_PER_STATEMENT])
                ids.update(some.values_list("identity", "pk"))
            missing = [identity for identity in missing if identity not in ids]
            if missing and creator is not None:
                self._check_limit(creator, missing)
            self.bulk_create(
                [
                    Series(identity=key, name=labels[key][0], tags=dict(labels[key][1]), creator=creator)
                    for key in missing
                ],
                ignore_conflicts=True,
            )
        return ids

    def _check_limit(self, creator: Token, missing: list[str]) -> None:
        # Whoever makes others with the same token at the same time waits here until these are committed, and counted.
        Token.objects.select_for_update().filter(pk=creator.pk).first()
        made, most = self.filter(creator=creator).count(), settings.SERIES_PER_TOKEN
        if made + len(missing) > most:
            message = (
                f"The token {creator.name!r} has made {made} of the {most} series that it may (SERIES_PER_TOKEN), and"
                f" this would make {len(missing)} more, such as {missing[0][:MAX_LABEL_LENGTH]}."
                " Is a tag in it that never comes twice?"
            )
            raise TooManySeries(missing[0], message)


class Series(models.Model):
    """A named stream of numbers. Its name and tags never change: they are what it is."""

    name = models.CharField(max_length=MAX_LABEL_LENGTH)
    tags = models.JSONField(default=dict, blank=True, help_text="Texts by name.")
    identity = models.TextField(unique=True, editable=False)
    creator = models.ForeignKey(
        Token, models.SET_NULL, null=True, blank=True, editable=False, related_name="series_made"
    )

    objects = SeriesManager()

    class Meta:
        verbose_name_plural = "series"
        ordering = ["identity"]

    def __str__(self) -> str:
        return self.identity

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save it under the identity of its name and tags. Raises ``SampleError`` where they cannot be a series."""
        check_labels(self.name, self.tags)
        self.identity = identity_of(self.name, self.tags)
        super().save(*args, **kwargs)


class PointQuerySet(models.QuerySet["Point"]):
    """Points, which say when they are deleted.

    Not through ``post_delete``: with a receiver of that signal, deleting a series or old points would load every
    single point into memory first.
    """

    def delete(self) -> tuple[int, dict[str, int]]:
        """Delete them in one statement and announce their series."""
        series_ids = frozenset(self.order_by().values_list("series_id", flat=True).distinct())
        deleted = super().delete()
        points_written.send(sender=Point, series_ids=series_ids)
        return deleted

    delete.alters_data = True  # type: ignore[attr-defined]
    delete.queryset_only = True  # type: ignore[attr-defined]


class Point(models.Model):
    """The value of a series at a time. Written by ``storage.write``; a second value for the same time replaces it."""

    pk = models.CompositePrimaryKey("series_id", "time")
    # The primary key begins with the series; an index of its own would only cost time.
    series = models.ForeignKey(Series, on_delete=models.CASCADE, related_name="points", db_index=False)
    time = EpochField()
    value = models.FloatField()

    objects = PointQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.value} at {self.time}"

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Delete it and announce its series."""
        series_ids = frozenset([self.series_id])
        deleted = super().delete(*args, **kwargs)
        points_written.send(sender=Point, series_ids=series_ids)
        return deleted
