"""SQL for many rows at once, where Django's would take one parameter for each value of each row.

PostgreSQL takes the columns as arrays, SQLite the rows as a list, or whole numbers as JSON: each of these is one
statement, however many rows there are.
"""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import chain
from typing import Any

from django.db import connection

# On SQLite. ``executemany`` gives up the interpreter's lock at each row, and beside a thread that computes it waits
# for it each time: 5,000 rows took 3 s instead of 7 ms.
ROWS_PER_STATEMENT = 500
# The columns of our tables, with their types as PostgreSQL calls them.
TYPES = {
    **dict.fromkeys(["series_id", "time", "shown", "points_since", "minutes_since"], "bigint"),
    **dict.fromkeys(["days_until", "delay", "exact"], "bigint"),
    "zone": "text",
    **dict.fromkeys(["count", "first_time", "last_time", "seen"], "bigint"),
    **dict.fromkeys(["value", "sum", "min", "max", "first", "last", "increase"], "double precision"),
}


def insert(
    table: str,
    columns: Sequence[str],
    rows: Sequence[Sequence[Any]],
    *,
    key: Sequence[str],
    conflict: Mapping[str, str],
) -> None:
    """Insert rows. Where there is one with the same key, its columns become what ``conflict`` says, in SQL: ``kept`` is
    that row, and ``excluded`` the one that comes."""
    if not rows:
        return
    names = ", ".join(f'"{name}"' for name in columns)
    updated = ", ".join(f'"{name}" = {value}' for name, value in conflict.items())
    into, on_conflict = (
        f'INSERT INTO "{table}" AS kept ({names})',
        f"ON CONFLICT ({', '.join(key)}) DO UPDATE SET {updated}",
    )
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            arrays = ", ".join(f"%s::{TYPES[name]}[]" for name in columns)
            statement = f"{into} SELECT * FROM unnest({arrays}) {on_conflict}"
            cursor.execute(statement, [list(column) for column in zip(*rows, strict=True)])
            return
        places = f"({', '.join(['%s'] * len(columns))})"
        for start in range(0, len(rows), ROWS_PER_STATEMENT):
            some = rows[start : start + ROWS_PER_STATEMENT]
            statement = f"{into} VALUES {', '.join([places] * len(some))} {on_conflict}"
            cursor.execute(statement, list(chain.from_iterable(some)))


def wanted(columns: Sequence[str], rows: Iterable[Sequence[int]]) -> tuple[str, list[Any]]:
    """Rows of whole numbers as a table ``wanted`` that stands in FROM, and its parameters.

    What is joined with it is joined by CROSS JOIN: SQLite then reads it first, and the other table by its index.
    """
    names = ", ".join(columns)
    if connection.vendor == "postgresql":
        arrays = ", ".join(["%s::bigint[]"] * len(columns))
        listed = list(rows)
        return f"unnest({arrays}) AS wanted ({names})", [
            [row[index] for row in listed] for index in range(len(columns))
        ]
    parts = ", ".join(f"json_extract(value, '$[{index}]') AS {name}" for index, name in enumerate(columns))
    return f"(SELECT {parts} FROM json_each(%s)) AS wanted", [json.dumps([list(row) for row in rows])]


def among(column: str, texts: Collection[str]) -> tuple[str, list[Any]]:
    """The condition that a column is one of these texts, and its parameters."""
    if connection.vendor == "postgresql":
        return f"{column} = ANY(%s)", [list(texts)]
    return f"{column} IN (SELECT value FROM json_each(%s))", [json.dumps(list(texts))]


def execute(statement: str, parameters: Sequence[Any]) -> int:
    """How many rows a statement has changed."""
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return int(cursor.rowcount)


def fetch(statement: str, parameters: Sequence[Any]) -> list[tuple[Any, ...]]:
    """All rows."""
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


def delete_first(table: str, series: int, before: int | None, rows: int) -> int:
    """Delete the first rows of a series, at most so many, all of them before a time. Returns how many it were."""
    until = "" if before is None else f" AND time < {before}"
    times = f'SELECT time FROM "{table}" WHERE series_id = {series}{until} ORDER BY time LIMIT {rows}'
    with connection.cursor() as cursor:
        cursor.execute(
            f'DELETE FROM "{table}" WHERE series_id = {series} AND time <= (SELECT MAX(time) FROM ({times}) AS it)'
        )
        return int(cursor.rowcount)


def least(first: str, second: str) -> str:
    """The smaller one of two."""
    return f"{'LEAST' if connection.vendor == 'postgresql' else 'MIN'}({first}, {second})"


def greatest(first: str, second: str) -> str:
    """The greater one of two."""
    return f"{'GREATEST' if connection.vendor == 'postgresql' else 'MAX'}({first}, {second})"


def growth(before: str, after: str) -> str:
    """As ``rollups.growth``."""
    return f"CASE WHEN {after} >= {before} THEN {after} - {before} ELSE {after} END"
