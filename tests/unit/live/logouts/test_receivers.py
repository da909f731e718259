"""A log-out ends what has been opened with a signed cookie, which the server cannot delete."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth import login
from django.contrib.auth.models import AnonymousUser, User
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path
from django.utils import timezone

from live.checks import who_is_there_can_be_known
from live.logouts.models import Logout
from live.page.identity import users_of


def log_in(request: HttpRequest, name: str) -> HttpResponse:
    login(request, User.objects.get(username=name))
    return HttpResponse("")


urlpatterns = [path("<str:name>", log_in)]
pytestmark = [pytest.mark.database, pytest.mark.django_db, pytest.mark.urls(__name__)]


@pytest.fixture(autouse=True)
def signed_cookies(settings: Any) -> None:
    settings.SESSION_ENGINE = "django.contrib.sessions.backends.signed_cookies"


@pytest.fixture
def ann() -> User:
    return User.objects.create_user("ann")


@pytest.fixture
def bob() -> User:
    return User.objects.create_user("bob")


def cookie_of(client: Client) -> str:
    return str(client.cookies["sessionid"].value)


def user_of(cookie: str) -> Any:
    return users_of([cookie])[cookie]


def change(client: Client) -> None:
    """Something is stored in the session: the browser gets another cookie."""
    session = client.session
    session["cart"] = 1
    session.save()
    client.cookies["sessionid"] = session.session_key


def test_a_session_is_its_users_until_the_log_out(client: Client, ann: User) -> None:
    client.force_login(ann)
    first = cookie_of(client)
    change(client)
    second = cookie_of(client)
    assert first != second and user_of(first) == user_of(second) == ann
    assert user_of(second).live_session == second
    client.logout()
    assert user_of(first) == user_of(second) == AnonymousUser()
    assert user_of(second).live_session is None
    assert Logout.objects.count() == 1


def test_another_browser_of_the_same_user_goes_on(client: Client, ann: User) -> None:
    other = Client()
    for browser in (client, other):
        browser.force_login(ann)
    client.logout()
    assert user_of(cookie_of(other)) == ann


@pytest.mark.parametrize("change", [{"password": "another"}, {"is_active": False}])
def test_a_password_that_is_changed_and_a_disabled_user_end_it_as_ever(
    change: dict[str, Any], client: Client, ann: User
) -> None:
    client.force_login(ann)
    User.objects.filter(pk=ann.pk).update(**change)
    assert user_of(cookie_of(client)) == AnonymousUser()


def test_somebody_else_who_logs_in_has_logged_them_out(client: Client, ann: User, bob: User) -> None:
    client.get("/ann")
    hers = cookie_of(client)
    client.get("/bob")
    assert user_of(hers) == AnonymousUser() and user_of(cookie_of(client)) == bob


def test_the_same_user_who_logs_in_once_more_goes_on(client: Client, ann: User) -> None:
    client.get("/ann")
    before = cookie_of(client)
    client.get("/ann")
    assert user_of(before) == ann and Logout.objects.count() == 0


def test_a_forged_cookie_and_an_old_one_are_nobodys(client: Client, ann: User, settings: Any) -> None:
    client.force_login(ann)
    cookie = cookie_of(client)
    assert user_of(cookie[:-1] + ("a" if cookie[-1] != "a" else "b")) == AnonymousUser()
    assert user_of("x" * 4097) == AnonymousUser()
    settings.SESSION_COOKIE_AGE = -1
    assert user_of(cookie) == AnonymousUser() and user_of(cookie).live_session is None


def test_what_is_worth_nothing_any_more_is_deleted(client: Client, ann: User) -> None:
    Logout.objects.create(login="old", expires=timezone.now() - timedelta(seconds=1))
    Logout.objects.create(login="new", expires=timezone.now() + timedelta(seconds=60))
    client.force_login(ann)
    client.logout()
    assert Logout.objects.filter(login="new").exists() and not Logout.objects.filter(login="old").exists()
    assert str(Logout.objects.get(login="new")) == "new"


def test_sessions_that_the_server_keeps_need_none_of_it(client: Client, ann: User, settings: Any) -> None:
    settings.SESSION_ENGINE = "django.contrib.sessions.backends.db"
    client.force_login(ann)
    key = client.session.session_key or ""
    client.logout()
    assert user_of(key) == AnonymousUser() and Logout.objects.count() == 0


def test_without_the_app_the_check_says_so(settings: Any) -> None:
    assert who_is_there_can_be_known() == []
    settings.INSTALLED_APPS = [name for name in settings.INSTALLED_APPS if name != "live.logouts"]
    [warning] = who_is_there_can_be_known()
    assert warning.id == "live.W010" and "live.logouts" in warning.hint
