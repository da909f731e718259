"""``manage.py run``: from nothing to a board that moves, in one command and one process (and the collector's)."""

import os
import subprocess
import sys
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import autoreload

from boards.first_start import Secrets, prepare
from config import env
from live.management.commands.serve import serve
from series.models import Token

COLLECTOR = "collector of this machine"


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
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            call_command("migrate", verbosity=0)
        made = prepare()
        address = f"http://{env.host('HOST')}:{port}"
        secret = collector_secret()
        collector: subprocess.Popen[bytes] | None = None

        def started() -> None:
            nonlocal collector
            self.greet(address, made)
            collector = subprocess.Popen(
                [
                    sys.executable,
                    sys.argv[0],
                    "collect",
                    "--url",
                    f"{address}/api/points",
                    "--parent",
                    str(os.getpid()),
                ],
                env={**os.environ, "BOARDCAST_TOKEN": secret},
            )

        try:
            serve(host, port, started, signals=not reload)
        finally:
            if collector is not None:
                collector.terminate()
                collector.wait(timeout=10)

    def greet(self, address: str, made: Secrets | None) -> None:
        """Where to go; after the first start also with what, which is said this once."""
        lines = [
            f"This machine   {address}/boards/this-machine/",
            f"This week      {address}/boards/this-week/",
            f"Admin          {address}/admin/",
        ]
        if made is not None:
            lines += [
                "",
                "Made for this first start, and shown only now:",
                f"  user      {made.user}",
                f"  password  {made.password}",
                f"  token     {made.token}   (for POST {address}/api/points)",
            ]
        if settings.DEBUG:
            lines.append("DEBUG is on: not for the public.")
        self.stdout.write("\n".join(["", "Boardcast is running. Ctrl+C stops it.", *lines, ""]))
        self.stdout.flush()


def collector_secret() -> str:
    """A new secret at each start, for the collector alone and for its series alone: nothing of it is kept anywhere."""
    token = Token.objects.filter(name=COLLECTOR).first() or Token(name=COLLECTOR, prefix="machine.")
    return token.replace_secret()
