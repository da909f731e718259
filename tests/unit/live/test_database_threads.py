"""Asking the database once more."""

from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db import DatabaseError, InterfaceError, OperationalError, ProgrammingError, connection

from live.database_threads import retrying


def question(*answers: Any) -> Any:
    """A function that gives or raises one of these at each call."""
    left = list(answers)

    def ask(*args: Any, **kwargs: Any) -> Any:
        answer = left.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer, args, kwargs

    ask.left = left  # type: ignore[attr-defined]
    return ask


def test_an_answer_is_asked_for_once() -> None:
    ask = question("first", "second")
    assert retrying(ask, 1, two=2) == ("first", (1,), {"two": 2})
    assert ask.left == ["second"]


@pytest.mark.parametrize("error", [OperationalError("gone"), InterfaceError("closed")])
@pytest.mark.django_db(transaction=True)
def test_a_dead_connection_is_asked_once_more_with_the_same_question(error: Exception) -> None:
    assert retrying(question(error, "second"), 1, two=2) == ("second", (1,), {"two": 2})


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
def test_it_is_asked_with_another_connection() -> None:
    used: list[object] = []

    def ask() -> int:
        connection.ensure_connection()
        used.append(connection.connection)
        if len(used) == 1:
            raise OperationalError("gone")
        return Group.objects.count()

    assert retrying(ask) == 0
    assert used[0] is not used[1]


@pytest.mark.django_db(transaction=True)
def test_the_second_failure_is_raised() -> None:
    ask = question(OperationalError("first"), OperationalError("second"), "third")
    with pytest.raises(OperationalError, match="second"):
        retrying(ask)
    assert ask.left == ["third"]


@pytest.mark.parametrize("error", [ValueError("why"), DatabaseError("why")])
def test_another_failure_is_raised_at_once(error: Exception) -> None:
    ask = question(error, "second")
    with pytest.raises(type(error), match="why"):
        retrying(ask)
    assert ask.left == ["second"]


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
def test_a_connection_that_died_is_replaced() -> None:
    Group.objects.create(name="crew")
    # What the driver holds is closed under Django's feet, as by a database that was restarted.
    connection.connection.close()
    if connection.vendor == "sqlite":  # a file does not restart: sqlite3 calls this a fault of the program
        with pytest.raises(ProgrammingError):
            retrying(Group.objects.count)
        connection.close()
    assert retrying(Group.objects.count) == 1
