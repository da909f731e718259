"""States, and the empty state."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from live.charts import StatusItem, no_data, status
from tests.unit.live.charts.markup import SVG, classes, drawn, parsed, points, texts

EVIL = '"><script>alert(1)</script>'


def test_a_state_is_colour_icon_and_word():
    root = parsed(status([StatusItem("api", "ok", "Up"), StatusItem("db", "bad", "Down", "since <14:02>")]))
    assert [e.attrib["class"] for e in classes(root, "chart-badge")] == ["chart-badge ok", "chart-badge bad"]
    assert texts(root, "chart-badge") == ["Up", "Down"]
    assert [e.attrib["aria-hidden"] for e in root.iter("svg")] == ["true", "true"]
    assert [e.text for e in root.iter("bdi")] == ["api", "db"]
    assert [e.text for e in root.iter("small")] == ["since <14:02>"]
    icons = {str(status([StatusItem("", level, "x")])) for level in ("ok", "warn", "bad", "off")}
    assert len(icons) == 4


def test_one_state_is_large_and_none_is_said():
    assert classes(parsed(status([StatusItem("api", "ok", "Up")])), "one")
    assert "No data" in str(status([]))


def test_an_unknown_level_is_off_and_a_missing_word_a_dash():
    root = parsed(status([StatusItem("api", '"><script>', "")]))
    assert classes(root, "off")
    assert texts(root, "chart-badge") == ["\u2013"]


def test_no_data():
    root = parsed(no_data("No data yet", command="curl -d 'a <b>' \\\n  https://example.org"))
    assert [e.text for e in root.iter("p")] == ["No data yet"]
    assert [e.text for e in root.iter("code")] == ["curl -d 'a <b>' \\\n  https://example.org"]
    assert "<pre>" not in str(no_data("<b>"))


def test_the_picture_of_no_data_has_its_words_and_the_command():
    words = ["".join(e.itertext()) for e in drawn(no_data("No data yet", command="curl -d x")).iter(f"{SVG}text")]
    assert words == ["No data yet", "curl -d x"]
    assert len(list(drawn(no_data("No data yet")).iter(f"{SVG}text"))) == 1


@given(st.lists(st.builds(StatusItem, st.text(), st.text(), st.text(), st.text())))
def test_anything_makes_well_formed_html(items):
    parsed(status(items))


def test_the_last_days_are_a_dash_each():
    days = ["ok"] * 50 + ["bad"] * 2 + [None] + ["warn"] + ["ok"] * 36
    root = parsed(status([StatusItem("api", "ok", "Up", since="since 14:05", days=days)]))
    (strip,) = classes(root, "chart-days")
    drawing = strip[0]
    assert drawing.attrib["viewBox"] == "0 -.5 90 1"
    assert drawing.attrib["aria-label"] == "Last 90 days: 86 OK, 1 warning, 2 critical, 1 no data"
    runs = {e.attrib["class"]: [x for x, _ in points(e.attrib["d"])] for e in drawing}
    assert runs == {"ok": [0, 50, 54, 90], "warn": [53, 54], "bad": [50, 52], "off": [52, 53]}
    assert texts(root, "chart-days") == ["90 days ago96.6\u202f% OKtoday"]
    assert next(e.text for e in root.iter("small")) == "since 14:05"


def test_days_without_any_data_are_no_share():
    assert "no data" in texts(parsed(status([StatusItem("a", "ok", "Up", days=[None] * 3)])), "chart-days")[0]


def test_more_days_than_there_is_room_for_are_refused():
    with pytest.raises(ValueError, match="90 days"):
        status([StatusItem("a", "ok", "Up", days=["ok"] * 91)])


def test_names_are_text_in_every_medium():
    made = status([StatusItem(EVIL, EVIL, EVIL, EVIL, EVIL, [EVIL])], title=EVIL)
    assert EVIL in "".join(parsed(made).itertext())
    assert not [e for e in drawn(made, title=EVIL).iter() if e.tag.endswith("script")]


def test_a_picture_says_what_it_has_no_room_for():
    items = [StatusItem(f"service {i}", "bad", "Down", days=["ok"] * 90) for i in range(40)]
    assert "more" in "".join(drawn(status(items), 300, 200).itertext())
    drawn(status(items), 160, 160)
    drawn(status(items), 3840, 3000)


def test_the_text_alternative_and_the_data():
    made = status([StatusItem("api", "ok", "Up", "", "since 3"), StatusItem("db", "bad", "")], title="All")
    assert made.text_alternative == "All: api Up; db \u2013"
    assert list(made.data().rows) == [("api", "Up", "since 3", ""), ("db", "\u2013", "", "")]


@settings(max_examples=50, deadline=None)
@given(
    st.lists(st.sampled_from(["ok", "warn", "bad", "off", None, "?"]), min_size=1, max_size=90),
    st.text(),
    st.integers(160, 3840),
)
def test_the_days_decode_to_what_they_were(days, word, width):
    made = status([StatusItem("a", "ok", word, days=days)])
    drawn(made, width, max(width / 3, 160))
    decoded_days = [""] * len(days)
    for path in classes(parsed(made), "chart-days")[0][0]:
        edges = [round(x) for x, _ in points(path.attrib["d"])]
        for start, stop in zip(edges[::2], edges[1::2], strict=True):
            assert set(decoded_days[start:stop]) == {""}
            decoded_days[start:stop] = [path.attrib["class"]] * (stop - start)
    assert decoded_days == [day if day in ("ok", "warn", "bad") else "off" for day in days]


def test_one_day_is_today():
    root = parsed(status([StatusItem("a", "ok", "Up", days=["bad"])]))
    assert texts(root, "chart-days") == ["0\u202f% OKtoday"]
    assert classes(root, "chart-days")[0][0].attrib["aria-label"] == "Last day: 1 critical"


def test_the_share_is_of_the_days_with_data_in_the_locale():
    made = status([StatusItem("a", "ok", "Up", days=["ok", "ok", "bad", None])], locale="de")
    assert "66,7\u202f% OK" in texts(parsed(made), "chart-days")[0]


def test_many_days_are_a_path_for_each_level():
    made = status([StatusItem("a", "ok", "Up", days=["ok", "bad"] * 45)])
    assert len(classes(parsed(made), "chart-days")[0][0]) == 2
    assert len(str(made)) < 1300


def test_a_picture_has_since_when_detail_and_days():
    made = status([StatusItem("api", "bad", "Down", "503", "since 14:05", ["ok", None, "bad"])])
    root = drawn(made)
    assert "since 14:05 \u00b7 503" in [e.text for e in root.iter(f"{SVG}text")]
    days = [e for e in root.iter(f"{SVG}rect") if e.attrib.get("rx") == "1"]
    assert [e.attrib["class"] for e in days] == ["f-ok", "f-off", "f-bad"]
    assert "Down" in [e.text for e in root.iter(f"{SVG}text")]


def test_the_text_alternative_counts_what_it_does_not_say():
    assert status([StatusItem(str(i), "ok", "Up") for i in range(9)]).text_alternative.endswith("; and 3 more")


@pytest.mark.parametrize("name", ["x" * 300, "\u0645\u0631\u062d\u0628\u0627"])
def test_long_names_and_those_from_the_right(name):
    made = status([StatusItem(name, "warn", name, name, name, ["ok"] * 90)] * 40)
    parsed(made)
    for width in (160, 3840):
        drawn(made, width, 300)


def test_the_rows_of_a_picture_are_below_each_other():
    root = drawn(status([StatusItem(f"s{i}", "ok", "Up", "", "since 3", ["ok"]) for i in range(3)]))
    names = [float(e.attrib["y"]) for e in root.iter(f"{SVG}text") if e.text.startswith("s") and len(e.text) == 2]
    days = [float(e.attrib["y"]) for e in root.iter(f"{SVG}rect") if e.attrib.get("rx") == "1"]
    assert names[0] < days[0] < names[1] < days[1] < names[2] < days[2]
    assert {b - a for a, b in pairwise(names)} == {68}
