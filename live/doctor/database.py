"""The database: whether it answers, is migrated, gives up in time, and has the same clock."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from django.db import DatabaseError, connection

from live.doctor.findings import Finding, ok, warning, wrong
from live.health import missing_migrations

MAX_SKEW_SECONDS = 2.0
# After which a writer that waits for SQLite's lock should give up, at the earliest.
MIN_BUSY_SECONDS = 5


def answers() -> Iterator[Finding]:
    """Everything about it; one finding where it does not answer."""
    began = time.monotonic()
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError as error:
        reason = str(error).strip().splitlines()[0]
        yield wrong("database", f"It cannot be reached: {reason}.", "Start it, or set DATABASES to where it is.")
        return
    milliseconds = 1000 * (time.monotonic() - began)
    yield ok("database", f"{connection.display_name} answers in {milliseconds:.0f} ms.")
    yield from migrations()
    if connection.vendor == "sqlite":
        yield from sqlite()
    elif connection.vendor == "postgresql":
        yield from postgresql()


def migrations() -> Iterator[Finding]:
    """Whether its tables are those of the code."""
    missing = missing_migrations()
    if missing:
        names = ", ".join(missing[:3]) + (" and others" if len(missing) > 3 else "")
        yield wrong("migrations", f"Not applied: {names}.", "Run manage.py migrate.")
    else:
        yield ok("migrations", "All are applied.")


def sqlite() -> Iterator[Finding]:
    """Readers and writers beside each other, from several threads and processes."""
    with connection.cursor() as cursor:
        mode = cursor.execute("PRAGMA journal_mode").fetchone()[0]
        busy_seconds = cursor.execute("PRAGMA busy_timeout").fetchone()[0] / 1000
    options: dict[str, Any] = connection.settings_dict["OPTIONS"]
    if mode != "wal" and not connection.is_in_memory_db():  # type: ignore[attr-defined]
        state = f"SQLite's journal is {mode}: who reads blocks who writes."
        yield warning("SQLite", state, 'Set OPTIONS["init_command"] = "PRAGMA journal_mode=WAL" in DATABASES.')
    elif str(options.get("transaction_mode", "")).upper() not in {"IMMEDIATE", "EXCLUSIVE"}:
        state = "Transactions begin by reading: one that writes later fails at once where another has written."
        yield warning("SQLite", state, 'Set OPTIONS["transaction_mode"] = "IMMEDIATE" in DATABASES.')
    elif busy_seconds < MIN_BUSY_SECONDS:
        state = f"A writer waits for others no longer than {busy_seconds:g} s, and then fails."
        yield warning("SQLite", state, 'Set OPTIONS["timeout"] = 20 in DATABASES.')
    else:
        yield ok("SQLite", f"Write-ahead log, immediate transactions, {busy_seconds:g} s of patience.")


def postgresql() -> Iterator[Finding]:
    """Whether a server that went away is felt in seconds, and whether it has the same clock."""
    options: dict[str, Any] = connection.settings_dict["OPTIONS"]
    pool = options.get("pool")
    missing = [f'"{name}": {value}' for name, value in {"connect_timeout": 3, "tcp_user_timeout": 4000}.items()]
    missing = [text for text in missing if text.split('"')[1] not in options]
    if missing:
        state = "A PostgreSQL that goes away is felt only after TCP's own time, which may be a quarter of an hour."
        yield warning("PostgreSQL", state, f"Add {', '.join(missing)} to OPTIONS in DATABASES.")
    elif pool and not (isinstance(pool, dict) and pool.get("reconnect_timeout", 300) <= 10):
        state = "After a PostgreSQL that was away a minute, the pool waits up to a minute more."
        yield warning("PostgreSQL", state, 'Set "pool": {"reconnect_timeout": 3, ...} in OPTIONS.')
    else:
        yield ok("PostgreSQL", "One that goes away is felt within seconds.")
    with connection.cursor() as cursor:
        before = time.time()
        cursor.execute("SELECT extract(epoch FROM clock_timestamp())")
        there, after = float(cursor.fetchone()[0]), time.time()
        cursor.execute("SHOW max_connections")
        most = int(cursor.fetchone()[0])
        cursor.execute("SELECT count(*) FROM pg_stat_activity")
        used = int(cursor.fetchone()[0])
    yield from skew("clock of the database", there, before, after)
    if used > most * 0.8:
        state = f"{used} of its {most} connections are in use."
        yield warning("connections", state, "Raise max_connections, or use a smaller pool in each process.")
    else:
        yield ok("connections", f"{used} of its {most} connections are in use.")


def skew(name: str, there: float, before: float, after: float, resolution_seconds: float = 0.0) -> Iterator[Finding]:
    """Another clock, read between two readings of ours; in seconds since the epoch."""
    behind, ahead = before - there - resolution_seconds, there - after
    difference = max(behind, ahead, 0.0)
    at = datetime.fromtimestamp(there, UTC).strftime("%H:%M:%S")
    if difference > MAX_SKEW_SECONDS:
        where = "ahead of" if ahead > behind else "behind"
        state = f"It says {at} UTC, {difference:.0f} s {where} the one of this machine."
        yield wrong(name, state, "Have both set by NTP: chrony, or systemd-timesyncd.")
    else:
        yield ok(name, f"It says {at} UTC, as this machine does.")
