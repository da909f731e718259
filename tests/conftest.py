"""What every test has: a database that several threads can use at once."""

import os
import pkgutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connections
from hypothesis import HealthCheck, settings

# Helpers, too, say what was not as it should be.
HELPERS = {f"tests.{module.name}" for module in pkgutil.iter_modules([str(Path(__file__).parent)])}
pytest.register_assert_rewrite(*HELPERS - set(sys.modules))


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """SQLite's test database is a file, as the real one is: the hub renders in threads of its own."""
    default = connections.settings["default"]
    if default["ENGINE"] == "django.db.backends.sqlite3":
        folder: Path = tmp_path_factory.mktemp("database")
        default["TEST"]["NAME"] = str(folder / "test.sqlite3")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browsers come last: Playwright's event loop runs in this thread from its first test to the end of the session,
    and what needs an event loop of its own cannot run beside it."""
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """PostgreSQL drops no database that somebody is connected to, and a thread of the last test may still be ending."""
    yield
    with django_db_blocker.unblock():
        if connections["default"].vendor == "postgresql":
            with connections["default"].cursor() as cursor:
                others = "datname = current_database() AND pid <> pg_backend_pid()"
                cursor.execute(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {others}")
            connections.close_all()


# The same examples in every run, so that a run that was green says something of the next one. To look for more:
# HYPOTHESIS_PROFILE=default. How fast they are is no matter: this machine may be busy with something else.
settings.register_profile("same", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
# On other databases, Pythons and Djangos they show what differs there, and need not look for more.
settings.register_profile("few", settings.get_profile("same"), max_examples=10)
# Another search each time, and a longer one (make test-faults).
settings.register_profile("many", settings.get_profile("same"), derandomize=False, max_examples=500)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "same"))
