"""Ranges of time in buckets, and in which of them a moment is, as plain Python says it."""

from datetime import UTC, datetime, timedelta, tzinfo
from typing import NamedTuple
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
NOW = datetime(2026, 11, 20, 12, 34, 56, tzinfo=UTC)
ZONES = ["Europe/Berlin", "Australia/Lord_Howe", "Asia/Kathmandu", "America/New_York"]
# Through the changes of all of these in 2026, and of one in each hemisphere years ago.
CHANGES = [
    datetime(2022, 3, 27, 1, tzinfo=UTC),
    datetime(2026, 3, 8, 7, tzinfo=UTC),
    datetime(2026, 3, 29, 1, tzinfo=UTC),
    datetime(2026, 4, 4, 15, tzinfo=UTC),
    datetime(2026, 10, 3, 15, 30, tzinfo=UTC),
    datetime(2026, 10, 25, 1, tzinfo=UTC),
    datetime(2026, 11, 1, 6, tzinfo=UTC),
]
MOMENTS = st.one_of(
    st.builds(
        lambda change, quarters, off: change + quarters * 15 * MINUTE + off,
        st.sampled_from(CHANGES),
        st.integers(-100, 100),
        st.sampled_from([timedelta(0), timedelta(microseconds=-1), timedelta(seconds=7)]),
    ),
    st.integers(0, 5 * 365 * 24 * 3600).map(lambda seconds: NOW - timedelta(seconds=seconds)),
)
HOURS, WHOLE_DAYS = [3600, 7200, 4 * 3600, 12 * 3600, 5000], [86400, 2 * 86400, 13 * 86400]


class Asked(NamedTuple):
    start: datetime
    end: datetime
    step: float
    zone: tzinfo | None


@st.composite
def ranges(draw: st.DrawFn) -> Asked:
    """From some minutes to 5 years, in at most some hundred buckets."""
    zone = draw(st.none() | st.sampled_from(ZONES).map(ZoneInfo))
    step = draw(st.sampled_from([*HOURS, *WHOLE_DAYS] if zone else [1, 7.5, 60, 90, 1800, *HOURS, *WHOLE_DAYS]))
    start = draw(MOMENTS)
    length = draw(st.integers(0, 150)) * timedelta(seconds=step) + draw(st.integers(1, 7200)) * timedelta(seconds=1)
    return Asked(start, start + length, step, zone)


def clock(time: datetime, zone: tzinfo | None) -> timedelta:
    """What a clock shows, since it showed 1970."""
    return time.astimezone(zone or UTC).replace(tzinfo=UTC) - EPOCH


def begins(number: int, asked: Asked) -> datetime:
    """When the clock first shows that this bucket has begun."""
    shown = EPOCH + number * timedelta(seconds=asked.step)
    return shown.replace(tzinfo=asked.zone or UTC).astimezone(UTC)


def floored(time: datetime, size: timedelta) -> datetime:
    return EPOCH + (time - EPOCH) // size * size


def counts_as_of(time: datetime, since: tuple[datetime, datetime]) -> datetime:
    """As of when a point counts. ``since``: from when on there are points, and minutes.

    Where a bucket ends in a minute or an hour that is all that is left, that counts as what was when it began. Where
    none does, it is the same.
    """
    points_since, minutes_since = since
    return floored(time, HOUR if time < minutes_since else MINUTE) if time < points_since else time
