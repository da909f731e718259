"""What no Redis can be made to do; tests/hints has real ones."""

import asyncio
import math
from typing import Any

import pytest
from channels.layers import InMemoryChannelLayer

from live.hints import channel_layer
from live.hints.channel_layer import GROUP, ChannelLayer
from live.hints.message import Message, hint


class Counting(InMemoryChannelLayer):  # type: ignore[misc]
    """Remembers how often a channel was put into a group."""

    added = 0

    async def group_add(self, group: str, channel: str) -> None:
        type(self).added += 1
        await super().group_add(group, channel)


class Broken(InMemoryChannelLayer):  # type: ignore[misc]
    """Gives nobody a channel."""

    async def new_channel(self, prefix: str = "specific.") -> str:
        raise OSError("no channel")


@pytest.fixture
def source(settings: Any) -> ChannelLayer:
    Counting.added = 0
    settings.CHANNEL_LAYERS = {"default": {"BACKEND": f"{__name__}.Counting"}}
    return ChannelLayer()


def test_a_subscription_is_renewed_before_its_group_forgets_it(source: ChannelLayer) -> None:
    subscription: Any = source.subscribe()
    try:
        assert subscription.receive(0) == []
        assert Counting.added == 1
        subscription._renew_at = -math.inf
        assert subscription.receive(0) == []
        assert subscription.receive(0) == []
        assert Counting.added == 2
    finally:
        subscription.close()


def test_after_so_many_at_once_the_rest_comes_the_next_time(
    source: ChannelLayer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(channel_layer, "MAX_MESSAGES_AT_ONCE", 2)
    subscription = source.subscribe()
    sent = [Message("another", frozenset(), pinged_at=float(at)) for at in range(3)]
    try:
        for message in sent:
            subscription.ping(message)
        assert subscription.receive(1) == sent[:2]
        assert subscription.receive(1) == sent[2:]
    finally:
        subscription.close()


def test_a_layer_that_cannot_be_closed_is_logged(
    source: ChannelLayer, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    sender: Any = source.sender()
    sender.send(hint(None))
    with monkeypatch.context() as broken:
        broken.setattr(sender._runner, "close", lambda: 1 / 0)
        sender.close()
    assert "a channel layer could not be closed" in caplog.text and "ZeroDivisionError" in caplog.text
    sender.close()


def test_who_leaves_without_an_answer_is_taken_out_of_the_group_by_the_next(
    source: ChannelLayer, monkeypatch: pytest.MonkeyPatch
) -> None:
    left: list[tuple[str, str]] = []

    async def never(layer: Any, group: str, channel: str) -> None:
        await asyncio.Event().wait()

    async def leave(layer: Any, group: str, channel: str) -> None:
        left.append((group, channel))

    monkeypatch.setattr(channel_layer, "MAX_LEAVE_SECONDS", 0.01)
    monkeypatch.setattr(Counting, "group_discard", never)
    source.subscribe().close()
    [abandoned] = source.abandoned
    monkeypatch.setattr(Counting, "group_discard", leave)
    source.subscribe().close()
    assert left[0] == (GROUP, abandoned) and source.abandoned == []


def test_who_never_had_a_channel_leaves_none_behind(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.CHANNEL_LAYERS = {"default": {"BACKEND": f"{__name__}.Broken"}}

    async def leave(subscription: Any) -> None:
        raise TimeoutError

    monkeypatch.setattr(channel_layer._Subscription, "_leave", leave)
    source = ChannelLayer()
    with pytest.raises(OSError, match="no channel"):
        source.subscribe()
    assert source.abandoned == []
