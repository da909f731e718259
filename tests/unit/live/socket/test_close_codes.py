"""Ending a socket: the code, the words, and nobody held up."""

import logging
import re
from typing import Any

import pytest

from live.hub.hub import Hub
from live.page.page import Reason
from live.socket import close_codes
from live.socket.close_codes import CLOSE_CODES, close
from tests.unit.live.screens import Screen, count
from tests.waiting import until_async


@pytest.mark.parametrize(
    ("reason", "code", "words"),
    [
        (Reason.SIGN_IN, 4401, "who are signed in"),
        (Reason.FORBIDDEN, 4403, "no longer have access"),
        (Reason.WRONG_ORIGIN, 4421, "takes no live connection from the address of this page"),
        (Reason.BAD_REPORT, 4403, "could not understand this page"),
        (Reason.GONE, 4205, "newer version of this page"),
    ],
)
async def test_close_explains_first_what_a_page_does_not_get_over(reason: Reason, code: int, words: str) -> None:
    screen = Screen()
    before = count("live_closes_total", code=str(code))
    await close(screen.send, reason)
    explanation, end = screen.messages
    assert words in explanation["text"]
    assert '<div id="live-message" hx-swap-oob="innerHTML">' in explanation["text"]
    assert ("/accounts/login/" in explanation["text"]) == (reason is Reason.SIGN_IN)
    assert end == {"type": "websocket.close", "code": code}
    assert count("live_closes_total", code=str(code)) == before + 1


@pytest.mark.parametrize(("reason", "code"), [(Reason.ASK_AGAIN, 4000), (Reason.TOO_SLOW, 4008)])
async def test_close_has_no_words_for_a_page_that_comes_back_by_itself(reason: Reason, code: int) -> None:
    screen = Screen()
    await close(screen.send, reason)
    assert screen.messages == [{"type": "websocket.close", "code": code}]


async def test_words_that_cannot_be_made_do_not_keep_the_socket_open(
    templates: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    templates["live/explanation.html"] = '{% url "no such name" %}'
    screen = Screen()
    before = count("live_failures_total", where="explanation")
    await close(screen.send, Reason.SIGN_IN)
    assert screen.messages == [{"type": "websocket.close", "code": 4401}]
    assert count("live_failures_total", where="explanation") == before + 1
    assert "why a page has stopped (sign in) could not be put into words" in caplog.text


@pytest.mark.parametrize(
    ("login_url", "href"), [("/enter/", "/enter/"), ("admin:login", "/admin/login/"), ("no such name", None)]
)
async def test_who_is_signed_out_is_led_to_where_the_project_signs_in(
    settings: Any, login_url: str, href: str | None
) -> None:
    settings.LOGIN_URL = login_url
    screen = Screen()
    await close(screen.send, Reason.SIGN_IN)
    assert re.findall('href="([^"]*)"', screen.texts[0]) == ([href] if href else [])
    assert screen.codes == [4401]


def test_every_reason_has_a_code_of_its_own_or_words_of_its_own_and_htmx_retries_none() -> None:
    assert CLOSE_CODES.keys() == set(Reason)
    shared = [reason for reason, code in CLOSE_CODES.items() if list(CLOSE_CODES.values()).count(code) > 1]
    assert set(shared) == {Reason.FORBIDDEN, Reason.BAD_REPORT}
    assert set(shared) <= close_codes.EXPLAINED
    assert all(4000 <= code < 5000 for code in CLOSE_CODES.values())


async def test_hub_closes_a_viewer_once(hub: Hub) -> None:
    screen = Screen()
    hub.close([screen.viewer], Reason.FORBIDDEN)
    hub.close([screen.viewer], Reason.SIGN_IN)
    assert screen.viewer.is_closing, "from now on it is sent nothing else"
    await until_async(lambda: screen.codes, "a close")
    assert screen.codes == [4403]


async def test_closing_what_is_gone_is_no_fault(caplog: pytest.LogCaptureFixture) -> None:
    screen = Screen()
    screen.failure = ConnectionError("it is gone")
    with caplog.at_level(logging.INFO, logger="live"):
        await close(screen.send, Reason.ASK_AGAIN)
    assert "could not be closed with 4000: ConnectionError('it is gone')" in caplog.text


async def test_a_close_that_is_not_taken_holds_nobody_up_and_is_given_up(
    hub: Hub, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(close_codes, "CLOSE_SECONDS", 0.05)
    stuck, fine = Screen(), Screen()
    stuck.hold()
    with caplog.at_level(logging.INFO, logger="live"):
        hub.close([stuck.viewer, fine.viewer], Reason.FORBIDDEN)
        await until_async(lambda: fine.codes == [4403], "the other is closed")
        await until_async(lambda: "could not be closed with 4403: TimeoutError()" in caplog.text, "the end of patience")
    assert stuck.codes == []
