"""Series and their points, and the tokens of those who send them."""

import hashlib
import secrets
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.db import models
from django.utils import timezone

from series.fields import EpochField
from series.samples import LONGEST_LABEL, check_labels, identity_of
from series.signals import points_written

# How exact Token.last_used is: a write of its own for each request would double the work of ingest.
LAST_USED_EVERY = timedelta(minutes=1)
# Identities in one statement; SQLite takes a limited number of parameters.
AT_ONCE = 500


class SeriesManager(models.Manager["Series"]):
    """Finds and makes series."""

    def ensure(self, wanted: Mapping[str, tuple[str, Mapping[str, str]]]) -> dict[str, int]:
        """The ids of the series ``{identity: (name, tags)}``, made where they are missing.

        Takes one query for each 500 series that exist, three where some are new. Two processes that make the same
        series at once both succeed: the database keeps one, and both read that one back.
        """
        ids: dict[str, int] = {}
        # In order, so that two transactions that wait for each other's rows wait in the same direction.
        missing = sorted(wanted)
        while missing:
            for start in range(0, len(missing), AT_ONCE):
                some = self.filter(identity__in=missing[start : start + AT_ONCE])
                ids.update(some.values_list("identity", "pk"))
            missing = [identity for identity in missing if identity not in ids]
            self.bulk_create(
                [Series(identity=key, name=wanted[key][0], tags=dict(wanted[key][1])) for key in missing],
                ignore_conflicts=True,
            )
        return ids


class Series(models.Model):
    """A named stream of numbers. Its name and tags never change: they are what it is."""

    name = models.CharField(max_length=LONGEST_LABEL)
    tags = models.JSONField(default=dict, blank=True, help_text="Texts by name.")
    identity = models.TextField(unique=True, editable=False)

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
    """The value of a series at a time. Written by ``writing.write``; a second value for the same time replaces it."""

    # The unique constraint's index begins with the series; a second one would only cost time.
    series = models.ForeignKey(Series, on_delete=models.CASCADE, related_name="points", db_index=False)
    time = EpochField()
    value = models.FloatField()

    objects = PointQuerySet.as_manager()

    class Meta:
        constraints = [
            # Its index also serves both questions that panels ask: these series since then, and the latest of each.
            models.UniqueConstraint(fields=["series", "time"], name="series_point_once"),
        ]

    def __str__(self) -> str:
        return f"{self.value} at {self.time}"

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Delete it and announce its series."""
        deleted = super().delete(*args, **kwargs)
        points_written.send(sender=Point, series_ids=frozenset([self.series_id]))
        return deleted


class TokenManager(models.Manager["Token"]):
    """Issues tokens and recognises secrets."""

    def issue(self, name: str, prefix: str = "") -> tuple["Token", str]:
        """A new token and its secret, which is nowhere else and cannot be read again."""
        token = Token(name=name, prefix=prefix)
        secret = token.replace_secret()
        return token, secret

    def recognise(self, secret: str) -> "Token | None":
        """The active token that this is the secret of; its use is noted, at most once a minute."""
        token = self.filter(digest=digest_of(secret), active=True).first()
        if token is None:
            return None
        now = timezone.now()
        if token.last_used is None or now - token.last_used >= LAST_USED_EVERY:
            self.filter(pk=token.pk).update(last_used=now)
            token.last_used = now
        return token


class Token(models.Model):
    """What a program that sends points shows. Only a digest of its secret is kept."""

    name = models.CharField(max_length=200, help_text="Who sends with it.")
    prefix = models.CharField(
        max_length=LONGEST_LABEL,
        blank=True,
        default="",
        help_text="It may write the series whose names begin with this; blank: every series.",
    )
    may_post_banners = models.BooleanField(
        default=False, help_text="It may show banners to everybody, and end them, through /api/banners."
    )
    active = models.BooleanField(default=True, help_text="Sending with an inactive token is refused.")
    digest = models.CharField(max_length=64, unique=True, editable=False)
    created = models.DateTimeField(auto_now_add=True)
    last_used = models.DateTimeField(null=True, editable=False)

    objects = TokenManager()

    class Meta:
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name

    def replace_secret(self) -> str:
        """Give it a new secret, save it and return the secret; from now on the old one is refused."""
        secret = secrets.token_urlsafe(32)
        self.digest = digest_of(secret)
        self.save()
        return secret

    def may_write(self, name: str) -> bool:
        """Whether it may write the series of this name."""
        return name.startswith(self.prefix)


def digest_of(secret: str) -> str:
    """The SHA-256 of a token's secret, in hex.

    No slow hash: the secret is 32 random bytes and not a password, so there is nothing to guess, and each request
    looks it up.
    """
    return hashlib.sha256(secret.encode()).hexdigest()
