"""What ``series`` announces to the rest of the site; also when it is saved one by one, in a shell or in the admin.

``points_written``: points of these series were written, changed or deleted. Keyword: ``series_ids``, a frozenset[int].
It is sent inside the transaction, so that a receiver may still read and write in it; a receiver that publishes does so
in ``transaction.on_commit``. ``QuerySet.update()`` and ``bulk_create()`` of points send nothing: use ``storage.write``.
"""

from typing import Any

from django.db.models.signals import post_delete, post_save
from django.dispatch import Signal, receiver

points_written = Signal()


@receiver(post_save, sender="series.Point")
def _point_saved(sender: Any, instance: Any, **kwargs: Any) -> None:
    points_written.send(sender=sender, series_ids=frozenset([instance.series_id]))


@receiver(post_delete, sender="series.Series")
def _series_deleted(sender: Any, instance: Any, **kwargs: Any) -> None:
    # All its points are deleted with it.
    points_written.send(sender=sender, series_ids=frozenset([instance.pk]))
