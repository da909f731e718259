"""What ``series`` announces to the rest of the site. It does not know its receivers."""

from django.dispatch import Signal

# Points of these series were written, changed or deleted. Keyword: series_ids, a frozenset[int].
# Sent inside the transaction, so that a receiver may still read and write in it; a receiver that publishes does so in
# transaction.on_commit. QuerySet.update() and bulk_create() of points send nothing: write with storage.write.
points_written = Signal()
