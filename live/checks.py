"""System checks: set-ups in which something would fail without a word."""

from typing import Any

from django.contrib.staticfiles import finders
from django.core.checks import CheckMessage, Warning, register
from django.db import connections
from django.template import TemplateDoesNotExist, TemplateSyntaxError
from django.template.loader import get_template
from django.urls import NoReverseMatch, reverse

from live.changes import shared_layer
from live.fragments import Fragment


@register()
def layer_reaches_other_processes(**kwargs: Any) -> list[CheckMessage]:
    """In memory, the layer reaches nobody else; only SQLite can be watched for other processes' commits."""
    if shared_layer() is not None or connections["default"].vendor == "sqlite":
        return []
    return [
        Warning(
            "The channel layer is in memory: what other processes change shows only at the next sweep, seconds later.",
            hint="Set CHANNEL_LAYERS to channels_redis.pubsub.RedisPubSubChannelLayer (REDIS_URL).",
            id="live.W001",
        )
    ]


@register()
def templates_exist(**kwargs: Any) -> list[CheckMessage]:
    """A fragment whose template or partial is missing would only be noticed by its viewers."""
    found: list[CheckMessage] = []
    # Ours too: they are part of every live page.
    wanted = [("live", "live/head.html"), ("live", "live/page.html")]
    for name, template in wanted + [(declared.name, declared.template) for declared in Fragment.registry.values()]:
        try:
            get_template(template)
        except TemplateDoesNotExist as error:
            found.append(Warning(f"{name}: the template {error} does not exist.", id="live.W002"))
        except TemplateSyntaxError as error:
            found.append(Warning(f"{name}: {template} is no template: {error}", id="live.W003"))
    return found


@register()
def files_are_served(**kwargs: Any) -> list[CheckMessage]:
    """Without its script a page is never live; without a URL to sign in at, an ended page cannot say so."""
    found: list[CheckMessage] = []
    if finders.find("live/live.js") is None:
        hint = "Add the folder that holds live/live.js to STATICFILES_DIRS, and serve static files (whitenoise does)."
        found.append(Warning("live/live.js is found by no static files finder.", hint=hint, id="live.W004"))
    try:
        reverse("login")
    except NoReverseMatch:
        hint = 'Add path("accounts/", include("django.contrib.auth.urls")) or a URL of your own of that name.'
        found.append(Warning('There is no URL named "login".', hint=hint, id="live.W005"))
    return found
