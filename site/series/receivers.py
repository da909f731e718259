"""Announces points that are saved one by one, in a shell or by a test, as ``storage.write`` announces many."""

from typing import Any

from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver

from series.models import Point, Series
from series.signals import points_written


@receiver(post_save, sender=Point)
def point_saved(instance: Point, **kwargs: Any) -> None:
    """A point has been saved."""
    points_written.send(sender=Point, series_ids=frozenset([instance.series_id]))


@receiver(post_delete, sender=Series)
def series_deleted(instance: Series, **kwargs: Any) -> None:
    """A series has been deleted, and all its points with it."""
    points_written.send(sender=Point, series_ids=frozenset([instance.pk]))
