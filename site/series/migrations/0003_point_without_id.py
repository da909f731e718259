"""A point is its series and its time. An id of its own, and the table and the index that went with it, took half of the
file and most of the time of writing.

Django cannot change a primary key, so this is SQL. On SQLite the table is its own index (WITHOUT ROWID).
"""

import django.db.models.deletion
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

import series.fields

SQLITE = """
CREATE TABLE "new__series_point" (
    "series_id" bigint NOT NULL REFERENCES "series_series" ("id") DEFERRABLE INITIALLY DEFERRED,
    "time" bigint NOT NULL,
    "value" real NOT NULL,
    PRIMARY KEY ("series_id", "time")
) WITHOUT ROWID;
INSERT INTO "new__series_point" SELECT "series_id", "time", "value" FROM "series_point" ORDER BY "series_id", "time";
DROP TABLE "series_point";
ALTER TABLE "new__series_point" RENAME TO "series_point"
"""
POSTGRESQL = """
ALTER TABLE "series_point" DROP CONSTRAINT "series_point_once";
ALTER TABLE "series_point" DROP COLUMN "id";
ALTER TABLE "series_point" ADD CONSTRAINT "series_point_pkey" PRIMARY KEY ("series_id", "time")
"""


def convert(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for statement in {"sqlite": SQLITE, "postgresql": POSTGRESQL}[schema_editor.connection.vendor].split(";"):
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("series", "0002_creator")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunPython(convert)],
            state_operations=[
                migrations.DeleteModel("Point"),
                migrations.CreateModel(
                    name="Point",
                    fields=[
                        (
                            "pk",
                            models.CompositePrimaryKey(
                                "series_id", "time", blank=True, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("time", series.fields.EpochField()),
                        ("value", models.FloatField()),
                        (
                            "series",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="points",
                                to="series.series",
                            ),
                        ),
                    ],
                ),
            ],
        )
    ]
