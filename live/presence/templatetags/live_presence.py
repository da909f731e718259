"""The tag of presence: ``{% load live_presence %} ... {% live_presence %}``."""

import hashlib

from django import template
from django.template import Context
from django.utils.safestring import SafeString

from live.presence.fragments import viewers
from live.presence.models import MAX_TOPIC_LENGTH
from live.templatetags.live import live, page_of, request_of

register = template.Library()


@register.simple_tag(takes_context=True)
def live_presence(context: Context, topic: str = "") -> SafeString:
    """Who has this page open: all pages of the same path, or of the same ``topic``, that are for the same tenant, or
    whatever else ``{% live_context %}`` says. Names are for users with the permission ``live_presence.see_names``."""
    request = request_of(context)
    topic, values = str(topic) or request.path, page_of(request).values
    if values or len(topic) > MAX_TOPIC_LENGTH:
        topic = hashlib.sha256(repr((topic, values)).encode()).hexdigest()
    return live(context, viewers.name, topic=topic)
