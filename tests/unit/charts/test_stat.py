"""One figure."""

from math import inf, nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from live.charts import stat
from tests.unit.charts.markup import classes, parsed, texts

THIN = "\u202f"
MINUS = "\u2212"


def delta(*args, **options):
    root = parsed(stat(*args, **options))
    return [(e.attrib["class"], "".join(e.itertext()).replace(THIN, " ")) for e in classes(root, "chart-delta")]


def test_the_unit_is_smaller():
    root = parsed(stat(41.2, unit="%"))
    assert texts(root, "chart-value") == [f"41.2{THIN}%"]
    assert [e.text for e in root.iter("small")] == [f"{THIN}%"]
    assert texts(parsed(stat(7500, unit="s")), "chart-value") == [THIN.join(["2", "h", "05", "m"])]


@pytest.mark.parametrize("value", [None, nan, inf])
def test_no_value_is_a_dash(value):
    root = parsed(stat(value, unit="%", previous=3, trend=[None]))
    assert texts(root, "chart-value") == ["\u2013"]
    assert not classes(root, "chart-delta")
    assert not classes(root, "chart-trend")


def test_the_change():
    assert delta(112.5, previous=100) == [("chart-delta", "▲ +12.5 % vs previous 100")]
    assert delta(90, previous=100, good="down") == [("chart-delta ok", f"▼ {MINUS}10 % vs previous 100")]
    assert delta(90, previous=100, good="up", previous_label="<i>") == [
        ("chart-delta bad", f"▼ {MINUS}10 % vs <i> 100")
    ]
    assert delta(5, previous=5, good="up") == [("chart-delta", "▬ 0 % vs previous 5")]
    assert delta(1.7, previous=1.9, unit="%") == [("chart-delta", f"▼ {MINUS}0.2 pp vs previous 1.9 %")]
    assert delta(5, previous=0, unit="W") == [("chart-delta", "▲ +5 W vs previous 0 W")]
    assert delta(12_001, previous=1) == [("chart-delta", "▲ +12k vs previous 1")]
    assert delta(1, previous=-1) == [("chart-delta", f"▲ +200 % vs previous {MINUS}1")]
    assert delta(1, previous=nan) == []
    assert delta(1, previous=None) == []


@pytest.mark.parametrize(("level", "word"), [("ok", "OK"), ("warn", "Warning"), ("bad", "Critical")])
def test_a_level_is_colour_icon_and_word(level, word):
    (badge,) = classes(parsed(stat(1, level=level)), "chart-badge")
    assert badge.attrib["class"] == f"chart-badge {level}"
    assert "".join(badge.itertext()) == word
    assert next(badge.iter("svg")).attrib["aria-hidden"] == "true"


def test_an_unknown_level_is_none():
    assert "chart-badge" not in stat(1, level="<b>")


def test_the_trend():
    root = parsed(stat(3, title="<CPU>", unit="%", trend=[1, None, 2, 4, 8, None]))
    svg = classes(root, "chart-trend")[0][0]
    assert svg.attrib["aria-label"].replace(THIN, " ") == "<CPU>, trend of 6 values: lowest 1 %, highest 8 %, rising"
    assert [(e.attrib["cx"], e.attrib["cy"]) for e in root.iter("circle")] == [("0%", "100%"), ("80%", "0%")]
    assert "M0 200l1 0" in stat(3, trend=[5, 5])
    assert "M0 200l1 0" in stat(3, trend=[0, 0])
    assert "M0 200l1 0" in stat(3, trend=[5e-324, 5e-324])
    assert 'cx="100%"' in stat(3, trend=[5])
    assert 'aria-label="Trend of 1 values: lowest 5, highest 5"' in stat(3, trend=[5])


@given(
    st.none() | st.floats(), st.none() | st.floats(), st.lists(st.none() | st.floats()), st.text(), st.text(max_size=9)
)
def test_anything_makes_well_formed_html(value, previous, trend, title, unit):
    parsed(stat(value, title=title, unit=unit, previous=previous, trend=trend, good="up", locale="fr"))
