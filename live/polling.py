"""A page that can have no socket (a proxy that blocks it, a WSGI server) stands still: so it asks, over HTTP.

One request for all that is on the page. It carries the page's report, as a socket would; the response is what a frame
would be, the fragments and items that the page does not have yet, or 204 without any. A version is what an entity tag
would be, for each fragment by itself. Who may see is asked each time.

Works in any server process, with or without a hub.
"""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from django.db import DatabaseError, OperationalError
from django.http import HttpRequest, HttpResponse

from live import database_threads, metrics
from live.feeds import Feed
from live.hub import cursors
from live.hub.feed_delivery import items_of, marker
from live.hub.frames import make_frame
from live.hub.mailbox import ListEntry
from live.hub.replay_buffer import ReplayBuffer
from live.keys import ElementId, Key, PageContext, RenderingId
from live.limited_log import LimitedLog, mark_logged
from live.page import access, user_function
from live.page.page import Page, Reason
from live.page.report import MAX_REPORT_LENGTH, BadReport, context_of, read_report, reason_of
from live.page.token import BadPage, OutdatedPage, verify
from live.page.visits import Session
from live.rendering.context import current_context, data_context
from live.rendering.loads import Loads
from live.rendering.orders import orders
from live.rendering.render import render_or_failure
from live.rendering.rendered import LAZY, Rendered, Renderings, closure, without
from live.rendering.tree import render_tree
from live.socket.close_codes import explanation

limited_log = LimitedLog(logging.getLogger(__name__))

STATUSES = {
    Reason.SIGN_IN: 401,
    Reason.FORBIDDEN: 403,
    Reason.BAD_REPORT: 403,
    Reason.GONE: 410,
    Reason.ASK_AGAIN: 503,
}
# For which a rendering serves everybody who asks, and what was read of a feed: pages that poll cost no more the more
# there are.
MAX_AGE_SECONDS = 0.5
MAX_RENDERINGS = 10_000
# Feeds that are read, each once for all pages for which the database is the same.
MAX_BUFFERS = 100
# For which it stands in for one that fails; a page that was loaded since shows something newer.
MAX_LAST_SECONDS = 10.0

Shown = dict[ElementId, str]


@dataclass
class _Refused(Exception):
    reason: Reason
    message: str
    # Of the page, as far as that can be known.
    context: PageContext | None


def status() -> HttpResponse:
    """Whether a page may open its socket: 204, or 503 while the database cannot be reached."""
    since = database_threads.away_since()
    return _response(204) if since is None else _away(since)


def poll(request: HttpRequest) -> HttpResponse:
    """What a page that reports does not show yet: 200 with out-of-band HTML, or 204. Else the status of a ``Reason``:
    401, 403 and 410 with words for the person, 503."""
    try:
        html = _new_to(request)
        response = _response(200 if html else 204, html)
    except _Refused as refused:
        limited_log.warning(f"a page that polls is refused ({refused.reason.value}): %s", refused.message)
        response = _response(STATUSES[refused.reason], explanation(refused.reason, refused.context))
    except DatabaseError as error:
        metrics.failures.labels("poll").inc()
        limited_log.warning("pages that poll cannot be answered: %s", error)
        response = _away(database_threads.away_since() or time.time())
    metrics.polls.labels(str(response.status_code)).inc()
    return response


def _response(code: int, html: str = "") -> HttpResponse:
    # By this the page knows that it is our response, and not that of a proxy or of a login page; and how late it is.
    return mark_logged(HttpResponse(html, status=code, headers={"Live-Time": f"{time.time():.3f}"}))


def _away(since: float) -> HttpResponse:
    response = _response(503)
    response["Live-Database-Away"] = f"{since:.3f}"
    return response


def _new_to(request: HttpRequest) -> str:
    page, shown = _read(request)
    session = user_function.of_request(request)
    allowed = _check(session, page, list(page.roots.values()))
    # A root that the page does not show any more is not sent: there is no element to swap.
    roots = [key.of(allowed.audiences.get(key.name)) for id, key in page.roots.items() if id in shown]
    renderings = render_tree(roots, render_one=_rendered)
    if database_threads.away_since() is not None:  # what could not be rendered must not replace what the page shows
        raise OperationalError("the database does not answer")
    nested = [made.key for id, made in renderings.items() if id.element not in page.roots]
    withheld = allowed.withheld
    if any(map(access.is_restricted, nested)):
        withheld = _check(session, page, [*page.roots.values(), *nested]).withheld
    visible = without(withheld, renderings.get)
    known = {id: rendered for id in closure(roots, visible) if (rendered := visible(id))}
    return _fragments(known, shown) + _items(page, session, shown)


def _read(request: HttpRequest) -> tuple[Page, Shown]:
    try:
        report = read_report(request.read(MAX_REPORT_LENGTH + 1))
        near = {id: shown for id, shown in report.shown.items() if shown != LAZY or id not in report.far}
        return verify(report.token, report.more), near
    except (BadReport, BadPage, OutdatedPage) as error:
        raise _Refused(reason_of(error), str(error), context_of(error) or current_context()) from None


def _check(session: Session, page: Page, keys: list[Key]) -> access.Access:
    answer = access.check(session, page, keys)
    if answer.refusal is not None:
        raise _Refused(answer.refusal.reason, answer.refusal.message, page.context)
    return answer


_renderings: dict[RenderingId, tuple[float, Rendered]] = {}


def _rendered(key: Key, loads: Loads) -> Rendered:
    """A rendering that is as good as new. Two threads may make the same at once, which harms nobody."""
    now = time.monotonic()
    made_at, rendered = _renderings.get(key.id, (now, None))
    if rendered is None or now - made_at > MAX_AGE_SECONDS:
        rendered = render_or_failure(key, rendered if now - made_at < MAX_LAST_SECONDS else None, loads)
        if len(_renderings) >= MAX_RENDERINGS:
            _renderings.clear()
        _renderings[key.id] = now, rendered
    return rendered


def forget_renderings() -> None:
    """Whoever asks next is shown what the database says now: for tests, of which many are over in half a second."""
    _renderings.clear()


def _fragments(renderings: Renderings, shown: Shown) -> str:
    """Those that the page shows in another version. What it has no element for comes inside what nests it."""
    entries: list[RenderingId | ListEntry] = []
    for id, made in renderings.items():
        if id.element not in shown or made.is_shown(shown):
            continue
        if made.is_list:
            base = shown[id.element] if shown[id.element] != made.version else ""
            orders.read(made, shown, base)
            entries.append(ListEntry(id, base))
        else:
            entries.append(id)
    frame = make_frame(tuple(entries), renderings.get, "") if entries else None
    return frame.html if frame is not None else ""


class _Buffers:
    """The newest items of each feed, kept for the pages of this process that poll: one thread at a time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._buffers: dict[tuple[ElementId, PageContext | None], tuple[float, ReplayBuffer]] = {}

    def ask(self, feed: Feed, data: PageContext | None, question: Callable[[ReplayBuffer], str]) -> str:
        with self._lock:
            now, key = time.monotonic(), (feed.element, data)
            read_at, buffer = self._buffers.get(key) or (float("-inf"), ReplayBuffer(feed, data))
            if now - read_at > MAX_AGE_SECONDS:
                buffer.read()
                if len(self._buffers) >= MAX_BUFFERS:
                    self._buffers.clear()
                if len(buffer.html) >= MAX_RENDERINGS:
                    buffer.forget_others(())
                self._buffers[key] = now, buffer
            return question(buffer)


_buffers = _Buffers()


def _items(page: Page, session: Session, shown: Shown) -> str:
    """The items of the page's feeds that came after its cursors, and the cursors after them."""
    subscriber = page.subscriber(session, shown.keys())
    parts = []
    for element, name in page.feeds.items():
        cursor = shown.get(element, "")
        if cursor.isdecimal() and len(cursor) <= cursors.MAX_CURSOR_DIGITS:
            group = cursors.Group(int(cursor), subscriber, page.context)
            after = partial(_items_after, group=group)
            parts.append(_buffers.ask(Feed.named(name), data_context(page.context), after))
    return "".join(parts)


def _items_after(buffer: ReplayBuffer, group: cursors.Group) -> str:
    if group.cursor >= buffer.newest:
        return ""
    due = items_of(buffer, [group])[group]
    if due is None or len(due) > cursors.MAX_ITEMS_PER_PAGE:
        metrics.feed_resets.labels(buffer.feed.name).inc()
        html = buffer.reset(group.context)
    else:
        html = "".join(buffer.html[group.context, sequence] for sequence in sorted(due))
    return html + marker(buffer.feed.element, buffer.newest, swap=True)
