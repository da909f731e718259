"""The site's settings with a process that counts what it holds: at SIGUSR1, into the file ``INSPECTED`` as JSON."""

import asyncio
import gc
import json
import os
import signal
import threading
from collections import Counter
from pathlib import Path
from typing import Any

from django.apps import AppConfig

from tests.settings import *  # noqa: F403
from tests.settings import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "tests.inspected.Inspected"]

# What one page or one request needs, by the name of its class: none of it may be left when all of them are gone.
OF_PAGES = frozenset(
    "Viewer Watch Mailbox live.Connection LiveConsumer LiveProtocol WebRequest HTTPChannel ASGIRequest"
    " Task Queue".split()
)


class Inspected(AppConfig):
    name = "tests.inspected"

    def ready(self) -> None:
        if "INSPECTED" in os.environ:
            signal.signal(signal.SIGUSR1, lambda number, frame: inspect())


def name_of(kind: type) -> str:
    """A connection to the database is one, too."""
    is_ours = kind.__name__ == "Connection" and str(kind.__module__).startswith("live.")
    return "live.Connection" if is_ours else kind.__name__


def inspect() -> None:
    """Count, and replace the file by the counts."""
    gc.collect()
    objects = Counter(name for each in gc.get_objects() if (name := name_of(type(each))) in OF_PAGES)
    # The threads of a pool have one name, and a number after it.
    threads = Counter(f"threads {each.name.rstrip('0123456789')}" for each in threading.enumerate())
    # The loop runs in this thread, which has been interrupted.
    found: dict[str, Any] = {**objects, **threads, "tasks": len(asyncio.all_tasks())}
    path = Path(os.environ["INSPECTED"])
    path.with_suffix(".new").write_text(json.dumps(found))
    path.with_suffix(".new").replace(path)
