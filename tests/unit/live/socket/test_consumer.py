"""What the socket answers to a page. With a real server it is tested in tests/socket."""

import asyncio
import contextlib
import json
import time
from collections.abc import AsyncIterator
from types import ModuleType
from typing import Any

import pytest
from channels.testing import ApplicationCommunicator, WebsocketCommunicator
from django.contrib.auth.models import User
from django.db import DatabaseError
from django.test import Client
from django.urls import clear_url_caches, include, path, set_script_prefix

from live import Fragment, fragment
from live.hub import process
from live.hub.hub import Hub
from live.keys import Key
from live.page.page import Page
from live.page.report import read_report
from live.page.token import sign
from live.rendering.render import render
from live.rendering.seals import seal
from live.socket import close_codes
from live.socket.consumer import LiveConsumer, limited_log
from live.socket.routing import socket_url, with_live
from tests.unit.live.crew import Crew, pk, rename, sign_in
from tests.unit.live.screens import count, first_paint, in_thread, settled
from tests.waiting import DEADLINE, until_async


def entry(id: str, version: str) -> str:
    return f"{id} {version} {seal(id)}"


def report(**content: Any) -> str:
    return json.dumps(content)


ADDRESS = "http://testserver"


@contextlib.asynccontextmanager
async def socket(
    cookie: str = "", origin: str = ADDRESS, path: str = "/live/socket", root_path: str = ""
) -> AsyncIterator[WebsocketCommunicator]:
    """An open socket, as a browser on our host opens it."""
    headers = [(b"host", b"testserver"), (b"origin", origin.encode()), (b"cookie", cookie.encode())]
    opened = WebsocketCommunicator(with_live(None), path, headers)
    opened.scope["root_path"] = root_path
    accepted, code = await opened.connect(timeout=DEADLINE)
    assert accepted, f"refused in the handshake with {code}"
    yield opened
    await opened.disconnect(timeout=DEADLINE)


async def says(opened: WebsocketCommunicator, text: str) -> str:
    """Read frames until one contains the text."""
    async with asyncio.timeout(DEADLINE):
        while text not in (frame := await opened.receive_from(timeout=DEADLINE)):
            pass
    return str(frame)


async def ends(opened: WebsocketCommunicator) -> int:
    """Read until the socket is closed; the code."""
    async with asyncio.timeout(DEADLINE):
        while (message := await opened.receive_output(timeout=DEADLINE))["type"] != "websocket.close":
            pass
    return int(message["code"])


def signed(*keys: Key, user: str | None = None) -> str:
    page = Page(user=user)
    for key in keys:
        page.add(key)
    return sign(page)


@pytest.mark.database
async def test_a_page_that_reports_is_answered_and_kept_up_to_date(hub: Hub, crew: Crew) -> None:
    _, [ann] = await in_thread(lambda: crew.make("crew", "Ann"))
    versions = await first_paint(ann)
    async with socket() as opened:
        await opened.send_to(report(page=signed(ann), shown=[entry(ann.element, versions[ann.element])]))
        assert ann.element not in await says(opened, "live-heartbeat")
        await in_thread(lambda: (rename(ann, "Anna"), crew.person.changed(pk=pk(ann))))
        await says(opened, "Anna")
        assert len(hub.core.viewers) == 1
    await until_async(lambda: not hub.core.viewers, "a hub that has forgotten the viewer")
    assert hub.core.watches == {}


@pytest.mark.database
async def test_a_page_reports_again_with_the_same_token_or_another(hub: Hub, crew: Crew) -> None:
    _, [ann, bob] = await in_thread(lambda: crew.make("crew", "Ann", "Bob"))
    versions = await first_paint(ann, bob)
    token = signed(ann)
    async with socket() as opened:
        await opened.send_to(report(page=token, shown=[entry(ann.element, versions[ann.element])]))
        await says(opened, "live-heartbeat")
        await opened.send_to(report(page=token, shown=[entry(ann.element, "old")]))
        await says(opened, ">Ann<")
        await opened.send_to(report(page=signed(bob), shown=[entry(bob.element, "old")]))
        await says(opened, ">Bob<")
        assert hub.core.watches.keys() == {bob.id}
        assert len(hub.core.viewers) == 1


@pytest.mark.database
async def test_who_it_is_is_asked_again_with_each_report_before_anything_is_sent(
    hub: Hub, templates: dict[str, str]
) -> None:
    """A page that shows what its person has just asked for is not set back to what was so before."""
    templates["mine.html"] = "<p>for {{ audience }}</p>"
    state = {"audience": "before"}

    @fragment("mine.html", per=lambda user: state["audience"])
    def mine(audience: str) -> dict[str, Any]:
        return {"audience": audience}

    def version() -> str:
        return render(mine.key(audience=state["audience"])).version

    element, token = mine.key().element, signed(mine.key())
    async with socket() as opened:
        await opened.send_to(report(page=token, shown=[entry(element, version())]))
        assert element not in await says(opened, "live-heartbeat")
        state["audience"] = "after"
        await opened.send_to(report(page=token, shown=[entry(element, version())]))
        assert "for before" not in await says(opened, "live-heartbeat")
        assert [viewer.audiences for viewer in hub.core.viewers] == [{mine.name: "after"}]


@pytest.mark.database
async def test_a_page_that_leaves_after_the_hub_has_stopped_makes_no_other(hub: Hub, crew: Crew) -> None:
    _, [ann] = await in_thread(lambda: crew.make("crew", "Ann"))
    versions = await first_paint(ann)
    async with socket() as opened:
        await opened.send_to(report(page=signed(ann), shown=[entry(ann.element, versions[ann.element])]))
        await says(opened, "live-heartbeat")
        await settled(hub)
        process.stop()
    assert process.current_hub() is None


@pytest.mark.database
async def test_another_origin_is_refused_with_words(hub: Hub) -> None:
    async with socket(origin="https://evil.example") as opened:
        await says(opened, "takes no live connection from the address of this page")
        assert await ends(opened) == 4421
        await opened.send_to(report(page=signed()))
    assert hub.core.viewers == set()


@pytest.mark.parametrize(("query", "language"), [("?language=de", "de"), ("?language=tlh", "en"), ("", "en")])
async def test_who_is_refused_before_anything_is_known_is_told_why_in_the_language_of_the_page(
    hub: Hub, query: str, language: str
) -> None:
    async with socket(origin="https://evil.example", path=f"/live/socket{query}") as opened:
        await says(opened, f'<p lang="{language}">')
    async with socket(path=f"/live/socket{query}") as opened:
        await opened.send_to("no report")
        await says(opened, f'<p lang="{language}">')


@pytest.mark.database
async def test_a_report_that_cannot_be_read_ends_the_page_and_says_so(hub: Hub) -> None:
    async with socket() as opened:
        await opened.send_to("{")
        await says(opened, "could not understand this page")
        assert await ends(opened) == 4403
    assert hub.core.viewers == set()


@pytest.mark.database
@pytest.mark.parametrize("text", [report(page="forged"), report(page="forged", shown=["a b c"])])
async def test_what_is_not_signed_by_us_gets_nothing_and_is_loaded_again(hub: Hub, text: str) -> None:
    async with socket() as opened:
        await opened.send_to(text)
        await says(opened, "it is loaded again")
        assert await ends(opened) == 4205
    assert hub.core.viewers == set()


@pytest.mark.database
async def test_a_fragment_that_was_not_given_to_a_page_of_ours_ends_it(hub: Hub, crew: Crew) -> None:
    async with socket() as opened:
        await opened.send_to(report(page=signed(crew.person.key(pk=1)), shown=["tests-person-2 x forged"]))
        await says(opened, "no longer have access")
        assert await ends(opened) == 4403


@pytest.mark.database
@pytest.mark.parametrize("shows_something", [True, False])
async def test_a_page_by_a_secret_that_was_changed_is_loaded_again(
    hub: Hub, crew: Crew, settings: Any, shows_something: bool
) -> None:
    _, [ann] = await in_thread(lambda: crew.make("crew", "Ann"))
    old = report(page=signed(ann), shown=[entry(ann.element, "old")] if shows_something else [])
    before, settings.SECRET_KEY = settings.SECRET_KEY, "another secret, as long as it ought to be, but another one"
    async with socket() as opened:
        await opened.send_to(old)
        assert await ends(opened) == 4205
    settings.SECRET_KEY_FALLBACKS = [before]
    async with socket() as opened:
        await opened.send_to(old)
        await says(opened, "live-heartbeat")


@pytest.mark.database
async def test_a_report_that_comes_when_another_one_is_due_ends_nothing(
    hub: Hub, crew: Crew, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It arrives so many turns of the event loop before that one is due: in some of them, both are read at once."""
    monkeypatch.setattr("live.socket.consumer.REPORT_INTERVAL_SECONDS", 0.1)
    _, [ann] = await in_thread(lambda: crew.make("crew", "Ann"))
    text = report(page=signed(ann), shown=[entry(ann.element, "old")])
    for turns in range(8):
        async with socket() as opened:
            await opened.send_to(text)
            await says(opened, ">Ann<")
            await opened.send_to(text)
            await settled(hub)  # it has been taken, and waits
            await opened.send_to(text)
            for _ in range(turns):
                await asyncio.sleep(0)
            time.sleep(0.15)  # noqa: ASYNC251  now it is due, and the loop finds both
            await asyncio.sleep(0.15)
            await settled(hub)
            assert len(hub.core.viewers) == 1
            while not opened.output_queue.empty():
                assert (await opened.receive_output())["type"] == "websocket.send", f"closed: {turns} turns before"
        await until_async(lambda: not hub.core.viewers, "a hub that has forgotten the viewer")


@pytest.mark.database
async def test_reports_are_read_one_after_another_and_the_last_one_counts(
    hub: Hub, crew: Crew, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also while the first one's admission takes its time."""
    monkeypatch.setattr("live.socket.consumer.REPORT_INTERVAL_SECONDS", 0.01)
    _, [ann, bob, cyd] = await in_thread(lambda: crew.make("crew", "Ann", "Bob", "Cyd"))
    go, admit, asked = asyncio.Event(), hub.admit, []

    async def slow(session: str | None, page: Page) -> Any:
        asked.append(page)
        await go.wait()
        return await admit(session, page)

    monkeypatch.setattr(hub, "admit", slow)
    async with socket() as opened:
        for key in (ann, bob, cyd):
            await opened.send_to(report(page=signed(key), shown=[entry(key.element, "old")]))
            await asyncio.sleep(0.05)
        assert len(asked) == 1
        go.set()
        await says(opened, ">Cyd<")
        assert len(asked) == 2, "Bob's was replaced while it waited"
        assert hub.core.watches.keys() == {cyd.id}


@pytest.mark.database
@pytest.mark.parametrize(
    ("failure", "where", "words"),
    [
        (TypeError("a bug"), "report", ["could not be dealt with", "TypeError: a bug"]),
        (DatabaseError("it is away"), "admit", ["the database cannot be asked who it is: it is away"]),
    ],
)
async def test_a_report_that_fails_is_logged_and_the_page_asks_again(
    hub: Hub,
    crew: Crew,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    failure: Exception,
    where: str,
    words: list[str],
) -> None:
    async def fail(session: str | None, page: Page) -> Any:
        raise failure

    monkeypatch.setattr(hub, "admit", fail)
    limited_log._lines.clear()
    before = count("live_failures_total", where=where)
    async with socket() as opened:
        await opened.send_to(report(page=signed(crew.person.key(pk=1))))
        assert await ends(opened) == 4000
    assert count("live_failures_total", where=where) == before + 1
    assert all(each in caplog.text for each in words), caplog.text


@pytest.mark.database
async def test_who_is_refused_twice_is_closed_once(hub: Hub, crew: Crew, monkeypatch: pytest.MonkeyPatch) -> None:
    """It has reported at the moment in which the patience with its silence was over."""

    async def too_late(consumer: LiveConsumer, token: str) -> Any:
        consumer.end_silence()
        await until_async(lambda: consumer.is_refused, "the first refusal")
        raise DatabaseError("it is away")

    monkeypatch.setattr(LiveConsumer, "admit", too_late)
    before = count("live_failures_total", where="admit")
    async with socket() as opened:
        await opened.send_to(report(page=signed(crew.person.key(pk=1))))
        assert await ends(opened) == 4000
        await until_async(lambda: count("live_failures_total", where="admit") == before + 1, "the other refusal")
        assert opened.output_queue.empty()


@pytest.mark.database
async def test_a_page_that_is_being_closed_is_not_joined_again(
    hub: Hub, crew: Crew, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("live.socket.consumer.REPORT_INTERVAL_SECONDS", 0.01)
    _, [ann] = await in_thread(lambda: crew.make("crew", "Ann"))
    text = report(page=signed(ann), shown=[entry(ann.element, "old")])
    async with socket() as opened:
        await opened.send_to(text)
        await says(opened, ">Ann<")
        await settled(hub)
        [viewer] = hub.core.viewers
        read: list[str] = []
        joined: list[Any] = []
        monkeypatch.setattr("live.socket.consumer.read_report", lambda text: read.append(text) or read_report(text))
        monkeypatch.setattr(hub, "join", lambda *args: joined.append(args))
        viewer.is_closing = True
        await opened.send_to(text)
        await until_async(lambda: read == [text], "the second report is read")
        await settled(hub)
        assert joined == []


@pytest.mark.database
async def test_a_page_that_comes_while_the_server_stops_is_told_to_come_back(hub: Hub, crew: Crew) -> None:
    """From the connections that waited to be accepted: the pages that were there have been told already."""
    _, [ann] = await in_thread(lambda: crew.make("crew", "Ann"))
    async with socket() as opened:
        await process.close_all(seconds=0)
        await opened.send_to(report(page=signed(ann), shown=[]))
        assert await ends(opened) == 4000
    assert not hub.core.viewers


@pytest.mark.database
async def test_a_refusal_is_a_warning_with_both_names(hub: Hub, caplog: pytest.LogCaptureFixture) -> None:
    async with socket(origin="https://warned.example") as opened:
        assert await ends(opened) == 4421
    limited_log._lines.clear()
    async with socket(origin="https://named.example") as opened:
        assert await ends(opened) == 4421
    [record] = [record for record in caplog.records if "named.example" in record.getMessage()]
    assert record.levelname == "WARNING"
    assert "asked for the host 'testserver'" in record.getMessage()
    assert "CSRF_TRUSTED_ORIGINS" in record.getMessage()


@pytest.mark.database
async def test_a_page_of_another_version_is_loaded_again(hub: Hub, crew: Crew) -> None:
    token = signed(crew.person.key(pk=1))
    del Fragment.registry["tests.person"]
    async with socket() as opened:
        await opened.send_to(report(page=token))
        await says(opened, "newer version of this page")
        assert await ends(opened) == 4205


@pytest.mark.database
async def test_who_is_not_signed_in_is_told_so_with_the_way_there(hub: Hub) -> None:
    async with socket(cookie="sessionid=none") as opened:
        await opened.send_to(report(page=signed(user="1")))
        assert "/accounts/login/" in await says(opened, "who are signed in")
        assert await ends(opened) == 4401
    assert hub.core.viewers == set()


@pytest.mark.database
async def test_who_may_not_see_a_fragment_is_told_so(hub: Hub, crew: Crew) -> None:
    def sign_in() -> tuple[str, str]:
        user, client = User.objects.create(username="ann"), Client()
        client.force_login(user)
        return str(user.pk), client.session.session_key

    user, session = await in_thread(sign_in)
    crew.person.visible_to(lambda user, pk: False)
    async with socket(cookie=f"sessionid={session}") as opened:
        await opened.send_to(report(page=signed(crew.person.key(pk=1), user=user)))
        await says(opened, "no longer have access")
        assert await ends(opened) == 4403


@pytest.mark.database
async def test_a_socket_that_says_nothing_is_sent_away_to_come_back(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("live.socket.consumer.MAX_SILENCE_SECONDS", 0.01)
    async with socket() as opened:
        assert await ends(opened) == 4000


async def test_an_unknown_path_is_refused_in_the_handshake_and_logged(caplog: pytest.LogCaptureFixture) -> None:
    opened = WebsocketCommunicator(with_live(None), "/live/another")
    assert await opened.connect(timeout=DEADLINE) == (False, 4404)
    assert (
        "a socket is refused: it is asked for at '/live/another', which does not end with /live/socket" in caplog.text
    )


@pytest.mark.database
@pytest.mark.parametrize("where", ["FORCE_SCRIPT_NAME", "root path, kept", "root path, stripped", "URLs"])
async def test_a_socket_is_opened_below_every_prefix(hub: Hub, settings: Any, where: str) -> None:
    path = "/live/socket" if where.endswith("stripped") else "/status/live/socket"
    root = "/status" if where.startswith("root path") else ""
    if where == "FORCE_SCRIPT_NAME":
        settings.FORCE_SCRIPT_NAME = "/status"
    settings.LOGIN_URL = "login"
    async with socket(cookie="sessionid=none", path=path, root_path=root) as opened:
        await opened.send_to(report(page=signed(user="1")))
        prefix = "" if where == "URLs" else "/status"
        assert f'href="{prefix}/accounts/login/"' in await says(opened, "who are signed in")


@pytest.mark.parametrize(
    ("forced", "root", "path", "whole"),
    [
        (None, "", "/orders/", "/orders/"),
        ("/status", "", "/status/orders/", "/status/orders/"),
        ("/status", "", "/orders/", "/status/orders/"),
        ("/status/", "", "/statuses", "/status/statuses"),
        ("/status", "", "/status", "/status"),
        (None, "/status", "/orders/", "/status/orders/"),
        ("/status", "/other", "/status/orders/", "/status/orders/"),
    ],
)
async def test_django_gets_a_path_with_its_prefix_whether_a_proxy_has_taken_it_or_not(
    settings: Any, forced: str | None, root: str, path: str, whole: str
) -> None:
    settings.FORCE_SCRIPT_NAME = forced
    paths: list[str] = []

    async def application(scope: Any, receive: Any, send: Any) -> None:
        paths.append(scope["path"])

    scope = {"type": "http", "method": "GET", "path": path, "root_path": root}
    await with_live(application)(scope, None, None)  # type: ignore[arg-type]
    assert (paths, scope["path"]) == ([whole], path)


@pytest.mark.database
async def test_who_is_logged_out_later_is_led_below_the_prefix_as_well(hub: Hub, crew: Crew, settings: Any) -> None:
    settings.LOGIN_URL = "login"
    user, session = await in_thread(sign_in)
    _, [ann] = await in_thread(lambda: crew.make("crew", "Ann"))
    token = signed(ann, user=str(user.pk))
    async with socket(cookie=f"sessionid={session}", root_path="/status") as opened:
        await opened.send_to(report(page=token))
        await says(opened, "live-heartbeat")
        await in_thread(lambda: User.objects.update(is_active=False))
        await hub.recheck_access()
        assert 'href="/status/accounts/login/"' in await says(opened, "who are signed in")


@pytest.mark.parametrize(
    ("route", "prefix", "url"),
    [
        ("live/", "/", "/live/socket"),
        ("shop/live/", "/", "/shop/live/socket"),
        ("shop/live/", "/status/", "/status/shop/live/socket"),
        ("pages/", "/status/", "/status/live/socket"),
        (None, "/status/", "/status/live/socket"),
    ],
)
def test_a_page_opens_its_socket_beside_what_it_asks_over_http(
    settings: Any, route: str | None, prefix: str, url: str
) -> None:
    settings.ROOT_URLCONF = urls = ModuleType("urls")
    urls.urlpatterns = [path(route, include("live.urls"))] if route else []  # type: ignore[attr-defined]
    clear_url_caches()
    set_script_prefix(prefix)
    try:
        assert socket_url() == url
    finally:
        set_script_prefix("/")


async def test_the_application_ends_for_who_takes_nothing_and_is_still_there(monkeypatch: pytest.MonkeyPatch) -> None:
    """Some servers say of no such client that it is gone."""
    monkeypatch.setattr(close_codes, "CLOSE_SECONDS", 0.0)
    come: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
    come.put_nowait({"type": "websocket.connect"})
    sent: list[str] = []

    async def send(message: dict[str, Any]) -> None:
        sent.append(message["type"])
        if message["type"] != "websocket.accept":
            await asyncio.Event().wait()

    headers = [(b"host", b"testserver"), (b"origin", b"https://elsewhere.example")]
    scope = {"type": "websocket", "path": "/live/socket", "headers": headers}
    async with asyncio.timeout(DEADLINE):
        await with_live(None)(scope, come.get, send)  # type: ignore[arg-type]
    assert sent[0] == "websocket.accept" and len(sent) > 1


async def test_who_cancels_the_application_is_told_so() -> None:
    come: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
    scope = {"type": "websocket", "path": "/live/socket", "headers": []}
    running = asyncio.ensure_future(with_live(None)(scope, come.get, None))  # type: ignore[arg-type]
    await asyncio.sleep(0)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running


async def test_a_server_that_says_when_it_begins_and_ends_has_a_hub_meanwhile() -> None:
    process.stop()
    server = ApplicationCommunicator(with_live(None), {"type": "lifespan"})
    await server.send_input({"type": "lifespan.startup"})
    assert await server.receive_output(DEADLINE) == {"type": "lifespan.startup.complete"}
    assert process.current_hub() is not None
    await server.send_input({"type": "lifespan.shutdown"})
    assert await server.receive_output(DEADLINE) == {"type": "lifespan.shutdown.complete"}
    assert process.current_hub() is None and process.is_stopping()
    await server.wait(DEADLINE)
    process.running_hub()
    assert not process.is_stopping()
    process.stop()
