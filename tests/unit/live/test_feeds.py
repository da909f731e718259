"""What a feed does that says nothing of its own."""

from collections.abc import Iterator

import pytest

from live.feeds import Feed, Item, Subscriber


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch) -> Iterator[Feed]:
    class Bare(Feed):
        name = "tests.bare"

    monkeypatch.setattr(Feed, "registry", dict(Feed.registry))
    yield Bare()


def test_everybody_gets_every_item_and_who_missed_some_is_told_nothing(bare: Feed) -> None:
    subscribers = [Subscriber("1", None, frozenset()), Subscriber("2", None, frozenset())]
    assert bare.recipients(Item(1, "a", str, "list"), subscribers) == subscribers
    assert bare.reset() == ""


def test_its_items_are_its_own_to_say(bare: Feed) -> None:
    with pytest.raises(NotImplementedError):
        bare.last()
