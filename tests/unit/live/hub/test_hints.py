"""What the hub hears of other processes."""

import asyncio
from typing import Any

import pytest
from django.db import connection
from live.hub.sqlite_watcher import SQLiteWatcher

from live import changes
from live.hub import hints, process
from live.hub.hub import Hub
from live.keys import ElementId, RenderingId
from tests.unit.live.crew import Crew, rename
from tests.unit.live.layers import SharedLayer
from tests.unit.live.screens import Screen, count, in_thread
from tests.waiting import until_async

pytestmark = pytest.mark.database


# Other processes, through the channel layer


async def test_only_a_shared_layer_is_listened_to(no_clock: None, transactional_db: None, shared_layer: Any) -> None:
    process.running_hub()
    try:
        await until_async(lambda: shared_layer.subscribed, "a subscription")
        assert shared_layer.subscribed == [(changes.GROUP, "live.inbox")]
    finally:
        process.stop()


def hint(*ids: RenderingId | str, sender: str = "another process") -> dict[str, Any]:
    content = changes.EVERYTHING if changes.EVERYTHING in ids else [list(id) for id in ids]
    return {"type": "live.changed", "from": sender, "ids": content}


@pytest.mark.parametrize("everything", [False, True])
async def test_a_hint_of_another_process_is_heard(
    hub: Hub, crew: Crew, shared_layer: type[SharedLayer], everything: bool
) -> None:
    _, [ann, bob] = await in_thread(lambda: crew.make("crew", "Ann", "Bob"))
    listening = asyncio.create_task(hints.listen(hub))
    await until_async(lambda: shared_layer.subscribed, "a subscription")
    screen = await Screen(ann, bob).join(hub)
    await in_thread(lambda: (rename(ann, "Anna"), rename(bob, "Bobby")))
    before = count("live_hints_total", fate="received")
    await shared_layer.incoming.put(hint(changes.EVERYTHING if everything else ann.id))
    await screen.gets("Anna")
    if everything:
        await screen.gets("Bobby")
    else:
        assert screen.frames == [[ann.element]]
    assert count("live_hints_total", fate="received") == before + 1
    listening.cancel()


async def test_its_own_hints_are_not_heard_twice(hub: Hub, crew: Crew, shared_layer: type[SharedLayer]) -> None:
    listening = asyncio.create_task(hints.listen(hub))
    before = count("live_hints_total", fate="received")
    await shared_layer.incoming.put(hint(RenderingId(ElementId("a")), sender=changes.PROCESS))
    await shared_layer.incoming.put(hint(RenderingId(ElementId("b"))))
    await until_async(lambda: count("live_hints_total", fate="received") > before, "a hint that is heard")
    assert count("live_hints_total", fate="received") == before + 1
    listening.cancel()


async def test_a_layer_that_fails_is_subscribed_to_again_and_everything_rendered(
    hub: Hub,
    crew: Crew,
    shared_layer: type[SharedLayer],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(hints, "RETRY_LAYER_SECONDS", 0.01)
    _, [ann] = await in_thread(lambda: crew.make("crew", "Ann"))
    listening = asyncio.create_task(hints.listen(hub))
    await until_async(lambda: shared_layer.subscribed, "a subscription")
    screen = await Screen(ann).join(hub)
    await in_thread(lambda: rename(ann, "Anna"))
    before = count("live_failures_total", where="listen")
    await shared_layer.incoming.put(ConnectionError("no Redis"))
    await screen.gets("Anna")
    assert len(shared_layer.subscribed) == 2
    assert count("live_failures_total", where="listen") == before + 1
    assert "the channel layer does not answer" in caplog.text
    listening.cancel()


# Other processes, through the SQLite file


async def test_a_commit_that_nobody_announced_is_noticed(hub: Hub, crew: Crew, monkeypatch: pytest.MonkeyPatch) -> None:
    """On PostgreSQL nothing is to be watched; there the round is not started."""
    others = hints.of_other_processes(hub)
    if connection.vendor != "sqlite":
        assert others is None
        return
    assert others is not None
    others.close()
    looks: list[bool] = []

    class Watcher(SQLiteWatcher):
        def has_committed(self) -> bool:
            looks.append(super().has_committed())
            return looks[-1]

    monkeypatch.setattr(hints, "SQLiteWatcher", Watcher)
    monkeypatch.setattr(hints, "WATCH_SECONDS", 0.02)
    monkeypatch.setattr(hints, "RENDER_ALL_SECONDS", 0.04)
    _, [ann] = await in_thread(lambda: crew.make("crew", "Ann"))
    screen = await Screen(ann).join(hub)
    watching = asyncio.create_task(hints.watch_commits(hub))
    await until_async(lambda: looks, "a first look at the file")
    for name in ("Anna", "Annie"):
        await in_thread(lambda name=name: rename(ann, name))
        await screen.gets(name)
    watching.cancel()
