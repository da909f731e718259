"""One writer at a time: whoever changes points waits for its turn, which lasts until its transaction ends.

So two writers never see half of each other's work: which times a series has, and what its summaries hold, stays as it
was read until it is written. SQLite has no other way; on PostgreSQL writers that each take what has arrived are as
quick one after the other, and cannot wait for each other in a circle.
"""

import time
from collections.abc import Callable, Iterator

from django.db import connection, transaction

# Of ``pg_advisory_xact_lock``: any number that is nobody else's.
LOCK = 0x626F617264  # "board"
# Of a turn of ``in_short_turns``, after which it is somebody else's.
MAX_TURN_SECONDS = 0.02


def take_turn() -> None:
    """Wait until nobody else writes; to be called first of all in a transaction.

    Raises ``OperationalError`` where that takes too long.
    """
    if connection.vendor != "postgresql":
        return  # its transactions begin with the lock, see ``transaction_mode`` in the settings
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, true)", ["20s"])
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])


def in_short_turns(work: Iterator[int], *, is_stopping: Callable[[], bool]) -> int:
    """Do work that nobody waits for, step by step, in turns so short that no sender notices, with pauses as long as
    they were. Each step is quick and says how many rows it was; returns how many they were together.
    """
    rows, is_done = 0, False
    while not is_done and not is_stopping():
        with transaction.atomic():
            take_turn()
            began = time.perf_counter()
            while not is_done and time.perf_counter() - began < MAX_TURN_SECONDS:
                step = next(work, None)
                rows, is_done = rows + (step or 0), step is None
        time.sleep(time.perf_counter() - began)
    return rows
