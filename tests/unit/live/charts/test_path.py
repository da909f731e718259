"""Points as path strings."""

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from live.charts.path import HEIGHT, height, heights, placed, trace
from live.charts.values import clean, runs
from tests.unit.live.charts.markup import points, strokes

H = HEIGHT
anything = st.none() | st.floats() | st.integers(-(10**400), 10**400)


def draw(values, low=0.0, high=float(H), **options):
    return trace(clean(values, len(values)), low, high, **options)


def draw_at(values, xs, breaks=(), low=0.0, high=float(H), **options):
    return trace(clean(values, len(values)), low, high, xs=xs, breaks=breaks, **options)


def test_a_line_is_relative_integers():
    assert draw([H, H - 139, H - 132, H - 139]).line == "M0 0l1 139 1-7 1 7"
    assert draw([H, H - 139]).line == "M0 0l1 139"


def test_the_whole_height_in_one_step_either_way():
    assert draw([H, 0, H]).line == f"M0 0l1 {H} 1-{H}"
    assert draw([0, H, H]).line == f"M0 {H}l1-{H} 1 0"


def test_a_gap_breaks_the_line_and_a_lone_point_is_a_dot():
    drawn = draw([H, H, None, H - 200, float("nan"), 0, 0])
    assert drawn.line == f"M0 0l1 0M5 {H}l1 0"
    assert drawn.dots == [(3, 200)]
    assert drawn.area == ""


def test_an_area_is_closed_at_the_bottom():
    assert draw([H, 0, None, H, 0], area=True).area == f"M0 0l1 {H}V{H}H0zM3 0l1 {H}V{H}H3z"


def test_values_outside_are_put_at_the_edge():
    assert heights([-5, 500, 100], 0, H) == [H, 0, H - 100]
    assert draw([-5, 500, H - 200]).line == f"M0 {H}l1-{H} 1 200"
    assert [height(v, 0, H) for v in (-5, 500, 100, 1e300)] == [H, 0, H - 100, 0]


@pytest.mark.parametrize(("value", "y"), [(H - 0.49, 0), (H - 0.51, 1), (0.51, H - 1), (0.49, H), (200.4, H - 200)])
def test_a_place_is_rounded_to_the_nearest_unit(value, y):
    assert height(value, 0, H) == y
    assert heights([value], 0, H) == heights([value], 0, H, inside=True) == [y]


def test_samples_with_places_of_their_own():
    drawn = draw_at([H, H - 100, H - 100, None, 0], [0, 10, 500, 1000, 2000], area=True)
    assert drawn.line == "M0 0l10 100 490 0"
    assert drawn.area == f"M0 0l10 100 490 0V{H}H0z"
    assert drawn.dots == [(2000, H)]


def test_a_break_between_samples_is_a_gap():
    drawn = draw_at([H, H - 100, H - 200, H - 250, 0], [0, 10, 500, 1000, 2000], {2, 4})
    assert drawn.line == "M0 0l10 100M500 200l500 50"
    assert drawn.dots == [(2000, H)]
    assert draw_at([H, H - 100], [0, 9], {1}).dots == [(0, 0), (9, 100)]


def test_a_path_in_pixels():
    assert placed("M0 0l1 400", 10, 20, 100, 0.5) == "M10.00 20.00L110.00 220.00"
    assert (
        placed("M2 100l1-50 1 0V400H2z", 0, 0, 10, 1)
        == "M20.00 100.00L30.00 50.00L40.00 50.00L40.00 400.00L20.00 400.00Z"
    )
    assert placed("M0 0h1M0 1h1", 0, 5, 7, 1) == "M0.00 5.00L7.00 5.00M0.00 6.00L7.00 6.00"
    assert placed("", 1, 2, 3, 4) == ""


@given(st.lists(st.none() | st.floats(0, H), max_size=30), st.booleans())
def test_a_path_in_pixels_goes_through_the_same_points(values, area):
    path = getattr(draw(values, area=True), "area" if area else "line")
    expected = [(7 + x * 3, 5 + y * 0.25) for x, y in points(path)]
    moved = points(placed(path, 7, 5, 3, 0.25))
    assert moved == [pytest.approx(point, abs=0.006) for point in expected]


@given(st.lists(anything, max_size=30))
def test_a_path_is_always_numbers_on_the_canvas(values):
    drawn = draw(values, -1e10, 1e15, area=True)
    assert re.fullmatch(r"(M\d+ \d+l1[ -]\d+(?: 1[ -]\d+)*)*", drawn.line)
    assert all(0 <= y <= HEIGHT for _, y in points(drawn.line) + points(drawn.area) + drawn.dots)
    assert all(x < y for x, y in runs(clean(values, len(values)).values))


@given(st.lists(st.none() | st.floats(-1e6, 1e6), max_size=40), st.floats(-1e6, 0), st.floats(1e-3, 1e6))
def test_what_is_drawn_decodes_to_the_values(values, low, span):
    high = low + span
    drawn = draw(values, low, high)
    decoded_values = dict(point for line in strokes(drawn.line, low, high) for point in line)
    decoded_values |= {x: high - y * (high - low) / H for x, y in drawn.dots}
    kept = {i: min(max(v, low), high) for i, v in enumerate(values) if v is not None}
    assert decoded_values == {i: pytest.approx(v, rel=1e-9, abs=span / H * 0.501) for i, v in kept.items()}


@given(st.lists(st.tuples(st.integers(0, 50), st.none() | st.floats(0, H), st.booleans()), max_size=40))
def test_samples_are_where_they_belong_and_nothing_leads_over_a_break(samples):
    xs = [sum(distance for distance, _, _ in samples[: i + 1]) for i in range(len(samples))]
    values = [value for _, value, _ in samples]
    breaks = {i for i, (_, _, broken) in enumerate(samples) if broken}
    drawn = draw_at(values, xs, breaks)
    lines = strokes(drawn.line, 0, H)
    decoded_points = sorted([point for line in lines for point in line] + [(x, H - y) for x, y in drawn.dots])
    kept = sorted((x, v) for x, v in zip(xs, values, strict=True) if v is not None)
    assert [x for x, _ in decoded_points] == [x for x, _ in kept]
    joined = sum(
        values[a] is not None and values[b] is not None and b not in breaks for a, b in pairwise(range(len(values)))
    )
    assert sum(len(line) - 1 for line in lines) == joined
    # Samples at the same place may come back in another order.
    assert sorted(v for _, v in decoded_points) == [pytest.approx(v, abs=0.501) for v in sorted(v for _, v in kept)]


def test_an_area_stands_on_zero_and_what_is_below_hangs_from_it():
    drawn = trace(clean([1, -1, 1], 3), -1, 1, area=True)
    assert drawn.area.endswith(f"V{HEIGHT // 2}H0z")
    assert trace(clean([5, 6], 2), 4, 8, area=True).area.endswith(f"V{HEIGHT}H0z")
    assert trace(clean([-5, -6], 2), -8, -4, area=True).area.endswith("V0H0z")
