"""What the engine's tests share: fragments and templates that last one test, and a hub."""

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connections

from live import Fragment, changes, database_errors, dependencies
from live.hub import periodic_tasks, process, scheduler
from live.hub.hub import Hub
from live.keys import RenderingId
from live.limited_log import LimitedLog
from live.page import access, user_function, visibility
from live.rendering import context, render
from tests.unit.live import crew as crews
from tests.unit.live.layers import SharedLayer

# Seconds: so long that no moment that is a multiple of it is in any test, however long the machine runs.
NEVER = 1e9


@pytest.fixture(autouse=True)
def registry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fragments that a test declares are forgotten after it, and what they depend on."""
    monkeypatch.setattr(Fragment, "registry", dict(Fragment.registry))
    for name in ("_by_model", "_by_through"):
        registered = getattr(dependencies, name)
        monkeypatch.setattr(dependencies, name, {model: list(some) for model, some in registered.items()})


@pytest.fixture(autouse=True)
def around_no_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a test sets around pages is forgotten after it."""
    monkeypatch.setattr(context, "_around", None)


@pytest.fixture(autouse=True)
def unlimited_logs(monkeypatch: pytest.MonkeyPatch) -> None:
    """What another test has had logged is logged again."""
    for module in (access, user_function, visibility, database_errors, dependencies, render):
        monkeypatch.setattr(module, "limited_log", LimitedLog(module.logger))


@pytest.fixture(autouse=True)
def not_stopping(monkeypatch: pytest.MonkeyPatch) -> None:
    """That another test has stopped a server is forgotten."""
    monkeypatch.setattr(process, "_is_stopping", False)


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
    return sources


@pytest.fixture
def crew(templates: dict[str, str]) -> crews.Crew:
    """The fragments ``tests.team`` and ``tests.person``."""
    templates["crew.html"] = crews.TEMPLATE
    return crews.declare()


@pytest.fixture
def announced() -> Iterator[list[frozenset[RenderingId]]]:
    """What is announced, in order."""
    announcements: list[frozenset[RenderingId]] = []
    changes.listeners.append(announcements.append)
    yield announcements
    changes.listeners.remove(announcements.append)


@pytest.fixture
def databases(tmp_path: Path, django_db_blocker: Any) -> Iterator[tuple[str, str]]:
    """The aliases of two databases beside the default one, which is not used."""
    aliases = "analytics", "archive"
    for alias in aliases:
        database = {"ENGINE": "django.db.backends.sqlite3", "NAME": tmp_path / alias, "OPTIONS": {}}
        connections.databases[alias] = {**connections.databases["default"], **database}
    with django_db_blocker.unblock():
        yield aliases
        for alias in aliases:
            connections[alias].close()
            del connections[alias], connections.databases[alias]


@pytest.fixture
async def shared_layer(settings: Any) -> type[SharedLayer]:
    """The channel layer is one that other processes share."""
    SharedLayer.begin()
    settings.CHANNEL_LAYERS = {"default": {"BACKEND": "tests.unit.live.layers.SharedLayer"}}
    return SharedLayer


@pytest.fixture
def no_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """The hub does nothing by the clock, and hears no other process, except where a test says so."""
    monkeypatch.setattr(scheduler, "SWEEP_SECONDS", NEVER)
    monkeypatch.setattr(process, "current_source", lambda: None)
    for name in ("RECHECK", "HEARTBEAT", "MARK", "FEED_SWEEP", "FEED_SWEEP_UNHINTED"):
        monkeypatch.setattr(periodic_tasks, f"{name}_SECONDS", NEVER)


@pytest.fixture
async def hub(no_clock: None, transactional_db: None) -> AsyncIterator[Hub]:
    """A hub in this test's event loop, which renders from the real database."""
    hub = process.running_hub()
    yield hub
    for viewer in tuple(hub.core.viewers):
        hub.leave(viewer)

    # Each of its threads closes its connection, or the test database could not be emptied.
    def close(together: threading.Barrier) -> None:
        together.wait(10)
        connections.close_all()

    if process.current_hub() is hub:
        for threads in hub.threads:
            together = threading.Barrier(threads.count)
            await asyncio.gather(*(threads.run(close, together) for _ in range(threads.count)))
        process.stop()
