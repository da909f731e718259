"""Instants and amounts of time as people read them, in the conventions of a locale. Every cache is bounded."""

from datetime import datetime, tzinfo
from functools import lru_cache
from math import inf, isfinite

from babel.dates import format_datetime, format_skeleton
from babel.units import format_unit

from .numbers import MINUS, NARROW_SPACE, NO_VALUE, scientific, signs


@lru_cache(maxsize=512)
def _day_name(weekday: int, locale: str) -> str:
    """Return the short name of a day of the week, 0 for Monday: through Babel once a name, not once an instant."""
    return str(format_datetime(datetime(2024, 1, 1 + weekday), "EEE", locale=signs(locale).locale))


CLOCKS = ("m", "s", "ms")
QUARTER = 900  # seconds: clocks are changed at the beginning of one,
FIRST_QUARTER = 1_672_531_200  # in all zones since 2023, in epoch seconds


@lru_cache(maxsize=4096)
def moment(at: float, zone: tzinfo, kind: str, locale: str = "en", *, with_zone: bool | None = None) -> str:
    """Return an instant as `kind` reads: "ms", "s", "m" (clock, 24 h), "day-of-week",
    "weekday" (with the day of the month), "date", "day", "month", "year".

    Two kinds joined by a space give both: "day-of-week m" is "Sun 14:35". A time of an hour that the clock shows twice,
    in the night when it is set back, has the zone's name behind it: "Sun 01:00 EDT", "Sun 01:00 EST". `with_zone`
    writes it always, or never.
    """
    words = " ".join([_moment(at, zone, part, locale) for part in kind.split()])
    if with_zone is None:
        with_zone = kind.endswith(CLOCKS) and _is_ambiguous(at, zone)
    return f"{words} {zone_name(at, zone)}" if with_zone else words


def _is_ambiguous(at: float, zone: tzinfo) -> bool:
    local = datetime.fromtimestamp(at, zone)
    return local.utcoffset() != local.replace(fold=1 - local.fold).utcoffset()


def _moment(at: float, zone: tzinfo, kind: str, locale: str) -> str:
    local = datetime.fromtimestamp(at, zone)
    if kind == "m":
        return f"{local.hour:02}:{local.minute:02}"  # a third of what a format of time costs
    if kind == "s":
        return f"{local.hour:02}:{local.minute:02}:{local.second:02}"
    if kind == "ms":
        # Ticks below a second come from a division; round before cutting, or .3 reads as .299.
        local = datetime.fromtimestamp(round(at, 3) + 0.0001, zone)
        return f"{local:%H:%M:%S}{signs(locale).decimal}{local.microsecond // 1000:03}"
    if kind == "year":
        return str(local.year)
    babel = signs(locale).locale
    if kind == "day-of-week":
        return _day_name(local.weekday(), locale)
    if kind == "weekday":
        return str(format_datetime(local, "EEE d", locale=babel))
    if kind == "month":
        return str(format_datetime(local, "LLL", locale=babel))
    return str(format_skeleton("yMMMd" if kind == "day" else "MMMd", local, locale=babel))


def zone_name(at: float, zone: tzinfo) -> str:
    """Return the zone's name at an instant: "UTC", "CET", or "UTC+3" where the zone has no abbreviation."""
    return _zone_name(at // QUARTER * QUARTER if at >= FIRST_QUARTER else at, zone)


@lru_cache(maxsize=1024)
def _zone_name(at: float, zone: tzinfo) -> str:
    local = datetime.fromtimestamp(at, zone)
    name = local.tzname() or "UTC"
    if _is_ambiguous(at, zone) and name == local.replace(fold=1 - local.fold).tzname():
        name = f"{local:%z}"  # Moscow's time was MSK before and after
    if name[0] in "+-":
        hours, minutes = name[1:3].lstrip("0") or "0", name[3:5]
        return f"UTC{name[0].replace('-', MINUS)}{hours}" + (f":{minutes}" if minutes.strip("0") else "")
    return name


def zone_names(start: float, end: float, zone: tzinfo) -> str:
    """Return what the zone is called from `start` to `end`: "EST", or "EDT/EST" where its clock is changed between."""
    # A year has summer and winter, and both of its ends may be of one.
    return "/".join(dict.fromkeys([zone_name(start + (end - start) * part / 4, zone) for part in range(5)]))


# Seconds from which an amount of time is written in a unit, the unit, its seconds, and the steps it is rounded down to.
_MAX_SECONDS = 86400e6  # seconds that are no longer written in whole days
_UNITS = ((172800, "day", 86400, 1), (7200, "hour", 3600, 1), (120, "minute", 60, 1), (0, "second", 1, 10))


def _ago(seconds: float) -> tuple[str, int, int]:
    """Return the unit of an amount of time, how many seconds it has, and the steps that it is rounded down to."""
    return next((name, size, step) for from_seconds, name, size, step in _UNITS if seconds >= from_seconds)


@lru_cache(maxsize=2048)
def relative(seconds: float, locale: str = "en") -> str:
    """Return an amount of time in one unit, rounded down: "10 sec", "14 min", "2 hr". Seconds are rounded to tens.

    What is not finite is a dash.
    """
    if not isfinite(seconds):
        return NO_VALUE
    seconds = max(seconds, 0)
    if seconds >= _MAX_SECONDS:
        return f"{scientific(seconds // 86400, 3, locale)}{NARROW_SPACE}d"
    name, size, step = _ago(seconds)
    count = int(seconds // (size * step)) * step
    return str(format_unit(count, f"duration-{name}", length="short", locale=signs(locale).locale))


def until_relative_changes(seconds: float) -> float:
    """Return after how many seconds the words of `relative` change; infinite for what is not finite or beyond words."""
    if not isfinite(seconds) or seconds >= _MAX_SECONDS:
        return inf
    if seconds < 0:
        return 10 - seconds
    _name, size, step = _ago(seconds)
    interval = size * step
    # Where a larger unit begins, a step of the smaller one ends.
    return (seconds // interval + 1) * interval - seconds
