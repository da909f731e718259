"""``manage.py collect``: sends this machine's own numbers, as any other program would."""

import json
import math
import os
import signal
import time
from argparse import ArgumentTypeError
from contextlib import suppress
from itertools import count
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from series.collector.client import Client, Denied
from series.collector.outbox import Outbox
from series.collector.sampling import Machine

TOKEN = "BOARDCAST_TOKEN"


class Command(BaseCommand):
    help = f"Send this machine's processor, memory, disk and network to a board. {TOKEN} holds the token's secret."
    # It talks to the server, never to the database.
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--url", default="http://127.0.0.1:8000/api/points", help="Where to; default %(default)s.")
        parser.add_argument("--every", type=_seconds, default=1.0, help="Seconds between samples; default %(default)s.")
        parser.add_argument("--host-tag", metavar="NAME", help="Tag every series with host=NAME; default: no tags.")
        parser.add_argument("--count", type=_positive, help="End once so many samples are sent; default: never.")
        parser.add_argument("--parent", type=int, metavar="PID", help="End when this process is no more the parent.")

    def handle(
        self, *, url: str, every: float, host_tag: str | None, count: int | None, parent: int | None, **options: Any
    ) -> None:
        """Sample and send until a signal comes, the ``parent`` is gone, or ``count`` samples are sent.

        Raises ``CommandError`` for a missing token or wrong address, and where the server refuses the token.
        """
        secret = os.environ.get(TOKEN, "").strip()
        if not secret:
            command = "manage.py token create NAME --scope write:machine.*"
            raise CommandError(f"{TOKEN} is not set; put into it what `{command}` prints.")
        try:
            client = Client(url, secret)
        except ValueError as error:
            raise CommandError(str(error)) from None
        before = signal.signal(signal.SIGTERM, signal.default_int_handler)
        outbox = Outbox(client)
        try:
            _collect(outbox, every, {"tags": {"host": host_tag}} if host_tag else {}, count, parent)
        except KeyboardInterrupt:
            return
        except Denied as error:
            raise CommandError(f"The server refuses this token: {error}") from error
        finally:
            outbox.close()
            signal.signal(signal.SIGTERM, before)


def _collect(outbox: Outbox, every: float, more: dict[str, Any], limit: int | None, parent: int | None) -> None:
    machine = Machine()
    due = time.monotonic()
    for _ in count() if limit is None else range(limit):
        # From the time it was due, not from now, so that the schedule does not drift; what was missed is left out.
        due += every * max(1, math.ceil((time.monotonic() - due) / every))
        outbox.wait(due - time.monotonic())
        # A parent that was killed could not say that it ends.
        if parent is not None and os.getppid() != parent:
            return
        now = time.time()
        points = [{"series": name, "value": value, "time": now, **more} for name, value in machine.sample().items()]
        outbox.put(json.dumps(points).encode())
    outbox.wait(until_empty=True)


def _seconds(text: str) -> float:
    with suppress(ValueError):
        if 0 < (value := float(text)) < math.inf:
            return value
    raise ArgumentTypeError(f"{text!r} is not a number of seconds above 0")


def _positive(text: str) -> int:
    if text.isdecimal() and int(text) > 0:
        return int(text)
    raise ArgumentTypeError(f"{text!r} is not a whole number above 0")
