"""What interval is learned from when points came."""

from collections.abc import Callable, Sequence
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from series.freshness import expectation
from series.rhythm import MAX_GAPS, MICROSECONDS, Times, learned

NOW = 1_790_000_000 * MICROSECONDS
MINUTE, HOUR, DAY = 60.0, 3600.0, 86_400.0


def times(seconds: Sequence[float], *, points_kept: float = 7 * DAY) -> Times:
    """The times of points so many seconds before now, as the database has them."""
    points = sorted({NOW - round(second * MICROSECONDS) for second in seconds})

    def last_of_each(size: float) -> list[int]:
        return list({time // int(size * MICROSECONDS): time for time in points}.values())[-MAX_GAPS - 1 :]

    raw = [time for time in points if time >= NOW - points_kept * MICROSECONDS]
    return Times(raw[-MAX_GAPS - 1 :], last_of_each(MINUTE), last_of_each(HOUR))


def every(interval: float, number: int = 0) -> list[float]:
    """As many points as make a rhythm of it."""
    number = number or max(MAX_GAPS + 1, int(10 * MINUTE / interval) + 1)
    return [interval * index for index in range(number)]


INTERVALS = st.sampled_from([0.5, 1.0, 5.0, 10.0, 15.0, 45.0, 60.0, 90.0, 300.0, 900.0, 3600.0, 5400.0, DAY])


@given(INTERVALS, st.floats(0, 0.2), st.integers())
def test_a_regular_rhythm_is_learned_whatever_its_jitter(interval: float, most: float, seed: int) -> None:
    jitter = Random(seed)
    seconds = [at + interval * jitter.uniform(-most, most) for at in every(interval)]
    found = learned(times(seconds), 0)
    assert found is not None
    assert abs(found - interval) <= (most + 0.06) * interval
    gaps = [after - before for before, after in pairwise(sorted(seconds))]
    due = expectation(None, learned=found)
    assert due.interval + due.grace > max(gaps), "and by itself it is never late"


@given(INTERVALS, st.sets(st.integers(1, 19), max_size=2), st.floats(5, 1000))
def test_two_outages_are_no_other_rhythm(interval: float, at: set[int], length: float) -> None:
    outages = [interval * length * sum(number <= index for number in at) for index in range(1201)]
    seconds = [second + outage for second, outage in zip(every(interval), outages, strict=False)]
    assert learned(times(seconds), 0) in (None, pytest.approx(interval, rel=0.06))


@given(st.lists(st.floats(1, 1000), min_size=3, max_size=60), st.floats(10, 1000), st.integers(0, 30))
def test_where_gaps_differ_by_much_there_is_no_rhythm(short: list[float], factor: float, offset: int) -> None:
    """Every fourth gap is far longer than the others: among 20 that are five."""
    gaps = [5.0 if (index + offset) % 4 else 5.0 * factor for index in range(200)]
    seconds = [sum(gaps[:index]) for index in range(200)]
    assert learned(times(seconds), 0) is None


@pytest.mark.parametrize(
    ("interval", "shown"),
    [(9.98, 10.0), (59.6, 60.0), (75.2, 75.0), (3598.0, 3600.0), (86_292.0, 86_400.0), (0.4987, 0.5), (300.0, 300.0)],
)
def test_is_as_people_say_it(interval: float, shown: float) -> None:
    assert learned(times(every(interval)), 0) == shown


def test_is_not_learned_from_few_points() -> None:
    assert learned(Times(), 0) is None
    assert learned(times(every(60.0, 8)), 0) is None
    assert learned(times(every(60.0, 9)), 0) == 60.0
    assert learned(times(every(1.0, 7 * 60)), 0) is None, "nor from few minutes: somebody tries a script"
    assert learned(times(every(1.0, 9 * 60)), 0) == 1.0


def test_of_bursts_it_is_how_often_they_come() -> None:
    bursts = [index * 300.0 + second for index in range(30) for second in range(25)]
    # One that crosses from a minute to the next is in both.
    assert learned(times(bursts), 0) == pytest.approx(300.0, rel=0.1)
    nightly = [index * DAY + 5.0 * second for index in range(12) for second in range(700)]
    assert learned(times(nightly, points_kept=30 * DAY), 0) == DAY


def test_of_a_slow_series_whose_points_are_deleted_it_is_learned_from_what_is_kept() -> None:
    assert learned(times(every(DAY, 30)), 0) == DAY
    monthly = Times(hours=times(every(30 * DAY, 12)).hours)
    assert learned(monthly, 0) == 30 * DAY


@pytest.mark.parametrize(("delay", "interval"), [(0.0, 10.0), (20.0, 10.0), (21.0, None), (3600.0, None)])
def test_what_is_sent_long_after_it_was_measured_has_none(delay: float, interval: float | None) -> None:
    assert learned(times(every(10.0)), round(delay * MICROSECONDS)) == interval


def test_stands_still_until_the_rhythm_is_another() -> None:
    assert learned(times(every(10.7)), 0, known=10.0) == 10.0
    assert learned(times(every(12.0)), 0, known=10.0) == 12.0
    assert learned(times([]), 0, known=10.0) is None


@pytest.mark.parametrize("before", [1.0, 10.0, 300.0])
@pytest.mark.parametrize("after", [5.0, 60.0, 900.0])
def test_another_rhythm_is_learned_and_nothing_wrong_on_the_way(before: float, after: float) -> None:
    """Of a sender that changes it, what is learned with each point is one of both, or nothing."""
    number = max(MAX_GAPS + 1, int(21 * MINUTE / after) + 1)
    old = every(before, int(30 * MINUTE / before) + MAX_GAPS)
    for more in range(number):
        seconds = [after * index for index in range(more)] + [after * more + second for second in old]
        assert learned(times(seconds), 0) in (None, before, after)
    assert learned(times([after * index for index in range(number)] + [after * number + at for at in old]), 0) == after


@pytest.mark.parametrize("interval", [0.01, 400 * DAY])
def test_is_none_that_nobody_could_wait_for(interval: float) -> None:
    make: Callable[[float], list[float]] = every
    assert learned(Times(*3 * [times(make(interval)).points]), 0) is None
