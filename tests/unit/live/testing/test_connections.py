"""The end of a test run."""

import asyncio
import threading
from typing import Any

import pytest
from django.db import connection
from django.db.backends.base.creation import BaseDatabaseCreation

from live.hub import process, scheduler
from live.testing import connections as released
from live.testing.connections import release, release_before_databases_are_destroyed
from tests.unit.live.crew import Crew, pk, rename
from tests.unit.live.screens import Screen, in_thread
from tests.waiting import until


def alive() -> list[str]:
    """Threads that may be connected; not the one that asks whether a database is back, which ends by itself."""
    names = {thread.name for thread in threading.enumerate()} - {"live-database"}
    return [name for name in names if name.startswith("live-")]


def others_in_the_database() -> int:
    """Sessions beside this one, where the database can tell."""
    if connection.vendor != "postgresql":
        return 0
    with connection.cursor() as cursor:
        of_clients = "datname = current_database() AND backend_type = 'client backend'"
        cursor.execute(f"SELECT count(*) FROM pg_stat_activity WHERE {of_clients}")
        return int(cursor.fetchone()[0]) - 1


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
def test_nobody_is_connected_any_more(crew: Crew, monkeypatch: pytest.MonkeyPatch) -> None:
    """What asked, rendered, heard and sent kept its connections, and the test database could not be dropped."""
    monkeypatch.setattr(scheduler, "SWEEP_SECONDS", 3600.0)
    team, [ann] = crew.make("crew", "Ann")
    others = others_in_the_database()

    async def watched() -> None:
        hub = process.running_hub()
        screen = await Screen(team).join(hub)
        await in_thread(lambda: (rename(ann, "Anna"), crew.person.changed(pk=pk(ann))))
        await screen.gets("Anna")

    asyncio.run(watched())
    assert alive()
    release()
    assert process.current_hub() is None
    assert alive() == []
    # Whoever has gone is there for a moment.
    until(lambda: others_in_the_database() <= others, lambda: f"{others} sessions, and not {others_in_the_database()}")
    rename(ann, "Ann")
    asyncio.run(watched())
    release()
    assert alive() == []


def test_django_does_so_before_it_destroys_a_test_database(monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []
    monkeypatch.setattr(released, "release", lambda: done.append("released"))

    class Creation(BaseDatabaseCreation):
        def _destroy_test_db(self, name: str, verbosity: int) -> None:
            done.append("destroyed")

    class Connection:
        settings_dict: dict[str, Any] = {"NAME": "test"}
        alias = "test"

        def close(self) -> None:
            done.append("closed")

    Creation(Connection()).destroy_test_db(verbosity=0)  # type: ignore[arg-type]
    assert done == ["released", "closed", "destroyed"]
    before = BaseDatabaseCreation.destroy_test_db
    release_before_databases_are_destroyed()
    assert BaseDatabaseCreation.destroy_test_db is before, "once"
