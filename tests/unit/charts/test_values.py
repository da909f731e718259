"""What cannot be drawn becomes a gap."""

from math import inf, nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from live.charts.values import LIMIT, clean, last_of


@pytest.mark.parametrize("gap", [None, nan, inf, -inf, 1e308, 10**400])
def test_gaps(gap):
    cleaned = clean([1.0, gap, 3.0], 3)
    assert list(cleaned.values) == [1.0, None, 3.0]
    assert (cleaned.low, cleaned.high, cleaned.whole) == (1.0, 3.0, False)


def test_a_short_line_ends_early_and_a_long_one_is_cut():
    assert list(clean([1, 2], 4).values) == [1, 2, None, None]
    assert list(clean([1, 2, 3], 2).values) == [1, 2]
    assert clean([], 0).low is None
    assert clean([None, nan], 2).high is None


def test_last_of():
    assert last_of([1, 2, None]) == 1
    assert last_of([None]) is None


@given(st.lists(st.none() | st.floats() | st.booleans() | st.integers(), min_size=1))
def test_the_fast_way_and_the_slow_way_agree(values):
    fast, slow = clean(values, len(values)), clean([*values, None], len(values) + 1)
    assert list(fast.values) == list(slow.values)[:-1]
    assert (fast.low, fast.high) == (slow.low, slow.high)
    assert all(v is None or -LIMIT <= v <= LIMIT for v in fast.values)
