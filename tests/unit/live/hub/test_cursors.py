"""Up to where each page has been given each feed, without a loop or a database."""

from collections.abc import Callable

import pytest

from live.hub import cursors
from live.hub.cursors import MAX_ITEMS_PER_PAGE, Group
from live.hub.mailbox import Delivery, FeedEntry
from live.hub.viewer import Frame, Viewer
from live.keys import ElementId, Key, Subscriber
from live.page.page import Page, Reason

FEED, OTHER = ElementId("feed"), ElementId("other")


class NoConnection:
    def send(self, frame: Frame) -> bool:
        raise AssertionError("nothing is sent here")

    def when_writable(self, act: Callable[[], None]) -> None:
        raise AssertionError("nothing is sent here")

    def close(self, reason: Reason) -> None:
        raise AssertionError("nothing is closed here")


def viewer(cursor: int | None = None, *, user: str | None = None, root: str = "") -> Viewer:
    page = Page(user=user)
    page.add_feed("tests.feed", FEED)
    if root:
        page.add(Key(f"tests.{root}", (), ElementId(root)))
    new = Viewer(NoConnection(), None, page)
    if cursor is not None:
        new.cursors[FEED] = new.reported_cursors[FEED] = cursor
    return new


def group(cursor: int, user: str | None = None, *showing: str) -> Group:
    return Group(cursor, Subscriber(user, None, frozenset(map(ElementId, showing))))


@pytest.mark.parametrize("reported", ["", "a", "-1", "1.5", "²", "9" * 30])
def test_join_takes_no_cursor_that_is_no_number(reported: str) -> None:
    page = viewer()
    page.shown = {FEED: reported}
    assert cursors.join(page, {FEED: None}) == []
    assert page.cursors == {}


@pytest.mark.parametrize(("newest", "behind"), [(None, [FEED]), (6, [FEED]), (5, []), (4, [])])
def test_join_says_which_feeds_may_have_more(newest: int | None, behind: list[ElementId]) -> None:
    page = viewer()
    page.shown = {FEED: "5"}
    assert cursors.join(page, {FEED: newest}) == behind
    assert page.cursors == page.reported_cursors == {FEED: 5}


def test_join_leaves_a_viewer_that_reports_again_where_we_have_it() -> None:
    page = viewer(7)
    page.shown = {FEED: "5"}
    assert cursors.join(page, {FEED: 7}) == []
    assert page.cursors == {FEED: 7}


def test_behind_groups_those_that_are_to_get_the_same() -> None:
    same, alike = viewer(3), viewer(3)
    further, person, gone_on = viewer(4), viewer(3, user="5"), viewer(9)
    without = Viewer(NoConnection(), None, Page())
    visitor = viewer(3)
    visitor.session = "of somebody who has not signed in"
    theirs = Group(3, Subscriber(None, visitor.session, frozenset()))
    assert cursors.behind([same, visitor], FEED, 9) == {group(3): [same], theirs: [visitor]}
    groups = cursors.behind([same, alike, further, person, gone_on, without], FEED, 9)
    assert groups == {group(3): [same, alike], group(4): [further], group(3, "5"): [person]}


def test_behind_tells_apart_which_fragments_a_page_shows() -> None:
    shows, does_not = viewer(3, root="a"), viewer(3, root="a")
    shows.shown = {ElementId("a"): "1", ElementId("nested"): "1"}
    assert cursors.behind([shows, does_not], FEED, 9) == {group(3, None, "a"): [shows], group(3): [does_not]}


@pytest.mark.parametrize("why", ["closing", "blocked", "held"])
def test_behind_leaves_out_who_takes_nothing(why: str) -> None:
    page = viewer(3)
    page.is_closing, page.awaits_admission = why == "closing", why == "held"
    if why == "blocked":
        page.mailbox.block(0.0)
    assert cursors.behind([page], FEED, 9) == {}


def test_advance_gives_items_in_order_and_moves_the_cursor() -> None:
    page = viewer(3)
    entries, resets = cursors.advance({group(3): [page]}, {page}, FEED, 9, {group(3): [7, 5]})
    assert entries == {page: [FeedEntry(FEED, 5), FeedEntry(FEED, 7)]}
    assert resets == 0
    assert (page.cursors, page.reported_cursors) == ({FEED: 9}, {FEED: 7})


def test_advance_moves_the_cursor_of_who_gets_nothing() -> None:
    page = viewer(3)
    assert cursors.advance({group(3): [page]}, {page}, FEED, 9, {group(3): []}) == ({}, 0)
    assert (page.cursors, page.reported_cursors) == ({FEED: 9}, {FEED: 3})


@pytest.mark.parametrize("items", [None, range(10, 11 + MAX_ITEMS_PER_PAGE)], ids=["not kept", "too many"])
def test_advance_resets_who_has_missed_too_much(items: range | None) -> None:
    page = viewer(3)
    entries, resets = cursors.advance({group(3): [page]}, {page}, FEED, 99, {group(3): items})
    assert entries == {page: [FeedEntry(FEED, 99, Delivery.RESET)]}
    assert resets == 1
    assert page.cursors == page.reported_cursors == {FEED: 99}
    two = [viewer(3), viewer(3)]
    assert cursors.advance({group(3): two}, two, FEED, 99, {group(3): items})[1] == 2


def test_advance_gives_as_many_as_fit() -> None:
    page = viewer(3)
    items = range(10, 10 + MAX_ITEMS_PER_PAGE)
    entries, _resets = cursors.advance({group(3): [page]}, {page}, FEED, 99, {group(3): items})
    assert len(entries[page]) == MAX_ITEMS_PER_PAGE


def test_advance_leaves_out_who_has_left_or_moved_on_meanwhile() -> None:
    left, moved = viewer(3), viewer(4)
    entries, resets = cursors.advance({group(3): [left, moved]}, {moved}, FEED, 9, {group(3): [5]})
    assert (entries, resets) == ({}, 0)
    assert (left.cursors, moved.cursors) == ({FEED: 3}, {FEED: 4})
    here = viewer(3)
    entries, _ = cursors.advance({group(3): [left, here]}, {here}, FEED, 9, {group(3): [5]})
    assert entries == {here: [FeedEntry(FEED, 5)]}, "and holds up nobody"


def test_unreported_tells_a_page_once_how_far_it_is() -> None:
    moved, knows, slow = viewer(3), viewer(3), viewer(3)
    moved.cursors[FEED] = slow.cursors[FEED] = 9
    slow.mailbox.block(0.0)
    assert cursors.unreported([moved, knows, slow]) == {moved: [FeedEntry(FEED, 9, Delivery.CURSOR)]}
    assert cursors.unreported([moved]) == {}
    slow.mailbox.unblock()
    assert cursors.unreported([slow]) == {slow: [FeedEntry(FEED, 9, Delivery.CURSOR)]}


def test_unreported_forgets_no_other_feed() -> None:
    page = viewer(3)
    page.cursors[OTHER] = page.reported_cursors[OTHER] = 5
    page.cursors[FEED] = 9
    assert cursors.unreported([page]) == {page: [FeedEntry(FEED, 9, Delivery.CURSOR)]}
    assert page.reported_cursors == {FEED: 9, OTHER: 5}
