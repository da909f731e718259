"""System checks: set-ups in which something would fail without a word."""

from typing import Any

from django.apps import apps
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
            "No channel layer reaches other processes: what they change shows only at the next sweep, seconds later.",
            hint="Set CHANNEL_LAYERS to channels_redis.pubsub.RedisPubSubChannelLayer (REDIS_URL).",
            id="live.W001",
        )
    ]


@register()
def templates_exist(**kwargs: Any) -> list[CheckMessage]:
    """A fragment whose template or partial is missing would only be noticed by its viewers."""
    result: list[CheckMessage] = []
    if not apps.is_installed("django_htmx"):
        hint = 'Add "django_htmx" to INSTALLED_APPS.'
        result.append(
            Warning("django_htmx, which brings live pages htmx, is not installed.", hint=hint, id="live.W006")
        )
    try:
        get_template("live/page.html")  # part of every live page
    except TemplateDoesNotExist:
        hint = (
            'Set "APP_DIRS": True in TEMPLATES, or add django.template.loaders.app_directories.Loader to the loaders.'
        )
        result.append(Warning("No template engine finds the templates of apps.", hint=hint, id="live.W007"))
    for name, template in [(declared.name, declared.template) for declared in Fragment.registry.values()]:
        try:
            get_template(template)
        except TemplateDoesNotExist as error:
            result.append(Warning(f"{name}: the template {error} does not exist.", id="live.W002"))
        except TemplateSyntaxError as error:
            result.append(Warning(f"{name}: {template} is no template: {error}", id="live.W003"))
    return result


@register()
def pages_can_ask(**kwargs: Any) -> list[CheckMessage]:
    """Where a network blocks WebSockets, a page that cannot ask over HTTP stands still."""
    try:
        reverse("live:page")
    except NoReverseMatch:
        hint = 'Add path("live/", include("live.urls")) to your URLs.'
        return [Warning("Pages that can have no socket cannot ask for what is new.", hint=hint, id="live.W008")]
    return []


@register()
def files_are_served(**kwargs: Any) -> list[CheckMessage]:
    """Without its script a page is never live; without a URL to sign in at, an ended page cannot say so."""
    result: list[CheckMessage] = []
    if not (apps.is_installed("django.contrib.staticfiles") and finders.find("live/live.js")):
        hint = (
            'Add "django.contrib.staticfiles" to INSTALLED_APPS, and its finders.AppDirectoriesFinder to'
            " STATICFILES_FINDERS if you have set that."
        )
        result.append(Warning("Nothing finds live/live.js among the static files of apps.", hint=hint, id="live.W004"))
    try:
        reverse("login")
    except NoReverseMatch:
        hint = 'Add path("accounts/", include("django.contrib.auth.urls")) or a URL of your own of that name.'
        result.append(Warning('There is no URL named "login".', hint=hint, id="live.W005"))
    return result
