"""What happens to banners, in the activity."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from live import changes
from live.banners.models import Banner, BannerUpdate
from live.notices import activity, everyone
from live.notices.sender import send
from tests.unit.live.notices.events import lines, said, visitor
from tests.unit.live.screens import collect_elements

pytestmark = [pytest.mark.database, pytest.mark.django_db]


@pytest.fixture
def ada() -> User:
    return User.objects.create_user("ada")


def banner(**fields: Any) -> Banner:
    return Banner.objects.create(**{"text": "We move", "starts": timezone.now() - timedelta(hours=2), **fields})


def test_what_happens_to_a_banner_is_an_event(ada: User) -> None:
    now = timezone.now()
    shown = banner(level="outage", ends=now - timedelta(minutes=5), by=ada)
    update = BannerUpdate.objects.create(banner=shown, state="identified", text="A cable", at=now - timedelta(hours=1))
    send(everyone, "info", "at last")
    assert lines(visitor()) == [
        "Information at last",
        "Success Over: Outage: We move",
        "Error Identified. A cable Outage: We move",
        "Error Outage: We move ada",
    ]
    update.state = "resolved"
    update.save()
    assert lines(visitor())[2].startswith("Success Resolved. A cable")


def test_information_says_so_once() -> None:
    shown = banner(ends=timezone.now() - timedelta(minutes=5))
    BannerUpdate.objects.create(banner=shown, state="monitoring", text="Half", at=timezone.now() - timedelta(hours=1))
    assert lines(visitor()) == [
        "Success Over: We move",
        "Information Monitoring. Half We move",
        "Information We move",
    ]


def test_a_banner_is_an_event_for_its_recipients_once_it_has_begun(ada: User) -> None:
    now = timezone.now()
    banner(recipients="staff", text="to staff")
    banner(recipients="signed_in", text="to who is signed in", level="degraded")
    banner(text="not yet", starts=now + timedelta(minutes=5))
    banner(text="never", starts=now + timedelta(minutes=5), ends=now - timedelta(minutes=1))
    assert said(visitor()) == ["Nothing has happened yet."]
    assert said(ada) == ["Warning Degraded: to who is signed in"]


def test_it_changes_by_itself_when_a_banner_begins_and_ends() -> None:
    now = timezone.now()
    context = activity.activity.function
    assert context(audience=(everyone,))["next_change"] is None
    starts, ends = now + timedelta(minutes=5), now + timedelta(minutes=9)
    banner(starts=starts, ends=ends)
    banner(starts=starts - timedelta(minutes=1), recipients="staff")
    assert context(audience=(everyone,))["next_change"] == starts
    Banner.objects.update(starts=now - timedelta(minutes=5))
    assert context(audience=(everyone,))["next_change"] == ends


@pytest.mark.django_db(transaction=True)
def test_it_is_announced_that_it_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    announced: set[str] = set()
    monkeypatch.setattr(changes, "listeners", [collect_elements(announced)])
    for act in (
        banner,
        lambda: BannerUpdate.objects.create(banner=Banner.objects.get(), state="monitoring"),
        lambda: Banner.objects.all().delete(),
    ):
        announced.clear()
        act()
        assert "live_notices-activity" in announced
