"""What lies in a plot, as HTML."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from live.charts.marks import CELL_UNITS, Box, Cells, Dot, Fill, Limit, Paths, Stroke, number
from live.charts.output.html import safe
from live.charts.path import HEIGHT
from tests.unit.live.charts.markup import parsed

percent = st.floats(0, 100)


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "0"), (-0.0, "0"), (-0.001, "0"), (5, "5"), (10, "10"), (100, "100"), (1 / 3, "0.33"), (2.5, "2.5")]
    + [(-0.5, "-0.5"), (0.005, "0.01"), (1e6, "1000000"), (99.999, "100")],
)
def test_a_number_for_an_attribute(value, text):
    assert number(value) == text


@given(st.floats(-1e6, 1e6))
def test_a_number_is_near_and_short(value):
    assert float(number(value)) == pytest.approx(value, abs=0.0051)
    assert len(number(value).partition(".")[2]) <= 2
    assert number(value) != "-0"


def test_lines():
    paths = Paths(-0.5, 7, [], [Stroke("s1", "M0 0l1 1"), Stroke("s2", "M0 1l1 1")])
    assert paths.html() == (
        f'<svg class="chart-lines" viewBox="-0.5 0 7 {HEIGHT}" preserveAspectRatio="none">'
        '<path class="s1" d="M0 0l1 1"/><path class="s2" d="M0 1l1 1"/></svg>'
    )
    assert Paths(0, 1, [], []).html() == ""


def test_more_than_four_lines_are_thinner():
    four = Paths(0, 1, [], [Stroke("s1", "M0 0l1 1")] * 4)
    assert "many" not in four.html()
    assert 'class="chart-lines many"' in four._replace(strokes=[*four.strokes, four.strokes[0]]).html()


def test_grounds_are_under_lines():
    html = Paths(0, 1, [Fill("s2", "M0 0l1 1V400H0z"), Fill("s3", "M0 0z", True)], [Stroke("s2", "M0 0l1 1")]).html()
    assert '<path fill="url(#chart-fill-2)" d="M0 0l1 1V400H0z"/><path class="a s3" d="M0 0z"/><path class="s2"' in html
    assert Paths(0, 1, [Fill("s3", "M0 0z", True)], []).html() != ""


def test_boxes():
    assert Box("bar", "s1", 0, 0, 50, 100).html() == '<rect class="s1" width="50%" height="100%"/>'
    assert Box("band", "bad", 0, 25, 100, 1 / 3).html() == (
        '<rect class="chart-band bad" y="25%" width="100%" height="0.33%"/>'
    )
    assert Box("late", "", 25, 0, 75, 100).html() == (
        '<rect fill="url(#chart-hatch)" x="25%" width="75%" height="100%"/>'
    )
    assert Box("bar", "s1", 0, 0, 1, 1, "a &amp; b").html().endswith("><title>a &amp; b</title></rect>")


def test_dots():
    assert Dot("s1", 50, 25, 2).html() == '<circle class="s1" cx="50%" cy="25%" r="2"/>'
    assert Dot("s1", 100, 25, 3).html() == '<circle class="s1" cy="25%"/>', "where and as large as the style sheet says"
    assert 'cx="99.5%"' in Dot("s1", 99.5, 25, 3).html()
    assert Dot("s1", 0, 0, 3).html() == '<circle class="s1" cx="0%" cy="0%"/>'


def test_limits():
    assert Limit("bad", 25).html() == '<line class="chart-limit bad" x2="100%" y1="25%" y2="25%"/>'
    assert Limit("bad", 25, True).html() == '<line class="chart-limit bad" x1="25%" x2="25%" y2="100%"/>'


@given(
    st.one_of(
        st.builds(Dot, st.just("s1"), percent, percent, st.floats(0, 9)),
        st.builds(Limit, st.just("bad"), percent, st.booleans()),
        st.builds(
            lambda x, y, w, h: Box("bar", "s1", x, y, (100 - x) * w, (100 - y) * h),
            percent,
            percent,
            *[st.floats(0, 1)] * 2,
        ),
    )
)
def test_any_mark_is_well_formed_and_inside(mark):
    parsed(safe(f"<svg>{mark.html()}</svg>"))


@pytest.mark.parametrize(
    ("wide", "path"),
    [(100, "M4 2h92"), (12, "M4 2h4"), (10, "M3 2h4"), (7, "M2 2h3"), (4, "M1 2h2"), (1, "M0 2h1"), (0, "M0 2h0")],
)
def test_a_cell_leaves_a_gap_and_the_shortest_fills_its_width(wide, path):
    html = Cells(0, 50, [("ok", 0, wide / CELL_UNITS)]).html()
    assert f'<path class="ok" d="{path}"/>' in html


def test_cells_of_a_token_are_one_path():
    html = Cells(0, 50, [("ok", 0, 10), ("bad", 10, 5), ("ok", 15, 5)]).html()
    assert '<path class="ok" d="M4 2h192m108 0h92"/><path class="bad" d="M204 2h92"/>' in html
