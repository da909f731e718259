"""Fragments on a page, where a browser would not leave them."""

import pytest

from live.rendering.placement import misplaced_on_page


def on_page(before: str, tag: str) -> list[str]:
    return misplaced_on_page(f'<body>{before}<{tag} id="it" data-version="a" data-seal="b">c</{tag}></body>')


@pytest.mark.parametrize(
    ("before", "tag", "why"),
    [
        ("<div>", "tr", "<tr> is in no <table>, <tbody>, <tfoot> or <thead>"),
        ("<table></table>", "tr", "<tr> is in no <table>"),
        ("<table><tr><td>a</table>", "tbody", "<tbody> is in no <table>"),
        ("<ul><li><ol></ol></ul>", "li", "<li> is in no <menu>, <ol> or <ul>"),
        ("<table><tr><td><table></table></table>", "tr", "<tr> is in no <table>"),
        ("<ul><li>a</ul>", "li", "<li> is in no <menu>, <ol> or <ul>"),
        ("<table><tbody>", "div", "<div> is in a <tbody>, and a browser puts it in front of the table"),
        ("<table><tr><td>a</td></tr><!-- a cell: <td> -->", "p", "<p> is in a <table>"),
        ("<script>'<table>'</script><title><table></title>", "tr", "<tr> is in no <table>"),
        ('<p title="a > b <table>">', "tr", "<tr> is in no <table>"),
        ("<table><tr><td>a</td>", "p", "<p> is in a <tr>, and a browser puts it in front of the table"),
    ],
)
def test_what_no_browser_leaves_there(before: str, tag: str, why: str) -> None:
    [problem] = on_page(before, tag)
    assert problem.startswith(f"#it: {why}")


@pytest.mark.parametrize(
    ("before", "tag"),
    [
        ("<table><tbody>", "tr"),
        ("<table><tr><td>no end tags<tr><td>here<p>or here", "tr"),
        ("<table><tr><td>a<td>", "div"),
        ("<TABLE>", "tr"),
        ("<table><tr><th>a</th>", "tr"),
        ("<table><thead><tr><th>a</th></tr>", "tbody"),
        ("<table><caption>a<thead><tr><th>a", "tbody"),
        ("<table><tr><td>a<tr>", "td"),
        ("<ul><li>a", "li"),
        ("<dl><dt>a<dd>b", "dt"),
        ("<title-bar><ul></title-bar>", "li"),
        ("<template>", "tr"),
        ("<ul><li>a<p>b", "li"),
        ("<table><tr><td title='a > b </table>'>", "div"),
        ("<div>", "p"),
        ("</table></p><table>", "tr"),
    ],
)
def test_what_is_right_is_left_alone_also_without_end_tags(before: str, tag: str) -> None:
    assert on_page(before, tag) == []


def test_of_what_is_no_fragment_nothing_is_said() -> None:
    assert misplaced_on_page("<div><tr><td>a</td></tr></div><table><div></div></table>") == []
    assert misplaced_on_page('<div><li id="it" data-version="of the page">a</li></div>') == []
