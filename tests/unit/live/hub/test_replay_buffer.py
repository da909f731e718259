"""The newest items of a feed, as one process keeps them."""

import pytest

from live.feeds import Feed, Item
from live.hub.replay_buffer import MAX_KEPT_ITEMS, MAX_NEW_ITEMS, ReplayBuffer


class Arrivals(Feed):
    name = "tests.arrivals"


def items(first: int, last: int) -> list[Item]:
    return [Item(pk, f"n{pk}", lambda: "<p></p>", "arrivals") for pk in range(first, last + 1)]


def test_buffer_keeps_the_newest_items_and_knows_from_where_on_it_is_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    there = items(1, 10)
    monkeypatch.setattr(Feed, "registry", {})
    feed = Arrivals()
    monkeypatch.setattr(feed, "newest", lambda after, limit: [item for item in there if item.sequence > after][-limit:])
    buffer = ReplayBuffer(feed)
    buffer.read()
    assert (len(buffer.items), buffer.floor, buffer.newest) == (10, 0, 10)
    assert [item.sequence for item in buffer.since(7) or ()] == [8, 9, 10]
    there = items(1, MAX_KEPT_ITEMS + 15)
    buffer.read()  # what is new is kept, and of the others what fits
    assert (len(buffer.items), buffer.floor, buffer.newest) == (MAX_KEPT_ITEMS + 5, 10, MAX_KEPT_ITEMS + 15)
    assert buffer.since(9) is None
    assert buffer.since(10) is not None
    there = items(1, MAX_KEPT_ITEMS + 16)
    buffer.read()
    assert (len(buffer.items), buffer.floor, buffer.newest) == (MAX_KEPT_ITEMS, 16, MAX_KEPT_ITEMS + 16)
    there = items(1, MAX_KEPT_ITEMS + 16 + MAX_NEW_ITEMS + 1)  # more than is taken in at once
    buffer.read()
    assert (len(buffer.items), buffer.floor, buffer.newest) == (
        MAX_NEW_ITEMS,
        MAX_KEPT_ITEMS + 17,
        MAX_KEPT_ITEMS + MAX_NEW_ITEMS + 17,
    )
    assert buffer.since(MAX_KEPT_ITEMS + 16) is None
