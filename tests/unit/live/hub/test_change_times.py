"""What is measured from a change to its frame: each change once, with the time at which it came."""

import math
import time

import pytest
from prometheus_client import REGISTRY

from live.hub.change_times import ChangeTimes
from live.hub.hub import Hub
from live.hub.mailbox import Heartbeat
from live.hub.watches import Watch, Watches
from live.keys import ElementId, Key, RenderingId, element_id
from live.rendering.rendered import Rendered
from tests.unit.live.crew import Crew, pk, rename
from tests.unit.live.screens import Screen, in_thread
from tests.waiting import until_async

NAME = "live_change_to_frame_seconds"


def measured() -> tuple[float, float]:
    """How many, and their sum."""
    return REGISTRY.get_sample_value(f"{NAME}_count") or 0.0, REGISTRY.get_sample_value(f"{NAME}_sum") or 0.0


def rendered(key: Key, version: str) -> Rendered:
    return Rendered(key, "<p>", "</p>", version)


@pytest.fixture
def times() -> ChangeTimes:
    return ChangeTimes()


@pytest.fixture
def watches() -> Watches:
    return Watches()


def watch(watches: Watches, name: str = "tests.a") -> Watch:
    made = watches.of(Key(name, (), element_id(name)))
    made.rendered = rendered(made.key, "new")
    return made


def one_round(times: ChangeTimes, watch: Watch, before: str = "old", started_at: float = math.inf) -> None:
    watch.started_at = started_at
    times.rendered(watch, rendered(watch.key, before))


def test_from_when_it_was_announced_to_the_first_frame(times: ChangeTimes, watches: Watches) -> None:
    one, (count, total) = watch(watches), measured()
    times.arrived([one.id])
    times.invalidated([one.id], watches, time.monotonic() + 100)
    one_round(times, one)
    now = time.monotonic() + 7
    times.handed_over([Heartbeat.TRUE, one.id], now)
    times.handed_over([one.id], now + 100)  # to another viewer
    assert measured()[0] == count + 1
    assert measured()[1] - total == pytest.approx(7, abs=1)


def test_one_that_is_only_known_now_counts_from_now(times: ChangeTimes, watches: Watches) -> None:
    one, (count, total) = watch(watches), measured()
    times.invalidated([one.id], watches, 10.0)
    times.invalidated([one.id], watches, 11.0)
    one_round(times, one)
    times.handed_over([one.id], 12.0)
    assert measured() == (count + 1, total + 2)


def test_what_changes_while_it_is_rendered_is_another_one(times: ChangeTimes, watches: Watches) -> None:
    one, (count, total) = watch(watches), measured()
    times.invalidated([one.id], watches, 10.0)
    times.invalidated([one.id], watches, 10.5)
    one_round(times, one, started_at=10.2)
    times.handed_over([one.id], 11.0)
    one_round(times, one)
    times.handed_over([one.id], 11.5)
    assert measured() == (count + 2, total + 2)


def test_what_looks_the_same_and_what_the_sweep_finds_is_not_measured(times: ChangeTimes, watches: Watches) -> None:
    one, before = watch(watches), measured()
    times.invalidated([one.id], watches, 10.0)
    one_round(times, one, before="new")
    one_round(times, one)
    times.handed_over([one.id], 11.0)
    assert measured() == before


def test_what_nobody_watches_is_not_kept(times: ChangeTimes, watches: Watches) -> None:
    times.arrived([RenderingId(ElementId("tests-b"))])
    times.invalidated([RenderingId(ElementId("tests-b"))], watches, 10.0)
    assert times._arrived == times._invalidated == {}
    one = watch(watches)
    times.invalidated([one.id], watches, 10.0)
    del watches[one.id]
    times.invalidated([], watches, 10.0)
    assert times._invalidated == {}


def test_a_frame_that_nobody_was_there_to_get_is_forgotten(times: ChangeTimes, watches: Watches) -> None:
    one = watch(watches)
    times.invalidated([one.id], watches, 10.0)
    one_round(times, one)
    del watches[one.id]
    times.invalidated([], watches, 11.0)
    assert times._rendered == {}


@pytest.mark.database
async def test_a_hub_measures_it(hub: Hub, crew: Crew) -> None:
    _, [ann] = await in_thread(lambda: crew.make("crew", "Ann"))
    screen = await Screen(ann).join(hub)
    before = measured()[0]
    await in_thread(lambda: rename(ann, "Bob"))
    crew.person.changed(pk=pk(ann))
    await until_async(lambda: "Bob" in str(screen.messages), "the new name")
    assert measured()[0] == before + 1
    assert REGISTRY.get_sample_value("live_render_seconds_count", {"fragment": "tests.person"})
