"""Gauges: the arc is as long as the value is large, the level is what its thresholds say, the number is true."""

import re
from decimal import Decimal
from math import inf, nan

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from live.charts import Threshold, gauge
from live.charts.kinds.gauge import GAP_PERCENT
from live.charts.output.levels import level_of
from tests.unit.live.charts.markup import SVG, classes, drawn, parsed, texts

NARROW_SPACE = "\u202f"
SCRIPT = '"><script>alert(1)</script>'
CPU = (Threshold(60, "warn"), Threshold(85, "bad"))
BATTERY = (Threshold(40, "warn", above=False), Threshold(15, "bad", above=False))


def part(circle):
    """Return the part of the arc, in percent, that a circle draws: what is past its ends is not seen."""
    assert circle.attrib["pathLength"] == "200"
    none, gap, length, rest = map(float, circle.attrib["stroke-dasharray"].split())
    assert (none, rest) == (0, 200)
    assert 98 <= gap <= gap + length <= 202
    return round(max(gap - 100, 0), 2), round(min(gap + length - 100, 100), 2)


def arc(root):
    """Return the class and the part of the value's arc; None if there is none."""
    arcs = classes(root, "v")
    return (arcs[0].attrib["class"].split()[1], *part(arcs[0])) if arcs else None


def ring(root):
    return [(band.attrib["class"].split()[1], *part(band)) for band in classes(root, "t")]


def spoken(chart):
    return chart.text_alternative.replace(NARROW_SPACE, " ")


def test_without_thresholds():
    chart = gauge(72, unit="%", title="CPU")
    root = parsed(chart)
    assert chart.kind == "gauge"
    assert arc(root) == ("s1", 0, 72)
    assert ring(root) == []
    assert texts(root, "chart-value") == [f"72{NARROW_SPACE}%"]
    assert [e.text for e in root.iter("span")] == [f"0{NARROW_SPACE}%", f"100{NARROW_SPACE}%"]
    assert spoken(chart) == "CPU: 72 % of 0 % to 100 %"
    (svg,) = [e for e in root.iter("svg") if "role" in e.attrib]
    assert (svg.attrib["role"], svg.attrib["aria-label"]) == ("img", chart.text_alternative)
    assert len(list(svg.iter("circle"))) == 2  # the track and the value
    assert chart.data().rows == (("CPU", 72), ("Minimum", 0), ("Maximum", 100))


@pytest.mark.parametrize(
    ("value", "level", "word"), [(59.9, "ok", "OK"), (60, "warn", "Warning"), (85, "bad", "Critical")]
)
def test_a_level_is_colour_icon_and_word(value, level, word):
    chart = gauge(value, unit="%", title="CPU", thresholds=CPU)
    root = parsed(chart)
    assert arc(root) == (level, 0, value)
    badges = [(e.attrib["class"], "".join(e.itertext())) for e in classes(root, "chart-badge")]
    assert badges == ([("chart-badge ok", word)] if level == "ok" else [])
    # What asks for attention stands in the title row instead.
    assert chart.level == level and (word in chart.badge) == (level != "ok")
    assert spoken(chart) == f"CPU: {value:g} % of 0 % to 100 %, {word if level == 'ok' else word.lower()}"
    half = GAP_PERCENT / 2
    assert ring(root) == [("ok", 0, 60 - half), ("warn", 60 + half, 85 - half), ("bad", 85 + half, 100)]


def test_limits_below():
    chart = gauge(40, unit="%", thresholds=BATTERY)
    assert arc(parsed(chart))[0] == "warn"
    assert [level for level, *_ in ring(parsed(chart))] == ["bad", "warn", "ok"]
    assert arc(parsed(gauge(40.1, thresholds=BATTERY)))[0] == "ok"
    assert arc(parsed(gauge(15, thresholds=BATTERY)))[0] == "bad"


def test_outside_the_arc_ends_and_the_number_is_true():
    over = gauge(134, unit="%", thresholds=CPU)
    assert arc(parsed(over)) == ("bad", 0, 100)
    assert texts(parsed(over), "chart-value") == [f"134{NARROW_SPACE}%"]
    under = gauge(-12, unit="%", thresholds=CPU)
    assert arc(parsed(under)) is None
    assert texts(parsed(under), "chart-value") == [f"\u221212{NARROW_SPACE}%"]
    assert texts(parsed(under), "chart-badge") == ["OK"]


@pytest.mark.parametrize("value", [None, nan, inf, -inf, Decimal("NaN"), 10**400])
def test_no_value_is_a_dash_and_no_arc(value):
    chart = gauge(value, title="CPU", unit="%", thresholds=CPU)
    root = parsed(chart)
    assert texts(root, "chart-value") == ["\u2013"]
    assert arc(root) is None
    assert len(ring(root)) == 3
    assert not classes(root, "chart-badge")
    assert spoken(chart) == "CPU: no data, 0 % to 100 %"
    assert "\u2013" in [e.text for e in drawn(chart).iter(f"{SVG}text")]


def test_its_own_ends():
    root = parsed(gauge(7.5, minimum=-20, maximum=40, unit="°C", locale="de"))
    assert arc(root) == ("s1", 0, 45.83)
    assert texts(root, "chart-value") == [f"7,5{NARROW_SPACE}°C"]
    assert [e.text for e in root.iter("span")] == ["\u221220", "40"]
    assert next(root.iter("title")).text == "7,5"
    assert arc(parsed(gauge(Decimal("0.5"), minimum=0.0, maximum=Decimal(2)))) == ("s1", 0, 25)
    assert arc(parsed(gauge(5e299, minimum=-1e300, maximum=1e300))) == ("s1", 0, 75)
    assert arc(parsed(gauge(5e-324, minimum=0, maximum=5e-324))) == ("s1", 0, 100)


@pytest.mark.parametrize("ends", [(1, 1), (2, 1), (nan, 1), (0, inf), (None, 1), (0, None)])
def test_ends_that_are_none(ends):
    with pytest.raises(ValueError, match="ends must be finite|must end above"):
        gauge(1, minimum=ends[0], maximum=ends[1])


def test_nothing_of_a_user_is_markup():
    for unit in (SCRIPT, SCRIPT * 30, "x" * 300, "\u202eabc", "طلبات"):
        chart = gauge(5, title=unit, unit=unit, thresholds=CPU)
        parsed(chart)
        drawn(chart)
        assert "<script" not in str(chart)
        assert "<script" not in chart.svg(title=SCRIPT)
    assert classes(parsed(gauge(5, unit=SCRIPT)), "long")


def area(d):
    """Return the corners of a sector: where its outer edge begins and ends."""
    return [tuple(map(float, pair)) for pair in re.findall(r"[M ](-?[\d.]+) (-?[\d.]+)(?=[AL])", d)]


def test_a_picture_has_the_same_arcs():
    root = drawn(gauge(50, unit="%", thresholds=CPU), 400, 300)
    arcs = [e.attrib["d"] for e in root.iter(f"{SVG}path") if "A" in e.attrib["d"]]
    assert len(arcs) == 5  # three levels, the track and the value
    (left, top), *_ = area(arcs[3])
    (begin, ground), (middle, high) = area(arcs[4])[:2]
    assert (begin, ground) == (left, top)
    assert middle == 200  # half of the arc is above the middle of the picture
    assert high < ground
    words = [e.text.replace(NARROW_SPACE, " ") for e in root.iter(f"{SVG}text")]
    assert words == ["50", "%", "0 %", "100 %", "OK"]
    # A low one has no foot.
    assert [e.text for e in drawn(gauge(50, thresholds=CPU), 300, 80).iter(f"{SVG}text")] == ["50"]


@given(
    st.none() | st.floats() | st.integers(),
    st.floats(-1e300, 1e300),
    st.floats(-1e300, 1e300),
    st.lists(st.builds(Threshold, st.floats(), st.sampled_from(["warn", "bad"]), st.booleans()), max_size=5),
    st.sampled_from(["", "%", "B", "s", "EUR", "a very long unit of measure"]),
    st.integers(160, 3840),
    st.floats(0.2, 1),
)
@settings(deadline=None, max_examples=300)
def test_anything_is_a_gauge(value, minimum, maximum, thresholds, unit, width, ratio):
    if minimum >= maximum:
        return
    chart = gauge(value, minimum=minimum, maximum=maximum, thresholds=thresholds, unit=unit)
    root = parsed(chart)
    drawn(chart, width, max(width * ratio, 80))
    levels = ring(root)
    assert bool(levels) == any(threshold.value == threshold.value for threshold in thresholds)
    for level, start, end in levels:
        assert level in ("ok", "warn", "bad")
        assert -0.01 <= start <= end + 2 * GAP_PERCENT
    if value is not None and abs(value) <= 1e300:
        share = (min(max(value, minimum), maximum) - minimum) / (maximum - minimum)
        drawn_arc = arc(root)
        assert bool(drawn_arc) == (share > 0)
        if drawn_arc:
            assert abs(drawn_arc[2] - 100 * share) <= 0.01
            assert drawn_arc[0] == (level_of(value, thresholds) or "s1")
