"""What ``manage.py serve`` serves, in projects of every kind."""

import sys
from typing import Any

import pytest
from asgiref.testing import ApplicationCommunicator
from channels.testing import WebsocketCommunicator
from django.contrib.staticfiles.handlers import ASGIStaticFilesHandler
from django.core.asgi import get_asgi_application
from django.core.management import CommandError
from django.db import OperationalError

from live.management.commands import serve as command
from live.management.commands.serve import application, serve

plain = get_asgi_application()


async def has_live_socket(application: Any) -> bool:
    socket = WebsocketCommunicator(application, "/live/socket")
    connected, _ = await socket.connect()
    socket.stop()
    return bool(connected)


async def status(application: Any, path: str) -> int:
    scope = {"type": "http", "method": "GET", "path": path, "headers": [(b"host", b"127.0.0.1")]}
    request = ApplicationCommunicator(application, scope)
    await request.send_input({"type": "http.request"})
    found: int = (await request.receive_output(10))["status"]
    while (await request.receive_output(10)).get("more_body"):
        pass
    await request.wait(10)
    return found


async def test_without_asgi_application_it_is_djangos_with_the_live_socket(settings: Any) -> None:
    del settings.ASGI_APPLICATION
    assert await has_live_socket(application())


async def test_djangos_own_application_gets_the_live_socket(settings: Any) -> None:
    settings.ASGI_APPLICATION = f"{__name__}.plain"
    assert await has_live_socket(application())


def test_an_application_of_the_project_is_served_as_it_is(settings: Any) -> None:
    assert settings.ASGI_APPLICATION == "config.asgi.application"
    from config.asgi import application as ours

    assert application() is ours


@pytest.mark.parametrize("name", ["no_such.module.application", "config.asgi.nothing", "nothing"])
def test_an_application_that_is_not_there_is_one_sentence(settings: Any, name: str) -> None:
    settings.ASGI_APPLICATION = name
    with pytest.raises(CommandError, match=f"^ASGI_APPLICATION is '{name}': "):
        application()


async def test_static_files_are_served_in_debug_only(settings: Any) -> None:
    settings.DEBUG = True
    settings.MIDDLEWARE = []
    del settings.ASGI_APPLICATION
    assert await status(application(), "/static/live/live.js") == 200
    assert await status(application(), "/static/live/nothing.js") == 404
    assert await has_live_socket(application())
    settings.DEBUG = False
    assert await status(application(), "/static/live/live.js") == 404


def test_without_staticfiles_none_are_served(settings: Any) -> None:
    settings.DEBUG = True
    settings.INSTALLED_APPS = [name for name in settings.INSTALLED_APPS if name != "django.contrib.staticfiles"]
    assert not isinstance(application(), ASGIStaticFilesHandler)


def test_without_daphne_it_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "daphne", None)
    with pytest.raises(CommandError, match="^serve needs daphne, which is not installed; run: pip install daphne$"):
        serve("127.0.0.1", 8000)


class Closed:
    """Stands for the connection to the database."""

    is_closed = False

    def close(self) -> None:
        self.is_closed = True


@pytest.mark.parametrize(
    ("missing", "words"),
    [
        ([], ""),
        (["live_notices.0001_initial"], "the database has not been migrated; run: manage.py migrate"),
        (OperationalError("connection refused\nIs it running?"), "the database cannot be reached: connection refused"),
    ],
)
def test_it_does_not_begin_without_a_database_that_has_its_tables(
    monkeypatch: pytest.MonkeyPatch, missing: Any, words: str
) -> None:
    def missing_migrations() -> Any:
        if isinstance(missing, Exception):
            raise missing
        return missing

    opened = Closed()
    monkeypatch.setattr(command, "missing_migrations", missing_migrations)
    monkeypatch.setattr(command, "connection", opened)
    if words:
        with pytest.raises(CommandError) as caught:
            command.check()
        assert str(caught.value) == words
    else:
        command.check()
    assert opened.is_closed
