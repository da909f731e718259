"""Feeds: each item on each page that hears it, once, in order, and no more than a page can take."""

import dataclasses
import re
import time
from collections.abc import Collection, Iterator, Sequence
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db import DatabaseError
from django.http import HttpRequest
from django.template import Context, Template

from live import FragmentError
from live.feeds import Feed, Item, Subscriber
from live.hub import periodic_tasks, process, replay_buffer
from live.hub.cursors import MAX_ITEMS_PER_PAGE
from live.hub.feed_delivery import FeedKey
from live.hub.hub import Hub
from live.hub.mailbox import FeedEntry
from live.hub.replay_buffer import ReplayBuffer
from live.keys import ElementId, RenderingId
from live.page.access import ALLOWED
from live.page.page import Page
from live.page.token import OutdatedPage, sign, verify
from live.rendering.seals import seal
from tests.unit.live.crew import Crew
from tests.unit.live.screens import HEARTBEAT, Screen, count, in_thread, renders
from tests.waiting import until_async

pytestmark = pytest.mark.database
ELEMENT = ElementId("tests-arrivals")


class Arrivals(Feed):
    """A new group is an item. Its name may say who hears it ("5!hello": user 5) and which thing it is ("hello#k")."""

    name = "tests.arrivals"

    def __init__(self) -> None:
        super().__init__()
        self.expired: set[str] = set()
        self.reads = 0
        self.fails = 0

    def newest(self, after: int, limit: int) -> Sequence[Item]:
        self.reads += 1
        if self.fails:
            self.fails -= 1
            raise ZeroDivisionError("no reading now")
        rows = Group.objects.filter(pk__gt=after).order_by("-pk")[:limit]
        return [self.item(pk, name) for pk, name in reversed(rows.values_list("pk", "name"))]

    def item(self, pk: int, name: str) -> Item:
        whose, _, said = name.rpartition("!")
        key = said.partition("#")[2] or str(pk)
        expires = time.time() - 1 if said in self.expired else None
        return Item(pk, key, lambda: f'<p id="arrival-{pk}">{said}</p>', "arrivals", whose, expires)

    def recipients(self, item: Item, among: Collection[Subscriber]) -> Collection[Subscriber]:
        return [each for each in among if item.recipients in ("", each.user)]

    def reset(self) -> str:
        return "<p>reset</p>"


@pytest.fixture
def arrivals(monkeypatch: pytest.MonkeyPatch) -> Iterator[Arrivals]:
    """The feed, declared before the hub is made."""
    monkeypatch.setattr(Feed, "registry", {})
    yield Arrivals()


@pytest.fixture
def hub(arrivals: Arrivals, hub: Hub) -> Hub:  # type: ignore[misc]
    hub.feeds.buffers = {FeedKey(ELEMENT): ReplayBuffer(arrivals)}
    return hub


def arrive(*names: str) -> list[int]:
    return [Group.objects.create(name=name).pk for name in names]


async def told(arrivals: Arrivals, *names: str) -> list[int]:
    """New items, announced as a view does it."""

    def act() -> list[int]:
        made = arrive(*names)
        arrivals.changed()
        return made

    return await in_thread(act)


class Reader(Screen):
    """A page with the feed on it."""

    def __init__(self, **whose: Any) -> None:
        super().__init__(**whose)
        self.page.add_feed("tests.arrivals", ELEMENT)

    async def at(self, hub: Hub, cursor: int | str) -> "Reader":
        """Connect, saying that it has had everything up to there."""
        hub.join(self.viewer, {ELEMENT: str(cursor)})
        await until_async(lambda: any(HEARTBEAT in text for text in self.texts), "an answer to the report")
        await quiet(hub)
        return self

    @property
    def got(self) -> list[str]:
        """The ids of the items that came, in order."""
        return re.findall(r'id="arrival-(\d+)"', "".join(self.texts))

    @property
    def cursor(self) -> str | None:
        """What its page would report now."""
        found = re.findall(rf'<i id="{ELEMENT}" hx-swap-oob=true data-version="(\d+)"', "".join(self.texts))
        return found[-1] if found else None

    async def has(self, *ids: int) -> None:
        await until_async(lambda: self.got == [str(id) for id in ids], f"the items {ids}, not {self.got}")


async def quiet(hub: Hub) -> None:
    await until_async(
        lambda: not (hub.feeds.has_work or hub._feed_task or hub._flush_timer), "a hub with nothing left to do"
    )


# Declaring


def test_a_feed_is_found_by_its_name(arrivals: Arrivals) -> None:
    assert Feed.named("tests.arrivals") is arrivals
    with pytest.raises(FragmentError, match="no feed is called 'a'; declared are: tests.arrivals"):
        Feed.named("a")
    with pytest.raises(FragmentError, match="declared twice"):
        Arrivals()


def test_its_last_is_the_newest_id(arrivals: Arrivals, db: None) -> None:
    assert arrivals.last() == 0
    assert arrive("a", "b")[-1] == arrivals.last()


def test_a_change_of_it_is_announced(
    arrivals: Arrivals, announced: list[frozenset[RenderingId]], transactional_db: None
) -> None:
    arrivals.changed()
    assert announced == [frozenset({RenderingId(ELEMENT)})]


# The page


def test_the_page_carries_the_cursor_and_the_token_the_feed(arrivals: Arrivals, db: None) -> None:
    [pk] = arrive("a")
    request = HttpRequest()
    template = Template('{% load live %}{% live_feed "tests.arrivals" %}')
    html = template.render(Context({"request": request}))
    assert html == f'<i id="{ELEMENT}" data-version="{pk}" data-seal="{seal(ELEMENT)}" hidden></i>'
    page: Page = request.live_page  # type: ignore[attr-defined]
    with pytest.raises(FragmentError, match="is there twice"):
        page.add_feed(arrivals.name, arrivals.element)
    assert verify(sign(page)).feeds == {ELEMENT: "tests.arrivals"}
    with pytest.raises(FragmentError, match="must be the last thing"):
        page.add_feed(arrivals.name, arrivals.element)


def test_in_a_response_to_htmx_it_is_signed_by_itself(arrivals: Arrivals, db: None, rf: Any) -> None:
    request = rf.get("/", headers={"HX-Request": "true"})
    html = Template('{% load live %}{% live_feed "tests.arrivals" %}').render(Context({"request": request}))
    [entry] = re.findall(r' data-entry="([^"]+)" data-live-feed hidden></i>', html)
    assert verify(sign(Page()), [entry]).feeds == {ELEMENT: "tests.arrivals"}


async def test_a_feed_that_goes_from_a_page_is_not_sent_any_more(arrivals: Arrivals, hub: Hub) -> None:
    reader = await Reader().at(hub, 0)
    hub.extend(reader.viewer, Page(), ALLOWED)
    await told(arrivals, "a")
    await quiet(hub)
    assert reader.viewer.cursors == {} and reader.got == []


def test_a_feed_that_is_no_more_is_an_outdated_page(arrivals: Arrivals) -> None:
    page = Page()
    page.add_feed(arrivals.name, arrivals.element)
    token = sign(page)
    Feed.registry.clear()
    with pytest.raises(OutdatedPage, match="no feed is called"):
        verify(token)


# Once, in order


async def test_every_page_gets_every_item_once_and_in_order(hub: Hub, arrivals: Arrivals) -> None:
    readers = [await Reader().at(hub, 0) for _ in range(3)]
    first = await told(arrivals, "a", "b")
    for reader in readers:
        await reader.has(*first)
    second = await told(arrivals, "c")
    for reader in readers:
        await reader.has(*first, *second)
        assert reader.cursor == str(second[-1])
    assert renders("tests.arrivals") >= 3


async def test_an_item_is_rendered_once_for_all_and_the_same_frame_goes_to_all(hub: Hub, arrivals: Arrivals) -> None:
    readers = [await Reader().at(hub, 0) for _ in range(20)]
    before, frames = renders("tests.arrivals"), count("live_frames_total")
    made = await told(arrivals, "a")
    for reader in readers:
        await reader.has(*made)
    assert renders("tests.arrivals") == before + 1
    assert count("live_frames_total") == frames + 1


async def test_a_page_that_comes_back_goes_on_where_it_was(hub: Hub, arrivals: Arrivals) -> None:
    had, *missed = await in_thread(lambda: arrive("a", "b", "c"))
    reader = await Reader().at(hub, had)
    await reader.has(*missed)
    assert reader.cursor == str(missed[-1])
    assert (await Reader().at(hub, missed[-1])).got == []


async def test_reporting_again_repeats_nothing(hub: Hub, arrivals: Arrivals) -> None:
    """The report was on its way while the item was: on one socket, we know better than the page."""
    reader = await Reader().at(hub, 0)
    made = await told(arrivals, "a")
    await reader.has(*made)
    await reader.at(hub, 0)
    assert reader.got == [str(made[0])]


async def test_items_that_came_while_it_connected_come_after_those_that_it_missed(hub: Hub, arrivals: Arrivals) -> None:
    missed = await in_thread(lambda: arrive("a", "b"))
    reader = Reader()
    hub.join(reader.viewer, {ELEMENT: "0"})
    later = await told(arrivals, "c")
    await reader.has(*missed, *later)


@pytest.mark.parametrize("said", ["", "a", "-1", "1.5", "9" * 30, None])
async def test_a_page_without_a_cursor_gets_no_items(hub: Hub, arrivals: Arrivals, said: str | None) -> None:
    await in_thread(lambda: arrive("a"))
    reader = Reader()
    hub.join(reader.viewer, {} if said is None else {ELEMENT: said})
    await quiet(hub)
    assert reader.got == [] and reader.viewer.cursors == {}


async def test_a_page_without_the_feed_gets_no_items(hub: Hub, arrivals: Arrivals) -> None:
    stranger = Screen()
    hub.join(stranger.viewer, {ELEMENT: "0"})
    reader = await Reader().at(hub, 0)
    await reader.has(*await told(arrivals, "a"))
    assert "arrival-" not in "".join(stranger.texts) and ELEMENT not in "".join(stranger.texts)


async def test_a_cursor_ahead_of_us_waits_for_what_is_newer(hub: Hub, arrivals: Arrivals) -> None:
    [first] = await in_thread(lambda: arrive("a"))
    reader = await Reader().at(hub, first + 1)
    await told(arrivals, "b")
    third = await told(arrivals, "c")
    await reader.has(*third)


# Who hears


async def test_who_does_not_hear_an_item_does_not_get_it(hub: Hub, arrivals: Arrivals) -> None:
    ann, bob, nobody = [await Reader(user=user).at(hub, 0) for user in ("5", "6", None)]
    all_, hers, last = await told(arrivals, "all", "5!hers", "last")
    await ann.has(all_, hers, last)
    await bob.has(all_, last)
    await nobody.has(all_, last)


async def test_the_heartbeat_tells_a_page_how_far_it_is(hub: Hub, arrivals: Arrivals) -> None:
    """So that after an hour of what is not for it, it has not missed more than is repeated."""
    bob = await Reader(user="6").at(hub, 0)
    [hers] = await told(arrivals, "5!hers")
    await until_async(lambda: bob.viewer.cursors == {ELEMENT: hers}, "a cursor that has moved on")
    assert bob.cursor is None
    await periodic_tasks.send_heartbeat(hub)
    await until_async(lambda: bob.cursor == str(hers), "a page that knows")
    before = len(bob.texts)
    await periodic_tasks.send_heartbeat(hub)
    await until_async(lambda: len(bob.texts) > before, "the next heartbeat")
    assert ELEMENT not in bob.texts[-1]


async def test_what_has_expired_is_not_repeated(hub: Hub, arrivals: Arrivals) -> None:
    arrivals.expired = {"old"}
    _, new = await in_thread(lambda: arrive("old", "new"))
    reader = await Reader().at(hub, 0)
    await reader.has(new)


async def test_of_one_thing_only_the_newest_is_repeated(hub: Hub, arrivals: Arrivals) -> None:
    here = await Reader().at(hub, 0)
    forty = await told(arrivals, "40 %#import")
    await here.has(*forty)
    other, done = await told(arrivals, "other", "41 %#import")
    await here.has(*forty, other, done)
    late = await Reader().at(hub, 0)
    await late.has(other, done)


# Bounded


async def test_who_has_missed_too_much_is_told_so_and_goes_on(hub: Hub, arrivals: Arrivals) -> None:
    made = await in_thread(lambda: arrive(*(f"n{n}" for n in range(MAX_ITEMS_PER_PAGE + 1))))
    before = count("live_feed_resets_total", feed="tests.arrivals")
    reader = await Reader().at(hub, 0)
    await until_async(lambda: "reset" in "".join(reader.texts), "words that say so")
    assert reader.got == [] and reader.cursor == str(made[-1])
    assert count("live_feed_resets_total", feed="tests.arrivals") == before + 1
    await reader.has(*await told(arrivals, "next"))


async def test_what_is_said_then_may_ask_the_database(
    hub: Hub, arrivals: Arrivals, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(arrivals, "reset", lambda: f"<p>More of {Group.objects.count()}</p>")
    made = await in_thread(lambda: arrive(*(f"n{n}" for n in range(MAX_ITEMS_PER_PAGE + 1))))
    reader = await Reader().at(hub, 0)
    await until_async(lambda: f"More of {len(made)}" in "".join(reader.texts), "words that say so")


async def test_a_feed_that_is_declared_after_the_hub_was_made_is_delivered(hub: Hub, arrivals: Arrivals) -> None:
    """As one is in a module of views, which is imported with the first request."""

    class Late(Arrivals):
        name = "tests.late"

    late = Late()
    reader = Screen()
    reader.page.add_feed(late.name, late.element)
    hub.join(reader.viewer, {late.element: "0"})

    def act() -> int:
        [pk] = arrive("late")
        late.changed()
        return pk

    made = await in_thread(act)
    await reader.gets(f'id="arrival-{made}"')


async def test_as_many_as_are_repeated_are(hub: Hub, arrivals: Arrivals) -> None:
    made = await in_thread(lambda: arrive(*(f"n{n}" for n in range(MAX_ITEMS_PER_PAGE))))
    reader = await Reader().at(hub, 0)
    await reader.has(*made)


async def test_a_slow_page_costs_a_cursor_and_gets_it_all_when_it_reads_again(hub: Hub, arrivals: Arrivals) -> None:
    slow, quick = await Reader().at(hub, 0), await Reader().at(hub, 0)
    slow.hold()
    first = await told(arrivals, "a")
    await quick.has(*first)
    rest = [*await told(arrivals, "b"), *await told(arrivals, "c")]
    await quick.has(*first, *rest)
    assert slow.got == [str(first[0])]  # handed over, and not taken yet
    assert len(slow.viewer.mailbox) == 0
    slow.release()
    await slow.has(*first, *rest)


async def test_a_slow_page_that_missed_too_much_is_told_so(hub: Hub, arrivals: Arrivals) -> None:
    slow, quick = await Reader().at(hub, 0), await Reader().at(hub, 0)
    slow.hold()
    await quick.has(*await told(arrivals, "a"))
    for n in range(3):
        made = await told(arrivals, *(f"n{n}-{each}" for each in range(MAX_ITEMS_PER_PAGE // 2)))
        await until_async(lambda made=made: str(made[-1]) in quick.got, "the quick one has them")  # type: ignore[misc]
    slow.release()
    await until_async(lambda: "reset" in "".join(slow.texts), "words that say so")
    assert slow.cursor == quick.cursor


async def test_what_others_are_told_does_not_count(hub: Hub, arrivals: Arrivals) -> None:
    """Sixty invoices to sixty people are one for each."""
    bob, nobody = await Reader(user="6").at(hub, 0), await Reader().at(hub, 0)
    made = await told(arrivals, *(f"5!n{n}" for n in range(MAX_ITEMS_PER_PAGE + 10)), "6!his")
    await bob.has(made[-1])
    await until_async(lambda: nobody.viewer.cursors == {ELEMENT: made[-1]}, "a cursor that has moved on")
    assert nobody.got == [] and "reset" not in "".join(bob.texts + nobody.texts)


async def test_one_that_is_replaced_while_it_waits_is_not_missed(
    hub: Hub, arrivals: Arrivals, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader = await Reader().at(hub, 0)
    buffer = hub.feeds.buffers[FeedKey(ELEMENT)]
    [old] = await told(arrivals, "40 %#import")
    await reader.has(old)
    [new] = await told(arrivals, "41 %#import")
    await reader.has(old, new)
    assert hub.feeds.html_of((FeedEntry(ELEMENT, old),)).count("reset") == 0
    with monkeypatch.context() as small:
        small.setattr(replay_buffer, "MAX_KEPT_ITEMS", 1)
        await reader.has(old, new, *await told(arrivals, "another"))
    assert buffer.floor >= old
    assert hub.feeds.html_of((FeedEntry(ELEMENT, old),)).count("reset") == 1


async def test_an_item_that_says_what_is_left_is_rendered_again_later(
    hub: Hub, arrivals: Arrivals, monkeypatch: pytest.MonkeyPatch
) -> None:
    item = arrivals.item
    monkeypatch.setattr(
        arrivals, "item", lambda pk, name: dataclasses.replace(item(pk, name), expires=time.time() + 60)
    )
    monkeypatch.setattr(replay_buffer, "EXPIRING_HTML_SECONDS", 0.0)
    await Reader().at(hub, 0)
    before = renders("tests.arrivals")
    made = await told(arrivals, "a")
    await until_async(lambda: renders("tests.arrivals") == before + 1, "a rendering for those who are here")
    late = await Reader().at(hub, 0)
    await late.has(*made)
    assert renders("tests.arrivals") == before + 2


# Never silent


async def test_one_that_nobody_can_be_asked_about_silences_no_other(
    hub: Hub, arrivals: Arrivals, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    recipients = arrivals.recipients

    def ask(item: Item, among: Collection[Subscriber]) -> Collection[Subscriber]:
        return recipients(item, among) if "bad" not in item.recipients else [1 / 0]  # type: ignore[list-item]

    monkeypatch.setattr(arrivals, "recipients", ask)
    reader = await Reader().at(hub, 0)
    before = count("live_failures_total", where="recipients")
    _, good = await told(arrivals, "bad!x", "good")
    await reader.has(good)
    assert count("live_failures_total", where="recipients") == before + 1
    assert "could not be asked; nobody gets it" in caplog.text


async def test_while_the_database_cannot_say_for_whom_it_is_it_waits_for_the_next_reading(
    hub: Hub, arrivals: Arrivals, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def away(item: Item, among: Collection[Subscriber]) -> Collection[Subscriber]:
        raise DatabaseError("it is away")

    reader = await Reader().at(hub, 0)
    with monkeypatch.context() as outage:
        outage.setattr(arrivals, "recipients", away)
        made = await told(arrivals, "hello")
        await until_async(lambda: "it is away" in caplog.text, "a line in the log")
        await quiet(hub)
        assert reader.got == []
    await periodic_tasks.sweep_feeds(hub)
    await reader.has(*made)


async def test_words_for_what_was_missed_that_fail_hold_up_nothing(
    hub: Hub, arrivals: Arrivals, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(arrivals, "reset", lambda: str(1 / 0))
    made = await in_thread(lambda: arrive(*(f"n{n}" for n in range(MAX_ITEMS_PER_PAGE + 1))))
    reader = await Reader().at(hub, 0)
    await until_async(lambda: reader.cursor == str(made[-1]), "a page that goes on")
    assert "has missed items of tests.arrivals could not be shown" in caplog.text
    await reader.has(*await told(arrivals, "next"))


async def test_a_lost_announcement_is_repaired(hub: Hub, arrivals: Arrivals) -> None:
    reader = await Reader().at(hub, 0)
    made = await in_thread(lambda: arrive("a"))
    assert reader.got == []
    await periodic_tasks.sweep_feeds(hub)
    await reader.has(*made)


async def test_a_feed_that_cannot_be_read_is_said_and_tried_again(
    hub: Hub, arrivals: Arrivals, caplog: pytest.LogCaptureFixture
) -> None:
    reader = await Reader().at(hub, 0)
    arrivals.fails = 1
    before = count("live_failures_total", where="feed")
    made = await told(arrivals, "a")
    await until_async(lambda: count("live_failures_total", where="feed") == before + 1, "a count of the failure")
    assert "the feed tests-arrivals could not be read" in caplog.text and "no reading now" in caplog.text
    await periodic_tasks.sweep_feeds(hub)
    await reader.has(*made)


async def test_an_item_that_cannot_be_rendered_is_said_in_its_place(
    hub: Hub, arrivals: Arrivals, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    item = arrivals.item

    def faulty(pk: int, name: str) -> Item:
        made = item(pk, name)
        return made if name != "bad" else Item(pk, made.key, lambda: str(1 / 0), made.into)

    monkeypatch.setattr(arrivals, "item", faulty)
    reader = await Reader().at(hub, 0)
    _, good = await told(arrivals, "bad", "good")
    await reader.has(good)
    assert "live-failed" in "".join(reader.texts)
    assert "could not be rendered" in caplog.text


async def test_an_item_and_a_fragment_go_in_one_frame(hub: Hub, arrivals: Arrivals, crew: Crew) -> None:
    _, [ann] = await in_thread(lambda: crew.make("0!crew", "Ann"))
    reader = Reader()
    reader.page.add(ann)
    hub.join(reader.viewer, {ann.element: "old", ELEMENT: "0"})
    made = await told(arrivals, "a")
    await reader.has(*made)
    assert any(ann.element in text for text in reader.texts)


async def test_hints_of_other_processes_are_about_feeds_too(hub: Hub, arrivals: Arrivals) -> None:
    reader = await Reader().at(hub, 0)
    made = await in_thread(lambda: arrive("a"))
    hub.invalidate_all()
    await reader.has(*made)


async def test_a_hub_that_is_stopped_reads_nothing_any_more(hub: Hub, arrivals: Arrivals) -> None:
    await Reader().at(hub, 0)
    process.stop()
    reads = arrivals.reads
    hub.invalidate_all()
    assert hub._feed_task is None
    assert arrivals.reads == reads
