"""What processes send each other."""

import pytest

from live.hints.message import EVERYTHING, MAX_IDS_PER_MESSAGE, Message, hint
from live.keys import ElementId, RenderingId

A, MINE = RenderingId(ElementId("a")), RenderingId(ElementId("b"), ("ä", 1))


@pytest.mark.parametrize(
    "message", [Message("x", frozenset({A, MINE})), Message("x", None), Message("x", frozenset(), pinged_at=12.25)]
)
def test_what_arrives_is_what_was_sent(message: Message) -> None:
    assert Message.from_wire(message.to_wire()) == message


def test_very_many_ids_are_everything() -> None:
    ids = frozenset(RenderingId(ElementId(str(number))) for number in range(MAX_IDS_PER_MESSAGE + 1))
    assert hint(ids).to_wire()["ids"] == EVERYTHING
    assert len(hint(ids - {min(ids)}).to_wire()["ids"]) == MAX_IDS_PER_MESSAGE


def test_text_that_is_too_long_is_everything() -> None:
    message = hint(frozenset({A, MINE}))
    text = message.to_json(max_bytes=1000)
    assert message.to_json(max_bytes=len(text)) == text
    assert message.to_json(max_bytes=len(text) - 1) == hint(None).to_json(max_bytes=1000)
    assert text.isascii()


def test_only_what_this_process_sent_is_its_own() -> None:
    assert hint(None).is_own
    assert not Message("another", None).is_own


@pytest.mark.parametrize("wire", [{}, {"from": "x"}, [], {"from": "x", "ids": [["a"]]}, {"from": "x", "ids": 3}])
def test_what_is_no_message_is_an_error(wire: object) -> None:
    with pytest.raises((LookupError, TypeError, ValueError)):
        Message.from_wire(wire)
