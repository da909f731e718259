"""Set-ups in which something would fail without a word."""

import re
from types import ModuleType
from typing import Any

import pytest
from django.contrib.auth.views import LoginView
from django.core.checks import run_checks
from django.db import connections
from django.db.backends.postgresql import psycopg_any
from django.urls import clear_url_caches, path

from live import Fragment, fragment
from live.checks import (
    files_are_served,
    layer_keeps_subscriptions,
    layer_reaches_other_processes,
    pages_can_ask,
    postgresql_is_back_in_seconds,
    sign_in_has_a_template,
    templates_exist,
    who_is_there_can_be_known,
)
from tests.unit.live.layers import SharedLayer


def ids(found: list[Any]) -> list[str]:
    return [each.id for each in found]


@pytest.fixture
def vendor(monkeypatch: pytest.MonkeyPatch) -> Any:
    return lambda name: monkeypatch.setattr(connections["default"], "vendor", name, raising=False)


def test_in_memory_on_sqlite_the_file_is_watched(vendor: Any) -> None:
    vendor("sqlite")
    assert layer_reaches_other_processes() == []


def test_in_memory_on_postgresql_it_notifies(vendor: Any) -> None:
    vendor("postgresql")
    assert layer_reaches_other_processes() == []


def test_postgresql_through_psycopg2_cannot_be_heard(vendor: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    vendor("postgresql")
    monkeypatch.setattr(psycopg_any, "is_psycopg3", False)
    assert ids(layer_reaches_other_processes()) == ["live.W001"]


def test_in_memory_on_another_database_is_warned_of(vendor: Any) -> None:
    vendor("mysql")
    [warning] = layer_reaches_other_processes()
    assert warning.id == "live.W001"
    assert "RedisPubSubChannelLayer" in warning.hint


def test_a_shared_layer_is_fine_on_any_database(vendor: Any, shared_layer: type[SharedLayer]) -> None:
    vendor("mysql")
    assert layer_reaches_other_processes() == []


def test_without_any_layer_it_is_the_same(vendor: Any, settings: Any) -> None:
    del settings.CHANNEL_LAYERS
    vendor("sqlite")
    assert layer_reaches_other_processes() == []
    vendor("mysql")
    assert ids(layer_reaches_other_processes()) == ["live.W001"]


OURS = {"connect_timeout": 3, "tcp_user_timeout": 4000}


@pytest.mark.parametrize(
    ("options", "others", "missing"),
    [
        ({**OURS, "pool": {"reconnect_timeout": 3}}, {"CONN_HEALTH_CHECKS": True}, []),
        (OURS, {}, []),
        ({}, {"HOST": "/run/postgresql"}, []),
        ({}, {}, ["connect_timeout", "tcp_user_timeout"]),
        ({**OURS, "pool": True}, {}, ["reconnect_timeout", "CONN_HEALTH_CHECKS"]),
        ({**OURS, "pool": {}}, {}, []),  # Django takes an empty one for none
        ({**OURS, "pool": {"max_size": 4}}, {"CONN_HEALTH_CHECKS": True}, ["reconnect_timeout"]),
        (OURS, {"CONN_MAX_AGE": None}, ["CONN_HEALTH_CHECKS"]),
    ],
)
def test_a_postgresql_that_would_be_away_for_long_is_warned_of(
    vendor: Any, monkeypatch: pytest.MonkeyPatch, options: Any, others: Any, missing: list[str]
) -> None:
    plain = {"HOST": "", "CONN_MAX_AGE": 0, "CONN_HEALTH_CHECKS": False}
    monkeypatch.setattr(connections["default"], "settings_dict", {"OPTIONS": options, **plain, **others})
    vendor("sqlite")
    assert postgresql_is_back_in_seconds() == []
    vendor("postgresql")
    warnings = postgresql_is_back_in_seconds()
    assert ids(warnings) == (["live.W009"] if missing else [])
    assert re.findall(r'"(\w+)":', "".join(each.hint for each in warnings)) == missing


@pytest.mark.urls("django.contrib.auth.urls")
def test_pages_that_cannot_ask_are_warned_of() -> None:
    [warning] = pages_can_ask()
    assert (warning.id, warning.hint) == ("live.W008", 'Add path("live/", include("live.urls")) to your URLs.')


def test_pages_of_this_site_can_ask() -> None:
    assert pages_can_ask() == []


def without(settings: Any, app: str) -> None:
    settings.INSTALLED_APPS = tuple(name for name in settings.INSTALLED_APPS if name != app)


def test_apps_that_are_missing_are_named(settings: Any) -> None:
    without(settings, "django_htmx")
    [warning] = templates_exist()
    assert (warning.id, warning.hint) == ("live.W006", 'Add "django_htmx" to INSTALLED_APPS.')
    assert files_are_served() == []
    without(settings, "django.contrib.staticfiles")
    [warning] = files_are_served()
    assert warning.id == "live.W004"
    assert warning.hint.startswith('Add "django.contrib.staticfiles" to INSTALLED_APPS')


def test_static_files_of_apps_that_nobody_finds_are_said(settings: Any) -> None:
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    [warning] = files_are_served()
    assert warning.id == "live.W004"
    assert "finders.AppDirectoriesFinder" in warning.hint


def test_templates_of_apps_that_no_engine_finds_are_said(settings: Any) -> None:
    Fragment.registry.clear()
    (engine,) = settings.TEMPLATES
    loaders = ["django.template.loaders.filesystem.Loader"]
    settings.TEMPLATES = [{**engine, "APP_DIRS": False, "OPTIONS": {**engine["OPTIONS"], "loaders": loaders}}]
    [warning] = templates_exist()
    assert warning.id == "live.W007"
    assert warning.hint.startswith('Set "APP_DIRS": True in TEMPLATES')


@pytest.mark.urls("live.urls")
def test_site_without_a_page_to_sign_in_is_warned_of(settings: Any) -> None:
    [warning] = files_are_served()
    assert warning.id == "live.W005" and "LOGIN_URL is 'login'" in warning.msg
    settings.LOGIN_URL = "https://sso.example/"
    assert files_are_served() == []
    settings.LOGIN_URL = "/accounts/login/"
    assert ids(files_are_served()) == ["live.W005"]


@pytest.mark.parametrize("login_url", ["login", "/accounts/login/", "enter", "https://sso.example/", "/nowhere/"])
def test_a_view_to_sign_in_without_its_template_is_warned_of(settings: Any, login_url: str) -> None:
    urls = ModuleType("urls")
    settings.ROOT_URLCONF, settings.LOGIN_URL = urls, login_url
    for template, expected in (
        ("registration/login.html", []),
        ("no/login.html", ["live.W014"]),
    ):
        views = {name: LoginView.as_view(template_name=template) for name in ("login", "enter")}
        urls.urlpatterns = [path(f"accounts/{name}/", view, name=name) for name, view in views.items()]  # type: ignore[attr-defined]
        clear_url_caches()
        found = sign_in_has_a_template()
        assert ids(found) == expected
        assert all("no/login.html" in message.msg and "/accounts/" in message.msg for message in found)


def test_the_template_that_django_looks_for_is_looked_for(settings: Any) -> None:
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": []}]
    [warning] = sign_in_has_a_template()
    assert warning.msg.startswith("The template registration/login.html does not exist")


def test_a_view_to_sign_in_that_is_not_djangos_needs_none(settings: Any) -> None:
    settings.ROOT_URLCONF = urls = ModuleType("urls")
    urls.urlpatterns = [path("login/", lambda request: None, name="login")]  # type: ignore[attr-defined, arg-type]
    assert sign_in_has_a_template() == []


def declare(template: str) -> None:
    @fragment(template)
    def it() -> dict[str, Any]:
        return {}


def test_templates_that_exist_are_fine(templates: dict[str, str]) -> None:
    templates["it.html"] = "{% partialdef part %}<p></p>{% endpartialdef %}"
    declare("it.html#part")
    assert templates_exist() == []


@pytest.mark.parametrize("template", ["missing.html", "missing.html#part", "it.html#another"])
def test_a_template_or_part_that_is_missing_is_named(templates: dict[str, str], template: str) -> None:
    templates["it.html"] = "{% partialdef part %}<p></p>{% endpartialdef %}"
    declare(template)
    [warning] = templates_exist()
    assert warning.id == "live.W002"
    assert warning.msg.startswith("tests.it: the template ")
    assert warning.msg.endswith(" does not exist.")


def test_a_template_with_a_fault_is_named_with_it(templates: dict[str, str]) -> None:
    templates["it.html"] = "{% nope %}"
    declare("it.html")
    [warning] = templates_exist()
    assert warning.id == "live.W003"
    assert warning.msg.startswith("tests.it: it.html is no template: ")
    assert "nope" in warning.msg


@pytest.mark.django_db  # from Django 6.1 on, its own checks ask the database what it can do
def test_both_are_among_djangos_checks(vendor: Any, templates: dict[str, str]) -> None:
    Fragment.registry.clear()
    vendor("mysql")
    declare("missing.html")
    assert {"live.W001", "live.W002"} <= set(ids(run_checks()))


def test_every_fragment_of_ours_has_its_template() -> None:
    assert Fragment.registry.keys() >= {"boards.board", "boards.panel"}
    assert templates_exist() == []


class Impersonation:
    """A middleware that makes everybody somebody else."""

    def __init__(self, get_response: Any) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> Any:
        request.user = None
        return self.get_response(request)


class Honest(Impersonation):
    """One that signs them in."""

    def __call__(self, request: Any) -> Any:
        request.user = None
        login(request)
        return self.get_response(request)


def login(request: Any) -> None:
    """Stands for Django's."""


def test_what_a_socket_cannot_notice_is_said(settings: Any) -> None:
    assert who_is_there_can_be_known() == []
    settings.SESSION_ENGINE = "django.contrib.sessions.backends.cache"
    [warning] = who_is_there_can_be_known()
    assert warning.id == "live.W011" and "LocMemCache" in warning.msg
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache"}}
    assert who_is_there_can_be_known() == []


def test_a_middleware_that_replaces_the_user_is_named(settings: Any) -> None:
    name = f"{__name__}.Impersonation"
    others = ["django.contrib.auth.middleware.RemoteUserMiddleware", f"{__name__}.Honest", "no.such.thing"]
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, name, *others]
    [warning] = who_is_there_can_be_known()
    assert warning.id == "live.W012" and warning.msg.startswith(name)


def test_the_older_layer_of_redis_is_warned_of(settings: Any) -> None:
    for backend, expected in (("core.RedisChannelLayer", ["live.W013"]), ("pubsub.RedisPubSubChannelLayer", [])):
        settings.CHANNEL_LAYERS = {"default": {"BACKEND": f"channels_redis.{backend}"}}
        assert ids(layer_keeps_subscriptions()) == expected
