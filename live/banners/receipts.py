"""How many open pages really have a banner: counted from what they report of themselves, every 20 seconds.

No page responds to a banner. It reports now and then what it shows, and what it then has in the newest version is a
receipt. Every server process writes down its own count, so that the page in the admin can add them up.
"""

from datetime import datetime
from functools import partial
from uuid import UUID, uuid5

from django.db import transaction

from live import moments
from live.banners.fragments import PROCESS_TIMEOUT, banner
from live.banners.models import Banner, ReceiptCount
from live.hub.hub import Hub
from live.keys import PageContext
from live.process_name import process_name

# Between two counts, and after which an unchanged count is written again, as a sign of life.
COUNT_SECONDS = 2.0
REPEAT_AFTER = PROCESS_TIMEOUT / 3

# By banner: pages that have it, of those that are to.
Counts = dict[int, tuple[int, int]]
# What this process has written, and when: by what pages say of which database they are, and then by banner.
_written: dict[PageContext | None, dict[int, tuple[tuple[int, int], datetime]]] = {}


async def count(hub: Hub) -> None:
    """A periodic task: who has what, written down where it has changed. Nothing where no page shows a banner."""
    counts: dict[PageContext | None, Counts] = {context: {} for context in _written}
    for key, pair in hub.receipts(banner.name).items():
        counts.setdefault(key.context, {})[int(str(dict(key.params)["pk"]))] = pair
    now, closed = moments.now(), counts.keys() - hub.data_contexts
    try:
        await hub.ask_databases({context: partial(write, some, now, context) for context, some in counts.items()})
    finally:
        # Tried once: with its last page a tenant may have gone. Rows that are left time out.
        for context in closed:
            _written.pop(context, None)


def write(counts: Counts, now: datetime, context: PageContext | None) -> None:
    """Write what differs from what was written, and forget those that no page shows any more."""
    # Of different contexts the rows may be in one table.
    process = uuid5(UUID(process_name()), str(context)).hex
    written = _written.get(context, {})
    due = {
        pk: pair
        for pk, pair in counts.items()
        if pk not in written or written[pk][0] != pair or now - written[pk][1] >= REPEAT_AFTER
    }
    gone = written.keys() - counts.keys()
    if not due and not gone:
        return
    with transaction.atomic():
        for pk in Banner.objects.filter(pk__in=due).values_list("pk", flat=True):
            received, viewers = due[pk]
            ReceiptCount.objects.update_or_create(
                process=process,
                banner_id=pk,
                defaults={"received": received, "viewers": viewers, "at": now},
            )
        ReceiptCount.objects.filter(process=process, banner__in=gone).delete()
        # Of processes that have ended.
        ReceiptCount.objects.filter(at__lt=now - PROCESS_TIMEOUT).delete()
    _written[context] = {pk: (counts[pk], now) if pk in due else written[pk] for pk in counts}
    if not counts:
        del _written[context]
