"""The tooltip of a chart."""

from itertools import pairwise

import pytest

from live.charts.output.html import safe
from live.charts.output.tooltip import column, tooltip, words_column
from tests.unit.live.charts.markup import classes, parsed

SCRIPT = '"><script>alert(1)</script>'


def rooted(html):
    return parsed(safe(html))


def test_a_column():
    assert column("10:00", (1.5, None, 1234567.0), "", "de") == ("<a>10:00<hr/>1,5<hr/>\u2013<hr/>1.234.567</a>")
    assert words_column("x", [("ok", "fine"), ("", "<")]) == '<a>x<hr class="ok"/>fine<hr/>&lt;</a>'
    assert "<script" not in column(SCRIPT, (1,), SCRIPT, "en") + words_column(SCRIPT, [("", SCRIPT)])


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
