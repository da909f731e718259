"""A point is its series and its time, and minutes and hours of points have summaries.

An id of its own, and the table and the index that went with it, took half of the file and most of the time of writing.
Django cannot change a primary key, so this is SQL. On SQLite tables are their own index (WITHOUT ROWID); on PostgreSQL
points are in partitions by time, which are made and dropped by the maintenance.
"""

import django.db.models.deletion
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

import series.fields

POINT = """
CREATE TABLE new_series_point (
    series_id bigint NOT NULL, "time" bigint NOT NULL, value {real} NOT NULL, PRIMARY KEY (series_id, "time")
) {points};
{partition};
INSERT INTO new_series_point SELECT series_id, "time", value FROM series_point ORDER BY series_id, "time";
DROP TABLE series_point;
ALTER TABLE new_series_point RENAME TO series_point
"""
SUMMARY = """
CREATE TABLE {table} (
    series_id bigint NOT NULL, "time" bigint NOT NULL, "count" bigint NOT NULL, "sum" {real} NOT NULL,
    "min" {real} NOT NULL, "max" {real} NOT NULL, "last" {real} NOT NULL, last_time bigint NOT NULL,
    seen bigint NOT NULL, PRIMARY KEY (series_id, "time")
) {rows};
INSERT INTO {table}
SELECT stretch.series_id, stretch.begin, stretch.points, stretch.total, stretch.least, stretch.greatest, it.value,
    stretch.last_time, stretch.seen
FROM (
    SELECT series_id, "time" - "time" % {size} AS begin, COUNT(*) AS points, SUM(value) AS total, MIN(value) AS least,
        MAX(value) AS greatest, MAX("time") AS last_time,
        SUM(DISTINCT CASE WHEN value < 0 OR value > 61 THEN 4611686018427387904
            WHEN value = CAST(value AS bigint) THEN CAST(1 AS bigint) << CAST(value AS integer)
            ELSE 4611686018427387904 END) AS seen
    FROM series_point GROUP BY series_id, "time" - "time" % {size}
) AS stretch
JOIN series_point AS it ON it.series_id = stretch.series_id AND it."time" = stretch.last_time
"""
DAY = """
CREATE TABLE series_day (
    zone varchar(64) NOT NULL, series_id bigint NOT NULL, "time" bigint NOT NULL, "count" bigint NOT NULL,
    "sum" {real} NOT NULL, "min" {real} NOT NULL, "max" {real} NOT NULL, "last" {real} NOT NULL,
    last_time bigint NOT NULL, seen bigint NOT NULL, PRIMARY KEY (zone, series_id, "time")
) {rows}
"""
LATEST = """
CREATE TABLE series_latest (
    series_id bigint NOT NULL PRIMARY KEY, "time" bigint NOT NULL, shown bigint NOT NULL, value {real} NOT NULL,
    points_since bigint NOT NULL, minutes_since bigint NOT NULL, days_until bigint NOT NULL
);
INSERT INTO series_latest
SELECT it.series_id, it."time", it."time", it.value, 0, 0, 0
FROM (SELECT series_id, MAX("time") AS last_time FROM series_point GROUP BY series_id) AS newest
JOIN series_point AS it ON it.series_id = newest.series_id AND it."time" = newest.last_time
"""
WORDS = {
    "sqlite": {"real": "real", "points": "WITHOUT ROWID", "rows": "WITHOUT ROWID", "partition": ""},
    "postgresql": {
        "real": "double precision",
        "points": 'PARTITION BY RANGE ("time")',
        "rows": "",
        "partition": "CREATE TABLE series_point_default PARTITION OF new_series_point DEFAULT",
    },
}


def convert(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    words = WORDS[schema_editor.connection.vendor]
    minutes, hours = {"table": "series_minute", "size": 60_000_000}, {"table": "series_hour", "size": 3_600_000_000}
    for text, more in ((POINT, {}), (SUMMARY, minutes), (SUMMARY, hours), (DAY, {}), (LATEST, {})):
        for statement in text.format(**words, **more).split(";"):
            if statement.strip():
                schema_editor.execute(statement, params=None)


def key() -> models.ForeignKey:
    return models.ForeignKey(
        db_constraint=False,
        db_index=False,
        on_delete=django.db.models.deletion.DO_NOTHING,
        related_name="+",
        to="series.series",
    )


def primary_key(*first: str) -> models.CompositePrimaryKey:
    columns = (*first, "series_id", "time")
    return models.CompositePrimaryKey(*columns, blank=True, editable=False, primary_key=True, serialize=False)


def summary(name: str, *first: str) -> migrations.CreateModel:
    return migrations.CreateModel(
        name=name,
        fields=[
            *((column, models.CharField(max_length=64)) for column in first),
            ("pk", primary_key(*first)),
            ("time", series.fields.EpochField()),
            ("count", models.BigIntegerField()),
            ("sum", models.FloatField()),
            ("min", models.FloatField()),
            ("max", models.FloatField()),
            ("last", models.FloatField()),
            ("last_time", series.fields.EpochField()),
            ("seen", models.BigIntegerField()),
            ("series", key()),
        ],
        options={"abstract": False},
    )


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
                        ("pk", primary_key()),
                        ("time", series.fields.EpochField()),
                        ("value", models.FloatField()),
                        ("series", key()),
                    ],
                    options={"abstract": False},
                ),
                summary("Minute"),
                summary("Hour"),
                summary("Day", "zone"),
                migrations.CreateModel(
                    name="Latest",
                    fields=[
                        (
                            "series",
                            models.OneToOneField(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                primary_key=True,
                                related_name="latest",
                                serialize=False,
                                to="series.series",
                            ),
                        ),
                        ("time", series.fields.EpochField()),
                        ("shown", series.fields.EpochField()),
                        ("value", models.FloatField()),
                        ("points_since", series.fields.EpochField(default=series.fields.EPOCH)),
                        ("minutes_since", series.fields.EpochField(default=series.fields.EPOCH)),
                        ("days_until", series.fields.EpochField(default=series.fields.EPOCH)),
                    ],
                    options={"abstract": False},
                ),
            ],
        )
    ]
