"""Plain text into HTML: text stays text, and only http and https are links."""

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from live.notices.text import check_link, text_to_html

HOSTILE = st.sampled_from(
    ["<script>", "](", "[", "https://", "javascript:", '"', "'", "&", ")", "http://a", " ", "\n", "<"]
)


class Reader(HTMLParser):
    """What a browser makes of it."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.links: list[dict[str, str | None]] = []
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        if tag == "a":
            self.links.append(dict(attrs))
        if tag == "br":
            self.text += "\n"

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("plain", "plain"),
        ("<b>&amp;", "&lt;b&gt;&amp;amp;"),
        ("a\nb\r\nc", "a<br>b<br>c"),
        ("see https://a.example/b.", 'see <a href="https://a.example/b" rel="noopener">https://a.example/b</a>.'),
        ("(http://a.example)", '(<a href="http://a.example" rel="noopener">http://a.example</a>)'),
        (
            "https://a.example/b_(c) and",
            '<a href="https://a.example/b_(c)" rel="noopener">https://a.example/b_(c)</a> and',
        ),
        (
            "[the plan](https://a.example/p?a=1&b=2)!",
            '<a href="https://a.example/p?a=1&amp;b=2" rel="noopener">the plan</a>!',
        ),
        ("[<b>](https://a.example)", '<a href="https://a.example" rel="noopener">&lt;b&gt;</a>'),
        ("[x](javascript:alert(1))", "[x](javascript:alert(1))"),
        ("javascript://a.example", "javascript://a.example"),
        ("[x](/local)", "[x](/local)"),
        ("https:// and http://", "https:// and http://"),
        (
            'https://a.example/"onclick=',
            '<a href="https://a.example/" rel="noopener">https://a.example/</a>&quot;onclick=',
        ),
    ],
)
def test_text_becomes(text: str, html: str) -> None:
    assert text_to_html(text) == html


@given(st.one_of(st.text(max_size=200), st.lists(st.one_of(HOSTILE, st.text(max_size=5)), max_size=30).map("".join)))
def test_whatever_is_said_only_links_and_line_ends_come_of_it(text: str) -> None:
    read = Reader(text_to_html(text))
    assert read.tags <= {"a", "br"}
    for link in read.links:
        assert set(link) == {"href", "rel"}
        assert (link["href"] or "").startswith(("http://", "https://"))


@given(
    st.text(alphabet=st.characters(exclude_characters="[]()/:\r\x00", exclude_categories=["Cs", "Cc"]), max_size=100)
)
def test_what_has_no_link_is_read_as_it_was_written(text: str) -> None:
    assert Reader(text_to_html(text)).text == text


@pytest.mark.parametrize("link", ["", "/", "/boards/5/?a=b", "https://a.example", "http://a.example:80/b#c"])
def test_where_a_notice_may_lead(link: str) -> None:
    assert check_link(link) == link


@pytest.mark.parametrize(
    "link",
    ["javascript:alert(1)", "//a.example", "/\\a.example", "data:text/html,a", "a.example", "https://", "https:a"]
    + [
        " https://a.example",
        "https://a.example/ b",
        "/a\nb",
        "JaVaScRiPt:a",
        "ftp://a.example",
        "https://a\\b",
        "http://[a",
    ],
)
def test_where_it_may_not(link: str) -> None:
    with pytest.raises(ValueError, match="is no link; it must begin with https://"):
        check_link(link)
