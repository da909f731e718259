"""What can happen to a running installation: each fault is an object that does it and undoes it."""

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass

from redis import Redis

from tests.faults.stage import Stage
from tests.postgres import dropped
from tests.waiting import until


@dataclass(frozen=True)
class Fault:
    """``stage`` is the kind of stage that it happens on, ``seconds`` how long it lasts. After ``undoes`` everything can
    be reached again."""

    name: str
    stage: str
    does: Callable[[Stage], object]
    undoes: Callable[[Stage], object] = lambda stage: None
    seconds: float = 1.0
    # Not in each run of all tests.
    slow: bool = False
    # Tried with the machine to itself: what a database that starts takes of it may not come out of the five seconds.
    alone: bool = False


def each(act: str) -> Callable[[Stage], None]:
    """The same for every server process."""

    def for_all(stage: Stage) -> None:
        for server in stage.servers:
            getattr(server, act)()

    return for_all


def on_the_way(act: str) -> Callable[[Stage], None]:
    """The same for every proxy between pages and servers."""

    def for_all(stage: Stage) -> None:
        for proxy in stage.clients:
            getattr(proxy, act)()

    return for_all


# What lasts until it is ended.
_begun: list[ExitStack] = []


def begin(fault: AbstractContextManager[None]) -> None:
    stack = ExitStack()
    stack.enter_context(fault)
    _begun.append(stack)


def end_of_it(stage: Stage) -> None:
    _begun.pop().close()


def refuse_clients(stage: Stage) -> None:
    on_the_way("refuse")(stage)
    on_the_way("cut")(stage)


def kill_workers(stage: Stage) -> None:
    """One after the other, so that for a while there may be none."""
    for _ in range(3):
        stage.server.kill_worker()
        time.sleep(1)


def one_serves(stage: Stage) -> None:
    until(lambda: stage.server.http("GET", "/readyz").status == 200, "a worker serves")


# Redis


def stop_redis(stage: Stage) -> None:
    assert stage.redis and stage.layer
    stage.layer.refuse()
    stage.redis.kill()


def start_redis(stage: Stage) -> None:
    assert stage.redis and stage.layer
    stage.redis.start()
    stage.layer.mend()


def restart_redis(stage: Stage) -> None:
    stop_redis(stage)
    start_redis(stage)


def ask_redis(*command: str) -> Callable[[Stage], None]:
    """A command, whose answer nobody waits for."""

    def ask(stage: Stage) -> None:
        assert stage.redis
        client = Redis(port=stage.redis.port)
        threading.Thread(target=lambda: (client.execute_command(*command), client.close()), daemon=True).start()

    return ask


def layer(act: str) -> Callable[[Stage], None]:
    def do(stage: Stage) -> None:
        assert stage.layer
        getattr(stage.layer, act)()

    return do


# PostgreSQL


def stop_postgres(stage: Stage) -> None:
    assert stage.postgres and stage.database
    stage.postgres.stop()
    stage.database.refuse()


def start_postgres(stage: Stage) -> None:
    assert stage.postgres and stage.database
    stage.postgres.start()
    stage.database.mend()


def kill_postgres(stage: Stage) -> None:
    assert stage.postgres and stage.database
    stage.postgres.kill()
    stage.database.refuse()


def restart_postgres(stage: Stage) -> None:
    stop_postgres(stage)
    start_postgres(stage)


def drop_postgres(stage: Stage) -> None:
    assert stage.database
    begin(dropped(stage.database.port))


def end_backends(stage: Stage) -> None:
    stage.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND"
        " backend_type = 'client backend'"
    )


def database(act: str) -> Callable[[Stage], None]:
    def do(stage: Stage) -> None:
        assert stage.database
        getattr(stage.database, act)()

    return do


# Locks

LOCK = "LOCK TABLE series_point, boards_panel, live_banners_banner IN ACCESS EXCLUSIVE MODE"


@contextmanager
def locked(stage: Stage) -> Iterator[None]:
    """Nobody else may write, on PostgreSQL not even read."""
    if stage.postgres is not None:
        with stage.postgres.connect() as connection:
            connection.execute(LOCK)
            yield
    else:
        other = sqlite3.connect(stage.server.folder / "db.sqlite3", isolation_level=None, check_same_thread=False)
        other.execute("BEGIN EXCLUSIVE")
        yield
        other.execute("COMMIT")
        other.close()


def lock(stage: Stage) -> None:
    begin(locked(stage))


FAULTS = [
    Fault("killed", "sqlite", each("kill"), each("start")),
    Fault("told to stop", "sqlite", each("stop_only"), each("start")),
    Fault("the database locked", "sqlite", lock, end_of_it, 10),
    Fault("a partition of clients that holds packets", "sqlite", on_the_way("pause"), on_the_way("mend"), 5),
    Fault("a partition of clients that loses connections", "sqlite", on_the_way("swallow"), on_the_way("mend"), 8),
    Fault("connections open on one side only", "sqlite", on_the_way("swallow_open"), seconds=5),
    Fault("clients refused", "sqlite", refuse_clients, on_the_way("mend"), 3),
    Fault("sockets cut inside a frame", "sqlite", lambda stage: [proxy.cut_after(700) for proxy in stage.clients]),
    Fault("a worker killed", "workers", lambda stage: stage.server.kill_worker()),
    Fault("workers killed again and again", "workers", kill_workers, one_serves),
    Fault("workers replaced", "workers", lambda stage: stage.server.replace_workers()),
    Fault("all of them killed", "workers", each("kill"), each("start")),
    Fault("told to stop with its workers", "workers", each("stop_only"), each("start")),
    Fault("the database locked for workers", "workers", lock, end_of_it, 10, slow=True),
    Fault("a server killed", "redis", lambda stage: stage.server.kill(), lambda stage: stage.server.start()),
    Fault("Redis stopped", "redis", stop_redis, start_redis, 3),
    Fault("Redis restarted", "redis", restart_redis),
    Fault("Redis asleep", "redis", ask_redis("DEBUG", "SLEEP", "3"), seconds=3),
    Fault("Redis flushed", "redis", ask_redis("FLUSHALL")),
    Fault("Redis' connections killed", "redis", ask_redis("CLIENT", "KILL", "SKIPME", "yes")),
    Fault("a partition of the layer that holds packets", "redis", layer("pause"), layer("mend"), 5),
    Fault("a partition of the layer that loses connections", "redis", layer("swallow"), layer("mend"), 8),
    Fault("PostgreSQL restarted", "postgres", restart_postgres),
    Fault("PostgreSQL's connections killed", "postgres", end_backends),
    Fault("PostgreSQL killed", "postgres", kill_postgres, start_postgres),
    Fault("PostgreSQL away for 5 s", "postgres", stop_postgres, start_postgres, 5, alone=True),
    Fault("PostgreSQL away for 30 s", "postgres", stop_postgres, start_postgres, 30, slow=True),
    Fault("PostgreSQL away for 65 s", "postgres", stop_postgres, start_postgres, 65, slow=True),
    Fault("PostgreSQL's port dropped for 8 s", "postgres", drop_postgres, end_of_it, 8, slow=True),
    Fault("PostgreSQL's port dropped for 30 s", "postgres", drop_postgres, end_of_it, 30, slow=True),
    Fault("PostgreSQL frozen", "postgres", database("pause"), database("mend"), 8, slow=True),
    Fault("PostgreSQL's tables locked", "postgres", lock, end_of_it, 10, slow=True),
]
