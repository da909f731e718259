"""The buttons of a notice: dismissed is remembered per person, cancelled is asked once, and both lead back."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from live.notices import everyone, group, user
from live.notices.models import Dismissal, Notice
from live.notices.recipient_kinds import digest
from live.notices.sender import send

pytestmark = [pytest.mark.database, pytest.mark.django_db]
HTMX = {"HX-Request": "true"}


@pytest.fixture
def ada() -> User:
    return User.objects.create_user("ada")


@pytest.fixture
def hers(client: Client, ada: User) -> Client:
    client.force_login(ada)
    return client


def press(client: Client, button: str, notice: Notice, **headers: str) -> HttpResponse:
    return client.post(reverse(f"live_notices:{button}", args=[notice.pk]), headers=headers)


def persons(notice: Notice) -> list[str]:
    return sorted(str(dismissal.person) for dismissal in Dismissal.objects.filter(notice=notice))


def test_a_user_dismisses_it_for_themselves(hers: Client, ada: User) -> None:
    notice, other = send(everyone, "info", "Hello"), send(everyone, "info", "Other")
    assert press(hers, "dismiss", notice).status_code == 302
    assert persons(notice) == [f"user:{ada.pk}"]
    assert persons(other) == []


def test_twice_is_once(hers: Client) -> None:
    notice = send(everyone, "info", "Hello")
    for _ in range(2):
        assert press(hers, "dismiss", notice).status_code == 302
    assert len(persons(notice)) == 1


def test_a_visitor_gets_a_session_by_which_they_are_known_again(client: Client) -> None:
    notice, second = send(everyone, "info", "Hello"), send(everyone, "info", "Hello again")
    assert "sessionid" not in client.cookies
    press(client, "dismiss", notice)
    key = client.cookies["sessionid"].value
    assert persons(notice) == [f"session:{digest(key)}"]
    press(client, "dismiss", second)
    assert client.cookies["sessionid"].value == key
    assert persons(second) == persons(notice)


def test_htmx_gets_nothing_to_swap(hers: Client) -> None:
    answer = press(hers, "dismiss", send(everyone, "info", "Hello"), **HTMX)
    assert (answer.status_code, answer.content) == (204, b"")


@pytest.mark.parametrize(
    ("page", "leads_to"),
    [
        ("http://testserver/boards/this-week/?a=1", "http://testserver/boards/this-week/?a=1"),
        ("http://elsewhere.example/", "/"),
        ("//elsewhere.example/", "/"),
        ("javascript:alert(1)", "/"),
        ("http://testserver@elsewhere.example/", "/"),
        ("", "/"),
    ],
)
@pytest.mark.parametrize("button", ["dismiss", "cancel"])
def test_without_a_script_it_leads_back_to_a_page_of_this_site(
    client: Client, button: str, page: str, leads_to: str
) -> None:
    answer = press(client, button, send(everyone, "info", "Hello"), Referer=page)
    assert (answer.status_code, answer["Location"]) == (302, leads_to)


def test_from_a_secure_page_it_does_not_lead_to_one_that_is_not(client: Client) -> None:
    url = reverse("live_notices:dismiss", args=[send(everyone, "info", "Hello").pk])
    answer = client.post(url, headers={"Referer": "http://testserver/"}, secure=True)
    assert answer["Location"] == "/"


@pytest.mark.parametrize("button", ["dismiss", "cancel"])
def test_what_is_for_others_is_not_touched(client: Client, ada: User, button: str) -> None:
    notice = send(user(ada), "info", "Hello", cancel=Notice.Cancel.OFFERED)
    assert press(client, button, notice).status_code == 302
    assert persons(notice) == []
    notice.refresh_from_db()
    assert notice.cancel == Notice.Cancel.OFFERED


@pytest.mark.parametrize("button", ["dismiss", "cancel"])
def test_one_that_is_gone_or_of_an_unknown_audience_is_no_error(hers: Client, button: str) -> None:
    notice = send(everyone, "info", "Hello", cancel=Notice.Cancel.OFFERED)
    Notice.objects.update(recipients="tenant:5")
    assert press(hers, button, notice, **HTMX).status_code == 204
    assert persons(notice) == []
    Notice.objects.all().delete()
    assert press(hers, button, notice, **HTMX).status_code == 204


@pytest.mark.parametrize("button", ["dismiss", "cancel"])
def test_only_a_post_does_anything(hers: Client, button: str) -> None:
    notice = send(everyone, "info", "Hello", cancel=Notice.Cancel.OFFERED)
    assert hers.get(reverse(f"live_notices:{button}", args=[notice.pk])).status_code == 405
    notice.refresh_from_db()
    assert (persons(notice), notice.cancel) == ([], Notice.Cancel.OFFERED)


@pytest.mark.parametrize("button", ["dismiss", "cancel"])
def test_a_form_of_another_site_does_nothing(ada: User, button: str) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(ada)
    notice = send(everyone, "info", "Hello", cancel=Notice.Cancel.OFFERED)
    assert press(client, button, notice).status_code == 403
    notice.refresh_from_db()
    assert (persons(notice), notice.cancel) == ([], Notice.Cancel.OFFERED)


def test_who_is_told_may_cancel_what_can_be_cancelled(client: Client, ada: User) -> None:
    ada.groups.add(Group.objects.create(name="Operators"))
    notice = send(group("Operators"), "info", "Importing", fraction=0.1, cancel=Notice.Cancel.OFFERED)
    done = send(everyone, "success", "Done")
    client.force_login(ada)
    for each in (notice, done):
        assert press(client, "cancel", each, **HTMX).status_code == 204
        each.refresh_from_db()
    assert (notice.cancel, done.cancel) == (Notice.Cancel.ASKED, Notice.Cancel.NO)


def test_it_is_done_even_where_every_request_is_a_transaction(hers: Client, settings: Any, ada: User) -> None:
    """The lock under which dismissals get their numbers is not held for a whole request."""
    from live.notices import views

    assert "default" in views.dismiss._non_atomic_requests  # type: ignore[attr-defined]
    assert "default" in views.cancel._non_atomic_requests  # type: ignore[attr-defined]


def test_an_expired_one_can_still_be_put_away(hers: Client) -> None:
    notice = send(everyone, "error", "It has failed", ttl=timedelta(seconds=1))
    Notice.objects.update(expires=notice.created - timedelta(days=1))
    press(hers, "dismiss", notice)
    assert len(persons(notice)) == 1
