"""The designs that are compared, and how the server of each is started."""

import os
import secrets
import sys
import tempfile
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from pathlib import Path

from servers import HOST, ROOT, Cpus, Running, free_port, pin, prepare, redis, running

LIMITS = ROOT / "tests/bench/fanout/limits"
RIVAL = "tests.bench.fanout.rival"


@dataclass(frozen=True, eq=False)
class Design:
    """A way from a change to the viewers. ``updates`` is how many a round has, by number of viewers; what has no number
    there takes too long with so many."""

    name: str
    updates: dict[int, int]
    on_redis: bool = False


# The whole site: a POST, a transaction, the hub, its board.
OURS, OURS_REDIS = (
    Design(f"ours{', with Redis' if on_redis else ''}", {1: 100, 100: 60, 1000: 30, 4000: 10}, on_redis)
    for on_redis in (False, True)
)
# The same with a consumer per socket in a group: the HTML is rendered once, or by each.
GROUP, GROUP_REDIS = (
    Design(f"group, rendered once{', Redis' if on_redis else ''}", updates, on_redis)
    for on_redis, updates in ((False, {1: 100, 100: 30, 1000: 8}), (True, {100: 30, 1000: 8, 4000: 3}))
)
EACH = Design("group, each renders its own", {100: 8, 1000: 2})
# Only what takes the same bytes to the sockets: no site, no POST.
BROADCAST, NODE = (
    Design(name, {1: 100, 100: 300, 1000: 60, 4000: 15}) for name in ("websockets.broadcast()", "Node ws")
)
BARE = {
    server: Design(f"bare ASGI on {server}", {100: 100, 1000: 20, 4000: 5})
    for server in ("our server", "daphne", "uvicorn")
}
SITES = (OURS, OURS_REDIS, GROUP, GROUP_REDIS, EACH)
ALL = (BROADCAST, NODE, *BARE.values(), *SITES)


class Place:
    """Where a run happens: a temporary directory, a database, a Redis; all gone when ``stack`` closes."""

    def __init__(self, stack: ExitStack) -> None:
        self._stack = stack
        self._folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-fanout-")))
        self._env = {"DJANGO_SETTINGS_MODULE": "config.settings", "SECRET_KEY": secrets.token_urlsafe(50)}
        # What may be set where this is run, and would make the servers others.
        self._env |= {"DEBUG": "", "ALLOWED_HOSTS": HOST, "HTTPS": "", "REDIS_URL": "", "INGEST_RATE": ""}
        # All viewers are at one address.
        self._env |= {"SOCKETS_PER_ADDRESS": "20000", "PYTHONPATH": str(ROOT)}
        self._env |= {"NODE_PATH": str(ROOT / ".venv/npm-fanout/node_modules")}
        self._database, self.token = prepare(self._folder, self._env)
        self.cpus = Cpus.divide()
        pin(os.getpid(), self.cpus.others)
        port = free_port()
        log = self._folder / "redis.log"
        stack.enter_context(running(redis(self._folder, port), port, log, cpus=self.cpus.others))
        self._redis = f"redis://{HOST}:{port}/0"

    def start(self, design: Design) -> Running:
        """A server of that design, with a copy of the database to itself, which ends with this place."""
        return self._stack.enter_context(self.running(design))

    def running(self, design: Design) -> AbstractContextManager[Running]:
        """The same for a ``with`` statement."""
        port = free_port()
        database = self._folder / f"{port}.sqlite3"
        database.write_bytes(self._database.read_bytes())
        env = {**self._env, "DATABASE_URL": f"sqlite:///{database}"}
        if design in (OURS, OURS_REDIS):
            command = [sys.executable, "manage.py", "serve", "--host", HOST, "--port", str(port)]
            env |= {"REDIS_URL": self._redis} if design.on_redis else {}
        elif design in SITES:
            command = _daphne(port, f"{RIVAL}.asgi:application")
            env |= {"DJANGO_SETTINGS_MODULE": f"{RIVAL}.settings", "RIVAL_REDIS": self._redis}
            env |= {"RIVAL_LAYER": "pubsub" if design.on_redis else "memory"}
            env |= {"RIVAL_RENDERS": "each" if design is EACH else "once"}
        elif design is NODE:
            command = ["node", str(LIMITS / "ws.cjs"), str(port)]
        elif design is BARE["daphne"]:
            command = _daphne(port, "tests.bench.fanout.limits.bare:application")
        elif design is BARE["uvicorn"]:
            command = [sys.executable, "-m", "uvicorn", "--host", HOST, "--port", str(port), "--log-level", "warning"]
            command += ["--backlog", "4096", "--ws-per-message-deflate", "false"]
            command += ["tests.bench.fanout.limits.bare:application"]
        else:
            program = LIMITS / ("broadcast.py" if design is BROADCAST else "bare.py")
            command = [sys.executable, str(program), str(port)]
        return running(command, port, self._folder / f"{port}.log", cpus=self.cpus.server, env=env)


def _daphne(port: int, application: str) -> list[str]:
    # -v 0: else stock daphne writes a line for each request and connection.
    endpoint = f"tcp:port={port}:interface={HOST}:backlog=4096"
    return [sys.executable, "-m", "daphne", "-v", "0", "-e", endpoint, application]
