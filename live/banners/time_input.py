"""A time as people type it at a command or send it to the API. Pure: the clock is passed in.

``14:30`` is the next half past two in the site's time zone, ``+25m`` and ``+2h`` count from now, everything else is
ISO 8601; without an offset it is in the site's time zone.
"""

import re
from datetime import UTC, datetime, time, timedelta

from django.core.exceptions import ValidationError
from django.forms.utils import from_current_timezone
from django.utils import timezone

FROM_NOW = re.compile(r"\+(\d{1,6})([mhd])")
CLOCK = re.compile(r"(\d{1,2}):(\d{2})")
UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}
EXAMPLES = "such as 14:30, +25m, +2h or 2026-01-31T14:30:00+01:00"


def parse(text: str, now: datetime) -> datetime:
    """The moment that is meant, in UTC. ``ValueError`` says in one sentence why there is none."""
    text = text.strip()
    try:
        if match := FROM_NOW.fullmatch(text):
            return now + int(match[1]) * UNITS[match[2]]
        if match := CLOCK.fullmatch(text):
            return _next(time(int(match[1]), int(match[2])), now)
        moment = datetime.fromisoformat(text)
        return (_in_zone(moment, text) if moment.tzinfo is None else moment).astimezone(UTC)
    except NoSuchTime:
        raise
    except (ValueError, OverflowError):
        raise ValueError(f"{text[:60]!r} is no time; write one {EXAMPLES}.") from None


class NoSuchTime(ValueError):
    """The clocks change: there is no such time that day, or it is twice."""


def _next(clock: time, now: datetime) -> datetime:
    """Today at that time, or tomorrow if that has passed."""
    here = timezone.localtime(now)
    day = here.date() if clock > here.time() else here.date() + timedelta(days=1)
    return _in_zone(datetime.combine(day, clock), f"{clock:%H:%M}").astimezone(UTC)


def _in_zone(moment: datetime, text: str) -> datetime:
    try:
        aware: datetime = from_current_timezone(moment)
        return aware
    except ValidationError:
        zone = timezone.get_current_timezone_name()
        message = f"{text!r} is not one moment in {zone}: the clocks change then; write it with its offset, {EXAMPLES}."
        raise NoSuchTime(message) from None
