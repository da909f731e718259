"""What becomes of panels that were there before."""

from typing import Any

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.database]
OLD, NEW = [("boards", "0002_activity_as_notices")], [("boards", "0003_kinds")]


@pytest.fixture
def migrated() -> Any:
    """``migrated(OLD)``: the models as they were then, with the database to match; afterwards it is as it was."""

    def to(target: list[tuple[str, str]]) -> Any:
        executor = MigrationExecutor(connection)
        executor.migrate(target)
        return executor.loader.project_state(target).apps

    yield to
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())


def panels(apps: Any, *names: str) -> list[tuple[Any, ...]]:
    return list(apps.get_model("boards", "Panel").objects.order_by("pk").values_list(*names))


def test_old_panels_show_and_mean_what_they_did(migrated: Any) -> None:
    old = migrated(OLD)
    board = old.get_model("boards", "Board").objects.create(title="Mine", slug="mine")
    make = old.get_model("boards", "Panel").objects.create
    make(board=board, title="a", kind="line", good="up")
    make(board=board, title="b", kind="categories", minimum=0.0)
    make(board=board, title="c", kind="stat", good="up", warn_at=80.0, bad_at=95.0)
    make(board=board, title="d", kind="stat", good="down", warn_at=80.0)
    make(board=board, title="e", kind="status", good="up", bad_at=95.0)
    make(board=board, title="f", kind="stat", good="up")
    new = migrated(NEW)
    assert panels(new, "title", "kind", "over", "good", "warn_at", "bad_at") == [
        ("a", "line", "time", "up", None, None),
        ("b", "line", "latest", "", None, None),
        ("c", "stat", "time", "", 80.0, 95.0),
        ("d", "stat", "time", "down", 80.0, None),
        ("e", "status", "time", "", None, 95.0),
        ("f", "stat", "time", "up", None, None),
    ]


def test_back_again_nothing_is_of_a_kind_that_was_not_there(migrated: Any) -> None:
    new = migrated(NEW)
    board = new.get_model("boards", "Board").objects.create(title="Mine", slug="mine")
    make = new.get_model("boards", "Panel").objects.create
    make(board=board, title="a", kind="line", over="latest")
    make(board=board, title="b", kind="gauge", good="up", warn_at=9.0, bad_at=5.0)
    make(board=board, title="c", kind="status", warn_at=9.0)
    make(board=board, title="d", kind="bar", over="latest")
    old = migrated(OLD)
    assert panels(old, "kind", "good", "warn_at", "bad_at") == [
        ("categories", "", None, None),
        ("line", "up", None, None),
        ("status", "", 9.0, None),
        ("categories", "", None, None),
    ]
