"""Points as path strings."""

import re

from hypothesis import given
from hypothesis import strategies as st

from live.charts.path import HEIGHT, height, heights, runs, trace
from live.charts.values import clean

anything = st.none() | st.floats() | st.integers(-(10**400), 10**400)


def draw(values, low=0.0, high=400.0, **options):
    return trace(clean(values, len(values)), low, high, **options)


def test_a_line_is_relative_integers():
    assert draw([400, 261, 268, 261]).line == "M0 0l1 139 1-7 1 7"
    assert draw([400, 261]).line == "M0 0l1 139"


def test_a_gap_breaks_the_line_and_a_lone_point_is_a_dot():
    drawn = draw([400, 400, None, 200, float("nan"), 0, 0])
    assert drawn.line == "M0 0l1 0M5 400l1 0"
    assert drawn.dots == [(3, 200)]
    assert drawn.area == ""


def test_an_area_is_closed_at_the_bottom():
    assert draw([400, 0, None, 400, 0], area=True).area == "M0 0l1 400V400H0zM3 0l1 400V400H3z"


def test_values_outside_are_put_at_the_edge():
    assert heights([-5, 500, 100], 0, 400) == [400, 0, 300]
    assert draw([-5, 500, 200]).line == "M0 400l1-400 1 200"
    assert height(399.6, 0, 400) == 0


def test_runs():
    assert runs([None, 1, 2, None, None, 3, None]) == [(1, 3), (5, 6)]
    assert runs([]) == []
    assert runs([1]) == [(0, 1)]


@given(st.lists(anything, max_size=30))
def test_a_path_is_always_numbers_on_the_canvas(values):
    drawn = draw(values, -1e10, 1e15, area=True)
    assert re.fullmatch(r"(M\d+ \d+l1[ -]\d+(?: 1[ -]\d+)*)*", drawn.line)
    for segment in filter(None, drawn.line.split("M")):
        numbers = [int(n) for n in re.findall(r"-?\d+", segment.replace("l", " "))]
        y = numbers[1]
        for step in numbers[3::2]:
            y += step
            assert 0 <= y <= HEIGHT
    assert all(0 <= y <= HEIGHT for _, y in drawn.dots)
    assert all(x < y for x, y in runs(clean(values, len(values)).values))
