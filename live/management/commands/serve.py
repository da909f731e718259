"""``manage.py serve``: this process serves HTTP and live pages until it is told to stop; or some of its children do."""

import os
import socket
import sys
from argparse import SUPPRESS, ArgumentParser
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
from django.urls import get_resolver
from django.utils.autoreload import get_child_arguments
from django.utils.module_loading import import_string

from live.health import missing_migrations
from live.socket.routing import with_live
from live.workers.supervisor import Supervisor
from live.workers.worker import Worker

# Connections that may wait to be accepted. After a restart all pages come at once; with Twisted's 50, the kernel drops
# the rest, and they try again only after seconds.
BACKLOG = 4096
# Far more than cores.
MAX_WORKERS = 128


class Command(BaseCommand):
    help = (
        "Serve HTTP and live pages. SIGTERM drains: open pages come back to the next process. With --workers, SIGHUP "
        "replaces each worker by one with new code, and nobody is refused meanwhile."
    )
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default=os.environ.get("HOST") or "127.0.0.1", help="address to bind (HOST)")
        parser.add_argument("--port", default=os.environ.get("PORT") or "8000", help="port to bind (PORT)")
        parser.add_argument("--fd", type=int, help="the descriptor of an open socket to serve on instead (systemd: 3)")
        parser.add_argument("--workers", type=int, help="so many processes on one socket, supervised by this one")
        # What a supervisor gives its workers: a number, and the descriptor of the connection to it.
        parser.add_argument("--worker", type=int, nargs=2, help=SUPPRESS)

    def handle(self, *args: Any, **options: Any) -> None:
        host, port, descriptor = options["host"], port_number(options["port"]), options["fd"]
        if options["workers"] is not None:
            supervise(options["workers"], descriptor, host, port, self.stdout.write, django_options(options))
        elif options["worker"] is not None:
            serve_as_worker(descriptor, Worker(*options["worker"]))
        elif descriptor is not None:
            inherited = inherited_socket(descriptor)
            url = url_of(inherited)
            _serve(listen(inherited), url, lambda _: self.stdout.write(f"Serving on {url}"))
        else:
            serve(host, port, lambda: self.stdout.write(f"Serving on http://{host}:{port}/"))


def port_number(text: str) -> int:
    """A TCP port; ``CommandError`` otherwise."""
    if not (text.isdecimal() and len(text) < 6 and 0 < int(text) < 65536):
        raise CommandError(f"PORT is {text[:20]!r}; it must be a number from 1 to 65535.")
    return int(text)


def check() -> None:
    """``CommandError`` where nothing could be served or shown: no server, no database, or one without its tables."""
    if find_spec("daphne") is None:
        raise CommandError("serve needs daphne, which is not installed; run: pip install daphne")
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
    interface = host.strip("[]").replace(":", r"\:")
    endpoint = f"tcp:port={port}:interface={interface}:backlog={BACKLOG}"
    _serve(endpoint, f"{host}:{port}", lambda _: started(), signals=signals)


def django_options(options: dict[str, Any]) -> list[str]:
    """The options that every command has, for another command line. ``--settings`` is in the environment."""
    values = [f"--{name}={options[name]}" for name in ("pythonpath", "verbosity") if options[name] is not None]
    flags = [f"--{name.replace('_', '-')}" for name in ("traceback", "no_color", "force_color") if options[name]]
    return values + flags


def supervise(
    count: int, descriptor: int | None, host: str, port: int, write: Callable[[str], object], options: list[str]
) -> None:
    """Have ``count`` workers serve until terminated, on an inherited socket or on one that is bound here. ``options``
    are for each of them."""
    if not 1 <= count <= MAX_WORKERS:
        raise CommandError(f"--workers is {count}; it must be a number from 1 to {MAX_WORKERS}.")
    check()
    listening = bound_socket(host, port) if descriptor is None else inherited_socket(descriptor)
    url = url_of(listening)

    def command(number: int, connection: int) -> list[str]:
        # As this process was started, whatever its own options are.
        ours = get_child_arguments()
        beginning = ours[: len(ours) - len(sys.argv[1:])]
        inherited = ["--fd", str(listening.fileno()), "--worker", str(number), str(connection)]
        return [*map(str, beginning), "serve", *options, *inherited]

    def started() -> None:
        write(f"Serving on {url} with {count} workers")

    failed = Supervisor(count, listening, command, started).run()
    if failed:
        raise CommandError(failed)


def serve_as_worker(descriptor: int, worker: Worker) -> None:
    """Serve on an inherited socket, as one of several, until terminated or until the supervisor is gone."""
    inherited = inherited_socket(descriptor)
    # What is wrong with a new version is noticed before the old worker is told to stop.
    _ = get_resolver().url_patterns
    url = url_of(inherited)
    _serve(listen(inherited), url, worker.serves)


def bound_socket(host: str, port: int) -> socket.socket:
    """A socket with this address, on which nobody listens yet: who comes too early is refused, and does not wait."""
    address = host.strip("[]")
    bound = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((address, port))
    except OSError as error:
        bound.close()
        raise CommandError(f"cannot listen on {host}:{port}: {error}") from None
    return bound


def inherited_socket(descriptor: int) -> socket.socket:
    """The socket that this process was started with; ``CommandError`` where there is none."""
    try:
        inherited = socket.socket(fileno=descriptor)
        inherited.getsockname()[1]
    except (OSError, IndexError) as error:
        raise CommandError(f"--fd is {descriptor}, which is no socket with a port: {error}") from None
    return inherited


def url_of(bound: socket.socket) -> str:
    host, port = bound.getsockname()[:2]
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"


def listen(inherited: socket.socket) -> str:
    """Have the socket take connections; Twisted's name for it, which has it from now on."""
    # In a worker this is what opens the address: the first time when there is somebody to answer.
    inherited.listen(BACKLOG)
    return f"fd:fileno={inherited.detach()}"


def _serve(endpoint: str, address: str, started: Callable[[Callable[[], None]], None], *, signals: bool = True) -> None:
    """``started`` is called with what drains and stops the server."""
    check()
    # Imported here: this installs Twisted's reactor, which other commands have no use for.
    from live.socket.server import LiveServer

    options = {"root_path": settings.FORCE_SCRIPT_NAME or "", "signal_handlers": False}
    server = LiveServer(application(), [endpoint], **options)
    if signals:
        server.run_until_terminated(lambda: started(server.terminate))
    else:
        started(server.terminate)
        server.run()
    if server.failed:
        raise CommandError(f"cannot listen on {address}: {server.failed}")
