"""A chart with axes: the same parts on a page and in a picture."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from live.charts.kinds.area import area
from live.charts.kinds.bar import bar
from live.charts.kinds.line import line
from live.charts.kinds.timeline import timeline
from live.charts.marks import Box, Dot, Limit
from live.charts.output.chart import Data
from live.charts.output.html import Entry, Label
from live.charts.output.plot import Plot
from tests.unit.live.charts.markup import SVG, classes, drawn, parsed, points, texts

SCRIPT = '"><script>alert(1)</script>'
X = (Label(0, "Mon", "first"), Label(0.5, "Tue"), Label(1, "Wed", "day last"))


def plot(**options):
    parts = dict(
        text_alternative="what is seen",
        y=("10", "5", "0"),
        x=X,
        x_html='<ol class="chart-x"></ol>',
        marks=[Dot("s1", 50, 50, 3), Limit("bad", 50)],
        tooltip=lambda: "<i>tooltip</i>",
        legend=[Entry("s1", "a", "7"), Entry("s2", "b")],
        intervals=2,
        strong=2,
    )
    return Plot(**parts | options).chart("test", lambda: Data((), ()))


def words(root):
    """Return {text: (x, y, anchor)} of a picture."""
    return {
        "".join(e.itertext()): (float(e.attrib["x"]), float(e.attrib["y"]), e.attrib.get("text-anchor", "start"))
        for e in root.iter(f"{SVG}text")
    }


def rules(root):
    """Return (class, first point, last point) of each line of the grid."""
    lines = [
        (e.attrib["class"], *points(e.attrib["d"]))
        for e in root.iter(f"{SVG}path")
        if e.attrib.get("class") in ("s-grid", "s-axis")
    ]
    return sorted(lines, key=lambda rule: (rule[1], rule[2]))


def test_the_page():
    root = parsed(plot(zone="CET", more=3))
    assert texts(root, "chart-legend") == ["a7b+ 3 more"]
    body = classes(root, "chart-body")[0]
    assert body.attrib["data-zone"] == "CET"
    assert [e.attrib.get("class", e.tag) for e in body] == ["chart-y", "chart-plot g2", "i", "chart-x"]
    assert texts(root, "chart-y") == ["1050"]
    drawing = classes(root, "chart-plot")[0]
    assert [e.tag for e in drawing] == ["circle", "line"]
    assert (drawing.attrib["role"], drawing.attrib["aria-label"]) == ("img", "what is seen")
    assert plot().text_alternative == "what is seen"
    assert "data-zone" not in classes(parsed(plot()), "chart-body")[0].attrib


def test_the_words_of_a_page_are_escaped():
    root = parsed(plot(zone=SCRIPT, text_alternative=SCRIPT))
    assert classes(root, "chart-body")[0].attrib["data-zone"] == SCRIPT
    assert classes(root, "chart-plot")[0].attrib["aria-label"] == SCRIPT


def test_the_rule_of_zero_is_first_and_stronger():
    root = parsed(plot(strong=1))
    drawing = classes(root, "chart-plot")[0]
    assert drawing.attrib["class"] == "chart-plot g2 z"
    assert drawing[0].attrib == {"class": "chart-zero", "x2": "100%", "y1": "50%", "y2": "50%"}


def test_the_tooltip_is_only_made_for_a_page():
    def fail():
        raise AssertionError

    made = plot(tooltip=fail)
    drawn(made)
    with pytest.raises(AssertionError):
        str(made)


def test_the_picture():
    root = drawn(plot(zone="CET", more=3), 600, 300)
    labels = words(root)
    assert set(labels) == {"a", "7", "b", "+ 3 more", "10", "5", "0", "CET", "Mon", "Tue", "Wed"}
    lines = rules(root)
    assert [name for name, _, _ in lines] == ["s-grid", "s-grid", "s-axis"]
    left, right = lines[0][1][0], lines[0][2][0]
    heights = [first[1] for _, first, _ in lines]
    assert heights[1] - heights[0] == pytest.approx(heights[2] - heights[1], abs=0.011)
    assert right == 584
    for label, height in zip(("10", "5", "0"), heights, strict=True):
        x, y, anchor = labels[label]
        assert (anchor, x) == ("end", pytest.approx(left - 10, abs=0.011))
        assert y == pytest.approx(height + 4, abs=0.011)
    assert labels["Mon"][::2] == (pytest.approx(left, abs=0.011), "start")
    assert labels["Tue"][::2] == (pytest.approx((left + right) / 2, abs=0.011), "middle")
    assert labels["Wed"][::2] == (pytest.approx(right, abs=0.011), "end")
    (dot,) = [e for e in root.iter(f"{SVG}circle") if e.attrib["r"] == "3"]
    assert float(dot.attrib["cx"]) == pytest.approx((left + right) / 2, abs=0.011)
    assert float(dot.attrib["cy"]) == pytest.approx(heights[1], abs=0.011)
    bold = {e.text for e in root.iter(f"{SVG}text") if e.attrib.get("font-weight") == "600"}
    assert bold == {"7", "Wed"}


def test_rows_have_their_labels_in_the_middle_and_rules_that_stand():
    made = plot(rows=True, strong=0, y=("first", "second"))
    drawing = classes(parsed(made), "chart-plot")[0]
    assert drawing.attrib["class"] == "chart-plot g2 up"
    root = drawn(made, 600, 300)
    lines = rules(root)
    assert [name for name, _, _ in lines] == ["s-axis", "s-grid", "s-grid"]
    (top, bottom), labels = (lines[0][1][1], lines[0][2][1]), words(root)
    assert labels["first"][1] == pytest.approx(top + (bottom - top) / 4 + 4, abs=0.011)
    assert labels["second"][1] == pytest.approx(top + (bottom - top) * 3 / 4 + 4, abs=0.011)


def test_without_values_it_says_so():
    made = plot(y=(), marks=[])
    assert texts(parsed(made), "chart-none") == ["No data"]
    assert "No data" in words(drawn(made))
    assert "No data" not in words(drawn(plot()))


@pytest.mark.parametrize("unit", ["", "%", "ms", "B", "GiB/s", "EUR"])
def test_no_label_of_the_axis_is_cut_while_there_is_room(unit):
    for top in (1, 7, 12, 90, 450, 999, 1200, 1500, 12345, 99999, 1234567):
        made = bar([top, top / 3], categories=["a", "b"], unit=unit)
        cut = [text for text in words(drawn(made, 640, 320)) if "…" in text]
        assert cut == [], f"an axis up to {top} {unit}"


def test_a_legend_without_names_and_values_is_not_drawn():
    assert not {"a", "7"} & set(words(drawn(plot(legend=[Entry("s1", "")]))))
    named, bare = rules(drawn(plot())), rules(drawn(plot(legend=[Entry("s1", "")])))
    assert named[0][1][1] - bare[0][1][1] == pytest.approx(20, abs=0.011)


def test_a_legend_has_as_many_rows_as_it_needs_and_three_at_most():
    many = [Entry(f"s{i % 8 + 1}", f"a longer name {i}", "123") for i in range(40)]
    root = drawn(plot(legend=many), 400, 300)
    ys = {y for text, (_, y, _) in words(root).items() if text.startswith("a longer")}
    assert len(ys) == 3
    assert max(ys) < rules(root)[0][1][1]
    one = {y for text, (_, y, _) in words(drawn(plot(legend=many), 8000, 300)).items() if text.startswith("a longer")}
    assert len(one) == 1


def test_labels_without_room_beside_the_one_before_are_left_out():
    crowd = [Label(i / 99, f"label {i}") for i in range(100)]
    root = drawn(plot(x=crowd), 400, 300)
    kept = sorted(x for text, (x, _, _) in words(root).items() if text.startswith("label"))
    assert 3 <= len(kept) <= 12
    assert all(b - a > 40 for a, b in pairwise(kept))
    assert set(words(drawn(plot(x=tuple(reversed(X)))))) >= {"Mon", "Tue", "Wed"}, "whatever their order"


def test_a_picture_that_is_very_low_lets_its_words_go():
    assert {"a", "10", "Mon"} <= set(words(drawn(plot(), 300, 160)))
    low = set(words(drawn(plot(), 300, 110)))
    assert {"10", "Mon"} <= low
    assert "a" not in low
    assert not words(drawn(plot(), 300, 80))
    assert rules(drawn(plot(), 300, 80))


def test_long_labels_leave_room_for_the_plot():
    root = drawn(plot(y=("x" * 300, SCRIPT, "\u202eزمن" * 30)), 300, 200)
    left, right = rules(root)[0][1][0], rules(root)[0][2][0]
    assert right - left >= 0.55 * (300 - 32)


@pytest.mark.parametrize("word", [SCRIPT, "x" * 300, "\u202eزمن", "\x00\x1b", "&lt;"])
def test_any_words(word):
    entries = [Entry("s1", word, word, word)] * 3
    made = plot(text_alternative=word, y=(word,) * 3, legend=entries, zone=word)
    assert "<script" not in str(made) + made.svg(title=word, caption=word, note=word)
    parsed(made)
    for size in ((80, 80), (160, 400), (3840, 200)):
        drawn(made, *size, title=word, caption=word, note=word)


percent = st.floats(0, 100)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.text(max_size=30), max_size=9).map(tuple),
    st.lists(st.builds(Label, st.floats(0, 1), st.text(max_size=30), st.sampled_from(["", "first", "day last"]))),
    st.lists(
        st.builds(Dot, st.just("s1"), percent, percent, st.just(0))
        | st.builds(Limit, st.just("bad"), percent, st.booleans())
        | st.builds(lambda y, h: Box("band", "ok", 0, y, 100, (100 - y) * h), percent, st.floats(0, 1))
    ),
    st.lists(st.builds(Entry, st.sampled_from(["s1", "ok"]), *[st.text(max_size=30)] * 3), max_size=20),
    st.integers(0, 12),
    st.booleans(),
    st.floats(80, 8000),
    st.floats(80, 8000),
    st.data(),
)
def test_any_plot_is_well_formed_at_any_size(y, x, marks, legend, intervals, rows, width, height, data):
    strong = data.draw(st.integers(0, intervals))
    made = plot(y=y, x=x, marks=marks, legend=legend, intervals=intervals, rows=rows, strong=strong, zone="CEST")
    parsed(made)
    drawn(made, width, height)


def test_a_page_reads_which_time_is_shown_from_edge_to_edge():
    times = {"start": 1_790_000_000, "step": 60}
    charts = {
        "line": line([1, 2, 3], **times),
        "stack": area({"a": [1, 2, 3], "b": [1, 2, 3]}, stacked=True, **times),
        "bar": bar([1, 2, 3], **times),
        "timeline": timeline({"a": []}, start=1_790_000_000, end=1_790_000_120),
        "rows": bar([1, 2, 3], horizontal=True, **times),
        "names": bar([1, 2, 3], categories=["a", "b", "c"]),
    }
    bodies = {kind: classes(parsed(chart.html()), "chart-body")[0] for kind, chart in charts.items()}
    edges = {kind: body.attrib.get("data-time") for kind, body in bodies.items()}
    samples, buckets = "1790000000/1790000120", "1790000000/1790000180"
    assert edges == {
        "line": samples,
        "stack": samples,
        "bar": buckets,
        "timeline": samples,
        "rows": None,
        "names": None,
    }
