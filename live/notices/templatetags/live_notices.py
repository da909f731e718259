"""The tags of notices and banners.

{% load live live_notices %}
<body> ... {% live_notices %}{% live_page %} </body>
"""

from typing import Any

from django import template
from django.template import Context
from django.utils.safestring import SafeString, mark_safe

from live.notices import feed, standing, submissions
from live.notices.audiences import Kind
from live.notices.banner_views import said_id
from live.notices.dismissals import dismissals
from live.notices.fragments import EVERYWHERE
from live.page.access import visitor
from live.templatetags.live import live_feed, request_of

register = template.Library()


@register.inclusion_tag("live/notices/notices.html", takes_context=True)
def live_notices(context: Context) -> dict[str, Any]:
    """Where notices come to be seen and heard. Once a page, the last thing before ``{% live_page %}``."""
    # First: what comes to be while the rest is read comes over the socket, too, and the page shows it once.
    markers = "".join(live_feed(context, each.name) for each in (feed.notices, dismissals))
    request = request_of(context)
    showing = request.live_page.ids  # type: ignore[attr-defined]
    into: dict[str, list[SafeString]] = {feed.STATUS: [], feed.ALERT: []}
    for notice in [*standing.sticky(visitor(request), showing), *standing.pending(request)]:
        into[feed.into(notice)].append(mark_safe(feed.html_of(notice)))
    return {"status": into[feed.STATUS], "alert": into[feed.ALERT], "markers": mark_safe(markers)}


@register.inclusion_tag("live/notices/banner_region.html", takes_context=True)
def live_banners(context: Context, kind: str = "", ref: Any = "") -> dict[str, Any]:
    """The banners to be seen now, in the page's flow; with a kind of audience and which one, those of that place."""
    place = EVERYWHERE if not kind else str(Kind.named(kind)(ref))
    return {"place": place, "said": said_id(place), "request": request_of(context)}


@register.simple_tag
def live_submission() -> SafeString:
    """In a form that is taken by ``LiveFormMixin`` or ``form_taken``: the token by which it is taken once."""
    return submissions.field()
