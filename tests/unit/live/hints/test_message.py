"""What processes send each other."""

import pytest

from live.hints.message import EVERYTHING, MAX_IDS_PER_MESSAGE, Message, hint
from live.keys import ElementId, Key, RenderingId

A, MINE = RenderingId(ElementId("a")), RenderingId(ElementId("b"), ("ä", 1))


@pytest.mark.parametrize(
    "message", [Message("x", frozenset({A, MINE})), Message("x", None), Message("x", frozenset(), pinged_at=12.25)]
)
def test_what_arrives_is_what_was_sent(message: Message) -> None:
    assert Message.from_wire(message.to_wire()) == message


@pytest.mark.parametrize("id", [RenderingId(ElementId("a-b-*")), RenderingId(ElementId("a-b-1"), None, ("*", "x"))])
def test_what_is_about_any_element_or_option_is_about_none_to_an_older_process(id: RenderingId) -> None:
    """While a version is rolled out: its sweep shows the change, and nothing in it fails."""
    [[element, audience, *options]] = Message("x", frozenset({id})).to_wire()["ids"]
    assert isinstance(element, str) and audience is None
    for part in options:  # they are compared as a whole there
        assert isinstance(part, tuple) and all(isinstance(text, str) for text in part)
    shown = Key("a.b", (("pk", 1),), ElementId("a-b-1"), options=("y", "x")).id
    assert (element, *map(tuple, options)) != (shown.element, shown.options) and id.includes(shown)


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
