"""System checks: set-ups of banners in which something would fail without a word."""

from typing import Any

from django.core.checks import CheckMessage, Warning, register

from live.banners.fragments import dismiss_url
from live.banners.models import Banner


@register()
def urls_are_included(**kwargs: Any) -> list[CheckMessage]:
    """Without them a banner has no button by which it is dismissed."""
    if dismiss_url(Banner(pk=1)):
        return []
    hint = 'Add path("live/banners/", include("live.banners.urls")) to your URLs.'
    return [Warning("The URLs of banners are not included: none can be dismissed.", hint=hint, id="live_banners.W001")]
