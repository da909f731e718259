"""Areas: under lines and stacked; what is drawn is the sum, what is read is each layer."""

from datetime import UTC, datetime
from math import inf, nan
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from live.charts.kinds.area import area
from live.charts.values import Series, Threshold
from tests.unit.live.charts.markup import classes, decoded, drawn, parsed, texts

BERLIN = ZoneInfo("Europe/Berlin")
TEN = datetime(2026, 11, 29, 10, tzinfo=UTC)
SCRIPT = '"><script>alert(1)</script>'
TIME = {"start": TEN, "step": 60}
AXES = [TIME, {"categories": list("abcdefghijkl")}, {"times": [1e9 + i * i for i in range(12)], "every": 20}]
axes = pytest.mark.parametrize("axis", AXES)


def stack(series, **options):
    return area(series, stacked=True, **(options or TIME))


def layers(root):
    """Return (token, path) of each layer, as drawn: the whole stack first."""
    return [(e.attrib["class"].split()[1], e.attrib["d"]) for e in classes(root, "a")]


def ceiling(path, high):
    """Return {index: value} of the upper edge of a layer; every run of it ends with two points on the base line."""
    tops = {}
    for run in path.split("z")[:-1]:
        *edge, _, _ = decoded(run, 0, high)
        tops.update(dict(edge))
    return tops


def highest(root):
    label = classes(root, "chart-y")[0][0].text
    return float(label.replace(",", ""))


def test_without_stacking_it_is_a_line_on_filled_ground():
    chart = area([2, 5, 3], **TIME, title="Load", minimum=1)
    root = parsed(chart)
    assert chart.kind == "area"
    assert "url(#chart-fill-1)" in str(chart)
    assert texts(root, "chart-y")[0].endswith("0")  # ground stands on zero
    drawn(chart)


def test_layers_are_drawn_from_the_whole_to_the_lowest():
    chart = stack({"a": [1, 2, 3], "b": [10, 10, 10], "c": [0, 5, 5]})
    root = parsed(chart)
    high = highest(root)
    drawn_layers = layers(root)
    assert [token for token, _ in drawn_layers] == ["s3", "s2", "s1"]
    assert ceiling(drawn_layers[0][1], high) == pytest.approx({0: 11, 1: 17, 2: 18}, abs=high / 640)
    assert ceiling(drawn_layers[1][1], high) == pytest.approx({0: 11, 1: 12, 2: 13}, abs=high / 640)
    assert ceiling(drawn_layers[2][1], high) == pytest.approx({0: 1, 1: 2, 2: 3}, abs=high / 640)
    # Each reaches down to the base line, or the ones below would shine through between them.
    assert all("V320" in path for _, path in drawn_layers)


def test_what_is_read_are_the_layers_and_not_the_sums():
    chart = stack({"a": [1, 2, 3], "b": [10, None, 10]})
    root = parsed(chart)
    assert [["".join(td.itertext())] for td in root.iter("td")][1] == ["10:01a 2b \u2013Total 2"]
    assert texts(root, "chart-legend") == ["a3b10"]
    assert [tuple(row) for row in chart.data().rows][1] == (datetime(2026, 11, 29, 10, 1, tzinfo=UTC), 2, None)


def test_the_text_alternative_has_the_total_and_each_last_value():
    chart = stack({"a": [1, 2, 3], "b": [10, 10, 20]}, **TIME, title="Traffic", unit="MB")
    assert chart.text_alternative.replace("\u202f", " ") == (
        "Traffic, 10:00\u201310:02 UTC: total now 23 MB, lowest 11 MB at 10:00, highest 23 MB at 10:02; a 3 MB; b 20 MB"
    )
    assert classes(parsed(chart), "chart-plot")[0].attrib["aria-label"] == chart.text_alternative
    named = stack({"a": [1, 2], "b": [5, 5]}, categories=["x", "y"])
    assert named.text_alternative == "2 categories: total lowest 6 for x, highest 7 for y; a 1 to 2; b 5"
    assert stack({"a": [4, 2]}, **TIME).text_alternative.startswith("10:00\u201310:01 UTC: a now 2, lowest 2")
    gone = stack({"a": [None, None], "b": [5, 5]}).text_alternative
    assert "; a no data; b 5" in gone


def test_a_gap_in_a_layer_adds_nothing_and_one_in_all_interrupts():
    values = {"a": [1, None, 1, None, 1, 1], "b": [2, 2, 2, None, 2, 2]}
    root = parsed(stack(values))
    high = highest(root)
    whole, lower = [ceiling(path, high) for _, path in layers(root)]
    assert whole == pytest.approx({0: 3, 1: 2, 2: 3, 4: 3, 5: 3}, abs=high / 640)
    assert lower == pytest.approx({0: 1, 1: 0, 2: 1, 4: 1, 5: 1}, abs=high / 640)
    assert layers(root)[0][1].count("M") == 2


def test_a_lone_point_is_a_dot_for_each_layer():
    root = parsed(stack({"a": [1, None, 1, 1], "b": [2, None, 2, 2]}))
    assert [(e.attrib["class"], e.attrib.get("cx", "100%")) for e in root.iter("circle")] == [
        ("s2", "0%"),
        ("s1", "0%"),
    ]
    root = parsed(stack({"a": [1], "b": [2]}))
    assert [float(e.attrib["cy"].rstrip("%")) for e in root.iter("circle")] == pytest.approx([0, 200 / 3], abs=0.2)
    assert [e.attrib.get("cx", "100%") for e in root.iter("circle")] == ["100%", "100%"]
    root = parsed(stack({"a": [1]}, categories=["x"]))
    assert [e.attrib.get("cx", "100%") for e in root.iter("circle")] == ["50%"]


def test_negative_layers_are_refused():
    with pytest.raises(ValueError, match="cannot show -1 of 'b': layers are zero or more"):
        stack({"a": [1], "b": [2, -1]})
    # Also in what would only be part of "Other".
    with pytest.raises(ValueError, match="zero or more"):
        stack({f"n{i}": [10, -1 if i == 8 else 10] for i in range(9)})
    assert area({"a": [-1, 2]}, **TIME).kind == "area"
    parsed(stack({"a": [-0.0, 1]}))


def test_six_layers_and_other():
    chart = stack({f"n{i}": [i, i + 1] for i in range(40)})
    root = parsed(chart)
    assert [token for token, _ in layers(root)] == ["off", *[f"s{i}" for i in range(6, 0, -1)]]
    assert texts(root, "chart-legend") == ["n3435n3536n3637n3738n3839n3940Other595"]
    assert len(chart.data().head) == 41
    swatches = list(next(root.iter("td")).iter("hr"))
    assert [e.attrib.get("class") for e in swatches] == [None] * 6 + ["off"]
    assert chart.text_alternative.endswith("n39 40; and 1 more")
    drawn(chart)


def test_a_stack_stands_on_zero_and_may_be_cut():
    root = parsed(stack({"a": [50, 60], "b": [50, 60]}, **TIME, minimum=-50, maximum=100))
    labels = [e.text for e in classes(root, "chart-y")[0]]
    assert (labels[0], labels[-1]) == ("100", "0")
    assert ceiling(layers(root)[0][1], 100) == {0: 100, 1: 100}


def test_limits_are_seen_over_the_layers():
    chart = stack({"a": [50, 60], "b": [50, 60]}, **TIME, thresholds=[Threshold(80, "bad")])
    order = [e.attrib.get("class") for e in classes(parsed(chart), "chart-plot")[0]]
    assert order.index("chart-band bad") < order.index("chart-lines") < order.index("chart-limit bad")


def test_what_is_late_is_hatched():
    chart = stack({"a": [1, 2, 3]}, start=TEN, step=60, now=TEN.timestamp() + 600)
    assert str(chart).count("url(#chart-hatch)") == 1
    drawn(chart)


@given(
    st.lists(
        st.lists(st.none() | st.floats(0, 1e6) | st.integers(0, 1000), min_size=7, max_size=7), min_size=1, max_size=6
    )
)
@settings(deadline=None, max_examples=150)
def test_layers_decode_to_sums(rows):
    chart = stack({f"n{i}": row for i, row in enumerate(rows)}, **TIME, maximum=6e6)
    root = parsed(chart)
    drawn(chart, 320, 200)
    if all(v is None for row in rows for v in row):
        assert texts(root, "chart-none") == ["No data"]
        return
    high = 6e6
    assert classes(root, "chart-y")[0][0].text == "6M"
    places = [i for i in range(7) if any(row[i] is not None for row in rows)]
    lone = {i for i in places if not {i - 1, i + 1} & set(places)}
    drawn_layers = dict(layers(root))
    for index, row in enumerate(rows):
        token = f"s{index + 1}"
        if all(v is None for v in row):
            assert token not in drawn_layers
            continue
        wanted = {i: sum(row[i] or 0 for row in rows[: index + 1]) for i in places if i not in lone}
        assert ceiling(drawn_layers.get(token, ""), high) == pytest.approx(wanted, abs=high / 639)
        dots = [e for e in root.iter("circle") if e.attrib["class"] == token]
        assert len(dots) == len(lone)


@given(
    st.lists(st.lists(st.none() | st.floats(min_value=0) | st.integers(0, 10**320), max_size=12), max_size=9),
    st.sampled_from(range(3)),
    st.sampled_from(["", "%", "B", "s", "ms"]),
    st.none() | st.floats(),
    st.integers(160, 3840),
)
@settings(deadline=None, max_examples=120)
def test_anything_makes_a_chart(rows, axis, unit, bound, width):
    series = [Series(f"n{i}", row) for i, row in enumerate(rows)]
    for stacked in (True, False):
        chart = area(series, stacked=stacked, unit=unit, minimum=bound, maximum=bound, **AXES[axis])
        parsed(chart)
        drawn(chart, width, max(width / 3, 160))


@pytest.mark.parametrize(
    "values",
    [[], [1], [1, 2], [None, None], [None, 3, None], [5, 5], [0, 0], [inf, -inf, nan, 1], [1e-12, 1e15], [1e300] * 3],
)
@axes
def test_hard_values(values, axis):
    chart = stack({"a": values, "b": [1, 2, 1e300]}, **axis)
    parsed(chart)
    drawn(chart, 160, 160)
    drawn(chart, 3840, 2000)
    parsed(stack(values, **axis))


@axes
def test_nothing_of_a_user_is_markup(axis):
    chart = stack(
        {SCRIPT: [1, 2], "n" * 300: [3, 4], "\u05e9\u05dc\u05d5\u05dd": [1, 1]}, **axis, unit=SCRIPT, title=SCRIPT
    )
    parsed(chart)
    drawn(chart, title=SCRIPT, caption=SCRIPT, note=SCRIPT)
    parsed(stack([1, 2], categories=[SCRIPT, "x" * 300]))
    for text in (str(chart), chart.svg(), str(stack([1, 2], categories=[SCRIPT, "b"]))):
        assert "<script" not in text


def test_numbers_follow_the_locale():
    chart = stack({"a": [1234.5, 0.5]}, **TIME, locale="de", unit="%")
    assert "1.234,5" in "".join(next(parsed(chart).iter("td")).itertext())


@pytest.mark.parametrize("month", [3, 10])
def test_a_day_with_a_switch_of_the_clock(month):
    start = datetime(2026, month, 29 if month == 3 else 25, tzinfo=BERLIN)
    chart = stack({"a": [1] * 100, "b": [2] * 100}, start=start, step=900, zone=BERLIN)
    parsed(chart)
    drawn(chart)
    assert chart.data().rows[4][0] == datetime.fromtimestamp(start.timestamp() + 3600, BERLIN)


def test_nothing_to_show():
    for chart in (stack({}), stack([]), stack({"a": []}), stack([1], categories=[])):
        assert "No data" in str(chart)
        assert chart.kind == "area"
    empty = stack({"a": [None, nan]})
    assert texts(parsed(empty), "chart-none") == ["No data"]
    assert layers(parsed(empty)) == []
    drawn(empty)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"categories": ["a"], "start": 0, "step": 1}, "not both"),
        ({"start": 0}, "needs start and step"),
        ({"start": 0, "step": -1}, "step must be positive"),
        ({"times": [2, 1]}, "ascending"),
    ],
)
def test_options_that_do_not_fit(options, words):
    with pytest.raises(ValueError, match=words):
        stack([1, 2], **options)
