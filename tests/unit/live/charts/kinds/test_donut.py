"""Donuts: shares make a whole, the ring is the data, and what breaks naive code."""

import re
from decimal import Decimal
from math import inf, nan

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from live.charts import donut
from live.charts.kinds.donut import GAP_PERCENT
from tests.unit.live.charts.markup import SVG, classes, drawn, parsed, texts

NARROW_SPACE = "\u202f"
SCRIPT = '"><script>alert(1)</script>'
PLANS = {"Free": 1248, "Pro": 1070, "Team": 564, "Enterprise": 89}


def ring(root):
    """Return the class, start and length, in percent of the ring, and title of each slice."""
    slices = []
    for circle in classes(root, "chart-ring")[0].iter("circle"):
        if not circle.attrib:
            continue  # the empty ring
        # The whole ring has no dashes: where the two ends of one meet, a line would show.
        dashes = circle.attrib.get("stroke-dasharray", "0 0 100 100")
        assert circle.attrib.get("pathLength", "none") == ("100" if "stroke-dasharray" in circle.attrib else "none")
        none, start, length, rest = map(float, dashes.split())
        assert (none, rest) == (0, 100)
        slices.append((circle.attrib["class"], start, length, circle[0].text.replace(NARROW_SPACE, " ")))
    return slices


def legend(root):
    """Return the class, name, value and share of each row."""
    rows = classes(root, "chart-legend")[0]
    return [(li.attrib["class"], *["".join(e.itertext()).replace(NARROW_SPACE, " ") for e in li]) for li in rows]


def spoken(chart):
    return chart.text_alternative.replace(NARROW_SPACE, " ")


def test_slices_and_shares():
    chart = donut(PLANS, title="Plan mix")
    root = parsed(chart)
    assert chart.kind == "donut"
    assert legend(root) == [
        ("s1", "Free", "1,248", "42 %"),
        ("s2", "Pro", "1,070", "36 %"),
        ("s3", "Team", "564", "19 %"),
        ("s4", "Enterprise", "89", "3 %"),
    ]
    assert texts(root, "chart-value") == ["2,971"]
    assert spoken(chart) == "Plan mix, total 2,971: Free 42 %, Pro 36 %, Team 19 %, Enterprise 3 %"
    (svg,) = [e for e in root.iter("svg") if "role" in e.attrib]
    assert svg.attrib["aria-label"] == chart.text_alternative
    slices = ring(root)
    assert [title for *_, title in slices] == ["Free: 1,248", "Pro: 1,070", "Team: 564", "Enterprise: 89"]
    at = 0.0
    for (_, start, length, _), value in zip(slices, PLANS.values(), strict=True):
        assert abs(start - GAP_PERCENT / 2 - at) < 0.011
        assert abs(length + GAP_PERCENT - 100 * value / 2971) < 0.011
        at += 100 * value / 2971
    data = chart.data()
    assert (data.head, data.rows) == (("", "Value"), list(PLANS.items()))


def test_pairs_keep_their_order_and_may_repeat():
    pairs = [("a", 1), ("b", 2), ("a", 3)]
    assert [row[:2] for row in legend(parsed(donut(pairs)))] == [("s1", "a"), ("s2", "b"), ("s3", "a")]
    assert donut(pairs).data().rows == pairs
    assert donut(tuple(map(list, pairs))).data().rows == pairs


def test_shares_make_a_hundred():
    assert [row[3] for row in legend(parsed(donut({"a": 1, "b": 1, "c": 1})))] == ["34 %", "33 %", "33 %"]
    # What is there is never 0 %.
    assert [row[3] for row in legend(parsed(donut({"a": 1000, "b": 1, "c": 0})))] == ["100 %", "<1 %", "0 %"]


def test_the_largest_have_a_slice_and_the_rest_is_other():
    chart = donut([("a", 1), ("b", 30), ("c", 2), ("d", 20), ("e", None), ("f", 10)], most=2)
    assert legend(parsed(chart)) == [
        ("s1", "b", "30", "47 %"),
        ("s2", "d", "20", "32 %"),
        ("off", "Other", "13", "21 %"),
    ]
    # The table has every one of them.
    assert chart.data().rows[2] == ("c", 2)
    assert len(chart.data().rows) == 6
    forty = donut({f"series {n}": n + 1 for n in range(40)})
    assert [row[0] for row in legend(parsed(forty))] == ["s1", "s2", "s3", "s4", "s5", "s6", "off"]
    # Of equals the first.
    assert [row[1] for row in legend(parsed(donut([("a", 1), ("b", 1), ("c", 1)], most=1)))] == ["a", "Other"]
    assert [row[1] for row in legend(parsed(donut(PLANS, most=4)))] == list(PLANS)


def test_one_slice_is_a_whole_ring():
    assert ring(parsed(donut({"a": 5}))) == [("s1", 0, 100, "a: 5")]
    assert "dasharray" not in donut({"a": 5}).html() and "dasharray" in donut({"a": 5, "b": 5}).html()
    # A slice of nothing takes no gap.
    assert ring(parsed(donut({"a": 0, "b": 5, "c": None})))[0][:3] == ("s2", 0, 100)
    picture = drawn(donut({"a": 5}))
    (path,) = [e.attrib["d"] for e in picture.iter(f"{SVG}path")]
    assert path.count("A") == 4


def test_all_zero_is_an_empty_ring():
    chart = donut({"a": 0, "b": 0.0, "c": None}, unit="B")
    root = parsed(chart)
    assert ring(root) == []
    assert len(list(root.iter("circle"))) == 1
    assert texts(root, "chart-value") == [f"0{NARROW_SPACE}B"]
    assert [row[3] for row in legend(root)] == ["0 %", "0 %", "\u2013"]
    assert spoken(chart) == "Total 0 B: a 0 %, b 0 %, c \u2013"
    (path,) = drawn(chart).iter(f"{SVG}path")
    assert path.attrib["class"] == "f-grid"


@pytest.mark.parametrize("slices", [{}, [], {"a": None}, {"a": nan, "b": inf}, {"a": Decimal("NaN")}])
def test_no_values(slices):
    chart = donut(slices)
    assert chart.kind == "donut"
    assert texts(parsed(chart), "chart-empty") == ["No data"]
    drawn(chart)


@pytest.mark.parametrize(
    ("slices", "options", "error", "words"),
    [
        ({"a": -1}, {}, ValueError, "cannot be negative: a is -1"),
        (PLANS, {"most": 0}, ValueError, "1 to 6 slices"),
        (PLANS, {"most": 7}, ValueError, "1 to 6 slices"),
        ("abc", {}, TypeError, "a mapping or a list of pairs"),
        (5, {}, TypeError, "a mapping or a list of pairs"),
        ([1, 2], {}, TypeError, "a name and a value"),
        (["ab"], {}, TypeError, "a name and a value"),
        ([("a", 1, 2)], {}, TypeError, "a name and a value"),
    ],
)
def test_what_is_no_donut(slices, options, error, words):
    with pytest.raises(error, match=words):
        donut(slices, **options)


def test_numbers_follow_the_locale():
    root = parsed(donut({"a": Decimal("1234.5"), "b": 0.5}, locale="de", unit="EUR"))
    assert [row[2] for row in legend(root)][1].startswith("0,5")
    assert "." not in re.sub(r"[\d.]+", "", legend(root)[0][2]).replace("€", "")


def test_nothing_of_a_user_is_markup():
    names = {SCRIPT: 1, "x" * 300: 2, "الطلبات": 3, "\x00\x1b": 4, "&amp;<b>": 5}
    chart = donut(names, title=SCRIPT, unit=SCRIPT)
    root = parsed(chart)
    assert legend(root)[0][1] == SCRIPT
    assert ring(root)[0][3].startswith(SCRIPT)
    assert "<script" not in str(chart)
    assert "<script" not in chart.svg(title=SCRIPT)
    # In the text alternative a name is cut.
    assert "x" * 90 not in chart.text_alternative
    for width in (160, 3840):
        drawn(chart, width, width / 2)


def test_a_picture_has_the_legend_beside_or_below():
    for size in ((640, 300), (300, 400)):
        root = drawn(donut(PLANS), *size)
        words = [e.text.replace(NARROW_SPACE, " ") for e in root.iter(f"{SVG}text")]
        assert [word for word in words if word in PLANS] == list(PLANS)
        assert [word for word in words if word.endswith("%")] == ["42 %", "36 %", "19 %", "3 %"]
        assert words[0] == "2,971"
        assert len([e for e in root.iter(f"{SVG}path") if "A" in e.attrib["d"]]) == 4
    # The first begins at the top, the second where the first ends.
    first, second = [e.attrib["d"] for e in drawn(donut({"a": 1, "b": 1}), 300, 300).iter(f"{SVG}path")]
    (x, y), (right, bottom), *_ = [tuple(map(float, pair)) for pair in re.findall(r"([\d.]+) ([\d.]+)(?=[AL])", first)]
    middle = 150
    assert abs(x - middle) < 3 < bottom - y
    assert abs(right - middle) < 3
    assert re.match(r"M([\d.]+) ([\d.]+)", second)[2] == f"{bottom:.2f}"
    # One that is too low for all rows has as many as fit.
    assert len(list(drawn(donut(PLANS), 300, 80).iter(f"{SVG}text"))) < 9


@given(
    st.lists(st.tuples(st.text(max_size=12), st.none() | st.floats(0) | st.integers(0) | st.just(nan)), max_size=12),
    st.integers(1, 6),
    st.sampled_from(["", "%", "B", "s", "EUR", "requests"]),
    st.integers(160, 3840),
    st.floats(0.2, 1),
)
@settings(deadline=None, max_examples=300)
def test_the_ring_is_the_data(pairs, most, unit, width, ratio):
    chart = donut(pairs, most=most, unit=unit)
    root = parsed(chart)
    drawn(chart, width, max(width * ratio, 80))
    kept = [(label, float(v) if v is not None and v == v and v <= 1e300 else None) for label, v in pairs]
    if all(value is None for _, value in kept):
        assert classes(root, "chart-empty")
        return
    assert chart.data().rows == kept
    rows = legend(root)
    assert len(rows) == min(len(pairs), most + 1)
    total = sum(value or 0 for _, value in kept)
    shares = [int(row[3].split()[0]) for row in rows if re.match(r"\d", row[3])]
    assert sum(shares) == (100 if total else 0)
    slices = ring(root)
    if not total:
        assert slices == []
        return
    # Together with the gaps they fill the ring, in order.
    ends = [0.0]
    for _, start, length, _ in slices:
        assert start >= ends[-1] - 0.011
        ends.append(start + length)
    assert ends[-1] <= 100.011
    assert abs(sum(length for _, _, length, _ in slices) - 100) <= GAP_PERCENT * len(slices) + 0.01 * len(slices)
    # A share's middle is where it belongs, whatever the gap takes.
    if len(pairs) <= most:
        at = 0.0
        visible = [100 * (value / total) for _, value in kept if value and value / total]
        for (_, start, length, _), part in zip(slices, visible, strict=True):
            assert abs(start + length / 2 - (at + part / 2)) < 0.02
            assert part / 2 - 0.011 <= length <= part + 0.011
            at += part
