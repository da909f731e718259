"""System checks: set-ups in which something would fail without a word."""

import inspect
import re
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.checks import CheckMessage, Error, Warning, register
from django.db import connections
from django.shortcuts import resolve_url
from django.template import TemplateDoesNotExist, TemplateSyntaxError
from django.template.loader import get_template
from django.urls import NoReverseMatch, Resolver404, resolve, reverse
from django.utils.module_loading import import_string

from live.fragments import Fragment
from live.hints.choice import current_source
from live.page.user_function import user_function
from live.sign_in import sign_in_url


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
    if not sign_in_url():
        hint = 'Set LOGIN_URL, or add path("accounts/", include("django.contrib.auth.urls")).'
        message = f"There is no URL to sign in at: LOGIN_URL is {str(settings.LOGIN_URL)!r}, which leads nowhere."
        result.append(Warning(message, hint=hint, id="live.W005"))
    return result


@register()
def sign_in_has_a_template(**kwargs: Any) -> list[CheckMessage]:
    """Django's view to sign in brings no template: who is sent there would get a 500."""
    from django.contrib.auth.views import LoginView  # once the apps are ready

    missing: dict[str, str] = {}
    for name in ("login", settings.LOGIN_URL):
        try:
            address = resolve_url(name)
            view = resolve(address).func
        except (NoReverseMatch, Resolver404):  # see live.W005; or an address of another site
            continue
        if issubclass(getattr(view, "view_class", object), LoginView):
            template = view.view_initkwargs.get("template_name", view.view_class.template_name)  # type: ignore[attr-defined]
            try:
                get_template(template)
            except TemplateDoesNotExist:
                missing[template] = address
    hint = (
        'Write it: a form with {% csrf_token %}, {{ form }}, a button, and a hidden input "next" of value {{ next }}.'
    )
    return [
        Warning(f"The template {template} does not exist: {address} fails.", hint=hint, id="live.W014")
        for template, address in missing.items()
    ]


@register()
def who_is_there_can_be_known(**kwargs: Any) -> list[CheckMessage]:
    """A socket reads the session again and again, and runs no middleware: what it cannot notice is said here."""
    result: list[CheckMessage] = []
    engine = settings.SESSION_ENGINE
    if engine == "django.contrib.sessions.backends.signed_cookies" and not apps.is_installed("live.logouts"):
        message = "Sessions are in signed cookies: the server cannot end one, and an open page outlives its log-out."
        hint = 'Add "live.logouts" to INSTALLED_APPS, or keep sessions in the database (SESSION_ENGINE).'
        result.append(Warning(message, hint=hint, id="live.W010"))
    backend = settings.CACHES.get(settings.SESSION_CACHE_ALIAS, {}).get("BACKEND", "")
    if engine == "django.contrib.sessions.backends.cache" and backend.endswith(("LocMemCache", "DummyCache")):
        message = f"Sessions are in {backend.rpartition('.')[2]}, which each process has for itself, until it ends."
        hint = 'Set SESSION_ENGINE = "django.contrib.sessions.backends.cached_db", or a cache that is shared.'
        result.append(Warning(message, hint=hint, id="live.W011"))
    try:
        has_function = user_function() is not None
    except ImportError as error:
        message = f"LIVE_USER is no function, so no page can be live: {error}"
        return [*result, Error(message, id="live.E001")]
    for name in [] if has_function else settings.MIDDLEWARE:
        if not name.startswith("django.contrib.auth.") and _sets_user(name):
            message = f"{name} sets request.user: a page is made for that user, and its socket asks the session."
            hint = "Set LIVE_USER to a function that says the same of a socket; live/page/user_function.py says how."
            result.append(Warning(message, hint=hint, id="live.W012"))
    return result


def _sets_user(name: str) -> bool:
    """Whether a middleware, by its dotted name, sets ``request.user`` and signs nobody in, as its source tells."""
    try:
        source = inspect.getsource(import_string(name))
    except (ImportError, OSError, TypeError):  # Django says so itself; or it is no Python
        return False
    return "login(" not in source and re.search(r"^\s*request\.user\s*=[^=]", source, re.MULTILINE) is not None


@register()
def layer_keeps_subscriptions(**kwargs: Any) -> list[CheckMessage]:
    """The older layer of channels_redis drops the newest message of a full channel, and a subscription after a day."""
    layer = getattr(settings, "CHANNEL_LAYERS", {}).get("default", {})
    if layer.get("BACKEND") != "channels_redis.core.RedisChannelLayer":
        return []
    hint = 'Set its BACKEND to "channels_redis.pubsub.RedisPubSubChannelLayer".'
    message = "The channel layer is channels_redis.core: over its capacity the newest hints are dropped."
    return [Warning(message, hint=hint, id="live.W013")]
