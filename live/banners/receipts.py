"""How many open pages really have a banner: counted from what they report of themselves, every 20 seconds.

No page responds to a banner. It reports now and then what it shows, and what it then has in the newest version is a
receipt. Every server process writes down its own count, so that the page in the admin can add them up.
"""

from datetime import datetime

from django.db import transaction

from live import moments
from live.banners.fragments import PROCESS_TIMEOUT, banner
from live.banners.models import Banner, ReceiptCount
from live.hub.hub import Hub
from live.process_name import process_name

# Between two counts, and after which an unchanged count is written again, as a sign of life.
COUNT_SECONDS = 2.0
REPEAT_AFTER = PROCESS_TIMEOUT / 3

# By banner: pages that have it, of those that are to.
Counts = dict[int, tuple[int, int]]
# What this process has written, and when.
_written: dict[int, tuple[tuple[int, int], datetime]] = {}


async def count(hub: Hub) -> None:
    """A periodic task: who has what, written down where it has changed. Nothing where no page shows a banner."""
    counts = {int(str(dict(key.params)["pk"])): pair for key, pair in hub.receipts(banner.name).items()}
    if counts or _written:
        await hub.ask_database(write, counts, moments.now())


def write(counts: Counts, now: datetime) -> None:
    """Write what differs from what was written, and forget those that no page shows any more."""
    due = {
        pk: pair
        for pk, pair in counts.items()
        if pk not in _written or _written[pk][0] != pair or now - _written[pk][1] >= REPEAT_AFTER
    }
    gone = _written.keys() - counts.keys()
    if not due and not gone:
        return
    with transaction.atomic():
        for pk in Banner.objects.filter(pk__in=due).values_list("pk", flat=True):
            received, viewers = due[pk]
            ReceiptCount.objects.update_or_create(
                process=process_name(),
                banner_id=pk,
                defaults={"received": received, "viewers": viewers, "at": now},
            )
        ReceiptCount.objects.filter(process=process_name(), banner__in=gone).delete()
        # Of processes that have ended.
        ReceiptCount.objects.filter(at__lt=now - PROCESS_TIMEOUT).delete()
    _written.update({pk: (pair, now) for pk, pair in due.items()})
    for pk in gone:
        del _written[pk]
