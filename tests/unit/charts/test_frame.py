"""The shared parts, the public names, and the style sheets that belong to them."""

import ast
import re
from pathlib import Path

import live.charts
from live.charts.frame import percent, text

CHARTS = Path(live.charts.__file__).parent
STATIC = CHARTS.parent.parent / "static" / "live"


def test_gradients_are_one_hidden_drawing():
    html = live.charts.gradients()
    assert re.findall(r'id="([^"]+)"', html) == ["chart-fill-1", "chart-fill-2", "chart-hatch"]
    assert "style" not in html
    assert 'aria-hidden="true"' in html


def test_text():
    assert text('<a href="x">\'&') == "&lt;a href=&quot;x&quot;&gt;&#x27;&amp;"
    assert text("a\x00b\x1bc\td") == "abc\td"
    assert text(3) == "3"


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
