"""``manage.py serve``: this process serves HTTP and live pages until it is told to stop."""

import os
from argparse import ArgumentParser
from collections.abc import Callable
from importlib.util import find_spec
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.staticfiles.handlers import ASGIStaticFilesHandler
from django.core.asgi import get_asgi_application
from django.core.handlers.asgi import ASGIHandler
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connection
from django.utils.module_loading import import_string

from live.health import missing_migrations
from live.socket.routing import with_live

# Connections that may wait to be accepted. After a restart all pages come at once; with Twisted's 50, the kernel drops
# the rest, and they try again only after seconds.
BACKLOG = 4096


class Command(BaseCommand):
    help = "Serve HTTP and live pages. SIGTERM drains: open pages come back to the next process."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default=os.environ.get("HOST") or "127.0.0.1", help="address to bind (HOST)")
        parser.add_argument("--port", default=os.environ.get("PORT") or "8000", help="port to bind (PORT)")

    def handle(self, *args: Any, **options: Any) -> None:
        host, port = options["host"], port_number(options["port"])
        serve(host, port, lambda: self.stdout.write(f"Serving on http://{host}:{port}/"))


def port_number(text: str) -> int:
    """A TCP port; ``CommandError`` otherwise."""
    if not (text.isdecimal() and len(text) < 6 and 0 < int(text) < 65536):
        raise CommandError(f"PORT is {text[:20]!r}; it must be a number from 1 to 65535.")
    return int(text)


def check_database() -> None:
    """``CommandError`` where nothing could be shown: no database, or one without its tables."""
    try:
        missing = missing_migrations()
    except DatabaseError as error:
        raise CommandError(f"the database cannot be reached: {str(error).splitlines()[0]}") from None
    finally:
        connection.close()
    if missing:
        raise CommandError("the database has not been migrated; run: manage.py migrate")


def application() -> Any:
    """What ``ASGI_APPLICATION`` names, or else Django's own, with the live socket; in ``DEBUG`` with the static files,
    as ``runserver`` serves them.
    """
    name = getattr(settings, "ASGI_APPLICATION", None)
    try:
        served: Any = import_string(name) if name else get_asgi_application()
    except ImportError as error:
        raise CommandError(f"ASGI_APPLICATION is {name!r}: {error}") from None
    if isinstance(served, ASGIHandler):
        served = with_live(served)
    if settings.DEBUG and apps.is_installed("django.contrib.staticfiles"):
        served = ASGIStaticFilesHandler(served)
    return served


def serve(host: str, port: int, started: Callable[[], None] = lambda: None, *, signals: bool = True) -> None:
    """Serve ``application()`` until terminated. ``started`` is called once connections are accepted.

    ``signals=False`` where this is not the main thread (the autoreloader's case): then nothing is drained.
    """
    if find_spec("daphne") is None:
        raise CommandError("serve needs daphne, which is not installed; run: pip install daphne")
    check_database()
    # Imported here: this installs Twisted's reactor, which other commands have no use for.
    from daphne.endpoints import build_endpoint_description_strings

    from live.socket.server import LiveServer

    endpoints = build_endpoint_description_strings(host=host, port=port)
    server = LiveServer(
        application(),
        [f"{endpoint}:backlog={BACKLOG}" for endpoint in endpoints],
        root_path=settings.FORCE_SCRIPT_NAME or "",
        signal_handlers=False,
    )
    if signals:
        server.run_until_terminated(started)
    else:
        started()
        server.run()
    if server.failed:
        raise CommandError(f"cannot listen on {host}:{port}: {server.failed}")
