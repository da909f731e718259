"""What every test has: a database that several threads can use at once."""

from pathlib import Path

import pytest
from django.db import connections


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
