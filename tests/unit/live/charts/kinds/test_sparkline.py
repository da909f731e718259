"""A small line: what is drawn is the data, and what breaks naive code."""

from decimal import Decimal
from math import inf, nan

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from live.charts import sparkline
from live.charts.axes.ticks import MIN_RELATIVE_RANGE
from live.charts.path import HEIGHT
from tests.unit.live.charts.markup import SVG, classes, decoded, drawn, parsed, points, texts

SCRIPT = '"><script>alert(1)</script>'

DECIMALS = st.decimals().filter(lambda number: not number.is_snan())  # a signal is meant to raise


def path(root):
    (lines,) = classes(root, "chart-lines")
    return next(e.attrib["d"] for e in lines if e.attrib.get("class") == "s1")


def heights(chart):
    """Return where each point of the line is, from 0 at the bottom to 1 at the top."""
    return [round(1 - y / HEIGHT, 2) for _, y in points(path(parsed(chart)))]


def dots(root):
    return [
        (e.attrib.get("cx", "100%"), e.attrib["cy"], e.attrib.get("r", "3")) for e in root.iter() if e.tag == "circle"
    ]


def label(root):
    return next(e for e in root.iter("svg") if "role" in e.attrib).attrib["aria-label"].replace("\u202f", " ")


def test_a_line_and_its_last_value():
    chart = sparkline([1, None, 2, 4, 8, None], title="CPU", unit="%")
    root = parsed(chart)
    assert chart.kind == "sparkline"
    assert [e.text for e in root.iter("b")] == ["8\u202f%"]
    assert [(x, round(value)) for x, value in decoded(path(root), 1, 8)] == [(2, 2), (3, 4), (4, 8)]
    # A lone value between gaps, and the last one.
    assert dots(root) == [("0%", "100%", "2"), ("80%", "0%", "3")]
    assert label(root) == "CPU: last 8 %, trend of 6 values: lowest 1 %, highest 8 %, rising"
    assert chart.text_alternative == label(root).replace(" %", "\u202f%")
    data = chart.data()
    assert (data.head, data.unit) == (("No.", "Value"), "%")
    assert data.rows == [(1, 1), (2, None), (3, 2), (4, 4), (5, 8), (6, None)]


def test_a_level_line_lies_in_the_middle():
    for level in (5, 0, 5e-324, -1e300, 1e300):
        assert heights(sparkline([level, level])) == [0.5, 0.5]
    assert label(parsed(sparkline([5]))) == "last 5, trend of 1 value: lowest 5, highest 5"
    assert dots(parsed(sparkline([5]))) == [("100%", "50%", "3")]


def test_fixed_ends():
    assert heights(sparkline([0, 50, 100], minimum=0, maximum=200)) == [0, 0.25, 0.5]
    # What lies outside is at the edge, also when everything does.
    assert heights(sparkline([-50, 50, 250], minimum=0, maximum=100)) == [0, 0.5, 1]
    assert heights(sparkline([1, 2], minimum=10)) == [0, 0]
    assert heights(sparkline([6, 20], maximum=5)) == [1, 1]
    assert heights(sparkline([10, 20], minimum=0)) == [0.5, 1]


@pytest.mark.parametrize("ends", [(1, 1), (2, 1), (nan, None), (None, inf), (None, Decimal("NaN"))])
def test_ends_that_are_none(ends):
    with pytest.raises(ValueError, match="ends must be finite|must end above"):
        sparkline([1, 2], minimum=ends[0], maximum=ends[1])


@pytest.mark.parametrize("values", [[], [None], [nan, inf, -inf], (None,) * 40])
def test_no_values(values):
    chart = sparkline(values)
    assert chart.kind == "sparkline"
    assert texts(parsed(chart), "chart-empty") == ["No data"]
    drawn(chart)


def test_nothing_of_a_user_is_markup():
    chart = sparkline([1, 2], title=SCRIPT, unit=SCRIPT)
    parsed(chart)
    assert "<script" not in str(chart)
    assert "<script" not in chart.svg(title=SCRIPT)
    drawn(chart)


def test_a_picture_has_the_line_and_the_value():
    root = drawn(sparkline([1, 2, 4], unit="ms", locale="de"), 300, 100)
    words = [e.text for e in root.iter(f"{SVG}text")]
    assert words == ["4"]
    assert len(list(root.iter(f"{SVG}circle"))) == 2  # the dot on its ring
    assert [e.text for e in parsed(sparkline([1, 2.5], unit="%", locale="de")).iter("b")] == ["2,5\u202f%"]


@given(
    st.lists(st.none() | st.floats() | st.integers(-(10**320), 10**320) | DECIMALS, max_size=50),
    st.none() | st.floats(-1e300, 1e300),
    st.sampled_from(["", "%", "B", "s", "ms"]),
    st.integers(160, 3840),
)
@settings(deadline=None, max_examples=200)
def test_anything_makes_a_line(values, minimum, unit, width):
    chart = sparkline(values, minimum=minimum, unit=unit)
    parsed(chart)
    drawn(chart, width, max(width / 4, 80))


@given(st.lists(st.floats(-1e9, 1e9), min_size=2, max_size=60))
@settings(deadline=None)
def test_the_line_decodes_to_the_values(values):
    low, high = min(values), max(values)
    if high - low <= max(1e-3, MIN_RELATIVE_RANGE * max(abs(low), abs(high))):
        return  # noise, which is drawn as a level line
    decoded_points = decoded(path(parsed(sparkline(values))), low, high)
    assert [x for x, _ in decoded_points] == list(range(len(values)))
    for (_, y), value in zip(decoded_points, values, strict=True):
        assert abs(y - value) <= (high - low) / HEIGHT * 0.51
