"""Ticks of a time axis: the calendar's own, also across switches of daylight saving time."""

from datetime import UTC, datetime, timedelta, timezone
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from live.charts.axes.ticks import DAY, HOUR
from live.charts.axes.time_ticks import MAX_LABELS, time_ticks

BERLIN = ZoneInfo("Europe/Berlin")


def epoch(*parts: int, zone=UTC, fold: int = 0) -> float:
    return datetime(*parts, tzinfo=zone, fold=fold).timestamp()


zones = st.sampled_from(sorted(available_timezones()))


def clock(ticks, zone):
    return [datetime.fromtimestamp(t.at, zone).strftime("%H:%M") for t in ticks]


def test_an_hour_that_is_skipped_has_no_tick():
    start = epoch(2026, 3, 29, 0, zone=BERLIN)
    ticks = time_ticks(start, start + 6 * HOUR, BERLIN)
    assert clock(ticks, BERLIN) == ["00:00", "01:00", "03:00", "04:00", "05:00", "06:00", "07:00"]
    assert ticks[0].major
    assert ticks[0].kind == "weekday"


def test_an_hour_that_comes_twice_has_two_ticks():
    start = epoch(2026, 10, 25, 0, zone=BERLIN)
    ticks = time_ticks(start, start + 6 * HOUR, BERLIN)
    assert clock(ticks, BERLIN) == ["00:00", "01:00", "02:00", "02:00", "03:00", "04:00", "05:00"]
    assert [b.at - a.at for a, b in pairwise(ticks)] == [HOUR] * 6


def test_days_stay_at_midnight_across_both_switches():
    start = epoch(2026, 3, 27, zone=BERLIN)
    assert set(clock(time_ticks(start, start + 6 * DAY, BERLIN), BERLIN)) == {"00:00"}
    year = time_ticks(epoch(2026, 1, 1, zone=BERLIN), epoch(2026, 12, 31, zone=BERLIN), BERLIN)
    assert set(clock(year, BERLIN)) == {"00:00"}
    assert [t.kind for t in year] == ["year", "month", "month", "month"]


@pytest.mark.parametrize(
    ("span", "first"),
    [
        (1, "12:00:00.0"),
        (30, "12:00:00"),
        (300, "12:00:00"),
        (3600, "12:00:00"),
        (DAY, "12:00:00"),
        (7 * DAY, "00:00:00"),
        (15 * DAY, "00:00:00"),
        (40 * DAY, "00:00:00"),
        (100 * DAY, "00:00:00"),
        (200 * DAY, "00:00:00"),
        (500 * DAY, "00:00:00"),
        (1500 * DAY, "00:00:00"),
        (3653 * DAY, "00:00:00"),
        (36530 * DAY, "00:00:00"),
    ],
)
def test_every_range_has_a_handful_of_ticks(span, first):
    start = epoch(2026, 1, 14, 12)
    ticks = time_ticks(start, start + span, UTC)
    assert 2 <= len(ticks) <= 11
    assert all(a.at < b.at for a, b in pairwise(ticks))
    assert all(start <= t.at <= start + span for t in ticks)
    assert datetime.fromtimestamp(ticks[0].at, UTC).strftime("%H:%M:%S") == first[:8]


def test_ticks_are_no_closer_than_the_samples():
    start = epoch(2026, 1, 1)
    assert len(time_ticks(start, start + 120, UTC)) == 9
    assert len(time_ticks(start, start + 120, UTC, 60)) == 3


def test_weeks_start_on_mondays():
    start = epoch(2026, 1, 1)
    ticks = time_ticks(start, start + 40 * DAY, UTC)
    assert {datetime.fromtimestamp(t.at, UTC).weekday() for t in ticks} == {0}


@given(st.floats(0, 4e9), st.floats(0.5, 1e9), st.sampled_from([UTC, BERLIN, ZoneInfo("Asia/Kathmandu")]))
def test_time_ticks_stay_in_the_range_and_ascend(start, span, zone):
    ticks = time_ticks(start, start + span, zone)
    assert len(ticks) <= 14
    assert all(a.at < b.at for a, b in pairwise(ticks))
    assert all(start - 1e-3 <= t.at <= start + span + 1e-3 for t in ticks)


def test_a_sliding_window_keeps_each_ticks_rank():
    zone = timezone(timedelta(hours=5, minutes=30))
    start = epoch(2026, 5, 5, 10)
    ranks: dict[float, set[int]] = {}
    for shift in range(60):
        for tick in time_ticks(start + 60 * shift, start + 60 * shift + 3600, zone):
            ranks.setdefault(tick.at, set()).add(tick.rank)
    assert len(ranks) > 8
    assert all(len(places_of_rank) == 1 for places_of_rank in ranks.values())


ZONES = (
    *("Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "Africa/Casablanca"),
    *("Pacific/Apia", "America/Sao_Paulo", "Asia/Tehran", "Antarctica/Troll", "UTC"),
)


@given(
    st.integers(0, 3_786_912_000),
    st.floats(-3, 9.1).map(lambda power: 10**power),
    st.sampled_from(ZONES),
)
def test_moments_are_sorted_inside_and_at_most_one_more_than_asked(start, span, name):
    zone = ZoneInfo(name)
    ticks = time_ticks(start, start + span, zone)
    places = [tick.at for tick in ticks]
    assert places == sorted(set(places))
    assert all(start <= at <= start + span for at in places)
    assert len(ticks) <= MAX_LABELS + 1 + (span < 10 * DAY)  # an hour that comes twice has two


def test_a_day_that_a_zone_skipped_has_no_tick():
    apia = ZoneInfo("Pacific/Apia")
    ticks = time_ticks(epoch(2011, 12, 27), epoch(2012, 1, 4), apia)
    days = [datetime.fromtimestamp(tick.at, apia).day for tick in ticks]
    assert 30 not in days and 29 in days and 31 in days


@given(st.floats(3.2e7, 3.8e9), st.floats(-3, 9.1), zones, st.sampled_from([3, 5, MAX_LABELS]))
def test_moments_in_every_zone(start, power, zone, count):
    end = start + 10**power
    ticks = time_ticks(start, end, ZoneInfo(zone), count=count)
    assert all(a.at < b.at for a, b in pairwise(ticks))
    assert all(start <= tick.at <= end for tick in ticks)
    assert len(ticks) <= count + 1


@pytest.mark.parametrize("years", range(5, 60))
def test_many_years_have_no_more_than_asked(years):
    assert 3 <= len(time_ticks(63072000.0, 63072000.0 + years * 365.25 * 86400, ZoneInfo("UTC"))) <= MAX_LABELS + 1


@pytest.mark.parametrize("days", [2, 3, 4, 4.5])
def test_on_the_narrowest_tile_few_days_are_named(days):
    """Each name takes a quarter of it."""
    for hour in range(0, 24, 5):
        start = datetime(2026, 1, 1, hour, tzinfo=BERLIN).timestamp()
        always = [tick for tick in time_ticks(start, start + days * 86400, BERLIN) if tick.rank == 0]
        assert 1 <= len(always) <= 3
