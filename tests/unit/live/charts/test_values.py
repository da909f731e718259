"""What cannot be drawn becomes a gap, and what charts are given becomes series."""

from decimal import Decimal
from fractions import Fraction
from math import inf, nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from live.charts.values import MAX_VALUE, Series, as_series, clean, last_of, room, runs, tokens_of


@pytest.mark.parametrize("gap", [None, nan, inf, -inf, 1e308, 10**400, Decimal("NaN"), Decimal("-Infinity")])
def test_gaps(gap):
    cleaned = clean([1.0, gap, 3.0], 3)
    assert list(cleaned.values) == [1.0, None, 3.0]
    assert (cleaned.low, cleaned.high, cleaned.whole) == (1.0, 3.0, False)
    assert list(clean([gap, gap], 2).values) == [None, None]
    assert list(clean([Decimal("Infinity"), gap, Decimal(1)], 3).values) == [None, None, 1]


def test_a_short_line_ends_early_and_a_long_one_is_cut():
    assert list(clean([1, 2], 4).values) == [1, 2, None, None]
    assert list(clean([1, 2, 3], 2).values) == [1, 2]
    assert clean([], 0).low is None
    assert clean([None, nan], 2).high is None


@pytest.mark.parametrize("number", [Decimal, Fraction])
def test_numbers_of_other_kinds_become_floats(number):
    cleaned = clean([number("1.5"), number("0.25"), None], 3)
    assert list(cleaned.values) == [1.5, 0.25, None]
    whole = clean([number("1.5"), number("0.25")], 2)
    assert [type(v) for v in whole.values] == [float, float]
    assert (whole.low, whole.high, whole.whole) == (0.25, 1.5, True)
    assert list(clean([Decimal("1.5"), 2.5], 2).values) == [1.5, 2.5]


@pytest.mark.parametrize("edge", [1e300, -1e300])
def test_the_largest_values_that_are_drawn(edge):
    assert list(clean([edge], 1).values) == [edge]
    assert list(clean([edge * 1.001], 1).values) == [None]
    assert list(clean([edge * 1.001, 1], 2).values) == [None, 1]


def test_last_of():
    assert last_of([1, 2, None]) == 1
    assert last_of([None]) is None
    assert last_of([]) is None
    assert last_of([0.0]) == 0


def test_room():
    assert [room(v) for v in (5, -5, 0.0, 1e-290)] == [5, 5, 1, 1]


def test_what_a_chart_is_given():
    assert as_series({"a": [1], 7: [2]}) == [Series("a", [1]), Series("7", [2])]
    assert as_series([Series("a", [1])]) == [Series("a", [1])]
    assert as_series([1, None, 2.5]) == [Series("", [1, None, 2.5])]
    assert as_series((1, 2)) == [Series("", (1, 2))]
    assert as_series([]) == as_series({}) == []


@pytest.mark.parametrize("wrong", ["123", b"12", 7, None, {1, 2}, iter([1])])
def test_what_are_no_series(wrong):
    with pytest.raises(TypeError, match="series must be a mapping, a list of Series or a list of numbers, not "):
        as_series(wrong)


def test_series_and_numbers_do_not_mix():
    with pytest.raises(TypeError, match="series must all be Series, or all be numbers"):
        as_series([Series("a", [1]), 2])


@given(st.lists(st.none() | st.floats() | st.booleans() | st.integers() | st.decimals(allow_nan=False), min_size=1))
def test_the_fast_way_and_the_slow_way_agree(values):
    fast, slow = clean(values, len(values)), clean([*values, None], len(values) + 1)

    def floats(numbers):  # a whole number may have more digits than a float, which the slow way makes of it
        return [None if v is None else float(v) for v in numbers]

    assert floats(fast.values) == floats(slow.values)[:-1]
    assert floats((fast.low, fast.high)) == floats((slow.low, slow.high))
    assert all(v is None or -MAX_VALUE <= v <= MAX_VALUE for v in fast.values)
    assert fast.whole == (None not in fast.values)


def test_runs():
    assert runs([None, 1, 2, None, None, 3, None]) == [(1, 3), (5, 6)]
    assert runs([]) == []
    assert runs([1]) == [(0, 1)]
    assert runs([None]) == []


@pytest.mark.parametrize(
    ("colours", "tokens"),
    [
        ((0, 0, 0), "s1 s2 s3"),
        ((2, 3, 4, 5), "s2 s3 s4 s5"),
        ((3, 0, 1), "s3 s2 s1"),
        ((2, 2, 0), "s2 s1 s3"),
        ((9, -1), "s1 s2"),
        ((), ""),
    ],
)
def test_a_series_has_the_colour_that_it_asks_for(colours, tokens):
    assert " ".join(tokens_of(colours, 8)) == tokens


def test_of_fewer_colours_those_that_are_not_among_them_are_others():
    assert tokens_of((7, 1, 8), 6) == ("s2", "s1", "s3")
