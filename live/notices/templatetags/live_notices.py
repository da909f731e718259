"""The tag of notices.

{% load live live_notices %}
<body> ... {% live_notices %}{% live_page %} </body>
"""

from django import template
from django.template import Context
from django.utils.safestring import SafeString, mark_safe

from live.notices import feed, initial_notices
from live.notices.dismissals import dismissals
from live.page.access import visitor
from live.rendering.fixed import fixed_html
from live.templatetags.live import live_feed, request_of

register = template.Library()


@register.simple_tag(takes_context=True)
def live_notices(context: Context) -> SafeString:
    """The region of the page in which notices are shown and announced. Once, the last before ``{% live_page %}``."""
    # First: what comes to be while the rest is read comes over the socket, too, and the page shows it once.
    markers = "".join(live_feed(context, name) for name in (feed.notices.name, dismissals.name))
    request = request_of(context)
    showing = request.live_page.elements  # type: ignore[attr-defined]
    html = {feed.STATUS: "", feed.ALERT: ""}
    for notice in [*initial_notices.sticky(visitor(request), showing), *initial_notices.pending(request)]:
        html[feed.into(notice)] += feed.html_of(notice)
    parts = {"status": html[feed.STATUS], "alert": html[feed.ALERT], "markers": markers}
    differing = {name: mark_safe(part) for name, part in parts.items()} | {"csrf_token": context.get("csrf_token", "")}
    return fixed_html(context, "live/notices/notices.html", differing)
