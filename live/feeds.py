"""Declare a feed: an append-only list whose items have sequence numbers, each shown once on a page, in order.

    class Orders(Feed):
        name = "shop.orders"

        def newest(self, after: int, limit: int) -> list[Item]:
            rows = Order.objects.filter(pk__gt=after).order_by("-pk")[:limit]
            return [Item(row.pk, f"order-{row.pk}", partial(show, row), into="orders") for row in reversed(rows)]

    orders = Orders()

``{% live_feed "shop.orders" %}`` puts the feed's cursor on the page: the sequence number of the last item. The page
reports it after each connect, and gets what came since. The numbers must be given out in the order of commits: a row
that appears behind a cursor is never read. ``live.notices.sequence`` shows how; a serial number alone does not do it.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from live import changes
from live.keys import ElementId, FragmentError, RenderingId, Subscriber, element_id

__all__ = ["Feed", "Item", "Subscriber", "append_to"]


@dataclass(frozen=True, slots=True)
class Item:
    """One item. ``sequence`` is higher than that of all items before it, and never used again.

    ``key`` says which thing it is: a newer item of the same key replaces it. ``render`` makes its HTML, one element
    with an id of its own, at most once in a process. It is appended to the element ``into``. ``recipients`` is for the
    feed's own ``recipients``. After ``expires``, in seconds since the epoch, it is not sent any more.
    """

    sequence: int
    key: str
    render: Callable[[], str]
    into: str
    recipients: Any = None
    expires: float | None = None


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
    def element(self) -> ElementId:
        """The DOM id of its cursor on a page."""
        return element_id(self.name)

    def newest(self, after: int, limit: int) -> Sequence[Item]:
        """The newest items whose numbers are higher than ``after``, at most ``limit``, the oldest of them first."""
        raise NotImplementedError

    def recipients(self, item: Item, among: Collection[Subscriber]) -> Collection[Subscriber]:
        """Who of these is to get the item; asked in a thread that may use the database."""
        return among

    def reset(self) -> str:
        """Out-of-band HTML for a page that has missed more than is repeated, so that its reader knows."""
        return ""

    def last(self) -> int:
        """The sequence number of the newest item; 0 if there is none."""
        newest = self.newest(0, 1)
        return newest[-1].sequence if newest else 0

    def changed(self, *, using: str | None = None) -> None:
        """Say that it may have new items once the current transaction has committed; the one in the database ``using``,
        if that is given. Cheap, and only a hint."""
        changes.changed(RenderingId(self.element), using=using)


def append_to(element: str, html: str) -> str:
    """An item's HTML as it goes into a frame or a response: appended to the element of that id."""
    return f'<div hx-swap-oob="beforeend:#{element}">{html}</div>'
