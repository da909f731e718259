"""What the hub does every few seconds beside rendering."""

import asyncio
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.db import OperationalError

from live import Fragment, database_threads, fragment
from live.banners import fragments as banners
from live.banners.models import EVERYWHERE
from live.hub import periodic_tasks, process
from live.hub.hub import Hub
from live.hub.periodic_tasks import MAX_BLOCKED_SECONDS, recheck_access, send_heartbeat
from live.keys import Key
from live.page.page import Page
from tests.unit.live.crew import Crew, pk, rename, sign_in
from tests.unit.live.screens import HEARTBEAT, Screen, count, first_paint, in_thread, settled
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


async def test_a_right_to_something_nested_is_withheld_and_what_nests_it_is_rendered(hub: Hub, crew: Crew) -> None:
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
    await beside.gets("crew")
    assert "Bartholomew" not in beside.texts[-1]
    await until_async(lambda: "<h2>crew</h2>" in screen.texts[-1], "the team without them")
    assert "Bartholomew" not in screen.texts[-1] and screen.codes == []


async def test_what_stays_inside_of_a_fragment_and_may_not_be_seen_is_withheld_until_it_may(
    hub: Hub, crew: Crew
) -> None:
    team, [bob, eve] = await in_thread(lambda: crew.make("crew", "Bartholomew", "Eve"))
    hidden: list[int] = []
    crew.person.visible_to(lambda user, pk: pk not in hidden)
    screen = await Screen(team).join(hub)
    hidden.append(pk(bob))
    await recheck_access(hub)
    assert await screen.gets("You have no access to this")
    await settled(hub)
    screen.forget()
    # What nests it is sent without it, and so is nothing of what happens to it.
    await in_thread(lambda: (rename(team, "gang"), crew.team.changed(pk=pk(team))))
    html = await screen.gets("gang")
    assert "Eve" in html and "no access" in html and "Bartholomew" not in html
    await in_thread(lambda: (rename(bob, "Barbarossa"), crew.person.changed(pk=pk(bob))))
    await in_thread(lambda: (rename(eve, "Evangeline"), crew.person.changed(pk=pk(eve))))
    await screen.gets("Evangeline")
    await settled(hub)
    assert not any("Barbarossa" in text for text in screen.texts)
    hidden.clear()
    await recheck_access(hub)
    await screen.gets("Barbarossa")
    assert screen.codes == []


@pytest.fixture
def rows(templates: dict[str, str]) -> Fragment:
    """One group: restricted by a question that raises where the group has been deleted."""
    templates["row.html"] = "<p>{{ group.name }}</p>"

    @fragment("row.html")
    def row(pk: int) -> dict[str, Any]:
        return {"group": Group.objects.get(pk=pk)}

    @row.visible_to
    def _(user: Any, pk: int) -> bool:
        return not Group.objects.get(pk=pk).name.startswith("hidden")

    return row


def call(row: Key, name: str) -> None:
    """Give a group another name; nothing is announced."""
    assert Group.objects.filter(pk=pk(row)).update(name=name)


async def make_rows(rows: Fragment, count: int) -> list[Key]:
    groups = await in_thread(
        lambda: Group.objects.bulk_create(Group(name=f"group {number}") for number in range(count))
    )
    return [rows.key(pk=group.pk) for group in groups]


async def test_one_of_fifty_that_is_deleted_or_refused_goes_and_the_page_stays(hub: Hub, rows: Fragment) -> None:
    deleted, refused, *others = keys = await make_rows(rows, 50)
    screen = await Screen(*keys).join(hub)
    await in_thread(lambda: Group.objects.filter(pk=pk(deleted)).delete())
    await in_thread(lambda: call(refused, "hidden team"))
    screen.forget()
    await recheck_access(hub)
    html = await screen.gets("You have no access to this")
    assert "This is no longer here" in html
    assert sorted(screen.frames[0]) == sorted([deleted.element, refused.element])
    await in_thread(lambda: (call(others[0], "renamed"), rows.changed(pk=pk(others[0]))))
    await screen.gets("renamed")
    assert (await hub.admit(None, screen.viewer.page)).refusal is None, "it may come back, too"
    await in_thread(lambda: rows.changed(pk=pk(refused)))
    await settled(hub)
    assert not any("hidden team" in text for text in screen.texts) and screen.codes == []


async def test_a_page_that_connects_is_sent_words_for_what_may_not_be_seen(hub: Hub, rows: Fragment) -> None:
    seen, hidden = await make_rows(rows, 2)
    shown = await first_paint(seen, hidden)
    await in_thread(lambda: call(hidden, "hidden team"))
    screen = Screen(seen, hidden)
    access = await hub.admit(None, screen.page)
    screen.viewer.withheld = access.withheld
    await screen.join(hub, shown)
    assert screen.frames == [[hidden.element]] and "no access" in screen.texts[0]
    assert not any("hidden team" in text for text in screen.texts)


async def test_a_page_ends_when_nothing_of_it_may_be_seen(hub: Hub, rows: Fragment, templates: dict[str, str]) -> None:
    """What is for everybody keeps it open, and what is beside its content does not."""
    templates["clock.html"] = "<p>12:00</p>"

    @fragment("clock.html")
    def clock() -> dict[str, Any]:
        return {}

    keys = await make_rows(rows, 2)
    alone, mixed = await Screen(*keys).join(hub), await Screen(*keys, clock.key()).join(hub)
    beside = Screen(*keys, banners.banners.key(region=EVERYWHERE))
    await beside.join(hub, await first_paint(*keys))
    await in_thread(lambda: [call(key, f"hidden {pk(key)}") for key in keys])
    await recheck_access(hub)
    await until_async(lambda: [alone.codes, beside.codes] == [[4401], [4401]], "they are closed")
    await mixed.gets("no access")
    assert mixed.codes == []


async def test_a_page_ends_without_what_it_requires(hub: Hub, rows: Fragment) -> None:
    one, other = await make_rows(rows, 2)
    screens = [Screen(other), Screen(other)]
    for screen, required in zip(screens, (one, other), strict=True):
        screen.page = screen.viewer.page = Page()
        screen.page.add(one, required=required is one)
        screen.page.add(other, required=required is other)
        await screen.join(hub)
    await in_thread(lambda: call(one, "hidden team"))
    await recheck_access(hub)
    await until_async(lambda: screens[0].codes == [4401], "it is closed")
    await screens[1].gets("no access")
    assert screens[1].codes == []


async def test_what_is_far_or_not_shown_is_withheld_as_well(hub: Hub, rows: Fragment) -> None:
    seen, far, away = await make_rows(rows, 3)
    screen, shown = Screen(seen, far, away), await first_paint(seen, far, away)
    without = {id: version for id, version in shown.items() if id != away.element}
    hub.join(screen.viewer, without, frozenset([far.element]))
    await screen.gets("live-heartbeat")
    await in_thread(lambda: [call(key, f"hidden {pk(key)}") for key in (far, away)])
    await recheck_access(hub)
    await screen.gets("no access")
    assert screen.frames == [[far.element]]
    screen.forget()
    hub.join(screen.viewer, shown, frozenset())  # its page shows the last one again
    await screen.gets("no access")
    await settled(hub)
    assert not any(">hidden" in text for text in screen.texts)


async def test_a_question_that_raises_withholds_its_own_fragment_and_nothing_else(
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
            raise ValueError("no such owner")
        return True

    _, [bob] = await in_thread(lambda: crew.make("crew", "Bob"))
    asked = await Screen(it.key()).join(hub)
    logged_out, fine = await Screen(bob, user="999").join(hub), await Screen(bob).join(hub)
    broken.append(True)
    before = count("live_failures_total", where="visible_to")
    await recheck_access(hub)
    await until_async(lambda: logged_out.codes == [4401], "who is logged out is closed")
    await asked.gets("could not be shown")
    assert asked.codes == fine.codes == []
    assert not fine.viewer.is_closing
    assert count("live_failures_total", where="visible_to") == before + 1
    assert "who may see tests.it() could not be asked" in caplog.text
    assert "ValueError: no such owner" in caplog.text


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


async def test_while_nobody_watches_connections_are_given_back_but_not_at_once(hub: Hub, crew: Crew) -> None:
    released: list[str] = []

    async def release(hub: Hub) -> None:
        released.append("now")

    task = periodic_tasks.while_unwatched(release)
    team, _ = await in_thread(lambda: crew.make("crew"))
    screen = await Screen(team).join(hub)
    for _ in range(3):
        await task(hub)
    assert released == []
    hub.leave(screen.viewer)
    await task(hub)
    assert released == [], "the page may be loaded again"
    await task(hub)
    assert released == ["now"]
    tasks = {task.__name__ for _, task in periodic_tasks.all_tasks(has_hints=lambda: True)}
    assert "release_connections" in tasks
