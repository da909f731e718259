"""``/live/debug/``: what this process watches, and why something was or was not sent. For staff, and only with
``DEBUG``. Itself a fragment: the page is live.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, NamedTuple

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from live import fragment
from live.debug.record import Record
from live.hub import process
from live.hub.viewer import Viewer
from live.hub.watches import Watch
from live.page.access import visitor

NAME = "live.debug_page"
# Rows that are shown of each kind.
MAX_ROWS = 200

record = Record(NAME)


class Watched(NamedTuple):
    """A line of the table of what is watched; the last rendering's ``milliseconds`` and ``queries`` are None where it
    is too long ago."""

    key: str
    version: str
    pages: int
    milliseconds: float | None
    queries: int | None
    state: str


class Opened(NamedTuple):
    """A line of the table of open pages."""

    user: str
    fragments: int
    state: str


@fragment("live/debug/page.html#watched", interval_seconds=1.0)
def debug_page() -> dict[str, Any]:
    hub = process.current_hub()
    watches = [watch for watch in list(hub.core.watches.values()) if watch.key.name != NAME] if hub else []
    viewers = list(hub.core.viewers) if hub else []
    return {
        "has_hub": hub is not None,
        "watched": [_watched(watch) for watch in sorted(watches, key=lambda one: str(one.key))[:MAX_ROWS]],
        "more": max(len(watches) - MAX_ROWS, 0),
        "pages": [_opened(viewer) for viewer in viewers[:MAX_ROWS]],
        "changes": [
            {"time": _clock(one.at), "id": one.id.element, "outcome": one.outcome}
            for one in reversed(tuple(record.changes))
        ],
        "renderings": [
            {"time": _clock(one.began), "key": one.key, "ms": one.seconds * 1000, "queries": one.queries}
            | {"version": one.version, "differs": one.version != one.before, "is_first": one.before is None}
            for one in reversed(tuple(record.renderings))
        ],
    }


@debug_page.visible_to
def _(user: Any) -> bool:
    return settings.DEBUG and user.is_active and user.is_staff


@never_cache
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """The page; to others than staff it is as every page that they may not see."""
    if not settings.DEBUG:
        raise Http404
    if not visitor(request).is_authenticated:
        return redirect_to_login(request.get_full_path())
    return render(request, "live/debug/page.html")


def _watched(watch: Watch) -> Watched:
    last = record.last_of(watch.id)
    return Watched(
        str(watch.key),
        watch.rendered.version if watch.rendered else "",
        len(watch.viewers),
        last.seconds * 1000 if last else None,
        last.queries if last else None,
        ", ".join(_states(watch)),
    )


def _states(watch: Watch) -> Iterator[str]:
    """Why what it shows is, or is not, what its pages have."""
    element, viewers, rendered = watch.key.element, tuple(watch.viewers), watch.rendered
    if rendered is None:
        yield "not rendered here yet: pages show what they were loaded with"
    elif rendered.failed:
        yield "it failed: words stand in its place"
    elif rendered.out_of_date:
        yield "the last good one, marked as out of date"
    if watch.is_rendering:
        yield "is being rendered"
    counts = {
        "withheld from %d: their users may not see it": sum(element in viewer.withheld for viewer in viewers),
        "far from the window on %d: sent when it comes near": sum(element in viewer.far for viewer in viewers),
        "%d wait for a newer rendering": len(watch.waiting),
        "%d wait to be sent it": sum(watch.id in viewer.mailbox for viewer in viewers),
    }
    yield from (words % count for words, count in counts.items() if count)
    if rendered is not None and not any(counts.values()):
        yield "all show it"


def _opened(viewer: Viewer) -> Opened:
    states = {
        "is being closed": viewer.is_closing,
        "waits: whether its user may see what is new on it is being asked": viewer.awaits_admission,
        "waits: it reads nothing of what it was sent": viewer.mailbox.is_blocked,
    }
    state = next((words for words, is_so in states.items() if is_so), "up to date")
    return Opened(f"user {viewer.page.user}" if viewer.page.user else "nobody", len(viewer.watching), state)


def _clock(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%H:%M:%S")
