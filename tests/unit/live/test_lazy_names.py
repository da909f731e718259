"""Public names of apps: fetched when they are asked for, and one clear error where the app is not installed."""

from importlib import import_module
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

import live

APPS = ["live.notices", "live.banners", "live.forms"]


@pytest.mark.parametrize("app", APPS)
def test_every_public_name_of_an_app_is_there(app: str) -> None:
    package = import_module(app)
    for name in package.__all__:
        assert getattr(package, name) is not None


@pytest.mark.parametrize(
    ("app", "name"),
    [
        ("live.notices", "notify"),
        ("live.notices", "everyone"),
        ("live.banners", "save"),
        ("live.forms", "LiveFormMixin"),
    ],
)
def test_a_name_of_an_app_that_is_not_installed_is_an_error_that_says_what_to_add(
    app: str, name: str, settings: Any
) -> None:
    settings.INSTALLED_APPS = [installed for installed in settings.INSTALLED_APPS if installed != app]
    with pytest.raises(ImproperlyConfigured) as error:
        getattr(import_module(app), name)
    assert str(error.value) == (
        f'{app}.{name} needs its app: add "{app}" to INSTALLED_APPS, and run "manage.py migrate".'
    )


@pytest.mark.parametrize("app", APPS)
def test_a_name_that_is_not_public_is_none(app: str) -> None:
    with pytest.raises(AttributeError, match=f"module '{app}' has no attribute 'nothing'"):
        import_module(app).nothing  # noqa: B018


def test_the_engine_itself_has_no_names_of_these_apps() -> None:
    assert live.__all__ == [
        *("ANY", "Feed", "Fragment", "FragmentError", "Item", "LiveList", "PageContext"),
        *("around_pages", "fragment", "html_of", "live_list"),
    ]
    assert not hasattr(live, "notify")
