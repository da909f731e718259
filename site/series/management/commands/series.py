"""``manage.py series export`` and ``import``: points as InfluxDB's line protocol, out and in."""

import sys
from pathlib import Path
from typing import Any, TextIO

from django.core.management.base import BaseCommand, CommandError, CommandParser

from series.models import Series
from series.transfer import NoLineProtocol, lines, store


class Command(BaseCommand):
    help = "Write points as InfluxDB's line protocol, or read them. What is there already is not stored twice."

    def add_arguments(self, parser: CommandParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        export = actions.add_parser("export", help="Write the points of series to the standard output.")
        export.add_argument("names", nargs="*", metavar="NAME", help="cpu, or cpu.* for all that begin so.")
        load = actions.add_parser("import", help="Read points from a file, or from the standard input.")
        load.add_argument("file", nargs="?", type=Path)

    def handle(self, *, action: str, **options: Any) -> None:
        """Raises ``CommandError`` for series and lines that cannot be line protocol."""
        if action == "export":
            self._export(options["names"])
        elif options["file"] is None:
            self._import(sys.stdin)
        else:
            try:
                with options["file"].open(encoding="utf-8") as file:
                    self._import(file)
            except OSError as error:
                raise CommandError(str(error)) from error

    def _export(self, names: list[str]) -> None:
        problems = []
        for series in _chosen(names):
            try:
                for line in lines(series):
                    self.stdout.write(line, ending="")
            except NoLineProtocol as error:
                problems.append(str(error))
        if problems:
            raise CommandError("\n".join(["The others are written:", *problems]))

    def _import(self, text: TextIO) -> None:
        stored = 0
        try:
            for count in store(text):
                stored += count
        except (NoLineProtocol, UnicodeDecodeError) as error:
            words = f"{error} {stored} points before it are stored; once it is mended, read all again."
            raise CommandError(words) from error
        self.stdout.write(f"{stored} points are stored.")


def _chosen(names: list[str]) -> list[Series]:
    """Those of these names. Raises ``CommandError`` for a name of which there is none."""
    if not names:
        return list(Series.objects.order_by("identity"))
    series: list[Series] = []
    for name in names:
        condition = {"name__startswith": name[:-1]} if name.endswith("*") else {"name": name}
        some = list(Series.objects.filter(**condition).order_by("identity"))
        if not some:
            raise CommandError(f"There is no series {name}.")
        series += some
    return series
