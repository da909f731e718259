"""What holds of the ticks of every value axis, whatever the values and the unit."""

from itertools import pairwise
from math import log10, nextafter

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from live.charts.axes.ticks import MAX_INTERVALS, domain, log_domain, number_ticks

PLAIN = ("", "%", "ratio", "B", "B/s", "s", "ms", "min", "h", "W", "bit/s", "requests")
extremes = st.sampled_from([0.0, -0.0, 5e-324, -5e-324, 1e-300, 1e15, -1e15, 1e300, -1e300])
numbers = st.floats(-1e300, 1e300) | extremes
# Numbers of all sizes alike; `floats` alone has few between.
sizes = st.builds(lambda sign, power: sign * 10**power, st.sampled_from([1, -1]), st.floats(-300, 299))
units = st.sampled_from(PLAIN)


@given(st.floats(-1e300, 1e300), st.floats(-1e300, 1e300), st.sampled_from(["", "B", "s"]), st.integers(2, 12))
@example(1.0, nextafter(1.0, 2.0), "", 7)
@example(0.0, 5e-324, "", 7)
def test_ticks_hold_any_two_values(a, b, unit, most):
    low, high = min(a, b), max(a, b)
    assume(low < high)
    ticks = number_ticks(low, high, unit, most)
    assert ticks == tuple(sorted(set(ticks)))
    assert ticks[0] <= low and high <= ticks[-1]
    assert 2 <= len(ticks) <= most + 1


@given(st.floats(-1e6, 1e6), st.floats(0, 100), st.floats(0.001, 1e6), st.sampled_from(["", "%", "ratio", "B", "s"]))
def test_a_minimum_range_is_kept_around_the_values(low, span, least, unit):
    high = low + span
    ticks = domain(low, high, unit=unit, min_range=least)
    whole = {"%": 100.0, "ratio": 1.0}.get(unit)
    assert ticks[0] <= low and high <= ticks[-1]
    # A share that has only room from nothing to the whole cannot have more.
    if whole is None or high > whole or low < 0 or least <= whole:
        assert ticks[-1] - ticks[0] >= least * (1 - 1e-9)
    if low >= 0:
        assert ticks[0] >= 0
    elif high <= 0:
        assert ticks[-1] <= 0
    if whole is not None and high <= whole:
        assert ticks[-1] <= whole or ticks[0] >= 0 or low < 0


@pytest.mark.parametrize(
    ("given_", "ends"),
    [
        ((1000, 1000, None, None, "", 10), (994, 1006)),
        ((0, 0, None, None, "", 10), (0, 10)),
        ((1, 2, None, 3, "", 20), (0, 3)),
        ((-2, -1, -3, None, "", 20), (-3, 0)),
        ((99.5, 100, None, None, "%", 10), (90, 100)),
        ((0.995, 1, None, None, "ratio", 0.1), (0.9, 1)),
        ((0.96, 1, None, None, "ratio"), (0.95, 1.0)),
        ((0, 100, 0, 100, "", 500), (0, 100)),
        ((3, 4, None, None, "", float("nan")), (2.8, 4.2)),
        ((3, 4, None, None, "", float("inf")), (2.8, 4.2)),
    ],
)
def test_a_minimum_range_gives_way_to_zero_the_whole_and_fixed_ends(given_, ends):
    ticks = domain(*given_)
    assert (ticks[0], ticks[-1]) == ends


def test_fewer_intervals_for_a_small_tile():
    assert all(len(domain(0, high, max_intervals=3)) <= 4 for high in range(1, 500))
    assert max(len(domain(0, high)) for high in range(1, 500)) == MAX_INTERVALS + 1


powers = st.floats(-299.9, 299.9)


@given(powers, powers)
@example(-300.0, 300.0)
@example(21.5, 24.5)
def test_a_logarithmic_axis_is_even_and_of_powers_of_ten(a, b):
    low, high = 10.0 ** min(a, b), 10.0 ** max(a, b)
    ticks = log_domain(low, high)
    # A billionth of a decade past a power of ten is that power.
    assert ticks[0] <= low * (1 + 1e-8) and high <= ticks[-1] * (1 + 1e-8)
    assert 2 <= len(ticks) <= MAX_INTERVALS + 1
    places = [round(log10(tick)) for tick in ticks]
    assert all(tick == float(f"1e{place}") for tick, place in zip(ticks, places, strict=True))
    assert len({after - before for before, after in pairwise(places)}) == 1
