"""A process of a site, without the site: it hears others, and does what it reads from its standard input.

Each line is a JSON object, in both directions: ``{"do": "change", ...}`` is answered with ``{"done": ...}``, and
``{"heard": ["a"]}``, ``{"heard": "*"}`` or ``{"local": ["a"]}`` come whenever something is heard.
"""

import asyncio
import gc
import json
import os
import sys
import threading
from collections.abc import Iterable
from typing import Any

import django

lock = threading.Lock()


def say(**event: Any) -> None:
    with lock:  # and at once: a child that was forked writes to the same pipe
        os.write(sys.stdout.fileno(), f"{json.dumps(event)}\n".encode())


class Receiver:
    def invalidate(self, ids: Iterable[Any]) -> None:
        say(heard=sorted(id.element for id in ids))

    def invalidate_all(self) -> None:
        say(heard="*")


def write() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        if connection.settings_dict["NAME"] == ":memory:":
            cursor.execute("CREATE TABLE IF NOT EXISTS numbers (n INTEGER)")
        cursor.execute("INSERT INTO numbers VALUES (1)")


def change(ids: list[str], how: str) -> None:
    from django.db import connections, transaction

    from live import changes
    from live.keys import ElementId, RenderingId

    def announce() -> None:
        for id in ids:
            changes.changed(RenderingId(ElementId(id)))

    async def announce_in_a_loop() -> None:
        announce()

    if how == "in a loop":
        write()
        asyncio.run(announce_in_a_loop())
    elif how == "by itself":
        write()
        announce()
    elif how == "in a savepoint that is rolled back":
        with transaction.atomic():
            write()
            with transaction.atomic():
                announce()
                transaction.set_rollback(True)
    else:
        with transaction.atomic():
            write()
            announce()
            transaction.set_rollback(how == "rolled back")
    connections.close_all()  # as after a request


def state() -> dict[str, Any] | None:
    from live.hints import listener

    found = listener.state()
    return found and {"source": found.source, "is_hearing": found.is_hearing, "error": found.error}


def pings() -> float:
    from prometheus_client import REGISTRY

    return REGISTRY.get_sample_value("live_hint_round_trip_seconds_count") or 0


def listen(receiver: Receiver) -> None:
    from live import changes
    from live.hints import listener
    from live.hints.choice import current_source

    # Tests wait for pings.
    listener.PING_SECONDS = 0.2
    changes.listeners.append(lambda ids: say(local=sorted(id.element for id in ids)))
    source = current_source()
    assert source is not None
    listener.Listener(source, receiver).start()


class Echo(Receiver):
    """Says in return that it has heard."""

    def invalidate(self, ids: Iterable[Any]) -> None:
        if any(id.element == "to the child" for id in ids):
            change(["from the child"], "in a loop")


def fork() -> None:
    """Have a child that hears and announces, as a server has workers that loads everything before it forks. It ends
    with this process."""
    from django.db import connections

    connections.close_all()
    alive, here = os.pipe()
    if os.fork() == 0:
        os.close(here)
        listen(Echo())
        os.read(alive, 1)
        os._exit(0)
    listen(Receiver())


def failures() -> float:
    from prometheus_client import REGISTRY

    return REGISTRY.get_sample_value("live_failures_total", {"where": "listen"}) or 0


def objects() -> int:
    """What subscriptions are made of."""
    gc.collect()
    kinds = (asyncio.Task, asyncio.Queue, asyncio.AbstractEventLoop)
    return sum(isinstance(each, kinds) for each in gc.get_objects())


def main() -> None:
    django.setup()
    if "--wait" not in sys.argv:
        listen(Receiver())
    actions = {"change": change, "state": state, "pings": pings, "fork": fork, "failures": failures, "objects": objects}
    for line in sys.stdin:
        command = json.loads(line)
        say(done=actions[command.pop("do")](**command))


main()
