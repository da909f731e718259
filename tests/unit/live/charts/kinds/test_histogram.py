"""Histograms: every value is in one bin, bins end on round numbers, and what breaks naive code."""

from bisect import bisect_right
from itertools import pairwise
from math import inf, nan
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from live.charts.kinds.histogram import MAX_BINS, binned, histogram
from tests.unit.live.charts.markup import classes, drawn, parsed, texts

SCRIPT = '"><script>alert(1)</script>'


def rects(root):
    return [
        tuple(float(e.attrib.get(k, "0").rstrip("%")) for k in ("x", "y", "width", "height"))
        for e in classes(root, "s1")
        if e.tag == "rect"
    ]


def cells(root):
    return ["".join(td.itertext()) for td in root.iter("td")]


def test_bins_have_round_edges():
    chart = histogram([1, 2.5, 12, 13, 14, 25, 39.5], bins=4, unit="ms", title="Waits")
    root = parsed(chart)
    assert [e.text for e in classes(root, "chart-x")[0]] == ["0", "10", "20", "30", "40"]
    assert [e.attrib["x"] for e in classes(root, "chart-x")[0]] == ["0%", "25%", "50%", "75%", "100%"]
    assert [e.text for e in classes(root, "chart-y")[0]] == ["3", "2", "1", "0"]
    assert [(x, width) for x, _, width, _ in rects(root)] == [(0, 25), (25, 25), (50, 25), (75, 25)]
    assert [height for *_, height in rects(root)] == [66.67, 100, 33.33, 33.33]
    assert cells(root)[:2] == ["0 \u2013 102 \u00b7 28.6\u202f%", "10 \u2013 203 \u00b7 42.9\u202f%"]
    assert chart.text_alternative.replace("\u202f", " ") == (
        "Waits, 7 values: median 13 ms, range 1 ms to 39.5 ms, most in 10 \u2013 20 (3, 42.9 %)"
    )
    assert classes(root, "chart-plot")[0].attrib["aria-label"] == chart.text_alternative
    data = chart.data()
    assert data.head == ("From (ms)", "To (ms)", "Count")
    assert [tuple(row) for row in data.rows] == [(0, 10, 2), (10, 20, 3), (20, 30, 1), (30, 40, 1)]


def test_a_value_on_an_edge_is_in_the_bin_above_but_for_the_last():
    data = histogram([0, 10.5, 20, 20, 40], bins=4).data()
    assert [tuple(row) for row in data.rows] == [(0, 10, 1), (10, 20, 1), (20, 30, 2), (30, 40, 1)]


def test_whole_numbers_have_bins_of_their_own():
    random = Random(1)
    chart = histogram([random.randint(1, 6) for _ in range(600)])
    root = parsed(chart)
    assert [cell.partition("\u00b7")[0].strip()[0] for cell in cells(root)] == list("123456")
    assert len(rects(root)) == 6
    # Steps of 2.5 would hold two whole numbers and three in turn.
    for most in range(2, 200):
        rows = histogram(list(range(most)), bins=10).data().rows
        assert all((low % 1, high % 1) == (0, 0) for low, high, _ in rows)
        counts = [count for *_, count in rows]
        assert max(counts[1:-1], default=0) == min(counts[1:-1], default=0)


@pytest.mark.parametrize("value", [0, 5, 7.3, -4, -0.25, 1e-300, -1e-300, 1e300, -1e300, 1e15, 5e-324])
@pytest.mark.parametrize("count", [1, 2, 500])
def test_equal_values(value, count):
    chart = histogram([value] * count)
    root = parsed(chart)
    drawn(chart)
    assert len(rects(root)) == 1
    (low, high, counted) = chart.data().rows[0]
    assert low <= value <= high
    assert low < high
    assert counted == count
    assert ("1 value: " if count == 1 else f"{count} values: all ") in chart.text_alternative


@given(
    st.lists(st.none() | st.floats() | st.integers(-(2**53), 2**53) | st.integers(0, 20), max_size=60),
    st.none() | st.integers(1, MAX_BINS),
    st.sampled_from(["", "%", "B", "s", "ms"]),
    st.integers(160, 3840),
)
@settings(deadline=None, max_examples=300)
def test_every_value_is_in_one_bin(values, bins, unit, width):
    chart = histogram(values, bins=bins, unit=unit)
    root = parsed(chart)
    drawn(chart, width, max(width / 3, 160))
    numbers = [float(v) for v in values if v is not None and abs(v) <= 1e300]
    rows = chart.data().rows
    assert sum(count for *_, count in rows) == len(numbers)
    if not numbers:
        assert texts(root, "chart-empty") == ["No data"]
        return
    assert 1 <= len(rows) <= MAX_BINS
    edges = [low for low, *_ in rows] + [rows[-1][1]]
    assert edges[0] <= min(numbers)
    assert max(numbers) <= edges[-1]
    assert all(a < b for a, b in pairwise(edges))
    wanted = [0] * len(rows)
    for number in numbers:
        wanted[min(bisect_right(edges, number) - 1, len(rows) - 1)] += 1
    assert [count for *_, count in rows] == wanted
    # What is drawn is the counts, against labels that are whole numbers.
    labels = [e.text for e in classes(root, "chart-y")[0]]
    assert all(label.isdigit() for label in labels)
    top = int(labels[0])
    assert [int(label) for label in labels] == [
        round(top * (len(labels) - 1 - i) / (len(labels) - 1)) for i in range(len(labels))
    ]
    drawn_counts = dict.fromkeys(range(len(rows)), 0)
    for x, y, size, height in rects(root):
        assert y + height == pytest.approx(100, abs=0.011)
        assert size == pytest.approx(100 / len(rows), abs=0.0051)
        drawn_counts[round(x * len(rows) / 100)] = round(height * top / 100, 6)
    assert list(drawn_counts.values()) == pytest.approx(wanted, abs=0.00501 * top / 100 + 1e-9)
    assert len(cells(root)) == len(rows)


@given(st.integers(1, 10**6))
@settings(deadline=None, max_examples=60)
def test_counts_have_whole_ticks(count):
    labels = [e.text for e in classes(parsed(histogram([1] * min(count, 3000))), "chart-y")[0]]
    numbers = [int(label.replace(",", "")) for label in labels]
    assert len(set(numbers)) == len(numbers) >= 2
    assert len(numbers) <= 8
    assert len({a - b for a, b in pairwise(numbers)}) == 1


def test_how_many_bins_there_are():
    random = Random(2)
    usual = [random.gauss(100, 20) for _ in range(1000)]
    assert 15 <= len(histogram(usual).data().rows) <= 35  # Freedman and Diaconis say 24
    assert 4 <= len(histogram([random.random() for _ in range(10)]).data().rows) <= 8  # Sturges: 5
    # A few far outside must not make thousands.
    assert len(histogram([*usual, 1e9]).data().rows) <= MAX_BINS
    assert len(histogram([1e-12, 1e15]).data().rows) <= MAX_BINS
    for bins in range(1, MAX_BINS + 1):
        assert bins / 2 - 1 <= len(histogram(usual, bins=bins).data().rows) <= min(1.5 * bins + 2, MAX_BINS)


def test_gaps_do_not_count():
    assert histogram([None, nan, inf, -inf, 3]).text_alternative == "1 value: 3"
    for values in ([], [None], [nan, inf]):
        chart = histogram(values)
        assert chart.kind == "histogram"
        assert "No data" in str(chart)
        parsed(chart)
        drawn(chart)


def test_nothing_of_a_user_is_markup():
    chart = histogram([1, 2, 3.5], title=SCRIPT, unit=SCRIPT)
    parsed(chart)
    drawn(chart, 160, 160, title=SCRIPT, caption=SCRIPT, note=SCRIPT)
    for text in (str(chart), chart.svg(), str(histogram([1, 2], title="x" * 300))):
        assert "<script" not in text
        assert len(text) < 6000


def test_numbers_follow_the_locale():
    chart = histogram([0.25, 0.5, 1.75, 1.8, 1.9, 1.95], locale="de", bins=4)
    assert cells(parsed(chart))[0] == "0,0 \u2013 0,52 \u00b7 33,3\u202f%".replace("0,52", "0,51").replace(
        "33,3", "16,7"
    )
    assert "50\u202f%" in histogram([1.5] * 2 + [9] * 2, bins=2, unit="%").text_alternative


@pytest.mark.parametrize(
    ("values", "bins", "error"),
    [
        ("123", None, TypeError),
        (5, None, TypeError),
        ([1], 0, ValueError),
        ([1], 61, ValueError),
        ([1], 2.5, TypeError),
        ([1], True, TypeError),
    ],
)
def test_options_that_cannot_be(values, bins, error):
    with pytest.raises(error, match=r"bins|values"):
        histogram(values, bins=bins)


def test_numbers_that_are_close_to_each_other_and_far_from_zero():
    found = binned([355_209_842_335_748, 355_209_842_342_269], None)
    assert sum(found.counts) == 2
    assert len(found.counts) <= MAX_BINS
