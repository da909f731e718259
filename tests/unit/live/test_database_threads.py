"""Asking the database once more."""

import asyncio
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db import (
    DatabaseError,
    InterfaceError,
    OperationalError,
    ProgrammingError,
    connection,
    connections,
    transaction,
)

from live import database_threads
from live.database_threads import DatabaseThreads, retrying
from tests.unit.live.screens import count
from tests.waiting import DEADLINE, until


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
def test_a_transaction_is_not_taken_from_whoever_has_begun_it() -> None:
    ask = question(OperationalError("too slow"), "second")
    with transaction.atomic():
        Group.objects.create(name="crew")
        with pytest.raises(OperationalError, match="too slow"):
            retrying(ask)
        assert Group.objects.count() == 1
    assert Group.objects.count() == 1
    assert ask.left == ["second"]


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


# Away


@pytest.fixture
def nothing_is_away() -> Iterator[None]:
    yield
    database_threads._away.clear()


def lose(monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on no connection to the database can be made or used."""

    def refuse(*args: Any) -> None:
        raise OperationalError("connection refused")

    monkeypatch.setattr(type(connections["default"]), "ensure_connection", refuse)


@pytest.mark.django_db(transaction=True)
def test_a_database_that_does_not_answer_is_away_until_it_does(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, nothing_is_away: None
) -> None:
    assert database_threads.away_since() is None
    with monkeypatch.context() as away:
        lose(away)
        before = time.time()
        with pytest.raises(OperationalError):
            retrying(Group.objects.count)
        since = database_threads.away_since()
        assert since is not None and before <= since <= time.time()
        assert count("live_databases_away") == 1
        with pytest.raises(OperationalError):
            retrying(Group.objects.count)
        assert retrying(lambda: "it needs no database") == "it needs no database"
        assert database_threads.away_since() == since, "what asks no database does not say that it is back"
    assert "the database default does not answer: connection refused" in caplog.text
    assert retrying(Group.objects.count) == 0
    assert database_threads.away_since() is None and count("live_databases_away") == 0
    assert "the database default answers again" in caplog.text


@pytest.mark.django_db(transaction=True)
def test_a_question_that_fails_by_itself_is_not_the_databases_fault(nothing_is_away: None) -> None:
    with pytest.raises(OperationalError, match="no such table"):
        retrying(question(OperationalError("no such table"), OperationalError("no such table")))
    assert database_threads.away_since() is None


@pytest.mark.django_db(transaction=True)
def test_a_connection_that_is_dead_says_nothing_of_a_database_that_is_back(
    monkeypatch: pytest.MonkeyPatch, nothing_is_away: None
) -> None:
    database_threads._away["default"] = 5.0
    monkeypatch.setattr(type(connections["default"]), "is_usable", lambda self: False)
    assert retrying(lambda: 1) == 1
    assert database_threads.away_since() == 5.0


@pytest.mark.django_db(transaction=True)
def test_a_database_whose_new_connections_are_dead_is_away(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, nothing_is_away: None
) -> None:
    monkeypatch.setattr(database_threads, "_ask_until_back", lambda: None)
    with monkeypatch.context() as dead:
        dead.setattr(type(connections["default"]), "is_usable", lambda self: False)
        assert database_threads.is_database_away()
    assert "the database default does not answer: its connection is dead" in caplog.text
    assert not database_threads.is_database_away()


@pytest.mark.django_db
def test_a_transaction_is_not_asked_beside_what_it_does(monkeypatch: pytest.MonkeyPatch, nothing_is_away: None) -> None:
    monkeypatch.setattr(connections, "close_all", lambda: None)
    monkeypatch.setattr(type(connections["default"]), "is_usable", lambda self: False)
    with pytest.raises(InterfaceError):
        retrying(question(InterfaceError(), InterfaceError()))
    assert database_threads.away_since() is None


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
async def test_a_thread_that_rests_keeps_its_connection_unless_it_is_a_pools() -> None:
    def is_open() -> bool:
        return connections["default"].connection is not None

    threads = DatabaseThreads("live-test", 1)
    try:
        await threads.run(Group.objects.count)
        has_pool = bool(connections["default"].settings_dict["OPTIONS"].get("pool"))
        assert await threads.run(is_open) is not has_pool
    finally:
        threads.shutdown()


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
async def test_threads_that_are_released_hold_no_connection_and_go_on() -> None:
    threads = DatabaseThreads("test", 2)
    together = threading.Barrier(2)

    def ask() -> int:
        together.wait(DEADLINE)
        connection.ensure_connection()
        return id(connection.connection)

    def is_open() -> bool:
        together.wait(DEADLINE)
        return connection.connection is not None

    try:
        await asyncio.gather(threads.run(ask), threads.run(ask))
        # What comes from a pool has gone back to it.
        has_pool = bool(connections["default"].settings_dict["OPTIONS"].get("pool"))
        assert await asyncio.gather(threads.run(is_open), threads.run(is_open)) == [not has_pool] * 2
        threads.release()
        assert await asyncio.gather(threads.run(is_open), threads.run(is_open)) == [False, False]
        assert all(await asyncio.gather(threads.run(ask), threads.run(ask)))
    finally:
        threads.shutdown()


@pytest.mark.django_db(transaction=True)
def test_whoever_asks_whether_it_is_back_does_not_give_up(
    monkeypatch: pytest.MonkeyPatch, nothing_is_away: None, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(database_threads, "ASK_AGAIN_SECONDS", 0.01)
    is_away = database_threads.is_database_away
    answers = [ZeroDivisionError("a bug in a driver"), None]

    def ask(**options: Any) -> bool:
        answer = answers.pop(0) if answers else None
        if answer is not None:
            raise answer
        return is_away(**options)

    database_threads._away["default"] = 5.0
    monkeypatch.setattr(database_threads, "is_database_away", ask)
    until(lambda: database_threads._asker is None or not database_threads._asker.is_alive(), "no asker is left")
    database_threads._ask_until_back()
    until(lambda: database_threads.away_since() is None, "a database that is back")
    assert "it could not be asked whether a database is back" in caplog.text
    assert "a bug in a driver" in caplog.text


@pytest.mark.django_db(transaction=True)
def test_that_it_is_back_is_noticed_though_nobody_asks_anything(
    monkeypatch: pytest.MonkeyPatch, nothing_is_away: None
) -> None:
    with monkeypatch.context() as away:
        lose(away)
        with pytest.raises(OperationalError):
            retrying(Group.objects.count)
        assert database_threads.away_since() is not None
    until(lambda: database_threads.away_since() is None, "a database that is back")
