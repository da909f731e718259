"""A banner as people type it at a command and programs send it to the API: its times and its recipients are text.

``14:30`` is the next half past two in the site's time zone, ``+25m`` and ``+2h`` count from now, everything else is
ISO 8601; without an offset it is in the site's time zone. Recipients are ``staff``, ``group:3`` or ``group:Operators``.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.forms.utils import from_current_timezone
from django.utils import timezone

from live import moments
from live.banners.models import Banner
from live.notices import Recipients

FROM_NOW = re.compile(r"\+(\d{1,6})([mhd])")
CLOCK = re.compile(r"(\d{1,2}):(\d{2})")
UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}
EXAMPLES = "such as 14:30, +25m, +2h or 2026-01-31T14:30:00+01:00"


def to_banner(fields: Mapping[str, Any]) -> Banner:
    """The banner with these fields, not saved yet. ``ValidationError`` names the field of a time that is none."""
    now = moments.now()
    return Banner(**{"starts": now, **to_values(fields, now)})


def to_values(fields: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """The same fields, their times and recipients as a banner has them."""
    values = dict(fields)
    for name in [name for name in ("starts", "ends") if values.get(name) is not None]:
        try:
            values[name] = parse_time(values[name], now)
        except ValueError as error:
            raise ValidationError({name: str(error)}) from None
    if "recipients" in values:
        values["recipients"] = Recipients.from_words(values["recipients"])
    return values


def parse_time(text: str, now: datetime) -> datetime:
    """The moment that is meant, in UTC. ``ValueError`` says in one sentence why there is none."""
    text = text.strip()
    try:
        if match := FROM_NOW.fullmatch(text):
            return now + int(match[1]) * UNITS[match[2]]
        if match := CLOCK.fullmatch(text):  # today, or tomorrow if that has passed
            clock, here = time(int(match[1]), int(match[2])), timezone.localtime(now)
            moment = datetime.combine(here.date() + timedelta(days=clock <= here.time()), clock)
        else:
            moment = datetime.fromisoformat(text)
        return moments.to_aware(moment if moment.tzinfo else from_current_timezone(moment)).astimezone(UTC)
    except ValidationError:
        zone = timezone.get_current_timezone_name()
        raise ValueError(
            f"{text!r} is not one moment in {zone}: the clocks change then; write it with its offset, {EXAMPLES}."
        ) from None
    except (ValueError, OverflowError):
        raise ValueError(f"{text[:60]!r} is no time; write one {EXAMPLES}.") from None
