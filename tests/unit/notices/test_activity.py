"""What was said lately: who hears of what, in which order, and how it is shown."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser, Group, User
from django.core.paginator import Paginator
from django.shortcuts import render as render_page
from django.test import Client, RequestFactory
from django.utils import timezone

import live
from boards import recipients as board_audiences
from boards.models import Board
from live import changes
from live.notices import activity
from live.notices.activity import LAST, events, heard_by
from live.notices.audiences import Audience, Kind, audience, digest, person
from live.notices.models import Banner, BannerUpdate, Notice
from live.notices.sending import write
from live.rendering.render import render

pytestmark = [pytest.mark.database, pytest.mark.django_db]
LINE = re.compile(r'<li class="live-event[^"]*">(.*?)</li>', re.DOTALL)


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
    changes.listeners.append(heard.update)
    yield heard
    changes.listeners.remove(heard.update)


def visitor(session: str | None = None) -> AnonymousUser:
    user = AnonymousUser()
    user.live_session = session  # type: ignore[attr-defined]
    return user


def html(user: Any) -> str:
    return render(activity.activity.key(audience=heard_by(user))).html


def lines(user: Any) -> list[str]:
    """What each event says, without its time."""
    aside = re.compile(r"<time.*?</time>|<[^>]+>|·", re.DOTALL)
    return [" ".join(aside.sub(" ", line).split()) for line in LINE.findall(html(user))]


def said(user: Any) -> list[str]:
    """The same without the level, for what is information."""
    return [line.removeprefix("Information ") for line in lines(user)]


def banner(**fields: Any) -> Banner:
    return Banner.objects.create(**{"text": "We move", "starts": timezone.now() - timedelta(hours=2), **fields})


# Who hears of what


def test_each_hears_what_they_were_told(ada: User) -> None:
    bob = User.objects.create_user("bob", is_staff=True)
    group = Group.objects.create(name="Operators")
    group.user_set.add(bob)
    for to in (live.everyone, live.signed_in, live.staff, live.group(group), live.user(ada)):
        write(to, "info", f"to {to}")
    write(live.user(ada), "success", "a message to ada", source=Notice.Source.MESSAGE)
    assert said(visitor()) == ["to everyone"]
    assert said(ada) == ["Success a message to ada", f"to user:{ada.pk}", "to signed_in", "to everyone"]
    assert said(bob) == [f"to group:{group.pk}", "to staff", "to signed_in", "to everyone"]


def test_a_visitor_hears_what_their_session_was_told() -> None:
    write(Audience("session", digest("mine")), "info", "to my session")
    assert said(visitor("mine")) == ["to my session"]
    assert said(visitor("other")) == said(visitor()) == ["Nothing has been said yet."]


def test_everybody_to_whom_nothing_was_said_alone_shares_one_rendering(ada: User) -> None:
    bob = User.objects.create_user("bob")
    assert heard_by(visitor("one")) == heard_by(visitor("two")) == heard_by(visitor())
    assert heard_by(ada) == heard_by(bob) != heard_by(visitor())
    to = person(ada)
    assert to is not None
    write(to, "info", "to ada")
    assert heard_by(ada) != heard_by(bob)


def test_what_was_said_on_a_board_is_for_those_who_may_see_it(ada: User) -> None:
    board = Board.objects.create(title="Mine", slug="mine", public=False)
    write(board_audiences.board(board), "info", "on the board")
    assert said(ada) == ["on the board"]
    assert said(visitor()) == ["Nothing has been said yet."]
    Board.objects.update(public=True)
    assert said(visitor()) == ["on the board"]
    board.delete()
    assert said(ada) == said(visitor()) == ["Nothing has been said yet."]


def test_an_audience_that_cannot_be_asked_hides_its_own_and_nothing_else(
    kind: None, caplog: pytest.LogCaptureFixture
) -> None:
    @audience("broken")
    def broken(user: Any, ref: str) -> bool:
        raise ZeroDivisionError

    @audience("gone")
    def gone(user: Any, ref: str) -> bool:
        return True

    write(broken(1), "info", "to the broken")
    write(gone(1), "info", "to those of an app that is not installed any more")
    write(live.everyone, "info", "to everyone")
    del Kind.registry["gone"]
    assert said(visitor()) == ["to everyone"]
    assert "broken:1 could not be asked" in caplog.text


# What is shown


def test_what_is_replaced_is_said_anew_and_what_runs_is_not_said() -> None:
    write(live.everyone, "info", "Disk 90 %", replace="disk")
    write(live.everyone, "info", "between")
    write(live.everyone, "info", "Importing: 10 %", replace="import", fraction=0.1)
    assert said(visitor()) == ["between", "Disk 90 %"]
    write(live.everyone, "warning", "Disk 95 %", replace="disk")
    write(live.everyone, "success", "Importing: done", replace="import", fraction=None)
    assert said(visitor()) == ["Success Importing: done", "Warning Disk 95 %", "between"]


def test_no_more_than_the_last() -> None:
    for number in range(LAST + 3):
        write(live.everyone, "info", str(number))
    assert said(visitor()) == [str(number) for number in range(LAST + 2, 2, -1)]


def test_text_is_text_and_of_html_only_the_words_are_shown() -> None:
    write(live.everyone, "info", "<script>alert(1)</script> https://example.com/a <!--live:boards-panel-1-->")
    form = '<p id="notice-1">Paid &amp; <b>sent</b> <button>Undo</button><script>x</script></p>'
    write(live.everyone, "info", form, html=True, link="/orders/")
    shown = html(visitor())
    assert "<script" not in shown
    assert "<!--live" not in shown
    assert '<a href="https://example.com/a" rel="noopener">' in shown
    assert "Paid &amp; sent Undo" in shown
    assert "<button" not in shown
    assert '<a href="/orders/">Open</a>' in shown


def test_who_said_it_is_named_once(ada: User) -> None:
    write(live.everyone, "error", "The disk is full", by=ada, source=Notice.Source.STAFF)
    write(live.everyone, "success", "ada set Week", by=ada, source=Notice.Source.FORM)
    write(live.user(ada), "info", "Saved.", by=ada, source=Notice.Source.MESSAGE)
    assert lines(ada) == ["Information Saved.", "Success ada set Week", "Error The disk is full ada"]


def test_a_time_is_shown_in_the_sites_zone(settings: Any) -> None:
    settings.TIME_ZONE = "Asia/Tokyo"
    write(live.everyone, "info", "said")
    Notice.objects.update(at=datetime.fromisoformat("2026-01-31T20:00:00Z"))
    with timezone.override("America/New_York"):  # whoever asks
        assert 'datetime="2026-02-01T05:00:00+09:00">Feb 1, 05:00</time>' in html(visitor())


def test_a_level_of_the_projects_own_has_its_name(settings: Any) -> None:
    settings.MESSAGE_TAGS = {50: "critical"}
    write(live.everyone, "critical", "meltdown")
    write(live.everyone, 33, "a number")
    assert lines(visitor()) == ["a number", "Critical meltdown"]


# Banners


def test_what_happens_to_a_banner_is_told(ada: User) -> None:
    now = timezone.now()
    shown = banner(level="outage", ends=now - timedelta(minutes=5), by=ada)
    update = BannerUpdate.objects.create(banner=shown, state="identified", text="A cable", at=now - timedelta(hours=1))
    write(live.everyone, "info", "at last")
    assert lines(visitor()) == [
        "Information at last",
        "Success Over: Outage: We move",
        "Error Identified. A cable Outage: We move",
        "Error Outage: We move ada",
    ]
    update.state = "resolved"
    update.save()
    assert lines(visitor())[2].startswith("Success Resolved. A cable")


def test_a_banner_is_told_to_its_audience_and_when_it_is_there(ada: User) -> None:
    now = timezone.now()
    banner(audience="staff", text="to staff")
    banner(audience="signed_in", text="to who is signed in", level="degraded")
    banner(text="not yet", starts=now + timedelta(minutes=5))
    banner(text="never", starts=now + timedelta(minutes=5), ends=now - timedelta(minutes=1))
    assert said(visitor()) == ["Nothing has been said yet."]
    assert said(ada) == ["Warning Degraded: to who is signed in"]


def test_it_changes_by_itself_when_a_banner_begins_and_ends() -> None:
    now = timezone.now()
    context = activity.activity.function
    assert context(audience='["everyone"]')["next_change"] is None
    starts, ends = now + timedelta(minutes=5), now + timedelta(minutes=9)
    banner(starts=starts, ends=ends)
    banner(starts=starts - timedelta(minutes=1), audience="staff")
    assert context(audience='["everyone"]')["next_change"] == starts
    Banner.objects.update(starts=now - timedelta(minutes=5))
    assert context(audience='["everyone"]')["next_change"] == ends


@pytest.mark.django_db(transaction=True)
def test_all_audiences_are_told_that_it_changed(announced: set[str]) -> None:
    write(live.everyone, "info", "running", fraction=0.5)
    assert "live_notices-activity" not in announced
    for act in (
        lambda: write(live.staff, "info", "said"),
        banner,
        lambda: BannerUpdate.objects.create(banner=Banner.objects.get(), state="monitoring"),
        lambda: Banner.objects.all().delete(),
    ):
        announced.clear()
        act()
        assert "live_notices-activity" in announced


# The page


def test_the_page_is_live_at_first_and_still_further_back(client: Client) -> None:
    for number in range(2 * LAST + 1):
        write(live.everyone, "info", f"said {number}.")
    write(live.staff, "info", "to staff")
    pages = [client.get("/activity/", {"page": number}).content.decode() for number in (1, 2, 3)]
    found = [re.findall(r"said (\d+)\.", page) for page in pages]
    assert found == [
        [str(number) for number in range(2 * LAST, LAST, -1)],
        [str(number) for number in range(LAST, 0, -1)],
        ["0"],
    ]
    assert ['id="live_notices-activity"' in page for page in pages] == [True, False, False]
    assert "Page 2 of 3" in pages[1]
    assert 'rel="prev" href="?page=1"' in pages[1]
    assert 'rel="next" href="?page=3"' in pages[1]
    assert all("to staff" not in page for page in pages)


@pytest.mark.parametrize("page", ["x", "0", "-1", "99", ""])
def test_a_page_that_is_not_there_is_the_nearest(client: Client, page: str) -> None:
    write(live.everyone, "info", "said")
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
    page = Paginator(events('["everyone"]', timezone.now()), LAST).get_page(1)
    shown = render_page(request, "live/notices/activity_page.html", {"page": page, "events": []}).content.decode()
    assert shown.startswith("<!doctype html>")
    assert "Nothing has been said yet." in shown
    assert "data-seal" in shown
