"""A board as one HTML file: the panels of the page, and nothing outside of it."""

import base64
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

import live
from boards import kinds
from boards.files.offline import SHEETS, board_html, styles, without_links
from boards.models import Board
from boards.ranges import View
from live.templatetags.charts import STYLES

pytestmark = [pytest.mark.django_db, pytest.mark.database]
FONTS = Path(live.__file__).parent / "static" / "live" / "fonts"
# Attributes by which an element refers to something.
REFERENCES = {"href", "src", "srcset", "action", "formaction", "poster", "data", "background", "ping", "style"}


class Elements(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.texts: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attributes

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def test_it_refers_to_nothing_and_runs_nothing(every_kind: Board) -> None:
    html = board_html(every_kind, View(), "")
    found = Elements(html)
    assert not {"script", "link", "base", "iframe", "object", "embed", "form", "img"} & {*found.tags}
    assert not [pair for pair in found.attributes if pair[0].rpartition(":")[2] in REFERENCES or pair[0][:2] == "on"]
    assert not [pair for pair in found.attributes if pair[1] and re.search(r"https?:|//", pair[1])]
    assert dict(found.attributes)["content"] and "default-src 'none'" in html
    targets = re.findall(r"url\(([^)]*)\)", styles())
    assert targets and all(target.strip("'\"").startswith(("data:font/woff2;", "#")) for target in targets)
    assert "@import" not in styles() and "/*" not in styles()


def test_every_kind_is_there_with_its_words(every_kind: Board) -> None:
    html = board_html(every_kind, View(), "")
    for kind in kinds.every():
        assert f"<b>The {kind.name}</b>" in html, kind.name
    words = " ".join(Elements(html).texts)
    assert "See the wiki or here" in " ".join(words.split()) and "<script>alert(1)" in words, "text, as on the page"
    assert "now 40" in html, "the text alternative of the line"
    assert html.count("chart-defs") >= 1 and 'id="chart-fill-1"' in html


def test_the_typeface_is_in_it() -> None:
    font = base64.b64encode((FONTS / "inter.woff2").read_bytes()).decode()
    assert f"url(data:font/woff2;base64,{font})" in styles()
    assert styles().count("base64") == 1 and set(STYLES) < set(SHEETS)


@pytest.mark.parametrize(("theme", "mark"), [("", 'dir="ltr">'), ("dark", 'dir="ltr" data-theme="dark">')])
def test_it_has_a_theme_or_its_readers(board: Board, theme: str, mark: str) -> None:
    html = board_html(board, View(), theme)  # type: ignore[arg-type]
    assert mark in html and "This board has no panels yet." in html


def test_a_link_is_its_words() -> None:
    html = '<p><a title="a > b" href="https://x.example/?a=1" rel="nofollow">wiki</a> <a>now</a> href="x"</p>'
    assert without_links(html) == '<p><a title="a > b" rel="nofollow">wiki</a> <a>now</a> href="x"</p>'
