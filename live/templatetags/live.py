"""The tags: a thin door to ``live.rendering`` and ``live.page``.

{% load live %}
<html data-live="connecting"> ... <head>{% live_head %}</head>
<body> {% live_state %} ... {% live "boards.panel" pk=12 %} ... {% live_page %} </body>
"""

import logging
import time
from datetime import datetime
from functools import cache
from typing import Any

from django import template
from django.apps import apps
from django.conf import settings
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpRequest
from django.template import Context
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.safestring import SafeString, mark_safe

from live.feeds import Feed
from live.fragments import Fragment
from live.hub.feed_delivery import marker
from live.keys import FragmentError
from live.lists import LiveList
from live.page import access, first_paint
from live.page.page import Page
from live.page.refusal import user_id
from live.page.report import MAX_ENTRIES
from live.page.token import sign, sign_feed_entry, sign_values
from live.rendering.context import around, current_context, requested_values, values_of
from live.rendering.fixed import fixed_html
from live.rendering.render import slot
from live.rendering.unreadable import note_processors
from live.sign_in import sign_in_url
from live.socket.routing import SOCKET, socket_url

logger = logging.getLogger(__name__)
register = template.Library()

# After which a page is loaded again whose script does not run.
REFRESH_SECONDS = 30
# Where the head leaves that for the state, while one template renders.
REFRESH = "live_refresh"
# ``?live=whole``: nothing is lazy, for a page on which no script runs.
WHOLE = "whole"


@register.simple_tag(takes_context=True)
def live(context: Context, name: str, /, **params: Any) -> SafeString:
    """A fragment, here: ``{% live "boards.panel" pk=panel.pk %}``. On a page, or inside another fragment.

    The same once more on a page has a name there: ``{% live "cart.count" at="footer" %}``. ``PermissionDenied`` if the
    request's user may not see it or anything in it. Words stand in on the open page for what they may not see any more,
    and the page ends when that is all of it; with ``required=True``, when it is this one. With ``lazy=True`` it is
    rendered when it comes near the window. ``at``, ``required`` and ``lazy`` are for fragments that have no parameter
    of that name.
    """
    declared = Fragment.named(name)
    if isinstance(declared, LiveList):
        raise FragmentError(f'{name} is a list: {{% live_list "{name}" %}}')
    return _shown(context, declared, params)


@register.simple_tag(takes_context=True)
def live_list(context: Context, name: str, /, **params: Any) -> SafeString:
    """The items of a list, here: ``<tbody>{% live_list "shop.rows" %}</tbody>``. On a page, or inside a fragment;
    nothing else may stand behind them in the element that they are in.

    As ``live``, with ``at`` and ``required``; but items that the user may not see are left out.
    """
    declared = Fragment.named(name)
    if not isinstance(declared, LiveList):
        raise FragmentError(f'{name} is no list: {{% live "{name}" %}}')
    return _shown(context, declared, params)


def _shown(context: Context, declared: Fragment, params: dict[str, Any]) -> SafeString:
    at, required = (None if declared.takes(option) else params.pop(option, None) for option in ("at", "required"))
    # Of a list nothing can stand in its stead that is as large as it is.
    may_be_lazy = not (declared.takes("lazy") or isinstance(declared, LiveList))
    lazy = params.pop("lazy", None) if may_be_lazy else None
    key = declared.key(**params)
    if at is not None:
        key = key.named_at(str(at))
    nested = slot(key)
    if nested is not None:
        if required:
            raise FragmentError(f"{key} cannot be required inside another fragment: only a page can require one")
        if lazy:
            raise FragmentError(f"{key} cannot be lazy inside another fragment: it is rendered and sent with that")
        return nested
    request = request_of(context)
    note_processors(context.dicts[index] if (index := getattr(context, "_processors_index", None)) is not None else ())
    user, page = access.visitor(request), page_of(request)
    key = key.within(current_context(page.values))
    with around(key.context):
        key = access.audience_of(user, key)
        lazy = lazy and request.GET.get("live") != WHOLE
        return first_paint.put(user, page, key, required=bool(required), lazy=bool(lazy))


@register.simple_tag(takes_context=True)
def live_context(context: Context, **values: Any) -> str:
    """What all that is on this page is for, beside its language and time zone: ``{% live_context tenant=tenant.pk %}``.

    Signed into the page; see ``live.rendering.context``. In front of every ``{% live %}``.
    """
    page = page_of(request_of(context))
    if page.elements:
        raise FragmentError("{% live_context %} comes after a fragment, which would be without it; put it in front")
    page.values = values_of(values)
    return ""


@register.simple_tag(takes_context=True)
def live_feed(context: Context, name: str) -> SafeString:
    """The page's cursor in a feed: it gets every item from here on. The items go where the feed says."""
    feed, page = Feed.named(name), page_of(request_of(context))
    page.add_feed(name, feed.element)
    its_context = current_context(page.values)
    entry = sign_feed_entry(page, feed, its_context) if page.is_part else ""
    with around(its_context):
        return mark_safe(marker(feed.element, feed.last(), entry=entry))


@register.simple_tag(takes_context=True)
def live_head(
    context: Context, refresh: int = REFRESH_SECONDS, url: str = "", nonce: Any = None, htmx: bool = True
) -> SafeString:
    """For the head: htmx, its configuration, and our script and style sheet; those of the apps.

    Where the page's script does not run, the page is loaded again every ``refresh`` seconds, or the page at ``url`` in
    its stead. On a page with a form that somebody fills in say ``{% live_head refresh=0 %}``: what they have typed
    would be gone. ``nonce`` is that of the page's content security policy; by default the variable ``csp_nonce``, which
    Django's context processor sets. ``htmx=False`` on a page that loads an htmx 2 of its own, anywhere: then
    this brings neither htmx nor a configuration of it.
    """
    context.render_context[REFRESH] = refresh
    if nonce is None:
        nonce = context.get("csp_nonce")
    request = context.get("request", getattr(context, "request", None))
    if isinstance(request, HttpRequest):
        request.live_head = True  # type: ignore[attr-defined]  # the page is to be live, see live.middleware
    installed = {app: apps.is_installed(f"live.{app}") for app in ("notices", "forms")}
    # One that is made when it is first read is false until then. And django-htmx tells "" and None apart.
    differing = {"csp_nonce": None if nonce is None else str(nonce) or None}
    return fixed_html(context, "live/head.html", differing, **installed, refresh=refresh, url=url, htmx=htmx)


@register.simple_tag(takes_context=True)
def live_state(context: Context, zone: str = "", looks_back: bool = False) -> SafeString:
    """Where the page says how it is: connecting, live, polling, database, reconnecting, offline or ended.

    It says since when, by the server's clock, in the time zone ``zone``, by default the current one.
    ``looks_back``: the page shows how it was, which is also said where the page is live.
    """
    current = getattr(timezone.get_current_timezone(), "key", settings.TIME_ZONE)
    refresh = context.render_context.get(REFRESH, 0)
    return fixed_html(context, "live/state.html", zone=zone or current, refresh=refresh, looks_back=looks_back)


@register.filter
def zone_if_ambiguous(at: datetime) -> str:
    """What the current zone is called at that time, with a space before it, in the hour that its clock shows twice when
    it is set back; else nothing. For behind ``|date:"H:i"``.
    """
    if timezone.is_naive(at):  # without USE_TZ nobody knows which of the two it is
        return ""
    local = timezone.localtime(at)
    is_ambiguous = local.utcoffset() != local.replace(fold=1 - local.fold).utcoffset()
    return f" {local:%Z}" if is_ambiguous else ""


@register.simple_tag(takes_context=True)
def live_page(context: Context) -> SafeString:
    """The socket, with the page's signed list of fragments. The last thing in the body, after every ``{% live %}``."""
    request = request_of(context)
    try:
        url = reverse("live:page")
    except NoReverseMatch:  # said by a check
        url = ""
    # Django's test client says that it is "testserver".
    is_wsgi = isinstance(request, WSGIRequest) and request.META["SERVER_NAME"] != "testserver"
    if is_wsgi:
        warn_of_wsgi(bool(url))
    now = f"{time.time():.3f}"
    socket, page = socket_url(), page_of(request)
    if len(page.elements) > MAX_ENTRIES:
        raise FragmentError(f"the page has {len(page.elements)} fragments, and can tell of no more than {MAX_ENTRIES}")
    page.context = current_context(page.values)
    if page.context is not None and page.context.language != settings.LANGUAGE_CODE:
        socket += f"?language={page.context.language}"  # for who is refused before anything else is known
    addresses = {"socket": socket, "url": url, "login": sign_in_url()}
    # Whose page it is, for what the browser keeps: of no use to anybody else.
    viewer = salted_hmac("live.viewer", str(page.user), algorithm="sha256").hexdigest()[:16]
    query = request.GET.copy()
    query["live"] = WHOLE
    whole = f"{request.path}?{query.urlencode()}" if page.is_lazy else ""
    signed = {"token": sign(page), "values": sign_values(page.values, request.get_host()) if page.values else ""}
    differing = {**signed, "now": now, "viewer": viewer, "whole": whole}
    return fixed_html(context, "live/page.html", differing, **addresses, is_static=is_wsgi and not url)


@cache
def warn_of_wsgi(can_ask: bool) -> None:
    """Say it once a process. ``can_ask``: the project has included ``live.urls``."""
    without = "stays as it is, for the project has not included live.urls"
    logger.warning(
        "a WSGI server serves this page, and WSGI has no WebSockets: the page %s, unless an ASGI server answers at /%s."
        " Use manage.py serve, or another ASGI server.",
        "asks for what is new every few seconds" if can_ask else without,
        SOCKET,
    )


def request_of(context: Context) -> HttpRequest:
    """The request for which the template is rendered. ``FragmentError`` where there is none."""
    # A RequestContext has it also where no context processor has put it among the variables.
    request = context.get("request", getattr(context, "request", None))
    if not isinstance(request, HttpRequest):
        raise FragmentError("the live tags need a request: render the template with one, as render(request, ...) does")
    return request


def page_of(request: HttpRequest) -> Page:
    """The page that this request is making, kept on the request while its template renders."""
    page: Page | None = getattr(request, "live_page", None)
    if page is None:
        is_part = "HX-Request" in request.headers
        page = Page(user=user_id(access.visitor(request)), values=requested_values(), is_part=is_part)
        request.live_page = page  # type: ignore[attr-defined]
    return page
