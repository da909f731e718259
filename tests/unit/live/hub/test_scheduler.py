"""When each watched fragment is rendered."""

import threading
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from live import fragment
from live.hub import scheduler
from live.hub.hub import Hub
from live.hub.render_slots import SLOW_SECONDS
from live.hub.scheduler import DEADLINE_SECONDS, MIN_INTERVAL_SECONDS, OVERDUE_SECONDS, SWEEP_SECONDS, Scheduler
from live.hub.watches import RECENT, Watch
from live.keys import ElementId, Key
from live.rendering.rendered import Rendered
from tests.unit.live.crew import Crew, number, pk, rename
from tests.unit.live.screens import HEARTBEAT, Screen, count, first_paint, in_thread, renders, settled
from tests.waiting import until_async

# By itself, without a loop: the clock is a number

NOW = 1000.0


def watch(name: str = "a") -> Watch:
    return Watch(Key(f"tests.{name}", (), ElementId(name)))


def test_plan_makes_a_watch_due_and_start_renders_it_once() -> None:
    scheduler, planned = Scheduler(), watch()
    scheduler.plan(planned, NOW, NOW)
    assert scheduler.next_due() == NOW
    assert scheduler.start(NOW - 0.001) == []
    assert scheduler.start(NOW) == [[planned]]
    assert (planned.is_rendering, planned.started_at, scheduler.rendering) == (True, NOW, 1)
    assert scheduler.next_due() is None
    assert scheduler.start(NOW + 100) == []
    scheduler.finish(planned)
    assert (planned.is_rendering, scheduler.rendering) == (False, 0)


def test_plan_is_no_sooner_than_the_interval_allows() -> None:
    scheduler, planned = Scheduler(), watch()
    planned.started_at = NOW
    scheduler.plan(planned, NOW, NOW)
    assert planned.due == NOW + MIN_INTERVAL_SECONDS


def test_plan_does_not_have_what_is_announced_wait_for_a_sweep_before() -> None:
    """It had waited 50 ms for the sweep of a board, whose next change had just come."""
    scheduler, planned = Scheduler(), watch()
    for is_announced, pause in ((False, 0.0), (True, MIN_INTERVAL_SECONDS)):
        planned.is_announced = is_announced
        scheduler.plan(planned, NOW, NOW)
        scheduler.start(planned.due or NOW)
        scheduler.finish(planned)
        planned.is_announced = True
        scheduler.plan(planned, planned.started_at, planned.started_at)
        assert planned.due == planned.started_at + pause


@pytest.mark.parametrize(("took", "pause"), [(0.001, MIN_INTERVAL_SECONDS), (0.1, 0.4), (60.0, 240.0)])
def test_plan_gives_a_slow_fragment_a_part_of_a_threads_time(took: float, pause: float) -> None:
    scheduler, planned = Scheduler(), watch()
    planned.started_at, planned.recent_seconds = NOW, (took,) * RECENT
    scheduler.plan(planned, NOW, NOW)
    assert planned.due == pytest.approx(NOW + pause)


def test_plan_gives_a_fragment_the_interval_that_it_asks_for() -> None:
    """A summary of much that changes need not be as quick as what it is a summary of; and the last change is shown."""
    scheduler, planned = Scheduler(), watch()
    planned.started_at, planned.rendered = NOW, Rendered(planned.key, "p", "", "v", interval_seconds=1.0)
    scheduler.plan(planned, NOW + 0.3, NOW + 0.3)
    assert planned.due == NOW + 1.0
    planned.recent_seconds = (0.5,) * RECENT
    planned.due = None
    scheduler.plan(planned, NOW + 0.3, NOW + 0.3)
    assert planned.due == NOW + 2.0, "a slow one waits for as long as it did before"


def test_one_of_several_is_swept_once_however_often_it_was_announced_before() -> None:
    """All of a fragment are swept at the same moment, so each announcement planned the very same sweep once more."""
    scheduler, planned = Scheduler(), Watch(Key("tests.a", (), ElementId("a")), is_batched=True)
    for now in (NOW, NOW + 0.1, NOW + 0.2, NOW + 0.3):
        planned.is_announced = True
        scheduler.plan(planned, now, now)
        assert scheduler.start(now) == [[planned]]
        scheduler.finish(planned)
        scheduler.plan_sweep(planned, now, NOW)
    planned.is_announced = True
    assert scheduler.start(NOW + 10) == [[planned]]
    assert planned.was_announced


def test_plan_comes_sooner_and_never_later() -> None:
    scheduler, planned = Scheduler(), watch()
    for at in (NOW + 10, NOW, NOW + 20, NOW):
        scheduler.plan(planned, at, NOW - 1)
    assert planned.due == scheduler.next_due() == NOW
    assert scheduler.start(NOW + 100) == [[planned]], "once, however often it was planned"


@pytest.mark.parametrize(
    ("took", "is_slow"),
    [
        ((10,), False),
        ((10, 9), False),
        ((10, 9, 8), True),
        ((9, 0.01, 8), False),
        ((9, 0.01, 8, 7), False),
        ((0.01, 9, 8, 7), True),
    ],
)
def test_what_was_held_up_once_or_twice_is_not_slow(took: tuple[float, ...], is_slow: bool) -> None:
    """By a lock, or a database that was away or restarted: the next rendering is not to wait for four times as long."""
    scheduler, planned = Scheduler(), watch()
    for seconds in took:
        planned.took(seconds)
    planned.started_at = NOW - 10
    scheduler.plan(planned, NOW, NOW)
    assert (planned.due != NOW) == is_slow
    assert planned.render_seconds == (min(took[-RECENT:]) if len(took) >= RECENT else 0.0)


def test_start_takes_what_is_due_in_order_and_leaves_the_rest() -> None:
    scheduler = Scheduler()
    first, second, later = watch("first"), watch("second"), watch("later")
    for planned, at in ((later, NOW + 5), (second, NOW + 2), (first, NOW + 1)):
        scheduler.plan(planned, at, NOW)
    assert scheduler.start(NOW + 2) == [[first], [second]]
    assert scheduler.next_due() == NOW + 5


def test_what_is_forgotten_is_passed_over() -> None:
    scheduler, forgotten, planned = Scheduler(), watch("forgotten"), watch("planned")
    scheduler.plan(forgotten, NOW, NOW)
    scheduler.plan(planned, NOW + 1, NOW)
    forgotten.due = None  # as Watches.leave does
    assert scheduler.next_due() == NOW + 1
    assert scheduler.start(NOW + 1) == [[planned]]


def test_what_is_announced_during_a_render_is_to_be_rendered_again() -> None:
    scheduler, planned = Scheduler(), watch()
    scheduler.plan(planned, NOW, NOW)
    scheduler.start(NOW)
    scheduler.plan(planned, NOW + 100, NOW)
    assert planned.wanted_again_at is None, "that is for the sweep"
    for later in range(3):
        scheduler.plan(planned, NOW + later, NOW + later)
    assert (planned.wanted_at, planned.wanted_again_at) == (NOW, NOW), "since the first of them"
    assert planned.due is None
    scheduler.finish(planned)
    assert (planned.wanted_at, planned.wanted_again_at) == (NOW, None)
    scheduler.plan(planned, NOW, NOW + 2)
    scheduler.start(NOW + 3)
    scheduler.finish(planned)
    assert planned.wanted_at is None, "a new render has read what was announced"


def test_what_was_rendered_in_vain_is_still_wanted_since_then() -> None:
    scheduler, planned = Scheduler(), watch()
    scheduler.plan(planned, NOW, NOW)
    scheduler.start(NOW + 1)
    assert not scheduler.is_overdue(planned, NOW + DEADLINE_SECONDS)
    scheduler.finish(planned, is_done=False)
    assert planned.wanted_at == NOW
    assert scheduler.is_overdue(planned, NOW + DEADLINE_SECONDS + 0.1)


def test_what_is_wanted_again_and_again_is_wanted_since_the_first_time() -> None:
    scheduler, planned = Scheduler(), watch()
    for seconds in (0, 2, 4):
        scheduler.plan(planned, NOW + seconds, NOW + seconds)
    assert scheduler.is_overdue(planned, NOW + DEADLINE_SECONDS + 0.1)


def test_a_sweep_is_wanted_from_when_it_begins() -> None:
    scheduler, planned = Scheduler(), watch()
    scheduler.plan_sweep(planned, NOW, 1e9)
    assert planned.wanted_at is None
    scheduler.start(NOW + 60)
    assert planned.wanted_at == NOW + 60


def test_what_waits_for_a_slot_is_started_when_one_is_free() -> None:
    scheduler = Scheduler()
    planned = [watch("a") for _ in range(2)]
    for each in planned:
        scheduler.plan(each, NOW, NOW)
    assert scheduler.start(NOW) == [planned[:1]], "of what is not known, one of each fragment"
    assert scheduler.next_due() == NOW + SLOW_SECONDS, "then it is slow, and not in the way any more"
    scheduler.finish(planned[0])
    assert scheduler.next_due() == NOW
    assert scheduler.start(NOW + 0.1) == [[planned[1]]]
    assert scheduler.next_due() is None


@pytest.mark.parametrize(
    ("moment", "seconds"),
    [(None, SWEEP_SECONDS), (1.5, 1.5), (3600, SWEEP_SECONDS), (0.0, OVERDUE_SECONDS), (-3600, OVERDUE_SECONDS)],
    ids=["never", "soon", "late", "just now", "long ago"],
)
def test_plan_sweep_waits_for_the_sweep_or_the_next_change(moment: float | None, seconds: float) -> None:
    """One that has passed is rendered after a second, and not as fast as the interval allows."""
    scheduler, planned = Scheduler(), watch()
    wall_clock = 1e9
    next_change = None if moment is None else wall_clock + moment
    planned.rendered = Rendered(planned.key, "p", "></p>", "v", next_change=next_change)
    scheduler.plan_sweep(planned, NOW, wall_clock)
    assert planned.due == pytest.approx(NOW + seconds)


def test_plan_sweep_of_what_was_never_rendered_waits_for_the_sweep() -> None:
    scheduler, planned = Scheduler(), watch()
    scheduler.plan_sweep(planned, NOW, 1e9)
    assert planned.due == NOW + SWEEP_SECONDS


def test_all_of_a_batched_fragment_are_swept_at_the_same_moment() -> None:
    """However far apart they were rendered: or each would be a job of its own soon, as a row changes now and then."""
    scheduler, planned = Scheduler(), [Watch(Key("tests.a", (), ElementId(f"a{n}")), is_batched=True) for n in range(9)]
    dues = set()
    for n, each in enumerate(planned):
        now = NOW + n * SWEEP_SECONDS / 10
        scheduler.plan_sweep(each, now, 1e9)
        assert each.due is not None and now < each.due <= now + SWEEP_SECONDS
        dues.add(round(each.due, 6))
    assert len(dues) <= 2, "those before a moment and those behind it"
    before, behind = min(dues), max(dues)
    assert behind - before in (0, pytest.approx(SWEEP_SECONDS))


def test_what_there_was_no_time_for_is_next() -> None:
    scheduler, planned = Scheduler(), watch()
    scheduler.plan(planned, NOW, NOW)
    scheduler.start(NOW)
    scheduler.plan(planned, NOW, NOW + 0.1)
    scheduler.put_off(planned, NOW + 0.2)
    assert (planned.wanted_at, planned.due, planned.is_rendering) == (NOW, NOW + 0.2, False)
    assert scheduler.start(NOW + 0.2) == [[planned]]


# In a hub


@pytest.mark.database
async def test_a_burst_is_rendered_at_a_pace_and_ends_on_the_last(hub: Hub, templates: dict[str, str]) -> None:
    state: dict[str, Any] = {"n": -1}
    shown = number(templates, state)
    screen = await Screen(shown.key()).join(hub)
    before, began = renders("tests.number"), hub.loop.time()

    def burst() -> None:
        for n in range(1000):
            state["n"] = n
            shown.changed()

    await in_thread(burst)
    await screen.gets("n = 999")
    await settled(hub)
    assert "n = 999" in screen.texts[-1]
    assert 1 <= renders("tests.number") - before <= (hub.loop.time() - began) / MIN_INTERVAL_SECONDS + 2


@pytest.mark.database
async def test_a_change_during_a_render_is_rendered_again(hub: Hub, templates: dict[str, str]) -> None:
    """The render may have read the database before the change."""
    state: dict[str, Any] = {"n": 0}
    entered, go_on = threading.Event(), threading.Event()
    templates["slow.html"] = "<b>n = {{ n }}</b>"

    @fragment("slow.html")
    def slow() -> dict[str, Any]:
        n = state["n"]
        if n == 1:
            entered.set()
            assert go_on.wait(5)
        return {"n": n}

    screen = await Screen(slow.key()).join(hub)
    state["n"] = 1
    hub.invalidate([slow.key().id])
    await until_async(entered.is_set, "a render that has read the database")
    state["n"] = 2
    hub.invalidate([slow.key().id])
    go_on.set()
    await screen.gets("n = 2")


@pytest.mark.database
async def test_a_slow_render_holds_no_other_fragment_back(hub: Hub, crew: Crew, templates: dict[str, str]) -> None:
    entered, go_on = threading.Event(), threading.Event()
    state = {"wait": False}
    templates["slow.html"] = "<b></b>"

    @fragment("slow.html")
    def slow() -> dict[str, Any]:
        if state["wait"]:
            entered.set()
            assert go_on.wait(5)
        return {}

    _, [ann] = await in_thread(lambda: crew.make("crew", "Ann"))
    screen = await Screen(slow.key(), ann).join(hub)
    state["wait"] = True
    try:
        hub.invalidate([slow.key().id])
        await until_async(entered.is_set, "a render under way")
        await in_thread(lambda: (rename(ann, "Anna"), crew.person.changed(pk=pk(ann))))
        await screen.gets("Anna")
        assert hub.core.watches[slow.key().id].is_rendering
    finally:
        go_on.set()


@pytest.mark.database
async def test_a_tree_that_cannot_be_rendered_is_logged_and_tried_again(
    hub: Hub, templates: dict[str, str], caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    templates["ring.html"] = '{% load live %}<div>{{ n }}{% if around %}{% live "tests.ring" %}{% endif %}</div>'
    state = {"around": False, "n": 1}

    @fragment("ring.html")
    def ring() -> dict[str, Any]:
        return dict(state)

    # Only what the hub has not rendered yet is followed.
    screen = Screen(ring.key())
    state["around"] = True
    before = count("live_failures_total", where="render")
    monkeypatch.setattr(scheduler, "SWEEP_SECONDS", 0.05)
    hub.join(screen.viewer, {ring.key().element: "old"})
    await until_async(lambda: count("live_failures_total", where="render") > before, "a fault that is counted")
    assert "tests.ring() could not be brought up to date; it is tried again" in caplog.text
    state.update(around=False, n=2)
    await screen.gets(">2</div>")


@pytest.mark.database
async def test_the_sweep_repairs_a_lost_hint(hub: Hub, crew: Crew, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scheduler, "SWEEP_SECONDS", 0.2)
    team, [ann] = await in_thread(lambda: crew.make("crew", "Ann"))
    screen = Screen(team)
    hub.join(screen.viewer, await first_paint(team))
    await screen.gets(HEARTBEAT)
    await in_thread(lambda: rename(ann, "Anna"))
    await screen.gets("Anna")
    await in_thread(lambda: rename(team, "Team"))
    await screen.gets("Team")
    assert screen.frames == [[ann.element], [team.element, ann.element]]


@pytest.mark.database
async def test_what_changes_by_the_clock_is_rendered_then(hub: Hub, templates: dict[str, str]) -> None:
    ends: list[datetime] = []
    templates["banner.html"] = "<b>{% if over %}over{% else %}on{% endif %}</b>"

    @fragment("banner.html")
    def banner() -> dict[str, Any]:
        if not ends:  # soon after the first render, however late that is
            ends.append(timezone.now() + timedelta(seconds=0.5))
            return {"over": False, "next_change": ends[0]}
        over = timezone.now() >= ends[0]
        return {"over": over, "next_change": None if over else ends[0]}

    screen = Screen(banner.key())
    hub.join(screen.viewer, {banner.key().element: "old"})
    await screen.gets(">on<")
    await screen.gets(">over<")
    assert timezone.now() >= ends[0]


@pytest.mark.database
async def test_a_next_change_that_has_passed_is_looked_at_soon(hub: Hub, templates: dict[str, str]) -> None:
    """And not as fast as the pace allows, for ever."""
    templates["stuck.html"] = "<b>stuck</b>"

    @fragment("stuck.html")
    def stuck() -> dict[str, Any]:
        return {"next_change": timezone.now() - timedelta(hours=1)}

    screen = Screen(stuck.key())
    hub.join(screen.viewer, {stuck.key().element: "old"})
    await screen.gets("stuck")
    watch = hub.core.watches[stuck.key().id]
    assert watch.due is not None
    assert MIN_INTERVAL_SECONDS * 10 < watch.due - watch.started_at < 60
