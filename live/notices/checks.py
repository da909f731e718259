"""System checks: set-ups of notices in which something would fail without a word."""

from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.checks import CheckMessage, Warning, register
from django.urls import NoReverseMatch, reverse

STORAGE = "live.notices.storage.LiveStorage"


@register()
def urls_are_included(**kwargs: Any) -> list[CheckMessage]:
    """Without them a notice that is dismissed comes back."""
    try:
        reverse("live_notices:dismiss", args=[1])
    except NoReverseMatch:
        hint = 'Add path("live/notices/", include("live.notices.urls")) to your URLs.'
        message = "The URLs of notices are not included: nothing can be dismissed."
        return [Warning(message, hint=hint, id="live_notices.W001")]
    return []


@register()
def messages_are_live(**kwargs: Any) -> list[CheckMessage]:
    """With another storage messages show at the next page that is loaded, to one page."""
    if apps.is_installed("django.contrib.messages") and settings.MESSAGE_STORAGE != STORAGE:
        message = f"MESSAGE_STORAGE is {settings.MESSAGE_STORAGE}: messages are not live."
        return [Warning(message, hint=f'Set MESSAGE_STORAGE = "{STORAGE}".', id="live_notices.W002")]
    return []
