"""System checks: set-ups in which something would fail without a word."""

from typing import Any

from django.core.checks import CheckMessage, Warning, register
from django.db import connections

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
    from django.template import TemplateDoesNotExist, TemplateSyntaxError
    from django.template.loader import get_template

    found: list[CheckMessage] = []
    for declared in Fragment.registry.values():
        try:
            get_template(declared.template)
        except TemplateDoesNotExist as error:
            found.append(Warning(f"{declared.name}: the template {error} does not exist.", id="live.W002"))
        except TemplateSyntaxError as error:
            found.append(Warning(f"{declared.name}: {declared.template} is no template: {error}", id="live.W003"))
    return found
