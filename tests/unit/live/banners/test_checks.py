"""Set-ups of banners in which something would fail without a word."""

from types import ModuleType
from typing import Any

from django.core.checks import run_checks
from django.urls import path


def test_urls_that_are_not_included_are_a_warning(settings: Any) -> None:
    urls = ModuleType("urls")
    urls.urlpatterns = [path("accounts/login/", lambda request: None, name="login")]  # type: ignore[attr-defined, arg-type]
    assert not any(str(message.id).startswith("live_banners") for message in run_checks())
    settings.ROOT_URLCONF = urls
    [warning] = [message for message in run_checks() if message.id == "live_banners.W001"]
    assert warning.hint == 'Add path("live/banners/", include("live.banners.urls")) to your URLs.'
