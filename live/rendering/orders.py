"""What order of its items a version of a list is: so that who shows an older one is sent what differs, and no more.

A process knows the orders that it has rendered lately, and those that pages report: what a page shows is in its report
in the order of the document, and a version is a hash of the order. So also a process that has just started, or another
one than the last, sends no more than what differs.
"""

import hashlib
import threading
from collections.abc import Iterable

from live.keys import ElementId, element_id
from live.rendering.rendered import LIST_TAG, Rendered
from live.rendering.seals import short_text
from live.rendering.slots import slot_of

# What stands on a page for a list itself, in front of its items: an element that may be in a table and in a list.
MARKER = f"<{LIST_TAG}></{LIST_TAG}>"
# Of all lists together, the items of the orders that are remembered; each costs a pointer.
MAX_REMEMBERED = 200_000

Order = tuple[ElementId, ...]


def version_of(text: str) -> "hashlib.blake2b":
    """The hash that is the version of this text, and of what more is added to it."""
    return hashlib.blake2b(text.encode(), digest_size=9)


class Orders:
    """Those of one process, for all its threads: the last ones, by version."""

    def __init__(self, max_items: int = MAX_REMEMBERED) -> None:
        self._max_items, self._items = max_items, 0
        self._orders: dict[str, Order] = {}
        self._lock = threading.Lock()

    def remember(self, rendered: Rendered) -> None:
        """This is a list as it is now."""
        self._remember(rendered.version, tuple(child.element for child in rendered.children))

    def get(self, version: str) -> Order | None:
        """The order that a version is, also marked as out of date; None where it is not known."""
        return self._orders.get(version.removesuffix("!"))

    def read(self, rendered: Rendered, shown: Iterable[ElementId], version: str) -> Order | None:
        """The order of a list that a page shows in this version: remembered, or as it is told by what it ``shown``, in
        the order of the document. None where it is not what the version says."""
        order = self.get(version)
        if order is None and rendered.children:
            order = _read(rendered, iter(shown), version.removesuffix("!"))
            if order is not None:
                self._remember(version.removesuffix("!"), order)
        return order

    def _remember(self, version: str, order: Order) -> None:
        with self._lock:
            known = self._orders.pop(version, None)
            self._orders[version] = order  # the last one from now on
            self._items += 0 if known is not None else len(order) + 1
            while self._items > self._max_items and len(self._orders) > 1:
                self._items -= len(self._orders.pop(next(iter(self._orders)))) + 1


def _read(rendered: Rendered, shown: Iterable[ElementId], version: str) -> Order | None:
    """What follows the list's marker and is called as its items are, up to where its hash is the version."""
    called = f"{element_id(rendered.children[0].name)}-"
    digest = version_of(f"{LIST_TAG} ></{LIST_TAG}>")
    order: list[ElementId] = []
    for element in shown:
        if element == rendered.key.element:
            break
    for element in shown:  # the rest
        if short_text(digest.digest()) == version:
            break
        if element.startswith(called):
            digest.update(slot_of(element).encode())
            order.append(element)
    return tuple(order) if short_text(digest.digest()) == version else None


# Of this process.
orders = Orders()
