"""What changed, on its way from any thread to the hub."""

import pytest

from live.hub.hub import Hub
from live.hub.invalidations import Invalidations
from tests.unit.live.crew import Crew, rename
from tests.unit.live.screens import Screen, in_thread

pytestmark = pytest.mark.database


@pytest.mark.parametrize("everything", [False, True])
async def test_it_is_rendered_and_nothing_else(hub: Hub, crew: Crew, everything: bool) -> None:
    _, [ann, bob] = await in_thread(lambda: crew.make("crew", "Ann", "Bob"))
    screen = await Screen(ann, bob).join(hub)
    await in_thread(lambda: (rename(ann, "Anna"), rename(bob, "Bobby")))
    invalidations = Invalidations(hub)
    if everything:
        await in_thread(invalidations.invalidate_all)
        await screen.gets("Anna")
        await screen.gets("Bobby")
    else:
        await in_thread(lambda: invalidations.invalidate([ann.id]))
        await screen.gets("Anna")
        assert screen.frames == [[ann.element]]


async def test_a_burst_wakes_the_loop_once(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    invalidated: list[object] = []
    monkeypatch.setattr(hub, "invalidate", lambda ids: invalidated.append(ids))
    invalidations = Invalidations(hub)

    def burst() -> None:
        for _ in range(100):
            invalidations.invalidate([])

    burst()
    await in_thread(lambda: None)
    assert invalidated == [set()]
    invalidations.invalidate([])
    await in_thread(lambda: None)
    assert len(invalidated) == 2
