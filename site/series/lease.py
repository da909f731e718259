"""What one process does at a time: it holds a lease for a while, which another one takes where it was not renewed."""

from datetime import datetime, timedelta

from django.db.models import Q

from live.process_name import process_name
from series.models import Lease


def take(name: str, now: datetime, duration: timedelta) -> bool:
    """Whether this process holds the lease from now on, for so long; again if it held it already."""
    mine = {"holder": process_name(), "until": now + duration}
    free = Q(holder=process_name()) | Q(until__lte=now) | Q(until__gt=now + 2 * duration)  # by a clock that was wrong
    if Lease.objects.filter(free, name=name).update(**mine):
        return True
    # The first time there is none. Of two that make it the database keeps one.
    Lease.objects.bulk_create([Lease(name=name, **mine)], ignore_conflicts=True)
    return Lease.objects.filter(name=name, holder=process_name()).exists()


def give_back(name: str) -> None:
    """Let another process have it at once."""
    Lease.objects.filter(name=name, holder=process_name()).delete()
