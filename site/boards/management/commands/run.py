"""``manage.py run``: from nothing to a board that moves, in one command and one process (and the collector's)."""

import logging
import os
import subprocess
import sys
import threading
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import connection
from django.utils import autoreload

from boards.bootstrap import Secrets, prepare
from config import env
from live.health import missing_migrations
from live.management.commands.serve import serve
from tokens.models import Token

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    help = "Migrate, make what a first start needs, and serve, with the collector of this machine's numbers beside it."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--reload", action="store_true", help="start again when the code changes")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["reload"]:
            autoreload.run_with_reloader(self.run, reload=True)
        else:
            self.run(reload=False)

    def run(self, *, reload: bool) -> None:
        host, port = os.environ.get("HOST") or "127.0.0.1", env.port("PORT")
        if missing_migrations():
            call_command("migrate", verbosity=0)
        secrets = prepare()
        address = f"http://{env.host('HOST')}:{port}{settings.BASE_PATH}"
        collector = Collector(f"collector of this machine, port {port}", f"{address}/api/points")

        def started() -> None:
            self.greet(address, secrets)
            collector.start()

        try:
            serve(host, port, started, signals=not reload)
        finally:
            collector.stop()

    def greet(self, address: str, secrets: Secrets | None) -> None:
        """Where to go; after the first start also with which password and token, shown this once."""
        lines = [
            "\nBoardcast is running. Ctrl+C stops it.",
            f"Boards         {address}/",
            f"This machine   {address}/boards/this-machine/",
            f"This week      {address}/boards/this-week/",
            f"Admin          {address}/admin/",
        ]
        if secrets is not None:
            lines += [
                "\nMade for this first start, and shown only now:",
                f"  user      {secrets.user}",
                f"  password  {secrets.password}",
                f"  token     {secrets.token}   (for {address}/api/points and /api/query)",
            ]
        if settings.DEBUG:
            lines.append("DEBUG is on: not for the public.")
        self.stdout.write("\n".join([*lines, ""]))
        self.stdout.flush()


class Collector(threading.Thread):
    """``manage.py collect`` in a process of its own, watched: when it ends by itself, that is logged.

    Started when the server accepts connections. Not on the event loop: making a token is a question to the database,
    and waiting is waiting.
    """

    def __init__(self, token: str, url: str) -> None:
        super().__init__(name="collector", daemon=True)
        self.token, self.url = token, url
        self.process: subprocess.Popen[bytes] | None = None
        self.stopping = False

    def stop(self) -> None:
        """End it and wait until it has ended."""
        self.stopping = True
        if self.process is not None:
            self.process.terminate()
            self.join(10)

    def run(self) -> None:
        try:
            # A new secret at each start, for its series alone: nothing of it is stored anywhere.
            token = Token.objects.filter(name=self.token).first() or Token(name=self.token, scopes=["write:machine.*"])
            secret = token.replace_secret()
            connection.close()
            self.process = subprocess.Popen(
                [sys.executable, sys.argv[0], "collect", "--url", self.url, "--parent", str(os.getpid())],
                env={**os.environ, "BOARDCAST_TOKEN": secret},
                process_group=0,  # Ctrl+C is for the server, which then ends it
            )
            status = self.process.wait()
        except Exception:
            logger.exception("this machine's numbers are not collected")
        else:
            if not self.stopping:
                logger.error("this machine's numbers are no longer collected: the collector ended with %d", status)
