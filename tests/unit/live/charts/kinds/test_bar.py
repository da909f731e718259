"""Bars: where they stand, how long they are, and every case that breaks naive code."""

from datetime import UTC, datetime
from itertools import pairwise
from math import inf, nan
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from live.charts.kinds.bar import BAR_SHARE, GROUP_SHARE, MAX_BOXES, bar
from live.charts.values import Series, Threshold
from tests.unit.live.charts.markup import SVG, classes, drawn, parsed, points, texts

REGIONS = ["EU", "US", "APAC", "LATAM"]
ACCOUNTS = {"Free": [420, 380, 290, 150], "Pro": [310, 455, 205, 90], "Team": [150, 260, 120, 45]}
BERLIN = ZoneInfo("Europe/Berlin")
SCRIPT = '"><script>alert(1)</script>'
SHAPES = [(stacked, horizontal) for stacked in (False, True) for horizontal in (False, True)]
shapes = pytest.mark.parametrize(("stacked", "horizontal"), SHAPES)
anything = st.none() | st.floats() | st.integers(-(10**320), 10**320)


def boxes(root):
    """Return (token, x, y, width, height) in percent for every bar."""
    plot = classes(root, "chart-plot")[0]
    bars = []
    for element in plot:
        if element.tag == "rect" and not element.attrib["class"].startswith("chart-"):
            places = [float(element.attrib.get(k, "0").rstrip("%")) for k in ("x", "y", "width", "height")]
            bars.append((element.attrib["class"], *places))
    return bars


def alternative(chart):
    root = parsed(chart)
    assert classes(root, "chart-plot")[0].attrib["aria-label"] == chart.text_alternative
    return chart.text_alternative.replace("\u202f", " ").replace("\u2212", "-")


def test_bars_stand_side_by_side_from_zero():
    root = parsed(bar(ACCOUNTS, categories=REGIONS))
    assert texts(root, "chart-y") == ["5004003002001000"]
    assert [e.text for e in classes(root, "chart-x")[0]] == REGIONS
    bars = boxes(root)
    assert [token for token, *_ in bars] == ["s1"] * 4 + ["s2"] * 4 + ["s3"] * 4
    assert bars[0][1:] == pytest.approx((4.55, 16, 4.9, 84), abs=0.006)
    assert bars[5][1:] == pytest.approx((35.05, 9, 4.9, 91), abs=0.006)
    # A group takes two thirds of its slot and stands in its middle.
    lefts, rights = [x for _, x, *_ in bars[::4]], [x + w for _, x, _, w, _ in bars[::4]]
    assert (lefts[0] + rights[-1]) / 2 == pytest.approx(12.5, abs=0.01)
    assert 1 < GROUP_SHARE * 25 / 3 * (1 - BAR_SHARE) * 3 < 2  # pixels between two bars on a plot of 300


def test_a_stack_has_its_layers_upon_each_other():
    chart = bar(ACCOUNTS, categories=REGIONS, stacked=True, title="Accounts")
    root = parsed(chart)
    bars = boxes(root)
    us = [box for box in bars if 25 < box[1] < 50]
    assert [token for token, *_ in us] == ["s1", "s2", "s3"]
    for lower, upper in pairwise(us):
        assert lower[2] == pytest.approx(upper[2] + upper[4], abs=0.011)
    assert us[-1][2] == pytest.approx(100 - 100 * 1095 / 1200, abs=0.011)
    assert alternative(chart) == (
        "Accounts, 4 categories: total lowest 285 for LATAM, highest 1,095 for US; "
        "Free 150 to 420; Pro 90 to 455; Team 45 to 260"
    )


def test_horizontal_bars_have_names_at_the_left_and_values_below():
    root = parsed(bar(ACCOUNTS, categories=REGIONS, horizontal=True))
    assert [e.text for e in classes(root, "rows")[0]] == REGIONS
    axis = classes(root, "chart-x")[0]
    assert [(e.attrib["x"], e.text) for e in axis][:2] == [("0%", "0"), ("20%", "100")]
    assert {"g5", "up"} <= set(classes(root, "chart-plot")[0].attrib["class"].split())
    assert boxes(root)[0][1:] == pytest.approx((0, 4.55, 84, 4.9), abs=0.006)
    assert classes(root, "chart-tooltip")[0].attrib["class"] == "chart-tooltip rows"
    # Whole categories are read, in the order of the rows.
    assert ["".join(td.itertext()) for td in root.iter("td")][1] == "USFree 380Pro 455Team 260"


@shapes
def test_negative_bars_hang_below_a_stronger_zero(stacked, horizontal):
    root = parsed(bar({"a": [5, -3], "b": [-2, -4]}, categories="xy", stacked=stacked, horizontal=horizontal))
    zero = classes(root, "chart-zero")[0]
    part = float(zero.attrib["x1" if horizontal else "y1"].rstrip("%"))
    assert 0 < part < 100
    near, far = (1, 3) if horizontal else (2, 4)
    ends = [(box[near], box[near] + box[far]) for box in boxes(root)]
    positive = [end for end in ends if (end[0] >= part - 0.02 if horizontal else end[1] <= part + 0.02)]
    assert len(positive) == 1
    for start, end in ends:
        assert not start + 0.02 < part < end - 0.02  # no bar goes through zero


@st.composite
def charts(draw):
    size = draw(st.integers(1, 12))
    value = st.none() | st.integers(-100, 100) | st.floats(-100, 100)
    rows = draw(st.lists(st.lists(value, min_size=size, max_size=size), min_size=1, max_size=5))
    return rows, draw(st.booleans()), draw(st.booleans())


@given(charts())
@settings(deadline=None, max_examples=150)
def test_bars_decode_to_the_data(drawn_chart):
    rows, stacked, horizontal = drawn_chart
    size, lanes = len(rows[0]), 1 if stacked else len(rows)
    reach = 100.0 * (len(rows) if stacked else 1)
    chart = bar(
        [Series(f"n{i}", row) for i, row in enumerate(rows)],
        categories=[str(i) for i in range(size)],
        stacked=stacked,
        horizontal=horizontal,
        minimum=-reach,
        maximum=reach,
    )
    root = parsed(chart)
    drawn(chart, 300, 200)
    if all(v is None for row in rows for v in row):
        assert texts(root, "chart-none") == ["No data"]
        return
    words = classes(root, "chart-x")[0] if horizontal else classes(root, "chart-y")[0]
    ends = [float("".join(e.itertext()).replace("\u2212", "-")) for e in words]
    low, high = min(ends), max(ends)
    expected = []
    up, down = [0.0] * size, [0.0] * size
    for lane, row in enumerate(rows):
        for slot, value in enumerate(row):
            if not value:
                continue
            start = 0.0
            if stacked:
                ends_at = up if value > 0 else down
                start = ends_at[slot]
                ends_at[slot] += value
            expected.append((f"s{lane + 1}", slot, 0 if stacked else lane, *sorted((start, start + value))))
    bars = boxes(root)
    unit = (high - low) / 100
    # What would be less than half of the last decimal has no box.
    assume(not any(0.0049 < (end - start) / unit < 0.0051 for *_, start, end in expected))
    expected = [span for span in expected if span[4] - span[3] >= 0.005 * unit]
    assert len(bars) == len(expected)
    for (token, x, y, width, height), (wanted, slot, lane, start, end) in zip(bars, expected, strict=True):
        across, along = ((y, height), (x, width)) if horizontal else ((x, width), (y, height))
        begin = low + along[0] * unit if horizontal else high - (along[0] + along[1]) * unit
        assert token == wanted
        assert begin == pytest.approx(start, abs=0.0201 * unit)
        assert along[1] * unit == pytest.approx(end - start, abs=0.0101 * unit)
        middle = (slot + 0.5 + GROUP_SHARE * ((lane + 0.5) / lanes - 0.5)) * 100 / size
        assert across[0] + across[1] / 2 == pytest.approx(middle, abs=0.0151)
        assert across[1] == pytest.approx(
            GROUP_SHARE / lanes * (1 if lanes == 1 else BAR_SHARE) * 100 / size, abs=0.0051
        )


@given(
    st.lists(st.lists(anything, max_size=9), max_size=12),
    st.booleans(),
    st.booleans(),
    st.sampled_from(["", "%", "B", "s", "ms"]),
    st.none() | st.floats(),
    st.integers(160, 3840),
)
@settings(deadline=None, max_examples=150)
def test_anything_makes_a_chart(rows, stacked, horizontal, unit, bound, width):
    series = [Series(f"n{i}", row) for i, row in enumerate(rows)]
    chart = bar(
        series,
        categories="abcdefghi",
        stacked=stacked,
        horizontal=horizontal,
        unit=unit,
        minimum=bound,
        maximum=bound,
        thresholds=[Threshold(3, "warn"), Threshold(-5, "bad", above=False)],
    )
    parsed(chart)
    drawn(chart, width, max(width / 3, 160))


@pytest.mark.parametrize(
    "values",
    [
        [1],
        [1, 2],
        [None, None],
        [None, 3, None],
        [5, 5, 5],
        [0, 0, 0],
        [-3, -2, -1],
        [inf, -inf, nan, 1],
        [1e-12, 1e15],
        [1e300, -1e300],
        [10**400, 3],
        [True, False],
    ],
)
@shapes
def test_hard_values(values, stacked, horizontal):
    chart = bar({"a": values, "b": [1, 2]}, categories="wxyz", stacked=stacked, horizontal=horizontal)
    parsed(chart)
    drawn(chart)
    drawn(chart, 160, 90)
    drawn(chart, 3840, 2000)


def test_a_gap_and_a_zero_have_no_bar_and_are_told_apart():
    root = parsed(bar([None, 0, 2], categories="abc"))
    assert len(boxes(root)) == 1
    assert ["".join(td.itertext()) for td in root.iter("td")] == ["a\u2013", "b0", "c2"]


@shapes
def test_what_leaves_a_fixed_axis_is_cut(stacked, horizontal):
    chart = bar({"a": [-50, 50, 5]}, categories="abc", minimum=-10, maximum=10, stacked=stacked, horizontal=horizontal)
    bars = boxes(parsed(chart))
    sizes = [box[3 if horizontal else 4] for box in bars]
    assert sizes == pytest.approx([50, 50, 25])
    assert "lowest -50 for a, highest 50 for b" in alternative(chart)


def test_zero_is_always_on_the_axis():
    root = parsed(bar([50, 60], categories="ab", minimum=40))
    assert texts(root, "chart-y") == ["6050403020100"]
    assert [box[4] for box in boxes(root)] == pytest.approx([50 / 0.6, 60 / 0.6], abs=0.01)


def test_eight_series_at_most_stand_side_by_side():
    chart = bar({f"n{i}": [i + 1] for i in range(40)}, categories=["a"])
    root = parsed(chart)
    assert [token for token, *_ in boxes(root)] == [f"s{i}" for i in range(1, 9)]
    assert texts(root, "chart-legend")[0].endswith("+ 32 more")
    assert len(chart.data().head) == 41
    drawn(chart)


def test_a_stack_of_many_adds_up_the_rest():
    chart = bar({f"n{i}": [i + 1, 0] for i in range(40)}, categories="ab", stacked=True)
    root = parsed(chart)
    bars = boxes(root)
    assert [token for token, *_ in bars] == [*[f"s{i}" for i in range(1, 7)], "off"]
    assert texts(root, "chart-legend") == ["n34n35n36n37n38n39Other"]
    assert [e.text or e.tail for e in next(root.iter("td"))[0]][-2:] == [f"Other {sum(range(1, 35))}", "Total 820"]
    assert classes(root, "off")[-1].tag == "hr"
    assert "total lowest 0 for b, highest 820 for a" in alternative(chart)
    seven = bar({f"n{i}": [9 - i] for i in range(7)}, categories="a", stacked=True)
    assert texts(parsed(seven), "chart-legend") == ["n0n1n2n3n4n5n6"]  # a lone rest keeps its name
    assert boxes(parsed(seven))[-1][0] == "off"


def test_limits_lie_across_or_stand():
    limits = [Threshold(300, "warn"), Threshold(400, "bad")]
    standing = parsed(bar(ACCOUNTS, categories=REGIONS, thresholds=limits))
    assert [(e.attrib["y1"], e.attrib["x2"]) for e in classes(standing, "chart-limit")] == [
        ("40%", "100%"),
        ("20%", "100%"),
    ]
    chart = bar(ACCOUNTS, categories=REGIONS, thresholds=limits, horizontal=True)
    horizontal = parsed(chart)
    assert [(e.attrib["x1"], e.attrib["y2"]) for e in classes(horizontal, "chart-limit")] == [
        ("60%", "100%"),
        ("80%", "100%"),
    ]
    assert [(e.attrib["x"], e.attrib["width"], e.attrib["height"]) for e in classes(horizontal, "chart-band")] == [
        ("60%", "20%", "100%"),
        ("80%", "20%", "100%"),
    ]
    # The lines are drawn over the bars, the bands under them.
    names = [e.attrib.get("class", "").split()[0] for e in classes(horizontal, "chart-plot")[0]]
    assert names.index("chart-band") < names.index("s1") < names.index("chart-limit")
    drawn(chart)


@shapes
def test_nothing_of_a_user_is_markup(stacked, horizontal):
    chart = bar(
        {SCRIPT: [1, 2], "n" * 300: [3, 4], "\u05e9\u05dc\u05d5\u05dd": [1, 1]},
        categories=[SCRIPT, "\u0645\u0631\u062d\u0628\u0627" * 60],
        unit=SCRIPT,
        title=SCRIPT,
        stacked=stacked,
        horizontal=horizontal,
    )
    parsed(chart)
    drawn(chart, title=SCRIPT, caption=SCRIPT, note=SCRIPT)
    drawn(chart, 160, 100)
    for text in (str(chart), chart.svg()):
        assert "<script" not in text
    assert SCRIPT in ["".join(e.itertext()) for e in classes(parsed(chart), "chart-legend")[0]]


def test_numbers_follow_the_locale():
    chart = bar([1234.5, 0.5], categories="ab", locale="de", unit="%")
    root = parsed(chart)
    assert "1.250\u202f%" in texts(root, "chart-y")[0]
    assert "1.234,5" in "".join(next(root.iter("td")).itertext())


def test_many_thin_bars_are_one_path_a_series():
    values = [i % 50 for i in range(300)]
    chart = bar({"a": values, "b": [10] * 300}, start=0, step=3600, stacked=True)
    root = parsed(chart)
    assert boxes(root) == []
    paths = classes(root, "a")
    assert [e.attrib["class"] for e in paths] == ["a s1", "a s2"]
    corners = points(paths[0].attrib["d"])
    bars = [corners[i : i + 4] for i in range(0, len(corners), 4)]
    drawn_values = [v for v in values if v]
    assert len(bars) == len(drawn_values)
    for (x, foot), (_, top), (end, _), _ in bars:
        assert end > x
        assert foot == 320
        assert top <= foot
    tall = [320 - top for (_, _), (_, top), *_ in bars]
    assert [length * max(drawn_values) / max(tall) for length in tall] == pytest.approx(drawn_values, abs=0.2)
    # A file has no elements to save.
    assert len(list(drawn(chart).iter(f"{SVG}rect"))) > MAX_BOXES
    assert len(str(chart)) < 20_000
    assert len(list(root.iter("td"))) <= 60


def test_bars_over_time_have_a_slot_for_each_bucket():
    start = datetime(2026, 11, 28, 23, tzinfo=UTC)
    chart = bar({"a": [3, 1, None, 2]}, start=start, step=3600, zone=BERLIN, unit="ms", title="Waits")
    root = parsed(chart)
    assert classes(root, "chart-body")[0].attrib["data-zone"] == "CET"
    labels = list(classes(root, "chart-x")[0].iter("text"))
    # Midnight in Berlin is the first bucket: its label is in the middle of the first of four slots.
    nested = classes(root, "chart-x")[0].find("svg")
    shift = float(nested.attrib["x"].rstrip("%")) if nested is not None else 0.0
    places = {shift + float(e.attrib.get("x", "0%").rstrip("%")): e.text for e in labels}
    assert sorted(places) == pytest.approx([12.5, 37.5, 62.5, 87.5])
    assert places[min(places)] == "Sun 29"
    assert ["".join(td.itertext()) for td in root.iter("td")] == [
        "00:00a 3 ms",
        "01:00a 1 ms",
        "02:00a \u2013",
        "03:00a 2 ms",
    ]
    assert alternative(chart).startswith("Waits, 00:00\u201303:00 CET: ")
    assert "now 2 ms, lowest 1 ms at 01:00, highest 3 ms at 00:00" in alternative(chart)
    rows = chart.data().rows
    assert rows[0] == (datetime(2026, 11, 29, tzinfo=BERLIN), 3)
    assert rows[2][1] is None
    assert "2" in texts(root, "chart-legend")[0]
    drawn(chart)


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia"])
@pytest.mark.parametrize("step", [0.5, 60, 3600, 86400, 31 * 86400])
@pytest.mark.parametrize("size", [1, 2, 30, 100])
def test_any_time_range(zone, step, size):
    for month in (3, 10):
        start = datetime(2026, month, 24, tzinfo=ZoneInfo(zone))
        for horizontal in (False, True):
            chart = bar([1.5] * size, start=start, step=step, zone=ZoneInfo(zone), locale="de", horizontal=horizontal)
            parsed(chart)
            drawn(chart, 400, 200)


def test_an_hour_that_comes_twice_has_two_bars():
    start = datetime(2026, 10, 25, 0, tzinfo=BERLIN)
    root = parsed(bar([1] * 5, start=start, step=3600, zone=BERLIN, horizontal=True))
    assert [e.text for e in classes(root, "rows")[0]] == [*("00:00", "01:00", "02:00 CEST", "02:00 CET", "03:00")]


def test_many_names_beside_rows_are_thinned():
    names = [f"name {i}" for i in range(30)]
    root = parsed(bar([1] * 30, categories=names, horizontal=True))
    shown = [e.text for e in classes(root, "rows")[0]]
    assert len(shown) == 30
    assert [label for label in shown if label] == names[::4]
    assert "name 1" in "".join(list(root.iter("td"))[1].itertext())


def test_nothing_to_show():
    assert "No data" in str(bar({}, categories=REGIONS))
    assert "No data" in str(bar([1], categories=[]))
    assert bar([], start=0, step=60).kind == "bar"
    for stacked, horizontal in SHAPES:
        chart = bar({"a": [None, nan]}, categories="ab", stacked=stacked, horizontal=horizontal)
        assert texts(parsed(chart), "chart-none") == ["No data"]
        drawn(chart)


@pytest.mark.parametrize(
    ("options", "error", "words"),
    [
        ({}, ValueError, "need categories"),
        ({"start": 0}, ValueError, "need categories"),
        ({"categories": ["a"], "start": 0, "step": 1}, ValueError, "not both"),
        ({"start": 0, "step": 0}, ValueError, "step must be positive"),
        ({"start": datetime(2026, 1, 1), "step": 60}, ValueError, "no time zone"),
        ({"start": nan, "step": 60}, ValueError, "finite"),
        ({"categories": b"abc"}, TypeError, "list of names"),
    ],
)
def test_options_that_do_not_fit(options, error, words):
    with pytest.raises(error, match=words):
        bar([1, 2], **options)


def test_series_that_are_none():
    with pytest.raises(TypeError, match="series must be"):
        bar("abc", categories=REGIONS)


def test_the_data():
    data = bar({"a": [1, inf], "": [3]}, categories="xy", unit="ms").data()
    assert data.head == ("", "a", "Value")
    assert [tuple(row) for row in data.rows] == [("x", 1, 3), ("y", None, None)]
    assert data.unit == "ms"


def test_horizontal_bars_of_one_series_say_their_values_at_their_ends():
    chart = bar({"": [12480, None, 63]}, categories=["Germany", "France", "Spain"], horizontal=True, title="Revenue")
    root = parsed(chart)
    (amounts,) = classes(root, "chart-amounts")
    assert ["".join(item.itertext()) for item in amounts] == ["12.5k", "\u2013", "63"]
    assert not classes(root, "chart-x")
    assert classes(root, "chart-body")[0].attrib["class"] == "chart-body listed"
    assert {"12.5k", "63", "Spain"} <= {e.text for e in drawn(chart).iter(f"{SVG}text")}


@pytest.mark.parametrize(
    "series", [{"": [-1, 2]}, {"a": [1, 2], "b": [1, 2]}, {"": [None, None]}], ids=["negative", "several", "none"]
)
def test_other_horizontal_bars_have_an_axis(series):
    assert "chart-amounts" not in str(bar(series, categories=["a", "b"], horizontal=True))
