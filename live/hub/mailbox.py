"""What one viewer still has to get: the newest of each entry, and never more.

It holds ids and no HTML. When the viewer can take something, whatever each id stands for looks like *then* is sent: a
viewer that reads slowly skips versions, and costs the server a set of ids however long it sleeps.

Pure: the clock is passed in.
"""

from enum import Enum
from typing import NamedTuple

from live.keys import ElementId, PageContext, RenderingId


class Delivery(Enum):
    """What of a feed goes into a frame."""

    ITEM = "item"
    # Only how far the page is.
    CURSOR = "cursor"
    # The page has missed more than is repeated.
    RESET = "reset"


class FeedEntry(NamedTuple):
    """One delivery of a feed, by the DOM id of its cursor, and the sequence number up to which it brings the page. It
    looks as pages of that context do."""

    feed: ElementId
    sequence: int
    delivery: Delivery = Delivery.ITEM
    context: PageContext | None = None


class ListEntry(NamedTuple):
    """A list, in a frame for pages that show it in the version ``base``: they get what differs from that."""

    id: RenderingId
    base: str


class Heartbeat(Enum):
    """The sign of life: to a page that shows what is true; and to one that may not yet, since it connected."""

    TRUE = "true"
    BEHIND = "behind"


# A mailbox holds the ids of lists: what differs is known when a frame is made.
Entry = RenderingId | ListEntry | FeedEntry | Heartbeat
# The entries of one frame, in order of arrival.
Entries = tuple[Entry, ...]


class Mailbox:
    """The entries of one viewer that wait. ``now`` is in seconds of one monotonic clock throughout."""

    __slots__ = ("_blocked_since", "_waiting")

    def __init__(self) -> None:
        self._waiting: dict[Entry, None] = {}
        self._blocked_since: float | None = None

    def __len__(self) -> int:
        return len(self._waiting)

    def __contains__(self, entry: Entry) -> bool:
        return entry in self._waiting

    def put(self, *entries: Entry) -> None:
        """These are to be sent. Once more is the same as once."""
        for entry in entries:
            self._waiting[entry] = None

    def discard(self, entry: Entry) -> None:
        """This need not be sent any more."""
        self._waiting.pop(entry, None)

    def take(self) -> Entries:
        """Everything that waits, in order of arrival, for one frame; nothing while blocked."""
        if self._blocked_since is not None or not self._waiting:
            return ()
        entries = tuple(self._waiting)
        self._waiting.clear()
        return entries

    def block(self, now: float) -> None:
        """The viewer has stopped taking: hold everything back until ``unblock``."""
        if self._blocked_since is None:
            self._blocked_since = now

    def unblock(self) -> None:
        """The viewer takes again."""
        self._blocked_since = None

    @property
    def is_blocked(self) -> bool:
        """Whether the viewer has stopped taking."""
        return self._blocked_since is not None

    def blocked_for(self, now: float) -> float:
        """For how many seconds the viewer has taken nothing; 0 while it takes."""
        return 0.0 if self._blocked_since is None else now - self._blocked_since
