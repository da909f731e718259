"""What one viewer still has to get."""

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from live.hub.mailbox import Mailbox


def test_each_key_waits_once_in_the_order_of_arrival() -> None:
    box = Mailbox()
    for key in ("b", "a", "b", "c", "a"):
        box.put(key)
    assert len(box) == 3
    assert box.take() == ("b", "a", "c")
    assert len(box) == 0
    assert box.take() == ()


def test_what_is_discarded_does_not_wait() -> None:
    box = Mailbox()
    box.put("a")
    box.put("b")
    box.discard("a")
    box.discard("never put")
    assert box.take() == ("b",)


def test_nothing_is_given_while_blocked_and_everything_afterwards() -> None:
    box = Mailbox()
    box.put("a")
    box.block(10.0)
    box.put("b")
    assert box.take() == ()
    assert len(box) == 2
    box.unblock()
    assert box.take() == ("a", "b")


def test_it_knows_for_how_long_nothing_was_taken() -> None:
    box = Mailbox()
    assert box.blocked_for(99.0) == 0.0
    box.block(10.0)
    box.block(12.0)
    assert box.blocked_for(15.5) == 5.5
    box.unblock()
    assert box.blocked_for(16.0) == 0.0


class Box(RuleBasedStateMachine):
    """Any sequence of calls, compared with a plain list."""

    def __init__(self) -> None:
        super().__init__()
        self.box = Mailbox()
        self.expected: list[str] = []
        self.blocked_at: int | None = None
        self.now = 0

    @rule(key=st.sampled_from("abcde"))
    def put(self, key: str) -> None:
        self.box.put(key)
        if key not in self.expected:
            self.expected.append(key)

    @rule(key=st.sampled_from("abcde"))
    def discard(self, key: str) -> None:
        self.box.discard(key)
        if key in self.expected:
            self.expected.remove(key)

    @rule(later=st.integers(0, 100))
    def block(self, later: int) -> None:
        self.now += later
        self.box.block(self.now)
        if self.blocked_at is None:
            self.blocked_at = self.now

    @rule()
    def unblock(self) -> None:
        self.box.unblock()
        self.blocked_at = None

    @rule()
    def take(self) -> None:
        taken = self.box.take()
        if self.blocked_at is not None:
            assert taken == ()
        else:
            assert taken == tuple(self.expected)
            assert len(set(taken)) == len(taken)
            self.expected = []

    @invariant()
    def holds_what_waits(self) -> None:
        assert len(self.box) == len(self.expected)
        since = self.now if self.blocked_at is None else self.blocked_at
        assert self.box.blocked_for(self.now) == self.now - since


TestBox = Box.TestCase
