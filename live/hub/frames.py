"""What goes to a page: raw HTML, the fragments of one tick, each swapped in by its id."""

from functools import cache

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation

from live import metrics
from live.hub.mailbox import HEARTBEAT, Entries
from live.hub.viewer import Frame
from live.keys import Key, RenderingId
from live.rendering.rendered import RenderingOf, closure
from live.rendering.tree import to_html


def make_frame(entries: Entries, rendering_of: RenderingOf, feeds: str) -> Frame | None:
    """One frame for these entries as they look now, then ``feeds``, which is HTML already. What one of them contains is
    not sent a second time.

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
    if HEARTBEAT in entries:
        parts.append(heartbeat())
    metrics.frames.inc()
    return Frame("".join(parts), {rendered.key.element: rendered.version for rendered in renderings.values()})


@cache
def heartbeat() -> str:
    """The sign of life, always the same. Each is a new element, which restarts a CSS animation; when that runs out, the
    page knows by itself that nothing has come for too long."""
    with translation.override(settings.LANGUAGE_CODE):
        return render_to_string("live/heartbeat.html", {"swap": True})
