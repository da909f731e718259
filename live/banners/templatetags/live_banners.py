"""The tag of banners.

{% load live live_notices live_banners %}
<body> ... {% live_banners %} ... {% live_notices %}{% live_page %} </body>
"""

from typing import Any

from django import template
from django.template import Context

from live.banners.fragments import dismissed_id
from live.banners.models import EVERYWHERE
from live.notices import Recipients
from live.templatetags.live import request_of

register = template.Library()


@register.inclusion_tag("live/banners/region.html", takes_context=True)
def live_banners(context: Context, kind: str = "", ref: Any = "") -> dict[str, Any]:
    """The banners to be seen now, in the page's flow; with a kind of recipients and which one, theirs."""
    region = str(Recipients(kind, str(getattr(ref, "pk", ref))).check()) if kind else EVERYWHERE
    return {"region": region, "dismissed_id": dismissed_id(region), "request": request_of(context)}
