"""What a fragment's HTML must be like."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from live import FragmentError
from live.rendering import markup
from live.rendering.markup import check, in_root, nested_as, split_root, with_language


@pytest.mark.parametrize(
    ("html", "tag", "rest"),
    [
        ("<p>a</p>", "p", ">a</p>"),
        ('  <figure class="a">b</figure>\n', "figure", ' class="a">b</figure>'),
        ("<x-chart>1</x-chart>", "x-chart", ">1</x-chart>"),
        ("<tr><td>1</td></tr>", "tr", "><td>1</td></tr>"),
        ("<TBODY></TBODY>", "tbody", "></TBODY>"),
        ("<li>1</li>", "li", ">1</li>"),
        ("<DIV>a</DIV>", "div", ">a</DIV>"),
        ("<ul\nclass=a></ul>", "ul", "\nclass=a></ul>"),
    ],
)
def test_the_root_is_taken_apart(html: str, tag: str, rest: str) -> None:
    assert split_root(html, "it") == (tag, rest)


@pytest.mark.parametrize(
    "html", ["", "text", "text <p></p>", "<!-- a --><p></p>", "<!doctype html><html></html>", "<1></1>"]
)
def test_a_fragment_begins_with_an_element(html: str) -> None:
    with pytest.raises(FragmentError, match="it must be one element, and it begins with"):
        split_root(html, "it")


@pytest.mark.parametrize("html", ["<p>a</p> b", "<p>a", "<p>a</p><div>b</div>", "<p/>", "<p>a</p><!-- b -->"])
def test_a_fragment_ends_with_the_same_element(html: str) -> None:
    with pytest.raises(FragmentError, match="it must be one element: it begins with <p> and ends with"):
        split_root(html, "it")


def test_an_error_shows_the_end_of_a_long_one() -> None:
    with pytest.raises(FragmentError, match=r"ends with '.{28} and the end'\Z"):
        split_root(f"<p>{'long ' * 100}</p> and the end", "it")


@pytest.mark.parametrize(
    "tag",
    ["col", "colgroup", "img", "input", "html", "head", "body", "g", "path", "linearGradient", "option"],
)
def test_what_cannot_stand_alone_is_refused(tag: str) -> None:
    with pytest.raises(FragmentError, match="cannot be swapped by itself"):
        split_root(f"<{tag}></{tag}>", "it")


@pytest.mark.parametrize(
    "html",
    [
        "<p>a &amp; b</p>",
        "<div><img src='a.png'><br>a<br/><hr></div>",
        '<svg viewBox="0 0 1 1"><path d="M0 0"/><g><rect/></g></svg>',
        "<table><tbody><tr><td>1</td></tr></tbody></table>",
        "<section><!-- a --><!--live:tests-person-1--></section>",
        "<table><caption>a</caption><colgroup><col></colgroup><tr><th>1</th><td><div>a</div></td></tr></table>",
        "<tbody><template></template><tr><td><ul><li>a</li></ul></td></tr></tbody>",
        "<div><template><tr><td>a</td></tr></template></div>",
        "<dl><div><dt>a</dt><dd>b</dd></div></dl>",
        '<p role="img" data-style="a" title="on">a</p>',
        '<div><button form="one-elsewhere" formaction="/a">a</button></div>',
        "\n <p>a</p>\n ",
    ],
)
def test_good_html_passes(html: str) -> None:
    check(html, "it")


@pytest.mark.parametrize(
    ("html", "why"),
    [
        ("<div><form></form></div>", "<form> would lose what the reader does"),
        ("<div><input></div>", "<input> would lose"),
        ("<div><details></details></div>", "<details> would lose"),
        ("<div><button>a</button></div>", "<button> would lose"),
        ("<div><button form>a</button></div>", "<button> would lose"),
        ("<div><iframe></iframe></div>", "<iframe> would lose"),
        ("<form></form>", "<form> would lose"),
        ("<div><script>1</script></div>", "<script> does nothing in a fragment"),
        ("<div><style>a{}</style></div>", "<style> does nothing in a fragment"),
        ('<div id="a"></div>', "<div id>: ids and swaps are added by the engine"),
        ('<div><p id="a"></p></div>', "<p id>: ids and swaps"),
        ('<svg><path id="a"/></svg>', "<path id>: ids and swaps"),
        ('<div hx-swap-oob="true"></div>', "<div hx-swap-oob>: ids and swaps"),
        ('<div data-hx-swap-oob="true"></div>', "<div data-hx-swap-oob>: ids and swaps"),
        ("<p><div>a</div></p>", "<div> ends the <p> that it is in, for a browser"),
        ("<p>a<span><ul></ul></span></p>", "<ul> ends the <p> that it is in"),
        ("<p>a<hr></p>", "<hr> ends the <p> that it is in"),
        ('<div style="color:red"></div>', "<div style> is refused by a strict content security policy"),
        ('<div><a onclick="a()">b</a></div>', "<a onclick> is refused"),
        ('<div ONLOAD="a()"></div>', "<div onload> is refused"),
        ('<div aria-live="polite"></div>', "<div aria-live> must stay in the page"),
        ('<div role="status"></div>', "<div role> must stay in the page"),
        ("<div contenteditable></div>", "<div contenteditable> must stay in the page"),
        ("<p>a</p><p>b</p>", "a second element, <p>"),
        ("<p>a</p><br>", "a second element, <br>"),
        ("<div>a</div> b", "text outside the element: 'b'"),
        ("b <div>a</div>", "text outside the element: 'b'"),
        ("<div><p>a</div>", "</div> comes while <p> is open; close that first, for no end tag may be left out"),
        ("<div><button>a</button></div>", "put it outside, or give the button the form= of one outside"),
        ("<div></div></div>", "</div> closes nothing that is open"),
        ("<div><b>a", "<b> is not closed"),
        ("<div><tr><td>a</td></tr></div>", "<tr> is in no <table>, <tbody>, <tfoot> or <thead>"),
        ("<td><tr></tr></td>", "<tr> is in no <table>"),
        ("<div><td>a</td></div>", "<td> is in no <table>, <tbody>, <tfoot>, <thead> or <tr>"),
        ("<div><tbody></tbody></div>", "<tbody> is in no <table>"),
        ("<div><li>a</li></div>", "<li> is in no <menu>, <ol> or <ul>"),
        ("<div><dt>a</dt></div>", "<dt> is in no <dl>"),
        ("<tbody><div>a</div></tbody>", "<div> is in a <tbody>, and a browser puts it in front of the table"),
        ("<tr><p>a</p></tr>", "<p> is in a <tr>, and a browser puts it in front"),
        ("<table><tr><td>a</td></tr><br></table>", "<br> is in a <table>"),
    ],
)
def test_bad_html_is_refused_with_the_reason(html: str, why: str) -> None:
    with pytest.raises(FragmentError) as caught:
        check(html, "it")
    assert why in str(caught.value)


@pytest.mark.parametrize(
    ("html", "tag", "why"),
    [
        ("<div>{}</div>", "tr", "it, line 1: <tr> is in no <table>"),
        ("<tbody>\n{}</tbody>", "div", "it, line 2: <div> is in a <tbody>, and a browser puts it in front"),
        ("<p>{}</p>", "div", "<div> ends the <p> that it is in"),
        ("<div>{}</div>", "li", "<li> is in no <menu>, <ol> or <ul>"),
    ],
)
def test_a_nested_fragment_cannot_stand_anywhere_either(html: str, tag: str, why: str) -> None:
    with pytest.raises(FragmentError) as caught:
        check(html.format(nested_as(tag)), "it")
    assert why in str(caught.value)


@pytest.mark.parametrize(
    ("html", "tag"), [("<tbody>{}</tbody>", "tr"), ("<ul>{}</ul>", "li"), ("<p>{}</p>", ""), ("<tbody>{}</tbody>", "")]
)
def test_a_nested_fragment_that_is_at_home(html: str, tag: str) -> None:
    check(html.format(nested_as(tag)), "it")


def test_everything_that_is_wrong_is_told_at_once() -> None:
    with pytest.raises(FragmentError) as caught:
        check('<tr id="a">\n<td style="b"><button>c</button><button>d</button></td>\n</tr>\n<tr></tr>', "it")
    assert [problem.split(";")[0] for problem in str(caught.value).splitlines()] == [
        "it, line 1: <tr id>: ids and swaps are added by the engine, one a fragment",
        "it, line 2: <td style> is refused by a strict content security policy",
        "it, line 2: <button> would lose what the reader does in it at the next swap",
        "it, line 4: a second element, <tr>",
    ]


def test_after_a_tag_that_closes_nothing_it_stops() -> None:
    with pytest.raises(FragmentError) as caught:
        check("<div><p></b><form></div>", "it")
    assert str(caught.value) == "it, line 1: </b> closes nothing that is open"


@pytest.mark.parametrize(
    ("rest", "own"),
    [
        (">a</p>", False),
        (' class="a">b</p>', False),
        (' title="> lang=">b</p>', False),
        (' data-lang="de" lang-x=1>b</p>', False),
        ("><b lang='de'></b></p>", False),
        (' lang="de">b</p>', True),
        ("\nclass='> a' LANG = de>b</p>", True),
    ],
)
def test_a_root_has_the_language_of_its_words_unless_it_says_one(rest: str, own: bool) -> None:
    assert with_language(rest, "fr") == (rest if own else f' lang="fr"{rest}')


@pytest.mark.parametrize("tag", ["tr", "tbody", "thead", "tfoot", "td", "th", "caption", "li", "dt", "dd"])
def test_words_stand_in_what_they_stand_for(tag: str) -> None:
    words = in_root("<div>gone</div>", tag)
    assert split_root(words, "it")[0] == tag
    check(words, "it")
    assert "<td" in words or tag not in ("tr", "tbody", "thead", "tfoot")


@pytest.mark.parametrize("tag", ["div", "p", None])
def test_elsewhere_words_stand_as_they_are(tag: str | None) -> None:
    assert in_root("<div>gone</div>", tag) == "<div>gone</div>"


def test_the_line_is_named() -> None:
    with pytest.raises(FragmentError, match=r"^it, line 3: <form>"):
        check("<div>\n<p>a</p>\n<form></form></div>", "it")


@given(html=st.text(alphabet="<>/ab =\"'!-", max_size=60))
def test_whatever_the_html_only_our_own_exception_is_raised(html: str) -> None:
    for look in (split_root, check):
        try:
            look(html, "it")
        except FragmentError as error:
            assert str(error).startswith("it")


PIECES = [
    *["<p>", "</p>", "<i>", "</i>", "<br>", "<svg/>", "<button>", '<button form="f">', "</button>", "</b>"],
    *['<b title="a > b <i> c">', '<p style="a">', '<i role="status">', '<i role="note">', "<i title=' id=\"a\">' >"],
    *['<b title="', '" id="', '" >', "<!--", "-->", "<p", ">", '="', "'", "\n"],
    *["a", " ", "it's", 'say "a"', "1 > 2", "&nbsp;", "<3"],
]


@given(st.lists(st.sampled_from(PIECES), max_size=8).map("".join))
def test_looking_at_its_shape_finds_what_looking_at_all_of_it_does(html: str) -> None:
    def problem(look: Callable[[], None]) -> str:
        try:
            look()
        except FragmentError as error:
            return str(error)
        return ""

    whole = problem(lambda: markup._Checker("it").run(html.strip()))
    assert problem(lambda: check(html, "it")) == whole


def test_html_of_one_shape_is_parsed_once() -> None:
    markup._is_sound.cache_clear()
    for number in range(100):
        check(
            f'<tr class="row-{number}"><td>{number}</td><td><a href="/{number}">{"Change" * number}</a></td></tr>', "it"
        )
    assert markup._is_sound.cache_info().misses == 2, "one without words, and one with them"
