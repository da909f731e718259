"""When each watched fragment is rendered."""

import asyncio
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from live import fragment
from live.hub import scheduler
from live.hub.hub import Hub
from live.hub.scheduler import PACE, SWEEP, Pacer, Renders
from live.hub.watches import Watch
from live.rendering.render import render
from tests.unit.live.crew import Crew, number, pk, rename
from tests.unit.live.screens import HEARTBEAT, Screen, count, first_paint, in_thread, renders, settled
from tests.waiting import until_async

# By itself


class Alone:
    """A pacer without a hub. ``results`` is what it gave back, ``wanted`` whether anybody still watches."""

    def __init__(self, pool: ThreadPoolExecutor) -> None:
        self.wanted = True
        self.results: list[Renders | None] = []
        self.pacer = Pacer(pool, wanted=lambda watch: self.wanted, known=lambda id: False, done=self.done)

    def done(self, watch: Watch, renders: Renders | None) -> None:
        self.results.append(renders)
        if renders is not None:
            watch.rendered = renders[watch.key.id]

    @property
    def now(self) -> float:
        return self.pacer.loop.time()


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(2) as made:
        yield made


@pytest.fixture
async def alone(pool: ThreadPoolExecutor) -> Alone:
    return Alone(pool)


@pytest.fixture
def watch(templates: dict[str, str]) -> Watch:
    return Watch(number(templates, {"n": 1}).key())


def planned(watch: Watch) -> float:
    """When, on the loop's clock."""
    assert watch.timer is not None
    assert not watch.timer.cancelled()
    return watch.timer.when()


async def test_what_is_planned_is_rendered_and_then_swept(alone: Alone, watch: Watch) -> None:
    began = alone.now
    alone.pacer.plan(watch, began)
    await until_async(lambda: alone.results, "a rendering")
    [result] = alone.results
    assert result is not None
    assert result.keys() == {watch.key.id}
    assert began + SWEEP <= planned(watch) <= alone.now + SWEEP
    assert (watch.rendering, alone.pacer.in_flight) == (False, 0)
    watch.forget()


async def test_it_is_planned_no_sooner_than_the_pace_allows(alone: Alone, watch: Watch) -> None:
    watch.started_at = alone.now
    alone.pacer.plan(watch, alone.now)
    assert planned(watch) == watch.started_at + PACE
    watch.forget()


async def test_a_plan_comes_sooner_and_never_later(alone: Alone, watch: Watch) -> None:
    soon = alone.now + 100
    for at in (soon + 10, soon, soon + 20, soon):
        alone.pacer.plan(watch, at)
    assert planned(watch) == soon
    watch.forget()


async def test_what_is_announced_during_a_render_is_rendered_after_it(
    alone: Alone, watch: Watch, templates: dict[str, str]
) -> None:
    entered, go_on = threading.Event(), threading.Event()
    templates["slow.html"] = "<b></b>"

    @fragment("slow.html")
    def slow() -> dict[str, Any]:
        entered.set()
        assert go_on.wait(5)
        return {}

    slows = Watch(slow.key())
    alone.pacer.plan(slows, alone.now)
    await until_async(entered.is_set, "a render under way")
    alone.pacer.plan(slows, alone.now + 100)
    assert not slows.again, "that is for the sweep"
    alone.pacer.plan(slows, alone.now)
    assert slows.again
    assert slows.timer is None
    go_on.set()
    await until_async(lambda: len(alone.results) == 2, "a second rendering")
    assert not slows.again
    slows.forget()


async def test_a_pacer_that_is_stopped_plans_nothing_more(alone: Alone, watch: Watch) -> None:
    alone.pacer.stop()
    alone.pacer.plan(watch, alone.now)
    alone.pacer.rest(watch)
    assert watch.timer is None


async def test_what_was_planned_before_the_stop_is_not_rendered(alone: Alone, watch: Watch) -> None:
    alone.pacer.plan(watch, alone.now)
    alone.pacer.stop()
    await until_async(lambda: watch.timer is None, "the moment that was planned")
    assert (watch.rendering, alone.pacer.in_flight, alone.results) == (False, 0, [])


@pytest.mark.parametrize("why", ["it is stopped", "nobody watches"])
async def test_a_render_that_ends_after_the_end_is_thrown_away(
    alone: Alone, templates: dict[str, str], why: str
) -> None:
    entered, go_on = threading.Event(), threading.Event()
    templates["slow.html"] = "<b></b>"

    @fragment("slow.html")
    def slow() -> dict[str, Any]:
        entered.set()
        assert go_on.wait(5)
        return {}

    slows = Watch(slow.key())
    alone.pacer.plan(slows, alone.now)
    await until_async(entered.is_set, "a render under way")
    if why == "it is stopped":
        alone.pacer.stop()
    else:
        alone.wanted = False
    go_on.set()
    await until_async(lambda: alone.results, "the end of the render")
    assert alone.results == [None]
    assert slows.timer is None
    assert alone.pacer.in_flight == 0


@pytest.mark.parametrize(
    ("moment", "seconds"),
    [(None, SWEEP), (1.5, 1.5), (3600, SWEEP), (-0.001, 1.0), (-3600, 1.0)],
    ids=["never", "soon", "late", "just now", "long ago"],
)
async def test_it_rests_until_the_sweep_or_its_own_next_change(
    alone: Alone, watch: Watch, moment: float | None, seconds: float
) -> None:
    """One that has passed is looked at after a second, and not as fast as the pace allows."""
    rendered = await asyncio.to_thread(render, watch.key)
    began = alone.now
    watch.rendered = replace(rendered, next_change=None if moment is None else time.time() + moment)
    alone.pacer.rest(watch)
    # 10 ms, because the moment is by another clock.
    assert began + seconds - 0.01 <= planned(watch) <= alone.now + seconds + 0.01
    watch.forget()


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
    assert 1 <= renders("tests.number") - before <= (hub.loop.time() - began) / PACE + 2


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
    hub.ring([slow.key().id])
    await until_async(entered.is_set, "a render that has read the database")
    state["n"] = 2
    hub.ring([slow.key().id])
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
        hub.ring([slow.key().id])
        await until_async(entered.is_set, "a render under way")
        await in_thread(lambda: (rename(ann, "Anna"), crew.person.changed(pk=pk(ann))))
        await screen.gets("Anna")
        assert hub.watches[slow.key().id].rendering
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
    monkeypatch.setattr(scheduler, "SWEEP", 0.05)
    hub.join(screen.viewer, {ring.key().id: "old"})
    await until_async(lambda: count("live_failures_total", where="render") > before, "a fault that is counted")
    assert "tests.ring() could not be brought up to date; it is tried again" in caplog.text
    state.update(around=False, n=2)
    await screen.gets(">2</div>")


@pytest.mark.database
async def test_the_sweep_repairs_a_lost_hint(hub: Hub, crew: Crew, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scheduler, "SWEEP", 0.2)
    team, [ann] = await in_thread(lambda: crew.make("crew", "Ann"))
    screen = Screen(team)
    hub.join(screen.viewer, await first_paint(team))
    await screen.gets(HEARTBEAT)
    await in_thread(lambda: rename(ann, "Anna"))
    await screen.gets("Anna")
    await in_thread(lambda: rename(team, "Team"))
    await screen.gets("Team")
    assert screen.frames == [[ann.id], [team.id, ann.id]]


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
    hub.join(screen.viewer, {banner.key().id: "old"})
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
    hub.join(screen.viewer, {stuck.key().id: "old"})
    await screen.gets("stuck")
    timer = hub.watches[stuck.key().id].timer
    assert timer is not None
    assert PACE * 10 < timer.when() - hub.watches[stuck.key().id].started_at < 60
