"""Where people sign in: what a page that has ended leads to."""

from django.conf import global_settings, settings
from django.shortcuts import resolve_url
from django.urls import NoReverseMatch, Resolver404, resolve


def sign_in_url() -> str:
    """The address that ``settings.LOGIN_URL`` says, or the URL of that name; empty where there is none.

    An address that the project has set may be another server's; Django's default counts only where it leads anywhere.
    """
    try:
        url = resolve_url(settings.LOGIN_URL)
        if settings.LOGIN_URL == global_settings.LOGIN_URL:
            resolve(url)
    except (NoReverseMatch, Resolver404):
        return ""
    return url
