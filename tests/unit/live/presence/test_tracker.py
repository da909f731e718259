"""What a process stores of who is on its pages, how seldom, and what it does with that of others."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from live import around_pages
from live.hub import periodic_tasks
from live.hub.hub import Hub
from live.presence import tracker as module
from live.presence.fragments import viewers
from live.presence.models import Presence, Process
from live.presence.people import People
from live.presence.tracker import MAX_SILENCE_SECONDS, Tracker, track
from live.testing import Captured, capture
from tests.unit.live.screens import Screen, in_thread, settled
from tests.unit.live.tenants import ROUTER, Tenants, in_tenant, page_of, while_there

pytestmark = [pytest.mark.database, pytest.mark.django_db]
ANN, BOTH = People(("1",), 0), People(("1", "2"), 3)


def stored() -> dict[str, set[People]]:
    rows: dict[str, set[People]] = {}
    for topic, users, visitors in Presence.objects.values_list("topic", "users", "visitors"):
        rows.setdefault(topic, set()).add(People(tuple(users), visitors))
    return rows


@pytest.fixture
def one() -> Tracker:
    return Tracker()


@pytest.fixture
def other() -> Tracker:
    return Tracker()


def changed(live: Captured) -> set[str]:
    return {topic for topic in ("/a", "/b") if viewers.key(topic=topic) in live.changed}


def beats() -> dict[Any, int]:
    return dict(Process.objects.values_list("pk", "beat"))


def test_who_comes_and_goes_is_stored_and_announced(one: Tracker) -> None:
    for here, topics in [
        ({"/a": ANN, "/b": ANN}, {"/a", "/b"}),
        ({"/a": BOTH, "/b": ANN}, {"/a"}),
        ({"/a": BOTH}, {"/b"}),
        ({}, {"/a"}),
    ]:
        with capture() as live:
            one.store(here, 0.0)
        assert changed(live) == topics
        assert stored() == {topic: {people} for topic, people in here.items()}
    assert Process.objects.count() == 0


def test_a_process_that_is_alone_writes_nothing_while_nothing_changes(one: Tracker) -> None:
    one.store({"/a": BOTH}, 0.0)
    with CaptureQueriesContext(connection) as queries, capture() as live:
        for second in range(1, 20):
            one.store({"/a": BOTH}, float(second))
    assert len(queries) == 19 and all(query["sql"].startswith("SELECT") for query in queries)
    assert changed(live) == set()


def test_a_thousand_people_are_one_row_and_a_few_queries(one: Tracker) -> None:
    one.store({"/a": ANN}, 0.0)
    with CaptureQueriesContext(connection) as queries:
        one.store({"/a": People(tuple(map(str, range(1000))), 0)}, 1.0)
    assert Presence.objects.count() == 1
    assert len([query for query in queries if "SAVEPOINT" not in query["sql"]]) <= 4


def test_two_processes_beat_and_add_up(one: Tracker, other: Tracker) -> None:
    one.store({"/a": ANN}, 0.0)
    other.store({"/a": BOTH}, 0.5)
    assert stored() == {"/a": {ANN, BOTH}}
    for second in range(1, 10):
        before = beats()
        with capture() as live:
            one.store({"/a": ANN}, float(second))
            other.store({"/a": BOTH}, second + 0.5)
        assert {process: beat - before[process] for process, beat in beats().items()} == {one.id: 1, other.id: 1}
        assert changed(live) == set()


def test_one_that_does_not_beat_was_killed_and_its_rows_go(one: Tracker, other: Tracker) -> None:
    other.store({"/a": BOTH, "/b": ANN}, 0.0)
    one.store({"/a": ANN}, 100.0)
    one.store({"/a": ANN}, 100.0 + MAX_SILENCE_SECONDS)
    assert stored() == {"/a": {ANN, BOTH}, "/b": {ANN}}
    with capture() as live:
        one.store({"/a": ANN}, 100.1 + MAX_SILENCE_SECONDS)
    assert changed(live) == {"/a", "/b"}, "also of topics that this process does not have"
    assert stored() == {"/a": {ANN}} and beats().keys() == {one.id}


def test_one_that_was_only_held_up_stores_its_own_anew(one: Tracker, other: Tracker) -> None:
    other.store({"/a": BOTH}, 0.0)
    Process.objects.all().delete()
    with capture() as live:
        other.store({"/a": BOTH}, 9.0)
    assert stored() == {"/a": {BOTH}} and changed(live) == {"/a"}
    Process.objects.all().delete()
    other.store({}, 10.0)
    assert stored() == {} and beats() == {}


def test_one_that_comes_back_does_not_take_the_others_for_dead(one: Tracker, other: Tracker) -> None:
    """Who is alone does not beat: what was seen of it long ago says nothing."""
    one.store({"/a": ANN}, 0.0)
    other.store({"/a": BOTH}, 0.5)
    other.store({}, 1.0)
    other.store({"/a": BOTH}, 100.0)
    assert stored() == {"/a": {ANN, BOTH}}


def test_what_could_not_be_stored_is_stored_the_next_time(one: Tracker, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*args: Any, **kwargs: Any) -> None:
        raise OSError("the disk is full")

    with monkeypatch.context() as broken, pytest.raises(OSError, match="full"):
        broken.setattr(Tracker, "_write", fails)
        one.store({"/a": ANN}, 0.0)
    one.store({"/a": ANN}, 1.0)
    assert stored() == {"/a": {ANN}}


# With a hub


@pytest.fixture
def tracked(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(module, "_trackers", {})
    yield


@pytest.mark.django_db(transaction=True)
async def test_whoever_watches_the_fragment_is_there_until_they_leave(hub: Hub, tracked: None) -> None:
    await track(hub)
    assert await in_thread(beats) == {}, "nobody has asked for it"
    ann = Screen(viewers.key(topic="/a"), user="1")
    somebody = Screen(viewers.key(topic="/b"), session="b")
    for screen in (ann, somebody):
        screen.viewer.audiences = {viewers.name: 0}
        await screen.join(hub, dict.fromkeys(screen.page.roots, "of nobody"))
    await track(hub)
    assert await in_thread(stored) == {"/a": {ANN}, "/b": {People((), 1)}}
    await ann.gets("1 person here")
    hub.leave(ann.viewer)
    await track(hub)
    assert await in_thread(stored) == {"/b": {People((), 1)}}
    for viewer in list(hub.core.viewers):
        hub.leave(viewer)
    await track(hub)
    assert await in_thread(beats) == {}


@pytest.mark.django_db(transaction=True)
async def test_who_is_on_the_pages_of_a_tenant_is_stored_in_its_database(
    hub: Hub, tracked: None, settings: Any
) -> None:
    around_pages(in_tenant)
    keys = {name: viewers.key(topic=f"/{name}").within(page_of(name)) for name in "ab"}
    screens = [Screen(keys["a"], user="1"), Screen(keys["b"], user="2"), Screen(keys["b"], session="b")]
    for screen in screens:
        screen.viewer.audiences = {viewers.name: 0}
        await screen.join(hub, dict.fromkeys(screen.page.roots, "of nobody"))
    settings.DATABASE_ROUTERS = [ROUTER]
    Tenants.asked.clear()
    await track(hub)
    await settled(hub)
    assert {(name, model) for name, model in Tenants.asked if model != "User"} == {
        (name, model) for name in "ab" for model in ("Process", "Presence")
    }
    settings.DATABASE_ROUTERS = []
    assert await in_thread(stored) == {"/a": {ANN}, "/b": {People(("2",), 1)}}
    before = await in_thread(beats)
    await track(hub)
    assert await in_thread(beats) == before and len(before) == 2, "in one table they are no two processes"
    for screen in screens:
        hub.leave(screen.viewer)
    await track(hub)
    assert await in_thread(beats) == {}
    await track(hub)
    assert list(module._trackers.values()) == [{}]


@pytest.mark.django_db(transaction=True)
async def test_a_tenant_whose_database_cannot_be_asked_does_not_hold_up_the_others(hub: Hub, tracked: None) -> None:
    keys = {name: viewers.key(topic=f"/{name}").within(page_of(name)) for name in "ab"}
    for key in keys.values():
        screen = Screen(key, user="1")
        screen.viewer.audiences = {viewers.name: 0}
        await screen.join(hub, dict.fromkeys(screen.page.roots, "of nobody"))
    around_pages(while_there({"b"}))
    with pytest.raises(ExceptionGroup, match="for 1 of 2 contexts") as raised:
        await track(hub)
    assert [str(error) for error in raised.value.exceptions] == ["there is no such tenant"]
    assert await in_thread(stored) == {"/b": {ANN}}


@pytest.mark.django_db(transaction=True)
async def test_a_tenant_that_is_gone_is_tried_once_after_its_last_page(
    hub: Hub, tracked: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    tenants = {"a", "b"}
    around_pages(while_there(tenants))
    screens = [Screen(viewers.key(topic=f"/{name}").within(page_of(name)), user="1") for name in "ab"]
    for screen in screens:
        screen.viewer.audiences = {viewers.name: 0}
        await screen.join(hub, dict.fromkeys(screen.page.roots, "of nobody"))
    await track(hub)
    tenants.remove("a")
    hub.leave(screens[0].viewer)
    with pytest.raises(ExceptionGroup, match="for 1 of 2 contexts"):
        await track(hub)
    assert await in_thread(stored) == {"/a": {ANN}, "/b": {ANN}}
    monkeypatch.setattr(module, "MAX_SILENCE_SECONDS", -1.0)
    await track(hub)
    assert await in_thread(stored) == {"/b": {ANN}}, "by whoever is still there, as that of a process that was killed"


@pytest.mark.django_db(transaction=True)
async def test_a_tracker_is_made_once_for_all_the_time_that_pages_are_open(
    hub: Hub, tracked: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[Tracker] = []

    class Counted(Tracker):
        def __init__(self) -> None:
            super().__init__()
            made.append(self)

    monkeypatch.setattr(module, "Tracker", Counted)
    screen = Screen(viewers.key(topic="/a"), user="1")
    screen.viewer.audiences = {viewers.name: 0}
    await screen.join(hub, dict.fromkeys(screen.page.roots, "of nobody"))
    for _ in range(3):
        await track(hub)
    assert len(made) == 1


def test_every_hub_does_so_also_when_the_last_page_is_closed() -> None:
    tasks = [task for _, task in periodic_tasks.all_tasks(has_hints=lambda: True)]
    assert track in tasks, "not one that rests while nobody watches"
