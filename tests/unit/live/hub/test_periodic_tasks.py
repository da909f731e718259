"""What the hub does every few seconds beside rendering."""

import asyncio
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import OperationalError

from live import database_threads, fragment
from live.hub import periodic_tasks, process
from live.hub.hub import Hub
from live.hub.periodic_tasks import MAX_BLOCKED_SECONDS, recheck_access, send_heartbeat
from tests.unit.live.crew import Crew, pk, sign_in
from tests.unit.live.screens import HEARTBEAT, Screen, count, in_thread
from tests.waiting import until_async

pytestmark = pytest.mark.database

# Rechecking


async def test_who_may_still_see_stays(hub: Hub, crew: Crew) -> None:
    user, session = await in_thread(sign_in)
    _, [bob] = await in_thread(lambda: crew.make("crew", "Bob"))
    screen = await Screen(bob, user=str(user.pk), session=session).join(hub)
    await recheck_access(hub)
    assert screen.codes == []


async def test_who_is_logged_out_is_closed_with_words_and_nobody_else(hub: Hub, crew: Crew) -> None:
    user, session = await in_thread(sign_in)
    _, [bob] = await in_thread(lambda: crew.make("crew", "Bob"))
    theirs = [await Screen(bob, user=str(user.pk), session=session).join(hub) for _ in range(2)]
    others = await Screen(bob).join(hub)
    await in_thread(lambda: User.objects.update(is_active=False))
    await recheck_access(hub)
    await until_async(lambda: [screen.codes for screen in theirs] == [[4401], [4401]], "both are closed")
    assert "who are signed in" in theirs[0].texts[-1]
    assert others.codes == []


async def test_a_right_to_something_nested_has_the_page_ask_again_and_its_parent_rendered(hub: Hub, crew: Crew) -> None:
    team, [bob] = await in_thread(lambda: crew.make("crew", "Bartholomew"))
    hidden: list[int] = []
    crew.person.visible_to(lambda user, pk: pk not in hidden or user.is_anonymous)
    user, session = await in_thread(sign_in)
    screen = await Screen(team, user=str(user.pk), session=session).join(hub)
    beside = await Screen(team).join(hub)
    await recheck_access(hub)
    assert screen.codes == []
    await in_thread(lambda: User.objects.get(pk=pk(bob)).groups.clear())
    hidden.append(pk(bob))
    beside.forget()
    await recheck_access(hub)
    await until_async(lambda: screen.codes == [4000], "the page asks again")
    await beside.gets("crew")
    assert "Bartholomew" not in beside.texts[-1]
    assert (await hub.admit(session, screen.viewer.page)).refusal is None


async def test_what_stays_inside_of_a_fragment_and_may_not_be_seen_ends_the_page(hub: Hub, crew: Crew) -> None:
    """A page that is loaded would be refused, too; the first time, it may only be a moment behind."""
    team, [bob] = await in_thread(lambda: crew.make("crew", "Bob"))
    hidden: list[int] = []
    crew.person.visible_to(lambda user, pk: pk not in hidden)
    screen = await Screen(team).join(hub)
    hidden.append(pk(bob))
    await recheck_access(hub)
    await until_async(lambda: screen.codes == [4000], "the page asks again")
    hub.leave(screen.viewer)
    again = Screen(team)
    await again.join(hub)
    await until_async(lambda: again.codes == [4401], "it is refused with words")


async def test_what_was_refused_long_ago_is_refused_for_the_first_time_again(
    hub: Hub, crew: Crew, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where it has been gone from the page meanwhile, that is only a moment behind once more."""
    team, [bob] = await in_thread(lambda: crew.make("crew", "Bob"))
    hidden = [pk(bob)]
    crew.person.visible_to(lambda user, pk: pk not in hidden)
    for _ in range(2):
        screen = await Screen(team).join(hub)
        await recheck_access(hub)
        await until_async(lambda screen=screen: screen.codes == [4000], "the page asks again")  # type: ignore[misc]
        hub.leave(screen.viewer)
        monkeypatch.setattr("live.hub.hub.MAX_BEHIND_SECONDS", -1.0)


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
    await recheck_access(hub)
    await until_async(lambda: asked.codes == [4000] and logged_out.codes == [4401], "each gets its own answer")
    assert fine.codes == []
    assert not fine.viewer.is_closing
    assert count("live_failures_total", where="visible_to") == before + 1
    assert "who may see tests.it() could not be asked" in caplog.text
    assert "DoesNotExist: no such owner" in caplog.text


async def test_without_a_database_nobody_is_sent_away(
    hub: Hub, templates: dict[str, str], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """It is asked again at the next round; until then nothing new can be rendered either."""
    templates["it.html"] = "<p></p>"

    @fragment("it.html")
    def it() -> dict[str, Any]:
        return {}

    @it.visible_to
    def _(user: Any) -> bool:
        raise OperationalError("it is away")

    screen = await Screen(it.key()).join(hub)
    monkeypatch.setitem(database_threads._away, "other", 5.0)
    before = count("live_failures_total", where="recheck")
    await recheck_access(hub)
    assert not screen.viewer.is_closing
    assert count("live_failures_total", where="recheck") == before + 1
    assert "who may see 1 open pages could not be asked; it is tried again" in caplog.text


async def test_who_takes_nothing_keeps_nobody_else_from_being_closed(hub: Hub, crew: Crew) -> None:
    _, [bob] = await in_thread(lambda: crew.make("crew", "Bob"))
    screens = [await Screen(bob, user="999").join(hub) for _ in range(3)]
    for stuck in screens[:2]:
        stuck.hold()
    await asyncio.wait_for(recheck_access(hub), 5)
    await until_async(lambda: screens[2].codes == [4401], "the one that takes is closed")
    assert [screen.viewer.is_closing for screen in screens] == [True] * 3
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
    await recheck_access(hub)
    assert len(asked) == 1


async def test_the_rounds_go_round(hub: Hub, crew: Crew) -> None:
    _, [bob] = await in_thread(lambda: crew.make("crew", "Bob"))
    screen = await Screen(bob).join(hub)
    screen.forget()
    round_ = asyncio.create_task(periodic_tasks.run_every(0.01, hub, send_heartbeat))
    await until_async(lambda: len(screen.texts) >= 2, "two heartbeats")
    round_.cancel()


async def test_a_round_that_fails_is_logged_counted_and_tried_again(
    hub: Hub, crew: Crew, caplog: pytest.LogCaptureFixture
) -> None:
    _, [bob] = await in_thread(lambda: crew.make("crew", "Bob"))
    await Screen(bob).join(hub)
    tries: list[Hub] = []

    async def job(hub: Hub) -> None:
        tries.append(hub)
        raise ConnectionError("no database")

    before = count("live_failures_total", where="job")
    round_ = asyncio.create_task(periodic_tasks.run_every(0.01, hub, job))
    await until_async(lambda: len(tries) >= 2, "a second try")
    round_.cancel()
    assert count("live_failures_total", where="job") >= before + 2
    assert "the hub's job failed; it is tried again in 0.01 s" in caplog.text
    assert "ConnectionError: no database" in caplog.text


async def test_without_viewers_nothing_is_done(hub: Hub, crew: Crew) -> None:
    _, [bob] = await in_thread(lambda: crew.make("crew", "Bob"))
    done: list[int] = []
    beside: list[int] = []

    async def job(hub: Hub) -> None:
        done.append(len(hub.core.viewers))

    async def other_job(hub: Hub) -> None:
        beside.append(len(hub.core.viewers))

    tasks = (periodic_tasks.while_watched(job), other_job)
    rounds = [asyncio.create_task(periodic_tasks.run_every(0.01, hub, task)) for task in tasks]
    await until_async(lambda: len(beside) >= 3, "rounds of a task that is run always")
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
    await send_heartbeat(hub)
    for screen in screens:
        await screen.gets(HEARTBEAT)
        assert screen.frames == []
    assert screens[0].messages[0] is screens[1].messages[0]


async def test_a_heartbeat_tells_that_the_database_is_away(
    hub: Hub, crew: Crew, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, [bob] = await in_thread(lambda: crew.make("crew", "Bob"))
    screen = await Screen(bob).join(hub)
    with monkeypatch.context() as away:
        away.setitem(database_threads._away, "default", 1234.5)
        await send_heartbeat(hub)
        await screen.gets('data-database-away="1234.500"')
    screen.forget()
    await send_heartbeat(hub)
    assert "database-away" not in await screen.gets(HEARTBEAT)


async def test_who_takes_nothing_for_too_long_is_closed(hub: Hub, crew: Crew, monkeypatch: pytest.MonkeyPatch) -> None:
    _, [bob] = await in_thread(lambda: crew.make("crew", "Bob"))
    stuck, slow = await Screen(bob).join(hub), await Screen(bob).join(hub)
    stuck.viewer.mailbox.block(hub.loop.time() - MAX_BLOCKED_SECONDS - 1)
    slow.viewer.mailbox.block(hub.loop.time() - MAX_BLOCKED_SECONDS / 2)
    await send_heartbeat(hub)
    await until_async(lambda: stuck.codes == [4008], "the one that is stuck is closed")
    assert slow.codes == []


async def test_who_takes_nothing_keeps_nobody_from_a_heartbeat(hub: Hub, crew: Crew) -> None:
    """Not even their own close, which they do not take either."""
    _, [bob] = await in_thread(lambda: crew.make("crew", "Bob"))
    stuck, fine = await Screen(bob).join(hub), await Screen(bob).join(hub)
    for screen in (stuck, fine):
        screen.forget()
    stuck.hold()
    stuck.viewer.mailbox.block(hub.loop.time() - MAX_BLOCKED_SECONDS - 1)
    await asyncio.wait_for(send_heartbeat(hub), 5)
    await fine.gets(HEARTBEAT)
    await until_async(lambda: stuck.codes == [4008], "a close that is not taken")
    stuck.release()


# Registering


async def test_register_has_every_hub_run_a_task_of_an_app(
    monkeypatch: pytest.MonkeyPatch, no_clock: None, transactional_db: None, crew: Crew
) -> None:
    monkeypatch.setattr(periodic_tasks, "_registered", [])
    monkeypatch.setattr(periodic_tasks, "POOLS_SECONDS", 0.01)
    hubs: list[Hub] = []
    mended: list[Hub] = []

    async def task(hub: Hub) -> None:
        hubs.append(hub)

    async def mend_pools(hub: Hub) -> None:
        mended.append(hub)

    monkeypatch.setattr(periodic_tasks, "mend_pools", mend_pools)
    periodic_tasks.register(0.01, task)
    hub = process.running_hub()
    try:
        await until_async(lambda: len(mended) > 3, "pools are mended also while nobody watches")
        assert hubs == []
        hub.join(Screen().viewer, {})
        await until_async(lambda: hubs, "a run of the task")
        assert hubs[0] is hub
    finally:
        process.stop()


async def test_every_task_is_run(
    hub: Hub, crew: Crew, monkeypatch: pytest.MonkeyPatch, templates: dict[str, str]
) -> None:
    """Access, heartbeat, feeds, what is overdue: all that a hub does is in the list, and works."""
    _, [bob] = await in_thread(lambda: crew.make("crew", "Bob"))
    screen = await Screen(bob, user="999").join(hub)
    overdue: list[bool] = []
    monkeypatch.setattr(hub.renderer, "mark_overdue", lambda: overdue.append(True))
    for _, task in periodic_tasks.all_tasks(has_hints=bool):
        await task(hub)
    await until_async(lambda: screen.codes == [4401], "who is not signed in is closed")
    assert overdue == [True]


@pytest.mark.parametrize("lost", [0, 3])
async def test_pools_are_looked_at_where_one_of_their_connections_was_lost(
    hub: Hub, monkeypatch: pytest.MonkeyPatch, lost: int
) -> None:
    class Pool:
        checks = 0

        def get_stats(self) -> dict[str, int]:
            return {"connections_lost": lost} if lost else {}

        def check(self) -> None:
            Pool.checks += 1

    monkeypatch.setattr(database_threads, "_lost", {})
    monkeypatch.setattr(database_threads, "_pools", lambda: [("default", Pool())])
    for _ in range(3):
        await periodic_tasks.mend_pools(hub)
    assert Pool.checks == (1 if lost else 0), "once for each loss"


@pytest.mark.parametrize("has_hints", [True, False])
async def test_feeds_are_swept_more_often_while_nothing_is_heard_of_other_processes(hub: Hub, has_hints: bool) -> None:
    runs: list[Hub] = []

    async def task(hub: Hub) -> None:
        runs.append(hub)

    seldom = periodic_tasks.seldom_with_hints(task, lambda: has_hints)
    assert seldom.__name__ == "task"
    for _ in range(3):
        await seldom(hub)
    assert len(runs) == (1 if has_hints else 3)
    assert [
        seconds for seconds, task in periodic_tasks.all_tasks(has_hints=bool) if task.__name__ == "sweep_feeds"
    ] == [periodic_tasks.FEED_SWEEP_UNHINTED_SECONDS]
