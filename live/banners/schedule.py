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


@dataclass(frozen=True, slots=True)
class Times:
    """A banner's moments in UTC: in a zone of its own Python counts hours on the wall, also when the clocks change."""

    announced: datetime
    starts: datetime
    ends: datetime | None

    @classmethod
    def of(cls, banner: Banner) -> "Times":
        starts = banner.starts.astimezone(UTC)
        ends = banner.ends.astimezone(UTC) if banner.ends is not None else None
        return cls(starts - banner.announce_minutes_before * MINUTE, starts, ends)


def is_over(banner: Banner, now: datetime) -> bool:
    """Whether it has ended."""
    return banner.ends is not None and banner.ends <= now


def is_shown(banner: Banner, now: datetime) -> bool:
    """Whether it is to be seen: announced or begun, and not over."""
    return Times.of(banner).announced <= now and not is_over(banner, now)


def next_change(banners: Iterable[Banner], now: datetime) -> datetime | None:
    """When the first of them begins to be seen, starts or ends; None if nothing is to come."""
    times = [Times.of(banner) for banner in banners]
    moments = {
        moment for banner in times for moment in (banner.announced, banner.starts, banner.ends) if moment is not None
    }
    return min((moment for moment in moments if moment > now), default=None)


def urgency(banner: Banner, now: datetime) -> tuple[int, bool, float]:
    """A key to sort by: the most severe first, then what has begun, then the newest."""
    return SEVERITY.index(Banner.Level(banner.level)), banner.starts > now, -banner.starts.timestamp()


def in_words(banner: Banner, now: datetime) -> Words:
    """Its times for people."""
    times = Times.of(banner)
    begins_in, changes = "", [next_day(now, timezone.get_current_timezone())]
    # One that was ended or resolved before its start does not start any more.
    if times.starts > now and (times.ends is None or times.starts < times.ends):
        begins_in, change = countdown(times.starts, now)
        changes.append(change)
    if times.ends is not None and times.ends > now:
        changes.append(times.ends)
    return Words(begins_in, clock(times.starts, now), clock(times.ends, now) if times.ends else "", min(changes))


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
    minutes = round((local.utcoffset() or timedelta()) / MINUTE)
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{'-' if minutes < 0 else '+'}{hours}{f':{rest:02}' if rest else ''}"


def next_day(now: datetime, zone: tzinfo) -> datetime:
    """The beginning of the next day there: what was "14:00" gets a date then."""
    tomorrow = now.astimezone(zone).date() + DAY
    return datetime.combine(tomorrow, time_of_day.min, tzinfo=zone).astimezone(UTC)
