"""What becomes of what is stored when the tables change."""

from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]
BEFORE = [("boards", "0002_board_range")]


def test_the_interval_of_panels_becomes_that_of_their_series() -> None:
    executor = MigrationExecutor(connection)
    old = executor.migrate(BEFORE).apps
    try:
        board = old.get_model("boards", "Board").objects.create(title="Mine", slug="mine")
        series = {
            name: old.get_model("series", "Series").objects.create(name=name, identity=name)
            for name in ("both", "one", "none", "odd", "unseen")
        }
        for interval, names in (
            (60.0, ["both", "one", "odd"]),
            (10.0, ["both"]),
            (None, ["both", "none"]),
            (float("inf"), ["none"]),
            (-1.0, ["odd"]),
        ):
            panel = old.get_model("boards", "Panel").objects.create(
                board=board, title="Some", expected_interval=interval
            )
            for name in names:
                old.get_model("boards", "PanelSeries").objects.create(panel=panel, series=series[name])
    finally:
        executor = MigrationExecutor(connection)
        executor.migrate(executor.loader.graph.leaf_nodes())
    intervals = dict(apps.get_model("series", "Series").objects.values_list("name", "expected_interval"))
    assert intervals == {"both": 10.0, "one": 60.0, "none": None, "odd": 60.0, "unseen": None}
    assert "expected_interval" not in {
        column.name for column in connection.introspection.get_table_description(connection.cursor(), "boards_panel")
    }
    limit = import_module("boards.migrations.0003_intervals_of_series").MAX_INTERVAL_SECONDS
    assert limit == import_module("series.freshness").MAX_INTERVAL_SECONDS


def test_lines_have_the_colours_that_they_were_drawn_in() -> None:
    executor = MigrationExecutor(connection)
    old = executor.migrate([("boards", "0007_favourites_and_dismissed_series")]).apps
    try:
        board = old.get_model("boards", "Board").objects.create(title="Mine", slug="mine")
        fields = {"board": board, "title": "Some", "width": 6, "height": 4}
        panels = [old.get_model("boards", "Panel").objects.create(**fields) for _number in range(2)]
        lines = old.get_model("boards", "PanelSeries").objects
        for position, label in enumerate(["In", "Out", "In", "", "", *"abcdef"]):
            lines.create(panel=panels[0], query={"selector": f"x{position}"}, label=label, position=position)
        lines.create(panel=panels[1], query={"selector": "x"})
    finally:
        executor = MigrationExecutor(connection)
        executor.migrate(executor.loader.graph.leaf_nodes())
    rows = apps.get_model("boards", "PanelSeries").objects.order_by("panel", "position")
    assert list(rows.values_list("colour", flat=True)) == [1, 2, 1, 3, 4, 5, 6, 7, 8, 0, 0, 1]


def test_a_public_board_stays_one_and_others_are_for_people_who_are_signed_in() -> None:
    executor = MigrationExecutor(connection)
    old = executor.migrate([("boards", "0009_variables")]).apps
    try:
        for slug in ("open", "inner"):
            old.get_model("boards", "Board").objects.create(title=slug, slug=slug, public=slug == "open")
    finally:
        executor = MigrationExecutor(connection)
        executor.migrate(executor.loader.graph.leaf_nodes())
    rows = apps.get_model("boards", "Board").objects.values_list("slug", "view_by", "edit_by", "owner")
    assert sorted(rows) == [("inner", "signed_in", "editors", None), ("open", "public", "editors", None)]
    old = MigrationExecutor(connection).migrate([("boards", "0009_variables")]).apps
    try:
        assert dict(old.get_model("boards", "Board").objects.values_list("slug", "public")) == {
            "open": True,
            "inner": False,
        }
    finally:
        executor = MigrationExecutor(connection)
        executor.migrate(executor.loader.graph.leaf_nodes())


def test_panels_have_keys_made_of_their_titles() -> None:
    executor = MigrationExecutor(connection)
    old = executor.migrate([("boards", "0010_who_may")]).apps
    try:
        for slug in ("one", "other"):
            board = old.get_model("boards", "Board").objects.create(title=slug, slug=slug)
            for position, title in enumerate(("CPU", "CPU", "حرارة")):
                columns = {"board": board, "title": title, "position": float(position), "width": 6, "height": 4}
                old.get_model("boards", "Panel").objects.create(**columns)
    finally:
        executor = MigrationExecutor(connection)
        executor.migrate(executor.loader.graph.leaf_nodes())
    keys = apps.get_model("boards", "Panel").objects.order_by("board", "position").values_list("key", flat=True)
    assert list(keys) == ["cpu", "cpu-2", "panel"] * 2
