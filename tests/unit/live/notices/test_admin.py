"""Saying something in the admin, and the trail of it."""

from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.http import HttpResponse
from django.test import Client

from live.notices import permissions
from live.notices.models import AuditEntry, Notice, record
from live.notices.recipient_kinds import everyone
from live.notices.sender import send

pytestmark = [pytest.mark.database, pytest.mark.django_db]
LIST, TRAIL = "/admin/live_notices/notice/", "/admin/live_notices/auditentry/"


def text(response: HttpResponse) -> str:
    assert response.status_code == 200
    return response.content.decode()


def form(**changes: Any) -> dict[str, Any]:
    return {"recipients": "everyone", "level": "20", "text": "Hello", "link": "", "minutes": "", **changes}


def signed_in(client: Client, *permissions: str) -> User:
    user = User.objects.create_user("sam", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    client.force_login(user)
    return user


def test_adding_one_sends_it(admin_client: Client) -> None:
    answer = admin_client.post(f"{LIST}add/", form(sticky="on", minutes="5", link="/boards/"))
    assert answer.status_code == 302
    notice = Notice.objects.exclude(source="message").get()
    assert notice.by is not None
    assert (str(notice.recipients), notice.text, notice.sticky, notice.link) == ("everyone", "Hello", True, "/boards/")
    assert (notice.source, notice.by.username) == ("staff", "admin")
    assert round((notice.expires - notice.at).total_seconds()) == 300
    trail = AuditEntry.objects.get()
    assert (trail.who, trail.action, str(trail.recipients), trail.text) == ("admin", "notice", "everyone", "Hello")
    assert "Hello" in text(admin_client.get(LIST))
    assert "Hello" in text(admin_client.get(TRAIL))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"text": ""}, "This field is required"),
        ({"text": "x" * 2001}, "at most 2000 characters"),
        ({"link": "javascript:alert(1)"}, "is no link"),
        ({"link": "//elsewhere.example"}, "is no link"),
        ({"recipients": "martians"}, "Select a valid choice"),
        ({"level": "21"}, "Select a valid choice"),
        ({"minutes": "0"}, "greater than or equal to 1"),
    ],
)
def test_what_cannot_be_sent_is_said_beside_the_field_and_nothing_is(
    admin_client: Client, changes: dict[str, str], words: str
) -> None:
    assert words in text(admin_client.post(f"{LIST}add/", form(**changes)))
    assert not Notice.objects.exists() and not AuditEntry.objects.exists()


def test_it_is_seen_while_it_is_written_and_sent_by_a_button_that_says_so(admin_client: Client) -> None:
    page = text(admin_client.get(f"{LIST}add/"))
    assert f'hx-post="{LIST}preview/"' in page
    assert 'value="Send"' in page and 'value="Save' not in page
    shown = text(admin_client.post(f"{LIST}preview/", form(text="See https://status.example/ <b>", level="40")))
    assert (
        'live-notice-error live-notice-urgent"' in shown
        and '<a href="https://status.example/" rel="noopener">' in shown
    )
    assert "&lt;b&gt;" in shown and "errorlist" not in shown
    for typed in ({"text": ""}, {"text": "  "}, {"level": "21"}, {"text": "x" * 2001}):
        shown = text(admin_client.post(f"{LIST}preview/", form(**typed)))
        assert "as soon as it has a text" in shown and "live-notice-body" not in shown
    assert "live-notice-body" in text(
        admin_client.post(f"{LIST}preview/", form(link="javascript:a()", recipients="no"))
    )
    assert "javascript:a()" not in text(admin_client.post(f"{LIST}preview/", form(link="javascript:a()")))
    assert not Notice.objects.exists() and not AuditEntry.objects.exists()


def test_only_who_may_send_sees_a_preview(client: Client) -> None:
    assert client.post(f"{LIST}preview/", form()).status_code == 302
    signed_in(client, "view_notice", "notify_everyone")
    assert client.post(f"{LIST}preview/", form()).status_code == 403


def test_only_those_are_offered_whom_the_person_may_notify(client: Client) -> None:
    group = Group.objects.create(name="Operators")
    sam = signed_in(client, "add_notice", "view_notice", "notify_some")
    page = text(client.get(f"{LIST}add/"))
    assert f'value="group:{group.pk}"' in page and 'value="everyone"' not in page
    assert "Select a valid choice" in text(client.post(f"{LIST}add/", form()))
    assert client.post(f"{LIST}add/", form(recipients=f"group:{group.pk}")).status_code == 302
    assert Notice.objects.exclude(source="message").get().by == sam


def test_who_may_tell_nobody_is_not_asked(client: Client) -> None:
    signed_in(client, "add_notice", "view_notice")
    assert client.get(f"{LIST}add/").status_code == 403


def test_too_many_is_an_error_beside_the_recipients(admin_client: Client) -> None:
    for n in range(permissions.MAX_TO_EVERYONE):
        send(everyone, "info", f"n{n}")
    page = text(admin_client.post(f"{LIST}add/", form()))
    assert "Everyone has been sent 30 notices in a minute" in page
    assert Notice.objects.count() == permissions.MAX_TO_EVERYONE


def test_what_was_said_is_not_changed_and_can_be_taken_back(admin_client: Client) -> None:
    notice = send(everyone, "info", "Hello")
    page = text(admin_client.get(f"{LIST}{notice.pk}/change/"))
    assert "Hello" in page and 'name="text"' not in page
    assert admin_client.post(f"{LIST}{notice.pk}/change/", form(text="Other")).status_code == 403
    admin_client.post(f"{LIST}{notice.pk}/delete/", {"post": "yes"})
    assert not Notice.objects.filter(pk=notice.pk).exists()


def test_messages_between_the_site_and_a_person_are_not_listed(admin_client: Client) -> None:
    send(everyone, "info", "between us", source="message")
    assert "between us" not in text(admin_client.get(LIST))


def test_nobody_touches_the_trail(admin_client: Client) -> None:
    entry = record("notice", everyone, "Hello", who="a script")
    assert "a script" in text(admin_client.get(f"{TRAIL}{entry.pk}/change/"))
    assert admin_client.get(f"{TRAIL}add/").status_code == 403
    assert admin_client.post(f"{TRAIL}{entry.pk}/change/", {"text": "x"}).status_code == 403
    assert admin_client.post(f"{TRAIL}{entry.pk}/delete/", {"post": "yes"}).status_code == 403
    assert AuditEntry.objects.get().text == "Hello"
