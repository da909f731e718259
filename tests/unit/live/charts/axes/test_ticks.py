"""Ticks of a value axis: round numbers that cover the data."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from live.charts.axes.ticks import DAY, HOUR, MAX_INTERVALS, domain, log_domain, number_step, number_ticks

numbers = st.floats(-1e300, 1e300)
units = st.sampled_from(["", "B", "B/s", "s", "%", "ms"])


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
    assert number_ticks(0, 0.6) == (0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6)
    assert number_ticks(-0.3, 0.3, max_intervals=6) == (-0.3, -0.2, -0.1, 0, 0.1, 0.2, 0.3)


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
        (1000, 1010, (998, 1012)),
        (-1010, -1000, (-1010, -998)),
        (1e-12, 1e15, (0, 1e15)),
    ],
)
def test_zero_is_shown_when_it_is_near(low, high, ends):
    ticks = domain(low, high)
    assert (ticks[0], ticks[-1]) == ends


def test_fixed_ends():
    assert domain(3, 4, 0, 100) == (0, 20, 40, 60, 80, 100)
    assert domain(3, 4, 100, 0) == (0, 20, 40, 60, 80, 100)
    assert domain(3, 4, minimum=0)[0] == 0
    assert domain(3, 4, minimum=10)[0] == 10
    assert domain(3, 4, maximum=1)[-1] == 1
    assert domain(3, 4, maximum=0)[-1] == 0
    assert domain(3, 4, float("nan"), float("inf")) == domain(3, 4)
    assert domain(3, 4, 7, 7) == (7, 8, 9, 10, 11, 12, 13, 14)


def test_a_share_is_not_padded_past_the_whole():
    assert domain(96, 100, unit="%")[-1] == 100
    assert domain(96, 100)[-1] > 100


def evenly(ticks):
    steps = [b - a for a, b in pairwise(ticks)]
    return max(steps) - min(steps) <= 1e-9 * max(abs(tick) for tick in ticks) + 1e-9 * max(steps)


@given(numbers, numbers, units, st.integers(2, 12))
def test_ticks_are_sorted_even_around_the_data_and_at_most_one_more_than_asked(a, b, unit, most):
    low, high = min(a, b), max(a, b)
    if not (low < high and high - low > 1e-280 and high - low > 1e-6 * max(abs(low), abs(high))):
        return
    ticks = number_ticks(low, high, unit, most)
    assert 2 <= len(ticks) <= most + 1
    assert ticks == tuple(sorted(set(ticks)))
    assert ticks[0] <= low and high <= ticks[-1]
    assert evenly(ticks)


@given(numbers, numbers, st.none() | numbers, st.none() | numbers, units, st.floats(0, 1e300))
def test_every_domain_is_sorted_even_and_bounded(a, b, minimum, maximum, unit, least):
    ticks = domain(min(a, b), max(a, b), minimum, maximum, unit, least)
    assert 2 <= len(ticks) <= MAX_INTERVALS + 1
    assert ticks == tuple(sorted(set(ticks)))


@pytest.mark.parametrize(
    ("low", "high", "least", "ends"),
    [
        (100, 100.2, 50, (70, 130)),
        (1, 1.2, 5, (0, 5)),
        (-1.2, -1, 5, (-5, 0)),
        (20, 60, 5, (0, 60)),
    ],
)
def test_noise_is_not_made_a_storm(low, high, least, ends):
    ticks = domain(low, high, min_range=least)
    assert (ticks[0], ticks[-1]) == ends
    assert ticks[-1] - ticks[0] >= least


def test_a_minimum_range_respects_fixed_ends():
    assert domain(99, 99.5, maximum=100, min_range=20)[-1] == 100
    ticks = domain(99, 99.5, minimum=99, min_range=20)
    assert ticks[0] <= 99 and ticks[-1] >= 119


@pytest.mark.parametrize(
    ("low", "high", "ticks"),
    [
        (1, 80_000, (1, 10, 100, 1_000, 10_000, 100_000)),
        (5, 5, (1, 10)),
        (10, 10, (10, 100)),
        (0.02, 3, (0.01, 0.1, 1, 10)),
        (1, 1e9, (1, 100, 1e4, 1e6, 1e8, 1e10)),
    ],
)
def test_a_logarithmic_axis_has_powers_of_ten(low, high, ticks):
    assert log_domain(low, high) == pytest.approx(ticks)


@given(st.floats(1e-300, 1e300), st.floats(1e-300, 1e300), st.none() | numbers, st.none() | numbers)
def test_a_logarithmic_axis_holds_everything(a, b, minimum, maximum):
    ticks = log_domain(min(a, b), max(a, b), minimum, maximum)
    assert 2 <= len(ticks) <= MAX_INTERVALS + 1 and all(0 < x < y for x, y in pairwise(ticks))
    if minimum is None and maximum is None:
        assert ticks[0] <= min(a, b) * (1 + 1e-6) and max(a, b) <= ticks[-1] * (1 + 1e-6)


@pytest.mark.parametrize("low", [0, -1, float("nan")])
def test_a_logarithmic_axis_has_no_zero(low):
    with pytest.raises(ValueError, match="0 < low"):
        log_domain(low, 5)


@pytest.mark.parametrize("value", [1e9, -1e9, 3e11])
def test_values_far_from_zero_fill_the_axis(value):
    ticks = domain(value + 1, value + 3)
    assert value <= ticks[0] < ticks[-1] <= value + 4


def test_what_floats_are_off_by_is_no_change():
    assert domain(0.1 + 0.2, 0.3)[0] == domain(1e9, 1e9 + 1e-6)[0] == 0
