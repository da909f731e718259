"""Declare a feed: an append-only list whose items have ids, each shown once on a page, in order.

    class Orders(Feed):
        name = "shop.orders"

        def newest(self, after: int, most: int) -> list[Item]:
            rows = Order.objects.filter(pk__gt=after).order_by("-pk")[:most]
            return [Item(row.pk, f"order-{row.pk}", partial(show, row), into="orders") for row in reversed(rows)]

    orders = Orders()

``{% live_feed "shop.orders" %}`` puts the feed's place on the page: a cursor, the id of the last item. The page tells
it after each connect, and gets what came since. The ids must be given out in the order of commits: a row that appears
behind a cursor is never read. ``live.notices.sequence`` shows how; a serial number alone does not do it.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import ClassVar

from live import changes
from live.fragments import FragmentError


@dataclass(frozen=True, slots=True)
class Item:
    """One item. ``id`` is its place: higher than all before it, and never used again.

    ``key`` says which thing it is: a newer item of the same key takes its place. ``render`` makes its HTML, one
    element with an id of its own, at most once in a process. It is appended to the element ``into``. ``audience`` is
    for the feed's own ``hears``. After ``expires``, in seconds since the epoch, it is not sent any more.
    """

    id: int
    key: str
    render: Callable[[], str]
    into: str
    audience: str = ""
    expires: float | None = None


@dataclass(frozen=True, slots=True)
class Listener:
    """Whoever hears the same: the user whom the page was made for, the session, and the DOM ids of its fragments."""

    user: str | None
    session: str | None
    showing: frozenset[str]


class Feed:
    """Subclass it, name it ``<app label>.<name>``, and make one object, which registers itself."""

    registry: ClassVar[dict[str, "Feed"]] = {}
    name: ClassVar[str]

    def __init__(self) -> None:
        if self.name in self.registry:
            raise FragmentError(f"the feed {self.name} is declared twice")
        self.registry[self.name] = self

    @classmethod
    def named(cls, name: str) -> "Feed":
        """The feed of that name; ``FragmentError`` names those that exist."""
        try:
            return cls.registry[name]
        except KeyError:
            known = ", ".join(sorted(cls.registry)) or "none"
            raise FragmentError(f"no feed is called {name!r}; declared are: {known}") from None

    @property
    def element(self) -> str:
        """The DOM id of its cursor on a page."""
        return self.name.replace(".", "-")

    def newest(self, after: int, most: int) -> Sequence[Item]:
        """Of the items whose ids are higher than ``after`` the newest, at most so many, the oldest of them first."""
        raise NotImplementedError

    def hears(self, item: Item, among: Collection[Listener]) -> Collection[Listener]:
        """Who of these is to get the item; asked in a thread that may use the database."""
        return among

    def reset(self) -> str:
        """Out-of-band HTML for a page that has missed more than is repeated, so that its reader knows."""
        return ""

    def last(self) -> int:
        """The id of the newest item; 0 if there is none."""
        newest = self.newest(0, 1)
        return newest[-1].id if newest else 0

    def changed(self) -> None:
        """Say that it may have new items once the current transaction has committed. Cheap, and only a hint."""
        changes.changed(self.element)


def piece(html: str, into: str) -> str:
    """An item's HTML as it goes into a frame or an answer: appended to the element of that id."""
    return f'<div hx-swap-oob="beforeend:#{into}">{html}</div>'
