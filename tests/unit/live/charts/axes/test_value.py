"""The axis of values: it ends on ticks, everything has a place on it, and limits lie where they belong."""

from itertools import pairwise
from math import log10, nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from live.charts.axes.value import Scale, limits, scale_of
from live.charts.marks import Box, Limit
from live.charts.values import Threshold, clean

numbers = st.floats(-1e300, 1e300)
positive = st.floats(1e-300, 1e300)


def of(*lines, **options):
    return scale_of([clean(values, len(values)) for values in lines], **options)


def test_without_values_there_is_a_grid_and_no_labels():
    for scale in (of(), of([]), of([None, nan]), of([0, -1], log=True), of([None], minimum=0, maximum=5)):
        assert scale.ticks == ()
        assert (scale.intervals, scale.strong) == (3, 3)
        assert scale.labels("ms", "en") == ()
        assert scale.low < scale.high


def test_the_strong_rule_is_zero_or_the_lowest():
    assert Scale((0.0, 1.0, 2.0), 0, 2).strong == 2
    assert Scale((-1.0, 0.0, 1.0, 2.0), -1, 2).strong == 2
    assert Scale((-2.0, -1.0, 0.0), -2, 0).strong == 0
    assert Scale((5.0, 6.0, 7.0), 5, 7).strong == 2


def test_labels_are_from_the_top():
    assert Scale((0.0, 5.0, 10.0), 0, 10).labels("", "en") == ("10", "5", "0")
    assert Scale((0.0, 0.5, 1.0), 0, 1).labels("", "de") == ("1,0", "0,5", "0,0")


def test_where_a_value_is():
    scale = Scale((0.0, 50.0, 100.0), 0, 100)
    assert [scale.percent(v) for v in (0, 100, 25, -9, 1e300)] == [100, 0, 75, 100, 0]
    logarithmic = Scale((1.0, 10.0, 100.0), 0, 2, True)
    assert [logarithmic.percent(v) for v in (1, 10, 100, 0, -5, 0.1, 1e9)] == [100, 50, 0, 100, 100, 100, 0]


def test_what_a_logarithmic_axis_draws():
    data = clean([100, 0, -1, None, 1000], 5)
    assert Scale((1.0, 10.0), 0, 1).drawn(data) is data
    drawn = Scale((1.0, 10.0), 0, 1, True).drawn(data)
    assert list(drawn.values) == [2, None, None, None, 3]
    assert (drawn.low, drawn.high, drawn.whole) == (2, 3, False)


def test_all_series_share_the_axis():
    scale = of([1, 2], [None, 90], [5])
    assert scale.low <= 1
    assert scale.high >= 90


def test_what_stands_on_zero():
    assert of([1000, 1001]).low > 0
    assert of([1000, 1001], zero=True).low == 0
    assert of([-1000, -1001], zero=True).high == 0
    assert of([1000, 1001], zero=True, minimum=900).low == 0, "a fixed end does not cut the ground off"
    assert of([-1000, -1001], zero=True, maximum=-900).high == 0


def test_fixed_ends():
    scale = of([-50, 500], minimum=0, maximum=100)
    assert (scale.low, scale.high) == (0, 100)
    assert scale.percent(500) == 0


@pytest.mark.parametrize("values", [[20.1, 20.2], [5, 5], [0, 0], [-3, -3.5], [1000.0, 1000.1]])
def test_the_minimum_range(values):
    scale = of(values, min_range=10)
    assert scale.high - scale.low >= 10
    assert scale.low <= min(values)
    assert scale.high >= max(values)
    assert scale.low >= 0 or min(values) < 0


@given(
    st.lists(numbers, min_size=1, max_size=20), st.sampled_from(["", "%", "B", "s"]), st.booleans(), st.floats(0, 1e6)
)
def test_the_axis_covers_the_values_evenly(values, unit, zero, least):
    scale = of(values, unit=unit, zero=zero, min_range=least)
    assert (scale.low, scale.high) == (scale.ticks[0], scale.ticks[-1])
    assert scale.low <= min(values)
    assert scale.high >= max(values)
    assert scale.low <= 0 <= scale.high or not zero
    steps = [b - a for a, b in pairwise(scale.ticks)]
    assert min(steps) > 0
    assert max(steps) == pytest.approx(min(steps), rel=1e-3)
    assert len(scale.labels(unit, "en")) == scale.intervals + 1
    assert 0 <= scale.strong <= scale.intervals


@given(st.lists(positive, min_size=1, max_size=20), st.lists(st.floats(-1e9, 0), max_size=3))
def test_a_logarithmic_axis_covers_the_values_evenly(values, others):
    scale = of(values, others, log=True)
    assert scale.low == log10(scale.ticks[0])
    assert scale.high == log10(scale.ticks[-1])
    assert scale.ticks[0] <= min(values) * (1 + 1e-9)
    assert scale.ticks[-1] >= max(values) * (1 - 1e-9)
    powers = [log10(tick) for tick in scale.ticks]
    steps = [b - a for a, b in pairwise(powers)]
    assert min(steps) > 0
    assert max(steps) == pytest.approx(min(steps), rel=1e-6)
    assert len(scale.labels("", "en")) == scale.intervals + 1


@given(st.lists(numbers, min_size=1, max_size=20), numbers, numbers)
def test_what_is_higher_is_never_lower_on_the_axis(values, one, other):
    scale = of(values)
    places = [scale.percent(v) for v in sorted([one, other])]
    assert 100 >= places[0] >= places[1] >= 0


def test_limits():
    scale = Scale((0.0, 50.0, 100.0), 0, 100)
    assert limits([], scale) == []
    assert limits([Threshold(75, "warn")], scale) == [Box("band", "warn", 0, 0, 100, 25), Limit("warn", 25)]
    assert limits([Threshold(25, "ok", above=False)], scale) == [Box("band", "ok", 0, 75, 100, 25), Limit("ok", 75)]
    assert limits([Threshold(75, "odd")], scale)[1] == Limit("bad", 25)
    assert limits([Threshold(nan, "bad")], scale) == []
    assert limits([Threshold(5, "bad")], Scale((), 0, 1)) == []


def test_a_limit_outside_has_no_line_and_its_band_is_what_can_be_seen():
    scale = Scale((0.0, 50.0, 100.0), 0, 100)
    assert limits([Threshold(500, "bad")], scale) == []
    assert limits([Threshold(-5, "bad")], scale) == [Box("band", "bad", 0, 0, 100, 100)]
    assert limits([Threshold(500, "bad", above=False)], scale) == [Box("band", "bad", 0, 0, 100, 100)]
    assert limits([Threshold(float("inf"), "bad"), Threshold(float("-inf"), "bad", above=False)], scale) == []


def test_at_the_very_edge_there_is_a_line_and_no_band():
    scale = Scale((0.0, 50.0, 100.0), 0, 100)
    assert limits([Threshold(100, "bad")], scale) == [Limit("bad", 0)]
    assert limits([Threshold(0, "bad", above=False)], scale) == [Limit("bad", 100)]


def test_a_band_ends_where_the_next_of_its_side_begins():
    scale = Scale((0.0, 50.0, 100.0), 0, 100)
    marks = limits([Threshold(90, "bad"), Threshold(70, "warn"), Threshold(80, "ok", above=False)], scale)
    assert [mark for mark in marks if isinstance(mark, Box)] == [
        Box("band", "bad", 0, 0, 100, 10),
        Box("band", "warn", 0, 10, 100, 20),
        Box("band", "ok", 0, 20, 100, 80),
    ]


def test_limits_on_a_logarithmic_axis():
    scale = Scale((1.0, 10.0, 100.0), 0, 2, True)
    assert limits([Threshold(10, "warn")], scale) == [Box("band", "warn", 0, 0, 100, 50), Limit("warn", 50)]
    assert limits([Threshold(-3, "warn")], scale) == [Box("band", "warn", 0, 0, 100, 100)]


@given(st.lists(st.builds(Threshold, st.floats(), st.sampled_from(["warn", "bad", "x"]), st.booleans()), max_size=6))
def test_bands_of_one_side_do_not_overlap_and_stay_inside(thresholds):
    marks = limits(thresholds, Scale((0.0, 50.0, 100.0), 0, 100))
    for mark in marks:
        if isinstance(mark, Limit):
            assert 0 <= mark.at <= 100
        else:
            assert 0 <= mark.y < mark.y + mark.height <= 100.000001
    for above in (True, False):
        side = [t for t in thresholds if t.above is above]
        bands = sorted({(b.y, b.height) for b in limits(side, Scale((0.0, 50.0, 100.0), 0, 100)) if isinstance(b, Box)})
        assert all(a[0] + a[1] <= b[0] + 1e-9 for a, b in pairwise(bands))
