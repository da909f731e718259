"""What the engine's tests share: fragments and templates that last one test, and a hub."""

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
from django.db import connections

from live import Fragment, changes
from live.apps import add_template_partials
from live.hub import periodic_tasks, scheduler
from live.hub.hub import ASKING_THREADS, THREADS, Hub
from tests.unit.live import crew as crews
from tests.unit.live.layers import SharedLayer

# Seconds: longer than any test.
NEVER = 3600.0


@pytest.fixture(autouse=True)
def registry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fragments that a test declares are forgotten after it."""
    monkeypatch.setattr(Fragment, "registry", dict(Fragment.registry))


@pytest.fixture
def templates(settings: Any) -> dict[str, str]:
    """Templates by name, found before the site's own; a test adds to it."""
    sources: dict[str, str] = {}
    engine = settings.TEMPLATES[0]
    found = [
        ("django.template.loaders.locmem.Loader", sources),
        "django.template.loaders.filesystem.Loader",
        "django.template.loaders.app_directories.Loader",
    ]
    settings.TEMPLATES = [{**engine, "APP_DIRS": False, "OPTIONS": {**engine["OPTIONS"], "loaders": found}}]
    add_template_partials()
    return sources


@pytest.fixture
def crew(templates: dict[str, str]) -> crews.Crew:
    """The fragments ``tests.team`` and ``tests.person``."""
    templates["crew.html"] = crews.TEMPLATE
    return crews.declare()


@pytest.fixture
def announced() -> Iterator[list[frozenset[str]]]:
    """What is announced, in order."""
    heard: list[frozenset[str]] = []
    changes.listeners.append(heard.append)
    yield heard
    changes.listeners.remove(heard.append)


@pytest.fixture
async def shared_layer(settings: Any) -> type[SharedLayer]:
    """The channel layer is one that other processes share."""
    SharedLayer.begin()
    settings.CHANNEL_LAYERS = {"default": {"BACKEND": "tests.unit.live.layers.SharedLayer"}}
    return SharedLayer


@pytest.fixture
def rounds(monkeypatch: pytest.MonkeyPatch) -> None:
    """The hub does nothing by the clock, except where a test says so."""
    monkeypatch.setattr(scheduler, "SWEEP", NEVER)
    for name in ("RECHECK", "HEARTBEAT", "WATCH_COMMITS", "FEEDS", "FEEDS_UNHEARD"):
        monkeypatch.setattr(periodic_tasks, name, NEVER)


@pytest.fixture
async def hub(rounds: None, transactional_db: None) -> AsyncIterator[Hub]:
    """A hub in this test's event loop, which renders from the real database."""
    here = Hub.here()
    yield here
    for viewer in tuple(here.viewers):
        here.leave(viewer)

    # Each of its threads lets go of its connection, or the test database could not be emptied.
    def let_go(together: threading.Barrier) -> None:
        together.wait(10)
        connections.close_all()

    if Hub.current() is here:
        for pool, threads in ((here.pool, THREADS), (here.asking, ASKING_THREADS)):
            together = threading.Barrier(threads)
            await asyncio.gather(*(here.loop.run_in_executor(pool, let_go, together) for _ in range(threads)))
        here.stop()
