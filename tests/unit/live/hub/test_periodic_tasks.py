"""The hub's rounds, and what it hears of other processes."""

import asyncio
import logging
from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import DatabaseError, connection

from live import changes, fragment
from live.hub import periodic_tasks
from live.hub.hub import Hub
from live.hub.periodic_tasks import PATIENCE, beat, drain, recheck
from live.hub.sqlite_watcher import CommitWatcher
from tests.unit.live.crew import Crew, pk, rename, sign_in
from tests.unit.live.layers import SharedLayer
from tests.unit.live.screens import HEARTBEAT, Screen, count, in_thread
from tests.waiting import until_async

pytestmark = pytest.mark.database

# Rechecking


async def test_who_may_still_see_stays(hub: Hub, crew: Crew) -> None:
    user, session = await in_thread(sign_in)
    _, [bob] = await in_thread(lambda: crew.make("crew", "Bob"))
    screen = await Screen(bob, user=str(user.pk), session=session).join(hub)
    await recheck(hub)
    assert screen.codes == []


async def test_who_is_logged_out_is_closed_with_words_and_nobody_else(hub: Hub, crew: Crew) -> None:
    user, session = await in_thread(sign_in)
    _, [bob] = await in_thread(lambda: crew.make("crew", "Bob"))
    theirs = [await Screen(bob, user=str(user.pk), session=session).join(hub) for _ in range(2)]
    others = await Screen(bob).join(hub)
    await in_thread(lambda: User.objects.update(is_active=False))
    await recheck(hub)
    await until_async(lambda: [screen.codes for screen in theirs] == [[4401], [4401]], "both are closed")
    assert "who are signed in" in theirs[0].texts[-1]
    assert others.codes == []


async def test_a_right_that_is_lost_takes_what_is_nested_with_it(hub: Hub, crew: Crew) -> None:
    team, [bob] = await in_thread(lambda: crew.make("crew", "Bob"))
    hidden: list[int] = []
    crew.person.visible_to(lambda user, pk: pk not in hidden)
    user, session = await in_thread(sign_in)
    screen = await Screen(team, user=str(user.pk), session=session).join(hub)
    await recheck(hub)
    assert screen.codes == []
    hidden.append(pk(bob))
    await recheck(hub)
    await until_async(lambda: screen.codes == [4403], "the page is closed")


async def test_a_question_that_raises_sends_its_own_page_away_and_nobody_else(
    hub: Hub, crew: Crew, templates: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    broken: list[bool] = []
    templates["it.html"] = "<p></p>"

    @fragment("it.html")
    def it() -> dict[str, Any]:
        return {}

    @it.visible_to
    def _(user: Any) -> bool:
        if broken:
            raise User.DoesNotExist("no such owner")
        return True

    _, [bob] = await in_thread(lambda: crew.make("crew", "Bob"))
    asked = await Screen(it.key()).join(hub)
    logged_out, fine = await Screen(bob, user="999").join(hub), await Screen(bob).join(hub)
    broken.append(True)
    before = count("live_failures_total", where="visible_to")
    await recheck(hub)
    await until_async(lambda: asked.codes == [4000] and logged_out.codes == [4401], "each gets its own answer")
    assert fine.codes == []
    assert not fine.viewer.closing
    assert count("live_failures_total", where="visible_to") == before + 1
    assert "who may see tests.it() could not be asked" in caplog.text
    assert "DoesNotExist: no such owner" in caplog.text


async def test_without_a_database_nobody_is_sent_away(hub: Hub, templates: dict[str, str]) -> None:
    """It is asked again at the next round; until then nothing new can be rendered either."""
    templates["it.html"] = "<p></p>"

    @fragment("it.html")
    def it() -> dict[str, Any]:
        return {}

    @it.visible_to
    def _(user: Any) -> bool:
        raise DatabaseError("it is away")

    screen = await Screen(it.key()).join(hub)
    with pytest.raises(DatabaseError):
        await recheck(hub)
    assert not screen.viewer.closing


async def test_who_takes_nothing_keeps_nobody_else_from_being_closed(hub: Hub, crew: Crew) -> None:
    _, [bob] = await in_thread(lambda: crew.make("crew", "Bob"))
    screens = [await Screen(bob, user="999").join(hub) for _ in range(3)]
    for stuck in screens[:2]:
        stuck.hold()
    await asyncio.wait_for(recheck(hub), 5)
    await until_async(lambda: screens[2].codes == [4401], "the one that takes is closed")
    assert [screen.viewer.closing for screen in screens] == [True] * 3
    for stuck in screens[:2]:
        stuck.release()
    await until_async(lambda: all(screen.codes == [4401] for screen in screens), "all are closed")


async def test_one_session_and_page_is_asked_once(hub: Hub, templates: dict[str, str]) -> None:
    asked: list[Any] = []
    templates["it.html"] = "<p></p>"

    @fragment("it.html")
    def it() -> dict[str, Any]:
        return {}

    @it.visible_to
    def _(user: Any) -> bool:
        asked.append(user)
        return True

    for _ in range(3):
        await Screen(it.key()).join(hub)
    await recheck(hub)
    assert len(asked) == 1


async def test_the_rounds_go_round(hub: Hub, crew: Crew) -> None:
    _, [bob] = await in_thread(lambda: crew.make("crew", "Bob"))
    screen = await Screen(bob).join(hub)
    screen.forget()
    round_ = asyncio.create_task(periodic_tasks._every(0.01, hub, beat))
    await until_async(lambda: len(screen.texts) >= 2, "two heartbeats")
    round_.cancel()


async def test_a_round_that_fails_is_logged_counted_and_tried_again(
    hub: Hub, crew: Crew, caplog: pytest.LogCaptureFixture
) -> None:
    _, [bob] = await in_thread(lambda: crew.make("crew", "Bob"))
    await Screen(bob).join(hub)
    tries: list[Hub] = []

    async def job(given: Hub) -> None:
        tries.append(given)
        raise ConnectionError("no database")

    before = count("live_failures_total", where="job")
    round_ = asyncio.create_task(periodic_tasks._every(0.01, hub, job))
    await until_async(lambda: len(tries) >= 2, "a second try")
    round_.cancel()
    assert count("live_failures_total", where="job") >= before + 2
    assert "the hub's job failed; it is tried again in 0.01 s" in caplog.text
    assert "ConnectionError: no database" in caplog.text


async def test_without_viewers_nothing_is_done(hub: Hub, crew: Crew) -> None:
    _, [bob] = await in_thread(lambda: crew.make("crew", "Bob"))
    done: list[int] = []
    beside: list[int] = []

    async def job(given: Hub) -> None:
        done.append(len(given.viewers))

    async def other_job(given: Any) -> None:
        beside.append(len(given.viewers))

    rounds = [
        asyncio.create_task(periodic_tasks._every(0.01, hub, job)),
        asyncio.create_task(periodic_tasks._every(0.01, SimpleNamespace(viewers={1}), other_job)),  # type: ignore[arg-type]
    ]
    await until_async(lambda: len(beside) >= 3, "rounds of a hub that has a viewer")
    assert done == []
    await Screen(bob).join(hub)
    await until_async(lambda: done, "a round with a viewer")
    for each in rounds:
        each.cancel()


# Heartbeats


async def test_a_heartbeat_reaches_every_page(hub: Hub, crew: Crew) -> None:
    _, [bob] = await in_thread(lambda: crew.make("crew", "Bob"))
    screens = [await Screen(bob).join(hub) for _ in range(2)]
    for screen in screens:
        screen.forget()
    await beat(hub)
    for screen in screens:
        await screen.gets(HEARTBEAT)
        assert screen.frames == []
    assert screens[0].messages[0] is screens[1].messages[0]


async def test_who_takes_nothing_for_too_long_is_closed(hub: Hub, crew: Crew, monkeypatch: pytest.MonkeyPatch) -> None:
    _, [bob] = await in_thread(lambda: crew.make("crew", "Bob"))
    stuck, slow = await Screen(bob).join(hub), await Screen(bob).join(hub)
    stuck.viewer.mailbox.block(hub.loop.time() - PATIENCE - 1)
    slow.viewer.mailbox.block(hub.loop.time() - PATIENCE / 2)
    await beat(hub)
    await until_async(lambda: stuck.codes == [4008], "the one that is stuck is closed")
    assert slow.codes == []


async def test_who_takes_nothing_keeps_nobody_from_a_heartbeat(hub: Hub, crew: Crew) -> None:
    """Not even their own close, which they do not take either."""
    _, [bob] = await in_thread(lambda: crew.make("crew", "Bob"))
    stuck, fine = await Screen(bob).join(hub), await Screen(bob).join(hub)
    for screen in (stuck, fine):
        screen.forget()
    stuck.hold()
    stuck.viewer.mailbox.block(hub.loop.time() - PATIENCE - 1)
    await asyncio.wait_for(beat(hub), 5)
    await fine.gets(HEARTBEAT)
    await until_async(lambda: stuck.codes == [4008], "a close that is not taken")
    stuck.release()


# Other processes, through the channel layer


async def test_only_a_shared_layer_is_listened_to(rounds: None, transactional_db: None, shared_layer: Any) -> None:
    hub = Hub.here()
    try:
        await until_async(lambda: shared_layer.subscribed, "a subscription")
        assert shared_layer.subscribed == [(changes.GROUP, "live.inbox")]
        assert len(hub._duties) == 4 + len(periodic_tasks.rounds)
    finally:
        hub.stop()


def hint(*keys: str, sender: str = "another process") -> dict[str, Any]:
    return {"type": "live.changed", "from": sender, "keys": list(keys)}


@pytest.mark.parametrize("everything", [False, True])
async def test_a_hint_of_another_process_is_heard(
    hub: Hub, crew: Crew, shared_layer: type[SharedLayer], everything: bool
) -> None:
    _, [ann, bob] = await in_thread(lambda: crew.make("crew", "Ann", "Bob"))
    listening = asyncio.create_task(periodic_tasks.listen(hub))
    await until_async(lambda: shared_layer.subscribed, "a subscription")
    screen = await Screen(ann, bob).join(hub)
    await in_thread(lambda: (rename(ann, "Anna"), rename(bob, "Bobby")))
    before = count("live_hints_total", fate="received")
    await shared_layer.incoming.put(hint(changes.EVERYTHING if everything else ann.id))
    await screen.gets("Anna")
    if everything:
        await screen.gets("Bobby")
    else:
        assert screen.frames == [[ann.id]]
    assert count("live_hints_total", fate="received") == before + 1
    listening.cancel()


async def test_its_own_hints_are_not_heard_twice(hub: Hub, crew: Crew, shared_layer: type[SharedLayer]) -> None:
    listening = asyncio.create_task(periodic_tasks.listen(hub))
    before = count("live_hints_total", fate="received")
    await shared_layer.incoming.put(hint("a", sender=changes.PROCESS))
    await shared_layer.incoming.put(hint("b"))
    await until_async(lambda: count("live_hints_total", fate="received") > before, "a hint that is heard")
    assert count("live_hints_total", fate="received") == before + 1
    listening.cancel()


async def test_a_layer_that_fails_is_subscribed_to_again_and_everything_looked_at(
    hub: Hub,
    crew: Crew,
    shared_layer: type[SharedLayer],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(periodic_tasks, "RETRY_LAYER", 0.01)
    _, [ann] = await in_thread(lambda: crew.make("crew", "Ann"))
    listening = asyncio.create_task(periodic_tasks.listen(hub))
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
    if connection.vendor != "sqlite":
        assert len(hub._duties) == 3 + len(periodic_tasks.rounds)
        return
    assert len(hub._duties) == 4 + len(periodic_tasks.rounds)
    looks: list[bool] = []

    class Watcher(CommitWatcher):
        def committed(self) -> bool:
            looks.append(super().committed())
            return looks[-1]

    monkeypatch.setattr(periodic_tasks, "CommitWatcher", Watcher)
    monkeypatch.setattr(periodic_tasks, "WATCH_COMMITS", 0.02)
    monkeypatch.setattr(periodic_tasks, "LOOK_AGAIN", 0.04)
    _, [ann] = await in_thread(lambda: crew.make("crew", "Ann"))
    screen = await Screen(ann).join(hub)
    watching = asyncio.create_task(periodic_tasks.watch_commits(hub))
    await until_async(lambda: looks, "a first look at the file")
    for name in ("Anna", "Annie"):
        await in_thread(lambda name=name: rename(ann, name))
        await screen.gets(name)
    watching.cancel()


# Draining


async def test_everybody_is_sent_away_to_come_back(hub: Hub, crew: Crew, caplog: pytest.LogCaptureFixture) -> None:
    _, [bob] = await in_thread(lambda: crew.make("crew", "Bob"))
    screens = [await Screen(bob).join(hub) for _ in range(25)]
    with caplog.at_level(logging.INFO, logger="live"):
        await drain(hub, seconds=0.1)
    await until_async(lambda: [screen.codes for screen in screens] == [[4000]] * 25, "all are sent away")


async def test_few_are_sent_away_at_once(hub: Hub, crew: Crew) -> None:
    _, [bob] = await in_thread(lambda: crew.make("crew", "Bob"))
    screen = await Screen(bob).join(hub)
    await asyncio.wait_for(drain(hub, seconds=3600), 5)
    await until_async(lambda: screen.codes == [4000], "it is sent away")
