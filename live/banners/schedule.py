"""When a banner is to be seen, and its times in words. Pure: the clock is passed in.

All arithmetic is done on aware datetimes, so that an hour is an hour when the clocks change; only what people read is
in the site's time zone, with its name, because on that night there are two half past twos.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from datetime import time as time_of_day

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import ngettext

from live.banners.models import Banner

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
# A countdown is in minutes up to the first, then in hours up to the second, then in days.
MAX_IN_MINUTES, MAX_IN_HOURS = 90 * MINUTE, 48 * HOUR
# The most severe first.
SEVERITY = (Banner.Level.OUTAGE, Banner.Level.DEGRADED, Banner.Level.MAINTENANCE, Banner.Level.INFO)


@dataclass(frozen=True, slots=True)
class Words:
    """A banner's times in words that are true from now until ``changes``; empty where there is nothing to say."""

    begins_in: str
    starts: SafeString
    ends: SafeString | str
    changes: datetime


def is_over(banner: Banner, now: datetime) -> bool:
    """Whether it has ended."""
    return banner.ends is not None and banner.ends <= now


def is_shown(banner: Banner, now: datetime) -> bool:
    """Whether it is to be seen: announced or begun, and not over."""
    return banner.announced_at <= now and not is_over(banner, now)


def next_change(banners: Iterable[Banner], now: datetime) -> datetime | None:
    """When the first of them begins to be seen, starts or ends; None if nothing is to come."""
    moments = (moment for banner in banners for moment in (banner.announced_at, banner.starts, banner.ends) if moment)
    return min((moment.astimezone(UTC) for moment in moments if moment > now), default=None)


def urgency(banner: Banner, now: datetime) -> tuple[int, bool, float, int]:
    """A key to sort by: the most severe first, then what has begun, then the newest."""
    severity = SEVERITY.index(Banner.Level(banner.level))
    return severity, banner.starts > now, -banner.starts.timestamp(), -(banner.pk or 0)


def in_words(banner: Banner, now: datetime) -> Words:
    """Its times for people."""
    starts, ends = banner.starts.astimezone(UTC), banner.ends.astimezone(UTC) if banner.ends else None
    begins_in, changes = "", [next_day(now, timezone.get_current_timezone())]
    # One that was ended or resolved before its start does not start any more.
    if starts > now and (ends is None or starts < ends):
        begins_in, change = countdown(starts, now)
        changes.append(change)
    if ends is not None and ends > now:
        changes.append(ends)
    return Words(begins_in, clock(starts, now), clock(ends, now) if ends else "", min(changes))


def countdown(moment: datetime, now: datetime) -> tuple[str, datetime]:
    """How long it is until a moment to come ("25 min"), and when that changes."""
    left = moment - now
    unit = MINUTE if left <= MAX_IN_MINUTES else HOUR if left <= MAX_IN_HOURS else DAY
    count = math.ceil(left / unit)
    finer = MAX_IN_MINUTES if unit == HOUR else MAX_IN_HOURS if unit == DAY else timedelta()
    words = {
        MINUTE: ngettext("%(count)d min", "%(count)d min", count),
        HOUR: ngettext("%(count)d h", "%(count)d h", count),
        DAY: ngettext("%(count)d day", "%(count)d days", count),
    }
    return words[unit] % {"count": count}, moment - max((count - 1) * unit, finer)


def clock(moment: datetime, now: datetime | None = None) -> SafeString:
    """A time in the current zone, for people and for programs; with its date unless it is of the day of ``now``."""
    local = timezone.localtime(moment)
    today = timezone.localtime(now) if now else None
    form = "H:i"
    if today is None or local.date() != today.date():
        form = "D j M, H:i" if today and local.year == today.year else "D j M Y, H:i"
    return format_html(
        '<time datetime="{}">{} {}</time>', local.isoformat(), date_format(local, form), zone_name(local)
    )


def zone_name(local: datetime) -> str:
    """What a zone is called at that moment: CET or CEST, and UTC-3 where it has no name."""
    name = local.tzname() or ""
    if name.isalpha():
        return name
    sign, hours, minutes = (offset := f"{local:%z}")[0], int(offset[1:3]), offset[3:5]
    return f"UTC{sign}{hours}" + (f":{minutes}" if minutes != "00" else "")


def next_day(now: datetime, zone: tzinfo) -> datetime:
    """The beginning of the next day there: what was "14:00" gets a date then."""
    tomorrow = now.astimezone(zone).date() + DAY
    return datetime.combine(tomorrow, time_of_day.min, tzinfo=zone).astimezone(UTC)
