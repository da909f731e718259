"""The counters: for staff and for programs that are known, and for nobody else; never a redirect."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.http import HttpRequest
from django.test import Client
from django.urls import include, path

from live import views
from live.api import Refused

pytestmark = [pytest.mark.database, pytest.mark.django_db]


class Project:
    """One that has only ``live``."""

    urlpatterns = [path("live/", include("live.urls"))]


def authenticate(request: HttpRequest) -> str:
    if request.headers["Authorization"] != "Bearer right":
        raise Refused(403, "forbidden", "no")
    return "prometheus"


@pytest.fixture
def project(settings: Any) -> None:
    settings.ROOT_URLCONF = Project


def test_staff_read_them(client: Client, project: None) -> None:
    client.force_login(User.objects.create_user("ann", is_staff=True))
    answer = client.get("/live/metrics")
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/plain")
    text = answer.content.decode()
    for name in ("live_changes_total", "live_change_to_frame_seconds_bucket"):
        assert name in text


@pytest.mark.parametrize("who", ["nobody", "no staff", "not active"])
def test_others_get_401_and_no_redirect(client: Client, project: None, who: str) -> None:
    if who != "nobody":
        client.force_login(User.objects.create_user("bob", is_staff=who != "no staff"))
        User.objects.update(is_active=who != "not active")
    for headers in ({}, {"Authorization": "Bearer anything"}):
        answer = client.get("/live/metrics", headers=headers)
        assert (answer.status_code, answer["WWW-Authenticate"]) == (401, "Bearer")
        assert answer.json()["error"]["code"] == "unauthorized"


def test_a_post_is_refused(client: Client, project: None) -> None:
    assert client.post("/live/metrics").status_code == 405


def test_a_program_is_whom_the_project_knows(rf: Any) -> None:
    view = views.metrics(authenticate)
    assert view(rf.get("/", headers={"Authorization": "Bearer right"})).status_code == 200
    assert view(rf.get("/", headers={"Authorization": "Bearer wrong"})).status_code == 403


def test_a_token_of_this_site_needs_the_scope(client: Client) -> None:
    from tokens.models import Token

    secrets = {scope: Token.objects.issue(scope, scope)[1] for scope in ("metrics", "banners")}
    get = lambda secret: client.get("/live/metrics", headers={"Authorization": f"Bearer {secret}"})  # noqa: E731
    assert get(secrets["metrics"]).status_code == 200
    assert "live_viewers" in get(secrets["metrics"]).content.decode()
    refused = get(secrets["banners"])
    assert (refused.status_code, refused.json()["error"]["code"]) == (403, "forbidden")
    assert "'metrics'" in refused.json()["error"]["message"]
    for answer in (get("unknown"), client.get("/live/metrics")):
        assert (answer.status_code, answer["WWW-Authenticate"]) == (401, "Bearer")
    client.force_login(User.objects.create_superuser("root"))
    assert client.get("/live/metrics").status_code == 200
    # Who shows a token is judged by that.
    assert get("unknown").status_code == 401
