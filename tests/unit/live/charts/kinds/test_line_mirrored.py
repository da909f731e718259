"""What flows out, below zero: drawn there, and nowhere else a negative number."""

import pytest

from live.charts import Series, Threshold, area, line
from live.charts.path import HEIGHT
from tests.unit.live.charts.markup import classes, drawn, parsed, texts

MINUS = "\u2212"
TIME = {"start": 0, "step": 60}
TRAFFIC = {"In": [100, 300], "Out": [50, 150]}


@pytest.mark.parametrize("kind", [line, area])
def test_every_second_line_is_below_zero_and_keeps_its_numbers(kind):
    chart = kind(TRAFFIC, mirrored=True, unit="Mbit/s", **TIME)
    root = parsed(chart)
    labels = ["".join(item.itertext()) for item in classes(root, "chart-y")[0]]
    assert labels == ["400", "300", "200", "100", "0", "100", "200"]
    assert classes(root, "chart-zero")
    assert texts(root, "chart-legend") == ["In300Out150"]
    assert "In 300<hr/>Out 150 Mbit/s" in str(chart)
    assert MINUS not in str(chart) and MINUS not in chart.text_alternative
    assert [row[1:] for row in chart.data().rows] == [(100, 50), (300, 150)]
    zero = HEIGHT * 4 // 6
    ends = [float(dot.attrib["cy"][:-1]) * HEIGHT / 100 for dot in root.iter("circle")]
    assert ends[0] < zero < ends[1]
    drawn(chart)


def test_limits_and_ends_hold_on_both_sides():
    chart = line(TRAFFIC, mirrored=True, minimum=0, maximum=400, thresholds=[Threshold(350, "bad")], **TIME)
    limits = classes(parsed(chart), "chart-limit")
    assert [limit.attrib["y1"] for limit in limits] == ["6.25%", "93.75%"]


def test_extremes_are_mirrored_too():
    series = [Series("In", [2, 3], [1, 2], [4, 5]), Series("Out", [2, 3], [1, 2], [4, 5])]
    chart = line(series, mirrored=True, **TIME)
    above, below = [path.attrib["d"] for path in classes(parsed(chart), "b")]
    assert above != below and MINUS not in str(chart)


def test_what_has_no_zero_in_its_middle_cannot_be_mirrored():
    with pytest.raises(ValueError, match="logarithmic axis cannot be mirrored"):
        line(TRAFFIC, mirrored=True, log=True, **TIME)
    with pytest.raises(ValueError, match="stack cannot be mirrored"):
        area(TRAFFIC, mirrored=True, stacked=True, **TIME)
