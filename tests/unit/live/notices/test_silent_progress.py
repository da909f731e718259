"""Progress whose process is not heard of: said, ended, told in the activity; and taken back if it is heard of again."""

import asyncio
import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from live import around_pages, changes
from live.hub.hub import Hub
from live.notices import Cancelled, everyone, progress, silent_progress
from live.notices import progress_bar as module
from live.notices.activity import described, events
from live.notices.feed import html_of
from live.notices.models import Notice
from live.notices.silent_progress import check
from tests.unit.live.screens import Screen
from tests.unit.live.tenants import ROUTER, Tenants, in_tenant, page_of
from tests.waiting import until

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def bar(monkeypatch: pytest.MonkeyPatch) -> Any:
    """One that runs, and shows every step."""
    monkeypatch.setattr(module, "MIN_SECONDS_BETWEEN_WRITES", 0.0)
    with progress(None, everyone, "Importing", total=100, cancellable=True) as running:
        running.step(54)
        yield running


def row() -> Notice:
    return Notice.objects.get()


def silent_for(seconds: float) -> None:
    """As if its process had been killed so long ago."""
    Notice.objects.update(heard_at=timezone.now() - timedelta(seconds=seconds))


def told() -> list[str]:
    return [event["body"] for event in described(events([everyone], timezone.now()))]


def test_one_that_is_heard_of_stays_as_it_is(bar: Any) -> None:
    before = row().revision
    silent_for(10)
    check()
    assert (row().revision, row().is_silent) == (before, False)
    assert "Not heard of" not in html_of(row())


def test_after_some_missed_signs_it_says_since_when_and_stays(bar: Any, caplog: pytest.LogCaptureFixture) -> None:
    silent_for(16)
    before, since = row().revision, f"{timezone.localtime(row().heard_at):%H:%M}"
    check()
    check()  # said once
    html = html_of(row())
    assert f"Not heard of since {since}." in html
    assert "<progress" in html and 'class="live-notice-cancel"' in html and "live-notice-warning" in html
    assert row().revision == before + 1
    assert caplog.text.count("has not been heard of since") == 1
    assert told() == []


def test_later_it_ends_and_the_activity_tells(bar: Any) -> None:
    silent_for(61)
    changed: list[str] = []
    listener = lambda ids: changed.extend(id.element for id in ids)  # noqa: E731
    changes.listeners.append(listener)
    try:
        check()
    finally:
        changes.listeners.remove(listener)
    words = f"Importing: 54 % (54 of 100): stopped, not heard of since {row().last_heard}"
    assert (row().text, row().fraction, row().is_silent) == (words, None, False)
    html = html_of(row())
    assert "<progress" not in html and "live-notice-cancel" not in html and "data-running" not in html
    assert told() == [words]
    assert {"live_notices-notices", "live_notices-activity"} <= {*changed}


def test_of_another_day_the_date_is_said(bar: Any) -> None:
    silent_for(3 * 24 * 3600)
    assert row().last_heard == date_format(timezone.localtime(row().heard_at), "M j, H:i")


def test_heard_of_again_it_goes_on(bar: Any) -> None:
    silent_for(20)
    check()
    assert row().is_silent
    Notice.objects.update(heard_at=timezone.now())
    check()
    assert not row().is_silent and "Not heard of" not in html_of(row())
    silent_for(100)
    check()
    assert row().fraction is None
    bar.step()
    assert (row().text, row().fraction) == ("Importing: 55 % (55 of 100)", 0.55)
    assert told() == []


def test_a_step_that_comes_in_between_wins(bar: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    silent_for(100)
    stale = row()
    bar.step()
    silent_progress.end(stale)
    assert row().fraction == 0.55


def press(client: Client) -> None:
    assert client.post(reverse("live_notices:cancel", args=[row().pk])).status_code == 302


def test_cancelled_it_says_so_before_it_stops(bar: Any, client: Client) -> None:
    before = row().revision
    press(client)
    assert row().revision == before + 1
    html = html_of(row())
    assert "It is being cancelled." in html and "live-notice-cancel" not in html


def test_cancelled_while_silent_it_ends_at_once_and_stays_cancelled(bar: Any, client: Client) -> None:
    silent_for(16)
    press(client)
    words = f"Importing: 54 % (54 of 100): cancelled, not heard of since {row().last_heard}"
    assert (row().text, row().fraction) == (words, None)
    assert told() == [words]
    with pytest.raises(Cancelled):
        bar.step()


def test_cancelled_before_it_was_known_to_be_silent_it_ends_then(bar: Any, client: Client) -> None:
    press(client)
    silent_for(16)
    check()
    assert "cancelled, not heard of since" in row().text and row().fraction is None


def no_thread_is_left() -> None:
    until(lambda: all(each.name != "live-progress" for each in threading.enumerate()), "the thread ends with it")


def test_a_process_says_that_it_lives_however_long_a_step_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BEAT_SECONDS", 0.05)
    with progress(None, everyone, "Importing", total=3):
        silent_for(100)
        until(lambda: not silent_progress.is_silent(row()), "a sign of life without a step")
        assert row().revision == 0
    no_thread_is_left()
    assert row().heard_at is None


def test_a_sign_that_could_not_be_written_is_logged_and_the_next_one_comes(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(module, "BEAT_SECONDS", 0.02)
    calls: list[int] = []
    now = timezone.now

    def failing_once() -> Any:
        calls.append(1)
        if len(calls) == 1:
            raise OperationalError("database is locked")
        return now()

    with progress(None, everyone, "Importing", total=3):
        silent_for(100)
        monkeypatch.setattr(module.moments, "now", failing_once)
        until(lambda: len(calls) > 1, "another try")
        monkeypatch.undo()
    no_thread_is_left()
    assert "Importing: it could not be written that this process lives: database is locked" in caplog.text


def test_after_its_end_a_step_says_nothing(bar: Any) -> None:
    bar.end()
    bar.step()
    assert row().text == "Importing: done (54)"


def test_a_hub_checks(bar: Any) -> None:
    silent_for(61)

    async def run() -> None:
        hub = Hub()
        try:
            hub.core.viewers = {Screen().viewer}
            await silent_progress.check_progress(hub)
        finally:
            hub.stop()

    asyncio.run(run())
    assert row().fraction is None


async def test_a_hub_checks_for_the_tenants_of_its_pages(hub: Hub, settings: Any) -> None:
    around_pages(in_tenant)
    screens = [Screen(), Screen(), Screen()]
    for screen, name in zip(screens, "aab", strict=True):
        screen.page.context = page_of(name)
    hub.core.viewers = {screen.viewer for screen in screens}
    settings.DATABASE_ROUTERS = [ROUTER]
    Tenants.asked.clear()
    await silent_progress.check_progress(hub)
    assert sorted(Tenants.asked) == [("a", "Notice"), ("b", "Notice")]


def test_a_sign_of_life_is_of_the_tenant_of_what_runs(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    monkeypatch.setattr(module, "BEAT_SECONDS", 0.05)
    settings.DATABASE_ROUTERS = [ROUTER]
    with in_tenant(page_of("a")), progress(None, everyone, "Importing", total=3):
        silent_for(100)
        until(lambda: not silent_progress.is_silent(row()), "a sign of life")
    no_thread_is_left()
