"""Ending a socket: the code, the words, and nobody held up."""

import logging

import pytest

from live.socket import close_codes
from live.socket.close_codes import close, close_soon, last_words
from tests.unit.live.screens import Screen, count
from tests.waiting import until_async


@pytest.mark.parametrize(
    ("code", "words"),
    [(4401, "who are signed in"), (4403, "may not be shown to you"), (4205, "newer version of this page")],
)
def test_last_words_say_why(code: int, words: str) -> None:
    html = last_words(code)
    assert words in html
    assert '<div id="live-words" hx-swap-oob="innerHTML">' in html
    assert ("/accounts/login/" in html) == (code == 4401)


@pytest.mark.parametrize("code", [1000, 1011, 4000, 4008])
def test_there_are_no_words_for_a_page_that_comes_back_by_itself(code: int) -> None:
    assert last_words(code) == ""


async def test_closing_says_why_first_and_happens_once() -> None:
    screen = Screen()
    before = count("live_closes_total", code="4403")
    close_soon([screen.viewer], 4403)
    close_soon([screen.viewer], 4401)
    assert screen.viewer.closing, "from now on it is sent nothing else"
    await until_async(lambda: screen.codes, "a close")
    assert screen.messages == [
        {"type": "websocket.send", "text": last_words(4403)},
        {"type": "websocket.close", "code": 4403},
    ]
    assert count("live_closes_total", code="4403") == before + 1


async def test_closing_without_words_only_closes() -> None:
    screen = Screen()
    await close(screen.send, 4000)
    assert screen.messages == [{"type": "websocket.close", "code": 4000}]


async def test_closing_what_is_gone_is_no_fault(caplog: pytest.LogCaptureFixture) -> None:
    screen = Screen()
    screen.failure = ConnectionError("it is gone")
    with caplog.at_level(logging.INFO, logger="live"):
        await close(screen.send, 4000)
    assert "could not be closed with 4000: ConnectionError('it is gone')" in caplog.text


async def test_a_close_that_is_not_taken_holds_nobody_up_and_is_given_up(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(close_codes, "CLOSE_WITHIN", 0.05)
    stuck, fine = Screen(), Screen()
    stuck.hold()
    with caplog.at_level(logging.INFO, logger="live"):
        close_soon([stuck.viewer, fine.viewer], 4403)
        await until_async(lambda: fine.codes == [4403], "the other is closed")
        await until_async(lambda: "could not be closed with 4403: TimeoutError()" in caplog.text, "the end of patience")
    assert stuck.codes == []
