"""The category axis."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from live.charts.axes.category import MAX_LABELS, labels, labels_html, tooltip_html
from live.charts.output.html import safe
from tests.unit.live.charts.markup import classes, parsed

SCRIPT = '"><script>alert(1)</script>'


def rooted(html):
    return parsed(safe(html))


def test_up_to_twelve_names_each_have_a_slot():
    for size in (1, 4, 5, MAX_LABELS):
        names = tuple(f"category {i}" for i in range(size))
        (row,) = classes(rooted(labels_html(names)), "chart-x")
        assert row.tag == "ol"
        assert [item.text for item in row] == [*names]
        assert ("many" in row.attrib["class"]) == (size > 4)
        assert [label.words for label in labels(names)] == [*names]


def test_of_more_every_nth_has_a_label_in_the_middle_of_its_slot():
    names = tuple(f"category {i}" for i in range(13))
    (row,) = classes(rooted(labels_html(names)), "chart-x")
    assert row.tag == "svg"
    assert [item.attrib["x"] for item in row][:2] == ["3.85%", "19.23%"]
    assert [item.attrib.get("class") for item in row] == [None, "odd", "half", "odd", "quarter", "odd", "half"]
    assert row[0].text == "categor…"
    assert labels(("12345678",) * 13)[0].words == "12345678"


@pytest.mark.parametrize("size", [1, 2, 59, 60, 61, 1000])
def test_columns(size):
    seen = []
    html = tooltip_html(size, lambda i: seen.append(i) or f"<a>{i}</a>")
    cells = list(classes(rooted(html), "chart-tooltip")[0].iter("td"))
    assert len(cells) == (size if size <= 60 else 30)
    assert seen == sorted(set(seen))
    assert seen[0] < size / len(cells)
    assert seen[-1] >= size - size / len(cells)
    assert "tabindex" in cells[-1].attrib


def test_the_column_of_many_is_the_middle_of_what_it_stands_for():
    seen = []
    tooltip_html(90, lambda i: seen.append(i) or "")
    assert seen == [3 * i + 1 for i in range(30)]


def test_names_are_escaped():
    for names in ((SCRIPT,), (SCRIPT,) * 13):
        assert "<script" not in labels_html(names)
        rooted(labels_html(names))


@given(st.lists(st.text(max_size=20), min_size=1, max_size=200))
def test_labels_are_sorted_and_inside(names):
    places = [label.at for label in labels(tuple(names))]
    assert places == sorted(places)
    assert 0 < places[0] <= places[-1] < 1
    assert len(places) <= MAX_LABELS
    rooted(labels_html(tuple(names)))
