"""The tooltip of a chart."""

from itertools import pairwise

import pytest

from live.charts.output.html import safe
from live.charts.output.tooltip import column, heads, tooltip, words_column
from tests.unit.live.charts.markup import classes, parsed

SCRIPT = '"><script>alert(1)</script>'


def rooted(html):
    return parsed(safe(html))


def test_a_column():
    names = (("s1", ""), ("s2", "b"), ("s3", "c"))
    assert column("10:00", (1.5, None, 1234567.0), names, "", "de") == (
        "<a>10:00<hr/>1,5<hr/>b \u2013<hr/>c 1.234.567</a>"
    )
    assert words_column("x", [("ok", "fine"), ("", "<")]) == '<a>x<hr class="ok"/>fine<hr/>&lt;</a>'
    assert "<script" not in column(SCRIPT, (1,), (("s1", SCRIPT),), SCRIPT, "en") + words_column(SCRIPT, [("", SCRIPT)])


@pytest.mark.parametrize(
    ("values", "unit", "words"),
    [
        ((79.0, 222.0), "ms", "p50 79|p95 222 ms"),
        ((79.0, None), "ms", "p50 79|p95 \u2013 ms"),
        ((79.0, 12_300.0), "ms", "p50 79_ms|p95 12.3_s"),
        ((41.0, 42.5), "%", "p50 41_%|p95 42.5_%"),
        ((1e6, 2.0), "B/s", "p50 976.562_KiB/s|p95 2_B/s"),
        ((5.0, 2.5), "EUR", "p50 €5.00|p95 €2.50"),
        ((5.0, 2.5), "", "p50 5|p95 2.5"),
    ],
)
def test_names_and_units(values, unit, words):
    html = column("x", values, heads(["p50", "p95"], ["s1", "s2"]), unit, "en").replace("\u202f", "_")
    assert html == f"<a>x<hr/>{words.replace('|', '<hr/>')}</a>"


def test_a_total_is_of_several_and_of_what_is_known():
    names = heads(["a", "b"], ["s3", "off"])
    assert column("x", (1.0, 2.0), names, "ms", "en", True) == (
        '<a>x<hr class="s3"/>a 1<hr class="off"/>b 2<b>Total 3</b> ms</a>'
    )
    assert "<b>Total 1</b>" in column("x", (1.0, None), names, "", "en", True)
    assert "Total" not in column("x", (None, None), names, "", "en", True)
    assert "Total" not in column("x", (1.0,), names[:1], "", "en", True)


def test_a_long_name_is_cut_in_each_column():
    assert heads(["x" * 40], ["s1"]) == (("s1", "x" * 23 + "…"),)


@pytest.mark.parametrize(("size", "stops"), [(1, 1), (2, 2), (30, 30), (31, 31), (40, 20), (41, 14), (60, 20)])
def test_the_keyboard_stops_at_the_newest_column_and_back_in_equal_steps(size, stops):
    cells = list(rooted(tooltip(["<a>x</a>"] * size)).iter("td"))
    assert len(cells) == size
    marked = [i for i, cell in enumerate(cells) if "tabindex" in cell.attrib]
    assert len(marked) == stops
    assert marked[-1] == size - 1
    assert len({b - a for a, b in pairwise(marked)}) <= 1
    assert {cells[i].attrib["tabindex"] for i in marked} == {"0"}


def test_columns_with_a_width_of_their_own():
    (table,) = classes(rooted(tooltip(["<a>x</a>"] * 3, {0: "5%", 2: "7.5%"})), "chart-tooltip")
    assert [cell.attrib.get("width") for cell in table.iter("td")] == ["5%", None, "7.5%"]
    assert table.attrib["class"] == "chart-tooltip"
    assert 'class="chart-tooltip rows"' in tooltip([], rows=True)
