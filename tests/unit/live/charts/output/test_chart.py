"""A chart is made once and written in every medium, when it is asked for."""

from decimal import Decimal
from math import inf

import pytest
from django.template import engines
from django.utils.safestring import SafeString

from live.charts import Chart, Data, Series
from live.charts.output.chart import series_data
from tests.unit.live.charts.markup import SVG, drawn

SCRIPT = '"><script>alert(1)</script>'
RTL = "\u202eزمن"


def made(text_alternative="3 of 4", kind="test", **parts):
    log = []
    chart = Chart(
        kind,
        text_alternative,
        lambda: log.append("html") or "<p>hello</p>",
        lambda canvas, area: log.append(area) or None,
        lambda: log.append("data") or Data(("a",), [(1,)]),
    )
    return chart, log


def test_in_a_template_it_is_its_html():
    chart, _ = made()
    assert engines["django"].from_string("{{ chart }}").render({"chart": chart}) == "<p>hello</p>"
    assert isinstance(chart.html(), SafeString)
    assert str(chart) == chart.__html__() == "<p>hello</p>"


def test_data_of_series_has_numbers_as_they_came_and_gaps():
    lines = [Series("a", [1, None, Decimal("2.5")]), Series("", [inf]), Series("c", [1, 2, 3, 4])]
    data = series_data("Day", ("Mon", "Tue", "Wed"), lines, "ms")
    assert data == Data(("Day", "a", "Value", "c"), [("Mon", 1, None, 1), ("Tue", None, None, 2), data.rows[2]], "ms")
    assert repr(data.rows[2]) == "('Wed', Decimal('2.5'), None, 3)"


def test_nothing_is_written_before_it_is_asked_for():
    chart, log = made()
    assert log == []
    assert chart.data().rows == [(1,)]
    assert log == ["data"]
    chart.html()
    assert log == ["data", "html"]
    chart.svg()
    assert len(log) == 3


def test_a_picture_has_the_words_around_and_the_rest_for_the_chart():
    chart, log = made()
    root = drawn(chart, 400, 200, title="Latency", caption="ms", note="stale")
    words = [(e.text, e.attrib.get("class")) for e in root.iter(f"{SVG}text")]
    assert words == [("Latency", "f-ink"), ("ms", "f-muted"), ("stale", "f-warn")]
    x, y, width, height = log[0]
    assert (x, width) == (16, 368)
    assert y + height == 188
    assert y > max(float(e.attrib["y"]) for e in root.iter(f"{SVG}text"))
    assert (root.attrib["width"], root.attrib["height"], root.attrib["viewBox"]) == ("400", "200", "0 0 400 200")


def test_without_words_the_chart_has_their_room():
    chart, log = made()
    drawn(chart, 400, 200)
    assert log[0].y == 12


@pytest.mark.parametrize(
    ("title", "label"), [("Jobs", "Jobs: 3 of 4"), ("", "3 of 4"), ("of 4", "3 of 4"), (SCRIPT, f"{SCRIPT}: 3 of 4")]
)
def test_the_picture_is_named_by_its_text_alternative(title, label):
    chart, _ = made()
    root = drawn(chart, title=title)
    assert root.attrib["aria-label"] == label
    assert root.attrib["role"] == "img"


@pytest.mark.parametrize("size", [(79, 100), (100, 79.9), (8001, 100), (100, 8001), (0, 0), (-100, 100)])
def test_a_size_that_no_picture_has(size):
    chart, _ = made()
    with pytest.raises(ValueError, match="a picture is 80 to 8000 pixels wide and high, not"):
        chart.svg(width=size[0], height=size[1])
    with pytest.raises(ValueError, match="not nan by 100"):
        chart.svg(width=float("nan"), height=100)


@pytest.mark.parametrize("size", [(80, 80), (8000, 8000), (160, 4000), (333.3, 222.2)])
def test_the_chart_has_room_at_any_size(size):
    chart, log = made()
    drawn(chart, *size, title=SCRIPT * 9, caption="x" * 300, note=RTL * 40)
    x, y, width, height = log[0]
    assert x >= 0
    assert width > 0
    assert height > 0
    assert x + width <= size[0]
    assert y + height <= size[1]
