"""What ``series`` announces to the rest of the site.

``points_written``: points of these series were written, changed or deleted, or are expected at other times. Keyword:
``series_ids``, a frozenset[int]. It is sent inside the transaction, so that a receiver may still read and write in it;
a receiver that publishes does so in ``transaction.on_commit``.

``series_made``: points of series that there were not before are about to be written. Keyword: ``series_ids``. Sent
inside the transaction, too.
"""

from django.dispatch import Signal

points_written = Signal()
series_made = Signal()
