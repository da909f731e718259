"""One open page, as the hub knows it: what it shows, and what waits for it. Pure."""

from collections.abc import Callable, Set
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Protocol

from live.hub.mailbox import Entries, ListEntry, Mailbox
from live.keys import Audience, ElementId, Key, RenderingId
from live.page.page import Page, Reason
from live.page.visits import Session
from live.rendering.rendered import LAZY, Withheld

# What a page shows: versions by DOM id, as it reports them in the order of the document.
Shown = dict[ElementId, str]
# What is far from the part of a page that its window shows, by DOM id: brought up to date when it comes near ...
Far = frozenset[ElementId]
# ... and by the first report after so long.
FAR_SECONDS = 15.0
# Sets of renderings that are remembered.
MAX_SHARED = 256


@lru_cache(maxsize=MAX_SHARED)
def shared(ids: frozenset[RenderingId]) -> frozenset[RenderingId]:
    """The same object for all viewers of the same."""
    return ids


@dataclass(slots=True)
class Frame:
    """One message, made once and handed to many. ``versions`` is what its reader shows afterwards, by DOM id."""

    html: str
    versions: dict[ElementId, str]
    # As ASGI has it, and as bytes, made by the first connection that needs them.
    message: dict[str, Any] = field(init=False)
    wire: bytes | None = None
    # The same for whoever holds this window, and the window that they hold afterwards: ``live.socket.wire``.
    compressed: dict[bytes, tuple[bytes, bytes]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.message = {"type": "websocket.send", "text": self.html}


class Connection(Protocol):
    """What the hub needs of a viewer's socket. Nothing of it waits."""

    def send(self, frame: Frame) -> bool:
        """Hand over a frame. False if the client must read before it is given more."""

    def when_writable(self, act: Callable[[], None]) -> None:
        """After a False: call ``act`` once, when the client reads again."""

    def close(self, reason: Reason) -> None:
        """End the socket, and tell its browser why."""


@dataclass(eq=False, slots=True)
class Viewer:
    """One open socket of one page."""

    connection: Connection
    session: Session
    page: Page
    # What differs for its user, by fragment name (``per=``).
    audiences: dict[str, Audience] = field(default_factory=dict)
    # What stands in for what its user may not see.
    withheld: Withheld = field(default_factory=dict)
    # What the browser shows, by DOM id: as it reported, and as we have sent since.
    shown: Shown = field(default_factory=dict)
    # ... and only as it reported: the receipt of what it has really applied.
    reported: Shown = field(default_factory=dict)
    reported_at: float = 0.0
    # What of it is far from the part that its window shows, and when that was last to be compared, too.
    far: Far = frozenset()
    far_compared_at: float = float("-inf")
    # What it is kept up to date with: its roots and all that they nest.
    watching: frozenset[RenderingId] = frozenset()
    mailbox: Mailbox = field(default_factory=Mailbox)
    # For each feed on the page: the sequence number up to which it has been given all, and the one its page knows of.
    cursors: dict[ElementId, int] = field(default_factory=dict)
    reported_cursors: dict[ElementId, int] = field(default_factory=dict)
    # Something new is on it, and whether its user may see that is being asked: its frames wait.
    awaits_admission: bool = False
    # The number of the last question when that began, and of the last one about it that has been answered.
    held_at: int = 0
    answered: int = 0
    is_closing: bool = False
    # How many frames it has been sent, and in which of them what its page has not reported since was for the last time.
    frames: int = 0
    under_way: dict[ElementId, int] = field(default_factory=dict)

    def has_been_sent(self, frame: Frame) -> None:
        """Its page will show what is in this frame."""
        self.frames = number = self.frames + 1
        for element, version in frame.versions.items():
            self.shown[element] = version
            self.under_way[element] = number

    def has_reported(self, shown: Shown, far: Far, now: float, frames: int | None = None) -> bool:
        """This is what its page showed when it had received so many frames; None if it has been sent none since. What
        is on its way to it, it will show. Whether what is far is to be compared, too."""
        late = self.frames if frames is None else frames
        self.under_way = {element: number for element, number in self.under_way.items() if number > late}
        self.reported, self.reported_at, self.far = dict(shown), now, far
        self.shown = shown | {element: self.shown[element] for element in self.under_way}
        is_due = now - self.far_compared_at > FAR_SECONDS
        if is_due:
            self.far_compared_at = now
        return is_due

    def extend(self, page: Page, audiences: dict[str, Audience], withheld: Withheld, question: int) -> None:
        """Its page has other parts now, and this is what its user may see of them: no question before this one was
        about all that is there."""
        self.page, self.audiences, self.withheld, self.answered = page, audiences, withheld, question
        self.cursors = {feed: cursor for feed, cursor in self.cursors.items() if feed in page.feeds}

    def take(self, lists: Set[RenderingId]) -> Entries:
        """What waits in its mailbox, for one frame, if it may be given any. Of ``lists`` it is sent what differs from
        what its page shows."""
        if self.is_closing or self.awaits_admission:
            return ()
        entries = self.mailbox.take()
        if lists.isdisjoint(entries):
            return entries
        return tuple(
            ListEntry(entry, self.shown.get(entry.element, "")) if entry in lists else entry  # type: ignore[arg-type, union-attr]
            for entry in entries
        )

    @property
    def roots(self) -> list[Key]:
        """What its page shows, as its user sees it."""
        # A root that the page does not show any more is not sent: there is no element to swap.
        present, put_off = self.shown, self.put_off
        return [
            key.of(self.audiences.get(key.name))
            for element, key in self.page.roots.items()
            if element in present and element not in put_off
        ]

    @property
    def put_off(self) -> set[ElementId]:
        """Roots of which there is only a placeholder, far from the window: they are not watched yet."""
        return {id for id in self.far if self.shown.get(id) == LAZY and id in self.page.roots}

    @property
    def takes_frames(self) -> bool:
        """Whether it may be given more: a slow one keeps its cursors, and costs nothing."""
        return not (self.is_closing or self.awaits_admission or self.mailbox.is_blocked)
