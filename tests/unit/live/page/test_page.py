"""What is on a page, before it is signed."""

import pytest

from live.keys import ElementId, FragmentError, Key
from live.page.page import Page


def key(name: str) -> Key:
    return Key(f"tests.{name}", (), ElementId(name), "an audience")


def test_a_page_has_its_fragments_what_they_nest_and_its_feeds() -> None:
    page = Page()
    page.add(key("a"), [key("b")])
    page.add_feed("tests.feed", ElementId("c"))
    assert page.roots == {"a": key("a").of(None)}
    assert page.feeds == {"c": "tests.feed"}
    assert page.elements == {"a", "b", "c"}


@pytest.mark.parametrize("element", ["a", "b", "c"])
def test_nothing_is_there_twice_and_what_would_be_is_named(element: str) -> None:
    page = Page()
    page.add(key("a"), [key("b")])
    page.add_feed("tests.feed", ElementId("c"))
    with pytest.raises(FragmentError, match="tests.another is there twice"):
        page.add_feed("tests.another", ElementId(element))
    with pytest.raises(FragmentError, match=rf"tests\.{element}\(.*\) is there twice"):
        page.add(key(element))


def test_nothing_is_added_once_it_is_signed() -> None:
    page = Page(is_signed=True)
    with pytest.raises(FragmentError, match="tests.feed comes after {% live_page %}"):
        page.add_feed("tests.feed", ElementId("c"))
    assert not page.feeds
