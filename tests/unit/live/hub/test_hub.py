"""The promises of the object that keeps every open page true."""

import asyncio
import logging
import threading
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.db import transaction

from live import Fragment, changes, fragment
from live.hub import hub as hubs
from live.hub import process, scheduler
from live.hub.hub import Hub
from live.hub.mailbox import Heartbeat
from live.keys import ElementId, RenderingId
from live.page.page import Reason
from tests.unit.live.crew import Crew, number, pk, rename
from tests.unit.live.screens import HEARTBEAT, Screen, count, first_paint, in_thread, renders, settled
from tests.waiting import until_async

pytestmark = pytest.mark.database


def hold(*fragments: Fragment) -> threading.Event:
    """From now on what is rendered of these waits for the event."""
    go_on = threading.Event()
    for each in fragments:

        def function(call: Any = each.function, **params: Any) -> Any:
            assert go_on.wait(30)
            return call(**params)

        each.function = function
    return go_on


# One hub


async def test_there_is_one_hub_in_a_process(hub: Hub) -> None:
    assert process.running_hub() is hub
    assert process.current_hub() is hub
    assert len(changes.listeners) == 1


async def test_a_hub_that_is_stopped_hears_nothing_more(hub: Hub, crew: Crew) -> None:
    _, [ann] = await in_thread(lambda: crew.make("crew", "Ann"))
    await Screen(ann).join(hub)
    running = process._running
    assert running is not None
    process.stop()
    assert process.current_hub() is None
    assert changes.listeners == []
    await asyncio.gather(*running.tasks, return_exceptions=True)
    assert all(task.cancelled() for task in running.tasks)
    assert hub.renderer._timer is None or hub.renderer._timer.cancelled()


async def test_a_hub_that_is_stopped_while_it_renders_renders_nothing_more(
    hub: Hub, templates: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scheduler, "SWEEP_SECONDS", 0.01)
    faults: list[dict[str, Any]] = []
    hub.loop.set_exception_handler(lambda loop, fault: faults.append(fault))
    shown = number(templates, {"n": 1})
    go_on = hold(shown)
    hub.join(Screen(shown.key()).viewer, {shown.key().element: "old"})
    await until_async(lambda: hub.core.scheduler.rendering, "a render under way")
    ends = count("live_renders_total", fragment="tests.number")
    process.stop()
    go_on.set()
    await until_async(
        lambda: (
            not hub.renderer.threads._pool._threads
            or all(not t.is_alive() for t in hub.renderer.threads._pool._threads)
        ),
        "the end of the threads",
    )
    await asyncio.sleep(0)
    assert hub.core.watches[shown.key().id].due is None
    assert count("live_renders_total", fragment="tests.number") == ends
    assert faults == []


def test_a_new_event_loop_has_a_hub_of_its_own(no_clock: None, transactional_db: None) -> None:
    async def here() -> Hub:
        return process.running_hub()

    first = asyncio.run(here())
    assert process.current_hub() is first

    async def again() -> Hub:
        second = process.running_hub()
        process.stop()
        return second

    assert asyncio.run(again()) is not first
    assert changes.listeners == []


def test_a_change_after_the_loop_has_ended_is_no_fault(
    no_clock: None, transactional_db: None, caplog: pytest.LogCaptureFixture
) -> None:
    async def here() -> Hub:
        return process.running_hub()

    asyncio.run(here())
    try:
        with caplog.at_level(logging.INFO, logger="live"):
            changes.announce([RenderingId(ElementId("a"))])
        assert "after the hub had stopped" in caplog.text
    finally:
        process.stop()


# Once


async def test_nobody_watching_nothing_rendered(hub: Hub, crew: Crew) -> None:
    _, [ann, _bob] = await in_thread(lambda: crew.make("crew", "Ann", "Bob"))
    team, [_cid] = await in_thread(lambda: crew.make("other", "Cid"))
    screen = await Screen(ann).join(hub)
    before, announced = renders("tests.team"), count("live_changes_total")
    await in_thread(lambda: (crew.team.changed(pk=pk(team)), rename(ann, "Anna"), crew.person.changed(pk=pk(ann))))
    await screen.gets("Anna")  # which was announced later
    assert count("live_changes_total") == announced + 2
    assert renders("tests.team") == before
    assert hub.core.watches.keys() == {ann.id}


async def test_unchanged_html_is_not_sent(hub: Hub, crew: Crew) -> None:
    _, [ann] = await in_thread(lambda: crew.make("crew", "Ann"))
    screen = await Screen(ann).join(hub)
    screen.forget()
    before = renders("tests.person")
    await in_thread(lambda: crew.person.changed(pk=pk(ann)))
    await until_async(lambda: renders("tests.person") == before + 1, "another look at the fragment")
    await settled(hub)
    assert screen.messages == []


async def test_one_render_and_the_same_message_for_all_viewers(hub: Hub, crew: Crew) -> None:
    _, [ann] = await in_thread(lambda: crew.make("crew", "Ann"))
    screens = [await Screen(ann).join(hub) for _ in range(5)]
    for screen in screens:
        screen.forget()
    before, frames = renders("tests.person"), count("live_frames_total")
    await in_thread(lambda: (rename(ann, "Anna"), crew.person.changed(pk=pk(ann))))
    await screens[-1].gets("Anna")
    await settled(hub)
    assert renders("tests.person") == before + 1
    assert count("live_frames_total") == frames + 1
    assert [len(screen.messages) for screen in screens] == [1] * 5
    assert len({id(screen.messages[0]) for screen in screens}) == 1


# At commit


@pytest.mark.django_db(transaction=True)
def test_what_is_rolled_back_is_never_announced(crew: Crew, announced: list[frozenset[RenderingId]]) -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        crew.person.changed(pk=1)
        raise ZeroDivisionError
    assert announced == []


@pytest.mark.django_db(transaction=True)
def test_what_is_committed_is_announced_once_and_then(crew: Crew, announced: list[frozenset[RenderingId]]) -> None:
    with transaction.atomic():
        with transaction.atomic():
            crew.person.changed(pk=1)
        assert announced == []
    assert announced == [frozenset({crew.person.key(pk=1).id})]


@pytest.mark.django_db(transaction=True)
def test_a_savepoint_that_is_rolled_back_drops_its_announcements(
    crew: Crew, announced: list[frozenset[RenderingId]]
) -> None:
    with transaction.atomic():
        crew.person.changed(pk=1)
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            crew.person.changed(pk=2)
            raise ZeroDivisionError
    assert announced == [frozenset({crew.person.key(pk=1).id})]


async def test_a_viewer_sees_what_was_committed_and_not_what_was_rolled_back(hub: Hub, crew: Crew) -> None:
    _, [ann] = await in_thread(lambda: crew.make("crew", "Ann"))
    screen = await Screen(ann).join(hub)

    def rolled_back() -> None:
        with transaction.atomic():
            rename(ann, "Nobody")
            crew.person.changed(pk=pk(ann))
            transaction.set_rollback(True)

    def committed() -> None:
        with transaction.atomic():
            rename(ann, "Anna")
            crew.person.changed(pk=pk(ann))

    await in_thread(rolled_back)
    await in_thread(committed)
    await screen.gets("Anna")
    assert not any("Nobody" in text for text in screen.texts)


# Joining: versions


async def test_a_viewer_that_shows_the_current_version_gets_no_fragment(hub: Hub, crew: Crew) -> None:
    team, _ = await in_thread(lambda: crew.make("crew", "Ann", "Bob"))
    screen = await Screen(team).join(hub)
    assert screen.frames == []
    assert [HEARTBEAT in text for text in screen.texts] == [True]


async def test_an_older_one_gets_exactly_the_fragments_that_differ(hub: Hub, crew: Crew) -> None:
    team, [_ann, bob] = await in_thread(lambda: crew.make("crew", "Ann", "Bob"))
    other, [cid] = await in_thread(lambda: crew.make("other", "Cid"))
    shown = await first_paint(team, other)
    await in_thread(lambda: (rename(bob, "Bobby"), rename(other, "Others")))
    screen = await Screen(team, other).join(hub, shown)
    await screen.gets("Bobby")
    await screen.gets("Others")
    assert sorted(id for ids in screen.frames for id in ids) == sorted([bob.element, other.element, cid.element])


async def test_a_viewer_that_joins_later_is_compared_without_another_render(hub: Hub, crew: Crew) -> None:
    team, _ = await in_thread(lambda: crew.make("crew", "Ann", "Bob"))
    shown = await first_paint(team)
    await Screen(team).join(hub, shown)
    before = renders("tests.team"), renders("tests.person")
    assert (await Screen(team).join(hub, shown)).frames == []
    assert (renders("tests.team"), renders("tests.person")) == before


async def test_a_page_newer_than_what_the_hub_has_is_not_set_back(hub: Hub, crew: Crew) -> None:
    _, [ann] = await in_thread(lambda: crew.make("crew", "Ann"))
    first = await Screen(ann).join(hub)
    await in_thread(lambda: rename(ann, "Anna"))  # and its announcement is lost
    late = await Screen(ann).join(hub)
    await first.gets("Anna")
    assert late.frames == []


async def test_a_root_that_is_not_in_the_report_is_not_sent(hub: Hub, crew: Crew) -> None:
    _, [ann, bob] = await in_thread(lambda: crew.make("crew", "Ann", "Bob"))
    shown = await first_paint(ann, bob)
    del shown[bob.element]
    screen = await Screen(ann, bob).join(hub, shown)
    assert hub.core.watches.keys() == {ann.id}
    await in_thread(lambda: (rename(bob, "Bobby"), rename(ann, "Anna")))
    await in_thread(lambda: changes.announce([bob.id, ann.id]))
    await screen.gets("Anna")
    await settled(hub)
    assert screen.frames == [[ann.element]]


async def test_a_page_reports_again_and_is_brought_up_to_date(hub: Hub, crew: Crew) -> None:
    """As after a frame that the browser did not apply: what it shows is what it says."""
    _, [ann] = await in_thread(lambda: crew.make("crew", "Ann"))
    screen = await Screen(ann).join(hub)
    await screen.join(hub, {ann.element: "what it never was given"})
    await screen.gets(">Ann<")
    assert screen.frames == [[ann.element]]
    assert len(hub.core.viewers) == 1


async def test_leaving_forgets_everything(hub: Hub, crew: Crew) -> None:
    team, _ = await in_thread(lambda: crew.make("crew", "Ann", "Bob"))
    stays, leaves = await Screen(team).join(hub), await Screen(team).join(hub)
    assert len(hub.core.watches) == 3
    hub.leave(leaves.viewer)
    assert len(hub.core.watches) == 3
    assert (count("live_viewers"), count("live_watched")) == (1, 3)
    assert all(watch.viewers == {stays.viewer} for watch in hub.core.watches.values())
    hub.leave(stays.viewer)
    assert hub.core.watches == {}
    assert hub.core.viewers == set()
    assert stays.viewer.watching == set()
    assert (count("live_viewers"), count("live_watched")) == (0, 0)


async def test_who_leaves_during_a_render_is_not_sent_it(hub: Hub, templates: dict[str, str]) -> None:
    entered, go_on = threading.Event(), threading.Event()
    templates["slow.html"] = "<b></b>"

    @fragment("slow.html")
    def slow() -> dict[str, Any]:
        entered.set()
        assert go_on.wait(5)
        return {}

    screen = Screen(slow.key())
    hub.join(screen.viewer, {slow.key().element: "old"})
    await until_async(entered.is_set, "a render under way")
    hub.leave(screen.viewer)
    go_on.set()
    await settled(hub)
    assert screen.frames == []
    assert hub.core.watches == {}


async def test_who_joined_an_earlier_hub_leaves_without_a_fault(hub: Hub, crew: Crew) -> None:
    screen = Screen()
    screen.viewer.watching = frozenset({crew.person.key(pk=1).id})
    hub.leave(screen.viewer)
    assert screen.viewer.watching == set()


async def test_what_is_twice_on_a_page_is_sent_to_both_elements(hub: Hub, crew: Crew) -> None:
    _, [ann] = await in_thread(lambda: crew.make("crew", "Ann"))
    screen = await Screen(ann, ann.named_at("footer")).join(hub)
    await in_thread(lambda: (rename(ann, "Anna"), crew.person.changed(pk=pk(ann))))
    await until_async(lambda: "".join(screen.texts).count(">Anna<") == 2, "Anna in both")
    await settled(hub)
    assert sorted(id for frame in screen.frames for id in frame) == [ann.element, f"{ann.element}-_at_footer"]


# Nesting


async def test_a_changed_child_is_sent_alone(hub: Hub, crew: Crew) -> None:
    team, [_ann, bob] = await in_thread(lambda: crew.make("crew", "Ann", "Bob"))
    screen = await Screen(team).join(hub)
    await in_thread(lambda: (rename(bob, "Bobby"), changes.announce([team.id, bob.id])))
    await screen.gets("Bobby")
    await settled(hub)
    assert screen.frames == [[bob.element]]


async def test_a_child_that_is_added_is_sent_inside_its_parent_once_and_lives(hub: Hub, crew: Crew) -> None:
    team, [ann] = await in_thread(lambda: crew.make("crew", "Ann"))
    screen = await Screen(team).join(hub)
    bob = await in_thread(lambda: crew.hire(pk(team), "Bob"))
    await in_thread(lambda: crew.team.changed(pk=pk(team)))
    html = await screen.gets(">Bob<")
    await settled(hub)
    assert screen.frames == [[team.element, ann.element, bob.element]]
    assert html.count("hx-swap-oob") == 1
    screen.forget()
    await in_thread(lambda: (rename(bob, "Bobby"), crew.person.changed(pk=pk(bob))))
    await screen.gets("Bobby")
    await settled(hub)
    assert screen.frames == [[bob.element]]


async def test_a_child_that_is_removed_is_unwatched_and_never_sent_again(hub: Hub, crew: Crew) -> None:
    team, [ann, bob] = await in_thread(lambda: crew.make("crew", "Ann", "Bob"))
    screen = await Screen(team).join(hub)
    await in_thread(lambda: (Group.objects.get(pk=pk(team)).user_set.remove(pk(bob)), crew.team.changed(pk=pk(team))))
    await until_async(lambda: screen.frames, "the team without Bob")
    await settled(hub)
    assert screen.frames == [[team.element, ann.element]]
    assert hub.core.watches.keys() == {team.id, ann.id} == screen.viewer.watching
    before = renders("tests.person")
    await in_thread(lambda: (rename(bob, "Bobby"), crew.person.changed(pk=pk(bob))))
    await in_thread(lambda: (rename(ann, "Anna"), crew.person.changed(pk=pk(ann))))
    await screen.gets("Anna")
    assert not any("Bobby" in text for text in screen.texts)
    assert renders("tests.person") == before + 1


async def test_a_child_that_comes_back_lives_again(hub: Hub, crew: Crew) -> None:
    team, [ann, bob] = await in_thread(lambda: crew.make("crew", "Ann", "Bob"))
    screen = await Screen(team).join(hub)
    members = Group.objects.get
    for change in ("remove", "add"):
        screen.forget()
        await in_thread(
            lambda change=change: (getattr(members().user_set, change)(pk(bob)), crew.team.changed(pk=pk(team)))
        )
        await until_async(lambda: screen.frames, f"the team after {change}")
        await settled(hub)
    assert screen.frames == [[team.element, ann.element, bob.element]]
    await in_thread(lambda: (rename(bob, "Bobby"), crew.person.changed(pk=pk(bob))))
    await screen.gets("Bobby")


async def test_parent_and_child_changed_in_one_tick_are_one_swap(
    hub: Hub, crew: Crew, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hubs, "GATHER_SECONDS", 60)  # however long the renders take, they are one tick
    team, [ann, bob] = await in_thread(lambda: crew.make("crew", "Ann", "Bob"))
    screen = await Screen(team).join(hub)
    go_on = hold(crew.team, crew.person)
    await in_thread(lambda: (rename(team, "Team"), rename(bob, "Bobby"), changes.announce([bob.id, team.id])))
    await until_async(lambda: hub.core.scheduler.rendering == 2, "both under way")
    go_on.set()
    html = await screen.gets("Team")
    await settled(hub)
    assert screen.frames == [[team.element, ann.element, bob.element]]
    assert html.count("hx-swap-oob") == 1
    assert html.count("Bobby") == 1


async def test_a_parent_is_not_sent_before_all_that_it_nests_is_rendered(
    hub: Hub, crew: Crew, templates: dict[str, str]
) -> None:
    """Its child was known when the parent was rendered, and forgotten before that was done."""
    entered, go_on = threading.Event(), threading.Event()
    templates["wall.html"] = '{% load live %}<div>{% live "tests.person" pk=pk %}{% live "tests.slow" %}</div>'
    templates["slow.html"] = "<b></b>"
    _, [ann] = await in_thread(lambda: crew.make("crew", "Ann"))

    @fragment("wall.html")
    def wall() -> dict[str, Any]:
        return {"pk": pk(ann)}

    @fragment("slow.html")
    def slow() -> dict[str, Any]:
        entered.set()
        assert go_on.wait(5)
        return {}

    knows = await Screen(ann).join(hub)
    screen = Screen(wall.key())
    hub.join(screen.viewer, {wall.key().element: "old"})
    await until_async(entered.is_set, "a render that has passed by the child it knows")
    hub.leave(knows.viewer)
    go_on.set()
    await until_async(lambda: screen.frames, "the wall")
    await settled(hub)
    assert screen.frames == [[wall.key().element, ann.element, slow.key().element]]
    await in_thread(lambda: (rename(ann, "Anna"), crew.person.changed(pk=pk(ann))))
    await screen.gets("Anna")


async def test_what_is_nested_in_a_child_lives_for_whoever_waited_for_that_child(
    hub: Hub, templates: dict[str, str]
) -> None:
    """The child is being rendered for one page when another's parent comes with the child and all that it nests."""
    templates["wall.html"] = '{% load live %}<div>{% live "tests.slow" %}</div>'
    templates["slow.html"] = '{% load live %}<div>{% live "tests.number" %}</div>'
    state: dict[str, Any] = {"n": 1}
    inner = number(templates, state)
    entered, go_on = threading.Event(), threading.Event()

    @fragment("wall.html")
    def wall() -> dict[str, Any]:
        return {}

    @fragment("slow.html")
    def slow() -> dict[str, Any]:
        if not entered.is_set():
            entered.set()
            assert go_on.wait(5)
        return {}

    alone, around = Screen(slow.key()), Screen(wall.key())
    hub.join(alone.viewer, {slow.key().element: "old"})
    await until_async(entered.is_set, "a render of the child under way")
    hub.join(around.viewer, {wall.key().element: "old"})
    await until_async(lambda: hub.core.watches.rendering_of(inner.key().id), "the wall with all that it nests")
    go_on.set()
    await settled(hub)
    for screen in (alone, around):
        screen.forget()
    state["n"] = 2
    changes.announce([inner.key().id])
    for screen in (alone, around):
        await screen.gets("n = 2")
        assert screen.frames == [[inner.key().element]]


async def test_two_pages_that_nest_the_same_child_share_it(hub: Hub, crew: Crew) -> None:
    """One as a root, one inside its parent: rendered once for both."""
    team, [ann] = await in_thread(lambda: crew.make("crew", "Ann"))
    inside, alone = await Screen(team).join(hub), await Screen(ann).join(hub)
    before = renders("tests.person")
    await in_thread(lambda: (rename(ann, "Anna"), crew.person.changed(pk=pk(ann))))
    await inside.gets("Anna")
    await alone.gets("Anna")
    await settled(hub)
    assert renders("tests.person") == before + 1
    hub.leave(inside.viewer)
    assert hub.core.watches.keys() == {ann.id}


async def test_fragments_that_are_rendered_together_are_one_frame(
    hub: Hub, crew: Crew, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hubs, "GATHER_SECONDS", 60)
    _, people = await in_thread(lambda: crew.make("crew", "Ann", "Bob", "Cid"))
    screen = await Screen(*people).join(hub)
    go_on = hold(crew.person)
    await in_thread(lambda: [rename(person, f"New {pk(person)}") for person in people])
    await in_thread(lambda: changes.announce(person.id for person in people))
    await until_async(lambda: hub.core.scheduler.rendering == 3, "all of them under way")
    go_on.set()
    await until_async(lambda: screen.frames, "a frame")
    await settled(hub)
    assert [sorted(ids) for ids in screen.frames] == [sorted(person.element for person in people)]


# Bounded


async def test_a_slow_viewer_skips_versions_and_holds_nobody_up(hub: Hub, crew: Crew) -> None:
    _, [ann] = await in_thread(lambda: crew.make("crew", "Ann"))
    slow, fast = await Screen(ann).join(hub), await Screen(ann).join(hub)
    slow.forget()
    slow.hold()
    for name in ("first", "second", "third", "fourth"):
        await in_thread(lambda name=name: (rename(ann, name), crew.person.changed(pk=pk(ann))))
        await fast.gets(name)
        await settled(hub)
        assert len(slow.viewer.mailbox) <= 1
    assert len(slow.messages) == 1
    assert "first" in slow.texts[0]
    slow.release()
    await slow.gets("fourth")
    await settled(hub)
    assert len(slow.messages) == 2
    assert len(slow.viewer.mailbox) == 0


async def test_a_slow_viewer_to_whom_nothing_is_new_any_more_gets_nothing(hub: Hub, crew: Crew) -> None:
    _, [ann] = await in_thread(lambda: crew.make("crew", "Ann"))
    slow, fast = await Screen(ann).join(hub), await Screen(ann).join(hub)
    slow.forget()
    slow.hold()
    for name in ("first", "second", "first"):
        fast.forget()
        await in_thread(lambda name=name: (rename(ann, name), crew.person.changed(pk=pk(ann))))
        await fast.gets(name)
    slow.release()
    await until_async(lambda: slow.viewer.mailbox.blocked_for(hub.loop.time()) == 0, "a viewer that takes again")
    await settled(hub)
    assert len(slow.messages) == 1


async def test_a_viewer_whose_socket_fails_holds_nobody_up(hub: Hub, crew: Crew) -> None:
    _, [ann] = await in_thread(lambda: crew.make("crew", "Ann"))
    broken, fine = await Screen(ann).join(hub), await Screen(ann).join(hub)
    broken.failure = ConnectionError()
    before = count("live_send_failures_total")
    await in_thread(lambda: (rename(ann, "Anna"), crew.person.changed(pk=pk(ann))))
    await fine.gets("Anna")
    assert count("live_send_failures_total") == before + 1


async def test_a_viewer_that_is_being_closed_gets_nothing_more(hub: Hub, crew: Crew) -> None:
    _, [ann] = await in_thread(lambda: crew.make("crew", "Ann"))
    closing, open_ = await Screen(ann).join(hub), await Screen(ann).join(hub)
    hub.close([closing.viewer], Reason.FORBIDDEN)
    await until_async(lambda: closing.codes, "a close")
    closing.forget()
    await in_thread(lambda: (rename(ann, "Anna"), crew.person.changed(pk=pk(ann))))
    await open_.gets("Anna")
    assert closing.messages == []


async def test_a_viewer_that_left_while_it_was_held_back_is_forgotten(hub: Hub, crew: Crew) -> None:
    _, [ann] = await in_thread(lambda: crew.make("crew", "Ann"))
    slow = await Screen(ann).join(hub)
    slow.hold()
    await in_thread(lambda: (rename(ann, "Anna"), crew.person.changed(pk=pk(ann))))
    await slow.gets("Anna")
    slow.viewer.mailbox.put(Heartbeat.TRUE)
    hub.leave(slow.viewer)
    slow.forget()
    slow.release()
    await until_async(lambda: slow.viewer.mailbox.blocked_for(hub.loop.time()) == 0, "the end of the send")
    await settled(hub)
    assert slow.messages == []


# Never silent


async def test_what_fails_keeps_its_last_html_marked_and_recovers(
    hub: Hub, templates: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    state: dict[str, Any] = {"n": 1}
    shown = number(templates, state)
    screen = await Screen(shown.key()).join(hub)
    before = count("live_render_failures_total", fragment="tests.number")

    state["n"] = ValueError("it broke")
    await in_thread(shown.changed)
    html = await screen.gets("data-out-of-date")
    assert "n = 1" in html
    assert "it broke" not in html
    assert count("live_render_failures_total", fragment="tests.number") == before + 1
    assert "tests.number() could not be rendered" in caplog.text
    assert "ValueError: it broke" in caplog.text

    screen.forget()
    state["n"] = 1
    await in_thread(shown.changed)
    assert "data-out-of-date" not in await screen.gets("n = 1")


async def test_a_comment_that_looks_like_a_slot_is_sent_as_it_is(hub: Hub, templates: dict[str, str]) -> None:
    templates["it.html"] = '{% load live %}<p>{{ text|safe }}{% live "tests.number" %}</p>'
    numbers: dict[str, Any] = {"n": 1}
    inner = number(templates, numbers)
    state = {"text": ""}

    @fragment("it.html")
    def it() -> dict[str, Any]:
        return dict(state)

    screen = await Screen(it.key()).join(hub)
    state["text"], numbers["n"] = f"<!--live:{inner.key().element}-->", 2
    changes.announce([it.key().id, inner.key().id])
    assert state["text"] in await screen.gets(it.key().element)
    await screen.gets("n = 2")


async def test_frame_that_cannot_be_made_is_logged_counted_and_sent_later(
    hub: Hub, crew: Crew, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    _, [ann] = await in_thread(lambda: crew.make("crew", "Ann"))
    screen = await Screen(ann).join(hub)
    before = count("live_failures_total", where="frame")
    with monkeypatch.context() as broken:
        broken.setattr(hub.feeds, "html_of", lambda entries: str(1 / 0))
        await in_thread(lambda: (rename(ann, "Anna"), crew.person.changed(pk=pk(ann))))
        await until_async(lambda: count("live_failures_total", where="frame") > before, "a failure that is counted")
    assert "no frame could be made of" in caplog.text and "ZeroDivisionError" in caplog.text
    hub.post([screen.viewer], Heartbeat.TRUE)
    await screen.gets("Anna")


async def test_what_is_gone_is_replaced_by_words(hub: Hub, crew: Crew) -> None:
    _, [ann] = await in_thread(lambda: crew.make("crew", "Annabella"))
    screen = await Screen(ann).join(hub)
    await in_thread(lambda: (User.objects.filter(pk=pk(ann)).delete(), crew.person.changed(pk=pk(ann))))
    html = await screen.gets("no longer here")
    assert screen.frames == [[ann.element]]
    assert "Annabella" not in html


# Convergence


async def test_after_everything_a_page_equals_one_freshly_loaded(hub: Hub, crew: Crew) -> None:
    team, [ann, bob] = await in_thread(lambda: crew.make("crew", "Ann", "Bob"))
    screen = await Screen(team).join(hub)

    def at_random() -> None:
        group = Group.objects.get(pk=pk(team))
        for turn in range(20):
            with transaction.atomic():
                rename(ann, f"Ann {turn}")
                crew.person.changed(pk=pk(ann))
                if turn % 3 == 0:
                    group.user_set.remove(pk(bob))
                else:
                    group.user_set.add(pk(bob))
                crew.team.changed(pk=pk(team))

    await in_thread(at_random)
    fresh = await first_paint(team)
    await until_async(lambda: {id: screen.viewer.shown.get(id) for id in fresh} == fresh, "the page as freshly loaded")
    await settled(hub)
    assert {id.element for id in screen.viewer.watching} == fresh.keys()


# Beside


async def test_a_question_is_asked_in_the_hubs_own_threads(hub: Hub) -> None:
    name = await hub.ask_database(lambda: threading.current_thread().name)
    assert name.startswith("live-task")
