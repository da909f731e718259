"""What rendering a fragment gives, and what it contains. Pure."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from live.keys import Key, RenderingId


@dataclass(frozen=True, slots=True)
class Rendered:
    """A fragment's own HTML and what follows from it.

    ``html`` is everything after ``<tag``, with a slot for each nested fragment. ``next_change`` is when it will look
    different by the clock alone, in seconds since the epoch. ``failed`` says that it is the last good one, and that a
    newer one failed.
    """

    key: Key
    tag: str
    html: str
    version: str
    children: tuple[Key, ...] = ()
    next_change: float | None = None
    failed: bool = False


# Renderings by id: a fragment, and what it nests.
Renderings = dict[RenderingId, Rendered]
# The newest rendering of an id; None if there is none yet.
RenderingOf = Callable[[RenderingId], Rendered | None]


def closure(roots: Iterable[Key], rendering_of: RenderingOf) -> dict[RenderingId, Key]:
    """These and everything that their newest renderings nest, by id."""
    keys: dict[RenderingId, Key] = {}
    waiting = list(roots)
    while waiting:
        key = waiting.pop()
        id = key.id
        if id not in keys:
            keys[id] = key
            rendered = rendering_of(id)
            waiting += rendered.children if rendered else ()
    return keys
