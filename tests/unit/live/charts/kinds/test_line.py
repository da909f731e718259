"""Lines over time, and every case that breaks naive code."""

import re
from datetime import UTC, datetime
from decimal import Decimal
from math import inf, nan
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from live.charts import Series, Threshold, line
from live.charts.path import HEIGHT
from tests.unit.live.charts.markup import (
    SVG,
    circles,
    classes,
    drawn,
    frame_of,
    labels_below,
    parsed,
    path_in,
    path_of,
    points,
    spoken,
    strokes,
    texts,
)

BERLIN = ZoneInfo("Europe/Berlin")
TEN = datetime(2026, 11, 29, 10, tzinfo=UTC).timestamp()
DASH = "\u2013"
SCRIPT = '"><script>alert(1)</script>'
RTL = "\u202eمتوسط زمن الاستجابة"
LONG = "x" * 300
CASES = [
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
    [1e300, -1e300],
    [5e-324, 0],
    [10**400, 3],
    list(range(61)),
    list(range(1000)),
    [True, False],
    [Decimal("1.5"), Decimal("NaN"), Decimal(3)],
]


def chart(*series, start=TEN, step=60, **options):
    lines = [values if isinstance(values, Series) else Series("", values) for values in series]
    if "times" in options:
        return line(lines, **options)
    return line(lines, start=start, step=step, **options)


def hatches(root):
    rects = [e.attrib for e in root.iter("rect") if e.attrib.get("fill") == "url(#chart-hatch)"]
    return [(e.get("x", "0%"), e["width"]) for e in rects]


@pytest.mark.parametrize("points", CASES)
@pytest.mark.parametrize("unit", ["", "%", "B", "s"])
def test_any_values_make_a_chart(points, unit):
    for made in (
        chart(points, unit=unit),
        chart(points, [1, 2, 3], unit=unit, minimum=0, maximum=2),
        chart(points, [1, 2, 3], unit=unit, fill=True, show_extremes=True, now=TEN + 90000),
        chart(points, unit=unit, times=[TEN + i * i for i in range(1000)], every=20),
    ):
        parsed(made)
        drawn(made)


@pytest.mark.parametrize("points", CASES)
def test_any_values_make_a_logarithmic_chart(points):
    for made in (chart(points, log=True), chart(points, [1, 2, 3], log=True, minimum=0, maximum=2, fill=True)):
        parsed(made)
        drawn(made)


@pytest.mark.parametrize("points", CASES)
@pytest.mark.parametrize("size", [(160, 120), (3840, 2160), (80, 80), (3840, 80), (80, 3840), (8000, 8000)])
def test_any_size_of_a_picture(points, size):
    names = {"title": LONG, "caption": SCRIPT, "note": RTL}
    lines = [Series(LONG, points), Series(RTL, points), Series(SCRIPT, [1, 2])]
    drawn(chart(*lines, thresholds=[Threshold(2, "bad")], zone=BERLIN), *size, **names)


def test_the_parts():
    root = parsed(chart(Series("p50", [1, 2, 4]), Series("p95", [2, 3, None]), unit="ms"))
    assert texts(root, "chart-legend") == ["p504p953"]
    assert [e.text for e in classes(root, "chart-y")[0]] == ["4", "3", "2", "1", "0"]
    assert classes(root, "chart-body")[0].attrib["data-zone"] == "UTC"
    assert [words for _, words in labels_below(root)] == ["10:00", "10:01", "10:02"]
    assert strokes(path_of(root), 0, 4) == [[(0, 1), (1, 2), (2, 4)]]
    assert circles(root, "s2") == [(50, 25, 3)]
    assert classes(root, "chart-lines")[0].attrib["viewBox"] == f"0 0 2 {HEIGHT}"


def test_the_same_in_a_picture():
    root = drawn(chart(Series("p50", [1, 2, 4]), Series("p95", [2, 3, None])), 700, 300, title="Latency", caption="ms")
    words = ["".join(e.itertext()) for e in root.iter(f"{SVG}text")]
    for word in ("Latency", "ms", "p50", "4", "p95", "3", "0", "UTC", "10:00", "10:02"):
        assert word in words
    left, top, width, height = frame_of(root)
    expected = [(left, top + height * 0.75), (left + width / 2, top + height / 2), (left + width, top)]
    assert points(path_in(root)) == [pytest.approx(point, abs=0.011) for point in expected]
    dots = [(float(e.attrib["cx"]), float(e.attrib["cy"])) for e in root.iter(f"{SVG}circle") if e.attrib["r"] == "3"]
    assert dots == [
        pytest.approx((left + width, top), abs=0.011),
        pytest.approx((left + width / 2, top + height / 4), abs=0.011),
    ]
    assert root.attrib["aria-label"].startswith("Latency: 10:00")


def test_a_single_line_on_zero_has_an_area_and_needs_no_name():
    root = parsed(chart([1, 2, 4]))
    assert [e.attrib["fill"] for e in root.iter("path") if "fill" in e.attrib] == ["url(#chart-fill-1)"]
    assert texts(root, "chart-legend") == ["4"]
    assert "url(" not in str(chart([1000, 1001, 1002]))
    assert "url(" not in str(chart([1, 2, 4], fill=False))


def test_areas_are_asked_for_under_two_lines_and_never_under_three():
    assert str(chart([1, 2], [3, 4])).count("url(#chart-fill-") == 0
    two = chart([1000, 1001], [1003, 1004], fill=True)
    fills = [e for e in parsed(two).iter("path") if "fill" in e.attrib]
    assert [e.attrib["fill"] for e in fills] == ["url(#chart-fill-1)", "url(#chart-fill-2)"]
    assert all(e.attrib["d"].endswith(f"V{HEIGHT}H0z") for e in fills)
    assert texts(parsed(two), "chart-y")[0].endswith("0"), "what is filled stands on zero"
    ids = {e.attrib["id"] for e in drawn(two).iter() if "id" in e.attrib}
    assert ids == {"fill-s1", "fill-s2"}
    three = chart([1000, 1001], [1003, 1004], [5, 6], fill=True)
    assert "url(" not in str(three)
    assert "url(" not in three.svg()


def test_no_buckets_and_no_values():
    for made in (chart(), chart([]), line([], start=TEN, step=1), line({}, categories=["a"])):
        assert "No data" in str(made)
        assert made.kind == "line"
        assert [*made.data().rows] == []
        drawn(made)
    made = chart(Series("a", [None, nan]))
    root = parsed(made)
    assert texts(root, "chart-none") == ["No data"]
    assert texts(root, "chart-legend") == [f"a{DASH}"]
    assert "No data" in "".join(drawn(made).itertext())
    assert spoken(chart([None, None])).endswith("no data")


def test_a_lone_value_is_one_dot_at_the_newest_time():
    assert circles(parsed(chart([7]))) == [(100, 0, 3)]
    assert circles(parsed(chart([7], times=[TEN]))) == [(100, 0, 3)]


@pytest.mark.parametrize("step", [60, 0.1, 1 / 3])
def test_lone_points_and_the_last_value_are_dots(step):
    root = parsed(chart([1, None, 2, None, 1, 1], step=step))
    assert [(x, r) for x, _, r in circles(root)] == [(0, 2), (40, 2), (100, 3)]
    root = parsed(chart([1, None, 2, None, 1], step=step))
    assert [(x, r) for x, _, r in circles(root)] == [(0, 2), (50, 2), (100, 3)]
    times = [TEN, TEN + step, TEN + 7.1 * step]
    root = parsed(chart([1, 1, 2, 3], times=[*times, TEN + 99.9 * step], every=step))
    assert [r for _, _, r in circles(root)] == [2, 3]


def test_late_data_is_hatched_and_never_drawn():
    root = parsed(chart([1, 1, None, None, None]))
    assert hatches(root) == [("25%", "75%")]
    assert "chart-hatch" not in str(chart([1, 1, 1, None, None]))
    assert "chart-hatch" not in str(chart([1] * 5, [1, 1])), "one of them is on time"
    picture = drawn(chart([1, 1, None, None, None]))
    left, top, width, height = frame_of(picture)
    (hatch,) = [e.attrib for e in picture.iter(f"{SVG}rect") if e.attrib.get("fill") == "url(#hatch)"]
    place = [float(hatch[key]) for key in ("x", "y", "width", "height")]
    assert place == pytest.approx([left + width / 4, top, width * 0.75, height], abs=0.02)


def test_from_the_newest_sample_until_now_is_hatched():
    made = chart([1, 2, 3], now=TEN + 480)
    root = parsed(made)
    assert hatches(root) == [("25%", "75%")]
    assert classes(root, "chart-lines")[0].attrib["viewBox"] == f"0 0 8 {HEIGHT}"
    assert circles(root) == [(25, 0, 3)]
    assert labels_below(root)[-1] == (100, "10:08")
    assert spoken(made).startswith("10:00\u201310:02 UTC: now 3")
    for on_time in (None, TEN, TEN + 120, TEN + 120 + 2.5 * 60):
        assert str(chart([1, 2, 3], now=on_time)) == str(chart([1, 2, 3]))
    assert hatches(parsed(chart([1, 2], times=[TEN, TEN + 10], every=10, now=TEN + 40))) == [("25%", "75%")]
    aware = datetime.fromtimestamp(TEN + 480, BERLIN)
    assert str(chart([1, 2, 3], now=aware)) == str(made)


def test_times_of_their_own():
    made = chart([1, 2, 4, None, 3], [1, 1, 1, 1, 1], times=[TEN + s for s in (0, 10, 20, 30, 100)], every=10)
    root = parsed(made)
    assert strokes(path_of(root), 0, 4) == [[(0, 1), (200, 2), (400, 4)]], "neither over the gap nor over the pause"
    assert path_of(root, "s2").count("M") == 1
    assert circles(root, "s2") == [(100, 75, 3)]
    assert classes(root, "chart-lines")[0].attrib["viewBox"] == f"0 0 2000 {HEIGHT}"
    assert [row[0].timestamp() - TEN for row in made.data().rows] == [0, 10, 20, 30, 100]


def test_a_pause_breaks_a_line_from_two_and_a_half_intervals_on():
    def pieces(pause, **options):
        times = [TEN, TEN + 10, TEN + 10 + pause, TEN + 20 + pause]
        return path_of(parsed(chart([1, 2, 3, 4], times=times, **options))).count("M")

    assert [pieces(pause, every=10) for pause in (10, 25, 25.1, 100)] == [1, 1, 2, 2]
    assert [pieces(pause) for pause in (25, 26)] == [1, 2], "what is expected is told from the times themselves"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (dict(start=nan, step=1), "a time must be finite"),
        (dict(start=inf, step=1), "a time must be finite"),
        (dict(start=0, step=0), "step must be positive"),
        (dict(start=0, step=-1), "step must be positive"),
        (dict(start=0, step=nan), "step must be positive"),
        (dict(start=0, step=inf), "step must be positive"),
        (dict(start=0), "needs start and step, or times"),
        (dict(step=1), "needs start and step, or times"),
        (dict(), "needs start and step, or times"),
        (dict(start=0, times=[1]), "either times, or start and step"),
        (dict(times=[2, 1]), "ascending order"),
        (dict(times=[1]), "2 values and only 1 times"),
        (dict(times=[1, nan]), "a time must be finite"),
        (dict(times=[1, 2], every=0), "step must be positive"),
        (dict(start=datetime(2026, 1, 1), step=1), "has no time zone"),
        (dict(start=0, step=1, categories=["a"]), "over time or over categories, not both"),
        (dict(times=[1], categories=["a"]), "over time or over categories, not both"),
        (dict(start=0, step=1, columns=61), "0 to 60 columns, not 61"),
        (dict(start=0, step=1, columns=-1), "0 to 60 columns, not -1"),
    ],
)
def test_what_does_not_fit_together_is_said(options, message):
    with pytest.raises(ValueError, match=message):
        line([1, 2], **options)


def test_what_are_no_series():
    with pytest.raises(TypeError, match="series must be a mapping"):
        line("123", start=0, step=1)


def test_a_fixed_axis_holds_what_lies_outside_at_its_edge():
    root = parsed(chart([-50, 50, 150, 1e299, -1e299], minimum=0, maximum=100))
    assert texts(root, "chart-y")[0].startswith("100")
    assert strokes(path_of(root), 0, 100) == [[(0, 0), (1, 50), (2, 100), (3, 100), (4, 0)]]
    assert circles(root) == [(100, 100, 3)]
    times = [TEN + i for i in range(5)]
    root = parsed(chart([-50, 50, 150, 1e299, -1e299], minimum=0, maximum=100, times=times))
    assert [y for _, y in strokes(path_of(root), 0, 100)[0]] == [0, 50, 100, 100, 0]
    picture = drawn(chart([-50, 50, 150], minimum=0, maximum=100), 400, 300)
    _, top, _, height = frame_of(picture)
    assert [y for _, y in points(path_in(picture))] == pytest.approx([top + height, top + height / 2, top], abs=0.011)


def test_the_minimum_range_of_the_axis():
    wide = [e.text for e in classes(parsed(chart([20.1, 20.3, 20.2], minimum_range=10)), "chart-y")[0]]
    assert float(wide[0]) - float(wide[-1]) >= 10
    assert float(wide[-1]) <= 20.1
    assert float(wide[0]) >= 20.3
    narrow = [e.text for e in classes(parsed(chart([20.1, 20.3, 20.2])), "chart-y")[0]]
    assert float(narrow[0]) - float(narrow[-1]) < 10
    assert str(chart([0, 50, 100], minimum_range=10)) == str(chart([0, 50, 100]))


def test_a_logarithmic_axis_has_no_place_for_zero():
    root = parsed(chart([0, 1, 10, -5, 100, 1000, None], log=True))
    assert [e.text for e in classes(root, "chart-y")[0]] == ["1,000", "100", "10", "1"]
    assert strokes(path_of(root), 0, 3) == [
        [(1, 0), (2, pytest.approx(1, abs=0.004))],
        [(4, pytest.approx(2, abs=0.004)), (5, 3)],
    ]
    assert circles(root) == [(83.33, 0, 3)]
    assert "url(#chart-fill" not in str(chart([1, 10, 100], log=True, fill=True))
    nothing = chart([0, -1], log=True)
    assert texts(parsed(nothing), "chart-none") == ["No data"]
    drawn(nothing)


def test_thresholds_are_bands_that_end_where_the_next_begins():
    made = chart(
        [0, 100],
        thresholds=[
            Threshold(70, "warn"),
            Threshold(90, "bad"),
            Threshold(10, "odd", above=False),
            Threshold(500, "bad"),
        ],
    )
    root = parsed(made)
    bands = [(e.attrib["class"], e.attrib.get("y"), e.attrib["height"]) for e in classes(root, "chart-band")]
    assert bands == [
        ("chart-band warn", "10%", "20%"),
        ("chart-band bad", None, "10%"),
        ("chart-band bad", "90%", "10%"),
    ]
    assert [e.attrib["y1"] for e in classes(root, "chart-limit")] == ["30%", "10%", "90%"]
    assert "chart-limit" not in str(chart([0, 1], thresholds=[Threshold(nan, "bad")]))
    below = chart([0, 100], thresholds=[Threshold(30, "warn", above=False), Threshold(10, "bad", above=False)])
    assert [e.attrib["height"] for e in classes(parsed(below), "chart-band")] == ["20%", "10%"]
    assert classes(parsed(chart([5, 6], thresholds=[Threshold(-1, "bad")])), "chart-band")[0].attrib["height"] == "100%"
    picture = drawn(made)
    assert len([e for e in picture.iter(f"{SVG}path") if "4 3" in e.attrib.get("stroke-dasharray", "")]) == 3


def test_more_lines_than_colours():
    made = chart(*[Series(f"w{i}", [i, i + 1]) for i in range(40)])
    root = parsed(made)
    assert len([e for e in root.iter("path") if e.attrib.get("class", "").startswith("s")]) == 8
    assert texts(root, "chart-legend")[0].endswith("+ 32 more")
    assert classes(root, "many")
    assert spoken(chart(*[Series(f"w{i}", [i]) for i in range(40)])).endswith("w5 5, 5 to 5; and 34 more")
    picture = drawn(made)
    lines = [e.attrib for e in picture.iter(f"{SVG}path") if e.attrib.get("class", "").startswith("s-s")]
    assert [e["class"] for e in lines] == [f"s-s{i}" for i in range(1, 9)]
    assert [e.get("stroke-dasharray") for e in lines] == [None] * 6 + ["6 4"] * 2
    assert {e["stroke-width"] for e in lines} == {"1.5"}
    assert "+ 32 more" in "".join(picture.itertext())
    assert len(made.data().head) == 41, "the table has them all"
    assert not classes(parsed(chart(*[[1, 2]] * 4)), "many")
    assert classes(parsed(chart(*[[1, 2]] * 5)), "many")


class TestBand:
    """Between the least and the greatest of what each value stands for."""

    def test_is_the_ground_between_lows_and_highs(self) -> None:
        series = [Series("a", [5, 5, 5], [0, 2, 4], [10, 9, 8])]
        html = str(line(series, start=0, step=60, minimum=0, maximum=10))
        assert '<path class="b s1" d="M0 0l1 32 1 32V192l-1 64 -1 64z"/>' in html

    def test_is_broken_by_gaps_and_left_out_where_it_would_have_no_width(self) -> None:
        lows, highs = [1, 1, None, 2, None, 3, 3], [9, 9, None, 8, None, 7, 7]
        html = str(line([Series("a", [5, 5, None, 5, None, 5, 5], lows, highs)], start=0, step=60))
        (path,) = re.findall(r'class="b s1" d="([^"]+)"', html)
        assert path.count("M") == path.count("z") == 2

    def test_is_on_the_axis(self) -> None:
        calm, spike = [10.0] * 5, [10.0, 10.0, 500.0, 10.0, 10.0]
        assert ">500<" in str(line([Series("a", calm, calm, spike)], start=0, step=60))

    def test_is_in_files_too(self) -> None:
        chart = line([Series("a", [5, 5], [1, 1], [9, 9])], start=0, step=60)
        assert 'fill-opacity="0.16"' in chart.svg(title="x")

    @pytest.mark.parametrize("axis", [{"times": [0, 60]}, {"categories": ["a", "b"]}])
    def test_is_of_equal_buckets(self, axis: dict[str, list[Any]]) -> None:
        with pytest.raises(ValueError, match="lows and highs are of equal buckets of time"):
            line([Series("a", [5, 5], [1, 1], [9, 9])], **axis)
