"""What goes over the socket: raw HTML, the fragments of one tick, each swapped in by its id."""

from collections.abc import Callable, Iterable
from functools import cache

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation

from live import metrics
from live.fragments import Key
from live.hub.viewer import Frame
from live.rendering.render import Rendered, to_html

# In a mailbox: not a fragment but the sign of life. Each one is a new element, which restarts a CSS animation; when
# that runs out, the page knows by itself that nothing has come for too long.
HEARTBEAT = "live-heartbeat"

RenderedOf = Callable[[str], Rendered | None]


def closure(roots: Iterable[Key], rendered_of: RenderedOf) -> dict[str, Key]:
    """These and everything that their newest renderings nest, by id."""
    found: dict[str, Key] = {}
    waiting = list(roots)
    while waiting:
        key = waiting.pop()
        if key.id not in found:
            found[key.id] = key
            rendered = rendered_of(key.id)
            waiting += rendered.children if rendered else ()
    return found


def make(ids: Iterable[str], rendered_of: RenderedOf, feeds: str = "") -> Frame | None:
    """One frame for these ids as they look now, then ``feeds``; what one of them contains is not sent a second time.

    None if something is not rendered yet. Ids that nobody watches any more are left out.
    """
    tops = {id: rendered for id in ids if (rendered := rendered_of(id))}
    nested: dict[str, Key] = {}
    for rendered in tops.values():
        nested |= closure(rendered.children, rendered_of)
    renders = dict(tops)
    for id in nested:
        inner = rendered_of(id)
        if inner is None:
            return None
        renders[id] = inner
    pieces: list[str] = [to_html(rendered, renders, swap=True) for id, rendered in tops.items() if id not in nested]
    pieces.append(feeds)
    if HEARTBEAT in ids:
        pieces.append(heartbeat())
    metrics.frames.inc()
    return Frame("".join(pieces), {rendered.key.element: rendered.version for rendered in renders.values()})


@cache
def heartbeat() -> str:
    """The sign of life, always the same."""
    with translation.override(settings.LANGUAGE_CODE):
        return render_to_string("live/heartbeat.html", {"swap": True})
