"""Ask the database once more, with a new connection, when the old one turns out to be dead.

The hub's threads keep their connections, so a database that was restarted would fail the first question of each.
"""

from collections.abc import Callable
from typing import ParamSpec, TypeVar

from django.db import InterfaceError, OperationalError, connections

Given = ParamSpec("Given")
Answer = TypeVar("Answer")


def retrying(question: Callable[Given, Answer], *args: Given.args, **kwargs: Given.kwargs) -> Answer:
    """The answer. Raises what the second attempt raises."""
    try:
        return question(*args, **kwargs)
    except (OperationalError, InterfaceError):
        connections.close_all()
        return question(*args, **kwargs)
