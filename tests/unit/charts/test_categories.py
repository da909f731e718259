"""Lines over categories."""

from math import nan

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from live.charts import Line, Threshold, line_over_categories
from tests.unit.charts.markup import classes, parsed, texts

DAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
ORDERS = Line("", [182, 240, 199, 305, 274, 140, 120])


def test_points_stand_in_the_middle_of_their_slots():
    root = parsed(line_over_categories(DAYS, [ORDERS], title="Orders"))
    assert [e.attrib["cx"] for e in root.iter("circle")][:2] == ["7.14%", "21.43%"]
    assert classes(root, "chart-lines")[0].attrib["viewBox"] == "-.5 0 7 400"
    assert [e.text for e in classes(root, "chart-x")[0]] == DAYS
    assert [e.text for e in classes(root, "chart-y")[0]] == ["400", "300", "200", "100", "0"]
    assert texts(root, "chart-read") == ["".join(f"{d}{v}" for d, v in zip(DAYS, ORDERS.values, strict=True))]
    assert classes(root, "chart-plot")[0].attrib["aria-label"] == (
        "Orders, 7 categories: lowest 120 for Sun, highest 305 for Thu"
    )


def test_two_lines_have_areas_and_a_legend_without_last_values():
    html = line_over_categories(
        DAYS, [Line("a", ORDERS.values), Line("b", [1] * 7)], thresholds=[Threshold(100, "warn")]
    )
    root = parsed(html)
    assert html.count("url(#chart-fill-") == 2
    assert texts(root, "chart-legend") == ["ab"]
    assert classes(root, "chart-band")
    assert "a 120 to 305; b 1 to 1" in classes(root, "chart-plot")[0].attrib["aria-label"]


@pytest.mark.parametrize("labels", [[], ["a"], ["a", "b"], ["x" * 300, "<script>"], [str(i) for i in range(61)]])
@pytest.mark.parametrize("points", [[], [1], [None, nan], [0, 0], [-1, 1], [1e-12, 1e15]])
def test_any_values_make_a_chart(labels, points):
    html = line_over_categories(labels, [Line("", points)])
    parsed(html)
    assert "<script" not in html


def test_nothing_to_show():
    assert "No data" in line_over_categories([], [ORDERS])
    assert "No data" in line_over_categories(DAYS, [])
    root = parsed(line_over_categories(DAYS, [Line("a", [None])]))
    assert texts(root, "chart-none") == ["No data"]
    said = classes(parsed(line_over_categories(DAYS[:3], [Line("a", [1, None, 3])])), "chart-plot")[0]
    assert said.attrib["aria-label"].endswith("a lowest 1 for Mon, highest 3 for Wed; no data for Tue")


def test_many_categories_have_fewer_labels_columns_and_points():
    labels = [f"category {i}" for i in range(200)]
    values = [None if i % 3 == 2 and i % 2 else i for i in range(200)]
    root = parsed(line_over_categories(labels, [Line("a", [1, None, 2, None, *values[4:]])]))
    assert len(classes(root, "chart-x")[0]) == 12
    assert classes(root, "chart-x")[0][0].text == "categor…"
    assert len(list(root.iter("hr"))) == 30
    assert len(list(root.iter("circle"))) == 3


@settings(max_examples=60)
@given(
    st.lists(st.text(max_size=30), max_size=70), st.lists(st.lists(st.none() | st.floats(), max_size=70), max_size=10)
)
def test_anything_makes_a_well_formed_chart(labels, lines):
    parsed(line_over_categories(labels, [Line("<b>", line) for line in lines], locale="de", unit="B"))
