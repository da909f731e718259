"""Django's own tests of its message storages, of the version that is installed, against ours.

They are not in Django's wheel: ``tests/django_messages.sh`` fetches them, as ``make test`` does by itself.
"""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import django
import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.db import connection
from django.http import HttpRequest
from django.test import TestCase, override_settings

from live.notices.storage import LiveStorage

THERE = Path(sys.prefix) / "django-tests" / django.__version__
INSTALLED = [*settings.INSTALLED_APPS, "messages_tests"]
OURS = f"{LiveStorage.__module__}.{LiveStorage.__name__}"

if (THERE / "messages_tests").is_dir():
    sys.path.append(str(THERE))
    with override_settings(INSTALLED_APPS=INSTALLED):  # one of them has a model, which wants to be in an app
        from messages_tests import test_fallback, test_mixins

    class TestLiveStorage(test_fallback.FallbackTests):  # type: ignore[misc]
        """All of BaseTests, and what Django asks of the storage that ours is built on."""

        storage_class = LiveStorage

    @pytest.mark.usefixtures("table")
    @override_settings(MESSAGE_STORAGE=OURS, INSTALLED_APPS=INSTALLED)
    class TestMixin(test_mixins.SuccessMessageMixinTests):  # type: ignore[misc]
        """Messages of class-based views."""

    class TestOfAPerson(test_fallback.FallbackTests, TestCase):  # type: ignore[misc]
        """The same, of somebody whose messages are told to their other pages."""

        storage_class = LiveStorage

        def get_request(self) -> HttpRequest:
            request: HttpRequest = super().get_request()
            request.user, _ = User.objects.get_or_create(username="ada")
            return request

    @pytest.fixture(scope="module")
    def table(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
        """The one table of Django's tests."""
        with django_db_blocker.unblock(), connection.schema_editor() as editor:
            editor.create_model(test_mixins.SomeObject)
        yield
        with django_db_blocker.unblock(), connection.schema_editor() as editor:
            editor.delete_model(test_mixins.SomeObject)


def test_django_s_own_tests_are_here() -> None:
    assert (THERE / "messages_tests").is_dir(), (
        f"Django's own tests of messages are not in {THERE}, so they did not run."
        " Fetch them with tests/django_messages.sh, which needs the package index, and start again."
    )
