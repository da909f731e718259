"""Daphne as live pages need it, as far as it goes without a socket."""

import asyncio
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import CommandError

from live.management.commands.serve import port_number
from live.socket import server as module
from live.socket.server import LiveServer
from live.socket.websocket_protocol import LiveProtocol


@pytest.mark.parametrize(("text", "port"), [("1", 1), ("8000", 8000), ("65535", 65535)])
def test_a_port_is_a_number(text: str, port: int) -> None:
    assert port_number(text) == port


@pytest.mark.parametrize("text", ["", "0", "65536", "-1", "80.5", "http", " 80", "0x50", "1e3", "³"])
def test_what_is_no_port_is_one_sentence(text: str) -> None:
    with pytest.raises(CommandError) as caught:
        port_number(text)
    assert str(caught.value) == f"PORT is {text!r}; it must be a number from 1 to 65535."


def test_this_process_has_the_asyncio_reactor() -> None:
    """Daphne's server installs it, whatever of Twisted is imported later."""
    from twisted.internet.asyncioreactor import AsyncioSelectorReactor

    from live.socket.server import reactor

    shown: Any = reactor
    assert isinstance(shown, AsyncioSelectorReactor)
    assert isinstance(shown._asyncioEventloop, asyncio.AbstractEventLoop)


@pytest.fixture
def server() -> LiveServer:
    return LiveServer(None, ["tcp:0"])


def test_where_a_client_has_no_address_none_is_made_up() -> None:
    """Over a Unix socket."""
    clients: list[Any] = []

    async def application(scope: dict[str, Any], receive: Any, send: Any) -> None:
        clients.append(scope["client"])

    async def create() -> None:
        server = LiveServer(application, ["tcp:0"])
        for client in (None, ["127.0.0.1", 5]):
            protocol = LiveProtocol()
            server.connections = {protocol: {}}
            server.create_application(protocol, {"client": client, "headers": []})
            await server.connections[protocol]["application_instance"]

    asyncio.run(create())
    assert clients == [None, ["127.0.0.1", 5]]


@pytest.mark.parametrize("failed", [None, "the address is taken"])
def test_that_it_has_begun_is_said_where_it_has(
    server: LiveServer, monkeypatch: pytest.MonkeyPatch, failed: str | None
) -> None:
    begins: list[Callable[[], None]] = []
    monkeypatch.setattr(module, "twisted_loop", SimpleNamespace(call_soon=begins.append))
    monkeypatch.setattr(module.signal, "signal", lambda *args: None)
    monkeypatch.setattr(module.process, "running_hub", lambda: None)
    monkeypatch.setattr(server, "run", lambda: None)
    collector: list[str] = []
    monkeypatch.setattr(module.gc, "freeze", lambda: collector.append("freeze"))
    monkeypatch.setattr(module.gc, "set_threshold", lambda number: collector.append(f"every {number}"))
    said: list[bool] = []
    server.run_until_terminated(lambda: said.append(True))
    server.failed = failed
    [begun] = begins
    begun()
    assert said == ([] if failed else [True])
    assert collector == ["freeze", "every 10000"]


@pytest.mark.parametrize("is_running", [False, True])
def test_asked_again_it_stops_at_once_unless_it_has(
    server: LiveServer, monkeypatch: pytest.MonkeyPatch, is_running: bool
) -> None:
    stopped: list[bool] = []
    monkeypatch.setattr(server, "_draining", object())
    monkeypatch.setattr(server, "stop", lambda: stopped.append(True))
    monkeypatch.setattr(module, "reactor", SimpleNamespace(running=is_running))
    server.terminate()
    assert stopped == ([True] if is_running else [])


def test_a_connection_that_has_been_answered_does_not_keep_others_from_ending(server: LiveServer) -> None:
    """One that is kept alive has no application any more."""

    async def end() -> list[bool]:
        running, done = asyncio.get_running_loop().create_future(), asyncio.get_running_loop().create_future()
        done.set_result(None)
        applications = [{}, {"application_instance": running}, {}, {"application_instance": done}]
        server.connections = {object(): details for details in applications}
        await server.kill_all_applications().asFuture(asyncio.get_running_loop())
        return [running.cancelled(), done.cancelled()]

    assert asyncio.run(end()) == [True, False]
