"""Text: Markdown in, harmless HTML out."""

import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from live.charts import markdown
from live.charts.markdown import TAGS
from tests.unit.charts.markup import drawn, parsed, texts


def tags(text):
    root = parsed(markdown(text))
    return {e.tag for e in root.iter()} - {"figure", "div"}


def test_it_is_markdown():
    root = parsed(
        markdown("# Runbook\n\nCall **Ada**, *soon*.\n\n- one\n- two\n\n|a|b|\n|-|-|\n|1|2|\n\n---\nx  \ny ~~z~~ `c`")
    )
    assert [e.text for e in root.iter("h3")] == ["Runbook"]
    assert [e.text for e in root.iter("strong")] == ["Ada"]
    assert [e.text for e in root.iter("li")] == ["one", "two"]
    assert [e.text for e in root.iter("td")] == ["1", "2"]
    assert len(list(root.iter("hr"))) == 1 and len(list(root.iter("br"))) == 1
    assert [e.text for e in root.iter("code")] == ["c"]


def test_headings_begin_at_the_third_level():
    assert tags("# a\n\n## b\n\n##### c") == {"h3", "h4", "h6"}


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        '"><script>alert(1)</script>',
        "<img src=x onerror=alert(1)>",
        '<a href="javascript:alert(1)" onclick="x">a</a>',
        "<b id=x style=color:red class=chart-read>b</b>",
        "[a](javascript:alert(1))",
        "[a](data:text/html;base64,xx)",
        "![a](http://example.org/x.png)",
        "<!-- c --><style>*{}</style>",
        "&#106;avascript:alert(1)",
    ],
)
def test_nothing_of_it_is_more_than_text(text):
    assert tags(text) <= {"p", "a"}
    for element in parsed(markdown(text)).iter("a"):
        assert element.attrib["href"].startswith(("http", "mailto"))


def test_links_lead_away_safely_and_pictures_are_their_words():
    (link,) = parsed(markdown("[docs](https://example.org/?a=1&b=2)")).iter("a")
    assert link.attrib == {"href": "https://example.org/?a=1&b=2", "rel": "noopener nofollow"}
    assert texts(parsed(markdown("![a chart](http://x/y.png)")), "chart-prose") == ["a chart"]
    assert [e.attrib["href"] for e in parsed(markdown("[here](/boards/x/)")).iter("a")] == ["/boards/x/"]


def test_no_text_is_the_empty_state_and_too_much_is_refused():
    assert texts(parsed(markdown(" \n")), "chart-empty") == ["No data"]
    with pytest.raises(ValueError, match="20,000"):
        markdown("x" * 20_001)


def test_a_package_that_is_missing_is_named(monkeypatch):
    from live.charts import markdown as kind

    module = sys.modules[kind.__module__]
    for name in ("nh3", "markdown_it"):
        with monkeypatch.context() as patch:
            patch.setitem(sys.modules, name, None)
            module._html.cache_clear()
            module._lines.cache_clear()
            module._parser.cache_clear()
            with pytest.raises(ImportError, match="pip install markdown-it-py nh3"):
                str(markdown("not cached before " + name))


def test_as_a_picture_it_is_its_words():
    picture = drawn(markdown("# Runbook\n\n" + "many words " * 60), 300, 200)
    assert "Runbook" in "".join(picture.itertext())
    assert markdown("a\n\nb").data().rows == [("a",), ("b",)]


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=300) | st.text("*_#<>&[]()!`~-|:\\ \n\t\"'=abjs:/123.", max_size=200), st.integers(160, 2000))
def test_any_text_is_well_formed_and_harmless(text, width):
    made = markdown(text)
    root = parsed(made)
    drawn(made, width, 200)
    for element in root.iter():
        assert element.tag in TAGS | {"figure", "div", "p"}
        assert set(element.attrib) <= {"href", "title", "rel", "class"}
