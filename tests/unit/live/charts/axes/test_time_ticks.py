"""For time_ticks.py, money.py and moments.py; each test fails without its part of the patch."""

from itertools import pairwise
from math import inf, nan
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from live.charts.axes.time_ticks import MAX_LABELS, time_ticks
from live.charts.text.formats import axis, compact, exact, log_axis, relative, until_relative_changes

zones = st.sampled_from(sorted(available_timezones()))


@given(st.floats(3.2e7, 3.8e9), st.floats(-3, 9.1), zones, st.sampled_from([3, 5, MAX_LABELS]))
def test_moments_in_every_zone(start, power, zone, count):
    end = start + 10**power
    ticks = time_ticks(start, end, ZoneInfo(zone), count=count)
    assert all(a.at < b.at for a, b in pairwise(ticks))
    assert all(start <= each.at <= end for each in ticks)
    assert len(ticks) <= count + 1


@pytest.mark.parametrize("years", range(5, 60))
def test_many_years_have_no_more_than_asked(years):
    assert 3 <= len(time_ticks(63072000.0, 63072000.0 + years * 365.25 * 86400, ZoneInfo("UTC"))) <= MAX_LABELS + 1


@pytest.mark.parametrize(
    ("value", "unit", "words"),
    [
        (0.0004, "USD", "$0.0004"),
        (-0.00042, "USD", "\u2212$0.00042"),
        (0.423, "EUR", "€0.423"),
        (0.5, "EUR", "€0.50"),
        (0.5, "JPY", "¥0.5"),
        (0.9996, "JPY", "¥1"),
        (1e-7, "USD", "$1\u00d710⁻⁷"),
    ],
)
def test_less_than_the_smallest_coin_is_not_free(value, unit, words):
    assert compact(value, unit) == words


def test_money_of_unusual_sizes_has_labels_that_differ():
    for unit in ("EUR", "JPY"):
        for ticks in ((0, 1e-300, 2e-300), (0, 1e200, 2e200), (1e17, 1.001e17, 1.002e17)):
            assert len(set(axis(ticks, unit))) == 3
        assert len(set(log_axis((1e-5, 1e-3, 0.1, 10, 1000), unit))) == 5
    assert exact(0.1 + 0.2, "EUR") == "€0.30"


@pytest.mark.parametrize("seconds", [nan, inf, -inf])
def test_no_amount_of_time_is_a_dash(seconds):
    assert relative(seconds) == "\u2013"
    assert until_relative_changes(seconds) == inf


@pytest.mark.parametrize("seconds", [1e11, 1e18, 1e300])
def test_an_endless_amount_of_time(seconds):
    assert "\u00d710" in relative(seconds)
    assert until_relative_changes(seconds) == inf


def test_before_now_the_next_change_is_after_ten_seconds_of_age():
    assert until_relative_changes(-5) == 15
