"""Lines over categories."""

from math import inf, nan

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from live.charts import Series, Threshold, line
from live.charts.axes.value import scale_of
from live.charts.path import HEIGHT
from live.charts.values import clean
from tests.unit.live.charts.markup import classes, drawn, parsed, spoken, strokes, texts

DAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
ORDERS = Series("", [182, 240, 199, 305, 274, 140, 120])
SCRIPT = '"><script>alert(1)</script>'


def chart(labels, lines, **options):
    return line(lines, categories=labels, **options)


def circles(root, token="s1"):
    return [
        (float(e.attrib.get("cx", "100%")[:-1]), float(e.attrib["cy"][:-1]))
        for e in root.iter("circle")
        if e.attrib["class"] == token
    ]


def columns(root):
    return list(classes(root, "chart-tooltip")[0].iter("td"))


def test_points_stand_in_the_middle_of_their_slots():
    made = chart(DAYS, [ORDERS], title="Orders")
    root = parsed(made)
    assert [e.attrib["cx"] for e in root.iter("circle")][:2] == ["7.14%", "21.43%"]
    assert classes(root, "chart-lines")[0].attrib["viewBox"] == f"-0.5 0 7 {HEIGHT}"
    assert [e.text for e in classes(root, "chart-x")[0]] == DAYS
    y = [int(e.text) for e in classes(root, "chart-y")[0]]
    assert y == [*range(y[0], -1, y[1] - y[0])]
    assert y[1] < 305 <= y[0]
    assert texts(root, "chart-tooltip") == ["".join(f"{d}{v}" for d, v in zip(DAYS, ORDERS.values, strict=True))]
    assert spoken(made) == "Orders, 7 categories: lowest 120 for Sun, highest 305 for Thu"
    assert spoken(made) == made.text_alternative
    drawn(made)


def test_two_lines_have_a_legend_without_last_values_and_areas_if_asked():
    two = [Series("a", ORDERS.values), Series("b", [1] * 7)]
    made = chart(DAYS, two, thresholds=[Threshold(100, "warn")], fill=True)
    root = parsed(made)
    assert str(made).count("url(#chart-fill-") == 2
    assert texts(root, "chart-legend") == ["ab"]
    assert classes(root, "chart-band")
    assert "a 120 to 305; b 1 to 1" in spoken(made)
    assert str(chart(DAYS, [ORDERS])).count("url(#chart-fill-") == 1
    assert "url(" not in str(chart(DAYS, two))
    assert texts(parsed(chart(DAYS, two, show_extremes=True)), "s1")[0] == "a120\u2013305"


@pytest.mark.parametrize(
    "labels", [[], ["a"], ["a", "b"], ["x" * 300, SCRIPT], ["\u202eيوم", 3], [str(i) for i in range(61)]]
)
@pytest.mark.parametrize(
    "points",
    [[], [1], [None, nan], [0, 0], [-1, 1], [1e-12, 1e15], [inf, -inf], [5, 5], list(range(100)), [1, None, 3, None]],
)
def test_any_values_make_a_chart(labels, points):
    for options in (dict(), dict(minimum=0, maximum=2), dict(log=True), dict(fill=True, columns=60)):
        made = chart(labels, [Series("", points), Series(SCRIPT, [1])], title=SCRIPT, unit=SCRIPT, **options)
        parsed(made)
        assert "<script" not in str(made) + made.svg(title=SCRIPT)
        for width in (160, 3840):
            drawn(made, width)


def test_nothing_to_show():
    assert "No data" in str(chart([], [ORDERS]))
    assert "No data" in str(chart(DAYS, []))
    root = parsed(chart(DAYS, [Series("a", [None])]))
    assert texts(root, "chart-none") == ["No data"]
    one = chart(DAYS[:3], [Series("a", [1, None, 3])])
    assert spoken(one).endswith("a lowest 1 for Mon, highest 3 for Wed; no data for Tue")
    assert spoken(chart(["a"], [5])) == "1 category: 5 for a"


def test_what_lies_outside_a_fixed_axis_is_at_its_edge():
    root = parsed(chart(["a", "b", "c"], [-50, 50, 150], minimum=0, maximum=100))
    assert circles(root) == [(16.67, 100), (50, 50), (83.33, 0)]


def test_more_lines_than_colours():
    root = parsed(chart(DAYS, [Series(f"w{i}", [i] * 7) for i in range(40)]))
    assert len([e for e in root.iter("path") if e.attrib.get("class", "").startswith("s")]) == 8
    assert texts(root, "chart-legend")[0].endswith("+ 32 more")
    assert len(list(columns(root)[0].iter("hr"))) == 8


def test_many_categories_have_fewer_labels_columns_and_points():
    labels = [f"category {i}" for i in range(200)]
    values = [None if i % 3 == 2 and i % 2 else i for i in range(200)]
    root = parsed(chart(labels, [Series("a", [1, None, 2, None, *values[4:]])]))
    assert len(classes(root, "chart-x")[0]) == 12
    assert classes(root, "chart-x")[0][0].text == "categor…"
    assert len(columns(root)) == 30
    assert len(list(root.iter("circle"))) == 3
    assert len(columns(parsed(chart(labels[:60], values)))) == 60
    assert not classes(parsed(chart(DAYS, [ORDERS], columns=0)), "chart-tooltip")


def test_up_to_sixty_points_are_dots():
    assert len(circles(parsed(chart(range(60), [1] * 60)))) == 60
    assert len(circles(parsed(chart(range(30), [1] * 30)))) == 30
    assert circles(parsed(chart(range(61), [1] * 61))) == []
    assert circles(parsed(chart(range(31), [Series("a", [1] * 31), Series("b", [1] * 31)]))) == []


def test_the_data_of_the_table():
    data = chart(["a", 7], {"x": [1, nan], "": [2]}, unit="ms").data()
    assert data.head == ("", "x", "Value")
    assert [*data.rows] == [("a", 1, 2), ("7", None, None)]
    assert data.unit == "ms"


def test_a_decimal_comma_stays_out_of_coordinates():
    made = chart(DAYS, [Series("a", [0.5, 1.25, None, 3])], locale="de")
    assert "1,25" in str(made)
    parsed(made)
    drawn(made, 333.3)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.text(max_size=30), max_size=70), st.lists(st.lists(st.none() | st.floats(), max_size=70), max_size=10)
)
def test_anything_makes_a_well_formed_chart(labels, lines):
    made = chart(labels, [Series("<b>", values) for values in lines], locale="de", unit="B")
    parsed(made)
    drawn(made, 200, 100)


sane = st.none() | st.sampled_from([nan, inf]) | st.floats(-1e9, 1e9, allow_subnormal=False).map(lambda v: round(v, 3))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(sane, max_size=70), min_size=1, max_size=8), st.integers(1, 90), st.integers(80, 4000))
def test_what_is_drawn_is_the_data(lines, size, width):
    labels = [f"<{i}>" for i in range(size)]
    made = chart(labels, [Series(str(i), values) for i, values in enumerate(lines)])
    root = parsed(made)
    drawn(made, width)
    assert len(columns(root)) == (size if size <= 60 else 30)
    assert "tabindex" in columns(root)[-1].attrib
    scale = scale_of([clean(values, size) for values in lines])
    if not scale.ticks:
        return
    low, high = scale.ticks[0], scale.ticks[-1]
    for index, line_values in enumerate(lines, 1):
        values = {i: v for i, v in enumerate(clean(line_values, size).values) if v is not None}
        path = next((e.attrib["d"] for e in root.iter("path") if e.attrib.get("class") == f"s{index}"), "")
        drawing = strokes(path, low, high)
        assert {part[k][0] for part in drawing for k in range(1, len(part))} == {i for i in values if i - 1 in values}
        decoded_values = {x: y for part in drawing for x, y in part}
        dots = circles(root, f"s{index}")
        for x, y in dots:
            at = round(x / 100 * size - 0.5)
            assert x == pytest.approx(100 * (at + 0.5) / size, abs=0.006)
            decoded_values.setdefault(at, high - y / 100 * (high - low))
        if size * len(lines) <= 60:
            assert len(dots) == len(values), "few points are dots, too"
        half = 0.53 * (high - low) / HEIGHT
        assert decoded_values == {i: pytest.approx(v, abs=half) for i, v in values.items()}
