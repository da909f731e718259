"""What the tests of forms share: the template of their site, and somebody who is signed in."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from tests.unit.live.forms import forms_site


@pytest.fixture(autouse=True)
def template(settings: Any) -> None:
    engine = settings.TEMPLATES[0]
    loaders = [
        ("django.template.loaders.locmem.Loader", {"crew.html": forms_site.PAGE}),
        "django.template.loaders.filesystem.Loader",
        "django.template.loaders.app_directories.Loader",
    ]
    settings.TEMPLATES = [{**engine, "APP_DIRS": False, "OPTIONS": {**engine["OPTIONS"], "loaders": loaders}}]


@pytest.fixture
def ada(client: Client) -> User:
    user = User.objects.create_user("Ada", password="x")
    client.force_login(user)
    return user
