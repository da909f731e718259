"""What senders of heartbeats have in common: each is one token, and one series that it names.

A token with one scope to write, ``write:backup`` or ``write:backup*``, beats the series ``backup``: up (1) where it
went well, down (0) where it failed, running (2) where it has begun and nobody knows yet.
"""

from collections.abc import Sequence

from live.api import Refused
from series.values import FixedState
from tokens.scopes import names_of

TEXTS = ("down", "up", "running")
DOWN, UP, RUNNING = (FixedState(TEXTS, code) for code in range(len(TEXTS)))


def series_of(scopes: Sequence[str]) -> str:
    """The name of the series that a token beats. Raises ``Refused`` with 403 unless it is one."""
    names = [name.rstrip(".*") for name in names_of(scopes, "write:")]
    if len(names) != 1 or not names[0]:
        message = "A token that sends heartbeats has one scope to write, which names the series: write:backup."
        raise Refused(403, "forbidden", message)
    return names[0]
