"""The designs that are compared, and how the server of each is started."""

import os
import secrets
import sys
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from servers import HOST, Cpus, Running, free_port, pin, prepare, redis, running

LAYERS = {"memory": "in-memory layer", "core": "Redis core layer", "pubsub": "Redis pub/sub layer"}
RIVAL = "tests.bench.fanout.rival"


@dataclass(frozen=True, eq=False)
class Design:
    """A way from a change to the viewers. ``updates`` is how many a round has, by number of viewers."""

    name: str
    layer: str
    updates: dict[int, int]
    renders: str = "once"
    ours: bool = False

    @property
    def on_redis(self) -> bool:
        return self.layer != "memory"

    def __str__(self) -> str:
        return f"{self.name}, {LAYERS[self.layer]}"


OURS = [Design("ours", layer, {100: 40, 1000: 20}, ours=True) for layer in ("memory", "pubsub")]
ONCE = [Design("group, HTML rendered once", layer, {100: 30, 1000: 8}) for layer in LAYERS]
EACH = Design("group, each renders its own", "memory", {100: 8, 1000: 3}, renders="each")


class Place:
    """Where a run happens: a temporary directory, a database, a Redis; all gone when ``stack`` closes."""

    def __init__(self, stack: ExitStack) -> None:
        self._stack = stack
        self._folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-fanout-")))
        self._env = {"DJANGO_SETTINGS_MODULE": "config.settings", "SECRET_KEY": secrets.token_urlsafe(50)}
        # What may be set where this is run, and would make the servers others.
        self._env |= {"DEBUG": "", "ALLOWED_HOSTS": HOST, "HTTPS": "", "REDIS_URL": "", "INGEST_RATE": ""}
        self._database, self.token = prepare(self._folder, self._env)
        self.cpus = Cpus.divide()
        pin(os.getpid(), self.cpus.others)
        port = free_port()
        log = self._folder / "redis.log"
        stack.enter_context(running(redis(self._folder, port), port, log, cpus=self.cpus.others))
        self._redis = f"redis://{HOST}:{port}/0"

    def start(self, design: Design) -> Running:
        """A server of that design, with a copy of the database to itself."""
        port, name = free_port(), f"{'ours' if design.ours else design.renders}-{design.layer}"
        database = self._folder / f"{name}.sqlite3"
        database.write_bytes(self._database.read_bytes())
        env = {**self._env, "DATABASE_URL": f"sqlite:///{database}"}
        if design.ours:
            command = ["manage.py", "serve", "--host", HOST, "--port", str(port)]
            env |= {"REDIS_URL": self._redis} if design.on_redis else {}
        else:
            # -v 0: else stock daphne writes a line for each request and connection.
            command = ["-m", "daphne", "-v", "0", "-b", HOST, "-p", str(port), f"{RIVAL}.asgi:application"]
            env |= {"DJANGO_SETTINGS_MODULE": f"{RIVAL}.settings", "RIVAL_REDIS": self._redis}
            env |= {"RIVAL_LAYER": design.layer, "RIVAL_RENDERS": design.renders}
        log = self._folder / f"{name}.log"
        server = running([sys.executable, *command], port, log, cpus=self.cpus.server, env=env)
        return self._stack.enter_context(server)
