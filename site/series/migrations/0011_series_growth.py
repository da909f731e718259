"""Summaries say what their first point was, and by how much a counter grew: ``first``, ``first_time``, ``increase``.

Those of minutes are counted from their points, and those of hours from their minutes, where all of these are there.
Where they are deleted by age already a summary says that it was of its last point alone: so the growth from one to the
next one counts whole, and what is lost is how a counter grew in a stretch up to a reset in the same stretch. Days are
deleted, and the maintenance makes them again from hours; until then charts read these.

The two tables are written anew, in the order of their keys: in about three seconds a million points and summaries.
"""

from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

import series.fields

TABLE = """
CREATE TABLE new_{table} (
    {zone} series_id bigint NOT NULL, "time" bigint NOT NULL, "count" bigint NOT NULL, "sum" {real} NOT NULL,
    "min" {real} NOT NULL, "max" {real} NOT NULL, "last" {real} NOT NULL, last_time bigint NOT NULL,
    seen bigint NOT NULL, "first" {real} NOT NULL, first_time bigint NOT NULL, increase {real} NOT NULL,
    PRIMARY KEY ({key})
) {rows}
"""
# ``part``: a point or a minute. They are in order of series and time already, so that nothing has to be sorted.
FILL = """
CREATE TABLE counted_{table} (
    series_id bigint NOT NULL, stretch bigint NOT NULL, "count" bigint NOT NULL, first_time bigint NOT NULL,
    "first" {real} NOT NULL, increase {real} NOT NULL, PRIMARY KEY (series_id, stretch)
) {rows};
INSERT INTO counted_{table}
SELECT series_id, stretch, SUM("count") AS "count", MIN(first_time) AS first_time,
    MAX(CASE WHEN stretch_before = stretch THEN NULL ELSE "first" END) AS "first",
    SUM(increase + CASE WHEN stretch_before = stretch THEN CASE WHEN "first" >= "before" THEN "first" - "before"
        ELSE "first" END ELSE 0 END) AS increase
FROM (
    SELECT series_id, stretch, "count", "first", first_time, increase, LAG("last") OVER one_by_one AS "before",
        LAG(stretch) OVER one_by_one AS stretch_before
    FROM (SELECT series_id, "time", "time" - "time" % {size} AS stretch, {part}) AS part
    WINDOW one_by_one AS (PARTITION BY series_id ORDER BY "time")
) AS part
GROUP BY series_id, stretch;
INSERT INTO new_{table}
SELECT it.series_id, it."time", it."count", it."sum", it."min", it."max", it."last", it.last_time, it.seen,
    COALESCE(counted."first", it."last"), COALESCE(counted.first_time, it.last_time), COALESCE(counted.increase, 0)
FROM {table} AS it LEFT JOIN counted_{table} AS counted
    ON counted.series_id = it.series_id AND counted.stretch = it."time" AND counted."count" = it."count"
ORDER BY it.series_id, it."time";
DROP TABLE counted_{table}
"""
POINTS = '1 AS "count", value AS "first", "time" AS first_time, value AS "last", 0 AS increase FROM series_point'
MINUTES = '"count", "first", first_time, "last", increase FROM series_minute'
REPLACE = "DROP TABLE {table}; ALTER TABLE new_{table} RENAME TO {table}{index}"
WORDS = {
    "sqlite": {"real": "real", "rows": "WITHOUT ROWID", "index": ""},
    # The name of the index goes with the table only where it is said.
    "postgresql": {
        "real": "double precision",
        "rows": "",
        "index": "; ALTER INDEX new_{table}_pkey RENAME TO {table}_pkey",
    },
}


def convert(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    words = {"zone": "", "key": 'series_id, "time"', **WORDS[schema_editor.connection.vendor]}
    minutes = {"table": "series_minute", "size": 60_000_000, "part": POINTS}
    hours = {"table": "series_hour", "size": 3_600_000_000, "part": MINUTES}
    days = {"table": "series_day", "zone": "zone varchar(64) NOT NULL,", "key": 'zone, series_id, "time"'}
    for steps, more in ((TABLE + ";" + FILL, minutes), (TABLE + ";" + FILL, hours), (TABLE, days)):
        text = f"{steps}; {REPLACE}".replace("{index}", words["index"])
        for statement in text.format(**words | more).split(";"):
            schema_editor.execute(statement, params=None)
    schema_editor.execute("UPDATE series_latest SET days_until = 0", params=None)


def added(model: str) -> list[migrations.AddField]:
    return [
        migrations.AddField(model, "first", models.FloatField(), preserve_default=False),
        migrations.AddField(model, "first_time", series.fields.EpochField(), preserve_default=False),
        migrations.AddField(model, "increase", models.FloatField(), preserve_default=False),
    ]


class Migration(migrations.Migration):
    dependencies = [("series", "0010_series_by_name")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunPython(convert)],
            state_operations=[*added("minute"), *added("hour"), *added("day")],
        )
    ]
