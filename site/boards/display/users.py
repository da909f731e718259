"""Who looks at a page that was opened by a display link: nobody with an account, but somebody who may see one board."""

import re
from collections.abc import Callable, Collection
from datetime import timedelta
from functools import wraps
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone

from boards.models import DisplayLink
from boards.models.displays import PARAMETER
from live.client_address import address_of
from live.hub.hub import Hub
from live.page.principals import SEPARATOR, principal_of

KIND = "display"
# How exact ``DisplayLink.last_seen`` is of a page that is open.
SEEN_SECONDS = 60.0
MAX_DIGITS = 18
# What no secret can be is not looked up: a database may raise for a NUL.
SECRET = re.compile(r"[\w-]{1,40}", re.ASCII)


class DisplayUser(AnonymousUser):
    """What ``request.user`` and ``visible_to`` have for a page of a display link."""

    def __init__(self, link: DisplayLink) -> None:
        self.pk = f"{KIND}{SEPARATOR}{link.pk}"  # type: ignore[assignment]
        self.link = link


def users_of_links(pks: Collection[str]) -> dict[str, DisplayUser]:
    """Those whose links still work, by the primary keys of the links."""
    numbers = [int(pk) for pk in pks if pk.isdecimal() and len(pk) <= MAX_DIGITS]
    links = DisplayLink.objects.working(timezone.now()).filter(pk__in=numbers)
    return {str(link.pk): DisplayUser(link) for link in links}


async def note_open_displays(hub: Hub) -> None:
    """A periodic task: the links whose pages are open are seen."""
    open_now = {principal_of(viewer.page.user) for viewer in hub.core.viewers}
    pks = [principal.pk for principal in open_now if principal is not None and principal.kind == KIND]
    if pks:
        await hub.ask_database(lambda: DisplayLink.objects.filter(pk__in=pks).update(last_seen=timezone.now()))


def with_display_links(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Have a view of something to look at take a display link's secret in its address: then its user is a
    ``DisplayUser``, whoever is signed in. 404 where there is no such link, or not any more."""

    @wraps(view)
    def wrapped(request: HttpRequest, **kwargs: Any) -> HttpResponse:
        if secret := request.GET.get(PARAMETER):
            request.user = opened(request, secret)
        return view(request, **kwargs)

    return wrapped


def opened(request: HttpRequest, secret: str) -> DisplayUser:
    """Who has this secret; that the link was opened now, and from where, is noted. Raises ``Http404``."""
    now = timezone.now()
    link = DisplayLink.objects.working(now).filter(secret=secret).first() if SECRET.fullmatch(secret) else None
    if link is None:
        raise Http404("There is no such display link, or it has expired or was revoked.")
    address = address_of(request)
    is_noted = link.last_seen is not None and now - link.last_seen < timedelta(seconds=SEEN_SECONDS)
    if not (is_noted and link.last_address == address):
        DisplayLink.objects.filter(pk=link.pk).update(last_seen=now, last_address=address)
    return DisplayUser(link)
