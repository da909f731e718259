"""PostgreSQL drops no database to which somebody is connected: not the test database after a test with a socket."""

from functools import wraps
from typing import Any

from django.db.backends.base.creation import BaseDatabaseCreation

from live.hints.publisher import publisher
from live.hub import process


def release() -> None:
    """End whatever of ``live`` is connected to a database in this process: what hears, sends, renders and asks.

    The next socket, or the next change, begins it anew.
    """
    process.close()
    publisher.close()
    publisher.forget()


def release_before_databases_are_destroyed() -> None:
    """From now on Django's own end of a test run does so first, whichever test runner it is."""
    destroy = BaseDatabaseCreation.destroy_test_db
    if hasattr(destroy, "__wrapped__"):
        return

    @wraps(destroy)
    def release_and_destroy(self: BaseDatabaseCreation, *args: Any, **options: Any) -> None:
        release()
        destroy(self, *args, **options)

    BaseDatabaseCreation.destroy_test_db = release_and_destroy  # type: ignore[method-assign]
