"""Where faults happen: the processes of one installation, what they need, open pages, and whoever writes meanwhile."""

import http.client
import itertools
import json
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg

from tests.crowd import Crowd
from tests.postgres import Postgres
from tests.proxy import Proxy
from tests.servers import Redis, Site
from tests.waiting import DEADLINE, until

WEEK, MACHINE = "/boards/this-week/", "/boards/this-machine/"


@dataclass
class Stage:
    """One installation. Pages reach a server through a proxy of its own, and a server its Redis and its PostgreSQL."""

    servers: list[Site]
    redis: Redis | None = None
    postgres: Postgres | None = None
    # In between: before each server, before Redis, before PostgreSQL.
    clients: list[Proxy] = field(default_factory=list)
    layer: Proxy | None = None
    database: Proxy | None = None
    crowd: Crowd = field(default_factory=Crowd)

    @property
    def server(self) -> Site:
        return self.servers[0]

    def execute(self, sql: str, *arguments: Any) -> list[Any]:
        """One statement of somebody who goes past every server: no hint of it is sent."""
        if self.postgres is not None:
            return self.postgres.execute(sql.replace("?", "%s"), *arguments)
        connection = sqlite3.connect(self.server.folder / "db.sqlite3", timeout=30)
        try:
            with connection:
                return connection.execute(sql, arguments).fetchall()
        finally:
            connection.close()

    def populate(self) -> None:
        """Some pages of each kind: of both boards, of the list of boards, and of somebody who has signed in."""
        for server, proxy in zip(self.servers, self.clients, strict=True):
            self.crowd.open(server, WEEK, 5, port=proxy.port)
            self.crowd.open(server, MACHINE, 3, port=proxy.port)
            self.crowd.open(server, "/", 2, port=proxy.port)
            self.crowd.open(server, WEEK, 2, port=proxy.port, session=server.browse().sign_in())


class Writes:
    """What is written: each time a point and a banner over HTTP, and past all servers the title of a panel."""

    numbers = itertools.count(10_001)

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.acknowledged: list[int] = []
        self.banner: int | None = None
        self._pool = ThreadPoolExecutor(8)
        self._pending: list[Future[bool]] = []

    def some(self) -> None:
        """Begin to write, and wait for nothing: it may fail, and it may take its time."""
        number = next(self.numbers)
        servers = itertools.cycle(self.stage.servers)
        for write in (self.point, self.banner_text, self.title):
            self._pending.append(self._pool.submit(write, next(servers), number))

    def all(self) -> None:
        """Write, on every server, and it succeeds, however often that takes."""
        for server in self.stage.servers:
            number = next(self.numbers)
            for write in (self.point, self.banner_text, self.title):
                until(lambda write=write: write(server, number), f"{write.__name__} is written")  # type: ignore[misc]  # noqa: B023

    def settle(self) -> None:
        """Wait until what has begun has succeeded or failed."""
        for pending in self._pending:
            pending.result(2 * DEADLINE)
        self._pending.clear()

    def point(self, server: Site, number: int) -> bool:
        done = _post(server, "/api/points", {"series": "week", "value": number, "tags": {"day": "Mon"}}) is not None
        if done:
            self.acknowledged.append(number)
        return done

    def banner_text(self, server: Site, number: int) -> bool:
        """The first makes a banner, the others say more in it."""
        if self.banner is None:
            made = _post(server, "/api/banners", {"text": f"Fault {number}", "level": "outage"})
            self.banner = made["id"] if made else None
            return made is not None
        update = {"state": "monitoring", "text": f"Update {number}"}
        return _post(server, f"/api/banners/{self.banner}/updates", update) is not None

    def title(self, server: Site, number: int) -> bool:
        try:
            update = "UPDATE boards_panel SET title = ? WHERE editable RETURNING id"
            assert self.stage.execute(update, f"Week {number}")
        except (sqlite3.Error, psycopg.Error):
            return False
        return True

    def close(self) -> None:
        """What was acknowledged is there. The banner goes."""
        self.settle()
        self._pool.shutdown()
        values = {int(value) for (value,) in self.stage.execute("SELECT value FROM series_point WHERE value > 10000")}
        lost = set(self.acknowledged) - values
        assert not lost, f"these points were acknowledged and are not in the database: {sorted(lost)}"
        if self.banner is not None:
            until(
                lambda: _post(self.stage.server, f"/api/banners/{self.banner}/end", {}) is not None, "the banner ends"
            )


def _post(server: Site, path: str, content: dict[str, Any]) -> Any:
    """The response, where it is a good one."""
    headers = {"Authorization": f"Bearer {server.token}", "Content-Type": "application/json"}
    try:
        answer = server.http("POST", path, json.dumps(content).encode(), headers)
    except (OSError, http.client.HTTPException):
        return None
    assert answer.status < 300 or answer.status >= 429, answer.text
    return json.loads(answer.text) if answer.status < 300 else None


@contextmanager
def a_stage(kind: str, installation: Site, **settings: str) -> Iterator[Stage]:
    """A stage of a kind: ``sqlite``, one process; ``workers``, one with two workers; ``sqlite pair``, two processes;
    ``redis`` and ``postgres``, two with that between them. ``settings`` are environment variables.
    """
    folder = Path(tempfile.mkdtemp(prefix="boardcast-faults-"))
    with ExitStack() as stack:
        stack.callback(shutil.rmtree, folder, ignore_errors=True)

        def proxy(port: int) -> Proxy:
            return stack.enter_context(Proxy(port))

        redis = postgres = layer = database = None
        env = {"SECRET_KEY": installation.env["SECRET_KEY"], **settings}
        if kind == "redis":
            redis = Redis(folder).start()
            stack.callback(redis.kill)
            layer = proxy(redis.port)
            env["REDIS_URL"] = f"redis://127.0.0.1:{layer.port}/0"
        if kind == "postgres":
            postgres = Postgres().create().start()
            stack.callback(postgres.remove)
            database = proxy(postgres.port)
            env["DATABASE_URL"] = postgres.url_at(database.port)
            first = Site(folder, env=env).prepare()
        else:
            shutil.copy(installation.folder / "db.sqlite3", folder)
            first = Site(folder, env=env)
            first.token = installation.token
        if kind == "workers":
            first.workers = 2
        servers = [first] if kind in {"sqlite", "workers"} else [first, first.beside()]
        stage = Stage(servers, redis, postgres, layer=layer, database=database)
        for server in servers:
            stack.callback(server.stop)
            server.start()
            stage.clients.append(proxy(server.port))
        stack.callback(stage.crowd.close)
        yield stage


def wait(seconds: float) -> None:
    """The fault lasts so long: nothing else is waited for here."""
    time.sleep(seconds)
