"""Set-ups in which something would fail without a word."""

from typing import Any

import pytest
from django.core.checks import run_checks
from django.db import connections

from live import Fragment, fragment
from live.checks import files_are_served, layer_reaches_other_processes, pages_can_ask, templates_exist
from tests.unit.live.layers import SharedLayer


def ids(found: list[Any]) -> list[str]:
    return [each.id for each in found]


@pytest.fixture
def vendor(monkeypatch: pytest.MonkeyPatch) -> Any:
    return lambda name: monkeypatch.setattr(connections["default"], "vendor", name, raising=False)


def test_in_memory_on_sqlite_the_file_is_watched(vendor: Any) -> None:
    vendor("sqlite")
    assert layer_reaches_other_processes() == []


def test_in_memory_on_another_database_is_warned_of(vendor: Any) -> None:
    vendor("postgresql")
    [warning] = layer_reaches_other_processes()
    assert warning.id == "live.W001"
    assert "RedisPubSubChannelLayer" in warning.hint


def test_a_shared_layer_is_fine_on_any_database(vendor: Any, shared_layer: type[SharedLayer]) -> None:
    vendor("postgresql")
    assert layer_reaches_other_processes() == []


def test_without_any_layer_it_is_the_same(vendor: Any, settings: Any) -> None:
    del settings.CHANNEL_LAYERS
    vendor("sqlite")
    assert layer_reaches_other_processes() == []
    vendor("postgresql")
    assert ids(layer_reaches_other_processes()) == ["live.W001"]


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
def test_site_without_a_page_to_sign_in_is_warned_of() -> None:
    assert ids(files_are_served()) == ["live.W005"]


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
    vendor("postgresql")
    declare("missing.html")
    assert {"live.W001", "live.W002"} <= set(ids(run_checks()))


def test_every_fragment_of_ours_has_its_template() -> None:
    assert Fragment.registry.keys() >= {"boards.board", "boards.panel"}
    assert templates_exist() == []
