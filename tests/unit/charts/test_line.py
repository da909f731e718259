"""Lines over time, and every case that breaks naive code."""

import zlib
from datetime import UTC, datetime
from math import inf, nan, sin
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from live.charts import Line, Threshold, line_over_time
from tests.unit.charts.markup import classes, parsed, texts

BERLIN = ZoneInfo("Europe/Berlin")
TEN = datetime(2026, 11, 29, 10, tzinfo=UTC).timestamp()
DASH = "\u2013"
THIN = "\u202f"
values = st.lists(st.none() | st.floats() | st.integers(-(10**320), 10**320), max_size=80)


def chart(*lines, start=TEN, step=60, **options):
    named = [line if isinstance(line, Line) else Line("", line) for line in lines]
    return line_over_time(named, start=start, step=step, **options)


def sentence(html):
    return classes(parsed(html), "chart-plot")[0].attrib["aria-label"].replace(THIN, " ")


@pytest.mark.parametrize(
    "points",
    [
        [],
        [1],
        [None],
        [1, 2],
        [None, None, None],
        [1, None, 2, None, None, 3],
        [5, 5, 5],
        [0, 0, 0],
        [-3, -2, -1],
        [inf, -inf, nan, 1],
        [1e-12, 1e15],
        [1e308, -1e308],
        [5e-324, 0],
        [10**400, 3],
        list(range(61)),
        list(range(1000)),
        [True, False],
    ],
)
@pytest.mark.parametrize("unit", ["", "%", "B", "s"])
def test_any_values_make_a_chart(points, unit):
    parsed(chart(points, unit=unit))
    parsed(chart(points, [1, 2, 3], unit=unit, minimum=0, maximum=2))


def test_the_parts():
    root = parsed(chart(Line("p50", [1, 2, 4]), Line("p95", [2, 3, None]), unit="ms"))
    assert texts(root, "chart-legend") == ["p504p953"]
    assert [e.text for e in classes(root, "chart-y")[0]] == ["4", "3", "2", "1", "0"]
    assert texts(root, "chart-zone") == ["UTC"]
    assert [e.text for e in classes(root, "chart-x")[0]] == ["10:00", "10:01", "10:02"]
    assert [e.attrib.get("d") for e in classes(root, "s1") if e.tag == "path"] == ["M0 300l1-100 1-200"]
    assert [(e.attrib["cx"], e.attrib["cy"]) for e in classes(root, "s2") if e.tag == "circle"] == [("50%", "25%")]


def test_a_single_line_on_zero_has_an_area_and_needs_no_name():
    root = parsed(chart([1, 2, 4]))
    assert [e.attrib["fill"] for e in root.iter("path") if "fill" in e.attrib] == ["url(#chart-fill-1)"]
    assert texts(root, "chart-legend") == ["4"]
    assert "url(" not in chart([1000, 1001, 1002])


def test_no_buckets_and_no_values():
    assert "No data" in chart()
    assert "No data" in chart([])
    root = parsed(chart(Line("a", [None, nan])))
    assert texts(root, "chart-none") == ["No data"]
    assert texts(root, "chart-legend") == [f"a{DASH}"]
    assert sentence(chart([None, None])).endswith("no data")


@pytest.mark.parametrize(("start", "step"), [(nan, 1), (inf, 1), (0, 0), (0, -1), (0, nan)])
def test_a_time_axis_needs_a_start_and_a_step(start, step):
    with pytest.raises(ValueError, match="start must be finite"):
        chart([1], start=start, step=step)


def test_lone_points_and_the_last_value_are_dots():
    root = parsed(chart([1, None, 2, None, 1, 1]))
    circles = [(e.attrib["cx"], e.attrib["r"]) for e in root.iter("circle")]
    assert circles == [("0%", "2"), ("40%", "2"), ("100%", "3")]


def test_late_data_is_hatched_and_never_drawn():
    root = parsed(chart([1, 1, None, None, None]))
    (hatch,) = [e for e in root.iter("rect") if e.attrib.get("fill") == "url(#chart-hatch)"]
    assert (hatch.attrib["x"], hatch.attrib["width"]) == ("25%", "75%")
    assert "chart-hatch" not in chart([1, 1, 1, None, None])


def test_thresholds_are_bands_that_end_where_the_next_begins():
    html = chart(
        [0, 100],
        thresholds=[
            Threshold(70, "warn"),
            Threshold(90, "bad"),
            Threshold(10, "odd", above=False),
            Threshold(500, "bad"),
        ],
    )
    root = parsed(html)
    bands = [(e.attrib["class"], e.attrib.get("y"), e.attrib["height"]) for e in classes(root, "chart-band")]
    assert bands == [
        ("chart-band warn", "10%", "20%"),
        ("chart-band bad", None, "10%"),
        ("chart-band bad", "90%", "10%"),
    ]
    assert [e.attrib["y1"] for e in classes(root, "chart-limit")] == ["30%", "10%", "90%"]
    assert "chart-limit" not in chart([0, 1], thresholds=[Threshold(nan, "bad")])
    below = chart([0, 100], thresholds=[Threshold(30, "warn", above=False), Threshold(10, "bad", above=False)])
    assert [e.attrib["height"] for e in classes(parsed(below), "chart-band")] == ["20%", "10%"]
    assert classes(parsed(chart([5, 6], thresholds=[Threshold(-1, "bad")])), "chart-band")[0].attrib["height"] == "100%"


def test_more_lines_than_colours():
    root = parsed(chart(*[Line(f"w{i}", [i, i + 1]) for i in range(40)]))
    assert len([e for e in root.iter("path") if e.attrib.get("class", "").startswith("s")]) == 8
    assert texts(root, "chart-legend")[0].endswith("+ 32 more")
    assert classes(root, "many")
    assert sentence(chart(*[Line(f"w{i}", [i]) for i in range(40)])).endswith("w5 5, 5 to 5; and 34 more")


def test_labels_are_escaped():
    evil = '<script>alert("1")</script>&\'\x00\x0b\u202e' + "x" * 300
    html = chart(Line(evil, [1, 2]), Line("b", [1]), title=evil, unit=evil)
    root = parsed(html)
    assert "<script" not in html
    assert next(root.iter("bdi")).text == evil.replace("\x00\x0b", "")
    assert evil[:20] in sentence(html)


def test_the_sentence():
    points = [41, 12, None, None, 93, 50, 60, 70]
    assert sentence(chart(points, title="CPU", unit="%", zone=BERLIN)) == (
        "CPU, 11:00\u201311:07 CET: now 70 %, lowest 12 % at 11:01, highest 93 % at 11:04, rising; "
        "no data 11:02\u201311:03"
    )
    assert sentence(chart([5, 5])) == "10:00\u201310:01 UTC: now 5, all 5"
    assert sentence(chart([5])) == "10:00 UTC: now 5"
    assert (
        sentence(chart(Line("in", [9, 1, None])))
        == "10:00\u201310:02 UTC: in last 1 at 10:01, lowest 1 at 10:01, highest 9 at 10:00; no data 10:02"
    )
    assert sentence(chart([9, 8, 2, 1], title="T")).endswith("falling")
    assert sentence(chart([1, 9, 5, 1], title="T")).endswith("steady")
    assert sentence(chart([1, None] * 5)).endswith("no data 10:01, 10:03, 10:05 and 2 more times")
    two = chart(Line("a", [1, 2, 3, 4]), Line("b", [None] * 4), Line("c" * 100, [1, None]), title="T")
    assert sentence(two) == "T, 10:00\u201310:03 UTC: a 4, 1 to 4, rising; b no data; " + "c" * 79 + f"… {DASH}, 1 to 1"


def columns(html):
    read = classes(parsed(html), "chart-read")[0]
    return [e for e in read if e.tag == "hr"], ["|".join(part.text for part in e) for e in read if e.tag == "p"]


def test_the_read_out():
    bars, words = columns(chart(Line("a", [1, None, 3]), Line("b", [0.12345678, 2, 3])))
    assert words == ["10:00|1|0.123457", f"10:01|{DASH}|2", "10:02|3|3"]
    assert [bar.attrib.get("width") for bar in bars] == ["25%", None, "25%"]
    assert columns(chart([7]))[1] == ["10:00|7"]
    assert [bar.attrib["width"] for bar in columns(chart([1, 2]))[0]] == ["50%", "50%"]


@pytest.mark.parametrize("size", [59, 60, 61, 62, 90, 299, 300, 1000, 5000])
def test_the_read_out_has_few_columns_and_begins_and_ends_with_the_data(size):
    bars, words = columns(chart(list(range(size)), step=60))
    assert len(words) <= (60 if size <= 60 else 32)
    assert words[0].endswith("|0")
    assert words[-1].endswith(f"|{size - 1:,}")
    assert len(bars) == len(words)


def test_the_read_out_stays_when_the_window_slides():
    points = [sin(i / 9) * 50 + i % 7 for i in range(400)]
    one = columns(chart(points[:300]))[1]
    two = columns(chart(points[1:301], start=TEN + 60))[1]
    assert len(set(one[1:-1]) ^ set(two[1:-1])) <= 2


def test_the_next_frame_of_a_sliding_window_is_small():
    data = [[sin(i / k) * 50 + 100 + i * 7 % 11 for i in range(400)] for k in (9, 17, 31)]
    squeeze = zlib.compressobj(6, zlib.DEFLATED, -15)
    sizes = []
    for i in range(20):
        html = chart(*[Line(str(k), line[i : i + 300]) for k, line in enumerate(data)], start=TEN + 60 * i)
        sizes.append(len(squeeze.compress(html.encode()) + squeeze.flush(zlib.Z_SYNC_FLUSH)))
    assert max(sizes[2:]) < 500


@pytest.mark.parametrize(
    ("step", "count", "first"),
    [
        (0.01, 100, "10:00:00.000"),
        (1, 300, "10:00:00"),
        (60, 300, "10:00"),
        (600, 300, "Sun 29 10:00"),
        (7200, 300, "Nov 29 10:00"),
        (86400, 90, "Nov 29"),
        (86400 * 7, 520, "Nov 29, 2026"),
    ],
)
def test_times_are_as_short_as_the_range_allows(step, count, first):
    assert columns(chart([1, 2] * (count // 2), step=step))[1][0].startswith(first + "|")


def test_across_both_switches_of_daylight_saving_time():
    start = datetime(2026, 1, 1, tzinfo=BERLIN).timestamp()
    root = parsed(chart([1, 2] * 182, start=start, step=86400, zone=BERLIN))
    assert [e.text for e in classes(root, "chart-x")[0]] == ["2026", "Apr", "Jul", "Oct"]


def test_a_decimal_comma_stays_out_of_coordinates():
    html = chart(Line("a", [0.123, 0.5, 0.7, None, 0.1]), Line("b", [1, 2, 3, 4, 7]), locale="de", unit="%")
    assert f"0,1{THIN}%" in html
    parsed(html)


def test_wide_labels_near_an_edge_are_anchored_inside():
    marks = [e.attrib.get("class", "") for e in classes(parsed(chart([1, 2] * 10, step=2)), "chart-x")[0]]
    assert "first" in marks[0].split()


@settings(max_examples=60)
@given(
    st.lists(values, max_size=4),
    st.floats(0, 3e9),
    st.floats(0.001, 1e6),
    st.text(max_size=20),
    st.sampled_from(["", "%", "B", "s", "ms", "W"]),
    st.sampled_from(["en", "de", "ar", "hi"]),
    st.none() | st.floats(),
    st.none() | st.floats(),
    st.lists(st.builds(Threshold, st.floats(), st.sampled_from(["warn", "bad"]), st.booleans()), max_size=2),
)
def test_anything_makes_a_well_formed_chart(lines, start, step, text, unit, locale, low, high, limits):
    options = dict(title=text, unit=unit, locale=locale, minimum=low, maximum=high, thresholds=limits)
    html = chart(*[Line(text, line) for line in lines], start=start, step=step, zone=BERLIN, **options)
    root = parsed(html)
    assert html == chart(*[Line(text, line) for line in lines], start=start, step=step, zone=BERLIN, **options)
    for path in root.iter("path"):
        assert "n" not in path.attrib["d"]
