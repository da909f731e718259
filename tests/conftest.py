"""What every test has: faults of a fragment are raised, and a database that several threads can use at once."""

from pathlib import Path
from typing import Any

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


@pytest.fixture(autouse=True)
def strict(settings: Any) -> None:
    """A fragment that cannot be swapped is an exception, as it is for a developer."""
    settings.LIVE_STRICT = True
