"""What was sent lately: who sees what, in which order, and how it is shown."""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.core.paginator import Paginator
from django.shortcuts import render as render_page
from django.test import Client, RequestFactory
from django.utils import timezone

from boards import recipients as board_recipients
from boards.models import Board
from live import changes
from live.notices import everyone, group, recipients, signed_in, staff, user
from live.notices.activity import EVENTS_PER_PAGE, events, recipients_of
from live.notices.models import Notice
from live.notices.recipient_kinds import Kind, Recipients, digest, person
from live.notices.sender import send
from tests.unit.live.notices.events import html, lines, said, visitor
from tests.unit.live.screens import collect_elements

pytestmark = [pytest.mark.database, pytest.mark.django_db]


@pytest.fixture
def ada() -> User:
    return User.objects.create_user("ada")


@pytest.fixture
def kind(monkeypatch: pytest.MonkeyPatch) -> None:
    """Audiences that a test declares are forgotten after it."""
    monkeypatch.setattr(Kind, "registry", dict(Kind.registry))


@pytest.fixture
def announced() -> Iterator[set[str]]:
    heard: set[str] = set()
    listener = collect_elements(heard)
    changes.listeners.append(listener)
    yield heard
    changes.listeners.remove(listener)


# Who sees what


def test_everybody_sees_what_was_sent_to_them(ada: User) -> None:
    bob = User.objects.create_user("bob", is_staff=True)
    operators = Group.objects.create(name="Operators")
    operators.user_set.add(bob)
    for to in (everyone, signed_in, staff, group(operators), user(ada)):
        send(to, "info", f"to {to}")
    send(user(ada), "success", "a message to ada", source=Notice.Source.MESSAGE)
    assert said(visitor()) == ["to everyone"]
    assert said(ada) == ["Success a message to ada", f"to user:{ada.pk}", "to signed_in", "to everyone"]
    assert said(bob) == [f"to group:{operators.pk}", "to staff", "to signed_in", "to everyone"]


def test_a_visitor_sees_what_was_sent_to_their_session() -> None:
    send(Recipients("session", digest("mine")), "info", "to my session")
    assert said(visitor("mine")) == ["to my session"]
    assert said(visitor("other")) == said(visitor()) == ["Nothing has happened yet."]


def test_everybody_to_whom_nothing_was_sent_alone_shares_one_rendering(ada: User) -> None:
    bob = User.objects.create_user("bob")
    assert recipients_of(visitor("one")) == recipients_of(visitor("two")) == recipients_of(visitor())
    assert recipients_of(ada) == recipients_of(bob) == (everyone, signed_in)
    assert recipients_of(visitor()) == (everyone,)
    to = person(ada)
    assert to is not None
    send(to, "info", "to ada")
    assert recipients_of(ada) != recipients_of(bob)


def test_what_was_sent_to_a_board_is_for_those_who_may_see_it(ada: User) -> None:
    board = Board.objects.create(title="Mine", slug="mine", view_by="signed_in")
    send(board_recipients.board(board), "info", "on the board")
    assert said(ada) == ["on the board"]
    assert said(visitor()) == ["Nothing has happened yet."]
    Board.objects.update(view_by="public")
    assert said(visitor()) == ["on the board"]
    board.delete()
    assert said(ada) == said(visitor()) == ["Nothing has happened yet."]


def test_recipients_that_cannot_be_asked_hide_their_own_and_nothing_else(
    kind: None, caplog: pytest.LogCaptureFixture
) -> None:
    @recipients("broken")
    def broken(user: Any, ref: str) -> bool:
        raise ZeroDivisionError

    @recipients("gone")
    def gone(user: Any, ref: str) -> bool:
        return True

    send(broken(1), "info", "to the broken")
    send(gone(1), "info", "to those of an app that is not installed any more")
    send(everyone, "info", "to everyone")
    del Kind.registry["gone"]
    assert said(visitor()) == ["to everyone"]
    assert "recipients of broken:1 could not be asked" in caplog.text


# What is shown


def test_what_is_replaced_is_a_new_event_and_what_runs_is_none() -> None:
    send(everyone, "info", "Disk 90 %", replace="disk")
    send(everyone, "info", "between")
    send(everyone, "info", "Importing: 10 %", replace="import", fraction=0.1)
    assert said(visitor()) == ["between", "Disk 90 %"]
    send(everyone, "warning", "Disk 95 %", replace="disk")
    send(everyone, "success", "Importing: done", replace="import", fraction=None)
    assert said(visitor()) == ["Success Importing: done", "Warning Disk 95 %", "between"]


def test_no_more_than_the_last() -> None:
    for number in range(EVENTS_PER_PAGE + 3):
        send(everyone, "info", str(number))
    assert said(visitor()) == [str(number) for number in range(EVENTS_PER_PAGE + 2, 2, -1)]


def test_text_is_text_and_of_html_only_the_words_are_shown() -> None:
    send(everyone, "info", "<script>alert(1)</script> https://example.com/a <!--live:boards-panel-1-->")
    form = '<p id="notice-1">Paid &amp; <b>sent</b> <button>Undo</button><script>x</script></p>'
    send(everyone, "info", form, html=True, link="/orders/")
    shown = html(visitor())
    assert "<script" not in shown
    assert "<!--live" not in shown
    assert '<a href="https://example.com/a" rel="noopener">' in shown
    assert "Paid &amp; sent Undo" in shown
    assert "<button" not in shown
    assert '<a href="/orders/">Open</a>' in shown


def test_who_sent_it_is_named_once(ada: User) -> None:
    send(everyone, "error", "The disk is full", by=ada, source=Notice.Source.STAFF)
    send(everyone, "success", "ada set Week", by=ada, source=Notice.Source.FORM)
    send(user(ada), "info", "Saved.", by=ada, source=Notice.Source.MESSAGE)
    assert lines(ada) == ["Information Saved.", "Success ada set Week", "Error The disk is full ada"]


def test_a_time_is_shown_in_the_sites_zone(settings: Any) -> None:
    settings.TIME_ZONE = "Asia/Tokyo"
    send(everyone, "info", "said")
    Notice.objects.update(at=datetime.fromisoformat("2026-01-31T20:00:00Z"))
    with timezone.override("America/New_York"):  # whoever asks
        assert 'datetime="2026-02-01T05:00:00+09:00">Feb 1, 05:00</time>' in html(visitor())


def test_a_level_of_the_projects_own_has_its_name(settings: Any) -> None:
    settings.MESSAGE_TAGS = {50: "critical"}
    send(everyone, "critical", "meltdown")
    send(everyone, 33, "a number")
    assert lines(visitor()) == ["a number", "Critical meltdown"]


@pytest.mark.django_db(transaction=True)
def test_it_is_announced_that_it_changed(announced: set[str]) -> None:
    send(everyone, "info", "running", fraction=0.5)
    assert "live_notices-activity" not in announced
    send(staff, "info", "said")
    assert "live_notices-activity" in announced


# The page


def test_the_page_is_live_at_first_and_still_further_back(client: Client) -> None:
    for number in range(2 * EVENTS_PER_PAGE + 1):
        send(everyone, "info", f"said {number}.")
    send(staff, "info", "to staff")
    pages = [client.get("/activity/", {"page": number}).content.decode() for number in (1, 2, 3)]
    found = [re.findall(r"said (\d+)\.", page) for page in pages]
    assert found == [
        [str(number) for number in range(2 * EVENTS_PER_PAGE, EVENTS_PER_PAGE, -1)],
        [str(number) for number in range(EVENTS_PER_PAGE, 0, -1)],
        ["0"],
    ]
    assert ['id="live_notices-activity"' in page for page in pages] == [True, False, False]
    assert "Page 2 of 3" in pages[1]
    assert 'rel="prev" href="?page=1"' in pages[1]
    assert 'rel="next" href="?page=3"' in pages[1]
    assert all("to staff" not in page for page in pages)


@pytest.mark.parametrize("page", ["x", "0", "-1", "99", ""])
def test_a_page_that_is_not_there_is_the_nearest(client: Client, page: str) -> None:
    send(everyone, "info", "said")
    answer = client.get("/activity/", {"page": page})
    assert answer.status_code == 200
    assert b"said" in answer.content
    assert "no-store" in answer.headers["Cache-Control"]
    assert client.post("/activity/").status_code == 405


def test_it_is_in_the_navigation_and_under_the_addresses_of_notices(client: Client) -> None:
    assert b'<a href="/activity/">Activity</a>' in client.get("/").content
    assert client.get("/live/notices/activity/").status_code == 200


def test_a_project_without_a_template_of_its_own_gets_a_whole_page() -> None:
    request = RequestFactory().get("/")
    request.user, request._messages = visitor(), []  # type: ignore[attr-defined]
    page = Paginator(events([everyone], timezone.now()), EVENTS_PER_PAGE).get_page(1)
    shown = render_page(request, "live/notices/activity_page.html", {"page": page, "events": []}).content.decode()
    assert shown.startswith("<!doctype html>")
    assert "Nothing has happened yet." in shown
    assert "data-seal" in shown
