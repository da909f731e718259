"""The hub of this process: made once, and ended in order."""

import asyncio
import logging

import pytest

from live.hub import process
from live.hub.hub import Hub
from tests.unit.live.crew import Crew
from tests.unit.live.screens import Screen, in_thread
from tests.waiting import until_async

pytestmark = pytest.mark.database


async def test_everybody_is_sent_away_to_come_back(hub: Hub, crew: Crew, caplog: pytest.LogCaptureFixture) -> None:
    _, [bob] = await in_thread(lambda: crew.make("crew", "Bob"))
    screens = [await Screen(bob).join(hub) for _ in range(25)]
    with caplog.at_level(logging.INFO, logger="live"):
        await process.close_all(seconds=0.1)
    await until_async(lambda: [screen.codes for screen in screens] == [[4000]] * 25, "all are sent away")


async def test_few_are_sent_away_at_once(hub: Hub, crew: Crew) -> None:
    _, [bob] = await in_thread(lambda: crew.make("crew", "Bob"))
    screen = await Screen(bob).join(hub)
    await asyncio.wait_for(process.close_all(seconds=3600), 5)
    await until_async(lambda: screen.codes == [4000], "it is sent away")


async def test_close_all_without_a_hub_closes_nothing() -> None:
    assert process.current_hub() is None
    await process.close_all(seconds=0)


async def test_stop_without_a_hub_stops_nothing() -> None:
    process.stop()
    assert process.current_hub() is None
