"""What no transaction carries is sent in a thread of its own."""

import asyncio
import logging
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from live import changes
from live.changes import announce
from live.hints import publisher as module
from live.hints.channel_layer import GROUP
from live.hints.message import EVERYTHING, MAX_IDS_PER_MESSAGE
from live.hints.publisher import Publisher
from live.keys import ElementId, RenderingId
from live.process_name import process_name
from tests.unit.live.layers import SharedLayer
from tests.unit.live.screens import count
from tests.waiting import until


def of(element: str) -> RenderingId:
    return RenderingId(ElementId(element))


A, B = of("a"), of("b")


@pytest.fixture
def publisher(monkeypatch: pytest.MonkeyPatch) -> Iterator[Publisher]:
    """A publisher of this test's own."""
    made = Publisher()
    monkeypatch.setattr(changes, "publisher", made)
    yield made
    made.close()


def test_an_announcement_goes_to_listeners_and_to_other_processes(
    shared_layer: type[SharedLayer], publisher: Publisher, announced: list[frozenset[RenderingId]]
) -> None:
    before = count("live_hints_total", fate="sent")
    announce([B, A])
    assert announced == [frozenset({A, B})]
    until(lambda: shared_layer.sent, "a message in the layer")
    assert shared_layer.sent == [
        {"group": GROUP, "type": "live.changed", "from": process_name(), "ids": [["a", None], ["b", None]]}
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
    assert shared_layer.flushed == [], "which would delete what is everybody's"


def test_after_a_rest_it_sends_again(
    shared_layer: type[SharedLayer], publisher: Publisher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MESSAGE_INTERVAL_SECONDS", 0)
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


def test_what_cannot_be_sent_is_sent_as_soon_as_that_is_possible(
    shared_layer: type[SharedLayer],
    publisher: Publisher,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(module, "RETRY_SECONDS", 0.01)
    before = count("live_failures_total", where="publish")
    shared_layer.failures += [ConnectionError("no Redis")] * 4
    with caplog.at_level(logging.INFO, logger="live"):
        announce([of("late")])
        until(lambda: shared_layer.sent, "the hint")
        until(lambda: "hints are sent over the channel layer again" in caplog.text, "words")
    assert [message["ids"] for message in shared_layer.sent] == [[["late", None]]]
    assert count("live_failures_total", where="publish") == before + 4
    assert caplog.text.count("hints cannot be sent over the channel layer (ConnectionError('no Redis'))") == 1


def test_a_connection_that_was_cut_is_replaced_without_a_word(
    shared_layer: type[SharedLayer], publisher: Publisher, caplog: pytest.LogCaptureFixture
) -> None:
    announce([A])
    until(lambda: shared_layer.sent, "the first message")
    shared_layer.failures.append(ConnectionError("cut"))
    announce([B])
    publisher.close()
    assert [message["ids"] for message in shared_layer.sent] == [[["a", None]], [["b", None]]]
    assert caplog.text == ""


def test_what_is_kept_while_nothing_can_be_sent_has_a_bound(
    shared_layer: type[SharedLayer], publisher: Publisher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "RETRY_SECONDS", 0.01)
    shared_layer.failures += [ConnectionError("no Redis")] * 10
    for number in range(3 * MAX_IDS_PER_MESSAGE):
        announce([of(str(number))])
    assert publisher._ids is None or len(publisher._ids) <= MAX_IDS_PER_MESSAGE
    until(lambda: shared_layer.sent, "a hint")
    publisher.close()
    assert EVERYTHING in [message["ids"] for message in shared_layer.sent]


def test_what_cannot_be_sent_at_the_end_is_lost_aloud(
    shared_layer: type[SharedLayer], publisher: Publisher, caplog: pytest.LogCaptureFixture
) -> None:
    before = count("live_hints_total", fate="lost")
    shared_layer.failures += [ConnectionError("no Redis")] * 10
    announce([A])
    publisher.close()
    assert count("live_hints_total", fate="lost") == before + 1
    assert "a hint was lost as this process ended" in caplog.text


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
