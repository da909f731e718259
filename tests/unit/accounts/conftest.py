"""People for tests of the pages about them."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from accounts import backends
from live.limited_log import LimitedLog

PASSWORD = "a password of many letters"


@pytest.fixture
def quick_passwords(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Passwords that are hashed in no time, and a log that says everything."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    monkeypatch.setattr(backends, "limited_log", LimitedLog(backends.logger))


@pytest.fixture
def root(quick_passwords: None) -> User:
    return User.objects.create_superuser("root", password=PASSWORD)


@pytest.fixture
def bob(quick_passwords: None) -> User:
    return User.objects.create_user("bob", password=PASSWORD)


@pytest.fixture
def admin(client: Client, root: User) -> Client:
    """The browser of an admin."""
    client.force_login(root)
    return client
