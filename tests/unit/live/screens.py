"""Viewers without a server, whose ``send`` keeps what it is given, and what tests do beside an event loop."""

import asyncio
import re
from collections.abc import Callable
from typing import Any, TypeVar

from django.db import connections
from prometheus_client import REGISTRY

from live.hub import process
from live.hub.hub import Hub
from live.hub.viewer import Viewer
from live.keys import ElementId, Key, RenderingId
from live.page.page import Page
from live.rendering.tree import render_tree
from live.socket.connection import Connection
from tests.waiting import until_async

Answer = TypeVar("Answer")
HEARTBEAT = "live-heartbeat"


def count(name: str, **labels: str) -> float:
    """One of our counters, by its name in Prometheus."""
    return REGISTRY.get_sample_value(name, labels) or 0.0


def collect_elements(elements: set[str]) -> Callable[[frozenset[RenderingId]], None]:
    """A listener of changes that adds the DOM ids of what has changed to a set."""
    return lambda ids: elements.update(id.element for id in ids)


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


async def first_paint(*keys: Key) -> dict[ElementId, str]:
    """The versions that a page shows which is loaded now."""
    renderings = await in_thread(lambda: render_tree(keys))
    return {id.element: rendered.version for id, rendered in renderings.items()}


async def settled(hub: Hub) -> None:
    """Wait until the hub has heard, rendered, asked and sent everything that it has been told."""

    def quiet() -> bool:
        soon = hub.loop.time() + 60
        core = hub.core
        planned = (core.scheduler.next_due() or soon) < soon
        rendering = core.scheduler.rendering or any(watch.is_rendering for watch in core.watches.values())
        incoming = isinstance(process._running, process._Running) and process._running.invalidations._is_under_way
        asking = hub._admission_task or hub._feed_task or hub.admission._tasks
        return not (incoming or planned or rendering or asking or hub._flush_timer)

    await until_async(quiet, "a hub that has nothing left to do")


class Screen:
    """A page that shows ``keys``. ``hold`` makes its ``send`` suspend until ``release``; ``failure`` makes it raise."""

    def __init__(self, *keys: Key, user: str | None = None, session: str | None = None) -> None:
        self.page = Page(user=user)
        for key in keys:
            self.page.add(key)
        self.viewer = Viewer(Connection(self.send), session, self.page)
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

    async def join(self, hub: Hub, shown: dict[ElementId, str] | None = None) -> "Screen":
        """Report ``shown`` (a page loaded now, by default), and wait for the answer, or for a refusal."""
        hub.join(self.viewer, await first_paint(*self.page.roots.values()) if shown is None else shown)
        await until_async(lambda: self.codes or any(HEARTBEAT in text for text in self.texts), "an answer to it")
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
