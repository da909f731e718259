"""How many open pages really have a banner: counted from what they report of themselves, every 20 seconds.

No page answers a banner. Each says now and then what it shows, and what it then has in the version that is shown now is
a receipt. Every server process writes down its own count, so that the page in the admin can add them up.
"""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from live import changes
from live.notices.fragments import BELIEVED, banner
from live.notices.models import Banner, Reach

if TYPE_CHECKING:
    from live.hub.hub import Hub

# Seconds between two counts, and after which an unchanged count is written again, as a sign of life.
EVERY = 2.0
REPEAT = BELIEVED / 3

# By banner: pages that have it, of those that are to.
Counts = dict[int, tuple[int, int]]
# What this process has written, and when.
_written: dict[int, tuple[tuple[int, int], datetime]] = {}


async def count(hub: "Hub") -> None:
    """A periodic task: who has what, written down where it has changed. Nothing where no page shows a banner."""
    counts = {int(dict(key.params)["pk"]): pair for key, pair in hub.receipts(banner.name).items()}
    if counts or _written:
        await hub.ask_database(write, counts, timezone.now())


def write(counts: Counts, now: datetime) -> None:
    """Write what differs from what was written, and forget those that no page shows any more."""
    due = {
        pk: pair
        for pk, pair in counts.items()
        if pk not in _written or _written[pk][0] != pair or now - _written[pk][1] >= REPEAT
    }
    gone = _written.keys() - counts.keys()
    if not due and not gone:
        return
    with transaction.atomic():
        for pk in Banner.objects.filter(pk__in=due).values_list("pk", flat=True):
            have, of = due[pk]
            Reach.objects.update_or_create(
                process=changes.PROCESS, banner_id=pk, defaults={"have": have, "of": of, "at": now}
            )
        Reach.objects.filter(process=changes.PROCESS, banner__in=gone).delete()
        # Of processes that have ended.
        Reach.objects.filter(at__lt=now - BELIEVED).delete()
    _written.update({pk: (pair, now) for pk, pair in due.items()})
    for pk in gone:
        del _written[pk]
