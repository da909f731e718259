"""What goes to a page: raw HTML, the fragments of one tick, each swapped in by its id."""

import time

from live import metrics
from live.hub.mailbox import Entries, Heartbeat
from live.hub.viewer import Frame
from live.keys import Key, RenderingId
from live.rendering.rendered import RenderingOf, closure
from live.rendering.tree import to_html


def make_frame(
    entries: Entries, rendering_of: RenderingOf, feeds: str, database_away_since: float | None = None
) -> Frame | None:
    """One frame for these entries as they look now, then ``feeds``, which is HTML already. What one of them contains is
    not sent a second time. ``database_away_since`` is for the heartbeat.

    None if something is not rendered yet. What nobody watches any more is left out.
    """
    ids = [entry for entry in entries if isinstance(entry, RenderingId)]
    roots = {id: rendered for id in ids if (rendered := rendering_of(id))}
    nested: dict[RenderingId, Key] = {}
    for rendered in roots.values():
        nested |= closure(rendered.children, rendering_of)
    renderings = dict(roots)
    for id in nested:
        inner = rendering_of(id)
        if inner is None:
            return None
        renderings[id] = inner
    parts: list[str] = [to_html(rendered, renderings, swap=True) for id, rendered in roots.items() if id not in nested]
    parts.append(feeds)
    if Heartbeat.TRUE in entries or Heartbeat.BEHIND in entries:
        parts.append(heartbeat(database_away_since, is_behind=Heartbeat.TRUE not in entries))
    metrics.frames.inc()
    return Frame("".join(parts), {rendered.key.element: rendered.version for rendered in renderings.values()})


def heartbeat(database_away_since: float | None = None, *, is_behind: bool = False) -> str:
    """The sign of life, by which a page judges whether what it shows is true: the server's time now, and since when the
    database cannot be reached, if it cannot; both in seconds since the epoch. ``is_behind``: the page may not show yet
    what is true. The last thing in its frame."""
    away = "" if database_away_since is None else f' data-database-away="{database_away_since:.3f}"'
    behind = " data-behind" if is_behind else ""
    return f'<i id="live-heartbeat" hx-swap-oob="true" data-time="{time.time():.3f}"{away}{behind} hidden></i>'
