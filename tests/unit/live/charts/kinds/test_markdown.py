"""Text: Markdown in, harmless HTML out."""

import re
import subprocess
import sys
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from live.charts import markdown
from live.charts.kinds.markdown import TAGS
from tests.unit.live.charts.markup import SVG, drawn, parsed, texts


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
        "<b id=x style=color:red class=chart-tooltip>b</b>",
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
            module._libraries.cache_clear()
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


def test_charts_need_neither_package():
    code = "import sys, live.charts; print({'nh3', 'markdown_it'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


@pytest.mark.parametrize("text", ["a\x0cb", "a&#12;b", "a\x00b", "a\ud800b", "a&#xFFFF;b", "`a\x1bb`", "[a](/x&#12;y)"])
def test_what_xml_has_no_place_for_is_left_out(text):
    parsed(markdown(text))


def test_signs_that_join_letters_stay():
    family = "\U0001f468\u200d\U0001f469"
    assert texts(parsed(markdown(f"{family} \u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645")), "chart-prose") == [
        f"{family} \u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645"
    ]


def test_links_inside_the_site_are_links():
    for address in ("runbook.html", "#now", "?a=1", "mailto:ada@example.org"):
        assert f'href="{address}"' in str(markdown(f"[a]({address})"))
    for address in ("ftp://example.org", "tel:1", "file:///etc", "vbscript:x", "JAVASCRIPT:x"):
        assert "href" not in str(markdown(f"[a](<{address}>)"))


@pytest.mark.parametrize(
    "address",
    [
        *("//other.example", "///other.example", "<//other.example>", "&#9;//other.example", "&sol;/other.example"),
        *(
            "https:other.example",
            "HTTPS:other.example",
            "https:/other.example",
            "http:///other.example",
            "https:?other.example",
        ),
    ],
)
def test_what_looks_like_a_path_of_the_site_and_leads_elsewhere_is_no_link(address):
    for text in (f"[a]({address})", f"[a]\n\n[a]: {address}", f"<{address}>"):
        made = markdown(text)
        assert not list(parsed(made).iter("a"))
        assert "other.example" in made.text_alternative, "it stays as it was typed"


@pytest.mark.parametrize(
    "address", ["/\\other", "\\\\\\\\other", "&#92;&#92;other", "/&#92;other", "/&#10;/other", "ht&#10;tps:o"]
)
def test_what_a_browser_would_leave_out_is_part_of_a_path(address):
    assert re.search(r'href="/?(%5C|%0A|ht%0A)', str(markdown(f"[a]({address})")))


def test_a_list_goes_on_counting():
    assert next(parsed(markdown("3. c\n4. d")).iter("ol")).attrib == {"start": "3"}


def test_no_text_takes_long():
    evil = ["[" * 20_000, "*_" * 10_000, ">" * 20_000, "`a" * 10_000, "![[" * 6_600, "x" * 20_000, "|a" * 10_000]
    began = process_time()
    for text in evil:
        made = markdown(text)
        parsed(made)
        drawn(made, 300, 200)
    assert process_time() - began < 10


def test_its_data_are_its_lines():
    made = markdown('# A\n\n- b *c*.\n- d\n\n  e\n\n|f|g|\n|-|-|\n|1|2|\n\n```\nx < y\n  z\n```\n\n![p "q"](r)')
    lines = [line for (line,) in made.data().rows]
    assert lines == ["A", "\u2022 b c.", "\u2022 d", "e", "f \u00b7 g", "1 \u00b7 2", "x < y", "z", 'p "q"']
    assert made.text_alternative.startswith("A \u2022 b c. \u2022 d e")


def test_a_link_with_a_title_leaves_no_trace_in_the_words():
    made = markdown('[a](/b "x > y") c')
    assert list(made.data().rows) == [("a c",)]


def test_a_picture_that_has_no_room_says_so():
    words = [e.text for e in drawn(markdown("word " * 500), 200, 120).iter(f"{SVG}text")]
    assert words[-1].endswith("\u2026")
    words = [e.text for e in drawn(markdown("a\n\n" * 50), 200, 120).iter(f"{SVG}text")]
    assert words[-1].endswith("\u2026")
    words = [e.text for e in drawn(markdown("a\n\nb"), 200, 120).iter(f"{SVG}text")]
    assert words == ["a", "b"]


def test_signs_of_html_are_text_wherever_they_stand():
    assert texts(parsed(markdown("a\u00a0b <i> &amp; ![<b>p</b>](q)")), "chart-prose") == ["a\u00a0b <i> & <b>p</b>"]
