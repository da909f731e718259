"""What goes to a page: raw HTML, the fragments of one tick, each swapped in by its id."""

import time
from typing import NamedTuple

from live import metrics
from live.hub.mailbox import Entries, Heartbeat, ListEntry
from live.hub.viewer import Frame
from live.keys import Key, RenderingId
from live.rendering.orders import Order, orders
from live.rendering.rendered import RenderingOf, Renderings, closure
from live.rendering.tree import list_changes, to_html


def make_frame(
    entries: Entries, rendering_of: RenderingOf, feeds: str, database_away_since: float | None = None
) -> Frame | None:
    """One frame for these entries as they look now, then ``feeds``, which is HTML already. What one of them contains is
    not sent a second time. ``database_away_since`` is for the heartbeat.

    Of a list that pages show in an order that is known (``live.rendering.orders``) it has what differs. None if
    something is not rendered yet. What nobody watches any more is left out.
    """
    ids = [entry.id if isinstance(entry, ListEntry) else entry for entry in entries]
    roots = {id: rendered for id in ids if isinstance(id, RenderingId) and (rendered := rendering_of(id))}
    lists = _known_lists(entries, roots)
    nested: dict[RenderingId, Key] = {}
    new: dict[RenderingId, Key] = {}
    for id, rendered in roots.items():
        if (known := lists.get(id)) is None:
            nested |= closure(rendered.children, rendering_of)
        else:
            items = set(known.order)
            new |= closure((item for item in rendered.children if item.element not in items), rendering_of)
    renderings = dict(roots)
    for id in (*nested, *new):
        inner = rendering_of(id)
        if inner is None:
            return None
        renderings[id] = inner
    parts: list[str] = [
        list_changes(roots[id], known.order, known.base, renderings)
        for id, known in lists.items()
        if id not in nested and id not in new
    ]
    parts += [
        to_html(rendered, renderings, swap=True)
        for id, rendered in roots.items()
        if id not in nested and id not in lists
    ]
    parts.append(feeds)
    if Heartbeat.TRUE in entries or Heartbeat.BEHIND in entries:
        parts.append(heartbeat(database_away_since, is_behind=Heartbeat.TRUE not in entries))
    metrics.frames.inc()
    return Frame("".join(parts), {rendered.key.element: rendered.version for rendered in renderings.values()})


class _Known(NamedTuple):
    """The version of a list that pages show, and the order that it is."""

    base: str
    order: Order


def _known_lists(entries: Entries, roots: Renderings) -> dict[RenderingId, _Known]:
    """Of the lists among these: those of which what differs can be sent."""
    based = {entry.id: entry.base for entry in entries if isinstance(entry, ListEntry)}
    orders_of = {id: (base, orders.get(base)) for id, base in based.items() if id in roots}
    # What stands in the stead of a list has no order.
    return {
        id: _Known(base, order)
        for id, (base, order) in orders_of.items()
        if order is not None and orders.get(roots[id].version) is not None
    }


def heartbeat(database_away_since: float | None = None, *, is_behind: bool = False) -> str:
    """The sign of life, by which a page judges whether what it shows is true: the server's time now, and since when the
    database cannot be reached, if it cannot; both in seconds since the epoch. ``is_behind``: the page may not show yet
    what is true. The last thing in its frame."""
    away = "" if database_away_since is None else f' data-database-away="{database_away_since:.3f}"'
    behind = " data-behind" if is_behind else ""
    return f'<i id="live-heartbeat" hx-swap-oob="true" data-time="{time.time():.3f}"{away}{behind} hidden></i>'
