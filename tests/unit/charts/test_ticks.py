"""Axes: round numbers that cover the data, and the calendar across switches of daylight saving time."""

from datetime import UTC, datetime, timedelta, timezone
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from live.charts.ticks import DAY, HOUR, domain, number_step, number_ticks, time_ticks

BERLIN = ZoneInfo("Europe/Berlin")
numbers = st.floats(-1e300, 1e300)
units = st.sampled_from(["", "B", "B/s", "s", "%", "ms"])


def epoch(*parts: int, zone=UTC, fold: int = 0) -> float:
    return datetime(*parts, tzinfo=zone, fold=fold).timestamp()


@pytest.mark.parametrize(
    ("raw", "step"),
    [(1, 1), (1.3, 1), (1.6, 2), (2.4, 2.5), (4, 5), (8, 10), (0.13, 0.1), (0.3, 0.25), (17000, 20000)],
)
def test_a_step_is_the_nearest_round_number(raw, step):
    top, bottom = number_step(raw)
    assert top / bottom == step


@pytest.mark.parametrize(("raw", "step"), [(0.2, 0.2), (1, 1), (3, 4), (1000, 1024), (2.6e8, 2**28)])
def test_bytes_step_by_powers_of_two(raw, step):
    top, bottom = number_step(raw, "B")
    assert top / bottom == step


@pytest.mark.parametrize(
    ("raw", "step"), [(0.1, 0.1), (12, 15), (50, 60), (1000, 900), (4000, HOUR), (90_000, DAY), (225_000, 2 * DAY)]
)
def test_seconds_step_like_a_clock(raw, step):
    top, bottom = number_step(raw, "s")
    assert top / bottom == step


def test_ticks_are_exact():
    assert number_ticks(0, 0.3) == (0, 0.1, 0.2, 0.3)
    assert number_ticks(-0.3, 0.3, count=6) == (-0.3, -0.2, -0.1, 0, 0.1, 0.2, 0.3)


@pytest.mark.parametrize("pair", [(1, 1), (2, 1), (float("nan"), 1)])
def test_an_axis_needs_a_span(pair):
    with pytest.raises(ValueError, match="low < high"):
        number_ticks(*pair)


@given(numbers, numbers, units)
def test_ticks_cover_any_values_and_ascend_evenly(a, b, unit):
    low, high = min(a, b), max(a, b)
    ticks = domain(low, high, unit=unit)
    assert ticks[0] <= low
    assert ticks[-1] >= high
    assert 2 <= len(ticks) <= 10
    assert all(x < y for x, y in pairwise(ticks))
    step = ticks[1] - ticks[0]
    assert all(abs((y - x) - step) <= abs(step) * 1e-3 for x, y in pairwise(ticks))


@given(numbers, numbers, numbers | st.none(), numbers | st.none())
def test_any_fixed_end_gives_an_axis(a, b, minimum, maximum):
    ticks = domain(min(a, b), max(a, b), minimum, maximum)
    assert len(ticks) >= 2
    assert ticks[0] < ticks[-1]


@pytest.mark.parametrize(
    ("low", "high", "ends"),
    [
        (0, 0, (0, 1)),
        (5, 5, (0, 5)),
        (5e-324, 5e-324, (0, 1)),
        (-5, -5, (-5, 0)),
        (12, 93, (0, 100)),
        (-40, -3, (-40, 0)),
        (1000, 1010, (997.5, 1012.5)),
        (-1010, -1000, (-1010, -997.5)),
        (1e-12, 1e15, (0, 1e15)),
    ],
)
def test_zero_is_shown_when_it_is_near(low, high, ends):
    ticks = domain(low, high)
    assert (ticks[0], ticks[-1]) == ends


def test_fixed_ends():
    assert domain(3, 4, 0, 100) == (0, 25, 50, 75, 100)
    assert domain(3, 4, 100, 0) == (0, 25, 50, 75, 100)
    assert domain(3, 4, minimum=0)[0] == 0
    assert domain(3, 4, minimum=10)[0] == 10
    assert domain(3, 4, maximum=1)[-1] == 1
    assert domain(3, 4, maximum=0)[-1] == 0
    assert domain(3, 4, float("nan"), float("inf")) == domain(3, 4)
    assert domain(3, 4, 7, 7) == (6, 8, 10, 12, 14)


def test_a_share_is_not_padded_past_the_whole():
    assert domain(96, 100, unit="%")[-1] == 100
    assert domain(96, 100)[-1] > 100


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
    assert all(len(found) == 1 for found in ranks.values())
