"""Sessions go on while somebody comes back, and end when they are to."""

import asyncio
import contextlib
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts import sessions
from accounts.models import INVITATION_DAYS, Invitation, Person
from live.hub import periodic_tasks

pytestmark = [pytest.mark.database, pytest.mark.django_db]
FORTNIGHT = 14 * 24 * 3600


class Hub:
    """What a periodic task may ask of the hub."""

    async def ask_database(self, question: Any) -> None:
        self.question = question


@pytest.fixture
def ada(client: Client) -> User:
    user = User.objects.create_user("ada")
    client.force_login(user)
    return user


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Puts the clock on, by seconds."""

    def put_on(seconds: int) -> None:
        now = int(time.time()) + seconds
        monkeypatch.setattr(sessions, "_now", lambda: now)

    return put_on


def age() -> float:
    """Seconds ago that the only session was saved."""
    return FORTNIGHT - (Session.objects.get().expire_date - timezone.now()).total_seconds()


def make_old(seconds: int) -> None:
    Session.objects.update(expire_date=timezone.now() + timedelta(seconds=FORTNIGHT - seconds))


def test_every_hub_deletes_them_and_no_others() -> None:
    tasks = [(seconds, task.__name__) for seconds, task in periodic_tasks.all_tasks(has_hints=bool)]
    assert (sessions.CLEAR_SECONDS, sessions.clear_expired.__name__) in tasks
    now, hub = timezone.now(), Hub()
    for key, seconds in [("old", -1), ("new", 60)]:
        Session.objects.create(session_key=key, session_data="", expire_date=now + timedelta(seconds=seconds))
        made = now - timedelta(days=INVITATION_DAYS, seconds=-seconds)
        Invitation.objects.create(whom=key, created_at=made)
    asyncio.run(sessions.clear_expired(hub))  # type: ignore[arg-type]
    hub.question()
    assert [session.session_key for session in Session.objects.all()] == ["new"]
    assert [invitation.whom for invitation in Invitation.objects.all()] == ["new"]


@pytest.mark.parametrize("path", ["/", "/account/session/", "/activity/"])
def test_whoever_comes_back_stays_signed_in(client: Client, ada: User, clock: Any, path: str) -> None:
    Person.objects.update(last_seen=None)
    make_old(1000)
    clock(sessions.RENEW_SECONDS - 2)
    assert "sessionid" not in client.get(path).cookies, "not by every request"
    assert age() > 900 and Person.objects.get().last_seen is None
    clock(sessions.RENEW_SECONDS + 2)
    response = client.get(path)
    assert response.cookies["sessionid"]["max-age"] == FORTNIGHT
    assert age() < 60
    assert timezone.now() - Person.objects.get(user=ada).last_seen < timedelta(minutes=1)  # type: ignore[operator]


def test_a_clock_that_was_put_back_does_not_end_it(client: Client, ada: User, clock: Any) -> None:
    clock(-FORTNIGHT)
    assert "sessionid" in client.get("/account/session/").cookies


def test_a_session_that_ends_with_the_browser_stays_so(client: Client, ada: User, clock: Any, settings: Any) -> None:
    settings.SESSION_EXPIRE_AT_BROWSER_CLOSE = True
    make_old(1000)
    clock(1000)
    response = client.get("/account/session/")
    assert (response.cookies["sessionid"]["max-age"], response.content) == ("", b"\n".strip())
    assert age() < 60, "and does not end while the browser is open"


def test_whoever_was_deactivated_is_not_renewed(client: Client, ada: User, clock: Any) -> None:
    make_old(1000)
    User.objects.update(is_active=False)
    clock(1000)
    response = client.get("/account/session/")
    assert (response.status_code, response.cookies.keys() & {"sessionid"}) == (204, set())
    assert age() > 900


def test_nobody_who_is_not_signed_in_gets_a_session(client: Client) -> None:
    assert client.get("/account/session/").status_code == 204
    assert client.post("/account/session/").status_code == 405
    assert not Session.objects.exists() and not Person.objects.exists()


def test_a_session_whose_end_is_set_says_so_on_its_last_day(client: Client, ada: User) -> None:
    page = {"HX-Request": "true", "HX-Current-URL": "http://testserver/boards/x/?wall"}
    for days, warned in ((2, False), (0.5, True)):
        session = client.session
        session.set_expiry(timezone.now() + timedelta(days=days))
        session.save()
        words = client.get("/account/session/", headers=page).content.decode()
        assert ("You are signed in until" in words) == warned
        assert ("You are signed in until" in client.get("/").content.decode()) == warned
    assert 'href="/accounts/login/?next=/boards/x/%3Fwall"' in words


def test_a_short_session_that_is_renewed_says_nothing() -> None:
    session = SessionStore()
    session.set_expiry(3600)
    assert sessions.fixed_end(session) is None
    session.set_expiry(timezone.now() - timedelta(days=1))
    assert sessions.fixed_end(session) is not None


@contextlib.contextmanager
def taking_no_writes() -> Iterator[None]:
    """The database as a replica is, or a disk that is full."""
    on, off = {
        "sqlite": ("PRAGMA query_only = 1", "PRAGMA query_only = 0"),
        "postgresql": ("SET default_transaction_read_only = on", "SET default_transaction_read_only = off"),
    }[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute(on)
    yield
    with connection.cursor() as cursor:
        cursor.execute(off)


@pytest.mark.django_db(transaction=True)
def test_a_page_needs_no_database_that_takes_writes(
    client: Client, ada: User, clock: Any, caplog: pytest.LogCaptureFixture
) -> None:
    clock(1000)
    with taking_no_writes():
        response = client.get("/")
    assert response.status_code == 200 and "sessionid" not in response.cookies
    assert "a session was not renewed, and is by the next request: " in caplog.text
    assert "sessionid" in client.get("/").cookies


def test_all_sessions_of_one_are_ended_and_no_others(client: Client, ada: User) -> None:
    other, bob, visitor = Client(), Client(), Client()
    other.force_login(ada)
    bob.force_login(User.objects.create_user("bob"))
    session = visitor.session
    session["something"] = 1
    session.save()
    sessions.end_all(ada)
    assert Session.objects.count() == 2
    assert [b"Sign out" in one.get("/").content for one in (client, other, bob)] == [False, False, True]
