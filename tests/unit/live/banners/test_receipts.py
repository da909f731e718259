"""How many pages have a banner: counted by what they report."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from live import around_pages
from live.banners import fragments, lifecycle, receipts
from live.banners.models import Banner, ReceiptCount
from live.hub import periodic_tasks
from live.hub.hub import Hub
from live.rendering.render import render
from tests.unit.live.screens import Screen, in_thread
from tests.unit.live.tenants import ROUTER, Tenants, in_tenant, page_of, while_there

pytestmark = [pytest.mark.database]
SECOND = timedelta(seconds=1)


@pytest.fixture(autouse=True)
def nothing_written() -> Iterator[None]:
    receipts._written.clear()
    yield
    receipts._written.clear()


def make() -> Banner:
    return lifecycle.save(Banner(text="Back soon"), who="a test")


def said(banner: Banner) -> str:
    return render(fragments.receipts.key(pk=banner.pk)).html.partition(">")[2].removesuffix("</p>").strip()


@pytest.mark.django_db
class TestWriting:
    def test_what_differs_is_written_and_then_only_a_sign_of_life(self) -> None:
        banner, now = make(), timezone.now()
        receipts.write({banner.pk: (1, 3)}, now, None)
        assert said(banner) == "1 of 3 viewers have it"
        with CaptureQueriesContext(connection) as queries:
            receipts.write({banner.pk: (1, 3)}, now + SECOND, None)
        assert len(queries) == 0
        receipts.write({banner.pk: (3, 3)}, now + 2 * SECOND, None)
        assert said(banner) == "3 of 3 viewers have it"
        receipts.write({banner.pk: (3, 3)}, now + 12 * SECOND, None)
        assert ReceiptCount.objects.get().at == now + 12 * SECOND

    def test_all_processes_are_added_up_and_those_that_are_silent_do_not_count(self) -> None:
        banner, now = make(), timezone.now()
        receipts.write({banner.pk: (1, 3)}, now, None)
        ReceiptCount.objects.create(process="other", banner=banner, received=4, viewers=5, at=now - 29 * SECOND)
        ReceiptCount.objects.create(process="dead", banner=banner, received=40, viewers=50, at=now - 31 * SECOND)
        assert said(banner) == "5 of 8 viewers have it"
        changes_at = render(fragments.receipts.key(pk=banner.pk)).next_change
        assert changes_at == (now + SECOND).timestamp()
        receipts.write({banner.pk: (2, 3)}, now, None)
        assert not ReceiptCount.objects.filter(process="dead").exists()
        assert said(banner) == "6 of 8 viewers have it"

    def test_one_that_no_page_shows_any_more_is_forgotten(self) -> None:
        banner = make()
        receipts.write({banner.pk: (1, 1)}, timezone.now(), None)
        receipts.write({}, timezone.now(), None)
        assert not ReceiptCount.objects.exists()
        assert said(banner) == "0 of 0 viewers have it"
        assert receipts._written == {}

    def test_tenants_that_share_a_table_do_not_touch_the_counts_of_others(self) -> None:
        banner, now, red, blue = make(), timezone.now(), page_of("red"), page_of("blue")
        receipts.write({banner.pk: (3, 3)}, now, red)
        receipts.write({banner.pk: (5, 5)}, now, blue)
        receipts.write({banner.pk: (1, 2)}, now, None)
        assert said(banner) == "9 of 10 viewers have it"
        receipts.write({}, now, red)
        assert said(banner) == "6 of 7 viewers have it"
        receipts.write({banner.pk: (4, 5)}, now, blue)
        assert said(banner) == "5 of 7 viewers have it"

    def test_one_that_was_deleted_meanwhile_is_no_fault(self) -> None:
        receipts.write({77: (1, 1)}, timezone.now(), None)
        assert not ReceiptCount.objects.exists()

    def test_one_that_is_not_shown_says_so(self) -> None:
        banner = make()
        lifecycle.end(banner, who="a test")
        assert said(banner) == "It is not shown now."

    def test_it_is_for_those_who_may_look_at_banners(self) -> None:
        may_see = fragments.receipts.may_see
        assert may_see is not None
        assert may_see(User.objects.create_superuser("root"), pk=1)
        assert not may_see(User.objects.create_user("ann", is_staff=True), pk=1)


@pytest.fixture
def no_tasks_of_apps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(periodic_tasks, "_registered", [])


@pytest.fixture
def hub(no_tasks_of_apps: None, hub: Hub) -> Hub:  # type: ignore[misc]
    """A hub that counts only where the test does."""
    return hub


async def test_a_page_has_it_once_it_says_so(hub: Hub) -> None:
    banner = await in_thread(make)
    root = fragments.banners.key(region=fragments.EVERYWHERE)
    audience = await in_thread(lambda: fragments.current_audience(nobody()))
    screens = [Screen(root), Screen(root)]
    for screen in screens:
        screen.viewer.audiences = {root.name: audience}
        await screen.join(hub, {root.element: "old"})
        await screen.gets("Back soon")
    key = fragments.banner.key(pk=banner.pk)
    # It was sent to both, and neither has said yet that it shows it.
    assert hub.receipts(fragments.banner.name) == {key: (0, 2)}
    first = screens[0].viewer
    hub.join(first, dict(first.shown))
    assert hub.receipts(fragments.banner.name) == {key: (1, 2)}
    await receipts.count(hub)
    assert await in_thread(lambda: said(banner)) == "1 of 2 viewers have it"
    for screen in screens:
        hub.leave(screen.viewer)
    await receipts.count(hub)
    assert not await in_thread(ReceiptCount.objects.exists)


async def test_banners_of_tenants_are_counted_apart_each_in_its_database(hub: Hub, settings: Any) -> None:
    around_pages(in_tenant)
    banner = await in_thread(make)
    root = fragments.banners.key(region=fragments.EVERYWHERE)
    audience = await in_thread(lambda: fragments.current_audience(nobody()))
    screens = []
    for name in "a", "a", "b":
        screen = Screen(root.within(page_of(name)))
        screen.viewer.page.context, screen.viewer.audiences = page_of(name), {root.name: audience}
        screens.append(await screen.join(hub, {root.element: "old"}))
        await screen.gets("Back soon")
    key = fragments.banner.key(pk=banner.pk)
    counts = {"a": (0, 2), "b": (0, 1)}
    assert hub.receipts(fragments.banner.name) == {key.within(page_of(name)): counts[name] for name in counts}
    settings.DATABASE_ROUTERS = [ROUTER]
    Tenants.asked.clear()
    await receipts.count(hub)
    assert {name for name, model in Tenants.asked if model == "ReceiptCount"} == {"a", "b"}
    for screen in screens:
        hub.leave(screen.viewer)
    await receipts.count(hub)
    assert receipts._written == {}
    settings.DATABASE_ROUTERS = []
    assert not await in_thread(ReceiptCount.objects.exists)


async def test_a_tenant_that_is_gone_is_tried_while_it_has_pages_and_once_after(hub: Hub) -> None:
    tenants = {"a"}
    around_pages(while_there(tenants))
    await in_thread(make)
    root = fragments.banners.key(region=fragments.EVERYWHERE)
    screen = Screen(root.within(page_of("a")))
    screen.viewer.page.context = page_of("a")
    screen.viewer.audiences = {root.name: await in_thread(lambda: fragments.current_audience(nobody()))}
    await screen.join(hub, {root.element: "old"})
    await screen.gets("Back soon")
    await receipts.count(hub)
    tenants.clear()
    for _ in range(2):
        with pytest.raises(ExceptionGroup, match="for 1 of 1 contexts"):
            await receipts.count(hub)
    hub.leave(screen.viewer)
    with pytest.raises(ExceptionGroup, match="for 1 of 1 contexts"):
        await receipts.count(hub)
    await receipts.count(hub)
    assert await in_thread(ReceiptCount.objects.count) == 1, "it times out"


async def test_without_a_banner_nothing_is_asked_or_written(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Any] = []
    monkeypatch.setattr(hub, "ask_database", lambda *question: asked.append(question))
    await receipts.count(hub)
    assert asked == []


def test_the_hub_counts_every_two_seconds() -> None:
    assert (2.0, receipts.count) in periodic_tasks._registered


def nobody() -> Any:
    from django.contrib.auth.models import AnonymousUser

    return AnonymousUser()
