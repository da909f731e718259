"""Up to where each page has been given each feed, and what it is given next: once, in order, and no more than it takes.

All that happens is that cursors move up to the newest item: for a page that has just come back as for one that was
there all the time. What a page cannot take now it is not given; its cursor waits. If that has fallen behind what is
kept in memory, or is too far behind, the page is told so (``Feed.reset``) and goes on with the newest.

Pure: what the database says is passed in.
"""

from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

from live.hub.mailbox import Delivery, Entry, FeedEntry
from live.hub.viewer import Viewer
from live.keys import ElementId, PageContext, Subscriber

# Items that one page is given at once.
MAX_ITEMS_PER_PAGE = 50
# Of a cursor that a page may report: a larger one fits no database.
MAX_CURSOR_DIGITS = 18


class Group(NamedTuple):
    """Viewers that are to get the same: they have had the same items, hear of the same ones, and see them alike."""

    cursor: int
    subscriber: Subscriber
    context: PageContext | None = None


# The sequence numbers of the items that a group is given; None for a reset.
Items = Mapping[Group, Collection[int] | None]
Entries = dict[Viewer, list[Entry]]


def join(viewer: Viewer, newest: Mapping[ElementId, int | None]) -> list[ElementId]:
    """Take the cursors that its page reports, for every feed on it, and return the feeds that may have more for it.

    A viewer that reports again stays where we have it. ``newest`` are the sequence numbers of the newest items; None
    where there may be newer ones.
    """
    for feed in viewer.page.feeds:
        reported = viewer.shown.get(feed, "")
        if reported.isdecimal() and len(reported) <= MAX_CURSOR_DIGITS and feed not in viewer.cursors:
            viewer.cursors[feed] = viewer.reported_cursors[feed] = int(reported)
    # Of a thousand pages that connect at once, most have nothing to ask for.
    return [feed for feed, cursor in viewer.cursors.items() if (last := newest[feed]) is None or cursor < last]


def behind(viewers: Iterable[Viewer], feed: ElementId, newest: int) -> dict[Group, list[Viewer]]:
    """Those who have not been given everything up to ``newest``, and can take something."""
    groups: dict[Group, list[Viewer]] = {}
    for viewer in viewers:
        cursor = viewer.cursors.get(feed, newest)
        if cursor < newest and viewer.takes_frames:
            subscriber = viewer.page.subscriber(viewer.session, viewer.shown.keys())
            groups.setdefault(Group(cursor, subscriber, viewer.page.context), []).append(viewer)
    return groups


def advance(
    groups: Mapping[Group, Iterable[Viewer]], viewers: Collection[Viewer], feed: ElementId, newest: int, items: Items
) -> tuple[Entries, int]:
    """Move the cursors of these groups to ``newest``. What each viewer is sent, and for how many that is a reset."""
    entries: Entries = {}
    resets = 0
    for group, members in groups.items():
        for viewer in members:
            # Who has left or has been given something else meanwhile is not there any more.
            if viewer not in viewers or viewer.cursors.get(feed) != group.cursor:
                continue
            viewer.cursors[feed] = newest
            due = items[group]
            if due is None or len(due) > MAX_ITEMS_PER_PAGE:
                resets += 1
                viewer.reported_cursors[feed] = newest
                entries[viewer] = [FeedEntry(feed, newest, Delivery.RESET, group.context)]
            elif due:
                viewer.reported_cursors[feed] = max(due)
                entries[viewer] = [FeedEntry(feed, sequence, context=group.context) for sequence in sorted(due)]
    return entries, resets


def unreported(viewers: Iterable[Viewer]) -> Entries:
    """Tell pages how far they are, so that one which comes back later asks for no more than it has missed."""
    entries: Entries = {}
    for viewer in viewers:
        moved = {feed: at for feed, at in viewer.cursors.items() if viewer.reported_cursors[feed] != at}
        if moved and viewer.takes_frames:
            viewer.reported_cursors |= moved
            entries[viewer] = [FeedEntry(feed, at, Delivery.CURSOR) for feed, at in moved.items()]
    return entries
