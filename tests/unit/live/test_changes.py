"""The one choke point through which every announcement goes."""

import logging
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection, connections, transaction
from django.db.backends.dummy.base import DatabaseWrapper
from django.test.utils import CaptureQueriesContext

from live import changes, fragment
from live.changes import announce, changed
from live.database_threads import is_database_away
from live.health import missing_migrations
from live.hints.choice import current_source
from live.keys import ElementId, RenderingId
from live.notices.feed import notices
from tests.unit.live.screens import count


def of(element: str) -> RenderingId:
    return RenderingId(ElementId(element))


A, B = of("a"), of("b")


@pytest.fixture
def unwarned(monkeypatch: pytest.MonkeyPatch) -> None:
    """This process has not warned yet."""
    monkeypatch.setattr(changes, "_warned", threading.Event())


# At commit


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
def test_it_is_announced_at_commit_and_not_before(announced: list[frozenset[RenderingId]]) -> None:
    with transaction.atomic():
        changed(A, B, A)
        assert announced == []
    assert announced == [frozenset({A, B})]


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
def test_it_is_no_query_that_a_project_counts(announced: list[frozenset[RenderingId]]) -> None:
    """On PostgreSQL the commit carries it to other processes."""
    before = count("live_hints_total", fate="sent")
    with CaptureQueriesContext(connection) as queries, transaction.atomic():
        changed(A)
        changed(B)
    assert [query for query in queries if "notify" in query["sql"].lower()] == []
    assert announced == [frozenset({A}), frozenset({B})]
    sent = count("live_hints_total", fate="sent") - before
    assert sent == (1 if connection.vendor == "postgresql" else 0)


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
def test_outside_of_a_transaction_it_is_announced_at_once(announced: list[frozenset[RenderingId]]) -> None:
    changed(A)
    assert announced == [frozenset({A})]


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
def test_it_is_not_announced_when_it_is_rolled_back(announced: list[frozenset[RenderingId]]) -> None:
    with transaction.atomic():
        changed(A)
        transaction.set_rollback(True)
    assert announced == []


# With several databases


@pytest.fixture
def analytics(databases: tuple[str, str]) -> str:
    return databases[0]


@pytest.fixture
def empty_default() -> Iterator[None]:
    """DATABASES says nothing of "default", as a project may that routes every model."""
    before = connections["default"]
    connections["default"] = DatabaseWrapper(connections.configure_settings({"default": {}})["default"], "default")
    yield
    connections["default"] = before


@pytest.mark.parametrize("using", [None, "analytics"])
def test_it_waits_for_the_transaction_of_the_database_that_it_is_about(
    analytics: str, announced: list[frozenset[RenderingId]], using: str | None
) -> None:
    with transaction.atomic(using=analytics):
        changed(A, using=using)
        assert announced == []
    assert announced == [frozenset({A})]
    with transaction.atomic(using=analytics):
        changed(B, using=using)
        transaction.set_rollback(True, using=analytics)
    assert announced == [frozenset({A})]


def test_of_several_transactions_it_waits_for_the_one_that_is_named_or_for_each(
    databases: tuple[str, str], announced: list[frozenset[RenderingId]]
) -> None:
    analytics, archive = databases
    with transaction.atomic(using=archive):
        with transaction.atomic(using=analytics):
            changed(A, using=analytics)
            changed(B)
            assert announced == []
        assert announced == [frozenset({A}), frozenset({B})]
        transaction.set_rollback(True, using=archive)
    assert announced == [frozenset({A}), frozenset({B})]
    with transaction.atomic(using=archive):
        changed(A, using=analytics)
        assert announced[2:] == [frozenset({A})], "there it is no transaction"


def test_a_fragment_and_a_feed_are_asked_in_the_same_way(
    databases: tuple[str, str], announced: list[frozenset[RenderingId]]
) -> None:
    analytics, archive = databases

    @fragment("any.html")
    def row(pk: int) -> dict[str, Any]:
        return {}

    @fragment("any.html")
    def of_database(using: str) -> dict[str, Any]:
        return {}

    with transaction.atomic(using=archive):
        row.changed(pk=1, using=analytics)
        notices.changed(using=analytics)
        assert announced == [{row.key(pk=1).id}, {RenderingId(notices.element)}]
        of_database.changed(using=analytics)
        assert len(announced) == 2
    assert announced[2:] == [{of_database.key(using=analytics).id}]


@pytest.mark.usefixtures("empty_default")
def test_without_a_default_database_it_is_announced_and_nothing_raises(
    analytics: str, announced: list[frozenset[RenderingId]]
) -> None:
    changed(A)
    assert announced == [frozenset({A})]
    with transaction.atomic(using=analytics):
        changed(B)
        assert announced == [frozenset({A})]
    assert announced == [frozenset({A}), frozenset({B})]
    assert not is_database_away()
    assert missing_migrations() == [], "so that manage.py serve starts"


def test_outside_of_a_transaction_a_listener_that_fails_fails_nobody_either(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(changes, "listeners", [lambda ids: 1 / 0])
    changed(A)
    assert "a change could not be announced" in caplog.text


async def test_in_async_code_there_is_no_transaction(announced: list[frozenset[RenderingId]]) -> None:
    changed(A)
    assert announced == [frozenset({A})]


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
def test_a_listener_that_fails_does_not_fail_the_commit(caplog: pytest.LogCaptureFixture) -> None:
    def fail(ids: frozenset[RenderingId]) -> None:
        raise ValueError("it broke")

    changes.listeners.append(fail)
    try:
        with transaction.atomic():
            changed(A)
    finally:
        changes.listeners.remove(fail)
    assert "it broke" in caplog.text
    assert not connection.in_atomic_block


def test_announcements_are_counted_by_key(announced: list[frozenset[RenderingId]]) -> None:
    before = count("live_changes_total")
    announce([A, B, B])
    assert count("live_changes_total") == before + 2


# Heard by nobody


def levels(caplog: pytest.LogCaptureFixture) -> list[int]:
    """Of what was logged about it: a thread that the test before has left may log something else meanwhile."""
    return [record.levelno for record in caplog.records if record.name == changes.__name__]


@pytest.mark.parametrize("again", [False, True])
def test_a_process_that_nobody_hears_says_so_once(
    unwarned: None, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, again: bool
) -> None:
    monkeypatch.setattr(connections["default"], "vendor", "mysql", raising=False)
    assert (current_source(), changes.listeners) == (None, []), "there is somebody who hears it"
    announce([A])
    if again:
        announce([B])
    assert levels(caplog) == [logging.WARNING]
    assert "announces changes that no other one hears" in caplog.text


def test_on_sqlite_servers_watch_the_file(
    unwarned: None, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(connections["default"], "vendor", "sqlite", raising=False)
    announce([A])
    assert levels(caplog) == []


def test_who_is_heard_does_not_warn(
    unwarned: None,
    announced: list[frozenset[RenderingId]],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(connections["default"], "vendor", "mysql", raising=False)
    announce([A])
    assert levels(caplog) == []
