"""Set-ups in which something would fail without a word."""

from types import ModuleType
from typing import Any

import pytest
from django.core.checks import run_checks
from django.urls import path

# From Django 6.1 on, its own checks ask the database what it can do.
pytestmark = pytest.mark.django_db


def found() -> list[str]:
    return [f"{each.id} {each.msg} {each.hint}" for each in run_checks() if str(each.id).startswith("live_notices")]


def test_this_site_is_in_order() -> None:
    assert found() == []


def test_addresses_that_are_not_included_are_said(settings: Any) -> None:
    urls = ModuleType("urls")
    urls.urlpatterns = [path("accounts/login/", lambda request: None, name="login")]  # type: ignore[attr-defined, arg-type]
    settings.ROOT_URLCONF = urls
    assert any("W001" in each and 'include("live.notices.urls")' in each for each in found())


def test_messages_that_are_not_live_are_said(settings: Any) -> None:
    settings.MESSAGE_STORAGE = "django.contrib.messages.storage.fallback.FallbackStorage"
    [said] = found()
    assert said.startswith("live_notices.W002 MESSAGE_STORAGE is django.contrib.messages.storage.fallback")
