"""The gallery in Firefox. The pictures that it takes are for eyes: they are in var/gallery/.

``make test-firefox``; not among the other tests, because it needs a second browser.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.figures import CUT, OPEN, OUTSIDE, UPON, WITHOUT_BOX
from tests.browser.firefox import Firefox, firefox
from tests.servers import ROOT, Site
from tests.waiting import until

pytestmark = pytest.mark.firefox
PICTURES = ROOT / "var" / "gallery"
WIDTHS = (390, 1280)
WITH_COLUMNS = ("line", "area", "bar", "bar-horizontal", "histogram")
SHOWN = """(slug) => {
  const figure = document.querySelector(`#example-${slug} figure`);
  figure.scrollIntoView({ block: "center" });
  const box = figure.querySelector(".chart-plot").getBoundingClientRect();
  return [box.x, box.y, box.width, box.height];
}"""


@pytest.fixture
def address(running: Site) -> str:
    """The gallery's."""
    return f"{running.address}/charts/"


@pytest.fixture(scope="module")
def window(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Firefox]:
    with firefox(tmp_path_factory.mktemp("firefox")) as window:
        yield window


@pytest.mark.parametrize("theme", ["", "light", "dark"])
def test_nothing_is_refused_by_the_policy(window: Firefox, address: str, theme: str) -> None:
    window.size(1280)
    window.open(f"{address}?theme={theme}")
    window.run("() => document.body.insertAdjacentHTML('beforeend', '<p style=\"color: red\">a</p>')")
    # Firefox says it a moment later, and in order: only this one was refused.
    until(window.refused, "what is refused is seen")
    assert len(window.refused()) == 1, window.refused()


@pytest.mark.parametrize("width", [320, *WIDTHS, 1920])
def test_everything_is_in_its_box(window: Firefox, address: str, width: int) -> None:
    window.size(width)
    window.open(address)
    assert window.run("() => document.documentElement.scrollWidth") <= width
    assert window.run(WITHOUT_BOX) == 0
    assert window.run(OUTSIDE) == []
    assert window.run(CUT) == []
    assert window.run(UPON) == []


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("slug", WITH_COLUMNS)
def test_pointing_shows_the_values(window: Firefox, address: str, slug: str, width: int) -> None:
    window.size(width)
    window.open(address)
    said = {read(window, slug, part) for part in (0.05, 0.5, 0.95)}
    assert len(said) == 3
    assert all(re.search(r"\d", words) for words in said)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
def test_pictures_for_eyes(window: Firefox, address: str, width: int, theme: str) -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    window.size(width)
    window.dark(theme == "dark")
    try:
        window.open(address)
        assert window.run("() => matchMedia('(prefers-color-scheme: dark)').matches") == (theme == "dark")
        read(window, "line", 0.56)
        open_one = picture(window, f"firefox-{width}-{theme}-tooltip.png")
        whole = picture(window, f"firefox-{width}-{theme}.png", full=True)
        assert whole.stat().st_size > open_one.stat().st_size > 10_000
    finally:
        window.dark(False)


def read(window: Firefox, slug: str, part: float) -> str:
    """What the one open tooltip says when the mouse is over a part of a plot."""
    x, y, width, height = window.run(SHOWN, slug)
    window.point(x + part * width, y + part * height)
    found = window.run(f"(slug) => ({OPEN})(document.querySelector(`#example-${{slug}} figure`))", slug)
    assert len(found) == 1, found
    words, inside = found[0]
    assert inside, f"{words} is not inside of its figure"
    return str(words)


def picture(window: Firefox, name: str, *, full: bool = False) -> Path:
    path = PICTURES / name
    window.picture(path, full=full)
    return path
