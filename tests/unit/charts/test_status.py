"""States, and the empty state."""

from hypothesis import given
from hypothesis import strategies as st

from live.charts import StatusItem, no_data, status
from tests.unit.charts.markup import classes, parsed, texts


def test_a_state_is_colour_icon_and_word():
    root = parsed(status([StatusItem("api", "ok", "Up"), StatusItem("db", "bad", "Down", "since <14:02>")]))
    assert [e.attrib["class"] for e in classes(root, "chart-badge")] == ["chart-badge ok", "chart-badge bad"]
    assert texts(root, "chart-badge") == ["Up", "Down"]
    assert [e.attrib["aria-hidden"] for e in root.iter("svg")] == ["true", "true"]
    assert [e.text for e in root.iter("bdi")] == ["api", "db"]
    assert [e.text for e in root.iter("small")] == ["since <14:02>"]
    icons = {status([StatusItem("", level, "x")]) for level in ("ok", "warn", "bad", "off")}
    assert len(icons) == 4


def test_one_state_is_large_and_none_is_said():
    assert classes(parsed(status([StatusItem("api", "ok", "Up")])), "one")
    assert "No data" in status([])


def test_an_unknown_level_is_off_and_a_missing_word_a_dash():
    root = parsed(status([StatusItem("api", '"><script>', "")]))
    assert classes(root, "off")
    assert texts(root, "chart-badge") == ["\u2013"]


def test_no_data():
    root = parsed(no_data("No data yet", command="curl -d 'a <b>' \\\n  https://example.org"))
    assert [e.text for e in root.iter("p")] == ["No data yet"]
    assert [e.text for e in root.iter("code")] == ["curl -d 'a <b>' \\\n  https://example.org"]
    assert "<pre>" not in no_data("<b>")


@given(st.lists(st.builds(StatusItem, st.text(), st.text(), st.text(), st.text())))
def test_anything_makes_well_formed_html(items):
    parsed(status(items))
