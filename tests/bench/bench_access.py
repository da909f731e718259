"""What it costs to ask again who may see all open pages, against asking session by session, in the same run.

    python tests/bench/bench_access.py [viewers]      ends with 1 if ours takes more than a tenth of a core

Every viewer is another user with a session of their own, on a SQLite file, with the page of a board: seven fragments,
five of which ask about the user, two banners that are not over, and one permission that is asked for. No sockets: what
is measured is asking, and taking what is answered. *A core's part* is the processor time of a round by the time from
its begin to the next one's, where nothing else runs; *noticed* is from the commit of a log-out until that page's socket
is told, at the worst of some, and needs a machine that does nothing else.
"""

import asyncio
import logging
import os
import secrets
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

import manage  # noqa: E402, F401  puts site/ on the path

FOLDER = tempfile.TemporaryDirectory(prefix="bench-access-")
os.environ |= {
    "DJANGO_SETTINGS_MODULE": "config.settings",
    "SECRET_KEY": secrets.token_urlsafe(50),
    "DEBUG": "",
    "REDIS_URL": "",
    "DATABASE_URL": f"sqlite:///{FOLDER.name}/bench.sqlite3",
}

import django  # noqa: E402

django.setup()
logging.disable(logging.INFO)

from django.conf import settings  # noqa: E402
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user  # noqa: E402
from django.contrib.auth.models import Permission, User  # noqa: E402
from django.contrib.sessions.backends.db import SessionStore  # noqa: E402
from django.contrib.sessions.models import Session  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.http import HttpRequest  # noqa: E402

from boards import fragments as boards  # noqa: E402
from boards.models import Board  # noqa: E402
from live import fragment  # noqa: E402
from live.banners import fragments as banners  # noqa: E402
from live.banners.models import Banner  # noqa: E402
from live.hub import periodic_tasks, process, scheduler  # noqa: E402
from live.hub.admission import MAX_PAUSES_SECONDS, ROUND_SHARE  # noqa: E402
from live.hub.hub import Hub  # noqa: E402
from live.hub.viewer import Frame, Viewer  # noqa: E402
from live.page import access  # noqa: E402
from live.page.page import Page, Reason  # noqa: E402
from tests.bench.table import table  # noqa: E402

MAX_CORE = 0.1
ROUNDS, LOGGED_OUT = 5, 10
# Of how many the cost of one by one is taken; of all it would take minutes.
SESSION_BY_SESSION = 300


@fragment("any.html")
def secret() -> dict[str, Any]:
    """What a permission is needed for; it is never rendered here."""
    return {}


@secret.visible_to
def _(user: Any) -> bool:
    return bool(user.has_perm("auth.view_user"))


class Told:
    """A socket that remembers when it was closed."""

    def __init__(self) -> None:
        self.closed_at: float | None = None

    def send(self, frame: Frame) -> bool:
        return True

    def when_writable(self, act: Any) -> None:
        raise AssertionError("it always takes")

    def close(self, reason: Reason) -> None:
        self.closed_at = time.monotonic()


def make(count: int) -> list[Viewer]:
    """The users, their sessions and their pages."""
    call_command("migrate", verbosity=0)
    board = Board.objects.create(title="Board", slug="board", view_by="signed_in")
    for level in ("info", "outage"):
        Banner.objects.create(level=level, text="A banner", recipients="everyone")
    User.objects.bulk_create(User(username=f"user{n}", password=f"hash of {n}") for n in range(count))
    users = list(User.objects.order_by("pk"))
    permission = Permission.objects.get(codename="view_user")
    User.user_permissions.through.objects.bulk_create(
        User.user_permissions.through(user=user, permission=permission) for user in users
    )
    viewers, rows = [], []
    for user in users:
        store = SessionStore()
        data = {
            SESSION_KEY: str(user.pk),
            BACKEND_SESSION_KEY: settings.AUTHENTICATION_BACKENDS[0],
            HASH_SESSION_KEY: user.get_session_auth_hash(),
        }
        key = store._get_new_session_key()
        rows.append(Session(session_key=key, session_data=store.encode(data), expire_date=store.get_expiry_date()))
        page, region = Page(user=str(user.pk)), f"board:{board.pk}"
        for declared in (boards.board, boards.activity):
            page.add(declared.key(pk=board.pk))
        for declared in (banners.banners, banners.announcement):
            page.add(declared.key(region=banners.EVERYWHERE))
            page.add(declared.key(region=region))
        page.add(secret.key())
        viewers.append(Viewer(Told(), key, page))
    Session.objects.bulk_create(rows)
    return viewers


def session_by_session(viewers: list[Viewer]) -> float:
    """Processor time of one round as it was: each session, its user and each question by itself."""
    began = time.process_time()
    for viewer in viewers:
        request = HttpRequest()
        request.session = SessionStore(viewer.session)
        user = get_user(request)
        keys = list(viewer.page.roots.values())
        assert access.withheld_from(user, keys) == {}
        for key in keys:
            access.audience_of(user, key)
    return time.process_time() - began


@contextmanager
def only_rechecks() -> Iterator[None]:
    """The hub sweeps nothing and sends no heartbeat meanwhile."""
    kept = scheduler.SWEEP_SECONDS, periodic_tasks.HEARTBEAT_SECONDS, periodic_tasks._registered[:]
    scheduler.SWEEP_SECONDS = periodic_tasks.HEARTBEAT_SECONDS = 3600.0
    periodic_tasks._registered.clear()
    yield
    scheduler.SWEEP_SECONDS, periodic_tasks.HEARTBEAT_SECONDS, periodic_tasks._registered[:] = kept


async def together(viewers: list[Viewer]) -> tuple[float, float, list[float]]:
    """A core's part of rounds as they are, how late a log-out was noticed, and how long rounds took."""
    hub: Hub = process.running_hub()
    hub.renderer.plan = lambda: None  # type: ignore[method-assign]  # nothing is rendered
    for viewer in viewers:
        hub.core.viewers.add(viewer)
        viewer.shown = dict.fromkeys(viewer.page.roots, "")
        for key in viewer.page.roots.values():
            viewer.watching |= {key.id}
            watch = hub.core.watches.of(key)
            watch.viewers.add(viewer)
    rounds: list[float] = []
    run_round = hub.admission.run_round

    async def timed(viewers: Any) -> None:
        began = time.monotonic()
        await run_round(viewers)
        rounds.append(time.monotonic() - began)

    hub.admission.run_round = timed  # type: ignore[method-assign]
    await asyncio.sleep(5)  # what is decoded for the first time, and shown as its audience, is not measured
    rounds.clear()
    cpu = time.process_time()
    while len(rounds) < ROUNDS:  # noqa: ASYNC110
        await asyncio.sleep(0.1)
    cost, measured = (time.process_time() - cpu) / max(1, len(rounds)), rounds[:]
    noticed = []
    for viewer in viewers[:: max(1, len(viewers) // LOGGED_OUT)][:LOGGED_OUT]:
        began = time.monotonic()
        await asyncio.to_thread(lambda key=viewer.session: Session.objects.filter(session_key=key).delete())
        while viewer.connection.closed_at is None:  # type: ignore[attr-defined]  # noqa: ASYNC110
            await asyncio.sleep(0.02)
        noticed.append(viewer.connection.closed_at - began)  # type: ignore[attr-defined]
    process.stop()
    return cost, max(noticed), measured


def main() -> int:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 5000
    viewers = make(count)
    some = viewers[:SESSION_BY_SESSION]
    before = session_by_session(some) * len(viewers) / len(some)
    with only_rechecks():
        cost, noticed, rounds = asyncio.run(together(viewers))
    pauses = min(MAX_PAUSES_SECONDS, cost * (1 / ROUND_SHARE - 1))
    part = cost / (periodic_tasks.RECHECK_SECONDS + cost + pauses)
    holds = part <= MAX_CORE and noticed <= 5
    rows = [
        ["session by session, s of a core a round", f"{before:.2f}"],
        ["together, s of a core a round", f"{cost:.2f}"],
        ["times less", f"{before / cost:.0f}"],
        ["a core's part, together", f"{part:.1%}"],
        ["a round takes at most, s", f"{max(rounds):.2f}"],
        ["a log-out is noticed after its commit at most, s", f"{noticed:.2f}"],
    ]
    print(table([f"{count:,} users with a page each, every {periodic_tasks.RECHECK_SECONDS:g} s", ""], rows))
    print(f"{'PASS' if holds else 'FAIL'}: at most {MAX_CORE:.0%} of a core, and a log-out is noticed within 5 s")
    return 0 if holds else 1


if __name__ == "__main__":
    sys.exit(main())
