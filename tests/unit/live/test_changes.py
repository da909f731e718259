"""The one choke point through which every announcement goes."""

import asyncio
import logging
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from channels.layers import InMemoryChannelLayer
from django.db import connection, connections, transaction

from live import changes
from live.changes import EVERYTHING, GROUP, MAX_IDS_PER_MESSAGE, PROCESS, Publisher, announce, changed, shared_layer
from live.keys import ElementId, RenderingId
from tests.unit.live.layers import SharedLayer
from tests.unit.live.screens import count
from tests.waiting import until


def of(element: str) -> RenderingId:
    return RenderingId(ElementId(element))


A, B = of("a"), of("b")


@pytest.fixture
def unwarned(monkeypatch: pytest.MonkeyPatch) -> None:
    """This process has not warned yet."""
    monkeypatch.setattr(changes, "_warned", threading.Event())


@pytest.fixture
def publisher(monkeypatch: pytest.MonkeyPatch) -> Iterator[Publisher]:
    """A publisher of this test's own."""
    made = Publisher()
    monkeypatch.setattr(changes, "publisher", made)
    yield made
    made.close()


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


# To other processes


def test_the_layer_in_memory_reaches_nobody_else(settings: Any) -> None:
    settings.CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}
    assert shared_layer() is None
    settings.CHANNEL_LAYERS = {}
    assert shared_layer() is None


def test_another_layer_does(shared_layer: type[SharedLayer]) -> None:
    found = changes.shared_layer()
    assert isinstance(found, SharedLayer)
    assert not isinstance(found, InMemoryChannelLayer)


def test_an_announcement_goes_to_listeners_and_to_other_processes(
    shared_layer: type[SharedLayer], publisher: Publisher, announced: list[frozenset[RenderingId]]
) -> None:
    before = count("live_hints_total", fate="sent")
    announce([B, A])
    assert announced == [frozenset({A, B})]
    until(lambda: shared_layer.sent, "a message in the layer")
    assert shared_layer.sent == [
        {"group": GROUP, "type": "live.changed", "from": PROCESS, "ids": [["a", None], ["b", None]]}
    ]
    until(lambda: count("live_hints_total", fate="sent") == before + 1, "a message that is counted")


def test_a_burst_is_few_messages_and_each_key_is_in_one(shared_layer: type[SharedLayer], publisher: Publisher) -> None:
    for n in range(1000):
        announce([of(str(n % 100))])
    publisher.close()
    assert {name for message in shared_layer.sent for name, _ in message["ids"]} == {str(n) for n in range(100)}
    assert len(shared_layer.sent) < 100


def test_very_many_keys_are_everything(shared_layer: type[SharedLayer], publisher: Publisher) -> None:
    announce(of(str(n)) for n in range(MAX_IDS_PER_MESSAGE + 1))
    publisher.close()
    assert [message["ids"] for message in shared_layer.sent] == [EVERYTHING]


def test_closing_sends_what_is_left_and_lets_go(shared_layer: type[SharedLayer], publisher: Publisher) -> None:
    announce([of("first")])
    until(lambda: shared_layer.sent, "the first message")
    announce([of("last")])
    publisher.close()
    assert [message["ids"] for message in shared_layer.sent] == [[["first", None]], [["last", None]]]
    assert shared_layer.flushed == [True]


def test_after_a_rest_it_sends_again(
    shared_layer: type[SharedLayer], publisher: Publisher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(changes, "MESSAGE_INTERVAL_SECONDS", 0)
    for name in ("first", "second"):
        announce([of(name)])
        until(
            lambda name=name: any([name, None] in message["ids"] for message in shared_layer.sent),
            f"the {name} message",
        )
        until(lambda: publisher._changed._waiters, "a publisher that waits for more")
    assert [message["ids"] for message in shared_layer.sent] == [[["first", None]], [["second", None]]]


def test_closing_what_never_sent_is_closing() -> None:
    Publisher().close()


def test_a_layer_that_fails_loses_a_hint_aloud_and_the_next_is_sent(
    shared_layer: type[SharedLayer], publisher: Publisher, caplog: pytest.LogCaptureFixture
) -> None:
    before = count("live_hints_total", fate="lost")
    shared_layer.failures.append(ConnectionError("no Redis"))
    announce([of("lost")])
    until(lambda: count("live_hints_total", fate="lost") == before + 1, "a lost hint that is counted")
    announce([of("sent")])
    publisher.close()
    assert [message["ids"] for message in shared_layer.sent] == [[["sent", None]]]
    assert "a hint was lost: other processes show [['lost', None]] when they next sweep" in caplog.text
    assert "ConnectionError: no Redis" in caplog.text


def test_who_announces_never_waits_for_the_layer(
    shared_layer: type[SharedLayer], publisher: Publisher, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on = threading.Event()

    async def hang(self: SharedLayer, group: str, message: dict[str, Any]) -> None:
        await asyncio.to_thread(go_on.wait, 5)
        self.sent.append(message)

    monkeypatch.setattr(SharedLayer, "group_send", hang)
    announce([A])
    announce([B])
    assert shared_layer.sent == []
    go_on.set()
    publisher.close()
    assert {name for message in shared_layer.sent for name, _ in message["ids"]} == {"a", "b"}


# Heard by nobody


@pytest.mark.parametrize("again", [False, True])
def test_a_process_that_nobody_hears_says_so_once(
    unwarned: None, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, again: bool
) -> None:
    monkeypatch.setattr(connections["default"], "vendor", "postgresql", raising=False)
    announce([A])
    if again:
        announce([B])
    assert [record.levelno for record in caplog.records] == [logging.WARNING]
    assert "the in-memory channel layer reaches no other one" in caplog.text


def test_on_sqlite_servers_watch_the_file(
    unwarned: None, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(connections["default"], "vendor", "sqlite", raising=False)
    announce([A])
    assert caplog.records == []


def test_who_is_heard_does_not_warn(
    unwarned: None,
    announced: list[frozenset[RenderingId]],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(connections["default"], "vendor", "postgresql", raising=False)
    announce([A])
    assert caplog.records == []
