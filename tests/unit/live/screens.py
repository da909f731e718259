"""Viewers without a server, whose ``send`` keeps what it is given, and what tests do beside an event loop."""

import asyncio
import re
from collections.abc import Callable
from typing import Any, TypeVar

from django.db import connections
from prometheus_client import REGISTRY

from live.fragments import Key
from live.hub.hub import Hub
from live.hub.viewer import Viewer
from live.page.token import Page
from live.rendering.render import render_tree
from tests.waiting import until_async

Answer = TypeVar("Answer")
HEARTBEAT = "live-heartbeat"


def count(name: str, **labels: str) -> float:
    """One of our counters, by its name in Prometheus."""
    return REGISTRY.get_sample_value(name, labels) or 0.0


def renders(name: str) -> float:
    """How often a fragment of that name has been rendered."""
    return count("live_renders_total", fragment=name)


async def in_thread(question: Callable[[], Answer]) -> Answer:
    """Ask the database as synchronous code does: in a thread with a connection of its own."""

    def run() -> Answer:
        try:
            return question()
        finally:
            connections.close_all()

    return await asyncio.to_thread(run)


async def first_paint(*keys: Key) -> dict[str, str]:
    """The versions that a page shows which is loaded now."""
    renders = await in_thread(lambda: render_tree(keys))
    return {id: rendered.version for id, rendered in renders.items()}


async def settled(hub: Hub) -> None:
    """Wait until the hub has heard, rendered, asked and sent everything that it has been told."""

    def quiet() -> bool:
        soon = hub.loop.time() + 60
        planned = any(watch.timer is not None and watch.timer.when() < soon for watch in hub.watches.values())
        rendering = any(watch.rendering for watch in hub.watches.values())
        asking = hub.gate._asking or hub.gate._unasked
        return not (hub._rung or planned or rendering or asking or hub.pacer.in_flight or hub._flushing)

    await until_async(quiet, "a hub that has nothing left to do")


class Screen:
    """A page that shows ``keys``. ``hold`` makes its ``send`` suspend until ``release``; ``failure`` makes it raise."""

    def __init__(self, *keys: Key, user: str | None = None, session: str | None = None) -> None:
        self.page = Page(user=user)
        for key in keys:
            self.page.add(key)
        self.viewer = Viewer(self.send, session, self.page)
        self.messages: list[dict[str, Any]] = []
        self.held: asyncio.Event | None = None
        self.failure: Exception | None = None

    async def send(self, message: dict[str, Any]) -> None:
        self.messages.append(message)
        if self.held is not None:
            await self.held.wait()
        if self.failure is not None:
            raise self.failure

    def hold(self) -> None:
        self.held = asyncio.Event()

    def release(self) -> None:
        held, self.held = self.held, None
        assert held is not None
        held.set()

    async def join(self, hub: Hub, shown: dict[str, str] | None = None) -> "Screen":
        """Report ``shown`` (a page loaded now, by default), and forget the answer once it is here."""
        hub.join(self.viewer, await first_paint(*self.page.roots.values()) if shown is None else shown)
        await until_async(lambda: any(HEARTBEAT in text for text in self.texts), "an answer to the report")
        await settled(hub)
        return self

    def forget(self) -> None:
        self.messages.clear()

    @property
    def texts(self) -> list[str]:
        return [message["text"] for message in self.messages if message["type"] == "websocket.send"]

    @property
    def codes(self) -> list[int]:
        return [message["code"] for message in self.messages if message["type"] == "websocket.close"]

    @property
    def frames(self) -> list[list[str]]:
        """Of each frame the ids of its fragments, those in others included; frames without any are left out."""
        found = [re.findall(r' id="([^"]+)"(?: hx-swap-oob=true)? data-version', text) for text in self.texts]
        return [ids for ids in found if ids]

    async def gets(self, text: str) -> str:
        """Wait for a frame that contains the text."""
        await until_async(lambda: any(text in each for each in self.texts), f"a frame with {text!r}")
        return next(each for each in self.texts if text in each)
