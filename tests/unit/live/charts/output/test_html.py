"""The HTML parts of charts."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

import live.charts
from live.charts.output.html import Entry, grid, legend, percent, safe, text, uncached_text, value_labels
from tests.unit.live.charts.markup import classes, parsed

SCRIPT = '"><script>alert(1)</script>'


def rooted(html):
    return parsed(safe(html))


def test_gradients_are_one_hidden_drawing():
    html = live.charts.gradients()
    assert re.findall(r'id="([^"]+)"', html) == [*(f"chart-fill-{n}" for n in range(1, 9)), "chart-hatch"]
    assert "style" not in html
    assert 'aria-hidden="true"' in html


def test_text():
    assert text('<a href="x">\'&') == "&lt;a href=&quot;x&quot;&gt;&#x27;&amp;"
    assert text("a\x00b\x1bc\td") == "abc\td"
    assert text(3) == "3"


@given(st.text())
def test_a_text_alternative_is_escaped_like_any_text(words):
    assert uncached_text(words) == text(words)
    assert parsed(safe(f'<p title="{text(words)}">{text(words)}</p>'))[0].tag == "p"


def test_a_legend():
    html = legend([Entry("s1", "p50", "7 ms"), Entry("s2", "", "5"), Entry("s3", ""), Entry("s4", "x", "1", "0..9")], 2)
    assert html == (
        '<ul class="chart-legend"><li class="s1">p50<b>7 ms</b></li><li class="s2"><b>5</b></li>'
        '<li class="s4">x<b>1</b><small>0..9</small></li><li><bdi>+ 2 more</bdi></li></ul>'
    )
    assert legend([]) == '<ul class="chart-legend"></ul>'


@pytest.mark.parametrize("label", ["x" * 17, "naïve", SCRIPT, "\u202eزمن"])
def test_a_name_that_is_long_or_foreign_is_isolated(label):
    (item,) = classes(rooted(legend([Entry("s1", label)])), "s1")
    assert [e.tag for e in item] == ["bdi"]
    assert item[0].text == label
    assert "bdi" not in legend([Entry("s1", "x" * 16)])


def test_labels_of_values():
    assert value_labels(("5", "0")) == '<ol class="chart-y" aria-hidden="true"><li>5</li><li>0</li></ol>'
    assert 'class="chart-y rows"' in value_labels(("a",), True)
    assert "<script" not in value_labels((SCRIPT,))
    assert value_labels(()) == '<p class="chart-none">No data</p>'


def test_the_grid():
    assert grid(0, 0) == ("", "")
    assert grid(4, 4) == (" g4", "")
    assert grid(4, 1) == (" g4 z", '<line class="chart-zero" x2="100%" y1="25%" y2="25%"/>')
    assert grid(4, 0) == (" g4 z", '<line class="chart-zero" x2="100%" y1="0%" y2="0%"/>')
    assert grid(4, 0, True) == (" g4 up", "")
    assert grid(4, 1, True) == (" g4 up z", '<line class="chart-zero" x1="25%" x2="25%" y2="100%"/>')
    assert grid(40, 40)[0] == " g12", "as many as the style sheet knows"


def test_percent():
    assert [percent(*p) for p in ((0, 3), (1, 3), (1, 2), (3, 3))] == ["0%", "33.33%", "50%", "100%"]
