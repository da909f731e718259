"""The shared parts, the public names, and the style sheets that belong to them."""

import ast
import re
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import live.charts
from live.charts.frame import (
    Entry,
    body,
    column,
    grid,
    legend,
    percent,
    read_out,
    safe,
    said,
    said_by,
    text,
    value_labels,
)
from live.charts.palette import PAINTS
from tests.unit.charts.markup import classes, parsed

CHARTS = Path(live.charts.__file__).parent
STATIC = CHARTS.parent / "static" / "live"


SCRIPT = '"><script>alert(1)</script>'


def rooted(html):
    return parsed(safe(html))


def test_gradients_are_one_hidden_drawing():
    html = live.charts.gradients()
    assert re.findall(r'id="([^"]+)"', html) == ["chart-fill-1", "chart-fill-2", "chart-hatch"]
    assert "style" not in html
    assert 'aria-hidden="true"' in html


def test_text():
    assert text('<a href="x">\'&') == "&lt;a href=&quot;x&quot;&gt;&#x27;&amp;"
    assert text("a\x00b\x1bc\td") == "abc\td"
    assert text(3) == "3"


@given(st.text())
def test_a_sentence_is_escaped_like_any_text(words):
    assert said(words) == text(words)
    assert parsed(safe(f'<p title="{text(words)}">{text(words)}</p>'))[0].tag == "p"


def test_a_legend():
    html = legend([Entry("s1", "p50", "7 ms"), Entry("s2", "", "5"), Entry("s3", ""), Entry("s4", "x", "1", "0..9")], 2)
    assert html == (
        '<ul class="chart-legend"><li class="s1">p50<b>7 ms</b></li><li class="s2"><b>5</b></li>'
        '<li class="s4">x<b>1</b><small>0..9</small></li><li>+ 2 more</li></ul>'
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


def test_a_column():
    assert column("10:00", (1.5, None, 1234567.0), "", "de") == ("<a>10:00<hr/>1,5<hr/>\u2013<hr/>1.234.567</a>")
    assert said_by("x", [("ok", "fine"), ("", "<")]) == '<a>x<hr class="ok"/>fine<hr/>&lt;</a>'
    assert "<script" not in column(SCRIPT, (1,), SCRIPT, "en") + said_by(SCRIPT, [("", SCRIPT)])


@pytest.mark.parametrize(("size", "stops"), [(1, 1), (2, 2), (30, 30), (31, 31), (40, 20), (41, 14), (60, 20)])
def test_the_keyboard_stops_at_the_newest_column_and_back_in_equal_steps(size, stops):
    cells = list(rooted(read_out(["<a>x</a>"] * size)).iter("td"))
    assert len(cells) == size
    marked = [i for i, cell in enumerate(cells) if "tabindex" in cell.attrib]
    assert len(marked) == stops
    assert marked[-1] == size - 1
    assert len({b - a for a, b in pairwise(marked)}) <= 1
    assert {cells[i].attrib["tabindex"] for i in marked} == {"0"}


def test_columns_with_a_width_of_their_own():
    (table,) = classes(rooted(read_out(["<a>x</a>"] * 3, {0: "5%", 2: "7.5%"})), "chart-read")
    assert [cell.attrib.get("width") for cell in table.iter("td")] == ["5%", None, "7.5%"]
    assert table.attrib["class"] == "chart-read"
    assert 'class="chart-read rows"' in read_out([], rows=True)


def test_the_body():
    root = rooted(body("<i>y</i>", SCRIPT, "<g/>", "<i>r</i>", "<i>x</i>", SCRIPT, " g4"))
    (found,) = classes(root, "chart-body")
    assert found.attrib["data-zone"] == SCRIPT
    assert [e.tag for e in found] == ["i", "svg", "i", "i"]
    assert found[1].attrib == {"class": "chart-plot g4", "role": "img", "aria-label": SCRIPT}
    assert "data-zone" not in body("", "", "", "", "")


def test_percent():
    assert [percent(*p) for p in ((0, 3), (1, 3), (1, 2), (3, 3))] == ["0%", "33.33%", "50%", "100%"]


def test_the_modules_are_pure():
    for path in CHARTS.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and node.level == 0:
                names = [node.module or ""]
            assert not [n for n in names if n.startswith(("live", "channels"))], path
            django = [n for n in names if n.startswith("django")]
            assert set(django) <= {"django.utils.html", "django.utils.safestring"}, path


def test_every_public_name_has_a_docstring():
    for name in live.charts.__all__:
        assert getattr(live.charts, name).__doc__


def _tokens(css: str) -> dict[str, str]:
    return dict(re.findall(r"(--[\w]+):\s*([^;]+);", css))


def _blocks() -> tuple[dict[str, str], dict[str, str], dict[str, str]]:
    css = (STATIC / "theme.css").read_text()
    light = css[css.index(":root {") : css.index("@media")]
    system = css[css.index("@media (prefers-color-scheme: dark)") : css.index(':root[data-theme="dark"]')]
    forced = css[css.index(':root[data-theme="dark"]') : css.index("@media (prefers-contrast")]
    return _tokens(light), _tokens(system), _tokens(forced)


def _luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(one: str, two: str) -> float:
    a, b = sorted((_luminance(one), _luminance(two)), reverse=True)
    return (a + 0.05) / (b + 0.05)


def test_pictures_have_the_colours_of_the_page():
    light, dark, _ = _blocks()

    def colour(theme: dict[str, str], token: str) -> str:
        value = theme.get(f"--{token}") or light[f"--{token}"]
        alias = re.fullmatch(r"var\(--(\w+)\)", value)
        return colour(theme, alias[1]) if alias else value.lower()

    for token, paint in PAINTS.items():
        assert (paint.light, paint.dark) == (colour(light, token), colour(dark, token)), token
    assert {"surface", "ink", "muted", "grid", "axis", "line", "ok", "warn", "bad", "off", "s1", "s8"} <= set(PAINTS)


def test_both_dark_themes_are_the_same():
    _, system, forced = _blocks()
    assert system == forced


def test_text_and_status_colours_can_be_read():
    light, dark, _ = _blocks()
    for theme in (light, dark):
        for ground in (theme["--surface"], theme["--page"]):
            for name in ("--ink", "--muted", "--accent", "--ok", "--warn", "--bad", "--off"):
                assert _contrast(theme[name], ground) >= 4.5, (name, theme[name], ground)
        for number in range(1, 7):
            assert _contrast(theme[f"--s{number}"], theme["--surface"]) >= 3


def test_every_class_in_the_markup_has_a_rule():
    css = (STATIC / "charts.css").read_text()
    markup = "".join(path.read_text() for path in CHARTS.glob("*.py"))
    for name in set(re.findall(r"chart-[a-z]+", markup)) - {"chart-fill", "chart-hatch"}:
        assert name in css or f"{name}" in ("chart-line", "chart-categories", "chart-stat", "chart-status"), name
    assert not re.search(r"#[0-9a-fA-F]{3,8}\b", css)
