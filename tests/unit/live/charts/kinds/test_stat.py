"""One figure."""

from decimal import Decimal
from math import inf, nan

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from live.charts import stat
from live.charts.path import HEIGHT
from tests.unit.live.charts.markup import SVG, classes, drawn, parsed, texts

NARROW_SPACE = "\u202f"
SCRIPT = '"><script>alert(1)</script>'

DECIMALS = st.decimals().filter(lambda number: not number.is_snan())  # a signal is meant to raise


def delta(*args, **options):
    root = parsed(stat(*args, **options))
    return [(e.attrib["class"], "".join(e.itertext()).replace(NARROW_SPACE, " ")) for e in classes(root, "chart-delta")]


def words(chart, **size):
    """Return what a picture of a chart says."""
    return ["".join(e.itertext()).replace(NARROW_SPACE, " ") for e in drawn(chart, **size).iter(f"{SVG}text")]


def test_the_unit_is_smaller():
    root = parsed(stat(41.2, unit="%"))
    assert texts(root, "chart-value") == [f"41.2{NARROW_SPACE}%"]
    assert [e.text for e in root.iter("small")] == [f"{NARROW_SPACE}%"]
    assert texts(parsed(stat(7500, unit="s")), "chart-value") == [NARROW_SPACE.join(["2", "h", "05", "m"])]


@pytest.mark.parametrize("value", [None, nan, inf, Decimal("NaN"), 10**400])
def test_no_value_is_a_dash(value):
    chart = stat(value, title="Load", unit="%", previous=3, trend=[None])
    root = parsed(chart)
    assert texts(root, "chart-value") == ["\u2013"]
    assert not classes(root, "chart-delta")
    assert not classes(root, "chart-trend")
    assert chart.text_alternative == "Load: \u2013"


def test_the_change():
    assert delta(112.5, previous=100) == [("chart-delta", "▲ 12.5 % vs. previous")]
    assert delta(90, previous=100, good="down") == [("chart-delta ok", "▼ 10 % vs. previous")]
    assert delta(90, previous=100, good="up", previous_label="<i>") == [("chart-delta bad", "▼ 10 % vs. <i>")]
    assert delta(5, previous=5, good="up") == [("chart-delta", "▬ 0 % vs. previous")]
    assert delta(1.7, previous=1.9, unit="%") == [("chart-delta", "▼ 0.2 pp vs. previous")]
    assert delta(4.234, previous=1.345, unit="%") == [("chart-delta", "▲ 2.9 pp vs. previous")]
    assert delta(1006.45, previous=1000) == [("chart-delta", "▲ 0.6 % vs. previous")]
    assert delta(1000.2, previous=1000) == [("chart-delta", "▲ 0.02 % vs. previous")]
    assert delta(5, previous=0, unit="W") == [("chart-delta", "▲ 5 W vs. previous")]
    assert delta(12_001, previous=1) == [("chart-delta", "▲ 12k vs. previous")]
    assert delta(1, previous=-1) == [("chart-delta", "▲ 200 % vs. previous")]
    assert delta(-2, previous=-1) == [("chart-delta", "▼ 100 % vs. previous")]
    assert delta(1.5, previous=1, locale="de") == [("chart-delta", "▲ 50 % vs. previous")]
    assert delta(Decimal("1.5"), previous=1.0) == [("chart-delta", "▲ 50 % vs. previous")]
    assert delta(1, previous=nan) == []
    assert delta(1, previous=None) == []


@pytest.mark.parametrize("good", ["better", "Up", 1])
def test_a_way_that_there_is_not(good):
    with pytest.raises(ValueError, match='good is "up" or "down"'):
        stat(1, good=good)


@pytest.mark.parametrize(("level", "word"), [("warn", "Warning"), ("bad", "Critical")])
def test_a_level_is_a_badge_of_colour_icon_and_word_in_the_title_row(level, word):
    chart = stat(1, level=level, trend=[1, 2, 3])
    (badge,) = classes(parsed(chart.badge), "chart-level")
    assert badge.attrib["class"] == f"chart-level {level}"
    assert "".join(badge.itertext()) == word
    assert next(badge.iter("svg")).attrib["aria-hidden"] == "true"
    assert chart.text_alternative.startswith(f"1, {word}")
    assert set(words(chart)) == {"1", word}
    assert f'<path class="{level}"' in str(chart), "the line has the colour, too"


def test_what_is_well_asks_for_no_attention():
    chart = stat(1, level="ok")
    assert chart.badge == "" and chart.text_alternative == "1, OK"


@pytest.mark.parametrize("level", ["<b>", "off", "", None])
def test_another_level_is_none(level):
    chart = stat(1, level=level)
    assert chart.level == "" == chart.badge


def test_the_trend():
    root = parsed(stat(3, title="<CPU>", unit="%", trend=[1, None, 2, 4, 8, None]))
    svg = classes(root, "chart-trend")[0][0]
    assert (
        svg.attrib["aria-label"].replace(NARROW_SPACE, " ")
        == "<CPU>, trend of 6 values: lowest 1 %, highest 8 %, rising"
    )
    dots = [(e.attrib["cx"], e.attrib["cy"]) for e in root.iter("circle")]
    assert dots == [("0%", "100%"), ("80%", "0%")]
    assert f"M0 {HEIGHT // 2}l1 0" in str(stat(3, trend=[5, 5, 5]))
    assert "chart-trend" not in str(stat(3, trend=[4, 5])), "two points are no line worth looking for"


def test_the_text_alternative_has_it_all():
    chart = stat(90, title="Load", previous=100, previous_label="1 h ago", good="down", trend=[100, 95, 90], level="ok")
    assert chart.kind == "stat"
    assert chart.text_alternative.replace(NARROW_SPACE, " ") == (
        "Load: 90, OK, ▼ 10 % vs. 1 h ago; trend of 3 values: lowest 90, highest 100"
    )
    assert stat(90, unit="W").text_alternative == f"90{NARROW_SPACE}W"
    data = chart.data()
    assert data.rows == [
        ("Load", 90),
        ("1 h ago", 100),
        ("Load, 1 of 3", 100),
        ("Load, 2 of 3", 95),
        ("Load, 3 of 3", 90),
    ]


def test_a_picture_says_the_same():
    chart = stat(
        41.5, unit="%", previous=40, previous_label="now", good="up", trend=[1, 2, 3], level="warn", locale="de"
    )
    assert words(chart) == ["Warning", "41,5", "%", "▲ 1,5 pp", "vs. now"]
    # A low one keeps the number.
    assert words(chart, width=200, height=80)[:3] == ["Warning", "41,5", "%"]
    assert words(stat(7500, unit="s")) == ["2 h 05 m"]


def test_nothing_of_a_user_is_markup():
    chart = stat(1, title=SCRIPT, unit=SCRIPT, previous=2, previous_label=SCRIPT, trend=[1, 2])
    assert "<script" not in str(chart)
    assert "<script" not in chart.svg(title=SCRIPT)
    parsed(chart)
    drawn(chart)


@given(
    st.none() | st.floats() | DECIMALS | st.integers(),
    st.none() | st.floats() | DECIMALS,
    st.lists(st.none() | st.floats(), max_size=20),
    st.text(max_size=20),
    st.sampled_from(["", "%", "B", "s", "EUR", "requests per second " * 20]) | st.text(max_size=9),
    st.sampled_from([None, "ok", "warn", "bad"]),
    st.integers(160, 3840),
    st.floats(0.2, 1),
)
@settings(deadline=None, max_examples=200)
def test_anything_is_a_figure(value, previous, trend, title, unit, level, width, ratio):
    chart = stat(value, title=title, unit=unit, previous=previous, trend=trend, good="up", locale="fr", level=level)
    parsed(chart)
    drawn(chart, width, max(width * ratio, 80))


def test_a_picture_without_room_for_it_has_no_trend():
    chart = stat(5, trend=[1, 2, 5])
    assert list(drawn(chart).iter(f"{SVG}path"))
    assert not list(drawn(chart, height=80, title="Load", caption="now", note="late").iter(f"{SVG}path"))
