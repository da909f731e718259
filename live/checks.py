"""System checks: set-ups in which something would fail without a word."""

from typing import Any

from django.apps import apps
from django.contrib.staticfiles import finders
from django.core.checks import CheckMessage, Warning, register
from django.db import connections
from django.template import TemplateDoesNotExist, TemplateSyntaxError
from django.template.loader import get_template
from django.urls import NoReverseMatch, reverse

from live.fragments import Fragment
from live.hints.choice import current_source


@register()
def layer_reaches_other_processes(**kwargs: Any) -> list[CheckMessage]:
    """A layer in memory reaches nobody else, and few databases say what other processes have committed."""
    if current_source() is not None or connections["default"].vendor == "sqlite":
        return []
    return [
        Warning(
            "Nothing tells of other processes: what they change shows only at the next sweep, seconds later.",
            hint=(
                "Set CHANNEL_LAYERS to channels_redis.pubsub.RedisPubSubChannelLayer (REDIS_URL), or use PostgreSQL"
                " with psycopg 3."
            ),
            id="live.W001",
        )
    ]


@register()
def postgresql_is_back_in_seconds(**kwargs: Any) -> list[CheckMessage]:
    """A database that was away is used again within seconds; the defaults of TCP and of psycopg's pool take minutes."""
    database: Any = connections["default"]
    if database.vendor != "postgresql":
        return []
    options, pool = database.settings_dict["OPTIONS"], database.settings_dict["OPTIONS"].get("pool")
    missing = []
    if not database.settings_dict["HOST"].startswith("/"):  # a Unix socket
        wanted = {"connect_timeout": 3, "tcp_user_timeout": 4000}
        missing += [f'"{name}": {value} in OPTIONS' for name, value in wanted.items() if name not in options]
    if pool and (pool is True or "reconnect_timeout" not in pool):
        missing.append('"reconnect_timeout": 3 in OPTIONS["pool"]')
    # Otherwise a connection from before fails the request that gets it.
    if (pool or database.settings_dict["CONN_MAX_AGE"] != 0) and not database.settings_dict["CONN_HEALTH_CHECKS"]:
        missing.append('"CONN_HEALTH_CHECKS": True')
    if not missing:
        return []
    words = "When PostgreSQL was away, pages may be out of date for a minute after it is back, and requests may fail."
    return [Warning(words, hint=f"Set {', '.join(missing)} of DATABASES.", id="live.W009")]


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
