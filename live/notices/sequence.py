"""The sequence numbers of notices in their feed, given out after the commit.

A serial number does not do: it is taken when a row is written, and a transaction that commits late would put its row
behind a number that pages have already read past. So a row is written without one, and gets the next one when
it can be seen: in a short transaction of its own, which holds the counter's row from its first statement to its end.
On SQLite that statement takes the write lock, so that nothing is upgraded from reading to writing.
"""

import logging

from django.db import DatabaseError, connection, transaction

from live import metrics
from live.notices.models import Counter, Notice

logger = logging.getLogger(__name__)

COUNTER = "notices"


def sequence() -> int:
    """Give every committed notice that has no number the next one, in the order in which they were written.

    How many there were. For after a commit; failing is logged and counted, and repaired by whoever does it next.
    """
    try:
        with transaction.atomic():
            Counter.lock(COUNTER)
            # What an open transaction is just replacing gets its number when that commits: a slow one holds up nobody.
            free = Notice.objects.select_for_update(
                skip_locked=True, no_key=connection.features.has_select_for_no_key_update
            ).filter(seq=None)
            waiting = list(free.order_by("pk").values_list("pk", flat=True))
            if waiting:
                start = Counter.objects.get(name=COUNTER).value
                for number, pk in enumerate(waiting, start + 1):
                    Notice.objects.filter(pk=pk, seq=None).update(seq=number)
                Counter.objects.filter(name=COUNTER).update(value=start + len(waiting))
            return len(waiting)
    except DatabaseError:
        metrics.failures.labels("sequence").inc()
        logger.exception("notices could not be put in order; the next server that reads them does it")
        return 0
